//! What is known of characters and words before any text is read: surnames, given names, posts, verbs.
//!
//! The files of `index/lexicon/` are compiled in and laid out as tables when first needed, in a
//! few milliseconds.

use std::sync::LazyLock;

use super::table::{self, WordTable};

/// What a word is known as; bits of a number, since a word can be several things.
pub(super) mod word {
    /// A common word: how common, 1 to 3, in the lowest two bits.
    pub(in crate::people) const COMMON: u32 = 0b11;
    /// A common word that is a noun or the name of a place or body.
    pub(in crate::people) const NOUN: u32 = 1 << 2;
    /// Cannot belong to a post.
    pub(in crate::people) const STOP: u32 = 1 << 3;
    /// Said by the person named in front.
    pub(in crate::people) const SPEECH: u32 = 1 << 4;
    /// Done by the person named in front.
    pub(in crate::people) const ACT: u32 = 1 << 5;
    /// Addresses or sums up the person named in front.
    pub(in crate::people) const ADDRESS: u32 = 1 << 6;
    /// Stands before the names of those who wrote a piece.
    pub(in crate::people) const BYLINE: u32 = 1 << 7;
    /// Does so only beside a bracket, a space or a line border.
    pub(in crate::people) const CREDIT: u32 = 1 << 8;
    /// A person known to everybody.
    pub(in crate::people) const FAMOUS: u32 = 1 << 9;
    /// Looks like a name and is none.
    pub(in crate::people) const NEVER: u32 = 1 << 10;
    /// A surname of two characters.
    pub(in crate::people) const COMPOUND: u32 = 1 << 11;
    /// A Japanese surname.
    pub(in crate::people) const JAPANESE: u32 = 1 << 16;
    /// Begins a longer word (or ends one, in the backward table); kept inside.
    pub(super) const PART: u32 = 1 << 31;
    /// A foreign name that is common.
    pub(in crate::people) const FOREIGN: u32 = 1 << 19;
    /// What a body works in: 发展, 文化.
    pub(in crate::people) const FIELD: u32 = 1 << 18;
    /// The person known to everybody held public posts.
    pub(in crate::people) const OFFICIAL: u32 = 1 << 17;
    /// Ends a post.
    pub(in crate::people) const HEAD: u32 = 1 << 12;
    /// The post is a public one.
    pub(in crate::people) const PUBLIC: u32 = 1 << 13;
    /// The post is one of a company, of sport or art.
    pub(in crate::people) const PRIVATE: u32 = 1 << 14;
    /// A label for several people at once.
    pub(in crate::people) const GROUP: u32 = 1 << 15;
}

/// What a character is known as, packed.
#[derive(Clone, Copy, Default)]
pub(super) struct Traits(u32);

impl Traits {
    /// How strongly it begins a name as a surname: 0 is no surname, then 1 to 10.
    #[inline]
    pub(super) const fn surname(self) -> u32 {
        self.0 & 15
    }
    /// How strongly it writes foreign names by sound: 0 to 9.
    #[inline]
    pub(super) const fn foreign(self) -> u32 {
        (self.0 >> 4) & 15
    }
    /// As the first of two characters of a given name: 0 to 9.
    #[inline]
    pub(super) const fn given_first(self) -> u32 {
        (self.0 >> 8) & 15
    }
    /// As the second of two.
    #[inline]
    pub(super) const fn given_last(self) -> u32 {
        (self.0 >> 12) & 15
    }
    /// As the only one.
    #[inline]
    pub(super) const fn given_only(self) -> u32 {
        (self.0 >> 16) & 15
    }
    /// A Chinese character.
    #[inline]
    pub(super) const fn han(self) -> bool {
        self.0 & (1 << 20) != 0
    }
    /// Begins a word of the forward table.
    #[inline]
    pub(super) const fn begins_word(self) -> bool {
        self.0 & (1 << 21) != 0
    }
    /// Ends a word of the backward table.
    #[inline]
    pub(super) const fn ends_word(self) -> bool {
        self.0 & (1 << 22) != 0
    }
    /// Begins a compound surname or a name known to everybody.
    #[inline]
    pub(super) const fn begins_special(self) -> bool {
        self.0 & (1 << 23) != 0
    }
    /// Ends a word behind which people are named: a post, 记者.
    #[inline]
    pub(super) const fn calls(self) -> bool {
        self.0 & (1 << 25) != 0
    }
    /// Ends a post or form of address.
    #[inline]
    pub(super) const fn addresses(self) -> bool {
        self.0 & (1 << 26) != 0
    }
    /// Occurs in some common word or known name; a character that does not is rare.
    #[inline]
    pub(super) const fn ordinary(self) -> bool {
        self.0 & (1 << 24) != 0
    }
}

/// The tables.
pub(super) struct Lexicon {
    traits: Vec<Traits>,
    forward: WordTable,
    backward: WordTable,
}

/// The longest word looked for from its beginning, in characters.
pub(super) const FORWARD_CHARS_MAX: usize = 7;
/// The longest word looked for from its end, in characters.
pub(super) const BACKWARD_CHARS_MAX: usize = 7;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::compiled);

/// The compiled-in lexicon.
pub(super) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

/// The entries of a lexicon file: lines without comments.
pub(super) fn entries(file: &str) -> impl Iterator<Item = &str> {
    file.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'))
}

/// A word and what stands behind it on the line.
fn columns(line: &str) -> (&str, &str) {
    line.split_once(' ').unwrap_or((line, ""))
}

impl Lexicon {
    fn compiled() -> Self {
        let mut lexicon = Self {
            traits: vec![Traits::default(); 0x1_0000],
            forward: WordTable::with_room(60_000),
            backward: WordTable::with_room(60_000),
        };
        for code in (0x3400..=0x9FFF).chain([0x3007]).chain(0xF900..=0xFAFF) {
            lexicon.traits[code].0 |= 1 << 20;
        }
        lexicon.load_characters();
        lexicon.load_words();
        lexicon
    }

    fn set(&mut self, c: char, bits: u32) {
        if let Some(t) = self.traits.get_mut(c as usize) {
            t.0 |= bits;
        }
    }

    fn load_characters(&mut self) {
        for line in entries(include_str!("../../index/lexicon/surnames.txt")) {
            let (name, strength) = columns(line);
            let mut chars = name.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => self.set(c, strength.parse::<u32>().unwrap_or(0) + 1),
                _ => self.add(name, word::COMPOUND),
            }
        }
        for line in entries(include_str!("../../index/lexicon/given.txt")) {
            let (name, digits) = columns(line);
            let Some(c) = name.chars().next() else { continue };
            for (i, d) in digits.chars().filter_map(|d| d.to_digit(10)).enumerate().take(3) {
                self.set(c, (d << (8 + 4 * i)) | (1 << 24));
            }
        }
        for line in entries(include_str!("../../index/lexicon/foreign.txt")) {
            let (name, strength) = columns(line);
            if let Some(c) = name.chars().next() {
                self.set(c, (strength.parse::<u32>().unwrap_or(0) << 4) | (1 << 24));
            }
        }
    }

    fn load_words(&mut self) {
        for line in entries(include_str!("../../index/lexicon/words.txt")) {
            let (name, marks) = columns(line);
            let common = match marks.as_bytes().first() {
                Some(b'c') => 3,
                Some(b'b') => 2,
                _ => 1,
            };
            self.add(name, common | if marks.ends_with('n') { word::NOUN } else { 0 });
            name.chars().for_each(|c| self.set(c, 1 << 24));
        }
        for line in entries(include_str!("../../index/lexicon/posts.txt")) {
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
        for line in entries(include_str!("../../index/lexicon/verbs.txt")) {
            let (name, mark) = columns(line);
            self.add(name, if mark == "s" { word::SPEECH } else { word::ACT });
        }
        for line in entries(include_str!("../../index/lexicon/bylines.txt")) {
            let (name, mark) = columns(line);
            self.add(name, if mark == "w" { word::BYLINE } else { word::CREDIT });
        }
        for line in entries(include_str!("../../index/lexicon/famous.txt")) {
            let (name, mark) = columns(line);
            self.add(name, word::FAMOUS | if mark == "o" { word::OFFICIAL } else { 0 });
        }
        // Only ever looked up whole, so they need no beginnings and no backward table.
        for name in entries(include_str!("../../index/lexicon/foreign-names.txt")) {
            self.forward.add(table::hash(name.chars()), word::FOREIGN);
            name.chars().next().into_iter().for_each(|c| self.set(c, 1 << 21));
        }
        for line in entries(include_str!("../../index/lexicon/organs.txt")) {
            let (name, mark) = columns(line);
            self.add(name, word::NOUN | if mark == "f" { word::FIELD } else { 0 });
        }
        for (file, bit) in [
            (include_str!("../../index/lexicon/stops.txt"), word::STOP),
            (include_str!("../../index/lexicon/address.txt"), word::ADDRESS),
            (include_str!("../../index/lexicon/never.txt"), word::NEVER),
            (include_str!("../../index/lexicon/japanese.txt"), word::JAPANESE),
        ] {
            for line in entries(file) {
                line.split(' ').for_each(|w| self.add(w, bit));
            }
        }
    }

    /// Adds what a word is known as to both tables.
    fn add(&mut self, name: &str, bits: u32) {
        let (Some(first), Some(last)) = (name.chars().next(), name.chars().next_back()) else { return };
        add_with_parts(&mut self.forward, name.chars(), bits);
        add_with_parts(&mut self.backward, name.chars().rev(), bits);
        if bits & (word::HEAD | word::ADDRESS) != 0 {
            self.set(last, 1 << 26);
        }
        if bits & (word::HEAD | word::BYLINE) != 0 {
            self.set(last, 1 << 25);
        }
        self.set(first, 1 << 21);
        self.set(last, 1 << 22);
        if bits & (word::COMPOUND | word::FAMOUS | word::JAPANESE) != 0 {
            self.set(first, 1 << 23);
        }
    }

    /// What a character is known as.
    #[inline]
    pub(super) fn traits(&self, c: char) -> Traits {
        match self.traits.get(c as usize) {
            Some(t) => *t,
            // Beyond the basic plane: rare Chinese characters or pictures.
            None if matches!(c, '\u{20000}'..='\u{3FFFF}') => Traits(1 << 20),
            None => Traits(0),
        }
    }

    /// What a run of characters is known as.
    #[inline]
    pub(super) fn word(&self, chars: &[char]) -> u32 {
        match chars.first() {
            Some(&c) if self.traits(c).begins_word() => {
                self.forward.get(table::hash(chars.iter().copied())) & !word::PART
            }
            _ => 0,
        }
    }

    /// The words that begin a run of characters: length and what they are known as, short ones first.
    #[inline]
    pub(super) fn words_from(&self, chars: &[char], mut each: impl FnMut(usize, u32)) {
        if !chars.first().is_some_and(|&c| self.traits(c).begins_word()) {
            return;
        }
        let mut key = table::SEED;
        for (i, &c) in chars.iter().take(FORWARD_CHARS_MAX).enumerate() {
            key = table::step(key, c);
            let bits = self.forward.get(key);
            if bits == 0 {
                return;
            }
            if bits != word::PART {
                each(i + 1, bits & !word::PART);
            }
        }
    }

    /// The words that end a run of characters: length and what they are known as, short ones first.
    #[inline]
    pub(super) fn words_to(&self, chars: &[char], mut each: impl FnMut(usize, u32)) {
        if !chars.last().is_some_and(|&c| self.traits(c).ends_word()) {
            return;
        }
        let mut key = table::SEED;
        for (i, &c) in chars.iter().rev().take(BACKWARD_CHARS_MAX).enumerate() {
            key = table::step(key, c);
            let bits = self.backward.get(key);
            if bits == 0 {
                return;
            }
            if bits != word::PART {
                each(i + 1, bits & !word::PART);
            }
        }
    }

    /// The longest word with one of these marks that begins a run of characters.
    pub(super) fn longest_from(&self, chars: &[char], marks: u32) -> Option<(usize, u32)> {
        let mut found = None;
        self.words_from(chars, |len, bits| {
            if bits & marks != 0 {
                found = Some((len, bits));
            }
        });
        found
    }

    /// The longest word with one of these marks that ends a run of characters.
    pub(super) fn longest_to(&self, chars: &[char], marks: u32) -> Option<(usize, u32)> {
        let mut found = None;
        self.words_to(chars, |len, bits| {
            if bits & marks != 0 {
                found = Some((len, bits));
            }
        });
        found
    }
}

/// Adds a word, and that each of its beginnings begins something: a look-up can stop where nothing goes on.
fn add_with_parts(table: &mut WordTable, chars: impl Iterator<Item = char>, bits: u32) {
    let mut key = table::SEED;
    let mut chars = chars.peekable();
    while let Some(c) = chars.next() {
        key = table::step(key, c);
        table.add(key, if chars.peek().is_some() { word::PART } else { bits });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_and_words_have_their_traits() {
        let lexicon = lexicon();
        let chars: Vec<char> = "区委副书记".chars().collect();
        assert!(lexicon.traits('魏').surname() > 6);
        assert_eq!(lexicon.traits('的').surname(), 0);
        assert!(lexicon.traits('斯').foreign() > 4);
        assert_eq!(lexicon.longest_to(&chars, word::HEAD).map(|(len, _)| len), Some(3));
        assert!(lexicon.word(&['欧', '阳']) & word::COMPOUND != 0);
    }
}
