//! Cuts Chinese text into words.
//!
//! The words are for ranking only. Whether an article contains a run of characters is never
//! decided by them, so that a change of the dictionary can't cost a match.

use std::{collections::BTreeMap, sync::Arc};

pub use super::words::NamesError;
use super::words::{self, Words};
use crate::diag::ByteSpan;

/// How frequent the general dictionary says a word is; 0 for what it does not have.
#[must_use]
pub fn general_frequency(word: &str) -> u32 {
    words::general_frequency(word)
}

/// The word segmenter (分词器) with the names an archive has taught it; cheap to clone.
///
/// Cuts as jieba with its dictionary, its model of unknown words and the taught names would, from
/// a packed form that is ready at once.
#[derive(Clone)]
pub struct Segmenter {
    words: Arc<Words>,
}

impl std::fmt::Debug for Segmenter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Segmenter({})", self.digest())
    }
}

impl Segmenter {
    /// The segmenter with its dictionary and these names kept whole; their order does not matter.
    ///
    /// Each is given a frequency that keeps it whole, as jieba would give it, and no text is cut otherwise for a
    /// name that does not stand in it. Names over 32 characters, and
    /// those past a million, go untaught.
    #[must_use]
    pub fn taught<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names: Vec<&str> =
            names.into_iter().filter(|n| (1..=words::NAME_CHARS_MAX).contains(&n.chars().count())).collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(words::NAMES_MAX);
        let frequencies: BTreeMap<&str, u32> =
            names.into_iter().map(|name| (name, words::frequency_of_name(name))).collect();
        Self { words: Arc::new(Words::with_names(&frequencies)) }
    }

    /// The segmenter whose names [`Segmenter::to_bytes`] gave; takes well under a millisecond.
    ///
    /// # Errors
    ///
    /// When the bytes are no such names, are damaged, or belong to another dictionary.
    ///
    /// ```
    /// use baoku::text::segment::Segmenter;
    /// let taught = Segmenter::taught(["巴彦淖"]);
    /// let opened = Segmenter::open(taught.to_bytes()).unwrap();
    /// assert_eq!(opened.words("区长巴彦淖说"), ["区长", "巴彦淖", "说"]);
    /// assert!(Segmenter::open(b"something else".to_vec()).is_err());
    /// ```
    pub fn open(bytes: Vec<u8>) -> Result<Self, NamesError> {
        Ok(Self { words: Arc::new(Words::open(bytes)?) })
    }

    /// The taught names as an archive keeps them; empty where there are none.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.words.bytes().to_vec()
    }

    /// What identifies dictionary, model of unknown words and names: segmenters that agree in it
    /// cut every text alike. Part of an archive's format.
    #[must_use]
    pub fn digest(&self) -> String {
        self.words.digest()
    }

    /// The words of a text in order, without gaps or overlaps: put together they are the text.
    ///
    /// Expects folded text: full-width digits would come out one by one.
    #[must_use]
    pub fn words<'t>(&self, folded: &'t str) -> Vec<&'t str> {
        let mut words = Vec::with_capacity(folded.len() / 4);
        self.for_each_word(folded, |span| words.push(span.of(folded)));
        words
    }

    /// Tells the place of each word of a text, in order, without gaps or overlaps.
    pub fn for_each_word(&self, folded: &str, mut tell: impl FnMut(ByteSpan)) {
        let mut start = 0;
        self.words.cut(folded, |end| {
            tell(ByteSpan::new(start, end));
            start = end;
        });
    }

    /// Whether a folded word is one of the dictionary's, or a taught name: not one that is only guessed at
    /// where it stands in a text.
    ///
    /// ```
    /// use baoku::text::segment::Segmenter;
    /// let taught = Segmenter::taught(["巴彦淖"]);
    /// assert!(taught.knows("水利") && taught.knows("巴彦淖") && !taught.knows("利局"));
    /// ```
    #[must_use]
    pub fn knows(&self, folded: &str) -> bool {
        self.words.knows(folded)
    }

    /// The words that carry meaning, with their places: no white space, no punctuation.
    #[must_use]
    pub fn content_words(&self, folded: &str) -> Vec<ByteSpan> {
        let mut spans = Vec::new();
        self.for_each_word(folded, |span| {
            if span.of(folded).chars().any(char::is_alphanumeric) {
                spans.push(span);
            }
        });
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
