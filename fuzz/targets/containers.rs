//! zip, tar, gz and zst; the first byte says as what the rest is read.
#![no_main]

use std::path::PathBuf;

use baoku::ingest::{Options, survey};
use baoku_fuzz::{folder, limits};
use tempfile::TempDir;

const NAMES: [&str; 7] = ["a.zip", "a.tar", "01.md.gz", "01.md.zst", "a.tar.gz", "a.tar.zst", "a.zip.gz"];

thread_local! {
    static PLACE: (TempDir, Vec<PathBuf>) = {
        let place = folder();
        let files = NAMES.map(|name| place.path().join(name)).to_vec();
        (place, files)
    };
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((which, data)) = data.split_first() else { return };
    PLACE.with(|(_, files)| {
        let file = &files[usize::from(*which) % files.len()];
        std::fs::write(file, data).expect("a file in memory");
        let options = Options { limits: limits(), ..Options::default() };
        let mut bytes = 0;
        for unit in survey(std::slice::from_ref(file), &options).units {
            bytes += unit.read_pages().iter().map(|page| page.text.len()).sum::<usize>();
            unit.articles().flatten().for_each(drop);
            unit.fingerprint().ok();
            for member in &unit.files {
                assert!(!member.path.contains("/../"), "{}", member.path);
            }
        }
        assert!(bytes < 4 * (8 << 20), "{bytes} bytes are more than may be unpacked");
        std::fs::remove_file(file).expect("it was written");
    });
});
