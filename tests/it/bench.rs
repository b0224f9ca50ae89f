//! `baoku bench`: what is drawn, what is told, and that a quoted run that misses an article is told.

use baoku::bench::{Options, QuestionKind, run};
use serde_json::Value;

use crate::support::{baoku_on, fixture_archive, folder, write};

fn figures(args: &[&str]) -> Value {
    let args = [&["bench", "--questions", "40", "--format", "json"], args].concat();
    baoku_on(fixture_archive(), &args).ended(0).json()
}

#[test]
fn an_archive_is_measured_with_questions_of_its_own() {
    let told = figures(&[]);
    let stats = baoku_on(fixture_archive(), &["stats", "--format", "json"]).ended(0).json();
    for same in ["articles", "text_bytes", "index_bytes", "generation"] {
        assert_eq!(told[same], stats[same], "{same}");
    }
    let kinds: Vec<&str> =
        told["kinds"].as_array().unwrap().iter().filter_map(|k| k["kind"].as_str()).collect();
    assert_eq!(kinds, QuestionKind::ALL.map(QuestionKind::name));
    for kind in told["kinds"].as_array().unwrap() {
        assert_eq!(kind["asked"], 40, "{kind}");
        let took = |name: &str| kind[name].as_f64().unwrap();
        assert!(0.0 < took("p50_ms") && took("p50_ms") <= took("p99_ms"), "{kind}");
        assert!(took("p99_ms") <= took("worst_ms") && kind["worst_question"].is_string(), "{kind}");
        let found = kind["found"].as_u64().unwrap();
        // What is drawn from an article is found there; two words of one sentence may stand apart.
        assert!(found == 40 || (kind["kind"] == "near" && found >= 30), "{kind}");
    }
    assert_eq!(told["exactness"]["drawn"], 40);
    assert_eq!(told["exactness"]["equal"], 40);
    assert_eq!(told["exactness"]["articles_read"], stats["articles"]);
    if cfg!(target_os = "linux") {
        let memory = &told["memory"];
        assert!(memory["peak_bytes"].as_u64() >= memory["own_bytes"].as_u64(), "{memory}");
    }
}

#[test]
fn the_same_seed_asks_the_same_and_another_asks_otherwise() {
    let worst = |told: Value| -> Vec<u64> {
        told["kinds"].as_array().unwrap().iter().map(|k| k["found"].as_u64().unwrap()).collect()
    };
    let tell = |_: &'static str, _: u64, _: u64| {};
    let options = |seed| Options { questions: 30, seed, rescan: true };
    let exact = |seed| run(fixture_archive(), &options(seed), &tell).unwrap().exactness.unwrap();
    assert_eq!(exact(1), exact(1));
    assert_eq!(worst(figures(&["--seed", "5"])), worst(figures(&["--seed", "5"])));
}

#[test]
fn text_tells_the_same_for_people() {
    let told = baoku_on(fixture_archive(), &["bench", "--questions", "10", "--seed", "3"]).ended(0).out;
    for line in ["articles ", "index ", "open ", "memory ", "literal ", "words ", "facets "] {
        assert!(told.lines().any(|l| l.starts_with(line)), "{line}: {told}");
    }
    assert!(told.contains("literals    all exact: 10 of 10 quoted runs"), "{told}");
    let told = baoku_on(fixture_archive(), &["bench", "--questions", "10", "--no-rescan"]).ended(0).out;
    assert!(!told.contains("exact"), "{told}");
}

#[test]
fn no_archive_is_an_error_and_an_empty_one_nothing() {
    let place = folder();
    let told = baoku_on(&place.path().join("none"), &["bench"]).ended(2);
    assert!(told.err.starts_with("error: ") && told.err.contains("hint: "), "{}", told.err);
    // All of its articles are gone again.
    let (archive, source) = (place.path().join("archive"), place.path().join("articles.jsonl"));
    write(&source, "{\"headline\":\"镜湖水清\",\"body\":\"岸绿。\"}\n");
    let index = ["index", source.to_str().unwrap()];
    baoku_on(&archive, &index).ended(0);
    baoku_on(&archive, &["bench", "--questions", "5"]).ended(0);
    write(&source, "");
    baoku_on(&archive, &index);
    baoku_on(&archive, &["bench"]).ended(1);
}
