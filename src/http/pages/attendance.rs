//! Who took part how often: a matrix of people and months.

use askama::Template;
use axum::extract::State as With;
use axum::response::Response;

use super::super::api::people::HOLDINGS;
use super::super::guard::Opened;
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::{Shell, address};
use crate::people::Part;
use crate::search::{Attendance, AttendanceQuery};

/// More months than this are shown as years: a row still fits a screen.
const MONTHS_MAX: usize = 18;
/// Shades of a cell, the fullest for the highest count.
const SHADES: u64 = 4;

#[derive(Template)]
#[template(path = "attendance.html")]
struct AttendancePage {
    shell: Shell,
    from: String,
    to: String,
    name: String,
    /// The parts that can be asked, and whether each is.
    parts: Vec<(&'static str, bool)>,
    periods: Vec<String>,
    rows: Vec<Row>,
    undated: u64,
    total: u64,
    all: Option<String>,
}

struct Row {
    name: String,
    url: String,
    total: u64,
    cells: Vec<Cell>,
    parts: Vec<(String, u64)>,
}

struct Cell {
    count: u64,
    shade: u64,
    href: String,
}

pub(in crate::http) async fn attendance(
    With(state): With<State>,
    Opened(archive): Opened,
    shell: Shell,
    asked: Parameters,
) -> Result<Response, Problem> {
    let part = asked.text("part")?.filter(|part| !part.is_empty());
    let name = asked.text("name")?.filter(|name| !name.is_empty());
    let limit = asked.number("limit", HOLDINGS)?;
    let field = |name| -> Result<String, Problem> { Ok(asked.one(name)?.unwrap_or_default().to_owned()) };
    let (from, to) = (field("from")?, field("to")?);
    let query = AttendanceQuery { dates: asked.days()?, part, name };
    super::page(&state, move || {
        let found = archive.folder("who took part how often")?.attendance(&query)?;
        let (name, part) = (query.name.unwrap_or_default(), query.part.unwrap_or_default());
        let total = found.rows.len();
        let limit = if limit == 0 { usize::MAX } else { limit };
        let everybody =
            [("part", part.as_str()), ("from", &from), ("to", &to), ("name", &name), ("limit", "0")];
        Ok(AttendancePage {
            all: (limit < total).then(|| address("/attendance", &everybody)),
            parts: Part::ALL.map(|p| (p.name(), p.name() == part)).to_vec(),
            undated: found.undated,
            total: total as u64,
            periods: periods(&found.months),
            rows: rows(found, limit),
            shell,
            from,
            to,
            name,
        })
    })
    .await
}

/// What the columns stand for: the months, or their years where there are many.
fn periods(months: &[String]) -> Vec<String> {
    if months.len() <= MONTHS_MAX {
        return months.to_vec();
    }
    let mut years: Vec<String> = months.iter().filter_map(|m| m.get(..4)).map(str::to_owned).collect();
    years.dedup();
    years
}

fn rows(found: Attendance, limit: usize) -> Vec<Row> {
    let columns = periods(&found.months);
    let counted = |months: &[u64]| -> Vec<u64> {
        columns
            .iter()
            .map(|column| {
                let within = found.months.iter().zip(months).filter(|(m, _)| m.starts_with(column));
                within.map(|(_, count)| count).sum()
            })
            .collect()
    };
    let counts: Vec<Vec<u64>> = found.rows.iter().take(limit).map(|row| counted(&row.months)).collect();
    let most = counts.iter().flatten().copied().max().unwrap_or(0).max(1);
    found
        .rows
        .into_iter()
        .zip(counts)
        .map(|(row, counts)| Row {
            cells: columns
                .iter()
                .zip(counts)
                .map(|(column, count)| Cell {
                    href: address(
                        "/search",
                        &[("q", &format!("人物:\"{}\" 日期:{column}", row.name)), ("sort", "oldest")],
                    ),
                    shade: (count * SHADES).div_ceil(most),
                    count,
                })
                .collect(),
            parts: row.parts.into_iter().collect(),
            name: row.name,
            url: row.person,
            total: row.total,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::AttendanceRow;

    #[test]
    fn many_months_are_shown_as_years_and_the_most_has_the_fullest_shade() {
        let months: Vec<String> =
            (2031..2033).flat_map(|y| (1..=12).map(move |m| format!("{y}-{m:02}"))).collect();
        let row = AttendanceRow {
            name: "甲".to_owned(),
            person: "/people/x".to_owned(),
            total: 5,
            months: (0..24).map(|m| u64::from(m == 0 || m > 19)).collect(),
            parts: Default::default(),
        };
        let found = Attendance { months, rows: vec![row], undated: 0 };
        assert_eq!(periods(&found.months), ["2031", "2032"]);
        let told: Vec<_> = rows(found, 9)[0].cells.iter().map(|c| (c.count, c.shade)).collect();
        assert_eq!(told, [(1, 1), (4, 4)]);
    }
}
