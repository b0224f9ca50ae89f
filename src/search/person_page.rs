//! Everything the archive shows of one person.

use serde::{Deserialize, Serialize};

use super::appear::Appearances;
use super::company::{Companion, MonthCount, company};
use super::people::{HoldingRow, PeopleQuery, person_url};
use super::{Archive, FacetCount, Hit, Request, Sort, article_url};
use crate::index::{Error, StoredArticle};
use crate::people::{Correction, Inferred, Person, quotations, split_post};
use crate::query::{Field, Query, Question, Term as Asked};

/// A person with the posts held, the company kept, the words quoted and the latest articles.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct PersonPage {
    /// The person.
    #[serde(flatten)]
    pub person: PersonHead,
    /// Posts in the order in which they were first seen.
    pub holdings: Vec<HoldingRow>,
    /// The bodies of those posts, most printed first.
    pub organs: Vec<OrganRow>,
    /// Articles by month; undated ones are left out.
    pub months: Vec<MonthCount>,
    /// Parts played, as printed, and in how many articles.
    pub parts: Vec<FacetCount>,
    /// Who appears with the person, most first; as many as articles were asked for.
    pub company: Vec<Companion>,
    /// How many appear with the person.
    pub company_total: u64,
    /// What the person is quoted with, latest first; as many as articles were asked for.
    pub quotations: Vec<QuotationRow>,
    /// Articles, latest first.
    #[serde(rename = "recent")]
    pub articles: Vec<Hit>,
}

/// What a person's page begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PersonHead {
    /// The person's id.
    pub id: String,
    /// The person's page on this server.
    pub person: String,
    /// The name.
    pub name: String,
    /// Its syllables.
    pub pinyin: String,
    /// Other names, from the archive's own lexicon.
    pub aliases: Vec<String>,
    /// `official`, `reporter` or `other`.
    pub kind: String,
    /// Number of articles that name the person.
    pub articles: u64,
    /// How many of them name the person bare where others have the name too: by the company, or a guess.
    pub unsure: u64,
    /// First issue.
    pub first_seen: Option<String>,
    /// Last issue.
    pub last_seen: Option<String>,
    /// Others of the same name, kept apart: possibly the same.
    pub possibly_same: Vec<SameName>,
    /// Posts of different places that are taken for this one person's without proof: possibly two.
    pub inferred: Vec<Inferred>,
    /// How the archive's own lexicon joins or parts the persons of this name.
    pub correction: Option<Correction>,
}

/// Somebody of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SameName {
    /// The person's id.
    pub id: String,
    /// The person's page on this server.
    pub person: String,
    /// The posts held, in the order in which they were first seen.
    pub posts: Vec<String>,
    /// Number of articles.
    pub articles: u64,
    /// First issue.
    pub first_seen: Option<String>,
    /// Last issue.
    pub last_seen: Option<String>,
}

/// A body the person held posts of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrganRow {
    /// The body.
    pub organ: String,
    /// Articles that print its posts.
    pub sightings: u64,
    /// First issue.
    pub first_seen: Option<String>,
    /// Last issue.
    pub last_seen: Option<String>,
}

/// Words the person is quoted with, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuotationRow {
    /// The verb as printed.
    pub verb: String,
    /// The words.
    pub text: String,
    /// Whether they stand in quotation marks.
    pub verbatim: bool,
    /// The article.
    pub id: String,
    /// Its page on this server.
    pub url: String,
    /// The day.
    pub date: Option<String>,
}

impl Archive {
    /// A person with the latest `limit` articles, quotations and companions (0 means all).
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn person_page(&self, person: Person, limit: usize) -> Result<PersonPage, Error> {
        let holdings =
            self.holdings(&PeopleQuery { name: Some(person.name.clone()), ..PeopleQuery::default() })?;
        let articles_max = if limit == 0 { usize::MAX } else { limit };
        let appearances = self.appearances(Some(&person.id), None)?;
        let articles = self.articles_of(&person, limit)?;
        let quotations = self.quoted(&appearances, &person.name, articles_max)?;
        let mut others = Vec::new();
        for id in &person.possibly_same {
            others.extend(self.person(id)?);
        }
        Ok(page_of_person(person, others, holdings, &appearances, quotations, articles, articles_max))
    }

    /// The latest articles of a person; of one that shares the name, the person's own.
    fn articles_of(&self, person: &Person, limit: usize) -> Result<Vec<Hit>, Error> {
        let query = Query::Field { field: Field::Person, term: Asked::Literal(person.name.clone()) };
        let request = Request {
            question: Question { query, notes: Vec::new() },
            sort: Sort::Newest,
            limit,
            ..Request::new("")
        };
        if person.possibly_same.is_empty() {
            return Ok(self.search(&request)?.hits);
        }
        self.hits_among(&request, &person.own)
    }

    /// What a person is quoted with, latest first.
    fn quoted(
        &self,
        appearances: &Appearances,
        name: &str,
        limit: usize,
    ) -> Result<Vec<QuotationRow>, Error> {
        let mut rows = Vec::new();
        for article in appearances.articles.iter().rev() {
            if rows.len() >= limit {
                break;
            }
            let stored: StoredArticle = self.record(article.address).map_err(|e| self.error(e))?;
            rows.extend(quoted_in(&stored, name));
        }
        rows.truncate(limit);
        Ok(rows)
    }
}

/// What a person is quoted with in one article.
pub(crate) fn quoted_in(stored: &StoredArticle, name: &str) -> Vec<QuotationRow> {
    quotations(&stored.article, &stored.people, name)
        .into_iter()
        .map(|quotation| QuotationRow {
            verb: quotation.verb,
            text: quotation.text,
            verbatim: quotation.verbatim,
            url: article_url(&stored.article.id),
            id: stored.article.id.clone(),
            date: stored.facts.date.map(|d| d.to_string()),
        })
        .collect()
}

/// Puts together what is shown of a person: `others` are those of the name, `holdings` those of all
/// of the name.
pub(crate) fn page_of_person<A>(
    person: Person,
    others: Vec<Person>,
    mut holdings: Vec<HoldingRow>,
    appearances: &Appearances<A>,
    quotations: Vec<QuotationRow>,
    articles: Vec<Hit>,
    articles_max: usize,
) -> PersonPage {
    // Others of the same name hold their own posts.
    let url = person_url(&person.id);
    holdings.retain(|row| row.person == url);
    holdings.sort_by(|a, b| (&a.first_seen, &a.post).cmp(&(&b.first_seen, &b.post)));
    let mut kept = company(appearances, &person.id);
    let company_total = kept.company.len() as u64;
    kept.company.truncate(articles_max);
    PersonPage {
        organs: organs(&holdings),
        articles,
        quotations,
        person: head(person, others),
        holdings,
        months: kept.months,
        parts: kept.parts,
        company: kept.company,
        company_total,
    }
}

fn head(person: Person, others: Vec<Person>) -> PersonHead {
    let possibly_same = others
        .into_iter()
        .map(|other| SameName {
            person: person_url(&other.id),
            posts: other.holdings.into_iter().map(|h| h.post).collect(),
            articles: other.articles,
            first_seen: other.first_seen.map(|d| d.to_string()),
            last_seen: other.last_seen.map(|d| d.to_string()),
            id: other.id,
        })
        .collect();
    let kind = serde_json::to_value(person.kind).unwrap_or_default();
    PersonHead {
        person: person_url(&person.id),
        id: person.id,
        kind: kind.as_str().unwrap_or_default().to_owned(),
        name: person.name,
        pinyin: person.pinyin,
        aliases: person.aliases,
        articles: person.articles,
        unsure: person.unsure,
        first_seen: person.first_seen.map(|d| d.to_string()),
        last_seen: person.last_seen.map(|d| d.to_string()),
        possibly_same,
        inferred: person.inferred,
        correction: person.correction,
    }
}

/// The bodies of posts, most printed first.
fn organs(holdings: &[HoldingRow]) -> Vec<OrganRow> {
    let mut rows: Vec<OrganRow> = Vec::new();
    for holding in holdings {
        let Some(organ) = holding.organ.clone().or_else(|| split_post(&holding.post).organ) else { continue };
        match rows.iter_mut().find(|r| r.organ == organ) {
            Some(row) => {
                row.sightings += holding.sightings;
                row.first_seen = row.first_seen.take().min(holding.first_seen.clone());
                row.last_seen = row.last_seen.take().max(holding.last_seen.clone());
            }
            None => rows.push(OrganRow {
                organ,
                sightings: holding.sightings,
                first_seen: holding.first_seen.clone(),
                last_seen: holding.last_seen.clone(),
            }),
        }
    }
    rows.sort_by(|a, b| b.sightings.cmp(&a.sightings).then_with(|| a.organ.cmp(&b.organ)));
    rows
}
