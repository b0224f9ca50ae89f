//! Runs the built command and watches its memory.

// Growth uses a part of it.
#![allow(dead_code)]

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Result;

/// A run that ended well.
pub(crate) struct Ran {
    pub(crate) seconds: f64,
    /// The most that was resident, looked at every few milliseconds; the system keeps the maximum, so
    /// only the very end can be missed. 0 where it does not tell.
    pub(crate) peak_bytes: u64,
    /// The most of it that no file stands behind, as far as was seen: pages of the index that are only
    /// read are the system's to give back.
    pub(crate) own_peak_bytes: u64,
    pub(crate) out: Vec<u8>,
}

/// Runs a command to its end.
pub(crate) fn run(program: &Path, args: &[&OsStr]) -> Result<Ran> {
    let place = tempfile::tempdir()?;
    let (out, err) = (place.path().join("out"), place.path().join("err"));
    let started = Instant::now();
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&out)?)
        .stderr(std::fs::File::create(&err)?)
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let (mut peak_bytes, mut own_peak_bytes) = (0, 0);
    let ended = loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            peak_bytes = kb(&text, "VmHWM:").map_or(peak_bytes, |kb| kb * 1024);
            own_peak_bytes = kb(&text, "RssAnon:").map_or(0, |kb| kb * 1024).max(own_peak_bytes);
        }
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        // Seldom enough not to be measured, often enough for a run of a tenth of a second.
        std::thread::sleep(Duration::from_millis(3));
    };
    let seconds = started.elapsed().as_secs_f64();
    if !ended.success() {
        return Err(format!("{}: {}", program.display(), std::fs::read_to_string(&err)?).into());
    }
    Ok(Ran { seconds, peak_bytes, own_peak_bytes, out: std::fs::read(&out)? })
}

/// Runs a command to its end without a look at what it says; gives its exit code.
pub(crate) fn quietly(program: &Path, args: &[&OsStr]) -> Result<Option<i32>> {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command.status()?.code())
}

/// The most that was resident of a running process, in bytes; 0 where the system does not tell.
pub(crate) fn peak_bytes(child: &std::process::Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    status.ok().and_then(|text| kb(&text, "VmHWM:")).map_or(0, |kb| kb * 1024)
}

fn kb(status: &str, member: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(member))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Bytes of all files in a folder.
pub(crate) fn bytes_of(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(0) };
    for entry in entries {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() { bytes_of(&entry.path())? } else { meta.len() };
    }
    Ok(bytes)
}
