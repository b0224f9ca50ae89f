//! Who appears with whom: counted by article and by event.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Archive;
use super::appear::{Appearances, month, name_of, spelled};
use super::people::person_url;
use crate::index::{Error, StoredArticle};
use crate::query::DateRange;

/// Somebody who appears with a person (同框).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Companion {
    /// The name.
    pub name: String,
    /// The person's page on this server.
    pub person: String,
    /// Articles that name both.
    pub articles: u64,
    /// Events that these articles tell of: articles of one day with mostly the same people are one.
    pub events: u64,
    /// First issue.
    pub first_seen: Option<String>,
    /// Last issue.
    pub last_seen: Option<String>,
}

/// One month and how many articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MonthCount {
    /// `2026-06`
    pub month: String,
    /// Articles of that month.
    pub articles: u64,
}

/// What the columns of an archive tell of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Company {
    /// Dated articles by month, in order of time.
    pub months: Vec<MonthCount>,
    /// Parts played, as printed, and in how many articles; most first.
    pub parts: Vec<super::FacetCount>,
    /// Everybody who appears with the person, most first.
    pub company: Vec<Companion>,
}

/// One article in which two persons appear, with what each does there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Meeting {
    /// The article.
    pub id: String,
    /// Its page on this server.
    pub url: String,
    /// The day.
    pub date: Option<String>,
    /// The main line.
    pub headline: Option<String>,
    /// Parts of the first person there.
    pub parts: Vec<String>,
    /// Parts of the second person there.
    pub with_parts: Vec<String>,
}

/// Two persons together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Pair {
    /// The one.
    pub name: String,
    /// The person's page on this server.
    pub person: String,
    /// The other, with counts.
    pub with: Companion,
    /// Articles that name both by month.
    pub months: Vec<MonthCount>,
    /// The latest articles that name both, latest first.
    pub recent: Vec<Meeting>,
}

/// A person in a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NetworkNode {
    /// The person's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Articles that name the person, in the time asked for.
    pub articles: u64,
}

/// Two persons who appear together; `source` sorts before `target`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NetworkEdge {
    /// Id of the one.
    pub source: String,
    /// Id of the other.
    pub target: String,
    /// Articles that name both.
    pub articles: u64,
    /// Events that these articles tell of.
    pub events: u64,
    /// First issue.
    pub first_seen: Option<String>,
    /// Last issue.
    pub last_seen: Option<String>,
}

/// Who appears with whom (人物网络).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Network {
    /// The persons, by id.
    pub nodes: Vec<NetworkNode>,
    /// The pairs, most together first.
    pub edges: Vec<NetworkEdge>,
    /// Articles that name more than `people_max` persons and make no pairs: lists of hundreds.
    pub left_out: u64,
    /// See `left_out`.
    pub people_max: u64,
}

/// Persons of an article beyond which it says nothing about who met whom.
pub const NETWORK_PEOPLE_MAX: usize = 100;

/// How often two appear together.
#[derive(Debug, Default, Clone)]
struct Together {
    articles: u64,
    events: BTreeSet<u32>,
    first: Option<u64>,
    last: Option<u64>,
}

impl Together {
    fn see(&mut self, event: u32, day: Option<u64>) {
        self.articles += 1;
        self.events.insert(event);
        if let Some(day) = day {
            self.first = Some(self.first.map_or(day, |d| d.min(day)));
            self.last = Some(self.last.map_or(day, |d| d.max(day)));
        }
    }

    fn companion(&self, id: &str) -> Companion {
        Companion {
            name: name_of(id).to_owned(),
            person: person_url(id),
            articles: self.articles,
            events: self.events.len() as u64,
            first_seen: self.first.map(spelled),
            last_seen: self.last.map(spelled),
        }
    }
}

fn months(days: impl Iterator<Item = u64>) -> Vec<MonthCount> {
    let mut by_month: BTreeMap<u64, u64> = BTreeMap::new();
    for day in days {
        *by_month.entry(day / 100).or_default() += 1;
    }
    by_month.into_iter().map(|(m, articles)| MonthCount { month: month(m * 100), articles }).collect()
}

impl Archive {
    /// Months, parts and company of a person, by id, in the issues of these days.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn company(&self, id: &str, dates: Option<DateRange>) -> Result<Company, Error> {
        Ok(company(&self.appearances(Some(id), dates)?, id))
    }

    /// Two persons together, by their ids, with the latest `limit` articles (0 means all); none where no
    /// article names both.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn pair(
        &self,
        id: &str,
        with: &str,
        dates: Option<DateRange>,
        limit: usize,
    ) -> Result<Option<Pair>, Error> {
        let mut all = self.appearances(Some(id), dates)?;
        let (me, other) = (all.persons.get(id), all.persons.get(with));
        // Events are told by everybody in them, before articles without the other go.
        let events = all.events();
        let mut keep = all
            .articles
            .iter()
            .map(|a| a.who.iter().any(|(p, _)| Some(*p) == other && *p != me.unwrap_or(u32::MAX)))
            .collect::<Vec<bool>>()
            .into_iter();
        let mut events = events.into_iter();
        let mut together = Together::default();
        all.articles.retain(|article| {
            let event = events.next().unwrap_or_default();
            let kept = keep.next().unwrap_or_default();
            if kept {
                together.see(event, article.day);
            }
            kept
        });
        if all.articles.is_empty() {
            return Ok(None);
        }
        let parts = |who: &[(u32, Vec<u16>)], person: Option<u32>| -> Vec<String> {
            let played = who.iter().filter(|(p, _)| Some(*p) == person).flat_map(|(_, parts)| parts);
            played.map(|part| all.parts.of(u32::from(*part)).to_owned()).collect()
        };
        let mut recent = Vec::new();
        for article in all.articles.iter().rev().take(if limit == 0 { usize::MAX } else { limit }) {
            let stored: StoredArticle = self.record(article.address).map_err(|e| self.error(e))?;
            recent.push(Meeting {
                url: super::article_url(&stored.article.id),
                id: stored.article.id,
                date: stored.facts.date.map(|d| d.to_string()),
                headline: stored.article.headline,
                parts: parts(&article.who, me),
                with_parts: parts(&article.who, other),
            });
        }
        Ok(Some(Pair {
            name: name_of(id).to_owned(),
            person: person_url(id),
            with: together.companion(with),
            months: months(all.articles.iter().filter_map(|a| a.day)),
            recent,
        }))
    }

    /// Who appears with whom in the issues of these days, in at least `articles_min` articles.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn network(&self, dates: Option<DateRange>, articles_min: u64) -> Result<Network, Error> {
        let all = self.appearances(None, dates)?;
        Ok(network(&all, articles_min))
    }
}

/// Months, parts and company of a person in the articles that name the person.
pub(crate) fn company<A>(all: &Appearances<A>, id: &str) -> Company {
    let events = all.events();
    let me = all.persons.get(id);
    let mut with: BTreeMap<u32, Together> = BTreeMap::new();
    let mut parts: BTreeMap<u16, u64> = BTreeMap::new();
    for (article, event) in all.articles.iter().zip(&events) {
        for (person, played) in &article.who {
            if Some(*person) == me {
                played.iter().for_each(|part| *parts.entry(*part).or_default() += 1);
            } else {
                with.entry(*person).or_default().see(*event, article.day);
            }
        }
    }
    let mut company: Vec<Companion> =
        with.iter().map(|(person, together)| together.companion(all.persons.of(*person))).collect();
    company.sort_by(|a, b| {
        (b.articles, b.events).cmp(&(a.articles, a.events)).then_with(|| a.person.cmp(&b.person))
    });
    let mut parts: Vec<super::FacetCount> = parts
        .into_iter()
        .map(|(part, count)| super::FacetCount { value: all.parts.of(u32::from(part)).to_owned(), count })
        .collect();
    parts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    Company { months: months(all.articles.iter().filter_map(|a| a.day)), parts, company }
}

fn network(all: &Appearances, articles_min: u64) -> Network {
    let events = all.events();
    let mut articles = vec![0u64; all.persons.len()];
    let mut pairs: BTreeMap<(u32, u32), Together> = BTreeMap::new();
    let mut left_out = 0;
    for (article, event) in all.articles.iter().zip(&events) {
        for (person, _) in &article.who {
            articles[*person as usize] += 1;
        }
        if article.who.len() > NETWORK_PEOPLE_MAX {
            left_out += 1;
            continue;
        }
        for (i, (a, _)) in article.who.iter().enumerate() {
            for (b, _) in article.who.iter().skip(i + 1).filter(|(b, _)| a != b) {
                pairs.entry((*a.min(b), *a.max(b))).or_default().see(*event, article.day);
            }
        }
    }
    pairs.retain(|_, together| together.articles >= articles_min.max(1));
    let in_pairs: BTreeSet<u32> = pairs.keys().flat_map(|(a, b)| [*a, *b]).collect();
    let mut nodes: Vec<NetworkNode> = in_pairs
        .into_iter()
        .map(|person| {
            let id = all.persons.of(person).to_owned();
            NetworkNode { name: name_of(&id).to_owned(), id, articles: articles[person as usize] }
        })
        .collect();
    nodes.sort_by(|a, b| a.id.cmp(&b.id));
    let mut edges: Vec<NetworkEdge> = pairs
        .into_iter()
        .map(|((a, b), together)| {
            let (a, b) = (all.persons.of(a), all.persons.of(b));
            NetworkEdge {
                source: a.min(b).to_owned(),
                target: a.max(b).to_owned(),
                articles: together.articles,
                events: together.events.len() as u64,
                first_seen: together.first.map(spelled),
                last_seen: together.last.map(spelled),
            }
        })
        .collect();
    edges.sort_by(|a, b| {
        b.articles.cmp(&a.articles).then_with(|| (&a.source, &a.target).cmp(&(&b.source, &b.target)))
    });
    Network { nodes, edges, left_out, people_max: NETWORK_PEOPLE_MAX as u64 }
}
