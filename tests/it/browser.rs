//! The README's first command as a newcomer meets it: the program serves the bundled archive, a
//! real browser shows it.
//!
//! Needs chromium. Where it is missing the tests say so and pass; with `CI=true` they fail.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A server that ends with the test.
struct Served {
    child: Child,
    address: String,
    _archive: tempfile::TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `baoku serve fixtures/archive` on a free port, once it listens.
fn serve() -> Served {
    let archive = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_baoku"))
        .args(["serve", "fixtures/archive", "--listen", "127.0.0.1:0", "--archive"])
        .arg(archive.path().join("built"))
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut told = String::new();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            told.push_str(&line);
            let at = line.find("http://")?;
            Some(line[at..].split_whitespace().next()?.trim_end_matches('/').to_owned())
        })
        .unwrap_or_else(|| panic!("the server never said where it listens: {told}"));
    // Its log must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Served { child, address, _archive: archive }
}

/// The browser, or `None` where there is none and nobody promised one.
fn chromium() -> Option<PathBuf> {
    let found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .into_iter()
        .map(PathBuf::from)
        .find(|path| path.exists());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI installs chromium, and it is not there");
        eprintln!("SKIPPED: chromium is not installed; no page was looked at in a browser");
    }
    found
}

/// A run of the browser on one page.
fn browse(chromium: &Path, url: &str, more: &[&str]) -> String {
    let profile = tempfile::tempdir().unwrap();
    let done = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--virtual-time-budget=5000", "--window-size=1200,1400"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(more)
        .arg(url)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn a_browser_shows_the_search_its_marks_and_the_article_behind_a_hit() {
    let Some(chromium) = chromium() else { return };
    let served = serve();
    let found =
        browse(&chromium, &format!("{}/search?q=%E9%95%9C%E6%B9%96", served.address), &["--dump-dom"]);
    assert!(found.contains("<mark>镜湖</mark>"), "{found}");
    let at = found.find("href=\"/articles/").expect("a hit leads to its article");
    let path = found[at + 6..].split('"').next().unwrap().replace("&amp;", "&");
    let article = browse(&chromium, &format!("{}{path}", served.address), &["--dump-dom"]);
    assert!(article.contains("<h1") && article.contains("镜湖"), "{article}");
}

#[test]
fn a_browser_paints_the_first_page() {
    let Some(chromium) = chromium() else { return };
    let served = serve();
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("page.png");
    browse(&chromium, &served.address, &[&format!("--screenshot={}", picture.display())]);
    // A blank page of this size takes a tenth of that.
    assert!(std::fs::metadata(&picture).unwrap().len() > 20_000);
}
