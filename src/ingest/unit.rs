//! Reads a unit: the pages of an issue, or ready articles one after the other.

use std::io;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::diag::Problem;
use crate::paper::{IssueFacts, RawPage};

use super::csv_source::CsvRows;
use super::decode::decode;
use super::facts::path_facts;
use super::format::Format;
use super::front::{option_facts, sidecar, together};
use super::group::sidecar_paths;
use super::html::article_of_html;
use super::json_source::{JsonLines, json_document};
use super::mets::read_mets;
use super::pages::pages_of;
use super::record::ArticleRecord;
use super::source::{SourceFile, problem_of};
use super::transcode::utf8_stream;
use super::{Options, SourceProblem};

/// What a unit holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum UnitKind {
    /// Page files of one issue: [`Unit::pages`].
    Issue,
    /// Ready articles: [`Unit::articles`].
    Articles,
}

/// Files that are read, joined and indexed together.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Names the unit among all of a survey: `issue:潞州日报/2026-06-04`, `folder:in/loose`,
    /// `file:in/news.jsonl`; the same whatever the order of files and arguments.
    pub key: String,
    /// What it holds.
    pub kind: UnitKind,
    /// Its files in the order of their pages.
    pub files: Vec<SourceFile>,
    /// Files that tell facts about those.
    pub sidecars: Vec<SourceFile>,
    options: Arc<Options>,
}

/// The articles of a unit, one at a time.
pub type Articles<'a> = Box<dyn Iterator<Item = Result<ArticleRecord, SourceProblem>> + Send + 'a>;

impl Unit {
    pub(super) fn new(
        key: String,
        kind: UnitKind,
        files: Vec<SourceFile>,
        sidecars: Vec<SourceFile>,
        options: Arc<Options>,
    ) -> Self {
        Self { key, kind, files, sidecars, options }
    }

    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// All page files, decoded; a file that cannot be read is a page without text and with a problem.
    #[must_use]
    pub fn read_pages(&self) -> Vec<RawPage> {
        self.pages().collect()
    }

    /// The page files one at a time; nothing for a unit of ready articles.
    pub fn pages(&self) -> impl Iterator<Item = RawPage> + '_ {
        self.files.iter().filter(|file| file.format.is_page()).flat_map(|file| self.page(file))
    }

    /// The ready articles one at a time; nothing for an issue of pages.
    #[must_use]
    pub fn articles(&self) -> Articles<'_> {
        Box::new(
            self.files.iter().filter(|file| !file.format.is_page()).flat_map(|file| self.articles_of(file)),
        )
    }

    /// Bytes of all its files, as they lie in their folders.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size_bytes).sum()
    }

    /// A quick sign of change: paths, sizes and times of all files, and the facts given by options.
    ///
    /// Equal stamps mean that nothing changed, as far as file times can be trusted.
    #[must_use]
    pub fn stamp(&self) -> String {
        let mut hasher = self.hasher();
        for file in self.files.iter().chain(&self.sidecars) {
            let since = file.mtime.and_then(|t| t.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
            hasher.update(format!("{}\0{}\0{}\0", file.path, file.size_bytes, since.as_nanos()).as_bytes());
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }

    /// A sure sign of change: paths, sizes and checksums of all files, and the facts given by options.
    ///
    /// # Errors
    ///
    /// When a file cannot be read.
    pub fn fingerprint(&self) -> io::Result<String> {
        let mut hasher = self.hasher();
        for file in self.files.iter().chain(&self.sidecars) {
            hasher.update(format!("{}\0{}\0{}\0", file.path, file.size_bytes, file.digest()?).as_bytes());
        }
        Ok(hasher.finalize().to_hex()[..32].to_owned())
    }

    fn hasher(&self) -> blake3::Hasher {
        let facts = option_facts(&self.options);
        let mut hasher = blake3::Hasher::new();
        hasher.update(format!("{}\0{:?}\0", self.key, facts).as_bytes());
        hasher
    }

    fn page(&self, file: &SourceFile) -> Vec<RawPage> {
        let (sidecars, problems) = self.sidecar_facts(file);
        let mut pages = pages_of(file, &sidecars, &self.options);
        if let Some(first) = pages.first_mut() {
            first.problems.extend(problems);
        }
        pages
    }

    /// What sidecars tell about a file, the nearest first.
    fn sidecar_facts(&self, file: &SourceFile) -> (Vec<(String, IssueFacts)>, Vec<Problem>) {
        let mut told = Vec::new();
        let mut problems = Vec::new();
        for path in sidecar_paths(&file.path) {
            let Some(beside) = self.sidecars.iter().find(|sidecar| sidecar.path == path) else {
                continue;
            };
            let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
            match beside.bytes(&self.options.limits) {
                Ok(bytes) => {
                    let (facts, more) = sidecar(&bytes, &name);
                    problems.extend(more);
                    told.push((name, facts));
                }
                Err(problem) => problems.push(problem),
            }
        }
        for beside in self.sidecars.iter().filter(|beside| beside.format == Format::Mets) {
            match beside.bytes(&self.options.limits) {
                Ok(bytes) => {
                    let name = beside.path.rsplit('/').next().unwrap_or(&beside.path).to_owned();
                    told.push((name, read_mets(&decode(bytes).text).facts(&file.path)));
                }
                Err(problem) => problems.push(problem),
            }
        }
        (told, problems)
    }

    fn articles_of<'a>(&'a self, file: &'a SourceFile) -> Articles<'a> {
        let source = file.path.as_str();
        let place = move |problem| SourceProblem::new(source, problem);
        let (facts, problems) = self.record_facts(file);
        let told = problems.into_iter().map(move |problem| Err(place(problem)));
        match self.records(file) {
            Ok(records) => Box::new(told.chain(
                records.map(move |record| record.map(|record| self.completed(record, &facts)).map_err(place)),
            )),
            Err(problem) => Box::new(told.chain(std::iter::once(Err(place(problem))))),
        }
    }

    fn records<'a>(
        &self,
        file: &'a SourceFile,
    ) -> Result<Box<dyn Iterator<Item = Result<ArticleRecord, Problem>> + Send + 'a>, Problem> {
        let limits = &self.options.limits;
        let max = limits.record_bytes_max;
        let stream = || file.open(limits).map_err(|e| problem_of(&e)).and_then(utf8_stream);
        Ok(match file.format {
            Format::JsonLines => Box::new(JsonLines::new(stream()?.1, &file.path, max)),
            Format::Csv => {
                let (head, reader) = stream()?;
                Box::new(CsvRows::new(reader, &head, &file.path, max))
            }
            Format::Json => {
                let decoded = decode(file.bytes(limits)?);
                if decoded.text.is_empty() {
                    return Ok(Box::new(decoded.problems.into_iter().map(Err)));
                }
                let mut records = json_document(&decoded.text, &file.path);
                records.splice(0..0, decoded.problems.into_iter().map(Err));
                Box::new(records.into_iter())
            }
            Format::Html => Box::new(std::iter::once(article_of_html(file.bytes(limits)?, &file.path))),
            Format::Text | Format::Alto | Format::Boxes | Format::Hocr | Format::Mets | Format::Pdf => {
                Box::new(std::iter::empty())
            }
        })
    }

    /// What sidecars and path tell about every article of a file.
    fn record_facts(&self, file: &SourceFile) -> (IssueFacts, Vec<Problem>) {
        let (sidecars, mut problems) = self.sidecar_facts(file);
        let mut path = path_facts(&file.path);
        if path.date_in_mixed_name || (!path.problems.is_empty() && file.format != Format::Html) {
            // a file of many articles is often named after the day it was made
            path.facts.date = None;
        }
        let mut told: Vec<(&str, &IssueFacts)> =
            sidecars.iter().map(|(name, facts)| (name.as_str(), facts)).collect();
        told.push(("the path", &path.facts));
        let (facts, more) = together(&told);
        problems.extend(more);
        (facts, problems)
    }

    /// Options before the record's own members before sidecars and path.
    fn completed(&self, mut record: ArticleRecord, beside: &IssueFacts) -> ArticleRecord {
        let from_options = option_facts(&self.options);
        let told = [("the command line", &from_options), ("the article", &record.facts)];
        let (mut facts, problems) = together(&told);
        record.problems.extend(problems);
        // articles from elsewhere differ from their file's name on purpose: no conflict
        facts.paper = facts.paper.or_else(|| beside.paper.clone());
        facts.date = facts.date.or(beside.date);
        facts.page = facts.page.or_else(|| beside.page.clone());
        facts.section = facts.section.or_else(|| beside.section.clone());
        record.facts = facts;
        record
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use jiff::civil::date;
    use tempfile::TempDir;

    use super::super::survey;
    use super::*;
    use crate::diag::ProblemKind;

    fn write(dir: &TempDir, path: &str, bytes: &[u8]) {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn units(dir: &TempDir, options: &Options) -> Vec<Unit> {
        survey(&[dir.path().to_owned()], options).units
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        coder.write_all(bytes).unwrap();
        coder.finish().unwrap()
    }

    #[test]
    fn an_issue_is_read_in_the_order_of_its_pages_with_their_facts() {
        let dir = tempfile::tempdir().unwrap();
        write(&dir, "2026-06-04/10.md", "十版".as_bytes());
        write(
            &dir,
            "2026-06-04/02.txt",
            &encoding_rs::GB18030.encode("# 引水渠全线贯通\n本报讯，昨日贯通").0,
        );
        write(&dir, "2026-06-04/03.md.gz", &gzip("---\nsection: 综合\n---\n三版".as_bytes()));
        write(&dir, "2026-06-04/issue.meta.json", r#"{"paper":"潞州日报","date":"2026-06-05"}"#.as_bytes());
        let units = units(&dir, &Options::default());
        assert_eq!(units.len(), 1);
        let pages = units[0].read_pages();
        let told: Vec<_> =
            pages.iter().map(|p| (p.facts.page.as_deref(), p.encoding.as_str(), p.text.trim())).collect();
        assert_eq!(
            told,
            [
                (Some("2"), "gb18030", "# 引水渠全线贯通\n本报讯，昨日贯通"),
                (Some("3"), "UTF-8", "三版"),
                (Some("10"), "UTF-8", "十版"),
            ]
        );
        assert_eq!(pages[1].facts.section.as_deref(), Some("综合"));
        for page in &pages {
            assert_eq!(page.facts.paper.as_deref(), Some("潞州日报"));
            assert_eq!(page.facts.date, Some(date(2026, 6, 5)));
            assert_eq!(page.problems.iter().map(|p| p.kind).collect::<Vec<_>>(), [ProblemKind::Conflict]);
        }
    }

    #[test]
    fn bad_files_are_pages_with_a_problem() {
        let dir = tempfile::tempdir().unwrap();
        write(&dir, "1.md", b"");
        write(&dir, "2.md", &[0, 159, 146, 150, 0, 1, 2, 3]);
        write(&dir, "3.md.gz", b"\x1f\x8b\x08 and no more");
        write(&dir, "4.md", "甲".repeat(400_000).as_bytes());
        let mut options = Options::default();
        options.limits.page_bytes_max = 1 << 20;
        options.limits.page_lines_max = 1000;
        write(&dir, "5.md", "甲\n".repeat(1001).as_bytes());
        let kinds: Vec<_> =
            units(&dir, &options)[0].pages().map(|p| (p.text.len(), p.problems[0].kind)).collect();
        assert_eq!(
            kinds,
            [
                (0, ProblemKind::Empty),
                (0, ProblemKind::NotText),
                (0, ProblemKind::BadFormat),
                (0, ProblemKind::Limit),
                (0, ProblemKind::Limit)
            ]
        );
    }

    #[test]
    fn ready_articles_take_what_they_lack_from_path_and_options() {
        let dir = tempfile::tempdir().unwrap();
        let lines = "{\"headline\":\"甲\"}\n{\"headline\":\"乙\",\"date\":\"2026-06-01\"}\nx\n";
        write(&dir, "潞州日报/2026-06-04/news.jsonl.gz", &gzip(lines.as_bytes()));
        let told = |options: &Options| -> Vec<String> {
            let units = units(&dir, options);
            let show = |item: Result<ArticleRecord, SourceProblem>| match item {
                Ok(r) => format!("{:?} {:?} {:?}", r.facts.paper, r.facts.date, r.problems.len()),
                Err(p) => format!("{:?}", p.problem.line),
            };
            units[0].articles().map(show).collect()
        };
        assert_eq!(
            told(&Options::default()),
            ["Some(\"潞州日报\") Some(2026-06-04) 0", "Some(\"潞州日报\") Some(2026-06-01) 0", "Some(3)"]
        );
        let options = Options { date: Some(date(2026, 6, 9)), ..Options::default() };
        assert_eq!(
            told(&options),
            ["Some(\"潞州日报\") Some(2026-06-09) 0", "Some(\"潞州日报\") Some(2026-06-09) 1", "Some(3)"]
        );
    }

    #[test]
    fn a_file_of_articles_without_text_is_told_once() {
        let dir = tempfile::tempdir().unwrap();
        write(&dir, "1.jsonl", b"");
        write(&dir, "2.jsonl", &[0, 159, b'\n', 150, 0, b'\n', 1, 2, 3]);
        write(&dir, "3.csv", b"");
        write(&dir, "4.json", b"");
        let units = units(&dir, &Options::default());
        let kinds: Vec<_> =
            units.iter().flat_map(Unit::articles).map(|item| item.map_err(|p| p.problem.kind)).collect();
        let (empty, not_text) = (ProblemKind::Empty, ProblemKind::NotText);
        // what a file named .json holds is told by its content: nothing, a page
        assert_eq!(kinds, [Err(empty), Err(not_text), Err(empty)]);
        assert_eq!(
            units.iter().flat_map(Unit::pages).map(|p| p.problems[0].kind).collect::<Vec<_>>(),
            [empty]
        );
    }

    #[test]
    fn a_fingerprint_changes_with_content_and_facts_only() {
        let dir = tempfile::tempdir().unwrap();
        write(&dir, "1.md", "甲".as_bytes());
        let first = units(&dir, &Options::default())[0].fingerprint().unwrap();
        write(&dir, "1.md", "甲".as_bytes());
        assert_eq!(units(&dir, &Options::default())[0].fingerprint().unwrap(), first);
        let options = Options { paper: Some("潞州日报".into()), ..Options::default() };
        assert_ne!(units(&dir, &options)[0].fingerprint().unwrap(), first);
        write(&dir, "1.md", "乙".as_bytes());
        assert_ne!(units(&dir, &Options::default())[0].fingerprint().unwrap(), first);
    }

    #[test]
    fn alto_and_misnamed_web_pages_are_pages_of_an_issue() {
        let dir = tempfile::tempdir().unwrap();
        let alto = "<?xml version='1.0'?><alto><TextBlock><TextLine><String CONTENT='引水渠贯通'/></TextLine></TextBlock></alto>";
        write(&dir, "2026-06-04/01.xml", alto.as_bytes());
        write(&dir, "2026-06-04/02.txt", "<html><h1>引水渠贯通</h1><p>本报讯</p></html>".as_bytes());
        let pages = units(&dir, &Options::default())[0].read_pages();
        assert_eq!(
            pages.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(),
            ["引水渠贯通", "# 引水渠贯通\n\n本报讯"]
        );
    }

    #[test]
    fn a_mets_file_tells_the_pages_of_the_files_it_links() {
        let dir = tempfile::tempdir().unwrap();
        let alto =
            "<alto><TextBlock><TextLine><String CONTENT=\"引水渠贯通\"/></TextLine></TextBlock></alto>";
        write(&dir, "b1/ALTO/scan_b.xml", format!("<?xml?>{alto}").as_bytes());
        write(&dir, "b1/ALTO/scan_a.xml", format!("<?xml?>{alto}").as_bytes());
        let mets = "<?xml version=\"1.0\"?><mets xmlns:alto=\"x\"><mods><titleInfo><title>潞州日报</title></titleInfo><dateIssued>2026-06-04</dateIssued></mods>\
            <file ID=\"F1\"><FLocat href=\"file://./ALTO/scan_b.xml\"/></file><file ID=\"F2\"><FLocat href=\"ALTO/scan_a.xml\"/></file>\
            <div TYPE=\"PAGE\" ORDER=\"1\"><fptr FILEID=\"F1\"/></div><div TYPE=\"PAGE\" ORDERLABEL=\"2\"><fptr FILEID=\"F2\"/></div></mets>";
        write(&dir, "b1/mets.xml", mets.as_bytes());
        let found = units(&dir, &Options::default());
        assert_eq!((found.len(), found[0].sidecars.len()), (1, 1));
        let told: Vec<_> = found[0]
            .pages()
            .map(|p| {
                (
                    p.source.ends_with("scan_b.xml"),
                    p.facts.page.unwrap(),
                    p.facts.paper.unwrap(),
                    p.facts.date.unwrap(),
                )
            })
            .collect();
        let day = date(2026, 6, 4);
        assert_eq!(
            told,
            [(false, "2".into(), "潞州日报".into(), day), (true, "1".into(), "潞州日报".into(), day)]
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_text_of_a_pdf_comes_from_a_program_that_may_be_missing() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        write(&dir, "in/2026-06-04/01.pdf", b"%PDF-1.4");
        let pages = |script: Option<&str>| {
            let program = dir.path().join("reader");
            if let Some(script) = script {
                fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
                fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
            }
            let options = Options { pdftotext: Some(program), ..Options::default() };
            survey(&[dir.path().join("in")], &options).units[0].read_pages()
        };
        let missing = pages(None);
        assert_eq!(missing[0].problems[0].kind, ProblemKind::Unreadable);
        assert!(missing[0].problems[0].message.contains("not installed"), "{:?}", missing[0].problems);
        let two = pages(Some("printf '一版\\f二版\\f'"));
        assert_eq!(two.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["一版", "二版"]);
        assert!(two[1].source.ends_with("01.pdf#2"));
        let line = |text: &str, left: u32, top: u32, right: u32, bottom: u32| {
            let place = format!("xMin=\"{left}\" yMin=\"{top}\" xMax=\"{right}\" yMax=\"{bottom}\"");
            format!("<line {place}><word {place}>{text}</word></line>")
        };
        let layout = [
            line("右栏的第一行文字有十三个字", 300, 120, 560, 140),
            line("引水渠全线贯通", 0, 0, 560, 80),
            line("左栏的第一行文字有十三个字", 0, 120, 260, 140),
        ];
        let boxes = pages(Some(&format!(
            "case $2 in -bbox-layout) printf '%s' '<page>{}</page>';; esac",
            layout.concat()
        )));
        assert_eq!(
            boxes[0].text, "# 引水渠全线贯通\n\n左栏的第一行文字有十三个字\n\n右栏的第一行文字有十三个字\n",
            "columns and sizes come from the boxes"
        );
        assert_eq!(two[1].facts.page, None);
        assert_eq!(pages(Some("printf '\\f'"))[0].problems[0].kind, ProblemKind::Empty);
        assert_eq!(pages(Some("echo broken >&2; exit 1"))[0].problems[0].kind, ProblemKind::BadFormat);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(100))]
        #[test]
        fn any_bytes_under_any_name_are_read_without_a_panic(
            name in proptest::sample::select(vec![
                "1.md", "1.txt.gz", "a.jsonl", "a.json", "a.csv", "a.html", "a.xml", "a.zip", "a.tar", "a.tgz", "a.md.zst",
                "1.meta.json", "noname",
            ]),
            head in proptest::sample::select(vec![
                "", "PK\u{3}\u{4}", "{\"title\":\"", "[{", "<html><p>", "<?xml?><alto>", "title,body\n", "---\ndate: ",
                "\u{1f}\u{8b}\u{8}", "\u{FEFF}", "(\u{b5}/\u{fd}", "<!--enpproperty <title>",
            ]),
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let mut all: Vec<u8> = head.chars().flat_map(u8::try_from).collect();
            all.extend(bytes);
            write(&dir, name, &all);
            for unit in units(&dir, &Options::default()) {
                let _ = unit.pages().count() + unit.articles().count();
                unit.fingerprint().unwrap();
            }
        }
    }

    #[test]
    #[ignore = "reads the files named in BAOKU_SOURCES and tells how it went"]
    fn real_sources_are_read() {
        let paths: Vec<std::path::PathBuf> =
            std::env::var("BAOKU_SOURCES").unwrap_or_default().split(':').map(Into::into).collect();
        let start = std::time::Instant::now();
        let survey = survey(&paths, &Options::default());
        println!(
            "{} units, {} skipped, {:?}, {:?}",
            survey.units.len(),
            survey.skipped.len(),
            survey.problems,
            start.elapsed()
        );
        for unit in survey.units.iter().take(20) {
            let start = std::time::Instant::now();
            let (mut articles, mut problems, mut chars) = (0, 0, 0);
            for item in unit.articles() {
                match item {
                    Ok(r) => {
                        articles += 1;
                        problems += r.problems.len();
                        chars += r.article.paragraphs.iter().map(|p| p.chars().count()).sum::<usize>();
                    }
                    Err(p) => println!("  {p:?}"),
                }
            }
            let pages = unit.read_pages();
            println!(
                "{} {articles} articles {problems} problems {chars} chars, {} pages, {:?}",
                unit.key,
                pages.len(),
                start.elapsed()
            );
            for page in &pages {
                println!(
                    "  {} {} {:?} {} {:?}",
                    page.source,
                    page.encoding,
                    page.facts,
                    page.text.len(),
                    page.problems
                );
            }
        }
    }
}
