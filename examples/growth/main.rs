//! Measures how an archive's figures grow with its size, on the generated paper:
//!
//! ```text
//! cargo build --release
//! cargo run --example growth -- 10000 100000 1000000
//! ```
//!
//! Each size is made, indexed by the built command, asked, and given one more issue. Rows are kept in
//! `benches/growth.json`, a new one in the place of the old one of its size; from them come the table
//! `benches/GROWTH.md` and the picture `benches/growth.svg`. `BAOKU` names another built command,
//! `GROWTH_FOLDER` a folder for the archives, about ten times the text, which is kept: an archive that
//! was built there is asked and updated without building it once more.

#![allow(clippy::print_stdout, reason = "a program that says what it does")]

#[path = "../../benches/corpus/mod.rs"]
mod corpus;
#[path = "../../benches/archive/process.rs"]
mod process;
mod report;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Map, Value, json};

use process::{Ran, bytes_of, run};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Stories of one file: about a month's.
const FILE_STORIES: usize = 1_200;
/// Issues added one after the other, to say what adding one costs.
const ISSUES_ADDED: usize = 5;
/// Questions of a kind.
const QUESTIONS: &str = "500";

fn main() -> Result<()> {
    let sizes: Vec<usize> =
        std::env::args().skip(1).map(|n| n.parse()).collect::<std::result::Result<_, _>>()?;
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let baoku = match std::env::var_os("BAOKU") {
        Some(path) => PathBuf::from(path),
        None => std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| top.join("target"), PathBuf::from)
            .join("release/baoku"),
    };
    if !sizes.is_empty() && !baoku.is_file() {
        return Err(format!("{}: not there; make it with: cargo build --release", baoku.display()).into());
    }
    let rows_file = top.join("benches/growth.json");
    let mut rows: BTreeMap<usize, Value> = BTreeMap::new();
    if let Ok(bytes) = fs::read(&rows_file) {
        for row in serde_json::from_slice::<Vec<Value>>(&bytes)? {
            rows.insert(row["articles"].as_u64().unwrap_or(0) as usize, row);
        }
    }
    for size in sizes {
        let row = measure(&baoku, size)?;
        println!("{row:#}");
        rows.insert(size, row);
        fs::write(&rows_file, format!("{:#}\n", json!(rows.values().collect::<Vec<_>>())))?;
    }
    let rows: Vec<Value> = rows.into_values().collect();
    fs::write(top.join("benches/GROWTH.md"), report::table(&rows))?;
    report::picture(&rows, &top.join("benches/growth.svg"))?;
    println!("written: benches/growth.json, benches/GROWTH.md, benches/growth.svg");
    Ok(())
}

/// Everything about an archive of so many articles.
fn measure(baoku: &Path, size: usize) -> Result<Value> {
    let passing = tempfile::tempdir()?;
    let place = match std::env::var_os("GROWTH_FOLDER") {
        Some(folder) => Path::new(&folder).join(size.to_string()),
        None => passing.path().to_owned(),
    };
    let (articles, added, archive) = (place.join("articles"), place.join("issues"), place.join("archive"));
    let index = |source: &Path, archive: &Path| -> Result<Ran> {
        run(baoku, &["index".as_ref(), source.as_os_str(), "--archive".as_ref(), archive.as_os_str()])
    };
    let built_file = place.join("built.json");
    let mut row: Map<String, Value> = match fs::read(&built_file) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(_) => {
            let row = build(size, &articles, &added, &archive, &index)?;
            // Whole or not at all.
            let begun = place.join("built.begun");
            fs::write(&begun, serde_json::to_vec(&row)?)?;
            fs::rename(&begun, &built_file)?;
            row
        }
    };
    let bench = |archive: &Path, rescan: bool| -> Result<Value> {
        let mut args = vec!["bench".as_ref(), "--format".as_ref(), "json".as_ref(), "--questions".as_ref()];
        args.extend([QUESTIONS.as_ref(), "--archive".as_ref(), archive.as_os_str()]);
        if !rescan {
            args.push("--no-rescan".as_ref());
        }
        Ok(serde_json::from_slice(&run(baoku, &args)?.out)?)
    };
    let figures = bench(&archive, true)?;

    // One issue after the other, pages as an extractor leaves them; to a copy, so that what was built can
    // be measured again.
    let grown = place.join("grown");
    copy(&archive, &grown)?;
    let mut dates: Vec<PathBuf> = fs::read_dir(&added)?.map(|e| Ok(e?.path())).collect::<Result<_>>()?;
    dates.sort();
    let mut updates = Vec::new();
    for date in &dates {
        let update = index(date, &grown)?;
        println!("one issue more: {:.2} s, {:.0} MB", update.seconds, update.peak_bytes as f64 / 1e6);
        updates.push(json!({ "s": round(update.seconds), "own_peak_bytes": update.own_peak_bytes }));
    }
    let nothing = index(&articles, &grown)?;
    let after = bench(&grown, false)?;
    fs::remove_dir_all(&grown)?;
    let kinds = |figures: &Value| -> Value {
        let one = |kind: &Value| {
            let times =
                json!({ "p50_ms": kind["p50_ms"], "p99_ms": kind["p99_ms"], "worst_ms": kind["worst_ms"] });
            (kind["kind"].as_str().unwrap_or("").to_owned(), times)
        };
        figures["kinds"].as_array().into_iter().flatten().map(one).collect::<Map<_, _>>().into()
    };
    let asked = json!({
        "articles": size,
        "version": figures["version"],
        "platform": figures["platform"],
        "cores": figures["cores"],
        "load_before": load(),
        "segments": figures["segments"],
        "open_p50_ms": figures["open"]["p50_ms"],
        "first_ms": figures["first_ms"],
        "memory": figures["memory"],
        "exact": figures["exactness"],
        "kinds": kinds(&figures),
        "updates": updates,
        "nothing_changed_s": round(nothing.seconds),
        "kinds_after_updates": kinds(&after),
        "segments_after_updates": after["segments"],
    });
    row.extend(asked.as_object().cloned().unwrap_or_default());
    Ok(Value::Object(row))
}

/// Writes the paper and builds the archive; gives what that took.
fn build(
    size: usize,
    articles: &Path,
    added: &Path,
    archive: &Path,
    index: &dyn Fn(&Path, &Path) -> Result<Ran>,
) -> Result<Map<String, Value>> {
    // What a run left that was broken off.
    for folder in [articles, added, archive].into_iter().filter(|folder| folder.exists()) {
        fs::remove_dir_all(folder)?;
    }
    let started = Instant::now();
    let text_bytes = generate(size, articles, added)?;
    let generate_s = started.elapsed().as_secs_f64();
    println!("{size} articles written in {generate_s:.1} s");
    let built = index(articles, archive)?;
    println!("indexed in {:.1} s", built.seconds);
    let (index_bytes, kept_bytes) = sizes(archive)?;
    let row = json!({
        "text_bytes": text_bytes,
        "generate_s": round(generate_s),
        "build_s": round(built.seconds),
        "build_peak_bytes": built.peak_bytes,
        "build_own_peak_bytes": built.own_peak_bytes,
        "index_bytes": index_bytes,
        "kept_bytes": kept_bytes,
    });
    Ok(row.as_object().cloned().unwrap_or_default())
}

/// Writes the paper, a file a month, and the issues that follow it, a folder each; gives the bytes of
/// body text.
fn generate(size: usize, articles: &Path, added: &Path) -> Result<u64> {
    fs::create_dir_all(articles)?;
    let mut text_bytes = 0;
    let mut all = corpus::stories(corpus::SEED);
    let mut left = size;
    let mut file_number = 0;
    let mut last_date = String::new();
    while left > 0 {
        let path = articles.join(format!("{file_number:05}.jsonl"));
        let mut file = std::io::BufWriter::new(fs::File::create(path)?);
        for story in all.by_ref().take(FILE_STORIES.min(left)) {
            text_bytes += story.body_bytes() as u64;
            writeln!(file, "{}", story.json_line())?;
            last_date = story.date;
        }
        file.flush()?;
        left -= FILE_STORIES.min(left);
        file_number += 1;
    }
    // What is left of the last issue is no whole issue.
    let mut dates = 0;
    let mut stories: Vec<corpus::Story> = Vec::new();
    for story in all.skip_while(|story| story.date == last_date) {
        if stories.last().is_none_or(|last| last.date != story.date) {
            dates += 1;
        }
        if dates > ISSUES_ADDED {
            break;
        }
        stories.push(story);
    }
    let paper = corpus::Corpus { body_bytes: stories.iter().map(corpus::Story::body_bytes).sum(), stories };
    paper.write_pages(added)?;
    Ok(text_bytes)
}

/// Copies a folder in place of what may lie there.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.metadata()?.is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Bytes of the index and of the sources kept.
fn sizes(archive: &Path) -> Result<(u64, u64)> {
    Ok((
        bytes_of(&archive.join("index"))? + bytes_of(&archive.join("side"))?,
        bytes_of(&archive.join("sources"))?,
    ))
}

/// Processes that wanted to run in the last minute, ours included.
fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

fn round(seconds: f64) -> f64 {
    (seconds * 100.0).round() / 100.0
}
