//! `baoku person` and `baoku people`

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;

use super::args::{Format, PeopleArgs, PersonArgs, TableFormat};
use super::company;
use super::out::{ASIDE, HEAD, talk};
use super::{Failure, Out, Outcome};
use crate::cluster::Store;
use crate::people::HoldingStatus;
use crate::search::{HoldingRow, PeopleQuery, PersonPage};

pub(super) fn person(root: &Path, args: &PersonArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = Store::open(root)?;
    let mut found = archive.persons_named(&args.name)?;
    if found.is_empty() {
        found = archive.person(&args.name)?.into_iter().collect();
    }
    if found.is_empty() && args.name.is_ascii() {
        found = archive.persons_sounding(&args.name)?;
    }
    if let Some(with) = &args.with {
        let Some(person) = found.first() else {
            talk(&archive.nobody_named(&args.name)?);
            return Ok(Outcome::Nothing);
        };
        if found.len() > 1 {
            let others: Vec<&str> = found.iter().skip(1).map(|p| p.id.as_str()).collect();
            talk(&format!("{} of several of the name; the others: {}", person.id, others.join(" ")));
        }
        return company::with(archive.folder("who appears with whom (--with)")?, &person.id, with, args, out);
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
        talk(&archive.nobody_named(&args.name)?);
    }
    Ok(Outcome::found(!pages.is_empty()))
}

fn text(page: &PersonPage, out: &mut Out) -> Result<(), Failure> {
    let person = &page.person;
    let name = out.styled(HEAD, &person.id);
    let mut aside = person.pinyin.clone();
    if !person.aliases.is_empty() {
        aside.push_str(&format!(", also {}", person.aliases.join(" ")));
    }
    let aside = out.styled(ASIDE, &aside);
    out.line(&format!("{name}  {aside}"))?;
    if let Some(correction) = &person.correction {
        let verb = if correction.persons.is_empty() { "joined" } else { "parted" };
        out.line(&format!("  {verb} by correction: {} ({})", correction.entry, correction.place))?;
    }
    for other in &person.possibly_same {
        let posts = out.styled(ASIDE, &other.posts.join("、"));
        out.line(&format!("  possibly the same: {}, {} articles  {posts}", other.id, other.articles))?;
    }
    for two in &person.inferred {
        let place = |p: &crate::people::PlacedPost| {
            format!("{} ({})", p.post, p.date.map_or_else(|| "undated".to_owned(), |d| d.to_string()))
        };
        let both = format!("{} and {}", place(&two.before), place(&two.after));
        out.line(&format!("  taken for one person without proof: {both}"))?;
        let ids = out.styled(ASIDE, &format!("      {}  {}", two.before.id, two.after.id));
        out.line(&ids)?;
    }
    for row in &page.holdings {
        holding(row, false, out)?;
    }
    let list = |items: Vec<String>| items.join("  ");
    for (label, items) in [
        ("organs", page.organs.iter().map(|o| format!("{} {}", o.organ, o.sightings)).collect::<Vec<_>>()),
        ("parts", page.parts.iter().map(|p| format!("{} {}", p.value, p.count)).collect()),
        ("months", page.months.iter().map(|m| format!("{} {}", m.month, m.articles)).collect()),
        ("with", page.company.iter().map(|c| format!("{} {}", c.name, c.articles)).collect()),
    ] {
        if !items.is_empty() {
            out.line(&format!("  {label:<7} {}", list(items)))?;
        }
    }
    if page.company_total > page.company.len() as u64 {
        let aside = out.styled(ASIDE, &format!("          {} people in all", page.company_total));
        out.line(&aside)?;
    }
    for quotation in &page.quotations {
        let date = quotation.date.as_deref().unwrap_or("undated");
        let (open, close) = if quotation.verbatim { ("“", "”") } else { ("", "") };
        out.line(&format!("  {date:<10}  {}：{open}{}{close}", quotation.verb, quotation.text))?;
        let aside = out.styled(ASIDE, &quotation.id);
        out.line(&format!("              {aside}"))?;
    }
    let unsure = match person.unsure {
        0 => String::new(),
        n => format!(", {n} of them name the person without a post: which of the name it is was concluded"),
    };
    out.line(&format!("  {} articles{unsure}", person.articles))?;
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
    let archive = Store::open(root)?;
    if args.matrix {
        return company::matrix(archive.folder("who took part how often (--matrix)")?, args, out);
    }
    if args.order {
        return company::order(archive.folder("changes of order (--order)")?, args, out);
    }
    if args.from.is_some() || args.to.is_some() {
        return Err(Failure::new("people", "--from and --to go with --matrix or --order")
            .hint("who held a post on a day: --on DATE"));
    }
    let on = args.on.as_deref().map(|text| {
        text.parse::<Date>()
            .map_err(|_| Failure::new("--on", format!("“{text}” is no day")).hint("a day is 2026-06-01"))
    });
    let asked = PeopleQuery {
        post: args.post.clone(),
        organ: args.organ.clone(),
        on: on.transpose()?,
        name: args.name.clone(),
    };
    let rows = archive.holdings(&asked)?;
    let limit = if args.limit == 0 { usize::MAX } else { args.limit };
    let shown = &rows[..rows.len().min(limit)];
    match args.format {
        TableFormat::Json => out.json(&shown)?,
        TableFormat::Jsonl => {
            for row in shown {
                out.json_line(row)?;
            }
        }
        TableFormat::Csv => out.bytes(HoldingRow::csv(shown).as_bytes())?,
        TableFormat::Text => {
            for row in shown {
                holding(row, true, out)?;
            }
        }
    }
    if args.on.is_some() && args.post.is_some() {
        told_of_day(&rows);
    }
    if shown.len() < rows.len() {
        talk(&format!("{} of {}; --limit 0 shows all", shown.len(), rows.len()));
    } else if rows.is_empty() {
        talk("the archive shows nobody");
    }
    Ok(Outcome::found(!rows.is_empty()))
}

/// Says where no printing shows who held the post that day, and where more than one show somebody else.
fn told_of_day(rows: &[HoldingRow]) {
    let shown: Vec<&HoldingRow> = rows.iter().filter(|row| row.status != HoldingStatus::Inferred).collect();
    if shown.is_empty() && !rows.is_empty() {
        talk("no printing shows who held it that day; whoever was seen nearest is shown, as inferred");
    }
    let persons: BTreeSet<&str> =
        shown.iter().filter(|row| !row.overlaps.is_empty()).map(|row| row.person.as_str()).collect();
    if !persons.is_empty() {
        talk(&format!(
            "{} people are printed with one post around that day: their times overlap",
            persons.len()
        ));
    }
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
    if !row.overlaps.is_empty() {
        let names: Vec<&str> = row.overlaps.iter().map(|o| o.name.as_str()).collect();
        let aside = out.styled(ASIDE, &format!("      in the same time: {}", names.join(" ")));
        out.line(&aside)?;
    }
    if let Some(proof) = row.evidence.last() {
        let aside = out.styled(ASIDE, &format!("      “{}” {}", proof.quote, proof.id));
        out.line(&aside)?;
    }
    Ok(())
}
