//! Finds the best reading of a page: a role for every block.
//!
//! Every way to read the page is a walk through the states of a story ([`State`]); each step gives a
//! block a role ([`Role`]) and has a price. The dearest walk is found for the whole page at once
//! (Viterbi), so that a heading between two bodies goes where it serves both best. A heading's level
//! is one voice among many: what it is worth on this page is learned from a first walk.
//! Time and memory grow with the number of blocks.

use super::habits::Habits;
use super::late;
use super::likeness::{self, Likeness};
use super::lines::Block;
use super::role::Cues;
use super::state::{self, ALL_STATES, STATES, State, StepTable, ending};
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
    let quoted: Vec<f32> = (0..sheet.blocks.len())
        .map(|i| if sheet.cues[i].running { 0.0 } else { likeness::quoted(sheet.blocks, sheet.cues, i) })
        .collect();
    let mut weighed: Vec<Weighed> =
        (0..sheet.blocks.len()).map(|i| Weighed::new(sheet, &likeness, &quoted, i)).collect();
    for i in 0..weighed.len() {
        if weighed[i].may_be_late(&sheet.cues[i])
            && let Some((at, worth)) = late::beginning(&likeness, sheet.blocks, sheet.cues, i)
        {
            weighed[at].role[Role::BodyNew as usize] += worth;
        }
    }
    let beside: Vec<Beside> = (0..weighed.len()).map(|i| Beside::of(sheet, i)).collect();
    let table = state::table();
    let walked = |habits: &Habits, tell: bool| {
        walk(&Steps { sheet, weighed: &weighed, beside: &beside, habits, table }, tell)
    };
    let first = walked(&Habits::default(), false);
    walked(&Habits::learn(sheet.cues, &first.roles), true)
}

/// Strength of a mark: the smaller, the stronger.
fn rank(level: u8) -> u8 {
    if level == 0 { 9 } else { level }
}

/// Level that is given to the smaller print of a head where the sizes of print are known.
const LESSER_PRINT: u8 = 5;

/// What a crosshead costs that is marked more strongly than the heading before it.
const STRONGER_CROSSHEAD: f32 = -1.5;

/// What steps to a block are worth because of the heading lines around it.
#[derive(Clone, Copy, Default)]
struct Beside {
    /// Headline below a kicker or the name of a column.
    headline: f32,
    /// Deck below its headline.
    deck: f32,
    /// Second line of a headline.
    more: f32,
    /// Heading inside a body.
    crosshead: f32,
    /// Text that goes on with the text above.
    body: f32,
    /// Kicker or name of a column.
    above: f32,
}

impl Beside {
    fn of(sheet: &Sheet<'_, '_>, i: usize) -> Self {
        let cue = &sheet.cues[i];
        let heading_before = |back: usize| {
            let before = (i.saturating_sub(back)..i).rev().find(|j| !sheet.cues[*j].running);
            before.map(|j| &sheet.cues[j])
        };
        let near = heading_before(2);
        let headline = near.map_or(0.0, |before| {
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
        });
        let deck = near.map_or(0.0, |before| match rank(cue.level).cmp(&rank(before.level)) {
            std::cmp::Ordering::Greater => 0.5,
            std::cmp::Ordering::Equal => 0.0,
            std::cmp::Ordering::Less => -1.5,
        });
        let more =
            heading_before(1).map_or(-3.0, |before| if before.level == cue.level { 0.3 } else { -2.0 });
        // A heading inside a story is marked no more strongly than the story's own.
        let stronger = cue.level > 0
            && (i.saturating_sub(30)..i)
                .rev()
                .map(|j| &sheet.cues[j])
                .find(|c| !c.running && c.level > 0)
                .is_some_and(|before| before.level > cue.level);
        // A notice under the word Notice: the first is the name of the column.
        let above = match sheet.cues.get(i + 1) {
            _ if !cue.notice => 0.0,
            Some(next) if next.notice && !next.running => 3.5,
            _ => -3.0,
        };
        Self {
            headline,
            deck,
            more,
            crosshead: if stronger { STRONGER_CROSSHEAD } else { 0.0 },
            body: if cue.jump_from { -6.0 } else { 0.0 },
            above,
        }
    }

    fn worth(&self, from: State, role: Role) -> f32 {
        match (from, role) {
            (State::Kicker | State::Column, Role::Headline) => self.headline,
            (State::Headed | State::Decked, Role::Deck) => self.deck,
            (State::Headed, Role::HeadlineMore) => self.more,
            (State::Body, Role::Crosshead) => self.crosshead,
            (State::Body | State::Bare, Role::Body) => self.body,
            (_, Role::Column | Role::Kicker) => self.above,
            _ => 0.0,
        }
    }
}

/// The steps of a page and what each is worth: what is looked up for every block and every walk.
struct Steps<'s, 'p, 'a> {
    sheet: &'s Sheet<'p, 'a>,
    weighed: &'s [Weighed],
    beside: &'s [Beside],
    habits: &'s Habits,
    table: &'static StepTable,
}

impl Steps<'_, '_, '_> {
    /// Calls `each` with every step that block `i` allows: from where, the role, to where, its worth.
    #[inline]
    fn each(&self, i: usize, mut each: impl FnMut(State, Role, State, f32)) {
        let cue = &self.sheet.cues[i];
        // Where stories show how they begin, a heading straight between two bodies seldom begins one.
        let next = self.sheet.cues.get(i + 1);
        let straight = !cue.notice && next.is_some_and(|c| c.running && !c.lead && !c.jump_from);
        for role in ROLES {
            let own = self.weighed[i].role[role as usize];
            if own <= NEVER {
                continue;
            }
            let usual = self.habits.of(cue.level, role);
            let between = match role {
                Role::Crosshead if straight => usual + 0.9 * self.habits.shown,
                Role::Headline if straight => usual + -0.9 * self.habits.shown,
                _ => usual,
            };
            for (from, to, step) in &self.table[role as usize] {
                let to = if cue.closes {
                    match to {
                        State::Body => State::Tail,
                        State::Bare => State::BareTail,
                        other => *other,
                    }
                } else if cue.jump_from && *to == State::Bare {
                    // A continuation has its headline on the page where the story begins.
                    State::Body
                } else {
                    *to
                };
                let usual = if matches!(from, State::Body | State::Bare) { between } else { usual };
                each(*from, role, to, own + step + usual + self.beside[i].worth(*from, role));
            }
        }
    }
}

/// Less than this between two readings is close.
const CLOSE: f32 = 0.6;

/// The best walk through all blocks; with `tell`, also where another was nearly as good.
fn walk(steps: &Steps<'_, '_, '_>, tell: bool) -> Reading {
    let n = steps.weighed.len();
    let mut ahead = vec![[NEVER; STATES]; n + 1];
    let mut back = vec![[(0u8, 0u8); STATES]; n];
    ahead[0][State::Start as usize] = 0.0;
    for i in 0..n {
        let (before, behind) = ahead.split_at_mut(i + 1);
        let (before, behind) = (&before[i], &mut behind[0]);
        steps.each(i, |from, role, to, worth| {
            let so_far = before[from as usize];
            if so_far <= NEVER / 2.0 {
                return;
            }
            let total = so_far + worth;
            if total > behind[to as usize] {
                behind[to as usize] = total;
                back[i][to as usize] = (from as u8, role as u8);
            }
        });
        // Keeps the sums small on long pages.
        let top = behind.iter().copied().fold(NEVER, f32::max);
        if top > NEVER / 2.0 {
            for score in behind {
                *score = if *score > NEVER / 2.0 { *score - top } else { NEVER };
            }
        } else {
            // No reading at all: begin anew, nothing is lost but the context.
            behind[State::Start as usize] = 0.0;
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
    let close = if tell { close_calls(&roles, &ahead, steps) } else { Vec::new() };
    Reading { roles, close }
}

/// Blocks whose role changes the cut between stories and for which another role is nearly as good.
fn close_calls(roles: &[Role], ahead: &[[f32; STATES]], steps: &Steps<'_, '_, '_>) -> Vec<(usize, Role)> {
    let n = roles.len();
    let mut out = Vec::new();
    let mut behind = [0.0f32; STATES];
    for (state, score) in ALL_STATES.into_iter().zip(&mut behind) {
        *score = ending(state);
    }
    for i in (0..n).rev() {
        let mut best = [NEVER; ROLES.len()];
        let mut next_behind = [NEVER; STATES];
        steps.each(i, |from, role, to, worth| {
            let rest = worth + behind[to as usize];
            next_behind[from as usize] = next_behind[from as usize].max(rest);
            let total = ahead[i][from as usize] + rest;
            best[role as usize] = best[role as usize].max(total);
        });
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
