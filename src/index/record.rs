//! What the index keeps of an article, a person or a page, in as few bytes as can be.
//!
//! The texts of an article stand first and by themselves, so that whoever only compares a run with
//! them reads nothing else. What follows says its members by their place and not by their names, and
//! a name or a post only where it stands in the text.
//!
//! ```text
//! number of texts ‖ of each: part, bytes, spaces inside padded names ‖ bytes of what is shown
//!   ‖ the texts ‖ what is shown beside them, as JSON ‖ the rest, as JSON
//! ```
//!
//! All in the alphabet of the archive's [`Codebook`], packed by it.

use std::borrow::Cow;
use std::io;

use serde::{Deserialize, Serialize};

use super::codebook::{Codebook, damaged, put_number, take_number};
use super::document::{StoredArticle, StoredPage};
use crate::diag::ByteSpan;
use crate::paper::{Amendment, Article, Author, Genre, IssueFacts, Repair, TextPart};
use crate::people::{ArticlePeople, Change, Evidence, Kind, Mention, Person, PersonSummary, PostMention};

/// A value that the index keeps.
pub trait Stored: Sized {
    /// As it lies in the index.
    ///
    /// # Errors
    ///
    /// Where memory is lacking; else only a bug can cause one.
    fn pack(&self, book: &Codebook) -> io::Result<Vec<u8>>;

    /// What lies in the index.
    ///
    /// # Errors
    ///
    /// Where it was not written by this version, or is damaged.
    fn unpack(packed: &[u8], book: &Codebook) -> io::Result<Self>;
}

impl Stored for Person {
    fn pack(&self, book: &Codebook) -> io::Result<Vec<u8>> {
        pack(book, &[], self, None::<&()>)
    }

    fn unpack(packed: &[u8], book: &Codebook) -> io::Result<Self> {
        whole(packed, book)
    }
}

impl Stored for StoredPage {
    fn pack(&self, book: &Codebook) -> io::Result<Vec<u8>> {
        pack(book, &[], self, None::<&()>)
    }

    fn unpack(packed: &[u8], book: &Codebook) -> io::Result<Self> {
        whole(packed, book)
    }
}

impl Stored for StoredArticle {
    fn pack(&self, book: &Codebook) -> io::Result<Vec<u8>> {
        let spaces = self.padded();
        let texts: Vec<Text<'_>> = self
            .article
            .parts()
            .map(|(part, text)| {
                let spaces = spaces.iter().find(|(p, _)| *p == part).map(|(_, spaces)| spaces.clone());
                Text { part, text: text.into(), spaces: spaces.unwrap_or_default() }
            })
            .collect();
        pack(book, &texts, &Shown::of(self), Some(&Kept::of(self)))
    }

    fn unpack(packed: &[u8], book: &Codebook) -> io::Result<Self> {
        let plain = book.unpack(packed)?;
        let record = Record::of(&plain)?;
        let shown: Shown<'_> = serde_json::from_str(&book.text(record.shown)?)?;
        let kept: Kept<'_> = serde_json::from_str(&book.text(record.kept)?)?;
        let mut stored = shown.with(record.texts(book, |_| true)?)?;
        kept.put_into(&mut stored)?;
        Ok(stored)
    }
}

/// An article as a list of hits shows it: without places of names, repairs and the like, and without
/// its body where that is not asked for. Beside it the runs that close up padded names.
///
/// # Errors
///
/// Where it was not written by this version, or is damaged.
pub(crate) fn shown_article(
    packed: &[u8],
    book: &Codebook,
    body: bool,
) -> io::Result<(StoredArticle, Vec<String>)> {
    let plain = book.unpack(packed)?;
    let record = Record::of(&plain)?;
    let wanted =
        |part: TextPart| body || matches!(part, TextPart::Kicker | TextPart::Headline | TextPart::Deck);
    let texts = record.texts(book, wanted)?;
    let closed = texts.iter().filter(|text| !text.spaces.is_empty());
    let closed = closed.map(|text| closed_up(&text.text, &text.spaces)).collect();
    let shown: Shown<'_> = serde_json::from_str(&book.text(record.shown)?)?;
    Ok((shown.with(texts)?, closed))
}

/// A text of an article.
#[derive(Debug, Clone)]
struct Text<'a> {
    part: TextPart,
    text: Cow<'a, str>,
    /// White space inside padded names.
    spaces: Vec<ByteSpan>,
}

/// The runs of characters that a literal question is compared with, read from a packed article and
/// nothing else of it. The same as [`StoredArticle::runs`].
///
/// # Errors
///
/// Where it was not written by this version, or is damaged.
pub(crate) fn packed_runs(packed: &[u8], book: &Codebook) -> io::Result<Vec<(TextPart, String)>> {
    let plain = book.unpack(packed)?;
    let texts = Record::of(&plain)?.texts(book, |_| true)?;
    let mut runs = Vec::with_capacity(texts.len());
    for Text { part, text, spaces } in texts {
        let closed = (!spaces.is_empty()).then(|| closed_up(&text, &spaces));
        runs.push((part, text.into_owned()));
        runs.extend(closed.map(|closed| (part, closed)));
    }
    Ok(runs)
}

/// A text without the white space inside padded names.
pub(super) fn closed_up(text: &str, spaces: &[ByteSpan]) -> String {
    let mut closed = String::with_capacity(text.len());
    let mut at = 0;
    for space in spaces {
        closed.push_str(text.get(at..space.start).unwrap_or(""));
        at = space.end;
    }
    closed.push_str(text.get(at..).unwrap_or(""));
    closed
}

fn part_code(part: TextPart) -> u8 {
    match part {
        TextPart::Kicker => b'k',
        TextPart::Headline => b'h',
        TextPart::Deck => b'd',
        TextPart::Paragraph(_) => b'p',
        TextPart::Caption(_) => b'c',
    }
}

fn pack(
    book: &Codebook,
    texts: &[Text<'_>],
    shown: &impl Serialize,
    kept: Option<&impl Serialize>,
) -> io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    let mut coded = Vec::new();
    put_number(&mut plain, texts.len());
    for Text { part, text, spaces } in texts {
        let begin = coded.len();
        book.code_into(text, &mut coded);
        plain.push(part_code(*part));
        put_number(&mut plain, coded.len() - begin);
        put_number(&mut plain, spaces.len());
        for space in spaces {
            put_number(&mut plain, space.start);
            put_number(&mut plain, space.len());
        }
    }
    let shown = book.code(&serde_json::to_string(shown)?);
    put_number(&mut plain, shown.len());
    plain.append(&mut coded);
    plain.extend_from_slice(&shown);
    if let Some(kept) = kept {
        book.code_into(&serde_json::to_string(kept)?, &mut plain);
    }
    book.pack(&plain)
}

/// A record without texts.
fn whole<T: serde::de::DeserializeOwned>(packed: &[u8], book: &Codebook) -> io::Result<T> {
    let plain = book.unpack(packed)?;
    Ok(serde_json::from_str(&book.text(Record::of(&plain)?.shown)?)?)
}

/// A plain record taken apart; everything still in the archive's alphabet.
struct Record<'a> {
    texts: Vec<(TextPart, &'a [u8], Vec<ByteSpan>)>,
    shown: &'a [u8],
    kept: &'a [u8],
}

impl<'a> Record<'a> {
    fn of(plain: &'a [u8]) -> io::Result<Self> {
        let bad = || damaged("a record cut short");
        let mut at = plain;
        let number = |at: &mut &[u8]| take_number(at).ok_or_else(bad);
        let count = number(&mut at)?;
        let mut heads = Vec::new();
        let (mut paragraphs, mut captions) = (0, 0);
        for _ in 0..count {
            let (code, rest) = at.split_first().ok_or_else(bad)?;
            at = rest;
            let part = match code {
                b'k' => TextPart::Kicker,
                b'h' => TextPart::Headline,
                b'd' => TextPart::Deck,
                b'p' => {
                    paragraphs += 1;
                    TextPart::Paragraph(paragraphs - 1)
                }
                b'c' => {
                    captions += 1;
                    TextPart::Caption(captions - 1)
                }
                _ => return Err(bad()),
            };
            let len = number(&mut at)?;
            let mut spaces = Vec::new();
            for _ in 0..number(&mut at)? {
                let start = number(&mut at)?;
                let end = number(&mut at)?.checked_add(start).ok_or_else(bad)?;
                spaces.push(ByteSpan::new(start, end));
            }
            heads.push((part, len, spaces));
        }
        let shown_len = number(&mut at)?;
        let mut texts = Vec::with_capacity(heads.len());
        for (part, len, spaces) in heads {
            let (coded, rest) = at.split_at_checked(len).ok_or_else(bad)?;
            at = rest;
            texts.push((part, coded, spaces));
        }
        let (shown, kept) = at.split_at_checked(shown_len).ok_or_else(bad)?;
        Ok(Self { texts, shown, kept })
    }

    /// The texts of these parts.
    fn texts(&self, book: &Codebook, wanted: impl Fn(TextPart) -> bool) -> io::Result<Vec<Text<'static>>> {
        let texts = self.texts.iter().filter(|(part, ..)| wanted(*part));
        texts
            .map(|(part, coded, spaces)| {
                Ok(Text { part: *part, text: book.text(coded)?.into(), spaces: spaces.clone() })
            })
            .collect()
    }
}

/// What a list of hits shows of an article beside its texts; a tuple is written as a list, so members
/// have no names: members, facts, source, unit, summary of the people.
#[derive(Serialize, Deserialize)]
struct Shown<'a>(Members<'a>, Cow<'a, IssueFacts>, Cow<'a, str>, Cow<'a, str>, Vec<Summed<'a>>);

/// The rest: repairs, crossheads, lines, corrections, mentions, changes of post.
#[derive(Serialize, Deserialize)]
struct Kept<'a>(
    Cow<'a, [Repair]>,
    Cow<'a, [usize]>,
    Vec<(usize, usize)>,
    Cow<'a, [Amendment]>,
    Vec<Named<'a>>,
    Cow<'a, [Change]>,
);

/// Id, column, byline, dateline, credit, event date, jump to and from, genre, whether incomplete.
#[derive(Serialize, Deserialize)]
struct Members<'a>(
    Cow<'a, str>,
    Cow<'a, Option<String>>,
    Cow<'a, [Author]>,
    Cow<'a, Option<String>>,
    Cow<'a, Option<String>>,
    Cow<'a, Option<String>>,
    Cow<'a, Option<String>>,
    Cow<'a, Option<String>>,
    Genre,
    bool,
);

/// A mention: bytes behind the one before, length, kind and evidence, posts, the name where it is not
/// what stands there without its padding.
#[derive(Serialize, Deserialize)]
struct Named<'a>(i64, usize, u8, Vec<PostNamed<'a>>, Option<Cow<'a, str>>);

/// A post: bytes behind the mention, length, its words where they are not what stands there.
#[derive(Serialize, Deserialize)]
struct PostNamed<'a>(i64, usize, Option<Cow<'a, str>>);

/// A person of the summary: name, kind, posts, parts, whom the name stands for.
#[derive(Serialize, Deserialize)]
struct Summed<'a>(Cow<'a, str>, u8, Cow<'a, [String]>, Cow<'a, [String]>, Cow<'a, Option<String>>);

fn kind_code(kind: Kind) -> u8 {
    match kind {
        Kind::Official => 0,
        Kind::Reporter => 1,
        Kind::Other => 2,
    }
}

fn kind_of(code: u8) -> io::Result<Kind> {
    Ok(match code {
        0 => Kind::Official,
        1 => Kind::Reporter,
        2 => Kind::Other,
        _ => return Err(damaged("an unknown kind of person")),
    })
}

fn evidence_code(evidence: Evidence) -> u8 {
    match evidence {
        Evidence::Post => 0,
        Evidence::List => 1,
        Evidence::Byline => 2,
        Evidence::Speech => 3,
        Evidence::Known => 4,
        Evidence::Form => 5,
    }
}

fn evidence_of(code: u8) -> io::Result<Evidence> {
    Ok(match code {
        0 => Evidence::Post,
        1 => Evidence::List,
        2 => Evidence::Byline,
        3 => Evidence::Speech,
        4 => Evidence::Known,
        5 => Evidence::Form,
        _ => return Err(damaged("an unknown evidence")),
    })
}

/// Kinds of persons that one digit tells beside the evidence.
const KINDS: u8 = 3;

fn behind(at: usize, before: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX).saturating_sub_unsigned(before as u64)
}

fn span_behind(before: usize, by: i64, len: usize) -> io::Result<ByteSpan> {
    let start = i64::try_from(before).ok().and_then(|before| before.checked_add(by));
    let start = start.and_then(|start| usize::try_from(start).ok());
    let span = start.and_then(|start| Some(ByteSpan::new(start, start.checked_add(len)?)));
    span.ok_or_else(|| damaged("a place outside of the text"))
}

fn standing(text: &str, span: ByteSpan) -> &str {
    text.get(span.start..span.end).unwrap_or("")
}

fn unpadded(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

impl<'a> Shown<'a> {
    fn of(stored: &'a StoredArticle) -> Self {
        let StoredArticle { article, facts, source, unit, people } = stored;
        // Taken apart whole here and in `Kept`, so that a new member is not forgotten.
        let Article {
            id,
            column,
            kicker: _,
            headline: _,
            deck: _,
            byline,
            dateline,
            credit,
            event_date,
            paragraphs: _,
            jump_to,
            jump_from,
            genre,
            repairs: _,
            incomplete,
            captions: _,
            crossheads: _,
            lines: _,
            corrections: _,
        } = article;
        let members = Members(
            id.into(),
            Cow::Borrowed(column),
            byline.into(),
            Cow::Borrowed(dateline),
            Cow::Borrowed(credit),
            Cow::Borrowed(event_date),
            Cow::Borrowed(jump_to),
            Cow::Borrowed(jump_from),
            *genre,
            *incomplete,
        );
        let summed = people.summary.iter().map(|PersonSummary { name, kind, posts, parts, stands_for }| {
            Summed(name.into(), kind_code(*kind), posts.into(), parts.into(), Cow::Borrowed(stands_for))
        });
        Self(members, Cow::Borrowed(facts), source.into(), unit.into(), summed.collect())
    }

    fn with(self, texts: Vec<Text<'_>>) -> io::Result<StoredArticle> {
        let Self(members, facts, source, unit, summed) = self;
        let Members(id, column, byline, dateline, credit, event_date, jump_to, jump_from, genre, incomplete) =
            members;
        let mut article = Article {
            id: id.into_owned(),
            column: column.into_owned(),
            byline: byline.into_owned(),
            dateline: dateline.into_owned(),
            credit: credit.into_owned(),
            event_date: event_date.into_owned(),
            jump_to: jump_to.into_owned(),
            jump_from: jump_from.into_owned(),
            genre,
            incomplete,
            ..Article::default()
        };
        for Text { part, text, .. } in texts {
            let text = text.into_owned();
            match part {
                TextPart::Kicker => article.kicker = Some(text),
                TextPart::Headline => article.headline = Some(text),
                TextPart::Deck => article.deck = Some(text),
                TextPart::Paragraph(_) => article.paragraphs.push(text),
                TextPart::Caption(_) => article.captions.push(text),
            }
        }
        let summary = summed
            .into_iter()
            .map(|Summed(name, kind, posts, parts, stands_for)| {
                Ok(PersonSummary {
                    name: name.into_owned(),
                    kind: kind_of(kind)?,
                    posts: posts.into_owned(),
                    parts: parts.into_owned(),
                    stands_for: stands_for.into_owned(),
                })
            })
            .collect::<io::Result<_>>()?;
        Ok(StoredArticle {
            article,
            facts: facts.into_owned(),
            source: source.into_owned(),
            unit: unit.into_owned(),
            people: ArticlePeople { summary, ..ArticlePeople::default() },
        })
    }
}

impl<'a> Kept<'a> {
    fn of(stored: &'a StoredArticle) -> Self {
        let StoredArticle { article, people, .. } = stored;
        // Each line behind the one before: mostly the same small numbers.
        let lines = article.lines.iter().scan(0usize, |before, (first, last)| {
            let line = (first.wrapping_sub(*before), last.wrapping_sub(*first));
            *before = *last;
            Some(line)
        });
        let ArticlePeople { mentions, summary: _, changes } = people;
        let (text, _) = if mentions.is_empty() { Default::default() } else { article.full_text() };
        let mut before = 0;
        let named = mentions.iter().map(|Mention { name, span, kind, posts, evidence }| {
            let start = behind(span.start, before);
            before = span.start;
            let posts = posts
                .iter()
                .map(|PostMention { text: post, span: at }| {
                    let other = standing(&text, *at) != post;
                    PostNamed(behind(at.start, span.start), at.len(), other.then(|| post.into()))
                })
                .collect();
            let other = unpadded(standing(&text, *span)) != *name;
            let code = kind_code(*kind) + KINDS * evidence_code(*evidence);
            Named(start, span.len(), code, posts, other.then(|| name.into()))
        });
        let named = named.collect();
        Self(
            (&article.repairs).into(),
            (&article.crossheads).into(),
            lines.collect(),
            (&article.corrections).into(),
            named,
            changes.into(),
        )
    }

    fn put_into(self, stored: &mut StoredArticle) -> io::Result<()> {
        let Self(repairs, crossheads, lines, corrections, named, changes) = self;
        let article = &mut stored.article;
        article.repairs = repairs.into_owned();
        article.crossheads = crossheads.into_owned();
        article.corrections = corrections.into_owned();
        let lines = lines.into_iter().scan(0usize, |before, (first, last)| {
            let first = first.wrapping_add(*before);
            *before = last.wrapping_add(first);
            Some((first, *before))
        });
        article.lines = lines.collect();
        let (text, _) = if named.is_empty() { Default::default() } else { article.full_text() };
        let mut before = 0;
        for Named(by, len, code, posts, name) in named {
            let span = span_behind(before, by, len)?;
            before = span.start;
            let posts = posts
                .into_iter()
                .map(|PostNamed(by, len, post)| {
                    let at = span_behind(span.start, by, len)?;
                    let post = post.map_or_else(|| standing(&text, at).to_owned(), Cow::into_owned);
                    Ok(PostMention { text: post, span: at })
                })
                .collect::<io::Result<_>>()?;
            let name = name.map_or_else(|| unpadded(standing(&text, span)), Cow::into_owned);
            let (kind, evidence) = (kind_of(code % KINDS)?, evidence_of(code / KINDS)?);
            stored.people.mentions.push(Mention { name, span, kind, posts, evidence });
        }
        stored.people.changes = changes.into_owned();
        Ok(())
    }
}

/// What a codebook learns from: a record before it is packed.
pub(crate) fn sample(stored: &StoredArticle) -> io::Result<String> {
    let mut sample: String = stored.article.parts().map(|(_, text)| text).collect();
    sample.push_str(&serde_json::to_string(&(Shown::of(stored), Kept::of(stored)))?);
    Ok(sample)
}

#[cfg(test)]
mod tests;
