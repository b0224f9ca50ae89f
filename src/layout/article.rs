//! Turns a gathered story into an [`Article`]: repairs made, genre told.

use jiff::civil::Date;

use super::story::Story;
use super::{event, repair};
use crate::paper::{Article, Genre, Repair, RepairKind};
use crate::text::fold::fold;

/// The article of a story.
pub(super) fn make(story: Story, id: String, issued: Option<Date>) -> Article {
    let genre = genre(&story);
    let incomplete = story.lacks_end().is_some() || story.jump_from.is_some();
    let body = story.paragraphs.iter().find(|p| !p.crosshead).map(|p| p.text.clone()).unwrap_or_default();
    let (paragraphs, mut repairs) =
        if genre == Genre::Notice { (story.paragraphs, Vec::new()) } else { repair::mend(story.paragraphs) };
    if let Some(line) = story.late {
        repairs.insert(
            0,
            Repair {
                kind: RepairKind::LateHeadline,
                paragraph: 0,
                note: format!("the headline stood after the body (line {line})"),
                lines: Some((line, line)),
            },
        );
    }
    if let Some((count, page)) = story.joined_from {
        let text = page.map_or_else(|| "another page".to_owned(), |p| format!("page {p}"));
        // The seam between the pages may have swallowed the first paragraph of the continuation.
        let paragraph = paragraphs
            .iter()
            .position(|p| p.lines.0 == 0)
            .unwrap_or(count.min(paragraphs.len().saturating_sub(1)));
        repairs.push(Repair {
            kind: RepairKind::JumpJoined,
            paragraph,
            note: format!("goes on from {text}"),
            lines: None,
        });
    }
    for repair in &mut repairs {
        // Line 0 stands for another page.
        repair.lines = repair.lines.filter(|(a, b)| *a > 0 && *b > 0);
    }
    let text = |parts: Vec<String>| (!parts.is_empty()).then(|| parts.join(" "));
    Article {
        id,
        column: story.column,
        kicker: text(story.kicker),
        headline: text(story.headline),
        deck: text(story.deck),
        byline: story.authors,
        dateline: story.dateline,
        credit: story.credit,
        event_date: event::date(&body, issued),
        crossheads: paragraphs.iter().enumerate().filter(|(_, p)| p.crosshead).map(|(i, _)| i).collect(),
        lines: paragraphs.iter().map(|p| p.lines).collect(),
        paragraphs: paragraphs.into_iter().map(|p| p.text).collect(),
        jump_to: story.jump_to,
        jump_from: story.jump_from,
        incomplete,
        genre,
        repairs,
        captions: story.captions,
        corrections: Vec::new(),
    }
}

fn genre(story: &Story) -> Genre {
    let heading: String = fold(&story.headline.concat());
    if matches!(story.genre, Genre::News | Genre::Notice) && is_correction(&heading, story) {
        return Genre::Correction;
    }
    if story.genre != Genre::News {
        return story.genre;
    }
    let column = fold(story.column.as_deref().unwrap_or(""));
    let any = |text: &str, words: &[&str]| words.iter().any(|w| text.contains(w));
    if heading.ends_with("任免名单") || heading.contains("任免职") || heading.ends_with("任前公示")
    {
        return Genre::Appointments;
    }
    if heading.ends_with("讣告") || heading.contains("同志逝世") {
        return Genre::Obituary;
    }
    if any(&column, &["评论", "时评", "社论", "论坛", "杂谈", "理论", "漫谈", "观点"])
        || any(&heading, &["评论员", "社论"])
    {
        return Genre::Commentary;
    }
    if any(&column, &["副刊", "随笔", "散文", "诗"]) {
        return Genre::Literary;
    }
    if any(&column, &["来信", "读者"]) {
        return Genre::Letter;
    }
    let news = story.dateline.is_some();
    let chars: usize = story.paragraphs.iter().map(|p| p.text.len() / 3).sum();
    if !news && chars > 1200 && story.authors.iter().any(|a| a.role.contains("记者")) {
        return Genre::Feature;
    }
    Genre::News
}

/// Characters a notice of correction has at most where only its words show that it is one.
const CORRECTION_CHARS_MAX: usize = 400;

/// Whether a piece corrects what the paper printed before (更正): it says so above, or by itself.
fn is_correction(heading: &str, story: &Story) -> bool {
    let heading: String = heading.chars().filter(|c| c.is_alphanumeric()).collect();
    let says = [
        "更正",
        "致歉",
        "更正启事",
        "更正说明",
        "更正声明",
        "更正与致歉",
        "更正及致歉",
        "更正致歉",
        "致歉声明",
        "勘误",
        "勘误启事",
    ];
    if says.iter().any(|w| heading.ends_with(w)) && heading.chars().count() <= 12 {
        return true;
    }
    let text: String = story.paragraphs.iter().map(|p| fold(&p.text)).collect();
    text.chars().count() <= CORRECTION_CHARS_MAX
        && text.contains("本报")
        && ["特此更正", "现予更正", "予以更正", "现更正如下", "更正如下"].iter().any(|w| text.contains(w))
}
