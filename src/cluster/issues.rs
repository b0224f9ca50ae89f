//! The issues of an archive in a cluster, and what can be suggested to who is typing.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::clause::{all_of, any_of, begins, kind};
use super::documents::{POST_KIND, PostRecord};
use super::open::Cluster;
use crate::index::Error;
use crate::index::schema::DocumentKind;
use crate::search::{Entry, IssueHead, Request, Suggestion, Typed, issue_heads, marked_runs, parts};

/// Pages read in one answer.
const PAGES_PAGE: usize = 5_000;
/// Most pages of papers that are listed; some hundred years of a daily of eight pages.
const PAGES_MAX: usize = 300_000;

impl Cluster {
    /// The issues of the archive, oldest first.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer, and where there are too many to be listed.
    pub fn issues(&self) -> Result<&[IssueHead], Error> {
        if let Some(issues) = self.issues.get() {
            return Ok(issues);
        }
        let mut counts: BTreeMap<(String, String, String), u64> = BTreeMap::new();
        let query = kind(DocumentKind::Article.key());
        let mut after: Option<Value> = None;
        loop {
            let mut pages = json!({
                "size": PAGES_PAGE, "sources": [{"place": {"terms": {"field": "place"}}}],
            });
            if let Some(after) = after.take() {
                pages["after"] = after;
            }
            let answer =
                self.ask(&json!({"size": 0, "query": query, "aggs": {"pages": {"composite": pages}}}))?;
            let buckets = answer.pointer("/aggregations/pages/buckets").and_then(Value::as_array);
            let buckets = buckets.map(Vec::as_slice).unwrap_or_default();
            for bucket in buckets {
                // As the id of an article there.
                let id =
                    format!("{}/", bucket.pointer("/key/place").and_then(Value::as_str).unwrap_or_default());
                if let Some((paper, date, page)) = parts(&id) {
                    let articles = bucket["doc_count"].as_u64().unwrap_or(0);
                    counts.insert((date.to_owned(), paper.to_owned(), page.to_owned()), articles);
                }
            }
            if counts.len() > PAGES_MAX {
                return Err(self.only_here(&format!("a list of the issues with more than {PAGES_MAX} pages")));
            }
            after = buckets.last().map(|bucket| bucket["key"].clone());
            if buckets.len() < PAGES_PAGE {
                break;
            }
        }
        let issues = issue_heads(counts);
        Ok(self.issues.get_or_init(|| issues))
    }

    /// Number of articles whose ids begin with a page's or issue's id, counted up to `limit`.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn count_under(&self, prefix: &str, limit: usize) -> Result<usize, Error> {
        let under = begins("id", &format!("{}/", prefix.trim_end_matches('/')));
        let found = self.count_of(&all_of(vec![under, kind(DocumentKind::Article.key())], Vec::new()))?;
        Ok(usize::try_from(found).unwrap_or(usize::MAX).min(limit))
    }

    /// Folded runs of a question to mark in a text.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn runs(&self, request: &Request) -> Result<Vec<String>, Error> {
        let planner = super::plan::Planner::new(self, request)?;
        Ok(marked_runs(&request.question.query, |run| planner.words(run)))
    }

    /// Ways to go on with a question that is being typed.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>, Error> {
        let Some(typed) = Typed::read(typed) else { return Ok(Vec::new()) };
        let (order, source) =
            (json!([{"weight": "desc"}, {"label": "asc"}, {"id": "asc"}]), json!(["record"]));
        let mut found = Vec::new();
        for one in [DocumentKind::Person.key(), POST_KIND] {
            let query = all_of(vec![kind(one), any_of(vec![begins("typed", &typed.prefix)])], Vec::new());
            self.each_hit::<Error>(&query, &order, &source, (0, limit - found.len()), |hit| {
                let entry = if one == POST_KIND {
                    let PostRecord { post, articles } = self.record(hit)?;
                    Entry::post(post, articles)
                } else {
                    Entry::person(self.record(hit)?).1
                };
                found.push(typed.completed(&entry));
                Ok(())
            })?;
        }
        if found.is_empty() {
            return Ok(typed.meant(self.persons_meant(&typed.prefix)?, limit));
        }
        Ok(found)
    }
}
