//! Hands out all stored articles without asking a question, for whoever reads the whole archive or
//! draws from it.

use tantivy::collector::DocSetCollector;
use tantivy::query::{Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, Term};

use super::Archive;
use crate::index::schema::DocumentKind;
use crate::index::{Error, StoredArticle};

/// Where an article lies in one generation; means nothing to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArticlePlace(DocAddress);

impl Archive {
    /// The places of all articles, in the order in which they lie: read in that order they cost least.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn places(&self) -> Result<Vec<ArticlePlace>, Error> {
        let kind = Term::from_field_text(self.open.fields.kind, DocumentKind::Article.key());
        self.places_of(&TermQuery::new(kind, IndexRecordOption::Basic))
    }

    /// The places of what a query matches, in the order in which they lie.
    pub(super) fn places_of(&self, query: &dyn Query) -> Result<Vec<ArticlePlace>, Error> {
        let found = self.asked(query, &DocSetCollector).map_err(|e| self.error(e))?;
        let mut places: Vec<ArticlePlace> = found.into_iter().map(ArticlePlace).collect();
        places.sort_unstable_by_key(|place| place.0);
        Ok(places)
    }

    /// The article that lies in a place of this generation.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read, or the place is one of another generation.
    pub fn article_at(&self, place: ArticlePlace) -> Result<StoredArticle, Error> {
        self.record(place.0).map_err(|e| self.error(e))
    }
}
