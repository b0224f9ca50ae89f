//! A METS file beside the pages that it tells about.
#![no_main]

use std::cell::RefCell;

use baoku_fuzz::Source;

thread_local! {
    static SOURCE: RefCell<Source> =
        RefCell::new(Source::beside(include_str!("../seeds/mets/mets.xml")));
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let pages = SOURCE.with_borrow_mut(|source| source.pages(data));
    assert_eq!(pages.len(), 1);
});
