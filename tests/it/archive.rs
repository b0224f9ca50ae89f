//! An archive that is not what this build wrote: made otherwise, damaged, cut short. It is refused
//! with a hint, never half read, and made anew only when that is asked for.

use std::fs;
use std::path::{Path, PathBuf};

use baoku::search::{Archive, Request};
use tempfile::TempDir;

use crate::support::{Ran, baoku_on, folder, index, write};

const PAGE: &str = "# 望江桥今日通车\n\n本报讯（记者孙一鸣）3月1日上午，横跨澜河的望江桥建成通车，两岸居民步行过江只要六分钟。\n";

fn place() -> TempDir {
    let place = folder();
    write(place.path().join("pages/2031-03-01/01.md"), PAGE);
    index(&place.path().join("archive"), &[place.path().join("pages")]);
    place
}

/// Changes the list of files that says what the archive is, and seals it again as another build
/// would have.
fn edit_meta(place: &Path, edit: impl Fn(&str) -> String) {
    let meta = place.join("archive/index/meta.json");
    let sealed = fs::read_to_string(&meta).unwrap();
    let (before, _) = sealed.split_at(sealed.rfind("blake3:").unwrap());
    let after = edit(before);
    assert_ne!(before, after, "the edit changed something");
    write(meta, format!("{after}blake3:{}\n", blake3::hash(after.as_bytes()).to_hex()));
}

fn index_again(place: &Path, more: &[&str]) -> Ran {
    let pages = place.join("pages");
    baoku_on(&place.join("archive"), &[&["index", pages.to_str().unwrap()], more].concat())
}

#[track_caller]
fn refused(place: &Path, with: &str) {
    for args in [vec!["search", "望江桥"], vec!["stats"], vec!["people"]] {
        let ran = baoku_on(&place.join("archive"), &args).ended(2);
        assert_eq!(ran.out, "", "nothing of it is shown");
        assert!(ran.err.contains(with), "{args:?}: {}", ran.err);
        assert!(ran.err.contains("--rebuild"), "{args:?}: {}", ran.err);
    }
}

#[test]
fn an_archive_of_a_later_format_is_refused_and_rebuilt_on_request() {
    let place = place();
    edit_meta(place.path(), |meta| {
        meta.replace(&format!(r#"\"format\":{}"#, baoku::index::FORMAT), r#"\"format\":99"#)
    });
    refused(place.path(), "format 99");
    index_again(place.path(), &[]).ended(2);
    index_again(place.path(), &["--rebuild"]).ended(0);
    baoku_on(&place.path().join("archive"), &["search", "望江桥"]).ended(0);
}

#[test]
fn an_archive_made_with_other_tables_says_which_differ() {
    let place = place();
    let digest = Archive::open(&place.path().join("archive")).unwrap().generation().digest.clone();
    edit_meta(place.path(), |meta| meta.replace(&digest, "0123456789abcdef"));
    refused(place.path(), "0123456789abcdef");
    let ran = baoku_on(&place.path().join("archive"), &["search", "望江桥"]);
    assert!(ran.err.contains(&digest), "both are named: {}", ran.err);
    index_again(place.path(), &["--rebuild"]).ended(0);
}

#[test]
fn a_list_of_files_cut_short_is_an_error_and_not_an_empty_archive() {
    let place = place();
    let meta = place.path().join("archive/index/meta.json");
    let whole = fs::read(&meta).unwrap();
    write(&meta, &whole[..whole.len() / 2]);
    let ran = baoku_on(&place.path().join("archive"), &["search", "望江桥"]).ended(2);
    assert!(ran.err.starts_with("error: "), "{}", ran.err);
    index_again(place.path(), &["--rebuild"]).ended(0);
    baoku_on(&place.path().join("archive"), &["search", "望江桥"]).ended(0);
}

/// The side files of an archive whose names begin so.
fn side_file(place: &Path, kind: &str) -> PathBuf {
    let files = fs::read_dir(place.join("archive/side")).unwrap().map(|e| e.unwrap().path());
    let mut of_kind: Vec<PathBuf> =
        files.filter(|p| p.file_name().unwrap().to_string_lossy().starts_with(kind)).collect();
    assert_eq!(of_kind.len(), 1, "one generation, one file of a kind");
    of_kind.remove(0)
}

#[test]
fn a_damaged_side_file_is_told_and_words_are_still_found() {
    let place = place();
    let names = side_file(place.path(), "names");
    let mut bytes = fs::read(&names).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 0x55;
    write(&names, bytes);
    // Learned names only rank: a question finds the same articles without them.
    baoku_on(&place.path().join("archive"), &["search", "望江桥通车"]).ended(0);
    let ran = index_again(place.path(), &[]);
    write(place.path().join("pages/2031-03-02/01.md"), PAGE.replace("望江桥", "柳渡桥"));
    let changed = index_again(place.path(), &[]).ended(2);
    assert!(
        changed.err.contains("damaged: checksum differs") && changed.err.contains("--rebuild"),
        "{}",
        changed.err
    );
    assert!(ran.code == 0 || ran.err.contains("damaged"), "{}", ran.err);
    index_again(place.path(), &["--rebuild"]).ended(0);
    assert_eq!(Archive::open(&place.path().join("archive")).unwrap().generation().articles, 2);
}

#[test]
fn a_lost_list_of_sources_is_an_error_where_it_is_needed() {
    let place = place();
    fs::remove_file(side_file(place.path(), "manifest")).unwrap();
    let ran = index_again(place.path(), &[]).ended(2);
    assert!(ran.err.contains("manifest"), "{}", ran.err);
    index_again(place.path(), &["--rebuild"]).ended(0);
}

#[test]
fn a_failed_run_leaves_the_state_before_it() {
    let place = place();
    let archive = place.path().join("archive");
    let before = Archive::open(&archive).unwrap().generation().clone();
    // A folder where a file is to be written stops the run at its very end.
    fs::create_dir_all(archive.join("index/.new-meta.json/x")).unwrap();
    write(place.path().join("pages/2031-03-02/01.md"), PAGE.replace("望江桥", "柳渡桥"));
    index_again(place.path(), &[]).ended(2);
    let after = Archive::open(&archive).unwrap();
    assert_eq!(*after.generation(), before);
    assert_eq!(after.count(&Request::new("“望江桥”")).unwrap(), 1);
    assert_eq!(after.count(&Request::new("“柳渡桥”")).unwrap(), 0);
}

#[test]
fn an_opened_archive_stays_as_it_was_while_another_is_written() {
    let place = place();
    let archive = place.path().join("archive");
    let opened = Archive::open(&archive).unwrap();
    for number in 0..6 {
        let story = PAGE.replace("望江桥", &format!("柳渡{number}桥"));
        write(place.path().join("pages/2031-03-01/01.md"), story);
        index(&archive, &[place.path().join("pages")]);
        assert_eq!(opened.count(&Request::new("“望江桥”")).unwrap(), 1);
        assert_eq!(
            opened.search(&Request::new("望江桥")).unwrap().hits.len(),
            1,
            "its text can still be shown"
        );
    }
    let now = Archive::open(&archive).unwrap();
    assert_eq!(now.count(&Request::new("“望江桥”")).unwrap(), 0);
    assert_eq!(now.count(&Request::new("“柳渡5桥”")).unwrap(), 1);
}

#[test]
fn an_archive_that_was_rewritten_often_stays_small() {
    let place = place();
    let archive = place.path().join("archive");
    let bytes = |root: &Path| -> u64 {
        fs::read_dir(root.join("index")).unwrap().map(|e| e.unwrap().metadata().unwrap().len()).sum()
    };
    let side_files = || fs::read_dir(archive.join("side")).unwrap().count();
    let (first, files) = (bytes(&archive), side_files());
    for number in 0..12 {
        let story = PAGE.replace("六分钟", &format!("{number}分钟"));
        write(place.path().join("pages/2031-03-01/01.md"), story);
        index(&archive, &[place.path().join("pages")]);
    }
    let last = bytes(&archive);
    assert!(last < first * 8, "{first} bytes became {last}");
    assert_eq!(side_files(), files, "side files of old generations are gone");
}
