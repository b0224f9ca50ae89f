//! Files of an archive that say of themselves that they are whole: the list of files, the sources,
//! the names learned, the packed words. The first byte says which of them the input stands for.
//! Opening must give an archive or an error.
#![no_main]

use std::fs;
use std::path::{Path, PathBuf};

use baoku::index::Generation;
use baoku::search::{Archive, Request};
use tempfile::TempDir;

struct Tiny {
    _place: TempDir,
    root: PathBuf,
    meta: serde_json::Value,
    generation: Generation,
}

thread_local! {
    static TINY: Tiny = {
        let (place, root) = baoku_fuzz::archive();
        let generation = Archive::open(&root).expect("the archive opens").generation().clone();
        let sealed = fs::read_to_string(root.join("index/meta.json")).expect("it is there");
        let text = &sealed[..sealed.rfind("blake3:").expect("it is sealed")];
        let meta = serde_json::from_str(text).expect("it is JSON");
        Tiny { _place: place, root, meta, generation }
    };
}

fn seal(root: &Path, text: &[u8]) {
    let mut sealed = text.to_vec();
    sealed.extend(b"\n");
    let digest = blake3::hash(&sealed).to_hex();
    sealed.extend(format!("blake3:{digest}\n").as_bytes());
    fs::write(root.join("index/meta.json"), sealed).expect("a file in memory");
}

/// Puts a side file in the place of another, with the right checksum.
fn side(tiny: &Tiny, which: usize, bytes: &[u8]) {
    let mut generation = tiny.generation.clone();
    let place = match which {
        0 => &mut generation.manifest,
        1 => &mut generation.names,
        _ => &mut generation.words,
    };
    place.file = "fuzzed".to_owned();
    place.digest = blake3::hash(bytes).to_hex().to_string();
    fs::write(tiny.root.join("side/fuzzed"), bytes).expect("a file in memory");
    let mut meta = tiny.meta.clone();
    meta["payload"] = serde_json::to_string(&generation).expect("it is JSON").into();
    seal(&tiny.root, meta.to_string().as_bytes());
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| TINY.with(|tiny| {
    let Some((which, data)) = data.split_first() else { return };
    match which % 6 {
        0 => fs::write(tiny.root.join("index/meta.json"), data).expect("a file in memory"),
        1 => {
            // What the archive says of itself within the engine's list.
            let mut meta = tiny.meta.clone();
            meta["payload"] = String::from_utf8_lossy(data).into();
            seal(&tiny.root, meta.to_string().as_bytes());
        }
        which @ (2 | 3) => {
            let packed = zstd::encode_all(data, 1).expect("in memory");
            side(tiny, usize::from(which) - 2, &packed);
        }
        4 => side(tiny, 2, data),
        _ => side(tiny, 0, data),
    }
    let Ok(archive) = Archive::open(&tiny.root) else { return };
    archive.index().manifest().ok();
    archive.index().names().ok();
    if let Ok(segmenter) = archive.index().segmenter() {
        let _ = segmenter.content_words("望江桥今日通车，区委书记陆怀舟到场");
    }
    archive.issues().ok();
    archive.stats().ok();
    archive.search(&Request::new("望江桥 通车")).ok();
}));
