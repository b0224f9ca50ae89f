//! Writes text as terms that are made before they are sent, so that every engine has the same ones.
//!
//! A value becomes one text of terms with spaces between, which the engines' `whitespace` analyzer
//! only takes apart again. White space within a term is written otherwise.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::text::fold::{fold_char, fold_into};
use crate::text::segment::Segmenter;

/// Stands before and behind the number of a character that could not stand in a term.
const OPEN: char = '\u{E0F0}';
const CLOSE: char = '\u{E0F1}';
/// Longest word that is a term; engines cut longer ones apart. Words only rank.
const WORD_CHARS_MAX: usize = 64;

/// Writes a character of a term; different characters never come out as the same.
fn push(out: &mut String, c: char) {
    if c.is_whitespace() || c.is_control() || matches!(c, OPEN | CLOSE) {
        // Writing to a string can't fail.
        let _ = write!(out, "{OPEN}{:x}{CLOSE}", u32::from(c));
    } else {
        out.push(c);
    }
}

/// Longest value that is kept as one term, in bytes; engines refuse a document with one of 32 kB.
const VALUE_BYTES_MAX: usize = 8_000;

/// A value as a term: a longer one is told apart by its digest.
pub(super) fn value(text: &str) -> Cow<'_, str> {
    if text.len() <= VALUE_BYTES_MAX {
        return Cow::Borrowed(text);
    }
    let end = (0..=VALUE_BYTES_MAX).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let digest = blake3::hash(text.as_bytes()).to_hex();
    Cow::Owned(format!("{}{}", text.get(..end).unwrap_or_default(), &digest[..32]))
}

/// One character as a term.
pub(super) fn character(folded: char) -> String {
    let mut out = String::with_capacity(4);
    push(&mut out, folded);
    out
}

/// A text as its characters.
pub(super) fn characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 4 / 3 + 1);
    for c in text.chars() {
        if !out.is_empty() {
            out.push(' ');
        }
        push(&mut out, fold_char(c));
    }
    out
}

/// A text as every two neighbouring characters; nothing for fewer than two.
pub(super) fn bigrams(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 7 / 3 + 1);
    let mut previous: Option<char> = None;
    for c in text.chars().map(fold_char) {
        if let Some(first) = previous {
            if !out.is_empty() {
                out.push(' ');
            }
            push(&mut out, first);
            push(&mut out, c);
        }
        previous = Some(c);
    }
    out
}

/// A word as a term.
pub(super) fn word(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    folded.chars().take(WORD_CHARS_MAX).for_each(|c| push(&mut out, c));
    out
}

/// A text as the words that carry meaning.
pub(super) fn words(text: &str, segmenter: &Segmenter) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    let mut out = String::with_capacity(folded.len() * 4 / 3);
    for span in segmenter.content_words(&folded) {
        if !out.is_empty() {
            out.push(' ');
        }
        span.of(&folded).chars().take(WORD_CHARS_MAX).for_each(|c| push(&mut out, c));
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::fold::fold;

    #[test]
    fn a_long_value_is_cut_and_still_told_apart() {
        let (a, b) = ("镜湖".repeat(5_000), format!("{}岸", "镜湖".repeat(5_000)));
        assert!(value(&a).len() < 9_000 && value(&a) != value(&b));
        assert_eq!(value("镜湖"), "镜湖");
    }

    #[test]
    fn white_space_stands_in_a_term_and_parts_no_terms() {
        assert_eq!(bigrams("区長　Ａ"), "区长 长\u{E0F0}20\u{E0F1} \u{E0F0}20\u{E0F1}a");
        assert_eq!(characters("a b"), "a \u{E0F0}20\u{E0F1} b");
        assert_eq!(bigrams("区"), "");
    }

    proptest! {
        #[test]
        fn a_text_has_as_many_terms_as_pairs_and_different_runs_different_terms(
            a in "\\PC{0,20}", b in "[ \t\u{3000}\u{2003}\u{85}\u{E0F0}\u{E0F1}2甲0]{0,6}", c in "[ \u{E0F0}\u{E0F1}2甲0]{0,6}",
        ) {
            for text in [&a, &b] {
                let n = text.chars().count();
                prop_assert_eq!(bigrams(text).split(' ').filter(|t| !t.is_empty()).count(), n.saturating_sub(1));
                prop_assert_eq!(characters(text).split_whitespace().count(), n);
            }
            let (b, c) = (fold(&b), fold(&c));
            let whole = |t: &str| t.chars().map(character).collect::<String>();
            prop_assert_eq!(whole(&b) == whole(&c), b == c);
        }
    }
}
