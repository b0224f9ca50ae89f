//! Judges whether a run of characters is a name, by weights learned from free text.
//!
//! A linear model over what the run is made of and what stands around it; `index/lexicon/README.md`
//! tells how the weights were made. Weights are looked up by hash, so that judging allocates nothing.

use super::context::{Behind, Left};
use super::glyphs::Glyphs;
use super::lexicon::{Lexicon, Traits, word};

/// The form a name has; one weight vector serves all, with the form in most features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Form {
    /// Surname and one character.
    Two,
    /// Surname and two characters.
    Three,
    /// Compound surname and one character.
    CompoundThree,
    /// Compound surname and two characters.
    CompoundFour,
    /// Two surnames and two characters.
    DoubleFour,
    /// A foreign name written by sound.
    Foreign,
    /// A Japanese surname, alone or with a given name.
    Japanese,
    /// A given name alone.
    Given,
    /// Names parted by a dot.
    Dotted,
    /// No known form, where a name must stand.
    Free,
    /// A person known to everybody.
    Famous,
    /// Surname and one character with white space between.
    Padded,
    /// A name the archive or the text has taught.
    Known,
    /// In Latin letters.
    Latin,
    /// Two parts that names of another people are made of.
    Parts,
}

impl Form {
    /// Whether lists or a dot tell it, and not the weights alone.
    pub(super) const fn is_told(self) -> bool {
        matches!(self, Self::Famous | Self::Dotted | Self::Parts)
    }
}

/// How many weights there are.
pub(super) const WEIGHTS: usize = 1 << 22;
/// What a stored weight of one stands for.
pub(super) const SCALE: f32 = 1.0 / 20.0;

static STORED: &[u8] = include_bytes!("../../index/lexicon/names.model");

/// A run of characters that may be a name, with its surroundings.
#[derive(Clone, Copy)]
pub(super) struct Run {
    /// First character.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
    /// Its form.
    pub(super) form: Form,
    /// What stands before it.
    pub(super) left: Left,
    /// What stands behind it.
    pub(super) behind: Behind,
    /// How common a word runs over its beginning and over its end.
    pub(super) over: (u32, u32),
}

/// What a run itself must reach to be looked at with its surroundings; they seldom make up for more.
pub(super) const HOPELESS: f32 = -6.0;

/// The weight of a feature, in steps of [`SCALE`].
#[inline]
fn weight(feature: usize) -> i32 {
    i32::from(STORED.get(feature).map_or(0, |&b| b as i8))
}

/// How strongly a run of a form speaks for itself: log odds, above 0 for a name.
#[inline]
pub(super) fn own(g: &Glyphs, lex: &Lexicon, start: usize, end: usize, form: Form) -> f32 {
    let mut sum = 0i32;
    made_of(g, lex, (start, end, form), &mut |i| sum += weight(i));
    sum as f32 * SCALE
}

/// How strongly what stands around a run speaks for it.
pub(super) fn around(g: &Glyphs, lex: &Lexicon, run: &Run) -> f32 {
    let mut sum = 0i32;
    surrounded_by(g, lex, run, &mut |i| sum += weight(i));
    sum as f32 * SCALE
}

#[inline]
const fn index(id: u32, a: u32, b: u32, c: u32) -> usize {
    let mut h = (id as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (a as u64);
    h = h.wrapping_mul(0xff51_afd7_ed55_8ccd);
    h ^= h >> 32;
    h = (h ^ b as u64).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^= h >> 29;
    h = (h ^ c as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (h >> 40) as usize & (WEIGHTS - 1)
}

/// Surname and given name in the Chinese way.
const fn is_native(form: Form) -> bool {
    matches!(form, Form::Two | Form::Three | Form::CompoundThree | Form::CompoundFour | Form::DoubleFour)
}

/// How many characters the surname of a native form has.
const fn surname_chars(form: Form) -> usize {
    if matches!(form, Form::CompoundThree | Form::CompoundFour | Form::DoubleFour) { 2 } else { 1 }
}

/// How strongly a character stands in a given name; one that is rare everywhere may stand in any.
#[inline]
fn as_given(lex: &Lexicon, c: char, strength: impl Fn(Traits) -> u32) -> u32 {
    let traits = lex.traits(c);
    if traits.ordinary() { strength(traits) } else { 10 }
}

/// Twice the mean of how strongly the characters of a run write by sound.
fn sound(g: &Glyphs, lex: &Lexicon, start: usize, end: usize) -> u32 {
    let (mut sum, mut count) = (0, 0);
    for &c in g.slice(start, end) {
        let traits = lex.traits(c);
        if traits.han() {
            sum += traits.foreign();
            count += 1;
        }
    }
    (sum * 2).checked_div(count).unwrap_or(0)
}

/// Tells the index of every feature of a run.
pub(super) fn features(g: &Glyphs, lex: &Lexicon, run: &Run, each: &mut impl FnMut(usize)) {
    made_of(g, lex, (run.start, run.end, run.form), each);
    surrounded_by(g, lex, run, each);
}

/// The features of what stands around a run, and of its edges.
fn surrounded_by(g: &Glyphs, lex: &Lexicon, run: &Run, each: &mut impl FnMut(usize)) {
    let Run { start, end, form, left, behind, over } = *run;
    let len = (end - start).min(9) as u32;
    // The form with its length: what most features are told apart by.
    let shape = (form as u32) << 4 | len;
    let native = is_native(form);
    let broad = if native { 1 } else { 2 };
    let (b1, b2, b3) = (g.before(start, 1) as u32, g.before(start, 2) as u32, g.before(start, 3) as u32);
    let (n1, n2, n3) = (g.get(end) as u32, g.get(end + 1) as u32, g.get(end + 2) as u32);
    let first = g.get(start) as u32;
    let second = g.get(start + 1) as u32;
    let last = g.get(end - 1) as u32;
    let (lk, rk) = (left.kind as u32, behind as u32);

    each(index(1, shape, 0, 0));
    each(index(2, shape, lk, 0));
    each(index(3, shape, rk, 0));
    each(index(4, shape, lk, rk));
    // Surroundings as printed.
    each(index(5, broad, b1, 0));
    each(index(6, broad, b2, b1));
    each(index(7, b3, b2, b1));
    each(index(8, broad, n1, 0));
    each(index(9, broad, n1, n2));
    each(index(10, n1, n2, n3));
    each(index(11, b1, n1, broad));
    // Edges: whether a word runs over them.
    each(index(12, b1, first, 0));
    each(index(13, b1, first, second));
    each(index(14, b2, b1, first));
    each(index(15, last, n1, len.min(4)));
    each(index(16, g.before(end, 2) as u32, last, n1));
    each(index(17, last, n1, n2));
    each(index(18, shape, over.0, over.1));
    // What it is made of, by what it stands between.
    if native {
        let given = start + surname_chars(form);
        let s = lex.traits(g.get(start)).surname();
        if end - given == 1 {
            let only = as_given(lex, g.get(given), Traits::given_only);
            each(index(26, only + 16 * s, lk, rk));
        } else {
            let one = as_given(lex, g.get(given), Traits::given_first);
            let two = as_given(lex, g.get(given + 1), Traits::given_last);
            each(index(32, (one + two) / 2 + 16 * s, lk, rk));
        }
    } else {
        each(index(42, sound(g, lex, start, end), lk, rk));
    }
    // A post or verb as printed.
    if left.bits != 0 {
        let mut head = 0u32;
        for &c in g.slice(left.start, left.end) {
            head = head.wrapping_mul(31).wrapping_add(c as u32);
        }
        each(index(19, broad, head, 0));
        each(index(20, shape, head, 0));
    }
}

/// The features of what a run itself is made of.
fn made_of(
    g: &Glyphs,
    lex: &Lexicon,
    (start, end, form): (usize, usize, Form),
    each: &mut impl FnMut(usize),
) {
    let len = (end - start).min(9) as u32;
    let shape = (form as u32) << 4 | len;
    let native = is_native(form);
    let broad = if native { 1 } else { 2 };
    let first = g.get(start) as u32;
    let last = g.get(end - 1) as u32;
    let own = lex.word(g.slice(start, end));
    each(index(21, shape, own & (word::COMMON | word::NOUN | word::NEVER | word::FOREIGN), 0));
    if native {
        let given = start + surname_chars(form);
        let s = lex.traits(g.get(start)).surname();
        each(index(22, shape, first, 0));
        if end - given == 1 {
            let only = as_given(lex, g.get(given), Traits::given_only);
            each(index(23, shape, s, only));
            each(index(24, shape, last, 0));
            each(index(25, first, last, 0));
        } else {
            let one = as_given(lex, g.get(given), Traits::given_first);
            let two = as_given(lex, g.get(given + 1), Traits::given_last);
            each(index(27, shape, s, one + 16 * two));
            each(index(28, g.get(given) as u32, 1, 0));
            each(index(29, last, 1, 0));
            each(index(30, first, g.get(given) as u32, 0));
            each(index(31, g.get(given) as u32, last, 0));
            each(index(33, first, g.get(given) as u32, last));
            each(index(34, lex.word(g.slice(given, end)) & word::COMMON, one + 16 * two, 0));
            each(index(35, lex.word(g.slice(start, given + 1)) & (word::COMMON | word::NOUN), s, one));
        }
    } else {
        let mut low = 9;
        let mut whole = 0u32;
        for i in start..end {
            let c = g.get(i);
            whole = whole.wrapping_mul(31).wrapping_add(c as u32);
            let t = lex.traits(c);
            if !t.han() {
                continue;
            }
            low = low.min(t.foreign());
            each(index(36, c as u32, broad, 0));
            if i + 1 < end {
                each(index(37, c as u32, g.get(i + 1) as u32, 0));
            }
        }
        let mean = sound(g, lex, start, end);
        each(index(38, shape, mean, low));
        each(index(39, shape, first, 0));
        each(index(40, shape, last, 0));
        each(index(41, whole, 0, 0));
        each(index(43, lex.traits(g.before(start, 1)).foreign(), lex.traits(g.get(end)).foreign(), mean));
    }
}

/// How common a word runs over a place, 0 for none; with whether it is a noun.
pub(super) fn over(g: &Glyphs, lex: &Lexicon, at: usize) -> u32 {
    let mut most = 0;
    for back in 1..=3 {
        if back > at {
            break;
        }
        lex.words_from(g.slice(at - back, at + 4), |len, bits| {
            if len > back && bits & word::COMMON != 0 {
                most = most.max((bits & word::COMMON) * 2 + u32::from(bits & word::NOUN != 0));
            }
        });
    }
    most
}
