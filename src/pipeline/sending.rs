//! Compares an archive with what a cluster has of it, and sends what differs.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

use rayon::prelude::*;

use super::push::PushStep;
use crate::cluster::{Batch, Client, Cluster, Document, Key, Life, Lock, Meta, Refused, spelled, sum_of};
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

/// What the parts of a run add up to.
#[derive(Default)]
pub(super) struct Sums {
    pub(super) sent: u64,
    pub(super) unchanged: u64,
    /// Documents that count no more, those of a broken push among them.
    pub(super) removed: u64,
    /// Documents that end with the turn and stay until the next.
    pub(super) ended: u64,
    pub(super) posts: u64,
    /// The sum of all documents of the turn.
    sum: u128,
    pub(super) bytes: u64,
    pub(super) refused: Vec<Refused>,
}

impl Sums {
    /// What an index says of itself, with what is known when all documents were made.
    pub(super) fn told(&self, meta: &Meta) -> Meta {
        Meta { posts: self.posts, sum: spelled(&self.sum.to_be_bytes()), ..meta.clone() }
    }
}

/// What is there of a stretch of documents.
type There = HashMap<Key, Life>;

pub(super) struct Run<'a> {
    pub(super) archive: &'a Archive,
    pub(super) client: &'a Client,
    pub(super) index: &'a str,
    /// The state that is read, if one is.
    pub(super) read: Option<&'a Cluster>,
    /// The turn that is written.
    pub(super) turn: u64,
    pub(super) lock: &'a Lock,
    pub(super) segmenter: &'a crate::text::segment::Segmenter,
    pub(super) tell: &'a (dyn Fn(PushStep) + Sync),
    pub(super) done: AtomicU64,
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
    pub(super) fn all(&self, words: &[Document], of: u64) -> Result<Sums, Error> {
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
                if self.lock.is_lost() {
                    return self.lock.holds();
                }
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
        sums.refused = refused.into_inner().unwrap_or_default();
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
                let mut there = self.there(kind.key(), (first, last))?;
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
                self.end(there, &mut sums, out)?;
            }
        }
        let posts: Vec<Document> =
            posts.into_iter().map(|(post, articles)| Document::post(&post, articles)).collect();
        sums.posts = posts.len() as u64;
        for (kind, documents) in [("words", words), ("post", posts.as_slice())] {
            let mut there = self.there(kind, (0, u64::MAX))?;
            self.differing(documents, &mut there, &mut sums, out, of)?;
            self.end(there, &mut sums, out)?;
        }
        Ok(sums)
    }

    fn there(&self, kind: &str, ties: (u64, u64)) -> Result<There, Error> {
        Ok(self.client.lives(self.index, kind, ties, self.turn - 1)?.into_iter().collect())
    }

    /// Ends what is not in the archive: written again with its end where it is read, else removed.
    fn end(&self, there: There, sums: &mut Sums, out: &mut Outgoing<'_>) -> Result<(), Error> {
        let mut ending = Vec::new();
        for (key, life) in there {
            sums.removed += 1;
            if life.since == self.turn {
                out.add(|batch| batch.remove(key))?;
                continue;
            }
            sums.ended += 1;
            // Else a broken push did it.
            if life.until.is_none() {
                ending.push(key);
            }
        }
        let Some(read) = self.read else { return Ok(()) };
        read.sent_before(&ending, |document, life| {
            out.add(|batch| batch.put(document, Life { until: Some(self.turn), ..life }))
        })
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
        there: &mut There,
        sums: &mut Sums,
        out: &mut Outgoing<'_>,
        of: u64,
    ) -> Result<(), Error> {
        for document in documents {
            sums.sum = sum_of(sums.sum, &document.key);
            match there.remove(&document.key) {
                Some(Life { until: None, .. }) => sums.unchanged += 1,
                // A broken push gave it an end.
                Some(life) => {
                    sums.sent += 1;
                    out.add(|batch| batch.put(document, Life { until: None, ..life }))?;
                }
                None => {
                    sums.sent += 1;
                    out.add(|batch| batch.put(document, Life::from(self.turn)))?;
                }
            }
        }
        let done = self.done.fetch_add(documents.len() as u64, Ordering::Relaxed) + documents.len() as u64;
        (self.tell)(PushStep::Documents { done, of });
        Ok(())
    }
}
