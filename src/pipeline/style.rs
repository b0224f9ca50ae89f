//! Issues of pages, each read alone first: what they teach about their papers is known when they are read
//! for good.
//!
//! What was read is kept, and read once more only where other issues of the paper say something of it.
//! That may also concern issues that were there before.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::changes::Changes;
use super::parts::Source;
use super::spill::{ReadBack, Spill};
use super::{BATCH_BYTES, spilling};
use crate::index::{Error, UnitEntry, Writer};
use crate::ingest::{Survey, Unit, UnitKind};
use crate::layout::{self, HouseStyle, HouseStyles, IssueStyle};
use crate::paper::Page;
use crate::people::NameBook;

/// An issue as it reads alone.
#[derive(Serialize, Deserialize)]
pub(super) struct Issue {
    key: String,
    pages: Vec<Page>,
    /// The names they teach, where that is known.
    names: Option<NameBook>,
}

/// The issues of a run as they read alone, and the house styles of all papers of the archive.
pub(super) struct Alone {
    issues: Peekable<ReadBack<Issue>>,
    styles: HouseStyles,
    /// Bytes of their sources.
    pub(super) bytes: u64,
}

impl Alone {
    /// Reads the issues that are to be read, each alone; `tell` hears of bytes done.
    pub(super) fn read(
        root: &Path,
        changes: &mut Changes,
        lexicon: &str,
        tell: &dyn Fn(u64),
    ) -> Result<Self, Error> {
        changes.sort();
        let mut spill = Spill::new(root, "alone");
        let mut bytes = 0;
        let mut issues: Vec<_> =
            changes.read.iter_mut().filter(|(_, s, _)| s.kind() == UnitKind::Issue).collect();
        let mut rest = issues.as_mut_slice();
        while !rest.is_empty() {
            let mut batch_bytes = 0;
            let fits = rest.iter().take_while(|(_, source, _)| {
                batch_bytes += source.size_bytes();
                batch_bytes <= BATCH_BYTES
            });
            let fits = fits.count().max(1);
            let (batch, others) = rest.split_at_mut(fits);
            rest = others;
            bytes += batch.iter().map(|(_, source, _)| source.size_bytes()).sum::<u64>();
            let read = batch.par_iter().map(|(_, source, _)| source.read_issue(lexicon));
            let read: Vec<_> = read.collect::<Result<_, Error>>()?;
            for ((key, _, entry), (pages, style, names)) in batch.iter_mut().zip(read) {
                entry.style = Some(style);
                let text = pages.iter().flat_map(|p| &p.articles).flat_map(|a| a.parts());
                let size = text.map(|(_, text)| text.len()).sum();
                spill.push(Issue { key: key.clone(), pages, names }, size).map_err(spilling)?;
            }
            tell(bytes);
        }
        let issues = spill.read_back().map_err(spilling)?.peekable();
        let entries = changes.read.iter().map(|(_, _, entry)| entry).chain(changes.kept.values());
        let styles = HouseStyles::of(entries.filter_map(|entry| entry.style.as_ref()));
        Ok(Self { issues, styles, bytes })
    }

    /// Has issues read again that are as they were and of which the others now say something else;
    /// gives their number.
    pub(super) fn touch(&self, changes: &mut Changes, found: &Survey, writer: &Writer) -> Result<u64, Error> {
        let said = |entry: &UnitEntry| self.style_of(entry).map(|(_, said)| said).unwrap_or_default();
        let touched =
            changes.kept.iter().filter(|(_, entry)| entry.style.is_some() && entry.heeded != said(entry));
        let touched = touched.map(|(key, _)| key.clone()).collect();
        let touched = BTreeSet::from_iter(changes.once_more(touched, found, &|file| writer.pack_path(file)));
        let kept = changes.read.iter().filter(|(key, ..)| touched.contains(key));
        let kept = kept.filter_map(|(_, _, entry)| entry.kept.as_ref());
        writer.check_packs(&kept.map(|unit| unit.pack.as_str()).collect())?;
        changes.sort();
        Ok(touched.len() as u64)
    }

    fn style_of(&self, entry: &UnitEntry) -> Option<(&HouseStyle, String)> {
        self.styles.for_issue(entry.style.as_ref()?)
    }

    /// What is known of an issue that is now to be read for good: in the order in which they are read.
    pub(super) fn next(&mut self, key: &str) -> Result<Option<Issue>, Error> {
        let next = self.issues.next_if(|issue| issue.as_ref().is_ok_and(|issue| issue.key == key));
        match next {
            None if self.issues.peek().is_some_and(Result::is_err) => {
                self.issues.next().transpose().map_err(spilling)
            }
            next => next.transpose().map_err(spilling),
        }
    }

    /// The pages of an issue in the style of its paper, and the names they teach where that is known.
    pub(super) fn pages(
        &self,
        source: &Source,
        entry: &mut UnitEntry,
        alone: Option<Issue>,
        lexicon: &str,
    ) -> Result<(Vec<Page>, Option<NameBook>), Error> {
        if let Some((style, said)) = self.style_of(entry)
            && let Some(pages) = source.read_in_style(style)?
        {
            entry.heeded = said;
            return Ok((pages, None));
        }
        entry.heeded.clear();
        match alone {
            Some(issue) => Ok((issue.pages, issue.names)),
            None => source.read_issue(lexicon).map(|(pages, _, names)| (pages, names)),
        }
    }
}

/// The issues of a survey, each read by what all of them teach.
pub struct Issues<'a> {
    units: &'a [Unit],
    shown: Vec<Option<IssueStyle>>,
    styles: HouseStyles,
}

impl<'a> Issues<'a> {
    /// Reads every issue alone, on all cores, for what it teaches; none where there is only one.
    #[must_use]
    pub fn of(found: &'a Survey) -> Self {
        let units = found.units.as_slice();
        let issue = |unit: &&Unit| unit.kind == UnitKind::Issue;
        let several = units.iter().filter(issue).count() > 1;
        let shows = |unit: &Unit| layout::read_issue_alone(&unit.read_pages()).1;
        let shown: Vec<_> =
            units.par_iter().map(|unit| (several && issue(&unit)).then(|| shows(unit))).collect();
        Self { units, styles: HouseStyles::of(shown.iter().flatten()), shown }
    }

    /// The pages of a unit by its place in the survey; none of a file of articles.
    #[must_use]
    pub fn read(&self, nth: usize) -> Vec<Page> {
        let Some(unit) = self.units.get(nth) else { return Vec::new() };
        let shown = self.shown.get(nth).and_then(Option::as_ref);
        let pages = unit.read_pages();
        match shown.and_then(|shown| self.styles.for_issue(shown)) {
            Some((style, _)) => layout::read_issue_in_style(&pages, style),
            None => layout::read_issue(&pages),
        }
    }
}
