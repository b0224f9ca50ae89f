//! Bad input from the first day: each a clear error or a recorded problem, and the rest is done.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;

use baoku::search::{Archive, Request};
use serde_json::Value;

use crate::support::{Ran, baoku_on, fixture_archive, folder, write};

const GOOD: &str = "# 望江桥今日通车\n\n本报讯（记者孙一鸣）3月1日上午，横跨澜河的望江桥建成通车，两岸居民步行过江只要六分钟。\n";

/// Indexes a folder in which one page is good; gives the run and the problems it recorded.
fn index_beside_good(place: &Path, more: &[&str]) -> (Ran, Vec<Value>) {
    write(place.join("pages/2031-03-01/09.md"), GOOD);
    let (pages, report) = (place.join("pages"), place.join("report.jsonl"));
    let args = [&["index", pages.to_str().unwrap(), "--report", report.to_str().unwrap()], more].concat();
    let ran = baoku_on(&place.join("archive"), &args);
    let problems = fs::read_to_string(report).unwrap_or_default();
    let problems = problems.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    (ran, problems)
}

fn kinds_of(problems: &[Value], file: &str) -> Vec<String> {
    let of_file = problems.iter().filter(|p| p["source"].as_str().is_some_and(|s| s.ends_with(file)));
    of_file.map(|p| p["kind"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn good_is_found(place: &Path) {
    let archive = Archive::open(&place.join("archive")).unwrap();
    assert_eq!(archive.count(&Request::new("“望江桥”")).unwrap(), 1, "the good page is indexed all the same");
}

#[test]
fn an_archive_that_does_not_exist_is_an_error_with_a_hint() {
    let place = folder();
    for args in
        [vec!["search", "镜湖"], vec!["show", "x"], vec!["people"], vec!["person", "甲"], vec!["stats"]]
    {
        let ran = baoku_on(&place.path().join("none"), &args).ended(2);
        assert_eq!(ran.out, "");
        assert!(
            ran.err.starts_with("error: ") && ran.err.contains("there is no archive here"),
            "{}",
            ran.err
        );
        assert!(ran.err.contains("\nhint: "), "{}", ran.err);
    }
    let ran = baoku_on(place.path(), &["search", "镜湖"]).ended(2);
    assert!(ran.err.contains("holds no baoku archive"), "{}", ran.err);
    assert!(!place.path().join("none").exists(), "searching makes nothing");
}

#[test]
fn a_folder_with_other_things_is_never_written_into() {
    let place = folder();
    write(place.path().join("notes/letter.txt"), "亲启");
    write(place.path().join("p/01.md"), GOOD);
    let pages = place.path().join("p");
    let ran = baoku_on(&place.path().join("notes"), &["index", pages.to_str().unwrap()]).ended(2);
    assert!(ran.err.contains("holds no baoku archive"), "{}", ran.err);
    let mut left: Vec<_> =
        fs::read_dir(place.path().join("notes")).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.retain(|name| name != "lock");
    assert_eq!(left, ["letter.txt"]);
}

#[test]
fn a_source_that_does_not_exist_is_an_error() {
    let place = folder();
    let ran = baoku_on(&place.path().join("a"), &["index", "no/such/folder"]).ended(2);
    assert_eq!(ran.err, "error: no/such/folder: no such file or folder\n");
    assert!(!place.path().join("a").exists());
    let ran = baoku_on(place.path(), &["parse", "no/such/page.md", "fixtures/pages/gap/input.md"]).ended(2);
    assert!(ran.out.contains("陆怀舟到石桥头镇检查防汛备汛工作"), "the other page is read");
}

#[test]
fn a_folder_without_pages_is_told() {
    let place = folder();
    fs::create_dir(place.path().join("empty")).unwrap();
    let empty = place.path().join("empty");
    let ran = baoku_on(&place.path().join("a"), &["index", empty.to_str().unwrap()]).ended(2);
    assert!(ran.err.contains("no pages or articles"), "{}", ran.err);
    assert!(ran.err.contains("empty"), "{}", ran.err);
}

#[test]
fn a_second_index_waits_for_nobody() {
    let place = folder();
    let (ran, _) = index_beside_good(place.path(), &[]);
    ran.ended(0);
    let lock = File::create(place.path().join("archive/lock")).unwrap();
    lock.lock().unwrap();
    let (ran, _) = index_beside_good(place.path(), &[]);
    let ran = ran.ended(2);
    assert!(ran.err.contains("another baoku is indexing into this archive"), "{}", ran.err);
    assert!(ran.err.contains("\nhint: "), "{}", ran.err);
    // Searching goes on meanwhile.
    baoku_on(&place.path().join("archive"), &["search", "望江桥"]).ended(0);
    lock.unlock().unwrap();
    let (ran, _) = index_beside_good(place.path(), &[]);
    ran.ended(0);
}

#[test]
fn a_port_in_use_is_told_before_anything_is_indexed() {
    let place = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let archive = place.path().join("archive");
    let ran = baoku_on(&archive, &["serve", "fixtures/archive", "--listen", &address]).ended(2);
    assert!(ran.err.contains(&address) && ran.err.contains("\nhint: "), "{}", ran.err);
    assert!(!archive.exists());
}

#[test]
fn an_empty_file_and_a_binary_file_are_problems_and_the_others_are_read() {
    let place = folder();
    write(place.path().join("pages/2031-03-01/01.md"), "");
    write(
        place.path().join("pages/2031-03-01/02.md"),
        [0u8, 1, 2, 0xFF, 0xFE, 0, 0, 7, 0x80, 0x81, 0, 3].repeat(50),
    );
    write(place.path().join("pages/2031-03-01/photo.jpg"), b"\xFF\xD8\xFF\xE0 no picture");
    let (ran, problems) = index_beside_good(place.path(), &[]);
    ran.ended(0);
    assert!(kinds_of(&problems, "01.md").contains(&"empty".to_owned()), "{problems:?}");
    assert!(kinds_of(&problems, "02.md").contains(&"not-text".to_owned()), "{problems:?}");
    good_is_found(place.path());
}

#[test]
fn a_broken_encoding_is_told_and_what_can_be_read_is_read() {
    let place = folder();
    let mut bytes = GOOD.replace("望江桥", "柳渡桥").into_bytes();
    // A character cut in the middle, as a bad copy leaves it.
    let at = bytes.len() / 2;
    let at = (at..).find(|i| bytes[*i] >= 0xE0).unwrap();
    bytes.remove(at + 1);
    write(place.path().join("pages/2031-03-01/01.md"), bytes);
    let (ran, problems) = index_beside_good(place.path(), &[]);
    ran.ended(0);
    assert!(kinds_of(&problems, "01.md").contains(&"encoding".to_owned()), "{problems:?}");
    good_is_found(place.path());
    baoku_on(&place.path().join("archive"), &["search", "“柳渡桥”"]).ended(0);
}

#[test]
fn an_unreadable_file_is_a_problem_and_strict_makes_it_an_error() {
    // A file that can be opened and not read, also by the superuser.
    let unreadable = Path::new("/proc/self/mem");
    if !unreadable.exists() {
        eprintln!("SKIPPED: this system has no {}", unreadable.display());
        return;
    }
    let place = folder();
    let (ran, problems) = index_beside_good(place.path(), &["/proc/self/mem"]);
    let ran = ran.ended(0);
    assert_eq!(
        kinds_of(&problems, "/proc/self/mem").first().map(String::as_str),
        Some("unreadable"),
        "{problems:?}"
    );
    assert!(ran.err.contains("unreadable: /proc/self/mem"), "{}", ran.err);
    good_is_found(place.path());
    let strict = folder();
    let (ran, _) = index_beside_good(strict.path(), &["/proc/self/mem", "--strict"]);
    let ran = ran.ended(2);
    assert!(ran.err.contains("error: index: 1 file could not be read"), "{}", ran.err);
    good_is_found(strict.path());
}

#[test]
fn a_file_without_permission_is_a_problem() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = folder();
    let locked = place.path().join("pages/2031-03-01/01.md");
    write(&locked, GOOD);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&locked).is_ok() {
        eprintln!("SKIPPED: the superuser reads every file");
        return;
    }
    let (ran, problems) = index_beside_good(place.path(), &[]);
    ran.ended(0);
    assert_eq!(kinds_of(&problems, "01.md"), ["unreadable"]);
    good_is_found(place.path());
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let place = folder();
    write(place.path().join("pages/01.md"), GOOD);
    let pages = place.path().join("pages");
    let args = ["index", pages.to_str().unwrap(), "--report", "no/such/folder/report.jsonl"];
    let ran = baoku_on(&place.path().join("archive"), &args).ended(2);
    assert!(ran.err.contains("error: no/such/folder/report.jsonl: "), "{}", ran.err);
}

#[test]
fn every_line_of_a_report_has_source_kind_and_message() {
    let place = folder();
    write(place.path().join("pages/2031-03-01/01.md"), "");
    let (_, problems) = index_beside_good(place.path(), &[]);
    assert!(!problems.is_empty());
    for problem in problems {
        for member in ["source", "kind", "message"] {
            assert!(problem[member].as_str().is_some_and(|s| !s.is_empty()), "{problem}");
        }
    }
}

#[test]
fn a_bad_line_of_ready_articles_does_not_stop_the_others() {
    let place = folder();
    let lines = "{\"id\":\"1\",\"headline\":\"甲\",\"body\":\"正文一。\"}\n{oops\n[]\n{\"id\":\"2\",\"headline\":\"乙\",\"body\":\"正文二。\"}\n";
    write(place.path().join("pages/articles.jsonl"), lines);
    let (ran, problems) = index_beside_good(place.path(), &[]);
    ran.ended(0);
    let bad: Vec<u64> = problems
        .iter()
        .filter(|p| p["kind"] == "bad-format")
        .map(|p| p["line"].as_u64().expect("with its line"))
        .collect();
    assert_eq!(bad, [2, 3], "{problems:?}");
    let archive = Archive::open(&place.path().join("archive")).unwrap();
    assert!(archive.article("1").unwrap().is_some() && archive.article("2").unwrap().is_some());
    good_is_found(place.path());
}

#[test]
fn a_long_question_is_answered() {
    let words: String = "镜湖治理工程，".repeat(1_500).chars().take(10_000).collect();
    let ran = baoku_on(fixture_archive(), &["search", &words, "--limit", "1", "--format", "json"]);
    assert!(ran.code <= 1, "{}", ran.err);
    let answer = ran.json();
    assert_eq!(answer["query"]["input"].as_str().map(|s| s.chars().count()), Some(10_000));
    let literal: String = format!("“{}”", "镜".repeat(9_000));
    baoku_on(fixture_archive(), &["search", &literal]).ended(1);
    let nested = format!("{}镜湖{}", "(".repeat(4_000), ")".repeat(4_000));
    baoku_on(fixture_archive(), &["search", &nested, "--count"]).ended(0);
    let either = vec!["镜湖"; 2_500].join(" OR ");
    baoku_on(fixture_archive(), &["search", &either, "--count"]).ended(0);
}

#[test]
fn odd_questions_are_answered_without_an_error() {
    for odd in [
        "\"",
        "“",
        "(",
        ")",
        "-",
        "OR",
        "AND NOT",
        ":",
        "标题:",
        "~5",
        "*",
        "　",
        "\u{0}x",
        "12:30",
        "https://a.b/c?d=e",
        "😀",
        "日期:昨天",
    ] {
        if odd.contains('\u{0}') {
            continue; // No argument of a process can hold it.
        }
        let ran = baoku_on(fixture_archive(), &["search", odd, "--limit", "1"]);
        assert!(ran.code <= 1, "{odd:?}: {}", ran.err);
        assert!(!ran.err.contains("error: "), "{odd:?}: {}", ran.err);
    }
}

/// A page of at least so many bytes, one story, every paragraph its own.
fn big_page(bytes: usize) -> String {
    let mut page = String::from("# 大页\n\n");
    let mut number = 0;
    while page.len() < bytes {
        number += 1;
        page.push_str("　　");
        for _ in 0..40 {
            page.push_str(&format!("镜湖{number}号水面清了，岸边的人多了起来，都说是最好的一个春天。"));
        }
        page.push_str("\n\n");
    }
    page
}

fn big_page_is_indexed(bytes: usize) {
    let place = folder();
    write(place.path().join("pages/2031-03-02/01.md"), big_page(bytes));
    let (ran, _) = index_beside_good(place.path(), &[]);
    ran.ended(0);
    good_is_found(place.path());
    baoku_on(&place.path().join("archive"), &["search", "“镜湖7号水面”", "--limit", "1"]).ended(0);
}

#[test]
fn a_page_of_two_megabytes_is_indexed() {
    big_page_is_indexed(2_000_000);
}

#[test]
#[ignore = "takes half a minute: a page of 50 MB"]
fn a_page_of_fifty_megabytes_is_indexed() {
    big_page_is_indexed(50_000_000);
}
