//! What articles say of people on their way to persons: in memory while it is little, on disk beyond.
//!
//! A person is gathered from everything that is said of a name, and the articles come in the order of
//! the paper. So texts are sorted by name, run by run, and the runs are read side by side in the end:
//! one name after the other is in memory, however many there are.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap, HashMap};
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;

use crate::index::Error;
use crate::people::{Company, Said, Sighting};

/// Bytes kept in memory before the disk is used.
const MEMORY_BYTES_MAX: usize = 48 << 20;
/// Runs read side by side; more are made one before.
const RUNS_MAX: usize = 64;
/// Bytes of one text beside its letters.
const NOTED_BYTES: usize = 96;

/// A text that many articles may say.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Text(Arc<str>);

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        // Most that are compared are one.
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// One text of one article in memory, the text by its number.
struct Brief {
    text: u32,
    id: String,
    day: i32,
    article: u32,
}

/// One text of one article.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Noted {
    said: Text,
    id: String,
    day: i32,
    /// Number of the article, by which its company is found.
    article: u32,
}

/// What is said of people, in no order.
pub(super) struct Sightings {
    root: PathBuf,
    memory: Vec<Brief>,
    /// The different texts in memory, with their numbers.
    texts: HashMap<Arc<str>, u32>,
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

    /// Has the persons of a name gathered of which something is said.
    pub(super) fn gather_said(&mut self, name: &str) {
        if !self.all {
            self.gather(name);
        }
    }

    /// Whether the persons of a name are gathered.
    pub(super) fn asks_for(&self, name: &str) -> bool {
        self.all || self.names.contains(name)
    }

    /// The names that were asked for.
    pub(super) fn names(&self) -> BTreeSet<String> {
        self.names.clone()
    }

    /// Those named beside, to be numbered before an article is taken that is given by numbers.
    pub(super) const fn company(&mut self) -> &mut Company {
        &mut self.company
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
        self.take(id, date, article, said)
    }

    /// The same with everybody named by their numbers.
    pub(super) fn numbered(
        &mut self,
        id: &str,
        date: Option<Date>,
        company: impl Iterator<Item = u32>,
        said: impl IntoIterator<Item: AsRef<str> + Into<Arc<str>>>,
    ) -> io::Result<()> {
        let article = self.company.add_numbered(company);
        self.take(id, date, article, said)
    }

    fn take(
        &mut self,
        id: &str,
        date: Option<Date>,
        article: u32,
        said: impl IntoIterator<Item: AsRef<str> + Into<Arc<str>>>,
    ) -> io::Result<()> {
        for said in said {
            let text = self.number_of(said);
            self.memory_bytes += id.len() + NOTED_BYTES;
            self.memory.push(Brief { text, id: id.to_owned(), day: day_number(date), article });
        }
        if self.memory_bytes > self.memory_bytes_max {
            self.write_out()?;
        }
        Ok(())
    }

    fn number_of(&mut self, said: impl AsRef<str> + Into<Arc<str>>) -> u32 {
        if let Some(known) = self.texts.get(said.as_ref()) {
            return *known;
        }
        let said: Arc<str> = said.into();
        self.memory_bytes += said.len() + NOTED_BYTES;
        let new = number(self.texts.len());
        self.texts.insert(said, new);
        new
    }

    /// Takes what is in memory, in order.
    fn sorted(&mut self) -> Memory {
        self.memory_bytes = 0;
        let mut texts: Vec<(Arc<str>, u32)> = std::mem::take(&mut self.texts).into_iter().collect();
        texts.sort_unstable();
        let mut place = vec![0; texts.len()];
        for (nth, (_, number)) in (0..).zip(&texts) {
            place[*number as usize] = nth;
        }
        let mut briefs = std::mem::take(&mut self.memory);
        briefs.iter_mut().for_each(|brief| brief.text = place[brief.text as usize]);
        // Of one text they stay as they came; who gathers them puts them in order.
        briefs.sort_by_key(|brief| brief.text);
        Memory { briefs: briefs.into_iter(), texts: texts.into_iter().map(|(text, _)| text).collect() }
    }

    fn write_out(&mut self) -> io::Result<()> {
        let memory = self.sorted();
        if self.runs.len() == RUNS_MAX {
            let runs = std::mem::take(&mut self.runs);
            let merged = Merged::new(&runs, Memory::default())?;
            self.write_run(merged)?;
            runs.iter().for_each(Run::remove);
        }
        self.write_run(memory.map(Ok))
    }

    fn write_run(&mut self, texts: impl Iterator<Item = io::Result<Noted>>) -> io::Result<()> {
        let name = format!("spill-people-{}-{}.zst", std::process::id(), self.runs_made);
        self.runs_made += 1;
        let mut run = Run { path: self.root.join(name), texts: 0 };
        let mut file = zstd::Encoder::new(File::create(&run.path)?, 1)?;
        for text in texts {
            text?.write(&mut file)?;
            run.texts += 1;
        }
        file.finish()?;
        self.runs.push(run);
        Ok(())
    }

    /// Gives names, each with everything that is said of it, and who is named beside; about so many
    /// sightings at a time. Of names that were not asked for nothing is given; names of which nothing is said
    /// come last.
    pub(super) fn drain(
        mut self,
        batch: usize,
        mut each: impl FnMut(Vec<(String, Vec<Sighting>)>, &Company) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let root = self.root.clone();
        let failed = |source| Error::Io { path: root.clone(), source };
        let memory = self.sorted();
        let asked = std::mem::take(&mut self.names);
        let mut silent = asked.clone();
        let mut names: Vec<(String, Vec<Sighting>)> = Vec::new();
        let mut sightings = 0;
        // What was read last, where it is asked for.
        let mut last: Option<(Text, Option<Arc<Said>>)> = None;
        for noted in Merged::new(&self.runs, memory).map_err(failed)? {
            let noted = noted.map_err(failed)?;
            if last.as_ref().is_none_or(|(text, _)| *text != noted.said) {
                let said = Said::read(&noted.said.0).map_err(|e| failed(io::Error::other(e)))?;
                if !self.all && !asked.contains(said.name()) {
                    last = Some((noted.said, None));
                    continue;
                }
                if names.last().is_none_or(|(name, _)| name != said.name()) {
                    if sightings >= batch {
                        each(std::mem::take(&mut names), &self.company)?;
                        sightings = 0;
                    }
                    silent.remove(said.name());
                    names.push((said.name().to_owned(), Vec::new()));
                }
                last = Some((noted.said, Some(Arc::new(said))));
            }
            if let (Some((_, of)), Some((_, Some(said)))) = (names.last_mut(), &last) {
                let Noted { id, day, article, .. } = noted;
                of.push(Sighting { id, date: date_of(day), said: said.clone(), article });
                sightings += 1;
            }
        }
        each(names, &self.company)?;
        each(silent.into_iter().map(|name| (name, Vec::new())).collect(), &self.company)
    }
}

impl Drop for Sightings {
    fn drop(&mut self) {
        // What a killed run leaves behind is removed by the next one.
        self.runs.iter().for_each(Run::remove);
    }
}

impl Noted {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for text in [&*self.said.0, &self.id] {
            out.write_all(&number(text.len()).to_le_bytes())?;
            out.write_all(text.as_bytes())?;
        }
        out.write_all(&self.day.to_le_bytes())?;
        out.write_all(&self.article.to_le_bytes())
    }

    fn read(from: &mut impl Read) -> io::Result<Self> {
        let (said, id) = (Text(text(from)?.into()), text(from)?);
        Ok(Self { said, id, day: i32::from_le_bytes(four(from)?), article: u32::from_le_bytes(four(from)?) })
    }
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

/// Several runs as one, in order.
struct Merged {
    readers: Vec<Reader>,
    /// The first text of each reader that has one left.
    heads: BinaryHeap<Reverse<(Noted, usize)>>,
}

/// The texts in memory, in order.
#[derive(Default)]
struct Memory {
    briefs: std::vec::IntoIter<Brief>,
    texts: Vec<Arc<str>>,
}

impl Iterator for Memory {
    type Item = Noted;

    fn next(&mut self) -> Option<Noted> {
        let Brief { text, id, day, article } = self.briefs.next()?;
        let said = Text(self.texts.get(text as usize)?.clone());
        Some(Noted { said, id, day, article })
    }
}

/// The texts of a run from where it was read last.
enum Reader {
    Disk { from: Box<dyn Read>, left: u64 },
    Memory(Memory),
}

impl Reader {
    fn next(&mut self) -> io::Result<Option<Noted>> {
        match self {
            Self::Memory(texts) => Ok(texts.next()),
            Self::Disk { left: 0, .. } => Ok(None),
            Self::Disk { from, left } => {
                *left -= 1;
                Noted::read(from).map(Some)
            }
        }
    }
}

impl Merged {
    fn new(runs: &[Run], memory: Memory) -> io::Result<Self> {
        let mut readers = vec![Reader::Memory(memory)];
        for run in runs {
            let from = BufReader::new(zstd::Decoder::new(File::open(&run.path)?)?);
            readers.push(Reader::Disk { from: Box::new(from), left: run.texts });
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
}

impl Iterator for Merged {
    type Item = io::Result<Noted>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((noted, reader)) = self.heads.pop()?;
        Some(self.take_from(reader).map(|()| noted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::Kind;

    fn said(name: &str, post: &str) -> String {
        let posts =
            if post.is_empty() { Vec::new() } else { vec![(post.to_owned(), format!("{post}{name}"))] };
        Said::new(name, Kind::Official, posts, Vec::new()).text().unwrap()
    }

    fn told(memory_bytes_max: usize, everybody: bool, asked: &[&str]) -> Vec<String> {
        let place = tempfile::tempdir().unwrap();
        let mut all = Sightings::new(place.path().to_owned(), everybody);
        all.memory_bytes_max = memory_bytes_max;
        asked.iter().for_each(|name| all.gather(name));
        for n in 0..300 {
            let (one, two) = (["甲乙", "丙丁", "甲"][n % 3], ["戊己", "甲乙丙"][n % 2]);
            let date = (n % 5 > 0).then(|| Date::new(2031, 1, 1 + (n % 28) as i8).unwrap());
            let texts = [said(one, if n % 2 == 0 { "区长" } else { "" }), said(two, "")];
            all.article(&format!("{n:03}"), date, [one, two].into_iter(), texts).unwrap();
        }
        assert_eq!(all.names().len(), asked.len());
        let mut told = Vec::new();
        all.drain(70, |names, company| {
            for (name, mut sightings) in names {
                sightings.sort_by(|a, b| a.id.cmp(&b.id));
                let beside: Vec<_> = sightings.iter().map(|s| company.of(s.article)).collect();
                told.push(format!("{name} {sightings:?} {beside:?}"));
            }
            Ok(())
        })
        .unwrap();
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left behind");
        told
    }

    #[test]
    fn what_is_kept_on_disk_is_what_is_kept_in_memory() {
        let memory = told(usize::MAX, true, &["无人", "甲乙"]);
        assert_eq!(memory.len(), 6);
        assert_eq!(memory.last().map(String::as_str), Some("无人 [] []"));
        for few in [0, 3_000, 20_000] {
            assert_eq!(told(few, true, &["无人", "甲乙"]), memory, "{few} bytes");
        }
    }

    #[test]
    fn of_names_that_are_not_asked_for_nothing_is_given() {
        let all = told(usize::MAX, true, &[]);
        let asked = told(3_000, false, &["甲乙", "无人"]);
        let whole = all.iter().find(|told| told.starts_with("甲乙 "));
        assert_eq!(asked.iter().collect::<Vec<_>>(), [whole.unwrap(), "无人 [] []"]);
    }

    #[test]
    fn days_come_back() {
        for date in [None, Date::new(2031, 12, 31).ok(), Date::new(-1, 1, 1).ok(), Some(Date::MIN)] {
            assert_eq!(date_of(day_number(date)), date);
        }
    }
}
