//! Sends documents many at a time, and answers for each of them.

use std::ops::Range;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::client::{Client, Content};
use super::documents::{Document, Key, spelled};
use super::fault::blocked;
use super::turns::Life;
use crate::index::Error;

/// First pause before single documents are sent again.
const PAUSE_FIRST: Duration = Duration::from_millis(200);
/// Longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(10);
/// How long single documents are tried again.
const AGAIN_TIME_MAX: Duration = Duration::from_secs(120);

/// Documents to be written or removed in one request.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    items: Vec<(Key, Range<usize>)>,
}

/// A document that the cluster did not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its id, or its key where it was to be removed.
    pub id: String,
    /// Why.
    pub reason: String,
}

impl Batch {
    /// Adds a document to be written, and in which turns it counts.
    pub fn put(&mut self, document: &Document, life: Life) {
        let start = self.bytes.len();
        let key = spelled(&document.key);
        let until = life.until.map(|until| format!(",\"until\":{until}")).unwrap_or_default();
        let head = format!(
            "{{\"index\":{{\"_id\":\"{key}\"}}}}\n{{\"digest\":\"{key}\",\"since\":{}{until},",
            life.since
        );
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(document.inside.as_bytes());
        self.bytes.extend_from_slice(b"}\n");
        self.items.push((document.key, start..self.bytes.len()));
    }

    /// Adds a document to be removed.
    pub fn remove(&mut self, key: Key) {
        let start = self.bytes.len();
        let line = format!("{{\"delete\":{{\"_id\":\"{}\"}}}}\n", spelled(&key));
        self.bytes.extend_from_slice(line.as_bytes());
        self.items.push((key, start..self.bytes.len()));
    }

    /// Its size in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The id of a document among them; its key where it has none.
    fn id(&self, item: usize) -> String {
        let Some((key, range)) = self.items.get(item) else { return String::new() };
        let lines = self.bytes.get(range.clone()).unwrap_or_default();
        let document = lines.split(|b| *b == b'\n').nth(1).unwrap_or_default();
        let told: Value = serde_json::from_slice(document).unwrap_or_default();
        told["id"].as_str().map_or_else(|| spelled(key), str::to_owned)
    }

    /// The same with some of its documents only.
    fn only(&self, items: &[usize]) -> Self {
        let mut out = Self::default();
        for (key, range) in items.iter().filter_map(|n| self.items.get(*n)) {
            let start = out.bytes.len();
            out.bytes.extend_from_slice(self.bytes.get(range.clone()).unwrap_or_default());
            out.items.push((*key, start..out.bytes.len()));
        }
        out
    }
}

/// What became of one document.
enum Item {
    Done,
    Again(String),
    Refused(String),
}

impl Client {
    /// Writes and removes documents; gives those that the cluster refused for what they are. Those
    /// it had no room or time for are sent again.
    ///
    /// # Errors
    ///
    /// Where the cluster can't be reached, or takes no writes.
    pub fn bulk(&self, index: &str, batch: &Batch) -> Result<Vec<Refused>, Error> {
        let path = format!(
            "/{index}/_bulk?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason"
        );
        let until = Instant::now() + AGAIN_TIME_MAX;
        let mut pause = PAUSE_FIRST;
        let mut refused = Vec::new();
        let mut left: Option<Batch> = None;
        loop {
            let now = left.as_ref().unwrap_or(batch);
            if now.is_empty() {
                return Ok(refused);
            }
            let wanted = now.items.len();
            let place = self.place();
            let answer = self.call_with("POST", &path, Content::Lines, &now.bytes, |answer| {
                if answer["items"].as_array().map_or(0, Vec::len) == wanted {
                    return Ok(());
                }
                Err(super::fault::fault(
                    &place,
                    "the cluster answers for another number of documents than were sent",
                    None,
                ))
            })?;
            let mut again = Vec::new();
            let mut why = String::new();
            for (n, item) in answer["items"].as_array().into_iter().flatten().enumerate() {
                match outcome(&self.place(), item)? {
                    Item::Done => {}
                    Item::Again(reason) => {
                        again.push(n);
                        why = reason;
                    }
                    Item::Refused(reason) => {
                        refused.push(Refused { id: now.id(n), reason });
                    }
                }
            }
            if again.is_empty() {
                return Ok(refused);
            }
            let rest = now.only(&again);
            if Instant::now() + pause > until {
                let left = 0..rest.items.len();
                refused.extend(left.map(|n| Refused { id: rest.id(n), reason: why.clone() }));
                return Ok(refused);
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(PAUSE_MAX);
            left = Some(rest);
        }
    }
}

fn outcome(place: &str, item: &Value) -> Result<Item, Error> {
    let Some(one) = item.as_object().and_then(|o| o.values().next()) else {
        return Ok(Item::Again("no answer for it".to_owned()));
    };
    let status = one["status"].as_u64().unwrap_or(0);
    let text = |pointer: &str| one.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let (kind, reason, cause) = (text("/error/type"), text("/error/reason"), text("/error/caused_by/reason"));
    if let Some(blocked) = blocked(place, status, kind, reason) {
        return Err(blocked.into());
    }
    let told = [kind, reason, cause].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(": ");
    Ok(match status {
        200..=299 => Item::Done,
        // A removed document that was not there is removed.
        404 if item.get("delete").is_some() => Item::Done,
        429 | 502 | 503 | 504 => Item::Again(told),
        _ => Item::Refused(told),
    })
}
