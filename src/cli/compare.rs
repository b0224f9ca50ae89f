//! `baoku compare`

use std::path::Path;

use anstyle::{AnsiColor, Style};
use clap::Args;

use super::args::Format;
use super::out::{ASIDE, HEAD, talk};
use super::{Failure, Out, Outcome};
use crate::cluster::Store;
use crate::search::compare::{ComparedSentence, Comparison, SentenceStatus, StoryHead};

/// `baoku compare`
#[derive(Debug, Args)]
#[command(after_help = "\
The later of the two is printed; what stood in the earlier one is dimmed, what is new marked [+ +],
what was changed [~ ~]. Below stand the sentences that were left out.")]
pub struct CompareArgs {
    /// Id of an article.
    #[arg(value_name = "ID")]
    pub a: String,
    /// Id of another; which is the earlier one their days tell.
    #[arg(value_name = "ID")]
    pub b: String,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

const NEW: Style = AnsiColor::Green.on_default().bold();

pub(super) fn run(root: &Path, args: &CompareArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = Store::open(root)?;
    let found = match archive.compare(&args.a, &args.b)? {
        Ok(found) => found,
        Err(id) => {
            talk(&format!("no article has the id {id}"));
            return Ok(Outcome::Nothing);
        }
    };
    match args.format {
        Format::Json => out.json(&found)?,
        Format::Jsonl => out.json_line(&found)?,
        Format::Text => text(&found, out)?,
    }
    Ok(Outcome::Done)
}

fn text(found: &Comparison, out: &mut Out) -> Result<(), Failure> {
    head("earlier", &found.older, out)?;
    head("later", &found.newer, out)?;
    out.line(&format!(
        "  {} of {} characters stood there before ({:.0} %)",
        found.reused_chars,
        found.chars,
        found.reuse * 100.0
    ))?;
    out.line("")?;
    for paragraph in &found.paragraphs {
        let shown: String = paragraph.sentences.iter().map(|s| sentence(s, out)).collect();
        out.line(&format!("　　{shown}"))?;
    }
    if !found.dropped.is_empty() {
        out.line("")?;
        out.line(&format!("left out, {} sentences:", found.dropped.len()))?;
        for dropped in &found.dropped {
            out.line(&format!("  - {}", dropped.text.trim()))?;
        }
    }
    Ok(())
}

/// A sentence, what is taken over dimmed; where there are no colours brackets tell the rest.
fn sentence(sentence: &ComparedSentence, out: &Out) -> String {
    let plain = out.styled(ASIDE, "x") == "x";
    let mut shown = String::new();
    match sentence.status {
        SentenceStatus::Reused => return out.styled(ASIDE, &sentence.text),
        SentenceStatus::New if plain => return format!("[+{}+]", sentence.text),
        SentenceStatus::New => return out.styled(NEW, &sentence.text),
        SentenceStatus::Changed => {}
    }
    let chars: Vec<char> = sentence.text.chars().collect();
    let mut at = 0;
    let fresh = |piece: &[char]| -> String {
        let text: String = piece.iter().collect();
        match (plain, piece.iter().any(|c| c.is_alphanumeric())) {
            (_, false) => text,
            (true, true) => format!("[~{text}~]"),
            (false, true) => out.styled(NEW, &text),
        }
    };
    for &(start, end) in &sentence.reused {
        shown.push_str(&fresh(&chars[at..start]));
        shown.push_str(&out.styled(ASIDE, &chars[start..end].iter().collect::<String>()));
        at = end;
    }
    shown.push_str(&fresh(&chars[at..]));
    shown
}

fn head(label: &str, head: &StoryHead, out: &mut Out) -> Result<(), Failure> {
    let place: Vec<String> = [head.date.clone(), head.paper.clone()]
        .into_iter()
        .flatten()
        .chain(head.page.as_ref().map(|p| format!("{p}版")))
        .collect();
    let headline = out.styled(HEAD, head.headline.as_deref().unwrap_or("（无标题）"));
    let aside = out.styled(ASIDE, &format!("{} {}", place.join(" "), head.id));
    Ok(out.line(&format!("{label:<8} {headline}  {aside}"))?)
}
