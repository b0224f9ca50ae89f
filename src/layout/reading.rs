//! Finds the best reading of a page: a role for every block.
//!
//! Every way to read the page is a walk through the states of a story ([`State`]); each step gives a
//! block a role ([`Role`]) and has a price. The dearest walk is found for the whole page at once
//! (Viterbi), so that a heading between two bodies goes where it serves both best. A heading's level
//! is one voice among many: what it is worth on this page is learned from a first walk.
//! Time and memory grow with the number of blocks.

use super::habits::Habits;
use super::late;
use super::likeness::Likeness;
use super::lines::Block;
use super::role::Cues;
use super::state::{ALL_STATES, STATES, State, ending, step};
use super::weigh::{NEVER, Weighed};

/// What a block is on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// Slogan, folio, masthead and the like.
    Furniture,
    /// Name of a column.
    Column,
    /// Line above the headline.
    Kicker,
    /// Main line.
    Headline,
    /// Second line of the main line.
    HeadlineMore,
    /// Line below.
    Deck,
    /// Authors between headline and body.
    Byline,
    /// Authors with whom a story begins that has no headline above.
    BylineNew,
    /// Running text of the open story.
    Body,
    /// Running text with which a story begins that has no headline above.
    BodyNew,
    /// Heading inside a body.
    Crosshead,
    /// Headline that stands after its body.
    LateHeadline,
    /// Deck behind such a headline.
    LateDeck,
    /// Authors at the end.
    Signature,
    /// Source line.
    Credit,
    /// `（下转…）` alone.
    JumpLine,
    /// `（上接…）` alone.
    JumpFrom,
    /// Words to a picture.
    Caption,
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Furniture => "furniture",
            Self::Column => "column",
            Self::Kicker => "kicker",
            Self::Headline | Self::HeadlineMore => "headline",
            Self::Deck | Self::LateDeck => "deck",
            Self::Byline => "byline",
            Self::BylineNew => "byline of a new story",
            Self::Body => "body",
            Self::BodyNew => "body of a new story",
            Self::Crosshead => "crosshead",
            Self::LateHeadline => "headline of the story above",
            Self::Signature => "signature",
            Self::Credit => "credit",
            Self::JumpLine | Self::JumpFrom => "jump line",
            Self::Caption => "caption",
        })
    }
}

/// Roles a step can give.
pub(super) const ROLES: [Role; 18] = [
    Role::Furniture,
    Role::Column,
    Role::Kicker,
    Role::Headline,
    Role::HeadlineMore,
    Role::Deck,
    Role::Byline,
    Role::BylineNew,
    Role::Body,
    Role::BodyNew,
    Role::Crosshead,
    Role::LateHeadline,
    Role::LateDeck,
    Role::Signature,
    Role::Credit,
    Role::JumpLine,
    Role::JumpFrom,
    Role::Caption,
];

/// The read page: a role for each block and where the choice was close.
#[derive(Debug)]
pub(super) struct Reading {
    /// One role a block.
    pub roles: Vec<Role>,
    /// Blocks for which another role is nearly as good, with that role.
    pub close: Vec<(usize, Role)>,
}

/// What every block shows, gathered once.
pub(super) struct Sheet<'p, 'a> {
    pub blocks: &'p [Block<'a>],
    pub cues: &'p [Cues],
    /// Headings known to be columns from other pages of the issue.
    pub known_column: &'p [bool],
    /// The strongest level of heading, where there are weaker ones too.
    pub strongest: Option<u8>,
}

/// Reads a page.
pub(super) fn read(sheet: &Sheet<'_, '_>) -> Reading {
    let likeness = Likeness::new(sheet.blocks, sheet.cues);
    let mut weighed: Vec<Weighed> =
        (0..sheet.blocks.len()).map(|i| Weighed::new(sheet, &likeness, i)).collect();
    for i in 0..weighed.len() {
        if weighed[i].may_be_late(&sheet.cues[i])
            && let Some((at, worth)) = late::beginning(&likeness, sheet.blocks, sheet.cues, i)
        {
            weighed[at].role[Role::BodyNew as usize] += worth;
        }
    }
    let first = walk(sheet, &weighed, &Habits::default(), false);
    let habits = Habits::learn(sheet.cues, &first.roles);
    walk(sheet, &weighed, &habits, true)
}

/// Strength of a mark: the smaller, the stronger.
fn rank(level: u8) -> u8 {
    if level == 0 { 9 } else { level }
}

/// Level that is given to the smaller print of a head where the sizes of print are known.
const LESSER_PRINT: u8 = 5;

/// What a crosshead costs that is marked more strongly than the heading before it.
const STRONGER_CROSSHEAD: f32 = -1.5;

/// What a step is worth because of the heading line before.
fn beside(sheet: &Sheet<'_, '_>, from: State, role: Role, i: usize) -> f32 {
    let heading_before = |back: usize| (i.saturating_sub(back)..i).rev().find(|j| !sheet.cues[*j].running);
    let cue = &sheet.cues[i];
    match (from, role) {
        (State::Kicker | State::Column, Role::Headline) => heading_before(2).map_or(0.0, |j| {
            let before = &sheet.cues[j];
            let by_level = match rank(cue.level).cmp(&rank(before.level)) {
                std::cmp::Ordering::Less => 1.2,
                std::cmp::Ordering::Equal => 0.5,
                // So weak a mark tells of smaller print within one head, which is no headline's.
                std::cmp::Ordering::Greater if cue.level == LESSER_PRINT && matches!(before.level, 1 | 2) => {
                    -2.0
                }
                std::cmp::Ordering::Greater => -0.9,
            };
            by_level - if before.notice { 2.0 } else { 0.0 }
        }),
        (State::Headed | State::Decked, Role::Deck) => heading_before(2).map_or(0.0, |j| {
            let before = &sheet.cues[j];
            match rank(cue.level).cmp(&rank(before.level)) {
                std::cmp::Ordering::Greater => 0.5,
                std::cmp::Ordering::Equal => 0.0,
                std::cmp::Ordering::Less => -1.5,
            }
        }),
        (State::Headed, Role::HeadlineMore) => heading_before(1).map_or(-3.0, |j| {
            let before = &sheet.cues[j];
            if before.level == cue.level { 0.3 } else { -2.0 }
        }),
        // A heading inside a story is marked no more strongly than the story's own.
        (State::Body, Role::Crosshead) if cue.level > 0 => (i.saturating_sub(30)..i)
            .rev()
            .map(|j| &sheet.cues[j])
            .find(|c| !c.running && c.level > 0)
            .filter(|before| before.level > cue.level)
            .map_or(0.0, |_| STRONGER_CROSSHEAD),
        (State::Body | State::Bare, Role::Body) if cue.jump_from => -6.0,
        // A notice under the word Notice: the first is the name of the column.
        (_, Role::Column | Role::Kicker) if cue.notice => {
            if sheet.cues.get(i + 1).is_some_and(|c| c.notice && !c.running) { 3.5 } else { -3.0 }
        }
        _ => 0.0,
    }
}

/// Less than this between two readings is close.
const CLOSE: f32 = 0.6;

/// The best walk through all blocks; with `tell`, also where another was nearly as good.
fn walk(sheet: &Sheet<'_, '_>, weighed: &[Weighed], habits: &Habits, tell: bool) -> Reading {
    let n = weighed.len();
    let mut ahead = vec![[NEVER; STATES]; n + 1];
    let mut back = vec![[(0u8, 0u8); STATES]; n];
    ahead[0][State::Start as usize] = 0.0;
    let price = |i: usize, from: State, role: Role| -> Option<(State, f32)> {
        let own = weighed[i].role[role as usize];
        if own <= NEVER {
            return None;
        }
        let (mut to, step) = step(from, role)?;
        if sheet.cues[i].closes {
            to = match to {
                State::Body => State::Tail,
                State::Bare => State::BareTail,
                other => other,
            };
        } else if sheet.cues[i].jump_from && to == State::Bare {
            // A continuation has its headline on the page where the story begins.
            to = State::Body;
        }
        let level = sheet.cues[i].level;
        let mut usual = habits.of(level, role);
        // Where stories show how they begin, a heading straight between two bodies seldom begins one.
        if matches!(from, State::Body | State::Bare) && matches!(role, Role::Headline | Role::Crosshead) {
            let next = sheet.cues.get(i + 1);
            let straight = next.is_some_and(|c| c.running && !c.lead && !c.jump_from);
            if straight && !sheet.cues[i].notice {
                usual += if role == Role::Crosshead { 0.9 } else { -0.9 } * habits.shown;
            }
        }
        Some((to, own + step + usual + beside(sheet, from, role, i)))
    };
    for i in 0..n {
        for role in ROLES.into_iter().filter(|r| weighed[i].role[*r as usize] > NEVER) {
            for from in ALL_STATES {
                let so_far = ahead[i][from as usize];
                if so_far <= NEVER / 2.0 {
                    continue;
                }
                let Some((to, worth)) = price(i, from, role) else { continue };
                let total = so_far + worth;
                if total > ahead[i + 1][to as usize] {
                    ahead[i + 1][to as usize] = total;
                    back[i][to as usize] = (from as u8, role as u8);
                }
            }
        }
        // Keeps the sums small on long pages.
        let top = ahead[i + 1].iter().copied().fold(NEVER, f32::max);
        if top > NEVER / 2.0 {
            for score in &mut ahead[i + 1] {
                *score = if *score > NEVER / 2.0 { *score - top } else { NEVER };
            }
        } else {
            // No reading at all: begin anew, nothing is lost but the context.
            ahead[i + 1][State::Start as usize] = 0.0;
            back[i][State::Start as usize] = (State::Start as u8, Role::Furniture as u8);
        }
    }
    let last = ALL_STATES
        .into_iter()
        .max_by(|a, b| {
            let score = |s: &State| ahead[n][*s as usize] + ending(*s);
            score(a).total_cmp(&score(b)).then((*b as u8).cmp(&(*a as u8)))
        })
        .unwrap_or(State::Start);
    let mut roles = vec![Role::Furniture; n];
    let mut at = last as u8;
    for i in (0..n).rev() {
        let (from, role) = back[i][usize::from(at)];
        roles[i] = ROLES[usize::from(role)];
        at = from;
    }
    let close = if tell { close_calls(&roles, &ahead, &price) } else { Vec::new() };
    Reading { roles, close }
}

/// Blocks whose role changes the cut between stories and for which another role is nearly as good.
fn close_calls(
    roles: &[Role],
    ahead: &[[f32; STATES]],
    price: &impl Fn(usize, State, Role) -> Option<(State, f32)>,
) -> Vec<(usize, Role)> {
    let n = roles.len();
    let mut out = Vec::new();
    let mut behind = [0.0f32; STATES];
    for (state, score) in ALL_STATES.into_iter().zip(&mut behind) {
        *score = ending(state);
    }
    for i in (0..n).rev() {
        let mut best = [NEVER; ROLES.len()];
        let mut next_behind = [NEVER; STATES];
        for from in ALL_STATES {
            for role in ROLES {
                let Some((to, worth)) = price(i, from, role) else { continue };
                let rest = worth + behind[to as usize];
                next_behind[from as usize] = next_behind[from as usize].max(rest);
                let total = ahead[i][from as usize] + rest;
                best[role as usize] = best[role as usize].max(total);
            }
        }
        let chosen = best[roles[i] as usize];
        let other = ROLES
            .into_iter()
            .filter(|r| cuts(*r) != cuts(roles[i]))
            .max_by(|a, b| best[*a as usize].total_cmp(&best[*b as usize]));
        if let Some(other) = other
            && best[other as usize] > chosen - CLOSE
            && chosen > NEVER / 2.0
        {
            out.push((i, other));
        }
        let top = next_behind.iter().copied().fold(NEVER, f32::max);
        behind = next_behind.map(|s| if s > NEVER / 2.0 { s - top } else { NEVER });
    }
    out.reverse();
    out
}

/// What a role says about where stories begin.
fn cuts(role: Role) -> u8 {
    match role {
        Role::Headline | Role::BodyNew | Role::BylineNew => 0,
        Role::LateHeadline => 1,
        Role::Body | Role::Crosshead => 2,
        _ => 3,
    }
}
