//! Files that tell by themselves whether their bytes are those that were written.
//!
//! The engine's own checksum covers a whole file and nobody who searches reads whole files. Here
//! every stretch of 64 KiB has a checksum of its own, kept at the end of the same file; a stretch
//! is compared before the first byte of it is used. So a flipped byte is an error and never a
//! wrong answer, and a search pays only for what it reads: some microseconds a stretch, once.
//!
//! ```text
//! data ‖ CRC-32 of each stretch ‖ length of the data ‖ CRC-32 of the sums and the length ‖ mark
//! ```

use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use tantivy::HasLen;
use tantivy::directory::{AntiCallToken, FileHandle, OwnedBytes, TerminatingWrite, WritePtr};

/// Length of a stretch with a checksum of its own.
const STRETCH_BYTES: usize = 64 << 10;
/// Last bytes of a sealed file.
const MARK: &[u8; 8] = b"BAOKUsl1";
/// What stands behind the sums.
const TAIL_BYTES: usize = 8 + 4 + MARK.len();
/// What begins the last line of a sealed text.
const TEXT_MARK: &str = "blake3:";

/// The first damage that was met while an archive was read; from then on it gives no answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Health(Arc<OnceLock<Damage>>);

/// What does not fit, and in which file.
#[derive(Debug, Clone)]
pub(crate) struct Damage {
    pub(crate) path: PathBuf,
    pub(crate) what: String,
}

impl Health {
    pub(super) fn tell(&self, path: &Path, what: &str) -> io::Error {
        let _ = self.0.set(Damage { path: path.to_owned(), what: what.to_owned() });
        io::Error::new(io::ErrorKind::InvalidData, format!("{}: damaged: {what}", path.display()))
    }

    /// The first damage met, if any.
    pub(crate) fn damage(&self) -> Option<&Damage> {
        self.0.get()
    }
}

/// Writes a file and seals it when it ends.
pub(super) struct SealingWriter {
    inner: WritePtr,
    hasher: crc32fast::Hasher,
    in_stretch: usize,
    sums: Vec<u8>,
    len: u64,
    failed: Arc<OnceLock<(PathBuf, io::ErrorKind, String)>>,
    path: PathBuf,
}

impl SealingWriter {
    /// A writer that leaves the first error of the disk in `failed`, since the engine does not
    /// always pass it on.
    pub(super) fn new(
        inner: WritePtr,
        path: PathBuf,
        failed: Arc<OnceLock<(PathBuf, io::ErrorKind, String)>>,
    ) -> Self {
        Self {
            inner,
            hasher: crc32fast::Hasher::new(),
            in_stretch: 0,
            sums: Vec::new(),
            len: 0,
            failed,
            path,
        }
    }

    fn take(&mut self, mut bytes: &[u8]) {
        self.len += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(STRETCH_BYTES - self.in_stretch));
            self.hasher.update(now);
            self.in_stretch += now.len();
            if self.in_stretch == STRETCH_BYTES {
                self.end_stretch();
            }
            bytes = later;
        }
    }

    fn end_stretch(&mut self) {
        let sum = std::mem::replace(&mut self.hasher, crc32fast::Hasher::new()).finalize();
        self.sums.extend_from_slice(&sum.to_le_bytes());
        self.in_stretch = 0;
    }

    fn noted<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if let Err(e) = &result {
            let _ = self.failed.set((self.path.clone(), e.kind(), e.to_string()));
        }
        result
    }
}

impl Write for SealingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.inner.write(bytes);
        let written = self.noted(result)?;
        self.take(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.inner.flush();
        self.noted(result)
    }
}

impl TerminatingWrite for SealingWriter {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        if self.in_stretch > 0 {
            self.end_stretch();
        }
        let mut tail = std::mem::take(&mut self.sums);
        tail.extend_from_slice(&self.len.to_le_bytes());
        let sum = crc32fast::hash(&tail);
        tail.extend_from_slice(&sum.to_le_bytes());
        tail.extend_from_slice(MARK);
        let result = self.inner.write_all(&tail).and_then(|()| self.inner.terminate_ref(token));
        self.noted(result)
    }
}

/// A sealed file; gives its data only and compares each stretch before its first use.
#[derive(Debug)]
pub(super) struct SealedFile {
    path: PathBuf,
    data: OwnedBytes,
    sums: OwnedBytes,
    /// One bit a stretch that was found to be whole.
    seen: Vec<AtomicU64>,
    health: Health,
}

impl SealedFile {
    /// Takes a whole file apart into data and sums.
    ///
    /// # Errors
    ///
    /// Where the file is not sealed, or its seal is damaged.
    pub(super) fn open(path: PathBuf, bytes: OwnedBytes, health: Health) -> io::Result<Self> {
        let bad = |what: &str| health.tell(&path, what);
        let Some(sums_end) = bytes.len().checked_sub(TAIL_BYTES) else {
            return Err(bad("too short"));
        };
        let number = |range: Range<usize>| bytes.as_slice().get(range).unwrap_or_default();
        if number(sums_end + 12..bytes.len()) != MARK {
            return Err(bad("not sealed, or cut off"));
        }
        let len = number(sums_end..sums_end + 8).try_into().map_or(u64::MAX, u64::from_le_bytes);
        let data_len = usize::try_from(len).unwrap_or(usize::MAX);
        let sums_len = data_len.div_ceil(STRETCH_BYTES).saturating_mul(4);
        if data_len.checked_add(sums_len) != Some(sums_end) {
            return Err(bad("its length is not the one that was written"));
        }
        let sum = number(sums_end + 8..sums_end + 12).try_into().map_or(0, u32::from_le_bytes);
        if crc32fast::hash(number(data_len..sums_end + 8)) != sum {
            return Err(bad("the list of checksums is damaged"));
        }
        let seen = (0..sums_len.div_ceil(4 * 64)).map(|_| AtomicU64::new(0)).collect();
        let (data, sums) = (bytes.slice(0..data_len), bytes.slice(data_len..sums_end));
        Ok(Self { path, data, sums, seen, health })
    }

    fn check(&self, stretch: usize) -> io::Result<()> {
        let Some(seen) = self.seen.get(stretch / 64) else { return Ok(()) };
        let bit = 1u64 << (stretch % 64);
        if seen.load(Ordering::Relaxed) & bit != 0 {
            return Ok(());
        }
        let start = stretch * STRETCH_BYTES;
        let end = (start + STRETCH_BYTES).min(self.data.len());
        let (data, sums) = (self.data.as_slice(), self.sums.as_slice());
        let sum = sums.get(stretch * 4..stretch * 4 + 4).and_then(|b| b.try_into().ok());
        if data.get(start..end).map(crc32fast::hash) != sum.map(u32::from_le_bytes) {
            return Err(self.health.tell(&self.path, &format!("checksum differs near byte {start}")));
        }
        seen.fetch_or(bit, Ordering::Relaxed);
        Ok(())
    }

    /// Compares the whole file.
    ///
    /// # Errors
    ///
    /// At the first stretch that is not what was written.
    pub(super) fn check_all(&self) -> io::Result<()> {
        (0..self.data.len().div_ceil(STRETCH_BYTES)).try_for_each(|stretch| self.check(stretch))
    }
}

impl HasLen for SealedFile {
    fn len(&self) -> usize {
        self.data.len()
    }
}

impl FileHandle for SealedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.data.len() {
            return Err(self.health.tell(&self.path, "a place beyond its end is asked for"));
        }
        if !range.is_empty() {
            for stretch in range.start / STRETCH_BYTES..=(range.end - 1) / STRETCH_BYTES {
                self.check(stretch)?;
            }
        }
        Ok(self.data.slice(range))
    }
}

/// A text with a last line that holds its checksum.
pub(super) fn seal_text(text: &[u8]) -> Vec<u8> {
    let mut sealed = text.to_vec();
    sealed.extend_from_slice(format!("{TEXT_MARK}{}\n", blake3::hash(text).to_hex()).as_bytes());
    sealed
}

/// The text of a sealed text; none where it is not what was written.
pub(super) fn unseal_text(sealed: &[u8]) -> Option<&[u8]> {
    let seal_bytes = TEXT_MARK.len() + 2 * blake3::OUT_LEN + 1;
    let (text, _) = sealed.split_at_checked(sealed.len().checked_sub(seal_bytes)?)?;
    (seal_text(text) == sealed).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes into memory that can be looked at afterwards.
    #[derive(Clone, Default)]
    struct Memory(Arc<std::sync::Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().map_err(|_| io::Error::other("poisoned"))?.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl TerminatingWrite for Memory {
        fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
            Ok(())
        }
    }

    fn sealed(data: &[u8]) -> Vec<u8> {
        let memory = Memory::default();
        let inner: WritePtr = io::BufWriter::new(Box::new(memory.clone()));
        let mut writer = SealingWriter::new(inner, "x".into(), Arc::default());
        for piece in data.chunks(1000) {
            writer.write_all(piece).unwrap();
        }
        writer.terminate().unwrap();
        memory.0.lock().unwrap().clone()
    }

    fn open(bytes: &[u8]) -> io::Result<SealedFile> {
        SealedFile::open("x".into(), OwnedBytes::new(bytes.to_vec()), Health::default())
    }

    #[test]
    fn what_is_sealed_is_read_again_whatever_its_length() {
        for len in [0, 1, STRETCH_BYTES - 1, STRETCH_BYTES, STRETCH_BYTES + 1, 70 * STRETCH_BYTES + 5] {
            let data: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
            let file = open(&sealed(&data)).unwrap();
            file.check_all().unwrap();
            assert_eq!(file.read_bytes(0..len).unwrap().as_slice(), data.as_slice());
            assert_eq!(file.read_bytes(len / 3..len / 2).unwrap().as_slice(), &data[len / 3..len / 2]);
            assert!(file.read_bytes(0..len + 1).is_err());
        }
    }

    #[test]
    fn every_flipped_byte_is_found_and_every_cut() {
        let data: Vec<u8> = (0..STRETCH_BYTES + 300).map(|i| (i % 7) as u8).collect();
        let whole = sealed(&data);
        let places = (0..whole.len()).filter(|i| i % 991 == 0 || *i + 40 > whole.len());
        for place in places {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            let found = open(&bytes).and_then(|file| file.check_all());
            assert!(found.is_err(), "byte {place}");
        }
        for len in [0, 5, 19, 20, STRETCH_BYTES, whole.len() - 1] {
            assert!(open(&whole[..len]).and_then(|file| file.check_all()).is_err(), "{len} bytes");
        }
    }

    #[test]
    fn only_the_stretch_that_is_read_is_compared_and_damage_is_remembered() {
        let mut bytes = sealed(&vec![7; 3 * STRETCH_BYTES]);
        bytes[2 * STRETCH_BYTES] ^= 1;
        let file = open(&bytes).unwrap();
        assert!(file.read_bytes(0..2 * STRETCH_BYTES).is_ok());
        assert!(file.health.damage().is_none());
        assert!(file.read_bytes(2 * STRETCH_BYTES - 1..2 * STRETCH_BYTES + 1).is_err());
        assert_eq!(file.health.damage().unwrap().path, Path::new("x"));
    }

    #[test]
    fn a_sealed_text_is_found_out_by_any_flip() {
        let whole = seal_text(b"{\"a\": 1}\n");
        assert_eq!(unseal_text(&whole), Some(b"{\"a\": 1}\n".as_slice()));
        for place in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[place] ^= 1;
            assert_eq!(unseal_text(&bytes), None, "byte {place}");
        }
        assert_eq!(unseal_text(b"{}"), None);
        assert_eq!(unseal_text(b""), None);
    }
}
