//! What is known of characters and words before any text is read: surnames, given names, posts, verbs.
//!
//! `build.rs` packs the files of `index/lexicon/` into tables (see `pack.rs`), which are used where they lie.
//! An archive's own posts and organs stand beside them.

use std::borrow::Cow;

use super::table::{self, Packed};

pub(super) use super::word;

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
    /// Is a word by itself.
    #[inline]
    pub(super) const fn is_word(self) -> bool {
        self.0 & (1 << 27) != 0
    }
    /// Begins a word whose beginnings are in the forward table too.
    #[inline]
    pub(super) const fn begins_parts(self) -> bool {
        self.0 & (1 << 29) != 0
    }
    /// Occurs in some common word or known name; a character that does not is rare.
    #[inline]
    pub(super) const fn ordinary(self) -> bool {
        self.0 & (1 << 24) != 0
    }
}

/// The tables.
#[derive(Clone)]
pub(super) struct Lexicon {
    traits: Cow<'static, [[u8; 4]]>,
    forward: Packed,
    backward: Packed,
    /// Words of the archive's own; few.
    own: Vec<(Vec<char>, u32)>,
}

/// The longest word looked for from its beginning, in characters.
pub(super) const FORWARD_CHARS_MAX: usize = 7;
/// The longest word looked for from its end, in characters.
pub(super) const BACKWARD_CHARS_MAX: usize = 7;

static LEXICON: Lexicon = Lexicon {
    traits: Cow::Borrowed(include_bytes!(concat!(env!("OUT_DIR"), "/people_traits.bin")).as_chunks().0),
    forward: Packed::new(include_bytes!(concat!(env!("OUT_DIR"), "/people_forward.bin"))),
    backward: Packed::new(include_bytes!(concat!(env!("OUT_DIR"), "/people_backward.bin"))),
    own: Vec::new(),
};

/// The compiled-in lexicon.
pub(super) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

/// Tells words, short ones first.
type Each<'a> = &'a mut dyn FnMut(usize, u32);

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lexicon")
    }
}

impl Lexicon {
    /// The compiled-in lexicon with posts and names of bodies of an archive's own.
    pub(super) fn with_own<'a>(
        posts: impl Iterator<Item = &'a str>,
        organs: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut lexicon = LEXICON.clone();
        for post in posts {
            lexicon.add_own(post, word::HEAD | word::PUBLIC);
        }
        for organ in organs {
            lexicon.add_own(organ, word::NOUN);
        }
        lexicon
    }

    /// Adds a word, and what its first and last character are known as: see `pack.rs`.
    fn add_own(&mut self, text: &str, bits: u32) {
        let chars: Vec<char> = text.chars().map(crate::text::fold::fold_char).collect();
        let (Some(&first), Some(&last)) = (chars.first(), chars.last()) else { return };
        let traits = self.traits.to_mut();
        let mut set = |c: char, marks: u32| {
            if let Some(t) = traits.get_mut(c as usize) {
                *t = (u32::from_le_bytes(*t) | marks).to_le_bytes();
            }
        };
        set(first, 1 << 21 | 1 << 29);
        set(last, 1 << 22);
        if bits & word::HEAD != 0 {
            set(last, 1 << 25 | 1 << 26);
        }
        if chars.len() == 1 {
            set(first, 1 << 27);
        }
        match self.own.iter_mut().find(|(word, _)| *word == chars) {
            Some((_, known)) => *known |= bits,
            None => self.own.push((chars, bits)),
        }
    }

    /// Tells the words of a table together with the archive's own that pass, short ones first.
    #[cold]
    fn with_those(&self, fits: &dyn Fn(&[char]) -> bool, table: &dyn Fn(Each<'_>), each: Each<'_>) {
        let mut found: Vec<(usize, u32)> = Vec::new();
        table(&mut |len, bits| found.push((len, bits)));
        for (word, bits) in self.own.iter().filter(|(word, _)| fits(word)) {
            match found.iter_mut().find(|(len, _)| *len == word.len()) {
                Some((_, known)) => *known |= bits,
                None => found.push((word.len(), *bits)),
            }
        }
        found.sort_unstable();
        for (len, bits) in found {
            each(len, bits);
        }
    }

    /// What a character is known as.
    #[inline]
    pub(super) fn traits(&self, c: char) -> Traits {
        match self.traits.get(c as usize) {
            Some(t) => Traits(u32::from_le_bytes(*t)),
            // Beyond the basic plane: rare Chinese characters or pictures.
            None if matches!(c, '\u{20000}'..='\u{3FFFF}') => Traits(1 << 20),
            None => Traits(0),
        }
    }

    /// What a run of characters is known as.
    #[inline]
    pub(super) fn word(&self, chars: &[char]) -> u32 {
        let [first, rest @ ..] = chars else { return 0 };
        let traits = self.traits(*first);
        let mut key = table::step(table::SEED, *first);
        match rest {
            [] if !traits.is_word() => return 0,
            [] => {}
            [second, rest @ ..] => {
                key = table::step(key, *second);
                if !traits.begins_word() || !self.forward.has_pair(key) {
                    return self.own_word(chars);
                }
                key = rest.iter().fold(key, |key, &c| table::step(key, c));
            }
        }
        self.forward.get(key) & !word::PART | self.own_word(chars)
    }

    /// What a run is known as by the archive's own words.
    #[inline]
    fn own_word(&self, chars: &[char]) -> u32 {
        self.own.iter().find(|(word, _)| word == chars).map_or(0, |(_, bits)| *bits)
    }

    /// The words that begin a run of characters: length and what they are known as, short ones first.
    #[inline]
    pub(super) fn words_from(&self, chars: &[char], mut each: impl FnMut(usize, u32)) {
        let Some(&first) = chars.first() else { return };
        let traits = self.traits(first);
        if traits.begins_parts() {
            let of_table = |each: Each<'_>| {
                words(&self.forward, traits.is_word(), chars.iter().take(FORWARD_CHARS_MAX), each);
            };
            if self.own.iter().any(|(word, _)| chars.starts_with(word)) {
                return self.with_those(&|word| chars.starts_with(word), &of_table, &mut each);
            }
            words(&self.forward, traits.is_word(), chars.iter().take(FORWARD_CHARS_MAX), each);
        }
    }

    /// The words that end a run of characters: length and what they are known as, short ones first.
    #[inline]
    pub(super) fn words_to(&self, chars: &[char], mut each: impl FnMut(usize, u32)) {
        let Some(&last) = chars.last() else { return };
        let traits = self.traits(last);
        if traits.ends_word() {
            if self.own.iter().any(|(word, _)| chars.ends_with(word)) {
                let of_table = |each: Each<'_>| {
                    words(
                        &self.backward,
                        traits.is_word(),
                        chars.iter().rev().take(BACKWARD_CHARS_MAX),
                        each,
                    );
                };
                return self.with_those(&|word| chars.ends_with(word), &of_table, &mut each);
            }
            words(&self.backward, traits.is_word(), chars.iter().rev().take(BACKWARD_CHARS_MAX), each);
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

/// Tells the words that lie in a run of characters from its first one on.
#[inline]
fn words<'a>(
    table: &Packed,
    single: bool,
    chars: impl Iterator<Item = &'a char>,
    mut each: impl FnMut(usize, u32),
) {
    let mut key = table::SEED;
    for (i, &c) in chars.enumerate() {
        key = table::step(key, c);
        // Most look-ups end with the first or the second character, and need not go to the table.
        if i == 0 && !single {
            continue;
        }
        if i == 1 && !table.has_pair(key) {
            return;
        }
        let bits = table.get(key);
        if bits == 0 {
            return;
        }
        if bits != word::PART {
            each(i + 1, bits & !word::PART);
        }
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
