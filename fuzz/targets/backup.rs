//! Backups: the file is refused whole, or its archive is sound. An input is unpacked form where its
//! first byte is odd: what stands behind it is packed first.
#![no_main]

use std::fs;

use baoku::index::restore;
use tempfile::TempDir;

thread_local! {
    static PLACE: TempDir = baoku_fuzz::folder();
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| PLACE.with(|place| {
    let Some((packed, data)) = data.split_first() else { return };
    let file = place.path().join("backup");
    let bytes = if packed % 2 == 1 { zstd::encode_all(data, 1).expect("in memory") } else { data.to_vec() };
    fs::write(&file, bytes).expect("a file in memory");
    let root = place.path().join("archive");
    if restore(&file, &root, true, &|_, _| {}).is_ok() {
        assert!(baoku::search::Archive::open(&root).is_ok(), "what was restored opens");
        fs::remove_dir_all(&root).expect("it is there");
    }
    // Nothing is written anywhere else.
    let beside: Vec<_> = fs::read_dir(place.path()).expect("it is there").flatten().collect();
    assert!(beside.len() <= 2, "{beside:?}");
}));
