//! Packs: the files in which an archive keeps its sources.
//!
//! A run appends what it reads to one new pack; packs never change afterwards. What a removed unit
//! leaves unused is given back when packs are written together: always a few small ones into a
//! larger one, so that their number stays small however often an archive is updated.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::format::Error;
use super::manifest::Manifest;
use super::side;
use crate::ingest::{Frame, KeptUnit};

/// Folder of the packs.
pub(crate) fn pack_dir(root: &Path) -> PathBuf {
    root.join("sources")
}

/// A pack as a generation names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackFile {
    /// Its name in `sources/`.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// BLAKE3 of its bytes.
    pub digest: String,
}

impl PackFile {
    /// Compares the pack with its checksum.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] where it is not what was written, or gone; [`Error::Io`] where it can't be read.
    pub(super) fn check(&self, root: &Path) -> Result<(), Error> {
        let path = pack_dir(root).join(&self.file);
        let damaged = |what: &str| Error::Damaged { path: path.clone(), what: what.to_owned() };
        let read = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => damaged("the file is missing"),
            _ => Error::Io { path: path.clone(), source },
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(File::open(&path).map_err(read)?).map_err(read)?;
        let same = hasher.count() == self.bytes && hasher.finalize().to_hex().as_str() == self.digest;
        if same { Ok(()) } else { Err(damaged("checksum differs")) }
    }
}

/// A pack that is being written.
pub struct Pack {
    path: PathBuf,
    file: String,
    out: BufWriter<File>,
    hasher: blake3::Hasher,
    at: u64,
}

impl Pack {
    /// Begins a pack; no state names it yet.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the disk fails.
    pub fn begin(root: &Path, number: u64) -> Result<Self, Error> {
        let dir = pack_dir(root);
        fs::create_dir_all(&dir).map_err(|source| Error::Io { path: dir.clone(), source })?;
        loop {
            // A name that no other pack has, also none of a backup that is restored some day.
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            let drawn = blake3::hash(format!("{}\0{now:?}", std::process::id()).as_bytes()).to_hex();
            let file = format!("pack-{number:06}-{}.zst", &drawn[..8]);
            let path = dir.join(&file);
            match File::create_new(&path) {
                Ok(out) => {
                    let out = BufWriter::with_capacity(1 << 18, out);
                    return Ok(Self { path, file, out, hasher: blake3::Hasher::new(), at: 0 });
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(Error::Io { path, source }),
            }
        }
    }

    fn io(&self) -> impl Fn(io::Error) -> Error + use<> {
        let path = self.path.clone();
        move |source| Error::Io { path: path.clone(), source }
    }

    /// Appends a unit whose frames were written beginning at 0.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the disk fails.
    pub fn append(&mut self, mut unit: KeptUnit, frames: &[u8]) -> Result<KeptUnit, Error> {
        let at = self.at;
        self.write_all(frames).map_err(self.io())?;
        for file in &mut unit.files {
            file.place.at += at;
        }
        unit.pack.clone_from(&self.file);
        Ok(unit)
    }

    /// Appends what a function writes; it is told where that begins.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the disk fails.
    pub fn keep(
        &mut self,
        write: impl FnOnce(&mut dyn Write, u64) -> io::Result<KeptUnit>,
    ) -> Result<KeptUnit, Error> {
        let (io, at) = (self.io(), self.at);
        let mut unit = write(self, at).map_err(io)?;
        unit.pack.clone_from(&self.file);
        Ok(unit)
    }

    /// Ends the pack; none where nothing was written.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] where the disk fails.
    pub fn finish(mut self) -> Result<Option<PackFile>, Error> {
        let io = self.io();
        if self.at == 0 {
            fs::remove_file(&self.path).map_err(io)?;
            return Ok(None);
        }
        self.out.flush().map_err(&io)?;
        self.out.get_ref().sync_all().map_err(&io)?;
        side::sync_folder(self.path.parent().unwrap_or(&self.path))?;
        let digest = self.hasher.finalize().to_hex().to_string();
        Ok(Some(PackFile { file: self.file, bytes: self.at, digest }))
    }
}

impl Write for Pack {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or(bytes));
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pack").field("path", &self.path).field("at", &self.at).finish_non_exhaustive()
    }
}

/// The frames of each pack that a manifest uses.
fn used(manifest: &Manifest) -> BTreeMap<&str, BTreeMap<u64, u64>> {
    let mut used: BTreeMap<&str, BTreeMap<u64, u64>> = BTreeMap::new();
    for unit in manifest.units.values().filter_map(|entry| entry.kept.as_ref()) {
        let frames = used.entry(&unit.pack).or_default();
        frames.extend(unit.files.iter().map(|file| (file.place.at, file.place.packed_bytes)));
    }
    used
}

/// Settles which packs a new state consists of: those still used, small ones and half empty ones
/// written together, or all of them with `tight`.
///
/// # Errors
///
/// Where a pack can't be read or written.
pub(super) fn settle(
    root: &Path,
    number: u64,
    packs: Vec<PackFile>,
    manifest: &mut Manifest,
    tight: bool,
) -> Result<Vec<PackFile>, Error> {
    let uses = used(manifest);
    let live = |pack: &PackFile| uses.get(pack.file.as_str()).map_or(0, |f| f.values().sum::<u64>());
    let mut packs: Vec<PackFile> = packs.into_iter().filter(|pack| live(pack) > 0).collect();
    packs.sort_by(|a, b| b.file.cmp(&a.file));
    // From the newest back, a pack joins those behind it while it is not much larger than they are.
    let mut chain = 0;
    let mut bytes = 0;
    for (nth, pack) in packs.iter().enumerate() {
        if nth > 0 && live(pack) > bytes * 2 {
            break;
        }
        chain = nth;
        bytes += live(pack);
    }
    let tidy = |pack: &PackFile| packs.len() == 1 && live(pack) == pack.bytes;
    let joined: Vec<String> = packs
        .iter()
        .enumerate()
        .filter(|(nth, pack)| {
            (chain > 0 && *nth <= chain) || live(pack) * 2 < pack.bytes || (tight && !tidy(pack))
        })
        .map(|(_, pack)| pack.file.clone())
        .collect();
    if joined.is_empty() {
        return Ok(packs);
    }
    let frames: Vec<(String, Vec<(u64, u64)>)> = joined
        .iter()
        .rev()
        .map(|file| {
            let frames = uses.get(file.as_str()).map(|f| f.iter().map(|(a, l)| (*a, *l)).collect());
            (file.clone(), frames.unwrap_or_default())
        })
        .collect();
    // What is copied gets a new checksum: damage must not get one too.
    packs.iter().filter(|pack| joined.contains(&pack.file)).try_for_each(|pack| pack.check(root))?;
    let mut pack = Pack::begin(root, number)?;
    let mut moved: BTreeMap<(String, u64), u64> = BTreeMap::new();
    for (file, frames) in frames {
        let path = pack_dir(root).join(&file);
        let io = |source| Error::Io { path: path.clone(), source };
        let mut source = File::open(&path).map_err(io)?;
        for (at, packed_bytes) in frames {
            moved.insert((file.clone(), at), pack.at);
            source.seek(SeekFrom::Start(at)).map_err(io)?;
            let copied = io::copy(&mut (&mut source).take(packed_bytes), &mut pack).map_err(io)?;
            if copied != packed_bytes {
                return Err(Error::Damaged { path, what: "it ends too early".to_owned() });
            }
        }
    }
    let name = pack.file.clone();
    for unit in manifest.units.values_mut().filter_map(|entry| entry.kept.as_mut()) {
        if !joined.contains(&unit.pack) {
            continue;
        }
        for file in &mut unit.files {
            if let Some(at) = moved.get(&(unit.pack.clone(), file.place.at)) {
                file.place = Frame { at: *at, ..file.place };
            }
        }
        unit.pack.clone_from(&name);
    }
    packs.retain(|pack| !joined.contains(&pack.file));
    packs.extend(pack.finish()?);
    Ok(packs)
}

/// Removes the packs of a first run that did not come to its end.
pub(super) fn sweep_first(root: &Path) {
    for entry in fs::read_dir(pack_dir(root)).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.contains(side::FIRST)) {
            // A file that can't be removed now is removed by a later run.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Removes packs that no longer belong to a state.
pub(super) fn sweep(root: &Path, keep: &[PackFile]) {
    for entry in fs::read_dir(pack_dir(root)).into_iter().flatten().flatten() {
        if !keep.iter().any(|pack| entry.file_name().to_str() == Some(pack.file.as_str())) {
            // A file that can't be removed now is removed by a later run.
            let _ = fs::remove_file(entry.path());
        }
    }
}
