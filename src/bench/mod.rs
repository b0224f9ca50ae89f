//! Measures an archive with questions drawn from its own texts: how long answers take, what the
//! archive weighs, and whether quoted runs are found exactly where reading all texts finds them.
//!
//! What is drawn depends on the archive and the seed alone, so that two runs ask the same. The
//! figures are of this process on this machine: what a newsroom sends with a report of slowness.

mod draw;
mod exact;
mod latency;
mod memory;

use std::path::Path;
use std::time::Instant;

use serde::Serialize;

pub use draw::QuestionKind;
pub use exact::{Exactness, Unequal};
pub use latency::{KindFigures, Latency, percentile};
pub use memory::Memory;

use crate::index::Error;
use crate::search::Archive;

/// How many times the archive is opened to say how long that takes.
const OPENED_TIMES: usize = 20;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Questions of each kind.
    pub questions: usize,
    /// The seed they are drawn with.
    pub seed: u64,
    /// Whether all texts are read to compare what quoted runs find.
    pub rescan: bool,
}

/// The figures of one archive; times in milliseconds, sizes in bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// The program's version.
    pub version: &'static str,
    /// Architecture and system: `x86_64 linux`.
    pub platform: String,
    /// Processors that this process may use.
    pub cores: usize,
    /// Number of articles.
    pub articles: u64,
    /// Bytes of searchable text.
    pub text_bytes: u64,
    /// Bytes of the index on disk, kept sources not counted.
    pub index_bytes: u64,
    /// Bytes of the sources that the archive keeps, compressed.
    pub kept_bytes: u64,
    /// Parts of the index that every question goes through.
    pub segments: usize,
    /// How many times the archive was written.
    pub generation: u64,
    /// The seed.
    pub seed: u64,
    /// Opening the archive, its files in the system's memory.
    pub open: Latency,
    /// The first question of this process, by words, opening included.
    pub first_ms: f64,
    /// The kinds of question.
    pub kinds: Vec<KindFigures>,
    /// Memory of this process after the questions and before all texts were read; none where the
    /// system does not tell.
    pub memory: Option<Memory>,
    /// Quoted runs against a reading of all texts; none where that was left out.
    pub exactness: Option<Exactness>,
}

/// Measures the archive in a folder; writes nothing. `tell` hears what is being done, how much of
/// it is done, and of how much.
///
/// # Errors
///
/// Where there is no archive or it can't be read.
pub fn run(
    root: &Path,
    options: &Options,
    tell: &(dyn Fn(&'static str, u64, u64) + Sync),
) -> Result<Figures, Error> {
    let archive = Archive::open(root)?;
    let stats = archive.stats()?;
    let places = archive.places()?;
    let drawn = draw::questions(&archive, &places, options)?;

    let mut opened = Vec::with_capacity(OPENED_TIMES);
    for _ in 0..OPENED_TIMES {
        let started = Instant::now();
        let again = Archive::open(root)?;
        opened.push(latency::milliseconds(started));
        drop(again);
    }
    let started = Instant::now();
    if let Some(words) = drawn.iter().find(|d| d.kind == QuestionKind::Words).and_then(|d| d.requests.first())
    {
        Archive::open(root)?.search(words)?;
    }
    let first_ms = latency::milliseconds(started);

    let of = drawn.iter().map(|d| d.requests.len() as u64).sum();
    let mut done = 0;
    let mut kinds = Vec::with_capacity(drawn.len());
    for kind in &drawn {
        kinds.push(latency::of_kind(&archive, kind)?);
        done += kind.requests.len() as u64;
        tell("asking", done, of);
    }
    let memory = memory::of_this_process();
    let exactness = if options.rescan {
        let literals = drawn.iter().find(|d| d.kind == QuestionKind::Literal);
        let requests = literals.map_or(&[][..], |d| &d.requests);
        Some(exact::compare(&archive, &places, requests, tell)?)
    } else {
        None
    };
    Ok(Figures {
        version: env!("CARGO_PKG_VERSION"),
        platform: format!("{} {}", std::env::consts::ARCH, std::env::consts::OS),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        articles: stats.articles,
        text_bytes: stats.text_bytes,
        index_bytes: stats.index_bytes,
        kept_bytes: stats.kept_bytes,
        segments: archive.index().segments(),
        generation: stats.generation,
        seed: options.seed,
        open: Latency::of(&mut opened),
        first_ms,
        kinds,
        memory,
        exactness,
    })
}
