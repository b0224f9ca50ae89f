//! Packs the lexicon's files into tables that are used where they lie, so that nothing is built at start.
//!
//! Stands beside `table.rs` and `word.rs` alone, since `build.rs` packs with it.

use super::table::{self, PAIRS_BYTES, PALETTE};
use super::word;

/// A file of `index/lexicon/` by its name.
pub(crate) type File<'a> = &'a dyn Fn(&str) -> String;

/// The packed tables.
pub(crate) struct Packed {
    /// What each character of the basic plane is known as, a number each.
    pub(crate) traits: Vec<u8>,
    /// Words by their beginnings.
    pub(crate) forward: Vec<u8>,
    /// Words by their ends.
    pub(crate) backward: Vec<u8>,
}

/// Packs the files of the lexicon.
pub(crate) fn pack(file: File<'_>) -> Packed {
    let mut lexicon = Lexicon { traits: vec![0; 0x1_0000], forward: Words::new(), backward: Words::new() };
    for code in (0x3400..=0x9FFF).chain([0x3007]).chain(0xF900..=0xFAFF) {
        lexicon.traits[code] |= 1 << 20;
    }
    lexicon.load_characters(file);
    lexicon.load_words(file);
    Packed {
        traits: lexicon.traits.iter().flat_map(|t| t.to_le_bytes()).collect(),
        forward: lexicon.forward.packed(),
        backward: lexicon.backward.packed(),
    }
}

/// The entries of a lexicon file: lines without comments.
fn entries(file: &str) -> impl Iterator<Item = &str> {
    file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'))
}

/// A word and what stands behind it on the line.
fn columns(line: &str) -> (&str, &str) {
    line.split_once(' ').unwrap_or((line, ""))
}

struct Lexicon {
    traits: Vec<u32>,
    forward: Words,
    backward: Words,
}

impl Lexicon {
    fn set(&mut self, c: char, bits: u32) {
        if let Some(t) = self.traits.get_mut(c as usize) {
            *t |= bits;
        }
    }

    fn load_characters(&mut self, file: File<'_>) {
        for line in entries(&file("surnames.txt")) {
            let (name, strength) = columns(line);
            let mut chars = name.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => self.set(c, strength.parse::<u32>().unwrap_or(0) + 1),
                _ => self.add(name, word::COMPOUND),
            }
        }
        for line in entries(&file("given.txt")) {
            let (name, digits) = columns(line);
            let Some(c) = name.chars().next() else { continue };
            for (i, d) in digits.chars().filter_map(|d| d.to_digit(10)).enumerate().take(3) {
                self.set(c, (d << (8 + 4 * i)) | (1 << 24));
            }
        }
        for line in entries(&file("foreign.txt")) {
            let (name, strength) = columns(line);
            if let Some(c) = name.chars().next() {
                self.set(c, (strength.parse::<u32>().unwrap_or(0) << 4) | (1 << 24));
            }
        }
    }

    fn load_words(&mut self, file: File<'_>) {
        for line in entries(&file("words.txt")) {
            let (name, marks) = columns(line);
            let common = match marks.as_bytes().first() {
                Some(b'c') => 3,
                Some(b'b') => 2,
                _ => 1,
            };
            self.add(name, common | if marks.ends_with('n') { word::NOUN } else { 0 });
            name.chars().for_each(|c| self.set(c, 1 << 24));
        }
        for line in entries(&file("posts.txt")) {
            let (name, mark) = columns(line);
            let whose = match mark {
                "o" => word::PUBLIC,
                "x" => word::PRIVATE,
                "g" => word::PUBLIC | word::GROUP,
                "t" => 0,
                _ => word::PUBLIC | word::PRIVATE,
            };
            self.add(name, if mark == "t" { word::ADDRESS } else { word::HEAD | whose });
        }
        for line in entries(&file("verbs.txt")) {
            let (name, mark) = columns(line);
            self.add(name, if mark == "s" { word::SPEECH } else { word::ACT });
        }
        for line in entries(&file("bylines.txt")) {
            let (name, mark) = columns(line);
            self.add(name, if mark == "w" { word::BYLINE } else { word::CREDIT });
        }
        for line in entries(&file("famous.txt")) {
            let (name, mark) = columns(line);
            self.add(name, word::FAMOUS | if mark == "o" { word::OFFICIAL } else { 0 });
        }
        // Only ever looked up whole, so they need no beginnings and no backward table.
        for name in entries(&file("foreign-names.txt")) {
            self.forward.add(table::hash(name.chars()), word::FOREIGN);
            self.forward.pair(table::hash(name.chars().take(2)));
            name.chars().next().into_iter().for_each(|c| self.set(c, 1 << 21));
        }
        for line in entries(&file("peoples.txt")) {
            let (name, mark) = columns(line);
            self.add(name, if mark == "u" { word::UNIT } else { word::WHOLE });
        }
        for line in entries(&file("organs.txt")) {
            let (name, mark) = columns(line);
            self.add(name, word::NOUN | if mark == "f" { word::FIELD } else { 0 });
        }
        for (name, bit) in [
            ("stops.txt", word::STOP),
            ("address.txt", word::ADDRESS),
            ("never.txt", word::NEVER),
            ("foreign-places.txt", word::NEVER | word::PLACE),
            ("japanese.txt", word::JAPANESE),
        ] {
            for line in entries(&file(name)) {
                line.split(' ').for_each(|w| self.add(w, bit));
            }
        }
    }

    /// Adds what a word is known as to both tables.
    fn add(&mut self, name: &str, bits: u32) {
        let (Some(first), Some(last)) = (name.chars().next(), name.chars().next_back()) else { return };
        self.forward.add_with_parts(name.chars(), bits);
        self.backward.add_with_parts(name.chars().rev(), bits);
        if bits & (word::HEAD | word::ADDRESS) != 0 {
            self.set(last, 1 << 26);
        }
        if bits & (word::HEAD | word::BYLINE) != 0 {
            self.set(last, 1 << 25);
        }
        self.set(first, 1 << 21 | 1 << 29);
        self.set(last, 1 << 22);
        if name.chars().nth(1).is_none() {
            self.set(first, 1 << 27);
        }
        if bits & (word::COMPOUND | word::FAMOUS | word::JAPANESE | word::UNIT) != 0 {
            self.set(first, 1 << 23);
        }
    }
}

/// Words by hash, each with what it is known as, and the first two characters of all of them.
struct Words {
    bits: std::collections::BTreeMap<u64, u32>,
    pairs: Vec<u8>,
}

impl Words {
    fn new() -> Self {
        Self { bits: std::collections::BTreeMap::new(), pairs: vec![0; PAIRS_BYTES] }
    }

    fn add(&mut self, key: u64, bits: u32) {
        *self.bits.entry(key).or_default() |= bits;
    }

    fn pair(&mut self, key: u64) {
        let (byte, bit) = table::pair(key);
        self.pairs[byte] |= bit;
    }

    /// Adds a word, and that each of its beginnings begins something: a look-up can stop where nothing goes on.
    fn add_with_parts(&mut self, chars: impl Iterator<Item = char>, bits: u32) {
        let mut key = table::SEED;
        let mut chars = chars.enumerate().peekable();
        while let Some((i, c)) = chars.next() {
            key = table::step(key, c);
            self.add(key, if chars.peek().is_some() { word::PART } else { bits });
            if i == 1 {
                self.pair(key);
            }
        }
    }

    /// Palette, pairs, slots: see [`table::Packed`].
    fn packed(&self) -> Vec<u8> {
        let mut palette = vec![0u32];
        let size = (self.bits.len() * 2).next_power_of_two();
        let mut slots = vec![0u32; size];
        for (&key, &bits) in &self.bits {
            let at = palette.iter().position(|&b| b == bits).unwrap_or_else(|| {
                palette.push(bits);
                palette.len() - 1
            });
            let mut i = table::place(key) & (size - 1);
            while slots[i] != 0 {
                assert!(slots[i] >> 8 != table::print(key), "two words of the lexicon cannot be told apart");
                i = (i + 1) & (size - 1);
            }
            slots[i] = table::print(key) << 8 | at as u32;
        }
        assert!(palette.len() <= PALETTE, "{} kinds of words", palette.len());
        palette.resize(PALETTE, 0);
        let mut out: Vec<u8> = palette.iter().flat_map(|b| b.to_le_bytes()).collect();
        out.extend(&self.pairs);
        out.extend(slots.iter().flat_map(|s| s.to_le_bytes()));
        out
    }
}
