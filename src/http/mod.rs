//! Maps each route to one library call and answers JSON or a page.
//!
//! [`listen`] takes the port, so that one in use is told before any work; [`serve`] answers until
//! the process is asked to end. Requests run on few threads and hand every search to others
//! ([`state`]); what surrounds all routes is in [`guard`].
//!
//! Deliberately absent: any question answered here rather than in `search`, sessions, cookies but
//! one for the language, requests to anywhere else.

mod api;
mod assets;
mod feed;
mod guard;
mod lang;
mod markup;
mod metrics;
mod openapi;
mod pages;
mod parameters;
mod problem;
mod routes;
mod server;
mod state;

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

/// Answers requests until the process is asked to end (SIGINT, SIGTERM); requests under way are
/// finished first.
///
/// # Errors
///
/// Where the system refuses threads or the listener.
pub fn serve(listener: TcpListener, archive: Archive) -> io::Result<()> {
    let state = state::State::new(archive, listener.local_addr()?);
    server::run(listener, routes::router(state))
}
