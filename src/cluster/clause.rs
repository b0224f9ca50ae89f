//! The query language of clusters, as far as questions need it: the subset that every version has.

use serde_json::{Value, json};

use super::tokens::{bigrams, character, value};
use crate::index::{Head, head_char};

/// Clauses of one query; engines take 1,024.
const CLAUSES_MAX: usize = 500;
/// Ids in one clause; engines take 65,536.
pub(super) const IDS_MAX: usize = 10_000;

/// Which parts of an article a run is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Anywhere,
    Headline,
    Kicker,
    Deck,
    Furniture,
}

impl Place {
    const fn field(self) -> &'static str {
        match self {
            Self::Anywhere => "exact",
            Self::Headline => "headline",
            Self::Kicker => "kicker",
            Self::Deck => "deck",
            Self::Furniture => "furniture",
        }
    }
}

/// Nothing.
pub(super) fn none() -> Value {
    json!({"match_none": {}})
}

/// Documents with a value as it is.
pub(super) fn term(field: &str, value: &str) -> Value {
    json!({"term": {field: {"value": value}}})
}

/// Documents of a kind.
pub(super) fn kind(kind: &str) -> Value {
    term("kind", kind)
}

/// The document of a kind that has an id.
pub(super) fn the_one(kind_of: &str, id: &str) -> Value {
    all_of(vec![term("id", &value(id)), kind(kind_of)], Vec::new())
}

/// The documents of a kind that have one of these ids.
pub(super) fn those(kind_of: &str, ids: &[String]) -> Value {
    let named = |some: &[String]| {
        let some: Vec<_> = some.iter().map(|id| value(id)).collect();
        json!({"terms": {"id": some}})
    };
    all_of(vec![any_of(ids.chunks(IDS_MAX).map(named).collect()), kind(kind_of)], Vec::new())
}

/// Documents that all of these match and none of those.
pub(super) fn all_of(musts: Vec<Value>, nots: Vec<Value>) -> Value {
    if nots.is_empty() && musts.len() == 1 {
        return musts.into_iter().next().unwrap_or_default();
    }
    json!({"bool": {"filter": few(musts, |some| all_of(some, Vec::new())), "must_not": few(nots, any_of)}})
}

/// No more clauses than a query may have, some of them put together where there are more.
fn few(clauses: Vec<Value>, together: impl Fn(Vec<Value>) -> Value) -> Vec<Value> {
    if clauses.len() <= CLAUSES_MAX {
        return clauses;
    }
    clauses.chunks(CLAUSES_MAX).map(|some| together(some.to_vec())).collect()
}

/// Documents that any of these matches.
pub(super) fn any_of(some: Vec<Value>) -> Value {
    json!({"bool": {"should": few(some, any_of), "minimum_should_match": 1}})
}

/// Documents in which a folded run of characters stands; an empty run stands nowhere.
pub(super) fn literal(place: Place, folded: &str) -> Value {
    let mut chars = folded.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (None, ..) => none(),
        (Some(c), None, _) => match place {
            Place::Anywhere => term("chars", &character(c)),
            Place::Furniture => term("furniture_chars", &character(c)),
            Place::Headline => term("head_chars", &head_char(Head::Headline, c)),
            Place::Kicker => term("head_chars", &head_char(Head::Kicker, c)),
            Place::Deck => term("head_chars", &head_char(Head::Deck, c)),
        },
        (Some(a), Some(b), None) => term(place.field(), &format!("{}{}", character(a), character(b))),
        // Each pair stands at the place behind the one before: no other text has them so.
        _ => json!({"match_phrase": {place.field(): {
            "query": bigrams(folded), "analyzer": "whitespace", "slop": 0,
        }}}),
    }
}

/// Documents with a value that begins so.
pub(super) fn begins(field: &str, text: &str) -> Value {
    json!({"prefix": {field: {"value": text}}})
}

/// Documents with a value that holds a text, with anything before it and, if wanted, behind.
pub(super) fn holds(field: &str, before: &str, text: &str, behind: &str) -> Value {
    let mut pattern = String::from(before);
    for c in text.chars() {
        if matches!(c, '*' | '?' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push_str(behind);
    json!({"wildcard": {field: {"value": pattern}}})
}
