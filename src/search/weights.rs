//! What each part of the ranking is worth.

/// What each part of the ranking is worth, in hundredths; the default is what searches use.
///
/// Others are for measuring what a part gains (`examples/ablation.rs`): a part whose weight is 0 is
/// left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weights {
    /// A word in a paragraph.
    pub word: u16,
    /// A word in kicker, headline or deck.
    pub headline: u16,
    /// A single character of a typed run.
    pub character: u16,
    /// Two neighbouring characters of a typed run.
    pub pair: u16,
    /// What is left of a word that asks or connects.
    pub asking: u16,
    /// Two words that stand near each other, of the rarity of the commoner one.
    pub near: u16,
    /// Share of a score that hangs on how much of what was typed an article has, by its characters.
    pub coverage: u16,
    /// How much longer articles are held back: 0 not at all, 100 in proportion.
    pub length: u16,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            word: 100,
            headline: 200,
            character: 100,
            pair: 30,
            asking: 10,
            near: 100,
            coverage: 30,
            length: 90,
        }
    }
}

/// Hundredths as a factor.
pub(crate) fn factor(hundredths: u16) -> f32 {
    f32::from(hundredths) / 100.0
}
