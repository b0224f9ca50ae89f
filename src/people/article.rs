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
    for (i, m) in mentions.iter().enumerate() {
        let next = mentions.get(i + 1).map_or(text.len(), |n| n.span.start);
        let mut played = parts::behind(ByteSpan::new(m.span.end, next).of(&text));
        if played.is_empty() {
            played = of_list(&text, &mentions, i);
        }
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
    let changes = changes(&text, &mentions);
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
    ArticlePeople { mentions, summary, changes }
}

/// The part that a list plays together: told behind its last name.
fn of_list(text: &str, mentions: &[Mention], from: usize) -> Vec<&'static str> {
    for pair in mentions[from..].windows(2) {
        let between = ByteSpan::new(pair[0].span.end, pair[1].span.start).of(text);
        // Up to the next name stand only commas and further posts.
        let posts: usize = pair[1]
            .posts
            .iter()
            .filter(|p| p.span.start >= pair[0].span.end && p.span.end <= pair[1].span.start)
            .map(|p| p.span.len())
            .sum();
        if between.len() > posts + 12 || between.contains(['。', '\n']) {
            return Vec::new();
        }
        let next =
            mentions.iter().find(|m| m.span.start > pair[1].span.start).map_or(text.len(), |m| m.span.start);
        let played = parts::behind(ByteSpan::new(pair[1].span.end, next).of(text));
        if !played.is_empty() {
            return played;
        }
    }
    Vec::new()
}

fn entry<'a>(summary: &'a mut Vec<PersonSummary>, name: &str, kind: Kind) -> &'a mut PersonSummary {
    let at = summary.iter().position(|p| p.name == name).unwrap_or_else(|| {
        summary.push(PersonSummary { name: name.to_owned(), kind, posts: Vec::new(), parts: Vec::new() });
        summary.len() - 1
    });
    &mut summary[at]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::Author;

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
