//! What all requests share: the archive being served, and how much work may run at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use tokio::sync::Semaphore;

use super::guard::Hosts;
use super::metrics::Metrics;
use super::problem::Problem;
use crate::search::Archive;

/// Searches that run at once, for each core: while one waits for the disk another computes.
const RUNNING_PER_CORE: usize = 2;
/// Searches that may wait their turn; more are turned away, since they would be answered too late.
const WAITING_MAX: usize = 256;

/// Shared by all requests; a clone is another handle.
#[derive(Clone)]
pub(super) struct State(Arc<Shared>);

struct Shared {
    archive: RwLock<Archive>,
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    reloads: AtomicUsize,
    metrics: Metrics,
    hosts: Hosts,
    started: Instant,
}

impl State {
    pub(super) fn new(archive: Archive, hosts: Hosts) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self(Arc::new(Shared {
            archive: RwLock::new(archive),
            running: Arc::new(Semaphore::new(cores * RUNNING_PER_CORE)),
            waiting: AtomicUsize::new(0),
            reloads: AtomicUsize::new(0),
            metrics: Metrics::default(),
            hosts,
            started: Instant::now(),
        }))
    }

    /// The archive that is served now; a request takes it once and keeps it to its end.
    pub(super) fn archive(&self) -> Archive {
        self.0.archive.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Serves another state of the archive from now on.
    pub(super) fn replace(&self, archive: Archive) {
        *self.0.archive.write().unwrap_or_else(PoisonError::into_inner) = archive;
        self.0.reloads.fetch_add(1, Ordering::Relaxed);
    }

    /// How many times another state of the archive was served.
    pub(super) fn reloads(&self) -> usize {
        self.0.reloads.load(Ordering::Relaxed)
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(super) fn hosts(&self) -> &Hosts {
        &self.0.hosts
    }

    pub(super) fn uptime_seconds(&self) -> u64 {
        self.0.started.elapsed().as_secs()
    }

    /// Runs a library call on a thread of its own, when its turn comes.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let permit = match self.0.running.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let _place = Waiting::enter(&self.0.waiting).ok_or_else(Problem::overloaded)?;
                self.0.running.clone().acquire_owned().await.map_err(|_| Problem::overloaded())?
            }
        };
        // The permit ends with the call, not with the request: a request that was given up still
        // occupies its thread.
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            call()
        });
        done.await.unwrap_or_else(|e| {
            tracing::error!(error = %e, "a request failed");
            Err(Problem::internal())
        })
    }
}

/// A place in the queue, given back when dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize) -> Option<Self> {
        let place = Self(count);
        (count.fetch_add(1, Ordering::Relaxed) < WAITING_MAX).then_some(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
