//! What a typed word may be a slip for, looked up in a dictionary of words without reading all of it.
//!
//! A dictionary is a trie: one walk over it leaves every branch that no slip can lead to, mostly at
//! its first character. The walk is told by an automaton that lets through a little more than is
//! wanted; [`Slip::reason`] judges the words that come out.

use serde::{Deserialize, Serialize};
use tantivy_fst::Automaton;

use super::lexicon::look_alikes;
use crate::text::pinyin::Sound;

/// Why another question is suggested; closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A word that is read the same, or a name typed in letters.
    Sound,
    /// A word whose characters look the same.
    Look,
    /// A word with one character more, fewer or other.
    Edit,
    /// Another name of the same thing.
    Synonym,
}

/// Shortest word, in characters, that may differ by one of them.
const EDIT_CHARS_MIN: usize = 4;

/// A word as typed.
#[derive(Debug)]
pub(super) struct Slip {
    asked: Vec<char>,
    sound: Option<Sound>,
    /// What may stand in the place of each asked character.
    near: Vec<Near>,
    /// Whether the first character may be any other: all first characters of a dictionary are gone
    /// through for that.
    thorough: bool,
}

/// What may stand in the place of a character.
#[derive(Debug)]
struct Near {
    /// What is read the same, and the character itself; sorted.
    sounds: Vec<char>,
    /// What looks the same, and the character itself; sorted.
    looks: Vec<char>,
    /// All of these as bytes, the rest of the four zero; sorted.
    encoded: Vec<[u8; 4]>,
}

impl Near {
    fn new(c: char, mut sounds: Vec<char>) -> Self {
        let mut looks = look_alikes(c).to_vec();
        sounds.push(c);
        looks.push(c);
        sounds.sort_unstable();
        looks.sort_unstable();
        let mut encoded: Vec<[u8; 4]> = sounds.iter().chain(&looks).map(|c| encoded(*c)).collect();
        encoded.sort_unstable();
        encoded.dedup();
        Self { sounds, looks, encoded }
    }

    /// Whether one of them begins with these bytes.
    fn begins(&self, bytes: &[u8]) -> bool {
        let first = self.encoded.partition_point(|c| c[..bytes.len()] < *bytes);
        self.encoded.get(first).is_some_and(|c| c[..bytes.len()] == *bytes)
    }
}

fn encoded(c: char) -> [u8; 4] {
    let mut bytes = [0; 4];
    c.encode_utf8(&mut bytes);
    bytes
}

impl Slip {
    /// Of a folded word; a thorough one may have any first character and costs milliseconds.
    pub(super) fn of(folded: &str, thorough: bool) -> Self {
        let asked: Vec<char> = folded.chars().collect();
        let sound = Sound::of(folded);
        let sounding = |at| sound.as_ref().map(|sound| sound.characters(at)).unwrap_or_default();
        let near = asked.iter().enumerate().map(|(at, &c)| Near::new(c, sounding(at))).collect();
        Self { asked, sound, near, thorough }
    }

    /// Why a word may have been meant by what was asked; nothing where it is the same or another word.
    pub(super) fn reason(&self, word: &str) -> Option<Reason> {
        let asked = self.asked.as_slice();
        let word: Vec<char> = word.chars().collect();
        if word.len() == asked.len() {
            let differ: Vec<(char, char)> =
                asked.iter().copied().zip(word.iter().copied()).filter(|(a, b)| a != b).collect();
            if differ.is_empty() {
                return None;
            }
            if self.sound.as_ref().is_some_and(|sound| sound.is_also(&word)) {
                return Some(Reason::Sound);
            }
            if asked.len() > 1 && differ.iter().all(|(a, b)| look_alikes(*a).contains(b)) {
                return Some(Reason::Look);
            }
            return (differ.len() == 1 && self.may_be_edited()).then_some(Reason::Edit);
        }
        let (short, long) =
            if word.len() < asked.len() { (word.as_slice(), asked) } else { (asked, word.as_slice()) };
        if long.len() - short.len() != 1 || !self.may_be_edited() {
            return None;
        }
        let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
        (short[same..] == long[same + 1..]).then_some(Reason::Edit)
    }

    fn may_be_edited(&self) -> bool {
        self.asked.len() >= EDIT_CHARS_MIN
    }

    fn may_be_edited_at(&self, at: usize) -> bool {
        at > 0 || self.thorough
    }

    /// The ways that are still open after one character more.
    fn after(&self, ways: Ways, c: char) -> Ways {
        let at = ways.chars;
        let mut next = Ways { chars: at + 1, ..Ways::default() };
        if let Some(near) = self.near.get(at) {
            next.sounds = ways.sounds && near.sounds.binary_search(&c).is_ok();
            next.looks = ways.looks && near.looks.binary_search(&c).is_ok();
        }
        // One character other, more or fewer: how many characters of the word asked for may have
        // been used up by now is `at` give or take one.
        let is = |place: Option<usize>| place.and_then(|p| self.asked.get(p)).is_some_and(|a| *a == c);
        next.same = ways.same && is(Some(at));
        let begins = ways.same && self.may_be_edited_at(at);
        let [fewer, other, more] = ways.edited;
        next.edited = [
            fewer && is(at.checked_sub(1)) || begins,
            other && is(Some(at)) || begins && at < self.asked.len(),
            more && is(Some(at + 1)) || begins && is(Some(at + 1)),
        ];
        next
    }
}

impl Slip {
    /// Whether the begun character can be one that is wanted: without this, every second character
    /// of a dictionary would be looked at.
    fn may_become(&self, walk: &Walk) -> bool {
        let Walk { ways, begun, bytes } = walk;
        let (at, bytes) = (ways.chars, &begun[..*bytes]);
        if ways.same && self.may_be_edited_at(at) {
            return true;
        }
        let near = ways.sounds || ways.looks || ways.same;
        if near && self.near.get(at).is_some_and(|near| near.begins(bytes)) {
            return true;
        }
        let places = [at.checked_sub(1), Some(at), Some(at + 1)];
        let wanted = ways.edited.iter().zip(places).filter(|(open, _)| **open);
        wanted.filter_map(|(_, place)| self.asked.get(place?)).any(|c| encoded(*c).starts_with(bytes))
    }
}

/// In which ways a beginning may still become a word that was meant.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ways {
    /// Characters so far.
    chars: usize,
    /// Each is read as the one asked for.
    sounds: bool,
    /// Each is or looks like the one asked for.
    looks: bool,
    /// Each is the one asked for.
    same: bool,
    /// One edit was made, and as many characters of the asked word are used up as here, less one,
    /// exactly, and one more.
    edited: [bool; 3],
}

/// A place in the walk: whole characters, and the bytes of the one that has begun.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk {
    ways: Ways,
    begun: [u8; 4],
    bytes: usize,
}

impl Automaton for &Slip {
    type State = Walk;

    fn start(&self) -> Walk {
        let ways = Ways {
            chars: 0,
            sounds: self.sound.is_some(),
            looks: self.asked.len() > 1,
            same: self.may_be_edited(),
            edited: [false; 3],
        };
        Walk { ways, begun: [0; 4], bytes: 0 }
    }

    fn is_match(&self, walk: &Walk) -> bool {
        let ways = walk.ways;
        let [fewer, other, more] = ways.edited;
        let asked = self.asked.len();
        walk.bytes == 0
            && match ways.chars {
                n if n == asked => ways.sounds || ways.looks || other,
                n if n + 1 == asked => more || ways.same,
                n if n == asked + 1 => fewer,
                _ => false,
            }
    }

    fn can_match(&self, walk: &Walk) -> bool {
        let ways = walk.ways;
        ways.chars <= self.asked.len() + 1
            && (ways.sounds || ways.looks || ways.same || ways.edited.contains(&true))
    }

    fn accept(&self, walk: &Walk, byte: u8) -> Walk {
        let dead = Walk { ways: Ways::default(), begun: [0; 4], bytes: 0 };
        let mut walk = *walk;
        let Some(place) = walk.begun.get_mut(walk.bytes) else { return dead };
        *place = byte;
        walk.bytes += 1;
        match std::str::from_utf8(&walk.begun[..walk.bytes]) {
            Ok(whole) => match whole.chars().next() {
                Some(c) => Walk { ways: self.after(walk.ways, c), begun: [0; 4], bytes: 0 },
                None => dead,
            },
            // The bytes may be the beginning of a character.
            Err(broken) if broken.error_len().is_none() && self.may_become(&walk) => walk,
            Err(_) => dead,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn walked(asked: &str, word: &str) -> bool {
        let slip = Slip::of(asked, true);
        let automaton = &slip;
        let mut walk = automaton.start();
        for byte in word.bytes() {
            if !automaton.can_match(&walk) {
                return false;
            }
            walk = automaton.accept(&walk, byte);
        }
        automaton.is_match(&walk)
    }

    #[test]
    fn a_slip_is_one_of_sound_look_or_a_character_of_a_longer_word() {
        for (asked, word, reason) in [
            ("魏真东", "魏振东", Some(Reason::Sound)),
            ("善立夫", "单立夫", Some(Reason::Sound)),
            ("末来", "未来", Some(Reason::Look)),
            ("水利工厂", "水利工程", Some(Reason::Edit)),
            ("水利建工程", "水利工程", Some(Reason::Edit)),
            ("水利工程", "水利建工程", Some(Reason::Edit)),
            ("小利工程", "水利工程", Some(Reason::Edit)),
            ("rcpe", "rcep", None),
            ("rceps", "rcep", Some(Reason::Edit)),
            ("水利", "水利", None),
            ("水利局", "水务局", None),
        ] {
            assert_eq!(Slip::of(asked, true).reason(word), reason, "{asked} {word}");
            assert!(reason.is_none() || walked(asked, word), "{asked} {word}");
        }
    }

    proptest! {
        #[test]
        fn the_walk_lets_every_slip_through(asked in "[未末来单善立夫a]{2,5}", word in "[未末来单善立夫a]{1,6}") {
            if Slip::of(&asked, true).reason(&word).is_some() {
                prop_assert!(walked(&asked, &word));
            }
        }

        #[test]
        fn the_walk_ends_at_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
            let slip = Slip::of("水利工程", false);
            let automaton = &slip;
            let mut walk = automaton.start();
            for byte in bytes {
                walk = automaton.accept(&walk, byte);
            }
            let _ = automaton.is_match(&walk);
        }
    }
}
