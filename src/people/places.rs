//! Where the posts of a name are held, and what that says of how many have it.
//!
//! Counted are levels and places, by article and by day, so that what was counted before can be kept
//! and gone on with.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::person::Sighting;
use super::split_post;

/// How many levels apart two posts must be.
const LEVELS_APART: u8 = 2;
/// From this level on people are moved from place to place, and a place must be printed twice to part them.
const LEVEL_OF_MOVES: u8 = 3;

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

/// A post with its level, and its place where one is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) level: u8,
    place: Option<Rc<str>>,
    /// Number of level and place.
    pub(super) number: Option<u32>,
    post: String,
}

/// A level and the name of a place of that level.
type Place = (u8, Rc<str>);

/// What posts tell; each is read once, however often it is printed.
#[derive(Default)]
pub(super) struct Placer {
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

    fn number(&mut self, level: u8, place: Rc<str>) -> u32 {
        let new = self.places.len() as u32;
        let number = *self.numbers.entry((level, place.clone())).or_insert(new);
        if number == new {
            self.places.push((level, place));
        }
        number
    }

    pub(super) fn all(&mut self, sighting: &Sighting) -> Vec<Rc<Placed>> {
        sighting.said.posts().iter().filter_map(|(post, _)| self.of(post)).collect()
    }
}

/// First and last day.
pub(super) type Span = (Date, Date);

fn overlap(a: Option<Span>, b: Option<Span>) -> bool {
    matches!((a, b), (Some((a, b)), Some((c, d))) if a <= d && c <= b)
}

/// Takes a day into a span.
pub(super) fn lengthen(span: &mut Option<Span>, day: Option<Date>) {
    widen(span, day.map(|day| (day, day)));
}

/// Takes a span into another.
fn widen(span: &mut Option<Span>, more: Option<Span>) {
    *span = match (*span, more) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (one, other) => one.or(other),
    };
}

/// How often a place is printed, and the first and last day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Printed {
    times: usize,
    days: Option<Span>,
}

/// What parts a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Border {
    /// Posts below and from this level on.
    Level(u8),
    /// Posts of these two places, by number.
    Places([u32; 2]),
}

impl Border {
    /// On which side of it an article stands that prints these: those above first in nothing but number.
    pub(super) fn side(self, placed: &[Rc<Placed>]) -> Option<usize> {
        match self {
            Self::Level(border) if placed.iter().any(|placed| placed.level >= border) => Some(0),
            Self::Level(_) => (!placed.is_empty()).then_some(1),
            Self::Places(pair) => {
                let holds = |place: &u32| placed.iter().any(|placed| placed.number == Some(*place));
                pair.iter().position(holds)
            }
        }
    }
}

/// Levels and places as sightings print them.
///
/// The sightings are read once, and then only places are compared: a name may have thousands.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// The days of each level.
    levels: BTreeMap<u8, Option<Span>>,
    /// The levels that one article prints, a bit each.
    articles: BTreeSet<u8>,
    /// By the number of a place.
    printed: HashMap<u32, Printed>,
    /// Places printed in one article, the smaller number first.
    together: HashSet<[u32; 2]>,
}

impl Tally {
    /// Takes in so many articles that print the same, the first and the last of these days.
    pub(super) fn add(&mut self, placed: &[Rc<Placed>], times: usize, days: Option<Span>) {
        if placed.is_empty() || times == 0 {
            return;
        }
        self.articles.insert(placed.iter().fold(0, |bits, placed| bits | 1 << placed.level));
        for placed in placed {
            widen(self.levels.entry(placed.level).or_default(), days);
        }
        let mut here: Vec<u32> = placed.iter().filter_map(|placed| placed.number).collect();
        here.sort_unstable();
        here.dedup();
        for (nth, place) in here.iter().enumerate() {
            let printed = self.printed.entry(*place).or_default();
            printed.times += times;
            widen(&mut printed.days, days);
            self.together.extend(here[..nth].iter().map(|before| [*before, *place]));
        }
    }

    /// What parts the name, if anything does.
    pub(super) fn border(&self, placer: &Placer) -> Option<Border> {
        self.level_border().map(Border::Level).or_else(|| self.places_apart(placer).map(Border::Places))
    }

    /// The widest gap between levels, where no article prints both sides and their days overlap.
    fn level_border(&self) -> Option<u8> {
        let levels: Vec<u8> = self.levels.keys().copied().collect();
        let gap = levels.windows(2).filter(|w| w[1] - w[0] >= LEVELS_APART).max_by_key(|w| w[1] - w[0]);
        let border = gap.map(|w| w[1])?;
        let below = (1 << border) - 1;
        if self.articles.iter().any(|levels| levels & below != 0 && levels & !below != 0) {
            return None;
        }
        let span = |low: bool| {
            let side = self.levels.iter().filter(|(level, _)| (**level < border) == low);
            side.filter_map(|(_, days)| *days).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        };
        overlap(span(true), span(false)).then_some(border)
    }

    /// The two places of one level that are printed most and exclude each other.
    ///
    /// Only places whose days overlap exclude each other, and of these only those are looked at that are
    /// printed as often as the best so far: a name may have thousands of places.
    fn places_apart(&self, placer: &Placer) -> Option<[u32; 2]> {
        let dated = |(number, printed): (&u32, &Printed)| {
            let ((level, name), days) = (placer.places.get(*number as usize)?, printed.days?);
            let enough = if *level >= LEVEL_OF_MOVES { 2 } else { 1 };
            let times = printed.times;
            (times >= enough).then_some(Dated { level: *level, name, number: *number, times, days })
        };
        let mut places: Vec<Dated<'_>> = self.printed.iter().filter_map(dated).collect();
        places.sort_unstable_by_key(|place| (place.level, place.days.0));
        let mut best: Option<Apart<'_>> = None;
        // Those that began before and have not ended.
        let mut open: Vec<&Dated<'_>> = Vec::new();
        for place in &places {
            open.retain(|other| other.level == place.level && place.days.0 <= other.days.1);
            for other in &open {
                if best.as_ref().is_some_and(|best| other.times + place.times < best.times) {
                    continue;
                }
                let pair = Apart::of(other, place);
                if best.as_ref().is_none_or(|best| pair.turn() < best.turn()) && self.excludes(&pair) {
                    best = Some(pair);
                }
            }
            open.push(place);
        }
        best.map(|Apart { places: [a, b], .. }| [a.number, b.number])
    }

    /// Whether nobody can be of both of these places, whose days overlap.
    fn excludes(&self, Apart { places: [a, b], .. }: &Apart<'_>) -> bool {
        // A day that ends one and begins the other is a move.
        let moved = a.days != b.days && (a.days.1 == b.days.0 || b.days.1 == a.days.0);
        let inside = a.name.ends_with(b.name) || b.name.ends_with(a.name);
        let both = [a.number.min(b.number), a.number.max(b.number)];
        !moved && !inside && !self.together.contains(&both)
    }
}

/// A place with the days on which it is printed.
struct Dated<'a> {
    level: u8,
    name: &'a str,
    number: u32,
    times: usize,
    days: Span,
}

/// Two places of one level, in the order of their names, and how often both are printed.
struct Apart<'a> {
    places: [&'a Dated<'a>; 2],
    times: usize,
}

impl<'a> Apart<'a> {
    fn of(one: &'a Dated<'a>, other: &'a Dated<'a>) -> Self {
        let places = if one.name < other.name { [one, other] } else { [other, one] };
        Self { places, times: one.times + other.times }
    }

    /// What is printed most comes first; of the same, level and names settle it and neither days nor numbers.
    fn turn(&self) -> (Reverse<usize>, u8, [&'a str; 2]) {
        let [a, b] = self.places;
        (Reverse(self.times), a.level, [a.name, b.name])
    }
}

/// A tally as it is kept with a person, and from where what is inferred goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// Levels with their days.
    #[serde(rename = "l", default, skip_serializing_if = "Vec::is_empty")]
    levels: Vec<(u8, Option<Span>)>,
    /// Levels of one article, a bit each.
    #[serde(rename = "a", default, skip_serializing_if = "BTreeSet::is_empty")]
    articles: BTreeSet<u8>,
    /// Places in the order in which they were first printed: level, name, times, days.
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    printed: Vec<(u8, String, usize, Option<Span>)>,
    /// Places printed in one article, by their order.
    #[serde(rename = "t", default, skip_serializing_if = "BTreeSet::is_empty")]
    together: BTreeSet<[u32; 2]>,
    /// Names of places that one article prints, both ways round.
    #[serde(rename = "b", default, skip_serializing_if = "BTreeSet::is_empty")]
    proved: BTreeSet<[String; 2]>,
    /// The last post that has a level.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    last: Option<PlacedPost>,
}

impl Places {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is known of one person's sightings, in order of time.
    pub(super) fn of(sightings: &[Sighting]) -> (Self, Vec<Inferred>) {
        // Nothing parts what was not parted.
        Self::default().go_on(&[], sightings, false).unwrap_or_default()
    }

    /// The same with later sightings, and what is inferred then; nothing where the name is parted.
    pub(super) fn taken_on(&self, inferred: &[Inferred], new: &[Sighting]) -> Option<(Self, Vec<Inferred>)> {
        self.go_on(inferred, new, true)
    }

    /// The same; with `whole` nothing where the name is parted.
    fn go_on(&self, inferred: &[Inferred], new: &[Sighting], whole: bool) -> Option<(Self, Vec<Inferred>)> {
        let mut placer = Placer::default();
        let mut tally = Tally {
            levels: self.levels.iter().copied().collect(),
            articles: self.articles.clone(),
            printed: HashMap::new(),
            together: self.together.iter().copied().collect(),
        };
        for (level, name, times, days) in &self.printed {
            let number = placer.number(*level, name.as_str().into());
            tally.printed.insert(number, Printed { times: *times, days: *days });
        }
        for sighting in new {
            tally.add(&placer.all(sighting), 1, sighting.date.map(|day| (day, day)));
        }
        if whole && tally.border(&placer).is_some() {
            return None;
        }
        let mut proved = self.proved.clone();
        prove(new, &mut proved);
        let (inferred, last) = infer(inferred, new, &proved, self.last.clone(), &mut placer);
        let printed = (0..).zip(&placer.places).filter_map(|(number, (level, name))| {
            let Printed { times, days } = tally.printed.get(&number)?;
            Some((*level, name.to_string(), *times, *days))
        });
        let places = Self {
            levels: tally.levels.into_iter().collect(),
            articles: tally.articles,
            printed: printed.collect(),
            together: tally.together.into_iter().collect(),
            proved,
            last,
        };
        Some((places, inferred))
    }
}

/// Takes in the places that one article prints with one name.
fn prove(sightings: &[Sighting], proved: &mut BTreeSet<[String; 2]>) {
    // Of a thousand printings of one post the place is looked for once.
    let mut places: HashMap<&str, Option<Rc<str>>> = HashMap::new();
    let mut known: HashSet<[Rc<str>; 2]> = HashSet::new();
    for sighting in sightings {
        let mut of = |post| places.entry(post).or_insert_with(|| place(post).map(Rc::from)).clone();
        let here: Vec<Rc<str>> = sighting.said.posts().iter().filter_map(|(post, _)| of(post)).collect();
        for a in &here {
            known.extend(here.iter().filter(|b| *b != a).map(|b| [a.clone(), b.clone()]));
        }
    }
    proved.extend(known.into_iter().map(|pair| pair.map(|place| place.to_string())));
}

/// The post that was printed last.
enum Last<'a> {
    Kept(PlacedPost),
    Seen(Rc<Placed>, &'a Sighting),
}

impl Last<'_> {
    fn place(&self) -> &str {
        match self {
            Self::Kept(post) => &post.place,
            Self::Seen(placed, _) => placed.place.as_deref().unwrap_or_default(),
        }
    }

    fn into_post(self) -> PlacedPost {
        match self {
            Self::Kept(post) => post,
            Self::Seen(placed, sighting) => PlacedPost {
                post: placed.post.clone(),
                place: placed.place.as_deref().unwrap_or_default().to_owned(),
                date: sighting.date,
                id: sighting.id.clone(),
            },
        }
    }
}

/// Where posts of different places follow each other and no article prints both: what was inferred before
/// and is not proved, and what sightings add; and the last post.
fn infer(
    before: &[Inferred],
    sightings: &[Sighting],
    proved: &BTreeSet<[String; 2]>,
    last: Option<PlacedPost>,
    placer: &mut Placer,
) -> (Vec<Inferred>, Option<PlacedPost>) {
    let pair = |from: &str, to: &str| [from.to_owned(), to.to_owned()];
    let mut found: Vec<Inferred> =
        before.iter().filter(|i| !proved.contains(&pair(&i.before.place, &i.after.place))).cloned().collect();
    // Told already, whichever came first.
    let mut told: HashSet<[String; 2]> = HashSet::new();
    for Inferred { before, after } in &found {
        told.insert(pair(&before.place, &after.place));
        told.insert(pair(&after.place, &before.place));
    }
    let mut last = last.map(Last::Kept);
    for sighting in sightings {
        for here in placer.all(sighting) {
            let Some(there) = here.place.clone() else { continue };
            let moved = |before: &Last<'_>| {
                let from = before.place();
                !from.ends_with(&*there) && !there.ends_with(from)
            };
            if let Some(before) = last.take().filter(moved) {
                let both = pair(before.place(), &there);
                if !proved.contains(&both) && !told.contains(&both) {
                    told.insert(pair(&there, before.place()));
                    told.insert(both);
                    let after = Last::Seen(here.clone(), sighting).into_post();
                    found.push(Inferred { before: before.into_post(), after });
                }
            }
            last = Some(Last::Seen(here, sighting));
        }
    }
    (found, last.map(Last::into_post))
}

/// What ends the name of a place, and how high it stands.
const fn place_level(c: char) -> Option<u8> {
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
fn level(post: &str) -> Option<u8> {
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
mod tests;
