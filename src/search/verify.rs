//! Checks on the stored text what the index alone can't decide.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

use crate::index::{Codebook, Records, packed_runs, unreadable};
use crate::paper::TextPart;
use crate::query::NEAR_RUNS_MAX;
use crate::text::fold::fold_char;

/// What an article's runs of characters must also fulfil.
pub(crate) type Check = Arc<dyn Fn(&[(TextPart, String)]) -> bool + Send + Sync>;

/// The articles of a query that also pass a check on their stored text.
///
/// Costs one look into the document store an article; for questions whose candidates are few, or
/// that nothing cheaper can answer.
#[derive(Clone)]
pub(crate) struct Verified {
    inner: Arc<dyn Query>,
    check: Check,
    record: Field,
    book: Codebook,
}

impl Verified {
    pub(crate) fn new(inner: Box<dyn Query>, check: Check, record: Field, book: &Codebook) -> Self {
        Self { inner: inner.into(), check, record, book: book.clone() }
    }
}

impl std::fmt::Debug for Verified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verified({:?})", self.inner)
    }
}

impl Query for Verified {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(VerifiedWeight {
            inner: self.inner.weight(scoring)?,
            check: self.check.clone(),
            record: self.record,
            book: self.book.clone(),
        }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.inner.query_terms(visitor);
    }
}

struct VerifiedWeight {
    inner: Box<dyn Weight>,
    check: Check,
    record: Field,
    book: Codebook,
}

impl Weight for VerifiedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorer = VerifiedScorer {
            inner: self.inner.scorer(reader, boost)?,
            records: Records::of(reader, self.record)?,
            check: self.check.clone(),
            book: self.book.clone(),
        };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.inner.explain(reader, doc)
    }
}

struct VerifiedScorer {
    inner: Box<dyn Scorer>,
    records: Records,
    check: Check,
    book: Codebook,
}

impl VerifiedScorer {
    fn runs(&self, doc: DocId) -> tantivy::Result<Vec<(TextPart, String)>> {
        packed_runs(&self.records.packed(doc)?, &self.book).map_err(unreadable)
    }

    /// Moves on to the next document that passes, the current one included.
    fn settle(&mut self) -> DocId {
        let mut doc = self.inner.doc();
        while doc != TERMINATED {
            // A document that can't be read passes: the error comes up when it is shown, and
            // nothing is hidden by a fault of the disk.
            if self.runs(doc).map_or(true, |runs| (self.check)(&runs)) {
                break;
            }
            doc = self.inner.advance();
        }
        doc
    }
}

impl DocSet for VerifiedScorer {
    fn advance(&mut self) -> DocId {
        self.inner.advance();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.inner.seek(target);
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.inner.doc()
    }

    fn size_hint(&self) -> u32 {
        self.inner.size_hint()
    }

    fn cost(&self) -> u64 {
        // Last of all: every document costs a look into the store.
        self.inner.cost().saturating_mul(100)
    }
}

impl Scorer for VerifiedScorer {
    fn score(&mut self) -> Score {
        self.inner.score()
    }
}

/// Whether all runs stand in one of the texts with at most `between_max` other characters
/// between the first and the last of them, in any order, no character used twice.
pub(crate) fn near<T: AsRef<str>>(
    texts: impl IntoIterator<Item = T>,
    folded_runs: &[Vec<char>],
    between_max: usize,
) -> bool {
    texts.into_iter().any(|text| {
        let chars: Vec<char> = text.as_ref().chars().map(fold_char).collect();
        !near_spans(&chars, folded_runs, between_max).is_empty()
    })
}

/// Where a run stands: its first character, the one behind its last, and which run it is.
pub(crate) type Standing = (usize, usize, usize);

/// Where runs stand near each other: the spans of the first such place.
pub(crate) fn near_spans(text: &[char], runs: &[Vec<char>], between_max: usize) -> Vec<(usize, usize)> {
    let mut places: Vec<Standing> = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        if run.is_empty() {
            continue;
        }
        let found = (0..text.len().saturating_sub(run.len() - 1)).filter(|&i| text[i..].starts_with(run));
        places.extend(found.map(|i| (i, i + run.len(), number)));
    }
    places.sort_unstable();
    nearest(&places, runs, between_max)
}

/// The same from the places where the runs stand in one text, in order.
pub(crate) fn nearest(places: &[Standing], runs: &[Vec<char>], between_max: usize) -> Vec<(usize, usize)> {
    if runs.is_empty() || runs.len() > NEAR_RUNS_MAX {
        return Vec::new();
    }
    // The same run asked twice: in the order asked, since it makes no difference.
    let before: Vec<Option<usize>> =
        (0..runs.len()).map(|n| (0..n).rev().find(|other| runs[*other] == runs[n])).collect();
    let length: usize = runs.iter().map(Vec::len).sum();
    let whole = (1usize << runs.len()) - 1;
    // For each set of runs that stand before here one behind the other: the latest beginning, for
    // a later one is never worse, and its last place. So the work is bounded by places and sets.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; whole + 1];
    let mut links: Vec<((usize, usize), Option<usize>)> = Vec::new();
    let mut open: BinaryHeap<Reverse<(usize, usize, usize, usize)>> = BinaryHeap::new();
    for &(start, end, run) in places {
        while let Some(Reverse((_, set, begin, link))) = open.peek().copied().filter(|o| o.0.0 <= start) {
            open.pop();
            if best[set].is_none_or(|(other, _)| other < begin) {
                best[set] = Some((begin, link));
            }
        }
        for (set, known) in best.iter().enumerate().take(whole) {
            let fits = set & (1 << run) == 0 && before[run].is_none_or(|b| set & (1 << b) != 0);
            let (begin, link) = match *known {
                _ if !fits => continue,
                _ if set == 0 => (start, None),
                Some((begin, link)) => (begin, Some(link)),
                None => continue,
            };
            if end - begin > length.saturating_add(between_max) {
                continue;
            }
            links.push(((start, end), link));
            let set = set | (1 << run);
            if set == whole {
                let mut chosen = Vec::with_capacity(runs.len());
                let mut at = Some(links.len() - 1);
                while let Some(link) = at {
                    chosen.push(links[link].0);
                    at = links[link].1;
                }
                chosen.reverse();
                return chosen;
            }
            open.push(Reverse((end, set, begin, links.len() - 1)));
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near(text: &str, runs: &[&str], between_max: usize) -> bool {
        let text: Vec<char> = text.chars().collect();
        let runs: Vec<Vec<char>> = runs.iter().map(|r| r.chars().collect()).collect();
        !near_spans(&text, &runs, between_max).is_empty()
    }

    #[test]
    fn near_is_order_free_counts_what_lies_between_and_uses_nothing_twice() {
        assert!(is_near("镜湖的治理", &["治理", "镜湖"], 1));
        assert!(!is_near("镜湖的治理", &["治理", "镜湖"], 0));
        assert!(!is_near("一人", &["人", "人"], 5));
        assert!(is_near("人人", &["人", "人"], 0));
        assert!(!is_near("水利局", &["水利", "利局"], 9));
        assert!(is_near("甲一乙二丙", &["丙", "甲", "乙"], 2));
        assert!(!is_near("甲一乙二丙", &["丙", "甲", "乙"], 1));
    }

    #[test]
    fn a_run_that_is_lacking_is_told_at_once_however_often_the_others_stand() {
        let text = "的一".repeat(3000);
        assert!(!is_near(&text, &["的", "一", "的", "一", "的", "一", "的", "无"], 10_000));
        assert!(is_near(&text, &["的", "一", "的", "一", "的", "一", "的", "一"], 0));
    }

    /// Every choice of places, one after the other.
    fn slow(text: &[char], runs: &[Vec<char>], between_max: usize) -> bool {
        fn go(
            text: &[char],
            runs: &[Vec<char>],
            max: usize,
            left: &mut Vec<usize>,
            at: &mut Vec<(usize, usize)>,
        ) -> bool {
            let Some(run) = left.pop() else {
                let (first, last) = (at.iter().map(|p| p.0).min(), at.iter().map(|p| p.1).max());
                let used: usize = runs.iter().map(Vec::len).sum();
                return last.unwrap_or(0) - first.unwrap_or(0) - used <= max;
            };
            for i in 0..text.len() {
                let end = i + runs[run].len();
                let free = at.iter().all(|p| end <= p.0 || p.1 <= i);
                if text[i..].starts_with(&runs[run]) && free {
                    at.push((i, end));
                    let found = go(text, runs, max, left, at);
                    at.pop();
                    if found {
                        left.push(run);
                        return true;
                    }
                }
            }
            left.push(run);
            false
        }
        go(text, runs, between_max, &mut (0..runs.len()).collect(), &mut Vec::new())
    }

    proptest::proptest! {
        #[test]
        fn near_is_what_trying_every_choice_finds(
            text in proptest::collection::vec(0u8..3, 0..12),
            runs in proptest::collection::vec(proptest::collection::vec(0u8..3, 1..3), 1..4),
            between_max in 0usize..5,
        ) {
            let chars = |v: &Vec<u8>| v.iter().map(|n| char::from(b'a' + n)).collect::<Vec<char>>();
            let (text, runs) = (chars(&text), runs.iter().map(chars).collect::<Vec<_>>());
            let fast = !near_spans(&text, &runs, between_max).is_empty();
            proptest::prop_assert_eq!(fast, slow(&text, &runs, between_max));
        }
    }
}
