//! Chooses among overlapping candidates: the set that together speaks most strongly for being names.

use super::model::Run;

/// A candidate with its judgement: above 0 speaks for a name.
#[derive(Clone, Copy)]
pub(super) struct Judged {
    /// The run of characters.
    pub(super) run: Run,
    /// Log odds.
    pub(super) score: f32,
}

/// The candidates that are names: disjoint, in order; of overlapping ones the best together.
///
/// Expects them sorted by beginning.
pub(super) fn choose(judged: &[Judged]) -> Vec<Judged> {
    let mut chosen = Vec::new();
    let mut group: Vec<Judged> = Vec::new();
    let mut reach = 0;
    for j in judged.iter().filter(|j| j.score > 0.0) {
        // A group of candidates hangs together by overlaps.
        if j.run.start >= reach && !group.is_empty() {
            best_of(&group, &mut chosen);
            group.clear();
        }
        reach = reach.max(j.run.end);
        group.push(*j);
    }
    best_of(&group, &mut chosen);
    chosen
}

/// The best disjoint set of a group sorted by beginning.
fn best_of(group: &[Judged], chosen: &mut Vec<Judged>) {
    if let [one] = group {
        chosen.push(*one);
        return;
    }
    // From the right: the best sum with everything from `i` on, and whether `i` is in it.
    let mut best = vec![0f32; group.len() + 1];
    let mut take = vec![usize::MAX; group.len()];
    for i in (0..group.len()).rev() {
        let after = group.partition_point(|j| j.run.start < group[i].run.end);
        let with = group[i].score + best[after];
        if with > best[i + 1] {
            best[i] = with;
            take[i] = after;
        } else {
            best[i] = best[i + 1];
        }
    }
    let mut i = 0;
    while i < group.len() {
        if take[i] == usize::MAX {
            i += 1;
        } else {
            chosen.push(group[i]);
            i = take[i];
        }
    }
}
