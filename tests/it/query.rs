//! How questions are read: a table of what is typed and the tree it prints as.

use std::fmt::Write as _;

use baoku::query::{DateRange, Query, Term, parse};
use expect_test::expect_file;

/// What reporters type, the odd and the plain.
const TYPED: &[&str] = &[
    "水利 工程",
    "水利　工程",
    "水利、工程，开工",
    "“水利工程”",
    "\"水利工程\"",
    "「水利工程」 『开工』",
    "＂水利工程＂",
    "“水利工程",
    "水利 OR 引水",
    "水利 或 引水",
    "水利|引水",
    "水利｜引水",
    "或许 非遗",
    "水利 -会议",
    "水利 －会议",
    "水利 NOT 会议",
    "水利 非 会议",
    "非 会议",
    "-疫情",
    "安全 -(疫情 OR 防疫)",
    "(春耕 OR 秋收) 现场",
    "（春耕 或 秋收）　现场",
    "((镜湖)",
    "镜湖))",
    "()",
    "“区长 水利”~20",
    "“区长 水利”～２０",
    "\"区长\"~5",
    "潞*",
    "RCEP*",
    "标题:水利",
    "标题：“水利工程”",
    "標題：水利",
    "headline:水利 deck:开工",
    "人物:魏振东 职务:区长 机构:水利局",
    "人物:(魏振东 OR 贺思宇)",
    "记者:孙鸣 栏目:三湖同治 来源:人民日报",
    "版:头版",
    "版:3 版:A2",
    "日期:2026",
    "日期:2026-06",
    "日期:2026年6月4日",
    "日期:2026-06-01..2026-06-15",
    "日期:2026-06-15..2026-06-01",
    "日期:..2026",
    "日期:昨天",
    "12:30 开会",
    "https://example.org/a?b=c",
    "RCEP具体包括哪些国家",
    "-",
    "OR",
    "AND 或 非",
    "*",
    "：",
    "标题:",
    "",
    "　",
];

#[test]
fn questions_are_read_as_they_were() {
    let mut out = String::new();
    for typed in TYPED {
        let question = parse(typed);
        let _ = writeln!(out, "{typed}\n    → {}", question.query);
        for note in &question.notes {
            let _ = writeln!(out, "    ! {note}");
        }
    }
    expect_file!["golden/questions.txt"].assert_eq(&out);
}

#[test]
fn what_is_printed_is_read_as_the_same_tree() {
    for typed in TYPED {
        let query = parse(typed).query;
        assert_eq!(parse(&query.to_string()).query, query, "{typed}");
    }
}

#[test]
fn all_quotation_marks_mean_the_same() {
    let want = Query::Term(Term::Literal("区 长".to_owned()));
    for typed in ["“区 长”", "\"区 长\"", "「区 长」", "『区 长』", "＂区 长＂"] {
        assert_eq!(parse(typed).query, want, "{typed}");
    }
}

#[test]
fn dates_are_read_as_people_write_them() {
    for (typed, want) in [
        ("2026", Some("2026")),
        ("2026年6月", Some("2026-06")),
        ("20260604", Some("2026-06-04")),
        ("２０２６－０６", Some("2026-06")),
        ("2026-01..2026-12", Some("2026")),
        ("2026-02-29", None),
        ("6月", None),
    ] {
        assert_eq!(DateRange::read(typed).map(|r| r.to_string()).as_deref(), want, "{typed}");
    }
}
