//! Who is named beside whom, article by article.

use std::collections::HashMap;
use std::sync::Arc;

/// Everybody named in each article. Names are numbered: who somebody is matters only where two articles
/// are compared, and of a large archive there are many millions of these entries.
#[derive(Debug, Default)]
pub struct Company {
    numbers: HashMap<Arc<str>, u32>,
    named: Vec<u32>,
    /// Where in `named` those of an article end.
    ends: Vec<u64>,
}

impl Company {
    /// The number of a name, which it is given when first asked for.
    pub fn number(&mut self, name: &str) -> u32 {
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
        self.end()
    }

    /// The same with those named by their numbers.
    pub fn add_numbered(&mut self, names: impl IntoIterator<Item = u32>) -> u32 {
        self.named.extend(names);
        self.end()
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

    /// How many different people are named.
    #[must_use]
    pub fn people(&self) -> usize {
        self.numbers.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_one_number_in_all_articles() {
        let mut company = Company::default();
        let first = [company.add(["甲乙", "丙丁"]), company.add([])];
        let numbers = ["丙丁", "戊己"].map(|name| company.number(name));
        let articles = [first[0], first[1], company.add_numbered(numbers)];
        let [first, none, last] = articles.map(|article| company.of(article));
        assert_eq!((first.len(), none.len(), last.len(), company.people()), (2, 0, 2, 3));
        assert_eq!(first[1], last[0]);
        assert_ne!(first[0], last[1]);
        assert!(company.of(3).is_empty());
    }
}
