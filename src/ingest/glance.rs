//! Looks over sources without opening any: has anything come, gone or changed?
//!
//! Folders are looked over again and again rather than watched through the system: pages arrive
//! on network shares and in mounted folders, where the system tells nothing of what others wrote,
//! and looking over 100,000 files costs a fraction of a second.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use walkdir::WalkDir;

/// The names, sizes and times of the files of sources, as one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glance {
    /// Number of files seen.
    pub files: u64,
    /// Differs where anything differs.
    pub digest: [u8; 32],
}

/// Looks over files and folders, hidden files left out; what can't be seen counts as not there.
///
/// Gives `None` where one of the sources is not there at all, as when a share is not mounted.
#[must_use]
pub fn glance(sources: &[PathBuf]) -> Option<Glance> {
    let mut hasher = blake3::Hasher::new();
    let mut files = 0;
    let mut take = |path: &Path, meta: &std::fs::Metadata| {
        let changed = meta.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok());
        let path = path.as_os_str().as_encoded_bytes();
        hasher.update(&(path.len() as u64).to_le_bytes()).update(path);
        hasher.update(&meta.len().to_le_bytes());
        hasher.update(&changed.map_or(0, |t| t.as_nanos()).to_le_bytes());
        files += 1;
    };
    for source in sources {
        let meta = std::fs::metadata(source).ok()?;
        if meta.is_file() {
            take(source, &meta);
            continue;
        }
        let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
        let entries = WalkDir::new(source)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || !hidden(entry.file_name()));
        for entry in entries.flatten().filter(|entry| entry.file_type().is_file()) {
            if let Ok(meta) = entry.metadata() {
                take(entry.path(), &meta);
            }
        }
    }
    Some(Glance { files, digest: *hasher.finalize().as_bytes() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_changes_or_goes_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let sources = [folder.path().to_owned()];
        let empty = glance(&sources).unwrap();
        let file = folder.path().join("2031-03-18").join("01.md");
        std::fs::create_dir(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "一").unwrap();
        let one = glance(&sources).unwrap();
        assert_eq!((empty.files, one.files), (0, 1));
        assert_eq!(glance(&sources).unwrap(), one);
        std::fs::write(folder.path().join(".part"), "x").unwrap();
        assert_eq!(glance(&sources).unwrap(), one);
        std::fs::write(&file, "一二").unwrap();
        assert_ne!(glance(&sources).unwrap(), one);
        std::fs::remove_file(&file).unwrap();
        assert_eq!(glance(&sources).unwrap(), empty);
        assert_eq!(glance(&[folder.path().join("none")]), None);
    }
}
