//! BibTeX: `@article`, since BibTeX itself knows no newspapers; `entrysubtype` tells biblatex and
//! `mark` the styles of GB/T 7714 that it is one.

use super::Cited;

pub(super) fn entry(cited: &Cited<'_>) -> String {
    let mut out = format!("@article{{{},\n", cited.key());
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            out.push_str(&format!("  {name} = {{{value}}},\n"));
        }
    };
    let authors: Vec<String> = cited.authors.iter().map(|name| author(name)).collect();
    field("author", (!authors.is_empty()).then(|| authors.join(" and ")));
    field("title", cited.headline.map(escaped));
    field("subtitle", cited.deck.map(escaped));
    field("journal", cited.paper.map(escaped));
    field("date", cited.date.map(|d| d.to_string()));
    field("year", cited.date.map(|d| d.year().to_string()));
    field("month", cited.date.map(|d| d.month().to_string()));
    field("pages", cited.page.map(escaped));
    field("note", cited.note().as_deref().map(escaped));
    field("entrysubtype", Some("newspaper".to_owned()));
    field("mark", Some("N".to_owned()));
    field("langid", Some("chinese".to_owned()));
    out.push_str("}\n");
    out
}

/// A name; one that BibTeX would take apart is kept whole by braces.
fn author(name: &str) -> String {
    let plain = escaped(name);
    let parted = name.contains(',') || name.contains(char::is_whitespace);
    if parted { format!("{{{plain}}}") } else { plain }
}

/// The text with everything escaped that TeX would act upon.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '{' | '}' | '%' | '&' | '#' | '_' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
