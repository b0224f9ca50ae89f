//! Lists the issues of an archive with their pages, and finds the page an article stands on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet as _, TERMINATED};

use super::Archive;
use crate::index::{Error, StoredArticle};

/// One issue (一期) and its pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct IssueHead {
    /// The beginning of its articles' ids: `澜湾日报/2031-03-18`.
    pub id: String,
    /// The newspaper's part of the id.
    pub paper: String,
    /// The day.
    pub date: String,
    /// Its pages in printed order.
    pub pages: Vec<PageHead>,
}

/// One newspaper page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PageHead {
    /// The beginning of its articles' ids: `澜湾日报/2031-03-18/1`.
    pub id: String,
    /// Printed page number.
    pub number: String,
    /// Number of articles.
    pub articles: u64,
}

impl IssueHead {
    /// Number of articles on all pages.
    #[must_use]
    pub fn articles(&self) -> u64 {
        self.pages.iter().map(|p| p.articles).sum()
    }
}

/// The id of the page on which an article stands; `None` for an id that names no page.
///
/// ```
/// use baoku::search::page_of;
/// assert_eq!(page_of("澜湾日报/2031-03-18/1/3f9a27"), Some("澜湾日报/2031-03-18/1"));
/// assert_eq!(page_of("3f9a27"), None);
/// ```
#[must_use]
pub fn page_of(article_id: &str) -> Option<&str> {
    article_id.rsplit_once('/').map(|(page, _)| page)
}

/// Where a page or issue is served.
#[must_use]
pub fn page_url(id: &str) -> String {
    super::answer::article_url(id).replacen("/articles/", "/pages/", 1)
}

/// `paper/date/page/…` taken apart; ids of another form name no issue, nor does a source's path
/// (`…/2031-03-18/02.md/…`), which stands where the paper or day is not known.
pub(crate) fn parts(article_id: &str) -> Option<(&str, &str, &str)> {
    let (page_id, _) = article_id.rsplit_once('/')?;
    let (issue_id, page) = page_id.rsplit_once('/')?;
    let (paper, date) = issue_id.rsplit_once('/')?;
    let is_date = date.len() == 10
        && date
            .bytes()
            .enumerate()
            .all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    (is_date && !page.contains('.') && !paper.starts_with("person:") && !paper.starts_with("page:"))
        .then_some((paper, date, page))
}

/// Printed order: 2 before 10, A1 before B1.
pub(super) fn page_order(number: &str) -> (String, u32, String) {
    let letters: String = number.chars().take_while(|c| !c.is_ascii_digit()).collect();
    let digits = number.trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
    (letters, digits.parse().unwrap_or(u32::MAX), number.to_owned())
}

/// Printed page, id of the page, lines on it, id of the article.
pub(crate) type Place<'a> = ((String, u32, String), &'a str, Option<(usize, usize)>, &'a str);

/// What decides the order of articles within an issue: the printed page, the page's id, where they
/// stand on it. The source's path does not: an issue read from one file of ready articles comes in
/// the same order as one read from a file a page.
pub(crate) fn place(stored: &StoredArticle) -> Place<'_> {
    let article = &stored.article;
    let page = page_order(stored.facts.page.as_deref().unwrap_or_default());
    (page, page_of(&article.id).unwrap_or_default(), article.lines.first().copied(), &article.id)
}

/// The issues of pages that are counted by day, paper and number; oldest first.
pub(crate) fn issue_heads(counts: BTreeMap<(String, String, String), u64>) -> Vec<IssueHead> {
    let mut issues: Vec<IssueHead> = Vec::new();
    for ((date, paper, number), articles) in counts {
        let id = format!("{paper}/{date}");
        let page = PageHead { id: format!("{id}/{number}"), number, articles };
        match issues.last_mut() {
            Some(issue) if issue.id == id => issue.pages.push(page),
            _ => issues.push(IssueHead { id, paper, date, pages: vec![page] }),
        }
    }
    for issue in &mut issues {
        issue.pages.sort_by_cached_key(|p| page_order(&p.number));
    }
    issues
}

impl Archive {
    /// The issues of the archive, oldest first; articles without paper, day or page are in none.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn issues(&self) -> Result<&[IssueHead], Error> {
        if let Some(issues) = self.issues.get() {
            return Ok(issues);
        }
        let issues = self.read_issues().map_err(|e| self.error(e))?;
        // Two that list them at once list the same.
        Ok(self.issues.get_or_init(|| issues))
    }

    fn read_issues(&self) -> tantivy::Result<Vec<IssueHead>> {
        let mut counts: BTreeMap<(String, String, String), u64> = BTreeMap::new();
        for reader in self.searcher.segment_readers() {
            let index = reader.inverted_index(self.open.fields.id)?;
            let mut stream = index.terms().stream()?;
            while stream.advance() {
                let Some((paper, date, page)) = std::str::from_utf8(stream.key()).ok().and_then(parts) else {
                    continue;
                };
                let mut postings =
                    index.read_postings_from_terminfo(stream.value(), IndexRecordOption::Basic)?;
                let mut living = 0;
                while postings.doc() != TERMINATED {
                    living += u64::from(!reader.is_deleted(postings.doc()));
                    postings.advance();
                }
                if living > 0 {
                    *counts.entry((date.to_owned(), paper.to_owned(), page.to_owned())).or_default() +=
                        living;
                }
            }
        }
        self.sound()?;
        Ok(issue_heads(counts))
    }

    /// The ids of all articles, sorted.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn article_ids(&self) -> Result<Vec<String>, Error> {
        let read = || -> tantivy::Result<Vec<String>> {
            let mut found = Vec::new();
            for reader in self.searcher.segment_readers() {
                let index = reader.inverted_index(self.open.fields.id)?;
                let mut stream = index.terms().stream()?;
                while stream.advance() {
                    let Ok(id) = std::str::from_utf8(stream.key()) else { continue };
                    if id.starts_with("person:") || id.starts_with("page:") {
                        continue;
                    }
                    let mut postings =
                        index.read_postings_from_terminfo(stream.value(), IndexRecordOption::Basic)?;
                    while postings.doc() != TERMINATED && reader.is_deleted(postings.doc()) {
                        postings.advance();
                    }
                    if postings.doc() != TERMINATED {
                        found.push(id.to_owned());
                    }
                }
            }
            found.sort_unstable();
            self.sound()?;
            Ok(found)
        };
        read().map_err(|e| self.error(e))
    }

    /// Number of ids that begin with a page's or issue's id, counted up to `limit`.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn count_under(&self, prefix: &str, limit: usize) -> Result<usize, Error> {
        let prefix = prefix.trim_end_matches('/');
        let (lower, upper) = (format!("{prefix}/"), format!("{prefix}0")); // '0' follows '/'.
        let count = || -> tantivy::Result<usize> {
            let mut found = 0;
            for reader in self.searcher.segment_readers() {
                let index = reader.inverted_index(self.open.fields.id)?;
                let mut stream =
                    index.terms().range().ge(lower.as_bytes()).lt(upper.as_bytes()).into_stream()?;
                while found < limit && stream.advance() {
                    found += 1;
                }
            }
            self.sound()?;
            Ok(found)
        };
        count().map_err(|e| self.error(e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_apart_only_where_it_names_paper_day_and_page() {
        assert_eq!(parts("澜湾日报/2031-03-18/1/3f9a27"), Some(("澜湾日报", "2031-03-18", "1")));
        assert_eq!(parts("a/b/2031-03-18/A2/x"), Some(("a/b", "2031-03-18", "A2")));
        assert_eq!(parts("扫描/A2.md/x"), None);
        assert_eq!(parts("fixtures/2031-03-18/02.md/x"), None);
        assert_eq!(parts("person:甲"), None);
        assert_eq!(parts("page:a/2031-03-18/1/2031-03-18/1/x"), None);
    }

    #[test]
    fn pages_come_in_printed_order() {
        let mut pages = ["10", "2", "B1", "A2", "A10", "1"];
        pages.sort_by_cached_key(|p| page_order(p));
        assert_eq!(pages, ["1", "2", "10", "A2", "A10", "B1"]);
    }
}
