//! `baoku export`

use std::path::Path;

use clap::Args;

use super::args::{ESCAPE, sort_of};
use super::out::talk;
use super::{Failure, Out, Outcome, dates};
use crate::cluster::Store;
use crate::export::Form;
use crate::search::{Request, Sort};

/// `baoku export`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baoku export > archive.jsonl                      everything; can be indexed again
  baoku export 镜湖 --from 2032 --format csv > jinghu.csv
  baoku export 记者:孙鸣 --format markdown > sunming.md")]
pub struct ExportArgs {
    /// Only the articles with everything this question asks.
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Only issues from this day on: 2026, 2026-06 or 2026-06-01.
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Only issues up to this day.
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Order of the articles; those of one day as they stand in the paper.
    #[arg(long, value_parser = sort_of, default_value = "oldest", value_name = "ORDER")]
    pub sort: Sort,
    /// Number of articles; 0 means all.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub limit: usize,
    /// Articles to leave out at the beginning.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub offset: usize,
    /// Quoted runs match only as printed.
    #[arg(long)]
    pub literal: bool,
    /// The form: jsonl, csv, markdown.
    #[arg(long, value_parser = form_of, default_value = "jsonl", value_name = "FORMAT")]
    pub format: Form,
}

fn form_of(text: &str) -> Result<Form, String> {
    Form::named(text).ok_or_else(|| format!("one of {}", Form::ALL.map(Form::name).join(", ")))
}

pub(super) fn run(root: &Path, args: &ExportArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = Store::open(root)?;
    let input = args.query.join(" ").replace(ESCAPE, "");
    let request = Request {
        dates: dates::range(args.from.as_deref(), args.to.as_deref())?,
        sort: args.sort,
        limit: args.limit,
        offset: args.offset,
        as_printed: args.literal,
        all_words: true,
        ..Request::new(&input)
    };
    for note in &request.question.notes {
        talk(&format!("note: {note}"));
    }
    out.bytes(&args.format.beginning())?;
    let mut first = true;
    let given = archive.each(&request, |stored| -> Result<(), Failure> {
        out.bytes(&args.format.article(&stored, first))?;
        first = false;
        Ok(())
    })?;
    let articles = if given == 1 { "article" } else { "articles" };
    talk(&format!("{given} {articles}"));
    Ok(Outcome::found(given > 0))
}
