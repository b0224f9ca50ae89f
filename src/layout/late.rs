//! Finds where a story begins whose headline stands behind its body.
//!
//! Such a story has nothing above it: its first paragraph follows the last one of the story before. What
//! the late headline speaks of is told there for the first time, and that shows the place.

use super::likeness::Likeness;
use super::lines::Block;
use super::role::Cues;

/// Most paragraphs above a line in which its story may begin.
const PARAGRAPHS_MAX: usize = 24;
/// Lines of source, author or picture that may stand between a body and its headline.
const BETWEEN_MAX: usize = 2;
/// How much of a headline stands at least in the first paragraph of its story.
const SHARE_MIN: f32 = 0.3;
/// What the place is worth where all of the headline stands there and nothing of it before.
const WORTH: f32 = 6.0;

/// The paragraph with which the story of the line at `i` begins, if it is the headline of what stands
/// above and that is not all of the text above; and how surely.
pub(super) fn beginning(
    likeness: &Likeness,
    blocks: &[Block<'_>],
    cues: &[Cues],
    i: usize,
) -> Option<(usize, f32)> {
    let last = (0..i).rev().take(BETWEEN_MAX + 1).find(|j| cues[*j].running)?;
    let running = (0..=last).rev().take_while(|j| cues[*j].running).take(PARAGRAPHS_MAX);
    let first = running.last()?;
    let wanted = likeness.wanted(&blocks[i].text);
    let (mut before, mut best) = (0.0f32, None::<(usize, f32, f32)>);
    for (at, block) in blocks.iter().enumerate().take(last + 1).skip(first) {
        let share = likeness.told_in(&wanted, &block.text);
        if at > first && cues[at - 1].ends && share >= SHARE_MIN && best.is_none_or(|(_, s, _)| share > s) {
            best = Some((at, share, before));
        }
        before = before.max(share);
    }
    let (at, share, before) = best?;
    (before * 2.0 <= share).then_some((at, WORTH * (share - before)))
}
