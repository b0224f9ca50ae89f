//! The file of saved questions: listed, or an error; never lost by adding one.
#![no_main]

use std::fs;

use baoku::saved::Shelf;
use tempfile::TempDir;

thread_local! {
    static PLACE: TempDir = baoku_fuzz::folder();
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| PLACE.with(|place| {
    fs::write(place.path().join("saved.json"), data).expect("a file in memory");
    let shelf = Shelf::of(place.path());
    let listed = shelf.list();
    let removed = shelf.remove("桥");
    if listed.is_err() {
        assert!(removed.is_err(), "what can't be read is not written over");
        assert_eq!(fs::read(place.path().join("saved.json")).expect("it is there"), data);
    }
}));
