//! The only adapter between our text and Tantivy's tokens.
//!
//! Positions of bigrams are character offsets, so that a phrase of bigrams is a run of characters
//! and nothing else. Values of one field are runs of their own: Tantivy leaves a gap of one
//! position between them, and a bigram is two positions long, so no run is found across two values.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer, TokenizerManager};

use super::schema::{BIGRAMS, CHARACTERS, FOLDED, OTHER_WORDS, WORDS, is_pair};
use crate::text::fold::{fold_char, fold_into};
use crate::text::segment::Segmenter;

/// The analyzers of an archive, to be registered with its index.
#[must_use]
pub(crate) fn tokenizers(segmenter: &Segmenter) -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(BIGRAMS, Bigrams);
    manager.register(CHARACTERS, Characters);
    manager.register(FOLDED, Folded);
    for (name, pairs) in [(WORDS, true), (OTHER_WORDS, false)] {
        manager.register(name, Words { segmenter: segmenter.clone(), pairs, folded: String::new() });
    }
    manager
}

/// The analyzers for reading only: questions are made into terms without them.
#[must_use]
pub(crate) fn reading_tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    for name in [BIGRAMS, WORDS, OTHER_WORDS] {
        manager.register(name, Bigrams);
    }
    manager.register(CHARACTERS, Characters);
    manager.register(FOLDED, Folded);
    manager
}

/// Every two neighbouring characters of the folded text, at the offset of the first.
#[derive(Debug, Clone, Copy)]
struct Bigrams;

#[derive(Debug)]
struct BigramStream<'a> {
    chars: std::str::Chars<'a>,
    previous: Option<char>,
    token: Token,
}

impl Tokenizer for Bigrams {
    type TokenStream<'a> = BigramStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> BigramStream<'a> {
        let mut chars = text.chars();
        let previous = chars.next().map(fold_char);
        let token = Token { position_length: 2, position: usize::MAX, ..Token::default() };
        BigramStream { chars, previous, token }
    }
}

impl TokenStream for BigramStream<'_> {
    fn advance(&mut self) -> bool {
        let (Some(first), Some(second)) = (self.previous, self.chars.next()) else { return false };
        let second = fold_char(second);
        self.previous = Some(second);
        self.token.position = self.token.position.wrapping_add(1);
        self.token.text.clear();
        self.token.text.push(first);
        self.token.text.push(second);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// Every character of the folded text.
#[derive(Debug, Clone, Copy)]
struct Characters;

#[derive(Debug)]
struct CharacterStream<'a> {
    chars: std::str::Chars<'a>,
    token: Token,
}

impl Tokenizer for Characters {
    type TokenStream<'a> = CharacterStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CharacterStream<'a> {
        CharacterStream { chars: text.chars(), token: Token::default() }
    }
}

impl TokenStream for CharacterStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(c) = self.chars.next() else { return false };
        self.token.text.clear();
        self.token.text.push(fold_char(c));
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// The whole value, folded, as one token.
#[derive(Debug, Clone, Copy)]
struct Folded;

#[derive(Debug)]
struct FoldedStream {
    token: Token,
    left: bool,
}

impl Tokenizer for Folded {
    type TokenStream<'a> = FoldedStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> FoldedStream {
        let mut token = Token { position: 0, ..Token::default() };
        fold_into(text, &mut token.text);
        FoldedStream { token, left: true }
    }
}

impl TokenStream for FoldedStream {
    fn advance(&mut self) -> bool {
        std::mem::take(&mut self.left)
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

/// The words of the folded text as the segmenter cuts it.
#[derive(Debug, Clone)]
struct Words {
    segmenter: Segmenter,
    /// Whether words of two Han characters are among them.
    pairs: bool,
    folded: String,
}

#[derive(Debug)]
struct WordStream<'a> {
    folded: &'a str,
    spans: std::vec::IntoIter<crate::diag::ByteSpan>,
    token: Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.folded.clear();
        fold_into(text, &mut self.folded);
        let mut spans = self.segmenter.content_words(&self.folded);
        if !self.pairs {
            spans.retain(|span| !is_pair(span.of(&self.folded)));
        }
        let spans = spans.into_iter();
        WordStream { folded: &self.folded, spans, token: Token::default() }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(span) = self.spans.next() else { return false };
        self.token.text.clear();
        self.token.text.push_str(span.of(self.folded));
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(mut tokenizer: impl Tokenizer, text: &str) -> Vec<(usize, String)> {
        let mut stream = tokenizer.token_stream(text);
        let mut out = Vec::new();
        while stream.advance() {
            out.push((stream.token().position, stream.token().text.clone()));
        }
        out
    }

    #[test]
    fn a_bigram_stands_at_the_offset_of_its_first_character() {
        let want = [(0, "区长"), (1, "长 "), (2, " a"), (3, "ab")].map(|(p, t)| (p, t.to_owned()));
        assert_eq!(tokens(Bigrams, "区長\u{3000}ＡＢ"), want);
        assert_eq!(tokens(Bigrams, "区"), []);
        assert_eq!(tokens(Bigrams, ""), []);
    }

    #[test]
    fn words_are_folded_and_carry_no_punctuation() {
        let of = |pairs| {
            let words = Words { segmenter: Segmenter::taught(["魏振东"]), pairs, folded: String::new() };
            tokens(words, "魏振东強調：ＲＣＥＰ在Ａ市生效。")
                .into_iter()
                .map(|t| t.1)
                .collect::<Vec<String>>()
        };
        assert_eq!(of(true), ["魏振东", "强调", "rcep", "在", "a", "市", "生效"]);
        assert_eq!(of(false), ["魏振东", "rcep", "在", "a", "市"]);
    }
}
