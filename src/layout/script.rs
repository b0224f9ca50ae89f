//! What single characters say about where sentences begin and end.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Whether a text ends as a sentence does, closing quotes and brackets aside.
pub(super) fn ends_sentence(text: &str) -> bool {
    let mut chars = text.chars().rev();
    match chars.next() {
        Some('。' | '！' | '？' | '!' | '?' | '…' | '．') => true,
        Some('”' | '’' | '」' | '』' | '"' | '）' | ')' | '》' | '】') => {
            // A quotation or a bracket closes a sentence only behind its full stop; a lone one is left open.
            matches!(
                chars.find(|c| !matches!(c, '”' | '’' | '」' | '』' | '）' | ')')),
                Some('。' | '！' | '？' | '!' | '?' | '…')
            )
        }
        Some(';' | '；' | '：' | ':') | Some(_) | None => false,
    }
}

/// Whether a paragraph may end here though no full stop stands: list items, introductions, signatures.
pub(super) fn may_end_paragraph(text: &str) -> bool {
    matches!(
        text.chars().next_back(),
        Some(
            '。' | '！'
                | '？'
                | '!'
                | '?'
                | '…'
                | ';'
                | '；'
                | '：'
                | ':'
                | '”'
                | '’'
                | '」'
                | '』'
                | '）'
                | ')'
                | '】'
                | '.'
                | '"'
                | '～'
                | '~'
        )
    )
}

/// Whether no line and no paragraph can begin with this character.
pub(super) fn never_begins(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | ','
            | ';'
            | ':'
            | '!'
            | '?'
            | '）'
            | ')'
            | '”'
            | '’'
            | '」'
            | '』'
            | '》'
            | '〉'
            | '】'
            | '％'
            | '%'
            | '℃'
            | '.'
    )
}

/// Whether a quotation, title or bracket is opened and not closed, or closed and not opened.
pub(super) fn unbalanced(text: &str) -> bool {
    let mut depth = [0i32; 4];
    for c in text.chars() {
        match c {
            '“' => depth[0] += 1,
            '”' => depth[0] -= 1,
            '《' => depth[1] += 1,
            '》' => depth[1] -= 1,
            '「' => depth[2] += 1,
            '」' => depth[2] -= 1,
            '(' | '（' => depth[3] += 1,
            ')' | '）' => depth[3] -= 1,
            _ => {}
        }
        if depth.iter().any(|d| *d < 0) {
            return true;
        }
    }
    depth != [0; 4]
}

/// How much more likely a text begins inside a sentence than with one, by its first character (logarithm).
///
/// Measured on public news: the characters of each list are in the order of their frequency. Who splits a
/// sentence at any place gets one of [`SELDOM_FIRST`] in three of ten cases, sentences begin so in one of a hundred.
pub(super) fn begins_inside(text: &str) -> f32 {
    static FIRST: LazyLock<HashMap<char, f32>> = LazyLock::new(|| {
        // A character of several lists counts as one of the list named last.
        let lists = [
            ("“\"《", -0.7),
            (OFTEN_FIRST, -0.7),
            (MOST_FIRST, -1.9),
            (LESS_FIRST, 1.5),
            (SELDOM_FIRST, 3.0),
        ];
        lists.into_iter().flat_map(|(list, worth)| list.chars().map(move |c| (c, worth))).collect()
    });
    let Some(c) = text.chars().next().map(crate::text::fold::fold_char) else { return 0.0 };
    if never_begins(c) { 4.0 } else { FIRST.get(&c).copied().unwrap_or(0.3) }
}

const SELDOM_FIRST: &str = "的和了年是方行合动业区部个平等力化务员表机理系们定体好设月议道次示领度号心场问治资点题里组者间导名增院起府子众及续都造门式际情队流席量局革界书性步域品处愿管尔件责织计求护级友育技标义线源种境助供果息权口术州益难边势断略望升形话色策些费准效善型击态条族午质速价户层识致贸备况头球融划职播洲验础挥样士律频争副障响显伙模命闻察险献控援困念措功称思己候盟才置署份践究则率言岛片器象疗满岸款幕底存待络梦亡馆彻岁字罪补均贡便么丽限括属害药斗止堂仍奖介守享胜予川练牌伟朗序染轮较料辑算架销诉树输辆阶励沟须赢谊币刻洋繁季奋束纷坛却疑姓损厅炸幅讯售握湾状倍绕朋妇秀右键够毒筹邦挑赴映败筑钟材洁杀觉择块套且晨肃订坡怖板股累散释览亩勇析毁涨吨驶夺缓差厚暖胞履递屋阵捕迹味迅契晤债径兼";
const LESS_FIRST: &str = "人发展民出进地家成关政实生工多时主重强共将市利持学于能用提后制推保产入战路济水军统向斯更得任已期信立创万项说还并之决车达着企查指元施程互服举取群规支协结运办城视省常团放风案投手传物带见精集积干收防认使县确落研先少快宣构促批亿志引切选始变论神稳维观优客身往告游装列讲营乡核想单复影镇范站史赛真需易卫紧降兴房康知努负病兵亲注排段密夫儿健终师校类园遇富迎送容伤故编承养充急派雨乐食破违督启低良阳死减贯章景移艺媒藏配烈贫停训庆录足测聚星版召票船或荣判危留探室占例签疆犯货扶购征油惠激污鲜固细某遭载童剧恐射久扬讨桥语弹换压逐巨申追楼诚拓读赞尊诺吸舰适彩舞勒角邻附嫌典廉遗轻亮攻店左残厂牢腐礼泛贷侵疾呼岗松竞邀写摄伍绝贴旗诊母恢血携慰绩杂覆符否疫途谋刑私卖鱼拍振菜背避矿珍";
const OFTEN_FIRST: &str = "国会为全要新对不同经日现两通与文各正最三联西明十记南受山应世老首其广参二江马专德四让警继每因然青河五欧武依尼土未福很只再声几春考财离古听卡欢宁云纳索沙六许座她黄综早白即初贵塞黑塔曾爆洪波七述你返谢短扎九夏鲁它瓦瑞焦距暑黎";
const MOST_FIRST: &str = "中在这今近我目本他习当美第从北此双巴据而由李去原俄张但希阿如伊连英根普王随该乌奥叙印温韩除哈刘湖香按刚吉朝澳针埃那萨尽截像眼泰陈另贺杨昨穆吴胡伦浙肯祖梅莫俞虽甘贾沈陪墨辽孙卢徐默菲陕赵彭详郑辛尤朱俗潘孟杭邓郭朴帕厦芦秦霍曹凭舆玻舒蓬钦宋汪冯";

/// Full-width letters, figures and marks as half-width; Chinese stays as printed.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// Puts the next piece of a cut sentence behind its first: a space only between Latin letters.
pub(super) fn append(text: &mut String, piece: &str) {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    if latin(text.chars().next_back()) && latin(piece.chars().next()) {
        text.push(' ');
    }
    text.push_str(piece);
}

/// Reads a number in Chinese or Arabic figures, up to 999, as page numbers are written.
pub(super) fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.get(..3.min(text.len()))?.parse().ok().filter(|_| text.len() <= 3);
    }
    let digit = |c| "〇一二三四五六七八九".chars().position(|d| d == c).map(|d| d as u32);
    let (mut total, mut digits) = (0, None::<u32>);
    for c in text.chars() {
        match c {
            '百' => total += digits.take().unwrap_or(1) * 100,
            '十' => total += digits.take().unwrap_or(1) * 10,
            '零' => {}
            _ => digits = Some(digits.map_or(0, |d| d * 10) + digit(c)?),
        }
        if total > 999 || digits.is_some_and(|d| d > 999) {
            return None;
        }
    }
    Some(total + digits.unwrap_or(0))
}

/// Reads a year of four figures of either kind.
pub(super) fn year(text: &str) -> Option<i16> {
    let mut year = 0;
    let mut figures = 0;
    for c in text.chars() {
        let value = match c {
            '0'..='9' => c as i16 - '0' as i16,
            '〇' | '零' | '○' => 0,
            _ => "一二三四五六七八九".chars().position(|d| d == c)? as i16 + 1,
        };
        figures += 1;
        if figures > 4 {
            return None;
        }
        year = year * 10 + value;
    }
    (figures == 4).then_some(year)
}

/// A count with its word, for notes: `3 lines`.
pub(super) fn lines_note(what: &str, (first, last): (usize, usize)) -> String {
    let mut note = what.to_owned();
    let _ = if first == last {
        write!(note, " (line {first})")
    } else {
        write!(note, " (lines {first} and {last})")
    };
    note
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_behind_its_full_stop_also_within_quotes() {
        assert!(ends_sentence("已经完工。"));
        assert!(ends_sentence("“已经完工。”"));
        assert!(!ends_sentence("建好“幸福渠”"));
        assert!(!ends_sentence("要求企业"));
        assert!(!ends_sentence("分管的工作;"));
    }

    #[test]
    fn numbers_are_read_in_both_kinds_of_figures() {
        for (text, want) in [("二", 2), ("十", 10), ("十二", 12), ("二十", 20), ("12", 12), ("〇三", 3)]
        {
            assert_eq!(number(text), Some(want), "{text}");
        }
        assert_eq!(number("综合"), None);
        assert_eq!(number("99999"), None);
    }
}
