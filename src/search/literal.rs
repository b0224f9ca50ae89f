//! Finds a run of characters exactly, whatever the segmenter thinks of it.
//!
//! The index holds every two neighbouring characters with their offset. A run of n characters is
//! the phrase of some of its n − 1 bigrams at their distances: enough of them that every character
//! is covered, and of those covers the one whose bigrams are rarest. Bigrams that are rare in the
//! archive share terms: where a cover needs one, the few texts are read.

use std::sync::Arc;

use tantivy::Term;
use tantivy::query::{BooleanQuery, EmptyQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

use super::terms::Terms;
use super::verify::Verified;
use crate::index::schema::Fields;
use crate::index::{Codebook, head_char};
use crate::paper::TextPart;
use crate::text::fold::fold;

/// Which parts of an article a run is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Anywhere.
    Anywhere,
    /// The headline.
    Headline,
    /// The line above.
    Kicker,
    /// The line below.
    Deck,
    /// What stands on a page and is no story.
    Furniture,
}

impl Place {
    const fn bigrams(self, fields: &Fields) -> Field {
        match self {
            Self::Anywhere => fields.exact,
            Self::Headline => fields.headline,
            Self::Kicker => fields.kicker,
            Self::Deck => fields.deck,
            Self::Furniture => fields.furniture,
        }
    }

    /// Whether a part of an article belongs to the place.
    pub(crate) const fn covers(self, part: TextPart) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Headline => matches!(part, TextPart::Headline),
            Self::Kicker => matches!(part, TextPart::Kicker),
            Self::Deck => matches!(part, TextPart::Deck),
            Self::Furniture => false,
        }
    }

    const fn letter(self) -> Option<char> {
        match self {
            Self::Anywhere | Self::Furniture => None,
            Self::Headline => Some('h'),
            Self::Kicker => Some('k'),
            Self::Deck => Some('d'),
        }
    }
}

/// The articles in which a folded run of characters stands; an empty run stands nowhere.
///
/// # Errors
///
/// Where the dictionary of terms can't be read.
pub(crate) fn literal(
    terms: &Terms<'_>,
    fields: &Fields,
    book: &Codebook,
    place: Place,
    folded: &str,
) -> tantivy::Result<Box<dyn Query>> {
    let chars: Vec<char> = folded.chars().collect();
    Ok(match chars.as_slice() {
        [] => Box::new(EmptyQuery),
        [c] => {
            let term = match place.letter() {
                None if place == Place::Furniture => {
                    Term::from_field_text(fields.furniture_chars, c.encode_utf8(&mut [0; 4]))
                }
                None => Term::from_field_text(fields.chars, c.encode_utf8(&mut [0; 4])),
                Some(letter) => Term::from_field_text(fields.head_chars, &head_char(letter, *c)),
            };
            Box::new(TermQuery::new(term, IndexRecordOption::Basic))
        }
        _ => {
            let mut pairs = Vec::with_capacity(chars.len() - 1);
            for pair in chars.windows(2) {
                let (term, rare) = pair_term(fields, book, place, pair[0], pair[1]);
                let articles = terms.documents(&term)?;
                if articles == 0 {
                    return Ok(Box::new(EmptyQuery));
                }
                pairs.push(Pair { term, articles, rare });
            }
            if let [Pair { term, rare: false, .. }] = pairs.as_slice() {
                let record = IndexRecordOption::WithFreqs;
                return Ok(Box::new(TermQuery::new(term.clone(), record)));
            }
            let long = chars.len() > LONG_CHARS && place != Place::Furniture;
            let common: Vec<Option<u64>> =
                pairs.iter().map(|pair| (!pair.rare).then_some(pair.articles)).collect();
            if !long && let Some(chosen) = cover_of(&common) {
                let phrase = chosen.into_iter().map(|at| (at, pairs[at].term.clone())).collect();
                return Ok(Box::new(PhraseQuery::new_with_offset(phrase)));
            }
            read(fields, book, place, folded, &pairs)
        }
    })
}

/// A pair of neighbouring characters of a run.
#[derive(Debug, Clone)]
struct Pair {
    term: Term,
    /// In how many documents the term stands.
    articles: u64,
    /// Whether the term is of other pairs too, and says nothing of places.
    rare: bool,
}

/// The term of a folded pair of characters, and whether it is one that rare pairs share.
pub(crate) fn pair_term(
    fields: &Fields,
    book: &Codebook,
    place: Place,
    first: char,
    second: char,
) -> (Term, bool) {
    if place == Place::Anywhere
        && let Some(entry) = book.rare(first, second)
    {
        return (Term::from_field_text(fields.rare, &entry), true);
    }
    let text: String = [first, second].iter().collect();
    (Term::from_field_text(place.bigrams(fields), &text), false)
}

/// Longest run whose every character is looked up; of a longer one the rarest pairs find the few
/// articles it can stand in, and the stored text decides.
pub(crate) const LONG_CHARS: usize = 96;
/// Rare pairs that are looked up: a few leave next to nothing to be read.
const RARE_MAX: usize = 4;

/// The articles in which a run stands that the index alone can't tell: a very long one, or one with
/// rare pairs where it can't do without them.
fn read(fields: &Fields, book: &Codebook, place: Place, folded: &str, pairs: &[Pair]) -> Box<dyn Query> {
    let rarest = |rare: bool, most: usize| {
        let mut chosen: Vec<usize> = (0..pairs.len()).filter(|at| pairs[*at].rare == rare).collect();
        chosen.sort_unstable_by_key(|at| (pairs[*at].articles, *at));
        chosen.truncate(most);
        chosen.sort_unstable();
        chosen
    };
    let common = rarest(false, LONG_CHARS / 4);
    let mut clauses: Vec<Box<dyn Query>> = Vec::new();
    match common.as_slice() {
        [] => {}
        [at] => clauses.push(Box::new(TermQuery::new(pairs[*at].term.clone(), IndexRecordOption::Basic))),
        several => {
            let phrase = several.iter().map(|at| (*at, pairs[*at].term.clone())).collect();
            clauses.push(Box::new(PhraseQuery::new_with_offset(phrase)));
        }
    }
    let mut known: Vec<&Term> = Vec::new();
    for at in rarest(true, RARE_MAX) {
        let term = &pairs[at].term;
        if !known.contains(&term) {
            known.push(term);
            clauses.push(Box::new(TermQuery::new(term.clone(), IndexRecordOption::Basic)));
        }
    }
    let candidates: Box<dyn Query> = match (clauses.len(), clauses.pop()) {
        (1, Some(one)) => one,
        (_, last) => {
            clauses.extend(last);
            Box::new(BooleanQuery::intersection(clauses))
        }
    };
    let folded = folded.to_owned();
    let check = move |runs: &[(TextPart, String)]| {
        runs.iter().any(|(part, text)| place.covers(*part) && fold(text).contains(&folded))
    };
    Box::new(Verified::new(candidates, Arc::new(check), fields.record, book))
}

/// Chooses pairs, by the number of articles with each, so that every character is covered and the sum
/// is least. Rare pairs have no number and are not chosen; none where it can't be done without them.
///
/// The first and the last are always chosen; between two chosen ones at most one is left out. Up to
/// four characters all are taken: there each one keeps false candidates away.
pub(crate) fn cover_of(articles: &[Option<u64>]) -> Option<Vec<usize>> {
    let n = articles.len();
    if n <= 3 && articles.iter().all(Option::is_some) {
        return Some((0..n).collect());
    }
    // least[i]: smallest sum of a cover that ends with pair i, and the pair before that one.
    let mut least: Vec<Option<(u64, usize)>> = Vec::with_capacity(n);
    for (i, articles) in articles.iter().enumerate() {
        let before = [i.checked_sub(2), i.checked_sub(1)].into_iter().flatten();
        let best = before.filter_map(|at| least[at].map(|(sum, _)| (sum, at))).min_by_key(|(sum, _)| *sum);
        least.push(match (*articles, i, best) {
            (None, ..) => None,
            (Some(articles), 0, _) => Some((articles, 0)),
            (Some(articles), _, best) => best.map(|(sum, at)| (sum.saturating_add(articles), at)),
        });
    }
    let mut chosen = vec![n.checked_sub(1)?];
    let mut at = n - 1;
    least[at]?;
    while at != 0 {
        at = least[at]?.1;
        chosen.push(at);
    }
    chosen.reverse();
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pairs that stand in so many articles; rare ones are 0.
    fn cover(articles: &[u64]) -> Option<Vec<usize>> {
        cover_of(&articles.iter().map(|n| (*n > 0).then_some(*n)).collect::<Vec<_>>())
    }

    #[test]
    fn a_cover_leaves_out_the_common_ones_and_does_without_the_rare() {
        assert_eq!(cover(&[5, 900, 5, 900, 5]), Some(vec![0, 2, 4]));
        assert_eq!(cover(&[900]), Some(vec![0]));
        assert_eq!(cover(&[9, 9, 9]), Some(vec![0, 1, 2]));
        assert_eq!(cover(&[9, 0, 9]), Some(vec![0, 2]));
        assert_eq!(cover(&[9, 0, 9, 9, 0, 9]), Some(vec![0, 2, 3, 5]));
        for lacking in [vec![0], vec![0, 9], vec![9, 0], vec![9, 0, 0, 9], vec![9, 9, 9, 0]] {
            assert_eq!(cover(&lacking), None);
        }
    }

    proptest! {
        #[test]
        fn every_character_is_covered(articles in proptest::collection::vec(0u64..1000, 1..40)) {
            let possible = articles.first() != Some(&0)
                && articles.last() != Some(&0)
                && articles.windows(2).all(|w| w != [0, 0]);
            let chosen = cover(&articles);
            prop_assert_eq!(chosen.is_some(), possible);
            if let Some(chosen) = chosen {
                prop_assert_eq!(chosen.first(), Some(&0));
                prop_assert_eq!(chosen.last(), Some(&(articles.len() - 1)));
                prop_assert!(chosen.windows(2).all(|w| w[0] < w[1] && w[1] - w[0] <= 2));
                prop_assert!(chosen.iter().all(|at| articles[*at] > 0));
            }
        }
    }
}
