//! Ready articles as one JSON document.
#![no_main]

use std::cell::RefCell;

use baoku::ingest::Format;
use baoku_fuzz::Source;

thread_local! {
    static SOURCE: RefCell<Source> = RefCell::new(Source::new("01.json", "[{\"headline\": \"甲\"}]", Format::Json));
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| SOURCE.with_borrow_mut(|source| source.articles(data)));
