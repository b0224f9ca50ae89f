//! Reads the posts printed around a name: in front of it, behind it, and behind 任 and its like.

use super::context::{self, Before, Left};
use super::glyphs::Glyphs;
use super::lexicon::{Lexicon, word};
use super::model::Run;

/// The longest post with its organ, in characters.
const POST_CHARS_MAX: usize = 60;

/// A post as printed, by places in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    /// First character.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
    /// What the word it ends in is known as.
    pub(super) bits: u32,
}

/// The posts that stand in front of a name, in printed order. Nothing before `floor` is looked at.
pub(super) fn in_front(g: &Glyphs, lex: &Lexicon, left: Left, floor: usize) -> Vec<Held> {
    let mut held = Vec::new();
    let set_off = g.get(left.end) == ' ';
    let mut at = left;
    if !at.is_post() {
        if g.before(at.end, 1) == '的' && at.end > floor + 2 {
            return once_held(g, lex, at.end - 1, floor);
        }
        // 县委书记是某某, 组长：某某
        if !(matches!(at.kind, Before::Colon) || matches!(g.before(at.end, 1), '是' | '为'))
            || at.end <= floor + 2
        {
            return held;
        }
        at = context::left(g, lex, at.end - 1);
        if !at.is_post() || at.bits & word::GROUP != 0 {
            return held;
        }
    }
    loop {
        if at.start < floor {
            break;
        }
        let start = reach_back(g, lex, at.start, floor);
        // 甲某当选区长　乙某主持: white space parts two clauses, and the posts are the first one's.
        let told_before = matches!(g.before(start, 1), '任' | '为') && g.before(start, 2) != '现'
            || (g.before(start, 2), g.before(start, 1)) == ('当', '选');
        if set_off && told_before {
            return Vec::new();
        }
        held.push(Held { start, end: trimmed(g, at), bits: at.bits });
        if start <= floor {
            break;
        }
        // One more post of the same person in front of a list comma, 兼, or a bare comma.
        let joint = g.before(start, 1);
        if !matches!(joint, '、' | '兼' | ',' | ' ' | '和' | '及' | '暨') {
            break;
        }
        let joint_at = if g.before(start, 2) == '并' && joint == '兼' { start - 2 } else { start - 1 };
        let next = context::left(g, lex, joint_at);
        if !next.is_post() || next.bits & word::GROUP != 0 || next.end != joint_at && joint != ' ' {
            break;
        }
        if joint == ',' || joint == ' ' || joint == '和' {
            // Only where nothing else stands in that clause.
            let begin = reach_back(g, lex, next.start, floor);
            let border = g.before(begin, 1);
            if begin < floor
                || joint == '和' && at.start - start > 0
                || !matches!(border, '、' | ',' | '。' | '\n' | ':')
                || begin == floor && floor > 0 && border != '、'
            {
                break;
            }
        }
        at = next;
    }
    held.reverse();
    held
}

/// The posts in 曾任某局副局长的某某: only behind a word of appointment.
fn once_held(g: &Glyphs, lex: &Lexicon, end: usize, floor: usize) -> Vec<Held> {
    let at = context::left(g, lex, end);
    if !at.is_post() || at.bits & word::GROUP != 0 {
        return Vec::new();
    }
    let low = floor.max(end.saturating_sub(40));
    let begin = (low..end)
        .rev()
        .take_while(|&i| !matches!(g.get(i), ',' | '。' | '\n'))
        .find_map(|i| trigger(g, i, end));
    let mut held = Vec::new();
    if let Some(begin) = begin {
        items(g, lex, begin, end, &mut held);
    }
    held
}

/// Where a post ends: without a closing quotation mark or bracket that does not belong to it.
fn trimmed(g: &Glyphs, left: Left) -> usize {
    match g.before(left.end, 1) {
        ')' => {
            let open = (left.start..left.end).rev().find(|&i| g.get(i) == '(');
            open.unwrap_or(left.end)
        }
        '”' => left.end,
        _ => left.end,
    }
}

/// How far to the left the organ and place in front of a post reach.
fn reach_back(g: &Glyphs, lex: &Lexicon, from: usize, floor: usize) -> usize {
    let mut at = from;
    let mut figures = 0;
    while at > floor && from - at < POST_CHARS_MAX {
        let c = g.before(at, 1);
        if c.is_ascii_alphanumeric() {
            at -= 1;
            figures += 1;
            continue;
        }
        if figures > 0 && matches!(c, '.' | '-' | '&' | '+') {
            at -= 1;
            continue;
        }
        if matches!(c, '”' | '’' | ')' | '」' | '》') {
            let open = match c {
                '”' => '“',
                '’' => '‘',
                ')' => '(',
                '」' => '「',
                _ => '《',
            };
            let low = floor.max(at.saturating_sub(24));
            // Quoted and bracketed parts inside an organ's name, but no whole quotation.
            match (low..at - 1).rev().find(|&i| g.get(i) == open) {
                Some(i)
                    if !g.slice(i + 1, at - 1).iter().any(|&c| matches!(c, '。' | ',' | '!' | '?' | '…'))
                        && (c != ')' || lex.traits(g.before(i, 1)).han()) =>
                {
                    at = i;
                    continue;
                }
                _ => break,
            }
        }
        if is_joint(g, at) {
            at -= 1;
            continue;
        }
        if !lex.traits(c).han() {
            break;
        }
        // A day or an hour in figures ends what came before.
        if matches!(c, '日' | '号' | '时' | '年' | '月') && g.before(at, 2).is_ascii_digit() {
            break;
        }
        let window = g.slice(floor.max(at.saturating_sub(7)), at);
        let (mut noun, mut stop) = (0, 0);
        lex.words_to(window, |len, bits| {
            if bits & (word::NOUN | word::HEAD) != 0 {
                noun = len;
            }
            if bits & word::STOP != 0 {
                stop = len;
            }
        });
        if matches!(c, '和' | '与') && field_word(g, lex, at - 1) {
            at -= 1;
            continue;
        }
        if stop > 0 && stop >= noun && (stop > 1 || !sheltered(g, lex, at)) {
            break;
        }
        // 当选|区长, although 选区 is a word.
        if noun == 2 && window.ends_with(&['当', '选', c]) {
            at -= 1;
            break;
        }
        at -= noun.max(1);
    }
    tidy(g, lex, at, from, floor)
}

/// Whether a word of a body's field ends at a place, as in 发展和改革委员会.
fn field_word(g: &Glyphs, lex: &Lexicon, end: usize) -> bool {
    lex.longest_to(g.slice(end.saturating_sub(6), end), word::FIELD).is_some()
}

/// Whether a character that alone would end a post stands inside a longer common word.
fn sheltered(g: &Glyphs, lex: &Lexicon, end: usize) -> bool {
    (1..=3).any(|back| {
        end > back && {
            let mut found = false;
            lex.words_from(g.slice(end - 1 - (back - 1), end + 4), |len, bits| {
                found |= len > back && bits & word::NOUN != 0;
            });
            found
        }
    })
}

/// A dot or dash inside an organ's name.
fn is_joint(g: &Glyphs, at: usize) -> bool {
    matches!(g.before(at, 1), '·' | '—' | '-' | '/')
        && at >= 2
        && g.get(at).is_alphabetic()
        && g.before(at, 2).is_alphabetic()
}

/// Takes from the left end of a post what is no part of it: numbers of days, pointers, stray marks.
fn tidy(g: &Glyphs, lex: &Lexicon, mut at: usize, head: usize, floor: usize) -> usize {
    if at == floor && floor > 0 && matches!(g.get(at), '和' | '与' | '及' | '、') {
        at += 1;
    }
    while at < head {
        let c = g.get(at);
        if "省县市区州镇乡村院校局".contains(c) && g.before(at, 1) == '该' {
            at += 1;
            continue;
        }
        let pointer = "该本各某其".contains(c)
            && at + 2 < head
            && "县市区省院校局村镇乡厂州所站馆公司".contains(g.get(at + 1));
        if pointer {
            at += if g.get(at + 1) == '公' { 3 } else { 2 };
        } else if matches!(c, '·' | '-' | '—' | '.' | ' ' | '&' | '+' | '/')
            || lex.word(&[c]) & word::STOP != 0 && !sheltered(g, lex, at + 1)
        {
            at += 1;
        } else {
            break;
        }
    }
    at.min(head)
}

/// Posts that are said behind a name and can also be verbs or parts of other words.
const NOT_BEHIND: &[&str] = &[
    "代表",
    "指挥",
    "导演",
    "领导",
    "成员",
    "顾问",
    "参谋",
    "干事",
    "设计师",
    "助理",
    "秘书",
    "主管",
    "战士",
    "警察",
    "民警",
    "法人",
    "监制",
    "主编",
    "老板",
    "教师",
    "护士",
    "律师",
    "总管",
    "领队",
    "班主任",
    "股东",
    "理事",
    "委员",
    "议员",
    "常委",
    "相",
    "董事",
    "监事",
    "公主",
    "王子",
    "主教",
    "编剧",
    "统筹",
    "候选人",
    "人选",
];

/// The post that stands directly behind a name: 某某总书记, 某某教授.
pub(super) fn directly_behind(g: &Glyphs, lex: &Lexicon, end: usize) -> Option<Held> {
    let mut start = end;
    if g.get(start) == '副' || g.get(start) == '原' || g.get(start) == '前' {
        start += 1;
    }
    let (len, bits) = lex.longest_from(g.slice(start, start + 6), word::HEAD)?;
    let text = g.string(start, start + len);
    if bits & word::GROUP != 0
        || (NOT_BEHIND.contains(&text.as_str())
            && !matches!(text.as_str(), "委员" | "议员" | "常委" | "董事" | "律师" | "公主" | "王子"))
    {
        return None;
    }
    let next = g.get(start + len);
    let longer = match next {
        '团' | '令' => text.ends_with("主席"),
        '会' => text.ends_with("委员") || text.ends_with("领导"),
        '级' | '制' | '室' | '处' | '府' | '国' | '院' | '班' | '证' | '奖' | '杯' | '们' => true,
        _ => false,
    };
    if longer {
        return None;
    }
    Some(Held { start: end, end: start + len, bits })
}

/// The posts told behind 任, 担任, 当选, 系 and their like between two places.
pub(super) fn appointments(g: &Glyphs, lex: &Lexicon, from: usize, to: usize) -> Vec<Held> {
    let mut held = Vec::new();
    let mut at = from;
    while at < to {
        let Some(begin) = trigger(g, at, to) else {
            at += 1;
            continue;
        };
        at = items(g, lex, begin, to, &mut held).max(at + 1);
    }
    held
}

/// How far in front of a name the word stands that appoints or removes, in characters.
const APPOINTING_CHARS_MAX: usize = 30;

/// The posts that somebody is given or relieved of around the name: 任命某某为某局局长, 免去某某的某职务.
pub(super) fn appointed_to(g: &Glyphs, lex: &Lexicon, run: &Run, to: usize) -> Vec<Held> {
    let verbs: &[&str] = match g.get(run.end) {
        '为' => &["任命", "选举", "推选", "补选", "增选", "决定", "聘任", "聘请"],
        '的' => &["免去", "撤销"],
        _ => return Vec::new(),
    };
    let low = run.start.saturating_sub(APPOINTING_CHARS_MAX);
    let first = (low..run.start).rev().find(|&i| matches!(g.get(i), '。' | '\n')).map_or(low, |i| i + 1);
    let front = g.string(first, run.start);
    let mut held = Vec::new();
    let appointed = verbs.iter().any(|verb| front.contains(verb));
    // Who is only proposed gets no more than what is printed: 提名某某为副区长人选.
    let proposed = g.get(run.end) == '为' && ["提名", "推荐", "确定"].iter().any(|verb| front.contains(verb));
    if appointed || proposed {
        // 「的某局局长职务」: what is relieved of is called a post.
        let stop = match g.get(run.end) {
            '的' => (run.end + 1..to).find(|&i| g.get(i) == '职' && g.get(i + 1) == '务'),
            _ => Some(to),
        };
        if let Some(stop) = stop {
            items(g, lex, run.end + 1, stop, &mut held);
        }
    }
    if !appointed {
        held.retain(|post| {
            matches!((g.before(post.end, 2), g.before(post.end, 1)), ('人', '选') | ('选', '人'))
        });
    }
    held
}

/// If a word of appointment ends before a place behind `at`, that place.
fn trigger(g: &Glyphs, at: usize, to: usize) -> Option<usize> {
    let (a, b) = (g.get(at), g.get(at + 1));
    let mut begin = match a {
        '任' => {
            // 主任, 责任, 连任 and their like; 大连任 is none of them.
            let wrong_before = "主责信离联前上胜重放听新时原留首在到免一任".contains(g.before(at, 1))
                || (g.before(at, 1) == '连' && g.before(at, 2) != '大');
            let wrong_behind = "务何命职期教免意由性凭用内选满人课重".contains(b);
            if wrong_before || wrong_behind {
                return None;
            }
            at + 1
        }
        '当' if b == '选' => at + 2,
        '系' if g.before(at, 1) == '前' || matches!(g.before(at, 1), ',') => at + 1,
        '兼' if b != '任' && b != '职' && b != '顾' && b != '具' && b != '并' && b != '容' => {
            return None;
        }
        '是' if g.before(at, 1) == ',' => at + 1,
        _ => return None,
    };
    if matches!(g.get(begin), '为' | '过' | '了' | ':') {
        begin += 1;
    }
    (begin < to).then_some(begin)
}

/// Reads a list of posts from a place on; gives the place behind it.
fn items(g: &Glyphs, lex: &Lexicon, begin: usize, to: usize, held: &mut Vec<Held>) -> usize {
    let mut start = begin;
    loop {
        let mut stop = start;
        while stop < to && !matches!(g.get(stop), '、' | ',' | ';' | '。' | '!' | '?' | '\n' | '“' | ':')
        {
            if g.get(stop) == '(' {
                while stop < to && g.get(stop) != ')' {
                    stop += 1;
                }
            }
            stop += 1;
        }
        let stop = stop.min(to);
        let Some(found) = item(g, lex, start, stop, held) else { return stop.min(start.max(begin)) };
        if found < stop || !matches!(g.get(stop), '、' | ',' | ';') {
            return found;
        }
        start = stop + 1;
    }
}

/// Reads one stretch as posts joined by 兼 or 和; gives the place behind the last one.
fn item(g: &Glyphs, lex: &Lexicon, start: usize, stop: usize, held: &mut Vec<Held>) -> Option<usize> {
    if stop <= start || stop - start > POST_CHARS_MAX {
        return None;
    }
    // What may follow a post without being a part of it.
    let ends = |e: usize| e == stop || "前等的至期时后到职一并之以兼和( 及分主负在直因达".contains(g.get(e));
    let mut last = None;
    let mut from = start;
    for e in start + 2..=stop {
        if !ends(e) {
            continue;
        }
        let Some((len, bits)) = lex.longest_to(g.slice(from, e), word::HEAD) else { continue };
        if bits & word::GROUP != 0 {
            continue;
        }
        let begin = tidy(g, lex, skip_verbs(g, lex, from, e - len), e - len, from);
        held.push(Held { start: begin, end: e, bits });
        last = Some(e);
        if e < stop && matches!(g.get(e), '兼' | '和' | '及') {
            from = e + 1;
        } else {
            break;
        }
    }
    last
}

/// The place behind the last word between two places that cannot belong to a post.
fn skip_verbs(g: &Glyphs, lex: &Lexicon, from: usize, head: usize) -> usize {
    let start = reach_back(g, lex, head, from);
    start.max(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::lexicon::lexicon;

    fn front(text: &str, name: &str) -> Vec<String> {
        let g = Glyphs::new(text);
        let at = text[..text.find(name).unwrap()].chars().count();
        let lex = lexicon();
        in_front(&g, lex, context::left(&g, lex, at), 0)
            .into_iter()
            .map(|h| g.string(h.start, h.end))
            .collect()
    }

    #[test]
    fn posts_in_front_of_a_name_come_with_their_organ_one_by_one() {
        for (text, posts) in [
            ("区委副书记、区长甲乙", &["区委副书记", "区长"][..]),
            ("会议由区水利局河长制办公室科员甲乙", &["区水利局河长制办公室科员"]),
            ("昨天，云溪村支书兼村委会主任甲乙", &["云溪村支书", "村委会主任"]),
            ("时任临河市委书记甲乙", &["时任临河市委书记"]),
            ("6月1日临河市“一河两岸”办公室主任甲乙", &["临河市“一河两岸”办公室主任"]),
            ("他说甲乙", &[]),
            ("现任区委副书记、区长甲乙", &["区委副书记", "区长"]),
            ("丙丁当选区委副书记、区长 甲乙", &[]),
        ] {
            assert_eq!(front(text, "甲乙"), posts, "{text}");
        }
    }
}
