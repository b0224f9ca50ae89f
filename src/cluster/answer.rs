//! Answers a question from a cluster, with the same answer as from an archive on this machine.
//!
//! The order by relevance is the cluster's own BM25 over the same terms and weights; the share of
//! the question that is covered and the nearness of words do not count there.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::open::Cluster;
use super::plan::{Plan, Planner};
use crate::index::{Error, StoredArticle, StoredPage};
use crate::search::{
    ALTERNATIVES_MAX, Counted, Errata, Facet, FacetCount, Forgives, Group, Hit, Lookup, Matched, Print,
    QueryEcho, Reason, Request, Results, Sort, Synonyms, Total, fold_reprints, grouped, hit_of, page_hit,
    place,
};
use crate::text::fold::fold;

/// Furthest hit that engines reach without going through those before it.
const WINDOW_MAX: usize = 10_000;
/// Questions asked in one request.
const QUESTIONS_TOGETHER: usize = 50;
/// Values of a facet told in one answer.
const VALUES_MAX: usize = 500;
/// Values read in one answer where there are more.
const VALUES_PAGE: usize = 5_000;
/// Articles of one day that are put into the order of the paper.
const DAY_ARTICLES_MAX: usize = 2000;

/// Which hits of an answer.
#[derive(Clone, Copy)]
struct Window {
    skip: usize,
    wanted: usize,
}

impl Window {
    fn of(request: &Request) -> Self {
        let wanted = if request.limit == 0 { usize::MAX } else { request.limit };
        Self { skip: request.offset, wanted }
    }

    /// Whether engines reach it without going through what stands before.
    const fn is_near(self) -> bool {
        self.skip.saturating_add(self.wanted) <= WINDOW_MAX
    }
}

impl Cluster {
    /// Answers a question.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer, or can't say what was asked.
    pub fn search(&self, request: &Request) -> Result<Results, Error> {
        let started = Instant::now();
        if request.explain {
            return Err(self.only_here("how hits were scored"));
        }
        if let Some(facet) = request.group.and_then(Group::facet) {
            let mut results = grouped(request, facet, |asked| self.search(asked))?;
            results.took_ms = since(started);
            return Ok(results);
        }
        let planner = Planner::new(self, request)?;
        let plan = planner.plan(&request.question.query, request.dates)?;
        let found = self.found(&plan, &plan.full, request, Window::of(request), &request.facets)?;
        self.completed(started, request, &planner, plan, found)
    }

    /// Answers many questions; those that can go together do.
    pub fn searches(&self, requests: &[Request]) -> Vec<Result<Results, Error>> {
        requests.chunks(QUESTIONS_TOGETHER).flat_map(|some| self.together(some)).collect()
    }

    fn together(&self, requests: &[Request]) -> Vec<Result<Results, Error>> {
        let started = Instant::now();
        let planned: Result<Vec<(Planner<'_>, Plan)>, Error> = requests
            .iter()
            .map(|request| {
                if request.explain || request.group.and_then(Group::facet).is_some() {
                    return Err(self.only_here("such a question among others"));
                }
                let planner = Planner::new(self, request)?;
                let plan = planner.plan(&request.question.query, request.dates)?;
                Ok((planner, plan))
            })
            .collect();
        let answered = planned.and_then(|planned| {
            let bodies: Vec<Value> = planned
                .iter()
                .zip(requests)
                .map(|((_, plan), request)| {
                    body(plan, &plan.full, request, Window::of(request), &request.facets)
                })
                .collect();
            Ok((planned, self.ask_many(&bodies)?))
        });
        let (planned, answers) = match answered {
            Ok(answered) => answered,
            // Waited for long enough.
            Err(Error::Cluster(e)) if e.passing => {
                return requests.iter().map(|_| Err((*e).clone().into())).collect();
            }
            // One that can't be answered must not spoil the others: each is told for itself.
            Err(_) => return requests.iter().map(|request| self.search(request)).collect(),
        };
        let of_one = |((planner, plan), (request, answer)): ((Planner<'_>, Plan), (&Request, Value))| {
            let found =
                self.taken(answer, &plan, &plan.full, request, Window::of(request), &request.facets)?;
            self.completed(started, request, &planner, plan, found)
        };
        planned.into_iter().zip(requests.iter().zip(answers)).map(of_one).collect()
    }

    /// The answer, of which the first articles and their number are found.
    fn completed(
        &self,
        started: Instant,
        request: &Request,
        planner: &Planner<'_>,
        plan: Plan,
        found: Found,
    ) -> Result<Results, Error> {
        let wanted = plan.wanted();
        let mut notes = request.question.notes.clone();
        notes.extend(plan.notes.iter().cloned());
        notes.extend(self.left_out(&plan)?.1);
        let mut did_you_mean = Vec::new();
        if request.suggest && request.offset == 0 && request.limit > 0 {
            let wanted = if found.total == 0 { planner.wanted(&plan)? } else { plan.wanted() };
            let (meant, more) = self.forgive(request, &wanted, found.total)?;
            did_you_mean = meant;
            notes.extend(more);
        }
        let mut prints = Vec::new();
        let mut hit = |article: &Value, partial: bool| -> Result<Hit, Error> {
            let stored: StoredArticle = self.record(article)?;
            if request.group.is_some() {
                prints.push(Print::of(&stored));
            }
            Ok(hit_of(&stored, partial, &plan.runs, &wanted, request.snippets))
        };
        let mut hits: Vec<Hit> = found.hits.iter().map(|h| hit(h, false)).collect::<Result<_, _>>()?;
        let total = found.total;
        let before = usize::try_from(total).unwrap_or(usize::MAX);
        let mut partial_total = None;
        if request.limit > 0
            && !request.all_words
            && hits.len() < request.limit
            && let Some(partial) = planner.partial(&plan)?
        {
            let window =
                Window { skip: request.offset.saturating_sub(before), wanted: request.limit - hits.len() };
            let found = self.found(&plan, &partial, request, window, &[])?;
            partial_total = Some(found.total);
            for article in &found.hits {
                hits.push(hit(article, true)?);
            }
        }
        let mut all = total + partial_total.unwrap_or(0);
        let mut page_total = None;
        let last = (request.offset + hits.len()) as u64 >= all;
        if request.limit > 0
            && !request.all_words
            && last
            && let Some(pages) = planner.furniture(&request.question.query, request.dates)?
        {
            let before = usize::try_from(all).unwrap_or(usize::MAX);
            let window =
                Window { skip: request.offset.saturating_sub(before), wanted: request.limit - hits.len() };
            // Pages have no words that rank: they come by day, or by their ties.
            let found = self.found(&plan, &pages, request, window, &[])?;
            for page in &found.hits {
                let page: StoredPage = self.record(page)?;
                hits.push(page_hit(&page, &plan.runs, request.snippets));
            }
            page_total = (found.total > 0).then_some(found.total);
            all += found.total;
        }
        let shown = request.offset + hits.len();
        let next = (request.limit > 0 && (shown as u64) < all && !hits.is_empty()).then(|| shown.to_string());
        if request.group.is_some() {
            hits = fold_reprints(hits, &prints);
        }
        Ok(Results {
            query: QueryEcho {
                input: request.input.clone(),
                parsed: request.question.query.to_string(),
                notes,
            },
            total: Total { value: total, exact: true },
            partial_total,
            page_total,
            took_ms: since(started),
            hits,
            groups: Vec::new(),
            facets: found.facets,
            // All are counted there.
            facet_values: BTreeMap::new(),
            next,
            did_you_mean,
            explain: None,
        })
    }

    /// Undated articles that dates leave out, and the note on them.
    fn left_out(&self, plan: &Plan) -> Result<(u64, Option<String>), Error> {
        let Some(undated) = &plan.undated else { return Ok((0, None)) };
        let number = self.count_of(undated)?;
        let note = format!("{number} undated articles are left out because dates were asked");
        Ok((number, (number > 0).then_some(note)))
    }

    /// How many articles have everything asked.
    ///
    /// # Errors
    ///
    /// As [`Cluster::search`].
    pub fn count(&self, request: &Request) -> Result<u64, Error> {
        let plan = Planner::new(self, request)?.plan(&request.question.query, request.dates)?;
        self.count_of(&plan.full)
    }

    /// Counts what answers a question.
    ///
    /// # Errors
    ///
    /// As [`Cluster::search`].
    pub fn counted(&self, request: &Request) -> Result<Counted, Error> {
        let value = self.count(request)?;
        Ok(Counted {
            query: QueryEcho {
                input: request.input.clone(),
                parsed: request.question.query.to_string(),
                notes: request.question.notes.clone(),
            },
            total: Total { value, exact: true },
        })
    }

    /// Hands out the articles with everything asked, as an archive on this machine does.
    ///
    /// # Errors
    ///
    /// As [`Cluster::search`], and whatever `take` gives.
    pub fn each<E: From<Error>>(
        &self,
        request: &Request,
        mut take: impl FnMut(StoredArticle) -> Result<(), E>,
    ) -> Result<u64, E> {
        let plan = Planner::new(self, request)?.plan(&request.question.query, request.dates)?;
        let wanted = if request.limit == 0 { usize::MAX } else { request.limit };
        let source = json!(["record"]);
        if request.sort == Sort::Relevance {
            let query = scored(&plan, &plan.full);
            return self.each_hit(&query, &sort(request.sort), &source, (request.offset, wanted), |hit| {
                take(self.record(hit)?)
            });
        }
        // A day is put in order as a whole, whatever window of it is wanted.
        let mut day: Vec<StoredArticle> = Vec::new();
        let (mut at, mut given) = (0usize, 0usize);
        let mut emit = |day: &mut Vec<StoredArticle>| -> Result<(), E> {
            if day.len() <= DAY_ARTICLES_MAX {
                day.sort_by(|a, b| place(a).cmp(&place(b)));
            }
            for stored in day.drain(..) {
                if at >= request.offset && given < wanted {
                    take(stored)?;
                    given += 1;
                }
                at += 1;
            }
            Ok(())
        };
        self.each_hit(&plan.full, &sort(request.sort), &source, (0, usize::MAX), |hit| -> Result<(), E> {
            let stored: StoredArticle = self.record(hit)?;
            if day.first().is_some_and(|first| first.facts.date != stored.facts.date) {
                emit(&mut day)?;
            }
            day.push(stored);
            Ok(())
        })?;
        emit(&mut day)?;
        Ok(given as u64)
    }

    /// Hands out every article with everything asked, in any order.
    pub(super) fn matched(
        &self,
        request: &Request,
        take: &mut dyn FnMut(StoredArticle),
    ) -> Result<Matched, Error> {
        let plan = Planner::new(self, request)?.plan(&request.question.query, request.dates)?;
        let (sort, source) = (json!([{"tie": "asc"}]), json!(["record"]));
        self.each_hit::<Error>(&plan.full, &sort, &source, (0, usize::MAX), |hit| {
            take(self.record(hit)?);
            Ok(())
        })?;
        let (left_out, _) = self.left_out(&plan)?;
        Ok(Matched { runs: plan.runs, left_out })
    }

    /// Number of articles with everything asked by the values of a facet, as the engine has them.
    pub(super) fn by_value(&self, request: &Request, facet: Facet) -> Result<BTreeMap<String, u64>, Error> {
        let plan = Planner::new(self, request)?.plan(&request.question.query, request.dates)?;
        self.values(&plan.full, facet)
    }

    /// The hits of a window, the exact total, and the facets.
    fn found(
        &self,
        plan: &Plan,
        query: &Value,
        request: &Request,
        window: Window,
        facets: &[Facet],
    ) -> Result<Found, Error> {
        let answer = self.ask(&body(plan, query, request, window, facets))?;
        self.taken(answer, plan, query, request, window, facets)
    }

    /// The same, of what was answered.
    fn taken(
        &self,
        mut answer: Value,
        plan: &Plan,
        query: &Value,
        request: &Request,
        window: Window,
        facets: &[Facet],
    ) -> Result<Found, Error> {
        let total = self.total(&answer)?;
        let mut counted = BTreeMap::new();
        for facet in facets {
            let told = &answer["aggregations"][facet.name()];
            let complete = told["sum_other_doc_count"].as_u64() == Some(0)
                && told["doc_count_error_upper_bound"].as_u64() == Some(0);
            let by_value = if complete { buckets(told) } else { self.values(query, *facet)? };
            counted.insert(facet.name().to_owned(), facet.counts(by_value, total));
        }
        let mut hits = match answer.pointer_mut("/hits/hits").map(Value::take) {
            Some(Value::Array(hits)) => hits,
            _ => Vec::new(),
        };
        if !window.is_near() && window.wanted > 0 {
            let (ranked, order, source) =
                (ranked(plan, query, request), sort(request.sort), json!(["record"]));
            self.each_hit::<Error>(&ranked, &order, &source, (window.skip, window.wanted), |hit| {
                hits.push(hit.clone());
                Ok(())
            })?;
        }
        Ok(Found { hits, total, facets: counted })
    }

    /// Every value of a facet with the exact number of its articles, page after page.
    fn values(&self, query: &Value, facet: Facet) -> Result<BTreeMap<String, u64>, Error> {
        let mut found = BTreeMap::new();
        let mut after: Option<Value> = None;
        loop {
            let mut composite = json!({
                "size": VALUES_PAGE, "sources": [{"value": {"terms": {"field": facet.name()}}}],
            });
            if let Some(after) = after.take() {
                composite["after"] = after;
            }
            let body = json!({"size": 0, "query": query, "aggs": {"values": {"composite": composite}}});
            let answer = self.ask(&body)?;
            let told = &answer["aggregations"]["values"];
            let page: Vec<&Value> = told["buckets"].as_array().into_iter().flatten().collect();
            for bucket in &page {
                found.insert(spelled(&bucket["key"]["value"]), bucket["doc_count"].as_u64().unwrap_or(0));
            }
            after = page.last().map(|bucket| bucket["key"].clone());
            if page.len() < VALUES_PAGE {
                return Ok(found);
            }
        }
    }
}

/// Milliseconds with two decimals.
fn since(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 1e5).round() / 100.0
}

struct Found {
    hits: Vec<Value>,
    total: u64,
    facets: BTreeMap<String, Vec<FacetCount>>,
}

fn buckets(told: &Value) -> BTreeMap<String, u64> {
    let all = told["buckets"].as_array().into_iter().flatten();
    all.map(|bucket| (spelled(&bucket["key"]), bucket["doc_count"].as_u64().unwrap_or(0))).collect()
}

fn spelled(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The query as it decides the order of hits.
fn ranked(plan: &Plan, query: &Value, request: &Request) -> Value {
    if request.sort == Sort::Relevance { scored(plan, query) } else { query.clone() }
}

/// What is asked for the hits of a window, the exact total, and the facets.
fn body(plan: &Plan, query: &Value, request: &Request, window: Window, facets: &[Facet]) -> Value {
    let (from, size) = if window.is_near() { (window.skip, window.wanted) } else { (0, 0) };
    let mut body = json!({
        "from": from, "size": size, "track_total_hits": true, "query": ranked(plan, query, request),
        "sort": sort(request.sort), "_source": ["record"],
    });
    let asked: Map<String, Value> = facets
        .iter()
        .map(|facet| (facet.name().to_owned(), json!({"terms": {"field": facet.name(), "size": VALUES_MAX}})))
        .collect();
    if !asked.is_empty() {
        body["aggs"] = Value::Object(asked);
    }
    body
}

/// The query with what raises the score of what it matches.
fn scored(plan: &Plan, query: &Value) -> Value {
    json!({"bool": {"filter": [query], "should": plan.scoring, "minimum_should_match": 0}})
}

/// The order of hits; equal ones as everywhere.
fn sort(sort: Sort) -> Value {
    let day =
        |order: &str| json!([{"day": {"order": order, "missing": "_last"}}, {"tie": "asc"}, {"id": "asc"}]);
    match sort {
        Sort::Relevance => json!([{"_score": "desc"}, {"tie": "asc"}, {"id": "asc"}]),
        Sort::Newest => day("desc"),
        Sort::Oldest => day("asc"),
    }
}

impl Forgives for Cluster {
    fn articles(&self, request: &Request) -> Result<u64, Error> {
        self.count(request)
    }

    /// Names by their sound; for other slips the dictionaries of the engine can't be gone through.
    fn alternatives(&self, run: &str, _thorough: bool) -> Result<Vec<(String, Reason)>, Error> {
        let folded = fold(run);
        let letters = folded.chars().all(|c| c.is_ascii_alphabetic() || c == '\'');
        if !letters || folded.len() < 2 {
            return Ok(Vec::new());
        }
        let named = self.persons_sounding(&folded)?.into_iter().take(ALTERNATIVES_MAX);
        Ok(named.map(|person| (person.name, Reason::Sound)).collect())
    }

    fn synonyms(&self) -> &Synonyms {
        Synonyms::compiled()
    }
}

impl Lookup for Cluster {
    fn answer(&self, request: &Request) -> Result<Results, Error> {
        self.search(request)
    }

    fn by_id(&self, id: &str) -> Result<Option<StoredArticle>, Error> {
        self.article(id)
    }
}

impl Cluster {
    /// The printed corrections of an article, and what it corrects where it is one itself.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn errata(&self, stored: &StoredArticle) -> Result<Errata, Error> {
        self.errata_of(stored)
    }
}
