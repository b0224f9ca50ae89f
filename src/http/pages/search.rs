//! The page of a question's answer.

use askama::Template;
use axum::extract::State as With;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::guard::Opened;
use super::super::markup::{Piece, pieces};
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::{Shell, address};
use crate::cluster::Store;
use crate::index::Error;
use crate::query::Query;
use crate::search::{
    Facet, FacetCount, Group, Hit, Request, Results, Sort, UNDATED, page_of, page_url, person_url,
};

/// Hits of a page.
const HITS: usize = 20;
/// Values shown of a facet at once, and with those that are unfolded.
const VALUES_MAX: usize = 8;
const VALUES_UNFOLDED_MAX: usize = 40;
/// Names shown of a hit.
const NAMES_MAX: usize = 6;
/// More months than this are shown as years.
const MONTHS_MAX: usize = 60;

/// What is counted beside the hits.
const FACETS: [Facet; 9] = [
    Facet::Month,
    Facet::Year,
    Facet::Paper,
    Facet::Person,
    Facet::Post,
    Facet::Column,
    Facet::Byline,
    Facet::Genre,
    Facet::Page,
];

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    shell: Shell,
    form: Form,
    results: Results,
    /// How the question was read, where it differs from what was typed.
    parsed: Option<String>,
    chips: Vec<Chip>,
    hits: Vec<HitView>,
    /// The hits by person or month.
    groups: Vec<GroupView>,
    /// Ways to put the hits together: what to call each, where, whether it is on.
    groupings: Vec<(&'static str, String, bool)>,
    partial: Vec<HitView>,
    /// Pages with what was asked outside of articles.
    beside: Vec<HitView>,
    facets: Vec<FacetView>,
    bars: Vec<Bar>,
    sorts: Vec<(&'static str, String, bool)>,
    previous: Option<String>,
    next: Option<String>,
    page: u64,
    pages: u64,
    feed: String,
    /// Forms the answer can be taken away in, and where.
    exports: Vec<(&'static str, String)>,
}

/// What was typed beside the question.
#[derive(Debug, Clone, Default)]
struct Form {
    from: String,
    to: String,
    sort: &'static str,
    literal: bool,
    all: bool,
    /// What all hits are put together by; empty where each stands for itself.
    group: &'static str,
}

impl Form {
    fn any(&self) -> bool {
        !self.from.is_empty() || !self.to.is_empty() || self.literal || self.all
    }

    /// The address of a question with these options.
    fn address(&self, q: &str, sort: &str, offset: usize) -> String {
        let on = |switch: bool| if switch { "1" } else { "" };
        let offset = if offset == 0 { String::new() } else { offset.to_string() };
        let sort = if sort == Sort::default().name() { "" } else { sort };
        // A search without q is none.
        let q = if q.is_empty() { " " } else { q };
        address(
            "/search",
            &[
                ("q", q),
                ("from", &self.from),
                ("to", &self.to),
                ("sort", sort),
                ("literal", on(self.literal)),
                ("all", on(self.all)),
                ("group", self.group),
                ("offset", &offset),
            ],
        )
    }
}

/// A condition of the question, and the question without it.
struct Chip {
    text: String,
    without: String,
}

/// A hit as it is shown.
pub(super) struct HitView {
    pub(super) url: String,
    pub(super) kicker: Option<String>,
    pub(super) headline: Vec<Piece>,
    pub(super) deck: Option<String>,
    pub(super) column: Option<String>,
    pub(super) paper: Option<String>,
    pub(super) date: Option<String>,
    pub(super) page: Option<(String, Option<String>)>,
    pub(super) byline: String,
    pub(super) genre: String,
    pub(super) snippets: Vec<Vec<Piece>>,
    pub(super) people: Vec<(String, String)>,
    pub(super) missing: String,
    pub(super) partial: bool,
    /// Other prints: what to call each, and where it is.
    pub(super) reprints: Vec<(String, String)>,
}

impl HitView {
    /// A hit with links that carry the question along.
    pub(super) fn of(hit: &Hit, q: &str) -> Self {
        Self {
            url: address(&hit.url, &[("q", q)]),
            kicker: hit.kicker.clone(),
            headline: pieces(hit.headline.as_deref().unwrap_or_default(), &hit.headline_marks, &[]),
            deck: hit.deck.clone(),
            column: hit.column.clone(),
            paper: hit.paper.clone(),
            date: hit.date.clone(),
            page: hit.page.clone().map(|number| (number, page_of(&hit.id).map(page_url))),
            byline: hit.byline.join("、"),
            genre: hit.genre.clone(),
            snippets: hit.snippets.iter().map(|s| pieces(&s.text, &s.marks, &[])).collect(),
            people: hit.people.iter().take(NAMES_MAX).map(|name| (name.clone(), person_url(name))).collect(),
            missing: hit.missing.join("、"),
            partial: hit.partial,
            reprints: hit
                .reprints
                .iter()
                .map(|print| {
                    let place = [print.paper.as_deref(), print.date.as_deref(), print.headline.as_deref()];
                    let place: Vec<&str> = place.into_iter().flatten().collect();
                    (place.join(" "), address(&print.url, &[("q", q)]))
                })
                .collect(),
        }
    }
}

/// The hits of a person or a month.
struct GroupView {
    value: String,
    count: u64,
    /// All of them; empty where no question gives them.
    href: String,
    hits: Vec<HitView>,
}

struct FacetView {
    name: &'static str,
    values: Vec<FacetValue>,
    unfolded: Vec<FacetValue>,
    /// Values beyond those.
    more: usize,
}

/// A value, its count, and the question narrowed to it.
type FacetValue = (String, u64, String);

/// A bar of the histogram.
struct Bar {
    label: String,
    count: u64,
    href: String,
    x: usize,
    height: u64,
}

pub(in crate::http) async fn search(
    With(state): With<State>,
    Opened(archive): Opened,
    shell: Shell,
    asked: Parameters,
) -> Result<Response, Problem> {
    if asked.all("q").next().is_none() {
        return Ok(Redirect::to("/").into_response());
    }
    let asked_for = asked.search()?;
    let group = asked_for.group.unwrap_or(Group::Reprints);
    let facet_values = VALUES_UNFOLDED_MAX;
    let request =
        Request { limit: HITS, facets: FACETS.to_vec(), facet_values, group: Some(group), ..asked_for };
    let form = Form {
        from: asked.one("from")?.unwrap_or_default().to_owned(),
        to: asked.one("to")?.unwrap_or_default().to_owned(),
        sort: request.sort.name(),
        literal: request.as_printed,
        all: request.all_words,
        group: if group == Group::Reprints { "" } else { group.name() },
    };
    super::page(&state, move || {
        let results = archive.search(&request)?;
        let days = days_of_month(&archive, &request, &results)?;
        Ok(view(shell, form, &request, results, &days))
    })
    .await
}

fn view(
    shell: Shell,
    form: Form,
    request: &Request,
    mut results: Results,
    days: &[FacetCount],
) -> SearchPage {
    let q = request.input.trim().to_owned();
    let (beside, articles): (Vec<&Hit>, Vec<&Hit>) = results.hits.iter().partition(|hit| hit.genre == "page");
    let (partial, full): (Vec<&Hit>, Vec<&Hit>) = articles.into_iter().partition(|hit| hit.partial);
    let views =
        |hits: Vec<&Hit>| -> Vec<HitView> { hits.into_iter().map(|hit| HitView::of(hit, &q)).collect() };
    let (hits, partial, beside) = (views(full), views(partial), views(beside));
    let groups: Vec<GroupView> = results
        .groups
        .iter()
        .map(|group| GroupView {
            hits: views(group.hits.iter().collect()),
            href: match request.group.and_then(Group::facet) {
                Some(facet) if group.value != UNDATED => Form { group: "", ..form.clone() }.address(
                    &narrowed(&q, &request.question.query, facet, &group.value),
                    form.sort,
                    0,
                ),
                _ => String::new(),
            },
            value: group.value.clone(),
            count: group.count,
        })
        .collect();
    let tree = &request.question.query;
    let narrowed = |facet: Facet, value: &str| form.address(&narrowed(&q, tree, facet, value), form.sort, 0);
    let bars = bars(&results, days, &narrowed);
    let facets = FACETS
        .into_iter()
        .filter(|facet| !matches!(facet, Facet::Month))
        .filter_map(|facet| {
            let counts = results.facets.remove(facet.name())?;
            // What all hits share narrows nothing.
            let useful = |c: &&FacetCount| {
                c.count > 0 && c.count < results.total.value && !c.value.is_empty() && c.value != UNDATED
            };
            let useful: Vec<&FacetCount> = counts.iter().filter(useful).collect();
            let mut values: Vec<FacetValue> = useful
                .iter()
                .take(VALUES_UNFOLDED_MAX)
                .map(|c| (c.value.clone(), c.count, narrowed(facet, &c.value)))
                .collect();
            let not_asked = results.facet_values.get(facet.name()).map_or(0, |different| {
                usize::try_from(*different).unwrap_or(usize::MAX).saturating_sub(counts.len())
            });
            let more = useful.len() - values.len() + not_asked;
            let unfolded = values.split_off(VALUES_MAX.min(values.len()));
            (!values.is_empty()).then_some(FacetView { name: facet.name(), values, unfolded, more })
        })
        .collect();
    let by_group = !results.groups.is_empty();
    let all = results.total.value + results.partial_total.unwrap_or(0) + results.page_total.unwrap_or(0);
    let page_at = |offset: usize| form.address(&q, form.sort, offset);
    let t = shell.t;
    let sorts = [(t.by_relevance, Sort::Relevance), (t.by_newest, Sort::Newest), (t.by_oldest, Sort::Oldest)]
        .map(|(label, sort)| (label, form.address(&q, sort.name(), 0), sort == request.sort));
    let groupings = [(t.by_month, Group::Month), (t.by_person, Group::Person)].map(|(label, group)| {
        let on = request.group == Some(group);
        let name = if on { "" } else { group.name() };
        (label, Form { group: name, ..form.clone() }.address(&q, form.sort, 0), on)
    });
    SearchPage {
        groupings: groupings.to_vec(),
        groups,
        parsed: (!results.query.notes.is_empty() && results.query.parsed != q)
            .then(|| results.query.parsed.clone()),
        chips: chips(tree, &form),
        previous: (request.offset > 0).then(|| page_at(request.offset.saturating_sub(HITS))),
        next: results.next.as_ref().map(|_| page_at(request.offset.saturating_add(HITS))),
        page: (request.offset / HITS) as u64 + 1,
        // How many groups there are is not counted.
        pages: if by_group { 0 } else { all.div_ceil(HITS as u64).max(1) },
        feed: address("/feed.atom", &[("q", if q.is_empty() { " " } else { &q })]),
        exports: exports(&q, &form),
        sorts: sorts.to_vec(),
        shell,
        form,
        hits,
        partial,
        beside,
        facets,
        bars,
        results,
    }
}

/// Where all articles of the answer are given as a file.
fn exports(q: &str, form: &Form) -> Vec<(&'static str, String)> {
    let literal = if form.literal { "1" } else { "" };
    let of = |format: &str| {
        let parameters =
            [("q", q), ("from", &form.from), ("to", &form.to), ("literal", literal), ("format", format)];
        address("/api/v1/export", &parameters)
    };
    [
        ("CSV", "csv"),
        ("JSON Lines", "jsonl"),
        ("Markdown", "markdown"),
        ("GB/T 7714", "gbt7714"),
        ("BibTeX", "bibtex"),
        ("RIS", "ris"),
    ]
    .map(|(name, format)| (name, of(format)))
    .to_vec()
}

/// The question narrowed to a value of a facet; as typed with the condition behind it, where that
/// means the same.
fn narrowed(typed: &str, tree: &Query, facet: Facet, value: &str) -> String {
    let Some(condition) = facet.condition(value) else { return typed.to_owned() };
    let whole = match tree {
        Query::All => condition.clone(),
        Query::And(children) if children.contains(&condition) => return typed.to_owned(),
        Query::And(children) => Query::And(children.iter().cloned().chain([condition.clone()]).collect()),
        other if *other == condition => return typed.to_owned(),
        other => Query::And(vec![other.clone(), condition.clone()]),
    };
    let appended = format!("{typed} {condition}");
    let appended = appended.trim();
    if crate::query::parse(appended).query == whole { appended.to_owned() } else { whole.to_string() }
}

/// The conditions of a question that can be taken out again.
fn chips(tree: &Query, form: &Form) -> Vec<Chip> {
    let Query::And(children) = tree else { return Vec::new() };
    let is_condition = |q: &Query| matches!(q, Query::Field { .. } | Query::Dates(_));
    children
        .iter()
        .enumerate()
        .filter(|(_, child)| is_condition(child))
        .map(|(at, child)| {
            let rest: Vec<Query> =
                children.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, c)| c.clone()).collect();
            let rest = match rest.as_slice() {
                [one] => one.to_string(),
                _ => Query::And(rest).to_string(),
            };
            Chip { text: child.to_string(), without: form.address(&rest, form.sort, 0) }
        })
        .collect()
}

/// The hits over time, by month or by year; in a single month by day.
fn bars(results: &Results, days: &[FacetCount], narrowed: &impl Fn(Facet, &str) -> String) -> Vec<Bar> {
    let of = |facet: Facet| results.facets.get(facet.name()).map(Vec::as_slice).unwrap_or_default();
    let dated = |counts: &[FacetCount]| -> Vec<FacetCount> {
        counts.iter().filter(|c| c.value != UNDATED).cloned().collect()
    };
    let months = dated(of(Facet::Month));
    let (facet, counts) = match months.len() {
        1 => (Facet::Day, dated(days)),
        0..=MONTHS_MAX => (Facet::Month, months),
        _ => (Facet::Year, dated(of(Facet::Year))),
    };
    if counts.len() < 2 {
        return Vec::new();
    }
    let most = counts.iter().map(|c| c.count).max().unwrap_or(1).max(1);
    counts
        .into_iter()
        .enumerate()
        .map(|(x, c)| Bar {
            href: narrowed(facet, &c.value),
            // A month with any hit is seen.
            height: if c.count == 0 { 0 } else { (c.count * 40 / most).max(2) },
            label: c.value,
            count: c.count,
            x,
        })
        .collect()
}

/// The hits by day, where all lie in one month.
fn days_of_month(archive: &Store, request: &Request, results: &Results) -> Result<Vec<FacetCount>, Error> {
    let months = results.facets.get(Facet::Month.name()).map(Vec::as_slice).unwrap_or_default();
    if months.iter().filter(|c| c.value != UNDATED).count() != 1 {
        return Ok(Vec::new());
    }
    let by_day = Request {
        limit: 1,
        offset: 0,
        snippets: false,
        facets: vec![Facet::Day],
        all_words: true,
        ..request.clone()
    };
    Ok(archive.search(&by_day)?.facets.remove(Facet::Day.name()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrow(typed: &str, facet: Facet, value: &str) -> String {
        narrowed(typed, &crate::query::parse(typed).query, facet, value)
    }

    #[test]
    fn a_narrowed_question_keeps_what_was_typed_where_that_means_the_same() {
        assert_eq!(narrow("水利", Facet::Person, "魏振东"), "水利 人物:“魏振东”".replace(['“', '”'], "\""));
        assert_eq!(narrow("水利", Facet::Month, "2031-03"), "水利 日期:2031-03");
        assert_eq!(narrow("", Facet::Page, "A3"), "版:A3");
        assert_eq!(narrow("水利 OR 春耕", Facet::Year, "2031"), "(水利 OR 春耕) 日期:2031");
        let odd = narrow("“水利", Facet::Year, "2031");
        assert!(odd.contains("日期:2031"), "{odd}");
    }
}
