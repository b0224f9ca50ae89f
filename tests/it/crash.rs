//! Runs that are killed, and locks that were left: the archive is the old state or
//! the new one, whole, and the same command again completes the work.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use baoku::pipeline::verify;
use baoku::search::Archive;

use crate::support::{Draw, Ran, baoku_on, command, copy, folder, index, issues, stored, top, write};

/// Ids and texts of all articles, and all people.
pub(crate) type State = (BTreeMap<String, String>, u64);

pub(crate) fn state(archive: &Path) -> State {
    let archive = Archive::open(archive).unwrap();
    let articles = stored(&archive).into_iter();
    let texts = articles.map(|a| (a.article.id.clone(), format!("{:?}{:?}", a.article, a.people)));
    (texts.collect(), archive.generation().persons)
}

/// Starts a command and kills it after a while; gives whether it was still at work.
fn killed(archive: &Path, args: &[String], after: Duration) -> bool {
    let mut child = command(args)
        .env("BAOKU_ARCHIVE", archive)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(after);
    let at_work = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    at_work
}

/// What is done to an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    FirstIndex,
    Update,
    Removal,
    Corrections,
    Lexicon,
    Optimize,
    Backup,
    Restore,
    Rebuild,
}

impl Deed {
    pub(crate) const ALL: [Self; 9] = [
        Self::FirstIndex,
        Self::Update,
        Self::Removal,
        Self::Corrections,
        Self::Lexicon,
        Self::Optimize,
        Self::Backup,
        Self::Restore,
        Self::Rebuild,
    ];
}

/// A paper that changes, and an archive of how it was before.
pub(crate) struct Paper {
    place: tempfile::TempDir,
    pub(crate) before: State,
    /// What the changed paper gives.
    pub(crate) changed: State,
}

impl Paper {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    pub(crate) fn new(issue_count: usize) -> Self {
        let place = folder();
        let (old, new) = (place.path().join("old"), place.path().join("new"));
        for (nth, issue) in issues().iter().take(issue_count).enumerate() {
            let name = issue.file_name().unwrap();
            copy(&top().join(issue), &old.join(name));
            // The new state lacks an issue, has one more, and one in other words.
            if nth != 1 {
                copy(&top().join(issue), &new.join(name));
            }
        }
        write(
            new.join("2031-03-02/01.md"),
            "# 望江桥今日通车\n\n本报讯（记者孙一鸣）区长白鹭说，望江桥建成通车。\n",
        );
        let changed = new.join("2031-03-18/05.md");
        write(changed, "# 南塘早市搬进新棚\n\n本报讯（记者林夕）区长白鹭看望了南塘早市的摊主。\n");
        let archive = |pages: &Path, name: &str| {
            let archive = place.path().join(name);
            copy(pages, &place.path().join("pages"));
            index(&archive, &[place.path().join("pages")]);
            let state = state(&archive);
            fs::remove_dir_all(place.path().join("pages")).unwrap();
            state
        };
        let before = archive(&old, "base");
        let changed = archive(&new, "other");
        let backup = place.path().join("other.backup");
        baoku_on(&place.path().join("other"), &["backup", backup.to_str().unwrap()]).ended(0);
        Self { place, before, changed }
    }

    /// Puts pages and archive as they are before a deed; gives the archive and the command.
    pub(crate) fn lay_out(&self, deed: Deed) -> (PathBuf, Vec<String>) {
        for name in ["pages", "archive"] {
            let _ = fs::remove_dir_all(self.path(name));
        }
        let (pages, archive) = (self.path("pages"), self.path("archive"));
        let changed = matches!(deed, Deed::FirstIndex | Deed::Update);
        copy(&self.path(if changed { "new" } else { "old" }), &pages);
        if deed != Deed::FirstIndex {
            copy(&self.path("base"), &archive);
        }
        let _ = fs::remove_file(self.path("backup"));
        match deed {
            Deed::Removal => fs::remove_dir_all(pages.join("2031-03-18")).unwrap(),
            Deed::Corrections => {
                let (id, _) = self.before.0.first_key_value().unwrap();
                let corrections = format!("[[article]]\nid = \"{id}\"\nheadline = \"改正后的标题\"\n");
                write(pages.join("corrections.toml"), corrections);
            }
            Deed::Lexicon => write(archive.join("lexicon/names.txt"), "alias 老陆 陆怀舟\n"),
            _ => {}
        }
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let index = || vec!["index".to_owned(), text(&pages)];
        let command = match deed {
            Deed::FirstIndex | Deed::Update | Deed::Removal | Deed::Corrections | Deed::Lexicon => index(),
            Deed::Optimize => vec!["optimize".to_owned()],
            Deed::Backup => vec!["backup".to_owned(), text(&self.path("backup"))],
            Deed::Restore => {
                vec!["restore".to_owned(), "--replace".to_owned(), text(&self.path("other.backup"))]
            }
            Deed::Rebuild => vec!["index".to_owned(), "--rebuild".to_owned()],
        };
        (archive, command)
    }

    /// Does a deed without a disturbance; gives what it leads to.
    pub(crate) fn done(&self, deed: Deed) -> State {
        let (archive, command) = self.lay_out(deed);
        ran(&archive, &command).ended(0);
        let after = state(&archive);
        match deed {
            Deed::FirstIndex | Deed::Update | Deed::Restore => assert!(after == self.changed, "{deed:?}"),
            Deed::Removal | Deed::Corrections => assert!(after != self.before, "{deed:?} changes something"),
            Deed::Optimize | Deed::Backup | Deed::Rebuild => assert!(after == self.before, "{deed:?}"),
            Deed::Lexicon => {}
        }
        after
    }

    /// What must hold once a deed was broken off: the archive is as it was or as it should become,
    /// and the same command again completes the work.
    pub(crate) fn holds(&self, deed: Deed, after: &State, archive: &Path, command: &[String], place: &str) {
        if deed == Deed::FirstIndex && !archive.join("index/meta.json").exists() {
            assert!(Archive::open(archive).is_err(), "{place}");
        } else {
            let now = state(archive);
            assert!(
                (now == self.before && deed != Deed::FirstIndex) || now == *after,
                "{place}: neither the old state nor the new"
            );
            let checked = verify(archive, false, &|_, _, _| {}).unwrap();
            assert!(checked.sound, "{place}: {:?}", checked.findings);
        }
        let backup = self.path("backup");
        if backup.exists() {
            let restored = self.path("restored");
            let _ = fs::remove_dir_all(&restored);
            baoku_on(&restored, &["restore", backup.to_str().unwrap()]).ended(0);
            assert_eq!(state(&restored), self.before, "{place}: a backup that is there is whole");
        }
        let again = ran(archive, command).ended(0);
        assert!(!again.err.contains("error"), "{place}: {}", again.err);
        assert!(state(archive) == *after, "{place}: the same command completes the work");
        let checked = verify(archive, false, &|_, _, _| {}).unwrap();
        assert!(checked.sound && checked.notes.is_empty(), "{place}: {checked:?}");
    }
}

pub(crate) fn ran(archive: &Path, command: &[String]) -> Ran {
    baoku_on(archive, &command.iter().map(String::as_str).collect::<Vec<_>>())
}

fn rounds(count: usize, issue_count: usize, seed: u64) {
    let paper = Paper::new(issue_count);
    let mut draw = Draw::seeded(seed);
    // What a whole run leads to, and how long it takes here and now.
    let whole = Deed::ALL.map(|deed| {
        let started = Instant::now();
        let after = paper.done(deed);
        (deed, after, started.elapsed())
    });
    let mut at_work = BTreeMap::<String, usize>::new();
    for round in 0..count {
        let (deed, after, took) = &whole[round % whole.len()];
        let (archive, command) = paper.lay_out(*deed);
        let micros = u64::try_from(took.as_micros()).unwrap();
        let when = Duration::from_micros(draw.next() % micros.max(1));
        let killed = killed(&archive, &command, when);
        *at_work.entry(format!("{deed:?}")).or_default() += usize::from(killed);
        paper.holds(*deed, after, &archive, &command, &format!("{deed:?} killed after {when:?}"));
    }
    println!("{count} rounds, killed at work: {at_work:?}");
}

#[test]
fn a_killed_run_leaves_the_old_state_or_the_new_one() {
    rounds(27, 3, 7);
}

#[test]
#[ignore = "takes long: .ci/long"]
fn many_killed_runs_leave_the_old_state_or_the_new_one() {
    let count = std::env::var("BAOKU_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(504);
    let seed = std::env::var("BAOKU_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(8);
    rounds(count, 6, seed);
}

#[test]
fn what_a_killed_run_leaves_behind_hinders_nobody() {
    let paper = Paper::new(2);
    let (archive, _) = paper.lay_out(Deed::Update);
    for left in [
        "lock",
        "index/.tantivy-writer.lock",
        "index/.tantivy-meta.lock",
        "index/.new-meta.json",
        "index/0.idx",
    ] {
        write(archive.join(left), "left behind");
    }
    write(archive.join("sources/pack-000002-left.zst"), "half a pack");
    write(archive.join("side/names-000002-left.json.zst"), "half a file");
    write(archive.join("restore-1/index/meta.json"), "half a backup");
    assert!(state(&archive) == paper.before);
    let checked = verify(&archive, false, &|_, _, _| {}).unwrap();
    assert!(checked.sound && checked.notes.len() == 1, "{checked:?}");
    index(&archive, &[paper.path("pages")]);
    assert!(state(&archive) == paper.changed);
    let checked = verify(&archive, false, &|_, _, _| {}).unwrap();
    assert!(checked.sound && checked.notes.is_empty(), "{checked:?}");
    assert!(!archive.join("restore-1").exists());
}

#[cfg(unix)]
#[test]
fn an_archive_is_served_from_a_folder_that_may_only_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let paper = Paper::new(2);
    let (archive, _) = paper.lay_out(Deed::Backup);
    let _ = fs::remove_file(archive.join("lock"));
    let allow = |mode: u32| {
        for folder in ["", "index", "side", "sources"] {
            fs::set_permissions(archive.join(folder), fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    let listing = || -> Vec<String> {
        ["", "index", "side", "sources"]
            .iter()
            .flat_map(|f| fs::read_dir(archive.join(f)).unwrap())
            .map(|e| e.unwrap().path().display().to_string())
            .collect()
    };
    allow(0o555);
    let before = listing();
    for args in [vec!["search", "局长"], vec!["people"], vec!["stats"], vec!["verify", "--full"]] {
        baoku_on(&archive, &args).ended(0);
    }
    let backup = paper.path("backup");
    baoku_on(&archive, &["backup", backup.to_str().unwrap()]).ended(0);
    let after = listing();
    allow(0o755);
    assert_eq!(before, after, "nothing is written by reading");
}
