//! Lists of words that lines are asked for, quick to say no.
//!
//! A page asks many short questions (does this line begin with one of forty words?) and nearly all
//! answers are no. A filter of characters gives them without looking at the words.

/// A filter of characters: never denies one that is there.
#[derive(Debug, Clone, Copy, Default)]
struct Filter([u64; 16]);

const fn slot(c: char) -> usize {
    (c as usize ^ (c as usize >> 7)) & 1023
}

impl Filter {
    fn add(&mut self, c: char) {
        self.0[slot(c) / 64] |= 1 << (slot(c) % 64);
    }

    fn may_hold(&self, slot: usize) -> bool {
        self.0[slot / 64] & (1 << (slot % 64)) != 0
    }
}

/// A list of words in comparable form.
pub(super) struct Lexicon {
    /// Each word with the slots of its first and its second character.
    words: Vec<(&'static str, usize, usize)>,
    first: Filter,
    last: Filter,
}

impl Lexicon {
    /// The words of a list that are separated by spaces; where one begins another, the longer comes first.
    pub(super) fn of(list: &'static str) -> Self {
        let (mut first, mut last) = (Filter::default(), Filter::default());
        let mut words = Vec::new();
        for word in list.split_ascii_whitespace() {
            let mut chars = word.chars();
            let Some(a) = chars.next() else { continue };
            let b = chars.next().unwrap_or(a);
            first.add(a);
            last.add(word.chars().next_back().unwrap_or(a));
            words.push((word, slot(a), slot(b)));
        }
        Self { words, first, last }
    }

    /// The first word of the list with which the text begins.
    pub(super) fn beginning(&self, text: &str) -> Option<&'static str> {
        let at = slot(text.chars().next()?);
        if !self.first.may_hold(at) {
            return None;
        }
        self.words.iter().find(|(w, a, _)| *a == at && text.starts_with(w)).map(|(w, ..)| *w)
    }

    /// Whether the text begins with one of the words.
    pub(super) fn begins(&self, text: &str) -> bool {
        self.beginning(text).is_some()
    }

    /// Whether the text ends with one of the words.
    pub(super) fn ends(&self, text: &str) -> bool {
        text.chars().next_back().is_some_and(|c| self.last.may_hold(slot(c)))
            && self.words.iter().any(|(w, ..)| text.ends_with(w))
    }

    /// Whether the text is one of the words.
    pub(super) fn is(&self, text: &str) -> bool {
        self.beginning(text).is_some() && self.words.iter().any(|(w, ..)| *w == text)
    }

    /// The words that may begin with this character.
    pub(super) fn from(&self, c: char) -> impl Iterator<Item = &'static str> {
        let at = slot(c);
        let some = self.first.may_hold(at);
        self.words.iter().filter(move |(_, a, _)| some && *a == at).map(|(w, ..)| *w)
    }

    /// How many of the words stand in the text.
    pub(super) fn count(&self, text: &Searched<'_>) -> usize {
        self.words
            .iter()
            .filter(|(w, a, b)| text.seen.may_hold(*a) && text.seen.may_hold(*b) && text.text.contains(w))
            .count()
    }
}

/// A folded text that is asked for many words.
pub(super) struct Searched<'t> {
    text: &'t str,
    seen: Filter,
}

impl<'t> Searched<'t> {
    /// Notes which characters stand in the text.
    pub(super) fn new(text: &'t str) -> Self {
        let mut seen = Filter::default();
        for c in text.chars() {
            seen.add(c);
        }
        Self { text, seen }
    }

    /// Whether a word stands in the text.
    pub(super) fn has(&self, word: &str) -> bool {
        word.chars().take(3).all(|c| self.seen.may_hold(slot(c))) && self.text.contains(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_finds_its_words_at_both_ends_and_inside() {
        let list = Lexicon::of("本报记者 记者 报道");
        assert_eq!(list.beginning("本报记者温岭"), Some("本报记者"));
        assert_eq!(list.beginning("本报讯"), None);
        assert!(list.ends("温岭报道") && !list.ends("温岭"));
        assert!(list.is("记者") && !list.is("记者温岭"));
        assert_eq!(list.count(&Searched::new("据本报记者温岭报道")), 3);
        assert!(!Searched::new("温岭").has("记者"));
    }
}
