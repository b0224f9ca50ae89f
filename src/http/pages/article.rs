//! The page of an article.

use askama::Template;
use axum::extract::State as With;
use axum::response::Response;

use super::super::api::source::{FACSIMILE, facsimile_of};
use super::super::api::{Id, articles::no_article};
use super::super::guard::Opened;
use super::super::markup::{Link, Piece, pieces};
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::compare::{SimilarView, alike};
use super::{Labelled, Shell, address};
use crate::cite::{Style, cite};
use crate::cluster::Store;
use crate::export::json_ld;
use crate::index::StoredArticle;
use crate::paper::{Amendment, RepairKind, TextPart};
use crate::people::Kind;
use crate::search::{Errata, Request, article_url, page_of, page_url, person_url, snippet};

/// Articles of a page listed beside an article.
const NEIGHBOURS_MAX: usize = 60;

#[derive(Template)]
#[template(path = "article.html")]
struct ArticlePage {
    shell: Shell,
    id: String,
    column: Option<String>,
    column_href: String,
    kicker: Vec<Piece>,
    headline: Vec<Piece>,
    headline_text: Option<String>,
    deck: Vec<Piece>,
    byline: Vec<Author>,
    credit: Option<String>,
    genre: &'static str,
    paper: Option<String>,
    date: Option<String>,
    issue_url: Option<String>,
    page: Option<String>,
    page_url: Option<String>,
    section: Option<String>,
    jump_to: Option<String>,
    jump_from: Option<String>,
    incomplete: bool,
    paragraphs: Vec<Paragraph>,
    captions: Vec<String>,
    repairs: Vec<RepairView>,
    corrections: Vec<Amendment>,
    errata: Errata,
    people: Vec<PersonView>,
    neighbours: Vec<Neighbour>,
    /// The pages before and behind in the issue: number and address.
    previous_page: Option<Labelled>,
    next_page: Option<Labelled>,
    permalink: String,
    /// The same for programs, written so that it can stand in a page.
    linked_data: String,
    source: String,
    citation: String,
    similar: Vec<SimilarView>,
    json: String,
    /// Where the article stands against its source, line by line.
    against: String,
    /// The page as it was printed.
    facsimile: Option<FacsimileView>,
    back: String,
    marks: usize,
}

struct Author {
    name: String,
    role: String,
    href: String,
}

struct Paragraph {
    number: usize,
    crosshead: bool,
    pieces: Vec<Piece>,
    /// What should be known before the paragraph is quoted.
    before: Vec<RepairView>,
    /// What is lacking behind it.
    behind: Vec<RepairView>,
}

#[derive(Clone)]
struct RepairView {
    kind: String,
    note: String,
    paragraph: usize,
    lines: Option<(usize, usize)>,
}

/// What shows the page as it was printed.
pub(super) struct FacsimileView {
    pub(super) url: String,
    /// A picture stands beside the text, a PDF opens below its head.
    pub(super) picture: bool,
    pub(super) pdf: bool,
}

impl FacsimileView {
    /// Where the page of an article, or a page by its own id, is shown as printed.
    pub(super) fn of(id: &str, source: &str) -> Option<Self> {
        let found = facsimile_of(source)?;
        Some(Self {
            url: format!("/api/v1{}{FACSIMILE}", page_url(id)),
            picture: found.is_picture(),
            pdf: found.media_type == "application/pdf",
        })
    }
}

struct PersonView {
    name: String,
    posts: String,
    href: Option<String>,
}

struct Neighbour {
    headline: Option<String>,
    url: String,
    here: bool,
}

pub(in crate::http) async fn article(
    With(state): With<State>,
    Opened(archive): Opened,
    shell: Shell,
    Id(id): Id,
    asked: Parameters,
) -> Result<Response, Problem> {
    let question = asked.question("q")?.filter(|q| !q.trim().is_empty()).map(str::to_owned);
    let as_printed = asked.switch("literal")?;
    super::page(&state, move || {
        let stored = archive.article(&id)?.ok_or_else(|| no_article(&id))?;
        let runs = match &question {
            Some(question) => archive.runs(&Request { as_printed, ..Request::new(question) })?,
            None => Vec::new(),
        };
        view(&archive, shell, &stored, &runs, question.as_deref().unwrap_or_default())
    })
    .await
}

fn view(
    archive: &Store,
    shell: Shell,
    stored: &StoredArticle,
    runs: &[String],
    q: &str,
) -> Result<ArticlePage, Problem> {
    let article = &stored.article;
    let facts = &stored.facts;
    let known = Known::of(archive, stored)?;
    let (_, spans) = article.full_text();
    let mut marks = 0;
    let mut cut = |part: TextPart, text: &str| {
        let found = snippet::marks(text, runs);
        marks += found.len();
        let links = spans
            .iter()
            .find(|(p, _)| *p == part)
            .map(|(_, span)| known.links(stored, span.start, span.end))
            .unwrap_or_default();
        pieces(text, &found, &links)
    };
    let mut line =
        |part: TextPart, text: &Option<String>| text.as_deref().map(|t| cut(part, t)).unwrap_or_default();
    let (kicker, headline, deck) = (
        line(TextPart::Kicker, &article.kicker),
        line(TextPart::Headline, &article.headline),
        line(TextPart::Deck, &article.deck),
    );
    let repairs: Vec<RepairView> = article
        .repairs
        .iter()
        .map(|r| RepairView {
            kind: key(r.kind),
            note: r.note.clone(),
            paragraph: r.paragraph + 1,
            lines: r.lines,
        })
        .collect();
    let told = |paragraph: usize, kinds: &[RepairKind]| -> Vec<RepairView> {
        article
            .repairs
            .iter()
            .zip(&repairs)
            .filter(|(r, _)| r.paragraph == paragraph && kinds.contains(&r.kind))
            .map(|(_, shown)| shown.clone())
            .collect()
    };
    let paragraphs = article
        .paragraphs
        .iter()
        .enumerate()
        .map(|(i, text)| Paragraph {
            number: i + 1,
            crosshead: article.crossheads.contains(&i),
            pieces: cut(TextPart::Paragraph(i), text),
            before: told(i, &[RepairKind::SpeakerDiffers, RepairKind::NearRepeat]),
            behind: told(i, &[RepairKind::Gap]),
        })
        .collect();
    let page_id = page_of(&article.id).filter(|_| facts.page.is_some());
    let (previous_page, next_page) = pages_around(archive, page_id)?;
    let issue_id = page_id.and_then(page_of).filter(|_| facts.date.is_some());
    Ok(ArticlePage {
        column_href: article
            .column
            .as_deref()
            .map(|c| address("/search", &[("q", &format!("栏目:\"{c}\"")), ("sort", "newest")]))
            .unwrap_or_default(),
        byline: article
            .byline
            .iter()
            .map(|a| Author {
                href: address("/search", &[("q", &format!("记者:\"{}\"", a.name)), ("sort", "newest")]),
                name: a.name.clone(),
                role: a.role.clone(),
            })
            .collect(),
        people: stored
            .people
            .summary
            .iter()
            .filter(|p| p.kind != Kind::Reporter)
            .map(|p| PersonView {
                name: p.name.clone(),
                posts: p.posts.join("、"),
                href: known.href(&p.name),
            })
            .collect(),
        neighbours: neighbours(archive, page_id, &article.id)?,
        citation: cite(Style::Gbt7714, stored).trim_end().to_owned(),
        similar: alike(archive, stored)?,
        previous_page,
        next_page,
        permalink: article_url(&article.id),
        linked_data: in_page(&json_ld(stored)),
        json: article_url(&article.id).replacen("/articles/", "/api/v1/articles/", 1),
        back: if q.is_empty() { String::new() } else { address("/search", &[("q", q)]) },
        against: article_url(&article.id).replacen("/articles/", "/source/", 1),
        facsimile: FacsimileView::of(&article.id, &stored.source),
        issue_url: issue_id.map(page_url),
        page_url: page_id.map(page_url),
        genre: article.genre.key(),
        paper: facts.paper.clone(),
        date: facts.date.map(|d| d.to_string()),
        page: facts.page.clone(),
        section: facts.section.clone(),
        id: article.id.clone(),
        column: article.column.clone(),
        headline_text: article.headline.clone(),
        credit: article.credit.clone(),
        jump_to: article.jump_to.clone(),
        jump_from: article.jump_from.clone(),
        incomplete: article.incomplete,
        captions: article.captions.clone(),
        source: stored.source.clone(),
        corrections: article.corrections.clone(),
        errata: archive.errata(stored)?,
        shell,
        kicker,
        headline,
        deck,
        paragraphs,
        repairs,
        marks,
    })
}

/// The name of a kind of repair, as in JSON.
pub(super) fn key(kind: RepairKind) -> String {
    serde_json::to_value(kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The people of an article who have a page.
struct Known(Vec<String>);

impl Known {
    fn of(archive: &Store, stored: &StoredArticle) -> Result<Self, Problem> {
        let mut names = Vec::new();
        for person in &stored.people.summary {
            if archive.person(&person.name)?.is_some() {
                names.push(person.name.clone());
            }
        }
        Ok(Self(names))
    }

    fn href(&self, name: &str) -> Option<String> {
        self.0.iter().any(|n| n == name).then(|| person_url(name))
    }

    /// Links of the mentions within a stretch of the article's whole text.
    fn links(&self, stored: &StoredArticle, start: usize, end: usize) -> Vec<Link> {
        stored
            .people
            .mentions
            .iter()
            .filter(|m| start <= m.span.start && m.span.end <= end)
            .filter_map(|m| {
                Some(Link {
                    href: self.href(&m.name)?,
                    span: crate::diag::ByteSpan::new(m.span.start - start, m.span.end - start),
                    title: m.posts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join("、"),
                })
            })
            .collect()
    }
}

/// The articles of the same page.
fn neighbours(archive: &Store, page_id: Option<&str>, id: &str) -> Result<Vec<Neighbour>, Problem> {
    let Some(page_id) = page_id else { return Ok(Vec::new()) };
    // An imported id may look like a page with thousands of articles.
    if archive.count_under(page_id, NEIGHBOURS_MAX + 1)? > NEIGHBOURS_MAX {
        return Ok(Vec::new());
    }
    let articles = archive.articles_under(page_id)?;
    Ok(articles
        .into_iter()
        .map(|a| Neighbour {
            url: article_url(&a.article.id),
            here: a.article.id == id,
            headline: a.article.headline,
        })
        .collect())
}

/// The pages before and behind in the issue.
fn pages_around(
    archive: &Store,
    page_id: Option<&str>,
) -> Result<(Option<Labelled>, Option<Labelled>), Problem> {
    let Some(page_id) = page_id else { return Ok((None, None)) };
    let issues = archive.issues_listed()?;
    let found = issues.iter().find_map(|issue| {
        let at = issue.pages.iter().position(|page| page.id == page_id)?;
        let link = |at: usize| issue.pages.get(at).map(|page| (page.number.clone(), page_url(&page.id)));
        Some((at.checked_sub(1).and_then(link), link(at + 1)))
    });
    Ok(found.unwrap_or_default())
}

/// JSON that may stand within a page: no character of it can end the element around it.
fn in_page(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
