//! Reads one page file, whatever its form, into pages with their facts.

use crate::diag::{Problem, ProblemKind};
use crate::paper::{IssueFacts, RawPage};

use super::Options;
use super::alto::read_alto;
use super::boxes;
use super::decode::{Decoded, decode};
use super::facts::path_facts;
use super::format::Format;
use super::front::{page_facts, take_front_matter};
use super::html_lines::lines_of;
use super::pdf::pages_of_pdf;
use super::source::SourceFile;

/// The text of one page before its facts are put together.
#[derive(Debug, Default)]
struct PageText {
    text: String,
    encoding: Option<&'static str>,
    /// What the file itself says, and where in it.
    within: Option<(&'static str, IssueFacts)>,
    problems: Vec<Problem>,
}

/// Reads the pages of a file; a file that cannot be read is one page without text and with a problem.
pub(super) fn pages_of(
    file: &SourceFile,
    sidecars: &[(String, IssueFacts)],
    options: &Options,
) -> Vec<RawPage> {
    let read = match file.format {
        Format::Alto => file.bytes(&options.limits).map(|bytes| vec![alto(bytes)]),
        Format::Boxes => file.bytes(&options.limits).map(line_boxes),
        Format::Hocr => file.bytes(&options.limits).map(hocr),
        Format::Pdf => pages_of_pdf(file, options)
            .map(|pages| pages.into_iter().map(|text| PageText { text, ..PageText::default() }).collect()),
        _ => file.bytes(&options.limits).map(|bytes| vec![text(bytes)]),
    };
    let texts =
        read.unwrap_or_else(|problem| vec![PageText { problems: vec![problem], ..PageText::default() }]);
    let count = texts.len();
    let texts = texts.into_iter().enumerate();
    texts.map(|(i, text)| page(file, (count > 1).then_some(i), text, sidecars, options)).collect()
}

fn page(
    file: &SourceFile,
    nth: Option<usize>,
    mut text: PageText,
    sidecars: &[(String, IssueFacts)],
    options: &Options,
) -> RawPage {
    let lines_max = options.limits.page_lines_max;
    if text.text.len() > lines_max && text.text.bytes().filter(|byte| *byte == b'\n').count() > lines_max {
        let message = format!("the page has more than the {lines_max} lines that are read");
        text = PageText { problems: vec![Problem::new(ProblemKind::Limit, message)], ..PageText::default() };
    }
    let mut path = path_facts(&file.path);
    let mut source = file.path.clone();
    if let Some(i) = nth {
        // a file of several pages: its name tells none of their numbers
        path.facts.page = None;
        source = format!("{source}#{}", i + 1);
    }
    let (facts, problems) = page_facts(options, sidecars, text.within.as_ref(), &path);
    let mut page = RawPage {
        source,
        encoding: text.encoding.unwrap_or("UTF-8").to_owned(),
        text: text.text,
        facts,
        problems: text.problems,
    };
    page.problems.extend(problems);
    page
}

fn text(bytes: Vec<u8>) -> PageText {
    let Decoded { mut text, encoding, mut problems } = decode(bytes);
    if is_html(&text) {
        text = text_of_html(&text);
    }
    let mut within = None;
    if let Some((facts, more)) = take_front_matter(&mut text) {
        within = Some(("the front matter", facts));
        problems.extend(more);
    }
    PageText { text, encoding: Some(encoding), within, problems }
}

fn alto(bytes: Vec<u8>) -> PageText {
    let Decoded { text, encoding, mut problems } = decode(bytes);
    let read = read_alto(&text);
    if read.text.is_empty() && problems.is_empty() {
        problems.push(Problem::new(ProblemKind::Empty, "the ALTO file holds no text"));
    }
    let facts = IssueFacts { page: read.page, ..IssueFacts::default() };
    PageText { text: read.text, encoding: Some(encoding), within: Some(("the ALTO file", facts)), problems }
}

fn hocr(bytes: Vec<u8>) -> Vec<PageText> {
    let Decoded { text, encoding, problems } = decode(bytes);
    placed(boxes::read_hocr(&text), encoding, problems)
}

fn line_boxes(bytes: Vec<u8>) -> Vec<PageText> {
    let Decoded { text, encoding, mut problems } = decode(bytes);
    let pages = match boxes::read_json(&text) {
        Ok(Some(pages)) => pages,
        Ok(None) => {
            problems.push(Problem::new(ProblemKind::Unreadable, "no lines with text and box were found"));
            Vec::new()
        }
        Err(e) => {
            let message = format!("not JSON: {e}");
            problems.push(Problem::new(ProblemKind::Unreadable, message).at_line(e.line()));
            Vec::new()
        }
    };
    placed(pages, encoding, problems)
}

/// The texts of pages whose lines have places; at least one page, be it without text.
fn placed(
    mut pages: Vec<Vec<boxes::LineBox>>,
    encoding: &'static str,
    problems: Vec<Problem>,
) -> Vec<PageText> {
    if pages.is_empty() {
        pages.push(Vec::new());
    }
    let page = |lines: Vec<boxes::LineBox>| {
        let mut problems = problems.clone();
        if lines.is_empty() && problems.is_empty() {
            problems.push(Problem::new(ProblemKind::Empty, "no lines with text and box were found"));
        }
        let text = if lines.is_empty() { String::new() } else { boxes::text(lines) };
        PageText { text, encoding: Some(encoding), within: None, problems }
    };
    pages.into_iter().map(page).collect()
}

/// Whether a file called text is a web page.
fn is_html(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(16).collect();
    let start = start.to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

fn text_of_html(html: &str) -> String {
    let lines = lines_of(html).lines.into_iter().filter(|line| line.tag != "title");
    let lines = lines.map(|line| if line.tag == "h1" { format!("# {}", line.text) } else { line.text });
    lines.collect::<Vec<_>>().join("\n\n")
}
