//! Shows the description of the API: routes with their parameters and answers, the types, and a
//! form to try each route with.

use askama::Template;
use axum::extract::State as With;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;

use super::super::openapi::DESCRIPTION;
use super::super::problem::Problem;
use super::super::state::State;
use super::{Shell, rendered};

#[derive(Template)]
#[template(path = "docs.html")]
struct Docs {
    shell: Shell,
    groups: Vec<Group>,
    types: Vec<Type>,
}

/// Routes of one subject.
struct Group {
    name: String,
    words: String,
    routes: Vec<Route>,
}

struct Route {
    anchor: String,
    method: String,
    path: String,
    summary: String,
    words: String,
    parameters: Vec<Parameter>,
    answers: Vec<Answered>,
    /// Whether a form can ask it.
    form: bool,
}

struct Parameter {
    name: String,
    place: String,
    required: bool,
    kind: Shape,
    words: String,
    choices: Vec<String>,
    switch: bool,
}

/// A type in words, with the named type it leads to.
#[derive(Default)]
struct Shape {
    text: String,
    target: Option<String>,
}

struct Answered {
    status: String,
    words: String,
    kinds: Vec<(String, Shape)>,
}

struct Type {
    name: String,
    words: String,
    members: Vec<Member>,
    shape: Option<Shape>,
}

struct Member {
    name: String,
    required: bool,
    kind: Shape,
    words: String,
}

pub(in crate::http) async fn docs(With(state): With<State>, shell: Shell) -> Result<Response, Problem> {
    let page = Docs { shell, groups: groups(&DESCRIPTION), types: types(&DESCRIPTION) };
    Ok(Html(rendered(&state, &page)?).into_response())
}

/// Statuses that any route may answer with; told once.
const EVERYWHERE: [&str; 4] = ["304", "401", "421", "503"];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn groups(description: &Value) -> Vec<Group> {
    list(&description["tags"])
        .map(|tag| {
            let name = text(&tag["name"]);
            let routes = members(&description["paths"])
                .flat_map(|(path, item)| {
                    members(item).map(move |(method, operation)| (path, method, operation))
                })
                .filter(|(_, _, operation)| list(&operation["tags"]).any(|t| *t == tag["name"]))
                .map(|(path, method, operation)| route(description, path, method, operation))
                .collect();
            Group { words: text(&tag["description"]), routes, name }
        })
        .collect()
}

fn route(description: &Value, path: &str, method: &str, operation: &Value) -> Route {
    let parameters: Vec<Parameter> =
        list(&operation["parameters"]).map(|parameter| self::parameter(description, parameter)).collect();
    Route {
        anchor: format!("{method}-{}", path.trim_matches('/').replace(['/', '{', '}'], "-")),
        form: method == "get" && !parameters.is_empty() && parameters.iter().all(|p| p.place == "query"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        words: text(&operation["description"]),
        parameters,
        answers: members(&operation["responses"])
            .filter(|(status, _)| !EVERYWHERE.contains(&status.as_str()))
            .map(|(status, response)| Answered {
                status: status.clone(),
                words: text(&response["description"]),
                kinds: members(&response["content"])
                    .map(|(kind, content)| (kind.clone(), shape(&content["schema"])))
                    .collect(),
            })
            .collect(),
    }
}

fn parameter(description: &Value, parameter: &Value) -> Parameter {
    let schema = resolved(description, &parameter["schema"]);
    let item = if schema["items"].is_object() { resolved(description, &schema["items"]) } else { schema };
    Parameter {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        required: parameter["required"] == true,
        kind: shape(&parameter["schema"]),
        words: text(&parameter["description"]),
        choices: list(&item["enum"]).map(text).collect(),
        switch: kinds(schema).iter().any(|kind| kind == "boolean"),
    }
}

/// The schema itself, where one is named or may be null.
fn resolved<'a>(description: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(name) = schema["$ref"].as_str() {
        return description.pointer(name.trim_start_matches('#')).unwrap_or(schema);
    }
    let choice = list(&schema["oneOf"]).find(|choice| choice["type"] != "null");
    choice.map_or(schema, |choice| resolved(description, choice))
}

fn kinds(schema: &Value) -> Vec<String> {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).collect(),
        kind => kind.as_str().map(str::to_owned).into_iter().collect(),
    }
}

/// A schema in a few words.
fn shape(schema: &Value) -> Shape {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default().to_owned();
        return Shape { text: name.clone(), target: Some(name) };
    }
    let choices: Vec<Shape> =
        ["oneOf", "anyOf", "allOf"].iter().flat_map(|key| list(&schema[*key])).map(shape).collect();
    if !choices.is_empty() {
        let words = if schema["allOf"].is_array() { " + " } else { " | " };
        let text = choices.iter().map(|c| c.text.as_str()).collect::<Vec<_>>().join(words);
        return Shape { text, target: choices.into_iter().find_map(|c| c.target) };
    }
    let kinds = kinds(schema);
    if kinds.iter().any(|kind| kind == "array") {
        let item = shape(&schema["items"]);
        return Shape { text: format!("[{}]", item.text), target: item.target };
    }
    if schema["additionalProperties"].is_object() {
        let item = shape(&schema["additionalProperties"]);
        return Shape { text: format!("{{name: {}}}", item.text), target: item.target };
    }
    Shape { text: kinds.join(" | "), target: None }
}

fn types(description: &Value) -> Vec<Type> {
    members(&description["components"]["schemas"])
        .map(|(name, schema)| {
            // Flattened types carry their own members behind the named one.
            let own = list(&schema["allOf"]).find(|part| part["properties"].is_object()).unwrap_or(schema);
            let required = |member: &str| list(&own["required"]).any(|r| r == member);
            let found: Vec<Member> = members(&own["properties"])
                .map(|(member, schema)| Member {
                    required: required(member),
                    kind: shape(schema),
                    words: text(&schema["description"]),
                    name: member.clone(),
                })
                .collect();
            let choices: Vec<String> = list(&schema["enum"]).map(text).collect();
            let shape = match (choices.is_empty(), schema["properties"].is_object()) {
                (false, _) => Some(Shape { text: choices.join(" | "), target: None }),
                (true, false) => Some(self::shape(schema)),
                (true, true) => None,
            };
            Type { words: text(&schema["description"]), members: found, shape, name: name.clone() }
        })
        .collect()
}
