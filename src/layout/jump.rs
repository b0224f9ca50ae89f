//! Joins stories that run over to a later page.
//!
//! A story may stop at a jump line (转版, 「下转第3版」) and resume under 「上接第1版」.

use super::story::Story;
use super::{joint, likeness, script};
use crate::text::fold::{fold_char, is_han};

/// What a jump mark tells and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The page as figures, with its section letter (`A3`); none where it could not be read.
    pub page: Option<String>,
    /// Byte where the mark begins.
    pub start: usize,
    /// Byte behind the mark.
    pub end: usize,
}

/// The mark at the end of a text: 「…落地践行。（下转第二版）」.
pub(super) fn to(text: &str) -> Option<Mark> {
    // A mark is short; only the tail is looked at.
    let tail_start = text.char_indices().rev().nth(27).map_or(0, |(i, _)| i);
    let tail = &text[tail_start..];
    if !tail.contains(['转', '轉', '接', '续', '續']) {
        return None;
    }
    let mark = WORDS_TO.iter().find_map(|w| around(text, tail_start + find(tail, w)?, w))?;
    let rest = text[mark.end..]
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '。' | '▶' | '>' | '→' | '★' | '●' | '■'));
    rest.is_empty().then_some(Mark { end: text.len(), ..mark })
}

/// The mark at the beginning of a text: 「（上接第一版）改造…」, also behind a short heading.
pub(super) fn from(text: &str) -> Option<Mark> {
    let head_end = text.char_indices().nth(48).map_or(text.len(), |(i, _)| i);
    let head = &text[..head_end];
    if !head.contains(['接', '续', '續']) {
        return None;
    }
    let mark = WORDS_FROM.iter().find_map(|w| around(text, find(head, w)?, w))?;
    let before = text[..mark.start].trim();
    // In running text 「上接…」 must come first; behind a heading it must come last.
    let first =
        before.chars().all(|c| matches!(c, '▲' | '■' | '●' | '◀' | '<' | '←' | '★' | '□' | '　' | ' '));
    let last = text[mark.end..].trim().is_empty();
    (first || last).then_some(mark)
}

/// The mark where the whole line is nothing else.
pub(super) fn line_to(text: &str) -> Option<Mark> {
    to(text).filter(|m| {
        text[..m.start]
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '▶' | '>' | '→' | '■' | '●'))
            .is_empty()
    })
}

// Words that begin with their bracket say too little without it.
const WORDS_TO: &[&str] = &["下转", "紧转", "续转", "转至", "转第", "下接", "下续", "(转", "【转"];
const WORDS_FROM: &[&str] = &["上接", "紧接", "接第", "接上", "续第", "上续", "(接", "【接", "(续"];
/// Most characters of a section's name between the word and the page: 「（下转经济周刊第2版）」.
const SECTION_CHARS_MAX: usize = 8;

/// Finds a word in comparable form; byte offset in the text.
fn find(text: &str, word: &str) -> Option<usize> {
    let mut wanted = word.chars();
    let first = wanted.next()?;
    text.char_indices().find_map(|(i, c)| {
        (fold_char(c) == first
            && text[i..].chars().map(fold_char).take(word.chars().count()).eq(word.chars()))
        .then_some(i)
    })
}

/// The mark around the word at `at`: its brackets and its page.
fn around(text: &str, at: usize, word: &str) -> Option<Mark> {
    let with_bracket = !word.starts_with(is_han);
    let at = if with_bracket { at + text[at..].chars().next()?.len_utf8() } else { at };
    let open = text[..at]
        .char_indices()
        .next_back()
        .filter(|(_, c)| matches!(c, '（' | '(' | '【' | '[' | '〔' | '▶'));
    let start = open.map_or(at, |(i, _)| i);
    // Behind the word alone only a page may stand; 「（转…」 begins many things.
    let mut section_left = if open.is_some() && !with_bracket { SECTION_CHARS_MAX } else { 0 };
    let mut page = String::new();
    let mut end = at;
    let (mut seen_page, mut several, mut closed) = (false, false, false);
    for (i, c) in text[at..].char_indices().take(28) {
        let f = fold_char(c);
        match f {
            '下' | '上' | '转' | '接' | '紧' | '至' | '第' | ' ' | '续' if page.is_empty() => {}
            _ if !seen_page && (f.is_ascii_alphanumeric() || "〇零一二三四五六七八九十百".contains(f)) => {
                if !several {
                    page.push(f.to_ascii_uppercase());
                }
            }
            '版' | '页' if !page.is_empty() => seen_page = true,
            ')' | '】' | ']' | '〕' => {
                end = at + i + c.len_utf8();
                closed = true;
                break;
            }
            // 「（下转第二、三版）」: it goes on on the first of them.
            '、' | ',' | '-' | '—' | '~' | '和' | '至' | ' ' if !page.is_empty() && !seen_page => {
                several = true
            }
            // 「（下转第二版·综合新闻）」 names the section too.
            _ if seen_page && open.is_some() => continue,
            _ if page.is_empty()
                && section_left > 0
                && (is_han(f) || matches!(f, '《' | '》' | '“' | '”')) =>
            {
                section_left -= 1;
            }
            _ => break,
        }
        end = at + i + c.len_utf8();
    }
    if page.is_empty() || !(seen_page || closed) || (open.is_some() && !closed) {
        return None;
    }
    Some(Mark { page: page_key(&page), start, end })
}

/// A page number as figures: `二` → `2`, `A03` → `A3`.
pub(super) fn page_key(printed: &str) -> Option<String> {
    let letters = printed.chars().take_while(char::is_ascii_alphabetic).count();
    let number = script::number(&printed[letters..])?;
    (letters <= 2).then(|| format!("{}{number}", &printed[..letters]))
}

/// The stories of a page, for joining.
pub(super) struct Place<'p> {
    /// Its printed number.
    pub page: Option<&'p str>,
    /// Its file, which makes the order of files tell nothing.
    pub source: &'p str,
    /// What stands on it.
    pub stories: &'p [Story],
}

/// A story and its continuation, each as page and place on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Joint {
    /// Where the story begins.
    pub from: (usize, usize),
    /// Where it goes on.
    pub to: (usize, usize),
}

/// Most jumps of an issue that are weighed against each other; the rest is told as unmatched.
const JUMPS_MAX: usize = 400;

/// Finds the continuation of each story that has a jump mark.
///
/// Weighed are the page numbers told on both sides, the headline printed again, whether the cut
/// sentence goes on, and words both parts share. The best pair is joined first.
pub(super) fn pair(places: &[Place<'_>]) -> Vec<Joint> {
    let all = || {
        places
            .iter()
            .enumerate()
            .flat_map(|(p, place)| place.stories.iter().enumerate().map(move |(s, story)| ((p, s), story)))
    };
    let begun: Vec<_> = all().filter(|(_, s)| s.jump_to.is_some()).take(JUMPS_MAX).collect();
    if begun.is_empty() {
        return Vec::new();
    }
    let goes_on: Vec<_> =
        all().filter(|((p, _), s)| s.jump_from.is_some() || begun.iter().any(|(b, _)| b.0 != *p)).collect();
    let rest_words: Vec<Vec<u16>> = goes_on
        .iter()
        .map(|(_, s)| if s.jump_from.is_some() { likeness::words(&s.paragraphs) } else { Vec::new() })
        .collect();
    let mut found: Vec<(i64, Joint)> = Vec::new();
    for (from, story) in &begun {
        let words = likeness::words(&story.paragraphs);
        for ((to, rest), rest_words) in goes_on.iter().zip(&rest_words) {
            if from == to || (from.0 == to.0 && rest.jump_from.is_none()) {
                continue;
            }
            if let Some(score) = weigh(story, places[from.0].page, rest, places[to.0].page, || {
                likeness::shared(&words, rest_words)
            }) {
                found.push((score, Joint { from: *from, to: *to }));
            }
        }
    }
    // Ties are broken by what does not depend on the order of files.
    let place = |(p, s): (usize, usize)| (places[p].page, places[p].source, s);
    found.sort_by(|(a, x), (b, y)| {
        b.cmp(a).then_with(|| place(x.from).cmp(&place(y.from))).then_with(|| place(x.to).cmp(&place(y.to)))
    });
    let (mut out, mut used) = (Vec::<Joint>::new(), std::collections::HashSet::new());
    for (_, joint) in found {
        let free = !out.iter().any(|j| j.from == joint.from) && !used.contains(&joint.to);
        if free {
            used.insert(joint.to);
            out.push(joint);
        }
    }
    // A story that runs on twice is put together from its end.
    out.sort_by_key(|j| std::cmp::Reverse(place(j.from)));
    order_chains(out)
}

/// Last continuations first, so that each part brings with it what follows it.
fn order_chains(joints: Vec<Joint>) -> Vec<Joint> {
    let mut out: Vec<Joint> = Vec::with_capacity(joints.len());
    let mut left = joints;
    while !left.is_empty() {
        let (ready, waiting): (Vec<_>, Vec<_>) =
            left.iter().copied().partition(|j| !left.iter().any(|k| k.from == j.to));
        if ready.is_empty() {
            // A ring: two pages point at each other with the same parts; nothing sure can be joined.
            return out;
        }
        out.extend(ready);
        left = waiting;
    }
    out
}

/// How well a continuation fits, or none where it contradicts.
fn weigh(
    story: &Story,
    here: Option<&str>,
    rest: &Story,
    there: Option<&str>,
    shared: impl Fn() -> f32,
) -> Option<i64> {
    let same_page = |told: Option<&str>, real: Option<&str>| -> Option<bool> {
        let (told, real) = (told?, real?);
        let real = page_key(&real.to_ascii_uppercase()).unwrap_or_else(|| real.to_owned());
        let figures = |s: &str| s.trim_start_matches(|c: char| c.is_ascii_alphabetic()).to_owned();
        let letters = told.len() != figures(told).len() && real.len() != figures(&real).len();
        Some(if letters { told == real } else { figures(told) == figures(&real) })
    };
    let target = same_page(story.jump_to.as_deref(), there);
    let origin = same_page(rest.jump_from.as_deref(), here);
    if target == Some(false) || origin == Some(false) {
        return None;
    }
    let (a, b) = (super::heading_key(&story.headline.concat()), super::heading_key(&rest.headline.concat()));
    let headline = match (a.is_empty(), b.is_empty()) {
        (_, true) | (true, false) => 0,
        _ if a == b => 6,
        _ if a.contains(&b) || b.contains(&a) => 5,
        _ if likeness::same_heading(&a, &b) => 4,
        _ => -3,
    };
    if rest.jump_from.is_none() && (headline < 5 || target != Some(true)) {
        return None;
    }
    let cut = |s: &Story| s.paragraphs.last().is_some_and(|p| !script::may_end_paragraph(&p.text));
    let seam = match (story.paragraphs.last(), rest.paragraphs.first()) {
        (Some(a), Some(b)) if cut(story) => match joint::joint(&a.text, &b.text, None) {
            joint::Joint::Seam => 1,
            _ => 0,
        },
        _ => 0,
    };
    let told = i64::from(target == Some(true)) * 3 + i64::from(origin == Some(true)) * 3;
    let score = (told + headline + seam) * 100 + (shared() * 600.0) as i64;
    (score > 0).then_some(score)
}

/// Puts a continuation behind its beginning; its headline and marks have done their work.
pub(super) fn append(story: &mut Story, rest: Story, from_page: Option<&str>) {
    let before = story.paragraphs.len();
    story.open_end = rest.lacks_end().map(str::to_owned);
    story.paragraphs.extend(rest.paragraphs.into_iter().map(|p| super::story::Paragraph {
        lines: (0, 0),
        fresh: None,
        ..p
    }));
    for author in rest.authors {
        if !story.authors.iter().any(|a| a.name == author.name) {
            story.authors.push(author);
        }
    }
    story.credit = story.credit.take().or(rest.credit);
    story.captions.extend(rest.captions);
    story.joined_from = Some((before, from_page.map(str::to_owned)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_read_in_all_written_forms() {
        for (text, page) in [
            ("（下转第二版）", "2"),
            ("落地践行。(下转第2版)", "2"),
            ("（下转A03版）", "A3"),
            ("(下转2版)", "2"),
            ("下转第十二版", "12"),
            ("（下转第３版）", "3"),
            ("【下转04版】", "4"),
            ("（下转第二版·综合新闻）", "2"),
            ("（下轉第二版）", "2"),
            ("（转2版）", "2"),
            ("（下接第三版）", "3"),
            ("（下转第二、三版）", "2"),
            ("（下转第 4 版）", "4"),
            ("（下转经济周刊第2版）", "2"),
            ("（下转《周末》B2版）", "B2"),
            ("（下转A5版头条）", "A5"),
        ] {
            assert_eq!(to(text).and_then(|m| m.page).as_deref(), Some(page), "{text}");
        }
        for (text, page) in [
            ("（上接第一版）", "1"),
            ("(上接1版)改造", "1"),
            ("幸福渠通水（上接A1版）", "A1"),
            ("（接一版）改造", "1"),
            ("（上接要闻第1版）", "1"),
        ] {
            assert_eq!(from(text).and_then(|m| m.page).as_deref(), Some(page), "{text}");
        }
    }

    #[test]
    fn text_that_only_speaks_of_turning_is_no_jump() {
        assert_eq!(to("会议要求各镇街下转工作重心。"), None);
        assert_eq!(to("他说，上接天线、下接地气（转变作风第2年）"), None);
        assert_eq!(to("商务车（转让）"), None);
        assert_eq!(from("上接天线、下接地气，把工作做到群众心里。"), None);
        assert_eq!(from("（接种疫苗第1天）社区来了很多人。"), None);
    }
}
