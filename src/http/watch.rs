//! Notices that another process wrote the archive, and serves the new state.
//!
//! A request under way keeps the archive it began with; the next one gets the new one, already
//! warm. Where the new state can't be opened the old one goes on being served.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::state::State;
use crate::search::Archive;

/// How often the archive's folder is looked at.
const LOOK_SECONDS: u64 = 2;

/// Looks at the archive's folder from now on, on a thread of its own that ends with the process.
pub(super) fn start(state: State) -> std::io::Result<()> {
    std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
        let root = state.archive().index().root.clone();
        // What the first question would otherwise wait for.
        state.archive().warm();
        let mut seen = archive_stamp(&root);
        loop {
            std::thread::sleep(Duration::from_secs(LOOK_SECONDS));
            let now = archive_stamp(&root);
            if now == seen {
                continue;
            }
            match Archive::open(&root) {
                Ok(archive) => {
                    seen = now;
                    if archive.generation() != state.archive().generation() {
                        archive.warm();
                        let generation = archive.generation();
                        tracing::info!(
                            generation = generation.number,
                            articles = generation.articles,
                            "a new state of the archive is served"
                        );
                        state.replace(archive);
                    }
                }
                // Perhaps it is being made anew; the next look tells.
                Err(e) => tracing::warn!(error = %e, "the new state of the archive can't be opened"),
            }
        }
    })?;
    Ok(())
}

/// When the file that names the current state was written.
pub(crate) fn archive_stamp(root: &Path) -> Option<(SystemTime, u64)> {
    let meta = std::fs::metadata(root.join("index").join("meta.json")).ok()?;
    Some((meta.modified().ok()?, meta.len()))
}
