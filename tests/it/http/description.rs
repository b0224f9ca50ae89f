//! The description of the API tells the truth.

use baoku::search::{Request, article_url};
use serde_json::Value;

use super::{escaped, get, server};

#[test]
fn machines_find_what_they_look_for() {
    assert_eq!(get("/healthz").json()["status"], "ok");
    assert_eq!(get("/readyz").status, 200);
    get("/api/v1/stats");
    let metrics = get("/metrics").body;
    assert!(
        metrics.contains("baoku_http_requests_total{route=\"/api/v1/stats\",method=\"GET\",status=\"200\"}")
    );
    assert!(metrics.contains("baoku_articles "));
    let search = get("/opensearch.xml");
    assert!(search.header("content-type").starts_with("application/opensearchdescription+xml"));
    assert!(search.body.contains(&format!("http://{}/search?q={{searchTerms}}", server().address)));
    let feed = get(&format!("/feed.atom?q={}", escaped("镜湖")));
    assert!(feed.header("content-type").starts_with("application/atom+xml"));
    assert!(feed.body.contains("<entry>"));
}

#[test]
fn the_description_lists_every_route_and_its_schemas_are_true() {
    let description = get("/openapi.json").json();
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().unwrap();
    for path in [
        "/api/v1/search",
        "/api/v1/articles/{id}",
        "/api/v1/articles/{id}/similar",
        "/api/v1/pages/{id}",
        "/api/v1/trend",
        "/api/v1/compare",
        "/api/v1/export",
        "/api/v1/people",
        "/api/v1/people/{id}",
        "/api/v1/suggest",
        "/api/v1/stats",
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
        "/opensearch.xml",
        "/feed.atom",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    let article = server().archive.search(&Request::new("镜湖")).unwrap().hits[0].id.clone();
    for (route, path) in [
        (
            "/api/v1/search",
            format!("/api/v1/search?q={}&facet=year&facet=person&limit=0", escaped("镜湖 恐龙")),
        ),
        ("/api/v1/search", format!("/api/v1/search?q={}", escaped("镜湖 恐龙"))),
        ("/api/v1/search", "/api/v1/search?q=a&limit=x".to_owned()),
        ("/api/v1/articles/{id}", format!("/api/v1{}", article_url(&article))),
        ("/api/v1/articles/{id}", "/api/v1/articles/none".to_owned()),
        ("/api/v1/articles/{id}/similar", format!("/api/v1{}/similar", article_url(&article))),
        ("/api/v1/articles/{id}/similar", "/api/v1/articles/none/similar".to_owned()),
        ("/api/v1/trend", format!("/api/v1/trend?q={}&q=a", escaped("镜湖"))),
        ("/api/v1/trend", "/api/v1/trend".to_owned()),
        ("/api/v1/compare", format!("/api/v1/compare?a={0}&b={0}", escaped(&article))),
        ("/api/v1/compare", "/api/v1/compare?a=x&b=y".to_owned()),
        ("/api/v1/export", "/api/v1/export?format=docx".to_owned()),
        ("/api/v1/pages/{id}", format!("/api/v1/pages/{}", escaped("澜湾日报/2032-05-20"))),
        ("/api/v1/people", "/api/v1/people?limit=0".to_owned()),
        ("/api/v1/people/{id}", format!("/api/v1/people/{}", escaped("陆怀舟"))),
        ("/api/v1/suggest", "/api/v1/suggest?q=l".to_owned()),
        ("/api/v1/stats", "/api/v1/stats".to_owned()),
        ("/healthz", "/healthz".to_owned()),
        ("/readyz", "/readyz".to_owned()),
    ] {
        let answer = get(&path);
        let status = answer.status.to_string();
        let content = &description["paths"][route]["get"]["responses"][&status]["content"];
        let schema = &content[answer.header("content-type")]["schema"];
        assert!(schema.is_object(), "{path}: {status} is not described");
        conforms(&description, schema, &answer.json(), &path);
    }
}

/// Checks a value against what of JSON Schema the description uses; members it does not name are
/// refused unless they stand beside `allOf`.
fn conforms(description: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = description.pointer(reference.trim_start_matches('#'));
        return conforms(description, target.expect(reference), value, place);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().for_each(|part| conforms(description, part, value, place));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let null = choices.iter().any(|c| c["type"] == "null");
        if !(null && value.is_null()) {
            let other = choices.iter().find(|c| c["type"] != "null").unwrap();
            conforms(description, other, value, place);
        }
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = |t: &Value| t == kind || (t == "number" && kind == "integer");
    match &schema["type"] {
        Value::Null => {}
        Value::Array(kinds) => assert!(kinds.iter().any(fits), "{place}: {kind} is none of {kinds:?}"),
        one => assert!(fits(one), "{place}: {kind} is not {one}"),
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{place}: {value} is none of {values:?}");
    }
    match value {
        Value::Object(members) => {
            for name in schema["required"].as_array().into_iter().flatten() {
                assert!(members.contains_key(name.as_str().unwrap()), "{place}: {name} is missing");
            }
            for (name, member) in members {
                let schema = match &schema["properties"][name] {
                    Value::Null => &schema["additionalProperties"],
                    own => own,
                };
                if schema.is_object() {
                    conforms(description, schema, member, &format!("{place}/{name}"));
                }
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                let schema = if schema["prefixItems"].is_array() {
                    &schema["prefixItems"][i]
                } else {
                    &schema["items"]
                };
                if schema.is_object() {
                    conforms(description, schema, item, &format!("{place}/{i}"));
                }
            }
        }
        _ => {}
    }
}
