//! Finds out which units of sources are new, changed, gone, or as they were.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::index::{FileEntry, Manifest, UnitEntry};
use crate::ingest::{Options, SourceFile, Survey, Unit, survey};

/// What has to be done with the sources of an archive.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// To be read, under the key they have in the manifest.
    pub(super) read: Vec<(String, Unit, UnitEntry)>,
    /// Keys whose documents go before anything is written.
    pub(super) removed: BTreeSet<String>,
    /// Number of units left alone.
    pub(super) unchanged: u64,
    /// Entries that stay, some with a newer stamp.
    pub(super) kept: BTreeMap<String, UnitEntry>,
}

/// Compares what lies in the sources with what the archive was made from.
pub(super) fn changes(
    sources: &[PathBuf],
    found: Survey,
    options: &Options,
    manifest: &Manifest,
) -> (Changes, Survey) {
    let found = with_siblings(sources, found, options, manifest);
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
        if old.is_some_and(|old| old.stamp == stamp) {
            changes.unchanged += 1;
            continue;
        }
        // A file that can't be read now is told when it is read.
        let fingerprint = unit.fingerprint().unwrap_or_default();
        let entry = UnitEntry { stamp, fingerprint, files, articles: 0, pages: 0, text_bytes: 0 };
        match old {
            Some(old) if !entry.fingerprint.is_empty() && old.fingerprint == entry.fingerprint => {
                changes.unchanged += 1;
                changes.kept.insert(key, UnitEntry { stamp: entry.stamp, ..old.clone() });
            }
            _ => {
                if old.is_some() {
                    changes.removed.insert(key.clone());
                }
                changes.read.push((key, unit.clone(), entry));
            }
        }
    }
    let roots: Vec<PathBuf> = sources.iter().map(|s| absolute(s)).collect();
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
        let gone = old.files.iter().all(|f| in_roots(f) && !seen.contains(&f.path));
        if taken_over || gone {
            changes.removed.insert(key.clone());
        }
    }
    for key in &changes.removed {
        changes.kept.remove(key);
    }
    (changes, found)
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

fn file_entry(file: &SourceFile) -> FileEntry {
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
fn absolute(path: &Path) -> PathBuf {
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
fn outer(path: &str) -> &str {
    path.split_once("!/").map_or(path, |(outer, _)| outer)
}
