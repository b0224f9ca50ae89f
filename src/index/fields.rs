//! Compares every posting of an index with the text it came from.
//!
//! Each document is flattened and cut again from what it stores; each field's terms, documents and
//! positions are summed up as hashes from both sides. The sums are equal exactly where the index
//! holds what its texts say, and nothing else, whatever the order.

use std::collections::BTreeMap;

use tantivy::schema::{Field, FieldType, IndexRecordOption, Value as _};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{DocId, DocSet as _, SegmentReader, TERMINATED, TantivyDocument, Term};

use super::analyzer::tokenizers;
use super::document::{article_document, page_document, person_document};
use super::format::Error;
use super::readonly::OpenIndex;
use super::schema::{DocumentKind, schema};
use super::store::{Records, decode, unreadable};

/// What one field holds from both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldAudit {
    /// The field.
    pub field: String,
    /// Places of terms that the stored texts give.
    pub expected: u64,
    /// Places of terms in the index.
    pub found: u64,
    /// Whether they are the same places of the same terms in the same documents.
    pub same: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    places: u64,
    hash: u64,
}

impl Sum {
    /// Adds one place of a term; the order of adding does not matter.
    fn add(&mut self, document: u64, term: u64, position: u32) {
        let mut z = document ^ term.rotate_left(17) ^ u64::from(position).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        self.hash = self.hash.wrapping_add(z ^ (z >> 31));
        self.places += 1;
    }
}

fn term_hash(bytes: &[u8]) -> u64 {
    let hash = blake3::hash(bytes);
    hash.as_bytes().first_chunk::<8>().map_or(0, |b| u64::from_le_bytes(*b))
}

impl OpenIndex {
    /// Compares all fields of all documents; `tell` hears how many documents have been read.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn audit_fields(&self, tell: &dyn Fn(u64)) -> Result<Vec<FieldAudit>, Error> {
        let segmenter = self.segmenter()?;
        let manager = tokenizers(&segmenter);
        let (schema, _) = schema();
        let mut fields: Vec<Audited> = Vec::new();
        for (field, entry) in schema.fields().filter(|(_, entry)| entry.is_indexed()) {
            let analyzer = match entry.field_type() {
                FieldType::Str(options) => {
                    options.get_indexing_options().and_then(|o| manager.get(o.tokenizer()))
                }
                _ => None,
            };
            let option = entry.field_type().index_record_option().unwrap_or(IndexRecordOption::Basic);
            let positions = option.has_positions();
            let name = entry.name().to_owned();
            fields.push(Audited {
                field,
                name,
                analyzer,
                positions,
                expected: Sum::default(),
                found: Sum::default(),
            });
        }
        let mut read = 0;
        let searcher = self.reader.searcher();
        for reader in searcher.segment_readers() {
            self.audit_segment(reader, &mut fields, &mut |documents| {
                read += documents;
                tell(read);
            })
            .map_err(|source| {
                self.sound().err().unwrap_or_else(|| Error::Engine { path: self.root.clone(), source })
            })?;
        }
        self.sound()?;
        let told = |f: Audited| FieldAudit {
            same: f.expected.hash == f.found.hash && f.expected.places == f.found.places,
            field: f.name,
            expected: f.expected.places,
            found: f.found.places,
        };
        Ok(fields.into_iter().map(told).collect())
    }

    fn audit_segment(
        &self,
        reader: &SegmentReader,
        fields: &mut [Audited],
        tell: &mut dyn FnMut(u64),
    ) -> tantivy::Result<()> {
        let kinds = self.kinds(reader)?;
        let records = Records::of(reader, self.fields.record)?;
        let mut documents = vec![0u64; reader.max_doc() as usize];
        for doc in reader.doc_ids_alive() {
            let record = records.packed(doc)?;
            let record: &[u8] = &record;
            let key = term_hash(record);
            if let Some(slot) = documents.get_mut(doc as usize) {
                *slot = key;
            }
            let (fields_of, book) = (&self.fields, &self.codebook);
            let flat = match kinds.get(&doc) {
                Some(DocumentKind::Article) => {
                    let article = decode(record, book)?;
                    article_document(fields_of, &article).map_err(|e| unreadable(e.into()))?
                }
                Some(DocumentKind::Person) => person_document(fields_of, &decode(record, book)?),
                Some(DocumentKind::Page) => page_document(fields_of, &decode(record, book)?),
                None => continue,
            };
            for audited in fields.iter_mut() {
                audited.expect(&flat, key);
            }
            if doc % 512 == 511 {
                tell(512);
            }
        }
        for audited in fields.iter_mut() {
            audited.find(reader, &documents)?;
        }
        Ok(())
    }

    /// What each living document of a segment is.
    fn kinds(&self, reader: &SegmentReader) -> tantivy::Result<BTreeMap<DocId, DocumentKind>> {
        let index = reader.inverted_index(self.fields.kind)?;
        let mut kinds = BTreeMap::new();
        for kind in [DocumentKind::Article, DocumentKind::Person, DocumentKind::Page] {
            let term = Term::from_field_text(self.fields.kind, kind.key());
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            while postings.doc() != TERMINATED {
                kinds.insert(postings.doc(), kind);
                postings.advance();
            }
        }
        Ok(kinds)
    }
}

/// A field and its two sums.
struct Audited {
    field: Field,
    name: String,
    analyzer: Option<TextAnalyzer>,
    positions: bool,
    expected: Sum,
    found: Sum,
}

impl Audited {
    /// Adds what a document's text gives, as the engine counts positions: values of one field lie
    /// one behind the other with a gap of one.
    fn expect(&mut self, document: &TantivyDocument, key: u64) {
        let mut seen = std::collections::BTreeSet::new();
        let mut begin = 0;
        for value in document.get_all(self.field) {
            let mut add = |term: Vec<u8>, position: u32| {
                let hash = term_hash(&term);
                if self.positions {
                    self.expected.add(key, hash, position);
                } else if seen.insert(hash) {
                    self.expected.add(key, hash, 0);
                }
            };
            match (value.as_str(), value.as_u64(), &mut self.analyzer) {
                (Some(text), _, Some(analyzer)) => {
                    let mut end = begin;
                    analyzer.token_stream(text).process(&mut |token| {
                        let at = begin + u32::try_from(token.position).unwrap_or(0);
                        end = end.max(at + u32::try_from(token.position_length).unwrap_or(1));
                        add(token.text.as_bytes().to_vec(), at);
                    });
                    begin = end + 1;
                }
                (Some(text), _, None) => add(text.as_bytes().to_vec(), 0),
                (None, Some(number), _) => {
                    add(Term::from_field_u64(self.field, number).serialized_value_bytes().to_vec(), 0);
                }
                _ => {}
            }
        }
    }

    /// Adds what the index holds of living documents.
    fn find(&mut self, reader: &SegmentReader, documents: &[u64]) -> tantivy::Result<()> {
        let index = reader.inverted_index(self.field)?;
        let option =
            if self.positions { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::Basic };
        let mut stream = index.terms().stream()?;
        let mut places = Vec::new();
        while stream.advance() {
            let hash = term_hash(stream.key());
            let mut postings = index.read_postings_from_terminfo(stream.value(), option)?;
            while postings.doc() != TERMINATED {
                let doc = postings.doc();
                if !reader.is_deleted(doc) {
                    let key = documents.get(doc as usize).copied().unwrap_or_default();
                    if self.positions {
                        tantivy::postings::Postings::positions(&mut postings, &mut places);
                        places.iter().for_each(|at| self.found.add(key, hash, *at));
                    } else {
                        self.found.add(key, hash, 0);
                    }
                }
                postings.advance();
            }
        }
        Ok(())
    }
}
