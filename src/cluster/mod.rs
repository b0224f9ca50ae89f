//! An archive in a cluster of Elasticsearch (7 to 9) or OpenSearch (1 to 3), for those that outgrow
//! one machine.
//!
//! The same articles, persons and pages as documents there, with the same terms made here, before
//! they are sent: so that the same questions find the same. `plan` is the second planner beside
//! that of `search`; [`Store`] is what commands ask, wherever the archive lies. Only what every one
//! of those versions has is used.
//!
//! Deliberately absent: scripts, plugins and analyzers of the engine's own; a partial answer.

mod address;
mod answer;
mod bulk;
mod clause;
mod client;
mod documents;
mod fault;
mod issues;
mod lock;
mod mapping;
mod open;
mod people;
mod placing;
mod plan;
mod reach;
mod store;
mod terms;
mod tokens;
mod turns;
mod verify;
mod versions;

pub use address::{Address, Secret};
pub use bulk::{Batch, Refused};
pub use client::{Client, Product};
pub use documents::{Document, Key, read_key, signed, spelled, sum_of};
pub use lock::{LOCK_SECONDS, Lock};
pub use mapping::{CLUSTER_FORMAT, Meta, State, creation};
pub use open::Cluster;
pub use store::Store;
pub use turns::Life;
pub use verify::ClusterCheck;
pub use versions::{Version, Versions};
