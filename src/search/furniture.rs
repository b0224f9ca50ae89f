//! Finds pages by what stands on them and is no story: slogans, folios, imprints, advertisements.
//!
//! Such text is in no article, so that no article is found by it. Where articles don't fill the
//! window, pages that carry what was asked follow them, as partial hits do.

use tantivy::query::{BooleanQuery, EmptyQuery, Occur, Query as Engine};

use super::Archive;
use super::answer::{Hit, Request};
use super::collect::Ranked;
use super::issues::page_url;
use super::literal::Place;
use super::plan::{Plan, Planner};
use super::snippet;
use crate::index::schema::DocumentKind;
use crate::index::{Error, StoredPage};
use crate::query::{Field, Query, Term};

impl Planner<'_> {
    /// The pages whose furniture answers a question; none for a question that asks for no text, or
    /// for text as printed or near other text, which only articles are searched for.
    pub(super) fn furniture(&self, query: &Query) -> tantivy::Result<Option<Box<dyn Engine>>> {
        if self.as_printed || !asks_for_text(query) {
            return Ok(None);
        }
        let pages = vec![self.furniture_of(query)?, self.kind(DocumentKind::Page)];
        Ok(Some(Box::new(BooleanQuery::intersection(pages))))
    }

    fn furniture_of(&self, query: &Query) -> tantivy::Result<Box<dyn Engine>> {
        Ok(match query {
            Query::All => self.kind(DocumentKind::Page),
            Query::Term(Term::Near { .. }) => Box::new(EmptyQuery),
            Query::Term(term) => self.term(Place::Furniture, term)?,
            Query::Field { field: field @ (Field::Page | Field::Paper | Field::Section), term } => {
                self.place(*field, term)?
            }
            Query::Field { .. } => Box::new(EmptyQuery),
            Query::Dates(range) => self.days(*range),
            Query::And(children) => {
                let mut parts = vec![(Occur::Must, self.kind(DocumentKind::Page))];
                for child in children {
                    match child {
                        Query::Not(inner) => parts.push((Occur::MustNot, self.furniture_left_out(inner)?)),
                        other => parts.push((Occur::Must, self.furniture_of(other)?)),
                    }
                }
                Box::new(BooleanQuery::new(parts))
            }
            Query::Or(children) => {
                let parts: tantivy::Result<Vec<_>> =
                    children.iter().map(|child| self.furniture_of(child)).collect();
                Box::new(BooleanQuery::union(parts?))
            }
            Query::Not(child) => Box::new(BooleanQuery::new(vec![
                (Occur::Must, self.kind(DocumentKind::Page)),
                (Occur::MustNot, self.furniture_left_out(child)?),
            ])),
        })
    }

    fn furniture_left_out(&self, query: &Query) -> tantivy::Result<Box<dyn Engine>> {
        Ok(Box::new(super::plain::Plain(self.furniture_of(query)?)))
    }
}

/// Whether anything is asked for that stands in running text.
pub(crate) fn asks_for_text(query: &Query) -> bool {
    match query {
        Query::Term(_) => true,
        Query::And(children) | Query::Or(children) => children.iter().any(asks_for_text),
        Query::All | Query::Field { .. } | Query::Dates(_) | Query::Not(_) => false,
    }
}

impl Archive {
    /// The pages that follow the articles of an answer: how many there are, and the first of them.
    pub(super) fn furniture_hits(
        &self,
        request: &Request,
        plan: &Plan,
        keep: usize,
    ) -> tantivy::Result<(u64, Vec<Hit>)> {
        let planner = self.planner(request);
        let Some(mut engine) = planner.furniture(&request.question.query)? else {
            return Ok((0, Vec::new()));
        };
        if let Some(dates) = request.dates {
            engine = Box::new(BooleanQuery::intersection(vec![engine, planner.days(dates)]));
        }
        let found = self.collect(plan, &*engine, keep, request, false)?;
        let hit = |ranked: &Ranked| {
            let page: StoredPage = self.record(ranked.address)?;
            Ok(page_hit(&page, &plan.runs, request.snippets))
        };
        Ok((found.total, found.best.iter().map(hit).collect::<tantivy::Result<_>>()?))
    }

    /// What stands on a page, or on the pages of an issue, and is no story.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn furniture_under(&self, id: &str) -> Result<Vec<StoredPage>, Error> {
        let id = id.trim_end_matches('/');
        let mut pages: Vec<StoredPage> = self.records_between(
            &crate::index::page_key(id),
            // '0' follows '/'.
            &crate::index::page_key(&format!("{id}0")),
        )?;
        pages.retain(|page| {
            page.id == id || page.id.strip_prefix(id).is_some_and(|rest| rest.starts_with('/'))
        });
        // Segments lie in no order.
        pages.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(pages)
    }
}

/// A page as a hit, with these runs marked.
pub(crate) fn page_hit(page: &StoredPage, runs: &[String], with_snippets: bool) -> Hit {
    let facts = &page.facts;
    Hit {
        id: page.id.clone(),
        url: page_url(&page.id),
        headline: None,
        headline_marks: Vec::new(),
        kicker: None,
        deck: None,
        column: None,
        paper: facts.paper.clone(),
        date: facts.date.map(|d| d.to_string()),
        page: facts.page.clone(),
        byline: Vec::new(),
        genre: DocumentKind::Page.key().to_owned(),
        snippets: if with_snippets {
            snippet::snippets(page.furniture.iter().map(|f| &f.text), runs)
        } else {
            Vec::new()
        },
        people: Vec::new(),
        partial: false,
        missing: Vec::new(),
        explain: None,
        reprints: Vec::new(),
    }
}
