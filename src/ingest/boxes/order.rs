//! Brings the lines of a page into reading order by cutting it along its white space.
//!
//! A region is cut where the widest white strip lies, across or down, until no strip is left: what
//! then remains is one column, read downward. A strip between columns is preferred to one across
//! them, unless a headline stands below the latter: rows of columns happen to end together, stories
//! begin under headlines.

use super::LineBox;

/// Narrowest strip between columns, in sizes of the body's print.
const GUTTER_MIN: f64 = 0.5;
/// Lowest strip between bands, in the same.
const BAND_MIN: f64 = 0.45;
/// Pieces of a row stand closer than this, in the same; columns don't.
const PIECE_GAP: f64 = 0.3;
/// Lines looked back at for the piece before.
const ROW_LOOK_BACK: usize = 400;
/// What a strip between columns counts more.
const GUTTER_BONUS: f64 = 1.2;
/// What a strip above a headline counts more.
const HEAD_BONUS: f64 = 1.5;
/// What a strip counts more that parts a line which spans the region: it stands in the way of columns.
const SPAN_BONUS: f64 = 2.0;
/// Share of the region's width that such a line has.
const SPAN: f64 = 0.85;
/// Print that much larger than the body's is a head.
const HEAD: f64 = 1.3;

/// Groups of lines in reading order; each group is one column or head.
pub(super) fn groups(lines: Vec<LineBox>, body: f64) -> Vec<Vec<LineBox>> {
    let mut out = Vec::new();
    let lines = whole_rows(lines, body);
    // Regions not yet cut, the next one to read last.
    let mut regions = vec![lines];
    while let Some(mut region) = regions.pop() {
        if region.is_empty() {
            continue;
        }
        match cut(&mut region, body) {
            Some((first, second)) => {
                regions.push(second);
                regions.push(first);
            }
            None => {
                sort_rows(&mut region);
                out.push(region);
            }
        }
    }
    out
}

/// Puts together what recognition has cut within one row of print.
pub(super) fn whole_rows(mut lines: Vec<LineBox>, body: f64) -> Vec<LineBox> {
    lines.sort_by(|a, b| a.left.total_cmp(&b.left));
    let mut out: Vec<LineBox> = Vec::with_capacity(lines.len());
    for line in lines {
        let piece = |last: &&mut LineBox| {
            let common = last.bottom.min(line.bottom) - last.top.max(line.top);
            let gap = line.left - last.right;
            let ratio = line.size() / last.size();
            !last.is_vertical()
                && !line.is_vertical()
                && common >= 0.6 * last.height().min(line.height())
                && (-0.6 * body..PIECE_GAP * body).contains(&gap)
                && (0.6..1.7).contains(&ratio)
        };
        // What ends where this begins was put out not long ago: lines come from left to right.
        match out.iter_mut().rev().take(ROW_LOOK_BACK).find(piece) {
            Some(last) => {
                last.text.push_str(&line.text);
                last.right = last.right.max(line.right);
                last.top = last.top.min(line.top);
                last.bottom = last.bottom.max(line.bottom);
            }
            None => out.push(line),
        }
    }
    out
}

/// Sorts lines as they are read within one column or head.
pub(super) fn sort_rows(lines: &mut [LineBox]) {
    // No order by rows holds for every three lines; so first downward, then within each row.
    lines.sort_by(|a, b| a.top.total_cmp(&b.top).then(a.left.total_cmp(&b.left)));
    if lines.iter().all(LineBox::is_vertical) {
        lines.sort_by(|a, b| b.left.total_cmp(&a.left));
        return;
    }
    let mut start = 0;
    while start < lines.len() {
        let row = |l: &LineBox| {
            let first = &lines[start];
            l.middle() > first.top
                && l.middle() < first.bottom
                && first.middle() > l.top
                && first.middle() < l.bottom
        };
        let end = start + lines[start..].iter().take_while(|l| row(l)).count().max(1);
        lines[start..end].sort_by(|a, b| a.left.total_cmp(&b.left));
        start = end;
    }
}

/// A white strip.
#[derive(Debug, Clone, Copy)]
struct Strip {
    at: f64,
    worth: f64,
}

fn cut(region: &mut Vec<LineBox>, body: f64) -> Option<(Vec<LineBox>, Vec<LineBox>)> {
    let down = strips(region.iter().map(|l| (l.left, l.right)))
        .filter(|(from, to)| to - from >= GUTTER_MIN * body)
        .map(|(from, to)| Strip { at: f64::midpoint(from, to), worth: (to - from) / body + GUTTER_BONUS })
        .max_by(|a, b| a.worth.total_cmp(&b.worth));
    let (left, right) = region
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, r), line| (l.min(line.left), r.max(line.right)));
    let width = right - left;
    let across = strips(region.iter().map(|l| (l.top, l.bottom)))
        .filter(|(from, to)| to - from >= BAND_MIN * body)
        .map(|(from, to)| {
            let head =
                region.iter().filter(|l| l.top >= to && l.top < to + body).any(|l| l.size() >= HEAD * body);
            let spans = region.iter().any(|l| {
                l.width() >= SPAN * width && ((l.bottom - from).abs() < body || (l.top - to).abs() < body)
            });
            let bonus = if head { HEAD_BONUS } else { 0.0 } + if spans { SPAN_BONUS } else { 0.0 };
            Strip { at: f64::midpoint(from, to), worth: (to - from) / body + bonus }
        })
        .max_by(|a, b| a.worth.total_cmp(&b.worth));
    let is_down = match (down, across) {
        (None, None) => return None,
        (Some(_), None) => true,
        (None, Some(_)) => false,
        (Some(down), Some(across)) => down.worth >= across.worth,
    };
    let lines = std::mem::take(region);
    let at = if is_down { down? } else { across? }.at;
    let (first, second): (Vec<LineBox>, Vec<LineBox>) =
        lines.into_iter().partition(|l| if is_down { l.left < at } else { l.top < at });
    // A vertical head is read before the columns beside it.
    let heads = |part: &[LineBox]| !part.is_empty() && part.iter().all(LineBox::is_vertical);
    Some(if is_down && heads(&second) { (second, first) } else { (first, second) })
}

/// The white strips between spans.
fn strips(spans: impl Iterator<Item = (f64, f64)>) -> impl Iterator<Item = (f64, f64)> {
    let mut spans: Vec<(f64, f64)> = spans.collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut reached = f64::NEG_INFINITY;
    let mut out = Vec::new();
    for (from, to) in spans {
        if reached.is_finite() && from > reached {
            out.push((reached, from));
        }
        reached = reached.max(to);
    }
    out.into_iter()
}

#[cfg(test)]
mod tests {
    use super::super::tests::line;
    use super::*;

    fn read(lines: Vec<LineBox>) -> String {
        groups(lines, 20.0).into_iter().flatten().map(|l| l.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn columns_are_read_one_after_the_other_below_their_headline() {
        let lines = vec![
            line("丁", 220.0, 145.0, 420.0, 165.0),
            line("题", 0.0, 0.0, 420.0, 60.0),
            line("甲", 0.0, 120.0, 200.0, 140.0),
            line("乙", 0.0, 145.0, 200.0, 165.0),
            line("丙", 220.0, 120.0, 420.0, 140.0),
        ];
        assert_eq!(read(lines), "题 甲 乙 丙 丁");
    }

    #[test]
    fn a_story_beneath_begins_with_its_headline() {
        let lines = vec![
            line("题一", 0.0, 0.0, 420.0, 60.0),
            line("甲", 0.0, 80.0, 200.0, 100.0),
            line("乙", 220.0, 80.0, 420.0, 100.0),
            line("题二", 0.0, 130.0, 180.0, 170.0),
            line("丙", 0.0, 190.0, 200.0, 210.0),
            line("丁", 220.0, 190.0, 420.0, 210.0),
        ];
        assert_eq!(read(lines), "题一 甲 乙 题二 丙 丁");
    }

    #[test]
    fn a_vertical_headline_comes_before_the_column_on_its_left() {
        let lines = vec![
            line("财政经费投入二十五万亿", 500.0, 0.0, 590.0, 1000.0),
            line("甲", 0.0, 0.0, 400.0, 20.0),
            line("乙", 0.0, 25.0, 400.0, 45.0),
            line("比五年前增长百分之三十", 430.0, 200.0, 480.0, 800.0),
        ];
        assert_eq!(read(lines), "财政经费投入二十五万亿 比五年前增长百分之三十 甲 乙");
    }
}
