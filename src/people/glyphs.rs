//! A text laid out for looking at its characters one by one: folded, with the byte where each begins.

use crate::diag::ByteSpan;
use crate::text::fold::fold_char;

/// The characters of a text, comparable, with their places.
pub(super) struct Glyphs {
    chars: Vec<char>,
    at: Vec<u32>,
}

impl Glyphs {
    /// Lays out a text. Texts of more than 4 GiB are cut there; no newspaper page is that long.
    pub(super) fn new(text: &str) -> Self {
        let mut chars = Vec::with_capacity(text.len() / 2 + 1);
        let mut at = Vec::with_capacity(text.len() / 2 + 2);
        let mut end = 0;
        for (byte, c) in text.char_indices() {
            let Ok(place) = u32::try_from(byte) else { break };
            chars.push(fold_char(c));
            at.push(place);
            end = byte + c.len_utf8();
        }
        at.push(u32::try_from(end).unwrap_or(u32::MAX));
        Self { chars, at }
    }

    /// How many characters there are.
    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character at a place; a line end outside the text.
    #[inline]
    pub(super) fn get(&self, i: usize) -> char {
        self.chars.get(i).copied().unwrap_or('\n')
    }

    /// The character `back` places before `i`; a line end outside the text.
    #[inline]
    pub(super) fn before(&self, i: usize, back: usize) -> char {
        if i >= back { self.get(i - back) } else { '\n' }
    }

    /// The characters from one place to another.
    #[inline]
    pub(super) fn slice(&self, start: usize, end: usize) -> &[char] {
        self.chars.get(start..end.min(self.chars.len())).unwrap_or(&[])
    }

    /// The span in bytes of the characters from one place to another.
    pub(super) fn span(&self, start: usize, end: usize) -> ByteSpan {
        let last = self.at.len() - 1;
        ByteSpan::new(self.at[start.min(last)] as usize, self.at[end.min(last)] as usize)
    }

    /// The place of the character that begins at a byte, or of the next one.
    pub(super) fn place(&self, byte: usize) -> usize {
        self.at.partition_point(|&at| (at as usize) < byte)
    }

    /// The characters from one place to another as a text.
    pub(super) fn string(&self, start: usize, end: usize) -> String {
        self.slice(start, end).iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_point_into_the_text_as_printed() {
        let text = "a\u{1F600}區長";
        let glyphs = Glyphs::new(text);
        assert_eq!(glyphs.string(2, 4), "区长");
        assert_eq!(glyphs.span(2, 4).of(text), "區長");
        assert_eq!(glyphs.span(9, 12).of(text), "");
    }
}
