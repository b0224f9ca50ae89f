//! Cuts runs that the dictionary leaves as single characters: Han with a hidden Markov model,
//! the rest by its letters and digits.

/// The model's parameters as jieba-rs publishes them, read out when the crate is compiled.
#[allow(missing_docs, unreachable_pub, clippy::all)]
mod model {
    /// The logarithm that stands for "never".
    pub(super) const MIN_FLOAT: f64 = -3.14e100;

    jieba_macros::generate_hmm_data!();
}

use model::{
    EMIT_INDEX, EMIT_MIN_CHAR, EMIT_NONE, EMIT_PROBS, HMM_HAN_MAX, HMM_HAN_MIN, INITIAL_PROBS, TRANS_PROBS,
};

const BEGIN: usize = 0;
const END: usize = 1;
const MIDDLE: usize = 2;
const SINGLE: usize = 3;

/// What can stand before each state. Of equally good ones the second is taken.
const BEFORE: [[usize; 2]; 4] = [[END, SINGLE], [BEGIN, MIDDLE], [BEGIN, MIDDLE], [END, SINGLE]];

/// What identifies the model; part of an archive's format.
pub(super) static MODEL_DIGEST: u64 = digest();

const fn digest() -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut row = 0;
    while row < EMIT_PROBS.len() {
        let mut state = 0;
        while state < 4 {
            hash = (hash ^ EMIT_PROBS[row][state].to_bits()).wrapping_mul(0x0100_0000_01b3);
            state += 1;
        }
        row += 1;
    }
    hash
}

/// Tells where the words of a run end, in characters from its start, given the run's characters.
///
/// `labels` is room to work in.
pub(super) fn cut(run: &[char], labels: &mut Vec<[u8; 4]>, mut tell: impl FnMut(usize)) {
    let modelled = |c: char| (HMM_HAN_MIN..=HMM_HAN_MAX).contains(&c);
    let mut start = 0;
    for part in run.chunk_by(|&a, &b| modelled(a) == modelled(b)) {
        let tell = |end| tell(start + end);
        if part.first().is_some_and(|&c| modelled(c)) {
            cut_han(part, labels, tell)
        } else {
            cut_other(part, tell)
        }
        start += part.len();
    }
}

/// Finds the likeliest states of a run of Han.
fn cut_han(run: &[char], before: &mut Vec<[u8; 4]>, mut tell: impl FnMut(usize)) {
    let Some((&first, rest)) = run.split_first() else { return };
    if rest.is_empty() {
        tell(1);
        return;
    }
    before.clear();
    before.push([0; 4]);
    let emitted = emissions(first);
    let mut scores: [f64; 4] = std::array::from_fn(|state| INITIAL_PROBS[state] + emitted[state]);
    for &c in rest {
        let emitted = emissions(c);
        let mut chosen = [0; 4];
        scores = std::array::from_fn(|state| {
            let [one, two] = BEFORE[state];
            let score = |from: usize| scores[from] + TRANS_PROBS[from][state] + emitted[state];
            let (score, from) = if score(one) > score(two) { (score(one), one) } else { (score(two), two) };
            chosen[state] = from as u8;
            score
        });
        before.push(chosen);
    }
    // From the end backward, each choice is overwritten by the state it leads to.
    let mut state = if scores[END] > scores[SINGLE] { END } else { SINGLE };
    for chosen in before.iter_mut().rev() {
        let from = usize::from(chosen[state]);
        chosen[0] = state as u8;
        state = from;
    }
    let mut told = 0;
    for (end, chosen) in (1..).zip(before.iter()) {
        if matches!(usize::from(chosen[0]), END | SINGLE) {
            tell(end);
            told = end;
        }
    }
    if told < run.len() {
        tell(run.len());
    }
}

fn emissions(c: char) -> [f64; 4] {
    let row = u32::from(c).checked_sub(EMIT_MIN_CHAR).and_then(|at| EMIT_INDEX.get(at as usize));
    match row {
        Some(&row) if row != EMIT_NONE => EMIT_PROBS[usize::from(row)],
        _ => [model::MIN_FLOAT; 4],
    }
}

/// Keeps letters and digits together, also across `.`, `_` and `-` (`G260911-0711`), with a `%`
/// behind them; what stands between is one piece.
fn cut_other(run: &[char], mut tell: impl FnMut(usize)) {
    let plain = |at: usize| run.get(at).is_some_and(char::is_ascii_alphanumeric);
    let mut at = 0;
    while at < run.len() {
        let begun = at;
        if plain(at) {
            while plain(at) || (matches!(run.get(at), Some('.' | '_' | '-')) && plain(at + 1)) {
                at += 1;
            }
            at += usize::from(run.get(at) == Some(&'%'));
        } else {
            while at < run.len() && !plain(at) {
                at += 1;
            }
        }
        debug_assert!(at > begun);
        tell(at);
    }
}
