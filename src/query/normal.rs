//! Brings trees into normal form; the only place that knows its rules.

use super::Query;

/// All of these.
pub(super) fn and(children: Vec<Query>) -> Query {
    let mut flat = Vec::with_capacity(children.len());
    for child in children {
        match child {
            Query::And(inner) => flat.extend(inner),
            Query::All => {}
            other => flat.push(other),
        }
    }
    single(flat, Query::And)
}

/// At least one of these.
pub(super) fn or(children: Vec<Query>) -> Query {
    let mut flat = Vec::with_capacity(children.len());
    for child in children {
        match child {
            Query::Or(inner) => flat.extend(inner),
            Query::All => return Query::All,
            other => flat.push(other),
        }
    }
    single(flat, Query::Or)
}

/// Every article but these.
pub(super) fn not(child: Query) -> Query {
    match child {
        Query::Not(inner) => *inner,
        other => Query::Not(Box::new(other)),
    }
}

fn single(mut children: Vec<Query>, kind: fn(Vec<Query>) -> Query) -> Query {
    match (children.len(), children.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            children.push(last);
            kind(children)
        }
        (_, None) => Query::All,
    }
}

impl Query {
    /// The same question in normal form.
    ///
    /// ```
    /// use baoku::query::{Query, Term};
    /// let word = Query::Term(Term::Word("水利".into()));
    /// let twice = Query::Not(Box::new(Query::Not(Box::new(Query::And(vec![word.clone()])))));
    /// assert_eq!(twice.normal(), word);
    /// ```
    #[must_use]
    pub fn normal(self) -> Self {
        match self {
            Self::And(children) => and(children.into_iter().map(Self::normal).collect()),
            Self::Or(children) => or(children.into_iter().map(Self::normal).collect()),
            Self::Not(child) => not(child.normal()),
            leaf => leaf,
        }
    }
}
