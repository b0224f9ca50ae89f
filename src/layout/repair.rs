//! Mends what the way from print to text broke, and says so.
//!
//! Order matters: exact repeats are folded *before* cut sentences are joined, or a joint would be
//! doubled, and looked for again after, for a whole paragraph may stand behind its own pieces.
//! What was lost is told and never filled; what only looks alike is kept and flagged.

use super::joint::{Joint, joint, stands_alone};
use super::repeat::{fold_repeats, near_repeats};
use super::script;
use super::story::Paragraph;
use crate::paper::{Repair, RepairKind};

/// Mends the paragraphs of one story.
pub(super) fn mend(paragraphs: Vec<Paragraph>) -> (Vec<Paragraph>, Vec<Repair>) {
    let mut repairs = Vec::new();
    let paragraphs = fold_repeats(paragraphs, &mut repairs);
    let before = paragraphs.len();
    let mut paragraphs = join_seams(paragraphs, &mut repairs);
    // Only what was joined can be a repeat that was none before.
    if paragraphs.len() < before {
        paragraphs = fold_repeats(paragraphs, &mut repairs);
    }
    near_repeats(&paragraphs, &mut repairs);
    repairs.sort_by_key(|r| (r.paragraph, r.kind, r.lines));
    (paragraphs, repairs)
}

fn join_seams(paragraphs: Vec<Paragraph>, repairs: &mut Vec<Repair>) -> Vec<Paragraph> {
    let mut out: Vec<Paragraph> = Vec::with_capacity(paragraphs.len());
    let mut moved = Vec::with_capacity(paragraphs.len());
    let mut seams = Vec::new();
    // A crosshead that stands inside a cut sentence is set behind it.
    let mut held: Vec<(usize, Paragraph)> = Vec::new();
    let mut iter = paragraphs.into_iter().enumerate().peekable();
    while let Some((i, paragraph)) = iter.next() {
        let cut = out.last().filter(|p| !p.crosshead).is_some_and(|p| {
            !paragraph.crosshead
                && joint(&p.text, &paragraph.text, paragraph.fresh) == Joint::Seam
                && !(stands_alone(p)
                    || paragraph.verse
                    || stands_alone(&paragraph) && !script::ends_sentence(&paragraph.text))
        });
        if cut && let Some(open) = out.last_mut() {
            seams.push((out_len_less(moved.last().copied()), open.lines.1, paragraph.lines.0));
            script::append(&mut open.text, &paragraph.text);
            open.lines.1 = paragraph.lines.1;
            moved.push(moved.last().copied().unwrap_or(0));
            continue;
        }
        if paragraph.crosshead
            && let Some(open) = out.last().filter(|p| !p.crosshead)
            && let Some((_, next)) = iter.peek()
            && !next.crosshead
            && joint(&open.text, &next.text, next.fresh) == Joint::Seam
            && !script::may_end_paragraph(&open.text)
            && !stands_alone(open)
        {
            held.push((i, paragraph));
            moved.push(usize::MAX);
            // The piece behind the crosshead goes on with the open sentence.
            if let Some((_, next)) = iter.next()
                && let Some(open) = out.last_mut()
            {
                let place = moved.iter().rev().find(|m| **m != usize::MAX).copied().unwrap_or(0);
                seams.push((place, open.lines.1, next.lines.0));
                script::append(&mut open.text, &next.text);
                open.lines.1 = next.lines.1;
                moved.push(place);
            }
            for (i, crosshead) in held.drain(..) {
                moved[i] = out.len();
                out.push(crosshead);
            }
            continue;
        }
        moved.push(out.len());
        out.push(paragraph);
    }
    for repair in repairs.iter_mut() {
        repair.paragraph = moved.get(repair.paragraph).copied().unwrap_or(repair.paragraph);
    }
    for (paragraph, before, behind) in seams {
        repairs.push(Repair {
            kind: RepairKind::Seam,
            paragraph,
            note: script::lines_note("a sentence cut by a column break, joined", (before, behind)),
            lines: Some((before, behind)),
        });
    }
    for i in 0..out.len() {
        let (a, b) = (&out[i], out.get(i + 1));
        let gap = b.is_some_and(|b| {
            !a.crosshead && !b.crosshead && joint(&a.text, &b.text, b.fresh) == Joint::Gap && !stands_alone(a)
        });
        if gap {
            repairs.push(Repair {
                kind: RepairKind::Gap,
                paragraph: i,
                note: script::lines_note(
                    "the text breaks off here, what followed is lost",
                    (a.lines.1, a.lines.1),
                ),
                lines: Some((a.lines.1, b.map_or(a.lines.1, |b| b.lines.0))),
            });
        }
    }
    out
}

fn out_len_less(last: Option<usize>) -> usize {
    last.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paragraphs(texts: &[&str]) -> Vec<Paragraph> {
        texts
            .iter()
            .enumerate()
            .map(|(i, t)| Paragraph { text: (*t).into(), lines: (i + 1, i + 1), ..Paragraph::default() })
            .collect()
    }

    fn told(texts: &[&str]) -> (Vec<String>, Vec<(RepairKind, usize)>) {
        let (paragraphs, repairs) = mend(paragraphs(texts));
        (
            paragraphs.into_iter().map(|p| p.text).collect(),
            repairs.into_iter().map(|r| (r.kind, r.paragraph)).collect(),
        )
    }

    #[test]
    fn a_whole_paragraph_behind_its_own_pieces_is_a_repeat() {
        let (text, repairs) = told(&[
            "水从青石山下出发，当天流到了柳渡镇的",
            "田里。",
            "水从青石山下出发，当天流到了柳渡镇的田里。",
        ]);
        assert_eq!(text, ["水从青石山下出发，当天流到了柳渡镇的田里。"]);
        assert_eq!(repairs, [(RepairKind::Seam, 0), (RepairKind::Repeat, 0)]);
    }

    #[test]
    fn a_number_cut_in_two_is_joined_without_space() {
        let (text, _) = told(&["每年可以节水17.", "35万立方米，够两个村用。", "渠长3", "7公里。"]);
        assert_eq!(text, ["每年可以节水17.35万立方米，够两个村用。", "渠长37公里。"]);
    }

    #[test]
    fn how_a_notice_is_signed_is_not_joined() {
        let (text, _) = told(&["因管网改造停水。", "青石区自来水公司", "2031年3月8日"]);
        assert_eq!(text.len(), 3);
    }

    proptest! {
        /// Every paragraph is there once, whole, in its order, whatever was joined.
        #[test]
        fn joining_never_loses_or_repeats_a_paragraph(parts in proptest::collection::vec("[水渠田春灌，。“”的3.]{1,30}", 0..30)) {
            let texts: Vec<String> = parts.iter().enumerate().map(|(i, p)| format!("〔{i}{p}")).collect();
            let refs: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (out, repairs) = mend(paragraphs(&refs));
            prop_assert_eq!(out.iter().map(|p| p.text.as_str()).collect::<String>(), texts.concat());
            prop_assert!(repairs.iter().all(|r| r.paragraph < out.len()));
        }

        #[test]
        fn a_repair_points_at_a_paragraph_that_is_there(parts in proptest::collection::vec("[水渠田春，。]{1,14}", 0..30), heads in proptest::collection::vec(any::<bool>(), 30)) {
            let refs: Vec<&str> = parts.iter().map(String::as_str).collect();
            let mut all = paragraphs(&refs);
            for (p, head) in all.iter_mut().zip(&heads) {
                p.crosshead = *head;
            }
            let (out, repairs) = mend(all);
            prop_assert!(repairs.iter().all(|r| r.paragraph < out.len()));
        }
    }
}
