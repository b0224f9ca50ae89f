//! The people of one article: every mention in its text, and a summary a person.

use serde::{Deserialize, Serialize};

use super::notice::{Change, changes};
use super::{Kind, Mention, NameBook, mentions, parts};
use crate::diag::ByteSpan;
use crate::paper::Article;

/// One person as an article shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PersonSummary {
    /// The name as printed, without padding.
    pub name: String,
    /// What the person is to the paper.
    pub kind: Kind,
    /// The posts printed anywhere in the article, each once, in order.
    pub posts: Vec<String>,
    /// The parts the person plays: 主持, 讲话, 调研, each once, in order.
    pub parts: Vec<String>,
    /// The person this name stands for, where the archive's own lexicon has it as an alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_for: Option<String>,
}

impl PersonSummary {
    /// The name the person is gathered under.
    #[must_use]
    pub fn person(&self) -> &str {
        self.stands_for.as_deref().unwrap_or(&self.name)
    }

    /// The name with the posts in brackets: `魏振东（副区长、区水利局局长）`.
    #[must_use]
    pub fn with_posts(&self) -> String {
        if self.posts.is_empty() {
            self.name.clone()
        } else {
            format!("{}（{}）", self.name, self.posts.join("、"))
        }
    }
}

/// The people of an article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticlePeople {
    /// Every place where somebody is named, as spans of [`Article::full_text`].
    pub mentions: Vec<Mention>,
    /// Everybody once, in order of first appearance; who only signed the piece stands last.
    pub summary: Vec<PersonSummary>,
    /// Who was given a post and who gave one up, as spans of the same text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// Finds the people of an article, those who signed it among them.
#[must_use]
pub fn of_article(article: &Article, book: &NameBook) -> ArticlePeople {
    let (text, _) = article.full_text();
    let mentions = mentions(&text, book);
    let mut summary: Vec<PersonSummary> = Vec::new();
    for (m, played) in mentions.iter().zip(played(&text, &mentions)) {
        let person = entry(&mut summary, &m.name, m.kind);
        for post in &m.posts {
            if !person.posts.contains(&post.text) {
                person.posts.push(post.text.clone());
            }
        }
        for part in played {
            if !person.parts.iter().any(|p| p == part) {
                person.parts.push(part.to_owned());
            }
        }
    }
    let changes = changes(&text, &mentions, book);
    for change in &changes {
        // A list of appointments also names people whose form does not show it.
        let person = entry(&mut summary, &change.name, Kind::Official);
        if text.contains(&change.post) && !person.posts.contains(&change.post) {
            person.posts.push(change.post.clone());
        }
    }
    for author in &article.byline {
        if !author.name.is_empty() {
            let person = entry(&mut summary, &author.name, Kind::Reporter);
            if person.posts.is_empty() {
                person.kind = Kind::Reporter;
            }
        }
    }
    for person in &mut summary {
        let stands_for = book.overlay().person_of(&person.name);
        person.stands_for = (stands_for != person.name).then(|| stands_for.to_owned());
    }
    ArticlePeople { mentions, summary, changes }
}

/// The parts told at each mention: behind it, else behind a later name of its list, else in front of the list.
fn played(text: &str, mentions: &[Mention]) -> Vec<Vec<&'static str>> {
    let mut played: Vec<Vec<&'static str>> = mentions
        .iter()
        .enumerate()
        .map(|(i, m)| {
            let next = mentions.get(i + 1).map_or(text.len(), |n| n.span.start);
            parts::behind(ByteSpan::new(m.span.end, next).of(text))
        })
        .collect();
    let in_list: Vec<bool> = (0..mentions.len()).map(|i| i > 0 && joined(text, mentions, i)).collect();
    for i in (0..mentions.len().saturating_sub(1)).rev() {
        if in_list[i + 1] && played[i].is_empty() {
            played[i] = played[i + 1].clone();
        }
    }
    let mut announced = None;
    for (i, m) in mentions.iter().enumerate() {
        if !in_list[i] {
            let start = m.posts.iter().map(|p| p.span.start).filter(|s| *s < m.span.start).min();
            announced = text.get(..start.unwrap_or(m.span.start)).and_then(parts::in_front);
        }
        if played[i].is_empty() {
            played[i].extend(announced);
        }
    }
    played
}

/// What stands between a name and the one in front of it, without posts of either and what is in brackets.
fn between(text: &str, mentions: &[Mention], at: usize) -> String {
    let (before, name) = (&mentions[at - 1], &mentions[at]);
    let (start, end) = (before.span.end, name.span.start);
    let posts = before.posts.iter().chain(&name.posts).map(|post| post.span);
    let mut posts: Vec<ByteSpan> = posts.filter(|span| span.start >= start && span.end <= end).collect();
    posts.sort_by_key(|span| span.start);
    let (mut rest, mut from, mut depth) = (String::new(), start, 0);
    for span in posts.into_iter().chain([ByteSpan::new(end, end)]) {
        for c in text.get(from..span.start).unwrap_or("").chars() {
            match c {
                '(' | '（' => depth += 1,
                ')' | '）' => depth -= 1,
                _ if depth == 0 => rest.push(c),
                _ => {}
            }
        }
        from = from.max(span.end);
    }
    rest
}

/// Whether a name stands in one list with the name in front of it: only commas, 和 and further posts between.
fn joined(text: &str, mentions: &[Mention], at: usize) -> bool {
    mentions[at].span.start > mentions[at - 1].span.end
        && between(text, mentions, at).chars().all(|c| "、，,和与及以兼同志 　".contains(c))
}

/// The lists of three and more people that an article prints, each in its order, aliases resolved (名单次序).
///
/// Only names with list commas, 和, 与, 及 or white space between make a list; posts and brackets may stand there
/// too, and each person counts once, at the first place.
#[must_use]
pub fn lists(article: &Article, people: &ArticlePeople) -> Vec<Vec<String>> {
    let (text, _) = article.full_text();
    let person = |m: &Mention| {
        let of = people.summary.iter().find(|p| p.name == m.name);
        of.map_or_else(|| m.name.clone(), |p| p.person().to_owned())
    };
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut list: Vec<String> = Vec::new();
    for (i, mention) in people.mentions.iter().enumerate() {
        let goes_on = i > 0 && mention.kind != Kind::Reporter && listed(&text, &people.mentions, i);
        if !goes_on {
            found.push(std::mem::take(&mut list));
        }
        if mention.kind != Kind::Reporter && !list.contains(&person(mention)) {
            list.push(person(mention));
        }
    }
    found.push(list);
    found.retain(|list| list.len() >= LIST_NAMES_MIN);
    found
}

/// Names that make a list.
const LIST_NAMES_MIN: usize = 3;

/// Whether nothing but what joins a list stands between a name and the one in front of it.
fn listed(text: &str, mentions: &[Mention], at: usize) -> bool {
    let between = between(text, mentions, at);
    let rest: String = between.chars().filter(|c| !c.is_whitespace()).collect();
    let rest = rest.trim_start_matches("同志");
    matches!(rest, "、" | "和" | "与" | "及" | "以及") || (rest.is_empty() && between.contains([' ', '　']))
}

fn entry<'a>(summary: &'a mut Vec<PersonSummary>, name: &str, kind: Kind) -> &'a mut PersonSummary {
    let at = summary.iter().position(|p| p.name == name).unwrap_or_else(|| {
        summary.push(PersonSummary {
            name: name.to_owned(),
            kind,
            posts: Vec::new(),
            parts: Vec::new(),
            stands_for: None,
        });
        summary.len() - 1
    });
    &mut summary[at]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::Author;

    #[test]
    fn lists_keep_the_printed_order_and_may_be_announced() {
        let article = Article {
            paragraphs: vec![
                "区委书记申小满主持会议。区领导谢长青、宋立冬（女）、副区长王　刚和贾雪梅参加。".into(),
                "出席会议的还有：许田生、时满仓。".into(),
            ],
            ..Article::default()
        };
        let mut book = NameBook::default();
        book.set_overlay(crate::people::Overlay::parse("a.txt", "alias 王刚 王大刚\nname 时满仓").value);
        let found = of_article(&article, &book);
        assert_eq!(lists(&article, &found), [["谢长青", "宋立冬", "王大刚", "贾雪梅"]]);
        let part = |name: &str| {
            found.summary.iter().find(|p| p.name == name).map(|p| p.parts.join("+")).unwrap_or_default()
        };
        assert_eq!(
            (part("许田生"), part("时满仓"), part("王刚")),
            ("出席".into(), "出席".into(), "参加".into())
        );
    }

    #[test]
    fn an_article_gives_everybody_once_with_posts_and_parts() {
        let article = Article {
            headline: Some("区里部署春耕".into()),
            deck: Some("申小满主持 郭望山作安排".into()),
            byline: vec![Author { name: "梁雨禾".into(), role: "记者".into() }],
            paragraphs: vec![
                "区委书记申小满主持会议并讲话，区长郭望山作具体安排，区领导谢长青、宋立冬参加。".into(),
                "申小满指出，要不误农时。".into(),
            ],
            ..Article::default()
        };
        let found = of_article(&article, &NameBook::default());
        let lines: Vec<String> = found
            .summary
            .iter()
            .map(|p| format!("{} {:?} {} {}", p.name, p.kind, p.posts.join("+"), p.parts.join("+")))
            .collect();
        assert_eq!(
            lines,
            [
                "申小满 Official 区委书记 主持+讲话+指出",
                "郭望山 Official 区长 作安排",
                "谢长青 Official 区领导 参加",
                "宋立冬 Official 区领导 参加",
                "梁雨禾 Reporter  ",
            ]
        );
        let (text, _) = article.full_text();
        assert!(found.mentions.iter().all(|m| m.span.of(&text) == m.name));
    }
}
