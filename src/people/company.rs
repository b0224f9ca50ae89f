//! Who is named beside whom, article by article.

use std::collections::HashMap;
use std::sync::Arc;

/// Everybody named in each article. Names are numbered: who somebody is matters only where two articles
/// are compared, and of a large archive there are many millions of these entries. All names of one company are
/// numbered here, or all by somebody else.
#[derive(Debug, Default)]
pub struct Company {
    numbers: HashMap<Arc<str>, u32>,
    /// One more than the highest number.
    people: usize,
    named: Vec<u32>,
    /// Where in `named` those of an article end.
    ends: Vec<u64>,
}

impl Company {
    /// The number of a name, which it is given when first asked for.
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let next = self.numbers.len() as u32;
        *self.numbers.entry(name.into()).or_insert(next)
    }

    /// Takes those named in one more article; gives the number of the article.
    pub fn add<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) -> u32 {
        for name in names {
            let number = self.number(name);
            self.named.push(number);
        }
        self.people = self.people.max(self.numbers.len());
        self.end()
    }

    /// The same with those named by numbers that somebody else has given.
    pub fn add_numbered(&mut self, names: impl IntoIterator<Item = u32>) -> u32 {
        let before = self.named.len();
        self.named.extend(names);
        let highest = self.named[before..].iter().max().map_or(0, |highest| *highest as usize + 1);
        self.people = self.people.max(highest);
        self.end()
    }

    /// The names that were added, in the order of their numbers.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names = vec![""; self.numbers.len()];
        self.numbers.iter().for_each(|(name, number)| names[*number as usize] = name);
        names
    }

    fn end(&mut self) -> u32 {
        self.ends.push(self.named.len() as u64);
        (self.ends.len() - 1) as u32
    }

    /// Those named in an article, by numbers from 0; nobody in an article that was never added.
    #[must_use]
    pub fn of(&self, article: u32) -> &[u32] {
        let end = |n: usize| self.ends.get(n).map_or(0, |end| *end as usize);
        let article = article as usize;
        self.named.get(article.checked_sub(1).map_or(0, end)..end(article)).unwrap_or_default()
    }

    /// How many different people may be named: one more than the highest number.
    #[must_use]
    pub const fn people(&self) -> usize {
        self.people
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_one_number_in_all_articles() {
        let mut company = Company::default();
        let articles = [company.add(["甲乙", "丙丁"]), company.add([]), company.add(["丙丁", "戊己"])];
        let [first, none, last] = articles.map(|article| company.of(article));
        assert_eq!((first.len(), none.len(), last.len(), company.people()), (2, 0, 2, 3));
        assert_eq!(first[1], last[0]);
        assert_ne!(first[0], last[1]);
        assert_eq!(company.names(), ["甲乙", "丙丁", "戊己"]);
        assert!(company.of(3).is_empty());
        let mut numbered = Company::default();
        let article = numbered.add_numbered([7, 2]);
        assert_eq!((numbered.of(article), numbered.people()), (&[7, 2][..], 8));
    }
}
