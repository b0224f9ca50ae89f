//! Limits, tokens, proxies and other sites: what the operator decides.

use std::io::Write as _;
use std::time::Duration;

use baoku::http::{self, Options};
use baoku::search::Archive;
use serde_json::Value;

use super::{Answer, Server, escaped};
use crate::support::{fixture_archive, folder};

const TOKEN: &str = "correct-horse-battery-staple";

/// A server of its own over the bundled archive; it ends with the process.
pub(super) fn served(options: Options) -> Server {
    let archive = Archive::open(fixture_archive()).unwrap();
    let listener = http::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let served = archive.clone();
    std::thread::spawn(move || http::serve(listener, served, options).unwrap());
    Server { address, archive, agent: super::agent() }
}

fn problem(answer: &Answer) -> (u16, String) {
    let kind = answer.json()["type"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
    (answer.status, kind)
}

#[test]
fn what_takes_too_long_is_ended_and_what_is_too_much_is_turned_away() {
    // Nothing ever gets its turn: one may wait, the next is turned away.
    let server = served(Options {
        running_max: 0,
        waiting_max: 1,
        answer_time_max: Duration::from_secs(4),
        ..Options::default()
    });
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..2).map(|_| scope.spawn(|| server.get("/api/v1/search?q=a"))).collect();
        let mut answers: Vec<Answer> = asked.into_iter().map(|one| one.join().unwrap()).collect();
        answers.sort_by_key(|answer| problem(answer).1);
        for answer in &answers {
            assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
        }
        let kinds: Vec<String> = answers.iter().map(|answer| problem(answer).1).collect();
        assert_eq!(kinds, ["overloaded", "timeout"]);
    });
    // It lives, but is not ready.
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.get("/readyz").status, 503);
    let page = server.get("/search?q=a");
    assert_eq!((page.status, page.header("retry-after")), (503, "1"));
    assert!(page.body.contains("现在太忙") && page.header("content-type").starts_with("text/html"));
}

#[test]
fn a_token_opens_the_archive_to_programs_and_browsers() {
    let server = served(Options { token: Some(TOKEN.parse().unwrap()), ..Options::default() });
    for path in ["/api/v1/search?q=a", "/api/v1/stats", "/feed.atom?q=a", "/metrics", "/openapi.json"] {
        let refused = server.get(path);
        assert_eq!((refused.status, refused.header("www-authenticate")), (401, "Bearer"), "{path}");
        assert_eq!(problem(&refused).1, "token");
        let bearer = format!("Bearer {TOKEN}");
        assert_eq!(server.get_with(path, &[("Authorization", &bearer)]).status, 200, "{path}");
        for wrong in ["Bearer wrong", "Bearer", "", &format!("Basic {TOKEN}"), &format!("{bearer}r")] {
            assert_eq!(server.get_with(path, &[("Authorization", wrong)]).status, 401, "{path} {wrong}");
        }
        assert_eq!(server.get_with(path, &[("Cookie", &format!("baoku={TOKEN}"))]).status, 401);
    }
    for path in ["/healthz", "/readyz", "/robots.txt"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    // A page asks for it in a form, and goes on to what was asked.
    let form = server.get("/search?q=a&sort=newest");
    assert_eq!(form.status, 401);
    assert!(form.body.contains("<form") && form.body.contains("value=\"/search?q=a&#38;sort=newest\""));
    assert!(!form.body.contains("class=\"hit\""));
    let show = |token: &str, next: &str| {
        server.post(
            "/login",
            "application/x-www-form-urlencoded",
            &format!("token={token}&next={}", escaped(next)),
        )
    };
    let wrong = show("wrong", "/people");
    assert_eq!((wrong.status, wrong.header("set-cookie")), (401, ""));
    let right = show(TOKEN, "/people?post=a");
    assert_eq!((right.status, right.header("location")), (303, "/people?post=a"));
    assert_eq!(show(TOKEN, "//evil.example/").header("location"), "/");
    let cookie = right.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains(TOKEN));
    let kept = cookie.split(';').next().unwrap();
    assert!(server.get_with("/search?q=a", &[("Cookie", kept)]).body.contains("role=\"search\""));
    assert_eq!(server.get_with("/api/v1/stats", &[("Cookie", kept)]).status, 200);
}

fn title(page: &Answer) -> &str {
    page.body.split("<title>").nth(1).unwrap().split("</title>").next().unwrap()
}

#[test]
fn behind_a_proxy_every_address_stands_below_the_base_path() {
    let server = served(Options { base: "/archive/old".parse().unwrap(), ..Options::default() });
    let question = escaped("镜湖");
    let article = {
        let found = server.get(&format!("/archive/old/api/v1/search?q={question}")).json();
        found["hits"][0]["url"].as_str().unwrap().to_owned()
    };
    for path in [
        "/".to_owned(),
        format!("/search?q={question}"),
        article,
        "/people".to_owned(),
        "/none".to_owned(),
        "/docs".to_owned(),
    ] {
        // Asked with the base path, or by a proxy that took it off.
        let page = server.get(&format!("/archive/old{path}"));
        let without = server.get(&path);
        assert_eq!((page.status, title(&page)), (without.status, title(&without)), "{path}");
        for name in ["href", "src", "action"] {
            for rest in page.body.split(&format!(" {name}=\"/")).skip(1) {
                assert!(rest.starts_with("archive/old/"), "{path}: /{}", &rest[..rest.len().min(40)]);
            }
        }
    }
    let page = server.get("/archive/old").body;
    for file in page.split('"').filter(|part| part.starts_with("/archive/old/assets/")) {
        assert_eq!(server.get(file).status, 200, "{file}");
    }
    assert_eq!(server.get("/archive/old/openapi.json").json()["servers"][0]["url"], "/archive/old");
    let host = server.address;
    let feed = server.get(&format!("/archive/old/feed.atom?q={question}")).body;
    assert!(feed.contains(&format!("http://{host}/archive/old/articles/")), "{feed}");
    let tls = server.get_with("/archive/old/opensearch.xml", &[("X-Forwarded-Proto", "https")]).body;
    assert!(tls.contains(&format!("https://{host}/archive/old/search?q=")), "{tls}");
    assert_eq!(server.get("/archive/old/search").header("location"), "/archive/old/");
    assert!(server.get("/archive/old/?lang=en").header("set-cookie").contains("Path=/archive/old/;"));
    assert_eq!(server.get("/archive/older").status, 404);
}

#[test]
fn other_sites_read_answers_only_where_the_operator_names_them() {
    let named =
        served(Options { origins: vec!["https://desk.example".parse().unwrap()], ..Options::default() });
    let allowed = |server: &Server, origin: &str| {
        let answer = server.get_with("/api/v1/stats", &[("Origin", origin)]);
        answer.header("access-control-allow-origin").to_owned()
    };
    assert_eq!(allowed(&named, "https://desk.example"), "https://desk.example");
    assert_eq!(allowed(&named, "https://evil.example"), "");
    assert_eq!(
        named.get_with("/", &[("Origin", "https://desk.example")]).header("access-control-allow-origin"),
        ""
    );
    assert_eq!(allowed(&served(Options::default()), "https://desk.example"), "");
    let all = served(Options { origins: vec!["*".parse().unwrap()], ..Options::default() });
    assert_eq!(allowed(&all, "https://any.example"), "https://any.example");
    let asked = named.raw(
        "OPTIONS /api/v1/search HTTP/1.1\r\nHost: localhost\r\nOrigin: https://desk.example\r\nConnection: close\r\n\
         Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n\r\n",
    );
    assert!(
        asked.starts_with("HTTP/1.1 200") && asked.contains("access-control-allow-methods: GET,POST"),
        "{asked}"
    );
    assert!(!asked.contains("allow-credentials"), "{asked}");
}

/// A run of `baoku serve` with more arguments, until it says where it listens; then its address and
/// what it says from then on.
fn run(more: &[&str], token: Option<&str>) -> (std::process::Child, String, impl Iterator<Item = String>) {
    use std::io::BufRead as _;
    let mut command = crate::support::command(["serve", "--listen", "127.0.0.1:0", "--archive"]);
    command
        .arg(fixture_archive())
        .args(more)
        .env("BAOKU_ARCHIVE", "none")
        .stderr(std::process::Stdio::piped());
    command.env_remove("BAOKU_LOG");
    match token {
        Some(token) => command.env("BAOKU_TOKEN", token),
        None => command.env_remove("BAOKU_TOKEN"),
    };
    let mut child = command.spawn().unwrap();
    let mut lines = std::io::BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut told = String::new();
    let address = loop {
        let line = lines.next().unwrap_or_else(|| panic!("it ended: {told}"));
        if let Some(at) = line.find("http://") {
            break line[at + 7..].split(['/', '"']).next().unwrap().to_owned();
        }
        told.push_str(&line);
    };
    (child, address, lines)
}

#[test]
fn the_log_is_lines_of_json_and_holds_no_question_and_no_token() {
    let (mut child, address, mut lines) = run(&["--log", "json"], Some(TOKEN));
    let agent = super::agent();
    let ask = |path: &str| {
        let request = agent.get(format!("http://{address}{path}"));
        request.header("authorization", format!("Bearer {TOKEN}")).call().unwrap().status().as_u16()
    };
    assert_eq!(ask(&format!("/api/v1/search?q={}", escaped("镜湖"))), 200);
    assert_eq!(ask("/api/v1/none"), 404);
    for status in [200, 404] {
        let line = lines.next().unwrap();
        assert!(
            !line.contains(TOKEN) && !line.contains(&escaped("镜湖")) && !line.contains("镜湖"),
            "{line}"
        );
        let told: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((told["status"].as_u64(), told["target"].as_str()), (Some(status), Some("baoku::access")));
        assert_eq!((told["peer"].as_str(), told["method"].as_str()), (Some("127.0.0.1"), Some("GET")));
        assert!(told["ms"].is_f64() && told["timestamp"].is_string() && told["path"].is_string());
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_token_that_is_no_good_is_refused_without_being_told() {
    let folder = folder();
    let file = folder.path().join("token");
    std::fs::File::create(&file).unwrap().write_all(b"too-short\n").unwrap();
    let refused = crate::support::baoku_on(
        fixture_archive(),
        &["serve", "--listen", "127.0.0.1:0", "--token-file", file.to_str().unwrap()],
    )
    .ended(2);
    assert!(
        refused.err.contains("less than 16 characters") && refused.err.contains("hint: "),
        "{}",
        refused.err
    );
    assert!(!refused.err.contains("too-short"), "{}", refused.err);
    for bad in [["--base-path", "archive"], ["--cors", "desk.example"], ["--timeout", "0"], ["--log", "xml"]]
    {
        let refused = crate::support::baoku_on(fixture_archive(), &["serve", bad[0], bad[1]]).ended(2);
        assert!(refused.err.contains(bad[0]), "{}", refused.err);
    }
    let refused = crate::support::baoku_on(fixture_archive(), &["serve", "--watch"]).ended(2);
    assert!(refused.err.contains("SOURCE"), "{}", refused.err);
}

#[test]
fn pages_that_appear_are_served_and_pages_that_go_with_the_whole_folder_stay() {
    let folder = folder();
    let (pages, archive) = (folder.path().join("pages"), folder.path().join("archive"));
    std::fs::create_dir(&pages).unwrap();
    let mut child = crate::support::command(["serve", "--watch", "--every", "1", "--listen", "127.0.0.1:0"])
        .args(["--log", "off", "--archive"])
        .args([&archive, &pages])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let (address, _told) = crate::support::listening(&mut child);
    let agent = super::agent();
    let count = || -> u64 {
        let url = format!("http://{address}/api/v1/search?count=1&q={}", escaped("镜湖"));
        let answer: Value = agent.get(url).call().unwrap().body_mut().read_json().unwrap();
        answer["total"]["value"].as_u64().unwrap()
    };
    let until = |wanted: u64| {
        let end = std::time::Instant::now() + Duration::from_secs(60);
        while count() != wanted {
            assert!(std::time::Instant::now() < end, "{wanted} articles are never served");
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    assert_eq!(count(), 0);
    let page = |name: &str, text: &str| crate::support::write(pages.join("2031-03-18").join(name), text);
    page("01.md", "# 甲地开工\n本报讯 镜湖治理工程昨日开工，计划两年完成。\n");
    until(1);
    page("02.md", "# 乙地验收\n本报讯 镜湖治理二期工程昨日验收，群众表示满意。\n");
    until(2);
    std::fs::rename(&pages, folder.path().join("away")).unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(count(), 2, "a share that is not mounted takes nothing away");
    child.kill().unwrap();
    child.wait().unwrap();
}
