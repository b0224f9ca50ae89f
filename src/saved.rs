//! Keeps questions under a name with the archive, and tells what came in since the last look.
//!
//! They live in `saved.json` in the archive's folder, which an indexer neither reads nor writes:
//! they outlast every rebuild. What was seen is remembered by the articles' ids, so an article that
//! is read again is no news.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::index::{Error, SAVED};
use crate::search::{Archive, Hit, Request};

/// Version of the file this build writes, and the latest it reads. Version 1 had no checksum.
const VERSION: u32 = 2;
/// Longest name, in characters.
pub const NAME_CHARS_MAX: usize = 64;

/// A question kept under a name (保存的检索).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Saved {
    /// Its name.
    pub name: String,
    /// The question as typed.
    pub query: String,
    /// Quoted runs match only as printed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub literal: bool,
}

/// What the file holds of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    saved: Saved,
    /// The articles that were told, or stood there before the question: their ids' numbers.
    seen: BTreeSet<u64>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Document {
    version: u32,
    questions: Vec<Entry>,
    /// BLAKE3 of the questions as they are written here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checksum: Option<String>,
}

impl Document {
    fn sum(&self) -> serde_json::Result<String> {
        Ok(blake3::hash(&serde_json::to_vec(&self.questions)?).to_hex().to_string())
    }
}

/// What came in for a question since the last look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Alert {
    /// The question's name.
    pub name: String,
    /// The question as typed.
    pub query: String,
    /// Articles that answer it, all of them.
    pub total: u64,
    /// Those that came in, newest issue first.
    pub new: Vec<Hit>,
}

/// Why a question could not be kept or told.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The name is taken.
    #[error("{0}: a question of this name is saved already")]
    Taken(String),
    /// There is no question of the name.
    #[error("{0}: no question of this name is saved")]
    Unknown(String),
    /// The name can't be one.
    #[error("{0:?}: a name has 1 to {NAME_CHARS_MAX} characters and no control characters")]
    BadName(String),
    /// The file can't be read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file was not written by this program, or by a later one.
    #[error("{}: {what}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
    /// The archive can't be read.
    #[error(transparent)]
    Archive(#[from] Error),
}

impl Trouble {
    /// What can be done about it, where something can.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Taken(_) => Some("replace it with --replace, or choose another name".to_owned()),
            Self::Unknown(_) => Some("baoku saved lists the names".to_owned()),
            Self::Damaged { .. } => Some("put the file aside and save the questions again".to_owned()),
            Self::Archive(e) => e.hint(),
            Self::BadName(_) | Self::Io { .. } => None,
        }
    }
}

/// The saved questions of an archive.
#[derive(Debug, Clone)]
pub struct Shelf {
    root: PathBuf,
}

impl Shelf {
    /// The shelf of the archive in a folder; reads nothing yet.
    #[must_use]
    pub fn of(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    fn path(&self) -> PathBuf {
        self.root.join(SAVED)
    }

    /// The questions, in the order saved.
    ///
    /// # Errors
    ///
    /// Where the file is there and can't be read.
    pub fn list(&self) -> Result<Vec<Saved>, Trouble> {
        Ok(self.read()?.questions.into_iter().map(|entry| entry.saved).collect())
    }

    /// Keeps a question. What answers it now is no news later.
    ///
    /// # Errors
    ///
    /// Where the name is taken and not to be replaced, or the file can't be written.
    pub fn save(&self, archive: &Archive, saved: Saved, replace: bool) -> Result<u64, Trouble> {
        let name = &saved.name;
        let chars = name.chars().count();
        if name.trim().is_empty() || chars > NAME_CHARS_MAX || name.contains(char::is_control) {
            return Err(Trouble::BadName(saved.name));
        }
        let all = archive.id_keys(&request(&saved)).map_err(Trouble::Archive)?;
        let total = all.len() as u64;
        self.change(|document| {
            let entry = Entry { seen: all.into_iter().collect(), saved };
            match document.questions.iter_mut().find(|e| e.saved.name == entry.saved.name) {
                Some(_) if !replace => return Err(Trouble::Taken(entry.saved.name)),
                Some(place) => *place = entry,
                None => document.questions.push(entry),
            }
            Ok(total)
        })
    }

    /// Forgets a question.
    ///
    /// # Errors
    ///
    /// Where there is none of the name, or the file can't be written.
    pub fn remove(&self, name: &str) -> Result<Saved, Trouble> {
        self.change(|document| {
            let at = document.questions.iter().position(|e| e.saved.name == name);
            let at = at.ok_or_else(|| Trouble::Unknown(name.to_owned()))?;
            Ok(document.questions.remove(at).saved)
        })
    }

    /// What came in since the last look for the questions of these names (none means all), in the
    /// order saved; unless `peek`, it counts as seen from now on.
    ///
    /// # Errors
    ///
    /// Where a name is not known, or the archive or the file can't be read or written.
    pub fn alerts(&self, archive: &Archive, names: &[String], peek: bool) -> Result<Vec<Alert>, Trouble> {
        if peek {
            return look(archive, &mut self.read()?, names);
        }
        self.change(|document| look(archive, document, names))
    }

    fn read(&self) -> Result<Document, Trouble> {
        let path = self.path();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Document::default()),
            Err(source) => return Err(Trouble::Io { path, source }),
        };
        let document: Document = match serde_json::from_slice(&text) {
            Ok(document) => document,
            Err(e) => return Err(Trouble::Damaged { path, what: format!("not what was written: {e}") }),
        };
        let what = match (document.version, &document.checksum) {
            (1, None) => return Ok(document),
            (VERSION, Some(sum)) if document.sum().is_ok_and(|of| of == *sum) => return Ok(document),
            (0..=VERSION, _) => "checksum differs".to_owned(),
            (later, _) => format!("written by a later baoku (version {later})"),
        };
        Err(Trouble::Damaged { path, what })
    }

    /// Reads the file, changes it and writes it as a whole; one process after the other.
    fn change<T>(&self, change: impl FnOnce(&mut Document) -> Result<T, Trouble>) -> Result<T, Trouble> {
        let path = self.path();
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| Trouble::Io { path, source }
        };
        let lock_path = self.root.join("saved.lock");
        let lock = File::create(&lock_path).map_err(io(&lock_path))?;
        // Released by the system when the process ends, however it ends.
        lock.lock().map_err(io(&lock_path))?;
        let mut document = self.read()?;
        let done = change(&mut document)?;
        document.version = VERSION;
        let bad = |e: serde_json::Error| Trouble::Damaged { path: path.clone(), what: e.to_string() };
        document.checksum = Some(document.sum().map_err(bad)?);
        let text = serde_json::to_vec(&document).map_err(bad)?;
        let fresh = self.root.join("saved.json.new");
        let mut file = File::create(&fresh).map_err(io(&fresh))?;
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(io(&fresh))?;
        fs::rename(&fresh, &path).map_err(io(&path))?;
        File::open(&self.root).and_then(|folder| folder.sync_all()).map_err(io(&self.root))?;
        Ok(done)
    }
}

fn request(saved: &Saved) -> Request {
    Request { as_printed: saved.literal, all_words: true, ..Request::new(&saved.query) }
}

fn look(archive: &Archive, document: &mut Document, names: &[String]) -> Result<Vec<Alert>, Trouble> {
    for name in names {
        if !document.questions.iter().any(|e| e.saved.name == *name) {
            return Err(Trouble::Unknown(name.clone()));
        }
    }
    let mut alerts = Vec::new();
    for entry in &mut document.questions {
        if !names.is_empty() && !names.contains(&entry.saved.name) {
            continue;
        }
        let (new, all) = archive.unseen(&request(&entry.saved), &entry.seen).map_err(Trouble::Archive)?;
        // Ids that are gone stay: an article that comes back is no news.
        entry.seen.extend(&all);
        alerts.push(Alert {
            name: entry.saved.name.clone(),
            query: entry.saved.query.clone(),
            total: all.len() as u64,
            new,
        });
    }
    Ok(alerts)
}
