//! Terms over time, and one story against another.

use axum::extract::State as With;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::super::guard::Opened;
use super::super::openapi::{BadParameter, NotFound};
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::articles::no_article;
use super::{json, unwritable};
use crate::cluster::Store;
use crate::export::{Measure, trend_csv, trend_svg};
use crate::search::Trend;
use crate::search::compare::Comparison;

/// How often terms stand in the paper over time, and where first and last.
#[utoipa::path(
    get, path = "/api/v1/trend", tag = "articles",
    params(
        ("q" = Vec<String>, Query, style = Form, explode, description = "A term: a run of characters, or a question; may stand up to 20 times."),
        ("by" = Option<crate::search::Period>, Query, description = "Count by year, month or day; month unless asked otherwise."),
        ("from" = Option<String>, Query, description = "Only issues from this day on: 2026, 2026-06 or 2026-06-01."),
        ("to" = Option<String>, Query, description = "Only issues up to this day."),
        ("literal" = Option<bool>, Query, description = "Match only as printed."),
        ("format" = Option<String>, Query, description = "json, csv (a row a term and period), or svg (a picture)."),
        ("measure" = Option<Measure>, Query, description = "What a picture shows."),
    ),
    responses(
        (status = 200, description = "The counts", content(
            (Trend = "application/json"),
            (String = "text/csv"),
            (String = "image/svg+xml"),
        )),
        BadParameter,
    )
)]
pub(in crate::http) async fn trend(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    let request = asked.trend()?;
    let measure = asked.measure()?;
    let format = match asked.one("format")? {
        None => "json",
        Some(name) => *["json", "csv", "svg"].iter().find(|known| **known == name).ok_or_else(|| {
            Problem::parameter("format", format!("“{name}” is no format")).hint("one of json, csv, svg")
        })?,
    };
    let (kind, body) = state
        .work(move || {
            let trend = archive.trend(&request)?;
            Ok(match format {
                "csv" => ("text/csv; charset=utf-8", trend_csv(&trend)),
                "svg" => ("image/svg+xml", picture(&trend, measure)?.into_bytes()),
                _ => ("application/json", serde_json::to_vec(&trend).map_err(|e| unwritable(&e))?),
            })
        })
        .await?;
    let name = format!("inline; filename=\"trend.{format}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], body).into_response())
}

fn picture(trend: &Trend, measure: Measure) -> Result<String, Problem> {
    trend_svg(trend, measure).map_err(|e| {
        tracing::error!(error = %e, "a picture can't be drawn");
        Problem::internal()
    })
}

/// What is new in a story against an earlier one.
#[utoipa::path(
    get, path = "/api/v1/compare", tag = "articles",
    params(
        ("a" = String, Query, description = "Id of an article."),
        ("b" = String, Query, description = "Id of another; which is the earlier one their days tell."),
    ),
    responses(
        (status = 200, description = "The later story sentence by sentence", body = Comparison),
        BadParameter,
        NotFound,
    )
)]
pub(in crate::http) async fn compare(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    let (a, b) = asked.pair()?;
    json(&state, move || compared(&archive, &a, &b)).await
}

/// Two articles compared, or a problem that says which there is not.
pub(in crate::http) fn compared(archive: &Store, a: &str, b: &str) -> Result<Comparison, Problem> {
    archive.compare(a, b)?.map_err(|id| no_article(&id))
}
