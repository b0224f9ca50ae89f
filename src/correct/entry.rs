//! Reads a file of corrections: one table an entry, each read for itself, so that a bad one costs
//! no other.

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::diag::{Problem, ProblemKind};
use crate::paper::{Author, Genre};

/// One thing put right.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The file it stands in, as it is shown.
    pub file: String,
    /// The line it begins at, from 1.
    pub line: usize,
    /// The article it is about.
    pub id: String,
    /// What is put right.
    pub(super) what: What,
    /// Why, where the entry says so.
    pub note: Option<String>,
    /// Differs where the entry says something else; where it stands does not count.
    pub digest: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// Members of the article are others.
    Change(Box<Change>),
    /// The article is two: the second begins here.
    Split { at: At, second: Box<Change> },
    /// These articles are the rest of it, in this order.
    Merge { with: Vec<String> },
    /// Somebody named in it is read wrongly.
    Person(PersonFix),
}

/// Where a second article begins.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum At {
    /// With this paragraph, from 1.
    Number(usize),
    /// With these words.
    Text(String),
}

/// What members of an article become; an empty text takes the member away.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Change {
    /// Headline parts, column, dateline, credit, event date: the member's name and its text.
    pub(super) texts: Vec<(&'static str, String)>,
    pub(super) byline: Option<Vec<Author>>,
    pub(super) genre: Option<Genre>,
    pub(super) paper: Option<String>,
    pub(super) date: Option<Date>,
    pub(super) page: Option<String>,
    pub(super) section: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PersonFix {
    /// The name as it was read.
    pub(super) name: String,
    /// The right one.
    pub(super) is: Option<String>,
    /// The right posts.
    pub(super) posts: Option<Vec<String>>,
    /// No person at all.
    pub(super) never: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawArticle {
    id: String,
    note: Option<String>,
    // Of a split alone.
    at: Option<At>,
    headline: Option<String>,
    kicker: Option<String>,
    deck: Option<String>,
    column: Option<String>,
    dateline: Option<String>,
    credit: Option<String>,
    event_date: Option<Day>,
    byline: Option<Byline>,
    genre: Option<Genre>,
    paper: Option<String>,
    date: Option<Day>,
    page: Option<Number>,
    section: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMerge {
    id: String,
    with: OneOrMore,
    note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPerson {
    id: String,
    name: String,
    is: Option<String>,
    post: Option<OneOrMore>,
    #[serde(default)]
    never: bool,
    note: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn all(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::More(more) => more,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Day {
    Date(toml::value::Datetime),
    Text(String),
}

impl Day {
    fn text(&self) -> String {
        match self {
            Self::Date(date) => date.to_string(),
            Self::Text(text) => text.trim().to_owned(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Number {
    Figure(u32),
    Text(String),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Byline {
    One(String),
    More(Vec<Signed>),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Signed {
    Text(String),
    Author(Author),
}

impl Byline {
    fn authors(self) -> Vec<Author> {
        let signed = match self {
            Self::One(one) => vec![Signed::Text(one)],
            Self::More(more) => more,
        };
        let author = |signed| match signed {
            Signed::Author(author) => author,
            // 记者 孙鸣, or the name alone.
            Signed::Text(text) => match text.trim().split_once(char::is_whitespace) {
                Some((role, name)) => Author { name: name.trim().to_owned(), role: role.to_owned() },
                None => Author { name: text.trim().to_owned(), role: String::new() },
            },
        };
        signed.into_iter().map(author).filter(|author| !author.name.is_empty()).collect()
    }
}

impl RawArticle {
    fn change(&mut self) -> Result<Change, String> {
        let mut texts = Vec::new();
        for (name, member) in [
            ("column", &mut self.column),
            ("kicker", &mut self.kicker),
            ("headline", &mut self.headline),
            ("deck", &mut self.deck),
            ("dateline", &mut self.dateline),
            ("credit", &mut self.credit),
        ] {
            if let Some(text) = member.take() {
                texts.push((name, text.trim().to_owned()));
            }
        }
        if let Some(day) = self.event_date.take().map(|day| day.text()) {
            if !day.is_empty() && day.parse::<Date>().is_err() {
                return Err(format!("event_date: `{day}` is no day like 2031-03-18"));
            }
            texts.push(("event_date", day));
        }
        let date = self.date.take().map(|day| day.text());
        let date = date
            .map(|day| day.parse::<Date>().map_err(|_| format!("date: `{day}` is no day like 2031-03-18")));
        Ok(Change {
            texts,
            byline: self.byline.take().map(Byline::authors),
            genre: self.genre.take(),
            paper: self.paper.take(),
            date: date.transpose()?,
            page: self.page.take().map(|page| match page {
                Number::Figure(n) => n.to_string(),
                Number::Text(text) => text.trim().to_owned(),
            }),
            section: self.section.take(),
        })
    }
}

impl Change {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A table of the file: its name, the line it begins at, and its members.
struct Table<'a> {
    name: &'a str,
    line: usize,
    body: String,
}

/// Takes a file apart at the lines that begin a table.
fn tables(text: &str) -> (Vec<Table<'_>>, Vec<Problem>) {
    let (mut tables, mut problems) = (Vec::<Table<'_>>::new(), Vec::new());
    // Within a text of several lines nothing begins.
    let mut open = false;
    for (i, line) in text.lines().enumerate() {
        let code = line.trim();
        let name =
            code.strip_prefix("[[").and_then(|rest| rest.split_once("]]")).map(|(name, _)| name.trim());
        match (name.filter(|_| !open), tables.last_mut()) {
            (Some(name), _) => tables.push(Table { name, line: i + 1, body: String::new() }),
            (None, Some(table)) => {
                table.body.push('\n');
                table.body.push_str(line);
            }
            (None, None) if code.is_empty() || code.starts_with('#') => {}
            (None, None) => problems.push(bad("stands in no table: begin with [[article]]", i + 1)),
        }
        let quotes = line.matches("\"\"\"").count() + line.matches("'''").count();
        open ^= quotes % 2 == 1;
    }
    (tables, problems)
}

fn bad(message: impl Into<String>, line: usize) -> Problem {
    Problem::new(ProblemKind::BadLine, message).at_line(line)
}

/// The members of a table as a value; what can't be read is told with its line.
fn members<T: DeserializeOwned>(table: &Table<'_>) -> Result<T, Problem> {
    toml::from_str(&table.body).map_err(|e| {
        let lines =
            e.span().map_or(0, |span| table.body.get(..span.start).unwrap_or("").matches('\n').count());
        let message = e.message().lines().next().unwrap_or("no TOML").to_owned();
        bad(format!("[[{}]]: {message}", table.name), table.line + lines)
    })
}

/// The entries of a file; what can't be used is told with its line, and the rest is used.
pub(super) fn entries(file: &str, text: &str) -> (Vec<Entry>, Vec<Problem>) {
    let (tables, mut problems) = tables(text.trim_start_matches('\u{feff}'));
    let mut entries = Vec::new();
    for table in &tables {
        match entry(file, table) {
            Ok(entry) => entries.push(entry),
            Err(problem) => problems.push(problem),
        }
    }
    problems.sort_by_key(|problem| problem.line);
    (entries, problems)
}

fn entry(file: &str, table: &Table<'_>) -> Result<Entry, Problem> {
    let wrong = |message: String| bad(format!("[[{}]]: {message}", table.name), table.line);
    let (id, note, what) = match table.name {
        "article" | "split" => {
            let mut raw: RawArticle = members(table)?;
            let change = Box::new(raw.change().map_err(wrong)?);
            let what = match (table.name, raw.at.take()) {
                ("split", Some(At::Number(0 | 1))) => {
                    return Err(wrong(
                        "at: the second article begins with paragraph 2 or a later one".to_owned(),
                    ));
                }
                ("split", Some(at)) => What::Split { at, second: change },
                ("split", None) => {
                    return Err(wrong("at is missing: where the second article begins".to_owned()));
                }
                (_, Some(_)) => return Err(wrong("at goes with [[split]]".to_owned())),
                _ if change.is_empty() => return Err(wrong("says nothing about the article".to_owned())),
                _ => What::Change(change),
            };
            (raw.id, raw.note, what)
        }
        "merge" => {
            let raw: RawMerge = members(table)?;
            let with: Vec<String> = raw.with.all().iter().map(|id| id.trim().to_owned()).collect();
            if with.is_empty() || with.contains(&raw.id) {
                return Err(wrong("with: the ids of other articles".to_owned()));
            }
            (raw.id, raw.note, What::Merge { with })
        }
        "person" => {
            let raw: RawPerson = members(table)?;
            let fix = PersonFix {
                name: solid(&raw.name),
                is: raw.is.as_deref().map(solid),
                posts: raw.post.map(|posts| posts.all().iter().map(|p| p.trim().to_owned()).collect()),
                never: raw.never,
            };
            if fix.name.is_empty() || (fix.is.is_none() && fix.posts.is_none() && !fix.never) {
                return Err(wrong("says nothing of the person: is, post or never = true".to_owned()));
            }
            (raw.id, raw.note, What::Person(fix))
        }
        other => {
            return Err(bad(
                format!("[[{other}]] is none of [[article]], [[split]], [[merge]], [[person]]"),
                table.line,
            ));
        }
    };
    let id = id.trim().to_owned();
    if id.is_empty() {
        return Err(wrong("id is empty".to_owned()));
    }
    let digest = blake3::hash(format!("{id}\0{what:?}\0{note:?}").as_bytes()).to_hex()[..16].to_owned();
    Ok(Entry { file: file.to_owned(), line: table.line, id, what, note, digest })
}

/// A name without the white space that pads it.
fn solid(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_entry_is_told_with_its_line_and_the_others_are_read() {
        let text = "# 编辑部的更正\n\
            [[article]]\nid = \"a/1\"\nheadline = \"甲\"\ndate = 2031-03-18\n\n\
            [[article]]\nid = \"a/2\"\nheadlin = \"乙\"\n\n\
            [[split]]\nid = \"a/3\"\nat = \"两岸\nheadline = \"丙\"\n\n\
            [[person]]\nid = \"a/4\"\nname = \"王　刚\"\npost = \"副区长\"\nnote = \"\"\"\n[[article]]\n\"\"\"\n\n\
            [[nothing]]\nid = \"a\"\n\n\
            [[article]]\nid = \"a/5\"\ndate = \"3月18日\"\n\n\
            [[merge]]\nid = \"a/6\"\nwith = [\"a/7\"]\n";
        let (entries, problems) = entries("corrections.toml", text);
        let lines: Vec<_> = problems.iter().filter_map(|p| p.line).collect();
        assert_eq!(lines, [9, 13, 24, 27], "{problems:?}");
        let told: Vec<_> = entries.iter().map(|e| (e.line, e.id.as_str())).collect();
        assert_eq!(told, [(2, "a/1"), (16, "a/4"), (31, "a/6")]);
        let What::Change(change) = &entries[0].what else { unreachable!() };
        assert_eq!(change.date, Some(jiff::civil::date(2031, 3, 18)));
        let What::Person(fix) = &entries[1].what else { unreachable!() };
        assert_eq!(fix.name, "王刚");
    }

    #[test]
    fn an_entry_that_only_moved_is_the_same() {
        let digest = |text: &str| entries("a.toml", text).0[0].digest.clone();
        let a = digest("[[article]]\nid = \"a\"\nheadline = \"甲\"\n");
        assert_eq!(a, digest("# 一\n\n[[article]]\nheadline = '甲'\nid = \"a\"\n"));
        assert_ne!(a, digest("[[article]]\nid = \"a\"\nheadline = \"乙\"\n"));
    }
}
