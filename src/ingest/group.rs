//! Groups the files that were found into issues and files of ready articles.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::diag::{Problem, ProblemKind};

use super::facts::path_facts;
use super::format::{Format, stem_len};
use super::source::SourceFile;
use super::survey::{Skipped, Survey};
use super::unit::{Unit, UnitKind};
use super::{Options, SourceProblem};

/// What a walk has found, in the order of the walk.
#[derive(Default)]
pub(super) struct Found {
    pub(super) files: Vec<SourceFile>,
    pub(super) sidecars: Vec<SourceFile>,
    pub(super) corrections: Vec<SourceFile>,
    pub(super) mets: Vec<SourceFile>,
    pub(super) images: Vec<String>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) problems: Vec<SourceProblem>,
}

impl Found {
    pub(super) fn problem(&mut self, path: &str, problem: Problem) {
        self.problems.push(SourceProblem::new(path, problem));
    }

    pub(super) fn skip(&mut self, path: String, reason: &'static str) {
        self.skipped.push(Skipped { path, reason });
    }

    pub(super) fn into_survey(mut self, options: &Options) -> Survey {
        self.link_facsimiles();
        let mut groups: BTreeMap<String, (UnitKind, Vec<SourceFile>)> = BTreeMap::new();
        for file in std::mem::take(&mut self.files) {
            let (key, kind) = group(&file, options);
            groups.entry(key).or_insert_with(|| (kind, Vec::new())).1.push(file);
        }
        let sidecars = Sidecars::new(std::mem::take(&mut self.sidecars));
        let options = Arc::new(options.clone());
        let mut units = Vec::with_capacity(groups.len());
        for (key, (kind, mut files)) in groups {
            if let Some(problem) = too_many(kind, &files, &options) {
                self.problem(key.split_once(':').map_or(key.as_str(), |(_, rest)| rest), problem);
                units.extend(files.into_iter().map(|file| {
                    let sidecars = sidecars.of(std::slice::from_ref(&file));
                    Unit::new(format!("file:{}", file.path), kind, vec![file], sidecars, Arc::clone(&options))
                }));
                continue;
            }
            files.sort_by_cached_key(|file| (page_order(&file.path), file.path.clone()));
            let mut own = sidecars.of(&files);
            own.extend(beneath(&self.mets, &files));
            units.push(Unit::new(key, kind, files, own, Arc::clone(&options)));
        }
        units.sort_by(|a, b| a.key.cmp(&b.key));
        self.skipped.sort();
        self.problems.sort_by(|a, b| a.source.cmp(&b.source));
        self.corrections.sort_by(|a, b| a.path.cmp(&b.path));
        Survey { units, skipped: self.skipped, problems: self.problems, corrections: self.corrections }
    }

    /// A picture or PDF beside a page's text shows that page and is not read itself.
    fn link_facsimiles(&mut self) {
        let has_text = |file: &SourceFile| {
            matches!(file.format, Format::Text | Format::Alto | Format::Boxes | Format::Hocr)
        };
        if self.images.is_empty() && !self.files.iter().any(|file| file.format == Format::Pdf) {
            return;
        }
        let texts: BTreeSet<String> =
            self.files.iter().filter(|file| has_text(file)).map(|file| stem(&file.path).to_owned()).collect();
        let mut pictures: HashMap<String, String> = HashMap::new();
        self.images.sort();
        for image in &self.images {
            pictures.entry(stem(image).to_owned()).or_insert_with(|| image.clone());
        }
        let (pdfs, files) = std::mem::take(&mut self.files)
            .into_iter()
            .partition(|file| file.format == Format::Pdf && texts.contains(stem(&file.path)));
        self.files = files;
        for pdf in pdfs {
            self.skip(pdf.path.clone(), "shows a page whose text lies beside it");
            pictures.insert(stem(&pdf.path).to_owned(), pdf.path);
        }
        for file in &mut self.files {
            file.facsimile = pictures.get(stem(&file.path)).cloned();
        }
    }
}

pub(super) fn stem(path: &str) -> &str {
    &path[..stem_len(path)]
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The unit a file belongs to: one paper and date, or else one folder; ready articles stand alone.
fn group(file: &SourceFile, options: &Options) -> (String, UnitKind) {
    let kind = if file.format.is_page() { UnitKind::Issue } else { UnitKind::Articles };
    if !file.format.is_page() && file.format != Format::Html {
        return (format!("file:{}", file.path), kind);
    }
    let told = path_facts(&file.path);
    let paper = options.paper.as_ref().or(told.facts.paper.as_ref());
    let topic = if kind == UnitKind::Issue { "issue" } else { "web" };
    let key = match (options.date.or(told.facts.date), paper) {
        (Some(date), Some(paper)) => format!("{topic}:{paper}/{date}"),
        (Some(date), None) => format!("{topic}:{}/{date}", told.home),
        (None, _) if kind == UnitKind::Issue => format!("folder:{}", folder(&file.path)),
        (None, _) => format!("file:{}", file.path),
    };
    (key, kind)
}

/// Page 2 before page 10, section A before B, pages without a number last.
fn page_order(path: &str) -> (bool, String, u32) {
    let Some(page) = path_facts(path).facts.page else {
        return (true, String::new(), 0);
    };
    let letter: String = page.chars().take_while(char::is_ascii_alphabetic).collect();
    let number = page[letter.len()..].parse().unwrap_or(u32::MAX);
    (false, letter, number)
}

/// The METS files in whose folder, or below it, recognised pages of a unit lie.
fn beneath(mets: &[SourceFile], files: &[SourceFile]) -> Vec<SourceFile> {
    let read = |file: &&SourceFile| matches!(file.format, Format::Alto | Format::Hocr | Format::Boxes);
    let holds = |mets: &&SourceFile| {
        let above = folder(&mets.path);
        files.iter().filter(read).any(|file| {
            let inner = folder(&file.path);
            inner == above || inner.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
        })
    };
    mets.iter().filter(holds).cloned().collect()
}

fn too_many(kind: UnitKind, files: &[SourceFile], options: &Options) -> Option<Problem> {
    let limits = &options.limits;
    let bytes: u64 = files.iter().map(|file| file.size_bytes).sum();
    if kind != UnitKind::Issue || files.len() < 2 {
        return None;
    }
    let message = if files.len() > limits.issue_pages_max {
        format!("{} pages are more than the {} of an issue", files.len(), limits.issue_pages_max)
    } else if bytes > limits.issue_bytes_max {
        format!(
            "{} MB of pages are more than the {} MB of an issue",
            bytes >> 20,
            limits.issue_bytes_max >> 20
        )
    } else {
        return None;
    };
    Some(Problem::new(
        ProblemKind::NotJoined,
        format!("{message}; each page was taken by itself, no story is joined across them"),
    ))
}

/// Sidecars by path.
struct Sidecars(BTreeMap<String, SourceFile>);

impl Sidecars {
    fn new(files: Vec<SourceFile>) -> Self {
        Self(files.into_iter().map(|file| (file.path.clone(), file)).collect())
    }

    /// Those that tell about one of the files.
    fn of(&self, files: &[SourceFile]) -> Vec<SourceFile> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let names: BTreeSet<String> = files.iter().flat_map(|file| sidecar_paths(&file.path)).collect();
        names.iter().filter_map(|name| self.0.get(name).cloned()).collect()
    }
}

/// Where facts about a page may lie, the nearest first.
pub(super) fn sidecar_paths(path: &str) -> [String; 2] {
    let folder = path.rfind('/').map_or("", |i| &path[..=i]);
    [format!("{}.meta.json", stem(path)), format!("{folder}issue.meta.json")]
}
