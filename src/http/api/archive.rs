//! The archive as a whole.

use axum::extract::State as With;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};

use super::super::guard::Opened;
use super::super::openapi::BadParameter;
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::json;
use crate::search::{IssueState, PaperCalendar, Stats};

/// What the archive holds.
#[utoipa::path(
    get, path = "/api/v1/stats", tag = "archive",
    responses(
        (status = 200, description = "The archive in numbers", body = Stats),
    )
)]
pub(in crate::http) async fn stats(
    With(state): With<State>,
    Opened(archive): Opened,
) -> Result<Response, Problem> {
    let known = state.clone();
    json(&state, move || Ok(known.stats(&archive)?)).await
}

/// The issues of each paper, with the days and pages that seem to be missing.
///
/// A day counts as missing where the same weekdays around it mostly have an issue.
#[utoipa::path(
    get, path = "/api/v1/issues", tag = "archive",
    responses(
        (status = 200, description = "The papers by name, their issues oldest first", body = Vec<PaperCalendar>),
    )
)]
pub(in crate::http) async fn issues(
    With(state): With<State>,
    Opened(archive): Opened,
) -> Result<Response, Problem> {
    json(&state, move || Ok(archive.calendars()?)).await
}

/// Every issue as it was read: its pages and those that lack, unmatched jumps, lost headlines, problems.
#[utoipa::path(
    get, path = "/api/v1/stats/issues", tag = "archive",
    params(("format" = Option<String>, Query, description = "json or csv.")),
    responses(
        (status = 200, description = "The issues by paper and day", content(
            (Vec<IssueState> = "application/json"),
            (String = "text/csv"),
        )),
        BadParameter,
    )
)]
pub(in crate::http) async fn issue_states(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    match asked.one("format")? {
        None | Some("json") => {
            json(&state, move || Ok(archive.folder("the state of issues")?.issue_states()?)).await
        }
        Some("csv") => {
            let body = state
                .work(move || Ok(IssueState::csv(&archive.folder("the state of issues")?.issue_states()?)))
                .await?;
            Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], body).into_response())
        }
        Some(other) => {
            Err(Problem::parameter("format", format!("“{other}” is no format")).hint("one of json, csv"))
        }
    }
}
