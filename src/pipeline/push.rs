//! Brings an archive into a cluster: what is there and the same stays, the rest is sent or removed.
//!
//! One way for the first time, for what changed since, and for going on after a kill: the documents
//! of both sides are compared by digest, a stretch of ids at a time, so that memory stays bounded
//! whatever the archive holds. A new index is shown under the archive's name when it is complete
//! and counted; until then questions go to the one before.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

use rayon::prelude::*;

use crate::cluster::{
    Address, Batch, CLUSTER_FORMAT, Client, Document, Key, Meta, Refused, State, Version, spelled,
};
use crate::index::schema::DocumentKind;
use crate::index::{ClusterError, Error};
use crate::people::Person;
use crate::search::{Archive, Lying};

/// Bytes sent in one request.
const BATCH_BYTES: usize = 4 << 20;
/// Documents made ready at once.
const CHUNK_DOCUMENTS: usize = 256;
/// Documents compared at once.
const STRETCH_DOCUMENTS: u64 = 200_000;
/// Requests under way at once.
const SENDERS: usize = 2;
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
    /// Documents removed.
    pub removed: u64,
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
}

/// Brings an archive into a cluster. `tell` hears how far it has come.
///
/// # Errors
///
/// Where the archive can't be read, where the cluster can't be reached or takes no writes, and
/// where it refuses documents or counts others than the archive: then the archive's name leads
/// where it led before.
pub fn push(
    archive: &Archive,
    client: &Client,
    address: &Address,
    options: &PushOptions,
    tell: &(dyn Fn(PushStep) + Sync),
) -> Result<PushReport, Error> {
    let segmenter = archive.index().segmenter()?;
    let words = Document::words(&segmenter);
    let pages = archive.lying(DocumentKind::Page, 0, u64::MAX)?.len() as u64;
    let meta = Meta {
        format: CLUSTER_FORMAT,
        state: State::Loading,
        generation: archive.generation().clone(),
        sources: archive.index().manifest()?.units.len() as u64,
        pages_with_furniture: pages,
        words: words.len() as u64,
        // Known when all persons were read.
        posts: 0,
    };
    let versions = client.versions(&address.name)?;
    let fits = |version: &&Version| {
        options.shards.is_none_or(|n| n == version.shards)
            && version
                .meta
                .as_ref()
                .is_some_and(|m| m.format == CLUSTER_FORMAT && m.generation.digest == meta.generation.digest)
    };
    let live = versions.live.as_ref().filter(|_| !options.anew).filter(fits);
    let begun = versions.begun().filter(|_| !options.anew).filter(fits);
    if let (Some(version), Some(replicas)) = (live.or(begun), options.replicas)
        && version.replicas != replicas
    {
        client.keep_copies(&version.index, replicas)?;
    }
    let mut report = PushReport { new: live.is_none(), ..PushReport::default() };
    let complete = |posts: u64| Meta { state: State::Complete, posts, ..meta.clone() };
    let is_there = |there: &Version| there.meta.as_ref().is_some_and(|m| *m == complete(m.posts));
    if let Some(live) = live.filter(|live| is_there(live)) {
        report.index.clone_from(&live.index);
        (report.articles, report.persons) = (meta.generation.articles, meta.generation.persons);
        let posts = live.meta.as_ref().map_or(0, |m| m.posts);
        report.unchanged = meta.generation.articles + meta.generation.persons + pages + meta.words + posts;
        return Ok(report);
    }
    report.index = match (live, begun) {
        (Some(version), _) | (None, Some(version)) => version.index.clone(),
        (None, None) => {
            let index = versions.next(&address.name);
            let by_size = u32::try_from(meta.generation.articles / SHARD_ARTICLES + 1).unwrap_or(u32::MAX);
            // A new index is as the one before was wanted.
            let before = versions.live.as_ref();
            let shards = options.shards.unwrap_or_else(|| before.map_or(by_size, |v| v.shards.max(by_size)));
            let replicas = options.replicas.or(before.map(|v| v.replicas)).unwrap_or(1);
            client.create(&index, shards, replicas, &meta)?;
            index
        }
    };
    let state = if live.is_some() { State::Updating } else { State::Loading };
    client.tell(&report.index, &Meta { state, ..meta.clone() }, false)?;
    client.refresh(&report.index)?;

    let run =
        Run { archive, client, index: &report.index, segmenter: &segmenter, tell, done: AtomicU64::new(0) };
    let of = meta.generation.articles + meta.generation.persons + pages + meta.words;
    let sums = run.all(&words, of)?;
    report.sent = sums.sent;
    report.unchanged = sums.unchanged;
    report.removed = sums.removed;
    report.sent_bytes = sums.bytes;
    report.refused = sums.refused.len() as u64;
    report.reasons = sums.refused.iter().take(REFUSED_MAX).cloned().collect();

    tell(PushStep::Checking);
    client.refresh(&report.index)?;
    if report.refused > 0 {
        return Err(incomplete(&report));
    }
    let counted = client.kinds(&report.index)?;
    let count = |kind: &str| counted.iter().find(|(k, _)| k == kind).map_or(0, |(_, n)| *n);
    for (what, kind, wanted) in [
        ("articles", DocumentKind::Article.key(), meta.generation.articles),
        ("persons", DocumentKind::Person.key(), meta.generation.persons),
        ("pages", DocumentKind::Page.key(), pages),
        ("word lists", "words", meta.words),
        ("posts", "post", sums.posts),
    ] {
        if count(kind) != wanted {
            let what = format!("{} {what} are in the cluster, the archive has {wanted}", count(kind));
            return Err(unfinished(&report.index, what, "push again; the state before is still served"));
        }
    }
    report.articles = meta.generation.articles;
    report.persons = meta.generation.persons;
    client.tell(&report.index, &complete(sums.posts), true)?;
    if live.is_none() {
        client.switch(&address.name, &report.index, &versions)?;
    }
    Ok(report)
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

/// What the parts of a run add up to.
#[derive(Default)]
struct Sums {
    sent: u64,
    unchanged: u64,
    removed: u64,
    posts: u64,
    bytes: u64,
    refused: Vec<(String, String)>,
}

struct Run<'a> {
    archive: &'a Archive,
    client: &'a Client,
    index: &'a str,
    segmenter: &'a crate::text::segment::Segmenter,
    tell: &'a (dyn Fn(PushStep) + Sync),
    done: AtomicU64,
}

/// Documents on their way: filled, and handed on when large enough.
struct Outgoing<'a> {
    batch: Batch,
    send: &'a dyn Fn(Batch) -> Result<(), Error>,
}

impl Outgoing<'_> {
    fn add(&mut self, put: impl FnOnce(&mut Batch)) -> Result<(), Error> {
        put(&mut self.batch);
        if self.batch.bytes() >= BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Error> {
        if self.batch.is_empty() { Ok(()) } else { (self.send)(std::mem::take(&mut self.batch)) }
    }
}

impl Run<'_> {
    /// Compares and sends everything; requests go out on threads of their own.
    fn all(&self, words: &[Document], of: u64) -> Result<Sums, Error> {
        let (send, receive) = sync_channel::<Batch>(1);
        let receive = Mutex::new(receive);
        let failed: Mutex<Option<Error>> = Mutex::new(None);
        let refused: Mutex<Vec<Refused>> = Mutex::new(Vec::new());
        let sent_bytes = AtomicU64::new(0);
        let mut sums = std::thread::scope(|scope| -> Result<Sums, Error> {
            let senders: Vec<_> = (0..SENDERS)
                .map(|_| scope.spawn(|| self.sending(&receive, &failed, &refused, &sent_bytes)))
                .collect();
            let hand_on = |batch: Batch| {
                let stopped = || ClusterError {
                    place: self.index.to_owned(),
                    what: "sending has stopped".to_owned(),
                    hint: None,
                    passing: false,
                    absent: false,
                };
                // The reason is told by whoever stopped.
                if failed.lock().is_ok_and(|f| f.is_some()) {
                    return Err(stopped().into());
                }
                send.send(batch).map_err(|_| stopped().into())
            };
            let mut out = Outgoing { batch: Batch::default(), send: &hand_on };
            let made = self.compare(words, of, &mut out).and_then(|sums| out.flush().map(|()| sums));
            drop(send);
            for sender in senders {
                let _ = sender.join();
            }
            let failed = failed.lock().ok().and_then(|mut f| f.take());
            failed.map_or(made, Err)
        })?;
        sums.bytes = sent_bytes.into_inner();
        let refused = refused.into_inner().unwrap_or_default();
        sums.refused = refused.into_iter().map(|r| (self.id_of(&r.key), r.reason)).collect();
        Ok(sums)
    }

    /// Sends batches until there are no more, or one could not be sent.
    fn sending(
        &self,
        receive: &Mutex<Receiver<Batch>>,
        failed: &Mutex<Option<Error>>,
        refused: &Mutex<Vec<Refused>>,
        bytes: &AtomicU64,
    ) {
        loop {
            let batch = receive.lock().ok().and_then(|r| r.recv().ok());
            let Some(batch) = batch else { return };
            if failed.lock().is_ok_and(|f| f.is_some()) {
                // The rest is taken and dropped, so that nobody waits.
                continue;
            }
            match self.client.bulk(self.index, &batch) {
                Ok(some) => {
                    bytes.fetch_add(batch.bytes() as u64, Ordering::Relaxed);
                    if let Ok(mut all) = refused.lock() {
                        all.extend(some);
                    }
                }
                Err(e) => {
                    if let Ok(mut first) = failed.lock() {
                        first.get_or_insert(e);
                    }
                }
            }
        }
    }

    fn compare(&self, words: &[Document], of: u64, out: &mut Outgoing<'_>) -> Result<Sums, Error> {
        let mut sums = Sums::default();
        let mut posts: BTreeMap<String, u64> = BTreeMap::new();
        let generation = self.archive.generation();
        for (kind, count) in [
            (DocumentKind::Page, generation.pages),
            (DocumentKind::Person, generation.persons),
            (DocumentKind::Article, generation.articles),
        ] {
            let stretches = count / STRETCH_DOCUMENTS + 1;
            let width = u64::MAX / stretches;
            for n in 0..stretches {
                let first = n * width;
                let last = if n + 1 == stretches { u64::MAX } else { first + width - 1 };
                let mut there = self.there(kind.key(), first, last)?;
                let lying = self.archive.lying(kind, first, last)?;
                for chunk in lying.chunks(CHUNK_DOCUMENTS) {
                    let made: Vec<(Document, Option<Person>)> =
                        chunk.par_iter().map(|lying| self.document(lying)).collect::<Result<_, _>>()?;
                    let (documents, persons): (Vec<_>, Vec<_>) = made.into_iter().unzip();
                    for holding in persons.into_iter().flatten().flat_map(|person| person.holdings) {
                        *posts.entry(holding.post).or_default() += holding.sightings;
                    }
                    self.differing(&documents, &mut there, &mut sums, out, of)?;
                }
                for key in there.into_keys() {
                    sums.removed += 1;
                    out.add(|batch| batch.remove(key))?;
                }
            }
        }
        let posts: Vec<Document> =
            posts.into_iter().map(|(post, articles)| Document::post(&post, articles)).collect();
        sums.posts = posts.len() as u64;
        for (kind, documents) in [("words", words), ("post", posts.as_slice())] {
            let mut there = self.there(kind, 0, u64::MAX)?;
            self.differing(documents, &mut there, &mut sums, out, of)?;
            for key in there.into_keys() {
                sums.removed += 1;
                out.add(|batch| batch.remove(key))?;
            }
        }
        Ok(sums)
    }

    fn there(&self, kind: &str, first: u64, last: u64) -> Result<HashMap<Key, Key>, Error> {
        Ok(self.client.digests(self.index, kind, first, last)?.into_iter().collect())
    }

    /// A document, and the person it is of.
    fn document(&self, lying: &Lying) -> Result<(Document, Option<Person>), Error> {
        let flat = self.archive.flat(lying)?;
        let person = (flat.kind == DocumentKind::Person).then(|| serde_json::from_str(&flat.record).ok());
        Ok((Document::of(&flat, self.segmenter), person.flatten()))
    }

    /// Sends what is not there as it is here; what remains in `there` is not here.
    fn differing(
        &self,
        documents: &[Document],
        there: &mut HashMap<Key, Key>,
        sums: &mut Sums,
        out: &mut Outgoing<'_>,
        of: u64,
    ) -> Result<(), Error> {
        for document in documents {
            if there.remove(&document.key) == Some(document.digest) {
                sums.unchanged += 1;
            } else {
                sums.sent += 1;
                out.add(|batch| batch.put(document))?;
            }
        }
        let done = self.done.fetch_add(documents.len() as u64, Ordering::Relaxed) + documents.len() as u64;
        (self.tell)(PushStep::Documents { done, of });
        Ok(())
    }

    /// The id of a document with a key; the key itself where it is no article's.
    fn id_of(&self, key: &Key) -> String {
        let ids = self.archive.article_ids().unwrap_or_default();
        let found = ids.into_iter().find(|id| crate::cluster::key(DocumentKind::Article.key(), id) == *key);
        found.unwrap_or_else(|| spelled(key))
    }
}
