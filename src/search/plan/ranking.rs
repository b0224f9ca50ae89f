//! What raises the score of an article that matches: words, pairs of characters, whole runs, place.

use tantivy::Term as EngineTerm;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query as Engine, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::Planner;
use crate::query::{Query, Term};
use crate::search::literal::{Place, literal};
use crate::text::fold::{fold, fold_char};

/// Weight of a word in kicker, headline or deck.
const HEAD_BOOST: f32 = 2.0;
/// Weight of a pair of characters, the net under words that were cut otherwise.
const PAIR_BOOST: f32 = 1.0;
/// Weight of a typed run that stands whole.
const RUN_BOOST: f32 = 1.5;

/// Most characters of a run that rank.
const PAIRS_MAX: usize = 256;

impl Planner<'_> {
    /// What raises the score of an article that matches.
    pub(super) fn scoring(&self, query: &Query, out: &mut Vec<Box<dyn Engine>>) -> tantivy::Result<()> {
        let f = self.fields;
        match query {
            Query::Term(Term::Word(run)) => {
                let words = self.words(run)?;
                for word in &words {
                    let head = EngineTerm::from_field_text(f.head_words, &word.folded);
                    let body = EngineTerm::from_field_text(f.body_words, &word.folded);
                    out.push(boosted(
                        Box::new(TermQuery::new(head, IndexRecordOption::WithFreqs)),
                        HEAD_BOOST,
                    ));
                    out.push(Box::new(TermQuery::new(body, IndexRecordOption::WithFreqs)));
                }
                let folded: Vec<char> = run.chars().map(fold_char).take(PAIRS_MAX).collect();
                for pair in folded.windows(2) {
                    let pair: String = pair.iter().collect();
                    let term = EngineTerm::from_field_text(f.exact, &pair);
                    out.push(boosted(
                        Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
                        PAIR_BOOST,
                    ));
                }
                if words.len() > 1 && folded.len() <= 24 {
                    let whole: String = folded.iter().collect();
                    out.push(boosted(literal(self.searcher, f, Place::Anywhere, &whole)?, RUN_BOOST));
                }
            }
            Query::Term(Term::Literal(run) | Term::Prefix(run)) => {
                let folded = fold(run);
                if folded.chars().nth(1).is_some() {
                    out.push(literal(self.searcher, f, Place::Anywhere, &folded)?);
                    out.push(boosted(literal(self.searcher, f, Place::Headline, &folded)?, HEAD_BOOST));
                }
            }
            Query::Term(Term::Near { runs, .. }) => {
                for run in runs {
                    out.push(literal(self.searcher, f, Place::Anywhere, &fold(run))?);
                }
            }
            Query::And(children) | Query::Or(children) => {
                for child in children {
                    self.scoring(child, out)?;
                }
            }
            Query::All | Query::Field { .. } | Query::Dates(_) | Query::Not(_) => {}
        }
        Ok(())
    }
}

fn boosted(engine: Box<dyn Engine>, boost: f32) -> Box<dyn Engine> {
    Box::new(BoostQuery::new(engine, boost))
}

/// The articles of `matching`, ranked by `score`.
pub(super) fn scored(matching: Box<dyn Engine>, score: &[Box<dyn Engine>]) -> Box<dyn Engine> {
    let mut parts: Vec<(Occur, Box<dyn Engine>)> =
        vec![(Occur::Must, Box::new(ConstScoreQuery::new(matching, 0.0)))];
    parts.extend(score.iter().map(|engine| (Occur::Should, engine.box_clone())));
    Box::new(BooleanQuery::new(parts))
}
