//! Flattens articles and people into index documents.

use serde::{Deserialize, Serialize};
use tantivy::TantivyDocument;

use super::record::closed_up;
use super::schema::{DocumentKind, Fields, Head};
use crate::diag::ByteSpan;
use crate::paper::{Article, Furniture, IssueFacts, TextPart};
use crate::people::{ArticlePeople, Kind, Part, Person, lists, said, split_post};
use crate::text::fold::{fold, fold_char};
use crate::text::pinyin::{name_initials, name_letters};

/// An article as the index keeps it: everything that is shown of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredArticle {
    /// The story.
    pub article: Article,
    /// Paper, date, page, section.
    pub facts: IssueFacts,
    /// The file it was read from, as given.
    pub source: String,
    /// Key of the unit of sources it came from.
    pub unit: String,
    /// The people named in it.
    pub people: ArticlePeople,
}

impl StoredArticle {
    /// The runs of characters that a literal question is compared with, in printed order.
    ///
    /// Each part is a run of its own. A part with names padded by white space (`王 刚`) gives a
    /// second run without that space, so that both spellings are found.
    pub fn runs(&self) -> impl Iterator<Item = (TextPart, std::borrow::Cow<'_, str>)> {
        let padded = self.padded();
        self.article.parts().flat_map(move |(part, text)| {
            let closed = padded.iter().find(|(p, _)| *p == part);
            let closed = closed.map(|(_, spaces)| (part, closed_up(text, spaces).into()));
            std::iter::once((part, text.into())).chain(closed)
        })
    }

    /// White space inside padded names, by part, as spans of that part.
    pub(super) fn padded(&self) -> Vec<(TextPart, Vec<ByteSpan>)> {
        let spacious = |m: &&crate::people::Mention| m.span.len() > m.name.len();
        if !self.people.mentions.iter().any(|m| spacious(&m)) {
            return Vec::new();
        }
        let (text, parts) = self.article.full_text();
        let mut out: Vec<(TextPart, Vec<ByteSpan>)> = Vec::new();
        for mention in self.people.mentions.iter().filter(spacious) {
            let Some((part, span)) =
                parts.iter().find(|(_, s)| s.start <= mention.span.start && mention.span.end <= s.end)
            else {
                continue;
            };
            for (at, c) in mention.span.of(&text).char_indices() {
                if c.is_whitespace() {
                    let start = mention.span.start + at - span.start;
                    let space = ByteSpan::new(start, start + c.len_utf8());
                    match out.last_mut() {
                        Some((p, spaces)) if p == part => spaces.push(space),
                        _ => out.push((*part, vec![space])),
                    }
                }
            }
        }
        out
    }
}

/// A newspaper page as the index keeps it: what stands on it and is no story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPage {
    /// What its articles' ids begin with: `澜湾日报/2031-03-18/1`.
    pub id: String,
    /// Paper, date, page, section.
    pub facts: IssueFacts,
    /// The file it was read from, as given.
    pub source: String,
    /// Key of the unit of sources it came from.
    pub unit: String,
    /// Slogans, folios, imprints, advertisements, as printed.
    pub furniture: Vec<Furniture>,
}

/// The document of an article, without its record.
///
/// # Errors
///
/// Gives the error of the serialiser, which only a bug can cause.
pub(super) fn article_document(
    fields: &Fields,
    stored: &StoredArticle,
) -> serde_json::Result<TantivyDocument> {
    let mut doc = TantivyDocument::default();
    let article = &stored.article;
    doc.add_text(fields.kind, DocumentKind::Article.key());
    doc.add_text(fields.id, &article.id);
    doc.add_text(fields.unit, &stored.unit);
    let mut begin = 0;
    let (mut heads, mut head_bits) = (0, 0);
    for (part, run) in stored.runs() {
        // As the engine counts: between two values lies one place.
        if begin > 0 {
            doc.add_u64(fields.borders, begin);
        }
        let chars = run.chars().count() as u64;
        begin += if chars < 2 { 1 } else { chars + 1 };
        doc.add_text(fields.exact, &run);
        doc.add_text(fields.chars, &run);
        let Some(head) = Head::of(part) else {
            doc.add_text(fields.body_words, &run);
            continue;
        };
        // They come first: three at most, each twice where a name in it is padded.
        heads |= head.number() << head_bits;
        head_bits += 2;
        doc.add_text(fields.head_words, &run);
        for c in run.chars() {
            doc.add_text(fields.head_chars, head_char(head, c));
        }
    }
    doc.add_u64(fields.heads, heads);
    people(&mut doc, fields, stored)?;
    for author in &article.byline {
        doc.add_text(fields.byline, &author.name);
    }
    let facts = &stored.facts;
    for (field, value) in [
        (fields.credit, &article.credit),
        (fields.column, &article.column),
        (fields.section, &facts.section),
        (fields.page, &facts.page),
        (fields.paper, &facts.paper),
    ] {
        if let Some(value) = value {
            doc.add_text(field, value);
        }
    }
    doc.add_text(fields.genre, article.genre.key());
    add_day(&mut doc, fields, facts);
    let told = article.event_date.as_deref().and_then(|day| day.parse().ok());
    if let Some(day) = told.or(facts.date) {
        doc.add_u64(fields.event, day_key(day));
    }
    doc.add_u64(fields.tie, tie(&article.id));
    Ok(doc)
}

fn add_day(doc: &mut TantivyDocument, fields: &Fields, facts: &IssueFacts) {
    if let Some(date) = facts.date {
        let day = day_key(date);
        doc.add_u64(fields.day, day);
        doc.add_u64(fields.month, day / 100);
        doc.add_u64(fields.year, day / 10_000);
    }
}

/// The document of a page: its furniture in fields of its own, so that it never is an article's text.
pub(super) fn page_document(fields: &Fields, page: &StoredPage) -> TantivyDocument {
    let mut doc = TantivyDocument::default();
    doc.add_text(fields.kind, DocumentKind::Page.key());
    doc.add_text(fields.id, page_key(&page.id));
    doc.add_text(fields.unit, &page.unit);
    for item in &page.furniture {
        doc.add_text(fields.furniture, &item.text);
        doc.add_text(fields.furniture_chars, &item.text);
    }
    for (field, value) in [
        (fields.section, &page.facts.section),
        (fields.page, &page.facts.page),
        (fields.paper, &page.facts.paper),
    ] {
        if let Some(value) = value {
            doc.add_text(field, value);
        }
    }
    add_day(&mut doc, fields, &page.facts);
    doc.add_u64(fields.tie, tie(&page.id));
    doc
}

/// Between a person's name and the parts in the columns `part` and `who`, and between the names of `list`.
pub(crate) const BAR: char = '|';
/// Between the parts in the column `who`.
pub(crate) const PLUS: char = '+';

/// Longest value of the column `list`: some thousand names.
const LIST_BYTES_MAX: usize = 60_000;

/// The people of an article: to be searched, and as columns to be counted.
fn people(doc: &mut TantivyDocument, fields: &Fields, stored: &StoredArticle) -> serde_json::Result<()> {
    let mut who: Vec<(&str, Vec<&str>)> = Vec::new();
    for person in &stored.people.summary {
        let mut names = vec![person.name.as_str()];
        names.extend(person.stands_for.as_deref());
        let mut parts: Vec<String> = person.parts.iter().map(|part| fold(part)).collect();
        parts.extend(person.parts.iter().map(|part| Part::of(part).name().to_owned()));
        parts.sort_unstable();
        parts.dedup();
        for name in &names {
            for part in &parts {
                doc.add_text(fields.part, format!("{}{BAR}{part}", fold(name)));
            }
        }
        if person.kind == Kind::Reporter {
            continue;
        }
        let at = who.iter().position(|(name, _)| *name == person.person()).unwrap_or_else(|| {
            who.push((person.person(), Vec::new()));
            who.len() - 1
        });
        who[at].1.extend(person.parts.iter().map(String::as_str));
        for name in names {
            doc.add_text(fields.person, name);
        }
        for post in &person.posts {
            let split = split_post(post);
            doc.add_text(fields.post, post);
            if split.title != *post {
                doc.add_text(fields.post, &split.title);
            }
            if let Some(organ) = &split.organ {
                doc.add_text(fields.organ, organ);
            }
        }
    }
    for (name, parts) in who {
        doc.add_text(fields.who, format!("{name}{BAR}{}", parts.join(&PLUS.to_string())));
    }
    for said in said(&stored.article, &stored.facts, &stored.people) {
        doc.add_text(fields.said, said.text()?);
    }
    for mut list in lists(&stored.article, &stored.people) {
        // Columns cut longer values, and between two bytes of a character.
        let mut bytes = 0;
        let fits = list.iter().take_while(|name| {
            bytes += name.len() + BAR.len_utf8();
            bytes <= LIST_BYTES_MAX
        });
        list.truncate(fits.count());
        doc.add_text(fields.list, list.join(&BAR.to_string()));
    }
    Ok(())
}

/// The document of a person, without its record.
pub(super) fn person_document(fields: &Fields, person: &Person) -> TantivyDocument {
    let mut doc = TantivyDocument::default();
    doc.add_text(fields.kind, DocumentKind::Person.key());
    doc.add_text(fields.id, person_key(&person.id));
    doc.add_text(fields.name, fold(&person.name));
    doc.add_text(fields.sound, name_letters(&person.name));
    doc.add_text(fields.sound, name_initials(&person.name));
    for alias in &person.aliases {
        doc.add_text(fields.name, fold(alias));
        doc.add_text(fields.sound, name_letters(alias));
        doc.add_text(fields.sound, name_initials(alias));
    }
    for holding in &person.holdings {
        let split = split_post(&holding.post);
        for form in std::iter::once(&holding.post).chain(&holding.forms) {
            doc.add_text(fields.post, form);
        }
        doc.add_text(fields.post, &split.title);
        for organ in split.organ.iter().chain(&holding.organ) {
            doc.add_text(fields.organ, organ);
        }
    }
    doc.add_u64(fields.tie, tie(&person.id));
    doc
}

/// The value of the field `id` of a person, which no article's id can be.
#[must_use]
pub fn person_key(person_id: &str) -> String {
    format!("person:{person_id}")
}

/// The value of the field `id` of a page, which no article's id can be.
#[must_use]
pub fn page_key(page_id: &str) -> String {
    format!("page:{page_id}")
}

/// A date as the number that is indexed: 20260604.
#[must_use]
pub fn day_key(date: jiff::civil::Date) -> u64 {
    // Years before 1 do not occur in newspapers; they would sort first.
    let year = u64::try_from(date.year()).unwrap_or(0);
    let month = u64::from(date.month().unsigned_abs());
    let day = u64::from(date.day().unsigned_abs());
    year * 10_000 + month * 100 + day
}

/// A character of a line that heads an article, as a term.
#[must_use]
pub fn head_char(head: Head, c: char) -> String {
    let mut term = String::with_capacity(5);
    term.push(head.letter());
    term.push(fold_char(c));
    term
}

/// A number that depends on the id alone, so that equal scores come in the same order everywhere.
#[must_use]
pub fn tie(id: &str) -> u64 {
    let hash = blake3::hash(id.as_bytes());
    let mut first = [0u8; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    u64::from_be_bytes(first)
}
