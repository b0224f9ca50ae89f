//! The archive as a whole: the issues of a year day by day, what is missing, the index's state.

use askama::Template;
use axum::extract::State as With;
use axum::response::Response;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::super::guard::Opened;
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::{Shell, address};
use crate::cluster::Store;
use crate::search::{IssueDay, IssueState, PaperCalendar, Stats, page_url};

#[derive(Template)]
#[template(path = "issues.html")]
struct Issues {
    shell: Shell,
    stats: Stats,
    megabytes: String,
    /// Year, address, number of articles, whether it is shown.
    years: Vec<(String, String, u64, bool)>,
    year: String,
    papers: Vec<Paper>,
    /// What was read and has no day.
    undated: Vec<Lacking>,
}

/// A paper in the year shown.
struct Paper {
    name: String,
    issues: usize,
    articles: u64,
    missing: usize,
    percent: u64,
    months: Vec<Month>,
    /// Issues of which something lacks.
    incomplete: Vec<Lacking>,
}

/// An issue of which something lacks.
struct Lacking {
    /// The day, else where it was read from.
    name: String,
    href: Option<String>,
    articles: u64,
    missing_pages: String,
    unmatched_jumps: u64,
    untitled: u64,
    problems: u64,
}

impl Lacking {
    fn of(state: &IssueState) -> Self {
        Self {
            name: state.date.clone().unwrap_or_else(|| state.source.clone()),
            href: state.id.as_deref().map(page_url),
            articles: state.articles,
            missing_pages: state.missing_pages.join("、"),
            unmatched_jumps: state.unmatched_jumps,
            untitled: state.untitled,
            problems: state.problems,
        }
    }
}

struct Month {
    number: u32,
    /// Empty places before the first.
    before: usize,
    days: Vec<Day>,
}

struct Day {
    number: i8,
    date: String,
    /// Where there is an issue.
    href: Option<String>,
    articles: u64,
    missing: bool,
}

pub(in crate::http) async fn issues(
    With(state): With<State>,
    Opened(archive): Opened,
    shell: Shell,
    asked: Parameters,
) -> Result<Response, Problem> {
    let asked = asked.one("year")?.map(str::to_owned);
    let known = state.clone();
    super::page(&state, move || {
        let stats = known.stats(&archive)?;
        let calendars = archive.calendars()?;
        // How whole each was read is known where it was read.
        let states = match &archive {
            Store::Folder(archive) => archive.issue_states()?,
            Store::Cluster(_) => Vec::new(),
        };
        let mut years: Vec<String> = calendars
            .iter()
            .flat_map(|c| &c.issues)
            .filter_map(|i| i.date.get(..4))
            .map(str::to_owned)
            .collect();
        years.sort_unstable();
        years.dedup();
        let year = match asked {
            Some(asked) if years.contains(&asked) => asked,
            Some(asked) => return Err(Problem::not_found(format!("no issue of the year {asked}"))),
            None => years.last().cloned().unwrap_or_default(),
        };
        let counted = |year: &str| -> u64 {
            calendars
                .iter()
                .flat_map(|c| &c.issues)
                .filter(|i| i.date.starts_with(year))
                .map(|i| i.articles)
                .sum()
        };
        Ok(Issues {
            years: years
                .iter()
                .rev()
                .map(|y| (y.clone(), address("/issues", &[("year", y)]), counted(y), *y == year))
                .collect(),
            papers: calendars.iter().filter_map(|calendar| paper(calendar, &states, &year)).collect(),
            undated: states.iter().filter(|state| state.date.is_none()).map(Lacking::of).collect(),
            megabytes: format!("{:.1}", stats.index_bytes as f64 / 1e6),
            stats,
            year,
            shell,
        })
    })
    .await
}

fn paper(calendar: &PaperCalendar, states: &[IssueState], year: &str) -> Option<Paper> {
    let issues: Vec<&IssueDay> = calendar.issues.iter().filter(|i| i.date.starts_with(year)).collect();
    let missing: Vec<&str> =
        calendar.missing.iter().filter(|day| day.starts_with(year)).map(String::as_str).collect();
    if issues.is_empty() && missing.is_empty() {
        return None;
    }
    let expected = issues.len() + missing.len();
    Some(Paper {
        name: calendar.paper.clone(),
        articles: issues.iter().map(|i| i.articles).sum(),
        percent: (issues.len() * 100 / expected.max(1)) as u64,
        months: (1..=12).filter_map(|month| self::month(&issues, &missing, year, month)).collect(),
        incomplete: states
            .iter()
            .filter(|state| !state.is_complete() && issues.iter().any(|i| state.id.as_deref() == Some(&i.id)))
            .map(Lacking::of)
            .collect(),
        issues: issues.len(),
        missing: missing.len(),
    })
}

/// A month with an issue or a missing one.
fn month(issues: &[&IssueDay], missing: &[&str], year: &str, month: i8) -> Option<Month> {
    let first = Date::new(year.parse().ok()?, month, 1).ok()?;
    let start = format!("{year}-{month:02}-");
    if !issues.iter().map(|i| i.date.as_str()).chain(missing.iter().copied()).any(|d| d.starts_with(&start)) {
        return None;
    }
    let days = first
        .series(1.day())
        .take_while(|day| day.month() == month)
        .map(|day| {
            let date = day.to_string();
            let issue = issues.iter().find(|i| i.date == date);
            Day {
                number: day.day(),
                href: issue.map(|i| page_url(&i.id)),
                articles: issue.map_or(0, |i| i.articles),
                missing: missing.contains(&date.as_str()),
                date,
            }
        })
        .collect();
    let before = usize::try_from(first.weekday().to_monday_zero_offset()).unwrap_or_default();
    Some(Month { number: u32::try_from(month).unwrap_or_default(), before, days })
}
