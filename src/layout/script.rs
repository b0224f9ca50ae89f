//! What single characters say about where sentences begin and end.

use std::fmt::Write as _;

/// Whether a text ends as a sentence does, closing quotes and brackets aside.
pub(super) fn ends_sentence(text: &str) -> bool {
    let mut chars = text.chars().rev();
    match chars.next() {
        Some('。' | '！' | '？' | '!' | '?' | '…' | '．') => true,
        Some('”' | '’' | '」' | '』' | '"' | '）' | ')' | '》' | '】') => {
            // A quotation or a bracket closes a sentence only behind its full stop; a lone one is left open.
            matches!(
                chars.find(|c| !matches!(c, '”' | '’' | '」' | '』' | '）' | ')')),
                Some('。' | '！' | '？' | '!' | '?' | '…')
            )
        }
        Some(';' | '；' | '：' | ':') | Some(_) | None => false,
    }
}

/// Whether a paragraph may end here though no full stop stands: list items, introductions, signatures.
pub(super) fn may_end_paragraph(text: &str) -> bool {
    matches!(
        text.chars().next_back(),
        Some(
            '。' | '！' | '？' | '!' | '?' | '…' | ';' | '；' | '：' | ':' | '”' | '’' | '」' | '』' | '）' | ')' | '】' | '.'
                | '"' | '～' | '~'
        )
    )
}

/// Whether no line and no paragraph can begin with this character.
pub(super) fn never_begins(c: char) -> bool {
    matches!(
        c,
        '，' | '。' | '、' | '；' | '：' | '！' | '？' | ',' | ';' | ':' | '!' | '?' | '）' | ')' | '”' | '’' | '」' | '』'
            | '》' | '〉' | '】' | '％' | '%' | '℃' | '.'
    )
}

/// Whether a quotation, title or bracket is opened and not closed, or closed and not opened.
pub(super) fn unbalanced(text: &str) -> bool {
    let mut depth = [0i32; 4];
    for c in text.chars() {
        match c {
            '“' => depth[0] += 1,
            '”' => depth[0] -= 1,
            '《' => depth[1] += 1,
            '》' => depth[1] -= 1,
            '「' => depth[2] += 1,
            '」' => depth[2] -= 1,
            '(' | '（' => depth[3] += 1,
            ')' | '）' => depth[3] -= 1,
            _ => {}
        }
        if depth.iter().any(|d| *d < 0) {
            return true;
        }
    }
    depth != [0; 4]
}

/// Full-width letters, figures and marks as half-width; Chinese stays as printed.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// Puts the next piece of a cut sentence behind its first: a space only between Latin letters.
pub(super) fn append(text: &mut String, piece: &str) {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    if latin(text.chars().next_back()) && latin(piece.chars().next()) {
        text.push(' ');
    }
    text.push_str(piece);
}

/// Reads a number in Chinese or Arabic figures, up to 999, as page numbers are written.
pub(super) fn number(text: &str) -> Option<u32> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.get(..3.min(text.len()))?.parse().ok().filter(|_| text.len() <= 3);
    }
    let digit = |c| "〇一二三四五六七八九".chars().position(|d| d == c).map(|d| d as u32);
    let (mut total, mut digits) = (0, None::<u32>);
    for c in text.chars() {
        match c {
            '百' => total += digits.take().unwrap_or(1) * 100,
            '十' => total += digits.take().unwrap_or(1) * 10,
            '零' => {}
            _ => digits = Some(digits.map_or(0, |d| d * 10) + digit(c)?),
        }
        if total > 999 || digits.is_some_and(|d| d > 999) {
            return None;
        }
    }
    Some(total + digits.unwrap_or(0))
}

/// Reads a year of four figures of either kind.
pub(super) fn year(text: &str) -> Option<i16> {
    let mut year = 0;
    let mut figures = 0;
    for c in text.chars() {
        let value = match c {
            '0'..='9' => c as i16 - '0' as i16,
            '〇' | '零' | '○' => 0,
            _ => "一二三四五六七八九".chars().position(|d| d == c)? as i16 + 1,
        };
        figures += 1;
        if figures > 4 {
            return None;
        }
        year = year * 10 + value;
    }
    (figures == 4).then_some(year)
}

/// A count with its word, for notes: `3 lines`.
pub(super) fn lines_note(what: &str, (first, last): (usize, usize)) -> String {
    let mut note = what.to_owned();
    let _ = if first == last { write!(note, " (line {first})") } else { write!(note, " (lines {first} and {last})") };
    note
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_behind_its_full_stop_also_within_quotes() {
        assert!(ends_sentence("已经完工。"));
        assert!(ends_sentence("“已经完工。”"));
        assert!(!ends_sentence("建好“幸福渠”"));
        assert!(!ends_sentence("要求企业"));
        assert!(!ends_sentence("分管的工作;"));
    }

    #[test]
    fn numbers_are_read_in_both_kinds_of_figures() {
        for (text, want) in [("二", 2), ("十", 10), ("十二", 12), ("二十", 20), ("12", 12), ("〇三", 3)] {
            assert_eq!(number(text), Some(want), "{text}");
        }
        assert_eq!(number("综合"), None);
        assert_eq!(number("99999"), None);
    }
}
