//! What an archive's format is and how a mismatch is told.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::packs::PackFile;
use super::schema::schema;
use crate::text::fold;
use crate::text::segment::Segmenter;

/// Version of the format this build writes.
pub const FORMAT: u32 = 5;
/// Oldest version this build reads.
pub const OLDEST_READABLE: u32 = 5;
/// Digest of the code and word lists that make articles and people out of sources.
pub const READER: &str = env!("BAOKU_READER");

/// Why an archive could not be opened or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such folder.
    #[error("{}: there is no archive here", .0.display())]
    NotFound(PathBuf),
    /// The folder holds something else.
    #[error("{}: this folder holds no baoku archive", .0.display())]
    NotAnArchive(PathBuf),
    /// Another process is indexing.
    #[error("{}: another baoku is indexing into this archive", .0.display())]
    Busy(PathBuf),
    /// The archive was made by another version or with other tables.
    #[error("{}: made with {found}, this baoku reads {wanted}", .path.display())]
    OtherFormat {
        /// The archive.
        path: PathBuf,
        /// What the archive says.
        found: String,
        /// What would be needed.
        wanted: String,
    },
    /// A file of the archive is not what was written.
    #[error("{}: damaged: {what}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
    /// There is an archive where one is to be made.
    #[error("{}: there is an archive already", .0.display())]
    Exists(PathBuf),
    /// The archive keeps no copy of a source.
    #[error("{}: the archive keeps no copy of it", .0.display())]
    NotKept(PathBuf),
    /// Sources that are needed are neither kept in the archive nor where they were.
    #[error("{}: {units} issues or files are neither kept in the archive nor where they were", .path.display())]
    SourcesGone {
        /// The archive.
        path: PathBuf,
        /// How many units.
        units: u64,
    },
    /// A part that another machine has made can't be used.
    #[error("{}: {what}", .path.display())]
    BadPart {
        /// A file of the part.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
    /// A part that another machine has made was given for what it is not.
    #[error("{}: {what}", .path.display())]
    PartMisused {
        /// A file of the part.
        path: PathBuf,
        /// What it was taken for.
        what: &'static str,
        /// What can be done.
        hint: &'static str,
    },
    /// What a run has made does not fit together; it was thrown away.
    #[error("{}: the new state was not taken: {what}", .path.display())]
    Unsound {
        /// The archive.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
    /// The disk did not do what was asked.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A cluster did not do what was asked, or can't.
    #[error(transparent)]
    Cluster(Box<ClusterError>),
    /// The search engine underneath failed.
    #[error("{}: {source}", .path.display())]
    Engine {
        /// The archive.
        path: PathBuf,
        /// What it said.
        source: tantivy::TantivyError,
    },
}

/// Why a cluster (of Elasticsearch or OpenSearch) gave no answer: where, what, and what can be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct ClusterError {
    /// The host or the index; never a secret.
    pub place: String,
    /// What is wrong, lower case, no full stop.
    pub what: String,
    /// What can be done.
    pub hint: Option<String>,
    /// Whether the same question may be answered a little later.
    pub passing: bool,
    /// Whether it is what no cluster can do; an archive on this machine may.
    pub absent: bool,
}

impl From<ClusterError> for Error {
    fn from(e: ClusterError) -> Self {
        Self::Cluster(Box::new(e))
    }
}

impl Error {
    /// Whether an archive on this machine may do what was asked, and a cluster never does.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Cluster(error) if error.absent)
    }

    /// What the reader of the message can do, where something can be done.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound(path) | Self::NotAnArchive(path) => {
                Some(format!("make one with: baoku index --archive {} FOLDER", path.display()))
            }
            Self::Busy(_) => Some("wait until it has finished; searching goes on meanwhile".to_owned()),
            Self::OtherFormat { .. } => {
                Some("index the sources again with --rebuild, or use the baoku that made it".to_owned())
            }
            Self::Damaged { .. } => Some(
                "restore a backup, or make the archive anew: baoku index --rebuild; baoku verify tells all that is damaged"
                    .to_owned(),
            ),
            Self::BadPart { .. } => {
                Some("prepare its sources again with this baoku, and copy all files of the part".to_owned())
            }
            Self::PartMisused { hint, .. } => Some((*hint).to_owned()),
            Self::Exists(_) => Some("name another folder with --archive, or replace it with --replace".to_owned()),
            Self::NotKept(_) => Some("index it again without --no-sources".to_owned()),
            Self::SourcesGone { .. } => {
                Some("give them: baoku index --rebuild FOLDER; the state before is still served".to_owned())
            }
            Self::Unsound { .. } => Some("the state before is still served; please report this".to_owned()),
            Self::Io { source, .. }
                if matches!(
                    source.kind(),
                    std::io::ErrorKind::StorageFull
                        | std::io::ErrorKind::QuotaExceeded
                        | std::io::ErrorKind::FileTooLarge
                ) =>
            {
                Some("make room and run it again; the state before is still served".to_owned())
            }
            Self::Cluster(error) => error.hint.clone(),
            Self::Io { .. } | Self::Engine { .. } => None,
        }
    }
}

/// What one committed state of an archive consists of; kept as the payload of Tantivy's commit, so
/// that everything in it changes in one atomic act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generation {
    /// Version of the format.
    pub format: u32,
    /// Digest of folding table, dictionary and schema.
    pub digest: String,
    /// Counts the commits of this archive, from 1.
    pub number: u64,
    /// Number of articles.
    pub articles: u64,
    /// Number of persons.
    pub persons: u64,
    /// Number of pages read.
    pub pages: u64,
    /// Bytes of searchable text, headline parts included.
    pub text_bytes: u64,
    /// Side file with the learned names.
    pub names: SideFile,
    /// Side file with the sources.
    pub manifest: SideFile,
    /// Side file with what the segmenter was taught.
    pub words: SideFile,
    /// Side file with the alphabet and the dictionary that records are written in; older formats have none.
    #[serde(default)]
    pub codebook: SideFile,
    /// The packs that hold the sources.
    #[serde(default)]
    pub packs: Vec<PackFile>,
}

impl Generation {
    /// Its files beside the index, those that its format has.
    pub fn side_files(&self) -> impl Iterator<Item = &SideFile> {
        let files = [&self.names, &self.manifest, &self.words, &self.codebook].into_iter();
        files.filter(|file| !file.file.is_empty())
    }
}

/// A file beside the index that belongs to one generation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideFile {
    /// Its name in `side/`.
    pub file: String,
    /// BLAKE3 of its bytes.
    pub digest: String,
}

/// Digest of everything that decides how text becomes terms.
#[must_use]
pub(super) fn settings_digest() -> String {
    let (schema, _) = schema();
    let mut hasher = blake3::Hasher::new();
    hasher.update(fold::table_digest().as_bytes());
    hasher.update(Segmenter::taught([]).digest().as_bytes());
    hasher.update(serde_json::to_string(&schema).unwrap_or_default().as_bytes());
    hasher.finalize().to_hex()[..16].to_owned()
}
