//! Judges whether a paragraph breaks off and whether the next one goes on with it.

use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::story::Paragraph;
use super::{byline, names, script};
use crate::text::fold::{fold_char, is_han};

/// What lies between a paragraph and the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// The first is whole.
    Whole,
    /// The next goes on where the first breaks off.
    Seam,
    /// The first breaks off and the next begins anew.
    Gap,
}

/// Judges whether a paragraph breaks off, and whether the next one goes on with it.
///
/// `fresh` tells whether the next begins set in from the margin, where the page tells that.
pub(super) fn joint(a: &str, b: &str, fresh: Option<bool>) -> Joint {
    let Some(last) = a.chars().next_back() else { return Joint::Whole };
    if b.chars().next().is_some_and(script::never_begins) {
        return Joint::Seam;
    }
    if script::ends_sentence(a) {
        return Joint::Whole;
    }
    if fresh == Some(false) && !starts_list(&b.chars().take(4).map(fold_char).collect::<Vec<_>>()) {
        return Joint::Seam;
    }
    match last {
        '，' | ',' | '、' | '“' | '‘' | '《' | '（' | '(' | '「' | '—' | '～' | '~' | '·' => {
            Joint::Seam
        }
        // 「17.」 before 「35万」 is an amount; 「1.」 alone numbers a line.
        '.' if a.len() > 4
            && a[..a.len() - 1].ends_with(|c: char| c.is_ascii_digit())
            && b.starts_with(|c: char| c.is_ascii_digit()) =>
        {
            Joint::Seam
        }
        '；' | ';' | '：' | ':' | '】' | '.' => Joint::Whole,
        // A sentence of speech may end with its quotation; a cut one goes on.
        '”' | '’' | '」' | '』' | '）' | ')' | '》' | '"' => {
            if begins_anew(a, b) || script::begins_inside(b) < 1.0 { Joint::Whole } else { Joint::Seam }
        }
        _ if fresh == Some(true) || begins_anew(a, b) => Joint::Gap,
        // Cuts are some four times as frequent as losses.
        _ if script::begins_inside(b) + 1.4 < 0.0 && !ends_with_post(a) => Joint::Gap,
        _ => Joint::Seam,
    }
}

/// Words that begin sentences and seldom stand right behind a cut.
static OPENERS: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "近日 日前 据悉 据了解 据介绍 目前 截至 今年以来 近年来 同时 此外 另外 随后 与此同时 \
    下一步 接下来 会议 会上 当天 当日 本次 此次 今年 去年 如今 活动中 活动现场 座谈会上 首先 \
    其次 最后 一是 二是 三是 四是 然而 但是 因此 为此 对此 其中 连日来 记者 通过 围绕 \
    针对 为了 下午 上午 当前 期间 多年来 本报讯 有了 走进",
    )
});

static SPEAKS: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "强调 指出 要求 表示 说 介绍 认为 告诉 提出 希望 透露 坦言 一行 先后 来到 代表 首先 \
    充分肯定 还 对",
    )
});

/// Whether a paragraph begins as a new sentence would, seen behind what broke off.
fn begins_anew(a: &str, b: &str) -> bool {
    let head: Vec<char> = b.chars().take(12).map(fold_char).collect();
    let head_text: String = head.iter().collect();
    if starts_list(&head) || byline::lead(b).is_some() {
        return true;
    }
    // 「…区长」 before 「魏某强调」 is one sentence.
    if !ends_with_post(a) {
        for n in 2..=4 {
            let Some(rest) = head.get(n..) else { break };
            let name: String = head[..n].iter().collect();
            let rest: String = rest.iter().collect();
            if (names::plausible(&name) || organ(&name)) && SPEAKS.begins(&rest) && name.chars().all(is_han) {
                return true;
            }
        }
    }
    OPENERS.begins(&head_text)
}

fn ends_with_post(a: &str) -> bool {
    a.chars().next_back().map(fold_char).is_some_and(|c| "长记任员席理委者授表人士生师家会民".contains(c))
}

fn organ(name: &str) -> bool {
    matches!(name, "会议" | "代表" | "专家" | "大家" | "他们" | "与会")
}

fn starts_list(head: &[char]) -> bool {
    let figures = head.iter().take_while(|c| "一二三四五六七八九十".contains(**c)).count();
    (1..=3).contains(&figures) && head.get(figures).is_some_and(|c| *c == '、')
        || head.first() == Some(&'(')
            && head.get(1).is_some_and(|c| "一二三四五六七八九十".contains(*c))
            && head.get(2) == Some(&')')
}

/// Whether a short line without stop may stand as a paragraph of its own.
pub(super) fn stands_alone(p: &Paragraph) -> bool {
    let text = &p.text;
    if p.verse {
        return true;
    }
    let chars = text.chars().count();
    chars < 24
        && !text.contains(['，', ',', '。'])
        && (text.contains(' ') || text.contains('\u{3000}') || signs_off(text))
}

fn signs_off(text: &str) -> bool {
    let f: String = text.chars().map(fold_char).collect();
    let year = f.contains('年') && f.ends_with('日');
    year || ["局", "委员会", "公司", "政府", "办公室", "中心", "法院", "检察院", "办事处"]
        .iter()
        .any(|o| f.ends_with(o))
        && f.chars().count() < 26
}
