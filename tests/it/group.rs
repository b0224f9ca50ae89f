//! Hits put together: prints of one story, months, people.

use baoku::search::{Archive, Group, Request, Results};

use crate::support::{folder, write};

/// A story of some length, the same wherever it is printed.
const STORY: &str = "栖河大桥的最后一段钢梁昨天合龙，两岸的居民从清早就站在堤上看。这座桥全长六百四十米，双向四车道，\
    两侧各留出三米宽的人行道。施工单位说，桥面铺装还需要两个月，入冬以前可以通车，到那时从老渡口到对岸的菜市场只要走八分钟。";

fn archive() -> (tempfile::TempDir, Archive) {
    let folder = folder();
    let line = |id: &str, date: &str, paper: &str, body: &str| {
        serde_json::json!({"id": id, "headline": format!("栖河大桥 {id}"), "date": date, "paper": paper, "body": body})
            .to_string()
    };
    let lines = [
        line("a", "2031-03-02", "甲报", &format!("本报讯 {STORY}")),
        line("b", "2031-03-03", "乙报", &format!("{STORY}（据甲报）")),
        line(
            "c",
            "2031-05-01",
            "甲报",
            "栖河大桥的桥名定了，区长魏振东说，就用老百姓叫惯了的名字，不再另起。",
        ),
        line("d", "2031-05-02", "甲报", "栖河大桥通车那天，区长魏振东和设计师一起走过了桥。"),
    ];
    write(folder.path().join("a.jsonl"), lines.join("\n"));
    let options = baoku::ingest::Options::default();
    let root = folder.path().join("archive");
    baoku::pipeline::index(&root, &[folder.path().join("a.jsonl")], &options, false, &|_| ()).unwrap();
    let archive = Archive::open(&root).unwrap();
    (folder, archive)
}

fn asked(archive: &Archive, group: Option<Group>, limit: usize) -> Results {
    archive.search(&Request { group, limit, ..Request::new("栖河大桥") }).unwrap()
}

#[test]
fn a_reprint_stands_under_the_better_print_and_still_counts() {
    let (_folder, archive) = archive();
    let apart = asked(&archive, None, 10);
    let together = asked(&archive, Some(Group::Reprints), 10);
    assert_eq!((apart.hits.len(), together.hits.len()), (4, 3));
    assert_eq!(together.total, apart.total);
    let first = together.hits.iter().find(|hit| !hit.reprints.is_empty()).unwrap();
    let mut ids = vec![first.id.as_str(), first.reprints[0].id.as_str()];
    let order =
        apart.hits.iter().map(|hit| hit.id.as_str()).filter(|id| ids.contains(id)).collect::<Vec<_>>();
    assert_eq!(ids, order, "the better print comes first");
    ids.sort_unstable();
    assert_eq!(ids, ["a", "b"]);
    // Windows are of ranked hits: nothing is shown twice or left out.
    let mut seen = Vec::new();
    let mut offset = 0;
    loop {
        let request =
            Request { group: Some(Group::Reprints), limit: 2, offset, ..Request::new("栖河大桥") };
        let window = archive.search(&request).unwrap();
        for hit in &window.hits {
            seen.push(hit.id.clone());
            seen.extend(hit.reprints.iter().map(|print| print.id.clone()));
        }
        let Some(next) = window.next else { break };
        offset = next.parse().unwrap();
    }
    seen.sort_unstable();
    assert_eq!(seen, ["a", "b", "c", "d"]);
}

#[test]
fn groups_have_exact_counts_and_their_first_hits() {
    let (_folder, archive) = archive();
    let of = |results: &Results| -> Vec<(String, u64, usize)> {
        results.groups.iter().map(|g| (g.value.clone(), g.count, g.hits.len())).collect()
    };
    let months = asked(&archive, Some(Group::Month), 10);
    assert_eq!(of(&months), [("2031-05".to_owned(), 2, 2), ("2031-03".to_owned(), 2, 2)]);
    assert!(months.hits.is_empty() && months.next.is_none());
    let people = asked(&archive, Some(Group::Person), 10);
    assert_eq!(of(&people), [("魏振东".to_owned(), 2, 2)]);
    let one = asked(&archive, Some(Group::Month), 1);
    assert_eq!((one.groups.len(), one.next.as_deref()), (1, Some("1")));
}

#[test]
fn the_command_line_shows_reprints_below_their_story_and_groups_by_month() {
    let (folder, _archive) = archive();
    let root = folder.path().join("archive");
    let run = |args: &[&str]| {
        let mut all = vec!["search", "栖河大桥"];
        all.extend(args);
        crate::support::baoku_on(&root, &all)
    };
    let shown = run(&[]);
    assert!(shown.out.contains("+ reprint "), "{}", shown.out);
    assert!(!run(&["--group", "none"]).out.contains("+ reprint "));
    assert_eq!(run(&["--format", "ids"]).out.lines().count(), 4);
    let months = run(&["--group", "month", "--sort", "oldest"]);
    assert!(months.out.find("2031-03  (2)").unwrap() < months.out.find("2031-05  (2)").unwrap());
    let refused = run(&["--group", "month", "--format", "csv"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--group"), "{}", refused.err);
}
