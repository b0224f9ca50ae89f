//! Measures which body a heading speaks of, and whether two bodies speak of the same.
//!
//! Compared are pairs of characters, those that are rare on the page counting more. Only a bounded
//! stretch of each body is looked at, so the work grows with the page and no faster.

use super::lines::Block;
use super::role::Cues;
use crate::text::fold::{fold_char, is_han};

/// Characters of a body that are compared, from its beginning and from its end.
const LOOK_CHARS_MAX: usize = 1200;
/// Characters at the beginning of a body that count as its lead.
const LEAD_CHARS: usize = 160;

/// Bodies of a page as stretches of running blocks, and what they are made of.
#[derive(Debug, Default)]
pub(super) struct Likeness {
    /// For each block the run before it and the run after it.
    around: Vec<(Option<usize>, Option<usize>)>,
    runs: Vec<Run>,
    /// In how many runs a pair stands.
    spread: Vec<u16>,
    /// How much each run and the next one speak of the same things.
    bonds: Vec<f32>,
    /// What a pair is worth that stands in so many runs; beyond the end it is next to nothing.
    worth: Vec<f32>,
}

#[derive(Debug, Default)]
struct Run {
    lead: Vec<u16>,
    front: Vec<u16>,
    back: Vec<u16>,
    /// So short that its beginning holds all of it.
    whole: bool,
}

/// How a heading fits the bodies around it; all between 0 and 1.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Fit {
    /// With the body above.
    pub above: f32,
    /// With the body below.
    pub below: f32,
    /// With the first lines of the body below.
    pub lead: f32,
}

impl Likeness {
    /// Reads the bodies of a page.
    pub(super) fn new(blocks: &[Block<'_>], cues: &[Cues]) -> Self {
        let mut out = Self { around: vec![(None, None); blocks.len()], ..Self::default() };
        let mut start = 0;
        while start < blocks.len() {
            if !cues[start].running {
                start += 1;
                continue;
            }
            let mut end = start + 1;
            while end < blocks.len() && cues[end].running {
                end += 1;
            }
            out.runs.push(Run::new(&blocks[start..end]));
            let this = out.runs.len() - 1;
            for place in out.around.iter_mut().skip(start).take(end - start) {
                *place = (Some(this), Some(this));
            }
            start = end;
        }
        // Headings lie between two runs.
        let mut last = None;
        for (i, place) in out.around.iter_mut().enumerate() {
            if cues[i].running {
                last = place.1;
            } else {
                place.0 = last;
            }
        }
        let mut next = None;
        for (i, place) in out.around.iter_mut().enumerate().rev() {
            if cues[i].running {
                next = place.0;
            } else {
                place.1 = next;
            }
        }
        out.spread = vec![0; 1 << 16];
        let mut meet = |pair: &u16| {
            // More runs than the count can hold are as good as all.
            let count = &mut out.spread[usize::from(*pair)];
            *count = count.saturating_add(1);
        };
        for run in &out.runs {
            run.front.iter().for_each(&mut meet);
            if !run.whole {
                run.back.iter().filter(|p| run.front.binary_search(p).is_err()).for_each(&mut meet);
            }
        }
        out.worth = (0..=out.runs.len().min(4096) as u32).map(|spread| out.worth(spread)).collect();
        let mass = |set: &[u16]| set.iter().map(|p| out.weight(*p)).sum::<f32>();
        out.bonds = out
            .runs
            .windows(2)
            .map(|pair| {
                let (a, b) = (pair[0].back(), &pair[1].front);
                let shared: f32 = common(a, b).map(|p| out.weight(p)).sum();
                shared / mass(a).min(mass(b)).max(1.0)
            })
            .collect();
        out
    }

    /// What meeting a pair is worth, by the number of runs it stands in.
    fn weight(&self, pair: u16) -> f32 {
        let spread = self.spread.get(usize::from(pair)).copied().unwrap_or(0) as usize;
        self.worth.get(spread).copied().unwrap_or(0.05)
    }

    fn worth(&self, spread: u32) -> f32 {
        if spread == 0 {
            // Stands in no body: tells little about which one is meant.
            return 0.8;
        }
        ((self.runs.len() as f32 + 1.5) / (spread as f32 + 0.5)).ln().max(0.05)
    }

    /// The pairs of a heading, each once.
    pub(super) fn wanted(&self, heading: &str) -> Vec<u16> {
        set(heading.chars().take(80))
    }

    /// How much of a heading the first lines of a paragraph tell.
    pub(super) fn told_in(&self, wanted: &[u16], paragraph: &str) -> f32 {
        let total: f32 = wanted.iter().map(|p| self.weight(*p)).sum();
        if total <= 0.0 {
            return 0.0;
        }
        let told = pairs(paragraph.chars().take(LEAD_CHARS));
        wanted.iter().filter(|p| told.contains(p)).map(|p| self.weight(*p)).sum::<f32>() / total
    }

    /// How the heading at block `i` fits the bodies around it.
    pub(super) fn fit(&self, i: usize, heading: &str) -> Fit {
        let (above, below) = self.around[i];
        let wanted = self.wanted(heading);
        let total: f32 = wanted.iter().map(|p| self.weight(*p)).sum();
        if total <= 0.0 {
            return Fit::default();
        }
        let share = |set: &[u16]| -> f32 {
            wanted.iter().filter(|p| set.binary_search(p).is_ok()).map(|p| self.weight(*p)).sum::<f32>()
                / total
        };
        let both = |run: &Run| {
            wanted
                .iter()
                .filter(|p| {
                    run.front.binary_search(p).is_ok() || !run.whole && run.back.binary_search(p).is_ok()
                })
                .map(|p| self.weight(*p))
                .sum::<f32>()
                / total
        };
        Fit {
            above: above.map_or(0.0, |r| both(&self.runs[r])),
            below: below.map_or(0.0, |r| both(&self.runs[r])),
            lead: below.map_or(0.0, |r| share(&self.runs[r].lead)),
        }
    }

    /// How much the body above block `i` and the body below it speak of the same things.
    pub(super) fn bond(&self, i: usize) -> f32 {
        let (Some(a), Some(b)) = self.around[i] else { return 0.0 };
        if a == b {
            return 1.0;
        }
        // A heading lies between a run and the next.
        self.bonds.get(a).copied().unwrap_or(0.0)
    }
}

impl Run {
    fn new(blocks: &[Block<'_>]) -> Self {
        let set = |chars: &[char]| set(chars.iter().copied());
        let front: Vec<char> = blocks.iter().flat_map(|b| b.text.chars()).take(LOOK_CHARS_MAX + 1).collect();
        if front.len() <= LOOK_CHARS_MAX {
            let all = set(&front);
            let lead = set(&front[..front.len().min(LEAD_CHARS)]);
            return Self { lead, back: Vec::new(), front: all, whole: true };
        }
        let mut back: Vec<char> =
            blocks.iter().rev().flat_map(|b| b.text.chars().rev()).take(LOOK_CHARS_MAX).collect();
        back.reverse();
        Self { lead: set(&front[..LEAD_CHARS]), front: set(&front), back: set(&back), whole: false }
    }

    /// The pairs of its end; of a short run those of the whole.
    fn back(&self) -> &[u16] {
        if self.whole { &self.front } else { &self.back }
    }
}

/// Most bytes of a body that are searched for a phrase taken over from it.
const QUOTED_BYTES_MAX: usize = 9000;
/// Shortest phrase, in characters, that is looked for.
const QUOTED_CHARS_MIN: usize = 5;

/// How much of the line at `i` stands word for word in the body below, 0 to 1.
///
/// A headline is worded anew; what stands above or below it often takes over a clause of the body.
pub(super) fn quoted(blocks: &[Block<'_>], cues: &[Cues], i: usize) -> f32 {
    let (mut all, mut found) = (0, 0);
    for part in blocks[i].text.split([' ', '\u{3000}']) {
        let part = part.trim_matches(['—', '-', '─']);
        let chars = part.chars().count();
        all += chars;
        if chars >= QUOTED_CHARS_MIN && body_below(blocks, cues, i).any(|text| text.contains(part)) {
            found += chars;
        }
    }
    if all == 0 { 0.0 } else { found as f32 / all as f32 }
}

/// Whether the body below calls the line at `i` the name of a series: `《…》`, `…系列报道`.
pub(super) fn named_below(blocks: &[Block<'_>], cues: &[Cues], i: usize) -> bool {
    let name: &str = &blocks[i].text;
    body_below(blocks, cues, i).take(2).any(|text| {
        text.match_indices(name).any(|(at, _)| {
            let behind = &text[at + name.len()..];
            text[..at].ends_with('《') && behind.starts_with('》')
                || behind.trim_start_matches(['”', '》']).starts_with("系列")
                || behind.trim_start_matches(['”', '》']).starts_with("专栏")
        })
    })
}

/// The running text below a heading up to where another story surely begins.
fn body_below<'b>(blocks: &'b [Block<'_>], cues: &'b [Cues], i: usize) -> impl Iterator<Item = &'b str> {
    let (mut bytes, mut runs) = (0, false);
    blocks
        .iter()
        .zip(cues)
        .skip(i + 1)
        .take_while(move |(block, cue)| {
            bytes += block.text.len();
            let anew = runs && cue.lead;
            runs |= cue.running;
            !anew && bytes <= QUOTED_BYTES_MAX
        })
        .filter(|(_, cue)| cue.running)
        .map(|(block, _)| block.text.as_ref())
}

/// Neighbouring characters of words, marks and white space left out.
fn pairs(chars: impl Iterator<Item = char>) -> Vec<u16> {
    let mut last = None::<char>;
    let mut out = Vec::new();
    for c in chars {
        let c = fold_char(c);
        if !(is_han(c) || c.is_ascii_alphanumeric()) {
            last = None;
            continue;
        }
        if let Some(l) = last {
            // 16 bits keep the sets small; a chance meeting in fifty does no harm to a weighted share.
            out.push(
                (((l as u32).wrapping_mul(0x9E37_79B1) ^ (c as u32).wrapping_mul(0x85EB_CA6B)) >> 16) as u16,
            );
        }
        last = Some(c);
    }
    out
}

/// The pairs of a text, each once, in order.
fn set(chars: impl Iterator<Item = char>) -> Vec<u16> {
    let mut set = pairs(chars);
    if set.len() < SORTED_MAX {
        set.sort_unstable();
        set.dedup();
        return set;
    }
    // A mark for each pair there may be puts many of them in order faster than sorting.
    let mut seen = [0u64; (1 << 16) / 64];
    for pair in &set {
        seen[usize::from(*pair) / 64] |= 1 << (pair % 64);
    }
    set.clear();
    for (word, bits) in seen.iter().enumerate() {
        let mut left = *bits;
        while left != 0 {
            set.push((word * 64) as u16 + left.trailing_zeros() as u16);
            left &= left - 1;
        }
    }
    set
}

/// Fewer pairs are sorted.
const SORTED_MAX: usize = 96;

/// The pairs that stand in both sets, in order.
fn common<'s>(a: &'s [u16], b: &'s [u16]) -> impl Iterator<Item = u16> + 's {
    let mut rest = b;
    a.iter().copied().filter(move |pair| {
        let skip = rest.iter().take_while(|other| *other < pair).count();
        rest = &rest[skip..];
        rest.first() == Some(pair)
    })
}

/// Pairs of characters of a body, bounded, for comparing it with another.
pub(super) fn words(paragraphs: &[super::story::Paragraph]) -> Vec<u16> {
    set(paragraphs.iter().flat_map(|p| p.text.chars()).take(2 * LOOK_CHARS_MAX))
}

/// The share of the smaller set that stands in the other too.
pub(super) fn shared(a: &[u16], b: &[u16]) -> f32 {
    let least = a.len().min(b.len());
    if least == 0 {
        return 0.0;
    }
    common(a, b).count() as f32 / least as f32
}

/// Whether two headings are the same but for a few characters.
pub(super) fn same_heading(a: &str, b: &str) -> bool {
    shared(&set(a.chars()), &set(b.chars())) > 0.6
}
