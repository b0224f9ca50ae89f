//! How records are made small: an alphabet of the archive's commonest characters, and a dictionary
//! of what its articles often say.
//!
//! An article is too short to be compressed well by itself, and whoever shows ten articles must not
//! unpack the neighbours of each. So both are learned from a sample when an archive is begun: a
//! character that is common takes one byte instead of three, any other of the alphabet two, and the
//! compressor knows the archive's phrases before it begins. A record is unpacked alone.
//!
//! ```text
//! 00..7F           ASCII, as it is
//! 80..DF           the commonest characters
//! E0..FE xx        the other characters of the alphabet
//! FF xx xx xx      any other character
//! ```

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use zstd::bulk::{Compressor, Decompressor};

/// First bytes of a codebook.
const MARK: &[u8; 8] = b"BAOKUcb1";
/// First byte of a character of one byte.
const SINGLE: u8 = 0x80;
/// First byte of a character of two bytes.
const LEAD: u8 = 0xE0;
/// First byte of a character that is not in the alphabet.
const ESCAPE: u8 = 0xFF;
/// Characters of the alphabet with one byte.
const SINGLES: usize = (LEAD - SINGLE) as usize;
/// Most characters of an alphabet.
const ALPHABET_MAX: usize = SINGLES + (ESCAPE - LEAD) as usize * 256;
/// Fewest bytes of a dictionary that are aimed at; what more of them saves in records they cost themselves
/// in a small archive.
const DICTIONARY_BYTES_MIN: usize = 112 << 10;
/// Most bytes of a dictionary: whoever asks one question reads it whole.
const DICTIONARY_BYTES_MAX: usize = 512 << 10;
/// Bytes of text in an archive for one byte of dictionary, between those two.
const TEXT_SHARE: u64 = 150;
/// A dictionary is this much smaller than what it is learned from.
const SAMPLE_SHARE: usize = 6;
/// Higher ones take twice the time and save two in a hundred.
const LEVEL: i32 = 6;
/// An archive is written anew when it holds so many times the text that this was learned from, …
const OUTGROWN_TIMES: u64 = 16;
/// … which counts for at least so much: below, nothing is gained, …
const LEARNED_BYTES_MIN: u64 = 500_000;
/// … and at most when it holds so much: what was learned from a sixteenth of that is good enough.
const OUTGROWN_BYTES_MAX: u64 = 200_000_000;
/// Most bytes of one record; more is damage.
const RECORD_BYTES_MAX: usize = 1 << 30;

/// An archive's alphabet and dictionary; cheap to clone.
#[derive(Clone)]
pub struct Codebook(Arc<Inner>);

struct Inner {
    alphabet: Vec<char>,
    dictionary: Vec<u8>,
    /// Bytes of the text it was learned for.
    text_bytes: u64,
    /// The code of each character below U+10000, 0 of one that has none.
    codes: Vec<u16>,
    /// Compressors at rest: each holds a copy of the dictionary, so they are used again.
    packing: Mutex<Vec<Compressor<'static>>>,
    unpacking: Mutex<Vec<Decompressor<'static>>>,
}

impl std::fmt::Debug for Codebook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Codebook")
            .field("alphabet", &self.0.alphabet.len())
            .field("dictionary", &self.0.dictionary.len())
            .finish()
    }
}

impl Codebook {
    /// Learns a codebook from what a sample of records says, for an archive of so much text.
    #[must_use]
    pub fn learn(samples: &[String], text_bytes: u64) -> Self {
        let mut times: BTreeMap<char, u64> = BTreeMap::new();
        for c in samples.iter().flat_map(|text| text.chars()).filter(|c| !c.is_ascii() && *c <= '\u{FFFF}') {
            *times.entry(c).or_default() += 1;
        }
        let mut alphabet: Vec<(char, u64)> = times.into_iter().collect();
        alphabet.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        alphabet.truncate(ALPHABET_MAX);
        let alphabet: Vec<char> = alphabet.into_iter().map(|(c, _)| c).collect();
        let mut book = Self::of(alphabet, Vec::new(), text_bytes);
        let coded: Vec<Vec<u8>> = samples.iter().map(|text| book.code(text)).collect();
        let bytes: usize = coded.iter().map(Vec::len).sum();
        let wanted = usize::try_from(text_bytes / TEXT_SHARE).unwrap_or(usize::MAX);
        let wanted = wanted.clamp(DICTIONARY_BYTES_MIN, DICTIONARY_BYTES_MAX);
        // Of too few records nothing can be learned; they are written without.
        if let Ok(dictionary) = zstd::dict::from_samples(&coded, wanted.min(bytes / SAMPLE_SHARE)) {
            book = Self::of(book.0.alphabet.clone(), dictionary, text_bytes);
        }
        book
    }

    fn of(alphabet: Vec<char>, dictionary: Vec<u8>, text_bytes: u64) -> Self {
        let mut codes = vec![0; 1 << 16];
        for (rank, c) in alphabet.iter().enumerate().take(ALPHABET_MAX) {
            let code = match rank.checked_sub(SINGLES) {
                None => usize::from(SINGLE) + rank,
                Some(rest) => (usize::from(LEAD) << 8) + rest,
            };
            if let (Some(slot), Ok(code)) = (codes.get_mut(*c as usize), u16::try_from(code)) {
                *slot = code;
            }
        }
        let (packing, unpacking) = (Mutex::default(), Mutex::default());
        Self(Arc::new(Inner { alphabet, dictionary, text_bytes, codes, packing, unpacking }))
    }

    /// As it is written beside an index.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let alphabet: String = self.0.alphabet.iter().collect();
        let mut bytes = MARK.to_vec();
        bytes.extend_from_slice(&self.0.text_bytes.to_le_bytes());
        bytes.extend_from_slice(&u32::try_from(alphabet.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend_from_slice(alphabet.as_bytes());
        bytes.extend_from_slice(&self.0.dictionary);
        bytes
    }

    /// Reads a codebook.
    ///
    /// # Errors
    ///
    /// Where the bytes are none.
    pub fn open(bytes: &[u8]) -> io::Result<Self> {
        let bad = || damaged("no codebook");
        let rest = bytes.strip_prefix(MARK).ok_or_else(bad)?;
        let (text_bytes, rest) = rest.split_first_chunk::<8>().ok_or_else(bad)?;
        let (len, rest) = rest.split_first_chunk::<4>().ok_or_else(bad)?;
        let len = usize::try_from(u32::from_le_bytes(*len)).map_err(|_| bad())?;
        let (alphabet, dictionary) = rest.split_at_checked(len).ok_or_else(bad)?;
        let alphabet = std::str::from_utf8(alphabet).map_err(|_| bad())?;
        Ok(Self::of(alphabet.chars().collect(), dictionary.to_vec(), u64::from_le_bytes(*text_bytes)))
    }

    /// Whether an archive of so much text has become so much larger than what this was learned from
    /// that it is worth while to learn anew.
    #[must_use]
    pub fn is_outgrown(&self, text_bytes: u64) -> bool {
        let learned = self.0.text_bytes;
        let learned = if learned < LEARNED_BYTES_MIN { LEARNED_BYTES_MIN } else { learned };
        text_bytes > learned.saturating_mul(OUTGROWN_TIMES) && text_bytes < OUTGROWN_BYTES_MAX
    }

    /// The text in the archive's alphabet.
    #[must_use]
    pub fn code(&self, text: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        self.code_into(text, &mut out);
        out
    }

    /// The same, put behind what is there.
    pub fn code_into(&self, text: &str, out: &mut Vec<u8>) {
        for c in text.chars() {
            let number = u32::from(c);
            if number < 0x80 {
                out.push(number as u8);
                continue;
            }
            match self.0.codes.get(number as usize).copied().unwrap_or(0) {
                0 => {
                    out.extend_from_slice(&[ESCAPE, (number >> 16) as u8, (number >> 8) as u8, number as u8])
                }
                code => match code.to_be_bytes() {
                    [0, single] => out.push(single),
                    two => out.extend_from_slice(&two),
                },
            }
        }
    }

    /// The text of bytes in the archive's alphabet.
    ///
    /// # Errors
    ///
    /// Where they are no text in it.
    pub fn text(&self, coded: &[u8]) -> io::Result<String> {
        let bad = || damaged("no text of this alphabet");
        let mut text = String::with_capacity(coded.len() * 2);
        let mut rest = coded;
        while let Some((&first, behind)) = rest.split_first() {
            rest = behind;
            if first < SINGLE {
                text.push(char::from(first));
                continue;
            }
            let c = if first < LEAD {
                self.0.alphabet.get(usize::from(first - SINGLE)).copied()
            } else if first < ESCAPE {
                let (&second, behind) = rest.split_first().ok_or_else(bad)?;
                rest = behind;
                let rank = SINGLES + usize::from(first - LEAD) * 256 + usize::from(second);
                self.0.alphabet.get(rank).copied()
            } else {
                let (bytes, behind) = rest.split_first_chunk::<3>().ok_or_else(bad)?;
                rest = behind;
                char::from_u32(u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]))
            };
            text.push(c.ok_or_else(bad)?);
        }
        Ok(text)
    }

    /// Packs bytes, with their length in front.
    ///
    /// # Errors
    ///
    /// Where memory is lacking.
    pub fn pack(&self, plain: &[u8]) -> io::Result<Vec<u8>> {
        let resting = lock(&self.0.packing).pop();
        let mut compressor = match resting {
            Some(compressor) => compressor,
            None => {
                let mut new = Compressor::with_dictionary(LEVEL, &self.0.dictionary)?;
                // The length stands in front, the sums of the file are its own.
                new.include_contentsize(false)?;
                new.include_checksum(false)?;
                new.include_dictid(false)?;
                new
            }
        };
        let mut out = Vec::with_capacity(plain.len() / 2 + 16);
        put_number(&mut out, plain.len());
        out.extend_from_slice(&compressor.compress(plain)?);
        lock(&self.0.packing).push(compressor);
        Ok(out)
    }

    /// Unpacks what [`Codebook::pack`] packed.
    ///
    /// # Errors
    ///
    /// Where it was packed otherwise.
    pub fn unpack(&self, mut packed: &[u8]) -> io::Result<Vec<u8>> {
        let len = take_number(&mut packed).filter(|len| *len <= RECORD_BYTES_MAX);
        let len = len.ok_or_else(|| damaged("a record without its length"))?;
        let resting = lock(&self.0.unpacking).pop();
        let mut decompressor = match resting {
            Some(decompressor) => decompressor,
            None => Decompressor::with_dictionary(&self.0.dictionary)?,
        };
        let plain = decompressor.decompress(packed, len)?;
        lock(&self.0.unpacking).push(decompressor);
        if plain.len() == len { Ok(plain) } else { Err(damaged("a record of another length")) }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What lies there is whole even where somebody died holding it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Writes a number in as few bytes as it needs, seven bits each.
pub(super) fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Reads such a number from the front.
pub(super) fn take_number(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0usize;
    for shift in (0..usize::BITS).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= usize::from(byte & 0x7F).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn book() -> Codebook {
        let samples: Vec<String> =
            (0..400).map(|i| format!("镜湖区水利局第{i}次会议，研究春季灌溉和引水渠的工程进度。")).collect();
        Codebook::learn(&samples, 0)
    }

    #[test]
    fn a_learned_codebook_is_the_same_when_read_again_and_makes_small() {
        let book = book();
        assert!(!book.0.dictionary.is_empty());
        let again = Codebook::open(&book.to_bytes()).unwrap();
        let text = "镜湖区水利局第401次会议，研究夏季防汛。";
        let packed = again.pack(&again.code(text)).unwrap();
        assert!(packed.len() * 3 < text.len() * 2, "{} bytes", packed.len());
        assert_eq!(book.text(&book.unpack(&packed).unwrap()).unwrap(), text);
    }

    #[test]
    fn of_nothing_nothing_is_learned_and_still_all_can_be_written() {
        let book = Codebook::learn(&[], 0);
        let packed = book.pack(&book.code("龘𠮷\u{1F600} a\0")).unwrap();
        assert_eq!(book.text(&book.unpack(&packed).unwrap()).unwrap(), "龘𠮷\u{1F600} a\0");
    }

    #[test]
    fn what_is_damaged_is_an_error() {
        let book = book();
        assert!(Codebook::open(b"BAOKUcb1").is_err());
        assert!(Codebook::open(&[]).is_err());
        assert!(book.text(&[ESCAPE, 0, 0xD8, 0]).is_err());
        assert!(book.text(&[LEAD]).is_err());
        assert!(book.unpack(&[]).is_err());
        assert!(book.unpack(&[5, 1, 2, 3]).is_err());
        let packed = book.pack(b"abcdefg").unwrap();
        assert!(book.unpack(&packed[..packed.len() - 1]).is_err());
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in any::<String>(), number in any::<usize>()) {
            let book = book();
            prop_assert_eq!(book.text(&book.code(&text)).unwrap(), text);
            let mut bytes = Vec::new();
            put_number(&mut bytes, number);
            prop_assert_eq!(take_number(&mut bytes.as_slice()), Some(number));
        }
    }
}
