//! People: the ledger of posts, and the page of one person.

use askama::Template;
use axum::extract::State as With;
use axum::response::Response;

use super::super::api::{
    Id,
    people::{HOLDINGS, person_page},
};
use super::super::guard::Opened;
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::picture::{Bars, Picture};
use super::search::HitView;
use super::{Shell, address};
use crate::search::{Companion, HoldingRow, OrganRow, Overlap, PeopleQuery, PersonHead, article_url};

/// Articles on a person's page.
const ARTICLES: usize = 20;

#[derive(Template)]
#[template(path = "people.html")]
struct Ledger {
    shell: Shell,
    asked: PeopleQuery,
    on: String,
    rows: Vec<Row>,
    total: u64,
    all: Option<String>,
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonView {
    shell: Shell,
    head: PersonHead,
    rows: Vec<Row>,
    organs: Vec<OrganRow>,
    parts: Vec<Count>,
    months: Option<Bars>,
    company: Vec<Companion>,
    picture: Option<Picture>,
    quotations: Vec<QuotationView>,
    articles: Vec<HitView>,
    all: String,
}

/// A value, how often, and where that is searched.
struct Count {
    value: String,
    count: u64,
    url: String,
}

struct QuotationView {
    verb: String,
    text: String,
    verbatim: bool,
    date: Option<String>,
    url: String,
}

/// A holding as it is shown.
struct Row {
    name: String,
    url: String,
    post: String,
    /// Who else held it.
    others: String,
    time: String,
    sightings: u64,
    status: String,
    /// Others seen with it in the same time.
    overlaps: Vec<Overlap>,
    /// The first and the latest.
    evidence: Vec<Evidence>,
    /// Those between.
    between: Vec<Evidence>,
}

struct Evidence {
    quote: String,
    date: Option<String>,
    url: String,
}

fn row(row: HoldingRow, shell: &Shell) -> Row {
    let seen = match (&row.first_seen, &row.last_seen) {
        (Some(first), Some(last)) => shell.t.span(first, last),
        _ => shell.t.undated.to_owned(),
    };
    let printed = |date: Option<&String>| date.map_or("…", String::as_str).to_owned();
    let time = match (&row.from, &row.to) {
        (None, None) => seen,
        (from, to) => format!("{} – {}", printed(from.as_ref()), printed(to.as_ref())),
    };
    let mut evidence: Vec<Evidence> = row
        .evidence
        .into_iter()
        .map(|e| Evidence {
            url: address(&article_url(&e.id), &[("q", &format!("\"{}\"", row.name))]),
            quote: e.quote,
            date: e.date.map(|d| d.to_string()),
        })
        .collect();
    let between =
        if evidence.len() > 3 { evidence.drain(1..evidence.len() - 1).collect() } else { Vec::new() };
    Row {
        between,
        evidence,
        others: address("/people", &[("post", &row.post)]),
        status: serde_json::to_value(row.status)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default(),
        name: row.name,
        url: row.person,
        post: row.post,
        time,
        sightings: row.sightings,
        overlaps: row.overlaps,
    }
}

pub(in crate::http) async fn ledger(
    With(state): With<State>,
    Opened(archive): Opened,
    shell: Shell,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let asked = parameters.people()?;
    let limit = parameters.number("limit", HOLDINGS)?;
    super::page(&state, move || {
        let mut rows = archive.holdings(&asked)?;
        let total = rows.len() as u64;
        rows.truncate(if limit == 0 { usize::MAX } else { limit });
        let on = asked.on.map(|day| day.to_string()).unwrap_or_default();
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let all = address(
            "/people",
            &[
                ("post", &text(&asked.post)),
                ("organ", &text(&asked.organ)),
                ("on", &on),
                ("name", &text(&asked.name)),
                ("limit", "0"),
            ],
        );
        Ok(Ledger {
            all: ((rows.len() as u64) < total).then_some(all),
            rows: rows.into_iter().map(|r| row(r, &shell)).collect(),
            shell,
            asked,
            on,
            total,
        })
    })
    .await
}

pub(in crate::http) async fn person(
    With(state): With<State>,
    Opened(archive): Opened,
    shell: Shell,
    Id(id): Id,
) -> Result<Response, Problem> {
    super::page(&state, move || {
        let page = person_page(&archive, &id, ARTICLES)?;
        let question = format!("人物:\"{}\"", page.person.name);
        let quoted = format!("\"{}\"", page.person.name);
        Ok(PersonView {
            all: address("/search", &[("q", &question), ("sort", "newest")]),
            rows: page.holdings.into_iter().map(|r| row(r, &shell)).collect(),
            organs: page.organs,
            parts: page
                .parts
                .into_iter()
                .map(|part| Count {
                    url: address(
                        "/search",
                        &[("q", &format!("{question} 身份:{}", part.value)), ("sort", "newest")],
                    ),
                    value: part.value,
                    count: part.count,
                })
                .collect(),
            months: Bars::of(&page.months, |month| {
                address("/search", &[("q", &format!("{question} 日期:{month}")), ("sort", "oldest")])
            }),
            picture: Picture::of(&page.person.name, &page.company),
            company: page.company,
            quotations: page
                .quotations
                .into_iter()
                .map(|q| QuotationView {
                    url: address(&article_url(&q.id), &[("q", &quoted)]),
                    verb: q.verb,
                    text: q.text,
                    verbatim: q.verbatim,
                    date: q.date,
                })
                .collect(),
            articles: page.articles.iter().map(|hit| HitView::of(hit, &quoted)).collect(),
            head: page.person,
            shell,
        })
    })
    .await
}
