//! Learns from a first reading what heading levels mean on this page.

use super::reading::Role;
use super::role::Cues;

/// What a mark's level is worth for a role on this page, learned from a first reading.
#[derive(Default)]
pub(super) struct Habits {
    /// By level 0–7: headline, crosshead, above the headline, deck.
    worth: [[f32; 4]; 8],
    /// How surely a story shows its beginning on this page: by dateline, byline, deck or kicker.
    pub shown: f32,
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
    pub(super) fn learn(cues: &[Cues], roles: &[Role]) -> Self {
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

    pub(super) fn of(&self, level: u8, role: Role) -> f32 {
        class(role).map_or(0.0, |c| self.worth[usize::from(level.min(7))][c])
    }
}
