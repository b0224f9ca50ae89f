//! Finds the stories of a page by its heads: which columns of text stand under which head.
//!
//! Text lines are put together into stretches of columns, large print into heads. A stretch belongs
//! to the head straight above it; beside such a stretch, stretches that begin at the same height
//! belong to the same head, for a head is often narrower than its story; what has no head above it
//! goes on with the column on its left. Stories need not be rectangles: a column may run past the
//! head of its own story.

use super::columns::{Run, column_width, columns, common, parted};
use super::{LineBox, order};

/// White between columns is no wider than this, in sizes of the body's print.
const GUTTER_MAX: f64 = 2.6;
/// The text under a head begins no further below it, in the same.
const BELOW_HEAD_MAX: f64 = 9.0;
/// Columns of one row begin at the same height, within this.
const ROW_SLACK: f64 = 1.3;
/// A stretch so many times as wide as a column goes over more than one.
const SPAN: f64 = 1.5;
/// The authors' line between head and text is narrower than this, in widths of a column.
const SIGNED: f64 = 0.75;
/// A stretch of so many lines is text of a story; less may be a caption or a label.
const TEXT_LINES_MIN: usize = 3;
/// Pages of more lines are read by their white space alone: here every line may be compared with every other.
pub(super) const LINES_MAX: usize = 3_000;

/// The page's usual measures.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    /// Of the print of its text.
    body: f64,
    /// Of a column's width.
    column: f64,
}

impl Sizes {
    /// Whether a stretch goes over more than one column, as captions, imprints and openings do.
    fn spans(self, run: &Run) -> bool {
        run.width() > SPAN * self.column
    }
}

impl Sizes {
    /// Whether a stretch is as short as the authors' line between head and text.
    fn signs(self, run: &Run) -> bool {
        run.lines.len() < TEXT_LINES_MIN && run.width() < SIGNED * self.column
    }
}

/// A story: its head, and the stretches of text that belong to it by position.
#[derive(Debug)]
struct Story {
    /// Small print in a frame beside the head, as names of columns stand.
    label: Vec<LineBox>,
    head: Option<Run>,
    left: f64,
    top: f64,
    texts: Vec<usize>,
}

/// A head or a stretch of a column in reading order.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) lines: Vec<LineBox>,
    /// All of it is the head of a story.
    pub(super) head: bool,
}

/// Groups of lines in reading order, story by story.
pub(super) fn groups(lines: Vec<LineBox>, body: f64) -> Vec<Group> {
    let lines = order::whole_rows(lines, body);
    let width = column_width(&lines, body);
    let (heads, texts) = parted(lines, body, width);
    let mut runs = columns(texts, body, width);
    let mut stories = stacked(heads, &runs, body);
    labels(&mut stories, &runs, body, width);
    let mut owner: Vec<Option<usize>> = vec![None; runs.len()];
    let sizes = Sizes { body, column: width };
    give(&mut stories, &mut owner, &runs, sizes);
    written(stories, &owner, &mut runs, sizes)
}

/// Lines of large print above each other, or beside each other where they stand upright, are one head.
fn stacked(heads: Vec<LineBox>, runs: &[Run], body: f64) -> Vec<Story> {
    let mut out: Vec<Run> = Vec::new();
    for head in heads {
        let joins = |run: &&mut Run| {
            if run.vertical != head.is_vertical() {
                return false;
            }
            if run.vertical {
                let over = common(run.top, run.bottom, head.top, head.bottom);
                let apart = run.left.max(head.left) - run.right.min(head.right);
                return over > 0.5 * run.height().min(head.height()) && apart < 2.0 * body;
            }
            let largest = run.lines.iter().map(LineBox::size).fold(0.0, f64::max);
            let near =
                head.top - run.bottom < 1.3 * head.size().min(largest) && head.top >= run.top - 0.5 * body;
            let over = common(run.left, run.right, head.left, head.right);
            let (left, right) = (run.left.min(head.left), run.right.max(head.right));
            // Text that begins between them beneath either parts them.
            let parted = || {
                runs.iter().any(|text| {
                    text.top < head.top
                        && text.top >= run.bottom - 0.5 * body
                        && common(text.left, text.right, left, right) > body
                })
            };
            near && over > 0.3 * head.width().min(run.width()) && !parted()
        };
        match out.iter_mut().rev().find(joins) {
            Some(run) => run.add(head),
            None => out.push(Run::new(head)),
        }
    }
    let story = |head: Run| Story {
        label: Vec::new(),
        left: head.left,
        top: head.top,
        head: Some(head),
        texts: Vec::new(),
    };
    out.into_iter().map(story).collect()
}

/// A small head beneath a wide one, beside a column that goes up to the wide one, labels the story.
fn labels(stories: &mut Vec<Story>, runs: &[Run], body: f64, width: f64) {
    let mut i = 0;
    while i < stories.len() {
        let home = stories[i].head.as_ref().and_then(|small| {
            if small.vertical || small.width() > 1.15 * width {
                return None;
            }
            stories.iter().enumerate().find_map(|(j, story)| {
                let head = story.head.as_ref().filter(|h| j != i && !h.vertical)?;
                let gap = small.top - head.bottom;
                let under = (-0.3 * body..3.0 * body).contains(&gap)
                    && common(head.left, head.right, small.left, small.right) >= 0.5 * small.width()
                    && head.width() >= 1.3 * small.width();
                let over = |text: &Run, a: &Run| common(text.left, text.right, a.left, a.right);
                let between = || {
                    runs.iter().any(|t| {
                        t.top < small.top && t.top >= head.bottom - 0.5 * body && over(t, small) > body
                    })
                };
                let passed = || {
                    runs.iter().any(|t| {
                        t.top < small.bottom
                            && t.top >= head.bottom - 0.6 * body
                            && over(t, head) > body
                            && over(t, small) <= 0.0
                    })
                };
                (under && !between() && passed()).then_some(j)
            })
        });
        let Some(home) = home else {
            i += 1;
            continue;
        };
        let mut small = stories.remove(i);
        let home = &mut stories[if home > i { home - 1 } else { home }];
        home.label.append(&mut small.label);
        home.label.extend(small.head.into_iter().flat_map(|head| head.lines));
    }
}

/// Gives every stretch of text to a story.
fn give(stories: &mut Vec<Story>, owner: &mut [Option<usize>], runs: &[Run], sizes: Sizes) {
    let body = sizes.body;
    let mut downward: Vec<usize> = (0..runs.len()).collect();
    downward
        .sort_by(|a, b| runs[*a].top.total_cmp(&runs[*b].top).then(runs[*a].left.total_cmp(&runs[*b].left)));
    let mut rightward = downward.clone();
    rightward
        .sort_by(|a, b| runs[*a].left.total_cmp(&runs[*b].left).then(runs[*a].top.total_cmp(&runs[*b].top)));
    // The end of the head and of the text straight above each stretch.
    let above: Vec<(Option<(f64, usize)>, f64)> = (0..runs.len())
        .map(|i| {
            let run = &runs[i];
            let upper = |other: &Run| other.bottom <= run.top + 0.6 * body;
            let head = stories
                .iter()
                .enumerate()
                .filter_map(|(s, story)| Some((story.head.as_ref()?, s)))
                .filter(|(head, _)| !head.vertical && upper(head) && head.beneath(run) > 0.15)
                .map(|(head, s)| (head.bottom, s))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            let text = runs
                .iter()
                .enumerate()
                .filter(|(j, o)| *j != i && !sizes.signs(o) && upper(o) && o.beneath(run) > 0.3);
            (head, text.map(|(_, o)| o.bottom).fold(f64::NEG_INFINITY, f64::max))
        })
        .collect();
    for &i in &downward {
        if let (Some((bottom, story)), text) = above[i]
            && bottom > text - 1.0
            && runs[i].top - bottom < BELOW_HEAD_MAX * body
        {
            owner[i] = Some(story);
            stories[story].texts.push(i);
        }
    }
    spread(stories, owner, runs, &rightward, &above, body);
    // What stands beside an upright head.
    for (s, story) in stories.iter_mut().enumerate() {
        let Some(head) = story.head.as_ref().filter(|h| h.vertical) else { continue };
        for &i in &rightward {
            let gap = head.left - runs[i].right;
            if owner[i].is_none() && runs[i].beside(head) > 0.4 && (-body..3.0 * body).contains(&gap) {
                owner[i] = Some(s);
                story.texts.push(i);
            }
        }
    }
    // Authors stand straight above the first column.
    for &i in &downward {
        if owner[i].is_some() || !sizes.signs(&runs[i]) {
            continue;
        }
        let under = runs.iter().enumerate().find_map(|(j, below)| {
            let s = owner[j]?;
            let head = stories[s].head.as_ref()?;
            let near = (-0.5 * body..1.5 * body).contains(&(below.top - runs[i].bottom));
            (near && below.beneath(&runs[i]) > 0.5 && head.bottom <= runs[i].top + 0.6 * body).then_some(s)
        });
        if let Some(s) = under {
            owner[i] = Some(s);
            stories[s].texts.push(i);
        }
    }
    // What is left goes on with its column, or with the column on its left; else it stands for itself.
    loop {
        go_on(stories, owner, runs, &rightward, &above, sizes);
        let alone =
            rightward.iter().find(|i| owner[**i].is_none() && runs[**i].lines.len() >= TEXT_LINES_MIN);
        let Some(&i) = alone else { break };
        owner[i] = Some(stories.len());
        let run = &runs[i];
        stories.push(Story { label: Vec::new(), head: None, left: run.left, top: run.top, texts: vec![i] });
    }
}

/// Columns that begin beside those of a head, at their height and with room above, are the head's too.
fn spread(
    stories: &mut [Story],
    owner: &mut [Option<usize>],
    runs: &[Run],
    rightward: &[usize],
    above: &[(Option<(f64, usize)>, f64)],
    body: f64,
) {
    let slack = ROW_SLACK * body;
    loop {
        let mut moved = false;
        for &i in rightward {
            if owner[i].is_some() {
                continue;
            }
            let run = &runs[i];
            let mut best: Option<(f64, bool, usize)> = None;
            for &j in rightward {
                let (other, Some(s)) = (&runs[j], owner[j]) else { continue };
                let Some(head) = stories[s].head.as_ref() else { continue };
                let on_right = run.left >= other.right - body;
                let gap = if on_right { run.left - other.right } else { other.left - run.right };
                let row = (other.top - run.top).abs() <= slack && (-body..GUTTER_MAX * body).contains(&gap);
                // Text that ends beside the head is of another story.
                let room = above[i].1 <= f64::midpoint(head.top, head.bottom);
                if !row || !room || run.top < head.bottom - 0.6 * body {
                    continue;
                }
                let (mut left, mut right) = (head.left, head.right);
                for text in
                    stories[s].texts.iter().map(|t| &runs[*t]).filter(|t| (t.top - run.top).abs() < slack)
                {
                    left = left.min(text.left);
                    right = right.max(text.right);
                }
                // Heads stand in the middle above their columns.
                let middle = f64::midpoint(head.left, head.right);
                let off = |left: f64, right: f64| (f64::midpoint(left, right) - middle).abs();
                let price = off(left.min(run.left), right.max(run.right)) - off(left, right);
                let better = best.is_none_or(|(p, side, _)| price < p || (price == p && !on_right && side));
                if better {
                    best = Some((price, !on_right, s));
                }
            }
            if let Some((_, _, s)) = best {
                owner[i] = Some(s);
                stories[s].texts.push(i);
                moved = true;
            }
        }
        if !moved {
            return;
        }
    }
}

/// Stretches below another of their column, or beside the column they go on from.
fn go_on(
    stories: &mut [Story],
    owner: &mut [Option<usize>],
    runs: &[Run],
    rightward: &[usize],
    above: &[(Option<(f64, usize)>, f64)],
    sizes: Sizes,
) {
    let body = sizes.body;
    loop {
        let mut moved = false;
        for &i in rightward {
            let run = &runs[i];
            if owner[i].is_some() || sizes.spans(run) && run.lines.len() < TEXT_LINES_MIN {
                continue;
            }
            let owned = || runs.iter().enumerate().filter_map(|(j, other)| Some((other, owner[j]?)));
            let head = above[i].0.map_or(f64::NEG_INFINITY, |(bottom, _)| bottom);
            let up = owned()
                .filter(|(o, _)| o.beneath(run) > 0.5 && o.bottom <= run.top + 0.6 * body)
                .max_by(|a, b| a.0.bottom.total_cmp(&b.0.bottom))
                .filter(|(o, _)| o.bottom >= head - 1.0 && run.top - o.bottom < 3.0 * body);
            let left = || {
                owned()
                    .filter(|(o, _)| (-body..GUTTER_MAX * body).contains(&(run.left - o.right)))
                    .filter(|(o, _)| run.lines.len() >= TEXT_LINES_MIN && o.beside(run) > 0.3)
                    .max_by(|a, b| a.0.beside(run).total_cmp(&b.0.beside(run)))
            };
            if let Some((_, s)) = up.or_else(left) {
                owner[i] = Some(s);
                stories[s].texts.push(i);
                moved = true;
            }
        }
        if !moved {
            return;
        }
    }
}

/// Stories downward, each with its head and then its columns from left to right.
fn written(stories: Vec<Story>, owner: &[Option<usize>], runs: &mut [Run], sizes: Sizes) -> Vec<Group> {
    let take = |run: &mut Run| std::mem::take(&mut run.lines);
    let in_rows = |mut lines: Vec<LineBox>| {
        order::sort_rows(&mut lines);
        lines
    };
    let mut units: Vec<(f64, f64, Vec<Group>)> = Vec::with_capacity(stories.len());
    for story in stories {
        let mut groups = Vec::new();
        if !story.label.is_empty() {
            groups.push(Group { lines: in_rows(story.label), head: false });
        }
        if let Some(head) = story.head {
            groups.push(Group { lines: in_rows(head.lines), head: true });
        }
        let (mut wide, mut texts): (Vec<usize>, Vec<usize>) =
            story.texts.into_iter().partition(|i| sizes.spans(&runs[*i]));
        // What goes over all columns opens the story, or stands below it.
        wide.sort_by(|a, b| runs[*a].top.total_cmp(&runs[*b].top));
        let first = texts.iter().map(|i| runs[*i].top).fold(f64::INFINITY, f64::min);
        let opening = wide.iter().take_while(|i| runs[**i].top <= first).count();
        let closing = wide.split_off(opening);
        let whole = |i: usize, runs: &mut [Run]| Group { lines: take(&mut runs[i]), head: false };
        groups.extend(wide.into_iter().map(|i| whole(i, runs)));
        texts.sort_by(|a, b| runs[*a].left.total_cmp(&runs[*b].left));
        // Stretches below each other are one column, be they set in or not.
        let mut columns: Vec<(f64, f64, Vec<usize>)> = Vec::new();
        for i in texts {
            let (left, right) = (runs[i].left, runs[i].right);
            let own = columns
                .iter_mut()
                .find(|(l, r, _)| common(*l, *r, left, right) > 0.4 * (*r - *l).min(right - left));
            match own {
                Some((l, r, column)) => {
                    (*l, *r) = (l.min(left), r.max(right));
                    column.push(i);
                }
                None => columns.push((left, right, vec![i])),
            }
        }
        columns.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, _, mut column) in columns {
            column.sort_by(|a, b| runs[*a].top.total_cmp(&runs[*b].top));
            let lines = column.into_iter().flat_map(|i| take(&mut runs[i])).collect();
            groups.push(Group { lines, head: false });
        }
        groups.extend(closing.into_iter().map(|i| whole(i, runs)));
        units.push((story.top, story.left, groups));
    }
    for (run, _) in runs.iter_mut().zip(owner).filter(|(_, owner)| owner.is_none()) {
        let group = Group { lines: in_rows(take(run)), head: false };
        units.push((run.top, run.left, vec![group]));
    }
    units.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    units.into_iter().flat_map(|(_, _, groups)| groups).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::line;
    use super::*;

    /// A column of full lines that begin with a letter and their number.
    fn column(name: &str, left: f64, top: f64, count: usize) -> Vec<LineBox> {
        let place = |i: usize| top + 24.0 * i as f64;
        (0..count)
            .map(|i| {
                line(&format!("{name}渠水流到万亩旱田{i}"), left, place(i), left + 200.0, place(i) + 20.0)
            })
            .collect()
    }

    fn read(lines: Vec<LineBox>) -> String {
        let groups = groups(lines, 20.0).into_iter();
        groups.map(|g| g.lines[0].text.chars().take(2).collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_head_narrower_than_its_story_heads_the_columns_beside_it_too() {
        let mut lines = vec![line("题一贯通典礼举行", 230.0, 200.0, 430.0, 240.0)];
        for (i, name) in ["甲", "乙", "丙"].iter().enumerate() {
            lines.extend(column(name, 230.0 * i as f64, 250.0, 8));
        }
        // Another story above, whose text stands over all three columns.
        lines.push(line("题零渠首开工", 0.0, 0.0, 660.0, 60.0));
        for (i, name) in ["子", "丑", "寅"].iter().enumerate() {
            lines.extend(column(name, 230.0 * i as f64, 70.0, 4));
        }
        assert_eq!(read(lines), "题零 子渠 丑渠 寅渠 题一 甲渠 乙渠 丙渠");
    }

    #[test]
    fn a_column_that_runs_past_its_head_is_read_last() {
        let mut lines = vec![line("题一引水渠全线贯通", 0.0, 100.0, 430.0, 160.0)];
        lines.extend(column("甲", 0.0, 175.0, 8));
        lines.extend(column("乙", 230.0, 175.0, 8));
        lines.extend(column("丙", 460.0, 60.0, 12));
        assert_eq!(read(lines), "题一 甲渠 乙渠 丙渠");
    }

    #[test]
    fn a_line_over_all_columns_does_not_mix_them() {
        let mut lines = vec![line("题一引水渠全线贯通", 0.0, 0.0, 430.0, 60.0)];
        lines.push(line("开篇的话印得和三栏一样宽，读者先读这一句再往下读", 0.0, 70.0, 430.0, 90.0));
        lines.extend(column("甲", 0.0, 110.0, 8));
        lines.extend(column("乙", 230.0, 110.0, 8));
        lines.push(line("社址：青石路一号 邮政编码：一二三四五六 定价：一元五角", 0.0, 310.0, 430.0, 330.0));
        assert_eq!(read(lines), "题一 开篇 甲渠 乙渠 社址");
    }

    #[test]
    fn heads_side_by_side_part_the_columns_between_them() {
        let mut lines = vec![
            line("题一水库开闸放水了", 20.0, 0.0, 420.0, 44.0),
            line("题二麦田返青正当时", 480.0, 0.0, 880.0, 44.0),
        ];
        for (i, name) in ["甲", "乙", "丙", "丁"].iter().enumerate() {
            lines.extend(column(name, 230.0 * i as f64, 60.0, 6));
        }
        assert_eq!(read(lines), "题一 甲渠 乙渠 题二 丙渠 丁渠");
    }

    #[test]
    fn what_was_parted_by_a_space_in_its_row_stays_in_its_column() {
        let mut lines = column("甲", 0.0, 24.0, 5);
        lines.push(line("本报讯", 0.0, 0.0, 60.0, 20.0));
        lines.push(line("昨日引水渠贯通", 72.0, 0.0, 200.0, 20.0));
        let groups = groups(lines, 20.0);
        let all: Vec<&str> = groups[0].lines.iter().map(|l| l.text.as_str()).take(2).collect();
        assert_eq!((groups.len(), all), (1, vec!["本报讯", "昨日引水渠贯通"]));
    }

    proptest::proptest! {
        #[test]
        fn every_line_is_there_once(boxes in proptest::collection::vec((0u16..900, 0u16..900, 1u16..300, 1u16..120, "[渠水田a1]{1,12}"), 0..40)) {
            let lines: Vec<LineBox> = boxes
                .iter()
                .map(|(x, y, w, h, text)| line(text, f64::from(*x), f64::from(*y), f64::from(x + w), f64::from(y + h)))
                .collect();
            let sorted = |texts: String| {
                let mut all: Vec<char> = texts.chars().collect();
                all.sort_unstable();
                all
            };
            let want = sorted(lines.iter().map(|l| l.text.as_str()).collect());
            let body = super::super::body_size(&lines);
            let given = groups(lines, body).into_iter().flat_map(|g| g.lines).map(|l| l.text).collect();
            proptest::prop_assert_eq!(sorted(given), want);
        }
    }
}
