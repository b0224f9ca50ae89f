//! `corrections.toml`, with articles that its entries may be about.
#![no_main]

use baoku::correct::Corrections;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut corrections = Corrections::default();
    corrections.add("corrections.toml", text);
    for entry in corrections.entries() {
        assert!(!format!("{entry:?}").is_empty());
    }
    assert_eq!(corrections.is_empty(), corrections.entries().is_empty());
    corrections.ids().for_each(|id| assert!(corrections.of_article(id).count() > 0));
});
