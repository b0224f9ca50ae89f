//! `baoku prepare`

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::args::FactArgs;
use super::out::talk;
use super::progress::Progress;
use super::{Failure, Outcome, index};
use crate::ingest::Options;
use crate::pipeline::{self, Share};

/// `baoku prepare`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baoku prepare /data/1998 --out parts                 each machine has its own years
  baoku prepare /data --share 2/5 --out parts          five machines see the same folder
  baoku index parts --archive archive                  parts together are an archive
  baoku push parts --to http://es1:9200                … brought into a cluster as well

Pages are read and names learned here; people are found and texts cut into words by index, when
the names of all parts are known: the archive is that which one machine makes of all sources. An
issue is read whole: give all its pages to one machine, under the paths they shall keep. The same
command makes its part anew, in the place of the one before.")]
pub struct PrepareArgs {
    /// Files or folders with pages or articles.
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,
    /// Folder for the part; several parts may lie in one.
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// Read only this share of the issues: 2/5 is the second of five.
    #[arg(long, value_name = "N/OF", value_parser = share)]
    pub share: Option<Share>,
    /// The archive's own lexicon; the one that index is given.
    #[arg(long, value_name = "FOLDER")]
    pub lexicon: Option<PathBuf>,
    /// Leave the sources themselves out of the part.
    #[arg(long)]
    pub no_sources: bool,
    #[command(flatten)]
    pub facts: FactArgs,
}

fn share(text: &str) -> Result<Share, String> {
    let numbers = text.split_once('/').and_then(|(n, of)| Some((n.parse().ok()?, of.parse().ok()?)));
    match numbers {
        Some((number, of)) if number >= 1 && number <= of => Ok(Share { number, of }),
        _ => Err("a share is a number of how many: 2/5".to_owned()),
    }
}

pub(super) fn run(args: &PrepareArgs) -> Result<Outcome, Failure> {
    for source in &args.sources {
        if !source.exists() {
            return Err(Failure::new(source.display().to_string(), "no such file or folder"));
        }
    }
    args.lexicon.as_deref().map(index::lexicon_folder).transpose()?;
    let options = Options { no_sources: args.no_sources, ..index::options(&args.facts) };
    let started = Instant::now();
    let progress = Progress::new();
    let made = pipeline::prepare(
        &args.sources,
        &args.out,
        &options,
        args.lexicon.as_deref(),
        args.share,
        &|bytes, of| progress.tell("reading", bytes, of),
    );
    progress.end();
    let made = made?;
    for problem in &made.problems {
        talk(&format!("{}: {}: {}", problem.problem.kind, index::place_of(problem), problem.problem.message));
    }
    if made.units == 0 && args.share.is_none() {
        let given: Vec<String> = args.sources.iter().map(|s| s.display().to_string()).collect();
        return Err(Failure::new(given.join(" "), "no pages or articles found"));
    }
    talk(&format!(
        "{} articles of {} issues or files in {} ({:.1} MB), in {:.1} s",
        made.articles,
        made.units,
        made.part.display(),
        made.bytes as f64 / 1e6,
        started.elapsed().as_secs_f64()
    ));
    Ok(Outcome::Done)
}
