//! The page of terms over time.

use askama::Template;
use axum::extract::State as With;
use axum::response::Response;

use super::super::guard::Opened;
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::{Shell, address};
use crate::export::Measure;
use crate::search::trend::{Seen, TERMS_MAX};
use crate::search::{Period, Trend, TrendRequest};

/// Rows of the table; more periods than that are listed only where a term stands, the rest is in
/// the CSV.
const ROWS_MAX: usize = 130;

#[derive(Template)]
#[template(path = "trend.html")]
struct TrendPage {
    shell: Shell,
    /// What stands in the boxes for terms, always as many.
    boxes: Vec<String>,
    from: String,
    to: String,
    literal: bool,
    by: Vec<(&'static str, bool)>,
    measures: Vec<(&'static str, bool)>,
    shown: Option<Shown>,
}

struct Shown {
    terms: Vec<TermView>,
    notes: Vec<String>,
    picture: String,
    alt: String,
    csv: String,
    rows: Vec<Row>,
    left_out: usize,
}

struct TermView {
    term: String,
    href: String,
    articles: u64,
    occurrences: u64,
    undated: u64,
    first: Option<SeenView>,
    last: Option<SeenView>,
}

struct SeenView {
    date: String,
    headline: Option<String>,
    href: String,
}

struct Row {
    period: String,
    of_articles: u64,
    cells: Vec<Cell>,
}

struct Cell {
    articles: u64,
    occurrences: u64,
    per_1000: f64,
    href: String,
}

pub(in crate::http) async fn trend(
    With(state): With<State>,
    Opened(archive): Opened,
    mut shell: Shell,
    asked: Parameters,
) -> Result<Response, Problem> {
    // A term is no question of the box above.
    shell.q.clear();
    let any = asked.all("q").any(|q| !q.trim().is_empty());
    let request = if any { Some(asked.trend()?) } else { None };
    let measure = asked.measure()?;
    let field = |name| -> Result<String, Problem> { Ok(asked.one(name)?.unwrap_or_default().to_owned()) };
    let (from, to, literal) = (field("from")?, field("to")?, asked.switch("literal")?);
    super::page(&state, move || {
        let by = request.as_ref().map_or(Period::default(), |r| r.by);
        let mut boxes: Vec<String> = request.as_ref().map(|r| r.terms.clone()).unwrap_or_default();
        boxes.resize(boxes.len().max(TERMS_MAX), String::new());
        let shown = match &request {
            Some(request) => Some(shown(&shell, &archive.trend(request)?, request, measure, &from, &to)),
            None => None,
        };
        Ok(TrendPage {
            by: Period::ALL.map(|p| (p.name(), p == by)).to_vec(),
            measures: Measure::ALL.map(|m| (m.name(), m == measure)).to_vec(),
            shell,
            boxes,
            from,
            to,
            literal,
            shown,
        })
    })
    .await
}

fn shown(
    shell: &Shell,
    trend: &Trend,
    request: &TrendRequest,
    measure: Measure,
    from: &str,
    to: &str,
) -> Shown {
    let file = |format: &str| {
        let mut parameters: Vec<(&str, &str)> = request.terms.iter().map(|q| ("q", q.as_str())).collect();
        let literal = if request.as_printed { "1" } else { "" };
        parameters.extend([
            ("by", trend.by.name()),
            ("from", from),
            ("to", to),
            ("literal", literal),
            ("measure", measure.name()),
            ("format", format),
        ]);
        address("/api/v1/trend", &parameters)
    };
    let question = |term: usize| trend.terms[term].parsed.clone();
    let seen = |seen: &Seen, q: &str| SeenView {
        date: seen.date.clone(),
        headline: seen.headline.clone(),
        href: address(&seen.url, &[("q", q)]),
    };
    let terms: Vec<TermView> = trend
        .terms
        .iter()
        .map(|t| TermView {
            href: address("/search", &[("q", &t.parsed), ("sort", "oldest"), ("from", from), ("to", to)]),
            term: t.term.clone(),
            articles: t.articles,
            occurrences: t.occurrences,
            undated: t.undated.articles,
            first: t.first.as_ref().map(|s| seen(s, &t.parsed)),
            last: t.last.as_ref().map(|s| seen(s, &t.parsed)),
        })
        .collect();
    let periods = trend.terms.first().map_or(0, |t| t.periods.len());
    let wanted = |at: &usize| periods <= ROWS_MAX || trend.terms.iter().any(|t| t.periods[*at].articles > 0);
    let all: Vec<usize> = (0..periods).filter(wanted).collect();
    let rows: Vec<Row> = all
        .iter()
        .take(ROWS_MAX)
        .map(|&at| Row {
            period: trend.terms[0].periods[at].period.clone(),
            of_articles: trend.terms[0].periods[at].of_articles,
            cells: (0..trend.terms.len())
                .map(|term| {
                    let count = &trend.terms[term].periods[at];
                    // A day asked by the question lies within those asked beside it.
                    let q = narrowed(&question(term), &count.period);
                    Cell {
                        articles: count.articles,
                        occurrences: count.occurrences,
                        per_1000: count.articles_per_1000,
                        href: address("/search", &[("q", &q), ("from", from), ("to", to)]),
                    }
                })
                .collect(),
        })
        .collect();
    let alt: Vec<String> = trend
        .terms
        .iter()
        .map(|t| {
            let date = |seen: &Option<Seen>| seen.as_ref().map(|s| s.date.clone()).unwrap_or_default();
            shell.t.term_in_words(&t.term, t.articles, t.occurrences, &date(&t.first), &date(&t.last))
        })
        .collect();
    Shown {
        notes: trend.notes.clone(),
        picture: file("svg"),
        csv: file("csv"),
        alt: alt.join(shell.t.and),
        left_out: all.len() - rows.len(),
        terms,
        rows,
    }
}

/// The question in one period.
fn narrowed(question: &str, period: &str) -> String {
    if question.contains(" OR ") {
        format!("({question}) 日期:{period}")
    } else {
        format!("{question} 日期:{period}")
    }
}
