//! Two pushes to one name: the second is refused, unless the first is dead or told to give up.

use std::process::Stdio;
use std::time::{Duration, Instant};

use baoku::cluster::{Address, Client, Cluster, Lock, Secret};

use super::{hosts, sent};
use crate::support::{command, fixture_archive, folder, index, issues};

#[test]
fn two_pushes_to_one_name_are_kept_apart() {
    let _whole = super::whole();
    let Some(hosts) = hosts() else { return };
    let dir = folder();
    let archive = dir.path().join("archive");
    index(&archive, &issues()[..1]);
    let address = Address::cluster(hosts, "baoku-test-lock").unwrap();
    let client = Client::connect(&address, Secret::default()).unwrap();
    let push = |more: &[&str]| {
        let mut push = command(["push", "--to", hosts, "--index", "baoku-test-lock"]);
        let ran = push.args(more).arg("--archive").arg(&archive).output().unwrap();
        (ran.status.code().unwrap(), String::from_utf8(ran.stderr).unwrap())
    };

    let lock = Lock::take(&client, &address.name, false).unwrap();
    let (code, told) = push(&[]);
    assert_eq!(code, 2);
    let (number, told) = (std::process::id().to_string(), told.as_str());
    assert!(
        told.contains("another push") && told.contains(&number) && told.contains("--take-over"),
        "{told}"
    );
    // Another name is another matter.
    drop(Lock::take(&client, "baoku-test-unlocked", false).unwrap());
    lock.holds().unwrap();

    let (code, told) = push(&["--take-over"]);
    assert_eq!(code, 0, "{told}");
    let told = lock.holds().unwrap_err().to_string();
    assert!(told.contains("took over") && lock.is_lost(), "{told}");
    drop(lock);
    assert_eq!(push(&[]).0, 0, "given back when it has ended");
}

#[test]
fn a_push_that_was_killed_on_this_machine_keeps_nobody_waiting() {
    let _whole = super::whole();
    let Some(hosts) = hosts() else { return };
    if !std::path::Path::new("/proc/self/ns/pid").exists() {
        return;
    }
    let name = "baoku-test-dead";
    let push = || {
        let mut push = command(["push", "--to", hosts, "--index", name, "--shards", "1"]);
        push.arg("--archive").arg(fixture_archive()).stdout(Stdio::null()).stderr(Stdio::piped());
        push
    };
    let mut first = push().spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while !sent(hosts, "GET", &format!("/{name}-lock/_doc/push"), "").0.contains("200") {
        assert!(Instant::now() < until, "a lock appears");
        std::thread::sleep(Duration::from_millis(5));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    let again = push().output().unwrap();
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    let address = Address::cluster(hosts, name).unwrap();
    for check in Cluster::open(&address, Secret::default()).unwrap().verify(false, &|_, _| {}).unwrap() {
        assert_eq!(check.wrong, [], "{}", check.name);
    }
}
