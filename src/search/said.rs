//! Reads what articles say of people from columns of the index: what an update needs of articles that
//! stay, and no stored article is touched for it.
//!
//! First it is found out, for all names together, which articles say something of them and what their ids are;
//! then each name is read by itself, on as many threads as there are.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Bound;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;
use tantivy::collector::DocSetCollector;
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::{BooleanQuery, EnableScoring, Query, TermQuery, TermSetQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, SegmentReader, Term};

use super::Archive;
use crate::index::Error;
use crate::index::schema::DocumentKind;
use crate::people::{Company, Said, Sighting};
use crate::text::fold::fold;

/// Articles looked through on one core before others are taken.
const STRETCH: usize = 1 << 14;
/// Where the names of one segment are so many times fewer than those of another, each is looked up there; else
/// both are read side by side.
const FEWER_TIMES: usize = 32;

/// What articles say of some names, ready to be told name by name.
pub struct Sayings {
    archive: Archive,
    /// The names asked about, in order.
    names: Vec<String>,
    segments: Vec<SegmentSays>,
    numbers: Numbers,
}

impl std::fmt::Debug for Sayings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sayings({} names)", self.names.len())
    }
}

impl Archive {
    /// Gets ready to tell what all articles say of these names, but those of some units and some others.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn sayings<'a>(
        &self,
        names: impl Iterator<Item = &'a str>,
        without_units: &BTreeSet<String>,
        without: &HashSet<String>,
    ) -> Result<Sayings, Error> {
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        let read = || -> tantivy::Result<(Vec<SegmentSays>, Numbers)> {
            let gone = self.gone(without_units, without)?;
            let folded: BTreeSet<String> = names.iter().map(|name| fold(name)).collect();
            let fields = &self.open.fields;
            let named = folded.iter().map(|name| Term::from_field_text(fields.person, name));
            let kind = Term::from_field_text(fields.kind, DocumentKind::Article.key());
            let both: [Box<dyn Query>; 2] = [
                Box::new(TermSetQuery::new(named)),
                Box::new(TermQuery::new(kind, IndexRecordOption::Basic)),
            ];
            let weight = BooleanQuery::intersection(both.into())
                .weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
            let mut segments = Vec::new();
            for (segment, reader) in (0..).zip(self.searcher.segment_readers()) {
                let mut docs: Vec<DocId> = Vec::new();
                let stays = |doc: &DocId| {
                    let is_alive = || reader.alive_bitset().is_none_or(|alive| alive.is_alive(*doc));
                    is_alive() && (gone.is_empty() || !gone.contains(&DocAddress::new(segment, *doc)))
                };
                weight.for_each_no_score(reader, &mut |found| {
                    docs.extend(found.iter().copied().filter(stays));
                })?;
                segments.extend(SegmentSays::of(self, reader, &names, docs)?);
            }
            let numbers = Numbers::of(&mut segments)?;
            Ok((segments, numbers))
        };
        let (segments, numbers) = read().map_err(|e| self.error(e))?;
        self.sound().map_err(|e| self.error(e))?;
        Ok(Sayings { archive: self.clone(), names, segments, numbers })
    }

    /// The articles of some units, and those of some ids.
    fn gone(&self, units: &BTreeSet<String>, ids: &HashSet<String>) -> tantivy::Result<HashSet<DocAddress>> {
        if units.is_empty() && ids.is_empty() {
            return Ok(HashSet::new());
        }
        let fields = &self.open.fields;
        let units = units.iter().map(|unit| Term::from_field_text(fields.unit, unit));
        let ids = ids.iter().map(|id| Term::from_field_text(fields.id, id));
        self.asked(&TermSetQuery::new(units.chain(ids)), &DocSetCollector)
    }
}

impl Sayings {
    /// How many articles say something of a name.
    #[must_use]
    pub fn count_of(&self, name: &str) -> usize {
        let name = self.names.binary_search_by(|known| known.as_str().cmp(name));
        name.map_or(0, |name| self.segments.iter().map(|segment| segment.says[name].len()).sum())
    }

    /// What is said of a name, in no order. Everybody named in these articles is added to a company, under
    /// numbers of its own kind.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn of(&self, name: &str, company: &mut Company) -> Result<Vec<Sighting>, Error> {
        let Ok(name) = self.names.binary_search_by(|known| known.as_str().cmp(name)) else {
            return Ok(Vec::new());
        };
        let mut sightings = Vec::new();
        for segment in &self.segments {
            let read = segment.tell(name, &self.names[name], company, &mut sightings);
            read.map_err(|e| self.archive.error(e))?;
        }
        self.archive.sound().map_err(|e| self.archive.error(e))?;
        Ok(sightings)
    }

    /// The numbers that others named have in the company of [`Sayings::of`].
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn numbers<'a>(&mut self, names: impl Iterator<Item = &'a str>) -> Result<Vec<u32>, Error> {
        let Self { archive, numbers, .. } = self;
        names.map(|name| numbers.number(name)).collect::<tantivy::Result<_>>().map_err(|e| archive.error(e))
    }
}

/// The numbers of people: those of the segment that names most are as its column has them.
#[derive(Default)]
struct Numbers {
    most: Option<StrColumn>,
    /// Those whom no article of it names.
    others: HashMap<Box<str>, u32>,
}

impl Numbers {
    fn of(segments: &mut [SegmentSays]) -> tantivy::Result<Self> {
        let most = (0..segments.len()).max_by_key(|at| segments[*at].people.num_terms());
        let Some(most) = most else { return Ok(Self::default()) };
        let mut numbers = Self { most: Some(segments[most].people.clone()), others: HashMap::new() };
        let count = segments[most].people.num_terms();
        for (_, segment) in segments.iter_mut().enumerate().filter(|(at, _)| *at != most) {
            let few = segment.people.num_terms() * FEWER_TIMES < count;
            segment.numbers = Some(numbers.all(&segment.people, few)?);
        }
        Ok(numbers)
    }

    fn number(&mut self, name: &str) -> tantivy::Result<u32> {
        let known = self.most.as_ref().map(|most| most.dictionary().term_ord(name)).transpose()?.flatten();
        Ok(known.map_or_else(|| self.other(name), |number| number as u32))
    }

    fn other(&mut self, name: &str) -> u32 {
        if let Some(known) = self.others.get(name) {
            return *known;
        }
        let number = self.most.as_ref().map_or(0, |most| most.num_terms()) + self.others.len();
        self.others.insert(name.into(), number as u32);
        number as u32
    }

    /// The numbers of everybody in a column, in the column's order; where they are `few` each is looked up.
    fn all(&mut self, people: &StrColumn, few: bool) -> tantivy::Result<Vec<u32>> {
        let mut all = Vec::with_capacity(people.num_terms());
        let mut names = people.dictionary().stream()?;
        let Some(most) = self.most.clone() else { return Ok(all) };
        let text = |key: &[u8]| String::from_utf8_lossy(key).into_owned();
        if few {
            while names.advance() {
                all.push(self.number(&text(names.key()))?);
            }
            return Ok(all);
        }
        let mut known = most.dictionary().stream()?;
        let mut left = known.advance();
        while names.advance() {
            while left && known.key() < names.key() {
                left = known.advance();
            }
            let same = left && known.key() == names.key();
            all.push(if same { known.term_ord() as u32 } else { self.other(&text(names.key())) });
        }
        Ok(all)
    }
}

/// What the articles of one segment say.
struct SegmentSays {
    said: StrColumn,
    people: StrColumn,
    days: Option<Column<u64>>,
    /// The articles that say something of those asked about, in order.
    docs: Vec<DocId>,
    ids: Ids,
    /// For each name the first of its texts in the column, and the first behind them.
    texts: Vec<(u64, u64)>,
    /// For each name the articles, by their place in `docs`, with the number of the text.
    says: Vec<Vec<(u32, u32)>>,
    /// The number of each person of the column, where it is another than there.
    numbers: Option<Vec<u32>>,
}

impl SegmentSays {
    /// Reads what these articles of a segment say of these names; nothing where none says anything of them.
    fn of(
        archive: &Archive,
        reader: &SegmentReader,
        names: &[String],
        docs: Vec<DocId>,
    ) -> tantivy::Result<Option<Self>> {
        let fields = &archive.open.fields;
        let schema = archive.searcher.schema();
        let fast = reader.fast_fields();
        let column = |field| fast.str(schema.get_field_name(field));
        let (Some(said), Some(ids), Some(people)) =
            (column(fields.said)?, column(fields.id)?, column(fields.person)?)
        else {
            return Ok(None);
        };
        // A segment in which no article is dated has no such column.
        let days = fast.u64(schema.get_field_name(fields.day)).ok();
        let texts: Vec<(u64, u64)> =
            names.par_iter().map(|name| range(&said, name)).collect::<Result<_, _>>()?;
        // In the order of the texts, which is not that of the names where one has a mark that JSON escapes.
        let mut ordered: Vec<(u64, u64, usize)> = (0..)
            .zip(&texts)
            .filter(|(_, (first, end))| first < end)
            .map(|(name, (first, end))| (*first, *end, name))
            .collect();
        ordered.sort_unstable();
        let named = |text: u64| {
            let next = ordered.partition_point(|(first, ..)| *first <= text);
            let (_, end, name) = ordered[..next].last()?;
            (text < *end).then_some(*name)
        };
        // By stretch: who is spoken of where, and which articles say nothing of those asked about, because
        // the names only compare equal.
        let stretch = |docs: &[DocId]| {
            let mut told: Vec<(usize, u32, u32)> = Vec::new();
            let mut telling: Vec<DocId> = Vec::new();
            for &doc in docs {
                let before = told.len();
                let here = telling.len() as u32;
                told.extend(said.term_ords(doc).filter_map(|text| Some((named(text)?, here, text as u32))));
                if told.len() > before {
                    telling.push(doc);
                }
            }
            (told, telling)
        };
        let found: Vec<_> = docs.par_chunks(STRETCH).map(stretch).collect();
        drop(docs);
        let mut says: Vec<Vec<(u32, u32)>> = vec![Vec::new(); names.len()];
        let mut docs: Vec<DocId> = Vec::new();
        for (told, telling) in found {
            let before = docs.len() as u32;
            told.into_iter().for_each(|(name, doc, text)| says[name].push((before + doc, text)));
            docs.extend(telling);
        }
        if docs.is_empty() {
            return Ok(None);
        }
        let ids = Ids::of(&ids, &docs)?;
        Ok(Some(Self { said, people, days, docs, ids, texts, says, numbers: None }))
    }

    /// Tells what is said of a name.
    fn tell(
        &self,
        number: usize,
        name: &str,
        company: &mut Company,
        sightings: &mut Vec<Sighting>,
    ) -> tantivy::Result<()> {
        let (first, end) = self.texts[number];
        let says = &self.says[number];
        if says.is_empty() {
            return Ok(());
        }
        let mut wanted = vec![false; end.saturating_sub(first) as usize];
        let place = |text: u32| (u64::from(text) - first) as usize;
        says.iter().for_each(|(_, text)| wanted[place(*text)] = true);
        let mut said: Vec<Option<Arc<Said>>> = Vec::with_capacity(wanted.len());
        let mut texts = self.said.dictionary().prefix_range(Said::beginning(name)).into_stream()?;
        while texts.advance() {
            let unread = |e: serde_json::Error| tantivy::TantivyError::InternalError(e.to_string());
            let is_wanted = wanted.get(said.len()).copied().unwrap_or_default();
            let read = || serde_json::from_slice::<Said>(texts.key()).map(Arc::new).map_err(unread);
            said.push(is_wanted.then(read).transpose()?);
        }
        sightings.reserve(says.len());
        for (at, text) in says {
            let doc = self.docs[*at as usize];
            let Some(Some(said)) = said.get(place(*text)) else {
                let what = format!("what an article says of {name} is not in its column's dictionary");
                return Err(tantivy::TantivyError::InternalError(what));
            };
            let people = self.people.term_ords(doc);
            let article = match &self.numbers {
                None => company.add_numbered(people.map(|person| person as u32)),
                Some(numbers) => company.add_numbered(people.map(|person| numbers[person as usize])),
            };
            sightings.push(Sighting {
                id: self.ids.of_place(*at as usize).to_owned(),
                date: self.days.as_ref().and_then(|days| days.first(doc)).and_then(date_of),
                said: said.clone(),
                article,
            });
        }
        Ok(())
    }
}

/// Where in a column the texts of a name stand: the first, and the first behind them.
fn range(said: &StrColumn, name: &str) -> tantivy::Result<(u64, u64)> {
    let first = Said::beginning(name).into_bytes();
    let mut behind = first.clone();
    // All texts of the name begin with it, and its last byte is a comma.
    if let Some(last) = behind.last_mut() {
        *last += 1;
    }
    let bounds = said.dictionary().term_bounds_to_ord(Bound::Included(first), Bound::Excluded(behind))?;
    let last = said.num_terms() as u64;
    Ok(match bounds {
        (Bound::Included(first), Bound::Excluded(end)) => (first.min(last), end.min(last)),
        _ => (0, 0),
    })
}

/// The ids of articles, in the order of the articles.
struct Ids {
    bytes: String,
    ends: Vec<usize>,
}

impl Ids {
    /// All at once, on all cores: they lie scattered over the dictionary.
    fn of(column: &StrColumn, docs: &[DocId]) -> tantivy::Result<Self> {
        let mut places: Vec<(u64, u32)> = (0..)
            .zip(docs)
            .map(|(place, doc)| (column.term_ords(*doc).next().unwrap_or(u64::MAX), place))
            .collect();
        places.par_sort_unstable();
        let stretch = |places: &[(u64, u32)]| -> tantivy::Result<(String, Vec<usize>)> {
            let ords: Vec<u64> = places.iter().map(|(ord, _)| *ord).collect();
            let (mut bytes, mut ends) = (String::new(), Vec::with_capacity(ords.len()));
            let mut lost = false;
            let all = column.dictionary().sorted_ords_to_term_cb(&ords, |id| {
                match std::str::from_utf8(id) {
                    Ok(id) => bytes.push_str(id),
                    Err(_) => lost = true,
                }
                ends.push(bytes.len());
            })?;
            if lost || !all {
                let what = "an article's id is not in its column's dictionary".to_owned();
                return Err(tantivy::TantivyError::InternalError(what));
            }
            Ok((bytes, ends))
        };
        let read: Vec<_> = places.par_chunks(STRETCH).map(stretch).collect::<Result<_, _>>()?;
        // From the order of the dictionary into that of the articles.
        let mut found: Vec<&str> = vec![""; docs.len()];
        for (places, (bytes, ends)) in places.chunks(STRETCH).zip(&read) {
            let mut begin = 0;
            for ((_, place), end) in places.iter().zip(ends) {
                found[*place as usize] = &bytes[begin..*end];
                begin = *end;
            }
        }
        let mut ids = Self { bytes: String::new(), ends: Vec::with_capacity(docs.len()) };
        for id in found {
            ids.bytes.push_str(id);
            ids.ends.push(ids.bytes.len());
        }
        Ok(ids)
    }

    fn of_place(&self, place: usize) -> &str {
        let begin = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[begin..self.ends[place]]
    }
}

/// The date of a number as the index has it: 20260604.
fn date_of(day: u64) -> Option<Date> {
    let part = |n: u64| i8::try_from(n).ok();
    Date::new(i16::try_from(day / 10_000).ok()?, part(day / 100 % 100)?, part(day % 100)?).ok()
}

#[cfg(test)]
mod tests {
    use tantivy::indexer::NoMergePolicy;
    use tantivy::schema::{Schema, TextOptions};
    use tantivy::{Index, IndexWriter, doc};

    use super::*;

    #[test]
    fn one_person_has_one_number_in_all_segments() {
        let mut schema = Schema::builder();
        let person = schema.add_text_field("person", TextOptions::default().set_fast("raw"));
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000).unwrap();
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for names in [&["乙", "丁", "丙", "己"][..], &["丁", "戊", "甲"], &["庚", "戊", "丙"]] {
            for name in names {
                writer.add_document(doc!(person => *name)).unwrap();
            }
            writer.commit().unwrap();
        }
        let searcher = index.reader().unwrap().searcher();
        let columns: Vec<StrColumn> = searcher
            .segment_readers()
            .iter()
            .map(|segment| segment.fast_fields().str("person").unwrap().unwrap())
            .collect();
        let most = columns.iter().position(|column| column.num_terms() == 4).unwrap();
        let numbered = |few: bool| {
            let mut numbers = Numbers { most: Some(columns[most].clone()), others: HashMap::new() };
            let mut known: HashMap<String, u32> = HashMap::new();
            for (at, column) in columns.iter().enumerate() {
                let own: Vec<u32> = (0..column.num_terms() as u32).collect();
                let all = if at == most { own } else { numbers.all(column, few).unwrap() };
                for (ord, number) in (0..).zip(all) {
                    let mut name = String::new();
                    column.ord_to_str(ord, &mut name).unwrap();
                    let first = *known.entry(name.clone()).or_insert(number);
                    assert_eq!(first, number, "{name}");
                }
            }
            for name in ["乙", "戊", "辛"] {
                let number = numbers.number(name).unwrap();
                assert_eq!(*known.entry(name.to_owned()).or_insert(number), number, "{name}");
            }
            let different: HashSet<u32> = known.values().copied().collect();
            assert_eq!((known.len(), different.len()), (8, 8));
        };
        numbered(true);
        numbered(false);
    }
}
