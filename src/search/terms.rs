//! In how many documents terms stand, each looked up once a question.

use std::cell::RefCell;
use std::collections::HashMap;

use tantivy::{Searcher, Term};

/// The dictionary of all terms for one question.
///
/// Planning asks for the same terms again and again: to match, to weigh, to rank. A look costs a walk
/// through the dictionary of every segment.
pub(crate) struct Terms<'a> {
    searcher: &'a Searcher,
    known: RefCell<HashMap<Term, u64>>,
}

impl<'a> Terms<'a> {
    /// Those of a searcher.
    pub(crate) fn of(searcher: &'a Searcher) -> Self {
        Self { searcher, known: RefCell::default() }
    }

    /// In how many documents a term stands, deleted ones that are not cleared away yet included.
    ///
    /// # Errors
    ///
    /// Where the dictionary can't be read.
    pub(crate) fn documents(&self, term: &Term) -> tantivy::Result<u64> {
        if let Some(known) = self.known.borrow().get(term) {
            return Ok(*known);
        }
        let documents = self.searcher.doc_freq(term)?;
        self.known.borrow_mut().insert(term.clone(), documents);
        Ok(documents)
    }
}
