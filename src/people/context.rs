//! What stands directly before and behind a place in the text: a post, a verb, a list comma, a border.

use super::glyphs::Glyphs;
use super::lexicon::{Lexicon, word};

/// What stands before a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Before {
    /// The beginning of a line.
    Border,
    /// A comma or semicolon.
    Comma,
    /// The end of a sentence.
    Stop,
    /// The comma of lists, 、.
    ListComma,
    /// An opening bracket.
    Open,
    /// An opening quotation mark.
    Quote,
    /// Closing brackets and quotation marks.
    Close,
    /// A colon.
    Colon,
    /// White space behind something else than the words below.
    Space,
    /// The end of a public post.
    PublicPost,
    /// The end of a post in a company, in sport or art.
    PrivatePost,
    /// The end of a post that may be either.
    Post,
    /// A label for several people.
    Group,
    /// 记者 and the like.
    Byline,
    /// 摄, 编辑 and the like.
    Credit,
    /// 和, 与, 及.
    And,
    /// A word that cannot belong to a post.
    Plain,
    /// A verb of speech or action.
    Verb,
    /// Figures or Latin letters.
    Figure,
    /// The dot inside foreign names.
    Dot,
    /// Any other Chinese character.
    Han,
    /// Any other sign.
    Sign,
}

/// What stands behind a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Behind {
    /// The end of a line.
    Border,
    /// A comma or semicolon.
    Comma,
    /// The end of a sentence.
    Stop,
    /// The comma of lists, 、.
    ListComma,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    CloseBracket,
    /// A quotation mark.
    Quote,
    /// A colon.
    Colon,
    /// White space.
    Space,
    /// A verb of speech.
    Speech,
    /// A verb of action, or a particle.
    Act,
    /// 同志, 先生 and the like.
    Address,
    /// A post.
    Post,
    /// 摄, 记者 and the like.
    Byline,
    /// 和, 与, 等.
    And,
    /// Figures or Latin letters.
    Figure,
    /// The dot inside foreign names.
    Dot,
    /// The beginning of some other common word.
    Word,
    /// Any other Chinese character.
    Han,
    /// Any other sign.
    Sign,
}

/// What stands before a place, and how far it reaches back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    /// What it is.
    pub(super) kind: Before,
    /// Where it begins.
    pub(super) start: usize,
    /// Where it ends: before the white space, if any.
    pub(super) end: usize,
    /// What the word is known as, if it is one.
    pub(super) bits: u32,
}

impl Left {
    /// Whether people are named after this.
    pub(super) const fn calls_for_a_name(self) -> bool {
        matches!(
            self.kind,
            Before::PublicPost | Before::PrivatePost | Before::Post | Before::Group | Before::Byline
        )
    }

    /// Whether a post ends here.
    pub(super) const fn is_post(self) -> bool {
        matches!(self.kind, Before::PublicPost | Before::PrivatePost | Before::Post | Before::Group)
    }
}

/// Looks at what stands before a place.
pub(super) fn left(g: &Glyphs, lex: &Lexicon, at: usize) -> Left {
    let mut end = at;
    while end > 0 && at - end < 3 && g.before(end, 1) == ' ' {
        end -= 1;
    }
    let spaced = end < at;
    let one = |kind| Left { kind, start: end.saturating_sub(1), end, bits: 0 };
    let c = g.before(end, 1);
    if !lex.traits(c).han() {
        let kind = sign_before(c);
        return match kind {
            Before::Close if !spaced || c == ')' => quoted_post(g, lex, end).unwrap_or(one(kind)),
            Before::Figure if !spaced => latin_post(g, lex, end).unwrap_or(one(kind)),
            _ if spaced && !matches!(kind, Before::Border) => one(Before::Space),
            _ => one(kind),
        };
    }
    let run = g.slice(end.saturating_sub(8), end);
    let marks = word::HEAD | word::BYLINE | word::CREDIT;
    let mut best: Option<(usize, u32)> = None;
    let mut other = None;
    lex.words_to(run, |len, bits| {
        if bits & marks != 0 {
            best = Some((len, bits));
        } else if bits & (word::STOP | word::SPEECH | word::ACT) != 0 {
            other = Some((len, bits));
        }
    });
    let of = |len: usize, bits, kind| Left { kind, start: end - len, end, bits };
    match best {
        Some((len, bits)) if bits & word::BYLINE != 0 => of(len, bits, Before::Byline),
        Some((len, bits)) if bits & word::HEAD != 0 => of(
            len,
            bits,
            match bits & (word::PUBLIC | word::PRIVATE | word::GROUP) {
                b if b & word::GROUP != 0 => Before::Group,
                b if b == word::PUBLIC => Before::PublicPost,
                b if b == word::PRIVATE => Before::PrivatePost,
                _ => Before::Post,
            },
        ),
        Some((len, bits)) => of(len, bits, Before::Credit),
        None if spaced => one(Before::Space),
        None => match other {
            _ if matches!(c, '和' | '与' | '及' | '同') => one(Before::And),
            Some((len, bits)) if bits & word::STOP != 0 => of(len, bits, Before::Plain),
            Some((len, bits)) => of(len, bits, Before::Verb),
            None => one(Before::Han),
        },
    }
}

/// A post in quotation marks or with a bracket behind it: `（挂职）`, `“所长”`.
fn quoted_post(g: &Glyphs, lex: &Lexicon, end: usize) -> Option<Left> {
    let close = g.before(end, 1);
    let open = match close {
        ')' => '(',
        '”' => '“',
        '』' => '『',
        '」' => '「',
        _ => return None,
    };
    let inner = g.slice(end.saturating_sub(8), end - 1);
    if close != ')' {
        let (len, bits) = lex.longest_to(inner, word::HEAD)?;
        return Some(Left { kind: Before::Post, start: end - 1 - len, end, bits });
    }
    // Something in brackets between post and name: look in front of it.
    let from = (end.saturating_sub(8)..end).rev().find(|&i| g.get(i) == open)?;
    let (len, bits) = lex.longest_to(g.slice(from.saturating_sub(8), from), word::HEAD)?;
    Some(Left { kind: Before::Post, start: from - len, end, bits })
}

/// A post in Latin letters: CEO.
fn latin_post(g: &Glyphs, lex: &Lexicon, end: usize) -> Option<Left> {
    let (len, bits) = lex.longest_to(g.slice(end.saturating_sub(4), end), word::HEAD)?;
    if g.before(end - len, 1).is_ascii_alphanumeric() {
        return None;
    }
    Some(Left { kind: Before::PrivatePost, start: end - len, end, bits })
}

fn sign_before(c: char) -> Before {
    match c {
        '\n' | '\r' => Before::Border,
        ',' | ';' => Before::Comma,
        '。' | '!' | '?' | '…' => Before::Stop,
        '、' => Before::ListComma,
        '(' | '[' | '【' | '〔' => Before::Open,
        '“' | '‘' | '「' | '『' | '《' | '〈' => Before::Quote,
        '”' | '’' | '」' | '』' | ')' | ']' | '】' | '〕' | '》' | '〉' => Before::Close,
        ':' => Before::Colon,
        ' ' => Before::Space,
        '·' | '•' | '・' | '‧' => Before::Dot,
        c if c.is_alphanumeric() => Before::Figure,
        _ => Before::Sign,
    }
}

/// Looks at what stands behind a place.
pub(super) fn behind(g: &Glyphs, lex: &Lexicon, at: usize) -> Behind {
    let c = g.get(at);
    if !lex.traits(c).han() {
        return match c {
            '\n' | '\r' => Behind::Border,
            ',' | ';' => Behind::Comma,
            '。' | '!' | '?' | '…' => Behind::Stop,
            '、' => Behind::ListComma,
            '(' | '[' | '【' | '〔' => Behind::Open,
            ')' | ']' | '】' | '〕' => Behind::CloseBracket,
            '“' | '‘' | '「' | '『' | '《' | '〈' | '”' | '’' | '」' | '』' | '》' | '〉' => {
                Behind::Quote
            }
            ':' => Behind::Colon,
            ' ' => Behind::Space,
            '·' | '•' | '・' | '‧' => Behind::Dot,
            c if c.is_alphanumeric() => Behind::Figure,
            _ => Behind::Sign,
        };
    }
    if matches!(c, '和' | '与' | '及' | '等' | '以') {
        return Behind::And;
    }
    let mut kind = Behind::Han;
    lex.words_from(g.slice(at, at + 6), |_, bits| {
        kind = match bits {
            b if b & word::SPEECH != 0 => Behind::Speech,
            b if b & word::HEAD != 0 => Behind::Post,
            b if b & word::ADDRESS != 0 => Behind::Address,
            b if b & (word::BYLINE | word::CREDIT) != 0 => Behind::Byline,
            b if b & word::ACT != 0 => Behind::Act,
            b if b & (word::COMMON | word::STOP) != 0 => Behind::Word,
            _ => kind,
        };
    });
    kind
}
