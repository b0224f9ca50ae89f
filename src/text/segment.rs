//! Cuts Chinese text into words.
//!
//! The words are for ranking only. Whether an article contains a run of characters is never
//! decided by them, so that a change of the dictionary can't cost a match.

use std::sync::Arc;

use jieba_rs::Jieba;

use crate::diag::ByteSpan;

/// What identifies the dictionary; part of an archive's format.
pub const DICTIONARY: &str = "jieba-rs 0.11 default dictionary, HMM";

/// The word segmenter with the names an archive has taught it; cheap to clone.
#[derive(Clone)]
pub struct Segmenter {
    jieba: Arc<Jieba>,
}

impl std::fmt::Debug for Segmenter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Segmenter")
    }
}

impl Segmenter {
    /// The segmenter with its dictionary and these names kept whole.
    ///
    /// Loads the dictionary: about 0.15 s and 35 MB, so make one and share it.
    #[must_use]
    pub fn taught<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut jieba = Jieba::new();
        for name in names {
            // Frequency `None` lets jieba choose one that keeps the name whole; with 0 the name
            // would be broken instead (facts measured on 18,830 names).
            jieba.add_word(name, None, Some("nr"));
        }
        Self { jieba: Arc::new(jieba) }
    }

    /// The words of a text in order, without gaps or overlaps: put together they are the text.
    ///
    /// Expects folded text: full-width digits would come out one by one.
    #[must_use]
    pub fn words<'t>(&self, folded: &'t str) -> Vec<&'t str> {
        self.jieba.cut(folded, true).into_iter().map(|token| token.word).collect()
    }

    /// The words that carry meaning, with their places: no white space, no punctuation.
    #[must_use]
    pub fn content_words(&self, folded: &str) -> Vec<ByteSpan> {
        let mut at = 0;
        let mut spans = Vec::new();
        for word in self.words(folded) {
            let span = ByteSpan::new(at, at + word.len());
            at = span.end;
            if word.chars().any(char::is_alphanumeric) {
                spans.push(span);
            }
        }
        spans
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold::fold;

    #[test]
    fn a_taught_name_stays_whole_before_a_verb() {
        let plain = Segmenter::taught([]);
        let taught = Segmenter::taught(["魏振东"]);
        let text = "区长魏振东作具体安排";
        assert!(taught.words(text).contains(&"魏振东"));
        assert_eq!(plain.words(text).concat(), text);
    }

    #[test]
    fn the_words_of_a_text_put_together_are_the_text() {
        let segmenter = Segmenter::taught([]);
        for text in ["", " ", "１-４月份，ＲＣＥＰ 具体包括？", "a\u{1F600}区\r\n长", "17.35亿立方米"]
        {
            let text = fold(text);
            assert_eq!(segmenter.words(&text).concat(), text);
        }
    }
}
