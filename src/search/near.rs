//! Looks again at the best hits: words asked together should stand together, and early.
//!
//! Only positions are read, never the stored text: some hundred hits cost some microseconds each.

use tantivy::postings::Postings as _;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet as _, Searcher, Term};

use super::collect::Ranked;

/// Hits that are looked at again.
pub(crate) const AGAIN_HITS_MAX: usize = 64;
/// Characters between two words at which half is left of what they add.
const NEAR_HALF_CHARS: f32 = 4.0;

/// A word of the question whose place in the text matters.
#[derive(Debug, Clone)]
pub(crate) struct NearWord {
    /// As compared.
    pub(crate) text: String,
    /// Its first two characters in the field `exact`.
    pub(crate) first: Term,
    /// Its length.
    pub(crate) chars: u32,
    /// Its rarity, times what nearness is worth.
    pub(crate) weight: f32,
}

/// Two words that stand near each other, and what it adds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Together {
    pub(crate) words: (usize, usize),
    pub(crate) adds: f32,
}

/// Raises the best hits by how near the asked words stand, and sorts them again.
///
/// # Errors
///
/// Where the index can't be read.
pub(crate) fn look_again(
    searcher: &Searcher,
    words: &[NearWord],
    best: &mut [Ranked],
) -> tantivy::Result<()> {
    if words.len() < 2 {
        return Ok(());
    }
    let (again, _) = best.split_at_mut(best.len().min(AGAIN_HITS_MAX));
    again.sort_unstable_by_key(|hit| hit.address);
    let addresses: Vec<DocAddress> = again.iter().map(|hit| hit.address).collect();
    for (hit, together) in again.iter_mut().zip(together(searcher, words, &addresses)?) {
        hit.key += f64::from(together.iter().map(|t| t.adds).sum::<f32>());
    }
    again.sort_unstable_by(|a, b| b.cmp(a));
    Ok(())
}

/// For each article (in the order of the index) the words asked one after the other that stand near
/// each other.
///
/// # Errors
///
/// Where the index can't be read.
pub(crate) fn together(
    searcher: &Searcher,
    words: &[NearWord],
    addresses: &[DocAddress],
) -> tantivy::Result<Vec<Vec<Together>>> {
    let mut out = Vec::with_capacity(addresses.len());
    for hits in addresses.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
        let Some(first) = hits.first() else { continue };
        let reader = searcher.segment_reader(first.segment_ord);
        let mut postings = Vec::with_capacity(words.len());
        for word in words {
            let index = reader.inverted_index(word.first.field())?;
            postings.push(index.read_postings(&word.first, IndexRecordOption::WithFreqsAndPositions)?);
        }
        let mut places: Vec<Vec<u32>> = vec![Vec::new(); words.len()];
        for hit in hits {
            for (postings, places) in postings.iter_mut().zip(&mut places) {
                places.clear();
                let Some(postings) = postings else { continue };
                if postings.doc() < hit.doc_id {
                    postings.seek(hit.doc_id);
                }
                if postings.doc() == hit.doc_id {
                    postings.positions(places);
                }
            }
            out.push(neighbours(words, &places));
        }
    }
    Ok(out)
}

/// The pairs of words asked one after the other, by how near they come.
fn neighbours(words: &[NearWord], places: &[Vec<u32>]) -> Vec<Together> {
    let mut out = Vec::new();
    for at in 1..words.len() {
        let (first, second) = (at - 1, at);
        let Some(between) = between(&places[first], words[first].chars, &places[second], words[second].chars)
        else {
            continue;
        };
        let nearness = NEAR_HALF_CHARS / (NEAR_HALF_CHARS + between as f32);
        let adds = words[first].weight.min(words[second].weight) * nearness;
        out.push(Together { words: (first, second), adds });
    }
    out
}

/// Fewest characters between two words; one more where they stand the other way round.
fn between(first: &[u32], first_chars: u32, second: &[u32], second_chars: u32) -> Option<u32> {
    let mut least: Option<u32> = None;
    let mut behind = 0;
    for &start in first {
        let end = start.saturating_add(first_chars);
        while second.get(behind).is_some_and(|&other| other < end) {
            behind += 1;
        }
        let after = second.get(behind).map(|other| other - end);
        let before = behind
            .checked_sub(1)
            .and_then(|i| second.get(i))
            .map(|other| start.saturating_sub(other.saturating_add(second_chars)).saturating_add(1));
        least = [least, after, before].into_iter().flatten().min();
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_places_count_and_the_asked_order_is_a_little_better() {
        assert_eq!(between(&[0, 40], 2, &[20, 42], 2), Some(0));
        assert_eq!(between(&[4], 2, &[0], 2), Some(3));
        assert_eq!(between(&[4], 2, &[], 2), None);
    }
}
