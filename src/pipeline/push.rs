//! Brings an archive into a cluster: what is there and the same stays, the rest is sent or ends.
//!
//! One way for the first time, for what changed since, and for going on after a kill: the documents
//! of both sides are compared by digest, a stretch of ids at a time, so that memory stays bounded
//! whatever the archive holds. A new index is shown under the archive's name when it is complete
//! and counted. An update is written beside what is read, as the next turn of the same index, and
//! shown when that is complete and counted; until then questions go to the state before.

use std::time::Instant;

use super::sending::{Run, Sums};
use crate::cluster::{
    Address, CLUSTER_FORMAT, Client, Cluster, Document, Lock, Meta, State, Version, Versions,
};
use crate::index::schema::DocumentKind;
use crate::index::{ClusterError, Error};
use crate::search::Archive;

/// Articles of a shard, where the number of shards is not named: some 30 GB of index.
const SHARD_ARTICLES: u64 = 4_000_000;
/// Refused documents that are told.
const REFUSED_MAX: usize = 100;

/// How an archive is brought into a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PushOptions {
    /// Primary shards of a new index; by the number of articles where none are named.
    pub shards: Option<u32>,
    /// Copies of each shard; where none are named as many as before, else one.
    pub replicas: Option<u32>,
    /// Fill a new index, whatever is there.
    pub anew: bool,
    /// Push also where another push to the name seems to be at work, which then gives up.
    pub take_over: bool,
}

/// How far a push has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushStep {
    /// Documents compared, and sent where they differ, of how many.
    Documents {
        /// Done.
        done: u64,
        /// To do.
        of: u64,
    },
    /// Counting what is there.
    Checking,
}

/// What a push did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PushReport {
    /// The index that the archive's name leads to now.
    pub index: String,
    /// Whether it was made in this run or taken up after a broken one.
    pub new: bool,
    /// Documents sent: articles, persons, pages.
    pub sent: u64,
    /// Documents that were there already.
    pub unchanged: u64,
    /// Documents that count no more: replaced, or gone.
    pub removed: u64,
    /// Documents cleared away that an update before had ended.
    pub cleared: u64,
    /// Bytes sent.
    pub sent_bytes: u64,
    /// Articles in the cluster.
    pub articles: u64,
    /// Persons in the cluster.
    pub persons: u64,
    /// Documents that the cluster refused.
    pub refused: u64,
    /// The first of them, by id, and why.
    pub reasons: Vec<(String, String)>,
    /// What is worth knowing of the index.
    pub notes: Vec<String>,
}

/// Brings an archive into a cluster. `tell` hears how far it has come.
///
/// # Errors
///
/// Where another push to the name is at work, where the archive can't be read, where the cluster
/// can't be reached or takes no writes, and where it refuses documents or counts others than the
/// archive: then questions go on to be answered from the state before.
pub fn push(
    archive: &Archive,
    client: &Client,
    address: &Address,
    options: &PushOptions,
    tell: &(dyn Fn(PushStep) + Sync),
) -> Result<PushReport, Error> {
    let lock = Lock::take(client, &address.name, options.take_over)?;
    // Not before: whoever had the lock may have shown another state until then.
    let began = Instant::now();
    let segmenter = archive.index().segmenter()?;
    let words = Document::words(&segmenter);
    let pages = archive.lying(DocumentKind::Page, 0, u64::MAX)?.len() as u64;
    let wanted = Meta {
        format: CLUSTER_FORMAT,
        state: State::Complete,
        turn: 1,
        whole_from: 1,
        ended: 0,
        generation: archive.generation().clone(),
        sources: archive.index().manifest()?.units.len() as u64,
        pages_with_furniture: pages,
        words: words.len() as u64,
        // Known when all documents were made.
        posts: 0,
        sum: String::new(),
    };
    let versions = client.versions(&address.name)?;
    let fits = |version: &&Version| {
        options.shards.is_none_or(|n| n == version.shards)
            && version.meta.as_ref().is_some_and(|m| {
                m.format == CLUSTER_FORMAT && m.generation.digest == wanted.generation.digest
            })
    };
    let live = versions.live.as_ref().filter(|_| !options.anew).filter(fits);
    let begun = versions.begun().filter(|_| !options.anew).filter(fits);
    if let (Some(version), Some(replicas)) = (live.or(begun), options.replicas)
        && version.replicas != replicas
    {
        client.keep_copies(&version.index, replicas)?;
    }
    let mut work = Push { archive, client, address, versions: &versions, lock: &lock, began, tell };
    let of = Wanted { meta: wanted, words: &words, segmenter: &segmenter };
    let mut report = match live.and_then(|live| Some((live, live.meta.as_ref()?))) {
        Some((live, there)) => work.update(live, there, &of)?,
        None => work.fill(begun, options, &of)?,
    };
    report.notes.extend(client.unplaced(&report.index));
    Ok(report)
}

/// What is to be there.
struct Wanted<'a> {
    meta: Meta,
    words: &'a [Document],
    segmenter: &'a crate::text::segment::Segmenter,
}

impl Wanted<'_> {
    /// Documents other than posts.
    const fn documents(&self) -> u64 {
        let Meta { generation, pages_with_furniture, words, .. } = &self.meta;
        generation.articles + generation.persons + *pages_with_furniture + *words
    }
}

struct Push<'a> {
    archive: &'a Archive,
    client: &'a Client,
    address: &'a Address,
    versions: &'a Versions,
    lock: &'a Lock,
    began: Instant,
    tell: &'a (dyn Fn(PushStep) + Sync),
}

impl Push<'_> {
    /// Fills an index that nobody reads yet, a new one or one that was begun, and lets the
    /// archive's name lead to it.
    fn fill(
        &mut self,
        begun: Option<&Version>,
        options: &PushOptions,
        wanted: &Wanted<'_>,
    ) -> Result<PushReport, Error> {
        let loading = Meta { state: State::Loading, ..wanted.meta.clone() };
        let index = match begun {
            Some(version) => version.index.clone(),
            None => {
                let index = self.versions.next(&self.address.name);
                let by_size = wanted.meta.generation.articles / SHARD_ARTICLES + 1;
                let by_size = u32::try_from(by_size).unwrap_or(u32::MAX);
                // A new index is as the one before was wanted.
                let before = self.versions.live.as_ref();
                let shards =
                    options.shards.unwrap_or_else(|| before.map_or(by_size, |v| v.shards.max(by_size)));
                let replicas = options.replicas.or(before.map(|v| v.replicas)).unwrap_or(1);
                self.client.create(&index, shards, replicas, &loading)?;
                index
            }
        };
        self.client.tell(&index, &loading, false)?;
        self.client.refresh(&index)?;
        let (mut report, sums) = self.bring(&index, None, wanted)?;
        report.new = true;
        self.client.tell(&index, &sums.told(&wanted.meta), true)?;
        self.client.switch(&self.address.name, &index, self.versions)?;
        Ok(report)
    }

    /// Writes the next turn of the index that is read beside the one that is read, and shows it.
    fn update(&mut self, live: &Version, there: &Meta, wanted: &Wanted<'_>) -> Result<PushReport, Error> {
        let index = live.index.as_str();
        let turn = there.turn;
        let same = {
            let Meta { turn, whole_from, ended, posts, ref sum, .. } = *there;
            *there == Meta { turn, whole_from, ended, posts, sum: sum.clone(), ..wanted.meta.clone() }
        };
        // Taken at its word, unless even the counts say otherwise.
        let same = same && self.off(index, turn, there)?.is_none();
        if same && there.ended == 0 {
            return Ok(self.unchanged(index, wanted, there.posts));
        }
        // From now on no reader keeps to an earlier turn, and what ended with this one can go.
        self.client.tell(
            index,
            &Meta { state: State::Updating, whole_from: turn, ..there.clone() },
            false,
        )?;
        self.client.refresh(index)?;
        let cleared = self.client.clear(index, turn, self.began)?;
        if same {
            let done = Meta { whole_from: turn, ended: 0, ..there.clone() };
            self.lock.holds()?;
            self.client.tell(index, &done, true)?;
            return Ok(PushReport { cleared, ..self.unchanged(index, wanted, there.posts) });
        }
        let read = Cluster::of(self.client.clone(), self.address)?;
        let before = self.client.kinds(index, turn)?;
        let (report, sums) = self.bring(index, Some((&read, turn)), wanted)?;
        if self.client.kinds(index, turn)? != before {
            let what = "the state that is read is not what it was: somebody else changes the index";
            return Err(unfinished(index, what.to_owned(), "push the archive into a new index with --anew"));
        }
        self.lock.holds()?;
        let next = Meta { turn: turn + 1, whole_from: turn, ended: sums.ended, ..sums.told(&wanted.meta) };
        self.client.tell(index, &next, true)?;
        Ok(PushReport { cleared, ..report })
    }

    /// Counts what is there of a turn; tells what is another number than an index says, if anything is.
    fn off(&self, index: &str, turn: u64, meta: &Meta) -> Result<Option<String>, Error> {
        let counted = self.client.kinds(index, turn)?;
        let count = |kind: &str| counted.iter().find(|(k, _)| k == kind).map_or(0, |(_, n)| *n);
        let off = [
            ("articles", DocumentKind::Article.key(), meta.generation.articles),
            ("persons", DocumentKind::Person.key(), meta.generation.persons),
            ("pages", DocumentKind::Page.key(), meta.pages_with_furniture),
            ("word lists", "words", meta.words),
            ("posts", "post", meta.posts),
        ];
        let off = off.into_iter().find(|(_, kind, wanted)| count(kind) != *wanted);
        Ok(off.map(|(what, kind, wanted)| {
            format!("{} {what} are in the cluster, the archive has {wanted}", count(kind))
        }))
    }

    /// The report where nothing had to be sent.
    fn unchanged(&self, index: &str, wanted: &Wanted<'_>, posts: u64) -> PushReport {
        PushReport {
            index: index.to_owned(),
            articles: wanted.meta.generation.articles,
            persons: wanted.meta.generation.persons,
            unchanged: wanted.documents() + posts,
            ..PushReport::default()
        }
    }

    /// Sends what is lacking beside the turn that is read, if one is, and counts what is there then.
    fn bring(
        &self,
        index: &str,
        read: Option<(&Cluster, u64)>,
        wanted: &Wanted<'_>,
    ) -> Result<(PushReport, Sums), Error> {
        let turn = read.map_or(1, |(_, turn)| turn + 1);
        let run = Run {
            archive: self.archive,
            client: self.client,
            index,
            read: read.map(|(cluster, _)| cluster),
            turn,
            lock: self.lock,
            segmenter: wanted.segmenter,
            tell: self.tell,
            done: Default::default(),
        };
        let sums = run.all(wanted.words, wanted.documents())?;
        let generation = &wanted.meta.generation;
        let report = PushReport {
            index: index.to_owned(),
            sent: sums.sent,
            unchanged: sums.unchanged,
            removed: sums.removed,
            sent_bytes: sums.bytes,
            refused: sums.refused.len() as u64,
            reasons: sums
                .refused
                .iter()
                .take(REFUSED_MAX)
                .map(|r| (r.id.clone(), r.reason.clone()))
                .collect(),
            articles: generation.articles,
            persons: generation.persons,
            ..PushReport::default()
        };
        (self.tell)(PushStep::Checking);
        self.client.refresh(index)?;
        if report.refused > 0 {
            return Err(incomplete(&report));
        }
        if let Some(what) = self.off(index, turn, &sums.told(&wanted.meta))? {
            return Err(unfinished(index, what, "push again; the state before is still served"));
        }
        let ended = self.client.ended(index, turn)?;
        if ended != sums.ended {
            let what = format!("{ended} documents have ended, {} have to", sums.ended);
            return Err(unfinished(index, what, "push again; the state before is still served"));
        }
        self.lock.holds()?;
        Ok((report, sums))
    }
}

fn unfinished(index: &str, what: String, hint: &str) -> Error {
    ClusterError { place: index.to_owned(), what, hint: Some(hint.to_owned()), passing: false, absent: false }
        .into()
}

/// Tells the documents that the cluster refused.
fn incomplete(report: &PushReport) -> Error {
    let mut what = format!("{} documents were refused and are not there:", report.refused);
    for (id, reason) in report.reasons.iter().take(10) {
        what.push_str(&format!("\n  {id}: {reason}"));
    }
    if report.refused > 10 {
        what.push_str("\n  …");
    }
    unfinished(&report.index, what, "mend what they say and push again; only these are sent then")
}
