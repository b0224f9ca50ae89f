//! Years, months and days as the numbers that are indexed: 2026, 202606, 20260604.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How finely time is counted; closed, the names are part of the interface.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// Calendar years.
    Year,
    /// Calendar months.
    #[default]
    Month,
    /// Calendar days.
    Day,
}

impl Period {
    /// All of them, in the order of the interface.
    pub const ALL: [Self; 3] = [Self::Year, Self::Month, Self::Day];

    /// The name on the command line and in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
        }
    }

    /// The period of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.name() == name)
    }

    /// The number of the period in which a day lies, the day told as [`crate::index::day_key`].
    pub(crate) const fn of_day(self, day_key: u64) -> u64 {
        match self {
            Self::Year => day_key / 10_000,
            Self::Month => day_key / 100,
            Self::Day => day_key,
        }
    }

    /// How a period is written: `2026`, `2026-06`, `2026-06-04`.
    pub(crate) fn name_of(self, key: u64) -> String {
        match self {
            Self::Year => format!("{key:04}"),
            Self::Month => format!("{:04}-{:02}", key / 100, key % 100),
            Self::Day => format!("{:04}-{:02}-{:02}", key / 10_000, key / 100 % 100, key % 100),
        }
    }

    /// Every period from one to another, both included.
    pub(crate) fn between(self, first: u64, last: u64) -> impl Iterator<Item = u64> {
        let mut next = (first <= last).then_some(first);
        std::iter::from_fn(move || {
            let key = next?;
            next = self.after(key).filter(|key| *key <= last);
            Some(key)
        })
    }

    /// The period behind one; none behind the end of the calendar.
    fn after(self, key: u64) -> Option<u64> {
        Some(match self {
            Self::Year => key + 1,
            Self::Month if key % 100 >= 12 => (key / 100 + 1) * 100 + 1,
            Self::Month => key + 1,
            Self::Day => {
                let date = Date::new(
                    i16::try_from(key / 10_000).ok()?,
                    i8::try_from(key / 100 % 100).ok()?,
                    i8::try_from(key % 100).ok()?,
                );
                crate::index::day_key(date.ok()?.tomorrow().ok()?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_follow_the_calendar() {
        let between = |period: Period, first, last| -> Vec<String> {
            period.between(first, last).map(|key| period.name_of(key)).collect()
        };
        assert_eq!(between(Period::Year, 2030, 2032), ["2030", "2031", "2032"]);
        assert_eq!(between(Period::Month, 203111, 203201), ["2031-11", "2031-12", "2032-01"]);
        assert_eq!(between(Period::Day, 20_320_228, 20_320_301), ["2032-02-28", "2032-02-29", "2032-03-01"]);
        assert_eq!(between(Period::Day, 20_311_231, 20_311_231), ["2031-12-31"]);
        assert_eq!(between(Period::Month, 203201, 203111), Vec::<String>::new());
        assert_eq!(Period::Day.between(99_991_231, u64::MAX).count(), 1);
    }
}
