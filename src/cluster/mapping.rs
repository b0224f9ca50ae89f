//! The fields of an archive in a cluster, and what its index says of itself.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::index::Generation;

/// Version of documents and fields; another one is pushed anew, into an index of its own.
pub const CLUSTER_FORMAT: u32 = 3;

/// How far an index has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is being filled for the first time.
    Loading,
    /// It is complete and checked.
    Complete,
    /// The turn it tells is complete and checked; the next is being written beside it, or that was
    /// broken off. Who reads does not see it.
    Updating,
}

/// What an index of an archive says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Version of documents and fields.
    pub format: u32,
    /// How far it has come.
    pub state: State,
    /// The number of the state that is read.
    pub turn: u64,
    /// The oldest turn of which all documents are still there.
    pub whole_from: u64,
    /// Documents that have ended with this turn and are still there.
    pub ended: u64,
    /// The archive's state that this turn holds, or is to hold.
    pub generation: Generation,
    /// Units of sources.
    pub sources: u64,
    /// Documents of pages: those with something beside their articles.
    pub pages_with_furniture: u64,
    /// Documents of words.
    pub words: u64,
    /// Documents of posts.
    pub posts: u64,
    /// The sum of all documents of this turn.
    pub sum: String,
}

impl Meta {
    /// The member `_meta` of a mapping.
    #[must_use]
    pub fn told(&self) -> Value {
        json!({ "baoku": self })
    }

    /// What a mapping says; nothing where it is not of ours, or of another version.
    #[must_use]
    pub fn read(mapping: &Value) -> Option<Self> {
        serde_json::from_value(mapping.pointer("/_meta/baoku")?.clone()).ok()
    }
}

/// Fields whose values articles are counted by; each is asked for, folded, in a field `…_key`.
const COUNTED: [&str; 10] =
    ["person", "post", "organ", "byline", "credit", "column", "section", "page", "paper", "genre"];

/// Settings and fields of an index.
#[must_use]
pub fn creation(shards: u32, replicas: u32, meta: &Meta) -> Value {
    let terms = |options: &str| json!({"type": "text", "analyzer": "whitespace", "index_options": options});
    let value = json!({"type": "keyword", "doc_values": false});
    let sorted = json!({"type": "long"});
    let column = json!({"type": "keyword", "index": false});
    let kept = json!({"type": "keyword", "index": false, "doc_values": false});
    let mut fields = Map::new();
    let mut put = |names: &[&str], field: &Value| {
        fields.extend(names.iter().map(|name| ((*name).to_owned(), field.clone())));
    };
    put(&["exact", "headline", "kicker", "deck", "furniture"], &terms("positions"));
    put(&["chars", "head_words", "body_words"], &terms("freqs"));
    let mut plain = terms("docs");
    plain["norms"] = json!(false);
    put(&["furniture_chars"], &plain);
    put(&["unit", "head_chars", "part", "name", "sound", "typed"], &value);
    put(&["kind", "id", "digest"], &json!({"type": "keyword"}));
    put(&["who", "list"], &kept);
    put(&["label"], &column);
    put(&["place"], &json!({"type": "keyword"}));
    put(&["day", "month", "year", "tie", "since", "until"], &sorted);
    put(&["weight"], &json!({"type": "long", "index": false}));
    put(&["event"], &json!({"type": "long", "index": false}));
    put(&COUNTED, &column);
    for name in COUNTED {
        put(&[&format!("{name}_key")], &value);
    }
    put(&["record"], &json!({"type": "text", "index": false}));
    // Terms are not kept a second time: what is shown comes from the record.
    let mut left_out: Vec<&str> = vec![
        "exact",
        "headline",
        "kicker",
        "deck",
        "furniture",
        "chars",
        "furniture_chars",
        "head_words",
        "body_words",
        "head_chars",
        "part",
        "name",
        "sound",
        "typed",
        "label",
        "place",
        "weight",
        "*_key",
    ];
    left_out.extend(COUNTED);
    json!({
        "settings": {"index": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            // What is sent is seen when all of it is there.
            "refresh_interval": "-1",
            "codec": "best_compression",
        }},
        "mappings": {
            "dynamic": "strict",
            "_meta": meta.told(),
            "_source": {"excludes": left_out},
            "properties": fields,
        },
    })
}
