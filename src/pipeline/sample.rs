//! A sample of the articles of a run, from which it is learned how records are best written.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::spill::Draft;
use crate::correct::Corrections;
use crate::index::{StoredArticle, tie};
use crate::people::{ArticlePeople, NameBook};

/// Text of a sample of a small archive: more teaches little more there and takes longer to learn from.
const SAMPLE_BYTES_MIN: usize = 1_500_000;
/// Text of a sample of a large archive, …
const SAMPLE_BYTES_MAX: usize = 6_000_000;
/// … which is one that has so many times the text of its sample.
const TEXT_TIMES: u64 = 12;
/// An article longer than that is no example.
const ARTICLE_BYTES_MAX: usize = 30_000;

/// Articles chosen by their ids alone: the same ones, in whatever order they come.
#[derive(Default)]
pub(super) struct Sample {
    drafts: BTreeMap<u64, Draft>,
    bytes: usize,
    /// Text of all articles, chosen or not.
    text_bytes: u64,
}

impl Sample {
    /// Takes an article into the sample if it is one of those chosen so far.
    pub(super) fn look(&mut self, draft: &Draft) {
        let (number, bytes) = (tie(&draft.article.id), draft.text_bytes());
        self.text_bytes += bytes as u64;
        let full = self.bytes + bytes > SAMPLE_BYTES_MAX;
        let last = self.drafts.last_key_value().map_or(u64::MAX, |(last, _)| *last);
        if bytes > ARTICLE_BYTES_MAX || (full && number > last) {
            return;
        }
        if let Some(before) = self.drafts.insert(number, draft.clone()) {
            self.bytes -= before.text_bytes();
        }
        self.bytes += bytes;
        while self.bytes > SAMPLE_BYTES_MAX
            && let Some((_, draft)) = self.drafts.pop_last()
        {
            self.bytes -= draft.text_bytes();
        }
    }

    /// The articles as the index will keep them, and the bytes of text of all.
    pub(super) fn lesson(self, names: &NameBook, corrections: &Corrections) -> (Vec<StoredArticle>, u64) {
        let wanted = usize::try_from(self.text_bytes / TEXT_TIMES).unwrap_or(usize::MAX);
        let wanted = wanted.clamp(SAMPLE_BYTES_MIN, SAMPLE_BYTES_MAX);
        let mut bytes = 0;
        let drafts: Vec<(usize, Draft)> = self
            .drafts
            .into_values()
            .map(|draft| {
                bytes += draft.text_bytes();
                (bytes, draft)
            })
            .take_while(|(bytes, _)| *bytes <= wanted)
            .collect();
        let articles = drafts
            .into_par_iter()
            .map(|(bytes, Draft { article, facts, source, unit })| {
                // How people are kept is learned from the first ones; of the others the text is what counts.
                let taught = bytes <= SAMPLE_BYTES_MIN;
                let people =
                    if taught { corrections.people_of(&article, names) } else { ArticlePeople::default() };
                StoredArticle { article, facts, source, unit, people }
            })
            .collect();
        (articles, self.text_bytes)
    }
}
