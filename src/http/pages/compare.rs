//! The page of one story against an earlier one, and the list of stories like one.

use askama::Template;
use axum::extract::State as With;
use axum::response::Response;

use super::super::api::trend::compared;
use super::super::guard::Opened;
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::{Shell, address};
use crate::cluster::Store;
use crate::index::StoredArticle;
use crate::search::compare::{ComparedSentence, Comparison, SentenceStatus};

/// Similar stories listed beside one.
const SIMILAR_MAX: usize = 6;
/// From this share of common text on a comparison is offered.
const REUSE_MIN: f64 = 0.15;

#[derive(Template)]
#[template(path = "compare.html")]
struct ComparePage {
    shell: Shell,
    found: Comparison,
    percent: u32,
    paragraphs: Vec<Vec<Piece>>,
}

/// A piece of the later story.
struct Piece {
    text: String,
    new: bool,
    /// The sentence it was taken from.
    from: String,
}

pub(in crate::http) async fn compare(
    With(state): With<State>,
    Opened(archive): Opened,
    shell: Shell,
    asked: Parameters,
) -> Result<Response, Problem> {
    let (a, b) = asked.pair()?;
    super::page(&state, move || {
        let found = compared(&archive, &a, &b)?;
        let paragraphs =
            found.paragraphs.iter().map(|p| p.sentences.iter().flat_map(pieces).collect()).collect();
        Ok(ComparePage { percent: percent(found.reuse), shell, found, paragraphs })
    })
    .await
}

/// A sentence cut where new and old meet.
fn pieces(sentence: &ComparedSentence) -> Vec<Piece> {
    let from = sentence.from.as_ref().map(|f| f.text.clone()).unwrap_or_default();
    let whole = |new| {
        vec![Piece { text: sentence.text.clone(), new, from: if new { String::new() } else { from.clone() } }]
    };
    match sentence.status {
        SentenceStatus::Reused => return whole(false),
        SentenceStatus::New => return whole(true),
        SentenceStatus::Changed => {}
    }
    let chars: Vec<char> = sentence.text.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    let mut put = |piece: &[char], new: bool| {
        if !piece.is_empty() {
            let new = new && piece.iter().any(|c| c.is_alphanumeric());
            out.push(Piece { text: piece.iter().collect(), new, from: from.clone() });
        }
    };
    for &(start, end) in &sentence.reused {
        put(&chars[at..start], true);
        put(&chars[start..end], false);
        at = end;
    }
    put(&chars[at..], true);
    out
}

/// A share as whole hundredths.
fn percent(share: f64) -> u32 {
    (share * 100.0).round().clamp(0.0, 100.0) as u32
}

/// A story like another, as its page lists it.
pub(super) struct SimilarView {
    pub(super) headline: Option<String>,
    pub(super) url: String,
    pub(super) date: Option<String>,
    /// Share of the story that stands here too, in hundredths; 0 is not told.
    pub(super) percent: u32,
    /// Where what is new is told, for a story with much in common.
    pub(super) compare: Option<String>,
    /// Whether that one came first.
    pub(super) earlier: bool,
}

/// The stories like one.
pub(super) fn alike(archive: &Store, stored: &StoredArticle) -> Result<Vec<SimilarView>, Problem> {
    // A cluster has none to show.
    let Store::Folder(archive) = archive else { return Ok(Vec::new()) };
    let found = archive.similar_to(stored, SIMILAR_MAX)?;
    Ok(found
        .into_iter()
        .map(|s| SimilarView {
            percent: percent(s.reuse),
            compare: (s.reuse >= REUSE_MIN)
                .then(|| address("/compare", &[("a", &s.story.id), ("b", &stored.article.id)])),
            earlier: s.earlier == Some(true),
            headline: s.story.headline,
            url: s.story.url,
            date: s.story.date,
        })
        .collect())
}
