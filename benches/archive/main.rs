//! Measures the built command as whole processes, on the generated paper: building, questions of a new
//! process, questions of a running one, the server under load, one issue more.
//!
//! ```text
//! cargo bench --bench archive                             20 MB of text
//! cargo bench --bench archive -- --bytes 150000000 --questions 1000
//! cargo bench --bench archive -- --json FILE              the figures there too, as one object
//! ```
//!
//! Same paper and questions on every machine; compare figures of one machine with each other only. `BAOKU`
//! names another built command than the one that cargo made for this.

#![allow(clippy::print_stdout, reason = "a program that prints a table")]

#[path = "../corpus/mod.rs"]
mod corpus;
mod load;
mod process;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Map, Value};

use corpus::{Corpus, SEED};
use process::{Ran, bytes_of, run};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Bytes of body text where nothing else is said.
const BYTES: usize = 20_000_000;
/// Questions of a kind asked of processes of their own.
const COLD_QUESTIONS: usize = 40;
/// Issues added one after the other.
const ISSUES_ADDED: usize = 3;
/// The kinds of question of `baoku bench`.
const KINDS: [&str; 6] = ["literal", "words", "near", "names", "fields", "facets"];

struct Options {
    bytes: usize,
    questions: usize,
    json: Option<PathBuf>,
}

fn options() -> Result<Options> {
    let mut options = Options { bytes: corpus::bytes_wanted(BYTES), questions: 1_000, json: None };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg}: its value is missing"));
        match arg.as_str() {
            "--bytes" => options.bytes = value()?.parse()?,
            "--questions" => options.questions = value()?.parse()?,
            "--json" => options.json = Some(value()?.into()),
            // What cargo adds, and what is said to all benches at once.
            "--bench" | "--quick" | "--noplot" => {}
            _ => return Err(format!("{arg}: one of --bytes N, --questions N, --json FILE").into()),
        }
    }
    Ok(options)
}

/// Figures in the order in which they were measured.
struct Figures(Map<String, Value>);

impl Figures {
    fn tell(&mut self, name: &str, figure: impl Into<String>) {
        let figure = figure.into();
        println!("{name:<44} {figure}");
        self.0.insert(name.to_owned(), figure.into());
    }
}

fn main() -> Result<()> {
    let options = options()?;
    let made = || PathBuf::from(env!("CARGO_BIN_EXE_baoku"));
    let baoku = std::env::var_os("BAOKU").map_or_else(made, PathBuf::from);
    let place = tempfile::tempdir()?;
    let mut figures = Figures(Map::new());
    figures.tell("commit", commit());
    figures.tell("cores", std::thread::available_parallelism()?.to_string());
    measure(&baoku, place.path(), &options, &mut figures)?;
    if let Some(path) = &options.json {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        fs::write(path, format!("{:#}\n", Value::from(figures.0)))?;
    }
    Ok(())
}

/// The state of the tree, where git tells it.
fn commit() -> String {
    let told = std::process::Command::new("git").args(["rev-parse", "--short", "HEAD"]).output();
    let told =
        told.ok().filter(|out| out.status.success()).and_then(|out| String::from_utf8(out.stdout).ok());
    told.map_or_else(|| "unknown".to_owned(), |commit| commit.trim().to_owned())
}

fn measure(baoku: &Path, place: &Path, options: &Options, figures: &mut Figures) -> Result<()> {
    let (articles, pages, archive) =
        (place.join("articles.jsonl"), place.join("pages"), place.join("archive"));
    // The issues behind the paper are added later.
    let mut paper = Corpus::generate(SEED, options.bytes);
    let added = following(&paper)?;
    paper.write_articles(&articles)?;
    Corpus::generate(SEED, options.bytes / 5).write_pages(&pages)?;
    let runs = paper.runs(1, options.questions);
    paper.stories = Vec::new();

    let index = |source: &Path, archive: &Path| -> Result<Ran> {
        run(baoku, &["index".as_ref(), source.as_os_str(), "--archive".as_ref(), archive.as_os_str()])
    };
    let built = index(&articles, &archive)?;
    let text = paper.body_bytes as f64;
    figures
        .tell("index ready articles: s, MB of text", format!("{:.2} s, {:.1} MB", built.seconds, text / 1e6));
    figures.tell("index ready articles: peak memory", format!("{:.1} MB", built.peak_bytes as f64 / 1e6));
    let index_bytes = bytes_of(&archive.join("index"))? + bytes_of(&archive.join("side"))?;
    figures.tell("index to text, kept sources not counted", format!("{:.2}", index_bytes as f64 / text));
    figures.tell("archive on disk to text", format!("{:.2}", bytes_of(&archive)? as f64 / text));
    figures.tell("index again, nothing changed", format!("{:.2} s", index(&articles, &archive)?.seconds));
    let by_page = index(&pages, &place.join("by-page"))?;
    let page_bytes = bytes_of(&pages)? as f64;
    figures
        .tell("index pages: s, MB of pages", format!("{:.2} s, {:.1} MB", by_page.seconds, page_bytes / 1e6));

    for (kind, questions) in [("quoted", quoted(&runs)), ("words", words(&runs))] {
        let times = cold(baoku, &archive, &questions)?;
        figures.tell(&format!("cold search, {kind}"), percentiles(times));
    }
    for (kind, questions) in [("quoted", quoted(&runs)), ("words", words(&runs))] {
        let times = warm(baoku, &archive, place, &questions)?;
        figures.tell(&format!("warm search, {kind}"), percentiles(times));
    }
    own_report(baoku, &archive, figures)?;
    let served = load::served(baoku, &archive, &[quoted(&runs), words(&runs)].concat())?;
    let (clients, per_second) = (load::CLIENTS, served.answers_per_second);
    figures.tell("served, answers a second", format!("{per_second:.0} ({clients} clients at once)"));
    figures.tell("served, each answer", percentiles(served.times_ms));
    figures.tell("served, peak memory", format!("{:.1} MB", served.peak_bytes as f64 / 1e6));

    let mut updates = Vec::new();
    for (number, issue) in added.iter().enumerate() {
        let folder = place.join(format!("added-{number}"));
        issue.write_pages(&folder)?;
        updates.push(format!("{:.2}", index(&folder, &archive)?.seconds));
    }
    figures.tell("one issue more, each of some", format!("{} s", updates.join(", ")));
    Ok(())
}

/// The issues that follow a paper.
fn following(paper: &Corpus) -> Result<Vec<Corpus>> {
    let behind = corpus::stories(SEED).skip(paper.stories.len());
    let mut issues: Vec<Corpus> = Vec::new();
    for story in behind {
        if issues.last().and_then(|i| i.stories.last()).is_none_or(|last| last.date != story.date) {
            if issues.len() == ISSUES_ADDED {
                break;
            }
            issues.push(Corpus { stories: Vec::new(), body_bytes: 0 });
        }
        let issue = issues.last_mut().ok_or("no issue")?;
        issue.body_bytes += story.body_bytes();
        issue.stories.push(story);
    }
    Ok(issues)
}

fn quoted(runs: &[String]) -> Vec<String> {
    runs.iter().map(|run| format!("“{run}”")).collect()
}

/// Runs of one text, asked as words.
fn words(runs: &[String]) -> Vec<String> {
    runs.to_vec()
}

/// Milliseconds of questions, a new process each; its files are in the system's memory.
fn cold(baoku: &Path, archive: &Path, questions: &[String]) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    for question in questions.iter().take(COLD_QUESTIONS) {
        let args: [&OsStr; 6] = [
            "search".as_ref(),
            question.as_ref(),
            "--archive".as_ref(),
            archive.as_os_str(),
            "--format".as_ref(),
            "ids".as_ref(),
        ];
        let started = Instant::now();
        let out = process::quietly(baoku, &args)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
        // 1 says that nothing was found.
        if !matches!(out, Some(0 | 1)) {
            return Err(format!("search {question}: ended with {out:?}").into());
        }
    }
    Ok(times)
}

/// Milliseconds of questions asked of one process, one after the other.
fn warm(baoku: &Path, archive: &Path, place: &Path, questions: &[String]) -> Result<Vec<f64>> {
    let batch = place.join("batch.txt");
    fs::write(&batch, questions.join("\n") + "\n")?;
    let args = ["search".as_ref(), "--batch".as_ref(), batch.as_os_str(), "--archive".as_ref()];
    let out =
        run(baoku, &[&args[..], &[archive.as_os_str(), "--format".as_ref(), "jsonl".as_ref()]].concat())?;
    let took = |line: &str| -> Result<f64> {
        let answer: Value = serde_json::from_str(line)?;
        Ok(answer["took_ms"].as_f64().ok_or("an answer that does not say how long it took")?)
    };
    String::from_utf8(out.out)?.lines().map(took).collect()
}

/// The archive's own report: questions drawn from it, memory, quoted runs against a reading of all texts.
fn own_report(baoku: &Path, archive: &Path, figures: &mut Figures) -> Result<()> {
    let args = ["bench", "--questions", "300", "--format", "json", "--archive"].map(OsStr::new);
    let told: Value =
        serde_json::from_slice(&run(baoku, &[&args[..], &[archive.as_os_str()]].concat())?.out)?;
    for kind in KINDS {
        let of = told["kinds"].as_array().into_iter().flatten().find(|k| k["kind"] == kind);
        let of = of.ok_or(format!("bench tells nothing of {kind}"))?;
        let figure = format!("p50 {}, p99 {}, worst {} ms", of["p50_ms"], of["p99_ms"], of["worst_ms"]);
        figures.tell(&format!("bench, {kind}"), figure);
    }
    let own = told["memory"]["own_bytes"].as_f64().unwrap_or(0.0);
    figures.tell("bench, own memory", format!("{:.1} MB", own / 1e6));
    let exact = &told["exactness"];
    figures.tell("bench, quoted runs exact", format!("{} of {}", exact["equal"], exact["drawn"]));
    Ok(())
}

fn percentiles(mut times: Vec<f64>) -> String {
    let n = times.len();
    let of = baoku::bench::Latency::of(&mut times);
    format!("p50 {:.2}, p99 {:.2}, worst {:.2} ms (n = {n})", of.p50_ms, of.p99_ms, of.worst_ms)
}
