//! What the tests share: the tree, the built binary, folders to throw away, the fixture archive,
//! numbers drawn with a seed.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::sync::OnceLock;

use baoku::index::StoredArticle;
use baoku::ingest::Options;
use baoku::paper::TextPart;
use baoku::pipeline::{self, Report};
use baoku::search::Archive;
use baoku::text::fold::fold;
use tempfile::TempDir;

/// The project's top folder; tests run in it, so that paths in answers are the same everywhere.
pub(crate) fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder to throw away, beside what cargo builds.
pub(crate) fn folder() -> TempDir {
    tempfile::Builder::new().prefix("it-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// Writes a file, with the folders above it.
pub(crate) fn write(path: impl AsRef<Path>, text: impl AsRef<[u8]>) {
    let path = path.as_ref();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Copies a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The folders of the fixture archive's issues, relative to the top.
pub(crate) fn issues() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(top().join("fixtures/archive"))
        .unwrap()
        .map(|entry| Path::new("fixtures/archive").join(entry.unwrap().file_name()))
        .collect();
    found.sort();
    found
}

/// A run of the built command.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("the command ended by itself"),
            out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }

    /// The same, after checking how it ended.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "exit code; standard error:\n{}\nstandard output:\n{}",
            self.err, self.out
        );
        self
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).expect("standard output is one JSON document")
    }

    /// Standard output as JSON Lines.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
    }
}

/// The built command in the project's folder, without the environment's own settings.
pub(crate) fn command(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baoku"));
    command.args(args).current_dir(top()).stdin(Stdio::null()).env("COLUMNS", "100");
    for name in ["BAOKU_ARCHIVE", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    command
}

/// Runs the built command to its end.
pub(crate) fn baoku(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ran {
    Ran::of(command(args).output().unwrap())
}

/// Runs the built command on an archive.
pub(crate) fn baoku_on(archive: &Path, args: &[&str]) -> Ran {
    let mut command = command(args);
    Ran::of(command.env("BAOKU_ARCHIVE", archive).output().unwrap())
}

/// Runs the built command with a text on its standard input.
pub(crate) fn baoku_fed(archive: &Path, args: &[&str], input: &str) -> Ran {
    use std::io::Write as _;
    let mut child = command(args)
        .env("BAOKU_ARCHIVE", archive)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

/// Indexes through the library.
pub(crate) fn index(archive: &Path, sources: &[PathBuf]) -> Report {
    pipeline::index(archive, sources, &Options::default(), false, &|_| {}).unwrap()
}

/// The fixture archive, indexed once for all tests of a run.
pub(crate) fn fixture_archive() -> &'static Path {
    static ARCHIVE: OnceLock<PathBuf> = OnceLock::new();
    ARCHIVE.get_or_init(|| {
        let path = shared_folder().join("archive");
        index(&path, &[PathBuf::from("fixtures/archive")]);
        path
    })
}

/// A folder that lives as long as the process; those of runs long past are removed.
fn shared_folder() -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|t| t.elapsed().ok());
        if entry.file_name().to_string_lossy().starts_with("shared-")
            && age.is_some_and(|a| a.as_secs() > 3600)
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    tempfile::Builder::new().prefix("shared-").tempdir_in(all).unwrap().keep()
}

/// Everything an archive stores, ordered by id.
pub(crate) fn stored(archive: &Archive) -> Vec<StoredArticle> {
    let manifest = archive.index().manifest().unwrap();
    let mut all: Vec<StoredArticle> =
        manifest.units.keys().flat_map(|unit| archive.articles_of_unit(unit).unwrap()).collect();
    all.sort_by(|a, b| a.article.id.cmp(&b.article.id));
    assert_eq!(all.len() as u64, archive.generation().articles, "the archive counts what it stores");
    all
}

/// An article as brute force sees it: the folded runs of its parts.
pub(crate) struct Plain {
    pub(crate) id: String,
    pub(crate) runs: Vec<(TextPart, String)>,
    pub(crate) stored: StoredArticle,
}

impl Plain {
    pub(crate) fn all(archive: &Archive) -> Vec<Self> {
        stored(archive)
            .into_iter()
            .map(|stored| Self {
                id: stored.article.id.clone(),
                runs: stored.runs().map(|(part, text)| (part, fold(&text))).collect(),
                stored,
            })
            .collect()
    }

    /// Whether a folded run stands in a part that passes.
    pub(crate) fn has(&self, folded: &str, part: impl Fn(TextPart) -> bool) -> bool {
        self.runs.iter().any(|(p, text)| part(*p) && text.contains(folded))
    }
}

/// Numbers drawn with a seed (splitmix64): the same on every machine.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap()
    }

    /// One of these.
    pub(crate) fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// Where a started server says that it listens, and its standard error, which must be kept open.
pub(crate) fn listening(child: &mut Child) -> (String, BufReader<ChildStderr>) {
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("http://") {
        line.clear();
        assert!(told.read_line(&mut line).unwrap() > 0, "it ended");
    }
    (line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned(), told)
}
