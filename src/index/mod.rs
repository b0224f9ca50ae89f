//! Defines the schema and analyzers, flattens articles into documents, writes and opens the index.
//!
//! An archive is a folder: `index/` is Tantivy's, `side/` holds what belongs to a generation beside
//! it (learned names, manifest of sources), `sources/` the sources themselves in packs, `lock` keeps
//! a second indexer out. A generation is switched by one atomic act: the renaming of `meta.json`,
//! whose payload names the other files.

mod analyzer;
mod audit;
mod backup;
mod codebook;
mod document;
mod fields;
mod flat;
mod format;
mod lock;
mod manifest;
mod packs;
mod readonly;
mod record;
pub mod schema;
mod sealed;
mod side;
mod space;
mod store;
mod sweep;
mod writer;
mod writing;

pub use audit::{FileAudit, audit_files};
pub(crate) use backup::SAVED;
pub use backup::{Backup, backup, restore};
pub use codebook::Codebook;
pub(crate) use document::{BAR, PLUS};
pub use document::{StoredArticle, StoredPage, day_key, head_char, page_key, person_key, tie};
pub use fields::FieldAudit;
pub use flat::Flat;
pub use format::{ClusterError, Error, FORMAT, Generation, OLDEST_READABLE, READER};
pub use manifest::{CorrectionsFile, FileEntry, Manifest, Sheet, Sheets, UnitEntry};
pub use packs::{Pack, PackFile};
pub(crate) use readonly::generation_of;
pub use readonly::{OpenIndex, open};
pub use record::Stored;
pub(crate) use record::{packed_runs, shown_article};
pub use schema::Head;
pub use space::FieldSpace;
pub(crate) use store::{AllRecords, Records, decode, unreadable};
pub use writer::{OfPeople, Totals, Writer};
