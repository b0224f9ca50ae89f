//! Draws questions from an archive's own articles, as people ask them.

use serde::Serialize;

use super::Options;
use crate::index::{Error, StoredArticle};
use crate::people::Kind;
use crate::query::{Query, Question, Term};
use crate::search::{Archive, ArticlePlace, Facet, Request};
use crate::text::fold::fold;
use crate::text::segment::Segmenter;

/// The longest literal, in characters.
const LITERAL_CHARS_MAX: usize = 20;
/// Words of a question at most.
const WORDS_MAX: usize = 4;
/// Articles looked at for one question before it is given up: not every article names somebody.
const TRIES: usize = 40;

/// Kinds of question that are measured each for itself; closed, scripts read the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    /// A quoted run of 1 to 20 characters: the exact number and ten ids, without snippets.
    Literal,
    /// Two to four words that stand in one sentence: ten hits with snippets.
    Words,
    /// Two words in quotation marks, near each other.
    Near,
    /// A person's name in the field 人物.
    Names,
    /// A word within a month, on a page, or in headlines.
    Fields,
    /// A word, with counts by year, person, post and byline.
    Facets,
}

impl QuestionKind {
    /// All of them, in the order in which they are asked.
    pub const ALL: [Self; 6] =
        [Self::Literal, Self::Words, Self::Near, Self::Names, Self::Fields, Self::Facets];

    /// The name in JSON and in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Literal => "literal",
            Self::Words => "words",
            Self::Near => "near",
            Self::Names => "names",
            Self::Fields => "fields",
            Self::Facets => "facets",
        }
    }
}

/// The questions of one kind.
pub(super) struct Drawn {
    pub(super) kind: QuestionKind,
    pub(super) requests: Vec<Request>,
}

/// Draws the questions of all kinds; fewer of a kind where the articles give no more.
pub(super) fn questions(
    archive: &Archive,
    places: &[ArticlePlace],
    options: &Options,
) -> Result<Vec<Drawn>, Error> {
    let segmenter = archive.index().segmenter()?;
    let mut out = Vec::with_capacity(QuestionKind::ALL.len());
    for (number, kind) in QuestionKind::ALL.into_iter().enumerate() {
        // A seed of its own, so that one kind asks the same whatever the others do.
        let mut draw = Draw::seeded(options.seed.wrapping_mul(31).wrapping_add(number as u64));
        let mut requests = Vec::with_capacity(options.questions);
        let mut tries = options.questions.saturating_mul(TRIES);
        while requests.len() < options.questions && tries > 0 && !places.is_empty() {
            tries -= 1;
            let stored = archive.article_at(places[draw.below(places.len())])?;
            requests.extend(question(kind, &stored, &segmenter, &mut draw));
        }
        out.push(Drawn { kind, requests });
    }
    Ok(out)
}

/// A question that the article answers, if it gives one of that kind.
fn question(
    kind: QuestionKind,
    stored: &StoredArticle,
    segmenter: &Segmenter,
    draw: &mut Draw,
) -> Option<Request> {
    match kind {
        QuestionKind::Literal => {
            let runs: Vec<_> = stored.runs().map(|(_, text)| text.into_owned()).collect();
            let text = draw.of(&runs)?;
            // Mostly the lengths people quote; sometimes one character, sometimes half a sentence.
            let chars = match draw.below(10) {
                0 => 1,
                1 | 2 => 7 + draw.below(LITERAL_CHARS_MAX - 6),
                _ => 2 + draw.below(5),
            };
            let last = text.chars().count().checked_sub(chars)?;
            let run: String = text.chars().skip(draw.below(last + 1)).take(chars).collect();
            // The tree itself: a run may hold quotation marks, which can't be typed between others.
            let question = Question { query: Query::Term(Term::Literal(run.clone())), notes: Vec::new() };
            Some(Request { question, snippets: false, ..Request::new(&format!("“{run}”")) })
        }
        QuestionKind::Words => {
            let words = words_of(&all_parts(stored), segmenter, draw, WORDS_MAX);
            let wanted = 2 + draw.below(WORDS_MAX - 1);
            (words.len() >= 2).then(|| Request::new(&words[..wanted.min(words.len())].join(" ")))
        }
        QuestionKind::Near => {
            let words = words_of(&all_parts(stored), segmenter, draw, 2);
            (words.len() == 2).then(|| Request::new(&format!("“{}”~30", words.join(" "))))
        }
        QuestionKind::Names => {
            let people: Vec<&str> = stored
                .people
                .summary
                .iter()
                .filter(|person| person.kind != Kind::Reporter)
                .map(|person| person.name.as_str())
                .collect();
            draw.of(&people).map(|name| Request::new(&format!("人物:{name}")))
        }
        QuestionKind::Fields => {
            let facts = &stored.facts;
            let mut word = |parts: &[&str]| words_of(parts, segmenter, draw, 1).pop();
            let anywhere = word(&all_parts(stored))?;
            let headline = word(&[stored.article.headline.as_deref().unwrap_or("")]);
            let input = match (draw.below(3), facts.date, &facts.page, headline) {
                (0, Some(date), ..) => format!("{anywhere} 日期:{:04}-{:02}", date.year(), date.month()),
                (1, _, Some(page), _) => format!("{anywhere} 版:{page}"),
                (_, _, _, Some(word)) => format!("标题:{word}"),
                _ => return None,
            };
            Some(Request::new(&input))
        }
        QuestionKind::Facets => {
            let word = words_of(&all_parts(stored), segmenter, draw, 1).pop()?;
            let facets = vec![Facet::Year, Facet::Person, Facet::Post, Facet::Byline];
            Some(Request { facets, ..Request::new(&word) })
        }
    }
}

fn all_parts(stored: &StoredArticle) -> Vec<&str> {
    stored.article.parts().map(|(_, text)| text).collect()
}

/// Different words of two and more characters from one sentence of one of the texts, at most so many,
/// in the order in which they stand.
fn words_of(texts: &[&str], segmenter: &Segmenter, draw: &mut Draw, words_max: usize) -> Vec<String> {
    let Some(text) = draw.of(texts) else { return Vec::new() };
    let sentences: Vec<&str> = text.split(['。', '！', '？', '；']).collect();
    let sentence = fold(draw.of(&sentences).unwrap_or(text));
    let mut words: Vec<&str> = Vec::new();
    for span in segmenter.content_words(&sentence) {
        let word = span.of(&sentence);
        if word.chars().count() >= 2 && !words.contains(&word) {
            words.push(word);
        }
    }
    while words.len() > words_max {
        words.remove(draw.below(words.len()));
    }
    words.into_iter().map(str::to_owned).collect()
}

/// Numbers drawn with a seed (splitmix64): the same on every machine.
struct Draw(u64);

impl Draw {
    const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`, 0 where there is none.
    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or(0)
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let at = self.below(items.len());
        items.get(at)
    }
}
