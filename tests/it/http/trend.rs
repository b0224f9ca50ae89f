//! Trends, citations, exports, similar stories and comparisons over the socket: what the library gives.

use baoku::cite::{Style, cite};
use baoku::export::{Form, Measure, trend_csv, trend_svg};
use baoku::search::{Period, Request, Sort, TrendRequest, article_url};

use super::{escaped, get, get_with, server};

#[test]
fn a_trend_is_given_in_every_form() {
    let request = TrendRequest {
        terms: vec!["镜湖".to_owned(), "<会议>".to_owned()],
        by: Period::Year,
        dates: None,
        as_printed: false,
    };
    let trend = server().archive.trend(&request).unwrap();
    let path = format!("/api/v1/trend?q={}&q={}&by=year", escaped("镜湖"), escaped("<会议>"));
    let json = get(&path);
    assert_eq!((json.status, json.json()), (200, serde_json::to_value(&trend).unwrap()));
    let csv = get(&format!("{path}&format=csv"));
    assert_eq!(csv.body.as_bytes(), trend_csv(&trend));
    let svg = get(&format!("{path}&format=svg&measure=occurrences"));
    assert_eq!(svg.header("content-type"), "image/svg+xml");
    assert_eq!(svg.body, trend_svg(&trend, Measure::Occurrences).unwrap());
    for (query, name) in [
        ("", "q"),
        ("q=a&by=week", "by"),
        ("q=a&format=png", "format"),
        ("q=a&measure=x", "measure"),
        ("q=a&from=x", "from"),
    ] {
        let problem = get(&format!("/api/v1/trend?{query}"));
        assert_eq!((problem.status, problem.json()["parameter"].as_str()), (400, Some(name)), "{query}");
    }
}

#[test]
fn an_article_is_given_as_a_citation_by_name_and_by_accept() {
    let archive = &server().archive;
    for id in ["险/2031-03-18/1/a&b?c#d%", &archive.search(&Request::new("镜湖")).unwrap().hits[0].id] {
        let stored = archive.article(id).unwrap().unwrap();
        let path = format!("/api/v1{}", article_url(id));
        for style in Style::ALL {
            let answer = get(&format!("{path}?format={}", style.name()));
            assert_eq!((answer.status, answer.header("content-type")), (200, style.media_type()));
            assert_eq!(answer.body, cite(style, &stored));
        }
        let accepted =
            |accept: &str| get_with(&path, &[("accept", accept)]).header("content-type").to_owned();
        assert_eq!(accepted("application/x-bibtex"), Style::Bibtex.media_type());
        assert_eq!(accepted("text/html, application/ld+json;q=0.9"), "application/ld+json");
        assert_eq!(accepted("*/*"), "application/json");
        assert_eq!(get(&format!("{path}?format=mla")).json()["parameter"], "format");
    }
}

#[test]
fn an_export_is_sent_whole() {
    let archive = &server().archive;
    let whole = |request: &Request, form: Form| -> String {
        let mut bytes = form.beginning();
        let mut first = true;
        let given = archive.each(request, |stored| -> Result<(), baoku::index::Error> {
            bytes.extend(form.article(&stored, first));
            first = false;
            Ok(())
        });
        assert!(given.unwrap() > 0);
        String::from_utf8(bytes).unwrap()
    };
    for form in Form::ALL {
        for (query, request) in [
            (String::new(), Request { limit: 0, sort: Sort::Oldest, ..Request::new("") }),
            (
                format!("&q={}&limit=5&offset=3&sort=newest", escaped("镜湖")),
                Request { limit: 5, offset: 3, sort: Sort::Newest, ..Request::new("镜湖") },
            ),
        ] {
            let answer = get(&format!("/api/v1/export?format={}{query}", form.name()));
            assert_eq!((answer.status, answer.body), (200, whole(&request, form)), "{} {query}", form.name());
        }
    }
    let references = get(&format!("/api/v1/export?format=csl-json&q={}", escaped("镜湖")));
    let total = archive.count(&Request::new("镜湖")).unwrap();
    assert_eq!(references.json().as_array().unwrap().len() as u64, total);
    let none = get(&format!("/api/v1/export?format=csl-json&q={}", escaped("“没有的龙宫”")));
    assert_eq!(none.json(), serde_json::json!([]));
    assert_eq!(get("/api/v1/export?format=docx").json()["parameter"], "format");
}

#[test]
fn similar_stories_and_comparisons_are_the_librarys() {
    let archive = &server().archive;
    let hits = archive.search(&Request { limit: 4, ..Request::new("镜湖综合治理") }).unwrap().hits;
    for hit in &hits {
        let answer = get(&format!("/api/v1{}/similar?limit=3", article_url(&hit.id)));
        let expected = archive.similar(&hit.id, 3).unwrap().unwrap();
        assert_eq!((answer.status, answer.json()), (200, serde_json::to_value(expected).unwrap()));
        let page = get(&article_url(&hit.id));
        assert_eq!(page.status, 200);
    }
    let (a, b) = (&hits[0].id, &hits[1].id);
    let answer = get(&format!("/api/v1/compare?a={}&b={}", escaped(a), escaped(b)));
    let expected = archive.compare(a, b).unwrap().unwrap();
    assert_eq!((answer.status, answer.json()), (200, serde_json::to_value(expected).unwrap()));
    let page = get(&format!("/compare?a={}&b={}", escaped(a), escaped(b)));
    assert!(page.status == 200 && page.body.contains("<ins>"));
    assert_eq!(get("/api/v1/compare?a=x&b=y").status, 404);
    assert_eq!(get("/api/v1/compare?a=x").json()["parameter"], "b");
    assert_eq!(get("/api/v1/articles/none/similar").status, 404);
}

#[test]
fn the_page_of_terms_over_time_shows_picture_table_and_articles() {
    let empty = get("/trend");
    assert!(empty.status == 200 && !empty.body.contains("<img"));
    let path = format!("/trend?q={}&q={}&q=&by=year", escaped("镜湖"), escaped("<script>"));
    let page = get(&path);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("class=\"plot\"") && page.body.contains("alt=\"“镜湖”"), "{}", page.body);
    assert!(page.body.contains("2032") && !page.body.contains("<script>\""), "{}", page.body);
    assert!(get(&format!("{path}&lang=en")).body.contains("First seen"));
    assert_eq!(get("/trend?q=a&by=week").status, 400);
}
