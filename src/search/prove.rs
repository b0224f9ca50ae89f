//! Proves an answer: every stored article is read again and asked the question without the index.

use serde::{Deserialize, Serialize};
use tantivy::collector::DocSetCollector;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, Term as EngineTerm};

use super::Archive;
use super::answer::Request;
use super::plan::{begins_word, genre};
use super::verify::near;
use crate::index::schema::DocumentKind;
use crate::index::{Error, StoredArticle};
use crate::paper::TextPart;
use crate::people::{Kind, split_post};
use crate::query::{Field, Query, Term};
use crate::text::fold::fold;

/// What the index answers and what reading all texts answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Proof {
    /// Articles read.
    pub articles: u64,
    /// Articles that the index finds.
    pub found: u64,
    /// Articles whose text fulfils the question.
    pub read: u64,
    /// Whether they are the same articles.
    pub agree: bool,
    /// Ids that only the index finds.
    pub only_found: Vec<String>,
    /// Ids that only reading finds.
    pub only_read: Vec<String>,
}

impl Archive {
    /// Reads every stored article and compares with what the index finds.
    ///
    /// Takes the time that reading takes: about a second for 20,000 articles.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn prove(&self, request: &Request) -> Result<Proof, Error> {
        let error = |e| self.error(e);
        let plan = self.plan(request).map_err(error)?;
        let found = self.asked(&*plan.full, &DocSetCollector).map_err(error)?;
        let kind = EngineTerm::from_field_text(self.open.fields.kind, DocumentKind::Article.key());
        let all = TermQuery::new(kind, IndexRecordOption::Basic);
        let all = self.asked(&all, &DocSetCollector).map_err(error)?;
        let mut addresses: Vec<DocAddress> = all.into_iter().collect();
        addresses.sort_unstable();
        let mut proof = Proof {
            articles: addresses.len() as u64,
            found: found.len() as u64,
            read: 0,
            agree: true,
            only_found: Vec::new(),
            only_read: Vec::new(),
        };
        for address in addresses {
            let stored: StoredArticle = self.record(address).map_err(error)?;
            let dated = request.dates.is_none_or(|range| in_days(&stored, range));
            let reads = dated && self.fulfils(request, &Asked::new(&stored), &request.question.query)?;
            proof.read += u64::from(reads);
            match (found.contains(&address), reads) {
                (true, false) => proof.only_found.push(stored.article.id),
                (false, true) => proof.only_read.push(stored.article.id),
                _ => {}
            }
        }
        proof.agree = proof.only_found.is_empty() && proof.only_read.is_empty();
        Ok(proof)
    }

    fn fulfils(&self, request: &Request, article: &Asked<'_>, query: &Query) -> Result<bool, Error> {
        Ok(match query {
            Query::All => true,
            Query::Term(term) => self.term_in(request, article, term, |_| true)?,
            Query::Field { field, term } => match field {
                Field::Headline => self.term_in(request, article, term, |p| p == TextPart::Headline)?,
                Field::Kicker => self.term_in(request, article, term, |p| p == TextPart::Kicker)?,
                Field::Deck => self.term_in(request, article, term, |p| p == TextPart::Deck)?,
                _ => article.has_value(*field, term),
            },
            Query::Dates(range) => in_days(article.stored, *range),
            Query::And(children) => {
                for child in children {
                    if !self.fulfils(request, article, child)? {
                        return Ok(false);
                    }
                }
                article.plays(children)
            }
            Query::Or(children) => {
                for child in children {
                    if self.fulfils(request, article, child)? {
                        return Ok(true);
                    }
                }
                false
            }
            Query::Not(child) => !self.fulfils(request, article, child)?,
        })
    }

    fn term_in(
        &self,
        request: &Request,
        article: &Asked<'_>,
        term: &Term,
        place: impl Fn(TextPart) -> bool,
    ) -> Result<bool, Error> {
        let stands = |run: &str| {
            !run.is_empty() && article.folded.iter().any(|(part, text)| place(*part) && text.contains(run))
        };
        Ok(match term {
            Term::Word(run) => {
                let words = self.planner(request).words(run).map_err(|e| self.error(e))?;
                words.iter().all(|word| stands(&word.folded))
            }
            Term::Literal(run) if request.as_printed => {
                article.stored.runs().any(|(part, text)| place(part) && text.contains(run.as_str()))
            }
            Term::Literal(run) => stands(&fold(run)),
            Term::Near { runs, distance_chars } => {
                let runs: Vec<Vec<char>> = runs.iter().map(|run| fold(run).chars().collect()).collect();
                let between_max = usize::try_from(*distance_chars).unwrap_or(usize::MAX);
                let texts = article.folded.iter().filter(|(part, _)| place(*part));
                near(texts.map(|(_, text)| text), &runs, between_max)
            }
            Term::Prefix(run) => {
                let run = fold(run);
                if run.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                    article.stored.runs().any(|(part, text)| place(part) && begins_word(&text, &run))
                } else {
                    stands(&run)
                }
            }
        })
    }
}

fn in_days(stored: &StoredArticle, range: crate::query::DateRange) -> bool {
    stored.facts.date.is_some_and(|day| {
        range.from().is_none_or(|from| from.to_string() <= day.to_string())
            && range.to().is_none_or(|to| day.to_string() <= to.to_string())
    })
}

/// An article with its texts as they are compared.
struct Asked<'a> {
    stored: &'a StoredArticle,
    folded: Vec<(TextPart, String)>,
}

impl<'a> Asked<'a> {
    fn new(stored: &'a StoredArticle) -> Self {
        Self { stored, folded: stored.runs().map(|(part, text)| (part, fold(&text))).collect() }
    }

    /// Whether a field has a value that fits, as `plan` has it.
    fn has_value(&self, field: Field, term: &Term) -> bool {
        let term = if field == Field::Genre { genre(term) } else { term.clone() };
        let (text, prefix) = match &term {
            Term::Word(text) | Term::Literal(text) => (fold(text), false),
            Term::Prefix(text) => (fold(text), true),
            Term::Near { runs, .. } => (fold(&runs.concat()), false),
        };
        let whole = matches!(field, Field::Person | Field::Post | Field::Byline | Field::Page | Field::Genre);
        self.values(field).iter().any(|value| match (whole, prefix) {
            (true, true) => value.starts_with(&text),
            (true, false) => *value == text,
            (false, _) => value.contains(&text),
        })
    }

    fn values(&self, field: Field) -> Vec<String> {
        let article = &self.stored.article;
        let facts = &self.stored.facts;
        let people = || self.stored.people.summary.iter().filter(|p| p.kind != Kind::Reporter);
        let posts = || people().flat_map(|p| p.posts.iter());
        let one = |value: &Option<String>| value.as_deref().map(fold).into_iter().collect();
        match field {
            Field::Person => people().map(|p| fold(&p.name)).collect(),
            Field::Post => posts().flat_map(|post| [fold(post), fold(&split_post(post).title)]).collect(),
            Field::Organ => posts().filter_map(|post| split_post(post).organ).map(|o| fold(&o)).collect(),
            Field::Part => {
                let parts = self.stored.people.summary.iter().flat_map(|p| p.parts.iter());
                parts.map(|part| fold(part)).collect()
            }
            Field::Byline => article.byline.iter().map(|a| fold(&a.name)).collect(),
            Field::Credit => one(&article.credit),
            Field::Column => one(&article.column),
            Field::Section => one(&facts.section),
            Field::Page => one(&facts.page),
            Field::Paper => one(&facts.paper),
            Field::Genre => vec![article.genre.key().to_owned()],
            Field::Headline | Field::Kicker | Field::Deck => Vec::new(),
        }
    }

    /// `人物:X 身份:主持` asks for X in that part.
    fn plays(&self, clauses: &[Query]) -> bool {
        let value = |wanted: Field| {
            clauses.iter().find_map(|clause| match clause {
                Query::Field { field, term: Term::Word(text) | Term::Literal(text) } if *field == wanted => {
                    Some(fold(text))
                }
                _ => None,
            })
        };
        let (Some(person), Some(part)) = (value(Field::Person), value(Field::Part)) else { return true };
        let mut summary = self.stored.people.summary.iter();
        summary.any(|p| fold(&p.name) == person && p.parts.iter().any(|own| fold(own) == part))
    }
}
