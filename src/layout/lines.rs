//! Turns the physical lines of a page into blocks: a heading or a paragraph each.
//!
//! Extractors leave one paragraph a line, with or without blank lines between, or wrap all lines
//! at the width of a column; wrapped lines are put together again here. Text stays as printed.

use std::borrow::Cow;
use std::ops::Range;

use super::script;

/// A heading or a paragraph as it stands on the page.
#[derive(Debug, Clone)]
pub(super) struct Block<'a> {
    /// The text without marks and surrounding space.
    pub text: Cow<'a, str>,
    /// Markdown level 1–6, 7 for a line printed bold throughout, 0 for no mark.
    pub level: u8,
    /// First source line, from 1.
    pub first: usize,
    /// Last source line.
    pub last: usize,
    /// Set in from the margin, as paragraphs begin in print.
    pub indented: bool,
}

struct Line<'a> {
    text: &'a str,
    level: u8,
    number: usize,
    /// Columns of a terminal: two for a Chinese character.
    width: usize,
    /// Two for every character: some extractors wrap by count.
    evenly: usize,
    indented: bool,
    blank_before: bool,
}

/// The blocks of a page in the order they stand.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let lines = lines(text);
    let mut out = Vec::with_capacity(lines.len());
    let mut start = 0;
    let page_wrap = wrap(&lines);
    while start < lines.len() {
        let mut end = start + 1;
        while end < lines.len() && !lines[end].blank_before {
            end += 1;
        }
        group(&lines[start..end], page_wrap, &mut out);
        start = end;
    }
    out
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut out = Vec::new();
    let mut blank_before = false;
    let skip = front_matter(text);
    for (i, raw) in text.split('\n').enumerate() {
        let trimmed = raw.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        if trimmed.is_empty() || i < skip || is_rule(trimmed) {
            blank_before = true;
            continue;
        }
        let (level, body) = mark(trimmed);
        if body.is_empty() || is_image(body) {
            blank_before = true;
            continue;
        }
        out.push(Line {
            text: body,
            level,
            number: i + 1,
            width: width(body),
            evenly: 2 * body.chars().count(),
            indented: raw.starts_with('\u{3000}') || raw.starts_with("  ") || raw.starts_with('\t'),
            blank_before,
        });
        blank_before = false;
    }
    out
}

/// How many lines at the top are front matter (`---` … `---`).
fn front_matter(text: &str) -> usize {
    let mut lines = text.lines().take(40).map(str::trim).enumerate();
    if lines.next().is_none_or(|(_, l)| l != "---") {
        return 0;
    }
    for (i, line) in lines {
        if line == "---" {
            return i + 1;
        }
        if !line.is_empty() && !line.contains(':') && !line.starts_with('-') {
            return 0;
        }
    }
    0
}

/// A line of nothing but rules or bullets says only that something ends here.
fn is_rule(line: &str) -> bool {
    line.chars().all(|c| matches!(c, '-' | '*' | '_' | '=' | '—' | '─' | '━' | '·' | '…' | '#' | '|' | ' '))
}

fn is_image(line: &str) -> bool {
    line.starts_with("![") && line.ends_with(')')
}

/// The level of a Markdown heading and the text behind its mark.
fn mark(line: &str) -> (u8, &str) {
    let space = |c: char| c.is_whitespace();
    let hashes = line.bytes().take_while(|b| matches!(b, b'#')).count();
    if (1..=6).contains(&hashes) {
        let body = &line[hashes..];
        if body.starts_with(space) || !body.contains('#') {
            return (hashes as u8, body.trim_end_matches('#').trim_matches(space));
        }
    }
    if let Some(inner) = line.strip_prefix("**").and_then(|l| l.strip_suffix("**"))
        && !inner.contains("**")
    {
        return (7, inner.trim_matches(space));
    }
    if let Some(quoted) = line.strip_prefix("> ") {
        return mark(quoted.trim_start());
    }
    (0, line)
}

/// Columns of a terminal that a text takes, near enough: two for what isn't ASCII.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// Widest column that counts as wrapped text, and narrowest.
const WRAP: Range<usize> = 16..164;
/// How far below the column's width a full line may stay: a pushed-down character and its mark.
const SLACK: usize = 5;

/// The width at which lines are wrapped, and how it is measured.
#[derive(Debug, Clone, Copy)]
struct Wrap {
    top: usize,
    evenly: bool,
}

impl Wrap {
    fn of(self, line: &Line<'_>) -> usize {
        if self.evenly { line.evenly } else { line.width }
    }
}

/// The width at which lines are wrapped, if they are; of the two ways to measure the one that fits more lines.
fn wrap(lines: &[Line<'_>]) -> Option<Wrap> {
    let best = |evenly: bool| {
        let widths: Vec<(usize, bool)> = lines
            .iter()
            .filter(|l| l.level == 0)
            .map(|l| (if evenly { l.evenly } else { l.width }, script::ends_sentence(l.text)))
            .collect();
        wrap_width(&widths).map(|(full, top)| (full, Wrap { top, evenly }))
    };
    match (best(false), best(true)) {
        (Some((a, shown)), Some((b, even))) => Some(if b > a { even } else { shown }),
        (a, b) => a.or(b).map(|(_, wrap)| wrap),
    }
}

/// How many lines are full, and at which width, by width and whether a sentence ends with the line.
///
/// In wrapped text a good part of the lines have just about the same width and few are wider.
fn wrap_width(lines: &[(usize, bool)]) -> Option<(usize, usize)> {
    let mut count = [0usize; WRAP.end];
    let mut wide = 0;
    for (width, _) in lines {
        match count.get_mut(*width) {
            Some(n) => *n += 1,
            None => wide += 1,
        }
    }
    let plain = lines.len();
    if plain < 4 {
        return None;
    }
    let mut best = None;
    let mut over = wide;
    for top in WRAP.rev() {
        let full: usize = count[top.saturating_sub(SLACK)..=top].iter().sum();
        if full * 20 >= plain * 7 && over * 12 <= plain && full >= 3 && best.is_none_or(|(n, _)| full > n) {
            best = Some((full, top));
        }
        over += count[top];
    }
    let (full, top) = best?;
    // One paragraph a line may by chance have like lengths; cut sentences it does not have.
    let cut = lines
        .iter()
        .filter(|(width, ends)| (top.saturating_sub(SLACK)..=top).contains(width) && !ends)
        .count();
    (cut * 2 >= full).then_some((full, top))
}

/// The blocks of lines that stand without a blank line between them.
fn group<'a>(lines: &[Line<'a>], page_wrap: Option<Wrap>, out: &mut Vec<Block<'a>>) {
    let wrapped = page_wrap.or_else(|| if lines.len() >= 4 { wrap(lines) } else { None });
    let indents = lines.iter().filter(|l| l.indented).count();
    // Where some lines are indented and others not, an indent begins a paragraph.
    let indents_tell = indents > 0 && indents < lines.len();
    let mut start = 0;
    while start < lines.len() {
        let mut end = start + 1;
        if lines[start].level == 0
            && let Some(wrap) = wrapped
        {
            while end < lines.len() && goes_on(&lines[end - 1], &lines[end], wrap, indents_tell) {
                end += 1;
            }
        }
        out.push(joined(&lines[start..end]));
        start = end;
    }
}

fn goes_on(line: &Line<'_>, next: &Line<'_>, wrap: Wrap, indents_tell: bool) -> bool {
    if next.level != 0 || (indents_tell && next.indented) {
        return false;
    }
    // An indent takes part of the column's width.
    let width = wrap.of(line) + if line.indented { 4 } else { 0 };
    let hanging = next.text.chars().next().is_some_and(script::never_begins);
    (width + SLACK >= wrap.top || hanging) && wrap.of(line) <= wrap.top + 4
}

fn joined<'a>(lines: &[Line<'a>]) -> Block<'a> {
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    let text = if lines.len() == 1 {
        Cow::Borrowed(first.text)
    } else {
        let mut text = String::with_capacity(lines.iter().map(|l| l.text.len() + 1).sum());
        for line in lines {
            script::append(&mut text, line.text);
        }
        Cow::Owned(text)
    };
    Block { text, level: first.level, first: first.number, last: last.number, indented: first.indented }
}
