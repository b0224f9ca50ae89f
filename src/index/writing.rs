//! The folder as the writer uses it: what is served stays untouched until the new state is whole.
//!
//! The engine replaces the list of its files at every commit and again after every merge, and
//! removes files that it no longer needs. Here the list is held in memory, and nothing that the
//! state on disk needs is removed, until [`WritingDirectory::publish`]: so there is one switch a
//! run, also for an archive that is made anew in the folder of an old one.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};

use super::readonly::{sealed_handle, sealed_meta};
use super::sealed::{Health, SealingWriter, seal_text};

/// The engine's list of its files.
pub(super) const META: &str = "meta.json";

/// The first error of the disk: which file, what kind, in words.
pub(super) type Failed = Arc<OnceLock<(PathBuf, io::ErrorKind, String)>>;

/// Tantivy's folder during one run.
#[derive(Debug, Clone)]
pub(super) struct WritingDirectory {
    inner: MmapDirectory,
    dir: PathBuf,
    held: Arc<Mutex<Held>>,
    failed: Failed,
    health: Health,
}

#[derive(Debug, Default)]
struct Held {
    /// The list of files as it will be.
    meta: Option<Vec<u8>>,
    /// The engine's note of which files it made; of no use after the run.
    managed: Option<Vec<u8>>,
    /// Files of this run: only these are removed during it.
    made: HashSet<PathBuf>,
    /// What stands on disk is not looked at.
    fresh: bool,
}

impl WritingDirectory {
    /// Takes a folder; with `fresh` as if nothing stood in it.
    pub(super) fn open(dir: &Path, fresh: bool) -> Result<Self, OpenDirectoryError> {
        Ok(Self {
            inner: MmapDirectory::open(dir)?,
            dir: dir.to_owned(),
            held: Arc::new(Mutex::new(Held { fresh, ..Held::default() })),
            failed: Failed::default(),
            health: Health::default(),
        })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn noted(&self, path: PathBuf, error: &io::Error) {
        let _ = self.failed.set((path, error.kind(), error.to_string()));
    }

    /// The first error of the disk, which the engine may tell as something else.
    pub(super) fn failure(&self) -> Option<(PathBuf, io::Error)> {
        let (path, kind, what) = self.failed.get()?;
        Some((path.clone(), io::Error::new(*kind, what.clone())))
    }

    /// Makes the state held here the one that is served: written whole beside the old list,
    /// synced, renamed. A reader sees the old or the new, never a part.
    pub(super) fn publish(&self) -> io::Result<()> {
        let Some(meta) = self.held().meta.take() else { return Ok(()) };
        self.inner.sync_directory()?;
        // Ordinary access rights: the archive may be served by another user.
        let beside = self.dir.join(".new-meta.json");
        let mut file = File::create(&beside)?;
        file.write_all(&seal_text(&meta))?;
        file.sync_all()?;
        fs::rename(&beside, self.dir.join(META))?;
        self.held().fresh = false;
        self.inner.sync_directory()
    }
}

impl Directory for WritingDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        sealed_handle(&self.inner, &self.dir, path, &self.health)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        if self.held().made.remove(path) {
            return self.inner.delete(path);
        }
        // Perhaps the state on disk needs it; swept once the new one is served.
        Ok(())
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        let held = self.held();
        if path == Path::new(META) {
            return if held.meta.is_some() {
                Ok(true)
            } else if held.fresh {
                Ok(false)
            } else {
                self.inner.exists(path)
            };
        }
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let inner = self.inner.open_write(path).inspect_err(|e| {
            if let OpenWriteError::IoError { io_error, .. } = e {
                self.noted(self.dir.join(path), io_error);
            }
        })?;
        self.held().made.insert(path.to_owned());
        let sealing = SealingWriter::new(inner, self.dir.join(path), Arc::clone(&self.failed));
        Ok(io::BufWriter::new(Box::new(sealing)))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let held = self.held();
        let kept = if path == Path::new(META) { &held.meta } else { &held.managed };
        match kept {
            Some(bytes) => Ok(bytes.clone()),
            None if path == Path::new(META) && !held.fresh => sealed_meta(&self.dir, &self.health),
            None => Err(OpenReadError::FileDoesNotExist(path.to_owned())),
        }
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let mut held = self.held();
        if path == Path::new(META) {
            held.meta = Some(data.to_vec());
        } else {
            held.managed = Some(data.to_vec());
        }
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory().inspect_err(|e| {
            self.noted(self.dir.clone(), e);
        })
    }

    fn acquire_lock(&self, _lock: &Lock) -> Result<DirectoryLock, LockError> {
        // The archive's own lock is held already; the engine's would be a file that a crash leaves.
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}
