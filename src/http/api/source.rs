//! The sources of a page, as the archive keeps them.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use super::super::openapi::{BadParameter, NotFound};
use super::super::problem::Problem;
use super::super::state::State;
use super::articles::check_page;
use crate::cluster::Store;
use crate::index::Error;

/// What ends the address of a page's source.
pub(in crate::http) const ENDING: &str = "/source";

/// The text a page was read from, decoded; what is no text comes as it is.
#[utoipa::path(
    get, path = "/api/v1/pages/{id}/source", tag = "articles",
    params(("id" = String, Path, description = "paper/date/page, or the id of an article.")),
    responses(
        (status = 200, description = "The source", body = String, content_type = "text/plain"),
        BadParameter,
        NotFound,
    )
)]
pub(in crate::http) async fn source(state: &State, archive: Store, id: String) -> Result<Response, Problem> {
    let read = move || {
        let here = archive.folder("the file an article was read from")?;
        let sources = match here.article(&id)? {
            Some(_) => here.sources_of(&id),
            None => check_page(&archive, &id).map(|()| here.sources_of(&id))?,
        };
        let sources = match sources {
            Err(e @ Error::NotKept(_)) => return Err(Problem::not_found(e.to_string())),
            other => other?,
        };
        let mut text = Vec::new();
        let mut kind = "text/plain; charset=utf-8";
        for source in &sources {
            match source.text() {
                Some(decoded) => text.extend_from_slice(decoded.as_bytes()),
                None => {
                    kind = "application/pdf";
                    text.extend_from_slice(&source.bytes);
                }
            }
        }
        Ok((kind, text))
    };
    let (kind, text) = state.work(read).await?;
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok(response)
}
