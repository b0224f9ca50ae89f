//! Finds paragraphs that stand again: exact ones are folded, near ones kept and flagged.

use std::collections::HashMap;

use super::script;
use super::story::Paragraph;
use crate::paper::{Repair, RepairKind};
use crate::text::fold::{fold_char, is_han};

/// Shortest paragraph, in characters, that is folded when it stands again.
const REPEAT_CHARS_MIN: usize = 12;
/// Shortest paragraph that can be nearly the same as another.
const NEAR_CHARS_MIN: usize = 40;
/// Longest stretch of two paragraphs that is compared.
const NEAR_CHARS_MAX: usize = 4000;

fn key(text: &str) -> (u64, usize) {
    let (mut hash, mut chars) = (0xcbf2_9ce4_8422_2325_u64, 0);
    for c in text.chars().map(fold_char).filter(|c| *c != ' ') {
        hash = (hash ^ u64::from(c as u32)).wrapping_mul(0x0100_0000_01b3).rotate_left(5);
        chars += 1;
    }
    (hash, chars)
}

/// Whether two texts are the same but for widths and white space.
fn same(a: &str, b: &str) -> bool {
    let solid = |s: &str| s.chars().map(fold_char).filter(|c| *c != ' ').collect::<Vec<_>>();
    a == b || solid(a) == solid(b)
}

pub(super) fn fold_repeats(paragraphs: Vec<Paragraph>, repairs: &mut Vec<Repair>) -> Vec<Paragraph> {
    let mut seen: HashMap<(u64, usize), usize> = HashMap::with_capacity(paragraphs.len());
    let mut out: Vec<Paragraph> = Vec::with_capacity(paragraphs.len());
    // Where each old paragraph went, for repairs told before.
    let mut moved = Vec::with_capacity(paragraphs.len());
    for paragraph in paragraphs {
        let key = key(&paragraph.text);
        let next_to =
            out.last().is_some_and(|l| l.text == paragraph.text && l.crosshead == paragraph.crosshead);
        let first =
            if key.1 >= REPEAT_CHARS_MIN { seen.get(&key).copied() } else { next_to.then(|| out.len() - 1) };
        match first {
            Some(first) if same(&out[first].text, &paragraph.text) => {
                moved.push(first);
                repairs.push(Repair {
                    kind: RepairKind::Repeat,
                    paragraph: first,
                    note: script::lines_note(
                        "the same paragraph again, folded",
                        (out[first].lines.0, paragraph.lines.0),
                    ),
                    lines: Some((out[first].lines.0, paragraph.lines.1)),
                });
            }
            _ => {
                seen.insert(key, out.len());
                moved.push(out.len());
                out.push(paragraph);
            }
        }
    }
    let known = repairs.len() - (moved.len() - out.len());
    for repair in &mut repairs[..known] {
        repair.paragraph = moved.get(repair.paragraph).copied().unwrap_or(repair.paragraph);
    }
    out
}

/// Flags paragraphs that are nearly the same as one before.
pub(super) fn near_repeats(paragraphs: &[Paragraph], repairs: &mut Vec<Repair>) {
    let long = |p: &Paragraph| p.text.len() >= NEAR_CHARS_MIN;
    if paragraphs.iter().filter(|p| long(p)).count() < 2 {
        return;
    }
    // Only paragraphs that share a stretch near the middle or the end are compared with each other.
    let mut seen: HashMap<(u8, u64), usize> = HashMap::new();
    let mut folded_cache: HashMap<usize, Vec<char>> = HashMap::new();
    for (i, p) in paragraphs.iter().enumerate().filter(|(_, p)| long(p)) {
        let chars: Vec<char> =
            p.text.chars().map(fold_char).filter(|c| *c != ' ').take(NEAR_CHARS_MAX).collect();
        if chars.len() < NEAR_CHARS_MIN {
            continue;
        }
        let mut twin = None;
        for (place, stretch) in stretches(&chars) {
            match seen.get(&(place, stretch)) {
                Some(j) => twin = twin.or(Some(*j)),
                None => {
                    seen.insert((place, stretch), i);
                }
            }
        }
        if let Some(j) = twin
            && let Some(other) = folded_cache.get(&j)
            && let Some(kind) = alike(other, &chars)
        {
            let what = if kind == RepairKind::SpeakerDiffers {
                "the same words under another speaker"
            } else {
                "nearly the same paragraph as before"
            };
            repairs.push(Repair {
                kind,
                paragraph: i,
                note: script::lines_note(what, (paragraphs[j].lines.0, p.lines.0)),
                lines: Some((paragraphs[j].lines.0, p.lines.1)),
            });
        }
        folded_cache.insert(i, chars);
    }
}

/// Marks by which near twins find each other: the tail, and the smallest of all 12-character stretches.
fn stretches(chars: &[char]) -> [(u8, u64); 4] {
    let hash = |s: &[char]| {
        s.iter()
            .fold(7u64, |h, c| (h ^ u64::from(*c as u32)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23))
    };
    const SALTS: [u64; 3] = [0, 0x5555_5555_5555_5555, 0x1234_5678_9ABC_DEF0];
    let mut least = [u64::MAX; 3];
    for window in chars.windows(12) {
        let own = hash(window);
        for (least, salt) in least.iter_mut().zip(SALTS) {
            *least = (*least).min((own ^ salt).wrapping_mul(0xD6E8_FEB8_6659_FD93));
        }
    }
    [(0, hash(&chars[chars.len() - 16..])), (1, least[0]), (2, least[1]), (3, least[2])]
}

/// Whether two paragraphs are nearly the same, and whether only the speaker differs.
fn alike(a: &[char], b: &[char]) -> Option<RepairKind> {
    if a.len() > 2 * b.len() || b.len() > 2 * a.len() {
        return None;
    }
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let rest = a.len().min(b.len()) - front;
    let back = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(x, y)| x == y).count();
    let (only_a, only_b) = (&a[front..a.len() - back], &b[front..b.len() - back]);
    let longest = only_a.len().max(only_b.len());
    if longest <= 12
        && front <= 24
        && name_like(only_a, &a[front + only_a.len()..])
        && name_like(only_b, &b[front + only_b.len()..])
    {
        return Some(RepairKind::SpeakerDiffers);
    }
    if (front + back) * 10 >= a.len().max(b.len()) * 9 {
        return Some(RepairKind::NearRepeat);
    }
    // Several small differences: share of common pairs.
    let pairs = |s: &[char]| {
        let mut v: Vec<(char, char)> = s.windows(2).map(|w| (w[0], w[1])).collect();
        v.sort_unstable();
        v
    };
    let (pa, pb) = (pairs(a), pairs(b));
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < pa.len() && j < pb.len() {
        match pa[i].cmp(&pb[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    (common * 100 >= pa.len().max(pb.len()) * 85).then_some(RepairKind::NearRepeat)
}

/// Whether what differs may be a speaker: all Chinese, and somebody speaks behind it.
fn name_like(differs: &[char], behind: &[char]) -> bool {
    let behind: String = behind.iter().take(6).collect();
    let said = ["强调", "指出", "要求", "表示", "说", "介绍", "认为", "告诉", "提出", "希望"]
        .iter()
        .any(|v| behind.contains(v));
    !differs.is_empty() && differs.iter().all(|c| is_han(*c) || *c == '·' || *c == '、') && said
}
