//! Prints a tree so that parsing the print gives the tree again.

use std::fmt::{self, Display, Formatter, Write as _};

use super::{Query, Term, lex};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            // Alone in parentheses an operator has nothing to join and is a word.
            Self::Term(Term::Word(word)) if lex::operator(word).is_some() => write!(f, "({word})"),
            Self::Term(term) => write!(f, "{term}"),
            Self::Field { field, term } => write!(f, "{field}:{term}"),
            Self::Dates(range) => write!(f, "日期:{range}"),
            Self::And(children) => joined(f, children, " "),
            Self::Or(children) => joined(f, children, " OR "),
            Self::Not(child) => {
                f.write_char('-')?;
                grouped(f, child)
            }
        }
    }
}

fn joined(f: &mut Formatter<'_>, children: &[Query], between: &str) -> fmt::Result {
    for (nth, child) in children.iter().enumerate() {
        if nth > 0 {
            f.write_str(between)?;
        }
        grouped(f, child)?;
    }
    Ok(())
}

fn grouped(f: &mut Formatter<'_>, child: &Query) -> fmt::Result {
    match child {
        Query::And(_) | Query::Or(_) => write!(f, "({child})"),
        _ => write!(f, "{child}"),
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Prefix(stem) => write!(f, "{stem}*"),
            Self::Literal(text) => {
                let (open, close) = lex::marks_for(text);
                write!(f, "{open}{text}{close}")
            }
            Self::Near { runs, distance_chars } => {
                let text = runs.join(" ");
                let (open, close) = lex::marks_for(&text);
                write!(f, "{open}{text}{close}~{distance_chars}")
            }
        }
    }
}

/// How deep parentheses stand in the print.
pub(super) fn depth(query: &Query) -> usize {
    let inner = |child: &Query| match child {
        Query::And(_) | Query::Or(_) => 1 + depth(child),
        _ => depth(child),
    };
    match query {
        Query::Term(Term::Word(word)) => usize::from(lex::operator(word).is_some()),
        Query::And(children) | Query::Or(children) => children.iter().map(inner).max().unwrap_or(0),
        Query::Not(child) => inner(child),
        Query::All | Query::Term(_) | Query::Field { .. } | Query::Dates(_) => 0,
    }
}

/// How many characters the print has.
pub(super) fn chars(query: &Query) -> usize {
    struct Counter(usize);
    impl fmt::Write for Counter {
        fn write_str(&mut self, s: &str) -> fmt::Result {
            self.0 += s.chars().count();
            Ok(())
        }
    }
    let mut counter = Counter(0);
    // A counter takes everything.
    let _ = write!(counter, "{query}");
    counter.0
}
