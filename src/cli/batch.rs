//! `baoku search --batch`: many questions, one answer each; a bad line never stops the others.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use serde::Serialize;

use super::args::{HitFormat, SearchArgs};
use super::search::{request, trec};
use super::{Failure, Out, Outcome};
use crate::search::{Archive, Results};

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    #[serde(flatten)]
    results: &'a Results,
}

/// A question of a batch: JSON Lines `{"id","query"}` (or `"text"`), or the bare line.
fn question(line: &str, number: usize) -> Result<(String, String), String> {
    if !line.starts_with('{') {
        return Ok((number.to_string(), line.to_owned()));
    }
    let value: serde_json::Value = serde_json::from_str(line).map_err(|e| format!("no JSON: {e}"))?;
    let id = match value.get("id") {
        None | Some(serde_json::Value::Null) => number.to_string(),
        Some(serde_json::Value::String(id)) => id.clone(),
        Some(other) => other.to_string(),
    };
    let text = value.get("query").or_else(|| value.get("text")).and_then(serde_json::Value::as_str);
    text.map(|text| (id, text.to_owned())).ok_or_else(|| "no member “query”".to_owned())
}

pub(super) fn run(
    archive: &Archive,
    args: &SearchArgs,
    file: &Path,
    out: &mut Out,
) -> Result<Outcome, Failure> {
    let place = file.display().to_string();
    let fail = |e: io::Error| Failure::new(place.clone(), e.to_string());
    let input: Box<dyn BufRead> = if file.as_os_str() == "-" {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(file).map_err(fail)?))
    };
    let mut outcome = Outcome::Done;
    let mut documents: Vec<serde_json::Value> = Vec::new();
    for (index, line) in input.split(b'\n').enumerate() {
        let number = index + 1;
        let bytes = line.map_err(fail)?;
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_start_matches('\u{FEFF}').trim();
        if line.is_empty() {
            continue;
        }
        let (id, text) = match question(line, number) {
            Ok(question) => question,
            Err(what) => {
                Failure::new(format!("{place}:{number}"), what.clone()).tell();
                outcome = Outcome::Failed;
                let answer = serde_json::json!({"id": number.to_string(), "error": what});
                match args.format {
                    HitFormat::Json => documents.push(answer),
                    HitFormat::Jsonl => out.json_line(&answer)?,
                    _ => {}
                }
                continue;
            }
        };
        let request = request(args, &text)?;
        if args.count {
            let count = archive.count(&request)?;
            match args.format {
                HitFormat::Json | HitFormat::Jsonl => {
                    let answer = serde_json::json!({"id": id, "total": {"value": count, "exact": true}});
                    if args.format == HitFormat::Json {
                        documents.push(answer);
                    } else {
                        out.json_line(&answer)?;
                    }
                }
                _ => out.line(&format!("{id}\t{count}"))?,
            }
            continue;
        }
        let results = archive.search(&request)?;
        match args.format {
            HitFormat::Trec => trec(&id, &results.hits, request.offset, out)?,
            HitFormat::Jsonl => out.json_line(&Answer { id: &id, results: &results })?,
            HitFormat::Json => {
                let answer = serde_json::to_value(Answer { id: &id, results: &results });
                documents.push(answer.map_err(|e| Failure::new(place.clone(), e.to_string()))?);
            }
            // Reference lists are refused before.
            _ => {
                for hit in &results.hits {
                    out.line(&format!("{id}\t{}", hit.id))?;
                }
            }
        }
    }
    if args.format == HitFormat::Json {
        out.json(&documents)?;
    }
    Ok(outcome)
}
