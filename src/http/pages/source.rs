//! An article against the text it was read from: line by line, with what was mended.

use askama::Template;
use axum::extract::State as With;
use axum::response::Response;

use super::super::api::Id;
use super::super::api::articles::no_article;
use super::super::guard::Opened;
use super::super::problem::Problem;
use super::super::state::State;
use super::Shell;
use super::article::key;
use crate::cluster::Store;
use crate::index::{Error, StoredArticle};
use crate::ingest::Format;
use crate::search::article_url;

/// Lines shown before the first and behind the last line of the article, where a file is longer
/// than [`LINES_MAX`].
const AROUND: usize = 40;
/// Lines of a file that is shown whole.
const LINES_MAX: usize = 2_000;
/// Characters shown of a line; the file itself has all.
const LINE_CHARS_MAX: usize = 4_000;

#[derive(Template)]
#[template(path = "source.html")]
struct SourcePage {
    shell: Shell,
    headline: Option<String>,
    url: String,
    raw: String,
    path: String,
    /// None where the archive keeps no source.
    lines: Option<Vec<Line>>,
    /// What was mended: kind, words, first and last line where they are known.
    repairs: Vec<Mended>,
    /// Whether the file has more lines than are shown.
    cut: bool,
}

/// Kind, words, first and last line.
type Mended = (String, String, Option<(usize, usize)>);

/// A line of the source.
struct Line {
    number: usize,
    text: String,
    /// Whether a paragraph of the article stands there.
    own: bool,
    /// The kinds of repair that concern it.
    repairs: Vec<String>,
}

pub(in crate::http) async fn source(
    With(state): With<State>,
    Opened(archive): Opened,
    shell: Shell,
    Id(id): Id,
) -> Result<Response, Problem> {
    super::page(&state, move || {
        let stored = archive.article(&id)?.ok_or_else(|| no_article(&id))?;
        view(&archive, shell, &stored)
    })
    .await
}

fn view(archive: &Store, shell: Shell, stored: &StoredArticle) -> Result<SourcePage, Problem> {
    let article = &stored.article;
    let repairs: Vec<(String, (usize, usize))> =
        article.repairs.iter().filter_map(|r| Some((key(r.kind), r.lines?))).collect();
    let mut cut = false;
    let lines = match archive.folder("the file an article was read from")?.sources_of(&article.id) {
        Err(Error::NotKept(_)) => None,
        other => {
            let source = other?.into_iter().next();
            // Lines are those of a page; a file of ready articles or a PDF has its own.
            let numbered = source.as_ref().is_some_and(|s| matches!(s.format, Format::Text));
            source.and_then(|s| s.text()).map(|text| {
                let own = if numbered { article.lines.as_slice() } else { &[] };
                let repairs = if numbered { repairs.as_slice() } else { &[] };
                let all = text.lines().count();
                let (first, last) = window(all, own, repairs);
                cut = first > 1 || last < all;
                shown(&text, first, last, own, repairs)
            })
        }
    };
    Ok(SourcePage {
        shell,
        headline: article.headline.clone(),
        url: article_url(&article.id),
        raw: article_url(&article.id).replacen("/articles/", "/api/v1/pages/", 1) + "/source",
        path: stored.source.clone(),
        repairs: article.repairs.iter().map(|r| (key(r.kind), r.note.clone(), r.lines)).collect(),
        lines,
        cut,
    })
}

/// The first and last line that are shown, from 1.
fn window(all: usize, own: &[(usize, usize)], repairs: &[(String, (usize, usize))]) -> (usize, usize) {
    if all <= LINES_MAX {
        return (1, all);
    }
    let concerned = || own.iter().chain(repairs.iter().map(|(_, lines)| lines));
    let first = concerned().map(|(first, _)| *first).min().unwrap_or(1).saturating_sub(AROUND).max(1);
    let last = concerned().map(|(_, last)| *last).max().unwrap_or(first).saturating_add(AROUND).min(all);
    (first, last.min(first + LINES_MAX))
}

fn shown(
    text: &str,
    first: usize,
    last: usize,
    own: &[(usize, usize)],
    repairs: &[(String, (usize, usize))],
) -> Vec<Line> {
    let within = |(first, last): (usize, usize), number: usize| (first..=last).contains(&number);
    text.lines()
        .zip(1..)
        .skip(first - 1)
        .take((last + 1).saturating_sub(first))
        .map(|(line, number)| {
            let mut kinds: Vec<String> = repairs
                .iter()
                .filter(|(_, lines)| within(*lines, number))
                .map(|(kind, _)| kind.clone())
                .collect();
            kinds.dedup();
            Line {
                number,
                text: line.chars().take(LINE_CHARS_MAX).collect(),
                own: own.iter().any(|lines| within(*lines, number)),
                repairs: kinds,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_shown_around_the_article() {
        let text = "行\n".repeat(5_000);
        let repairs = [("seam".to_owned(), (3_010, 3_012))];
        let (first, last) = window(5_000, &[(3_000, 3_005)], &repairs);
        assert_eq!((first, last), (2_960, 3_052));
        let lines = shown(&text, first, last, &[(3_000, 3_005)], &repairs);
        assert_eq!(lines.len(), 93);
        let told: Vec<usize> = lines.iter().filter(|l| l.own).map(|l| l.number).collect();
        assert_eq!(told, [3_000, 3_001, 3_002, 3_003, 3_004, 3_005]);
        assert_eq!(lines.iter().filter(|l| !l.repairs.is_empty()).count(), 3);
        assert_eq!(window(30, &[], &[]), (1, 30));
    }
}
