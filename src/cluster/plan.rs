//! The second place that turns a [`Query`] into an engine's: into the query language of clusters.
//!
//! Says the same as `search::plan`: whether an article matches is decided by runs of characters and
//! values alone. What the language can't say (near, as printed, the beginnings of words in letters)
//! is decided on the stored text of the candidates, which are named by their ids then.

use serde_json::{Value, json};

use super::clause::{IDS_MAX, Place, all_of, any_of, begins, holds, kind, literal, none, term};
use super::open::Cluster;
use super::tokens::{character, value, word};
use crate::index::schema::DocumentKind;
use crate::index::{Error, StoredArticle};
use crate::paper::TextPart;
use crate::query::{DateRange, Field, Query, Term};
use crate::search::{
    MOST_SHARE, PartKind, Request, WORDS_MAX, Wanted, asks, asks_for_text, begins_word, genre, marked_runs,
    near, scoring_terms, words_of,
};
use crate::text::fold::fold;
use crate::text::segment::Segmenter;

/// Candidates whose text is read for what the language can't say.
const CANDIDATES_MAX: u64 = 100_000;
/// Terms that rank; engines allow 1,024 clauses.
const SCORING_TERMS_MAX: usize = 600;
/// Terms whose articles are counted in one request.
const COUNTED_TERMS: usize = 200;

/// A question made ready for a cluster.
pub(super) struct Plan {
    /// The articles with everything asked.
    pub(super) full: Value,
    /// What every article of an answer must fulfil, also a partial one.
    strict: Vec<Value>,
    nots: Vec<Value>,
    /// What may be lacking in a partial hit: as typed, as compared, its clause.
    soft: Vec<(String, String, Value)>,
    /// What raises the score.
    pub(super) scoring: Vec<Value>,
    /// Undated articles that dates leave out.
    pub(super) undated: Option<Value>,
    /// Folded runs to mark.
    pub(super) runs: Vec<String>,
    /// What was left out of the question.
    pub(super) notes: Vec<String>,
}

pub(super) struct Planner<'a> {
    cluster: &'a Cluster,
    segmenter: Option<Segmenter>,
    as_printed: bool,
}

/// How a value of a field must fit what was asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Whole,
    Part,
    AfterBar,
}

type Planned = Result<Value, Error>;
/// Pairs of characters, each with the number of its articles.
type Pairs = Vec<(Value, u64)>;

/// Whether a bare run stands anywhere that has to be cut into words.
fn needs_cutting(query: &Query) -> bool {
    match query {
        Query::Term(Term::Word(run)) | Query::Field { term: Term::Word(run), .. } => {
            run.chars().nth(2).is_some() && !fold(run).is_ascii()
        }
        Query::And(children) | Query::Or(children) => children.iter().any(needs_cutting),
        Query::Not(child) => needs_cutting(child),
        _ => false,
    }
}

impl<'a> Planner<'a> {
    pub(super) fn new(cluster: &'a Cluster, request: &Request) -> Result<Self, Error> {
        let segmenter =
            if needs_cutting(&request.question.query) { Some(cluster.segmenter()?) } else { None };
        Ok(Self { cluster, segmenter, as_printed: request.as_printed })
    }

    pub(super) fn words(&self, run: &str) -> Vec<(String, String)> {
        // Without one nothing needs cutting.
        words_of(run, || self.segmenter.clone().unwrap_or_else(|| Segmenter::taught([])))
    }

    /// Plans a question with the dates asked beside it.
    pub(super) fn plan(&self, query: &Query, dates: Option<DateRange>) -> Result<Plan, Error> {
        let clauses: Vec<&Query> = match query {
            Query::And(children) => children.iter().collect(),
            Query::All => Vec::new(),
            other => vec![other],
        };
        let (mut strict, mut nots, mut date_clauses) = (Vec::new(), Vec::new(), Vec::new());
        let mut soft: Vec<(String, String, Value)> = Vec::new();
        let mut literals: Vec<(String, String, Value)> = Vec::new();
        let mut full_of_words = false;
        for clause in &clauses {
            match clause {
                Query::Term(Term::Word(_)) if full_of_words => continue,
                Query::Term(Term::Word(run)) => {
                    for (typed, folded) in self.words(run) {
                        if !soft.iter().any(|(_, known, _)| *known == folded) {
                            let clause = literal(Place::Anywhere, &folded);
                            soft.push((typed, folded, clause));
                        }
                    }
                    if soft.len() >= WORDS_MAX {
                        soft.truncate(WORDS_MAX);
                        full_of_words = true;
                    }
                }
                Query::Term(term @ Term::Literal(run)) => {
                    literals.push((run.clone(), fold(run), self.term(Place::Anywhere, term)?));
                }
                Query::Dates(range) => date_clauses.push(days(*range)),
                Query::Not(child) => nots.push(self.matching(child)?),
                other => strict.push(self.matching(other)?),
            }
        }
        strict.extend(person_in_part(&clauses));
        date_clauses.extend(dates.map(days));
        // A literal is relaxed only where words are asked beside it.
        if soft.is_empty() {
            strict.extend(literals.into_iter().map(|(_, _, clause)| clause));
        } else {
            soft.extend(literals);
        }
        strict.push(kind(DocumentKind::Article.key()));
        let everything = |strict: &[Value]| -> Vec<Value> {
            strict.iter().cloned().chain(soft.iter().map(|(_, _, clause)| clause.clone())).collect()
        };
        let undated = (!date_clauses.is_empty()).then(|| {
            let mut without = nots.clone();
            without.push(json!({"exists": {"field": "day"}}));
            all_of(everything(&strict), without)
        });
        strict.extend(date_clauses);
        let words = |run: &str| self.words(run).into_iter().map(|(_, folded)| folded).collect();
        let scoring = scoring_terms(query, &words).into_iter().take(SCORING_TERMS_MAX).flat_map(|ranks| {
            let pair: String = ranks.text.chars().map(character).collect();
            let scored = |field: &str, text: &str, weight: f32| {
                json!({"term": {field: {"value": text, "boost": weight}}})
            };
            match ranks.kind {
                PartKind::Word => vec![scored("body_words", &word(&ranks.text), ranks.weight)],
                PartKind::Headline => vec![scored("head_words", &word(&ranks.text), ranks.weight)],
                PartKind::Character => vec![scored("chars", &pair, ranks.weight)],
                PartKind::Pair | PartKind::Near => vec![scored("exact", &pair, ranks.weight)],
            }
        });
        Ok(Plan {
            full: all_of(everything(&strict), nots.clone()),
            scoring: scoring.collect(),
            strict,
            nots,
            undated,
            runs: marked_runs(query, |run| self.words(run)),
            notes: if full_of_words {
                vec![format!("only the first {WORDS_MAX} different words are searched")]
            } else {
                Vec::new()
            },
            soft,
        })
    }

    /// The articles a tree asks for.
    fn matching(&self, query: &Query) -> Planned {
        Ok(match query {
            Query::All => kind(DocumentKind::Article.key()),
            Query::Term(term) => self.term(Place::Anywhere, term)?,
            Query::Field { field, term } => self.field(*field, term)?,
            Query::Dates(range) => days(*range),
            Query::And(children) => {
                let (mut musts, mut nots) = (vec![kind(DocumentKind::Article.key())], Vec::new());
                for child in children {
                    match child {
                        Query::Not(inner) => nots.push(self.matching(inner)?),
                        other => musts.push(self.matching(other)?),
                    }
                }
                all_of(musts, nots)
            }
            Query::Or(children) => {
                any_of(children.iter().map(|child| self.matching(child)).collect::<Result<_, _>>()?)
            }
            Query::Not(child) => all_of(vec![kind(DocumentKind::Article.key())], vec![self.matching(child)?]),
        })
    }

    fn term(&self, place: Place, term: &Term) -> Planned {
        let covers = move |part: TextPart| match place {
            Place::Anywhere => true,
            Place::Headline => matches!(part, TextPart::Headline),
            Place::Kicker => matches!(part, TextPart::Kicker),
            Place::Deck => matches!(part, TextPart::Deck),
            Place::Furniture => false,
        };
        Ok(match term {
            Term::Word(run) => {
                let words = self.words(run);
                all_of(words.iter().map(|(_, folded)| literal(place, folded)).collect(), Vec::new())
            }
            Term::Literal(run) => {
                let found = literal(place, &fold(run));
                if !self.as_printed {
                    return Ok(found);
                }
                self.verified(&found, term, |article| {
                    article.runs().any(|(part, text)| covers(part) && text.contains(run.as_str()))
                })?
            }
            Term::Near { runs, distance_chars } => {
                let folded: Vec<String> = runs.iter().map(|run| fold(run)).collect();
                let all = all_of(folded.iter().map(|run| literal(place, run)).collect(), Vec::new());
                let chars: Vec<Vec<char>> = folded.iter().map(|run| run.chars().collect()).collect();
                let between_max = usize::try_from(*distance_chars).unwrap_or(usize::MAX);
                self.verified(&all, term, |article| {
                    let texts = article.runs().filter(|(part, _)| covers(*part)).map(|(_, text)| text);
                    near(texts, &chars, between_max)
                })?
            }
            Term::Prefix(run) => {
                let folded = fold(run);
                let found = literal(place, &folded);
                // As on one machine: only letters and digits begin a word behind something else.
                if place == Place::Furniture || !folded.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                    return Ok(found);
                }
                self.verified(&found, term, |article| {
                    article.runs().any(|(part, text)| covers(part) && begins_word(&text, &folded))
                })?
            }
        })
    }

    /// The articles of a query whose stored text passes a check, by their keys.
    fn verified(&self, query: &Value, term: &Term, check: impl Fn(&StoredArticle) -> bool) -> Planned {
        let candidates = all_of(vec![query.clone(), kind(DocumentKind::Article.key())], Vec::new());
        let number = self.cluster.count_of(&candidates)?;
        if number > CANDIDATES_MAX {
            let what =
                format!("{term}: {number} articles would have to be read, at most {CANDIDATES_MAX} are");
            return Err(self.cluster.fault(what, Some("ask for rarer words")).into());
        }
        let mut keys: Vec<String> = Vec::new();
        let (sort, source) = (json!([{"tie": "asc"}]), json!(["record"]));
        self.cluster.each_hit::<Error>(&candidates, &sort, &source, (0, usize::MAX), |hit| {
            if check(&self.cluster.record(hit)?) {
                keys.push(hit["_id"].as_str().unwrap_or_default().to_owned());
            }
            Ok(())
        })?;
        if keys.is_empty() {
            return Ok(none());
        }
        Ok(any_of(keys.chunks(IDS_MAX).map(|some| json!({"ids": {"values": some}})).collect()))
    }

    fn field(&self, field: Field, term: &Term) -> Planned {
        Ok(match field {
            Field::Headline => self.term(Place::Headline, term)?,
            Field::Kicker => self.term(Place::Kicker, term)?,
            Field::Deck => self.term(Place::Deck, term)?,
            Field::Person => values("person_key", term, Fit::Whole),
            Field::Post => values("post_key", term, Fit::Whole),
            Field::Byline => values("byline_key", term, Fit::Whole),
            Field::Page | Field::Paper | Field::Section => place(field, term),
            Field::Genre => values("genre_key", &genre(term), Fit::Whole),
            Field::Organ => values("organ_key", term, Fit::Part),
            Field::Column => values("column_key", term, Fit::Part),
            Field::Credit => values("credit_key", term, Fit::Part),
            Field::Part => values("part", term, Fit::AfterBar),
        })
    }

    /// The articles with most of what was asked and not all of it; none where nothing can be left out.
    pub(super) fn partial(&self, plan: &Plan) -> Result<Option<Value>, Error> {
        if plan.soft.len() < 2 {
            return Ok(None);
        }
        let wanted = self.weighed(plan)?;
        let mut some: Vec<(Value, f32)> = Vec::new();
        for ((one, pairs), (_, _, clause)) in wanted.iter().zip(&plan.soft) {
            // What stands nowhere can't be asked of an article; pairs of its characters stand in.
            let pairs: &[(Value, u64)] = if one.nowhere { pairs } else { &[] };
            let each = one.weight / (pairs.len() + 1) as f32;
            some.push((clause.clone(), if one.nowhere { 0.0 } else { one.weight }));
            some.extend(
                pairs.iter().filter(|(_, articles)| *articles > 0).map(|(pair, _)| (pair.clone(), each)),
            );
        }
        let all: f32 = some.iter().map(|(_, weight)| weight).sum();
        let least = all * MOST_SHARE - 1e-4 * all;
        let weighed: Vec<Value> = some
            .into_iter()
            .filter(|(_, weight)| *weight > 0.0)
            .map(|(clause, weight)| json!({"constant_score": {"filter": clause, "boost": weight}}))
            .collect();
        if weighed.is_empty() {
            return Ok(Some(none()));
        }
        let mut musts = plan.strict.clone();
        musts.push(json!({"function_score": {"query": any_of(weighed), "min_score": least}}));
        let mut nots = plan.nots.clone();
        nots.push(all_of(plan.soft.iter().map(|(_, _, clause)| clause.clone()).collect(), Vec::new()));
        Ok(Some(all_of(musts, nots)))
    }

    /// What a partial hit may lack, and whether it stands nowhere.
    pub(super) fn wanted(&self, plan: &Plan) -> Result<Vec<Wanted>, Error> {
        Ok(self.weighed(plan)?.into_iter().map(|(wanted, _)| wanted).collect())
    }

    /// What is wanted with its weight, and its pairs with the number of their articles.
    fn weighed(&self, plan: &Plan) -> Result<Vec<(Wanted, Pairs)>, Error> {
        let terms: Vec<Vec<Value>> = plan
            .soft
            .iter()
            .map(|(_, folded, _)| {
                let chars: Vec<char> = folded.chars().collect();
                match chars.as_slice() {
                    [c] => vec![term("chars", &character(*c))],
                    chars => chars
                        .windows(2)
                        .map(|pair| term("exact", &pair.iter().map(|c| character(*c)).collect::<String>()))
                        .collect(),
                }
            })
            .collect();
        let bodies: Vec<Value> = terms
            .iter()
            .flatten()
            .map(|query| json!({"size": 0, "track_total_hits": true, "query": query}))
            .collect();
        let mut counts = Vec::with_capacity(bodies.len());
        for some in bodies.chunks(COUNTED_TERMS) {
            for answer in self.cluster.ask_many(some)? {
                counts.push(self.cluster.total(&answer)?);
            }
        }
        let all = self.cluster.generation().articles;
        let mut counts = counts.into_iter();
        let mut out = Vec::with_capacity(plan.soft.len());
        for ((typed, folded, _), terms) in plan.soft.iter().zip(terms) {
            let counted: Vec<(Value, u64)> =
                terms.into_iter().map(|term| (term, counts.next().unwrap_or(0))).collect();
            let articles = counted.iter().map(|(_, n)| *n).min().unwrap_or(all).min(all);
            let rarity = (1.0 + all as f32 / (articles as f32 + 0.5)).ln();
            let weight = if asks(folded) { 0.01 } else { rarity };
            let pairs = if folded.chars().nth(1).is_some() { counted } else { Vec::new() };
            let (typed, folded) = (typed.clone(), folded.clone());
            out.push((Wanted { typed, folded, weight, nowhere: articles == 0 }, pairs));
        }
        Ok(out)
    }

    /// The pages whose furniture answers a question; none where it asks for no text, or for text as
    /// printed or near other text.
    pub(super) fn furniture(&self, query: &Query, dates: Option<DateRange>) -> Result<Option<Value>, Error> {
        if self.as_printed || !asks_for_text(query) {
            return Ok(None);
        }
        let mut musts = vec![self.furniture_of(query)?, kind(DocumentKind::Page.key())];
        musts.extend(dates.map(days));
        Ok(Some(all_of(musts, Vec::new())))
    }

    fn furniture_of(&self, query: &Query) -> Planned {
        Ok(match query {
            Query::All => kind(DocumentKind::Page.key()),
            Query::Term(Term::Near { .. }) => none(),
            Query::Term(Term::Prefix(run)) if fold(run).starts_with(|c: char| c.is_ascii_alphanumeric()) => {
                none()
            }
            Query::Term(term) => self.term(Place::Furniture, term)?,
            Query::Field { field: field @ (Field::Page | Field::Paper | Field::Section), term } => {
                place(*field, term)
            }
            Query::Field { .. } => none(),
            Query::Dates(range) => days(*range),
            Query::And(children) => {
                let (mut musts, mut nots) = (vec![kind(DocumentKind::Page.key())], Vec::new());
                for child in children {
                    match child {
                        Query::Not(inner) => nots.push(self.furniture_of(inner)?),
                        other => musts.push(self.furniture_of(other)?),
                    }
                }
                all_of(musts, nots)
            }
            Query::Or(children) => {
                any_of(children.iter().map(|child| self.furniture_of(child)).collect::<Result<_, _>>()?)
            }
            Query::Not(child) => {
                all_of(vec![kind(DocumentKind::Page.key())], vec![self.furniture_of(child)?])
            }
        })
    }
}

impl Plan {
    /// What a partial hit may lack.
    pub(super) fn wanted(&self) -> Vec<Wanted> {
        let of = |(typed, folded, _): &(String, String, Value)| Wanted {
            typed: typed.clone(),
            folded: folded.clone(),
            weight: 0.0,
            nowhere: false,
        };
        self.soft.iter().map(of).collect()
    }
}

/// The articles and pages that stand there.
fn place(field: Field, term: &Term) -> Value {
    match field {
        Field::Page => values("page_key", term, Fit::Whole),
        Field::Section => values("section_key", term, Fit::Part),
        _ => values("paper_key", term, Fit::Part),
    }
}

/// The documents with a value of the field that fits the term.
fn values(field: &str, asked: &Term, fit: Fit) -> Value {
    let (text, prefix) = match asked {
        Term::Word(text) | Term::Literal(text) => (fold(text), false),
        Term::Prefix(text) => (fold(text), true),
        Term::Near { runs, .. } => (fold(&runs.concat()), false),
    };
    match fit {
        Fit::Whole if prefix => begins(field, &text),
        Fit::Whole => term(field, &value(&text)),
        Fit::Part => holds(field, "*", &text, "*"),
        // Nothing stands behind the last bar that holds a bar.
        Fit::AfterBar if text.contains('|') => none(),
        Fit::AfterBar => holds(field, "*|", &text, ""),
    }
}

/// `人物:X 身份:主持` asks for X in that part, not for X and somebody in it.
fn person_in_part(clauses: &[&Query]) -> Option<Value> {
    let value = |wanted: Field| {
        clauses.iter().find_map(|clause| match clause {
            Query::Field { field, term: Term::Word(text) | Term::Literal(text) } if *field == wanted => {
                Some(fold(text))
            }
            _ => None,
        })
    };
    Some(term("part", &format!("{}|{}", value(Field::Person)?, value(Field::Part)?)))
}

/// The articles and pages of these days.
fn days(range: DateRange) -> Value {
    let key = |day: crate::query::Day| {
        let (y, m, d) = (day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs());
        u64::from(y) * 10_000 + u64::from(m) * 100 + u64::from(d)
    };
    let mut bounds = json!({"gte": range.from().map_or(0, key)});
    if let Some(to) = range.to() {
        bounds["lte"] = json!(key(to));
    }
    json!({"range": {"day": bounds}})
}
