//! Finds a calendar day written out in full; a day without its year is none.

use jiff::civil::Date;

/// A day found in a text, and the characters it takes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FoundDate {
    pub(super) date: Date,
    /// First character.
    pub(super) start: usize,
    /// One past the last character.
    pub(super) end: usize,
}

/// The first day that a text names with its year.
///
/// ```
/// use baoku::ingest::date_in;
/// use jiff::civil::date;
/// for text in ["2026-06-04T08:00:00+08:00", "2026/6/4 08:00", "20260604", "2026年6月4日", "二〇二六年六月四日"] {
///     assert_eq!(date_in(text), Some(date(2026, 6, 4)), "{text}");
/// }
/// assert_eq!(date_in("6月4日"), None);
/// assert_eq!(date_in("2026-02-30"), None);
/// ```
#[must_use]
pub fn date_in(text: &str) -> Option<Date> {
    let chars: Vec<char> = text.chars().take(200).map(crate::text::fold::fold_char).collect();
    dates(&chars).first().map(|found| found.date)
}

/// Every day in a folded text or path, in order.
pub(super) fn dates(chars: &[char]) -> Vec<FoundDate> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let fresh = at == 0 || numeral(chars[at - 1]).is_none();
        match fresh.then(|| date_at(chars, at)).flatten() {
            Some(hit) => {
                at = hit.end.max(at + 1);
                found.push(hit);
            }
            None => at += 1,
        }
    }
    found
}

fn date_at(chars: &[char], start: usize) -> Option<FoundDate> {
    let (year, at) = year(chars, start)?;
    let (month, day, end) = compact(chars, at).or_else(|| spaced(chars, at))?;
    let date = Date::new(i16::try_from(year).ok()?, month, day).ok()?;
    Some(FoundDate { date, start, end })
}

/// Four figures, in Arabic or Chinese script, of a year in which papers were printed.
fn year(chars: &[char], start: usize) -> Option<(u32, usize)> {
    let mut year = 0;
    for i in 0..4 {
        year = year * 10 + numeral(*chars.get(start + i)?).filter(|n| *n < 10)?;
    }
    (1850..=2100).contains(&year).then_some((year, start + 4))
}

/// `0604`, `06/04`, `/0604` behind the year.
fn compact(chars: &[char], at: usize) -> Option<(i8, i8, usize)> {
    let mut at = at;
    if chars.get(at) == Some(&'/') && digits(chars, at + 1) == 4 {
        at += 1;
    }
    let two = |at: usize| -> Option<i8> {
        let (a, b) = (chars.get(at)?.to_digit(10)?, chars.get(at + 1)?.to_digit(10)?);
        i8::try_from(a * 10 + b).ok()
    };
    let month = two(at)?;
    let slash = usize::from(digits(chars, at) == 2 && chars.get(at + 2) == Some(&'/'));
    let day = two(at + 2 + slash)?;
    let end = at + 4 + slash;
    (digits(chars, at + 2 + slash) == 2).then_some((month, day, end))
}

/// `-6-4`, `.06.04`, `年6月4日`, `/06/04`, `年/6月/4日` behind the year.
fn spaced(chars: &[char], at: usize) -> Option<(i8, i8, usize)> {
    let at = separator(chars, at, '年')?;
    let (month, at) = number(chars, at)?;
    let at = separator(chars, at, '月')?;
    let (day, end) = number(chars, at)?;
    if chars.get(end).is_some_and(char::is_ascii_digit) {
        return None;
    }
    let end = if matches!(chars.get(end), Some('日' | '号')) { end + 1 } else { end };
    Some((i8::try_from(month).ok()?, i8::try_from(day).ok()?, end))
}

fn separator(chars: &[char], at: usize, word: char) -> Option<usize> {
    let mut end = at;
    if chars.get(end) == Some(&word) {
        end += 1;
        if chars.get(end) == Some(&'/') || chars.get(end) == Some(&' ') {
            end += 1;
        }
    } else if matches!(chars.get(end), Some('-' | '_' | '.' | '/' | ' ')) {
        end += 1;
    }
    (end > at).then_some(end)
}

fn digits(chars: &[char], at: usize) -> usize {
    chars.get(at..).unwrap_or_default().iter().take_while(|c| c.is_ascii_digit()).count()
}

/// A number of one or two figures, or in Chinese script up to 九十九.
pub(super) fn number(chars: &[char], at: usize) -> Option<(u32, usize)> {
    match digits(chars, at) {
        0 => han_number(chars, at),
        n @ 1..=3 => {
            let value = chars[at..at + n].iter().filter_map(|c| c.to_digit(10)).fold(0, |v, d| v * 10 + d);
            Some((value, at + n))
        }
        _ => None,
    }
}

fn han_number(chars: &[char], at: usize) -> Option<(u32, usize)> {
    let run: Vec<u32> =
        chars.get(at..)?.iter().take(4).map_while(|c| numeral(*c).filter(|_| !c.is_ascii())).collect();
    let value = match run.as_slice() {
        [10] => 10,
        [10, ones @ 1..=9] => 10 + ones,
        [tens @ 1..=9, 10] => tens * 10,
        [tens @ 1..=9, 10, ones @ 1..=9] => tens * 10 + ones,
        // 廿一 is written 二十一 in names of files; 一二 is 12
        [tens @ 1..=9, ones @ 0..=9] => tens * 10 + ones,
        [0, ones @ 0..=9] | [ones @ 0..=9] => *ones,
        _ => return None,
    };
    Some((value, at + run.len()))
}

/// The value of a figure in either script; ten for 十.
pub(super) fn numeral(c: char) -> Option<u32> {
    match c {
        '0'..='9' => c.to_digit(10),
        '〇' | '零' | '○' => Some(0),
        '一' => Some(1),
        '二' => Some(2),
        '三' => Some(3),
        '四' => Some(4),
        '五' => Some(5),
        '六' => Some(6),
        '七' => Some(7),
        '八' => Some(8),
        '九' => Some(9),
        '十' => Some(10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_found_in_every_usual_form_and_never_without_its_year() {
        for (text, want) in [
            ("2026-06-04", Some("2026-06-04")),
            ("潞州日报20260604第1版", Some("2026-06-04")),
            ("2026/06/04/3", Some("2026-06-04")),
            ("2026-06/04/node_2", Some("2026-06-04")),
            ("202606/04/01", Some("2026-06-04")),
            ("2026/0604/01", Some("2026-06-04")),
            ("2026年/6月/4日", Some("2026-06-04")),
            ("２０２６年６月４日", Some("2026-06-04")),
            ("二○二六年十二月三十一日", Some("2026-12-31")),
            ("2026.6.4", Some("2026-06-04")),
            ("06-04/01", None),
            ("6月4日", None),
            ("2026-13-01", None),
            ("120260604", None),
            ("202606041", None),
            ("0999-01-01", None),
            ("2026", None),
            ("", None),
        ] {
            assert_eq!(date_in(text).map(|d| d.to_string()).as_deref(), want, "{text}");
        }
    }
}
