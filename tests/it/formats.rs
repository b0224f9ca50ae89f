//! Small archives of every format that was released: each is opened, or refused with a hint that
//! works, without the folder it was made from.
//!
//! How to add one when the format goes up is told in `fixtures/README.md`.

use std::fs;
use std::path::{Path, PathBuf};

use baoku::index::{FORMAT, OLDEST_READABLE};
use baoku::pipeline::verify;

use crate::support::{baoku_on, folder, top};

/// The formats there are, with their backups.
fn formats() -> Vec<(u32, PathBuf)> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(top().join("fixtures/formats"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            let number = path.file_name()?.to_str()?.strip_suffix(".tar.zst")?.parse().ok()?;
            Some((number, path))
        })
        .collect();
    found.sort();
    found
}

/// An archive as it lay on disk when its backup was made, whatever this build thinks of it.
fn laid_down(backup: &Path, archive: &Path) {
    let mut tar = tar::Archive::new(zstd::Decoder::new(fs::File::open(backup).unwrap()).unwrap());
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = archive.join(entry.path().unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        entry.unpack(&path).unwrap();
    }
    fs::remove_file(archive.join("baoku-backup.json")).unwrap();
}

#[test]
fn an_archive_of_every_format_is_opened_or_made_anew_from_what_it_keeps() {
    let formats = formats();
    assert!(formats.iter().any(|(number, _)| *number == 2), "{formats:?}");
    for (number, backup) in formats {
        let place = folder();
        let (archive, restored) = (place.path().join("archive"), place.path().join("restored"));
        laid_down(&backup, &archive);
        let asked = baoku_on(&archive, &["search", "“望江桥建成通车”", "--format", "ids"]);
        let restore = baoku_on(&restored, &["restore", backup.to_str().unwrap()]);
        let readable = (OLDEST_READABLE..=FORMAT).contains(&number);
        if readable && !asked.err.contains("dictionary and settings") {
            assert_eq!((asked.code, restore.code), (0, 0), "format {number}: {}", asked.err);
        } else {
            let made =
                if readable { "dictionary and settings".to_owned() } else { format!("format {number}") };
            for refused in [&asked, &restore, &baoku_on(&archive, &["verify"])] {
                assert_eq!(refused.code, 2, "format {number}");
                assert!(refused.err.contains(&made) && refused.err.contains("--rebuild"), "{}", refused.err);
            }
            assert!(!restored.join("index/meta.json").exists());
            // Indexing more is refused too, and leaves everything where it was.
            let pages = top().join("fixtures/formats/pages");
            let more = baoku_on(&archive, &["index", pages.to_str().unwrap()]).ended(2);
            assert!(more.err.contains("--rebuild"), "{}", more.err);
        }
        // What the archive was made from is nowhere on this machine: its own copies are read.
        baoku_on(&archive, &["index", "--rebuild"]).ended(0);
        let found = baoku_on(&archive, &["search", "“望江桥建成通车”", "--format", "ids"]).ended(0);
        assert_eq!(found.out.lines().count(), 1, "format {number}");
        baoku_on(&archive, &["people", "--post", "区长"]).ended(0);
        let checked = verify(&archive, true, &|_, _, _| {}).unwrap();
        assert!(checked.sound, "format {number}: {:?}", checked.findings);
    }
}
