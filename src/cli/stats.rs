//! `baoku stats`

use std::path::Path;

use clap::Args;

use super::args::TableFormat;
use super::out::{ASIDE, HEAD, talk};
use super::{Failure, Out, Outcome};
use crate::cluster::Store;
use crate::search::{Archive, IssueState};

/// Missing days told one by one.
const DAYS_TOLD_MAX: usize = 12;

/// `baoku stats`
#[derive(Debug, Args)]
pub struct StatsArgs {
    /// A row an issue: pages that are there and that lack, unmatched jumps, lost headlines, problems.
    #[arg(long)]
    pub issues: bool,
    /// A row a field of the index: what it takes on disk, and for what.
    #[arg(long, conflicts_with = "issues")]
    pub space: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: TableFormat,
}

pub(super) fn run(root: &Path, args: &StatsArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = Store::open(root)?;
    if args.issues {
        return issues(archive.folder("the state of issues")?, args, out);
    }
    if args.space {
        return space(archive.folder("what its fields take")?, args, out);
    }
    let stats = archive.stats()?;
    match args.format {
        TableFormat::Json => out.json(&stats)?,
        TableFormat::Jsonl => out.json_line(&stats)?,
        TableFormat::Csv => out.bytes(stats.csv().as_bytes())?,
        TableFormat::Text => {
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

fn space(archive: &Archive, args: &StatsArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let fields = archive.index().space()?;
    match args.format {
        TableFormat::Json => out.json(&fields)?,
        TableFormat::Jsonl => {
            for field in &fields {
                out.json_line(field)?;
            }
        }
        TableFormat::Csv | TableFormat::Text => {
            let names = ["field", "bytes", "terms", "documents", "positions", "lengths", "column", "stored"];
            let csv = args.format == TableFormat::Csv;
            let row = |cells: &[String]| match (csv, cells) {
                (false, [field, numbers @ ..]) => {
                    numbers.iter().fold(format!("{field:<15}"), |row, number| format!("{row} {number:>11}"))
                }
                _ => cells.join(","),
            };
            out.line(&row(&names.map(str::to_owned)))?;
            for f in &fields {
                let numbers = [f.total(), f.terms, f.documents, f.positions, f.lengths, f.column, f.stored]
                    .map(|n| n.to_string());
                out.line(&row(&[std::slice::from_ref(&f.field), numbers.as_slice()].concat()))?;
            }
        }
    }
    Ok(Outcome::found(!fields.is_empty()))
}

fn issues(archive: &Archive, args: &StatsArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let issues = archive.issue_states()?;
    match args.format {
        TableFormat::Json => out.json(&issues)?,
        TableFormat::Jsonl => {
            for issue in &issues {
                out.json_line(issue)?;
            }
        }
        TableFormat::Csv => out.bytes(IssueState::csv(&issues).as_bytes())?,
        TableFormat::Text => {
            let head =
                out.styled(HEAD, "date        pages  articles  jumps  untitled  undated  problems  paper");
            out.line(&head)?;
            for issue in &issues {
                issue_text(issue, out)?;
            }
            missing_days(archive)?;
        }
    }
    Ok(Outcome::found(!issues.is_empty()))
}

fn issue_text(issue: &IssueState, out: &mut Out) -> Result<(), Failure> {
    let pages = issue.pages.len() as u64 + issue.unnumbered_pages;
    let place = match (&issue.paper, &issue.date) {
        (Some(paper), Some(_)) => paper.clone(),
        (Some(paper), None) => format!("{paper} {}", issue.source),
        (None, _) => issue.source.clone(),
    };
    let mut lacks = Vec::new();
    if !issue.missing_pages.is_empty() {
        lacks.push(format!("lacks page {}", issue.missing_pages.join(", ")));
    }
    if issue.unnumbered_pages > 0 {
        lacks.push(format!("{} without a page number", issue.unnumbered_pages));
    }
    let lacks = if lacks.is_empty() { String::new() } else { format!("  [{}]", lacks.join("; ")) };
    let lacks = out.styled(ASIDE, &lacks);
    out.line(&format!(
        "{:<10}  {pages:>5}  {:>8}  {:>5}  {:>8}  {:>7}  {:>8}  {place}{lacks}",
        issue.date.as_deref().unwrap_or("undated"),
        issue.articles,
        issue.unmatched_jumps,
        issue.untitled,
        issue.undated_pages,
        issue.problems,
    ))?;
    Ok(())
}

/// The days on which an issue is to be expected and none is there.
fn missing_days(archive: &Archive) -> Result<(), Failure> {
    for calendar in archive.calendars()? {
        let told: Vec<&str> = calendar.missing.iter().take(DAYS_TOLD_MAX).map(String::as_str).collect();
        if !told.is_empty() {
            let more = calendar.missing.len() - told.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            talk(&format!("{}: days that seem to be missing: {}{more}", calendar.paper, told.join(" ")));
        }
    }
    Ok(())
}
