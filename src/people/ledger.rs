//! The posts one person held, with their time and proof (任职).
//!
//! A holding gathers every printing of one post. What the paper prints of an appointment or a removal
//! gives it a beginning or an end; where it prints neither, the sightings alone speak.

use std::collections::{BTreeMap, HashMap};

use super::notice::Turn;
use super::person::{DatedChange, Holding, HoldingEvidence, HoldingStatus, Past, Sighting};
use super::same::{Compared, same_post, standing};
use super::{Overlay, split_post};

/// Articles kept as evidence at either end of a holding's time.
const EVIDENCE_EACH_END: usize = 5;

/// The holdings that sightings in order of time show, in the order in which they were first seen.
pub(super) fn holdings(sightings: &[Sighting], overlay: &Overlay) -> Vec<Holding> {
    go_on(&[], sightings, overlay)
}

/// The same where holdings are known that all earlier sightings show.
pub(super) fn go_on(before: &[Holding], sightings: &[Sighting], overlay: &Overlay) -> Vec<Holding> {
    let mut groups = Groups::of_before(before, overlay);
    for sighting in sightings {
        for (post, quote) in sighting.said.posts() {
            groups.of(post).see(post, sighting, quote);
        }
        for change in sighting.said.changes() {
            let group = groups.of(&change.post);
            group.see(&change.post, sighting, &change.quote);
            group.changes.push((sighting, change));
        }
    }
    let mut holdings: Vec<Holding> = groups.groups.into_iter().map(|g| g.holding(overlay)).collect();
    end_acting(&mut holdings);
    holdings
}

/// The printings of each post.
struct Groups<'a> {
    overlay: &'a Overlay,
    groups: Vec<Group<'a>>,
    /// Where each form was found last. Which group a post belongs to depends on all forms so far, so a new
    /// form makes all of it void; of the thousand printings of one post nearly all bring none.
    known: HashMap<&'a str, usize>,
    /// Each form read for comparing.
    read: HashMap<&'a str, Compared>,
}

impl<'a> Groups<'a> {
    fn of_before(before: &'a [Holding], overlay: &'a Overlay) -> Self {
        let groups: Vec<Group<'a>> = before.iter().map(Group::of_before).collect();
        let forms = groups.iter().flat_map(|group| group.forms.keys());
        let read = forms.map(|form| (*form, compared(form, overlay))).collect();
        Self { overlay, groups, known: HashMap::new(), read }
    }

    fn of(&mut self, post: &'a str) -> &mut Group<'a> {
        let at = match self.known.get(post) {
            Some(at) => *at,
            None => self.find(post),
        };
        &mut self.groups[at]
    }

    fn find(&mut self, post: &'a str) -> usize {
        let overlay = self.overlay;
        self.read.entry(post).or_insert_with(|| compared(post, overlay));
        let known = &self.read;
        let same = |form: &str| match (known.get(form), known.get(post)) {
            (Some(form), Some(post)) => form.is_same(post),
            _ => false,
        };
        let at = self.groups.iter().position(|g| g.forms.keys().any(|form| *form == post || same(form)));
        let at = at.unwrap_or_else(|| {
            self.groups.push(Group::default());
            self.groups.len() - 1
        });
        if !self.groups[at].forms.contains_key(post) {
            self.known.clear();
        }
        self.known.insert(post, at);
        at
    }
}

fn compared(post: &str, overlay: &Overlay) -> Compared {
    Compared::read(spelled_out(post, overlay).as_deref().unwrap_or(post))
}

/// A post with the full name of its body, where the lexicon has one for the printed short one.
fn spelled_out(post: &str, overlay: &Overlay) -> Option<String> {
    let organ = overlay.organs().filter(|short| post.contains(short)).max_by_key(|short| short.len())?;
    let full = overlay.organ_of(organ);
    (full != organ).then(|| post.replacen(organ, full, 1))
}

/// Who is elected no longer acts: 代区长 ends where 区长 begins.
fn end_acting(holdings: &mut [Holding]) {
    let plain = |post: &str| {
        let split = split_post(post);
        (standing(&split.qualifiers), format!("{}{}", split.organ.unwrap_or_default(), split.title))
    };
    for i in 0..holdings.len() {
        let (acting, post) = plain(&holdings[i].post);
        if acting != 1 || holdings[i].to.is_some() {
            continue;
        }
        let elected = holdings
            .iter()
            .filter(|h| standing(&split_post(&h.post).qualifiers) == 0 && same_post(&plain(&h.post).1, &post))
            .find_map(|h| h.from);
        holdings[i].to = elected.filter(|day| holdings[i].first_seen.is_none_or(|first| first <= *day));
    }
}

/// The printings of one post.
#[derive(Default)]
struct Group<'a> {
    /// What is known from earlier sightings.
    before: Option<&'a Holding>,
    /// How often each form is printed.
    forms: BTreeMap<&'a str, u64>,
    /// Each article once, with the words that print the post.
    seen: Vec<(&'a Sighting, &'a str)>,
    changes: Vec<(&'a Sighting, &'a DatedChange)>,
}

impl<'a> Group<'a> {
    fn of_before(before: &'a Holding) -> Self {
        let forms = std::iter::once(&before.post).chain(&before.forms).map(String::as_str);
        let forms = forms.zip(before.past.printed.iter().copied()).collect();
        Self { before: Some(before), forms, ..Self::default() }
    }

    fn see(&mut self, post: &'a str, sighting: &'a Sighting, quote: &'a str) {
        *self.forms.entry(post).or_default() += 1;
        if self.seen.last().is_none_or(|(last, _)| last.id != sighting.id) {
            self.seen.push((sighting, quote));
        }
    }

    fn holding(self, overlay: &Overlay) -> Holding {
        let mut changes = self.before.map_or_else(Vec::new, |before| before.past.changes.clone());
        changes.extend(self.changes.iter().map(|(_, change)| (change.turn, change.day)));
        let days = |turn: Turn| changes.iter().filter(move |(t, _)| *t == turn).filter_map(|(_, day)| *day);
        // A change told again later keeps its first day.
        let from = days(Turn::Begin).min();
        let to = days(Turn::End).filter(|day| from.is_none_or(|f| *day >= f)).min();
        let first_seen = self.before.and_then(|before| before.first_seen);
        let first_seen = first_seen.or_else(|| self.seen.iter().find_map(|(s, _)| s.date));
        let last_seen = self.seen.iter().rev().find_map(|(s, _)| s.date);
        // Who held the post before was given it again: when it began is not printed.
        let from = from.filter(|day| first_seen.is_none_or(|first| first >= *day));
        let mut forms: Vec<(&str, u64)> = self.forms.iter().map(|(form, n)| (*form, *n)).collect();
        forms.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let printed = forms.iter().map(|(_, n)| *n).collect();
        let mut forms: Vec<String> = forms.into_iter().map(|(form, _)| form.to_owned()).collect();
        let post = if forms.is_empty() { String::new() } else { forms.remove(0) };
        let (evidence, told) = self.evidence();
        Holding {
            organ: spelled_out(&post, overlay).and_then(|whole| split_post(&whole).organ),
            post,
            forms,
            from,
            to,
            first_seen,
            last_seen: last_seen.or_else(|| self.before.and_then(|before| before.last_seen)),
            sightings: self.sightings_before() + self.seen.len() as u64,
            status: if from.or(to).is_some() { HoldingStatus::Dated } else { HoldingStatus::Seen },
            evidence,
            past: Past { printed, changes, told },
        }
    }

    fn sightings_before(&self) -> u64 {
        self.before.map_or(0, |before| before.sightings)
    }

    /// The first and the latest articles, and all that print an appointment or a removal; and the places of
    /// these.
    fn evidence(&self) -> (Vec<HoldingEvidence>, Vec<usize>) {
        let mut quotes: HashMap<&str, &str> = HashMap::new();
        for (sighting, change) in &self.changes {
            quotes.entry(&sighting.id).or_insert(&change.quote);
        }
        let known = usize::try_from(self.sightings_before()).unwrap_or(usize::MAX);
        let count = known + self.seen.len();
        let at_an_end = |i: usize| i < EVIDENCE_EACH_END || i + EVIDENCE_EACH_END >= count;
        let (mut evidence, mut told) = (Vec::new(), Vec::new());
        let mut keep = |one: HoldingEvidence, tells: bool| {
            if tells {
                told.push(evidence.len());
            }
            evidence.push(one);
        };
        if let Some(Holding { evidence: before, past, .. }) = self.before {
            for (at, one) in before.iter().enumerate() {
                // Those between the first and the last print a change, wherever they stood.
                let to_end = before.len() - at;
                let i = if to_end <= EVIDENCE_EACH_END { known.saturating_sub(to_end) } else { at };
                let tells = past.told.contains(&at);
                if tells || at_an_end(i) {
                    keep(one.clone(), tells);
                }
            }
        }
        for (i, (sighting, quote)) in (known..).zip(&self.seen) {
            let change = quotes.get(&*sighting.id).copied();
            if change.is_some() || at_an_end(i) {
                let quote = change.unwrap_or(quote).to_owned();
                let one = HoldingEvidence { id: sighting.id.clone(), date: sighting.date, quote };
                keep(one, change.is_some());
            }
        }
        (evidence, told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::{Kind, Said};

    fn sighting(date: &str, posts: &[&str], changes: &[(&str, Turn)]) -> Sighting {
        let posts = posts.iter().map(|p| ((*p).to_owned(), (*p).to_owned())).collect();
        let changes = changes.iter().map(|(post, turn)| DatedChange {
            post: (*post).to_owned(),
            turn: *turn,
            day: date.parse().ok(),
            quote: format!("任免{post}"),
        });
        Sighting {
            id: date.to_owned(),
            date: date.parse().ok(),
            said: Said::new("甲乙", Kind::Official, posts, changes.collect()).into(),
            article: 0,
        }
    }

    #[test]
    fn a_post_is_one_holding_however_it_is_printed_and_ends_where_the_paper_says() {
        let sightings = [
            sighting("2031-01-05", &["云溪区水利局局长"], &[]),
            sighting("2031-02-05", &["区水利局局长", "区水利局副局长"], &[]),
            sighting("2031-03-05", &["区水利局局长"], &[]),
            sighting("2031-04-05", &[], &[("区水利局局长", Turn::End)]),
            sighting("2031-05-05", &["原区水利局局长"], &[]),
        ];
        let told: Vec<String> = holdings(&sightings, &Overlay::default())
            .iter()
            .map(|h| format!("{} {} {:?} {:?}", h.post, h.sightings, h.status, h.to.map(|d| d.to_string())))
            .collect();
        assert_eq!(
            told,
            [
                "区水利局局长 4 Dated Some(\"2031-04-05\")",
                "区水利局副局长 1 Seen None",
                "原区水利局局长 1 Seen None",
            ]
        );
    }

    #[test]
    fn acting_ends_with_the_election() {
        let sightings = [
            sighting("2032-08-06", &[], &[("代区长", Turn::Begin)]),
            sighting("2033-01-12", &[], &[("云溪区人民政府区长", Turn::Begin)]),
        ];
        let found = holdings(&sightings, &Overlay::default());
        assert_eq!(found[0].to, "2033-01-12".parse().ok());
        assert_eq!((found[1].from, found[1].to), ("2033-01-12".parse().ok(), None));
    }
}
