//! Writes the 1:1 character table that folding uses, from published data:
//! width and compatibility forms from Unicode, traditional to simplified from OpenCC.
//!
//! A table and no converter: offsets must hold, nothing may load at start, and the table must be
//! the same in every archive made by one build (its digest is part of the archive's format).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{collections::BTreeMap, env, fs};

use ferrous_opencc::{OpenCC, config::BuiltinConfig};
use unicode_normalization::UnicodeNormalization;

#[allow(dead_code)]
#[path = "src/text/words/pack.rs"]
mod pack;
#[allow(dead_code)]
#[path = "src/people/table.rs"]
mod table;
#[allow(dead_code)]
#[path = "src/people/word.rs"]
mod word;
#[path = "src/people/pack.rs"]
mod people;

/// Radicals that text extraction from PDF puts in the place of the character itself and that
/// Unicode does not decompose.
const RADICALS: &str = "⺁厂⺄乙⺅人⺆冂⺉刀⺊卜⺋卩⺌小⺍小⺏尢⺐尢⺒巳⺓幺⺔彐⺕彐⺖心⺗心⺘手⺙攴⺛无⺜日⺝月⺞歹⺟母⺠民⺡水⺢水⺣火⺤爪⺥爪⺦爿⺨犬⺩玉⺪疋⺫目⺬示⺭示⺯糸⺱网⺲网⺳网⺴网⺵网⺶羊⺷羊⺸羊⺹老⺺聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衣⻃西⻄西⻅见⻆角⻇角⻈言⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏邑⻐金⻑长⻒长⻓长⻔门⻕阜⻖阜⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟食⻠食⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟⻳龟";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let converter =
        OpenCC::from_config(BuiltinConfig::T2s).expect("the traditional to simplified table loads");
    let mut bmp = Vec::with_capacity(65_536 * 2);
    let mut beyond = Vec::new();
    for code in 0..=0x3_FFFFu32 {
        let folded = char::from_u32(code).map_or(code, |c| u32::from(fold(c, &converter)));
        if code < 0x1_0000 {
            // A folded form beyond the basic plane would not fit the table; none is known.
            let value = u16::try_from(folded).unwrap_or(code as u16);
            bmp.extend_from_slice(&value.to_le_bytes());
        } else if folded != code {
            beyond.extend_from_slice(&code.to_le_bytes());
            beyond.extend_from_slice(&folded.to_le_bytes());
        }
    }
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    pack_words(Path::new(&out));
    pack_people(Path::new(&out));
    println!("cargo::rustc-env=BAOKU_READER={}", reader());
    fs::write(Path::new(&out).join("fold_bmp.bin"), bmp).expect("OUT_DIR is writable");
    fs::write(Path::new(&out).join("fold_beyond.bin"), beyond).expect("OUT_DIR is writable");
}

/// Digest of everything that decides which articles and people are read out of a source: when it
/// changes, archives read their sources again by themselves. Names and contents only, so that the
/// same tree gives the same digest everywhere.
fn reader() -> String {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut hash = Fnv::default();
    for part in ["src/layout", "src/people", "src/ingest", "src/text", "src/paper.rs", "index/lexicon"] {
        println!("cargo::rerun-if-changed={part}");
        let mut files = Vec::new();
        let mut left = vec![top.join(part)];
        while let Some(path) = left.pop() {
            if path.is_dir() {
                let inside = fs::read_dir(&path).expect("the sources are readable");
                left.extend(inside.map(|entry| entry.expect("the sources are readable").path()));
            } else if path.file_name().is_some_and(|n| n != "tests.rs" && n != "README.md") {
                files.push(path);
            }
        }
        files.sort();
        for path in files {
            let name = path.strip_prefix(top).expect("it was found there");
            hash.take(name.to_str().expect("names are UTF-8").replace('\\', "/").as_bytes());
            // Line ends may differ between checkouts.
            let content = fs::read(&path).expect("the sources are readable");
            hash.take(&content.into_iter().filter(|byte| *byte != b'\r').collect::<Vec<_>>());
        }
    }
    format!("{:016x}{:016x}", hash.0, hash.1)
}

/// FNV-1a twice from different beginnings; no part of what it guards against is an adversary.
struct Fnv(u64, u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325, 0x6c62_272e_07bb_0142)
    }
}

impl Fnv {
    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().copied().chain((bytes.len() as u64).to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            self.1 = (self.1.rotate_left(5) ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Packs the general dictionary, so that cutting text into words can begin at once.
fn pack_words(out: &Path) {
    println!("cargo::rerun-if-changed=src/text/words/pack.rs");
    let source = dictionary(out);
    println!("cargo::rustc-env=BAOKU_DICTIONARY={}", source.display());
    let text = fs::read_to_string(&source).expect("jieba-rs has its dictionary in src/data");
    let mut words = BTreeMap::new();
    for line in text.lines() {
        let mut columns = line.split_ascii_whitespace();
        let (Some(word), Some(frequency)) = (columns.next(), columns.next()) else { continue };
        let frequency: u32 = frequency.parse().expect("a frequency is a number");
        assert!(words.insert(word, frequency).is_none(), "{word} stands twice in the dictionary");
    }
    let total: u64 = words.values().map(|&f| u64::from(f)).sum();
    // FNV-1a over what is packed; the parts of speech do not matter.
    let digest = words
        .iter()
        .flat_map(|(w, f)| w.bytes().chain(f.to_le_bytes()))
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let packed = pack::pack(&words).expect("the format holds the dictionary");
    fs::write(out.join("words.bin"), packed).expect("OUT_DIR is writable");
    let constants =
        format!("const GENERAL_TOTAL: u64 = {total};\nconst GENERAL_DIGEST: u64 = {digest:#018x};\n");
    fs::write(out.join("words.rs"), constants).expect("OUT_DIR is writable");
}

/// Packs what is known of names and posts, so that finding people can begin at once.
fn pack_people(out: &Path) {
    for source in ["table.rs", "word.rs", "pack.rs"] {
        println!("cargo::rerun-if-changed=src/people/{source}");
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("index/lexicon");
    let packed = people::pack(&|name| {
        println!("cargo::rerun-if-changed=index/lexicon/{name}");
        fs::read_to_string(folder.join(name)).expect("the lexicon's files are text")
    });
    for (name, bytes) in
        [("traits", packed.traits), ("forward", packed.forward), ("backward", packed.backward)]
    {
        fs::write(out.join(format!("people_{name}.bin")), bytes).expect("OUT_DIR is writable");
    }
}

/// The dictionary of jieba-rs, which has no way to read it back: asked of cargo, which knows where
/// the crate lies, whether in a registry or in a folder of vendored crates.
///
/// Not asked about this package: cargo would then want what only tests and benches need, and on a
/// machine where nothing but `cargo build` has run that is not there. A package that depends on
/// jieba-rs alone, at our versions, needs nothing that was not built for ours.
fn dictionary(out: &Path) -> PathBuf {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let asked = out.join("where");
    fs::create_dir_all(asked.join("src")).expect("OUT_DIR is writable");
    fs::write(asked.join("src/lib.rs"), "").expect("OUT_DIR is writable");
    let manifest = "[package]\nname = \"where\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                    [dependencies]\njieba-rs = \"=0.11.0\"\n\n[workspace]\n";
    fs::write(asked.join("Cargo.toml"), manifest).expect("OUT_DIR is writable");
    // Packages that it does not need go from this copy; the versions of the others stay.
    // There is none beside a package that is itself somebody's dependency.
    let _ = fs::copy(top.join("Cargo.lock"), asked.join("Cargo.lock"));
    let cargo = env::var_os("CARGO").expect("cargo sets CARGO");
    let out = Command::new(cargo)
        .current_dir(top)
        .args(["metadata", "--format-version", "1", "--offline", "--filter-platform"])
        .arg(env::var_os("TARGET").expect("cargo sets TARGET"))
        .arg("--manifest-path")
        .arg(asked.join("Cargo.toml"))
        .output()
        .expect("cargo metadata runs");
    assert!(out.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&out.stderr));
    let metadata: serde_json::Value =
        serde_json::from_slice(&out.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("cargo metadata lists packages");
    let jieba = packages.iter().find(|p| p["name"] == "jieba-rs").expect("jieba-rs is a dependency");
    let manifest = Path::new(jieba["manifest_path"].as_str().expect("a package has a manifest"));
    manifest.with_file_name("src").join("data").join("dict.txt")
}

/// The comparable form of one character: always one character.
fn fold(c: char, converter: &OpenCC) -> char {
    let mut c = c;
    // Until nothing changes, so that folding twice is folding once.
    for _ in 0..4 {
        let next = simplified(lower(width(c)), converter);
        if next == c {
            break;
        }
        c = next;
    }
    c
}

fn width(c: char) -> char {
    match c {
        '\u{3000}' | '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\t' => ' ',
        '\u{2E80}'..='\u{2EFF}' => {
            let mut pairs = RADICALS.chars();
            while let (Some(radical), Some(character)) = (pairs.next(), pairs.next()) {
                if radical == c {
                    return character;
                }
            }
            single(c)
        }
        '\u{FF01}'..='\u{FFEE}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{2F00}'..='\u{2FD5}'
        | '\u{2F800}'..='\u{2FA1F}' => single(c),
        _ => c,
    }
}

fn single(c: char) -> char {
    let mut forms = c.nfkc();
    match (forms.next(), forms.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn lower(c: char) -> char {
    let mut forms = c.to_lowercase();
    match (forms.next(), forms.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn simplified(c: char, converter: &OpenCC) -> char {
    if !matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}') {
        return c;
    }
    let mut buffer = [0u8; 4];
    let converted = converter.convert(c.encode_utf8(&mut buffer));
    let mut forms = converted.chars();
    match (forms.next(), forms.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}
