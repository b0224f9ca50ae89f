//! What all requests share: the archive being served, and how much work may run at once.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Instant;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::guard::Hosts;
use super::metrics::Metrics;
use super::options::Options;
use super::problem::Problem;
use crate::cluster::Store;
use crate::index::Error;
use crate::search::Stats;

/// Shared by all requests; a clone is another handle.
#[derive(Clone)]
pub(super) struct State(Arc<Shared>);

struct Shared {
    archive: RwLock<Store>,
    /// The numbers of a generation, once somebody asked: they cost a walk over all articles.
    stats: Mutex<Option<(String, Stats)>>,
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    reloads: AtomicUsize,
    metrics: Metrics,
    hosts: Hosts,
    options: Options,
    started: Instant,
}

impl State {
    pub(super) fn new(archive: Store, address: SocketAddr, options: Options) -> Self {
        Self(Arc::new(Shared {
            archive: RwLock::new(archive),
            stats: Mutex::new(None),
            running: Arc::new(Semaphore::new(options.running_max.min(Semaphore::MAX_PERMITS))),
            waiting: AtomicUsize::new(0),
            reloads: AtomicUsize::new(0),
            metrics: Metrics::default(),
            hosts: Hosts::new(address, options.hosts.clone()),
            options,
            started: Instant::now(),
        }))
    }

    /// The archive that is served now; a request takes it once and keeps it to its end.
    pub(super) fn archive(&self) -> Store {
        self.0.archive.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Serves another state of the archive from now on.
    pub(super) fn replace(&self, archive: Store) {
        *self.0.archive.write().unwrap_or_else(PoisonError::into_inner) = archive;
        self.0.reloads.fetch_add(1, Ordering::Relaxed);
    }

    /// How many times another state of the archive was served.
    pub(super) fn reloads(&self) -> usize {
        self.0.reloads.load(Ordering::Relaxed)
    }

    /// What an archive holds, in numbers.
    pub(super) fn stats(&self, archive: &Store) -> Result<Stats, Error> {
        let digest = &archive.generation().manifest.digest;
        let kept = self.0.stats.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, stats)) =
            kept.filter(|(of, stats)| of == digest && stats.generation == archive.generation().number)
        {
            return Ok(stats);
        }
        let stats = archive.stats()?;
        *self.0.stats.lock().unwrap_or_else(PoisonError::into_inner) = Some((digest.clone(), stats.clone()));
        Ok(stats)
    }

    /// Library calls that run now, and requests that wait for their turn.
    pub(super) fn load(&self) -> (usize, usize) {
        let running = self.0.options.running_max.saturating_sub(self.0.running.available_permits());
        (running, self.0.waiting.load(Ordering::Relaxed))
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(super) fn hosts(&self) -> &Hosts {
        &self.0.hosts
    }

    pub(super) fn options(&self) -> &Options {
        &self.0.options
    }

    pub(super) fn uptime_seconds(&self) -> u64 {
        self.0.started.elapsed().as_secs()
    }

    /// Runs a library call on a thread of its own, when its turn comes; turned away where too many
    /// wait already.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let permit = match self.0.running.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let _place = Waiting::enter(&self.0.waiting, self.0.options.waiting_max)
                    .ok_or_else(Problem::overloaded)?;
                self.turn().await?
            }
        };
        run(permit, call).await
    }

    /// The same, but never turned away: for work of which one piece at a time is asked.
    pub(super) async fn work_patiently<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        run(self.turn().await?, call).await
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        self.0.running.clone().acquire_owned().await.map_err(|_| Problem::overloaded())
    }
}

async fn run<T: Send + 'static>(
    permit: OwnedSemaphorePermit,
    call: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
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

/// A place in the queue, given back when dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize, max: usize) -> Option<Self> {
        let place = Self(count);
        (count.fetch_add(1, Ordering::Relaxed) < max).then_some(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
