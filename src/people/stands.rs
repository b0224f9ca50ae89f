//! Counts in how many articles the characters of names stand, whoever is meant there.

use std::collections::HashMap;

use super::lookup::Lookup;
use super::table;
use crate::paper::Article;
use crate::text::fold::fold_char;

/// Which characters stand side by side in some articles: of the names of a large archive nearly all stand in
/// none of a few articles, and need not be looked for.
pub(crate) struct Pairs(Vec<u8>);

impl Default for Pairs {
    fn default() -> Self {
        Self(vec![0; table::PAIRS_BYTES])
    }
}

impl Pairs {
    /// Takes in what stands in one more article.
    pub(crate) fn take(&mut self, article: &Article) {
        for (_, text) in article.parts() {
            let mut before = None;
            for c in text.chars().map(fold_char) {
                if let Some(before) = before.replace(c) {
                    let (byte, bit) = table::pair(table::hash([before, c]));
                    self.0[byte] |= bit;
                }
            }
        }
    }

    /// Whether a name may stand in one of them.
    pub(crate) fn may_have(&self, name: &str) -> bool {
        name.chars().zip(name.chars().skip(1)).all(|(before, c)| {
            let (byte, bit) = table::pair(table::hash([before, c]));
            self.0[byte] & bit != 0
        })
    }
}

/// Names that are looked for in articles.
pub(crate) struct Stands {
    names: Vec<String>,
    /// Their numbers, from 1.
    lookup: Lookup,
}

/// In how many articles names stand, by their numbers.
pub(crate) struct Standing(Vec<u32>);

impl Standing {
    /// Takes in the names that stand in one article.
    pub(crate) fn take(&mut self, names: Vec<u32>) {
        names.into_iter().for_each(|number| self.0[number as usize] += 1);
    }
}

impl Stands {
    pub(crate) fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let names: Vec<String> = names.map(str::to_owned).collect();
        let mut lookup = Lookup::default();
        for (number, name) in (1..).zip(&names) {
            lookup.add(name.chars(), number);
        }
        Self { names, lookup }
    }

    /// No article so far.
    pub(crate) fn empty(&self) -> Standing {
        Standing(vec![0; self.names.len()])
    }

    /// The names that stand in an article, by number, each once.
    pub(crate) fn standing_in(&self, article: &Article) -> Vec<u32> {
        let mut found = Vec::new();
        let mut chars: Vec<char> = Vec::new();
        for (_, text) in article.parts() {
            chars.clear();
            chars.extend(text.chars().map(fold_char));
            for at in 0..chars.len() {
                self.lookup.names_from(&chars[at..], |_, number| found.push(number - 1));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The names that stand anywhere, each with the number of articles.
    pub(crate) fn counted(self, standing: Standing) -> HashMap<String, u32> {
        self.names.into_iter().zip(standing.0).filter(|(_, articles)| *articles > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_counts_once_for_each_name_that_stands_in_one_of_its_parts() {
        let article = |headline: &str, paragraphs: &[&str]| Article {
            headline: Some(headline.to_owned()),
            paragraphs: paragraphs.iter().map(|p| (*p).to_owned()).collect(),
            ..Article::default()
        };
        let articles = [
            article("申小满到场", &["申小满说，王刚强也来了。", "郭"]),
            article("简讯", &["望山。郭望", "山。"]),
            article("简讯", &["郭望山。"]),
        ];
        let stands = Stands::of(["申小满", "王刚", "郭望山", "无人"].into_iter());
        let mut standing = stands.empty();
        articles.iter().for_each(|article| standing.take(stands.standing_in(article)));
        let counted = ["申小满", "王刚", "郭望山"].map(|name| (name.to_owned(), 1));
        assert_eq!(stands.counted(standing), HashMap::from(counted));
        let mut pairs = Pairs::default();
        articles.iter().for_each(|article| pairs.take(article));
        assert!(["申小满", "王刚", "郭望山", "郭"].iter().all(|name| pairs.may_have(name)));
        assert!(!pairs.may_have("无人") && !pairs.may_have("王望"));
    }
}
