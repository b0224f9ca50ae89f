//! The first pass: reads changed sources into articles and learns who is named in them.

use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{Receiver, sync_channel};

use rayon::prelude::*;

use super::changes::Changes;
use super::corrections::Known;
use super::ids::Ids;
use super::old::Old;
use super::parts::Source;
use super::sample::Sample;
use super::sheets::{page_of, sheet};
use super::spill::{Draft, Spill};
use super::style::Alone;
use super::{BATCH_ARTICLES, BATCH_BYTES, Report, Step, keeping, learn, spilling};
use crate::correct::Attempts;
use crate::diag::{Problem, ProblemKind};
use crate::index::{Error, Pack, StoredPage, UnitEntry};
use crate::ingest::{ArticleRecord, SourceProblem, UnitKind};
use crate::layout;
use crate::paper::{Article, IssueFacts};
use crate::people::NameBook;

/// Ready articles read at once, beside which those before are worked on.
const READ_ARTICLES: usize = 256;

/// The first pass.
pub(super) struct Reading {
    pub(super) spill: Spill<Draft>,
    /// Pages with furniture.
    pub(super) pages: Spill<StoredPage>,
    /// Knows nothing but the archive's own lexicon.
    pub(super) teacher: NameBook,
    /// Digest of that lexicon: what a part has learned with the same holds here.
    pub(super) lexicon: String,
    /// The issues as they read alone.
    pub(super) alone: Alone,
    pub(super) names: NameBook,
    /// Unit and number of the article that has an id.
    pub(super) ids: Ids,
    pub(super) drafts: u64,
    /// Whether any of them was replaced by a later one of its id.
    pub(super) superseded: bool,
    /// From which it is learned how records are written.
    pub(super) sample: Sample,
    /// Where sources are kept, if they are.
    pub(super) pack: Option<Pack>,
    /// What is put right in articles.
    pub(super) known: Known,
}

impl Reading {
    pub(super) fn units(
        &mut self,
        changes: &mut Changes,
        old: &mut Old,
        report: &mut Report,
        tell: &(dyn Fn(Step) + Sync),
    ) -> Result<BTreeMap<String, UnitEntry>, Error> {
        let of_bytes: u64 = changes.read.iter().map(|(_, unit, _)| unit.size_bytes()).sum();
        let mut bytes = self.alone.bytes;
        let mut entries = BTreeMap::new();
        let mut units = std::mem::take(&mut changes.read).into_iter().peekable();
        while let Some(first) = units.next() {
            let mut batch = vec![first];
            let mut batch_bytes = batch[0].1.size_bytes();
            // The bytes of issues were told when they were read alone.
            if batch[0].1.kind() == UnitKind::Issue {
                while let Some(next) = units.next_if(|(_, unit, _)| {
                    unit.kind() == UnitKind::Issue && batch_bytes + unit.size_bytes() <= BATCH_BYTES
                }) {
                    batch_bytes += next.1.size_bytes();
                    batch.push(next);
                }
                self.issues(batch, &mut entries, old, report)?;
            } else if let Some((key, unit, entry)) = batch.pop() {
                self.articles(key, &unit, entry, &mut entries, old, report)?;
                bytes += batch_bytes;
            }
            tell(Step::Reading { bytes, of_bytes });
        }
        Ok(entries)
    }

    /// Reads issues of pages, several at once.
    fn issues(
        &mut self,
        batch: Vec<(String, Source, UnitEntry)>,
        entries: &mut BTreeMap<String, UnitEntry>,
        old: &mut Old,
        report: &mut Report,
    ) -> Result<(), Error> {
        let keep = self.pack.is_some();
        let with_alone = |unit: (String, Source, UnitEntry)| Ok((self.alone.next(&unit.0)?, unit));
        let batch: Vec<_> = batch.into_iter().map(with_alone).collect::<Result<_, Error>>()?;
        let read: Vec<_> = batch
            .into_par_iter()
            .map(|(alone, (key, unit, mut entry))| -> Result<_, Error> {
                let (mut pages, taught) = self.alone.pages(&unit, &mut entry, alone, &self.lexicon)?;
                let mut desk = self.known.desk();
                let facts = desk.issue(&mut pages);
                // What was learned elsewhere was learned without corrections.
                let names = taught.filter(|_| self.known.entries.is_empty()).unwrap_or_else(|| {
                    learn(&self.teacher, &self.known.entries, pages.iter().flat_map(|page| &page.articles))
                });
                let kept = if keep && entry.kept.is_none() { unit.keep()? } else { None };
                Ok((key, entry, pages, (desk.done(), facts), names, kept))
            })
            .collect::<Result<_, Error>>()?;
        for (key, mut entry, pages, (read, facts), names, kept) in read {
            if let (Some(kept), Some(pack)) = (kept, &mut self.pack) {
                entry.kept = Some(pack.append(kept.0, &kept.1)?);
            }
            self.names.merge(&names);
            entry.pages = pages.len() as u64;
            for page in pages {
                self.furniture(&page, &key)?;
                let place = layout::page_id(&page);
                let sheet = sheet(&mut entry, &place, &page.facts, &page.source);
                sheet.files += 1;
                page.problems.iter().for_each(|problem| sheet.odd(problem.kind));
                let told = |problem| SourceProblem { source: page.source.clone(), problem };
                report.problems.extend(page.problems.into_iter().map(told));
                for article in page.articles {
                    let draft = Draft {
                        facts: facts.of(&article.id, &page.facts),
                        article,
                        source: page.source.clone(),
                        unit: key.clone(),
                    };
                    self.take(draft, &place, &mut entry, old, report)?;
                }
            }
            self.known.finish(read, &key, &mut entry)?;
            entries.insert(key, entry);
        }
        Ok(())
    }

    /// Reads a file of ready articles, a batch at a time: while one is worked on the next is read, and
    /// the file is packed beside.
    fn articles(
        &mut self,
        key: String,
        unit: &Source,
        mut entry: UnitEntry,
        entries: &mut BTreeMap<String, UnitEntry>,
        old: &mut Old,
        report: &mut Report,
    ) -> Result<(), Error> {
        let mut pack = self.pack.take();
        let mut records = unit.records()?;
        let (batches, read) = sync_channel(1);
        let attempts = std::thread::scope(|scope| {
            scope.spawn(move || {
                loop {
                    let batch: Result<Vec<_>, Error> = records.by_ref().take(READ_ARTICLES).collect();
                    let more = batch.as_ref().is_ok_and(|batch| !batch.is_empty());
                    // The other end is gone where writing failed.
                    if batches.send(batch).is_err() || !more {
                        break;
                    }
                }
            });
            let keep = pack.as_mut().filter(|_| entry.kept.is_none());
            let kept = keep.map(|pack| scope.spawn(move || unit.keep_in(pack)));
            let attempts = self.records(read, &key, &mut entry, old, report)?;
            if let Some(kept) = kept {
                let lost = |_| keeping(io::Error::other("the thread that packs sources broke"));
                entry.kept = kept.join().map_err(lost)??;
            }
            Ok::<_, Error>(attempts)
        })?;
        unit.was_read()?;
        self.pack = pack;
        self.known.finish(attempts, &key, &mut entry)?;
        entries.insert(key, entry);
        Ok(())
    }

    /// Takes the batches of one file as they are read.
    fn records(
        &mut self,
        batches: Receiver<Result<Vec<Result<ArticleRecord, SourceProblem>>, Error>>,
        key: &str,
        entry: &mut UnitEntry,
        old: &mut Old,
        report: &mut Report,
    ) -> Result<Attempts, Error> {
        let mut attempts = Attempts::default();
        for batch in batches {
            let (known, teacher) = (&self.known, &self.teacher);
            let batch: Vec<_> =
                batch?.into_par_iter().map(|record| record.map(|r| put_right(r, known, teacher))).collect();
            for ready in batch {
                match ready {
                    Ok(ready) => {
                        self.names.merge(&ready.names);
                        attempts.append(ready.attempts);
                        let place = page_of(&ready.id, &ready.facts);
                        let sheet = sheet(entry, &place, &ready.facts, &ready.source);
                        ready.problems.iter().for_each(|problem| sheet.odd(problem.kind));
                        let told = |problem| SourceProblem { source: ready.source.clone(), problem };
                        report.problems.extend(ready.problems.into_iter().map(told));
                        for (article, facts) in ready.articles {
                            let (source, unit) = (ready.source.clone(), key.to_owned());
                            self.take(Draft { article, facts, source, unit }, &place, entry, old, report)?;
                        }
                    }
                    Err(told) => {
                        let nowhere = IssueFacts::default();
                        sheet(entry, "", &nowhere, &told.source).odd(told.problem.kind);
                        report.problems.push(told);
                    }
                }
            }
        }
        Ok(attempts)
    }

    /// Takes what stands on a page and is no story.
    fn furniture(&mut self, page: &crate::paper::Page, unit: &str) -> Result<(), Error> {
        if page.furniture.is_empty() {
            return Ok(());
        }
        let bytes = page.furniture.iter().map(|f| f.text.len()).sum();
        let stored = StoredPage {
            id: layout::page_id(page),
            facts: page.facts.clone(),
            source: page.source.clone(),
            unit: unit.to_owned(),
            furniture: page.furniture.clone(),
        };
        self.pages.push(stored, bytes).map_err(spilling)
    }

    /// Takes an article of a place unless its id belongs to another source.
    fn take(
        &mut self,
        draft: Draft,
        place: &str,
        entry: &mut UnitEntry,
        old: &mut Old,
        report: &mut Report,
    ) -> Result<(), Error> {
        let id = draft.article.id.clone();
        let other = match self.ids.unit_of(&id) {
            Some(unit) if unit != draft.unit => Some(unit.to_owned()),
            Some(_) => None,
            None => old.unit_of(&id)?.filter(|unit| *unit != draft.unit),
        };
        if let Some(other) = other {
            let message = format!("the id {id} belongs to an article of {other}; that one stays");
            let problem = Problem::new(ProblemKind::DuplicateId, message);
            sheet(entry, place, &draft.facts, &draft.source).odd(problem.kind);
            report.problems.push(SourceProblem { source: draft.source, problem });
            // What is not kept teaches nothing: it could not be taken back when its source goes.
            self.unlearn(&draft.article);
            return Ok(());
        }
        let text_bytes = draft.text_bytes();
        // Within one source the later article of an id replaces the earlier one.
        if self.ids.insert(&id, &draft.unit, self.drafts) {
            entry.articles += 1;
            entry.text_bytes += text_bytes as u64;
            let sheet = sheet(entry, place, &draft.facts, &draft.source);
            sheet.articles += 1;
            sheet.untitled += u64::from(layout::lacks_headline(&draft.article));
        } else {
            self.superseded = true;
        }
        self.drafts += 1;
        self.sample.look(&draft);
        self.spill.push(draft, text_bytes).map_err(spilling)
    }

    fn unlearn(&mut self, article: &Article) {
        self.names.subtract(&learn(&self.teacher, &self.known.entries, [article]));
    }

    /// Takes back what articles have taught that later ones of their id have replaced.
    pub(super) fn unlearn_superseded(&mut self) -> Result<(), Error> {
        if !self.superseded {
            return Ok(());
        }
        let mut gone: Vec<Article> = Vec::new();
        let mut number = 0;
        let ids = &self.ids;
        let look = |drafts: &[Draft]| {
            for draft in drafts {
                if !ids.is_latest(&draft.article.id, number) {
                    gone.push(draft.article.clone());
                }
                number += 1;
            }
        };
        self.spill.show(BATCH_ARTICLES, look).map_err(spilling)?;
        gone.iter().for_each(|article| self.unlearn(article));
        Ok(())
    }
}

/// A ready article, put right; what is told of it is as it was read.
struct Ready {
    id: String,
    facts: IssueFacts,
    source: String,
    problems: Vec<Problem>,
    articles: Vec<(Article, IssueFacts)>,
    attempts: Attempts,
    names: NameBook,
}

fn put_right(record: ArticleRecord, known: &Known, teacher: &NameBook) -> Ready {
    let mut desk = known.desk();
    let ArticleRecord { article, facts, source, problems, .. } = record;
    let (id, as_read) = (article.id.clone(), facts.clone());
    let articles = desk.ready(article, facts, &source);
    let names = learn(teacher, &known.entries, articles.iter().map(|(article, _)| article));
    Ready { id, facts: as_read, source, problems, articles, attempts: desk.done(), names }
}
