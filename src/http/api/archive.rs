//! The archive as a whole.

use axum::extract::State as With;
use axum::response::Response;

use super::super::guard::Opened;
use super::super::problem::Problem;
use super::super::state::State;
use super::json;
use crate::search::Stats;

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
