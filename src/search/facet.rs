//! What hits can be counted by.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::counting::FacetColumn;
use super::period::Period;
use crate::index::schema::Fields;
use crate::query::{DateRange, Field, Query, Term};

/// A property of articles that hits are counted by; closed, the list is part of the interface.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Facet {
    /// Year of the issue.
    Year,
    /// Month of the issue, `2026-06`.
    Month,
    /// Day of the issue, `2026-06-04`.
    Day,
    /// The newspaper.
    Paper,
    /// Printed page number.
    Page,
    /// The page's printed name.
    Section,
    /// Column.
    Column,
    /// Who wrote it.
    Byline,
    /// Where a reprint came from.
    Credit,
    /// Kind of piece.
    Genre,
    /// People named in it.
    Person,
    /// Posts printed in it.
    Post,
    /// Organs of those posts.
    Organ,
}

/// One value and in how many hits it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FacetCount {
    /// The value as printed.
    pub value: String,
    /// Number of hits.
    pub count: u64,
}

impl Facet {
    /// All of them, in the order of the interface.
    pub const ALL: [Self; 13] = [
        Self::Year,
        Self::Month,
        Self::Day,
        Self::Paper,
        Self::Page,
        Self::Section,
        Self::Column,
        Self::Byline,
        Self::Credit,
        Self::Genre,
        Self::Person,
        Self::Post,
        Self::Organ,
    ];

    /// The name in JSON and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Paper => "paper",
            Self::Page => "page",
            Self::Section => "section",
            Self::Column => "column",
            Self::Byline => "byline",
            Self::Credit => "credit",
            Self::Genre => "genre",
            Self::Person => "person",
            Self::Post => "post",
            Self::Organ => "organ",
        }
    }

    /// The facet of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.name() == name)
    }

    pub(crate) const fn column(self, f: &Fields) -> FacetColumn {
        match self {
            Self::Year => FacetColumn::Number(f.year),
            Self::Month => FacetColumn::Number(f.month),
            Self::Day => FacetColumn::Number(f.day),
            Self::Paper => FacetColumn::Text(f.paper),
            Self::Page => FacetColumn::Text(f.page),
            Self::Section => FacetColumn::Text(f.section),
            Self::Column => FacetColumn::Text(f.column),
            Self::Byline => FacetColumn::Text(f.byline),
            Self::Credit => FacetColumn::Text(f.credit),
            Self::Genre => FacetColumn::Text(f.genre),
            Self::Person => FacetColumn::Text(f.person),
            Self::Post => FacetColumn::Text(f.post),
            Self::Organ => FacetColumn::Text(f.organ),
        }
    }

    /// The period of time this counts by, for the facets that do.
    #[must_use]
    pub const fn period(self) -> Option<Period> {
        match self {
            Self::Year => Some(Period::Year),
            Self::Month => Some(Period::Month),
            Self::Day => Some(Period::Day),
            _ => None,
        }
    }

    /// The condition that an article has this value.
    #[must_use]
    pub fn condition(self, value: &str) -> Option<Query> {
        let field = match self {
            Self::Year | Self::Month | Self::Day => return DateRange::read(value).map(Query::Dates),
            Self::Paper => Field::Paper,
            Self::Page => {
                return Some(Query::Field { field: Field::Page, term: Term::Word(value.to_owned()) });
            }
            Self::Section => Field::Section,
            Self::Column => Field::Column,
            Self::Byline => Field::Byline,
            Self::Credit => Field::Credit,
            Self::Genre => Field::Genre,
            Self::Person => Field::Person,
            Self::Post => Field::Post,
            Self::Organ => Field::Organ,
        };
        Some(Query::Field { field, term: Term::Literal(value.to_owned()) })
    }

    /// Counts in the order in which they are shown: by number; time forward, periods without any
    /// article included, and behind them the undated ones, so that they sum to `total`.
    pub(crate) fn counts(
        self,
        by_value: impl IntoIterator<Item = (String, u64)>,
        total: u64,
    ) -> Vec<FacetCount> {
        let Some(period) = self.period() else {
            let mut counts: Vec<FacetCount> =
                by_value.into_iter().map(|(value, count)| FacetCount { value, count }).collect();
            counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
            return counts;
        };
        let by_key: BTreeMap<u64, u64> =
            by_value.into_iter().filter_map(|(key, count)| Some((key.parse().ok()?, count))).collect();
        let dated: u64 = by_key.values().sum();
        let mut counts: Vec<FacetCount> = match (by_key.keys().next(), by_key.keys().next_back()) {
            (Some(&first), Some(&last)) => period
                .between(first, last)
                .map(|key| FacetCount {
                    value: period.name_of(key),
                    count: by_key.get(&key).copied().unwrap_or(0),
                })
                .collect(),
            _ => Vec::new(),
        };
        if total > dated {
            counts.push(FacetCount { value: UNDATED.to_owned(), count: total - dated });
        }
        counts
    }
}

/// What stands in the place of a period for articles whose issue has no known day.
pub const UNDATED: &str = "undated";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_counted_without_holes_and_sums_to_the_total() {
        let by_value = [("203111".to_owned(), 2), ("203202".to_owned(), 1)];
        let shown: Vec<String> = Facet::Month
            .counts(by_value, 4)
            .into_iter()
            .map(|c| format!("{} {}", c.value, c.count))
            .collect();
        assert_eq!(shown, ["2031-11 2", "2031-12 0", "2032-01 0", "2032-02 1", "undated 1"]);
        assert!(Facet::Year.counts([], 0).is_empty());
    }

    #[test]
    fn anything_else_is_counted_by_number() {
        let by_value = [("甲".to_owned(), 1), ("乙".to_owned(), 3)];
        let shown: Vec<u64> = Facet::Person.counts(by_value, 9).into_iter().map(|c| c.count).collect();
        assert_eq!(shown, [3, 1]);
    }
}
