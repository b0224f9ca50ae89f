//! Maps each route to one library call and answers JSON or a page.
//!
//! [`listen`] takes the port, so that one in use is told before any work; [`serve`] answers until
//! the process is asked to end. Requests run on few threads and hand every search to others
//! (`state`); what surrounds all routes is in `guard`.
//!
//! Deliberately absent: any question answered here rather than in `search`, sessions, cookies but
//! for the language and the token, requests to anywhere else.

mod api;
mod assets;
mod feed;
mod guard;
mod lang;
mod login;
mod machine;
mod markup;
mod metrics;
mod openapi;
mod options;
mod pages;
mod parameters;
mod patient;
mod problem;
mod routes;
mod server;
mod sitemap;
mod state;
mod watch;

use std::io;
use std::net::{SocketAddr, TcpListener};

pub use options::{BasePath, Options, Origin, Token};

pub(crate) use watch::archive_stamp;

use crate::cluster::Store;

/// Takes an address to listen on.
///
/// # Errors
///
/// Where the address is in use or not this machine's.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address)
}

/// Answers requests until the process is asked to end (SIGINT, SIGTERM); requests under way are
/// finished first. When another process writes the archive, or pushes another state into the cluster
/// where it lies, the new state is served from then on.
///
/// # Errors
///
/// Where the system refuses threads or the listener.
pub fn serve(listener: TcpListener, archive: impl Into<Store>, options: Options) -> io::Result<()> {
    let base = options.base.clone();
    let state = state::State::new(archive.into(), listener.local_addr()?, options);
    watch::start(state.clone())?;
    server::run(listener, routes::router(state), base)
}
