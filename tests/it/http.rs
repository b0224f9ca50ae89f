//! The real server on a real socket, over the bundled archive and a page with markup in it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests may stop at the first thing that is not as it should be"
)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::OnceLock;

use baoku::http;
use baoku::search::{Archive, ArticleRecord, Facet, PeopleQuery, Request, Sort, article_url, days};
use serde_json::Value;

/// An article that would like to be markup, and one of the bundled paper's names in a quotation.
const HOSTILE: &str = r#"{"id":"险/2031-03-18/1/a&b?c#d%","headline":"<script>alert(1)</script>头条","kicker":"<b>引</b>","body":"正文里有 <script>alert(2)</script> 和 <img src=x onerror=alert(3)>。\n第二段 \"引号\" & 符号。","date":"2031-03-18","paper":"<i>险报</i>","page":"1","column":"\"><svg onload=alert(4)>","byline":"<u>孙鸣</u>"}"#;

struct Server {
    address: SocketAddr,
    archive: Archive,
    agent: ureq::Agent,
}

/// One server for all tests; it ends with the process.
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap().keep();
        let hostile = folder.join("hostile.jsonl");
        std::fs::write(&hostile, HOSTILE).unwrap();
        let root = folder.join("archive");
        let sources = [Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archive"), hostile];
        baoku::pipeline::index(&root, &sources, &baoku::ingest::Options::default(), false, &|_| {}).unwrap();
        let archive = Archive::open(&root).unwrap();
        let listener = http::listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let served = archive.clone();
        std::thread::spawn(move || http::serve(listener, served, http::Options::default()).unwrap());
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        Server { address, archive, agent }
    })
}

struct Answer {
    status: u16,
    headers: ureq::http::HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

fn get_with(path: &str, headers: &[(&str, &str)]) -> Answer {
    let server = server();
    let mut request = server.agent.get(format!("http://{}{path}", server.address));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = request.call().unwrap();
    Answer {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: answer.body_mut().read_to_string().unwrap(),
    }
}

fn get(path: &str) -> Answer {
    get_with(path, &[])
}

fn escaped(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

/// One raw request on a connection of its own.
fn raw(request: &str) -> String {
    let mut stream = TcpStream::connect(server().address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Without what differs from one answer to the next.
fn timeless(mut answer: Value) -> Value {
    answer["took_ms"] = Value::Null;
    answer
}

#[test]
fn a_search_gives_the_answer_of_the_library() {
    let archive = &server().archive;
    for question in [
        "水利",
        "“镜湖综合治理”",
        "水利 局长 -会议",
        "标题:会议 OR 记者:孙一鸣",
        "",
        "“从没关上 (",
        "解明远 轨道 恐龙",
    ] {
        let path = format!(
            "/api/v1/search?q={}&from=2031&to=2033-06&sort=newest&limit=7&offset=2&facet=year&facet=person,post",
            escaped(question)
        );
        let request = Request {
            dates: days(Some("2031"), Some("2033-06")).unwrap(),
            sort: Sort::Newest,
            limit: 7,
            offset: 2,
            facets: vec![Facet::Year, Facet::Person, Facet::Post],
            ..Request::new(question)
        };
        let answer = get(&path);
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{question}");
        let expected = serde_json::to_value(archive.search(&request).unwrap()).unwrap();
        assert_eq!(timeless(answer.json()), timeless(expected), "{question}");
    }
    let all = get(&format!("/api/v1/search?q={}&limit=0", escaped("水利"))).json();
    assert_eq!(all["hits"].as_array().unwrap().len() as u64, all["total"]["value"].as_u64().unwrap());
}

#[test]
fn a_long_question_goes_into_the_body() {
    let server = server();
    let question = "水".repeat(20_000);
    let post = |body: String, kind: &str| {
        let request = server.agent.post(format!("http://{}/api/v1/search", server.address));
        let mut answer = request.header("content-type", kind).send(body).unwrap();
        let status = answer.status().as_u16();
        (status, answer.body_mut().read_json::<Value>().unwrap())
    };
    let (status, answer) =
        post(serde_json::json!({"q": question, "limit": 1}).to_string(), "application/json");
    assert_eq!((status, answer["query"]["input"].as_str().unwrap().chars().count()), (200, 20_000));
    let (status, _) = post(format!("q={}&limit=1", escaped(&question)), "application/x-www-form-urlencoded");
    assert_eq!(status, 200);
    let (status, problem) =
        post(serde_json::json!({"q": format!("{question}水")}).to_string(), "application/json");
    assert_eq!((status, problem["parameter"].as_str()), (414, Some("q")));
    assert_eq!(post("[1]".to_owned(), "application/json").0, 400);
    assert_eq!(post("q=a".to_owned(), "text/plain").0, 415);
    // Told by its head alone: nobody sends a megabyte for nothing.
    let large = raw(
        "POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2097152\r\n\
         Content-Type: application/json\r\n\r\n",
    );
    assert!(large.starts_with("HTTP/1.1 413") && large.contains("application/problem+json"), "{large}");
    // As much as an address holds.
    assert_eq!(get(&format!("/api/v1/search?limit=1&q={}", "a".repeat(20_000))).status, 200);
}

#[test]
fn an_article_is_found_by_its_id_with_slashes_chinese_and_odd_characters() {
    let archive = &server().archive;
    let hits = archive.search(&Request { limit: 3, ..Request::new("镜湖") }).unwrap().hits;
    let ids = hits.into_iter().map(|hit| hit.id).chain(["险/2031-03-18/1/a&b?c#d%".to_owned()]);
    for id in ids {
        let expected = ArticleRecord::of(&archive.article(&id).unwrap().unwrap());
        let expected = serde_json::to_value(expected).unwrap();
        let path = article_url(&id);
        for path in [path.clone(), path.replace('/', "%2F").replacen("%2Farticles%2F", "/articles/", 1)] {
            let answer = get(&format!("/api/v1{path}"));
            assert_eq!((answer.status, answer.json()), (200, expected.clone()), "{path}");
            assert_eq!(get(&path).status, 200, "{path}");
        }
    }
    let id = &archive.search(&Request::new("“区人大常委会举行会议”")).unwrap().hits[0].id;
    let path = format!("/api/v1{}", article_url(id));
    let markdown = get(&format!("{path}?format=markdown"));
    assert!(
        markdown.header("content-type").starts_with("text/markdown")
            && markdown.body.contains("\n# 区人大常委会")
            || markdown.body.starts_with("# 区人大常委会")
    );
    let linked = get(&format!("{path}?format=jsonld"));
    assert_eq!(
        (linked.header("content-type"), linked.json()["@type"].as_str()),
        ("application/ld+json", Some("NewsArticle"))
    );
    assert_eq!(get(&format!("{path}?format=docx")).json()["parameter"], "format");
    let page = get(&format!("/api/v1/pages/{}", escaped("澜湾日报/2032-05-20/A1"))).json();
    assert_eq!(page["pages"].as_array().unwrap().len(), 4);
    assert_eq!(
        (page["previous"].as_str(), page["next"].as_str()),
        (Some("澜湾日报/2032-04-01"), Some("澜湾日报/2032-07-15"))
    );
    assert!(page["articles"].as_array().unwrap().iter().all(|a| a["page"] == "A1"));
}

#[test]
fn people_answer_who_held_a_post() {
    let archive = &server().archive;
    let answer = get(&format!("/api/v1/people?post={}&on=2031-05-01", escaped("区长")));
    let asked = PeopleQuery {
        post: Some("区长".to_owned()),
        on: Some("2031-05-01".parse().unwrap()),
        ..PeopleQuery::default()
    };
    assert_eq!(answer.json(), serde_json::to_value(archive.holdings(&asked).unwrap()).unwrap());
    assert_eq!(answer.json()[0]["name"], "陆怀舟");
    assert_eq!(answer.header("x-total-count"), answer.json().as_array().unwrap().len().to_string());

    let person = get(&format!("/api/v1{}", answer.json()[0]["person"].as_str().unwrap())).json();
    assert_eq!(person["name"], "陆怀舟");
    assert!(!person["holdings"].as_array().unwrap().is_empty());

    for typed in ["陆怀", "luhuai", "lhz"] {
        let names = get(&format!("/api/v1/suggest?q={}", escaped(typed))).json();
        let first = &names["suggestions"][0];
        assert_eq!(
            (first["text"].as_str(), first["kind"].as_str()),
            (Some("陆怀舟"), Some("person")),
            "{typed}"
        );
    }
    let list = get(&format!("/api/v1/suggest?q={}&format=opensearch", escaped("镜湖 陆怀")));
    assert_eq!(list.header("content-type"), "application/x-suggestions+json");
    assert_eq!(list.json()[1][0], "镜湖 陆怀舟");
}

#[test]
fn a_problem_is_json_that_names_the_parameter() {
    for (path, status, parameter) in [
        ("/api/v1/search", 400, Some("q")),
        ("/api/v1/search?q=a&limit=many", 400, Some("limit")),
        ("/api/v1/search?q=a&limit=-1", 400, Some("limit")),
        ("/api/v1/search?q=a&limit=99999999999999999999999", 400, Some("limit")),
        ("/api/v1/search?q=a&offset=x", 400, Some("offset")),
        ("/api/v1/search?q=a&sort=best", 400, Some("sort")),
        ("/api/v1/search?q=a&facet=colour", 400, Some("facet")),
        ("/api/v1/search?q=a&from=2031-02-30", 400, Some("from")),
        ("/api/v1/search?q=a&from=2032&to=2031", 400, Some("from")),
        ("/api/v1/search?q=a&q=b", 400, Some("q")),
        ("/api/v1/people?on=2031", 400, Some("on")),
        ("/api/v1/suggest", 400, Some("q")),
        ("/api/v1/articles/%FF", 400, Some("id")),
        ("/api/v1/articles/none", 404, None),
        ("/api/v1/pages/none", 404, None),
        ("/api/v1/people/none", 404, None),
        ("/api/v1/none", 404, None),
        ("/api", 404, None),
    ] {
        let answer = get(path);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, "application/problem+json"),
            "{path}"
        );
        let problem = answer.json();
        assert_eq!(
            (problem["parameter"].as_str(), problem["status"].as_u64()),
            (parameter, Some(status.into())),
            "{path}"
        );
        assert!(problem["type"].is_string() && problem["title"].is_string() && problem["detail"].is_string());
    }
    let long = get(&format!("/api/v1/search?q={}", "a".repeat(20_001)));
    assert_eq!((long.status, long.json()["parameter"].as_str()), (414, Some("q")));
    let wrong = server().agent.delete(format!("http://{}/api/v1/search", server().address)).call().unwrap();
    assert_eq!(
        (wrong.status().as_u16(), wrong.headers()["content-type"].to_str().unwrap()),
        (405, "application/problem+json")
    );
    assert!(wrong.headers().contains_key("allow"));
    // Elsewhere it is a page.
    let page = get("/none");
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
    assert!(page.body.contains("没有这一页"));
}

#[test]
fn every_answer_tells_browsers_what_it_may_do() {
    for path in
        ["/", "/search?q=a", "/none", "/api/v1/stats", "/api/v1/none", "/healthz", "/people", "/assets/none"]
    {
        let answer = get(path);
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
    let asked =
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Encoding: gzip\r\n\r\n";
    let mut stream = TcpStream::connect(server().address).unwrap();
    stream.write_all(asked.as_bytes()).unwrap();
    let mut compressed = Vec::new();
    stream.read_to_end(&mut compressed).unwrap();
    assert!(String::from_utf8_lossy(&compressed).contains("content-encoding: gzip"));
}

#[test]
fn what_the_client_has_is_not_sent_again() {
    for path in ["/api/v1/search?q=a", "/", "/api/v1/stats", "/search?q=a"] {
        let first = get(path);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{path}");
        assert_eq!(first.header("cache-control"), "private, no-cache");
        let again = get_with(path, &[("If-None-Match", &format!("\"other\", {tag}"))]);
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        assert_eq!(again.header("etag"), tag);
        assert_eq!(get_with(path, &[("If-None-Match", "\"other\"")]).status, 200);
    }
    // The other language is another answer.
    let tag = get("/").header("etag").to_owned();
    assert_eq!(get_with("/?lang=en", &[("If-None-Match", &tag)]).status, 200);
    let page = get("/").body;
    let style = page.split('"').find(|part| part.ends_with(".css")).unwrap();
    let style = get(style);
    assert_eq!(style.status, 200);
    assert!(style.header("cache-control").contains("immutable"));
}

#[test]
fn text_never_becomes_markup() {
    let attack = "<script>alert(5)</script>\"><img src=x onerror=alert(6)>";
    let id = "险/2031-03-18/1/a&b?c#d%";
    let question = escaped(&format!("alert {attack}"));
    for path in [
        "/".to_owned(),
        format!("/search?q={question}&from=&all=1"),
        format!("/search?q={}&from={}", escaped("alert"), escaped(attack)),
        format!("/search?q={}", escaped("alert")),
        format!("{}?q={question}", article_url(id)),
        format!("/pages/{}", escaped("险/2031-03-18/1")),
        format!("/people?post={question}&name={question}"),
        format!("/people/{}", escaped(attack)),
        format!("/articles/{}", escaped(attack)),
        format!("/feed.atom?q={}", escaped("alert")),
    ] {
        let answer = get(&path);
        assert!(answer.body.len() > 100, "{path}");
        // An article's text, a question, a name: never a tag.
        for bad in
            ["<script>", "<img", "<svg onload", "<b>引</b>", "<i>", "<u>", "\"><script", "\"><img", "\"><svg"]
        {
            let near = answer.body.find(bad).map(|at| answer.body[at..].chars().take(80).collect::<String>());
            assert_eq!(near, None, "{path}");
        }
    }
    let article = get(&article_url(id)).body;
    assert!(article.contains("&#60;script&#62;alert(2)"), "the text itself is shown");
}

#[test]
fn pages_hold_no_inline_script_or_style_and_nothing_from_elsewhere() {
    let person = get(&format!("/api/v1/suggest?q={}", escaped("陆怀舟"))).json();
    let person = person["suggestions"][0]["url"].as_str().unwrap().to_owned();
    let article = article_url(&server().archive.search(&Request::new("镜湖")).unwrap().hits[0].id);
    for path in [
        "/".to_owned(),
        format!("/search?q={}", escaped("镜湖 工程 恐龙")),
        format!("{article}?q={}", escaped("镜湖")),
        format!("/pages/{}", escaped("澜湾日报/2032-05-20")),
        format!("/people?post={}", escaped("区长")),
        person,
        "/none".to_owned(),
    ] {
        for lang in ["zh", "en"] {
            let answer = get(&format!("{path}{}lang={lang}", if path.contains('?') { '&' } else { '?' }));
            let body = &answer.body;
            assert!(
                !body.contains(" style=") && !body.contains("<style") && !body.contains("javascript:"),
                "{path}"
            );
            assert!(
                !body.contains(" onclick") && !body.contains("http://") || body.contains("xmlns"),
                "{path}"
            );
            assert!(!body.contains("https://"), "{path}");
            assert!(
                body.contains(if lang == "zh" { "<html lang=\"zh-CN\">" } else { "<html lang=\"en\">" }),
                "{path}"
            );
            assert_eq!(body.matches("<main").count(), 1);
            assert_eq!(body.matches("<h1").count(), 1, "{path}");
            assert!(answer.header("set-cookie").starts_with(&format!("lang={lang};")));
        }
    }
    // The language is kept by the cookie.
    assert!(get_with("/", &[("Cookie", "a=b; lang=en")]).body.contains("<html lang=\"en\">"));
}

#[test]
fn a_facet_counts_what_its_link_finds() {
    let question = "镜湖";
    let page = get(&format!("/search?q={}", escaped(question))).body;
    let aside = page.split("<aside").nth(1).unwrap();
    let mut tried = 0;
    for entry in aside.split("<li><a href=\"").skip(1) {
        let (href, rest) = entry.split_once('"').unwrap();
        let count: u64 =
            rest.split("class=\"count\">").nth(1).unwrap().split('<').next().unwrap().parse().unwrap();
        let href = href.replace("&#38;", "&").replace("&amp;", "&");
        let answer = get(&href.replacen("/search", "/api/v1/search", 1)).json();
        assert_eq!(answer["total"]["value"].as_u64(), Some(count), "{href}");
        tried += 1;
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn an_unknown_host_is_refused() {
    let ask =
        |host: &str| raw(&format!("GET /api/v1/stats HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
    for host in ["localhost", "localhost.", "127.0.0.1:80", "[::1]:7878", "LOCALHOST:1"] {
        assert!(ask(host).starts_with("HTTP/1.1 200"), "{host}");
    }
    for host in ["evil.example", "evil.example:7878", "127.0.0.1.evil.example", "10.1.2.3"] {
        let answer = ask(host);
        assert!(answer.starts_with("HTTP/1.1 421") && answer.contains("application/problem+json"), "{host}");
    }
    let none = raw("GET /api/v1/stats HTTP/1.0\r\n\r\n");
    assert!(none.starts_with("HTTP/1.0 421"), "{none}");
}

#[test]
fn head_gives_the_headers_alone() {
    for path in ["/", "/api/v1/stats", "/healthz"] {
        let answer = raw(&format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("content-length"), "{head}");
        assert_eq!(body, "");
    }
}

#[test]
fn many_at_once_are_all_answered() {
    let paths: Vec<String> = ["水利", "“镜湖”", "轨道 通车", "人物:陆怀舟", "区长"]
        .iter()
        .map(|q| format!("/api/v1/search?q={}&facet=year", escaped(q)))
        .collect();
    let alone: Vec<Value> = paths.iter().map(|p| timeless(get(p).json())).collect();
    std::thread::scope(|scope| {
        for worker in 0..16 {
            let (paths, alone) = (&paths, &alone);
            scope.spawn(move || {
                for i in 0..20 {
                    let at = (worker + i) % paths.len();
                    assert_eq!(timeless(get(&paths[at]).json()), alone[at]);
                }
            });
        }
    });
}

#[test]
fn machines_find_what_they_look_for() {
    assert_eq!(get("/healthz").json()["status"], "ok");
    assert_eq!(get("/readyz").status, 200);
    get("/api/v1/stats");
    let metrics = get("/metrics").body;
    assert!(
        metrics.contains("baoku_http_requests_total{route=\"/api/v1/stats\",method=\"GET\",status=\"200\"}")
    );
    assert!(metrics.contains("baoku_articles "));
    let search = get("/opensearch.xml");
    assert!(search.header("content-type").starts_with("application/opensearchdescription+xml"));
    assert!(search.body.contains(&format!("http://{}/search?q={{searchTerms}}", server().address)));
    let feed = get(&format!("/feed.atom?q={}", escaped("镜湖")));
    assert!(feed.header("content-type").starts_with("application/atom+xml"));
    assert!(feed.body.contains("<entry>"));
}

#[test]
fn the_description_lists_every_route_and_its_schemas_are_true() {
    let description = get("/openapi.json").json();
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().unwrap();
    for path in [
        "/api/v1/search",
        "/api/v1/articles/{id}",
        "/api/v1/pages/{id}",
        "/api/v1/people",
        "/api/v1/people/{id}",
        "/api/v1/suggest",
        "/api/v1/stats",
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
        "/opensearch.xml",
        "/feed.atom",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    let article = server().archive.search(&Request::new("镜湖")).unwrap().hits[0].id.clone();
    for (route, path) in [
        (
            "/api/v1/search",
            format!("/api/v1/search?q={}&facet=year&facet=person&limit=0", escaped("镜湖 恐龙")),
        ),
        ("/api/v1/search", format!("/api/v1/search?q={}", escaped("镜湖 恐龙"))),
        ("/api/v1/search", "/api/v1/search?q=a&limit=x".to_owned()),
        ("/api/v1/articles/{id}", format!("/api/v1{}", article_url(&article))),
        ("/api/v1/articles/{id}", "/api/v1/articles/none".to_owned()),
        ("/api/v1/pages/{id}", format!("/api/v1/pages/{}", escaped("澜湾日报/2032-05-20"))),
        ("/api/v1/people", "/api/v1/people?limit=0".to_owned()),
        ("/api/v1/people/{id}", format!("/api/v1/people/{}", escaped("陆怀舟"))),
        ("/api/v1/suggest", "/api/v1/suggest?q=l".to_owned()),
        ("/api/v1/stats", "/api/v1/stats".to_owned()),
        ("/healthz", "/healthz".to_owned()),
        ("/readyz", "/readyz".to_owned()),
    ] {
        let answer = get(&path);
        let status = answer.status.to_string();
        let content = &description["paths"][route]["get"]["responses"][&status]["content"];
        let schema = &content[answer.header("content-type")]["schema"];
        assert!(schema.is_object(), "{path}: {status} is not described");
        conforms(&description, schema, &answer.json(), &path);
    }
}

/// Checks a value against what of JSON Schema the description uses; members it does not name are
/// refused unless they stand beside `allOf`.
fn conforms(description: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = description.pointer(reference.trim_start_matches('#'));
        return conforms(description, target.expect(reference), value, place);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().for_each(|part| conforms(description, part, value, place));
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let null = choices.iter().any(|c| c["type"] == "null");
        if !(null && value.is_null()) {
            let other = choices.iter().find(|c| c["type"] != "null").unwrap();
            conforms(description, other, value, place);
        }
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = |t: &Value| t == kind || (t == "number" && kind == "integer");
    match &schema["type"] {
        Value::Null => {}
        Value::Array(kinds) => assert!(kinds.iter().any(fits), "{place}: {kind} is none of {kinds:?}"),
        one => assert!(fits(one), "{place}: {kind} is not {one}"),
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(value), "{place}: {value} is none of {values:?}");
    }
    match value {
        Value::Object(members) => {
            for name in schema["required"].as_array().into_iter().flatten() {
                assert!(members.contains_key(name.as_str().unwrap()), "{place}: {name} is missing");
            }
            for (name, member) in members {
                let schema = match &schema["properties"][name] {
                    Value::Null => &schema["additionalProperties"],
                    own => own,
                };
                if schema.is_object() {
                    conforms(description, schema, member, &format!("{place}/{name}"));
                }
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                let schema = if schema["prefixItems"].is_array() {
                    &schema["prefixItems"][i]
                } else {
                    &schema["items"]
                };
                if schema.is_object() {
                    conforms(description, schema, item, &format!("{place}/{i}"));
                }
            }
        }
        _ => {}
    }
}

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

#[cfg(unix)]
#[test]
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
    let mut told = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("http://") {
        line.clear();
        assert!(std::io::BufRead::read_line(&mut told, &mut line).unwrap() > 0, "it ended");
    }
    let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap();
    assert_eq!(ureq::get(format!("http://{address}/healthz")).call().unwrap().status(), 200);
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
