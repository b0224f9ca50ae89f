//! What each block shows of its role before the page is read as a whole.
//!
//! A [`Cues`] holds only what can be seen on the block itself; how it fits its neighbours is
//! weighed in `reading`. Patterns are looked for in folded text, so widths and scripts don't matter.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::lines::Block;
use super::{byline, credit, furniture, jump, names, script, wording};
use crate::paper::FurnitureKind;
use crate::text::fold::fold_char;

/// Longest block, in characters, that is looked at for anything but running text.
const SHORT_CHARS_MAX: usize = 160;

/// Longest line that may be a heading though it ends as an exclamation or a question does.
const EXCLAMATION_CHARS_MAX: usize = 28;

/// What a block shows of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Cues {
    /// Characters, white space left out (counted up to a limit that is enough for every rule).
    pub chars: usize,
    /// Level of its mark, 0 for none.
    pub level: u8,
    /// Running text beyond doubt: long, or with a full stop.
    pub running: bool,
    /// Set in as a paragraph, or not, on a page where that tells; none elsewhere.
    pub fresh: Option<bool>,
    /// Ends as a sentence does.
    pub ends: bool,
    /// Ends with a mark after which a paragraph may end.
    pub may_end: bool,
    /// Begins with a mark that begins nothing.
    pub never_begins: bool,
    /// A quotation or bracket is opened and not closed, or closed and not opened.
    pub unbalanced: bool,
    /// Commas inside.
    pub commas: usize,
    /// Parts separated by space.
    pub parts: usize,
    /// Begins with a number as crossheads do: `一、`, `（二）`, `3.`.
    pub numbered: bool,
    /// Begins with a dash as decks do.
    pub dash: bool,
    /// Running text that opens with `本报讯` or the like.
    pub lead: bool,
    /// Running text that tells a day within its first words.
    pub dated: bool,
    /// How much running text looks like the first paragraph of a story, or like a later one.
    pub opens: f32,
    /// How much likelier it begins inside a sentence than with one.
    pub inside: f32,
    /// How much a short line reads like a piece of a sentence.
    pub prose: f32,
    /// A line of authors only.
    pub byline: Byline,
    /// A line of source only.
    pub credit: bool,
    /// `（下转第二版）` alone.
    pub jump_to: bool,
    /// `（上接第一版）` alone, or at the beginning of what follows.
    pub jump_from: bool,
    /// Running text with a jump mark or a signature behind its last sentence: the story ends here.
    pub closes: bool,
    /// How much it looks like a caption.
    pub caption: f32,
    /// What furniture it looks like, and how much.
    pub furniture: Option<(FurnitureKind, f32)>,
    /// How much it looks like the name of a column.
    pub column: f32,
    /// How much it looks like a kicker by its words.
    pub kicker: f32,
    /// How much it looks like a deck by its words.
    pub deck: f32,
    /// Stands in a frame of brackets, as names of columns do: 【…】.
    pub framed: bool,
    /// Tells an event as headlines do: `…举行`, `…通车`.
    pub event: bool,
    /// A heading such as 公告, 公示, 遗失声明.
    pub notice: bool,
    /// `（…会议通过）`: the day of an enactment in brackets, above its text.
    pub enacted: bool,
    /// Among many short lines without marks, as verse and tables are printed.
    pub verse: bool,
    /// A row of a table: a name and figures.
    pub row: bool,
    /// An organ or a day, as notices are signed.
    pub sign_off: bool,
    /// Names who speaks below, or announces what follows: 「区水利局局长 甲」, 「问题如下：」.
    pub announces: bool,
}

/// How surely a line is a byline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Byline {
    /// It is none.
    #[default]
    No,
    /// Names alone.
    Bare,
    /// Names in brackets, as at the end of a story.
    Bracketed,
    /// With role, task or bullet.
    Sure,
}

/// Looks at one block; `place` is its position among the `count` blocks of the page.
pub(super) fn cues(block: &Block<'_>, place: usize, count: usize) -> Cues {
    let text: &str = &block.text;
    let mut cues = Cues {
        level: block.level,
        ends: script::ends_sentence(text),
        may_end: script::may_end_paragraph(text),
        inside: script::begins_inside(text),
        never_begins: text.chars().next().is_some_and(script::never_begins),
        ..Cues::default()
    };
    let short = text.len() <= SHORT_CHARS_MAX * 3;
    let folded: String = text.chars().take(if short { usize::MAX } else { 60 }).map(fold_char).collect();
    let mut stops = 0;
    for c in folded.chars() {
        match c {
            ' ' => continue,
            ',' => cues.commas += 1,
            '。' | ';' => stops += 1,
            _ => {}
        }
        cues.chars += 1;
    }
    if !short {
        cues.chars = SHORT_CHARS_MAX;
    }
    cues.unbalanced = short && script::unbalanced(&folded);
    cues.parts = folded.split(' ').filter(|p| !p.is_empty()).count();
    let n = cues.chars;
    // A headline may ask or exclaim; only a sentence of some length does so in running text alone.
    let exclaims = text.ends_with(['！', '？', '!', '?'])
        && n <= EXCLAMATION_CHARS_MAX
        && cues.commas < 2
        && !asked(&folded);
    cues.running = if block.level == 0 {
        n > 60 || (stops > 0 && n >= 6) || (cues.ends && n >= 12 && !exclaims) || (n > 36 && cues.commas > 1)
    } else {
        n > 70 || (stops > 0 && n > 30)
    };
    let lead = byline::lead(text);
    // A dateline never stands over a headline: this is a body, be it ever so short.
    cues.running |= lead.as_ref().is_some_and(|l| l.dateline.is_some() && l.len_chars < n);
    cues.numbered = numbered(&folded);
    cues.dash = ["——", "--", "──", "━", "—", "–"].iter().any(|d| folded.starts_with(d));
    cues.jump_from = jump::from(text).is_some();
    if cues.running || !short {
        cues.lead = lead.is_some();
        cues.dated = cues.lead || tells_day(&folded);
        cues.opens = opens(&folded, cues.lead, cues.dated);
        if text.ends_with([')', '）', '】', '版']) {
            cues.closes = jump::to(text).is_some() || super::story::signed_end(text).is_some();
            cues.ends |= cues.closes;
            cues.may_end |= cues.closes;
        }
    }
    if !short {
        return cues;
    }
    cues.caption = wording::caption(&folded, n);
    cues.furniture = furniture::furniture(&folded, n, stops, place, count, block.level);
    if n > 70 {
        return cues;
    }
    cues.jump_to = jump::line_to(text).is_some();
    if !cues.running || n < 40 {
        cues.byline = byline_kind(text);
        cues.credit = credit::credit(text).is_some();
        cues.sign_off = wording::sign_off(&folded, n);
    }
    if !cues.running {
        cues.prose = prose(&folded);
        cues.row = wording::row(&folded) || wording::term(&folded);
        cues.column = wording::column(&folded, n);
        cues.framed = wording::framed(&folded);
        cues.kicker = wording::kicker(&folded);
        cues.deck = wording::deck(&folded);
        cues.announces =
            cues.byline < Byline::Bracketed && (wording::speaker(&folded) || folded.ends_with(':'));
        cues.event = wording::event(&folded);
        cues.notice = wording::notice_heading(&folded);
        cues.enacted = folded.starts_with('(') && (folded.ends_with("通过)") || folded.ends_with("批准)"));
    }
    cues
}

/// Where the paragraphs of a page are set in, a line that is not begins none: a heading or the rest of a cut paragraph.
pub(super) fn heed_indents(blocks: &[Block<'_>], cues: &mut [Cues]) {
    let plain = || blocks.iter().zip(cues.iter()).filter(|(b, c)| b.level == 0 && c.running && c.ends);
    let (all, set_in) = (plain().count(), plain().filter(|(b, _)| b.indented).count());
    let short_in = blocks.iter().zip(cues.iter()).filter(|(b, c)| !c.running && b.indented).count();
    let short = cues.iter().filter(|c| !c.running).count();
    if all >= 3 && set_in * 10 >= all * 7 && short_in * 2 <= short.max(2) {
        for (block, cue) in blocks.iter().zip(cues) {
            cue.fresh = (block.level == 0).then_some(block.indented);
        }
    }
}

/// So many short lines in a row are verse or a table; two at the beginning may be its heading and author.
const VERSE_LINES_MIN: usize = 6;

/// Marks a heading above `详见第二版`, and the label above that heading: they point, and head nothing.
pub(super) fn find_pointers(cues: &mut [Cues]) {
    let points = |c: &Cues| matches!(c.furniture, Some((FurnitureKind::Index, _)));
    for i in (1..cues.len()).rev() {
        if !points(&cues[i]) || cues[i].running {
            continue;
        }
        let heads = |c: &Cues| !c.running && c.furniture.is_none() && c.chars <= 30 && !c.ends;
        if heads(&cues[i - 1]) && cues[i - 1].level > 0 {
            cues[i - 1].furniture = Some((FurnitureKind::Index, 6.0));
            let label = |c: &Cues| !c.running && c.furniture.is_none() && c.column >= 2.0;
            if i >= 2 && label(&cues[i - 2]) {
                cues[i - 2].furniture = Some((FurnitureKind::Index, 6.0));
            }
        }
    }
}

/// Marks the lines of verse and tables.
pub(super) fn find_verse(cues: &mut [Cues]) {
    let short = |c: &Cues| {
        !c.running
            && c.level == 0
            && c.chars <= 30
            && c.byline < Byline::Bracketed
            && !c.jump_to
            && !c.credit
            && !c.notice
            && c.furniture.is_none()
            && c.caption == 0.0
            && !c.dash
            && c.deck == 0.0
            && c.column < 2.0
    };
    let mut start = 0;
    while start < cues.len() {
        let end = start + cues[start..].iter().take_while(|c| short(c)).count();
        if end - start >= VERSE_LINES_MIN {
            // Right behind a marked heading all lines are text; else two may be heading and author.
            let headed = start > 0 && (cues[start - 1].level > 0 || cues[start - 1].byline > Byline::No);
            // Before running text the last line may be the next heading.
            let last = end - usize::from(cues.get(end).is_some_and(|c| c.running));
            for cue in &mut cues[start + if headed { 0 } else { 2 }..last] {
                cue.verse = true;
            }
        }
        start = end + 1;
    }
}

/// Where an extractor marks body lines as headings too, marks tell nothing and are not looked at.
pub(super) fn distrust_marks(blocks: &[Block<'_>], cues: &mut [Cues]) {
    let long = |b: &Block<'_>| b.text.len() > 240;
    let bodies = blocks.iter().filter(|b| long(b)).count();
    let marked = blocks.iter().filter(|b| long(b) && b.level > 0).count();
    if marked >= 2 && marked * 2 > bodies {
        for cue in cues.iter_mut() {
            cue.level = 0;
            cue.running |= cue.ends && cue.chars >= 12;
        }
    }
}

/// The strongest level of the marked headings, where others are marked less.
pub(super) fn strongest(cues: &[Cues]) -> Option<u8> {
    let levels = || cues.iter().filter(|c| c.level > 0 && !c.running).map(|c| c.level);
    let (first, last) = (levels().min()?, levels().max()?);
    (first < last).then_some(first)
}

fn byline_kind(text: &str) -> Byline {
    let bracketed = text.starts_with(['(', '（', '【']);
    match byline::line(text) {
        Some(_) if bracketed => Byline::Bracketed,
        Some(_) => Byline::Sure,
        None if byline::bare_names(text).is_some() => Byline::Bare,
        None => Byline::No,
    }
}

/// `记者：`, `问：`, `温岭：` before what is said: a turn of a conversation, be it ever so short.
fn asked(folded: &str) -> bool {
    const SPEAKERS: [&str; 9] = ["记者", "本报记者", "问", "答", "主持人", "读者", "网友", "市民", "编者"];
    folded.split_once(':').is_some_and(|(who, _)| {
        let who = who.trim();
        SPEAKERS.contains(&who) || names::plausible(who)
    })
}

/// `一、` `（一）` `1.` `第一，` `①` `之一：` at the beginning.
fn numbered(folded: &str) -> bool {
    let mut chars = folded.chars().peekable();
    let bracket = chars.next_if(|c| matches!(c, '(' | '【' | '[')).is_some();
    if let Some('①'..='⑳' | '➊'..='➓') = chars.peek() {
        return true;
    }
    let ordinal = chars.next_if_eq(&'第').is_some();
    let mut digits = 0;
    while chars.next_if(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c)).is_some() {
        digits += 1;
    }
    if !(1..=3).contains(&digits) {
        return false;
    }
    // 「第二次转身：」, 「1点35分：」: numbers in words of their own.
    let rest: String = chars.clone().take(7).collect();
    if let Some((own, _)) = rest.split_once(':')
        && (ordinal || own.ends_with(['分', '整', '点']))
    {
        return true;
    }
    match chars.next() {
        Some(')' | '】' | ']') => bracket,
        Some('、') => true,
        // 「1.5亿元」 is an amount.
        Some('.' | '．') => !chars.peek().is_some_and(char::is_ascii_digit),
        Some(',' | ':' | ' ') => ordinal,
        Some('章' | '节' | '条' | '部') => ordinal,
        _ => false,
    }
}

/// Who speaks here was named before: no story begins so.
static SPEAKS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::of("强调 指出 要求 表示 说 认为 告诉 提出 希望 还 介绍说 介绍, 透露"));
/// Words that look back to what was said.
static BACK: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "同时 此外 据统计 其中 他 她 它 该 这 那 为此 随后 一是 二是 首先 其次 对此 然而 但 而 \
    因此 于是 也 当天 会议 据了解 据介绍 据悉 目前 下一步 接下来 如今 不仅 除了 与此同时 \
    在此 另外",
    )
});

fn opens(folded: &str, lead: bool, dated: bool) -> f32 {
    if lead {
        return 3.0;
    }
    let mut score = if dated { 0.8 } else { 0.0 };
    let head: Vec<char> = folded.chars().take(9).collect();
    for n in 2..=4 {
        let (Some(name), Some(rest)) = (head.get(..n), head.get(n..)) else { break };
        let rest: String = rest.iter().collect();
        if SPEAKS.begins(&rest) && names::plausible(&name.iter().collect::<String>()) {
            score -= 1.6;
            break;
        }
    }
    if BACK.begins(folded) {
        score -= 0.8;
    }
    score
}

/// Counts what sentences have and headings avoid: commas, particles, an end that asks for more.
fn prose(folded: &str) -> f32 {
    let mut score = 0.0f32;
    for c in folded.chars() {
        match c {
            ',' => score += 1.0,
            '了' | '是' | '着' | '也' | '就' | '都' | '并' | '而' | '其' | '该' | '已' => {
                score += 0.25
            }
            _ => {}
        }
    }
    let end = folded.chars().next_back();
    if end.is_some_and(|c| ",、(“《-".contains(c)) {
        score += 3.0;
    } else if end.is_some_and(|c| "的和与及在是将把被对为从向于以了或并而且".contains(c))
    {
        score += 0.8;
    }
    score + (-opens(folded, false, false)).max(0.0)
}

/// Whether the first words name a day: `6月1日`, `近日`, `昨天`.
fn tells_day(folded: &str) -> bool {
    let head_end = folded.char_indices().nth(28).map_or(folded.len(), |(i, _)| i);
    let head = &folded[..head_end];
    ["近日", "日前", "昨日", "昨天", "今天", "今日", "连日来", "近期", "前天"]
        .iter()
        .any(|w| head.contains(w))
        || head
            .split('日')
            .next()
            .is_some_and(|h| h.len() < head.len() && h.ends_with(|c: char| c.is_ascii_digit()))
}

/// A folded copy of a text without white space.
pub(super) fn solid(text: &str) -> Cow<'_, str> {
    Cow::Owned(text.chars().map(fold_char).filter(|c| *c != ' ').collect())
}
