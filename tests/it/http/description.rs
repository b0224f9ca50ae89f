//! The description of the API tells the truth.

use super::conforms::conforms;
use super::{escaped, get, server};
use baoku::search::{Request, article_url};

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
        "/api/v1/search/batch",
        "/api/v1/articles/{id}",
        "/api/v1/articles/{id}/similar",
        "/api/v1/pages/{id}",
        "/api/v1/trend",
        "/api/v1/compare",
        "/api/v1/export",
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
        ("/api/v1/articles/{id}/similar", format!("/api/v1{}/similar", article_url(&article))),
        ("/api/v1/articles/{id}/similar", "/api/v1/articles/none/similar".to_owned()),
        ("/api/v1/trend", format!("/api/v1/trend?q={}&q=a", escaped("镜湖"))),
        ("/api/v1/trend", "/api/v1/trend".to_owned()),
        ("/api/v1/compare", format!("/api/v1/compare?a={0}&b={0}", escaped(&article))),
        ("/api/v1/compare", "/api/v1/compare?a=x&b=y".to_owned()),
        ("/api/v1/export", "/api/v1/export?format=docx".to_owned()),
        ("/api/v1/pages/{id}", format!("/api/v1/pages/{}", escaped("澜湾日报/2032-05-20"))),
        ("/api/v1/people", "/api/v1/people?limit=0".to_owned()),
        ("/api/v1/people/{id}", format!("/api/v1/people/{}", escaped("陆怀舟"))),
        ("/api/v1/company", format!("/api/v1/company?person={}", escaped("陆怀舟"))),
        (
            "/api/v1/company",
            format!("/api/v1/company?person={}&with={}", escaped("陆怀舟"), escaped("韩伯川")),
        ),
        ("/api/v1/network", "/api/v1/network?min=3".to_owned()),
        ("/api/v1/attendance", "/api/v1/attendance".to_owned()),
        ("/api/v1/order", "/api/v1/order".to_owned()),
        ("/api/v1/issues", "/api/v1/issues".to_owned()),
        ("/api/v1/stats/issues", "/api/v1/stats/issues".to_owned()),
        ("/api/v1/saved", "/api/v1/saved".to_owned()),
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
        conforms(&description, schema, &answer.json(), &path).unwrap();
    }
}

#[test]
fn a_parameter_that_is_not_described_is_refused_and_named() {
    for (path, name) in [
        ("/api/v1/search?q=a&form=2031", "form"),
        ("/api/v1/people?psot=a", "psot"),
        ("/api/v1/stats?x=1", "x"),
    ] {
        let answer = get(path);
        assert_eq!((answer.status, answer.json()["parameter"].as_str()), (400, Some(name)), "{path}");
    }
    let body = server().post("/api/v1/search", "application/json", r#"{"q":"a","form":"2031"}"#);
    assert_eq!((body.status, body.json()["parameter"].as_str()), (400, Some("form")));
}

#[test]
fn people_read_the_description_as_a_page() {
    let page = get("/docs").body;
    let description = get("/openapi.json").json();
    for path in description["paths"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("<code>{path}</code>")), "{path}");
    }
    for name in description["components"]["schemas"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("id=\"type-{name}\"")), "{name}");
    }
    for link in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(page.contains(&format!("id=\"{link}\"")), "#{link}");
    }
}
