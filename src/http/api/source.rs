//! The sources of a page as the archive keeps them, and the page as it was printed.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use super::super::openapi::{BadParameter, NotFound};
use super::super::problem::Problem;
use super::super::state::State;
use super::articles::check_page;
use crate::cluster::Store;
use crate::index::Error;
use crate::ingest::Facsimile;

/// What ends the address of a page's source.
pub(in crate::http) const ENDING: &str = "/source";
/// What ends the address of a page's picture.
pub(in crate::http) const FACSIMILE: &str = "/facsimile";

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

/// The page as it was printed: the picture or PDF that lies beside its text.
#[utoipa::path(
    get, path = "/api/v1/pages/{id}/facsimile", tag = "articles",
    params(("id" = String, Path, description = "paper/date/page, or the id of an article.")),
    responses(
        (status = 200, description = "The picture or PDF", content(
            (String = "application/pdf"),
            (String = "image/jpeg"),
            (String = "image/png"),
            (String = "image/webp"),
            (String = "image/gif"),
            (String = "image/tiff"),
        )),
        BadParameter,
        NotFound,
    )
)]
pub(in crate::http) async fn facsimile(
    state: &State,
    archive: Store,
    id: String,
) -> Result<Response, Problem> {
    let read = move || {
        let source = match archive.article(&id)? {
            Some(stored) => Some(stored.source),
            None => {
                check_page(&archive, &id)?;
                page_source(&archive, &id)?
            }
        };
        let none = || Problem::not_found(format!("no picture or PDF shows {id}"));
        let found = source.as_deref().and_then(facsimile_of).ok_or_else(none)?;
        let bytes = found.read().map_err(|e| {
            tracing::warn!(id, error = %e, "a facsimile can't be read");
            none()
        })?;
        Ok((found.media_type, bytes))
    };
    let (kind, bytes) = state.work(read).await?;
    Ok(([(header::CONTENT_TYPE, kind)], bytes).into_response())
}

/// The file of which a page was read.
pub(in crate::http) fn page_source(archive: &Store, id: &str) -> Result<Option<String>, Error> {
    let first = archive.articles_under(id)?.into_iter().next().map(|article| article.source);
    Ok(match first {
        Some(source) => Some(source),
        None => archive.furniture_under(id)?.into_iter().next().map(|page| page.source),
    })
}

/// What shows the page of a source.
pub(in crate::http) fn facsimile_of(source: &str) -> Option<Facsimile> {
    Facsimile::beside(source.split('#').next().unwrap_or(source))
}
