//! What is offered where a question finds nothing, how an answer is proved and explained.

use serde_json::Value;

use crate::support::{baoku_on, folder, write};

const ARTICLES: &str = r#"{"id":"a","headline":"镜湖引水渠全线贯通","body":"本报讯 区长单立夫、区委副书记魏振东到镜湖引水渠调研。\n单立夫说，水利工程要抓紧。","date":"2031-03-18","paper":"澜湾日报"}
{"id":"b","headline":"区纪律检查委员会召开全会","body":"本报讯 区纪律检查委员会昨日召开全会，区长单立夫出席。","date":"2031-03-19","paper":"澜湾日报"}
{"id":"c","headline":"春耕备耕忙","body":"柳渡的水利工程为春耕备足了水。区长魏振东到田间察看。","date":"2032-03-19","paper":"澜湾日报"}
"#;

fn archive() -> (tempfile::TempDir, std::path::PathBuf) {
    let place = folder();
    let articles = place.path().join("articles.jsonl");
    write(&articles, ARTICLES);
    let archive = place.path().join("a");
    baoku_on(&archive, &["index", articles.to_str().unwrap()]).ended(0);
    (place, archive)
}

fn ask(archive: &std::path::Path, question: &str, code: i32) -> Value {
    baoku_on(archive, &["search", question, "--format", "json"]).ended(code).json()
}

fn meant(answer: &Value) -> Vec<(String, String, u64)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let all = answer["did_you_mean"].as_array().cloned().unwrap_or_default();
    all.iter().map(|m| (text(&m["query"]), text(&m["reason"]), m["count"].as_u64().unwrap())).collect()
}

#[test]
fn a_name_is_offered_by_its_sound_and_never_mixed_in() {
    let (_place, archive) = archive();
    for (typed, query, count) in [
        ("善立夫", "单立夫", 2),
        ("“魏真东”", "\"魏振东\"", 2),
        ("danlifu", "", 0),
        ("shanlifu", "单立夫", 2),
        ("wzd", "魏振东", 2),
    ] {
        let answer = ask(&archive, typed, 1);
        assert_eq!(answer["total"]["value"], 0, "{typed}");
        assert_eq!(answer["hits"].as_array().unwrap().len(), 0, "{typed}");
        let wanted = (query.to_owned(), "sound".to_owned(), count);
        assert_eq!(meant(&answer).contains(&wanted), count > 0, "{typed}: {answer}");
    }
}

#[test]
fn a_question_without_an_answer_says_what_stands_nowhere() {
    let (_place, archive) = archive();
    let answer = ask(&archive, "“水利工程” “鹰嘴崖”", 1);
    let notes = answer["query"]["notes"].as_array().unwrap();
    assert!(notes.contains(&"no article contains “鹰嘴崖”".into()), "{notes:?}");
    assert!(notes.contains(&"articles found without “鹰嘴崖”: 2".into()), "{notes:?}");
}

#[test]
fn another_name_is_told_and_not_searched() {
    let (place, archive) = archive();
    // Articles with 区 alone follow as partial hits.
    let answer = ask(&archive, "区纪委", 0);
    assert_eq!(answer["total"]["value"], 0);
    assert!(
        meant(&answer).contains(&("区纪委 OR \"区纪律检查委员会\"".to_owned(), "synonym".to_owned(), 1)),
        "{answer}"
    );
    write(archive.join("lexicon/synonyms.txt"), "# 本地\n引水渠 跃进渠\n");
    let answer = ask(&archive, "跃进渠", 0);
    assert!(meant(&answer).iter().any(|m| m.1 == "synonym"), "the archive's own file counts: {answer}");
    drop(place);
}

#[test]
fn an_answer_is_proved_by_reading_everything() {
    let (_place, archive) = archive();
    for (question, code, read) in [
        ("“水利工程”", 0, 2),
        ("“鹰嘴崖”", 1, 0),
        ("水利 春耕", 0, 1),
        ("区长 -人物:单立夫 日期:2032", 0, 1),
        ("标题:引水渠 OR “镜湖 工程”~30", 0, 1),
    ] {
        let ran = baoku_on(&archive, &["search", question, "--verify", "--format", "json"]).ended(code);
        let proof = ran.json();
        assert_eq!(proof["verified"]["read"], read, "{question}");
        assert_eq!(proof["verified"]["found"], read, "{question}");
        assert_eq!(proof["verified"]["articles"], 3);
        assert_eq!(proof["verified"]["agree"], true);
    }
}

#[test]
fn an_explained_score_is_the_sum_of_its_parts() {
    let (_place, archive) = archive();
    let answer =
        baoku_on(&archive, &["search", "水利工程 春耕", "--explain", "--format", "json"]).ended(0).json();
    assert_eq!(answer["explain"]["tree"][0], "all of");
    let mut last = f64::INFINITY;
    for hit in answer["hits"].as_array().unwrap().iter().filter(|hit| hit["partial"] != true) {
        let score = hit["explain"]["score"].as_f64().unwrap();
        let parts = hit["explain"]["parts"].as_array().unwrap();
        let sum: f64 = parts.iter().map(|p| p["adds"].as_f64().unwrap()).sum();
        assert!((score - sum).abs() < 1e-3 && score <= last, "{hit}");
        last = score;
    }
    let plain = ask(&archive, "水利工程 春耕", 0);
    assert_eq!(plain.get("explain"), None);
    assert_eq!(plain["hits"][0].get("explain"), None);
}

#[test]
fn a_name_that_nobody_bears_names_whom_it_may_mean() {
    let (_place, archive) = archive();
    for (typed, why) in [("善立夫", "sounds alike"), ("单立天", "looks alike")] {
        let ran = baoku_on(&archive, &["person", typed]);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains(&format!("perhaps 单立夫 ({why})")), "{typed}: {}", ran.err);
    }
    let opened = baoku::search::Archive::open(&archive).unwrap();
    let suggested = |typed: &str| -> Vec<(String, Option<baoku::search::Reason>, String)> {
        let all = opened.suggest(typed, 5).unwrap();
        all.into_iter().map(|s| (s.text, s.reason, s.query)).collect()
    };
    let sound = Some(baoku::search::Reason::Sound);
    assert_eq!(suggested("水利 善立夫"), [("单立夫".into(), sound, "水利 单立夫".into())]);
    assert_eq!(suggested("单立")[0].1, None);
    assert_eq!(suggested("水利工程"), []);
}
