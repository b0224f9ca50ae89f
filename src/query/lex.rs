//! Cuts what was typed into pieces: quoted runs, parentheses, bare runs, and the gaps between.

use super::notes::Notes;

/// What lies before a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    /// Nothing: the piece is glued to the one before.
    None,
    /// White space, or the start of the question.
    Space,
    /// A mark that separates words: `、` `，` `；`.
    Break,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    /// Characters without white space, quotation marks, parentheses or separating marks.
    Run(String),
    /// What stood between quotation marks, and the digits of a `~10` glued behind.
    Quoted(String, Option<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) gap: Gap,
    pub(super) token: Token,
}

/// A bare run that joins or excludes where it stands between others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Not,
}

/// The operator a bare run spells, if it is one.
pub(super) fn operator(run: &str) -> Option<Operator> {
    let mut spelled = ['\0'; 3];
    for (at, c) in run.chars().enumerate() {
        *spelled.get_mut(at)? = half(c);
    }
    match spelled {
        ['O', 'R', '\0'] | ['|', '\0', '\0'] | ['|', '|', '\0'] | ['或', '\0', '\0'] => Some(Operator::Or),
        ['A', 'N', 'D'] => Some(Operator::And),
        ['N', 'O', 'T'] | ['非', '\0', '\0'] => Some(Operator::Not),
        _ => None,
    }
}

/// The half-width form of a full-width letter, digit or mark.
pub(super) fn half(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// Whether the character separates words and nothing else: white space, and what no keyboard
/// shows (control characters, a byte order mark).
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{FEFF}' | '\u{200B}')
}

pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '－')
}

pub(super) fn is_star(c: char) -> bool {
    matches!(c, '*' | '＊')
}

fn is_separator(c: char) -> bool {
    matches!(c, '、' | '，' | ',' | '；' | ';' | '､')
}

/// Quotation marks that open, and what closes each. The closing marks are disjoint, so a text
/// that stood in one pair can be printed in that pair again.
const PAIRS: [(&[char], &[char]); 5] = [
    (&['"', '＂'], &['"', '＂']),
    (&['“'], &['”']),
    (&['「', '｢'], &['」', '｣']),
    (&['『'], &['』']),
    (&['‘'], &['’']),
];
const STRAIGHT: usize = 0;
const CURLY: usize = 1;
const SINGLE: usize = 4;
/// A place of its own in the table of next marks: `“` closing what `“` opened.
const CURLY_OPEN: usize = 5;

/// The quotation marks to print around a text: the first pair it does not close.
pub(super) fn marks_for(text: &str) -> (char, char) {
    let pair = PAIRS.iter().find(|(_, closing)| !text.contains(*closing)).unwrap_or(&PAIRS[STRAIGHT]);
    (pair.0[0], pair.1[0])
}

/// Whether some pair of quotation marks can hold the text.
pub(super) fn is_printable(text: &str) -> bool {
    PAIRS.iter().any(|(_, closing)| !text.contains(*closing))
}

/// Whether the character always ends a bare run (`‘` and `,` do so only in some places).
fn ends_run(c: char) -> bool {
    is_space(c)
        || matches!(
            c,
            '(' | '（' | ')' | '）' | '"' | '＂' | '“' | '”' | '「' | '｢' | '」' | '｣' | '『' | '』'
        )
}

/// Cuts a question into pieces; tells in `notes` what was left out.
pub(super) fn pieces(chars: &[char], notes: &mut Notes) -> Vec<Piece> {
    let marks = Marks::of(chars);
    let mut out: Vec<Piece> = Vec::new();
    let mut gap = Gap::Space;
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let token = if is_space(c) {
            gap = gap.max(Gap::Space);
            at += 1;
            continue;
        } else if is_separator(c) {
            gap = Gap::Break;
            at += 1;
            continue;
        } else if matches!(c, '(' | '（') {
            at += 1;
            Token::Open
        } else if matches!(c, ')' | '）') {
            at += 1;
            Token::Close
        } else if ends_run(c) || c == '‘' {
            let opens = gap != Gap::None || matches!(out.last(), Some(Piece { token: Token::Open, .. }));
            let Some(close) = marks.closing(chars, at, opens) else {
                notes.add(match c {
                    '”' | '」' | '｣' | '』' => format!("{c} was never opened: left out"),
                    _ => format!("{c} is never closed: the words behind it are searched separately"),
                });
                gap = gap.max(Gap::Space);
                at += 1;
                continue;
            };
            let text: String = chars[at + 1..close].iter().collect();
            at = close + 1;
            if text.is_empty() {
                notes.add("nothing stands between the quotation marks: left out".to_owned());
                gap = gap.max(Gap::Space);
                continue;
            }
            let distance = distance(&chars[at..]);
            at += distance.as_ref().map_or(0, |d| 1 + d.chars().count());
            Token::Quoted(text, distance)
        } else {
            let start = at;
            at += 1;
            while at < chars.len() && !run_ends_at(chars, at) {
                at += 1;
            }
            Token::Run(chars[start..at].iter().collect())
        };
        out.push(Piece { gap, token });
        gap = Gap::None;
    }
    out
}

fn run_ends_at(chars: &[char], at: usize) -> bool {
    let c = chars[at];
    ends_run(c)
        || (is_separator(c) && !groups_thousands(chars, at))
        // A single quotation mark within a run is an apostrophe; behind a colon or a dash it opens.
        || (c == '‘' && (is_dash(chars[at - 1]) || matches!(chars[at - 1], ':' | '：')))
}

/// Whether the comma at `at` belongs to a number like 17,350, in one width throughout.
fn groups_thousands(chars: &[char], at: usize) -> bool {
    let digit: fn(char) -> bool = match chars[at] {
        ',' => |c| c.is_ascii_digit(),
        '，' => |c| matches!(c, '０'..='９'),
        _ => return false,
    };
    let is_digit = |place: usize| chars.get(place).is_some_and(|&c| digit(c));
    at > 0 && is_digit(at - 1) && (1..=3).all(|n| is_digit(at + n)) && !is_digit(at + 4)
}

/// The digits of a `~10` that `rest` begins with, in half width.
fn distance(rest: &[char]) -> Option<String> {
    matches!(rest.first()?, '~' | '～' | '〜').then_some(())?;
    let digits: String = rest[1..].iter().map(|&c| half(c)).take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// Where the next mark of each kind stands, so that many open quotation marks cost no more than
/// few.
struct Marks {
    next: Vec<[u32; 6]>,
    /// How many of `"` `＂` `“` stand from here on.
    opening_left: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

impl Marks {
    fn of(chars: &[char]) -> Self {
        let mut next = vec![[NOWHERE; 6]; chars.len() + 1];
        let mut opening_left = vec![0; chars.len() + 1];
        for (at, c) in chars.iter().enumerate().rev() {
            next[at] = next[at + 1];
            for (kind, (_, closing)) in PAIRS.iter().enumerate() {
                if closing.contains(c) {
                    next[at][kind] = u32::try_from(at).unwrap_or(NOWHERE);
                }
            }
            if *c == '“' {
                next[at][CURLY_OPEN] = u32::try_from(at).unwrap_or(NOWHERE);
            }
            opening_left[at] = opening_left[at + 1] + u32::from(matches!(c, '"' | '＂' | '“'));
        }
        Self { next, opening_left }
    }

    /// Where the quotation mark at `at` is closed.
    ///
    /// Input methods also give `“甲“`, `"甲”` and `”甲“`; these are taken as meant where no proper
    /// mark follows.
    fn closing(&self, chars: &[char], at: usize, opens: bool) -> Option<usize> {
        let next = self.next.get(at + 1)?;
        let found = match chars[at] {
            '"' | '＂' if next[STRAIGHT] != NOWHERE => next[STRAIGHT],
            '"' | '＂' if next[CURLY] < next[CURLY_OPEN] => next[CURLY],
            '“' if next[CURLY] != NOWHERE => next[CURLY],
            '“' if self.opening_left[at].is_multiple_of(2) => next[STRAIGHT].min(next[CURLY_OPEN]),
            '”' if opens => {
                let close = next[CURLY].min(next[CURLY_OPEN]);
                let inner = chars.get(at + 1..close as usize)?;
                let hugs = |c: Option<&char>| c.is_some_and(|&c| !is_space(c));
                if hugs(inner.first()) && hugs(inner.last()) { close } else { NOWHERE }
            }
            '‘' => {
                let close = next[SINGLE];
                let behind = chars.get((close as usize).saturating_add(1));
                let encloses =
                    behind.is_none_or(|&c| ends_run(c) || is_separator(c) || matches!(c, '~' | '～' | '〜'));
                if encloses { close } else { NOWHERE }
            }
            c => match PAIRS.iter().position(|(opening, _)| opening.contains(&c)) {
                Some(kind) if kind > CURLY => next[kind],
                _ => NOWHERE,
            },
        };
        (found != NOWHERE).then_some(found as usize)
    }
}
