//! `verify` finds what is wrong in a cluster: in articles, in posts, in words, in what finds them.

use std::path::PathBuf;

use baoku::pipeline::PushOptions;
use serde_json::{Value, json};

use super::{hosts, pushed, sent};
use crate::support::{baoku_on, folder, index, issues};

/// The documents of a kind, by key, with what is kept of them.
fn documents(hosts: &str, index: &str, kind: &str) -> Vec<(String, Value)> {
    let asked = json!({"size": 1, "query": {"term": {"kind": kind}}, "sort": [{"tie": "asc"}]}).to_string();
    let (_, body) = sent(hosts, "POST", &format!("/{index}/_search?filter_path=hits.hits"), &asked);
    let answer: Value = serde_json::from_str(&body).unwrap();
    let hits = answer["hits"]["hits"].as_array().unwrap();
    hits.iter().map(|hit| (hit["_id"].as_str().unwrap().to_owned(), hit["_source"].clone())).collect()
}

#[test]
fn what_is_wrong_in_a_cluster_is_found() {
    let _whole = super::whole();
    let Some(hosts) = hosts() else { return };
    let dir = folder();
    let archive = dir.path().join("archive");
    index(&archive, &issues()[..2]);
    let name = "baoku-test-verify";
    let options = PushOptions { shards: Some(2), replicas: Some(0), ..PushOptions::default() };
    let (address, report) = pushed(&archive, hosts, name, &options);
    let place = PathBuf::from(address.to_string());
    let full = baoku_on(&place, &["verify", "--full"]).ended(0).out;
    for check in ["counts", "documents", "posts", "literals", "terms"] {
        assert!(full.contains(&format!("{check:<9} sound")), "{full}");
    }
    let write = |key: &str, document: &Value| {
        let path = format!("/{}/_doc/{key}?refresh=true", report.index);
        assert!(sent(hosts, "PUT", &path, &document.to_string()).0.contains("200"));
    };

    // An article that is kept whole, and lacks what quoted runs are looked for in.
    let (key, kept) = documents(hosts, &report.index, "article").remove(0);
    write(&key, &kept);
    let id = kept["id"].as_str().unwrap();
    let told = baoku_on(&place, &["verify", "--full"]).ended(2).out;
    assert!(told.contains("terms     1 WRONG") && told.contains(id), "{told}");

    // A post that nobody pushed so, and taught words that are others.
    let (key, mut post) = documents(hosts, &report.index, "post").remove(0);
    post["record"] = json!(json!({"post": "区长", "articles": 77}).to_string());
    write(&key, &post);
    let told = baoku_on(&place, &["verify"]).ended(2).out;
    assert!(told.contains("posts     ") && told.contains("another number of articles"), "{told}");
    assert!(told.contains("documents 1 WRONG"), "{told}");
    pushed(&archive, hosts, name, &PushOptions { anew: true, ..options.clone() });
    baoku_on(&place, &["verify"]).ended(0);

    // Documents are counted rightly, and one of them is another's.
    let (_, report) = pushed(&archive, hosts, name, &PushOptions { anew: true, ..options });
    let (key, kept) = documents(hosts, &report.index, "page").remove(0);
    assert!(
        sent(hosts, "DELETE", &format!("/{}/_doc/{key}?refresh=true", report.index), "").0.contains("200")
    );
    let other = key.chars().rev().collect::<String>();
    let path = format!("/{}/_doc/{other}?refresh=true", report.index);
    assert!(sent(hosts, "PUT", &path, &kept.to_string()).0.contains("201"));
    let told = baoku_on(&place, &["verify"]).ended(2).out;
    assert!(told.contains("counts    sound") && told.contains("documents 1 WRONG"), "{told}");
}
