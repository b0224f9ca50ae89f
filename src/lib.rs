//! baoku (报库): full-text search for the archive of a Chinese local newspaper.
//!
//! The order of the modules is the direction of the data flow: a module imports only from
//! modules above it. `ARCHITECTURE.md` walks through them.

pub mod diag;
pub mod text;
pub mod paper;
pub mod ingest;
pub mod layout;
pub mod people;
pub mod correct;
pub mod query;
pub mod index;
pub mod search;
pub mod cluster;
pub mod cite;
pub mod export;
pub mod saved;
pub mod bench;
pub mod pipeline;
pub mod http;
pub mod mcp;
pub mod cli;
