//! How many bytes each field of an index takes, and for what.

use std::collections::BTreeMap;

use serde::Serialize;
use tantivy::space_usage::PerFieldSpaceUsage;

use super::format::Error;
use super::readonly::OpenIndex;

/// What one field takes, in bytes; the sum of all is what the engine's files take, but for their seals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FieldSpace {
    /// The field.
    pub field: String,
    /// The dictionary of its terms.
    pub terms: u64,
    /// Which documents have a term, and how often.
    pub documents: u64,
    /// Where in a document a term stands.
    pub positions: u64,
    /// Lengths of documents, for ranking.
    pub lengths: u64,
    /// The column, for counting and sorting.
    pub column: u64,
    /// What is shown.
    pub stored: u64,
}

impl FieldSpace {
    /// All together.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.terms + self.documents + self.positions + self.lengths + self.column + self.stored
    }
}

impl OpenIndex {
    /// What the fields take, the largest first.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn space(&self) -> Result<Vec<FieldSpace>, Error> {
        let mut fields: BTreeMap<String, FieldSpace> = BTreeMap::new();
        let searcher = self.reader.searcher();
        let mut add = |usage: &PerFieldSpaceUsage, to: fn(&mut FieldSpace) -> &mut u64| {
            for field in usage.fields() {
                let name = field.field_name().to_owned();
                let space = fields
                    .entry(name.clone())
                    .or_insert_with(|| FieldSpace { field: name, ..FieldSpace::default() });
                *to(space) += field.total().get_bytes();
            }
        };
        let mut stored = 0;
        for reader in searcher.segment_readers() {
            let usage = reader.space_usage().map_err(|e| {
                self.sound()
                    .err()
                    .unwrap_or_else(|| Error::Engine { path: self.root.clone(), source: e.into() })
            })?;
            add(usage.termdict(), |space| &mut space.terms);
            add(usage.postings(), |space| &mut space.documents);
            add(usage.positions(), |space| &mut space.positions);
            add(usage.fieldnorms(), |space| &mut space.lengths);
            add(usage.fast_fields(), |space| &mut space.column);
            stored += usage.store().total().get_bytes();
        }
        let record = FieldSpace { field: "record".to_owned(), stored, ..FieldSpace::default() };
        let mut fields: Vec<FieldSpace> =
            fields.into_values().chain([record]).filter(|f| f.total() > 0).collect();
        fields.sort_by(|a, b| b.total().cmp(&a.total()).then(a.field.cmp(&b.field)));
        Ok(fields)
    }
}
