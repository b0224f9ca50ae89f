//! Which pairs of characters are common in an archive and which are rare.
//!
//! Half of the different pairs of a text stand there once or twice. Each costs the index an entry in
//! the dictionary, a place, and a number how often: more than all their occurrences. So rare pairs
//! share entries, some to each, that tell only in which documents one of them stands; whoever asks
//! for one reads the few texts. A pair that is taken for common is never read: which are taken for
//! what is settled when an archive is begun, may be wrong for most, and costs time and space but no
//! answer.

use crate::text::fold::fold_char;

/// Counters while the texts are read.
const SLOTS: usize = 1 << 22;
/// A pair that stands so many times in the archive is common.
const COMMON_TIMES: u8 = 16;
/// Pairs of an archive below which all are taken for common.
const PAIRS_MIN: u64 = 30_000;
/// Occurrences of pairs for one slot of the table, and for one entry of the rare ones.
const SLOT_PAIRS: u64 = 8;
const ENTRY_PAIRS: u64 = 128;

/// A number that depends on a pair alone.
fn hash(first: char, second: char) -> u64 {
    let pair = u64::from(first) << 32 | u64::from(second);
    let mixed = pair.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 20
}

/// Counts pairs, several to a counter.
#[derive(Default)]
pub struct PairCounts {
    slots: Vec<u8>,
    pairs: u64,
    text_bytes: u64,
}

impl PairCounts {
    /// Counts the pairs of a text.
    pub fn add(&mut self, text: &str) {
        if self.slots.is_empty() {
            self.slots = vec![0; SLOTS];
        }
        self.text_bytes += text.len() as u64;
        let mut chars = text.chars().map(fold_char);
        let Some(mut first) = chars.next() else { return };
        for second in chars {
            let slot = &mut self.slots[hash(first, second) as usize % SLOTS];
            *slot = slot.saturating_add(1);
            self.pairs += 1;
            first = second;
        }
    }
}

/// Tells common pairs from rare ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pairs {
    /// A bit a slot, set where a pair of it is common; of none all are.
    common: Vec<u8>,
    /// Number of entries that rare pairs share.
    entries: u64,
    /// Bytes of the text it was learned from.
    text_bytes: u64,
}

impl Pairs {
    /// Settles which pairs are rare.
    pub(super) fn learn(counts: &PairCounts) -> Self {
        let text_bytes = counts.text_bytes;
        if counts.pairs < PAIRS_MIN {
            return Self { text_bytes, ..Self::default() };
        }
        let slots =
            usize::try_from((counts.pairs / SLOT_PAIRS).next_power_of_two()).unwrap_or(SLOTS).min(SLOTS);
        let mut common = vec![0u8; slots.div_ceil(8)];
        for slot in 0..slots {
            // Fewer slots than counters: those that fall together count together.
            let times =
                counts.slots.iter().skip(slot).step_by(slots).fold(0u8, |sum, n| sum.saturating_add(*n));
            if times >= COMMON_TIMES {
                common[slot / 8] |= 1 << (slot % 8);
            }
        }
        let entries = (counts.pairs / ENTRY_PAIRS).next_power_of_two().max(1 << 10);
        Self { common, entries, text_bytes }
    }

    /// Bytes of the text it was learned from.
    pub(super) const fn text_bytes(&self) -> u64 {
        self.text_bytes
    }

    /// The entry that a pair shares with others; none where it is common and has its own.
    pub(super) fn rare(&self, first: char, second: char) -> Option<u64> {
        let slots = self.common.len() * 8;
        if slots == 0 {
            return None;
        }
        let hash = hash(first, second);
        let slot = hash as usize % slots;
        let common = self.common[slot / 8] & (1 << (slot % 8)) != 0;
        // By other bits of the number, so that pairs of one slot do not share an entry.
        (!common).then(|| (hash >> 22) % self.entries.max(1))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.common.len() + 24);
        for number in [self.common.len() as u64, self.entries, self.text_bytes] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.common);
        bytes
    }

    /// Reads it from the front of bytes and gives what stands behind.
    pub(super) fn open(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (len, rest) = bytes.split_first_chunk::<8>()?;
        let (entries, rest) = rest.split_first_chunk::<8>()?;
        let (text_bytes, rest) = rest.split_first_chunk::<8>()?;
        let (common, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*len)).ok()?)?;
        let (entries, text_bytes) = (u64::from_le_bytes(*entries), u64::from_le_bytes(*text_bytes));
        Some((Self { common: common.to_vec(), entries, text_bytes }, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned() -> Pairs {
        let mut counts = PairCounts::default();
        for i in 0..3000u32 {
            let rare = char::from_u32(0x5000 + i).unwrap();
            counts.add(&format!("水利局召开会议{rare}研究工程"));
        }
        Pairs::learn(&counts)
    }

    #[test]
    fn what_stands_often_is_common_and_most_of_the_rest_is_rare() {
        let pairs = learned();
        for (a, b) in [('水', '利'), ('会', '议'), ('工', '程')] {
            assert_eq!(pairs.rare(a, b), None);
        }
        let rare = (0..3000).filter(|i| pairs.rare('议', char::from_u32(0x5000 + i).unwrap()).is_some());
        assert!(rare.count() > 2500);
        let (again, rest) = Pairs::open(&[pairs.to_bytes(), b"rest".to_vec()].concat())
            .map(|(p, r)| (p, r.to_vec()))
            .unwrap();
        assert_eq!((again, rest.as_slice()), (pairs, b"rest".as_slice()));
    }

    #[test]
    fn in_a_small_archive_all_are_common() {
        let mut counts = PairCounts::default();
        counts.add("水利局");
        assert_eq!(Pairs::learn(&counts).rare('龘', '龘'), None);
        assert_eq!(Pairs::learn(&PairCounts::default()).rare('龘', '龘'), None);
    }
}
