//! The lock of an archive: one process writes, all others read.

use std::fs::{self, File, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

use super::format::Error;

/// How long it is waited for the lock of an archive.
const PATIENCE: Duration = Duration::from_millis(200);

/// Takes the lock of an archive, makes its folder where it is missing.
///
/// # Errors
///
/// [`Error::Busy`] where another process has it and keeps it.
pub(super) fn take_lock(root: &Path) -> Result<File, Error> {
    let io = |source| Error::Io { path: root.to_owned(), source };
    fs::create_dir_all(root).map_err(io)?;
    let path = root.join("lock");
    let lock = File::create(&path).map_err(|source| Error::Io { path, source })?;
    let patient_until = Instant::now() + PATIENCE;
    loop {
        match lock.try_lock() {
            Ok(()) => break,
            // A process that another thread is starting has the lock until it has become a program of its own.
            Err(TryLockError::WouldBlock) if Instant::now() < patient_until => {
                std::thread::sleep(PATIENCE / 10)
            }
            Err(TryLockError::WouldBlock) => return Err(Error::Busy(root.to_owned())),
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
    }
    // Whoever left these behind has no lock any more.
    for entry in fs::read_dir(root).map_err(io)?.flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with("restore-")) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(lock)
}
