//! Puts names and posts right that were read wrongly in an article.

use super::Corrections;
use super::entry::{PersonFix, What};
use crate::diag::ByteSpan;
use crate::paper::Article;
use crate::people::{
    ArticlePeople, Evidence, Kind, Mention, NameBook, PersonSummary, PostMention, mentions, of_article,
};

impl Corrections {
    /// The people of an article as they are found, and then as entries have them.
    #[must_use]
    pub fn people_of(&self, article: &Article, book: &NameBook) -> ArticlePeople {
        let mut people = of_article(article, book);
        for entry in self.of_article(&article.id) {
            if let What::Person(fix) = &entry.what {
                mend(article, &mut people, fix);
                for person in &mut people.summary {
                    let stands_for = book.overlay().person_of(&person.name);
                    person.stands_for = (stands_for != person.name).then(|| stands_for.to_owned());
                }
            }
        }
        people
    }

    /// The names that an article teaches: what [`Corrections::people_of`] gives of mentions, without the rest.
    #[must_use]
    pub fn mentions_of(&self, article: &Article, book: &NameBook) -> Vec<Mention> {
        if self.of_article(&article.id).any(|entry| matches!(entry.what, What::Person(_))) {
            return self.people_of(article, book).mentions;
        }
        mentions(&article.full_text().0, book)
    }
}

fn mend(article: &Article, people: &mut ArticlePeople, fix: &PersonFix) {
    if fix.never {
        people.mentions.retain(|m| m.name != fix.name);
        people.summary.retain(|p| p.name != fix.name);
        people.changes.retain(|c| c.name != fix.name);
        return;
    }
    let (text, _) = article.full_text();
    let named = people.summary.iter().any(|p| p.name == fix.name);
    if !named {
        add(&text, people, fix);
    }
    if let Some(posts) = &fix.posts {
        for mention in people.mentions.iter_mut().filter(|m| m.name == fix.name) {
            mention.posts.retain(|post| posts.contains(&post.text));
        }
        // A post that was not seen with the name is told of the place where it is printed.
        for post in posts {
            let seen =
                people.mentions.iter().any(|m| m.name == fix.name && m.posts.iter().any(|p| p.text == *post));
            if !seen && let Some(mention) = people.mentions.iter_mut().find(|m| m.name == fix.name) {
                let at = text.match_indices(post.as_str()).map(|(at, _)| at);
                let nearest = at.min_by_key(|at| at.abs_diff(mention.span.start));
                let span = nearest.map_or(mention.span, |at| ByteSpan::new(at, at + post.len()));
                mention.posts.push(PostMention { text: post.clone(), span });
            }
        }
        people.changes.retain(|c| c.name != fix.name || posts.contains(&c.post));
        for person in people.summary.iter_mut().filter(|p| p.name == fix.name) {
            person.posts.clone_from(posts);
            if !posts.is_empty() {
                person.kind = Kind::Official;
            }
        }
    }
    if let Some(is) = &fix.is {
        people.mentions.iter_mut().filter(|m| m.name == fix.name).for_each(|m| m.name.clone_from(is));
        people.changes.iter_mut().filter(|c| c.name == fix.name).for_each(|c| c.name.clone_from(is));
        rename(&mut people.summary, &fix.name, is);
    }
}

/// Somebody who was not taken for a person: every place with the name.
fn add(text: &str, people: &mut ArticlePeople, fix: &PersonFix) {
    let kind =
        if fix.posts.as_ref().is_some_and(|posts| !posts.is_empty()) { Kind::Official } else { Kind::Other };
    let places: Vec<ByteSpan> = text
        .match_indices(fix.name.as_str())
        .map(|(at, name)| ByteSpan::new(at, at + name.len()))
        .filter(|span| people.mentions.iter().all(|m| !m.span.overlaps(*span)))
        .collect();
    if places.is_empty() {
        return;
    }
    people.mentions.extend(places.into_iter().map(|span| Mention {
        name: fix.name.clone(),
        span,
        kind,
        posts: Vec::new(),
        evidence: Evidence::Known,
    }));
    people.mentions.sort_by_key(|m| m.span);
    people.summary.push(PersonSummary {
        name: fix.name.clone(),
        kind,
        posts: Vec::new(),
        parts: Vec::new(),
        stands_for: None,
    });
}

/// Gives somebody another name; who bears it already takes in what was told of the first.
fn rename(summary: &mut Vec<PersonSummary>, name: &str, is: &str) {
    let Some(at) = summary.iter().position(|p| p.name == name) else { return };
    if summary.iter().all(|p| p.name != is) {
        if let Some(person) = summary.get_mut(at) {
            is.clone_into(&mut person.name);
        }
        return;
    }
    let gone = summary.remove(at);
    if let Some(stays) = summary.iter_mut().find(|p| p.name == is) {
        for (mine, theirs) in [(&mut stays.posts, gone.posts), (&mut stays.parts, gone.parts)] {
            for one in theirs {
                if !mine.contains(&one) {
                    mine.push(one);
                }
            }
        }
    }
}
