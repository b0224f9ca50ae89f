//! Finds the best reading of a page: a role for every block.
//!
//! Every way to read the page is a walk through the states of a story ([`State`]); each step gives a
//! block a role ([`Role`]) and has a price. The dearest walk is found for the whole page at once
//! (Viterbi), so that a heading between two bodies goes where it serves both best. A heading's level
//! is one voice among many: what it is worth on this page is learned from a first walk.
//! Time and memory grow with the number of blocks.

use super::likeness::{Fit, Likeness};
use super::lines::Block;
use super::role::{Byline, Cues};
use crate::paper::FurnitureKind;

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
const ROLES: [Role; 17] = [
    Role::Furniture,
    Role::Column,
    Role::Kicker,
    Role::Headline,
    Role::HeadlineMore,
    Role::Deck,
    Role::Byline,
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

/// How far the open story has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No story is open.
    Start,
    /// The name of a column was read.
    Column,
    /// A kicker was read.
    Kicker,
    /// The headline was read.
    Headed,
    /// A deck was read.
    Decked,
    /// The authors were read; the body comes next.
    Signed,
    /// Authors without a headline were read.
    BareSigned,
    /// In the body.
    Body,
    /// Behind a crosshead.
    Crossed,
    /// Behind signature, credit or jump line.
    Tail,
    /// In a body that has no headline yet.
    Bare,
    /// Behind a crosshead in such a body.
    BareCrossed,
    /// Behind signature or credit of such a body.
    BareTail,
    /// Behind a headline that stood after its body.
    Late,
    /// A continuation was announced.
    Continued,
}

const STATES: usize = 15;

const ALL_STATES: [State; STATES] = [
    State::Start,
    State::Column,
    State::Kicker,
    State::Headed,
    State::Decked,
    State::Signed,
    State::BareSigned,
    State::Body,
    State::Crossed,
    State::Tail,
    State::Bare,
    State::BareCrossed,
    State::BareTail,
    State::Late,
    State::Continued,
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
}

/// Where a step leads and what it is worth by itself; none where it is no reading at all.
fn step(from: State, role: Role) -> Option<(State, f32)> {
    use State as S;
    let open = matches!(
        from,
        S::Body | S::Crossed | S::Tail | S::Bare | S::BareCrossed | S::BareTail | S::Late | S::Start
    );
    let bare = matches!(from, S::Bare | S::BareCrossed | S::BareTail);
    // A story that begins while the last one still lacks its body.
    let unready =
        matches!(from, S::Headed | S::Decked | S::Signed | S::Crossed | S::BareCrossed | S::BareSigned);
    Some(match role {
        Role::Furniture => (
            from,
            match from {
                S::Start | S::Tail | S::BareTail | S::Late => 0.0,
                S::Column | S::Kicker => -1.5,
                _ => -0.4,
            },
        ),
        // A picture with headline and words is a story of its own.
        Role::Caption if matches!(from, S::Headed | S::Decked) => (S::Tail, -0.3),
        Role::Caption => (from, if matches!(from, S::Column | S::Kicker) { -1.0 } else { -0.1 }),
        Role::Column if open || unready => (S::Column, if unready { -6.5 } else { 0.0 }),
        Role::Column if from == S::Column => (S::Column, -2.0),
        Role::Kicker if open || unready => (S::Kicker, if unready { -6.5 } else { 0.0 }),
        Role::Kicker if from == S::Column => (S::Kicker, 0.0),
        Role::Kicker if from == S::Kicker => (S::Kicker, -1.5),
        Role::Headline if unready => (S::Headed, -6.5),
        Role::Headline => (S::Headed, if matches!(from, S::Tail | S::Late) { 0.3 } else { 0.0 }),
        Role::HeadlineMore if from == S::Headed => (S::Headed, -2.0),
        Role::Deck if from == S::Headed => (S::Decked, 0.0),
        Role::Deck if from == S::Decked => (S::Decked, -1.8),
        Role::Deck if from == S::Signed => (S::Decked, -2.5),
        Role::Byline if matches!(from, S::Headed | S::Decked) => (S::Signed, 0.0),
        Role::Byline if from == S::Signed => (S::Signed, -0.3),
        Role::Byline if matches!(from, S::Column | S::Kicker | S::Start | S::BareSigned) => {
            (S::BareSigned, -1.5)
        }
        Role::Byline if from == S::Late => (S::Late, -1.0),
        Role::Byline if from == S::Continued => (S::Continued, -0.5),
        Role::Body
            if matches!(from, S::Headed | S::Decked | S::Signed | S::Body | S::Crossed | S::Continued) =>
        {
            (S::Body, 0.0)
        }
        Role::Body if from == S::Tail => (S::Body, -2.5),
        Role::Body if from == S::Late => (S::Body, -3.0),
        Role::Body if matches!(from, S::Bare | S::BareCrossed) => (S::Bare, 0.0),
        Role::Body if from == S::BareTail => (S::Bare, -2.5),
        Role::Body if matches!(from, S::Column | S::BareSigned) => (S::Bare, -2.0),
        Role::Body if from == S::Kicker => (S::Bare, -3.0),
        Role::BodyNew if matches!(from, S::Start) => (S::Bare, -3.0),
        Role::BodyNew if matches!(from, S::Tail | S::Late | S::BareTail) => (S::Bare, -3.0),
        Role::BodyNew if matches!(from, S::Body | S::Bare) => (S::Bare, -7.0),
        Role::Crosshead if from == S::Body => (S::Crossed, 0.0),
        Role::Crosshead if from == S::Bare => (S::BareCrossed, 0.0),
        Role::Crosshead if matches!(from, S::Decked | S::Signed | S::Headed | S::Continued) => {
            (S::Crossed, -2.0)
        }
        Role::Crosshead if matches!(from, S::Crossed | S::BareCrossed) => (from, -2.5),
        Role::Crosshead if from == S::Tail => (S::Crossed, -3.0),
        Role::LateHeadline if bare => (S::Late, if from == S::BareTail { 3.5 } else { 3.0 }),
        Role::LateDeck if from == S::Late => (S::Late, -0.5),
        Role::Signature if matches!(from, S::Body | S::Tail) => (S::Tail, 0.0),
        Role::Signature if matches!(from, S::Bare | S::BareTail) => (S::BareTail, 0.0),
        Role::Credit if matches!(from, S::Body | S::Tail) => (S::Tail, 0.0),
        Role::Credit if matches!(from, S::Bare | S::BareTail) => (S::BareTail, 0.0),
        Role::Credit if matches!(from, S::Headed | S::Decked | S::Signed) => (S::Signed, -0.3),
        Role::Credit if matches!(from, S::Late | S::Start) => (from, -1.0),
        Role::JumpLine if matches!(from, S::Body | S::Tail | S::Headed | S::Decked) => (S::Tail, 0.0),
        Role::JumpLine if matches!(from, S::Bare | S::BareTail) => (S::BareTail, 0.0),
        Role::JumpFrom if matches!(from, S::Headed | S::Decked | S::Signed) => (S::Signed, 1.0),
        Role::JumpFrom if matches!(from, S::Column | S::Kicker) => (S::Continued, -1.0),
        Role::JumpFrom => (S::Continued, 0.0),
        _ => return None,
    })
}

/// What the page may not end with.
fn ending(state: State) -> f32 {
    match state {
        State::Column | State::Kicker => -4.0,
        State::Headed | State::Decked | State::Signed | State::BareSigned | State::Continued => -4.0,
        State::Crossed | State::BareCrossed => -3.0,
        _ => 0.0,
    }
}

/// Reads a page.
pub(super) fn read(sheet: &Sheet<'_, '_>) -> Reading {
    let likeness = Likeness::new(sheet.blocks, sheet.cues);
    let weighed: Vec<Weighed> = (0..sheet.blocks.len()).map(|i| Weighed::new(sheet, &likeness, i)).collect();
    let first = walk(sheet, &weighed, &Habits::default(), false);
    let habits = Habits::learn(sheet.cues, &first.roles);
    walk(sheet, &weighed, &habits, true)
}

/// What a mark's level is worth for a role on this page, learned from a first reading.
#[derive(Default)]
struct Habits {
    /// By level 0–7: headline, crosshead, above the headline, deck.
    worth: [[f32; 4]; 8],
    /// How surely a story shows its beginning on this page: by dateline, byline, deck or kicker.
    shown: f32,
}

fn class(role: Role) -> Option<usize> {
    match role {
        Role::Headline => Some(0),
        Role::Crosshead => Some(1),
        Role::Column | Role::Kicker => Some(2),
        Role::Deck => Some(3),
        _ => None,
    }
}

/// Whether the story of the headline at `i` begins with more than its headline.
fn shows_beginning(cues: &[Cues], roles: &[Role], i: usize) -> bool {
    let above = i > 0 && matches!(roles[i - 1], Role::Kicker | Role::Column);
    let below = roles.get(i + 1).is_some_and(|r| matches!(r, Role::Deck | Role::Byline | Role::Credit));
    above || below || cues.get(i + 1).is_some_and(|c| c.lead || c.jump_from)
}

impl Habits {
    fn learn(cues: &[Cues], roles: &[Role]) -> Self {
        let mut count = [[0.5f32; 4]; 8];
        for (cue, role) in cues.iter().zip(roles) {
            if let Some(class) = class(*role) {
                count[usize::from(cue.level.min(7))][class] += 1.0;
            }
        }
        let totals: Vec<f32> = (0..4).map(|c| count.iter().map(|row| row[c]).sum()).collect();
        let all: f32 = totals.iter().sum();
        let mut worth = [[0.0; 4]; 8];
        for (row, out) in count.iter().zip(&mut worth) {
            let level: f32 = row.iter().sum();
            for c in 0..4 {
                // How much commoner the role is at this level than at large.
                out[c] = (1.0 * ((row[c] / level) / (totals[c] / all)).ln()).clamp(-1.6, 1.6);
            }
        }
        let headed: Vec<bool> = roles
            .iter()
            .enumerate()
            .filter(|(_, r)| **r == Role::Headline)
            .map(|(i, _)| shows_beginning(cues, roles, i))
            .collect();
        let shown = headed.iter().filter(|s| **s).count() as f32;
        Self { worth, shown: ((shown + 1.0) / (headed.len() as f32 + 2.0) - 0.5).max(0.0) * 2.0 }
    }

    fn of(&self, level: u8, role: Role) -> f32 {
        class(role).map_or(0.0, |c| self.worth[usize::from(level.min(7))][c])
    }
}

/// A block's own score for each role, its place on the page considered.
struct Weighed {
    role: [f32; ROLES.len()],
    fit: Fit,
}

const NEVER: f32 = -1.0e4;

impl Weighed {
    fn new(sheet: &Sheet<'_, '_>, likeness: &Likeness, i: usize) -> Self {
        let cue = &sheet.cues[i];
        let mut out = Self { role: [NEVER; ROLES.len()], fit: Fit::default() };
        if cue.running {
            out.running(sheet, i);
        } else {
            out.fit = likeness.fit(i, &sheet.blocks[i].text);
            out.heading(sheet, likeness, i);
        }
        out.common(cue);
        out
    }

    fn set(&mut self, role: Role, score: f32) {
        let at = role as usize;
        self.role[at] = self.role[at].max(score);
    }

    /// Roles that running text can have.
    fn running(&mut self, sheet: &Sheet<'_, '_>, i: usize) {
        let cue = &sheet.cues[i];
        let cut = cut_before(sheet, i);
        self.set(Role::Body, if cue.lead { 0.0 } else { 3.0 });
        let mut new = 3.0;
        if cue.lead {
            new += 4.5;
        } else if cue.dated {
            new += 0.8;
        }
        if cut {
            new -= 3.0;
        }
        if cue.jump_from {
            new += 5.0;
        }
        self.set(Role::BodyNew, new);
        if cue.chars <= 70 && !cue.lead {
            let mark = if cue.level > 0 { 1.5 } else { -1.5 };
            for role in [Role::Headline, Role::Deck, Role::Kicker, Role::Crosshead, Role::LateHeadline] {
                self.set(role, mark - 2.0);
            }
            if cue.dash {
                self.set(Role::Deck, 2.0);
            }
        }
    }

    /// Roles that a short line can have.
    fn heading(&mut self, sheet: &Sheet<'_, '_>, likeness: &Likeness, i: usize) {
        let cue = &sheet.cues[i];
        let n = cue.chars as f32;
        let marked = cue.level > 0;
        let fit = self.fit;
        let next = sheet.cues.get(i + 1);
        let cut = cut_before(sheet, i);
        let next_lead = next.is_some_and(|c| c.lead);
        let next_told =
            next.is_some_and(|c| c.lead || c.byline >= Byline::Bracketed || c.dash || c.deck > 0.0);
        let signing = signs_notice(sheet, i);
        let shape = {
            let mut s = if marked { 2.0 } else { 0.0 };
            s -= if marked { 0.6 } else { 1.0 } * cue.prose;
            if cue.ends
                && !matches!(sheet.blocks[i].text.chars().next_back(), Some('？' | '！' | '?' | '!' | '”'))
            {
                s -= 2.5;
            }
            if cue.never_begins {
                s -= 6.0;
            }
            if cue.unbalanced {
                s -= 3.0;
            }
            if cut && !marked {
                s -= 0.8;
            }
            // Below a heading a paragraph begins; what begins inside a sentence goes on with one.
            if let Some(below) = next.filter(|c| c.running) {
                s -= 0.5 * below.inside.clamp(-0.7, 4.0);
            }
            match cue.fresh {
                Some(true) => s -= 2.0,
                Some(false) => s += 0.8,
                None => {}
            }
            if cue.verse {
                s -= 1.5;
            }
            if cue.sign_off && !marked {
                s -= if signing { 2.5 } else { 0.8 };
            }
            s
        };
        let bond = ((likeness.bond(i) - 0.12) * 10.0).clamp(-1.2, 1.5);
        let below = 0.8 * fit.lead + 0.2 * fit.below;

        // Headline.
        let length = if n < 4.0 {
            -3.0
        } else if n < 8.0 {
            -1.8
        } else if n < 12.0 {
            -0.6
        } else if n <= 32.0 {
            0.6
        } else {
            0.6 - (n - 32.0) * 0.12
        };
        let opens = next_running(sheet, i).map_or(0.0, |c| c.opens.clamp(-1.6, 1.0));
        let mut head = shape + length + 2.8 * below + 0.6 * opens;
        if next_lead {
            head += 2.0;
        } else if next.is_some_and(|c| c.byline == Byline::Sure) {
            head += 2.2;
        } else if next_told {
            head += 1.2;
        }
        if cue.event {
            head += 0.8;
        }
        if cue.numbered {
            head -= 2.0;
        }
        if cue.notice {
            head += 1.5;
        }
        if cut {
            head -= 1.0;
        }
        head -= 0.5 * bond + 0.7 * cue.deck;
        self.set(Role::Headline, head);
        self.set(Role::HeadlineMore, shape + 1.5 * below - 0.5 - 0.5 * cue.deck);

        // Kicker and column.
        let apart = fit.above - below;
        let kick_length = if n < 3.0 {
            -2.0
        } else if n <= 8.0 {
            -0.6
        } else if n <= 26.0 {
            0.2
        } else {
            0.2 - (n - 26.0) * 0.12
        };
        self.set(
            Role::Kicker,
            shape + kick_length + cue.kicker + 1.0 * below
                - 3.0 * apart.max(0.0)
                - 0.2
                - 0.4 * cue.column
                - if cue.parts >= 3 { 1.0 } else { 0.0 },
        );
        let name_length = if n < 2.0 {
            -2.0
        } else if n <= 16.0 {
            0.3
        } else {
            0.3 - (n - 16.0) * 0.25
        };
        let known = if sheet.known_column[i] { 3.0 } else { 0.0 };
        let mut column = shape + name_length + cue.column + known - 0.2 * below - 3.0 * apart.max(0.0) + 0.1;
        if next.is_some_and(|c| c.running) {
            column -= 0.5;
        }
        if n <= 8.0 {
            column += 0.5;
        }
        self.set(Role::Column, column);

        // Deck.
        let deck_length = if n < 4.0 {
            -2.0
        } else if n <= 44.0 {
            0.2
        } else {
            0.2 - (n - 44.0) * 0.1
        };
        let dash = if cue.dash { 4.0 } else { 0.0 };
        let parts = if cue.parts > 1 { 0.3 } else { 0.0 };
        let deck_shape = if cue.dash { shape + 0.6 * cue.prose } else { shape };
        self.set(Role::Deck, deck_shape + deck_length + dash + parts + cue.deck + 1.0 * below - 0.35);

        // Crosshead.
        let cross_length = if n < 2.0 {
            -2.0
        } else if n <= 11.0 {
            1.5
        } else if n <= 14.0 {
            0.4
        } else {
            -(n - 13.0) * 0.25
        };
        let mut cross = shape + cross_length + bond + 0.6 * fit.below + 0.5 - 0.6 * opens;
        if cue.numbered {
            cross += 3.5;
        } else if i > 0 && !sheet.cues[i - 1].running {
            cross -= 1.2;
        }
        if cue.event {
            cross -= 0.6;
        }
        if next_lead || next.is_some_and(|c| c.byline >= Byline::Bracketed) {
            cross -= 4.0;
        }
        if next.is_some_and(|c| !c.running && c.level > 0) {
            cross -= 1.5;
        }
        if cue.notice || next.is_some_and(|c| c.jump_from) {
            cross -= 5.0;
        }
        if cue.column >= 2.0 || known > 0.0 {
            cross -= 2.0;
        }
        self.set(Role::Crosshead, cross);

        // Headline behind its body.
        self.set(
            Role::LateHeadline,
            shape + length + 3.8 * fit.above - 1.2 * below - 1.3 - if cue.numbered { 2.0 } else { 0.0 },
        );
        self.set(Role::LateDeck, dash + 1.0 * fit.above - 1.0 + cue.deck);

        // Body.
        let mut body = if marked { -4.0 } else { -0.6 } + 1.2 * cue.prose.min(3.0);
        if cut {
            body += 1.2;
        }
        if !cue.may_end
            && !marked
            && let Some(below) = next.filter(|c| c.running)
        {
            body += 0.6 * below.inside.clamp(-1.0, 4.0);
        }
        match cue.fresh {
            Some(true) => body += 2.0,
            Some(false) if !cut => body -= 2.0,
            _ => {}
        }
        if cue.never_begins {
            body += 4.0;
        }
        if cue.unbalanced {
            body += 2.0;
        }
        if !cue.may_end && next.is_some_and(|c| c.never_begins) {
            body += 4.0;
        }
        if cue.ends {
            body += 2.0;
        } else if cue.may_end {
            body += 0.8;
        }
        if cue.sign_off {
            body += 2.0;
        }
        if next.is_some_and(|c| c.byline == Byline::Sure || (c.lead && !cue.ends)) {
            body -= 2.0;
        }
        if cue.enacted {
            body += 5.0;
        }
        if cue.verse {
            body += 4.5;
        }
        if signing && !marked && !cue.notice && n <= 30.0 {
            body += 2.0;
        }
        if n > 40.0 {
            body += (n - 40.0) * 0.08;
        }
        self.set(Role::Body, body);
        self.set(Role::BodyNew, body - 1.5);

        // Slogan.
        if n >= 9.0 {
            let mut slogan = shape - 1.2 + 1.1 * (cue.parts.min(5) as f32 - 1.0) - 2.5 * below
                + if n > 26.0 { 0.8 } else { 0.0 };
            if i < 6 {
                slogan += 0.8;
            }
            if next.is_some_and(|c| c.running) || next_told {
                slogan -= 2.5;
            }
            self.set(Role::Furniture, slogan);
        }
        // A heading over a countdown or an advertisement belongs to it.
        if let Some((kind, score)) = next.and_then(|c| c.furniture)
            && matches!(kind, FurnitureKind::Countdown | FurnitureKind::Advertisement)
        {
            self.set(Role::Furniture, score - 0.5);
        }
    }

    /// Roles told by a pattern.
    fn common(&mut self, cue: &Cues) {
        let known = |b: bool, score: f32| if b { score } else { NEVER };
        let byline = match cue.byline {
            Byline::Sure => 5.0,
            Byline::Bracketed => 4.5,
            Byline::Bare => 1.0,
            Byline::No => NEVER,
        };
        if byline > NEVER {
            self.set(Role::Byline, byline - if cue.byline == Byline::Bracketed { 1.0 } else { 0.0 });
            self.set(Role::Signature, byline - if cue.byline == Byline::Bare { 0.5 } else { 0.0 });
        }
        self.set(Role::Credit, known(cue.credit, 5.0));
        self.set(Role::JumpLine, known(cue.jump_to, 8.0));
        self.set(Role::JumpFrom, known(cue.jump_from && !cue.running, 8.0));
        if cue.caption > 0.0 {
            self.set(Role::Caption, cue.caption + if cue.running { 0.5 } else { 0.0 });
        }
        if let Some((_, score)) = cue.furniture {
            self.set(Role::Furniture, score);
        }
    }
}

/// Whether the running text before block `i` breaks off inside a sentence.
fn cut_before(sheet: &Sheet<'_, '_>, i: usize) -> bool {
    (0..i)
        .rev()
        .take(4)
        .find(|j| sheet.cues[*j].running)
        .is_some_and(|j| !sheet.cues[j].may_end && sheet.cues[j].level == 0)
        && i > 0
}

/// Whether the lines just above are a notice, which is signed by an organ and a day.
fn signs_notice(sheet: &Sheet<'_, '_>, i: usize) -> bool {
    let above = || (0..i).rev().take(6).map(|j| &sheet.cues[j]);
    above().next().is_some_and(|c| c.running || c.sign_off || (c.chars < 14 && c.level == 0 && !c.notice))
        && above().find(|c| !c.running && !c.sign_off).is_some_and(|c| c.notice)
        && above().any(|c| c.running)
}

fn next_running<'s>(sheet: &'s Sheet<'_, '_>, i: usize) -> Option<&'s Cues> {
    sheet.cues.iter().skip(i + 1).take(4).find(|c| c.running)
}

/// Strength of a mark: the smaller, the stronger.
fn rank(level: u8) -> u8 {
    if level == 0 { 9 } else { level }
}

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
                std::cmp::Ordering::Greater => -1.5,
            };
            by_level - if before.notice { 2.0 } else { 0.0 }
        }),
        (State::Headed | State::Decked, Role::Deck) => heading_before(2).map_or(0.0, |j| {
            let before = &sheet.cues[j];
            match rank(cue.level).cmp(&rank(before.level)) {
                std::cmp::Ordering::Greater => 0.8,
                std::cmp::Ordering::Equal => 0.0,
                std::cmp::Ordering::Less => -1.5,
            }
        }),
        (State::Headed, Role::HeadlineMore) => heading_before(1).map_or(-3.0, |j| {
            let before = &sheet.cues[j];
            if before.level == cue.level { 0.3 } else { -2.0 }
        }),
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
        Role::Headline | Role::BodyNew => 0,
        Role::LateHeadline => 1,
        Role::Body | Role::Crosshead => 2,
        _ => 3,
    }
}
