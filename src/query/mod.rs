//! Parses what a reader typed into a [`Query`] and prints it back; knows no index.
//!
//! Nothing a reporter types is an error: [`parse`] reads any input, and what can't be read as
//! syntax is searched as text and told in a note. Printing is canonical: parsing what a
//! [`Query`] prints gives the same tree again.
//!
//! ```text
//! 水利 工程                 both words, in any place
//! “水利工程”  「水利工程」     exactly this run of characters
//! 水利 OR 引水   水利 或 引水    either; binds weaker than a space
//! 水利 -会议   NOT 会议   非 会议    without
//! (春耕 OR 秋收) 现场            groups
//! “区长 水利”~20               both runs, at most 20 characters between them
//! 潞*                       words that begin so
//! 标题:水利  人物:(甲 OR 乙)     in one field only
//! 日期:2026-06  日期:2026-06-01..2026-06-15  版:头版
//! ```
//!
//! Deliberately absent: word segmentation, folding, anything an index could answer.

mod date;
mod field;
mod lex;
mod normal;
mod notes;
mod print;
mod read;
#[cfg(test)]
mod tests;

pub use date::{DateRange, Day};
pub use field::Field;

/// What a reader asked, and what of it was not read as syntax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The tree, in normal form.
    pub query: Query,
    /// What was read otherwise than it may have been meant, one short sentence each.
    pub notes: Vec<String>,
}

/// The tree of a question (检索式); `Display` prints it canonically.
///
/// [`parse`] gives it in *normal form*: an `And` or `Or` has at least two children, none of its
/// own kind; a `Not` holds no `Not`; `All` stands alone or nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Query {
    /// Every article: what the empty question asks.
    All,
    /// The term somewhere in the article.
    Term(Term),
    /// The term in one field.
    Field {
        /// Where to look.
        field: Field,
        /// What to look for; a page is `Word` with its number as printed (`1`, `A3`).
        term: Term,
    },
    /// Articles of these days.
    Dates(DateRange),
    /// All of the children.
    And(Vec<Query>),
    /// At least one of the children.
    Or(Vec<Query>),
    /// Every article but these; also alone (`-疫情`).
    Not(Box<Query>),
}

/// What is looked for in text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term {
    /// A bare run as typed, to be segmented: no white space, at least one letter or digit.
    Word(String),
    /// Exactly this run of characters, with its white space; never empty.
    Literal(String),
    /// All of the runs near each other, in any order (两词相邻).
    Near {
        /// The runs, each a literal without white space; at least two.
        runs: Vec<String>,
        /// How many characters may lie between them.
        distance_chars: u32,
    },
    /// Words that begin so (`潞*`); the text before the star.
    Prefix(String),
}

/// How many characters of a question are read; the rest is left out with a note.
pub const INPUT_CHARS_MAX: usize = 20_000;

/// How deep groups may stand in one another; deeper parentheses are left out with a note.
pub const DEPTH_MAX: usize = 64;

/// The largest distance of a `Near`; a larger one is read as this, with a note.
pub const NEAR_CHARS_MAX: u32 = 10_000;

/// How many words of a `Near` are compared; further ones are left out with a note.
pub const NEAR_RUNS_MAX: usize = 8;

/// Reads a question.
///
/// Returns on any input: a question can be odd but never wrong.
///
/// ```
/// use baoku::query::parse;
/// let question = parse("標題：水利　（春耕 或 秋收）　－會議");
/// assert_eq!(question.query.to_string(), "标题:水利 (春耕 OR 秋收) -會議");
/// assert!(question.notes.is_empty());
///
/// let question = parse("县委 “水利工程");
/// assert_eq!(question.query.to_string(), "县委 水利工程");
/// assert_eq!(question.notes, ["“ is never closed: the words behind it are searched separately"]);
/// ```
#[must_use]
pub fn parse(input: &str) -> Question {
    // What is printed may be longer and deeper than what was typed. Reading less of a question
    // that would print beyond the limits keeps the promise that a print reads back as itself.
    let (mut chars_max, mut depth_max) = (INPUT_CHARS_MAX, DEPTH_MAX);
    loop {
        let question = read::question(input, chars_max, depth_max);
        if print::depth(&question.query) > DEPTH_MAX && depth_max > 0 {
            depth_max /= 2;
        } else if chars_max > 1 && print::chars(&question.query) > INPUT_CHARS_MAX {
            chars_max /= 2;
        } else {
            return question;
        }
    }
}

impl Query {
    /// This and another condition, in normal form.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        normal::and(vec![self, other])
    }

    /// The terms an article is found by, those under a `Not` left out, in the order typed, each
    /// with the field it is asked in.
    #[must_use]
    pub fn wanted(&self) -> Vec<(Option<Field>, &Term)> {
        let mut out = Vec::new();
        self.collect_wanted(&mut out);
        out
    }

    fn collect_wanted<'q>(&'q self, out: &mut Vec<(Option<Field>, &'q Term)>) {
        match self {
            Self::Term(term) => out.push((None, term)),
            Self::Field { field, term } => out.push((Some(*field), term)),
            Self::And(children) | Self::Or(children) => {
                for child in children {
                    child.collect_wanted(out);
                }
            }
            Self::All | Self::Dates(_) | Self::Not(_) => {}
        }
    }
}
