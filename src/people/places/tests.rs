use proptest::prelude::*;

use super::*;

/// The same by comparing every two.
fn apart_one_by_one(tally: &Tally, placer: &Placer) -> Option<[u32; 2]> {
    let mut best: Option<(usize, [u32; 2])> = None;
    let mut places: Vec<(&Place, u32)> = placer.places.iter().zip(0..).collect();
    places.sort();
    for (nth, (a, of_a)) in places.iter().enumerate() {
        for (b, of_b) in &places[nth + 1..] {
            let [x, y] = [of_a, of_b].map(|number| tally.printed[number]);
            let enough = if a.0 >= LEVEL_OF_MOVES { 2 } else { 1 };
            let (Some(s), Some(t)) = (x.days, y.days) else { continue };
            let moved = s != t && (s.1 == t.0 || t.1 == s.0);
            let both = [*of_a.min(of_b), *of_a.max(of_b)];
            if a.0 == b.0
                && x.times.min(y.times) >= enough
                && overlap(x.days, y.days)
                && !moved
                && !(a.1.ends_with(&*b.1) || b.1.ends_with(&*a.1))
                && !tally.together.contains(&both)
                && best.is_none_or(|(times, _)| x.times + y.times > times)
            {
                best = Some((x.times + y.times, [*of_a, *of_b]));
            }
        }
    }
    best.map(|(_, places)| places)
}

proptest! {
    #[test]
    fn places_that_exclude_each_other_are_those_found_by_comparing_every_two(
        printed in prop::collection::vec((0..3_u8, 0..12_usize, 0..12_i8, 0..4_i8, 1..4_usize), 0..14),
        together in prop::collection::vec((0..14_u32, 0..14_u32), 0..4),
    ) {
        let (mut placer, mut tally) = (Placer::default(), Tally::default());
        for (level, name, first, long, times) in printed {
            let names = ["柳林村", "大柳林村", "云溪镇", "桑园镇", "澜湾市", "榆树村"];
            let place = format!("{}{}", ["", "北"][name / 6], names[name % 6]);
            let number = placer.number(2 + level, place.as_str().into());
            let day = |day| Date::new(2031, 1, 1 + day).unwrap();
            // Some have no day.
            let days = (long > 0 || first > 2).then(|| (day(first), day(first + long)));
            tally.printed.insert(number, Printed { times, days });
        }
        let count = placer.places.len() as u32;
        tally.together.extend(together.into_iter().filter(|(a, b)| a < b && *b < count).map(|(a, b)| [a, b]));
        prop_assert_eq!(tally.places_apart(&placer), apart_one_by_one(&tally, &placer));
    }
}
