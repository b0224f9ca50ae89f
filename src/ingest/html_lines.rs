//! Turns a web page into lines of text, each with the box it stands in.

use crate::text::fold::is_han;

use super::markup::{Token, Tokens, unescape};

/// A line of a web page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) text: String,
    /// The element it is the content of: `p`, `h1`, `li`, `div`.
    pub(super) tag: String,
    /// The box it stands in, a position in [`Page::parents`].
    pub(super) container: usize,
    /// How many of its characters are links.
    pub(super) link_chars: usize,
}

/// The lines of a web page and how its boxes are nested.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) lines: Vec<Line>,
    /// The box around each box; the first is its own.
    pub(super) parents: Vec<usize>,
}

/// Deepest nesting that is followed.
const DEPTH_MAX: usize = 256;
const BOXES: [&str; 14] = [
    "div",
    "td",
    "article",
    "section",
    "main",
    "body",
    "ul",
    "ol",
    "table",
    "dl",
    "form",
    "center",
    "founder-content",
    "blockquote",
];
const LINES: [&str; 14] =
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "dt", "dd", "br", "hr", "title"];
/// What is no text of the page.
const PASSED_OVER: [&str; 10] =
    ["nav", "footer", "aside", "select", "button", "noscript", "iframe", "textarea", "svg", "template"];

struct Builder {
    page: Page,
    /// Open boxes with their names.
    stack: Vec<(usize, String)>,
    line: String,
    tag: String,
    link_chars: usize,
    in_link: bool,
}

/// Reads markup into lines.
pub(super) fn lines_of(markup: &str) -> Page {
    let page = Page { lines: Vec::new(), parents: vec![0] };
    let mut builder = Builder {
        page,
        stack: vec![(0, "body".to_owned())],
        line: String::new(),
        tag: "div".to_owned(),
        link_chars: 0,
        in_link: false,
    };
    // how many elements that are passed over are open, by name
    let mut passing: Option<(String, usize)> = None;
    for token in Tokens::new(markup) {
        if let Some((name, depth)) = &mut passing {
            match &token {
                Token::Open { name: open, empty: false, .. } if open == name => *depth += 1,
                Token::Close { name: close } if close == name => *depth -= 1,
                // a page that never closes them must not be lost
                Token::Close { name: close } if close == "body" || close == "html" => *depth = 0,
                _ => {}
            }
            if *depth == 0 {
                passing = None;
            }
            continue;
        }
        match token {
            Token::Open { name, empty, .. } => {
                if PASSED_OVER.contains(&name.as_str()) && !empty {
                    builder.end_line();
                    passing = Some((name, 1));
                } else {
                    builder.open(name, empty);
                }
            }
            Token::Close { name } => builder.close(&name),
            Token::Text(text) => builder.text(text),
            Token::Comment(_) => {}
        }
    }
    builder.end_line();
    builder.page
}

impl Builder {
    fn open(&mut self, name: String, empty: bool) {
        if name == "a" {
            self.in_link = !empty;
        } else if BOXES.contains(&name.as_str()) {
            self.end_line();
            if !empty && self.stack.len() < DEPTH_MAX {
                let parent = self.stack.last().map_or(0, |(id, _)| *id);
                let id = self.page.parents.len();
                self.page.parents.push(parent);
                self.stack.push((id, name));
            }
            self.tag = "div".to_owned();
        } else if LINES.contains(&name.as_str()) {
            self.end_line();
            if name != "br" {
                self.tag = name;
            }
        }
    }

    fn close(&mut self, name: &str) {
        if name == "a" {
            self.in_link = false;
        } else if BOXES.contains(&name) {
            self.end_line();
            self.tag = "div".to_owned();
            if let Some(at) = self.stack.iter().rposition(|(_, open)| open == name).filter(|at| *at > 0) {
                self.stack.truncate(at);
            }
        } else if LINES.contains(&name) {
            self.end_line();
            self.tag = "div".to_owned();
        }
    }

    fn text(&mut self, raw: &str) {
        let text = unescape(raw);
        let mut pieces = text.split([' ', '\t', '\n', '\r', '\u{A0}']);
        if let Some(first) = pieces.next() {
            self.word(first);
        }
        for piece in pieces {
            if !self.line.is_empty() && !self.line.ends_with(' ') {
                self.line.push(' ');
            }
            self.word(piece);
        }
    }

    fn word(&mut self, word: &str) {
        if self.in_link {
            self.link_chars += word.chars().count();
        }
        self.line.push_str(word);
    }

    fn end_line(&mut self) {
        let text =
            joined(self.line.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}' || c == '\u{200B}'));
        let link_chars = std::mem::take(&mut self.link_chars);
        self.line.clear();
        if !text.is_empty() {
            let container = self.stack.last().map_or(0, |(id, _)| *id);
            self.page.lines.push(Line { text, tag: self.tag.clone(), container, link_chars });
        }
    }
}

/// Without the spaces that a wrapped source line leaves between two Chinese characters.
///
/// Spaces around a word of one or two characters stay: they may part names.
fn joined(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut out = String::with_capacity(text.len());
    for (i, word) in words.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| words[i]);
        let wrapped = before.is_some_and(|before| {
            let long = |w: &str| w.chars().count() > 20;
            long(before) && long(word) && before.ends_with(is_han) && word.starts_with(is_han)
        });
        if i > 0 && !wrapped {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}
