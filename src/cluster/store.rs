//! One archive, wherever it lies: what commands ask, in a folder of this machine or in a cluster.
//!
//! Both give the same answers. What can't be had from a cluster is refused by name.

use std::path::Path;

use super::address::{Address, Secret};
use super::open::Cluster;
use crate::index::{Error, Generation, StoredArticle, StoredPage};
use crate::people::Person;
use crate::search::compare::{Comparison, compare};
use crate::search::trend::{Trend, TrendRequest};
use crate::search::{
    Archive, ArticleRecord, Counted, Errata, HoldingRow, IssueHead, PaperCalendar, PeopleQuery, PersonPage,
    Reason, Request, Results, Stats, Suggestion, calendars_of, nobody_named,
};

/// An opened archive.
#[derive(Debug, Clone)]
pub enum Store {
    /// In a folder of this machine.
    Folder(Archive),
    /// In a cluster.
    Cluster(Cluster),
}

impl From<Archive> for Store {
    fn from(archive: Archive) -> Self {
        Self::Folder(archive)
    }
}

impl From<Cluster> for Store {
    fn from(cluster: Cluster) -> Self {
        Self::Cluster(cluster)
    }
}

/// Passes a question on to wherever the archive lies.
macro_rules! both {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $kind:ty),*) -> $out:ty;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// Where the archive can't be read, or the cluster gives no whole answer.
        pub fn $name(&self, $($arg: $kind),*) -> Result<$out, Error> {
            match self {
                Self::Folder(archive) => archive.$name($($arg),*),
                Self::Cluster(cluster) => cluster.still(cluster.$name($($arg),*)?),
            }
        }
    )*};
}

impl Store {
    /// Opens the archive of a name: a folder, or `es+http://HOST:9200/NAME`.
    ///
    /// # Errors
    ///
    /// Where there is none, or none that this build can read.
    pub fn open(root: &Path) -> Result<Self, Error> {
        match root.to_str().and_then(Address::archive) {
            Some(address) => Ok(Self::Cluster(Cluster::open(&address?, Secret::from_environment()?)?)),
            None => Ok(Self::Folder(Archive::open(root)?)),
        }
    }

    /// The archive, where it lies on this machine.
    ///
    /// # Errors
    ///
    /// In a cluster, told as what can't be had there.
    pub fn folder(&self, what: &str) -> Result<&Archive, Error> {
        match self {
            Self::Folder(archive) => Ok(archive),
            Self::Cluster(cluster) => Err(cluster.only_here(what)),
        }
    }

    /// The state that is open.
    #[must_use]
    pub const fn generation(&self) -> &Generation {
        match self {
            Self::Folder(archive) => archive.generation(),
            Self::Cluster(cluster) => cluster.generation(),
        }
    }

    /// Hands out the articles with everything asked; see [`Archive::each`].
    ///
    /// # Errors
    ///
    /// Where the archive can't be read, and whatever `take` gives, which ends it.
    pub fn each<E: From<Error>>(
        &self,
        request: &Request,
        take: impl FnMut(StoredArticle) -> Result<(), E>,
    ) -> Result<u64, E> {
        match self {
            Self::Folder(archive) => archive.each(request, take),
            Self::Cluster(cluster) => Ok(cluster.still(cluster.each(request, take)?)?),
        }
    }

    /// What to tell of a name that nobody bears: who may have been meant.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read, or the cluster gives no whole answer.
    pub fn nobody_named(&self, name: &str) -> Result<String, Error> {
        Ok(nobody_named(name, &self.persons_meant(name)?))
    }

    /// The record of a stored article with the printed corrections of it.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read, or the cluster gives no whole answer.
    pub fn article_record(&self, stored: &StoredArticle) -> Result<ArticleRecord, Error> {
        Ok(ArticleRecord::with(stored, self.errata(stored)?))
    }

    /// The issues of the archive, oldest first.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read, or the cluster gives no whole answer.
    pub fn issues(&self) -> Result<&[IssueHead], Error> {
        match self {
            Self::Folder(archive) => archive.issues(),
            Self::Cluster(cluster) => cluster.still(cluster.issues()?),
        }
    }

    /// The same for what can do without: none where there are too many to be listed.
    ///
    /// # Errors
    ///
    /// As [`Store::issues`].
    pub fn issues_listed(&self) -> Result<&[IssueHead], Error> {
        match self.issues() {
            Err(e) if e.is_absent() => Ok(&[]),
            listed => listed,
        }
    }

    /// The issues of each paper by day, with what seems to be missing; papers by name.
    ///
    /// # Errors
    ///
    /// As [`Store::issues`].
    pub fn calendars(&self) -> Result<Vec<PaperCalendar>, Error> {
        Ok(calendars_of(self.issues()?))
    }

    /// Two articles compared; the id that nothing has where one is lacking.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read, or the cluster gives no whole answer.
    pub fn compare(&self, a: &str, b: &str) -> Result<Result<Comparison, String>, Error> {
        let Some(first) = self.article(a)? else { return Ok(Err(a.to_owned())) };
        let Some(second) = self.article(b)? else { return Ok(Err(b.to_owned())) };
        Ok(Ok(compare(&first, &second)))
    }

    /// Answers many questions, each for itself.
    pub fn searches(&self, requests: &[Request]) -> Vec<Result<Results, Error>> {
        match self {
            Self::Folder(archive) => requests.iter().map(|request| archive.search(request)).collect(),
            Self::Cluster(cluster) => {
                cluster.searches(requests).into_iter().map(|answer| cluster.still(answer?)).collect()
            }
        }
    }

    /// Loads what the first question would otherwise wait for.
    pub fn warm(&self) {
        match self {
            Self::Folder(archive) => archive.warm(),
            // What can't be loaded now is told to whoever needs it.
            Self::Cluster(cluster) => drop(cluster.segmenter()),
        }
    }

    both! {
        /// Answers a question.
        search(request: &Request) -> Results;
        /// How many articles have everything asked.
        count(request: &Request) -> u64;
        /// Counts what answers a question.
        counted(request: &Request) -> Counted;
        /// One article by its id.
        article(id: &str) -> Option<StoredArticle>;
        /// All articles of an issue or a page, in the order of the page.
        articles_under(prefix: &str) -> Vec<StoredArticle>;
        /// What stands on a page, or on the pages of an issue, and is no story.
        furniture_under(id: &str) -> Vec<StoredPage>;
        /// The persons of that name.
        persons_named(name: &str) -> Vec<Person>;
        /// The persons whose name sounds so.
        persons_sounding(letters: &str) -> Vec<Person>;
        /// The persons whose name a name may be a slip for, with the reason.
        persons_meant(name: &str) -> Vec<(Person, Reason)>;
        /// One person by id.
        person(id: &str) -> Option<Person>;
        /// The holdings that answer, best first.
        holdings(asked: &PeopleQuery) -> Vec<HoldingRow>;
        /// A person with the latest articles, quotations and companions.
        person_page(person: Person, limit: usize) -> PersonPage;
        /// How often terms stand in the paper over time.
        trend(request: &TrendRequest) -> Trend;
        /// The printed corrections of an article, and what it corrects where it is one itself.
        errata(stored: &StoredArticle) -> Errata;
        /// What the archive holds.
        stats() -> Stats;
        /// Folded runs of a question to mark in a text.
        runs(request: &Request) -> Vec<String>;
        /// Number of articles whose ids begin with a page's or issue's id, counted up to `limit`.
        count_under(prefix: &str, limit: usize) -> usize;
        /// Ways to go on with a question that is being typed.
        suggest(typed: &str, limit: usize) -> Vec<Suggestion>;
    }
}
