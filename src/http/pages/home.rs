//! The first page: the box, what the archive holds, the latest issue.

use askama::Template;
use axum::extract::State as With;
use axum::response::Response;

use super::super::guard::Opened;
use super::super::problem::Problem;
use super::super::state::State;
use super::Shell;
use crate::cluster::Store;
use crate::search::{IssueHead, Stats, article_url, page_url};

/// Headlines listed of each page.
const HEADLINES_MAX: usize = 12;
/// Issues listed day by day, the latest; earlier years lead to their calendar.
const DAYS_MAX: usize = 120;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    shell: Shell,
    stats: Stats,
    latest: Option<Latest>,
    years: Vec<Year>,
}

struct Latest {
    paper: String,
    date: String,
    url: String,
    pages: Vec<Front>,
}

/// A page with its headlines.
struct Front {
    number: String,
    url: String,
    /// Headline, where it is, and how many stories have it: notices come in rows.
    headlines: Vec<(String, String, usize)>,
    more: usize,
}

struct Year {
    year: String,
    articles: u64,
    url: String,
    /// Where its issues are shown as a calendar.
    calendar: String,
    count: usize,
    /// The days, where they are listed here.
    issues: Vec<Issue>,
}

struct Issue {
    day: String,
    url: String,
    articles: u64,
}

pub(in crate::http) async fn home(
    With(state): With<State>,
    Opened(archive): Opened,
    shell: Shell,
) -> Result<Response, Problem> {
    let known = state.clone();
    super::page(&state, move || {
        // Too many to be listed, they are found by their days.
        let issues = archive.issues_listed()?;
        Ok(Home {
            stats: known.stats(&archive)?,
            latest: issues.last().map(|issue| latest(&archive, issue)).transpose()?,
            years: years(issues),
            shell,
        })
    })
    .await
}

fn latest(archive: &Store, issue: &IssueHead) -> Result<Latest, Problem> {
    let mut pages = Vec::new();
    for page in &issue.pages {
        let articles = archive.articles_under(&page.id)?;
        let mut headlines: Vec<(String, String, usize)> = Vec::new();
        for article in articles {
            let Some(headline) = article.article.headline else { continue };
            match headlines.iter_mut().find(|(known, _, _)| *known == headline) {
                Some((_, url, times)) => {
                    *times += 1;
                    *url = page_url(&page.id);
                }
                None => headlines.push((headline, article_url(&article.article.id), 1)),
            }
        }
        pages.push(Front {
            number: page.number.clone(),
            url: page_url(&page.id),
            more: headlines.len().saturating_sub(HEADLINES_MAX),
            headlines: headlines.into_iter().take(HEADLINES_MAX).collect(),
        });
    }
    Ok(Latest { paper: issue.paper.clone(), date: issue.date.clone(), url: page_url(&issue.id), pages })
}

/// The issues by year, latest first.
fn years(issues: &[IssueHead]) -> Vec<Year> {
    let mut years: Vec<Year> = Vec::new();
    for issue in issues.iter().rev() {
        let year = issue.date.get(..4).unwrap_or_default();
        if years.last().is_none_or(|y| y.year != year) {
            let question = format!("日期:{year}");
            years.push(Year {
                year: year.to_owned(),
                articles: 0,
                url: super::address("/search", &[("q", &question), ("sort", "newest")]),
                calendar: super::address("/issues", &[("year", year)]),
                count: 0,
                issues: Vec::new(),
            });
        }
        if let Some(last) = years.last_mut() {
            last.articles += issue.articles();
            last.count += 1;
            last.issues.push(Issue {
                day: issue.date.get(5..).unwrap_or_default().to_owned(),
                url: page_url(&issue.id),
                articles: issue.articles(),
            });
        }
    }
    let mut listed = 0;
    for year in &mut years {
        listed += year.count;
        if listed > DAYS_MAX {
            year.issues.clear();
        }
    }
    years
}
