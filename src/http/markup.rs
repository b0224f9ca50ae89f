//! Cuts a text into pieces that are shown alike: plain, marked, linked.
//!
//! No markup is made here: templates set the tags and escape every piece.

use crate::diag::ByteSpan;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// As printed.
    pub(super) text: String,
    /// Whether the question matched here.
    pub(super) mark: bool,
    /// Where it links to.
    pub(super) href: Option<String>,
    /// What is told beside the link.
    pub(super) title: String,
}

/// A stretch of a text that links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) span: ByteSpan,
    pub(super) href: String,
    pub(super) title: String,
}

/// The pieces of a text, given what is marked (in characters) and what links (in bytes, sorted);
/// what does not lie on character borders links nothing.
pub(super) fn pieces(text: &str, marks: &[(usize, usize)], links: &[Link]) -> Vec<Piece> {
    let mut borders: Vec<usize> = vec![0, text.len()];
    let offsets: Vec<usize> = if marks.is_empty() {
        Vec::new()
    } else {
        text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
    };
    let marks: Vec<ByteSpan> = marks
        .iter()
        .filter_map(|&(start, end)| Some(ByteSpan::new(*offsets.get(start)?, *offsets.get(end)?)))
        .collect();
    for span in marks.iter().chain(links.iter().map(|l| &l.span)) {
        borders.extend([span.start, span.end]);
    }
    borders.retain(|&at| text.is_char_boundary(at));
    borders.sort_unstable();
    borders.dedup();
    let inside = |outer: &ByteSpan, start: usize, end: usize| outer.start <= start && end <= outer.end;
    borders
        .windows(2)
        .map(|pair| {
            let (start, end) = (pair[0], pair[1]);
            let link = links.iter().find(|l| inside(&l.span, start, end));
            Piece {
                text: ByteSpan::new(start, end).of(text).to_owned(),
                mark: marks.iter().any(|m| inside(m, start, end)),
                href: link.map(|l| l.href.clone()),
                title: link.map(|l| l.title.clone()).unwrap_or_default(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_links_may_overlap() {
        let link = Link { span: ByteSpan::new(6, 15), href: "/people/x".to_owned(), title: String::new() };
        let shown: Vec<String> = pieces("区长魏振东说", &[(0, 3)], &[link])
            .into_iter()
            .map(|p| format!("{}{}{}", p.text, if p.mark { "*" } else { "" }, if p.href.is_some() { "@" } else { "" }))
            .collect();
        assert_eq!(shown, ["区长*", "魏*@", "振东@", "说"]);
        assert!(pieces("", &[], &[]).is_empty());
    }
}
