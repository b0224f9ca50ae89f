//! Puts hits together: reprints under the best of them, all hits by month or by person.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::Archive;
use super::answer::{Hit, Request, Results};
use super::compare::StoryHead;
use super::facet::Facet;
use super::{Sort, UNDATED};
use crate::index::{Error, StoredArticle};
use crate::query::{DateRange, Day, Query};
use crate::text::fold::fold_char;

/// What hits are put together by; closed, the list is part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Prints of one story, under the best of them in the window.
    Reprints,
    /// People named.
    Person,
    /// Month of the issue.
    Month,
}

/// The hits that share a person or a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HitGroup {
    /// The month, the person's name, or `undated`.
    pub value: String,
    /// How many articles.
    pub count: u64,
    /// The first of them, in the order asked for.
    pub hits: Vec<Hit>,
}

/// Hits shown of a group.
const HITS_OF_GROUP: usize = 3;
/// Letters of a run by which two prints are compared.
const RUN_LETTERS: usize = 8;
/// One run of so many is kept: a print of some hundred letters still has dozens.
const KEPT_OF: u64 = 4;
/// Fewer runs than this say nothing.
const RUNS_MIN: usize = 8;
/// Share of the shorter print's runs that a print of the same story has too, in tenths.
const SHARED_TENTHS_MIN: usize = 8;

impl Group {
    /// All of them, in the order of the interface.
    pub const ALL: [Self; 3] = [Self::Reprints, Self::Person, Self::Month];

    /// The name in addresses and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reprints => "reprints",
            Self::Person => "person",
            Self::Month => "month",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }

    /// What the hits are counted by.
    #[must_use]
    pub const fn facet(self) -> Option<Facet> {
        match self {
            Self::Reprints => None,
            Self::Person => Some(Facet::Person),
            Self::Month => Some(Facet::Month),
        }
    }
}

impl Archive {
    pub(super) fn grouped(&self, request: &Request, facet: Facet) -> Result<Results, Error> {
        grouped(request, facet, |asked| self.search(asked))
    }
}

/// The articles with everything asked by the values of a facet: people by number of articles,
/// months as they are ordered. `limit` and `offset` count groups. `search` answers, wherever the
/// archive lies.
pub(crate) fn grouped(
    request: &Request,
    facet: Facet,
    search: impl Fn(&Request) -> Result<Results, Error>,
) -> Result<Results, Error> {
    let mut facets = request.facets.clone();
    if !facets.contains(&facet) {
        facets.push(facet);
    }
    let (group, facet_values) = (None, 0);
    let whole =
        Request { group, facets, facet_values, limit: 1, offset: 0, all_words: true, ..request.clone() };
    let mut results = search(&whole)?;
    let mut counts = results.facets.get(facet.name()).cloned().unwrap_or_default();
    if !request.facets.contains(&facet) {
        results.facets.remove(facet.name());
    }
    counts.retain(|value| value.count > 0);
    if facet == Facet::Month && request.sort != Sort::Oldest {
        // Undated articles stay behind.
        let dated = counts.iter().take_while(|value| value.value != UNDATED).count();
        counts[..dated].reverse();
    }
    let all = counts.len();
    let limit = if request.limit == 0 { usize::MAX } else { request.limit };
    let window = counts.into_iter().skip(request.offset).take(limit);
    let mut groups = Vec::new();
    for value in window {
        let query = request.question.query.clone().and(condition(facet, &value.value));
        let mut one = Request {
            group: None,
            facets: Vec::new(),
            limit: HITS_OF_GROUP,
            offset: 0,
            all_words: true,
            suggest: false,
            ..request.clone()
        };
        one.question.query = query;
        groups.push(HitGroup { value: value.value, count: value.count, hits: search(&one)?.hits });
    }
    let shown = request.offset + groups.len();
    results.next = (shown < all && !groups.is_empty()).then(|| shown.to_string());
    results.hits = Vec::new();
    results.groups = groups;
    results.page_total = None;
    Ok(results)
}

/// That an article has a value, or no day at all.
fn condition(facet: Facet, value: &str) -> Query {
    if value == UNDATED {
        let whole = DateRange::new(Day::new(1, 1, 1), Day::new(9999, 12, 31));
        return whole.map_or(Query::All, |days| Query::Not(Box::new(Query::Dates(days))));
    }
    facet.condition(value).unwrap_or(Query::All)
}

/// The runs of letters that stand for a print.
#[derive(Debug, Default)]
pub(crate) struct Print(BTreeSet<u64>);

impl Print {
    /// Of an article's paragraphs; white space and punctuation don't count.
    pub(crate) fn of(stored: &StoredArticle) -> Self {
        let letters: Vec<char> = stored
            .article
            .paragraphs
            .iter()
            .flat_map(|paragraph| paragraph.chars())
            .filter(|c| c.is_alphanumeric())
            .map(fold_char)
            .collect();
        let runs = letters.windows(RUN_LETTERS).map(|run| {
            let mut hasher = DefaultHasher::new();
            run.hash(&mut hasher);
            hasher.finish()
        });
        Self(runs.filter(|hash| hash % KEPT_OF == 0).collect())
    }

    /// Whether another is a print of the same story, shortened or with a line changed.
    fn is_also(&self, other: &Self) -> bool {
        let (short, long) = if self.0.len() < other.0.len() { (self, other) } else { (other, self) };
        short.0.len() >= RUNS_MIN
            // A story of a few lines is no reprint of the long one that quotes it.
            && short.0.len() * 2 >= long.0.len()
            && short.0.intersection(&long.0).count() * 10 >= short.0.len() * SHARED_TENTHS_MIN
    }
}

/// Puts later prints of a story under the first one, in the order of the hits.
pub(crate) fn fold_reprints(hits: Vec<Hit>, prints: &[Print]) -> Vec<Hit> {
    let mut kept: Vec<(Hit, Option<&Print>)> = Vec::with_capacity(hits.len());
    // Pages stand behind the articles and have no print.
    for (hit, print) in hits.into_iter().zip(prints.iter().map(Some).chain(std::iter::repeat(None))) {
        let first = kept.iter_mut().find(|(first, other)| {
            first.partial == hit.partial && print.zip(*other).is_some_and(|(a, b)| a.is_also(b))
        });
        match first {
            Some((first, _)) => first.reprints.push(StoryHead::from(hit)),
            None => kept.push((hit, print)),
        }
    }
    kept.into_iter().map(|(hit, _)| hit).collect()
}

impl From<Hit> for StoryHead {
    fn from(hit: Hit) -> Self {
        Self {
            id: hit.id,
            url: hit.url,
            headline: hit.headline,
            paper: hit.paper,
            date: hit.date,
            page: hit.page,
        }
    }
}
