//! Checks an archive against its checksums, its own counts, its texts and its sources.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use serde::Serialize;

use super::corrections::Known;
use super::learn;
use crate::cluster::{Address, Cluster, Secret};
use crate::index::{Error, READER, SAVED, StoredArticle, UnitEntry, audit_files};
use crate::ingest::{ArticleRecord, UnitKind};
use crate::layout::{self, HouseStyles};
use crate::paper::{Article, Furniture};
use crate::people::{NameBook, Stands};
use crate::saved::{Shelf, Trouble};
use crate::search::Archive;
use crate::text::fold::fold;

/// Findings of one kind that are told one by one; the others are counted.
const TOLD_MAX: usize = 20;
/// Runs of characters that are looked for in the index and by reading all texts.
const SAMPLE_RUNS: usize = 24;

/// What a check tells while it works: which part, done, to do (0 where not known).
pub type Tell<'a> = &'a (dyn Fn(&'static str, u64, u64) + Sync);

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Whether nothing was found.
    pub sound: bool,
    /// The state that was checked.
    pub generation: Option<u64>,
    /// What was checked, and how much of it.
    pub checks: Vec<Check>,
    /// What does not fit.
    pub findings: Vec<Finding>,
    /// What is worth knowing and is no fault.
    pub notes: Vec<String>,
}

/// One part of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name: `files`, `counts`, `sources`, `literals`, `fields`, `people`; in a cluster `counts`,
    /// `documents`, `posts`, `literals`, `terms`.
    pub name: &'static str,
    /// How many were compared.
    pub compared: u64,
    /// Of what.
    pub of: &'static str,
    /// How many did not fit.
    pub wrong: u64,
}

/// Something that does not fit, and what can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The part of the check.
    pub check: &'static str,
    /// The file, article, unit or field concerned.
    pub place: String,
    /// What does not fit.
    pub what: String,
    /// How to mend it.
    pub mend: &'static str,
}

const MEND_FILES: &str =
    "restore a backup (baoku restore), or make the archive anew from its sources (baoku index --rebuild)";
const MEND_INDEX: &str = "make the archive anew from the sources it keeps: baoku index --rebuild";
const MEND_SAVED: &str = "restore a backup, or put the file aside and save the questions again";
const MEND_SOURCES: &str = "restore a backup, or index the folder again: baoku index --rebuild FOLDER";

const MEND_CLUSTER: &str = "push the archive into a new index: baoku push --anew";

impl Verified {
    fn check(&mut self, name: &'static str, compared: u64, of: &'static str, wrong: Vec<Finding>) {
        self.checks.push(Check { name, compared, of, wrong: wrong.len() as u64 });
        let more = wrong.len().saturating_sub(TOLD_MAX);
        let mend = wrong.first().map(|f| f.mend);
        self.findings.extend(wrong.into_iter().take(TOLD_MAX));
        if let (1.., Some(mend)) = (more, mend) {
            let what = format!("{more} more like these");
            self.findings.push(Finding { check: name, place: String::new(), what, mend });
        }
        self.sound = self.findings.is_empty();
    }
}

/// Checks an archive; with `full` every posting and every person is compared too, not a sample; in a
/// cluster every document is asked for by all it says.
///
/// # Errors
///
/// Where there is no archive, or one that this build can't read. Damage is no error: it is what a
/// check is for, and stands in the findings.
pub fn verify(root: &Path, full: bool, tell: Tell<'_>) -> Result<Verified, Error> {
    let mut out = Verified::default();
    if let Some(address) = root.to_str().and_then(Address::archive) {
        let cluster = Cluster::open(&address?, Secret::from_environment()?)?;
        out.generation = Some(cluster.generation().number);
        for check in cluster.verify(full, &|done, of| tell("documents", done, of))? {
            let finding = |(place, what)| Finding { check: check.name, place, what, mend: MEND_CLUSTER };
            out.check(check.name, check.compared, check.of, check.wrong.into_iter().map(finding).collect());
        }
        out.notes.push("sources stay where they were indexed, and are compared there".to_owned());
        return Ok(out);
    }
    let files = audit_files(root, &|bytes| tell("files", bytes, 0))?;
    let finding = |(place, what): (String, String)| {
        // Without its list of sources an archive can't be made anew from what it keeps.
        let folder = ["sources/", "side/manifest", "index/meta.json"].iter().any(|p| place.starts_with(p));
        let mend = if folder { MEND_SOURCES } else { MEND_FILES };
        Finding { check: "files", place, what, mend }
    };
    let mut damaged: Vec<Finding> = files.damaged.into_iter().map(finding).collect();
    if let Err(Trouble::Damaged { what, .. }) = Shelf::of(root).list() {
        damaged.push(Finding { check: "files", place: SAVED.to_owned(), what, mend: MEND_SAVED });
    }
    out.check("files", files.files, "files by checksum", damaged);
    if !files.left_over.is_empty() {
        let n = files.left_over.len();
        out.notes
            .push(format!("{n} files of an interrupted run are left over; the next index run removes them"));
    }
    if !out.sound {
        out.notes.push("the other checks were left out: they would read what is damaged".to_owned());
        return Ok(out);
    }
    let archive = Archive::open(root)?;
    out.generation = Some(archive.generation().number);
    let stored = Stored::read(&archive, tell)?;
    counts(&archive, &stored, &mut out);
    sources(&archive, &stored, &mut out, tell)?;
    literals(&archive, &stored, &mut out, tell)?;
    if full {
        let fields = archive.index().audit_fields(&|documents| tell("fields", documents, 0))?;
        let places = fields.iter().map(|f| f.found).sum();
        let wrong = fields.into_iter().filter(|f| !f.same).map(|f| Finding {
            check: "fields",
            what: format!("{} places of terms in the index, the texts give {}", f.found, f.expected),
            place: f.field,
            mend: MEND_INDEX,
        });
        out.check("fields", places, "places of terms in all fields against the texts", wrong.collect());
        people(&archive, &stored, &mut out, tell)?;
    }
    Ok(out)
}

/// All articles of an archive, by unit.
struct Stored {
    units: BTreeMap<String, UnitEntry>,
    articles: BTreeMap<String, Vec<StoredArticle>>,
}

impl Stored {
    fn read(archive: &Archive, tell: Tell<'_>) -> Result<Self, Error> {
        let units = archive.index().manifest()?.units;
        let mut articles = BTreeMap::new();
        for (done, unit) in units.keys().enumerate() {
            articles.insert(unit.clone(), archive.articles_of_unit(unit)?);
            tell("texts", done as u64 + 1, units.len() as u64);
        }
        Ok(Self { units, articles })
    }

    fn all(&self) -> impl Iterator<Item = &StoredArticle> {
        self.articles.values().flatten()
    }
}

/// The archive's counts agree with each other and with what it stores.
fn counts(archive: &Archive, stored: &Stored, out: &mut Verified) {
    let generation = archive.generation();
    let sum = |of: fn(&UnitEntry) -> u64| stored.units.values().map(of).sum::<u64>();
    let bytes = |a: &StoredArticle| a.article.parts().map(|(_, text)| text.len() as u64).sum::<u64>();
    let mut wrong = Vec::new();
    let mut same = |place: String, said: u64, counted: u64| {
        if said != counted {
            let what = format!("{said} are stated, {counted} were counted");
            wrong.push(Finding { check: "counts", place, what, mend: MEND_INDEX });
        }
    };
    same("articles".to_owned(), generation.articles, stored.all().count() as u64);
    same("articles of the sources".to_owned(), generation.articles, sum(|e| e.articles));
    same("pages".to_owned(), generation.pages, sum(|e| e.pages));
    same("bytes of text".to_owned(), generation.text_bytes, stored.all().map(bytes).sum());
    for (unit, entry) in &stored.units {
        let articles = stored.articles.get(unit).map_or(0, |a| a.len() as u64);
        same(format!("articles of {unit}"), entry.articles, articles);
    }
    let compared = 4 + stored.units.len() as u64;
    out.check("counts", compared, "counts", wrong);
}

/// Every article of the sources is in the index with the same text, and no other is.
fn sources(archive: &Archive, stored: &Stored, out: &mut Verified, tell: Tell<'_>) -> Result<(), Error> {
    let by_id: BTreeMap<&str, &StoredArticle> = stored.all().map(|a| (a.article.id.as_str(), a)).collect();
    let known = Known::of(&archive.index().manifest()?);
    let styles = HouseStyles::of(stored.units.values().filter_map(|entry| entry.style.as_ref()));
    let (mut older, mut unkept) = (0u64, 0u64);
    let mut readable: Vec<(&String, &UnitEntry)> = Vec::new();
    for (key, entry) in &stored.units {
        match &entry.kept {
            None => unkept += 1,
            Some(_) if entry.reader != READER => older += 1,
            Some(_) => readable.push((key, entry)),
        }
    }
    let done = AtomicU64::new(0);
    let wrong: Vec<Vec<Finding>> = readable
        .par_iter()
        .map(|(key, entry)| {
            let found = unit_findings(archive, (key, entry), &known, &styles, stored, &by_id);
            tell("sources", done.fetch_add(1, Ordering::Relaxed) + 1, readable.len() as u64);
            found
        })
        .collect();
    if older > 0 {
        out.notes.push(format!(
            "{older} issues or files were read by another version of the page reader; the next index run reads them again"
        ));
    }
    if unkept > 0 {
        out.notes.push(format!("{unkept} issues or files are not kept in the archive and were not compared"));
    }
    out.check("sources", readable.len() as u64, "issues or files read again", wrong.concat());
    Ok(())
}

fn unit_findings(
    archive: &Archive,
    (key, entry): (&str, &UnitEntry),
    known: &Known,
    styles: &HouseStyles,
    stored: &Stored,
    by_id: &BTreeMap<&str, &StoredArticle>,
) -> Vec<Finding> {
    let Some(kept) = &entry.kept else { return Vec::new() };
    let mut desk = known.desk();
    let unit = kept.unit(&archive.index().pack_path(&kept.pack));
    // Of one id within one source the last stays.
    let mut read: BTreeMap<String, Article> = BTreeMap::new();
    let mut furniture: Vec<(String, Vec<Furniture>)> = Vec::new();
    if kept.kind == UnitKind::Issue {
        let raw = unit.read_pages();
        let mut pages = match entry.style.as_ref().and_then(|issue| styles.for_issue(issue)) {
            Some((style, _)) => layout::read_issue_in_style(&raw, style),
            None => layout::read_issue(&raw),
        };
        desk.issue(&mut pages);
        let with = pages.iter().filter(|page| !page.furniture.is_empty());
        furniture.extend(with.map(|page| (layout::page_id(page), page.furniture.clone())));
        read.extend(pages.into_iter().flat_map(|p| p.articles).map(|a| (a.id.clone(), a)));
    } else {
        let put_right = |r: ArticleRecord| desk.ready(r.article, r.facts, &r.source);
        let articles = unit.articles().filter_map(Result::ok).flat_map(put_right);
        read.extend(articles.map(|(article, _)| (article.id.clone(), article)));
    }
    let mut wrong = Vec::new();
    let mut tell = |place: &str, what: &str| {
        let (place, what) = (place.to_owned(), what.to_owned());
        wrong.push(Finding { check: "sources", place, what, mend: MEND_INDEX });
    };
    for (id, article) in &read {
        match by_id.get(id.as_str()) {
            None => tell(id, &format!("stands in {key} and is not in the index")),
            // Another source had the id first; that one stays, and was told when it was indexed.
            Some(other) if other.unit != key => {}
            Some(same) if same.article == *article => {}
            Some(_) => tell(id, "its text in the index is not that of its source"),
        }
    }
    for other in stored.articles.get(key).into_iter().flatten() {
        if !read.contains_key(&other.article.id) {
            tell(&other.article.id, &format!("is in the index and does not stand in {key}"));
        }
    }
    let known = archive.pages_of_unit(key).unwrap_or_default();
    let mut known: Vec<_> = known.into_iter().map(|page| (page.id, page.furniture)).collect();
    known.sort_by_cached_key(|page| format!("{page:?}"));
    furniture.sort_by_cached_key(|page| format!("{page:?}"));
    if known != furniture {
        tell(key, "what stands beside the articles of its pages is not what the index holds");
    }
    wrong
}

/// Runs of characters of the texts are found in exactly the articles in which reading finds them.
fn literals(archive: &Archive, stored: &Stored, out: &mut Verified, tell: Tell<'_>) -> Result<(), Error> {
    let runs = sample(stored);
    let done = AtomicU64::new(0);
    let folded: Vec<(String, Vec<&str>)> = runs.iter().map(|run| (run.clone(), Vec::new())).collect();
    let scanned = stored
        .articles
        .par_iter()
        .map(|(_, articles)| {
            let mut found = folded.clone();
            for article in articles {
                let texts: Vec<String> = article.runs().map(|(_, text)| fold(&text)).collect();
                for (run, ids) in &mut found {
                    if texts.iter().any(|text| text.contains(run.as_str())) {
                        ids.push(&article.article.id);
                    }
                }
            }
            tell("literals", done.fetch_add(1, Ordering::Relaxed) + 1, stored.articles.len() as u64);
            found
        })
        .reduce(
            || folded.clone(),
            |mut all, some| {
                for (a, b) in all.iter_mut().zip(some) {
                    a.1.extend(b.1);
                }
                all
            },
        );
    let mut wrong = Vec::new();
    for (run, mut ids) in scanned {
        let places = archive.places_containing(std::iter::once(run.as_str()))?;
        let id = |place| archive.article_at(place).map(|stored| stored.article.id);
        let mut found: Vec<String> = places.into_iter().map(id).collect::<Result<_, Error>>()?;
        found.sort();
        ids.sort_unstable();
        if found != ids {
            let what = format!("the index gives {} articles, reading all texts {}", found.len(), ids.len());
            let place = format!("“{run}”");
            wrong.push(Finding { check: "literals", place, what, mend: MEND_INDEX });
        }
    }
    out.check("literals", runs.len() as u64, "runs of characters against all texts", wrong);
    Ok(())
}

/// Runs of 1 to 24 characters from places spread over the texts: always the same of one archive.
fn sample(stored: &Stored) -> Vec<String> {
    let articles: Vec<&StoredArticle> = stored.all().collect();
    let mut runs: Vec<String> = Vec::new();
    for nth in 0..SAMPLE_RUNS.min(articles.len()) {
        let Some(article) = articles.get(nth * articles.len() / SAMPLE_RUNS.min(articles.len())) else {
            continue;
        };
        let texts: Vec<String> = article.runs().map(|(_, text)| fold(&text)).collect();
        let Some(text) = texts.get(nth % texts.len().max(1)) else { continue };
        let chars: Vec<char> = text.chars().collect();
        let length = [2, 3, 4, 1, 6, 9, 2, 24][nth % 8].min(chars.len());
        let begin = (nth * 7919) % (chars.len() - length + 1);
        let run: String = chars.iter().skip(begin).take(length).collect();
        if !run.is_empty() {
            runs.push(run);
        }
    }
    runs.sort();
    runs.dedup();
    runs
}

/// The names the archive has learned are those its articles teach, and its people those that are
/// found with them.
fn people(archive: &Archive, stored: &Stored, out: &mut Verified, tell: Tell<'_>) -> Result<(), Error> {
    if stored.units.values().any(|entry| entry.reader != READER) {
        return Ok(());
    }
    let names = archive.index().names()?;
    let corrections = Known::of(&archive.index().manifest()?).entries;
    let teacher = NameBook::with_overlay(names.overlay().clone());
    let learned = stored
        .articles
        .par_iter()
        .map(|(_, articles)| learn(&teacher, &corrections, articles.iter().map(|a| &a.article)));
    let mut learned = learned.reduce(NameBook::default, |mut a, b| {
        a.merge(&b);
        a
    });
    learned.set_overlay(names.overlay().clone());
    let stands = Stands::of(learned.to_count());
    let mut standing = stands.empty();
    let articles =
        stored.articles.par_iter().flat_map(|(_, articles)| articles.par_iter().map(|a| &a.article));
    super::chance::add(articles, &stands, &mut standing);
    let counted = stands.counted(standing);
    learned.set_stands(|name, _| counted.get(name).copied().unwrap_or_default());
    let finding = |place: &str, what: &str| {
        let (place, what) = (place.to_owned(), what.to_owned());
        Finding { check: "people", place, what, mend: MEND_INDEX }
    };
    let mut wrong = Vec::new();
    if !learned.taught().eq(names.taught()) {
        wrong.push(finding("names", "the names that were learned are not those that the articles teach"));
    }
    let done = AtomicU64::new(0);
    let articles: Vec<&StoredArticle> = stored.all().collect();
    let of = articles.len() as u64;
    let found: Vec<Finding> = articles
        .into_par_iter()
        .filter_map(|article| {
            tell("people", done.fetch_add(1, Ordering::Relaxed) + 1, of);
            (corrections.people_of(&article.article, &names) != article.people)
                .then(|| finding(&article.article.id, "its people are not those that its text names"))
        })
        .collect();
    wrong.extend(found);
    out.check("people", of, "articles whose people were found again", wrong);
    Ok(())
}
