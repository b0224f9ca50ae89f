//! Removes what killed and failed runs have left behind, and what no state needs any more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::format::Generation;
use super::readonly::{listed_files, stored_generation};
use super::writing::META;
use super::{packs, side};

/// Removes what the state on disk does not need; without a state, what a first run has made.
pub(super) fn sweep_left_over(root: &Path) {
    let dir = side::index_dir(root);
    match dir.join(META).try_exists() {
        Ok(true) => {
            if let (Some(generation), Ok(engine)) = (stored_generation(root), listed_files(root)) {
                sweep_state(root, &generation, &engine);
            }
        }
        Ok(false) => {
            sweep_index(&dir, &BTreeSet::new());
            side::sweep_first(root);
            packs::sweep_first(root);
        }
        // Whoever can't see what is needed removes nothing.
        Err(_) => {}
    }
}

/// Removes all files that do not belong to a state.
pub(super) fn sweep_state(root: &Path, generation: &Generation, engine: &BTreeSet<PathBuf>) {
    side::sweep(root, generation);
    packs::sweep(root, &generation.packs);
    sweep_index(&side::index_dir(root), engine);
}

/// Removes the engine's files that no state needs: what killed and failed runs left behind, and
/// what the state before needed. A file in use elsewhere stays readable for whoever has it open.
pub(super) fn sweep_index(dir: &Path, keep: &BTreeSet<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = PathBuf::from(entry.file_name());
        if name != Path::new(META) && !keep.contains(&name) {
            // A file that can't be removed now is removed by a later run.
            let _ = fs::remove_file(entry.path());
        }
    }
}
