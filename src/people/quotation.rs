//! What a person is quoted with: 「申小满指出，要不误农时」, 「“不误农时。”申小满说」.

use serde::{Deserialize, Serialize};

use super::ArticlePeople;
use crate::paper::Article;

/// Words that a person is quoted with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Quotation {
    /// The verb as printed: 说, 指出, 强调.
    pub verb: String,
    /// The words: those in quotation marks where there are some, else the sentence behind the verb.
    pub text: String,
    /// Whether they stand in quotation marks.
    pub verbatim: bool,
}

/// Verbs that quote, longer ones before those they begin with.
const VERBS: &[&str] = &[
    "指出",
    "强调",
    "表示",
    "要求",
    "认为",
    "介绍",
    "告诉记者",
    "告诉",
    "坦言",
    "透露",
    "宣布",
    "呼吁",
    "希望",
    "回忆",
    "感叹",
    "解释",
    "补充",
    "提出",
    "称",
    "说道",
    "说",
];
/// How many characters may stand between a name and its verb: 「在会上」, 「高兴地」.
const REACH_CHARS: usize = 12;
/// Longest quotation, in characters; what is longer ends in ….
const QUOTATION_CHARS_MAX: usize = 300;
/// What ends a sentence.
const STOPS: [char; 4] = ['。', '！', '？', '\n'];

/// The words an article quotes a person with, in printed order; the names are those the person goes by.
#[must_use]
pub fn quotations(article: &Article, people: &ArticlePeople, person: &str) -> Vec<Quotation> {
    let (text, _) = article.full_text();
    let is_name = |name: &str| {
        people.summary.iter().any(|p| p.name == name && (p.person() == person || p.name == person))
    };
    let mut found: Vec<Quotation> = Vec::new();
    for (i, mention) in people.mentions.iter().enumerate().filter(|(_, m)| is_name(&m.name)) {
        let limit = people.mentions.get(i + 1).map_or(text.len(), |n| n.span.start);
        let Some((verb, at)) = verb(&text, mention.span.end, limit) else { continue };
        let Some((words, verbatim)) =
            behind(&text, at).or_else(|| in_front(&text, mention_start(&text, mention.span.start, mention)))
        else {
            continue;
        };
        let quotation = Quotation { verb: verb.to_owned(), text: cut(&words), verbatim };
        if !found.contains(&quotation) {
            found.push(quotation);
        }
    }
    found
}

/// Where a mention with its posts in front begins.
fn mention_start(text: &str, start: usize, mention: &super::Mention) -> usize {
    let start = mention.posts.iter().map(|p| p.span.start).filter(|s| *s < start).min().unwrap_or(start);
    // 村民甲乙: what else stands in front up to the closing mark.
    let line = text.get(..start).unwrap_or("");
    let low = line.char_indices().rev().nth(20).map_or(0, |(i, _)| i);
    match line.get(low..).unwrap_or("").rfind('”') {
        Some(i) => low + i + '”'.len_utf8(),
        None => start,
    }
}

/// The verb behind a name, and the place behind it.
fn verb(text: &str, from: usize, limit: usize) -> Option<(&'static str, usize)> {
    let rest = text.get(from..)?;
    for (n, (at, c)) in rest.char_indices().enumerate() {
        let here = rest.get(at..)?;
        let verb = VERBS.iter().find(|v| here.starts_with(**v));
        // 说明, 称为, 要求书 are other words.
        let behind = verb.and_then(|v| here.get(v.len()..)).and_then(|r| r.chars().next());
        if let Some(verb) = verb
            && from + at < limit
            && matches!(behind, Some('，' | ',' | '：' | ':' | '。' | '“' | '\n') | None)
        {
            return Some((verb, from + at + verb.len()));
        }
        if n >= REACH_CHARS || STOPS.contains(&c) || matches!(c, '，' | ',' | '、' | '；' | '：' | '“' | '”')
        {
            return None;
        }
    }
    None
}

/// The words behind a verb: 「：“…”」, 「，…。」
fn behind(text: &str, at: usize) -> Option<(String, bool)> {
    let rest = text.get(at..)?;
    let rest = rest.strip_prefix(['，', ',', '：', ':']).unwrap_or(rest);
    if let Some(quoted) = rest.strip_prefix('“') {
        let end = quoted.find('”')?;
        let quoted = quoted.get(..end)?;
        let paragraph = quoted.split('\n').next().unwrap_or(quoted);
        return (!paragraph.trim().is_empty()).then(|| (paragraph.to_owned(), true));
    }
    if rest.starts_with(STOPS) {
        return None;
    }
    let end = rest.find(STOPS).unwrap_or(rest.len());
    let words = rest.get(..end)?.trim();
    (!words.is_empty()).then(|| (words.to_owned(), false))
}

/// The words in quotation marks that end where the person is named: 「“…。”甲乙说。」
fn in_front(text: &str, at: usize) -> Option<(String, bool)> {
    let before = text.get(..at)?.strip_suffix('”')?;
    let start = before.rfind('“')?;
    let quoted = before.get(start + '“'.len_utf8()..)?;
    let whole = !quoted.contains('\n') && !quoted.trim().is_empty();
    whole.then(|| (quoted.trim_end_matches(['，', ',']).to_owned(), true))
}

fn cut(words: &str) -> String {
    match words.char_indices().nth(QUOTATION_CHARS_MAX) {
        Some((at, _)) => format!("{}…", words.get(..at).unwrap_or("")),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::{NameBook, of_article};

    #[test]
    fn who_is_named_with_a_verb_of_speech_is_quoted() {
        let article = Article {
            paragraphs: vec![
                "区委书记申小满在会上强调，要不误农时，做到应种尽种。区长郭望山说：“今年水足。”".into(),
                "“秧苗长得齐。”村党支部书记许田生说。申小满说明了来意。".into(),
            ],
            ..Article::default()
        };
        let people = of_article(&article, &NameBook::default());
        let told = |name: &str| -> Vec<String> {
            let found = quotations(&article, &people, name);
            found.iter().map(|q| format!("{} {} {}", q.verb, q.text, q.verbatim)).collect()
        };
        assert_eq!(told("申小满"), ["强调 要不误农时，做到应种尽种 false"]);
        assert_eq!(told("郭望山"), ["说 今年水足。 true"]);
        assert_eq!(told("许田生"), ["说 秧苗长得齐。 true"]);
    }
}
