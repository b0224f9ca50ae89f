//! Opens an index for reading without writing a byte: from a read-only mount, as another user,
//! while another process indexes.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::{Index, IndexMeta, IndexReader, ReloadPolicy, TantivyError};

use super::analyzer::reading_tokenizers;
use super::codebook::Codebook;
use super::format::{Error, FORMAT, Generation, OLDEST_READABLE, settings_digest};
use super::manifest::Manifest;
use super::schema::{Fields, schema};
use super::sealed::{Health, SealedFile, unseal_text};
use super::side::{self, SideHandle};
use super::writing::META;
use crate::people::NameBook;
use crate::text::segment::Segmenter;

/// A folder that is only read. Tantivy's reader takes a lock file with write access to keep the
/// collection of old files off while it opens; here opening is tried again instead.
#[derive(Debug, Clone)]
struct ReadOnlyDirectory {
    inner: MmapDirectory,
    dir: PathBuf,
    health: Health,
}

/// Opens a sealed file of the engine, as the engine asks for it.
pub(super) fn sealed_handle(
    inner: &MmapDirectory,
    dir: &Path,
    path: &Path,
    health: &Health,
) -> Result<Arc<dyn FileHandle>, OpenReadError> {
    Ok(Arc::new(sealed_file(inner, dir, path, health)?))
}

/// Opens a sealed file of the engine.
pub(super) fn sealed_file(
    inner: &MmapDirectory,
    dir: &Path,
    path: &Path,
    health: &Health,
) -> Result<SealedFile, OpenReadError> {
    let wrong = |e| OpenReadError::wrap_io_error(e, path.to_owned());
    let whole = inner.get_file_handle(path)?;
    let bytes = whole.read_bytes(0..whole.len()).map_err(wrong)?;
    SealedFile::open(dir.join(path), bytes, health.clone()).map_err(wrong)
}

/// The list of the engine's files as it stands on disk, after its seal was compared.
pub(super) fn sealed_meta(dir: &Path, health: &Health) -> Result<Vec<u8>, OpenReadError> {
    let path = dir.join(META);
    let sealed = std::fs::read(&path).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(META.into()),
        _ => OpenReadError::wrap_io_error(e, META.into()),
    })?;
    let bad = || OpenReadError::wrap_io_error(health.tell(&path, "checksum differs"), META.into());
    unseal_text(&sealed).map(<[u8]>::to_vec).ok_or_else(bad)
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "the archive is opened for reading only")
}

impl Directory for ReadOnlyDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        sealed_handle(&self.inner, &self.dir, path, &self.health)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(refused()), filepath: path.to_owned() })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::IoError { io_error: Arc::new(refused()), filepath: path.to_owned() })
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if path == Path::new(META) {
            return sealed_meta(&self.dir, &self.health);
        }
        // The engine's note of the files it made is no part of an archive.
        Err(OpenReadError::FileDoesNotExist(path.to_owned()))
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
    /// What records are written in.
    pub(crate) codebook: Codebook,
    /// Side files, held open: a later commit removes their names but not what this state needs.
    side: Arc<SideFiles>,
    /// The engine's files, relative to its folder.
    files: Arc<BTreeSet<PathBuf>>,
    /// What was found damaged so far.
    health: Health,
}

#[derive(Debug)]
struct SideFiles {
    names: SideHandle,
    manifest: SideHandle,
    words: SideHandle,
}

impl std::fmt::Debug for OpenIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenIndex").field("root", &self.root).field("generation", &self.generation).finish()
    }
}

impl OpenIndex {
    /// Whether everything read so far was what had been written; after the first damage no answer
    /// of this archive can be relied on.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] with the file.
    pub fn sound(&self) -> Result<(), Error> {
        match self.health.damage() {
            Some(damage) => Err(Error::Damaged { path: damage.path.clone(), what: damage.what.clone() }),
            None => Ok(()),
        }
    }

    /// The engine's files of this state, its list excepted; relative to its folder.
    #[must_use]
    pub fn engine_files(&self) -> &BTreeSet<PathBuf> {
        &self.files
    }

    /// Number of the engine's parts that every question goes through.
    #[must_use]
    pub fn segments(&self) -> usize {
        self.reader.searcher().segment_readers().len()
    }

    /// Where a pack of this generation lies.
    #[must_use]
    pub fn pack_path(&self, file: &str) -> PathBuf {
        super::packs::pack_dir(&self.root).join(file)
    }

    /// The names this generation has learned.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] or [`Error::Io`] where the side file can't be read.
    pub fn names(&self) -> Result<NameBook, Error> {
        self.side.names.read()
    }

    /// The segmenter the articles of this generation were cut with.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] or [`Error::Io`] where the side file can't be read.
    pub fn segmenter(&self) -> Result<Segmenter, Error> {
        let words = &self.side.words;
        let opened = words.bytes().and_then(|b| Segmenter::open(b).map_err(|e| words.damaged(e.to_string())));
        opened.inspect_err(|e| {
            if let Error::Damaged { path, what } = e {
                self.health.tell(path, what);
            }
        })
    }

    /// The sources of this generation.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] or [`Error::Io`] where the side file can't be read.
    pub fn manifest(&self) -> Result<Manifest, Error> {
        self.side.manifest.read()
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
            Err(Error::Engine { source: TantivyError::OpenReadError(e), .. }) => {
                // Still not there, and nobody is replacing the list: it is lost.
                return Err(match e {
                    OpenReadError::FileDoesNotExist(path) => Error::Damaged {
                        path: side::index_dir(root).join(path),
                        what: "the file is missing".to_owned(),
                    },
                    e => Error::Engine { path: root.to_owned(), source: e.into() },
                });
            }
            other => return other,
        }
    }
}

fn open_once(root: &Path) -> Result<OpenIndex, Error> {
    let dir = side::index_dir(root);
    read_meta(root)?;
    let engine = |source: TantivyError| Error::Engine { path: root.to_owned(), source };
    let health = Health::default();
    let inner = MmapDirectory::open(&dir).map_err(|e| engine(e.into()))?;
    let directory = ReadOnlyDirectory { inner, dir, health: health.clone() };
    open_state(root, directory, health)
}

/// Opens the state that a folder of the engine shows.
///
/// # Errors
///
/// Where it was made otherwise, is damaged, or changes meanwhile.
pub(super) fn open_state(root: &Path, directory: impl Directory, health: Health) -> Result<OpenIndex, Error> {
    let engine = |source: TantivyError| match health.damage() {
        Some(damage) => Error::Damaged { path: damage.path.clone(), what: damage.what.clone() },
        None => Error::Engine { path: root.to_owned(), source },
    };
    let mut index = Index::open(directory).map_err(engine)?;
    index.set_tokenizers(reading_tokenizers());
    let metas = index.load_metas().map_err(engine)?;
    let generation = generation_of(root, metas.payload.as_deref())?;
    let reader: IndexReader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        // Who reads records keeps blocks (search/records.rs).
        .doc_store_cache_num_blocks(0)
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
    let side = SideFiles {
        names: SideHandle::open(root, &generation.names)?,
        manifest: SideHandle::open(root, &generation.manifest)?,
        words: SideHandle::open(root, &generation.words)?,
    };
    let codebook = SideHandle::open(root, &generation.codebook)?;
    let codebook = Codebook::open(&codebook.bytes()?).map_err(|e| codebook.damaged(e.to_string()))?;
    let (root, files, side) = (root.to_owned(), Arc::new(engine_files(&metas)), Arc::new(side));
    Ok(OpenIndex { root, reader, fields, generation, codebook, side, files, health })
}

/// The engine's list of files, with the archive's own payload; told plainly where it can't be read.
///
/// # Errors
///
/// [`Error::NotAnArchive`], [`Error::OtherFormat`] for one of before files were sealed,
/// [`Error::Damaged`].
pub(super) fn read_meta(root: &Path) -> Result<Vec<u8>, Error> {
    let path = side::index_dir(root).join(META);
    let sealed = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(Error::NotAnArchive(root.to_owned())),
        Err(source) => return Err(Error::Io { path, source }),
    };
    if let Some(text) = unseal_text(&sealed) {
        return Ok(text.to_vec());
    }
    let damaged = Error::Damaged { path, what: "checksum differs".to_owned() };
    // A list without a seal was written by another program or by the first version of this one; one
    // that can't be read is no sign that there is nothing to lose.
    let Ok(plain) = serde_json::from_slice::<serde_json::Value>(&sealed) else { return Err(damaged) };
    generation_of(root, plain.get("payload").and_then(|p| p.as_str())).and(Err(damaged))
}

/// What the state on disk says of itself, also where this build can't search it.
pub(super) fn stored_generation(root: &Path) -> Option<Generation> {
    let meta: serde_json::Value = serde_json::from_slice(&read_meta(root).ok()?).ok()?;
    serde_json::from_str(meta.get("payload")?.as_str()?).ok()
}

/// The engine's files that the state on disk consists of, its list excepted.
///
/// # Errors
///
/// Where the list can't be read.
pub(super) fn listed_files(root: &Path) -> Result<BTreeSet<PathBuf>, Error> {
    let dir = side::index_dir(root);
    let engine = |source: TantivyError| Error::Engine { path: root.to_owned(), source };
    let inner = MmapDirectory::open(&dir).map_err(|e| engine(e.into()))?;
    let index = Index::open(ReadOnlyDirectory { inner, dir, health: Health::default() }).map_err(engine)?;
    Ok(engine_files(&index.load_metas().map_err(engine)?))
}

/// The files of the engine that a state consists of, its list excepted.
fn engine_files(metas: &IndexMeta) -> BTreeSet<PathBuf> {
    use tantivy::index::SegmentComponent as Part;
    let parts =
        || [Part::Postings, Part::Positions, Part::FastFields, Part::FieldNorms, Part::Terms, Part::Store];
    let mut files = BTreeSet::new();
    for segment in &metas.segments {
        files.extend(parts().map(|part| segment.relative_path(part)));
        if segment.has_deletes() {
            files.insert(segment.relative_path(Part::Delete));
        }
    }
    files
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
