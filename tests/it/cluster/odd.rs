//! What could be taken otherwise there: odd characters, padded names, no day, seams, many words,
//! values longer than an engine takes, and hits far behind.

use std::path::Path;

use baoku::cluster::{Cluster, Secret};
use baoku::pipeline::PushOptions;
use baoku::query::{Field, Query, Question, Term, parse};
use baoku::search::{Archive, Facet, Group, Request, Sort, days};

use super::conformance::same;
use super::{hosts, pushed};
use crate::support::{folder, index, write};

/// Articles of which each has something odd.
fn articles() -> String {
    let long = "镜湖".repeat(6_000);
    let odd = [
        ("padded", "王　刚与魏 振东", "区长王　刚、副区长李 明到会。\n王刚说：“好。”"),
        ("spaces", "空 白\u{a0}与　全角", "甲\u{2003}乙\u{200b}丙\u{85}丁\u{202f}戊\tA b\u{a0}C。\n  \n末段"),
        ("traditional", "鏡湖綜合治理", "區長視察鏡湖，體育場開館。０１２ＡＢＣａｂｃ"),
        ("astral", "𠮷野家𠮷𠮷与👨‍👩‍👧", "𠀀𠀁𠀂。e\u{301}é ﬁ ㎡ ① ﷽"),
        ("marks", "“引号”与《书名》*？\\|", "a|b*c?d\\e {\"x\":1} <b>&amp;</b> \u{e0f0}20\u{e0f1}"),
        ("letters", "ChatGPT与3.5版", "chatgpt Chat GPT 2031年3月 20310318 iPhone15 A-1"),
        ("one", "甲", "乙"),
        ("long", "长文", &long),
        ("near", "近", "望江桥与镜湖之间相距五里，望江桥边上人人都说人人好。"),
        ("reverse", "反", "镜湖旁边的望江桥。"),
    ];
    let mut out = String::new();
    for (n, (id, headline, body)) in odd.iter().enumerate() {
        let (page, column) = (["1", "A02", "10"][n % 3], ["湖 畔", "*", "a|b", "a\\b"][n % 4]);
        let dated = serde_json::json!({
            "id": format!("odd/{id}"), "headline": headline, "body": body, "paper": "澜湾 日报*?\\",
            "date": format!("2031-0{}-0{}", 1 + n % 6, 1 + n % 3), "page": page,
            "column": column, "credit": "新华社", "kicker": "引　题",
        });
        let undated = serde_json::json!({
            "id": format!("undated/{id}"), "headline": headline, "body": body, "byline": ["孙 鸣", "记者*"],
        });
        out.push_str(&format!("{dated}\n{undated}\n"));
    }
    for n in 0..300 {
        let day = format!("2033-{:02}-{:02}", 1 + n % 12, 1 + n % 28);
        let dated = if n % 7 == 0 { None } else { Some(day) };
        let article = serde_json::json!({
            "id": format!("many/{n}"), "headline": format!("第{n}篇"), "body": format!("众多报道之{n}，镜湖。"),
            "date": dated,
        });
        out.push_str(&format!("{article}\n"));
    }
    out
}

/// The archive of those here, and there.
fn both(dir: &Path, name: &str) -> Option<(Archive, Cluster)> {
    let hosts = hosts()?;
    write(dir.join("odd.jsonl"), articles());
    let root = dir.join("archive");
    index(&root, &[dir.join("odd.jsonl"), "fixtures/archive/2031-03-18".into()]);
    let options = PushOptions { shards: Some(5), replicas: Some(1), anew: true, ..PushOptions::default() };
    let (address, _) = pushed(&root, hosts, name, &options);
    Some((Archive::open(&root).unwrap(), Cluster::open(&address, Secret::default()).unwrap()))
}

#[test]
#[ignore = "asks a cluster and a folder many hundred odd questions"]
fn odd_articles_are_found_as_on_one_machine() {
    let _whole = super::whole();
    let dir = folder();
    let Some((archive, cluster)) = both(dir.path(), "baoku-test-odd") else { return };
    let runs = [
        "王　刚",
        "王刚",
        "王 刚",
        "魏振东",
        "李明",
        "李 明到",
        "空 白",
        "白\u{a0}与",
        "甲\u{2003}乙",
        "乙\u{200b}丙",
        "丙\u{85}丁",
        "丁\u{202f}戊",
        "戊\tA",
        "A b",
        " ",
        "　",
        "\u{a0}",
        "镜湖",
        "鏡湖",
        "區長視察",
        "体育场",
        "012abc",
        "ABCabc",
        "𠮷",
        "𠮷𠮷",
        "𠀀𠀁𠀂",
        "👨‍👩",
        "e\u{301}",
        "é",
        "ﬁ",
        "㎡",
        "①",
        "“引号”",
        "《书",
        "*",
        "？",
        "?",
        "\\",
        "|",
        "*？\\|",
        "a|b*c?d\\e",
        "{\"x\":1}",
        "<b>",
        "\u{e0f0}20\u{e0f1}",
        "chatgpt",
        "GPT 2",
        "2031",
        "1",
        "甲",
        "乙",
        "末段",
        "。",
        "桥与镜",
        "湖镜湖镜湖",
        "",
    ];
    let literal = |run: &str| Query::Term(Term::Literal(run.to_owned()));
    let near = |a: &str, b: &str, distance_chars| {
        Query::Term(Term::Near { runs: vec![a.to_owned(), b.to_owned()], distance_chars })
    };
    let mut asked: Vec<Query> = runs.iter().map(|run| literal(run)).collect();
    asked.push(literal(&"镜湖".repeat(700)));
    asked.push(literal(&format!("{}岸", "镜湖".repeat(700))));
    for run in ["chat", "20", "2", "a", "A", "i", "镜", "*", "𠮷", ""] {
        asked.push(Query::Term(Term::Prefix(run.to_owned())));
        asked.push(Query::Field { field: Field::Headline, term: Term::Prefix(run.to_owned()) });
        asked.push(Query::Field { field: Field::Column, term: Term::Prefix(run.to_owned()) });
    }
    for (a, b) in [("望江桥", "镜湖"), ("镜湖", "望江桥"), ("人人", "人人"), ("人", "人"), ("王", "到会")]
    {
        asked.extend([0, 1, 2, 5, 20].map(|distance| near(a, b, distance)));
    }
    for field in Field::ALL {
        for text in [
            "*",
            "?",
            "\\",
            "a|b",
            "a\\b",
            "|",
            "湖 畔",
            "湖畔",
            "孙 鸣",
            "记者*",
            "澜湾 日报*?\\",
            "日报",
            "",
            "A02",
            "1",
            "引　题",
        ] {
            asked.push(Query::Field { field, term: Term::Literal(text.to_owned()) });
        }
    }
    let not = |query: Query| Query::Not(Box::new(query));
    asked.extend([
        not(literal("镜湖")),
        Query::And(vec![not(literal("镜湖")), not(literal("甲"))]),
        Query::Or(vec![not(literal("镜湖")), literal("甲")]),
        Query::And(vec![literal("镜湖"), not(near("望江桥", "镜湖", 3))]),
        Query::And(vec![literal("镜湖"), not(Query::Or(vec![literal("众多"), not(literal("。"))]))]),
        Query::All,
    ]);
    for (n, query) in asked.into_iter().enumerate() {
        for (sort, as_printed, dates) in [
            (Sort::Newest, false, None),
            (Sort::Oldest, n % 3 == 0, days(Some("2031-02"), Some("2033-05-04")).unwrap()),
            (Sort::Relevance, false, if n % 2 == 0 { days(None, Some("2032")).unwrap() } else { None }),
        ] {
            let request = Request {
                question: Question { query: query.clone(), notes: Vec::new() },
                sort,
                dates,
                as_printed,
                limit: [10, 0, 3][n % 3],
                offset: [0, 4][n % 2],
                facets: Facet::ALL.to_vec(),
                suggest: false,
                group: [None, None, Some(Group::Reprints), Some(Group::Month)][n % 4]
                    .filter(|_| sort != Sort::Relevance),
                ..Request::new("")
            };
            same(&archive, &cluster, &request);
        }
    }
}

#[test]
fn windows_far_behind_and_questions_of_many_words_are_the_same() {
    let _whole = super::whole();
    let dir = folder();
    let Some((archive, cluster)) = both(dir.path(), "baoku-test-windows") else { return };
    let everything = |offset, sort| Request { offset, sort, limit: 7, suggest: false, ..Request::new("") };
    for offset in [0, 1, 6, 7, 100, 254, 255, 256, 290, 318, 319, 320, 321, 5_000, 20_000] {
        for sort in [Sort::Newest, Sort::Oldest] {
            same(&archive, &cluster, &everything(offset, sort));
        }
    }
    // Words that are there, words of which parts are there, and words that are nowhere.
    let words = |n: usize| (0..n).map(|n| format!("第{n}篇 湖{n}畔 魑魅{n}")).collect::<Vec<_>>().join(" ");
    for n in [1, 40, 100, 400] {
        for question in [words(n), format!("镜湖 {}", words(n)), words(n).replace(' ', " OR ")] {
            let request = Request { sort: Sort::Newest, suggest: false, ..Request::new(&question) };
            same(&archive, &cluster, &request);
        }
    }
}

#[test]
#[ignore = "asks a cluster and a folder many hundred odd questions"]
fn what_may_have_been_meant_is_told_there_too() {
    let _whole = super::whole();
    let dir = folder();
    let Some((archive, cluster)) = both(dir.path(), "baoku-test-meant") else { return };
    for question in [
        "wanggang",
        "镜湖 魑魅魍魉",
        "镜湖 魑魅 -众多",
        "区纪委",
        "“镜湖” “望江桥” “甲乙丙丁”",
        "镜湖 日期:2050",
    ] {
        let request = Request::new(question);
        let (here, there) = (archive.search(&request).unwrap(), cluster.search(&request).unwrap());
        assert_eq!(here.query.notes, there.query.notes, "{question}");
        for meant in &there.did_you_mean {
            assert!(here.did_you_mean.contains(meant), "{question}: {meant:?} of {:?}", here.did_you_mean);
        }
    }
    let sound = cluster.search(&Request::new("wanggang")).unwrap();
    assert!(sound.did_you_mean.iter().any(|meant| meant.query.contains("王")), "{:?}", sound.did_you_mean);
    for typed in ["", "王", "wang", "wg", "镜湖 l", "副", "*", "x", "区"] {
        for limit in [1, 3, 10] {
            assert_eq!(
                archive.suggest(typed, limit).unwrap(),
                cluster.suggest(typed, limit).unwrap(),
                "{typed}"
            );
        }
    }
    assert_eq!(archive.issues().unwrap(), cluster.issues().unwrap());
    let query = parse("“镜湖” 王刚").query;
    let request = Request { question: Question { query, notes: Vec::new() }, ..Request::new("") };
    assert_eq!(archive.runs(&request).unwrap(), cluster.runs(&request).unwrap());
    for prefix in ["odd", "undated", "many", "x", "澜湾日报/2031-03-18", "澜湾日报/2031-03-18/1/"] {
        assert_eq!(
            archive.count_under(prefix, 50).unwrap(),
            cluster.count_under(prefix, 50).unwrap(),
            "{prefix}"
        );
    }
}

#[test]
fn values_longer_than_an_engine_takes_are_no_reason_to_stop() {
    let _whole = super::whole();
    let Some(hosts) = hosts() else { return };
    let dir = folder();
    let long = "镜湖".repeat(6_000);
    let immense = serde_json::json!({
        "id": format!("immense/{long}"), "headline": "甚长", "body": "栏目名太长。", "column": long,
        "byline": [long.replace('湖', "河")], "date": "2032-01-01",
    });
    write(dir.path().join("immense.jsonl"), immense.to_string());
    let root = dir.path().join("archive");
    index(&root, &[dir.path().join("immense.jsonl")]);
    let options = PushOptions { shards: Some(1), replicas: Some(1), anew: true, ..PushOptions::default() };
    let (address, _) = pushed(&root, hosts, "baoku-test-immense", &options);
    let (here, there) = (Archive::open(&root).unwrap(), Cluster::open(&address, Secret::default()).unwrap());
    let column = Query::Field { field: Field::Column, term: Term::Literal("镜湖".to_owned()) };
    let byline = Query::Field { field: Field::Byline, term: Term::Literal(long.replace('湖', "河")) };
    for query in [column, byline, Query::All] {
        let question = Question { query, notes: Vec::new() };
        same(&here, &there, &Request { question, sort: Sort::Newest, suggest: false, ..Request::new("") });
    }
    let id = format!("immense/{long}");
    assert_eq!(here.article(&id).unwrap(), there.article(&id).unwrap());
}
