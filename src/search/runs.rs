//! Finds articles in which runs of characters stand: anywhere, in a line that heads an article, near each
//! other, and several at once.
//!
//! A run is the phrase of some pairs of its characters at their distances. The index holds where each pair
//! stands and where each part of an article begins, so no stored text is read. Where several runs are asked
//! for, only articles that have the pairs of all of them have their positions read: the lists of pairs are
//! cheap to go through, positions are not.

use tantivy::query::{
    BooleanQuery, EmptyScorer, EnableScoring, Explanation, Occur, Query, Scorer, TermQuery, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Score, SegmentReader, TantivyError, Term};

use crate::index::Head;

mod standing;

pub(super) use standing::Asked;
use standing::{AllOfScorer, Group, List, Within};

/// One run of characters.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// As compared.
    chars: Vec<char>,
    /// Pairs that leave no character uncovered, each with its distance from the beginning.
    pairs: Vec<(u32, Term)>,
}

impl Run {
    /// The run of these characters, found by these of its pairs at their distances from its beginning.
    pub(crate) const fn new(chars: Vec<char>, pairs: Vec<(u32, Term)>) -> Self {
        Self { chars, pairs }
    }
}

/// The articles in which a run stands anywhere, or runs stand as is asked: in a line that heads the article,
/// near each other.
#[derive(Debug, Clone)]
pub(crate) struct Runs {
    runs: Vec<Run>,
    /// Terms that all such articles have besides.
    also: Vec<Term>,
    narrow: Option<Narrow>,
}

/// What more is asked of the places where runs stand.
#[derive(Debug, Clone)]
struct Narrow {
    columns: Columns,
    /// They stand in this line.
    head: Option<Head>,
    /// With so many other characters between the first and the last.
    between_max: Option<usize>,
}

/// The columns that tell where the parts of an article lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns {
    /// Where parts begin, but the first.
    pub(crate) borders: Field,
    /// Which of the first parts head the article.
    pub(crate) heads: Field,
}

impl Runs {
    /// One run, anywhere.
    pub(crate) fn of(run: Run) -> Self {
        Self { runs: vec![run], also: Vec::new(), narrow: None }
    }

    /// Runs in one part with at most so many other characters between the first and the last.
    pub(crate) const fn near(runs: Vec<Run>, between_max: usize, columns: Columns) -> Self {
        let narrow = Narrow { columns, head: None, between_max: Some(between_max) };
        Self { runs, also: Vec::new(), narrow: Some(narrow) }
    }

    /// The same in a line that heads the article; `also` are terms that an article with such a line has.
    pub(crate) fn in_head(mut self, head: Head, also: Vec<Term>, columns: Columns) -> Self {
        let narrow = self.narrow.get_or_insert(Narrow { columns, head: None, between_max: None });
        narrow.head = Some(head);
        self.also = also;
        self
    }

    /// Whether the lists of its terms alone decide.
    fn is_plain(&self) -> bool {
        self.narrow.is_none() && self.runs.iter().all(|run| run.pairs.len() < 2)
    }

    /// All its terms, each with whether its places are looked at.
    fn terms(&self) -> impl Iterator<Item = (&Term, bool)> {
        let places = !self.is_plain();
        let pairs = self.runs.iter().flat_map(|run| &run.pairs).map(move |(_, term)| (term, places));
        pairs.chain(self.also.iter().map(|term| (term, false)))
    }
}

impl Query for Runs {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        AllOf { runs: vec![self.clone()], others: Vec::new() }.weight(scoring)
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.terms().for_each(|(term, places)| visitor(term, places));
    }
}

/// The articles that have all parts, and of those left out none.
pub(crate) fn all_of(parts: Vec<(Occur, Box<dyn Query>)>) -> Box<dyn Query> {
    let required = parts.iter().filter(|(occur, _)| *occur == Occur::Must).count();
    if required < 2 || !parts.iter().any(|(occur, part)| *occur == Occur::Must && part.is::<Runs>()) {
        return Box::new(BooleanQuery::new(parts));
    }
    let mut all = AllOf { runs: Vec::new(), others: Vec::new() };
    let mut rest = Vec::new();
    for (occur, part) in parts {
        if occur != Occur::Must {
            rest.push((occur, part));
        } else if let Some(runs) = part.downcast_ref::<Runs>() {
            all.runs.push(runs.clone());
        } else if let Some(one) = part.downcast_ref::<TermQuery>() {
            all.runs.push(Runs { runs: Vec::new(), also: vec![one.term().clone()], narrow: None });
        } else {
            all.others.push(part);
        }
    }
    if rest.is_empty() {
        return Box::new(all);
    }
    rest.push((Occur::Must, Box::new(all)));
    Box::new(BooleanQuery::new(rest))
}

/// The articles in which all runs stand and that all other queries have.
#[derive(Debug)]
struct AllOf {
    runs: Vec<Runs>,
    others: Vec<Box<dyn Query>>,
}

impl Clone for AllOf {
    fn clone(&self) -> Self {
        Self { runs: self.runs.clone(), others: self.others.iter().map(|other| other.box_clone()).collect() }
    }
}

impl Query for AllOf {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let others = self.others.iter().map(|other| other.weight(scoring)).collect::<tantivy::Result<_>>()?;
        Ok(Box::new(AllOfWeight { runs: self.runs.clone(), others }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.runs.iter().for_each(|run| run.query_terms(visitor));
        self.others.iter().for_each(|other| other.query_terms(visitor));
    }
}

struct AllOfWeight {
    runs: Vec<Runs>,
    others: Vec<Box<dyn Weight>>,
}

impl Weight for AllOfWeight {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        // Each term is read once, however many runs have it.
        let mut terms: Vec<(&Term, bool)> = Vec::new();
        for (term, places) in self.runs.iter().flat_map(Runs::terms) {
            match terms.iter_mut().find(|(known, _)| *known == term) {
                Some((_, needed)) => *needed |= places,
                None => terms.push((term, places)),
            }
        }
        let mut lists = Vec::with_capacity(terms.len());
        for (term, places) in terms {
            let option =
                if places { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::Basic };
            let Some(postings) = reader.inverted_index(term.field())?.read_postings(term, option)? else {
                return Ok(Box::new(EmptyScorer));
            };
            lists.push((term, List::new(postings)));
        }
        // The rarest leads.
        lists.sort_by_key(|(_, list)| list.articles());
        let number = |term: &Term| lists.iter().position(|(known, _)| *known == term);
        let mut groups: Vec<Group> = Vec::new();
        for asked in self.runs.iter().filter(|asked| !asked.is_plain()) {
            let pairs = asked.runs.iter().map(|run| {
                let pairs = run.pairs.iter().filter_map(|(distance, term)| Some((number(term)?, *distance)));
                pairs.collect()
            });
            let within = asked.narrow.as_ref().map(|narrow| {
                // A segment in which every article is of one part has no column of borders.
                let column = |field| reader.fast_fields().u64(reader.schema().get_field_name(field)).ok();
                Within {
                    borders: column(narrow.columns.borders),
                    heads: narrow.head.and_then(|_| column(narrow.columns.heads)),
                    head: narrow.head.map(Head::number),
                    near: narrow
                        .between_max
                        .map(|most| (asked.runs.iter().map(|run| run.chars.clone()).collect(), most)),
                }
            });
            groups.push(Group::new(pairs.collect(), within));
        }
        let lists: Vec<List> = lists.into_iter().map(|(_, list)| list).collect();
        let mut others = Vec::with_capacity(self.others.len());
        for other in &self.others {
            others.push(other.scorer(reader, 1.0)?);
        }
        Ok(Box::new(AllOfScorer::new(lists, groups, others)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        Ok(Explanation::new("all runs stand in it", 1.0))
    }
}

#[cfg(test)]
mod tests;
