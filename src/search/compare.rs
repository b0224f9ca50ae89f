//! Tells what is new in a story against an earlier one, and what was taken over word for word.
//!
//! Passages of at least [`PASSAGE_CHARS_MIN`] letters and digits that stand in both are found by
//! their shingles (every run of that many characters of the earlier story), whatever punctuation
//! and white space lie between; then each sentence is judged by how much of it they cover.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Archive;
use super::answer::article_url;
use crate::index::{Error, StoredArticle};
use crate::text::fold::fold_char;

/// Shortest passage that counts as taken over, in letters and digits: shorter ones are set phrases.
pub const PASSAGE_CHARS_MIN: usize = 8;
/// Places of the earlier story that are tried for one passage.
const PLACES_MAX: usize = 24;
/// Share of a sentence that must be covered for it to be taken over, or changed.
const REUSED_SHARE: f64 = 0.9;
const CHANGED_SHARE: f64 = 0.4;

/// A story against an earlier one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Comparison {
    /// The earlier story; of two of one day, or without days, the one named first.
    pub older: StoryHead,
    /// The later story, whose text is told.
    pub newer: StoryHead,
    /// Letters and digits of the later story's paragraphs.
    pub chars: u64,
    /// Those of them in passages that stand in the earlier story.
    pub reused_chars: u64,
    /// Their share, from 0 to 1.
    pub reuse: f64,
    /// The later story's paragraphs, sentence by sentence.
    pub paragraphs: Vec<ComparedParagraph>,
    /// Sentences of the earlier story that the later one leaves out.
    pub dropped: Vec<PlacedSentence>,
}

/// A story named beside another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StoryHead {
    /// The article's id.
    pub id: String,
    /// Its page on this server.
    pub url: String,
    /// The main line.
    pub headline: Option<String>,
    /// The newspaper.
    pub paper: Option<String>,
    /// The issue's day.
    pub date: Option<String>,
    /// Printed page number.
    pub page: Option<String>,
}

impl StoryHead {
    pub(super) fn of(stored: &StoredArticle) -> Self {
        Self {
            id: stored.article.id.clone(),
            url: article_url(&stored.article.id),
            headline: stored.article.headline.clone(),
            paper: stored.facts.paper.clone(),
            date: stored.facts.date.map(|d| d.to_string()),
            page: stored.facts.page.clone(),
        }
    }
}

/// A paragraph of the later story.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ComparedParagraph {
    /// Which, from 1.
    pub paragraph: usize,
    /// Its sentences; put together they are the paragraph.
    pub sentences: Vec<ComparedSentence>,
}

/// A sentence of the later story.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ComparedSentence {
    /// As printed.
    pub text: String,
    /// How much of it is new.
    pub status: SentenceStatus,
    /// Passages that stand in the earlier story: first and one past the last character.
    pub reused: Vec<(usize, usize)>,
    /// The sentence of the earlier story that most of them come from.
    pub from: Option<PlacedSentence>,
}

/// A sentence and its paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlacedSentence {
    /// Which paragraph, from 1.
    pub paragraph: usize,
    /// As printed.
    pub text: String,
}

/// How much of a sentence is new; closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SentenceStatus {
    /// Taken over: nine tenths of it or more stand in the earlier story.
    Reused,
    /// Taken over in part: four tenths or more.
    Changed,
    /// New.
    New,
}

impl SentenceStatus {
    /// The spelling used in JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Reused => "reused",
            Self::Changed => "changed",
            Self::New => "new",
        }
    }
}

/// Letters and digits of a story's paragraphs, and where each stands.
struct Letters {
    folded: Vec<char>,
    /// The sentence each letter belongs to.
    sentence: Vec<usize>,
    /// Its place among the characters of the sentence.
    offset: Vec<usize>,
    sentences: Vec<PlacedSentence>,
}

impl Letters {
    fn of(stored: &StoredArticle) -> Self {
        let mut letters =
            Self { folded: Vec::new(), sentence: Vec::new(), offset: Vec::new(), sentences: Vec::new() };
        for (number, paragraph) in stored.article.paragraphs.iter().enumerate() {
            for text in sentences(paragraph) {
                for (offset, c) in text.chars().enumerate().filter(|(_, c)| c.is_alphanumeric()) {
                    letters.folded.push(fold_char(c));
                    letters.sentence.push(letters.sentences.len());
                    letters.offset.push(offset);
                }
                letters.sentences.push(PlacedSentence { paragraph: number + 1, text: text.to_owned() });
            }
        }
        letters
    }
}

/// The sentences of a paragraph, closing quotation marks with what they close; put together they
/// are the paragraph.
fn sentences(paragraph: &str) -> Vec<&str> {
    let ends = |c: char| matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | ';');
    let closes = |c: char| matches!(c, '”' | '’' | '」' | '』' | '）' | ')' | '》' | '"');
    let mut out = Vec::new();
    let mut start = 0;
    let mut ended = false;
    for (at, c) in paragraph.char_indices() {
        if ended && !ends(c) && !closes(c) {
            out.push(&paragraph[start..at]);
            start = at;
            ended = false;
        }
        ended |= ends(c);
    }
    out.push(&paragraph[start..]);
    out.retain(|s| !s.is_empty());
    out
}

/// For each letter of `text` the letter of `of` it was taken from, in passages long enough.
fn origins(text: &[char], of: &[char]) -> Vec<Option<usize>> {
    let mut places: HashMap<&[char], Vec<usize>> = HashMap::new();
    for (at, shingle) in of.windows(PASSAGE_CHARS_MIN).enumerate() {
        let at_these = places.entry(shingle).or_default();
        if at_these.len() < PLACES_MAX {
            at_these.push(at);
        }
    }
    let mut origin = vec![None; text.len()];
    let mut at = 0;
    while let Some(shingle) = text.get(at..at + PASSAGE_CHARS_MIN) {
        let longest = places.get(shingle).into_iter().flatten().map(|&place| {
            let same = text[at..].iter().zip(&of[place..]).take_while(|(a, b)| a == b).count();
            (same, std::cmp::Reverse(place))
        });
        match longest.max() {
            Some((len, std::cmp::Reverse(place))) => {
                for step in 0..len {
                    origin[at + step] = Some(place + step);
                }
                at += len;
            }
            None => at += 1,
        }
    }
    origin
}

/// Letters and digits of a story, and how many of them stand in passages that another has too.
pub(super) fn reuse(story: &StoredArticle, other: &StoredArticle) -> (u64, u64) {
    let (story, other) = (Letters::of(story), Letters::of(other));
    let taken = origins(&story.folded, &other.folded).iter().flatten().count();
    (story.folded.len() as u64, taken as u64)
}

/// A share from 0 to 1 with three decimals.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 * 1000.0 / whole as f64).round() / 1000.0 }
}

/// Compares two stories; which is the earlier one their days tell.
///
/// ```no_run
/// # fn main() -> Result<(), baoku::index::Error> {
/// # let archive = baoku::search::Archive::open(std::path::Path::new("index/built"))?;
/// if let (Some(a), Some(b)) = (archive.article("x/2032-01-01/1/aa")?, archive.article("x/2033-01-01/1/bb")?) {
///     println!("{:.0} % stood there before", 100.0 * baoku::search::compare::compare(&a, &b).reuse);
/// }
/// # Ok(()) }
/// ```
#[must_use]
pub fn compare(a: &StoredArticle, b: &StoredArticle) -> Comparison {
    let swapped = a.facts.date.zip(b.facts.date).is_some_and(|(a, b)| a > b);
    let (older, newer) = if swapped { (b, a) } else { (a, b) };
    let (before, now) = (Letters::of(older), Letters::of(newer));
    let origin = origins(&now.folded, &before.folded);
    let reused_chars = origin.iter().flatten().count() as u64;
    let mut paragraphs: Vec<ComparedParagraph> = Vec::new();
    for (sentence, found) in judged(&now, &origin, &before) {
        match paragraphs.last_mut() {
            Some(last) if last.paragraph == sentence.paragraph => last.sentences.push(found),
            _ => paragraphs.push(ComparedParagraph { paragraph: sentence.paragraph, sentences: vec![found] }),
        }
    }
    let back = origins(&before.folded, &now.folded);
    let dropped = judged(&before, &back, &now)
        .filter(|(_, found)| found.status == SentenceStatus::New)
        .map(|(sentence, _)| sentence.clone())
        .collect();
    let chars = now.folded.len() as u64;
    Comparison {
        older: StoryHead::of(older),
        newer: StoryHead::of(newer),
        chars,
        reused_chars,
        reuse: share(reused_chars, chars),
        paragraphs,
        dropped,
    }
}

/// Every sentence with what of it was taken over.
fn judged<'a>(
    text: &'a Letters,
    origin: &'a [Option<usize>],
    of: &'a Letters,
) -> impl Iterator<Item = (&'a PlacedSentence, ComparedSentence)> {
    let mut at = 0;
    text.sentences.iter().enumerate().map(move |(number, sentence)| {
        let first = at;
        while text.sentence.get(at) == Some(&number) {
            at += 1;
        }
        (sentence, judge(sentence, &text.offset[first..at], &text.folded[first..at], &origin[first..at], of))
    })
}

fn judge(
    sentence: &PlacedSentence,
    offsets: &[usize],
    folded: &[char],
    origin: &[Option<usize>],
    of: &Letters,
) -> ComparedSentence {
    let mut reused: Vec<(usize, usize)> = Vec::new();
    let mut sources: HashMap<usize, usize> = HashMap::new();
    let mut covered = 0;
    let mut last_letter = None;
    for (letter, (&offset, from)) in offsets.iter().zip(origin).enumerate() {
        let Some(from) = from else { continue };
        covered += 1;
        *sources.entry(of.sentence[*from]).or_default() += 1;
        match reused.last_mut() {
            // Punctuation between two letters of a passage belongs to it.
            Some(passage) if last_letter.is_some_and(|l| l + 1 == letter) => passage.1 = offset + 1,
            _ => reused.push((offset, offset + 1)),
        }
        last_letter = Some(letter);
    }
    let mut from = sources.into_iter().max_by_key(|&(s, n)| (n, std::cmp::Reverse(s))).map(|(s, _)| s);
    let mut status = match covered as f64 / folded.len().max(1) as f64 {
        share if share >= REUSED_SHARE => SentenceStatus::Reused,
        share if share >= CHANGED_SHARE => SentenceStatus::Changed,
        _ => SentenceStatus::New,
    };
    if folded.len() < PASSAGE_CHARS_MIN && status == SentenceStatus::New {
        // Too short for a passage: taken over where it stands as a sentence of its own.
        if let Some(same) = whole_sentence(folded, of) {
            status = SentenceStatus::Reused;
            from = same;
            reused = vec![(0, sentence.text.chars().count())];
        }
    }
    ComparedSentence {
        text: sentence.text.clone(),
        status,
        reused,
        from: from.map(|s| of.sentences[s].clone()),
    }
}

/// The sentence of exactly these letters; `Some(None)` for no letters, which are no news.
fn whole_sentence(folded: &[char], of: &Letters) -> Option<Option<usize>> {
    if folded.is_empty() {
        return Some(None);
    }
    let mut at = 0;
    for group in of.sentence.chunk_by(|a, b| a == b) {
        if &of.folded[at..at + group.len()] == folded {
            return Some(Some(group[0]));
        }
        at += group.len();
    }
    None
}

impl Archive {
    /// Compares two articles by their ids.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read; `Ok(Err(id))` tells which id nothing has.
    pub fn compare(&self, a: &str, b: &str) -> Result<Result<Comparison, String>, Error> {
        let Some(first) = self.article(a)? else { return Ok(Err(a.to_owned())) };
        let Some(second) = self.article(b)? else { return Ok(Err(b.to_owned())) };
        Ok(Ok(compare(&first, &second)))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;
    use crate::paper::{Article, IssueFacts};

    fn story(date: Option<&str>, paragraphs: &[&str]) -> StoredArticle {
        StoredArticle {
            article: Article {
                id: format!("id-{}", date.unwrap_or_default()),
                paragraphs: paragraphs.iter().map(|p| (*p).to_owned()).collect(),
                ..Article::default()
            },
            facts: IssueFacts { date: date.map(|d| d.parse().unwrap()), ..IssueFacts::default() },
            source: String::new(),
            unit: String::new(),
            people: Default::default(),
        }
    }

    fn shown(a: &StoredArticle, b: &StoredArticle) -> String {
        let found = compare(a, b);
        let mut out = format!("{} of {}\n", found.reused_chars, found.chars);
        for sentence in found.paragraphs.iter().flat_map(|p| &p.sentences) {
            let chars: Vec<char> = sentence.text.chars().collect();
            let passages: Vec<String> =
                sentence.reused.iter().map(|&(s, e)| chars[s..e].iter().collect()).collect();
            out.push_str(&format!("{:7} {} {passages:?}\n", sentence.status.key(), sentence.text));
        }
        for sentence in &found.dropped {
            out.push_str(&format!("dropped {}\n", sentence.text));
        }
        out
    }

    #[test]
    fn sentences_are_told_as_taken_over_changed_or_new() {
        let last_year = story(
            Some("2031-01-01"),
            &["全年新建改造农村供水工程三十二处。镜湖水质稳定达到三类标准。会议要求抓好落实。"],
        );
        let this_year = story(
            Some("2032-01-01"),
            &[
                "镜湖水质，稳定达到三类标准。全年新建改造农村供水工程四十五处，受益两万人。",
                "新开通轨道交通一号线。",
            ],
        );
        // In whatever order they are named.
        assert_eq!(shown(&last_year, &this_year), shown(&this_year, &last_year));
        expect![[r#"
            24 of 43
            reused  镜湖水质，稳定达到三类标准。 ["镜湖水质，稳定达到三类标准"]
            changed 全年新建改造农村供水工程四十五处，受益两万人。 ["全年新建改造农村供水工程"]
            new     新开通轨道交通一号线。 []
            dropped 会议要求抓好落实。
        "#]]
        .assert_eq(&shown(&last_year, &this_year));
    }

    #[test]
    fn a_short_sentence_is_taken_over_only_as_a_whole() {
        let a = story(None, &["他说：好。真的好！"]);
        let b = story(None, &["真的好！", "好得很。"]);
        expect![[r#"
            0 of 6
            reused  真的好！ ["真的好！"]
            new     好得很。 []
            dropped 他说：好。
        "#]]
        .assert_eq(&shown(&a, &b));
    }

    #[test]
    fn closing_marks_stay_with_their_sentence() {
        assert_eq!(sentences("他说：“好！”大家笑了。"), ["他说：“好！”", "大家笑了。"]);
        assert_eq!(sentences(""), [] as [&str; 0]);
        assert_eq!(sentences("没有句号"), ["没有句号"]);
    }

    proptest! {
        #[test]
        fn a_story_against_itself_has_nothing_new(text in "[甲乙丙丁。，！ a1]{0,120}") {
            let a = story(Some("2031-01-01"), &[&text]);
            let found = compare(&a, &a);
            prop_assert!(found.dropped.is_empty());
            prop_assert!(found.paragraphs.iter().flat_map(|p| &p.sentences)
                .all(|s| s.status == SentenceStatus::Reused));
        }

        #[test]
        fn sentences_put_together_are_the_text_and_passages_lie_inside(
            a in "[甲乙丙丁。，！ a1]{0,80}",
            b in "[甲乙丙丁。，！ a1]{0,80}",
        ) {
            let found = compare(&story(None, &[&a]), &story(None, &[&b]));
            let together: String =
                found.paragraphs.iter().flat_map(|p| &p.sentences).map(|s| s.text.as_str()).collect();
            prop_assert_eq!(together, b);
            prop_assert!(found.reused_chars <= found.chars);
            for sentence in found.paragraphs.iter().flat_map(|p| &p.sentences) {
                let mut last = 0;
                for &(start, end) in &sentence.reused {
                    prop_assert!(last <= start && start < end && end <= sentence.text.chars().count());
                    last = end;
                }
            }
        }
    }
}
