//! Finds every run of characters that could be a name, whatever speaks against it.

use super::context::{self, Before, Behind, Left};
use super::glyphs::Glyphs;
use super::lexicon::{FORWARD_CHARS_MAX, Lexicon, Traits, word};
use super::model::{self, Form, Run};

/// The longest foreign name without a dot, and the longest part of one with dots, in characters.
const FOREIGN_CHARS_MAX: usize = 8;
/// The longest name of no known form, in characters.
const FREE_CHARS_MAX: usize = 5;

/// Tells the candidates of a text from left to right by their beginning.
pub(super) struct Candidates<'a> {
    g: &'a Glyphs,
    lex: &'a Lexicon,
    /// The last answers to what stands behind a place.
    behind: [(usize, Behind); 16],
    /// The last answers to what word runs over a place.
    over: [(usize, u32); 16],
    /// Whether also those are told that nothing around them could make a name.
    every: bool,
}

impl<'a> Candidates<'a> {
    /// Candidates of a text.
    pub(super) fn new(g: &'a Glyphs, lex: &'a Lexicon) -> Self {
        Self { g, lex, behind: [(usize::MAX, Behind::Han); 16], over: [(usize::MAX, 0); 16], every: false }
    }

    /// What stands behind a place.
    pub(super) fn behind(&mut self, at: usize) -> Behind {
        let slot = &mut self.behind[at & 15];
        if slot.0 != at {
            *slot = (at, context::behind(self.g, self.lex, at));
        }
        slot.1
    }

    /// How common a word runs over a place.
    fn over(&mut self, at: usize) -> u32 {
        let slot = &mut self.over[at & 15];
        if slot.0 != at {
            *slot = (at, model::over(self.g, self.lex, at));
        }
        slot.1
    }

    /// Tells every candidate of the text, also the hopeless ones: the weights are learned from all.
    pub(super) fn all(&mut self, each: &mut impl FnMut(Run, f32)) {
        self.every = true;
        for at in 0..self.g.len() {
            self.at(at, each);
        }
    }

    /// Tells every candidate that begins at a place, and how strongly it speaks for itself.
    pub(super) fn at(&mut self, at: usize, each: &mut impl FnMut(Run, f32)) {
        let c = self.g.get(at);
        let t = self.lex.traits(c);
        if !t.han() {
            if joins(self.g, self.lex, at) {
                self.dotted(at, each);
            }
            return;
        }
        let surname = t.surname();
        let foreign = t.foreign();
        let before = self.g.before(at, 1);
        // Names that nothing in their form gives away stand behind posts, commas of lists and borders.
        let open = self.may_call(before) || before == '、';
        if surname == 0 && foreign < 3 && t.given_first() < 5 && !open && !t.begins_special() {
            return;
        }
        let mut left = None;
        if surname > 0 {
            self.native(at, surname, &mut left, each);
        }
        if t.begins_special() {
            self.special(at, &mut left, each);
        }
        if t.given_first() >= 5 {
            self.given(at, &mut left, each);
        }
        if foreign >= 3 {
            self.foreign(at, &mut left, each);
        }
        if open {
            self.free(at, &mut left, each);
        }
    }

    /// Whether a post or 记者 may end in this character; brackets and white space may hide one.
    fn may_call(&self, before: char) -> bool {
        let t = self.lex.traits(before);
        t.calls() || (!t.han() && matches!(before, ' ' | '”' | ')' | '」' | '』' | 'o'))
    }

    fn left(&self, at: usize, memo: &mut Option<Left>) -> Left {
        *memo.get_or_insert_with(|| context::left(self.g, self.lex, at))
    }

    fn push(
        &mut self,
        start: usize,
        end: usize,
        form: Form,
        memo: &mut Option<Left>,
        each: &mut impl FnMut(Run, f32),
    ) {
        let own = model::own(self.g, self.lex, start, end, form);
        // Most runs end here: what stands around them need not be looked up.
        if own < model::HOPELESS && !form.is_told() && !self.every {
            return;
        }
        if form != Form::Famous && self.addresses(start, end) {
            return;
        }
        let left = self.left(start, memo);
        let behind = self.behind(end);
        let over = (self.over(start), self.over(end));
        each(Run { start, end, form, left, behind, over }, own);
    }

    /// Whether a run is a surname with a form of address or post behind it: 王先生, 郑经理, 史某.
    fn addresses(&self, start: usize, end: usize) -> bool {
        if self.g.slice(start, end).contains(&'某') {
            return true;
        }
        if !self.lex.traits(self.g.get(end - 1)).addresses() {
            return false;
        }
        let mut found = false;
        self.lex.words_to(self.g.slice(start, end), |len, bits| {
            found |= len >= 2 && len < end - start && bits & (word::ADDRESS | word::HEAD) != 0;
        });
        found
    }

    /// Surname and one or two characters.
    fn native(&mut self, at: usize, surname: u32, left: &mut Option<Left>, each: &mut impl FnMut(Run, f32)) {
        let (one, two) = (self.lex.traits(self.g.get(at + 1)), self.lex.traits(self.g.get(at + 2)));
        if !one.han() {
            return;
        }
        let before = self.g.before(at, 1);
        let called = self.may_call(before) && self.left(at, left).calls_for_a_name();
        let listed = |end: usize| surname >= 5 && (before == '、' || self.g.get(end) == '、');
        let (in_two, in_three) = (called || listed(at + 2), called || listed(at + 3));
        if fits(one, one.given_only()) || in_two {
            self.push(at, at + 2, Form::Two, left, each);
        }
        if !two.han() {
            return;
        }
        if (fits(one, one.given_first()) && fits(two, two.given_last())) || in_three {
            self.push(at, at + 3, Form::Three, left, each);
        }
        // A woman's name with her husband's surname in front.
        let three = self.lex.traits(self.g.get(at + 3));
        if surname >= 7
            && one.surname() >= 7
            && three.han()
            && two.given_first() > 3
            && three.given_last() > 3
        {
            self.push(at, at + 4, Form::DoubleFour, left, each);
        }
    }

    /// A given name alone, of two characters that names are fond of.
    fn given(&mut self, at: usize, left: &mut Option<Left>, each: &mut impl FnMut(Run, f32)) {
        if self.lex.traits(self.g.get(at + 1)).given_last() >= 5 {
            self.push(at, at + 2, Form::Given, left, each);
        }
    }

    /// Compound surnames, Japanese ones, names of two parts, and people known to everybody.
    fn special(&mut self, at: usize, left: &mut Option<Left>, each: &mut impl FnMut(Run, f32)) {
        let (mut compound, mut japanese) = (false, 0);
        let mut parts = 0;
        let mut famous = [0usize; FORWARD_CHARS_MAX + 1];
        let mut n = 0;
        self.lex.words_from(self.g.slice(at, at + FORWARD_CHARS_MAX), |len, bits| {
            compound |= bits & word::COMPOUND != 0;
            if bits & word::JAPANESE != 0 {
                japanese = len;
            }
            if bits & word::UNIT != 0 {
                parts = len;
            }
            if bits & word::FAMOUS != 0 && n < famous.len() {
                famous[n] = len;
                n += 1;
            }
        });
        for &len in &famous[..n] {
            self.push(at, at + len, Form::Famous, left, each);
        }
        if parts > 0 {
            let rest = self.g.slice(at + parts, at + parts + FORWARD_CHARS_MAX);
            if let Some((len, _)) = self.lex.longest_from(rest, word::UNIT) {
                self.push(at, at + parts + len, Form::Parts, left, each);
            }
        }
        if japanese > 0 {
            for given in 0..=3 {
                let end = at + japanese + given;
                if given > 0 && !self.lex.traits(self.g.get(end - 1)).han() {
                    break;
                }
                self.push(at, end, Form::Japanese, left, each);
            }
        }
        if compound && self.lex.traits(self.g.get(at + 2)).han() {
            self.push(at, at + 3, Form::CompoundThree, left, each);
            if self.lex.traits(self.g.get(at + 3)).han() {
                self.push(at, at + 4, Form::CompoundFour, left, each);
            }
        }
    }

    /// A foreign name without a dot.
    fn foreign(&mut self, at: usize, left: &mut Option<Left>, each: &mut impl FnMut(Run, f32)) {
        if self.lex.traits(self.g.get(at + 1)).foreign() < 2 {
            return;
        }
        // Inside a longer run a name begins only where a word ends.
        let before = self.lex.traits(self.g.before(at, 1));
        if before.foreign() >= 4 && self.left(at, left).kind == Before::Han {
            let word_ends = self
                .lex
                .longest_to(self.g.slice(at.saturating_sub(5), at), word::COMMON)
                .is_some_and(|(len, _)| len >= 2);
            if !word_ends {
                return;
            }
        }
        let (mut end, mut odd) = (at + 1, false);
        while end - at < FOREIGN_CHARS_MAX {
            if self.lex.traits(self.g.get(end)).foreign() < 2 {
                // One character that seldom writes by sound may stand among those that do: 基里延科.
                if odd || !self.among_sounds(end) {
                    break;
                }
                odd = true;
                end += 1;
                continue;
            }
            end += 1;
            let next = self.lex.traits(self.g.get(end));
            if next.foreign() < 4 || self.behind(end) != Behind::Han {
                self.push(at, end, Form::Foreign, left, each);
            }
        }
    }

    /// Whether a character stands between two that write by sound, and no word holds it.
    fn among_sounds(&mut self, at: usize) -> bool {
        let c = self.g.get(at);
        let strong = |i: usize| self.lex.traits(self.g.get(i)).foreign() >= 5;
        self.lex.traits(c).han()
            && self.lex.word(&[c]) == 0
            && strong(at - 1)
            && strong(at + 1)
            && self.over(at) == 0
            && self.over(at + 1) == 0
    }

    /// Names parted by a dot; told at the first dot.
    fn dotted(&mut self, dot: usize, each: &mut impl FnMut(Run, f32)) {
        let part = |c: char, lex: &Lexicon| {
            (lex.traits(c).han() && !matches!(c, '和' | '与' | '及' | '的' | '是' | '对' | '向'))
                || c.is_ascii_alphabetic()
        };
        let mut first = dot;
        while first > 0 && dot - first < FOREIGN_CHARS_MAX && part(self.g.get(first - 1), self.lex) {
            first -= 1;
        }
        // Not the first dot of the name: already told.
        if first == dot
            || (first > 0 && joins(self.g, self.lex, first - 1) && dot - first < FOREIGN_CHARS_MAX)
        {
            return;
        }
        let mut last_dot = dot;
        let mut end = dot + 1;
        loop {
            while end - last_dot <= FOREIGN_CHARS_MAX && part(self.g.get(end), self.lex) {
                end += 1;
            }
            if end - last_dot > 1
                && joins(self.g, self.lex, end)
                && part(self.g.get(end + 1), self.lex)
                && end - dot < 30
            {
                last_dot = end;
                end += 1;
            } else {
                break;
            }
        }
        if end == last_dot + 1 {
            return;
        }
        let latin_last = self.g.get(last_dot + 1).is_ascii_alphabetic();
        for start in first..dot {
            let inside_latin =
                self.g.get(start).is_ascii_alphabetic() && self.g.before(start, 1).is_ascii_alphabetic();
            if inside_latin {
                continue;
            }
            let mut left = None;
            for e in (last_dot + 2).min(end)..=end {
                if latin_last && e != end {
                    continue;
                }
                self.push(start, e, Form::Dotted, &mut left, each);
            }
        }
    }

    /// A name of no known form where a name must stand, up to the next border or verb.
    fn free(&mut self, at: usize, left: &mut Option<Left>, each: &mut impl FnMut(Run, f32)) {
        let before = self.left(at, left);
        if !(before.calls_for_a_name() || before.kind == Before::ListComma) {
            return;
        }
        for len in 2..=FREE_CHARS_MAX {
            if !self.lex.traits(self.g.get(at + len - 1)).han() {
                return;
            }
            if !matches!(self.behind(at + len), Behind::Han | Behind::Word | Behind::Figure | Behind::Dot) {
                self.push(at, at + len, Form::Free, left, each);
            }
        }
    }
}

/// Whether a character may stand in a given name: it was seen there, or is rare everywhere.
fn fits(traits: Traits, strength: u32) -> bool {
    strength > 0 || !traits.ordinary()
}

/// Whether what stands at a place joins the parts of a foreign name: a dot in its several spellings, or a
/// dash between characters that write by sound (迪亚斯-卡内尔), but not between places (中国-东盟).
pub(super) fn joins(g: &Glyphs, lex: &Lexicon, at: usize) -> bool {
    match g.get(at) {
        '·' | '•' | '・' | '‧' => true,
        '-' | '—' | '–' => {
            let sound = |i: usize| lex.traits(g.get(i)).foreign() >= 3;
            let ends_a_place = lex.longest_to(g.slice(at.saturating_sub(7), at), word::PLACE).is_some();
            let begins_one = lex.longest_from(g.slice(at + 1, at + 8), word::PLACE).is_some();
            at >= 2 && [at - 2, at - 1, at + 1, at + 2].into_iter().all(sound) && !ends_a_place && !begins_one
        }
        _ => false,
    }
}
