//! `baoku search --batch`: many questions, one answer each; a bad line never stops the others.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::args::{HitFormat, SearchArgs};
use super::search::{request, trec};
use super::{Failure, Out, Outcome};
use crate::cluster::Store;
use crate::search::{BatchAnswer, BatchError, BatchLine};

pub(super) fn run(
    archive: &Store,
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
        let Some(line) = BatchLine::read(&bytes, number) else { continue };
        let BatchLine { id, input: text } = match line {
            Ok(line) => line,
            Err(BatchError { id, error }) => {
                Failure::new(format!("{place}:{number}"), error.clone()).tell();
                outcome = Outcome::Failed;
                let answer = serde_json::json!({"id": id, "error": error});
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
            HitFormat::Jsonl => out.json_line(&BatchAnswer { id, results })?,
            HitFormat::Json => {
                let answer = serde_json::to_value(BatchAnswer { id, results });
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
