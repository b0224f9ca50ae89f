//! `baoku trend`

use std::path::Path;

use clap::{Args, ValueEnum};

use super::args::ESCAPE;
use super::out::{ASIDE, HEAD, MARK, talk};
use super::search::marked;
use super::{Failure, Out, Outcome, dates};
use crate::cluster::Store;
use crate::export::{Measure, trend_csv, trend_svg};
use crate::search::trend::Seen;
use crate::search::{Period, TrendRequest};

/// How a trend is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TrendFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One term as a JSON object a line.
    Jsonl,
    /// A table for spreadsheets, UTF-8 with byte order mark: a row a term and period.
    Csv,
    /// A picture.
    Svg,
}

/// `baoku trend`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baoku trend 高质量发展 --by year
  baoku trend 河长制 林长制 --from 2031 --format csv > trend.csv
  baoku trend '“镜湖综合治理”' --format svg > trend.svg
  baoku trend '水利 -会议'        one question: articles with the run 水利 and without 会议")]
pub struct TrendArgs {
    /// Terms, each one argument: a run of characters, or a question.
    #[arg(required = true, value_name = "TERM")]
    pub terms: Vec<String>,
    /// Count by year, month or day.
    #[arg(long, value_parser = period_of, default_value = "month", value_name = "PERIOD")]
    pub by: Period,
    /// Only issues from this day on: 2026, 2026-06 or 2026-06-01.
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Only issues up to this day.
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Match only as printed, widths, case and traditional characters included.
    #[arg(long)]
    pub literal: bool,
    /// What a picture shows: articles, occurrences, articles-per-1000, occurrences-per-1000.
    #[arg(long, value_parser = measure_of, default_value = "articles", value_name = "MEASURE")]
    pub measure: Measure,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: TrendFormat,
}

fn period_of(text: &str) -> Result<Period, String> {
    Period::named(text).ok_or_else(|| format!("one of {}", Period::ALL.map(Period::name).join(", ")))
}

fn measure_of(text: &str) -> Result<Measure, String> {
    Measure::named(text).ok_or_else(|| format!("one of {}", Measure::ALL.map(Measure::name).join(", ")))
}

pub(super) fn run(root: &Path, args: &TrendArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = Store::open(root)?;
    let request = TrendRequest {
        terms: args.terms.iter().map(|term| term.replace(ESCAPE, "")).collect(),
        by: args.by,
        dates: dates::range(args.from.as_deref(), args.to.as_deref())?,
        as_printed: args.literal,
    };
    let trend = archive.trend(&request)?;
    if args.format != TrendFormat::Json {
        for note in &trend.notes {
            talk(&format!("note: {note}"));
        }
    }
    match args.format {
        TrendFormat::Json => out.json(&trend)?,
        TrendFormat::Jsonl => {
            for term in &trend.terms {
                out.json_line(term)?;
            }
        }
        TrendFormat::Csv => out.bytes(&trend_csv(&trend))?,
        TrendFormat::Svg => {
            let svg = trend_svg(&trend, args.measure).map_err(|e| Failure::new("svg", e.to_string()))?;
            out.bytes(svg.as_bytes())?;
        }
        TrendFormat::Text => {
            for term in &trend.terms {
                text(term, out)?;
            }
        }
    }
    Ok(Outcome::found(trend.terms.iter().any(|t| t.articles + t.undated.articles > 0)))
}

/// Characters of the longest bar.
const BAR_CHARS: u64 = 40;

fn text(term: &crate::search::trend::TermTrend, out: &mut Out) -> Result<(), Failure> {
    let head = out.styled(HEAD, &term.term);
    out.line(&format!("{head}  {} times in {} articles", term.occurrences, term.articles))?;
    if term.undated.articles > 0 {
        let undated = &term.undated;
        let aside = format!("  and {} times in {} undated articles", undated.occurrences, undated.articles);
        let aside = out.styled(ASIDE, &aside);
        out.line(&aside)?;
    }
    for (label, seen) in [("first", &term.first), ("last", &term.last)] {
        if let Some(seen) = seen {
            sighting(label, seen, out)?;
        }
    }
    let most = term.periods.iter().map(|p| p.articles).max().unwrap_or(0).max(1);
    let width = term.periods.first().map_or(0, |p| p.period.len()).max("period".len());
    let aside = out.styled(ASIDE, &format!("  {:width$} articles   times  of articles  per 1,000", "period"));
    out.line(&aside)?;
    for count in &term.periods {
        let bar = "█".repeat(usize::try_from((count.articles * BAR_CHARS).div_ceil(most)).unwrap_or(0));
        let line = format!(
            "  {:width$} {:>8} {:>7} {:>12} {:>10.2}  {}",
            count.period,
            count.articles,
            count.occurrences,
            count.of_articles,
            count.articles_per_1000,
            out.styled(MARK, &bar),
        );
        out.line(line.trim_end())?;
    }
    Ok(())
}

fn sighting(label: &str, seen: &Seen, out: &mut Out) -> Result<(), Failure> {
    let place: Vec<String> =
        [seen.paper.clone(), seen.page.as_ref().map(|p| format!("{p}版"))].into_iter().flatten().collect();
    let aside = out.styled(ASIDE, &format!("{} {}", place.join(" "), seen.id));
    let headline = seen.headline.as_deref().unwrap_or("（无标题）");
    out.line(&format!("  {label:<5} {}  {headline}  {aside}", seen.date))?;
    if let Some(snippet) = &seen.snippet {
        let piece = marked(out, &snippet.text, &snippet.marks);
        out.line(&format!("        {piece}"))?;
    }
    Ok(())
}
