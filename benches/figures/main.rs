//! Figures that hardly vary between runs, against the committed ones: instructions executed by the
//! hot stages, counted under valgrind, and how well the fixtures are read, as the tests told it.
//!
//! ```text
//! cargo bench --bench figures                 counts, prints one table, writes target/figures.json
//! cargo bench --bench figures -- --check      and ends with 1 where something grew or fell
//! cargo bench --bench figures -- --renew      and writes benches/baseline.json anew
//! ```
//!
//! Without valgrind the counts are left out, and that is said.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints a table")]

#[path = "../corpus/mod.rs"]
mod corpus;
mod count;
mod stages;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Map, Value, json};

use table::{Row, Verdict};

/// What the figures are compared with.
const BASELINE: &str = "benches/baseline.json";

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    // `--bench` is what cargo adds.
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let (check, renew) = match words.as_slice() {
        ["--prepare", folder] => {
            stages::prepare(Path::new(folder))?;
            return Ok(ExitCode::SUCCESS);
        }
        ["--stage", stage, folder] => {
            stages::run(stage, Path::new(folder))?;
            return Ok(ExitCode::SUCCESS);
        }
        [] => (false, false),
        ["--check"] => (true, false),
        ["--renew"] => (false, true),
        _ => return Err("usage: cargo bench --bench figures [-- --check | --renew]".into()),
    };
    let counted = match count::all() {
        Ok(counted) => counted,
        Err(why) => {
            println!("\n*** INSTRUCTIONS WERE NOT COUNTED: {why} ***\n");
            if renew {
                return Err("the baseline stays as it is".into());
            }
            Vec::new()
        }
    };
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let baseline: Value = match std::fs::read(top.join(BASELINE)) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(_) => json!({}),
    };
    let accuracy = told("accuracy")?;
    let whole = told("whole")?;
    let compiler = count::compiler();
    let same_compiler = baseline["compiler"].as_str() == Some(&compiler);
    let mut rows: Vec<Row> = counted
        .iter()
        .map(|(stage, n)| Row::count(stage, *n, baseline["instructions"][stage].as_u64(), same_compiler))
        .collect();
    rows.extend(accuracy.iter().map(|(name, figure)| {
        Row::accuracy(name, figure.as_f64().unwrap_or(0.0), baseline["accuracy"][name].as_f64())
    }));
    if !counted.is_empty() {
        rows.extend(table::missing("instructions", &baseline, |name| counted.iter().any(|(n, _)| n == name)));
    }
    if accuracy.is_empty() {
        println!("no accuracy: cargo test writes it\n");
    } else {
        rows.extend(table::missing("accuracy", &baseline, |name| accuracy.contains_key(name)));
    }
    rows.extend(whole.iter().map(|(name, figure)| Row::told(name, figure.as_str().unwrap_or(""))));
    table::print(&rows, same_compiler, &compiler, baseline["compiler"].as_str());

    let instructions: Map<String, Value> = counted.iter().map(|(s, n)| (s.clone(), json!(n))).collect();
    let figures = json!({
        "compiler": compiler,
        "instructions": instructions,
        "accuracy": accuracy,
        "whole": whole,
        "rows": rows,
    });
    let out = target().join("figures.json");
    std::fs::write(&out, format!("{figures:#}\n"))?;
    println!("\nwritten: {}", out.display());
    if renew {
        let mut baseline = json!({ "compiler": compiler, "instructions": instructions });
        baseline["accuracy"] = json!(accuracy);
        std::fs::write(top.join(BASELINE), format!("{baseline:#}\n"))?;
        println!("written: {BASELINE}; say in the commit why it changed");
    }
    let worse = rows.iter().filter(|row| row.verdict == Verdict::Worse).count();
    if worse > 0 {
        println!(
            "\n{worse} figures are worse than {BASELINE}. Mend it, or renew the baseline in the same commit and say why:\n\
             cargo bench --bench figures -- --renew"
        );
    }
    Ok(if check && worse > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Figures that the tests (`accuracy`) or the measurement of the built command (`whole`) have left.
fn told(what: &str) -> Result<Map<String, Value>, Box<dyn std::error::Error>> {
    let mut out = Map::new();
    let Ok(files) = std::fs::read_dir(target().join("tmp/figures").join(what)) else { return Ok(out) };
    let mut files: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
    files.sort();
    for file in files {
        let figures: Map<String, Value> = serde_json::from_slice(&std::fs::read(file)?)?;
        out.extend(figures);
    }
    Ok(out)
}

/// Cargo's folder.
fn target() -> PathBuf {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent().unwrap_or(tmp).to_owned()
}
