//! Tells what a cluster refuses in words a reader can act on.

use serde_json::Value;

use crate::index::ClusterError;

/// Longest reason of the engine that is passed on, in characters.
const REASON_CHARS_MAX: usize = 300;

/// What can be done about credentials.
pub(super) const CREDENTIALS: &str =
    "set BAOKU_ES_USER and BAOKU_ES_PASSWORD, BAOKU_ES_API_KEY, BAOKU_ES_TOKEN, or BAOKU_ES_AUTH_FILE";

/// A cluster of which too few nodes are there.
pub(super) const NO_MASTER: &str = "the cluster has no master";

/// A lasting error.
pub(super) fn fault(place: &str, what: impl Into<String>, hint: Option<&str>) -> ClusterError {
    ClusterError {
        place: place.to_owned(),
        what: what.into(),
        hint: hint.map(str::to_owned),
        passing: false,
        absent: false,
    }
}

/// The kind and the reason that an error answer carries, the deepest cause first.
fn told(body: &Value) -> (String, String) {
    let error = &body["error"];
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    if let Some(plain) = error.as_str() {
        return (String::new(), plain.to_owned());
    }
    let root =
        error.pointer("/failed_shards/0/reason").or_else(|| error.pointer("/root_cause/0")).unwrap_or(error);
    let (mut kind, mut reason) = (text(&root["type"]), text(&root["reason"]));
    if kind.is_empty() {
        (kind, reason) = (text(&error["type"]), text(&error["reason"]));
    }
    (kind, reason.chars().take(REASON_CHARS_MAX).collect())
}

/// What a refusal means that speaks of a block of an index, and what can be done; none where it speaks of
/// something else, or of what passes.
pub(super) fn blocked(place: &str, status: u64, kind: &str, reason: &str) -> Option<ClusterError> {
    if kind != "cluster_block_exception" {
        return None;
    }
    let full = ["read-only / allow delete", "flood-stage", "/12/"].iter().any(|of| reason.contains(of));
    if !full {
        let what = format!("the index is blocked: {reason}");
        let hint = "lift the block (index.blocks.… in /_settings there), and try again";
        return (status == 403).then(|| fault(place, what, Some(hint)));
    }
    Some(fault(
        place,
        "the index takes no more writes: a disk of the cluster is nearly full (read-only index block)",
        Some(
            "make room there or add a node, then lift the block index.blocks.read_only_allow_delete, and push again",
        ),
    ))
}

/// Why an answer of that status is none.
pub(super) fn refused(place: &str, status: u16, body: &[u8]) -> ClusterError {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let (kind, reason) = told(&value);
    if let Some(blocked) = blocked(place, status.into(), &kind, &reason) {
        return blocked;
    }
    let passing = matches!(status, 429 | 502 | 503 | 504);
    let with_reason = |what: &str| match (kind.as_str(), reason.as_str()) {
        ("", "") => what.to_owned(),
        ("", reason) => format!("{what}: {reason}"),
        (kind, reason) => format!("{what}: {kind}: {reason}"),
    };
    let (what, hint) = match (status, kind.as_str()) {
        // As whom one spoke is known where it was asked.
        (401, _) => ("the cluster asks who speaks".to_owned(), Some(CREDENTIALS)),
        (403, "cluster_block_exception") => (with_reason("the index is blocked"), None),
        (403, _) => (
            with_reason("these credentials do not allow it"),
            Some("the account needs to read the index, and for push to create, write, delete and alias it"),
        ),
        (404, "index_not_found_exception") => (
            "there is no such archive in the cluster".to_owned(),
            Some("put one there with: baoku push --to http://HOST:9200 --index NAME"),
        ),
        (413, _) => (
            "the cluster takes no request of that size".to_owned(),
            Some("its setting http.max_content_length"),
        ),
        (429, _) => (with_reason("the cluster is overloaded"), Some("try again later")),
        (503, "master_not_discovered_exception") => (NO_MASTER.to_owned(), Some("start its other nodes")),
        (400, "index_closed_exception") => (
            "the archive's index is closed there".to_owned(),
            Some("open it: POST /INDEX/_open at the cluster, INDEX being what the name leads to"),
        ),
        (400, "validation_exception" | "illegal_argument_exception") if reason.contains("shards open") => (
            with_reason("the cluster takes no more shards"),
            Some("fewer --shards or --replicas, more nodes, or another cluster.max_shards_per_node"),
        ),
        (503, _) => (
            with_reason("the cluster can't answer for all of the archive: a shard is not there (status red)"),
            Some("start its other nodes, and see /_cluster/health there"),
        ),
        (502 | 504, _) => (format!("what stands before the cluster answers {status}"), None),
        (300..=399, _) => (format!("answers {status}: sent on elsewhere, which is not followed"), None),
        _ => (with_reason(&format!("the cluster refuses ({status})")), None),
    };
    ClusterError { passing, ..fault(place, what, hint) }
}

/// Checks that a search answers for every shard, and did not stop early.
///
/// # Errors
///
/// A passing error otherwise: a partial answer is never shown as a whole one.
pub(super) fn whole(place: &str, answer: &Value) -> Result<(), ClusterError> {
    let partial = |what: String| ClusterError {
        passing: true,
        ..fault(place, what, Some("the answer would have been partial, so none is given; try again"))
    };
    if let Some(error) = answer.get("error") {
        let status = answer["status"].as_u64().and_then(|s| u16::try_from(s).ok()).unwrap_or(500);
        let body = serde_json::json!({ "error": error }).to_string();
        return Err(refused(place, status, body.as_bytes()));
    }
    let shards = &answer["_shards"];
    let of = |name: &str| shards[name].as_u64();
    let (Some(total), Some(successful)) = (of("total"), of("successful")) else {
        return Err(partial("the answer does not say which shards it comes from".to_owned()));
    };
    let failed = of("failed").unwrap_or(0);
    if failed > 0 || successful < total {
        return Err(partial(format!("{} of {total} shards gave no answer", failed.max(total - successful))));
    }
    if answer["timed_out"].as_bool().unwrap_or(false) || answer["terminated_early"].as_bool().unwrap_or(false)
    {
        return Err(partial("the search was stopped before it was through".to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_partial_answer_is_no_answer() {
        let shards =
            |failed: u64| json!({"_shards": {"total": 3, "successful": 3 - failed, "failed": failed}});
        assert!(whole("x", &shards(0)).is_ok());
        assert!(whole("x", &shards(1)).unwrap_err().passing);
        assert!(whole("x", &json!({})).is_err());
        let mut timed = shards(0);
        timed["timed_out"] = json!(true);
        assert!(whole("x", &timed).is_err());
    }

    #[test]
    fn a_full_disk_is_told_as_one_whatever_the_status() {
        let body = json!({"error": {"type": "cluster_block_exception",
            "reason": "blocked by: [FORBIDDEN/12/index read-only / allow delete (api)];"}});
        for status in [403, 429] {
            let told = refused("x", status, body.to_string().as_bytes());
            assert!(told.what.contains("nearly full") && !told.passing, "{told:?}");
        }
    }
}
