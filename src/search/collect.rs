//! Collects in one pass what an answer needs: the best hits, the exact number, the facets.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::schema::Field;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::counting::{Counting, FacetColumn, Values};
use super::score::{Ranking, SegmentRanking};

/// In which order hits come.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// Best first.
    #[default]
    Relevance,
    /// Latest issue first, undated last.
    Newest,
    /// Earliest issue first, undated last.
    Oldest,
}

/// One collected hit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ranked {
    /// What decides the order: the score, or the day.
    pub(crate) key: f64,
    /// Settles equal keys.
    pub(crate) tie: u64,
    /// Where the document is.
    pub(crate) address: DocAddress,
}

impl Eq for Ranked {}

impl Ord for Ranked {
    /// Better is greater.
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.total_cmp(&other.key).then(other.tie.cmp(&self.tie)).then(other.address.cmp(&self.address))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What was collected.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// The best, best first.
    pub(crate) best: Vec<Ranked>,
    /// How many there are.
    pub(crate) total: u64,
    /// How many by value, for each column asked for.
    pub(crate) facets: Vec<Values>,
}

/// Collects the best `keep` hits, the total, and counts by value.
#[derive(Debug, Clone)]
pub(crate) struct Answers<'a> {
    pub(crate) keep: usize,
    pub(crate) sort: Sort,
    pub(crate) day: Field,
    pub(crate) tie: Field,
    pub(crate) facets: Vec<FacetColumn>,
    /// Values of a column of texts that are given beside those that all hits share, the most frequent first;
    /// 0 for all.
    pub(crate) values_max: usize,
    pub(crate) ranking: &'a Ranking,
    /// What is surely behind the best, wherever they were met.
    pub(crate) least: Least,
}

/// The worst key among the best so far: what is below it needs no more looking at.
///
/// Stretches of the index that are gone through at one time know of each other's best by it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Least(Arc<AtomicU64>);

impl Least {
    fn get(&self) -> f64 {
        match self.0.load(Relaxed) {
            // Nothing yet: no key is ordered like this.
            0 => f64::NEG_INFINITY,
            ordered if ordered >> 63 == 1 => f64::from_bits(ordered ^ (1 << 63)),
            ordered => f64::from_bits(!ordered),
        }
    }

    fn raise(&self, key: f64) {
        // Ordered as the numbers are.
        let bits = key.to_bits();
        self.0.fetch_max(if bits >> 63 == 1 { !bits } else { bits | (1 << 63) }, Relaxed);
    }
}

pub(crate) struct SegmentAnswers {
    keep: usize,
    sort: Sort,
    segment: SegmentOrdinal,
    day: Option<Column<u64>>,
    tie: Option<Column<u64>>,
    heap: BinaryHeap<Reverse<Ranked>>,
    total: u64,
    facets: Vec<Counting>,
    /// Only where scores decide.
    ranking: Option<SegmentRanking>,
    least: Least,
}

impl Collector for Answers<'_> {
    type Fruit = Collected;
    type Child = SegmentAnswers;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentAnswers> {
        let fast = reader.fast_fields();
        let name = |field: Field| reader.schema().get_field_name(field);
        let facets = self.facets.iter().map(|column| Counting::new(reader, *column));
        let facets = facets.collect::<tantivy::Result<_>>()?;
        let by_score = self.sort == Sort::Relevance && self.keep > 0;
        Ok(SegmentAnswers {
            ranking: by_score.then(|| self.ranking.segment(reader)).transpose()?,
            keep: self.keep,
            sort: self.sort,
            segment,
            // A segment without any dated article has no such column.
            day: fast.u64(name(self.day)).ok(),
            tie: fast.u64(name(self.tie)).ok(),
            heap: BinaryHeap::with_capacity(self.keep.min(1024) + 1),
            total: 0,
            facets,
            least: self.least.clone(),
        })
    }

    fn requires_scoring(&self) -> bool {
        // Scores are worked out here, for articles that can be among the best.
        false
    }

    fn merge_fruits(&self, fruits: Vec<Part>) -> tantivy::Result<Collected> {
        let mut all = Collected::default();
        // Of each column what was counted in each segment, and in how many articles.
        let mut facets: Vec<Vec<(SegmentOrdinal, (Counting, u64))>> =
            self.facets.iter().map(|_| Vec::new()).collect();
        for fruit in fruits {
            all.total += fruit.total;
            all.best.extend(fruit.best);
            for (all, part) in facets.iter_mut().zip(fruit.facets) {
                match all.iter_mut().find(|(segment, _)| *segment == fruit.segment) {
                    Some((_, (known, articles))) => {
                        known.add(part);
                        *articles += fruit.total;
                    }
                    None => all.push((fruit.segment, (part, fruit.total))),
                }
            }
        }
        for counted in facets {
            let counted = counted.into_iter().map(|(_, counted)| counted).collect();
            all.facets.push(Values::of(counted, self.values_max)?);
        }
        all.best.sort_unstable_by(|a, b| b.cmp(a));
        all.best.truncate(self.keep);
        Ok(all)
    }
}

/// What was collected in one stretch of a segment.
pub(crate) struct Part {
    segment: SegmentOrdinal,
    best: Vec<Ranked>,
    total: u64,
    facets: Vec<Counting>,
}

impl SegmentAnswers {
    /// What decides the place of an article; nothing where it is surely behind `least`.
    fn key(&mut self, doc: DocId, least: f64) -> Option<f64> {
        if let Some(ranking) = &mut self.ranking {
            return ranking.score(doc, least as f32).map(f64::from);
        }
        let day = self.day.as_ref().and_then(|c| c.first(doc));
        // Day numbers are far below 2^53: exact as floats.
        Some(match self.sort {
            Sort::Relevance => 0.0,
            Sort::Newest => day.map_or(f64::NEG_INFINITY, |d| d as f64),
            Sort::Oldest => day.map_or(f64::NEG_INFINITY, |d| -(d as f64)),
        })
    }
}

impl SegmentCollector for SegmentAnswers {
    type Fruit = Part;

    fn collect(&mut self, doc: DocId, _score: Score) {
        self.total += 1;
        self.facets.iter_mut().for_each(|facet| facet.count(doc));
        if self.keep == 0 {
            return;
        }
        let full = self.heap.len() >= self.keep;
        let least = self.least.get();
        let Some(key) = self.key(doc, least).filter(|key| *key >= least) else { return };
        let tie = self.tie.as_ref().and_then(|c| c.first(doc)).unwrap_or(0);
        let hit = Ranked { key, tie, address: DocAddress::new(self.segment, doc) };
        if full && self.heap.peek().is_none_or(|worst| hit <= worst.0) {
            return;
        }
        if full {
            self.heap.pop();
        }
        self.heap.push(Reverse(hit));
        if self.heap.len() >= self.keep
            && let Some(worst) = self.heap.peek()
        {
            self.least.raise(worst.0.key);
        }
    }

    fn harvest(self) -> Part {
        let best = self.heap.into_iter().map(|hit| hit.0).collect();
        Part { segment: self.segment, best, total: self.total, facets: self.facets }
    }
}
