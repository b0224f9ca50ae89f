//! How a story goes on: the states it passes through and what each step is worth by itself.

use std::sync::LazyLock;

use super::reading::{ROLES, Role};

/// How far the open story has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
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

pub(super) const STATES: usize = 15;

pub(super) const ALL_STATES: [State; STATES] = [
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

/// For each role the steps that give it: from where, to where, and what they are worth by themselves.
pub(super) type StepTable = [Vec<(State, State, f32)>; ROLES.len()];

/// All steps, looked up once: every block of every page asks for them.
pub(super) fn table() -> &'static StepTable {
    static TABLE: LazyLock<StepTable> = LazyLock::new(|| {
        ROLES.map(|role| {
            let led = |from| step(from, role).map(|(to, worth)| (from, to, worth));
            ALL_STATES.into_iter().filter_map(led).collect()
        })
    });
    &TABLE
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
        // Where headlines stand behind their bodies the authors may come first.
        Role::BylineNew if matches!(from, S::Body | S::Tail | S::Late | S::Bare | S::BareTail) => {
            (S::BareSigned, -0.5)
        }
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
        Role::JumpLine if matches!(from, S::Bare | S::BareTail | S::BareCrossed) => (S::BareTail, 0.0),
        Role::JumpLine if from == S::Late => (S::Late, 0.0),
        Role::JumpLine if matches!(from, S::Crossed | S::Signed | S::Continued) => (S::Tail, -1.0),
        Role::JumpFrom if matches!(from, S::Headed | S::Decked | S::Signed) => (S::Signed, 1.0),
        Role::JumpFrom if matches!(from, S::Column | S::Kicker) => (S::Continued, -1.0),
        Role::JumpFrom => (S::Continued, 0.0),
        _ => return None,
    })
}

/// What the page may not end with.
pub(super) fn ending(state: State) -> f32 {
    match state {
        State::Column | State::Kicker => -4.0,
        State::Headed | State::Decked | State::Signed | State::BareSigned | State::Continued => -4.0,
        State::Crossed | State::BareCrossed => -3.0,
        _ => 0.0,
    }
}
