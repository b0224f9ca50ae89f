//! Reads what is printed around the names that were found: posts, lists, bylines.

use super::choose::Judged;
use super::context::{Before, Behind, Left};
use super::glyphs::Glyphs;
use super::holding::{self, Held};
use super::kind;
use super::lexicon::{Lexicon, word};
use super::model::Run;
use super::{Evidence, Kind};

/// A name with what is printed around it.
pub(super) struct Read {
    /// Where it stands.
    pub(super) run: Run,
    /// The posts, its own and shared ones.
    pub(super) posts: Vec<Held>,
    /// The best there is.
    pub(super) evidence: Evidence,
    /// Known from the surroundings alone; none where nothing tells.
    pub(super) kind: Option<Kind>,
}

/// Reads posts, lists and bylines around the chosen names.
pub(super) fn read(g: &Glyphs, lex: &Lexicon, chosen: &[Judged]) -> Vec<Read> {
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
            } else if joint == Joint::List
                // 党支部书记甲某与乙某座谈: two who meet, and the post is the first one's.
                && g.before(run.start, 1) != '与'
                // 区长甲某、乙某（区委副书记）: the second has a post of its own.
                && !has_own_in_brackets(g, lex, run.end)
                && let Some(shared) = before
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
            let mut told = holding::appointments(g, lex, floor, sentence_end(g, run.end).min(next));
            // 「、拟任某局副局长乙某」 is the next one's.
            told.retain(|post| post.end < next);
            if told.is_empty() {
                told = holding::appointed_to(g, lex, &run, sentence_end(g, run.end).min(next));
            }
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

/// Whether a post stands in brackets behind a name.
fn has_own_in_brackets(g: &Glyphs, lex: &Lexicon, end: usize) -> bool {
    g.get(end) == '(' && {
        let close = (end + 1..end + 24).find(|&i| matches!(g.get(i), ')' | ',' | '、' | '\n'));
        close.is_some_and(|close| {
            let held = lex.longest_to(g.slice(end + 1, close), word::HEAD);
            held.is_some_and(|(_, bits)| bits & word::GROUP == 0)
        })
    }
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
        // White space, or nothing at all in a byline set solid.
        [] => Joint::Space,
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
