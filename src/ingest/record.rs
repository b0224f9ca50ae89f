//! Makes a ready article out of named members, whatever they are called.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::diag::{Problem, ProblemKind};
use crate::paper::{Article, Author, IssueFacts};
use crate::text::fold::{fold_char, fold_into, is_han};

use super::dates::date_in;
use super::facts::page_number;

/// A ready article and where it stood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArticleRecord {
    /// The article; its id is the one given, or `stem/hash` anchored in the content.
    pub article: Article,
    /// Paper, date, page, section.
    pub facts: IssueFacts,
    /// The file's path as given.
    pub source: String,
    /// Line in that file, from 1, where lines mean anything.
    pub line: Option<usize>,
    /// Whether the source gave the id.
    pub id_given: bool,
    /// Where the article stands on the web.
    pub url: Option<String>,
    /// What was odd.
    pub problems: Vec<Problem>,
}

/// A member of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    Id,
    Headline,
    Body,
    Date,
    Paper,
    Page,
    Section,
    Column,
    Kicker,
    Deck,
    Byline,
    Credit,
    Genre,
    Url,
}

/// What members are called, the preferred name first; also the names of CSV columns.
pub(super) const MEMBERS: [(&str, Member); 58] = [
    ("id", Member::Id),
    ("编号", Member::Id),
    ("headline", Member::Headline),
    ("title", Member::Headline),
    ("标题", Member::Headline),
    ("主题", Member::Headline),
    ("paragraphs", Member::Body),
    ("body", Member::Body),
    ("text", Member::Body),
    ("content", Member::Body),
    ("articleBody", Member::Body),
    ("正文", Member::Body),
    ("内容", Member::Body),
    ("date", Member::Date),
    ("datePublished", Member::Date),
    ("pubdate", Member::Date),
    ("pub_date", Member::Date),
    ("publish_date", Member::Date),
    ("published", Member::Date),
    ("日期", Member::Date),
    ("发布日期", Member::Date),
    ("发布时间", Member::Date),
    ("paper", Member::Paper),
    ("newspaper", Member::Paper),
    ("报纸", Member::Paper),
    ("报名", Member::Paper),
    ("page", Member::Page),
    ("版次", Member::Page),
    ("版", Member::Page),
    ("section", Member::Section),
    ("版名", Member::Section),
    ("column", Member::Column),
    ("栏目", Member::Column),
    ("kicker", Member::Kicker),
    ("introtitle", Member::Kicker),
    ("引题", Member::Kicker),
    ("肩题", Member::Kicker),
    ("眉题", Member::Kicker),
    ("deck", Member::Deck),
    ("subtitle", Member::Deck),
    ("subheadline", Member::Deck),
    ("副题", Member::Deck),
    ("副标题", Member::Deck),
    ("byline", Member::Byline),
    ("author", Member::Byline),
    ("authors", Member::Byline),
    ("作者", Member::Byline),
    ("署名", Member::Byline),
    ("记者", Member::Byline),
    ("credit", Member::Credit),
    ("来源", Member::Credit),
    ("转载自", Member::Credit),
    ("genre", Member::Genre),
    ("体裁", Member::Genre),
    ("url", Member::Url),
    ("link", Member::Url),
    ("链接", Member::Url),
    ("网址", Member::Url),
];

/// The members of one article under their proper names.
#[derive(Debug, Default)]
pub(super) struct Members(Vec<(Member, Value)>);

impl Members {
    /// Takes a JSON object; of two names for one member the preferred one that holds something goes.
    pub(super) fn of_object(object: &mut Map<String, Value>) -> Self {
        let rank = |name: &String| MEMBERS.iter().position(|(known, _)| known == name);
        let mut ranks: Vec<usize> = object.keys().filter_map(rank).collect();
        ranks.sort_unstable();
        let mut members = Self::default();
        for (name, member) in ranks.into_iter().map(|rank| MEMBERS[rank]) {
            if let Some(value) = object.remove(name) {
                members.add(member, value);
            }
        }
        members
    }

    pub(super) fn add(&mut self, member: Member, value: Value) {
        let holds = match &value {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => true,
        };
        if holds && !self.0.iter().any(|(taken, _)| *taken == member) {
            self.0.push((member, value));
        }
    }

    fn take(&mut self, member: Member) -> Option<Value> {
        let at = self.0.iter().position(|(held, _)| *held == member)?;
        Some(self.0.swap_remove(at).1)
    }

    fn text(&mut self, member: Member) -> Option<String> {
        match self.take(member)? {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Writes the members into an article that may already hold others (repairs, dateline, …).
    pub(super) fn into_record(
        mut self,
        mut article: Article,
        source: &str,
    ) -> Result<ArticleRecord, Problem> {
        let mut problems = Vec::new();
        let exact =
            !(article.crossheads.is_empty() && article.repairs.is_empty() && article.lines.is_empty());
        article.paragraphs = self.take(Member::Body).map(|body| paragraphs(&body, exact)).unwrap_or_default();
        article.headline = self.text(Member::Headline).map(|text| one_line(&text));
        if article.headline.is_none() && article.paragraphs.is_empty() {
            return Err(Problem::new(ProblemKind::BadFormat, "an article needs a headline or a body"));
        }
        article.kicker = self.text(Member::Kicker).map(|text| one_line(&text));
        article.deck = self.text(Member::Deck).map(|text| one_line(&text));
        article.column = self.text(Member::Column).map(|text| one_line(&text));
        article.credit = self.text(Member::Credit);
        article.byline = self.take(Member::Byline).map(|byline| authors(&byline)).unwrap_or_default();
        if let Some(genre) = self.take(Member::Genre) {
            article.genre = serde_json::from_value(genre).unwrap_or_default();
        }
        let date = self.text(Member::Date);
        let page = self.text(Member::Page);
        let facts = IssueFacts {
            paper: self.text(Member::Paper),
            date: date.as_deref().and_then(date_in),
            page: page.as_deref().map(|page| page_number(page).unwrap_or_else(|| page.to_owned())),
            section: self.text(Member::Section),
        };
        if let (Some(date), None) = (&date, facts.date) {
            problems
                .push(Problem::new(ProblemKind::NoDate, format!("“{}” is no date with a year", short(date))));
        }
        let mut id = self.text(Member::Id).filter(|id| !id.is_empty());
        if id.as_ref().is_some_and(|id| id.len() > ID_BYTES_MAX || id.contains(char::is_control)) {
            let message = format!(
                "an id of more than {ID_BYTES_MAX} bytes or with control characters; another was made"
            );
            problems.push(Problem::new(ProblemKind::BadFormat, message));
            id = None;
        }
        let id_given = id.is_some();
        article.id = id.unwrap_or_default();
        let url = self.text(Member::Url);
        Ok(ArticleRecord { article, facts, source: source.to_owned(), line: None, id_given, url, problems })
    }
}

/// Longest id that is kept.
const ID_BYTES_MAX: usize = 1024;

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

fn one_line(text: &str) -> String {
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The paragraphs of a body; `exact` where other members count them.
fn paragraphs(body: &Value, exact: bool) -> Vec<String> {
    match body {
        Value::String(text) => lines(text),
        Value::Array(items) if exact => {
            items.iter().map(|p| p.as_str().unwrap_or_default().to_owned()).collect()
        }
        Value::Array(items) => items.iter().filter_map(Value::as_str).flat_map(lines).collect(),
        Value::Number(number) => vec![number.to_string()],
        _ => Vec::new(),
    }
}

/// The lines of a text that hold something, without the indent.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The authors of a list of names or `{"name","role"}`, or of a line such as `记者 甲某 通讯员 乙某`.
pub(super) fn authors(byline: &Value) -> Vec<Author> {
    match byline {
        Value::String(text) => authors_in(text),
        Value::Array(items) => items.iter().flat_map(authors).collect(),
        Value::Object(members) => {
            let text =
                |key: &str| members.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
            let author = Author { name: text("name"), role: text("role") };
            if author.name.is_empty() { Vec::new() } else { vec![author] }
        }
        _ => Vec::new(),
    }
}

const ROLES: [&str; 18] = [
    "本报见习记者",
    "本报特约记者",
    "本报通讯员",
    "见习记者",
    "特约记者",
    "实习记者",
    "本报记者",
    "首席记者",
    "特约通讯员",
    "通讯员",
    "实习生",
    "评论员",
    "记者",
    "作者",
    "摄影",
    "摄",
    "文",
    "图",
];

fn authors_in(line: &str) -> Vec<Author> {
    let line = line.trim().trim_matches(['□', '■', '(', ')', '（', '）']);
    let mut authors: Vec<Author> = Vec::new();
    let mut role = "";
    let mut padded: Option<char> = None;
    for word in line.split(['、', '，', ',', ';', '；']).flat_map(|part| {
        // 文/图 and spaces part Chinese names; a Latin name keeps its spaces
        let latin = part.chars().any(|c| c.is_ascii_alphabetic());
        let parts: Vec<&str> = if latin {
            vec![part]
        } else {
            part.split([' ', '\u{3000}', '\t', '/', '／', ':', '：']).collect()
        };
        parts
    }) {
        let mut word = word.trim();
        if let Some(found) =
            ROLES.iter().find(|r| word.starts_with(**r) && (word.len() == r.len() || r.chars().count() > 1))
        {
            role = found;
            word = word[found.len()..].trim_start_matches([':', '：']).trim();
        }
        if word.is_empty() {
            continue;
        }
        let mut chars = word.chars();
        if let (Some(only), None) = (chars.next().filter(|c| is_han(*c)), chars.next()) {
            match padded.take() {
                // 张　三: one name, padded to the width of three characters
                Some(first) => authors.push(Author { name: format!("{first}{only}"), role: role.to_owned() }),
                None => padded = Some(only),
            }
            continue;
        }
        authors.push(Author { name: word.to_owned(), role: role.to_owned() });
    }
    if let Some(only) = padded {
        authors.push(Author { name: only.to_string(), role: role.to_owned() });
    }
    authors
}

/// Gives articles without an id one that stays when others come or go.
#[derive(Debug)]
pub(super) struct IdGiver {
    stem: String,
    /// Anchor to whole content, so that two notices that begin alike are told apart.
    given: std::collections::HashMap<u64, u64>,
}

/// How much of a body anchors its id: a correction further down moves no permalink.
const ANCHOR_CHARS: usize = 80;

impl IdGiver {
    pub(super) fn new(path: &str) -> Self {
        let name = path[..super::format::stem_len(path)].rsplit('/').next().unwrap_or_default();
        let stem: String = name
            .chars()
            .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
            .collect();
        let stem = if stem.is_empty() { "article".to_owned() } else { stem };
        Self { stem, given: std::collections::HashMap::new() }
    }

    pub(super) fn give(&mut self, record: &mut ArticleRecord) {
        if record.id_given {
            return;
        }
        let (anchor, whole) = (anchor(record), whole(record));
        let key = *self.given.entry(first8(&anchor)).or_insert(first8(&whole));
        let chosen = if key == first8(&whole) { anchor } else { whole };
        record.article.id = format!("{}/{}", self.stem, &chosen.to_hex()[..12]);
    }
}

fn first8(hash: &blake3::Hash) -> u64 {
    hash.as_bytes().iter().take(8).fold(0, |v, b| (v << 8) | u64::from(*b))
}

/// The date, the headline and the first characters of the body, without spaces, comparable.
fn anchor(record: &ArticleRecord) -> blake3::Hash {
    let mut text = record.facts.date.map(|d| d.to_string()).unwrap_or_default();
    text.push('\n');
    fold_into(record.article.headline.as_deref().unwrap_or_default(), &mut text);
    text.push('\n');
    let body = record.article.paragraphs.iter().flat_map(|p| p.chars()).filter(|c| !c.is_whitespace());
    text.extend(body.take(ANCHOR_CHARS).map(fold_char));
    blake3::hash(text.as_bytes())
}

fn whole(record: &ArticleRecord) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(anchor(record).as_bytes());
    for paragraph in &record.article.paragraphs {
        hasher.update(paragraph.as_bytes()).update(b"\n");
    }
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn byline(line: &str) -> String {
        authors_in(line).iter().map(|a| format!("{}/{}", a.name, a.role)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_byline_is_read_into_names_and_roles() {
        for (line, want) in [
            ("孙鸣", "孙鸣/"),
            ("孙鸣、李禾", "孙鸣/ 李禾/"),
            ("记者 孙鸣 通讯员 李禾", "孙鸣/记者 李禾/通讯员"),
            ("本报记者孙鸣 李　禾", "孙鸣/本报记者 李禾/本报记者"),
            ("□本报记者 孙鸣", "孙鸣/本报记者"),
            ("摄影：孙鸣", "孙鸣/摄影"),
            ("文静", "文静/"),
            ("John Smith", "John Smith/"),
            ("", ""),
        ] {
            assert_eq!(byline(line), want, "{line}");
        }
    }

    #[test]
    fn articles_that_begin_alike_get_different_ids_and_repeats_the_same() {
        let mut ids = IdGiver::new("in/notices.jsonl.gz");
        let mut id = |body: &str| {
            let mut members = Members::default();
            members.add(Member::Headline, Value::from("公告"));
            members.add(Member::Body, Value::from(format!("{}{body}", "停水".repeat(60))));
            let mut record = members.into_record(Article::default(), "x").unwrap();
            ids.give(&mut record);
            record.article.id
        };
        let (first, second, again) = (id("甲区"), id("乙区"), id("甲区"));
        assert_ne!(first, second);
        assert_eq!(first, again);
        assert!(first.starts_with("notices/"), "{first}");
    }
}
