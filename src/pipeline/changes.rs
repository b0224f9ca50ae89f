//! Finds out which units of sources are new, changed, gone, or as they were.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::parts::Source;
use crate::diag::{Problem, ProblemKind};
use crate::index::{FileEntry, Manifest, READER, Sheets, UnitEntry};
use crate::ingest::{Options, SourceFile, SourceProblem, Survey, Unit, survey};

/// What has to be done with the sources of an archive.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// To be read, under the key they have in the manifest.
    pub(super) read: Vec<(String, Source, UnitEntry)>,
    /// Keys whose documents go before anything is written.
    pub(super) removed: BTreeSet<String>,
    /// Number of units left alone.
    pub(super) unchanged: u64,
    /// Number of units that did not change and are read again because the reader did.
    pub(super) reread: u64,
    /// Number of units that an older reader read and that can't be read again.
    pub(super) stale: u64,
    /// Entries that stay, some with a newer stamp.
    pub(super) kept: BTreeMap<String, UnitEntry>,
}

/// Compares what lies in the sources with what the archive was made from. A unit that an older
/// page reader or people finder read is read again, from what the archive keeps where it was not
/// given; `pack` tells where a pack lies.
pub(super) fn changes(
    sources: &[PathBuf],
    found: Survey,
    options: &Options,
    manifest: &Manifest,
    pack: &dyn Fn(&str) -> PathBuf,
) -> (Changes, Survey) {
    let mut found = with_siblings(sources, found, options, manifest);
    let mut unread = Vec::new();
    let mut changes = Changes { kept: manifest.units.clone(), ..Changes::default() };
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut keys: BTreeSet<String> = BTreeSet::new();
    for unit in &found.units {
        let files: Vec<FileEntry> = unit.files.iter().map(file_entry).collect();
        seen.extend(files.iter().map(|f| f.path.clone()));
        let key = manifest_key(unit, &files);
        keys.insert(key.clone());
        let old = manifest.units.get(&key);
        let stamp = unit.stamp();
        let fingerprint = match (old, old.filter(|old| old.stamp == stamp)) {
            (_, Some(same)) => same.fingerprint.clone(),
            // A new file that can't be read is told when it is read.
            (None, _) => unit.fingerprint().unwrap_or_default(),
            (Some(_), None) => match unit.fingerprint() {
                Ok(fingerprint) => fingerprint,
                Err(error) => {
                    unread.push(stays(unit, &error));
                    changes.unchanged += 1;
                    continue;
                }
            },
        };
        match old.filter(|old| !fingerprint.is_empty() && old.fingerprint == fingerprint) {
            Some(same) if same.reader == READER => {
                changes.unchanged += 1;
                changes.kept.insert(key, UnitEntry { stamp, ..same.clone() });
            }
            Some(same) => {
                changes.reread += 1;
                changes.again(key, unit.clone(), UnitEntry { stamp, ..same.clone() });
            }
            None => {
                if old.is_some() {
                    changes.removed.insert(key.clone());
                }
                let source = Source::Here(unit.clone());
                changes.read.push((key, source, new_entry(stamp, fingerprint, files)));
            }
        }
    }
    let roots: Vec<PathBuf> = sources.iter().map(|s| absolute(s)).collect();
    // Folders and containers that could not be looked into: what lay there may still be there.
    let unreadable = |p: &&SourceProblem| {
        matches!(p.problem.kind, ProblemKind::Unreadable | ProblemKind::BadFormat | ProblemKind::Limit)
    };
    let shut = found.problems.iter().filter(unreadable).map(|p| absolute(Path::new(&p.source)));
    let shut: BTreeSet<PathBuf> = shut.collect();
    for (key, old) in &manifest.units {
        if keys.contains(key) {
            continue;
        }
        // The same file under another key: given otherwise, or with other facts.
        let taken_over = !keys.contains(key) && old.files.iter().any(|f| seen.contains(&f.path));
        let in_roots = |f: &FileEntry| {
            let path = Path::new(outer(&f.path));
            roots.iter().any(|root| path.starts_with(root))
        };
        let mut files = old.files.iter();
        let gone = files.all(|f| in_roots(f) && !seen.contains(&f.path) && !hidden(&shut, &f.path));
        if taken_over || gone {
            changes.removed.insert(key.clone());
        } else if old.reader != READER {
            changes.read_kept(key, old, pack);
        }
    }
    for key in &changes.removed {
        changes.kept.remove(key);
    }
    found.problems.append(&mut unread);
    (changes, found)
}

/// Tells that a unit that was read before can't be read now. Its articles stay: a disk that fails or
/// a right that is missing is no sign that somebody took the page away.
fn stays(unit: &Unit, error: &std::io::Error) -> SourceProblem {
    let unreadable = unit.files.iter().chain(&unit.sidecars).find(|file| file.digest().is_err());
    let source = unreadable.or(unit.files.first()).map_or_else(|| unit.key.clone(), |file| file.path.clone());
    let message = format!("{error}; what was read of it before stays");
    SourceProblem { source, problem: Problem::new(ProblemKind::Unreadable, message) }
}

/// Whether a file lies below a folder, or in a container, that could not be read.
fn hidden(shut: &BTreeSet<PathBuf>, path: &str) -> bool {
    let mut around = Path::new(path).ancestors().chain([Path::new(outer(path))]);
    !shut.is_empty() && around.any(|folder| shut.contains(folder))
}

/// Everything the archive was made from, to be read again: from what it keeps, else from where it
/// was. Gives also the number of units that are in neither place.
pub(super) fn everything(
    manifest: &Manifest,
    options: &Options,
    pack: &dyn Fn(&str) -> PathBuf,
) -> (Changes, Survey, u64) {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut lost = 0;
    for old in manifest.units.values().filter(|old| old.kept.is_none()) {
        let paths: Vec<PathBuf> = old.files.iter().map(|f| PathBuf::from(outer(&f.path))).collect();
        lost += u64::from(paths.iter().any(|path| !path.is_file()));
        files.extend(paths);
    }
    files.dedup();
    let found = if files.is_empty() { Survey::default() } else { survey(&files, options) };
    let mut changes = Changes::default();
    for unit in &found.units {
        let files: Vec<FileEntry> = unit.files.iter().map(file_entry).collect();
        let entry = new_entry(unit.stamp(), unit.fingerprint().unwrap_or_default(), files);
        changes.read.push((manifest_key(unit, &entry.files), Source::Here(unit.clone()), entry));
    }
    for (key, old) in manifest.units.iter().filter(|(_, old)| old.kept.is_some()) {
        changes.read_kept(key, old, pack);
    }
    changes.removed.clear();
    (changes, found, lost)
}

fn new_entry(stamp: String, fingerprint: String, files: Vec<FileEntry>) -> UnitEntry {
    let reader = READER.to_owned();
    UnitEntry {
        stamp,
        fingerprint,
        reader,
        kept: None,
        files,
        articles: 0,
        pages: 0,
        text_bytes: 0,
        sheets: Sheets::default(),
        corrections: BTreeMap::new(),
        style: None,
        heeded: String::new(),
    }
}

impl Changes {
    /// The key of a unit in the manifest.
    pub(super) fn key_of(unit: &Unit) -> String {
        let files: Vec<FileEntry> = unit.files.iter().map(file_entry).collect();
        manifest_key(unit, &files)
    }

    /// What a manifest says of a unit before it is read.
    pub(super) fn entry_of(unit: &Unit) -> UnitEntry {
        let files: Vec<FileEntry> = unit.files.iter().map(file_entry).collect();
        new_entry(unit.stamp(), unit.fingerprint().unwrap_or_default(), files)
    }

    /// Takes note of a unit that is as it was and is read again; its kept copy stays.
    pub(super) fn again(&mut self, key: String, unit: Unit, old: UnitEntry) {
        self.removed.insert(key.clone());
        let new = new_entry(old.stamp, old.fingerprint, old.files);
        let entry = UnitEntry { kept: old.kept, style: old.style, ..new };
        self.read.push((key, Source::Here(unit), entry));
    }

    /// Has units read again that did not change; gives the keys of those that can be.
    pub(super) fn once_more(
        &mut self,
        keys: Vec<String>,
        found: &Survey,
        pack: &dyn Fn(&str) -> PathBuf,
    ) -> Vec<String> {
        if keys.is_empty() {
            return keys;
        }
        let here: HashMap<String, &Unit> = found.units.iter().map(|u| (Self::key_of(u), u)).collect();
        let mut again = |key: &String| {
            let Some(old) = self.kept.get(key).cloned() else { return false };
            let given = here.get(key).map(|unit| (*unit).clone());
            let seen = given.is_some();
            let kept = || old.kept.as_ref().map(|kept| kept.unit(&pack(&kept.pack)));
            let Some(unit) = given.or_else(kept) else { return false };
            self.kept.remove(key);
            self.unchanged -= u64::from(seen);
            self.again(key.clone(), unit, old);
            true
        };
        keys.into_iter().filter(|key| again(key)).collect()
    }

    /// Puts what is to be read in the order in which one machine reads all.
    pub(super) fn sort(&mut self) {
        self.read.sort_by(|a, b| a.1.order().cmp(b.1.order()));
    }

    /// The same for one that is read from the archive's own copy.
    fn read_kept(&mut self, key: &str, old: &UnitEntry, pack: &dyn Fn(&str) -> PathBuf) {
        match &old.kept {
            Some(kept) => {
                self.reread += 1;
                self.again(key.to_owned(), kept.unit(&pack(&kept.pack)), old.clone());
            }
            None => self.stale += 1,
        }
    }
}

/// Takes in the other files of an issue of which only some were named: an issue is read whole.
fn with_siblings(sources: &[PathBuf], found: Survey, options: &Options, manifest: &Manifest) -> Survey {
    let named: BTreeSet<String> =
        found.units.iter().flat_map(|u| u.files.iter().map(|f| file_entry(f).path)).collect();
    let roots: Vec<PathBuf> = sources.iter().filter(|s| s.is_dir()).map(|s| absolute(s)).collect();
    let mut more: Vec<PathBuf> = Vec::new();
    for unit in &found.units {
        let files: Vec<FileEntry> = unit.files.iter().map(file_entry).collect();
        let Some(old) = manifest.units.get(&manifest_key(unit, &files)) else { continue };
        for file in &old.files {
            let path = Path::new(&file.path);
            let under_root = roots.iter().any(|root| path.starts_with(root));
            if !named.contains(&file.path) && !under_root && path.is_file() {
                more.push(path.to_owned());
            }
        }
    }
    if more.is_empty() {
        return found;
    }
    more.extend_from_slice(sources);
    survey(&more, options)
}

pub(super) fn file_entry(file: &SourceFile) -> FileEntry {
    let since = file.mtime.and_then(|t| t.duration_since(UNIX_EPOCH).ok());
    FileEntry {
        path: absolute(Path::new(&file.path)).to_string_lossy().into_owned(),
        size_bytes: file.size_bytes,
        modified_ns: since.and_then(|d| u64::try_from(d.as_nanos()).ok()),
    }
}

/// A unit's key, unique over everything that can be indexed: two folders may hold pages of one
/// paper and day, and neither may replace the other.
fn manifest_key(unit: &Unit, files: &[FileEntry]) -> String {
    let folder = files.first().map_or("", |f| f.path.rsplit_once('/').map_or("", |(folder, _)| folder));
    match unit.key.split_once(':') {
        Some(("issue", name)) => format!("issue:{name}@{folder}"),
        _ => {
            format!("{}@{}", unit.key.split(':').next().unwrap_or(""), files.first().map_or("", |f| &f.path))
        }
    }
}

/// The path made absolute without asking the disk, so that a file that is gone has one too.
pub(super) fn absolute(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut out = PathBuf::new();
    for part in whole.components() {
        match part {
            std::path::Component::ParentDir => {
                out.pop();
            }
            std::path::Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

/// The file that lies in a folder: the container, for a file inside one.
pub(super) fn outer(path: &str) -> &str {
    path.split_once("!/").map_or(path, |(outer, _)| outer)
}
