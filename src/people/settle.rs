//! Settles which candidates are names, with what the text itself teaches: its lists, and names it has elsewhere.

use std::collections::HashMap;

use super::candidate::Candidates;
use super::choose::{Judged, choose};
use super::context::{self, Before, Behind};
use super::glyphs::Glyphs;
use super::judge::known_bonus;
use super::lexicon::{FORWARD_CHARS_MAX, Lexicon, word};
use super::lookup::{self, Lookup};
use super::model::{Form, Run};

/// What a chosen neighbour in a list adds.
const LIST_BONUS: f32 = 3.0;

/// Chooses names, and chooses again with what the text itself has taught.
pub(super) fn settle(g: &Glyphs, lex: &Lexicon, known: &Lookup, judged: &mut Vec<Judged>) -> Vec<Judged> {
    lower_listed_things(g, judged);
    lower_parts_of_places(g, lex, judged);
    sort(judged);
    complete_bylines(g, lex, judged);
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

/// What standing in a list of things takes away.
const THING_MALUS: f32 = 6.0;
/// A list goes back at most so far from its end, in characters.
const LIST_CHARS_MAX: usize = 120;

/// Lowers what stands in a list that is closed as one of things: 柳渡、凤栖山等9座车站.
fn lower_listed_things(g: &Glyphs, judged: &mut [Judged]) {
    let mut lists: Vec<(usize, usize)> = Vec::new();
    for end in (0..g.len()).filter(|&at| g.get(at) == '等' && closes_things(g, at + 1)) {
        let first = (end.saturating_sub(LIST_CHARS_MAX)..end)
            .rev()
            .find(|&at| matches!(g.get(at), ',' | ';' | '。' | '!' | '?' | ':' | '\n' | '\r'))
            .map_or(end.saturating_sub(LIST_CHARS_MAX), |at| at + 1);
        if (first..end).any(|at| g.get(at) == '、') {
            lists.push((first, end));
        }
    }
    if lists.is_empty() {
        return;
    }
    for j in judged.iter_mut().filter(|j| !j.run.left.calls_for_a_name()) {
        let inside = lists.iter().any(|&(first, end)| first <= j.run.start && j.run.end <= end);
        if inside && (j.run.left.kind == Before::ListComma || matches!(g.get(j.run.end), '、' | '等' | '和'))
        {
            j.score -= THING_MALUS;
        }
    }
}

/// What being a part of a foreign place's or club's name takes away.
const PLACE_MALUS: f32 = 5.0;

/// Lowers what begins or ends inside the name of a foreign place or club: 加拉塔 of 加拉塔萨雷.
fn lower_parts_of_places(g: &Glyphs, lex: &Lexicon, judged: &mut [Judged]) {
    let mut places: Vec<(usize, usize)> = Vec::new();
    for at in 0..g.len() {
        let traits = lex.traits(g.get(at));
        if traits.foreign() < 2 || !traits.begins_parts() || places.last().is_some_and(|&(_, end)| at < end) {
            continue;
        }
        let mut len = 0;
        lex.words_from(g.slice(at, at + FORWARD_CHARS_MAX), |n, bits| {
            if bits & word::PLACE != 0 {
                len = n;
            }
        });
        if len >= 3 {
            places.push((at, at + len));
        }
    }
    if places.is_empty() {
        return;
    }
    for j in judged.iter_mut().filter(|j| !j.run.left.calls_for_a_name()) {
        let (start, end) = (j.run.start, j.run.end);
        let there = places.partition_point(|&(_, e)| e <= start);
        let Some(&(s, e)) = places.get(there) else { continue };
        // A longer name may begin or end with a place's: 罗马里奥, 里昂纳多.
        let longer = start <= s && e <= end && (e - s < 4 || j.run.form == Form::Dotted);
        if s < end && !longer && (start, end) != (s, e) {
            j.score -= PLACE_MALUS;
        }
    }
}

/// Whether what follows 等 counts or names things, not people.
fn closes_things(g: &Glyphs, at: usize) -> bool {
    let is_number = |c: char| c.is_numeric() || "一二两三四五六七八九十百千几数多余".contains(c);
    let mut next = at;
    while next < at + 6 && is_number(g.get(next)) {
        next += 1;
    }
    let (c, behind) = (g.get(next), g.get(next + 1));
    let counted = next > at && "座个条家所处项种类部省市县区镇乡村街地国州山河湖岛校站".contains(c);
    // 等市领导 are people.
    let named = "省市县区镇乡村国州地".contains(c)
        && (!behind.is_alphanumeric() || "省市县区镇乡村州的也均都".contains(behind));
    let place = ["地区", "国家", "街道", "车站", "景区", "景点", "乡镇", "村镇", "城市", "企业", "单位"]
        .iter()
        .any(|noun| noun.chars().eq([c, behind]));
    counted || named || place
}

fn sort(judged: &mut [Judged]) {
    judged.sort_by(|a, b| {
        (a.run.start, a.run.end).cmp(&(b.run.start, b.run.end)).then(b.score.total_cmp(&a.score))
    });
}

/// What standing in a byline of names set without anything between them adds.
const BYLINE_BONUS: f32 = 5.0;
/// How many names such a byline has at most.
const BYLINE_NAMES_MAX: usize = 4;

/// Raises the names of a byline that are set solid: 通讯员甲某某乙某某）.
///
/// The whole run from 记者 or 通讯员 to a border must fall into names; of several ways the best is taken.
fn complete_bylines(g: &Glyphs, lex: &Lexicon, judged: &mut [Judged]) {
    let mut raised = Vec::new();
    for (i, first) in judged.iter().enumerate() {
        let solid = first.run.left.kind == Before::Byline
            && first.run.left.end == first.run.start
            && is_full_name(first.run.form)
            && lex.traits(g.get(first.run.end)).han();
        if !solid {
            continue;
        }
        let border = (first.run.end..first.run.start + 4 * BYLINE_NAMES_MAX)
            .find(|&at| matches!(g.get(at), ')' | ' ' | '\n') || (g.get(at), g.get(at + 1)) == ('报', '道'));
        let mut way = vec![i];
        while let Some(border) = border
            && way.len() < BYLINE_NAMES_MAX
        {
            let end = way.last().and_then(|&last| judged.get(last)).map_or(border, |j| j.run.end);
            if end == border {
                raised.push(way);
                break;
            }
            let fits = |j: &Judged| {
                j.run.start == end
                    && is_full_name(j.run.form)
                    && (j.run.end == border || j.run.end + 2 <= border)
                    && lex.traits(g.get(end)).surname() >= 4
            };
            let from = judged.partition_point(|j| j.run.start < end);
            let next = (from..judged.len())
                .take_while(|&k| judged[k].run.start == end)
                .filter(|&k| fits(&judged[k]))
                .max_by(|&a, &b| judged[a].score.total_cmp(&judged[b].score));
            let Some(next) = next else { break };
            way.push(next);
        }
    }
    // Of two ways through one byline the better, by what its names have together.
    let sum = |way: &[usize]| way.iter().map(|&k| judged[k].score).sum::<f32>() / way.len() as f32;
    let begin = |way: &[usize]| way.first().map_or(0, |&k| judged[k].run.start);
    raised.retain(|way| way.len() > 1);
    raised.sort_by(|a, b| begin(a).cmp(&begin(b)).then(sum(b).total_cmp(&sum(a))));
    raised.dedup_by(|a, b| begin(a) == begin(b));
    for &k in raised.iter().flatten() {
        judged[k].score += BYLINE_BONUS;
    }
}

/// Surname and given name in the Chinese way.
const fn is_full_name(form: Form) -> bool {
    matches!(form, Form::Two | Form::Three | Form::CompoundThree | Form::CompoundFour)
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
            taught.add(name.iter().copied().filter(|&c| c != ' '), lookup::KNOWN);
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
            let run =
                Run { start, end, form: Form::Known, left, behind: candidates.behind(end), over: (0, 0) };
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
