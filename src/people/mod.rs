//! Finds the people named in a text, with post and evidence.
//!
//! [`mentions`] reads a text, [`of_article`] an article with its byline; a [`NameBook`] carries what an
//! archive has taught from one to the next. Whether two mentions are one person is not decided here.

mod article;
mod asked;
mod book;
mod candidate;
mod choose;
mod company;
mod context;
mod find;
mod glyphs;
mod holding;
mod judge;
mod kind;
mod ledger;
mod lexicon;
mod lookup;
mod model;
mod namesakes;
mod notice;
mod overlay;
mod parts;
mod person;
mod places;
mod post;
mod quotation;
mod read;
mod said;
mod same;
mod settle;
mod stands;
mod table;
pub mod training;
mod wide;
mod word;

use serde::{Deserialize, Serialize};

pub use article::{ArticlePeople, PersonSummary, lists, of_article};
pub use asked::{foreign_body, organ_forms, post_answers};
pub use book::{NameBook, Taught};
pub use company::Company;
pub use find::mentions;
pub use notice::{Change, Turn, changes};
pub use overlay::{Correction, Overlay};
pub use parts::Part;
pub use person::{
    DatedChange, Holding, HoldingEvidence, HoldingStatus, Past, Person, Sighting, gather, said,
};
pub use places::{Inferred, PlacedPost, Places};
pub use post::{Post, split_post};
pub use quotation::{Quotation, quotations};
pub use said::Said;
pub(crate) use stands::{Pairs, Standing, Stands};

use crate::diag::ByteSpan;

/// What a person is to the paper; closed, a facet.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Holds a public, party, army, court, public-institution or village post (干部).
    Official,
    /// Wrote, pictured or edited the piece (记者).
    Reporter,
    /// Anybody else.
    Other,
}

/// Why a run of characters is taken for a name; closed, so that each answer can be told to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// A post stands beside it.
    Post,
    /// It stands in a list with others, under a post or label.
    List,
    /// It stands in a byline or credit.
    Byline,
    /// It says something.
    Speech,
    /// The archive or the text has it elsewhere with better evidence.
    Known,
    /// Its form alone.
    Form,
}

/// A post (职务) as printed beside a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PostMention {
    /// As printed, with the organ or place directly in front.
    pub text: String,
    /// Where it stands.
    pub span: ByteSpan,
}

/// One place where a person is named.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mention {
    /// The name as printed, without padding.
    pub name: String,
    /// Where it stands, padding included.
    pub span: ByteSpan,
    /// What the person is to the paper; carried over from other places in the text.
    pub kind: Kind,
    /// The posts printed here.
    pub posts: Vec<PostMention>,
    /// Why it is taken for a name.
    pub evidence: Evidence,
}
