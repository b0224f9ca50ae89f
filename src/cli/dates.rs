//! Reads the days of `--from` and `--to`.

use super::Failure;
use crate::query::DateRange;

/// The days asked for; `--from 2026-06` begins on the first, `--to 2026-06` ends on the last.
pub(super) fn range(from: Option<&str>, to: Option<&str>) -> Result<Option<DateRange>, Failure> {
    let read = |option: &str, text: &str| {
        DateRange::read(text).ok_or_else(|| {
            Failure::new(option, format!("“{text}” is no date")).hint("a date is 2026, 2026-06 or 2026-06-01")
        })
    };
    let first = from.map(|text| read("--from", text)).transpose()?.and_then(DateRange::from);
    let last = to.map(|text| read("--to", text)).transpose()?.and_then(DateRange::to);
    if first.zip(last).is_some_and(|(a, b)| a > b) {
        return Err(Failure::new("--from", "lies behind --to"));
    }
    Ok(DateRange::new(first, last))
}
