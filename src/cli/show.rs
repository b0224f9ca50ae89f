//! `baoku show`

use std::path::Path;

use super::args::{ShowArgs, ShowFormat as Format};
use super::out::{ASIDE, HEAD};
use super::{Failure, Out, Outcome};
use crate::cluster::Store;
use crate::index::{StoredArticle, StoredPage};
use crate::paper::Amendment;
use crate::people::PersonSummary;
use crate::search::{Archive, Errata};

pub(super) fn run(root: &Path, args: &ShowArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = Store::open(root)?;
    if args.similar {
        return similar(archive.folder("similar articles")?, args, out);
    }
    if args.format == Format::Source {
        let sources = archive.folder("the file an article was read from")?.sources_of(&args.id)?;
        for source in &sources {
            out.bytes(&source.bytes)?;
        }
        if sources.is_empty() {
            super::out::talk(&format!("nothing has the id {}", args.id));
        }
        return Ok(Outcome::found(!sources.is_empty()));
    }
    let found = match archive.article(&args.id)? {
        Some(article) => vec![article],
        None => archive.articles_under(&args.id)?,
    };
    match args.format {
        Format::Json => match found.as_slice() {
            [one] if one.article.id == args.id => out.json(&archive.article_record(one)?)?,
            [] => {}
            many => {
                let records: Result<Vec<_>, _> = many.iter().map(|one| archive.article_record(one)).collect();
                out.json(&records?)?;
            }
        },
        Format::Jsonl => {
            for stored in &found {
                out.json_line(&archive.article_record(stored)?)?;
            }
        }
        Format::Text | Format::Source => {
            for stored in &found {
                text(&archive, stored, out)?;
            }
        }
    }
    let furniture = if args.format == Format::Text && found.first().is_none_or(|f| f.article.id != args.id) {
        archive.furniture_under(&args.id)?
    } else {
        Vec::new()
    };
    for page in &furniture {
        furniture_text(page, out)?;
    }
    if found.is_empty() && furniture.is_empty() {
        super::out::talk(&format!("nothing has the id {}", args.id));
    }
    Ok(Outcome::found(!found.is_empty() || !furniture.is_empty()))
}

/// What stands on a page beside its articles.
fn furniture_text(page: &StoredPage, out: &mut Out) -> Result<(), Failure> {
    for item in &page.furniture {
        let kind = serde_json::to_value(item.kind).unwrap_or_default();
        let aside = out.styled(ASIDE, &format!("[{}]", kind.as_str().unwrap_or_default()));
        out.line(&format!("{aside} {}", item.text))?;
    }
    let aside = out.styled(ASIDE, &format!("{}  {}", page.id, page.source));
    out.line(&aside)?;
    out.line("")?;
    Ok(())
}

/// The articles like one.
fn similar(archive: &Archive, args: &ShowArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let Some(found) = archive.similar(&args.id, args.limit)? else {
        super::out::talk(&format!("no article has the id {}", args.id));
        return Ok(Outcome::Nothing);
    };
    match args.format {
        Format::Json => out.json(&found)?,
        Format::Jsonl => {
            for similar in &found {
                out.json_line(similar)?;
            }
        }
        Format::Text | Format::Source => {
            for similar in &found {
                let headline = similar.story.headline.as_deref().unwrap_or("（无标题）");
                let line = format!("{:.2}  {}", similar.score, out.styled(HEAD, headline));
                out.line(&line)?;
                let mut aside: Vec<String> = [similar.story.paper.clone(), similar.story.date.clone()]
                    .into_iter()
                    .flatten()
                    .chain(similar.story.page.as_ref().map(|p| format!("{p}版")))
                    .collect();
                if similar.shared_chars > 0 {
                    aside.push(format!(
                        "{} characters shared ({:.0} %)",
                        similar.shared_chars,
                        similar.reuse * 100.0
                    ));
                }
                aside.push(similar.story.id.clone());
                let aside = out.styled(ASIDE, &aside.join(" "));
                out.line(&format!("      {aside}"))?;
            }
        }
    }
    Ok(Outcome::found(!found.is_empty()))
}

fn text(archive: &Store, stored: &StoredArticle, out: &mut Out) -> Result<(), Failure> {
    let article = &stored.article;
    let facts = &stored.facts;
    let place: Vec<String> = [
        facts.paper.clone(),
        facts.date.map(|d| d.to_string()),
        facts.page.as_ref().map(|p| format!("{p}版")),
        facts.section.clone(),
        article.column.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    if let Some(kicker) = &article.kicker {
        out.line(kicker)?;
    }
    let headline = out.styled(HEAD, article.headline.as_deref().unwrap_or("（无标题）"));
    out.line(&headline)?;
    if let Some(deck) = &article.deck {
        out.line(&format!("——{deck}"))?;
    }
    let aside = out.styled(ASIDE, &place.join(" "));
    out.line(&aside)?;
    let byline: Vec<String> = article
        .byline
        .iter()
        .map(|a| if a.role.is_empty() { a.name.clone() } else { format!("{} {}", a.role, a.name) })
        .collect();
    if !byline.is_empty() {
        out.line(&byline.join(" "))?;
    }
    out.line("")?;
    for paragraph in &article.paragraphs {
        out.line(&format!("　　{paragraph}"))?;
    }
    if let Some(credit) = &article.credit {
        out.line(&format!("（据《{credit}》）"))?;
    }
    for repair in &article.repairs {
        let kind = serde_json::to_value(repair.kind).unwrap_or_default();
        let kind = kind.as_str().unwrap_or_default().to_owned();
        let aside =
            out.styled(ASIDE, &format!("[{kind}, paragraph {}: {}]", repair.paragraph + 1, repair.note));
        out.line(&aside)?;
    }
    printed_corrections(&archive.errata(stored)?, out)?;
    for change in &article.corrections {
        let aside = out.styled(ASIDE, &corrected(change));
        out.line(&aside)?;
    }
    let people: Vec<String> = stored.people.summary.iter().map(PersonSummary::with_posts).collect();
    if !people.is_empty() {
        let aside = out.styled(ASIDE, &format!("\n{}", people.join(" ")));
        out.line(&aside)?;
    }
    let aside = out.styled(ASIDE, &format!("{}  {}", article.id, stored.source));
    out.line(&aside)?;
    out.line("")?;
    Ok(())
}

/// What somebody has put right: `[headline put right: was “…” (corrections.toml)]`.
fn corrected(change: &Amendment) -> String {
    let nothing = || "nothing".to_owned();
    let quoted = |text: &Option<String>| text.as_ref().map_or_else(nothing, |t| format!("“{t}”"));
    let what = match change.part.as_str() {
        "split" => format!("split into {} and {}", quoted(&change.was), quoted(&change.now)),
        "merge" => format!("put together with {}", quoted(&change.was)),
        "person" => format!("person put right: {}, was {}", quoted(&change.now), quoted(&change.was)),
        part => format!("{part} put right, was {}", quoted(&change.was)),
    };
    let note = change.note.as_ref().map_or_else(String::new, |note| format!("; {note}"));
    format!("[{what} ({}{note})]", change.by)
}

/// What the paper itself has corrected later, and what a notice corrects.
fn printed_corrections(errata: &Errata, out: &mut Out) -> Result<(), Failure> {
    for later in &errata.corrected_by {
        let date = later.article.date.as_deref().unwrap_or("undated");
        let told = format!("[later corrected, {date}: {}  {}]", later.text, later.article.id);
        let told = out.styled(HEAD, &told);
        out.line(&told)?;
    }
    for named in &errata.corrects {
        let told = match &named.article {
            Some(article) => {
                let headline = article.headline.as_deref().unwrap_or_default();
                let note = named.note.as_ref().map_or_else(String::new, |note| format!(" ({note})"));
                format!("[corrects “{headline}” {}{note}]", article.id)
            }
            None => {
                format!("[corrects an article that was not found: {}]", named.note.as_deref().unwrap_or(""))
            }
        };
        let told = out.styled(ASIDE, &told);
        out.line(&told)?;
    }
    Ok(())
}
