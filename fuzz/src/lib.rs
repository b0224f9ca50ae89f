//! What the fuzz targets share: source files in memory that are read as baoku reads them, and a tiny
//! archive.
//!
//! Only the library's public interface is used: what is fuzzed is what runs. Besides not panicking
//! and not hanging, what was read must obey laws that hold for any input.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use baoku::ingest::{Format, Limits, Options, Unit, survey};
use baoku::layout;
use baoku::paper::{Article, RawPage};
use tempfile::TempDir;

/// Limits that inputs of some kilobytes can meet.
pub fn limits() -> Limits {
    Limits {
        page_bytes_max: 1 << 20,
        page_lines_max: 3000,
        record_bytes_max: 2048,
        issue_pages_max: 8,
        issue_bytes_max: 1 << 20,
        unpack_ratio_max: 4,
        unpack_bytes_max: 8 << 20,
        container_files_max: 50,
    }
}

/// A folder in memory where there is one.
pub fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { TempDir::with_prefix_in("baoku-fuzz-", memory) } else { TempDir::new() };
    made.expect("a folder for the target")
}

/// One source file of a format; each input takes the place of what it holds.
pub struct Source {
    _place: TempDir,
    file: PathBuf,
    unit: Unit,
    /// Whether the input is what a sidecar holds.
    beside: bool,
}

impl Source {
    /// A file of a name whose first content is of the format that its name or content promises.
    pub fn new(name: &str, content: &str, format: Format) -> Self {
        Self::with(name, content, format, &Options { limits: limits(), ..Options::default() })
    }

    /// The same with options of its own.
    pub fn with(name: &str, content: &str, format: Format, options: &Options) -> Self {
        let place = folder();
        let file = place.path().join("2031-03-18").join(name);
        fs::create_dir_all(file.parent().expect("it has a folder")).expect("a folder in memory");
        fs::write(&file, content).expect("a file in memory");
        let mut units = survey(std::slice::from_ref(&file), options).units;
        assert_eq!(units.len(), 1, "{name} is one unit");
        let mut unit = units.remove(0);
        unit.files[0].format = format;
        Self { _place: place, file, unit, beside: false }
    }

    /// An ALTO page with a METS file beside it, which tells about the pages: each input is that file.
    pub fn beside(mets: &str) -> Self {
        let place = folder();
        let folder = place.path().join("2031-03-18");
        fs::create_dir_all(&folder).expect("a folder in memory");
        let page = r#"<alto><TextBlock><TextLine><String CONTENT="甲"/></TextLine></TextBlock></alto>"#;
        fs::write(folder.join("01.xml"), page).expect("a file in memory");
        let file = folder.join("mets.xml");
        fs::write(&file, mets).expect("a file in memory");
        let options = Options { limits: limits(), ..Options::default() };
        let unit = survey(&[folder], &options).units.remove(0);
        assert_eq!(unit.sidecars.len(), 1, "it tells about the page");
        Self { _place: place, file, unit, beside: true }
    }

    fn put(&mut self, data: &[u8]) {
        fs::write(&self.file, data).expect("a file in memory");
        let files = if self.beside { &mut self.unit.sidecars } else { &mut self.unit.files };
        files[0].size_bytes = data.len() as u64;
    }

    /// The pages that an input gives.
    pub fn pages(&mut self, data: &[u8]) -> Vec<RawPage> {
        self.put(data);
        self.unit.read_pages()
    }

    /// Reads an input as ready articles.
    pub fn articles(&mut self, data: &[u8]) {
        self.put(data);
        for record in self.unit.articles().flatten() {
            whole(&record.article);
        }
    }
}

/// Reads pages into articles and checks what holds of any page.
pub fn laid_out(pages: &[RawPage]) {
    let read = layout::read_issue(pages);
    assert_eq!(read.len(), pages.len(), "a page in, a page out");
    let mut ids = BTreeSet::new();
    for article in read.iter().flat_map(|page| &page.articles) {
        whole(article);
        assert!(ids.insert(&article.id), "two articles have the id {}", article.id);
    }
}

fn whole(article: &Article) {
    assert!(!article.id.is_empty(), "an article has an id");
    assert!(article.headline.is_some() || !article.paragraphs.is_empty(), "an article has text");
}

/// The pages of an issue: an input cut where a form feed stands.
pub fn cut(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split(|byte| *byte == 0x0C).take(4)
}

const PAGE: &str = "# 望江桥今日通车\n\n本报讯（记者孙一鸣）3月18日上午，横跨澜河的望江桥建成通车，区委书记陆怀舟、区长韩伯川到场。\n\n# 南塘早市搬进新棚\n\n本报讯（记者方晓）南塘早市搬进新棚，区水利局局长解明远说，沿河的路宽了。C919 来过。\n";

/// A tiny archive in memory.
pub fn archive() -> (TempDir, PathBuf) {
    let place = folder();
    let pages = place.path().join("2031-03-18");
    fs::create_dir_all(&pages).expect("a folder in memory");
    fs::write(pages.join("01.md"), PAGE).expect("a file in memory");
    let archive = place.path().join("archive");
    baoku::pipeline::index(&archive, &[pages], &Options::default(), false, &|_| {}).expect("it is indexed");
    (place, archive)
}
