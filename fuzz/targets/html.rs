//! Article pages of e-papers.
#![no_main]

use std::cell::RefCell;

use baoku::ingest::Format;
use baoku_fuzz::Source;

thread_local! {
    static SOURCE: RefCell<Source> = RefCell::new(Source::new("01.html", "<html/>", Format::Html));
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| SOURCE.with_borrow_mut(|source| source.articles(data)));
