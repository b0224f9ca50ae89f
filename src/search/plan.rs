//! The only place that turns a [`Query`](crate::query::Query) into Tantivy queries.
//!
//! Matching and ranking are kept apart. Whether an article matches is decided by runs of
//! characters alone, never by how a segmenter cut them; how good it is, by words, characters and
//! place.

use std::ops::Bound;
use std::sync::Arc;

use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, ExistsQuery, Occur, Query as Engine, RangeQuery,
    TermQuery, TermSetQuery,
};
use tantivy::schema::{Field as EngineField, IndexRecordOption};
use tantivy::{Searcher, Term as EngineTerm};

use super::literal::{Place, literal};
use super::most::MostOf;
use super::plain::Plain;
use super::verify::{Verified, near};
use crate::index::schema::{DocumentKind, Fields};
use crate::query::{DateRange, Field, Query, Term};
use crate::text::fold::{fold, fold_char};
use crate::text::segment::Segmenter;

/// Weight of a word in kicker, headline or deck.
const HEAD_BOOST: f32 = 2.0;
/// Weight of a pair of characters, the net under words that were cut otherwise.
const PAIR_BOOST: f32 = 1.0;
/// Weight of a typed run that stands whole.
const RUN_BOOST: f32 = 1.5;

/// Share of the weight of all words that an article must have to be shown as a partial hit. Weights
/// are rarities, so that one rare word is *most* of a question whose other words are everywhere.
/// Found on the question sets: half loses a fifth of the right answers, a tenth gains no more.
const MOST_SHARE: f32 = 0.2;

/// Most different words of a question; beyond that it is a text and no question.
const WORDS_MAX: usize = 256;
/// Most characters of a run that rank.
const PAIRS_MAX: usize = 256;

/// Words that ask or connect: they rank, but an article lacks nothing without them.
const CONNECTING: &[&str] = &[
    "的",
    "了",
    "吗",
    "呢",
    "吧",
    "啊",
    "么",
    "是",
    "在",
    "和",
    "与",
    "及",
    "或",
    "有",
    "为",
    "被",
    "把",
    "对",
    "于",
    "从",
    "到",
    "由",
    "之",
    "其",
    "这",
    "那",
    "哪",
    "几",
    "谁",
    "什么",
    "哪些",
    "哪个",
    "哪里",
    "哪儿",
    "怎么",
    "怎样",
    "如何",
    "多少",
    "为什么",
    "为何",
    "何时",
    "几个",
    "是否",
    "请问",
    "一下",
    "可以",
    "能",
    "会",
    "要",
];

/// One thing asked that may be lacking in a partial hit.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// As typed.
    pub(crate) typed: String,
    /// As compared.
    pub(crate) folded: String,
    /// How much it counts when an article has *most* of what was asked.
    weight: f32,
}

/// A question made ready for one searcher.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The articles with everything asked, scored.
    pub(crate) full: Box<dyn Engine>,
    /// The articles with most of it and not all, scored; none where nothing can be left out.
    pub(crate) partial: Option<Box<dyn Engine>>,
    /// Undated articles that dates in the question leave out.
    pub(crate) undated: Option<Box<dyn Engine>>,
    /// What may be lacking in a partial hit.
    pub(crate) wanted: Vec<Wanted>,
    /// Folded runs to mark.
    pub(crate) runs: Vec<String>,
    /// What was left out of the question.
    pub(crate) notes: Vec<String>,
}

/// What planning needs to know.
pub(crate) struct Planner<'a> {
    pub(crate) searcher: &'a Searcher,
    pub(crate) fields: &'a Fields,
    /// Called only for runs that need cutting: loading a segmenter takes time.
    pub(crate) segmenter: &'a dyn Fn() -> Segmenter,
    /// Literals match only as printed.
    pub(crate) as_printed: bool,
}

type Planned = tantivy::Result<Box<dyn Engine>>;

impl Planner<'_> {
    /// Plans a question with the dates asked beside it.
    ///
    /// # Errors
    ///
    /// Where the index can't be read.
    pub(crate) fn plan(&self, query: &Query, dates: Option<DateRange>) -> tantivy::Result<Plan> {
        let clauses: Vec<&Query> = match query {
            Query::And(children) => children.iter().collect(),
            Query::All => Vec::new(),
            other => vec![other],
        };
        let mut strict: Vec<(Occur, Box<dyn Engine>)> = Vec::new();
        let mut soft: Vec<(Wanted, Box<dyn Engine>)> = Vec::new();
        let mut literals: Vec<(Wanted, Box<dyn Engine>)> = Vec::new();
        let mut score: Vec<Box<dyn Engine>> = Vec::new();
        let mut date_clauses: Vec<Box<dyn Engine>> = Vec::new();
        let mut full_of_words = false;
        for clause in &clauses {
            match clause {
                Query::Term(Term::Word(_)) if full_of_words => continue,
                Query::Term(Term::Word(run)) => {
                    for word in self.words(run)? {
                        if soft.iter().any(|(w, _)| w.folded == word.folded) {
                            continue;
                        }
                        let engine = literal(self.searcher, self.fields, Place::Anywhere, &word.folded)?;
                        soft.push((word, engine));
                    }
                    if soft.len() >= WORDS_MAX {
                        soft.truncate(WORDS_MAX);
                        full_of_words = true;
                    }
                }
                Query::Term(term @ Term::Literal(run)) => {
                    let folded = fold(run);
                    let weight = self.rarity(&folded)?;
                    let wanted = Wanted { typed: run.clone(), folded, weight };
                    literals.push((wanted, self.term(Place::Anywhere, term)?));
                }
                Query::Dates(range) => date_clauses.push(self.dates(*range)),
                Query::Not(child) => strict.push((Occur::MustNot, self.excluded(child)?)),
                other => strict.push((Occur::Must, self.matching(other)?)),
            }
            self.scoring(clause, &mut score)?;
        }
        if let Some(together) = self.person_in_part(&clauses) {
            strict.push((Occur::Must, together));
        }
        date_clauses.extend(dates.map(|range| self.dates(range)));
        // A literal is relaxed only where words are asked beside it.
        let relaxed = if soft.is_empty() { Vec::new() } else { std::mem::take(&mut literals) };
        strict.extend(literals.into_iter().map(|(_, engine)| (Occur::Must, engine)));
        soft.extend(relaxed);

        let copy = |parts: &[(Occur, Box<dyn Engine>)]| -> Vec<(Occur, Box<dyn Engine>)> {
            parts.iter().map(|(occur, engine)| (*occur, engine.box_clone())).collect()
        };
        let undated = (!date_clauses.is_empty()).then(|| {
            let mut parts = copy(&strict);
            parts.extend(soft.iter().map(|(_, engine)| (Occur::Must, engine.box_clone())));
            parts.push((Occur::Must, self.kind(DocumentKind::Article)));
            parts.push((Occur::MustNot, Box::new(ExistsQuery::new("day".to_owned(), false))));
            Box::new(BooleanQuery::new(parts)) as Box<dyn Engine>
        });
        strict.extend(date_clauses.into_iter().map(|engine| (Occur::Must, engine)));

        let mut full_parts = copy(&strict);
        full_parts.extend(soft.iter().map(|(_, engine)| (Occur::Must, engine.box_clone())));
        let full_match = self.together(full_parts);
        let partial = self.partial(&strict, &soft, &score);
        let mut runs: Vec<String> = Vec::new();
        self.runs(query, &mut runs)?;
        Ok(Plan {
            full: scored(full_match, &score),
            partial,
            undated,
            wanted: soft.into_iter().map(|(wanted, _)| wanted).collect(),
            runs,
            notes: if full_of_words {
                vec![format!("only the first {WORDS_MAX} different words are searched")]
            } else {
                Vec::new()
            },
        })
    }

    fn partial(
        &self,
        strict: &[(Occur, Box<dyn Engine>)],
        soft: &[(Wanted, Box<dyn Engine>)],
        score: &[Box<dyn Engine>],
    ) -> Option<Box<dyn Engine>> {
        if soft.len() < 2 {
            return None;
        }
        let some = soft.iter().map(|(wanted, engine)| (engine.box_clone(), wanted.weight)).collect();
        let mut parts: Vec<(Occur, Box<dyn Engine>)> =
            strict.iter().map(|(occur, engine)| (*occur, engine.box_clone())).collect();
        parts.push((Occur::Must, Box::new(MostOf::new(some, MOST_SHARE))));
        Some(scored(self.together(parts), score))
    }

    /// The words of a typed run; one that the segmenter leaves nothing of stays as it is.
    fn words(&self, run: &str) -> tantivy::Result<Vec<Wanted>> {
        let folded = fold(run);
        let chars = folded.chars().count();
        let spans = if chars <= 2 || folded.is_ascii() {
            Vec::new()
        } else {
            (self.segmenter)().content_words(&folded)
        };
        if spans.len() < 2 {
            let weight = self.rarity(&folded)?;
            return Ok(vec![Wanted { typed: run.to_owned(), weight, folded }]);
        }
        // Folding is character for character: one walk finds what was typed for each word.
        let mut typed = run.chars();
        let mut at = 0;
        let mut words: Vec<Wanted> = Vec::new();
        for span in spans {
            let word = span.of(&folded);
            for _ in folded.get(at..span.start).unwrap_or("").chars() {
                typed.next();
            }
            at = span.end;
            let printed: String = typed.by_ref().take(word.chars().count()).collect();
            if words.iter().any(|w| w.folded == word) {
                continue;
            }
            if words.len() == WORDS_MAX {
                break;
            }
            words.push(Wanted { typed: printed, folded: word.to_owned(), weight: self.rarity(word)? });
        }
        Ok(words)
    }

    /// How much a run says: its rarity, next to nothing for words that only connect.
    fn rarity(&self, folded: &str) -> tantivy::Result<f32> {
        if CONNECTING.contains(&folded) {
            return Ok(0.01);
        }
        let chars: Vec<char> = folded.chars().collect();
        let mut articles = self.searcher.num_docs();
        for pair in chars.windows(2) {
            let term = EngineTerm::from_field_text(self.fields.exact, &pair.iter().collect::<String>());
            articles = articles.min(self.searcher.doc_freq(&term)?);
        }
        if let [c] = chars.as_slice() {
            articles =
                self.searcher.doc_freq(&EngineTerm::from_field_text(self.fields.chars, &c.to_string()))?;
        }
        Ok((1.0 + self.searcher.num_docs() as f32 / (articles as f32 + 0.5)).ln())
    }

    fn kind(&self, kind: DocumentKind) -> Box<dyn Engine> {
        let term = EngineTerm::from_field_text(self.fields.kind, kind.key());
        Box::new(TermQuery::new(term, IndexRecordOption::Basic))
    }

    /// The articles of these documents: persons have posts and organs too.
    fn of_articles(&self, engine: Box<dyn Engine>) -> Box<dyn Engine> {
        Box::new(BooleanQuery::intersection(vec![engine, self.kind(DocumentKind::Article)]))
    }

    /// All parts at once; articles only, where nothing else keeps to them.
    fn together(&self, mut parts: Vec<(Occur, Box<dyn Engine>)>) -> Box<dyn Engine> {
        if !parts.iter().any(|(occur, _)| *occur == Occur::Must) {
            parts.push((Occur::Must, self.kind(DocumentKind::Article)));
        }
        match (parts.len(), parts.pop()) {
            (1, Some((_, one))) => one,
            (_, last) => {
                parts.extend(last);
                Box::new(BooleanQuery::new(parts))
            }
        }
    }

    /// The articles a tree asks for, unscored.
    fn matching(&self, query: &Query) -> Planned {
        Ok(match query {
            Query::All => self.kind(DocumentKind::Article),
            Query::Term(term) => self.term(Place::Anywhere, term)?,
            Query::Field { field, term } => self.field(*field, term)?,
            Query::Dates(range) => self.dates(*range),
            Query::And(children) => {
                let mut parts = Vec::with_capacity(children.len());
                for child in children {
                    match child {
                        Query::Not(inner) => parts.push((Occur::MustNot, self.excluded(inner)?)),
                        other => parts.push((Occur::Must, self.matching(other)?)),
                    }
                }
                self.together(parts)
            }
            Query::Or(children) => {
                let parts: tantivy::Result<Vec<_>> =
                    children.iter().map(|child| self.matching(child)).collect();
                Box::new(BooleanQuery::union(parts?))
            }
            Query::Not(child) => self.together(vec![(Occur::MustNot, self.excluded(child)?)]),
        })
    }

    /// The articles that a tree leaves out.
    fn excluded(&self, query: &Query) -> Planned {
        Ok(Box::new(Plain(self.matching(query)?)))
    }

    fn term(&self, place: Place, term: &Term) -> Planned {
        Ok(match term {
            Term::Word(run) => {
                let mut parts = Vec::new();
                for word in self.words(run)? {
                    parts.push((Occur::Must, literal(self.searcher, self.fields, place, &word.folded)?));
                }
                self.together(parts)
            }
            Term::Literal(run) => {
                let engine = literal(self.searcher, self.fields, place, &fold(run))?;
                if self.as_printed {
                    let run = run.clone();
                    self.verified(engine, move |article| {
                        article.runs().any(|(part, text)| place.covers(part) && text.contains(&run))
                    })
                } else {
                    engine
                }
            }
            Term::Near { runs, distance_chars } => {
                let folded: Vec<String> = runs.iter().map(|run| fold(run)).collect();
                let mut parts = Vec::new();
                for run in &folded {
                    parts.push((Occur::Must, literal(self.searcher, self.fields, place, run)?));
                }
                let chars: Vec<Vec<char>> = folded.iter().map(|run| run.chars().collect()).collect();
                let between_max = usize::try_from(*distance_chars).unwrap_or(usize::MAX);
                self.verified(self.together(parts), move |article| near(article, &chars, between_max))
            }
            Term::Prefix(run) => {
                let folded = fold(run);
                let engine = literal(self.searcher, self.fields, place, &folded)?;
                // A run of Han characters begins a word wherever it stands: where words begin is
                // not printed. Letters and digits begin one only behind something else.
                if folded.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                    self.verified(engine, move |article| {
                        article.runs().any(|(part, text)| place.covers(part) && begins_word(&text, &folded))
                    })
                } else {
                    engine
                }
            }
        })
    }

    fn verified(
        &self,
        engine: Box<dyn Engine>,
        check: impl Fn(&crate::index::StoredArticle) -> bool + Send + Sync + 'static,
    ) -> Box<dyn Engine> {
        Box::new(Verified::new(engine, Arc::new(check), self.fields.record))
    }

    fn field(&self, field: Field, term: &Term) -> Planned {
        let f = self.fields;
        match field {
            Field::Headline => self.term(Place::Headline, term),
            Field::Kicker => self.term(Place::Kicker, term),
            Field::Deck => self.term(Place::Deck, term),
            Field::Person => self.values(f.person, term, Fit::Whole),
            Field::Post => Ok(self.of_articles(self.values(f.post, term, Fit::Whole)?)),
            Field::Byline => self.values(f.byline, term, Fit::Whole),
            Field::Page => self.values(f.page, term, Fit::Whole),
            Field::Genre => self.values(f.genre, &genre(term), Fit::Whole),
            Field::Organ => Ok(self.of_articles(self.values(f.organ, term, Fit::Part)?)),
            Field::Column => self.values(f.column, term, Fit::Part),
            Field::Credit => self.values(f.credit, term, Fit::Part),
            Field::Paper => self.values(f.paper, term, Fit::Part),
            Field::Section => self.values(f.section, term, Fit::Part),
            Field::Part => self.values(f.part, term, Fit::AfterBar),
        }
    }

    /// The articles with a value of the field that fits the term.
    fn values(&self, field: EngineField, term: &Term, fit: Fit) -> Planned {
        let (text, prefix) = match term {
            Term::Word(text) | Term::Literal(text) => (fold(text), false),
            Term::Prefix(text) => (fold(text), true),
            Term::Near { runs, .. } => (fold(&runs.concat()), false),
        };
        if fit == Fit::Whole && !prefix {
            let term = EngineTerm::from_field_text(field, &text);
            return Ok(Box::new(TermQuery::new(term, IndexRecordOption::Basic)));
        }
        let fits = |value: &str| match fit {
            Fit::Whole => value.starts_with(&text),
            Fit::Part => value.contains(&text),
            Fit::AfterBar => value.rsplit('|').next().is_some_and(|part| part == text),
        };
        self.scan(field, fits)
    }

    /// The articles with any value that passes; reads the field's whole dictionary, which is short.
    fn scan(&self, field: EngineField, fits: impl Fn(&str) -> bool) -> Planned {
        let mut terms = std::collections::BTreeSet::new();
        for reader in self.searcher.segment_readers() {
            let index = reader.inverted_index(field)?;
            let mut stream = index.terms().stream()?;
            while stream.advance() {
                if let Ok(value) = std::str::from_utf8(stream.key())
                    && fits(value)
                {
                    terms.insert(value.to_owned());
                }
            }
        }
        if terms.is_empty() {
            return Ok(Box::new(EmptyQuery));
        }
        Ok(Box::new(TermSetQuery::new(terms.iter().map(|t| EngineTerm::from_field_text(field, t)))))
    }

    /// `人物:X 身份:主持` asks for X in that part, not for X and somebody in it.
    fn person_in_part(&self, clauses: &[&Query]) -> Option<Box<dyn Engine>> {
        let value = |wanted: Field| {
            clauses.iter().find_map(|clause| match clause {
                Query::Field { field, term: Term::Word(text) | Term::Literal(text) } if *field == wanted => {
                    Some(fold(text))
                }
                _ => None,
            })
        };
        let (person, part) = (value(Field::Person)?, value(Field::Part)?);
        let term = EngineTerm::from_field_text(self.fields.part, &format!("{person}|{part}"));
        Some(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
    }

    fn dates(&self, range: DateRange) -> Box<dyn Engine> {
        let key = |day: crate::query::Day| {
            let (y, m, d) = (day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs());
            let number = u64::from(y) * 10_000 + u64::from(m) * 100 + u64::from(d);
            EngineTerm::from_field_u64(self.fields.day, number)
        };
        let lower = range.from().map_or_else(
            || Bound::Included(EngineTerm::from_field_u64(self.fields.day, 0)),
            |d| Bound::Included(key(d)),
        );
        let upper = range.to().map_or(Bound::Unbounded, |d| Bound::Included(key(d)));
        Box::new(RangeQuery::new(lower, upper))
    }

    /// What raises the score of an article that matches.
    fn scoring(&self, query: &Query, out: &mut Vec<Box<dyn Engine>>) -> tantivy::Result<()> {
        let f = self.fields;
        match query {
            Query::Term(Term::Word(run)) => {
                let words = self.words(run)?;
                for word in &words {
                    let head = EngineTerm::from_field_text(f.head_words, &word.folded);
                    let body = EngineTerm::from_field_text(f.body_words, &word.folded);
                    out.push(boosted(
                        Box::new(TermQuery::new(head, IndexRecordOption::WithFreqs)),
                        HEAD_BOOST,
                    ));
                    out.push(Box::new(TermQuery::new(body, IndexRecordOption::WithFreqs)));
                }
                let folded: Vec<char> = run.chars().map(fold_char).take(PAIRS_MAX).collect();
                for pair in folded.windows(2) {
                    let pair: String = pair.iter().collect();
                    let term = EngineTerm::from_field_text(f.exact, &pair);
                    out.push(boosted(
                        Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
                        PAIR_BOOST,
                    ));
                }
                if words.len() > 1 && folded.len() <= 24 {
                    let whole: String = folded.iter().collect();
                    out.push(boosted(literal(self.searcher, f, Place::Anywhere, &whole)?, RUN_BOOST));
                }
            }
            Query::Term(Term::Literal(run) | Term::Prefix(run)) => {
                let folded = fold(run);
                if folded.chars().nth(1).is_some() {
                    out.push(literal(self.searcher, f, Place::Anywhere, &folded)?);
                    out.push(boosted(literal(self.searcher, f, Place::Headline, &folded)?, HEAD_BOOST));
                }
            }
            Query::Term(Term::Near { runs, .. }) => {
                for run in runs {
                    out.push(literal(self.searcher, f, Place::Anywhere, &fold(run))?);
                }
            }
            Query::And(children) | Query::Or(children) => {
                for child in children {
                    self.scoring(child, out)?;
                }
            }
            Query::All | Query::Field { .. } | Query::Dates(_) | Query::Not(_) => {}
        }
        Ok(())
    }

    /// Folded runs to mark in the texts of hits.
    fn runs(&self, query: &Query, out: &mut Vec<String>) -> tantivy::Result<()> {
        for (field, term) in query.wanted() {
            let in_text = matches!(
                field,
                None | Some(
                    Field::Headline
                        | Field::Kicker
                        | Field::Deck
                        | Field::Person
                        | Field::Post
                        | Field::Organ
                )
            );
            if !in_text {
                continue;
            }
            match term {
                Term::Word(run) if field.is_none() => {
                    let folded = fold(run);
                    out.extend(self.words(run)?.into_iter().map(|w| w.folded));
                    if !out.contains(&folded) {
                        out.push(folded);
                    }
                }
                Term::Word(run) | Term::Literal(run) | Term::Prefix(run) => out.push(fold(run)),
                Term::Near { runs, .. } => out.extend(runs.iter().map(|r| fold(r))),
            }
        }
        out.sort_unstable();
        out.dedup();
        // Marks of more runs than that would mark everything.
        out.truncate(2 * WORDS_MAX);
        Ok(())
    }
}

/// How a value of a field must fit what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// All of it (with `*`: its beginning).
    Whole,
    /// Somewhere in it.
    Part,
    /// Behind the bar of `name|part`.
    AfterBar,
}

/// Genres as people call them.
fn genre(term: &Term) -> Term {
    let (Term::Word(text) | Term::Literal(text)) = term else { return term.clone() };
    let key = match text.as_str() {
        "消息" | "新闻" => "news",
        "通讯" | "特写" | "综述" => "feature",
        "评论" | "社论" | "理论" => "commentary",
        "公告" | "公示" | "声明" | "启事" => "notice",
        "图片" | "图说" | "图片新闻" => "caption",
        "任免" | "任免名单" => "appointments",
        "讣告" => "obituary",
        "更正" => "correction",
        "副刊" | "散文" | "诗歌" => "literary",
        "天气" => "weather",
        "来信" | "读者来信" => "letter",
        "广告" => "advertisement",
        other => other,
    };
    Term::Word(key.to_owned())
}

fn boosted(engine: Box<dyn Engine>, boost: f32) -> Box<dyn Engine> {
    Box::new(BoostQuery::new(engine, boost))
}

/// The articles of `matching`, ranked by `score`.
fn scored(matching: Box<dyn Engine>, score: &[Box<dyn Engine>]) -> Box<dyn Engine> {
    let mut parts: Vec<(Occur, Box<dyn Engine>)> =
        vec![(Occur::Must, Box::new(ConstScoreQuery::new(matching, 0.0)))];
    parts.extend(score.iter().map(|engine| (Occur::Should, engine.box_clone())));
    Box::new(BooleanQuery::new(parts))
}

/// Whether the run stands behind something that is neither letter nor digit.
fn begins_word(text: &str, folded_run: &str) -> bool {
    let folded = fold(text);
    folded
        .match_indices(folded_run)
        .any(|(at, _)| !folded[..at].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric()))
}
