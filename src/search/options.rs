//! Reads the options that stand beside a question, on the command line and in addresses alike.

use super::Sort;
use crate::query::DateRange;

/// An option that can't be used as typed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {what}")]
pub struct BadOption {
    /// The option's name, without dashes.
    pub name: &'static str,
    /// What is wrong with it, lower case, no full stop.
    pub what: String,
    /// What could be typed instead.
    pub hint: Option<&'static str>,
}

/// The days asked for; `from=2026-06` begins on the first, `to=2026-06` ends on the last.
///
/// # Errors
///
/// Where one is no date, or the first lies behind the last.
///
/// ```
/// use baoku::search::days;
/// assert_eq!(days(Some("2026-06"), Some("2026-06")).unwrap().unwrap().to_string(), "2026-06");
/// assert_eq!(days(Some("gestern"), None).unwrap_err().name, "from");
/// ```
pub fn days(from: Option<&str>, to: Option<&str>) -> Result<Option<DateRange>, BadOption> {
    let read = |name: &'static str, text: &str| {
        DateRange::read(text).ok_or_else(|| BadOption {
            name,
            what: format!("“{text}” is no date"),
            hint: Some("a date is 2026, 2026-06 or 2026-06-01"),
        })
    };
    let first = from.map(|text| read("from", text)).transpose()?.and_then(DateRange::from);
    let last = to.map(|text| read("to", text)).transpose()?.and_then(DateRange::to);
    if first.zip(last).is_some_and(|(a, b)| a > b) {
        return Err(BadOption { name: "from", what: "lies behind “to”".to_owned(), hint: None });
    }
    Ok(DateRange::new(first, last))
}

impl Sort {
    /// All of them, in the order of the interface.
    pub const ALL: [Self; 3] = [Self::Relevance, Self::Newest, Self::Oldest];

    /// The name in addresses and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
        }
    }

    /// The order of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }
}
