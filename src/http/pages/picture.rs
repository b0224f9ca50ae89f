//! Small pictures of a person's page: months as bars, company as a star. The numbers stand in text beside.

use crate::search::{Companion, MonthCount};

/// Companions in the picture; the list beside has them all.
const COMPANIONS_MAX: usize = 12;
/// Half the picture's sides, in its own units.
const CENTRE: (f64, f64) = (260.0, 150.0);
/// Height of the highest bar, in the picture's own units.
const BAR_HEIGHT: u64 = 60;
/// Width of a bar with the gap behind it.
const BAR_WIDTH: u64 = 8;

/// A star: the person in the middle, the company around, who is there most often with the strongest line.
pub(super) struct Picture {
    pub(super) name: String,
    pub(super) around: Vec<Around>,
}

/// One of the company in the picture.
pub(super) struct Around {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
}

impl Picture {
    /// The picture, where there is anybody to show.
    pub(super) fn of(name: &str, company: &[Companion]) -> Option<Self> {
        let most = company.first()?.articles.max(1);
        let shown = &company[..company.len().min(COMPANIONS_MAX)];
        let around = shown
            .iter()
            .enumerate()
            .map(|(i, other)| {
                let angle =
                    std::f64::consts::TAU * i as f64 / shown.len() as f64 - std::f64::consts::FRAC_PI_2;
                let share = other.articles as f64 / most as f64;
                Around {
                    name: other.name.clone(),
                    url: other.person.clone(),
                    x: format!("{:.0}", CENTRE.0 + 205.0 * angle.cos()),
                    y: format!("{:.0}", CENTRE.1 + 125.0 * angle.sin()),
                    width: format!("{:.1}", 0.8 + 5.0 * share),
                }
            })
            .collect();
        Some(Self { name: name.to_owned(), around })
    }
}

/// Articles by month.
pub(super) struct Bars {
    pub(super) width: u64,
    pub(super) bars: Vec<Bar>,
    pub(super) first: String,
    pub(super) last: String,
}

/// One month.
pub(super) struct Bar {
    /// The articles of the month.
    pub(super) href: String,
    pub(super) month: String,
    pub(super) articles: u64,
    pub(super) x: u64,
    pub(super) y: u64,
    pub(super) height: u64,
}

/// The number of a month from year 0 on.
fn number(month: &str) -> Option<u64> {
    let (year, month) = month.split_once('-')?;
    Some(year.parse::<u64>().ok()? * 12 + month.parse::<u64>().ok()? - 1)
}

impl Bars {
    /// The bars, months without articles left empty; none where a single month tells it all.
    pub(super) fn of(months: &[MonthCount], articles_of: impl Fn(&str) -> String) -> Option<Self> {
        let (first, last) = (months.first()?, months.last()?);
        let begin = number(&first.month)?;
        let most = months.iter().map(|m| m.articles).max()?.max(1);
        let bars: Vec<Bar> = months
            .iter()
            .filter_map(|m| {
                let height = (m.articles * BAR_HEIGHT).div_ceil(most);
                Some(Bar {
                    href: articles_of(&m.month),
                    month: m.month.clone(),
                    articles: m.articles,
                    x: (number(&m.month)? - begin) * BAR_WIDTH,
                    y: BAR_HEIGHT - height,
                    height,
                })
            })
            .collect();
        let width = bars.last()?.x + BAR_WIDTH;
        (bars.len() > 1).then(|| Self { width, bars, first: first.month.clone(), last: last.month.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_between_stay_empty_and_the_highest_bar_fills_the_picture() {
        let months: Vec<MonthCount> = [("2031-11", 1), ("2032-02", 3)]
            .map(|(month, articles)| MonthCount { month: month.to_owned(), articles })
            .into();
        let bars = Bars::of(&months, |month| format!("/{month}")).unwrap();
        let told: Vec<_> = bars.bars.iter().map(|b| (b.x, b.y, b.height)).collect();
        assert_eq!(told, [(0, 40, 20), (24, 0, 60)]);
        assert!(Bars::of(&months[..1], str::to_owned).is_none());
    }
}
