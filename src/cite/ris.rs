//! RIS: a tag a line, lines end with CR LF.

use super::Cited;

pub(super) fn entry(cited: &Cited<'_>) -> String {
    let mut out = String::new();
    let mut tag = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            // A line break would begin another tag.
            let value = value.replace(char::is_control, " ");
            out.push_str(&format!("{name}  - {value}\r\n"));
        }
    };
    tag("TY", Some("NEWS"));
    for author in &cited.authors {
        tag("AU", Some(author));
    }
    tag("TI", cited.headline);
    tag("T2", cited.paper);
    tag("PY", cited.date.map(|d| format!("{:04}", d.year())).as_deref());
    tag("DA", cited.date.map(|d| format!("{}/", d.strftime("%Y/%m/%d"))).as_deref());
    tag("SE", cited.section);
    tag("SP", cited.page);
    tag("N1", cited.note().as_deref());
    tag("LA", Some("zh-CN"));
    tag("ID", Some(&cited.key()));
    tag("ER", Some(""));
    out.push_str("\r\n");
    out
}
