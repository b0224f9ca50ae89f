//! CSL-JSON: the data that citation styles are applied to.

use serde::Serialize;

use super::Cited;

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Name<'a>>,
    #[serde(rename = "container-title", skip_serializing_if = "Option::is_none")]
    container_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<Issued>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    language: &'static str,
}

/// A name as a whole: where the surname ends is not printed.
#[derive(Serialize)]
struct Name<'a> {
    literal: &'a str,
}

#[derive(Serialize)]
struct Issued {
    #[serde(rename = "date-parts")]
    date_parts: [[i16; 3]; 1],
}

pub(super) fn entry(cited: &Cited<'_>) -> String {
    let item = Item {
        id: cited.key(),
        kind: "article-newspaper",
        title: cited.headline,
        author: cited.authors.iter().map(|literal| Name { literal }).collect(),
        container_title: cited.paper,
        issued: cited
            .date
            .map(|d| Issued { date_parts: [[d.year(), i16::from(d.month()), i16::from(d.day())]] }),
        page: cited.page,
        section: cited.section,
        note: cited.note(),
        language: "zh-CN",
    };
    // Plain strings and numbers always have a JSON form.
    serde_json::to_string(&item).unwrap_or_default()
}
