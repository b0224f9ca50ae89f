//! Tells lines that text recognition has made of pictures, stains and rules: mostly signs, no words.
//!
//! Nothing is taken out: whoever quotes such a line should know, and whoever scans again, where.

use crate::diag::{Problem, ProblemKind};
use crate::text::fold::is_han;

/// Shorter lines tell too little.
const CHARS_MIN: usize = 6;
/// Longer ones are read so far.
const CHARS_MAX: usize = 4000;
/// Share of a line that must be words or figures.
const WORDS_MIN: f64 = 0.4;
/// So many different signs make no ornament.
const SIGNS_MIN: usize = 3;
/// Share of characters that no paper prints.
const BROKEN_MAX: f64 = 0.05;
/// Characters of a line that are shown.
const SHOWN_CHARS: usize = 20;

/// The lines of a page that look like faults of recognition; at most `told_max` are told.
pub(super) fn lines(text: &str, told_max: usize) -> Vec<Problem> {
    let noisy = text.lines().enumerate().filter(|(_, line)| is_noise(line));
    noisy
        .take(told_max)
        .map(|(i, line)| {
            let shown: String = line.trim().chars().take(SHOWN_CHARS).collect();
            let more = if line.trim().chars().nth(SHOWN_CHARS).is_some() { "…" } else { "" };
            Problem::new(ProblemKind::OcrNoise, format!("mostly signs and hardly a word: “{shown}{more}”"))
                .at_line(i + 1)
        })
        .collect()
}

/// What a character is to a line of print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A Chinese character or a figure.
    Word,
    /// A letter: a word where several stand together.
    Letter,
    /// A mark that print uses between words.
    Mark,
    /// Any other sign.
    Sign,
    /// What is never printed: lost, private or control characters.
    Broken,
}

fn class(c: char) -> Class {
    match c {
        _ if is_han(c) || c.is_ascii_digit() || ('０'..='９').contains(&c) => Class::Word,
        '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => Class::Broken,
        _ if c.is_control() => Class::Broken,
        '、' | '。' | '，' | '；' | '：' | '？' | '！' | '“' | '”' | '‘' | '’' | '《' | '》' | '（'
        | '）' | '·' | '—' | '…' | '「' | '」' | '『' | '』' | '【' | '】' | '〔' | '〕' | '％' | '℃' => {
            Class::Mark
        }
        ',' | '.' | ';' | ':' | '(' | ')' | '-' | '%' | '/' | '"' => Class::Mark,
        _ if c.is_alphabetic() => Class::Letter,
        _ if c.is_numeric() => Class::Word,
        _ => Class::Sign,
    }
}

/// What rules and the rows under a table's head are made of.
fn is_rule(c: char) -> bool {
    c.is_whitespace() || "-*_=—─━·…#|:+".contains(c)
}

/// Whether a line is plain print beyond doubt: nearly half of it Chinese, and nothing that is never printed.
///
/// Looks at bytes: those of Chinese begin with `E4` to `E9`, every other character is counted as no word.
fn is_plain(line: &str) -> bool {
    let bytes = line.as_bytes();
    let (mut all, mut words) = (0usize, 0usize);
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            // Goes on with a character.
            0x80..=0xBF => {}
            // Control characters, lost ones, those of private use.
            0x00..=0x1F | 0x7F | 0xC2 | 0xEE | 0xF0.. => return false,
            // The signs of the Book of Changes stand between the Chinese.
            0xE4 if bytes.get(i + 1) == Some(&0xB7) => return false,
            0xEF if !matches!(bytes.get(i + 1), Some(0xA4..=0xBE)) => return false,
            0xE4..=0xE9 => {
                all += 1;
                words += 1;
            }
            _ => all += 1,
        }
    }
    all <= CHARS_MAX && words * 2 >= all
}

fn is_noise(line: &str) -> bool {
    if is_plain(line) {
        return false;
    }
    let (mut all, mut words, mut broken) = (0usize, 0usize, 0usize);
    let mut signs: [char; SIGNS_MIN] = ['\0'; SIGNS_MIN];
    let mut kinds = 0;
    let mut letters = 0usize;
    for c in line.chars().take(CHARS_MAX).chain(std::iter::once('\n')) {
        let class = if c.is_whitespace() { Class::Mark } else { class(c) };
        if class == Class::Letter {
            letters += 1;
        } else {
            // A letter alone among signs is none.
            words += if letters > 1 { letters } else { 0 };
            letters = 0;
        }
        if c.is_whitespace() {
            continue;
        }
        all += 1;
        match class {
            Class::Word => words += 1,
            Class::Broken => broken += 1,
            Class::Mark | Class::Sign if kinds < SIGNS_MIN && !signs.contains(&c) => {
                if let Some(place) = signs.get_mut(kinds) {
                    *place = c;
                }
                kinds += 1;
            }
            _ => {}
        }
    }
    if all < CHARS_MIN || line.chars().all(is_rule) {
        return false;
    }
    let share = |n: usize| n as f64 / all as f64;
    (broken > 1 && share(broken) > BROKEN_MAX) || (kinds >= SIGNS_MIN && share(words) < WORDS_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_signs_are_noise_and_print_is_not() {
        for line in [
            "~^·、|丨/\\ 」_ ;; 《 ，.",
            "l|｜ ,'` i: .· ^~ * r",
            "本报\u{FFFD}\u{FFFD}讯\u{FFFD}一\u{FFFD}",
            "■▲◆ ¦¬ §± «» ∽≡ ¤",
            "䷀䷁䷂䷃䷄䷅䷆",
            "\u{E012}\u{E345}引水渠\u{E111}通水",
        ] {
            assert!(is_noise(line), "{line}");
        }
        for line in [
            "# 引水渠全线贯通",
            "本报讯（记者温岭）“……！”他说。",
            "——区委书记讲话",
            "--------",
            "|---|:---:|---|",
            "·················",
            "□本报记者 甲 ☆ 通讯员 乙",
            "电话：(0351) 123-4567 / 传真 7654321 E-mail: a.b@c.cn",
            "http://www.example.com/a/b?c=d&e=f#g",
            "①②③④⑤⑥⑦⑧",
            "“？！”",
            "★ ★ ★ ★ ★",
            "H₂O、CO₂、PM2.5",
        ] {
            assert!(!is_noise(line), "{line}");
        }
    }

    #[test]
    fn they_are_told_with_their_line() {
        let told = lines("# 引水渠\n\n~^·、|丨/\\ 」_ ;; 《 ，. ,;'^ ¦¬ §±\n", 5);
        assert_eq!((told.len(), told[0].line), (1, Some(3)));
        assert!(told[0].message.ends_with("…”"));
    }
}
