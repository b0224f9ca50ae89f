//! `baoku verify`

use std::path::Path;

use super::args::{Format, VerifyArgs};
use super::out::talk;
use super::progress::Progress;
use super::{Failure, Out, Outcome};
use crate::pipeline;

pub(super) fn run(root: &Path, args: &VerifyArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let progress = Progress::new();
    let found = pipeline::verify(root, args.full, &|what, done, of| progress.tell(what, done, of));
    progress.end();
    let found = found?;
    match args.format {
        Format::Json => out.json(&found)?,
        Format::Jsonl => out.json_line(&found)?,
        Format::Text => {
            for check in &found.checks {
                let wrong =
                    if check.wrong == 0 { "sound".to_owned() } else { format!("{} WRONG", check.wrong) };
                out.line(&format!("{:<9} {wrong}: {} {}", check.name, check.compared, check.of))?;
            }
            for finding in &found.findings {
                let colon = if finding.place.is_empty() { "" } else { ": " };
                out.line(&format!("{}: {}{colon}{}", finding.check, finding.place, finding.what))?;
            }
            let mut mends: Vec<&str> = found.findings.iter().map(|f| f.mend).collect();
            mends.dedup();
            for mend in mends {
                talk(&format!("hint: {mend}"));
            }
            for note in &found.notes {
                talk(&format!("note: {note}"));
            }
            let name = root.display();
            out.line(&if found.sound { format!("{name} is sound") } else { format!("{name} is NOT sound") })?;
        }
    }
    Ok(if found.sound { Outcome::Done } else { Outcome::Failed })
}
