//! Lists a zip file by its central directory.

use std::io::BufReader;

use encoding_rs::Encoding;

use super::super::Limits;
use super::super::decode::{SAMPLE_BYTES, encoding_of};
use super::super::format::Coder;
use super::super::source::{SourceFile, problem_of};
use crate::diag::{Problem, ProblemKind};

use super::{Listing, base_of, part, too_many_members};

/// Lists a zip file by its central directory.
pub(in crate::ingest) fn zip_members(
    file: &SourceFile,
    limits: &Limits,
    left: &mut u64,
) -> Result<Listing, Problem> {
    let damaged = |error: zip::result::ZipError| match error {
        zip::result::ZipError::Io(error) => problem_of(&error),
        other => Problem::new(ProblemKind::BadFormat, format!("the zip file is damaged: {other}")),
    };
    let (base, window) = base_of(file, limits, left).map_err(|e| problem_of(&e))?;
    let start = window.start;
    let mut archive = zip::ZipArchive::new(BufReader::new(window)).map_err(damaged)?;
    let mut out = Listing { names: names_encoding(archive.file_names_raw()), ..Listing::default() };
    let count = archive.len().min(limits.container_files_max);
    if count < archive.len() {
        out.problems.push((file.path.clone(), too_many_members(archive.len(), count)));
    }
    if archive.has_duplicate_names() {
        let message = "two members have the same name; the later was taken";
        out.problems.push((file.path.clone(), Problem::new(ProblemKind::BadFormat, message)));
    }
    let mut spans = Vec::new();
    let mut unpacked: u64 = 0;
    for i in 0..count {
        let member = match archive.by_index_raw(i) {
            Ok(member) => member,
            Err(error) => {
                out.problems.push((format!("{}!/member {}", file.path, i + 1), damaged(error)));
                continue;
            }
        };
        if matches!(member.name_raw(), b"[Content_Types].xml" | b"mimetype" | b"META-INF/MANIFEST.MF") {
            return Err(Problem::new(ProblemKind::NotText, "an office document, e-book or program"));
        }
        let Some(path) = out.path_in(file, member.name_raw()) else {
            continue;
        };
        if member.is_dir() {
            continue;
        }
        let mut bad = |message: &str| {
            out.problems.push((path.clone(), Problem::new(ProblemKind::BadFormat, message)));
        };
        if member.is_symlink() {
            out.skipped.push((path, "a link; not followed"));
            continue;
        }
        if member.encrypted() {
            bad("locked with a password");
            continue;
        }
        let coders = match member.compression() {
            zip::CompressionMethod::Stored => Vec::new(),
            // the number of Deflate in every zip file; the crate names it only with its own decoder
            #[allow(deprecated)]
            zip::CompressionMethod::Unsupported(8) => {
                vec![Coder::Deflate { crc: member.crc32(), size_bytes: member.size() }]
            }
            _ => {
                bad("packed in a way that is not read; deflate and stored are");
                continue;
            }
        };
        let (at, len) = (member.data_start().unwrap_or(u64::MAX), member.compressed_size());
        unpacked = unpacked.saturating_add(member.size());
        spans.push((at, len));
        out.members.push(part(file, &base, path, start.saturating_add(at), len, coders));
    }
    spans.sort_unstable();
    if spans.windows(2).any(|pair| pair[0].0.saturating_add(pair[0].1) > pair[1].0) {
        return Err(Problem::new(
            ProblemKind::Limit,
            "members lie over one another, as in a zip bomb; nothing was read",
        ));
    }
    if unpacked > *left {
        let message =
            format!("unpacks to {} MB, which its size does not explain; nothing was read", unpacked >> 20);
        return Err(Problem::new(ProblemKind::Limit, message));
    }
    *left -= unpacked;
    Ok(out)
}

/// The encoding of all names that are not UTF-8: one name alone is too short to tell.
fn names_encoding<'a>(names: impl Iterator<Item = &'a [u8]>) -> Option<&'static Encoding> {
    let mut sample = Vec::new();
    for name in names.filter(|name| std::str::from_utf8(name).is_err()) {
        sample.extend_from_slice(name);
        sample.push(b'\n');
        if sample.len() >= SAMPLE_BYTES {
            break;
        }
    }
    if sample.is_empty() { None } else { encoding_of(&sample) }
}
