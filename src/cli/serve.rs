//! `baoku serve`

use std::path::Path;

use super::args::ServeArgs;
use super::out::talk;
use super::{Failure, Outcome, index};
use crate::http;
use crate::search::Archive;

pub(super) fn run(root: &Path, args: &ServeArgs) -> Result<Outcome, Failure> {
    log();
    // A port in use is told before minutes of indexing.
    let listener = http::listen(args.listen).map_err(|e| {
        let failure = Failure::new(args.listen.to_string(), e.to_string());
        if e.kind() == std::io::ErrorKind::AddrInUse {
            failure.hint("another server listens there; choose a port with --listen 127.0.0.1:7879")
        } else {
            failure
        }
    })?;
    if !args.sources.is_empty() {
        index::sources(root, &args.sources, &args.facts, None, false)?;
    }
    let archive = Archive::open(root)?;
    let address = listener.local_addr().map_err(|e| Failure::new(args.listen.to_string(), e.to_string()))?;
    talk(&format!(
        "{} articles; listening on http://{address}/  (Ctrl-C ends)",
        archive.generation().articles
    ));
    http::serve(listener, archive, http::Options { hosts: args.hosts.clone() })
        .map_err(|e| Failure::new(address.to_string(), e.to_string()))?;
    Ok(Outcome::Done)
}

/// What the server tells its operator goes to standard error; `BAOKU_LOG=warn` makes it quiet.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BAOKU_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,tantivy=warn"));
    let colours = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    // Another subscriber is already there where the library is embedded.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(std::io::stderr)
        .try_init();
}
