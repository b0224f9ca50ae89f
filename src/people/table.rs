//! Words by hash: what a run of characters is known as, without an allocation at look-up.

/// Begins the hash of a run of characters.
pub(super) const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// Takes one more character into the hash of a run.
#[inline]
pub(super) const fn step(hash: u64, c: char) -> u64 {
    let mixed = (hash ^ c as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

/// The hash of a run of characters.
pub(super) fn hash(chars: impl IntoIterator<Item = char>) -> u64 {
    chars.into_iter().fold(SEED, step)
}

/// A set of words, each with a number that says what it is; open addressing.
#[derive(Clone)]
pub(super) struct WordTable {
    slots: Vec<(u64, u32)>,
    mask: usize,
}

impl WordTable {
    /// A table with room for `words`.
    pub(super) fn with_room(words: usize) -> Self {
        let size = (words * 2 + 8).next_power_of_two();
        Self { slots: vec![(0, 0); size], mask: size - 1 }
    }

    /// Adds to what is known of a word; grows by itself.
    pub(super) fn add(&mut self, key: u64, value: u32) {
        let key = key.max(1);
        let mut i = Self::first(key) & self.mask;
        let mut tried = 0;
        while self.slots[i].0 != 0 && self.slots[i].0 != key {
            i = (i + 1) & self.mask;
            tried += 1;
            if tried > 64 {
                self.grow();
                return self.add(key, value);
            }
        }
        self.slots[i].0 = key;
        self.slots[i].1 |= value;
    }

    fn grow(&mut self) {
        let mut larger = Self { slots: vec![(0, 0); self.slots.len() * 2], mask: self.slots.len() * 2 - 1 };
        for &(key, value) in self.slots.iter().filter(|s| s.0 != 0) {
            larger.add(key, value);
        }
        *self = larger;
    }

    /// What is known of a word; 0 for nothing.
    #[inline]
    pub(super) fn get(&self, key: u64) -> u32 {
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
}
