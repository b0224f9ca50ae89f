//! `baoku bench`

use std::path::Path;

use clap::Args;

use super::args::Format;
use super::progress::Progress;
use super::{Failure, Out, Outcome};
use crate::bench::{Figures, Options, run as measure};

/// `baoku bench`
#[derive(Debug, Args)]
#[command(after_help = "\
Draws questions from the archive's own articles, asks each once on one thread, and compares quoted
runs with a reading of all texts. Worst is told with its question in JSON. The same archive and seed
ask the same questions. Exit code 0: measured, and all quoted runs exact; 1: no article to draw from;
2: a quoted run found other articles than reading does, or the archive could not be read.

Examples:
  baoku bench
  baoku bench --questions 1000 --seed 7 --format json > figures.json")]
pub struct BenchArgs {
    /// Questions of each kind.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000), value_name = "N")]
    pub questions: u32,
    /// Seed the questions are drawn with.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Leave out the reading of all texts, which takes a minute for a million articles.
    #[arg(long)]
    pub no_rescan: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

pub(super) fn run(root: &Path, args: &BenchArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let progress = Progress::new();
    let questions = usize::try_from(args.questions).unwrap_or(usize::MAX);
    let options = Options { questions, seed: args.seed, rescan: !args.no_rescan };
    let figures = measure(root, &options, &|what, done, of| progress.tell(what, done, of));
    progress.end();
    let figures = figures?;
    match args.format {
        Format::Json => out.json(&figures)?,
        Format::Jsonl => out.json_line(&figures)?,
        Format::Text => text(&figures, out)?,
    }
    let exact = figures.exactness.as_ref().is_none_or(|e| e.equal == e.drawn);
    Ok(match (figures.articles, exact) {
        (_, false) => Outcome::Failed,
        (0, true) => Outcome::Nothing,
        (_, true) => Outcome::Done,
    })
}

fn text(figures: &Figures, out: &mut Out) -> std::io::Result<()> {
    let mb = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    let to_text = figures.index_bytes as f64 / figures.text_bytes.max(1) as f64;
    let memory = figures.memory.map_or_else(
        || "not told by this system".to_owned(),
        |m| format!("peak {}, own {}", mb(m.peak_bytes), mb(m.own_bytes)),
    );
    for (name, value) in [
        ("baoku", format!("{}, {}, {} cores", figures.version, figures.platform, figures.cores)),
        ("articles", figures.articles.to_string()),
        ("text", mb(figures.text_bytes)),
        ("index", format!("{} ({to_text:.2} × the text)", mb(figures.index_bytes))),
        ("kept", mb(figures.kept_bytes)),
        ("segments", figures.segments.to_string()),
        ("open", format!("p50 {:.2} ms, worst {:.2} ms", figures.open.p50_ms, figures.open.worst_ms)),
        ("first", format!("{:.2} ms", figures.first_ms)),
        ("memory", memory),
        ("seed", figures.seed.to_string()),
    ] {
        out.line(&format!("{name:<11} {value}"))?;
    }
    out.line("")?;
    out.line(&format!(
        "{:<11} {:>6} {:>6} {:>9} {:>9} {:>9}",
        "ms", "asked", "found", "p50", "p99", "worst"
    ))?;
    for kind in &figures.kinds {
        let (name, took) = (kind.kind.name(), kind.latency);
        out.line(&format!(
            "{name:<11} {:>6} {:>6} {:>9.3} {:>9.3} {:>9.3}",
            kind.asked, kind.found, took.p50_ms, took.p99_ms, took.worst_ms
        ))?;
    }
    let Some(exact) = &figures.exactness else { return Ok(()) };
    out.line("")?;
    let verdict = if exact.equal == exact.drawn { "all exact" } else { "NOT exact" };
    out.line(&format!(
        "{:<11} {verdict}: {} of {} quoted runs, {} articles read",
        "literals", exact.equal, exact.drawn, exact.articles_read
    ))?;
    for unequal in &exact.unequal {
        out.line(&format!(
            "“{}”: the index gives {} articles, reading {}",
            unequal.run, unequal.found, unequal.read
        ))?;
    }
    Ok(())
}
