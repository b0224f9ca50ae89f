//! What a document holds, field by field, before anything is cut into terms: for engines other than
//! the one underneath.

use std::sync::OnceLock;

use tantivy::TantivyDocument;
use tantivy::schema::{Document as _, Schema, Value as _};

use super::document::{StoredArticle, StoredPage, article_document, page_document, person_document};
use super::schema::{DocumentKind, Fields, Head, schema};
use crate::people::Person;

/// The values of a document by field, in the order in which they are indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flat {
    /// What it is.
    pub kind: DocumentKind,
    /// Its id, unique among all documents.
    pub id: String,
    /// The value it was made from, as JSON.
    pub record: String,
    /// Texts as printed: field and value.
    pub texts: Vec<(String, String)>,
    /// Numbers: field and value.
    pub numbers: Vec<(String, u64)>,
}

fn fields() -> &'static (Schema, Fields) {
    static SCHEMA: OnceLock<(Schema, Fields)> = OnceLock::new();
    SCHEMA.get_or_init(schema)
}

impl Flat {
    /// An article taken apart.
    ///
    /// # Errors
    ///
    /// Gives the error of the serialiser, which only a bug can cause.
    pub fn article(stored: &StoredArticle) -> serde_json::Result<Self> {
        let document = article_document(&fields().1, stored)?;
        let mut flat = Self::of(DocumentKind::Article, serde_json::to_string(stored)?, &document);
        // The engine underneath finds these lines by their places in the whole text.
        for (part, run) in stored.runs() {
            let name = match Head::of(part) {
                Some(Head::Headline) => "headline",
                Some(Head::Kicker) => "kicker",
                Some(Head::Deck) => "deck",
                None => continue,
            };
            flat.texts.push((name.to_owned(), run.into_owned()));
        }
        Ok(flat)
    }

    /// A person taken apart.
    ///
    /// # Errors
    ///
    /// Gives the error of the serialiser, which only a bug can cause.
    pub fn person(person: &Person) -> serde_json::Result<Self> {
        Ok(Self::of(
            DocumentKind::Person,
            serde_json::to_string(person)?,
            &person_document(&fields().1, person),
        ))
    }

    /// A page taken apart.
    ///
    /// # Errors
    ///
    /// Gives the error of the serialiser, which only a bug can cause.
    pub fn page(page: &StoredPage) -> serde_json::Result<Self> {
        Ok(Self::of(DocumentKind::Page, serde_json::to_string(page)?, &page_document(&fields().1, page)))
    }

    fn of(kind: DocumentKind, record: String, document: &TantivyDocument) -> Self {
        let (schema, fields) = fields();
        let mut flat = Self { kind, id: String::new(), record, texts: Vec::new(), numbers: Vec::new() };
        for (field, value) in document.iter_fields_and_values() {
            if let Some(text) = value.as_str() {
                if field == fields.id {
                    flat.id = text.to_owned();
                // What is said of people is read again by an archive that grows, and by nobody who asks.
                } else if field != fields.kind && field != fields.said {
                    flat.texts.push((schema.get_field_name(field).to_owned(), text.to_owned()));
                }
            } else if let Some(number) = value.as_u64() {
                // Places in the field `exact` as the engine underneath has it.
                if field == fields.borders || field == fields.heads {
                    continue;
                }
                flat.numbers.push((schema.get_field_name(field).to_owned(), number));
            }
        }
        flat
    }
}
