//! The JSON API: one library call a route.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{FromRequestParts, Path, State as With};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::formats;
use super::guard::Opened;
use super::parameters::Parameters;
use super::problem::Problem;
use super::state::State;
use crate::index::StoredArticle;
use crate::search::{
    Archive, ArticleRecord, HoldingRow, PageHead, PersonPage, Results, Stats, Suggestion, page_url,
};

/// Articles of the largest issue that is given in one answer; ids that begin more are no issue.
pub(super) const PAGE_ARTICLES_MAX: usize = 2000;
/// Suggestions unless asked otherwise, and at most.
const SUGGESTIONS: usize = 8;
const SUGGESTIONS_MAX: usize = 50;
/// Lines of the list of people unless asked otherwise, as on the command line.
pub(super) const HOLDINGS: usize = 50;

/// An id at the end of a path, slashes and Chinese included.
pub(super) struct Id(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let id: Result<Path<String>, PathRejection> = Path::from_request_parts(parts, state).await;
        match id {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => Err(Problem::parameter("id", "is no UTF-8 when percent signs are decoded")),
        }
    }
}

/// Makes a value where library calls run, and its JSON with it.
async fn json<T: Serialize>(
    state: &State,
    call: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let body = state.work(move || serde_json::to_vec(&call()?).map_err(|e| unwritable(&e))).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// Content type and body of an answer.
type Written = serde_json::Result<(&'static str, Vec<u8>)>;

fn unwritable(e: &serde_json::Error) -> Problem {
    tracing::error!(error = %e, "an answer can't be written as JSON");
    Problem::internal()
}

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
    ),
    responses(
        (status = 200, description = "The answer", body = Results),
        (status = 304, description = "What the client has is still the answer"),
        (status = 400, description = "A parameter can't be used", body = Problem, content_type = "application/problem+json"),
        (status = 414, description = "The question is too long", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn search(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    json(&state, move || Ok(archive.search(&asked.search()?)?)).await
}

/// The same with the parameters in the body: for questions too long for an address.
#[utoipa::path(
    post, path = "/api/v1/search", tag = "articles",
    request_body(
        description = "The parameters of GET as a JSON object, or as a form.",
        content((serde_json::Value = "application/json"), (String = "application/x-www-form-urlencoded")),
    ),
    responses(
        (status = 200, description = "The answer", body = Results),
        (status = 400, description = "A parameter can't be used", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 414, description = "The question is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is neither JSON nor a form", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn search_body(
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
    json(&state, move || Ok(archive.search(&asked.search()?)?)).await
}

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
        (status = 304, description = "What the client has is still the answer"),
        (status = 400, description = "The id or the format can't be read", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Nothing has that id", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn article(
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

pub(super) fn no_article(id: &str) -> Problem {
    Problem::not_found(format!("no article has the id {id}"))
}

/// A newspaper page or a whole issue.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(super) struct PageRecord {
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
}

/// All articles of a newspaper page or issue.
#[utoipa::path(
    get, path = "/api/v1/pages/{id}", tag = "articles",
    params(("id" = String, Path, description = "paper/date/page, or paper/date for a whole issue.")),
    responses(
        (status = 200, description = "The page or issue", body = PageRecord),
        (status = 304, description = "What the client has is still the answer"),
        (status = 400, description = "The id can't be read, or names more than an issue", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No article has an id that begins so", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn page(
    With(state): With<State>,
    Opened(archive): Opened,
    Id(id): Id,
) -> Result<Response, Problem> {
    json(&state, move || {
        check_page(&archive, &id)?;
        let articles = archive.articles_under(&id)?;
        let issues = archive.issues()?;
        let at = issues.iter().position(|i| id == i.id || id.starts_with(&format!("{}/", i.id)));
        let same = |i: &&crate::search::IssueHead| at.is_some_and(|at| i.paper == issues[at].paper);
        Ok(PageRecord {
            url: page_url(&id),
            pages: at.map(|at| issues[at].pages.clone()).unwrap_or_default(),
            previous: at.and_then(|at| issues[..at].iter().rev().find(same)).map(|i| i.id.clone()),
            next: at.and_then(|at| issues[at + 1..].iter().find(same)).map(|i| i.id.clone()),
            articles: articles.iter().map(ArticleRecord::of).collect(),
            id,
        })
    })
    .await
}

/// Refuses ids that begin no article's id, or those of more than an issue.
pub(super) fn check_page(archive: &Archive, id: &str) -> Result<(), Problem> {
    match archive.count_under(id, PAGE_ARTICLES_MAX + 1)? {
        0 => Err(Problem::not_found(format!("no page or issue has the id {id}"))),
        n if n > PAGE_ARTICLES_MAX => Err(Problem::too_much(format!(
            "more than {PAGE_ARTICLES_MAX} articles begin so: {id} is no page or issue"
        ))),
        _ => Ok(()),
    }
}

/// People and the posts they held, best answer first.
#[utoipa::path(
    get, path = "/api/v1/people", tag = "people",
    params(
        ("post" = Option<String>, Query, description = "The post, alone or with its organ; 副区长 is never 区长."),
        ("organ" = Option<String>, Query, description = "The organ."),
        ("on" = Option<String>, Query, description = "Who held it that day: 2026-06-01."),
        ("name" = Option<String>, Query, description = "Only this name."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of lines, 50 unless asked otherwise; 0 means all."),
    ),
    responses(
        (status = 200, description = "The holdings; X-Total-Count tells how many there are", body = Vec<HoldingRow>),
        (status = 304, description = "What the client has is still the answer"),
        (status = 400, description = "A parameter can't be used", body = Problem, content_type = "application/problem+json"),
        (status = 414, description = "A parameter is too long", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn people(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    let limit = asked.number("limit", HOLDINGS)?;
    let query = asked.people()?;
    let (rows, total) = state
        .work(move || {
            let mut rows: Vec<HoldingRow> = archive.holdings(&query)?;
            let total = rows.len();
            rows.truncate(if limit == 0 { usize::MAX } else { limit });
            Ok((rows, total))
        })
        .await?;
    let count = (HeaderName::from_static("x-total-count"), HeaderValue::from(total));
    Ok(([count], Json(rows)).into_response())
}

/// A person: posts over time and the latest articles.
#[utoipa::path(
    get, path = "/api/v1/people/{id}", tag = "people",
    params(
        ("id" = String, Path, description = "The person's id: the name, with ~2 and so on where several share it."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of articles, 10 unless asked otherwise; 0 means all."),
    ),
    responses(
        (status = 200, description = "The person", body = PersonPage),
        (status = 304, description = "What the client has is still the answer"),
        (status = 400, description = "A parameter can't be used", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Nobody has that id", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn person(
    With(state): With<State>,
    Opened(archive): Opened,
    Id(id): Id,
    asked: Parameters,
) -> Result<Response, Problem> {
    let limit = asked.number("limit", super::parameters::LIMIT)?;
    json(&state, move || person_page(&archive, &id, limit)).await
}

/// A person by id, or by the name where that is no id.
pub(super) fn person_page(archive: &Archive, id: &str, articles_max: usize) -> Result<PersonPage, Problem> {
    let person = match archive.person(id)? {
        Some(person) => Some(person),
        None => archive.persons_named(id)?.into_iter().next(),
    };
    let person =
        person.ok_or_else(|| Problem::not_found(format!("the archive knows nobody of the name {id}")))?;
    Ok(archive.person_page(person, articles_max)?)
}

/// Ways to go on with what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(super) struct Suggestions {
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
        (status = 304, description = "What the client has is still the answer"),
        (status = 400, description = "A parameter can't be used", body = Problem, content_type = "application/problem+json"),
        (status = 414, description = "The question is too long", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn suggest(
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

/// What the archive holds.
#[utoipa::path(
    get, path = "/api/v1/stats", tag = "archive",
    responses(
        (status = 200, description = "The archive in numbers", body = Stats),
        (status = 304, description = "What the client has is still the answer"),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn stats(With(state): With<State>, Opened(archive): Opened) -> Result<Response, Problem> {
    json(&state, move || Ok(archive.stats()?)).await
}

/// How the server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(super) struct Health {
    /// Always `ok`: a server that isn't does not answer.
    status: &'static str,
    /// The archive's generation.
    generation: u64,
    /// Articles served.
    articles: u64,
}

/// Whether the server runs.
#[utoipa::path(
    get, path = "/healthz", tag = "server",
    responses((status = 200, description = "It runs", body = Health))
)]
pub(super) async fn healthz(With(state): With<State>) -> Response {
    let archive = state.archive();
    let generation = archive.generation();
    Json(Health { status: "ok", generation: generation.number, articles: generation.articles })
        .into_response()
}

/// Whether the server can answer questions now.
#[utoipa::path(
    get, path = "/readyz", tag = "server",
    responses(
        (status = 200, description = "It can", body = Health),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn readyz(With(state): With<State>) -> Result<Response, Problem> {
    let archive = state.archive();
    state
        .work(move || {
            archive.count(&crate::search::Request::new(""))?;
            Ok(())
        })
        .await?;
    Ok(healthz(With(state)).await)
}

/// Numbers for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "server",
    responses((status = 200, description = "Counters, histograms and gauges", body = String, content_type = "text/plain"))
)]
pub(super) async fn metrics(With(state): With<State>) -> Response {
    let archive = state.archive();
    let generation = archive.generation();
    let text = state.metrics().text(&[
        ("baoku_articles", "Articles served.", generation.articles as f64),
        ("baoku_people", "People of the archive.", generation.persons as f64),
        ("baoku_text_bytes", "Bytes of searchable text.", generation.text_bytes as f64),
        ("baoku_generation", "Generation of the archive.", generation.number as f64),
        ("baoku_reloads", "Times another state of the archive was served.", state.reloads() as f64),
        ("baoku_uptime_seconds", "Seconds since the start.", state.uptime_seconds() as f64),
    ]);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
