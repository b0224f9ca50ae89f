//! The articles that have most of what was asked and not all of it, where a rare word weighs more than a common one.

use std::sync::Arc;

use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::runs::Asked;

/// Clauses with weights, and the sum of weights that an article must reach.
#[derive(Debug, Clone)]
pub(crate) struct MostOf {
    clauses: Arc<Vec<(Box<dyn Query>, f32)>>,
    least: f32,
}

impl MostOf {
    /// The articles that fulfil clauses weighing together at least `share` (0 to 1) of all, and
    /// lack at least one.
    pub(crate) fn new(clauses: Vec<(Box<dyn Query>, f32)>, share: f32) -> Self {
        let all: f32 = clauses.iter().map(|(_, weight)| weight).sum();
        // A little less, so that a sum in another order reaches it too.
        Self { clauses: Arc::new(clauses), least: all * share - 1e-4 * all }
    }
}

impl Query for MostOf {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        // Stands under a constant score: whoever asks has switched scoring off.
        let clauses: tantivy::Result<Vec<_>> =
            self.clauses.iter().map(|(query, weight)| Ok((query.weight(scoring)?, *weight))).collect();
        Ok(Box::new(MostOfWeight { clauses: clauses?, least: self.least }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        for (query, _) in self.clauses.iter() {
            query.query_terms(visitor);
        }
    }
}

struct MostOfWeight {
    clauses: Vec<(Box<dyn Weight>, f32)>,
    least: f32,
}

impl Weight for MostOfWeight {
    fn scorer(&self, reader: &SegmentReader, _boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut clauses: Vec<(Box<dyn Scorer>, f32)> = Vec::with_capacity(self.clauses.len());
        for (weight, value) in &self.clauses {
            let scorer = weight.scorer(reader, 1.0)?;
            if scorer.doc() != TERMINATED {
                clauses.push((scorer, *value));
            }
        }
        clauses.sort_by(|a, b| a.1.total_cmp(&b.1));
        // The lightest clauses that can't reach the sum among themselves need not lead: every
        // article of the answer fulfils at least one of the others.
        let mut sum = 0.0;
        let complete = clauses.len() == self.clauses.len();
        let following = clauses
            .iter()
            .take_while(|(_, weight)| {
                sum += weight;
                sum < self.least
            })
            .count();
        if following == clauses.len() {
            return Ok(Box::new(EmptyScorer));
        }
        let leading = clauses.split_off(following);
        let following = clauses.into_iter().map(|(scorer, value)| (Asked::new(scorer), value)).collect();
        let mut scorer = MostOfScorer { leading, following, least: self.least, complete, doc: 0 };
        scorer.doc = scorer.smallest();
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("a set of articles has no score".to_owned()))
    }
}

struct MostOfScorer {
    /// Every article of the answer is in one of these.
    leading: Vec<(Box<dyn Scorer>, f32)>,
    /// Asked only for articles found by those; lightest first.
    following: Vec<(Asked, f32)>,
    least: f32,
    /// Whether an article of this segment can fulfil all clauses.
    complete: bool,
    doc: DocId,
}

impl MostOfScorer {
    fn smallest(&self) -> DocId {
        self.leading.iter().map(|(scorer, _)| scorer.doc()).min().unwrap_or(TERMINATED)
    }

    /// Moves on to the next article that reaches the sum, the current one included.
    fn settle(&mut self) {
        while self.doc != TERMINATED && !self.reaches() {
            let doc = self.doc;
            for (scorer, _) in &mut self.leading {
                if scorer.doc() == doc {
                    scorer.advance();
                }
            }
            self.doc = self.smallest();
        }
    }

    fn reaches(&mut self) -> bool {
        let doc = self.doc;
        let mut sum: f32 = self.leading.iter().filter(|(s, _)| s.doc() == doc).map(|(_, w)| w).sum();
        let mut left: f32 = self.following.iter().map(|(_, w)| w).sum();
        for (scorer, weight) in self.following.iter_mut().rev() {
            if sum >= self.least || sum + left < self.least {
                break;
            }
            left -= *weight;
            if scorer.has(doc).is_ok() {
                sum += *weight;
            }
        }
        sum >= self.least && !(self.complete && self.lacks_nothing())
    }

    fn lacks_nothing(&mut self) -> bool {
        let doc = self.doc;
        self.leading.iter().all(|(scorer, _)| scorer.doc() == doc)
            && self.following.iter_mut().all(|(scorer, _)| scorer.has(doc).is_ok())
    }
}

impl DocSet for MostOfScorer {
    fn advance(&mut self) -> DocId {
        let doc = self.doc;
        for (scorer, _) in &mut self.leading {
            if scorer.doc() == doc {
                scorer.advance();
            }
        }
        self.doc = self.smallest();
        self.settle();
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        for (scorer, _) in &mut self.leading {
            if scorer.doc() < target {
                scorer.seek(target);
            }
        }
        self.doc = self.smallest();
        self.settle();
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.leading.iter().map(|(scorer, _)| scorer.size_hint()).max().unwrap_or(0)
    }

    fn cost(&self) -> u64 {
        self.leading.iter().map(|(scorer, _)| scorer.cost()).sum()
    }
}

impl Scorer for MostOfScorer {
    fn score(&mut self) -> Score {
        1.0
    }
}
