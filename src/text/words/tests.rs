//! The packed words against jieba itself.

use std::{collections::BTreeSet, io::Read as _, sync::LazyLock, time::Instant};

use jieba_rs::Jieba;
use proptest::prelude::*;

use crate::text::{fold::fold, segment::Segmenter};

/// Names as archives have them, and some that pull at the dictionary: words of it, parts of
/// words, characters beyond the basic plane, marks.
const NAMES: &[&str] = &[
    "魏振东",
    "孙鸣",
    "万俟雪",
    "尉迟明",
    "于雪",
    "何时",
    "高峰",
    "和平",
    "任命",
    "张家界",
    "区长",
    "民政",
    "水利工程",
    "巴彦淖",
    "买买提",
    "阿依古丽",
    "𠮷野家",
    "c919",
    "a-b",
    "张 三",
    "阿卜·买",
    "4+2",
    "的",
    "了解",
    "龘龘",
    "局长魏",
];

static TAUGHT: LazyLock<(Segmenter, Jieba)> = LazyLock::new(|| pair(NAMES.iter().copied().collect()));
static PLAIN: LazyLock<(Segmenter, Jieba)> = LazyLock::new(|| pair(BTreeSet::new()));

/// The packed words and jieba, with the same names; the packed ones through their bytes.
fn pair(names: BTreeSet<&str>) -> (Segmenter, Jieba) {
    let mut jieba = Jieba::new();
    for name in &names {
        jieba.add_word(name, Some(super::frequency_of_name(name) as usize), Some("nr"));
    }
    let segmenter = Segmenter::open(Segmenter::taught(names).to_bytes()).unwrap();
    (segmenter, jieba)
}

fn jieba_words<'t>(jieba: &Jieba, text: &'t str) -> Vec<&'t str> {
    jieba.cut(text, true).into_iter().map(|token| token.word).collect()
}

#[test]
fn the_packed_dictionary_is_that_of_jieba() {
    let source = include_bytes!(env!("BAOKU_DICTIONARY"));
    let ours = Jieba::with_dict(&mut &source[..]).unwrap();
    let theirs = Jieba::new();
    // The number of words and the sum of frequencies.
    assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
    for line in std::str::from_utf8(source).unwrap().lines() {
        let mut columns = line.split(' ');
        let word = columns.next().unwrap();
        assert!(theirs.has_word(word), "{word}");
        assert_eq!(super::general_frequency(word).to_string(), columns.next().unwrap(), "{word}");
    }
    assert_eq!(super::general_frequency("魏振东作"), 0);
}

#[test]
fn a_name_is_given_the_frequency_that_jieba_suggests() {
    let jieba = Jieba::new();
    for name in NAMES {
        // What is not of one block jieba joins otherwise.
        if !name.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)) {
            continue;
        }
        let (ours, theirs) = (super::frequency_of_name(name) as usize, jieba.suggest_freq(name));
        // The same sum in another order.
        assert!(ours.abs_diff(theirs) <= 1, "{name}: {ours}, jieba {theirs}");
    }
}

#[test]
fn a_text_without_names_is_cut_as_before_whatever_was_taught() {
    // Every word of the general dictionary weighs the same to the last bit, and so does an unknown character.
    let taught = super::Words::with_names(&[("的", 900_000), ("魏振东", 1)].into());
    let plain = super::Words::with_names(&[].into());
    assert!(taught.general_ln.iter().zip(&plain.general_ln).all(|(a, b)| a.to_bits() == b.to_bits()));
    assert_eq!(taught.ln_unknown.to_bits(), plain.ln_unknown.to_bits());
}

#[test]
fn known_hard_texts_are_cut_as_by_jieba() {
    for text in [
        "",
        " \r\n\n\r",
        "区长魏振东作具体安排，区水利局局长孙鸣、万俟雪参加。",
        "我们中出了一个叛徒",
        "小明硕士毕业于中国科学院计算所，后在日本京都大学深造",
        "龘龘龘龘 㐀㐁𠀀𠀁 ㊣ 〇零",
        "g260911-0711 abc- -abc 50% 1.2.3 well-known c++ c# a&b +-+ ...",
        "2023年5月1日17.35亿立方米，增长3.5%；4+2、1-4月份",
        "𠮷野家在张家界开业,a-b c919",
        "的的的了了了解解解",
    ] {
        for (segmenter, jieba) in [&*TAUGHT, &*PLAIN] {
            assert_eq!(segmenter.words(text), jieba_words(jieba, text), "{text}");
        }
    }
}

#[test]
fn fixtures_are_cut_as_by_jieba() {
    for entry in walkdir::WalkDir::new("fixtures").sort_by_file_name() {
        let entry = entry.unwrap();
        let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
        for text in [fold(&text), text] {
            for (segmenter, jieba) in [&*TAUGHT, &*PLAIN] {
                assert!(segmenter.words(&text) == jieba_words(jieba, &text), "{}", entry.path().display());
            }
        }
    }
}

#[test]
fn damaged_names_are_an_error() {
    let bytes = TAUGHT.0.to_bytes();
    assert!(Segmenter::open(Vec::new()).is_ok());
    for end in (1..bytes.len()).step_by(997).chain(1..80) {
        assert!(Segmenter::open(bytes[..end].to_vec()).is_err(), "{end} bytes");
    }
    for at in (0..bytes.len()).step_by(991).chain(0..80) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x10;
        assert!(Segmenter::open(bytes).is_err(), "byte {at}");
    }
}

#[test]
fn digests_tell_segmenters_apart() {
    let one = Segmenter::taught(["魏振东", "孙鸣"]);
    assert_eq!(one.digest(), Segmenter::taught(["孙鸣", "魏振东", "孙鸣"]).digest());
    assert_ne!(one.digest(), Segmenter::taught(["孙鸣"]).digest());
    assert_ne!(one.digest(), Segmenter::taught([]).digest());
}

/// Text of words, names, rare characters and marks in any order.
fn drawn() -> impl Strategy<Value = String> {
    let common: Vec<char> =
        "的一是在区长水利工程人民政府会议记者年月日国中大学生产发展经济和平任命解了张王李魏振东"
            .chars()
            .collect();
    let piece = prop_oneof![
        8 => proptest::sample::select(common).prop_map(String::from),
        2 => proptest::sample::select(NAMES).prop_map(str::to_owned),
        2 => proptest::char::range('\u{4E00}', '\u{9FFF}').prop_map(String::from),
        1 => "[a-z0-9+#&._%-]{1,4}",
        1 => proptest::sample::select(vec!["，", "。", " ", "\r\n", "\r", "·", "㐀", "𠀀", "豈", "é", "１"]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn drawn_texts_are_cut_as_by_jieba(text in drawn()) {
        for (segmenter, jieba) in [&*TAUGHT, &*PLAIN] {
            let words = segmenter.words(&text);
            prop_assert_eq!(words.concat(), &text[..]);
            prop_assert_eq!(words, jieba_words(jieba, &text));
        }
    }

    #[test]
    fn any_bytes_for_names_return(bytes in proptest::collection::vec(any::<u8>(), 0..200), keep in 0..80usize) {
        let mut whole = TAUGHT.0.to_bytes();
        whole.truncate(keep);
        whole.extend(bytes);
        let _ = Segmenter::open(whole);
    }

    /// Without the checksum's protection: whatever the arrays hold, cutting comes to an end.
    #[test]
    fn words_of_any_bytes_are_looked_up(nodes in 0..20u32, bytes in proptest::collection::vec(any::<u8>(), 3_000), text in drawn()) {
        let sizes = [nodes, 3, 2, 1];
        let length = 3 * 4 + 512 + 2 * 512 + 8 + (nodes as usize + 1) * 4 + nodes as usize * 4;
        let mut packed: Vec<u8> = sizes.iter().flat_map(|n| n.to_le_bytes()).collect();
        packed.extend(&bytes[..length]);
        let trie = super::trie::Trie::open(packed, 0).unwrap();
        let codes: Vec<u16> = text.chars().map(|c| trie.view().code(c)).collect();
        trie.view().has(codes.iter().copied());
    }
}

/// The texts of a folder of `.jsonl.gz` news named by `BAOKU_NEWS`, folded.
fn news() -> Vec<String> {
    let folder = std::env::var("BAOKU_NEWS").expect("BAOKU_NEWS names a folder of .jsonl.gz files");
    let mut texts = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        if !entry.path().to_string_lossy().ends_with(".jsonl.gz") {
            continue;
        }
        let mut lines = String::new();
        flate2::read::MultiGzDecoder::new(std::fs::File::open(entry.path()).unwrap())
            .read_to_string(&mut lines)
            .unwrap();
        for line in lines.lines() {
            let article: serde_json::Value = serde_json::from_str(line).unwrap();
            for member in ["headline", "title", "body", "text"] {
                texts.extend(article[member].as_str().map(fold));
            }
        }
    }
    texts
}

/// Names such as the texts give: what jieba takes for names, and runs cut out anywhere.
fn names_of(texts: &[String]) -> BTreeSet<&str> {
    let jieba = Jieba::new();
    let mut names = BTreeSet::new();
    for text in texts.iter().step_by(37) {
        let mut found = 0;
        for word in jieba_words(&jieba, text) {
            if found < 3 && word.len() > 3 && jieba.tag(word, true).iter().all(|t| t.tag == "nr") {
                names.insert(word);
                found += 1;
            }
        }
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let middle = places.len() / 2;
        if let (Some(&from), Some(&to)) = (places.get(middle), places.get(middle + 2 + texts.len() % 3)) {
            names.insert(&text[from..to]);
        }
    }
    names
}

#[test]
#[ignore = "needs a folder of news; run with BAOKU_NEWS and --release"]
fn all_news_is_cut_as_by_jieba() {
    let texts = news();
    let names = names_of(&texts);
    let begun = Instant::now();
    let (segmenter, jieba) = pair(names.clone());
    println!("{} names taught twice in {:?}", names.len(), begun.elapsed());
    let (plain, plain_jieba) = &*PLAIN;
    let mut words = 0;
    for text in &texts {
        let ours = segmenter.words(text);
        words += ours.len();
        assert!(ours == jieba_words(&jieba, text), "{text}");
        assert!(plain.words(text) == jieba_words(plain_jieba, text), "{text}");
    }
    println!("{} texts, {words} words, all alike", texts.len());

    let bytes = texts.iter().map(String::len).sum::<usize>();
    let speed = |begun: Instant| bytes as f64 / 1e6 / begun.elapsed().as_secs_f64();
    for round in 1..=3 {
        let begun = Instant::now();
        let count: usize = texts.iter().map(|text| segmenter.words(text).len()).sum();
        let packed = speed(begun);
        let begun = Instant::now();
        let same: usize = texts.iter().map(|text| jieba_words(&jieba, text).len()).sum();
        let theirs = speed(begun);
        assert_eq!(count, same);
        println!(
            "round {round}: packed {packed:.1} MB/s, jieba {theirs:.1} MB/s over {:.1} MB",
            bytes as f64 / 1e6
        );
    }
    let file = segmenter.to_bytes();
    let begun = Instant::now();
    let opened = Segmenter::open(file.clone()).unwrap();
    let first = opened.words("区长魏振东作具体安排").len();
    println!("{} KB of names opened, {first} words cut in {:?}", file.len() / 1000, begun.elapsed());
}
