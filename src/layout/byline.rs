//! Reads who wrote a story.
//!
//! Takes single lines and the opening of a body; gives [`Author`]s and datelines (电头).

use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::names::{Char, ROLES, chars, names, plausible, printed, starts, word};
use crate::paper::Author;
use crate::text::fold::{fold_char, is_han};

/// What opens a body: `本报讯（记者甲）`, `新华社北京6月1日电`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Lead {
    /// The words without bracket: `本报讯`.
    pub dateline: Option<String>,
    /// Who is named in it.
    pub authors: Vec<Author>,
    /// Characters the opening takes.
    pub len_chars: usize,
}

/// The authors of a line that holds nothing else, or none.
///
/// `□本报记者 甲 乙`, `记者 甲 通讯员 乙`, `（甲 乙）`, `甲/文 乙/图`, `文/甲 图/乙`, `甲 摄影报道`.
pub(super) fn line(text: &str) -> Option<Vec<Author>> {
    if text.len() > 240 {
        return None;
    }
    let all = chars(text, 80);
    let mut s: &[Char] = &all;
    let bullet = |c: char| {
        matches!(
            c,
            '□' | '■'
                | '◎'
                | '●'
                | '○'
                | '◆'
                | '◇'
                | '▲'
                | '△'
                | '★'
                | '☆'
                | '▍'
                | '|'
                | '*'
                | '@'
                | '¤'
        )
    };
    let mut marked = false;
    while let Some(c) = s.first()
        && (bullet(c.folded) || c.folded == ' ' || matches!(c.folded, '-' | '—'))
    {
        marked |= bullet(c.folded);
        s = &s[1..];
    }
    let (mut bracketed, mut framed) = (false, false);
    if let (Some(open), Some(close)) = (s.first(), s.last())
        && matches!((open.folded, close.folded), ('(', ')') | ('【', '】') | ('[', ']'))
    {
        bracketed = true;
        // 【新闻·要闻】 is a label, and a name written by sound looks the same.
        framed = open.folded != '(';
        s = &s[1..s.len() - 1];
    }
    let found = names(s)?;
    let sure = found.iter().all(|a| plausible(&a.name));
    let with_role = found.iter().any(|a| !a.role.is_empty());
    // A bare word in a line of its own may be anything; brackets, a bullet or a role make it a signature.
    let few = found.len() <= 3 && found.iter().all(|a| a.name.chars().count() <= 3);
    // 「文/文明 图/甲」: between strokes stand names, be they words of their own.
    let tasked =
        few && s.iter().filter(|c| c.folded == '/').count() >= 2 && found.iter().all(|a| !a.role.is_empty());
    let enough = if framed && !marked {
        sure && with_role
    } else if sure || tasked {
        marked || bracketed || with_role
    } else {
        marked && (with_role || few)
    };
    enough.then_some(found)
}

/// A line of nothing but names, without role, bracket or bullet: a signature only where one may stand.
pub(super) fn bare_names(text: &str) -> Option<Vec<Author>> {
    names_alone(text).filter(|a| a.len() <= 4 && a.iter().all(|a| plausible(&a.name)))
}

/// Longest line, in bytes, that may hold nothing but names.
const NAMES_BYTES_MAX: usize = 60;

/// The names of a line that could hold nothing else, be they names or other words.
pub(super) fn names_alone(text: &str) -> Option<Vec<Author>> {
    if text.len() > NAMES_BYTES_MAX {
        return None;
    }
    names(&chars(text, 24))
}

/// How a body opens, if it opens with a dateline or with its author.
pub(super) fn lead(text: &str) -> Option<Lead> {
    if !may_lead(text) {
        return None;
    }
    // Enough for the longest list of names in brackets.
    let s = chars(text, 120);
    let mut at = s.iter().take_while(|c| matches!(c.folded, ' ' | '▲' | '■' | '□' | '●')).count();
    let begin = at;
    let mut lead = Lead::default();
    if let Some(n) = dateline(&s[at..]) {
        lead.dateline = Some(printed(&s[at..at + n]));
        at += n;
    }
    let spaces = s[at..].iter().take_while(|c| c.folded == ' ').count();
    let rest = &s[at + spaces..];
    if rest.first().is_some_and(|c| c.folded == '(')
        && let Some(close) = rest.iter().position(|c| c.folded == ')')
    {
        let inside = &rest[1..close];
        let told = lead.dateline.is_some() || word(inside, &ROLES).is_some();
        if told && let Some(found) = names(inside) {
            let with_role = found.iter().any(|a| !a.role.is_empty());
            if with_role || found.iter().all(|a| plausible(&a.name)) {
                lead.authors = found;
                at += spaces + close + 1;
            }
        }
    } else if let Some((n, found)) = opening(rest) {
        lead.authors = found;
        at += spaces + n;
    }
    lead.len_chars = at;
    (at > begin).then_some(lead)
}

/// Most characters that a dateline takes: a source, a place, a day.
const DATELINE_CHARS_MAX: usize = 48;

/// Whether a text can open with a dateline or its author at all; nearly none can, and this is quick to say.
fn may_lead(text: &str) -> bool {
    let mut head = text.chars().map(fold_char);
    let signs = head.by_ref().take_while(|c| matches!(c, ' ' | '▲' | '■' | '□' | '●')).count();
    let first = text.chars().nth(signs).map_or(' ', fold_char);
    first == '('
        || ROLES.from(first).next().is_some()
        || head.take(DATELINE_CHARS_MAX).any(|c| matches!(c, '讯' | '电' | '消'))
}

/// `记者甲 通讯员乙报道：` before the first sentence.
fn opening(s: &[Char]) -> Option<(usize, Vec<Author>)> {
    word(s, &ROLES)?;
    let limit = s.len().min(50);
    for n in 4..limit {
        let after = &s[n..];
        if let Some(len) = starts(after, "摄影报道").or_else(|| starts(after, "报道"))
            && s.get(n + len).is_some_and(|c| matches!(c.folded, ':' | ' ' | ')' | ','))
        {
            return names(&s[..n]).map(|found| (n + len, found));
        }
        if matches!(s[n].folded, ',' | '。' | ':' | '"' | '“') {
            return None;
        }
    }
    None
}

/// Length of `本报讯`, `本报北京6月1日电`, `据新华社北京6月1日电`, `潞州讯` at the beginning.
fn dateline(s: &[Char]) -> Option<usize> {
    static SOURCES: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "本报 新华社 新华网 中新社 中新网 人民网 央视 本台 本网 本刊 中国网络电视台 日报 晚报 \
        晨报 都市报 融媒 全媒体",
        )
    });
    let skip = starts(s, "据").unwrap_or(0);
    let source = word(&s[skip..], &SOURCES).map(|(_, n)| skip + n);
    // Without a known source the place alone may stand: 「潞州讯」.
    let (from, limit) = match source {
        Some(n) => (n, n + 24),
        None => (skip + 2, skip + 8),
    };
    for n in from..limit.min(s.len()) {
        let c = s[n].folded;
        let next = s.get(n + 1).map(|c| c.folded);
        if matches!(c, '讯' | '电') && !(n > 0 && "通资短简喜快闪发水火邮来".contains(s[n - 1].folded))
        {
            let ends = next.is_none_or(|c| matches!(c, '(' | ' ' | ':' | '【' | '—'));
            let bare = source.is_some() && (c == '讯' || s[n - 1].folded == '日' || s[n - 1].folded == '专');
            return (ends || bare).then_some(n + 1).filter(|_| source.is_some() || ends);
        }
        if source.is_some() && c == '消' && next == Some('息') {
            return Some(n + 2);
        }
        let place = is_han(c) || c.is_ascii_digit() || matches!(c, '·' | ' ' | '/');
        if !place || (source.is_none() && !is_han(c)) {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn told(authors: Option<Vec<Author>>) -> String {
        authors.map_or("-".into(), |a| {
            a.iter().map(|a| format!("{}:{}", a.role, a.name)).collect::<Vec<_>>().join(" ")
        })
    }

    fn check(lines: &[&str], want: Expect) {
        want.assert_eq(
            &lines.iter().map(|l| format!("{l} = {}", told(line(l)))).collect::<Vec<_>>().join("\n"),
        );
    }

    #[test]
    fn a_byline_is_read_in_every_usual_form() {
        check(
            &[
                "□本报记者 温岭 陆小满",
                "记者 温岭 通讯员 陆 满",
                "（温岭 陆小满）",
                "温岭/文 陆小满/图",
                "文/温岭 图/陆小满",
                "本报记者　王　刚　文/图",
                "综合本报记者 温岭",
                "（记者：温岭）",
                "温岭 摄影报道",
                "记者温岭陆小满",
                "本报通讯员 阿依古丽·买买提",
                "【记者 温岭】",
                "图文：温岭",
                "作者：欧阳小满",
                "文/文明 图/温岭",
                "温小岭/文 陆怡文/图",
                "记者 文　磊 通讯员 温岭",
            ],
            expect![[r#"
                □本报记者 温岭 陆小满 = 本报记者:温岭 本报记者:陆小满
                记者 温岭 通讯员 陆 满 = 记者:温岭 通讯员:陆满
                （温岭 陆小满） = :温岭 :陆小满
                温岭/文 陆小满/图 = 文:温岭 图:陆小满
                文/温岭 图/陆小满 = 文:温岭 图:陆小满
                本报记者　王　刚　文/图 = 本报记者:王刚
                综合本报记者 温岭 = 本报记者:温岭
                （记者：温岭） = 记者:温岭
                温岭 摄影报道 = 摄影报道:温岭
                记者温岭陆小满 = 记者:温岭 记者:陆小满
                本报通讯员 阿依古丽·买买提 = 本报通讯员:阿依古丽·买买提
                【记者 温岭】 = 记者:温岭
                图文：温岭 = 图文:温岭
                作者：欧阳小满 = 作者:欧阳小满
                文/文明 图/温岭 = 文:文明 图:温岭
                温小岭/文 陆怡文/图 = 文:温小岭 图:陆怡文
                记者 文　磊 通讯员 温岭 = 记者:文磊 通讯员:温岭"#]],
        );
    }

    #[test]
    fn what_is_no_byline_is_left_alone() {
        check(
            &[
                "记者走基层",
                "春灌进行时",
                "（完）",
                "高质量发展",
                "本报记者获奖",
                "温故知新",
                "（图片由受访者提供）",
                "□走基层·调研日记",
            ],
            expect![[r#"
            记者走基层 = -
            春灌进行时 = -
            （完） = -
            高质量发展 = -
            本报记者获奖 = -
            温故知新 = -
            （图片由受访者提供） = -
            □走基层·调研日记 = -"#]],
        );
    }

    #[test]
    fn a_lead_gives_dateline_and_authors() {
        let told = |text: &str| {
            lead(text).map_or("-".into(), |l| {
                format!("{} {} {}", l.dateline.as_deref().unwrap_or("-"), l.len_chars, told(Some(l.authors)))
            })
        };
        let lines = [
            "本报讯（记者温岭）3月8日",
            "本报讯 (记者 温 岭 通讯员 陆小满) 3月8日",
            "新华社北京6月1日电（记者温岭、陆小满）",
            "据新华社北京6月1日电 国务院",
            "本报讯 3月8日",
            "青石讯（记者温岭）",
            "本报青石3月8日电",
            "记者温岭报道：3月8日",
            "近日，通讯员培训班开班",
            "新华社长篇通讯《渠》",
            "本报訊（記者溫嶺）",
            "▲本报讯 3月8日",
            "（通讯员 温岭）3月8日",
        ];
        expect![[r#"
            本报讯（记者温岭）3月8日 = 本报讯 9 记者:温岭
            本报讯 (记者 温 岭 通讯员 陆小满) 3月8日 = 本报讯 20 记者:温岭 通讯员:陆小满
            新华社北京6月1日电（记者温岭、陆小满） = 新华社北京6月1日电 20 记者:温岭 记者:陆小满
            据新华社北京6月1日电 国务院 = 据新华社北京6月1日电 11 
            本报讯 3月8日 = 本报讯 3 
            青石讯（记者温岭） = 青石讯 9 记者:温岭
            本报青石3月8日电 = 本报青石3月8日电 9 
            记者温岭报道：3月8日 = - 6 记者:温岭
            近日，通讯员培训班开班 = -
            新华社长篇通讯《渠》 = -
            本报訊（記者溫嶺） = 本报訊 9 記者:溫嶺
            ▲本报讯 3月8日 = 本报讯 4 
            （通讯员 温岭）3月8日 = - 8 通讯员:温岭"#]]
        .assert_eq(&lines.map(|l| format!("{l} = {}", told(l))).join("\n"));
    }
}
