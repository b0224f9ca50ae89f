//! An archive's own lexicon: names and never-names, aliases, posts and bodies of its place.
//!
//! One entry a line, `word value…`; `#` begins a comment:
//!
//! ```text
//! name   努尔兰             a person whose form does not show it
//! never  高水平             looks like a name and is none
//! alias  老魏 魏振东        the first stands for the second
//! post   河长               ends a post
//! organ  区两山办           the short name of a body; a second word is the full one
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::diag::{Parsed, Problem, ProblemKind};

/// What an archive adds to the lexicon, and overrides in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlay {
    names: BTreeSet<String>,
    never: BTreeSet<String>,
    aliases: BTreeMap<String, String>,
    posts: BTreeSet<String>,
    organs: BTreeMap<String, String>,
}

impl Overlay {
    /// Reads a lexicon file; bad lines are told with their numbers and the rest is used.
    ///
    /// ```
    /// use baoku::people::Overlay;
    /// let read = Overlay::parse("never 高水平\nnmae 甲乙丙\n");
    /// assert_eq!(read.value.never().collect::<Vec<_>>(), ["高水平"]);
    /// assert_eq!(read.problems[0].line, Some(2));
    /// ```
    #[must_use]
    pub fn parse(file: &str) -> Parsed<Self> {
        let mut overlay = Self::default();
        let mut problems = Vec::new();
        for (i, line) in file.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.split('#').next().unwrap_or("").trim();
            if line.is_empty() {
                continue;
            }
            if let Err(message) = overlay.take(line) {
                problems.push(Problem::new(ProblemKind::BadLine, message).at_line(i + 1));
            }
        }
        Parsed { value: overlay, problems }
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let mut words = line.split_whitespace();
        let (what, first, second, more) =
            (words.next().unwrap_or(""), words.next(), words.next(), words.next());
        let Some(first) = first else { return Err(format!("`{what}` without a word behind it")) };
        if more.is_some() {
            return Err(format!("more than two words behind `{what}`"));
        }
        if first.chars().count() > 40 {
            return Err(format!("a word of more than 40 characters behind `{what}`"));
        }
        match (what, second) {
            ("name" | "人名", None) => self.names.insert(first.to_owned()),
            ("never" | "非人名", None) => self.never.insert(first.to_owned()),
            ("post" | "职务", None) => self.posts.insert(first.to_owned()),
            ("alias" | "别名", Some(name)) => {
                self.aliases.insert(first.to_owned(), name.to_owned()).is_none()
            }
            ("organ" | "机构", full) => {
                self.organs.insert(first.to_owned(), full.unwrap_or(first).to_owned()).is_none()
            }
            ("alias" | "别名", None) => {
                return Err(format!("`{first}` stands for nobody: a name is missing"));
            }
            ("name" | "人名" | "never" | "非人名" | "post" | "职务", Some(_)) => {
                return Err(format!("more than one word behind `{what}`"));
            }
            _ => return Err(format!("`{what}` is none of name, never, alias, post, organ")),
        };
        Ok(())
    }

    /// Takes over what another one says; where both say something of one word, the greater text stays,
    /// so that the order of merging does not matter.
    pub fn merge(&mut self, other: &Self) {
        self.names.extend(other.names.iter().cloned());
        self.never.extend(other.never.iter().cloned());
        self.posts.extend(other.posts.iter().cloned());
        for (mine, theirs) in [(&mut self.aliases, &other.aliases), (&mut self.organs, &other.organs)] {
            for (k, v) in theirs {
                let slot = mine.entry(k.clone()).or_insert_with(|| v.clone());
                if *slot < *v {
                    slot.clone_from(v);
                }
            }
        }
    }

    /// The people it names, aliases among them.
    pub fn people(&self) -> impl Iterator<Item = &str> {
        self.names.iter().chain(self.aliases.keys()).chain(self.aliases.values()).map(String::as_str)
    }

    /// What it says is no name.
    pub fn never(&self) -> impl Iterator<Item = &str> {
        self.never.iter().map(String::as_str)
    }

    /// The person an alias stands for.
    #[must_use]
    pub fn person_of<'a>(&'a self, name: &'a str) -> &'a str {
        self.aliases.get(name).map_or(name, String::as_str)
    }

    /// The full name of a body.
    #[must_use]
    pub fn organ_of<'a>(&'a self, organ: &'a str) -> &'a str {
        self.organs.get(organ).map_or(organ, String::as_str)
    }

    /// The posts it adds.
    pub fn posts(&self) -> impl Iterator<Item = &str> {
        self.posts.iter().map(String::as_str)
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lines_are_told_and_the_rest_is_used() {
        let read = Overlay::parse(
            "# 区里的人\nname 努尔兰\n人名\nalias 老申 申小满\norgan 区两山办 区绿水青山办公室\nalias 老\nname 甲 乙\n",
        );
        let lines: Vec<_> = read.problems.iter().filter_map(|p| p.line).collect();
        assert_eq!(lines, [3, 6, 7]);
        assert_eq!(read.value.person_of("老申"), "申小满");
        assert_eq!(read.value.organ_of("区两山办"), "区绿水青山办公室");
        assert_eq!(read.value.people().collect::<Vec<_>>(), ["努尔兰", "老申", "申小满"]);
    }
}
