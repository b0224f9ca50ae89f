//! Says what was odd and where.
//!
//! Dirty paper is data: whoever reads it gives a value *and* the [`Problem`]s met on the way
//! ([`Parsed`]), and never fails. Errors are for broken disks and wrong arguments.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A stretch of a text as byte offsets, end exclusive; both ends lie on character borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ByteSpan {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl ByteSpan {
    /// A span from `start` up to, not including, `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span covers nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The text the span covers, empty where it does not fit `text`.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// The same span moved right by `bytes`.
    #[must_use]
    pub const fn moved(self, bytes: usize) -> Self {
        Self { start: self.start + bytes, end: self.end + bytes }
    }

    /// Whether the two spans share a byte.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// What kind of oddity a [`Problem`] tells; closed, so that a report can count by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// Nothing tells the date of the issue.
    NoDate,
    /// Nothing tells the name of the paper.
    NoPaper,
    /// Nothing tells the page number.
    NoPage,
    /// Two places tell different facts about the issue.
    Conflict,
    /// The file holds no text.
    Empty,
    /// The file is not text and no known format.
    NotText,
    /// The bytes could not be decoded without loss.
    Encoding,
    /// The file could not be opened or read.
    Unreadable,
    /// The file or an item in it has no valid form for its format.
    BadFormat,
    /// A limit stated in the documentation was met; what lies beyond it was not read.
    Limit,
    /// More pages than an issue has: each was read by itself, no story is joined across them.
    NotJoined,
    /// An id was already taken by an article of another source.
    DuplicateId,
    /// A story points to another page on which no continuation stands.
    JumpUnmatched,
    /// Text that goes on from another page on which no beginning stands.
    ContinuationUnmatched,
    /// A body without a headline.
    NoHeadline,
    /// Two readings of the page are nearly equally good.
    Unsure,
    /// Characters that look like faults of text recognition.
    OcrNoise,
    /// A line of an overlay or lexicon that could not be used.
    BadLine,
    /// An entry that puts something right in an article and is of no use any more.
    CorrectionUnused,
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // serde holds the spelling, so that JSON and terminal agree.
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(s)) => f.write_str(&s),
            _ => write!(f, "{self:?}"),
        }
    }
}

/// Something odd in a source, told with its place; never a reason to stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What it is.
    pub kind: ProblemKind,
    /// In words, lower case, no full stop.
    pub message: String,
    /// Line in the source, from 1, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

impl Problem {
    /// A problem without a place.
    #[must_use]
    pub fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), line: None }
    }

    /// The same problem at a line of the source, counted from 1.
    #[must_use]
    pub fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }
}

/// A value and the problems met while making it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T> {
    /// What was read.
    pub value: T,
    /// What was odd.
    pub problems: Vec<Problem>,
}

impl<T> Parsed<T> {
    /// A value that met no problem.
    #[must_use]
    pub fn clean(value: T) -> Self {
        Self { value, problems: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_kind_prints_as_it_serialises() {
        assert_eq!(ProblemKind::NoDate.to_string(), "no-date");
        assert_eq!(ProblemKind::JumpUnmatched.to_string(), "jump-unmatched");
    }

    #[test]
    fn a_span_that_does_not_fit_gives_no_text() {
        assert_eq!(ByteSpan::new(0, 3).of("区长"), "区");
        assert_eq!(ByteSpan::new(1, 3).of("区长"), "");
        assert_eq!(ByteSpan::new(0, 99).of("区长"), "");
    }
}
