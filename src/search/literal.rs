//! Finds a run of characters exactly, whatever the segmenter thinks of it.
//!
//! The index holds every two neighbouring characters with their offset. A run of n characters is
//! the phrase of some of its n − 1 bigrams at their distances: enough of them that every character
//! is covered, and of those covers the one whose bigrams are rarest.

use std::sync::Arc;

use tantivy::Term;
use tantivy::query::{EmptyQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

use super::runs::Run;
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
            let field = place.bigrams(fields);
            let mut bigrams = Vec::with_capacity(chars.len() - 1);
            for pair in chars.windows(2) {
                let term = Term::from_field_text(field, &pair.iter().collect::<String>());
                let articles = terms.documents(&term)?;
                if articles == 0 {
                    return Ok(Box::new(EmptyQuery));
                }
                bigrams.push((term, articles));
            }
            if let [(term, _)] = bigrams.as_slice() {
                let record = IndexRecordOption::WithFreqs;
                return Ok(Box::new(TermQuery::new(term.clone(), record)));
            }
            if chars.len() > LONG_CHARS && place != Place::Furniture {
                return Ok(long(fields, book, place, folded, &bigrams));
            }
            let chosen = cover_of(&bigrams.iter().map(|(_, n)| *n).collect::<Vec<_>>());
            Box::new(run(chosen, &bigrams))
        }
    })
}

/// Longest run whose every character is looked up; of a longer one the rarest pairs find the few
/// articles it can stand in, and the stored text decides.
pub(crate) const LONG_CHARS: usize = 96;

/// The articles in which a very long run stands.
fn long(
    fields: &Fields,
    book: &Codebook,
    place: Place,
    folded: &str,
    bigrams: &[(Term, u64)],
) -> Box<dyn Query> {
    let mut rarest: Vec<(u64, usize)> = bigrams.iter().enumerate().map(|(at, (_, n))| (*n, at)).collect();
    rarest.sort_unstable();
    rarest.truncate(LONG_CHARS / 4);
    rarest.sort_unstable_by_key(|(_, at)| *at);
    let rarest = run(rarest.into_iter().map(|(_, at)| at), bigrams);
    let folded = folded.to_owned();
    let check = move |runs: &[(TextPart, String)]| {
        runs.iter().any(|(part, text)| place.covers(*part) && fold(text).contains(&folded))
    };
    Box::new(Verified::new(Box::new(rarest), Arc::new(check), fields.record, book))
}

/// The run that has these of its pairs.
fn run(chosen: impl IntoIterator<Item = usize>, pairs: &[(Term, u64)]) -> Run {
    let distance = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Run::new(chosen.into_iter().filter_map(|at| Some((distance(at), pairs.get(at)?.0.clone()))).collect())
}

/// Chooses bigrams so that every character is covered and the sum of their articles is least.
///
/// The first and the last are always chosen; between two chosen ones at most one is left out. Up to
/// four characters all are taken: there each one keeps false candidates away.
pub(crate) fn cover_of(articles: &[u64]) -> Vec<usize> {
    let n = articles.len();
    if n <= 3 {
        return (0..n).collect();
    }
    // least[i]: smallest sum of a cover that ends with bigram i.
    let mut least: Vec<(u64, usize)> = vec![(articles[0], 0)];
    for i in 1..n {
        let one = (least[i - 1].0.saturating_add(articles[i]), i - 1);
        let two = (i >= 2).then(|| (least[i - 2].0.saturating_add(articles[i]), i - 2));
        least.push(two.map_or(one, |two| if two.0 <= one.0 { two } else { one }));
    }
    let mut chosen = vec![n - 1];
    let mut at = n - 1;
    while at != 0 {
        at = least[at].1;
        chosen.push(at);
    }
    chosen.reverse();
    chosen
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cover_leaves_out_the_common_ones() {
        assert_eq!(cover_of(&[5, 900, 5, 900, 5]), [0, 2, 4]);
        assert_eq!(cover_of(&[900]), [0]);
        assert_eq!(cover_of(&[9, 9, 9]), [0, 1, 2]);
    }

    proptest! {
        #[test]
        fn every_character_is_covered(articles in proptest::collection::vec(1u64..1000, 1..40)) {
            let chosen = cover_of(&articles);
            prop_assert_eq!(chosen.first(), Some(&0));
            prop_assert_eq!(chosen.last(), Some(&(articles.len() - 1)));
            prop_assert!(chosen.windows(2).all(|w| w[0] < w[1] && w[1] - w[0] <= 2));
        }
    }
}
