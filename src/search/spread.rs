//! Goes through the index on all cores: a large part of it in stretches of documents.
//!
//! An archive that was built at once is one segment, and the engine gives a segment to one thread. Who
//! asks for a word that stands in a good part of a million articles would wait for one core.

use std::ops::Range;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{EnableScoring, Query, Scorer, Weight};
use tantivy::{DocId, Searcher, SegmentOrdinal, SegmentReader, TERMINATED};

/// Documents of a stretch at least: beside going through them, looking up all terms once more is little.
const STRETCH_DOCS_MIN: u64 = 1 << 15;
/// Documents that the leading part of a question stands in, for each stretch: below, one core is done
/// before another has begun.
const STRETCH_COST_MIN: u64 = 1 << 12;
/// What reads a column of all articles until it finds the first one it wants is not begun several times.
const BEGINNING_MAX: Duration = Duration::from_micros(500);

/// One stretch of a segment.
struct Stretch<'a> {
    ord: SegmentOrdinal,
    reader: &'a SegmentReader,
    docs: Range<DocId>,
    /// Stands at the first document, where it was made already.
    scorer: Option<Box<dyn Scorer>>,
}

/// What a query matches, as the collector has it; scores are not asked for. Of several stretches for each
/// core none waits long for the others, but each has a collector of its own.
///
/// # Errors
///
/// Where the index can't be read.
pub(super) fn collect<C: Collector>(
    searcher: &Searcher,
    query: &dyn Query,
    collector: &C,
    stretches_of_core: usize,
) -> tantivy::Result<C::Fruit> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
    let mut stretches = Vec::new();
    for (ord, reader) in (0..).zip(searcher.segment_readers()) {
        let started = Instant::now();
        let scorer = weight.scorer(reader, 1.0)?;
        let docs = scorer.doc().min(reader.max_doc())..reader.max_doc();
        // Each stretch begins like this one. The cores are not woken for what one is done with at once.
        let worth = match worth(&docs, scorer.cost()) {
            worth if worth > 1 && started.elapsed() < BEGINNING_MAX => match rayon::current_num_threads() {
                1 => 1,
                cores => worth.min((cores * stretches_of_core) as u64),
            },
            _ => 1,
        };
        let pieces = pieces(docs, worth);
        let first = pieces.first().cloned().unwrap_or(0..0);
        stretches.push(Stretch { ord, reader, docs: first, scorer: Some(scorer) });
        stretches.extend(pieces.into_iter().skip(1).map(|docs| Stretch { ord, reader, docs, scorer: None }));
    }
    let one = |stretch| through(stretch, &*weight, collector);
    let fruits = if stretches.len() > searcher.segment_readers().len() {
        stretches.into_par_iter().map(one).collect::<tantivy::Result<Vec<_>>>()?
    } else {
        stretches.into_iter().map(one).collect::<tantivy::Result<Vec<_>>>()?
    };
    collector.merge_fruits(fruits)
}

/// Goes through one stretch.
fn through<C: Collector>(
    stretch: Stretch<'_>,
    weight: &dyn Weight,
    collector: &C,
) -> tantivy::Result<<C::Child as SegmentCollector>::Fruit> {
    let Stretch { ord, reader, docs, scorer } = stretch;
    let mut child = collector.for_segment(ord, reader)?;
    let mut scorer = match scorer {
        Some(scorer) => scorer,
        None => weight.scorer(reader, 1.0)?,
    };
    let mut doc = scorer.doc();
    if doc < docs.start {
        doc = scorer.seek(docs.start);
    }
    let alive = reader.alive_bitset();
    while doc < docs.end && doc != TERMINATED {
        if alive.is_none_or(|alive| alive.is_alive(doc)) {
            child.collect(doc, 0.0);
        }
        doc = scorer.advance();
    }
    Ok(child.harvest())
}

/// Into how many stretches it pays to part these documents, of which the question goes through so many.
fn worth(docs: &Range<DocId>, cost: u64) -> u64 {
    (cost / STRETCH_COST_MIN).min(u64::from(docs.end - docs.start) / STRETCH_DOCS_MIN)
}

/// These documents in so many stretches, at least one.
fn pieces(docs: Range<DocId>, count: u64) -> Vec<Range<DocId>> {
    let count = count.max(1);
    let length = u64::from(docs.end - docs.start);
    let border = |n: u64| docs.start + u32::try_from(length * n / count).unwrap_or(u32::MAX);
    (0..count).map(|n| border(n)..border(n + 1)).collect()
}

#[cfg(test)]
mod tests {
    use tantivy::collector::{Count, DocSetCollector};
    use tantivy::query::TermQuery;
    use tantivy::schema::{INDEXED, IndexRecordOption, Schema};
    use tantivy::{Index, TantivyDocument, Term};

    use super::*;

    #[test]
    fn several_stretches_find_what_one_walk_finds() {
        let mut schema = Schema::builder();
        let field = schema.add_u64_field("n", INDEXED);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 50_000_000).unwrap();
        for n in 0..4 * STRETCH_DOCS_MIN {
            let mut document = TantivyDocument::default();
            document.add_u64(field, n % 3);
            document.add_u64(field, 3 + n % 1_000);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        writer.delete_term(Term::from_field_u64(field, 3));
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let cores = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
        for value in [0, 2, 7, 5_000] {
            let term = Term::from_field_u64(field, value);
            let query = TermQuery::new(term, IndexRecordOption::Basic);
            let (count, docs) = cores.install(|| {
                let count = collect(&searcher, &query, &Count, 2).unwrap();
                (count, collect(&searcher, &query, &DocSetCollector, 1).unwrap())
            });
            assert_eq!(docs, searcher.search(&query, &DocSetCollector).unwrap(), "{value}");
            assert_eq!(count, docs.len(), "{value}");
        }
    }

    #[test]
    fn what_is_small_stays_whole_and_what_is_large_is_covered_without_holes() {
        for (docs, cost) in [(0..0, 0), (0..1_000, 1_000_000), (3..1_000_000, 100)] {
            assert!(worth(&docs, cost) <= 1, "{docs:?}");
            assert_eq!(pieces(docs.clone(), 0), std::slice::from_ref(&docs));
        }
        for (docs, cost) in [(0..1_000_003, 700_000), (5..TERMINATED, u64::MAX), (70_000..140_000, 70_000)] {
            let pieces = pieces(docs.clone(), worth(&docs, cost));
            assert!(pieces.len() > 1, "{docs:?}");
            assert_eq!((pieces[0].start, pieces.last().map(|last| last.end)), (docs.start, Some(docs.end)));
            assert!(pieces.windows(2).all(|two| two[0].end == two[1].start && two[0].start < two[0].end));
        }
    }
}
