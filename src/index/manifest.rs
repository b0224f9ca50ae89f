//! Which sources an archive was made from.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::format::Error;
use crate::correct::{Anchors, Tried};
use crate::diag::ProblemKind;
use crate::ingest::KeptUnit;
use crate::layout::IssueStyle;
use crate::paper::IssueFacts;

/// The sources of one generation, by the key of their unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Units: the pages of an issue, or a file of ready articles.
    pub units: BTreeMap<String, UnitEntry>,
    /// Folder of the archive's own lexicon, absolute, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lexicon: Option<String>,
    /// Files of corrections as they were taken in, by absolute path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub corrections: BTreeMap<String, CorrectionsFile>,
    /// How corrected articles are known again under another id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub anchors: Anchors,
}

/// A file of corrections: kept whole, so that they hold also where the archive is made anew from
/// the sources it keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectionsFile {
    /// The path as given.
    pub path: String,
    /// What it says.
    pub text: String,
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
    /// Its pages and what was odd on each, by what the page's articles' ids begin with; of ready
    /// articles those of one place together.
    #[serde(default)]
    pub sheets: Sheets,
    /// What came of the corrections that are about it, by their digest.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub corrections: BTreeMap<String, Tried>,
    /// What an issue of pages, read alone, shows of the house style of its paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<IssueStyle>,
    /// Digest of what other issues of the paper said of it when it was read; empty where they said
    /// nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub heeded: String,
}

/// The pages of a unit and what was odd on each.
///
/// A large archive has hundreds of thousands of pages, and a run asks for those of the units it reads: others stay
/// as they were written, and are read when somebody asks.
#[derive(Debug, Clone, Default)]
pub struct Sheets {
    read: BTreeMap<String, Sheet>,
    /// As they were written, if they were not read since.
    written: Option<Arc<RawValue>>,
}

impl Sheets {
    /// All of them, by what their articles' ids begin with.
    ///
    /// # Errors
    ///
    /// Where what was written is something else.
    pub fn all(&self) -> Result<Cow<'_, BTreeMap<String, Sheet>>, Error> {
        let Some(json) = &self.written else { return Ok(Cow::Borrowed(&self.read)) };
        let damaged = |e: serde_json::Error| Error::Damaged { path: "manifest".into(), what: e.to_string() };
        serde_json::from_str(json.get()).map(Cow::Owned).map_err(damaged)
    }

    /// Those of a unit that is being read; what was written of it before is void.
    pub fn being_read(&mut self) -> &mut BTreeMap<String, Sheet> {
        self.written = None;
        &mut self.read
    }
}

impl PartialEq for Sheets {
    fn eq(&self, other: &Self) -> bool {
        let written = |sheets: &Self| sheets.written.as_ref().map(|json| json.get().to_owned());
        match (self.all(), other.all()) {
            (Ok(mine), Ok(theirs)) => mine == theirs,
            _ => written(self) == written(other),
        }
    }
}

impl Eq for Sheets {}

impl Serialize for Sheets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.written {
            Some(json) => json.serialize(serializer),
            None => self.read.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Sheets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self { read: BTreeMap::new(), written: Some(json.into()) })
    }
}

/// What was read from one newspaper page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Paper, date, page, section.
    #[serde(flatten)]
    pub facts: IssueFacts,
    /// The file, as given.
    pub source: String,
    /// Page files; ready articles make none.
    pub files: u64,
    /// Articles.
    pub articles: u64,
    /// Articles whose headline is lost.
    pub untitled: u64,
    /// Problems by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub problems: BTreeMap<ProblemKind, u64>,
}

impl Sheet {
    /// Counts a problem.
    pub fn odd(&mut self, kind: ProblemKind) {
        *self.problems.entry(kind).or_default() += 1;
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_nobody_asks_for_are_written_as_they_were() {
        let mut sheets = Sheets::default();
        let sheet = sheets.being_read().entry("澜湾日报/2031-03-18/01".to_owned()).or_default();
        sheet.articles = 4;
        sheet.odd(ProblemKind::JumpUnmatched);
        let written = serde_json::to_string(&sheets).unwrap();
        let mut read: Sheets = serde_json::from_slice(written.as_bytes()).unwrap();
        assert!(read.written.is_some() && read.read.is_empty());
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
        assert_eq!((read.all().unwrap(), &read), (sheets.all().unwrap(), &sheets));
        assert!(read.being_read().is_empty());
        let other: Sheets = serde_json::from_str("[1, 2]").unwrap();
        assert!(matches!(other.all(), Err(Error::Damaged { .. })) && other == other.clone());
    }
}
