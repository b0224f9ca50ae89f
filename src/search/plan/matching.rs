//! Which articles a question asks for: decided by runs of characters and values of fields.

use std::ops::Bound;
use std::sync::Arc;

use tantivy::Term as EngineTerm;
use tantivy::query::{BooleanQuery, EmptyQuery, Occur, Query as Engine, RangeQuery, TermQuery, TermSetQuery};
use tantivy::schema::{Field as EngineField, IndexRecordOption};

use super::{Planned, Planner};
use crate::index::schema::DocumentKind;
use crate::paper::TextPart;
use crate::query::{DateRange, Day, Field, Query, Term};
use crate::search::literal::{LONG_CHARS, Place};
use crate::search::plain::Plain;
use crate::search::verify::{Verified, near};
use crate::text::fold::fold;

/// Borders of years between the first and the last day of a range that is looked up day by day.
const YEARS_BY_DAY_MAX: u64 = 2;

impl Planner<'_> {
    /// The articles a tree asks for, unscored.
    pub(super) fn matching(&self, query: &Query) -> Planned {
        Ok(match query {
            Query::All => self.kind(DocumentKind::Article),
            Query::Term(term) => self.term(Place::Anywhere, term)?,
            Query::Field { field, term } => self.field(*field, term)?,
            Query::Dates(range) => self.of_articles(self.days(*range)),
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
    pub(super) fn excluded(&self, query: &Query) -> Planned {
        Ok(Box::new(Plain(self.matching(query)?)))
    }

    pub(in crate::search) fn term(&self, place: Place, term: &Term) -> Planned {
        Ok(match term {
            Term::Word(run) => {
                let mut parts = Vec::new();
                for word in self.words(run)? {
                    parts.push((Occur::Must, self.literal(place, &word.folded)?));
                }
                self.together(parts)
            }
            Term::Literal(run) => {
                let engine = self.literal(place, &fold(run))?;
                if self.as_printed {
                    let run = run.clone();
                    self.verified(engine, move |runs| {
                        runs.iter().any(|(part, text)| place.covers(*part) && text.contains(&run))
                    })
                } else {
                    engine
                }
            }
            Term::Near { runs, distance_chars } => {
                let folded: Vec<String> = runs.iter().map(|run| fold(run)).collect();
                let chars: Vec<Vec<char>> = folded.iter().map(|run| run.chars().collect()).collect();
                let between_max = usize::try_from(*distance_chars).unwrap_or(usize::MAX);
                // Of single characters the index knows no places, of very long runs none is looked up.
                if place != Place::Furniture && chars.iter().all(|run| (2..=LONG_CHARS).contains(&run.len()))
                {
                    return self.literals().near(place, chars, between_max);
                }
                let mut parts = Vec::new();
                for run in &folded {
                    parts.push((Occur::Must, self.literal(place, run)?));
                }
                self.verified(self.together(parts), move |runs| {
                    let texts = runs.iter().filter(|(part, _)| place.covers(*part));
                    near(texts.map(|(_, text)| text), &chars, between_max)
                })
            }
            Term::Prefix(run) => {
                let folded = fold(run);
                let engine = self.literal(place, &folded)?;
                // A run of Han characters begins a word wherever it stands: where words begin is
                // not printed. Letters and digits begin one only behind something else.
                if folded.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                    self.verified(engine, move |runs| {
                        runs.iter().any(|(part, text)| place.covers(*part) && begins_word(text, &folded))
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
        check: impl Fn(&[(TextPart, String)]) -> bool + Send + Sync + 'static,
    ) -> Box<dyn Engine> {
        Box::new(Verified::new(engine, Arc::new(check), self.fields.record, &self.archive.open.codebook))
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
            // Pages stand in the index too, with day, number, section and paper.
            Field::Page | Field::Paper | Field::Section => Ok(self.of_articles(self.place(field, term)?)),
            Field::Genre => self.values(f.genre, &genre(term), Fit::Whole),
            Field::Organ => Ok(self.of_articles(self.values(f.organ, term, Fit::Part)?)),
            Field::Column => self.values(f.column, term, Fit::Part),
            Field::Credit => self.values(f.credit, term, Fit::Part),
            Field::Part => self.values(f.part, term, Fit::AfterBar),
        }
    }

    /// The articles and pages that stand there.
    pub(in crate::search) fn place(&self, field: Field, term: &Term) -> Planned {
        let f = self.fields;
        match field {
            Field::Page => self.values(f.page, term, Fit::Whole),
            Field::Section => self.values(f.section, term, Fit::Part),
            _ => self.values(f.paper, term, Fit::Part),
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
    pub(super) fn person_in_part(&self, clauses: &[&Query]) -> Option<Box<dyn Engine>> {
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

    /// The articles and pages of these days.
    pub(in crate::search) fn days(&self, range: DateRange) -> Box<dyn Engine> {
        let key = |day: Day| {
            let (y, m, d) = (day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs());
            u64::from(y) * 10_000 + u64::from(m) * 100 + u64::from(d)
        };
        let term = |key: u64| EngineTerm::from_field_u64(self.fields.day, key);
        let (from, to) = (range.from().map_or(0, key), range.to().map(key));
        if let Some(to) = to.filter(|to| to / 10_000 - from / 10_000 <= YEARS_BY_DAY_MAX) {
            // Each day has its list; the column would be read for all articles of all years.
            let months = (from / 100..=to / 100).filter(|month| (1..=12).contains(&(month % 100)));
            let days = months.flat_map(|month| (1..=31).map(move |day| month * 100 + day));
            return Box::new(TermSetQuery::new(days.filter(|day| (from..=to).contains(day)).map(term)));
        }
        let upper = to.map_or(Bound::Unbounded, |to| Bound::Included(term(to)));
        Box::new(RangeQuery::new(Bound::Included(term(from)), upper))
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
pub(crate) fn genre(term: &Term) -> Term {
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

/// Whether the run stands behind something that is neither letter nor digit.
pub(crate) fn begins_word(text: &str, folded_run: &str) -> bool {
    let folded = fold(text);
    folded
        .match_indices(folded_run)
        .any(|(at, _)| !folded[..at].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric()))
}
