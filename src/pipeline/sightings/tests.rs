use super::*;
use crate::people::Kind;

fn said(name: &str, post: &str) -> String {
    let posts = if post.is_empty() { Vec::new() } else { vec![(post.to_owned(), format!("{post}{name}"))] };
    Said::new(name, Kind::Official, posts, Vec::new()).text().unwrap()
}

fn told(memory_bytes_max: usize, everybody: bool, asked: &[&str]) -> Vec<String> {
    let place = tempfile::tempdir().unwrap();
    let mut all = Sightings::new(place.path().to_owned(), everybody);
    all.memory_bytes_max = memory_bytes_max;
    asked.iter().for_each(|name| all.gather(name));
    for n in 0..300 {
        let (one, two) = (["甲乙", "丙丁", "甲"][n % 3], ["戊己", "甲乙丙"][n % 2]);
        let date = (n % 5 > 0).then(|| Date::new(2031, 1, 1 + (n % 28) as i8).unwrap());
        let texts = [said(one, if n % 2 == 0 { "区长" } else { "" }), said(two, "")];
        all.article(&format!("{n:03}"), date, [one, two].into_iter(), texts).unwrap();
    }
    assert_eq!(all.names().count(), asked.len());
    let tell = |(name, mut sightings): Named, company: &Company| {
        sightings.sort_by(|a, b| a.id.cmp(&b.id));
        let beside: Vec<_> = sightings.iter().map(|s| company.of(s.article)).collect();
        format!("{name} {sightings:?} {beside:?}")
    };
    let each = |names: Vec<Named>, company: &Company| {
        Ok(names.into_iter().map(|named| tell(named, company)).collect::<Vec<_>>())
    };
    let told = all.drain(70, |name| name.len(), each).unwrap().concat();
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left behind");
    told
}

#[test]
fn what_is_kept_on_disk_is_what_is_kept_in_memory() {
    let memory = told(usize::MAX, true, &["无人", "甲乙"]);
    assert_eq!(memory.len(), 6);
    assert_eq!(memory.last().map(String::as_str), Some("无人 [] []"));
    for few in [0, 3_000, 20_000] {
        assert_eq!(told(few, true, &["无人", "甲乙"]), memory, "{few} bytes");
    }
}

#[test]
fn of_names_that_are_not_asked_for_nothing_is_given() {
    let all = told(usize::MAX, true, &[]);
    let asked = told(3_000, false, &["甲乙", "无人"]);
    let whole = all.iter().find(|told| told.starts_with("甲乙 "));
    assert_eq!(asked.iter().collect::<Vec<_>>(), [whole.unwrap(), "无人 [] []"]);
}

#[test]
fn days_come_back() {
    for date in [None, Date::new(2031, 12, 31).ok(), Date::new(-1, 1, 1).ok(), Some(Date::MIN)] {
        assert_eq!(date_of(day_number(date)), date);
    }
}
