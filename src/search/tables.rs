//! Writes networks and attendance for other programs: GraphML, and CSV that spreadsheets open.

use std::fmt::Write as _;

use super::{Attendance, HoldingRow, IssueState, Network, OrderChange, Stats};

/// Spreadsheet programs take a table for UTF-8 only with a byte order mark.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// Rows as CSV; the first one names the columns.
fn csv(rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        // Writing to memory can't fail, and rows are of one length.
        let _ = writer.write_record(row);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    format!("{BYTE_ORDER_MARK}{}", String::from_utf8_lossy(&bytes))
}

fn cells(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|c| (*c).to_owned()).collect()
}

/// A text between tags or in an attribute: markup taken from it, and what XML can't hold.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
    out
}

impl Network {
    /// The network as GraphML, which Gephi, yEd and networkx read.
    #[must_use]
    pub fn graphml(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n\
             <key id=\"label\" for=\"node\" attr.name=\"label\" attr.type=\"string\"/>\n\
             <key id=\"articles\" for=\"node\" attr.name=\"articles\" attr.type=\"long\"/>\n\
             <key id=\"weight\" for=\"edge\" attr.name=\"weight\" attr.type=\"long\"/>\n\
             <key id=\"events\" for=\"edge\" attr.name=\"events\" attr.type=\"long\"/>\n\
             <key id=\"first\" for=\"edge\" attr.name=\"first_seen\" attr.type=\"string\"/>\n\
             <key id=\"last\" for=\"edge\" attr.name=\"last_seen\" attr.type=\"string\"/>\n\
             <graph id=\"baoku\" edgedefault=\"undirected\">\n",
        );
        for node in &self.nodes {
            // Writing to a string can't fail.
            let _ = writeln!(
                out,
                "<node id=\"{}\"><data key=\"label\">{}</data><data key=\"articles\">{}</data></node>",
                escaped(&node.id),
                escaped(&node.name),
                node.articles
            );
        }
        for edge in &self.edges {
            let _ = write!(
                out,
                "<edge source=\"{}\" target=\"{}\"><data key=\"weight\">{}</data><data key=\"events\">{}</data>",
                escaped(&edge.source),
                escaped(&edge.target),
                edge.articles,
                edge.events
            );
            for (key, day) in [("first", &edge.first_seen), ("last", &edge.last_seen)] {
                if let Some(day) = day {
                    let _ = write!(out, "<data key=\"{key}\">{day}</data>");
                }
            }
            out.push_str("</edge>\n");
        }
        out.push_str("</graph>\n</graphml>\n");
        out
    }

    /// The pairs as CSV.
    #[must_use]
    pub fn csv(&self) -> String {
        let head = cells(&["source", "target", "articles", "events", "first_seen", "last_seen"]);
        csv(std::iter::once(head).chain(self.edges.iter().map(|e| {
            vec![
                e.source.clone(),
                e.target.clone(),
                e.articles.to_string(),
                e.events.to_string(),
                e.first_seen.clone().unwrap_or_default(),
                e.last_seen.clone().unwrap_or_default(),
            ]
        })))
    }
}

impl Attendance {
    /// The matrix as CSV: a person a row, a month a column.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut head = cells(&["name", "total"]);
        head.extend(self.months.iter().cloned());
        let kinds = crate::people::Part::ALL.map(crate::people::Part::name);
        head.extend(kinds.iter().map(|k| (*k).to_owned()));
        csv(std::iter::once(head).chain(self.rows.iter().map(|row| {
            let mut cells = vec![row.name.clone(), row.total.to_string()];
            cells.extend(row.months.iter().map(u64::to_string));
            cells.extend(kinds.iter().map(|k| row.parts.get(*k).copied().unwrap_or(0).to_string()));
            cells
        })))
    }
}

impl HoldingRow {
    /// Holdings as CSV, each with its latest evidence.
    #[must_use]
    pub fn csv(rows: &[Self]) -> String {
        let head = cells(&[
            "name",
            "post",
            "organ",
            "from",
            "to",
            "first_seen",
            "last_seen",
            "sightings",
            "status",
            "quote",
            "id",
        ]);
        csv(std::iter::once(head).chain(rows.iter().map(|row| {
            let of = |value: &Option<String>| value.clone().unwrap_or_default();
            let status = serde_json::to_value(row.status).unwrap_or_default();
            let proof = row.evidence.last();
            vec![
                row.name.clone(),
                row.post.clone(),
                of(&row.organ),
                of(&row.from),
                of(&row.to),
                of(&row.first_seen),
                of(&row.last_seen),
                row.sightings.to_string(),
                status.as_str().unwrap_or_default().to_owned(),
                proof.map(|p| p.quote.clone()).unwrap_or_default(),
                proof.map(|p| p.id.clone()).unwrap_or_default(),
            ]
        })))
    }
}

impl OrderChange {
    /// Changes of order as CSV.
    #[must_use]
    pub fn csv(changes: &[Self]) -> String {
        let head = cells(&[
            "date",
            "first",
            "second",
            "list",
            "id",
            "before_date",
            "before_list",
            "before_id",
            "before_lists",
        ]);
        csv(std::iter::once(head).chain(changes.iter().map(|c| {
            vec![
                c.date.clone(),
                c.first.clone(),
                c.second.clone(),
                c.list.join("、"),
                c.id.clone(),
                c.before_date.clone(),
                c.before_list.join("、"),
                c.before_id.clone(),
                c.before_lists.to_string(),
            ]
        })))
    }
}

impl IssueState {
    /// Issues as CSV, a row an issue.
    #[must_use]
    pub fn csv(rows: &[Self]) -> String {
        let head = cells(&[
            "paper",
            "date",
            "pages",
            "missing_pages",
            "articles",
            "unmatched_jumps",
            "untitled",
            "undated_pages",
            "unnumbered_pages",
            "problems",
            "problem_kinds",
            "source",
            "id",
        ]);
        csv(std::iter::once(head).chain(rows.iter().map(|row| {
            let of = |value: &Option<String>| value.clone().unwrap_or_default();
            let kinds: Vec<String> = row.problem_kinds.iter().map(|(k, n)| format!("{k} {n}")).collect();
            vec![
                of(&row.paper),
                of(&row.date),
                row.pages.join("、"),
                row.missing_pages.join("、"),
                row.articles.to_string(),
                row.unmatched_jumps.to_string(),
                row.untitled.to_string(),
                row.undated_pages.to_string(),
                row.unnumbered_pages.to_string(),
                row.problems.to_string(),
                kinds.join("、"),
                row.source.clone(),
                of(&row.id),
            ]
        })))
    }
}

impl Stats {
    /// The members by name, those that are numbers or days, then the years.
    #[must_use]
    pub fn csv(&self) -> String {
        let members = serde_json::to_value(self).unwrap_or_default();
        let plain = members.as_object().into_iter().flatten().filter_map(|(name, value)| match value {
            serde_json::Value::Number(n) => Some(vec![name.clone(), n.to_string()]),
            serde_json::Value::String(s) => Some(vec![name.clone(), s.clone()]),
            _ => None,
        });
        let years = self.years.iter().map(|year| vec![year.value.clone(), year.count.to_string()]);
        csv(std::iter::once(cells(&["name", "value"])).chain(plain).chain(years))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{NetworkEdge, NetworkNode};

    #[test]
    fn what_is_markup_in_a_name_stays_text() {
        let node = |id: &str| NetworkNode { id: id.to_owned(), name: id.to_owned(), articles: 1 };
        let network = Network {
            nodes: vec![node("甲<乙"), node("丙\"&丁")],
            edges: vec![NetworkEdge {
                source: "甲<乙".into(),
                target: "丙\"&丁".into(),
                articles: 2,
                events: 1,
                first_seen: Some("2031-01-01".into()),
                last_seen: None,
            }],
            ..Network::default()
        };
        let graph = network.graphml();
        assert!(graph.contains("<node id=\"甲&lt;乙\"><data key=\"label\">甲&lt;乙</data>"), "{graph}");
        assert!(graph.contains("target=\"丙&quot;&amp;丁\""), "{graph}");
        assert_eq!(network.csv().lines().nth(1), Some("甲<乙,\"丙\"\"&丁\",2,1,2031-01-01,"));
    }
}
