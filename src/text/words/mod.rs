//! The words a text is cut into, packed so that cutting can begin at once.
//!
//! The general dictionary is packed when baoku is built and lies in the program; an archive's names
//! are packed when it is built and lie in a file of it. Opening both costs far less than a
//! millisecond, where loading jieba's dictionary takes 150. The cuts are jieba's, to the word: a
//! test holds both equal, taught names and unknown words included.

mod cut;
mod pack;
#[cfg(test)]
mod tests;
mod trie;
mod unknown;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use self::{
    cut::{Cutter, Likely},
    trie::Trie,
};

// GENERAL_TOTAL, GENERAL_DIGEST
include!(concat!(env!("OUT_DIR"), "/words.rs"));
static GENERAL: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/words.bin"));

/// What a file of packed names begins with; the last character is the version.
const MAGIC: &[u8; 8] = b"bknames1";

/// Magic, digest of the dictionary, digest of the model, total, checksum of the rest.
const HEAD_BYTES: usize = 64;

/// The longest name that is taught, in characters.
pub(super) const NAME_CHARS_MAX: usize = 32;

/// How many names are taught at most.
pub(super) const NAMES_MAX: usize = 1_000_000;

/// Why packed names can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NamesError {
    /// The bytes are something else, or of a version this program does not know.
    #[error("not a file of packed names that this version reads")]
    Format,
    /// The names were packed above another dictionary.
    #[error("the names were taught to another dictionary")]
    OtherDictionary,
    /// The bytes are not those that were written.
    #[error("the packed names are damaged")]
    Damaged,
}

/// The general dictionary and an archive's names, ready for cutting.
pub(super) struct Words {
    general: Trie<&'static [u8]>,
    general_ln: Vec<f64>,
    names: Option<Names>,
    ln_unknown: f64,
}

/// Names with the frequencies that keep them whole.
struct Names {
    /// As written to a file, head included.
    bytes: Trie<Vec<u8>>,
    ln: Vec<f64>,
}

impl Words {
    /// The dictionary with these names, each with its frequency. They add nothing to the sum of all
    /// frequencies, by which every word is weighed: a text in which none of them stands is cut as before.
    pub(super) fn with_names(names: &BTreeMap<&str, u32>) -> Self {
        let total = GENERAL_TOTAL;
        if names.is_empty() {
            return Self::general(GENERAL_TOTAL, None);
        }
        // No archive comes near what the format holds; one that did would have its names untaught.
        let Some(body) = pack::pack(names) else { return Self::general(GENERAL_TOTAL, None) };
        let mut bytes = Vec::with_capacity(HEAD_BYTES + body.len());
        bytes.extend(MAGIC);
        bytes.extend(GENERAL_DIGEST.to_le_bytes());
        bytes.extend(unknown::MODEL_DIGEST.to_le_bytes());
        bytes.extend(total.to_le_bytes());
        bytes.extend(checksum(total, &body));
        bytes.extend(body);
        Self::general(total, Trie::open(bytes, HEAD_BYTES))
    }

    /// The dictionary with names as [`Words::bytes`] gave them.
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, NamesError> {
        if bytes.is_empty() {
            return Ok(Self::general(GENERAL_TOTAL, None));
        }
        let number =
            |at: usize| bytes.get(at..).and_then(<[u8]>::first_chunk).map(|n| u64::from_le_bytes(*n));
        let (Some(dictionary), Some(model), Some(total)) = (number(8), number(16), number(24)) else {
            return Err(NamesError::Format);
        };
        if !bytes.starts_with(MAGIC) {
            return Err(NamesError::Format);
        }
        if (dictionary, model) != (GENERAL_DIGEST, unknown::MODEL_DIGEST) {
            return Err(NamesError::OtherDictionary);
        }
        let body = bytes.get(HEAD_BYTES..).ok_or(NamesError::Damaged)?;
        if bytes.get(32..HEAD_BYTES) != Some(&checksum(total, body)) {
            return Err(NamesError::Damaged);
        }
        let names = Trie::open(bytes, HEAD_BYTES).ok_or(NamesError::Damaged)?;
        Ok(Self::general(total, Some(names)))
    }

    fn general(total: u64, names: Option<Trie<Vec<u8>>>) -> Self {
        let ln_total = (total as f64).ln();
        // Subtracted here once as jieba subtracts it each time: the same numbers to the last bit.
        let ln = |f: u32| f64::from(f).ln() - ln_total;
        let general = Trie::open(GENERAL, 0);
        debug_assert!(general.is_some(), "the dictionary packed at build time opens");
        let general = general.unwrap_or_else(|| Trie::empty(&[]));
        Self {
            general_ln: general.frequencies().map(ln).collect(),
            general,
            names: names.map(|bytes| Names { ln: bytes.frequencies().map(ln).collect(), bytes }),
            ln_unknown: 0.0 - ln_total,
        }
    }

    /// The names as a file keeps them; empty where there are none.
    pub(super) fn bytes(&self) -> &[u8] {
        self.names.as_ref().map_or(&[], |names| names.bytes.all())
    }

    /// What identifies dictionary, model and names; two that agree cut alike.
    pub(super) fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&GENERAL_DIGEST.to_le_bytes());
        hasher.update(&unknown::MODEL_DIGEST.to_le_bytes());
        hasher.update(self.bytes());
        hasher.finalize().to_hex()[..16].to_owned()
    }

    /// Whether a word is one of the dictionary's, or a taught name.
    pub(super) fn knows(&self, word: &str) -> bool {
        let names = self.names.as_ref().map(|names| names.bytes.view());
        [Some(self.general.view()), names].into_iter().flatten().any(|view| {
            let codes: Vec<u16> = word.chars().map(|c| view.code(c)).collect();
            view.has(codes.into_iter())
        })
    }

    /// Tells where each word of a text ends, in bytes; the words lie side by side.
    pub(super) fn cut(&self, text: &str, tell: impl FnMut(usize)) {
        self.cutter().cut(text, tell);
    }

    fn cutter(&self) -> Cutter<'_> {
        Cutter {
            general: Likely { words: self.general.view(), ln: &self.general_ln },
            names: self.names.as_ref().map(|names| Likely { words: names.bytes.view(), ln: &names.ln }),
            ln_unknown: self.ln_unknown,
        }
    }
}

fn checksum(total: u64, body: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&total.to_le_bytes());
    hasher.update(body);
    *hasher.finalize().as_bytes()
}

/// The general dictionary without names, for what is asked of it alone.
static GENERAL_WORDS: LazyLock<Words> = LazyLock::new(|| Words::general(GENERAL_TOTAL, None));

/// How frequent the general dictionary says a word is; 0 where it does not have it.
pub(super) fn general_frequency(word: &str) -> u32 {
    let general = &GENERAL_WORDS.general;
    let view = general.view();
    let chars = word.chars().count();
    let mut found = None;
    view.prefixes(word.chars().map(|c| view.code(c)), |length, frequency| {
        if length == chars {
            found = Some(frequency);
        }
    });
    found.and_then(|at| general.frequency(at)).unwrap_or(0)
}

/// How frequent a name must be to stay whole: more than the general dictionary's words in it are likely to
/// stand side by side, and not less than it is as a word of that dictionary.
///
/// It is what jieba suggests for a name that is taught alone. Names do not ask for each other, so that what one
/// is given does not change with those that come to an archive.
pub(super) fn frequency_of_name(name: &str) -> u32 {
    let side_by_side = GENERAL_WORDS.cutter().likelihood(name) + (GENERAL_TOTAL as f64).ln();
    (side_by_side.exp() as u32).saturating_add(1).max(general_frequency(name))
}
