//! Finds the people named in a text, with post and evidence.

mod person;
pub use person::{Holding, HoldingEvidence, HoldingStatus, Person, Sighting, gather, sightings};

use crate::diag::ByteSpan;
use crate::paper::Article;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// k
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// o
    Official,
    /// r
    Reporter,
    /// o
    Other,
}
/// e
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// p
    Post,
}
/// p
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostMention {
    /// t
    pub text: String,
    /// s
    pub span: ByteSpan,
}
/// m
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// n
    pub name: String,
    /// s
    pub span: ByteSpan,
    /// k
    pub kind: Kind,
    /// p
    pub posts: Vec<PostMention>,
    /// e
    pub evidence: Evidence,
}
/// s
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSummary {
    /// n
    pub name: String,
    /// k
    pub kind: Kind,
    /// p
    pub posts: Vec<String>,
    /// p
    pub parts: Vec<String>,
}
/// a
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticlePeople {
    /// m
    pub mentions: Vec<Mention>,
    /// s
    pub summary: Vec<PersonSummary>,
}
/// n
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameBook {
    names: BTreeMap<String, u32>,
}
impl NameBook {
    /// t
    pub fn taught(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }
    /// a
    pub fn add(&mut self, mentions: &[Mention]) {
        for m in mentions {
            *self.names.entry(m.name.clone()).or_default() += 1;
        }
    }
    /// m
    pub fn merge(&mut self, other: &NameBook) {
        for (n, c) in &other.names {
            *self.names.entry(n.clone()).or_default() += c;
        }
    }
    /// s
    pub fn subtract(&mut self, other: &NameBook) {
        for (n, c) in &other.names {
            if let Some(x) = self.names.get_mut(n) {
                *x = x.saturating_sub(*c);
                if *x == 0 {
                    self.names.remove(n);
                }
            }
        }
    }
}
/// m
#[must_use]
pub fn mentions(_text: &str, _book: &NameBook) -> Vec<Mention> {
    Vec::new()
}
/// a
#[must_use]
pub fn of_article(article: &Article, book: &NameBook) -> ArticlePeople {
    ArticlePeople { mentions: mentions(&article.full_text().0, book), summary: Vec::new() }
}
/// s
#[derive(Debug, Clone)]
pub struct SplitPost {
    /// o
    pub organ: Option<String>,
    /// t
    pub title: String,
}
/// s
#[must_use]
pub fn split_post(post: &str) -> SplitPost {
    SplitPost { organ: None, title: post.to_owned() }
}
/// p
#[must_use]
pub fn post_answers(asked: &str, held: &str) -> bool {
    asked == held
}
