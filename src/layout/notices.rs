//! Takes apart public notices (公告, 遗失声明) that stand under one common heading.
//!
//! A paper prints the losses of a week under one `遗失声明`: each is a notice of somebody else, and
//! whoever looks for one wants that one. A list of names inside one notice (公示, 任免名单) is not
//! such a list: its rows say nothing without the words around them.

use super::story::{Paragraph, Story};
use crate::paper::Genre;
use crate::text::fold::fold;

/// A story, or the notices that it holds: each under the common heading.
pub(super) fn apart(story: Story) -> Vec<Story> {
    if story.genre != Genre::Notice || story.paragraphs.len() < 2 {
        return vec![story];
    }
    let begins = beginnings(&story);
    if begins.len() < 2 {
        return vec![story];
    }
    let ends = begins.iter().skip(1).copied().chain([story.paragraphs.len()]);
    begins
        .iter()
        .zip(ends)
        .enumerate()
        .map(|(i, (&from, to))| {
            let paragraphs = story.paragraphs[if i == 0 { 0 } else { from }..to].to_vec();
            let line = if i == 0 { story.line } else { paragraphs.first().map_or(story.line, |p| p.lines.0) };
            let captions = if i == 0 { story.captions.clone() } else { Vec::new() };
            let jump_to = if to == story.paragraphs.len() { story.jump_to.clone() } else { None };
            let jump_from = if i == 0 { story.jump_from.clone() } else { None };
            Story { paragraphs, line, captions, jump_to, jump_from, ..story.clone() }
        })
        .collect()
}

/// Where the notices of a list begin; fewer than two places where it is none.
fn beginnings(story: &Story) -> Vec<usize> {
    let texts: Vec<String> = story.paragraphs.iter().map(|p| fold(p.text.trim())).collect();
    let heading = fold(&story.headline.concat());
    // Marked entries: each begins with the same sign.
    let sign = texts.iter().find_map(|t| t.chars().next().filter(|c| is_sign(*c)));
    let marked: Vec<usize> =
        (0..texts.len()).filter(|&i| sign.is_some() && texts[i].chars().next() == sign).collect();
    if marked.len() >= 2
        && marked.first() == Some(&0)
        && (is_list(&heading) || marked.iter().filter(|&&i| voids(&texts[i])).count() >= 2)
    {
        return marked;
    }
    // Entries that say by themselves who has lost what; what follows one (a signature) belongs to it.
    let mut begins = Vec::new();
    for (i, text) in texts.iter().enumerate() {
        let fresh = i == 0 || ends_sentence(&story.paragraphs[i - 1]) || is_short(&texts[i - 1]);
        if loses(text) && fresh && text.chars().count() >= 12 {
            begins.push(i);
        }
    }
    // One loss told in several paragraphs is declared void once.
    let void = texts.iter().filter(|t| voids(t)).count();
    if begins.len() >= 2 && begins[0] == 0 && (is_list(&heading) || void >= 2) {
        begins
    } else {
        by_closing(&texts)
    }
}

/// Entries told apart only by how each ends.
fn by_closing(texts: &[String]) -> Vec<usize> {
    let ends: Vec<usize> = (0..texts.len()).filter(|&i| closes(&texts[i])).collect();
    if ends.len() < 2 {
        return Vec::new();
    }
    let last = texts.len() - 1;
    let behind = ends.iter().map(|end| end + 1).filter(|begin| *begin <= last);
    // What is signed below the last one belongs to it.
    [0].into_iter().chain(behind.take(ends.len() - 1)).collect()
}

fn is_sign(c: char) -> bool {
    matches!(c, '▲' | '△' | '●' | '○' | '◆' | '◇' | '■' | '□' | '★' | '☆' | '◎' | '※' | '·')
}

/// Whether a heading stands above many notices and not above one.
fn is_list(heading: &str) -> bool {
    let name = heading.trim_matches(['【', '】', '[', ']', ' ', '·']);
    ["遗失声明", "遗失启事", "遗失公告", "声明", "遗失", "挂失", "挂失声明", "作废声明", "公告栏", "启事"]
        .contains(&name)
}

fn loses(text: &str) -> bool {
    let head: String = text.chars().take(60).collect();
    ["遗失", "丢失", "不慎失", "被盗", "损毁"].iter().any(|w| head.contains(w)) || voids(text)
}

fn voids(text: &str) -> bool {
    ["作废", "不再使用", "挂失", "声明遗失"].iter().any(|w| text.contains(w))
}

fn closes(text: &str) -> bool {
    let end = text.trim_end_matches(['。', '.', '!', ' ']);
    ["声明作废", "特此声明", "特此公告", "作废", "声明遗失", "特此启事", "挂失"]
        .iter()
        .any(|w| end.ends_with(w))
}

fn ends_sentence(paragraph: &Paragraph) -> bool {
    paragraph.text.trim_end().ends_with(['。', '！', '？', '.', '!', '?', '）', ')', '”', '；', ';'])
}

/// A signature or a day.
fn is_short(text: &str) -> bool {
    text.chars().count() <= 20
}
