//! A newspaper of any size from a seed, with the statistics of a real one: words and pairs of
//! characters that grow in number with the paper, people who recur, posts that change hands, short
//! pieces and long ones, an issue a day.
//!
//! The same seed gives the same bytes on every machine, and a larger paper begins with the smaller.
//! What comes out is no language: the sentences are chains of words of the fixtures' copy, in which
//! rare words are replaced by invented ones.

// Each bench uses a part of it.
#![allow(dead_code, unreachable_pub, missing_docs)]

mod draw;
mod language;

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde_json::json;

pub use draw::Draw;
use language::Language;

/// The seed of all figures that are written down.
pub const SEED: u64 = 20_310_318;

/// The name of the paper.
const PAPER: &str = "澜湾日报";
/// The year of the first issue: a million articles fill 66 years.
const FIRST_YEAR: usize = 1960;
/// Pages of an issue.
const PAGES: usize = 8;
/// Issues for which a post stays in one hand.
const TERM_ISSUES: usize = 1_400;
/// Reporters of one time.
const REPORTERS: usize = 40;

/// Bytes of body text, from the environment so that a bench can be run larger.
pub fn bytes_wanted(default: usize) -> usize {
    std::env::var("BAOKU_BENCH_BYTES").ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// One story.
#[derive(Debug, Clone)]
pub struct Story {
    /// Place among all stories, from 0.
    pub number: usize,
    pub date: String,
    pub page: usize,
    pub kicker: Option<String>,
    pub headline: String,
    pub reporter: String,
    pub paragraphs: Vec<String>,
}

impl Story {
    /// Bytes of all paragraphs.
    pub fn body_bytes(&self) -> usize {
        self.paragraphs.iter().map(String::len).sum()
    }

    /// The story as a line of JSON Lines of ready articles.
    pub fn json_line(&self) -> String {
        json!({
            "id": format!("{}/{}/{:06}", self.date, self.page, self.number),
            "paper": PAPER,
            "date": self.date,
            "page": self.page.to_string(),
            "kicker": self.kicker,
            "headline": self.headline,
            "byline": [self.reporter],
            "paragraphs": self.paragraphs,
        })
        .to_string()
    }
}

/// The stories of a paper, one after the other, without an end.
pub struct Stories {
    language: Language,
    draw: Draw,
    issue: usize,
    number: usize,
    waiting: std::collections::VecDeque<Story>,
}

/// The stories of the paper of a seed.
pub fn stories(seed: u64) -> Stories {
    Stories {
        language: Language::learned(seed),
        draw: Draw::seeded(seed),
        issue: 0,
        number: 0,
        waiting: std::collections::VecDeque::new(),
    }
}

impl Iterator for Stories {
    type Item = Story;

    fn next(&mut self) -> Option<Story> {
        while self.waiting.is_empty() {
            // Twelve months of 28 days: every day exists in every year.
            let (year, day) = (FIRST_YEAR + self.issue / 336, self.issue % 336);
            let date = format!("{year:04}-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
            for page in 1..=PAGES {
                for _ in 0..3 + self.draw.below(6) {
                    let story = self.story(&date, page);
                    self.waiting.push_back(story);
                }
            }
            self.issue += 1;
        }
        self.waiting.pop_front()
    }
}

impl Stories {
    /// Who is named next, and as what: officials with the post they hold at this time, others bare.
    fn person(&mut self) -> (String, Option<String>) {
        if self.draw.below(3) > 0 {
            let post = self.draw.rank(self.language.posts.len());
            // Posts do not change hands all at once.
            let term = (self.issue + post * 131) / TERM_ISSUES;
            let post = self.language.posts[post].clone();
            return (self.language.holder(&post, term), Some(post));
        }
        (self.language.anybody(&mut self.draw), None)
    }

    fn story(&mut self, date: &str, page: usize) -> Story {
        let time = self.issue / TERM_ISSUES;
        let reporter = (time * REPORTERS / 2 + self.draw.below(REPORTERS)) as u64;
        let reporter = self.language.name((1 << 62) + reporter);
        // Half of the pieces are short, one in ten fills half a page.
        let paragraphs = match self.draw.below(10) {
            0..=4 => 1 + self.draw.below(3),
            5..=8 => 3 + self.draw.below(6),
            _ => 9 + self.draw.below(16),
        };
        let paragraphs = (0..paragraphs).map(|nth| self.paragraph(nth, date, &reporter)).collect();
        let kicker = (self.draw.below(4) == 0).then(|| self.language.heading(&mut self.draw, time));
        let headline = self.language.heading(&mut self.draw, time);
        self.number += 1;
        Story { number: self.number - 1, date: date.to_owned(), page, kicker, headline, reporter, paragraphs }
    }

    fn paragraph(&mut self, nth: usize, date: &str, reporter: &str) -> String {
        let mut text = String::with_capacity(512);
        if nth == 0 {
            let number = |at: usize| date.get(at..at + 2).unwrap_or("").trim_start_matches('0');
            let _ = write!(text, "本报讯（记者{reporter}）{}月{}日，", number(5), number(8));
            let (name, post) = self.person();
            let _ = write!(text, "{}{name}到场。", post.unwrap_or_else(|| "居民".to_owned()));
        } else if self.draw.below(3) == 0 {
            let (name, post) = self.person();
            // A post is printed with a name the first time, mostly.
            let post = post.filter(|_| self.draw.below(2) == 0).unwrap_or_default();
            let _ = write!(text, "{post}{name}说，");
        }
        for _ in 0..2 + self.draw.below(3) {
            self.language.push_sentence(&mut self.draw, self.issue / TERM_ISSUES, &mut text);
        }
        text
    }
}

/// A generated paper in memory.
pub struct Corpus {
    pub stories: Vec<Story>,
    /// Bytes of all paragraphs.
    pub body_bytes: usize,
}

impl Corpus {
    /// The beginning of a paper with at least so many bytes of body text, whole issues.
    pub fn generate(seed: u64, bytes: usize) -> Self {
        let mut corpus = Self { stories: Vec::new(), body_bytes: 0 };
        let mut all = stories(seed);
        while corpus.body_bytes < bytes || !all.waiting.is_empty() {
            let Some(story) = all.next() else { break };
            corpus.body_bytes += story.body_bytes();
            corpus.stories.push(story);
        }
        corpus
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
                pages.push(format!("{PAPER}　{}　第{}版\n\n", story.date, pages.len() + 1));
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
        for story in &self.stories {
            writeln!(out, "{}", story.json_line())?;
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
