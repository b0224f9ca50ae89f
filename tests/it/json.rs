//! The JSON of every command, whole, on an archive of two ready articles: one with every member a
//! source can give, one with as little as possible.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use expect_test::{Expect, ExpectFile, expect, expect_file};
use serde_json::Value;

use crate::support::{baoku, baoku_fed, baoku_on, folder, index, write};

const ARTICLES: &str = r#"{"id":"a/1","paper":"澜湾日报","date":"2031-03-18","page":"1","section":"要闻","column":"三湖同治","kicker":"总投资17.35亿元","headline":"镜湖综合治理工程开工","deck":"魏振东讲话","byline":["孙一鸣"],"credit":"云泽日报","paragraphs":["3月17日，镜湖综合治理工程开工。区委副书记、区长魏振东讲话。","区水利局局长盖春生说，镜湖的水要一年比一年清。"]}
{"id":"b 2","headline":"镜湖边","body":"没有署名的一段话。"}
"#;

fn archive() -> &'static Path {
    static ARCHIVE: OnceLock<PathBuf> = OnceLock::new();
    ARCHIVE.get_or_init(|| {
        let place = folder().keep();
        write(place.join("articles.jsonl"), ARTICLES);
        index(&place.join("archive"), &[place.join("articles.jsonl")]);
        place.join("archive")
    })
}

/// Takes out what differs from run to run and machine to machine.
fn masked(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match name.as_str() {
                    "took_ms" => *member = "…".into(),
                    "index_bytes" | "kept_bytes" => *member = "…".into(),
                    "source" => {
                        let path = member.as_str().unwrap_or("").rsplit('/').next().unwrap_or("");
                        *member = format!("…/{path}").into();
                    }
                    _ => masked(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(masked),
        _ => {}
    }
}

#[track_caller]
fn check(args: &[&str], golden: ExpectFile) {
    let mut answer = baoku_on(archive(), args).ended(0).json();
    masked(&mut answer);
    golden.assert_eq(&(serde_json::to_string_pretty(&answer).unwrap() + "\n"));
}

#[test]
fn every_command_answers_in_json() {
    let facets = [
        "year", "month", "day", "paper", "page", "section", "column", "byline", "credit", "genre", "person",
        "post", "organ",
    ];
    let mut search = vec!["search", "镜湖 治理", "--format", "json", "--sort", "newest"];
    search.extend(facets.iter().flat_map(|f| ["--facet", f]));
    check(&search, expect_file!["golden/json/search.json"]);
    check(
        &["search", "镜湖", "--format", "json", "--limit", "1"],
        expect_file!["golden/json/search-window.json"],
    );
    check(&["search", "镜湖", "--format", "json", "--count"], expect_file!["golden/json/count.json"]);
    check(
        &["search", "镜湖", "--from", "2031", "--format", "json"],
        expect_file!["golden/json/search-dated.json"],
    );
    check(&["show", "a/1", "--format", "json"], expect_file!["golden/json/show.json"]);
    check(&["show", "b 2", "--format", "json"], expect_file!["golden/json/show-bare.json"]);
    check(&["person", "魏振东", "--format", "json"], expect_file!["golden/json/person.json"]);
    check(&["people", "--format", "json"], expect_file!["golden/json/people.json"]);
    check(&["trend", "镜湖", "--by", "year", "--format", "json"], expect_file!["golden/json/trend.json"]);
    check(&["compare", "a/1", "b 2", "--format", "json"], expect_file!["golden/json/compare.json"]);
    check(&["stats", "--format", "json"], expect_file!["golden/json/stats.json"]);
}

#[test]
fn json_lines_are_the_same_objects() {
    let lines =
        |args: &[&str]| baoku_on(archive(), &[args, &["--format", "jsonl"]].concat()).ended(0).json_lines();
    let document =
        |args: &[&str]| baoku_on(archive(), &[args, &["--format", "json"]].concat()).ended(0).json();
    assert_eq!(Value::from(lines(&["search", "镜湖"])), document(&["search", "镜湖"])["hits"]);
    assert_eq!(Value::from(lines(&["people"])), document(&["people"]));
    assert_eq!(lines(&["show", "a/1"]), [document(&["show", "a/1"])]);
    assert_eq!(lines(&["person", "魏振东"]), [document(&["person", "魏振东"])]);
    assert_eq!(lines(&["stats"]), [document(&["stats"])]);
}

#[test]
fn a_person_is_found_by_name_and_by_sound() {
    let of = |name: &str| baoku_on(archive(), &["person", name, "--format", "json"]).ended(0).out;
    assert_eq!(of("weizhendong"), of("魏振东"));
    assert_eq!(of("wzd"), of("魏振东"));
}

/// Members and types of values; whether a member may be null or lacking is left open.
#[derive(Debug, Default)]
struct Shape {
    kinds: std::collections::BTreeSet<&'static str>,
    members: std::collections::BTreeMap<String, Shape>,
    items: Option<Box<Shape>>,
}

impl Shape {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(_) => drop(self.kinds.insert("bool")),
            Value::Number(_) => drop(self.kinds.insert("number")),
            Value::String(_) => drop(self.kinds.insert("string")),
            Value::Array(items) => {
                let shape = self.items.get_or_insert_default();
                items.iter().for_each(|item| shape.add(item));
            }
            Value::Object(members) => {
                members
                    .iter()
                    .for_each(|(name, member)| self.members.entry(name.clone()).or_default().add(member));
            }
        }
    }

    fn print(&self, indent: usize, out: &mut String) {
        out.push_str(&self.kinds.iter().copied().collect::<Vec<_>>().join(" or "));
        if let Some(items) = &self.items {
            out.push('[');
            items.print(indent, out);
            out.push(']');
        }
        if !self.members.is_empty() {
            out.push_str("{\n");
            for (name, shape) in &self.members {
                out.push_str(&format!("{}{name}: ", "  ".repeat(indent + 1)));
                shape.print(indent + 1, out);
                out.push('\n');
            }
            out.push_str(&format!("{}}}", "  ".repeat(indent)));
        }
    }
}

#[track_caller]
fn check_shape<'a>(values: impl IntoIterator<Item = &'a Value>, want: &Expect) {
    let mut shape = Shape::default();
    values.into_iter().for_each(|v| shape.add(v));
    let mut out = String::new();
    shape.print(0, &mut out);
    want.assert_eq(&out);
}

#[test]
fn a_parsed_page_has_the_members_of_the_contract() {
    let mut lines = Vec::new();
    // The whole archive shows every member at least once.
    let ran = baoku(["parse", "fixtures/archive", "--format", "jsonl"]).ended(0);
    lines.extend(ran.json_lines());
    for folder in ["jump-across-pages", "missing-jump-start", "captions"] {
        let page = format!("fixtures/pages/{folder}");
        let mut files: Vec<PathBuf> = std::fs::read_dir(crate::support::top().join(&page))
            .unwrap()
            .map(|e| Path::new(&page).join(e.unwrap().file_name()))
            .filter(|p| !p.ends_with("expected.jsonl"))
            .collect();
        files.sort();
        let mut args = vec!["parse".into(), "--format".into(), "jsonl".into()];
        args.extend(files.into_iter().map(PathBuf::into_os_string));
        lines.extend(baoku(args).ended(0).json_lines());
    }
    check_shape(
        &lines,
        &expect![[r#"
        {
          articles: [{
            byline: [{
              name: string
              role: string
            }]
            captions: [string]
            column: string
            credit: string
            crossheads: [number]
            dateline: string
            deck: string
            event_date: string
            genre: string
            headline: string
            id: string
            incomplete: bool
            jump_from: string
            jump_to: string
            kicker: string
            lines: [[number]]
            paragraphs: [string]
            people: [{
              kind: string
              name: string
              parts: [string]
              posts: [string]
            }]
            repairs: [{
              kind: string
              lines: [number]
              note: string
              paragraph: number
            }]
          }]
          date: string
          encoding: string
          furniture: [{
            kind: string
            text: string
          }]
          page: string
          paper: string
          problems: [{
            kind: string
            line: number
            message: string
          }]
          section: string
          source: string
        }"#]],
    );
    let document = baoku(["parse", "fixtures/pages/gap/input.md", "--format", "json"]).ended(0).json();
    let lines = baoku(["parse", "fixtures/pages/gap/input.md", "--format", "jsonl"]).ended(0).json_lines();
    assert_eq!(document, Value::from(lines), "one document: the pages as an array");
}

#[test]
fn names_have_the_members_of_the_contract_and_offsets_in_characters() {
    let text = "{\"id\":\"t1\",\"text\":\"😀区委副书记、区长魏振东到场。\"}\n{\"text\":\"无人。\"}\n{\"id\":3,\"text\":\"\"}\n";
    let lines = baoku_fed(Path::new("."), &["names", "--lines", "-", "--format", "jsonl"], text)
        .ended(0)
        .json_lines();
    let want = serde_json::json!([
        {"id": "t1", "people": [{"name": "魏振东", "start": 9, "end": 12, "kind": "official", "evidence": "post",
            "posts": [{"text": "区委副书记", "start": 1, "end": 6}, {"text": "区长", "start": 7, "end": 9}]}]},
        {"id": "2", "people": []},
        {"id": "3", "people": []},
    ]);
    assert_eq!(Value::from(lines), want);
}
