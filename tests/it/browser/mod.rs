//! The README's first command as a newcomer meets it: the program serves the bundled archive, a
//! real browser shows it.
//!
//! Needs chromium. Where it is missing the tests say so and pass; with `CI=true` they fail.

mod cdp;

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use cdp::Browser;
use serde_json::{Value, json};

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

/// Every kind of page.
fn pages(browser: &mut Browser, address: &str) -> Vec<String> {
    browser.open(&format!("{address}/search?q=%E9%95%9C%E6%B9%96"));
    let article = browser.ask("document.querySelector('.hits h3 a').href").as_str().unwrap().to_owned();
    let other = browser.ask("document.querySelectorAll('.hits h3 a')[1].href").as_str().unwrap().to_owned();
    let id =
        |url: &str| url.split("/articles/").nth(1).unwrap().split('?').next().unwrap().replace('/', "%2F");
    let compared = format!("{address}/compare?a={}&b={}", id(&article), id(&other));
    let source = article.replace("/articles/", "/source/").split('?').next().unwrap().to_owned();
    [
        "/",
        "/search?q=%E9%95%9C%E6%B9%96",
        "/search?q=%E6%97%A0%E6%AD%A4%E8%AF%8D%E8%AF%AD",
        "/people?post=%E5%8C%BA%E9%95%BF",
        "/people/%E9%99%86%E6%80%80%E8%88%9F",
        "/pages/%E6%BE%9C%E6%B9%BE%E6%97%A5%E6%8A%A5/2032-05-20",
        "/pages/%E6%BE%9C%E6%B9%BE%E6%97%A5%E6%8A%A5/2032-05-20/A1",
        "/issues",
        "/trend?q=%E9%95%9C%E6%B9%96&q=%E6%B0%B4%E5%88%A9",
        "/attendance",
        "/saved",
        "/docs",
        "/none",
    ]
    .iter()
    .map(|path| format!("{address}{path}"))
    .chain([article, compared, source])
    .collect()
}

#[test]
fn every_page_can_be_read_light_dark_on_a_phone_and_enlarged() {
    let Some(chromium) = chromium() else { return };
    let served = serve();
    let mut browser = Browser::start(&chromium);
    let check = include_str!("check.js");
    let axe = std::env::var_os("BAOKU_AXE").map(|path| std::fs::read_to_string(path).unwrap());
    let mut wrong = Vec::new();
    for url in pages(&mut browser, &served.address) {
        // 600 is a window of 1200 at 200 %.
        for (width, dark) in [(1200, false), (1200, true), (600, false), (360, true)] {
            browser.window(width, dark);
            browser.open(&url);
            let place = format!("{url} at {width}{}", if dark { " dark" } else { "" });
            let found = browser.ask(check);
            wrong.extend(found.as_array().unwrap().iter().map(|what| format!("{place}: {what}")));
            if let Some(axe) = &axe {
                browser.ask(&format!("{axe};0"));
                let found = browser.ask(
                    "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | ')))",
                );
                wrong.extend(found.as_array().unwrap().iter().map(|what| format!("{place}: axe: {what}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_reader_gets_from_search_to_article_by_keys_alone() {
    let Some(chromium) = chromium() else { return };
    let served = serve();
    let mut browser = Browser::start(&chromium);
    browser.window(1200, false);
    browser.open(&format!("{}/people", served.address));
    browser.press("/");
    browser.until("document.activeElement.name === 'q'");
    browser.command("Input.insertText", json!({"text": "luhuaiz"}));
    // Suggestions as one types, also by sound.
    browser.until("document.querySelector('[role=option]')?.textContent.includes('陆怀舟')");
    browser.press("ArrowDown");
    browser.until("document.activeElement.getAttribute('aria-activedescendant')");
    browser.press("Enter");
    browser.until("location.pathname === '/search' && document.querySelector('.hits')");
    assert_eq!(browser.ask("new URLSearchParams(location.search).get('q').includes('陆怀舟')"), true);
    browser.press("j");
    browser.press("j");
    browser.press("k");
    let first = browser.ask("document.querySelector('.hits h3 a').href");
    assert_eq!(browser.ask("document.activeElement.href"), first);
    browser.press("Enter");
    browser.until("location.pathname.startsWith('/articles/') && document.querySelector('article mark')");
    browser.press("n");
    browser.until("document.querySelectorAll('mark.now').length === 1");
    browser.press("p");
    browser.until("document.querySelectorAll('mark.now').length === 1");
    browser.press("?");
    browser.until("document.getElementById('keys').open");
    browser.press("Escape");
    browser.until("!document.getElementById('keys').open");
    // One clean column on paper.
    browser.command("Emulation.setEmulatedMedia", json!({"media": "print"}));
    for gone in ["body > header", "aside", "body > footer", "button"] {
        let all = format!("[...document.querySelectorAll('{gone}')].every(n => !n.checkVisibility())");
        assert_eq!(browser.ask(&all), true, "{gone} is printed");
    }
}

/// Goes on with the Tab key to what a condition on `at`, the element in focus, tells.
fn tab_to(browser: &mut Browser, condition: &str) {
    let there = format!("(at => Boolean({condition}))(document.activeElement)");
    for _ in 0..400 {
        browser.press("Tab");
        if browser.ask(&there) == true {
            return;
        }
    }
    panic!("the Tab key never gets to {condition} on {}", browser.ask("location.href"));
}

/// From a search over a facet, an article, a person and the ledger to a trend, and on paper; with
/// Tab and Enter alone.
fn walk(browser: &mut Browser, address: &str) {
    browser.window(1200, false);
    browser.open(&format!("{address}/"));
    browser.until("document.activeElement.name === 'q'");
    browser.command("Input.insertText", json!({"text": "陆怀舟"}));
    browser.press("Enter");
    browser.until("location.pathname === '/search' && document.querySelector('.hits')");
    tab_to(browser, "at.matches('aside li a')");
    browser.press("Enter");
    browser.until("document.querySelector('.chips a') && document.querySelector('.hits')");
    tab_to(browser, "at.matches('.hits h3 a')");
    browser.press("Enter");
    browser.until("location.pathname.startsWith('/articles/') && document.querySelector('article mark')");
    tab_to(browser, "at.matches('aside .people a') && at.textContent === '陆怀舟'");
    browser.press("Enter");
    browser.until("location.pathname.startsWith('/people/') && document.querySelector('.timeline')");
    tab_to(browser, "at.matches('.timeline .held a')");
    browser.press("Enter");
    browser.until("location.pathname === '/people' && document.querySelector('.posts')");
    assert_eq!(browser.ask("document.querySelector('.posts').textContent.includes('陆怀舟')"), true);
    tab_to(browser, "at.matches('header nav a') && at.pathname === '/trend'");
    browser.press("Enter");
    browser.until("location.pathname === '/trend' && document.querySelector('main form')");
    tab_to(browser, "at.matches('main input[name=q]')");
    browser.command("Input.insertText", json!({"text": "镜湖"}));
    browser.press("Enter");
    browser.until("document.querySelector('.plot')?.naturalWidth > 0");
    assert_eq!(browser.ask("document.querySelector('.plot').alt.includes('镜湖')"), true);
    tab_to(browser, "at.matches('.terms td a')");
    browser.press("Enter");
    browser.until("location.pathname.startsWith('/articles/') && document.querySelector('article h1')");
    browser.command("Emulation.setEmulatedMedia", json!({"media": "print"}));
    for gone in ["body > header", "aside", "body > footer", "button"] {
        let all = format!("[...document.querySelectorAll('{gone}')].every(n => !n.checkVisibility())");
        assert_eq!(browser.ask(&all), true, "{gone} is printed");
    }
    let printed = browser.command("Page.printToPDF", json!({"preferCSSPageSize": true}));
    // PDF in base64 begins so.
    assert!(printed["data"].as_str().unwrap().starts_with("JVBERi"));
    browser.command("Emulation.setEmulatedMedia", json!({"media": ""}));
}

#[test]
fn the_whole_way_is_walked_by_keyboard_alone_with_scripts_and_without() {
    let Some(chromium) = chromium() else { return };
    let served = serve();
    let mut browser = Browser::start(&chromium);
    walk(&mut browser, &served.address);
    browser.command("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    walk(&mut browser, &served.address);
}

#[test]
fn a_trend_is_taken_away_as_a_picture() {
    let Some(chromium) = chromium() else { return };
    let served = serve();
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::start(&chromium);
    let place = folder.path().display().to_string();
    let to = json!({"behavior": "allow", "downloadPath": place});
    browser.command("Page.setDownloadBehavior", to);
    browser.open(&format!("{}/trend?q=%E9%95%9C%E6%B9%96", served.address));
    browser.until("document.querySelector('.plot')?.naturalWidth > 0");
    browser.ask("document.querySelector('[data-picture] button').click()");
    let picture = folder.path().join("trend.png");
    let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let bytes = loop {
        match std::fs::read(&picture) {
            Ok(bytes) if bytes.len() > 1000 => break bytes,
            _ => assert!(std::time::Instant::now() < end, "no picture came"),
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    // Twice the size of the drawing: width and height stand in the head of a PNG.
    let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    assert!(bytes.starts_with(b"\x89PNG"));
    assert_eq!((side(16), side(20)), (1760, 800));
}

#[test]
fn a_search_is_kept_in_the_browser_and_forgotten() {
    let Some(chromium) = chromium() else { return };
    let served = serve();
    let mut browser = Browser::start(&chromium);
    browser.open(&format!("{}/search?q=%E9%95%9C%E6%B9%96", served.address));
    browser.ask("document.querySelector('[data-keep] button').click()");
    browser.open(&format!("{}/", served.address));
    assert_eq!(
        browser.ask("document.querySelector('.kept a').href"),
        format!("{}/search?q=%E9%95%9C%E6%B9%96", served.address)
    );
    browser.ask("document.querySelector('.kept button').click()");
    browser.until("document.querySelector('.kept').hidden");
}

#[test]
fn without_scripts_everything_is_still_there() {
    let Some(chromium) = chromium() else { return };
    let served = serve();
    let mut browser = Browser::start(&chromium);
    browser.command("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    browser.open(&format!("{}/search?q=%E9%95%9C%E6%B9%96", served.address));
    let facet = browser.ask("document.querySelector('aside li a').href");
    browser.open(facet.as_str().unwrap());
    let article = browser.ask("document.querySelector('.hits h3 a').href");
    browser.open(article.as_str().unwrap());
    assert_eq!(browser.ask("document.querySelector('article h1').textContent.length > 2"), true);
    for url in pages(&mut browser, &served.address) {
        browser.open(&url);
        let dead = browser.ask("[...document.querySelectorAll('main button')].filter(b => !b.form).length");
        assert_eq!(dead, Value::from(0), "{url}: a button that does nothing");
    }
}

#[test]
fn a_page_asks_for_little_and_only_here() {
    let Some(chromium) = chromium() else { return };
    let served = serve();
    let mut browser = Browser::start(&chromium);
    browser.open(&format!("{}/search?q=%E9%95%9C%E6%B9%96", served.address));
    let resources = browser.ask(
        "performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource')).map(e => [e.name, e.transferSize])",
    );
    let mut bytes = 0;
    for resource in resources.as_array().unwrap() {
        assert!(resource[0].as_str().unwrap().starts_with(&served.address), "{resource}");
        bytes += resource[1].as_u64().unwrap();
    }
    assert!(bytes > 1000 && bytes <= 40 * 1024, "a search page takes {bytes} bytes: {resources}");
}
