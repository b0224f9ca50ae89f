//! The fields of the index and what each is for.
//!
//! `index/README.md` has the same as a table; `index/schema.json` is the golden copy.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, NumericOptions, STORED, Schema, TextFieldIndexing, TextOptions,
};

use crate::paper::TextPart;
use crate::text::fold::is_han;

/// Name under which the bigram analyzer is registered.
pub(crate) const BIGRAMS: &str = "bigrams";
/// Name under which the single-character analyzer is registered.
pub(crate) const CHARACTERS: &str = "characters";
/// Name under which the word analyzer is registered.
pub(crate) const WORDS: &str = "words";
/// Name under which the analyzer of words that are no pair of characters is registered.
pub(crate) const OTHER_WORDS: &str = "other-words";
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

/// A line that heads an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// The headline.
    Headline,
    /// The line above.
    Kicker,
    /// The line below.
    Deck,
}

impl Head {
    /// The line that a part of an article is, if it is one.
    #[must_use]
    pub const fn of(part: TextPart) -> Option<Self> {
        match part {
            TextPart::Headline => Some(Self::Headline),
            TextPart::Kicker => Some(Self::Kicker),
            TextPart::Deck => Some(Self::Deck),
            TextPart::Paragraph(_) | TextPart::Caption(_) => None,
        }
    }

    /// What stands before its characters in the field `head_chars`.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Headline => 'h',
            Self::Kicker => 'k',
            Self::Deck => 'd',
        }
    }

    /// Its number in the column `heads`; 0 is any other part.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Headline => 1,
            Self::Kicker => 2,
            Self::Deck => 3,
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
    /// Single characters of headline, kicker and deck with a letter in front (`h区`).
    pub head_chars: Field,
    /// Words of kicker, headline and deck, for ranking.
    pub head_words: Field,
    /// Words of the paragraphs, for ranking, but those that are two Han characters, see [`Fields::of_word`].
    pub body_words: Field,
    /// Where parts of the article begin in `exact`, but the first; a column, not searched.
    pub borders: Field,
    /// Which of those parts head the article, as [`Head`] numbers them: two bits each, the first lowest;
    /// a column, not searched.
    pub heads: Field,
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

impl Fields {
    /// The field in which a word of an article's paragraphs is a term.
    ///
    /// Every two characters that stand side by side are a term of `exact`: articles are ranked as well by
    /// those as by the same two as a word, and need them only once.
    #[must_use]
    pub fn of_word(&self, folded: &str) -> Field {
        if is_pair(folded) { self.exact } else { self.body_words }
    }
}

/// Whether a word is two Han characters.
pub(super) fn is_pair(folded: &str) -> bool {
    folded.chars().count() == 2 && folded.chars().all(is_han)
}

/// A text that is cut into terms; its length is kept where scores need it.
fn text(tokenizer: &str, record: IndexRecordOption, fieldnorms: bool) -> TextOptions {
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
    let freqs = |tokenizer: &str| text(tokenizer, IndexRecordOption::WithFreqs, true);
    // A value that is asked for as it is.
    let value = || text("raw", IndexRecordOption::Basic, false);
    // Asked folded, shown and counted as printed.
    let facet = || text(FOLDED, IndexRecordOption::Basic, false).set_fast("raw");
    let number = || NumericOptions::default().set_indexed().set_fast();
    let column = || TextOptions::default().set_fast("raw");
    let fields = Fields {
        kind: b.add_text_field("kind", value()),
        id: b.add_text_field("id", value().set_fast("raw")),
        unit: b.add_text_field("unit", value()),
        record: b.add_bytes_field("record", STORED),
        exact: b.add_text_field("exact", text(BIGRAMS, IndexRecordOption::WithFreqsAndPositions, true)),
        chars: b.add_text_field("chars", freqs(CHARACTERS)),
        head_chars: b.add_text_field("head_chars", value()),
        head_words: b.add_text_field("head_words", freqs(WORDS)),
        body_words: b.add_text_field("body_words", freqs(OTHER_WORDS)),
        borders: b.add_u64_field("borders", FAST),
        heads: b.add_u64_field("heads", FAST),
        person: b.add_text_field("person", facet()),
        post: b.add_text_field("post", facet()),
        organ: b.add_text_field("organ", facet()),
        part: b.add_text_field("part", value()),
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
        day: b.add_u64_field("day", number()),
        event: b.add_u64_field("event", FAST),
        month: b.add_u64_field("month", number()),
        year: b.add_u64_field("year", number()),
        tie: b.add_u64_field("tie", FAST),
        furniture: b
            .add_text_field("furniture", text(BIGRAMS, IndexRecordOption::WithFreqsAndPositions, false)),
        furniture_chars: b
            .add_text_field("furniture_chars", text(CHARACTERS, IndexRecordOption::Basic, false)),
        name: b.add_text_field("name", value()),
        sound: b.add_text_field("sound", value()),
    };
    (b.build(), fields)
}
