//! Composes the stages from source folder to committed index; the one place where they meet.
//!
//! Two passes. The first reads changed sources into articles and learns who is named in them; the
//! second, with all names of the archive known, finds the people, and the index segments and
//! stores. Old articles that contain a newly learned name are gone over again, so that an archive
//! that grew is the one that would have been built at once.

mod changes;
mod corrections;
mod ids;
mod lexicon;
mod old;
mod parts;
mod prepare;
mod push;
mod sample;
mod sending;
mod sheets;
mod sightings;
mod spill;
mod watch;
mod verify;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};

use rayon::prelude::*;

use crate::correct::{Attempts, Corrections};
use crate::diag::{Problem, ProblemKind};
use crate::index::{Error, Generation, Manifest, Pack, StoredArticle, StoredPage, Totals, UnitEntry, Writer};
use crate::ingest::{ArticleRecord, Options, SourceProblem, UnitKind, survey};
use crate::layout;
use crate::paper::{Article, IssueFacts};
use crate::people::{NameBook, Overlay};
use crate::text::segment::Segmenter;
use changes::{Changes, changes, everything};
use corrections::Known;
pub use corrections::corrections;
use ids::Ids;
pub use lexicon::{LEXICON_FOLDER, lexicon};
use old::Old;
use parts::Source;
pub use prepare::{Preparation, Share, prepare};
pub use push::{PushOptions, PushReport, PushStep, push};
use sample::Sample;
use sheets::{page_of, sheet};
use spill::{Draft, Spill};
pub use verify::{Check, Finding, Tell, Verified, verify};
pub use watch::{Look, watch};

/// Articles worked on at once.
const BATCH_ARTICLES: usize = 2048;
/// Ready articles read at once, beside which those before are worked on.
const READ_ARTICLES: usize = 256;
/// Bytes of page files read at once.
const BATCH_BYTES: u64 = 32 << 20;

/// What a run tells while it works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reading sources: bytes done and to do.
    Reading {
        /// Done.
        bytes: u64,
        /// To do.
        of_bytes: u64,
    },
    /// Finding people and writing: articles done and to do.
    Writing {
        /// Done.
        articles: u64,
        /// To do.
        of_articles: u64,
    },
    /// Making it the state that is served.
    Committing,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Units of sources read: issues, or files of articles.
    pub units_read: u64,
    /// Units left alone because nothing changed.
    pub units_unchanged: u64,
    /// Of those read, units that did not change and were read with an older reader.
    pub units_reread: u64,
    /// Of those read, units that did not change and of whose articles corrections say something else.
    pub units_corrected: u64,
    /// Units that an older reader read and that are neither kept nor among the sources given.
    pub units_stale: u64,
    /// Units whose articles went.
    pub units_removed: u64,
    /// Articles written.
    pub articles_written: u64,
    /// Old articles gone over again because a name was learned or the lexicon changed.
    pub articles_renewed: u64,
    /// Entries of the archive's own lexicon that changed: words, and names whose persons are corrected.
    pub lexicon_changed: u64,
    /// The state that is served now.
    pub generation: Option<Generation>,
    /// What was odd, with its place.
    pub problems: Vec<SourceProblem>,
    /// What was passed over and why.
    pub skipped: Vec<(String, String)>,
}

/// Reads sources into an archive: adds, updates, and leaves unchanged ones alone.
///
/// With `rebuild` the archive is made anew from the sources given, or without any from those that
/// it keeps. `tell` hears how far the work has come; it is called from several threads.
///
/// # Errors
///
/// Where the archive can't be written or another process has it. Sources that can't be read are
/// problems of the report and never an error.
pub fn index(
    root: &Path,
    sources: &[PathBuf],
    options: &Options,
    rebuild: bool,
    tell: &(dyn Fn(Step) + Sync),
) -> Result<Report, Error> {
    index_with(root, sources, options, None, rebuild, tell)
}

/// As [`index`], with the lexicon in a folder that the archive then keeps to.
///
/// Without one it is that of the runs before, or the folder `lexicon` of the archive itself. Articles in
/// which a changed entry stands are gone over again, persons that are corrected otherwise gathered anew.
///
/// # Errors
///
/// As [`index`].
pub fn index_with(
    root: &Path,
    sources: &[PathBuf],
    options: &Options,
    lexicon_folder: Option<&Path>,
    rebuild: bool,
    tell: &(dyn Fn(Step) + Sync),
) -> Result<Report, Error> {
    let mut writer = Writer::open(root, rebuild)?;
    spill::sweep(root);
    let (parts, sources) = parts::among(sources)?;
    parts::undisputed(&parts, options)?;
    let sources = sources.as_slice();
    let from_kept = rebuild && sources.is_empty() && parts.is_empty();
    let previous = writer.previous().filter(|_| !rebuild).cloned();
    let manifest = if rebuild && !from_kept { None } else { writer.manifest()? }.unwrap_or_default();
    let pack_path = |file: &str| writer.pack_path(file);
    let (mut changes, found) = if from_kept {
        if manifest.units.is_empty() {
            return Err(Error::NotFound(root.to_owned()));
        }
        let (changes, found, lost) = everything(&manifest, options, &pack_path);
        if lost > 0 {
            return Err(Error::SourcesGone { path: root.to_owned(), units: lost });
        }
        (changes, found)
    } else {
        changes(sources, survey(sources, options), options, &manifest, &pack_path)
    };
    let told = parts::Told::of(&parts);
    let prepared_twice = changes.prepared(&parts, &manifest);
    // Also a rebuild keeps to the folder that was named before.
    let named_before = match writer.previous() {
        // The list of sources was not read: it is large where there are many files.
        Some(previous) if rebuild && !from_kept => previous.manifest().ok().and_then(|m| m.lexicon),
        _ => manifest.lexicon.clone(),
    };
    let folder = lexicon::folder(root, lexicon_folder, named_before.as_deref());
    let elsewhere = told.corrections;
    let mut known = Known::renewed(&manifest, sources, &found, elsewhere, folder.as_deref(), options);
    let units_corrected = known.touch(&mut changes, &manifest, previous.as_ref(), &found, &pack_path)?;
    let kept = changes.read.iter().filter_map(|(_, _, entry)| entry.kept.as_ref());
    writer.check_packs(&kept.map(|unit| unit.pack.as_str()).collect())?;
    let mut report = Report {
        units_unchanged: changes.unchanged,
        units_reread: changes.reread,
        units_stale: changes.stale,
        units_corrected,
        units_removed: changes.removed.len() as u64,
        problems: found.problems,
        skipped: found.skipped.into_iter().map(|s| (s.path, s.reason.to_owned())).collect(),
        ..Report::default()
    };
    report.problems.extend(told.problems.into_iter().chain(prepared_twice));
    report.skipped.extend(told.skipped);
    report.problems.append(&mut known.problems);
    report.units_read = changes.read.len() as u64;
    let before = previous.as_ref().map(|p| p.names()).transpose()?.unwrap_or_default();
    let (overlay, bad_lines) = match folder.as_deref().map(lexicon) {
        None => (Overlay::default(), Vec::new()),
        Some((Some(overlay), problems)) => (overlay, problems),
        // What was known before is better than nothing.
        Some((None, problems)) => (before.overlay().clone(), problems),
    };
    report.problems.extend(bad_lines);
    let words = before.overlay().words_changed(&overlay);
    let corrected = before.overlay().names_changed(&overlay);
    if previous.is_some() {
        report.lexicon_changed = (words.len() + corrected.len()) as u64;
    }
    // A folder named otherwise is remembered even where it says the same.
    let kept = lexicon_folder.and(folder).map(|f| f.to_string_lossy().into_owned()).or(named_before);
    if changes.read.is_empty()
        && changes.removed.is_empty()
        && report.lexicon_changed == 0
        && let Some(previous) = &previous
        && manifest.lexicon == kept
        && manifest.corrections == known.files
    {
        report.problems.extend(known.unused(&manifest.units));
        report.generation = Some(previous.generation.clone());
        return Ok(report);
    }
    // What another reader has found can't be taken apart: then everything is written anew.
    // Of an archive that has grown many times over it is learned again what is common in it.
    let outgrown = previous.as_ref().is_some_and(|p| p.codebook.is_outgrown(p.generation.text_bytes));
    let anew = rebuild || outgrown || changes.reread + changes.stale > 0;
    let pack = if options.no_sources { None } else { Some(Pack::begin(root, writer.number())?) };
    let corrected_before = Known::of(&manifest).entries;
    let mut old = Old::open(root, previous, before, corrected_before, &changes.removed, anew)?;
    old.corrected(&corrected);

    let mut reading = Reading {
        spill: Spill::new(root, "articles"),
        pages: Spill::new(root, "pages"),
        teacher: NameBook::with_overlay(overlay.clone()),
        lexicon: parts::digest_of(&overlay),
        names: NameBook::default(),
        ids: Ids::default(),
        drafts: 0,
        sample: Sample::default(),
        pack,
        known,
    };
    let mut entries = reading.units(&mut changes, &mut old, &mut report, tell)?;
    let mut staying = Spill::new(root, "staying");
    let kept_units = changes.kept.keys();
    let (teacher, corrected) = (&reading.teacher, &reading.known.entries);
    let stayed =
        old.staying(kept_units, teacher, corrected, &mut reading.names, &mut reading.sample, &mut staying)?;
    for page in old.staying_pages(changes.kept.keys())? {
        reading.pages.push(page, 0).map_err(spilling)?;
    }
    entries.append(&mut changes.kept);

    report.problems.extend(reading.known.unused(&entries));
    old.touched(&words, &reading.teacher, &reading.known.entries, &mut reading.names)?;
    let mut names = old.names_with(&reading.names);
    names.set_overlay(overlay);
    let segmenter = Segmenter::taught(names.taught());
    let sample = std::mem::take(&mut reading.sample);
    writer.begin(&segmenter, anew, || sample.lesson(&names, &reading.known.entries))?;
    for unit in &changes.removed {
        writer.remove_unit(unit)?;
    }
    let renewed = old.renew(&writer, words, &reading.names, &names, &segmenter, &reading.known.entries)?;
    report.articles_renewed = renewed + stayed;
    let Reading { spill, pages, drafts, ids, pack, known, .. } = reading;
    staying.drain(BATCH_ARTICLES, |batch| write(&writer, batch, &names, &known.entries, &mut old))?;
    let mut written = 0;
    spill.drain(BATCH_ARTICLES, |batch| {
        let live = batch.into_iter().zip(written..).filter(|(d, n)| ids.is_latest(&d.article.id, *n));
        let live: Vec<Draft> = live.map(|(draft, _)| draft).collect();
        written += BATCH_ARTICLES as u64;
        report.articles_written += live.len() as u64;
        tell(Step::Writing { articles: report.articles_written, of_articles: drafts });
        write(&writer, live, &names, &known.entries, &mut old)
    })?;
    pages.drain(BATCH_ARTICLES, |batch| batch.iter().try_for_each(|page| writer.put_page(page)))?;

    tell(Step::Committing);
    let (persons, unused) = old.write_persons(&writer, names.overlay())?;
    report.problems.extend(unused);
    let sum = |of: fn(&UnitEntry) -> u64| entries.values().map(of).sum::<u64>();
    let totals = Totals {
        articles: sum(|e| e.articles),
        persons,
        pages: sum(|e| e.pages),
        text_bytes: sum(|e| e.text_bytes),
    };
    let (corrections, anchors) = (known.files, known.anchors);
    let manifest = Manifest { units: entries, lexicon: kept, corrections, anchors };
    report.generation = Some(writer.commit(&names, manifest, pack, &totals)?);
    Ok(report)
}

/// Finds the people of articles and hands both to the index, on all cores.
fn write(
    writer: &Writer,
    drafts: Vec<Draft>,
    names: &NameBook,
    corrections: &Corrections,
    old: &mut Old,
) -> Result<(), Error> {
    let sighted: Vec<_> = drafts
        .into_par_iter()
        .map(|draft| {
            let Draft { article, facts, source, unit } = draft;
            let people = corrections.people_of(&article, names);
            let stored = StoredArticle { article, facts, source, unit, people };
            let said = writer.put_article(&stored)?;
            Ok((stored.article.id, stored.facts.date, said))
        })
        .collect::<Result<_, Error>>()?;
    sighted.into_iter().try_for_each(|(id, date, said)| old.sighted(&id, date, said))
}

/// The first pass.
struct Reading {
    spill: Spill<Draft>,
    /// Pages with furniture.
    pages: Spill<StoredPage>,
    /// Knows nothing but the archive's own lexicon.
    teacher: NameBook,
    /// Digest of that lexicon: what a part has learned with the same holds here.
    lexicon: String,
    names: NameBook,
    /// Unit and number of the article that has an id.
    ids: Ids,
    drafts: u64,
    /// From which it is learned how records are written.
    sample: Sample,
    /// Where sources are kept, if they are.
    pack: Option<Pack>,
    /// What is put right in articles.
    known: Known,
}

impl Reading {
    fn units(
        &mut self,
        changes: &mut Changes,
        old: &mut Old,
        report: &mut Report,
        tell: &(dyn Fn(Step) + Sync),
    ) -> Result<BTreeMap<String, UnitEntry>, Error> {
        let of_bytes: u64 = changes.read.iter().map(|(_, unit, _)| unit.size_bytes()).sum();
        let mut bytes = 0;
        let mut entries = BTreeMap::new();
        let mut units = std::mem::take(&mut changes.read).into_iter().peekable();
        while let Some(first) = units.next() {
            let mut batch = vec![first];
            let mut batch_bytes = batch[0].1.size_bytes();
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
            }
            bytes += batch_bytes;
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
        let read: Vec<_> = batch
            .into_par_iter()
            .map(|(key, unit, entry)| -> Result<_, Error> {
                let (mut pages, taught) = unit.read_issue(&self.lexicon)?;
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
            self.known.finish(read, &key, &mut entry);
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
        self.known.finish(attempts, &key, &mut entry);
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
        }
        self.drafts += 1;
        self.sample.look(&draft);
        self.spill.push(draft, text_bytes).map_err(spilling)
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

fn spilling(source: io::Error) -> Error {
    Error::Io { path: PathBuf::from("spill"), source }
}

/// Tells an error of packing in memory, which only a lack of memory can cause.
fn keeping(source: io::Error) -> Error {
    Error::Io { path: PathBuf::from("sources"), source }
}

/// The names that articles teach by themselves, to a teacher that has read no other.
fn learn<'a>(
    teacher: &NameBook,
    corrections: &Corrections,
    articles: impl IntoIterator<Item = &'a Article>,
) -> NameBook {
    let mut names = NameBook::default();
    for article in articles {
        names.add(&corrections.mentions_of(article, teacher));
    }
    names
}
