//! A newspaper of any size from a seed: sentences with the statistics of the fixtures' copy, people
//! who recur with their posts, dates that go forward.
//!
//! The same seed and size give the same bytes on every machine. What comes out is no language, but
//! its characters, words and names are as frequent as in a paper, and that is what costs time.

// Each bench uses a part of it.
#![allow(dead_code, unreachable_pub, missing_docs)]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// The seed of all figures that are written down.
pub const SEED: u64 = 20_310_318;

/// Bytes of body text, from the environment so that a bench can be run larger.
pub fn bytes_wanted(default: usize) -> usize {
    std::env::var("BAOKU_BENCH_BYTES").ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Numbers drawn with a seed (splitmix64).
pub struct Draw(u64);

impl Draw {
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A place in a list of which the first ones are drawn far more often, as names are.
    fn early(&mut self, n: usize) -> usize {
        let x = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        ((x * x * x) * n as f64) as usize
    }
}

/// One story.
#[derive(Debug, Clone)]
pub struct Story {
    pub date: String,
    pub page: usize,
    pub kicker: Option<String>,
    pub headline: String,
    pub reporter: String,
    pub paragraphs: Vec<String>,
}

/// A generated paper.
pub struct Corpus {
    pub stories: Vec<Story>,
    /// Bytes of all paragraphs.
    pub body_bytes: usize,
}

/// What is learned from the copy: which character follows two others, and who is named.
struct Model {
    follows: HashMap<(char, char), Vec<char>>,
    people: Vec<(String, String)>,
    reporters: Vec<String>,
}

/// Stands before the first character of a sentence.
const START: char = '\u{2}';

impl Model {
    fn learned() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/copy");
        let mut files: Vec<PathBuf> = fs::read_dir(folder)
            .expect("the copy is part of the tree")
            .map(|entry| entry.expect("a readable folder").path())
            .filter(|path| path.extension().is_some_and(|e| e == "jsonl"))
            .collect();
        files.sort();
        let mut model = Self { follows: HashMap::new(), people: Vec::new(), reporters: Vec::new() };
        for file in files {
            for line in fs::read_to_string(file).expect("a readable file").lines() {
                model.learn(&serde_json::from_str(line).expect("JSON Lines"));
            }
        }
        model
    }

    fn learn(&mut self, story: &Value) {
        for paragraph in story["paragraphs"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            for sentence in paragraph.split_inclusive('。') {
                let mut two = (START, START);
                for c in sentence.chars() {
                    self.follows.entry(two).or_default().push(c);
                    two = (two.1, c);
                }
            }
        }
        for person in story["people"].as_array().into_iter().flatten() {
            let name = person["name"].as_str().unwrap_or("").to_owned();
            if person["kind"] == "reporter" {
                if !self.reporters.contains(&name) {
                    self.reporters.push(name);
                }
            } else if let Some(post) =
                person["posts"].as_array().and_then(|p| p.first()).and_then(Value::as_str)
                && !self.people.iter().any(|(n, _)| *n == name)
            {
                self.people.push((name, post.to_owned()));
            }
        }
    }

    fn sentence(&self, draw: &mut Draw, chars_max: usize) -> String {
        let mut out = String::new();
        let mut two = (START, START);
        for _ in 0..chars_max {
            let Some(next) = self.follows.get(&two) else { break };
            let c = *draw.of(next);
            out.push(c);
            if c == '。' {
                return out;
            }
            two = (two.1, c);
        }
        out.push('。');
        out
    }

    /// A line without a full stop or a mark that belongs to a pair.
    fn heading(&self, draw: &mut Draw) -> String {
        let sentence = self.sentence(draw, 18);
        let solid: String = sentence.chars().filter(|c| c.is_alphanumeric()).collect();
        if solid.is_empty() { "简讯".to_owned() } else { solid }
    }

    fn story(&self, draw: &mut Draw, date: &str, page: usize) -> Story {
        let reporter = self.reporters[draw.early(self.reporters.len())].clone();
        let mut paragraphs = Vec::new();
        for number in 0..3 + draw.below(6) {
            let mut text = String::new();
            if number == 0 {
                let (_, day) = date.split_at(5);
                let (month, day) = day.split_once('-').unwrap_or((day, ""));
                let plain = |n: &str| n.trim_start_matches('0').to_owned();
                let _ = write!(text, "本报讯（记者{reporter}）{}月{}日，", plain(month), plain(day));
                let (name, post) = &self.people[draw.early(self.people.len())];
                let _ = write!(text, "{post}{name}到场。");
            } else if draw.below(3) == 0 {
                let (name, _) = &self.people[draw.early(self.people.len())];
                let _ = write!(text, "{name}说，");
            }
            for _ in 0..2 + draw.below(5) {
                text.push_str(&self.sentence(draw, 120));
            }
            paragraphs.push(text);
        }
        let kicker = (draw.below(4) == 0).then(|| self.heading(draw));
        let headline = self.heading(draw);
        Story { date: date.to_owned(), page, kicker, headline, reporter, paragraphs }
    }
}

impl Corpus {
    /// A paper with at least so many bytes of body text.
    pub fn generate(seed: u64, bytes: usize) -> Self {
        let model = Model::learned();
        let mut draw = Draw::seeded(seed);
        let mut stories = Vec::new();
        let mut body_bytes = 0;
        let mut issue = 0;
        while body_bytes < bytes {
            // Twelve months of 28 days: every day exists in every year.
            let (year, month, day) = (2000 + issue / 336, 1 + issue % 336 / 28, 1 + issue % 28);
            let date = format!("{year:04}-{month:02}-{day:02}");
            for page in 1..=4 {
                for _ in 0..3 + draw.below(4) {
                    let story = model.story(&mut draw, &date, page);
                    body_bytes += story.paragraphs.iter().map(String::len).sum::<usize>();
                    stories.push(story);
                }
            }
            issue += 1;
        }
        Self { stories, body_bytes }
    }

    /// All paragraphs as one text, a line each.
    pub fn text(&self) -> String {
        self.stories.iter().flat_map(|s| &s.paragraphs).fold(String::new(), |text, p| text + p + "\n")
    }

    /// The pages of each issue as an extractor leaves them.
    pub fn issues(&self) -> Vec<Vec<String>> {
        let mut issues: Vec<(&str, Vec<String>)> = Vec::new();
        for story in &self.stories {
            if issues.last().is_none_or(|(date, _)| *date != story.date) {
                issues.push((&story.date, Vec::new()));
            }
            let Some((_, pages)) = issues.last_mut() else { continue };
            while pages.len() < story.page {
                pages.push(format!("澜湾日报　{}　第{}版\n\n", story.date, pages.len() + 1));
            }
            let page = &mut pages[story.page - 1];
            if let Some(kicker) = &story.kicker {
                let _ = write!(page, "### {kicker}\n\n");
            }
            let _ = write!(page, "# {}\n\n", story.headline);
            for paragraph in &story.paragraphs {
                let _ = write!(page, "{paragraph}\n\n");
            }
        }
        issues.into_iter().map(|(_, pages)| pages).collect()
    }

    /// Writes the stories as JSON Lines of ready articles.
    ///
    /// # Errors
    ///
    /// Where the file can't be written.
    pub fn write_articles(&self, path: &Path) -> io::Result<()> {
        let mut out = io::BufWriter::new(fs::File::create(path)?);
        for (number, story) in self.stories.iter().enumerate() {
            let line = json!({
                "id": format!("{}/{}/{number:06}", story.date, story.page),
                "paper": "澜湾日报",
                "date": story.date,
                "page": story.page.to_string(),
                "kicker": story.kicker,
                "headline": story.headline,
                "byline": [story.reporter],
                "paragraphs": story.paragraphs,
            });
            writeln!(out, "{line}")?;
        }
        out.flush()
    }

    /// Writes the stories as pages, a folder an issue.
    ///
    /// # Errors
    ///
    /// Where the folder can't be written.
    pub fn write_pages(&self, folder: &Path) -> io::Result<()> {
        let mut dates: Vec<&str> = self.stories.iter().map(|s| s.date.as_str()).collect();
        dates.dedup();
        for (date, pages) in dates.iter().zip(self.issues()) {
            fs::create_dir_all(folder.join(date))?;
            for (number, page) in pages.iter().enumerate() {
                fs::write(folder.join(date).join(format!("{:02}.md", number + 1)), page)?;
            }
        }
        Ok(())
    }

    /// Runs of the text, from two to eight characters, as people quote them.
    pub fn runs(&self, seed: u64, count: usize) -> Vec<String> {
        let mut draw = Draw::seeded(seed);
        let mut runs = Vec::with_capacity(count);
        while runs.len() < count {
            let story = draw.of(&self.stories);
            let chars: Vec<char> = draw.of(&story.paragraphs).chars().collect();
            let len = 2 + draw.below(7);
            let at = draw.below(chars.len().saturating_sub(len) + 1);
            let run: String = chars.iter().skip(at).take(len).collect();
            if run.chars().all(char::is_alphanumeric) {
                runs.push(run);
            }
        }
        runs
    }
}
