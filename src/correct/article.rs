//! Changes, splits and merges articles; each tells in the article what the page had.

use super::entry::{At, Change, Entry};
use crate::layout;
use crate::paper::{Amendment, Article, Author, Genre, IssueFacts};
use crate::text::fold::fold;

/// A text in a form in which two printings are compared: folded, without white space.
pub(super) fn solid(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Notes of an entry in the article it has changed.
pub(super) struct Notes<'a> {
    entry: &'a Entry,
    made: Vec<Amendment>,
}

impl<'a> Notes<'a> {
    pub(super) const fn of(entry: &'a Entry) -> Self {
        Self { entry, made: Vec::new() }
    }

    fn put(&mut self, part: &str, was: Option<String>, now: Option<String>) {
        if was != now {
            self.made.push(self.amendment(part, was, now));
        }
    }

    pub(super) fn amendment(&self, part: &str, was: Option<String>, now: Option<String>) -> Amendment {
        let (note, by) = (self.entry.note.clone(), self.entry.file.clone());
        Amendment { part: part.to_owned(), was, now, note, by }
    }
}

fn held(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn signed(byline: &[Author]) -> Option<String> {
    let one = |a: &Author| if a.role.is_empty() { a.name.clone() } else { format!("{} {}", a.role, a.name) };
    held(&byline.iter().map(one).collect::<Vec<_>>().join("、"))
}

/// Gives the article the members of a change; whether anything became another.
pub(super) fn change(
    article: &mut Article,
    facts: &mut IssueFacts,
    change: &Change,
    mut notes: Notes<'_>,
) -> bool {
    let before = facts.date;
    for (name, text) in &change.texts {
        let member = match *name {
            "column" => &mut article.column,
            "kicker" => &mut article.kicker,
            "headline" => &mut article.headline,
            "deck" => &mut article.deck,
            "dateline" => &mut article.dateline,
            "credit" => &mut article.credit,
            _ => &mut article.event_date,
        };
        let was = std::mem::replace(member, held(text));
        notes.put(name, was, held(text));
    }
    if let Some(byline) = &change.byline {
        let was = std::mem::replace(&mut article.byline, byline.clone());
        notes.put("byline", signed(&was), signed(byline));
    }
    if let Some(genre) = change.genre {
        let was = std::mem::replace(&mut article.genre, genre);
        notes.put("genre", Some(was.key().to_owned()), Some(genre.key().to_owned()));
    }
    for (name, new, fact) in [
        ("paper", &change.paper, &mut facts.paper),
        ("page", &change.page, &mut facts.page),
        ("section", &change.section, &mut facts.section),
    ] {
        if let Some(new) = new {
            let was = std::mem::replace(fact, held(new));
            notes.put(name, was, held(new));
        }
    }
    if let Some(date) = change.date {
        facts.date = Some(date);
        notes.put("date", before.map(|d| d.to_string()), Some(date.to_string()));
        // 6月1日 is of another year now, or of one at all.
        if !change.texts.iter().any(|(name, _)| *name == "event_date") {
            article.event_date = layout::event_date(article, facts.date);
        }
    }
    let changed = !notes.made.is_empty();
    article.corrections.append(&mut notes.made);
    changed
}

/// The paragraph, and the byte within it, with which the second article begins.
fn place(article: &Article, at: &At) -> Result<(usize, usize), String> {
    let text = match at {
        At::Number(n) if *n <= article.paragraphs.len() => return Ok((n - 1, 0)),
        At::Number(n) => return Err(format!("the article has no paragraph {n}")),
        At::Text(text) => text,
    };
    let wanted = solid(text);
    if wanted.is_empty() {
        return Err("at is empty".to_owned());
    }
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (i, paragraph) in article.paragraphs.iter().enumerate() {
        // Where each character of the comparable form stands in the paragraph.
        let places: Vec<(usize, char)> =
            paragraph.char_indices().filter(|(_, c)| !c.is_whitespace()).collect();
        let folded: Vec<char> = solid(paragraph).chars().collect();
        let wanted: Vec<char> = wanted.chars().collect();
        for (j, window) in folded.windows(wanted.len()).enumerate() {
            if window == wanted.as_slice() {
                // Folding is one character for one.
                found.push((i, if j == 0 { 0 } else { places.get(j).map_or(0, |(at, _)| *at) }));
            }
        }
    }
    // Words that begin a paragraph go before the same words elsewhere.
    let begins: Vec<_> = found.iter().filter(|(_, at)| *at == 0).copied().collect();
    match (begins.as_slice(), found.as_slice()) {
        ([one], _) | ([], [one]) => Ok(*one),
        ([], []) => Err(format!("“{text}” does not stand in the article")),
        _ => Err(format!("“{text}” stands in the article more than once")),
    }
}

/// Cuts an article in two; gives the second.
pub(super) fn split(
    article: &mut Article,
    facts: &mut IssueFacts,
    at: &At,
    second: &Change,
    entry: &Entry,
) -> Result<Article, String> {
    let (mut first, byte) = place(article, at)?;
    if (first, byte) == (0, 0) {
        return Err("nothing stands before the place".to_owned());
    }
    let mut paragraphs = article.paragraphs.split_off(first);
    let mut lines = if article.lines.len() > first { article.lines.split_off(first) } else { Vec::new() };
    if byte > 0
        && let Some(paragraph) = paragraphs.first_mut()
    {
        let rest = paragraph.split_off(byte);
        article.paragraphs.push(std::mem::replace(paragraph, rest));
        article.lines.extend(lines.first().copied());
        first += 1;
    }
    let cut = article.paragraphs.len();
    // What was numbered behind the cut is numbered from it.
    let from = if byte > 0 { first - 1 } else { first };
    let (mut repairs, mut crossheads) = (Vec::new(), Vec::new());
    article.repairs.retain(|repair| {
        let stays = repair.paragraph < cut.min(from) || (repair.paragraph == from && byte > 0);
        if !stays {
            let mut repair = repair.clone();
            repair.paragraph -= from;
            repairs.push(repair);
        }
        stays
    });
    article.crossheads.retain(|at| {
        let stays = *at < from;
        if !stays {
            crossheads.push(at - from);
        }
        stays
    });
    // Headline parts that were read as text.
    let heads: Vec<String> =
        second.texts.iter().map(|(_, text)| solid(text)).filter(|t| !t.is_empty()).collect();
    while paragraphs.len() > 1 && paragraphs.first().is_some_and(|p| heads.contains(&solid(p))) {
        paragraphs.remove(0);
        if !lines.is_empty() {
            lines.remove(0);
        }
        crossheads = crossheads.iter().filter_map(|at: &usize| at.checked_sub(1)).collect();
        repairs
            .iter_mut()
            .for_each(|r: &mut crate::paper::Repair| r.paragraph = r.paragraph.saturating_sub(1));
    }
    let mut other = Article {
        paragraphs,
        lines,
        repairs,
        crossheads,
        genre: article.genre,
        incomplete: article.jump_to.is_some() && std::mem::take(&mut article.incomplete),
        jump_to: article.jump_to.take(),
        ..Article::default()
    };
    other.id = layout::article_id(layout::id_stem(&article.id), &other);
    let notes = Notes::of(entry);
    other.corrections.push(notes.amendment("split", Some(article.id.clone()), Some(other.id.clone())));
    article.corrections.push(notes.amendment("split", Some(article.id.clone()), Some(other.id.clone())));
    other.event_date = layout::event_date(&other, facts.date);
    change(&mut other, facts, second, Notes::of(entry));
    Ok(other)
}

/// Puts one article behind another; its headline becomes a heading inside.
pub(super) fn merge(article: &mut Article, rest: Article, same_page: bool, entry: &Entry) {
    let notes = Notes::of(entry);
    let was = format!("{} {}", rest.id, rest.headline.as_deref().unwrap_or_default());
    article.corrections.push(notes.amendment("merge", Some(was.trim().to_owned()), Some(article.id.clone())));
    for heading in [rest.kicker, rest.headline, rest.deck].into_iter().flatten() {
        article.crossheads.push(article.paragraphs.len());
        article.paragraphs.push(heading);
        article.lines.push((0, 0));
    }
    let behind = article.paragraphs.len();
    article.lines.resize(behind, (0, 0));
    article.crossheads.extend(rest.crossheads.iter().map(|at| at + behind));
    article.repairs.extend(rest.repairs.into_iter().map(|mut repair| {
        repair.paragraph += behind;
        repair
    }));
    // Line 0 stands for another page.
    let mut lines = if same_page { rest.lines } else { Vec::new() };
    lines.resize(rest.paragraphs.len(), (0, 0));
    article.lines.extend(lines);
    article.paragraphs.extend(rest.paragraphs);
    article.captions.extend(rest.captions);
    for author in rest.byline {
        if !article.byline.contains(&author) {
            article.byline.push(author);
        }
    }
    article.credit = article.credit.take().or(rest.credit);
    article.jump_to = article.jump_to.take().or(rest.jump_to);
    if article.genre == Genre::News {
        article.genre = rest.genre;
    }
    article.corrections.extend(rest.corrections);
}
