//! Reads a page recognised by OCR and kept as ALTO XML into plain text.
//!
//! Where the file tells where its lines stand they are read as any lines with boxes. Where it does
//! not, blocks come in the order of the file, a blank line between them; the lines of a block are
//! joined into paragraphs, a paragraph beginning where a line is indented, and a block printed much
//! larger than the rest is marked as a heading (`# `).

use crate::text::fold::is_han;

use super::boxes::{self, LineBox};
use super::markup::{Token, Tokens, attribute};

/// What an ALTO file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AltoPage {
    pub(super) text: String,
    /// The printed page number, where the file tells it.
    pub(super) page: Option<String>,
}

#[derive(Debug, Default)]
struct Line {
    text: String,
    left: Option<f64>,
    height: f64,
    strings: usize,
    /// Where it stands, if the file tells it.
    place: Option<LineBox>,
}

/// Reads the text of all blocks.
pub(super) fn read_alto(xml: &str) -> AltoPage {
    let mut page = None;
    let mut blocks: Vec<Vec<Line>> = Vec::new();
    let mut block: Vec<Line> = Vec::new();
    // the second part of a divided word whose whole stands already
    let mut skip_part = false;
    for token in Tokens::new(xml) {
        match token {
            Token::Open { name, attributes, .. } => match name.as_str() {
                "page" => page = page.or_else(|| attribute(attributes, "PRINTED_IMG_NR")),
                "textblock" => end_block(&mut block, &mut blocks),
                "textline" => block.push(Line {
                    left: number(attributes, "HPOS"),
                    place: place(attributes),
                    ..Line::default()
                }),
                "string" => {
                    let part = attribute(attributes, "SUBS_TYPE").unwrap_or_default();
                    let whole = attribute(attributes, "SUBS_CONTENT").filter(|_| part == "HypPart1");
                    let is_rest = part == "HypPart2" && std::mem::take(&mut skip_part);
                    skip_part |= whole.is_some();
                    if let Some(line) = last_line(&mut block)
                        && !is_rest
                    {
                        line.text.push_str(
                            &whole.or_else(|| attribute(attributes, "CONTENT")).unwrap_or_default(),
                        );
                        line.height += number(attributes, "HEIGHT").unwrap_or(0.0);
                        line.strings += 1;
                    }
                }
                "sp" => {
                    if let Some(line) = last_line(&mut block) {
                        line.text.push(' ');
                    }
                }
                "hyp" if !skip_part => {
                    if let Some(line) = last_line(&mut block) {
                        line.text.push_str(&attribute(attributes, "CONTENT").unwrap_or_default());
                    }
                }
                _ => {}
            },
            Token::Close { name } if name == "textblock" => end_block(&mut block, &mut blocks),
            _ => {}
        }
    }
    end_block(&mut block, &mut blocks);
    let page = page.and_then(|page| super::page_number(&page));
    if let Some(lines) = placed(&blocks) {
        return AltoPage { text: boxes::text(lines), page };
    }
    let usual = usual_height(&blocks);
    let text = blocks.iter().map(|block| block_text(block, usual)).filter(|text| !text.is_empty());
    let text = text.collect::<Vec<_>>().join("\n\n");
    AltoPage { text, page }
}

/// Where a line stands.
fn place(attributes: &str) -> Option<LineBox> {
    let (left, top) = (number(attributes, "HPOS")?, number(attributes, "VPOS")?);
    let (right, bottom) = (left + number(attributes, "WIDTH")?, top + number(attributes, "HEIGHT")?);
    let place = LineBox { text: String::new(), left, top, right, bottom };
    place.has_extent().then_some(place)
}

/// All lines with their places, where each has one.
fn placed(blocks: &[Vec<Line>]) -> Option<Vec<LineBox>> {
    let placed = |line: &Line| {
        let text = line.text.trim().to_owned();
        line.place.as_ref().map(|place| LineBox { text, ..place.clone() })
    };
    let lines: Vec<LineBox> = blocks.iter().flatten().map(placed).collect::<Option<_>>()?;
    (!lines.is_empty()).then_some(lines)
}

fn last_line(block: &mut Vec<Line>) -> Option<&mut Line> {
    if block.is_empty() {
        block.push(Line::default());
    }
    block.last_mut()
}

fn end_block(block: &mut Vec<Line>, blocks: &mut Vec<Vec<Line>>) {
    let lines: Vec<Line> = block.drain(..).filter(|line| !line.text.trim().is_empty()).collect();
    if !lines.is_empty() {
        blocks.push(lines);
    }
}

fn number(attributes: &str, name: &str) -> Option<f64> {
    attribute(attributes, name)?.trim().parse().ok().filter(|value: &f64| value.is_finite())
}

fn mean_height(line: &Line) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let strings = line.strings.max(1) as f64;
    line.height / strings
}

/// The height of the line in the middle when all lines are sorted by height.
fn usual_height(blocks: &[Vec<Line>]) -> f64 {
    let mut heights: Vec<f64> =
        blocks.iter().flatten().map(mean_height).filter(|height| *height > 0.0).collect();
    heights.sort_by(f64::total_cmp);
    heights.get(heights.len() / 2).copied().unwrap_or(0.0)
}

/// A heading is at least this many times as high as the usual line.
const HEADING_RATIO: f64 = 1.6;
/// And has no more lines than this.
const HEADING_LINES_MAX: usize = 3;

fn block_text(lines: &[Line], usual: f64) -> String {
    let large = usual > 0.0 && lines.iter().all(|line| mean_height(line) >= usual * HEADING_RATIO);
    let heading = large && lines.len() <= HEADING_LINES_MAX;
    let left = lines.iter().filter_map(|line| line.left).fold(f64::INFINITY, f64::min);
    let mut text = String::new();
    if heading {
        text.push_str("# ");
    }
    for (i, line) in lines.iter().enumerate() {
        let indented = line.left.is_some_and(|at| at - left > mean_height(line).max(1.0));
        let content = line.text.trim();
        if i > 0 && indented && !heading {
            text.push('\n');
        } else if i > 0 {
            join(&mut text, content);
        }
        text.push_str(content);
    }
    text
}

/// Parts two lines of one paragraph as their script wants it.
fn join(text: &mut String, next: &str) {
    let latin = |c: Option<char>| c.is_some_and(|c| !is_han(c) && c.is_alphanumeric());
    if latin(text.chars().next_back()) && latin(next.chars().next()) {
        text.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn blocks_become_paragraphs_and_large_ones_headings() {
        let line = |left: u32, height: u32, words: &[&str]| {
            let strings: Vec<String> =
                words.iter().map(|w| format!("<String HEIGHT=\"{height}\" CONTENT=\"{w}\"/>")).collect();
            format!("<TextLine HPOS=\"{left}\">{}</TextLine>", strings.join("<SP/>"))
        };
        let block = |lines: &[String]| format!("<alto:TextBlock>{}</alto:TextBlock>", lines.concat());
        let xml = [
            "<?xml version=\"1.0\"?><alto:alto><Page PRINTED_IMG_NR=\"02\">".to_owned(),
            block(&[line(10, 90, &["引水渠"]), line(12, 90, &["全线贯通"])]),
            block(&[
                line(70, 30, &["本报讯", "昨日"]),
                line(10, 30, &["全线贯通。"]),
                line(72, 30, &["农户说好"]),
                line(10, 30, &["&lt;收成&gt;"]),
            ]),
            "</Page></alto:alto>".to_owned(),
        ]
        .concat();
        let told = read_alto(&xml);
        assert_eq!(told.page.as_deref(), Some("2"));
        expect![[r##"
            # 引水渠全线贯通

            本报讯 昨日全线贯通。
            农户说好<收成>"##]]
        .assert_eq(&told.text);
    }

    #[test]
    fn lines_with_places_are_read_in_the_order_of_the_page() {
        let line = |text: &str, left: u32, top: u32, width: u32, height: u32| {
            format!(
                "<TextBlock><TextLine HPOS=\"{left}\" VPOS=\"{top}\" WIDTH=\"{width}\" HEIGHT=\"{height}\">\
                 <String CONTENT=\"{text}\"/></TextLine></TextBlock>"
            )
        };
        let xml = [
            "<alto><Layout><Page>".to_owned(),
            line("右栏的第一行文字有十三个字", 300, 120, 260, 20),
            line("右栏的第二行。", 300, 145, 140, 20),
            line("引水渠全线贯通", 0, 0, 560, 80),
            line("左栏的第一行文字有十三个字", 0, 120, 260, 20),
            line("左栏的第二行文字有十三个字", 0, 145, 260, 20),
            "</Page></Layout></alto>".to_owned(),
        ]
        .concat();
        assert_eq!(
            read_alto(&xml).text,
            "# 引水渠全线贯通\n\n左栏的第一行文字有十三个字左栏的第二行文字有十三个字\n\n右栏的第一行文字有十三个字右栏的第二行。\n"
        );
    }

    #[test]
    fn a_word_divided_at_the_end_of_a_line_is_whole_again() {
        let xml = "<alto><TextBlock><TextLine><String CONTENT=\"irri\" SUBS_TYPE=\"HypPart1\" SUBS_CONTENT=\"irrigation\"/>\
            <HYP CONTENT=\"-\"/></TextLine><TextLine><String CONTENT=\"gation\" SUBS_TYPE=\"HypPart2\" \
            SUBS_CONTENT=\"irrigation\"/><SP/><String CONTENT=\"canal\"/></TextLine></TextBlock></alto>";
        assert_eq!(read_alto(xml).text, "irrigation canal");
    }
}
