//! Reads what articles say of people from columns of the index: what an update needs of articles that
//! stay, and no stored article is touched for it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;
use tantivy::collector::DocSetCollector;
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
pub struct ArticleSays {
    /// The article.
    pub id: String,
    /// The day.
    pub date: Option<Date>,
    /// Everybody named in it.
    pub company: Vec<Arc<str>>,
    /// What it says of those asked about, as [`Said::text`] gives it.
    pub said: Vec<Arc<str>>,
}

impl Archive {
    /// What all articles but those of some units say of these names, in the order in which they lie.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn said_of(
        &self,
        names: &BTreeSet<String>,
        without_units: &BTreeSet<String>,
    ) -> Result<Vec<ArticleSays>, Error> {
        let read = || -> tantivy::Result<Vec<ArticleSays>> {
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
            let mut all = Vec::new();
            for (segment, mut docs) in docs {
                docs.sort_unstable();
                self.said_in(self.searcher.segment_reader(segment), &docs, names, &mut all)?;
            }
            self.sound()?;
            Ok(all)
        };
        read().map_err(|e| self.error(e))
    }

    fn said_in(
        &self,
        reader: &SegmentReader,
        docs: &[DocId],
        names: &BTreeSet<String>,
        all: &mut Vec<ArticleSays>,
    ) -> tantivy::Result<()> {
        let fields = &self.open.fields;
        let schema = self.searcher.schema();
        let fast = reader.fast_fields();
        let (Some(said), Some(ids)) =
            (fast.str(schema.get_field_name(fields.said))?, fast.str(schema.get_field_name(fields.id))?)
        else {
            return Ok(());
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
        let mut numbers: HashSet<u64> = HashSet::new();
        let mut found: Vec<(DocId, u64)> = Vec::new();
        for &doc in docs {
            // Of people whose names only compare equal nothing is asked.
            if said.term_ords(doc).any(|number| asked.contains_key(&number)) {
                numbers.extend(said.term_ords(doc));
                found.extend(ids.term_ords(doc).next().map(|id| (doc, id)));
            }
        }
        let mut known: HashMap<u64, Arc<str>> = HashMap::with_capacity(numbers.len());
        let mut by_name: HashMap<String, Arc<str>> = HashMap::new();
        for (number, text) in texts(&said, numbers.into_iter().collect())? {
            let name = Said::name_in(&text).unwrap_or_default();
            let name = by_name.entry(name).or_insert_with_key(|name| name.as_str().into());
            known.insert(number, name.clone());
        }
        let id_of: HashMap<u64, String> =
            texts(&ids, found.iter().map(|(_, id)| *id).collect())?.into_iter().collect();
        for (doc, id) in found {
            let Some(id) = id_of.get(&id).cloned() else { continue };
            all.push(ArticleSays {
                id,
                date: days.as_ref().and_then(|days| days.first(doc)).and_then(date_of),
                company: said.term_ords(doc).filter_map(|number| known.get(&number).cloned()).collect(),
                said: said.term_ords(doc).filter_map(|number| asked.get(&number).cloned()).collect(),
            });
        }
        Ok(())
    }
}

/// The date of a number as the index has it: 20260604.
fn date_of(day: u64) -> Option<Date> {
    let part = |n: u64| i8::try_from(n).ok();
    Date::new(i16::try_from(day / 10_000).ok()?, part(day / 100 % 100)?, part(day % 100)?).ok()
}
