//! Opens an index for reading without writing a byte: from a read-only mount, as another user,
//! while another process indexes.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::{Index, IndexReader, ReloadPolicy, TantivyError};

use super::analyzer::reading_tokenizers;
use super::format::{Error, FORMAT, Generation, OLDEST_READABLE, settings_digest};
use super::manifest::Manifest;
use super::schema::{Fields, schema};
use super::side;
use crate::people::NameBook;
use crate::text::segment::Segmenter;

/// A folder that is only read. Tantivy's reader takes a lock file with write access to keep the
/// collection of old files off while it opens; here opening is tried again instead.
#[derive(Debug, Clone)]
struct ReadOnlyDirectory(MmapDirectory);

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "the archive is opened for reading only")
}

impl Directory for ReadOnlyDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.0.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(refused()), filepath: path.to_owned() })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.0.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::IoError { io_error: Arc::new(refused()), filepath: path.to_owned() })
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.0.atomic_read(path)
    }

    fn atomic_write(&self, _path: &Path, _data: &[u8]) -> io::Result<()> {
        Err(refused())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _lock: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// An index opened for reading at one generation.
#[derive(Clone)]
pub struct OpenIndex {
    /// The archive's folder.
    pub root: PathBuf,
    /// Tantivy's reader; never reloads by itself.
    pub reader: IndexReader,
    /// The fields.
    pub fields: Fields,
    /// The state that was opened.
    pub generation: Generation,
}

impl std::fmt::Debug for OpenIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenIndex").field("root", &self.root).field("generation", &self.generation).finish()
    }
}

impl OpenIndex {
    /// The names this generation has learned.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] or [`Error::Io`] where the side file can't be read.
    pub fn names(&self) -> Result<NameBook, Error> {
        side::read(&self.root, &self.generation.names)
    }

    /// The segmenter the articles of this generation were cut with.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] or [`Error::Io`] where the side file can't be read.
    pub fn segmenter(&self) -> Result<Segmenter, Error> {
        let bytes = side::read_bytes(&self.root, &self.generation.words)?;
        Segmenter::open(bytes).map_err(|e| Error::Damaged {
            path: self.root.join("side").join(&self.generation.words.file),
            what: e.to_string(),
        })
    }

    /// The sources of this generation.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] or [`Error::Io`] where the side file can't be read.
    pub fn manifest(&self) -> Result<Manifest, Error> {
        side::read(&self.root, &self.generation.manifest)
    }
}

/// Opens the archive in a folder for reading.
///
/// # Errors
///
/// Where there is none, where it was made otherwise, or where it is damaged.
pub fn open(root: &Path) -> Result<OpenIndex, Error> {
    if !root.exists() {
        return Err(Error::NotFound(root.to_owned()));
    }
    // An indexer may replace files between the reading of the list and the opening of what it
    // names; the next try finds the new list.
    const TRIES: u32 = 20;
    let mut tried = 0;
    loop {
        match open_once(root) {
            Err(Error::Engine { .. } | Error::Io { .. }) if tried < TRIES => {
                tried += 1;
                std::thread::sleep(std::time::Duration::from_millis(u64::from(tried)));
            }
            other => return other,
        }
    }
}

fn open_once(root: &Path) -> Result<OpenIndex, Error> {
    let dir = side::index_dir(root);
    let engine = |source: TantivyError| Error::Engine { path: root.to_owned(), source };
    if !dir.join("meta.json").exists() {
        return Err(Error::NotAnArchive(root.to_owned()));
    }
    let directory = MmapDirectory::open(&dir).map_err(|e| engine(e.into()))?;
    let mut index = Index::open(ReadOnlyDirectory(directory)).map_err(engine)?;
    index.set_tokenizers(reading_tokenizers());
    let metas = index.load_metas().map_err(engine)?;
    let generation = generation_of(root, metas.payload.as_deref())?;
    let reader: IndexReader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .doc_store_cache_num_blocks(64)
        .try_into()
        .map_err(engine)?;
    let now = index.load_metas().map_err(engine)?;
    if now.opstamp != metas.opstamp || now.payload != metas.payload {
        return Err(Error::Io {
            path: root.to_owned(),
            source: io::Error::other("the archive changed while it was opened"),
        });
    }
    let (_, fields) = schema();
    Ok(OpenIndex { root: root.to_owned(), reader, fields, generation })
}

/// Reads what a commit says of itself and refuses what this build does not understand.
pub(crate) fn generation_of(root: &Path, payload: Option<&str>) -> Result<Generation, Error> {
    let Some(payload) = payload else { return Err(Error::NotAnArchive(root.to_owned())) };
    let damaged = |what: String| Error::Damaged { path: side::index_dir(root).join("meta.json"), what };
    // The version first: a later format may have other members.
    let value: serde_json::Value = serde_json::from_str(payload).map_err(|e| damaged(e.to_string()))?;
    let format = value.get("format").and_then(serde_json::Value::as_u64).unwrap_or(0);
    if !(u64::from(OLDEST_READABLE)..=u64::from(FORMAT)).contains(&format) {
        return Err(Error::OtherFormat {
            path: root.to_owned(),
            found: format!("format {format}"),
            wanted: format!("formats {OLDEST_READABLE} to {FORMAT}"),
        });
    }
    let generation: Generation = serde_json::from_value(value).map_err(|e| damaged(e.to_string()))?;
    let wanted = settings_digest();
    if generation.digest != wanted {
        return Err(Error::OtherFormat {
            path: root.to_owned(),
            found: format!("dictionary and settings {}", generation.digest),
            wanted: format!("dictionary and settings {wanted}"),
        });
    }
    Ok(generation)
}
