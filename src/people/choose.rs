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
pub(super) fn choose(judged: &mut Vec<Judged>) -> Vec<Judged> {
    judged.retain(|j| j.score > 0.0);
    judged.sort_by(|a, b| {
        (a.run.start, a.run.end).cmp(&(b.run.start, b.run.end)).then(b.score.total_cmp(&a.score))
    });
    let mut chosen = Vec::new();
    let mut from = 0;
    while from < judged.len() {
        // A group of candidates that hang together by overlaps.
        let mut reach = judged[from].run.end;
        let mut to = from + 1;
        while to < judged.len() && judged[to].run.start < reach {
            reach = reach.max(judged[to].run.end);
            to += 1;
        }
        best_of(&judged[from..to], &mut chosen);
        from = to;
    }
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
