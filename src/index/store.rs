//! The records of documents, as they lie in the document store.

use std::io;
use std::sync::OnceLock;

use tantivy::directory::OwnedBytes;
use tantivy::schema::{Field, Value as _};
use tantivy::store::StoreReader;
use tantivy::{DocAddress, DocId, Searcher, SegmentReader, TantivyDocument, TantivyError};

use super::codebook::Codebook;
use super::record::Stored;

/// Blocks of records kept in memory, a segment.
const BLOCKS_KEPT: usize = 64;
/// How the engine writes a document that stores one value: their number, with the bit that ends it.
const ONE_VALUE: u8 = 0x81;
/// What stands before a value of bytes.
const BYTES: u8 = 4;

/// The records of one segment.
pub(crate) struct Records {
    store: StoreReader,
    field: Field,
}

impl Records {
    /// Those of a segment, which stand in this field.
    pub(crate) fn of(segment: &SegmentReader, field: Field) -> io::Result<Self> {
        Ok(Self { store: segment.get_store_reader(BLOCKS_KEPT)?, field })
    }

    /// The packed record of a document.
    ///
    /// # Errors
    ///
    /// Where it can't be read or there is none.
    pub(crate) fn packed(&self, doc: DocId) -> tantivy::Result<OwnedBytes> {
        let stored = self.store.get_document_bytes(doc)?;
        // The engine reads bytes one by one, into a copy.
        if let Some(begin) = only_value(&stored, self.field) {
            return Ok(stored.slice(begin..stored.len()));
        }
        let read: TantivyDocument = self.store.get(doc)?;
        let value = read.get_first(self.field).and_then(|value| value.as_bytes().map(<[u8]>::to_vec));
        let none = || TantivyError::InternalError("a document without a record".to_owned());
        value.map(OwnedBytes::new).ok_or_else(none)
    }
}

/// Where the value of bytes begins in a stored document that has it and nothing else.
fn only_value(stored: &[u8], field: Field) -> Option<usize> {
    let rest = stored.strip_prefix(&[ONE_VALUE])?;
    let rest = rest.strip_prefix(&field.field_id().to_le_bytes())?;
    let mut rest = rest.strip_prefix(&[BYTES])?;
    let mut bytes = 0_usize;
    for shift in (0..u32::BITS).step_by(7) {
        let (digit, after) = rest.split_first()?;
        rest = after;
        bytes |= usize::from(digit & 0x7f).checked_shl(shift)?;
        if digit & 0x80 != 0 {
            return (rest.len() == bytes).then(|| stored.len() - bytes);
        }
    }
    None
}

/// The records of all segments; a segment's are opened when first read.
pub(crate) struct AllRecords {
    segments: Vec<OnceLock<Records>>,
    field: Field,
}

impl AllRecords {
    /// Those of all segments of a searcher.
    pub(crate) fn of(searcher: &Searcher, field: Field) -> Self {
        Self { segments: searcher.segment_readers().iter().map(|_| OnceLock::new()).collect(), field }
    }

    /// The packed record of a document.
    ///
    /// # Errors
    ///
    /// Where it can't be read or there is none.
    pub(crate) fn packed(&self, searcher: &Searcher, address: DocAddress) -> tantivy::Result<OwnedBytes> {
        let none = || TantivyError::InternalError("a segment that is not open".to_owned());
        let segment = self.segments.get(address.segment_ord as usize).ok_or_else(none)?;
        let records = if let Some(open) = segment.get() {
            open
        } else {
            let new = Records::of(searcher.segment_reader(address.segment_ord), self.field)?;
            segment.get_or_init(|| new)
        };
        records.packed(address.doc_id)
    }
}

/// Reads the value that a document stores.
///
/// # Errors
///
/// Where the record was not written by this version.
pub(crate) fn decode<T: Stored>(packed: &[u8], book: &Codebook) -> tantivy::Result<T> {
    T::unpack(packed, book).map_err(unreadable)
}

pub(crate) fn unreadable(e: io::Error) -> TantivyError {
    TantivyError::InternalError(format!("an unreadable record: {e}"))
}

#[cfg(test)]
mod tests {
    use tantivy::schema::{STORED, Schema};
    use tantivy::{Index, doc};

    use super::*;

    #[test]
    fn a_record_is_the_value_the_engine_reads_in_one_piece_where_nothing_else_is_stored() {
        let mut schema = Schema::builder();
        let (other, record) =
            (schema.add_bytes_field("other", STORED), schema.add_bytes_field("record", STORED));
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        let value = |bytes: usize| (0..bytes).map(|n| (n * 7 % 256) as u8).collect::<Vec<_>>();
        let sizes = [0, 1, 127, 128, 129, 16_383, 16_384, 100_000];
        for bytes in sizes {
            writer.add_document(doc!(record => value(bytes))).unwrap();
            writer.add_document(doc!(other => value(3), record => value(bytes))).unwrap();
            writer.add_document(doc!(other => value(bytes))).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let all = AllRecords::of(&searcher, record);
        let read = |nth: usize| all.packed(&searcher, DocAddress::new(0, nth as u32));
        for (nth, bytes) in sizes.into_iter().enumerate() {
            assert_eq!(*read(3 * nth).unwrap(), *value(bytes), "{bytes} bytes");
            assert_eq!(*read(3 * nth + 1).unwrap(), *value(bytes), "{bytes} bytes beside others");
            assert!(read(3 * nth + 2).is_err(), "none");
            let stored = all.segments[0].get().unwrap().store.get_document_bytes(3 * nth as u32).unwrap();
            assert_eq!(only_value(&stored, record), Some(stored.len() - bytes));
            for cut in 0..stored.len().min(12) {
                assert_eq!(only_value(&stored[..stored.len() - 1 - cut], record), None, "{bytes} bytes, cut");
            }
        }
        assert_eq!(only_value(&[], record), None);
        assert_eq!(only_value(&[0x81, 1, 0, 0, 0, 4, 127, 127, 127, 127, 127, 127], record), None);
    }
}
