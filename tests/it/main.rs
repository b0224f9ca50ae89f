//! All integration tests in one binary, so that the library is linked once; a module a topic.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test stops at the first thing that is not as it should be, and says what it skips"
)]

mod support;

mod archive;
mod bench;
mod browser;
mod cite;
mod cli;
mod cluster;
mod cli_bad_input;
mod company;
mod complete;
mod corrections;
mod crash;
mod damage;
mod errata;
mod exactness;
mod faults;
mod forgive;
mod formats;
mod furniture;
mod fuzz;
mod group;
mod holders;
mod http;
mod incremental;
mod json;
mod keeping;
mod lexicon;
mod ledger;
mod mcp;
mod names;
mod pages;
mod parts;
mod query;
mod same;
mod schema;
mod score;
mod shared;
mod style;
mod supply;
mod tidy;
mod trend;
