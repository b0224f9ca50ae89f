//! Finds articles in which runs of characters stand near each other, by positions alone.
//!
//! The index holds where each pair of characters stands and where each part of the article begins. So
//! two words that stand in a good part of all articles cost some microseconds an article, and no stored
//! text is read.

use tantivy::columnar::Column;
use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::literal::cover_of;
use super::verify::{Standing, nearest};

/// One run of characters, as pairs at their distances.
#[derive(Debug, Clone)]
struct Run {
    /// The run, as compared.
    chars: Vec<char>,
    /// Pairs that leave no character uncovered, each with its distance from the beginning.
    pairs: Vec<(u32, Term)>,
}

/// The articles in one part of which all runs stand with at most so many other characters between the
/// first and the last.
#[derive(Debug, Clone)]
pub(crate) struct Beside {
    runs: Vec<Run>,
    between_max: usize,
    /// The column of the places where parts begin.
    borders: String,
}

impl Beside {
    /// A query for runs as compared, each of two characters at least; `articles` tells how many articles
    /// have a pair.
    ///
    /// # Errors
    ///
    /// Where the index can't be read.
    pub(crate) fn new(
        runs: &[Vec<char>],
        between_max: usize,
        field: Field,
        borders: &str,
        articles: impl Fn(&Term) -> tantivy::Result<u64>,
    ) -> tantivy::Result<Self> {
        let of = |chars: &Vec<char>| -> tantivy::Result<Run> {
            let term = |pair: &[char]| Term::from_field_text(field, &pair.iter().collect::<String>());
            let terms: Vec<Term> = chars.windows(2).map(term).collect();
            let often = terms.iter().map(&articles).collect::<tantivy::Result<Vec<u64>>>()?;
            let pairs =
                cover_of(&often).into_iter().filter_map(|at| Some((at as u32, terms.get(at)?.clone())));
            Ok(Run { chars: chars.clone(), pairs: pairs.collect() })
        };
        let runs = runs.iter().map(of).collect::<tantivy::Result<_>>()?;
        Ok(Self { runs, between_max, borders: borders.to_owned() })
    }
}

impl Query for Beside {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.runs.iter().flat_map(|run| &run.pairs).for_each(|(_, term)| visitor(term, true));
    }
}

impl Weight for Beside {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut pairs = Vec::new();
        for (number, run) in self.runs.iter().enumerate() {
            for (distance, term) in &run.pairs {
                let index = reader.inverted_index(term.field())?;
                let option = IndexRecordOption::WithFreqsAndPositions;
                let Some(postings) = index.read_postings(term, option)? else {
                    return Ok(Box::new(tantivy::query::EmptyScorer));
                };
                pairs.push(Pair { postings, run: number, distance: *distance });
            }
        }
        // The rarest leads.
        pairs.sort_by_key(|pair| pair.postings.size_hint());
        let mut scorer = BesideScorer {
            doc: TERMINATED,
            pairs,
            runs: self.runs.iter().map(|run| run.chars.clone()).collect(),
            between_max: self.between_max,
            // A segment in which every article is of one part has no such column.
            borders: reader.fast_fields().u64(&self.borders).ok(),
            starts: vec![Vec::new(); self.runs.len()],
            places: Vec::new(),
        };
        scorer.doc = scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        Ok(Explanation::new("runs near each other", 1.0))
    }
}

/// Where one pair of a run stands.
struct Pair {
    postings: SegmentPostings,
    run: usize,
    distance: u32,
}

struct BesideScorer {
    doc: DocId,
    pairs: Vec<Pair>,
    runs: Vec<Vec<char>>,
    between_max: usize,
    borders: Option<Column<u64>>,
    /// Where each run begins in the article looked at.
    starts: Vec<Vec<u32>>,
    places: Vec<u32>,
}

impl BesideScorer {
    /// The next article that has all pairs and in which the runs stand near each other, that on which the
    /// first pair stands included.
    fn settle(&mut self) -> DocId {
        let Some(mut doc) = self.pairs.first().map(|pair| pair.postings.doc()) else { return TERMINATED };
        'articles: while doc != TERMINATED {
            for pair in &mut self.pairs {
                let at =
                    if pair.postings.doc() < doc { pair.postings.seek(doc) } else { pair.postings.doc() };
                if at > doc {
                    doc = at;
                    continue 'articles;
                }
            }
            if self.holds(doc) {
                return doc;
            }
            doc = self.pairs.first_mut().map_or(TERMINATED, |pair| pair.postings.advance());
        }
        TERMINATED
    }

    /// Whether the runs stand near each other in the article that all pairs stand on.
    fn holds(&mut self, doc: DocId) -> bool {
        let mut read = vec![false; self.runs.len()];
        for pair in &mut self.pairs {
            // Pairs nearer to the beginning of a text than their distance are of no run.
            pair.postings.positions(&mut self.places);
            let begins = self.places.iter().filter_map(|at| at.checked_sub(pair.distance));
            let starts = &mut self.starts[pair.run];
            if read[pair.run] {
                let mut begins = begins.peekable();
                starts.retain(|start| {
                    while begins.next_if(|at| at < start).is_some() {}
                    begins.peek() == Some(start)
                });
            } else {
                starts.clear();
                starts.extend(begins);
                read[pair.run] = true;
            }
            if starts.is_empty() {
                return false;
            }
        }
        let mut places: Vec<Standing> = Vec::new();
        for (number, (starts, run)) in self.starts.iter().zip(&self.runs).enumerate() {
            places.extend(starts.iter().map(|start| (*start as usize, *start as usize + run.len(), number)));
        }
        places.sort_unstable();
        let borders = self.borders.iter().flat_map(|borders| borders.values_for_doc(doc));
        let mut borders: Vec<usize> = borders.map(|at| at as usize).collect();
        borders.push(usize::MAX);
        let mut rest = places.as_slice();
        borders.into_iter().any(|border| {
            let (part, behind) = rest.split_at(rest.partition_point(|place| place.0 < border));
            rest = behind;
            part.len() >= self.runs.len() && !nearest(part, &self.runs, self.between_max).is_empty()
        })
    }
}

impl DocSet for BesideScorer {
    fn advance(&mut self) -> DocId {
        if self.doc != TERMINATED {
            if let Some(first) = self.pairs.first_mut() {
                first.postings.advance();
            }
            self.doc = self.settle();
        }
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            if let Some(first) = self.pairs.first_mut().filter(|first| first.postings.doc() < target) {
                first.postings.seek(target);
            }
            self.doc = self.settle();
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.pairs.first().map_or(0, |pair| pair.postings.size_hint())
    }

    fn cost(&self) -> u64 {
        // Positions of every pair are read.
        u64::from(self.size_hint()).saturating_mul(10)
    }
}

impl Scorer for BesideScorer {
    fn score(&mut self) -> Score {
        1.0
    }
}
