//! What of a paper is there: its issues day by day, the days that seem to be missing, and the
//! pages that are missing within an issue.
//!
//! When a paper ought to have appeared is not written anywhere, so it is taken from the paper: a
//! day counts as missing where the same weekdays around it mostly have an issue. That follows a
//! paper that turns from a weekly into a daily, or pauses in summer, and stays an estimate.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Archive, IssueHead};
use crate::index::Error;

/// Weeks looked at before and behind a day.
const WEEKS_AROUND: i64 = 4;
/// Of the same weekdays around a day at least so many must lie within the paper's time.
const AROUND_MIN: usize = 2;

/// The issues of one paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PaperCalendar {
    /// The newspaper's part of the ids.
    pub paper: String,
    /// The first issue's day.
    pub first: String,
    /// The last issue's day.
    pub last: String,
    /// Number of articles.
    pub articles: u64,
    /// The issues, oldest first.
    pub issues: Vec<IssueDay>,
    /// Days on which an issue is to be expected and none is there.
    pub missing: Vec<String>,
}

/// One issue in its calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct IssueDay {
    /// The beginning of its articles' ids.
    pub id: String,
    /// The day.
    pub date: String,
    /// Number of pages.
    pub pages: u64,
    /// Number of articles.
    pub articles: u64,
    /// Page numbers between the first and the last of a section that are not there.
    pub missing_pages: Vec<String>,
}

impl PaperCalendar {
    /// How much of what is to be expected is there, in per cent rounded down.
    #[must_use]
    pub fn complete_percent(&self) -> u64 {
        let (there, missing) = (self.issues.len() as u64, self.missing.len() as u64);
        (there * 100).checked_div(there + missing).unwrap_or(100)
    }
}

impl Archive {
    /// The issues of each paper by day, with what seems to be missing; papers by name.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn calendars(&self) -> Result<Vec<PaperCalendar>, Error> {
        Ok(calendars_of(self.issues()?))
    }
}

/// The calendars of these issues; papers by name.
pub(crate) fn calendars_of(issues: &[IssueHead]) -> Vec<PaperCalendar> {
    let mut papers: BTreeMap<&str, Vec<&IssueHead>> = BTreeMap::new();
    for issue in issues {
        papers.entry(&issue.paper).or_default().push(issue);
    }
    papers.into_iter().map(|(paper, issues)| calendar(paper, &issues)).collect()
}

fn calendar(paper: &str, issues: &[&IssueHead]) -> PaperCalendar {
    let days: Vec<Date> = issues.iter().filter_map(|i| i.date.parse().ok()).collect();
    let end = |issue: Option<&&IssueHead>| issue.map(|i| i.date.clone()).unwrap_or_default();
    PaperCalendar {
        paper: paper.to_owned(),
        first: end(issues.first()),
        last: end(issues.last()),
        articles: issues.iter().map(|i| i.articles()).sum(),
        missing: missing(&days).iter().map(Date::to_string).collect(),
        issues: issues
            .iter()
            .map(|issue| IssueDay {
                id: issue.id.clone(),
                date: issue.date.clone(),
                pages: issue.pages.len() as u64,
                articles: issue.articles(),
                missing_pages: missing_pages(issue.pages.iter().map(|p| p.number.as_str())),
            })
            .collect(),
    }
}

/// The days without an issue whose weekday mostly has one in the weeks around. Sorted, as given.
fn missing(days: &[Date]) -> Vec<Date> {
    let (Some(&first), Some(&last)) = (days.first(), days.last()) else { return Vec::new() };
    let there = |day: &Date| days.binary_search(day).is_ok();
    let expected = |day: Date| {
        let around: Vec<bool> = (-WEEKS_AROUND..=WEEKS_AROUND)
            .filter(|weeks| *weeks != 0)
            .filter_map(|weeks| day.checked_add((weeks * 7).days()).ok())
            .filter(|day| (first..=last).contains(day))
            .map(|day| there(&day))
            .collect();
        let printed = around.iter().filter(|there| **there).count();
        around.len() >= AROUND_MIN && printed * 2 > around.len()
    };
    // An index may hold a day misread by centuries; nobody waits for what lies between.
    let span_max = 366 * 200;
    first
        .series(1.day())
        .take(span_max)
        .take_while(|day| *day < last)
        .filter(|day| !there(day) && expected(*day))
        .collect()
}

/// The numbers that lack between the first page of a section and its last: 3 of `1 2 4`.
pub(super) fn missing_pages<'a>(numbers: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut sections: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for number in numbers {
        let digits = number.trim_start_matches(|c: char| !c.is_ascii_digit());
        let section = &number[..number.len() - digits.len()];
        // A page of 1,000 is no page number.
        if let Some(number) = digits.parse().ok().filter(|n| *n < 1000) {
            sections.entry(section).or_default().push(number);
        }
    }
    sections
        .into_iter()
        .flat_map(|(section, numbers)| {
            let last = numbers.iter().max().copied().unwrap_or(0);
            (1..last).filter(move |n| !numbers.contains(n)).map(move |n| format!("{section}{n}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: &[&str]) -> Vec<Date> {
        days.iter().map(|d| d.parse().unwrap()).collect()
    }

    #[test]
    fn a_day_is_missing_where_its_weekday_is_usually_there() {
        let first: Date = "2031-03-03".parse().unwrap(); // a Monday
        let daily: Vec<Date> =
            first.series(1.day()).take(60).filter(|d| d.weekday().to_monday_zero_offset() < 5).collect();
        assert_eq!(missing(&daily), []);
        let gap: Date = "2031-03-26".parse().unwrap();
        let with_gap: Vec<Date> = daily.iter().copied().filter(|d| *d != gap).collect();
        assert_eq!(missing(&with_gap), [gap], "and no weekend");
    }

    #[test]
    fn single_issues_years_apart_lack_nothing() {
        assert_eq!(missing(&days(&["2031-03-18", "2032-05-20", "2033-10-19"])), []);
        assert_eq!(missing(&[]), []);
    }

    #[test]
    fn a_number_left_out_is_a_missing_page() {
        assert_eq!(missing_pages(["1", "2", "4", "B2"].into_iter()), ["3", "B1"]);
        assert!(missing_pages(["A1", "A2", "特刊"].into_iter()).is_empty());
    }
}
