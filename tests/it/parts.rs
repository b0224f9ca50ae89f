//! What many machines have read is, put together, the archive that one machine makes of it all.

use std::fs;
use std::path::{Path, PathBuf};

use baoku::ingest::Options;
use baoku::pipeline::{self, Preparation, Share};
use baoku::search::{Archive, PeopleQuery, Request};

use crate::support::{baoku, baoku_on, copy, folder, index, issues, stored, top, write};

fn prepare(sources: &[PathBuf], out: &Path, share: Option<Share>) -> Preparation {
    pipeline::prepare(sources, out, &Options::default(), None, share, &|_, _| {}).unwrap()
}

/// All that answers of two archives show is the same, byte for byte.
#[track_caller]
fn same(one: &Path, many: &Path) {
    for args in [
        ["export"].as_slice(),
        &["people", "--format", "jsonl"],
        &["search", "镜湖 治理", "--format", "ids", "--limit", "0", "--sort", "oldest"],
        &["stats", "--issues", "--format", "jsonl"],
        &["trend", "镜湖", "--by", "month", "--format", "json"],
    ] {
        let (here, there) = (baoku_on(one, args), baoku_on(many, args));
        assert!(here.code == there.code && here.out == there.out, "{args:?}: {} {}", here.err, there.err);
    }
    let (one, many) = (Archive::open(one).unwrap(), Archive::open(many).unwrap());
    // All that is kept of them, also what is not exported.
    let all = |archive: &Archive| {
        let mut all = stored(archive);
        all.sort_by(|a, b| a.article.id.cmp(&b.article.id));
        all
    };
    assert_eq!(all(&one), all(&many));
    let of = |archive: &Archive| archive.holdings(&PeopleQuery::default()).unwrap();
    assert_eq!(of(&one), of(&many));
    let taught = |archive: &Archive| -> Vec<String> {
        archive.index().names().unwrap().taught().map(str::to_owned).collect()
    };
    assert_eq!(taught(&one), taught(&many));
}

#[test]
fn parts_of_several_machines_are_the_archive_of_one() {
    let dir = folder();
    let at = |name: &str| dir.path().join(name);
    let sources = [PathBuf::from("fixtures/archive"), at("more")];
    write(
        at("more/ready.jsonl"),
        "{\"headline\":\"魏振东到望江桥\",\"body\":\"魏振东作安排。\",\"date\":\"2031-03-09\"}\nx\n",
    );
    index(&at("one"), &sources);
    let mut articles = 0;
    for number in 1..=3 {
        // Each on a machine of its own.
        let share = format!("{number}/3");
        let (out, more) = (at(&format!("parts/{number}")), at("more"));
        let args = ["prepare", "fixtures/archive", more.to_str().unwrap(), "--share", &share, "--out"];
        let ran = baoku(args.into_iter().chain([out.to_str().unwrap()])).ended(0);
        articles += ran.err.split(' ').next().unwrap().parse::<u64>().unwrap();
    }
    let report = index(&at("many"), &[at("parts")]);
    assert_eq!(report.articles_written, articles);
    same(&at("one"), &at("many"));
    let report = index(&at("many"), &[at("parts")]);
    assert_eq!((report.units_read, report.articles_written), (0, 0));
    baoku_on(&at("many"), &["verify", "--full"]).ended(0);
    let id = &stored(&Archive::open(&at("many")).unwrap())[0].article.id;
    let source = |archive: &str| baoku_on(&at(archive), &["show", id, "--format", "source"]).ended(0).out;
    assert_eq!(source("one"), source("many"));
    // They are kept there, so that nothing is needed to make it anew.
    fs::remove_dir_all(at("parts")).unwrap();
    baoku_on(&at("many"), &["index", "--rebuild"]).ended(0);
    same(&at("one"), &at("many"));
}

#[test]
fn a_name_learned_in_one_part_is_known_in_all() {
    let dir = folder();
    let at = |name: &str| dir.path().join(name);
    write(at("a/2031-03-01/01.md"), "# 望江桥通车\n\n本报讯（记者孙一鸣）副区长申小满出席通车仪式。\n");
    write(at("b/2031-03-02/01.md"), "# 早市开张\n\n本报讯（记者黄河）摊主们说，申小满来得早，走得晚。\n");
    index(&at("one"), &[at("a"), at("b")]);
    prepare(&[at("a")], &at("parts"), None);
    prepare(&[at("b")], &at("parts"), None);
    index(&at("many"), &[at("parts")]);
    same(&at("one"), &at("many"));
    let found = Archive::open(&at("many")).unwrap().count(&Request::new("人物:申小满")).unwrap();
    assert_eq!(found, 2);
    // The same where they come one after the other.
    let late = index(&at("late"), &[at("a")]);
    assert_eq!(late.articles_written, 1);
    index(&at("late"), &[at("parts")]);
    same(&at("one"), &at("late"));
}

#[test]
fn a_part_made_again_brings_what_changed() {
    let dir = folder();
    let at = |name: &str| dir.path().join(name);
    for issue in issues().iter().take(3) {
        copy(&top().join(issue), &at("pages").join(issue.file_name().unwrap()));
    }
    let first = prepare(&[at("pages")], &at("parts"), None);
    index(&at("many"), &[at("parts")]);
    write(at("pages/2035-01-01/01.md"), "# 望江桥通车\n\n本报讯（记者孙一鸣）副区长申小满出席通车仪式。\n");
    let again = prepare(&[at("pages")], &at("parts"), None);
    assert_eq!((&again.part, again.units), (&first.part, first.units + 1));
    assert_eq!(fs::read_dir(at("parts")).unwrap().count(), 3, "what the part was before is gone");
    let report = index(&at("many"), &[at("parts")]);
    assert_eq!((report.units_read, report.units_unchanged), (1, first.units));
    index(&at("one"), &[at("pages")]);
    same(&at("one"), &at("many"));
}

#[test]
fn corrections_of_one_part_hold_for_all() {
    let dir = folder();
    let at = |name: &str| dir.path().join(name);
    write(
        at("a/澜湾日报/2031-03-01/01.md"),
        "# 望江桥通车\n\n本报讯（记者孙一鸣）副区长申小满出席通车仪式。\n",
    );
    write(at("b/澜湾日报/2031-03-02/01.md"), "# 早市开张\n\n本报讯（记者黄河）摊主们说，申小满来得早。\n");
    index(&at("one"), &[at("a"), at("b")]);
    let id = stored(&Archive::open(&at("one")).unwrap())
        .into_iter()
        .find(|a| a.article.headline.as_deref() == Some("早市开张"))
        .unwrap()
        .article
        .id;
    write(at("a/corrections.toml"), format!("[[article]]\nid = \"{id}\"\nheadline = \"早市开张了\"\n"));
    index(&at("one"), &[at("a"), at("b")]);
    prepare(&[at("a")], &at("parts"), None);
    prepare(&[at("b")], &at("parts"), None);
    index(&at("many"), &[at("parts")]);
    assert_eq!(Archive::open(&at("many")).unwrap().count(&Request::new("“早市开张了”")).unwrap(), 1);
    same(&at("one"), &at("many"));
}

#[test]
fn a_part_that_is_not_whole_is_refused() {
    let dir = folder();
    let at = |name: &str| dir.path().join(name);
    write(at("pages/2031-03-01/01.md"), "# 望江桥通车\n\n本报讯（记者孙一鸣）副区长申小满出席通车仪式。\n");
    let part = prepare(&[at("pages")], &at("parts"), None).part;
    let run = || {
        let (archive, parts) = (at("archive"), at("parts"));
        baoku(["index", "--archive", archive.to_str().unwrap(), parts.to_str().unwrap()]).ended(2).err
    };
    let head = fs::read_to_string(&part).unwrap();
    write(&part, head.replace("\"baoku_part\":2", "\"baoku_part\":9"));
    assert!(run().contains("form 9"));
    write(&part, &head[..head.len() / 2]);
    assert!(run().contains("no head of a part"));
    write(&part, &head);
    let data = fs::read_dir(at("parts")).unwrap().map(|e| e.unwrap().path());
    let data = data.into_iter().find(|p| p.extension().is_some_and(|e| e == "zst")).unwrap();
    let whole = fs::read(&data).unwrap();
    write(&data, &whole[..whole.len() - 1]);
    assert!(run().contains("not whole"));
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    write(&data, flipped);
    assert!(run().contains("hint: prepare"));
    write(&data, whole);
    index(&at("archive"), &[at("parts")]);
    for wrong in ["0/2", "3/2", "x"] {
        baoku(["prepare", "x", "--out", "y", "--share", wrong]).ended(2);
    }
}

#[test]
fn a_part_is_taken_for_no_source_and_a_source_for_no_part() {
    let dir = folder();
    let at = |name: &str| dir.path().join(name);
    write(at("a/2031-03-01/01.md"), "# 望江桥通车\n\n本报讯（记者孙一鸣）副区长申小满出席通车仪式。\n");
    let part = prepare(&[at("a")], &at("parts"), None).part;
    let (parts, part, out) = (at("parts"), part.as_path(), at("out"));
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    for source in [text(&parts), text(part)] {
        let refused = baoku(["prepare", &source, "--out", out.to_str().unwrap()]).ended(2).err;
        assert!(refused.contains("is a part, and no source") && refused.contains("hint: index"), "{refused}");
    }
    for inside in fs::read_dir(&parts).unwrap().map(|entry| entry.unwrap().path()).filter(|p| p != part) {
        for args in [["prepare", &text(&inside), "--out", "out"].as_slice(), &["index", &text(&inside)]] {
            let refused = baoku_on(&at("archive"), args).ended(2).err;
            assert!(refused.contains("lies inside a part") && refused.contains("hint: "), "{refused}");
        }
    }
    for option in [["--paper", "别报"], ["--date", "2031-03-02"], ["--page", "2"]] {
        let args = ["index", &text(&parts), option[0], option[1]];
        let refused = baoku_on(&at("archive"), &args).ended(2).err;
        assert!(refused.contains(option[0]) && refused.contains("baoku prepare"), "{refused}");
    }
    baoku_on(&at("archive"), &["index", &text(&parts)]).ended(0);
}
