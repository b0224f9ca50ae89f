//! Reads sources into a part: what a machine of many does for an archive that all of them make.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rayon::prelude::*;

use super::changes::{Changes, absolute, file_entry};
use super::lexicon::lexicon;
use super::parts::{HEAD, Head, HeadUnit, Line, PART, digest_of, refused};
use super::{BATCH_ARTICLES, BATCH_BYTES, learn};
use crate::correct::Corrections;
use crate::index::{CorrectionsFile, Error, READER};
use crate::ingest::{Options, SourceProblem, Unit, UnitKind, decode, survey};
use crate::layout;
use crate::people::{NameBook, Overlay};

/// How hard to compress.
const LEVEL: i32 = 3;

/// Which of all units a machine reads: the first of five, for example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// From 1.
    pub number: u32,
    /// Of so many.
    pub of: u32,
}

impl Share {
    /// The same for everybody who has the same sources: whoever reads a unit, nobody else does.
    fn holds(self, unit: &Unit) -> bool {
        let hash = blake3::hash(unit.key.as_bytes());
        let drawn = hash.as_bytes().iter().take(8).fold(0u64, |n, byte| n << 8 | u64::from(*byte));
        drawn % u64::from(self.of.max(1)) + 1 == u64::from(self.number)
    }
}

/// What was prepared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preparation {
    /// The head of the part.
    pub part: PathBuf,
    /// Issues and files of articles in it.
    pub units: u64,
    /// Articles in it.
    pub articles: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// What was odd before anything was read; the rest is told when the part is indexed.
    pub problems: Vec<SourceProblem>,
}

/// Reads sources into a part in a folder. `tell` hears of bytes done, and to do.
///
/// The same sources and share give the same part again, in the place of the one before.
///
/// # Errors
///
/// Where the part can't be written, and where parts are among the sources.
pub fn prepare(
    sources: &[PathBuf],
    out: &Path,
    options: &Options,
    lexicon_folder: Option<&Path>,
    share: Option<Share>,
    tell: &(dyn Fn(u64, u64) + Sync),
) -> Result<Preparation, Error> {
    refused(sources)?;
    std::fs::create_dir_all(out).map_err(|source| Error::Io { path: out.to_owned(), source })?;
    let (overlay, mut problems) = lexicon_folder.map(lexicon).unwrap_or_default();
    let overlay = overlay.unwrap_or_default();
    let mut found = survey(sources, options);
    if let Some(share) = share {
        found.units.retain(|unit| share.holds(unit));
    }
    problems.append(&mut found.problems);
    let mut writing = Writing::begin(out, sources, share, &overlay)?;
    let mut corrections = BTreeMap::new();
    for file in &found.corrections {
        match file.bytes(&options.limits) {
            Ok(bytes) => {
                let text = decode(bytes).text;
                corrections.insert(file_entry(file).path, CorrectionsFile { path: file.path.clone(), text });
            }
            Err(problem) => problems.push(SourceProblem { source: file.path.clone(), problem }),
        }
    }
    let of_bytes: u64 = found.units.iter().map(Unit::size_bytes).sum();
    let mut bytes = 0;
    let mut units = found.units.into_iter().peekable();
    while let Some(first) = units.next() {
        let mut batch_bytes = first.size_bytes();
        if first.kind == UnitKind::Issue {
            let mut batch = vec![first];
            while let Some(next) = units.next_if(|unit| {
                unit.kind == UnitKind::Issue && batch_bytes + unit.size_bytes() <= BATCH_BYTES
            }) {
                batch_bytes += next.size_bytes();
                batch.push(next);
            }
            writing.issues(batch, options)?;
        } else {
            writing.articles(&first, options)?;
        }
        bytes += batch_bytes;
        tell(bytes, of_bytes);
    }
    let told = problems.iter().map(|p| (p.source.clone(), p.problem.clone())).collect();
    let skipped = found.skipped.into_iter().map(|s| (s.path, s.reason.to_owned())).collect();
    let mut made = writing.finish(corrections, told, skipped)?;
    made.problems = problems;
    Ok(made)
}

/// A file of a part, and how long it is so far.
struct Growing {
    path: PathBuf,
    file: BufWriter<File>,
    at: u64,
}

impl Growing {
    fn begin(path: PathBuf) -> Result<Self, Error> {
        let file = File::create(&path).map_err(|source| Error::Io { path: path.clone(), source })?;
        Ok(Self { file: BufWriter::with_capacity(1 << 18, file), path, at: 0 })
    }

    fn error(&self) -> impl Fn(io::Error) -> Error + use<> {
        let path = self.path.clone();
        move |source| Error::Io { path: path.clone(), source }
    }

    fn end(mut self) -> Result<(String, u64), Error> {
        let io = self.error();
        self.file.flush().map_err(&io)?;
        self.file.get_ref().sync_all().map_err(&io)?;
        let name = self.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Ok((name, self.at))
    }
}

impl Write for Growing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

struct Writing {
    head: PathBuf,
    teacher: NameBook,
    lexicon: String,
    articles: Growing,
    sources: Growing,
    units: Vec<HeadUnit>,
    count: u64,
}

impl Writing {
    fn begin(
        out: &Path,
        sources: &[PathBuf],
        share: Option<Share>,
        overlay: &Overlay,
    ) -> Result<Self, Error> {
        let mut hasher = blake3::Hasher::new();
        for source in sources {
            hasher.update(absolute(source).to_string_lossy().as_bytes()).update(b"\0");
        }
        hasher.update(format!("{:?}", share.map(|s| (s.number, s.of))).as_bytes());
        let name = hasher.finalize().to_hex()[..12].to_owned();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let drawn = blake3::hash(format!("{}\0{now:?}", std::process::id()).as_bytes()).to_hex();
        let file = |ending: &str| out.join(format!("{name}-{}.{ending}", &drawn[..8]));
        Ok(Self {
            head: out.join(format!("{name}.{HEAD}")),
            teacher: NameBook::with_overlay(overlay.clone()),
            lexicon: digest_of(overlay),
            articles: Growing::begin(file("jsonl.zst"))?,
            sources: Growing::begin(file("pack"))?,
            units: Vec::new(),
            count: 0,
        })
    }

    fn issues(&mut self, batch: Vec<Unit>, options: &Options) -> Result<(), Error> {
        let nothing = Corrections::default();
        let teacher = &self.teacher;
        let read: Vec<_> = batch
            .into_par_iter()
            .map(|unit| -> io::Result<_> {
                let (pages, style) = layout::read_issue_alone(&unit.read_pages());
                let names = learn(teacher, &nothing, pages.iter().flat_map(|page| &page.articles));
                let articles: u64 = pages.iter().map(|page| page.articles.len() as u64).sum();
                let mut frame = frame(Vec::new())?;
                for page in pages {
                    line(&mut frame, &Line::Page(page))?;
                }
                line(&mut frame, &Line::Style(style))?;
                line(&mut frame, &Line::Names(names))?;
                let mut kept_bytes = Vec::new();
                let kept = if options.no_sources { None } else { Some(unit.keep(&mut kept_bytes, 0)?) };
                Ok((unit, articles, frame.finish()?, kept, kept_bytes))
            })
            .collect();
        for one in read {
            let (unit, articles, frame, kept, kept_bytes) = one.map_err(self.articles.error())?;
            let mut entry = Changes::entry_of(&unit);
            entry.kept = kept.map(|mut kept| {
                kept.files.iter_mut().for_each(|file| file.place.at += self.sources.at);
                kept
            });
            self.sources.write_all(&kept_bytes).map_err(self.sources.error())?;
            let at = self.articles.at;
            self.articles.write_all(&frame).map_err(self.articles.error())?;
            self.put(&unit, at, entry);
            self.count += articles;
        }
        Ok(())
    }

    fn put(&mut self, unit: &Unit, at: u64, entry: crate::index::UnitEntry) {
        self.units.push(HeadUnit {
            order: unit.key.clone(),
            key: Changes::key_of(unit),
            kind: unit.kind,
            at,
            packed_bytes: self.articles.at - at,
            entry,
        });
    }

    fn articles(&mut self, unit: &Unit, options: &Options) -> Result<(), Error> {
        let mut entry = Changes::entry_of(unit);
        if !options.no_sources {
            let at = self.sources.at;
            entry.kept = Some(unit.keep(&mut self.sources, at).map_err(self.sources.error())?);
        }
        let at = self.articles.at;
        let io = self.articles.error();
        let nothing = Corrections::default();
        let mut names = NameBook::default();
        let mut frame = frame(&mut self.articles).map_err(&io)?;
        let mut records = unit.articles();
        loop {
            let batch: Vec<_> = records.by_ref().take(BATCH_ARTICLES).collect();
            if batch.is_empty() {
                break;
            }
            let taught: Vec<NameBook> = batch
                .par_iter()
                .map(|record| learn(&self.teacher, &nothing, record.iter().map(|r| &r.article)))
                .collect();
            taught.iter().for_each(|book| names.merge(book));
            for record in batch {
                self.count += u64::from(record.is_ok());
                let record = match record {
                    Ok(record) => Line::Record(Box::new(record)),
                    Err(problem) => Line::Problem(problem),
                };
                line(&mut frame, &record).map_err(&io)?;
            }
        }
        line(&mut frame, &Line::Names(names)).map_err(&io)?;
        frame.finish().map_err(&io)?;
        self.put(unit, at, entry);
        Ok(())
    }

    /// Writes the head, and removes what a part of the same name had before.
    fn finish(
        self,
        corrections: BTreeMap<String, CorrectionsFile>,
        problems: Vec<(String, crate::diag::Problem)>,
        skipped: Vec<(String, String)>,
    ) -> Result<Preparation, Error> {
        let (articles, sources) = (self.articles.end()?, self.sources.end()?);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let head = Head {
            baoku_part: PART,
            reader: READER.to_owned(),
            lexicon: self.lexicon,
            made_ms: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            articles,
            sources,
            units: self.units,
            corrections,
            problems,
            skipped,
        };
        let io = |source| Error::Io { path: self.head.clone(), source };
        let before: Option<Head> =
            std::fs::read(&self.head).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let bytes = serde_json::to_vec(&head).map_err(|e| io(e.into()))?;
        let new = self.head.with_extension("part.new");
        let mut file = File::create(&new).map_err(io)?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(io)?;
        std::fs::rename(&new, &self.head).map_err(io)?;
        for (file, _) in before.iter().flat_map(|head| [&head.articles, &head.sources]) {
            // One that can't be removed is in nobody's way.
            let _ = std::fs::remove_file(self.head.with_file_name(file));
        }
        Ok(Preparation {
            units: head.units.len() as u64,
            articles: self.count,
            bytes: bytes.len() as u64 + head.articles.1 + head.sources.1,
            part: self.head,
            problems: Vec::new(),
        })
    }
}

fn frame<W: Write>(out: W) -> io::Result<zstd::Encoder<'static, W>> {
    let mut frame = zstd::Encoder::new(out, LEVEL)?;
    frame.include_checksum(true)?;
    Ok(frame)
}

fn line(out: &mut impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}
