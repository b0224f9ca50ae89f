//! Counts the instructions of each stage under valgrind's callgrind.
//!
//! The inputs are made natively and on one processor, so that the index that is asked is the same
//! each time; only what a stage does between its marks is counted.

use std::path::Path;
use std::process::{Command, Stdio};

use super::stages;

/// The function whose instructions, and those of all it calls, are counted.
const MARK: &str = "*count_this*";

/// Every stage with its instructions.
pub(crate) fn all() -> Result<Vec<(String, u64)>, String> {
    let told = Command::new("valgrind").arg("--version").stdin(Stdio::null()).output();
    if !told.is_ok_and(|o| o.status.success()) {
        return Err("valgrind is not installed (Debian: apt-get install valgrind)".to_owned());
    }
    let place = tempfile::tempdir().map_err(|e| e.to_string())?;
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let mut prepare = on_one_processor(&own);
    run(prepare.arg("--prepare").arg(place.path()))?;
    let mut out = Vec::new();
    for stage in stages::NAMES {
        out.push(((*stage).to_owned(), one(&own, stage, place.path())?));
    }
    Ok(out)
}

fn one(own: &Path, stage: &str, place: &Path) -> Result<u64, String> {
    let counts = place.join(format!("{stage}.out"));
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--quiet", "--collect-atstart=no", "--cache-sim=no"])
        .arg(format!("--toggle-collect={MARK}"))
        .arg(format!("--callgrind-out-file={}", counts.display()))
        .arg(own)
        .args(["--stage", stage])
        .arg(place)
        .env("RAYON_NUM_THREADS", "1");
    run(&mut valgrind)?;
    let text = std::fs::read_to_string(&counts).map_err(|e| e.to_string())?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals:").or(line.strip_prefix("summary:")));
    let total = total.and_then(|n| n.trim().parse().ok()).filter(|n| *n > 0);
    total.ok_or_else(|| format!("{stage}: callgrind counted nothing"))
}

/// The program, kept to one processor where the system can do that: then one thread writes the index,
/// always in the same order.
fn on_one_processor(program: &Path) -> Command {
    let can = Command::new("taskset").args(["-c", "0", "true"]).stdin(Stdio::null()).output();
    if can.is_ok_and(|o| o.status.success()) {
        let mut command = Command::new("taskset");
        command.args(["-c", "0"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let out = command.stdin(Stdio::null()).output().map_err(|e| e.to_string())?;
    if out.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&out.stderr)))
}

/// What compiled this, and for what: counts of another are other counts, and libraries take other ways
/// where a processor can more.
pub(crate) fn compiler() -> String {
    let rustc = Command::new("rustc").arg("--version").stdin(Stdio::null()).output();
    let version = rustc.ok().map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).unwrap_or_default();
    let version = version.split_whitespace().nth(1).unwrap_or("unknown").to_owned();
    format!("rustc {version} {}{}", std::env::consts::ARCH, vectors())
}

/// The widest vectors that this processor has and valgrind knows.
#[cfg(target_arch = "x86_64")]
fn vectors() -> &'static str {
    if std::is_x86_feature_detected!("avx2") { " avx2" } else { "" }
}

#[cfg(not(target_arch = "x86_64"))]
fn vectors() -> &'static str {
    ""
}
