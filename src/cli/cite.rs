//! `baoku cite`, and the citation formats of `baoku search`.

use std::path::Path;

use clap::Args;

use super::out::talk;
use super::{Failure, Out, Outcome};
use crate::cite::{Bibliography, Style};
use crate::cluster::Store;
use crate::search::Request;

/// `baoku cite`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baoku cite 澜湾日报/2031-03-18/1/3f9a27
  baoku cite 澜湾日报/2031-03-18/1 --format bibtex      a whole page or issue
  baoku search 镜湖 --format ris --limit 0             everything a question finds")]
pub struct CiteArgs {
    /// Ids of articles, or of pages or issues.
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
    /// The form: gbt7714 (2025, in force), gbt7714-2015, bibtex, ris, csl-json.
    #[arg(long, value_parser = style_of, default_value = "gbt7714", value_name = "FORMAT")]
    pub format: Style,
}

fn style_of(text: &str) -> Result<Style, String> {
    Style::named(text).ok_or_else(|| format!("one of {}", Style::ALL.map(Style::name).join(", ")))
}

pub(super) fn run(root: &Path, args: &CiteArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = Store::open(root)?;
    let mut list = Bibliography::new(args.format);
    let mut outcome = Outcome::Done;
    for id in &args.ids {
        let found = match archive.article(id)? {
            Some(article) => vec![article],
            None => archive.articles_under(id)?,
        };
        if found.is_empty() {
            talk(&format!("nothing has the id {id}"));
            outcome = Outcome::Nothing;
        }
        for stored in &found {
            out.bytes(list.entry(stored).as_bytes())?;
        }
    }
    out.bytes(list.end().as_bytes())?;
    Ok(outcome)
}

/// The articles that answer a question, as a reference list.
pub(super) fn list(
    archive: &Store,
    request: &Request,
    style: Style,
    out: &mut Out,
) -> Result<Outcome, Failure> {
    let mut list = Bibliography::new(style);
    let given = archive
        .each(request, |stored| -> Result<(), Failure> { Ok(out.bytes(list.entry(&stored).as_bytes())?) })?;
    out.bytes(list.end().as_bytes())?;
    Ok(Outcome::found(given > 0))
}
