//! An archive's own lexicon: names, never-names, aliases, posts, bodies and corrections of persons. A change
//! of it gives the archive that would have been built with it.

use std::fs;
use std::path::{Path, PathBuf};

use baoku::diag::ProblemKind;
use baoku::ingest::Options;
use baoku::pipeline::{self, Report};
use baoku::search::{Archive, PeopleQuery, Request};

use crate::support::{baoku, baoku_on, folder, index, stored, write};

const PAGES: &[(&str, &str)] = &[
    (
        "2031-03-01/01.md",
        "# 望江桥今日通车\n\n本报讯（记者孙一鸣）3月1日上午，横跨澜河的望江桥建成通车。副区长王刚出席并讲话。\n\n\
         老魏说，桥栏的高度是照着孩子的身高定的，大人扶着也不弯腰。村里的果果儿也来了。\n",
    ),
    (
        "2031-03-02/01.md",
        "# 柳渡小学添了三间音乐教室\n\n本报讯（记者黄河）3月2日，柳渡小学的三间音乐教室投入使用。区两山办主任魏振东到场察看。\n\n\
         安和村党支部书记王刚说，墙面铺的是回收的稻壳板。\n",
    ),
    (
        "2031-03-03/01.md",
        "# 南塘早市搬进新棚\n\n本报讯（记者林夕）3月3日，南塘早市搬进了新盖的大棚。副区长王刚现场察看，镇河掌谢长青陪同。\n",
    ),
];

const LEXICON: &str = "# 澜湾的人和事\nname 果果儿\nalias 老魏 魏振东\norgan 区两山办 区绿水青山办公室\npost 河掌\n\
    never 孙一鸣\npart 王刚 副区长 安和村\nnmae 某某\n";

struct Desk {
    place: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { place: folder() };
        for (page, text) in PAGES {
            write(desk.pages().join(page), text);
        }
        desk
    }

    fn pages(&self) -> PathBuf {
        self.place.path().join("pages")
    }

    fn archive(&self) -> PathBuf {
        self.place.path().join("archive")
    }

    fn index(&self) -> Report {
        index(&self.archive(), &[self.pages()])
    }
}

/// Everything about people that the archive of a desk tells, wherever the desk stands.
fn told(desk: &Desk) -> Vec<String> {
    let archive = Archive::open(&desk.archive()).unwrap();
    let place = desk.place.path().to_str().unwrap().trim_start_matches('/').to_owned();
    let mut out: Vec<String> = Vec::new();
    for article in stored(&archive) {
        out.push(format!("{:?}", article.people));
        for person in &article.people.summary {
            for person in archive.persons_named(person.person()).unwrap() {
                out.push(format!("{person:?}"));
            }
        }
    }
    out.into_iter().map(|line| line.replace(&place, "")).collect()
}

#[test]
fn the_lexicon_in_the_archive_is_used_and_a_bad_line_is_told() {
    let desk = Desk::new();
    write(desk.archive().join("lexicon/people.txt"), LEXICON);
    let report = desk.index();
    let bad: Vec<_> = report
        .problems
        .iter()
        .filter(|p| p.source.ends_with("people.txt"))
        .map(|p| (p.problem.line, p.problem.message.clone()))
        .collect();
    assert_eq!(bad.len(), 1, "{bad:?}");
    assert_eq!(bad[0].0, Some(8));
    let archive = Archive::open(&desk.archive()).unwrap();
    let count = |question: &str| archive.count(&Request::new(question)).unwrap();
    assert_eq!((count("人物:果果儿"), count("人物:老魏"), count("人物:魏振东")), (1, 1, 2));
    assert_eq!(archive.person("孙一鸣").unwrap().map(|p| p.id), None);
    let persons = archive.persons_named("老魏").unwrap();
    assert_eq!(persons.len(), 1);
    assert_eq!((persons[0].name.as_str(), persons[0].articles), ("魏振东", 2));
    assert_eq!(persons[0].aliases, ["老魏"]);
    for organ in ["区两山办", "区绿水青山办公室"] {
        let asked = PeopleQuery { organ: Some(organ.to_owned()), ..PeopleQuery::default() };
        let rows = archive.holdings(&asked).unwrap();
        assert_eq!(rows.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["魏振东"], "{organ}");
    }
    let chief = archive.persons_named("谢长青").unwrap();
    assert!(chief[0].holdings[0].post.ends_with("河掌"), "{chief:?}");
    let apart = archive.persons_named("王刚").unwrap();
    assert_eq!(
        apart.iter().map(|p| (p.id.as_str(), p.articles)).collect::<Vec<_>>(),
        [("王刚", 2), ("王刚~2", 1)]
    );
    let page = archive.person_page(apart[1].clone(), 0).unwrap();
    assert_eq!(page.articles.len(), 1, "a namesake's list holds the namesake's own articles");
    assert_eq!(page.months.iter().map(|m| m.articles).sum::<u64>(), 1);
    assert_eq!(page.person.correction.map(|c| c.place), Some("people.txt:7".to_owned()));
    assert_eq!(page.person.possibly_same[0].id, "王刚");
}

#[test]
fn what_fits_nobody_is_told_and_other_names_are_no_lines_of_it() {
    let desk = Desk::new();
    write(
        desk.archive().join("lexicon/people.txt"),
        "join 无此人\npart 王刚 副区长 石桥村\npart 魏振东 区两山办 区水利局\n",
    );
    write(desk.archive().join("lexicon/synonyms.txt"), "区两山办 区绿水青山办公室\n");
    let report = desk.index();
    let told: Vec<_> = report
        .problems
        .iter()
        .filter(|p| p.source.ends_with(".txt"))
        .map(|p| (p.problem.kind, p.problem.line, p.problem.message.clone()))
        .collect();
    let unused = |line: usize, message: &str| (ProblemKind::CorrectionUnused, Some(line), message.to_owned());
    assert_eq!(
        told,
        [
            unused(2, "`part 王刚 副区长 石桥村`: nothing printed of 王刚 has the mark 石桥村"),
            unused(3, "`part 魏振东 区两山办 区水利局`: nothing printed of 魏振东 has the mark 区水利局"),
            unused(1, "`join 无此人`: no article names 无此人"),
        ]
    );
}

#[test]
fn a_changed_lexicon_gives_the_archive_that_would_have_been_built_with_it() {
    let desk = Desk::new();
    desk.index();
    let without = told(&desk);
    let fresh = Desk::new();
    write(fresh.archive().join("lexicon/people.txt"), LEXICON);
    fresh.index();
    let with = told(&fresh);
    assert_ne!(without, with);

    write(desk.archive().join("lexicon/people.txt"), LEXICON);
    let report = desk.index();
    assert_eq!(report.units_read, 0);
    assert!(report.articles_renewed > 0 && report.lexicon_changed > 0, "{report:?}");
    assert_eq!(told(&desk), with);
    let again = desk.index();
    assert_eq!((again.lexicon_changed, again.generation), (0, report.generation));

    // Corrections alone touch no article.
    write(desk.archive().join("lexicon/people.txt"), LEXICON.replace("part 王刚 副区长 安和村", "join 王刚"));
    let report = desk.index();
    assert_eq!((report.articles_renewed, report.lexicon_changed), (0, 1));
    assert_eq!(Archive::open(&desk.archive()).unwrap().persons_named("王刚").unwrap().len(), 1);

    fs::remove_dir_all(desk.archive().join("lexicon")).unwrap();
    desk.index();
    assert_eq!(told(&desk), without);
}

#[test]
fn a_named_folder_is_kept_to_and_what_was_known_outlives_its_loss() {
    let desk = Desk::new();
    let own = desk.place.path().join("own");
    write(own.join("a.txt"), "alias 老魏 魏振东\n");
    let run = |rebuild: bool, folder: Option<&Path>| {
        let (archive, pages) = (desk.archive(), [desk.pages()]);
        pipeline::index_with(&archive, &pages, &Options::default(), folder, rebuild, &|_| {}).unwrap()
    };
    run(false, Some(&own));
    let aliases =
        || Archive::open(&desk.archive()).unwrap().persons_named("魏振东").unwrap()[0].aliases.clone();
    assert_eq!(aliases(), ["老魏"]);
    run(true, None);
    assert_eq!(aliases(), ["老魏"], "a rebuild keeps to it too");
    fs::remove_dir_all(&own).unwrap();
    let report = run(false, None);
    assert_eq!(aliases(), ["老魏"]);
    assert!(report.problems.iter().any(|p| p.source.ends_with("own")), "{report:?}");
}

#[test]
fn commands_without_an_archive_take_a_lexicon_too() {
    let place = folder();
    write(place.path().join("own/a.txt"), "name 果果儿\npost 河掌\nnever\n");
    write(place.path().join("text.txt"), "果果儿说，镇河掌谢长青来了。");
    let (own, text) = (place.path().join("own"), place.path().join("text.txt"));
    let (own, text) = (own.to_str().unwrap(), text.to_str().unwrap());
    let ran = baoku(["names", text, "--lexicon", own, "--format", "jsonl"]).ended(2);
    assert!(ran.err.contains("a.txt:3: `never` without a word behind it"), "{}", ran.err);
    let names: Vec<String> = ran.json_lines()[0]["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["果果儿", "谢长青"]);
    let ran = baoku(["parse", text, "--lexicon", own, "--format", "jsonl"]).ended(2);
    assert!(ran.out.contains("\"果果儿\""), "{}", ran.out);
    for command in ["names", "parse", "index"] {
        let ran = baoku_on(&place.path().join("archive"), &[command, text, "--lexicon", "no/such"]).ended(2);
        assert!(ran.err.contains("error: no/such: no such folder"), "{}", ran.err);
    }
}
