//! What an archive keeps: its sources, and itself in a backup; how it is made anew from them, grows
//! small again, and reads again by itself what another page reader read.

use std::fs;
use std::path::{Path, PathBuf};

use baoku::index::{self, Error, READER};
use baoku::ingest::Options;
use baoku::pipeline::{self, verify};
use baoku::search::{Archive, Request};

use crate::support::{baoku, baoku_on, copy, folder, index, stored, top, write};

const BRIDGE: &str = "# 望江桥今日通车\n\n本报讯（记者孙一鸣）3月1日上午，横跨澜河的望江桥建成通车，两岸居民步行过江只要六分钟。\n";

/// Everything an archive answers with, its generation and bytes left out.
fn all(archive: &Path) -> String {
    let archive = Archive::open(archive).unwrap();
    let mut stats = archive.stats().unwrap();
    (stats.generation, stats.index_bytes, stats.kept_bytes) = (0, 0, 0);
    format!("{stats:?}\n{:?}", stored(&archive))
}

#[track_caller]
fn sound(archive: &Path) {
    let found = verify(archive, true, &|_, _, _| {}).unwrap();
    assert!(found.sound, "{:#?}", found.findings);
    assert_eq!(found.notes, Vec::<String>::new());
}

/// Makes an archive look as if an older page reader had read it.
fn read_by_another(archive: &Path) {
    let open = Archive::open(archive).unwrap();
    let side = open.generation().manifest.clone();
    let path = archive.join("side").join(&side.file);
    let json = String::from_utf8(zstd::decode_all(fs::read(&path).unwrap().as_slice()).unwrap()).unwrap();
    let bytes = zstd::encode_all(json.replace(READER, "older").as_bytes(), 3).unwrap();
    fs::write(&path, &bytes).unwrap();
    let meta = archive.join("index/meta.json");
    let sealed = fs::read_to_string(&meta).unwrap();
    let (text, _) = sealed.split_at(sealed.rfind("blake3:").unwrap());
    let text = text.replace(&side.digest, blake3::hash(&bytes).to_hex().as_str());
    fs::write(meta, format!("{text}blake3:{}\n", blake3::hash(text.as_bytes()).to_hex())).unwrap();
}

#[test]
fn a_page_is_given_back_byte_for_byte_also_when_its_folder_is_gone() {
    let place = folder();
    let (pages, archive) = (place.path().join("pages"), place.path().join("archive"));
    let gb = encoding_bytes();
    write(pages.join("2031-03-01/01.md"), &gb);
    write(pages.join("2031-03-01/02.md"), format!("\u{FEFF}{BRIDGE}").replace('\n', "\r\n"));
    let line = "{\"id\":\"a-1\",\"headline\":\"南塘早市\",\"body\":\"搬进新棚。\"}";
    write(pages.join("news.jsonl"), format!("{{\"headline\":\"别的\",\"body\":\"别的。\"}}\n{line}\n"));
    index(&archive, std::slice::from_ref(&pages));
    let second = fs::read(pages.join("2031-03-01/02.md")).unwrap();
    fs::remove_dir_all(&pages).unwrap();
    let opened = Archive::open(&archive).unwrap();
    let id_on = |page: &str| -> String {
        let found = stored(&opened).into_iter().find(|a| a.source.ends_with(page));
        found.unwrap().article.id
    };
    let source = |id: &str| opened.sources_of(id).unwrap().remove(0);
    assert_eq!(source(&id_on("01.md")).bytes, gb);
    assert!(source(&id_on("01.md")).text().unwrap().contains("望江桥"), "decoded as it was read");
    assert_eq!(source(&id_on("02.md")).bytes, second);
    assert_eq!(source("a-1").bytes, format!("{line}\n").into_bytes());
    assert_eq!(opened.sources_of("nothing").unwrap(), []);
    let shown = baoku_on(&archive, &["show", "a-1", "--format", "source"]).ended(0);
    assert_eq!(shown.out, format!("{line}\n"));
    baoku_on(&archive, &["show", "nothing", "--format", "source"]).ended(1);
    sound(&archive);
}

fn encoding_bytes() -> Vec<u8> {
    // 「# 望江桥今日通车」 and a sentence in GBK.
    let mut bytes = b"# ".to_vec();
    for pair in
        [[0xCD, 0xFB], [0xBD, 0xAD], [0xC7, 0xC5], [0xBD, 0xF1], [0xC8, 0xD5], [0xCD, 0xA8], [0xB3, 0xB5]]
    {
        bytes.extend(pair);
    }
    bytes.extend(b"\n\n");
    for pair in [[0xCD, 0xFB], [0xBD, 0xAD], [0xC7, 0xC5], [0xCD, 0xA8], [0xB3, 0xB5], [0xA1, 0xA3]] {
        bytes.extend(pair);
    }
    bytes
}

#[test]
fn an_archive_is_made_anew_from_what_it_keeps() {
    let place = folder();
    let (pages, archive) = (place.path().join("pages"), place.path().join("archive"));
    for issue in ["2031-03-18", "2031-04-30"] {
        copy(&top().join("fixtures/archive").join(issue), &pages.join(issue));
    }
    index(&archive, std::slice::from_ref(&pages));
    let before = all(&archive);
    fs::rename(&pages, place.path().join("elsewhere")).unwrap();
    baoku_on(&archive, &["index", "--rebuild"]).ended(0);
    assert_eq!(all(&archive), before);
    sound(&archive);
    // The folder is known as it was: nothing is read twice.
    fs::rename(place.path().join("elsewhere"), &pages).unwrap();
    let again = index(&archive, std::slice::from_ref(&pages));
    assert_eq!((again.units_read, again.units_unchanged), (0, 2));
}

#[test]
fn without_copies_and_without_the_folder_nothing_is_made_anew_and_nothing_lost() {
    let place = folder();
    let (pages, archive) = (place.path().join("pages"), place.path().join("archive"));
    write(pages.join("2031-03-01/01.md"), BRIDGE);
    let options = Options { no_sources: true, ..Options::default() };
    pipeline::index(&archive, std::slice::from_ref(&pages), &options, false, &|_| {}).unwrap();
    let before = all(&archive);
    let opened = Archive::open(&archive).unwrap();
    assert_eq!(opened.stats().unwrap().kept_bytes, 0);
    let id = stored(&opened).remove(0).article.id;
    assert!(matches!(opened.sources_of(&id), Err(Error::NotKept(_))));
    pipeline::index(&archive, &[], &options, true, &|_| {}).unwrap();
    assert_eq!(all(&archive), before, "read from its folder");
    fs::remove_dir_all(&pages).unwrap();
    let ran = baoku_on(&archive, &["index", "--rebuild"]).ended(2);
    assert!(ran.err.contains("neither kept") && ran.err.contains("hint: "), "{}", ran.err);
    assert_eq!(all(&archive), before);
    let missing = place.path().join("none");
    baoku_on(&missing, &["index", "--rebuild"]).ended(2);
}

#[test]
fn what_another_page_reader_read_is_read_again_by_itself() {
    let place = folder();
    let (pages, archive) = (place.path().join("pages"), place.path().join("archive"));
    for issue in ["2031-03-18", "2031-04-30", "2031-06-12"] {
        copy(&top().join("fixtures/archive").join(issue), &pages.join(issue));
    }
    index(&archive, std::slice::from_ref(&pages));
    let before = all(&archive);
    read_by_another(&archive);
    // One issue is given, one is not, of one the folder is gone.
    fs::remove_dir_all(pages.join("2031-06-12")).unwrap();
    let given = pages.join("2031-03-18");
    let ran = baoku_on(&archive, &["index", given.to_str().unwrap()]).ended(0);
    assert!(ran.err.contains("page reader changed: 3 issues read again"), "{}", ran.err);
    assert_eq!(all(&archive), before, "the same articles under the same ids");
    sound(&archive);
    let again = index(&archive, &[given]);
    assert_eq!((again.units_read, again.units_reread, again.units_unchanged), (0, 0, 1));
}

#[test]
fn what_can_not_be_read_again_stays_and_is_told() {
    let place = folder();
    let (pages, archive) = (place.path().join("pages"), place.path().join("archive"));
    for issue in ["2031-03-18", "2031-04-30"] {
        copy(&top().join("fixtures/archive").join(issue), &pages.join(issue));
    }
    let options = Options { no_sources: true, ..Options::default() };
    pipeline::index(&archive, std::slice::from_ref(&pages), &options, false, &|_| {}).unwrap();
    let before = all(&archive);
    read_by_another(&archive);
    let ran =
        baoku_on(&archive, &["index", "--no-sources", pages.join("2031-03-18").to_str().unwrap()]).ended(0);
    assert!(ran.err.contains("1 issues were read by an older one"), "{}", ran.err);
    assert_eq!(all(&archive), before);
    let whole = pipeline::index(&archive, std::slice::from_ref(&pages), &options, false, &|_| {}).unwrap();
    assert_eq!((whole.units_reread, whole.units_stale), (1, 0));
    assert_eq!(all(&archive), before);
}

#[test]
fn a_backup_is_the_archive_again() {
    let place = folder();
    let (pages, archive) = (place.path().join("pages"), place.path().join("archive"));
    copy(&top().join("fixtures/archive/2031-03-18"), &pages.join("2031-03-18"));
    index(&archive, std::slice::from_ref(&pages));
    let before = all(&archive);
    baoku_on(&archive, &["save", "桥", "望江桥"]).ended(0);
    let file = place.path().join("backup.tar.zst");
    let named = file.to_str().unwrap();
    baoku_on(&archive, &["backup", named]).ended(0);
    let other = place.path().join("other");
    baoku_on(&other, &["restore", named]).ended(0);
    assert_eq!(all(&other), before);
    assert!(baoku_on(&other, &["saved"]).ended(0).out.contains("望江桥"), "saved questions too");
    sound(&other);
    // Over an archive only where that is asked for; a server goes over by itself.
    write(pages.join("2031-03-02/01.md"), BRIDGE);
    index(&archive, std::slice::from_ref(&pages));
    let opened = Archive::open(&archive).unwrap();
    let refused = baoku_on(&archive, &["restore", named]).ended(2);
    assert!(refused.err.contains("--replace"), "{}", refused.err);
    baoku_on(&archive, &["restore", "--replace", named]).ended(0);
    assert_eq!(all(&archive), before);
    assert_eq!(opened.count(&Request::new("“望江桥”")).unwrap(), 1, "what was open stays open");
    sound(&archive);
    index(&archive, &[pages]);
    sound(&archive);
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_the_archive_as_it_was() {
    let place = folder();
    let (pages, archive) = (place.path().join("pages"), place.path().join("archive"));
    write(pages.join("2031-03-01/01.md"), BRIDGE);
    index(&archive, &[pages]);
    let before = all(&archive);
    let file = place.path().join("backup");
    index::backup(&archive, &file, &|_, _| {}).unwrap();
    let whole = fs::read(&file).unwrap();
    let other = place.path().join("other");
    let seal = whole.len() - 40;
    for at in (0..seal).step_by(seal / 60).chain(seal..whole.len()) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        write(&file, &bytes);
        if index::restore(&file, &other, true, &|_, _| {}).is_ok() {
            panic!("byte {at} of {} was not missed", whole.len());
        }
        assert!(!other.join("index/meta.json").exists());
        write(&file, &whole[..at]);
        assert!(index::restore(&file, &archive, true, &|_, _| {}).is_err(), "cut at {at}");
    }
    assert_eq!(all(&archive), before);
    write(&file, "no backup");
    assert!(baoku(["restore", file.to_str().unwrap()]).err.starts_with("error: "));
}

#[test]
fn optimizing_gives_space_back_and_changes_no_answer() {
    let place = folder();
    let (pages, archive) = (place.path().join("pages"), place.path().join("archive"));
    let mut issues: Vec<PathBuf> = crate::support::issues();
    issues.truncate(6);
    for issue in &issues {
        copy(&top().join(issue), &pages.join(issue.file_name().unwrap()));
        index(&archive, std::slice::from_ref(&pages));
    }
    write(pages.join("2031-03-02/01.md"), BRIDGE);
    index(&archive, std::slice::from_ref(&pages));
    fs::remove_dir_all(pages.join("2031-03-02")).unwrap();
    index(&archive, std::slice::from_ref(&pages));
    let at_once = place.path().join("at-once");
    index(&at_once, std::slice::from_ref(&pages));
    let before = all(&archive);
    baoku_on(&archive, &["optimize"]).ended(0);
    assert_eq!(all(&archive), before);
    sound(&archive);
    let grown = Archive::open(&archive).unwrap();
    let fresh = Archive::open(&at_once).unwrap();
    assert_eq!(grown.generation().packs.len(), 1);
    let kept = |archive: &Archive| archive.stats().unwrap().kept_bytes;
    assert_eq!(kept(&grown), kept(&fresh), "the removed issue is not kept any more");
    for question in ["防汛", "镜湖 治理", "“水利局”", "会议 OR 春耕", "", "王刚 局长"] {
        let mut request = Request::new(question);
        request.limit = 0;
        let hits = |archive: &Archive| archive.search(&request).unwrap().hits;
        assert_eq!(hits(&grown), hits(&fresh), "{question}");
    }
    let generation = grown.generation().clone();
    baoku_on(&archive, &["optimize"]).ended(0);
    assert_eq!(*Archive::open(&archive).unwrap().generation(), generation, "nothing is left to do");
    let paths = ["search", "镜湖"];
    assert_eq!(baoku_on(&archive, &paths).out, baoku_on(&at_once, &paths).out);
}
