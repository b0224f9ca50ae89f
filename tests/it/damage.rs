//! Flips bytes everywhere: a check finds each, and an answer is right or an error, never another.

use std::fs;
use std::path::{Path, PathBuf};

use baoku::index::schema::DocumentKind;
use baoku::index::{Error, StoredArticle};
use baoku::pipeline::verify;
use baoku::search::{Archive, AttendanceQuery, Facet, PeopleQuery, Period, Request, TrendRequest};

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

/// What readers ask, each of an archive in which no damage was met yet: what one of them met must not
/// be what keeps the next from answering. One line an answer, an error in its place.
fn answers(root: &Path, one: &StoredArticle) -> Vec<Result<String, String>> {
    fn told<T: std::fmt::Debug>(answer: Result<T, Error>) -> Result<String, String> {
        answer.map(|a| format!("{a:?}")).map_err(|e| e.to_string())
    }
    type Ask<'a> = Box<dyn Fn(&Archive) -> Result<String, String> + 'a>;
    let mut asked: Vec<Ask<'_>> = Vec::new();
    for question in [
        "望江桥",
        "“局长”",
        "豆腐 会议",
        "记者 -会议",
        "职务:局长",
        "“镜湖 治理”~20",
        "南*",
        "长",
        "局张 望江侨",
    ] {
        for as_printed in [false, true] {
            let facets = vec![Facet::Year, Facet::Person];
            let request = Request { as_printed, facets, explain: as_printed, ..Request::new(question) };
            let same = request.clone();
            asked.push(Box::new(move |archive| {
                let found = archive.search(&request);
                told(found.map(|r| (r.total, r.hits, r.facets, r.did_you_mean)))
            }));
            asked.push(Box::new(move |archive| told(archive.count(&same))));
        }
    }
    let id = one.article.id.as_str();
    let (page, _) = id.rsplit_once('/').unwrap();
    let name = one.people.summary.first().map_or("孙一鸣", |p| p.name.as_str());
    let other = "没有这个";
    let trend = |term: &str| TrendRequest {
        terms: vec![term.to_owned()],
        by: Period::Month,
        dates: None,
        as_printed: false,
    };
    asked.push(Box::new(move |a| told(a.holdings(&PeopleQuery::default()))));
    asked.push(Box::new(move |a| told(a.issues().map(<[_]>::to_vec))));
    asked.push(Box::new(move |a| told(a.trend(&trend("镜湖")))));
    asked.push(Box::new(move |a| told(a.article(id))));
    asked.push(Box::new(move |a| told(a.article(other))));
    asked.push(Box::new(move |a| told(a.articles_under(page))));
    asked.push(Box::new(move |a| told(a.furniture_under(page))));
    asked.push(Box::new(move |a| told(a.article_ids())));
    asked.push(Box::new(move |a| told(a.count_under(page, 100))));
    asked.push(Box::new(move |a| told(a.calendars())));
    asked.push(Box::new(move |a| told(a.issue_states())));
    asked.push(Box::new(move |a| told(a.network(None, 1).map(|n| n.graphml()))));
    asked.push(Box::new(move |a| told(a.company(name, None))));
    asked.push(Box::new(move |a| told(a.attendance(&AttendanceQuery::default()))));
    asked.push(Box::new(move |a| told(a.compare(id, id))));
    asked.push(Box::new(move |a| told(a.similar(id, 5))));
    asked.push(Box::new(move |a| told(a.suggest("镜", 5))));
    asked.push(Box::new(move |a| told(a.persons_named(name))));
    asked.push(Box::new(move |a| told(a.persons_sounding("sym"))));
    asked.push(Box::new(move |a| told(a.sources_of(id))));
    asked.push(Box::new(move |a| told(a.prove(&Request::new("镜湖")))));
    asked.push(Box::new(move |a| told(a.places().map(|places| places.len()))));
    asked.push(Box::new(move |a| told(a.lying(DocumentKind::Article, 0, u64::MAX).map(|l| l.len()))));
    asked.push(Box::new(move |a| {
        let person = a
            .persons_named(name)
            .and_then(|found| found.into_iter().next().map(|person| a.person_page(person, 5)).transpose());
        told(person)
    }));
    asked.push(Box::new(move |a| {
        told(a.article(id).and_then(|found| found.map(|f| a.errata(&f)).transpose()))
    }));
    asked.push(Box::new(move |a| told(a.stats().map(|s| (s.articles, s.people, s.undated)))));
    let mut archive = None;
    let ask = |ask: &Ask<'_>| {
        let opened = match archive.take() {
            Some(opened) => opened,
            None => Archive::open(root).map_err(|e| e.to_string())?,
        };
        let answer = ask(&opened);
        // Where damage was met nothing is answered any more.
        archive = answer.is_ok().then_some(opened);
        answer
    };
    asked.iter().map(ask).collect()
}

fn small(place: &Path) -> PathBuf {
    let (pages, archive) = (place.join("pages"), place.join("archive"));
    copy(&top().join("fixtures/archive/2031-03-18"), &pages.join("2031-03-18"));
    index(&archive, std::slice::from_ref(&pages));
    // A second segment and removed documents.
    write(pages.join("2031-03-18/05.md"), "# 望江桥今日通车\n\n本报讯（记者孙一鸣）望江桥建成通车。\n");
    index(&archive, &[pages]);
    baoku_on(&archive, &["save", "桥", "望江桥"]).ended(0);
    archive
}

/// Flips one bit at places of every file: `every` bytes apart, and at both ends.
fn flip(archive: &Path, places: usize, seed: u64) -> usize {
    let mut draw = Draw::seeded(seed);
    let one = stored(&Archive::open(archive).unwrap()).remove(0);
    let right = answers(archive, &one);
    assert!(right.iter().all(Result::is_ok), "{right:?}");
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
            for (nth, (got, right)) in answers(archive, &one).iter().zip(&right).enumerate() {
                assert!(got.is_err() || got == right, "{place}, question {nth}: {got:?} and not {right:?}");
            }
        }
        fs::write(&path, &whole).unwrap();
    }
    assert_eq!(answers(archive, &one), right);
    flipped
}

#[test]
fn any_flipped_byte_is_found_and_gives_no_other_answer() {
    let place = folder();
    let archive = small(place.path());
    println!("{} bytes flipped", flip(&archive, 4, 1));
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
            if (damage, name) == ("gone", "saved.json") {
                // Whoever saved nothing has no such file.
                continue;
            }
            match damage {
                "gone" => fs::remove_file(path).unwrap(),
                "short" => fs::write(path, &whole[..whole.len() - 1]).unwrap(),
                _ => fs::write(path, [whole.as_slice(), b"x"].concat()).unwrap(),
            }
            let ran = baoku_on(&archive, &["verify"]).ended(2);
            let told = format!("{}{}", ran.out, ran.err);
            let gone = damage == "gone" && name == "meta.json" && told.contains("no baoku archive");
            assert!(told.contains(name) || gone, "{damage} {name}: {told}");
            assert!(told.contains("hint: "), "{told}");
            fs::write(path, &whole).unwrap();
        }
    }
    let json = baoku_on(&archive, &["verify", "--format", "json"]).ended(0).json();
    assert_eq!(json["sound"], true);
    assert!(json["checks"].as_array().unwrap().len() >= 4);
}

#[test]
fn a_damaged_archive_is_not_written_to_and_is_mended_as_it_is_told() {
    let place = folder();
    let archive = small(place.path());
    let pages = place.path().join("pages");
    let pages = pages.to_str().unwrap();
    let backup = place.path().join("backup");
    baoku_on(&archive, &["backup", backup.to_str().unwrap()]).ended(0);
    let whole = place.path().join("whole");
    copy(&archive, &whole);
    let right = stored(&Archive::open(&archive).unwrap());
    let mut found = Vec::new();
    files(&archive, &mut found);
    // Before anything is mended: that makes other files.
    found.retain(|path| fs::metadata(path).unwrap().len() > 0);
    let mut mended = [0; 3];
    for path in &found {
        let name = path.strip_prefix(&archive).unwrap().to_str().unwrap();
        fs::remove_dir_all(&archive).unwrap();
        copy(&whole, &archive);
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, &bytes).unwrap();
        let told = baoku_on(&archive, &["verify"]).ended(2);
        let told = format!("{}{}", told.out, told.err);
        let mend: &[&str] = if told.contains("--rebuild FOLDER") {
            mended[0] += 1;
            &["index", "--rebuild", pages]
        } else if told.contains("index --rebuild") {
            mended[1] += 1;
            &["index", "--rebuild"]
        } else {
            assert!(told.contains("restore a backup"), "{name}: {told}");
            mended[2] += 1;
            &["restore", "--replace", backup.to_str().unwrap()]
        };
        // What can't be made anew out of the archive itself is not taken for an empty archive.
        let kept = baoku_on(&archive, &["index", "--rebuild"]);
        assert!(kept.code == 0 || mend.len() == 3, "{name}: {}", kept.err);
        if kept.code == 0 && name != "saved.json" {
            assert_eq!(stored(&Archive::open(&archive).unwrap()), right, "{name}: nothing is lost");
        }
        baoku_on(&archive, mend).ended(0);
        let checked = verify(&archive, true, &|_, _, _| {}).unwrap();
        assert!(checked.sound, "{name}: {:?}", checked.findings);
        assert_eq!(stored(&Archive::open(&archive).unwrap()), right, "{name}");
    }
    assert!(mended.iter().all(|n| *n > 0), "{mended:?}");
}

#[test]
fn damage_is_not_written_into_a_new_state() {
    let place = folder();
    let archive = small(place.path());
    let pages = place.path().join("pages");
    let mut found = Vec::new();
    files(&archive.join("sources"), &mut found);
    let whole = fs::read(&found[0]).unwrap();
    let mut bytes = whole.clone();
    bytes[whole.len() / 2] ^= 1;
    fs::write(&found[0], &bytes).unwrap();
    for args in [vec!["optimize"], vec!["index", "--rebuild"], vec!["backup", "target/tmp/damaged.backup"]] {
        let ran = baoku_on(&archive, &args);
        // Where packs need not be written together, the damage stays where it was.
        if ran.code == 0 {
            let checked = verify(&archive, false, &|_, _, _| {}).unwrap();
            assert!(checked.findings.iter().any(|f| f.check == "files"), "{args:?}: {checked:?}");
        } else {
            assert!(ran.err.contains("damaged") && ran.err.contains("hint: "), "{args:?}: {}", ran.err);
        }
    }
    // The meta list damaged: a run into the archive must not take it for a new one.
    fs::write(&found[0], &whole).unwrap();
    let before = stored(&Archive::open(&archive).unwrap());
    let meta = archive.join("index/meta.json");
    let list = fs::read(&meta).unwrap();
    let mut bytes = list.clone();
    bytes[list.len() / 3] ^= 1;
    fs::write(&meta, &bytes).unwrap();
    let ran = baoku_on(&archive, &["index", pages.join("2031-03-18").to_str().unwrap()]).ended(2);
    assert!(ran.err.contains("damaged"), "{}", ran.err);
    fs::write(&meta, &list).unwrap();
    assert_eq!(stored(&Archive::open(&archive).unwrap()), before, "nothing was touched");
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
