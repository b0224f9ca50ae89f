//! The page reader against readings written by hand: a folder a phenomenon, and the whole archive
//! with a score.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use baoku::ingest::{Options, survey};
use baoku::layout::read_issue;
use baoku::paper::{Article, Page};
use baoku::text::fold::fold;
use serde_json::Value;

use crate::support::top;

/// Folders that are read wrongly today and why. A folder that comes right fails the test, so that
/// the list shrinks.
const KNOWN_WRONG: &[(&str, &str)] = &[
    ("all-h1", "the second of two lines marked alike is taken for the headline, and the slogan is not seen"),
    ("captions", "a lead in front of a column break is taken for a deck, a caption's words for the body"),
    ("hard-wrapped", "a headline broken over two lines is taken for kicker and headline"),
];

/// The folders of `fixtures/pages`.
pub(crate) fn folders() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(top().join("fixtures/pages"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The pages of a folder as the reader reads them; what is expected stands beside and is no page.
pub(crate) fn read_folder(folder: &str) -> Vec<Page> {
    let mut files: Vec<PathBuf> = fs::read_dir(top().join(folder))
        .unwrap()
        .map(|entry| PathBuf::from(folder).join(entry.unwrap().file_name()))
        .filter(|path| !path.ends_with("expected.jsonl"))
        .collect();
    files.sort();
    let found = survey(&files, &Options::default());
    assert!(found.problems.is_empty(), "{folder}: {:?}", found.problems);
    found.units.iter().flat_map(|unit| read_issue(&unit.read_pages())).collect()
}

pub(crate) fn json_lines(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(top().join(path)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Comparable form of a heading part: widths folded, no white space, no dash.
pub(crate) fn plain(text: &str) -> String {
    let solid: String = fold(text).chars().filter(|c| !c.is_whitespace()).collect();
    solid.replace("——", "").trim_matches(['—', '-']).to_owned()
}

pub(crate) fn text_of(value: &Value, member: &str) -> String {
    plain(value.get(member).and_then(Value::as_str).unwrap_or(""))
}

/// Strings of a list, or the names of its objects.
pub(crate) fn names_of(value: &Value, member: &str) -> Vec<String> {
    let items = value.get(member).and_then(Value::as_array).cloned().unwrap_or_default();
    items
        .iter()
        .map(|v| v.as_str().map_or_else(|| v["name"].as_str().unwrap_or("").to_owned(), str::to_owned))
        .collect()
}

/// An article as lines to be compared: the same from gold and from the reader.
fn lines(article: &Value) -> Vec<String> {
    let mut out = vec![format!("headline   {}", text_of(article, "headline"))];
    for part in ["kicker", "deck", "credit"] {
        let text = text_of(article, part);
        if !text.is_empty() {
            out.push(format!("{part:<10} {text}"));
        }
    }
    for jump in ["jump_to", "jump_from"] {
        if let Some(page) = article.get(jump).and_then(Value::as_str) {
            out.push(format!("{jump:<10} {page}"));
        }
    }
    let byline = names_of(article, "byline");
    if !byline.is_empty() {
        out.push(format!("byline     {}", byline.join(" ")));
    }
    let mut repairs: Vec<String> = article["repairs"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|r| r.as_str().or_else(|| r["kind"].as_str()).map(str::to_owned))
        .collect();
    repairs.sort();
    if !repairs.is_empty() {
        out.push(format!("repairs    {}", repairs.join(" ")));
    }
    // Paragraphs are compared as printed.
    out.extend(names_of(article, "paragraphs").into_iter().map(|p| format!("           {p}")));
    out
}

fn value(article: &Article) -> Value {
    serde_json::to_value(article).unwrap()
}

/// Furniture as kinds with all their text without white space: lines may be joined or not.
fn furniture(items: &[Value]) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    for item in items {
        out.entry(item["kind"].as_str().unwrap_or("").to_owned())
            .or_default()
            .push_str(&text_of(item, "text"));
    }
    out
}

/// What differs between the expected reading of a folder and the reader's; nothing where it is right.
fn differences(name: &str) -> Vec<String> {
    let folder = format!("fixtures/pages/{name}");
    let gold = json_lines(&format!("{folder}/expected.jsonl"));
    let pages = read_folder(&folder);
    let mut want: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for article in &gold {
        let source = article["source"].as_str().unwrap();
        want.entry(format!("fixtures/pages/{source}")).or_default().push(article);
    }
    let mut out = Vec::new();
    for page in &pages {
        let gold_of_page = want.remove(&page.source).unwrap_or_default();
        let expected_furniture: Vec<Value> = gold_of_page
            .iter()
            .flat_map(|a| a["furniture"].as_array().cloned().unwrap_or_default())
            .collect();
        let mut given: Vec<Value> = page.articles.iter().map(value).collect();
        let mut kept: Vec<&Value> = Vec::new();
        for article in gold_of_page {
            if article.get("paragraphs").is_none() {
                // A page without an article: the line carries its furniture alone.
                continue;
            }
            if article.get("optional").and_then(Value::as_bool) == Some(true) {
                // Right as an article, not wrong as something else.
                let wanted = lines(article);
                if let Some(at) =
                    given.iter().position(|g| lines(g)[0] == wanted[0] && text_alike(g, article))
                {
                    given.remove(at);
                }
                continue;
            }
            kept.push(article);
        }
        for i in 0..kept.len().max(given.len()) {
            let wanted = kept.get(i).map(|a| lines(a)).unwrap_or_default();
            let got = given.get(i).map(lines).unwrap_or_default();
            out.extend(wanted.iter().filter(|l| !got.contains(l)).map(|l| format!("- {i} {l}")));
            out.extend(got.iter().filter(|l| !wanted.contains(l)).map(|l| format!("+ {i} {l}")));
        }
        let given: Vec<Value> = page.furniture.iter().map(|f| serde_json::to_value(f).unwrap()).collect();
        let (wanted, got) = (furniture(&expected_furniture), furniture(&given));
        if wanted != got {
            out.push(format!("furniture of {}: want {wanted:?}, got {got:?}", page.source));
        }
    }
    out.extend(want.keys().map(|source| format!("{source} was not read")));
    out
}

fn text_alike(a: &Value, b: &Value) -> bool {
    plain(&names_of(a, "paragraphs").concat()) == plain(&names_of(b, "paragraphs").concat())
}

#[test]
fn every_phenomenon_is_read_as_a_careful_reader_would() {
    let mut wrong = Vec::new();
    for name in folders() {
        let differences = differences(&name);
        let known = KNOWN_WRONG.iter().find(|(n, _)| *n == name);
        match (differences.is_empty(), known) {
            (true, Some(_)) => wrong.push(format!("{name} is read rightly now: take it off KNOWN_WRONG")),
            (false, None) => wrong.push(format!("== {name}\n{}", differences.join("\n"))),
            _ => {}
        }
    }
    for (name, _) in KNOWN_WRONG {
        assert!(folders().iter().any(|f| f == name), "KNOWN_WRONG names {name}, which does not exist");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn reading_a_page_twice_gives_the_same() {
    for name in folders() {
        let folder = format!("fixtures/pages/{name}");
        assert_eq!(read_folder(&folder), read_folder(&folder), "{name}");
    }
}
