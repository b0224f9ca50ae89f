//! A sample of the articles of a run, from which it is learned how records are best written.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::spill::Draft;
use crate::correct::Corrections;
use crate::index::{StoredArticle, tie};
use crate::people::NameBook;

/// Text of a sample: more teaches little more and takes longer to learn from.
const SAMPLE_BYTES_MAX: usize = 1_500_000;
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
        let articles = self
            .drafts
            .into_par_iter()
            .map(|(_, Draft { article, facts, source, unit })| {
                let people = corrections.people_of(&article, names);
                StoredArticle { article, facts, source, unit, people }
            })
            .collect();
        (articles, self.text_bytes)
    }
}
