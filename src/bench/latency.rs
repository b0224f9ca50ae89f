//! Asks questions and says how long the answers took.

use std::time::Instant;

use serde::Serialize;

use super::draw::{Drawn, QuestionKind};
use crate::index::Error;
use crate::search::{Archive, Request};

/// Questions asked before anything is measured: what is loaded once is loaded then.
const WARMING: usize = 20;

/// How long something took, done several times; milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Latency {
    /// Half of them took no longer.
    pub p50_ms: f64,
    /// Ninety-nine of a hundred took no longer.
    pub p99_ms: f64,
    /// The longest.
    pub worst_ms: f64,
}

impl Latency {
    /// The figures of measured times, which are sorted by it.
    #[must_use]
    pub fn of(times_ms: &mut [f64]) -> Self {
        times_ms.sort_by(f64::total_cmp);
        Self {
            p50_ms: percentile(times_ms, 50),
            p99_ms: percentile(times_ms, 99),
            worst_ms: percentile(times_ms, 100),
        }
    }
}

/// The smallest of sorted values that at least so many of a hundred do not exceed; 0 of none.
///
/// ```
/// use baoku::bench::percentile;
/// let times: Vec<f64> = (1..=200).map(f64::from).collect();
/// assert_eq!((percentile(&times, 50), percentile(&times, 99)), (100.0, 198.0));
/// assert_eq!(percentile(&times, 100), 200.0);
/// ```
#[must_use]
pub fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.max(1) - 1).copied().unwrap_or(0.0)
}

/// How one kind of question was answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindFigures {
    /// Which.
    pub kind: QuestionKind,
    /// Questions asked.
    pub asked: usize,
    /// Of these, questions that found something.
    pub found: usize,
    /// How long the answers took.
    #[serde(flatten)]
    pub latency: Latency,
    /// The question that took longest, as typed.
    pub worst_question: Option<String>,
}

/// Asks all questions of a kind, one after the other on this thread, each once.
pub(super) fn of_kind(archive: &Archive, drawn: &Drawn) -> Result<KindFigures, Error> {
    for request in drawn.requests.iter().take(WARMING) {
        archive.search(request)?;
    }
    let mut times = Vec::with_capacity(drawn.requests.len());
    let mut found = 0;
    let mut worst: Option<(f64, &Request)> = None;
    for request in &drawn.requests {
        let started = Instant::now();
        let results = archive.search(request)?;
        let took = milliseconds(started);
        found += usize::from(results.total.value > 0);
        times.push(took);
        if worst.is_none_or(|(longest, _)| took > longest) {
            worst = Some((took, request));
        }
    }
    Ok(KindFigures {
        kind: drawn.kind,
        asked: times.len(),
        found,
        latency: Latency::of(&mut times),
        worst_question: worst.map(|(_, request)| request.input.clone()),
    })
}

/// Milliseconds since then, to a tenth of a microsecond.
pub(super) fn milliseconds(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 1e7).round() / 1e4
}
