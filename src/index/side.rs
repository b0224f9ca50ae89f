//! Files of a generation beside the index: written whole, synced, then named by the commit.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::{Serialize, de::DeserializeOwned};

use super::format::{Error, Generation, SideFile};

/// Folder of Tantivy's files.
pub(crate) fn index_dir(root: &Path) -> PathBuf {
    root.join("index")
}

fn side_dir(root: &Path) -> PathBuf {
    root.join("side")
}

/// Makes sure that what a folder names now is named after a power cut too.
///
/// # Errors
///
/// [`Error::Io`] where the disk fails.
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    // The folder of a bare file name is written as nothing.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let synced = File::open(folder).and_then(|open| open.sync_all());
    synced.map_err(|source| Error::Io { path: folder.to_owned(), source })
}

/// Writes a value as zstd-compressed JSON under a name of its own.
///
/// # Errors
///
/// [`Error::Io`] where the disk fails; nothing that is served names the file yet.
pub(crate) fn write<T: Serialize>(
    root: &Path,
    kind: &str,
    number: u64,
    value: &T,
) -> Result<SideFile, Error> {
    let io = |source| Error::Io { path: side_dir(root), source };
    // In one go: the JSON of a large archive's sources and names is tens of megabytes.
    let packing = zstd::Encoder::new(Vec::new(), 3).map_err(io)?;
    let mut packing = BufWriter::with_capacity(1 << 16, packing);
    serde_json::to_writer(&mut packing, value).map_err(|e| io(e.into()))?;
    let packing = packing.into_inner().map_err(|e| io(e.into_error()))?;
    let bytes = packing.finish().map_err(io)?;
    write_bytes(root, kind, number, "json.zst", &bytes)
}

/// Writes bytes as they are, for what must be ready without being unpacked.
///
/// # Errors
///
/// [`Error::Io`] where the disk fails; nothing that is served names the file yet.
pub(crate) fn write_bytes(
    root: &Path,
    kind: &str,
    number: u64,
    ending: &str,
    bytes: &[u8],
) -> Result<SideFile, Error> {
    let dir = side_dir(root);
    let digest = blake3::hash(bytes).to_hex();
    // Named by its content too: a state made beside the one that is served touches none of its files.
    let file = format!("{kind}-{number:06}-{}.{ending}", &digest[..8]);
    let path = dir.join(&file);
    let io = |source| Error::Io { path: path.clone(), source };
    fs::create_dir_all(&dir).map_err(io)?;
    let mut out = File::create(&path).map_err(io)?;
    out.write_all(bytes).map_err(io)?;
    out.sync_all().map_err(io)?;
    sync_folder(&dir)?;
    Ok(SideFile { file, digest: digest.to_string() })
}

/// A side file held open, so that it can be read after a later commit has removed its name.
#[derive(Debug)]
pub(crate) struct SideHandle {
    path: PathBuf,
    file: File,
    digest: String,
}

impl SideHandle {
    /// Opens a side file without reading it.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where it can't be opened.
    pub(crate) fn open(root: &Path, side: &SideFile) -> Result<Self, Error> {
        let path = side_dir(root).join(&side.file);
        let file = File::open(&path).map_err(|source| Error::Io { path: path.clone(), source })?;
        Ok(Self { path, file, digest: side.digest.clone() })
    }

    pub(crate) fn damaged(&self, what: String) -> Error {
        Error::Damaged { path: self.path.clone(), what }
    }

    /// Its bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] where they are not those that were written.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, Error> {
        let io = |source| Error::Io { path: self.path.clone(), source };
        let mut bytes = Vec::new();
        // Several threads may read: each from a position of its own.
        let mut file = &self.file;
        let len = file.metadata().map_err(io)?.len();
        bytes.resize(usize::try_from(len).unwrap_or(0), 0);
        read_at_start(&mut file, &mut bytes).map_err(io)?;
        if blake3::hash(&bytes).to_hex().as_str() != self.digest {
            return Err(self.damaged("checksum differs".to_owned()));
        }
        Ok(bytes)
    }

    /// Its value.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] where the bytes are not those that were written.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let bytes = self.bytes()?;
        let json = zstd::decode_all(bytes.as_slice()).map_err(|e| self.damaged(e.to_string()))?;
        serde_json::from_slice(&json).map_err(|e| self.damaged(e.to_string()))
    }
}

#[cfg(unix)]
fn read_at_start(file: &mut &File, bytes: &mut [u8]) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(*file, bytes, 0)
}

#[cfg(not(unix))]
fn read_at_start(file: &mut &File, bytes: &mut [u8]) -> std::io::Result<()> {
    use std::io::{Read as _, Seek as _};
    file.rewind()?;
    file.read_exact(bytes)
}

/// Part of the names of files that the first run of an archive makes.
pub(super) const FIRST: &str = "-000001-";

/// Removes the side files of a first run that did not come to its end.
pub(super) fn sweep_first(root: &Path) {
    for entry in fs::read_dir(side_dir(root)).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.contains(FIRST)) {
            // A file that can't be removed now is removed by a later run.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Removes side files that no longer belong to the generation; a file in use elsewhere stays
/// readable for whoever has it open.
pub(crate) fn sweep(root: &Path, generation: &Generation) {
    let keep: Vec<&str> = generation.side_files().map(|side| side.file.as_str()).collect();
    let Ok(entries) = fs::read_dir(side_dir(root)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|n| !keep.contains(&n)) {
            // A file that can't be removed now is removed by a later run.
            let _ = fs::remove_file(entry.path());
        }
    }
}
