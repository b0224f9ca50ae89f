//! The JSON API: one library call a route.

pub(super) mod archive;
pub(super) mod articles;
pub(super) mod company;
pub(super) mod export;
pub(super) mod batch;
pub(super) mod people;
pub(super) mod saved;
pub(super) mod search;
pub(super) mod trend;
pub(super) mod source;

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::problem::Problem;
use super::state::State;

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
