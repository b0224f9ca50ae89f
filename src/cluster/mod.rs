//! An archive in a cluster of Elasticsearch or OpenSearch, for those that outgrow one machine.

mod address;
mod bulk;
mod client;
mod documents;
mod fault;
mod mapping;
mod tokens;
mod versions;

pub use address::{Address, Secret};
pub use bulk::{Batch, Refused};
pub use client::{Client, Product};
pub use documents::{Document, Key, key, read_key, signed, spelled};
pub use mapping::{CLUSTER_FORMAT, Meta, State, creation};
pub use versions::{Version, Versions};
