//! Finds articles by what they are made of rather than by a question; what an update needs.

use tantivy::Term;
use tantivy::query::{BooleanQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

use super::Archive;
use super::every::ArticlePlace;
use super::literal::{Literals, Place};
use super::terms::Terms;
use crate::index::schema::DocumentKind;
use crate::index::{AllRecords, Error, OpenIndex, Stored, StoredArticle, StoredPage};
use crate::text::fold::fold;

impl Archive {
    /// The archive of an index that is already open.
    #[must_use]
    pub fn from_open(open: OpenIndex) -> Self {
        let searcher = open.reader.searcher();
        Self {
            records: AllRecords::of(&searcher, open.fields.record).into(),
            open,
            searcher,
            segmenter: std::sync::Arc::default(),
            suggestions: std::sync::Arc::default(),
            issues: std::sync::Arc::default(),
            synonyms: std::sync::Arc::default(),
            means: std::sync::Arc::default(),
        }
    }

    /// The articles with a value in a field that persons or pages have too.
    fn with_value(&self, field: Field, value: &str) -> Result<Vec<StoredArticle>, Error> {
        self.of_kind(DocumentKind::Article, field, value)
    }

    fn of_kind<T: Stored>(&self, kind: DocumentKind, field: Field, value: &str) -> Result<Vec<T>, Error> {
        let kind = Term::from_field_text(self.open.fields.kind, kind.key());
        let both = [Term::from_field_text(field, value), kind].map(|term| {
            let query: Box<dyn tantivy::query::Query> =
                Box::new(TermQuery::new(term, IndexRecordOption::Basic));
            query
        });
        self.all(&BooleanQuery::intersection(both.into()), usize::MAX)
    }

    /// All articles of a unit of sources.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn articles_of_unit(&self, unit: &str) -> Result<Vec<StoredArticle>, Error> {
        self.with_value(self.open.fields.unit, unit)
    }

    /// All pages of a unit of sources that carry furniture.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn pages_of_unit(&self, unit: &str) -> Result<Vec<StoredPage>, Error> {
        self.of_kind(DocumentKind::Page, self.open.fields.unit, unit)
    }

    /// All articles in which a person of that name was found.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn articles_naming(&self, name: &str) -> Result<Vec<StoredArticle>, Error> {
        self.with_value(self.open.fields.person, &fold(name))
    }

    /// The places of all articles of a unit of sources, in the order in which they lie.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn places_of_unit(&self, unit: &str) -> Result<Vec<ArticlePlace>, Error> {
        let fields = &self.open.fields;
        let kind = Term::from_field_text(fields.kind, DocumentKind::Article.key());
        let both = [Term::from_field_text(fields.unit, unit), kind].map(|term| {
            let query: Box<dyn tantivy::query::Query> =
                Box::new(TermQuery::new(term, IndexRecordOption::Basic));
            query
        });
        self.places_of(&BooleanQuery::intersection(both.into()))
    }

    /// The places of all articles in which one of these runs of characters stands, each once, in the order
    /// in which they lie.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn places_containing<'a>(
        &self,
        runs: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<ArticlePlace>, Error> {
        let terms = Terms::of(&self.searcher);
        let mut places = Vec::new();
        for run in runs {
            let run = fold(run);
            let query = Literals { terms: &terms, open: &self.open }.literal(Place::Anywhere, &run);
            places.extend(self.places_of(&*query.map_err(|e| self.error(e))?)?);
        }
        places.sort_unstable();
        places.dedup();
        Ok(places)
    }
}
