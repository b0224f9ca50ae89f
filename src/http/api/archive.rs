//! The archive as a whole.

use axum::extract::State as With;
use axum::response::Response;

use super::super::guard::Opened;
use super::super::problem::Problem;
use super::super::state::State;
use super::json;
use crate::search::{PaperCalendar, Stats};

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
    json(&state, move || Ok(archive.stats()?)).await
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
