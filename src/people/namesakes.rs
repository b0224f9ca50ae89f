//! Keeps people of one name apart where their posts cannot be one person's, and tells where two were
//! taken for one without proof.
//!
//! A deputy head of the district is not a village's party secretary in the same months, nor is one person
//! the head of two villages at once: posts of places that exclude each other, in overlapping time, never
//! printed in one article. Anything less stays one person, and what was concluded is told.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::overlay::Correction;
use super::person::Sighting;
use super::{Company, split_post};

/// How many levels apart two posts must be.
const LEVELS_APART: i32 = 2;
/// From this level on people are moved from place to place, and a place must be printed twice to part them.
const LEVEL_OF_MOVES: i32 = 3;

/// Sightings that are one person's.
#[derive(Debug, Default)]
pub(super) struct Namesake {
    /// In order of time.
    pub(super) sightings: Vec<Sighting>,
    /// How many of them name the person bare, so that only the company tells which it is, or nothing.
    pub(super) unsure: u64,
}

/// A post and its place, as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlacedPost {
    /// The post as printed.
    pub post: String,
    /// Where it is held: 柳林村, 云溪区.
    pub place: String,
    /// The day.
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// The article.
    pub id: String,
}

/// Two posts of different places taken for one person's: nothing printed says so (推断).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Inferred {
    /// The last printing of the one.
    pub before: PlacedPost,
    /// The first printing of the other.
    pub after: PlacedPost,
}

/// The sightings of each person, the most named first; each keeps its order.
pub(super) fn apart(
    sightings: Vec<Sighting>,
    company: &Company,
    correction: Option<&Correction>,
) -> Vec<Namesake> {
    let mut found = match correction {
        Some(Correction { persons, .. }) if persons.is_empty() => {
            vec![Namesake { sightings, unsure: 0 }]
        }
        Some(Correction { persons, .. }) => by_marks(sightings, company, persons),
        None => by_posts(sightings, company),
    };
    found.sort_by_key(|n| std::cmp::Reverse(n.sightings.len()));
    found
}

/// A sighting with what parting asks of it again and again.
struct Seen {
    sighting: Sighting,
    placed: Vec<Rc<Placed>>,
}

/// Sightings that are one person's as far as is known.
#[derive(Default)]
struct Part {
    seen: Vec<Seen>,
    unsure: u64,
}

impl From<Part> for Namesake {
    fn from(part: Part) -> Self {
        Self { sightings: part.seen.into_iter().map(|seen| seen.sighting).collect(), unsure: part.unsure }
    }
}

fn seen(sightings: Vec<Sighting>, placer: &mut Placer) -> Vec<Seen> {
    sightings.into_iter().map(|sighting| Seen { placed: placer.all(&sighting), sighting }).collect()
}

/// Whether a mark of a correction is printed in an article: in a post there, or as the beginning of its id.
pub(super) fn has_mark(sighting: &Sighting, mark: &str) -> bool {
    sighting.id.starts_with(mark)
        || sighting.said.posts().iter().any(|(post, _)| post.contains(mark))
        || sighting.said.changes().iter().any(|change| change.post.contains(mark))
}

/// Parts as a correction says.
fn by_marks(sightings: Vec<Sighting>, company: &Company, persons: &[Vec<String>]) -> Vec<Namesake> {
    let of = |seen: &Seen| {
        persons.iter().position(|marks| marks.iter().any(|mark| has_mark(&seen.sighting, mark)))
    };
    let seen = seen(sightings, &mut Placer::default());
    let classes: Vec<Option<usize>> = seen.iter().map(of).collect();
    share_out(seen, &classes, persons.len(), company).into_iter().map(Namesake::from).collect()
}

/// Parts where posts exclude each other, and each part again.
fn by_posts(sightings: Vec<Sighting>, company: &Company) -> Vec<Namesake> {
    let mut placer = Placer::default();
    let all = seen(sightings, &mut placer);
    let mut found = Vec::new();
    // The last is looked at first: the parts of a part come out before its neighbour.
    let mut waiting = vec![Part { seen: all, unsure: 0 }];
    while let Some(part) = waiting.pop() {
        let classes = levels_exclude(&part.seen).or_else(|| places_exclude(&part.seen, &placer));
        match classes {
            None => found.push(part.into()),
            Some(classes) => waiting.extend(share_out(part.seen, &classes, 2, company).into_iter().rev()),
        }
    }
    found
}

thread_local! {
    /// For every person of a company a mark, kept from one name to the next: a table of all people made
    /// for each name, and each part of it, would cost more than filling it.
    static MARKS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// Gives each class its sightings; what names the person bare goes where the company is known, else where
/// the paper names more.
fn share_out(all: Vec<Seen>, classes: &[Option<usize>], count: usize, company: &Company) -> Vec<Part> {
    MARKS.with_borrow_mut(|marks| {
        if marks.len() < company.people() {
            marks.resize(company.people(), 0);
        }
        let mut marked = Vec::new();
        let parts = shared_out(all, classes, count, company, marks, &mut marked);
        marked.into_iter().for_each(|person| marks[person as usize] = 0);
        parts
    })
}

/// The same with a table in which nobody is marked; tells who is afterwards.
fn shared_out(
    all: Vec<Seen>,
    classes: &[Option<usize>],
    count: usize,
    company: &Company,
    beside: &mut [u32],
    marked: &mut Vec<u32>,
) -> Vec<Part> {
    // Beside sightings of which class each person stands: none, one (by its number from 1), several.
    const SEVERAL: u32 = u32::MAX;
    let mut sizes = vec![0usize; count];
    for (seen, class) in all.iter().zip(classes) {
        let Some(class) = *class else { continue };
        sizes[class] += 1;
        let mark = class as u32 + 1;
        for name in company.of(seen.sighting.article) {
            let slot = &mut beside[*name as usize];
            if *slot == 0 {
                marked.push(*name);
            }
            *slot = if *slot == 0 || *slot == mark { mark } else { SEVERAL };
        }
    }
    let mut found: Vec<Part> = (0..count).map(|_| Part::default()).collect();
    let mut known = vec![0usize; count];
    for (seen, class) in all.into_iter().zip(classes) {
        let class = class.unwrap_or_else(|| {
            // Whoever stands beside several of them tells nothing.
            known.fill(0);
            for mark in company.of(seen.sighting.article).iter().map(|name| beside[*name as usize]) {
                if mark != 0 && mark != SEVERAL {
                    known[mark as usize - 1] += 1;
                }
            }
            let best = (0..count).max_by_key(|c| (known[*c], sizes[*c], count - c)).unwrap_or(0);
            found[best].unsure += 1;
            best
        });
        found[class].seen.push(seen);
    }
    found.retain(|part| !part.seen.is_empty());
    found
}

/// A post with its level, and its place where one is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Placed {
    level: i32,
    place: Option<Rc<str>>,
    /// Number of level and place.
    number: Option<u32>,
    post: String,
}

/// A level and the name of a place of that level.
type Place = (i32, Rc<str>);

/// What posts tell; each is read once, however often it is printed.
#[derive(Default)]
struct Placer {
    posts: HashMap<String, Option<Rc<Placed>>>,
    numbers: HashMap<Place, u32>,
    /// The place of each number.
    places: Vec<Place>,
}

impl Placer {
    fn of(&mut self, post: &str) -> Option<Rc<Placed>> {
        if let Some(known) = self.posts.get(post) {
            return known.clone();
        }
        let read = level(post).map(|level| {
            let place: Option<Rc<str>> = place(post).map(Rc::from);
            let number = place.clone().map(|place| self.number(level, place));
            Rc::new(Placed { level, place, number, post: post.to_owned() })
        });
        self.posts.insert(post.to_owned(), read.clone());
        read
    }

    fn number(&mut self, level: i32, place: Rc<str>) -> u32 {
        let new = self.places.len() as u32;
        let number = *self.numbers.entry((level, place.clone())).or_insert(new);
        if number == new {
            self.places.push((level, place));
        }
        number
    }

    fn all(&mut self, sighting: &Sighting) -> Vec<Rc<Placed>> {
        sighting.said.posts().iter().filter_map(|(post, _)| self.of(post)).collect()
    }
}

/// Whether posts are such that they could part a name, or that places of one person were concluded to
/// be: at levels far apart, or of more than one place.
pub(super) fn may_part<'a>(posts: impl Iterator<Item = &'a str>) -> bool {
    let mut placer = Placer::default();
    let levels: BTreeSet<i32> = posts.filter_map(|post| placer.of(post)).map(|placed| placed.level).collect();
    let levels: Vec<i32> = levels.into_iter().collect();
    placer.places.len() > 1 || levels.windows(2).any(|w| w[1] - w[0] >= LEVELS_APART)
}

/// First and last day of the sightings that pass.
fn span(all: &[Seen], mut passes: impl FnMut(&Seen) -> bool) -> Option<(Date, Date)> {
    let mut days = all.iter().filter(|seen| passes(seen)).filter_map(|seen| seen.sighting.date);
    let first = days.next()?;
    Some((first, days.next_back().unwrap_or(first)))
}

fn overlap(a: Option<(Date, Date)>, b: Option<(Date, Date)>) -> bool {
    matches!((a, b), (Some((a, b)), Some((c, d))) if a <= d && c <= b)
}

/// Parts at the widest gap between levels, those above first in nothing but number.
fn levels_exclude(all: &[Seen]) -> Option<Vec<Option<usize>>> {
    let levels: BTreeSet<i32> = all.iter().flat_map(|seen| &seen.placed).map(|p| p.level).collect();
    let levels: Vec<i32> = levels.into_iter().collect();
    let gap = levels.windows(2).filter(|w| w[1] - w[0] >= LEVELS_APART).max_by_key(|w| w[1] - w[0]);
    let border = gap.map(|w| w[1])?;
    let low = |seen: &Seen| seen.placed.iter().any(|p| p.level < border);
    let high = |seen: &Seen| seen.placed.iter().any(|p| p.level >= border);
    if all.iter().any(|seen| low(seen) && high(seen)) {
        return None;
    }
    if !overlap(span(all, low), span(all, high)) {
        return None;
    }
    Some(all.iter().map(|seen| if high(seen) { Some(0) } else { low(seen).then_some(1) }).collect())
}

/// How often a place is printed, and the first and last day.
#[derive(Debug, Default)]
struct Printed {
    times: usize,
    days: Option<(Date, Date)>,
}

impl Printed {
    fn add(&mut self, day: Option<Date>) {
        self.times += 1;
        if let Some(day) = day {
            let first = self.days.map_or(day, |(first, _)| first);
            self.days = Some((first, day));
        }
    }
}

/// Parts the two places of one level that are printed most and exclude each other.
///
/// Reads the sightings once and then only compares places: a name may have thousands of sightings.
fn places_exclude(all: &[Seen], placer: &Placer) -> Option<Vec<Option<usize>>> {
    let mut printed: HashMap<u32, Printed> = HashMap::new();
    // Places printed in one article, the smaller number first.
    let mut together: HashSet<[u32; 2]> = HashSet::new();
    let mut here: Vec<u32> = Vec::new();
    for seen in all {
        here.clear();
        here.extend(seen.placed.iter().filter_map(|placed| placed.number));
        here.sort_unstable();
        here.dedup();
        for (nth, place) in here.iter().enumerate() {
            printed.entry(*place).or_default().add(seen.sighting.date);
            together.extend(here[..nth].iter().map(|before| [*before, *place]));
        }
    }
    // In the order of level and name, so that numbers settle nothing.
    let mut places: Vec<(&Place, u32, Printed)> = printed
        .into_iter()
        .filter_map(|(number, printed)| Some((placer.places.get(number as usize)?, number, printed)))
        .collect();
    places.sort_unstable_by(|a, b| a.0.cmp(b.0));
    let mut best: Option<(usize, [u32; 2])> = None;
    for (nth, (a, of_a, printed_a)) in places.iter().enumerate() {
        for (b, of_b, printed_b) in &places[nth + 1..] {
            // Those behind are of higher levels.
            if a.0 != b.0 {
                break;
            }
            let enough = if a.0 >= LEVEL_OF_MOVES { 2 } else { 1 };
            if printed_a.times.min(printed_b.times) < enough || a.1.ends_with(&*b.1) || b.1.ends_with(&*a.1) {
                continue;
            }
            let spans = [printed_a.days, printed_b.days];
            let weight = printed_a.times + printed_b.times;
            // A day that ends one and begins the other is a move.
            let crossed = overlap(spans[0], spans[1])
                && !spans.iter().flatten().any(|s| spans.iter().flatten().any(|t| s.1 == t.0 && s != t));
            let both = [*of_a.min(of_b), *of_a.max(of_b)];
            if crossed && best.as_ref().is_none_or(|(w, _)| weight > *w) && !together.contains(&both) {
                best = Some((weight, [*of_a, *of_b]));
            }
        }
    }
    let (_, pair) = best?;
    let holds = |seen: &Seen, place: u32| seen.placed.iter().any(|placed| placed.number == Some(place));
    Some(all.iter().map(|seen| pair.iter().position(|place| holds(seen, *place))).collect())
}

/// Where posts of different places follow each other and no article prints both.
pub(super) fn inferred(sightings: &[Sighting]) -> Vec<Inferred> {
    let mut placer = Placer::default();
    // Of a thousand printings of one post the place is looked for once.
    let mut places: HashMap<&str, Option<Rc<str>>> = HashMap::new();
    // Pairs of places that one article prints, both ways round.
    let mut proved: HashSet<[Rc<str>; 2]> = HashSet::new();
    for sighting in sightings {
        let mut of = |post| places.entry(post).or_insert_with(|| place(post).map(Rc::from)).clone();
        let here: Vec<Rc<str>> = sighting.said.posts().iter().filter_map(|(post, _)| of(post)).collect();
        for a in &here {
            proved.extend(here.iter().filter(|b| *b != a).map(|b| [a.clone(), b.clone()]));
        }
    }
    let mut last: Option<(Rc<Placed>, &Sighting)> = None;
    let mut found: Vec<Inferred> = Vec::new();
    // Told already, whichever came first.
    let mut told: HashSet<[Rc<str>; 2]> = HashSet::new();
    let evidence = |(placed, sighting): (&Placed, &Sighting), place: &str| PlacedPost {
        post: placed.post.clone(),
        place: place.to_owned(),
        date: sighting.date,
        id: sighting.id.clone(),
    };
    for sighting in sightings {
        for here in placer.all(sighting) {
            let Some(there) = here.place.clone() else { continue };
            if let Some((before, of)) = last.take()
                && let Some(from) = before.place.clone()
                && !from.ends_with(&*there)
                && !there.ends_with(&*from)
                && !proved.contains(&[from.clone(), there.clone()])
                && !told.contains(&[from.clone(), there.clone()])
            {
                told.insert([from.clone(), there.clone()]);
                told.insert([there.clone(), from.clone()]);
                let after = evidence((&here, sighting), &there);
                found.push(Inferred { before: evidence((&before, of), &from), after });
            }
            last = Some((here, sighting));
        }
    }
    found
}

/// What ends the name of a place, and how high it stands.
const fn place_level(c: char) -> Option<i32> {
    match c {
        '村' => Some(0),
        '镇' | '乡' => Some(1),
        '区' | '县' | '旗' => Some(2),
        '市' | '州' => Some(3),
        '省' => Some(4),
        _ => None,
    }
}

/// The place a post is held at, where it is printed with a name of its own: 柳林村, 四川省.
fn place(post: &str) -> Option<String> {
    let organ = split_post(post).organ?;
    let chars: Vec<char> = organ.chars().collect();
    let end = chars.iter().rposition(|c| place_level(*c).is_some())?;
    let from = chars[..end].iter().rposition(|c| place_level(*c).is_some()).map_or(0, |i| i + 1);
    // 区水利局, 市委: the paper's own, without a name.
    (end > from).then(|| chars[from..=end].iter().collect())
}

/// How high the body of a post stands, from village to nation; none where the post does not tell.
fn level(post: &str) -> Option<i32> {
    let split = split_post(post);
    if split.qualifiers.iter().any(|q| q != "代" && q != "现任") {
        return None;
    }
    let organ = split.organ.unwrap_or_default();
    if organ.contains("社区") || organ.ends_with("园区") || organ.contains("街道") {
        return Some(if organ.contains("社区") { 0 } else { 1 });
    }
    // The last place in the organ tells; without one the office itself: 副区长.
    let place = |text: &str| text.chars().rev().find_map(place_level);
    let office = split.title.trim_start_matches("常务").trim_start_matches('副');
    place(&organ)
        .or_else(|| if office.chars().count() == 2 && office.ends_with('长') { place(office) } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::{Kind, Overlay, Person, Said, gather};

    /// What an article of a day prints: the day, a post, who stands beside.
    type Print<'a> = (&'a str, &'a str, &'a [&'a str]);

    fn persons(printed: &[Print<'_>], overlay: &Overlay) -> Vec<Person> {
        let mut company = Company::default();
        let sightings = printed.iter().map(|(date, post, beside)| {
            let posts =
                if post.is_empty() { Vec::new() } else { vec![((*post).to_owned(), (*post).to_owned())] };
            Sighting {
                id: format!("{date}/{post}"),
                date: date.parse().ok(),
                said: Said::new("甲乙", Kind::Official, posts, Vec::new()).into(),
                article: company.add(beside.iter().copied()),
            }
        });
        let sightings = sightings.collect();
        gather("甲乙", sightings, &company, overlay)
    }

    fn told(printed: &[Print<'_>], lexicon: &str) -> Vec<String> {
        let overlay = Overlay::parse("people.txt", lexicon).value;
        let tell = |p: &Person| {
            let inferred: Vec<_> =
                p.inferred.iter().map(|i| format!("{}→{}", i.before.place, i.after.place)).collect();
            format!("{} {} {} {}", p.id, p.articles, p.unsure, inferred.join(" ")).trim_end().to_owned()
        };
        persons(printed, &overlay).iter().map(tell).collect()
    }

    #[test]
    fn a_deputy_of_the_district_is_no_village_secretary_of_the_same_months() {
        let printed: &[Print<'_>] = &[
            ("2031-01-01", "副区长", &["丙丁"]),
            ("2031-02-01", "柳林村党支部书记", &["戊己"]),
            ("2031-02-05", "", &["戊己"]),
            ("2031-03-01", "副区长", &["丙丁"]),
        ];
        assert_eq!(told(printed, ""), ["甲乙 2 0", "甲乙~2 2 1"]);
        assert_eq!(told(printed, "join 甲乙"), ["甲乙 4 0"]);
    }

    #[test]
    fn a_name_of_many_places_and_many_articles_is_told_apart_in_bearable_time() {
        // One after the other, so that none excludes another: every pair of places is compared.
        let place =
            |n: usize| ["柳", "杨", "槐", "桑", "榆"].map(|tree| tree.repeat(1 + n / 5))[n % 5].clone();
        let texts: Vec<(String, String)> = (0..12_000)
            .map(|n| {
                let day = format!("{:04}-01-{:02}", 1 + n / 28, 1 + n % 28);
                (day, format!("{}村党支部书记", place(n / 40)))
            })
            .collect();
        let printed: Vec<Print<'_>> =
            texts.iter().map(|(day, post)| (day.as_str(), post.as_str(), &[][..])).collect();
        let persons = persons(&printed, &Overlay::default());
        assert_eq!(persons.iter().map(|p| p.articles).sum::<u64>(), 12_000);
    }

    #[test]
    fn nobody_leads_two_villages_at_once() {
        let printed: &[Print<'_>] = &[
            ("2031-01-01", "柳林村党支部书记", &[]),
            ("2031-02-01", "云溪村党支部书记", &[]),
            ("2031-03-01", "柳林村党支部书记", &[]),
        ];
        assert_eq!(told(printed, ""), ["甲乙 2 0", "甲乙~2 1 0"]);
    }

    #[test]
    fn a_career_is_one_person_and_says_what_was_concluded() {
        for (first, then, inferred) in [
            ("柳林村党支部书记", "副区长", ""),
            ("区水利局局长", "副区长", ""),
            ("柳林村党支部书记", "云溪镇镇长", " 柳林村→云溪镇"),
        ] {
            let printed: &[Print<'_>] = &[("2031-01-01", first, &[]), ("2033-01-01", then, &[])];
            assert_eq!(told(printed, ""), [format!("甲乙 2 0{inferred}")], "{first}, {then}");
        }
    }

    #[test]
    fn a_correction_parts_by_what_is_printed() {
        let printed: &[Print<'_>] = &[
            ("2031-01-01", "柳林村党支部书记", &[]),
            ("2033-01-01", "云溪镇镇长", &[]),
            ("2033-02-01", "", &[]),
        ];
        assert_eq!(told(printed, "part 甲乙 柳林村 云溪镇,2033-02-01/"), ["甲乙 2 0", "甲乙~2 1 0"]);
    }
}
