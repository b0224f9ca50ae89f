//! `baoku person` and `baoku people`

use std::path::Path;

use super::args::{Format, PeopleArgs, PersonArgs};
use super::out::{ASIDE, HEAD, talk};
use super::{Failure, Out, Outcome};
use crate::search::{Archive, HoldingRow, PeopleQuery, PersonPage};

pub(super) fn person(root: &Path, args: &PersonArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = Archive::open(root)?;
    let mut found = archive.persons_named(&args.name)?;
    if found.is_empty() && args.name.is_ascii() {
        found = archive.persons_sounding(&args.name)?;
    }
    let pages: Vec<PersonPage> =
        found.into_iter().map(|person| archive.person_page(person, args.limit)).collect::<Result<_, _>>()?;
    match args.format {
        Format::Json => match pages.as_slice() {
            [one] => out.json(one)?,
            many => out.json(&many)?,
        },
        Format::Jsonl => {
            for page in &pages {
                out.json_line(page)?;
            }
        }
        Format::Text => {
            for page in &pages {
                text(page, out)?;
            }
        }
    }
    if pages.is_empty() {
        talk(&format!("the archive knows nobody of the name {}", args.name));
    }
    Ok(Outcome::found(!pages.is_empty()))
}

fn text(page: &PersonPage, out: &mut Out) -> Result<(), Failure> {
    let name = out.styled(HEAD, &page.person.name);
    let aside = out.styled(ASIDE, &page.person.pinyin);
    out.line(&format!("{name}  {aside}"))?;
    for row in &page.holdings {
        holding(row, false, out)?;
    }
    out.line(&format!("  {} articles", page.person.articles))?;
    for hit in &page.articles {
        let date = hit.date.as_deref().unwrap_or("undated");
        out.line(&format!("  {date:<10}  {}", hit.headline.as_deref().unwrap_or("（无标题）")))?;
        let aside = out.styled(ASIDE, &hit.id);
        out.line(&format!("              {aside}"))?;
    }
    out.line("")?;
    Ok(())
}

pub(super) fn people(root: &Path, args: &PeopleArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = Archive::open(root)?;
    let asked = PeopleQuery {
        post: args.post.clone(),
        organ: args.organ.clone(),
        on: args.on,
        name: args.name.clone(),
    };
    let rows = archive.holdings(&asked)?;
    let limit = if args.limit == 0 { usize::MAX } else { args.limit };
    let shown = &rows[..rows.len().min(limit)];
    match args.format {
        Format::Json => out.json(&shown)?,
        Format::Jsonl => {
            for row in shown {
                out.json_line(row)?;
            }
        }
        Format::Text => {
            for row in shown {
                holding(row, true, out)?;
            }
        }
    }
    if shown.len() < rows.len() {
        talk(&format!("{} of {}; --limit 0 shows all", shown.len(), rows.len()));
    } else if rows.is_empty() {
        talk("the archive shows nobody");
    }
    Ok(Outcome::found(!rows.is_empty()))
}

fn holding(row: &HoldingRow, with_name: bool, out: &mut Out) -> Result<(), Failure> {
    let name = if with_name { format!("{}  ", out.styled(HEAD, &row.name)) } else { String::new() };
    let unknown = "?".to_owned();
    let time = match (&row.from, &row.to) {
        (None, None) => {
            let first = row.first_seen.as_ref().unwrap_or(&unknown);
            let last = row.last_seen.as_ref().unwrap_or(&unknown);
            format!("seen {first} to {last}")
        }
        (from, to) => {
            format!("from {} to {}", from.as_ref().unwrap_or(&unknown), to.as_ref().unwrap_or(&unknown))
        }
    };
    let status = serde_json::to_value(row.status).unwrap_or_default();
    let status = status.as_str().unwrap_or_default().to_owned();
    let aside = out.styled(ASIDE, &format!("{time}, {} articles, {status}", row.sightings));
    out.line(&format!("  {name}{}  {aside}", row.post))?;
    if let Some(proof) = row.evidence.last() {
        let aside = out.styled(ASIDE, &format!("      “{}” {}", proof.quote, proof.id));
        out.line(&aside)?;
    }
    Ok(())
}
