//! What `pdftotext -bbox-layout` prints. No PDF is involved: a script that prints the input stands in
//! for the program. A process an input makes this slow; hOCR goes through the same reader.
#![no_main]

use std::cell::RefCell;
use std::os::unix::fs::PermissionsExt as _;

use baoku::ingest::{Format, Options};
use baoku_fuzz::{Source, laid_out, limits};

thread_local! {
    static SOURCE: RefCell<Source> = RefCell::new(source());
}

fn source() -> Source {
    let program = std::env::temp_dir().join(format!("baoku-fuzz-cat-{}", std::process::id()));
    // The file is the last argument but one, whatever options stand in front.
    let script = "#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\nexec cat \"$1\"\n";
    std::fs::write(&program, script).expect("a script");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("it may be run");
    let options = Options { limits: limits(), pdftotext: Some(program), ..Options::default() };
    let mut source = Source::with("01.pdf", "%PDF-1.4", Format::Pdf, &options);
    let printed = include_bytes!("../seeds/pdf/bbox.xml");
    assert!(source.pages(printed).iter().any(|page| page.text.contains("引水渠")), "the script prints the page");
    source
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| laid_out(&SOURCE.with_borrow_mut(|source| source.pages(data))));
