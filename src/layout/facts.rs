//! Reads paper, date, page and section from masthead and folio lines.
//!
//! Options, sidecar and path were read before and are trusted more; where a line on the page tells
//! otherwise, that is told. Nothing is taken from a story.

use jiff::civil::Date;

use super::lines::Block;
use super::reading::Role;
use super::role::Cues;
use super::{furniture, jump, script};
use crate::diag::{Problem, ProblemKind};
use crate::paper::{FurnitureKind, IssueFacts};
use crate::text::fold::{fold, is_han};

/// What the lines of a page tell, with the line where they tell it.
pub(super) fn on_page(blocks: &[Block<'_>], cues: &[Cues], roles: &[Role]) -> (IssueFacts, usize) {
    let mut facts = IssueFacts::default();
    let mut line = 1;
    for ((block, cue), _) in blocks.iter().zip(cues).zip(roles).filter(|(_, r)| **r == Role::Furniture) {
        let Some((kind @ (FurnitureKind::Folio | FurnitureKind::Masthead), _)) = cue.furniture else {
            continue;
        };
        line = block.first;
        let folded = fold(&block.text);
        facts.date = facts.date.or_else(|| date(&folded));
        for part in block.text.split(char::is_whitespace).filter(|p| !p.is_empty()) {
            let f = fold(part);
            if facts.paper.is_none() && furniture::paper_name(&f, f.chars().count()) {
                facts.paper = Some(part.to_owned());
            }
        }
        if facts.paper.is_none() && furniture::paper_name(&folded, cue.chars) {
            facts.paper = Some(block.text.chars().filter(|c| !c.is_whitespace()).collect());
        }
        if kind == FurnitureKind::Folio {
            if facts.page.is_none() {
                facts.page = page(&folded);
            }
            if facts.section.is_none() {
                facts.section = section(&block.text);
            }
        }
    }
    (facts, line)
}

/// Fills what is not known yet and tells where the page says otherwise.
pub(super) fn complete(
    known: &IssueFacts,
    told: &IssueFacts,
    line: usize,
    problems: &mut Vec<Problem>,
) -> IssueFacts {
    let mut conflict = |what: &str, have: String, says: String| {
        problems.push(
            Problem::new(
                ProblemKind::Conflict,
                format!("{what} is {have} by path or options, the page says {says}"),
            )
            .at_line(line),
        );
    };
    if let (Some(a), Some(b)) = (&known.paper, &told.paper)
        && other_name(a, b)
    {
        conflict("paper", a.clone(), b.clone());
    }
    if let (Some(a), Some(b)) = (known.date, told.date)
        && a != b
    {
        conflict("date", a.to_string(), b.to_string());
    }
    if let (Some(a), Some(b)) = (&known.page, &told.page)
        && jump::page_key(&a.to_ascii_uppercase()).unwrap_or_else(|| a.clone()) != *b
        && !a.ends_with(b.as_str())
    {
        conflict("page", a.clone(), b.clone());
    }
    IssueFacts {
        paper: known.paper.clone().or_else(|| told.paper.clone()),
        date: known.date.or(told.date),
        page: known.page.clone().or_else(|| told.page.clone()),
        section: known.section.clone().or_else(|| told.section.clone()),
    }
}

/// Whether two names are of different papers; a short key (`luzhou`) says nothing against a name.
fn other_name(a: &str, b: &str) -> bool {
    let plain = |name: &str| fold(name).chars().filter(|c| *c != ' ').collect::<String>();
    let (a, b) = (plain(a), plain(b));
    let has_han = |name: &str| name.chars().any(is_han);
    has_han(&a) && has_han(&b) && !a.contains(&b) && !b.contains(&a)
}

/// `2031年6月4日`, `2031-06-04`, `二〇三一年六月四日`.
fn date(folded: &str) -> Option<Date> {
    let numbers = |s: &str| -> Option<Date> {
        let (year, rest) = s.split_once('年')?;
        let year: String = year.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
        let (month, rest) = rest.split_once('月')?;
        let (day, _) = rest.split_once('日')?;
        let year = script::year(&year)?;
        Date::new(year, script::number(month)? as i8, script::number(day)? as i8).ok()
    };
    numbers(folded).or_else(|| {
        let mut parts = folded.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty());
        while let Some(part) = parts.next() {
            if part.len() == 4 && part.starts_with(['1', '2']) {
                let month = parts.next()?.parse().ok()?;
                let day = parts.next()?.parse().ok()?;
                return Date::new(part.parse().ok()?, month, day).ok();
            }
        }
        None
    })
}

/// `第三版`, `2版`, `A03`, a lone number at an end.
fn page(folded: &str) -> Option<String> {
    for (at, _) in folded.match_indices('版') {
        let before = folded[..at].trim_end();
        let figures: String = before
            .chars()
            .rev()
            .take_while(|c| c.is_ascii_alphanumeric() || "〇零一二三四五六七八九十".contains(*c))
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        let front = before.strip_suffix(figures.as_str()).unwrap_or("");
        if front.ends_with('日') || front.ends_with('共') {
            continue;
        }
        if let Some(page) = jump::page_key(&figures.to_ascii_uppercase()) {
            return Some(page);
        }
    }
    let parts: Vec<&str> = folded.split(' ').filter(|p| !p.is_empty()).collect();
    [parts.last(), parts.first()].into_iter().flatten().find_map(|p| {
        let digits = p.trim_start_matches(|c: char| c.is_ascii_lowercase());
        let fits = p.len() - digits.len() <= 1
            && (1..=2).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| jump::page_key(&p.to_ascii_uppercase())).flatten()
    })
}

/// The word of a folio that is neither date nor number nor person.
fn section(text: &str) -> Option<String> {
    let parts: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '|' | '｜' | '■' | '●'))
        .filter(|p| !p.is_empty())
        .collect();
    let mut after_colon = false;
    for part in parts {
        let folded = fold(part);
        // 「责任编辑： 甲」: the name behind a colon is no section.
        let person = after_colon;
        after_colon = folded.ends_with(':');
        let n = part.chars().count();
        let word = (2..=6).contains(&n) && folded.chars().all(|c| is_han(c) || c == '·');
        if person
            || !word
            || folded.starts_with("星期")
            || folded.ends_with('版')
            || folded.contains('年')
            || folded.contains("农历")
            || folded.contains('月')
        {
            continue;
        }
        if furniture::paper_name(&folded, n)
            || ["编辑", "校对", "责编", "美编", "主编", "电话", "版式"].iter().any(|w| folded.contains(w))
        {
            continue;
        }
        return Some(part.to_owned());
    }
    None
}
