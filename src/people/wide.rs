//! Names printed with white space inside them, alone and in lists.

use super::candidate::Candidates;
use super::context::{self, Before, Behind};
use super::glyphs::Glyphs;
use super::lexicon::{Lexicon, word};
use super::model::{Form, Run};

/// A name of two characters printed with white space between them: `王　刚`.
pub(super) fn padded(g: &Glyphs, lex: &Lexicon, candidates: &mut Candidates<'_>, at: usize) -> Option<Run> {
    let surname = if g.get(at + 1) == ' ' {
        (lex.traits(g.get(at)).surname() >= 4).then_some(1)?
    } else {
        (g.get(at + 2) == ' ' && lex.word(g.slice(at, at + 2)) & word::COMPOUND != 0).then_some(2)?
    };
    let gap = (0..3).take_while(|&i| g.get(at + surname + i) == ' ').count();
    let last = at + surname + gap;
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
    // Directly behind one person's post nothing but the name is set wide: 局长王　刚到现场.
    let posted = left.is_post() && left.bits & word::GROUP == 0 && left.end == at;
    let closed = match behind {
        Behind::Figure => false,
        Behind::Han | Behind::Word => posted,
        _ => true,
    };
    let alone = !wide && g.get(at.wrapping_sub(1)) != ' ';
    (closed && (opened && (alone || is_list_set_wide(g, lex, at)) || left.calls_for_a_name()))
        .then_some(Run { start: at, end, form: Form::Padded, left, behind, over: (0, 0) })
}

/// Farthest that the beginning of a list set wide is looked for, in characters.
const WIDE_LIST_CHARS_MAX: usize = 240;

/// Whether a name set wide stands in a list of names parted by nothing but white space:
/// `张　军　李　伟　王小二`. Pairs of single characters alone may also be a heading set wide (王 者 归 来),
/// so that a list needs a whole name, or a colon or label in front and nothing but usual surnames.
fn is_list_set_wide(g: &Glyphs, lex: &Lexicon, at: usize) -> bool {
    let part = |i: usize| i < g.len() && (g.get(i) == ' ' || lex.traits(g.get(i)).han());
    let low = at.saturating_sub(WIDE_LIST_CHARS_MAX);
    let mut from = (low..at).rev().find(|&i| !part(i)).map_or(low, |i| i + 1);
    let told = from > 0 && g.get(from - 1) == ':' || context::left(g, lex, from).calls_for_a_name();
    // What announces the list stands in front of the first white space: 出席的有 张　军.
    let announced = (from..at).find(|&i| g.get(i) == ' ').filter(|i| i - from > 3);
    from = announced.unwrap_or(from);
    let (mut pairs, mut whole, mut mine) = (0, 0, false);
    let mut place = from;
    loop {
        while g.get(place) == ' ' {
            place += 1;
        }
        let end = (place..place + 6).find(|&i| !lex.traits(g.get(i)).han()).unwrap_or(place + 6);
        let surname = lex.traits(g.get(place)).surname();
        match end - place {
            0 => break,
            1 if surname >= 5 && g.get(end) == ' ' => {
                let given = (end..end + 4).find(|&i| g.get(i) != ' ').unwrap_or(end);
                if !lex.traits(g.get(given)).han() || lex.traits(g.get(given + 1)).han() {
                    return false;
                }
                mine |= place == at;
                pairs += 1;
                place = given + 1;
            }
            2..=4 if surname >= 3 || lex.word(g.slice(place, place + 2)) & word::COMPOUND != 0 => {
                whole += 1;
                place = end;
            }
            _ => return false,
        }
    }
    mine && pairs + whole >= 2 && (whole > 0 || told)
}
