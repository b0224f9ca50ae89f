//! Finds articles in which runs of characters stand, several at once.
//!
//! A run is the phrase of some pairs of its characters at their distances. Where several runs are asked
//! for, only articles that have the pairs of all of them have their positions read: the lists of pairs are
//! cheap to go through, positions are not.

use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::query::{
    BooleanQuery, EmptyScorer, EnableScoring, Explanation, Occur, Query, Scorer, TermQuery, Weight,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, TantivyError, Term};

/// The articles in which one run of characters stands.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// Pairs that leave no character uncovered, each with its distance from the beginning.
    pairs: Vec<(u32, Term)>,
}

impl Run {
    /// The run that has these pairs at these distances from its beginning.
    pub(crate) const fn new(pairs: Vec<(u32, Term)>) -> Self {
        Self { pairs }
    }
}

impl Query for Run {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        AllOf { runs: vec![self.clone()], others: Vec::new() }.weight(scoring)
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.pairs.iter().for_each(|(_, term)| visitor(term, true));
    }
}

/// The articles that have all parts, and of those left out none.
pub(crate) fn all_of(parts: Vec<(Occur, Box<dyn Query>)>) -> Box<dyn Query> {
    let required = parts.iter().filter(|(occur, _)| *occur == Occur::Must).count();
    if required < 2 || !parts.iter().any(|(occur, part)| *occur == Occur::Must && part.is::<Run>()) {
        return Box::new(BooleanQuery::new(parts));
    }
    let mut all = AllOf { runs: Vec::new(), others: Vec::new() };
    let mut rest = Vec::new();
    for (occur, part) in parts {
        if occur != Occur::Must {
            rest.push((occur, part));
        } else if let Some(run) = part.downcast_ref::<Run>() {
            all.runs.push(run.clone());
        } else if let Some(one) = part.downcast_ref::<TermQuery>() {
            all.runs.push(Run::new(vec![(0, one.term().clone())]));
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
    runs: Vec<Run>,
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
    runs: Vec<Run>,
    others: Vec<Box<dyn Weight>>,
}

impl Weight for AllOfWeight {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        // Each term is read once, however many runs have it.
        let mut terms: Vec<(&Term, bool)> = Vec::new();
        for run in &self.runs {
            for (_, term) in &run.pairs {
                let places = run.pairs.len() > 1;
                match terms.iter_mut().find(|(known, _)| *known == term) {
                    Some((_, needed)) => *needed |= places,
                    None => terms.push((term, places)),
                }
            }
        }
        let mut lists = Vec::with_capacity(terms.len());
        for (term, places) in terms {
            let option =
                if places { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::Basic };
            let Some(postings) = reader.inverted_index(term.field())?.read_postings(term, option)? else {
                return Ok(Box::new(EmptyScorer));
            };
            lists.push((term, List { postings, places: Vec::new(), read: TERMINATED }));
        }
        // The rarest leads.
        lists.sort_by_key(|(_, list)| list.postings.size_hint());
        let number = |term: &Term| lists.iter().position(|(known, _)| *known == term);
        let mut runs: Vec<Vec<(usize, u32)>> = Vec::new();
        for run in self.runs.iter().filter(|run| run.pairs.len() > 1) {
            let mut pairs: Vec<(usize, u32)> =
                run.pairs.iter().filter_map(|(distance, term)| Some((number(term)?, *distance))).collect();
            pairs.sort_unstable();
            runs.push(pairs);
        }
        runs.sort();
        let lists: Vec<List> = lists.into_iter().map(|(_, list)| list).collect();
        let mut others = Vec::with_capacity(self.others.len());
        for other in &self.others {
            others.push(other.scorer(reader, 1.0)?);
        }
        others.sort_by_key(|other| other.cost());
        let rarest = lists.first().map_or(0, |list| u64::from(list.postings.size_hint()));
        // A few days of many years lead, not the words.
        let leads = others.first().is_some_and(|other| other.cost() < rarest);
        let lead = leads.then(|| others.remove(0));
        let mut scorer =
            AllOfScorer { doc: 0, lead, lists, runs, others: Vec::new(), before: 0, starts: Vec::new() };
        scorer.before = others.partition_point(|other| other.cost() <= scorer.cost());
        scorer.others = others.into_iter().map(Asked::new).collect();
        let first = scorer.go(0);
        scorer.settle(first);
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        Ok(Explanation::new("all runs stand in it", 1.0))
    }
}

/// The articles that have one pair.
struct List {
    postings: SegmentPostings,
    /// Where the pair stands in the article `read`.
    places: Vec<u32>,
    read: DocId,
}

impl List {
    fn places(&mut self) -> &[u32] {
        let doc = self.postings.doc();
        if self.read != doc {
            self.postings.positions(&mut self.places);
            self.read = doc;
        }
        &self.places
    }
}

/// A set of articles that is only asked whether it has one, in rising order.
///
/// To look for the next one that it has may cost a look at the positions of many; to look at one does not.
pub(super) struct Asked {
    scorer: Box<dyn Scorer>,
    /// It has none before this one.
    bound: DocId,
    /// Whether it has that one.
    stands: bool,
}

impl Asked {
    pub(super) fn new(scorer: Box<dyn Scorer>) -> Self {
        Self { bound: scorer.doc(), stands: true, scorer }
    }

    /// Whether it has an article, not before any asked for so far; else one before which it has no other.
    pub(super) fn has(&mut self, doc: DocId) -> Result<(), DocId> {
        if self.bound < doc || (self.bound == doc && !self.stands) {
            (self.bound, self.stands) = match self.scorer.seek_danger(doc) {
                SeekDangerResult::Found => (doc, true),
                SeekDangerResult::SeekLowerBound(bound) => (bound, false),
            };
        }
        if self.bound == doc && self.stands { Ok(()) } else { Err(self.bound) }
    }
}

struct AllOfScorer {
    doc: DocId,
    /// What leads in the place of the rarest list.
    lead: Option<Box<dyn Scorer>>,
    /// The rarest first.
    lists: Vec<List>,
    /// Of each run that has several pairs the list of each, the rarest first, and its distance.
    runs: Vec<Vec<(usize, u32)>>,
    /// The cheapest first.
    others: Vec<Asked>,
    /// How many of them are asked before positions are looked at.
    before: usize,
    starts: Vec<u32>,
}

impl AllOfScorer {
    /// The first article of what leads that is not before this one.
    fn go(&mut self, target: DocId) -> DocId {
        let lead: &mut dyn DocSet = match (&mut self.lead, self.lists.first_mut()) {
            (Some(lead), _) => lead,
            (None, Some(list)) => &mut list.postings,
            (None, None) => return TERMINATED,
        };
        if lead.doc() < target { lead.seek(target) } else { lead.doc() }
    }

    /// Goes to the next article that has everything, `doc` included, on which stands what leads.
    fn settle(&mut self, mut doc: DocId) {
        while doc != TERMINATED {
            match self.fits(doc) {
                Ok(()) => break,
                Err(bound) => doc = self.go(bound),
            }
        }
        self.doc = doc;
    }

    /// Whether an article that leads has everything; else one before which none does.
    fn fits(&mut self, doc: DocId) -> Result<(), DocId> {
        for list in self.lists.iter_mut().skip(usize::from(self.lead.is_none())) {
            let at = list.postings.doc();
            let at = if at < doc { list.postings.seek(doc) } else { at };
            if at > doc {
                return Err(at);
            }
        }
        let (before, behind) = self.others.split_at_mut(self.before);
        before.iter_mut().try_for_each(|other| other.has(doc))?;
        for run in &self.runs {
            if !stands(run, &mut self.lists, &mut self.starts) {
                return Err(doc + 1);
            }
        }
        behind.iter_mut().try_for_each(|other| other.has(doc))
    }
}

/// Whether a run stands in the article on which all lists stand.
fn stands(run: &[(usize, u32)], lists: &mut [List], starts: &mut Vec<u32>) -> bool {
    starts.clear();
    for (nth, (list, distance)) in run.iter().enumerate() {
        // Pairs nearer to the beginning of a text than their distance are of no run.
        let begins = lists[*list].places().iter().filter_map(|at| at.checked_sub(*distance));
        if nth == 0 {
            starts.extend(begins);
        } else {
            let mut begins = begins.peekable();
            starts.retain(|start| {
                while begins.next_if(|at| at < start).is_some() {}
                begins.peek() == Some(start)
            });
        }
        if starts.is_empty() {
            return false;
        }
    }
    true
}

impl DocSet for AllOfScorer {
    fn advance(&mut self) -> DocId {
        self.seek(self.doc.saturating_add(1))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            let at = self.go(target.min(TERMINATED));
            self.settle(at);
        }
        self.doc
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        let at = self.go(target.min(TERMINATED));
        self.doc = at;
        if at > target || at == TERMINATED {
            return SeekDangerResult::SeekLowerBound(at);
        }
        match self.fits(at) {
            Ok(()) => SeekDangerResult::Found,
            Err(bound) => SeekDangerResult::SeekLowerBound(bound),
        }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        let rarest = self.lists.first().map_or(0, |list| list.postings.size_hint());
        let leading = self.lead.as_ref().map_or(rarest, |lead| lead.size_hint().min(rarest));
        if self.runs.is_empty() { leading } else { leading / 10 }
    }

    fn cost(&self) -> u64 {
        // A look at positions costs as much as going past some articles.
        let each = 1 + 10 * self.runs.len() as u64;
        let rarest = self.lists.first().map_or(0, |list| u64::from(list.postings.size_hint()));
        self.lead.as_ref().map_or(rarest, |lead| lead.cost().min(rarest)).saturating_mul(each)
    }
}

impl Scorer for AllOfScorer {
    fn score(&mut self) -> Score {
        1.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use tantivy::collector::DocSetCollector;
    use tantivy::schema::{Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
    use tantivy::tokenizer::{PreTokenizedString, Token};
    use tantivy::{Index, Searcher, TantivyDocument};

    use super::super::most::MostOf;
    use super::*;

    /// An index of texts by their pairs of characters, in the order of the texts.
    fn indexed(texts: &[String]) -> (Searcher, Field) {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let field =
            schema.add_text_field("pairs", TextOptions::default().set_indexing_options(indexing) | STORED);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        for text in texts {
            let chars: Vec<char> = text.chars().collect();
            let token = |(position, pair): (usize, &[char])| Token {
                position,
                text: pair.iter().collect(),
                ..Token::default()
            };
            let tokens = chars.windows(2).enumerate().map(token).collect();
            let mut document = TantivyDocument::default();
            document.add_pre_tokenized_text(field, PreTokenizedString { text: text.clone(), tokens });
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        (index.reader().unwrap().searcher(), field)
    }

    fn run(field: Field, text: &str) -> Box<dyn Query> {
        let chars: Vec<char> = text.chars().collect();
        let pairs: Vec<(u32, Term)> = (0..)
            .zip(chars.windows(2))
            .map(|(at, pair)| (at, Term::from_field_text(field, &pair.iter().collect::<String>())))
            .collect();
        match pairs.as_slice() {
            [(_, one)] => Box::new(TermQuery::new(one.clone(), IndexRecordOption::WithFreqs)),
            _ => Box::new(Run::new(pairs)),
        }
    }

    fn found(searcher: &Searcher, query: &dyn Query) -> BTreeSet<DocId> {
        let found = searcher.search(query, &DocSetCollector).unwrap();
        found.into_iter().map(|address| address.doc_id).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn all_runs_stand_where_the_text_has_them(
            texts in prop::collection::vec("[ab丙]{0,24}", 1..150),
            asked in prop::collection::vec("[ab丙]{2,5}", 1..4),
            either in prop::collection::vec("[ab丙]{2,4}", 0..3),
            without in prop::option::of("[ab丙]{2,4}"),
        ) {
            let (searcher, field) = indexed(&texts);
            let mut parts: Vec<(Occur, Box<dyn Query>)> =
                asked.iter().map(|text| (Occur::Must, run(field, text))).collect();
            if !either.is_empty() {
                let one = BooleanQuery::union(either.iter().map(|text| run(field, text)).collect());
                parts.push((Occur::Must, Box::new(one)));
            }
            if let Some(without) = &without {
                parts.push((Occur::MustNot, Box::new(crate::search::plain::Plain(run(field, without)))));
            }
            let fits = |text: &str| {
                asked.iter().all(|run| text.contains(run))
                    && (either.is_empty() || either.iter().any(|run| text.contains(run)))
                    && !without.iter().any(|run| text.contains(run))
            };
            let expected: BTreeSet<DocId> =
                (0..).zip(&texts).filter(|(_, text)| fits(text)).map(|(doc, _)| doc).collect();
            prop_assert_eq!(found(&searcher, &*all_of(parts)), expected);
        }

        #[test]
        fn most_of_some_runs_stand_where_the_text_has_them(
            texts in prop::collection::vec("[ab丙]{0,24}", 1..150),
            asked in prop::collection::vec(("[ab丙]{2,5}", 1..9u8), 2..5),
        ) {
            let (searcher, field) = indexed(&texts);
            let clauses: Vec<_> =
                asked.iter().map(|(text, weight)| (run(field, text), f32::from(*weight))).collect();
            let all: u32 = asked.iter().map(|(_, weight)| u32::from(*weight)).sum();
            let fits = |text: &str| {
                let has = asked.iter().filter(|(run, _)| text.contains(run.as_str()));
                let sum: u32 = has.map(|(_, weight)| u32::from(*weight)).sum();
                2 * sum >= all && sum < all
            };
            let expected: BTreeSet<DocId> =
                (0..).zip(&texts).filter(|(_, text)| fits(text)).map(|(doc, _)| doc).collect();
            prop_assert_eq!(found(&searcher, &MostOf::new(clauses, 0.5)), expected);
        }
    }
}
