//! An archive that grows: what is unchanged stays, what changed is replaced, what is gone goes,
//! and in the end it is the archive that would have been built at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use baoku::diag::ProblemKind;
use baoku::pipeline::Report;
use baoku::search::{Archive, PeopleQuery, Request};

use crate::support::{copy, fixture_archive, folder, index, issues, stored, top, write};

/// A small paper in a folder of its own, and its archive.
struct Desk {
    place: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { place: folder() }
    }

    fn pages(&self) -> PathBuf {
        self.place.path().join("pages")
    }

    fn archive(&self) -> PathBuf {
        self.place.path().join("archive")
    }

    fn print(&self, page: &str, text: &str) {
        write(self.pages().join(page), text);
    }

    fn index(&self) -> Report {
        index(&self.archive(), &[self.pages()])
    }

    fn open(&self) -> Archive {
        Archive::open(&self.archive()).unwrap()
    }

    fn headlines(&self) -> Vec<String> {
        let mut all: Vec<String> =
            stored(&self.open()).into_iter().filter_map(|a| a.article.headline).collect();
        all.sort();
        all
    }

    fn count(&self, question: &str) -> u64 {
        self.open().count(&Request::new(question)).unwrap()
    }
}

const BRIDGE: &str = "# 望江桥今日通车\n\n本报讯（记者孙一鸣）3月1日上午，横跨澜河的望江桥建成通车，两岸居民步行过江只要六分钟。\n\n\
    区住建局局长白鹭在现场说，桥栏的高度是照着孩子的身高定的，大人扶着也不弯腰。\n";
const MARKET: &str = "# 南塘早市搬进新棚\n\n本报讯（记者林夕）3月1日，经营了二十年的南塘早市搬进了新盖的大棚，摊位费三年不变。\n\n\
    卖豆腐的冯桂香把秤擦了又擦，说新秤要配老顾客。\n";
const SCHOOL: &str = "# 柳渡小学添了三间音乐教室\n\n本报讯（记者黄河）3月2日，柳渡小学的三间音乐教室投入使用，墙面铺的是回收的稻壳板。\n";

#[test]
fn indexing_twice_changes_nothing() {
    let desk = Desk::new();
    desk.print("2031-03-01/01.md", BRIDGE);
    desk.print("2031-03-02/01.md", SCHOOL);
    let first = desk.index();
    assert_eq!((first.units_read, first.articles_written), (2, 2));
    let second = desk.index();
    assert_eq!((second.units_read, second.units_unchanged, second.articles_written), (0, 2, 0));
    assert_eq!(second.generation, first.generation, "the state that is served is the same one");
}

#[test]
fn a_new_time_on_an_old_page_changes_nothing() {
    let desk = Desk::new();
    desk.print("2031-03-01/01.md", BRIDGE);
    let first = desk.index();
    let page = fs::File::options().append(true).open(desk.pages().join("2031-03-01/01.md")).unwrap();
    page.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_900_000_000)).unwrap();
    let second = desk.index();
    assert_eq!((second.units_read, second.units_unchanged), (0, 1));
    assert_eq!(second.generation, first.generation);
}

#[test]
fn a_changed_page_replaces_its_articles() {
    let desk = Desk::new();
    desk.print("2031-03-01/01.md", BRIDGE);
    desk.print("2031-03-01/02.md", MARKET);
    desk.index();
    assert_eq!(desk.count("“豆腐”"), 1);
    desk.print("2031-03-01/02.md", &MARKET.replace("卖豆腐的冯桂香", "卖菜苗的冯桂香"));
    desk.index();
    assert_eq!(desk.headlines(), ["南塘早市搬进新棚", "望江桥今日通车"]);
    assert_eq!((desk.count("“豆腐”"), desk.count("“菜苗”"), desk.count("“望江桥”")), (0, 1, 1));
    assert_eq!(desk.open().generation().articles, 2);
}

#[test]
fn a_removed_page_takes_its_articles_along_when_its_folder_is_indexed_again() {
    let desk = Desk::new();
    desk.print("2031-03-01/01.md", BRIDGE);
    desk.print("2031-03-01/02.md", MARKET);
    desk.print("2031-03-02/01.md", SCHOOL);
    desk.index();
    fs::remove_file(desk.pages().join("2031-03-01/02.md")).unwrap();
    desk.index();
    assert_eq!(desk.headlines(), ["望江桥今日通车", "柳渡小学添了三间音乐教室"]);
    assert!(desk.open().person("冯桂香").unwrap().is_none(), "nobody names her any more");
    fs::remove_dir_all(desk.pages().join("2031-03-02")).unwrap();
    desk.index();
    assert_eq!(desk.headlines(), ["望江桥今日通车"]);
    assert_eq!(desk.open().generation().pages, 1);
}

#[test]
fn pages_outside_the_folder_that_is_indexed_stay() {
    let desk = Desk::new();
    desk.print("2031-03-01/01.md", BRIDGE);
    desk.print("2031-03-02/01.md", SCHOOL);
    desk.index();
    fs::remove_dir_all(desk.pages().join("2031-03-01")).unwrap();
    index(&desk.archive(), &[desk.pages().join("2031-03-02")]);
    assert_eq!(desk.headlines(), ["望江桥今日通车", "柳渡小学添了三间音乐教室"]);
}

#[test]
fn one_named_file_of_an_issue_never_loses_the_others() {
    let desk = Desk::new();
    desk.print("2031-03-01/01.md", BRIDGE);
    desk.print("2031-03-01/02.md", MARKET);
    desk.index();
    let named = desk.pages().join("2031-03-01/01.md");
    index(&desk.archive(), std::slice::from_ref(&named));
    assert_eq!(desk.headlines(), ["南塘早市搬进新棚", "望江桥今日通车"]);
    desk.print("2031-03-01/01.md", &BRIDGE.replace("六分钟", "七分钟"));
    index(&desk.archive(), &[named]);
    assert_eq!(desk.headlines(), ["南塘早市搬进新棚", "望江桥今日通车"]);
    assert_eq!((desk.count("“七分钟”"), desk.count("“六分钟”")), (1, 0));
}

#[test]
fn a_folder_spelled_otherwise_is_the_same_folder() {
    let desk = Desk::new();
    desk.print("2031-03-01/01.md", BRIDGE);
    desk.index();
    let roundabout = desk.pages().join("../pages/./2031-03-01");
    let again = index(&desk.archive(), &[roundabout]);
    assert_eq!(again.generation.unwrap().articles, 1);
    assert_eq!(desk.headlines(), ["望江桥今日通车"]);
}

#[test]
fn ids_do_not_depend_on_the_order_of_the_files() {
    let want: Vec<String> =
        stored(&Archive::open(fixture_archive()).unwrap()).into_iter().map(|a| a.article.id).collect();
    let place = folder();
    let mut backward: Vec<PathBuf> = issues()
        .iter()
        .flat_map(|issue| {
            fs::read_dir(top().join(issue)).unwrap().map(move |e| issue.join(e.unwrap().file_name()))
        })
        .collect();
    backward.sort();
    backward.reverse();
    index(place.path(), &backward);
    let got: Vec<String> =
        stored(&Archive::open(place.path()).unwrap()).into_iter().map(|a| a.article.id).collect();
    assert_eq!(got, want);
}

#[test]
fn a_newly_learned_name_renews_old_articles() {
    let desk = Desk::new();
    desk.print(
        "2031-03-01/01.md",
        "# 雨夜里的泵房\n\n本报讯（记者孙一鸣）3月1日夜里，钟望川守在泵房没有合眼，水位每涨一寸就记一笔。\n",
    );
    desk.index();
    let before = desk.open().articles_naming("钟望川").unwrap().len();
    desk.print(
        "2031-03-02/01.md",
        "# 全区防汛会议召开\n\n本报讯（记者林夕）3月2日，全区防汛会议召开，区水利局局长钟望川通报水情。\n",
    );
    let report = desk.index();
    assert_eq!(desk.open().articles_naming("钟望川").unwrap().len(), 2, "before: {before}");
    if before == 0 {
        assert_eq!(report.articles_renewed, 1);
    }
    let person = desk.open().person("钟望川").unwrap().unwrap();
    assert_eq!(person.articles, 2);
    assert_eq!(person.first_seen.map(|d| d.to_string()).as_deref(), Some("2031-03-01"));
    fs::remove_dir_all(desk.pages().join("2031-03-02")).unwrap();
    desk.index();
    assert_eq!(
        desk.open().articles_naming("钟望川").unwrap().len(),
        before,
        "what was unlearned is as it was"
    );
}

#[test]
fn an_id_given_by_two_sources_is_told_and_the_first_stays() {
    let desk = Desk::new();
    let line = |headline: &str| {
        format!("{{\"id\":\"a1\",\"headline\":\"{headline}\",\"body\":\"正文。\",\"date\":\"2031-03-01\"}}\n")
    };
    desk.print("one.jsonl", &line("第一份"));
    desk.index();
    desk.print("two.jsonl", &line("第二份"));
    let report = desk.index();
    let told: Vec<_> =
        report.problems.iter().filter(|p| p.problem.kind == ProblemKind::DuplicateId).collect();
    assert_eq!(told.len(), 1, "{:?}", report.problems);
    assert!(told[0].source.ends_with("two.jsonl") && told[0].problem.message.contains("a1"), "{told:?}");
    assert_eq!(desk.headlines(), ["第一份"]);
}

#[test]
fn within_one_source_the_later_article_of_an_id_replaces_the_earlier() {
    let desk = Desk::new();
    let line =
        |headline: &str| format!("{{\"id\":\"a1\",\"headline\":\"{headline}\",\"body\":\"正文。\"}}\n");
    desk.print("one.jsonl", &(line("早的") + &line("晚的")));
    desk.index();
    assert_eq!(desk.headlines(), ["晚的"]);
    assert_eq!(desk.open().generation().articles, 1);
}

#[test]
fn both_sources_given_at_once_answer_like_one_after_the_other() {
    let line =
        |headline: &str| format!("{{\"id\":\"a1\",\"headline\":\"{headline}\",\"body\":\"正文。\"}}\n");
    let desk = Desk::new();
    desk.print("one.jsonl", &line("第一份"));
    desk.print("two.jsonl", &line("第二份"));
    let report = desk.index();
    assert_eq!(report.problems.iter().filter(|p| p.problem.kind == ProblemKind::DuplicateId).count(), 1);
    assert_eq!(desk.headlines(), ["第一份"]);
}

#[test]
fn an_article_that_is_not_kept_teaches_no_name() {
    let desk = Desk::new();
    let at_once = desk.place.path().join("at-once");
    let line =
        |id: &str, body: &str| format!("{{\"id\":\"{id}\",\"headline\":\"简讯\",\"body\":\"{body}\"}}\n");
    // The same article twice, and one that a later one of its id replaces.
    let twice = line("a1", "区住建局局长白鹭、区长郭望山到会。");
    desk.print("a.jsonl", &twice);
    desk.index();
    desk.print("b.jsonl", &twice);
    let replaced =
        line("a2", "副区长韩伯川、区长郭望山到会。") + &line("a2", "副区长申小满、区长郭望山到会。");
    desk.print("c.jsonl", &replaced);
    let report = desk.index();
    assert_eq!(report.problems.iter().filter(|p| p.problem.kind == ProblemKind::DuplicateId).count(), 1);
    let names = desk.open().index().names().unwrap();
    let posts = |name: &str| names.get(name).map(|taught| taught.post + taught.list);
    assert_eq!((posts("白鹭"), posts("申小满"), posts("韩伯川")), (Some(1), Some(1), None));
    index(&at_once, &[desk.pages()]);
    assert_eq!(everything(&desk.archive()), everything(&at_once));
    // Nothing of the second is left, either.
    fs::remove_file(desk.pages().join("b.jsonl")).unwrap();
    desk.index();
    assert_eq!(everything(&desk.archive()), everything(&at_once));
}

/// Everything an archive answers: articles as stored, names taught, persons, holdings with evidence, counts.
fn everything(root: &Path) -> BTreeMap<String, String> {
    let archive = Archive::open(root).unwrap();
    let mut all = BTreeMap::new();
    for article in stored(&archive) {
        // The unit's key has the absolute folder of the archive that was indexed.
        let mut value = serde_json::to_value(&article).unwrap();
        value.as_object_mut().unwrap().remove("unit");
        all.insert(format!("article {}", article.article.id), value.to_string());
    }
    for row in archive.holdings(&PeopleQuery::default()).unwrap() {
        all.insert(format!("holding {} {}", row.name, row.post), serde_json::to_string(&row).unwrap());
    }
    for (name, taught) in archive.index().names().unwrap().iter() {
        all.insert(format!("name {name}"), format!("{taught:?}"));
        for person in archive.persons_named(name).unwrap() {
            all.insert(format!("person {}", person.id), serde_json::to_string(&person).unwrap());
        }
    }
    let generation = archive.generation();
    let sums = (generation.articles, generation.persons, generation.pages, generation.text_bytes);
    all.insert("sums".to_owned(), format!("{sums:?}"));
    for question in
        ["镜湖", "“区水利局”", "区长 -镜湖", "职务:区长", "日期:2032", "记者:孙一鸣", "防汛 OR 春耕"]
    {
        let count = archive.count(&Request::new(question)).unwrap();
        let order: Vec<String> = archive
            .search(&Request {
                limit: 0,
                sort: baoku::search::Sort::Newest,
                snippets: false,
                ..Request::new(question)
            })
            .unwrap()
            .hits
            .into_iter()
            .map(|h| h.id)
            .collect();
        all.insert(format!("question {question}"), format!("{count} {order:?}"));
    }
    all
}

#[test]
fn an_archive_grown_step_by_step_answers_like_one_built_at_once() {
    let place = folder();
    // Late issues first, one page changed on the way and put back.
    let mut steps = issues();
    steps.reverse();
    for some in steps.chunks(4) {
        index(place.path(), some);
    }
    let want = everything(fixture_archive());
    let got = everything(place.path());
    assert_eq!(got.keys().collect::<Vec<_>>(), want.keys().collect::<Vec<_>>());
    for (what, value) in &want {
        assert_eq!(&got[what], value, "{what}");
    }
}

#[test]
fn namesakes_of_an_archive_that_grew_are_those_of_one_built_at_once() {
    let desk = Desk::new();
    // Two of one name in the same months, each with others beside, who tell which is meant where the name
    // stands bare; and one whose name only compares equal.
    let texts = [
        "本报讯（记者孙一鸣）副区长王刚、区水利局局长郭望山到河堤上看水。",
        "本报讯（记者林夕）柳林村党支部书记王刚、村民委员会主任申小满领着大家清沟。",
        "本报讯（记者林夕）王刚和申小满又去看了一遍沟。",
        "本报讯（记者孙一鸣）王刚听了郭望山的汇报。",
        "本报讯（记者孙一鸣）区文化馆馆长王剛在台上唱了一段。",
    ];
    let mut segments = 0;
    for step in 0..10 {
        for (page, nth) in [(1, step), (2, step * 3 + 1)] {
            let day = format!("2031-{:02}-{:02}", 1 + step / 4, 1 + step * 2);
            let text = texts[nth % texts.len()];
            desk.print(&format!("{day}/{page:02}.md"), &format!("# 第{step}{page}号简讯\n\n{text}\n"));
        }
        desk.index();
        segments = segments.max(desk.open().index().segments());
    }
    let same = |what: &str| {
        let at_once = folder();
        index(at_once.path(), &[desk.pages()]);
        let (got, want) = (everything(&desk.archive()), everything(at_once.path()));
        for (key, value) in &want {
            assert_eq!(got.get(key), Some(value), "{what}: {key}");
        }
        assert_eq!(got.len(), want.len(), "{what}");
        want
    };
    let all = same("grown");
    assert!(["王刚", "王刚~2", "王剛"].iter().all(|id| all.contains_key(&format!("person {id}"))));
    assert!(segments > 1, "several segments were read from");
    // What was printed goes, is printed otherwise, and comes again.
    let first = desk.pages().join("2031-01-01");
    let printed = fs::read_to_string(first.join("01.md")).unwrap();
    fs::remove_dir_all(&first).unwrap();
    desk.index();
    same("without the first issue");
    desk.print("2031-01-03/02.md", &format!("# 更晚的简讯\n\n{}\n", texts[2]));
    desk.index();
    same("with a page printed otherwise");
    desk.print("2031-01-01/01.md", &printed);
    desk.index();
    same("with the first issue again");
}

#[test]
fn a_word_that_was_once_taken_for_a_name_is_not_met_everywhere() {
    let desk = Desk::new();
    let slip = "# 汛情通报\n\n本报讯（记者孙一鸣）昨天，副区长石桥头、区长郭望山到会并讲话。\n";
    let water = |n: usize| format!("# 水情第{n}号\n\n石桥头的水位退了{n}厘米，看水的人还在堤上。\n");
    let persons = |archive: &Archive| archive.count(&Request::new("人物:石桥头")).unwrap();
    desk.print("2031-03-01/01.md", slip);
    for n in 1..=20 {
        desk.print(&format!("2031-04-{n:02}/01.md"), &water(n));
    }
    desk.index();
    assert_eq!(persons(&desk.open()), 21, "who has a post once is known where he has none");
    for n in 21..=40 {
        desk.print(&format!("2031-05-{:02}/01.md", n - 20), &water(n));
    }
    let report = desk.index();
    // The one with the slip too, whose words are cut otherwise.
    assert_eq!((report.articles_written, report.articles_renewed), (20, 21));
    assert_eq!(persons(&desk.open()), 1, "it is a place");
    let at_once = desk.place.path().join("at-once");
    index(&at_once, &[desk.pages()]);
    assert_eq!(everything(&desk.archive()), everything(&at_once));
    // And back, where articles go.
    for n in 21..=40 {
        fs::remove_dir_all(desk.pages().join(format!("2031-05-{:02}", n - 20))).unwrap();
    }
    desk.index();
    assert_eq!(persons(&desk.open()), 21);
    // Who is printed with a post more often is somebody, wherever the name stands.
    for n in 21..=40 {
        desk.print(&format!("2031-06-{:02}/01.md", n - 20), &water(n));
    }
    desk.print("2031-07-01/01.md", slip);
    desk.index();
    assert_eq!(persons(&desk.open()), 42);
    index(&at_once, &[desk.pages()]);
    assert_eq!(everything(&desk.archive()), everything(&at_once));
}

#[test]
fn what_went_and_came_back_leaves_no_trace() {
    let place = folder();
    let (pages, archive) = (place.path().join("pages"), place.path().join("archive"));
    for issue in issues().iter().take(5) {
        copy(&top().join(issue), &pages.join(issue.file_name().unwrap()));
    }
    let sources = std::slice::from_ref(&pages);
    index(&archive, sources);
    let before = everything(&archive);
    let aside = place.path().join("aside");
    let one = pages.join(issues()[2].file_name().unwrap());
    fs::rename(&one, &aside).unwrap();
    index(&archive, sources);
    assert_ne!(everything(&archive), before);
    fs::rename(&aside, &one).unwrap();
    index(&archive, sources);
    let after = everything(&archive);
    for (what, value) in &before {
        assert_eq!(after.get(what), Some(value), "{what}");
    }
    assert_eq!(after.len(), before.len());
}

#[test]
fn what_lay_in_a_container_that_can_not_be_read_now_stays_and_is_told() {
    let desk = Desk::new();
    let container = desk.pages().join("2031-04-02.tar");
    desk.print("2031-04-01/01.md", BRIDGE);
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(MARKET.len() as u64);
    header.set_mode(0o644);
    tar.append_data(&mut header, "01.md", MARKET.as_bytes()).unwrap();
    let whole = tar.into_inner().unwrap();
    write(&container, &whole);
    assert_eq!(desk.index().units_read, 2);
    write(&container, "what a failed copy left");
    fs::remove_dir_all(desk.pages().join("2031-04-01")).unwrap();
    let report = desk.index();
    assert!(report.problems.iter().any(|p| p.source.ends_with(".tar")), "{:?}", report.problems);
    assert_eq!((desk.count("“南塘早市”"), desk.count("“望江桥”")), (1, 0), "what is gone goes");
    fs::remove_file(&container).unwrap();
    desk.index();
    assert_eq!(desk.count("“南塘早市”"), 0);
}
