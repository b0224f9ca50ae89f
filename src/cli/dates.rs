//! Reads the days of `--from` and `--to`.

use super::Failure;
use crate::query::DateRange;
use crate::search;

/// The days asked for; `--from 2026-06` begins on the first, `--to 2026-06` ends on the last.
pub(super) fn range(from: Option<&str>, to: Option<&str>) -> Result<Option<DateRange>, Failure> {
    search::days(from, to).map_err(|bad| {
        let failure = Failure::new(format!("--{}", bad.name), bad.what);
        match bad.hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    })
}
