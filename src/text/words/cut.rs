//! Cuts text into the words of a dictionary along the likeliest route, as jieba does.

use std::iter::Peekable;
use std::str::CharIndices;

use super::{trie::View, unknown};

/// A dictionary for cutting: its words and how likely each frequency makes a word.
#[derive(Clone, Copy)]
pub(super) struct Likely<'b> {
    pub(super) words: View<'b>,
    /// By frequency as the words refer to it: ln of the frequency, less ln of the total.
    pub(super) ln: &'b [f64],
}

/// What can be cut with: the general dictionary, and an archive's names above it.
///
/// A name that is also a general word must be at least as frequent as the word.
#[derive(Clone, Copy)]
pub(super) struct Cutter<'b> {
    pub(super) general: Likely<'b>,
    pub(super) names: Option<Likely<'b>>,
    /// The likelihood of a character that begins no word.
    pub(super) ln_unknown: f64,
}

/// A character of a block with its place and its codes.
struct Place {
    byte: usize,
    general: u16,
    name: u16,
}

/// The step to take from a character: where the word ends, and how likely the rest is.
#[derive(Clone, Copy)]
struct Step {
    ln: f64,
    end: usize,
}

/// Room to work in, kept from block to block.
#[derive(Default)]
struct Room {
    chars: Vec<char>,
    places: Vec<Place>,
    route: Vec<Step>,
    labels: Vec<[u8; 4]>,
}

impl Cutter<'_> {
    /// Tells where each word ends, in bytes; the words lie side by side.
    pub(super) fn cut(&self, text: &str, mut tell: impl FnMut(usize)) {
        let mut room = Room::default();
        let mut chars = text.char_indices().peekable();
        while let Some(&(byte, c)) = chars.peek() {
            if in_block(c) {
                let end = self.read_block(&mut chars, &mut room);
                self.cut_block(&mut room, end, &mut tell);
                continue;
            }
            chars.next();
            let pair = c == '\r' && chars.next_if(|&(_, next)| next == '\n').is_some();
            tell(byte + c.len_utf8() + usize::from(pair));
        }
    }

    /// How likely the likeliest words of a text stand side by side, as its ln; unknown ones are not guessed at.
    pub(super) fn likelihood(&self, text: &str) -> f64 {
        let mut room = Room::default();
        let mut ln = 0.0;
        let mut chars = text.char_indices().peekable();
        while let Some(&(_, c)) = chars.peek() {
            if in_block(c) {
                self.read_block(&mut chars, &mut room);
                self.find_route(&room.places, &mut room.route);
                ln += room.route.first().map_or(0.0, |step| step.ln);
            } else {
                chars.next();
                ln += self.ln_unknown;
            }
        }
        ln
    }

    /// Takes the characters up to where the block ends; gives where that is, in bytes.
    fn read_block(&self, chars: &mut Peekable<CharIndices<'_>>, room: &mut Room) -> usize {
        room.chars.clear();
        room.places.clear();
        let mut end = 0;
        while let Some((byte, c)) = chars.next_if(|&(_, c)| in_block(c)) {
            room.chars.push(c);
            room.places.push(Place {
                byte,
                general: self.general.words.code(c),
                name: self.names.map_or(0, |names| names.words.code(c)),
            });
            end = byte + c.len_utf8();
        }
        end
    }

    fn cut_block(&self, room: &mut Room, block_end: usize, tell: &mut impl FnMut(usize)) {
        self.find_route(&room.places, &mut room.route);
        let count = room.chars.len();
        let byte = |at: usize| room.places.get(at).map_or(block_end, |place| place.byte);
        let mut at = 0;
        while at < count {
            let begun = at;
            while at < count && room.route[at].end == at + 1 {
                at += 1;
            }
            // What the route leaves as single characters may be one unknown word.
            if at - begun > 1 && !self.has(&room.places[begun..at]) {
                unknown::cut(&room.chars[begun..at], &mut room.labels, |end| tell(byte(begun + end)));
            } else {
                (begun + 1..=at).for_each(|end| tell(byte(end)));
            }
            if at < count {
                at = room.route[at].end;
                tell(byte(at));
            }
        }
    }

    /// From the last character to the first, the likeliest way to the end.
    fn find_route(&self, places: &[Place], route: &mut Vec<Step>) {
        let count = places.len();
        route.clear();
        route.resize(count + 1, Step { ln: 0.0, end: count });
        for at in (0..count).rev() {
            let mut best: Option<Step> = None;
            let ahead = &places[at..];
            let mut consider = |ln_word: f64, end: usize| {
                let ln = ln_word + route[end].ln;
                if best.is_none_or(|b| ln > b.ln || (ln == b.ln && end > b.end)) {
                    best = Some(Step { ln, end });
                }
            };
            let general = &self.general;
            general.words.prefixes(ahead.iter().map(|p| p.general), |length, frequency| {
                consider(general.ln.get(frequency).copied().unwrap_or(f64::NEG_INFINITY), at + length);
            });
            if let Some(names) = &self.names {
                names.words.prefixes(ahead.iter().map(|p| p.name), |length, frequency| {
                    consider(names.ln.get(frequency).copied().unwrap_or(f64::NEG_INFINITY), at + length);
                });
            }
            route[at] = best.unwrap_or(Step { ln: self.ln_unknown + route[at + 1].ln, end: at + 1 });
        }
    }

    fn has(&self, run: &[Place]) -> bool {
        self.general.words.has(run.iter().map(|p| p.general))
            || self.names.is_some_and(|names| names.words.has(run.iter().map(|p| p.name)))
    }
}

/// Whether a character stands in the runs that are looked up: Han, and what Latin words and
/// numbers are made of. Any other character is a word of its own.
#[inline]
fn in_block(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}'
        | 'a'..='z' | 'A'..='Z' | '0'..='9' | '+' | '#' | '&' | '.' | '_' | '%' | '-'
        | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{2A6DF}' | '\u{2A700}'..='\u{2B73F}' | '\u{2B740}'..='\u{2B81F}'
        | '\u{2B820}'..='\u{2CEAF}' | '\u{2CEB0}'..='\u{2EBEF}' | '\u{2F800}'..='\u{2FA1F}')
}
