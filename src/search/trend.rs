//! Counts how often terms stand in the paper over time: when did a slogan (提法) come, when did it go.
//!
//! A term is looked for as a run of characters, never as words the segmenter would cut it into, and
//! counted in the stored text: what the curve shows can be recounted by hand.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tantivy::collector::Count;

use super::Archive;
use super::answer::{Request, article_url};
use super::collect::{Collected, Sort};
use super::facet::Facet;
use super::period::Period;
use super::snippet::{self, Snippet};
use crate::index::{Error, StoredArticle, day_key};
use crate::paper::TextPart;
use crate::query::{DateRange, Field, Query, Question, Term};
use crate::text::fold::fold;

/// Terms of one picture unless more are asked for elsewhere: as many lines as are told apart.
pub const TERMS_MAX: usize = 5;
/// Periods of an answer; finer counting of a longer time is done more coarsely, with a note.
const PERIODS_MAX: usize = 40_000;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendRequest {
    /// The terms, each as typed: a run of characters, or a question.
    pub terms: Vec<String>,
    /// How finely time is counted.
    pub by: Period,
    /// Only issues of these days.
    pub dates: Option<DateRange>,
    /// Terms match only as printed, without folding.
    pub as_printed: bool,
}

/// How often terms stand in the paper over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Trend {
    /// How finely time is counted.
    pub by: Period,
    /// First period; none in an archive without dates.
    pub from: Option<String>,
    /// Last period.
    pub to: Option<String>,
    /// Dated articles of all periods, whatever stands in them.
    pub of_articles: u64,
    /// The terms, in the order asked.
    pub terms: Vec<TermTrend>,
    /// What should be known beside the numbers.
    pub notes: Vec<String>,
}

/// One term over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TermTrend {
    /// As typed.
    pub term: String,
    /// As read.
    pub parsed: String,
    /// Times it stands in dated articles: the sum over the periods.
    pub occurrences: u64,
    /// Dated articles in which it stands: the sum over the periods.
    pub articles: u64,
    /// The same in articles without a date, which belong to no period.
    pub undated: Occurring,
    /// Where it stands first.
    pub first: Option<Seen>,
    /// Where it stands last.
    pub last: Option<Seen>,
    /// Every period from the first issue to the last, those without the term too.
    pub periods: Vec<PeriodCount>,
}

/// How often a term stands somewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Occurring {
    /// Times.
    pub occurrences: u64,
    /// Articles.
    pub articles: u64,
}

/// A term in one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PeriodCount {
    /// `2026`, `2026-06` or `2026-06-04`.
    pub period: String,
    /// Times the term stands in articles of the period.
    pub occurrences: u64,
    /// Articles of the period in which it stands.
    pub articles: u64,
    /// All articles of the period.
    pub of_articles: u64,
    /// Times for each 1,000 articles of the period; 0 where it has none.
    pub occurrences_per_1000: f64,
    /// Articles with the term for each 1,000 articles of the period; 0 where it has none.
    pub articles_per_1000: f64,
}

/// An article in which a term stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Seen {
    /// The article's id.
    pub id: String,
    /// Its page on this server.
    pub url: String,
    /// The day.
    pub date: String,
    /// The newspaper.
    pub paper: Option<String>,
    /// Printed page number.
    pub page: Option<String>,
    /// The main line.
    pub headline: Option<String>,
    /// The sentence in which it stands.
    pub snippet: Option<Snippet>,
}

impl Archive {
    /// How often terms stand in the paper over time.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read; no term is an error.
    pub fn trend(&self, request: &TrendRequest) -> Result<Trend, Error> {
        let articles_by = |by| self.articles_by(by, request.dates);
        trend_of(request, articles_by, |asked, take| {
            let plan = self.plan(asked).map_err(|e| self.error(e))?;
            let found =
                self.collect(&plan, &*plan.full, usize::MAX, asked, false).map_err(|e| self.error(e))?;
            let left_out = match &plan.undated {
                Some(undated) => self.asked(&**undated, &Count).map_err(|e| self.error(e))? as u64,
                None => 0,
            };
            // In the order in which the articles lie on disk: neighbours share a block.
            let mut addresses: Vec<_> = found.best.iter().map(|ranked| ranked.address).collect();
            addresses.sort_unstable();
            for address in addresses {
                take(self.record(address).map_err(|e| self.error(e))?);
            }
            Ok(Matched { runs: plan.runs, left_out })
        })
    }

    /// Number of dated articles by period.
    fn articles_by(&self, by: Period, dates: Option<DateRange>) -> Result<BTreeMap<u64, u64>, Error> {
        let facet = match by {
            Period::Year => Facet::Year,
            Period::Month => Facet::Month,
            Period::Day => Facet::Day,
        };
        let request = Request { dates, facets: vec![facet], sort: Sort::Oldest, ..Request::new("") };
        let found = self.matching(&request, 0, true)?;
        Ok(found
            .facets
            .into_iter()
            .flat_map(|values| values.counts)
            .filter_map(|(key, count)| Some((key.parse().ok()?, count)))
            .collect())
    }

    fn matching(&self, request: &Request, keep: usize, facets: bool) -> Result<Collected, Error> {
        let plan = self.plan(request).map_err(|e| self.error(e))?;
        self.collect(&plan, &*plan.full, keep, request, facets).map_err(|e| self.error(e))
    }
}

/// What a question found, its articles aside.
pub(crate) struct Matched {
    /// The folded runs to mark.
    pub(crate) runs: Vec<String>,
    /// Undated articles that dates leave out.
    pub(crate) left_out: u64,
}

/// Hands each article with everything a request asks to whoever takes it.
pub(crate) type Finding<'a> = dyn Fn(&Request, &mut dyn FnMut(StoredArticle)) -> Result<Matched, Error> + 'a;

/// How often terms stand in the paper over time, wherever the articles lie: `articles_by` counts
/// the dated ones by period, `find` hands out those that answer.
pub(crate) fn trend_of(
    request: &TrendRequest,
    articles_by: impl Fn(Period) -> Result<BTreeMap<u64, u64>, Error>,
    find: impl Fn(&Request, &mut dyn FnMut(StoredArticle)) -> Result<Matched, Error>,
) -> Result<Trend, Error> {
    let mut notes = Vec::new();
    let mut by = request.by;
    let mut all = articles_by(by)?;
    while let (Some(&first), Some(&last)) = (all.keys().next(), all.keys().next_back()) {
        let coarser = match by {
            Period::Day => Period::Month,
            Period::Month => Period::Year,
            Period::Year => break,
        };
        if by.between(first, last).take(PERIODS_MAX + 1).count() <= PERIODS_MAX {
            break;
        }
        notes.push(format!(
            "more than {PERIODS_MAX} periods by {}: counted by {}",
            by.name(),
            coarser.name()
        ));
        by = coarser;
        all = articles_by(by)?;
    }
    let span = all.keys().next().copied().zip(all.keys().next_back().copied());
    let mut terms = Vec::with_capacity(request.terms.len());
    for term in &request.terms {
        terms.push(term_trend(term, by, request, &all, &find, &mut notes)?);
    }
    Ok(Trend {
        by,
        from: span.map(|(first, _)| by.name_of(first)),
        to: span.map(|(_, last)| by.name_of(last)),
        of_articles: all.values().sum(),
        terms,
        notes,
    })
}

fn term_trend(
    term: &str,
    by: Period,
    asked: &TrendRequest,
    all: &BTreeMap<u64, u64>,
    find: &Finding<'_>,
    notes: &mut Vec<String>,
) -> Result<TermTrend, Error> {
    let Question { query, notes: read } = crate::query::parse(term);
    let query = run_for_run(query);
    notes.extend(read);
    let request = Request {
        question: Question { query, notes: Vec::new() },
        dates: asked.dates,
        sort: Sort::Oldest,
        as_printed: asked.as_printed,
        ..Request::new(term)
    };
    let counter = Counter::of(&request.question.query, asked.as_printed);
    let mut undated = Occurring::default();
    let mut counts: BTreeMap<u64, Occurring> = BTreeMap::new();
    let mut first: Option<(u64, StoredArticle)> = None;
    let mut last: Option<(u64, StoredArticle)> = None;
    let Matched { runs, left_out } = find(&request, &mut |stored| {
        let occurrences = counter.as_ref().map_or(1, |c| c.count(&stored));
        let Some(date) = stored.facts.date else {
            undated.occurrences += occurrences;
            undated.articles += 1;
            return;
        };
        let day = day_key(date);
        let sum = counts.entry(by.of_day(day)).or_default();
        sum.occurrences += occurrences;
        sum.articles += 1;
        let id = &stored.article.id;
        let earlier = |than: &(u64, StoredArticle)| (day, id) < (than.0, &than.1.article.id);
        let later = |than: &(u64, StoredArticle)| (day, id) > (than.0, &than.1.article.id);
        let is_first = first.as_ref().is_none_or(earlier);
        let is_last = last.as_ref().is_none_or(later);
        if is_first {
            first = Some((day, stored.clone()));
        }
        if is_last {
            last = Some((day, stored));
        }
    })?;
    if left_out > 0 {
        notes.push(format!("{left_out} undated articles are left out because dates were asked"));
    }
    if counter.is_none() {
        notes.push(format!("{term} asks for nothing that stands in the text: articles are counted"));
    }
    let span = all.keys().next().copied().zip(all.keys().next_back().copied());
    let periods: Vec<PeriodCount> = span
        .into_iter()
        .flat_map(|(first, last)| by.between(first, last))
        .map(|key| {
            let found = counts.get(&key).copied().unwrap_or_default();
            let of_articles = all.get(&key).copied().unwrap_or(0);
            PeriodCount {
                period: by.name_of(key),
                occurrences: found.occurrences,
                articles: found.articles,
                of_articles,
                occurrences_per_1000: per_1000(found.occurrences, of_articles),
                articles_per_1000: per_1000(found.articles, of_articles),
            }
        })
        .collect();
    let seen = |at: Option<(u64, StoredArticle)>| at.map(|(_, stored)| seen(&stored, &runs));
    Ok(TermTrend {
        term: term.to_owned(),
        parsed: request.question.query.to_string(),
        occurrences: counts.values().map(|c| c.occurrences).sum(),
        articles: counts.values().map(|c| c.articles).sum(),
        undated,
        first: seen(first),
        last: seen(last),
        periods,
    })
}

fn per_1000(count: u64, of: u64) -> f64 {
    // Two decimals tell apart what paper can; counts are far below 2^53.
    if of == 0 { 0.0 } else { (count as f64 * 100_000.0 / of as f64).round() / 100.0 }
}

fn seen(stored: &StoredArticle, runs: &[String]) -> Seen {
    let article = &stored.article;
    Seen {
        id: article.id.clone(),
        url: article_url(&article.id),
        date: stored.facts.date.map(|d| d.to_string()).unwrap_or_default(),
        paper: stored.facts.paper.clone(),
        page: stored.facts.page.clone(),
        headline: article.headline.clone(),
        snippet: snippet::snippets(article.paragraphs.iter().chain(&article.captions), runs)
            .into_iter()
            .next(),
    }
}

/// The question with every bare word as the run of characters it is.
fn run_for_run(query: Query) -> Query {
    match query {
        Query::Term(Term::Word(run)) => Query::Term(Term::Literal(run)),
        Query::And(children) => Query::And(children.into_iter().map(run_for_run).collect()),
        Query::Or(children) => Query::Or(children.into_iter().map(run_for_run).collect()),
        Query::Not(child) => Query::Not(Box::new(run_for_run(*child))),
        other => other,
    }
}

/// Counts the runs of a question in an article.
struct Counter {
    runs: Vec<String>,
    as_printed: bool,
}

impl Counter {
    /// `None` for a question that asks for no run of text.
    fn of(query: &Query, as_printed: bool) -> Option<Self> {
        let mut runs: Vec<String> = Vec::new();
        for (field, term) in query.wanted() {
            use Field::{Deck, Headline, Kicker, Organ, Person, Post};
            if !matches!(field, None | Some(Headline | Kicker | Deck | Person | Post | Organ)) {
                continue;
            }
            match term {
                Term::Word(run) | Term::Literal(run) | Term::Prefix(run) => runs.push(run.clone()),
                Term::Near { runs: near, .. } => runs.extend(near.iter().cloned()),
            }
        }
        if !as_printed {
            runs = runs.iter().map(|run| fold(run)).collect();
        }
        (!runs.is_empty()).then_some(Self { runs, as_printed })
    }

    /// Times the runs stand in the article, no character used twice; at least once, since the
    /// article was found.
    fn count(&self, stored: &StoredArticle) -> u64 {
        let mut by_part: Vec<(TextPart, u64)> = Vec::new();
        for (part, text) in stored.runs() {
            let found = if self.as_printed {
                self.runs.iter().map(|run| text.matches(run.as_str()).count()).sum()
            } else {
                snippet::marks(&text, &self.runs).len()
            };
            let found = found as u64;
            // A part with padded names stands twice, as printed and closed up; it is one part.
            match by_part.last_mut() {
                Some((last, most)) if *last == part => *most = (*most).max(found),
                _ => by_part.push((part, found)),
            }
        }
        by_part.iter().map(|(_, found)| found).sum::<u64>().max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_counted_as_the_run_it_is() {
        let run = |typed: &str| run_for_run(crate::query::parse(typed).query).to_string();
        assert_eq!(run("高质量发展"), "\"高质量发展\"");
        assert_eq!(run("“镜湖” -会议"), "\"镜湖\" -\"会议\"");
        assert_eq!(run("人物:魏振东"), "人物:魏振东");
    }

    #[test]
    fn shares_are_of_a_thousand_and_of_nothing_none() {
        assert_eq!(per_1000(1, 3), 333.33);
        assert_eq!(per_1000(0, 0), 0.0);
    }
}
