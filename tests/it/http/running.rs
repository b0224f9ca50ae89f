//! The server while it runs: a new state of the archive, the end.

use baoku::http;
use baoku::search::Archive;
use serde_json::Value;

use super::escaped;

#[test]
fn a_new_state_of_the_archive_is_served_while_it_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (root, source) = (folder.path().join("archive"), folder.path().join("a.jsonl"));
    let index = |text: &str| {
        std::fs::write(&source, text).unwrap();
        let options = baoku::ingest::Options::default();
        baoku::pipeline::index(&root, std::slice::from_ref(&source), &options, false, &|_| {}).unwrap();
    };
    let one = r#"{"id":"a","headline":"甲","body":"镜湖开工"}"#;
    index(one);
    let listener = http::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let archive = Archive::open(&root).unwrap();
    std::thread::spawn(move || http::serve(listener, archive, http::Options::default()).unwrap());
    let count = || -> u64 {
        let url = format!("http://{address}/api/v1/search?q={}", escaped("镜湖"));
        let answer: Value = ureq::get(url).call().unwrap().body_mut().read_json().unwrap();
        let total = answer["total"]["value"].as_u64().unwrap();
        assert_eq!(answer["hits"].as_array().unwrap().len() as u64, total);
        total
    };
    assert_eq!(count(), 1);
    index(&format!("{one}\n{}", r#"{"id":"b","headline":"乙","body":"镜湖完工"}"#));
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while count() != 2 {
        assert!(std::time::Instant::now() < until, "the new state is never served");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
#[cfg(unix)]
fn the_server_ends_in_order_when_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("a.jsonl");
    std::fs::write(&source, r#"{"id":"a","headline":"甲","body":"镜湖开工"}"#).unwrap();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_baoku"))
        .args(["serve", "--listen", "127.0.0.1:0", "--archive"])
        .arg(folder.path().join("archive"))
        .arg(&source)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let (address, _told) = crate::support::listening(&mut child);
    assert_eq!(ureq::get(format!("http://{address}/healthz")).call().unwrap().status(), 200);
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
