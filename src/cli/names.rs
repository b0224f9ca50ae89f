//! `baoku names`

use std::fs;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use serde::Serialize;

use super::args::{Format, NamesArgs};
use super::index::own_lexicon;
use super::out::HEAD;
use super::{Failure, Out, Outcome};
use crate::people::{self, Evidence, Kind, Mention, NameBook};

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    people: Vec<PersonView<'a>>,
}

#[derive(Serialize)]
struct PersonView<'a> {
    name: &'a str,
    start: usize,
    end: usize,
    kind: Kind,
    posts: Vec<PostView<'a>>,
    evidence: Evidence,
}

#[derive(Serialize)]
struct PostView<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

pub(super) fn run(args: &NamesArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let (overlay, mut outcome) = own_lexicon(args.lexicon.as_deref())?;
    let book = NameBook::with_overlay(overlay);
    for file in &args.files {
        let place = file.display().to_string();
        let done = if args.lines {
            lines(file, &place, &book, args.format, out)
        } else {
            whole(file, &place, &book, args.format, out)
        };
        match done {
            Ok(Outcome::Failed) => outcome = Outcome::Failed,
            Ok(_) => {}
            Err(failure) if failure.is_broken_pipe() => return Err(failure),
            Err(failure) => {
                failure.tell();
                outcome = Outcome::Failed;
            }
        }
    }
    Ok(outcome)
}

fn open(file: &Path, place: &str) -> Result<Box<dyn BufRead>, Failure> {
    if file.as_os_str() == "-" {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let opened = fs::File::open(file).map_err(|e| Failure::new(place, e.to_string()))?;
    Ok(Box::new(BufReader::new(opened)))
}

/// A file as one text.
fn whole(
    file: &Path,
    place: &str,
    book: &NameBook,
    format: Format,
    out: &mut Out,
) -> Result<Outcome, Failure> {
    let mut bytes = Vec::new();
    open(file, place)?.read_to_end(&mut bytes).map_err(|e| Failure::new(place, e.to_string()))?;
    let decoded = crate::ingest::decode(bytes);
    for problem in &decoded.problems {
        Failure::new(place, problem.message.clone()).tell();
    }
    answer(place, &decoded.text, book, format, out)?;
    Ok(if decoded.problems.is_empty() { Outcome::Done } else { Outcome::Failed })
}

/// A file of `{"id","text"}`, each line a text of its own.
fn lines(
    file: &Path,
    place: &str,
    book: &NameBook,
    format: Format,
    out: &mut Out,
) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::Done;
    for (index, line) in open(file, place)?.split(b'\n').enumerate() {
        let bytes = line.map_err(|e| Failure::new(place, e.to_string()))?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let number = index + 1;
        let value: serde_json::Value = match serde_json::from_slice(&bytes) {
            Ok(value) => value,
            Err(e) => {
                Failure::new(format!("{place}:{number}"), format!("no JSON: {e}")).tell();
                outcome = Outcome::Failed;
                continue;
            }
        };
        let Some(text) = value.get("text").and_then(serde_json::Value::as_str) else {
            Failure::new(format!("{place}:{number}"), "no member “text”").tell();
            outcome = Outcome::Failed;
            continue;
        };
        let id = match value.get("id") {
            None | Some(serde_json::Value::Null) => number.to_string(),
            Some(serde_json::Value::String(id)) => id.clone(),
            Some(other) => other.to_string(),
        };
        answer(&id, text, book, format, out)?;
    }
    Ok(outcome)
}

fn answer(id: &str, text: &str, book: &NameBook, format: Format, out: &mut Out) -> Result<(), Failure> {
    let found = people::mentions(text, book);
    if format == Format::Text {
        let heading = out.styled(HEAD, id);
        out.line(&heading)?;
        for mention in &found {
            let posts: Vec<&str> = mention.posts.iter().map(|p| p.text.as_str()).collect();
            out.line(&format!("  {}\t{}", mention.name, posts.join("、")))?;
        }
        return Ok(());
    }
    let view = Answer { id, people: views(text, &found) };
    match format {
        Format::Json => out.json(&view)?,
        _ => out.json_line(&view)?,
    }
    Ok(())
}

/// The mentions with offsets in characters.
fn views<'m>(text: &str, found: &'m [Mention]) -> Vec<PersonView<'m>> {
    // One walk over the text serves all spans.
    let mut at: Vec<usize> = found
        .iter()
        .flat_map(|m| m.posts.iter().map(|p| p.span).chain([m.span]))
        .flat_map(|s| [s.start, s.end])
        .collect();
    at.sort_unstable();
    at.dedup();
    let mut chars: Vec<usize> = Vec::with_capacity(at.len());
    let mut walked = (0, 0);
    for &byte in &at {
        let more = text.get(walked.0..byte).map_or(0, |t| t.chars().count());
        walked = (byte, walked.1 + more);
        chars.push(walked.1);
    }
    let offset = |byte: usize| at.binary_search(&byte).ok().and_then(|i| chars.get(i)).copied().unwrap_or(0);
    found
        .iter()
        .map(|m| PersonView {
            name: &m.name,
            start: offset(m.span.start),
            end: offset(m.span.end),
            kind: m.kind,
            posts: m
                .posts
                .iter()
                .map(|p| PostView { text: &p.text, start: offset(p.span.start), end: offset(p.span.end) })
                .collect(),
            evidence: m.evidence,
        })
        .collect()
}
