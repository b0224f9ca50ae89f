//! Lists what a zip or tar file holds, as stretches of its bytes.
//!
//! Nothing is ever written under a name that a container gives: a member is read where it lies.
//! Only a compressed tar, and a container packed inside another, is first unpacked to an unnamed
//! temporary file, because its members cannot be reached otherwise. What a container may unpack to
//! is bounded by its size ([`Limits::unpack_ratio_max`]), with all that is nested in it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use encoding_rs::{Encoding, UTF_8};

use crate::diag::{Problem, ProblemKind};

mod tar_list;
#[cfg(test)]
mod tests;
mod zip_list;

use super::Limits;
use super::decode::{decode_as, encoding_of};
use super::format::{Coder, Format};
use super::source::{Base, LimitMet, Origin, RATIO_FREE_BYTES, SourceFile};

pub(super) use tar_list::tar_members;
pub(super) use zip_list::zip_members;

/// What was found in a container.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// What names are written in that are not UTF-8, where one answer holds for all.
    names: Option<&'static Encoding>,
    pub(super) members: Vec<SourceFile>,
    pub(super) skipped: Vec<(String, &'static str)>,
    pub(super) problems: Vec<(String, Problem)>,
}

/// Lists the members of a container; the last argument is what may still be unpacked of the file
/// the container lies in.
pub(super) type List = fn(&SourceFile, &Limits, &mut u64) -> Result<Listing, Problem>;

/// How much a file of this size may unpack to, with all that is nested in it.
pub(super) fn allowance(packed_bytes: u64, limits: &Limits) -> u64 {
    packed_bytes.saturating_mul(limits.unpack_ratio_max).max(RATIO_FREE_BYTES).min(limits.unpack_bytes_max)
}

fn too_many_members(count: usize, max: usize) -> Problem {
    Problem::new(
        ProblemKind::Limit,
        format!("the container holds {count} files or more; only the first {max} were read"),
    )
}

fn part(
    file: &SourceFile,
    base: &Arc<Base>,
    path: String,
    start: u64,
    len: u64,
    coders: Vec<Coder>,
) -> SourceFile {
    SourceFile {
        path,
        size_bytes: len,
        mtime: file.mtime,
        format: Format::Text,
        facsimile: None,
        origin: Origin::Part { base: Arc::clone(base), start, len },
        coders,
    }
}

impl Listing {
    /// The shown path of a member; `None` for one that is passed over by its name.
    fn path_in(&mut self, file: &SourceFile, raw: &[u8]) -> Option<String> {
        // zip files made on Chinese Windows name their members in GBK
        let encoding = match std::str::from_utf8(raw) {
            Ok(_) => UTF_8,
            Err(_) => self.names.or_else(|| encoding_of(raw)).unwrap_or(UTF_8),
        };
        let name = decode_as(raw.to_vec(), encoding).text.replace('\\', "/");
        let parts: Vec<&str> = name.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let path =
            format!("{}!/{}", file.path, parts.join("/").replace(|c: char| c.is_control(), "\u{FFFD}"));
        let drive = name.as_bytes().get(1) == Some(&b':');
        if name.starts_with('/') || drive || parts.contains(&"..") {
            self.skipped.push((path, "its name leads out of the container"));
            return None;
        }
        if parts.iter().any(|part| part.starts_with('.') || *part == "__MACOSX") {
            self.skipped.push((path, "hidden"));
            return None;
        }
        (!parts.is_empty()).then_some(path)
    }
}

/// The bytes of a container, where they can be reached by offset.
fn base_of(file: &SourceFile, limits: &Limits, left: &mut u64) -> io::Result<(Arc<Base>, Window)> {
    if !file.coders.is_empty() {
        return unpacked(file, limits, left);
    }
    let (base, start, len) = match &file.origin {
        Origin::Part { base, start, len } => (Arc::clone(base), *start, *len),
        Origin::Shown => (Base::file(PathBuf::from(&file.path)), 0, file.size_bytes),
        Origin::File(path) => (Base::file(path.clone()), 0, file.size_bytes),
        Origin::Kept(_) => return unpacked(file, limits, left),
    };
    let window = Window::new(&base.path, start, len)?;
    Ok((base, window))
}

impl Base {
    fn file(path: PathBuf) -> Arc<Self> {
        Arc::new(Self { path, _spill: None })
    }
}

fn unpacked(file: &SourceFile, limits: &Limits, left: &mut u64) -> io::Result<(Arc<Base>, Window)> {
    let mut spill = tempfile::NamedTempFile::with_prefix("baoku-")?;
    let mut reader = file.open(limits)?.take(left.saturating_add(1));
    let len = io::copy(&mut reader, &mut spill)?;
    *left = left.checked_sub(len).ok_or_else(|| {
        io::Error::other(LimitMet(format!(
            "unpacks to more than {} MB, which its size does not explain",
            *left >> 20
        )))
    })?;
    let path = spill.into_temp_path();
    let window = Window::new(&path, 0, len)?;
    Ok((Arc::new(Base { path: path.to_path_buf(), _spill: Some(path) }), window))
}

/// A stretch of a file as if it were a file.
struct Window {
    file: File,
    start: u64,
    len: u64,
    at: u64,
}

impl Window {
    fn new(path: &Path, start: u64, len: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        Ok(Self { file, start, len, at: 0 })
    }
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let got = self.file.read(&mut buffer[..wanted])?;
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let absolute = at.and_then(|at| self.start.checked_add(at));
        let (Some(at), Some(absolute)) = (at, absolute) else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a place before the beginning"));
        };
        self.file.seek(SeekFrom::Start(absolute))?;
        self.at = at;
        Ok(at)
    }
}
