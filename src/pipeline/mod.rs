//! Composes the stages from source folder to committed index; the one place where they meet.
//!
//! Two passes. The first reads changed sources into articles and learns who is named in them; the
//! second, with all names of the archive known, finds the people, and the index segments and
//! stores. Old articles that contain a newly learned name are gone over again, so that an archive
//! that grew is the one that would have been built at once.

mod chance;
mod changes;
mod corrections;
mod ids;
mod lexicon;
mod old;
mod parts;
mod prepare;
mod push;
mod reading;
mod sample;
mod sending;
mod sheets;
mod sightings;
mod spill;
mod staying;
mod style;
mod watch;
mod verify;

use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::correct::Corrections;
use crate::index::{Error, Generation, Manifest, OpenIndex, Pack, StoredArticle, Totals, UnitEntry, Writer};
use crate::ingest::{Options, SourceProblem, survey};
use crate::paper::Article;
use crate::people::{NameBook, Overlay};
use crate::text::segment::Segmenter;
use changes::{changes, everything};
use corrections::Known;
pub use corrections::corrections;
use ids::Ids;
pub use lexicon::{LEXICON_FOLDER, lexicon};
use old::Old;
pub use prepare::{Preparation, Share, prepare};
pub use push::{PushOptions, PushReport, PushStep, push};
use reading::Reading;
use sample::Sample;
use spill::{Draft, Spill};
use style::Alone;
pub use style::Issues;
pub use verify::{Check, Finding, Tell, Verified, verify};
pub use watch::{Look, watch};

/// Articles worked on at once.
const BATCH_ARTICLES: usize = 2048;
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
    /// Units that did not change and were read again because other issues of their paper teach how to
    /// read them.
    pub units_restyled: u64,
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
    // Both are large where there are many pages and people.
    let (manifest, before) = rayon::join(
        || if rebuild && !from_kept { Ok(None) } else { writer.manifest() },
        || previous.as_ref().map(OpenIndex::names).transpose(),
    );
    let manifest = manifest?.unwrap_or_default();
    let pack_path = |file: &str| writer.pack_path(file);
    let (mut changes, mut found) = if from_kept {
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
        problems: std::mem::take(&mut found.problems),
        skipped: found.skipped.drain(..).map(|s| (s.path, s.reason.to_owned())).collect(),
        ..Report::default()
    };
    report.problems.extend(told.problems.into_iter().chain(prepared_twice));
    report.skipped.extend(told.skipped);
    report.problems.append(&mut known.problems);
    report.units_read = changes.read.len() as u64;
    let before = before?.unwrap_or_default();
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
    let lexicon = parts::digest_of(&overlay);
    let of_bytes: u64 = changes.read.iter().map(|(_, unit, _)| unit.size_bytes()).sum();
    let alone = Alone::read(root, &mut changes, &lexicon, &|bytes| tell(Step::Reading { bytes, of_bytes }))?;
    report.units_restyled = alone.touch(&mut changes, &found, &writer)?;
    report.units_unchanged = changes.unchanged;
    let mut old = Old::open(root, previous, before, corrected_before, &changes.removed, anew)?;
    old.corrected(&corrected);

    let mut reading = Reading {
        spill: Spill::new(root, "articles"),
        pages: Spill::new(root, "pages"),
        teacher: NameBook::with_overlay(overlay.clone()),
        lexicon,
        alone,
        names: NameBook::default(),
        ids: Ids::default(),
        drafts: 0,
        superseded: false,
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
    reading.unlearn_superseded()?;
    let mut names = old.names_with(&reading.names);
    names.set_overlay(overlay);
    let is_latest = |id: &str, number| reading.ids.is_latest(id, number);
    chance::count(&mut names, &mut reading.spill, is_latest, &mut staying, &mut old)?;
    let (segmenter, ()) = rayon::join(|| Segmenter::taught(names.taught()), || names.lay_out());
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
            let of_people = writer.put_article(&stored)?;
            Ok((stored.article.id, stored.facts.date, of_people))
        })
        .collect::<Result<_, Error>>()?;
    sighted.into_iter().try_for_each(|(id, date, of_people)| old.sighted(&id, date, of_people))
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
