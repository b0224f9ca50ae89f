//! Citations and exports: every form, from the command and over the socket; an export indexed again
//! is the same archive.

use std::collections::BTreeSet;

use baoku::cite::{Style, cite};
use baoku::search::{Archive, Request, Sort};
use serde_json::Value;

use crate::support::{baoku_on, fixture_archive, folder, index, stored, write};

#[test]
fn the_command_cites_what_the_library_cites() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let hits = archive.search(&Request { limit: 5, ..Request::new("镜湖") }).unwrap().hits;
    let ids: Vec<&str> = hits.iter().map(|hit| hit.id.as_str()).collect();
    for style in Style::ALL {
        let one = baoku_on(fixture_archive(), &["cite", ids[0], "--format", style.name()]).ended(0);
        let article = archive.article(ids[0]).unwrap().unwrap();
        assert_eq!(one.out, cite(style, &article));
        let many =
            baoku_on(fixture_archive(), &[&["cite", "--format", style.name()], &ids[..]].concat()).ended(0);
        let found =
            baoku_on(fixture_archive(), &["search", "镜湖", "--limit", "5", "--format", style.name()])
                .ended(0);
        assert_eq!(many.out, found.out, "{}", style.name());
    }
    let csl =
        baoku_on(fixture_archive(), &["search", "镜湖", "--limit", "0", "--format", "csl-json"]).ended(0);
    let total: usize =
        baoku_on(fixture_archive(), &["search", "镜湖", "--count"]).out.trim().parse().unwrap();
    assert_eq!(csl.json().as_array().unwrap().len(), total);
    let keys: BTreeSet<String> =
        csl.json().as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(keys.len(), total, "no key stands twice");
}

#[test]
fn a_whole_page_is_cited_by_its_id_and_an_unknown_id_is_told() {
    let page = baoku_on(fixture_archive(), &["cite", "澜湾日报/2032-05-20/A1"]).ended(0);
    assert!(page.out.lines().count() > 1);
    assert!(page.out.lines().all(|l| l.contains("[N]. 澜湾日报，2032-05-20（A1）.")), "{}", page.out);
    let none = baoku_on(fixture_archive(), &["cite", "no/such/article"]).ended(1);
    assert!(none.out.is_empty() && none.err.contains("no/such/article"));
    baoku_on(fixture_archive(), &["cite", "x", "--format", "mla"]).ended(2);
}

#[test]
fn an_export_indexed_again_is_the_same_archive() {
    let place = folder();
    let file = place.path().join("export.jsonl");
    let export = baoku_on(fixture_archive(), &["export"]).ended(0);
    write(&file, &export.out);
    let again = place.path().join("archive");
    index(&again, &[file]);
    let (first, second) = (Archive::open(fixture_archive()).unwrap(), Archive::open(&again).unwrap());
    assert_eq!(first.generation().articles, second.generation().articles);
    assert_eq!(first.generation().persons, second.generation().persons);
    assert_eq!(first.generation().text_bytes, second.generation().text_bytes);
    for (a, b) in stored(&first).iter().zip(&stored(&second)) {
        assert_eq!(a.article, b.article);
        assert_eq!(a.facts, b.facts, "{}", a.article.id);
        assert_eq!(a.people, b.people, "{}", a.article.id);
    }
    for question in ["", "镜湖", "水利 局长 -会议", "“综合治理” OR 标题:会议", "人物:陆怀舟"]
    {
        for sort in Sort::ALL {
            let request = Request { limit: 0, sort, all_words: true, ..Request::new(question) };
            let ids = |archive: &Archive| -> Vec<String> {
                archive.search(&request).unwrap().hits.into_iter().map(|hit| hit.id).collect()
            };
            assert_eq!(ids(&first), ids(&second), "{question} {}", sort.name());
        }
    }
    let people = |archive| baoku_on(archive, &["people", "--limit", "0", "--format", "jsonl"]).out;
    assert_eq!(people(fixture_archive()), people(&again));
    // And what is exported from there is what was exported from here, but for the file's name.
    let plain = |text: &str| -> Vec<Value> {
        let line = |line: &str| {
            let mut value: Value = serde_json::from_str(line).unwrap();
            value["source"] = Value::Null;
            value
        };
        text.lines().map(line).collect()
    };
    let twice = baoku_on(&again, &["export"]).ended(0);
    assert_eq!(plain(&export.out), plain(&twice.out));
}

#[test]
fn an_export_takes_a_question_and_days_and_has_no_cap() {
    let ids = |args: &[&str]| -> Vec<String> {
        let ran = baoku_on(fixture_archive(), &[&["export"], args].concat());
        ran.json_lines().iter().map(|a| a["id"].as_str().unwrap().to_owned()).collect()
    };
    let searched = |args: &[&str]| -> BTreeSet<String> {
        let args = [&["search", "--limit", "0", "--format", "ids"], args].concat();
        baoku_on(fixture_archive(), &args).out.lines().map(str::to_owned).collect()
    };
    for args in
        [vec![], vec!["镜湖"], vec!["镜湖", "-公告"], vec!["镜湖", "--from", "2032", "--to", "2032-06"]]
    {
        let asked = if args.is_empty() { vec![""] } else { args.clone() };
        assert_eq!(ids(&args).into_iter().collect::<BTreeSet<_>>(), searched(&asked), "{args:?}");
    }
    let all = ids(&["镜湖"]);
    let mut windows = Vec::new();
    for offset in (0..all.len()).step_by(7) {
        windows.extend(ids(&["镜湖", "--limit", "7", "--offset", &offset.to_string()]));
    }
    assert_eq!(windows, all);
    baoku_on(fixture_archive(), &["export", "“镜湖里没有的龙宫”"]).ended(1);
    baoku_on(fixture_archive(), &["export", "--from", "gestern"]).ended(2);
}

#[test]
fn a_table_of_articles_opens_in_a_spreadsheet_and_can_be_indexed() {
    let ran = baoku_on(fixture_archive(), &["export", "镜湖", "--format", "csv"]).ended(0);
    let table = ran.out.strip_prefix('\u{FEFF}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let ids: BTreeSet<String> = reader.records().map(|r| r.unwrap()[0].to_owned()).collect();
    let place = folder();
    let file = place.path().join("export.csv");
    write(&file, &ran.out);
    let again = place.path().join("archive");
    index(&again, &[file]);
    let back: BTreeSet<String> =
        stored(&Archive::open(&again).unwrap()).into_iter().map(|s| s.article.id).collect();
    assert_eq!(ids, back);
    let markdown = baoku_on(fixture_archive(), &["export", "镜湖", "--format", "markdown"]).ended(0);
    assert_eq!(markdown.out.matches("\n---\n").count() + 1, ids.len());
}
