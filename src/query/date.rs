//! Reads the days a question asks for, as people write them.

use std::fmt;

use super::lex::half;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: i16,
    month: i8,
    day: i8,
}

impl Day {
    /// The day, or `None` where the calendar has none such; years 1 to 9999.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        let fits = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_of_month(year, month)).contains(&day);
        fits.then_some(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i16 {
        self.year
    }

    /// The month, from 1.
    #[must_use]
    pub const fn month(self) -> i8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> i8 {
        self.day
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

const fn days_of_month(year: i16, month: i8) -> i8 {
    match month {
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from one to another, both included; at least one side is bounded.
///
/// Prints as short as it can: a whole month as `2026-06`, a whole year as `2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateRange {
    from: Option<Day>,
    to: Option<Day>,
}

impl DateRange {
    /// The days from `from` to `to`, swapped where they stand the wrong way round; `None` without
    /// any bound.
    #[must_use]
    pub fn new(from: Option<Day>, to: Option<Day>) -> Option<Self> {
        match (from, to) {
            (None, None) => None,
            (Some(a), Some(b)) if a > b => Some(Self { from: to, to: from }),
            _ => Some(Self { from, to }),
        }
    }

    /// The first day, if there is one.
    #[must_use]
    pub const fn from(self) -> Option<Day> {
        self.from
    }

    /// The last day, if there is one.
    #[must_use]
    pub const fn to(self) -> Option<Day> {
        self.to
    }

    /// Reads `2026`, `2026-06`, `2026-06-01`, `2026/6/1`, `2026年6月`, `20260601`, and ranges of
    /// them (`..`, `~`, `至`, `到`) open on either side; any width of digits.
    ///
    /// ```
    /// use baoku::query::DateRange;
    /// let june = DateRange::read("2026年6月").unwrap();
    /// assert_eq!(june, DateRange::read("2026-06-01..2026-06-30").unwrap());
    /// assert_eq!(june.to_string(), "2026-06");
    /// assert_eq!(DateRange::read("2026-02-30"), None);
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text: String = text.chars().map(half).filter(|c| !c.is_whitespace()).collect();
        let split = ["..", "~", "至", "到"].iter().find_map(|mark| text.split_once(mark));
        let Some((left, right)) = split else {
            let (from, to) = span(&text)?;
            return Self::new(Some(from), Some(to));
        };
        let side = |part: &str| if part.is_empty() { Some(None) } else { span(part).map(Some) };
        match (side(left)?, side(right)?) {
            (Some(a), Some(b)) => Self::new(Some(a.0.min(b.0)), Some(a.1.max(b.1))),
            (a, b) => Self::new(a.map(|s| s.0), b.map(|s| s.1)),
        }
    }

    /// Whether the two sides were typed the wrong way round.
    pub(super) fn is_backward(text: &str) -> bool {
        let text: String = text.chars().map(half).filter(|c| !c.is_whitespace()).collect();
        let split = ["..", "~", "至", "到"].iter().find_map(|mark| text.split_once(mark));
        split.and_then(|(l, r)| Some(span(l)?.0 > span(r)?.1)).unwrap_or(false)
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(from), Some(to)) = (self.from, self.to) else {
            if let Some(from) = self.from {
                write!(f, "{from}")?;
            }
            f.write_str("..")?;
            return self.to.map_or(Ok(()), |to| write!(f, "{to}"));
        };
        let whole_months =
            from.year == to.year && from.day == 1 && to.day == days_of_month(to.year, to.month);
        if from == to {
            write!(f, "{from}")
        } else if whole_months && from.month == to.month {
            write!(f, "{:04}-{:02}", from.year, from.month)
        } else if whole_months && from.month == 1 && to.month == 12 {
            write!(f, "{:04}", from.year)
        } else {
            write!(f, "{from}..{to}")
        }
    }
}

/// First and last day of a day, a month or a year.
fn span(text: &str) -> Option<(Day, Day)> {
    let (year, month, day) = parts(text)?;
    let from = Day::new(year, month.unwrap_or(1), day.unwrap_or(1))?;
    let last_month = month.unwrap_or(12);
    let to = Day::new(year, last_month, day.unwrap_or_else(|| days_of_month(year, last_month)))?;
    Some((from, to))
}

fn parts(text: &str) -> Option<(i16, Option<i8>, Option<i8>)> {
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if digits(text) && matches!(text.len(), 6 | 8) {
        let day = if text.len() == 8 { Some(text[6..].parse().ok()?) } else { None };
        return Some((text[..4].parse().ok()?, Some(text[4..6].parse().ok()?), day));
    }
    let text = text.trim_end_matches(['日', '号', '號', '月', '年']);
    let mut numbers = text.split(['-', '/', '.', '年', '月']);
    let year = numbers.next().filter(|y| y.len() == 4 && digits(y))?.parse().ok()?;
    let mut small = || match numbers.next() {
        None => Some(None),
        Some(n) if matches!(n.len(), 1 | 2) && digits(n) => Some(n.parse::<i8>().ok()),
        Some(_) => None,
    };
    let (month, day) = (small()?, small()?);
    numbers.next().is_none().then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::DateRange;

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (typed, printed) in [
            ("2026", "2026"),
            ("２０２６年", "2026"),
            ("2026-06", "2026-06"),
            ("2026年6月", "2026-06"),
            ("202606", "2026-06"),
            ("2026/6/1", "2026-06-01"),
            ("2026.6.1", "2026-06-01"),
            ("2026年6月1日", "2026-06-01"),
            ("20260601", "2026-06-01"),
            ("2026-06-01..2026-06-30", "2026-06"),
            ("2025..2026", "2025-01-01..2026-12-31"),
            ("2026-06..", "2026-06-01.."),
            ("..2026-06", "..2026-06-30"),
            ("2026年6月1日至2026年6月5日", "2026-06-01..2026-06-05"),
            ("2026-06-05..2026-06-01", "2026-06-01..2026-06-05"),
            ("2024-02", "2024-02"),
            ("2024-02-29", "2024-02-29"),
        ] {
            assert_eq!(DateRange::read(typed).map(|r| r.to_string()).as_deref(), Some(printed), "{typed}");
        }
    }

    #[test]
    fn what_the_calendar_does_not_have_is_no_date() {
        for typed in [
            "",
            "..",
            "昨天",
            "26",
            "2026-13",
            "2026-00",
            "2026-02-29",
            "2026-6-1-2",
            "0000",
            "2026-",
            "1-2",
            "年",
            "2026-2027",
        ] {
            assert_eq!(DateRange::read(typed), None, "{typed}");
        }
    }
}
