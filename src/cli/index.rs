//! `baoku index`

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::args::{FactArgs, IndexArgs, WatchArgs};
use super::out::talk;
use super::progress::Progress;
use super::{Failure, Outcome};
use crate::diag::ProblemKind;
use crate::ingest::{Options, SourceProblem};
use crate::people::Overlay;
use crate::pipeline::{self, Look, Report, Step};

/// Files that could not be read told one by one; everything else is counted.
const TOLD_MAX: usize = 20;

pub(super) fn run(archive: &Path, args: &IndexArgs) -> Result<Outcome, Failure> {
    let options = Options { no_sources: args.no_sources, ..options(&args.facts) };
    let lexicon = args.lexicon.as_deref();
    let report = sources(archive, &args.sources, &options, lexicon, args.rebuild, args.watch.watch)?;
    if let Some(path) = &args.report {
        write_report(path, &report)?;
    }
    let unread = report.problems.iter().filter(|p| is_unread(p.problem.kind)).count();
    if args.strict && unread > 0 {
        let files = if unread == 1 { "file" } else { "files" };
        Failure::new("index", format!("{unread} {files} could not be read")).tell();
        return Ok(Outcome::Failed);
    }
    if args.watch.watch {
        talk("watching for new pages  (Ctrl-C ends)");
        watch(archive, &args.sources, &args.facts, &args.watch);
    }
    Ok(Outcome::Done)
}

/// Takes in new and changed files for as long as the process lives, and tells what it did.
pub(super) fn watch(archive: &Path, sources: &[PathBuf], facts: &FactArgs, args: &WatchArgs) -> ! {
    let mut failed = String::new();
    pipeline::watch(archive, sources, &options(facts), Duration::from_secs(args.every), |look| match look {
        Look::Read(report, took) => {
            failed.clear();
            tell_report(archive, report, took.as_secs_f64());
        }
        Look::Away => talk("the sources are gone: the archive is left as it is until they are back"),
        Look::Failed(error) => {
            // Tried again and again, told once.
            let now = error.to_string();
            if now != failed {
                talk(&format!("not taken in: {now}"));
                failed = now;
            }
        }
    })
}

/// Whether a problem means that something could not be read at all.
const fn is_unread(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::Unreadable
            | ProblemKind::NotText
            | ProblemKind::BadFormat
            | ProblemKind::Limit
            | ProblemKind::DuplicateId
    )
}

/// What options say of pages.
pub(super) fn options(facts: &FactArgs) -> Options {
    let FactArgs { paper, date, page } = facts.clone();
    Options { paper, date, page, ..Options::default() }
}

/// Indexes sources with progress on standard error and tells what was done.
pub(super) fn sources(
    archive: &Path,
    sources: &[PathBuf],
    options: &Options,
    lexicon: Option<&Path>,
    rebuild: bool,
    watching: bool,
) -> Result<Report, Failure> {
    for source in sources {
        if !source.exists() {
            return Err(Failure::new(source.display().to_string(), "no such file or folder"));
        }
    }
    lexicon.map(lexicon_folder).transpose()?;
    let started = Instant::now();
    let progress = Progress::new();
    let tell = |step: Step| match step {
        Step::Reading { bytes, of_bytes } => progress.tell("reading", bytes, of_bytes),
        Step::Writing { articles, of_articles } => progress.tell("indexing", articles, of_articles),
        Step::Committing => progress.tell("committing", 0, 0),
    };
    let report = pipeline::index_with(archive, sources, options, lexicon, rebuild, &tell);
    progress.end();
    let report = report?;
    if report.units_reread > 0 && !rebuild {
        talk(&format!("page reader changed: {} read again", counted(report.units_reread, "issue")));
    }
    if report.units_corrected > 0 {
        talk(&format!("corrections changed: {} read again", counted(report.units_corrected, "issue")));
    }
    if report.units_restyled > 0 {
        let issues = counted(report.units_restyled, "issue");
        talk(&format!("other issues teach more of the paper's style: {issues} read again"));
    }
    tell_report(archive, &report, started.elapsed().as_secs_f64());
    // Whoever watches a folder may begin with an empty one.
    if !watching && report.units_read + report.units_unchanged + report.units_removed == 0 {
        let given: Vec<String> = sources.iter().map(|s| s.display().to_string()).collect();
        return Err(Failure::new(given.join(" "), "no pages or articles found"));
    }
    Ok(report)
}

/// A folder that was named for a lexicon must be one.
pub(super) fn lexicon_folder(folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() {
        return Ok(());
    }
    let what = if folder.exists() { "no folder" } else { "no such folder" };
    Err(Failure::new(folder.display().to_string(), what)
        .hint("a lexicon is a folder of text files with lines like: alias 老魏 魏振东"))
}

/// The lexicon of a command that touches no archive; what can't be used of it is told.
pub(super) fn own_lexicon(folder: Option<&Path>) -> Result<(Overlay, Outcome), Failure> {
    let Some(folder) = folder else { return Ok((Overlay::default(), Outcome::Done)) };
    lexicon_folder(folder)?;
    let (overlay, problems) = pipeline::lexicon(folder);
    let outcome = if problems.is_empty() { Outcome::Done } else { Outcome::Failed };
    for problem in problems {
        let place = place_of(&problem);
        Failure::new(place, problem.problem.message).tell();
    }
    Ok((overlay.unwrap_or_default(), outcome))
}

pub(super) fn place_of(problem: &SourceProblem) -> String {
    match problem.problem.line {
        Some(line) => format!("{}:{line}", problem.source),
        None => problem.source.clone(),
    }
}

fn tell_report(archive: &Path, report: &Report, seconds: f64) {
    let (mut severe, mut mild) = (Vec::new(), std::collections::BTreeMap::<ProblemKind, usize>::new());
    for problem in &report.problems {
        let of_hand = matches!(problem.problem.kind, ProblemKind::BadLine | ProblemKind::CorrectionUnused);
        if is_unread(problem.problem.kind) || of_hand {
            severe.push(problem);
        } else {
            *mild.entry(problem.problem.kind).or_default() += 1;
        }
    }
    for problem in severe.iter().take(TOLD_MAX) {
        talk(&format!("{}: {}: {}", problem.problem.kind, place_of(problem), problem.problem.message));
    }
    if severe.len() > TOLD_MAX {
        talk(&format!("{} more like these", severe.len() - TOLD_MAX));
    }
    if !mild.is_empty() {
        let counts: Vec<String> = mild.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        talk(&format!("noticed: {} (--report FILE writes where)", counts.join(", ")));
    }
    if report.units_stale > 0 {
        talk(&format!(
            "page reader changed: {} issues were read by an older one and are not kept; index their folder again",
            report.units_stale
        ));
    }
    let Some(generation) = &report.generation else { return };
    if report.units_read == 0 && report.units_removed == 0 && report.lexicon_changed == 0 {
        if report.units_unchanged == 0 {
            return;
        }
        talk(&format!(
            "nothing changed: {}, {} people in {}",
            articles(generation.articles),
            generation.persons,
            archive.display()
        ));
        return;
    }
    let why = if report.lexicon_changed > 0 { "the changed lexicon" } else { "newly learned names" };
    let renewed = match report.articles_renewed {
        0 if report.lexicon_changed > 0 => format!(", {} changes of the lexicon", report.lexicon_changed),
        0 => String::new(),
        n => format!(", {n} older ones gone over again for {why}"),
    };
    talk(&format!(
        "{} read in {seconds:.1} s{renewed}; the archive {} holds {} from {} and {} people",
        articles(report.articles_written),
        archive.display(),
        articles(generation.articles),
        counted(generation.pages, "page"),
        generation.persons
    ));
}

fn articles(n: u64) -> String {
    counted(n, "article")
}

fn counted(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

fn write_report(path: &Path, report: &Report) -> Result<(), Failure> {
    let fail = |e: std::io::Error| Failure::new(path.display().to_string(), e.to_string());
    let mut file = BufWriter::new(File::create(path).map_err(fail)?);
    for problem in &report.problems {
        let line = serde_json::json!({
            "source": problem.source,
            "line": problem.problem.line,
            "kind": problem.problem.kind,
            "message": problem.problem.message,
        });
        writeln!(file, "{line}").map_err(fail)?;
    }
    for (source, reason) in &report.skipped {
        let line = serde_json::json!({"source": source, "line": null, "kind": "skipped", "message": reason});
        writeln!(file, "{line}").map_err(fail)?;
    }
    file.flush().map_err(fail)
}
