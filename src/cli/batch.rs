//! `baoku search --batch`: many questions, one answer each; a bad line never stops the others.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::args::{HitFormat, SearchArgs};
use super::search::{request, trec};
use super::{Failure, Out, Outcome};
use crate::cluster::Store;
use crate::index::Error;
use crate::search::{BatchAnswer, BatchError, BatchLine, Request};

/// Questions asked together.
const TOGETHER: usize = 50;

/// A line with its number: its id and what it asks, or why it can't be read.
type Line = Result<(usize, String, Request), (usize, BatchError)>;

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
    // What can't be answered is told for its line, and the others go on.
    let mut told =
        |out: &mut Out, documents: &mut Vec<serde_json::Value>, number, id: String, error: String| {
            Failure::new(format!("{place}:{number}"), error.clone()).tell();
            outcome = Outcome::Failed;
            let answer = serde_json::json!({"id": id, "error": error});
            match args.format {
                HitFormat::Json => documents.push(answer),
                HitFormat::Jsonl => out.json_line(&answer)?,
                _ => {}
            }
            Ok::<(), Failure>(())
        };
    // A cluster is asked several questions in one request; on this machine each is answered at once.
    let together = if matches!(archive, Store::Cluster(_)) { TOGETHER } else { 1 };
    let mut lines = input.split(b'\n').enumerate().peekable();
    while lines.peek().is_some() {
        let mut asked: Vec<Line> = Vec::new();
        while asked.len() < together
            && let Some((index, line)) = lines.next()
        {
            let number = index + 1;
            match BatchLine::read(&line.map_err(fail)?, number) {
                None => {}
                Some(Ok(BatchLine { id, input })) => asked.push(Ok((number, id, request(args, &input)?))),
                Some(Err(error)) => asked.push(Err((number, error))),
            }
        }
        let requests: Vec<Request> = asked.iter().flatten().map(|(_, _, request)| request.clone()).collect();
        let mut results = if args.count { Vec::new() } else { archive.searches(&requests) }.into_iter();
        for line in asked {
            let (number, id, request) = match line {
                Ok(line) => line,
                Err((number, BatchError { id, error })) => {
                    told(out, &mut documents, number, id, error)?;
                    continue;
                }
            };
            if args.count {
                let count = match archive.count(&request) {
                    Err(Error::Cluster(e)) => {
                        told(out, &mut documents, number, id, e.to_string())?;
                        continue;
                    }
                    count => count?,
                };
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
            let results = match results.next() {
                Some(Err(Error::Cluster(e))) => {
                    told(out, &mut documents, number, id, e.to_string())?;
                    continue;
                }
                Some(results) => results?,
                None => continue,
            };
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
    }
    if args.format == HitFormat::Json {
        out.json(&documents)?;
    }
    Ok(outcome)
}
