//! Compares what quoted runs find with a reading of all texts.

use std::sync::atomic::{AtomicU64, Ordering};

use aho_corasick::AhoCorasick;
use serde::Serialize;

use crate::index::Error;
use crate::query::{Query, Term};
use crate::search::{Archive, ArticlePlace, Request, id_key};
use crate::text::fold::fold;

/// Runs that are told one by one; the others are counted.
const TOLD_MAX: usize = 20;
/// Articles read between two looks at what the others have left.
const STRETCH: usize = 256;

/// Whether quoted runs find what stands in the texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Exactness {
    /// Runs drawn.
    pub drawn: usize,
    /// Runs for which the index gives exactly the articles that reading gives.
    pub equal: usize,
    /// Articles read.
    pub articles_read: u64,
    /// Those that differ, the first twenty.
    pub unequal: Vec<Unequal>,
}

/// A run for which index and texts differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unequal {
    /// The run.
    pub run: String,
    /// Articles the index gives.
    pub found: u64,
    /// Articles in which reading finds it.
    pub read: u64,
}

/// A set of articles, without holding it: two sets of the same number and the same sum of hashed
/// ids are the same but for one chance in 2^64.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Digest {
    articles: u64,
    sum: u64,
}

impl Digest {
    const fn add(&mut self, key: u64) {
        self.articles += 1;
        self.sum = self.sum.wrapping_add(key);
    }

    const fn merge(&mut self, other: Self) {
        self.articles += other.articles;
        self.sum = self.sum.wrapping_add(other.sum);
    }
}

/// Compares the literals among these requests, reading every article once, on all cores.
pub(super) fn compare(
    archive: &Archive,
    places: &[ArticlePlace],
    requests: &[Request],
    tell: &(dyn Fn(&'static str, u64, u64) + Sync),
) -> Result<Exactness, Error> {
    let literals: Vec<(&Request, String)> = requests
        .iter()
        .filter_map(|request| match &request.question.query {
            Query::Term(Term::Literal(run)) => Some((request, fold(run))),
            _ => None,
        })
        .collect();
    let runs: Vec<&str> = literals.iter().map(|(_, run)| run.as_str()).collect();
    let read = match AhoCorasick::new(&runs) {
        Ok(patterns) => read_all(archive, places, &patterns, tell)?,
        // More runs than the table of patterns holds: nothing was compared, and the figures say so.
        Err(_) => return Ok(Exactness::default()),
    };
    let mut out = Exactness {
        drawn: literals.len(),
        equal: 0,
        articles_read: places.len() as u64,
        unequal: Vec::new(),
    };
    for ((request, run), read) in literals.iter().zip(read) {
        let mut found = Digest::default();
        for key in archive.id_keys(request)? {
            found.add(key);
        }
        if found == read {
            out.equal += 1;
        } else if out.unequal.len() < TOLD_MAX {
            out.unequal.push(Unequal { run: run.clone(), found: found.articles, read: read.articles });
        }
    }
    Ok(out)
}

/// Reads all articles and gives for each folded run those in which it stands.
fn read_all(
    archive: &Archive,
    places: &[ArticlePlace],
    patterns: &AhoCorasick,
    tell: &(dyn Fn(&'static str, u64, u64) + Sync),
) -> Result<Vec<Digest>, Error> {
    let done = AtomicU64::new(0);
    let stretches: Vec<&[ArticlePlace]> = places.chunks(STRETCH).collect();
    let next = AtomicU64::new(0);
    let worker = || -> Result<Vec<Digest>, Error> {
        let mut found = vec![Digest::default(); patterns.patterns_len()];
        // The article in which a run was met last, so that it counts once.
        let mut met = vec![usize::MAX; patterns.patterns_len()];
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(stretch) = usize::try_from(at).ok().and_then(|at| stretches.get(at)) else {
                return Ok(found);
            };
            for (nth, place) in stretch.iter().enumerate() {
                let stored = archive.article_at(*place)?;
                let key = id_key(&stored.article.id);
                let article = usize::try_from(at).unwrap_or(0) * STRETCH + nth;
                for (_, text) in stored.runs() {
                    for hit in patterns.find_overlapping_iter(&fold(&text)) {
                        let run = hit.pattern().as_usize();
                        if met[run] != article {
                            met[run] = article;
                            found[run].add(key);
                        }
                    }
                }
            }
            let articles = done.fetch_add(stretch.len() as u64, Ordering::Relaxed) + stretch.len() as u64;
            tell("reading", articles, places.len() as u64);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let parts: Vec<_> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        started.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let mut all = vec![Digest::default(); patterns.patterns_len()];
    for part in parts {
        let part = part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        for (all, part) in all.iter_mut().zip(part) {
            all.merge(part);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_articles_is_told_from_another_in_any_order() {
        let digest = |ids: &[&str]| {
            let mut digest = Digest::default();
            ids.iter().for_each(|id| digest.add(id_key(id)));
            digest
        };
        assert_eq!(digest(&["甲", "乙"]), digest(&["乙", "甲"]));
        assert_ne!(digest(&["甲", "乙"]), digest(&["甲", "丙"]));
        assert_ne!(digest(&["甲"]), digest(&["甲", "甲"]));
    }
}
