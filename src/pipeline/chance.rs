//! Counts in how many articles names stand, so that a word that was once taken for a name by mistake is not
//! met everywhere: see [`NameBook::knows`].
//!
//! What is counted is kept with the names. A run counts its own articles, takes off those that go, and goes
//! over old articles only for names that nobody had counted before.

use rayon::prelude::*;

use super::old::Old;
use super::spill::{Draft, Spill};
use super::{BATCH_ARTICLES, spilling};
use crate::index::Error;
use crate::paper::Article;
use crate::people::{NameBook, Pairs, Standing, Stands};

/// Says of each name in how many articles its characters stand once the run is done: those that were read,
/// where `is_latest` tells by id and number which of several of one id counts, those that are written anew,
/// and the old ones that stay.
pub(super) fn count(
    names: &mut NameBook,
    read: &mut Spill<Draft>,
    is_latest: impl Fn(&str, u64) -> bool + Sync,
    staying: &mut Spill<Draft>,
    old: &mut Old,
) -> Result<(), Error> {
    let stands = if old.has_staying() {
        let mut pairs = Pairs::default();
        let take = |drafts: &[Draft]| drafts.iter().for_each(|draft| pairs.take(&draft.article));
        read.show(BATCH_ARTICLES, take).map_err(spilling)?;
        Stands::of(names.to_count_of(|name| pairs.may_have(name)))
    } else {
        Stands::of(names.to_count())
    };
    let mut standing = stands.empty();
    let mut number = 0;
    let take = |drafts: &[Draft]| {
        let first = number;
        number += drafts.len() as u64;
        let numbered = drafts.par_iter().enumerate();
        let live = numbered.filter(|(nth, draft)| is_latest(&draft.article.id, first + *nth as u64));
        add(live.map(|(_, draft)| &draft.article), &stands, &mut standing);
    };
    read.show(BATCH_ARTICLES, take).map_err(spilling)?;
    let all = |drafts: &[Draft]| add(drafts.par_iter().map(|draft| &draft.article), &stands, &mut standing);
    staying.show(BATCH_ARTICLES, all).map_err(spilling)?;
    old.set_stands(names, stands.counted(standing))
}

/// Counts the names that stand in articles, on all cores.
pub(super) fn add<'a>(
    articles: impl ParallelIterator<Item = &'a Article>,
    stands: &Stands,
    standing: &mut Standing,
) {
    let found: Vec<Vec<u32>> = articles.map(|article| stands.standing_in(article)).collect();
    found.into_iter().for_each(|names| standing.take(names));
}
