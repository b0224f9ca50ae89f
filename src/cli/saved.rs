//! `baoku save`, `baoku saved`, `baoku alerts`

use std::path::Path;

use clap::Args;

use super::args::{ESCAPE, Format};
use super::out::{ASIDE, HEAD, talk};
use super::search::marked;
use super::{Failure, Out, Outcome};
use crate::saved::{Saved, Shelf, Trouble};
use crate::search::Archive;

/// `baoku save`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baoku save 镜湖 '“镜湖综合治理” -公告'
  baoku alerts                     what came in since the last look
What answers the question now counts as seen.")]
pub struct SaveArgs {
    /// A name for the question.
    pub name: String,
    /// The question.
    #[arg(required = true, value_name = "QUERY")]
    pub query: Vec<String>,
    /// Quoted runs match only as printed.
    #[arg(long)]
    pub literal: bool,
    /// Replace the question of that name.
    #[arg(long)]
    pub replace: bool,
}

/// `baoku saved`
#[derive(Debug, Args)]
pub struct SavedArgs {
    /// Forget the question of that name.
    #[arg(long, value_name = "NAME")]
    pub remove: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `baoku alerts`
#[derive(Debug, Args)]
pub struct AlertsArgs {
    /// Only these questions.
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Look without counting it as seen.
    #[arg(long)]
    pub peek: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        let failure = Self::new("", trouble.to_string());
        match trouble.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

pub(super) fn save(root: &Path, args: &SaveArgs) -> Result<Outcome, Failure> {
    let archive = Archive::open(root)?;
    let saved = Saved {
        name: args.name.replace(ESCAPE, ""),
        query: args.query.join(" ").replace(ESCAPE, ""),
        literal: args.literal,
    };
    let name = saved.name.clone();
    for note in crate::query::parse(&saved.query).notes {
        talk(&format!("note: {note}"));
    }
    let total = Shelf::of(root).save(&archive, saved, args.replace)?;
    talk(&format!("saved {name}; {total} articles answer it now"));
    Ok(Outcome::Done)
}

pub(super) fn saved(root: &Path, args: &SavedArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let shelf = Shelf::of(root);
    if let Some(name) = &args.remove {
        let gone = shelf.remove(name)?;
        talk(&format!("removed {}: {}", gone.name, gone.query));
        return Ok(Outcome::Done);
    }
    let questions = shelf.list()?;
    match args.format {
        Format::Json => out.json(&questions)?,
        Format::Jsonl => {
            for question in &questions {
                out.json_line(question)?;
            }
        }
        Format::Text => {
            for question in &questions {
                let name = out.styled(HEAD, &question.name);
                let literal = if question.literal { "  --literal" } else { "" };
                out.line(&format!("{name}  {}{literal}", question.query))?;
            }
        }
    }
    Ok(Outcome::found(!questions.is_empty()))
}

pub(super) fn alerts(root: &Path, args: &AlertsArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = Archive::open(root)?;
    let alerts = Shelf::of(root).alerts(&archive, &args.names, args.peek)?;
    match args.format {
        Format::Json => out.json(&alerts)?,
        Format::Jsonl => {
            for alert in &alerts {
                out.json_line(alert)?;
            }
        }
        Format::Text => {
            for alert in alerts.iter().filter(|a| !a.new.is_empty()) {
                let name = out.styled(HEAD, &alert.name);
                out.line(&format!("{name}  {}  {} new of {}", alert.query, alert.new.len(), alert.total))?;
                for hit in &alert.new {
                    let headline = hit.headline.as_deref().unwrap_or("（无标题）");
                    let headline = marked(out, headline, &hit.headline_marks);
                    let aside = format!("{} {}", hit.date.as_deref().unwrap_or("undated"), hit.id);
                    let aside = out.styled(ASIDE, &aside);
                    out.line(&format!("  {headline}  {aside}"))?;
                    if let Some(snippet) = hit.snippets.first() {
                        let piece = marked(out, &snippet.text, &snippet.marks);
                        out.line(&format!("    {piece}"))?;
                    }
                }
            }
        }
    }
    Ok(Outcome::found(alerts.iter().any(|a| !a.new.is_empty())))
}
