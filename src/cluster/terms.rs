//! Asks for each document by all it says: by every term at its place, every value, every day.
//!
//! A document that is kept whole may still not be found, where the engine's own index of it is
//! damaged: only a question tells.

use serde_json::{Map, Value, json};

use super::clause::{all_of, any_of, term, the_one};
use super::documents::Document;
use super::open::Cluster;
use crate::index::Error;

/// Terms of one query; engines take 1,024.
const TERMS_MAX: usize = 800;
/// Terms of one phrase.
const PHRASE_TERMS: usize = 200;
/// Queries of one request.
const QUERIES_TOGETHER: usize = 50;

/// Fields whose terms stand one behind the other.
const PHRASES: [&str; 5] = ["exact", "headline", "kicker", "deck", "furniture"];
/// Fields of terms in any order.
const LOOSE: [&str; 4] = ["chars", "head_words", "body_words", "furniture_chars"];
/// Fields of values; besides them those that end in `_key`.
const VALUES: [&str; 11] =
    ["unit", "head_chars", "part", "name", "sound", "typed", "place", "day", "month", "year", "tie"];

/// Documents on their way through the check.
pub(super) struct Terms<'a> {
    cluster: &'a Cluster,
    waiting: Vec<(String, Value)>,
    compared: u64,
    lacking: Vec<String>,
}

impl<'a> Terms<'a> {
    pub(super) const fn new(cluster: &'a Cluster) -> Self {
        Self { cluster, waiting: Vec::new(), compared: 0, lacking: Vec::new() }
    }

    /// Asks for a document.
    pub(super) fn of(&mut self, id: &str, document: &Document) -> Result<(), Error> {
        self.compared += 1;
        let Ok(members) = serde_json::from_str::<Map<String, Value>>(&format!("{{{}}}", document.inside))
        else {
            self.lacking.push(id.to_owned());
            return Ok(());
        };
        let kind = members.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut together = vec![the_one(&kind, id)];
        let mut weight = 0;
        for (clause, terms) in clauses(&members) {
            if weight + terms > TERMS_MAX {
                let full = std::mem::replace(&mut together, vec![the_one(&kind, id)]);
                self.waiting.push((id.to_owned(), all_of(full, Vec::new())));
                weight = 0;
            }
            weight += terms;
            together.push(clause);
        }
        self.waiting.push((id.to_owned(), all_of(together, Vec::new())));
        if self.waiting.len() >= QUERIES_TOGETHER { self.ask() } else { Ok(()) }
    }

    fn ask(&mut self) -> Result<(), Error> {
        let waiting = std::mem::take(&mut self.waiting);
        let bodies: Vec<Value> = waiting
            .iter()
            .map(|(_, query)| json!({"size": 0, "track_total_hits": true, "query": query}))
            .collect();
        for ((id, _), answer) in waiting.into_iter().zip(self.cluster.ask_many(&bodies)?) {
            if self.cluster.total(&answer)? != 1 && self.lacking.last() != Some(&id) {
                self.lacking.push(id);
            }
        }
        Ok(())
    }

    /// How many documents were asked for, and the ids of those that were not found.
    pub(super) fn end(mut self) -> Result<(u64, Vec<String>), Error> {
        if !self.waiting.is_empty() {
            self.ask()?;
        }
        Ok((self.compared, self.lacking))
    }
}

/// What a document has to be found by, each clause with the number of its terms.
fn clauses(members: &Map<String, Value>) -> Vec<(Value, usize)> {
    let mut out = Vec::new();
    for (name, told) in members {
        let values: Vec<&Value> = told.as_array().map_or_else(|| vec![told], |all| all.iter().collect());
        let field = name.as_str();
        if PHRASES.contains(&field) {
            for text in values.into_iter().filter_map(Value::as_str) {
                let terms: Vec<&str> = text.split(' ').filter(|term| !term.is_empty()).collect();
                let mut at = 0;
                while at < terms.len() {
                    let piece = terms.get(at..(at + PHRASE_TERMS).min(terms.len())).unwrap_or_default();
                    out.push((phrase(field, piece), piece.len()));
                    // The next begins with the last term of this one: each two stand together somewhere.
                    at += if at + piece.len() < terms.len() { PHRASE_TERMS - 1 } else { PHRASE_TERMS };
                }
            }
        } else if LOOSE.contains(&field) {
            let texts = values.into_iter().filter_map(Value::as_str);
            let mut terms: Vec<&str> =
                texts.flat_map(|text| text.split(' ')).filter(|term| !term.is_empty()).collect();
            terms.sort_unstable();
            terms.dedup();
            out.extend(terms.into_iter().map(|one| (term(field, one), 1)));
        } else if VALUES.contains(&field) || field.ends_with("_key") {
            out.extend(values.into_iter().map(|value| (json!({"term": {field: {"value": value}}}), 1)));
        }
    }
    out
}

fn phrase(field: &str, terms: &[&str]) -> Value {
    match terms {
        [one] => any_of(vec![term(field, one)]),
        terms => json!({"match_phrase": {field: {
            "query": terms.join(" "), "analyzer": "whitespace", "slop": 0,
        }}}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_asked_for_in_pieces_that_hold_together() {
        let text: Vec<String> = (0..450).map(|n| format!("t{n}")).collect();
        let members = json!({"exact": [text.join(" ")], "day": 20_310_318, "record": "{}", "page": ["1"]});
        let clauses = clauses(members.as_object().unwrap());
        let sizes: Vec<usize> = clauses.iter().map(|(_, terms)| *terms).collect();
        assert_eq!(sizes, [1, 200, 200, 52], "{clauses:?}");
        assert!(clauses[2].0.to_string().contains("t199 t200"));
    }
}
