//! What an article says of one person, as one text: a column of the index, and kept on disk while an
//! archive is built.
//!
//! The name stands first, so that all that is said of one name stands together where texts are sorted;
//! articles that say the same of a person give the same text.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Kind;
use super::person::{DatedChange, Sighting};

/// Longest text: columns of the index cut longer values.
const TEXT_BYTES_MAX: usize = 60_000;

/// What an article says of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said(String, Kind, Vec<(String, String)>, Vec<DatedChange>);

impl Said {
    /// What a sighting of a name says.
    #[must_use]
    pub fn of(name: &str, sighting: &Sighting) -> Self {
        Self(name.to_owned(), sighting.kind, sighting.posts.clone(), sighting.changes.clone())
    }

    /// As text; texts of one name stand together in order. Where an article prints more posts with one name
    /// than a text can hold, hundreds of them, the last are left out.
    ///
    /// # Errors
    ///
    /// Gives the error of the serialiser, which only a bug can cause.
    pub fn text(&self) -> serde_json::Result<String> {
        let mut text = serde_json::to_string(self)?;
        let mut fewer = (text.len() > TEXT_BYTES_MAX).then(|| self.clone());
        while let Some(said) = fewer.as_mut().filter(|said| !(said.2.is_empty() && said.3.is_empty())) {
            said.2.truncate(said.2.len() / 2);
            said.3.truncate(said.3.len() / 2);
            text = serde_json::to_string(said)?;
            if text.len() <= TEXT_BYTES_MAX {
                break;
            }
        }
        Ok(text)
    }

    /// Reads a text.
    ///
    /// # Errors
    ///
    /// Where it was not written by [`Said::text`].
    pub fn read(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// What all texts of a name begin with, and no text of another.
    #[must_use]
    pub fn beginning(name: &str) -> String {
        format!("[{},", serde_json::Value::from(name))
    }

    /// The name that a text begins with.
    #[must_use]
    pub fn name_in(text: &str) -> Option<String> {
        let mut values = serde_json::Deserializer::from_str(text.get(1..)?).into_iter::<String>();
        values.next()?.ok()
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The sighting that says it.
    #[must_use]
    pub fn sighting(&self, id: String, date: Option<Date>, company: Arc<[Arc<str>]>) -> Sighting {
        Sighting { id, date, kind: self.1, posts: self.2.clone(), changes: self.3.clone(), company }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::Turn;

    #[test]
    fn what_is_said_comes_back_and_begins_with_its_name_alone() {
        let change = DatedChange {
            post: "区长".to_owned(),
            turn: Turn::Begin,
            day: "2031-03-18".parse().ok(),
            quote: "任命申小满为区长".to_owned(),
        };
        let sighting = Sighting {
            id: "a/1".to_owned(),
            date: "2031-03-19".parse().ok(),
            kind: Kind::Official,
            posts: vec![("区长".to_owned(), "区长“\"申小满".to_owned())],
            changes: vec![change],
            company: [Arc::from("申小满")].into(),
        };
        for name in ["申小满", "申小", "Peter \"P.\" Smith", "a\tb\\", ""] {
            let text = Said::of(name, &sighting).text().unwrap();
            let said = Said::read(&text).unwrap();
            assert_eq!(said.name(), name);
            assert_eq!(Said::name_in(&text).as_deref(), Some(name));
            assert!(text.starts_with(&Said::beginning(name)), "{text}");
            assert!(!text.starts_with(&Said::beginning("申")), "{text}");
            assert_eq!(said.sighting("a/1".to_owned(), sighting.date, sighting.company.clone()), sighting);
        }
        assert_eq!(Said::name_in(""), None);
    }

    #[test]
    fn a_text_fits_into_a_column_however_many_posts_an_article_prints() {
        let posts = (0..5_000).map(|n| (format!("第{n}组组长"), format!("第{n}组组长申小满"))).collect();
        let sighting = Sighting {
            id: String::new(),
            date: None,
            kind: Kind::Official,
            posts,
            changes: Vec::new(),
            company: [].into(),
        };
        let text = Said::of("申小满", &sighting).text().unwrap();
        assert!((20_000..=TEXT_BYTES_MAX).contains(&text.len()), "{} bytes", text.len());
        let said = Said::read(&text).unwrap();
        assert_eq!(said.sighting(String::new(), None, [].into()).posts, sighting.posts[..said.2.len()]);
    }
}
