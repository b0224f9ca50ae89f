//! Reads what a METS file tells of the pages of an issue: which ALTO file is which page, and paper
//! and day where its descriptive part names them.

use std::collections::BTreeMap;

use super::dates::date_in;
use super::facts::page_number;
use super::markup::{Token, Tokens, attribute, unescape};
use crate::paper::IssueFacts;

/// What a METS file tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mets {
    /// Paper and day.
    issue: IssueFacts,
    /// Printed page, else the place in the issue, by the file's path as it is linked.
    pages: BTreeMap<String, String>,
}

/// Reads a METS file; what is missing in it is not told.
pub(super) fn read_mets(xml: &str) -> Mets {
    let mut mets = Mets::default();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut file_id = String::new();
    // The divisions that are open, each with the page it is.
    let mut divisions: Vec<Option<String>> = Vec::new();
    let mut linked: Vec<(String, String)> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    for token in Tokens::new(xml) {
        match token {
            Token::Open { name, attributes, empty } => {
                match name.as_str() {
                    "file" => file_id = attribute(attributes, "ID").unwrap_or_default(),
                    "flocat" => {
                        if let Some(path) = attribute(attributes, "href") {
                            files.insert(file_id.clone(), plain(&path));
                        }
                    }
                    "div" if !empty => divisions.push(page(attributes)),
                    "fptr" | "area" => {
                        let page = divisions.iter().rev().flatten().next();
                        if let (Some(id), Some(page)) = (attribute(attributes, "FILEID"), page) {
                            linked.push((id, page.clone()));
                        }
                    }
                    _ => {}
                }
                if !empty {
                    open.push(name);
                }
            }
            Token::Close { name } => {
                if name == "div" {
                    divisions.pop();
                }
                if let Some(at) = open.iter().rposition(|o| *o == name) {
                    open.truncate(at);
                }
            }
            Token::Text(text) => {
                let text = unescape(text).trim().to_owned();
                let within = |name: &str| open.iter().any(|o| o == name);
                match open.last().map(String::as_str) {
                    Some("title")
                        if !text.is_empty() && mets.issue.paper.is_none() && within("titleinfo") =>
                    {
                        mets.issue.paper = Some(text);
                    }
                    Some("dateissued") if mets.issue.date.is_none() => mets.issue.date = date_in(&text),
                    _ => {}
                }
            }
            Token::Comment(_) => {}
        }
    }
    for (id, page) in linked {
        if let Some(path) = files.get(&id) {
            // A logical division may name a file again; the physical one comes first or says more.
            mets.pages.entry(path.clone()).or_insert(page);
        }
    }
    mets
}

/// The printed page of a division, else its place among the pages.
fn page(attributes: &str) -> Option<String> {
    let is_page = attribute(attributes, "TYPE").is_some_and(|kind| kind.eq_ignore_ascii_case("page"));
    let told = |name: &str| attribute(attributes, name).and_then(|text| page_number(&text));
    is_page.then(|| told("ORDERLABEL").or_else(|| told("LABEL")).or_else(|| told("ORDER"))).flatten()
}

/// A link as a path: without its scheme, escapes resolved, `./` left out.
fn plain(link: &str) -> String {
    let path = link.trim().replace('\\', "/");
    let path = path.strip_prefix("file:").unwrap_or(&path).trim_start_matches('/');
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let hex = behind.get(..2).filter(|_| byte == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(escaped) => {
                bytes.push(escaped);
                rest = &behind[2..];
            }
            None => {
                bytes.push(byte);
                rest = behind;
            }
        }
    }
    let path = String::from_utf8_lossy(&bytes).into_owned();
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/")
}

impl Mets {
    /// What is told of a file: that of the link which is the end of its path.
    pub(super) fn facts(&self, path: &str) -> IssueFacts {
        let ends = |link: &str| {
            path.strip_suffix(link).is_some_and(|head| head.is_empty() || head.ends_with('/'))
                // Files that were put into one folder keep their names.
                || link.rsplit('/').next() == path.rsplit('/').next()
        };
        let page = self.pages.iter().find(|(link, _)| ends(link)).map(|(_, page)| page.clone());
        match page {
            Some(page) => IssueFacts { page: Some(page), ..self.issue.clone() },
            None => IssueFacts::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_by_the_files_that_are_linked() {
        let xml = r#"<?xml version="1.0"?><mets:mets><mets:dmdSec><mods:mods><mods:titleInfo><mods:title>澜湾日报</mods:title></mods:titleInfo>
            <mods:originInfo><mods:dateIssued encoding="w3cdtf">2031-03-18</mods:dateIssued></mods:originInfo></mods:mods></mets:dmdSec>
            <mets:fileSec><mets:fileGrp><mets:file ID="A1"><mets:FLocat xlink:href="file://./ALTO/p%201.xml"/></mets:file>
            <mets:file ID="A2"><mets:FLocat xlink:href="ALTO\p2.xml"/></mets:file></mets:fileGrp></mets:fileSec>
            <mets:structMap TYPE="PHYSICAL"><mets:div TYPE="Newspaper"><mets:div TYPE="PAGE" ORDER="1" ORDERLABEL="A1版"><mets:fptr><mets:area FILEID="A1"/></mets:fptr></mets:div>
            <mets:div TYPE="PAGE" ORDER="2"><mets:fptr FILEID="A2"/></mets:div></mets:div></mets:structMap></mets:mets>"#;
        let mets = read_mets(xml);
        let told = |path: &str| {
            let facts = mets.facts(path);
            (
                facts.page.unwrap_or_default(),
                facts.paper.unwrap_or_default(),
                facts.date.map(|d| d.to_string()),
            )
        };
        assert_eq!(told("in/x/ALTO/p 1.xml"), ("A1".into(), "澜湾日报".into(), Some("2031-03-18".into())));
        assert_eq!(told("in/flat/p2.xml").0, "2");
        assert_eq!(told("in/x/ALTO/p3.xml"), Default::default());
    }
}
