//! Describes the API in OpenAPI 3.1, from the types that are answered.

use axum::Json;
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi as _;

use super::{api, feed};

/// The description itself is made from the doc comments of handlers and types.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "baoku 报库", description = "Full-text search in the archive of a Chinese local newspaper."),
    paths(
        api::search,
        api::search_body,
        api::article,
        api::page,
        api::people,
        api::person,
        api::suggest,
        api::stats,
        api::healthz,
        api::readyz,
        api::metrics,
        feed::atom,
        feed::opensearch,
        openapi,
    ),
    tags(
        (name = "articles", description = "Articles and the pages they stand on"),
        (name = "people", description = "People and the posts they held"),
        (name = "archive", description = "The archive as a whole"),
        (name = "server", description = "The server itself"),
    )
)]
struct Description;

/// This description.
#[utoipa::path(
    get, path = "/openapi.json", tag = "server",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value))
)]
pub(super) async fn openapi() -> Response {
    Json(Description::openapi()).into_response()
}
