//! Writes ordered lines as the text of a page: headings marked by their size, lines joined into
//! paragraphs, paragraphs set in where print does.

use super::stories::{Group, LINES_MAX, groups};
use super::{LineBox, body_size, order};
use crate::text::fold::is_han;

/// Print from these sizes of the body's on is a heading, strongest first; a little larger print is
/// bold, as headings inside a story are.
const HEADINGS: [(f64, &str); 3] = [(2.4, "# "), (1.55, "## "), (1.24, "**")];
/// In the head of a story the largest print is the headline; what is smaller by so much stands
/// above it or below.
const LESSER: f64 = 0.87;
/// A line set in by that many sizes of the print begins a paragraph.
const INDENT: f64 = 0.9;
/// A line that ends that many sizes before the column does ends a paragraph.
const SHORT: f64 = 1.6;
/// Most characters of a heading.
const HEADING_CHARS_MAX: usize = 60;

/// The text of a page.
pub(in crate::ingest) fn text(lines: Vec<LineBox>) -> String {
    let body = body_size(&lines);
    let mut out: Vec<String> = Vec::new();
    let groups = if lines.len() <= LINES_MAX {
        groups(lines, body)
    } else {
        order::groups(lines, body).into_iter().map(|lines| Group { lines, head: false }).collect()
    };
    for Group { lines, head } in groups {
        let largest = || lines.iter().filter(|l| l.chars() >= 2.0).map(LineBox::size).fold(0.0, f64::max);
        let print = Print { body, head: head.then(largest) };
        column(&lines, print, &mut out);
    }
    let mut text = out.join("\n\n");
    text.push('\n');
    text
}

/// The sizes that lines are held against.
#[derive(Debug, Clone, Copy)]
struct Print {
    /// Of the page's text.
    body: f64,
    /// The largest of the head, where all lines are one.
    head: Option<f64>,
}

/// How strongly a line is marked as a heading; nothing for running text.
fn mark(line: &LineBox, print: Print) -> Option<&'static str> {
    let han = line.text.chars().filter(|c| is_han(*c)).count();
    let chars = line.text.chars().count();
    if han < 2 || chars > HEADING_CHARS_MAX {
        return None;
    }
    let ratio = line.size() / print.body;
    let marks = HEADINGS.iter().find(|(least, _)| ratio >= *least).map(|(_, mark)| *mark);
    match print.head {
        Some(largest) if line.size() < LESSER * largest => Some("##### "),
        Some(_) if marks != Some("# ") => Some("## "),
        _ => marks,
    }
}

fn column(lines: &[LineBox], print: Print, out: &mut Vec<String>) {
    let body = print.body;
    let running = || lines.iter().filter(|l| mark(l, print).is_none() && l.chars() >= 6.0);
    let left = median(running().map(|l| l.left)).unwrap_or_else(|| lines.first().map_or(0.0, |l| l.left));
    let right = running().map(|l| l.right).fold(f64::NEG_INFINITY, f64::max);
    let mut at = 0;
    let mut paragraph = String::new();
    let mut ended = true;
    while at < lines.len() {
        let line = &lines[at];
        if let Some(level) = mark(line, print) {
            flush(&mut paragraph, out);
            ended = true;
            let (heading, count) = heading(&lines[at..], level, print);
            let close = level.trim_end_matches(['#', ' ']);
            out.push(format!("{level}{heading}{close}"));
            at += count;
            continue;
        }
        let set_in = line.left - left >= INDENT * body && line.left - left <= 5.0 * body;
        let same_row = at > 0 && lines[at - 1].middle() > line.top && lines[at - 1].middle() < line.bottom;
        let apart = at > 0 && !same_row && line.top - lines[at - 1].bottom > 0.8 * body;
        if (ended && !same_row) || apart || (set_in && !same_row) {
            flush(&mut paragraph, out);
            if set_in {
                paragraph.push_str("　　");
            }
        }
        join(&mut paragraph, &line.text);
        ended = right - line.right > SHORT * body && ends_sentence(&line.text);
        at += 1;
    }
    flush(&mut paragraph, out);
}

/// A heading of one or more lines, and how many these are.
fn heading(lines: &[LineBox], level: &str, print: Print) -> (String, usize) {
    let body = print.body;
    let mut text = lines[0].text.trim().to_owned();
    let mut count = 1;
    while let Some(next) = lines.get(count) {
        let last = &lines[count - 1];
        let alike = (next.size() / last.size() - 1.0).abs() < 0.25
            // What is left over of a broken line may be too short to have a size of its own.
            || next.chars() < 4.0 && next.height() >= 0.75 * last.height();
        let near = next.top - last.bottom < 0.6 * last.size() && next.top >= last.top;
        let over = next.left < last.right && last.left < next.right;
        let marked = mark(next, print) == Some(level) || next.chars() < 4.0;
        if last.is_vertical()
            || next.is_vertical()
            || !(alike && near && over && marked)
            || ends_sentence(&last.text)
        {
            break;
        }
        // Two lines of equal length side by side above each other are a couplet.
        let couplet = (next.left - last.left).abs() < 0.6 * body
            && (next.right - last.right).abs() < 0.6 * body
            && next.text.chars().count() == last.text.chars().count();
        if couplet {
            text.push(' ');
        }
        join(&mut text, next.text.trim());
        count += 1;
        if text.chars().count() > HEADING_CHARS_MAX {
            break;
        }
    }
    (text, count)
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end().ends_with(['。', '！', '？', '”', '）', ')', '!', '?', '…', '：', '；'])
}

/// Appends a line: letters and figures of two lines get a space where a word ends.
fn join(text: &mut String, line: &str) {
    let line = line.trim();
    if text.ends_with(|c: char| c.is_ascii_alphabetic())
        && line.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        text.push(' ');
    }
    text.push_str(line);
}

fn flush(paragraph: &mut String, out: &mut Vec<String>) {
    if !paragraph.trim().is_empty() {
        // What stands in print is no markup.
        let text = std::mem::take(paragraph);
        out.push(if text.starts_with(['#', '>', '-', '*', '+']) { format!("　　{text}") } else { text });
    }
    paragraph.clear();
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    // Of few lines the leftmost third is the edge; the rest may be set in.
    values.get(values.len() / 3).copied()
}

#[cfg(test)]
mod tests {
    use super::super::tests::line;
    use super::*;

    #[test]
    fn lines_become_headings_and_paragraphs() {
        let lines = vec![
            line("引水渠全线贯通", 0.0, 0.0, 700.0, 100.0),
            line("本报讯（记者温岭）昨日", 40.0, 120.0, 260.0, 140.0),
            line("引水渠全线贯通两岸村民来", 0.0, 143.0, 260.0, 163.0),
            line("到渠边。", 0.0, 166.0, 80.0, 186.0),
            line("渠水已到万亩旱田里长", 40.0, 189.0, 260.0, 209.0),
            line("势喜人的麦苗随风起伏好", 0.0, 212.0, 260.0, 232.0),
            line("看极了。", 0.0, 235.0, 80.0, 255.0),
        ];
        assert_eq!(
            text(lines),
            "# 引水渠全线贯通\n\n　　本报讯（记者温岭）昨日引水渠全线贯通两岸村民来到渠边。\n\n　　渠水已到万亩旱田里长势喜人的麦苗随风起伏好看极了。\n"
        );
    }

    #[test]
    fn a_couplet_keeps_its_caesura_and_a_broken_heading_does_not() {
        let body = |top: f64| line("两岸村民早早来到渠边等候着", 0.0, top, 260.0, top + 20.0);
        let couplet = vec![
            line("普及救护知识", 10.0, 0.0, 250.0, 40.0),
            line("提高应急能力", 10.0, 45.0, 250.0, 85.0),
            body(100.0),
            body(125.0),
            body(150.0),
        ];
        assert!(text(couplet).starts_with("## 普及救护知识 提高应急能力\n"));
        let broken = vec![
            line("推动学习教育在直属高", 40.0, 0.0, 260.0, 28.0),
            line("校见效", 0.0, 30.0, 66.0, 58.0),
            body(70.0),
            body(95.0),
            body(120.0),
        ];
        assert!(text(broken).starts_with("## 推动学习教育在直属高校见效\n"), "a broken heading is one");
    }
}
