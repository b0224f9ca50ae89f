//! Looks persons and the posts they held up.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tantivy::Term;
use tantivy::query::{BooleanQuery, Occur, Query as Engine, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::Archive;
use crate::index::schema::DocumentKind;
use crate::index::{Error, person_key};
use crate::people::{Holding, HoldingEvidence, HoldingStatus, Person, post_answers, split_post};
use crate::text::fold::fold;

/// Which holdings are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeopleQuery {
    /// The post, alone or with its organ: `区长`, `区水利局局长`.
    pub post: Option<String>,
    /// The organ: `区水利局`.
    pub organ: Option<String>,
    /// Who held it that day.
    pub on: Option<Date>,
    /// Only this name.
    pub name: Option<String>,
}

/// One post one person held, with the proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HoldingRow {
    /// The person's name.
    pub name: String,
    /// The person's page on this server.
    pub person: String,
    /// The post as printed, its organ included.
    pub post: String,
    /// The organ in it, where one is printed.
    pub organ: Option<String>,
    /// Printed beginning.
    pub from: Option<String>,
    /// Printed end.
    pub to: Option<String>,
    /// First issue that prints it.
    pub first_seen: Option<String>,
    /// Last issue that prints it.
    pub last_seen: Option<String>,
    /// Number of articles that print it.
    pub sightings: u64,
    /// `dated`, `seen`, or `inferred` where the day asked lies outside all sightings.
    pub status: HoldingStatus,
    /// First and latest articles that print it.
    pub evidence: Vec<HoldingEvidence>,
}

/// How far from the nearest sighting a holder is still inferred.
const INFERRED_DAYS_MAX: i32 = 400;

/// Where a person is served.
#[must_use]
pub fn person_url(id: &str) -> String {
    super::answer::article_url(id).replacen("/articles/", "/people/", 1)
}

impl Archive {
    /// The persons of that name.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn persons_named(&self, name: &str) -> Result<Vec<Person>, Error> {
        let term = Term::from_field_text(self.open.fields.name, &fold(name));
        let mut found: Vec<Person> = self.all(&TermQuery::new(term, IndexRecordOption::Basic), usize::MAX)?;
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(found)
    }

    /// The persons whose name sounds so: whole (`weizhendong`) or by initials (`wzd`).
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn persons_sounding(&self, letters: &str) -> Result<Vec<Person>, Error> {
        let letters = letters.to_lowercase().replace([' ', '\''], "");
        let term = Term::from_field_text(self.open.fields.sound, &letters);
        let mut found: Vec<Person> = self.all(&TermQuery::new(term, IndexRecordOption::Basic), usize::MAX)?;
        found.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.id.cmp(&b.id)));
        Ok(found)
    }

    /// One person by id.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn person(&self, id: &str) -> Result<Option<Person>, Error> {
        let term = Term::from_field_text(self.open.fields.id, &person_key(id));
        self.first(&TermQuery::new(term, IndexRecordOption::Basic))
    }

    /// The holdings that answer, best first.
    ///
    /// With a day: who held the post then as far as the archive shows. Whoever is seen with it
    /// before and after comes first; where nobody is, whoever is seen nearest to that day, told as
    /// inferred; nobody where even that is too far.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn holdings(&self, asked: &PeopleQuery) -> Result<Vec<HoldingRow>, Error> {
        let fields = &self.open.fields;
        let text = |field, value: &str| -> Box<dyn Engine> {
            Box::new(TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic))
        };
        let mut parts = vec![(Occur::Must, text(fields.kind, DocumentKind::Person.key()))];
        if let Some(name) = &asked.name {
            parts.push((Occur::Must, text(fields.name, &fold(name))));
        }
        if let Some(organ) = &asked.organ {
            parts.push((Occur::Must, text(fields.organ, &fold(organ))));
        }
        let persons: Vec<Person> = self.all(&BooleanQuery::new(parts), usize::MAX)?;
        let mut found: Vec<(&Person, &Holding)> = Vec::new();
        for person in &persons {
            for holding in &person.holdings {
                let post_fits = asked.post.as_deref().is_none_or(|p| post_answers(p, &holding.post));
                let organ_fits = asked.organ.as_deref().is_none_or(|organ| {
                    split_post(&holding.post).organ.is_some_and(|o| fold(&o) == fold(organ))
                });
                if post_fits && organ_fits {
                    found.push((person, holding));
                }
            }
        }
        let mut rows: Vec<HoldingRow> = match asked.on {
            Some(day) => on_day(&found, day),
            None => {
                found.sort_by(|(p, a), (q, b)| {
                    (b.last_seen, b.sightings, &p.name, &a.post).cmp(&(
                        a.last_seen,
                        a.sightings,
                        &q.name,
                        &b.post,
                    ))
                });
                found.iter().map(|(person, holding)| row(person, holding, holding.status)).collect()
            }
        };
        rows.dedup();
        Ok(rows)
    }
}

/// Who of these held the post on a day.
fn on_day(found: &[(&Person, &Holding)], day: Date) -> Vec<HoldingRow> {
    let span = |h: &Holding| Some((h.from.or(h.first_seen)?, h.to.or(h.last_seen)?));
    let mut within: Vec<_> = found
        .iter()
        .filter(|(_, h)| span(h).is_some_and(|(first, last)| first <= day && day <= last))
        .collect();
    if !within.is_empty() {
        within
            .sort_by(|(p, a), (q, b)| (b.sightings, &p.name, &a.post).cmp(&(a.sightings, &q.name, &b.post)));
        return within.into_iter().map(|(person, holding)| row(person, holding, holding.status)).collect();
    }
    let distance = |h: &Holding| -> Option<i32> {
        let (first, last) = span(h)?;
        let days = |a: Date, b: Date| a.until(b).map_or(i32::MAX, |s| s.get_days().abs());
        // A printed end is an end: nobody is inferred behind it.
        if day < first {
            return (h.from.is_none()).then(|| days(day, first));
        }
        (h.to.is_none()).then(|| days(last, day))
    };
    let mut near: Vec<(i32, &(&Person, &Holding))> = found
        .iter()
        .filter_map(|pair| distance(pair.1).filter(|d| *d <= INFERRED_DAYS_MAX).map(|d| (d, pair)))
        .collect();
    near.sort_by_key(|(d, (p, _))| (*d, p.name.clone()));
    near.into_iter().map(|(_, (person, holding))| row(person, holding, HoldingStatus::Inferred)).collect()
}

fn row(person: &Person, holding: &Holding, status: HoldingStatus) -> HoldingRow {
    let spelled = |date: Option<Date>| date.map(|d| d.to_string());
    HoldingRow {
        name: person.name.clone(),
        person: person_url(&person.id),
        post: holding.post.clone(),
        organ: split_post(&holding.post).organ,
        from: spelled(holding.from),
        to: spelled(holding.to),
        first_seen: spelled(holding.first_seen),
        last_seen: spelled(holding.last_seen),
        sightings: holding.sightings,
        status,
        evidence: holding.evidence.clone(),
    }
}
