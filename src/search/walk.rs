//! Walks through every document of an archive, for those who copy it elsewhere.

use tantivy::collector::DocSetCollector;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, Term};

use super::Archive;
use crate::index::schema::DocumentKind;
use crate::index::{Error, Flat, StoredArticle, StoredPage};
use crate::people::Person;

/// Where a document lies in an opened archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lying {
    kind: DocumentKind,
    /// Settles ties; the same for one id everywhere.
    pub tie: u64,
    address: DocAddress,
}

impl Archive {
    /// The documents of a kind whose ties lie between two numbers, both included, in the order in
    /// which they lie on disk.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn lying(&self, kind: DocumentKind, first: u64, last: u64) -> Result<Vec<Lying>, Error> {
        let read = || -> tantivy::Result<Vec<Lying>> {
            let term = Term::from_field_text(self.open.fields.kind, kind.key());
            let query = TermQuery::new(term, IndexRecordOption::Basic);
            let name = self.searcher.schema().get_field_name(self.open.fields.tie);
            let mut found = Vec::new();
            let mut addresses: Vec<DocAddress> = self.asked(&query, &DocSetCollector)?.into_iter().collect();
            addresses.sort_unstable();
            for of_segment in addresses.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
                let Some(one) = of_segment.first() else { continue };
                let ties = self.searcher.segment_reader(one.segment_ord).fast_fields().u64(name)?;
                found.extend(of_segment.iter().filter_map(|address| {
                    let tie = ties.first(address.doc_id)?;
                    (first..=last).contains(&tie).then_some(Lying { kind, tie, address: *address })
                }));
            }
            self.sound()?;
            Ok(found)
        };
        read().map_err(|e| self.error(e))
    }

    /// A document taken apart.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn flat(&self, lying: &Lying) -> Result<Flat, Error> {
        let read = || -> tantivy::Result<serde_json::Result<Flat>> {
            Ok(match lying.kind {
                DocumentKind::Article => Flat::article(&self.record::<StoredArticle>(lying.address)?),
                DocumentKind::Person => Flat::person(&self.record::<Person>(lying.address)?),
                DocumentKind::Page => Flat::page(&self.record::<StoredPage>(lying.address)?),
            })
        };
        let flat = read().map_err(|e| self.error(e))?;
        flat.map_err(|e| Error::Io { path: self.open.root.clone(), source: e.into() })
    }
}
