//! Compares the bytes of every file of an archive with what was written.

use std::fs;
use std::path::{Path, PathBuf};

use tantivy::directory::MmapDirectory;

use super::format::Error;
use super::readonly::{listed_files, read_meta, sealed_file, stored_generation};
use super::sealed::Health;
use super::side::{self, SideHandle};
use super::writing::META;

/// What was compared, and what does not fit.
#[derive(Debug, Clone, Default)]
pub struct FileAudit {
    /// Number of files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that are not what was written: path within the archive, and what does not fit.
    pub damaged: Vec<(String, String)>,
    /// Files that no state needs; a killed run leaves them behind and the next one removes them.
    pub left_over: Vec<String>,
}

/// Reads every file of an archive and compares it with its checksum; `tell` hears of the bytes read.
///
/// # Errors
///
/// Where there is no archive, or one of another format.
pub fn audit_files(root: &Path, tell: &dyn Fn(u64)) -> Result<FileAudit, Error> {
    if !root.exists() {
        return Err(Error::NotFound(root.to_owned()));
    }
    let mut audit = FileAudit::default();
    let meta = match read_meta(root) {
        Ok(meta) => Some(meta),
        Err(Error::Damaged { what, .. }) => {
            audit.damaged.push((format!("index/{META}"), what));
            None
        }
        Err(e) => return Err(e),
    };
    audit.files = 1;
    audit.bytes = meta.as_ref().map_or(0, |m| m.len() as u64);
    let mut known: Vec<String> = vec![format!("index/{META}")];
    let dir = side::index_dir(root);
    // Where the list is lost every file there is compared with itself.
    let engine: Vec<PathBuf> = match &meta {
        Some(_) => listed_files(root)?.into_iter().collect(),
        None => names(&dir).into_iter().map(PathBuf::from).filter(|n| n != Path::new(META)).collect(),
    };
    for name in engine {
        let shown = format!("index/{}", name.display());
        let health = Health::default();
        let checked = MmapDirectory::open(&dir)
            .map_err(|e| e.to_string())
            .and_then(|inner| sealed_file(&inner, &dir, &name, &health).map_err(|e| e.to_string()))
            .and_then(|file| file.check_all().map_err(|e| e.to_string()))
            .map_err(|other| match health.damage() {
                Some(damage) => damage.what.clone(),
                None if !dir.join(&name).exists() => "the file is missing".to_owned(),
                None => other,
            });
        let bytes = fs::metadata(dir.join(&name)).map_or(0, |m| m.len());
        audit.took(shown, bytes, checked, &mut known, tell);
    }
    if let Some(generation) = stored_generation(root) {
        for file in generation.side_files() {
            let read = SideHandle::open(root, file).and_then(|handle| handle.bytes());
            let bytes = read.as_ref().map_or(0, |b| b.len() as u64);
            let checked = read.map(|_| ()).map_err(|e| what_of(&e));
            audit.took(format!("side/{}", file.file), bytes, checked, &mut known, tell);
        }
        for pack in &generation.packs {
            let checked = pack.check(root).map_err(|e| what_of(&e));
            audit.took(format!("sources/{}", pack.file), pack.bytes, checked, &mut known, tell);
        }
    }
    for folder in ["index", "side", "sources"] {
        let inside = names(&root.join(folder)).into_iter().map(|name| format!("{folder}/{name}"));
        audit.left_over.extend(inside.filter(|name| !known.contains(name)));
    }
    audit.left_over.extend(names(root).into_iter().filter(|name| name.starts_with("spill-")));
    Ok(audit)
}

impl FileAudit {
    fn took(
        &mut self,
        name: String,
        bytes: u64,
        checked: Result<(), String>,
        known: &mut Vec<String>,
        tell: &dyn Fn(u64),
    ) {
        self.files += 1;
        self.bytes += bytes;
        tell(self.bytes);
        if let Err(what) = checked {
            self.damaged.push((name.clone(), what));
        }
        known.push(name);
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// What an error says, without the place, which is told beside it.
fn what_of(e: &Error) -> String {
    match e {
        Error::Damaged { what, .. } => what.clone(),
        Error::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
            "the file is missing".to_owned()
        }
        other => other.to_string(),
    }
}
