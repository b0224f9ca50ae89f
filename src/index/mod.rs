//! Defines the schema and analyzers, flattens articles into documents, writes and opens the index.
//!
//! An archive is a folder: `index/` is Tantivy's, `side/` holds what belongs to a generation beside
//! it (learned names, manifest of sources), `lock` keeps a second indexer out. A generation is
//! switched by one atomic act: Tantivy's rename of `meta.json`, whose payload names the side files.

mod analyzer;
mod document;
mod format;
mod manifest;
mod readonly;
pub mod schema;
mod side;
mod writer;
mod writing;

pub(crate) use document::{BAR, PLUS};
pub use document::{StoredArticle, StoredPage, day_key, head_char, page_key, person_key, tie};
pub use format::{Error, FORMAT, Generation, OLDEST_READABLE};
pub use manifest::{FileEntry, Manifest, UnitEntry};
pub use readonly::{OpenIndex, open};
pub use writer::{Totals, Writer};
