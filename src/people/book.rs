//! The names an archive has taught: how often each was seen with evidence that leaves no doubt.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize, Serializer};

use super::lexicon::{Lexicon, lexicon, word};
use super::lookup::{GIVEN, KNOWN, Lookup, NEVER, kind_bits};
use super::overlay::Overlay;
use super::post::is_front_of_office;
use super::{Evidence, Kind, Mention};
use crate::text::{fold::fold_char, segment};

/// So many times oftener a name must have been seen than itself with one more character behind it, for
/// the longer one to be taken for a name that swallowed the next word.
const SWALLOWED_TIMES: u32 = 4;

/// In so many articles for each sighting that speaks for it a name's characters may stand. Where they stand in
/// more, they are a word that was once taken for a name by mistake: one slip of the print is met everywhere.
const CHANCE_TIMES: u32 = 30;

/// How often a name was seen, by evidence and by kind.
///
/// Written as the list of its numbers: a large archive has hundreds of thousands of names, and every run reads
/// and writes them all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Taught {
    /// With a post of its own.
    pub post: u32,
    /// In a list under a post or label.
    pub list: u32,
    /// In a byline or credit.
    pub byline: u32,
    /// Saying something.
    pub speech: u32,
    /// As an official.
    pub official: u32,
    /// As a reporter.
    pub reporter: u32,
    /// As somebody else.
    pub other: u32,
    /// Number of articles in which its characters stand, whoever is meant; none where nobody has counted.
    #[serde(default)]
    pub stands: Option<u32>,
}

impl Serialize for Taught {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { post, list, byline, speech, official, reporter, other, stands } = self;
        (post, list, byline, speech, official, reporter, other, stands).serialize(serializer)
    }
}

impl Taught {
    /// Whether a name is to be recognised where nothing else speaks for it.
    ///
    /// A name of its own form is after one sighting with a post, in a list or in a byline. What is a word
    /// of the general dictionary too, as 希望 and 江山, or a foreign place, would be met everywhere by one
    /// mistake: the more common the word, the more must speak for the name. What is nothing but the front of an
    /// office, as 常务副, is never a name by itself; and what stands in over thirty articles for each sighting
    /// that speaks for it, where that was counted, is a word.
    #[must_use]
    pub fn is_firm(&self, name: &str) -> bool {
        self.is_enough(name) && !self.is_chance(name)
    }

    /// Whether enough speaks for a name, however often its characters stand where nothing does.
    pub(super) fn is_enough(&self, name: &str) -> bool {
        // Only of those it is counted, and nothing was learned or taken back since.
        if self.stands.is_some() {
            return true;
        }
        let firm = self.post + self.list + self.byline;
        let enough = firm >= 1 || self.speech >= 2;
        enough && firm + self.speech >= sightings_asked(name)
    }

    /// Whether its characters stand in so many articles that what speaks for it may be chance.
    fn is_chance(&self, name: &str) -> bool {
        let often =
            self.stands.is_some_and(|articles| articles > self.sightings().saturating_mul(CHANCE_TIMES));
        often && known_as(name) & word::FAMOUS == 0
    }

    /// The kind the name was seen as most often; officials before others where it is even.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        if self.official > 0 && self.official >= self.reporter && self.official >= self.other {
            Kind::Official
        } else if self.reporter > self.other {
            Kind::Reporter
        } else {
            Kind::Other
        }
    }

    const fn sightings(&self) -> u32 {
        self.post.saturating_add(self.list).saturating_add(self.byline).saturating_add(self.speech)
    }

    /// Whether it is a name that took in the next word, beside the sightings of what is shorter by one character.
    const fn is_swallowed_by(&self, sightings: u32) -> bool {
        sightings / SWALLOWED_TIMES >= self.sightings()
    }

    fn add(&mut self, other: &Self) {
        self.change(other, u32::saturating_add);
    }

    fn subtract(&mut self, other: &Self) {
        self.change(other, u32::saturating_sub);
    }

    fn change(&mut self, other: &Self, by: fn(u32, u32) -> u32) {
        // What was counted was counted for other articles.
        self.stands = None;
        let pairs = [
            (&mut self.post, other.post),
            (&mut self.list, other.list),
            (&mut self.byline, other.byline),
            (&mut self.speech, other.speech),
            (&mut self.official, other.official),
            (&mut self.reporter, other.reporter),
            (&mut self.other, other.other),
        ];
        for (mine, theirs) in pairs {
            *mine = by(*mine, theirs);
        }
    }
}

/// What the general lexicon knows a name as; all names of an archive are asked about.
fn known_as(name: &str) -> u32 {
    let mut chars = ['\0'; 32];
    let mut count = 0;
    for c in name.chars() {
        // No word of the lexicon is as long.
        let Some(slot) = chars.get_mut(count) else { return 0 };
        *slot = c;
        count += 1;
    }
    lexicon().word(&chars[..count])
}

/// How many sightings make a name firm, by how common a word it is too.
fn sightings_asked(name: &str) -> u32 {
    // One slip of the print, and every office that it stands in front of would be somebody's.
    if is_front_of_office(name) {
        return u32::MAX;
    }
    let bits = known_as(name);
    if bits & word::FAMOUS != 0 {
        return 1;
    }
    let by_word = match segment::general_frequency(name) {
        0..100 => 1,
        100..1_000 => 2,
        1_000..5_000 => 4,
        _ => 10,
    };
    match bits & (word::NEVER | word::PLACE) {
        0 => by_word,
        word::NEVER => by_word.max(2),
        // A place has posts around it in each report from there.
        _ => by_word.max(10),
    }
}

/// The names an archive has taught (人名簿), and the archive's own lexicon.
///
/// Books made from parts of an archive can be merged in any order; in how many articles a name of both stands
/// is then to be counted anew.
///
/// ```
/// use baoku::people::{NameBook, mentions};
/// let mut book = NameBook::default();
/// book.add(&mentions("副区长申小满出席。", &NameBook::default()));
/// assert!(book.contains("申小满"));
/// ```
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NameBook {
    names: BTreeMap<String, Taught>,
    #[serde(default)]
    overlay: Overlay,
    #[serde(skip)]
    lookup: OnceLock<Lookup>,
    #[serde(skip)]
    lexicon: OnceLock<Box<Lexicon>>,
}

impl PartialEq for NameBook {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names && self.overlay == other.overlay
    }
}

impl NameBook {
    /// A book without names but with an archive's own lexicon.
    #[must_use]
    pub fn with_overlay(overlay: Overlay) -> Self {
        Self { overlay, ..Self::default() }
    }

    /// The archive's own lexicon.
    #[must_use]
    pub const fn overlay(&self) -> &Overlay {
        &self.overlay
    }

    /// Puts another lexicon in the place of the archive's own.
    pub fn set_overlay(&mut self, overlay: Overlay) {
        self.overlay = overlay;
        self.lookup = OnceLock::new();
        self.lexicon = OnceLock::new();
    }

    /// Learns from mentions that have evidence of their own; what was known already teaches nothing.
    pub fn add(&mut self, mentions: &[Mention]) {
        for m in mentions {
            let mut seen = Taught::default();
            match m.evidence {
                Evidence::Post => seen.post = 1,
                Evidence::List => seen.list = 1,
                Evidence::Byline => seen.byline = 1,
                Evidence::Speech => seen.speech = 1,
                Evidence::Known | Evidence::Form => continue,
            }
            match m.kind {
                Kind::Official => seen.official = 1,
                Kind::Reporter => seen.reporter = 1,
                Kind::Other => seen.other = 1,
            }
            self.names.entry(key(&m.name)).or_default().add(&seen);
            self.lookup = OnceLock::new();
        }
    }

    /// Takes over the names of another book; the lexicon stays.
    pub fn merge(&mut self, other: &Self) {
        for (name, taught) in &other.names {
            self.names.entry(name.clone()).or_default().add(taught);
        }
        self.lookup = OnceLock::new();
    }

    /// Gives back what another book had taught; names that nothing speaks for any more go.
    pub fn subtract(&mut self, other: &Self) {
        for (name, taught) in &other.names {
            if let Some(mine) = self.names.get_mut(name) {
                mine.subtract(taught);
                if *mine == Taught::default() {
                    self.names.remove(name);
                }
            }
        }
        self.lookup = OnceLock::new();
    }

    /// The names whose articles are counted: those for which enough speaks, and may be chance.
    pub(crate) fn to_count(&self) -> impl Iterator<Item = &str> {
        self.to_count_of(|_| true)
    }

    /// Those of some names.
    pub(crate) fn to_count_of(&self, of: impl Fn(&str) -> bool) -> impl Iterator<Item = &str> {
        let counted = self.names.iter().filter(move |(name, taught)| of(name) && taught.is_enough(name));
        counted.map(|(name, _)| name.as_str())
    }

    /// Those of them in how many articles their characters stand is not known.
    pub(crate) fn uncounted(&self) -> impl Iterator<Item = &str> {
        let unknown =
            self.names.iter().filter(|(name, taught)| taught.stands.is_none() && taught.is_enough(name));
        unknown.map(|(name, _)| name.as_str())
    }

    /// Says of each name whose articles are counted in how many its characters stand, where the number before
    /// is known if it still holds; of others that is not known any more.
    pub(crate) fn set_stands(&mut self, articles: impl Fn(&str, Option<u32>) -> u32) {
        for (name, taught) in &mut self.names {
            taught.stands = taught.is_enough(name).then(|| articles(name, taught.stands));
        }
        self.lookup = OnceLock::new();
    }

    /// The names that are recognised wherever they stand, in order: what a segmenter is taught.
    pub fn taught(&self) -> impl Iterator<Item = &str> {
        let firm = self.known().map(|(name, _)| name);
        let given = self.overlay.people().filter(|name| self.knows(name).is_none());
        firm.chain(given).filter(|name| !self.overlay.is_never(name))
    }

    /// What somebody of this name is mostly, where the name is recognised wherever it stands.
    ///
    /// Where the archive has 苏青 many times with evidence, 苏青端 of 苏青端起碗 is no name that it knows; nor is
    /// one whose characters stand in far more articles than speak for it.
    #[must_use]
    pub fn knows(&self, name: &str) -> Option<Kind> {
        let taught = self.names.get(name).filter(|taught| taught.is_firm(name))?;
        let shorter = name.char_indices().next_back().map_or("", |(last, _)| &name[..last]);
        let swallowed = self
            .names
            .get(shorter)
            .is_some_and(|of| taught.is_swallowed_by(of.sightings()) && of.is_firm(shorter));
        (!swallowed).then(|| taught.kind())
    }

    /// The names that [`NameBook::knows`], in order; asked one by one they would be looked up again and again.
    fn known(&self) -> impl Iterator<Item = (&str, Kind)> {
        // Those before that the name at hand begins with, the longest last, each with its sightings if it is firm.
        let mut begun: Vec<(&str, Option<u32>)> = Vec::new();
        self.names.iter().filter_map(move |(name, taught)| {
            while begun.last().is_some_and(|(shorter, _)| !name.starts_with(shorter)) {
                begun.pop();
            }
            let shorter = begun.last().copied();
            let firm = taught.is_firm(name);
            begun.push((name, firm.then(|| taught.sightings())));
            let swallowed = shorter.is_some_and(|(shorter, sightings)| {
                let is_shorter_by_one = || name[shorter.len()..].chars().count() == 1;
                sightings.is_some_and(|of| taught.is_swallowed_by(of) && is_shorter_by_one())
            });
            (firm && !swallowed).then(|| (name.as_str(), taught.kind()))
        })
    }

    /// The names in the book that are this one with one more character behind it.
    pub fn longer_by_one<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let all = self.names.range::<str, _>((Bound::Excluded(name), Bound::Unbounded));
        all.map(|(longer, _)| longer.as_str())
            .take_while(move |longer| longer.starts_with(name))
            .filter(move |longer| longer[name.len()..].chars().count() == 1)
    }

    /// Whether a name is in the book.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.names.contains_key(&key(name))
    }

    /// What is known of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Taught> {
        self.names.get(&key(name))
    }

    /// The names in order, each with what is known of it.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Taught)> {
        self.names.iter().map(|(n, t)| (n.as_str(), t))
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether the book has taught nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Lays the book out for reading texts, which else the first of them waits for.
    pub(crate) fn lay_out(&self) {
        let _ = self.lookup();
    }

    /// The book laid out for reading a text; made once.
    pub(super) fn lookup(&self) -> &Lookup {
        self.lookup.get_or_init(|| {
            let mut lookup = Lookup::default();
            for (name, kind) in self.known() {
                lookup.add(name.chars(), KNOWN | kind_bits(kind));
            }
            for name in self.overlay.people() {
                lookup.add(key(name).chars(), KNOWN | GIVEN);
            }
            for name in self.overlay.never() {
                lookup.add(key(name).chars(), NEVER);
            }
            lookup
        })
    }

    /// The lexicon with the archive's own posts and bodies.
    pub(super) fn lexicon(&self) -> &Lexicon {
        if self.overlay.posts().next().is_none() && self.overlay.organs().next().is_none() {
            return lexicon();
        }
        self.lexicon.get_or_init(|| Box::new(Lexicon::with_own(self.overlay.posts(), self.overlay.organs())))
    }
}

/// A name as books compare it: folded, without white space.
pub(super) fn key(name: &str) -> String {
    name.chars().map(fold_char).filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests;
