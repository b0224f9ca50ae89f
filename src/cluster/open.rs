//! An opened archive in a cluster: one index at one turn of it, read only.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::address::{Address, Secret};
use super::client::Client;
use super::documents::{Piece, WORDS_KIND};
use super::fault::fault;
use super::mapping::{CLUSTER_FORMAT, Meta, State};
use super::turns::counting;
use crate::index::{ClusterError, Error, Generation};
use crate::search::{IssueHead, Namesakes};
use crate::text::segment::Segmenter;

/// Records read in one answer.
const PAGE_RECORDS: usize = 500;

/// An archive in a cluster; cheap to clone.
#[derive(Clone)]
pub struct Cluster {
    pub(super) client: Client,
    pub(super) address: Address,
    pub(super) index: String,
    pub(super) meta: Meta,
    /// When this was last known to be the state that is read.
    pub(super) confirmed: Arc<Mutex<Instant>>,
    segmenter: Arc<OnceLock<Segmenter>>,
    pub(super) namesakes: Arc<OnceLock<Namesakes>>,
    pub(super) issues: Arc<OnceLock<Vec<IssueHead>>>,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster")
            .field("address", &self.address.to_string())
            .field("index", &self.index)
            .finish()
    }
}

impl Cluster {
    /// Opens the archive that a name in a cluster leads to.
    ///
    /// # Errors
    ///
    /// Where the cluster can't be reached, or the name leads to nothing that this build can read.
    pub fn open(address: &Address, secret: Secret) -> Result<Self, Error> {
        Self::of(Client::connect(address, secret)?, address)
    }

    /// The same over a client that is there already: the state that the name leads to now.
    pub(crate) fn of(client: Client, address: &Address) -> Result<Self, Error> {
        let asked = Instant::now();
        let told =
            |what: String, hint: &str| -> Error { fault(&address.to_string(), what, Some(hint)).into() };
        let push = "put it there with: baoku push --to http://HOST:9200 --index NAME";
        let found =
            client.find(&format!("/{}?filter_path=*.mappings._meta,*.settings.index.uuid", address.name))?;
        let found = match found {
            Some(Value::Object(found)) => found,
            _ => return Err(told("there is no such archive in the cluster".to_owned(), push)),
        };
        let mut all = found.into_iter();
        let Some((index, mapping)) = all.next() else {
            return Err(told("there is no such archive in the cluster".to_owned(), push));
        };
        if all.next().is_some() {
            return Err(told("leads to several indexes".to_owned(), "archives are read one at a time"));
        }
        let Some(ours) = mapping.pointer("/mappings/_meta/baoku") else {
            return Err(told("is an index, and none of baoku's".to_owned(), push));
        };
        let format = ours["format"].as_u64().unwrap_or(0);
        let meta: Option<Meta> = serde_json::from_value(ours.clone()).ok();
        let Some(meta) = meta.filter(|meta| meta.format == CLUSTER_FORMAT) else {
            let what = format!("made with format {format}, this baoku reads format {CLUSTER_FORMAT}");
            return Err(told(what, "push it again, or use the baoku that made it"));
        };
        let payload = ours["generation"].to_string();
        let root = std::path::Path::new("");
        if let Err(Error::OtherFormat { found, wanted, .. }) =
            crate::index::generation_of(root, Some(&payload))
        {
            let what = format!("made with {found}, this baoku reads {wanted}");
            return Err(told(what, "push it again, or use the baoku that made it"));
        }
        if meta.state == State::Loading {
            return Err(told("is still being filled".to_owned(), "wait for baoku push, or run it again"));
        }
        let (segmenter, namesakes, issues) = Default::default();
        let confirmed = Arc::new(Mutex::new(asked));
        Ok(Self { client, address: address.clone(), index, meta, confirmed, segmenter, namesakes, issues })
    }

    /// The state that is open.
    #[must_use]
    pub const fn generation(&self) -> &Generation {
        &self.meta.generation
    }

    /// Where it is.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The state that the name leads to now.
    ///
    /// # Errors
    ///
    /// As [`Cluster::open`].
    pub fn again(&self) -> Result<Self, Error> {
        Self::of(self.client.clone(), &self.address)
    }

    /// The same, waiting no longer than that for a cluster that gives no answer.
    #[must_use]
    pub fn within(mut self, patience: Duration) -> Self {
        self.client.hurry(patience);
        self
    }

    /// Whether both are the same state of the same index.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.index, self.meta.turn) == (&other.index, other.meta.turn)
    }

    pub(super) fn fault(&self, what: impl Into<String>, hint: Option<&str>) -> ClusterError {
        fault(&self.address.to_string(), what, hint)
    }

    /// Refuses what only an archive on this machine can do.
    pub(super) fn only_here(&self, what: &str) -> Error {
        let hint = "ask an archive on this machine: --archive DIR";
        let fault = self.fault(format!("{what} can't be had from a cluster"), Some(hint));
        ClusterError { absent: true, ..fault }.into()
    }

    /// The segmenter the articles were cut with; read when first needed.
    pub(super) fn segmenter(&self) -> Result<Segmenter, Error> {
        if let Some(known) = self.segmenter.get() {
            return Ok(known.clone());
        }
        let mut pieces: Vec<Piece> = self.records(&json!({"term": {"kind": WORDS_KIND}}))?;
        pieces.sort_by_key(|piece| piece.number);
        let bad = || self.fault("its word list is not whole", Some("push the archive again with --anew"));
        if pieces.is_empty() || pieces.iter().enumerate().any(|(n, p)| p.number != n || p.of != pieces.len())
        {
            return Err(bad().into());
        }
        let mut bytes = Vec::new();
        for piece in &pieces {
            let decoded = base64::engine::general_purpose::STANDARD.decode(&piece.bytes);
            bytes.extend(decoded.map_err(|_| bad())?);
        }
        let segmenter = Segmenter::open(bytes).map_err(|_| bad())?;
        Ok(self.segmenter.get_or_init(|| segmenter).clone())
    }

    /// One search in the state that is open; the answer is whole.
    pub(super) fn ask(&self, body: &Value) -> Result<Value, Error> {
        self.client.search(&self.index, &self.of_turn(body))
    }

    /// Several searches at once; each answer is whole.
    pub(super) fn ask_many(&self, bodies: &[Value]) -> Result<Vec<Value>, Error> {
        let bodies: Vec<Value> = bodies.iter().map(|body| self.of_turn(body)).collect();
        self.client.searches(&self.index, &bodies)
    }

    fn of_turn(&self, body: &Value) -> Value {
        let mut body = body.clone();
        body["query"] = counting(&body["query"], self.meta.turn);
        body
    }

    /// How many documents a query matches.
    pub(super) fn count_of(&self, query: &Value) -> Result<u64, Error> {
        let answer = self.ask(&json!({"size": 0, "track_total_hits": true, "query": query}))?;
        self.total(&answer)
    }

    /// The exact total of an answer.
    pub(super) fn total(&self, answer: &Value) -> Result<u64, Error> {
        let total = &answer["hits"]["total"];
        match (total["relation"].as_str(), total["value"].as_u64()) {
            (Some("eq"), Some(value)) => Ok(value),
            _ => Err(self.fault("the cluster does not tell an exact total", None).into()),
        }
    }

    /// Hands out the hits of a query in an order that is the same each time, all of them or so many;
    /// gives how many there were.
    pub(super) fn each_hit<E: From<Error>>(
        &self,
        query: &Value,
        sort: &Value,
        source: &Value,
        window: (usize, usize),
        mut take: impl FnMut(&Value) -> Result<(), E>,
    ) -> Result<u64, E> {
        let (skip, wanted) = window;
        // Scores of the same document differ between copies of a shard, and when others are written:
        // then a page may begin behind where the one before ended, or repeat some of it.
        let scored = sort.pointer("/0/_score").is_some();
        let mut passed: HashSet<String> = HashSet::new();
        let mut after: Option<Value> = None;
        let (mut seen, mut given) = (0usize, 0usize);
        let mut total = None;
        while given < wanted {
            // What is skipped is not read.
            let skipping = seen < skip;
            let size = if skipping { (skip - seen).min(10_000) } else { (wanted - given).min(PAGE_RECORDS) };
            let mut body = json!({
                "size": size, "query": query, "sort": sort, "track_total_hits": total.is_none(),
                "_source": if skipping { &Value::Bool(false) } else { source },
            });
            if let Some(after) = after.take() {
                body["search_after"] = after;
            }
            let answer = self.ask(&body)?;
            if total.is_none() {
                total = Some(self.total(&answer)?);
            }
            let hits =
                answer.pointer("/hits/hits").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            for hit in hits {
                if scored && !passed.insert(hit["sort"][1].to_string()) {
                    return Err(Error::from(self.changed()).into());
                }
                seen += 1;
                if !skipping {
                    take(hit)?;
                    given += 1;
                }
            }
            after = hits.last().map(|hit| hit["sort"].clone());
            if hits.len() < size {
                break;
            }
        }
        let due = total.unwrap_or(0).saturating_sub(skip as u64).min(wanted as u64);
        if (given as u64) != due && total.is_some() {
            return Err(Error::from(self.changed()).into());
        }
        Ok(given as u64)
    }

    /// The records that a query matches, by their ties.
    pub(super) fn records<T: DeserializeOwned>(&self, query: &Value) -> Result<Vec<T>, Error> {
        let mut found = Vec::new();
        let source = json!(["record"]);
        self.each_hit::<Error>(
            query,
            &json!([{"tie": "asc"}, {"id": "asc"}]),
            &source,
            (0, usize::MAX),
            |hit| {
                found.push(self.record(hit)?);
                Ok(())
            },
        )?;
        Ok(found)
    }

    /// The record of a hit.
    pub(super) fn record<T: DeserializeOwned>(&self, hit: &Value) -> Result<T, Error> {
        let record = hit["_source"]["record"].as_str().unwrap_or_default();
        serde_json::from_str(record).map_err(|e| {
            self.fault(format!("an unreadable record: {e}"), Some("push the archive again with --anew"))
                .into()
        })
    }
}
