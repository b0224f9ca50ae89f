//! Answers a question: plan, collect, fetch what is shown, cut snippets.

use std::collections::BTreeMap;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use tantivy::DocAddress;
use tantivy::collector::Count;
use tantivy::query::Query as Engine;

use super::Archive;
use super::collect::{Answers, Collected, Least, Ranked, Sort};
use super::compare::StoryHead;
use super::explain::{self, Explanation, ScoreExplained};
use super::facet::{Facet, FacetCount};
use super::forgive::{DidYouMean, Forgives};
use super::group::{Group, HitGroup, Print, fold_reprints};
use super::near::{AGAIN_HITS_MAX, look_again};
use super::plan::{Plan, Planner, Wanted};
use super::snippet::{self, Snippet};
use super::spread;
use super::terms::Terms;
use super::weights::Weights;
use crate::index::{Error, StoredArticle, shown_article, unreadable};
use crate::people::Kind;
use crate::query::{DateRange, Question};
use crate::text::fold::fold;

/// What is asked, beside the question itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// As typed.
    pub input: String,
    /// As read.
    pub question: Question,
    /// Only issues of these days.
    pub dates: Option<DateRange>,
    /// Order of the hits.
    pub sort: Sort,
    /// Hits wanted; 0 means all.
    pub limit: usize,
    /// Hits left out at the beginning.
    pub offset: usize,
    /// What to count by.
    pub facets: Vec<Facet>,
    /// Values of a facet at most, the most frequent, beside those that all hits share; 0 means all. Of time
    /// all periods are given.
    pub facet_values: usize,
    /// Literals match only as printed, without folding.
    pub as_printed: bool,
    /// Only articles with all words.
    pub all_words: bool,
    /// Whether snippets are wanted.
    pub snippets: bool,
    /// Whether to say what else may have been meant.
    pub suggest: bool,
    /// Whether to tell how the question was read and how hits were scored.
    pub explain: bool,
    /// What the hits are put together by.
    pub group: Option<Group>,
    /// What each part of the ranking is worth.
    pub weights: Weights,
}

impl Request {
    /// A request for the first ten hits of a question, as typed.
    ///
    /// ```
    /// use baoku::search::Request;
    /// let request = Request::new("“水利工程” 日期:2026");
    /// assert_eq!(request.limit, 10);
    /// ```
    #[must_use]
    pub fn new(input: &str) -> Self {
        Self {
            input: input.to_owned(),
            question: crate::query::parse(input),
            dates: None,
            sort: Sort::Relevance,
            limit: 10,
            offset: 0,
            facets: Vec::new(),
            facet_values: 0,
            as_printed: false,
            all_words: false,
            snippets: true,
            suggest: true,
            explain: false,
            group: None,
            weights: Weights::default(),
        }
    }
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Results {
    /// What was asked and how it was read.
    pub query: QueryEcho,
    /// Articles with everything asked.
    pub total: Total,
    /// Articles with most of it, where they were looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial_total: Option<u64>,
    /// Pages with what was asked outside of articles (folios, slogans, advertisements), where they
    /// were looked for; they follow the articles, with the genre `page`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_total: Option<u64>,
    /// Time taken, in milliseconds.
    pub took_ms: f64,
    /// The hits of this window.
    pub hits: Vec<Hit>,
    /// The hits by person or month, where that was asked; `hits` is empty then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<HitGroup>,
    /// Counts by value of the facets asked for, over all articles of `total`.
    pub facets: BTreeMap<String, Vec<FacetCount>>,
    /// How many different values there are of the facets of which only the most frequent were asked for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facet_values: BTreeMap<String, u64>,
    /// Offset of the next window, none behind the last hit.
    pub next: Option<String>,
    /// Questions that may have been meant; nothing of theirs is among the hits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub did_you_mean: Vec<DidYouMean>,
    /// How the question was read, where that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explain: Option<Explanation>,
}

/// How a question was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QueryEcho {
    /// As typed.
    pub input: String,
    /// The tree, printed canonically.
    pub parsed: String,
    /// What was read otherwise than it may have been meant.
    pub notes: Vec<String>,
}

/// A number of articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Total {
    /// How many.
    pub value: u64,
    /// Always true: there is no cap.
    pub exact: bool,
}

/// One found article, or a page found by what stands beside its articles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Hit {
    /// The article's id.
    pub id: String,
    /// Its page on this server.
    pub url: String,
    /// The main line.
    pub headline: Option<String>,
    /// Where the question matched in the headline, in characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headline_marks: Vec<(usize, usize)>,
    /// The line above.
    pub kicker: Option<String>,
    /// The line below.
    pub deck: Option<String>,
    /// The column.
    pub column: Option<String>,
    /// The newspaper.
    pub paper: Option<String>,
    /// The issue's day.
    pub date: Option<String>,
    /// Printed page number.
    pub page: Option<String>,
    /// Who wrote it.
    pub byline: Vec<String>,
    /// Kind of piece.
    pub genre: String,
    /// The pieces that answer best.
    pub snippets: Vec<Snippet>,
    /// People named in it, reporters left out.
    pub people: Vec<String>,
    /// Other prints of the story in this window, where they were asked to be put together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reprints: Vec<StoryHead>,
    /// Whether something asked is lacking.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    /// What is lacking, as typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// How it was scored, where that was asked and the order is by relevance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explain: Option<ScoreExplained>,
}

/// Where an article is served: its id with everything escaped that a path can't hold.
#[must_use]
pub fn article_url(id: &str) -> String {
    let mut url = String::from("/articles/");
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/' | b'!' | b':' | b'@')
        {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}

impl Archive {
    /// Answers a question.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read; no question is an error.
    pub fn search(&self, request: &Request) -> Result<Results, Error> {
        let started = Instant::now();
        if let Some(facet) = request.group.and_then(Group::facet) {
            let mut results = self.grouped(request, facet)?;
            results.took_ms = since(started);
            return Ok(results);
        }
        let error = |e| self.error(e);
        let plan = self.plan(request).map_err(error)?;
        let keep = if request.limit == 0 { usize::MAX } else { request.offset.saturating_add(request.limit) };
        let full = self.collect(&plan, &*plan.full, keep, request, true).map_err(error)?;
        let mut notes = request.question.notes.clone();
        notes.extend(plan.notes.iter().cloned());
        if let Some(undated) = &plan.undated {
            let left_out = self.asked(&**undated, &Count).map_err(error)?;
            if left_out > 0 {
                notes.push(format!("{left_out} undated articles are left out because dates were asked"));
            }
        }
        let mut did_you_mean = Vec::new();
        if request.suggest && request.offset == 0 && request.limit > 0 {
            let (meant, more) = self.forgive(request, &plan.wanted, full.total)?;
            did_you_mean = meant;
            notes.extend(more);
        }
        let full_in_window = full.best.len().saturating_sub(request.offset);
        let mut partial_total = None;
        let mut partial_hits: Vec<Ranked> = Vec::new();
        let wants_partial = request.limit > 0 && !request.all_words && full_in_window < request.limit;
        if let Some(partial) = plan.partial.as_ref().filter(|_| wants_partial) {
            let keep = keep.saturating_sub(usize::try_from(full.total).unwrap_or(usize::MAX));
            let found = self.collect(&plan, &**partial, keep, request, false).map_err(error)?;
            partial_total = Some(found.total);
            partial_hits = found.best;
        }
        let window: Vec<(Ranked, bool)> = full
            .best
            .iter()
            .map(|hit| (*hit, false))
            .chain(partial_hits.into_iter().map(|hit| (hit, true)))
            .skip(request.offset)
            .take(if request.limit == 0 { usize::MAX } else { request.limit })
            .collect();
        let mut hits = Vec::with_capacity(window.len());
        let mut prints = Vec::new();
        for (ranked, partial) in &window {
            let body = request.snippets || *partial || request.group.is_some();
            let (stored, closed) = self.shown(ranked.address, body).map_err(error)?;
            if request.group.is_some() {
                prints.push(Print::of(&stored));
            }
            let mut hit = hit(&stored, *partial, &plan, request.snippets);
            hit.missing.retain(|word| {
                let folded = fold(word);
                !closed.iter().any(|run| fold(run).contains(&folded))
            });
            if request.explain && request.sort == Sort::Relevance {
                hit.explain = Some(explain::hit(&self.searcher, &plan, ranked.address).map_err(error)?);
            }
            hits.push(hit);
        }
        let mut all = full.total + partial_total.unwrap_or(0);
        let mut page_total = None;
        let last = (request.offset + hits.len()) as u64 >= all;
        if request.limit > 0 && !request.all_words && last {
            let before = usize::try_from(all).unwrap_or(usize::MAX);
            let skip = request.offset.saturating_sub(before);
            let room = request.limit - hits.len();
            let (found, pages) =
                self.furniture_hits(request, &plan, skip.saturating_add(room)).map_err(error)?;
            hits.extend(pages.into_iter().skip(skip).take(room));
            page_total = (found > 0).then_some(found);
            all += found;
        }
        let shown = request.offset + hits.len();
        let next = (request.limit > 0 && (shown as u64) < all && !hits.is_empty()).then(|| shown.to_string());
        if request.group.is_some() {
            hits = fold_reprints(hits, &prints);
        }
        let mut facets = BTreeMap::new();
        let mut facet_values = BTreeMap::new();
        for (facet, values) in request.facets.iter().zip(full.facets) {
            if values.different > values.counts.len() {
                facet_values.insert(facet.name().to_owned(), values.different as u64);
            }
            facets.insert(facet.name().to_owned(), facet.counts(values.counts, full.total));
        }
        Ok(Results {
            query: QueryEcho {
                input: request.input.clone(),
                parsed: request.question.query.to_string(),
                notes,
            },
            total: Total { value: full.total, exact: true },
            partial_total,
            page_total,
            took_ms: since(started),
            hits,
            groups: Vec::new(),
            facets,
            facet_values,
            next,
            did_you_mean,
            explain: request.explain.then(|| explain::question(&request.question.query, &plan)),
        })
    }

    /// An article as a hit shows it, and the runs that close up padded names.
    pub(super) fn shown(
        &self,
        address: DocAddress,
        body: bool,
    ) -> tantivy::Result<(StoredArticle, Vec<String>)> {
        let packed = self.records.packed(&self.searcher, address)?;
        // How it was found was read before: damage met on the way makes no answer.
        self.sound()?;
        shown_article(&packed, &self.open.codebook, body).map_err(unreadable)
    }

    /// The hits of a question among the articles with these ids, in the order asked for.
    pub(super) fn hits_among(&self, request: &Request, ids: &[String]) -> Result<Vec<Hit>, Error> {
        let error = |e| self.error(e);
        let plan = self.plan(request).map_err(error)?;
        let id = |id: &String| tantivy::Term::from_field_text(self.open.fields.id, id);
        let among = tantivy::query::TermSetQuery::new(ids.iter().map(id));
        let keep = if request.limit == 0 { usize::MAX } else { request.limit };
        let found = self.collect(&plan, &among, keep, request, false).map_err(error)?;
        let mut hits = Vec::with_capacity(found.best.len());
        for ranked in &found.best {
            let stored: StoredArticle = self.record(ranked.address).map_err(error)?;
            hits.push(hit(&stored, false, &plan, request.snippets));
        }
        Ok(hits)
    }

    /// How many articles have everything asked.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn count(&self, request: &Request) -> Result<u64, Error> {
        let plan = self.plan(request).map_err(|e| self.error(e))?;
        let found = self.collect(&plan, &*plan.full, 0, request, false).map_err(|e| self.error(e))?;
        Ok(found.total)
    }

    /// The folded runs of characters that a question marks in text.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn runs(&self, request: &Request) -> Result<Vec<String>, Error> {
        Ok(self.plan(request).map_err(|e| self.error(e))?.runs)
    }

    pub(super) fn planner(&self, request: &Request) -> Planner<'_> {
        Planner {
            searcher: &self.searcher,
            terms: Terms::of(&self.searcher),
            fields: &self.open.fields,
            archive: self,
            articles: self.open.generation.articles,
            as_printed: request.as_printed,
            weights: request.weights,
        }
    }

    pub(super) fn plan(&self, request: &Request) -> tantivy::Result<Plan> {
        self.planner(request).plan(&request.question.query, request.dates)
    }

    pub(super) fn collect(
        &self,
        plan: &Plan,
        query: &dyn Engine,
        keep: usize,
        request: &Request,
        with_facets: bool,
    ) -> tantivy::Result<Collected> {
        let fields = &self.open.fields;
        let facets =
            if with_facets { request.facets.iter().map(|f| f.column(fields)).collect() } else { Vec::new() };
        let again = request.sort == Sort::Relevance && keep > 0 && plan.near.len() > 1;
        let answers = Answers {
            // Which hits are looked at again must not depend on how many are shown.
            keep: if again { keep.max(AGAIN_HITS_MAX) } else { keep },
            sort: request.sort,
            day: fields.day,
            tie: fields.tie,
            facets,
            values_max: request.facet_values,
            ranking: &plan.ranking,
            least: Least::default(),
        };
        // Each stretch counts the values of facets for itself.
        let stretches_of_core = if answers.facets.is_empty() { 2 } else { 1 };
        let mut found = spread::collect(&self.searcher, query, &answers, stretches_of_core)?;
        if again {
            look_again(&self.searcher, &plan.near, &mut found.best)?;
            found.best.truncate(keep);
        }
        self.sound()?;
        Ok(found)
    }
}

/// Milliseconds with two decimals.
fn since(started: Instant) -> f64 {
    (started.elapsed().as_secs_f64() * 1e5).round() / 100.0
}

pub(super) fn hit(stored: &StoredArticle, partial: bool, plan: &Plan, with_snippets: bool) -> Hit {
    hit_of(stored, partial, &plan.runs, &plan.wanted, with_snippets)
}

/// An article as a hit, with these runs marked; a partial one with what of the wanted it lacks.
pub(crate) fn hit_of(
    stored: &StoredArticle,
    partial: bool,
    runs: &[String],
    wanted: &[Wanted],
    with_snippets: bool,
) -> Hit {
    let article = &stored.article;
    let facts = &stored.facts;
    Hit {
        id: article.id.clone(),
        url: article_url(&article.id),
        headline: article.headline.clone(),
        headline_marks: article.headline.as_deref().map(|h| snippet::marks(h, runs)).unwrap_or_default(),
        kicker: article.kicker.clone(),
        deck: article.deck.clone(),
        column: article.column.clone(),
        paper: facts.paper.clone(),
        date: facts.date.map(|d| d.to_string()),
        page: facts.page.clone(),
        byline: article.byline.iter().map(|a| a.name.clone()).collect(),
        genre: article.genre.key().to_owned(),
        snippets: if with_snippets {
            snippet::snippets(article.paragraphs.iter().chain(&article.captions), runs)
        } else {
            Vec::new()
        },
        people: stored
            .people
            .summary
            .iter()
            .filter(|p| p.kind != Kind::Reporter)
            .map(|p| p.name.clone())
            .collect(),
        partial,
        missing: if partial { missing(stored, wanted) } else { Vec::new() },
        explain: None,
        reprints: Vec::new(),
    }
}

/// What of the asked words the article lacks.
fn missing(stored: &StoredArticle, wanted: &[Wanted]) -> Vec<String> {
    let runs: Vec<String> = stored.runs().map(|(_, text)| fold(&text)).collect();
    let mut out: Vec<String> = Vec::new();
    for word in wanted {
        if !runs.iter().any(|run| run.contains(&word.folded)) && !out.contains(&word.typed) {
            out.push(word.typed.clone());
        }
    }
    out
}
