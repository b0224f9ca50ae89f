//! Readings of characters, for search by sound and for names typed in Latin letters.
//!
//! Surnames have readings of their own: 单 as a surname is Shàn, 仇 Qiú, 区 Ōu. Tones are left out,
//! since nobody types them.

use std::collections::HashMap;
use std::sync::OnceLock;

use pinyin::{ToPinyin, ToPinyinMulti};

/// Surnames whose reading differs from the commonest reading of the character.
const SURNAMES: &[(&str, &[&str])] = &[
    ("万俟", &["mo", "qi"]),
    ("尉迟", &["yu", "chi"]),
    ("长孙", &["zhang", "sun"]),
    ("澹台", &["tan", "tai"]),
    ("令狐", &["ling", "hu"]),
    ("单于", &["chan", "yu"]),
    ("夏侯", &["xia", "hou"]),
    ("乐正", &["yue", "zheng"]),
    ("单", &["shan"]),
    ("仇", &["qiu"]),
    ("区", &["ou"]),
    ("查", &["zha"]),
    ("盖", &["ge"]),
    ("解", &["xie"]),
    ("曾", &["zeng"]),
    ("翟", &["zhai"]),
    ("缪", &["miao"]),
    ("任", &["ren"]),
    ("华", &["hua"]),
    ("朴", &["piao"]),
    ("召", &["shao"]),
    ("繁", &["po"]),
    ("秘", &["bi"]),
    ("冼", &["xian"]),
    ("洗", &["xian"]),
    ("员", &["yun"]),
    ("郇", &["xun"]),
    ("逄", &["pang"]),
    ("乜", &["nie"]),
    ("黑", &["he"]),
    ("折", &["she"]),
    ("种", &["chong"]),
    ("重", &["chong"]),
    ("祭", &["zhai"]),
    ("卜", &["bu"]),
    ("晁", &["chao"]),
    ("谌", &["chen"]),
    ("丁", &["ding"]),
    ("都", &["du"]),
    ("佴", &["nai"]),
    ("宓", &["mi"]),
    ("那", &["na"]),
    ("能", &["nai"]),
    ("宁", &["ning"]),
    ("戚", &["qi"]),
    ("隗", &["wei"]),
    ("燕", &["yan"]),
    ("应", &["ying"]),
    ("於", &["yu"]),
    ("俞", &["yu"]),
    ("臧", &["zang"]),
    ("覃", &["qin"]),
    ("撒", &["sa"]),
    ("车", &["che"]),
    ("石", &["shi"]),
    ("沈", &["shen"]),
    ("贾", &["jia"]),
    ("柏", &["bai"]),
    ("葛", &["ge"]),
    ("过", &["guo"]),
    ("哈", &["ha"]),
    ("纪", &["ji"]),
    ("句", &["gou"]),
    ("阚", &["kan"]),
    ("麻", &["ma"]),
    ("牟", &["mou"]),
    ("尹", &["yin"]),
    ("乐", &["yue"]),
    ("郗", &["xi"]),
    ("冯", &["feng"]),
    ("费", &["fei"]),
    ("行", &["xing"]),
    ("仉", &["zhang"]),
    ("幺", &["yao"]),
    ("薄", &["bo"]),
    ("藏", &["zang"]),
    ("不", &["fou"]),
];

/// The syllables of a person's name without tones, the surname read as a surname.
///
/// Characters without a reading (`·`, Latin letters) stand as they are.
///
/// ```
/// use baoku::text::pinyin::name_syllables;
/// assert_eq!(name_syllables("单立夫"), ["shan", "li", "fu"]);
/// assert_eq!(name_syllables("万俟雪"), ["mo", "qi", "xue"]);
/// assert_eq!(name_syllables("魏振东"), ["wei", "zhen", "dong"]);
/// ```
#[must_use]
pub fn name_syllables(name: &str) -> Vec<String> {
    let surname = SURNAMES.iter().find(|(s, _)| name.starts_with(s) && name.len() > s.len());
    let (mut out, rest): (Vec<String>, &str) = match surname {
        Some((s, readings)) => (readings.iter().map(|&r| r.to_owned()).collect(), &name[s.len()..]),
        None => (Vec::new(), name),
    };
    out.extend(rest.chars().map(|c| match c.to_pinyin() {
        // ü is typed as v, and often as u; the caller folds the rest.
        Some(p) => p.plain().replace('ü', "v"),
        None => c.to_string(),
    }));
    out
}

/// The whole name in letters: `weizhendong`.
#[must_use]
pub fn name_letters(name: &str) -> String {
    name_syllables(name).concat()
}

/// The first letters of the name's syllables: `wzd`.
#[must_use]
pub fn name_initials(name: &str) -> String {
    name_syllables(name).iter().filter_map(|s| s.chars().next()).collect()
}

/// How a run of characters can be read, to be compared with many others.
#[derive(Debug, Clone)]
pub struct Sound {
    /// The readings of each character, without tones.
    readings: Vec<Vec<&'static str>>,
}

impl Sound {
    /// The readings of a run; nothing where a character has none.
    #[must_use]
    pub fn of(run: &str) -> Option<Self> {
        let chars: Vec<char> = run.chars().collect();
        let surname = surname(&chars);
        let readings: Vec<Vec<&'static str>> = chars
            .iter()
            .enumerate()
            .map(|(i, &c)| surname.and_then(|own| own.get(i)).copied().into_iter().chain(plain(c)).collect())
            .collect();
        readings.iter().all(|r| !r.is_empty()).then_some(Self { readings })
    }

    /// Whether another run can be read so too: sound for sound, tones left out, 平 and 翘, 前 and 后
    /// not told apart.
    ///
    /// ```
    /// use baoku::text::pinyin::Sound;
    /// let also = |typed, run: &str| Sound::of(typed).unwrap().is_also(&run.chars().collect::<Vec<_>>());
    /// assert!(also("善立夫", "单立夫"));
    /// assert!(also("魏真东", "魏振东"));
    /// assert!(!also("善立夫", "单立"));
    /// ```
    #[must_use]
    pub fn is_also(&self, run: &[char]) -> bool {
        let surname = surname(run);
        run.len() == self.readings.len()
            && self.readings.iter().zip(run).enumerate().all(|(i, (readings, &c))| {
                let own = surname.and_then(|own| own.get(i)).copied();
                own.into_iter().chain(plain(c)).any(|other| alike(readings, other))
            })
    }

    /// The characters that can be read as the one at this place, be it in a surname or not.
    pub(crate) fn characters(&self, at: usize) -> Vec<char> {
        let readings = self.readings.get(at).into_iter().flatten();
        readings.filter_map(|reading| by_sound().get(&blurred(reading))).flatten().copied().collect()
    }
}

/// The readings of a character without tones.
fn plain(c: char) -> impl Iterator<Item = &'static str> {
    c.to_pinyin_multi().into_iter().flatten().map(|p| p.plain())
}

/// All characters by each of their readings, as [`blurred`] has them.
fn by_sound() -> &'static HashMap<String, Vec<char>> {
    static BY_SOUND: OnceLock<HashMap<String, Vec<char>>> = OnceLock::new();
    BY_SOUND.get_or_init(|| {
        let mut found: HashMap<String, Vec<char>> = HashMap::new();
        for c in '\u{4e00}'..='\u{9fff}' {
            for reading in plain(c) {
                found.entry(blurred(reading)).or_default().push(c);
            }
        }
        for (name, readings) in SURNAMES {
            for (c, reading) in name.chars().zip(*readings) {
                found.entry(blurred(reading)).or_default().push(c);
            }
        }
        found
    })
}

/// The surname a run begins with, where it has readings of its own.
fn surname(run: &[char]) -> Option<&'static [&'static str]> {
    let begins = |name: &str| name.chars().enumerate().all(|(i, c)| run.get(i) == Some(&c));
    let (_, readings) =
        SURNAMES.iter().find(|(name, readings)| readings.len() < run.len() && begins(name))?;
    Some(readings)
}

/// Whether one of the readings sounds like another.
fn alike(readings: &[&str], other: &str) -> bool {
    readings.iter().any(|reading| blurred(reading) == blurred(other))
}

/// A syllable without what many speakers don't tell apart: zh and z, ch and c, sh and s, ng and n.
fn blurred(syllable: &str) -> String {
    let bare = syllable.strip_suffix('g').unwrap_or(syllable);
    match bare.as_bytes() {
        [b'z' | b'c' | b's', b'h', ..] => format!("{}{}", &bare[..1], &bare[2..]),
        _ => bare.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_are_read_as_surnames_and_only_there() {
        for (name, letters, initials) in [
            ("仇雅文", "qiuyawen", "qyw"),
            ("区正平", "ouzhengping", "ozp"),
            ("查志勇", "zhazhiyong", "zzy"),
            ("尉迟明", "yuchiming", "ycm"),
            ("解明远", "xiemingyuan", "xmy"),
            ("张单", "zhangdan", "zd"),
        ] {
            assert_eq!(name_letters(name), letters);
            assert_eq!(name_initials(name), initials);
        }
    }
}
