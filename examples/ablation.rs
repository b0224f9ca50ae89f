//! Measures what each part of the ranking gains, on questions whose answers are known:
//!
//! ```text
//! cargo run --release --example ablation -- ARCHIVE QUESTIONS.jsonl JUDGED.tsv [set WEIGHT=N,WEIGHT=N …]
//! ```
//!
//! Questions are lines `{"id","query"}` (or `text`), judgements lines `question, article, relevance`
//! with tabs between. The figure is the mean reciprocal rank of the first right article among ten, for
//! either half of the questions by itself: weights are chosen on the first, and the second says what
//! they are worth. Each `set` is one more row, the shipped weights but for those it names:
//! `set near=50,pair=0`.

#![allow(clippy::print_stdout, reason = "a program that says what it does")]

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use baoku::search::{Archive, Request, Weights};
use rayon::prelude::*;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Hits among which the right article is looked for.
const HITS: usize = 10;

struct Asked {
    request: Request,
    right: HashSet<String>,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [archive, questions, judged, more @ ..] = arguments.as_slice() else {
        return Err("usage: ablation ARCHIVE QUESTIONS.jsonl JUDGED.tsv [set WEIGHT=N,…]".into());
    };
    let archive = Archive::open(Path::new(archive))?;
    let asked = read(questions, judged)?;
    println!("{:<28} {:>9} {:>9} {:>9}", "", "chosen on", "other", "all");
    for (name, weights) in rows(more)? {
        let ranks: Vec<f64> = asked
            .par_iter()
            .map(|asked| {
                let results = archive.search(&Request { weights, ..asked.request.clone() })?;
                let at = results.hits.iter().position(|hit| asked.right.contains(&hit.id));
                Ok(at.map_or(0.0, |at| 1.0 / (at + 1) as f64))
            })
            .collect::<std::result::Result<_, baoku::index::Error>>()?;
        let mean = |half: &dyn Fn(usize) -> bool| {
            let of: Vec<f64> =
                ranks.iter().enumerate().filter(|(i, _)| half(*i)).map(|(_, rank)| *rank).collect();
            of.iter().sum::<f64>() / of.len().max(1) as f64
        };
        let (first, second, all) = (mean(&|i| i % 2 == 0), mean(&|i| i % 2 == 1), mean(&|_| true));
        println!("{name:<28} {first:>9.4} {second:>9.4} {all:>9.4}");
    }
    Ok(())
}

/// Which weights are tried, by name.
fn rows(more: &[String]) -> Result<Vec<(String, Weights)>> {
    let shipped = Weights::default();
    let nothing = Weights { word: 0, headline: 0, character: 0, pair: 0, near: 0, coverage: 0, ..shipped };
    let mut rows: Vec<(String, Weights)> = [
        ("shipped", shipped),
        ("words alone", Weights { word: 100, headline: 100, ..nothing }),
        ("pairs of characters alone", Weights { pair: 100, ..nothing }),
        ("characters alone", Weights { character: 100, ..nothing }),
        ("without words", Weights { word: 0, headline: 0, ..shipped }),
        ("without headlines", Weights { headline: 0, ..shipped }),
        ("headlines as paragraphs", Weights { headline: 100, ..shipped }),
        ("without characters", Weights { character: 0, ..shipped }),
        ("without pairs", Weights { pair: 0, ..shipped }),
        ("words that ask in full", Weights { asking: 100, ..shipped }),
        ("without nearness", Weights { near: 0, ..shipped }),
        ("without coverage", Weights { coverage: 0, ..shipped }),
        ("lengths in proportion", Weights { length: 100, ..shipped }),
        ("lengths left out", Weights { length: 0, ..shipped }),
    ]
    .map(|(name, weights)| (name.to_owned(), weights))
    .into();
    for set in more.iter().filter(|word| *word != "set") {
        let mut weights = shipped;
        for one in set.split(',') {
            let (name, value) = one.split_once('=').ok_or_else(|| format!("{one}: no WEIGHT=N"))?;
            let value: u16 = value.parse()?;
            *match name {
                "word" => &mut weights.word,
                "headline" => &mut weights.headline,
                "character" => &mut weights.character,
                "pair" => &mut weights.pair,
                "asking" => &mut weights.asking,
                "near" => &mut weights.near,
                "coverage" => &mut weights.coverage,
                "length" => &mut weights.length,
                _ => return Err(format!("{name}: no such weight").into()),
            } = value;
        }
        rows.push((set.clone(), weights));
    }
    Ok(rows)
}

fn read(questions: &str, judged: &str) -> Result<Vec<Asked>> {
    let mut right: HashMap<String, HashSet<String>> = HashMap::new();
    for line in fs::read_to_string(judged)?.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        // A line of names above the judgements has no number at its end.
        if let [question, .., article, relevance] = cells.as_slice()
            && relevance.parse::<i64>().is_ok_and(|relevance| relevance > 0)
        {
            right.entry((*question).to_owned()).or_default().insert((*article).to_owned());
        }
    }
    let mut asked = Vec::new();
    for line in fs::read_to_string(questions)?.lines() {
        let question: serde_json::Value = serde_json::from_str(line)?;
        let text = |name: &str| question.get(name).and_then(|value| value.as_str());
        let (Some(id), Some(input)) = (text("id"), text("query").or_else(|| text("text"))) else {
            return Err(format!("{line}: no id and query").into());
        };
        if let Some(right) = right.remove(id) {
            let request = Request { limit: HITS, snippets: false, suggest: false, ..Request::new(input) };
            asked.push(Asked { request, right });
        }
    }
    Ok(asked)
}
