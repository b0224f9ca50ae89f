//! Answers of the API over a real socket.

use baoku::search::{ArticleRecord, Facet, PeopleQuery, Request, Sort, article_url, days};
use serde_json::Value;

use super::{escaped, get, get_with, raw, server, timeless};

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
fn the_completeness_report_is_that_of_the_command_line() {
    let server = super::serving::served(baoku::http::Options::default());
    let told = crate::support::baoku_on(
        crate::support::fixture_archive(),
        &["stats", "--issues", "--format", "json"],
    );
    assert_eq!(server.get("/api/v1/stats/issues").json(), told.ended(0).json());
    let table = crate::support::baoku_on(
        crate::support::fixture_archive(),
        &["stats", "--issues", "--format", "csv"],
    );
    assert_eq!(server.get("/api/v1/stats/issues?format=csv").body, table.ended(0).out);
    assert_eq!(server.get("/api/v1/stats/issues?format=xml").status, 400);
    let page = server.get("/issues").body;
    assert!(page.contains("href=\"/api/v1/stats/issues?format=csv\""), "{page}");
}
