//! Parts the lines of a page into heads and stretches of columns.

use super::{LineBox, order};
use crate::text::fold::is_han;

/// Print so much larger than the body's is a head.
const HEAD: f64 = 1.24;
/// Print so much larger heads a story of its own; smaller print may stand inside a column.
const STORY_HEAD: f64 = 1.55;
/// What is left over of a head's broken line is too short to tell its size; it is so much higher than text.
const TAIL: f64 = 1.2;
/// Most characters of a head's line.
const HEAD_CHARS_MAX: usize = 60;
/// Lines of a column stand closer than this, in sizes of the body's print.
const LEADING_MAX: f64 = 0.95;
/// A head inside a column stands off so far at most: from the text above it, from what is around it.
const INNER_ABOVE_MAX: f64 = 1.45;
const INNER_GAP_MAX: f64 = 2.4;

/// A run of lines below each other: a stretch of a column, or a head.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) lines: Vec<LineBox>,
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
    pub(super) vertical: bool,
}

impl Run {
    pub(super) fn new(line: LineBox) -> Self {
        let (left, top, right, bottom) = (line.left, line.top, line.right, line.bottom);
        Self { vertical: line.is_vertical(), lines: vec![line], left, top, right, bottom }
    }

    pub(super) fn add(&mut self, line: LineBox) {
        self.left = self.left.min(line.left);
        self.top = self.top.min(line.top);
        self.right = self.right.max(line.right);
        self.bottom = self.bottom.max(line.bottom);
        self.lines.push(line);
    }

    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// How much of the narrower one two runs share from left to right.
    pub(super) fn beneath(&self, other: &Self) -> f64 {
        common(self.left, self.right, other.left, other.right) / self.width().min(other.width()).max(1.0)
    }

    /// How much of the lower one two runs share downward.
    pub(super) fn beside(&self, other: &Self) -> f64 {
        common(self.top, self.bottom, other.top, other.bottom) / self.height().min(other.height()).max(1.0)
    }
}

pub(super) fn common(a0: f64, a1: f64, b0: f64, b1: f64) -> f64 {
    a1.min(b1) - a0.max(b0)
}

/// The usual width of a column of text.
pub(super) fn column_width(lines: &[LineBox], body: f64) -> f64 {
    let text = lines.iter().filter(|l| !is_head(l, body) && l.chars() >= 8.0);
    let mut widths: Vec<f64> = text.map(LineBox::width).collect();
    widths.sort_by(f64::total_cmp);
    widths.get(widths.len() * 3 / 5).copied().unwrap_or(10.0 * body)
}

fn is_head(line: &LineBox, body: f64) -> bool {
    let ratio = line.size() / body;
    let han = line.text.chars().filter(|c| is_han(*c)).count();
    line.is_vertical()
        || ratio >= STORY_HEAD
        || (ratio >= HEAD && han >= 2 && line.text.chars().count() <= HEAD_CHARS_MAX)
}

/// A line of text and whether it is a small head inside its column.
pub(super) type Text = (LineBox, bool);

/// Heads of stories, and text with the small heads inside it; each downward.
pub(super) fn parted(lines: Vec<LineBox>, body: f64, width: f64) -> (Vec<LineBox>, Vec<Text>) {
    let (mut heads, text): (Vec<LineBox>, Vec<LineBox>) = lines.into_iter().partition(|l| is_head(l, body));
    let (tails, text): (Vec<LineBox>, Vec<LineBox>) = text.into_iter().partition(|line| {
        let short = line.chars() < 4.0 && line.height() >= TAIL * body;
        short && heads.iter().any(|head| is_tail(line, head, body))
    });
    heads.extend(tails);
    let downward = |a: &LineBox, b: &LineBox| a.top.total_cmp(&b.top).then(a.left.total_cmp(&b.left));
    heads.sort_by(downward);
    let mut texts: Vec<Text> = text.into_iter().map(|l| (l, false)).collect();
    let inner: Vec<bool> = {
        let mut inner = vec![false; heads.len()];
        for i in 0..heads.len() {
            let head = &heads[i];
            let small =
                !head.is_vertical() && head.size() < STORY_HEAD * body && head.width() <= 1.15 * width;
            if !small {
                continue;
            }
            let column = |l: &LineBox| {
                l.width() <= 1.3 * width
                    && common(l.left, l.right, head.left, head.right) > 0.25 * l.width().min(head.width())
            };
            let above = |l: &LineBox| (-0.3 * body..INNER_GAP_MAX * body).contains(&(head.top - l.bottom));
            let below =
                |l: &LineBox| (-0.3 * body..(INNER_GAP_MAX + 0.4) * body).contains(&(l.top - head.bottom));
            let small_above = (0..i).filter(|j| inner[*j]).map(|j| &heads[j]);
            let gap = texts
                .iter()
                .map(|(l, _)| l)
                .chain(small_above)
                .filter(|l| column(l) && above(l))
                .map(|l| head.top - l.bottom)
                .reduce(f64::min);
            let others = heads.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, l)| l);
            let mut under =
                texts.iter().map(|(l, _)| l).chain(others).filter(|l| column(l) && below(l)).peekable();
            let followed = under.peek().is_some();
            inner[i] =
                gap.is_some_and(|g| g <= INNER_ABOVE_MAX * body) && followed && !under.any(opens_story);
        }
        inner
    };
    let mut kept = Vec::with_capacity(heads.len());
    for (head, inner) in heads.into_iter().zip(inner) {
        if inner {
            texts.push((head, true));
        } else {
            kept.push(head);
        }
    }
    texts.sort_by(|a, b| downward(&a.0, &b.0));
    (kept, texts)
}

/// Whether a short line is what is left over of a head's broken line.
fn is_tail(line: &LineBox, head: &LineBox, body: f64) -> bool {
    let gap = line.top - head.bottom;
    !head.is_vertical()
        && common(head.left, head.right, line.left, line.right) > 0.0
        && (-0.5 * body..0.6 * head.size()).contains(&gap)
        && line.height() >= 0.75 * head.height()
}

/// Whether a line begins as the first one of a story does: a head above it heads a story.
fn opens_story(line: &LineBox) -> bool {
    let text = line.text.trim_start();
    ["本报", "新华社", "据新华社", "□", "■", "记者", "本刊", "本网"].iter().any(|w| text.starts_with(w))
}

/// Stretches of columns: lines close below each other and about as wide.
pub(super) fn columns(texts: Vec<Text>, body: f64, width: f64) -> Vec<Run> {
    let mut out: Vec<(Run, bool)> = Vec::new();
    for (line, small) in texts {
        let fits = |(run, last_small): &(Run, bool)| {
            let gap = line.top - run.bottom;
            let most = if small || *last_small { INNER_GAP_MAX } else { LEADING_MAX } * body;
            let over = common(run.left, run.right, line.left, line.right);
            let wider = line.width() > 1.25 * run.width() && line.width() > 1.3 * width;
            let narrower =
                run.lines.len() == 1 && run.width() > 1.3 * width && line.width() < 0.8 * run.width();
            let fits = (-0.5 * body..most).contains(&gap) && over >= 0.6 * line.width().min(run.width());
            (fits && !wider && !narrower).then_some(gap.abs())
        };
        let best = out.iter().enumerate().filter_map(|(i, run)| Some((fits(run)?, i)));
        match best.min_by(|a, b| a.0.total_cmp(&b.0)) {
            Some((_, i)) => {
                out[i].0.add(line);
                out[i].1 = small;
            }
            None => out.push((Run::new(line), small)),
        }
    }
    absorbed(out.into_iter().map(|(run, _)| run).collect(), body)
}

/// Most lines of a piece that was left beside the rest of its row.
const PIECE_LINES_MAX: usize = 2;

/// Puts what recognition has parted from its row, by a space in print, back into its column.
fn absorbed(mut runs: Vec<Run>, body: f64) -> Vec<Run> {
    let mut i = 0;
    while i < runs.len() {
        let piece = &runs[i];
        let inside = |run: &Run| {
            run.lines.len() > piece.lines.len()
                && piece.left >= run.left - 0.5 * body
                && piece.right <= run.right + 0.5 * body
                && piece.top >= run.top - 0.5 * body
                && piece.bottom <= run.bottom + 0.5 * body
        };
        let home = (piece.lines.len() <= PIECE_LINES_MAX).then(|| runs.iter().position(inside)).flatten();
        let Some(home) = home else {
            i += 1;
            continue;
        };
        let piece = runs.remove(i);
        let home = &mut runs[if home > i { home - 1 } else { home }];
        piece.lines.into_iter().for_each(|line| home.add(line));
        order::sort_rows(&mut home.lines);
    }
    runs
}
