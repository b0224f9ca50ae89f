//! Hands out every article that answers, one after the other, for lists of any length.

use std::collections::BTreeSet;

use super::Archive;
use super::answer::{Hit, Request, hit};
use super::collect::{Ranked, Sort};
use super::issues::place;
use crate::index::{Error, StoredArticle, tie};

/// Articles of one day that are put into the order of the paper; more than that is no issue.
const DAY_ARTICLES_MAX: usize = 2000;

impl Archive {
    /// Hands out the articles with everything asked, in the order asked for, `offset` and `limit`
    /// observed (a limit of 0 means all); gives their number.
    ///
    /// Sorted by day, articles of one day come as they stand in the paper. Only one day's articles
    /// are held at a time.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read, and whatever `take` gives, which ends it.
    pub fn each<E: From<Error>>(
        &self,
        request: &Request,
        mut take: impl FnMut(StoredArticle) -> Result<(), E>,
    ) -> Result<u64, E> {
        let by_day = request.sort != Sort::Relevance;
        let window = if request.limit == 0 { usize::MAX } else { request.limit };
        // A day is put in order as a whole, whatever window of it is wanted.
        let keep = if by_day { usize::MAX } else { request.offset.saturating_add(window) };
        let plan = self.plan(request).map_err(|e| self.error(e))?;
        let found = self.collect(&plan, &*plan.full, keep, request, false).map_err(|e| self.error(e))?;
        let mut given: usize = 0;
        let mut at: usize = 0;
        let same_day = |a: &Ranked, b: &Ranked| by_day && a.key == b.key;
        for day in found.best.chunk_by(same_day) {
            let first = request.offset.saturating_sub(at).min(day.len());
            at += day.len();
            if first == day.len() {
                continue;
            }
            if given >= window {
                break;
            }
            let wanted = window - given;
            if day.len() == 1 || day.len() > DAY_ARTICLES_MAX {
                for ranked in day.iter().skip(first).take(wanted) {
                    take(self.record(ranked.address).map_err(|e| self.error(e))?)?;
                    given += 1;
                }
                continue;
            }
            let mut articles = Vec::with_capacity(day.len());
            for ranked in day {
                articles.push(self.record::<StoredArticle>(ranked.address).map_err(|e| self.error(e))?);
            }
            articles.sort_by(|a, b| place(a).cmp(&place(b)));
            for stored in articles.into_iter().skip(first).take(wanted) {
                take(stored)?;
                given += 1;
            }
        }
        Ok(given as u64)
    }

    /// The hits with everything asked whose ids are not among those seen before, newest first, and
    /// the ids of all, each as the number [`id_key`].
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn unseen(&self, request: &Request, seen: &BTreeSet<u64>) -> Result<(Vec<Hit>, Vec<u64>), Error> {
        let request = Request { sort: Sort::Newest, limit: 0, offset: 0, all_words: true, ..request.clone() };
        let plan = self.plan(&request).map_err(|e| self.error(e))?;
        let found =
            self.collect(&plan, &*plan.full, usize::MAX, &request, false).map_err(|e| self.error(e))?;
        let all = found.best.iter().map(|ranked| ranked.tie).collect();
        let fresh = found.best.iter().filter(|ranked| !seen.contains(&ranked.tie));
        let hits = fresh
            .map(|ranked| {
                let stored: StoredArticle = self.record(ranked.address)?;
                Ok(hit(&stored, false, &plan, request.snippets))
            })
            .collect::<tantivy::Result<_>>()
            .map_err(|e| self.error(e))?;
        Ok((hits, all))
    }
}

impl Archive {
    /// The ids of all articles with everything asked, each as the number [`id_key`].
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn id_keys(&self, request: &Request) -> Result<Vec<u64>, Error> {
        let request = Request { sort: Sort::Newest, all_words: true, ..request.clone() };
        let plan = self.plan(&request).map_err(|e| self.error(e))?;
        let found =
            self.collect(&plan, &*plan.full, usize::MAX, &request, false).map_err(|e| self.error(e))?;
        Ok(found.best.iter().map(|ranked| ranked.tie).collect())
    }
}

/// An article's id as a number that is the same in every build.
#[must_use]
pub fn id_key(id: &str) -> u64 {
    tie(id)
}
