//! What the system says of this process's memory.

use serde::Serialize;

/// Memory of a process, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// The most that was resident so far.
    pub peak_bytes: u64,
    /// Resident now; pages of the archive's mapped files count, and the system takes them back when
    /// it needs them.
    pub resident_bytes: u64,
    /// Resident now and no part of a file.
    pub own_bytes: u64,
}

/// The memory of this process, where the system tells (Linux).
pub(super) fn of_this_process() -> Option<Memory> {
    of_status(&std::fs::read_to_string("/proc/self/status").ok()?)
}

fn of_status(status: &str) -> Option<Memory> {
    let bytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb * 1024)
    };
    Some(Memory {
        peak_bytes: bytes("VmHWM")?,
        resident_bytes: bytes("VmRSS")?,
        own_bytes: bytes("RssAnon")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_tells_is_read_in_bytes() {
        let status = "Name:\tbaoku\nVmHWM:\t    2048 kB\nVmRSS:\t 1024 kB\nRssAnon:\t       3 kB\n";
        let memory = Memory { peak_bytes: 2 << 20, resident_bytes: 1 << 20, own_bytes: 3 << 10 };
        assert_eq!(of_status(status), Some(memory));
        assert_eq!(of_status("Name:\tbaoku\n"), None);
    }
}
