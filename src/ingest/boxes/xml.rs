//! Reads lines with boxes out of markup: the XHTML of `pdftotext -bbox-layout`, and hOCR.

use super::LineBox;
use crate::ingest::markup::{Token, Tokens, attribute, unescape};
use crate::text::fold::is_han;

/// Words of one line that stand further apart than this are parted, in heights of the line.
const WORD_GAP: f64 = 0.6;

/// The pages of a PDF as `pdftotext -bbox-layout` writes them, each as its lines; none where the
/// text is something else.
pub(in crate::ingest) fn read_bbox_layout(xml: &str) -> Option<Vec<Vec<LineBox>>> {
    let mut pages: Vec<Vec<LineBox>> = Vec::new();
    let mut known = false;
    // The word at hand and where the last one of the line ended.
    let (mut word, mut end) = (None, None);
    for token in Tokens::new(xml) {
        match token {
            Token::Open { name, attributes, .. } => match name.as_str() {
                "page" => {
                    known = true;
                    pages.push(Vec::new());
                }
                "line" => {
                    end = None;
                    if let (Some(page), Some(line)) = (pages.last_mut(), corners(attributes)) {
                        page.push(line);
                    }
                }
                "word" => word = corners(attributes),
                _ => {}
            },
            Token::Text(text) => {
                let line = pages.last_mut().and_then(|page| page.last_mut());
                if let (Some(place), Some(line)) = (word.take(), line) {
                    let far = end.is_some_and(|end| place.left - end > WORD_GAP * line.height());
                    add(&mut line.text, unescape(text).trim(), far);
                    end = Some(place.right);
                }
            }
            Token::Close { .. } | Token::Comment(_) => {}
        }
    }
    known.then(|| pages.into_iter().map(whole).collect())
}

/// The pages of an hOCR file, each as its lines.
pub(in crate::ingest) fn read_hocr(html: &str) -> Vec<Vec<LineBox>> {
    const LINES: [&str; 5] = ["ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat", "ocrx_line"];
    const AREAS: [&str; 6] =
        ["ocr_carea", "ocr_par", "ocr_photo", "ocr_image", "ocr_separator", "ocr_linedrawing"];
    let mut pages: Vec<Vec<LineBox>> = Vec::new();
    let mut open = false;
    for token in Tokens::new(html) {
        match token {
            Token::Open { attributes, .. } => {
                let class = attribute(attributes, "class").unwrap_or_default();
                let is = |names: &[&str]| class.split_whitespace().any(|c| names.contains(&c));
                if is(&["ocr_page"]) {
                    pages.push(Vec::new());
                    open = false;
                } else if is(&LINES) {
                    let line = attribute(attributes, "title").and_then(|title| bbox(&title));
                    open = line.is_some();
                    if pages.is_empty() {
                        pages.push(Vec::new());
                    }
                    if let (Some(page), Some(line)) = (pages.last_mut(), line) {
                        page.push(line);
                    }
                } else if is(&AREAS) {
                    open = false;
                }
            }
            Token::Text(text) if open && !text.trim().is_empty() => {
                if let Some(line) = pages.last_mut().and_then(|page| page.last_mut()) {
                    add(&mut line.text, unescape(text).trim(), false);
                }
            }
            _ => {}
        }
    }
    pages.into_iter().map(whole).collect()
}

/// Lines with text and an extent.
fn whole(lines: Vec<LineBox>) -> Vec<LineBox> {
    lines.into_iter().filter(|l| !l.text.trim().is_empty() && l.has_extent()).collect()
}

/// Puts a word behind those of its line: letters and figures stand apart, Chinese does not.
fn add(line: &mut String, word: &str, far: bool) {
    let apart = |c: Option<char>| c.is_some_and(|c| !is_han(c) && c.is_alphanumeric());
    if !line.is_empty() && (far || apart(line.chars().next_back()) && apart(word.chars().next())) {
        line.push(' ');
    }
    line.push_str(word);
}

/// The box of `xMin="…" yMin="…" xMax="…" yMax="…"`.
fn corners(attributes: &str) -> Option<LineBox> {
    let number = |name: &str| attribute(attributes, name)?.trim().parse().ok();
    Some(LineBox {
        text: String::new(),
        left: number("xMin")?,
        top: number("yMin")?,
        right: number("xMax")?,
        bottom: number("yMax")?,
    })
}

/// The box of `bbox 12 30 470 62; x_wconf 93`.
fn bbox(title: &str) -> Option<LineBox> {
    let told = title.split(';').find_map(|part| part.trim().strip_prefix("bbox"))?;
    let mut numbers = told.split_whitespace().map(str::parse::<f64>);
    let mut next = || numbers.next()?.ok();
    Some(LineBox { text: String::new(), left: next()?, top: next()?, right: next()?, bottom: next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pages: &[Vec<LineBox>]) -> Vec<Vec<(&str, [f64; 4])>> {
        let of = |l: &LineBox| [l.left, l.top, l.right, l.bottom];
        pages.iter().map(|page| page.iter().map(|l| (l.text.as_str(), of(l))).collect()).collect()
    }

    #[test]
    fn words_of_a_pdf_are_put_together_line_by_line() {
        let xml = r#"<!DOCTYPE html><html><body><doc><page width="800" height="1100"><flow><block xMin="1" yMin="2" xMax="90" yMax="40">
            <line xMin="1" yMin="2" xMax="90" yMax="12"><word xMin="1" yMin="2" xMax="40" yMax="12">引水渠&amp;</word>
            <word xMin="41" yMin="2" xMax="60" yMax="12">通水</word><word xMin="70" yMin="2" xMax="90" yMax="12">典礼</word></line>
            <line xMin="1" yMin="14" xMax="60" yMax="24"><word xMin="1" yMin="14" xMax="30" yMax="24">GDP</word><word xMin="31" yMin="14" xMax="60" yMax="24">2031</word></line>
            </block></flow></page><page width="800" height="1100"></page></doc></body></html>"#;
        let pages = read_bbox_layout(xml).unwrap();
        assert_eq!(
            told(&pages),
            [
                vec![("引水渠&通水 典礼", [1.0, 2.0, 90.0, 12.0]), ("GDP 2031", [1.0, 14.0, 60.0, 24.0])],
                vec![]
            ]
        );
        assert_eq!(read_bbox_layout("一版\u{c}"), None);
    }

    #[test]
    fn lines_of_hocr_are_read_page_by_page() {
        let html = "<html><body><div class='ocr_page' title='image \"a.png\"; bbox 0 0 800 1100'>\
            <div class='ocr_carea' title='bbox 0 0 400 90'><p class='ocr_par'><span class='ocr_line' title=\"bbox 1 2 90 12; baseline 0 0\">\
            <span class='ocrx_word' title='bbox 1 2 40 12; x_wconf 95'>引水渠</span> <span class='ocrx_word' title='bbox 41 2 90 12'><strong>通水</strong></span>\n</span></p></div>\
            <div class='ocr_photo' title='bbox 1 1 2 2'>不读</div></div><div class='ocr_page'><span class='ocr_header' title='bbox 1 2 90 12'>2031 年</span></div></body></html>";
        let pages = read_hocr(html);
        assert_eq!(
            told(&pages),
            [vec![("引水渠通水", [1.0, 2.0, 90.0, 12.0])], vec![("2031 年", [1.0, 2.0, 90.0, 12.0])]]
        );
    }
}
