//! Reads what articles say of people from columns of the index: what an update needs of articles that
//! stay, and no stored article is touched for it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use tantivy::collector::DocSetCollector;
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::{BooleanQuery, Query, TermQuery, TermSetQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, SegmentReader, Term};

use super::Archive;
use super::column::texts;
use crate::index::Error;
use crate::index::schema::DocumentKind;
use crate::people::Said;
use crate::text::fold::fold;

/// What one article says of people who are asked about.
#[derive(Debug)]
pub struct ArticleSays<'a> {
    /// The article.
    pub id: &'a str,
    /// The day.
    pub date: Option<Date>,
    /// Everybody named in it, by numbers among `names`.
    pub company: &'a [u32],
    /// Names met so far; those of later articles come behind them.
    pub names: &'a [Arc<str>],
    /// What it says of those asked about, as [`Said::text`] gives it.
    pub said: &'a [Arc<str>],
}

impl Archive {
    /// Tells what all articles but those of some units say of these names, in the order in which they lie.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read, and whatever `tell` gives, which ends it.
    pub fn said_of(
        &self,
        names: &BTreeSet<String>,
        without_units: &BTreeSet<String>,
        mut tell: impl FnMut(&ArticleSays<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let found = || -> tantivy::Result<BTreeMap<u32, Vec<DocId>>> {
            let fields = &self.open.fields;
            let gone = without_units.iter().map(|unit| Term::from_field_text(fields.unit, unit));
            let gone = self.asked(&TermSetQuery::new(gone), &DocSetCollector)?;
            let folded: BTreeSet<String> = names.iter().map(|name| fold(name)).collect();
            let named = folded.iter().map(|name| Term::from_field_text(fields.person, name));
            let kind = Term::from_field_text(fields.kind, DocumentKind::Article.key());
            let both: [Box<dyn Query>; 2] = [
                Box::new(TermSetQuery::new(named)),
                Box::new(TermQuery::new(kind, IndexRecordOption::Basic)),
            ];
            let found = self.asked(&BooleanQuery::intersection(both.into()), &DocSetCollector)?;
            let mut docs: BTreeMap<u32, Vec<DocId>> = BTreeMap::new();
            for place in found.difference(&gone) {
                docs.entry(place.segment_ord).or_default().push(place.doc_id);
            }
            Ok(docs)
        };
        let mut numbered = Numbered::default();
        for (segment, mut docs) in found().map_err(|e| self.error(e))? {
            docs.sort_unstable();
            let reader = self.searcher.segment_reader(segment);
            let says = SegmentSays::of(self, reader, names).map_err(|e| self.error(e))?;
            let Some(mut says) = says else { continue };
            for (doc, id) in says.look_up(&docs, &mut numbered).map_err(|e| self.error(e))? {
                says.tell(doc, &id, &numbered, &mut tell)?;
            }
        }
        self.sound().map_err(|e| self.error(e))
    }
}

/// Names in the order in which they were met.
#[derive(Default)]
struct Numbered {
    names: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Numbered {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(known) = self.numbers.get(name) {
            return *known;
        }
        let (name, number) = (Arc::<str>::from(name), self.names.len() as u32);
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        number
    }
}

/// The columns of one segment in which it stands what articles say.
struct SegmentSays {
    said: StrColumn,
    ids: StrColumn,
    days: Option<Column<u64>>,
    /// Texts of those asked about, by their numbers in the column.
    asked: HashMap<u64, Arc<str>>,
    /// By the number of a text the number of its name and 1; 0 where it was not met.
    name_of: Vec<u32>,
    company: Vec<u32>,
    texts: Vec<Arc<str>>,
}

impl SegmentSays {
    /// Those of a segment; nothing where no article says anything of anybody.
    fn of(
        archive: &Archive,
        reader: &SegmentReader,
        names: &BTreeSet<String>,
    ) -> tantivy::Result<Option<Self>> {
        let fields = &archive.open.fields;
        let schema = archive.searcher.schema();
        let fast = reader.fast_fields();
        let (Some(said), Some(ids)) =
            (fast.str(schema.get_field_name(fields.said))?, fast.str(schema.get_field_name(fields.id))?)
        else {
            return Ok(None);
        };
        // A segment in which no article is dated has no such column.
        let days = fast.u64(schema.get_field_name(fields.day)).ok();
        // The texts of one name stand together in the column's dictionary.
        let mut asked: HashMap<u64, Arc<str>> = HashMap::new();
        for name in names {
            let mut texts = said.dictionary().prefix_range(Said::beginning(name)).into_stream()?;
            while texts.advance() {
                if let Ok(text) = std::str::from_utf8(texts.key()) {
                    asked.insert(texts.term_ord(), text.into());
                }
            }
        }
        let name_of = vec![0; said.num_terms()];
        Ok(Some(Self { said, ids, days, asked, name_of, company: Vec::new(), texts: Vec::new() }))
    }

    /// Numbers all who are named in those of these articles that say something of those asked about; gives
    /// these articles with their ids. All at once: their texts lie scattered over the dictionaries.
    fn look_up(&mut self, docs: &[DocId], names: &mut Numbered) -> tantivy::Result<Vec<(DocId, String)>> {
        let mut new: Vec<u64> = Vec::new();
        let mut found: Vec<(DocId, u64)> = Vec::new();
        for &doc in docs {
            // Of people whose names only compare equal nothing is asked.
            if !self.said.term_ords(doc).any(|number| self.asked.contains_key(&number)) {
                continue;
            }
            for number in self.said.term_ords(doc) {
                let name = &mut self.name_of[number as usize];
                if *name == 0 {
                    *name = u32::MAX;
                    new.push(number);
                }
            }
            found.extend(self.ids.term_ords(doc).next().map(|id| (doc, id)));
        }
        for (number, text) in texts(&self.said, new)? {
            let name = Said::name_in(&text).unwrap_or_default();
            self.name_of[number as usize] = names.number(&name) + 1;
        }
        let ids = texts(&self.ids, found.iter().map(|(_, id)| *id).collect())?;
        // Each article has its own.
        let mut ids: HashMap<u64, String> = ids.into_iter().collect();
        Ok(found.into_iter().filter_map(|(doc, id)| Some((doc, ids.remove(&id)?))).collect())
    }

    fn tell(
        &mut self,
        doc: DocId,
        id: &str,
        names: &Numbered,
        tell: &mut impl FnMut(&ArticleSays<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Self { said, days, asked, name_of, company, texts, .. } = self;
        company.clear();
        company.extend(said.term_ords(doc).map(|number| name_of[number as usize].saturating_sub(1)));
        texts.clear();
        texts.extend(said.term_ords(doc).filter_map(|number| asked.get(&number).cloned()));
        let date = days.as_ref().and_then(|days| days.first(doc)).and_then(date_of);
        tell(&ArticleSays { id, date, company, names: &names.names, said: texts })
    }
}

/// The date of a number as the index has it: 20260604.
fn date_of(day: u64) -> Option<Date> {
    let part = |n: u64| i8::try_from(n).ok();
    Date::new(i16::try_from(day / 10_000).ok()?, part(day / 100 % 100)?, part(day % 100)?).ok()
}
