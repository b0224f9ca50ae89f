//! Looks persons and the posts they held up.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tantivy::Term;
use tantivy::collector::Count;
use tantivy::query::{BooleanQuery, Occur, Query as Engine, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::Archive;
use crate::index::schema::DocumentKind;
use crate::index::{Error, person_key};
use crate::people::{
    Holding, HoldingEvidence, HoldingStatus, Person, foreign_body, organ_forms, post_answers, split_post,
};
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
    /// Others seen with the very same post in the same time, where a single person leads; ten at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overlaps: Vec<Overlap>,
}

/// Somebody who is printed with a post while somebody else is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Overlap {
    /// The person's name.
    pub name: String,
    /// The person's page on this server.
    pub person: String,
}

/// How far from the nearest sighting a holder is still inferred: a term of office is five years.
const INFERRED_DAYS_MAX: i32 = 5 * 366;
/// A post printed once for somebody named in so many articles is likelier misread than held.
const ONCE_IN_ARTICLES: u64 = 50;

/// Last characters of posts that a body has one of.
const LEADING: &[char] = &['长', '记', '席', '任', '统', '理', '相', '裁'];

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
        found.sort_by(|a, b| (a.id.chars().count(), &a.id).cmp(&(b.id.chars().count(), &b.id)));
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

    /// Whether somebody has this id, without reading who.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn has_person(&self, id: &str) -> Result<bool, Error> {
        let term = Term::from_field_text(self.open.fields.id, &person_key(id));
        let found = self.asked(&TermQuery::new(term, IndexRecordOption::Basic), &Count);
        found.map(|found| found > 0).map_err(|e| self.error(e))
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
            let forms = organ_forms(&fold(organ)).into_iter().map(|organ| text(fields.organ, &organ));
            parts.push((Occur::Must, Box::new(BooleanQuery::union(forms.collect()))));
        }
        if let Some(post) = &asked.post {
            // Every holding that answers has the same office: others need not be read.
            let title = split_post(post).title;
            let whole = text(fields.post, &fold(post));
            let of_title = text(fields.post, &fold(&title));
            parts.push((Occur::Must, Box::new(BooleanQuery::union(vec![whole, of_title]))));
        }
        let persons: Vec<Person> = self.all(&BooleanQuery::new(parts), usize::MAX)?;
        Ok(answering(persons, asked))
    }
}

/// The posts of these persons that answer, best first; see [`Archive::holdings`].
pub(crate) fn answering(mut persons: Vec<Person>, asked: &PeopleQuery) -> Vec<HoldingRow> {
    // Equal answers come in the same order wherever the persons come from.
    persons.sort_by(|a, b| a.id.cmp(&b.id));
    let organs = asked.organ.as_deref().map(|organ| organ_forms(&fold(organ)));
    let mut found: Vec<Found<'_>> = Vec::new();
    for person in &persons {
        let foreign = asked.post.as_deref().map_or(Foreign::No, |post| foreign(person, post));
        if foreign == Foreign::ThatPost {
            continue;
        }
        for holding in &person.holdings {
            let split = split_post(&holding.post);
            // Also by the full name that the archive's own lexicon gives the body.
            let whole = holding.organ.as_ref().map(|organ| format!("{organ}{}", split.title));
            let printed = asked.post.as_deref().map(|p| {
                let mut forms = std::iter::once(&holding.post).chain(&holding.forms);
                let form = forms.find(|form| post_answers(p, form));
                let by_organ =
                    || whole.as_deref().is_some_and(|w| post_answers(p, w)).then_some(&holding.post);
                form.or_else(by_organ)
            });
            let post_fits = printed.is_none_or(|form| form.is_some());
            let organ_fits = organs.as_ref().is_none_or(|forms| {
                split.organ.iter().chain(&holding.organ).any(|o| forms.contains(&fold(o)))
            });
            if post_fits && organ_fits {
                let post = printed.flatten().unwrap_or(&holding.post);
                let once = holding.sightings == 1
                    && holding.status == HoldingStatus::Seen
                    && person.articles >= ONCE_IN_ARTICLES;
                found.push(Found { person, holding, post, doubt: once || foreign == Foreign::Someone });
            }
        }
    }
    let mut rows: Vec<HoldingRow> = match asked.on {
        Some(day) => on_day(&found, day),
        None => {
            found.sort_by(|a, b| {
                let order = |f: &Found<'_>| (f.holding.last_seen, f.holding.sightings);
                order(b)
                    .cmp(&order(a))
                    .then_with(|| (&a.person.name, &a.holding.post).cmp(&(&b.person.name, &b.holding.post)))
            });
            found.iter().map(|f| row(f, f.holding.status)).collect()
        }
    };
    rows.dedup();
    if asked.post.is_some() || asked.organ.is_some() {
        tell_overlaps(&mut rows);
    }
    rows
}

/// Others told beside a holding.
const OVERLAPS_MAX: usize = 10;

/// Says of each post that one person leads who else is printed with it in the same time: a hand-over that
/// the paper did not tell, two bodies of one name, or a misprint.
fn tell_overlaps(rows: &mut [HoldingRow]) {
    let led_by_one = |post: &str| {
        let title = split_post(post).title;
        title.ends_with(LEADING) && !title.contains('副')
    };
    let mut by_post: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        if row.status != HoldingStatus::Inferred && led_by_one(&row.post) {
            by_post.entry(&row.post).or_default().push(at);
        }
    }
    let span = |row: &HoldingRow| {
        let first = row.from.clone().or_else(|| row.first_seen.clone())?;
        Some((first, row.to.clone().or_else(|| row.last_seen.clone())?))
    };
    let mut found: Vec<(usize, Overlap)> = Vec::new();
    for same in by_post.values() {
        for &one in same {
            let Some((first, last)) = span(&rows[one]) else { continue };
            let others = same.iter().map(|&other| &rows[other]).filter(|other| {
                // The day of a hand-over belongs to both.
                other.person != rows[one].person && span(other).is_some_and(|(a, b)| a < last && first < b)
            });
            found.extend(
                others
                    .take(OVERLAPS_MAX)
                    .map(|other| (one, Overlap { name: other.name.clone(), person: other.person.clone() })),
            );
        }
    }
    for (at, overlap) in found {
        if !rows[at].overlaps.contains(&overlap) {
            rows[at].overlaps.push(overlap);
        }
    }
}

/// A holding that answers.
struct Found<'a> {
    person: &'a Person,
    holding: &'a Holding,
    /// The printing that answers.
    post: &'a str,
    /// Likelier misread, or another land's: comes behind the others.
    doubt: bool,
}

/// Whether somebody holds posts of another land.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Foreign {
    No,
    /// Others than the one asked for.
    Someone,
    /// The very post asked for: whoever is 美国国防部长 is printed 国防部长 too.
    ThatPost,
}

fn foreign(person: &Person, asked: &str) -> Foreign {
    let asked = split_post(asked);
    let organ = asked.organ.as_deref().unwrap_or("");
    if foreign_body(organ).is_some() {
        return Foreign::No;
    }
    // A single misread printing makes nobody a foreigner: what is printed more counts.
    let (mut abroad, mut at_home, mut that_abroad, mut that_at_home) = (0, 0, 0, 0);
    for holding in &person.holdings {
        let held = split_post(&holding.post);
        let body = held.organ.as_deref().and_then(foreign_body);
        let (all, that) =
            if body.is_some() { (&mut abroad, &mut that_abroad) } else { (&mut at_home, &mut that_at_home) };
        *all += holding.sightings;
        let of_body = body.or(held.organ.as_deref()) == Some(organ);
        if held.title == asked.title && of_body {
            *that += holding.sightings;
        }
    }
    if that_abroad > 0 && that_abroad >= that_at_home {
        Foreign::ThatPost
    } else if abroad > at_home {
        Foreign::Someone
    } else {
        Foreign::No
    }
}

/// Who of these held the post on a day.
fn on_day(found: &[Found<'_>], day: Date) -> Vec<HoldingRow> {
    let span = |h: &Holding| Some((h.from.or(h.first_seen)?, h.to.or(h.last_seen)?));
    let mut within: Vec<&Found<'_>> = found
        .iter()
        .filter(|f| span(f.holding).is_some_and(|(first, last)| first <= day && day <= last))
        .collect();
    let by_name = |a: &Found<'_>, b: &Found<'_>| {
        (&a.person.name, &a.holding.post).cmp(&(&b.person.name, &b.holding.post))
    };
    if within.iter().any(|f| !f.doubt) {
        within.sort_by(|a, b| {
            a.doubt
                .cmp(&b.doubt)
                .then(b.holding.sightings.cmp(&a.holding.sightings))
                .then_with(|| by_name(a, b))
        });
        return within.into_iter().map(|f| row(f, f.holding.status)).collect();
    }
    let distance = |h: &Holding| -> Option<i32> {
        let (first, last) = span(h)?;
        let days = |a: Date, b: Date| a.until(b).map_or(i32::MAX, |s| s.get_days().abs());
        if first <= day && day <= last {
            return Some(0);
        }
        // A printed end is an end: nobody is inferred behind it.
        if day < first {
            return (h.from.is_none()).then(|| days(day, first));
        }
        (h.to.is_none()).then(|| days(last, day))
    };
    let mut near: Vec<(i32, &Found<'_>)> = found
        .iter()
        .filter_map(|f| distance(f.holding).filter(|d| *d <= INFERRED_DAYS_MAX).map(|d| (d, f)))
        .collect();
    near.sort_by(|(d, a), (e, b)| a.doubt.cmp(&b.doubt).then(d.cmp(e)).then_with(|| by_name(a, b)));
    near.into_iter()
        .map(|(days, f)| row(f, if days == 0 { f.holding.status } else { HoldingStatus::Inferred }))
        .collect()
}

fn row(found: &Found<'_>, status: HoldingStatus) -> HoldingRow {
    let Found { person, holding, post, .. } = found;
    let spelled = |date: Option<Date>| date.map(|d| d.to_string());
    HoldingRow {
        name: person.name.clone(),
        person: person_url(&person.id),
        post: (*post).to_owned(),
        organ: holding.organ.clone().or_else(|| split_post(post).organ),
        from: spelled(holding.from),
        to: spelled(holding.to),
        first_seen: spelled(holding.first_seen),
        last_seen: spelled(holding.last_seen),
        sightings: holding.sightings,
        status,
        evidence: holding.evidence.clone(),
        overlaps: Vec::new(),
    }
}
