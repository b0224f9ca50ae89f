//! The built command as a script meets it: exit codes, what goes to which stream, tables, help.

use expect_test::expect_file;
use serde_json::Value;

use crate::support::{baoku, baoku_fed, baoku_on, fixture_archive, folder, write};

fn search(args: &[&str]) -> crate::support::Ran {
    baoku_on(fixture_archive(), &[&["search"], args].concat())
}

#[test]
fn exit_codes_say_found_nothing_found_and_error() {
    search(&["镜湖"]).ended(0);
    search(&["“镜湖里没有的龙宫”"]).ended(1);
    search(&["镜湖", "--format", "yaml"]).ended(2);
    search(&["“镜湖里没有的龙宫”", "--count"]).ended(1);
    baoku_on(fixture_archive(), &["show", "no/such/article"]).ended(1);
    baoku_on(fixture_archive(), &["person", "查无此人"]).ended(1);
    baoku_on(fixture_archive(), &["people", "--post", "国王"]).ended(1);
    baoku_on(fixture_archive(), &["stats"]).ended(0);
    baoku(["--version"]).ended(0);
    baoku([] as [&str; 0]).ended(2);
    baoku(["sing"]).ended(2);
}

#[test]
fn standard_output_carries_data_only() {
    let ran = search(&["镜湖", "--limit", "3", "--format", "ids"]).ended(0);
    assert_eq!(ran.out.lines().count(), 3, "{}", ran.out);
    assert_eq!(ran.err, "");
    let ran = search(&["“镜湖里没有的龙宫”"]).ended(1);
    assert_eq!(ran.out, "", "nothing found is no data");
    let place = folder();
    write(place.path().join("p/2031-03-01/01.md"), "# 题目\n\n本报讯（记者林夕）3月1日，正文。\n");
    let archive = place.path().join("a");
    let ran = baoku_on(&archive, &["index", place.path().join("p").to_str().unwrap()]).ended(0);
    assert_eq!(ran.out, "", "index has no data to print");
    assert!(ran.err.contains("1 articles") || ran.err.contains("1 article"), "{}", ran.err);
}

#[test]
fn a_pipe_and_no_color_get_no_escape_codes() {
    for args in [
        vec!["search", "镜湖", "--limit", "2"],
        vec!["person", "陆怀舟"],
        vec!["people", "--post", "区长"],
        vec!["stats"],
        vec!["parse", "fixtures/pages/gap/input.md"],
        vec!["search", "--batch", "no-such-file"],
        vec!["--help"],
    ] {
        let ran = baoku_on(fixture_archive(), &args);
        assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{args:?}");
    }
}

#[test]
fn marks_are_characters_of_the_snippet() {
    let answer = search(&["“镜湖”", "--format", "json", "--limit", "0"]).ended(0).json();
    let mut marks = 0;
    for hit in answer["hits"].as_array().unwrap() {
        for snippet in hit["snippets"].as_array().unwrap() {
            let chars: Vec<char> = snippet["text"].as_str().unwrap().chars().collect();
            for mark in snippet["marks"].as_array().unwrap() {
                let at = |i: usize| usize::try_from(mark[i].as_u64().unwrap()).unwrap();
                assert_eq!(chars[at(0)..at(1)].iter().collect::<String>(), "镜湖");
                marks += 1;
            }
        }
    }
    assert!(marks > 10);
}

#[test]
fn parse_and_names_touch_no_archive() {
    let place = folder();
    let archive = place.path().join("a");
    baoku_on(&archive, &["parse", "fixtures/pages/gap/input.md"]).ended(0);
    baoku_on(&archive, &["names", "fixtures/pages/gap/input.md"]).ended(0);
    assert!(!archive.exists());
}

#[test]
fn a_question_may_have_words_that_begin_with_a_dash() {
    let count = |args: &[&str]| -> u64 { search(&[&["--count"], args].concat()).out.trim().parse().unwrap() };
    let (both, without) = (count(&["镜湖", "公告"]), count(&["镜湖", "-公告"]));
    assert_eq!(both + without, count(&["镜湖"]));
    assert!(both > 0 && without > 0);
    assert_eq!(count(&["--", "镜湖", "-公告"]), without);
    assert_eq!(count(&["-公告", "镜湖"]), without);
}

#[test]
fn limit_zero_means_all_and_windows_fit_together() {
    let ids = |args: &[&str]| -> Vec<String> {
        search(&[&["镜湖", "--format", "ids"], args].concat()).out.lines().map(str::to_owned).collect()
    };
    let all = ids(&["--limit", "0"]);
    let total: usize = search(&["镜湖", "--count"]).ended(0).out.trim().parse().unwrap();
    assert_eq!(all.len(), total);
    let mut windows = Vec::new();
    for offset in (0..total).step_by(7) {
        windows.extend(ids(&["--limit", "7", "--offset", &offset.to_string()]));
    }
    assert_eq!(windows, all);
    assert_eq!(ids(&["--limit", "5", "--offset", "100000"]), Vec::<String>::new());
    let next = search(&["镜湖", "--format", "json", "--limit", "7"]).json()["next"].clone();
    assert_eq!(next, "7");
    let last = search(&["镜湖", "--format", "json", "--limit", "0"]).json()["next"].clone();
    assert_eq!(last, Value::Null);
}

#[test]
fn order_and_dates_are_as_asked() {
    let dates = |args: &[&str]| -> Vec<String> {
        let answer = search(&[&["镜湖", "--format", "json", "--limit", "0"], args].concat()).json();
        answer["hits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|h| h["date"].as_str().unwrap_or("").to_owned())
            .collect()
    };
    let newest = dates(&["--sort", "newest"]);
    assert!(newest.is_sorted_by(|a, b| a >= b), "{newest:?}");
    assert!(dates(&["--sort", "oldest"]).is_sorted());
    let in_2032 = dates(&["--from", "2032", "--to", "2032-12-31"]);
    assert!(!in_2032.is_empty() && in_2032.iter().all(|d| d.starts_with("2032")), "{in_2032:?}");
    assert_eq!(in_2032.len(), newest.iter().filter(|d| d.starts_with("2032")).count());
    for wrong in [["--from", "gestern"], ["--to", "2032-02-30"]] {
        let ran = search(&[&["镜湖"], &wrong[..]].concat()).ended(2);
        assert!(ran.err.starts_with("error: ") && ran.err.contains("hint: "), "{}", ran.err);
    }
    search(&["镜湖", "--from", "2033", "--to", "2031"]).ended(2);
}

#[test]
fn trec_has_six_columns_and_scores_never_rise() {
    let ran = search(&["镜湖 治理 工程 群众", "--format", "trec", "--limit", "50"]).ended(0);
    let rows: Vec<Vec<&str>> = ran.out.lines().map(|l| l.split(' ').collect()).collect();
    assert!(rows.len() > 10);
    let mut last = f64::INFINITY;
    for (number, row) in rows.iter().enumerate() {
        assert_eq!(row.len(), 6, "{row:?}");
        assert_eq!((row[1], row[5]), ("Q0", "baoku"));
        assert_eq!(row[3], (number + 1).to_string());
        let score: f64 = row[4].parse().unwrap();
        assert!(score <= last, "{row:?}");
        last = score;
    }
}

#[test]
fn csv_opens_in_a_spreadsheet() {
    let ran = search(&["镜湖", "--format", "csv", "--limit", "0"]).ended(0);
    let table = ran.out.strip_prefix('\u{FEFF}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header[..4], ["id", "date", "paper", "page"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let ids: Vec<&str> = rows.iter().map(|r| &r[0]).collect();
    let want = search(&["镜湖", "--format", "ids", "--limit", "0"]);
    assert_eq!(ids, want.out.lines().collect::<Vec<_>>());
}

#[test]
fn a_batch_answers_every_line_but_the_bad_ones() {
    let place = folder();
    let file = place.path().join("questions.jsonl");
    write(
        &file,
        "{\"id\":\"q1\",\"query\":\"镜湖\"}\n{\"id\":\"q2\"\n\n{\"text\":\"春耕\"}\n防汛\n{\"id\":7,\"query\":\"“镜湖里没有的龙宫”\"}\n",
    );
    let file = file.to_str().unwrap();
    let ran = search(&["--batch", file, "--format", "jsonl", "--limit", "2"]).ended(2);
    let ids: Vec<String> = ran.json_lines().iter().map(|a| a["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, ["q1", "2", "4", "5", "7"]);
    assert!(ran.json_lines()[1]["error"].is_string());
    assert_eq!(ran.err.lines().filter(|l| l.starts_with("error: ")).count(), 1, "{}", ran.err);
    assert!(ran.err.contains("questions.jsonl:2: "), "{}", ran.err);
    let ran = search(&["--batch", file, "--format", "trec", "--limit", "2"]).ended(2);
    let mut queries: Vec<&str> = ran.out.lines().map(|l| l.split(' ').next().unwrap()).collect();
    queries.dedup();
    assert_eq!(queries, ["q1", "4", "5"]);
    let fed =
        baoku_fed(fixture_archive(), &["search", "--batch", "-", "--count"], "镜湖\r\n春耕\r\n").ended(0);
    let counts: Vec<String> = fed.out.lines().map(|l| l.split('\t').next().unwrap().to_owned()).collect();
    assert_eq!(counts, ["1", "2"]);
}

#[test]
fn a_batch_answers_like_single_questions() {
    for question in ["镜湖 治理", "“区水利局”", "标题:开工", "-镜湖"] {
        let mut single = search(&[question, "--format", "json"]).json();
        let batch = baoku_fed(fixture_archive(), &["search", "--batch", "-", "--format", "jsonl"], question);
        let mut batch = batch.ended(0).json_lines().remove(0);
        for answer in [&mut single, &mut batch] {
            let members = answer.as_object_mut().unwrap();
            members.remove("took_ms");
            members.remove("id");
        }
        assert_eq!(single, batch, "{question}");
    }
}

#[test]
fn show_takes_an_article_a_page_or_an_issue() {
    let ids = search(&["日期:2031-04-30", "--limit", "0", "--format", "ids"]).out;
    let id = ids.lines().next().unwrap();
    let (page, _) = id.rsplit_once('/').unwrap();
    let (issue, _) = page.rsplit_once('/').unwrap();
    let count = |id: &str| {
        baoku_on(fixture_archive(), &["show", id, "--format", "jsonl"]).ended(0).out.lines().count()
    };
    assert_eq!(count(id), 1);
    assert!(1 <= count(page) && count(page) < count(issue), "{page} {issue}");
    assert_eq!(count(issue), ids.lines().count());
    let text = baoku_on(fixture_archive(), &["show", id]).ended(0);
    assert!(text.out.contains(id), "{}", text.out);
}

#[test]
fn help_is_as_it_was() {
    expect_file!["golden/help/baoku.txt"].assert_eq(&baoku(["--help"]).ended(0).out);
    for (command, golden) in [
        ("index", expect_file!["golden/help/index.txt"]),
        ("search", expect_file!["golden/help/search.txt"]),
        ("show", expect_file!["golden/help/show.txt"]),
        ("cite", expect_file!["golden/help/cite.txt"]),
        ("export", expect_file!["golden/help/export.txt"]),
        ("trend", expect_file!["golden/help/trend.txt"]),
        ("compare", expect_file!["golden/help/compare.txt"]),
        ("save", expect_file!["golden/help/save.txt"]),
        ("saved", expect_file!["golden/help/saved.txt"]),
        ("alerts", expect_file!["golden/help/alerts.txt"]),
        ("person", expect_file!["golden/help/person.txt"]),
        ("network", expect_file!["golden/help/network.txt"]),
        ("people", expect_file!["golden/help/people.txt"]),
        ("parse", expect_file!["golden/help/parse.txt"]),
        ("names", expect_file!["golden/help/names.txt"]),
        ("serve", expect_file!["golden/help/serve.txt"]),
        ("stats", expect_file!["golden/help/stats.txt"]),
        ("bench", expect_file!["golden/help/bench.txt"]),
    ] {
        golden.assert_eq(&baoku([command, "--help"]).ended(0).out);
    }
}

#[test]
fn completions_and_manual_name_every_command() {
    let help = baoku(["--help"]).ended(0).out;
    let listed = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let commands: Vec<&str> = listed.lines().filter_map(|l| l.split_whitespace().next()).collect();
    assert!(commands.len() >= 10, "{commands:?}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = baoku(["completions", shell]).ended(0).out;
        for command in commands.iter().filter(|c| **c != "help") {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
    let manual = baoku(["man"]).ended(0).out;
    assert!(manual.contains(".TH"), "{manual}");
    for command in commands {
        assert!(manual.contains(&format!("baoku\\-{command}")), "{command}: {manual}");
    }
}
