//! Accepts connections and ends them in order.
//!
//! axum's own loop gives slow clients all the time they want; this one gives each request's head a
//! limit, holds the number of connections, and lets requests under way finish when asked to end.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::Uri;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

use super::options::BasePath;
use super::patient::Patient;

/// Connections at once; more wait in the system's queue.
const CONNECTIONS_MAX: usize = 1024;
/// How long a client may take to send the head of a request, or leave a connection idle.
const HEAD_SECONDS_MAX: u64 = 30;
/// How long a client may take to accept any more of an answer.
const STALL_SECONDS_MAX: u64 = 30;
/// How long requests under way may take after the process was asked to end.
const GOODBYE_SECONDS_MAX: u64 = 10;

/// Serves until the process is asked to end.
pub(super) fn run(listener: TcpListener, router: Router, base: BasePath) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(listener, router, base))
}

async fn serve(listener: TcpListener, router: Router, base: BasePath) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let open = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(HEAD_SECONDS_MAX));
    let mut end = std::pin::pin!(asked_to_end()?);
    loop {
        let accepted = async {
            // Never closed, so a place is always given in the end.
            let place = open.clone().acquire_owned().await.ok();
            (listener.accept().await, place)
        };
        let (stream, peer, place) = tokio::select! {
            () = &mut end => break,
            (Ok((stream, peer)), place) = accepted => (stream, peer, place),
            // A connection that broke before it was taken, or too many open files.
            else => {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            }
        };
        // Answers are written whole; waiting for more to send only costs time.
        let _ = stream.set_nodelay(true);
        let base = base.clone();
        let service = router.clone().map_request(move |mut request: hyper::Request<Incoming>| {
            below(&base, request.uri_mut());
            request.extensions_mut().insert(Peer(peer));
            request.map(Body::new)
        });
        let io = TokioIo::new(Patient::new(stream, Duration::from_secs(STALL_SECONDS_MAX)));
        let connection = http.serve_connection(io, TowerToHyperService::new(service));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            // Clients break connections off as they like.
            let _ = connection.await;
        });
    }
    drop(listener);
    tracing::info!("ending: requests under way are finished");
    let _ = tokio::time::timeout(Duration::from_secs(GOODBYE_SECONDS_MAX), graceful.shutdown()).await;
    Ok(())
}

/// Who asks: the client, or the proxy in front of this server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

/// Takes the base path off an address. One without it is answered too: many proxies take it off
/// themselves.
fn below(base: &BasePath, uri: &mut Uri) {
    let Some(inner) = base.inner(uri.path()).filter(|inner| *inner != uri.path()) else { return };
    let target = match uri.query() {
        Some(query) => format!("{inner}?{query}"),
        None => inner.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = target.parse().ok();
    if let Ok(inner) = Uri::from_parts(parts) {
        *uri = inner;
    }
}

/// Ends when the process is asked to end.
#[cfg(unix)]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when the process is asked to end.
#[cfg(not(unix))]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
