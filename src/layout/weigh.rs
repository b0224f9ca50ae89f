//! Weighs what each block of a page may be, by what it shows and what stands around it.

use super::likeness::{self, Fit, Likeness};
use super::reading::{ROLES, Role, Sheet};
use super::role::{Byline, Cues};
use crate::paper::FurnitureKind;

/// A block's own score for each role, its place on the page considered.
pub(super) struct Weighed {
    pub role: [f32; ROLES.len()],
    fit: Fit,
}

pub(super) const NEVER: f32 = -1.0e4;

/// Longest paragraph, in characters, that may be all of a short item.
const BRIEF_CHARS_MAX: usize = 60;

/// Level of a line that is bold and no heading.
const BOLD: u8 = 7;

impl Weighed {
    pub(super) fn new(sheet: &Sheet<'_, '_>, likeness: &Likeness, quoted: &[f32], i: usize) -> Self {
        let cue = &sheet.cues[i];
        let mut out = Self { role: [NEVER; ROLES.len()], fit: Fit::default() };
        if cue.running {
            out.running(sheet, i);
        } else {
            out.fit = likeness.fit(i, &sheet.blocks[i].text);
            out.heading(sheet, likeness, quoted, i);
        }
        out.common(cue, signs_notice(sheet, i));
        // 「倒计时96天」 between a heading and 「本报讯」 tells of the story.
        let tells = i > 0 && !sheet.cues[i - 1].running && sheet.cues.get(i + 1).is_some_and(|c| c.lead);
        if tells && matches!(cue.furniture, Some((FurnitureKind::Countdown, _))) {
            out.role[Role::Furniture as usize] = 0.0;
            out.role[Role::Deck as usize] += 2.0;
        }
        out
    }

    /// Whether the line speaks of what stands above it rather than of what stands below.
    pub(super) fn may_be_late(&self, cue: &Cues) -> bool {
        let heads =
            !cue.sign_off && !cue.notice && !cue.announces && cue.furniture.is_none() && cue.chars >= 6;
        heads && self.fit.above > 0.35 && self.fit.above > self.fit.below + 0.1
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
    fn heading(&mut self, sheet: &Sheet<'_, '_>, likeness: &Likeness, quoted: &[f32], i: usize) {
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
            if cue.announces {
                s -= 2.0;
            }
            if cue.row && !marked {
                s -= 1.5;
            }
            if cue.sign_off && !marked {
                s -= if signing { 2.5 } else { 0.8 };
            }
            s
        };
        let bond = ((likeness.bond(i) - 0.12) * 10.0).clamp(-1.2, 1.5);
        let below = 0.8 * fit.lead + 0.2 * fit.below;
        let beside = i > 0 && !sheet.cues[i - 1].running || next.is_some_and(|c| !c.running);
        // An item of a line or two says what its headline says; there is nothing to divide.
        let divides = beside || next.is_some_and(|c| c.chars > BRIEF_CHARS_MAX);
        let repeated = if divides { quoted[i] } else { 0.0 };
        let below_repeated = quoted.get(i + 1).copied().unwrap_or(0.0);
        let quoted = if beside { repeated } else { 0.0 };

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
        } else if next_told || next.is_some_and(|c| !c.running) && below_repeated > 0.9 && quoted < 0.5 {
            head += 1.2;
        }
        if cue.event {
            head += 0.8;
        }
        if cue.numbered {
            head -= 2.0;
        }
        // A saying alone in quotes heads a part of a story.
        if sheet.blocks[i].text.starts_with('“') && sheet.blocks[i].text.ends_with('”') && n < 16.0 {
            head -= 0.8;
        }
        if cue.notice {
            head += 1.5;
        }
        if cut {
            head -= 1.0;
        }
        if cue.framed && !cue.notice {
            head -= 2.5;
        }
        head -= 0.5 * bond + 1.0 * cue.deck + 0.9 * repeated + if cue.dash { 4.0 } else { 0.0 };
        self.set(Role::Headline, head);
        self.set(Role::HeadlineMore, shape + 1.5 * below - 0.5 - 0.5 * cue.deck - 0.9 * quoted);

        // Kicker and column.
        let named = beside && n <= 16.0 && likeness::named_below(sheet.blocks, sheet.cues, i);
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
        // 「甲在调研时强调：」 announces as kickers do.
        let shape_above = if cue.announces && cue.kicker > 0.0 { shape + 2.0 } else { shape };
        self.set(
            Role::Kicker,
            shape_above + kick_length + cue.kicker + 1.0 * below
                - 3.0 * apart.max(0.0)
                - 0.2
                - 0.4 * cue.column
                + if named { -1.0 } else { 2.0 * quoted }
                - if n <= 14.0 && !cue.event && cue.kicker == 0.0 {
                    (0.8 - 2.0 * quoted).max(0.0)
                } else {
                    0.0
                }
                - 4.0 * (0.25 - fit.below - quoted).max(0.0)
                - if cue.parts >= 3 { 1.0 } else { 0.0 },
        );
        let name_length = if n < 2.0 {
            -2.0
        } else if n <= 16.0 {
            0.3
        } else {
            0.3 - (n - 16.0) * 0.25
        };
        let known = if named || sheet.known_column[i] { 3.0 } else { 0.0 };
        let mut column = shape + name_length + cue.column + known - 0.2 * below - 3.0 * apart.max(0.0) + 0.1;
        if next.is_some_and(|c| c.running) {
            column -= 0.5;
        }
        if n <= 8.0 {
            column += 0.5;
        }
        if cue.event {
            column -= 1.5;
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
        self.set(
            Role::Deck,
            deck_shape + deck_length + dash + parts + cue.deck + 1.0 * below + 2.0 * quoted - 0.35,
        );

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
        let mut cross = shape + cross_length + bond + 0.6 * fit.below + 0.5 - 0.6 * opens + 0.5 * repeated;
        if cue.numbered {
            cross += 3.5;
        } else if i > 0 && !sheet.cues[i - 1].running {
            cross -= 1.2;
        }
        // Bold among headings: a heading inside a story.
        if cue.level == BOLD && sheet.strongest.is_some_and(|s| s < BOLD) {
            cross += 2.5;
        }
        if cue.event {
            cross -= 0.6;
        }
        // Who signs below a heading signs a story.
        if next_lead || next.is_some_and(|c| c.byline >= Byline::Bracketed) {
            cross -= 8.0;
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
        // No crosshead is marked more strongly than all other headings.
        if sheet.strongest == Some(cue.level) {
            cross -= 1.2;
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
        if cue.announces {
            body += 2.5;
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
        if cue.row && !marked {
            body += 3.0;
        }
        if signing && !marked && !cue.notice && n <= 30.0 {
            body += 3.0;
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
        let short_below =
            sheet.cues.iter().skip(i + 1).take(2).take_while(|c| !c.running || c.furniture.is_some());
        if let Some((kind, score)) = short_below.filter_map(|c| c.furniture).next()
            && (kind == FurnitureKind::Advertisement
                || kind == FurnitureKind::Countdown && next.is_some_and(|c| c.furniture.is_some()))
        {
            self.set(Role::Furniture, score - 0.5);
        }
    }

    /// Roles told by a pattern.
    fn common(&mut self, cue: &Cues, signing: bool) {
        let known = |b: bool, score: f32| if b { score } else { NEVER };
        let byline = match cue.byline {
            Byline::Sure => 5.0,
            Byline::Bracketed => 4.5,
            // One name alone may be a word; several hardly.
            Byline::Bare if cue.parts > 1 => 3.0,
            Byline::Bare => 1.0,
            Byline::No => NEVER,
        };
        if byline > NEVER {
            self.set(Role::Byline, byline - if cue.byline == Byline::Bracketed { 1.0 } else { 0.0 });
            self.set(Role::BylineNew, byline - if cue.byline == Byline::Sure { 0.0 } else { 2.0 });
            self.set(Role::Signature, byline - if cue.byline == Byline::Bare { 0.5 } else { 0.0 });
        }
        self.set(Role::Credit, known(cue.credit, 5.0));
        self.set(Role::JumpLine, known(cue.jump_to, 8.0));
        self.set(Role::JumpFrom, known(cue.jump_from && !cue.running, 8.0));
        if cue.caption > 0.0 {
            self.set(Role::Caption, cue.caption + if cue.running { 0.5 } else { 0.0 });
        }
        // The day below a notice is no masthead.
        if let Some((kind, score)) = cue.furniture
            && !(signing && kind == FurnitureKind::Masthead)
        {
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
    // The day comes last.
    let signed = i > 0 && sheet.cues[i - 1].sign_off && sheet.blocks[i - 1].text.ends_with('日');
    if signed {
        return false;
    }
    above().next().is_some_and(|c| c.running || c.sign_off || (c.chars < 14 && c.level == 0 && !c.notice))
        && above().find(|c| !c.running && !c.sign_off).is_some_and(|c| c.notice)
        && above().any(|c| c.running)
}

fn next_running<'s>(sheet: &'s Sheet<'_, '_>, i: usize) -> Option<&'s Cues> {
    sheet.cues.iter().skip(i + 1).take(4).find(|c| c.running)
}
