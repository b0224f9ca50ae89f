//! An archive in a cluster: a real one where there is one, and a stand-in that fails as told.
//!
//! The real one is started on loopback by the script that `BAOKU_ES` names, else by
//! `../shared/tools/es/es`; `BAOKU_ES_URL` names one that runs already. Where there is neither,
//! what needs it is skipped, and says so.

mod conformance;
mod faults;
mod push;
mod stand_in;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

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

/// The hosts of a real cluster, started once for all tests of a run.
fn hosts() -> Option<&'static str> {
    static HOSTS: OnceLock<Option<String>> = OnceLock::new();
    HOSTS
        .get_or_init(|| {
            if let Ok(url) = std::env::var("BAOKU_ES_URL") {
                return Some(url);
            }
            let Some(script) = script() else {
                loudly("no cluster to test on; set BAOKU_ES to the script that starts one, or BAOKU_ES_URL");
                return None;
            };
            let dir = folder().keep();
            let up = Command::new(&script)
                .args(["up", "3", "--port", "0", "--heap", "512m", "--dir"])
                .arg(&dir)
                .stderr(Stdio::inherit())
                .output()
                .unwrap();
            taken_down(&script, &dir);
            if !up.status.success() {
                let named = std::env::var_os("BAOKU_ES").is_some();
                assert!(!named, "the cluster that BAOKU_ES names starts");
                loudly("the cluster to test on does not start here (it needs a JDK)");
                return None;
            }
            let urls = String::from_utf8(up.stdout).unwrap();
            let bare: Vec<&str> = urls.lines().map(|url| url.trim_start_matches("http://")).collect();
            Some(format!("http://{}", bare.join(",")))
        })
        .as_deref()
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

/// The fixture archive in the cluster, pushed once for all tests of a run.
fn fixture_cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER
        .get_or_init(|| {
            let options = PushOptions { shards: Some(3), replicas: Some(1), anew: true };
            let (address, _) = pushed(fixture_archive(), hosts()?, "baoku-test-fixture", &options);
            Some(Cluster::open(&address, Secret::default()).unwrap())
        })
        .as_ref()
}
