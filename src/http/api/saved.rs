//! The questions saved with the archive, and what came in for them.

use axum::extract::State as With;
use axum::response::Response;

use super::super::openapi::BadParameter;
use super::super::problem::Problem;
use super::super::state::State;
use super::json;
use crate::cluster::Store;
use crate::saved::{Alert, Shelf, Trouble};

/// The questions saved with the archive, each with what came in since it was last looked at.
///
/// Asking here does not count as a look: `baoku alerts` does.
#[utoipa::path(
    get, path = "/api/v1/saved", tag = "archive",
    responses(
        (status = 200, description = "The questions in the order saved", body = Vec<Alert>),
        BadParameter,
    )
)]
pub(in crate::http) async fn saved(With(state): With<State>) -> Result<Response, Problem> {
    let archive = state.archive();
    json(&state, move || alerts(&archive)).await
}

/// What came in for all questions, none of it counted as seen.
pub(in crate::http) fn alerts(archive: &Store) -> Result<Vec<Alert>, Problem> {
    let archive = archive.folder("saved questions")?;
    Shelf::of(&archive.index().root).alerts(archive, &[], true).map_err(|trouble| match trouble {
        Trouble::Archive(e) => e.into(),
        trouble => {
            tracing::error!(error = %trouble, "the saved questions can't be read");
            Problem::internal()
        }
    })
}
