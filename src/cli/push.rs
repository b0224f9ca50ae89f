//! `baoku push`

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;

use super::args::FactArgs;
use super::out::talk;
use super::progress::Progress;
use super::{Failure, Outcome, index};
use crate::cluster::{Address, Client, Secret};
use crate::pipeline::{self, PushOptions, PushStep};
use crate::search::Archive;

/// `baoku push`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baoku push --to http://es1:9200,es2:9200 --index luzhou
  baoku push pages/ --to http://localhost:9200       index the pages first
  baoku search 镜湖 --archive es+http://es1:9200/luzhou

What is there and the same is left alone; run again after anything, it goes on where it was. Who
asks meanwhile is answered from the state before, until the new one is complete. What an update
replaced stays for a while: the next push, also one with nothing new, clears it away.
Who speaks: BAOKU_ES_USER and BAOKU_ES_PASSWORD, or BAOKU_ES_API_KEY, or BAOKU_ES_TOKEN, or a
file of these named by BAOKU_ES_AUTH_FILE (lines `user: …`, `password: …`, `api-key: …`,
`token: …`). BAOKU_ES_CA names certificates to trust. BAOKU_ES_PATIENCE: seconds to wait for a
cluster that does not answer (60).")]
pub struct PushArgs {
    /// Files or folders to index into the archive first.
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,
    /// The cluster, Elasticsearch or OpenSearch; several hosts with commas between.
    #[arg(long, value_name = "ADDRESS")]
    pub to: String,
    /// The archive's name there.
    #[arg(long, default_value = "baoku", value_name = "NAME")]
    pub index: String,
    /// Primary shards of a new index; one for every 4 million articles unless named.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1024), value_name = "N")]
    pub shards: Option<u32>,
    /// Copies of each shard in a new index; 1 unless named.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=16), value_name = "N")]
    pub replicas: Option<u32>,
    /// Fill a new index, also where nothing changed.
    #[arg(long)]
    pub anew: bool,
    /// Push also where another push to that name seems to be at work; that one gives up then.
    #[arg(long)]
    pub take_over: bool,
    #[command(flatten)]
    pub facts: FactArgs,
}

pub(super) fn run(root: &Path, args: &PushArgs) -> Result<Outcome, Failure> {
    // What is typed wrongly, and a cluster that is not there, are told before minutes of work.
    let address = Address::cluster(&args.to, &args.index)?;
    let client = Client::connect(&address, Secret::from_environment()?)?;
    if !args.sources.is_empty() {
        let options = index::options(&args.facts);
        index::sources(root, &args.sources, &options, None, false, false)?;
    }
    let archive = Archive::open(root)?;
    let started = Instant::now();
    let options = PushOptions {
        shards: args.shards,
        replicas: args.replicas,
        anew: args.anew,
        take_over: args.take_over,
    };
    let progress = Progress::new();
    let report = pipeline::push(&archive, &client, &address, &options, &|step| match step {
        PushStep::Documents { done, of } => progress.tell("pushing", done, of),
        PushStep::Checking => progress.tell("checking", 0, 0),
    });
    progress.end();
    let report = report?;
    let seconds = started.elapsed().as_secs_f64();
    let product = client.product();
    talk(&format!(
        "{} documents sent ({:.1} MB), {} unchanged, {} replaced or gone, in {seconds:.1} s",
        report.sent,
        report.sent_bytes as f64 / 1e6,
        report.unchanged,
        report.removed
    ));
    if report.cleared > 0 {
        talk(&format!("{} documents cleared away that the push before had replaced", report.cleared));
    }
    talk(&format!(
        "{} articles and {} people in {address} ({} {}, index {})",
        report.articles, report.persons, product.name, product.version, report.index
    ));
    for note in &report.notes {
        talk(&format!("note: {note}"));
    }
    Ok(Outcome::Done)
}
