//! The same sources give the same archive, whatever the number of threads and the order of files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Draw, baoku_on, command, folder, issues, top};

/// What an archive answers, as printed; times, bytes and the number of runs left out.
fn answers(archive: &Path) -> String {
    let mut out = String::new();
    for question in ["镜湖", "局长 会议", "“水利局”", "防汛 OR 春耕", "记者 -会议", ""] {
        for sort in ["relevance", "newest"] {
            let args =
                ["search", question, "--sort", sort, "--limit", "0", "--facet", "person", "--format", "json"];
            let mut answer = baoku_on(archive, &args).json();
            answer["took_ms"] = 0.into();
            out.push_str(&format!("{answer}\n"));
        }
    }
    out.push_str(&baoku_on(archive, &["people", "--limit", "0", "--format", "jsonl"]).out);
    out.push_str(&baoku_on(archive, &["export", "--format", "jsonl"]).out);
    let mut stats = baoku_on(archive, &["stats", "--format", "json"]).json();
    for member in ["index_bytes", "kept_bytes", "generation"] {
        stats[member] = 0.into();
    }
    out.push_str(&stats.to_string());
    out
}

fn index_with(threads: &str, archive: &Path, sources: &[PathBuf]) {
    let mut args = vec!["index".to_owned()];
    args.extend(sources.iter().map(|s| s.display().to_string()));
    let done =
        command(args).env("RAYON_NUM_THREADS", threads).env("BAOKU_ARCHIVE", archive).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[track_caller]
fn same(a: &str, b: &str, what: &str) {
    for (a, b) in a.lines().zip(b.lines()) {
        assert_eq!(a, b, "{what}");
    }
    assert_eq!(a.lines().count(), b.lines().count(), "{what}");
}

#[test]
fn threads_and_the_order_of_sources_change_nothing() {
    let place = folder();
    let mut sources: Vec<PathBuf> = issues().into_iter().take(8).collect();
    let first = place.path().join("1");
    index_with("1", &first, &sources);
    let right = answers(&first);
    let mut draw = Draw::seeded(3);
    for threads in ["2", "8"] {
        for at in (1..sources.len()).rev() {
            sources.swap(at, draw.below(at + 1));
        }
        let other = place.path().join(threads);
        index_with(threads, &other, &sources);
        same(&answers(&other), &right, threads);
    }
}

#[test]
fn an_archive_grown_step_by_step_and_optimized_is_the_one_built_at_once() {
    let place = folder();
    let sources: Vec<PathBuf> = issues().into_iter().take(8).collect();
    let (grown, at_once) = (place.path().join("grown"), place.path().join("at-once"));
    let pages = place.path().join("pages");
    for issue in &sources {
        let own = pages.join(issue.file_name().unwrap());
        crate::support::copy(&top().join(issue), &own);
        // A page that goes again, and with it what it taught.
        let passing = own.join("passing.md");
        fs::write(&passing, "# 一时之言\n\n本报讯（记者孙一鸣）区长卓一航在会议上说，一时之言不必当真。\n")
            .unwrap();
        index_with("2", &grown, std::slice::from_ref(&pages));
        fs::remove_file(passing).unwrap();
    }
    index_with("2", &grown, std::slice::from_ref(&pages));
    index_with("2", &at_once, std::slice::from_ref(&pages));
    baoku_on(&grown, &["optimize"]).ended(0);
    same(&answers(&grown), &answers(&at_once), "grown and at once");
    baoku_on(&grown, &["verify", "--full"]).ended(0);
}
