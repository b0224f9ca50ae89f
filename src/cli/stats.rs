//! `baoku stats`

use std::path::Path;

use super::args::{Format, StatsArgs};
use super::{Failure, Out, Outcome};
use crate::search::Archive;

pub(super) fn run(root: &Path, args: &StatsArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = Archive::open(root)?;
    let stats = archive.stats()?;
    match args.format {
        Format::Json => out.json(&stats)?,
        Format::Jsonl => out.json_line(&stats)?,
        Format::Text => {
            let span = match (&stats.first_date, &stats.last_date) {
                (Some(first), Some(last)) => format!("{first} to {last}"),
                _ => "undated".to_owned(),
            };
            for (name, value) in [
                ("articles", stats.articles.to_string()),
                ("pages", stats.pages.to_string()),
                ("people", stats.people.to_string()),
                ("issues", span),
                ("undated", stats.undated.to_string()),
                ("text", format!("{:.1} MB", stats.text_bytes as f64 / 1e6)),
                ("index", format!("{:.1} MB", stats.index_bytes as f64 / 1e6)),
                ("kept", format!("{:.1} MB", stats.kept_bytes as f64 / 1e6)),
                ("sources", stats.sources.to_string()),
                ("generation", stats.generation.to_string()),
                ("format", stats.format.to_string()),
            ] {
                out.line(&format!("{name:<11} {value}"))?;
            }
            for year in &stats.years {
                out.line(&format!("{:<11} {}", year.value, year.count))?;
            }
        }
    }
    Ok(Outcome::Done)
}
