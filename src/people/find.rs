//! Finds the mentions of people in a text: candidates are judged, chosen, and read with their posts.

use std::collections::{HashMap, HashSet};

use super::book::NameBook;
use super::context::Behind;
use super::glyphs::Glyphs;
use super::judge::judge;
use super::lexicon::{Lexicon, word};
use super::lookup::{self, Lookup};
use super::model::Form;
use super::read::{Read, read};
use super::settle::settle;
use super::{Evidence, Kind, Mention, PostMention};

/// Finds every mention of a person in a text; sorted, not overlapping.
///
/// Lines are parts of one article. With an empty book the text stands alone; what it names with a post
/// or in a list is then also found where it is named bare.
///
/// ```
/// use baoku::people::{NameBook, mentions};
/// let found = mentions("区委副书记、区长申小满出席。申小满指出", &NameBook::default());
/// let names: Vec<_> = found.iter().map(|m| m.name.as_str()).collect();
/// assert_eq!(names, ["申小满", "申小满"]);
/// assert_eq!(found[0].posts[1].text, "区长");
/// assert!(found[1].posts.is_empty());
/// ```
#[must_use]
pub fn mentions(text: &str, book: &NameBook) -> Vec<Mention> {
    let g = Glyphs::new(text);
    let lex = book.lexicon();
    let known = book.lookup();
    let mut judged = judge(&g, lex, known);
    let chosen = settle(&g, lex, known, &mut judged);
    let mut read = read(&g, lex, &chosen);
    read.retain(|r| r.run.form != Form::Latin || is_latin_name(text, &g, r));
    tell(text, &g, lex, known, read)
}

/// Whether Latin letters, which are folded in what was judged, are a name as printed: brands and units
/// behind a post begin small, and short capitals in brackets are an abbreviation.
fn is_latin_name(text: &str, g: &Glyphs, r: &Read) -> bool {
    let printed = g.span(r.run.start, r.run.end).of(text);
    if g.before(r.run.start, 1) == '(' {
        printed.len() > 6 || printed.contains(|c: char| c.is_ascii_lowercase())
    } else {
        !printed.starts_with(|c: char| c.is_ascii_lowercase())
    }
}

/// A name without the white space that pads it; between words in Latin letters it stays.
fn as_called(printed: &str) -> String {
    if printed.is_ascii() {
        return printed.to_owned();
    }
    printed.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Verbs behind a bare name by which newspapers tell of officials.
const OFFICIAL_ACTS: &[&str] = &[
    "指出", "强调", "要求", "主持", "出席", "会见", "会晤", "调研", "视察", "督导", "听取", "接见", "致辞",
    "一行", "同志", "率队", "主席", "汇报", "部署", "通报", "陪同",
];

/// Gives the mentions as told to the outside.
fn tell(text: &str, g: &Glyphs, lex: &Lexicon, known: &Lookup, read: Vec<Read>) -> Vec<Mention> {
    let mut kinds: HashMap<String, Kind> = HashMap::new();
    let names: Vec<String> =
        read.iter().map(|r| as_called(g.span(r.run.start, r.run.end).of(text))).collect();
    for (r, name) in read.iter().zip(&names) {
        if let Some(kind) = r.kind {
            let slot = kinds.entry(name.clone()).or_insert(kind);
            if kind == Kind::Official {
                *slot = kind;
            }
        }
    }
    let better: HashSet<String> = read
        .iter()
        .zip(&names)
        .filter(|(r, _)| !matches!(r.evidence, Evidence::Form | Evidence::Known))
        .map(|(_, name)| name.clone())
        .collect();
    read.into_iter()
        .zip(names)
        .map(|(r, name)| {
            let bits = known.get(g.slice(r.run.start, r.run.end));
            let kind = r.kind.or_else(|| kinds.get(&name).copied()).unwrap_or_else(|| {
                let next = g.string(r.run.end, r.run.end + 2);
                if bits & lookup::KNOWN != 0 {
                    match (lookup::kind_of(bits), r.run.behind) {
                        // Who signs elsewhere and is told of here is one of the story's people.
                        (Kind::Reporter, Behind::Han | Behind::Word | Behind::Speech) => Kind::Other,
                        (kind, _) => kind,
                    }
                } else if lex.word(g.slice(r.run.start, r.run.end)) & word::OFFICIAL != 0
                    || OFFICIAL_ACTS.contains(&next.as_str())
                {
                    Kind::Official
                } else {
                    Kind::Other
                }
            });
            let evidence = match r.evidence {
                Evidence::Form if bits & lookup::KNOWN != 0 || better.contains(&name) => Evidence::Known,
                e => e,
            };
            let posts = r
                .posts
                .iter()
                .map(|p| {
                    let span = g.span(p.start, p.end);
                    PostMention { text: span.of(text).to_owned(), span }
                })
                .collect();
            Mention { name, span: g.span(r.run.start, r.run.end), kind, posts, evidence }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    /// One line a mention: name, kind, evidence, posts.
    fn told(text: &str, book: &NameBook) -> String {
        let mut out = String::new();
        for m in mentions(text, book) {
            let posts: Vec<_> = m.posts.iter().map(|p| p.text.as_str()).collect();
            let evidence = serde_json::to_value(m.evidence).unwrap();
            out.push_str(&format!(
                "{} {} {} {}",
                m.name,
                serde_json::to_value(m.kind).unwrap().as_str().unwrap(),
                evidence.as_str().unwrap(),
                posts.join(" + ")
            ));
            out = out.trim_end().to_owned() + "\n";
        }
        out
    }

    fn check(text: &str, want: &Expect) {
        want.assert_eq(&told(text, &NameBook::default()));
    }

    #[test]
    fn a_name_in_latin_letters_stands_behind_a_post_and_a_list_of_stations_holds_nobody() {
        check(
            "总经理Peter O. Smith说，局长wifi坏了。全线设柳渡、凤栖山、镜湖东等9座车站。",
            &expect![[r#"
                Peter O. Smith other post 总经理
            "#]],
        );
    }

    #[test]
    fn a_meeting_gives_everybody_with_the_posts_printed() {
        check(
            "申小满主持 郭望山作安排\n本报讯（记者梁雨禾）3月2日，云溪区召开春耕工作会议。区委书记申小满主持会议并讲话，区委副书记、区长郭望山作具体安排。区领导谢长青、宋立冬、王　刚、贾雪梅参加。",
            &expect![[r#"
                申小满 official known
                郭望山 official known
                梁雨禾 reporter byline
                申小满 official post 区委书记
                郭望山 official post 区委副书记 + 区长
                谢长青 official post 区领导
                宋立冬 official list 区领导
                王刚 official list 区领导
                贾雪梅 official list 区领导
            "#]],
        );
    }

    #[test]
    fn what_is_no_name_behind_a_post_and_whose_a_post_is() {
        check(
            "大家说他担任区委书记是合适的。韩伯川当选澜湾区人民政府区长 洪远山主持并讲话。村党支部书记刘伟与宋立冬座谈。副区长　尉迟　敏到会。",
            &expect![[r#"
                韩伯川 official post 澜湾区人民政府区长
                洪远山 official form
                刘伟 official post 村党支部书记
                宋立冬 other form
                尉迟敏 official post 副区长
            "#]],
        );
    }

    #[test]
    fn a_verb_with_its_aspect_is_no_part_of_a_name() {
        check(
            "镇党委书记申青端着碗，村支书郭刚笑了。区长谢长青着力推进，副区长宋立冬了解情况。",
            &expect![[r#"
                申青 official post 镇党委书记
                郭刚 official post 村支书
                谢长青 official post 区长
                宋立冬 official post 副区长
            "#]],
        );
    }

    #[test]
    fn a_name_set_wide_behind_a_post_may_run_into_the_verb() {
        check(
            "区水利局局长王　刚到现场查看。",
            &expect![[r#"
                王刚 official post 区水利局局长
            "#]],
        );
    }

    #[test]
    fn a_list_set_wide_holds_whoever_stands_in_it_and_a_heading_set_wide_nobody() {
        check(
            "出席会议的有：张　军　李　伟　王小二　赵铁柱\n王　者　归　来\n高　山　流　水",
            &expect![[r#"
                张军 other form
                李伟 other form
                王小二 other form
                赵铁柱 other form
            "#]],
        );
    }

    #[test]
    fn who_stands_for_a_post_is_named_with_it() {
        check(
            "区长候选人申小满作表态发言。会议提名郭望山为副区长人选。镇长候选人名单公布。",
            &expect![[r#"
                申小满 official post 区长候选人
                郭望山 official post 副区长人选
            "#]],
        );
    }

    #[test]
    fn names_of_two_parts_and_long_first_parts_stay_whole() {
        check(
            "日前，阿不都拉·玉素甫来到柳林村，次仁卓玛和扎西多吉说好。副州长才让东周到会，村民乌云其木格参加。",
            &expect![[r#"
                阿不都拉·玉素甫 other form
                次仁卓玛 other form
                扎西多吉 other speech
                才让东周 official post 副州长
                乌云其木格 other form
            "#]],
        );
    }

    #[test]
    fn a_post_is_shared_in_a_list_and_may_stand_behind_the_name() {
        check(
            "副区长谢长青、宋立冬和贾雪梅出席。随后，申小满书记来到柳林村，村党支部书记兼村委会主任许田生介绍了情况。",
            &expect![[r#"
                谢长青 official post 副区长
                宋立冬 official list 副区长
                贾雪梅 official list 副区长
                申小满 official post 书记
                许田生 official post 村党支部书记 + 村委会主任
            "#]],
        );
    }

    #[test]
    fn appointments_give_posts_behind_the_name() {
        check(
            "会议决定：郭望山任云溪区人民政府副区长、代区长；贾雪梅曾任区水利局局长，现任区发展和改革委员会主任。",
            &expect![[r#"
                郭望山 official post 云溪区人民政府副区长 + 代区长
                贾雪梅 official post 区水利局局长 + 区发展和改革委员会主任
            "#]],
        );
    }

    #[test]
    fn appointments_name_the_post_behind_the_name_and_never_the_next_ones() {
        check(
            "会议决定任命郭望山为区水利局局长，免去贾雪梅的区司法局局长职务。代县长谢长青、拟任区审计局副局长宋立冬到会。",
            &expect![[r#"
                郭望山 official post 区水利局局长
                贾雪梅 official post 区司法局局长
                谢长青 official post 代县长
                宋立冬 official post 区审计局副局长
            "#]],
        );
    }

    #[test]
    fn what_was_and_what_is_for_a_time_belongs_to_the_post() {
        check(
            "时任云溪县委书记谢长青、挂职副县长宋立冬和县政协原副主席贾雪梅一同上山。",
            &expect![[r#"
                谢长青 official post 时任云溪县委书记
                宋立冬 official post 挂职副县长
                贾雪梅 official post 县政协原副主席
            "#]],
        );
    }

    #[test]
    fn bylines_and_credits_name_reporters() {
        check(
            "本报讯（记者 梁雨禾 通讯员 贺春生）柳林村的油菜花开了。（许知秋 摄）",
            &expect![[r#"
            梁雨禾 reporter byline
            贺春生 reporter byline
            许知秋 reporter byline
        "#]],
        );
    }

    #[test]
    fn companies_and_clubs_have_no_officials_but_their_party_secretaries_are() {
        check(
            "云溪绿源米业有限公司总经理贺春生说，今年订单不愁。公司党委书记许田生表示同意。",
            &expect![[r#"
                贺春生 other post 云溪绿源米业有限公司总经理
                许田生 official post 公司党委书记
            "#]],
        );
    }

    #[test]
    fn names_of_other_peoples_and_lands_stay_whole() {
        check(
            "柳林社区党支部书记努尔江·艾力木介绍，农学家约翰·哈灵顿也来看过。",
            &expect![[r#"
            努尔江·艾力木 official post 柳林社区党支部书记
            约翰·哈灵顿 other form
        "#]],
        );
    }

    #[test]
    fn foreign_names_joined_by_a_dash_and_in_their_own_letters_are_names() {
        check(
            "国王威廉-亚历山大会见了副主席迪亚斯－卡内尔，中国-东盟博览会开幕。指挥家约翰·摩尔（John Moore）到场。",
            &expect![[r#"
                威廉-亚历山大 official post 国王
                迪亚斯－卡内尔 official post 副主席
                约翰·摩尔 other form
                John Moore other form
            "#]],
        );
    }

    #[test]
    fn names_set_solid_in_a_byline_come_apart() {
        check(
            "本报讯（记者梁雨禾通讯员贺春生张明）3月2日，市民宋冬（化名）来电。",
            &expect![[r#"
                梁雨禾 reporter byline
                贺春生 reporter byline
                张明 reporter byline
                宋冬 other form
            "#]],
        );
    }

    #[test]
    fn what_only_looks_like_a_name_is_none() {
        check(
            "以高水平安全支撑高质量发展，全区已配备区级河长8人。西白兔镇、王家庄村和马路两侧绿意渐浓，温泉水暖，金融活水来。周先生和李女士点头。陈氏宗祠、杨家将都在。",
            &expect![[r#""#]],
        );
    }

    #[test]
    fn a_book_makes_bare_names_known_and_gives_their_kind() {
        let mut book = NameBook::default();
        let text = "云水谣里时满仓也在。";
        book.add(&mentions("区水利局局长时满仓出席会议。", &NameBook::default()));
        expect![[r#""#]].assert_eq(&told(text, &book));
    }

    #[test]
    fn an_overlay_adds_and_forbids_names() {
        let overlay = super::super::Overlay::parse("a.txt", "name 木子\nnever 郭望山\n").value;
        let book = NameBook::with_overlay(overlay);
        expect![[r#"
            木子 other speech
        "#]]
        .assert_eq(&told("木子说，郭望山出席。", &book));
    }

    #[test]
    fn a_megabyte_without_a_full_stop_is_read() {
        let text = "区长郭望山与谢长青、".repeat(30_000);
        assert_eq!(mentions(&text, &NameBook::default()).len(), 60_000);
    }

    fn holds(text: &str) {
        let found = mentions(text, &NameBook::default());
        let mut end = 0;
        for m in &found {
            assert!(m.span.start >= end && m.span.end > m.span.start, "{text}: {m:?}");
            end = m.span.end;
            let printed: String = text.get(m.span.start..m.span.end).unwrap().split_whitespace().collect();
            assert_eq!(printed, m.name);
            for p in &m.posts {
                assert_eq!(p.span.of(text), p.text);
                assert!(!p.text.is_empty());
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_returns_with_spans_in_order(text in any::<String>()) {
            holds(&text);
        }

        #[test]
        fn any_mixture_of_newspaper_scraps_returns(
            scraps in prop::collection::vec(
                prop::sample::select(vec![
                    "区委书记", "副区长", "局长", "申小满", "郭望山", "王", "刚", " ", "　", "、", "，", "。", "·", "任", "曾任", "兼",
                    "和", "的", "（", "）", "“", "”", "《", "》", "记者", "摄", "\n", "\r\n", "\u{1F600}", "\u{20BB7}", "欧阳", "某", "说", "：",
                    "A", "8", "日", "努尔江", "艾力木", "該縣縣長郭望山", "-", "—", "同志", "等", "主持",
                ]),
                0..40,
            )
        ) {
            holds(&scraps.concat());
        }
    }
}
