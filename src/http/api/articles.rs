//! Articles, newspaper pages and issues, by their ids.

use axum::extract::State as With;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::super::guard::Opened;
use super::super::openapi::{BadParameter, NotFound};
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::{Id, Written, json, unwritable};
use crate::cite::{self, Style};
use crate::cluster::Store;
use crate::export;
use crate::index::StoredArticle;
use crate::paper::Furniture;
use crate::search::{ArticleRecord, IssueHead, PageHead, SIMILAR, Similar, page_url};

/// Articles of the largest issue that is given in one answer; ids that begin more are no issue.
const PAGE_ARTICLES_MAX: usize = 2000;

/// One article.
#[utoipa::path(
    get, path = "/api/v1/articles/{id}", tag = "articles",
    params(
        ("id" = String, Path, description = "The article's id; its slashes may stand as they are."),
        ("format" = Option<String>, Query, description = "json, markdown, jsonld (a schema.org NewsArticle), gbt7714 (2025), gbt7714-2015, bibtex, ris, csl-json; without it the Accept header decides."),
    ),
    responses(
        (status = 200, description = "The article", content(
            (ArticleRecord = "application/json"),
            (String = "text/markdown"),
            (serde_json::Value = "application/ld+json"),
            (String = "text/plain"),
            (String = "application/x-bibtex"),
            (String = "application/x-research-info-systems"),
            (serde_json::Value = "application/vnd.citationstyles.csl+json"),
        )),
        BadParameter,
        NotFound,
    )
)]
pub(in crate::http) async fn article(
    With(state): With<State>,
    Opened(archive): Opened,
    Id(id): Id,
    headers: HeaderMap,
    asked: Parameters,
) -> Result<Response, Problem> {
    if let Some(story) = id.strip_suffix("/similar").map(str::to_owned) {
        let named = id.clone();
        // An imported article may be called so.
        if state
            .work({
                let archive = archive.clone();
                move || Ok(archive.article(&named)?.is_none())
            })
            .await?
        {
            return similar(With(state), Opened(archive), Id(story), asked).await;
        }
    }
    let form = Form::asked(&asked, &headers)?;
    let (kind, body) = state
        .work(move || {
            let stored = archive.article(&id)?.ok_or_else(|| no_article(&id))?;
            let record = match form {
                Form::Json => archive.article_record(&stored)?,
                _ => ArticleRecord::of(&stored),
            };
            form.written(&stored, &record).map_err(|e| unwritable(&e))
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, kind), (header::VARY, "accept")], body).into_response())
}

/// How an article is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Markdown,
    JsonLd,
    Citation(Style),
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::JsonLd => "jsonld",
            Self::Citation(style) => style.name(),
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::JsonLd => "application/ld+json",
            Self::Citation(style) => style.media_type(),
        }
    }

    fn all() -> impl Iterator<Item = Self> {
        [Self::Json, Self::Markdown, Self::JsonLd].into_iter().chain(Style::ALL.map(Self::Citation))
    }

    /// The form named in the address, else the first one the client names as acceptable; browsers
    /// and tools that take anything get JSON.
    fn asked(asked: &Parameters, headers: &HeaderMap) -> Result<Self, Problem> {
        if let Some(name) = asked.one("format")? {
            return Self::all().find(|form| form.name() == name).ok_or_else(|| {
                let names: Vec<&str> = Self::all().map(Self::name).collect();
                Problem::parameter("format", format!("“{name}” is no format"))
                    .hint(format!("one of {}", names.join(", ")))
            });
        }
        let accept = headers.get_all(header::ACCEPT).iter().filter_map(|v| v.to_str().ok());
        let named = accept.flat_map(|v| v.split(',')).filter_map(|range| {
            let wanted = range.split(';').next().unwrap_or_default().trim();
            // Plain text is what a tool takes that can't tell; a citation is asked for by its name.
            Self::all().filter(|form| *form != Self::Citation(Style::Gbt7714Of2015)).find(|form| {
                form.media_type().split(';').next().is_some_and(|kind| kind.eq_ignore_ascii_case(wanted))
            })
        });
        Ok(named.into_iter().next().unwrap_or(Self::Json))
    }

    fn written(self, stored: &StoredArticle, record: &ArticleRecord) -> Written {
        let body = match self {
            Self::Json => serde_json::to_vec(record)?,
            Self::Markdown => export::markdown(stored).into_bytes(),
            Self::JsonLd => serde_json::to_vec(&export::json_ld(stored))?,
            Self::Citation(style) => cite::cite(style, stored).into_bytes(),
        };
        Ok((self.media_type(), body))
    }
}

/// The articles like one, the likest first, and how much text they share with it.
#[utoipa::path(
    get, path = "/api/v1/articles/{id}/similar", tag = "articles",
    params(
        ("id" = String, Path, description = "The article's id; its slashes may stand as they are."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of articles, 10 unless asked otherwise; 0 means all that are looked at."),
    ),
    responses(
        (status = 200, description = "Similar articles", body = Vec<Similar>),
        BadParameter,
        NotFound,
    )
)]
pub(in crate::http) async fn similar(
    With(state): With<State>,
    Opened(archive): Opened,
    Id(id): Id,
    asked: Parameters,
) -> Result<Response, Problem> {
    let limit = asked.number("limit", SIMILAR)?;
    json(&state, move || {
        archive.folder("similar articles")?.similar(&id, limit)?.ok_or_else(|| no_article(&id))
    })
    .await
}

pub(in crate::http) fn no_article(id: &str) -> Problem {
    Problem::not_found(format!("no article has the id {id}"))
}

/// A newspaper page or a whole issue.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::http) struct PageRecord {
    /// The beginning of its articles' ids.
    id: String,
    /// Its page on this server.
    url: String,
    /// The pages of the issue it belongs to.
    pages: Vec<PageHead>,
    /// Id of the issue before, of the same paper.
    previous: Option<String>,
    /// Id of the issue behind, of the same paper.
    next: Option<String>,
    /// Its articles in the order of the paper.
    articles: Vec<ArticleRecord>,
    /// What stands on it and is no article.
    furniture: Vec<Furniture>,
}

/// All articles of a newspaper page or issue.
#[utoipa::path(
    get, path = "/api/v1/pages/{id}", tag = "articles",
    params(("id" = String, Path, description = "paper/date/page, or paper/date for a whole issue.")),
    responses(
        (status = 200, description = "The page or issue", body = PageRecord),
        BadParameter,
        NotFound,
    )
)]
pub(in crate::http) async fn page(
    With(state): With<State>,
    Opened(archive): Opened,
    Id(id): Id,
) -> Result<Response, Problem> {
    if let Some(page) = id.strip_suffix(super::source::ENDING) {
        return super::source::source(&state, archive, page.to_owned()).await;
    }
    if let Some(page) = id.strip_suffix(super::source::FACSIMILE) {
        return super::source::facsimile(&state, archive, page.to_owned()).await;
    }
    json(&state, move || {
        check_page(&archive, &id)?;
        let articles = archive.articles_under(&id)?;
        let issues = archive.issues_listed()?;
        let at = issues.iter().position(|i| id == i.id || id.starts_with(&format!("{}/", i.id)));
        let same = |i: &&IssueHead| at.is_some_and(|at| i.paper == issues[at].paper);
        Ok(PageRecord {
            url: page_url(&id),
            pages: at.map(|at| issues[at].pages.clone()).unwrap_or_default(),
            previous: at.and_then(|at| issues[..at].iter().rev().find(same)).map(|i| i.id.clone()),
            next: at.and_then(|at| issues[at + 1..].iter().find(same)).map(|i| i.id.clone()),
            articles: articles.iter().map(|a| archive.article_record(a)).collect::<Result<_, _>>()?,
            furniture: archive.furniture_under(&id)?.into_iter().flat_map(|page| page.furniture).collect(),
            id,
        })
    })
    .await
}

/// Refuses ids that begin no article's id, or those of more than an issue.
pub(in crate::http) fn check_page(archive: &Store, id: &str) -> Result<(), Problem> {
    match archive.count_under(id, PAGE_ARTICLES_MAX + 1)? {
        0 if archive.furniture_under(id)?.is_empty() => {
            Err(Problem::not_found(format!("no page or issue has the id {id}")))
        }
        n if n > PAGE_ARTICLES_MAX => Err(Problem::too_much(format!(
            "more than {PAGE_ARTICLES_MAX} articles begin so: {id} is no page or issue"
        ))),
        _ => Ok(()),
    }
}
