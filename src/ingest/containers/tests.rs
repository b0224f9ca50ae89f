//! Containers, whole and faulty.

use std::io::Write;

use expect_test::expect;

use super::super::{Options, Survey, survey};
use crate::diag::ProblemKind;

const PAGE: &str = "# 引水渠全线贯通\n本报讯，县里最长的引水渠昨日贯通。\n";

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut coder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    coder.write_all(bytes).unwrap();
    coder.finish().unwrap()
}

/// A zip file with members stored or deflated.
fn zip(members: &[(&[u8], &[u8])], deflated: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, bytes) in members {
        let packed = if deflated { deflate(bytes) } else { bytes.to_vec() };
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let mut header = Vec::new();
        header.extend([20, 0, 0, 0, if deflated { 8 } else { 0 }, 0, 0, 0, 0x21, 0x5A]);
        header.extend(crc.sum().to_le_bytes());
        header.extend((packed.len() as u32).to_le_bytes());
        header.extend((bytes.len() as u32).to_le_bytes());
        header.extend((name.len() as u16).to_le_bytes());
        header.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&header);
        directory.extend([0; 10]);
        directory.extend((out.len() as u32).to_le_bytes());
        directory.extend(*name);
        out.extend(b"PK\x03\x04");
        out.extend(&header);
        out.extend(*name);
        out.extend(packed);
    }
    let (at, count) = (out.len() as u32, members.len() as u16);
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    coder.write_all(bytes).unwrap();
    coder.finish().unwrap()
}

fn read(name: &str, bytes: &[u8], options: &Options) -> (Survey, String) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(name), bytes).unwrap();
    let survey = survey(&[dir.path().join(name)], options);
    let mut out = String::new();
    for unit in &survey.units {
        for page in unit.pages() {
            let facts = format!("{:?} {:?}", page.facts.date, page.facts.page);
            let kinds: Vec<_> = page.problems.iter().map(|p| p.kind).collect();
            out.push_str(&format!("{} {facts} {} {kinds:?}\n", page.source, page.text == PAGE));
        }
        for item in unit.articles() {
            out.push_str(&format!("{:?}\n", item.map(|r| r.article.headline).map_err(|p| p.problem.kind)));
        }
    }
    for skipped in &survey.skipped {
        out.push_str(&format!("skipped {}: {}\n", skipped.path, skipped.reason));
    }
    for p in &survey.problems {
        out.push_str(&format!("{} {}: {}\n", p.problem.kind, p.source, p.problem.message));
    }
    let shown = out.replace(&format!("{}/", dir.path().display()), "");
    (survey, shown)
}

fn told(name: &str, bytes: &[u8]) -> String {
    read(name, bytes, &Options::default()).1
}

#[test]
fn a_tar_of_long_names_links_and_a_cut_end_gives_what_is_whole() {
    let mut builder = tar::Builder::new(Vec::new());
    let member = |kind: tar::EntryType, bytes: &[u8]| {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header
    };
    let folder = format!("2026-06-04/{}", "澜湾日报".repeat(30));
    let long = format!("{folder}/01.md");
    builder.append_pax_extensions([("mtime", &b"1.5"[..]), ("path", long.as_bytes())]).unwrap();
    let mut header = member(tar::EntryType::Regular, PAGE.as_bytes());
    builder.append_data(&mut header, "cut.md", PAGE.as_bytes()).unwrap();
    let mut header = member(tar::EntryType::Directory, b"");
    builder.append_data(&mut header, "2026-06-04", &b""[..]).unwrap();
    let mut header = member(tar::EntryType::Symlink, b"");
    builder.append_link(&mut header, "2026-06-04/02.md", "/etc/passwd").unwrap();
    let mut header = member(tar::EntryType::Fifo, b"");
    builder.append_data(&mut header, "2026-06-04/03.md", &b""[..]).unwrap();
    let mut header = member(tar::EntryType::Regular, &[b'.'; 4096]);
    builder.append_data(&mut header, "2026-06-04/04.md", &[b'.'; 4096][..]).unwrap();
    let mut bytes = builder.into_inner().unwrap();
    bytes.truncate(bytes.len() - 1024 - 2048);
    expect![[r#"
        paper.tar!/2026-06-04/…/01.md Some(2026-06-04) Some("1") true []
        skipped paper.tar!/2026-06-04/02.md: a link; not followed
        skipped paper.tar!/2026-06-04/03.md: neither a file nor a folder
        bad-format paper.tar!/2026-06-04/04.md: cut off with the end of the tar file
    "#]]
    .assert_eq(&told("paper.tar", &bytes).replace(&"澜湾日报".repeat(30), "…"));
}

#[test]
fn pages_in_a_zip_are_read_where_they_lie() {
    let gbk = encoding_rs::GBK.encode("潞州日报/2026年6月4日/第1版.txt").0;
    let unpacked = [false, true].map(|deflated| {
        let members: [(&[u8], &[u8]); 6] = [
            (b"2026-06-04/02.md", PAGE.as_bytes()),
            (&gbk, &encoding_rs::GB18030.encode(PAGE).0),
            (b"2026-06-04/03.md.gz", &gzip(PAGE.as_bytes())),
            (b"../../etc/01.md", PAGE.as_bytes()),
            (b"__MACOSX/01.md", PAGE.as_bytes()),
            (b"news.jsonl", "{\"headline\":\"甲\"}".as_bytes()),
        ];
        told("papers.zip", &zip(&members, deflated))
    });
    assert_eq!(unpacked[0], unpacked[1]);
    expect![[r#"
        Ok(Some("甲"))
        papers.zip!/2026-06-04/02.md Some(2026-06-04) Some("2") true []
        papers.zip!/2026-06-04/03.md.gz Some(2026-06-04) Some("3") true []
        papers.zip!/潞州日报/2026年6月4日/第1版.txt Some(2026-06-04) Some("1") true []
        skipped papers.zip!/../../etc/01.md: its name leads out of the container
        skipped papers.zip!/__MACOSX/01.md: hidden
    "#]]
    .assert_eq(&unpacked[0]);
}

#[test]
fn pages_in_a_tar_are_read_packed_or_not_and_with_long_names() {
    let long = format!("{}/2026-06-04/02.md", "潞州日报".repeat(30));
    let bytes = tar(&[("2026-06-04/01.md", PAGE.as_bytes()), (&long, PAGE.as_bytes())]);
    let plain = told("a.tar", &bytes);
    assert_eq!(plain.matches("Some(2026-06-04)").count(), 2, "{plain}");
    assert_eq!(plain.matches(" true []").count(), 2, "{plain}");
    let zstd = zstd::encode_all(bytes.as_slice(), 1).unwrap();
    for (name, bytes) in [("a.tar.gz", gzip(&bytes)), ("a.tgz", gzip(&bytes)), ("a.tar.zst", zstd)] {
        assert_eq!(told(name, &bytes), plain.replace("a.tar", name));
    }
}

#[test]
fn containers_lie_in_containers_but_not_without_end() {
    let mut bytes = zip(&[(b"01.md", PAGE.as_bytes())], true);
    for _ in 0..2 {
        bytes = zip(&[(b"in.zip", &bytes)], true);
    }
    assert_eq!(told("a.zip", &bytes), "a.zip!/in.zip!/in.zip!/01.md None Some(\"1\") true []\n");
    let bytes = zip(&[(b"in.zip", &bytes)], false);
    expect![[r#"
        limit a.zip!/in.zip!/in.zip!/in.zip: containers nested more than 3 deep are not opened
    "#]]
    .assert_eq(&told("a.zip", &bytes));
}

#[test]
fn bombs_are_refused_with_the_limit_told() {
    let zeros = vec![b'a'; 80 << 20];
    expect![[r#"
        limit a.zip: unpacks to 80 MB, which its size does not explain; nothing was read
    "#]]
    .assert_eq(&told("a.zip", &zip(&[(b"01.md", &zeros)], true)));
    expect![[r#"
        limit a.tar.gz: unpacks to more than 64 MB, which its size does not explain
    "#]]
    .assert_eq(&told("a.tar.gz", &gzip(&tar(&[("01.md", &zeros)]))));
    expect![[r#"
        01.md.gz None Some("1") false [Limit]
    "#]]
    .assert_eq(&told("01.md.gz", &gzip(&zeros)));
    let mut over = zip(&[(b"01.md", PAGE.as_bytes()), (b"02.md", PAGE.as_bytes())], false);
    // the directory's second entry points to the first member
    let second = over.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    over[second + 42..second + 46].fill(0);
    expect![[r#"
        limit a.zip: members lie over one another, as in a zip bomb; nothing was read
    "#]]
    .assert_eq(&told("a.zip", &over));
}

#[test]
fn damaged_containers_are_told() {
    let good = zip(&[(b"01.md", PAGE.as_bytes())], true);
    let mut flipped = good.clone();
    flipped[40] ^= 0x55;
    expect![[r#"
        a.zip!/01.md None Some("1") false [BadFormat]
    "#]]
    .assert_eq(&told("a.zip", &flipped));
    expect![[r#"
        bad-format a.zip: the zip file is damaged: invalid Zip archive: Could not find EOCD
    "#]]
    .assert_eq(&told("a.zip", &good[..good.len() / 2]));
    expect![[r#"
        bad-format a.zip: the zip file is damaged: invalid Zip archive: Could not find EOCD
    "#]]
    .assert_eq(&told("a.zip", b"no zip"));
    let tar = tar(&[("01.md", PAGE.as_bytes()), ("02.md", PAGE.as_bytes())]);
    expect![[r#"
        a.tar!/01.md None Some("1") true []
        bad-format a.tar: the tar file is damaged: failed to read entire block; what was found before was taken
    "#]].assert_eq(&told("a.tar", &tar[..1100]));
    expect![[r#"
        bad-format a.tar: the tar file is damaged: failed to read entire block; what was found before was taken
    "#]].assert_eq(&told("a.tar", b"no tar"));
    expect![[r#"
        not-text book: an office document, e-book or program
    "#]]
    .assert_eq(&told("book", &zip(&[(b"[Content_Types].xml", b"x"), (b"01.md", b"x")], false)));
}

#[test]
fn more_members_than_the_limit_are_told() {
    let mut options = Options::default();
    options.limits.container_files_max = 1;
    let zip = zip(&[(b"01.md", PAGE.as_bytes()), (b"02.md", PAGE.as_bytes())], true);
    let tar = tar(&[("01.md", PAGE.as_bytes()), ("02.md", PAGE.as_bytes())]);
    for (name, bytes) in [("a.zip", zip), ("a.tar", tar)] {
        let (survey, _) = read(name, &bytes, &options);
        assert_eq!(survey.units.iter().map(|u| u.files.len()).sum::<usize>(), 1);
        assert_eq!(survey.problems[0].problem.kind, ProblemKind::Limit);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn a_container_with_any_fault_is_read_without_a_panic(at in 0_usize..4000, with in proptest::num::u8::ANY, cut in 0_usize..4000) {
        for (name, mut bytes) in [
            ("a.zip", zip(&[(b"01.md", PAGE.as_bytes()), (b"2.jsonl", b"{}")], true)),
            ("a.tar", tar(&[("01.md", PAGE.as_bytes()), ("2.jsonl", b"{}")])),
        ] {
            let place = at % bytes.len();
            bytes[place] = with;
            bytes.truncate(bytes.len() - cut % bytes.len() / 4);
            let _ = told(name, &bytes);
        }
    }
}
