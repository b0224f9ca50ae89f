//! Writes an archive: one writer, one commit, one switch.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tantivy::collector::Count;
use tantivy::indexer::{LogMergePolicy, NoMergePolicy};
use tantivy::query::TermQuery;
use tantivy::schema::{IndexRecordOption, Value as _};
use tantivy::store::Compressor;
use tantivy::{Index, IndexBuilder, IndexSettings, IndexWriter, TantivyDocument, TantivyError, Term};

use super::analyzer::tokenizers;
use super::codebook::Codebook;
use super::document::{
    StoredArticle, StoredPage, article_document, page_document, person_document, person_key,
};
use super::format::{Error, FORMAT, Generation, SideFile, settings_digest};
use super::lock::take_lock;
use super::manifest::Manifest;
use super::packs::{self, Pack};
use super::readonly::{OpenIndex, open, open_state, stored_generation};
use super::record::{Stored, sample};
use super::schema::{DocumentKind, Fields, schema};
use super::sealed::Health;
use super::side;
use super::sweep::{sweep_index, sweep_left_over, sweep_state};
use super::writing::{META, WritingDirectory};
use crate::people::{NameBook, Person};
use crate::text::segment::Segmenter;

/// Memory the index threads together may fill before they write a segment.
const BUFFER_BYTES: usize = 160 << 20;

/// The only writer of an archive; holds its lock as long as it lives.
pub struct Writer {
    root: PathBuf,
    fields: Fields,
    previous: Option<OpenIndex>,
    /// What the state before says of itself, even where this build can't search it.
    salvage: Option<Generation>,
    engine: Option<(IndexWriter, WritingDirectory)>,
    words: Vec<u8>,
    /// Whether this run has become the state that is served.
    published: bool,
    /// What records of this run are written in; known once it has begun.
    codebook: Option<Codebook>,
    /// Whether the new state begins empty.
    fresh: bool,
    // Released by the system when the process ends, however it ends: a stale lock can't exist.
    _lock: File,
}

/// What an article says of people, as its document has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfPeople {
    /// Everybody named but those who only sign, and whom a name stands for.
    pub named: Vec<String>,
    /// What it says of each person, as [`crate::people::Said`] has it.
    pub said: Vec<String>,
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
        let lock = take_lock(root)?;
        let previous = if side::index_dir(root).join(META).exists() {
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
        if previous.is_some() {
            sweep_left_over(root);
        }
        let (_, fields) = schema();
        let salvage = match &previous {
            Some(previous) => Some(previous.generation.clone()),
            None => stored_generation(root),
        };
        let (root, words) = (root.to_owned(), Vec::new());
        Ok(Self {
            root,
            fields,
            previous,
            salvage,
            engine: None,
            words,
            published: false,
            codebook: None,
            fresh: false,
            _lock: lock,
        })
    }

    /// The number of the state that this run makes.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.salvage.as_ref().map_or(0, |generation| generation.number) + 1
    }

    /// The sources of the state before, also of one that this build can't search: with what it
    /// keeps it can be made anew.
    ///
    /// # Errors
    ///
    /// Where there is a list of sources and it is damaged.
    pub fn manifest(&self) -> Result<Option<Manifest>, Error> {
        let handle = |g: &Generation| side::SideHandle::open(&self.root, &g.manifest)?.read();
        self.salvage.as_ref().map(handle).transpose()
    }

    /// Where a pack of the archive lies.
    #[must_use]
    pub fn pack_path(&self, file: &str) -> PathBuf {
        packs::pack_dir(&self.root).join(file)
    }

    /// Compares packs of the state before with their checksums: before anything is read out of them,
    /// for a source that can't be read any more would be taken for one without articles.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] with the first that is not what was written.
    pub fn check_packs(&self, files: &BTreeSet<&str>) -> Result<(), Error> {
        let packs = self.salvage.iter().flat_map(|generation| &generation.packs);
        packs.filter(|pack| files.contains(pack.file.as_str())).try_for_each(|pack| pack.check(&self.root))
    }

    /// The state before this run, none for a new archive.
    #[must_use]
    pub const fn previous(&self) -> Option<&OpenIndex> {
        self.previous.as_ref()
    }

    /// Tells an error of the engine; where the disk failed, that.
    fn engine_error(&self) -> impl Fn(TantivyError) -> Error + use<> {
        let path = self.root.clone();
        let directory = self.engine.as_ref().map(|(_, directory)| directory.clone());
        move |source| match directory.as_ref().and_then(WritingDirectory::failure) {
            Some((path, source)) => Error::Io { path, source },
            None => Error::Engine { path: path.clone(), source },
        }
    }

    /// Gets ready to take documents; from here on the segmenter is fixed. With `fresh` the new
    /// state begins empty, beside the one that is served, and what records are written in is learned
    /// from the lesson: some articles, and the bytes of text of all.
    ///
    /// # Errors
    ///
    /// Where the folder can't be written.
    pub fn begin(
        &mut self,
        segmenter: &Segmenter,
        fresh: bool,
        lesson: impl FnOnce() -> (Vec<StoredArticle>, u64),
    ) -> Result<(), Error> {
        let dir = side::index_dir(&self.root);
        let error = self.engine_error();
        fs::create_dir_all(&dir).map_err(|source| Error::Io { path: dir.clone(), source })?;
        if let Some(previous) = &self.previous {
            // What a killed run left behind.
            sweep_index(&dir, previous.engine_files());
        }
        let fresh = fresh || self.previous.is_none();
        let book = match &self.previous {
            Some(previous) if !fresh => previous.codebook.clone(),
            _ => {
                let (articles, text_bytes) = lesson();
                let samples: std::io::Result<Vec<String>> = articles.iter().map(sample).collect();
                Codebook::learn(&samples.map_err(|e| error(e.into()))?, text_bytes)
            }
        };
        let directory = WritingDirectory::open(&dir, fresh).map_err(|e| error(e.into()))?;
        let index = if fresh {
            let settings = IndexSettings {
                // Records come packed, each by itself; a block is copied whole to read one.
                docstore_compression: Compressor::None,
                docstore_blocksize: 4_096,
                ..IndexSettings::default()
            };
            IndexBuilder::new()
                .schema(schema().0)
                .settings(settings)
                .tokenizers(tokenizers(segmenter))
                .open_or_create(directory.clone())
                .map_err(&error)?
        } else {
            let mut index = Index::open(directory.clone()).map_err(&error)?;
            index.set_tokenizers(tokenizers(segmenter));
            index
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
        let engine: IndexWriter = index.writer_with_num_threads(threads, BUFFER_BYTES).map_err(&error)?;
        if fresh {
            // All become one at the end: each posting is written again once and not at every step.
            engine.set_merge_policy(Box::new(NoMergePolicy));
        } else {
            let mut policy = LogMergePolicy::default();
            policy.set_min_num_segments(4);
            policy.set_del_docs_ratio_before_merge(0.3);
            engine.set_merge_policy(Box::new(policy));
        }
        self.fresh = fresh;
        self.engine = Some((engine, directory));
        self.words = segmenter.to_bytes();
        self.codebook = Some(book);
        Ok(())
    }

    fn engine(&self) -> Result<&IndexWriter, Error> {
        self.engine.as_ref().map(|(engine, _)| engine).ok_or_else(|| self.not_begun())
    }

    fn not_begun(&self) -> Error {
        Error::Engine {
            path: self.root.clone(),
            source: TantivyError::InvalidArgument("the writer has not begun".to_owned()),
        }
    }

    fn written(&self, doc: serde_json::Result<TantivyDocument>) -> Result<TantivyDocument, Error> {
        doc.map_err(|e| self.engine_error()(TantivyError::InvalidArgument(e.to_string())))
    }

    fn add(&self, mut doc: TantivyDocument, stored: &impl Stored) -> Result<(), Error> {
        let book = self.codebook.as_ref().ok_or_else(|| self.not_begun())?;
        let record = stored.pack(book).map_err(|e| self.engine_error()(e.into()))?;
        doc.add_bytes(self.fields.record, &record);
        self.engine()?.add_document(doc).map_err(self.engine_error())?;
        Ok(())
    }

    /// Adds an article. It must not stand in the archive, or have been removed in this run. Tells what
    /// it says of people.
    ///
    /// # Errors
    ///
    /// Where an index thread failed.
    pub fn put_article(&self, stored: &StoredArticle) -> Result<OfPeople, Error> {
        let doc = self.written(article_document(&self.fields, stored))?;
        let texts = |field| doc.get_all(field).filter_map(|text| text.as_str().map(str::to_owned)).collect();
        let of_people = OfPeople { named: texts(self.fields.person), said: texts(self.fields.said) };
        self.add(doc, stored)?;
        Ok(of_people)
    }

    /// Adds a page with its furniture. Pages go with their unit.
    ///
    /// # Errors
    ///
    /// Where an index thread failed.
    pub fn put_page(&self, page: &StoredPage) -> Result<(), Error> {
        self.add(page_document(&self.fields, page), page)
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

    /// Adds a person. Nobody of that id may stand in the archive, or must have been removed in this run.
    ///
    /// # Errors
    ///
    /// Where an index thread failed.
    pub fn put_person(&self, person: &Person) -> Result<(), Error> {
        self.add(person_document(&self.fields, person), person)
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
        self,
        names: &NameBook,
        mut manifest: Manifest,
        pack: Option<Pack>,
        totals: &Totals,
    ) -> Result<Generation, Error> {
        let number = self.number();
        let mut packs = self.salvage.as_ref().map_or_else(Vec::new, |g| g.packs.clone());
        packs.extend(pack.map(Pack::finish).transpose()?.flatten());
        let packs = packs::settle(&self.root, number, packs, &mut manifest, false)?;
        // In a large archive each takes a good part of a second.
        let (written_names, written_manifest) = std::thread::scope(|scope| {
            let written_names = scope.spawn(|| side::write(&self.root, "names", number, names));
            let written_manifest = side::write(&self.root, "manifest", number, &manifest);
            (written_names.join(), written_manifest)
        });
        let generation = Generation {
            format: FORMAT,
            digest: settings_digest(),
            number,
            articles: totals.articles,
            persons: totals.persons,
            pages: totals.pages,
            text_bytes: totals.text_bytes,
            names: written_names.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?,
            manifest: written_manifest?,
            words: side::write_bytes(&self.root, "words", number, "bin", &self.words)?,
            codebook: self.write_codebook(number)?,
            packs,
        };
        let merge = self.fresh;
        self.switch(generation, merge)
    }

    /// Writes what records are written in, unless it lies there already.
    fn write_codebook(&self, number: u64) -> Result<SideFile, Error> {
        let book = self.codebook.as_ref().ok_or_else(|| self.not_begun())?;
        let bytes = book.to_bytes();
        match &self.previous {
            Some(before) if before.generation.codebook.digest == blake3::hash(&bytes).to_hex().as_str() => {
                Ok(before.generation.codebook.clone())
            }
            _ => side::write_bytes(&self.root, "codebook", number, "bin", &bytes),
        }
    }

    /// Writes all index segments together into one and gives back the space of what was replaced or
    /// removed, in the index and in the packs. What is found and in which order stays the same, and
    /// is from then on that of an archive built at once.
    ///
    /// # Errors
    ///
    /// Where there is no archive or the disk fails; the state before stays the one that is served.
    pub fn optimize(mut self) -> Result<Generation, Error> {
        let Some(previous) = self.previous.clone() else { return Err(Error::NotFound(self.root.clone())) };
        let before = &previous.generation;
        let number = self.number();
        let mut manifest = previous.manifest()?;
        let packs = packs::settle(&self.root, number, before.packs.clone(), &mut manifest, true)?;
        let tidy = previous.reader.searcher().segment_readers().iter().all(|s| !s.has_deletes());
        if packs == before.packs && tidy && previous.reader.searcher().segment_readers().len() == 1 {
            sweep_state(&self.root, before, previous.engine_files());
            return Ok(before.clone());
        }
        let manifest = side::write(&self.root, "manifest", number, &manifest)?;
        let generation = Generation { number, packs, manifest, ..before.clone() };
        self.begin(&previous.segmenter()?, false, Default::default)?;
        self.switch(generation, true)
    }

    /// Commits, checks and publishes; with `merge` all segments become one before.
    fn switch(mut self, generation: Generation, merge: bool) -> Result<Generation, Error> {
        let error = self.engine_error();
        let payload = serde_json::to_string(&generation)
            .map_err(|e| error(TantivyError::InvalidArgument(e.to_string())))?;
        let Some((mut engine, directory)) = self.engine.take() else { return Err(self.not_begun()) };
        let error = |source| match directory.failure() {
            Some((path, source)) => Error::Io { path, source },
            None => error(source),
        };
        let mut prepared = engine.prepare_commit().map_err(error)?;
        prepared.set_payload(&payload);
        prepared.commit().map_err(error)?;
        if merge {
            let segments = engine.index().searchable_segment_ids().map_err(error)?;
            // Of one that is new nothing can be merged.
            if segments.len() > 1 || (segments.len() == 1 && !self.fresh) {
                engine.merge(&segments).wait().map_err(error)?;
            }
        }
        engine.wait_merging_threads().map_err(error)?;
        let new = open_state(&self.root, directory.clone(), Health::default())?;
        self.check(&new, &generation)?;
        directory.publish().map_err(|source| Error::Io { path: self.root.clone(), source })?;
        self.published = true;
        sweep_state(&self.root, &generation, new.engine_files());
        Ok(generation)
    }

    /// Compares what was written with what the run counted, before anybody is served from it.
    fn check(&self, new: &OpenIndex, generation: &Generation) -> Result<(), Error> {
        if new.generation != *generation {
            return Err(self.unsound("the commit says something else of itself".to_owned()));
        }
        let searcher = new.reader.searcher();
        for (kind, counted) in
            [(DocumentKind::Article, generation.articles), (DocumentKind::Person, generation.persons)]
        {
            let term = Term::from_field_text(self.fields.kind, kind.key());
            let written = searcher
                .search(&TermQuery::new(term, IndexRecordOption::Basic), &Count)
                .map_err(|source| Error::Engine { path: self.root.clone(), source })?;
            if written as u64 != counted {
                let key = kind.key();
                return Err(
                    self.unsound(format!("{written} documents of kind {key}, {counted} were counted"))
                );
            }
        }
        Ok(())
    }

    fn unsound(&self, what: String) -> Error {
        Error::Unsound { path: self.root.clone(), what }
    }
}

impl Drop for Writer {
    /// A run that failed gives back the room it took: a full disk would stay full.
    fn drop(&mut self) {
        // The engine's threads first; what one of them still writes is removed by the next run.
        self.engine = None;
        if !self.published {
            sweep_left_over(&self.root);
        }
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("root", &self.root).finish_non_exhaustive()
    }
}

/// Whether a name in an archive's folder is one that this program makes there.
fn is_ours(name: &std::ffi::OsStr) -> bool {
    name.to_str().is_some_and(|n| {
        matches!(n, "lock" | "index" | "side" | "sources" | "lexicon" | "saved.json" | "saved.lock")
            || n.starts_with("spill-")
            || n.starts_with("restore-")
    })
}
