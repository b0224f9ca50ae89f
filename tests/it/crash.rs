//! Runs that are killed, disks that are full, locks that were left: the archive is the old state or
//! the new one, whole, and the same command again completes the work.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use baoku::pipeline::verify;
use baoku::search::Archive;

use crate::support::{Draw, baoku_on, command, copy, folder, index, issues, stored, top, write};

/// Ids and texts of all articles, and all people.
type State = (BTreeMap<String, String>, u64);

fn state(archive: &Path) -> State {
    let archive = Archive::open(archive).unwrap();
    let articles = stored(&archive).into_iter();
    let texts = articles.map(|a| (a.article.id.clone(), format!("{:?}{:?}", a.article, a.people)));
    (texts.collect(), archive.generation().persons)
}

/// Starts a command and kills it after a while; gives whether it was still at work.
fn killed(archive: &Path, args: &[&str], after: Duration) -> bool {
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

/// A paper in two states and an archive of the first.
struct Paper {
    place: tempfile::TempDir,
    before: State,
    after: State,
}

impl Paper {
    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn new(issue_count: usize) -> Self {
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
        let after = archive(&new, "other");
        Self { place, before, after }
    }

    /// Puts pages and archive as they are before a round.
    fn lay_out(&self, pages: &str, archive: bool) -> PathBuf {
        for name in ["pages", "archive"] {
            let _ = fs::remove_dir_all(self.path(name));
        }
        copy(&self.path(pages), &self.path("pages"));
        if archive {
            copy(&self.path("base"), &self.path("archive"));
        }
        self.path("archive")
    }

    /// One run that is killed somewhere, and what must hold afterwards.
    fn round(&self, kind: &str, after: Duration) -> bool {
        let first = kind == "first index";
        let archive = self.lay_out(if first || kind == "update" { "new" } else { "old" }, !first);
        let (pages, backup) = (self.path("pages"), self.path("backup"));
        let _ = fs::remove_file(&backup);
        let (pages, backup) = (pages.to_str().unwrap(), backup.to_str().unwrap());
        let args: Vec<&str> = match kind {
            "first index" | "update" => vec!["index", pages],
            "removal" => {
                for entry in fs::read_dir(pages).unwrap().skip(1) {
                    fs::remove_dir_all(entry.unwrap().path()).unwrap();
                }
                vec!["index", pages]
            }
            "rebuild" => vec!["index", "--rebuild"],
            "optimize" => vec!["optimize"],
            "backup" => vec!["backup", backup],
            other => panic!("{other}"),
        };
        let killed = killed(&archive, &args, after);
        let place = format!("{kind} killed after {after:?}");
        if first && !archive.join("index/meta.json").exists() {
            assert!(Archive::open(&archive).is_err(), "{place}");
        } else {
            let now = state(&archive);
            let removed = kind == "removal" && now.0.len() < self.before.0.len();
            assert!(
                now == self.before || now == self.after || removed,
                "{place}: neither the old state nor the new"
            );
            let checked = verify(&archive, false, &|_, _, _| {}).unwrap();
            assert!(checked.sound, "{place}: {:?}", checked.findings);
        }
        if kind == "backup" && Path::new(backup).exists() {
            let restored = self.path("restored");
            let _ = fs::remove_dir_all(&restored);
            baoku_on(&restored, &["restore", backup]).ended(0);
            assert_eq!(state(&restored), self.before, "a backup that is there is whole");
        }
        let again = baoku_on(&archive, &args).ended(0);
        assert!(!again.err.contains("error"), "{place}: {}", again.err);
        if first || kind == "update" {
            assert!(state(&archive) == self.after, "{place}: the same command completes the work");
        }
        let checked = verify(&archive, false, &|_, _, _| {}).unwrap();
        assert!(checked.sound && checked.notes.is_empty(), "{place}: {checked:?}");
        killed
    }
}

const KINDS: [&str; 6] = ["first index", "update", "removal", "optimize", "backup", "rebuild"];

fn rounds(count: usize, issue_count: usize, seed: u64) {
    let paper = Paper::new(issue_count);
    let mut draw = Draw::seeded(seed);
    let mut at_work = 0;
    // How long a whole run takes here and now.
    let times: Vec<Duration> = KINDS
        .iter()
        .map(|kind| {
            let started = Instant::now();
            paper.round(kind, Duration::ZERO);
            started.elapsed()
        })
        .collect();
    for round in 0..count {
        let kind = round % KINDS.len();
        let micros = u64::try_from(times[kind].as_micros()).unwrap() / 2;
        let after = Duration::from_micros(draw.next() % micros.max(1));
        at_work += usize::from(paper.round(KINDS[kind], after));
    }
    println!("{count} rounds, {at_work} killed at work");
}

#[test]
fn a_killed_run_leaves_the_old_state_or_the_new_one() {
    rounds(24, 3, 7);
}

#[test]
#[ignore = "takes long: .ci/long"]
fn many_killed_runs_leave_the_old_state_or_the_new_one() {
    let count = std::env::var("BAOKU_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(500);
    rounds(count, 6, 8);
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_is_an_error_and_the_served_state_stays() {
    let paper = Paper::new(3);
    let run = |archive: &Path, blocks: usize, pages: &Path| {
        // Files may not grow beyond a size; the signal for it is ignored, so that writing fails.
        let shell = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let mut command = std::process::Command::new("sh");
        command.args(["-c", &shell, env!("CARGO_BIN_EXE_baoku"), "index"]).arg(pages);
        command.env("BAOKU_ARCHIVE", archive).env_remove("NO_COLOR").output().unwrap()
    };
    let mut failed = 0;
    for blocks in [0, 1, 2, 5, 10, 25, 60, 150, 400, 1000] {
        let archive = paper.lay_out("new", true);
        let out = run(&archive, blocks, &paper.path("pages"));
        let told = String::from_utf8_lossy(&out.stderr).into_owned();
        if out.status.success() {
            assert!(state(&archive) == paper.after);
        } else {
            failed += 1;
            assert_eq!(out.status.code(), Some(2), "{blocks} blocks: {told}");
            assert!(told.contains("error: ") && !told.contains("panicked"), "{blocks} blocks: {told}");
            assert!(told.contains("make room"), "{blocks} blocks: {told}");
            assert!(state(&archive) == paper.before, "{blocks} blocks");
        }
        let checked = verify(&archive, false, &|_, _, _| {}).unwrap();
        assert!(checked.sound, "{blocks} blocks: {:?}", checked.findings);
        baoku_on(&archive, &["index", paper.path("pages").to_str().unwrap()]).ended(0);
        assert!(state(&archive) == paper.after);
    }
    assert!(failed >= 5, "only {failed} runs met the limit");
}

#[test]
fn what_a_killed_run_leaves_behind_hinders_nobody() {
    let paper = Paper::new(2);
    let archive = paper.lay_out("new", true);
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
    assert!(state(&archive) == paper.after);
    let checked = verify(&archive, false, &|_, _, _| {}).unwrap();
    assert!(checked.sound && checked.notes.is_empty(), "{checked:?}");
    assert!(!archive.join("restore-1").exists());
}

#[cfg(unix)]
#[test]
fn an_archive_is_served_from_a_folder_that_may_only_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let paper = Paper::new(2);
    let archive = paper.lay_out("old", true);
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
