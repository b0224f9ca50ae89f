//! Finds the mentions of people in a text: candidates are judged, chosen, and read with their posts.

use std::collections::HashMap;

use super::book::{self, Lookup, NameBook};
use super::candidate::Candidates;
use super::choose::{Judged, choose};
use super::context::{self, Before, Behind, Left};
use super::glyphs::Glyphs;
use super::holding::{self, Held};
use super::kind;
use super::lexicon::{Lexicon, lexicon, word};
use super::model::{self, Form, Run};
use super::{Evidence, Kind, Mention, PostMention};

/// Added to every judgement: the labels that were learned from lack many names.
const SHIFT: f32 = 0.4;
/// Judgements below this are forgotten at once; no later evidence can make up for them.
const FLOOR: f32 = -6.0;
/// What a name taught by the archive or the text adds: a short one is more easily met by chance.
const fn known_bonus(len: usize) -> f32 {
    if len >= 3 { 7.0 } else { 3.5 }
}
/// What being known to everybody adds.
const FAMOUS_BONUS: f32 = 2.5;
/// What a chosen neighbour in a list adds.
const LIST_BONUS: f32 = 3.0;

/// Finds every mention of a person in a text; sorted, not overlapping.
///
/// Lines are parts of one article. With an empty book the text stands alone; what it names with a post
/// or in a list is then also found where it is named bare.
///
/// ```
/// use baoku::people::{NameBook, mentions};
/// let found = mentions("区委副书记、区长申小满出席。申小满指出", &NameBook::default());
/// let names: Vec<_> = found.iter().map(|m| m.name.as_str()).collect();
/// assert_eq!(names, ["申小满", "申小满"]);
/// assert_eq!(found[0].posts[1].text, "区长");
/// assert!(found[1].posts.is_empty());
/// ```
#[must_use]
pub fn mentions(text: &str, book: &NameBook) -> Vec<Mention> {
    let g = Glyphs::new(text);
    let lex = lexicon();
    let known = book.lookup();
    let mut judged = judge(&g, lex, known);
    let chosen = settle(&g, lex, known, &mut judged);
    let read = read(&g, lex, &chosen);
    tell(text, &g, lex, known, read)
}

/// Judges every candidate of the text.
fn judge(g: &Glyphs, lex: &Lexicon, known: &Lookup) -> Vec<Judged> {
    let mut judged: Vec<Judged> = Vec::new();
    let mut candidates = Candidates::new(g, lex);
    for at in 0..g.len() {
        let first = judged.len();
        candidates.at(at, &mut |run| {
            let mut score = SHIFT + model::score(g, lex, &run);
            score += surroundings(g, lex, &run);
            if !known.is_empty() {
                score += bonus(known.get(g.slice(run.start, run.end)), run.end - run.start);
            }
            if score > FLOOR {
                judged.push(Judged { run, score });
            }
        });
        if let Some(run) = padded(g, lex, &mut candidates, at) {
            judged.push(Judged { run, score: 2.0 });
        }
        if !known.is_empty() {
            let mut more = [(0usize, 0u32); 4];
            let mut n = 0;
            known.names_from(g.slice(at, at + 24), |len, bits| {
                if bits & book::KNOWN != 0 && n < more.len() {
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
                    judged.push(Judged { run, score: bonus(bits, len) - 2.5 });
                }
            }
        }
    }
    judged
}

/// Bodies and places that are named after people.
const NAMED_AFTER: &[&str] = &[
    "书院", "学院", "大学", "中学", "小学", "医院", "国家", "国际", "机场", "纪念", "故居", "图书", "基金",
    "公司", "集团", "广场", "公园", "大道", "大街", "奖章", "大桥", "山脉", "群岛", "海峡", "半岛", "运河",
    "航空", "银行",
];

/// Whether a place stands inside the title of a work.
fn in_title(g: &Glyphs, at: usize) -> bool {
    for back in 1..=20 {
        match g.before(at, back) {
            '《' => return true,
            '》' | '\n' | '。' => return false,
            _ => {}
        }
    }
    false
}

/// What is known beyond the weights: endings that belong to the next word, bodies named after people.
fn surroundings(g: &Glyphs, lex: &Lexicon, run: &Run) -> f32 {
    let mut score = 0.0;
    if run.form == Form::Famous {
        score += FAMOUS_BONUS;
    }
    if lex.word(g.slice(run.start, run.end)) & word::NEVER != 0 && !run.left.is_post() {
        score -= 6.0;
    }
    if run.form != Form::Dotted && (run.behind == Behind::Dot || run.left.kind == Before::Dot) {
        score -= 4.0;
    }
    let last = g.get(run.end - 1);
    if !run.left.calls_for_a_name()
        && (matches!(last, '镇' | '乡' | '县' | '岛' | '郡' | '村' | '洞' | '峡' | '湾' | '街')
            || matches!(g.get(run.end), '路' | '街' | '镇' | '乡' | '村' | '岛'))
    {
        score -= 2.0;
    }
    if in_title(g, run.start) {
        score -= 2.0;
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
        )
        && !matches!(run.behind, Behind::Comma | Behind::Stop | Behind::ListComma | Behind::Border)
    {
        score -= 2.5;
    }
    if !run.left.is_post() && run.behind != Behind::ListComma {
        let next = g.slice(run.end, run.end + 2);
        if NAMED_AFTER.iter().any(|n| n.chars().eq(next.iter().copied())) {
            score -= 3.0;
        }
    }
    let closed = !matches!(run.behind, Behind::Han | Behind::Word | Behind::Figure | Behind::Dot);
    match run.form {
        Form::Dotted if closed && run.left.is_post() => score += 4.0,
        Form::Dotted if closed && run.left.kind != Before::Han => score += 1.0,
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

/// What the archive's knowledge of a name adds.
fn bonus(bits: u32, len: usize) -> f32 {
    if bits & book::NEVER != 0 {
        -100.0
    } else if bits & book::GIVEN != 0 {
        8.0
    } else if bits & book::KNOWN != 0 {
        known_bonus(len)
    } else {
        0.0
    }
}

/// A name of two characters printed with white space between them: `王　刚`.
fn padded(g: &Glyphs, lex: &Lexicon, candidates: &mut Candidates<'_>, at: usize) -> Option<Run> {
    if g.get(at + 1) != ' ' || lex.traits(g.get(at)).surname() < 4 {
        return None;
    }
    let gap = (1..=3).take_while(|&i| g.get(at + i) == ' ').count();
    let last = at + 1 + gap;
    let t = lex.traits(g.get(last));
    if !t.han() || (t.ordinary() && t.given_only() < 2) {
        return None;
    }
    let end = last + 1;
    let left = context::left(g, lex, at);
    let behind = candidates.behind(end);
    let opened = left.calls_for_a_name()
        || matches!(
            left.kind,
            Before::Border
                | Before::ListComma
                | Before::Comma
                | Before::Open
                | Before::Space
                | Before::Colon
                | Before::Stop
                | Before::Credit
                | Before::And
        );
    // Four single characters in a row are a heading set wide, no names.
    let wide = g.get(end) == ' ' && lex.traits(g.get(end + 1)).han() && !lex.traits(g.get(end + 2)).han();
    let closed = !matches!(behind, Behind::Han | Behind::Word | Behind::Figure);
    (opened && closed && !wide && g.get(at.wrapping_sub(1)) != ' ' || left.calls_for_a_name() && closed)
        .then_some(Run { start: at, end, form: Form::Padded, left, behind, over: (0, 0) })
}

/// Chooses names, and chooses again with what the text itself has taught.
fn settle(g: &Glyphs, lex: &Lexicon, known: &Lookup, judged: &mut Vec<Judged>) -> Vec<Judged> {
    sort(judged);
    let mut chosen = choose(judged);
    if complete_lists(g, lex, judged, &chosen) {
        chosen = choose(judged);
    }
    let taught = taught(g, known, &chosen);
    if !taught.is_empty() && recognise(g, lex, &taught, judged, &chosen) {
        sort(judged);
        chosen = choose(judged);
    }
    chosen
}

fn sort(judged: &mut [Judged]) {
    judged.sort_by(|a, b| {
        (a.run.start, a.run.end).cmp(&(b.run.start, b.run.end)).then(b.score.total_cmp(&a.score))
    });
}

/// Raises candidates that stand in a list beside chosen names; gives whether any were raised.
fn complete_lists(g: &Glyphs, lex: &Lexicon, judged: &mut [Judged], chosen: &[Judged]) -> bool {
    // Where a chosen name ends or begins, and whether a list with a post or label runs through it.
    let mut ends: HashMap<usize, bool> = HashMap::new();
    let mut begins: HashMap<usize, bool> = HashMap::new();
    for c in chosen {
        let firm = c.run.left.calls_for_a_name()
            || (c.run.left.kind == Before::ListComma
                && ends.get(&c.run.left.start).copied().unwrap_or(false));
        ends.insert(c.run.end, firm);
        begins.insert(c.run.start, firm);
    }
    let mut changed = false;
    for j in judged.iter_mut() {
        let (s, e) = (j.run.start, j.run.end);
        if matches!(j.run.behind, Behind::Han | Behind::Word | Behind::Figure | Behind::Dot) {
            continue;
        }
        let mut from = s;
        while from > 0 && g.get(from - 1) == ' ' {
            from -= 1;
        }
        let mut linked = None;
        if from > 0 && g.get(from - 1) == '、' {
            let mut before = from - 1;
            while before > 0 && g.get(before - 1) == ' ' {
                before -= 1;
            }
            linked = ends.get(&before).copied();
        }
        if linked.is_none() && g.get(e) == '、' {
            linked = begins.get(&(e + 1)).copied().map(|_| false);
        }
        let Some(firm) = linked else { continue };
        let own = lex.word(g.slice(s, e)) & (word::COMMON | word::NEVER) == 0
            && lex.word(g.slice(s, s + 2)) & word::NOUN == 0;
        let native = matches!(j.run.form, Form::Two | Form::Three | Form::CompoundThree | Form::CompoundFour);
        if j.score <= 0.0 {
            j.score += LIST_BONUS;
            if firm && native && own && lex.traits(g.get(s)).surname() >= 4 {
                j.score = j.score.max(1.0);
            }
            changed |= j.score > 0.0;
        }
        if firm && j.score > 0.0 {
            ends.insert(e, true);
        }
    }
    changed
}

/// The names that the text itself has taught.
fn taught(g: &Glyphs, known: &Lookup, chosen: &[Judged]) -> Lookup {
    let mut taught = Lookup::default();
    for j in chosen {
        let name = g.slice(j.run.start, j.run.end);
        let strong = j.score > 2.0
            && (j.run.left.calls_for_a_name()
                || matches!(j.run.behind, Behind::Speech | Behind::Address | Behind::Post)
                || j.score > 4.0);
        if strong && known.get(name) == 0 {
            taught.add(name.iter().copied().filter(|&c| c != ' '), book::KNOWN);
        }
    }
    taught
}

/// Judges anew where a taught name stands and was not chosen; gives whether anything was judged.
fn recognise(
    g: &Glyphs,
    lex: &Lexicon,
    taught: &Lookup,
    judged: &mut Vec<Judged>,
    chosen: &[Judged],
) -> bool {
    let mut more = Vec::new();
    let mut candidates = Candidates::new(g, lex);
    for start in 0..g.len() {
        taught.names_from(g.slice(start, start + 24), |len, _| {
            let end = start + len;
            let there = chosen.partition_point(|c| c.run.start < start);
            if chosen.get(there).is_some_and(|c| (c.run.start, c.run.end) == (start, end)) {
                return;
            }
            let left = context::left(g, lex, start);
            let run = Run { start, end, form: Form::Known, left, behind: candidates.behind(end), over: (0, 0) };
            let first = judged.partition_point(|j| (j.run.start, j.run.end) < (start, end));
            let score = match judged.get(first).filter(|j| (j.run.start, j.run.end) == (start, end)) {
                Some(j) => j.score + known_bonus(len),
                None if len >= 3 => 1.0,
                None => -0.5,
            };
            more.push(Judged { run, score });
        });
    }
    let found = !more.is_empty();
    judged.extend(more);
    found
}

/// A name with what is printed around it.
struct Read {
    run: Run,
    posts: Vec<Held>,
    evidence: Evidence,
    /// Known from the surroundings alone; none where nothing tells.
    kind: Option<Kind>,
}

/// Reads posts, lists and bylines around the chosen names.
fn read(g: &Glyphs, lex: &Lexicon, chosen: &[Judged]) -> Vec<Read> {
    let mut read: Vec<Read> = Vec::with_capacity(chosen.len());
    let mut floor = 0;
    for (i, j) in chosen.iter().enumerate() {
        let run = j.run;
        let mut posts = holding::in_front(g, lex, run.left, floor);
        let joint = if i > 0 { joint(g, chosen[i - 1].run.end, run.start) } else { Joint::None };
        let mut evidence = if posts.is_empty() { Evidence::Form } else { Evidence::Post };
        let mut kind = None;
        if let Some(byline) = byline(g, lex, &run) {
            kind = Some(byline);
            posts.clear();
            evidence = Evidence::Byline;
        } else if joint != Joint::None && posts.is_empty() {
            // A list: the post in front of the first is everybody's.
            let before = &read[i - 1];
            if before.kind == Some(Kind::Reporter) && before.evidence == Evidence::Byline {
                kind = before.kind;
                evidence = Evidence::Byline;
            } else if joint == Joint::Space {
            } else if let Some(shared) = before
                .posts
                .iter()
                .rfind(|p| p.end <= before.run.start && p.start >= line_start(g, run.start))
            {
                posts.push(*shared);
                evidence = Evidence::List;
            } else if g.before(run.start, 1) == '、' {
                evidence = Evidence::List;
            }
        }
        floor = run.end;
        if kind != Some(Kind::Reporter) {
            if let Some(held) = holding::directly_behind(g, lex, run.end) {
                floor = held.end;
                posts.push(held);
                evidence = Evidence::Post;
            }
            let next = chosen.get(i + 1).map_or(g.len(), |n| n.run.start);
            let told = holding::appointments(g, lex, floor, sentence_end(g, run.end).min(next));
            if !told.is_empty() {
                posts.extend(told);
                evidence = Evidence::Post;
            }
        }
        if evidence == Evidence::Form && run.behind == Behind::Speech {
            evidence = Evidence::Speech;
        }
        if !posts.is_empty() {
            let public = posts.iter().any(|p| kind::is_public(g, p));
            kind = Some(if public { Kind::Official } else { Kind::Other });
        }
        read.push(Read { run, posts, evidence, kind });
    }
    read
}

/// What joins two names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// A list comma, 和, 与, 及, 以及.
    List,
    /// White space alone.
    Space,
    /// Something else.
    None,
}

/// What stands between two names, brackets left aside.
fn joint(g: &Glyphs, from: usize, to: usize) -> Joint {
    if to < from || to - from > 14 {
        return Joint::None;
    }
    let mut rest = ['\0'; 3];
    let (mut n, mut depth) = (0, 0i32);
    for &c in g.slice(from, to) {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' => {}
            _ if depth > 0 => {}
            _ if n < rest.len() => {
                rest[n] = c;
                n += 1;
            }
            _ => return Joint::None,
        }
    }
    match &rest[..n] {
        [] if to > from => Joint::Space,
        ['、' | '和' | '与' | '及'] | ['以', '及'] => Joint::List,
        _ => Joint::None,
    }
}

/// Whether a name stands in a byline or credit, and so names a reporter.
fn byline(g: &Glyphs, lex: &Lexicon, run: &Run) -> Option<Kind> {
    let Left { kind, end, .. } = run.left;
    let border = |c: char| {
        matches!(c, '\n' | '(' | ')' | ' ' | '。' | '/' | '|' | '”' | '□' | '■' | '●' | '△' | '▲' | '◎')
    };
    let by_word = kind == Before::Byline;
    let credit_in_front = match kind {
        Before::Colon | Before::Sign => {
            let at = end - usize::from(end > 0);
            lex.longest_to(g.slice(at.saturating_sub(6), at), word::BYLINE | word::CREDIT).is_some()
        }
        Before::Credit => {
            border(g.before(run.left.start, 1)) && (run.left.end < run.start || border(g.get(run.end)))
        }
        _ => false,
    };
    let mut behind = run.end;
    while matches!(g.get(behind), ' ' | '/') && behind < run.end + 3 {
        behind += 1;
    }
    let credit_behind =
        lex.longest_from(g.slice(behind, behind + 4), word::CREDIT).is_some_and(|(len, _)| {
            (behind > run.end || g.get(run.end) == '摄') && !lex.traits(g.get(behind + len)).han()
                || g.get(behind) == '摄' && matches!(g.get(behind + 1), '影' | ')' | '\n' | ' ')
        });
    let signature = g.before(run.start, 1) == '(' && {
        let close = (run.end..run.end + 24).find(|&i| g.get(i) == ')' || g.get(i) == '\n');
        close.is_some_and(|i| {
            g.get(i) == ')'
                && g.get(i + 1) == '\n'
                && g.slice(run.end, i).iter().all(|&c| c == ' ' || c == '、' || lex.traits(c).han())
                && i - run.end < 12
        })
    };
    (by_word || credit_in_front || credit_behind || signature).then_some(Kind::Reporter)
}

/// The place behind the last character of the sentence.
fn sentence_end(g: &Glyphs, from: usize) -> usize {
    let far = (from + 400).min(g.len());
    (from..far).find(|&i| matches!(g.get(i), '。' | '!' | '?' | '\n' | '”')).unwrap_or(far)
}

/// The first character of the line.
fn line_start(g: &Glyphs, from: usize) -> usize {
    (0..from).rev().take(2_000).find(|&i| g.get(i) == '\n').map_or(from.saturating_sub(2_000), |i| i + 1)
}

/// Verbs behind a bare name by which newspapers tell of officials.
const OFFICIAL_ACTS: &[&str] = &[
    "指出", "强调", "要求", "主持", "出席", "会见", "会晤", "调研", "视察", "督导", "听取", "接见", "致辞",
    "一行", "同志", "率队", "主席",
];

/// Gives the mentions as told to the outside.
fn tell(text: &str, g: &Glyphs, lex: &Lexicon, known: &Lookup, read: Vec<Read>) -> Vec<Mention> {
    let mut kinds: HashMap<String, Kind> = HashMap::new();
    let names: Vec<String> = read
        .iter()
        .map(|r| g.span(r.run.start, r.run.end).of(text).chars().filter(|c| !c.is_whitespace()).collect())
        .collect();
    for (r, name) in read.iter().zip(&names) {
        if let Some(kind) = r.kind {
            let slot = kinds.entry(name.clone()).or_insert(kind);
            if kind == Kind::Official {
                *slot = kind;
            }
        }
    }
    let better: std::collections::HashSet<String> = read
        .iter()
        .zip(&names)
        .filter(|(r, _)| !matches!(r.evidence, Evidence::Form | Evidence::Known))
        .map(|(_, name)| name.clone())
        .collect();
    read.into_iter()
        .zip(names)
        .map(|(r, name)| {
            let bits = known.get(g.slice(r.run.start, r.run.end));
            let kind = r.kind.or_else(|| kinds.get(&name).copied()).unwrap_or_else(|| {
                let next = g.string(r.run.end, r.run.end + 2);
                if bits & book::KNOWN != 0 {
                    book::kind_of(bits)
                } else if lex.word(g.slice(r.run.start, r.run.end)) & word::OFFICIAL != 0
                    || OFFICIAL_ACTS.contains(&next.as_str())
                {
                    Kind::Official
                } else {
                    Kind::Other
                }
            });
            let evidence = match r.evidence {
                Evidence::Form if bits & book::KNOWN != 0 || better.contains(&name) => Evidence::Known,
                e => e,
            };
            let posts = r
                .posts
                .iter()
                .map(|p| {
                    let span = g.span(p.start, p.end);
                    PostMention { text: span.of(text).to_owned(), span }
                })
                .collect();
            Mention { name, span: g.span(r.run.start, r.run.end), kind, posts, evidence }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    /// One line a mention: name, kind, evidence, posts.
    fn told(text: &str, book: &NameBook) -> String {
        let mut out = String::new();
        for m in mentions(text, book) {
            let posts: Vec<_> = m.posts.iter().map(|p| p.text.as_str()).collect();
            let evidence = serde_json::to_value(m.evidence).unwrap();
            out.push_str(&format!(
                "{} {} {} {}",
                m.name,
                serde_json::to_value(m.kind).unwrap().as_str().unwrap(),
                evidence.as_str().unwrap(),
                posts.join(" + ")
            ));
            out = out.trim_end().to_owned() + "\n";
        }
        out
    }

    fn check(text: &str, want: &Expect) {
        want.assert_eq(&told(text, &NameBook::default()));
    }

    #[test]
    fn a_meeting_gives_everybody_with_the_posts_printed() {
        check(
            "申小满主持 郭望山作安排\n本报讯（记者梁雨禾）3月2日，云溪区召开春耕工作会议。区委书记申小满主持会议并讲话，区委副书记、区长郭望山作具体安排。区领导谢长青、宋立冬、王　刚、贾雪梅参加。",
            &expect![[r#"
                申小满 official known
                郭望山 official known
                梁雨禾 reporter byline
                申小满 official post 区委书记
                郭望山 official post 区委副书记 + 区长
                谢长青 official post 区领导
                宋立冬 official list 区领导
                王刚 official list 区领导
                贾雪梅 official list 区领导
            "#]],
        );
    }

    #[test]
    fn a_post_is_shared_in_a_list_and_may_stand_behind_the_name() {
        check(
            "副区长谢长青、宋立冬和贾雪梅出席。随后，申小满书记来到柳林村，村党支部书记兼村委会主任许田生介绍了情况。",
            &expect![[r#"
                谢长青 official post 副区长
                宋立冬 official list 副区长
                贾雪梅 official list 副区长
                申小满 official post 书记
                许田生 official post 村党支部书记 + 村委会主任
            "#]],
        );
    }

    #[test]
    fn appointments_give_posts_behind_the_name() {
        check(
            "会议决定：郭望山任云溪区人民政府副区长、代区长；贾雪梅曾任区水利局局长，现任区发展和改革委员会主任。",
            &expect![[r#"
                郭望山 official post 云溪区人民政府副区长 + 代区长
                贾雪梅 official post 区水利局局长 + 区发展和改革委员会主任
            "#]],
        );
    }

    #[test]
    fn what_was_and_what_is_for_a_time_belongs_to_the_post() {
        check(
            "时任云溪县委书记谢长青、挂职副县长宋立冬和县政协原副主席贾雪梅一同上山。",
            &expect![[r#"
                谢长青 official post 时任云溪县委书记
                宋立冬 official post 挂职副县长
                贾雪梅 official post 县政协原副主席
            "#]],
        );
    }

    #[test]
    fn bylines_and_credits_name_reporters() {
        check(
            "本报讯（记者 梁雨禾 通讯员 贺春生）柳林村的油菜花开了。（许知秋 摄）",
            &expect![[r#"
            梁雨禾 reporter byline
            贺春生 reporter byline
            许知秋 reporter byline
        "#]],
        );
    }

    #[test]
    fn companies_and_clubs_have_no_officials_but_their_party_secretaries_are() {
        check(
            "云溪绿源米业有限公司总经理贺春生说，今年订单不愁。公司党委书记许田生表示同意。",
            &expect![[r#"
                贺春生 other post 云溪绿源米业有限公司总经理
                许田生 official post 公司党委书记
            "#]],
        );
    }

    #[test]
    fn names_of_other_peoples_and_lands_stay_whole() {
        check(
            "柳林社区党支部书记努尔江·艾力木介绍，农学家约翰·哈灵顿也来看过。",
            &expect![[r#"
            努尔江·艾力木 official post 柳林社区党支部书记
            约翰·哈灵顿 other form
        "#]],
        );
    }

    #[test]
    fn what_only_looks_like_a_name_is_none() {
        check(
            "以高水平安全支撑高质量发展，全区已配备区级河长8人。西白兔镇、王家庄村和马路两侧绿意渐浓，温泉水暖，金融活水来。周先生和李女士点头。",
            &expect![[r#""#]],
        );
    }

    #[test]
    fn a_book_makes_bare_names_known_and_gives_their_kind() {
        let mut book = NameBook::default();
        let text = "云水谣里时满仓也在。";
        book.add(&mentions("区水利局局长时满仓出席会议。", &NameBook::default()));
        expect![[r#""#]].assert_eq(&told(text, &book));
    }

    #[test]
    fn an_overlay_adds_and_forbids_names() {
        let overlay = super::super::Overlay::parse("name 木子\nnever 郭望山\n").value;
        let book = NameBook::with_overlay(overlay);
        expect![[r#"
            木子 other speech
        "#]]
        .assert_eq(&told("木子说，郭望山出席。", &book));
    }

    #[test]
    fn a_megabyte_without_a_full_stop_is_read() {
        let text = "区长郭望山与谢长青、".repeat(30_000);
        assert_eq!(mentions(&text, &NameBook::default()).len(), 60_000);
    }

    fn holds(text: &str) {
        let found = mentions(text, &NameBook::default());
        let mut end = 0;
        for m in &found {
            assert!(m.span.start >= end && m.span.end > m.span.start, "{text}: {m:?}");
            end = m.span.end;
            let printed: String = text.get(m.span.start..m.span.end).unwrap().split_whitespace().collect();
            assert_eq!(printed, m.name);
            for p in &m.posts {
                assert_eq!(p.span.of(text), p.text);
                assert!(!p.text.is_empty());
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_returns_with_spans_in_order(text in any::<String>()) {
            holds(&text);
        }

        #[test]
        fn any_mixture_of_newspaper_scraps_returns(
            scraps in prop::collection::vec(
                prop::sample::select(vec![
                    "区委书记", "副区长", "局长", "申小满", "郭望山", "王", "刚", " ", "　", "、", "，", "。", "·", "任", "曾任", "兼",
                    "和", "的", "（", "）", "“", "”", "《", "》", "记者", "摄", "\n", "\r\n", "\u{1F600}", "\u{20BB7}", "欧阳", "某", "说", "：",
                    "A", "8", "日", "努尔江", "艾力木", "該縣縣長郭望山", "-", "—", "同志", "等", "主持",
                ]),
                0..40,
            )
        ) {
            holds(&scraps.concat());
        }
    }
}
