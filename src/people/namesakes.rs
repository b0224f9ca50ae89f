//! Keeps people of one name apart where their posts cannot be one person's, and tells where two were
//! taken for one without proof.
//!
//! A deputy head of the district is not a village's party secretary in the same months, nor is one person
//! the head of two villages at once: posts of places that exclude each other, in overlapping time, never
//! printed in one article. Anything less stays one person, and what was concluded is told.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::overlay::Correction;
use super::person::Sighting;
use super::places::{Placed, Placer, Span, Tally, lengthen};
use super::{Company, Said};

/// Sightings that are one person's.
#[derive(Debug, Default)]
pub(super) struct Namesake {
    /// In order of time.
    pub(super) sightings: Vec<Sighting>,
    /// How many of them name the person bare, so that only the company tells which it is, or nothing.
    pub(super) unsure: u64,
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

/// The sightings of one name with what parting asks of them again and again.
struct Seen {
    sightings: Vec<Sighting>,
    /// What each says, by its number: many say the same.
    said: Vec<u32>,
    /// By that number the posts that have a level.
    placed: Vec<Vec<Rc<Placed>>>,
}

/// What those of one part say, by its number; kept from part to part, so that each costs what it has and
/// not what all have.
struct Printed {
    /// How often, and on which days.
    times: Vec<(usize, Option<Span>)>,
    /// What is said at all, and has a level.
    said: Vec<u32>,
    /// On which side of a border it stands.
    sides: Vec<Option<usize>>,
}

impl Seen {
    fn new(sightings: Vec<Sighting>, placer: &mut Placer) -> Self {
        let mut numbers: HashMap<*const Said, u32> = HashMap::new();
        let mut placed = Vec::new();
        let number = |sighting: &Sighting| {
            *numbers.entry(Arc::as_ptr(&sighting.said)).or_insert_with(|| {
                placed.push(placer.all(sighting));
                (placed.len() - 1) as u32
            })
        };
        Self { said: sightings.iter().map(number).collect(), sightings, placed }
    }

    fn whole(&self) -> Part {
        Part {
            sightings: (0..self.sightings.len() as u32).collect(),
            unsure: 0,
            looked: self.sightings.len(),
        }
    }

    fn printed(&self) -> Printed {
        let count = self.placed.len();
        Printed { times: vec![(0, None); count], said: Vec::new(), sides: vec![None; count] }
    }

    /// What those of a part say.
    fn read(&self, part: &Part, printed: &mut Printed) {
        printed.said.drain(..).for_each(|said| printed.times[said as usize] = (0, None));
        for nth in &part.sightings {
            let said = self.said[*nth as usize];
            // What has no level is on no side of any border.
            if self.placed[said as usize].is_empty() {
                continue;
            }
            let (times, days) = &mut printed.times[said as usize];
            if *times == 0 {
                printed.said.push(said);
            }
            *times += 1;
            lengthen(days, self.sightings[*nth as usize].date);
        }
    }

    /// Whether something parts those who say this; then it is known on which side of it each stands.
    fn is_parted(&self, printed: &mut Printed, placer: &Placer) -> bool {
        let mut tally = Tally::default();
        for said in &printed.said {
            let (times, days) = printed.times[*said as usize];
            tally.add(&self.placed[*said as usize], times, days);
        }
        let Some(border) = tally.border(placer) else { return false };
        for said in &printed.said {
            printed.sides[*said as usize] = border.side(&self.placed[*said as usize]);
        }
        true
    }

    /// Takes parts for persons.
    fn apart(self, parts: Vec<Part>) -> Vec<Namesake> {
        let mut sightings: Vec<Option<Sighting>> = self.sightings.into_iter().map(Some).collect();
        let mut take = |nth: u32| sightings.get_mut(nth as usize).and_then(Option::take);
        let person = |Part { sightings, unsure, .. }| Namesake {
            sightings: sightings.into_iter().filter_map(&mut take).collect(),
            unsure,
        };
        parts.into_iter().map(person).collect()
    }
}

/// Sightings that are one person's as far as is known, by their numbers, in order.
#[derive(Default)]
struct Part {
    sightings: Vec<u32>,
    unsure: u64,
    /// How many there were when it was looked last who stands beside several.
    looked: usize,
}

/// Whether a mark of a correction is printed in an article: in a post there, or as the beginning of its id.
pub(super) fn has_mark(sighting: &Sighting, mark: &str) -> bool {
    sighting.id.starts_with(mark)
        || sighting.said.posts().iter().any(|(post, _)| post.contains(mark))
        || sighting.said.changes().iter().any(|change| change.post.contains(mark))
}

/// Parts as a correction says.
fn by_marks(sightings: Vec<Sighting>, company: &Company, persons: &[Vec<String>]) -> Vec<Namesake> {
    let seen = Seen::new(sightings, &mut Placer::default());
    let of = |nth: u32| {
        let sighting = &seen.sightings[nth as usize];
        persons.iter().position(|marks| marks.iter().any(|mark| has_mark(sighting, mark)))
    };
    let parts = Beside::of(&seen.sightings, company).share_out(seen.whole(), of, persons.len());
    seen.apart(parts)
}

/// Parts where posts exclude each other, and each part again.
fn by_posts(sightings: Vec<Sighting>, company: &Company) -> Vec<Namesake> {
    let mut placer = Placer::default();
    let seen = Seen::new(sightings, &mut placer);
    let mut printed = seen.printed();
    let mut found = Vec::new();
    // The last is looked at first: the parts of a part come out before its neighbour.
    let mut waiting = vec![seen.whole()];
    // Most names are not parted.
    let mut beside: Option<Beside> = None;
    while let Some(part) = waiting.pop() {
        seen.read(&part, &mut printed);
        if !seen.is_parted(&mut printed, &placer) {
            found.push(part);
            continue;
        }
        let beside = beside.get_or_insert_with(|| Beside::of(&seen.sightings, company));
        let of = |nth: u32| printed.sides[seen.said[nth as usize] as usize];
        waiting.extend(beside.share_out(part, of, 2).into_iter().rev());
    }
    seen.apart(found)
}

thread_local! {
    /// Room for [`Beside::of`]: tables of all people made for each name would cost more than filling them.
    static ROOM: RefCell<Room> =
        const { RefCell::new(Room { numbers: Vec::new(), once: Vec::new(), again: Vec::new() }) };
}

/// For every person of a company the number beside one name, and whether it was met once, and again: a bit each,
/// so that both are near at hand for any number of people.
struct Room {
    numbers: Vec<u32>,
    once: Vec<u64>,
    again: Vec<u64>,
}

/// Who is named beside several sightings of one name, under numbers of its own: a name is parted again and
/// again, and all people of an archive are too many to be kept near at hand.
struct Beside {
    numbers: Vec<u32>,
    /// Where in `numbers` those of a sighting begin, and how many there are.
    places: Vec<(u32, u32)>,
    /// For each person the class beside whose sightings it stands, by its number from 1; [`NOBODYS`] for
    /// none, [`SEVERAL`] for more than one.
    marks: Vec<u16>,
    /// Who has a mark.
    marked: Vec<u32>,
}

/// The mark of who stands beside sightings of no class.
const NOBODYS: u16 = 0;
/// The mark of who stands beside sightings of several classes.
const SEVERAL: u16 = u16::MAX;

/// A part so many times smaller than it was is looked through again for who stands beside several of it.
const NARROWED_TIMES: usize = 2;

impl Beside {
    /// Numbers those named beside. Who stands beside one sighting alone tells nothing of others.
    fn of(all: &[Sighting], company: &Company) -> Self {
        ROOM.with_borrow_mut(|Room { numbers: known, once, again }| {
            if known.len() < company.people() {
                known.resize(company.people(), 0);
                once.resize(company.people().div_ceil(64), 0);
                again.resize(company.people().div_ceil(64), 0);
            }
            let place = |person: u32| (person as usize / 64, 1u64 << (person % 64));
            for person in all.iter().flat_map(|sighting| company.of(sighting.article)) {
                let (word, bit) = place(*person);
                again[word] |= once[word] & bit;
                once[word] |= bit;
            }
            let mut people: Vec<u32> = Vec::new();
            let mut numbers = Vec::new();
            let mut places = Vec::with_capacity(all.len());
            for sighting in all {
                let begin = numbers.len();
                for person in company.of(sighting.article) {
                    let (word, bit) = place(*person);
                    if again[word] & bit == 0 {
                        continue;
                    }
                    let number = &mut known[*person as usize];
                    // From 1: who has none yet has 0.
                    if *number == 0 {
                        people.push(*person);
                        *number = people.len() as u32;
                    }
                    numbers.push(*number - 1);
                }
                places.push((begin as u32, (numbers.len() - begin) as u32));
            }
            people.iter().for_each(|person| known[*person as usize] = 0);
            for person in all.iter().flat_map(|sighting| company.of(sighting.article)) {
                let (word, _) = place(*person);
                (once[word], again[word]) = (0, 0);
            }
            Self { numbers, places, marks: vec![NOBODYS; people.len()], marked: Vec::new() }
        })
    }

    /// Leaves out who stands beside one sighting of a part alone: neither there nor in parts of it does that
    /// tell anything.
    fn narrow(&mut self, part: &mut Part) {
        if part.sightings.len() * NARROWED_TIMES > part.looked {
            return;
        }
        part.looked = part.sightings.len();
        let Self { numbers, places, marks, marked } = self;
        for nth in &part.sightings {
            let (begin, count) = places[*nth as usize];
            for person in &numbers[begin as usize..][..count as usize] {
                let mark = &mut marks[*person as usize];
                if *mark == NOBODYS {
                    marked.push(*person);
                }
                *mark = if *mark == NOBODYS { 1 } else { SEVERAL };
            }
        }
        for nth in &part.sightings {
            let (begin, count) = &mut places[*nth as usize];
            let beside = &mut numbers[*begin as usize..][..*count as usize];
            let mut kept = 0;
            for at in 0..beside.len() {
                beside[kept] = beside[at];
                kept += usize::from(marks[beside[at] as usize] == SEVERAL);
            }
            *count = kept as u32;
        }
        marked.drain(..).for_each(|person| marks[person as usize] = NOBODYS);
    }

    /// Gives each class its sightings; what names the person bare goes where the company is known, else
    /// where the paper names more.
    fn share_out(&mut self, mut all: Part, class: impl Fn(u32) -> Option<usize>, count: usize) -> Vec<Part> {
        self.narrow(&mut all);
        let Self { numbers, places, marks, marked } = self;
        let beside = |nth: u32| {
            let (begin, count) = places[nth as usize];
            &numbers[begin as usize..][..count as usize]
        };
        let mut sizes = vec![0usize; count];
        for nth in &all.sightings {
            let Some(class) = class(*nth) else { continue };
            sizes[class] += 1;
            let mark = u16::try_from(class + 1).unwrap_or(SEVERAL);
            for person in beside(*nth) {
                let slot = &mut marks[*person as usize];
                if *slot == NOBODYS {
                    marked.push(*person);
                }
                *slot = if *slot == NOBODYS || *slot == mark { mark } else { SEVERAL };
            }
        }
        let looked = all.looked;
        let mut found: Vec<Part> = (0..count).map(|_| Part { looked, ..Part::default() }).collect();
        // By mark; those of nobody and of several tell nothing. Counting them too costs less than asking.
        let mut known = vec![0u32; count + 2];
        let slot = |mark: u16| usize::from(mark).min(count + 1);
        for nth in all.sightings {
            let class = class(nth).unwrap_or_else(|| {
                known.fill(0);
                let marked = beside(nth).iter().map(|person| marks[*person as usize]);
                if count == 2 {
                    // The most frequent case by far, and in memory each count would wait for the one before.
                    let (first, second) = marked.fold((0, 0), |(first, second), mark| {
                        (first + u32::from(mark == 1), second + u32::from(mark == 2))
                    });
                    (known[1], known[2]) = (first, second);
                } else {
                    marked.for_each(|mark| known[slot(mark)] += 1);
                }
                let best = (0..count).max_by_key(|c| (known[c + 1], sizes[*c], count - c)).unwrap_or(0);
                found[best].unsure += 1;
                best
            });
            found[class].sightings.push(nth);
        }
        marked.drain(..).for_each(|person| marks[person as usize] = NOBODYS);
        found.retain(|part| !part.sightings.is_empty());
        found
    }
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
        // One after the other, so that none excludes another.
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
