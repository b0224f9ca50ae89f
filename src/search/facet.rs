//! What hits can be counted by.

use serde::{Deserialize, Serialize};

use super::collect::FacetColumn;
use crate::index::schema::Fields;

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
    pub const ALL: [Self; 12] = [
        Self::Year,
        Self::Month,
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

    /// Counts in the order in which they are shown: time forward, everything else by number.
    pub(crate) fn counts(self, by_value: std::collections::BTreeMap<String, u64>) -> Vec<FacetCount> {
        let spelled = |value: String| match (self, value.split_at_checked(4)) {
            (Self::Month, Some((year, month))) => format!("{year}-{month}"),
            _ => value,
        };
        let mut counts: Vec<FacetCount> =
            by_value.into_iter().map(|(value, count)| FacetCount { value: spelled(value), count }).collect();
        if !matches!(self, Self::Year | Self::Month) {
            counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        }
        counts
    }
}
