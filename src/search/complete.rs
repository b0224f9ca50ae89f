//! How complete an archive is: for each issue which pages are there and which lack, and what of it
//! could not be read whole.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Archive;
use super::calendar::missing_pages;
use super::issues::{page_of, page_order};
use crate::diag::ProblemKind;
use crate::index::{Error, Sheet};

/// One issue (一期) as it was read; what has no date stands by its folder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct IssueState {
    /// The beginning of its articles' ids; none where they name no issue.
    pub id: Option<String>,
    /// The newspaper.
    pub paper: Option<String>,
    /// The day.
    pub date: Option<String>,
    /// The folder or file it was read from, as given.
    pub source: String,
    /// Printed numbers of its pages, in printed order.
    pub pages: Vec<String>,
    /// Page files without a page number.
    pub unnumbered_pages: u64,
    /// Page files without a date.
    pub undated_pages: u64,
    /// Page numbers between the first and the last of a section that are not there.
    pub missing_pages: Vec<String>,
    /// Articles.
    pub articles: u64,
    /// Articles whose headline is lost.
    pub untitled: u64,
    /// Jumps to or from a page on which the other part was not found.
    pub unmatched_jumps: u64,
    /// Everything odd, those among it that are told above.
    pub problems: u64,
    /// The same by kind.
    #[schema(value_type = std::collections::BTreeMap<String, u64>)]
    pub problem_kinds: BTreeMap<ProblemKind, u64>,
}

impl IssueState {
    /// Whether nothing lacks, as far as the pages show.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing_pages.is_empty()
            && self.untitled + self.unmatched_jumps + self.undated_pages + self.unnumbered_pages == 0
    }

    fn add(&mut self, sheet: &Sheet) {
        if sheet.files > 0 {
            self.unnumbered_pages += if sheet.facts.page.is_none() { sheet.files } else { 0 };
            self.undated_pages += if sheet.facts.date.is_none() { sheet.files } else { 0 };
        }
        self.pages.extend(sheet.facts.page.clone());
        self.articles += sheet.articles;
        self.untitled += sheet.untitled;
        for (kind, count) in &sheet.problems {
            *self.problem_kinds.entry(*kind).or_default() += count;
            self.problems += count;
            if matches!(kind, ProblemKind::JumpUnmatched | ProblemKind::ContinuationUnmatched) {
                self.unmatched_jumps += count;
            }
        }
    }
}

/// Paper, day, and where there is no day the folder.
type Key = (Option<String>, Option<Date>, String);

impl Archive {
    /// Every issue of the archive as it was read, by paper and day; what has no day stands first.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn issue_states(&self) -> Result<Vec<IssueState>, Error> {
        let known: BTreeSet<&str> = self.issues()?.iter().map(|issue| issue.id.as_str()).collect();
        let mut states: BTreeMap<Key, IssueState> = BTreeMap::new();
        for entry in self.open.manifest()?.units.values() {
            for (place, sheet) in entry.sheets.all()?.iter() {
                let source = if sheet.files > 0 { folder(&sheet.source) } else { sheet.source.as_str() };
                let undated = if sheet.facts.date.is_none() { source } else { "" };
                let key = (sheet.facts.paper.clone(), sheet.facts.date, undated.to_owned());
                let state = states.entry(key).or_insert_with(|| IssueState {
                    id: page_of(place).filter(|id| known.contains(id)).map(str::to_owned),
                    paper: sheet.facts.paper.clone(),
                    date: sheet.facts.date.map(|date| date.to_string()),
                    source: source.to_owned(),
                    ..IssueState::default()
                });
                state.add(sheet);
            }
        }
        let finished = states.into_values().map(|mut state| {
            state.pages.sort_by_cached_key(|page| page_order(page));
            state.pages.dedup();
            state.missing_pages = missing_pages(state.pages.iter().map(String::as_str));
            state
        });
        Ok(finished.collect())
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(folder, _)| folder)
}
