//! An archive's own lexicon: names and never-names, aliases, posts and bodies of its place, and
//! corrections that join or part persons.
//!
//! One entry a line, `word value…`; `#` begins a comment:
//!
//! ```text
//! name   努尔兰               a person whose form does not show it
//! never  高水平               looks like a name and is none
//! alias  老魏 魏振东          the first stands for the second
//! post   河长                 ends a post
//! organ  区两山办             the short name of a body; a second word is the full one
//! join   王刚                 all of this name are one person
//! part   王刚 副区长 柳林村   two of this name, told apart by what is printed of them
//! ```
//!
//! A mark of `part` is a run of characters in a printed post or the beginning of an article's id; several of
//! one person are joined by commas.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::book::key;
use crate::diag::{Parsed, Problem, ProblemKind};

/// Longest word of an entry, in characters.
const WORD_CHARS_MAX: usize = 40;
/// Longest ending of a post that is looked up, in characters.
const POST_CHARS_MAX: usize = 7;
/// Steps from alias to alias before a circle is told.
const ALIAS_STEPS_MAX: usize = 8;

/// What an archive adds to the lexicon, and overrides in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlay {
    names: BTreeSet<String>,
    never: BTreeSet<String>,
    aliases: BTreeMap<String, String>,
    posts: BTreeSet<String>,
    organs: BTreeMap<String, String>,
    #[serde(default)]
    corrections: BTreeMap<String, Correction>,
}

/// A person joined or parted by hand, against what the archive concludes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Correction {
    /// Empty where all of the name are one person; else the marks of each person of the name.
    pub persons: Vec<Vec<String>>,
    /// The entry as written.
    pub entry: String,
    /// The file and line that says so.
    pub place: String,
}

impl Correction {
    /// The lexicon file that says so.
    #[must_use]
    pub fn file(&self) -> &str {
        self.place.rsplit_once(':').map_or(&self.place, |(file, _)| file)
    }
}

impl Overlay {
    /// Reads a lexicon file; bad lines are told with their numbers and the rest is used.
    ///
    /// ```
    /// use baoku::people::Overlay;
    /// let read = Overlay::parse("people.txt", "never 高水平\nnmae 甲乙丙\n");
    /// assert_eq!(read.value.never().collect::<Vec<_>>(), ["高水平"]);
    /// assert_eq!(read.problems[0].line, Some(2));
    /// ```
    #[must_use]
    pub fn parse(name: &str, file: &str) -> Parsed<Self> {
        let mut overlay = Self::default();
        let problems = overlay.add(name, file);
        Parsed { value: overlay, problems }
    }

    /// Takes the lines of one more file; gives what could not be used, with its lines.
    ///
    /// What is said first of a word stays, and what contradicts it is told.
    pub fn add(&mut self, name: &str, file: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (i, line) in file.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.split('#').next().unwrap_or("").trim();
            if line.is_empty() {
                continue;
            }
            if let Err(message) = self.take(line, &format!("{name}:{}", i + 1)) {
                problems.push(Problem::new(ProblemKind::BadLine, message).at_line(i + 1));
            }
        }
        problems
    }

    fn take(&mut self, line: &str, place: &str) -> Result<(), String> {
        let mut words = line.split_whitespace();
        let what = words.next().unwrap_or("");
        let words: Vec<&str> = words.collect();
        let (Some(&first), second) = (words.first(), words.get(1).copied()) else {
            return Err(format!("`{what}` without a word behind it"));
        };
        if words.iter().any(|w| w.chars().nth(WORD_CHARS_MAX).is_some()) {
            return Err(format!("a word of more than {WORD_CHARS_MAX} characters behind `{what}`"));
        }
        let words_max = match what {
            "part" | "分开" => usize::MAX,
            "alias" | "别名" | "organ" | "机构" => 2,
            _ => 1,
        };
        if words.len() > words_max {
            let number = if words_max == 1 { "one word" } else { "two words" };
            return Err(format!("more than {number} behind `{what}`"));
        }
        match what {
            "name" | "人名" => {
                if self.never.contains(&key(first)) {
                    return Err(format!("`{first}` is said to be no name above"));
                }
                self.names.insert(key(first));
            }
            "never" | "非人名" => {
                if self.names.contains(&key(first)) {
                    return Err(format!("`{first}` is said to be a name above"));
                }
                self.never.insert(key(first));
            }
            "post" | "职务" => {
                if first.chars().nth(POST_CHARS_MAX).is_some() {
                    return Err(format!(
                        "a post of more than {POST_CHARS_MAX} characters: give the word it ends in"
                    ));
                }
                self.posts.insert(first.to_owned());
            }
            "alias" | "别名" => self.take_alias(first, second)?,
            "organ" | "机构" => {
                let full = second.unwrap_or(first);
                let known = self.organs.entry(first.to_owned()).or_insert_with(|| full.to_owned());
                if known != full {
                    return Err(format!("`{first}` stands for `{known}` above"));
                }
            }
            "join" | "合并" => self.correct(first, Vec::new(), line, place)?,
            "part" | "分开" => {
                let marks: Vec<Vec<String>> = words[1..]
                    .iter()
                    .map(|w| {
                        let marks = w.split([',', '，', '、']).map(str::trim).filter(|m| !m.is_empty());
                        marks.map(str::to_owned).collect::<Vec<String>>()
                    })
                    .filter(|marks| !marks.is_empty())
                    .collect();
                if marks.len() < 2 {
                    return Err(format!("`{first}` is not parted: two persons and more have marks"));
                }
                self.correct(first, marks, line, place)?;
            }
            _ => {
                return Err(format!("`{what}` is none of name, never, alias, post, organ, join, part"));
            }
        }
        Ok(())
    }

    fn take_alias(&mut self, alias: &str, person: Option<&str>) -> Result<(), String> {
        let Some(person) = person else {
            return Err(format!("`{alias}` stands for nobody: a name is missing"));
        };
        let (alias, person) = (key(alias), key(person));
        if let Some(known) = self.aliases.get(&alias).filter(|known| **known != person) {
            return Err(format!("`{alias}` stands for `{known}` above"));
        }
        if self.person_of(&person) == alias {
            return Err(format!("`{alias}` would stand for itself"));
        }
        self.aliases.insert(alias, person);
        Ok(())
    }

    fn correct(
        &mut self,
        name: &str,
        persons: Vec<Vec<String>>,
        line: &str,
        place: &str,
    ) -> Result<(), String> {
        let entry = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(known) = self.corrections.get(&key(name)) {
            return if known.persons == persons {
                Ok(())
            } else {
                Err(format!("`{name}` is corrected at {} already", known.place))
            };
        }
        self.corrections.insert(key(name), Correction { persons, entry, place: place.to_owned() });
        Ok(())
    }

    /// The people it names, aliases among them.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        self.names.iter().chain(self.aliases.keys()).chain(self.aliases.values()).map(String::as_str)
    }

    /// What it says is no name.
    pub fn never(&self) -> impl Iterator<Item = &str> {
        self.never.iter().map(String::as_str)
    }

    /// Whether it says that this is no name.
    #[must_use]
    pub fn is_never(&self, name: &str) -> bool {
        self.never.contains(name)
    }

    /// The person an alias stands for; the name itself where it is none.
    #[must_use]
    pub fn person_of<'a>(&'a self, name: &'a str) -> &'a str {
        let mut person = name;
        for _ in 0..ALIAS_STEPS_MAX {
            match self.aliases.get(person) {
                Some(next) => person = next,
                None => break,
            }
        }
        person
    }

    /// The aliases of a person, in order.
    pub fn aliases_of<'a>(&'a self, person: &'a str) -> impl Iterator<Item = &'a str> {
        self.aliases.keys().map(String::as_str).filter(move |alias| self.person_of(alias) == person)
    }

    /// The full name of a body.
    #[must_use]
    pub fn organ_of<'a>(&'a self, organ: &'a str) -> &'a str {
        self.organs.get(organ).map_or(organ, String::as_str)
    }

    /// The short names of bodies.
    pub fn organs(&self) -> impl Iterator<Item = &str> {
        self.organs.keys().map(String::as_str)
    }

    /// The posts it adds.
    pub fn posts(&self) -> impl Iterator<Item = &str> {
        self.posts.iter().map(String::as_str)
    }

    /// How the persons of a name are corrected.
    #[must_use]
    pub fn correction(&self, name: &str) -> Option<&Correction> {
        self.corrections.get(name)
    }

    /// The words of which the two say different things: where they stand, people may be found otherwise.
    #[must_use]
    pub fn words_changed(&self, other: &Self) -> BTreeSet<String> {
        let entries = |overlay: &Self| -> BTreeSet<(u8, String, String)> {
            let plain = |kind: u8, words: &BTreeSet<String>| -> Vec<(u8, String, String)> {
                words.iter().map(|w| (kind, w.clone(), String::new())).collect()
            };
            let pairs = |kind: u8, words: &BTreeMap<String, String>| -> Vec<(u8, String, String)> {
                words.iter().map(|(w, v)| (kind, w.clone(), v.clone())).collect()
            };
            let mut all: BTreeSet<_> = plain(0, &overlay.names).into_iter().collect();
            all.extend(plain(1, &overlay.never));
            all.extend(plain(2, &overlay.posts));
            all.extend(pairs(3, &overlay.aliases));
            all.extend(pairs(4, &overlay.organs));
            all
        };
        let (mine, theirs) = (entries(self), entries(other));
        let changed = mine.symmetric_difference(&theirs).cloned();
        // An alias makes its person a known name too; a body's full name bears on no recognition.
        changed
            .flat_map(|(kind, word, value)| if kind == 3 { vec![word, value] } else { vec![word] })
            .collect()
    }

    /// The names whose persons the two gather differently.
    #[must_use]
    pub fn names_changed(&self, other: &Self) -> BTreeSet<String> {
        let mut changed = BTreeSet::new();
        for name in self.corrections.keys().chain(other.corrections.keys()) {
            if self.corrections.get(name) != other.corrections.get(name) {
                changed.insert(name.clone());
            }
        }
        for alias in self.aliases.keys().chain(other.aliases.keys()) {
            if self.person_of(alias) != other.person_of(alias) {
                changed.extend([alias.clone(), self.person_of(alias).to_owned()]);
                changed.insert(other.person_of(alias).to_owned());
            }
        }
        changed
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
            + self.never.len()
            + self.aliases.len()
            + self.posts.len()
            + self.organs.len()
            + self.corrections.len()
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lines_are_told_and_the_rest_is_used() {
        let read = Overlay::parse(
            "a.txt",
            "# 区里的人\nname 努尔兰\n人名\nalias 老申 申小满\norgan 区两山办 区绿水青山办公室\nalias 老\nname 甲 乙\n\
             never 努尔兰\nalias 老申 别人\nalias 申小满 老申\npart 王刚 副区长\npart 王刚 副区长 柳林村,村民\njoin 王刚\n",
        );
        let lines: Vec<_> = read.problems.iter().filter_map(|p| p.line).collect();
        assert_eq!(lines, [3, 6, 7, 8, 9, 10, 11, 13]);
        let overlay = read.value;
        assert_eq!(overlay.person_of("老申"), "申小满");
        assert_eq!(overlay.aliases_of("申小满").collect::<Vec<_>>(), ["老申"]);
        assert_eq!(overlay.organ_of("区两山办"), "区绿水青山办公室");
        assert_eq!(overlay.people().collect::<Vec<_>>(), ["努尔兰", "老申", "申小满"]);
        let correction = overlay.correction("王刚").unwrap();
        assert_eq!(correction.place, "a.txt:12");
        assert_eq!(correction.persons, [vec!["副区长".to_owned()], vec!["柳林村".into(), "村民".into()]]);
    }

    #[test]
    fn what_changed_between_two_is_told() {
        let read = |text: &str| Overlay::parse("a.txt", text).value;
        let (a, b) = (read("name 努尔兰\nalias 老申 申小满"), read("name 努尔兰\nnever 高水平\njoin 王刚"));
        let words: Vec<String> = a.words_changed(&b).into_iter().collect();
        assert_eq!(words, ["申小满", "老申", "高水平"]);
        let names: Vec<String> = a.names_changed(&b).into_iter().collect();
        assert_eq!(names, ["王刚", "申小满", "老申"]);
        assert!(a.words_changed(&a).is_empty() && b.names_changed(&b).is_empty());
    }
}
