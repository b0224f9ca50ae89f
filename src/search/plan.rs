//! The only place that turns a [`Query`](crate::query::Query) into Tantivy queries.
//!
//! Matching and ranking are kept apart. Whether an article matches is decided by runs of
//! characters alone, never by how a segmenter cut them; how good it is, by words, characters and
//! place.

mod matching;
mod ranking;

use tantivy::query::{BooleanQuery, ExistsQuery, Occur, Query as Engine, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term as EngineTerm};

pub(crate) use self::matching::{begins_word, genre};
pub(crate) use self::ranking::{asks, scoring_terms};
use super::Archive;
use super::literal::{Literals, Place};
use super::most::MostOf;
use super::near::NearWord;
use super::runs::all_of;
use super::score::Ranking;
use super::terms::Terms;
use super::weights::Weights;
use crate::index::schema::{DocumentKind, Fields};
use crate::query::{DateRange, Field, Query, Term};
use crate::text::fold::fold;
use crate::text::segment::Segmenter;

/// Share of the weight of all words that an article must have to be shown as a partial hit. Weights
/// are rarities, so that one rare word is *most* of a question whose other words are everywhere.
/// Found on the question sets: half loses a fifth of the right answers, a tenth gains no more.
pub(crate) const MOST_SHARE: f32 = 0.1;

/// Most different words of a question; beyond that it is a text and no question.
pub(crate) const WORDS_MAX: usize = 256;

/// One thing asked that may be lacking in a partial hit.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// As typed.
    pub(crate) typed: String,
    /// As compared.
    pub(crate) folded: String,
    /// How much it counts when an article has *most* of what was asked.
    pub(crate) weight: f32,
    /// Whether surely no article has it.
    pub(crate) nowhere: bool,
}

/// A question made ready for one searcher.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The articles with everything asked.
    pub(crate) full: Box<dyn Engine>,
    /// The articles with most of it and not all; none where nothing can be left out.
    pub(crate) partial: Option<Box<dyn Engine>>,
    /// What raises the score of an article.
    pub(crate) ranking: Ranking,
    /// The words that should stand near each other, in the order asked.
    pub(crate) near: Vec<NearWord>,
    /// Undated articles that dates in the question leave out.
    pub(crate) undated: Option<Box<dyn Engine>>,
    /// What may be lacking in a partial hit.
    pub(crate) wanted: Vec<Wanted>,
    /// Folded runs to mark.
    pub(crate) runs: Vec<String>,
    /// What was left out of the question.
    pub(crate) notes: Vec<String>,
}

/// What planning needs to know.
pub(crate) struct Planner<'a> {
    pub(crate) searcher: &'a Searcher,
    pub(crate) terms: Terms<'a>,
    pub(crate) fields: &'a Fields,
    /// Asked for its segmenter only for runs that need cutting: loading one takes time.
    pub(crate) archive: &'a Archive,
    /// Number of articles; the index holds persons and pages too.
    pub(crate) articles: u64,
    /// Literals match only as printed.
    pub(crate) as_printed: bool,
    /// What each part of the ranking is worth.
    pub(crate) weights: Weights,
}

type Planned = tantivy::Result<Box<dyn Engine>>;

impl Planner<'_> {
    /// Plans a question with the dates asked beside it.
    ///
    /// # Errors
    ///
    /// Where the index can't be read.
    pub(crate) fn plan(&self, query: &Query, dates: Option<DateRange>) -> tantivy::Result<Plan> {
        let clauses: Vec<&Query> = match query {
            Query::And(children) => children.iter().collect(),
            Query::All => Vec::new(),
            other => vec![other],
        };
        let mut strict: Vec<(Occur, Box<dyn Engine>)> = Vec::new();
        let mut soft: Vec<(Wanted, Box<dyn Engine>)> = Vec::new();
        let mut literals: Vec<(Wanted, Box<dyn Engine>)> = Vec::new();
        let mut score = Vec::new();
        let mut near = Vec::new();
        let mut date_clauses: Vec<Box<dyn Engine>> = Vec::new();
        let mut full_of_words = false;
        for clause in &clauses {
            match clause {
                Query::Term(Term::Word(_)) if full_of_words => continue,
                Query::Term(Term::Word(run)) => {
                    for word in self.words(run)? {
                        if soft.iter().any(|(w, _)| w.folded == word.folded) {
                            continue;
                        }
                        let engine = self.literal(Place::Anywhere, &word.folded)?;
                        soft.push((word, engine));
                    }
                    if soft.len() >= WORDS_MAX {
                        soft.truncate(WORDS_MAX);
                        full_of_words = true;
                    }
                }
                Query::Term(term @ Term::Literal(run)) => {
                    let folded = fold(run);
                    let wanted = self.wanted(run.clone(), folded)?;
                    literals.push((wanted, self.term(Place::Anywhere, term)?));
                }
                Query::Dates(range) => date_clauses.push(self.of_articles(self.days(*range))),
                Query::Not(child) => strict.push((Occur::MustNot, self.excluded(child)?)),
                other => strict.push((Occur::Must, self.matching(other)?)),
            }
            self.scoring(clause, &mut score, &mut near)?;
        }
        if let Some(together) = self.person_in_part(&clauses) {
            strict.push((Occur::Must, together));
        }
        date_clauses.extend(dates.map(|range| self.of_articles(self.days(range))));
        // A literal is relaxed only where words are asked beside it.
        let relaxed = if soft.is_empty() { Vec::new() } else { std::mem::take(&mut literals) };
        strict.extend(literals.into_iter().map(|(_, engine)| (Occur::Must, engine)));
        soft.extend(relaxed);

        let copy = |parts: &[(Occur, Box<dyn Engine>)]| -> Vec<(Occur, Box<dyn Engine>)> {
            parts.iter().map(|(occur, engine)| (*occur, engine.box_clone())).collect()
        };
        let undated = (!date_clauses.is_empty()).then(|| {
            let mut parts = copy(&strict);
            parts.extend(soft.iter().map(|(_, engine)| (Occur::Must, engine.box_clone())));
            parts.push((Occur::Must, self.kind(DocumentKind::Article)));
            parts.push((Occur::MustNot, Box::new(ExistsQuery::new("day".to_owned(), false))));
            all_of(parts)
        });
        strict.extend(date_clauses.into_iter().map(|engine| (Occur::Must, engine)));

        let mut full_parts = copy(&strict);
        full_parts.extend(soft.iter().map(|(_, engine)| (Occur::Must, engine.box_clone())));
        let full_match = self.together(full_parts);
        let partial = self.partial(&strict, &soft)?;
        let mut runs: Vec<String> = Vec::new();
        self.runs(query, &mut runs)?;
        Ok(Plan {
            full: full_match,
            partial,
            ranking: Ranking::new(self.searcher, &self.archive.means, self.articles, score, self.weights)?,
            near,
            undated,
            wanted: soft.into_iter().map(|(wanted, _)| wanted).collect(),
            runs,
            notes: if full_of_words {
                vec![format!("only the first {WORDS_MAX} different words are searched")]
            } else {
                Vec::new()
            },
        })
    }

    /// The articles in which a folded run stands.
    fn literal(&self, place: Place, folded: &str) -> Planned {
        self.literals().literal(place, folded)
    }

    /// What looks runs of characters up.
    const fn literals(&self) -> Literals<'_> {
        Literals { terms: &self.terms, open: &self.archive.open }
    }

    /// The articles with most of what was asked.
    fn partial(
        &self,
        strict: &[(Occur, Box<dyn Engine>)],
        soft: &[(Wanted, Box<dyn Engine>)],
    ) -> tantivy::Result<Option<Box<dyn Engine>>> {
        if soft.len() < 2 {
            return Ok(None);
        }
        let mut some: Vec<(Box<dyn Engine>, f32)> = Vec::new();
        for (wanted, engine) in soft {
            // What stands nowhere can't be asked of an article; pairs of its characters stand in.
            let pairs = if wanted.nowhere { self.pairs(&wanted.folded) } else { Vec::new() };
            let each = wanted.weight / (pairs.len() + 1) as f32;
            some.push((engine.box_clone(), if wanted.nowhere { 0.0 } else { wanted.weight }));
            for term in pairs {
                if self.terms.documents(&term)? > 0 {
                    some.push((Box::new(TermQuery::new(term, IndexRecordOption::Basic)), each));
                }
            }
        }
        let mut parts: Vec<(Occur, Box<dyn Engine>)> =
            strict.iter().map(|(occur, engine)| (*occur, engine.box_clone())).collect();
        parts.push((Occur::Must, Box::new(MostOf::new(some, MOST_SHARE))));
        Ok(Some(self.together(parts)))
    }

    /// The words of a typed run; one that the segmenter leaves nothing of stays as it is.
    pub(super) fn words(&self, run: &str) -> tantivy::Result<Vec<Wanted>> {
        words_of(run, || self.archive.segmenter())
            .into_iter()
            .map(|(typed, folded)| self.wanted(typed, folded))
            .collect()
    }

    fn wanted(&self, typed: String, folded: String) -> tantivy::Result<Wanted> {
        let articles = self.articles_at_most(&folded)?;
        Ok(Wanted { weight: self.rarity_of(&folded, articles), nowhere: articles == 0, typed, folded })
    }

    /// How much a run says: its rarity, next to nothing for words that only connect.
    fn rarity(&self, folded: &str) -> tantivy::Result<f32> {
        Ok(self.rarity_of(folded, self.articles_at_most(folded)?))
    }

    fn rarity_of(&self, folded: &str, articles: u64) -> f32 {
        if asks(folded) {
            return 0.01;
        }
        (1.0 + self.articles as f32 / (articles as f32 + 0.5)).ln()
    }

    /// An upper bound of the number of articles with a run: that of its rarest pair.
    fn articles_at_most(&self, folded: &str) -> tantivy::Result<u64> {
        let chars: Vec<char> = folded.chars().collect();
        if let [c] = chars.as_slice() {
            return self.terms.documents(&EngineTerm::from_field_text(self.fields.chars, &c.to_string()));
        }
        let mut articles = self.articles;
        for term in self.pairs(folded) {
            articles = articles.min(self.terms.documents(&term)?);
        }
        Ok(articles)
    }

    /// The pairs of characters of a run.
    fn pairs(&self, folded: &str) -> Vec<EngineTerm> {
        let chars: Vec<char> = folded.chars().collect();
        let term =
            |pair: &[char]| EngineTerm::from_field_text(self.fields.exact, &pair.iter().collect::<String>());
        chars.windows(2).map(term).collect()
    }

    pub(super) fn kind(&self, kind: DocumentKind) -> Box<dyn Engine> {
        let term = EngineTerm::from_field_text(self.fields.kind, kind.key());
        Box::new(TermQuery::new(term, IndexRecordOption::Basic))
    }

    /// The articles of these documents: persons have posts and organs too.
    fn of_articles(&self, engine: Box<dyn Engine>) -> Box<dyn Engine> {
        Box::new(BooleanQuery::intersection(vec![engine, self.kind(DocumentKind::Article)]))
    }

    /// All parts at once; articles only, where nothing else keeps to them.
    fn together(&self, mut parts: Vec<(Occur, Box<dyn Engine>)>) -> Box<dyn Engine> {
        if !parts.iter().any(|(occur, _)| *occur == Occur::Must) {
            parts.push((Occur::Must, self.kind(DocumentKind::Article)));
        }
        match (parts.len(), parts.pop()) {
            (1, Some((_, one))) => one,
            (_, last) => {
                parts.extend(last);
                all_of(parts)
            }
        }
    }

    /// Folded runs to mark in the texts of hits.
    fn runs(&self, query: &Query, out: &mut Vec<String>) -> tantivy::Result<()> {
        *out = marked_runs(query, |run| words_of(run, || self.archive.segmenter()));
        Ok(())
    }
}

/// The words of a typed run, as typed and as compared, each once; the run itself where the
/// segmenter leaves nothing of it. The segmenter is asked for only where a run needs cutting.
pub(crate) fn words_of(run: &str, segmenter: impl FnOnce() -> Segmenter) -> Vec<(String, String)> {
    let folded = fold(run);
    let chars = folded.chars().count();
    let spans = if chars <= 2 || folded.is_ascii() { Vec::new() } else { segmenter().content_words(&folded) };
    if spans.len() < 2 {
        return vec![(run.to_owned(), folded)];
    }
    // Folding is character for character: one walk finds what was typed for each word.
    let mut typed = run.chars();
    let mut at = 0;
    let mut words: Vec<(String, String)> = Vec::new();
    for span in spans {
        let word = span.of(&folded);
        for _ in folded.get(at..span.start).unwrap_or("").chars() {
            typed.next();
        }
        at = span.end;
        let printed: String = typed.by_ref().take(word.chars().count()).collect();
        if words.iter().any(|(_, known)| known == word) {
            continue;
        }
        if words.len() == WORDS_MAX {
            break;
        }
        words.push((printed, word.to_owned()));
    }
    words
}

/// The folded runs that a question marks in the texts of hits.
pub(crate) fn marked_runs(query: &Query, words: impl Fn(&str) -> Vec<(String, String)>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for (field, term) in query.wanted() {
        let in_text = matches!(
            field,
            None | Some(
                Field::Headline | Field::Kicker | Field::Deck | Field::Person | Field::Post | Field::Organ
            )
        );
        if !in_text {
            continue;
        }
        match term {
            Term::Word(run) if field.is_none() => {
                let folded = fold(run);
                out.extend(words(run).into_iter().map(|(_, folded)| folded));
                if !out.contains(&folded) {
                    out.push(folded);
                }
            }
            Term::Word(run) | Term::Literal(run) | Term::Prefix(run) => out.push(fold(run)),
            Term::Near { runs, .. } => out.extend(runs.iter().map(|r| fold(r))),
        }
    }
    out.sort_unstable();
    out.dedup();
    // Marks of more runs than that would mark everything.
    out.truncate(2 * WORDS_MAX);
    out
}
