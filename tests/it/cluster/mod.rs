//! An archive in a cluster: a real one where there is one, and a stand-in that fails as told.
//!
//! The real one is started on loopback by the script that `BAOKU_ES` names, else by
//! `../shared/tools/es/es`; `BAOKU_ES_URL` names one that runs already. Where there is neither,
//! what needs it is skipped, and says so.

mod conformance;
mod faults;
mod kills;
mod lock;
mod odd;
mod push;
mod serving;
mod stand_in;
mod turns;
mod verify;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard};

use baoku::cluster::{Address, Client, Cluster, Secret};
use baoku::pipeline::{self, PushOptions, PushReport};
use baoku::search::Archive;

use crate::support::{fixture_archive, folder, top};

/// The script that starts a cluster.
fn script() -> Option<PathBuf> {
    let named = std::env::var_os("BAOKU_ES").map(PathBuf::from);
    named.or_else(|| Some(top().join("../shared/tools/es/es"))).filter(|path| path.is_file())
}

/// Tells what no capturing of output hides.
fn loudly(what: &str) {
    let line = format!("\n******** SKIPPED: {what} ********\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// Held for reading by tests that need the cluster whole, for writing by one that breaks it.
static WHOLE: RwLock<()> = RwLock::new(());

/// Waits until the cluster is whole, and keeps it so.
fn whole() -> RwLockReadGuard<'static, ()> {
    WHOLE.read().unwrap_or_else(PoisonError::into_inner)
}

/// A cluster that was started for tests.
struct Started {
    hosts: String,
    script: PathBuf,
    dir: PathBuf,
}

/// Starts a cluster of three nodes; nothing where there is none to be had.
fn started(dir: &Path) -> Option<Started> {
    let Some(script) = script() else {
        loudly("no cluster to test on; set BAOKU_ES to the script that starts one, or BAOKU_ES_URL");
        return None;
    };
    let up = Command::new(&script)
        .args(["up", "3", "--port", "0", "--heap", "512m", "--dir"])
        .arg(dir)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    taken_down(&script, dir);
    if !up.status.success() {
        let named = std::env::var_os("BAOKU_ES").is_some();
        assert!(!named, "the cluster that BAOKU_ES names starts");
        loudly("the cluster to test on does not start here (it needs a JDK)");
        return None;
    }
    let urls = String::from_utf8(up.stdout).unwrap();
    let bare: Vec<&str> = urls.lines().map(|url| url.trim_start_matches("http://")).collect();
    Some(Started { hosts: format!("http://{}", bare.join(",")), script, dir: dir.to_owned() })
}

/// The cluster of a run, started once for all its tests.
fn shared() -> Option<&'static Started> {
    static SHARED: OnceLock<Option<Started>> = OnceLock::new();
    SHARED.get_or_init(|| started(&folder().keep())).as_ref()
}

/// The hosts of a real cluster: one that runs already, else the one started for this run.
fn hosts() -> Option<&'static str> {
    static NAMED: OnceLock<Option<String>> = OnceLock::new();
    let named = NAMED.get_or_init(|| std::env::var("BAOKU_ES_URL").ok());
    named.as_deref().or_else(|| shared().map(|started| started.hosts.as_str()))
}

/// Lets a process of its own take the cluster down when this one has ended, however it ends.
fn taken_down(script: &Path, dir: &Path) {
    // It outlives this process, so nobody can wait for it.
    let watch =
        "(while kill -0 \"$1\" 2>/dev/null; do sleep 1; done; \"$2\" down --dir \"$3\"; rm -rf \"$3\") &";
    Command::new("sh")
        .args(["-c", watch, "watch", &std::process::id().to_string()])
        .args([script, dir])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
}

/// Pushes an archive under a name, with shards enough to be spread.
fn pushed(archive: &Path, hosts: &str, name: &str, options: &PushOptions) -> (Address, PushReport) {
    let address = Address::cluster(hosts, name).unwrap();
    let client = Client::connect(&address, Secret::default()).unwrap();
    let archive = Archive::open(archive).unwrap();
    let report = pipeline::push(&archive, &client, &address, options, &|_| {}).unwrap();
    (address, report)
}

/// Sends a request to the first host; gives the first line of the answer, and its body.
fn sent(hosts: &str, method: &str, path: &str, body: &str) -> (String, String) {
    let host = hosts.split(',').next().unwrap().trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json");
    write!(stream, "{head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

/// The fixture archive in the cluster, pushed once for all tests of a run.
fn fixture_cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER
        .get_or_init(|| {
            let options =
                PushOptions { shards: Some(3), replicas: Some(1), anew: true, ..PushOptions::default() };
            let (address, _) = pushed(fixture_archive(), hosts()?, "baoku-test-fixture", &options);
            Some(Cluster::open(&address, Secret::default()).unwrap())
        })
        .as_ref()
}
