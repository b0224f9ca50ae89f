//! What the pages of an issue teach about their paper: names of its columns, who writes for it.
//!
//! Learned from what every page shows for itself, before any page is read as a whole; so the order
//! of the pages tells nothing.

use std::collections::{HashMap, HashSet};

use super::byline;
use super::lines::Block;
use super::role::{self, Byline, Cues};
use super::style::HouseStyle;
use crate::paper::Author;

/// Longest heading, in bytes, that may be the name of a column.
const COLUMN_BYTES_MAX: usize = 60;
/// A heading on so many pages is the name of a column; on two it may be a headline and its jump.
const COLUMN_PAGES_MIN: usize = 3;
/// Longest name of a column, in characters, that is believed on the strength of one page.
pub(super) const COLUMN_CHARS_MAX: usize = 14;

/// How surely a line is furniture that other issues show as such.
const FURNITURE_WORTH: f32 = 4.0;

/// What is known of a paper.
#[derive(Debug, Default)]
pub(super) struct House<'s> {
    columns: HashSet<String>,
    /// Who signs with a role: 记者, 通讯员.
    reporters: HashSet<String>,
    /// What other issues teach.
    style: Option<&'s HouseStyle>,
}

impl<'s> House<'s> {
    /// Learns from the pages of one issue.
    pub(super) fn learn(pages: &[(Vec<Block<'_>>, Vec<Cues>)], style: Option<&'s HouseStyle>) -> Self {
        let mut house = Self { columns: recurring(pages), style, ..Self::default() };
        for (block, cue) in pages.iter().flat_map(|(blocks, cues)| blocks.iter().zip(cues)) {
            let signed = match cue.byline {
                Byline::Sure | Byline::Bracketed => byline::line(&block.text),
                _ if cue.lead => byline::lead(&block.text).map(|lead| lead.authors),
                _ => None,
            };
            let with_role = signed.into_iter().flatten().filter(|a| !a.role.is_empty());
            house.reporters.extend(with_role.map(|a| a.name));
        }
        house
    }

    /// Whether a heading is the name of a column.
    pub(super) fn is_column(&self, text: &str) -> bool {
        text.len() <= COLUMN_BYTES_MAX
            && (!self.columns.is_empty() && self.columns.contains(role::solid(text).as_ref())
                || self.style.is_some_and(|style| style.is_column(text)))
    }

    /// The names of a line that may be a signature though nothing on it tells that.
    pub(super) fn may_sign(block: &Block<'_>, cue: &Cues) -> Option<Vec<Author>> {
        let open = matches!(cue.byline, Byline::No | Byline::Bare) && !cue.running;
        if open { byline::names_alone(&block.text) } else { None }
    }

    fn writes(&self, name: &str) -> bool {
        self.reporters.contains(name) || self.style.is_some_and(|style| style.is_reporter(name))
    }

    /// A line of bare names is a byline where all of them write for the paper; a line that other issues
    /// show as furniture is.
    pub(super) fn heed(&self, blocks: &[Block<'_>], cues: &mut [Cues]) {
        if self.reporters.is_empty() && self.style.is_none() {
            return;
        }
        for (block, cue) in blocks.iter().zip(cues) {
            if Self::may_sign(block, cue).is_some_and(|names| names.iter().all(|a| self.writes(&a.name))) {
                cue.byline = Byline::Sure;
            }
            if let Some(kind) = self.style.and_then(|style| style.furniture(&block.text))
                && cue.furniture.is_none_or(|(_, worth)| worth < FURNITURE_WORTH)
            {
                cue.furniture = Some((kind, FURNITURE_WORTH));
            }
        }
    }
}

/// Short headings that stand on many pages of the issue, or more than once above another heading.
fn recurring(pages: &[(Vec<Block<'_>>, Vec<Cues>)]) -> HashSet<String> {
    #[derive(Default)]
    struct Seen {
        last_page: Option<usize>,
        pages: usize,
        /// How often a heading follows, and how often something else does.
        above: usize,
        elsewhere: usize,
    }
    let mut seen: HashMap<String, Seen> = HashMap::new();
    for (number, (blocks, cues)) in pages.iter().enumerate() {
        for (i, block) in blocks.iter().enumerate() {
            if block.text.len() > COLUMN_BYTES_MAX || cues[i].running {
                continue;
            }
            let entry = seen.entry(role::solid(&block.text).into_owned()).or_default();
            if entry.last_page != Some(number) {
                entry.last_page = Some(number);
                entry.pages += 1;
            }
            let heads = |c: &Cues| {
                let text = c.running || c.verse || c.row || c.sign_off;
                !text && c.byline == Byline::No && !c.jump_from && !c.credit && c.furniture.is_none()
            };
            let short = cues[i].chars <= COLUMN_CHARS_MAX && heads(&cues[i]) && !cues[i].notice;
            if short && cues.get(i + 1).is_some_and(heads) {
                entry.above += 1;
            } else {
                entry.elsewhere += 1;
            }
        }
    }
    let often = |s: &Seen| s.pages >= COLUMN_PAGES_MIN || s.above >= 2 && s.elsewhere == 0;
    seen.into_iter().filter(|(_, s)| often(s)).map(|(text, _)| text).collect()
}
