//! What may have been meant: by sound, by look, by one wrong letter, under another name.
//!
//! Nothing here is ever searched unasked. A suggestion is a question with the number of articles
//! that it would find, and hits stay what was asked for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tantivy::schema::Field;

use super::Archive;
use super::answer::Request;
use super::lexicon::Synonyms;
use super::plan::Wanted;
use super::slip::{Reason, Slip};
use crate::index::Error;
use crate::people::Person;
use crate::query::{Query, Question, Term};
use crate::text::fold::fold;

/// A question that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DidYouMean {
    /// The question.
    pub query: String,
    /// Why it is suggested.
    pub reason: Reason,
    /// How many articles have everything it asks.
    pub count: u64,
}

/// Suggestions of an answer.
const SUGGESTIONS_MAX: usize = 5;
/// Alternatives of one word that are counted.
pub(crate) const ALTERNATIVES_MAX: usize = 8;
/// Words of a question that are looked up.
const WORDS_LOOKED_UP_MAX: usize = 6;
/// A word that finds so many articles was surely meant; several words that find any were.
const ENOUGH_ARTICLES: u64 = 3;
/// How many times more articles a suggestion must find than the question.
const MORE_TIMES: u64 = 10;
/// Longest word that is compared with others.
const WORD_CHARS_MAX: usize = 12;

/// An archive, wherever it lies, that can tell what else may have been meant.
pub(crate) trait Forgives {
    /// How many articles have everything asked.
    fn articles(&self, request: &Request) -> Result<u64, Error>;

    /// Words of the archive that a word may be a slip for, those in most articles first.
    fn alternatives(&self, run: &str, thorough: bool) -> Result<Vec<(String, Reason)>, Error>;

    /// Other names of things.
    fn synonyms(&self) -> &Synonyms;

    /// What else may have been meant, and notes on what stands nowhere.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    fn forgive(
        &self,
        request: &Request,
        wanted: &[Wanted],
        total: u64,
    ) -> Result<(Vec<DidYouMean>, Vec<String>), Error> {
        let query = &request.question.query;
        let mut meant: Vec<DidYouMean> = Vec::new();
        let mut notes = Vec::new();
        let one_word = matches!(query, Query::Term(Term::Word(_)));
        if total == 0 || (one_word && total < ENOUGH_ARTICLES) {
            for run in looked_up(query, wanted) {
                for (other, reason) in self.alternatives(&run, total == 0)? {
                    let swapped = swap(query, &run, &other);
                    if swapped == *query || meant.iter().any(|m| m.query == swapped.to_string()) {
                        continue;
                    }
                    let count = self.count_of(request, swapped.clone())?;
                    if count > total * MORE_TIMES {
                        meant.push(DidYouMean { query: swapped.to_string(), reason, count });
                    }
                }
            }
            meant.sort_by(|a, b| {
                b.count.cmp(&a.count).then(a.reason.cmp(&b.reason)).then(a.query.cmp(&b.query))
            });
            meant.truncate(SUGGESTIONS_MAX);
        }
        if total == 0 {
            notes.extend(self.what_is_lacking(request, wanted)?);
        }
        self.other_names(request, total, &mut meant, &mut notes)?;
        Ok((meant, notes))
    }

    /// How many articles another question finds under the same dates.
    fn count_of(&self, request: &Request, query: Query) -> Result<u64, Error> {
        let question = Question { query, notes: Vec::new() };
        self.articles(&Request { question, ..request.clone() })
    }

    /// Which part of a question without an answer stands nowhere, and what is found without it.
    fn what_is_lacking(&self, request: &Request, wanted: &[Wanted]) -> Result<Vec<String>, Error> {
        let query = &request.question.query;
        let clauses: Vec<Query> = match query {
            Query::And(children) => children.clone(),
            Query::All | Query::Not(_) | Query::Dates(_) => return Ok(Vec::new()),
            other => vec![other.clone()],
        };
        let mut asked: Vec<Query> = Vec::new();
        for clause in &clauses {
            match clause {
                // A run of words is taken apart as it was cut.
                Query::Term(Term::Word(run)) => {
                    let words = wanted.iter().filter(|w| run.contains(&w.typed));
                    asked.extend(words.map(|w| Query::Term(Term::Literal(w.typed.clone()))));
                }
                Query::Not(_) | Query::Dates(_) => {}
                other => asked.push(other.clone()),
            }
        }
        asked.truncate(WORDS_LOOKED_UP_MAX);
        let rest: Vec<Query> =
            clauses.iter().filter(|c| matches!(c, Query::Not(_) | Query::Dates(_))).cloned().collect();
        let mut notes = Vec::new();
        let mut there = Vec::new();
        let mut lacking = Vec::new();
        for clause in &asked {
            if self.count_of(request, clause.clone())? == 0 {
                notes.push(format!("no article contains {}", shown(clause)));
                lacking.push(shown(clause));
            } else {
                there.push(clause.clone());
            }
        }
        let all_but = |left_out: Option<usize>| -> Query {
            let kept = there.iter().enumerate().filter(|(i, _)| Some(*i) != left_out).map(|(_, c)| c.clone());
            joined(kept.chain(rest.iter().cloned()).collect())
        };
        if !lacking.is_empty() && !there.is_empty() {
            let count = self.count_of(request, all_but(None))?;
            notes.push(format!("articles found without {}: {count}", lacking.join(" ")));
        } else if lacking.is_empty() && there.len() > 1 {
            let mut best: Option<(u64, String)> = None;
            for (left_out, clause) in there.iter().enumerate() {
                let count = self.count_of(request, all_but(Some(left_out)))?;
                if count > 0 && best.as_ref().is_none_or(|(most, _)| count > *most) {
                    best = Some((count, shown(clause)));
                }
            }
            notes.push("each part of the question is found, but no article has all".to_owned());
            notes.extend(best.map(|(count, clause)| format!("articles found without {clause}: {count}")));
        }
        Ok(notes)
    }

    /// What the asked things are called otherwise, where that finds articles.
    fn other_names(
        &self,
        request: &Request,
        total: u64,
        meant: &mut Vec<DidYouMean>,
        notes: &mut Vec<String>,
    ) -> Result<(), Error> {
        let query = &request.question.query;
        let synonyms = self.synonyms();
        for (field, term) in query.wanted() {
            let (Term::Word(run) | Term::Literal(run)) = term else { continue };
            if field.is_some() || meant.len() >= SUGGESTIONS_MAX {
                continue;
            }
            let mut found: Vec<(String, u64)> = Vec::new();
            for other in synonyms.others(&fold(run)) {
                let count = self
                    .count_of(request, swap_term(query, term, &Query::Term(Term::Literal(other.clone()))))?;
                if count > 0 {
                    found.push((other, count));
                }
            }
            if found.is_empty() {
                continue;
            }
            let names: Vec<String> =
                found.iter().map(|(name, count)| format!("“{name}” ({count})")).collect();
            notes.push(format!("also called: {run} = {}", names.join(" = ")));
            let any: Vec<Query> = std::iter::once(Query::Term(term.clone()))
                .chain(found.into_iter().map(|(name, _)| Query::Term(Term::Literal(name))))
                .collect();
            let swapped = swap_term(query, term, &Query::Or(any));
            let count = self.count_of(request, swapped.clone())?;
            if count > total {
                meant.push(DidYouMean { query: swapped.to_string(), reason: Reason::Synonym, count });
            }
        }
        Ok(())
    }
}

impl Forgives for Archive {
    fn articles(&self, request: &Request) -> Result<u64, Error> {
        self.count(request)
    }

    fn synonyms(&self) -> &Synonyms {
        self.other_names_known()
    }

    fn alternatives(&self, run: &str, thorough: bool) -> Result<Vec<(String, Reason)>, Error> {
        let folded = fold(run);
        if folded.is_ascii() {
            let letters = folded.chars().all(|c| c.is_ascii_alphabetic() || c == '\'');
            if letters && folded.len() >= 2 {
                let named = self.persons_sounding(&folded)?;
                if !named.is_empty() {
                    let names = named.into_iter().take(ALTERNATIVES_MAX);
                    return Ok(names.map(|person| (person.name, Reason::Sound)).collect());
                }
            }
        }
        let fields = &self.open.fields;
        let slip = Slip::of(&folded, thorough);
        let mut found = BTreeMap::new();
        for field in [fields.body_words, fields.head_words, fields.name] {
            self.near(&slip, field, |_| true, &mut found)?;
        }
        // Words of two characters stand among all that is printed side by side.
        if fields.of_word(&folded) == fields.exact {
            let segmenter = self.segmenter();
            self.near(&slip, fields.exact, |pair| segmenter.knows(pair), &mut found)?;
        }
        Ok(most(found))
    }
}

impl Archive {
    /// The persons whose name a name may be a slip for, by sound, by look or, in a longer one, by one
    /// character, with the reason; those in most articles first.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn persons_meant(&self, name: &str) -> Result<Vec<(Person, Reason)>, Error> {
        let folded = fold(name);
        if !may_be_a_slip(&folded) {
            return Ok(Vec::new());
        }
        let mut names = BTreeMap::new();
        self.near(&Slip::of(&folded, true), self.open.fields.name, |_| true, &mut names)?;
        let mut found = Vec::new();
        for (other, reason) in most(names) {
            found.extend(self.persons_named(&other)?.into_iter().map(|person| (person, reason)));
        }
        found.sort_by(|(a, _), (b, _)| b.articles.cmp(&a.articles).then_with(|| a.id.cmp(&b.id)));
        found.truncate(ALTERNATIVES_MAX);
        Ok(found)
    }

    /// Adds the words of a field that a typed one may be a slip for, where they are wanted.
    fn near(
        &self,
        slip: &Slip,
        field: Field,
        wanted: impl Fn(&str) -> bool,
        found: &mut BTreeMap<String, Meant>,
    ) -> Result<(), Error> {
        let mut read = || -> tantivy::Result<()> {
            for reader in self.searcher.segment_readers() {
                let index = reader.inverted_index(field)?;
                let mut near = index.terms().search(slip).into_stream()?;
                while near.advance() {
                    let Ok(word) = std::str::from_utf8(near.key()) else { continue };
                    let Some(reason) = slip.reason(word).filter(|_| wanted(word)) else { continue };
                    let articles = u64::from(near.value().doc_freq);
                    match found.get_mut(word) {
                        Some(meant) => meant.articles += articles,
                        None => drop(found.insert(word.to_owned(), Meant { reason, articles })),
                    }
                }
            }
            self.sound()
        };
        read().map_err(|e| self.error(e))
    }
}

/// A word that may have been meant: why, and how many articles of each field it stands in, all together.
struct Meant {
    reason: Reason,
    articles: u64,
}

/// The words that may have been meant, those in most articles first.
fn most(found: BTreeMap<String, Meant>) -> Vec<(String, Reason)> {
    let mut found: Vec<(String, Meant)> = found.into_iter().collect();
    found.sort_by(|(word, a), (other, b)| {
        b.articles.cmp(&a.articles).then(a.reason.cmp(&b.reason)).then_with(|| word.cmp(other))
    });
    found.truncate(ALTERNATIVES_MAX);
    found.into_iter().map(|(word, meant)| (word, meant.reason)).collect()
}

/// Whether others are looked for that a folded name in Chinese may be meant for.
pub(crate) fn may_be_a_slip(name: &str) -> bool {
    !name.is_ascii() && (2..=WORD_CHARS_MAX).contains(&name.chars().count())
}

/// What to tell of a name that nobody bears: who may have been meant.
pub(crate) fn nobody_named(name: &str, meant: &[(Person, Reason)]) -> String {
    let told = format!("the archive knows nobody of the name {name}");
    let meant = meant.iter().map(|(person, reason)| {
        let why = match reason {
            Reason::Sound => "sounds alike",
            Reason::Look => "looks alike",
            Reason::Edit | Reason::Synonym => "differs by a character",
        };
        format!("{} ({why})", person.id)
    });
    let meant: Vec<String> = meant.collect();
    if meant.is_empty() { told } else { format!("{told}; perhaps {}", meant.join(", ")) }
}

/// The typed runs that may hold a slip: each whole, and the words in it that stand nowhere.
fn looked_up(query: &Query, wanted: &[Wanted]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for (field, term) in query.wanted() {
        if !matches!(field, None | Some(crate::query::Field::Person)) {
            continue;
        }
        let (Term::Word(run) | Term::Literal(run)) = term else { continue };
        let inside = wanted.iter().filter(|w| w.nowhere && run.contains(&w.typed)).map(|w| &w.typed);
        for run in std::iter::once(run).chain(inside) {
            if (2..=WORD_CHARS_MAX).contains(&run.chars().count()) && !out.contains(run) {
                out.push(run.clone());
            }
        }
    }
    out.truncate(WORDS_LOOKED_UP_MAX);
    out
}

/// The question with a run put in another's place.
fn swap(query: &Query, from: &str, to: &str) -> Query {
    let text = |run: &String| run.replace(from, to);
    let term = |term: &Term| match term {
        Term::Word(run) => Term::Word(text(run)),
        Term::Literal(run) => Term::Literal(text(run)),
        other => other.clone(),
    };
    match query {
        Query::Term(t) => Query::Term(term(t)),
        Query::Field { field, term: t } => Query::Field { field: *field, term: term(t) },
        Query::And(children) => Query::And(children.iter().map(|c| swap(c, from, to)).collect()),
        Query::Or(children) => Query::Or(children.iter().map(|c| swap(c, from, to)).collect()),
        Query::All | Query::Dates(_) | Query::Not(_) => query.clone(),
    }
}

/// The question with a tree in the place of one term.
fn swap_term(query: &Query, from: &Term, to: &Query) -> Query {
    match query {
        Query::Term(term) if term == from => to.clone(),
        Query::And(children) => joined(children.iter().map(|c| swap_term(c, from, to)).collect()),
        Query::Or(children) => {
            let mut flat = Vec::new();
            for child in children {
                match swap_term(child, from, to) {
                    Query::Or(inner) => flat.extend(inner),
                    other => flat.push(other),
                }
            }
            Query::Or(flat)
        }
        other => other.clone(),
    }
}

/// All of these at once, in normal form.
fn joined(mut clauses: Vec<Query>) -> Query {
    match (clauses.len(), clauses.pop()) {
        (_, None) => Query::All,
        (1, Some(one)) => one,
        (_, Some(last)) => {
            clauses.push(last);
            Query::And(clauses)
        }
    }
}

/// A clause in a note.
fn shown(clause: &Query) -> String {
    match clause {
        Query::Term(Term::Word(run) | Term::Literal(run)) => format!("“{run}”"),
        other => other.to_string(),
    }
}
