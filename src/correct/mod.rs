//! What somebody at the archive puts right in its articles, against what the page gave.
//!
//! Entries stand in a file `corrections.toml` beside the pages or above them:
//!
//! ```toml
//! [[article]]                     # other members; an empty text takes one away
//! id = "潞州日报/2026-06-04/1/3f9a27c0"
//! headline = "引水渠全线贯通"
//! byline = ["记者 孙鸣"]
//! date = 2026-06-05               # also paper, page, section, kicker, deck, column, credit, genre …
//! note = "标题在扫描时丢了"
//!
//! [[split]]                       # two articles were read as one
//! id = "潞州日报/2026-06-04/1/77aa01b2"
//! at = "本报讯（记者郭婷婷）"     # the words the second begins with, or the number of its paragraph
//! headline = "水库开闸"
//!
//! [[merge]]                       # one article was read as several
//! id = "潞州日报/2026-06-04/1/5c5c5c5c"
//! with = ["潞州日报/2026-06-04/2/1d1d1d1d"]
//!
//! [[person]]                      # a name or its posts were read wrongly
//! id = "潞州日报/2026-06-04/1/3f9a27c0"
//! name = "王刚"
//! post = "副区长"                 # or: is = "王大刚", never = true
//! ```
//!
//! Ids are anchored in the content, so entries outlive a reading made anew; where a better page
//! reader gives an article another id, it is known by the words it had ([`Anchors`]). What was put
//! right is told in `Article::corrections`, and an entry that is no longer of use is told too.
//! Persons of one name are joined and parted in the lexicon (`people::Overlay`).

mod apply;
mod article;
mod entry;
mod person;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

pub use apply::{Attempts, Desk};
pub use entry::Entry;

use crate::diag::Problem;
use crate::paper::IssueFacts;

/// The name of a file of corrections.
pub const FILE: &str = "corrections.toml";

/// A paragraph of each corrected article, by its id: by that it is known again under another one.
pub type Anchors = BTreeMap<String, String>;

/// What came of an entry in the unit of sources that it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// The articles it names or has made.
    pub ids: BTreeSet<String>,
    /// Why it is of no use any more; none where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused: Option<String>,
}

/// All entries of an archive, in the order of files and lines.
#[derive(Debug, Clone, Default)]
pub struct Corrections {
    entries: Vec<Entry>,
    by_id: HashMap<String, Vec<usize>>,
    /// By what the ids of a page's articles begin with.
    by_page: HashMap<String, Vec<usize>>,
}

impl Corrections {
    /// Takes the entries of one more file; gives what could not be used, with its lines.
    ///
    /// ```
    /// use baoku::correct::Corrections;
    /// let mut corrections = Corrections::default();
    /// let problems = corrections.add("corrections.toml", "[[article]]\nid = \"a/1\"\nheadlin = \"甲\"\n");
    /// assert_eq!(problems[0].line, Some(3));
    /// ```
    pub fn add(&mut self, file: &str, text: &str) -> Vec<Problem> {
        let (entries, problems) = entry::entries(file, text);
        for entry in entries {
            let at = self.entries.len();
            for id in ids(&entry) {
                self.by_id.entry(id.to_owned()).or_default().push(at);
                if let Some((page, _)) = id.rsplit_once('/') {
                    self.by_page.entry(page.to_owned()).or_default().push(at);
                }
            }
            self.entries.push(entry);
        }
        problems
    }

    /// The entries.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The articles that entries name.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(String::as_str)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries that name an article.
    pub fn of_article(&self, id: &str) -> impl Iterator<Item = &Entry> {
        self.by_id.get(id).into_iter().flatten().filter_map(|at| self.entries.get(*at))
    }

    /// The entries that name an article of a page, by what the page's ids begin with.
    pub fn of_page(&self, page: &str) -> impl Iterator<Item = &Entry> {
        self.by_page.get(page).into_iter().flatten().filter_map(|at| self.entries.get(*at))
    }
}

/// The articles an entry names.
fn ids(entry: &Entry) -> impl Iterator<Item = &str> {
    let more: &[String] = match &entry.what {
        entry::What::Merge { with } => with,
        _ => &[],
    };
    std::iter::once(entry.id.as_str()).chain(more.iter().map(String::as_str))
}

/// Facts of an article that are others than those of its page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OtherFacts(BTreeMap<String, IssueFacts>);

impl OtherFacts {
    /// The facts of an article that stands on a page with these.
    #[must_use]
    pub fn of(&self, id: &str, page: &IssueFacts) -> IssueFacts {
        self.0.get(id).unwrap_or(page).clone()
    }
}
