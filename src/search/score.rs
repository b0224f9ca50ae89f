//! How well an article answers: a sum over the terms of the question, by BM25.
//!
//! Which articles match is settled before; here every found one is given its number. Terms that can
//! add most are looked up first, so that an article that can't reach the best ones is given up early.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet as _, Searcher, SegmentReader, TERMINATED, Term};

use super::statistics::MeanLengths;
use super::weights::{Weights, factor};

/// How soon more occurrences of one term in one article stop to count.
const SATURATION: f32 = 1.2;
/// What a part of a score stands for; closed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// A word in the paragraphs.
    Word,
    /// A word in kicker, headline or deck; of a quoted run its characters in the headline.
    Headline,
    /// A single character, the net under words that are written or cut otherwise.
    Character,
    /// Two neighbouring characters of what was typed.
    Pair,
    /// Two words of the question that stand near each other.
    Near,
}

/// One term that raises the score of the articles it stands in.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) kind: PartKind,
    /// As compared.
    pub(crate) text: String,
    pub(crate) term: Term,
    /// Rarity times what the kind is worth: the most that the term adds, but for saturation.
    pub(crate) weight: f32,
}

/// One term with all that it stands for: a word of two characters is a pair of characters too.
#[derive(Debug, Clone)]
struct Weighed {
    term: Term,
    weight: f32,
    /// What share of the characters of the question it is.
    covers: f32,
    /// Its parts, by their numbers.
    parts: Vec<usize>,
}

/// All terms that rank, with what is needed to weigh them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ranking {
    parts: Vec<Part>,
    /// Each term once, those that can add most first.
    terms: Vec<Weighed>,
    /// Mean length of an article by field, in terms.
    means: BTreeMap<Field, f32>,
    /// Share of a score that hangs on how much is covered; 0 where the question has no characters.
    coverage: f32,
    weights: Weights,
}

impl Ranking {
    /// Makes the terms ready.
    ///
    /// # Errors
    ///
    /// Where the index can't be read.
    pub(crate) fn new(
        searcher: &Searcher,
        lengths: &MeanLengths,
        articles: u64,
        mut parts: Vec<Part>,
        weights: Weights,
    ) -> tantivy::Result<Self> {
        parts.retain(|part| part.weight > 0.0);
        parts.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let mut means = BTreeMap::new();
        for part in &parts {
            let field = part.term.field();
            if let Entry::Vacant(mean) = means.entry(field) {
                mean.insert(lengths.of(searcher, field, articles)?);
            }
        }
        let characters: f32 = parts.iter().filter(|p| p.kind == PartKind::Character).map(|p| p.weight).sum();
        let coverage = if characters > 0.0 { factor(weights.coverage) } else { 0.0 };
        let mut terms: Vec<Weighed> = Vec::new();
        let mut known: HashMap<&Term, usize> = HashMap::with_capacity(parts.len());
        for (number, part) in parts.iter().enumerate() {
            let covers = if part.kind == PartKind::Character { part.weight / characters } else { 0.0 };
            let at = *known.entry(&part.term).or_insert(terms.len());
            if at == terms.len() {
                terms.push(Weighed { term: part.term.clone(), weight: 0.0, covers: 0.0, parts: Vec::new() });
            }
            let ranked = &mut terms[at];
            ranked.weight += part.weight;
            ranked.covers += covers;
            ranked.parts.push(number);
        }
        terms.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        Ok(Self { parts, terms, means, coverage, weights })
    }

    /// The terms in one segment of the index.
    pub(crate) fn segment(&self, reader: &SegmentReader) -> tantivy::Result<SegmentRanking> {
        let mut lengths: Vec<(Field, Option<Lengths>)> = Vec::new();
        let mut parts = Vec::with_capacity(self.terms.len());
        for (number, ranked) in self.terms.iter().enumerate() {
            let field = ranked.term.field();
            let index = reader.inverted_index(field)?;
            let Some(postings) = index.read_postings(&ranked.term, IndexRecordOption::WithFreqs)? else {
                continue;
            };
            let known = lengths.iter().position(|(f, _)| *f == field);
            let length = match known {
                Some(at) => at,
                None => {
                    let norms = reader.fieldnorms_readers().get_field(field)?;
                    let mean = self.means.get(&field).copied().unwrap_or(1.0);
                    lengths.push((
                        field,
                        norms.map(|norms| Lengths::new(norms, mean, factor(self.weights.length))),
                    ));
                    lengths.len() - 1
                }
            };
            let Weighed { weight, covers, .. } = *ranked;
            parts.push(SegmentPart { postings, weight, covers, length, number });
        }
        let mut left = 0.0;
        let mut most: Vec<f32> = parts
            .iter()
            .rev()
            .map(|part| {
                left += part.weight * (SATURATION + 1.0);
                left
            })
            .collect();
        most.reverse();
        let lengths = lengths.into_iter().map(|(_, length)| length).collect();
        Ok(SegmentRanking { parts, most, lengths, coverage: self.coverage })
    }

    /// What each term adds to the score of one article, terms that add nothing left out.
    pub(crate) fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Vec<(&Part, f32)>> {
        let mut segment = self.segment(reader)?;
        let mut out = Vec::new();
        let mut covered = 0.0;
        for at in 0..segment.parts.len() {
            let adds = segment.adds(at, doc);
            let part = &segment.parts[at];
            if adds > 0.0 {
                covered += part.covers;
                let ranked = &self.terms[part.number];
                out.extend(ranked.parts.iter().map(|number| {
                    let part = &self.parts[*number];
                    (part, adds * part.weight / ranked.weight)
                }));
            }
        }
        let share = segment.share(covered);
        out.iter_mut().for_each(|(_, adds)| *adds *= share);
        Ok(out)
    }
}

/// The denominator of BM25 by the stored length of an article.
struct Lengths {
    norms: FieldNormReader,
    slowdown: Box<[f32; 256]>,
}

impl Lengths {
    fn new(norms: FieldNormReader, mean: f32, share: f32) -> Self {
        let mut slowdown = Box::new([0.0; 256]);
        for (id, slot) in (0..=u8::MAX).zip(slowdown.iter_mut()) {
            let length = FieldNormReader::id_to_fieldnorm(id) as f32;
            *slot = SATURATION * (1.0 - share + share * length / mean);
        }
        Self { norms, slowdown }
    }
}

struct SegmentPart {
    postings: SegmentPostings,
    weight: f32,
    /// What share of the characters of the question it is.
    covers: f32,
    length: usize,
    number: usize,
}

/// The terms in one segment; articles are asked for in rising order.
pub(crate) struct SegmentRanking {
    parts: Vec<SegmentPart>,
    /// Most that a part and those behind it can add.
    most: Vec<f32>,
    lengths: Vec<Option<Lengths>>,
    coverage: f32,
}

impl SegmentRanking {
    /// What is left of a score when so much of the question is covered.
    fn share(&self, covered: f32) -> f32 {
        1.0 - self.coverage * (1.0 - covered).max(0.0)
    }

    /// The score of an article, or nothing where it is surely below `least`.
    pub(crate) fn score(&mut self, doc: DocId, least: f32) -> Option<f32> {
        let mut score = 0.0;
        let mut covered = 0.0;
        for at in 0..self.parts.len() {
            // What is not covered lowers a score, so this is the most it can become.
            if score + self.most[at] < least {
                return None;
            }
            let adds = self.adds(at, doc);
            if adds > 0.0 {
                score += adds;
                covered += self.parts[at].covers;
            }
        }
        Some(score * self.share(covered))
    }

    fn adds(&mut self, at: usize, doc: DocId) -> f32 {
        let part = &mut self.parts[at];
        let mut found = part.postings.doc();
        if found < doc {
            found = part.postings.seek(doc);
        }
        if found != doc || found == TERMINATED {
            return 0.0;
        }
        let times = part.postings.term_freq() as f32;
        let slowdown = match &self.lengths[part.length] {
            Some(lengths) => lengths.slowdown[usize::from(lengths.norms.fieldnorm_id(doc))],
            None => SATURATION,
        };
        part.weight * times * (SATURATION + 1.0) / (times + slowdown)
    }
}
