//! Words by hash: what a run of characters is known as, without an allocation at look-up.
//!
//! Stands alone, since `build.rs` packs the lexicon with it.

/// Begins the hash of a run of characters.
pub(crate) const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// Takes one more character into the hash of a run.
#[inline]
pub(crate) const fn step(hash: u64, c: char) -> u64 {
    let mixed = (hash ^ c as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

/// The hash of a run of characters.
pub(crate) fn hash(chars: impl IntoIterator<Item = char>) -> u64 {
    chars.into_iter().fold(SEED, step)
}

/// A set of words, each with a number that says what it is; open addressing.
#[derive(Clone)]
pub(crate) struct WordTable {
    slots: Vec<(u64, u32)>,
    mask: usize,
    /// Slots taken. A quarter at least stays free: a look-up ends at a free slot.
    taken: usize,
}

impl WordTable {
    /// A table with room for `words`.
    pub(crate) fn with_room(words: usize) -> Self {
        let size = (words * 2 + 8).next_power_of_two();
        Self { slots: vec![(0, 0); size], mask: size - 1, taken: 0 }
    }

    /// Adds to what is known of a word; grows by itself.
    pub(crate) fn add(&mut self, key: u64, value: u32) {
        let key = key.max(1);
        if 4 * (self.taken + 1) > 3 * self.slots.len() {
            self.grow();
        }
        let mut i = Self::first(key) & self.mask;
        while self.slots[i].0 != 0 && self.slots[i].0 != key {
            i = (i + 1) & self.mask;
        }
        self.taken += usize::from(self.slots[i].0 == 0);
        self.slots[i].0 = key;
        self.slots[i].1 |= value;
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        let mut larger = Self { slots: vec![(0, 0); size], mask: size - 1, taken: 0 };
        for &(key, value) in self.slots.iter().filter(|s| s.0 != 0) {
            larger.add(key, value);
        }
        *self = larger;
    }

    /// What is known of a word; 0 for nothing.
    #[inline]
    pub(crate) fn get(&self, key: u64) -> u32 {
        let key = key.max(1);
        let mut i = Self::first(key) & self.mask;
        loop {
            let (k, v) = self.slots[i];
            if k == key {
                return v;
            }
            if k == 0 {
                return 0;
            }
            i = (i + 1) & self.mask;
        }
    }

    #[inline]
    const fn first(key: u64) -> usize {
        (key >> 7) as usize
    }
}

/// How many different things the words of a packed table can be known as.
pub(crate) const PALETTE: usize = 256;
/// How many bytes a packed table has for the first two characters of its words.
pub(crate) const PAIRS_BYTES: usize = 1 << 15;

/// Where the search for a word begins in a packed table.
#[inline]
pub(crate) const fn place(key: u64) -> usize {
    (key >> 7) as usize
}

/// What a packed table keeps of a word's hash: with its place about 40 bits, so that one of some
/// ten million other runs of characters is taken for a word.
#[inline]
pub(crate) const fn print(key: u64) -> u32 {
    (key >> 40) as u32
}

/// Where a packed table says whether any word begins with two characters: byte and bit in it.
#[inline]
pub(crate) const fn pair(key: u64) -> (usize, u8) {
    ((key >> 43) as usize & (PAIRS_BYTES - 1), 1 << ((key >> 40) & 7))
}

/// A set of words as `build.rs` packs it, used where it lies.
///
/// ```text
/// u32 256    what words are known as; the first for "no word"
/// u8 32768   a bit for each hash of two characters that begin words
/// u32 …      open addressing; what is kept of the hash above, place among the 256 in the lowest byte
/// ```
#[derive(Clone, Copy)]
pub(crate) struct Packed {
    palette: &'static [[u8; 4]],
    pairs: &'static [u8],
    slots: &'static [[u8; 4]],
}

impl Packed {
    /// The table in these bytes.
    pub(crate) const fn new(bytes: &'static [u8]) -> Self {
        let (palette, rest) = bytes.split_at(PALETTE * 4);
        let (pairs, slots) = rest.split_at(PAIRS_BYTES);
        Self { palette: palette.as_chunks().0, pairs, slots: slots.as_chunks().0 }
    }

    /// Whether words may begin with two characters of this hash.
    #[inline]
    pub(crate) fn has_pair(&self, key: u64) -> bool {
        let (byte, bit) = pair(key);
        self.pairs[byte] & bit != 0
    }

    /// What is known of a word; 0 for nothing.
    #[inline]
    pub(crate) fn get(&self, key: u64) -> u32 {
        let mask = self.slots.len() - 1;
        let mut i = place(key) & mask;
        loop {
            let slot = u32::from_le_bytes(self.slots[i & mask]);
            if slot == 0 {
                return 0;
            }
            if slot >> 8 == print(key) {
                return u32::from_le_bytes(self.palette[(slot & 0xFF) as usize]);
            }
            i += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_found_and_nothing_else() {
        let mut table = WordTable::with_room(2);
        for n in 0..2_000u32 {
            table.add(hash(format!("词{n}").chars()), n + 1);
        }
        assert!((0..2_000u32).all(|n| table.get(hash(format!("词{n}").chars())) == n + 1));
        assert_eq!(table.get(hash("别的".chars())), 0);
    }

    #[test]
    fn a_look_up_ends_however_many_words_there_are() {
        let mut table = WordTable::with_room(16);
        for n in 0..400u32 {
            table.add(hash(format!("词{n}").chars()), 1);
            for other in 0..20 {
                assert_eq!(table.get(hash(format!("别{other}").chars())), 0);
            }
        }
    }

    #[test]
    fn a_packed_table_tells_what_was_packed() {
        let lexicon = super::super::lexicon::lexicon();
        let chars = |word: &str| word.chars().collect::<Vec<char>>();
        assert_eq!(lexicon.word(&chars("尉迟")), super::super::word::COMPOUND);
        assert_eq!(lexicon.word(&chars("尉迟迟")), 0);
        assert_eq!(lexicon.word(&[]), 0);
    }
}
