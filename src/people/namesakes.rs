//! Keeps people of one name apart where their posts cannot be one person's.
//!
//! A deputy head of the district is not a village's party secretary in the same months: posts two
//! levels apart, in overlapping time, never printed in one article. Anything less stays one person.

use jiff::civil::Date;

use super::person::Sighting;
use super::split_post;

/// How many levels apart two posts must be.
const LEVELS_APART: i32 = 2;

/// The sightings of each person, the most named first; each keeps its order.
pub(super) fn apart(sightings: Vec<Sighting>) -> Vec<Vec<Sighting>> {
    let levels: Vec<Vec<i32>> =
        sightings.iter().map(|s| s.posts.iter().filter_map(|(post, _)| level(post)).collect()).collect();
    let mut all: Vec<i32> = levels.iter().flatten().copied().collect();
    all.sort_unstable();
    all.dedup();
    // The widest gap between levels parts those below from those above.
    let gap = all.windows(2).filter(|w| w[1] - w[0] >= LEVELS_APART).max_by_key(|w| w[1] - w[0]);
    let Some(border) = gap.map(|w| w[1]) else { return vec![sightings] };
    let low = |of: &[i32]| of.iter().any(|l| *l < border);
    let high = |of: &[i32]| of.iter().any(|l| *l >= border);
    let together = levels.iter().any(|l| low(l) && high(l));
    let span = |which: &dyn Fn(&[i32]) -> bool| -> Option<(Date, Date)> {
        let mut days = sightings.iter().zip(&levels).filter(|(_, l)| which(l)).filter_map(|(s, _)| s.date);
        let first = days.next()?;
        Some((first, days.next_back().unwrap_or(first)))
    };
    let overlap = match (span(&low), span(&high)) {
        (Some((a, b)), Some((c, d))) => a <= d && c <= b,
        _ => false,
    };
    if together || !overlap {
        return vec![sightings];
    }
    let more_above = levels.iter().filter(|l| high(l)).count() >= levels.iter().filter(|l| low(l)).count();
    let (mut above, mut below) = (Vec::new(), Vec::new());
    for (sighting, levels) in sightings.into_iter().zip(&levels) {
        // Named bare: counted with whom the paper names more.
        let up = if levels.is_empty() { more_above } else { high(levels) };
        if up { above.push(sighting) } else { below.push(sighting) }
    }
    if above.len() >= below.len() { vec![above, below] } else { vec![below, above] }
}

/// How high the body of a post stands, from village to nation; none where the post does not tell.
fn level(post: &str) -> Option<i32> {
    let split = split_post(post);
    if split.qualifiers.iter().any(|q| q != "代" && q != "现任") {
        return None;
    }
    let organ = split.organ.unwrap_or_default();
    // The last place in the organ tells; without one the office itself: 副区长.
    let place = |text: &str| {
        text.chars().rev().find_map(|c| match c {
            '村' => Some(0),
            '镇' | '乡' => Some(1),
            '区' | '县' | '旗' => Some(2),
            '市' | '州' => Some(3),
            '省' => Some(4),
            _ => None,
        })
    };
    if organ.contains("社区") || organ.ends_with("园区") || organ.contains("街道") {
        return Some(if organ.contains("社区") { 0 } else { 1 });
    }
    let office = split.title.trim_start_matches("常务").trim_start_matches('副');
    place(&organ)
        .or_else(|| if office.chars().count() == 2 && office.ends_with('长') { place(office) } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::{Kind, gather};

    fn sighting(date: &str, post: &str) -> Sighting {
        Sighting {
            id: format!("{date}/{post}"),
            date: date.parse().ok(),
            kind: Kind::Official,
            posts: vec![(post.to_owned(), post.to_owned())],
            changes: Vec::new(),
        }
    }

    #[test]
    fn a_deputy_of_the_district_is_no_village_secretary_of_the_same_months() {
        let persons = gather(
            "甲乙",
            vec![
                sighting("2031-01-01", "副区长"),
                sighting("2031-02-01", "柳林村党支部书记"),
                sighting("2031-03-01", "副区长"),
            ],
        );
        let told: Vec<_> = persons
            .iter()
            .map(|p| format!("{} {} {}", p.id, p.articles, p.possibly_same.join(" ")))
            .collect();
        assert_eq!(told, ["甲乙 2 甲乙~2", "甲乙~2 1 甲乙"]);
    }

    #[test]
    fn a_career_is_one_person() {
        for (first, then) in [("柳林村党支部书记", "副区长"), ("区水利局局长", "副区长")]
        {
            let persons = gather("甲乙", vec![sighting("2031-01-01", first), sighting("2033-01-01", then)]);
            assert_eq!(persons.len(), 1, "{first}, {then}");
            assert_eq!(persons[0].possibly_same, [""; 0]);
        }
    }
}
