//! Gives every story an id that stays while the story does.
//!
//! `paper/date/page/hash8`: the hash is taken over the first Chinese characters of the first real
//! paragraph, the dateline left out. Headline parts, bylines and short lines don't enter it, nor do
//! spaces, marks, widths and scripts, nor what was joined from elsewhere: a reader that
//! reads those better gives the same id.

use std::collections::{HashMap, HashSet};

use super::story::{Paragraph, Story};
use super::{byline, joint};
use crate::paper::{Article, IssueFacts};
use crate::text::fold::{fold_char, is_han};

/// Characters that are hashed.
const ANCHOR_CHARS: usize = 36;
/// A paragraph shorter than this may be a misread deck or byline and is passed over.
const PARAGRAPH_CHARS_MIN: usize = 20;

/// What stands in front of the hash: paper, date and page, or the path of the source.
pub(super) fn prefix(facts: &IssueFacts, source: &str) -> String {
    let part = |s: &str| s.trim().replace(['/', '\\'], "-").replace(char::is_whitespace, "");
    match (&facts.paper, facts.date) {
        (Some(paper), Some(date)) => match &facts.page {
            Some(page) => format!("{}/{date}/{}", part(paper), part(page)),
            None => {
                let stem = source.rsplit(['/', '\\']).next().unwrap_or(source);
                format!("{}/{date}/{}", part(paper), part(stem.split('.').next().unwrap_or(stem)))
            }
        },
        _ => {
            let path = source.replace('\\', "/");
            path.trim_start_matches("./").trim_start_matches('/').to_owned()
        }
    }
}

/// The text by which a story is known.
fn anchor(story: &Story) -> String {
    let han = |text: &str, skip: usize| {
        text.chars().skip(skip).map(fold_char).filter(|c| is_han(*c)).collect::<String>()
    };
    let mut out = String::new();
    let mut count = 0;
    for (i, paragraph) in story.paragraphs.iter().enumerate().filter(|(_, p)| !p.crosshead) {
        let skip = if count == 0 { byline::lead(&paragraph.text).map_or(0, |l| l.len_chars) } else { 0 };
        let head: String =
            han(&paragraph.text.chars().take(4 * ANCHOR_CHARS + skip).collect::<String>(), skip);
        let len = head.chars().count();
        let cut = || {
            let next = story.paragraphs.get(i + 1);
            next.is_some_and(|n| joint::joint(&paragraph.text, &n.text, n.fresh) == joint::Joint::Seam)
        };
        if count == 0 && len < PARAGRAPH_CHARS_MIN && !cut() {
            continue;
        }
        out.extend(head.chars().take(ANCHOR_CHARS - count));
        count += len;
        if count >= ANCHOR_CHARS {
            return out;
        }
    }
    if count < PARAGRAPH_CHARS_MIN {
        // Too little body: what there is of heading and body.
        out.clear();
        for text in story.headline.iter().chain(story.paragraphs.iter().map(|p| &p.text)) {
            out.extend(text.chars().map(fold_char).filter(|c| !c.is_whitespace()).take(200));
        }
    }
    out
}

/// The id of a finished article: that of a story read with these paragraphs.
pub(super) fn of_article(prefix: &str, article: &Article) -> String {
    let paragraph = |(i, text): (usize, &String)| Paragraph {
        text: text.clone(),
        crosshead: article.crossheads.contains(&i),
        ..Paragraph::default()
    };
    let story = Story {
        headline: article.headline.iter().cloned().collect(),
        paragraphs: article.paragraphs.iter().enumerate().map(paragraph).collect(),
        ..Story::default()
    };
    format!("{prefix}/{}", hash8(&anchor(&story)))
}

/// What stands in front of the hash in an id that has one; the whole of any other.
pub(super) fn stem(id: &str) -> &str {
    let is_hash = |last: &str| {
        let hash = last.split('-').next().unwrap_or(last);
        hash.len() == 8 && hash.bytes().all(|b| b.is_ascii_hexdigit())
    };
    id.rsplit_once('/').filter(|(_, last)| is_hash(last)).map_or(id, |(page, _)| page)
}

fn hash8(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..8].to_owned()
}

/// The ids of a page's stories, in their order.
pub(super) fn ids(prefix: &str, stories: &[Story]) -> Vec<String> {
    let mut taken = HashSet::with_capacity(stories.len());
    let mut twins: HashMap<String, usize> = HashMap::new();
    stories
        .iter()
        .map(|story| {
            let short = anchor(story);
            let mut id = format!("{prefix}/{}", hash8(&short));
            if !taken.insert(id.clone()) {
                // Two stories that begin alike: the whole of both tells them apart.
                let mut all = short;
                for part in story.headline.iter().chain(story.paragraphs.iter().map(|p| &p.text)) {
                    all.push('\n');
                    all.extend(part.chars().map(fold_char).filter(|c| !c.is_whitespace()));
                }
                let base = format!("{prefix}/{}", hash8(&all));
                id.clone_from(&base);
                // Counted on from where the last twin stopped: a page may repeat one line a million times.
                let again = twins.entry(base.clone()).or_insert(1);
                while !taken.insert(id.clone()) {
                    *again += 1;
                    id = format!("{base}-{again}");
                }
            }
            id
        })
        .collect()
}
