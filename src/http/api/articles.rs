//! Articles, newspaper pages and issues, by their ids.

use axum::extract::State as With;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::super::formats;
use super::super::guard::Opened;
use super::super::openapi::{BadParameter, NotFound};
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::{Id, Written, json, unwritable};
use crate::index::StoredArticle;
use crate::paper::Furniture;
use crate::search::{Archive, ArticleRecord, IssueHead, PageHead, page_url};

/// Articles of the largest issue that is given in one answer; ids that begin more are no issue.
const PAGE_ARTICLES_MAX: usize = 2000;

/// One article.
#[utoipa::path(
    get, path = "/api/v1/articles/{id}", tag = "articles",
    params(
        ("id" = String, Path, description = "The article's id; its slashes may stand as they are."),
        ("format" = Option<String>, Query, description = "json, markdown, or jsonld: a schema.org NewsArticle."),
    ),
    responses(
        (status = 200, description = "The article", content(
            (ArticleRecord = "application/json"),
            (String = "text/markdown"),
            (serde_json::Value = "application/ld+json"),
        )),
        BadParameter,
        NotFound,
    )
)]
pub(in crate::http) async fn article(
    With(state): With<State>,
    Opened(archive): Opened,
    Id(id): Id,
    asked: Parameters,
) -> Result<Response, Problem> {
    let form: fn(&StoredArticle) -> Written = match asked.one("format")? {
        None | Some("json") => {
            |stored| Ok(("application/json", serde_json::to_vec(&ArticleRecord::of(stored))?))
        }
        Some("markdown") => {
            |stored| Ok(("text/markdown; charset=utf-8", formats::markdown(stored).into_bytes()))
        }
        Some("jsonld") => {
            |stored| Ok(("application/ld+json", serde_json::to_vec(&formats::json_ld(stored))?))
        }
        Some(other) => {
            return Err(Problem::parameter("format", format!("“{other}” is no format"))
                .hint("one of json, markdown, jsonld"));
        }
    };
    let (kind, body) = state
        .work(move || {
            let stored = archive.article(&id)?.ok_or_else(|| no_article(&id))?;
            form(&stored).map_err(|e| unwritable(&e))
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
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
    json(&state, move || {
        check_page(&archive, &id)?;
        let articles = archive.articles_under(&id)?;
        let issues = archive.issues()?;
        let at = issues.iter().position(|i| id == i.id || id.starts_with(&format!("{}/", i.id)));
        let same = |i: &&IssueHead| at.is_some_and(|at| i.paper == issues[at].paper);
        Ok(PageRecord {
            url: page_url(&id),
            pages: at.map(|at| issues[at].pages.clone()).unwrap_or_default(),
            previous: at.and_then(|at| issues[..at].iter().rev().find(same)).map(|i| i.id.clone()),
            next: at.and_then(|at| issues[at + 1..].iter().find(same)).map(|i| i.id.clone()),
            articles: articles.iter().map(ArticleRecord::of).collect(),
            furniture: archive.furniture_under(&id)?.into_iter().flat_map(|page| page.furniture).collect(),
            id,
        })
    })
    .await
}

/// Refuses ids that begin no article's id, or those of more than an issue.
pub(in crate::http) fn check_page(archive: &Archive, id: &str) -> Result<(), Problem> {
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
