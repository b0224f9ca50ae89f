//! Composes the stages from source folder to committed index; the one place where they meet.
//!
//! Two passes. The first reads changed sources into articles and learns who is named in them; the
//! second, with all names of the archive known, finds the people, and the index segments and
//! stores. Old articles that contain a newly learned name are gone over again, so that an archive
//! that grew is the one that would have been built at once.

mod changes;
mod corrections;
mod lexicon;
mod old;
mod parts;
mod prepare;
mod push;
mod sheets;
mod spill;
mod watch;
mod verify;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::correct::{Attempts, Corrections};
use crate::diag::{Problem, ProblemKind};
use crate::index::{Error, Generation, Manifest, Pack, StoredArticle, StoredPage, Totals, UnitEntry, Writer};
use crate::ingest::{ArticleRecord, Options, SourceProblem, UnitKind, survey};
use crate::layout;
use crate::paper::{Article, IssueFacts};
use crate::people::{self, NameBook, Overlay, Sighting};
use crate::text::segment::Segmenter;
use changes::{Changes, changes, everything};
use corrections::Known;
pub use corrections::corrections;
pub use lexicon::{LEXICON_FOLDER, lexicon};
use old::Old;
use parts::Source;
pub use prepare::{Preparation, Share, prepare};
pub use push::{PushOptions, PushReport, PushStep, push};
use sheets::{page_of, sheet};
use spill::{Draft, Spill};
pub use verify::{Check, Finding, Tell, Verified, verify};
pub use watch::{Look, watch};

/// Articles worked on at once.
const BATCH_ARTICLES: usize = 2048;
/// Bytes of page files read at once.
const BATCH_BYTES: u64 = 32 << 20;

/// What a run tells while it works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reading sources: bytes done and to do.
    Reading {
        /// Done.
        bytes: u64,
        /// To do.
        of_bytes: u64,
    },
    /// Finding people and writing: articles done and to do.
    Writing {
        /// Done.
        articles: u64,
        /// To do.
        of_articles: u64,
    },
    /// Making it the state that is served.
    Committing,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Units of sources read: issues, or files of articles.
    pub units_read: u64,
    /// Units left alone because nothing changed.
    pub units_unchanged: u64,
    /// Of those read, units that did not change and were read with an older reader.
    pub units_reread: u64,
    /// Of those read, units that did not change and of whose articles corrections say something else.
    pub units_corrected: u64,
    /// Units that an older reader read and that are neither kept nor among the sources given.
    pub units_stale: u64,
    /// Units whose articles went.
    pub units_removed: u64,
    /// Articles written.
    pub articles_written: u64,
    /// Old articles gone over again because a name was learned or the lexicon changed.
    pub articles_renewed: u64,
    /// Entries of the archive's own lexicon that changed: words, and names whose persons are corrected.
    pub lexicon_changed: u64,
    /// The state that is served now.
    pub generation: Option<Generation>,
    /// What was odd, with its place.
    pub problems: Vec<SourceProblem>,
    /// What was passed over and why.
    pub skipped: Vec<(String, String)>,
}

/// Reads sources into an archive: adds, updates, and leaves unchanged ones alone.
///
/// With `rebuild` the archive is made anew from the sources given, or without any from those that
/// it keeps. `tell` hears how far the work has come; it is called from several threads.
///
/// # Errors
///
/// Where the archive can't be written or another process has it. Sources that can't be read are
/// problems of the report and never an error.
pub fn index(
    root: &Path,
    sources: &[PathBuf],
    options: &Options,
    rebuild: bool,
    tell: &(dyn Fn(Step) + Sync),
) -> Result<Report, Error> {
    index_with(root, sources, options, None, rebuild, tell)
}

/// As [`index`], with the lexicon in a folder that the archive then keeps to.
///
/// Without one it is that of the runs before, or the folder `lexicon` of the archive itself. Articles in
/// which a changed entry stands are gone over again, persons that are corrected otherwise gathered anew.
///
/// # Errors
///
/// As [`index`].
pub fn index_with(
    root: &Path,
    sources: &[PathBuf],
    options: &Options,
    lexicon_folder: Option<&Path>,
    rebuild: bool,
    tell: &(dyn Fn(Step) + Sync),
) -> Result<Report, Error> {
    let mut writer = Writer::open(root, rebuild)?;
    spill::sweep(root);
    let (parts, sources) = parts::among(sources)?;
    let sources = sources.as_slice();
    let from_kept = rebuild && sources.is_empty() && parts.is_empty();
    let previous = writer.previous().filter(|_| !rebuild).cloned();
    let manifest = if rebuild && !from_kept { None } else { writer.manifest()? }.unwrap_or_default();
    let pack_path = |file: &str| writer.pack_path(file);
    let (mut changes, found) = if from_kept {
        if manifest.units.is_empty() {
            return Err(Error::NotFound(root.to_owned()));
        }
        let (changes, found, lost) = everything(&manifest, options, &pack_path);
        if lost > 0 {
            return Err(Error::SourcesGone { path: root.to_owned(), units: lost });
        }
        (changes, found)
    } else {
        changes(sources, survey(sources, options), options, &manifest, &pack_path)
    };
    let told = parts::Told::of(&parts);
    let prepared_twice = changes.prepared(&parts, &manifest);
    // Also a rebuild keeps to the folder that was named before.
    let named_before = writer.previous().and_then(|p| p.manifest().ok()).and_then(|m| m.lexicon);
    let folder = lexicon::folder(root, lexicon_folder, named_before.as_deref());
    let elsewhere = told.corrections;
    let mut known = Known::renewed(&manifest, sources, &found, elsewhere, folder.as_deref(), options);
    let units_corrected = known.touch(&mut changes, &manifest, previous.as_ref(), &found, &pack_path)?;
    let mut report = Report {
        units_unchanged: changes.unchanged,
        units_reread: changes.reread,
        units_stale: changes.stale,
        units_corrected,
        units_removed: changes.removed.len() as u64,
        problems: found.problems,
        skipped: found.skipped.into_iter().map(|s| (s.path, s.reason.to_owned())).collect(),
        ..Report::default()
    };
    report.problems.extend(told.problems.into_iter().chain(prepared_twice));
    report.skipped.extend(told.skipped);
    report.problems.append(&mut known.problems);
    report.units_read = changes.read.len() as u64;
    let before = previous.as_ref().map(|p| p.names()).transpose()?.unwrap_or_default();
    let (overlay, bad_lines) = match folder.as_deref().map(lexicon) {
        None => (Overlay::default(), Vec::new()),
        Some((Some(overlay), problems)) => (overlay, problems),
        // What was known before is better than nothing.
        Some((None, problems)) => (before.overlay().clone(), problems),
    };
    report.problems.extend(bad_lines);
    let words = before.overlay().words_changed(&overlay);
    let corrected = before.overlay().names_changed(&overlay);
    if previous.is_some() {
        report.lexicon_changed = (words.len() + corrected.len()) as u64;
    }
    // A folder named otherwise is remembered even where it says the same.
    let kept = lexicon_folder.and(folder).map(|f| f.to_string_lossy().into_owned()).or(named_before);
    if changes.read.is_empty()
        && changes.removed.is_empty()
        && report.lexicon_changed == 0
        && let Some(previous) = &previous
        && manifest.lexicon == kept
        && manifest.corrections == known.files
    {
        report.problems.extend(known.unused(&manifest.units));
        report.generation = Some(previous.generation.clone());
        return Ok(report);
    }
    // What another reader has found can't be taken apart: then everything is written anew.
    let anew = rebuild || changes.reread + changes.stale > 0;
    let pack = if options.no_sources { None } else { Some(Pack::begin(root, writer.number())?) };
    let corrected_before = Known::of(&manifest).entries;
    let mut old = Old::open(previous, before, corrected_before, &changes.removed, anew)?;
    old.corrected(corrected);

    let io_error = |source: io::Error| Error::Io { path: root.to_owned(), source };
    let mut reading = Reading {
        spill: Spill::new(root, "articles"),
        pages: Spill::new(root, "pages"),
        teacher: NameBook::with_overlay(overlay.clone()),
        lexicon: parts::digest_of(&overlay),
        names: NameBook::default(),
        ids: HashMap::new(),
        drafts: 0,
        pack,
        known,
    };
    let mut entries = reading.units(&mut changes, &mut old, &mut report, tell)?;
    let staying = old.staying(changes.kept.keys())?;
    for page in old.staying_pages(changes.kept.keys())? {
        reading.pages.push(page, 0).map_err(spilling)?;
    }
    let taught = staying.iter().map(|draft| &draft.article);
    reading.names.merge(&learn(&reading.teacher, &reading.known.entries, taught));
    entries.append(&mut changes.kept);

    report.problems.extend(reading.known.unused(&entries));
    let touched = old.touched(&words, &reading.teacher, &reading.known.entries, &mut reading.names)?;
    let mut names = old.names_with(&reading.names);
    names.set_overlay(overlay);
    let mut renewed = old.renewed(&names, touched)?;
    renewed.extend(staying);
    report.articles_renewed = renewed.len() as u64;
    let segmenter = Segmenter::taught(names.taught());
    writer.begin(&segmenter, anew)?;
    for unit in &changes.removed {
        writer.remove_unit(unit)?;
    }
    let Reading { spill, pages, drafts, ids, pack, known, .. } = reading;
    for draft in renewed {
        writer.remove_article(&draft.article.id)?;
        write(&writer, vec![draft], &names, &known.entries, &mut old)?;
    }
    let mut written = 0;
    let mut failed: Option<Error> = None;
    spill
        .drain(BATCH_ARTICLES, |batch| {
            let live: Vec<Draft> = batch
                .into_iter()
                .enumerate()
                .filter(|(i, d)| ids.get(&d.article.id).is_some_and(|(_, n)| *n == written + *i as u64))
                .map(|(_, d)| d)
                .collect();
            written += BATCH_ARTICLES as u64;
            report.articles_written += live.len() as u64;
            tell(Step::Writing { articles: report.articles_written, of_articles: drafts });
            write(&writer, live, &names, &known.entries, &mut old).map_err(|e| {
                let message = e.to_string();
                failed = Some(e);
                io::Error::other(message)
            })
        })
        .map_err(|e| failed.take().unwrap_or_else(|| io_error(e)))?;

    let mut failed: Option<Error> = None;
    pages
        .drain(BATCH_ARTICLES, |batch| {
            batch.iter().try_for_each(|page| writer.put_page(page)).map_err(|e| {
                let message = e.to_string();
                failed = Some(e);
                io::Error::other(message)
            })
        })
        .map_err(|e| failed.take().unwrap_or_else(|| io_error(e)))?;

    tell(Step::Committing);
    let persons = old.write_persons(&writer, names.overlay())?;
    let sum = |of: fn(&UnitEntry) -> u64| entries.values().map(of).sum::<u64>();
    let totals = Totals {
        articles: sum(|e| e.articles),
        persons,
        pages: sum(|e| e.pages),
        text_bytes: sum(|e| e.text_bytes),
    };
    let (corrections, anchors) = (known.files, known.anchors);
    let manifest = Manifest { units: entries, lexicon: kept, corrections, anchors };
    report.generation = Some(writer.commit(&names, manifest, pack, &totals)?);
    Ok(report)
}

/// Finds the people of articles and hands both to the index, on all cores.
fn write(
    writer: &Writer,
    drafts: Vec<Draft>,
    names: &NameBook,
    corrections: &Corrections,
    old: &mut Old,
) -> Result<(), Error> {
    let sighted: Vec<Vec<(String, Sighting)>> = drafts
        .into_par_iter()
        .map(|draft| {
            let Draft { article, facts, source, unit } = draft;
            let people = corrections.people_of(&article, names);
            let stored = StoredArticle { article, facts, source, unit, people };
            writer.put_article(&stored)?;
            Ok(people::sightings(&stored.article, &stored.facts, &stored.people)
                .map(|(name, sighting)| (name.to_owned(), sighting))
                .collect())
        })
        .collect::<Result<_, Error>>()?;
    old.sighted(sighted.into_iter().flatten());
    Ok(())
}

/// The first pass.
struct Reading {
    spill: Spill<Draft>,
    /// Pages with furniture.
    pages: Spill<StoredPage>,
    /// Knows nothing but the archive's own lexicon.
    teacher: NameBook,
    /// Digest of that lexicon: what a part has learned with the same holds here.
    lexicon: String,
    names: NameBook,
    /// Unit and number of the article that has an id.
    ids: HashMap<String, (String, u64)>,
    drafts: u64,
    /// Where sources are kept, if they are.
    pack: Option<Pack>,
    /// What is put right in articles.
    known: Known,
}

impl Reading {
    fn units(
        &mut self,
        changes: &mut Changes,
        old: &mut Old,
        report: &mut Report,
        tell: &(dyn Fn(Step) + Sync),
    ) -> Result<BTreeMap<String, UnitEntry>, Error> {
        let of_bytes: u64 = changes.read.iter().map(|(_, unit, _)| unit.size_bytes()).sum();
        let mut bytes = 0;
        let mut entries = BTreeMap::new();
        let mut units = std::mem::take(&mut changes.read).into_iter().peekable();
        while let Some(first) = units.next() {
            let mut batch = vec![first];
            let mut batch_bytes = batch[0].1.size_bytes();
            if batch[0].1.kind() == UnitKind::Issue {
                while let Some(next) = units.next_if(|(_, unit, _)| {
                    unit.kind() == UnitKind::Issue && batch_bytes + unit.size_bytes() <= BATCH_BYTES
                }) {
                    batch_bytes += next.1.size_bytes();
                    batch.push(next);
                }
                self.issues(batch, &mut entries, old, report)?;
            } else if let Some((key, unit, entry)) = batch.pop() {
                self.articles(key, &unit, entry, &mut entries, old, report)?;
            }
            bytes += batch_bytes;
            tell(Step::Reading { bytes, of_bytes });
        }
        Ok(entries)
    }

    /// Reads issues of pages, several at once.
    fn issues(
        &mut self,
        batch: Vec<(String, Source, UnitEntry)>,
        entries: &mut BTreeMap<String, UnitEntry>,
        old: &mut Old,
        report: &mut Report,
    ) -> Result<(), Error> {
        let keep = self.pack.is_some();
        let read: Vec<_> = batch
            .into_par_iter()
            .map(|(key, unit, entry)| -> Result<_, Error> {
                let (mut pages, taught) = unit.read_issue(&self.lexicon)?;
                let mut desk = self.known.desk();
                let facts = desk.issue(&mut pages);
                // What was learned elsewhere was learned without corrections.
                let names = taught.filter(|_| self.known.entries.is_empty()).unwrap_or_else(|| {
                    learn(&self.teacher, &self.known.entries, pages.iter().flat_map(|page| &page.articles))
                });
                let kept = if keep && entry.kept.is_none() { unit.keep()? } else { None };
                Ok((key, entry, pages, (desk.done(), facts), names, kept))
            })
            .collect::<Result<_, Error>>()?;
        for (key, mut entry, pages, (read, facts), names, kept) in read {
            if let (Some(kept), Some(pack)) = (kept, &mut self.pack) {
                entry.kept = Some(pack.append(kept.0, &kept.1)?);
            }
            self.names.merge(&names);
            entry.pages = pages.len() as u64;
            for page in pages {
                self.furniture(&page, &key)?;
                let place = layout::page_id(&page);
                let sheet = sheet(&mut entry, &place, &page.facts, &page.source);
                sheet.files += 1;
                page.problems.iter().for_each(|problem| sheet.odd(problem.kind));
                let told = |problem| SourceProblem { source: page.source.clone(), problem };
                report.problems.extend(page.problems.into_iter().map(told));
                for article in page.articles {
                    let draft = Draft {
                        facts: facts.of(&article.id, &page.facts),
                        article,
                        source: page.source.clone(),
                        unit: key.clone(),
                    };
                    self.take(draft, &place, &mut entry, old, report)?;
                }
            }
            self.known.finish(read, &key, &mut entry);
            entries.insert(key, entry);
        }
        Ok(())
    }

    /// Reads a file of ready articles, a batch at a time.
    fn articles(
        &mut self,
        key: String,
        unit: &Source,
        mut entry: UnitEntry,
        entries: &mut BTreeMap<String, UnitEntry>,
        old: &mut Old,
        report: &mut Report,
    ) -> Result<(), Error> {
        if let Some(pack) = self.pack.as_mut().filter(|_| entry.kept.is_none()) {
            entry.kept = match unit {
                Source::Here(unit) => Some(pack.keep(|mut out, at| unit.keep(&mut out, at))?),
                Source::Prepared(prepared) => match prepared.kept()? {
                    Some((kept, frames)) => Some(pack.append(kept, &frames)?),
                    None => None,
                },
            };
        }
        let mut records = unit.records()?;
        let mut read = Attempts::default();
        loop {
            let batch: Vec<_> = records.by_ref().take(BATCH_ARTICLES).collect::<Result<_, Error>>()?;
            if batch.is_empty() {
                break;
            }
            let (known, teacher) = (&self.known, &self.teacher);
            let batch: Vec<_> =
                batch.into_par_iter().map(|record| record.map(|r| put_right(r, known, teacher))).collect();
            for record in batch {
                match record {
                    Ok(Ready { record, articles, attempts, names }) => {
                        self.names.merge(&names);
                        read.append(attempts);
                        let place = page_of(&record.article.id, &record.facts);
                        let sheet = sheet(&mut entry, &place, &record.facts, &record.source);
                        record.problems.iter().for_each(|problem| sheet.odd(problem.kind));
                        let told = |problem| SourceProblem { source: record.source.clone(), problem };
                        report.problems.extend(record.problems.into_iter().map(told));
                        for (article, facts) in articles {
                            let (source, unit) = (record.source.clone(), key.clone());
                            self.take(
                                Draft { article, facts, source, unit },
                                &place,
                                &mut entry,
                                old,
                                report,
                            )?;
                        }
                    }
                    Err(told) => {
                        let nowhere = IssueFacts::default();
                        sheet(&mut entry, "", &nowhere, &told.source).odd(told.problem.kind);
                        report.problems.push(told);
                    }
                }
            }
        }
        self.known.finish(read, &key, &mut entry);
        entries.insert(key, entry);
        Ok(())
    }

    /// Takes what stands on a page and is no story.
    fn furniture(&mut self, page: &crate::paper::Page, unit: &str) -> Result<(), Error> {
        if page.furniture.is_empty() {
            return Ok(());
        }
        let bytes = page.furniture.iter().map(|f| f.text.len()).sum();
        let stored = StoredPage {
            id: layout::page_id(page),
            facts: page.facts.clone(),
            source: page.source.clone(),
            unit: unit.to_owned(),
            furniture: page.furniture.clone(),
        };
        self.pages.push(stored, bytes).map_err(spilling)
    }

    /// Takes an article of a place unless its id belongs to another source.
    fn take(
        &mut self,
        draft: Draft,
        place: &str,
        entry: &mut UnitEntry,
        old: &mut Old,
        report: &mut Report,
    ) -> Result<(), Error> {
        let id = draft.article.id.clone();
        let other = match self.ids.get(&id) {
            Some((unit, _)) if *unit != draft.unit => Some(unit.clone()),
            Some(_) => None,
            None => old.unit_of(&id)?.filter(|unit| *unit != draft.unit),
        };
        if let Some(other) = other {
            let message = format!("the id {id} belongs to an article of {other}; that one stays");
            let problem = Problem::new(ProblemKind::DuplicateId, message);
            sheet(entry, place, &draft.facts, &draft.source).odd(problem.kind);
            report.problems.push(SourceProblem { source: draft.source, problem });
            return Ok(());
        }
        let text_bytes = draft.text_bytes();
        // Within one source the later article of an id replaces the earlier one.
        if self.ids.insert(id, (draft.unit.clone(), self.drafts)).is_none() {
            entry.articles += 1;
            entry.text_bytes += text_bytes as u64;
            let sheet = sheet(entry, place, &draft.facts, &draft.source);
            sheet.articles += 1;
            sheet.untitled += u64::from(layout::lacks_headline(&draft.article));
        }
        self.drafts += 1;
        self.spill.push(draft, text_bytes).map_err(spilling)
    }
}

/// A ready article, put right.
struct Ready {
    /// As it was read; only what is told of it counts.
    record: ArticleRecord,
    articles: Vec<(Article, IssueFacts)>,
    attempts: Attempts,
    names: NameBook,
}

fn put_right(record: ArticleRecord, known: &Known, teacher: &NameBook) -> Ready {
    let mut desk = known.desk();
    let articles = desk.ready(record.article.clone(), record.facts.clone(), &record.source);
    let names = learn(teacher, &known.entries, articles.iter().map(|(article, _)| article));
    Ready { record, articles, attempts: desk.done(), names }
}

fn spilling(source: io::Error) -> Error {
    Error::Io { path: PathBuf::from("spill"), source }
}

/// Tells an error of packing in memory, which only a lack of memory can cause.
fn keeping(source: io::Error) -> Error {
    Error::Io { path: PathBuf::from("sources"), source }
}

/// The names that articles teach by themselves, to a teacher that has read no other.
fn learn<'a>(
    teacher: &NameBook,
    corrections: &Corrections,
    articles: impl IntoIterator<Item = &'a Article>,
) -> NameBook {
    let mut names = NameBook::default();
    for article in articles {
        names.add(&corrections.people_of(article, teacher).mentions);
    }
    names
}
