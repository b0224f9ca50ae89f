//! A book of names laid out for reading texts: which names begin at a character, and what is known of them.

use super::Kind;
use super::lexicon::word;
use super::table::{self, WordTable};

/// The book knows the name.
pub(super) const KNOWN: u32 = 1;
/// The archive's own lexicon says that this is no name.
pub(super) const NEVER: u32 = 2;
/// The archive's own lexicon says that this is a name.
pub(super) const GIVEN: u32 = 4;
const OFFICIAL: u32 = 8;
const REPORTER: u32 = 16;

/// The kind as bits beside those of what is known.
pub(super) const fn kind_bits(kind: Kind) -> u32 {
    match kind {
        Kind::Official => OFFICIAL,
        Kind::Reporter => REPORTER,
        Kind::Other => 0,
    }
}

/// The kind that a look-up tells.
pub(super) const fn kind_of(bits: u32) -> Kind {
    if bits & OFFICIAL != 0 {
        Kind::Official
    } else if bits & REPORTER != 0 {
        Kind::Reporter
    } else {
        Kind::Other
    }
}

/// Names by hash, with what longer ones begin with.
#[derive(Clone)]
pub(super) struct Lookup {
    table: WordTable,
    first: Vec<u64>,
    /// The first two characters of the names, as packed tables have them.
    pairs: Vec<u8>,
    /// Whether there are names of one character.
    single: bool,
    chars_max: usize,
}

impl Default for Lookup {
    fn default() -> Self {
        Self {
            table: WordTable::with_room(16),
            first: Vec::new(),
            pairs: Vec::new(),
            single: false,
            chars_max: 0,
        }
    }
}

impl std::fmt::Debug for Lookup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lookup")
    }
}

impl Lookup {
    /// Adds a name.
    pub(super) fn add(&mut self, name: impl Iterator<Item = char> + Clone, bits: u32) {
        let Some(c) = name.clone().next() else { return };
        if self.first.is_empty() {
            self.first = vec![0; 1024];
            self.pairs = vec![0; table::PAIRS_BYTES];
        }
        if name.clone().nth(1).is_some() {
            let (byte, bit) = table::pair(table::hash(name.clone().take(2)));
            self.pairs[byte] |= bit;
        } else {
            self.single = true;
        }
        let bit = c as usize & 0xFFFF;
        self.first[bit >> 6] |= 1 << (bit & 63);
        let chars = name.clone().count();
        self.chars_max = self.chars_max.max(chars);
        let mut hash = table::SEED;
        for (nth, c) in name.enumerate() {
            hash = table::step(hash, c);
            if nth + 1 == chars {
                self.table.add(hash, bits);
            } else if nth > 0 {
                self.table.add(hash, word::PART);
            }
        }
    }

    /// Whether there is nothing to look up.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// Tells every name that begins a run of characters: length and what is known.
    #[inline]
    pub(super) fn names_from(&self, chars: &[char], mut each: impl FnMut(usize, u32)) {
        let Some(&c) = chars.first() else { return };
        let bit = c as usize & 0xFFFF;
        if self.first.get(bit >> 6).is_none_or(|w| w & (1 << (bit & 63)) == 0) {
            return;
        }
        let mut hash = table::SEED;
        for (i, &c) in chars.iter().take(self.chars_max).enumerate() {
            hash = table::step(hash, c);
            // Nearly all look-ups end here.
            if i == 0 && !self.single {
                continue;
            }
            if i == 1 {
                let (byte, bit) = table::pair(hash);
                if self.pairs[byte] & bit == 0 {
                    return;
                }
            }
            let bits = self.table.get(hash);
            if bits & !word::PART != 0 {
                each(i + 1, bits & !word::PART);
            }
            if i > 0 && bits & word::PART == 0 {
                return;
            }
        }
    }

    /// What is known of exactly this run of characters.
    pub(super) fn get(&self, chars: &[char]) -> u32 {
        if self.is_empty() {
            0
        } else {
            self.table.get(table::hash(chars.iter().copied().filter(|&c| c != ' '))) & !word::PART
        }
    }
}
