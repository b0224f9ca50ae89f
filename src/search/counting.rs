//! Counts articles by the values of a column.
//!
//! Values are counted by their numbers; their texts are read in the end, and where only the most frequent
//! are wanted, theirs alone: a column of people has more texts than the archive has articles.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::Field;
use tantivy::{DocId, SegmentReader};

use super::column::texts;

/// A field that can be counted by value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FacetColumn {
    /// A field of texts.
    Text(Field),
    /// A field of numbers.
    Number(Field),
}

/// Values with the number of articles that have them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Values {
    /// Those that are given, in the order of the values.
    pub(crate) counts: Vec<(String, u64)>,
    /// How many different ones there are.
    pub(crate) different: usize,
}

/// What was counted so far in one segment.
pub(crate) enum Counting {
    /// The column, the count of each value, and the values of the article at hand.
    Text(StrColumn, Vec<u32>, Vec<u64>),
    Number(Column<u64>, BTreeMap<u64, u64>),
    /// The segment has no such column.
    Absent,
}

impl Counting {
    /// Nothing yet.
    ///
    /// # Errors
    ///
    /// Where the column can't be read.
    pub(crate) fn new(reader: &SegmentReader, column: FacetColumn) -> tantivy::Result<Self> {
        let fast = reader.fast_fields();
        let name = |field: Field| reader.schema().get_field_name(field);
        Ok(match column {
            FacetColumn::Text(field) => match fast.str(name(field))? {
                Some(column) => {
                    let counts = vec![0; column.num_terms()];
                    Self::Text(column, counts, Vec::new())
                }
                None => Self::Absent,
            },
            FacetColumn::Number(field) => match fast.u64(name(field)) {
                Ok(column) => Self::Number(column, BTreeMap::new()),
                Err(_) => Self::Absent,
            },
        })
    }

    /// Counts the values of an article.
    pub(crate) fn count(&mut self, doc: DocId) {
        match self {
            Self::Text(column, counts, values) => {
                values.clear();
                values.extend(column.term_ords(doc));
                if values.len() > 1 {
                    // A value that stands twice in one article counts once.
                    values.sort_unstable();
                    values.dedup();
                }
                for &number in &*values {
                    counts[number as usize] += 1;
                }
            }
            Self::Number(column, counts) => {
                if let Some(value) = column.first(doc) {
                    *counts.entry(value).or_default() += 1;
                }
            }
            Self::Absent => {}
        }
    }

    /// Adds what was counted in other articles of the same segment.
    pub(crate) fn add(&mut self, other: Self) {
        match (self, other) {
            (Self::Text(_, counts, _), Self::Text(_, more, _)) => {
                counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
            }
            (Self::Number(_, counts), Self::Number(_, more)) => {
                more.into_iter().for_each(|(value, more)| *counts.entry(value).or_default() += more);
            }
            _ => {}
        }
    }

    /// How many values were met.
    fn met(&self) -> usize {
        match self {
            Self::Text(_, counts, _) => counts.iter().filter(|count| **count > 0).count(),
            Self::Number(_, counts) => counts.len(),
            Self::Absent => 0,
        }
    }

    /// How many texts so many articles have.
    fn shared(&self, articles: u64) -> usize {
        match self {
            Self::Text(_, counts, _) => counts.iter().filter(|count| u64::from(**count) == articles).count(),
            Self::Number(..) | Self::Absent => 0,
        }
    }

    /// The values met with their counts, in their order; of texts the `most` frequent.
    fn values(&self, most: usize) -> tantivy::Result<Vec<(String, u64)>> {
        Ok(match self {
            Self::Text(column, counts, _) => {
                let met = (0u64..).zip(counts).filter(|(_, count)| **count > 0);
                let mut met: Vec<(Reverse<u32>, u64)> = met.map(|(n, count)| (Reverse(*count), n)).collect();
                if met.len() > most {
                    // Numbers are in the order of the texts.
                    met.select_nth_unstable(most);
                    met.truncate(most);
                }
                let texts = texts(column, met.into_iter().map(|(_, number)| number).collect())?;
                texts.into_iter().map(|(n, text)| (text, u64::from(counts[n as usize]))).collect()
            }
            Self::Number(_, counts) => {
                counts.iter().map(|(value, count)| (value.to_string(), *count)).collect()
            }
            Self::Absent => Vec::new(),
        })
    }

    /// How often a value was met.
    fn of(&self, value: &str) -> tantivy::Result<u64> {
        Ok(match self {
            Self::Text(column, counts, _) => match column.dictionary().term_ord(value)? {
                Some(number) => counts.get(number as usize).copied().map_or(0, u64::from),
                None => 0,
            },
            Self::Number(_, counts) => {
                value.parse().ok().and_then(|n: u64| counts.get(&n)).copied().unwrap_or(0)
            }
            Self::Absent => 0,
        })
    }
}

impl Values {
    /// The values of all segments together, each with the number of articles counted there; of texts the
    /// `most` frequent (0 for all), beside those that all articles share: they come first and tell nothing.
    ///
    /// # Errors
    ///
    /// Where the index can't be read.
    pub(crate) fn of(mut segments: Vec<(Counting, u64)>, most: usize) -> tantivy::Result<Self> {
        segments.sort_by_key(|(counting, _)| Reverse(counting.met()));
        let mut segments = segments.into_iter();
        let Some((largest, articles)) = segments.next() else { return Ok(Self::default()) };
        let most = if most == 0 { usize::MAX } else { most.saturating_add(largest.shared(articles)) };
        let mut small: BTreeMap<String, u64> = BTreeMap::new();
        for (segment, _) in segments {
            for (value, count) in segment.values(usize::MAX)? {
                *small.entry(value).or_default() += count;
            }
        }
        // What only the largest has is among the most frequent of all only where it is among its own; for
        // everything else it is asked.
        let mut counts = largest.values(most)?;
        let mut different = largest.met();
        if !small.is_empty() {
            counts.retain(|(value, _)| !small.contains_key(value));
            for (value, count) in small {
                let more = largest.of(&value)?;
                different += usize::from(more == 0);
                counts.push((value, count + more));
            }
            if counts.len() > most && matches!(largest, Counting::Text(..)) {
                counts.sort_unstable_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
                counts.truncate(most);
            }
            counts.sort_unstable();
        }
        Ok(Self { counts, different })
    }
}

#[cfg(test)]
mod tests {
    use tantivy::schema::{FAST, STRING, Schema};
    use tantivy::{Index, TantivyDocument};

    use super::*;

    #[test]
    fn the_most_frequent_of_all_segments_are_those_of_a_whole_count() {
        let mut schema = Schema::builder();
        let field = schema.add_text_field("who", STRING | FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        writer.set_merge_policy(Box::new(tantivy::indexer::NoMergePolicy));
        // Each segment has its own most frequent; 丙 is first in none and first of all.
        for segment in ["甲甲甲甲丙丙丙丁戊己", "乙乙乙丙丙庚", "辛丙壬"] {
            for value in segment.chars() {
                let mut document = TantivyDocument::default();
                document.add_text(field, value.to_string());
                // Twice in one article counts once.
                document.add_text(field, value.to_string());
                writer.add_document(document).unwrap();
            }
            writer.commit().unwrap();
        }
        let searcher = index.reader().unwrap().searcher();
        let counted = |most: usize| {
            let count = |reader: &SegmentReader| {
                let mut halves = [0, 1].map(|_| Counting::new(reader, FacetColumn::Text(field)).unwrap());
                (0..reader.max_doc()).for_each(|doc| halves[doc as usize % 2].count(doc));
                let [mut one, other] = halves;
                one.add(other);
                (one, u64::from(reader.max_doc()))
            };
            Values::of(searcher.segment_readers().iter().map(count).collect(), most).unwrap()
        };
        let all = counted(0);
        assert_eq!((searcher.segment_readers().len(), all.different, all.counts.len()), (3, 9, 9));
        for most in 1..12 {
            let mut first = all.counts.clone();
            first.sort_by_key(|(_, count)| Reverse(*count));
            first.truncate(most);
            first.sort();
            assert_eq!(counted(most), Values { counts: first, different: 9 }, "{most}");
        }
        assert_eq!(counted(1).counts, [("丙".to_owned(), 6)]);
        // What all share leaves room for the others.
        let (index, field) = index_of(&["甲乙", "甲丙", "甲丙"]);
        let searcher = index.reader().unwrap().searcher();
        let mut counting = Counting::new(searcher.segment_reader(0), FacetColumn::Text(field)).unwrap();
        (0..3).for_each(|doc| counting.count(doc));
        let values = Values::of(vec![(counting, 3)], 1).unwrap();
        assert_eq!(values.counts, [("丙".to_owned(), 2), ("甲".to_owned(), 3)]);
        assert_eq!(values.different, 3);
    }

    /// One segment of articles with so many values each, a character a value.
    fn index_of(articles: &[&str]) -> (Index, Field) {
        let mut schema = Schema::builder();
        let field = schema.add_text_field("who", STRING | FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        for article in articles {
            let mut document = TantivyDocument::default();
            article.chars().for_each(|value| document.add_text(field, value.to_string()));
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        (index, field)
    }
}
