//! Notices that another process wrote the archive, and serves the new state.
//!
//! A request under way keeps the archive it began with; the next one gets the new one, already
//! warm. Where the new state can't be opened the old one goes on being served.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::state::State;
use crate::cluster::{Cluster, Store};
use crate::search::Archive;

/// How often the archive's folder is looked at.
const LOOK_SECONDS: u64 = 2;
/// How often a cluster is asked.
const ASK_SECONDS: u64 = 5;

/// Looks at the archive from now on, on a thread of its own that ends with the process.
pub(super) fn start(state: State) -> std::io::Result<()> {
    std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
        // What the first question would otherwise wait for.
        state.archive().warm();
        let root = match state.archive() {
            Store::Folder(archive) => archive.index().root.clone(),
            Store::Cluster(cluster) => asked(&state, cluster),
        };
        folder(&state, &root)
    })?;
    Ok(())
}

fn folder(state: &State, root: &Path) -> ! {
    let mut seen = archive_stamp(root);
    loop {
        std::thread::sleep(Duration::from_secs(LOOK_SECONDS));
        let now = archive_stamp(root);
        if now == seen {
            continue;
        }
        match Archive::open(root) {
            Ok(archive) => {
                seen = now;
                if archive.generation() != state.archive().generation() {
                    renew(state, archive.into());
                }
            }
            // Perhaps it is being made anew; the next look tells.
            Err(e) => tracing::warn!(error = %e, "the new state of the archive can't be opened"),
        }
    }
}

fn asked(state: &State, mut served: Cluster) -> ! {
    let mut away = false;
    loop {
        std::thread::sleep(Duration::from_secs(ASK_SECONDS));
        match served.again() {
            Ok(now) => {
                if !now.is_same(&served) {
                    served = now.clone();
                    renew(state, now.into());
                }
                away = false;
            }
            // Asked again and again, told once; what is asked meanwhile is told so too.
            Err(e) if !away => {
                tracing::warn!(error = %e, "the cluster does not tell which state it has");
                away = true;
            }
            Err(_) => {}
        }
    }
}

fn renew(state: &State, archive: Store) {
    archive.warm();
    let generation = archive.generation();
    tracing::info!(
        generation = generation.number,
        articles = generation.articles,
        "a new state of the archive is served"
    );
    state.replace(archive);
}

/// When the file that names the current state was written.
pub(crate) fn archive_stamp(root: &Path) -> Option<(SystemTime, u64)> {
    let meta = std::fs::metadata(root.join("index").join("meta.json")).ok()?;
    Some((meta.modified().ok()?, meta.len()))
}
