//! `baoku parse`

use serde::Serialize;

use super::args::{Format, ParseArgs};
use super::index::{options, own_lexicon, place_of};
use super::out::{ASIDE, HEAD};
use super::{Failure, Out, Outcome};
use crate::correct::{Anchors, Desk};
use crate::diag::Problem;
use crate::ingest::{Unit, UnitKind, survey};
use crate::paper::{Article, Furniture, IssueFacts, Page};
use crate::people::{NameBook, PersonSummary};
use crate::pipeline;

/// An article with the people named in it.
#[derive(Serialize)]
pub(super) struct ArticleView<'a> {
    #[serde(flatten)]
    article: &'a Article,
    people: Vec<PersonSummary>,
}

/// A page as scripts read it.
#[derive(Serialize)]
struct PageView<'a> {
    source: &'a str,
    encoding: &'a str,
    #[serde(flatten)]
    facts: &'a IssueFacts,
    articles: Vec<ArticleView<'a>>,
    furniture: &'a [Furniture],
    problems: &'a [Problem],
}

pub(super) fn run(args: &ParseArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let (overlay, mut outcome) = own_lexicon(args.lexicon.as_deref())?;
    let teacher = NameBook::with_overlay(overlay);
    let mut sources = Vec::new();
    for file in &args.files {
        if file.exists() {
            sources.push(file.clone());
        } else {
            // The others are read all the same.
            Failure::new(file.display().to_string(), "no such file or folder").tell();
            outcome = Outcome::Failed;
        }
    }
    let found = survey(&sources, &options(&args.facts));
    for problem in &found.problems {
        Failure::new(problem.source.clone(), problem.problem.message.clone()).tell();
        outcome = Outcome::Failed;
    }
    let (corrections, unused) = pipeline::corrections(&found, &options(&args.facts));
    for problem in unused {
        Failure::new(place_of(&problem), problem.problem.message).tell();
        outcome = Outcome::Failed;
    }
    let anchors = Anchors::default();
    let issues = pipeline::Issues::of(&found);
    let mut documents: Vec<serde_json::Value> = Vec::new();
    for (nth, unit) in found.units.iter().enumerate() {
        let mut pages = match unit.kind {
            UnitKind::Issue => issues.read(nth),
            UnitKind::Articles => ready_articles(unit, &mut outcome),
        };
        Desk::of(&corrections, &anchors).issue(&mut pages);
        // Names learned anywhere in the issue help in its other articles.
        let mut names = teacher.clone();
        for article in pages.iter().flat_map(|page| &page.articles) {
            names.add(&corrections.mentions_of(article, &teacher));
        }
        for page in &pages {
            let view = PageView {
                source: &page.source,
                encoding: &page.encoding,
                facts: &page.facts,
                articles: page
                    .articles
                    .iter()
                    .map(|article| ArticleView {
                        article,
                        people: corrections.people_of(article, &names).summary,
                    })
                    .collect(),
                furniture: &page.furniture,
                problems: &page.problems,
            };
            match args.format {
                Format::Jsonl => out.json_line(&view)?,
                Format::Json => documents.push(
                    serde_json::to_value(&view)
                        .map_err(|e| Failure::new(page.source.clone(), e.to_string()))?,
                ),
                Format::Text => text(&view, out)?,
            }
        }
    }
    if args.format == Format::Json {
        out.json(&documents)?;
    }
    Ok(outcome)
}

/// The articles of a ready file as one page each, so that they print like any other.
fn ready_articles(unit: &Unit, outcome: &mut Outcome) -> Vec<Page> {
    let mut pages = Vec::new();
    for record in unit.articles() {
        match record {
            Ok(record) => pages.push(Page {
                source: record.source,
                encoding: "UTF-8".to_owned(),
                facts: record.facts,
                articles: vec![record.article],
                furniture: Vec::new(),
                problems: record.problems,
            }),
            Err(problem) => {
                let place = match problem.problem.line {
                    Some(line) => format!("{}:{line}", problem.source),
                    None => problem.source,
                };
                Failure::new(place, problem.problem.message).tell();
                *outcome = Outcome::Failed;
            }
        }
    }
    pages
}

fn text(page: &PageView<'_>, out: &mut Out) -> Result<(), Failure> {
    let facts = page.facts;
    let told: Vec<String> = [
        facts.paper.clone(),
        facts.date.map(|d| d.to_string()),
        facts.page.as_ref().map(|p| format!("{p}版")),
        facts.section.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let aside = out.styled(ASIDE, &format!("{} ({}) {}", page.source, page.encoding, told.join(" ")));
    out.line(&aside)?;
    for view in &page.articles {
        let article = view.article;
        out.line("")?;
        for (label, value) in [("column", &article.column), ("kicker", &article.kicker)] {
            if let Some(value) = value {
                out.line(&format!("  {label:<9} {value}"))?;
            }
        }
        let headline = out.styled(HEAD, article.headline.as_deref().unwrap_or("（无标题）"));
        out.line(&format!("  {:<9} {headline}", "headline"))?;
        if let Some(deck) = &article.deck {
            out.line(&format!("  {:<9} {deck}", "deck"))?;
        }
        let byline: Vec<String> = article
            .byline
            .iter()
            .map(|a| if a.role.is_empty() { a.name.clone() } else { format!("{} ({})", a.name, a.role) })
            .collect();
        if !byline.is_empty() {
            out.line(&format!("  {:<9} {}", "byline", byline.join(" ")))?;
        }
        for (label, value) in [
            ("credit", &article.credit),
            ("event", &article.event_date),
            ("jump to", &article.jump_to),
            ("jump from", &article.jump_from),
        ] {
            if let Some(value) = value {
                out.line(&format!("  {label:<9} {value}"))?;
            }
        }
        if article.incomplete {
            out.line(&format!("  {:<9} a part of the story was not found", "lacks"))?;
        }
        let chars: usize = article.paragraphs.iter().map(|p| p.chars().count()).sum();
        out.line(&format!(
            "  {:<9} {} paragraphs, {chars} characters, {}",
            "body",
            article.paragraphs.len(),
            article.genre.key()
        ))?;
        for repair in &article.repairs {
            let kind = serde_json::to_value(repair.kind).unwrap_or_default();
            let kind = kind.as_str().unwrap_or_default().to_owned();
            out.line(&format!(
                "  {:<9} {kind} at paragraph {}: {}",
                "repair",
                repair.paragraph + 1,
                repair.note
            ))?;
        }
        let people: Vec<String> = view
            .people
            .iter()
            .map(|p| {
                if p.posts.is_empty() {
                    p.name.clone()
                } else {
                    format!("{} ({})", p.name, p.posts.join("、"))
                }
            })
            .collect();
        if !people.is_empty() {
            out.line(&format!("  {:<9} {}", "people", people.join(" ")))?;
        }
    }
    for piece in page.furniture {
        let kind = serde_json::to_value(piece.kind).unwrap_or_default();
        out.line(&format!("\n  {}: {}", kind.as_str().unwrap_or_default(), piece.text))?;
    }
    for problem in page.problems {
        let line = problem.line.map(|l| format!(" (line {l})")).unwrap_or_default();
        out.line(&format!("\n  problem: {}: {}{line}", problem.kind, problem.message))?;
    }
    out.line("")?;
    Ok(())
}
