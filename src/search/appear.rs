//! Reads who appears in which articles, from columns of the index: no stored article is touched.

use std::collections::{BTreeMap, HashMap};

use tantivy::collector::DocSetCollector;
use tantivy::columnar::StrColumn;
use tantivy::query::{BooleanQuery, Query as Engine, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Term};

use super::Archive;
use super::column::texts;
use crate::index::schema::DocumentKind;
use crate::index::{BAR, Error, PLUS, tie};
use crate::people::Person;
use crate::query::{DateRange, Day};
use crate::text::fold::fold;

/// One article, as far as it tells who was there.
#[derive(Debug)]
pub(crate) struct Appearance<A> {
    /// Where the article is.
    pub(super) address: A,
    /// Settles order, the same in every build.
    pub(super) tie: u64,
    /// Day of the issue, `YYYYMMDD`.
    pub(super) day: Option<u64>,
    /// Day of what is told; the where none is told.
    pub(super) event: Option<u64>,
    /// Persons in printed order, each with its parts; numbers of [`Appearances::persons`] and
    /// [`Appearances::parts`].
    pub(super) who: Vec<(u32, Vec<u16>)>,
    /// The lists it prints.
    pub(super) lists: Vec<Vec<u32>>,
}

/// Articles with the persons named in them.
#[derive(Debug)]
pub(crate) struct Appearances<A = DocAddress> {
    /// Ids of persons.
    pub(super) persons: Names,
    /// Parts as printed.
    pub(super) parts: Names,
    /// The articles, in order of time.
    pub(super) articles: Vec<Appearance<A>>,
}

/// Texts by number.
#[derive(Debug, Default)]
pub(crate) struct Names {
    texts: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Names {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(n) = self.numbers.get(text) {
            return *n;
        }
        let n = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), n);
        n
    }

    /// The text of a number.
    pub(super) fn of(&self, n: u32) -> &str {
        self.texts.get(n as usize).map_or("", String::as_str)
    }

    /// The number of a text, where it has one.
    pub(super) fn get(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }
}

/// The name in a person's id.
pub(crate) fn name_of(id: &str) -> &str {
    id.split('~').next().unwrap_or(id)
}

/// Whose article is whose, for names that several share: by name, by the article's tie.
pub(crate) type Namesakes = HashMap<String, HashMap<u64, String>>;

impl Archive {
    /// Who appears in the articles of these days; those that name a person, or all.
    pub(super) fn appearances(
        &self,
        person: Option<&str>,
        dates: Option<DateRange>,
    ) -> Result<Appearances, Error> {
        let fields = &self.open.fields;
        let term = |field: Field, text: &str| -> Box<dyn Engine> {
            Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
        };
        let mut parts = vec![term(fields.kind, DocumentKind::Article.key())];
        if let Some(id) = person {
            parts.push(term(fields.person, &fold(name_of(id))));
        }
        let namesakes = self.namesakes()?;
        let read = || -> tantivy::Result<Appearances> {
            let query = BooleanQuery::intersection(parts);
            let found = self.asked(&query, &DocSetCollector)?;
            let mut addresses: Vec<DocAddress> = found.into_iter().collect();
            addresses.sort_unstable();
            self.read_columns(&addresses, dates, &namesakes)
        };
        let mut all = read().map_err(|e| self.error(e))?;
        if let Some(id) = person {
            let number = all.persons.get(id);
            all.articles.retain(|a| a.who.iter().any(|(p, _)| Some(*p) == number));
        }
        all.articles.sort_by_key(|a| (a.day.is_none(), a.day, a.tie));
        Ok(all)
    }

    fn read_columns(
        &self,
        addresses: &[DocAddress],
        dates: Option<DateRange>,
        namesakes: &Namesakes,
    ) -> tantivy::Result<Appearances> {
        let fields = &self.open.fields;
        let schema = self.searcher.schema();
        let name = |field: Field| schema.get_field_name(field);
        let key = |day: Day| {
            u64::from(day.year().unsigned_abs()) * 10_000
                + u64::from(day.month().unsigned_abs()) * 100
                + u64::from(day.day().unsigned_abs())
        };
        let from = dates.and_then(DateRange::from).map(key);
        let to = dates.and_then(DateRange::to).map(key);
        let mut all = Appearances::default();
        for (segment, reader) in self.searcher.segment_readers().iter().enumerate() {
            let fast = reader.fast_fields();
            let who = fast.str(name(fields.who))?;
            let list = fast.str(name(fields.list))?;
            let [day, event, ties] = [fields.day, fields.event, fields.tie].map(|f| fast.u64(name(f)).ok());
            let here = || addresses.iter().filter(|a| a.segment_ord as usize == segment);
            let numbers = |column: &StrColumn| here().flat_map(|a| column.term_ords(a.doc_id)).collect();
            // A value of a column is taken apart once.
            let mut told: HashMap<u64, (String, Vec<u16>)> = HashMap::new();
            if let Some(column) = &who {
                for (number, text) in texts(column, numbers(column))? {
                    told.insert(number, taken_apart(&text, &mut all.parts));
                }
            }
            let lists_of: HashMap<u64, String> = match &list {
                Some(column) => texts(column, numbers(column))?.into_iter().collect(),
                None => HashMap::new(),
            };
            for address in here() {
                let doc = address.doc_id;
                let value = |column: &Option<tantivy::columnar::Column<u64>>| {
                    column.as_ref().and_then(|c| c.first(doc))
                };
                let day = value(&day);
                let inside = day.is_some_and(|d| from.is_none_or(|f| f <= d) && to.is_none_or(|t| d <= t));
                if dates.is_some() && !inside {
                    continue;
                }
                let tie = value(&ties).unwrap_or(0);
                let person = |all: &mut Appearances, name: &str| {
                    let id = namesakes.get(name).and_then(|of| of.get(&tie));
                    all.persons.number(id.map_or(name, String::as_str))
                };
                let mut named = Vec::new();
                if let Some(column) = &who {
                    for (name, parts) in column.term_ords(doc).filter_map(|number| told.get(&number)) {
                        let number = person(&mut all, name);
                        named.push((number, parts.clone()));
                    }
                }
                let mut lists = Vec::new();
                if let Some(column) = &list {
                    for text in column.term_ords(doc).filter_map(|number| lists_of.get(&number)) {
                        lists.push(text.split(BAR).map(|name| person(&mut all, name)).collect());
                    }
                }
                let event = value(&event);
                all.articles.push(Appearance { address: *address, tie, day, event, who: named, lists });
            }
        }
        self.sound()?;
        Ok(all)
    }

    /// Whose articles are whose where several persons share a name.
    fn namesakes(&self) -> Result<Namesakes, Error> {
        let mut ids: Vec<String> = Vec::new();
        let field = self.open.fields.id;
        let mut read = || -> tantivy::Result<()> {
            for reader in self.searcher.segment_readers() {
                let index = reader.inverted_index(field)?;
                // ';' follows ':'.
                let mut stream = index.terms().range().ge(b"person:").lt(b"person;").into_stream()?;
                while stream.advance() {
                    if let Ok(key) = std::str::from_utf8(stream.key())
                        && key.contains('~')
                        && let Some(id) = key.strip_prefix("person:")
                    {
                        ids.extend([id.to_owned(), name_of(id).to_owned()]);
                    }
                }
            }
            self.sound()
        };
        read().map_err(|e| self.error(e))?;
        ids.sort_unstable();
        ids.dedup();
        let mut persons = Vec::new();
        for id in ids {
            persons.extend(self.person(&id)?);
        }
        Ok(namesakes_of(persons))
    }
}

impl<A> Default for Appearances<A> {
    fn default() -> Self {
        Self { persons: Names::default(), parts: Names::default(), articles: Vec::new() }
    }
}

/// An article, as far as it tells who was there, from wherever it lies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AppearanceRow {
    /// The article's id.
    pub(crate) id: String,
    /// Day of the issue, `YYYYMMDD`.
    pub(crate) day: Option<u64>,
    /// Day of what is told.
    pub(crate) event: Option<u64>,
    /// Values of the column `who`.
    pub(crate) who: Vec<String>,
    /// Values of the column `list`.
    pub(crate) lists: Vec<String>,
}

impl Appearances<String> {
    /// Who appears in these articles; with a person, only those that name that one.
    pub(crate) fn of_rows(
        rows: impl IntoIterator<Item = AppearanceRow>,
        namesakes: &Namesakes,
        person: Option<&str>,
    ) -> Self {
        let mut all = Self::default();
        for row in rows {
            let tie = tie(&row.id);
            let number = |all: &mut Self, name: &str| {
                let id = namesakes.get(name).and_then(|of| of.get(&tie));
                all.persons.number(id.map_or(name, String::as_str))
            };
            let mut who = Vec::with_capacity(row.who.len());
            for value in &row.who {
                let (name, parts) = taken_apart(value, &mut all.parts);
                who.push((number(&mut all, &name), parts));
            }
            let lists = row
                .lists
                .iter()
                .map(|list| list.split(BAR).map(|name| number(&mut all, name)).collect())
                .collect();
            let AppearanceRow { id, day, event, .. } = row;
            all.articles.push(Appearance { address: id, tie, day, event, who, lists });
        }
        if let Some(id) = person {
            let number = all.persons.get(id);
            all.articles.retain(|a| a.who.iter().any(|(p, _)| Some(*p) == number));
        }
        all.articles.sort_by_key(|a| (a.day.is_none(), a.day, a.tie));
        all
    }

    /// The ids of the articles, latest first.
    pub(crate) fn latest(&self) -> impl Iterator<Item = &str> {
        self.articles.iter().rev().map(|a| a.address.as_str())
    }
}

/// Whose articles are whose, of persons that share their names with others.
pub(crate) fn namesakes_of(persons: impl IntoIterator<Item = Person>) -> Namesakes {
    let mut namesakes = Namesakes::new();
    for Person { id, name, own, .. } in persons {
        let of = namesakes.entry(name).or_default();
        of.extend(own.iter().map(|article| (tie(article), id.clone())));
    }
    namesakes
}

impl<A> Appearances<A> {
    /// Gives each article the number of its event: articles that tell of one day and share more than half of
    /// the people of the smaller one tell of one event. Undated articles are events of their own.
    pub(super) fn events(&self) -> Vec<u32> {
        let mut by_day: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        let mut events = vec![0u32; self.articles.len()];
        let mut next = 0;
        for (i, article) in self.articles.iter().enumerate() {
            match article.event {
                Some(day) => by_day.entry(day).or_default().push(i),
                None => {
                    events[i] = next;
                    next += 1;
                }
            }
        }
        for mut of_day in by_day.into_values() {
            // The longest tells who was there; shorter ones follow.
            of_day.sort_by_key(|&i| (std::cmp::Reverse(self.articles[i].who.len()), self.articles[i].tie));
            let first = next;
            let mut by_person: HashMap<u32, Vec<u32>> = HashMap::new();
            for i in of_day {
                let people = &self.articles[i].who;
                let mut shared: BTreeMap<u32, usize> = BTreeMap::new();
                for (person, _) in people {
                    for event in by_person.get(person).into_iter().flatten() {
                        *shared.entry(*event).or_default() += 1;
                    }
                }
                // No event is shorter than this article, so this one is the smaller.
                let same = shared
                    .into_iter()
                    .filter(|(_, n)| n * 2 > people.len())
                    .max_by_key(|(e, n)| (*n, std::cmp::Reverse(*e)));
                events[i] = same.map_or(next, |(event, _)| event);
                if events[i] == next {
                    next += 1;
                    for (person, _) in people {
                        by_person.entry(*person).or_default().push(events[i]);
                    }
                }
            }
            debug_assert!(next >= first);
        }
        events
    }
}

/// The name and the parts of a value of the column `who`.
fn taken_apart(value: &str, known: &mut Names) -> (String, Vec<u16>) {
    let (name, parts) = value.split_once(BAR).unwrap_or((value, ""));
    let mut numbers: Vec<u16> = Vec::new();
    for part in parts.split(PLUS).filter(|p| !p.is_empty()) {
        let number = u16::try_from(known.number(part)).unwrap_or(u16::MAX);
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    (name.to_owned(), numbers)
}

/// A day key as people read it: `2026-06-04`.
pub(super) fn spelled(day: u64) -> String {
    format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100)
}

/// A month as people read it: `2026-06`.
pub(super) fn month(day: u64) -> String {
    format!("{:04}-{:02}", day / 10_000, day / 100 % 100)
}
