//! People and posts in any text: spans lie in the text, in order, on the borders of characters.
#![no_main]

use baoku::people::{NameBook, mentions};

thread_local! {
    static BOOK: NameBook = NameBook::default();
}

libfuzzer_sys::fuzz_target!(|text: &str| BOOK.with(|book| {
    for mention in mentions(text, book) {
        assert!(text.get(mention.span.start..mention.span.end).is_some_and(|name| !name.is_empty()));
    }
}));
