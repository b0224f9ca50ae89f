//! Which sources an archive was made from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ingest::KeptUnit;

/// The sources of one generation, by the key of their unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Units: the pages of an issue, or a file of ready articles.
    pub units: BTreeMap<String, UnitEntry>,
    /// Folder of the archive's own lexicon, absolute, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lexicon: Option<String>,
}

/// What is known of one unit of sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitEntry {
    /// Quick sign of change: paths, sizes, times.
    pub stamp: String,
    /// Digest of what decides the unit's articles: paths, contents, options.
    pub fingerprint: String,
    /// Digest of the code and word lists it was read with: [`super::READER`] of that build.
    pub reader: String,
    /// Its sources, where the archive keeps them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<KeptUnit>,
    /// The files, absolute, so that a folder given otherwise is still the same.
    pub files: Vec<FileEntry>,
    /// Articles it gave.
    pub articles: u64,
    /// Pages it gave.
    pub pages: u64,
    /// Bytes of searchable text it gave.
    pub text_bytes: u64,
}

/// One source file as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Absolute path.
    pub path: String,
    /// Size.
    pub size_bytes: u64,
    /// Time of the last change, nanoseconds since 1970, where the system tells it.
    pub modified_ns: Option<u64>,
}
