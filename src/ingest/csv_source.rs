//! Reads ready articles from CSV with a header, one row at a time.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;

use crate::diag::{Problem, ProblemKind};
use crate::paper::Article;

use super::record::{ArticleRecord, IdGiver, MEMBERS, Member, Members};
use super::source::{LimitMet, problem_of};

/// The articles of a table; a bad row is a problem with its line and the others go on.
pub(super) struct CsvRows<R> {
    reader: csv::Reader<RowGuard<R>>,
    row_bytes: Arc<AtomicU64>,
    row: csv::ByteRecord,
    columns: Vec<(usize, Member)>,
    width: usize,
    source: String,
    ids: IdGiver,
    first: Option<Problem>,
    done: bool,
}

impl<R: Read> CsvRows<R> {
    /// Reads the header; `head` are the first bytes and tell the separator.
    pub(super) fn new(reader: R, head: &[u8], source: &str, row_bytes_max: u64) -> Self {
        let row_bytes = Arc::new(AtomicU64::new(0));
        let guard = RowGuard { inner: reader, row_bytes: Arc::clone(&row_bytes), row_bytes_max };
        let reader = csv::ReaderBuilder::new()
            .delimiter(separator(head))
            .flexible(true)
            .has_headers(false)
            .buffer_capacity(1 << 16)
            .from_reader(guard);
        let mut rows = Self {
            reader,
            row_bytes,
            row: csv::ByteRecord::new(),
            columns: Vec::new(),
            width: 0,
            source: source.to_owned(),
            ids: IdGiver::new(source),
            first: None,
            done: false,
        };
        rows.read_header();
        rows
    }

    fn read_header(&mut self) {
        match self.reader.read_byte_record(&mut self.row) {
            Ok(true) => {}
            Ok(false) => {
                self.done = true;
                return;
            }
            Err(error) => {
                self.first = Some(problem(error));
                self.done = true;
                return;
            }
        }
        self.width = self.row.len();
        for (i, name) in self.row.iter().enumerate() {
            let name = String::from_utf8_lossy(name);
            let name = name.trim_start_matches('\u{FEFF}').trim();
            let known = MEMBERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            self.columns.extend(known.map(|(_, member)| (i, *member)));
        }
        // of two columns for one member the preferred name goes first, as in JSON
        self.columns.sort_by_key(|(i, _)| {
            let name = self.row.get(*i).map(|n| String::from_utf8_lossy(n).trim().to_lowercase());
            MEMBERS.iter().position(|(known, _)| Some(known.to_lowercase()) == name)
        });
        let tells = |member| self.columns.iter().any(|(_, m)| *m == member);
        if !tells(Member::Headline) && !tells(Member::Body) {
            let message = "the first row names no column headline or body (标题, 正文)";
            self.first = Some(Problem::new(ProblemKind::BadFormat, message).at_line(1));
            self.done = true;
        }
    }

    fn record(&mut self, line: usize) -> Result<ArticleRecord, Problem> {
        if self.row.len() != self.width {
            let message = format!("{} cells in a table of {} columns", self.row.len(), self.width);
            return Err(Problem::new(ProblemKind::BadFormat, message));
        }
        let mut members = Members::default();
        let mut lossy = false;
        for (i, member) in &self.columns {
            let text = String::from_utf8_lossy(self.row.get(*i).unwrap_or_default());
            lossy |= matches!(text, std::borrow::Cow::Owned(_));
            members.add(*member, Value::String(text.into_owned()));
        }
        let mut record = members.into_record(Article::default(), &self.source)?;
        if lossy {
            let message = "bytes that are not valid UTF-8; U+FFFD stands there";
            record.problems.push(Problem::new(ProblemKind::Encoding, message));
        }
        for problem in &mut record.problems {
            problem.line = Some(line);
        }
        record.line = Some(line);
        self.ids.give(&mut record);
        Ok(record)
    }
}

impl<R: Read> Iterator for CsvRows<R> {
    type Item = Result<ArticleRecord, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(problem) = self.first.take() {
            return Some(Err(problem));
        }
        if self.done {
            return None;
        }
        self.row_bytes.store(0, Ordering::Relaxed);
        match self.reader.read_byte_record(&mut self.row) {
            Ok(false) => None,
            Ok(true) => {
                let line = self.row.position().and_then(|p| usize::try_from(p.line()).ok()).unwrap_or(0);
                Some(self.record(line).map_err(|p| p.at_line(line)))
            }
            Err(error) => {
                self.done = true;
                let line = usize::try_from(self.reader.position().line()).unwrap_or(0);
                Some(Err(problem(error).at_line(line)))
            }
        }
    }
}

fn problem(error: csv::Error) -> Problem {
    let message = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => problem_of(&error),
        _ => Problem::new(ProblemKind::BadFormat, message),
    }
}

fn separator(head: &[u8]) -> u8 {
    let header = head.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |separator: u8| header.iter().filter(|b| **b == separator).count();
    // of equals the first: a comma
    [b',', b'\t', b';'].into_iter().rev().max_by_key(|s| count(*s)).unwrap_or(b',')
}

/// Ends a table in which a quotation mark is never closed, before it fills the memory.
struct RowGuard<R> {
    inner: R,
    row_bytes: Arc<AtomicU64>,
    row_bytes_max: u64,
}

impl<R: Read> Read for RowGuard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        let so_far = self.row_bytes.fetch_add(got as u64, Ordering::Relaxed) + got as u64;
        if so_far > self.row_bytes_max {
            let message = format!(
                "a row is longer than {} MB (a quotation mark never closed?); the rest was not read",
                self.row_bytes_max >> 20
            );
            return Err(io::Error::other(LimitMet(message)));
        }
        Ok(got)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn told(table: &str) -> String {
        let mut out = String::new();
        for item in CsvRows::new(table.as_bytes(), table.as_bytes(), "in/news.csv", 1 << 20) {
            match item {
                Ok(r) => out.push_str(&format!(
                    "{:?} {} {:?} {:?} {:?}\n",
                    r.line, r.article.id, r.article.headline, r.article.paragraphs, r.facts.page
                )),
                Err(p) => out.push_str(&format!("{:?} {} {}\n", p.line, p.kind, p.message)),
            }
        }
        out
    }

    #[test]
    fn rows_are_articles_and_a_bad_row_does_not_stop_the_others() {
        let table =
            "\u{FEFF}id,标题,正文,版次,备注\r\n1,引水渠贯通,\"甲\n乙\",A02,x\r\n2,少一格\r\n3,丙,丁,2,\r\n";
        expect![[r#"
            Some(1) 1 Some("引水渠贯通") ["甲", "乙"] Some("A2")
            Some(3) bad-format 2 cells in a table of 5 columns
            Some(4) 3 Some("丙") ["丁"] Some("2")
        "#]]
        .assert_eq(&told(table));
    }

    #[test]
    fn a_table_may_be_parted_by_tabs_and_must_name_its_columns() {
        assert_eq!(told("id\ttitle\tbody\n1\t甲，乙\t丙\n"), "Some(2) 1 Some(\"甲，乙\") [\"丙\"] None\n");
        expect![[r#"
            Some(1) bad-format the first row names no column headline or body (标题, 正文)
        "#]]
        .assert_eq(&told("甲,乙\n丙,丁\n"));
        assert_eq!(told(""), "");
    }

    #[test]
    fn a_quotation_mark_never_closed_meets_the_limit() {
        let table = format!("title,body\n甲,\"{}", "长,\n".repeat(400_000));
        let problems: Vec<Problem> =
            CsvRows::new(table.as_bytes(), b"title,body\n", "x", 1 << 20).filter_map(Result::err).collect();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].kind, ProblemKind::Limit);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = CsvRows::new(bytes.as_slice(), &bytes, "x", 100).count();
        }
    }
}
