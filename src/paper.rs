//! Names the parts of a newspaper as plain values, without reading or writing anything.
//!
//! A *page* here is always a newspaper page, an *issue* (一期) the paper of one day.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::diag::{ByteSpan, Problem};

/// What is known about where a page or article stands, each `null` where nothing tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueFacts {
    /// The newspaper's name (报名) or short key.
    pub paper: Option<String>,
    /// The day printed on the issue.
    pub date: Option<Date>,
    /// The printed page number (版次) in Arabic figures, with a section letter where one is printed (`A3`).
    pub page: Option<String>,
    /// The page's printed name (版名) or supplement (副刊).
    pub section: Option<String>,
}

/// The text of one page file as found, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawPage {
    /// The file's path as given.
    pub source: String,
    /// Name of the encoding it was decoded from, as the WHATWG spells it.
    pub encoding: String,
    /// The whole text, byte order mark removed, line ends as found.
    pub text: String,
    /// What options, sidecar, front matter and path say; masthead and folio lines are read later.
    pub facts: IssueFacts,
    /// What was odd when reading the file.
    pub problems: Vec<Problem>,
}

/// A page file read into articles and furniture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The file's path as given.
    pub source: String,
    /// Name of the encoding it was decoded from.
    pub encoding: String,
    /// Paper, date, page, section.
    #[serde(flatten)]
    pub facts: IssueFacts,
    /// The stories that begin on this page, in reading order.
    pub articles: Vec<Article>,
    /// What stands on the page and is no story.
    pub furniture: Vec<Furniture>,
    /// What was odd.
    pub problems: Vec<Problem>,
}

/// One story (稿件), joined across pages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Article {
    /// Readable path that never changes while the story does not: `paper/date/page/hash`.
    #[serde(default)]
    pub id: String,
    /// Recurring heading under which pieces run (栏目).
    #[serde(default)]
    pub column: Option<String>,
    /// The line above the headline (引题, 肩题).
    #[serde(default)]
    pub kicker: Option<String>,
    /// The main line (主题); none for a body whose headline is lost.
    pub headline: Option<String>,
    /// The line below (副题), without its dash.
    #[serde(default)]
    pub deck: Option<String>,
    /// Who wrote it (署名).
    #[serde(default)]
    pub byline: Vec<Author>,
    /// How the story opens (电头): `本报讯`, `新华社北京6月1日电`.
    #[serde(default)]
    pub dateline: Option<String>,
    /// Where a reprinted piece came from: `人民日报`.
    #[serde(default)]
    pub credit: Option<String>,
    /// The day the story tells of: `YYYY-MM-DD`, or `MM-DD` where the issue has no date.
    #[serde(default)]
    pub event_date: Option<String>,
    /// The body as printed, crossheads included, jump marks and signatures taken out.
    pub paragraphs: Vec<String>,
    /// The page where the story goes on, as figures; kept when it was joined.
    #[serde(default)]
    pub jump_to: Option<String>,
    /// The page the story comes from, as figures.
    #[serde(default)]
    pub jump_from: Option<String>,
    /// A part of the story is missing: where it goes on, or where it begins, was not found.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
    /// What kind of piece it is.
    #[serde(default)]
    pub genre: Genre,
    /// What the reader mended or noticed.
    #[serde(default)]
    pub repairs: Vec<Repair>,
    /// Words to the story's pictures (图片说明), as printed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captions: Vec<String>,
    /// Which paragraphs are headings inside the body (小标题), by position.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crossheads: Vec<usize>,
    /// First and last source line of each paragraph, from 1, in the page the story begins on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<(usize, usize)>,
    /// What somebody at the archive has put right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Amendment>,
}

/// Something in an article that somebody at the archive has put right (更正), against the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Amendment {
    /// The member that was changed: `headline`, `byline`, `date`, …; `split`, `merge`, `person`.
    pub part: String,
    /// What the page had; of a merge the article that was put behind, of a split the one that was cut.
    pub was: Option<String>,
    /// What stands now; of a split the article that was cut off.
    pub now: Option<String>,
    /// Why, where the entry says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The file with the entry.
    pub by: String,
}

/// Somebody who signed a story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Author {
    /// The name without padding.
    pub name: String,
    /// As printed: `记者`, `通讯员`, `文`, `图`; empty where nothing is printed.
    #[serde(default)]
    pub role: String,
}

/// What kind of piece a story is; closed, a facet.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Genre {
    /// News story (消息).
    #[default]
    News,
    /// Feature (通讯, 特写, 综述).
    Feature,
    /// Commentary (评论, 社论, 理论).
    Commentary,
    /// Public notice (公告, 公示, 声明).
    Notice,
    /// A picture's caption that stands for itself (图片新闻).
    Caption,
    /// List of appointments and removals (任免名单).
    Appointments,
    /// Obituary (讣告).
    Obituary,
    /// Correction of an earlier story (更正).
    Correction,
    /// Prose, poem or memoir of a supplement (副刊).
    Literary,
    /// Weather report.
    Weather,
    /// Letter from a reader (读者来信).
    Letter,
    /// Paid text.
    Advertisement,
}

impl Genre {
    /// The spelling used in JSON, facets and filters.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Feature => "feature",
            Self::Commentary => "commentary",
            Self::Notice => "notice",
            Self::Caption => "caption",
            Self::Appointments => "appointments",
            Self::Obituary => "obituary",
            Self::Correction => "correction",
            Self::Literary => "literary",
            Self::Weather => "weather",
            Self::Letter => "letter",
            Self::Advertisement => "advertisement",
        }
    }
}

/// What was mended in a story, or noticed and left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Repair {
    /// What it is.
    pub kind: RepairKind,
    /// Position in `paragraphs` after all repairs.
    pub paragraph: usize,
    /// In words.
    pub note: String,
    /// First and last source line concerned, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<(usize, usize)>,
}

/// Kinds of [`Repair`]; closed, scripts count them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RepairKind {
    /// A sentence cut by a column break, joined.
    Seam,
    /// The same paragraph again, folded into the first.
    Repeat,
    /// Nearly the same paragraph again, kept.
    NearRepeat,
    /// Nearly the same paragraph again under another speaker, kept: possibly a false quotation.
    SpeakerDiffers,
    /// Text is lost here; nothing was joined.
    Gap,
    /// The headline stood after its body.
    LateHeadline,
    /// The continuation on another page was joined.
    JumpJoined,
}

/// Text on a page that is no story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Furniture {
    /// What it is.
    pub kind: FurnitureKind,
    /// As printed; lines joined by a space.
    pub text: String,
}

/// Kinds of [`Furniture`]; closed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FurnitureKind {
    /// Slogan across the page (口号).
    Slogan,
    /// Days left until an event.
    Countdown,
    /// Line with date, page and editors (报眉).
    Folio,
    /// The newspaper's name and what stands beside it (报头).
    Masthead,
    /// Publisher, telephone, price (报尾).
    Imprint,
    /// Paid text.
    Advertisement,
    /// Weather line.
    Weather,
    /// Table of contents (导读).
    Index,
}

/// A part of an article that can be searched: runs of characters never cross its border.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextPart {
    /// The line above the headline.
    Kicker,
    /// The headline.
    Headline,
    /// The line below it.
    Deck,
    /// A paragraph, by position.
    Paragraph(usize),
    /// Words to a picture, by position.
    Caption(usize),
}

impl Article {
    /// The searchable parts: kicker, headline, deck, paragraphs, captions.
    pub fn parts(&self) -> impl Iterator<Item = (TextPart, &str)> {
        [
            (TextPart::Kicker, self.kicker.as_deref()),
            (TextPart::Headline, self.headline.as_deref()),
            (TextPart::Deck, self.deck.as_deref()),
        ]
        .into_iter()
        .filter_map(|(part, text)| text.map(|t| (part, t)))
        .chain(self.paragraphs.iter().enumerate().map(|(i, p)| (TextPart::Paragraph(i), p.as_str())))
        .chain(self.captions.iter().enumerate().map(|(i, c)| (TextPart::Caption(i), c.as_str())))
    }

    /// All searchable parts as one text, a line each, with the span of every part.
    ///
    /// Mentions of people are told as spans of this text.
    #[must_use]
    pub fn full_text(&self) -> (String, Vec<(TextPart, ByteSpan)>) {
        let len = self.parts().map(|(_, t)| t.len() + 1).sum();
        let mut text = String::with_capacity(len);
        let mut spans = Vec::new();
        for (part, t) in self.parts() {
            if !text.is_empty() {
                text.push('\n');
            }
            let start = text.len();
            text.push_str(t);
            spans.push((part, ByteSpan::new(start, text.len())));
        }
        (text, spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_full_text_has_a_line_for_each_part_and_spans_that_give_it_back() {
        let article = Article {
            kicker: Some("春耕一线".into()),
            headline: Some("引水渠全线贯通".into()),
            paragraphs: vec!["甲".into(), "乙".into()],
            ..Article::default()
        };
        let (text, spans) = article.full_text();
        assert_eq!(text, "春耕一线\n引水渠全线贯通\n甲\n乙");
        for ((part, span), (want_part, want)) in spans.iter().zip(article.parts()) {
            assert_eq!(*part, want_part);
            assert_eq!(span.of(&text), want);
        }
    }
}
