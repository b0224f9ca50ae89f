//! Tells crawlers what there is, where the operator publishes the archive; elsewhere that there is
//! nothing for them.

use axum::extract::{Path, State as With};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::feed::{base, rendered};
use super::guard::Opened;
use super::problem::Problem;
use super::state::State;
use crate::search::{article_url, page_url};

/// Addresses of one file; the protocol allows 50,000.
const ADDRESSES_MAX: usize = 20_000;

#[derive(askama::Template)]
#[template(path = "sitemap.xml")]
struct Sitemap {
    base: String,
    paths: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "sitemaps.xml")]
struct Sitemaps {
    base: String,
    files: usize,
}

/// What crawlers may read.
pub(super) async fn robots(With(state): With<State>, headers: HeaderMap) -> Response {
    let text = if state.options().publish {
        let base = base(&state, &headers);
        format!("User-agent: *\nDisallow: /search\nDisallow: /api/\nAllow: /\nSitemap: {base}/sitemap.xml\n")
    } else {
        "User-agent: *\nDisallow: /\n".to_owned()
    };
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// The list of the lists.
pub(super) async fn sitemaps(
    With(state): With<State>,
    Opened(archive): Opened,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    published(&state)?;
    let base = base(&state, &headers);
    let paths = state
        .work(move || {
            Ok(archive.issues()?.len() + archive.folder("a list of all articles")?.article_ids()?.len())
        })
        .await?;
    rendered("application/xml", &Sitemaps { base, files: paths.div_ceil(ADDRESSES_MAX).max(1) })
}

/// One list: issues first, then articles.
pub(super) async fn sitemap(
    With(state): With<State>,
    Opened(archive): Opened,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    published(&state)?;
    let nothing = || Problem::not_found("there is no such list");
    let number: usize = name.strip_suffix(".xml").and_then(|n| n.parse().ok()).ok_or_else(nothing)?;
    let base = base(&state, &headers);
    let paths: Vec<String> = state
        .work(move || {
            let issues = archive.issues()?.iter().map(|issue| page_url(&issue.id));
            let articles = archive.folder("a list of all articles")?.article_ids()?;
            let all = issues.chain(articles.iter().map(|id| article_url(id)));
            Ok(all.skip(number.saturating_mul(ADDRESSES_MAX)).take(ADDRESSES_MAX).collect())
        })
        .await?;
    if paths.is_empty() && number > 0 {
        return Err(nothing());
    }
    rendered("application/xml", &Sitemap { base, paths })
}

fn published(state: &State) -> Result<(), Problem> {
    if state.options().publish {
        Ok(())
    } else {
        Err(Problem::not_found("this archive is not published; --publish does that"))
    }
}
