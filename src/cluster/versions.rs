//! The indexes of one archive in a cluster: numbered, and one of them behind the archive's name.

use serde_json::{Value, json};

use super::client::{Client, Content};
use super::fault::fault;
use super::mapping::{CLUSTER_FORMAT, Meta, State, creation};
use crate::index::{ClusterError, Error};

/// One index of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The index.
    pub index: String,
    /// What it says of itself; nothing where another version of baoku wrote that.
    pub meta: Option<Meta>,
    /// Number of primary shards.
    pub shards: u32,
    /// Copies of each shard.
    pub replicas: u32,
}

/// All indexes of an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Versions {
    /// What the archive's name leads to.
    pub live: Option<Version>,
    /// The others, oldest first.
    pub others: Vec<Version>,
    /// The highest number of an index that is named like ours and says nothing of baoku: somebody else's,
    /// which is never touched.
    pub foreign: u32,
}

impl Client {
    /// The indexes of an archive.
    ///
    /// # Errors
    ///
    /// Where the cluster can't be asked, and where the name belongs to something else.
    pub fn versions(&self, name: &str) -> Result<Versions, Error> {
        let mut versions = Versions::default();
        let live: Vec<String> = match self.find(&format!("/{name}/_alias"))? {
            Some(Value::Object(found)) => found.keys().cloned().collect(),
            _ => Vec::new(),
        };
        if live.len() > 1 {
            return Err(
                fault(name, "leads to several indexes", Some("archives are read one at a time")).into()
            );
        }
        if live.first().is_some_and(|index| index == name) {
            return Err(
                fault(name, "is an index and no name of an archive", Some("choose another --index")).into()
            );
        }
        let path = format!(
            "/{name}-*?expand_wildcards=open,closed&filter_path=*.mappings._meta,*.settings.index.number_of_*"
        );
        let Some(Value::Object(found)) = self.find(&path)? else { return Ok(versions) };
        for (index, told) in &found {
            let digits = index.strip_prefix(name).and_then(|rest| rest.strip_prefix('-')).unwrap_or_default();
            if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                continue;
            }
            let number = |what: &str| {
                let value = &told["settings"]["index"][what];
                value.as_str().and_then(|n| n.parse().ok()).unwrap_or(0)
            };
            if told.pointer("/mappings/_meta/baoku").is_none() {
                versions.foreign = versions.foreign.max(digits.parse().unwrap_or(0));
                continue;
            }
            let version = Version {
                index: index.clone(),
                meta: Meta::read(&told["mappings"]),
                shards: number("number_of_shards"),
                replicas: number("number_of_replicas"),
            };
            if live.contains(index) { versions.live = Some(version) } else { versions.others.push(version) }
        }
        if let (Some(other), None) = (live.first(), &versions.live) {
            let what = format!("leads to {other}, which is no archive of baoku");
            return Err(fault(name, what, Some("choose another --index")).into());
        }
        versions.others.sort_by(|a, b| a.index.cmp(&b.index));
        Ok(versions)
    }

    /// Makes an empty index for an archive.
    ///
    /// # Errors
    ///
    /// Where the cluster refuses, or finds no place for it.
    pub fn create(&self, index: &str, shards: u32, replicas: u32, meta: &Meta) -> Result<(), Error> {
        match self.call("PUT", &format!("/{index}"), &creation(shards, replicas, meta)) {
            // Sent twice since the answer was lost.
            Err(Error::Cluster(e)) if e.what.contains("resource_already_exists") => {}
            other => drop(other?),
        }
        self.placed(index, shards)
    }

    /// Lets an index say something else of itself, and be seen as it is filled or not.
    ///
    /// # Errors
    ///
    /// Where the cluster refuses.
    pub fn tell(&self, index: &str, meta: &Meta, seen_at_once: bool) -> Result<(), Error> {
        let interval = if seen_at_once { Value::Null } else { json!("-1") };
        self.call("PUT", &format!("/{index}/_settings"), &json!({"index": {"refresh_interval": interval}}))?;
        let told = json!({"_meta": meta.told()}).to_string();
        let (place, path) = (index.to_owned(), format!("/{index}/_mapping"));
        // Whoever asks any node from now on has to hear it.
        self.call_with("PUT", &path, Content::Json, told.as_bytes(), move |answer| {
            match answer["acknowledged"].as_bool() {
                Some(true) => Ok(()),
                _ => Err(ClusterError {
                    passing: true,
                    ..fault(&place, "not all nodes know yet what the index says of itself", None)
                }),
            }
        })?;
        Ok(())
    }

    /// Has the cluster keep another number of copies of an index; no document is sent for it.
    ///
    /// # Errors
    ///
    /// Where the cluster refuses.
    pub fn keep_copies(&self, index: &str, replicas: u32) -> Result<(), Error> {
        let settings = json!({"index": {"number_of_replicas": replicas}});
        self.call("PUT", &format!("/{index}/_settings"), &settings).map(drop)
    }

    /// Lets everything sent so far be seen.
    ///
    /// # Errors
    ///
    /// Where a shard does not answer.
    pub fn refresh(&self, index: &str) -> Result<(), Error> {
        let place = index.to_owned();
        let path = format!("/{index}/_refresh");
        self.call_with("POST", &path, Content::Json, b"", move |answer| {
            // Copies that are not there are no failure; a primary shard that is lacking is.
            match answer["_shards"]["failed"].as_u64() {
                Some(0) => Ok(()),
                _ => Err(ClusterError { passing: true, ..fault(&place, "a shard is not there", None) }),
            }
        })?;
        Ok(())
    }

    /// Lets the archive's name lead to an index, in one act, and gives the others up.
    ///
    /// # Errors
    ///
    /// Where the cluster refuses.
    pub fn switch(&self, name: &str, to: &str, versions: &Versions) -> Result<(), Error> {
        let mut actions = vec![json!({"add": {"index": to, "alias": name}})];
        let others = versions.live.iter().chain(&versions.others).map(|v| &v.index).filter(|i| *i != to);
        actions.extend(others.map(|index| json!({"remove_index": {"index": index}})));
        match self.call("POST", "/_aliases", &json!({"actions": actions})) {
            // Sent twice since the answer was lost: what was to go is gone.
            Err(Error::Cluster(e))
                if e.what.contains("index_not_found") || e.what.contains("no such archive") =>
            {
                let now = self.versions(name)?;
                if now.live.is_some_and(|live| live.index == to) { Ok(()) } else { Err(Error::Cluster(e)) }
            }
            other => other.map(drop),
        }
    }
}

impl Versions {
    /// The name of the next index.
    #[must_use]
    pub fn next(&self, name: &str) -> String {
        let all = self.live.iter().chain(&self.others);
        let last = all.filter_map(|v| v.index.rsplit_once('-')?.1.parse::<u32>().ok()).max().unwrap_or(0);
        format!("{name}-{:06}", last.max(self.foreign) + 1)
    }

    /// An index that was begun and is not complete.
    #[must_use]
    pub fn begun(&self) -> Option<&Version> {
        let ours = |v: &&Version| {
            v.meta.as_ref().is_some_and(|m| m.format == CLUSTER_FORMAT && m.state == State::Loading)
        };
        self.others.iter().rev().find(ours)
    }
}
