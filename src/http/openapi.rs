//! Describes the API in OpenAPI 3.1, from the types that are answered.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use utoipa::openapi::{self, ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, OpenApi as _};

use super::problem::Problem;
use super::{api, feed, machine};

/// The description itself is made from the doc comments of handlers and types.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "baoku 报库", description = "Full-text search in the archive of a Chinese local newspaper."),
    paths(
        api::search::search,
        api::search::search_body,
        api::search::suggest,
        api::articles::article,
        api::articles::similar,
        api::articles::page,
        api::trend::trend,
        api::trend::compare,
        api::export::export,
        api::people::people,
        api::people::person,
        api::company::network,
        api::company::attendance,
        api::company::order,
        api::company::company,
        api::archive::stats,
        machine::healthz,
        machine::readyz,
        machine::metrics,
        feed::atom,
        feed::opensearch,
        openapi,
    ),
    components(schemas(crate::search::Sort, crate::search::Facet, crate::search::Period, crate::export::Measure, Problem)),
    tags(
        (name = "articles", description = "Articles and the pages they stand on"),
        (name = "people", description = "People and the posts they held"),
        (name = "archive", description = "The archive as a whole"),
        (name = "server", description = "The server itself"),
    )
)]
struct Description;

/// Answered where a parameter can't be used.
pub(super) struct BadParameter;

/// Answered where nothing has the id asked for.
pub(super) struct NotFound;

/// A problem of each status, with what it means.
fn problems(known: &[(&str, &str)]) -> BTreeMap<String, RefOr<openapi::Response>> {
    let problem = || ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = |words: &str| {
        ResponseBuilder::new().description(words).content("application/problem+json", problem()).build()
    };
    known.iter().map(|(status, words)| ((*status).to_owned(), response(words).into())).collect()
}

impl IntoResponses for BadParameter {
    fn responses() -> BTreeMap<String, RefOr<openapi::Response>> {
        problems(&[("400", "A parameter can't be used; it is named"), ("414", "A parameter is too long")])
    }
}

impl IntoResponses for NotFound {
    fn responses() -> BTreeMap<String, RefOr<openapi::Response>> {
        problems(&[("404", "Nothing has that id")])
    }
}

/// What any route may answer, added to all of them.
fn complete(description: &mut Value) {
    let everywhere = problems(&[
        ("421", "The Host header names another server"),
        (
            "503",
            "Too many requests at once, or the answer took too long; try again after Retry-After seconds",
        ),
    ]);
    let everywhere = serde_json::to_value(everywhere).unwrap_or_default();
    let Some(paths) = description["paths"].as_object_mut() else { return };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let Some(responses) = operation["responses"].as_object_mut() else { continue };
            for (status, response) in everywhere.as_object().into_iter().flatten() {
                responses.entry(status).or_insert_with(|| response.clone());
            }
            if method == "get" && (path.starts_with("/api/") || path == "/feed.atom") {
                let words = "What the client has (If-None-Match) is still the answer";
                responses.insert("304".to_owned(), json!({ "description": words }));
            }
        }
    }
}

static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    let mut description = serde_json::to_value(Description::openapi()).unwrap_or_default();
    complete(&mut description);
    description
});

/// This description.
#[utoipa::path(
    get, path = "/openapi.json", tag = "server",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value))
)]
pub(super) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DESCRIPTION.to_string()).into_response()
}
