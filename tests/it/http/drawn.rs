//! Whatever is asked within the description, and much that lies without: never a failure of the
//! server, and every answer as described.

use serde_json::{Value, json};

use super::conforms::conforms;
use super::{Answer, escaped, get, server};
use crate::support::Draw;

/// Requests drawn for each route.
const TRIES: usize = 60;

/// Texts that are likely to hurt.
const TEXTS: [&str; 30] = [
    "",
    " ",
    "水利",
    "“镜湖综合治理”",
    "镜湖 恐龙",
    "人物:陆怀舟",
    "区长",
    "2031",
    "2031-03-18",
    "2031-02-30",
    "-1",
    "0",
    "1e9",
    "true",
    "\"",
    "((((((((((",
    "a OR OR b",
    "标题:",
    "\"a b\"~99999999999",
    "*",
    "%",
    "\u{0}",
    "\u{FEFF}",
    "😀",
    "../../etc/passwd",
    "<script>",
    "𠮷",
    "\u{202E}abc",
    "null",
    "澜湾日报/2032-05-20",
];

fn text(draw: &mut Draw) -> String {
    match draw.below(4) {
        0 => format!("{}{}", draw.of(&TEXTS), draw.of(&TEXTS)),
        1 => (0..draw.below(40))
            .filter_map(|_| char::from_u32(u32::try_from(draw.below(0x3000)).ok()?))
            .collect(),
        _ => (*draw.of(&TEXTS)).to_owned(),
    }
}

/// The schema itself, where one is named or may be null.
fn resolved<'a>(description: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(name) = schema["$ref"].as_str() {
        return description.pointer(name.trim_start_matches('#')).unwrap();
    }
    match schema["oneOf"].as_array() {
        Some(choices) => resolved(description, choices.iter().find(|c| c["type"] != "null").unwrap()),
        None => schema,
    }
}

/// A value that a schema allows.
fn allowed(description: &Value, schema: &Value, draw: &mut Draw) -> String {
    let schema = resolved(description, schema);
    if let Some(values) = schema["enum"].as_array() {
        return draw.of(values).as_str().unwrap().to_owned();
    }
    let is = |kind: &str| match &schema["type"] {
        Value::Array(kinds) => kinds.contains(&json!(kind)),
        one => one == kind,
    };
    if is("array") {
        allowed(description, &schema["items"], draw)
    } else if is("integer") {
        let number = draw.of(&[0, 1, 2, 7, 1000, usize::MAX / 2, usize::MAX]).to_owned();
        number.to_string()
    } else if is("boolean") {
        (*draw.of(&["true", "false"])).to_owned()
    } else {
        text(draw)
    }
}

/// An answer is described, with its status and its content, and is no failure of the server.
fn is_as_described(description: &Value, operation: &Value, answer: &Answer, asked: &str) {
    assert!(answer.status < 500, "{asked}: {} {}", answer.status, answer.body);
    let response = &operation["responses"][answer.status.to_string()];
    assert!(response.is_object(), "{asked}: {} is not described: {}", answer.status, answer.body);
    let kind = answer.header("content-type");
    let content = &response["content"][kind];
    let content =
        if content.is_object() { content } else { &response["content"][kind.split(';').next().unwrap()] };
    assert!(content.is_object() || answer.status == 304, "{asked}: {kind} is not described");
    if kind.ends_with("json") {
        conforms(description, &content["schema"], &answer.json(), asked).unwrap();
    }
}

#[test]
fn whatever_is_asked_the_answer_is_as_described() {
    let description = get("/openapi.json").json();
    let mut draw = Draw::seeded(7);
    let mut well = 0;
    for (path, item) in description["paths"].as_object().unwrap() {
        let operation = &item["get"];
        if !operation.is_object() {
            continue;
        }
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let tries = if parameters.is_empty() { 2 } else { TRIES };
        for _ in 0..tries {
            let mut route = path.clone();
            let mut query: Vec<String> = Vec::new();
            for parameter in &parameters {
                let name = parameter["name"].as_str().unwrap();
                // Now and then something the description does not allow.
                let value = if draw.below(6) == 0 {
                    text(&mut draw)
                } else {
                    allowed(&description, &parameter["schema"], &mut draw)
                };
                if parameter["in"] == "path" {
                    let value = if value.is_empty() { "a".to_owned() } else { value };
                    route = route.replace(&format!("{{{name}}}"), &escaped(&value));
                } else if parameter["required"] == true && draw.below(12) > 0 || draw.below(3) == 0 {
                    query.push(format!("{name}={}", escaped(&value)));
                    if draw.below(10) == 0 {
                        query.push(format!("{name}={}", escaped(&text(&mut draw))));
                    }
                }
            }
            if draw.below(15) == 0 {
                query.push(format!("{}={}", escaped(&text(&mut draw)), escaped(&text(&mut draw))));
            }
            let asked = format!("{route}?{}", query.join("&"));
            let answer = get(&asked);
            well += usize::from(answer.status == 200);
            is_as_described(&description, operation, &answer, &asked);
        }
    }
    assert!(well > 100, "{well} of the requests were sensible");
}

#[test]
fn whatever_is_sent_the_answer_is_as_described() {
    let description = get("/openapi.json").json();
    let mut draw = Draw::seeded(8);
    let operation = &description["paths"]["/api/v1/search"]["post"];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let mut well = 0;
    for _ in 0..TRIES {
        let mut body = serde_json::Map::new();
        for (name, member) in schema["properties"].as_object().unwrap() {
            if name != "q" && draw.below(3) > 0 {
                continue;
            }
            let value = match draw.below(8) {
                0 => json!([[text(&mut draw)]]),
                1 => json!(text(&mut draw)),
                2 => json!([allowed(&description, member, &mut draw)]),
                _ => json!(allowed(&description, member, &mut draw)),
            };
            body.insert(name.clone(), value);
        }
        let body = match draw.below(10) {
            0 => text(&mut draw),
            _ => Value::Object(body).to_string(),
        };
        let answer = server().post("/api/v1/search", "application/json", &body);
        well += usize::from(answer.status == 200);
        is_as_described(&description, operation, &answer, &body);
    }
    assert!(well > 10, "{well} of the requests were sensible");

    let lines: Vec<String> = (0..TRIES).map(|_| text(&mut draw).replace(['\r', '\n'], " ")).collect();
    let answer = server().post("/api/v1/search/batch?limit=1", "application/jsonl", &lines.join("\n"));
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/jsonl"));
    let asked = lines.iter().filter(|line| !line.trim_start_matches('\u{FEFF}').trim().is_empty()).count();
    assert_eq!(answer.body.lines().count(), asked);
}
