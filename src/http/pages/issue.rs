//! A newspaper page, or a whole issue, as a list of what it printed.

use askama::Template;
use axum::extract::State as With;
use axum::response::Response;

use super::super::api::{Id, articles::check_page};
use super::super::guard::Opened;
use super::super::problem::Problem;
use super::super::state::State;
use super::article::FacsimileView;
use super::{Labelled, Shell};
use crate::cluster::Store;
use crate::index::{StoredArticle, StoredPage};
use crate::paper::IssueFacts;
use crate::search::{IssueHead, article_url, page_of, page_url};

/// Characters shown of an article's beginning.
const OPENING_CHARS_MAX: usize = 90;

#[derive(Template)]
#[template(path = "issue.html")]
struct IssuePage {
    shell: Shell,
    title: String,
    paper: Option<String>,
    date: Option<String>,
    /// The pages of the issue: number, address, whether it is this one.
    tabs: Vec<(String, String, bool)>,
    issue_url: Option<String>,
    whole: bool,
    previous: Option<Labelled>,
    next: Option<Labelled>,
    pages: Vec<PageView>,
}

struct PageView {
    /// The page as it was printed.
    facsimile: Option<FacsimileView>,
    number: Option<String>,
    section: Option<String>,
    url: String,
    stories: Vec<Story>,
    /// What stands there and is no story.
    furniture: Vec<String>,
}

struct Story {
    url: String,
    column: Option<String>,
    kicker: Option<String>,
    headline: Option<String>,
    deck: Option<String>,
    byline: String,
    genre: &'static str,
    opening: String,
}

pub(in crate::http) async fn issue(
    With(state): With<State>,
    Opened(archive): Opened,
    shell: Shell,
    Id(id): Id,
) -> Result<Response, Problem> {
    super::page(&state, move || view(&archive, shell, id.trim_end_matches('/'))).await
}

fn view(archive: &Store, shell: Shell, id: &str) -> Result<IssuePage, Problem> {
    check_page(archive, id)?;
    let articles = archive.articles_under(id)?;
    let issues = archive.issues_listed()?;
    let at = issues.iter().position(|i| i.id == id || i.pages.iter().any(|p| p.id == id));
    let issue = at.map(|at| &issues[at]);
    let whole = issue.is_some_and(|i| i.id == id);
    let tabs = issue
        .map(|i| i.pages.iter().map(|p| (p.number.clone(), page_url(&p.id), p.id == id)).collect())
        .unwrap_or_default();
    let (previous, next) = neighbours(issues, at, id, whole);
    let first = articles.first();
    Ok(IssuePage {
        shell,
        title: id.to_owned(),
        paper: first.and_then(|a| a.facts.paper.clone()),
        date: first.and_then(|a| a.facts.date).map(|d| d.to_string()),
        tabs,
        issue_url: issue.map(|i| page_url(&i.id)),
        whole,
        previous,
        next,
        pages: pages(articles, archive.furniture_under(id)?, issue),
    })
}

/// What stands before and behind: pages within an issue, else issues of the same paper.
fn neighbours(
    issues: &[IssueHead],
    at: Option<usize>,
    id: &str,
    whole: bool,
) -> (Option<Labelled>, Option<Labelled>) {
    let Some(at) = at else { return (None, None) };
    let issue = &issues[at];
    if !whole {
        let Some(page) = issue.pages.iter().position(|p| p.id == id) else { return (None, None) };
        let link = |i: usize| issue.pages.get(i).map(|p| (p.number.clone(), page_url(&p.id)));
        return (page.checked_sub(1).and_then(link), link(page + 1));
    }
    let same = |i: &&IssueHead| i.paper == issue.paper;
    let link = |i: &IssueHead| (i.date.clone(), page_url(&i.id));
    (issues[..at].iter().rev().find(same).map(link), issues[at + 1..].iter().find(same).map(link))
}

/// The articles by page, pages in printed order.
fn pages(
    articles: Vec<StoredArticle>,
    furniture: Vec<StoredPage>,
    issue: Option<&IssueHead>,
) -> Vec<PageView> {
    let mut pages: Vec<(usize, PageView)> = Vec::new();
    let place_of = |page_id: &str, facts: &IssueFacts, source: &str, pages: &mut Vec<(usize, PageView)>| {
        let url = page_url(page_id);
        let place = issue.and_then(|i| i.pages.iter().position(|p| p.id == page_id)).unwrap_or(usize::MAX);
        pages.iter().position(|(_, p)| p.url == url).unwrap_or_else(|| {
            let view = PageView {
                facsimile: FacsimileView::of(page_id, source),
                number: facts.page.clone(),
                section: facts.section.clone(),
                url,
                stories: Vec::new(),
                furniture: Vec::new(),
            };
            pages.push((place, view));
            pages.len() - 1
        })
    };
    for stored in articles {
        let page_id = page_of(&stored.article.id).unwrap_or_default().to_owned();
        let at = place_of(&page_id, &stored.facts, &stored.source, &mut pages);
        pages[at].1.stories.push(story(stored));
    }
    for page in furniture {
        let at = place_of(&page.id, &page.facts, &page.source, &mut pages);
        pages[at].1.furniture.extend(page.furniture.into_iter().map(|f| f.text));
    }
    pages.sort_by_key(|(place, _)| *place);
    pages.into_iter().map(|(_, page)| page).collect()
}

fn story(stored: StoredArticle) -> Story {
    let article = stored.article;
    let body = article.paragraphs.first().map(String::as_str).unwrap_or_default();
    let mut opening: String = body.chars().take(OPENING_CHARS_MAX).collect();
    if opening.len() < body.len() {
        opening.push('…');
    }
    Story {
        url: article_url(&article.id),
        byline: article.byline.iter().map(|a| a.name.as_str()).collect::<Vec<_>>().join("、"),
        genre: article.genre.key(),
        column: article.column,
        kicker: article.kicker,
        headline: article.headline,
        deck: article.deck,
        opening,
    }
}
