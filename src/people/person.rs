//! Gathers what the articles of an archive say of one name.
//!
//! A name is the unit of gathering: whoever shares no name shares no person, so a changed issue
//! touches only the persons named in it. Nothing is merged silently: a holding stands for what was
//! printed, with the articles that printed it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ArticlePeople, Kind};
use crate::paper::{Article, IssueFacts};
use crate::text::pinyin::name_syllables;

/// One article in which a name stands, as far as gathering needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The article.
    pub id: String,
    /// The issue's day.
    pub date: Option<Date>,
    /// What the article takes the person for.
    pub kind: Kind,
    /// Posts printed with the name, each with the words that print it.
    pub posts: Vec<(String, String)>,
}

/// A quotation that proves a holding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HoldingEvidence {
    /// The article.
    pub id: String,
    /// The issue's day.
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// The words as printed.
    pub quote: String,
}

/// How sure a holding's time is; closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HoldingStatus {
    /// The paper prints the appointment or the removal.
    Dated,
    /// The paper prints the post with the name.
    Seen,
    /// Concluded from other holdings.
    Inferred,
}

/// One post one person held, as far as the archive shows (任职).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The post as printed, its organ included.
    pub post: String,
    /// Printed beginning.
    pub from: Option<Date>,
    /// Printed end.
    pub to: Option<Date>,
    /// First issue that prints it.
    pub first_seen: Option<Date>,
    /// Last issue that prints it.
    pub last_seen: Option<Date>,
    /// Number of articles that print it.
    pub sightings: u64,
    /// How sure the time is.
    pub status: HoldingStatus,
    /// The first and the latest articles that print it, oldest first; `sightings` counts them all.
    pub evidence: Vec<HoldingEvidence>,
}

/// One person of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Last part of the person's address: the name, with `~2` and so on where several share it.
    pub id: String,
    /// The name.
    pub name: String,
    /// Its syllables: `wei zhen dong`.
    pub pinyin: String,
    /// What the person is mostly taken for.
    pub kind: Kind,
    /// Number of articles that name the person, bylines not counted.
    pub articles: u64,
    /// First issue.
    pub first_seen: Option<Date>,
    /// Last issue.
    pub last_seen: Option<Date>,
    /// Posts in the order in which they were first seen.
    pub holdings: Vec<Holding>,
}

/// Articles kept as evidence at either end of a holding's time.
const EVIDENCE_EACH_END: usize = 5;

/// What one article says of each person named in it.
pub fn sightings<'a>(
    article: &'a Article,
    facts: &'a IssueFacts,
    people: &'a ArticlePeople,
) -> impl Iterator<Item = (&'a str, Sighting)> {
    let (text, _) = article.full_text();
    people.summary.iter().filter(|p| p.kind != Kind::Reporter).map(move |person| {
        let mut posts: Vec<(String, String)> = Vec::new();
        for mention in people.mentions.iter().filter(|m| m.name == person.name) {
            for post in &mention.posts {
                if posts.iter().all(|(p, _)| *p != post.text) {
                    let start = mention.posts.iter().map(|p| p.span.start).min().unwrap_or(post.span.start);
                    let quote =
                        quote(&text, start.min(mention.span.start), mention.span.end.max(post.span.end));
                    posts.push((post.text.clone(), quote));
                }
            }
        }
        let sighting = Sighting { id: article.id.clone(), date: facts.date, kind: person.kind, posts };
        (person.name.as_str(), sighting)
    })
}

/// The words that print a post with a name, cut to 60 characters where a list stands between.
fn quote(text: &str, start: usize, end: usize) -> String {
    const CHARS_MAX: usize = 60;
    let printed = text.get(start..end).unwrap_or("");
    if printed.chars().count() <= CHARS_MAX {
        return printed.to_owned();
    }
    let head: String = printed.chars().take(CHARS_MAX / 2).collect();
    let tail: Vec<char> = printed.chars().rev().take(CHARS_MAX / 2 - 1).collect();
    head + "…" + &tail.into_iter().rev().collect::<String>()
}

/// The person that the sightings of one name show.
///
/// Sightings may come in any order; the result depends on the set alone.
#[must_use]
pub fn gather(name: &str, mut sightings: Vec<Sighting>) -> Person {
    sightings.sort_by(|a, b| (a.date.is_none(), a.date, &a.id).cmp(&(b.date.is_none(), b.date, &b.id)));
    sightings.dedup_by(|a, b| a.id == b.id);
    let mut holdings: BTreeMap<&str, Holding> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for sighting in &sightings {
        for (post, quote) in &sighting.posts {
            let holding = holdings.entry(post).or_insert_with(|| {
                order.push(post);
                Holding {
                    post: post.clone(),
                    from: None,
                    to: None,
                    first_seen: sighting.date,
                    last_seen: sighting.date,
                    sightings: 0,
                    status: HoldingStatus::Seen,
                    evidence: Vec::new(),
                }
            });
            holding.sightings += 1;
            holding.last_seen = sighting.date.or(holding.last_seen);
            holding.evidence.push(HoldingEvidence {
                id: sighting.id.clone(),
                date: sighting.date,
                quote: quote.clone(),
            });
            if holding.evidence.len() > 2 * EVIDENCE_EACH_END {
                holding.evidence.remove(EVIDENCE_EACH_END);
            }
        }
    }
    let officials = sightings.iter().filter(|s| s.kind == Kind::Official).count();
    Person {
        id: name.to_owned(),
        name: name.to_owned(),
        pinyin: name_syllables(name).join(" "),
        kind: if officials > 0 { Kind::Official } else { Kind::Other },
        articles: sightings.len() as u64,
        first_seen: sightings.iter().find_map(|s| s.date),
        last_seen: sightings.iter().rev().find_map(|s| s.date),
        holdings: order.iter().filter_map(|post| holdings.remove(post)).collect(),
    }
}
