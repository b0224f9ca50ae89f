//! `baoku network`, `baoku person --with`, `baoku people --matrix` and `--order`

use std::path::Path;

use super::args::{NetworkArgs, NetworkFormat, PeopleArgs, PersonArgs, TableFormat};
use super::dates::range;
use super::out::{ASIDE, HEAD, talk};
use super::{Failure, Out, Outcome};
use crate::query::DateRange;
use crate::search::{Archive, Attendance, AttendanceQuery, Companion, OrderChange, Pair, nobody_named};

pub(super) fn network(root: &Path, args: &NetworkArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let dates = range(args.from.as_deref(), args.to.as_deref())?;
    let network = Archive::open(root)?.network(dates, args.min)?;
    match args.format {
        NetworkFormat::Graphml => out.bytes(network.graphml().as_bytes())?,
        NetworkFormat::Csv => out.bytes(network.csv().as_bytes())?,
        NetworkFormat::Json => out.json(&network)?,
        NetworkFormat::Text => {
            for edge in &network.edges {
                let aside = out.styled(ASIDE, &counts(edge.articles, edge.events));
                out.line(&format!("{} — {}  {aside}", edge.source, edge.target))?;
            }
        }
    }
    if network.left_out > 0 {
        talk(&format!(
            "{} articles name more than {} people and make no pairs",
            network.left_out, network.people_max
        ));
    }
    Ok(Outcome::found(!network.edges.is_empty()))
}

fn counts(articles: u64, events: u64) -> String {
    let s = |n: u64| if n == 1 { "" } else { "s" };
    format!("{articles} article{}, {events} event{}", s(articles), s(events))
}

/// Who appears with a person, or the articles in which another one does.
pub(super) fn with(
    archive: &Archive,
    id: &str,
    with: &str,
    args: &PersonArgs,
    out: &mut Out,
) -> Result<Outcome, Failure> {
    let dates = range(args.from.as_deref(), args.to.as_deref())?;
    if with.is_empty() {
        return company(archive, id, dates, args, out);
    }
    let others = archive.persons_named(with)?;
    if others.is_empty() {
        talk(&nobody_named(with, &archive.persons_meant(with)?));
    }
    let mut pairs: Vec<Pair> = Vec::new();
    for other in others {
        pairs.extend(archive.pair(id, &other.id, dates, args.limit)?);
    }
    match args.format {
        super::args::Format::Json => match pairs.as_slice() {
            [one] => out.json(one)?,
            many => out.json(&many)?,
        },
        super::args::Format::Jsonl => {
            for pair in &pairs {
                out.json_line(pair)?;
            }
        }
        super::args::Format::Text => {
            for pair in &pairs {
                companion(&pair.with, out)?;
                for meeting in &pair.recent {
                    let date = meeting.date.as_deref().unwrap_or("undated");
                    let headline = meeting.headline.as_deref().unwrap_or("（无标题）");
                    out.line(&format!("  {date:<10}  {headline}"))?;
                    let parts = format!(
                        "              {}: {}  {}: {}  {}",
                        pair.name,
                        meeting.parts.join("、"),
                        pair.with.name,
                        meeting.with_parts.join("、"),
                        meeting.id
                    );
                    let aside = out.styled(ASIDE, &parts);
                    out.line(&aside)?;
                }
            }
        }
    }
    if pairs.is_empty() {
        talk("no article names both");
    }
    Ok(Outcome::found(!pairs.is_empty()))
}

fn company(
    archive: &Archive,
    id: &str,
    dates: Option<DateRange>,
    args: &PersonArgs,
    out: &mut Out,
) -> Result<Outcome, Failure> {
    let mut found = archive.company(id, dates)?;
    let total = found.company.len();
    found.company.truncate(if args.limit == 0 { usize::MAX } else { args.limit });
    match args.format {
        super::args::Format::Json => out.json(&found)?,
        super::args::Format::Jsonl => {
            for other in &found.company {
                out.json_line(other)?;
            }
        }
        super::args::Format::Text => {
            for other in &found.company {
                companion(other, out)?;
            }
        }
    }
    if found.company.len() < total {
        talk(&format!("{} of {total}; --limit 0 shows all", found.company.len()));
    }
    Ok(Outcome::found(total > 0))
}

fn companion(other: &Companion, out: &mut Out) -> Result<(), Failure> {
    let name = out.styled(HEAD, &other.name);
    let time = match (&other.first_seen, &other.last_seen) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    let aside = out.styled(ASIDE, &format!("{}{time}", counts(other.articles, other.events)));
    out.line(&format!("{name}  {aside}"))?;
    Ok(())
}

/// Who took part how often, month by month.
pub(super) fn matrix(archive: &Archive, args: &PeopleArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let asked = AttendanceQuery {
        dates: range(args.from.as_deref(), args.to.as_deref())?,
        part: args.part.clone(),
        name: args.name.clone(),
    };
    let mut found = archive.attendance(&asked)?;
    let total = found.rows.len();
    found.rows.truncate(if args.limit == 0 { usize::MAX } else { args.limit });
    match args.format {
        TableFormat::Json => out.json(&found)?,
        TableFormat::Jsonl => {
            for row in &found.rows {
                out.json_line(row)?;
            }
        }
        TableFormat::Csv => out.bytes(found.csv().as_bytes())?,
        TableFormat::Text => table(&found, out)?,
    }
    if found.rows.len() < total {
        talk(&format!("{} of {total}; --limit 0 shows all", found.rows.len()));
    }
    if found.undated > 0 {
        talk(&format!("{} undated articles are not counted", found.undated));
    }
    Ok(Outcome::found(total > 0))
}

/// A name to the width of five Chinese characters.
fn padded(name: &str) -> String {
    let wide: usize = name.chars().map(|c| if c.is_ascii() || c == '·' { 1 } else { 2 }).sum();
    format!("{name}{}", " ".repeat(10usize.saturating_sub(wide)))
}

fn table(found: &Attendance, out: &mut Out) -> Result<(), Failure> {
    let months: Vec<&str> = found.months.iter().map(String::as_str).collect();
    let head = out.styled(ASIDE, &format!("{:<10} {:>6}  {}", "", "total", months.join(" ")));
    out.line(&head)?;
    for row in &found.rows {
        let counts: Vec<String> = row
            .months
            .iter()
            .map(|n| if *n == 0 { format!("{:>7}", "·") } else { format!("{n:>7}") })
            .collect();
        let name = out.styled(HEAD, &padded(&row.name));
        out.line(&format!("{name} {:>6}  {}", row.total, counts.join(" ")))?;
    }
    Ok(())
}

/// Where the order of printed lists changed.
pub(super) fn order(archive: &Archive, args: &PeopleArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let dates = range(args.from.as_deref(), args.to.as_deref())?;
    let mut changes: Vec<OrderChange> = archive.order_changes(dates, args.name.as_deref())?;
    let total = changes.len();
    changes.truncate(if args.limit == 0 { usize::MAX } else { args.limit });
    match args.format {
        TableFormat::Json => out.json(&changes)?,
        TableFormat::Jsonl => {
            for change in &changes {
                out.json_line(change)?;
            }
        }
        TableFormat::Csv => out.bytes(OrderChange::csv(&changes).as_bytes())?,
        TableFormat::Text => {
            for c in &changes {
                out.line(&format!("{}  {} before {}", c.date, c.first, c.second))?;
                let now = out.styled(ASIDE, &format!("      {}  {}", c.list.join("、"), c.id));
                out.line(&now)?;
                let before = format!(
                    "      {} ({} in a row): {}  {}",
                    c.before_date,
                    c.before_lists,
                    c.before_list.join("、"),
                    c.before_id
                );
                let before = out.styled(ASIDE, &before);
                out.line(&before)?;
            }
        }
    }
    if changes.len() < total {
        talk(&format!("{} of {total}; --limit 0 shows all", changes.len()));
    }
    Ok(Outcome::found(total > 0))
}
