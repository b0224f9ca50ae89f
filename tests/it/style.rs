//! What the issues of a paper teach about each other, and that an archive that learned it late is the one
//! that knew it from the beginning.

use std::fs;
use std::path::{Path, PathBuf};

use baoku::index::StoredArticle;
use baoku::ingest::Options;
use baoku::pipeline::{self, Report, Share, verify};
use baoku::search::Archive;

use crate::support::{baoku, folder, stored, write};

const RENEWAL: &str = "老旧小区改造有序推进";

/// An issue: who signs below the second headline, and how the first story is signed.
fn page(day: u8, signature: &str, reporter: &str) -> String {
    format!(
        "澜湾日报\n2031年6月{day}日 第2版\n\n# 引水渠通水润田畴\n\n本报讯{reporter}在望江镇看到，新修的水渠已经通水，\
         渠边的稻田一片新绿。村民说，往年这个时候还要挑水浇地，今年不用愁了。\n\n# {RENEWAL}\n\n{signature}镜湖区今年\
         计划改造老旧小区十二个，涉及居民三千余户。区住建局负责人介绍，首批四个小区已经开工，年底前全部完工。\n\n\
         区住建局表示，改造方案充分征求了居民意见。\n\n# 农技下乡助春耕\n\n本报讯 镜湖区农技人员走进田间地头，\
         为农户讲解育秧技术。截至目前，全区已完成早稻育秧二万三千亩。\n"
    )
}

/// Two issues in which a pen name stands as such, and one before in which nothing on the line tells it.
fn write_issues(pages: &Path, days: &[u8]) {
    for day in days {
        let text = if *day == 1 {
            page(1, "晓渔\n\n", "")
        } else {
            page(*day, "本报讯 ", "（记者 晓渔）")
        };
        write(pages.join(format!("2031-06-0{day}/02.md")), text);
    }
}

fn index(archive: &Path, sources: &[PathBuf]) -> Report {
    pipeline::index(archive, sources, &Options::default(), false, &|_| {}).unwrap()
}

fn all(archive: &Path) -> Vec<StoredArticle> {
    let mut all = stored(&Archive::open(archive).unwrap());
    all.sort_by(|a, b| a.article.id.cmp(&b.article.id));
    all
}

/// Who signs the story of the first day, and how its body begins.
fn first_day(archive: &Path) -> (Vec<String>, String) {
    let all = all(archive);
    let one = |a: &&StoredArticle| {
        a.article.headline.as_deref() == Some(RENEWAL) && a.facts.date.is_some_and(|d| d.day() == 1)
    };
    let article = &all.iter().find(one).expect("the story of the first day").article;
    let names = article.byline.iter().map(|author| author.name.clone()).collect();
    (names, article.paragraphs[0].chars().take(4).collect())
}

fn alone() -> (Vec<String>, String) {
    (Vec::new(), "晓渔镜湖".to_owned())
}

fn taught() -> (Vec<String>, String) {
    (vec!["晓渔".to_owned()], "镜湖区今".to_owned())
}

#[track_caller]
fn sound(archive: &Path) {
    let found = verify(archive, true, &|_, _, _| {}).unwrap();
    assert!(found.sound, "{:#?}", found.findings);
}

#[test]
fn later_issues_teach_how_an_earlier_one_is_read_and_what_goes_is_unlearned() {
    let place = folder();
    let at = |name: &str| place.path().join(name);
    let pages = at("pages");
    write_issues(&pages, &[1]);
    index(&at("grown"), std::slice::from_ref(&pages));
    assert_eq!(first_day(&at("grown")), alone());
    write_issues(&pages, &[2]);
    let report = index(&at("grown"), std::slice::from_ref(&pages));
    assert_eq!((report.units_read, report.units_restyled), (1, 0), "one issue may be a slip");
    assert_eq!(first_day(&at("grown")), alone());
    write_issues(&pages, &[3]);
    let report = index(&at("grown"), std::slice::from_ref(&pages));
    assert_eq!((report.units_read, report.units_unchanged, report.units_restyled), (1, 1, 1));
    assert_eq!(first_day(&at("grown")), taught());
    sound(&at("grown"));
    let report = index(&at("grown"), std::slice::from_ref(&pages));
    assert_eq!((report.units_read, report.units_unchanged, report.units_restyled), (0, 3, 0));

    index(&at("at-once"), std::slice::from_ref(&pages));
    assert_eq!(all(&at("grown")), all(&at("at-once")));
    pipeline::index(&at("grown"), &[], &Options::default(), true, &|_| {}).unwrap();
    assert_eq!(all(&at("grown")), all(&at("at-once")), "made anew from what it keeps");

    fs::remove_dir_all(pages.join("2031-06-03")).unwrap();
    let report = index(&at("grown"), std::slice::from_ref(&pages));
    assert_eq!((report.units_removed, report.units_restyled), (1, 1));
    assert_eq!(first_day(&at("grown")), alone());
    sound(&at("grown"));
}

#[test]
fn an_issue_is_read_again_from_what_the_archive_keeps_where_its_folder_is_gone() {
    let place = folder();
    let at = |name: &str| place.path().join(name);
    write_issues(&at("early"), &[1]);
    index(&at("archive"), &[at("early")]);
    fs::remove_dir_all(at("early")).unwrap();
    write_issues(&at("late"), &[2, 3]);
    let report = index(&at("archive"), &[at("late")]);
    assert_eq!((report.units_read, report.units_restyled), (2, 1));
    assert_eq!(first_day(&at("archive")), taught());
    sound(&at("archive"));
}

#[test]
fn without_kept_sources_it_stays_as_it_was_read_and_nothing_is_lost() {
    let place = folder();
    let at = |name: &str| place.path().join(name);
    let options = Options { no_sources: true, ..Options::default() };
    let index = |sources: &Path| {
        pipeline::index(&at("archive"), &[sources.to_owned()], &options, false, &|_| {}).unwrap()
    };
    write_issues(&at("early"), &[1]);
    index(&at("early"));
    write_issues(&at("late"), &[2, 3]);
    assert_eq!(index(&at("late")).units_restyled, 0);
    assert_eq!(first_day(&at("archive")), alone());
    // As soon as its folder is given again.
    write_issues(&at("late"), &[4]);
    let again =
        pipeline::index(&at("archive"), &[at("early"), at("late")], &options, false, &|_| {}).unwrap();
    assert_eq!((again.units_read, again.units_restyled), (1, 1));
    assert_eq!(first_day(&at("archive")), taught());
}

#[test]
fn parts_of_several_machines_teach_each_other() {
    let place = folder();
    let at = |name: &str| place.path().join(name);
    write_issues(&at("pages"), &[1, 2, 3, 4]);
    index(&at("one"), &[at("pages")]);
    for number in 1..=3 {
        let share = Some(Share { number, of: 3 });
        let sources = [at("pages")];
        pipeline::prepare(&sources, &at("parts"), &Options::default(), None, share, &|_, _| {}).unwrap();
    }
    index(&at("many"), &[at("parts")]);
    assert_eq!(first_day(&at("many")), taught());
    assert_eq!(all(&at("many")), all(&at("one")));
    sound(&at("many"));
}

#[test]
fn parse_reads_the_issues_it_is_given_as_an_archive_of_them_would() {
    let place = folder();
    let pages = place.path().join("pages");
    write_issues(&pages, &[1, 2, 3]);
    let bylines = |folder: &Path| {
        let pages = baoku(["parse", folder.to_str().unwrap(), "--format", "json"]).json();
        let first = pages.as_array().unwrap().iter().find(|page| page["date"] == "2031-06-01").unwrap();
        first["articles"][1]["byline"].clone()
    };
    assert_eq!(bylines(&pages)[0]["name"], "晓渔");
    assert_eq!(bylines(&pages.join("2031-06-01")), serde_json::json!([]));
}
