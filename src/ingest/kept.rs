//! Sources that an archive keeps: a unit is read from there as it was read from its folder.
//!
//! Files are kept unpacked (what lies in a `.gz` or a zip is kept as itself), one behind the other
//! in zstd frames; a frame ends when it has grown large enough that files in it can still be
//! reached quickly.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::Options;
use super::format::Format;
use super::front::option_facts;
use super::source::{KeptSource, Origin, SourceFile};
use super::unit::{Unit, UnitKind};
use crate::paper::IssueFacts;

/// Bytes of sources after which a frame ends with the file at hand.
const FRAME_BYTES: u64 = 256 << 10;
/// How hard to compress: beyond 3 zstd costs several times the time for a tenth less.
const LEVEL: i32 = 3;

/// A unit of sources as an archive keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptUnit {
    /// The unit's key among its own survey.
    pub key: String,
    /// What it holds.
    pub kind: UnitKind,
    /// What the caller knew better than the files.
    #[serde(default, skip_serializing_if = "nothing")]
    pub given: IssueFacts,
    /// The file of the archive that holds its bytes.
    pub pack: String,
    /// Its files in the order of their pages, then those that tell facts about them.
    pub files: Vec<KeptFile>,
}

fn nothing(facts: &IssueFacts) -> bool {
    *facts == IssueFacts::default()
}

/// One source file as an archive keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// The path as given.
    pub path: String,
    /// What it holds.
    pub format: Format,
    /// Whether it only tells facts about other files.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sidecar: bool,
    /// Length, unpacked.
    pub size_bytes: u64,
    /// BLAKE3 of its bytes, unpacked: the first 32 digits.
    pub digest: String,
    /// Where its bytes lie.
    pub place: Frame,
}

/// Where the bytes of a kept file lie: in a zstd frame, behind those of other files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Frame {
    /// Where the frame begins in its pack.
    pub at: u64,
    /// Length of the frame.
    pub packed_bytes: u64,
    /// Bytes of other files before this one, unpacked.
    pub skip: u64,
}

impl KeptFile {
    /// The bytes, as a stream that ends with an error where they are not those that were kept.
    ///
    /// # Errors
    ///
    /// Where the pack can't be read.
    pub fn open(&self, pack: &Path) -> io::Result<Box<dyn Read + Send>> {
        let mut file = File::open(pack)?;
        file.seek(SeekFrom::Start(self.place.at))?;
        let mut frame = zstd::Decoder::new(file.take(self.place.packed_bytes))?;
        io::copy(&mut (&mut frame).take(self.place.skip), &mut io::sink())?;
        Ok(Box::new(Compared {
            inner: frame.take(self.size_bytes),
            hasher: blake3::Hasher::new(),
            left: self.size_bytes,
            digest: self.digest.clone(),
        }))
    }
}

impl KeptUnit {
    /// The unit, to be read from a pack of the archive.
    #[must_use]
    pub fn unit(&self, pack: &Path) -> Unit {
        let source = |file: &KeptFile| SourceFile {
            path: file.path.clone(),
            size_bytes: file.size_bytes,
            mtime: None,
            format: file.format,
            facsimile: None,
            origin: Origin::Kept(Arc::new(KeptSource {
                pack: pack.to_owned(),
                file: file.clone(),
                failure: OnceLock::new(),
            })),
            coders: Vec::new(),
        };
        let (sidecars, files): (Vec<&KeptFile>, Vec<&KeptFile>) = self.files.iter().partition(|f| f.sidecar);
        let IssueFacts { paper, date, page, .. } = self.given.clone();
        Unit::new(
            self.key.clone(),
            self.kind,
            files.into_iter().map(source).collect(),
            sidecars.into_iter().map(source).collect(),
            Arc::new(Options { paper, date, page, ..Options::default() }),
        )
    }
}

impl Unit {
    /// Tells where sources that an archive keeps could not be read by now: what they hold is in no folder,
    /// so that going on would lose it.
    ///
    /// # Errors
    ///
    /// The first failure, with the pack.
    pub fn kept_was_read(&self) -> Result<(), (PathBuf, io::Error)> {
        for file in self.files.iter().chain(&self.sidecars) {
            if let Origin::Kept(kept) = &file.origin
                && let Some((kind, message)) = kept.failure.get()
            {
                return Err((kept.pack.clone(), io::Error::new(*kind, message.clone())));
            }
        }
        Ok(())
    }

    /// Writes all files of the unit to a pack, beginning at `at`; one that can't be read is left out.
    ///
    /// # Errors
    ///
    /// Where the pack can't be written.
    pub fn keep(&self, pack: &mut dyn Write, at: u64) -> io::Result<KeptUnit> {
        let files = self.files.iter().map(|f| (f, false)).chain(self.sidecars.iter().map(|f| (f, true)));
        let mut files = files.peekable();
        let mut kept: Vec<KeptFile> = Vec::new();
        let mut out = Counted { inner: pack, at };
        while files.peek().is_some() {
            let (begun, frame_at, mut skip) = (kept.len(), out.at, 0);
            let mut frame = zstd::Encoder::new(&mut out, LEVEL)?;
            frame.include_checksum(true)?;
            while skip < FRAME_BYTES
                && let Some((file, sidecar)) = files.next()
            {
                let Ok(mut reader) = file.open(&self.options().limits) else { continue };
                let (size_bytes, digest) = copy(&mut reader, &mut frame)?;
                if let Some(digest) = digest {
                    let place = Frame { at: frame_at, packed_bytes: 0, skip };
                    let (path, format) = (file.path.clone(), file.format);
                    kept.push(KeptFile { path, format, sidecar, size_bytes, digest, place });
                }
                skip += size_bytes;
            }
            frame.finish()?;
            for file in kept.iter_mut().skip(begun) {
                file.place.packed_bytes = out.at - frame_at;
            }
        }
        Ok(KeptUnit {
            key: self.key.clone(),
            kind: self.kind,
            given: option_facts(self.options()),
            pack: String::new(),
            files: kept,
        })
    }
}

/// Copies a source into a frame; gives its length, and its digest if it could be read whole.
fn copy(reader: &mut dyn Read, frame: &mut impl Write) -> io::Result<(u64, Option<String>)> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 16];
    let mut len = 0;
    loop {
        let got = match reader.read(&mut buffer) {
            Ok(0) => return Ok((len, Some(digest(&hasher)))),
            Ok(got) => got,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            // It is told when the pages are read.
            Err(_) => return Ok((len, None)),
        };
        let bytes = buffer.get(..got).unwrap_or_default();
        hasher.update(bytes);
        frame.write_all(bytes)?;
        len += got as u64;
    }
}

fn digest(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex()[..32].to_owned()
}

/// A pack and how far it has been written.
struct Counted<'a> {
    inner: &'a mut dyn Write,
    at: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A stream that is compared with the digest of what was kept.
struct Compared<R> {
    inner: R,
    hasher: blake3::Hasher,
    left: u64,
    digest: String,
}

impl<R: Read> Read for Compared<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..got).unwrap_or_default());
        self.left -= got as u64;
        let ended = got == 0 && !buffer.is_empty();
        if ended && (self.left > 0 || digest(&self.hasher) != self.digest) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a kept source is damaged"));
        }
        Ok(got)
    }
}

#[cfg(test)]
mod tests {
    use super::super::survey;
    use super::*;
    use crate::diag::ProblemKind;

    #[test]
    fn a_unit_read_from_a_pack_is_the_unit_read_from_its_folder() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("2026-06-04");
        std::fs::create_dir(&folder).unwrap();
        for page in 1..=4 {
            let text = format!("# 第{page}个标题\n\n").repeat(if page == 2 { 20_000 } else { 1 });
            std::fs::write(folder.join(format!("{page}.md")), text).unwrap();
        }
        std::fs::write(folder.join("issue.meta.json"), r#"{"section":"综合"}"#).unwrap();
        let options = Options { paper: Some("潞州日报".into()), ..Options::default() };
        let units = survey(&[dir.path().to_owned()], &options).units;
        let mut pack = b"before".to_vec();
        let kept = units[0].keep(&mut pack, 6).unwrap();
        assert_eq!(kept.files.len(), 5);
        let frames: std::collections::BTreeSet<u64> = kept.files.iter().map(|f| f.place.at).collect();
        assert_eq!(frames.len(), 2, "a frame ends once it is large");
        let path = dir.path().join("pack");
        std::fs::write(&path, &pack).unwrap();
        let again: KeptUnit = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
        assert_eq!(again, kept);
        assert_eq!(again.unit(&path).read_pages(), units[0].read_pages());
        // A flipped byte is a problem of the page and never another text.
        let at = usize::try_from(kept.files[0].place.at).unwrap() + 20;
        pack[at] ^= 1;
        std::fs::write(&path, &pack).unwrap();
        let damaged = again.unit(&path);
        assert!(damaged.kept_was_read().is_ok());
        let pages = damaged.read_pages();
        let (place, error) = damaged.kept_was_read().unwrap_err();
        assert_eq!((place, error.kind()), (path, io::ErrorKind::InvalidData));
        assert_eq!((pages[0].text.as_str(), pages[0].problems[0].kind), ("", ProblemKind::BadFormat));
    }
}
