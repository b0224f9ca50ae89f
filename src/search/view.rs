//! Articles, persons and the archive as they are shown outside.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tantivy::Term;
use tantivy::collector::Count;
use tantivy::query::{BooleanQuery, ExistsQuery, Occur, Query as Engine, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::Archive;
use super::answer::{Request, article_url};
use super::collect::Sort;
use super::errata::Errata;
use super::facet::{Facet, FacetCount, UNDATED};
use crate::index::schema::DocumentKind;
use crate::index::{Error, StoredArticle};
use crate::paper::Article;
use crate::people::PersonSummary;

/// An article with its place and its people, as exports and the API give it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ArticleRecord {
    /// The story.
    #[serde(flatten)]
    pub article: Article,
    /// Its page on this server.
    pub url: String,
    /// The newspaper.
    pub paper: Option<String>,
    /// The day.
    pub date: Option<String>,
    /// Printed page number.
    pub page: Option<String>,
    /// The page's printed name.
    pub section: Option<String>,
    /// The file it was read from.
    pub source: String,
    /// The people named in it.
    pub people: Vec<PersonSummary>,
    /// Printed corrections of it, and what it corrects; not in exports.
    #[serde(flatten)]
    pub errata: Errata,
}

impl ArticleRecord {
    /// The record with the printed corrections of the article.
    #[must_use]
    pub fn with(stored: &StoredArticle, errata: Errata) -> Self {
        Self { errata, ..Self::of(stored) }
    }

    /// The record of a stored article.
    #[must_use]
    pub fn of(stored: &StoredArticle) -> Self {
        Self {
            url: article_url(&stored.article.id),
            article: stored.article.clone(),
            paper: stored.facts.paper.clone(),
            date: stored.facts.date.map(|d| d.to_string()),
            page: stored.facts.page.clone(),
            section: stored.facts.section.clone(),
            source: stored.source.clone(),
            people: stored.people.summary.clone(),
            errata: Errata::default(),
        }
    }
}

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Stats {
    /// Number of articles.
    pub articles: u64,
    /// Number of pages read.
    pub pages: u64,
    /// Number of persons.
    pub people: u64,
    /// Articles without a date.
    pub undated: u64,
    /// First issue.
    pub first_date: Option<String>,
    /// Last issue.
    pub last_date: Option<String>,
    /// Bytes of searchable text.
    pub text_bytes: u64,
    /// Bytes of the index on disk, kept sources not counted.
    pub index_bytes: u64,
    /// Bytes of the sources that the archive keeps, compressed.
    #[serde(default)]
    pub kept_bytes: u64,
    /// Units of sources: issues, or files of articles.
    pub sources: u64,
    /// How many times the archive was written.
    pub generation: u64,
    /// Version of the archive's format.
    pub format: u32,
    /// Articles by year.
    pub years: Vec<FacetCount>,
}

impl Archive {
    /// The record of a stored article with the printed corrections of it.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn article_record(&self, stored: &StoredArticle) -> Result<ArticleRecord, Error> {
        Ok(ArticleRecord::with(stored, self.errata(stored)?))
    }

    /// What the archive holds.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn stats(&self) -> Result<Stats, Error> {
        let generation = self.generation();
        let day_of = |sort: Sort| -> Result<Option<String>, Error> {
            let request = Request { sort, limit: 1, snippets: false, ..Request::new("") };
            Ok(self.search(&request)?.hits.into_iter().next().and_then(|hit| hit.date))
        };
        let by_year = Request { limit: 1, facets: vec![Facet::Year], snippets: false, ..Request::new("") };
        let mut years = self.search(&by_year)?.facets.remove(Facet::Year.name()).unwrap_or_default();
        // Told beside.
        years.retain(|year| year.value != UNDATED);
        let article: Box<dyn Engine> = Box::new(TermQuery::new(
            Term::from_field_text(self.open.fields.kind, DocumentKind::Article.key()),
            IndexRecordOption::Basic,
        ));
        let dated: Box<dyn Engine> = Box::new(ExistsQuery::new("day".to_owned(), false));
        let undated = BooleanQuery::new(vec![(Occur::Must, article), (Occur::MustNot, dated)]);
        let undated = self.asked(&undated, &Count).map_err(|e| self.error(e))?;
        Ok(Stats {
            articles: generation.articles,
            pages: generation.pages,
            people: generation.persons,
            undated: undated as u64,
            first_date: day_of(Sort::Oldest)?,
            last_date: day_of(Sort::Newest)?,
            text_bytes: generation.text_bytes,
            index_bytes: folder_bytes(&self.open.root.join("index"))
                + folder_bytes(&self.open.root.join("side")),
            kept_bytes: generation.packs.iter().map(|pack| pack.bytes).sum(),
            sources: self.open.manifest()?.units.len() as u64,
            generation: generation.number,
            format: generation.format,
            years,
        })
    }
}

fn folder_bytes(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => folder_bytes(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}
