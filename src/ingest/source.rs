//! One source file: where its bytes lie, how they are packed, how they are read.
//!
//! A file inside a zip or tar is a stretch of that file's bytes, so it is opened by seeking and
//! never written to disk under its own name.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use crate::diag::{Problem, ProblemKind};

use super::Limits;
use super::format::{Coder, Format};
use super::kept::KeptFile;

/// A file of the archive's sources, or a file inside a container.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The path as given, with `/` separators; `papers.zip!/inner/01.md` inside a container.
    pub path: String,
    /// Size as it lies in its folder or container, before `.gz` or `.zst` is unpacked.
    pub size_bytes: u64,
    /// Time of the last change, of the container where it lies in one.
    pub mtime: Option<SystemTime>,
    /// What it holds.
    pub format: Format,
    /// A picture or PDF of the same page lying beside it.
    pub facsimile: Option<String>,
    pub(super) origin: Origin,
    /// Outermost first.
    pub(super) coders: Vec<Coder>,
}

/// Where the packed bytes of a source lie.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// A whole file, under the path it is shown by.
    Shown,
    /// A whole file whose path cannot be shown exactly.
    File(PathBuf),
    /// A stretch of a container.
    Part { base: Arc<Base>, start: u64, len: u64 },
    /// A file that an archive keeps.
    Kept(Arc<KeptSource>),
}

/// A file that an archive keeps, the pack it lies in, and why it could not be read: elsewhere an
/// unreadable source is told and its articles stay, here they would be lost.
#[derive(Debug)]
pub(super) struct KeptSource {
    pub(super) pack: PathBuf,
    pub(super) file: KeptFile,
    pub(super) failure: OnceLock<(io::ErrorKind, String)>,
}

impl KeptSource {
    fn open(self: &Arc<Self>) -> io::Result<Box<dyn Read + Send>> {
        let told = Arc::clone(self);
        Ok(Box::new(Told { inner: self.tell(self.file.open(&self.pack))?, source: told }))
    }

    fn tell<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if let Err(e) = &result
            && e.kind() != io::ErrorKind::Interrupted
        {
            // The first failure is the one that counts.
            let _ = self.failure.set((e.kind(), e.to_string()));
        }
        result
    }
}

/// A stream of a kept file; what goes wrong is noted with the file.
struct Told {
    inner: Box<dyn Read + Send>,
    source: Arc<KeptSource>,
}

impl Read for Told {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer);
        self.source.tell(read)
    }
}

/// A container, or a temporary file it was unpacked to.
#[derive(Debug)]
pub(super) struct Base {
    pub(super) path: PathBuf,
    /// Takes the temporary file away with the last source that lies in it.
    pub(super) _spill: Option<tempfile::TempPath>,
}

/// Told inside an [`io::Error`] when a stated limit is met.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct LimitMet(pub(super) String);

impl SourceFile {
    /// The bytes, unpacked, as a stream that ends with an error where a limit is met.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened or its packing is damaged from the start.
    pub fn open(&self, limits: &Limits) -> io::Result<Box<dyn Read + Send>> {
        let mut reader = self.origin.open(Path::new(&self.path))?;
        for coder in &self.coders {
            reader = unpack(reader, *coder, self.size_bytes, limits)?;
        }
        Ok(reader)
    }

    /// All bytes, unpacked.
    ///
    /// # Errors
    ///
    /// A problem of kind `unreadable`, `bad-format` (damaged packing) or `limit`.
    pub fn bytes(&self, limits: &Limits) -> Result<Vec<u8>, Problem> {
        let max = limits.page_bytes_max;
        if self.coders.is_empty() && self.size_bytes > max {
            return Err(too_large(self.size_bytes, max));
        }
        let read = || -> io::Result<Vec<u8>> {
            let hint = usize::try_from(self.size_bytes.min(max)).unwrap_or(0);
            let mut bytes = Vec::with_capacity(hint.min(1 << 27));
            self.open(limits)?.take(max + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|e| problem_of(&e))?;
        if bytes.len() as u64 > max { Err(too_large(bytes.len() as u64, max)) } else { Ok(bytes) }
    }

    /// The first bytes, unpacked.
    pub(super) fn head(&self, limits: &Limits, bytes_max: u64) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.open(limits)?.take(bytes_max).read_to_end(&mut head)?;
        Ok(head)
    }

    /// The path of a file that lies by itself and is not packed.
    pub(super) fn plain_path(&self) -> Option<PathBuf> {
        match &self.origin {
            _ if !self.coders.is_empty() => None,
            Origin::Shown => Some(PathBuf::from(&self.path)),
            Origin::File(path) => Some(path.clone()),
            Origin::Part { .. } | Origin::Kept(_) => None,
        }
    }

    /// The checksum (BLAKE3) of the bytes as they lie in their folder or container, read as a stream.
    ///
    /// # Errors
    ///
    /// When the file cannot be read to its end.
    pub fn digest(&self) -> io::Result<blake3::Hash> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(self.origin.open(Path::new(&self.path))?)?;
        Ok(hasher.finalize())
    }
}

impl Origin {
    fn open(&self, shown: &Path) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Shown => Box::new(File::open(shown)?),
            Self::File(path) => Box::new(File::open(path)?),
            Self::Part { base, start, len } => {
                let mut file = File::open(&base.path)?;
                file.seek(SeekFrom::Start(*start))?;
                Box::new(file.take(*len))
            }
            Self::Kept(kept) => kept.open()?,
        })
    }
}

fn too_large(bytes: u64, max: u64) -> Problem {
    let message =
        format!("the page has {} MB or more, more than the {} MB that are read", bytes >> 20, max >> 20);
    Problem::new(ProblemKind::Limit, message)
}

/// A problem that tells an error of reading.
pub(super) fn problem_of(error: &io::Error) -> Problem {
    if let Some(limit) = error.get_ref().and_then(|inner| inner.downcast_ref::<LimitMet>()) {
        return Problem::new(ProblemKind::Limit, limit.to_string());
    }
    match error.kind() {
        io::ErrorKind::NotFound => Problem::new(ProblemKind::Unreadable, "no such file or folder"),
        io::ErrorKind::PermissionDenied => {
            Problem::new(ProblemKind::Unreadable, "may not be read by this user")
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            Problem::new(ProblemKind::BadFormat, format!("packed data is damaged: {error}"))
        }
        _ => Problem::new(ProblemKind::Unreadable, error.to_string()),
    }
}

fn unpack(
    packed: Box<dyn Read + Send>,
    coder: Coder,
    packed_bytes: u64,
    limits: &Limits,
) -> io::Result<Box<dyn Read + Send>> {
    let packed = BufReader::with_capacity(1 << 16, packed);
    Ok(match coder {
        Coder::Gzip => {
            Box::new(Guarded::new(flate2::bufread::MultiGzDecoder::new(packed), packed_bytes, limits))
        }
        Coder::Zstd => {
            Box::new(Guarded::new(zstd::stream::read::Decoder::with_buffer(packed)?, packed_bytes, limits))
        }
        Coder::Deflate { crc, size_bytes } => {
            let inner = Guarded::new(flate2::bufread::DeflateDecoder::new(packed), packed_bytes, limits);
            Box::new(Checked { inner, crc: flate2::Crc::new(), so_far: 0, want: (crc, size_bytes) })
        }
    })
}

/// Ends a stream that unpacks to more than is believable.
struct Guarded<R> {
    inner: R,
    left: u64,
    max: u64,
}

/// A file this small may unpack to any multiple.
pub(super) const RATIO_FREE_BYTES: u64 = 64 << 20;

impl<R> Guarded<R> {
    fn new(inner: R, packed_bytes: u64, limits: &Limits) -> Self {
        let max = super::containers::allowance(packed_bytes, limits);
        Self { inner, left: max, max }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(got as u64).ok_or_else(|| {
            let message =
                format!("unpacks to more than {} MB, which its size does not explain", self.max >> 20);
            io::Error::other(LimitMet(message))
        })?;
        Ok(got)
    }
}

/// Holds a zip member to the size and checksum its container states.
struct Checked<R> {
    inner: R,
    crc: flate2::Crc,
    so_far: u64,
    want: (u32, u64),
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.crc.update(&buffer[..got]);
        self.so_far += got as u64;
        let (crc, size_bytes) = self.want;
        let ended = got == 0 && !buffer.is_empty();
        let wrong = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        if self.so_far > size_bytes || (ended && self.so_far < size_bytes) {
            return Err(wrong("the size is not the one its container states"));
        }
        if ended && self.crc.sum() != crc {
            return Err(wrong("the checksum is not the one its container states"));
        }
        Ok(got)
    }
}
