//! GB/T 7714, the national standard of reference lists, numeric form, for newspapers:
//! `作者. 题名[N]. 报名, 日期(版次).`
//!
//! Checked against the styles `china-national-standard-gb-t-7714-2025-numeric` and `…-2015-numeric`
//! of the Citation Style Language project: the edition of 2025 sets commas and parentheses full
//! width, that of 2015 half width.

use super::Cited;

/// Which edition of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edition {
    Of2015,
    Of2025,
}

/// Authors named before `等`.
const AUTHORS_MAX: usize = 3;

pub(super) fn entry(cited: &Cited<'_>, edition: Edition) -> String {
    let (comma, open, close) = match edition {
        Edition::Of2015 => (", ", "(", ")"),
        Edition::Of2025 => ("，", "（", "）"),
    };
    let mut out = String::new();
    if !cited.authors.is_empty() {
        let mut named: Vec<&str> = cited.authors.iter().copied().take(AUTHORS_MAX).collect();
        if cited.authors.len() > AUTHORS_MAX {
            named.push("等");
        }
        out.push_str(&named.join(comma));
        out.push_str(". ");
    }
    // The standard wants a title: that there is none is said, in its own brackets.
    out.push_str(&cited.headline.map_or_else(|| "[无标题]".to_owned(), one_line));
    out.push_str("[N].");
    let date = cited.date.map(|d| d.to_string());
    let place: Vec<&str> = [cited.paper, date.as_deref()].into_iter().flatten().collect();
    if place.is_empty() && cited.page.is_none() {
        return out;
    }
    out.push(' ');
    out.push_str(&place.join(comma));
    if let Some(page) = cited.page {
        out.push_str(open);
        out.push_str(page);
        out.push_str(close);
    }
    out.push('.');
    out
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ")
}
