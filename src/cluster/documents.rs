//! Writes articles, persons and pages as the documents of a cluster.

use std::collections::BTreeMap;

use base64::Engine as _;
use serde::Deserialize;
use serde_json::json;

use super::tokens::{bigrams, characters, value, words};
use crate::index::Flat;
use crate::index::schema::DocumentKind;
use crate::people::Person;
use crate::search::{Entry, page_of, parts};
use crate::text::fold::fold;
use crate::text::segment::Segmenter;

/// Bytes of the taught words in one document.
const WORDS_BYTES_MAX: usize = 256 << 10;
/// What a document of taught words is; the value of its field `kind`.
pub(super) const WORDS_KIND: &str = "words";

/// What a document of a post is; the value of its field `kind`.
pub(super) const POST_KIND: &str = "post";

/// A piece of what an archive's segmenter was taught.
#[derive(Deserialize)]
pub(super) struct Piece {
    pub(super) number: usize,
    pub(super) of: usize,
    /// In letters.
    pub(super) bytes: String,
}

/// What is kept of a post.
#[derive(Deserialize)]
pub(super) struct PostRecord {
    pub(super) post: String,
    /// In which somebody holds it.
    pub(super) articles: u64,
}

/// What identifies a document in a cluster: a digest of its content.
pub type Key = [u8; 16];

/// A document ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its key there: a digest of all it says, so that what replaces it stands beside it.
    pub key: Key,
    /// The members of the document as JSON, on one line, without those that tell its life.
    pub inside: String,
}

/// A key in letters, as engines take it.
#[must_use]
pub fn spelled(key: &Key) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The sum of documents with one more of them: the same in whatever order they come.
#[must_use]
pub const fn sum_of(sum: u128, key: &Key) -> u128 {
    sum.wrapping_add(u128::from_be_bytes(*key))
}

/// A key that was spelled.
#[must_use]
pub fn read_key(text: &str) -> Option<Key> {
    let mut key = Key::default();
    if text.len() != 32 || !text.is_ascii() {
        return None;
    }
    for (n, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok()?;
    }
    Some(key)
}

/// A tie as engines compare numbers: with a sign, in the same order.
#[must_use]
pub const fn signed(tie: u64) -> i64 {
    (tie ^ (1 << 63)).cast_signed()
}

impl Document {
    /// An article, a person or a page.
    #[must_use]
    pub fn of(flat: &Flat, segmenter: &Segmenter) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut put = |name: &str, value: String| fields.entry(name.to_owned()).or_default().push(value);
        for (name, text) in &flat.texts {
            match name.as_str() {
                "exact" | "headline" | "kicker" | "deck" | "furniture" => put(name, bigrams(text)),
                "chars" | "furniture_chars" => put(name, characters(text)),
                "head_words" | "body_words" => put(name, words(text, segmenter)),
                "person" | "post" | "organ" | "byline" | "credit" | "column" | "section" | "page"
                | "paper" | "genre" => {
                    put(&format!("{name}_key"), value(&fold(text)).into_owned());
                    // Only articles are counted by value.
                    if flat.kind == DocumentKind::Article {
                        put(name, value(text).into_owned());
                    }
                }
                _ => put(name, value(text).into_owned()),
            }
        }
        let mut numbers: Vec<(&str, i128)> = Vec::new();
        for (name, number) in &flat.numbers {
            let number = if name == "tie" { i128::from(signed(*number)) } else { i128::from(*number) };
            numbers.push((name, number));
        }
        match flat.kind {
            DocumentKind::Article if parts(&flat.id).is_some() => {
                put("place", page_of(&flat.id).unwrap_or_default().to_owned());
            }
            DocumentKind::Person => {
                if let Ok(person) = serde_json::from_str::<Person>(&flat.record) {
                    let (keys, entry) = Entry::person(person);
                    keys.into_iter().filter(|key| !key.is_empty()).for_each(|key| put("typed", key));
                    put("label", entry.text);
                    numbers.push(("weight", i128::from(entry.articles)));
                }
            }
            DocumentKind::Article | DocumentKind::Page => {}
        }
        let mut out = String::with_capacity(flat.record.len() * 8);
        out.push_str("\"kind\":");
        quote(&mut out, flat.kind.key());
        out.push_str(",\"id\":");
        quote(&mut out, &value(&flat.id));
        for (name, number) in &numbers {
            out.push_str(",\"");
            out.push_str(name);
            out.push_str("\":");
            out.push_str(&number.to_string());
        }
        for (name, values) in &fields {
            out.push_str(",\"");
            out.push_str(name);
            out.push_str("\":[");
            for (n, value) in values.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                quote(&mut out, value);
            }
            out.push(']');
        }
        out.push_str(",\"record\":");
        // As a text: engines that leave fields out of what they keep also drop empty lists in the rest.
        quote(&mut out, &flat.record);
        Self::sealed(out)
    }

    /// What an archive's segmenter was taught, so that questions are cut as its articles were.
    #[must_use]
    pub fn words(segmenter: &Segmenter) -> Vec<Self> {
        let bytes = segmenter.to_bytes();
        let pieces: Vec<&[u8]> = bytes.chunks(WORDS_BYTES_MAX).collect();
        let of = pieces.len().max(1);
        (0..of)
            .map(|number| {
                let piece = pieces.get(number).copied().unwrap_or_default();
                let bytes = base64::engine::general_purpose::STANDARD.encode(piece);
                Self::piece(&Piece { number, of, bytes })
            })
            .collect()
    }

    fn piece(piece: &Piece) -> Self {
        let id = format!("{WORDS_KIND}:{}", piece.number);
        let record = json!({"number": piece.number, "of": piece.of, "bytes": piece.bytes}).to_string();
        let mut inside = String::with_capacity(record.len() + 200);
        let tie = signed(crate::index::tie(&id));
        inside.push_str(&format!("\"kind\":\"{WORDS_KIND}\",\"id\":\"{id}\",\"tie\":{tie},\"record\":"));
        quote(&mut inside, &record);
        Self::sealed(inside)
    }

    /// A post, and the number of articles in which somebody holds it: for who is typing.
    #[must_use]
    pub fn post(post: &str, articles: u64) -> Self {
        let id = format!("{POST_KIND}:{post}");
        let mut inside = format!("\"kind\":\"{POST_KIND}\",\"id\":");
        quote(&mut inside, &value(&id));
        inside.push_str(&format!(
            ",\"tie\":{},\"weight\":{articles},\"typed\":",
            signed(crate::index::tie(&id))
        ));
        quote(&mut inside, &fold(post));
        inside.push_str(",\"label\":");
        quote(&mut inside, post);
        inside.push_str(",\"record\":");
        quote(&mut inside, &json!({"post": post, "articles": articles}).to_string());
        Self::sealed(inside)
    }

    /// The document that a record was kept of; none where it can't be read.
    pub(super) fn again(kind: &str, record: &str, segmenter: &Segmenter) -> Option<Self> {
        let flat = match kind {
            WORDS_KIND => return Some(Self::piece(&serde_json::from_str(record).ok()?)),
            POST_KIND => {
                let PostRecord { post, articles } = serde_json::from_str(record).ok()?;
                return Some(Self::post(&post, articles));
            }
            kind if kind == DocumentKind::Article.key() => Flat::article(&serde_json::from_str(record).ok()?),
            kind if kind == DocumentKind::Person.key() => Flat::person(&serde_json::from_str(record).ok()?),
            kind if kind == DocumentKind::Page.key() => Flat::page(&serde_json::from_str(record).ok()?),
            _ => return None,
        };
        Some(Self::of(&flat.ok()?, segmenter))
    }

    fn sealed(inside: String) -> Self {
        let mut key = Key::default();
        key.copy_from_slice(&blake3::hash(inside.as_bytes()).as_bytes()[..16]);
        Self { key, inside }
    }
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        let escaped = match c {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            c if u32::from(c) < 0x20 => format!("\\u{:04x}", u32::from(c)),
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        out.push_str(&escaped);
        plain = at + c.len_utf8();
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ties_keep_their_order_with_a_sign() {
        let mut ties = [0, 1, u64::MAX / 2, u64::MAX / 2 + 1, u64::MAX];
        let signs = ties.map(signed);
        assert!(signs.is_sorted());
        ties.reverse();
        assert!(ties.map(signed).is_sorted_by(|a, b| a > b));
    }

    #[test]
    fn a_key_is_read_as_it_was_spelled() {
        let key = Document::post("区长", 7).key;
        assert_eq!(read_key(&spelled(&key)), Some(key));
        assert_ne!(Document::post("区长", 8).key, key, "another content, another key");
        assert_eq!(read_key("x"), None);
    }

    proptest! {
        #[test]
        fn a_quoted_text_is_json(text in "\\PC*[\"\\\\\n\u{1}]?\\PC*") {
            let mut out = String::new();
            quote(&mut out, &text);
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }
}
