//! Gathers the blocks of a read page into stories and furniture.
//!
//! Takes blocks and their roles; gives [`Story`]s whose paragraphs still stand as found. Marks that
//! belong to no body (jump lines, signatures, credits) are taken out here.

use super::lines::Block;
use super::reading::Role;
use super::role::Cues;
use super::{byline, credit, jump, script, wording};
use crate::paper::{Author, Furniture, FurnitureKind, Genre};
use crate::text::fold::fold;

/// A paragraph with its place in the source.
#[derive(Debug, Clone, Default)]
pub(super) struct Paragraph {
    /// As printed.
    pub text: String,
    /// First and last source line.
    pub lines: (usize, usize),
    /// A heading inside the body.
    pub crosshead: bool,
    /// Begins set in, or does not, where that tells.
    pub fresh: Option<bool>,
    /// A line of verse or of a table, whole in itself.
    pub verse: bool,
}

/// One story of one page, before repairs and joining.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    pub column: Option<String>,
    pub kicker: Vec<String>,
    pub headline: Vec<String>,
    pub deck: Vec<String>,
    pub authors: Vec<Author>,
    pub dateline: Option<String>,
    pub credit: Option<String>,
    pub paragraphs: Vec<Paragraph>,
    pub captions: Vec<String>,
    /// Line of a headline that stood after its body.
    pub late: Option<usize>,
    pub jump_to: Option<String>,
    pub jump_from: Option<String>,
    /// Source line where it begins.
    pub line: usize,
    pub genre: Genre,
    /// A continuation was joined: paragraphs before it, and the page it stood on.
    pub joined_from: Option<(usize, Option<String>)>,
    /// The page where what was joined goes on in its turn, and was not found.
    pub open_end: Option<String>,
}

impl Story {
    fn is_empty(&self) -> bool {
        self.column.is_none()
            && self.kicker.is_empty()
            && self.headline.is_empty()
            && self.deck.is_empty()
            && self.paragraphs.is_empty()
            && self.authors.is_empty()
            && self.jump_from.is_none()
            && self.captions.is_empty()
    }

    /// The page where the story goes on, if that was not found.
    pub(super) fn lacks_end(&self) -> Option<&str> {
        let own = self.jump_to.as_deref().filter(|_| self.joined_from.is_none());
        own.or(self.open_end.as_deref())
    }

    fn has_body(&self) -> bool {
        !self.paragraphs.is_empty()
    }

    /// Whether only the lines above a headline were read so far.
    fn waits(&self) -> bool {
        self.headline.is_empty() && !self.has_body()
    }
}

/// What a page holds once its blocks have roles.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub stories: Vec<Story>,
    pub furniture: Vec<Furniture>,
}

/// Puts blocks together by their roles.
pub(super) fn gather(blocks: &[Block<'_>], cues: &[Cues], roles: &[Role]) -> Gathered {
    let mut out = Gathered::default();
    let mut open = Story::default();
    let mut last = None;
    for (i, (block, role)) in blocks.iter().zip(roles).enumerate() {
        let text: &str = &block.text;
        let begins = match role {
            Role::Column | Role::Kicker => !open.waits() || open.jump_from.is_some(),
            Role::Headline => !open.waits(),
            Role::BodyNew | Role::BylineNew => {
                !open.is_empty() && (open.has_body() || !open.headline.is_empty())
            }
            Role::JumpFrom => !open.is_empty() && open.has_body(),
            _ => false,
        };
        if begins {
            close(&mut out, &mut open);
        }
        if open.is_empty() {
            open.line = block.first;
        }
        match role {
            Role::Furniture => furnish(&mut out.furniture, cues, blocks, roles, i),
            Role::Column => {
                // Two names in a row: the first one stands over more than this story.
                if let Some(first) = open.column.replace(bare_column(text)) {
                    open.kicker.push(first);
                }
            }
            Role::Kicker => open.kicker.push(text.to_owned()),
            Role::Headline | Role::HeadlineMore => {
                let (text, from) = without_jump_from(text);
                open.jump_from = open.jump_from.take().or(from);
                if !text.is_empty() {
                    open.headline.push(text.to_owned());
                }
            }
            Role::Deck | Role::LateDeck => open.deck.push(undashed(text).to_owned()),
            Role::Byline | Role::BylineNew | Role::Signature => sign(&mut open, text),
            Role::Credit => open.credit = open.credit.take().or_else(|| credit::credit(text)),
            Role::JumpLine => open.jump_to = jump::line_to(text).and_then(|m| m.page).or(open.jump_to.take()),
            Role::JumpFrom => {
                let (heading, from) = without_jump_from(text);
                open.jump_from = from;
                if !heading.is_empty() && open.headline.is_empty() {
                    open.headline.push(heading.to_owned());
                }
            }
            Role::Crosshead => open.paragraphs.push(Paragraph {
                text: text.to_owned(),
                lines: (block.first, block.last),
                crosshead: true,
                fresh: None,
                verse: false,
            }),
            Role::LateHeadline => {
                open.late = Some(block.first);
                open.headline.push(text.to_owned());
            }
            Role::Caption => caption(&mut out, &mut open, text, last),
            Role::Body | Role::BodyNew => body(&mut open, block, &cues[i]),
        }
        last = Some(*role);
    }
    close(&mut out, &mut open);
    share_columns(&mut out.stories);
    out
}

/// Longest body, in bytes, of a short item.
const ITEM_BYTES_MAX: usize = 600;
/// So many short items in a row stand under one name.
const ITEMS_MIN: usize = 4;

/// Short items in a row, and notices, stand under the name of the column that is printed once.
fn share_columns(stories: &mut [Story]) {
    let item = |s: &Story| {
        !s.headline.is_empty() && s.paragraphs.iter().map(|p| p.text.len()).sum::<usize>() <= ITEM_BYTES_MAX
    };
    let plain = |s: &Story| s.column.is_none() && s.kicker.is_empty() && s.jump_from.is_none() && item(s);
    let mut start = 0;
    while start < stories.len() {
        let first = &stories[start];
        let genre = first.genre;
        let mut end = start + 1;
        if first.column.is_some() && item(first) {
            end += stories[end..].iter().take_while(|s| plain(s) && s.genre == genre).count();
        }
        if end - start >= if genre == Genre::Notice { 2 } else { ITEMS_MIN } {
            let column = stories[start].column.clone();
            for story in &mut stories[start + 1..end] {
                story.column.clone_from(&column);
            }
        }
        start = end;
    }
}

fn close(out: &mut Gathered, open: &mut Story) {
    let mut story = std::mem::take(open);
    if story.is_empty() {
        return;
    }
    if !story.has_body()
        && story.headline.is_empty()
        && story.captions.is_empty()
        && story.jump_from.is_none()
    {
        // Headings without anything below are kept as text of the page.
        let text = story.column.into_iter().chain(story.kicker).collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            out.furniture.push(Furniture { kind: FurnitureKind::Slogan, text });
        }
        return;
    }
    if !story.has_body() && !story.captions.is_empty() {
        // A picture with its words and nothing else.
        story.genre = Genre::Caption;
        story.paragraphs = std::mem::take(&mut story.captions)
            .into_iter()
            .map(|text| Paragraph {
                text,
                lines: (story.line, story.line),
                crosshead: false,
                fresh: None,
                verse: false,
            })
            .collect();
    }
    let heading = story.headline.first().map(|h| fold(h)).unwrap_or_default();
    if wording::notice_heading(&heading) {
        story.genre = Genre::Notice;
    }
    out.stories.push(story);
}

fn furnish(out: &mut Vec<Furniture>, cues: &[Cues], blocks: &[Block<'_>], roles: &[Role], i: usize) {
    let text: &str = &blocks[i].text;
    let of = |i: usize| cues.get(i).and_then(|c| c.furniture).map(|(kind, _)| kind);
    let own = of(i);
    let below = (i + 1..roles.len()).take_while(|j| roles[*j] == Role::Furniture).take(2).find_map(of);
    let over = below.filter(|k| matches!(k, FurnitureKind::Countdown | FurnitureKind::Advertisement));
    let own = own.filter(|kind| *kind != FurnitureKind::Slogan);
    let kind = own.or(over).unwrap_or(FurnitureKind::Slogan);
    // A countdown has its event in the line above, an advertisement its firm.
    let joins = i > 0
        && roles[i - 1] == Role::Furniture
        && matches!(kind, FurnitureKind::Countdown | FurnitureKind::Advertisement | FurnitureKind::Index);
    match out.last_mut() {
        Some(last) if joins && last.kind == kind => {
            last.text.push(' ');
            last.text.push_str(text);
        }
        _ => out.push(Furniture { kind, text: text.to_owned() }),
    }
}

/// Adds running text to the open story and takes out what is no body.
fn body(open: &mut Story, block: &Block<'_>, cue: &Cues) {
    let mut text: &str = &block.text;
    if let Some(mark) = jump::from(text) {
        let behind = text[mark.end..].trim_start();
        if !behind.is_empty() {
            open.jump_from = open.jump_from.take().or(mark.page);
            text = behind;
        }
    }
    if let Some(mark) = jump::to(text) {
        open.jump_to = mark.page.or(open.jump_to.take());
        text = text[..mark.start].trim_end();
    }
    if let Some((cut, authors)) = signed_end(text) {
        text = cut;
        add_authors(open, authors);
    }
    if open.paragraphs.is_empty()
        && let Some(lead) = byline::lead(text)
    {
        open.dateline = lead.dateline;
        if open.credit.is_none() {
            open.credit = open.dateline.as_deref().and_then(credit::agency).map(str::to_owned);
        }
        add_authors(open, lead.authors);
    }
    if !text.is_empty() {
        open.paragraphs.push(Paragraph {
            text: text.to_owned(),
            lines: (block.first, block.last),
            crosshead: false,
            fresh: cue.fresh,
            verse: cue.verse,
        });
    }
}

/// A signature in brackets behind the last full stop: the text before it and the authors.
pub(super) fn signed_end(text: &str) -> Option<(&str, Vec<Author>)> {
    if !text.ends_with([')', '）']) {
        return None;
    }
    let tail_start = text.char_indices().rev().nth(40).map_or(0, |(i, _)| i);
    let open = text[tail_start..].rfind(['(', '（'])? + tail_start;
    let before = text[..open].trim_end();
    if !script::ends_sentence(before) {
        return None;
    }
    byline::line(&text[open..]).map(|authors| (before, authors))
}

fn sign(open: &mut Story, text: &str) {
    // Who is known to write for the paper may have a name that looks like none.
    match byline::line(text).or_else(|| byline::names_alone(text)) {
        Some(authors) => add_authors(open, authors),
        None => debug_assert!(false, "a signature without names: {text}"),
    }
}

fn add_authors(open: &mut Story, authors: Vec<Author>) {
    for author in authors {
        if !open.authors.iter().any(|a| a.name == author.name) {
            open.authors.push(author);
        }
    }
}

/// A caption goes with the open story; before the first story and behind furniture it stands for itself.
fn caption(out: &mut Gathered, open: &mut Story, text: &str, _last: Option<Role>) {
    if open.is_empty() && !out.stories.is_empty() {
        if let Some(story) = out.stories.last_mut() {
            story.captions.push(text.to_owned());
        }
        return;
    }
    open.captions.push(text.to_owned());
}

/// A heading without the 「（上接第一版）」 behind it, and the page told.
fn without_jump_from(text: &str) -> (&str, Option<String>) {
    match jump::from(text) {
        Some(mark) => {
            let (before, behind) = (text[..mark.start].trim(), text[mark.end..].trim());
            (if before.is_empty() { behind } else { before }, mark.page)
        }
        None => (text, None),
    }
}

/// A deck without the dash before it and behind it.
fn undashed(text: &str) -> &str {
    let dash = |c: char| matches!(c, '—' | '-' | '─' | '━' | '–') || c.is_whitespace();
    let cut = text.trim_start_matches(dash);
    if cut.len() < text.len() { cut.trim_end_matches(dash) } else { text }
}

/// The name of a column without its frame.
fn bare_column(text: &str) -> String {
    let framed = text.starts_with(['【', '〔', '〖', '[']) && text.ends_with(['】', '〕', '〗', ']']);
    let cut = if framed {
        text.trim_matches(|c| matches!(c, '【' | '】' | '〔' | '〕' | '〖' | '〗' | '[' | ']'))
    } else {
        text
    };
    cut.trim_start_matches(wording::is_bullet).trim().to_owned()
}
