//! Lists a tar file by hopping from header to header.

use std::io::Read;

use super::super::Limits;
use super::super::source::{SourceFile, problem_of};
use crate::diag::{Problem, ProblemKind};

use super::{Listing, base_of, part, too_many_members};

/// Longest name in a tar file.
const NAME_BYTES_MAX: u64 = 64 << 10;

/// Lists a tar file by hopping from header to header.
pub(in crate::ingest) fn tar_members(
    file: &SourceFile,
    limits: &Limits,
    left: &mut u64,
) -> Result<Listing, Problem> {
    let (base, window) = base_of(file, limits, left).map_err(|e| problem_of(&e))?;
    let (start, len) = (window.start, window.len);
    let mut archive = tar::Archive::new(window);
    let mut out = Listing::default();
    let mut long_name: Option<Vec<u8>> = None;
    // names are collected here and not by the crate, which would read one of any length
    for entry in archive.entries_with_seek().map_err(|e| problem_of(&e))?.raw(true) {
        let read = entry.and_then(|entry| Ok((entry.header().entry_size()?, entry)));
        let (size, mut entry) = match read {
            Ok(read) => read,
            Err(error) => {
                let message = format!("the tar file is damaged: {error}; what was found before was taken");
                out.problems.push((file.path.clone(), Problem::new(ProblemKind::BadFormat, message)));
                break;
            }
        };
        let kind = entry.header().entry_type();
        if kind.is_gnu_longname() || kind.is_pax_local_extensions() {
            let mut bytes = Vec::new();
            entry.by_ref().take(NAME_BYTES_MAX).read_to_end(&mut bytes).map_err(|e| problem_of(&e))?;
            if kind.is_gnu_longname() {
                long_name = Some(bytes);
            } else {
                long_name = pax_path(&bytes).or(long_name);
            }
            continue;
        }
        if kind.is_gnu_longlink() || kind.is_pax_global_extensions() {
            continue;
        }
        let name = long_name.take().unwrap_or_else(|| entry.header().path_bytes().into_owned());
        let name = name.split(|b| *b == 0).next().unwrap_or_default();
        let Some(path) = out.path_in(file, name) else {
            continue;
        };
        let at = entry.raw_file_position();
        if kind.is_dir() {
        } else if kind.is_symlink() || kind.is_hard_link() {
            out.skipped.push((path, "a link; not followed"));
        } else if !(kind.is_file() || kind.is_contiguous()) {
            out.skipped.push((path, "neither a file nor a folder"));
        } else if at.saturating_add(size) > len {
            out.problems
                .push((path, Problem::new(ProblemKind::BadFormat, "cut off with the end of the tar file")));
        } else if out.members.len() == limits.container_files_max {
            out.problems
                .push((file.path.clone(), too_many_members(out.members.len() + 1, out.members.len())));
            break;
        } else {
            out.members.push(part(file, &base, path, start + at, size, Vec::new()));
        }
    }
    Ok(out)
}

/// The name in a pax header.
fn pax_path(bytes: &[u8]) -> Option<Vec<u8>> {
    tar::PaxExtensions::new(bytes)
        .filter_map(Result::ok)
        .find(|pair| pair.key_bytes() == b"path")
        .map(|pair| pair.value_bytes().to_vec())
}
