//! Scraps of newspaper and what should come of them. All papers, places and people are invented.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use jiff::civil::date;
use proptest::prelude::*;

use super::read_issue;
use crate::diag::ProblemKind;
use crate::paper::{IssueFacts, Page, RawPage, RepairKind};

fn raw(source: &str, text: &str) -> RawPage {
    RawPage {
        source: source.into(),
        encoding: "UTF-8".into(),
        text: text.into(),
        facts: IssueFacts::default(),
        problems: vec![],
    }
}

fn read(text: &str) -> Page {
    read_issue(&[raw("page.md", text)]).remove(0)
}

/// A page as a reader would note it down.
fn note(page: &Page) -> String {
    let mut out = String::new();
    for article in &page.articles {
        let mut line = |name: &str, text: &str| {
            let _ = writeln!(out, "{name:<9}{text}");
        };
        for (name, part) in [
            ("column", &article.column),
            ("kicker", &article.kicker),
            ("headline", &article.headline),
            ("deck", &article.deck),
            ("credit", &article.credit),
            ("day", &article.event_date),
            ("to", &article.jump_to),
            ("from", &article.jump_from),
        ] {
            if let Some(text) = part {
                line(name, text);
            }
        }
        for author in &article.byline {
            line("byline", &format!("{} ({})", author.name, author.role));
        }
        for (i, paragraph) in article.paragraphs.iter().enumerate() {
            line(if article.crossheads.contains(&i) { "cross" } else { "body" }, paragraph);
        }
        for caption in &article.captions {
            line("caption", caption);
        }
        for repair in &article.repairs {
            line(
                "repair",
                &format!("{:?} {} {:?}", repair.kind, repair.paragraph, repair.lines.unwrap_or_default()),
            );
        }
        out.push('\n');
    }
    for piece in &page.furniture {
        let _ = writeln!(out, "{:?} {}", piece.kind, piece.text);
    }
    out
}

fn check(text: &str, want: Expect) {
    want.assert_eq(&note(&read(text)));
}

#[test]
fn a_kicker_belongs_to_the_headline_below_it() {
    check(
        "### 陆文远调研春灌工作时强调\n\n## 把水送到每一块田里\n\n本报讯（记者温岭）3月8日，副区长陆文远到柳渡镇调研春灌工作。他强调，要把水送到每一块田里。\n",
        expect![[r#"
            kicker   陆文远调研春灌工作时强调
            headline 把水送到每一块田里
            day      03-08
            byline   温岭 (记者)
            body     本报讯（记者温岭）3月8日，副区长陆文远到柳渡镇调研春灌工作。他强调，要把水送到每一块田里。

        "#]],
    );
}

#[test]
fn a_headline_may_stand_after_its_body_and_credit() {
    check(
        "### 学思践悟\n\n种田人最懂得误了农时就误了一年的道理。干部做事也是一样，抓落实要像赶农时，一刻也耽误不得。\n\n抓落实贵在赶早，赶早才有主动，赶早才能把难事做成好事。\n\n据《云泽日报》\n\n抓落实要像赶农时\n\n# 引水渠通水仪式在柳渡镇举行\n\n本报讯（记者温岭）3月8日，引水渠通水仪式在柳渡镇举行。\n",
        expect![[r#"
            column   学思践悟
            headline 抓落实要像赶农时
            credit   云泽日报
            body     种田人最懂得误了农时就误了一年的道理。干部做事也是一样，抓落实要像赶农时，一刻也耽误不得。
            body     抓落实贵在赶早，赶早才有主动，赶早才能把难事做成好事。
            repair   LateHeadline 0 (9, 9)

            headline 引水渠通水仪式在柳渡镇举行
            day      03-08
            byline   温岭 (记者)
            body     本报讯（记者温岭）3月8日，引水渠通水仪式在柳渡镇举行。

        "#]],
    );
}

#[test]
fn repeats_are_folded_before_cut_sentences_are_joined() {
    check(
        "# 柳渡镇算好春灌账\n\n□本报记者 温 岭\n\n“我们累计投入近四十万元整修渠道，又请来水利站的人给放水员上课，专项改\n\n造。”柳渡镇水利站站长说，今年春灌比去年早了十天，渠水已经流到下游三个村，水价也降了一成，群众都说这件事办得好。\n\n造。”柳渡镇水利站站长说，今年春灌比去年早了十天，渠水已经流到下游三个村，水价也降了一成，群众都说这件事办得好。\n",
        expect![[r#"
            headline 柳渡镇算好春灌账
            byline   温岭 (本报记者)
            body     “我们累计投入近四十万元整修渠道，又请来水利站的人给放水员上课，专项改造。”柳渡镇水利站站长说，今年春灌比去年早了十天，渠水已经流到下游三个村，水价也降了一成，群众都说这件事办得好。
            repair   Seam 0 (5, 7)
            repair   Repeat 0 (7, 9)

        "#]],
    );
}

#[test]
fn lost_text_is_told_and_not_joined() {
    let page = read(
        "# 副区长检查煤矿\n\n本报讯（记者温岭）3月8日，副区长陆文远到石桥煤矿检查。\n\n在调度室，陆文远同值班人员交谈，询问岗位责任落实情况。要求企业\n\n陆文远强调，要把责任落实到人。\n",
    );
    let article = &page.articles[0];
    assert_eq!(article.paragraphs.len(), 3);
    assert_eq!(
        article.repairs.iter().map(|r| (r.kind, r.paragraph)).collect::<Vec<_>>(),
        [(RepairKind::Gap, 1)]
    );
}

#[test]
fn the_same_words_under_another_speaker_are_kept_and_flagged() {
    let words = "强调，要早谋划早动手，把水利工程建设放在突出位置，逐段逐渠过一遍，不留死角，不走过场，确保春灌用水按时送到田间地头。";
    let page = read(&format!(
        "# 我区部署春灌工作\n\n3月8日，我区部署春灌工作。\n\n陆文远{words}\n\n温思齐{words}\n"
    ));
    let article = &page.articles[0];
    assert_eq!(article.paragraphs.len(), 3);
    assert_eq!(article.repairs.iter().map(|r| r.kind).collect::<Vec<_>>(), [RepairKind::SpeakerDiffers]);
}

#[test]
fn crossheads_marked_or_not_start_no_article() {
    check(
        "# 一条渠改变一个镇\n\n□本报记者 温岭 陆小满\n\n十年前的柳渡镇，春天里最缺的是水。镇上的人说起那时候，都记得夜里排队等水的情形。\n\n## 难题怎么破\n\n镇里先后开了二十多次会，最后决定自己修渠。渠从青石山下起，一直修到柳渡街口。\n\n二、账要算明白\n\n修渠花了多少钱，水价怎么定，镇里一笔一笔贴在墙上，柳渡镇的人天天来看。\n",
        expect![[r#"
            headline 一条渠改变一个镇
            byline   温岭 (本报记者)
            byline   陆小满 (本报记者)
            body     十年前的柳渡镇，春天里最缺的是水。镇上的人说起那时候，都记得夜里排队等水的情形。
            cross    难题怎么破
            body     镇里先后开了二十多次会，最后决定自己修渠。渠从青石山下起，一直修到柳渡街口。
            cross    二、账要算明白
            body     修渠花了多少钱，水价怎么定，镇里一笔一笔贴在墙上，柳渡镇的人天天来看。

        "#]],
    );
}

#[test]
fn hard_wrapped_lines_are_put_together_again() {
    check(
        "引水渠全线贯通\n\n　　本报讯（记者温岭）3月8日，引水\n渠全线贯通。水从青石山下出发，经过\n三座渡槽和一条隧洞，当天下午流到了\n柳渡镇的田里。\n　　渠长三十七公里，沿线十二个村的\n六万亩地都能浇上水，往年春天等水的\n日子一去不返了。\n",
        expect![[r#"
            headline 引水渠全线贯通
            day      03-08
            byline   温岭 (记者)
            body     本报讯（记者温岭）3月8日，引水渠全线贯通。水从青石山下出发，经过三座渡槽和一条隧洞，当天下午流到了柳渡镇的田里。
            body     渠长三十七公里，沿线十二个村的六万亩地都能浇上水，往年春天等水的日子一去不返了。

        "#]],
    );
}

#[test]
fn furniture_is_no_story() {
    check(
        "# 青石日报\n2031年3月9日 星期日 今日4版\n### 春灌保供\n# 引水渠全线贯通\n本报讯（记者温岭）昨日，引水渠全线贯通。\n### 全区第三届农民运动会\n倒计时 12 天\n社址：青石区文昌街1号 邮编：000000 电话：0000-000000 印刷：青石印务\n",
        expect![[r#"
            column   春灌保供
            headline 引水渠全线贯通
            day      2031-03-08
            byline   温岭 (记者)
            body     本报讯（记者温岭）昨日，引水渠全线贯通。

            Masthead 青石日报
            Masthead 2031年3月9日 星期日 今日4版
            Countdown 全区第三届农民运动会 倒计时 12 天
            Slogan 社址：青石区文昌街1号 邮编：000000 电话：0000-000000 印刷：青石印务
        "#]],
    );
}

#[test]
fn a_caption_between_the_pieces_of_a_sentence_does_not_part_them() {
    check(
        "# 引水渠全线贯通\n\n本报讯（记者温岭）3月8日，引水渠全线贯通，下游三个村的群众赶到渠边看水，有人带来了鞭\n\n图为群众在渠边看水。 陆小满 摄\n\n炮，有人带来了锣鼓，一直热闹到天黑才散。\n",
        expect![[r#"
            headline 引水渠全线贯通
            day      03-08
            byline   温岭 (记者)
            body     本报讯（记者温岭）3月8日，引水渠全线贯通，下游三个村的群众赶到渠边看水，有人带来了鞭炮，有人带来了锣鼓，一直热闹到天黑才散。
            caption  图为群众在渠边看水。 陆小满 摄
            repair   Seam 0 (3, 7)

        "#]],
    );
}

#[test]
fn every_notice_is_an_article() {
    let page = read(
        "# 遗失声明\n\n温岭遗失居民身份证一张，声明作废。\n\n柳渡镇供销社遗失公章一枚，声明作废。\n\n# 停水公告\n\n因管网改造，定于3月10日8时至18时停水，请提前储水。\n\n青石区自来水公司\n\n2031年3月8日\n",
    );
    let told: Vec<_> = page
        .articles
        .iter()
        .map(|a| (a.genre.key(), a.headline.as_deref().unwrap_or(""), a.paragraphs.len()))
        .collect();
    assert_eq!(told, [("notice", "遗失声明", 1), ("notice", "遗失声明", 1), ("notice", "停水公告", 3)]);
}

#[test]
fn of_two_equal_lines_the_one_worded_anew_is_the_headline() {
    let body = "本报讯（记者温岭）6月1日，青石区与下游三镇签订用水协议。协议写明，愿为下游用水提供更多便利，渠首每天报一次水量。\n";
    for (first, second) in [
        ("青石区与三镇签下一纸用水协议", "愿为下游用水提供更多便利"),
        ("愿为下游用水提供更多便利", "青石区与三镇签下一纸用水协议"),
    ] {
        let page = read(&format!("# {first}\n\n# {second}\n\n{body}"));
        assert_eq!(page.articles[0].headline.as_deref(), Some("青石区与三镇签下一纸用水协议"), "{first}");
    }
}

#[test]
fn a_roll_of_names_and_the_rows_of_a_table_belong_to_their_text() {
    let page = read(
        "# 春灌先进个人名单\n\n经各镇推荐，授予下列同志“春灌先进个人”称号。\n\n温 岭 陆小满 诸葛守拙 王建业\n\n李 明 赵大年 周高峰 郑文斌\n\n希望受表彰的同志再立新功。\n",
    );
    assert_eq!((page.articles.len(), page.articles[0].paragraphs.len()), (1, 4));
}

fn issue(order: [usize; 2]) -> Vec<Page> {
    let facts = |page: &str| IssueFacts {
        page: Some(page.into()),
        date: Some(date(2031, 3, 9)),
        ..IssueFacts::default()
    };
    let pages = [
        RawPage {
            facts: facts("1"),
            ..raw(
                "2031-03-09/01.md",
                "# 引水渠全线贯通\n\n本报讯（记者温岭）3月8日，引水渠全线贯通，水从青石山下出发，当天流到了柳渡镇的\n\n（下转第二版）\n\n# 春灌进度过半\n\n本报讯（记者陆小满）到3月8日，全区春灌进度过半，小麦返青水浇了四万亩。（下转第2版）\n",
            )
        },
        RawPage {
            facts: facts("02"),
            ..raw(
                "2031-03-09/02.md",
                "（上接第一版）\n\n田里。下游三个村的群众赶到渠边看水，一直热闹到天黑才散。\n\n# 春灌进度过半（上接1版）\n\n小麦返青水还差三万亩，三月底前可以浇完，各镇抽调了放水员。\n",
            )
        },
    ];
    read_issue(&order.map(|i| pages[i].clone()))
}

#[test]
fn stories_that_run_over_are_joined_whatever_the_order_of_files() {
    let pages = issue([0, 1]);
    expect![[r#"
        headline 引水渠全线贯通
        day      2031-03-08
        to       2
        byline   温岭 (记者)
        body     本报讯（记者温岭）3月8日，引水渠全线贯通，水从青石山下出发，当天流到了柳渡镇的田里。下游三个村的群众赶到渠边看水，一直热闹到天黑才散。
        repair   Seam 0 (0, 0)
        repair   JumpJoined 0 (0, 0)

        headline 春灌进度过半
        to       2
        byline   陆小满 (记者)
        body     本报讯（记者陆小满）到3月8日，全区春灌进度过半，小麦返青水浇了四万亩。
        body     小麦返青水还差三万亩，三月底前可以浇完，各镇抽调了放水员。
        repair   JumpJoined 1 (0, 0)

    "#]]
    .assert_eq(&note(&pages[0]));
    assert!(pages[1].articles.is_empty());
    let mut turned = issue([1, 0]);
    turned.reverse();
    assert_eq!(turned, pages);
}

#[test]
fn an_id_does_not_hang_on_headline_byline_or_what_was_joined() {
    let id = |text: &str| read(text).articles.first().map(|a| a.id.clone()).unwrap_or_default();
    let body =
        "3月8日，引水渠全线贯通，水从青石山下出发，经过三座渡槽和一条隧洞，当天下午流到了柳渡镇的田里。";
    let plain = id(&format!("# 引水渠全线贯通\n\n本报讯（记者温岭）{body}\n"));
    assert!(plain.starts_with("page.md/"), "{plain}");
    assert_eq!(id(&format!("# 引水渠通了\n\n□本报记者 温岭\n\n{body}\n")), plain);
    assert_eq!(
        id(&format!("# 引水渠全线贯通\n\n本报讯（记者 温岭）{}\n\n{}\n", &body[..62], &body[62..])),
        plain
    );
}

#[test]
fn a_page_that_tells_another_date_than_its_path_is_told() {
    let facts = IssueFacts { date: Some(date(2031, 3, 9)), ..IssueFacts::default() };
    let page = RawPage {
        facts,
        ..raw("2031-03-09/1.md", "2版 综合新闻 2031年3月8日 星期六\n\n# 春灌进度过半\n\n全区春灌进度过半。\n")
    };
    let page = read_issue(&[page]).remove(0);
    assert_eq!(page.facts.date, Some(date(2031, 3, 9)));
    assert_eq!((page.facts.page.as_deref(), page.facts.section.as_deref()), (Some("2"), Some("综合新闻")));
    assert!(page.problems.iter().any(|p| p.kind == ProblemKind::Conflict));
}

/// The page the project was created from; read where it lies beside the project.
#[test]
fn the_front_page_comes_out_as_its_anatomy_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/pages/luzhou-front-page.md");
    let Ok(text) =
        std::fs::read_to_string(path).or_else(|_| std::fs::read_to_string(path.replace("/../", "/../../")))
    else {
        println!("SKIPPED: {path} is not there; nothing was checked");
        return;
    };
    let page = read(&text);
    let told: Vec<String> = page
        .articles
        .iter()
        .map(|a| {
            let repairs: Vec<_> =
                a.repairs.iter().map(|r| format!("{:?}{:?}", r.kind, r.lines.unwrap_or_default())).collect();
            format!(
                "{} {} {} {} {} {:?} {} {:?}",
                a.paragraphs.len(),
                u8::from(a.column.is_some()),
                u8::from(a.kicker.is_some()),
                u8::from(a.deck.is_some()),
                a.byline.len(),
                a.event_date.as_deref().unwrap_or(""),
                a.jump_to.as_deref().unwrap_or("-"),
                repairs
            )
        })
        .collect();
    expect![[r#"
        5 0 0 1 1 "06-01" - ["SpeakerDiffers(15, 17)", "Repeat(19, 21)"]
        4 1 0 0 0 "" - ["LateHeadline(35, 35)"]
        3 0 0 0 1 "05-29" - ["Seam(43, 45)", "Seam(45, 47)", "Repeat(47, 49)"]
        4 0 1 0 1 "06-03" 2 ["Gap(59, 61)"]
        13 1 0 1 1 "" - ["Seam(77, 79)", "Seam(85, 87)", "Seam(93, 95)"]"#]]
    .assert_eq(&told.join("\n"));
    assert_eq!(page.furniture.len(), 2);
}

#[test]
fn a_story_whose_headline_comes_last_begins_where_its_matter_is_first_told() {
    let page = read(
        "# 引水渠全线贯通\n\n本报讯（记者温岭）3月8日，引水渠全线贯通，三个村的春灌用水有了着落。\n\n水利站站长说，渠水当天流到了下游。\n\n柳渡小学的孩子们在操场边办起了图书角，书架是木匠们用旧门板打的。\n\n老师说，孩子们一下课就往那里跑。\n\n柳渡小学办起图书角\n",
    );
    let told: Vec<_> = page.articles.iter().map(|a| (a.headline.as_deref(), a.paragraphs.len())).collect();
    assert_eq!(told, [(Some("引水渠全线贯通"), 2), (Some("柳渡小学办起图书角"), 2)]);
}

#[test]
fn authors_may_stand_above_a_body_whose_headline_comes_last() {
    let page = read(
        "# 引水渠全线贯通\n\n本报讯（记者温岭）3月8日，引水渠全线贯通，三个村的春灌用水有了着落。\n\n□本报记者 陆小满\n\n柳渡小学的孩子们在操场边办起了图书角，书架是木匠们用旧门板打的。\n\n# 柳渡小学办起图书角\n",
    );
    let told: Vec<_> = page
        .articles
        .iter()
        .map(|a| (a.headline.as_deref(), a.byline.iter().map(|b| b.name.as_str()).collect::<String>()))
        .collect();
    assert_eq!(
        told,
        [(Some("引水渠全线贯通"), "温岭".to_owned()), (Some("柳渡小学办起图书角"), "陆小满".to_owned())]
    );
}

#[test]
fn a_heading_taken_word_for_word_from_the_text_below_divides_a_story() {
    check(
        "# 引水渠通水之后\n\n引水渠通水以后，柳渡镇三个村的水浇地多了两千亩，村民盘算起新的种法。\n\n# 把水送到每一块田里\n\n要把水送到每一块田里，靠的是放水员。六名放水员轮流值班，哪块田缺水就把水引到哪块田，一天下来要走二十里渠堤，鞋底磨穿了好几双。\n",
        expect![[r#"
            headline 引水渠通水之后
            body     引水渠通水以后，柳渡镇三个村的水浇地多了两千亩，村民盘算起新的种法。
            cross    把水送到每一块田里
            body     要把水送到每一块田里，靠的是放水员。六名放水员轮流值班，哪块田缺水就把水引到哪块田，一天下来要走二十里渠堤，鞋底磨穿了好几双。

        "#]],
    );
}

#[test]
fn who_speaks_below_and_what_announces_a_list_head_no_story() {
    let page = read(
        "引水渠通水之后\n\n本报讯（记者温岭）3月8日，引水渠通水满一月，本报请各方谈一谈。\n\n青石区水利局局长 陆文远\n\n这条渠修了三年，最难的是过石桥头那一段，全靠人工一锤一锤凿出来。\n\n下一步要做的几件事情是：\n\n把支渠接到每个村，给放水员发一本账。\n",
    );
    assert_eq!(page.articles.len(), 1, "{}", note(&page));
}

#[test]
fn the_years_of_a_life_are_text() {
    let page = read(
        "陆文远同志简历\n\n陆文远，男，1970年8月生，柳渡镇人，大学学历，现任青石区副区长。\n\n1990-1994年 柳渡镇水利站技术员\n\n1994-2001年 柳渡镇水利站副站长、站长\n\n2001-2008年 青石区水利局副局长\n\n2008年起 青石区副区长\n",
    );
    assert_eq!(page.articles.len(), 1, "{}", note(&page));
    assert_eq!(page.articles[0].paragraphs.len(), 5);
}

#[test]
fn names_alone_below_a_headline_sign_it_and_a_sign_marks_a_column() {
    check(
        "■一线见闻\n\n# 柳渡小学办起图书角\n\n温 岭 陆小满\n\n柳渡小学的孩子们在操场边办起了图书角，书架是木匠们用旧门板打的。\n",
        expect![[r#"
            column   一线见闻
            headline 柳渡小学办起图书角
            byline   温岭 ()
            byline   陆小满 ()
            body     柳渡小学的孩子们在操场边办起了图书角，书架是木匠们用旧门板打的。

        "#]],
    );
}

fn scrap() -> impl Strategy<Value = String> {
    prop_oneof![
        "[#＃]{0,3} ?[春灌渠水区长强调，。“”（）:一二1 　]{0,30}",
        Just("本报讯（记者温岭）3月8日，引水渠全线贯通。".to_owned()),
        Just("（下转第二版）".to_owned()),
        Just("（上接第一版）".to_owned()),
        Just("□本报记者 温 岭".to_owned()),
        Just(String::new()),
        "\\PC{0,40}",
    ]
}

proptest! {
    #[test]
    fn reading_returns_on_any_text(text in any::<String>()) {
        let _ = read(&text);
    }

    #[test]
    fn reading_returns_on_any_scraps(lines in proptest::collection::vec(scrap(), 0..40), cut in 0usize..40) {
        let cut = cut.min(lines.len());
        let pages = [raw("a/1.md", &lines[..cut].join("\n")), raw("a/2.md", &lines[cut..].join("\r\n"))];
        let read = read_issue(&pages);
        prop_assert_eq!(read.len(), 2);
        let turned = read_issue(&[pages[1].clone(), pages[0].clone()]);
        prop_assert_eq!(&turned[1], &read[0]);
        prop_assert_eq!(&turned[0], &read[1]);
    }
}
