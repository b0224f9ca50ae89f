//! Judges every candidate of a text: by the learned weights, by what is known beyond them, by the archive.

use super::candidate::{Candidates, joins};
use super::choose::Judged;
use super::context::{self, Before, Behind};
use super::glyphs::Glyphs;
use super::lexicon::{Lexicon, word};
use super::lookup::{self, Lookup};
use super::model::{self, Form, Run};
use super::wide::padded;

/// Added to every judgement: the labels that were learned from lack many names.
const SHIFT: f32 = 0.4;
/// Judgements below this are forgotten at once; no later evidence can make up for them.
const FLOOR: f32 = -6.0;
/// What a name taught by the archive or the text adds: a short one is more easily met by chance.
pub(super) const fn known_bonus(len: usize) -> f32 {
    if len >= 3 { 7.0 } else { 3.5 }
}
/// What standing inside the title of a work takes away.
const TITLE_MALUS: f32 = 3.5;
/// What being known to everybody adds.
const FAMOUS_BONUS: f32 = 2.5;
/// What two parts of a name without a dot add, which the weights have seldom seen together.
const PARTS_BONUS: f32 = 6.0;
/// What a known part of a name beside a dot adds where it stands whole, and takes away where it is cut.
const PART_BONUS: f32 = 3.0;

/// Judges every candidate of the text.
pub(super) fn judge(g: &Glyphs, lex: &Lexicon, known: &Lookup) -> Vec<Judged> {
    let mut judged: Vec<Judged> = Vec::new();
    let mut candidates = Candidates::new(g, lex);
    for at in 0..g.len() {
        let first = judged.len();
        candidates.at(at, &mut |run, own| {
            let mut score = SHIFT + own + model::around(g, lex, &run);
            // Nothing below could raise it far enough.
            let reach = if run.form.is_told() { 12.0 } else { 1.0 };
            if score > FLOOR - reach {
                score += surroundings(g, lex, &run);
            }
            if !known.is_empty() {
                let bits = known.get(g.slice(run.start, run.end));
                if bits & (lookup::GIVEN | lookup::NEVER) != 0 || bits != 0 && !cut_out(g, lex, &run) {
                    score += bonus(bits, run.end - run.start);
                } else if swallows_a_verb(g, known, &run) {
                    score -= SWALLOWED_MALUS;
                }
            }
            if score > FLOOR {
                judged.push(Judged { run, score });
            }
        });
        if let Some(run) = padded(g, lex, &mut candidates, at) {
            judged.push(Judged { run, score: 2.0 });
        }
        if let Some(run) = latin(g, lex, &mut candidates, at) {
            judged.push(Judged { run, score: 2.0 });
        }
        if let Some(run) = original(g, lex, &mut candidates, &judged, at) {
            judged.push(Judged { run, score: 2.0 });
        }
        if !known.is_empty() {
            let mut more = [(0usize, 0u32); 4];
            let mut n = 0;
            known.names_from(g.slice(at, at + 24), |len, bits| {
                if bits & lookup::KNOWN != 0 && n < more.len() {
                    more[n] = (len, bits);
                    n += 1;
                }
            });
            for &(len, bits) in &more[..n] {
                let end = at + len;
                if !judged[first..].iter().any(|j| (j.run.start, j.run.end) == (at, end)) {
                    let run = Run {
                        start: at,
                        end,
                        form: Form::Known,
                        left: context::left(g, lex, at),
                        behind: candidates.behind(end),
                        over: (0, 0),
                    };
                    if bits & lookup::GIVEN != 0 || !cut_out(g, lex, &run) {
                        judged.push(Judged { run, score: bonus(bits, len) - 2.5 });
                    }
                }
            }
        }
    }
    judged
}

/// What being a name the archive has and one character more takes away, where it has not that name.
const SWALLOWED_MALUS: f32 = 3.0;

/// Whether all of a run but its last character is a name that the archive has: 镇党委书记苏青|投的是一票.
fn swallows_a_verb(g: &Glyphs, known: &Lookup, run: &Run) -> bool {
    matches!(run.form, Form::Three | Form::CompoundFour)
        && run.behind != Behind::ListComma
        && known.get(g.slice(run.start, run.end - 1)) & lookup::KNOWN != 0
}

/// Whether the name of a body or place goes on here that is named after somebody.
const fn named_after(a: char, b: char) -> bool {
    matches!(
        (a, b),
        ('书', '院')
            | ('学', '院')
            | ('大', '学')
            | ('中', '学')
            | ('小', '学')
            | ('医', '院')
            | ('国', '家')
            | ('国', '际')
            | ('机', '场')
            | ('纪', '念')
            | ('故', '居')
            | ('图', '书')
            | ('基', '金')
            | ('公', '司')
            | ('集', '团')
            | ('广', '场')
            | ('公', '园')
            | ('大', '道')
            | ('大', '街')
            | ('奖', '章')
            | ('大', '桥')
            | ('山', '脉')
            | ('群', '岛')
            | ('海', '峡')
            | ('半', '岛')
            | ('运', '河')
            | ('航', '空')
            | ('银', '行')
    )
}

/// Whether a run stands inside the title of a work, also of one that the text begins or ends in.
fn in_title(g: &Glyphs, run: &Run) -> bool {
    for back in 1..=20 {
        match g.before(run.start, back) {
            '《' => return true,
            '》' | '。' => return false,
            '\n' => break,
            _ => {}
        }
    }
    (run.end..run.end + 12)
        .find(|&i| matches!(g.get(i), '《' | '》' | '。' | ',' | '、' | '\n'))
        .is_some_and(|i| g.get(i) == '》')
}

/// What a family, its temple or its house takes away: 陈氏宗祠, 张家, 张飞庙.
fn named_after_a_family(g: &Glyphs, run: &Run) -> f32 {
    let last = g.get(run.end - 1);
    if g.slice(run.start + 1, run.end).contains(&'氏') {
        20.0
    } else if matches!(last, '庙' | '祠' | '陵' | '寺' | '墓') || run.form == Form::Two && last == '家'
    {
        3.0
    } else {
        0.0
    }
}

/// What print says of a name in so many words: 某某（化名）, 记者某某报道.
fn told_to_be_a_name(g: &Glyphs, lex: &Lexicon, run: &Run) -> f32 {
    if !matches!(run.form, Form::Two | Form::Three | Form::CompoundThree | Form::CompoundFour | Form::Given) {
        return 0.0;
    }
    let next = [g.get(run.end), g.get(run.end + 1), g.get(run.end + 2)];
    match next {
        ['(', '化', '名'] => 5.0,
        ['(', '女' | '男', ',' | ')' | ';'] => 2.5,
        ['报', '道', ':' | ',' | ')' | '。'] if run.left.kind == Before::Byline => {
            if lex.traits(g.get(run.start)).surname() >= 3 { 3.0 } else { 1.0 }
        }
        _ => 0.0,
    }
}

/// What is known beyond the weights: endings that belong to the next word, bodies named after people.
fn surroundings(g: &Glyphs, lex: &Lexicon, run: &Run) -> f32 {
    let mut score = 0.0;
    match run.form {
        Form::Famous => score += FAMOUS_BONUS,
        Form::Parts => score += PARTS_BONUS,
        Form::Dotted => score += whole_parts(g, lex, run),
        _ => {}
    }
    score -= match lex.word(g.slice(run.start, run.end)) & (word::NEVER | word::PLACE) {
        0 => 0.0,
        // 副区长江山 is a person.
        word::NEVER if run.left.is_post() => 0.0,
        _ if run.left.is_post() => 2.5,
        _ => 6.0,
    };
    let joined = run.behind == Behind::Dot
        || run.left.kind == Before::Dot
        || run.behind == Behind::Sign && joins(g, lex, run.end)
        || run.left.kind == Before::Sign && joins(g, lex, run.start - 1);
    if run.form != Form::Dotted && joined {
        score -= 4.0;
    }
    // 区委书记|是合适的人选: what only begins like nothing known begins no name with 是, 跟, 把.
    let first = g.get(run.start);
    // 科长姓柴 tells a surname.
    if matches!(run.form, Form::Free | Form::Given)
        && (lex.word(&[first]) & word::STOP != 0 || first == '姓')
        && lex.traits(first).surname() < 4
    {
        score -= 8.0;
    }
    if run.left.is_post() && run.left.end == run.start && word_over_start(g, lex, run.start) {
        score -= 5.0;
    }
    let last = g.get(run.end - 1);
    if !run.left.calls_for_a_name()
        && (matches!(
            last,
            '镇' | '乡'
                | '县'
                | '岛'
                | '郡'
                | '村'
                | '洞'
                | '峡'
                | '湾'
                | '街'
                | '岭'
                | '沟'
                | '坪'
                | '屯'
                | '寨'
        ) || matches!(g.get(run.end), '路' | '街' | '镇' | '乡' | '村' | '岛'))
    {
        score -= 2.0;
    }
    if !run.left.calls_for_a_name() {
        score -= named_after_a_family(g, run);
    }
    score += told_to_be_a_name(g, lex, run);
    if !run.left.calls_for_a_name() && matches!(last, '区' | '县') && run.behind != Behind::Speech {
        score -= 4.0;
    }
    if in_title(g, run) {
        score -= TITLE_MALUS;
    }
    // 田野|里, 本子|里: a place inside something.
    if run.form == Form::Three
        && matches!(last, '里' | '上' | '中' | '下' | '内' | '外' | '边')
        && lex.word(g.slice(run.start, run.end - 1)) & word::COMMON >= 2
    {
        score -= 3.0;
    }
    // Behind a compound surname a given name has two characters, mostly.
    if run.form == Form::CompoundFour {
        score += 1.5;
    }
    match run.form {
        Form::Three | Form::CompoundFour if is_verb_of_aspect(g, run.end) => score -= 4.0,
        Form::Two | Form::CompoundThree if is_verb_of_aspect(g, run.end + 1) => score += 3.0,
        _ => {}
    }
    if run.form == Form::Three
        && matches!(
            last,
            '曾' | '已'
                | '均'
                | '则'
                | '也'
                | '都'
                | '就'
                | '还'
                | '又'
                | '因'
                | '自'
                | '称'
                | '可'
                | '从'
                | '为'
                | '将'
                | '却'
                | '才'
                | '仅'
                | '只'
                | '并'
                | '把'
                | '被'
                | '给'
                | '让'
                | '对'
        )
        && !matches!(run.behind, Behind::Comma | Behind::Stop | Behind::ListComma | Behind::Border)
    {
        score -= 2.5;
    }
    if !run.left.is_post()
        && run.behind != Behind::ListComma
        && named_after(g.get(run.end), g.get(run.end + 1))
    {
        score -= 3.0;
    }
    // 卡尔·莱文|却: no foreign name is written with these.
    if matches!(run.form, Form::Dotted | Form::Foreign)
        && !ends_in_a_known_part(g, lex, run)
        && matches!(
            last,
            '却' | '已'
                | '也'
                | '都'
                | '就'
                | '还'
                | '又'
                | '则'
                | '均'
                | '曾'
                | '将'
                | '把'
                | '被'
                | '让'
                | '对'
                | '仍'
        )
    {
        score -= 4.0;
    }
    let closed = !matches!(run.behind, Behind::Han | Behind::Word | Behind::Figure | Behind::Dot);
    match run.form {
        Form::Japanese if run.end - run.start >= 4 => score += 1.5,
        Form::Dotted if closed && run.left.is_post() => score += 4.0,
        Form::Dotted if closed && run.left.kind != Before::Han => score += 1.0,
        Form::Dotted => score += 0.5,
        Form::Free | Form::Foreign if closed && run.left.is_post() => score += 1.5,
        Form::Two | Form::Three | Form::CompoundThree | Form::CompoundFour => {
            let ended = matches!(
                run.behind,
                Behind::Speech | Behind::Comma | Behind::ListComma | Behind::Stop | Behind::Border
            );
            if run.left.is_post() && ended {
                score += 1.0;
            }
            let place = lex.word(g.slice(run.start, run.end)) & word::NOUN != 0;
            if place && matches!(g.before(run.start, 1), '在' | '到' | '赴' | '从' | '于' | '往' | '至')
            {
                score -= 3.0;
            }
        }
        _ => {}
    }
    score
}

/// Whether a run is a part of the names of China's other peoples.
fn is_part(g: &Glyphs, lex: &Lexicon, from: usize, to: usize) -> bool {
    lex.word(g.slice(from, to)) & (word::UNIT | word::WHOLE) != 0
}

/// Whether the last part of a name with dots is a known one: 热娜·阿不都.
fn ends_in_a_known_part(g: &Glyphs, lex: &Lexicon, run: &Run) -> bool {
    let dot = (run.start..run.end).rfind(|&i| joins(g, lex, i));
    dot.is_some_and(|dot| is_part(g, lex, dot + 1, run.end))
}

/// What the first and the last part of a name with dots say of its ends: 阿不都拉·玉素甫, not 拉·玉素甫.
fn whole_parts(g: &Glyphs, lex: &Lexicon, run: &Run) -> f32 {
    let dot = |i: &usize| joins(g, lex, *i);
    let (Some(first), Some(last)) = ((run.start..run.end).find(dot), (run.start..run.end).rfind(dot)) else {
        return 0.0;
    };
    let mut score = 0.0;
    if is_part(g, lex, run.start, first) {
        score += PART_BONUS;
    }
    let cut = (1..=6usize.min(run.start)).any(|back| {
        let from = run.start - back;
        first - from >= 3 && is_part(g, lex, from, first)
    });
    if cut {
        score -= 2.0 * PART_BONUS;
    }
    if is_part(g, lex, last + 1, run.end) {
        score += PART_BONUS / 2.0;
    }
    score
}

/// Whether what stands in front of a place is a verb there: 端着, 笑了; but not 着力, 着手.
fn is_verb_of_aspect(g: &Glyphs, end: usize) -> bool {
    match g.get(end) {
        '了' => g.get(end + 1) != '解',
        '着' => !matches!(g.get(end + 1), '力' | '手' | '眼' | '重' | '装' | '陆' | '实' | '急' | '想'),
        _ => false,
    }
}

/// Whether a long common word begins in the post and ends in the name: 负责|人力资源 is no 负责人.
fn word_over_start(g: &Glyphs, lex: &Lexicon, start: usize) -> bool {
    (1..=2usize.min(start)).any(|back| {
        let mut over = false;
        lex.words_from(g.slice(start - back, start + 4), |len, bits| {
            over |= len >= back + 2 && len > 2 && bits & (word::NOUN | word::COMMON | word::FIELD) != 0;
        });
        over
    })
}

/// Whether a short foreign name stands inside a longer run of characters that write by sound: what the
/// archive has as 斯诺 is not the beginning of 斯诺登.
pub(super) fn cut_out(g: &Glyphs, lex: &Lexicon, run: &Run) -> bool {
    let foreign = |c: char| lex.traits(c).foreign();
    if run.end - run.start > 4 || g.slice(run.start, run.end).iter().any(|&c| foreign(c) < 3) {
        return false;
    }
    let word_ends = || {
        let front = g.slice(run.start.saturating_sub(5), run.start);
        lex.longest_to(front, word::COMMON).is_some_and(|(len, _)| len >= 2)
    };
    foreign(g.before(run.start, 1)) >= 4 && run.left.kind == Before::Han && !word_ends()
        || foreign(g.get(run.end)) >= 4 && run.behind == Behind::Han
}

/// What the archive's knowledge of a name adds.
fn bonus(bits: u32, len: usize) -> f32 {
    if bits & lookup::NEVER != 0 {
        -100.0
    } else if bits & lookup::GIVEN != 0 {
        8.0
    } else if bits & lookup::KNOWN != 0 {
        known_bonus(len)
    } else {
        0.0
    }
}

/// Longest name in Latin letters, in characters.
const LATIN_CHARS_MAX: usize = 40;

/// Where a run of Latin letters that may be a name ends.
fn latin_end(g: &Glyphs, at: usize) -> Option<usize> {
    let inside = |i: usize| match g.get(i) {
        '.' | '-' | '\'' | ' ' => {
            g.get(i + 1).is_ascii_alphabetic() || (g.get(i), g.get(i + 1)) == ('.', ' ')
        }
        c => c.is_ascii_alphabetic(),
    };
    (at..at + LATIN_CHARS_MAX).find(|&i| !inside(i))
}

/// A foreign name in its own letters in brackets behind itself: 约翰·摩尔（John Moore）.
fn original(
    g: &Glyphs,
    lex: &Lexicon,
    candidates: &mut Candidates<'_>,
    judged: &[Judged],
    at: usize,
) -> Option<Run> {
    if g.before(at, 1) != '(' || !g.get(at).is_ascii_alphabetic() {
        return None;
    }
    let end = latin_end(g, at)?;
    let is_foreign =
        |j: &Judged| matches!(j.run.form, Form::Foreign | Form::Dotted | Form::Free) && j.score > 0.0;
    let named = judged.iter().rev().take(64).any(|j| j.run.end + 1 == at && is_foreign(j));
    (named && end - at >= 4 && matches!(g.get(end), ')' | ',' | ';' | '、')).then(|| Run {
        start: at,
        end,
        form: Form::Latin,
        left: context::left(g, lex, at),
        behind: candidates.behind(end),
        over: (0, 0),
    })
}

/// A name in Latin letters directly behind a post: 市场总监John Parkes.
fn latin(g: &Glyphs, lex: &Lexicon, candidates: &mut Candidates<'_>, at: usize) -> Option<Run> {
    if !g.get(at).is_ascii_alphabetic() || !lex.traits(g.before(at, 1)).han() {
        return None;
    }
    let end = latin_end(g, at)?;
    // Two letters are a unit or a brand, and so is what goes on with a figure.
    if end - at < 4 || g.get(end).is_ascii_digit() {
        return None;
    }
    let left = context::left(g, lex, at);
    (left.is_post() && left.end == at).then(|| Run {
        start: at,
        end,
        form: Form::Latin,
        left,
        behind: candidates.behind(end),
        over: (0, 0),
    })
}
