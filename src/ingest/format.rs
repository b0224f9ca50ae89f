//! Tells what a file holds, by its name where the name tells, else by its first bytes.

use serde::{Deserialize, Serialize};

use super::record::MEMBERS;

/// What a file holds once it is unpacked; closed, one reader each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Format {
    /// A newspaper page as Markdown or plain text.
    Text,
    /// An article or page of an e-paper on the web.
    Html,
    /// A page as recognised by OCR, in ALTO XML.
    Alto,
    /// Lines of a page with their boxes, as text recognition gives them in JSON.
    Boxes,
    /// The same in HTML (hOCR).
    Hocr,
    /// What the pages of an issue are and which files hold them; tells facts about those.
    Mets,
    /// A page with a text layer.
    Pdf,
    /// One ready article a line.
    JsonLines,
    /// One ready article, or a list of them.
    Json,
    /// One ready article a row.
    Csv,
}

impl Format {
    /// Whether the file holds a page that is to be split into articles.
    #[must_use]
    pub const fn is_page(self) -> bool {
        matches!(self, Self::Text | Self::Alto | Self::Boxes | Self::Hocr | Self::Pdf)
    }
}

/// What a name promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Promise {
    Holds(Format),
    Zip,
    Tar,
    /// Facts about the page file beside it.
    Sidecar,
    /// What somebody at the archive puts right in articles.
    Corrections,
    /// A picture of a page.
    Image,
    /// Nothing for us, and why.
    Skip(&'static str),
    /// The name does not tell.
    Sniff,
}

/// How bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coder {
    Gzip,
    Zstd,
    /// A member of a zip file: what it must come to.
    Deflate {
        crc: u32,
        size_bytes: u64,
    },
}

/// Endings that wrap another file: `01.md.gz`.
const CODERS: [(&str, Coder); 3] = [(".gz", Coder::Gzip), (".zst", Coder::Zstd), (".zstd", Coder::Zstd)];

/// Splits a file's name into what is packed and how, outermost first.
pub(super) fn unpacked_name(name: &str) -> (String, Vec<Coder>) {
    let mut name = name.to_ascii_lowercase();
    let mut coders = Vec::new();
    while let Some((ending, coder)) = CODERS.iter().find(|(ending, _)| name.ends_with(ending)) {
        name.truncate(name.len() - ending.len());
        coders.push(*coder);
    }
    if name.ends_with(".tgz") {
        name.truncate(name.len() - 4);
        name.push_str(".tar");
        coders.push(Coder::Gzip);
    }
    (name, coders)
}

/// What an unpacked, lower-case file name promises.
pub(super) fn promise(name: &str) -> Promise {
    let name = name.rsplit('/').next().unwrap_or(name);
    if name.ends_with(".meta.json") {
        return Promise::Sidecar;
    }
    if name == "corrections.toml" || name.ends_with(".corrections.toml") {
        return Promise::Corrections;
    }
    let Some((stem, ending)) = name.rsplit_once('.') else {
        return Promise::Sniff;
    };
    if matches!(stem, "readme" | "license" | "licence" | "changelog" | "contributing") {
        return Promise::Skip("a file about the folder, no page");
    }
    match ending {
        "hocr" => Promise::Holds(Format::Hocr),
        "html" | "htm" if stem.ends_with("hocr") => Promise::Holds(Format::Hocr),
        "md" | "markdown" | "txt" | "text" => Promise::Holds(Format::Text),
        "html" | "htm" | "shtml" | "xhtml" => Promise::Holds(Format::Html),
        "jsonl" | "ndjson" => Promise::Holds(Format::JsonLines),
        "csv" | "tsv" => Promise::Holds(Format::Csv),
        "pdf" => Promise::Holds(Format::Pdf),
        "zip" => Promise::Zip,
        "tar" => Promise::Tar,
        "jpg" | "jpeg" | "png" | "tif" | "tiff" | "jp2" | "webp" | "bmp" | "gif" => Promise::Image,
        "mp3" | "mp4" | "wav" | "avi" | "mov" | "m4a" | "flv" => Promise::Skip("sound or film"),
        "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" | "wps" | "et" | "odt" | "ods" | "ofd" | "epub"
        | "caj" => Promise::Skip("an office document; save it as text first"),
        "rar" | "7z" | "bz2" | "xz" => {
            Promise::Skip("packed in a way that is not read; use zip, tar, gz or zst")
        }
        "js" | "css" | "woff" | "woff2" | "ttf" | "ico" | "svg" | "map" => {
            Promise::Skip("part of a web page")
        }
        "toml" | "yaml" | "yml" | "log" | "bak" | "tmp" | "part" | "swp" | "db" | "sqlite" => {
            Promise::Skip("settings, logs or leftovers")
        }
        _ => Promise::Sniff,
    }
}

/// Length of a path without the endings of its file name.
pub(super) fn stem_len(path: &str) -> usize {
    let start = path.rfind('/').map_or(0, |i| i + 1);
    let mut name = &path[start..];
    while let Some((stem, ending)) = name.rsplit_once('.') {
        let known = ending.len() <= 8
            && ending.chars().all(|c| c.is_ascii_alphanumeric())
            && ending.chars().any(|c| c.is_ascii_alphabetic());
        if stem.is_empty() || !known {
            break;
        }
        name = stem;
    }
    start + name.len()
}

/// What the first bytes of a file say; `None` for what is no known format and no text.
pub(super) fn sniff(head: &[u8]) -> Promise {
    if head.starts_with(b"PK\x03\x04") {
        return Promise::Zip;
    }
    if head.get(257..262) == Some(b"ustar") {
        return Promise::Tar;
    }
    if head.starts_with(b"%PDF-") {
        return Promise::Holds(Format::Pdf);
    }
    let images: [&[u8]; 6] = [b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"II*\0", b"MM\0*", b"RIFF"];
    if images.iter().any(|magic| head.starts_with(magic)) {
        return Promise::Image;
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let lower: String = text.chars().take(2048).collect::<String>().to_ascii_lowercase();
    if lower.starts_with("<!doctype html") && lower.contains("ocr_page") {
        return Promise::Holds(Format::Hocr);
    }
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") || lower.contains("<!--enpproperty")
    {
        return Promise::Holds(Format::Html);
    }
    if lower.starts_with("<?xml") || lower.starts_with('<') {
        if lower.contains("<mets") || lower.contains(":mets") {
            return Promise::Holds(Format::Mets);
        }
        if lower.contains("<alto") || lower.contains(":alto") {
            return Promise::Holds(Format::Alto);
        }
        if lower.contains("ocr_page") {
            return Promise::Holds(Format::Hocr);
        }
        if lower.contains("<html") || lower.contains("<head") || lower.contains("<body") {
            return Promise::Holds(Format::Html);
        }
        if lower.starts_with("<?xml") {
            return Promise::Skip("XML of no known form");
        }
    }
    if text.starts_with('{') || text.starts_with('[') {
        return json(text);
    }
    if csv_header(text) {
        return Promise::Holds(Format::Csv);
    }
    Promise::Holds(Format::Text)
}

fn json(text: &str) -> Promise {
    // Tools write their lines with boxes over many lines, or all in one.
    if line_boxes(text) {
        return Promise::Holds(Format::Boxes);
    }
    let first = text.lines().next().unwrap_or_default();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let whole = lines.next().is_some_and(|line| line.ends_with('}'));
    if text.starts_with('{') {
        if whole && serde_json::from_str::<serde_json::Value>(first).is_ok() {
            return Promise::Holds(Format::JsonLines);
        }
        if first.len() >= 4096 && !text.contains('\n') {
            return Promise::Holds(Format::JsonLines);
        }
    }
    let quoted = |name: &str| text.contains(&format!("\"{name}\""));
    if ["headline", "title", "body", "paragraphs", "text", "content", "标题", "正文"]
        .iter()
        .any(|m| quoted(m))
    {
        return Promise::Holds(Format::Json);
    }
    if text.starts_with("[")
        && !text.starts_with("[\"")
        && !text.starts_with("[{")
        && !text.starts_with("[\n")
    {
        // a page may well begin with a bracket
        return Promise::Holds(Format::Text);
    }
    Promise::Skip("JSON of no known form")
}

/// Whether JSON tells of lines with their places: by its members, or as lists of corners and text.
fn line_boxes(text: &str) -> bool {
    let quoted = |name: &&str| text.contains(&format!("\"{name}\""));
    let places = [
        "box",
        "bbox",
        "boxes",
        "dt_polys",
        "rec_polys",
        "rec_boxes",
        "words_result",
        "points",
        "polygon",
        "boundingBox",
        "text_region",
        "prism_wordsInfo",
        "TextDetections",
    ];
    if places.iter().any(quoted) {
        return true;
    }
    let mut solid = text.chars().filter(|c| !c.is_whitespace());
    let depth = solid.by_ref().take_while(|c| *c == '[').count();
    // The first character behind the brackets was taken: a figure, or the sign before one.
    let number = text
        .chars()
        .find(|c| !c.is_whitespace() && *c != '[')
        .is_some_and(|c| c.is_ascii_digit() || c == '-');
    depth >= 3 && number
}

fn csv_header(text: &str) -> bool {
    let header = text.lines().next().unwrap_or_default();
    [',', '\t', ';'].iter().any(|separator| {
        let names: Vec<&str> = header.split(*separator).map(|n| n.trim().trim_matches('"')).collect();
        names.len() > 1
            && names
                .iter()
                .filter(|name| MEMBERS.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)))
                .count()
                > 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_format_through_their_wrapping() {
        assert_eq!(unpacked_name("News.JSONL.gz"), ("news.jsonl".to_owned(), vec![Coder::Gzip]));
        assert_eq!(unpacked_name("issues.tgz"), ("issues.tar".to_owned(), vec![Coder::Gzip]));
        assert_eq!(unpacked_name("01.md.zst"), ("01.md".to_owned(), vec![Coder::Zstd]));
        assert_eq!(promise("news.jsonl"), Promise::Holds(Format::JsonLines));
        assert_eq!(promise("01"), Promise::Sniff);
        assert_eq!(promise("01.meta.json"), Promise::Sidecar);
    }

    #[test]
    fn the_stem_of_a_path_has_no_endings_but_keeps_dates() {
        for (path, stem) in [
            ("a/01.md.gz", "a/01"),
            ("a.b/2026.06.04", "a.b/2026.06.04"),
            ("2026.06.04.txt", "2026.06.04"),
            (".hidden", ".hidden"),
            ("a/", "a/"),
        ] {
            assert_eq!(&path[..stem_len(path)], stem, "{path}");
        }
    }

    #[test]
    fn contents_tell_the_format_where_the_name_does_not() {
        for (head, want) in [
            ("# 引水渠全线贯通\n本报讯", Promise::Holds(Format::Text)),
            ("{\"headline\":\"甲\",\"body\":\"乙\"}\n{}", Promise::Holds(Format::JsonLines)),
            ("{\n \"headline\":\"甲\"\n}", Promise::Holds(Format::Json)),
            ("[{\"title\":\"甲\"}]", Promise::Holds(Format::Json)),
            ("[本报讯]昨日", Promise::Holds(Format::Text)),
            ("{\"lines\":[]", Promise::Skip("JSON of no known form")),
            ("headline,body,date\n甲,乙,2026-06-04", Promise::Holds(Format::Csv)),
            ("<!DOCTYPE html><html>", Promise::Holds(Format::Html)),
            ("<?xml version=\"1.0\"?><alto xmlns=\"x\">", Promise::Holds(Format::Alto)),
            ("{\"lines\": [{\"box\": [], \"text\"", Promise::Holds(Format::Boxes)),
            (
                "{\"lines\":[{\"box\":[[1,2],[3,2],[3,4],[1,4]],\"text\":\"甲\"}]}",
                Promise::Holds(Format::Boxes),
            ),
            ("[[[[1,2],[3,2],[3,4],[1,4]],[\"甲\",0.9]]]", Promise::Holds(Format::Boxes)),
            ("%PDF-1.7", Promise::Holds(Format::Pdf)),
        ] {
            assert_eq!(sniff(head.as_bytes()), want, "{head}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_sniffed_without_a_panic(head in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let _ = sniff(&head);
        }
    }
}
