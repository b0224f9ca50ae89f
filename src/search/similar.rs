//! Finds stories like one: of the same matter, and those that share passages with it.
//!
//! Both are looked for when asked. What two stories share is found by the exact index: runs from
//! the story's sentences are searched as literals, a few dozen at some tens of microseconds each,
//! and the candidates compared as texts. An index of shingles of its own would make the archive
//! larger for a question that is asked of one story at a time.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tantivy::collector::{Count, DocSetCollector, TopDocs};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query as Engine, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, Term};

use super::Archive;
use super::compare::{StoryHead, reuse, share};
use super::literal::{Literals, Place};
use super::statistics::Articles;
use super::terms::Terms;
use crate::index::{Error, StoredArticle};
use crate::text::fold::fold;

/// Similar stories unless asked otherwise.
pub const SIMILAR: usize = 10;
/// Words a story is looked for by.
const WORDS_MAX: usize = 25;
/// Stories with most of those words that are looked at.
const BY_WORDS_MAX: usize = 30;
/// Runs a story is looked for by, and their length in characters.
const RUNS_MAX: usize = 64;
const RUN_CHARS: usize = 12;
/// A run in more articles than that is a set phrase.
const SET_PHRASE_ARTICLES: usize = 60;
/// Stories with most of those runs that are looked at.
const BY_RUNS_MAX: usize = 20;
/// Less alike than that is not alike.
const SCORE_MIN: f64 = 0.12;

/// A story like another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Similar {
    /// Which story.
    #[serde(flatten)]
    pub story: StoryHead,
    /// How alike, from 0 to 1: by words, or by shared passages where that is more.
    pub score: f64,
    /// Letters and digits of the asked story in passages that this one has too.
    pub shared_chars: u64,
    /// Their share of the asked story, from 0 to 1.
    pub reuse: f64,
    /// Whether it was printed before the asked story; unknown without days.
    pub earlier: Option<bool>,
}

impl Archive {
    /// Stories like the one with an id, the likest first, at most `limit` (0 means as many as are
    /// looked at, about fifty); `None` where nothing has the id.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn similar(&self, id: &str, limit: usize) -> Result<Option<Vec<Similar>>, Error> {
        match self.article(id)? {
            Some(stored) => self.similar_to(&stored, limit).map(Some),
            None => Ok(None),
        }
    }

    /// The same for a story at hand.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn similar_to(&self, stored: &StoredArticle, limit: usize) -> Result<Vec<Similar>, Error> {
        let error = |e| self.error(e);
        let mut candidates = self.by_words(stored).map_err(error)?;
        for address in self.by_runs(stored).map_err(error)? {
            candidates.entry(address).or_insert(0.0);
        }
        let mut found = Vec::with_capacity(candidates.len());
        let mut own: f64 = 0.0;
        for (address, score) in candidates {
            let other: StoredArticle = self.record(address).map_err(error)?;
            if other.article.id == stored.article.id {
                own = score;
                continue;
            }
            let (chars, shared_chars) = reuse(stored, &other);
            found.push(Similar {
                story: StoryHead::of(&other),
                score,
                shared_chars,
                reuse: share(shared_chars, chars),
                earlier: other.facts.date.zip(stored.facts.date).map(|(other, own)| other < own),
            });
        }
        // A story is as like itself as can be.
        let most = found.iter().map(|s| s.score).fold(own, f64::max).max(f64::MIN_POSITIVE);
        for similar in &mut found {
            let by_words = (similar.score / most * 1000.0).round() / 1000.0;
            similar.score = by_words.max(similar.reuse);
        }
        found.retain(|s| s.score >= SCORE_MIN);
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.story.id.cmp(&b.story.id)));
        found.truncate(if limit == 0 { usize::MAX } else { limit });
        Ok(found)
    }

    /// Stories with the words that tell this one from others, with their scores.
    fn by_words(&self, stored: &StoredArticle) -> tantivy::Result<HashMap<DocAddress, f64>> {
        let segmenter = self.segmenter();
        let mut times: HashMap<String, u32> = HashMap::new();
        for (_, text) in stored.article.parts() {
            let folded = fold(text);
            for span in segmenter.content_words(&folded) {
                let word = span.of(&folded);
                // One character says little, and a number what day it was.
                if word.chars().nth(1).is_some() && !word.chars().all(|c| c.is_ascii_digit()) {
                    *times.entry(word.to_owned()).or_default() += 1;
                }
            }
        }
        let articles = self.generation().articles as f32;
        let mut weighed: Vec<(f32, String)> = Vec::with_capacity(times.len());
        for (word, times) in times {
            let term = Term::from_field_text(self.open.fields.of_word(&word), &word);
            let having = self.searcher.doc_freq(&term)?;
            if having > 1 {
                let rarity = (1.0 + articles / having as f32).ln();
                weighed.push(((1.0 + times as f32).ln() * rarity, word));
            }
        }
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        weighed.truncate(WORDS_MAX);
        if weighed.is_empty() {
            return Ok(HashMap::new());
        }
        let parts = weighed
            .into_iter()
            .map(|(weight, word)| {
                let term = Term::from_field_text(self.open.fields.of_word(&word), &word);
                let query: Box<dyn Engine> = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
                let boosted: Box<dyn Engine> = Box::new(BoostQuery::new(query, weight));
                (Occur::Should, boosted)
            })
            .collect();
        let statistics = Articles::of(&self.searcher, self.generation().articles);
        let best = TopDocs::with_limit(BY_WORDS_MAX + 1).order_by_score();
        let found =
            self.searcher.search_with_statistics_provider(&BooleanQuery::new(parts), &best, &statistics)?;
        self.sound()?;
        Ok(found.into_iter().map(|(score, address)| (address, f64::from(score))).collect())
    }

    /// Stories that share runs with this one, those with the most and rarest first.
    fn by_runs(&self, stored: &StoredArticle) -> tantivy::Result<Vec<DocAddress>> {
        let mut tally: HashMap<DocAddress, f64> = HashMap::new();
        let terms = Terms::of(&self.searcher);
        let literals = Literals { terms: &terms, open: &self.open };
        for run in runs(stored) {
            let query = literals.literal(Place::Anywhere, &run)?;
            let having = self.asked(&*query, &Count)?;
            if !(2..=SET_PHRASE_ARTICLES).contains(&having) {
                continue;
            }
            for address in self.asked(&*query, &DocSetCollector)? {
                *tally.entry(address).or_default() += 1.0 / having as f64;
            }
        }
        let mut found: Vec<(DocAddress, f64)> = tally.into_iter().collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(BY_RUNS_MAX + 1);
        Ok(found.into_iter().map(|(address, _)| address).collect())
    }
}

/// Runs from the sentences of a story, spread over all of it.
fn runs(stored: &StoredArticle) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for paragraph in &stored.article.paragraphs {
        let folded = fold(paragraph);
        for clause in folded.split(['。', '！', '？', '；', '，', '：']) {
            let chars: Vec<char> = clause.chars().collect();
            if chars.len() >= RUN_CHARS {
                // Clauses begin alike; what they say stands behind.
                let run: String = chars[chars.len() - RUN_CHARS..].iter().collect();
                if !all.contains(&run) {
                    all.push(run);
                }
            }
        }
    }
    let step = all.len().div_ceil(RUNS_MAX).max(1);
    all.into_iter().step_by(step).collect()
}
