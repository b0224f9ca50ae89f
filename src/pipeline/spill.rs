//! Keeps articles and pages between the two passes of a run: in memory while they are few, on disk beyond.
//!
//! The names of the whole archive must be known before the first article is segmented, and an
//! archive may be larger than memory.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Split, Write as _};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::index::Error;
use crate::paper::{Article, IssueFacts};

/// An article on its way into the index.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Draft {
    pub(super) article: Article,
    pub(super) facts: IssueFacts,
    pub(super) source: String,
    /// Key of its unit of sources.
    pub(super) unit: String,
}

impl Draft {
    /// Bytes of searchable text.
    pub(super) fn text_bytes(&self) -> usize {
        self.article.parts().map(|(_, text)| text.len()).sum()
    }
}

/// Text kept in memory before the disk is used.
const MEMORY_BYTES_MAX: usize = 64 << 20;

/// Values in the order in which they came.
pub(super) struct Spill<T> {
    path: PathBuf,
    memory: Vec<T>,
    memory_bytes: usize,
    file: Option<zstd::Encoder<'static, File>>,
    /// Whether all values lie on disk.
    is_written: bool,
}

impl<T: Serialize + DeserializeOwned + Send> Spill<T> {
    /// A spill that uses, where it must, a file in this folder; `what` tells several apart.
    pub(super) fn new(root: &Path, what: &str) -> Self {
        let path = root.join(format!("spill-{what}-{}.zst", std::process::id()));
        Self { path, memory: Vec::new(), memory_bytes: 0, file: None, is_written: false }
    }

    /// Takes a value of about so many bytes.
    pub(super) fn push(&mut self, value: T, bytes: usize) -> io::Result<()> {
        debug_assert!(!self.is_written, "what was shown is complete");
        self.memory_bytes += bytes;
        self.memory.push(value);
        if self.memory_bytes > MEMORY_BYTES_MAX {
            self.write_out()?;
        }
        Ok(())
    }

    fn write_out(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(zstd::Encoder::new(File::create(&self.path)?, 1)?);
        }
        if let Some(file) = &mut self.file {
            for draft in self.memory.drain(..) {
                serde_json::to_writer(&mut *file, &draft)?;
                file.write_all(b"\n")?;
            }
        }
        self.memory_bytes = 0;
        Ok(())
    }

    /// Gives the values back in batches, each to be worked on by all cores.
    pub(super) fn drain(
        mut self,
        batch: usize,
        mut each: impl FnMut(Vec<T>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let path = self.path.clone();
        let failed = |source| Error::Io { path: path.clone(), source };
        self.finish().map_err(failed)?;
        let mut memory = std::mem::take(&mut self.memory).into_iter();
        while memory.len() > 0 {
            each(memory.by_ref().take(batch).collect())?;
        }
        let mut lines = self.lines().map_err(failed)?;
        while let Some(values) = next_of(&mut lines, batch).map_err(failed)? {
            each(values)?;
        }
        Ok(())
    }

    /// Shows the values in batches; nothing can be pushed any more.
    pub(super) fn show(&mut self, batch: usize, mut each: impl FnMut(&[T])) -> io::Result<()> {
        self.finish()?;
        self.memory.chunks(batch).for_each(&mut each);
        let mut lines = self.lines()?;
        while let Some(values) = next_of::<T>(&mut lines, batch)? {
            each(&values);
        }
        Ok(())
    }

    /// Gives the values back one by one.
    pub(super) fn read_back(mut self) -> io::Result<ReadBack<T>> {
        self.finish()?;
        let lines = self.lines()?;
        let memory = std::mem::take(&mut self.memory).into_iter();
        Ok(ReadBack { lines, memory, _spill: self })
    }

    /// Where something lies on disk, all does then.
    fn finish(&mut self) -> io::Result<()> {
        if self.file.is_some() {
            self.write_out()?;
        }
        if let Some(file) = self.file.take() {
            file.finish()?;
            self.is_written = true;
        }
        Ok(())
    }

    fn lines(&self) -> io::Result<Option<Lines>> {
        let open = || Ok(BufReader::new(zstd::Decoder::new(File::open(&self.path)?)?).split(b'\n'));
        self.is_written.then(open).transpose()
    }
}

/// The next values that lie on disk, read on all cores; nothing where there are no more.
fn next_of<T: DeserializeOwned + Send>(
    lines: &mut Option<Lines>,
    batch: usize,
) -> io::Result<Option<Vec<T>>> {
    let some: Vec<Vec<u8>> = lines.iter_mut().flatten().take(batch).collect::<io::Result<_>>()?;
    let values: Vec<T> =
        some.par_iter().map(|line| serde_json::from_slice(line)).collect::<Result<_, _>>()?;
    Ok((!values.is_empty()).then_some(values))
}

/// What lies on disk, a value a line.
type Lines = Split<BufReader<zstd::Decoder<'static, BufReader<File>>>>;

/// The values of a spill in the order in which they came; its file goes with it.
pub(super) struct ReadBack<T> {
    lines: Option<Lines>,
    memory: std::vec::IntoIter<T>,
    _spill: Spill<T>,
}

impl<T: DeserializeOwned> Iterator for ReadBack<T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.lines.as_mut().and_then(Iterator::next) {
            Some(line) => Some(line.and_then(|line| Ok(serde_json::from_slice(&line)?))),
            None => self.memory.next().map(Ok),
        }
    }
}

impl<T> Drop for Spill<T> {
    fn drop(&mut self) {
        // What a killed run leaves behind is removed by the next one.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Removes what killed runs left behind; only whoever holds the archive's lock may call it.
pub(super) fn sweep(root: &Path) {
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|n| n.starts_with("spill-")) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(bytes_each: usize) -> Vec<Vec<String>> {
        let place = tempfile::tempdir().unwrap();
        let mut spill = Spill::new(place.path(), "test");
        for n in 0..10 {
            spill.push(format!("第{n}篇\n“{n}”"), bytes_each).unwrap();
        }
        let beyond = bytes_each * 10 > MEMORY_BYTES_MAX;
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), usize::from(beyond));
        let mut batches = Vec::new();
        spill
            .drain(4, |batch| {
                batches.push(batch);
                Ok(())
            })
            .unwrap();
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left behind");
        batches
    }

    #[test]
    fn what_was_on_disk_comes_back_as_what_was_in_memory() {
        let memory = drained(1);
        assert_eq!(memory.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 2]);
        assert_eq!(memory[2][1], "第9篇\n“9”");
        // Once for all, and again and again.
        for bytes in [MEMORY_BYTES_MAX / 9, MEMORY_BYTES_MAX / 2] {
            assert_eq!(drained(bytes), memory);
        }
    }

    #[test]
    fn what_a_killed_run_left_is_swept_away_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        for name in ["spill-articles-1.zst", "meta.json"] {
            std::fs::write(place.path().join(name), "").unwrap();
        }
        sweep(place.path());
        let left: Vec<_> = std::fs::read_dir(place.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["meta.json"]);
    }
}
