//! Parts: what one machine of many has read of the sources, for one archive.
//!
//! Reading pages and learning names goes issue by issue, so any number of machines can do it side by
//! side. A part is three files: the head (`….part`, JSON, written last, so that a part without one is
//! none), what was read (`….jsonl.zst`, a zstd frame for each unit of sources), and the sources
//! (`….pack`). Only names and articles are in a part, nothing that depends on names learned
//! elsewhere: people are found, and texts cut into words, when the names of all parts are known.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::changes::Changes;
use crate::diag::{Problem, ProblemKind};
use crate::index::{CorrectionsFile, Error, Manifest, Pack, READER, UnitEntry};
use crate::ingest::{ArticleRecord, Frame, KeptUnit, Options, SourceProblem, Unit, UnitKind};
use crate::layout::{self, HouseStyle, IssueStyle};
use crate::paper::{Page, RawPage};
use crate::people::{NameBook, Overlay};

/// Version of the files of a part.
pub(super) const PART: u32 = 2;
/// What the name of a head ends with.
pub(super) const HEAD: &str = "part";

/// What a part says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Head {
    /// Version of the files.
    pub(super) baoku_part: u32,
    /// Digest of the code and word lists the sources were read with.
    pub(super) reader: String,
    /// Digest of the archive's own lexicon the names were learned with.
    pub(super) lexicon: String,
    /// Milliseconds since 1970 when it was finished.
    pub(super) made_ms: u64,
    /// The file with what was read, and its length.
    pub(super) articles: (String, u64),
    /// The file with the sources, and its length.
    pub(super) sources: (String, u64),
    /// The units, in the order in which one machine reads them.
    pub(super) units: Vec<HeadUnit>,
    /// Corrections that lie among the sources, by absolute path.
    pub(super) corrections: BTreeMap<String, CorrectionsFile>,
    /// What was odd before anything was read.
    pub(super) problems: Vec<(String, Problem)>,
    /// What was passed over and why.
    pub(super) skipped: Vec<(String, String)>,
}

/// A unit of sources in a part.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct HeadUnit {
    /// Its key among all units of a survey: what they are read in the order of.
    pub(super) order: String,
    /// Its key in an archive.
    pub(super) key: String,
    pub(super) kind: UnitKind,
    /// Where it lies in the file with what was read.
    pub(super) at: u64,
    /// Length of its frame.
    pub(super) packed_bytes: u64,
    pub(super) entry: UnitEntry,
}

/// A line of what was read.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Line {
    Page(Page),
    /// What the pages show of the house style of their paper.
    Style(IssueStyle),
    Record(Box<ArticleRecord>),
    Problem(SourceProblem),
    /// What the unit teaches; the last line.
    Names(NameBook),
}

/// A unit that is read now, or that another machine has read.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Here(Unit),
    Prepared(Box<Prepared>),
}

/// Ready articles, or why one could not be read; an error where the part is not whole.
type Records<'a> = Box<dyn Iterator<Item = Result<Record, Error>> + Send + 'a>;
type Record = Result<ArticleRecord, SourceProblem>;

/// The pages of an issue, what they show of the style of their paper, and the names they teach where
/// that is known.
type ReadAlone = (Vec<Page>, IssueStyle, Option<NameBook>);

/// A unit of a part.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    part: Arc<Part>,
    unit: HeadUnit,
}

/// A part that was found.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    head: Head,
}

/// Digest of an archive's own lexicon.
pub(super) fn digest_of(lexicon: &Overlay) -> String {
    let bytes = serde_json::to_vec(lexicon).unwrap_or_default();
    blake3::hash(&bytes).to_hex()[..32].to_owned()
}

/// The parts among sources, and the other sources.
pub(super) fn among(sources: &[PathBuf]) -> Result<(Vec<Arc<Part>>, Vec<PathBuf>), Error> {
    let (heads, others) = heads_among(sources)?;
    let parts: Result<Vec<Arc<Part>>, Error> =
        heads.iter().map(|path| Part::open(path).map(Arc::new)).collect();
    Ok((parts?, others))
}

/// Refuses parts where sources are wanted: read as such their articles would come a second time.
pub(super) fn refused(sources: &[PathBuf]) -> Result<(), Error> {
    match heads_among(sources)?.0.into_iter().next() {
        None => Ok(()),
        Some(path) => Err(Error::PartMisused {
            path,
            what: "is a part, and no source",
            hint: "index and push take parts; keep them outside of the folders with sources",
        }),
    }
}

/// Refuses options that say of sources what parts say themselves.
pub(super) fn undisputed(parts: &[Arc<Part>], options: &Options) -> Result<(), Error> {
    let Options { paper, date, page, .. } = options;
    match parts.first() {
        Some(part) if paper.is_some() || date.is_some() || page.is_some() => Err(Error::PartMisused {
            path: part.path.clone(),
            what: "--paper, --date and --page say nothing of a part: it has those it was prepared with",
            hint: "leave them out, or give them to baoku prepare; index other sources in a run of their own",
        }),
        _ => Ok(()),
    }
}

/// The heads of parts among sources, and the other sources.
fn heads_among(sources: &[PathBuf]) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Error> {
    let (mut heads, mut others): (Vec<PathBuf>, Vec<PathBuf>) = Default::default();
    for source in sources {
        if source.is_file() && head_of(source).is_some_and(|head| head.is_file()) {
            return Err(Error::PartMisused {
                path: source.clone(),
                what: "lies inside a part, and is no source",
                hint: "give the head of the part (….part), or its folder",
            });
        }
        if is_head(source) {
            heads.push(source.clone());
            continue;
        }
        // Parts of several machines may lie in folders of their own.
        let inner = entries(source).into_iter().filter(|path| path.is_dir());
        let all = inner.flat_map(|folder| entries(&folder)).chain(entries(source));
        let found: Vec<PathBuf> = all.filter(|path| is_head(path)).collect();
        if found.is_empty() { others.push(source.clone()) } else { heads.extend(found) }
    }
    heads.sort();
    heads.dedup();
    Ok((heads, others))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// What was read of parts that have no head: of `part-7f3e3bc2.jsonl.zst` it is `part.part`.
fn headless(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let read = |path: &PathBuf| path.extension().is_some_and(|e| e == "zst");
    entries(folder).into_iter().filter(move |path| read(path) && head_of(path).is_some_and(|h| !h.exists()))
}

/// Where the head of a part lies, by another file of it.
fn head_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let stem = name.strip_suffix(".jsonl.zst").or_else(|| name.strip_suffix(".pack"))?;
    Some(path.with_file_name(format!("{}.{HEAD}", stem.rsplit_once('-')?.0)))
}

fn is_head(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == HEAD) && path.is_file()
}

fn bad(path: &Path, what: impl Into<String>) -> Error {
    Error::BadPart { path: path.to_owned(), what: what.into() }
}

impl Part {
    fn open(path: &Path) -> Result<Self, Error> {
        let io = |source| Error::Io { path: path.to_owned(), source };
        let bytes = std::fs::read(path).map_err(io)?;
        #[derive(Deserialize)]
        struct Version {
            baoku_part: u32,
            reader: String,
        }
        let version: Version =
            serde_json::from_slice(&bytes).map_err(|e| bad(path, format!("no head of a part: {e}")))?;
        if version.baoku_part != PART {
            return Err(bad(
                path,
                format!("made in form {}, this baoku reads form {PART}", version.baoku_part),
            ));
        }
        if version.reader != READER {
            return Err(bad(path, "its pages were read by another version of baoku"));
        }
        let head: Head = serde_json::from_slice(&bytes).map_err(|e| bad(path, e.to_string()))?;
        for (file, bytes) in [&head.articles, &head.sources] {
            let beside = path.with_file_name(file);
            let there = std::fs::metadata(&beside).map_or(0, |m| m.len());
            if there != *bytes {
                return Err(bad(&beside, format!("{there} bytes of {bytes}: the part is not whole")));
            }
        }
        Ok(Self { path: path.to_owned(), head })
    }
}

impl Prepared {
    fn bytes(&self, file: &str, at: u64, length: u64) -> Result<io::Take<File>, Error> {
        let path = self.part.path.with_file_name(file);
        let io = |source| Error::Io { path: path.clone(), source };
        let mut file = File::open(&path).map_err(io)?;
        file.seek(SeekFrom::Start(at)).map_err(io)?;
        Ok(file.take(length))
    }

    /// The lines of what was read.
    fn lines(&self) -> Result<impl Iterator<Item = Result<Line, Error>> + Send + use<>, Error> {
        let file = &self.part.head.articles.0;
        let path = self.part.path.with_file_name(file);
        let bytes = self.bytes(file, self.unit.at, self.unit.packed_bytes)?;
        let frame = zstd::Decoder::new(bytes).map_err(|e| bad(&path, e.to_string()))?;
        Ok(BufReader::new(frame).split(b'\n').map(move |line| {
            let line = line.map_err(|e| bad(&path, e.to_string()))?;
            serde_json::from_slice(&line).map_err(|e| bad(&path, e.to_string()))
        }))
    }

    /// The names that the unit teaches to who knows this lexicon; none where it was another.
    fn known(&self, names: NameBook, lexicon: &str) -> Option<NameBook> {
        (self.part.head.lexicon == lexicon).then_some(names)
    }

    /// The pages as they read alone, what they show of the style of their paper, and the names they
    /// teach.
    fn pages(&self, lexicon: &str) -> Result<ReadAlone, Error> {
        let (mut pages, mut names, mut style) = (Vec::new(), None, IssueStyle::default());
        for line in self.lines()? {
            match line? {
                Line::Page(page) => pages.push(page),
                Line::Style(shown) => style = shown,
                Line::Names(told) => names = Some(told),
                Line::Record(_) | Line::Problem(_) => {}
            }
        }
        let names = names.ok_or_else(|| bad(&self.part.path, format!("{} is not whole", self.unit.key)))?;
        Ok((pages, style, self.known(names, lexicon)))
    }

    /// The unit, to be read from the sources of the part; none where they were not kept.
    fn unit(&self) -> Option<Unit> {
        let kept = self.unit.entry.kept.as_ref()?;
        Some(kept.unit(&self.part.path.with_file_name(&self.part.head.sources.0)))
    }

    /// The sources of the unit, as they were kept: what tells where they lie, and the bytes. Nothing
    /// where they were not kept.
    pub(super) fn kept(&self) -> Result<Option<(KeptUnit, Vec<u8>)>, Error> {
        let Some(mut kept) = self.unit.entry.kept.clone() else { return Ok(None) };
        let begin = kept.files.iter().map(|file| file.place.at).min().unwrap_or(0);
        let end =
            kept.files.iter().map(|file| file.place.at + file.place.packed_bytes).max().unwrap_or(begin);
        let mut bytes = Vec::new();
        let file = &self.part.head.sources.0;
        let read = self.bytes(file, begin, end - begin)?.read_to_end(&mut bytes);
        read.map_err(|source| Error::Io { path: self.part.path.with_file_name(file), source })?;
        for file in &mut kept.files {
            file.place = Frame { at: file.place.at - begin, ..file.place };
        }
        Ok(Some((kept, bytes)))
    }
}

/// The pages of a unit, or why sources that are kept could not be read.
fn raw(unit: &Unit) -> Result<Vec<RawPage>, Error> {
    let pages = unit.read_pages();
    was_read(unit).map(|()| pages)
}

fn was_read(unit: &Unit) -> Result<(), Error> {
    unit.kept_was_read().map_err(|(path, source)| Error::Io { path, source })
}

impl Source {
    pub(super) const fn kind(&self) -> UnitKind {
        match self {
            Self::Here(unit) => unit.kind,
            Self::Prepared(prepared) => prepared.unit.kind,
        }
    }

    /// Bytes there are to read.
    pub(super) fn size_bytes(&self) -> u64 {
        match self {
            Self::Here(unit) => unit.size_bytes(),
            Self::Prepared(prepared) => prepared.unit.entry.files.iter().map(|file| file.size_bytes).sum(),
        }
    }

    pub(super) fn order(&self) -> &str {
        match self {
            Self::Here(unit) => &unit.key,
            Self::Prepared(prepared) => &prepared.unit.order,
        }
    }

    /// The pages of an issue with their articles, read alone, what they show of the style of their paper,
    /// and the names they teach where that is known.
    pub(super) fn read_issue(&self, lexicon: &str) -> Result<ReadAlone, Error> {
        match self {
            Self::Here(unit) => {
                let (pages, style) = layout::read_issue_alone(&raw(unit)?);
                Ok((pages, style, None))
            }
            Self::Prepared(prepared) => prepared.pages(lexicon),
        }
    }

    /// The pages of an issue, read in the style of its paper; none where a part has not their sources.
    pub(super) fn read_in_style(&self, style: &HouseStyle) -> Result<Option<Vec<Page>>, Error> {
        let read = |unit: &Unit| Ok(layout::read_issue_in_style(&raw(unit)?, style));
        match self {
            Self::Here(unit) => read(unit).map(Some),
            Self::Prepared(prepared) => prepared.unit().as_ref().map(read).transpose(),
        }
    }

    /// Tells where sources that the archive itself keeps could not be read: what was read of them is not
    /// all, and nothing else has the rest.
    pub(super) fn was_read(&self) -> Result<(), Error> {
        match self {
            Self::Here(unit) => was_read(unit),
            Self::Prepared(_) => Ok(()),
        }
    }

    /// The sources of an issue, to be kept.
    pub(super) fn keep(&self) -> Result<Option<(KeptUnit, Vec<u8>)>, Error> {
        match self {
            Self::Here(unit) => {
                let mut frames = Vec::new();
                let kept = unit.keep(&mut frames, 0).map_err(super::keeping)?;
                Ok(Some((kept, frames)))
            }
            Self::Prepared(prepared) => prepared.kept(),
        }
    }

    /// Keeps the sources of a file of articles; gives where they lie, nothing where a part has none.
    pub(super) fn keep_in(&self, pack: &mut Pack) -> Result<Option<KeptUnit>, Error> {
        match self {
            Self::Here(unit) => pack.keep(|mut out, at| unit.keep(&mut out, at)).map(Some),
            Self::Prepared(prepared) => match prepared.kept()? {
                Some((kept, frames)) => pack.append(kept, &frames).map(Some),
                None => Ok(None),
            },
        }
    }

    /// Ready articles one after the other.
    pub(super) fn records(&self) -> Result<Records<'_>, Error> {
        Ok(match self {
            Self::Here(unit) => Box::new(unit.articles().map(Ok)),
            Self::Prepared(prepared) => Box::new(prepared.lines()?.filter_map(|line| match line {
                Ok(Line::Record(record)) => Some(Ok(Ok(*record))),
                Ok(Line::Problem(problem)) => Some(Ok(Err(problem))),
                Ok(Line::Page(_) | Line::Style(_) | Line::Names(_)) => None,
                Err(e) => Some(Err(e)),
            })),
        })
    }
}

impl Changes {
    /// Takes in the units of parts that are not as the archive has them, in the order in which one
    /// machine would read all. The sources of this machine go before; of two parts that hold a unit
    /// the one made later does. Gives what is odd about that.
    pub(super) fn prepared(&mut self, parts: &[Arc<Part>], manifest: &Manifest) -> Vec<SourceProblem> {
        let mut newest: BTreeMap<&str, (&Arc<Part>, &HeadUnit)> = BTreeMap::new();
        let mut problems = Vec::new();
        for part in parts {
            for unit in &part.head.units {
                let Some((other, known)) = newest.get(unit.key.as_str()) else {
                    newest.insert(&unit.key, (part, unit));
                    continue;
                };
                if known.entry.fingerprint != unit.entry.fingerprint {
                    let message = format!(
                        "{} was prepared twice, and not from the same; the later one is taken",
                        unit.order
                    );
                    let problem = Problem::new(ProblemKind::Conflict, message);
                    problems
                        .push(SourceProblem { source: part.path.to_string_lossy().into_owned(), problem });
                }
                if part.head.made_ms > other.head.made_ms {
                    newest.insert(&unit.key, (part, unit));
                }
            }
        }
        let here: BTreeSet<String> = self.read.iter().map(|(key, ..)| key.clone()).collect();
        for (key, (part, unit)) in newest {
            if here.contains(key) {
                continue;
            }
            let old = manifest.units.get(key);
            if old.is_some_and(|old| old.fingerprint == unit.entry.fingerprint && old.reader == READER) {
                self.unchanged += 1;
                continue;
            }
            if old.is_some() {
                self.removed.insert(key.to_owned());
                self.kept.remove(key);
            }
            let entry = UnitEntry { kept: None, ..unit.entry.clone() };
            let source = Source::Prepared(Box::new(Prepared { part: part.clone(), unit: unit.clone() }));
            self.read.push((key.to_owned(), source, entry));
        }
        self.sort();
        problems
    }
}

/// What parts tell beside what was read.
pub(super) struct Told {
    pub(super) corrections: BTreeMap<String, CorrectionsFile>,
    pub(super) problems: Vec<SourceProblem>,
    pub(super) skipped: Vec<(String, String)>,
}

impl Told {
    pub(super) fn of(parts: &[Arc<Part>]) -> Self {
        let mut told = Self { corrections: BTreeMap::new(), problems: Vec::new(), skipped: Vec::new() };
        for head in parts.iter().map(|part| &part.head) {
            told.corrections.extend(head.corrections.clone());
            let of = |(source, problem): &(String, Problem)| SourceProblem {
                source: source.clone(),
                problem: problem.clone(),
            };
            told.problems.extend(head.problems.iter().map(of));
            told.skipped.extend(head.skipped.iter().cloned());
        }
        let folders: BTreeSet<&Path> = parts.iter().filter_map(|part| part.path.parent()).collect();
        told.skipped.extend(folders.into_iter().flat_map(headless).map(|path| {
            let what = "what was read of a part, without its head: it was not finished, or the head is lost";
            (path.to_string_lossy().into_owned(), what.to_owned())
        }));
        // Machines that were given the same tell the same.
        told.problems.sort_by(|a, b| (&a.source, a.problem.line).cmp(&(&b.source, b.problem.line)));
        told.problems.dedup();
        told.skipped.sort();
        told.skipped.dedup();
        told
    }
}
