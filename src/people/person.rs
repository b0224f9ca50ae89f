//! Gathers what the articles of an archive say of one name.
//!
//! A name is the unit of gathering: whoever shares no name shares no person, so a changed issue
//! touches only the persons named in it. Nothing is merged silently: a holding stands for what was
//! printed, with the articles that printed it.

use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::namesakes::has_mark;
use super::notice::{Change, Turn};
use super::overlay::{Correction, Overlay};
use super::places::{Inferred, Places};
use super::post::NOT_HELD_IN_FRONT;
use super::{ArticlePeople, Company, Kind, PersonSummary, Said, ledger, namesakes};
use crate::diag::{Problem, ProblemKind};
use crate::paper::{Article, IssueFacts};
use crate::text::pinyin::name_syllables;

/// One article in which a name stands, as far as gathering needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The article.
    pub id: String,
    /// The issue's day.
    pub date: Option<Date>,
    /// What it says of the person; articles that say the same may share it.
    pub said: Arc<Said>,
    /// Number of the article in a [`Company`].
    pub article: u32,
}

/// A change of post with its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedChange {
    /// The post as printed.
    pub post: String,
    /// Whether it begins or ends.
    pub turn: Turn,
    /// The day printed with it, else the story's own, else the issue's.
    pub day: Option<Date>,
    /// The words as printed.
    pub quote: String,
}

/// A quotation that proves a holding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HoldingEvidence {
    /// The article.
    pub id: String,
    /// The issue's day.
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// The words as printed.
    pub quote: String,
}

/// How sure a holding's time is; closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HoldingStatus {
    /// The paper prints the appointment or the removal.
    Dated,
    /// The paper prints the post with the name.
    Seen,
    /// Concluded from other holdings.
    Inferred,
}

/// One post one person held, as far as the archive shows (任职).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The post as printed, its organ included.
    pub post: String,
    /// Its other printings, most printed first: 江苏省省长 beside 省长.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<String>,
    /// Printed beginning.
    pub from: Option<Date>,
    /// Printed end.
    pub to: Option<Date>,
    /// First issue that prints it.
    pub first_seen: Option<Date>,
    /// Last issue that prints it.
    pub last_seen: Option<Date>,
    /// Number of articles that print it.
    pub sightings: u64,
    /// How sure the time is.
    pub status: HoldingStatus,
    /// The full name of its body, where the archive's own lexicon gives one for the printed short one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organ: Option<String>,
    /// The first and the latest articles that print it, oldest first; `sightings` counts them all.
    pub evidence: Vec<HoldingEvidence>,
    /// From where later articles are taken in.
    #[serde(default, skip_serializing_if = "Past::is_empty")]
    pub past: Past,
}

/// What a holding was concluded from, as far as it doesn't show: with it later articles are taken in
/// without the earlier ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// How often the paper prints the post, and each of its other forms.
    #[serde(rename = "n")]
    pub(super) printed: Vec<u64>,
    /// Printed appointments and removals, with their days.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub(super) changes: Vec<(Turn, Option<Date>)>,
    /// Which of the evidence prints one, by its place.
    #[serde(rename = "e", default, skip_serializing_if = "Vec::is_empty")]
    pub(super) told: Vec<usize>,
}

impl Past {
    fn is_empty(&self) -> bool {
        self.printed.is_empty()
    }
}

/// One person of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Last part of the person's address: the name, with `~2` and so on where several share it.
    pub id: String,
    /// The name.
    pub name: String,
    /// Its syllables: `wei zhen dong`.
    pub pinyin: String,
    /// What the person is mostly taken for.
    pub kind: Kind,
    /// Number of articles that name the person, bylines not counted.
    pub articles: u64,
    /// First issue.
    pub first_seen: Option<Date>,
    /// Last issue.
    pub last_seen: Option<Date>,
    /// Posts in the order in which they were first seen.
    pub holdings: Vec<Holding>,
    /// Ids of others of the same name: kept apart, and possibly the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub possibly_same: Vec<String>,
    /// Posts of different places that are taken for this one person's without proof.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inferred: Vec<Inferred>,
    /// Other names of the person, from the archive's own lexicon.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// How the archive's own lexicon joins or parts the persons of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
    /// The person's articles, oldest first, where others have the same name; none where nobody has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<String>,
    /// How many of `own` name the person bare, and were given to this one by the company named beside.
    #[serde(default, skip_serializing_if = "is_none_at_all")]
    pub unsure: u64,
    /// The last article, where later ones can be taken in without the earlier ones: see
    /// [`Person::go_on`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// Where the posts are held, as far as it decides whether later articles part the name.
    #[serde(default, skip_serializing_if = "Places::is_empty")]
    pub places: Places,
}

// serde hands what it asks about by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_none_at_all(n: &u64) -> bool {
    *n == 0
}

/// What one article says of each person named in it, aliases resolved.
pub fn said<'a>(
    article: &'a Article,
    facts: &'a IssueFacts,
    people: &'a ArticlePeople,
) -> impl Iterator<Item = Said> {
    let (text, _) = article.full_text();
    let mut persons: Vec<&PersonSummary> = Vec::new();
    for person in people.summary.iter().filter(|p| p.kind != Kind::Reporter) {
        if persons.iter().all(|p| p.person() != person.person()) {
            persons.push(person);
        }
    }
    persons.into_iter().map(move |person| {
        let names: Vec<&str> = people
            .summary
            .iter()
            .filter(|p| p.person() == person.person())
            .map(|p| p.name.as_str())
            .collect();
        let mut posts: Vec<(String, String)> = Vec::new();
        for mention in people.mentions.iter().filter(|m| names.contains(&m.name.as_str())) {
            let mut before: Option<(usize, &str)> = None;
            for post in &mention.posts {
                let not_held = not_held(&text, post.span.start, before);
                before = not_held.map(|word| (post.span.end, word));
                let told = format!("{}{}", not_held.unwrap_or_default(), post.text);
                if posts.iter().all(|(p, _)| *p != told) {
                    let start = mention.posts.iter().map(|p| p.span.start).min().unwrap_or(post.span.start);
                    let start = start.min(mention.span.start);
                    let start =
                        not_held.filter(|_| start == post.span.start).map_or(start, |q| start - q.len());
                    let quote = quote(&text, start, mention.span.end.max(post.span.end));
                    posts.push((told, quote));
                }
            }
        }
        let changes = people
            .changes
            .iter()
            .filter(|c| names.contains(&c.name.as_str()))
            .map(|c| DatedChange {
                post: c.post.clone(),
                turn: c.turn,
                day: day_of(c, article, facts.date),
                quote: quote(&text, c.span.start, c.span.end),
            })
            .collect();
        Said::new(person.person(), person.kind, posts, changes)
    })
}

/// What stands in front of a post and says that it is not held: 拟任, 曾任; also in front of the list that
/// the post goes on. `before` is where the post before ended, and what was said of that.
fn not_held<'a>(text: &'a str, start: usize, before: Option<(usize, &'a str)>) -> Option<&'a str> {
    let front = text.get(..start)?;
    let own = NOT_HELD_IN_FRONT.iter().find(|word| front.ends_with(**word));
    own.copied().or_else(|| {
        let (end, word) = before?;
        let between = text.get(end..start)?;
        matches!(between, "" | "、" | "，" | "," | "兼" | "和" | "及").then_some(word)
    })
}

/// The words that print a post with a name, cut to 60 characters where a list stands between.
fn quote(text: &str, start: usize, end: usize) -> String {
    const CHARS_MAX: usize = 60;
    let printed = text.get(start..end).unwrap_or("");
    if printed.chars().count() <= CHARS_MAX {
        return printed.to_owned();
    }
    let head: String = printed.chars().take(CHARS_MAX / 2).collect();
    let tail: Vec<char> = printed.chars().rev().take(CHARS_MAX / 2 - 1).collect();
    head + "…" + &tail.into_iter().rev().collect::<String>()
}

/// The day of a change: printed with it, else the story's, else the issue's; no day after the issue.
fn day_of(change: &Change, article: &Article, issued: Option<Date>) -> Option<Date> {
    [change.day.as_deref(), article.event_date.as_deref()]
        .into_iter()
        .flatten()
        .find_map(|printed| complete(printed, issued))
        .filter(|day| issued.is_none_or(|issued| *day <= issued))
        .or(issued)
}

/// A day as printed, with the year nearest before the issue's where none is.
fn complete(printed: &str, issued: Option<Date>) -> Option<Date> {
    if printed.len() > 5 {
        return printed.parse().ok();
    }
    let issued = issued?;
    let day: Date = format!("{:04}-{printed}", issued.year()).parse().ok()?;
    if day <= issued { Some(day) } else { day.checked_sub(1.year()).ok() }
}

impl Correction {
    /// What of it fits nothing that is printed of the name.
    #[must_use]
    pub fn unused(&self, name: &str, sightings: &[Sighting]) -> Vec<Problem> {
        let line = self.place.rsplit_once(':').and_then(|(_, line)| line.parse().ok());
        let told = |message: String| {
            let problem = Problem::new(ProblemKind::CorrectionUnused, message);
            line.map_or(problem.clone(), |line| problem.at_line(line))
        };
        if sightings.is_empty() {
            return vec![told(format!("`{}`: no article names {name}", self.entry))];
        }
        let marks = self.persons.iter().flatten();
        marks
            .filter(|mark| !sightings.iter().any(|sighting| has_mark(sighting, mark)))
            .map(|mark| told(format!("`{}`: nothing printed of {name} has the mark {mark}", self.entry)))
            .collect()
    }
}

/// The persons that the sightings of one name show, the most named first.
///
/// Sightings may come in any order; the result depends on the set alone, on who is named beside, and on the
/// archive's own lexicon.
#[must_use]
pub fn gather(name: &str, mut sightings: Vec<Sighting>, company: &Company, overlay: &Overlay) -> Vec<Person> {
    sort(&mut sightings);
    let correction = overlay.correction(name);
    let apart = namesakes::apart(sightings, company, correction);
    let id = |n: usize| if n == 0 { name.to_owned() } else { format!("{name}~{}", n + 1) };
    (0..)
        .zip(&apart)
        .map(|(n, of)| {
            let sightings = &of.sightings;
            let (places, inferred) = Places::of(sightings);
            let officials = sightings.iter().filter(|s| s.said.kind() == Kind::Official).count();
            let dated = sightings.iter().all(|s| s.date.is_some());
            let goes_on = apart.len() == 1 && correction.is_none() && dated;
            let mut person = Person {
                id: id(n),
                name: name.to_owned(),
                pinyin: name_syllables(name).join(" "),
                kind: if officials > 0 { Kind::Official } else { Kind::Other },
                articles: sightings.len() as u64,
                first_seen: sightings.iter().find_map(|s| s.date),
                last_seen: sightings.iter().rev().find_map(|s| s.date),
                holdings: ledger::holdings(sightings, overlay),
                possibly_same: (0..apart.len()).filter(|other| *other != n).map(id).collect(),
                // Whom a correction joins is no conclusion of ours.
                inferred: if correction.is_none() { inferred } else { Vec::new() },
                aliases: overlay.aliases_of(name).map(str::to_owned).collect(),
                correction: correction.cloned(),
                own: if apart.len() > 1 {
                    sightings.iter().map(|s| s.id.clone()).collect()
                } else {
                    Vec::new()
                },
                unsure: of.unsure,
                last: sightings.last().filter(|_| goes_on).map(|s| s.id.clone()),
                places: if goes_on { places } else { Places::default() },
            };
            if !goes_on {
                person.holdings.iter_mut().for_each(|holding| holding.past = Past::default());
            }
            person
        })
        .collect()
}

/// Brings sightings into the order of the paper, those without a day behind the others.
fn sort(sightings: &mut Vec<Sighting>) {
    sightings.sort_by(|a, b| (a.date.is_none(), a.date, &a.id).cmp(&(b.date.is_none(), b.date, &b.id)));
    sightings.dedup_by(|a, b| a.id == b.id);
}

impl Person {
    /// The person with what later articles say, as if all had been gathered at once; nothing where that
    /// needs the earlier ones: where the new ones are not all later, where they part the name, where the
    /// lexicon corrects it.
    #[must_use]
    pub fn go_on(&self, mut sightings: Vec<Sighting>, overlay: &Overlay) -> Option<Self> {
        sort(&mut sightings);
        let (first, last) = (sightings.first()?, sightings.last()?);
        let later = (first.date, Some(&first.id)) > (self.last_seen, self.last.as_ref());
        let known = self.holdings.iter().all(|h| h.past.printed.len() == h.forms.len() + 1);
        let corrected = overlay.correction(&self.name).is_some();
        if !known || !later || self.last.is_none() || last.date.is_none() || corrected {
            return None;
        }
        let (places, inferred) = self.places.taken_on(&self.inferred, &sightings)?;
        let official = sightings.iter().any(|s| s.said.kind() == Kind::Official);
        Some(Self {
            kind: if official { Kind::Official } else { self.kind },
            articles: self.articles + sightings.len() as u64,
            last_seen: last.date,
            holdings: ledger::go_on(&self.holdings, &sightings, overlay),
            inferred,
            aliases: overlay.aliases_of(&self.name).map(str::to_owned).collect(),
            last: Some(last.id.clone()),
            places,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POSTS: [&str; 11] = [
        "区水利局局长",
        "云溪区水利局局长",
        "原区水利局局长",
        "代区长",
        "区长",
        "云溪区人民政府区长",
        "副区长",
        "柳林村党支部书记",
        "澜湾市市长",
        "云溪镇镇长",
        "柳林镇镇长",
    ];

    prop_compose! {
        fn sightings()(drawn in prop::collection::vec((0..POSTS.len(), 0..4_usize, 0..40_i32, any::<bool>()), 1..60), local in any::<bool>())
            -> Vec<Sighting>
        {
            let mut day = Date::new(2031, 1, 1).unwrap();
            let mut all = Vec::new();
            for (nth, (post, what, step, official)) in drawn.into_iter().enumerate() {
                day = day.saturating_add(step.days());
                // Most people of a local paper hold posts of one place.
                let post = POSTS[if local { post % 5 } else { post }].to_owned();
                let turn = if step % 2 == 0 { Turn::Begin } else { Turn::End };
                let change = DatedChange { post: post.clone(), turn, day: Some(day), quote: format!("任免{post}") };
                let posts = if what == 0 { Vec::new() } else { vec![(post.clone(), format!("{post}甲乙{nth}"))] };
                let kind = if official { Kind::Official } else { Kind::Other };
                let changes = if what == 3 { vec![change] } else { Vec::new() };
                let date = (what != 0 || step != 7).then_some(day);
                all.push(Sighting { id: format!("{nth:03}"), date, said: Said::new("甲乙", kind, posts, changes).into(), article: 0 });
            }
            all
        }
    }

    proptest! {
        #[test]
        fn a_person_taken_on_is_the_one_gathered_at_once(all in sightings(), cut in 0.0..1.0_f64, second in 0.0..1.0_f64) {
            let overlay = Overlay::default();
            let mut company = Company::default();
            company.add(["甲乙"]);
            let gathered = |upto: usize| gather("甲乙", all[..upto].to_vec(), &company, &overlay);
            let cut = 1 + ((all.len() - 1) as f64 * cut) as usize;
            let between = cut + ((all.len() - cut) as f64 * second) as usize;
            let (before, at_once) = (gathered(cut), gathered(all.len()));
            // In one step, and in two.
            for steps in [vec![cut, all.len()], vec![cut, between, all.len()]] {
                let mut person = Some(before[0].clone());
                for step in steps.windows(2).filter(|step| step[0] < step[1]) {
                    person = person.and_then(|person| person.go_on(all[step[0]..step[1]].to_vec(), &overlay));
                }
                if let Some(person) = person {
                    prop_assert_eq!(&[person][..], &at_once);
                }
            }
        }
    }

    fn seen(day: i8, id: &str, post: &str) -> Sighting {
        let posts = if post.is_empty() { Vec::new() } else { vec![(post.to_owned(), post.to_owned())] };
        let date = (day > 0).then(|| Date::new(2031, 1, day).unwrap());
        Sighting {
            id: id.to_owned(),
            date,
            said: Said::new("甲乙", Kind::Official, posts, Vec::new()).into(),
            article: 0,
        }
    }

    #[test]
    fn who_may_not_be_one_person_or_was_seen_later_is_gathered_anew() {
        let overlay = Overlay::default();
        let gathered = |all: &[Sighting], overlay: &Overlay| {
            let mut company = Company::default();
            company.add(["甲乙"]);
            gather("甲乙", all.to_vec(), &company, overlay).remove(0)
        };
        let one = gathered(&[seen(5, "b", "区水利局局长")], &overlay);
        let goes_on = |new: &[Sighting]| one.go_on(new.to_vec(), &overlay).is_some();
        assert!(goes_on(&[seen(5, "c", "")]) && goes_on(&[seen(6, "a", "副区长")]));
        assert!(!goes_on(&[seen(5, "a", "")]), "before it on the same day");
        assert!(!goes_on(&[seen(4, "c", "")]) && !goes_on(&[seen(6, "c", ""), seen(4, "d", "")]), "earlier");
        assert!(!goes_on(&[seen(0, "c", "")]), "without a day");
        assert!(!goes_on(&[]), "nothing new");
        assert!(goes_on(&[seen(6, "c", "柳林村党支部书记")]), "after it: a career");
        let two = [seen(6, "c", "柳林村党支部书记"), seen(7, "d", "区水利局局长")];
        assert!(!goes_on(&two), "a village and the district at once");
        let place = gathered(&[seen(5, "b", "云溪区区长")], &overlay);
        let moved = place.go_on(vec![seen(6, "c", "澜湾区区长")], &overlay).unwrap();
        assert_eq!(moved.inferred.len(), 1);
        assert_eq!(moved.go_on(vec![seen(7, "d", "云溪区区长")], &overlay), None, "two places at once");
        let corrected = Overlay::parse("people.txt", "join 甲乙").value;
        assert_eq!(one.go_on(vec![seen(6, "c", "")], &corrected), None);
        assert_eq!(gathered(&[seen(5, "b", "")], &corrected).last, None);
        assert_eq!(gathered(&[seen(5, "b", ""), seen(0, "c", "")], &overlay).last, None);
        let parted = gathered(
            &[seen(1, "a", "副区长"), seen(2, "b", "柳林村党支部书记"), seen(3, "c", "副区长")],
            &overlay,
        );
        assert_eq!((parted.possibly_same.len(), parted.last), (1, None));
    }
}
