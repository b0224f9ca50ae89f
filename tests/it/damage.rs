//! Flips bytes everywhere: a check finds each, and an answer is right or an error, never another.

use std::fs;
use std::path::{Path, PathBuf};

use baoku::pipeline::verify;
use baoku::search::{Archive, Facet, PeopleQuery, Request};

use crate::support::{Draw, baoku_on, copy, folder, index, stored, top, write};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => files(&entry.path(), found),
            false => found.push(entry.path()),
        }
    }
    found.sort();
}

/// What readers ask; one line an answer, an error in its place.
fn answers(root: &Path) -> Vec<Result<String, String>> {
    let archive = match Archive::open(root) {
        Ok(archive) => archive,
        Err(e) => return vec![Err(e.to_string())],
    };
    let mut out = Vec::new();
    for question in
        ["望江桥", "“局长”", "豆腐 会议", "记者 -会议", "职务:局长", "“镜湖 治理”~20", "南*", "长"]
    {
        for as_printed in [false, true] {
            let request =
                Request { as_printed, facets: vec![Facet::Year, Facet::Person], ..Request::new(question) };
            let found = archive.search(&request);
            out.push(
                found
                    .map(|r| format!("{:?} {:?} {:?}", r.total, r.hits, r.facets))
                    .map_err(|e| e.to_string()),
            );
            out.push(archive.count(&request).map(|n| n.to_string()).map_err(|e| e.to_string()));
        }
    }
    let people = archive.holdings(&PeopleQuery::default());
    out.push(people.map(|rows| format!("{rows:?}")).map_err(|e| e.to_string()));
    out.push(archive.issues().map(|i| format!("{i:?}")).map_err(|e| e.to_string()));
    out
}

fn small(place: &Path) -> PathBuf {
    let (pages, archive) = (place.join("pages"), place.join("archive"));
    copy(&top().join("fixtures/archive/2031-03-18"), &pages.join("2031-03-18"));
    index(&archive, std::slice::from_ref(&pages));
    // A second segment and removed documents.
    write(pages.join("2031-03-18/05.md"), "# 望江桥今日通车\n\n本报讯（记者孙一鸣）望江桥建成通车。\n");
    index(&archive, &[pages]);
    archive
}

/// Flips one bit at places of every file: `every` bytes apart, and at both ends.
fn flip(archive: &Path, places: usize, seed: u64) -> usize {
    let mut draw = Draw::seeded(seed);
    let right = answers(archive);
    assert!(right.iter().all(Result::is_ok));
    let mut found = Vec::new();
    files(archive, &mut found);
    let mut flipped = 0;
    for path in found {
        let whole = fs::read(&path).unwrap();
        if whole.is_empty() {
            continue;
        }
        let mut at: Vec<usize> = (0..places).map(|_| draw.below(whole.len())).collect();
        at.extend([0, whole.len() / 2, whole.len() - 1, whole.len().saturating_sub(9)]);
        for at in at {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << draw.below(8);
            fs::write(&path, &bytes).unwrap();
            flipped += 1;
            let place = format!("{} byte {at}", path.display());
            if let Ok(checked) = verify(archive, false, &|_, _, _| {}) {
                assert!(!checked.sound, "{place} was not found");
                let name = path.file_name().unwrap().to_string_lossy();
                assert!(
                    checked.findings.iter().any(|f| f.place.contains(&*name)),
                    "{place}: {:?}",
                    checked.findings
                );
            }
            let got = answers(archive);
            if got.len() > 1 {
                for (got, right) in got.iter().zip(&right) {
                    assert!(got.is_err() || got == right, "{place}: {got:?} and not {right:?}");
                }
            }
        }
        fs::write(&path, &whole).unwrap();
    }
    assert_eq!(answers(archive), right);
    flipped
}

#[test]
fn any_flipped_byte_is_found_and_gives_no_other_answer() {
    let place = folder();
    let archive = small(place.path());
    println!("{} bytes flipped", flip(&archive, 12, 1));
}

#[test]
#[ignore = "takes long: .ci/long"]
fn many_flipped_bytes_are_found_and_give_no_other_answer() {
    let place = folder();
    let archive = small(place.path());
    println!("{} bytes flipped", flip(&archive, 1500, 2));
}

#[test]
fn a_lost_or_shortened_file_is_named() {
    let place = folder();
    let archive = small(place.path());
    let mut found = Vec::new();
    files(&archive, &mut found);
    for path in found.iter().filter(|p| fs::metadata(p).unwrap().len() > 0) {
        let whole = fs::read(path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        for damage in ["gone", "short", "long"] {
            match damage {
                "gone" => fs::remove_file(path).unwrap(),
                "short" => fs::write(path, &whole[..whole.len() - 1]).unwrap(),
                _ => fs::write(path, [whole.as_slice(), b"x"].concat()).unwrap(),
            }
            let ran = baoku_on(&archive, &["verify"]).ended(2);
            let told = format!("{}{}", ran.out, ran.err);
            assert!(
                told.contains(name) || (name == "meta.json" && told.contains("no baoku archive")),
                "{damage} {name}: {told}"
            );
            assert!(told.contains("hint: "), "{told}");
            fs::write(path, &whole).unwrap();
        }
    }
    let json = baoku_on(&archive, &["verify", "--format", "json"]).ended(0).json();
    assert_eq!(json["sound"], true);
    assert!(json["checks"].as_array().unwrap().len() >= 4);
}

#[test]
fn an_index_that_does_not_hold_what_its_sources_say_is_found() {
    let place = folder();
    let archive = small(place.path());
    let other = place.path().join("other");
    let pages = place.path().join("pages");
    // The index of other texts under the manifest and the sources of these.
    write(pages.join("2031-03-18/05.md"), "# 望江桥今日通车\n\n本报讯（记者孙一鸣）柳渡桥建成通车。\n");
    index(&other, &[pages]);
    let checked = verify(&other, true, &|_, _, _| {}).unwrap();
    assert!(checked.sound, "{:?}", checked.findings);
    let before = stored(&Archive::open(&archive).unwrap());
    let after = stored(&Archive::open(&other).unwrap());
    assert_ne!(before, after);
    mix(&archive, &other);
    let checked = verify(&other, false, &|_, _, _| {}).unwrap();
    assert!(!checked.sound);
    assert!(checked.findings.iter().any(|f| f.check == "sources"), "{:?}", checked.findings);
}

/// Puts the manifest and the packs of one archive under the index of another, sealed as if right.
fn mix(from: &Path, to: &Path) {
    let (a, b) = (Archive::open(from).unwrap(), Archive::open(to).unwrap());
    let (a, b) = (a.generation().clone(), b.generation().clone());
    copy(&from.join("side"), &to.join("side"));
    copy(&from.join("sources"), &to.join("sources"));
    let meta = to.join("index/meta.json");
    let sealed = fs::read_to_string(&meta).unwrap();
    let (text, _) = sealed.split_at(sealed.rfind("blake3:").unwrap());
    let escaped =
        |packs: &Vec<baoku::index::PackFile>| serde_json::to_string(packs).unwrap().replace('"', "\\\"");
    let text = text
        .replace(&b.manifest.digest, &a.manifest.digest)
        .replace(&b.manifest.file, &a.manifest.file)
        .replace(&escaped(&b.packs), &escaped(&a.packs));
    fs::write(meta, format!("{text}blake3:{}\n", blake3::hash(text.as_bytes()).to_hex())).unwrap();
}
