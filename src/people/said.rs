//! What an article says of one person, as one text: a column of the index, and kept on disk while an
//! archive is built.
//!
//! The name stands first, so that all that is said of one name stands together where texts are sorted;
//! articles that say the same of a person give the same text.

use serde::{Deserialize, Serialize};

use super::Kind;
use super::person::DatedChange;

/// Longest text: columns of the index cut longer values.
const TEXT_BYTES_MAX: usize = 60_000;

/// What an article says of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said(String, Kind, Vec<(String, String)>, Vec<DatedChange>);

impl Said {
    /// What is said of a name: what the person is taken for, posts with the words that print them, and
    /// changes of posts.
    #[must_use]
    pub fn new(name: &str, kind: Kind, posts: Vec<(String, String)>, changes: Vec<DatedChange>) -> Self {
        Self(name.to_owned(), kind, posts, changes)
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

    /// What the person is taken for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.1
    }

    /// Posts printed with the name, each with the words that print it.
    #[must_use]
    pub fn posts(&self) -> &[(String, String)] {
        &self.2
    }

    /// Posts that the person was given or gave up.
    #[must_use]
    pub fn changes(&self) -> &[DatedChange] {
        &self.3
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
        let posts = vec![("区长".to_owned(), "区长“\"申小满".to_owned())];
        for name in ["申小满", "申小", "Peter \"P.\" Smith", "a\tb\\", ""] {
            let said = Said::new(name, Kind::Official, posts.clone(), vec![change.clone()]);
            let text = said.text().unwrap();
            assert_eq!(Said::read(&text).unwrap(), said);
            assert_eq!(said.name(), name);
            assert_eq!(Said::name_in(&text).as_deref(), Some(name));
            assert!(text.starts_with(&Said::beginning(name)), "{text}");
            assert!(!text.starts_with(&Said::beginning("申")), "{text}");
        }
        assert_eq!(Said::name_in(""), None);
    }

    #[test]
    fn a_text_fits_into_a_column_however_many_posts_an_article_prints() {
        let posts = (0..5_000).map(|n| (format!("第{n}组组长"), format!("第{n}组组长申小满"))).collect();
        let whole = Said::new("申小满", Kind::Official, posts, Vec::new());
        let text = whole.text().unwrap();
        assert!((20_000..=TEXT_BYTES_MAX).contains(&text.len()), "{} bytes", text.len());
        let said = Said::read(&text).unwrap();
        assert_eq!(said.posts(), &whole.posts()[..said.posts().len()]);
    }
}
