//! Collects in one pass what an answer needs: the best hits, the exact number, the facets.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::Field;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::column::texts;
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

/// A field that can be counted by value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FacetColumn {
    /// A field of texts.
    Text(Field),
    /// A field of numbers.
    Number(Field),
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
    pub(crate) facets: Vec<BTreeMap<String, u64>>,
}

/// Collects the best `keep` hits, the total, and counts by value.
#[derive(Debug, Clone)]
pub(crate) struct Answers<'a> {
    pub(crate) keep: usize,
    pub(crate) sort: Sort,
    pub(crate) day: Field,
    pub(crate) tie: Field,
    pub(crate) facets: Vec<FacetColumn>,
    pub(crate) ranking: &'a Ranking,
}

enum SegmentFacet {
    /// The column, the count of each value, and the values of the article at hand.
    Text(StrColumn, Vec<u64>, Vec<u64>),
    Number(Column<u64>, BTreeMap<u64, u64>),
    Absent,
}

pub(crate) struct SegmentAnswers {
    keep: usize,
    sort: Sort,
    segment: SegmentOrdinal,
    day: Option<Column<u64>>,
    tie: Option<Column<u64>>,
    heap: BinaryHeap<std::cmp::Reverse<Ranked>>,
    total: u64,
    facets: Vec<SegmentFacet>,
    /// Only where scores decide.
    ranking: Option<SegmentRanking>,
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
        let mut facets = Vec::with_capacity(self.facets.len());
        for column in &self.facets {
            facets.push(match *column {
                FacetColumn::Text(field) => match fast.str(name(field))? {
                    Some(column) => {
                        let terms = column.num_terms();
                        SegmentFacet::Text(column, vec![0; terms], Vec::new())
                    }
                    None => SegmentFacet::Absent,
                },
                FacetColumn::Number(field) => match fast.u64(name(field)) {
                    Ok(column) => SegmentFacet::Number(column, BTreeMap::new()),
                    Err(_) => SegmentFacet::Absent,
                },
            });
        }
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
        })
    }

    fn requires_scoring(&self) -> bool {
        // Scores are worked out here, for articles that can be among the best.
        false
    }

    fn merge_fruits(&self, fruits: Vec<tantivy::Result<Collected>>) -> tantivy::Result<Collected> {
        let mut all = Collected { facets: vec![BTreeMap::new(); self.facets.len()], ..Collected::default() };
        for fruit in fruits {
            let fruit = fruit?;
            all.total += fruit.total;
            all.best.extend(fruit.best);
            for (sum, part) in all.facets.iter_mut().zip(fruit.facets) {
                for (value, count) in part {
                    *sum.entry(value).or_default() += count;
                }
            }
        }
        all.best.sort_unstable_by(|a, b| b.cmp(a));
        all.best.truncate(self.keep);
        Ok(all)
    }
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
    type Fruit = tantivy::Result<Collected>;

    fn collect(&mut self, doc: DocId, _score: Score) {
        self.total += 1;
        for facet in &mut self.facets {
            match facet {
                SegmentFacet::Text(column, counts, values) => {
                    values.clear();
                    values.extend(column.term_ords(doc));
                    // A value that stands twice in one article counts once.
                    values.sort_unstable();
                    values.dedup();
                    for &ord in &*values {
                        counts[ord as usize] += 1;
                    }
                }
                SegmentFacet::Number(column, counts) => {
                    if let Some(value) = column.first(doc) {
                        *counts.entry(value).or_default() += 1;
                    }
                }
                SegmentFacet::Absent => {}
            }
        }
        if self.keep == 0 {
            return;
        }
        let full = self.heap.len() >= self.keep;
        let least = self.heap.peek().filter(|_| full).map_or(f64::NEG_INFINITY, |worst| worst.0.key);
        let Some(key) = self.key(doc, least).filter(|key| *key >= least) else { return };
        let tie = self.tie.as_ref().and_then(|c| c.first(doc)).unwrap_or(0);
        let hit = Ranked { key, tie, address: DocAddress::new(self.segment, doc) };
        if full {
            if self.heap.peek().is_some_and(|worst| hit > worst.0) {
                self.heap.pop();
                self.heap.push(std::cmp::Reverse(hit));
            }
        } else {
            self.heap.push(std::cmp::Reverse(hit));
        }
    }

    fn harvest(self) -> tantivy::Result<Collected> {
        let mut facets = Vec::with_capacity(self.facets.len());
        for facet in self.facets {
            facets.push(match facet {
                SegmentFacet::Text(column, counts, _) => {
                    let met = counts.iter().enumerate().filter(|(_, count)| **count > 0);
                    let by_value = texts(&column, met.map(|(number, _)| number as u64).collect())?;
                    by_value.into_iter().map(|(number, value)| (value, counts[number as usize])).collect()
                }
                SegmentFacet::Number(_, counts) => {
                    counts.into_iter().map(|(value, count)| (value.to_string(), count)).collect()
                }
                SegmentFacet::Absent => BTreeMap::new(),
            });
        }
        let mut best: Vec<Ranked> = self.heap.into_iter().map(|r| r.0).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        Ok(Collected { best, total: self.total, facets })
    }
}
