//! The fields of the index and what each is for.
//!
//! `index/README.md` has the same as a table; `index/schema.json` is the golden copy.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

/// Name under which the bigram analyzer is registered.
pub(crate) const BIGRAMS: &str = "bigrams";
/// Name under which the single-character analyzer is registered.
pub(crate) const CHARACTERS: &str = "characters";
/// Name under which the word analyzer is registered.
pub(crate) const WORDS: &str = "words";
/// Name under which the analyzer of whole folded values is registered.
pub(crate) const FOLDED: &str = "folded";

/// What a document of the index is; the value of its field `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// A story.
    Article,
    /// A person of the archive with the posts held.
    Person,
    /// A newspaper page: what stands on it and is no story.
    Page,
}

impl DocumentKind {
    /// The term in the field `kind`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Person => "person",
            Self::Page => "page",
        }
    }
}

/// The fields, looked up once.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// `article`, `person` or `page`.
    pub kind: Field,
    /// Unique id; what replaces what.
    pub id: Field,
    /// The unit of sources the document comes from; what goes together when sources change.
    pub unit: Field,
    /// The value itself, packed; the only stored field.
    pub record: Field,
    /// Overlapping character bigrams of all parts, with positions: literal search.
    pub exact: Field,
    /// Single characters of all parts: one-character questions, and ranking.
    pub chars: Field,
    /// Bigrams of the headline alone.
    pub headline: Field,
    /// Bigrams of the kicker alone.
    pub kicker: Field,
    /// Bigrams of the deck alone.
    pub deck: Field,
    /// Single characters of headline, kicker and deck with a letter in front (`h区`).
    pub head_chars: Field,
    /// Words of kicker, headline and deck, for ranking.
    pub head_words: Field,
    /// Words of the paragraphs, for ranking.
    pub body_words: Field,
    /// Where parts of the article begin in `exact`, but the first; a column, not searched.
    pub borders: Field,
    /// Names of the people in the article.
    pub person: Field,
    /// Posts printed in the article, whole and without their organ.
    pub post: Field,
    /// Organs of those posts.
    pub organ: Field,
    /// `name|part` of parts played: `贺思宇|主持`.
    pub part: Field,
    /// Everybody named, aliases resolved, in printed order: `贺思宇|主持+讲话`; a column, not searched.
    pub who: Field,
    /// What the article says of each person, as [`crate::people::Said`] has it; a column, not searched.
    pub said: Field,
    /// The printed lists of people, each in its order: `谢长青|宋立冬|王刚`; a column, not searched.
    pub list: Field,
    /// Who wrote it.
    pub byline: Field,
    /// Where a reprint came from.
    pub credit: Field,
    /// Column (栏目).
    pub column: Field,
    /// Page's printed name.
    pub section: Field,
    /// Printed page number.
    pub page: Field,
    /// The newspaper.
    pub paper: Field,
    /// Kind of piece.
    pub genre: Field,
    /// `YYYYMMDD`.
    pub day: Field,
    /// The day the story tells of, `YYYYMMDD`; the where none is told.
    pub event: Field,
    /// `YYYYMM`.
    pub month: Field,
    /// `YYYY`.
    pub year: Field,
    /// Hash of the id: settles ties the same way in every build.
    pub tie: Field,
    /// Bigrams of a page's furniture, with positions.
    pub furniture: Field,
    /// Single characters of a page's furniture.
    pub furniture_chars: Field,
    /// A person's name.
    pub name: Field,
    /// A person's name as typed in letters, whole and initials.
    pub sound: Field,
}

fn text(tokenizer: &str, record: IndexRecordOption) -> TextOptions {
    let fieldnorms = record != IndexRecordOption::Basic;
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(record)
            .set_fieldnorms(fieldnorms),
    )
}

/// Builds the schema and looks its fields up.
#[must_use]
pub fn schema() -> (Schema, Fields) {
    let mut b = Schema::builder();
    let positions = || text(BIGRAMS, IndexRecordOption::WithFreqsAndPositions);
    // Asked folded, shown and counted as printed.
    let facet = || text(FOLDED, IndexRecordOption::Basic).set_fast("raw");
    let column = || TextOptions::default().set_fast("raw");
    let fields = Fields {
        kind: b.add_text_field("kind", STRING),
        id: b.add_text_field("id", STRING.set_fast("raw")),
        unit: b.add_text_field("unit", STRING),
        record: b.add_bytes_field("record", STORED),
        exact: b.add_text_field("exact", positions()),
        chars: b.add_text_field("chars", text(CHARACTERS, IndexRecordOption::WithFreqs)),
        headline: b.add_text_field("headline", positions()),
        kicker: b.add_text_field("kicker", positions()),
        deck: b.add_text_field("deck", positions()),
        head_chars: b.add_text_field("head_chars", STRING),
        head_words: b.add_text_field("head_words", text(WORDS, IndexRecordOption::WithFreqs)),
        body_words: b.add_text_field("body_words", text(WORDS, IndexRecordOption::WithFreqs)),
        borders: b.add_u64_field("borders", FAST),
        person: b.add_text_field("person", facet()),
        post: b.add_text_field("post", facet()),
        organ: b.add_text_field("organ", facet()),
        part: b.add_text_field("part", STRING),
        who: b.add_text_field("who", column()),
        list: b.add_text_field("list", column()),
        said: b.add_text_field("said", column()),
        byline: b.add_text_field("byline", facet()),
        credit: b.add_text_field("credit", facet()),
        column: b.add_text_field("column", facet()),
        section: b.add_text_field("section", facet()),
        page: b.add_text_field("page", facet()),
        paper: b.add_text_field("paper", facet()),
        genre: b.add_text_field("genre", facet()),
        day: b.add_u64_field("day", INDEXED | FAST),
        event: b.add_u64_field("event", FAST),
        month: b.add_u64_field("month", INDEXED | FAST),
        year: b.add_u64_field("year", INDEXED | FAST),
        tie: b.add_u64_field("tie", FAST),
        furniture: b.add_text_field("furniture", positions()),
        furniture_chars: b.add_text_field("furniture_chars", text(CHARACTERS, IndexRecordOption::Basic)),
        name: b.add_text_field("name", STRING),
        sound: b.add_text_field("sound", STRING),
    };
    (b.build(), fields)
}
