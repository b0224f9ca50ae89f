//! Pages of Markdown and plain text in any encoding; a form feed begins the next page of the issue.
#![no_main]

use std::cell::RefCell;

use baoku::ingest::Format;
use baoku_fuzz::{Source, cut, laid_out};

thread_local! {
    static SOURCE: RefCell<Source> = RefCell::new(Source::new("01.md", "甲", Format::Text));
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| SOURCE.with_borrow_mut(|source| {
    let mut pages = Vec::new();
    for (i, part) in cut(data).enumerate() {
        for mut page in source.pages(part) {
            page.source = format!("2031-03-18/{:02}.md", i + 1);
            page.facts.page = Some((i + 1).to_string());
            pages.push(page);
        }
    }
    laid_out(&pages);
}));
