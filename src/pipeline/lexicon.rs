//! The archive's own lexicon: where it lies, and what a change of it touches.

use std::path::{Path, PathBuf};

use crate::diag::{Problem, ProblemKind};
use crate::ingest::{SourceProblem, decode};
use crate::people::Overlay;
use crate::search::SYNONYMS_FILE;

/// The folder of an archive in which its own lexicon lies unless another is named.
pub const LEXICON_FOLDER: &str = "lexicon";

/// Largest lexicon file, in bytes.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// Reads the lexicon files of a folder, in the order of their names; hidden files are left out.
///
/// Bad lines and files that can't be read are told with their place, and the rest is used; nothing where
/// there is no such folder.
#[must_use]
pub fn lexicon(folder: &Path) -> (Option<Overlay>, Vec<SourceProblem>) {
    let (mut overlay, mut problems) = (Overlay::default(), Vec::new());
    let mut files: Vec<PathBuf> = match std::fs::read_dir(folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(e) => {
            let problem = Problem::new(ProblemKind::Unreadable, e.to_string());
            return (None, vec![SourceProblem { source: folder.to_string_lossy().into_owned(), problem }]);
        }
    };
    files.sort();
    for file in files {
        let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        // Other names of things are read by whoever answers questions.
        if name.starts_with('.') || name.ends_with('~') || name == SYNONYMS_FILE || !file.is_file() {
            continue;
        }
        let source = file.to_string_lossy().into_owned();
        let mut tell = |problem: Problem| problems.push(SourceProblem { source: source.clone(), problem });
        if file.metadata().is_ok_and(|m| m.len() > FILE_BYTES_MAX) {
            tell(Problem::new(
                ProblemKind::Limit,
                format!("a lexicon file of more than {} MB is not read", FILE_BYTES_MAX >> 20),
            ));
            continue;
        }
        match std::fs::read(&file) {
            Ok(bytes) => {
                let decoded = decode(bytes);
                decoded.problems.into_iter().filter(|p| p.kind != ProblemKind::Empty).for_each(&mut tell);
                overlay.add(&name, &decoded.text).into_iter().for_each(&mut tell);
            }
            Err(e) => tell(Problem::new(ProblemKind::Unreadable, e.to_string())),
        }
    }
    (Some(overlay), problems)
}

/// The folder a run takes its lexicon from: the one named, else the one named before, else the archive's.
pub(super) fn folder(root: &Path, named: Option<&Path>, before: Option<&str>) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(std::path::absolute(named).unwrap_or_else(|_| named.to_owned()));
    }
    let own = root.join(LEXICON_FOLDER);
    before.map(PathBuf::from).or_else(|| own.is_dir().then_some(own))
}
