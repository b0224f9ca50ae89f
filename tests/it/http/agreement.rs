//! Command line and API give the same answers, asked some hundred questions in several ways.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Server, escaped, timeless};
use crate::support::{Draw, Plain, baoku_fed, fixture_archive};

const QUESTIONS: usize = 240;

/// Questions of all kinds, drawn from what the archive prints.
fn questions(server: &Server) -> Vec<String> {
    let all = Plain::all(&server.archive);
    let mut draw = Draw::seeded(20_310_318);
    let run = |draw: &mut Draw, chars_max: usize| loop {
        let article = draw.below(all.len());
        let (_, text) = draw.of(&all[article].runs);
        let chars: Vec<char> = text.chars().collect();
        let start = draw.below(chars.len());
        let found: String = chars[start..].iter().take(1 + draw.below(chars_max)).collect();
        if !found.trim().is_empty() {
            return found;
        }
    };
    (0..QUESTIONS)
        .map(|i| {
            let (a, b) = (run(&mut draw, 6), run(&mut draw, 4));
            match i % 12 {
                0 | 1 => a,
                2 | 3 => format!("“{a}”"),
                4 => format!("{a} {b}"),
                5 => format!("{a} OR {b}"),
                6 => format!("{a} -{b}"),
                7 => format!("标题:{a}"),
                8 => format!("“{a} {b}”~20"),
                9 => format!("(“{a}” 或 {b}) 日期:2031..2032"),
                10 => format!("{a} 体裁:news {b}*"),
                _ => format!("“{a} ({b}"),
            }
        })
        .collect()
}

#[test]
fn command_line_and_api_give_the_same_answers() {
    let server = super::serving::served(baoku::http::Options::default());
    let questions = questions(&server);
    let mut lines = String::new();
    for (i, question) in questions.iter().enumerate() {
        writeln!(lines, "{}", json!({"id": format!("q{i}"), "query": question})).unwrap();
    }
    for (options, parameters) in [
        (vec![], String::new()),
        (
            vec!["--sort", "newest", "--limit", "3", "--offset", "2", "--facet", "year", "--facet", "person"],
            "&sort=newest&limit=3&offset=2&facet=year&facet=person".to_owned(),
        ),
        (
            vec!["--from", "2031-06", "--to", "2032", "--all", "--literal", "--sort", "oldest"],
            "&from=2031-06&to=2032&all=1&literal=true&sort=oldest".to_owned(),
        ),
    ] {
        let mut args = vec!["search", "--batch", "-", "--format", "jsonl"];
        args.extend(options);
        let told: Vec<Value> = baoku_fed(fixture_archive(), &args, &lines)
            .ended(0)
            .json_lines()
            .into_iter()
            .map(timeless)
            .collect();
        assert_eq!(told.len(), questions.len());
        // All at once, as they are streamed back.
        let at_once = server.post(&format!("/api/v1/search/batch?{parameters}"), "application/jsonl", &lines);
        assert_eq!((at_once.status, at_once.header("content-type")), (200, "application/jsonl"));
        let at_once: Vec<Value> =
            at_once.body.lines().map(|line| timeless(serde_json::from_str(line).unwrap())).collect();
        assert_eq!(at_once, told);
        // And one by one.
        for (question, told) in questions.iter().zip(&told) {
            let answer = server.get(&format!("/api/v1/search?q={}{parameters}", escaped(question)));
            let mut answer = timeless(answer.json());
            answer["id"] = told["id"].clone();
            assert_eq!(&answer, told, "{question}");
        }
    }
}

#[test]
fn a_line_that_is_no_question_is_told_and_the_others_go_on() {
    let lines = "{\"id\":7,\"text\":\"镜湖\"}\n\n{\"id\":\"x\"}\n水利\n{no json";
    let told = super::server().post("/api/v1/search/batch?limit=1", "application/jsonl", lines);
    let told: Vec<Value> = told.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&str> = told.iter().map(|answer| answer["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["7", "3", "4", "5"]);
    assert!(told[1]["error"].is_string() && told[3]["error"].is_string());
    assert!(told[2]["total"]["value"].as_u64().unwrap() > 0);
    let refused = super::server().post("/api/v1/search/batch?sort=best", "application/jsonl", lines);
    assert_eq!((refused.status, refused.json()["parameter"].as_str()), (400, Some("sort")));
    let counted = super::get(&format!("/api/v1/search?count=1&q={}", escaped("镜湖"))).json();
    assert_eq!(counted["total"]["exact"], true);
    assert!(counted.get("hits").is_none());
}
