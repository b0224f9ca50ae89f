//! Finds the day a story tells of in its lead.
//!
//! `6月1日，我区召开…` gives `06-01`, with the year nearest before the issue's date where that is known.
//! Only the opening words count: other days in a story are plans and history.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::byline;
use crate::text::fold::fold_char;

/// Characters behind the dateline in which the day must stand.
const HEAD_CHARS: usize = 24;

/// The day told by the first paragraph: `YYYY-MM-DD` if `issued` is known, else `MM-DD`.
pub(super) fn date(paragraph: &str, issued: Option<Date>) -> Option<String> {
    let skip = byline::lead(paragraph).map_or(0, |l| l.len_chars);
    let head: Vec<char> = paragraph.chars().skip(skip).take(HEAD_CHARS).map(fold_char).collect();
    // The day of 「新华社北京6月1日电」 is the day it was sent; the story's own comes first.
    let sent: Vec<char> = paragraph.chars().take(skip).map(fold_char).collect();
    calendar(&head, issued).or_else(|| calendar(&sent, issued)).or_else(|| {
        let day = issued?;
        let text: String = head.iter().collect();
        let sentence = text.split('。').next().unwrap_or("");
        if sentence.contains("昨日") || sentence.contains("昨天") {
            day.checked_sub(1.day()).ok().map(|d| d.to_string())
        } else if sentence.contains("前天") {
            day.checked_sub(2.days()).ok().map(|d| d.to_string())
        } else if sentence.contains("今日") || sentence.contains("今天") {
            Some(day.to_string())
        } else {
            None
        }
    })
}

/// The text with 「l」 and 「o」 read as figures where they stand beside one or before 月 and 日: recognition takes them so.
fn figures(head: &[char]) -> Vec<char> {
    let near = |i: usize| {
        let is = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_digit() || matches!(c, '月' | '日'));
        is(i.checked_sub(1).and_then(|i| head.get(i))) || is(head.get(i + 1))
    };
    let figure = |(i, c): (usize, &char)| match c {
        'l' | 'i' if near(i) => '1',
        'o' if near(i) => '0',
        _ => *c,
    };
    head.iter().enumerate().map(figure).collect()
}

fn calendar(head: &[char], issued: Option<Date>) -> Option<String> {
    let head = &figures(head);
    let month_at = head.iter().position(|c| *c == '月')?;
    let mut start = month_at;
    while start > 0 && head[start - 1].is_ascii_digit() {
        start -= 1;
    }
    let number = |s: &[char]| s.iter().collect::<String>().parse::<i16>().ok();
    let month = number(&head[start..month_at]).filter(|m| (1..=12).contains(m))?;
    let rest = &head[month_at + 1..];
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    let day = number(&rest[..digits]).filter(|d| (1..=31).contains(d))?;
    let mark = *rest.get(digits)?;
    if !matches!(mark, '日' | '号' | '至' | '-' | '—' | '、' | '~' | '到') {
        return None;
    }
    let before: String = head[..start].iter().collect();
    // 「截至6月1日」 and 「将于6月1日」 tell no day on which something happened.
    if ["截至", "截止", "将于", "定于", "到", "至", "从", "自", "拟于", "预计"]
        .iter()
        .any(|w| before.ends_with(w))
        || before.contains('。')
    {
        return None;
    }
    let printed_year = before
        .strip_suffix('年')
        .and_then(|b| b.get(b.len().checked_sub(4)?..))
        .and_then(|y| y.parse::<i16>().ok());
    let (month8, day8) = (month as i8, day as i8);
    if let Some(year) = printed_year {
        return Date::new(year, month8, day8).ok().map(|d| d.to_string());
    }
    let Some(issued) = issued else {
        // 2000 is a leap year: the 29th of February is a day.
        return Date::new(2000, month8, day8).ok().map(|d| d.to_string()[5..].to_owned());
    };
    let this_year = Date::new(issued.year(), month8, day8).ok().filter(|d| *d <= issued);
    let found = this_year.or_else(|| Date::new(issued.year() - 1, month8, day8).ok());
    found.map(|d| d.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_told_by_the_lead_and_its_year_by_the_issue() {
        let issued = Date::new(2031, 1, 3).ok();
        for (text, want, want_issued) in [
            ("6月1日,我区召开推进会。", Some("06-01"), Some("2030-06-01")),
            ("本报讯(记者温岭)1月2日，渠成通水。", Some("01-02"), Some("2031-01-02")),
            ("本报讯 昨日，渠成通水。", None, Some("2031-01-02")),
            ("截至5月17日，优良天数达105天。", None, None),
            ("2028年5月4日，渠动工。", Some("2028-05-04"), Some("2028-05-04")),
            ("3月l7日，渠成通水。", Some("03-17"), Some("2030-03-17")),
            ("渠成于五年之前。6月1日通水。", None, None),
        ] {
            assert_eq!(date(text, None).as_deref(), want, "{text}");
            assert_eq!(date(text, issued).as_deref(), want_issued, "{text}");
        }
    }
}
