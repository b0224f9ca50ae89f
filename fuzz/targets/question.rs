//! Whatever a reader types: parsing what a question prints gives the question again, and a tiny
//! archive answers it.
#![no_main]

use baoku::query::parse;
use baoku::search::{Archive, Request};

thread_local! {
    static ARCHIVE: Archive = {
        let (place, archive) = baoku_fuzz::archive();
        let opened = Archive::open(&archive).expect("the archive opens");
        drop(place.keep());
        opened
    };
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let tree = parse(text).query;
    let printed = tree.to_string();
    assert_eq!(parse(&printed).query, tree, "{printed}");
    ARCHIVE.with(|archive| {
        let mut request = Request::new(text);
        request.explain = text.len() % 5 == 0;
        request.as_printed = text.len() % 7 == 0;
        let answer = archive.search(&request).expect("no question is an error");
        assert!(answer.hits.len() <= 10);
        assert_eq!(archive.count(&request).expect("nor to count"), answer.total.value);
    });
});
