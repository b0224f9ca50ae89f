//! Tells why shards of an index lie nowhere.

use serde_json::{Value, json};

use super::client::Client;
use super::fault::fault;
use crate::index::Error;

impl Client {
    /// Waits until every shard of a new index lies on some node.
    ///
    /// # Errors
    ///
    /// Where one finds no place, with what the cluster says of it.
    pub(super) fn placed(&self, index: &str, shards: u32) -> Result<(), Error> {
        let path = format!("/_cluster/health/{index}?wait_for_status=yellow&timeout=30s");
        if self.health(&path)?["status"].as_str() != Some("red") {
            return Ok(());
        }
        let reason = (0..shards).find_map(|shard| {
            // An explanation that can't be had is none.
            let asked = json!({"index": index, "shard": shard, "primary": true});
            explained(&self.call("POST", "/_cluster/allocation/explain", &asked).ok()?)
        });
        let what = "the cluster finds no place for the index (status red)";
        Err(match reason {
            Some((decider, told)) => fault(index, format!("{what}: {told}"), Some(mended(&decider))),
            None => fault(index, what, Some("see /_cluster/allocation/explain there")),
        }
        .into())
    }

    /// A note where copies of an index lie nowhere; also none where that can't be asked.
    #[must_use]
    pub fn unplaced(&self, index: &str) -> Option<String> {
        let health = self.health(&format!("/_cluster/health/{index}")).ok()?;
        let of = |name: &str| health[name].as_u64();
        let (lacking, nodes, shards) =
            (of("unassigned_shards")?, of("number_of_data_nodes")?, of("active_primary_shards")?);
        if lacking == 0 {
            return None;
        }
        let copies = (lacking + of("active_shards")? + of("initializing_shards")?).checked_div(shards)?;
        Some(if copies > nodes {
            format!(
                "{copies} times each shard is wanted, and the cluster has {nodes} nodes for data: {lacking} copies lie nowhere; fewer --replicas, or more nodes"
            )
        } else {
            format!("{lacking} copies of shards lie nowhere now; see /_cluster/allocation/explain there")
        })
    }
}

/// Which rule keeps a shard from every node, and what it says.
fn explained(told: &Value) -> Option<(String, String)> {
    let nodes = told["node_allocation_decisions"].as_array()?;
    let mut deciders = nodes.iter().flat_map(|node| node["deciders"].as_array().into_iter().flatten());
    let no = deciders.find(|one| one["decision"].as_str() == Some("NO"))?;
    let text = |name: &str| no[name].as_str().unwrap_or_default().to_owned();
    Some((text("decider"), text("explanation")))
}

/// What can be done about a rule.
fn mended(decider: &str) -> &'static str {
    match decider {
        "disk_threshold" => {
            "make room on the disks of the cluster or add a node (cluster.routing.allocation.disk.watermark…), and push again"
        }
        "same_shard" => "fewer --replicas, or more nodes",
        "enable" => "allow it there: cluster.routing.allocation.enable",
        "shards_limit" => "fewer --shards or --replicas, or another limit of shards on a node",
        _ => "see /_cluster/allocation/explain there",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_that_keeps_a_shard_away_is_told_with_what_can_be_done() {
        let decider = |name: &str, decision: &str| json!({"decider": name, "decision": decision, "explanation": format!("because of {name}")});
        let told = json!({"node_allocation_decisions": [
            {"deciders": [decider("replica_after_primary_active", "YES")]},
            {"deciders": [decider("disk_threshold", "NO")]},
        ]});
        let (decider, why) = explained(&told).unwrap();
        assert_eq!(why, "because of disk_threshold");
        assert!(mended(&decider).starts_with("make room"));
        assert_eq!(explained(&json!({})), None);
    }
}
