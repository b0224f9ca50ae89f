//! A disk that fails: every call that writes, syncs, renames or opens a file of the archive fails once
//! at each of its places. Then there is a clear error, the archive is the old state or the new one,
//! and the same command again completes the work.
//!
//! The failing disk is a small library in C between the program and the system's (`shim.c`), so that
//! the program needs no hook for it. Without a C compiler these tests are skipped, and say so.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use baoku::pipeline::verify;

use crate::crash::{Deed, Paper, state};
use crate::support::{Draw, Ran, baoku_on, command, folder, top};

/// Error numbers of Linux.
const EIO: i32 = 5;
const ENOSPC: i32 = 28;
const EMFILE: i32 = 24;

/// The failing disk, compiled once for all tests of a run.
fn shim() -> Option<&'static Path> {
    static SHIM: OnceLock<Option<PathBuf>> = OnceLock::new();
    SHIM.get_or_init(|| {
        let made = folder().keep().join("shim.so");
        let cc = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
        let mut compiler = Command::new(cc);
        compiler.args(["-O1", "-shared", "-fPIC", "-o"]).arg(&made);
        compiler.arg(top().join("tests/it/faults/shim.c")).arg("-ldl");
        let compiled = cfg!(target_os = "linux") && compiler.status().is_ok_and(|status| status.success());
        if !compiled {
            assert!(std::env::var_os("CI").is_none(), "in CI there is Linux and a C compiler");
            eprintln!("SKIPPED: no C compiler here, no failing disk was tried");
        }
        compiled.then_some(made)
    })
    .as_deref()
}

/// Where and how the disk fails.
#[derive(Debug, Clone, Copy)]
struct Fault {
    call: &'static str,
    /// The how manyeth call, from 1; 0 for none.
    at: usize,
    /// Without one a write is cut short.
    error: Option<i32>,
    /// All calls from there on fail.
    lasting: bool,
}

/// Runs a command on a failing disk; gives how many calls there were, and how many failed.
fn faulty(shim: &Path, paper: &Paper, archive: &Path, args: &[String], fault: Fault) -> (Ran, usize, usize) {
    let count = paper.path("count");
    let _ = fs::remove_file(&count);
    let mut run = command(args);
    run.env("BAOKU_ARCHIVE", archive).env("LD_PRELOAD", shim);
    // The archive and backups; what can't be read of the sources is told and is no error.
    let under = ["archive", "backup", "other.backup"].map(|name| paper.path(name).display().to_string());
    run.env("FAULT_UNDER", under.join(":")).env("FAULT_CALL", fault.call);
    run.env("FAULT_AT", fault.at.to_string()).env("FAULT_COUNT", &count);
    if let Some(number) = fault.error {
        run.env("FAULT_ERRNO", number.to_string());
    }
    if fault.lasting {
        run.env("FAULT_LASTING", "1");
    }
    let ran = Ran::of(run.output().unwrap());
    let counted = fs::read_to_string(&count).unwrap_or_default();
    let mut numbers = counted.split_whitespace().map(|n| n.parse().unwrap());
    (ran, numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// One fault and what must hold afterwards; gives the number of calls that failed.
fn one(shim: &Path, paper: &Paper, deed: Deed, after: &crate::crash::State, fault: Fault) -> usize {
    let (archive, args) = paper.lay_out(deed);
    let (ran, _, failed) = faulty(shim, paper, &archive, &args, fault);
    let place = format!("{deed:?} with {fault:?}");
    if failed > 0 && fault.error.is_some() && ran.code != 0 {
        assert_eq!(ran.code, 2, "{place}: {}", ran.err);
        assert!(ran.err.contains("error: "), "{place}: {}", ran.err);
    }
    assert!(!ran.err.contains("panicked"), "{place}: {}", ran.err);
    if ran.code == 0 {
        // What was done in spite of it is done.
        assert!(state(&archive) == *after, "{place}: it says that it is done");
        assert!(deed != Deed::Backup || paper.path("backup").exists(), "{place}");
    }
    paper.holds(deed, after, &archive, &args, &place);
    failed
}

const CALLS: [(&str, &[Option<i32>]); 8] = [
    ("write", &[Some(ENOSPC), Some(EIO), None]),
    ("sync", &[Some(EIO)]),
    ("rename", &[Some(EIO)]),
    ("create", &[Some(ENOSPC), Some(EMFILE)]),
    ("open", &[Some(EIO), Some(EMFILE)]),
    ("mkdir", &[Some(ENOSPC)]),
    ("read", &[Some(EIO)]),
    ("map", &[Some(EIO)]),
];

/// Draws `share` faults of a deed and a kind of call, or takes every place.
fn faults(share: Option<usize>, deeds: &[Deed], seed: u64) {
    let Some(shim) = shim() else { return };
    let paper = Paper::new(2);
    let mut draw = Draw::seeded(seed);
    let mut told = Vec::new();
    for &deed in deeds {
        let after = paper.done(deed);
        for (call, errors) in CALLS {
            let (archive, args) = paper.lay_out(deed);
            let none = Fault { call, at: 0, error: None, lasting: false };
            let (ran, places, _) = faulty(shim, &paper, &archive, &args, none);
            ran.ended(0);
            let mut failed = 0;
            let chosen: Vec<usize> = match share {
                None => (1..=places).collect(),
                Some(share) => (0..share.min(places)).map(|_| 1 + draw.below(places)).collect(),
            };
            for at in chosen {
                let error = *draw.of(errors);
                let lasting = error.is_some() && draw.below(3) == 0;
                failed += one(shim, &paper, deed, &after, Fault { call, at, error, lasting });
            }
            told.push(format!("{deed:?} {call} {failed} at {places} places"));
        }
    }
    println!("calls that failed: {}", told.join(", "));
}

#[test]
fn a_failing_disk_is_a_clear_error_and_costs_nothing() {
    let deeds = [Deed::FirstIndex, Deed::Update, Deed::Optimize, Deed::Backup, Deed::Restore, Deed::Rebuild];
    faults(Some(1), &deeds, 5);
}

#[test]
#[ignore = "takes long: .ci/long"]
fn a_disk_that_fails_at_every_place_is_a_clear_error_and_costs_nothing() {
    let seed = std::env::var("BAOKU_SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    faults(None, &Deed::ALL, seed);
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
        let (archive, _) = paper.lay_out(Deed::Update);
        let out = run(&archive, blocks, &paper.path("pages"));
        let told = String::from_utf8_lossy(&out.stderr).into_owned();
        if out.status.success() {
            assert!(state(&archive) == paper.changed);
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
        assert!(state(&archive) == paper.changed);
    }
    assert!(failed >= 5, "only {failed} runs met the limit");
}
