//! The fields a question can name, and how the values of some of them are read.

use std::fmt;

use super::{DateRange, Query, Term, lex::half, notes::quote};

/// A part of an article that can be searched by name; closed, since readers learn the list.
///
/// 日期 (`date`) is typed like a field but asks for [`Query::Dates`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// 标题: the main line.
    Headline,
    /// 引题: the line above it.
    Kicker,
    /// 副题: the line below it.
    Deck,
    /// 人物: a person named in the article.
    Person,
    /// 职务: an office somebody in the article holds.
    Post,
    /// 机构: the body a post belongs to.
    Organ,
    /// 记者: who wrote it.
    Byline,
    /// 版: the printed page number.
    Page,
    /// 栏目: the recurring heading it runs under.
    Column,
    /// 来源: where a reprinted piece came from.
    Credit,
    /// 报纸: the paper.
    Paper,
    /// 身份: the part a person plays in the article.
    Part,
    /// 版名: the printed name of the page.
    Section,
    /// 体裁: what kind of piece it is.
    Genre,
}

const DATE_NAMES: [&str; 2] = ["日期", "date"];

impl Field {
    /// Every field, in the order help texts list them.
    pub const ALL: [Self; 14] = [
        Self::Headline,
        Self::Kicker,
        Self::Deck,
        Self::Person,
        Self::Post,
        Self::Organ,
        Self::Byline,
        Self::Page,
        Self::Column,
        Self::Credit,
        Self::Paper,
        Self::Part,
        Self::Section,
        Self::Genre,
    ];

    /// The name in Chinese, as questions are printed.
    #[must_use]
    pub const fn chinese(self) -> &'static str {
        self.names().0
    }

    /// The name in English.
    #[must_use]
    pub const fn english(self) -> &'static str {
        self.names().1
    }

    /// Chinese, English, and the Chinese name in traditional characters.
    const fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Headline => ("标题", "headline", "標題"),
            Self::Kicker => ("引题", "kicker", "引題"),
            Self::Deck => ("副题", "deck", "副題"),
            Self::Person => ("人物", "person", "人物"),
            Self::Post => ("职务", "post", "職務"),
            Self::Organ => ("机构", "organ", "機構"),
            Self::Byline => ("记者", "byline", "記者"),
            Self::Page => ("版", "page", "版"),
            Self::Column => ("栏目", "column", "欄目"),
            Self::Credit => ("来源", "credit", "來源"),
            Self::Paper => ("报纸", "paper", "報紙"),
            Self::Part => ("身份", "part", "身份"),
            Self::Section => ("版名", "section", "版名"),
            Self::Genre => ("体裁", "genre", "體裁"),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.chinese())
    }
}

/// What stands before a colon: a field, or the date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Field(Field),
    Date,
}

/// The name a run begins with, and what follows its colon.
pub(super) fn split(run: &str) -> Option<(Named, &str)> {
    let (name, value) = run.split_once([':', '：'])?;
    // The longest name has eight characters; a long run without a name is not copied.
    if name.chars().nth(8).is_some() {
        return None;
    }
    let name: String = name.chars().map(|c| half(c).to_ascii_lowercase()).collect();
    if DATE_NAMES.contains(&name.as_str()) {
        return Some((Named::Date, value));
    }
    let field = Field::ALL.into_iter().find(|f| {
        let (chinese, english, traditional) = f.names();
        name == chinese || name == english || name == traditional
    })?;
    Some((Named::Field(field), value))
}

/// What a term means in a field, with a note where that is not what was typed; the term itself
/// where the field can't hold it.
pub(super) fn value(named: Named, term: Term) -> Result<(Query, Option<String>), (Term, String)> {
    match named {
        Named::Field(Field::Page) => Ok(page(term)),
        Named::Field(field) => Ok((Query::Field { field, term }, None)),
        Named::Date => match &term {
            Term::Word(text) | Term::Literal(text) => match DateRange::read(text) {
                Some(range) => {
                    let note = DateRange::is_backward(text)
                        .then(|| format!("{} is read from the earlier to the later day", quote(text)));
                    Ok((Query::Dates(range), note))
                }
                None => {
                    let note = format!("{} is no date: searched as text", quote(text));
                    Err((term, note))
                }
            },
            Term::Near { .. } | Term::Prefix(_) => {
                let note = format!("{} is no date: searched as text", quote(&term.to_string()));
                Err((term, note))
            }
        },
    }
}

fn page(term: Term) -> (Query, Option<String>) {
    let section = |term| Query::Field { field: Field::Section, term };
    match &term {
        Term::Word(text) | Term::Literal(text) => match page_number(text) {
            Some(number) => (Query::Field { field: Field::Page, term: Term::Word(number) }, None),
            None => {
                let note = format!("{} is no page number: read as 版名, the name of a page", quote(text));
                (section(term), Some(note))
            }
        },
        Term::Prefix(_) => (Query::Field { field: Field::Page, term }, None),
        Term::Near { .. } => (section(term), None),
    }
}

/// A page number as pages carry it: `头版` is 1, `第三版` 3, `A03` A3.
fn page_number(text: &str) -> Option<String> {
    let text: String = text.chars().map(|c| half(c).to_ascii_uppercase()).collect();
    if matches!(text.as_str(), "头版" | "頭版") {
        return Some("1".to_owned());
    }
    let text = text.strip_prefix('第').unwrap_or(&text);
    let text = text.strip_suffix('版').unwrap_or(text);
    if let Some(number) = chinese_number(text) {
        return Some(number.to_string());
    }
    let digits_at = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at(digits_at);
    let plausible = letters.chars().count() <= 2
        && letters.chars().all(char::is_alphabetic)
        && digits.len() <= 4
        && digits.bytes().all(|b| b.is_ascii_digit());
    let number = digits.trim_start_matches('0');
    (plausible && !number.is_empty()).then(|| format!("{letters}{number}"))
}

/// A number up to 99 in Chinese figures: 三, 十二, 二十.
fn chinese_number(text: &str) -> Option<u32> {
    const FIGURES: [char; 9] = ['一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let figure = |s: &str| {
        let mut chars = s.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => (1..).zip(FIGURES).find(|&(_, f)| f == c).map(|(n, _)| n),
            _ => None,
        }
    };
    let Some((tens, ones)) = text.split_once('十') else { return figure(text) };
    let tens = if tens.is_empty() { 1 } else { figure(tens)? };
    let ones = if ones.is_empty() { 0 } else { figure(ones)? };
    Some(tens * 10 + ones)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_are_read_as_people_write_them() {
        for (typed, number) in [
            ("头版", Some("1")),
            ("第三版", Some("3")),
            ("3版", Some("3")),
            ("０３", Some("3")),
            ("A3", Some("A3")),
            ("a03版", Some("A3")),
            ("第十二版", Some("12")),
            ("二十", Some("20")),
            ("特1", Some("特1")),
            ("要闻", None),
            ("0", None),
            ("版", None),
            ("1-4", None),
            ("", None),
        ] {
            assert_eq!(page_number(typed).as_deref(), number, "{typed}");
        }
    }

    #[test]
    fn every_field_is_found_by_all_its_names() {
        for field in Field::ALL {
            for name in [field.chinese(), field.english(), field.names().2] {
                assert_eq!(split(&format!("{name}：x")), Some((Named::Field(field), "x")));
            }
        }
        assert_eq!(split("HeadLine:x:y"), Some((Named::Field(Field::Headline), "x:y")));
        assert_eq!(split("日期:2026"), Some((Named::Date, "2026")));
        assert_eq!(split("时间：12:30"), None);
    }
}
