//! What articles say of people on their way to persons: in memory while it is little, on disk beyond.
//!
//! A person is gathered from everything that is said of a name, and the articles come in the order of
//! the paper. So texts are sorted by name, run by run, and the runs are read side by side in the end:
//! a few names are in memory at a time, however many there are.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap, HashMap};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use crate::index::Error;
use crate::people::{Company, Said, Sighting};

/// Bytes kept in memory before the disk is used.
const MEMORY_BYTES_MAX: usize = 48 << 20;
/// Runs read side by side; more are made one before.
const RUNS_MAX: usize = 64;
/// Bytes of one text beside its letters.
const TOLD_BYTES: usize = 224;
/// Bytes of one article that says it beside its id.
const BRIEF_BYTES: usize = 80;
/// Names of which nothing is said, in one batch.
const SILENT: usize = 256;
/// Batches that are read before they are asked for.
const BATCHES_READ: usize = 4;
/// Bytes written and read at once.
const BUFFER_BYTES: usize = 32 << 10;

/// An article that says a text.
#[derive(Debug)]
struct Brief {
    id: String,
    day: i32,
    /// Number of the article, by which its company is found.
    article: u32,
}

/// A text and the articles that say it, as they came; who gathers them puts them in order.
#[derive(Debug)]
struct Told {
    said: Arc<str>,
    by: Vec<Brief>,
}

impl Ord for Told {
    fn cmp(&self, other: &Self) -> Ordering {
        self.said.cmp(&other.said)
    }
}

impl PartialOrd for Told {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Told {
    fn eq(&self, other: &Self) -> bool {
        self.said == other.said
    }
}

impl Eq for Told {}

/// A name with everything that is said of it.
type Named = (String, Vec<Sighting>);

/// What is said of people, in no order.
pub(super) struct Sightings {
    root: PathBuf,
    memory: Vec<Told>,
    /// Where in `memory` a text is.
    texts: HashMap<Arc<str>, usize>,
    memory_bytes: usize,
    memory_bytes_max: usize,
    runs: Vec<Run>,
    runs_made: usize,
    company: Company,
    /// Whether the persons of all names are gathered that something is said of.
    all: bool,
    /// The names whose persons are gathered, whether something is said of them or not.
    names: BTreeSet<String>,
}

/// Sorted texts on disk.
struct Run {
    path: PathBuf,
    texts: u64,
}

impl Run {
    fn remove(&self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Sightings {
    /// None so far; where there are many, files in this folder are used. Persons are gathered of the names
    /// that are asked for, or of `all` that something is said of too.
    pub(super) fn new(root: PathBuf, all: bool) -> Self {
        Self {
            root,
            memory: Vec::new(),
            texts: HashMap::new(),
            memory_bytes: 0,
            memory_bytes_max: MEMORY_BYTES_MAX,
            runs: Vec::new(),
            runs_made: 0,
            company: Company::default(),
            all,
            names: BTreeSet::new(),
        }
    }

    /// Has the persons of a name gathered, whether something is said of it or not.
    pub(super) fn gather(&mut self, name: &str) {
        if !self.names.contains(name) {
            self.names.insert(name.to_owned());
        }
    }

    /// Whether the persons of all names are gathered that something is said of.
    pub(super) const fn gathers_all(&self) -> bool {
        self.all
    }

    /// Whether the persons of a name are gathered.
    pub(super) fn asks_for(&self, name: &str) -> bool {
        self.all || self.names.contains(name)
    }

    /// The names that were asked for.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Those named in the articles that were taken.
    pub(super) const fn company(&self) -> &Company {
        &self.company
    }

    /// Takes what an article says, of everybody it names or of some of them.
    pub(super) fn article<'a>(
        &mut self,
        id: &str,
        date: Option<Date>,
        company: impl Iterator<Item = &'a str>,
        said: impl IntoIterator<Item: AsRef<str> + Into<Arc<str>>>,
    ) -> io::Result<()> {
        let article = self.company.add(company);
        for said in said {
            let told = self.told(said);
            self.memory_bytes += id.len() + BRIEF_BYTES;
            self.memory[told].by.push(Brief { id: id.to_owned(), day: day_number(date), article });
        }
        if self.memory_bytes > self.memory_bytes_max {
            self.write_out()?;
        }
        Ok(())
    }

    fn told(&mut self, said: impl AsRef<str> + Into<Arc<str>>) -> usize {
        if let Some(known) = self.texts.get(said.as_ref()) {
            return *known;
        }
        let said: Arc<str> = said.into();
        self.memory_bytes += said.len() + TOLD_BYTES;
        let new = self.memory.len();
        self.memory.push(Told { said: said.clone(), by: Vec::new() });
        self.texts.insert(said, new);
        new
    }

    /// Takes what is in memory, in order.
    fn sorted(&mut self) -> std::vec::IntoIter<Told> {
        self.memory_bytes = 0;
        self.texts.clear();
        let mut told = std::mem::take(&mut self.memory);
        told.sort_unstable();
        told.into_iter()
    }

    fn write_out(&mut self) -> io::Result<()> {
        let memory = self.sorted();
        if self.runs.len() == RUNS_MAX {
            let runs = std::mem::take(&mut self.runs);
            let merged = Merged::new(&runs, Vec::new().into_iter())?;
            self.write_run(merged)?;
            runs.iter().for_each(Run::remove);
        }
        self.write_run(memory.map(Ok))
    }

    fn write_run(&mut self, texts: impl Iterator<Item = io::Result<Told>>) -> io::Result<()> {
        let name = format!("spill-people-{}-{}.zst", std::process::id(), self.runs_made);
        self.runs_made += 1;
        let mut run = Run { path: self.root.join(name), texts: 0 };
        let file = zstd::Encoder::new(File::create(&run.path)?, 1)?;
        // What is written are a few bytes each time.
        let mut file = BufWriter::with_capacity(BUFFER_BYTES, file);
        for told in texts {
            told?.write(&mut file)?;
            run.texts += 1;
        }
        file.into_inner().map_err(io::IntoInnerError::into_error)?.finish()?;
        self.runs.push(run);
        Ok(())
    }

    /// Gives names, each with everything that is said of it, and who is named beside; about so many
    /// sightings at a time, on all cores and while the next are read. Of names that were not asked for nothing
    /// is given; names of which nothing is said come last. What comes of it is told in order, though those
    /// with more `work` are given first where all are in memory.
    pub(super) fn drain<T: Send>(
        mut self,
        batch: usize,
        work: impl Fn(&str) -> usize + Send,
        each: impl Fn(Vec<Named>, &Company) -> Result<T, Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let company = std::mem::take(&mut self.company);
        let (give, take) = sync_channel::<(usize, Vec<Named>)>(BATCHES_READ);
        // Not on the threads of questions, which the same process may have to answer meanwhile, and not in
        // turns of all cores: a name may have more than many others together.
        let batches = Mutex::new(Some(take.into_iter()));
        let next =
            || batches.lock().unwrap_or_else(PoisonError::into_inner).as_mut().and_then(Iterator::next);
        let take_and_work = || {
            let mut done: Vec<(usize, T)> = Vec::new();
            while let Some((number, names)) = next() {
                // Else whoever reads would wait for ever for somebody to take more.
                let end = || *batches.lock().unwrap_or_else(PoisonError::into_inner) = None;
                match catch_unwind(AssertUnwindSafe(|| each(names, &company))) {
                    Ok(Ok(one)) => done.push((number, one)),
                    Ok(Err(error)) => {
                        end();
                        return Err(error);
                    }
                    Err(panic) => {
                        end();
                        resume_unwind(panic);
                    }
                }
            }
            Ok(done)
        };
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || {
                let root = self.root.clone();
                // Nobody takes any more once one could not be written.
                let give = |one| give.send(one).map_err(|_| io::ErrorKind::BrokenPipe.into());
                let told = if self.runs.is_empty() {
                    let mut all: Vec<Vec<Named>> = Vec::new();
                    self.names_told(batch, |names| {
                        all.push(names);
                        Ok(())
                    })
                    .and_then(|()| {
                        let mut all: Vec<(usize, Vec<Named>)> = all.into_iter().enumerate().collect();
                        let of = |names: &[Named]| names.iter().map(|(name, _)| work(name)).sum::<usize>();
                        // So that no core is left alone with a long one in the end.
                        all.sort_by_cached_key(|(_, names)| Reverse(of(names)));
                        all.into_iter().try_for_each(give)
                    })
                } else {
                    let mut numbers = 0..;
                    self.names_told(batch, |names| give((numbers.next().unwrap_or_default(), names)))
                };
                told.map_err(|source| Error::Io { path: root, source })
            });
            let workers: Vec<_> =
                (0..rayon::current_num_threads()).map(|_| scope.spawn(take_and_work)).collect();
            let mut done: Vec<(usize, T)> = Vec::new();
            for worker in workers {
                done.extend(worker.join().unwrap_or_else(|panic| resume_unwind(panic))?);
            }
            reading.join().unwrap_or_else(|panic| resume_unwind(panic))?;
            done.sort_unstable_by_key(|(number, _)| *number);
            Ok(done.into_iter().map(|(_, done)| done).collect())
        })
    }

    fn names_told(
        mut self,
        batch: usize,
        mut give: impl FnMut(Vec<Named>) -> io::Result<()>,
    ) -> io::Result<()> {
        let memory = self.sorted();
        let asked = std::mem::take(&mut self.names);
        let mut silent = asked.clone();
        let mut names: Vec<Named> = Vec::new();
        let mut sightings = 0;
        for told in Merged::new(&self.runs, memory)? {
            let Told { said, by } = told?;
            let said = Said::read(&said).map_err(io::Error::other)?;
            if !self.all && !asked.contains(said.name()) {
                continue;
            }
            if names.last().is_none_or(|(name, _)| name != said.name()) {
                if sightings >= batch {
                    give(std::mem::take(&mut names))?;
                    sightings = 0;
                }
                silent.remove(said.name());
                names.push((said.name().to_owned(), Vec::new()));
            }
            let said = Arc::new(said);
            let one =
                |Brief { id, day, article }| Sighting { id, date: date_of(day), said: said.clone(), article };
            sightings += by.len();
            if let Some((_, of)) = names.last_mut() {
                of.extend(by.into_iter().map(one));
            }
        }
        give(names)?;
        let silent: Vec<Named> = silent.into_iter().map(|name| (name, Vec::new())).collect();
        silent.chunks(SILENT.min(batch)).try_for_each(|names| give(names.to_vec()))
    }
}

impl Drop for Sightings {
    fn drop(&mut self) {
        // What a killed run leaves behind is removed by the next one.
        self.runs.iter().for_each(Run::remove);
    }
}

impl Told {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        write_text(&self.said, out)?;
        out.write_all(&number(self.by.len()).to_le_bytes())?;
        for Brief { id, day, article } in &self.by {
            write_text(id, out)?;
            out.write_all(&day.to_le_bytes())?;
            out.write_all(&article.to_le_bytes())?;
        }
        Ok(())
    }

    fn read(from: &mut impl Read) -> io::Result<Self> {
        let said = text(from)?.into();
        let by = (0..u32::from_le_bytes(four(from)?)).map(|_| {
            let id = text(from)?;
            Ok(Brief { id, day: i32::from_le_bytes(four(from)?), article: u32::from_le_bytes(four(from)?) })
        });
        Ok(Self { said, by: by.collect::<io::Result<_>>()? })
    }
}

fn write_text(text: &str, out: &mut impl Write) -> io::Result<()> {
    out.write_all(&number(text.len()).to_le_bytes())?;
    out.write_all(text.as_bytes())
}

fn four(from: &mut impl Read) -> io::Result<[u8; 4]> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes).map(|()| bytes)
}

fn text(from: &mut impl Read) -> io::Result<String> {
    let mut bytes = vec![0; u32::from_le_bytes(four(from)?) as usize];
    from.read_exact(&mut bytes)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// A day as a number; days of no issue are told apart from all others.
fn day_number(date: Option<Date>) -> i32 {
    let of = |d: Date| i32::from(d.year()) * 512 + i32::from(d.month()) * 32 + i32::from(d.day());
    date.map_or(i32::MIN, of)
}

fn date_of(day: i32) -> Option<Date> {
    let part = |n: i32| i8::try_from(n).ok();
    let year = i16::try_from(day.div_euclid(512)).ok()?;
    Date::new(year, part(day.rem_euclid(512) / 32)?, part(day.rem_euclid(32))?).ok()
}

/// Several runs as one, in order; each text comes once.
struct Merged {
    readers: Vec<Reader>,
    /// The first text of each reader that has one left.
    heads: BinaryHeap<Reverse<(Told, usize)>>,
}

/// The texts of a run from where it was read last.
enum Reader {
    Disk { from: Box<dyn Read>, left: u64 },
    Memory(std::vec::IntoIter<Told>),
}

impl Reader {
    fn next(&mut self) -> io::Result<Option<Told>> {
        match self {
            Self::Memory(texts) => Ok(texts.next()),
            Self::Disk { left: 0, .. } => Ok(None),
            Self::Disk { left, from } => {
                *left -= 1;
                Told::read(from).map(Some)
            }
        }
    }
}

impl Merged {
    fn new(runs: &[Run], memory: std::vec::IntoIter<Told>) -> io::Result<Self> {
        let mut readers = vec![Reader::Memory(memory)];
        for run in runs {
            let file = zstd::Decoder::new(File::open(&run.path)?)?;
            let from = Box::new(BufReader::with_capacity(BUFFER_BYTES, file));
            readers.push(Reader::Disk { from, left: run.texts });
        }
        let mut merged = Self { readers, heads: BinaryHeap::new() };
        for reader in 0..merged.readers.len() {
            merged.take_from(reader)?;
        }
        Ok(merged)
    }

    fn take_from(&mut self, reader: usize) -> io::Result<()> {
        if let Some(next) = self.readers.get_mut(reader).map(Reader::next).transpose()?.flatten() {
            self.heads.push(Reverse((next, reader)));
        }
        Ok(())
    }

    /// The first text of all, and those of other runs that are the same.
    fn first(&mut self) -> io::Result<Option<Told>> {
        let Some(Reverse((mut first, reader))) = self.heads.pop() else { return Ok(None) };
        self.take_from(reader)?;
        while self.heads.peek().is_some_and(|Reverse((next, _))| *next == first) {
            let Some(Reverse((next, reader))) = self.heads.pop() else { break };
            first.by.extend(next.by);
            self.take_from(reader)?;
        }
        Ok(Some(first))
    }
}

impl Iterator for Merged {
    type Item = io::Result<Told>;

    fn next(&mut self) -> Option<Self::Item> {
        self.first().transpose()
    }
}

#[cfg(test)]
mod tests;
