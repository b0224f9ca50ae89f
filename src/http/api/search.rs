//! Questions and what may be typed next.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State as With;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::super::guard::Opened;
use super::super::openapi::{BadParameter, names};
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::json;
use crate::cluster::Store;
use crate::search::{Counted, Results, Suggestion};

/// Suggestions unless asked otherwise, and at most.
const SUGGESTIONS: usize = 8;
const SUGGESTIONS_MAX: usize = 50;

/// Articles that answer a question.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "articles",
    params(
        ("q" = String, Query, description = "The question, in the question language; empty asks for all articles. At most 20,000 characters: longer than about 60 KB of address only with POST."),
        ("from" = Option<String>, Query, description = "Only issues from this day on: 2026, 2026-06 or 2026-06-01."),
        ("to" = Option<String>, Query, description = "Only issues up to this day."),
        ("sort" = Option<crate::search::Sort>, Query, description = "Order of the hits; relevance unless asked otherwise."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of hits, 10 unless asked otherwise; 0 means all."),
        ("offset" = Option<usize>, Query, minimum = 0, description = "Hits to leave out at the beginning."),
        ("facet" = Option<Vec<crate::search::Facet>>, Query, style = Form, explode, description = "Count the hits by this; may stand several times."),
        ("literal" = Option<bool>, Query, description = "Quoted runs match only as printed."),
        ("all" = Option<bool>, Query, description = "Only articles with all words."),
        ("count" = Option<bool>, Query, description = "Only the number of articles."),
        ("group" = Option<crate::search::Group>, Query, description = "Put hits together: prints of one story under the best of them (`reprints` of the hit), or all by person or month (`groups`; limit and offset count groups then)."),
        ("explain" = Option<bool>, Query, description = "Tell how the question was read and how each hit was scored."),
    ),
    responses(
        (status = 200, description = "The answer", body = Answer),
        BadParameter,
    )
)]
pub(in crate::http) async fn search(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    json(&state, move || answer(&archive, &asked)).await
}

/// What a question gives.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub(in crate::http) enum Answer {
    /// Hits and facets.
    Results(Box<Results>),
    /// Only the number, where that was asked.
    Counted(Counted),
}

fn answer(archive: &Store, asked: &Parameters) -> Result<Answer, Problem> {
    let request = asked.search()?;
    Ok(if asked.switch("count")? {
        Answer::Counted(archive.counted(&request)?)
    } else {
        Answer::Results(Box::new(archive.search(&request)?))
    })
}

/// The same with the parameters in the body: for questions too long for an address.
#[utoipa::path(
    post, path = "/api/v1/search", tag = "articles",
    request_body(
        description = "The parameters of GET as a JSON object, or as a form.",
        content((serde_json::Value = "application/json"), (String = "application/x-www-form-urlencoded")),
    ),
    responses(
        (status = 200, description = "The answer", body = Answer),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        BadParameter,
        (status = 415, description = "The body is neither JSON nor a form", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::http) async fn search_body(
    With(state): With<State>,
    Opened(archive): Opened,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = body.map_err(|e| Problem::body(e.status(), "the body can't be read or is too large"))?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let asked = match kind.split(';').next().unwrap_or_default().trim() {
        "application/json" => Parameters::from_json(&body)?,
        "application/x-www-form-urlencoded" => Parameters::read(&String::from_utf8_lossy(&body)),
        _ => {
            return Err(Problem::body(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "the body is neither application/json nor application/x-www-form-urlencoded",
            ));
        }
    };
    if let Some(known) = names("GET", "/api/v1/search") {
        asked.only(known)?;
    }
    json(&state, move || answer(&archive, &asked)).await
}

/// Ways to go on with what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::http) struct Suggestions {
    /// As typed.
    q: String,
    /// The likeliest first.
    suggestions: Vec<Suggestion>,
}

/// Names and posts that begin with the last word typed; names also by their sound.
#[utoipa::path(
    get, path = "/api/v1/suggest", tag = "people",
    params(
        ("q" = String, Query, description = "What was typed so far: 魏, weizh, wzd."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of suggestions, 8 unless asked otherwise; 50 at most, also for 0."),
        ("format" = Option<String>, Query, description = "opensearch gives the list that browsers read."),
    ),
    responses(
        (status = 200, description = "Suggestions", content(
            (Suggestions = "application/json"),
            (serde_json::Value = "application/x-suggestions+json"),
        )),
        BadParameter,
    )
)]
pub(in crate::http) async fn suggest(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    let q = asked.question("q")?.ok_or_else(|| Problem::parameter("q", "is missing"))?.to_owned();
    let limit = match asked.number("limit", SUGGESTIONS)? {
        0 => SUGGESTIONS_MAX,
        limit => limit.min(SUGGESTIONS_MAX),
    };
    let for_browsers = match asked.one("format")? {
        None | Some("json") => false,
        Some("opensearch") => true,
        Some(other) => {
            return Err(Problem::parameter("format", format!("“{other}” is no format"))
                .hint("one of json, opensearch"));
        }
    };
    let typed = q.clone();
    let suggestions = state.work(move || Ok(archive.suggest(&typed, limit)?)).await?;
    if for_browsers {
        let texts: Vec<String> = suggestions.into_iter().map(|s| s.query).collect();
        let mut response = Json((q, texts)).into_response();
        let kind = HeaderValue::from_static("application/x-suggestions+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        return Ok(response);
    }
    Ok(Json(Suggestions { q, suggestions }).into_response())
}
