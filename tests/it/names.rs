//! The people found: goldens on invented sentences, and precision and recall on the fixtures' copy,
//! whose authors wrote down who is named.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use baoku::paper::{Article, Author};
use baoku::people::{Kind, NameBook, mentions, of_article};
use expect_test::expect_file;
use serde_json::Value;

use crate::pages::json_lines;
use crate::support::top;

/// Sentences with one difficulty each.
const SENTENCES: &[&str] = &[
    "区委副书记、区长魏振东作具体安排。",
    "区领导郭红胜、祁慧刚、李志强、王慧清参加。",
    "区领导李志强、王 刚、马　勇参加会议。",
    "市委书记、市人大常委会主任贺思宇主持会议并讲话。",
    "习近平总书记强调，要坚持人民至上。",
    "会议决定，任命钟望川为区水利局局长，免去盖春生的区水利局局长职务。",
    "魏振东任区长。代区长韩伯川讲话，时任区长陆怀舟、原副区长江山参加。",
    "本报讯（记者孙一鸣 通讯员许诺）3月1日，望江桥通车。",
    "区住建局局长白鹭在白鹭镇调研。",
    "种粮大户高水平说，今年要搞高水平的春管。",
    "石桥头镇党委书记石磊、镇长苏青陪同。",
    "外交部部长王毅同俄罗斯外交部长拉夫罗夫通电话。",
    "联合国秘书长安东尼奥·古特雷斯发表致辞。",
    "买买提·吐尔逊是区第二中学教师。",
    "欧阳明月和尉迟明、万俟雪一起到了柳渡小学。",
    "“水清了。”冯桂香说，“岸也绿了。”",
    "王（女）、李某某、张先生、陈老师都在场。",
    "副区长(挂职)祁连山到会。",
    "马克思主义学院院长杜鹃授课。",
    "瓦斯、霍家工业、西白兔镇、区级河长8人都不是人名。",
    "国家主席、中央军委主席习近平签署命令。",
    "区人大常委会副主任谭静宜，区政协副主席贺兰，区法院院长洪远山、区检察院检察长区正平出席。",
    "全国劳动模范、澜湾重工焊工钟毅登台领奖。",
];

#[test]
fn people_are_found_as_they_were() {
    let mut out = String::new();
    let book = NameBook::default();
    for sentence in SENTENCES {
        let _ = writeln!(out, "{sentence}");
        let at = |byte: usize| sentence[..byte].chars().count();
        for m in mentions(sentence, &book) {
            let posts: Vec<String> =
                m.posts.iter().map(|p| format!("{}@{}", p.text, at(p.span.start))).collect();
            let kind = format!("{:?}", m.kind).to_lowercase();
            let evidence = format!("{:?}", m.evidence).to_lowercase();
            let span = format!("{}..{}", at(m.span.start), at(m.span.end));
            let _ = writeln!(out, "    {} {span} {kind} {evidence} {}", m.name, posts.join(" "));
        }
    }
    expect_file!["golden/names.txt"].assert_eq(&out);
}

#[test]
fn spans_lie_on_character_borders_and_hold_what_they_say() {
    let book = NameBook::default();
    for sentence in SENTENCES {
        for m in mentions(sentence, &book) {
            let printed = sentence.get(m.span.start..m.span.end).expect("a span on character borders");
            assert_eq!(
                printed.chars().filter(|c| !c.is_whitespace()).collect::<String>(),
                m.name,
                "{sentence}"
            );
            for post in &m.posts {
                assert_eq!(
                    sentence.get(post.span.start..post.span.end),
                    Some(post.text.as_str()),
                    "{sentence}"
                );
            }
        }
    }
}

#[test]
fn a_name_learned_elsewhere_is_found_bare() {
    let mut book = NameBook::default();
    book.add(&mentions("区水利局局长钟望川通报水情。", &NameBook::default()));
    let found = mentions("夜里，钟望川守在泵房没有合眼。", &book);
    assert_eq!(found.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["钟望川"]);
    assert_eq!(found[0].kind, Kind::Official, "what he is was learned with the name");
}

/// An article of the clean copy.
fn article(copy: &Value) -> Article {
    let text = |member: &str| copy[member].as_str().map(str::to_owned);
    let list = |member: &str| copy[member].as_array().cloned().unwrap_or_default();
    Article {
        kicker: text("kicker"),
        headline: text("headline"),
        deck: text("deck"),
        byline: list("byline")
            .iter()
            .map(|b| Author {
                name: b["name"].as_str().unwrap_or("").to_owned(),
                role: b["role"].as_str().unwrap_or("").to_owned(),
            })
            .collect(),
        paragraphs: list("paragraphs").iter().map(|p| p.as_str().unwrap_or("").to_owned()).collect(),
        ..Article::default()
    }
}

#[test]
fn the_people_of_the_copy_are_found() {
    let mut files: Vec<_> = fs::read_dir(top().join("fixtures/copy"))
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".jsonl"))
        .collect();
    files.sort();
    let copy: Vec<Value> = files.iter().flat_map(|f| json_lines(&format!("fixtures/copy/{f}"))).collect();
    assert!(copy.len() > 200, "{} articles", copy.len());
    // As in the pipeline: first all names are learned, then the people are found.
    let mut book = NameBook::default();
    for story in &copy {
        book.add(&of_article(&article(story), &NameBook::default()).mentions);
    }
    let (mut names, mut posts, mut kinds) = ([0usize; 3], [0usize; 3], [0usize; 2]);
    for story in &copy {
        let found = of_article(&article(story), &book).summary;
        let gold: Vec<&Value> = story["people"].as_array().into_iter().flatten().collect();
        let name = |p: &Value| p["name"].as_str().unwrap_or("").to_owned();
        let wanted: BTreeSet<String> = gold.iter().map(|p| name(p)).collect();
        let got: BTreeSet<String> = found.iter().map(|p| p.name.clone()).collect();
        for (sum, n) in names.iter_mut().zip([wanted.intersection(&got).count(), got.len(), wanted.len()]) {
            *sum += n;
        }
        let held = |p: &Value| p["posts"].as_array().cloned().unwrap_or_default();
        let wanted: BTreeSet<(String, String)> = gold
            .iter()
            .flat_map(|p| held(p).into_iter().map(|post| (name(p), post.as_str().unwrap_or("").to_owned())))
            .collect();
        let got: BTreeSet<(String, String)> =
            found.iter().flat_map(|p| p.posts.iter().map(|post| (p.name.clone(), post.clone()))).collect();
        for (sum, n) in posts.iter_mut().zip([wanted.intersection(&got).count(), got.len(), wanted.len()]) {
            *sum += n;
        }
        for person in &gold {
            if let Some(same) = found.iter().find(|p| p.name == name(person)) {
                let kind = format!("{:?}", same.kind).to_lowercase();
                kinds[0] += usize::from(Some(kind.as_str()) == person["kind"].as_str());
                kinds[1] += 1;
            }
        }
    }
    let share = |a: usize, b: usize| a as f64 / b.max(1) as f64;
    let figures = [
        ("names, precision", share(names[0], names[1]), 0.875),
        ("names, recall", share(names[0], names[2]), 0.87),
        ("posts, precision", share(posts[0], posts[1]), 0.93),
        ("posts, recall", share(posts[0], posts[2]), 0.76),
        ("kind", share(kinds[0], kinds[1]), 0.9),
    ];
    crate::score::check("people of the copy", &figures);
}
