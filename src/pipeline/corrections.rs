//! Files of corrections: which of them an archive goes by, which issues their entries are about,
//! and which entries are of no use any more.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::changes::{Changes, absolute, file_entry, outer};
use crate::correct::{Anchors, Attempts, Corrections, Desk, Entry, FILE};
use crate::diag::{Problem, ProblemKind};
use crate::index::{CorrectionsFile, Error, Manifest, OpenIndex, UnitEntry};
use crate::ingest::{Options, SourceProblem, Survey, decode, survey};
use crate::search::Archive;

/// The corrections of an archive in one run.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Their files as they are now, by absolute path.
    pub(super) files: BTreeMap<String, CorrectionsFile>,
    pub(super) entries: Corrections,
    /// How corrected articles are known again.
    pub(super) anchors: Anchors,
    /// What could not be read.
    pub(super) problems: Vec<SourceProblem>,
    /// Digests of the entries that are about a unit, as far as is known before it is read.
    about: BTreeMap<String, BTreeSet<String>>,
}

/// The corrections among what was found, and what of them could not be used.
#[must_use]
pub fn corrections(found: &Survey, options: &Options) -> (Corrections, Vec<SourceProblem>) {
    let known = Known::renewed(&Manifest::default(), &[], found, BTreeMap::new(), None, options);
    (known.entries, known.problems)
}

impl Known {
    /// The corrections an archive holds, as they were taken in.
    pub(super) fn of(manifest: &Manifest) -> Self {
        let (files, anchors) = (manifest.corrections.clone(), manifest.anchors.clone());
        let mut known = Self { files, anchors, ..Self::default() };
        known.read();
        known
    }

    fn read(&mut self) {
        for file in self.files.values() {
            let told = self.entries.add(&file.path, &file.text);
            let place = |problem| SourceProblem { source: file.path.clone(), problem };
            self.problems.extend(told.into_iter().map(place));
        }
    }

    /// The same with what lies in the sources now, in those of other machines, and in the folder of
    /// the lexicon: a file outside of them stays as it was, and one that is gone goes.
    pub(super) fn renewed(
        manifest: &Manifest,
        sources: &[PathBuf],
        found: &Survey,
        elsewhere: BTreeMap<String, CorrectionsFile>,
        lexicon: Option<&Path>,
        options: &Options,
    ) -> Self {
        // What lies beside a file that was named alone.
        let beside = sources.iter().filter(|s| s.is_file()).filter_map(|s| Some(s.parent()?.join(FILE)));
        let mut more: Vec<PathBuf> = beside.filter(|path| path.is_file()).collect();
        more.extend(lexicon.map(|folder| folder.join(FILE)).filter(|path| path.is_file()));
        let beside = if more.is_empty() { Survey::default() } else { survey(&more, options) };
        let mut known = Self { anchors: manifest.anchors.clone(), ..Self::default() };
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for file in found.corrections.iter().chain(&beside.corrections) {
            let path = file_entry(file).path;
            seen.insert(path.clone());
            match file.bytes(&options.limits) {
                Ok(bytes) => {
                    let text = decode(bytes).text;
                    known.files.insert(path, CorrectionsFile { path: file.path.clone(), text });
                }
                Err(problem) => {
                    known.problems.push(SourceProblem { source: file.path.clone(), problem });
                    // What was known before is better than nothing.
                    known.files.extend(manifest.corrections.get(&path).map(|old| (path, old.clone())));
                }
            }
        }
        let mut roots: Vec<PathBuf> = sources.iter().map(|s| absolute(s)).collect();
        roots.extend(lexicon.map(absolute));
        for (path, file) in &manifest.corrections {
            let gone = roots.iter().any(|root| {
                let outer = Path::new(outer(path));
                outer.starts_with(root) || (!root.is_dir() && root.parent() == outer.parent())
            });
            if !gone && !seen.contains(path) {
                known.files.insert(path.clone(), file.clone());
            }
        }
        known.files.extend(elsewhere.into_iter().filter(|(path, _)| !seen.contains(path)));
        known.read();
        known
    }

    /// Finds out which units the entries are about, and has those read again of which other entries
    /// speak than when they were read; gives their number.
    pub(super) fn touch(
        &mut self,
        changes: &mut Changes,
        manifest: &Manifest,
        previous: Option<&OpenIndex>,
        found: &Survey,
        pack: &dyn Fn(&str) -> PathBuf,
    ) -> Result<u64, Error> {
        let archive = previous.filter(|_| !self.entries.is_empty()).cloned().map(Archive::from_open);
        for id in self.entries.ids() {
            let stored = match &archive {
                Some(archive) => archive.article(id)?,
                None => None,
            };
            if let Some(stored) = stored {
                let digests = self.entries.of_article(id).map(|entry| entry.digest.clone());
                self.about.entry(stored.unit).or_default().extend(digests);
            }
        }
        for (key, unit) in &manifest.units {
            let tried = unit.corrections.values().flat_map(|tried| &tried.ids);
            let entries = tried.flat_map(|id| self.entries.of_article(id)).chain(self.of_pages(unit)?);
            let digests: BTreeSet<String> = entries.map(|entry| entry.digest.clone()).collect();
            if !digests.is_empty() {
                self.about.entry(key.clone()).or_default().extend(digests);
            }
        }
        let nothing = BTreeSet::new();
        let touched: Vec<String> = changes
            .kept
            .iter()
            .filter(|(key, unit)| {
                let about = self.about.get(*key).unwrap_or(&nothing);
                !unit.corrections.keys().eq(about.iter())
            })
            .map(|(key, _)| key.clone())
            .collect();
        Ok(changes.once_more(touched, found, pack).len() as u64)
    }

    /// The entries that name an article of a unit's pages.
    fn of_pages(&self, unit: &UnitEntry) -> Result<Vec<&Entry>, Error> {
        if self.entries.is_empty() {
            return Ok(Vec::new());
        }
        let pages = unit.sheets.all()?;
        Ok(pages.keys().flat_map(|page| self.entries.of_page(page)).collect())
    }

    /// A desk for a unit.
    pub(super) const fn desk(&self) -> Desk<'_> {
        Desk::of(&self.entries, &self.anchors)
    }

    /// Writes down what came of the entries that are about a unit, now that it is read.
    pub(super) fn finish(
        &mut self,
        mut attempts: Attempts,
        key: &str,
        unit: &mut UnitEntry,
    ) -> Result<(), Error> {
        if let Some(about) = self.about.get(key) {
            let meant = self.entries.entries().iter().filter(|entry| about.contains(&entry.digest));
            meant.for_each(|entry| attempts.meant(entry));
        }
        self.of_pages(unit)?.into_iter().for_each(|entry| attempts.meant(entry));
        unit.corrections = attempts.tried;
        self.anchors.append(&mut attempts.anchors);
        Ok(())
    }

    /// The entries that are of no use, with their lines.
    pub(super) fn unused(&self, units: &BTreeMap<String, UnitEntry>) -> Vec<SourceProblem> {
        let mut of_use: BTreeSet<&str> = BTreeSet::new();
        let mut why: BTreeMap<&str, &str> = BTreeMap::new();
        for (digest, tried) in units.values().flat_map(|unit| &unit.corrections) {
            match &tried.unused {
                None => {
                    of_use.insert(digest);
                }
                Some(reason) => {
                    why.insert(digest, reason);
                }
            }
        }
        let told = self.entries.entries().iter().filter(|entry| !of_use.contains(entry.digest.as_str()));
        told.map(|entry| {
            let why = why.get(entry.digest.as_str()).map(|why| (*why).to_owned());
            let why = why.unwrap_or_else(|| format!("no article has the id {}", entry.id));
            let problem = Problem::new(ProblemKind::CorrectionUnused, why).at_line(entry.line);
            SourceProblem { source: entry.file.clone(), problem }
        })
        .collect()
    }
}
