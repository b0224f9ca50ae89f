//! What other programs read: an Atom feed of any question, and the description of the search for
//! browsers (OpenSearch).

use axum::extract::State as With;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::guard::Opened;
use super::openapi::BadParameter;
use super::parameters::Parameters;
use super::problem::Problem;
use super::state::State;
use crate::search::{Hit, Request, Sort};

/// Hits of a feed unless asked otherwise, and at most.
const ENTRIES: usize = 30;
const ENTRIES_MAX: usize = 200;

#[derive(askama::Template)]
#[template(path = "feed.xml")]
struct Feed {
    base: String,
    input: String,
    question: String,
    updated: String,
    hits: Vec<Hit>,
}

#[derive(askama::Template)]
#[template(path = "opensearch.xml")]
struct OpenSearch {
    base: String,
}

/// How the client calls this server. The Host header was checked on the way here; a proxy tells
/// whether it was asked over TLS.
pub(super) fn base(state: &State, headers: &HeaderMap) -> String {
    let told = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = told(header::HOST).unwrap_or("localhost");
    let scheme = if over_tls(headers) { "https" } else { "http" };
    format!("{scheme}://{host}{}", state.options().base.as_str())
}

/// Whether a proxy says that it was asked over TLS.
pub(super) fn over_tls(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"))
}

pub(super) fn rendered(kind: &'static str, template: &impl askama::Template) -> Result<Response, Problem> {
    let text = template.render().map_err(|e| {
        tracing::error!(error = %e, "a template failed");
        Problem::internal()
    })?;
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

/// The newest articles that answer a question, as an Atom feed.
#[utoipa::path(
    get, path = "/feed.atom", tag = "articles",
    params(
        ("q" = String, Query, description = "The question; empty asks for all articles."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of entries, 30 unless asked otherwise; 200 at most, also for 0."),
    ),
    responses(
        (status = 200, description = "Atom 1.0", body = String, content_type = "application/atom+xml"),
        BadParameter,
    )
)]
pub(super) async fn atom(
    With(state): With<State>,
    Opened(archive): Opened,
    headers: HeaderMap,
    asked: Parameters,
) -> Result<Response, Problem> {
    let limit = match asked.number("limit", ENTRIES)? {
        0 => ENTRIES_MAX,
        limit => limit.min(ENTRIES_MAX),
    };
    let request = Request { sort: Sort::Newest, limit, all_words: true, ..asked.search()? };
    let base = base(&state, &headers);
    state
        .work(move || {
            let results = archive.search(&request)?;
            let day =
                results.hits.iter().find_map(|h| h.date.clone()).unwrap_or_else(|| "1970-01-01".to_owned());
            let mut question = form_urlencoded::Serializer::new(String::new());
            question.append_pair("q", &request.input);
            let feed = Feed {
                base,
                question: question.finish(),
                input: request.input,
                updated: format!("{day}T00:00:00Z"),
                hits: results.hits,
            };
            rendered("application/atom+xml; charset=utf-8", &feed)
        })
        .await
}

/// Describes the search to browsers.
#[utoipa::path(
    get, path = "/opensearch.xml", tag = "server",
    responses((status = 200, description = "OpenSearch 1.1", body = String, content_type = "application/opensearchdescription+xml"))
)]
pub(super) async fn opensearch(With(state): With<State>, headers: HeaderMap) -> Result<Response, Problem> {
    rendered(
        "application/opensearchdescription+xml; charset=utf-8",
        &OpenSearch { base: base(&state, &headers) },
    )
}
