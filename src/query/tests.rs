//! What questions are read as, and the laws of reading and printing.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

/// Each line a question; below it the tree and the notes.
fn check(questions: &[&str], expected: Expect) {
    let mut out = String::new();
    for typed in questions {
        let Question { query, notes } = parse(typed);
        writeln!(out, "{typed}\n  = {query}").unwrap();
        for note in notes {
            writeln!(out, "  ! {note}").unwrap();
        }
        assert_eq!(parse(&query.to_string()).query, query, "{typed}");
    }
    expected.assert_eq(&out);
}

#[test]
fn words_are_separated_by_space_and_by_marks_between_them() {
    check(
        &[
            "水利 工程",
            "水利\u{3000}工程",
            "水利、工程，灌区；渠道,水库",
            "17,350 1,234,567 １７，３５０ 1,2 2025,2026",
            "RCEP具体包括哪些国家？",
            "非遗 或许 OR机 非 遗",
            "1-4月份 4+2 C919-B 17.35亿立方米",
            "12:30 时间：12:30 http://a.cn/b?c=d 作者:甲",
            "新华时评|绿水",
        ],
        expect![[r#"
            水利 工程
              = 水利 工程
            水利　工程
              = 水利 工程
            水利、工程，灌区；渠道,水库
              = 水利 工程 灌区 渠道 水库
            17,350 1,234,567 １７，３５０ 1,2 2025,2026
              = 17,350 1,234,567 １７，３５０ 1 2 2025 2026
            RCEP具体包括哪些国家？
              = RCEP具体包括哪些国家？
            非遗 或许 OR机 非 遗
              = 非遗 或许 OR机 -遗
            1-4月份 4+2 C919-B 17.35亿立方米
              = 1-4月份 4+2 C919-B 17.35亿立方米
            12:30 时间：12:30 http://a.cn/b?c=d 作者:甲
              = 12:30 时间：12:30 http://a.cn/b?c=d 作者:甲
              ! no field is called “时间”: “时间：12:30” is searched as text
              ! no field is called “作者”: “作者:甲” is searched as text
            新华时评|绿水
              = 新华时评|绿水
              ! in “新华时评|绿水” the bar is text: for OR put white space around it
        "#]],
    );
}

#[test]
fn every_kind_of_quotation_mark_makes_a_literal() {
    check(
        &[
            "\"水利 工程\" “水利工程” 「水利工程」 『水利工程』 ＂水利工程＂ ‘水利工程’",
            "前“中”后",
            "“1-4月份”，“4+2”",
            "“他说‘好’” “说\"好\"” 「说”好\"」",
            "“甲“ 乙",
            "”甲” 乙",
            "”甲“ “乙”",
            "\"甲” 乙",
            "don't O’Brien ‘80后’ ‘80后",
            "“ 甲 ”",
            "“，”",
        ],
        expect![[r#"
            "水利 工程" “水利工程” 「水利工程」 『水利工程』 ＂水利工程＂ ‘水利工程’
              = "水利 工程" "水利工程" "水利工程" "水利工程" "水利工程" "水利工程"
            前“中”后
              = 前 "中" 后
            “1-4月份”，“4+2”
              = "1-4月份" "4+2"
            “他说‘好’” “说"好"” 「说”好"」
              = "他说‘好’" “说"好"” 「说”好"」
            “甲“ 乙
              = "甲" 乙
            ”甲” 乙
              = "甲" 乙
            ”甲“ “乙”
              = "甲" "乙"
            "甲” 乙
              = "甲" 乙
            don't O’Brien ‘80后’ ‘80后
              = don't O’Brien "80后" 80后
              ! ‘ is never closed: the words behind it are searched separately
            “ 甲 ”
              = " 甲 "
            “，”
              = "，"
        "#]],
    );
}

#[test]
fn what_is_not_closed_is_text() {
    check(
        &[
            "“水利 工程",
            "水利” 工程",
            "5\" 屏",
            "县委 “水利工程",
            "“",
            "\"",
            "“”",
            "\"\"",
            "「甲",
            "(甲 乙",
            "甲) 乙",
            "()",
            ")(",
            "甲 () 乙",
        ],
        expect![[r#"
            “水利 工程
              = 水利 工程
              ! “ is never closed: the words behind it are searched separately
            水利” 工程
              = 水利 工程
              ! ” was never opened: left out
            5" 屏
              = 5 屏
              ! " is never closed: the words behind it are searched separately
            县委 “水利工程
              = 县委 水利工程
              ! “ is never closed: the words behind it are searched separately
            “
              = "“"
              ! “ is never closed: the words behind it are searched separately
            "
              = “"”
              ! " is never closed: the words behind it are searched separately
            “”
              = "“”"
              ! nothing stands between the quotation marks: left out
            ""
              = “""”
              ! nothing stands between the quotation marks: left out
            「甲
              = 甲
              ! 「 is never closed: the words behind it are searched separately
            (甲 乙
              = 甲 乙
              ! a parenthesis is never closed: read as if closed at the end
            甲) 乙
              = 甲 乙
              ! a closing parenthesis was never opened: left out
            ()
              = "()"
              ! nothing to search stands in the parentheses: left out
            )(
              = ")("
              ! a closing parenthesis was never opened: left out
              ! a parenthesis is never closed: read as if closed at the end
              ! nothing to search stands in the parentheses: left out
            甲 () 乙
              = 甲 乙
              ! nothing to search stands in the parentheses: left out
        "#]],
    );
}

#[test]
fn either_binds_weaker_than_all() {
    check(
        &[
            "甲 OR 乙",
            "甲 | 乙 ｜ 丙",
            "甲 或 乙 丙",
            "“甲”或“乙”",
            "(甲 或 乙) 丙",
            "（甲 OR 乙）（丙 OR 丁）",
            "甲 AND 乙",
            "甲 和 乙",
            "甲 or 乙",
            "((甲)) (甲 (乙 丙)) (甲 OR (乙 OR 丙))",
        ],
        expect![[r#"
            甲 OR 乙
              = 甲 OR 乙
            甲 | 乙 ｜ 丙
              = 甲 OR 乙 OR 丙
            甲 或 乙 丙
              = 甲 OR (乙 丙)
            “甲”或“乙”
              = "甲" OR "乙"
            (甲 或 乙) 丙
              = (甲 OR 乙) 丙
            （甲 OR 乙）（丙 OR 丁）
              = (甲 OR 乙) (丙 OR 丁)
            甲 AND 乙
              = 甲 乙
            甲 和 乙
              = 甲 和 乙
            甲 or 乙
              = 甲 or 乙
            ((甲)) (甲 (乙 丙)) (甲 OR (乙 OR 丙))
              = 甲 甲 乙 丙 (甲 OR 乙 OR 丙)
        "#]],
    );
}

#[test]
fn operators_with_nothing_to_join_are_text() {
    check(
        &[
            "OR",
            "OR 甲",
            "甲 OR",
            "甲 OR OR 乙",
            "甲 | | 乙",
            "甲 AND",
            "甲 AND OR 乙",
            "甲 NOT",
            "NOT OR 甲",
            "非",
            "甲 (OR) 乙",
            "甲 OR (或)",
            "甲 -",
            "甲 - 乙 — 丙",
            "-",
            "😀 甲",
        ],
        expect![[r#"
            OR
              = (OR)
              ! “OR” has nothing to join here: searched as text
            OR 甲
              = (OR) 甲
              ! “OR” has nothing to join here: searched as text
            甲 OR
              = 甲 (OR)
              ! “OR” has nothing to join here: searched as text
            甲 OR OR 乙
              = 甲 OR ((OR) 乙)
              ! “OR” has nothing to join here: searched as text
            甲 | | 乙
              = 甲 OR 乙
              ! “|” holds no word: left out; quoted, it is searched exactly
            甲 AND
              = 甲 (AND)
              ! “AND” has nothing to join here: searched as text
            甲 AND OR 乙
              = 甲 (OR) 乙
              ! “OR” has nothing to join here: searched as text
            甲 NOT
              = 甲 (NOT)
              ! “NOT” has nothing to join here: searched as text
            NOT OR 甲
              = (NOT) (OR) 甲
              ! “NOT” has nothing to join here: searched as text
              ! “OR” has nothing to join here: searched as text
            非
              = (非)
              ! “非” has nothing to join here: searched as text
            甲 (OR) 乙
              = 甲 (OR) 乙
              ! “OR” has nothing to join here: searched as text
            甲 OR (或)
              = 甲 OR (或)
              ! “或” has nothing to join here: searched as text
            甲 -
              = 甲
              ! “-” holds no word: left out; quoted, it is searched exactly
            甲 - 乙 — 丙
              = 甲 乙 丙
              ! “-” holds no word: left out; quoted, it is searched exactly
              ! “—” holds no word: left out; quoted, it is searched exactly
            -
              = "-"
              ! “-” holds no word: left out; quoted, it is searched exactly
            😀 甲
              = 甲
              ! “😀” holds no word: left out; quoted, it is searched exactly
        "#]],
    );
}

#[test]
fn exclusions_are_read_at_the_start_and_after_space() {
    check(
        &[
            "-疫情",
            "－疫情",
            "安全 -疫情",
            "安全 NOT 疫情",
            "非 疫情 安全",
            "安全、-疫情",
            "安全 -“疫情 防控”",
            "安全 -(疫情 OR 防控)",
            "安全 非(疫情)",
            "安全 NOT NOT 疫情",
            "NOT -疫情",
            "-(-疫情)",
            "--疫情",
            "“甲”-乙",
            "甲 OR -乙",
            "-OR",
            "安全-疫情",
        ],
        expect![[r#"
            -疫情
              = -疫情
            －疫情
              = -疫情
            安全 -疫情
              = 安全 -疫情
            安全 NOT 疫情
              = 安全 -疫情
            非 疫情 安全
              = -疫情 安全
            安全、-疫情
              = 安全 -疫情
            安全 -“疫情 防控”
              = 安全 -"疫情 防控"
            安全 -(疫情 OR 防控)
              = 安全 -(疫情 OR 防控)
            安全 非(疫情)
              = 安全 -疫情
            安全 NOT NOT 疫情
              = 安全 疫情
            NOT -疫情
              = 疫情
            -(-疫情)
              = 疫情
            --疫情
              = 疫情
              ! “--疫情” begins with more than one dash: they are text
            “甲”-乙
              = "甲" 乙
              ! the dash of “-乙” is text: to exclude put white space before it
            甲 OR -乙
              = 甲 OR -乙
            -OR
              = -(OR)
            安全-疫情
              = 安全-疫情
        "#]],
    );
}

#[test]
fn near_and_prefix_are_read_at_the_end_of_a_piece() {
    check(
        &[
            "\"区长 水利\"~10",
            "“区长　水利”～１０",
            "「甲 乙 丙」~0",
            "\"水利\"~10",
            "\"甲 乙\"~",
            "\"甲 乙\"~99999999999",
            "标题:\"甲 乙\"~5",
            "潞* 潞＊ 潞** *潞 潞*州 *",
            "-潞* 标题:潞*",
        ],
        expect![[r#"
            "区长 水利"~10
              = "区长 水利"~10
            “区长　水利”～１０
              = "区长 水利"~10
            「甲 乙 丙」~0
              = "甲 乙 丙"~0
            "水利"~10
              = "水利"
              ! “水利” is one run: ~10 has nothing to apply to
            "甲 乙"~
              = "甲 乙"
              ! “~” holds no word: left out; quoted, it is searched exactly
            "甲 乙"~99999999999
              = "甲 乙"~10000
              ! ~“99999999999” is read as ~10000
            标题:"甲 乙"~5
              = 标题:"甲 乙"~5
            潞* 潞＊ 潞** *潞 潞*州 *
              = 潞* 潞* 潞* *潞 潞*州
              ! in “*潞” a star is read only at the end
              ! in “潞*州” a star is read only at the end
              ! “*” holds no word: left out; quoted, it is searched exactly
            -潞* 标题:潞*
              = -潞* 标题:潞*
        "#]],
    );
}

#[test]
fn fields_have_chinese_and_english_names() {
    check(
        &[
            "标题:水利",
            "标题：水利 headline:水利 Headline：水利 標題:水利",
            "引题:a 副题:b 人物:c 职务:d 机构:e 记者:f 栏目:g 来源:h 报纸:i 身份:j 版名:k 体裁:l",
            "kicker:a deck:b person:c post:d organ:e byline:f column:g credit:h paper:i part:j section:k genre:l",
            "标题:“水利 工程”",
            "标题:(甲 OR “乙” -丙) 丁",
            "标题:(甲 人物:乙 日期:2026)",
            "标题: 甲 乙",
            "标题: “甲”",
            "标题:、甲",
            "标题:",
            "标题: OR 甲",
            "-标题:甲 标题:-甲 标题:-“甲”",
            "标题:12:30 标题:人物:甲",
            "标题:+",
            "来源:《人民日报》",
            "标题:“甲",
            "标题:()",
        ],
        expect![[r#"
            标题:水利
              = 标题:水利
            标题：水利 headline:水利 Headline：水利 標題:水利
              = 标题:水利 标题:水利 标题:水利 标题:水利
            引题:a 副题:b 人物:c 职务:d 机构:e 记者:f 栏目:g 来源:h 报纸:i 身份:j 版名:k 体裁:l
              = 引题:a 副题:b 人物:c 职务:d 机构:e 记者:f 栏目:g 来源:h 报纸:i 身份:j 版名:k 体裁:l
            kicker:a deck:b person:c post:d organ:e byline:f column:g credit:h paper:i part:j section:k genre:l
              = 引题:a 副题:b 人物:c 职务:d 机构:e 记者:f 栏目:g 来源:h 报纸:i 身份:j 版名:k 体裁:l
            标题:“水利 工程”
              = 标题:"水利 工程"
            标题:(甲 OR “乙” -丙) 丁
              = (标题:甲 OR (标题:"乙" -标题:丙)) 丁
            标题:(甲 人物:乙 日期:2026)
              = 标题:甲 人物:乙 日期:2026
            标题: 甲 乙
              = 标题:甲 乙
            标题: “甲”
              = 标题:"甲"
            标题:、甲
              = 标题 甲
              ! nothing to search stands behind “标题:”: searched as text
            标题:
              = 标题
              ! nothing to search stands behind “标题:”: searched as text
            标题: OR 甲
              = 标题 OR 甲
              ! nothing to search stands behind “标题:”: searched as text
            -标题:甲 标题:-甲 标题:-“甲”
              = -标题:甲 -标题:甲 -标题:"甲"
            标题:12:30 标题:人物:甲
              = 标题:12:30 标题:人物:甲
              ! “人物:甲” stands behind a field: searched as text
            标题:+
              = 标题
              ! “+” holds no word: left out; quoted, it is searched exactly
              ! nothing to search stands behind “标题:”: searched as text
            来源:《人民日报》
              = 来源:《人民日报》
            标题:“甲
              = 标题:甲
              ! “ is never closed: the words behind it are searched separately
            标题:()
              = "标题:()"
              ! nothing to search stands in the parentheses: left out
        "#]],
    );
}

#[test]
fn dates_and_pages_are_read_as_people_write_them() {
    check(
        &[
            "日期:2026",
            "日期：2026-06",
            "日期:2026-06-01..2026-06-30",
            "日期:2026-06-01..",
            "date:2026年6月",
            "日期:2026/6/1",
            "日期:“2026-06-01”",
            "日期:(2026-06-01 OR 2026-06-03)",
            "日期:2026-06-09..2026-06-01",
            "日期:昨天 甲",
            "日期:2026-02-30",
            "日期:2026*",
            "日期:标题:甲",
            "日期:日期:日期:x",
            "版:头版 版:第三版 版:3版 page:a03",
            "版:要闻",
            "版:(1 OR 2)",
            "版:A*",
        ],
        expect![[r#"
            日期:2026
              = 日期:2026
            日期：2026-06
              = 日期:2026-06
            日期:2026-06-01..2026-06-30
              = 日期:2026-06
            日期:2026-06-01..
              = 日期:2026-06-01..
            date:2026年6月
              = 日期:2026-06
            日期:2026/6/1
              = 日期:2026-06-01
            日期:“2026-06-01”
              = 日期:2026-06-01
            日期:(2026-06-01 OR 2026-06-03)
              = 日期:2026-06-01 OR 日期:2026-06-03
            日期:2026-06-09..2026-06-01
              = 日期:2026-06-01..2026-06-09
              ! “2026-06-09..2026-06-…” is read from the earlier to the later day
            日期:昨天 甲
              = 昨天 甲
              ! “昨天” is no date: searched as text
            日期:2026-02-30
              = 2026-02-30
              ! “2026-02-30” is no date: searched as text
            日期:2026*
              = 2026*
              ! “2026*” is no date: searched as text
            日期:标题:甲
              = 标题:甲
              ! “标题:甲” is no date: searched as text
            日期:日期:日期:x
              = x
              ! “日期:日期:x” is no date: searched as text
              ! “日期:x” is no date: searched as text
              ! “x” is no date: searched as text
            版:头版 版:第三版 版:3版 page:a03
              = 版:1 版:3 版:3 版:A3
            版:要闻
              = 版名:要闻
              ! “要闻” is no page number: read as 版名, the name of a page
            版:(1 OR 2)
              = 版:1 OR 版:2
            版:A*
              = 版:A*
        "#]],
    );
}

#[test]
fn long_and_deep_questions_are_read_to_a_limit() {
    for typed in [
        "水".repeat(30_000),
        "水 ".repeat(10_000),
        "(".repeat(20_000),
        "(甲 OR ".repeat(2_000),
        "(甲 OR 乙 ".repeat(60) + &")".repeat(60),
        "-(甲 ".repeat(64) + &")".repeat(64) + " 乙",
        "(甲 ".repeat(100) + &") 乙".repeat(100),
        "标题:(".repeat(100) + &")".repeat(100),
        format!("版名:({})", "甲 ".repeat(9_000)),
        "日期:".repeat(5_000),
        "NOT ".repeat(5_000),
        "“".repeat(20_000),
        "‘ ".repeat(10_000) + "’x",
        "\"“「『‘".repeat(4_000),
        "- ".repeat(10_000),
        "(OR) ".repeat(4_000),
        "甲 OR 乙 AND ".repeat(1_500),
        "作者:x ".repeat(2_000),
    ] {
        let begun = std::time::Instant::now();
        let Question { query, notes } = parse(&typed);
        assert!(notes.len() <= 13);
        let printed = query.to_string();
        assert!(printed.chars().count() <= INPUT_CHARS_MAX);
        assert!(parse(&printed).query == query, "{}", &typed.chars().take(20).collect::<String>());
        assert!(begun.elapsed().as_secs() < 5, "{}", &typed.chars().take(20).collect::<String>());
    }
    let ten_thousand = "水利，工程 ".repeat(1_666);
    assert!(parse(&ten_thousand).notes.is_empty());
}

#[test]
fn characters_that_no_keyboard_shows_separate_words() {
    assert_eq!(parse(" \u{3000}\t\n").query, Query::All);
    assert_eq!(parse("\u{FEFF}甲\u{0}乙\u{200B}丙\r\n").query.to_string(), "甲 乙 丙");
}

#[test]
fn the_wanted_terms_are_those_not_excluded() {
    let query = parse("甲 标题:乙 -丙 (丁 OR “戊”) 日期:2026").query;
    let wanted: Vec<String> = query.wanted().iter().map(|(f, t)| format!("{f:?} {t}")).collect();
    assert_eq!(wanted, ["None 甲", "Some(Headline) 乙", "None 丁", "None \"戊\""]);
}

/// Scraps that questions are made of, valid or not.
const SCRAPS: &str = "甲 水利 OR 或 | ｜ AND NOT 非 - － -- ( ) （ ） \" ＂ “ ” 「 」 『 』 ‘ ’ 、 ， , ； : ： * ＊ \
    ~10 ～ 标题: 标题： 日期: 版: 人物: date:2026-06 2026.. 头版 17,350 1 + C919 𠮷 é ﬃ";

fn scraps() -> impl Strategy<Value = String> {
    let known = prop_oneof![
        4 => proptest::sample::select(SCRAPS.split(' ').collect::<Vec<_>>()),
        1 => proptest::sample::select(vec![" ", " ", "\u{3000}", "\n", "\u{0}", "\u{FEFF}"]),
    ];
    let scrap = prop_oneof![
        40 => known.prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(scrap, 0..24).prop_map(|scraps| scraps.concat())
}

fn word() -> impl Strategy<Value = String> {
    let words = "水利 C919-B 4+2 17,350 12:30 OR 或 非 NOT AND 《春》 甲*乙 O’Brien a|b ~10 区长。 版1";
    proptest::sample::select(words.split(' ').collect::<Vec<_>>()).prop_map(str::to_owned)
}

fn term() -> impl Strategy<Value = Term> {
    let literal = proptest::collection::vec(
        proptest::sample::select(vec![
            "甲", " ", "\"", "“", "”", "「", "」", "‘", "’", "，", "(", ")", "-", "\u{3000}", "OR", "~1",
        ]),
        1..8,
    )
    .prop_map(|parts| parts.concat())
    .prop_filter("some quotation marks can hold it", |text| lex::is_printable(text));
    prop_oneof![
        4 => word().prop_map(Term::Word),
        2 => literal.prop_map(Term::Literal),
        1 => (proptest::collection::vec(word(), 2..4), 0..=NEAR_CHARS_MAX)
            .prop_map(|(runs, distance_chars)| Term::Near { runs, distance_chars }),
        1 => proptest::sample::select(vec!["潞", "OR", "C9", "甲*乙"]).prop_map(|s| Term::Prefix(s.to_owned())),
    ]
}

fn leaf() -> impl Strategy<Value = Query> {
    let dates = (1900i16..2100, 1i8..=12, 1i8..=31, 0..4u8, 1900i16..2100).prop_filter_map(
        "days of the calendar",
        |(year, month, day, kind, other)| {
            let (one, two) = (Day::new(year, month, day), Day::new(other, month, 1));
            DateRange::new(one.filter(|_| kind != 1), two.filter(|_| kind != 2)).map(Query::Dates)
        },
    );
    let field = (proptest::sample::select(Field::ALL.to_vec()), term()).prop_map(|(field, term)| {
        let term = if field == Field::Page { Term::Word("A3".to_owned()) } else { term };
        Query::Field { field, term }
    });
    prop_oneof![4 => term().prop_map(Query::Term), 2 => field, 1 => dates]
}

fn tree() -> impl Strategy<Value = Query> {
    leaf()
        .prop_recursive(8, 40, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Query::And),
                proptest::collection::vec(inner.clone(), 1..4).prop_map(Query::Or),
                inner
                    .prop_filter("nothing at all can't be asked", |q| *q != Query::All)
                    .prop_map(|q| Query::Not(Box::new(q))),
            ]
        })
        .prop_map(Query::normal)
        .prop_filter("nothing at all can't be asked", |q| !excludes_all(q))
}

fn excludes_all(query: &Query) -> bool {
    match query {
        Query::Not(child) => **child == Query::All || excludes_all(child),
        Query::And(children) | Query::Or(children) => children.iter().any(excludes_all),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_question_reads_back_as_printed(typed in scraps()) {
        let Question { query, .. } = parse(&typed);
        let printed = query.to_string();
        let again = parse(&printed).query;
        prop_assert_eq!(again.to_string(), printed.clone());
        prop_assert_eq!(&again, &query);
        prop_assert_eq!(query.clone().normal(), query);
        let nothing = typed.chars().all(lex::is_space);
        prop_assert_eq!(again == Query::All, nothing);
    }

    #[test]
    fn every_tree_in_normal_form_reads_back_as_printed(query in tree()) {
        prop_assert_eq!(query.clone().normal(), query.clone());
        let read = parse(&query.to_string());
        prop_assert_eq!(read.query, query);
    }

    #[test]
    fn any_text_is_read(typed in any::<String>()) {
        let query = parse(&typed).query;
        prop_assert_eq!(parse(&query.to_string()).query, query);
    }
}
