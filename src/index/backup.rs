//! Copies one state of an archive into one file, and back.
//!
//! A backup is a zstd-compressed tar of the files that one generation consists of. They never
//! change once they are written, so a backup is consistent whoever serves or indexes meanwhile: all
//! files are opened, then the list of files is compared once more, then they are copied.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek as _, Write};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::audit::audit_files;
use super::format::{Error, Generation};
use super::lock::take_lock;
use super::readonly::{listed_files, open, read_meta};
use super::side;
use super::sweep::sweep_state;
use super::writing::META;

/// What a backup begins with.
const HEAD: &str = "baoku-backup.json";
/// Version of the form of a backup.
const VERSION: u32 = 1;
/// Folders of an archive, in the order in which they are copied.
const FOLDERS: [&str; 4] = ["index", "side", "sources", "lexicon"];

/// Saved questions and what was seen of them, in the archive's folder itself.
pub(crate) const SAVED: &str = "saved.json";

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Version of the form of the backup.
    pub version: u32,
    /// Number of the state.
    pub generation: u64,
    /// Its articles.
    pub articles: u64,
    /// Number of files.
    pub files: u64,
    /// Their bytes, before compression.
    pub bytes: u64,
    /// Whether a digest of all its bytes stands at its end; older ones have none.
    #[serde(default)]
    pub sealed: bool,
}

/// Files of one state, held open.
struct Held {
    generation: Generation,
    files: Vec<(String, File, u64)>,
}

/// Copies the state that is served now into a file, which appears there only when it is whole.
/// `tell` hears of the bytes done and to do.
///
/// # Errors
///
/// Where the archive can't be read or is damaged, or the file can't be written.
pub fn backup(root: &Path, to: &Path, tell: &dyn Fn(u64, u64)) -> Result<Backup, Error> {
    if let Some((file, what)) = audit_files(root, &|_| {})?.damaged.into_iter().next() {
        return Err(Error::Damaged { path: root.join(file), what });
    }
    let held = hold(root)?;
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let beside = to.with_file_name(format!("{name}.part"));
    let io = |source| Error::Io { path: beside.clone(), source };
    let written = write_backup(held, &beside, tell);
    match written.and_then(|made| {
        fs::rename(&beside, to).map_err(io)?;
        side::sync_folder(to.parent().unwrap_or(Path::new(".")))?;
        Ok(made)
    }) {
        Ok(made) => Ok(made),
        Err(e) => {
            let _ = fs::remove_file(&beside);
            Err(e)
        }
    }
}

/// Opens all files of one state; an indexer may replace the list meanwhile, then once more.
fn hold(root: &Path) -> Result<Held, Error> {
    let mut tries = 20;
    loop {
        let meta = read_meta(root)?;
        let open_all = || -> Result<Held, Error> {
            let generation = open(root)?.generation;
            let mut names = vec![format!("index/{META}")];
            names.extend(listed_files(root)?.iter().map(|f| format!("index/{}", f.display())));
            names.extend(generation.side_files().map(|f| format!("side/{}", f.file)));
            names.extend(generation.packs.iter().map(|f| format!("sources/{}", f.file)));
            // What the archive's keeper wrote there; the next run reads it again.
            for entry in fs::read_dir(root.join("lexicon")).into_iter().flatten().flatten() {
                if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                    names.push(format!("lexicon/{}", entry.file_name().to_string_lossy()));
                }
            }
            if root.join(SAVED).is_file() {
                names.push(SAVED.to_owned());
            }
            let mut files = Vec::new();
            for name in names {
                let path = root.join(&name);
                let io = |source| Error::Io { path: path.clone(), source };
                let file = File::open(&path).map_err(io)?;
                let bytes = file.metadata().map_err(io)?.len();
                files.push((name, file, bytes));
            }
            Ok(Held { generation, files })
        };
        match open_all() {
            Ok(held) if read_meta(root)? == meta => return Ok(held),
            Err(e) if tries == 0 => return Err(e),
            _ => tries -= 1,
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

fn write_backup(held: Held, to: &Path, tell: &dyn Fn(u64, u64)) -> Result<Backup, Error> {
    let io = |source| Error::Io { path: to.to_owned(), source };
    let of: u64 = held.files.iter().map(|(_, _, bytes)| bytes).sum();
    let made = Backup {
        version: VERSION,
        generation: held.generation.number,
        articles: held.generation.articles,
        files: held.files.len() as u64,
        bytes: of,
        sealed: true,
    };
    let file = File::create(to).map_err(io)?;
    let out = Summed { inner: BufWriter::with_capacity(1 << 18, file), sum: blake3::Hasher::new() };
    let mut packer = zstd::Encoder::new(out, 3).map_err(io)?;
    packer.include_checksum(true).map_err(io)?;
    let mut tar = tar::Builder::new(packer);
    let head = serde_json::to_vec(&made).map_err(|e| io(e.into()))?;
    append(&mut tar, HEAD, head.len() as u64, head.as_slice()).map_err(io)?;
    let mut done = 0;
    for (name, file, bytes) in held.files {
        append(&mut tar, &name, bytes, BufReader::with_capacity(1 << 18, file)).map_err(io)?;
        done += bytes;
        tell(done, of);
    }
    let Summed { inner: mut out, sum } = tar.into_inner().and_then(zstd::Encoder::finish).map_err(io)?;
    out.write_all(&seal_of(&sum)).map_err(io)?;
    out.flush().map_err(io)?;
    out.get_ref().sync_all().map_err(io)?;
    Ok(made)
}

/// What announces a frame of zstd that unpackers skip; the last four bits are free.
const SKIPPED: u32 = 0x184D_2A50;
/// Our own among them.
const SEAL: u32 = SKIPPED | 0xB;
/// Bytes of a digest.
const DIGEST_BYTES: usize = 32;
/// Bytes of a seal: what announces it, its length, the digest.
const SEAL_BYTES: usize = 8 + DIGEST_BYTES;

/// The last frame of a backup: the digest of all bytes in front. The checksum of what is packed does not
/// tell a changed byte that unpacks to the same.
fn seal_of(sum: &blake3::Hasher) -> [u8; SEAL_BYTES] {
    let mut seal = [0; SEAL_BYTES];
    seal[..4].copy_from_slice(&SEAL.to_le_bytes());
    seal[4..8].copy_from_slice(&(DIGEST_BYTES as u32).to_le_bytes());
    seal[8..].copy_from_slice(sum.finalize().as_bytes());
    seal
}

/// Whether the file is as it was written; nothing where it has no seal.
fn is_as_sealed(file: &mut File) -> io::Result<Option<bool>> {
    let Some(packed) = file.metadata()?.len().checked_sub(SEAL_BYTES as u64) else { return Ok(None) };
    let mut sum = blake3::Hasher::new();
    sum.update_reader((&mut *file).take(packed))?;
    let mut end = [0; SEAL_BYTES];
    file.read_exact(&mut end)?;
    file.rewind()?;
    let length = (DIGEST_BYTES as u32).to_le_bytes();
    let is_frame = end[1..4] == SKIPPED.to_le_bytes()[1..] && end[0] & 0xF0 == 0x50 && end[4..8] == length;
    Ok(is_frame.then(|| end == seal_of(&sum)))
}

/// Sums what is written.
struct Summed<W> {
    inner: W,
    sum: blake3::Hasher,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn append(tar: &mut tar::Builder<impl io::Write>, name: &str, bytes: u64, data: impl Read) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o644);
    // A file cut short while it is copied must not make a backup that looks whole.
    let mut counted = CountDown { inner: data.take(bytes), left: bytes };
    tar.append_data(&mut header, name, &mut counted)?;
    if counted.left > 0 {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, format!("{name} was cut short")));
    }
    Ok(())
}

/// Makes an archive out of a backup: unpacked beside, checked, then switched to in one act.
///
/// # Errors
///
/// Where the backup is damaged or no backup, where another process writes the archive, and, unless
/// `replace` is set, where there is an archive already. What is served then stays untouched.
pub fn restore(from: &Path, root: &Path, replace: bool, tell: &dyn Fn(u64, u64)) -> Result<Backup, Error> {
    let read = |source| Error::Io { path: from.to_owned(), source };
    let file = File::open(from).map_err(read)?;
    if !replace && side::index_dir(root).join(META).exists() {
        return Err(Error::Exists(root.to_owned()));
    }
    let lock = take_lock(root)?;
    let beside = root.join(format!("restore-{}", std::process::id()));
    let _ = fs::remove_dir_all(&beside);
    let done = unpack(from, file, &beside, tell).and_then(|made| {
        take_over(from, &beside, root)?;
        Ok(made)
    });
    let _ = fs::remove_dir_all(&beside);
    drop(lock);
    done
}

fn unpack(from: &Path, mut file: File, beside: &Path, tell: &dyn Fn(u64, u64)) -> Result<Backup, Error> {
    let damaged = |what: String| Error::Damaged { path: from.to_owned(), what };
    let bad = |e: io::Error| damaged(format!("it can't be unpacked: {e}"));
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    let as_sealed = is_as_sealed(&mut file).map_err(io(from))?;
    if as_sealed == Some(false) {
        return Err(damaged("its bytes are not those that were written".to_owned()));
    }
    let mut tar = tar::Archive::new(zstd::Decoder::new(file).map_err(bad)?);
    let mut head: Option<Backup> = None;
    let (mut files, mut bytes) = (0, 0);
    for folder in FOLDERS {
        fs::create_dir_all(beside.join(folder)).map_err(io(beside))?;
    }
    for entry in tar.entries().map_err(bad)? {
        let mut entry = entry.map_err(bad)?;
        let name = entry.path().map_err(bad)?.into_owned();
        let Some(made) = &head else {
            if name != Path::new(HEAD) {
                return Err(damaged("it is no backup of an archive".to_owned()));
            }
            let made: Backup = serde_json::from_reader(&mut entry).map_err(|e| damaged(e.to_string()))?;
            if made.version != VERSION {
                return Err(damaged(format!("made in form {}, this baoku reads {VERSION}", made.version)));
            }
            head = Some(made);
            continue;
        };
        let parts: Vec<Component<'_>> = name.components().collect();
        let plain = match parts.as_slice() {
            [Component::Normal(folder), Component::Normal(_)] => FOLDERS.iter().any(|known| folder == known),
            [Component::Normal(file)] => *file == SAVED,
            _ => false,
        };
        if !plain {
            return Err(damaged(format!("it holds {}, which is no file of an archive", name.display())));
        }
        let path = beside.join(&name);
        let mut out = File::create(&path).map_err(io(&path))?;
        let mut buffer = vec![0; 1 << 18];
        loop {
            let got = entry.read(&mut buffer).map_err(bad)?;
            if got == 0 {
                break;
            }
            out.write_all(buffer.get(..got).unwrap_or_default()).map_err(io(&path))?;
            bytes += got as u64;
            tell(bytes, made.bytes);
        }
        out.sync_all().map_err(io(&path))?;
        files += 1;
    }
    // To the end: behind the last file stands the checksum of the whole.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(bad)?;
    match head {
        Some(made) if made.sealed && as_sealed.is_none() => Err(damaged("its end is missing".to_owned())),
        Some(made) if made.files == files && made.bytes == bytes => Ok(made),
        Some(made) => Err(damaged(format!("{files} files are there of {}", made.files))),
        None => Err(damaged("it is empty".to_owned())),
    }
}

/// Checks what was unpacked, then makes it the state that is served.
fn take_over(from: &Path, beside: &Path, root: &Path) -> Result<(), Error> {
    let damaged = |what: String| Error::Damaged { path: from.to_owned(), what };
    if let Some((file, what)) = audit_files(beside, &|_| {})?.damaged.into_iter().next() {
        return Err(damaged(format!("{file}: {what}")));
    }
    let new = open(beside)?;
    let (generation, engine) = (new.generation.clone(), new.engine_files().clone());
    drop(new);
    let moved = |name: PathBuf| {
        let to = root.join(&name);
        fs::rename(beside.join(&name), &to).map_err(|source| Error::Io { path: to, source })
    };
    for folder in FOLDERS {
        let dir = root.join(folder);
        fs::create_dir_all(&dir).map_err(|source| Error::Io { path: dir.clone(), source })?;
        for entry in fs::read_dir(beside.join(folder)).into_iter().flatten().flatten() {
            let name = Path::new(folder).join(entry.file_name());
            if name != Path::new("index").join(META) {
                moved(name)?;
            }
        }
        side::sync_folder(&dir)?;
    }
    if beside.join(SAVED).exists() {
        moved(PathBuf::from(SAVED))?;
    }
    moved(Path::new("index").join(META))?;
    side::sync_folder(&side::index_dir(root))?;
    sweep_state(root, &generation, &engine);
    Ok(())
}

/// Counts down what is read.
struct CountDown<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for CountDown<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.left -= got as u64;
        Ok(got)
    }
}
