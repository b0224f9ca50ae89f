//! ALTO XML with boxes or without, laid out.
#![no_main]

use std::cell::RefCell;

use baoku::ingest::Format;
use baoku_fuzz::{Source, laid_out};

thread_local! {
    static SOURCE: RefCell<Source> = RefCell::new(Source::new("01.xml", "<alto><Layout/></alto>", Format::Alto));
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| laid_out(&SOURCE.with_borrow_mut(|source| source.pages(data))));
