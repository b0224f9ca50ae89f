//! `baoku backup`, `baoku restore`, `baoku optimize`

use std::path::Path;

use super::args::{BackupArgs, RestoreArgs};
use super::out::talk;
use super::progress::Progress;
use super::{Failure, Outcome};
use crate::index::{self, Writer};

pub(super) fn backup(root: &Path, args: &BackupArgs) -> Result<Outcome, Failure> {
    let progress = Progress::new();
    let made = index::backup(root, &args.file, &|done, of| progress.tell("copying", done, of));
    progress.end();
    let made = made?;
    let packed = std::fs::metadata(&args.file).map_or(0, |m| m.len());
    talk(&format!(
        "{} articles of {} (generation {}, {:.1} MB) copied to {}, {:.1} MB",
        made.articles,
        root.display(),
        made.generation,
        made.bytes as f64 / 1e6,
        args.file.display(),
        packed as f64 / 1e6
    ));
    Ok(Outcome::Done)
}

pub(super) fn restore(root: &Path, args: &RestoreArgs) -> Result<Outcome, Failure> {
    let progress = Progress::new();
    let made =
        index::restore(&args.file, root, args.replace, &|done, of| progress.tell("unpacking", done, of));
    progress.end();
    let made = made?;
    talk(&format!(
        "{} holds {} articles of generation {}, every file checked",
        root.display(),
        made.articles,
        made.generation
    ));
    Ok(Outcome::Done)
}

pub(super) fn optimize(root: &Path) -> Result<Outcome, Failure> {
    let before = folder_bytes(root);
    if !root.exists() {
        return Err(index::Error::NotFound(root.to_owned()).into());
    }
    let generation = Writer::open(root, false)?.optimize()?;
    let after = folder_bytes(root);
    talk(&format!(
        "{}: {:.1} MB before, {:.1} MB now, {} articles",
        root.display(),
        before as f64 / 1e6,
        after as f64 / 1e6,
        generation.articles
    ));
    Ok(Outcome::Done)
}

fn folder_bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = entries.map(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => folder_bytes(&entry.path()),
        Ok(meta) => meta.len(),
        Err(_) => 0,
    });
    bytes.sum()
}
