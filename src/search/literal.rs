//! Finds a run of characters exactly, whatever the segmenter thinks of it.
//!
//! The index holds every two neighbouring characters with their offset. A run of n characters is
//! the phrase of some of its n − 1 bigrams at their distances: enough of them that every character
//! is covered, and of those covers the one whose bigrams are rarest.

use std::collections::BTreeSet;
use std::sync::Arc;

use tantivy::Term;
use tantivy::query::{EmptyQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

use super::runs::{Columns, Run, Runs};
use super::terms::Terms;
use super::verify::Verified;
use crate::index::schema::Fields;
use crate::index::{Head, OpenIndex, head_char};
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
    const fn pairs(self, fields: &Fields) -> Field {
        match self {
            Self::Furniture => fields.furniture,
            Self::Anywhere | Self::Headline | Self::Kicker | Self::Deck => fields.exact,
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

    /// The line that heads an article.
    const fn head(self) -> Option<Head> {
        match self {
            Self::Anywhere | Self::Furniture => None,
            Self::Headline => Some(Head::Headline),
            Self::Kicker => Some(Head::Kicker),
            Self::Deck => Some(Head::Deck),
        }
    }
}

/// Looks runs of characters up.
pub(crate) struct Literals<'a> {
    pub(crate) terms: &'a Terms<'a>,
    pub(crate) open: &'a OpenIndex,
}

impl Literals<'_> {
    /// The articles in which a folded run of characters stands; an empty run stands nowhere.
    ///
    /// # Errors
    ///
    /// Where the dictionary of terms can't be read.
    pub(crate) fn literal(&self, place: Place, folded: &str) -> tantivy::Result<Box<dyn Query>> {
        let chars: Vec<char> = folded.chars().collect();
        let fields = &self.open.fields;
        let one = match (chars.as_slice(), place.head()) {
            ([], _) => return Ok(Box::new(EmptyQuery)),
            ([c], Some(head)) => Term::from_field_text(fields.head_chars, &head_char(head, *c)),
            ([c], None) => {
                let field = if place == Place::Furniture { fields.furniture_chars } else { fields.chars };
                Term::from_field_text(field, c.encode_utf8(&mut [0; 4]))
            }
            ([_, _], None) => Term::from_field_text(place.pairs(fields), folded),
            _ => return self.run(place, chars, folded),
        };
        if self.terms.documents(&one)? == 0 {
            return Ok(Box::new(EmptyQuery));
        }
        Ok(Box::new(TermQuery::new(one, IndexRecordOption::WithFreqs)))
    }

    /// The articles in which a run of several pairs stands.
    fn run(&self, place: Place, chars: Vec<char>, folded: &str) -> tantivy::Result<Box<dyn Query>> {
        let Some(pairs) = self.pairs(place, &chars)? else { return Ok(Box::new(EmptyQuery)) };
        let long = chars.len() > LONG_CHARS && place != Place::Furniture;
        let chosen = if long { rarest_of(&pairs) } else { cover_of(&frequencies(&pairs)) };
        let runs = Runs::of(run_of(chars.clone(), chosen, &pairs));
        let Some(runs) = self.placed(place, runs, &[chars])? else { return Ok(Box::new(EmptyQuery)) };
        if !long {
            return Ok(Box::new(runs));
        }
        let folded = folded.to_owned();
        let check = move |runs: &[(TextPart, String)]| {
            runs.iter().any(|(part, text)| place.covers(*part) && fold(text).contains(&folded))
        };
        Ok(Box::new(Verified::new(
            Box::new(runs),
            Arc::new(check),
            self.open.fields.record,
            &self.open.codebook,
        )))
    }

    /// The articles in one part of which all runs stand with at most so many other characters between the
    /// first and the last; each of two to [`LONG_CHARS`] characters.
    ///
    /// # Errors
    ///
    /// Where the dictionary of terms can't be read.
    pub(crate) fn near(
        &self,
        place: Place,
        folded: Vec<Vec<char>>,
        between_max: usize,
    ) -> tantivy::Result<Box<dyn Query>> {
        let mut runs = Vec::with_capacity(folded.len());
        for chars in &folded {
            let Some(pairs) = self.pairs(place, chars)? else { return Ok(Box::new(EmptyQuery)) };
            runs.push(run_of(chars.clone(), cover_of(&frequencies(&pairs)), &pairs));
        }
        let runs = Runs::near(runs, between_max, self.columns());
        Ok(match self.placed(place, runs, &folded)? {
            Some(runs) => Box::new(runs),
            None => Box::new(EmptyQuery),
        })
    }

    /// The pairs of a run and how many articles have each; nothing where one stands nowhere.
    fn pairs(&self, place: Place, chars: &[char]) -> tantivy::Result<Option<Vec<(Term, u64)>>> {
        let field = place.pairs(&self.open.fields);
        let mut pairs = Vec::with_capacity(chars.len().saturating_sub(1));
        for pair in chars.windows(2) {
            let term = Term::from_field_text(field, &pair.iter().collect::<String>());
            let articles = self.terms.documents(&term)?;
            if articles == 0 {
                return Ok(None);
            }
            pairs.push((term, articles));
        }
        Ok(Some(pairs))
    }

    /// Keeps runs to a place; nothing where one of their characters never stands there.
    fn placed(&self, place: Place, runs: Runs, chars: &[Vec<char>]) -> tantivy::Result<Option<Runs>> {
        let Some(head) = place.head() else { return Ok(Some(runs)) };
        let letters: BTreeSet<char> = chars.iter().flatten().copied().collect();
        let mut also = Vec::with_capacity(letters.len());
        for c in letters {
            let term = Term::from_field_text(self.open.fields.head_chars, &head_char(head, c));
            let articles = self.terms.documents(&term)?;
            if articles == 0 {
                return Ok(None);
            }
            also.push((articles, term));
        }
        // The rarest ones leave few articles; to go through the lists of all says little more.
        also.sort_unstable();
        also.truncate(HEAD_CHARS_MAX);
        let also = also.into_iter().map(|(_, term)| term).collect();
        Ok(Some(runs.in_head(head, also, self.columns())))
    }

    const fn columns(&self) -> Columns {
        Columns { borders: self.open.fields.borders, heads: self.open.fields.heads }
    }
}

/// Longest run whose every character is looked up; of a longer one the rarest pairs find the few
/// articles it can stand in, and the stored text decides.
pub(crate) const LONG_CHARS: usize = 96;

/// Most characters by which articles are found that may have a run in a line that heads them.
const HEAD_CHARS_MAX: usize = 4;

/// Of a very long run the rarest pairs.
fn rarest_of(pairs: &[(Term, u64)]) -> Vec<usize> {
    let mut rarest: Vec<(u64, usize)> = pairs.iter().enumerate().map(|(at, (_, n))| (*n, at)).collect();
    rarest.sort_unstable();
    rarest.truncate(LONG_CHARS / 4);
    let mut rarest: Vec<usize> = rarest.into_iter().map(|(_, at)| at).collect();
    rarest.sort_unstable();
    rarest
}

fn frequencies(pairs: &[(Term, u64)]) -> Vec<u64> {
    pairs.iter().map(|(_, articles)| *articles).collect()
}

/// The run that has these of its pairs.
fn run_of(chars: Vec<char>, chosen: Vec<usize>, pairs: &[(Term, u64)]) -> Run {
    let distance = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let chosen = chosen.into_iter().filter_map(|at| Some((distance(at), pairs.get(at)?.0.clone())));
    Run::new(chars, chosen.collect())
}

/// Chooses bigrams so that every character is covered and the sum of their articles is least.
///
/// The first and the last are always chosen; between two chosen ones at most one is left out. Up to
/// four characters all are taken: there each one keeps false candidates away.
fn cover_of(articles: &[u64]) -> Vec<usize> {
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
