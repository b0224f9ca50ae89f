//! Maps each route to one library call and answers JSON or a page.
//!
//! [`listen`] takes the port, so that one in use is told before any work; [`serve`] answers until
//! the process is asked to end. Requests run on few threads and hand every search to others
//! (`state`); what surrounds all routes is in `guard`.
//!
//! Deliberately absent: any question answered here rather than in `search`, sessions, cookies but
//! one for the language, requests to anywhere else.

mod api;
mod assets;
mod feed;
mod guard;
mod lang;
mod machine;
mod markup;
mod metrics;
mod openapi;
mod pages;
mod parameters;
mod problem;
mod routes;
mod server;
mod state;
mod watch;

use std::io;
use std::net::{SocketAddr, TcpListener};

use crate::search::Archive;

/// Takes an address to listen on.
///
/// # Errors
///
/// Where the address is in use or not this machine's.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address)
}

/// What the operator decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Names this server goes by, beside loopback names and the address it listens on.
    pub hosts: Vec<String>,
}

/// Answers requests until the process is asked to end (SIGINT, SIGTERM); requests under way are
/// finished first. When another process writes the archive, the new state is served from then on.
///
/// # Errors
///
/// Where the system refuses threads or the listener.
pub fn serve(listener: TcpListener, archive: Archive, options: Options) -> io::Result<()> {
    let state = state::State::new(archive, guard::Hosts::new(listener.local_addr()?, options.hosts));
    watch::start(state.clone())?;
    server::run(listener, routes::router(state))
}
