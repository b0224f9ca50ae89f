//! Finds source files and decodes each into pages or ready articles; the only reader of sources.
//!
//! [`survey`] walks files and folders and groups what it finds into [`Unit`]s: an issue's page
//! files belong together, a file of ready articles stands alone. A survey holds paths, sizes and
//! times, never texts; a unit is read when somebody asks for its [`Unit::pages`] or
//! [`Unit::articles`], one unit at a time. Dirty files are data: whatever cannot be read becomes
//! a [`Problem`] with its place, and the others go on.

mod alto;
mod boxes;
mod containers;
mod csv_source;
mod dates;
mod decode;
mod facsimile;
mod facts;
mod format;
mod front;
mod glance;
mod group;
mod html;
mod html_lines;
mod json_source;
mod kept;
mod markup;
mod mets;
mod pages;
mod pdf;
mod record;
mod source;
mod survey;
mod transcode;
mod unit;

use std::path::PathBuf;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::diag::Problem;

pub use dates::date_in;
pub use decode::{Decoded, decode};
pub use facsimile::Facsimile;
pub use facts::{PathFacts, page_number, path_facts};
pub use format::Format;
pub use glance::{Glance, glance};
pub use kept::{Frame, KeptFile, KeptUnit};
pub use record::ArticleRecord;
pub use source::SourceFile;
pub use survey::{Skipped, Survey, survey};
pub use unit::{Articles, Unit, UnitKind};

/// What the caller knows better than the files, and how much of a file may be read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The paper's name; goes before whatever the files say.
    pub paper: Option<String>,
    /// The day of the issue; goes before whatever the files say.
    pub date: Option<Date>,
    /// The printed page number; goes before whatever the files say.
    pub page: Option<String>,
    /// Where reading stops.
    pub limits: Limits,
    /// An archive keeps no copy of what is read.
    pub no_sources: bool,
    /// The program that takes the text out of a PDF; `pdftotext` on the path when `None`.
    pub pdftotext: Option<PathBuf>,
}

/// Where reading stops; whatever lies beyond is told as a problem of kind `limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest page file, unpacked.
    pub page_bytes_max: u64,
    /// Most lines of a page: each takes some hundred bytes of memory while the page is read.
    pub page_lines_max: usize,
    /// Longest line of JSON Lines, longest row of CSV.
    pub record_bytes_max: u64,
    /// Most page files that are joined into one issue; in a larger group each file stands alone.
    pub issue_pages_max: usize,
    /// Most bytes of page files that are joined into one issue.
    pub issue_bytes_max: u64,
    /// How many times its packed size a container may unpack to, beyond the first 64 MiB.
    pub unpack_ratio_max: u64,
    /// Most bytes a container may unpack to.
    pub unpack_bytes_max: u64,
    /// Most files read from one container.
    pub container_files_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            page_bytes_max: 256 << 20,
            page_lines_max: 2_000_000,
            record_bytes_max: 64 << 20,
            issue_pages_max: 512,
            issue_bytes_max: 128 << 20,
            unpack_ratio_max: 200,
            unpack_bytes_max: 64 << 30,
            container_files_max: 1_000_000,
        }
    }
}

/// A problem and the source it was met in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceProblem {
    /// The path as shown.
    pub source: String,
    /// What was odd.
    pub problem: Problem,
}

impl SourceProblem {
    pub(crate) fn new(source: impl Into<String>, problem: Problem) -> Self {
        Self { source: source.into(), problem }
    }
}
