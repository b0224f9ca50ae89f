//! Completes what is being typed: names by their characters and by their sound, and posts.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tantivy::Term;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;

use super::Archive;
use super::people::person_url;
use super::slip::Reason;
use crate::index::Error;
use crate::index::schema::DocumentKind;
use crate::people::Person;
use crate::query::{Field, Query, Term as Asked};
use crate::text::fold::fold;
use crate::text::pinyin::{name_initials, name_letters};

/// What a [`Suggestion`] is; closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SuggestionKind {
    /// A person of the archive.
    Person,
    /// A post that persons of the archive hold.
    Post,
}

/// One way to go on with what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Suggestion {
    /// The name or post.
    pub text: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// The whole question, its last word completed.
    pub query: String,
    /// The person's page on this server.
    pub url: Option<String>,
    /// The person's latest post.
    pub note: Option<String>,
    /// Number of articles that print it.
    pub articles: u64,
    /// Why, where it doesn't go on with what was typed but may have been meant by it (陆坏舟 for 陆怀舟).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// What can be suggested: every entry under each of its keys, sorted by key.
#[derive(Debug, Default)]
pub(super) struct Table {
    entries: Vec<Entry>,
    keys: Vec<(String, usize)>,
}

/// What can be suggested.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) text: String,
    kind: SuggestionKind,
    url: Option<String>,
    note: Option<String>,
    pub(crate) articles: u64,
}

impl Entry {
    /// A person, and what it is found by.
    pub(crate) fn person(person: Person) -> ([String; 3], Self) {
        let latest = person.holdings.iter().max_by_key(|h| (h.last_seen, h.sightings));
        let keys = [fold(&person.name), name_letters(&person.name), name_initials(&person.name)];
        let entry = Self {
            url: Some(person_url(&person.id)),
            note: latest.map(|h| h.post.clone()),
            text: person.name,
            kind: SuggestionKind::Person,
            articles: person.articles,
        };
        (keys, entry)
    }

    /// A post that so many articles print.
    pub(crate) const fn post(text: String, articles: u64) -> Self {
        Self { text, kind: SuggestionKind::Post, url: None, note: None, articles }
    }
}

/// A question that is being typed.
pub(crate) struct Typed<'a> {
    /// What stands before its last word.
    rest: &'a str,
    /// The last word, as it is compared.
    pub(crate) prefix: String,
}

impl<'a> Typed<'a> {
    /// None where no word was begun.
    pub(crate) fn read(typed: &'a str) -> Option<Self> {
        let word = typed.rsplit(char::is_whitespace).next().unwrap_or_default();
        let rest = &typed[..typed.len() - word.len()];
        let prefix = fold(word).to_lowercase().replace('\'', "");
        (!prefix.is_empty()).then_some(Self { rest, prefix })
    }

    /// The question with its last word completed.
    pub(crate) fn completed(&self, entry: &Entry) -> Suggestion {
        let word = match entry.kind {
            SuggestionKind::Person => entry.text.clone(),
            SuggestionKind::Post => {
                let term = Asked::Literal(entry.text.clone());
                Query::Field { field: Field::Post, term }.to_string()
            }
        };
        Suggestion {
            text: entry.text.clone(),
            kind: entry.kind,
            query: format!("{}{word}", self.rest),
            url: entry.url.clone(),
            note: entry.note.clone(),
            articles: entry.articles,
            reason: None,
        }
    }

    /// The question with another name in the place of its last word, which may be a slip for it.
    pub(crate) fn meant(&self, found: Vec<(Person, Reason)>, limit: usize) -> Vec<Suggestion> {
        let suggested = found.into_iter().take(limit).map(|(person, reason)| {
            let (_, entry) = Entry::person(person);
            Suggestion { reason: Some(reason), ..self.completed(&entry) }
        });
        suggested.collect()
    }
}

impl Table {
    fn new(persons: Vec<Person>) -> Self {
        let mut table = Self::default();
        let mut posts: BTreeMap<String, u64> = BTreeMap::new();
        for person in persons {
            for holding in &person.holdings {
                *posts.entry(holding.post.clone()).or_default() += holding.sightings;
            }
            let (keys, entry) = Entry::person(person);
            table.add(&keys, entry);
        }
        for (post, articles) in posts {
            table.add(&[fold(&post)], Entry::post(post, articles));
        }
        table.keys.sort_unstable();
        table
    }

    fn add(&mut self, keys: &[String], entry: Entry) {
        let at = self.entries.len();
        self.keys.extend(keys.iter().filter(|k| !k.is_empty()).map(|k| (k.clone(), at)));
        self.entries.push(entry);
    }

    /// The entries with a key that begins so, those in most articles first.
    fn beginning(&self, prefix: &str, limit: usize) -> Vec<&Entry> {
        let from = self.keys.partition_point(|(key, _)| key.as_str() < prefix);
        let mut found: Vec<usize> = self.keys[from..]
            .iter()
            .take_while(|(key, _)| key.starts_with(prefix))
            .map(|(_, at)| *at)
            .collect();
        found.sort_unstable();
        found.dedup();
        let mut found: Vec<&Entry> = found.into_iter().map(|at| &self.entries[at]).collect();
        found.sort_by_key(|e| (e.kind, Reverse(e.articles), &e.text, &e.url));
        found.truncate(limit);
        found
    }
}

impl Archive {
    /// Ways to go on with a question that is being typed: its last word as the beginning of a name
    /// (`魏`, `weizh`, `wzd`) or of a post. Where nothing begins so, names that it may be a slip for.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>, Error> {
        let Some(typed) = Typed::read(typed) else { return Ok(Vec::new()) };
        let found = self.suggestions()?.beginning(&typed.prefix, limit);
        if found.is_empty() {
            return Ok(typed.meant(self.persons_meant(&typed.prefix)?, limit));
        }
        Ok(found.into_iter().map(|entry| typed.completed(entry)).collect())
    }

    /// The table of this generation, made when first needed.
    fn suggestions(&self) -> Result<&Table, Error> {
        if let Some(table) = self.suggestions.get() {
            return Ok(table);
        }
        let term = Term::from_field_text(self.open.fields.kind, DocumentKind::Person.key());
        let persons = self.all(&TermQuery::new(term, IndexRecordOption::Basic), usize::MAX)?;
        // Two that make it at once make the same.
        Ok(self.suggestions.get_or_init(|| Table::new(persons)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, articles: u64) -> Person {
        let json = serde_json::json!({
            "id": name, "name": name, "pinyin": "", "kind": "official", "articles": articles,
            "first_seen": null, "last_seen": null, "holdings": [],
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_name_is_found_by_characters_letters_and_initials_the_frequent_first() {
        let table = Table::new(vec![person("魏振东", 3), person("魏子健", 9), person("孙鸣", 5)]);
        let names = |prefix: &str| -> Vec<String> {
            table.beginning(prefix, 5).into_iter().map(|e| e.text.clone()).collect()
        };
        assert_eq!(names("魏"), ["魏子健", "魏振东"]);
        assert_eq!(names("weizhen"), ["魏振东"]);
        assert_eq!(names("wz"), ["魏子健", "魏振东"]);
        assert_eq!(names("sm"), ["孙鸣"]);
        assert_eq!(names("振"), [] as [&str; 0]);
    }
}
