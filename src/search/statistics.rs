//! What scores are reckoned with: articles alone.
//!
//! Persons and pages are documents of the index too. Counted in, they would change the order of
//! articles: the same articles read from pages and from an export would be ranked differently.

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

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
