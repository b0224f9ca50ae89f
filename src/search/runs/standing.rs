//! Goes through the articles of one segment in which runs of characters stand.

use tantivy::columnar::Column;
use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, TERMINATED};

use crate::search::verify::{Standing, nearest};

/// The articles that have one term.
pub(super) struct List {
    postings: SegmentPostings,
    /// Where the term stands in the article `read`.
    places: Vec<u32>,
    read: DocId,
}

impl List {
    pub(super) const fn new(postings: SegmentPostings) -> Self {
        Self { postings, places: Vec::new(), read: TERMINATED }
    }

    /// How many articles there are about.
    pub(super) fn articles(&self) -> u32 {
        self.postings.size_hint()
    }

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
pub(in crate::search) struct Asked {
    scorer: Box<dyn Scorer>,
    /// It has none before this one.
    bound: DocId,
    /// Whether it has that one.
    stands: bool,
}

impl Asked {
    pub(in crate::search) fn new(scorer: Box<dyn Scorer>) -> Self {
        Self { bound: scorer.doc(), stands: true, scorer }
    }

    /// Whether it has an article, not before any asked for so far; else one before which it has no other.
    pub(in crate::search) fn has(&mut self, doc: DocId) -> Result<(), DocId> {
        if self.bound < doc || (self.bound == doc && !self.stands) {
            (self.bound, self.stands) = match self.scorer.seek_danger(doc) {
                SeekDangerResult::Found => (doc, true),
                SeekDangerResult::SeekLowerBound(bound) => (bound, false),
            };
        }
        if self.bound == doc && self.stands { Ok(()) } else { Err(self.bound) }
    }
}

/// Runs that are asked for together, and where they have to stand.
pub(super) struct Group {
    runs: Vec<Pairs>,
    within: Option<Within>,
}

/// One run in one segment.
struct Pairs {
    /// Its number among those of its group.
    number: usize,
    /// The list of each of its pairs, the rarest first, and its distance.
    pairs: Vec<(usize, u32)>,
    /// Where it begins in the article looked at.
    starts: Vec<u32>,
}

impl Group {
    /// From the lists of the pairs of each run, with their distances; rarer lists have smaller numbers.
    pub(super) fn new(runs: Vec<Vec<(usize, u32)>>, within: Option<Within>) -> Self {
        let mut runs: Vec<Pairs> = runs
            .into_iter()
            .enumerate()
            .map(|(number, mut pairs)| {
                pairs.sort_unstable();
                Pairs { number, pairs, starts: Vec::new() }
            })
            .collect();
        runs.sort_by(|a, b| a.pairs.cmp(&b.pairs));
        Self { runs, within }
    }

    /// What it costs to look at an article, the cheapest first: what is narrowed down comes last.
    fn turn(&self) -> (usize, usize, usize) {
        let rarest = self.runs.first().and_then(|run| run.pairs.first()).map_or(0, |(list, _)| *list);
        (usize::from(self.within.is_some()), self.runs.len(), rarest)
    }

    /// Whether the runs stand as asked in the article on which all lists stand.
    fn stands(&mut self, lists: &mut [List], doc: DocId) -> bool {
        self.runs.iter_mut().all(|run| run.stands(lists))
            && self.within.as_ref().is_none_or(|within| within.holds(&self.runs, doc))
    }
}

impl Pairs {
    /// Finds where the run begins; whether it stands anywhere.
    fn stands(&mut self, lists: &mut [List]) -> bool {
        let starts = &mut self.starts;
        starts.clear();
        for (nth, (list, distance)) in self.pairs.iter().enumerate() {
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
}

/// Where in an article runs have to stand.
pub(super) struct Within {
    /// Where its parts begin, but the first.
    pub(super) borders: Option<Column<u64>>,
    /// Which of its first parts head it.
    pub(super) heads: Option<Column<u64>>,
    /// The line that is asked for.
    pub(super) head: Option<u64>,
    /// All runs as compared, and how many other characters may stand between the first and the last.
    pub(super) near: Option<(Vec<Vec<char>>, usize)>,
}

impl Within {
    /// Whether the runs, each of which stands somewhere in the article, stand as asked in one of its parts.
    fn holds(&self, runs: &[Pairs], doc: DocId) -> bool {
        let mut heads = self.heads.as_ref().and_then(|heads| heads.first(doc)).unwrap_or_default();
        let borders = self.borders.iter().flat_map(|borders| borders.values_for_doc(doc));
        let mut places: Vec<Standing> = Vec::new();
        if let Some((chars, _)) = &self.near {
            for run in runs {
                let long = chars.get(run.number).map_or(0, Vec::len);
                let standing = |start: &u32| (*start as usize, *start as usize + long, run.number);
                places.extend(run.starts.iter().map(standing));
            }
            places.sort_unstable();
        }
        let mut places = places.as_slice();
        let mut begin = 0;
        for end in borders.chain([u64::MAX]) {
            let head = heads & 0b11;
            heads >>= 2;
            let (part, behind) = places.split_at(places.partition_point(|(start, ..)| (*start as u64) < end));
            places = behind;
            let asked = self.head.is_none_or(|asked| asked == head);
            let stands = asked
                && match &self.near {
                    Some((chars, most)) => {
                        part.len() >= chars.len() && !nearest(part, chars, *most).is_empty()
                    }
                    None => runs
                        .iter()
                        .all(|run| run.starts.iter().any(|start| (begin..end).contains(&u64::from(*start)))),
                };
            if stands {
                return true;
            }
            // Lines that head an article come first.
            if (self.head.is_some() && head == 0) || (self.near.is_some() && places.is_empty()) {
                return false;
            }
            begin = end;
        }
        false
    }
}

/// The articles in which all groups of runs stand and that all other sets have.
pub(super) struct AllOfScorer {
    doc: DocId,
    /// What leads in the place of the rarest list.
    lead: Option<Box<dyn Scorer>>,
    /// The rarest first.
    lists: Vec<List>,
    /// The cheapest first.
    groups: Vec<Group>,
    /// The cheapest first.
    others: Vec<Asked>,
    /// How many of them are asked before positions are looked at.
    before: usize,
}

impl AllOfScorer {
    /// Stands on the first such article; the rarest list comes first.
    pub(super) fn new(lists: Vec<List>, mut groups: Vec<Group>, mut others: Vec<Box<dyn Scorer>>) -> Self {
        groups.sort_by_key(Group::turn);
        others.sort_by_key(|other| other.cost());
        let rarest = lists.first().map_or(0, |list| u64::from(list.articles()));
        // A few days of many years lead, not the words.
        let leads = others.first().is_some_and(|other| other.cost() < rarest);
        let lead = leads.then(|| others.remove(0));
        let mut scorer = Self { doc: 0, lead, lists, groups, others: Vec::new(), before: 0 };
        scorer.before = others.partition_point(|other| other.cost() <= scorer.cost());
        scorer.others = others.into_iter().map(Asked::new).collect();
        let first = scorer.go(0);
        scorer.settle(first);
        scorer
    }

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
        for group in &mut self.groups {
            if !group.stands(&mut self.lists, doc) {
                return Err(doc + 1);
            }
        }
        behind.iter_mut().try_for_each(|other| other.has(doc))
    }
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
        let rarest = self.lists.first().map_or(0, List::articles);
        let leading = self.lead.as_ref().map_or(rarest, |lead| lead.size_hint().min(rarest));
        if self.groups.is_empty() { leading } else { leading / 10 }
    }

    fn cost(&self) -> u64 {
        // A look at positions costs as much as going past some articles.
        let runs: u64 = self.groups.iter().map(|group| group.runs.len() as u64).sum();
        let rarest = self.lists.first().map_or(0, |list| u64::from(list.articles()));
        self.lead.as_ref().map_or(rarest, |lead| lead.cost().min(rarest)).saturating_mul(1 + 10 * runs)
    }
}

impl Scorer for AllOfScorer {
    fn score(&mut self) -> Score {
        1.0
    }
}
