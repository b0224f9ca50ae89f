//! Describes the API in OpenAPI 3.1, from the types that are answered.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::extract::{MatchedPath, Request, State as With};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use utoipa::openapi::{self, ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, OpenApi as _};

use super::parameters::Parameters;
use super::problem::Problem;
use super::state::State;
use super::{api, feed, machine};

/// The description itself is made from the doc comments of handlers and types.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "baoku 报库", description = "Full-text search in the archive of a Chinese local newspaper."),
    paths(
        api::search::search,
        api::search::search_body,
        api::batch::batch,
        api::search::suggest,
        api::articles::article,
        api::articles::similar,
        api::articles::page,
        api::trend::trend,
        api::trend::compare,
        api::export::export,
        api::source::source,
        api::source::facsimile,
        api::people::people,
        api::people::person,
        api::company::network,
        api::company::attendance,
        api::company::order,
        api::company::company,
        api::archive::issues,
        api::archive::stats,
        api::archive::issue_states,
        api::saved::saved,
        machine::healthz,
        machine::readyz,
        machine::metrics,
        feed::atom,
        feed::opensearch,
        openapi,
    ),
    components(schemas(
        crate::search::Sort,
        crate::search::Facet,
        crate::search::Group,
        crate::search::Period,
        crate::export::Measure,
        crate::search::BatchError,
        Problem
    )),
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
        ("401", "The archive is read with a token, and it is not shown"),
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
            if path.starts_with("/api/") {
                let bad = serde_json::to_value(BadParameter::responses()).unwrap_or_default();
                responses.entry("400").or_insert_with(|| bad["400"].clone());
            }
            if method == "get" && (path.starts_with("/api/") || path == "/feed.atom") {
                let words = "What the client has (If-None-Match) is still the answer";
                responses.insert("304".to_owned(), json!({ "description": words }));
            }
        }
    }
}

/// The body of a search by POST says the same as the address of one by GET.
fn body_of_search(description: &mut Value) {
    let mut members = serde_json::Map::new();
    let mut required = Vec::new();
    let parameters = description["paths"]["/api/v1/search"]["get"]["parameters"].as_array();
    for parameter in parameters.into_iter().flatten() {
        let mut schema = parameter["schema"].clone();
        schema["description"] = parameter["description"].clone();
        members.insert(parameter["name"].as_str().unwrap_or_default().to_owned(), schema);
        if parameter["required"] == true {
            required.push(parameter["name"].clone());
        }
    }
    let schema = json!({
        "type": "object", "properties": members, "required": required, "additionalProperties": false
    });
    let content = &mut description["paths"]["/api/v1/search"]["post"]["requestBody"]["content"];
    for kind in ["application/json", "application/x-www-form-urlencoded"] {
        content[kind] = json!({ "schema": schema });
    }
}

/// The description, but for what differs from one server to another.
pub(super) static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    let mut description = serde_json::to_value(Description::openapi()).unwrap_or_default();
    complete(&mut description);
    // Each of the choices allows more members than it names, so that one answer fits several.
    let answer = &mut description["components"]["schemas"]["Answer"];
    let choices = answer["oneOf"].take();
    *answer = json!({ "description": answer["description"], "anyOf": choices });
    body_of_search(&mut description);
    description
});

/// The names that the addresses of a route may have behind the question mark, by method and route.
static NAMES: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut names = BTreeMap::new();
    for (path, item) in DESCRIPTION["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let known = parameters
                .filter(|p| p["in"] == "query")
                .filter_map(|p| p["name"].as_str().map(str::to_owned))
                .collect();
            names.insert(format!("{} {path}", method.to_uppercase()), known);
        }
    }
    names
});

/// The names of the parameters of a route that is described.
pub(super) fn names(method: &str, route: &str) -> Option<&'static [String]> {
    let method = if method == "HEAD" { "GET" } else { method };
    NAMES.get(&format!("{method} {}", route.replace("{*", "{"))).map(Vec::as_slice)
}

/// Refuses parameters that the description does not name.
pub(super) async fn described(route: MatchedPath, request: Request, next: Next) -> Response {
    let asked = Parameters::read(request.uri().query().unwrap_or_default());
    let method = request.method().as_str();
    // Ids hold slashes, so that `…/{id}/similar` is served by the route of `…/{id}`.
    let last = request.uri().path().rsplit('/').next().unwrap_or_default();
    let known =
        names(method, &format!("{}/{last}", route.as_str())).or_else(|| names(method, route.as_str()));
    match known.map(|known| asked.only(known)) {
        Some(Err(problem)) => problem.into_response(),
        _ => next.run(request).await,
    }
}

/// This description.
#[utoipa::path(
    get, path = "/openapi.json", tag = "server",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value))
)]
pub(super) async fn openapi(With(state): With<State>) -> Response {
    let mut description = DESCRIPTION.clone();
    let options = state.options();
    let url = if options.base.as_str().is_empty() { "/" } else { options.base.as_str() };
    description["servers"] = json!([{ "url": url }]);
    if options.token.is_some() {
        description["components"]["securitySchemes"] = json!({"token": {"type": "http", "scheme": "bearer"}});
        description["security"] = json!([{ "token": [] }]);
    }
    ([(header::CONTENT_TYPE, "application/json")], description.to_string()).into_response()
}
