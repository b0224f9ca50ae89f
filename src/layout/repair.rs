//! Mends what the way from print to text broke, and says so.
//!
//! Order matters: exact repeats are folded *before* cut sentences are joined, or a joint would be
//! doubled, and looked for again after, for a whole paragraph may stand behind its own pieces.
//! What was lost is told and never filled; what only looks alike is kept and flagged.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::story::Paragraph;
use super::{byline, script};
use crate::paper::{Repair, RepairKind};
use crate::text::fold::{fold_char, is_han};

/// Shortest paragraph, in characters, that is folded when it stands again.
const REPEAT_CHARS_MIN: usize = 12;
/// Shortest paragraph that can be nearly the same as another.
const NEAR_CHARS_MIN: usize = 40;
/// Longest stretch of two paragraphs that is compared.
const NEAR_CHARS_MAX: usize = 4000;

/// Mends the paragraphs of one story.
pub(super) fn mend(paragraphs: Vec<Paragraph>) -> (Vec<Paragraph>, Vec<Repair>) {
    let mut repairs = Vec::new();
    let paragraphs = fold_repeats(paragraphs, &mut repairs);
    let paragraphs = join_seams(paragraphs, &mut repairs);
    let paragraphs = fold_repeats(paragraphs, &mut repairs);
    near_repeats(&paragraphs, &mut repairs);
    repairs.sort_by_key(|r| (r.paragraph, r.kind, r.lines));
    (paragraphs, repairs)
}

fn key(text: &str) -> (u64, usize) {
    let (mut hash, mut chars) = (0xcbf2_9ce4_8422_2325_u64, 0);
    for c in text.chars().map(fold_char).filter(|c| *c != ' ') {
        hash = (hash ^ u64::from(c as u32)).wrapping_mul(0x0100_0000_01b3).rotate_left(5);
        chars += 1;
    }
    (hash, chars)
}

/// Whether two texts are the same but for widths and white space.
fn same(a: &str, b: &str) -> bool {
    let solid = |s: &str| s.chars().map(fold_char).filter(|c| *c != ' ').collect::<Vec<_>>();
    a == b || solid(a) == solid(b)
}

fn fold_repeats(paragraphs: Vec<Paragraph>, repairs: &mut Vec<Repair>) -> Vec<Paragraph> {
    let mut seen: HashMap<(u64, usize), usize> = HashMap::with_capacity(paragraphs.len());
    let mut out: Vec<Paragraph> = Vec::with_capacity(paragraphs.len());
    // Where each old paragraph went, for repairs told before.
    let mut moved = Vec::with_capacity(paragraphs.len());
    for paragraph in paragraphs {
        let key = key(&paragraph.text);
        let next_to =
            out.last().is_some_and(|l| l.text == paragraph.text && l.crosshead == paragraph.crosshead);
        let first =
            if key.1 >= REPEAT_CHARS_MIN { seen.get(&key).copied() } else { next_to.then(|| out.len() - 1) };
        match first {
            Some(first) if same(&out[first].text, &paragraph.text) => {
                moved.push(first);
                repairs.push(Repair {
                    kind: RepairKind::Repeat,
                    paragraph: first,
                    note: script::lines_note(
                        "the same paragraph again, folded",
                        (out[first].lines.0, paragraph.lines.0),
                    ),
                    lines: Some((out[first].lines.0, paragraph.lines.1)),
                });
            }
            _ => {
                seen.insert(key, out.len());
                moved.push(out.len());
                out.push(paragraph);
            }
        }
    }
    let known = repairs.len() - (moved.len() - out.len());
    for repair in &mut repairs[..known] {
        repair.paragraph = moved.get(repair.paragraph).copied().unwrap_or(repair.paragraph);
    }
    out
}

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
            if (byline::plausible(&name) || organ(&name)) && SPEAKS.begins(&rest) && name.chars().all(is_han)
            {
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
fn stands_alone(p: &Paragraph) -> bool {
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

fn join_seams(paragraphs: Vec<Paragraph>, repairs: &mut Vec<Repair>) -> Vec<Paragraph> {
    let mut out: Vec<Paragraph> = Vec::with_capacity(paragraphs.len());
    let mut moved = Vec::with_capacity(paragraphs.len());
    let mut seams = Vec::new();
    // A crosshead that stands inside a cut sentence is set behind it.
    let mut held: Vec<(usize, Paragraph)> = Vec::new();
    let mut iter = paragraphs.into_iter().enumerate().peekable();
    while let Some((i, paragraph)) = iter.next() {
        let cut = out.last().filter(|p| !p.crosshead).is_some_and(|p| {
            !paragraph.crosshead
                && joint(&p.text, &paragraph.text, paragraph.fresh) == Joint::Seam
                && !(stands_alone(p)
                    || paragraph.verse
                    || stands_alone(&paragraph) && !script::ends_sentence(&paragraph.text))
        });
        if cut && let Some(open) = out.last_mut() {
            seams.push((out_len_less(moved.last().copied()), open.lines.1, paragraph.lines.0));
            script::append(&mut open.text, &paragraph.text);
            open.lines.1 = paragraph.lines.1;
            moved.push(moved.last().copied().unwrap_or(0));
            continue;
        }
        if paragraph.crosshead
            && let Some(open) = out.last().filter(|p| !p.crosshead)
            && let Some((_, next)) = iter.peek()
            && !next.crosshead
            && joint(&open.text, &next.text, next.fresh) == Joint::Seam
            && !script::may_end_paragraph(&open.text)
            && !stands_alone(open)
        {
            held.push((i, paragraph));
            moved.push(usize::MAX);
            // The piece behind the crosshead goes on with the open sentence.
            if let Some((_, next)) = iter.next()
                && let Some(open) = out.last_mut()
            {
                let place = moved.iter().rev().find(|m| **m != usize::MAX).copied().unwrap_or(0);
                seams.push((place, open.lines.1, next.lines.0));
                script::append(&mut open.text, &next.text);
                open.lines.1 = next.lines.1;
                moved.push(place);
            }
            for (i, crosshead) in held.drain(..) {
                moved[i] = out.len();
                out.push(crosshead);
            }
            continue;
        }
        moved.push(out.len());
        out.push(paragraph);
    }
    for repair in repairs.iter_mut() {
        repair.paragraph = moved.get(repair.paragraph).copied().unwrap_or(repair.paragraph);
    }
    for (paragraph, before, behind) in seams {
        repairs.push(Repair {
            kind: RepairKind::Seam,
            paragraph,
            note: script::lines_note("a sentence cut by a column break, joined", (before, behind)),
            lines: Some((before, behind)),
        });
    }
    for i in 0..out.len() {
        let (a, b) = (&out[i], out.get(i + 1));
        let gap = b.is_some_and(|b| {
            !a.crosshead && !b.crosshead && joint(&a.text, &b.text, b.fresh) == Joint::Gap && !stands_alone(a)
        });
        if gap {
            repairs.push(Repair {
                kind: RepairKind::Gap,
                paragraph: i,
                note: script::lines_note(
                    "the text breaks off here, what followed is lost",
                    (a.lines.1, a.lines.1),
                ),
                lines: Some((a.lines.1, b.map_or(a.lines.1, |b| b.lines.0))),
            });
        }
    }
    out
}

fn out_len_less(last: Option<usize>) -> usize {
    last.unwrap_or(0)
}

/// Flags paragraphs that are nearly the same as one before.
fn near_repeats(paragraphs: &[Paragraph], repairs: &mut Vec<Repair>) {
    // Only paragraphs that share a stretch near the middle or the end are compared with each other.
    let mut seen: HashMap<(u8, u64), usize> = HashMap::new();
    let mut folded_cache: HashMap<usize, Vec<char>> = HashMap::new();
    for (i, p) in paragraphs.iter().enumerate() {
        let chars: Vec<char> =
            p.text.chars().map(fold_char).filter(|c| *c != ' ').take(NEAR_CHARS_MAX).collect();
        if chars.len() < NEAR_CHARS_MIN {
            continue;
        }
        let mut twin = None;
        for (place, stretch) in stretches(&chars) {
            match seen.get(&(place, stretch)) {
                Some(j) => twin = twin.or(Some(*j)),
                None => {
                    seen.insert((place, stretch), i);
                }
            }
        }
        if let Some(j) = twin
            && let Some(other) = folded_cache.get(&j)
            && let Some(kind) = alike(other, &chars)
        {
            let what = if kind == RepairKind::SpeakerDiffers {
                "the same words under another speaker"
            } else {
                "nearly the same paragraph as before"
            };
            repairs.push(Repair {
                kind,
                paragraph: i,
                note: script::lines_note(what, (paragraphs[j].lines.0, p.lines.0)),
                lines: Some((paragraphs[j].lines.0, p.lines.1)),
            });
        }
        folded_cache.insert(i, chars);
    }
}

/// Marks by which near twins find each other: the tail, and the smallest of all 12-character stretches.
fn stretches(chars: &[char]) -> Vec<(u8, u64)> {
    let hash = |s: &[char]| {
        s.iter()
            .fold(7u64, |h, c| (h ^ u64::from(*c as u32)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23))
    };
    let mut out = vec![(0, hash(&chars[chars.len() - 16..]))];
    let least =
        |salt: u64| chars.windows(12).map(|w| (hash(w) ^ salt).wrapping_mul(0xD6E8_FEB8_6659_FD93)).min();
    for (place, salt) in [(1, 0), (2, 0x5555_5555_5555_5555), (3, 0x1234_5678_9ABC_DEF0)] {
        if let Some(h) = least(salt) {
            out.push((place, h));
        }
    }
    out
}

/// Whether two paragraphs are nearly the same, and whether only the speaker differs.
fn alike(a: &[char], b: &[char]) -> Option<RepairKind> {
    if a.len() > 2 * b.len() || b.len() > 2 * a.len() {
        return None;
    }
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let rest = a.len().min(b.len()) - front;
    let back = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(x, y)| x == y).count();
    let (only_a, only_b) = (&a[front..a.len() - back], &b[front..b.len() - back]);
    let longest = only_a.len().max(only_b.len());
    if longest <= 12
        && front <= 24
        && name_like(only_a, &a[front + only_a.len()..])
        && name_like(only_b, &b[front + only_b.len()..])
    {
        return Some(RepairKind::SpeakerDiffers);
    }
    if (front + back) * 10 >= a.len().max(b.len()) * 9 {
        return Some(RepairKind::NearRepeat);
    }
    // Several small differences: share of common pairs.
    let pairs = |s: &[char]| {
        let mut v: Vec<(char, char)> = s.windows(2).map(|w| (w[0], w[1])).collect();
        v.sort_unstable();
        v
    };
    let (pa, pb) = (pairs(a), pairs(b));
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < pa.len() && j < pb.len() {
        match pa[i].cmp(&pb[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    (common * 100 >= pa.len().max(pb.len()) * 85).then_some(RepairKind::NearRepeat)
}

/// Whether what differs may be a speaker: all Chinese, and somebody speaks behind it.
fn name_like(differs: &[char], behind: &[char]) -> bool {
    let behind: String = behind.iter().take(6).collect();
    let said = ["强调", "指出", "要求", "表示", "说", "介绍", "认为", "告诉", "提出", "希望"]
        .iter()
        .any(|v| behind.contains(v));
    !differs.is_empty() && differs.iter().all(|c| is_han(*c) || *c == '·' || *c == '、') && said
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paragraphs(texts: &[&str]) -> Vec<Paragraph> {
        texts
            .iter()
            .enumerate()
            .map(|(i, t)| Paragraph { text: (*t).into(), lines: (i + 1, i + 1), ..Paragraph::default() })
            .collect()
    }

    fn told(texts: &[&str]) -> (Vec<String>, Vec<(RepairKind, usize)>) {
        let (paragraphs, repairs) = mend(paragraphs(texts));
        (
            paragraphs.into_iter().map(|p| p.text).collect(),
            repairs.into_iter().map(|r| (r.kind, r.paragraph)).collect(),
        )
    }

    #[test]
    fn a_whole_paragraph_behind_its_own_pieces_is_a_repeat() {
        let (text, repairs) = told(&[
            "水从青石山下出发，当天流到了柳渡镇的",
            "田里。",
            "水从青石山下出发，当天流到了柳渡镇的田里。",
        ]);
        assert_eq!(text, ["水从青石山下出发，当天流到了柳渡镇的田里。"]);
        assert_eq!(repairs, [(RepairKind::Seam, 0), (RepairKind::Repeat, 0)]);
    }

    #[test]
    fn a_number_cut_in_two_is_joined_without_space() {
        let (text, _) = told(&["每年可以节水17.", "35万立方米，够两个村用。", "渠长3", "7公里。"]);
        assert_eq!(text, ["每年可以节水17.35万立方米，够两个村用。", "渠长37公里。"]);
    }

    #[test]
    fn how_a_notice_is_signed_is_not_joined() {
        let (text, _) = told(&["因管网改造停水。", "青石区自来水公司", "2031年3月8日"]);
        assert_eq!(text.len(), 3);
    }

    proptest! {
        /// Every paragraph is there once, whole, in its order, whatever was joined.
        #[test]
        fn joining_never_loses_or_repeats_a_paragraph(parts in proptest::collection::vec("[水渠田春灌，。“”的3.]{1,30}", 0..30)) {
            let texts: Vec<String> = parts.iter().enumerate().map(|(i, p)| format!("〔{i}{p}")).collect();
            let refs: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (out, repairs) = mend(paragraphs(&refs));
            prop_assert_eq!(out.iter().map(|p| p.text.as_str()).collect::<String>(), texts.concat());
            prop_assert!(repairs.iter().all(|r| r.paragraph < out.len()));
        }

        #[test]
        fn a_repair_points_at_a_paragraph_that_is_there(parts in proptest::collection::vec("[水渠田春，。]{1,14}", 0..30), heads in proptest::collection::vec(any::<bool>(), 30)) {
            let refs: Vec<&str> = parts.iter().map(String::as_str).collect();
            let mut all = paragraphs(&refs);
            for (p, head) in all.iter_mut().zip(&heads) {
                p.crosshead = *head;
            }
            let (out, repairs) = mend(all);
            prop_assert!(repairs.iter().all(|r| r.paragraph < out.len()));
        }
    }
}
