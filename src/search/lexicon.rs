//! Characters that look alike and other names of things, from `index/lexicon`.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use crate::text::fold::{fold, fold_char};

const LOOK_ALIKES: &str = include_str!("../../index/lexicon/look-alikes.txt");
const SYNONYMS: &str = include_str!("../../index/lexicon/synonyms.txt");

/// The file of other names of organs and things in the folder of an archive's lexicon; it holds no entries.
pub(crate) const SYNONYMS_FILE: &str = "synonyms.txt";

/// Most bytes read of an archive's own file; it is written by hand.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// The lines of a lexicon file without comments.
fn lines(file: &str) -> impl Iterator<Item = &str> {
    file.trim_start_matches('\u{feff}')
        .lines()
        .map(|line| line.split('#').next().unwrap_or("").trim())
        .filter(|line| !line.is_empty())
}

/// The characters that look like this one.
pub(super) fn look_alikes(c: char) -> &'static [char] {
    static ALIKE: OnceLock<HashMap<char, Vec<char>>> = OnceLock::new();
    let alike = ALIKE.get_or_init(|| {
        let mut alike: HashMap<char, Vec<char>> = HashMap::new();
        for line in lines(LOOK_ALIKES) {
            let group: Vec<char> = line.chars().map(fold_char).collect();
            for c in &group {
                alike.entry(*c).or_default().extend(group.iter().filter(|other| *other != c));
            }
        }
        alike
    });
    alike.get(&c).map_or(&[], Vec::as_slice)
}

/// Other names of organs, posts and things (简称、别称).
#[derive(Debug, Default)]
pub(crate) struct Synonyms {
    groups: Vec<Vec<String>>,
    of: HashMap<String, Vec<usize>>,
    longest_chars: usize,
}

impl Synonyms {
    /// The ones compiled in.
    pub(crate) fn compiled() -> &'static Self {
        static COMPILED: OnceLock<Synonyms> = OnceLock::new();
        COMPILED.get_or_init(|| {
            let mut synonyms = Self::default();
            synonyms.add(SYNONYMS);
            synonyms
        })
    }

    /// The ones compiled in and those of the archive in this folder.
    pub(super) fn of_archive(root: &Path) -> Self {
        let mut synonyms = Self::default();
        synonyms.add(SYNONYMS);
        let path = root.join("lexicon").join(SYNONYMS_FILE);
        // Nothing is matched by them: an archive whose file can't be read answers all the same.
        let size = std::fs::metadata(&path).map(|m| m.len());
        if size.is_ok_and(|bytes| bytes <= FILE_BYTES_MAX)
            && let Ok(own) = std::fs::read_to_string(&path)
        {
            synonyms.add(&own);
        }
        synonyms
    }

    fn add(&mut self, file: &str) {
        for line in lines(file) {
            let names: Vec<String> = line.split_whitespace().map(fold).collect();
            for name in &names {
                self.longest_chars = self.longest_chars.max(name.chars().count());
                self.of.entry(name.clone()).or_default().push(self.groups.len());
            }
            self.groups.push(names);
        }
    }

    /// What else a folded run is called: its longest ending that has other names, with what stands
    /// before it (区纪委 → 区纪律检查委员会).
    pub(super) fn others(&self, folded: &str) -> Vec<String> {
        let borders: Vec<usize> = folded.char_indices().map(|(i, _)| i).collect();
        let first = borders.len().saturating_sub(self.longest_chars);
        for &at in &borders[first..] {
            let (place, name) = folded.split_at(at);
            // A place has few characters; what is longer is a word of another kind.
            if place.chars().count() > 6 {
                continue;
            }
            let Some(groups) = self.of.get(name) else { continue };
            let mut out: Vec<String> = Vec::new();
            for other in groups.iter().flat_map(|&group| &self.groups[group]) {
                let whole = format!("{place}{other}");
                if other != name && !out.contains(&whole) {
                    out.push(whole);
                }
            }
            return out;
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_others_with_the_place_in_front() {
        let mut synonyms = Synonyms::default();
        synonyms.add("# 机构\n纪委 纪律检查委员会\n水务局 水利局\n");
        assert_eq!(synonyms.others("区纪委"), ["区纪律检查委员会"]);
        assert_eq!(synonyms.others("水利局"), ["水务局"]);
        assert_eq!(synonyms.others("水利"), [] as [&str; 0]);
    }

    #[test]
    fn what_looks_alike_is_symmetric_and_nothing_looks_like_itself() {
        assert!(look_alikes('未').contains(&'末') && look_alikes('末').contains(&'未'));
        assert!(!look_alikes('未').contains(&'未') && !look_alikes('未').contains(&'水'));
    }
}
