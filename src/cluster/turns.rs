//! Which documents count in which state of an archive, so that nobody sees one half made.
//!
//! States of one index are numbered by turns. A document counts from the turn it came with until
//! before the one in which it was replaced or went. An update writes beside what is read: new
//! documents count from the next turn, those that end are written again with their end. When all
//! are there and counted the index says that the next turn is the one to read, in one act. Who
//! reads keeps to one turn. What has ended stays for those who still read the turn before, and is
//! removed by the push after.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;
use super::documents::{Document, Key, read_key, signed, spelled};
use super::mapping::Meta;
use super::open::Cluster;
use super::{Batch, fault::fault};
use crate::index::{ClusterError, Error};

/// How long a reader takes it that the state it has found is still the one that is read.
const LEASE: Duration = Duration::from_secs(1);
/// How long after its beginning a push first removes what has ended: by then whoever reads the
/// turn before knows that it is over.
pub(super) const REMOVING_PAUSE: Duration = Duration::from_secs(2);
/// Documents told in one answer when an index is gone through.
const PAGE_DOCUMENTS: usize = 5_000;
/// Documents read again at once, to be written with their end.
const ENDING_DOCUMENTS: usize = 500;

/// From which turn on a document counts, and before which it ceases to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// The first turn.
    pub since: u64,
    /// The first turn without it; none where it counts for good.
    pub until: Option<u64>,
}

impl Life {
    /// That of a document that comes with a turn.
    #[must_use]
    pub const fn from(turn: u64) -> Self {
        Self { since: turn, until: None }
    }

    fn read(of: impl Fn(&str) -> Option<u64>) -> Self {
        Self { since: of("since").unwrap_or(0), until: of("until") }
    }
}

/// What an index holds beside a turn: said negatively, since these are few.
fn beside(turn: u64) -> Value {
    json!([{"range": {"since": {"gt": turn}}}, {"range": {"until": {"lte": turn}}}])
}

/// A query of documents, of which only those answer that count in a turn.
pub(super) fn counting(query: &Value, turn: u64) -> Value {
    json!({"bool": {"must": [query], "must_not": beside(turn)}})
}

impl Client {
    /// Number of documents of each kind that count in a turn.
    ///
    /// # Errors
    ///
    /// Where the cluster can't be asked.
    pub fn kinds(&self, index: &str, turn: u64) -> Result<Vec<(String, u64)>, Error> {
        let asked = json!({"size": 0, "track_total_hits": true,
            "query": counting(&json!({"match_all": {}}), turn),
            "aggs": {"kinds": {"terms": {"field": "kind", "size": 100}}}});
        let answer = self.search(index, &asked)?;
        let buckets = answer.pointer("/aggregations/kinds/buckets").and_then(Value::as_array);
        Ok(buckets
            .into_iter()
            .flatten()
            .filter_map(|b| Some((b["key"].as_str()?.to_owned(), b["doc_count"].as_u64()?)))
            .collect())
    }

    /// Keys and lives of the documents of a kind whose ties lie between two numbers, both included,
    /// without those that have ended by a turn.
    ///
    /// # Errors
    ///
    /// Where the cluster can't be asked.
    pub fn lives(
        &self,
        index: &str,
        kind: &str,
        (first, last): (u64, u64),
        turn: u64,
    ) -> Result<Vec<(Key, Life)>, Error> {
        let query = json!({"bool": {
            "filter": [
                {"term": {"kind": kind}},
                {"range": {"tie": {"gte": signed(first), "lte": signed(last)}}},
            ],
            "must_not": [{"range": {"until": {"lte": turn}}}],
        }});
        let mut found = Vec::new();
        self.each_page(index, &query, |page| {
            found.extend_from_slice(page);
            Ok(())
        })?;
        Ok(found)
    }

    /// Number of documents that end with a turn, or ended before it.
    ///
    /// # Errors
    ///
    /// Where the cluster can't be asked.
    pub fn ended(&self, index: &str, turn: u64) -> Result<u64, Error> {
        let query = json!({"range": {"until": {"lte": turn}}});
        let answer = self.search(index, &json!({"size": 0, "track_total_hits": true, "query": query}))?;
        answer
            .pointer("/hits/total/value")
            .and_then(Value::as_u64)
            .ok_or_else(|| fault(index, "the cluster does not tell how many documents it has", None).into())
    }

    /// Removes the documents that have ended by a turn; gives how many they were.
    ///
    /// Nobody may read an earlier turn by now, and the push that does it began when it says.
    ///
    /// # Errors
    ///
    /// Where the cluster can't be asked, or takes no writes.
    pub fn clear(&self, index: &str, turn: u64, began: Instant) -> Result<u64, Error> {
        let query = json!({"range": {"until": {"lte": turn}}});
        let mut removed = 0;
        self.each_page(index, &query, |page| {
            std::thread::sleep(REMOVING_PAUSE.saturating_sub(began.elapsed()));
            let mut batch = Batch::default();
            page.iter().for_each(|(key, _)| batch.remove(*key));
            removed += page.len() as u64;
            // What could not be removed counts in no turn all the same.
            self.bulk(index, &batch).map(drop)
        })?;
        if removed > 0 {
            self.refresh(index)?;
        }
        Ok(removed)
    }

    /// Hands out keys and lives of all documents of a query.
    fn each_page(
        &self,
        index: &str,
        query: &Value,
        mut take: impl FnMut(&[(Key, Life)]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut after: Option<Value> = None;
        loop {
            let mut asked = json!({
                "size": PAGE_DOCUMENTS, "_source": false, "track_total_hits": false, "query": query,
                "docvalue_fields": ["since", "until"],
                "sort": [{"tie": "asc"}, {"digest": "asc"}],
            });
            if let Some(after) = after.take() {
                asked["search_after"] = after;
            }
            let answer = self.search(index, &asked)?;
            let hits =
                answer.pointer("/hits/hits").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let page: Vec<(Key, Life)> = hits
                .iter()
                .filter_map(|hit| {
                    let key = hit["_id"].as_str().and_then(read_key)?;
                    Some((key, Life::read(|name| hit["fields"][name][0].as_u64())))
                })
                .collect();
            if !page.is_empty() {
                take(&page)?;
            }
            after = hits.last().map(|hit| hit["sort"].clone());
            if hits.len() < PAGE_DOCUMENTS {
                return Ok(());
            }
        }
    }
}

impl Cluster {
    /// Hands out documents of this state again, by their keys, each as it was sent.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer, and where a document is not what was sent.
    pub(crate) fn sent_before(
        &self,
        keys: &[Key],
        mut take: impl FnMut(&Document, Life) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if keys.is_empty() {
            return Ok(());
        }
        let segmenter = self.segmenter()?;
        let anew = Some("push the archive into a new index with --anew");
        for some in keys.chunks(ENDING_DOCUMENTS) {
            let spelled: Vec<String> = some.iter().map(spelled).collect();
            let asked = json!({"size": some.len(), "track_total_hits": true,
                "query": {"ids": {"values": spelled}}, "_source": ["kind", "record", "since"]});
            // Of this turn or not: one that was given its end by a broken push is none of it there.
            let answer = self.client.search(&self.index, &asked)?;
            let hits =
                answer.pointer("/hits/hits").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            if hits.len() != some.len() {
                let what = "documents went while they were read: somebody else changes the index";
                return Err(self.fault(what, anew).into());
            }
            for hit in hits {
                let source = &hit["_source"];
                let text = |name: &str| source[name].as_str().unwrap_or_default();
                let made = Document::again(text("kind"), text("record"), &segmenter);
                match made.filter(|made| hit["_id"].as_str().and_then(read_key) == Some(made.key)) {
                    Some(made) => take(&made, Life::read(|name| source[name].as_u64()))?,
                    None => {
                        let what = format!("a document is not what was sent ({})", hit["_id"]);
                        return Err(self.fault(what, anew).into());
                    }
                }
            }
        }
        Ok(())
    }

    /// Gives an answer on where all that it was made of was still there when it was made.
    ///
    /// # Errors
    ///
    /// Where the archive was brought to another state twice meanwhile, or that can't be asked.
    pub(super) fn still<T>(&self, answer: T) -> Result<T, Error> {
        let now = Instant::now();
        let known = self.confirmed.lock().map_or(None, |at| Some(*at));
        if known.is_some_and(|at| now.saturating_duration_since(at) < LEASE) {
            return Ok(answer);
        }
        let path = format!("/{}/_mapping?filter_path=*.mappings._meta", self.index);
        // An index that is gone gives no answers; this one was given before.
        let Some(found) = self.client.find(&path)? else { return Ok(answer) };
        let meta = found.get(&self.index).and_then(|told| Meta::read(&told["mappings"]));
        match meta {
            Some(meta) if meta.turn == self.meta.turn => {
                if let Ok(mut at) = self.confirmed.lock() {
                    *at = now;
                }
                Ok(answer)
            }
            Some(meta) if meta.whole_from <= self.meta.turn => Ok(answer),
            _ => Err(self.changed().into()),
        }
    }

    /// The archive is no longer the one that was opened.
    pub(super) fn changed(&self) -> ClusterError {
        let what = "the archive was brought to another state while it was read";
        ClusterError { passing: true, ..self.fault(what, Some("ask again")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_to_a_turn_leaves_out_what_came_later_and_what_has_ended() {
        let asked = counting(&json!({"match_all": {}}), 7);
        assert_eq!(asked["bool"]["must"][0], json!({"match_all": {}}));
        assert_eq!(
            asked["bool"]["must_not"],
            json!([{"range": {"since": {"gt": 7}}}, {"range": {"until": {"lte": 7}}}])
        );
    }
}
