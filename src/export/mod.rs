//! Articles and counts as files: JSON Lines, tables, Markdown, pictures.
//!
//! Every form is written one article after the other, so that an archive of any size can be
//! exported. JSON Lines are read again by `ingest` as the same articles.

mod forms;
mod plot;
mod table;

use crate::index::StoredArticle;
use crate::search::ArticleRecord;

pub use forms::{json_ld, markdown};
pub use plot::{Measure, PlotError, in_words, trend_svg};
pub use table::trend_csv;

/// How articles are exported; closed, the names are part of the interface.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// One article as a JSON object a line; can be indexed again.
    #[default]
    Jsonl,
    /// A table for spreadsheets, UTF-8 with byte order mark; can be indexed again.
    Csv,
    /// Markdown, a rule between articles.
    Markdown,
}

impl Form {
    /// All of them, in the order of the interface.
    pub const ALL: [Self; 3] = [Self::Jsonl, Self::Csv, Self::Markdown];

    /// The name on the command line and in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
        }
    }

    /// The form of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// What the file begins with.
    #[must_use]
    pub fn beginning(self) -> Vec<u8> {
        match self {
            Self::Csv => table::article_header(),
            Self::Jsonl | Self::Markdown => Vec::new(),
        }
    }

    /// What an article adds to the file; `first` where none stands before it.
    #[must_use]
    pub fn article(self, stored: &StoredArticle, first: bool) -> Vec<u8> {
        match self {
            Self::Jsonl => {
                // Strings, numbers and lists of them always have a JSON form.
                let mut line = serde_json::to_vec(&ArticleRecord::of(stored)).unwrap_or_default();
                line.push(b'\n');
                line
            }
            Self::Csv => table::article_row(stored),
            Self::Markdown => {
                let rule = if first { "" } else { "\n---\n\n" };
                format!("{rule}{}", markdown(stored)).into_bytes()
            }
        }
    }
}
