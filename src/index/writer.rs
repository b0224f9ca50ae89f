//! Writes an archive: one writer, one commit, one switch.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use tantivy::indexer::LogMergePolicy;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{Index, IndexBuilder, IndexSettings, IndexWriter, TantivyDocument, TantivyError, Term};

use super::analyzer::tokenizers;
use super::document::{
    StoredArticle, StoredPage, article_document, page_document, person_document, person_key,
};
use super::format::{Error, FORMAT, Generation, settings_digest};
use super::manifest::Manifest;
use super::readonly::{OpenIndex, generation_of, open};
use super::schema::{Fields, schema};
use super::side;
use super::writing::WritingDirectory;
use crate::people::{NameBook, Person};
use crate::text::segment::Segmenter;

/// Memory the index threads together may fill before they write a segment.
const BUFFER_BYTES: usize = 160 << 20;

/// The only writer of an archive; holds its lock as long as it lives.
pub struct Writer {
    root: PathBuf,
    fields: Fields,
    previous: Option<OpenIndex>,
    engine: Option<IndexWriter>,
    words: Vec<u8>,
    // Released by the system when the process ends, however it ends: a stale lock can't exist.
    _lock: File,
}

/// What a commit records beside the documents.
#[derive(Debug)]
pub struct Totals {
    /// Number of articles.
    pub articles: u64,
    /// Number of persons.
    pub persons: u64,
    /// Number of pages.
    pub pages: u64,
    /// Bytes of searchable text.
    pub text_bytes: u64,
}

impl Writer {
    /// Takes the archive in a folder for writing, makes the folder where it is missing.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] where another process has it; [`Error::OtherFormat`] where it was made
    /// otherwise and `rebuild` is not asked for.
    pub fn open(root: &Path, rebuild: bool) -> Result<Self, Error> {
        let io = |source| Error::Io { path: root.to_owned(), source };
        fs::create_dir_all(root).map_err(io)?;
        let lock_path = root.join("lock");
        let lock = File::create(&lock_path).map_err(|source| Error::Io { path: lock_path, source })?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Busy(root.to_owned())),
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        let previous = if side::index_dir(root).join("meta.json").exists() {
            match open(root) {
                Ok(open) => Some(open),
                // Made but never committed: nothing to keep.
                Err(Error::NotAnArchive(_)) => None,
                Err(_) if rebuild => None,
                Err(e) => return Err(e),
            }
        } else {
            if fs::read_dir(root).map_err(io)?.flatten().any(|e| !is_ours(&e.file_name())) {
                return Err(Error::NotAnArchive(root.to_owned()));
            }
            None
        };
        let (_, fields) = schema();
        Ok(Self { root: root.to_owned(), fields, previous, engine: None, words: Vec::new(), _lock: lock })
    }

    /// The state before this run, none for a new archive.
    #[must_use]
    pub const fn previous(&self) -> Option<&OpenIndex> {
        self.previous.as_ref()
    }

    fn engine_error(&self) -> impl Fn(TantivyError) -> Error + use<> {
        let path = self.root.clone();
        move |source| Error::Engine { path: path.clone(), source }
    }

    /// Gets ready to take documents; from here on the segmenter is fixed.
    ///
    /// # Errors
    ///
    /// Where the folder can't be written.
    pub fn begin(&mut self, segmenter: &Segmenter, fresh: bool) -> Result<(), Error> {
        let dir = side::index_dir(&self.root);
        let error = self.engine_error();
        fs::create_dir_all(&dir).map_err(|source| Error::Io { path: dir.clone(), source })?;
        let usable = self.previous.is_some();
        if !usable && dir.join("meta.json").exists() {
            // What stands there can't be read; it is replaced.
            fs::remove_dir_all(&dir).map_err(|source| Error::Io { path: dir.clone(), source })?;
            fs::create_dir_all(&dir).map_err(|source| Error::Io { path: dir.clone(), source })?;
        }
        let directory = WritingDirectory::open(&dir).map_err(|e| error(e.into()))?;
        let index = if usable {
            let mut index = Index::open(directory).map_err(&error)?;
            index.set_tokenizers(tokenizers(segmenter));
            index
        } else {
            let settings = IndexSettings {
                docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(3) }),
                docstore_blocksize: 16_384,
                ..IndexSettings::default()
            };
            IndexBuilder::new()
                .schema(schema().0)
                .settings(settings)
                .tokenizers(tokenizers(segmenter))
                .open_or_create(directory)
                .map_err(&error)?
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
        let engine: IndexWriter = index.writer_with_num_threads(threads, BUFFER_BYTES).map_err(&error)?;
        let mut policy = LogMergePolicy::default();
        policy.set_min_num_segments(4);
        policy.set_del_docs_ratio_before_merge(0.3);
        engine.set_merge_policy(Box::new(policy));
        if fresh && usable {
            engine.delete_all_documents().map_err(&error)?;
        }
        self.engine = Some(engine);
        self.words = segmenter.to_bytes();
        Ok(())
    }

    fn engine(&self) -> Result<&IndexWriter, Error> {
        self.engine.as_ref().ok_or_else(|| Error::Engine {
            path: self.root.clone(),
            source: TantivyError::InvalidArgument("the writer has not begun".to_owned()),
        })
    }

    fn add(&self, doc: serde_json::Result<TantivyDocument>) -> Result<(), Error> {
        let doc = doc.map_err(|e| self.engine_error()(TantivyError::InvalidArgument(e.to_string())))?;
        self.engine()?.add_document(doc).map_err(self.engine_error())?;
        Ok(())
    }

    /// Adds an article. It must not stand in the archive, or have been removed in this run.
    ///
    /// # Errors
    ///
    /// Where an index thread failed.
    pub fn put_article(&self, stored: &StoredArticle) -> Result<(), Error> {
        self.add(article_document(&self.fields, stored))
    }

    /// Adds a page with its furniture. Pages go with their unit.
    ///
    /// # Errors
    ///
    /// Where an index thread failed.
    pub fn put_page(&self, page: &StoredPage) -> Result<(), Error> {
        self.add(page_document(&self.fields, page))
    }

    /// Takes an article out.
    ///
    /// # Errors
    ///
    /// Where the writer has not begun.
    pub fn remove_article(&self, id: &str) -> Result<(), Error> {
        self.engine()?.delete_term(Term::from_field_text(self.fields.id, id));
        Ok(())
    }

    /// Takes all documents of a unit of sources out.
    ///
    /// # Errors
    ///
    /// Where the writer has not begun.
    pub fn remove_unit(&self, unit: &str) -> Result<(), Error> {
        self.engine()?.delete_term(Term::from_field_text(self.fields.unit, unit));
        Ok(())
    }

    /// Replaces a person.
    ///
    /// # Errors
    ///
    /// Where an index thread failed.
    pub fn put_person(&self, person: &Person) -> Result<(), Error> {
        self.remove_person(&person.id)?;
        self.add(person_document(&self.fields, person))
    }

    /// Takes a person out.
    ///
    /// # Errors
    ///
    /// Where the writer has not begun.
    pub fn remove_person(&self, id: &str) -> Result<(), Error> {
        self.remove_article(&person_key(id))
    }

    /// Makes everything since `begin` the state that readers see, in one atomic act.
    ///
    /// # Errors
    ///
    /// Where the disk fails; the state before stays the one that is served.
    pub fn commit(
        mut self,
        names: &NameBook,
        manifest: &Manifest,
        totals: &Totals,
    ) -> Result<Generation, Error> {
        let error = self.engine_error();
        let number = self.previous.as_ref().map_or(0, |p| p.generation.number) + 1;
        let generation = Generation {
            format: FORMAT,
            digest: settings_digest(),
            number,
            articles: totals.articles,
            persons: totals.persons,
            pages: totals.pages,
            text_bytes: totals.text_bytes,
            names: side::write(&self.root, "names", number, names)?,
            manifest: side::write(&self.root, "manifest", number, manifest)?,
            words: side::write_bytes(&self.root, format!("words-{number:06}.bin"), &self.words)?,
        };
        let payload = serde_json::to_string(&generation)
            .map_err(|e| error(TantivyError::InvalidArgument(e.to_string())))?;
        let Some(mut engine) = self.engine.take() else {
            return Err(self.engine().err().unwrap_or(Error::NotFound(self.root.clone())));
        };
        let mut prepared = engine.prepare_commit().map_err(&error)?;
        prepared.set_payload(&payload);
        prepared.commit().map_err(&error)?;
        engine.wait_merging_threads().map_err(&error)?;
        // A merge that ended after the commit must not have lost what the commit says of itself.
        let check = Index::open_in_dir(side::index_dir(&self.root)).map_err(&error)?;
        generation_of(&self.root, check.load_metas().map_err(&error)?.payload.as_deref())?;
        side::sweep(&self.root, &generation);
        Ok(generation)
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("root", &self.root).finish_non_exhaustive()
    }
}

/// Whether a name in an archive's folder is one that this program makes there.
fn is_ours(name: &std::ffi::OsStr) -> bool {
    name.to_str()
        .is_some_and(|n| matches!(n, "lock" | "index" | "side" | "lexicon") || n.starts_with("spill-"))
}
