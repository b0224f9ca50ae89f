//! What somebody at the archive puts right lasts: over runs, readers and rebuilding from what is kept.

use std::path::{Path, PathBuf};

use baoku::diag::ProblemKind;
use baoku::ingest::Options;
use baoku::pipeline::{self, Report};
use baoku::search::{Archive, Request};
use serde_json::Value;

use crate::support::{baoku, baoku_on, folder, index, stored, write};

const BRIDGE: &str = "# 望江桥今日通车\n\n本报讯（记者孙一鸣）3月1日上午，横跨澜河的望江桥建成通车，两岸居民步行过江只要六分钟。\n\n\
    区住建局局长白鹭在现场说，桥栏的高度是照着孩子的身高定的，大人扶着也不弯腰。\n\n\
    卖豆腐的冯桂香把秤擦了又擦，说新秤要配老顾客，早市搬进大棚以后风吹不着、雨淋不着。\n";
const SCHOOL: &str = "# 柳渡小学添了三间音乐教室\n\n本报讯（记者黄河）3月2日，柳渡小学的三间音乐教室投入使用，墙面铺的是回收的稻壳板。\n";
const MARKET: &str = "# 南塘早市搬进新棚\n\n本报讯（记者林夕）3月1日，经营了二十年的南塘早市搬进了新盖的大棚，摊位费三年不变。\n";

/// A paper of two days in a folder of its own, and its archive.
struct Desk {
    place: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { place: folder() };
        write(desk.pages().join("澜湾日报/2031-03-01/01.md"), BRIDGE);
        write(desk.pages().join("澜湾日报/2031-03-01/02.md"), MARKET);
        write(desk.pages().join("澜湾日报/2031-03-02/01.md"), SCHOOL);
        desk
    }

    fn pages(&self) -> PathBuf {
        self.place.path().join("pages")
    }

    fn root(&self) -> PathBuf {
        self.place.path().join("archive")
    }

    fn correct(&self, text: &str) {
        write(self.pages().join("corrections.toml"), text);
    }

    fn index(&self) -> Report {
        index(&self.root(), &[self.pages()])
    }

    fn open(&self) -> Archive {
        Archive::open(&self.root()).unwrap()
    }

    /// The id of the article with this headline.
    fn id(&self, headline: &str) -> String {
        let all = stored(&self.open());
        let found = all.into_iter().find(|a| a.article.headline.as_deref() == Some(headline));
        found.unwrap_or_else(|| panic!("no {headline}")).article.id
    }

    fn show(&self, id: &str) -> Value {
        baoku_on(&self.root(), &["show", id, "--format", "json"]).ended(0).json()
    }

    fn sound(&self) {
        baoku_on(&self.root(), &["verify", "--full"]).ended(0);
    }
}

/// Lines and kinds of what a run tells of corrections.
fn told(report: &Report) -> Vec<(Option<usize>, ProblemKind)> {
    let kinds = [ProblemKind::BadLine, ProblemKind::CorrectionUnused];
    let of_hand = report.problems.iter().filter(|p| kinds.contains(&p.problem.kind));
    of_hand.map(|p| (p.problem.line, p.problem.kind)).collect()
}

#[test]
fn members_that_are_put_right_are_shown_as_such_and_outlive_everything() {
    let desk = Desk::new();
    desk.index();
    let id = desk.id("望江桥今日通车");
    desk.correct(&format!(
        "[[article]]\nid = \"{id}\"\nheadline = \"望江桥昨日通车\"\nbyline = [\"记者 孙一鸣\", \"通讯员 林夕\"]\ndate = 2031-02-28\npage = 3\nnote = \"底版\"\n"
    ));
    let report = desk.index();
    assert_eq!(
        (report.units_corrected, report.units_read, report.units_unchanged),
        (1, 1, 1),
        "only that issue"
    );
    assert_eq!(told(&report), []);
    let check = |desk: &Desk| {
        let shown = desk.show(&id);
        assert_eq!(shown["headline"], "望江桥昨日通车");
        assert_eq!((shown["date"].as_str(), shown["page"].as_str()), (Some("2031-02-28"), Some("3")));
        assert_eq!(shown["byline"][1]["name"], "林夕");
        let parts: Vec<(&str, &str)> = shown["corrections"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| (c["part"].as_str().unwrap(), c["was"].as_str().unwrap()))
            .collect();
        assert_eq!(
            parts,
            [
                ("headline", "望江桥今日通车"),
                ("byline", "记者 孙一鸣"),
                ("page", "1"),
                ("date", "2031-03-01")
            ]
        );
        assert_eq!(shown["corrections"][0]["note"], "底版");
    };
    check(&desk);
    desk.sound();
    let found = |question: &str| desk.open().count(&Request::new(question)).unwrap();
    assert_eq!((found("标题:今日通车"), found("标题:昨日通车"), found("日期:2031-02")), (0, 1, 1));
    let text = baoku_on(&desk.root(), &["show", &id]).ended(0).out;
    assert!(text.contains("[headline put right, was “望江桥今日通车”"), "{text}");

    // Nothing changed, and nothing is read again.
    let again = desk.index();
    assert_eq!((again.units_read, again.generation.unwrap().number), (0, 2));
    // The page itself changes elsewhere.
    write(desk.pages().join("澜湾日报/2031-03-01/01.md"), format!("{BRIDGE}\n"));
    desk.index();
    check(&desk);
    // The archive is made anew from what it keeps.
    std::fs::rename(desk.pages(), desk.place.path().join("away")).unwrap();
    pipeline::index(&desk.root(), &[], &Options::default(), true, &|_| {}).unwrap();
    check(&desk);
    desk.sound();
}

#[test]
fn an_entry_that_is_taken_out_leaves_the_article_as_printed() {
    let desk = Desk::new();
    desk.index();
    let plain = desk.show(&desk.id("望江桥今日通车"));
    let id = desk.id("望江桥今日通车");
    desk.correct(&format!("[[article]]\nid = \"{id}\"\ngenre = \"feature\"\n"));
    desk.index();
    assert_eq!(desk.show(&id)["genre"], "feature");
    std::fs::remove_file(desk.pages().join("corrections.toml")).unwrap();
    assert_eq!(desk.index().units_corrected, 1);
    assert_eq!(desk.show(&id), plain);
    desk.sound();
}

#[test]
fn articles_are_split_and_merged() {
    let desk = Desk::new();
    desk.index();
    let (bridge, market) = (desk.id("望江桥今日通车"), desk.id("南塘早市搬进新棚"));
    desk.correct(&format!(
        "[[split]]\nid = \"{bridge}\"\nat = \"卖豆腐的冯桂香\"\nheadline = \"新秤\"\n\n\
         [[merge]]\nid = \"{bridge}\"\nwith = [\"{market}\"]\n"
    ));
    let report = desk.index();
    assert_eq!((told(&report), report.generation.unwrap().articles), (vec![], 3));
    let first = desk.show(&bridge);
    let paragraphs: Vec<&str> =
        first["paragraphs"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
    assert_eq!(paragraphs.len(), 4);
    assert!(
        paragraphs[1].starts_with("区住建局")
            && paragraphs[2] == "南塘早市搬进新棚"
            && paragraphs[3].contains("摊位费")
    );
    assert_eq!(first["crossheads"], serde_json::json!([2]));
    let parts: Vec<&str> =
        first["corrections"].as_array().unwrap().iter().map(|c| c["part"].as_str().unwrap()).collect();
    assert_eq!(parts, ["split", "merge"]);
    let second = desk.id("新秤");
    assert!(second.starts_with("澜湾日报/2031-03-01/1/"), "{second}");
    assert!(desk.show(&second)["paragraphs"][0].as_str().unwrap().starts_with("卖豆腐的冯桂香"));
    desk.sound();

    // An entry about what an entry has made.
    let text = std::fs::read_to_string(desk.pages().join("corrections.toml")).unwrap();
    desk.correct(&format!("[[article]]\nid = \"{second}\"\ncolumn = \"街市\"\n\n{text}"));
    assert_eq!(told(&desk.index()), []);
    assert_eq!(desk.show(&second)["column"], "街市");
    assert_eq!(desk.index().units_read, 0);
}

#[test]
fn names_and_posts_are_put_right_where_they_were_read_wrongly() {
    let desk = Desk::new();
    desk.index();
    let id = desk.id("望江桥今日通车");
    desk.correct(&format!(
        "[[person]]\nid = \"{id}\"\nname = \"白鹭\"\nis = \"白露\"\npost = [\"区住建局副局长\"]\n\n\
         [[person]]\nid = \"{id}\"\nname = \"冯桂香\"\nnever = true\n"
    ));
    assert_eq!(told(&desk.index()), []);
    let shown = desk.show(&id);
    let people: Vec<(&str, &Value)> = shown["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["name"].as_str().unwrap(), &p["posts"]))
        .collect();
    assert!(people.contains(&("白露", &serde_json::json!(["区住建局副局长"]))), "{people:?}");
    assert!(!people.iter().any(|(name, _)| ["白鹭", "冯桂香"].contains(name)), "{people:?}");
    let ledger = baoku_on(&desk.root(), &["people", "--post", "区住建局副局长"]).ended(0).out;
    assert!(ledger.contains("白露"), "{ledger}");
    assert_eq!(shown["corrections"][0]["now"], "白露（区住建局副局长）");
    desk.sound();
}

#[test]
fn an_article_is_split_within_a_paragraph_and_its_new_headline_is_no_text() {
    let desk = Desk::new();
    desk.index();
    let bridge = desk.id("望江桥今日通车");
    desk.correct(&format!(
        "[[split]]\nid = \"{bridge}\"\nat = \"桥栏的高度是照着\"\nheadline = \"卖豆腐的冯桂香把秤擦了又擦\"\n"
    ));
    assert_eq!(told(&desk.index()), []);
    let texts = |id: &str| -> Vec<String> {
        let shown = desk.show(id);
        shown["paragraphs"].as_array().unwrap().iter().map(|p| p.as_str().unwrap().to_owned()).collect()
    };
    let first = texts(&bridge);
    assert_eq!(first.len(), 2);
    assert_eq!(first[1], "区住建局局长白鹭在现场说，");
    let second = desk.id("卖豆腐的冯桂香把秤擦了又擦");
    assert!(texts(&second)[0].starts_with("桥栏的高度") && texts(&second)[1].starts_with("卖豆腐"));
    desk.sound();

    // Where the second begins with its headline, that was read as text.
    desk.correct(&format!(
        "[[split]]\nid = \"{bridge}\"\nat = 2\nheadline = \"区住建局局长白鹭在现场说，桥栏的高度是照着孩子的身高定的，大人扶着也不弯腰。\"\n"
    ));
    assert_eq!(told(&desk.index()), []);
    let all = stored(&desk.open());
    let second =
        all.iter().find(|a| a.article.headline.as_deref().is_some_and(|h| h.starts_with("区住建局")));
    assert_eq!(second.unwrap().article.paragraphs.len(), 1);
    desk.sound();

    let beginning = format!("\"{}\"", first[0].chars().take(12).collect::<String>());
    for (at, what) in [
        ("1", "begins with paragraph 2"),
        (beginning.as_str(), "nothing stands before"),
        ("9", "no paragraph 9"),
        ("\" \"", "at is empty"),
    ] {
        desk.correct(&format!("[[split]]\nid = \"{bridge}\"\nat = {at}\n"));
        let ran = baoku_on(&desk.root(), &["index", desk.pages().to_str().unwrap()]).ended(0);
        assert!(ran.err.contains(what), "{at}: {}", ran.err);
    }
}

#[test]
fn somebody_who_was_overlooked_is_added_and_one_person_under_two_names_is_one() {
    let desk = Desk::new();
    desk.index();
    let (bridge, market) = (desk.id("望江桥今日通车"), desk.id("南塘早市搬进新棚"));
    desk.correct(&format!(
        "[[person]]\nid = \"{bridge}\"\nname = \"孩子\"\npost = [\"区住建局局长\"]\n\n\
         [[person]]\nid = \"{bridge}\"\nname = \"冯桂香\"\nis = \"白鹭\"\n\n\
         [[person]]\nid = \"{market}\"\nname = \"不在场\"\npost = [\"区长\"]\n"
    ));
    let report = desk.index();
    assert_eq!(told(&report).len(), 1, "{:?}", report.problems);
    let people = |id: &str| -> Vec<(String, Value)> {
        let shown = desk.show(id);
        let people = shown["people"].as_array().unwrap().iter();
        people.map(|p| (p["name"].as_str().unwrap().to_owned(), p["posts"].clone())).collect()
    };
    let named = people(&bridge);
    assert!(named.contains(&("孩子".to_owned(), serde_json::json!(["区住建局局长"]))), "{named:?}");
    assert_eq!(named.iter().filter(|(name, _)| name == "白鹭").count(), 1, "{named:?}");
    assert!(!named.iter().any(|(name, _)| name == "冯桂香"), "{named:?}");
    assert!(!people(&market).iter().any(|(name, _)| name == "不在场"));
    assert_eq!(desk.open().persons_named("孩子").unwrap()[0].holdings[0].post, "区住建局局长");
    desk.sound();
}

#[test]
fn what_is_of_no_use_is_told_with_its_line_and_the_rest_is_used() {
    let desk = Desk::new();
    desk.index();
    let id = desk.id("柳渡小学添了三间音乐教室");
    let page = Path::new(&id).parent().unwrap().to_string_lossy().into_owned();
    desk.correct(&format!(
        "[[article]]\nid = \"{page}/00000000\"\nheadline = \"没有\"\n\n\
         [[article]]\nid = \"{id}\"\nheadline = \"柳渡小学添了三间音乐教室\"\n\n\
         [[split]]\nid = \"{id}\"\nat = \"没有这样的话\"\n\n\
         [[article]]\nid = \"{id}\"\nheadlin = \"错字\"\n\n\
         [[article]]\nid = \"别处/1\"\ndeck = \"没有\"\n\n\
         [[article]]\nid = \"{id}\"\ndeck = \"墙面是稻壳板\"\n"
    ));
    let unused = ProblemKind::CorrectionUnused;
    let want = [
        (Some(15), ProblemKind::BadLine),
        (Some(1), unused),
        (Some(5), unused),
        (Some(9), unused),
        (Some(17), unused),
    ];
    assert_eq!(told(&desk.index()), want);
    assert_eq!(desk.show(&id)["deck"], "墙面是稻壳板");
    // Told again as long as it is so, also where nothing else happens.
    let again = desk.index();
    assert_eq!((again.units_read, told(&again)), (0, want.to_vec()));
    let ran = baoku_on(&desk.root(), &["index", desk.pages().to_str().unwrap()]).ended(0);
    assert!(ran.err.contains("corrections.toml:9: ") && ran.err.contains("没有这样的话"), "{}", ran.err);
}

#[test]
fn an_article_that_a_better_reader_names_otherwise_is_known_by_its_words() {
    let desk = Desk::new();
    desk.index();
    let id = desk.id("望江桥今日通车");
    desk.correct(&format!("[[article]]\nid = \"{id}\"\nheadline = \"望江桥昨日通车\"\n"));
    desk.index();
    // Another first paragraph gives another id; the longest one is as it was.
    let other =
        BRIDGE.replace("本报讯（记者孙一鸣）3月1日上午，横跨", "三月的头一个早晨，在人们的欢呼声中，横跨");
    write(desk.pages().join("澜湾日报/2031-03-01/01.md"), other);
    assert_eq!(told(&desk.index()), []);
    assert_ne!(desk.id("望江桥昨日通车"), id);
    assert_eq!(desk.index().units_read, 0);
}

#[test]
fn ready_articles_are_put_right_too_and_parse_shows_it() {
    let place = folder();
    write(
        place.path().join("in.jsonl"),
        "{\"id\":\"x1\",\"headline\":\"甲\",\"date\":\"2031-03-01\",\"body\":\"第一段说的是望江桥。\\n第二段说的是南塘早市。\"}\n{\"id\":\"x2\",\"headline\":\"乙\",\"body\":\"丙\"}\n",
    );
    write(
        place.path().join("corrections.toml"),
        "[[split]]\nid = \"x1\"\nat = 2\nheadline = \"早市\"\n\n[[article]]\nid = \"x2\"\ndate = \"2031-03-02\"\n",
    );
    let archive = place.path().join("archive");
    let report = index(&archive, &[place.path().join("in.jsonl")]);
    assert_eq!((told(&report), report.articles_written), (vec![], 3), "the file beside a named one is read");
    let shown = |id: &str| baoku_on(&archive, &["show", id, "--format", "json"]).ended(0).json();
    assert_eq!(shown("x2")["date"], "2031-03-02");
    assert_eq!(shown("x1")["paragraphs"], serde_json::json!(["第一段说的是望江桥。"]));
    baoku_on(&archive, &["verify", "--full"]).ended(0);
    // What is exported is put right, and can be taken in again as it is.
    let exported = baoku_on(&archive, &["export"]).ended(0).out;
    write(place.path().join("out/out.jsonl"), &exported);
    let second = place.path().join("second");
    index(&second, &[place.path().join("out")]);
    let again = baoku_on(&second, &["export"]).ended(0).out;
    assert_eq!(again.replace("out/out.jsonl", "in.jsonl"), exported);

    let pages = place.path().join("pages/澜湾日报/2031-03-02");
    write(pages.join("01.md"), SCHOOL);
    let parsed =
        |what: &Path| baoku(["parse", what.to_str().unwrap(), "--format", "jsonl"]).ended(0).json_lines();
    let id = parsed(&pages)[0]["articles"][0]["id"].as_str().unwrap().to_owned();
    write(pages.join("corrections.toml"), format!("[[article]]\nid = \"{id}\"\nkicker = \"开学\"\n"));
    assert_eq!(parsed(&pages)[0]["articles"][0]["kicker"], "开学");
    assert_eq!(parsed(&pages.join("01.md"))[0]["articles"][0]["kicker"], Value::Null, "only what was given");
}
