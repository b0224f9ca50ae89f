//! A server over a cluster answers as one over a folder, and says what it can't have.

use std::net::SocketAddr;
use std::time::Duration;

use baoku::cluster::{Address, Cluster, Secret, Store};
use baoku::http;
use baoku::search::Archive;
use serde_json::{Value, json};

use super::fixture_cluster;
use super::stand_in::{Answer, counted, greeting, mapping, serve};
use crate::support::{fixture_archive, stored};

/// Serves an archive until the process ends.
fn served(archive: impl Into<Store>) -> SocketAddr {
    let listener = http::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let archive = archive.into();
    std::thread::spawn(move || http::serve(listener, archive, http::Options::default()).unwrap());
    address
}

fn get(address: SocketAddr, path: &str) -> (u16, String, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.get(format!("http://{address}{path}")).call().unwrap();
    let kind = answer.headers().get("content-type").map_or("", |v| v.to_str().unwrap()).to_owned();
    (answer.status().as_u16(), kind, answer.body_mut().read_to_string().unwrap())
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

/// What differs from answer to answer.
fn settled(body: &str) -> Value {
    let mut value: Value = serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned()));
    if let Some(object) = value.as_object_mut() {
        object.remove("took_ms");
        // Bytes on disk are those of each engine.
        object.remove("index_bytes");
        object.remove("kept_bytes");
    }
    value
}

#[test]
fn a_server_over_a_cluster_answers_as_one_over_a_folder() {
    let _whole = super::whole();
    let Some(cluster) = fixture_cluster() else { return };
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = stored(&archive);
    let with_page = articles.iter().find(|a| a.facts.page.as_deref() == Some("1")).unwrap();
    let id = with_page.article.id.clone();
    let page = id.rsplit_once('/').unwrap().0.to_owned();
    let issue = page.rsplit_once('/').unwrap().0.to_owned();
    let (here, there) = (served(archive), served(cluster.clone()));
    let q = encoded("“镜湖”");
    for path in [
        format!("/api/v1/search?q={q}&sort=oldest&limit=7&facet=year&facet=person"),
        format!("/api/v1/search?q={q}&sort=newest&offset=5&limit=5"),
        format!("/api/v1/articles/{}", encoded(&id)),
        format!("/api/v1/articles/{}?format=markdown", encoded(&id)),
        format!("/api/v1/pages/{}", encoded(&page)),
        format!("/api/v1/pages/{}", encoded(&issue)),
        format!("/api/v1/people?post={}", encoded("区长")),
        format!("/api/v1/people/{}", encoded("魏振东")),
        format!("/api/v1/suggest?q={}", encoded("镜湖 魏")),
        "/api/v1/suggest?q=wzd".to_owned(),
        format!("/api/v1/suggest?q={}", encoded("区")),
        format!("/api/v1/trend?q={q}&by=month"),
        format!("/api/v1/export?q={q}"),
        "/api/v1/issues".to_owned(),
        "/api/v1/stats".to_owned(),
        format!("/feed.atom?q={q}"),
        "/healthz".to_owned(),
        "/readyz".to_owned(),
        format!("/pages/{}", encoded(&page)),
        format!("/people/{}", encoded("魏振东")),
        format!("/trend?q={q}"),
        "/".to_owned(),
        "/people".to_owned(),
    ] {
        let (one, many) = (get(here, &path), get(there, &path));
        assert_eq!((one.0, &one.1), (many.0, &many.1), "{path}: {}", many.2);
        // Pages and feeds name the server they come from.
        let (one, many) = (one.2.replace(&here.to_string(), "H"), many.2.replace(&there.to_string(), "H"));
        assert_eq!(settled(&one), settled(&many), "{path}");
    }
    // In another order, or without what a cluster can't say; but pages all the same.
    for path in [format!("/articles/{}", encoded(&id)), format!("/search?q={q}"), "/issues".to_owned()] {
        let (status, kind, body) = get(there, &path);
        assert_eq!((status, kind.starts_with("text/html")), (200, true), "{path}: {body}");
    }
    for path in [
        "/api/v1/network".to_owned(),
        "/api/v1/attendance".to_owned(),
        "/api/v1/stats/issues".to_owned(),
        format!("/api/v1/articles/{}/similar", encoded(&id)),
        format!("/api/v1/pages/{}/source", encoded(&page)),
    ] {
        let (status, kind, body) = get(there, &path);
        assert_eq!((status, kind.as_str()), (501, "application/problem+json"), "{path}: {body}");
        assert!(body.contains("can't be had from a cluster"), "{body}");
    }
    // Their pages say so too, and not that something failed.
    for path in ["/saved", "/attendance"] {
        let (status, kind, body) = get(there, path);
        assert_eq!((status, kind.starts_with("text/html")), (501, true), "{path}");
        assert!(body.contains("<h1>这一页要到档案所在的机器上看</h1>"), "{path}: {body}");
        assert!(body.contains("baoku serve") && !body.contains("服务器出错了"), "{path}: {body}");
        let (_, _, body) = get(there, &format!("{path}?lang=en"));
        assert!(body.contains("<h1>This page needs the archive"), "{path}: {body}");
    }
}

#[test]
fn a_server_shows_no_part_of_an_answer_and_not_where_the_cluster_is() {
    let mapping = mapping(&Archive::open(fixture_archive()).unwrap());
    let host = serve(move |asked| match asked.path.as_str() {
        "/" => Answer::Json(200, greeting("7.0.0")),
        path if path.contains("/_search") => Answer::Json(200, counted(7, 1)),
        _ => Answer::Json(200, mapping.clone()),
    });
    let address = Address::archive(&format!("es+http://{host}/x")).unwrap().unwrap();
    let cluster = Cluster::open(&address, Secret::default()).unwrap().within(Duration::from_millis(300));
    let server = served(cluster);
    for path in [format!("/api/v1/search?q={}", encoded("“镜湖”")), "/readyz".to_owned()] {
        let (status, kind, body) = get(server, &path);
        assert_eq!((status, kind.as_str()), (503, "application/problem+json"), "{body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["type"], json!("tag:baoku,2026:cluster"));
        assert!(body["detail"].as_str().unwrap().contains("no whole answer"), "{body}");
        assert!(!body.to_string().contains(&host), "{body}");
    }
    assert_eq!(get(server, "/healthz").0, 200, "the server itself lives");
}
