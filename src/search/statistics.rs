//! What scores are reckoned with: articles alone.
//!
//! Persons and pages are documents of the index too. Counted in, they would change the order of
//! articles: the same articles read from pages and from an export would be ranked differently.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

/// Mean lengths of articles by field, in terms; reckoned when first asked for, and kept.
///
/// The engine's own count of terms has those of deleted articles in it, and is an estimate where they were
/// cleared away: an archive that has grown would be ranked otherwise than one built at once. The lengths
/// that are stored with each article are the same in both.
#[derive(Debug, Default)]
pub(crate) struct MeanLengths(Mutex<BTreeMap<Field, f32>>);

impl MeanLengths {
    /// The mean length of a field, over so many articles; other documents have none of the fields.
    pub(crate) fn of(&self, searcher: &Searcher, field: Field, articles: u64) -> tantivy::Result<f32> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mean) = known.get(&field) {
            return Ok(*mean);
        }
        let mut terms = 0u64;
        for reader in searcher.segment_readers() {
            if let Some(norms) = reader.fieldnorms_readers().get_field(field)? {
                terms += reader.doc_ids_alive().map(|doc| u64::from(norms.fieldnorm(doc))).sum::<u64>();
            }
        }
        let mean = (terms as f32 / articles.max(1) as f32).max(1.0);
        known.insert(field, mean);
        Ok(mean)
    }
}

/// The searcher's statistics with the number of articles for that of documents.
pub(crate) struct Articles<'a> {
    searcher: &'a Searcher,
    count: u64,
}

impl<'a> Articles<'a> {
    /// `articles` is the number of living ones; those deleted and not yet cleared away still count
    /// in the frequencies of terms, so here too.
    pub(crate) fn of(searcher: &'a Searcher, articles: u64) -> Self {
        let deleted: u64 =
            searcher.segment_readers().iter().map(|reader| u64::from(reader.num_deleted_docs())).sum();
        Self { searcher, count: (articles + deleted).max(1) }
    }
}

impl Bm25StatisticsProvider for Articles<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.searcher.total_num_tokens(field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.count)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        // Terms of pages may stand in more documents than there are articles.
        Ok(Bm25StatisticsProvider::doc_freq(self.searcher, term)?.min(self.count))
    }
}
