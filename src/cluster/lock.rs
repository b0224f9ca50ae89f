//! Keeps two pushes to one name apart: a document that only one of them can have.
//!
//! It lies in an index of its own beside those of the archive and tells who holds it. The holder
//! writes it again and again; who finds one that is no longer written, or whose process is gone
//! from this very machine, takes it over. Every change names the version it changes, so that of two
//! who try only one does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::client::Client;
use super::fault::fault;
use crate::index::{ClusterError, Error};

/// How often the holder gives a sign of life.
const SIGN: Duration = Duration::from_secs(15);
/// After how long without one the holder is taken for dead.
pub const LOCK_SECONDS: u64 = 60;
/// How long a lock whose time is over is watched before it is taken: clocks of machines differ.
const WATCHED: Duration = Duration::from_secs(20);
/// How long the cluster is waited for when the lock is written or given back.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    /// Another one for every push.
    id: String,
    /// The machine's name, for people.
    host: String,
    /// Tells machines and containers apart; empty where the system does not tell.
    machine: String,
    /// The process there, with the time of its start.
    process: String,
    /// Seconds of the calendar when it was taken.
    begun: u64,
    /// Seconds of the calendar at the last sign of life.
    seen: u64,
}

/// A lock as it lies in the cluster, with the version it has.
struct Lying {
    holder: Holder,
    version: Version,
}

/// What a change of a document has to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version {
    number: u64,
    term: u64,
}

impl Version {
    fn read(told: &Value) -> Option<Self> {
        Some(Self { number: told["_seq_no"].as_u64()?, term: told["_primary_term"].as_u64()? })
    }
}

/// The right to push to a name, until it is dropped.
pub struct Lock {
    held: Arc<Held>,
    signs: Option<(Sender<()>, JoinHandle<()>)>,
}

struct Held {
    client: Client,
    name: String,
    me: Holder,
    /// The version that is ours, and when it was written.
    at: Mutex<(Version, Instant)>,
    lost: AtomicBool,
}

impl std::fmt::Debug for Lock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lock").field("name", &self.held.name).finish()
    }
}

impl Lock {
    /// Takes the right to push to a name; with `take_over` from whoever has it.
    ///
    /// # Errors
    ///
    /// Where another push has it, or the cluster can't be asked.
    pub fn take(client: &Client, name: &str, take_over: bool) -> Result<Self, Error> {
        let mut client = client.clone();
        create(&client, name)?;
        let me = Holder::me();
        let version = acquired(&client, name, &me, take_over)?;
        client.hurry(PATIENCE);
        let held = Arc::new(Held {
            client,
            name: name.to_owned(),
            me,
            at: Mutex::new((version, Instant::now())),
            lost: AtomicBool::new(false),
        });
        let (stop, stopped) = channel::<()>();
        let signing = held.clone();
        let signs = std::thread::spawn(move || {
            while stopped.recv_timeout(SIGN) == Err(RecvTimeoutError::Timeout) {
                if let Err(e) = signing.sign() {
                    tracing::debug!(error = %e, "no sign of life could be given");
                }
            }
        });
        Ok(Self { held, signs: Some((stop, signs)) })
    }

    /// Gives a sign of life now, and says that the lock is still held.
    ///
    /// # Errors
    ///
    /// Where another push took it over, or nothing could be written for so long that one may.
    pub fn holds(&self) -> Result<(), Error> {
        self.held.sign()
    }

    /// Whether another push took it over.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.held.lost.load(Ordering::Relaxed)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some((stop, signs)) = self.signs.take() {
            drop(stop);
            let _ = signs.join();
        }
        if let (false, Ok(at)) = (self.is_lost(), self.held.at.lock()) {
            // Where it can't be given back its time runs out.
            let path = changing(&self.held.name, at.0);
            let _ = self.held.client.call("DELETE", &path, &Value::Null);
        }
    }
}

impl Held {
    fn sign(&self) -> Result<(), Error> {
        let lost = || {
            self.lost.store(true, Ordering::Relaxed);
            let what = "another push to it took over from this one";
            Error::from(fault(&self.name, what, Some("let that one end")))
        };
        let Ok(mut at) = self.at.lock() else { return Err(lost()) };
        if self.lost.load(Ordering::Relaxed) {
            return Err(lost());
        }
        match written(&self.client, &self.name, &self.me, Some(at.0)) {
            Ok(Some(version)) => *at = (version, Instant::now()),
            // Or it is our own, of which the answer was lost.
            Ok(None) => match lying(&self.client, &self.name)? {
                Some(there) if there.holder.id == self.me.id => *at = (there.version, Instant::now()),
                _ => return Err(lost()),
            },
            Err(e) if at.1.elapsed() + SIGN > Duration::from_secs(LOCK_SECONDS) => {
                self.lost.store(true, Ordering::Relaxed);
                return Err(e);
            }
            // The next sign may arrive in time.
            Err(e) => {
                tracing::debug!(error = %e, "no sign of life could be given");
            }
        }
        Ok(())
    }
}

impl Holder {
    fn me() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
        let host = match read("/proc/sys/kernel/hostname") {
            name if name.is_empty() => "another machine".to_owned(),
            name => name,
        };
        let id = std::process::id();
        let now = seconds();
        let namespace = std::fs::read_link("/proc/self/ns/pid").ok();
        let boot = read("/proc/sys/kernel/random/boot_id");
        let machine = match (&namespace, boot.is_empty()) {
            (Some(namespace), false) => format!("{boot} {}", namespace.display()),
            _ => String::new(),
        };
        let process = process(id).unwrap_or_else(|| id.to_string());
        let mut of = blake3::Hasher::new();
        of.update(format!("{host} {machine} {process} {:?}", SystemTime::now()).as_bytes());
        of.update(format!("{:?}", std::thread::current().id()).as_bytes());
        let id = of.finalize().to_hex().as_str().chars().take(32).collect();
        Self { id, host, machine, process, begun: now, seen: now }
    }

    /// Whether its process ran on this machine and is gone.
    fn is_gone(&self, me: &Self) -> bool {
        let number = self.process.split(' ').next().and_then(|n| n.parse().ok());
        !self.machine.is_empty()
            && self.machine == me.machine
            && number.is_some_and(|number| process(number).as_ref() != Some(&self.process))
    }

    fn refusal(&self, name: &str) -> Error {
        let now = seconds();
        let (since, seen) = (now.saturating_sub(self.begun), now.saturating_sub(self.seen));
        let process = self.process.split(' ').next().unwrap_or_default();
        let what = format!(
            "another push to it is at work: on {}, process {process}, for {since} s, its last sign of life {seen} s ago",
            self.host
        );
        let hint = format!(
            "let it end; where it was killed it is taken for dead {LOCK_SECONDS} s after its last sign, with --take-over at once"
        );
        fault(name, what, Some(&hint)).into()
    }
}

/// A running process, told from one that had its number before; none where there is none, or
/// where the system does not tell.
fn process(number: u32) -> Option<String> {
    let told = std::fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // What stands in brackets is the program's own to choose.
    let mut behind = told.rsplit_once(')')?.1.split_whitespace();
    let state = behind.next()?;
    let start = behind.nth(18)?;
    // One that has ended stays listed until somebody takes note.
    (!matches!(state, "Z" | "X")).then(|| format!("{number} {start}"))
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

fn index(name: &str) -> String {
    format!("{name}-lock")
}

fn changing(name: &str, version: Version) -> String {
    let Version { number, term } = version;
    format!("/{}/_doc/push?if_seq_no={number}&if_primary_term={term}", index(name))
}

/// Makes the index of the lock, where it is not there.
fn create(client: &Client, name: &str) -> Result<(), Error> {
    let index = index(name);
    let kept = json!({"type": "keyword", "index": false, "doc_values": false});
    let fields: serde_json::Map<String, Value> = ["id", "host", "machine", "process", "begun", "seen"]
        .iter()
        .map(|field| ((*field).to_owned(), kept.clone()))
        .collect();
    let body = json!({
        "settings": {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}},
        "mappings": {"dynamic": "strict", "properties": fields},
    });
    match client.call("PUT", &format!("/{index}"), &body) {
        Err(Error::Cluster(e)) if e.what.contains("resource_already_exists") => Ok(()),
        other => other.map(drop),
    }
}

/// The lock as it lies there, if anybody holds it.
fn lying(client: &Client, name: &str) -> Result<Option<Lying>, Error> {
    let Some(found) = client.find(&format!("/{}/_doc/push", index(name)))? else { return Ok(None) };
    let holder = serde_json::from_value(found["_source"].clone()).ok();
    match (holder, Version::read(&found)) {
        (Some(holder), Some(version)) => Ok(Some(Lying { holder, version })),
        _ => Err(unreadable(name)),
    }
}

fn unreadable(name: &str) -> Error {
    let what = "what says whether another push is at work can't be read";
    fault(&index(name), what, Some("where none is, remove that index and push again")).into()
}

/// Writes the lock in the place of a version, or where there is none; nothing where another was quicker.
fn written(
    client: &Client,
    name: &str,
    me: &Holder,
    before: Option<Version>,
) -> Result<Option<Version>, Error> {
    let path = match before {
        Some(version) => changing(name, version),
        None => format!("/{}/_doc/push?op_type=create", index(name)),
    };
    let told = json!(Holder { seen: seconds(), ..me.clone() });
    match client.call("PUT", &path, &told) {
        Ok(answer) => Version::read(&answer).map(Some).ok_or_else(|| unreadable(name)),
        Err(Error::Cluster(e)) if is_conflict(&e) => Ok(None),
        Err(e) => Err(e),
    }
}

fn is_conflict(e: &ClusterError) -> bool {
    e.what.contains("version_conflict")
}

fn acquired(client: &Client, name: &str, me: &Holder, take_over: bool) -> Result<Version, Error> {
    if let Some(version) = written(client, name, me, None)? {
        return Ok(version);
    }
    let mut there = match lying(client, name)? {
        // It was given back in between.
        None => return written(client, name, me, None)?.ok_or_else(|| busy(name)),
        // Ours, of which the answer was lost.
        Some(there) if there.holder.id == me.id => return Ok(there.version),
        Some(there) => there,
    };
    if !take_over && !there.holder.is_gone(me) {
        if there.holder.seen + LOCK_SECONDS > seconds() {
            return Err(there.holder.refusal(name));
        }
        std::thread::sleep(WATCHED);
        match lying(client, name)? {
            None => return written(client, name, me, None)?.ok_or_else(|| busy(name)),
            Some(now) if now.version != there.version => return Err(now.holder.refusal(name)),
            Some(now) => there = now,
        }
    }
    tracing::debug!(from = there.holder.host, "the lock of a push is taken over");
    written(client, name, me, Some(there.version))?.ok_or_else(|| busy(name))
}

fn busy(name: &str) -> Error {
    fault(name, "another push to it has just begun", Some("let it end")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_is_gone_is_known_on_its_machine_alone() {
        let me = Holder::me();
        let other = |machine: &str, process: &str| Holder {
            machine: machine.to_owned(),
            process: process.to_owned(),
            ..Holder::me()
        };
        assert_ne!(other("a", "1").id, me.id);
        assert!(!me.is_gone(&me), "this process runs");
        assert!(!other("elsewhere", "1 1").is_gone(&me));
        assert!(!other("", "1 1").is_gone(&Holder { machine: String::new(), ..me.clone() }));
        if !me.machine.is_empty() {
            assert!(other(&me.machine, "4194999 1").is_gone(&me));
            let reused = format!("{} 1", std::process::id());
            assert!(other(&me.machine, &reused).is_gone(&me), "another process had the number");
        }
    }
}
