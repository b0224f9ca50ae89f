//! Reads ready articles from JSON Lines, one at a time, and from small JSON documents.

use std::io::{BufRead, BufReader, Read};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::diag::{Problem, ProblemKind};
use crate::paper::{Article, RepairKind};

use super::record::{ArticleRecord, IdGiver, Members};
use super::source::problem_of;

/// The articles of a stream of lines; a bad line is a problem with its number and the others go on.
pub(super) struct JsonLines<R> {
    reader: BufReader<R>,
    source: String,
    ids: IdGiver,
    line: usize,
    line_bytes_max: u64,
    done: bool,
}

impl<R: Read> JsonLines<R> {
    pub(super) fn new(reader: R, source: &str, line_bytes_max: u64) -> Self {
        Self {
            reader: BufReader::with_capacity(1 << 16, reader),
            source: source.to_owned(),
            ids: IdGiver::new(source),
            line: 0,
            line_bytes_max,
            done: false,
        }
    }

    /// The next line without its end, `None` at the end of the stream.
    fn next_line(&mut self) -> Option<Result<Vec<u8>, Problem>> {
        let mut bytes = Vec::new();
        let read = (&mut self.reader).take(self.line_bytes_max).read_until(b'\n', &mut bytes);
        self.line += 1;
        match read {
            Err(error) => {
                self.done = true;
                return Some(Err(problem_of(&error).at_line(self.line)));
            }
            Ok(0) => return None,
            Ok(_) => {}
        }
        if bytes.len() as u64 >= self.line_bytes_max && !bytes.ends_with(b"\n") {
            let message =
                format!("the line is longer than {} MB and was left out", self.line_bytes_max >> 20);
            if let Err(error) = skip_line(&mut self.reader) {
                self.done = true;
                return Some(Err(problem_of(&error).at_line(self.line)));
            }
            return Some(Err(Problem::new(ProblemKind::Limit, message).at_line(self.line)));
        }
        Some(Ok(bytes))
    }

    fn record(&mut self, bytes: &[u8]) -> Result<ArticleRecord, Problem> {
        let text = String::from_utf8_lossy(bytes);
        let mut record = article_of_line(&text, &self.source).map_err(|p| p.at_line(self.line))?;
        if matches!(text, std::borrow::Cow::Owned(_)) {
            let message = "bytes that are not valid UTF-8; U+FFFD stands there";
            record.problems.push(Problem::new(ProblemKind::Encoding, message));
        }
        for problem in &mut record.problems {
            problem.line = Some(self.line);
        }
        record.line = Some(self.line);
        self.ids.give(&mut record);
        Ok(record)
    }
}

fn skip_line(reader: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let (used, end) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        reader.consume(used);
        if end {
            return Ok(());
        }
    }
}

impl<R: Read> Iterator for JsonLines<R> {
    type Item = Result<ArticleRecord, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.done {
            let bytes = match self.next_line()? {
                Ok(bytes) => bytes,
                Err(problem) => return Some(Err(problem)),
            };
            let line = bytes.strip_prefix(b"\xEF\xBB\xBF").filter(|_| self.line == 1).unwrap_or(&bytes);
            let line = line.trim_ascii();
            if !line.is_empty() {
                return Some(self.record(line));
            }
        }
        None
    }
}

fn article_of_line(text: &str, source: &str) -> Result<ArticleRecord, Problem> {
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => article_of_object(members, source),
        Ok(_) => Err(Problem::new(ProblemKind::BadFormat, "not a JSON object")),
        Err(error) => Err(Problem::new(ProblemKind::BadFormat, format!("not valid JSON: {error}"))),
    }
}

/// Reads one object in the contract's form, under other usual names, or as `export` writes it.
fn article_of_object(mut object: Map<String, Value>, source: &str) -> Result<ArticleRecord, Problem> {
    let members = Members::of_object(&mut object);
    let text = |key: &str| match object.get(key) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    // what `export` adds to the members that other sources have too
    let mut article = Article {
        dateline: text("dateline"),
        event_date: text("event_date"),
        jump_to: text("jump_to"),
        jump_from: text("jump_from"),
        incomplete: object.get("incomplete").and_then(Value::as_bool).unwrap_or(false),
        ..Article::default()
    };
    let mut lost = Vec::new();
    article.repairs = list(&mut object, "repairs", &mut lost);
    article.crossheads = list(&mut object, "crossheads", &mut lost);
    article.lines = list(&mut object, "lines", &mut lost);
    article.captions = list(&mut object, "captions", &mut lost);
    article.corrections = list(&mut object, "corrections", &mut lost);
    let mut record = members.into_record(article, source)?;
    // positions from elsewhere may point nowhere
    let count = record.article.paragraphs.len();
    record.article.crossheads.retain(|at| *at < count);
    record.article.repairs.retain(|r| r.paragraph < count || r.kind == RepairKind::LateHeadline);
    if record.article.lines.len() != count {
        record.article.lines.clear();
    }
    for key in lost {
        let message = format!("{key} not in the form that is exported; left out");
        record.problems.push(Problem::new(ProblemKind::BadFormat, message));
    }
    Ok(record)
}

/// A list that `export` writes; told as lost where its items have another form.
fn list<T: DeserializeOwned>(
    object: &mut Map<String, Value>,
    key: &'static str,
    lost: &mut Vec<&'static str>,
) -> Vec<T> {
    let Some(value) = object.remove(key).filter(|value| !value.is_null()) else {
        return Vec::new();
    };
    serde_json::from_value(value).unwrap_or_else(|_| {
        lost.push(key);
        Vec::new()
    })
}

/// The articles of a JSON document that is one article or a list of them.
pub(super) fn json_document(text: &str, source: &str) -> Vec<Result<ArticleRecord, Problem>> {
    let articles = match serde_json::from_str(text) {
        Ok(Value::Array(items)) => items,
        Ok(Value::Object(mut object)) => match object.remove("articles") {
            Some(Value::Array(items)) => items,
            _ => vec![Value::Object(object)],
        },
        Ok(_) => return vec![Err(Problem::new(ProblemKind::BadFormat, "not a JSON object or list"))],
        Err(error) => {
            return vec![Err(Problem::new(ProblemKind::BadFormat, format!("not valid JSON: {error}")))];
        }
    };
    let mut ids = IdGiver::new(source);
    let records = articles.into_iter().enumerate().map(|(i, item)| match item {
        Value::Object(object) => {
            let mut record = article_of_object(object, source)?;
            ids.give(&mut record);
            Ok(record)
        }
        _ => Err(Problem::new(ProblemKind::BadFormat, format!("item {} is no JSON object", i + 1))),
    });
    records.collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn told(lines: &str) -> String {
        let mut out = String::new();
        for item in JsonLines::new(lines.as_bytes(), "in/news.jsonl", 4096) {
            match item {
                Ok(r) => out.push_str(&format!(
                    "{:?} {} {:?} {:?} {:?} {:?}\n",
                    r.line,
                    r.article.id,
                    r.article.headline,
                    r.article.paragraphs,
                    r.facts.date,
                    r.facts.page
                )),
                Err(p) => out.push_str(&format!("{:?} {} {}\n", p.line, p.kind, p.message)),
            }
        }
        out
    }

    #[test]
    fn lines_are_articles_and_a_bad_line_does_not_stop_the_others() {
        let lines = concat!(
            "\u{FEFF}{\"id\":\"a-1\",\"headline\":\"引水渠贯通\",\"body\":\"　　甲\\n\\n乙\",\"date\":\"2026-06-04\",\"page\":\"01\"}\n",
            "\n",
            "{\"title\":\"\",\"text\":\"丙\",\"id\":7,\"date\":\"6月4日\"}\r\n",
            "{\"headline\":\n",
            "[1]\n",
            "{\"headline\":null,\"body\":\"\"}\n",
            "{\"标题\":\"丁\",\"正文\":[\"戊\",\"己\"],\"日期\":\"2026年6月4日\"}",
        );
        expect![[r#"
            Some(1) a-1 Some("引水渠贯通") ["甲", "乙"] Some(2026-06-04) Some("1")
            Some(3) 7 None ["丙"] None None
            Some(4) bad-format not valid JSON: EOF while parsing a value at line 1 column 12
            Some(5) bad-format not a JSON object
            Some(6) bad-format an article needs a headline or a body
            Some(7) news/2d0e420c6f83 Some("丁") ["戊", "己"] Some(2026-06-04) None
        "#]]
        .assert_eq(&told(lines));
    }

    #[test]
    fn a_line_over_the_limit_is_told_and_skipped() {
        let lines = format!("{{\"body\":\"{}\"}}\n{{\"body\":\"甲\",\"id\":\"b\"}}\n", "长".repeat(4000));
        expect![[r#"
            Some(1) limit the line is longer than 0 MB and was left out
            Some(2) b None ["甲"] None None
        "#]]
        .assert_eq(&told(&lines));
    }

    #[test]
    fn an_exported_article_comes_back_whole() {
        let article = Article {
            id: "luzhou/2026-06-04/1/3f9a27".into(),
            headline: Some("引水渠贯通".into()),
            byline: vec![crate::paper::Author { name: "孙鸣".into(), role: "记者".into() }],
            dateline: Some("本报讯".into()),
            event_date: Some("2026-06-01".into()),
            paragraphs: vec!["甲".into(), "一、乙".into(), "丙".into()],
            jump_to: Some("2".into()),
            incomplete: true,
            genre: crate::paper::Genre::Feature,
            crossheads: vec![1],
            lines: vec![(1, 1), (3, 3), (5, 6)],
            repairs: vec![crate::paper::Repair {
                kind: RepairKind::Seam,
                paragraph: 2,
                note: "joined".into(),
                lines: Some((5, 6)),
            }],
            ..Article::default()
        };
        let mut json = serde_json::to_value(&article).unwrap();
        json["date"] = "2026-06-04".into();
        json["people"] = serde_json::json!([{"name": "孙鸣"}]);
        let back = JsonLines::new(json.to_string().as_bytes(), "x.jsonl", 1 << 20).next().unwrap().unwrap();
        assert_eq!(back.article, article);
        assert!(back.problems.is_empty());
    }

    #[test]
    fn a_document_may_be_one_article_or_a_list() {
        let count = |text: &str| json_document(text, "x.json").iter().filter(|r| r.is_ok()).count();
        assert_eq!(count("[{\"title\":\"甲\"},{\"title\":\"乙\"},3]"), 2);
        assert_eq!(count("{\"title\":\"甲\"}"), 1);
        assert_eq!(count("{\"articles\":[{\"title\":\"甲\"}]}"), 1);
        assert_eq!(count("{"), 0);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = JsonLines::new(bytes.as_slice(), "x", 100).count();
        }
    }
}
