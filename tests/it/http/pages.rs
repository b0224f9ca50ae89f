//! The web pages as markup.

use baoku::search::{Request, article_url};

use serde_json::Value;

use super::{escaped, get, get_with, server};

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

/// A page without the data it holds for programs (JSON-LD): no browser runs it.
fn without_data(page: &str) -> String {
    let Some((before, rest)) = page.split_once("<script type=\"application/ld+json\">") else {
        return page.to_owned();
    };
    let (data, behind) = rest.split_once("</script>").unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["@type"], "NewsArticle");
    format!("{before}{behind}")
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
            // Data for programs, which no browser runs.
            let body = &without_data(&answer.body);
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
fn holdings_are_a_calendar_of_issues_by_year() {
    let page = get("/issues?year=2032").body;
    let calendars = get("/api/v1/issues").json();
    let paper = calendars.as_array().unwrap().iter().find(|c| c["paper"] == "澜湾日报").unwrap();
    let issues: Vec<&str> =
        paper["issues"].as_array().unwrap().iter().map(|i| i["date"].as_str().unwrap()).collect();
    assert!(issues.contains(&"2032-05-20"));
    for date in issues.iter().filter(|date| date.starts_with("2032")) {
        assert!(page.contains(&format!("title=\"{date} · ")), "{date}");
        assert!(page.contains(&format!("/{date}\"")), "{date}");
    }
    assert_eq!(get("/issues?year=1900").status, 404);
    assert_eq!(get("/issues").status, 200);
}

#[test]
fn an_archive_that_is_published_tells_crawlers_what_there_is() {
    let own = get("/robots.txt").body;
    assert!(own.contains("Disallow: /\n") && !own.contains("Sitemap"));
    assert_eq!(get("/sitemap.xml").status, 404);
    let published = super::serving::served(baoku::http::Options { publish: true, ..Default::default() });
    let robots = published.get("/robots.txt").body;
    let map = robots.lines().find_map(|line| line.strip_prefix("Sitemap: ")).unwrap().to_owned();
    let here = format!("http://{}", published.address);
    let maps = published.get(map.strip_prefix(&here).unwrap()).body;
    let list = maps.split("<loc>").nth(1).unwrap().split("</loc>").next().unwrap().to_owned();
    let addresses = published.get(list.strip_prefix(&here).unwrap()).body;
    let addresses: Vec<&str> =
        addresses.split("<loc>").skip(1).map(|rest| rest.split("</loc>").next().unwrap()).collect();
    let issues = published.archive.issues().unwrap().len();
    assert_eq!(addresses.len() as u64, published.archive.generation().articles + issues as u64);
    for address in addresses.iter().step_by(37) {
        let path = address.strip_prefix(&here).unwrap();
        assert_eq!(published.get(path).status, 200, "{path}");
    }
    assert_eq!(published.get("/sitemap/1.xml").status, 404);
    assert_eq!(published.get("/sitemap/x.xml").status, 404);
}
