//! What each block shows of its role before the page is read as a whole.
//!
//! A [`Cues`] holds only what can be seen on the block itself; how it fits its neighbours is
//! weighed in `reading`. Patterns are looked for in folded text, so widths and scripts don't matter.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::lexicon::{Lexicon, Searched};
use super::lines::Block;
use super::{byline, jump, script};
use crate::paper::FurnitureKind;
use crate::text::fold::{fold_char, is_han};

/// Longest block, in characters, that is looked at for anything but running text.
const SHORT_CHARS_MAX: usize = 160;

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
    /// Tells an event as headlines do: `…举行`, `…通车`.
    pub event: bool,
    /// A heading such as 公告, 公示, 遗失声明.
    pub notice: bool,
    /// `（…会议通过）`: the day of an enactment in brackets, above its text.
    pub enacted: bool,
    /// Among many short lines without marks, as verse and tables are printed.
    pub verse: bool,
    /// An organ or a day, as notices are signed.
    pub sign_off: bool,
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
    cues.running = if block.level == 0 {
        n > 60 || (stops > 0 && n >= 6) || (cues.ends && n >= 12) || (n > 36 && cues.commas > 1)
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
    cues.caption = caption(&folded, n);
    cues.furniture = furniture(&folded, n, stops, place, count, block.level);
    if n > 70 {
        return cues;
    }
    cues.jump_to = jump::line_to(text).is_some();
    if !cues.running || n < 40 {
        cues.byline = byline_kind(text);
        cues.credit = byline::credit(text).is_some();
        cues.sign_off = sign_off(&folded, n);
    }
    if !cues.running {
        cues.prose = prose(&folded);
        cues.column = column(&folded, n);
        cues.kicker = kicker(&folded);
        cues.deck = deck(&folded);
        cues.event = event(&folded);
        cues.notice = notice_heading(&folded);
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

fn byline_kind(text: &str) -> Byline {
    let bracketed = text.starts_with(['(', '（', '【']);
    match byline::line(text) {
        Some(_) if bracketed => Byline::Bracketed,
        Some(_) => Byline::Sure,
        None if byline::bare_names(text).is_some() => Byline::Bare,
        None => Byline::No,
    }
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
        if SPEAKS.begins(&rest) && byline::plausible(&name.iter().collect::<String>()) {
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

fn caption(folded: &str, n: usize) -> f32 {
    if !(3..=150).contains(&n) {
        return 0.0;
    }
    let head = folded.trim_start_matches(['▲', '△', '▼', '←', '→', '↑', '↓', '◀', '▶', '■', '●', ' ', '(']);
    let arrow = head.len() < folded.trim_start_matches(['(', ' ', '■', '●']).len();
    let tail = folded.trim_end_matches([')', ' ', '。', '】', '】']);
    let taken = ["摄", "供图", "摄影", "/图", "摄影报道", "图片报道"].iter().any(|w| tail.ends_with(w));
    let shows =
        ["图为", "图①", "上图", "下图", "左图", "右图", "题图", "资料图", "图片说明", "图1", "图一", "图中"]
            .iter()
            .any(|w| head.starts_with(w));
    let mut score = 0.0;
    if shows {
        score += 4.0;
    }
    if taken && n > 8 {
        score += 4.0;
    }
    if arrow && n > 6 {
        score += 2.5;
    }
    if folded.contains("(资料图") || folded.contains("(资料照片") {
        score += 3.0;
    }
    score
}

/// Whether a date with its year stands in the text.
fn full_date(folded: &str) -> bool {
    folded.contains('年')
        && folded
            .split('年')
            .next()
            .is_some_and(|h| h.chars().rev().take(4).filter(char::is_ascii_digit).count() == 4)
        || {
            let digits = folded.bytes().filter(u8::is_ascii_digit).count();
            digits >= 8
                && folded.split(['-', '.', '/']).filter(|p| p.ends_with(|c: char| c.is_ascii_digit())).count()
                    >= 3
        }
}

static IMPRINT: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "地址 邮编 邮政编码 印刷 承印 定价 零售 广告经营许可 广告许可 发行电话 发行部 \
            热线 投稿 邮箱 总编室 编辑部 值班总编 零售价",
    )
});
static EDITORS: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::of("责任编辑 责编 校对 美编 版式 编辑: 本版 值班 组版 审读 签发 主编"));
static ISSUE_LINE: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "今日 总第 国内统一 cn 主管 主办 出版 邮发代号 刊号 创刊 网址 www. 农历 共4版 \
            issn",
    )
});
static FORECAST: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of("℃ 度 级 晴 多云 阴 雨 风"));
static SELLING: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::of(
        "招租 出租 转让 出售 诚聘 招聘 优惠 促销 咨询 热线 电话 面议 地址 加盟 抢购 \
            欢迎选购 开业 特价 贷款 预约 到店",
    )
});
static OFFICIAL: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::of("公告 公示 特此 声明 记者"));

fn furniture(
    folded: &str,
    n: usize,
    stops: usize,
    place: usize,
    count_blocks: usize,
    level: u8,
) -> Option<(FurnitureKind, f32)> {
    let words = Searched::new(folded);
    let top = place < 10;
    let edge = place < 4 || place + 3 >= count_blocks;
    if words.has("倒计时") && (n <= 30 || folded.contains('天')) && n <= 60 {
        let days = folded.bytes().any(|b| b.is_ascii_digit()) && folded.contains('天');
        return Some((FurnitureKind::Countdown, if days { 7.0 } else { 3.0 }));
    }
    let printed = IMPRINT.count(&words);
    let bracketed = folded.starts_with(['(', '《']);
    if !bracketed && printed >= 3 || (printed >= 2 && stops == 0 && (words.has("本报") || words.has("许可")))
    {
        return Some((FurnitureKind::Imprint, 6.0));
    }
    if n <= 90 && stops == 0 {
        let editors = EDITORS.count(&words);
        let page = folded.contains('版') && page_number(folded);
        let weekday = words.has("星期") || words.has("农历");
        let date = full_date(folded);
        let imprint = ISSUE_LINE.count(&words);
        if date && !page && n <= 60 && (weekday || imprint > 0 || (n <= 14 && place < 5)) && editors == 0 {
            return Some((FurnitureKind::Masthead, if top || weekday { 6.0 } else { 2.0 }));
        }
        if (date && (page || editors > 0))
            || (page && weekday)
            || (editors >= 2)
            || (editors >= 1 && (page || n <= 14) && folded.contains(':'))
        {
            return Some((FurnitureKind::Folio, 6.0));
        }
        if weekday && n <= 30 && folded.bytes().any(|b| b.is_ascii_digit()) && level == 0 {
            return Some((FurnitureKind::Folio, 4.0));
        }
        if page && n <= 14 && page_first(folded) {
            return Some((FurnitureKind::Folio, if edge { 5.0 } else { 3.0 }));
        }
        if top && imprint >= 2 && n <= 80 {
            return Some((FurnitureKind::Masthead, 5.0));
        }
        if top && n <= 24 {
            let issue_number = (folded.starts_with('第') || folded.starts_with("总第"))
                && (folded.ends_with('期') || folded.ends_with('号'));
            if issue_number {
                return Some((FurnitureKind::Masthead, 6.0));
            }
            let owner = folded.ends_with("主办") || folded.ends_with("主管") || folded.ends_with("社出版");
            if owner {
                return Some((FurnitureKind::Masthead, 5.0));
            }
        }
        if place < 6 && paper_name(folded, n) {
            return Some((FurnitureKind::Masthead, if place < 3 { 5.0 } else { 3.0 }));
        }
        if page_label(folded) && edge {
            return Some((FurnitureKind::Folio, 4.0));
        }
    }
    let forecast = words.has("天气") && FORECAST.count(&words) >= 2;
    if n <= 120
        && forecast
        && (folded.starts_with("天气")
            || words.has("天气预报")
            || words.has("今日天气")
            || folded.contains('℃'))
    {
        let short = n <= 70;
        return Some((FurnitureKind::Weather, if short { 6.0 } else { 3.0 }));
    }
    if n <= 10 && (folded.ends_with("导读") || words.has("今日看点") || words.has("导读")) {
        return Some((FurnitureKind::Index, 5.0));
    }
    if n <= 60 && stops == 0 && points_to_page(folded) {
        return Some((FurnitureKind::Index, 5.0));
    }
    let selling = SELLING.count(&words);
    let phone = longest_digits(folded) >= 7;
    if phone && selling >= 2 && n <= 140 && OFFICIAL.count(&words) == 0 {
        // News may name a hotline too.
        let told = stops > 1 && (n > 80 || words.has("介绍") || words.has("局长"));
        return Some((FurnitureKind::Advertisement, if told && selling < 4 { 1.0 } else { 4.5 }));
    }
    if n <= 10
        && (folded.ends_with("招租")
            || folded.ends_with("招聘")
            || folded.ends_with("出租")
            || folded.starts_with("广告"))
    {
        return Some((FurnitureKind::Advertisement, 2.0));
    }
    None
}

fn longest_digits(folded: &str) -> usize {
    let (mut best, mut now) = (0, 0);
    for b in folded.bytes() {
        match b {
            b'0'..=b'9' => now += 1,
            b'-' if now > 0 => {}
            _ => now = 0,
        }
        best = best.max(now);
    }
    best
}

/// `…日报` and other names that papers have.
pub(super) fn paper_name(folded: &str, n: usize) -> bool {
    static ENDS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "日报 晚报 晨报 早报 时报 都市报 商报 周报 快报 导报 新报 农村报 教育报 工人报 青年报 \
        法治报 法制报",
        )
    });
    let solid: String = folded.chars().filter(|c| *c != ' ').collect();
    (4..=9).contains(&n) && solid.chars().all(is_han) && ENDS.ends(&solid)
        || (3..=6).contains(&n)
            && solid.chars().all(is_han)
            && solid.ends_with("报")
            && !solid.ends_with("通报")
            && !solid.ends_with("简报")
            && !solid.ends_with("捷报")
            && !solid.ends_with("喜报")
            && !solid.ends_with("海报")
            && !solid.ends_with("预报")
            && !solid.ends_with("公报")
}

/// Whether a number stands in front of 版.
fn page_number(folded: &str) -> bool {
    let mut before = folded.split('版');
    before.next().is_some_and(|b| {
        b.trim_end().ends_with(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
            && !b.contains("今日")
            && !b.ends_with("共")
    })
}

fn page_first(folded: &str) -> bool {
    let rest = folded.trim_start_matches('第');
    rest.starts_with(|c: char| c.is_ascii_alphanumeric() || "一二三四五六七八九十".contains(c))
        || folded.ends_with('版')
}

/// `A02 综合`, `02 要闻`, `要闻 A2`.
fn page_label(folded: &str) -> bool {
    let mut parts = folded.split(' ').filter(|p| !p.is_empty());
    let (Some(a), b, None) = (parts.next(), parts.next(), parts.next()) else { return false };
    let number = |p: &str| {
        let digits = p.trim_start_matches(|c: char| c.is_ascii_lowercase());
        p.len() - digits.len() <= 1
            && (1..=2).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let name = |p: &str| p.chars().count() <= 6 && p.chars().all(is_han);
    match b {
        Some(b) => (number(a) && name(b)) || (name(a) && number(b)),
        None => number(a),
    }
}

/// `……2版`, `详见第3版`, `>>> A2`: an entry of a table of contents.
fn points_to_page(folded: &str) -> bool {
    let tail = folded.trim_end_matches([')', '】', ' ', '>']);
    let Some(rest) = tail.strip_suffix('版') else { return false };
    let before =
        rest.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "一二三四五六七八九十、".contains(c));
    if before.len() == rest.len() || before.contains("下转") || before.contains("上接") {
        return false;
    }
    let before = before.trim_end_matches('第');
    before.contains("详见")
        || before.ends_with("见")
        || before.ends_with(['…', '.', '·', '/', '>', '(', '→', '—']) && before.chars().count() > 6
}

fn column(folded: &str, n: usize) -> f32 {
    let mut score = 0.0;
    let framed = folded.starts_with(['【', '[', '〔', '〖', '『', '「'])
        && folded.ends_with(['】', ']', '〕', '〗', '』', '」']);
    if framed {
        score += 2.0;
    }
    static WHOLE: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "简讯 短讯 要闻 快讯 时讯 国内新闻 国际新闻 综合新闻 本地新闻 时事 图片新闻 一句话新闻 \
        新闻快递 短波 集纳 新闻速递 国际简讯 国内简讯 联播快讯 国内联播快讯 国际联播快讯 \
        要闻简报 今日关注 副刊 社会新闻 民生新闻 综合",
        )
    });
    if WHOLE.is(folded) {
        score += 3.0;
    }
    static ENDS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "专栏 进行时 在行动 风采 风采录 论坛 视点 聚焦 系列报道 系列 直通车 大家谈 面对面 时评 \
        观察 走基层 故事 在路上 访谈 视窗 之声 之窗 新征程 新篇章 新时代 深一度 关注 一线 话题 \
        人物 实践 大讨论 追踪 连线 连载 特刊 专版 专题 播报 纵横 热线 茶座 园地 记忆 评论 随笔",
        )
    });
    if n <= 18 && ENDS.ends(folded) {
        score += 1.0;
    }
    static BEGINS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "学习贯彻 深入学习 奋力推进 奋进 聚焦 关注 走进 喜迎 决战 回访 践行 树立和践行 新春走基层 \
        我们的 牢记",
        )
    });
    if n <= 22 && BEGINS.begins(folded) {
        score += 0.7;
    }
    if folded.contains('·') && n <= 16 {
        score += 0.5;
    }
    score
}

fn kicker(folded: &str) -> f32 {
    static ENDS: LazyLock<Lexicon> =
        LazyLock::new(|| Lexicon::of("强调 指出 要求 表示 时说 提出 宣布 透露 介绍 认为 致辞 时 : —— 称"));
    let mut score = 0.0;
    if ENDS.ends(folded) {
        score += 1.5;
    }
    if folded.starts_with('在') || folded.starts_with("为") {
        score += 0.3;
    }
    score
}

fn event(folded: &str) -> bool {
    static ENDS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "举行 召开 启动 开幕 闭幕 发布 揭牌 开通 落幕 出版 举办 亮相 通车 开工 竣工 投用 上线 \
        开放 开馆 成立 调研 开业 收官 实施 试行 获奖 逝世 开赛 圆满结束 完工 贯通 推进会 座谈会 \
        动员会 部署会 现场会 专题会 会议 活动 签约 奠基 投产 首发 首映 被查 受审 受伤 死亡 遇难 \
        发射 升空 访问 访华",
        )
    });
    static INSIDE: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of("印发 会见 会谈 抵达 将访 召开 举行 启动 出席 致信 通过 发表 主持召开 走访慰问 督导 开展")
    });
    ENDS.ends(folded) || INSIDE.count(&Searched::new(folded)) > 0
}

/// `甲主持 乙讲话 丙参加`.
fn deck(folded: &str) -> f32 {
    static ACTS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "主持 讲话 出席 参加 作安排 致辞 陪同 作报告 发言 作批示 批示 主持会议 主持召开 作部署 \
        见证 列席 作说明 宣布 揭牌 会见 调研 带队 部署",
        )
    });
    let parts = folded.split(' ').filter(|p| !p.is_empty());
    let (mut acts, mut all) = (0, 0);
    for part in parts {
        all += 1;
        acts += usize::from(ACTS.ends(part) && part.chars().count() <= 16);
    }
    const KINDS: [&str; 9] = ["见闻", "侧记", "纪实", "综述", "走笔", "扫描", "掠影", "观察", "记"];
    let tells = KINDS.iter().any(|k| folded.ends_with(k)) && folded.chars().count() > 8
        || ["访", "记", "对话", "专访"].iter().any(|b| folded.starts_with(b))
            && !folded.starts_with("记者")
            && !folded.starts_with("访问");
    if tells {
        return 1.6;
    }
    if acts == 1 && all == 2 {
        return 1.2;
    }
    if acts >= 2 || (acts == 1 && all == 1 && folded.contains('、')) { 3.0 } else { 0.0 }
}

/// Whether a heading announces a public notice.
pub(super) fn notice_heading(folded: &str) -> bool {
    static ENDS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "任免 任免名单 获得者名单 招领 公告 公示 通告 声明 启事 遗失声明 告示 讣告 拍卖公告 通知书 公示牌 催告 通缉令 更正 致歉 \
        送达公告",
        )
    });
    let end = folded.trim_end_matches([' ', ')', '】', '】']);
    let end = end.split('(').next().unwrap_or(end).trim_end();
    let said = folded.contains("发表")
        || folded.contains("联合声明")
        || folded.contains("发布")
        || folded.contains("签署");
    ENDS.ends(end) && !said
}

/// An organ or a full date alone.
fn sign_off(folded: &str, n: usize) -> bool {
    if !(4..=30).contains(&n) || folded.contains(',') {
        return false;
    }
    let date = |part: &str| full_date(part) && part.ends_with('日') && part.chars().count() <= 12;
    if ["联系人", "联系电话", "咨询电话", "监督电话", "电话:", "地址:"].iter().any(|w| folded.starts_with(w))
    {
        return true;
    }
    static ORGANS: LazyLock<Lexicon> = LazyLock::new(|| {
        Lexicon::of(
            "局 委员会 公司 政府 办公室 中心 法院 检察院 支队 大队 街道办事处 委 厅 学校 医院 协会 \
        事务所 管理处 村委会 合作社",
        )
    });
    folded.split(' ').filter(|p| !p.is_empty()).all(|part| date(part) || ORGANS.ends(part))
}

/// A folded copy of a text without white space.
pub(super) fn solid(text: &str) -> Cow<'_, str> {
    Cow::Owned(text.chars().map(fold_char).filter(|c| *c != ' ').collect())
}
