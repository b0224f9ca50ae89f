//! What stands on a page and is no article: found as text of its page, never as an article.

use crate::support::{baoku_on, folder, write};

const PAGE: &str = "# 深化“三湖同治” 建设美丽澜湾\n\n2031年3月18日　星期二　第2版 综合　责任编辑：常青　校对：单丹\n\n# 镜湖引水渠贯通\n\n本报讯（记者林夕）3月17日，镜湖引水渠全线贯通，常青的水杉映在渠里。\n\n# 柳渡小学添新书\n\n本报讯（记者周全）3月16日，柳渡小学的图书角添了三百册新书。\n";

fn archive() -> (tempfile::TempDir, std::path::PathBuf) {
    let place = folder();
    write(place.path().join("p/澜湾日报/2031-03-18/02.md"), PAGE);
    let archive = place.path().join("a");
    let pages = place.path().join("p");
    baoku_on(&archive, &["index", pages.to_str().unwrap(), "--paper", "澜湾日报"]).ended(0);
    (place, archive)
}

#[test]
fn a_page_is_found_by_its_furniture_where_no_article_is() {
    let (_place, archive) = archive();
    for question in ["“责任编辑：常青”", "校对 单丹", "“单丹” 日期:2031-03", "“单丹” 版:2", "“丹”"]
    {
        let answer = baoku_on(&archive, &["search", question, "--format", "json"]).ended(0).json();
        assert_eq!(answer["total"]["value"], 0, "{question}: pages are no articles");
        assert_eq!(answer["page_total"], 1, "{question}");
        let hit = &answer["hits"][0];
        assert_eq!(hit["genre"], "page", "{question}");
        assert_eq!(hit["id"], "澜湾日报/2031-03-18/2", "{question}");
        assert!(hit["url"].as_str().unwrap().starts_with("/pages/"), "{question}");
        assert!(hit["snippets"][0]["text"].as_str().unwrap().contains("单丹"), "{question}");
    }
    for question in ["“单丹” 日期:2032", "“单丹” 版:3", "“单丹” -责任编辑", "“单丹” 人物:林夕"]
    {
        let answer = baoku_on(&archive, &["search", question, "--format", "json"]).ended(1).json();
        assert_eq!(answer["page_total"], serde_json::Value::Null, "{question}");
    }
}

#[test]
fn pages_follow_articles_and_are_never_counted_among_them() {
    let (_place, archive) = archive();
    let answer = baoku_on(&archive, &["search", "“常青”", "--format", "json"]).ended(0).json();
    assert_eq!(answer["total"]["value"], 1);
    assert_eq!(answer["hits"][0]["genre"], "news");
    assert_eq!(answer["hits"][1]["genre"], "page");
    for option in [&["--limit", "0", "--format", "ids"][..], &["--format", "ids"]] {
        let ran = baoku_on(&archive, &[&["search", "“常青”"], option].concat()).ended(0);
        assert_eq!(ran.out.lines().count(), 1, "{option:?}");
    }
    assert_eq!(baoku_on(&archive, &["search", "“常青”", "--count"]).ended(0).out.trim(), "1");
    for question in ["版:2", "日期:2031", "报纸:澜湾日报", "-镜湖", ""] {
        let ran = baoku_on(&archive, &["search", question, "--format", "json"]).ended(0).json();
        assert_eq!(ran["page_total"], serde_json::Value::Null, "{question}");
        assert!(ran["hits"].as_array().unwrap().iter().all(|h| h["genre"] != "page"), "{question}");
    }
    let answer = baoku_on(&archive, &["search", "版:2", "--format", "json"]).ended(0).json();
    assert_eq!(answer["total"]["value"], 2);
}

#[test]
fn windows_go_on_from_articles_into_pages() {
    let (_place, archive) = archive();
    let first = baoku_on(&archive, &["search", "“常青”", "--limit", "1", "--format", "json"]).ended(0).json();
    assert_eq!(first["hits"][0]["genre"], "news");
    let next = first["next"].as_str().unwrap();
    let second =
        baoku_on(&archive, &["search", "“常青”", "--limit", "1", "--offset", next, "--format", "json"])
            .ended(0)
            .json();
    assert_eq!(second["hits"][0]["genre"], "page");
    assert_eq!(second["next"], serde_json::Value::Null);
}

#[test]
fn a_page_shows_its_furniture_and_loses_it_with_its_source() {
    let (place, archive) = archive();
    let shown = baoku_on(&archive, &["show", "澜湾日报/2031-03-18/2"]).ended(0);
    assert!(shown.out.contains("[folio]") && shown.out.contains("校对：单丹"), "{}", shown.out);
    let pages = place.path().join("p");
    write(pages.join("澜湾日报/2031-03-18/02.md"), PAGE.replace("单丹", "方晓"));
    baoku_on(&archive, &["index", pages.to_str().unwrap(), "--paper", "澜湾日报"]).ended(0);
    baoku_on(&archive, &["search", "“校对：单丹”"]).ended(1);
    baoku_on(&archive, &["search", "“校对：方晓”"]).ended(0);
    std::fs::remove_dir_all(pages.join("澜湾日报")).unwrap();
    write(pages.join("别处/2031-03-19/01.md"), "# 题目\n\n本报讯（记者林夕）3月19日，正文在此，别无他物。\n");
    baoku_on(&archive, &["index", pages.to_str().unwrap(), "--paper", "澜湾日报"]).ended(0);
    baoku_on(&archive, &["search", "“校对：方晓”"]).ended(1);
}
