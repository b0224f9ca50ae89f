//! baoku (报库): full-text search for the archive of a Chinese local newspaper.
//!
//! The order of the modules is the direction of the data flow: a module imports only from
//! modules above it. `ARCHITECTURE.md` walks through them.

pub mod diag;
pub mod ingest;
pub mod layout;
pub mod paper;
pub mod people;
pub mod query;
pub mod text;
