//! Facts written down beside a page: front matter at its top, a sidecar file next to it.
//!
//! ```text
//! ---
//! paper: 潞州日报
//! date: 2026-06-04
//! page: 1
//! ---
//! ```
//!
//! A sidecar `01.meta.json` tells the same of `01.md`, `issue.meta.json` of every page in its
//! folder: `{"paper": "潞州日报", "date": "2026-06-04", "page": "1", "section": "要闻"}`.

use crate::diag::{Problem, ProblemKind};
use crate::paper::IssueFacts;

use super::dates::date_in;
use super::facts::page_number;
use super::{Options, PathFacts};

/// Longest front matter.
const FRONT_LINES_MAX: usize = 64;

/// Takes front matter out of a page: its lines stay as empty lines, so that line numbers hold.
pub(super) fn take_front_matter(text: &mut String) -> Option<(IssueFacts, Vec<Problem>)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut end = first.len();
    let mut blank: String = line_end(first).to_owned();
    let mut facts = IssueFacts::default();
    let mut problems = Vec::new();
    let mut known = false;
    let mut closed = false;
    for (i, line) in lines.take(FRONT_LINES_MAX).enumerate() {
        end += line.len();
        blank.push_str(line_end(line));
        let content = line.trim();
        if content == "---" || content == "..." {
            closed = true;
            break;
        }
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let (key, value) = content.split_once([':', '：'])?;
        let value = value.trim().trim_matches(['"', '\'']);
        match set(&mut facts, key.trim(), value) {
            Set::Yes => known = true,
            Set::Unknown => {}
            Set::Bad(message) => problems.push(Problem::new(ProblemKind::BadLine, message).at_line(i + 2)),
        }
    }
    if !closed || (!known && problems.is_empty()) {
        return None;
    }
    text.replace_range(..end, &blank);
    Some((facts, problems))
}

fn line_end(line: &str) -> &str {
    if line.ends_with("\r\n") {
        "\r\n"
    } else if line.ends_with('\n') {
        "\n"
    } else {
        ""
    }
}

/// Reads the JSON of a sidecar.
pub(super) fn sidecar(json: &[u8], name: &str) -> (IssueFacts, Vec<Problem>) {
    let mut facts = IssueFacts::default();
    let mut problems = Vec::new();
    let bad = |message: String| Problem::new(ProblemKind::BadFormat, format!("{name}: {message}"));
    match serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(json) {
        Err(error) => problems.push(bad(error.to_string())),
        Ok(members) => {
            for (key, value) in members {
                let value = match value {
                    serde_json::Value::String(text) => text,
                    serde_json::Value::Number(number) => number.to_string(),
                    _ => continue,
                };
                if let Set::Bad(message) = set(&mut facts, &key, value.trim()) {
                    problems.push(bad(message));
                }
            }
        }
    }
    (facts, problems)
}

enum Set {
    Yes,
    Unknown,
    Bad(String),
}

fn set(facts: &mut IssueFacts, key: &str, value: &str) -> Set {
    let key = key.to_lowercase();
    let text = || (!value.is_empty()).then(|| value.to_owned());
    match key.as_str() {
        "paper" | "newspaper" | "报纸" | "报名" => facts.paper = text(),
        "section" | "版名" => facts.section = text(),
        "date" | "日期" => match date_in(value) {
            Some(date) => facts.date = Some(date),
            None => return Set::Bad(format!("“{value}” is no date with a year")),
        },
        "page" | "版" | "版次" => match page_number(value) {
            Some(page) => facts.page = Some(page),
            None => return Set::Bad(format!("“{value}” is no page number")),
        },
        _ => return Set::Unknown,
    }
    Set::Yes
}

/// Puts together what several places tell, the most trusted first, and says where they disagree.
pub(super) fn together(told: &[(&str, &IssueFacts)]) -> (IssueFacts, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut pick = |what: &str, of: fn(&IssueFacts) -> Option<String>| {
        let mut values = told.iter().filter_map(|(place, facts)| of(facts).map(|value| (*place, value)));
        let (place, value) = values.next()?;
        for (other_place, other) in values.filter(|(_, other)| *other != value) {
            let message =
                format!("{what}: {place} says {value}, {other_place} says {other}; the former was taken");
            problems.push(Problem::new(ProblemKind::Conflict, message));
        }
        Some(value)
    };
    let facts = IssueFacts {
        paper: pick("paper", |f| f.paper.clone()),
        page: pick("page", |f| f.page.clone()),
        section: pick("section", |f| f.section.clone()),
        date: pick("date", |f| f.date.map(|d| d.to_string())).and_then(|d| d.parse().ok()),
    };
    (facts, problems)
}

/// What the options say, in the form of facts.
pub(super) fn option_facts(options: &Options) -> IssueFacts {
    IssueFacts {
        paper: options.paper.clone(),
        date: options.date,
        page: options.page.as_deref().map(|page| page_number(page).unwrap_or_else(|| page.to_owned())),
        section: None,
    }
}

/// Options, sidecars (nearest first), the file itself and its path in the order of trust.
pub(super) fn page_facts(
    options: &Options,
    sidecars: &[(String, IssueFacts)],
    within: Option<&(&'static str, IssueFacts)>,
    path: &PathFacts,
) -> (IssueFacts, Vec<Problem>) {
    let from_options = option_facts(options);
    let mut told = vec![("the command line", &from_options)];
    told.extend(sidecars.iter().map(|(name, facts)| (name.as_str(), facts)));
    told.extend(within.map(|(place, facts)| (*place, facts)));
    told.push(("the path", &path.facts));
    let (facts, mut problems) = together(&told);
    problems.extend(path.problems.iter().cloned());
    (facts, problems)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn front_matter_is_taken_out_and_line_numbers_hold() {
        let mut text =
            "---\npaper: 潞州日报\n日期：2026年6月4日\npage: 01\neditor: 甲\n---\n# 引水渠\n".to_owned();
        let (facts, problems) = take_front_matter(&mut text).unwrap();
        assert_eq!(facts.paper.as_deref(), Some("潞州日报"));
        assert_eq!(facts.date, Some(date(2026, 6, 4)));
        assert_eq!(facts.page.as_deref(), Some("1"));
        assert!(problems.is_empty());
        assert_eq!(text, "\n\n\n\n\n\n# 引水渠\n");
    }

    #[test]
    fn a_rule_at_the_top_of_a_page_is_no_front_matter() {
        for page in [
            "---\n# 引水渠\n\n---\n",
            "---\n甲：乙\n---\n",
            "---\npaper: 潞州日报\n",
            "# 引水渠\n---\n",
            "---",
        ] {
            let mut text = page.to_owned();
            assert!(take_front_matter(&mut text).is_none(), "{page}");
            assert_eq!(text, page);
        }
    }

    #[test]
    fn a_front_matter_date_without_a_year_is_told() {
        let mut text = "---\ndate: 6月4日\n---\n甲".to_owned();
        let (facts, problems) = take_front_matter(&mut text).unwrap();
        assert_eq!(facts.date, None);
        assert_eq!((problems[0].kind, problems[0].line), (ProblemKind::BadLine, Some(2)));
    }

    #[test]
    fn the_more_trusted_place_wins_and_the_conflict_is_told() {
        let options = Options { paper: Some("潞州日报".into()), ..Options::default() };
        let path = super::super::path_facts("潞州晚报/2026-06-04/02.md");
        let front =
            IssueFacts { page: Some("2".into()), date: Some(date(2026, 6, 5)), ..IssueFacts::default() };
        let (facts, problems) = page_facts(&options, &[], Some(&("the front matter", front)), &path);
        assert_eq!(facts.paper.as_deref(), Some("潞州日报"));
        assert_eq!(facts.date, Some(date(2026, 6, 5)));
        let told: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
        assert_eq!(
            told,
            [
                "paper: the command line says 潞州日报, the path says 潞州晚报; the former was taken",
                "date: the front matter says 2026-06-05, the path says 2026-06-04; the former was taken",
            ]
        );
    }
}
