//! What stands beside an article: its source line by line, the printed page, what is saved.

use baoku::http::{self, Options};
use baoku::saved::{Saved, Shelf};
use baoku::search::{Archive, Request};

use super::{Server, escaped, get};

/// Lines of a page with a seam, so that something is mended.
const PAGE: &str = "# 引水渠全线贯通\n\n本报记者 李某\n\n区水利局昨天说，全线已经通水，沿线各村的群众纷\n\n纷赶来观看，<b>渠边</b>很是热闹。\n";
/// The smallest picture that begins as one.
const PICTURE: &[u8] = b"GIF89a and the rest of it";

/// A server over pages of which one has a picture beside it and one a PDF.
fn served() -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("甲报/2031-03-18");
    std::fs::create_dir_all(&pages).unwrap();
    std::fs::write(pages.join("01.md"), PAGE).unwrap();
    std::fs::write(pages.join("01.gif"), PICTURE).unwrap();
    std::fs::write(pages.join("02.md"), "# 春耕开始了\n\n各村的春耕都已经开始了，地里很忙。\n").unwrap();
    std::fs::write(pages.join("02.pdf"), "%PDF-1.7 page").unwrap();
    std::fs::write(pages.join("03.md"), "# 夜市开张了\n\n湖边的夜市昨天晚上开张了，人很多。\n").unwrap();
    std::fs::write(pages.join("03.jpg"), "no picture at all").unwrap();
    let root = folder.path().join("archive");
    let options =
        baoku::ingest::Options { paper: Some("甲报".to_owned()), ..baoku::ingest::Options::default() };
    baoku::pipeline::index(&root, &[folder.path().join("甲报")], &options, false, &|_| {}).unwrap();
    let archive = Archive::open(&root).unwrap();
    let listener = http::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let served = archive.clone();
    std::thread::spawn(move || http::serve(listener, served, Options::default()).unwrap());
    (Server { address, archive, agent: super::agent() }, folder)
}

#[test]
fn an_article_stands_beside_its_printed_page_and_against_its_source() {
    let (server, _folder) = served();
    let url = |question: &str| server.archive.search(&Request::new(question)).unwrap().hits[0].url.clone();
    let (mended, with_pdf, with_none) = (url("引水渠"), url("春耕"), url("夜市"));

    let page = server.get(&mended).body;
    let picture = format!("{}/facsimile", mended.replacen("/articles/", "/api/v1/pages/", 1));
    assert!(page.contains(&format!("<img src=\"{picture}\"")), "{page}");
    let shown = server.get(&picture);
    assert_eq!((shown.status, shown.header("content-type")), (200, "image/gif"));
    assert!(shown.header("content-security-policy").contains("frame-ancestors 'none'"));

    let pdf = format!("{}/facsimile", with_pdf.replacen("/articles/", "/api/v1/pages/", 1));
    assert!(server.get(&with_pdf).body.contains(&format!("<iframe src=\"{pdf}\"")));
    let shown = server.get(&pdf);
    assert_eq!((shown.status, shown.header("content-type")), (200, "application/pdf"));
    // This one alone may stand within a page of this server.
    assert_eq!(shown.header("x-frame-options"), "SAMEORIGIN");
    assert!(shown.header("content-security-policy").contains("frame-ancestors 'self'"));

    // What is not what its name says is not given out, whatever lies there.
    let none = format!("{}/facsimile", with_none.replacen("/articles/", "/api/v1/pages/", 1));
    assert_eq!(server.get(&none).status, 404);
    let of_page = format!("/api/v1/pages/{}/facsimile", escaped("甲报/2031-03-18/1"));
    assert_eq!(server.get(&of_page).header("content-type"), "image/gif");
    for odd in ["none", "../../etc/passwd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd"] {
        assert_eq!(server.get(&format!("/api/v1/pages/{odd}/facsimile")).status, 404, "{odd}");
    }

    // The article's own lines, the mended ones told; text is never markup.
    let source = server.get(&mended.replacen("/articles/", "/source/", 1)).body;
    assert!(source.contains("<li id=\"L5\" value=\"5\" class=\"own mended\""), "{source}");
    assert!(source.contains("href=\"#L5\"") && source.contains("断栏已接"), "{source}");
    assert!(source.contains("&#60;b&#62;渠边") && !source.contains("<b>渠边"), "{source}");
    assert!(page.contains(&format!("{}#L5", mended.replacen("/articles/", "/source/", 1))), "{page}");
    assert_eq!(server.get("/source/none").status, 404);
}

#[test]
fn what_is_saved_with_the_archive_is_told_with_what_came_in() {
    let (server, folder) = served();
    let root = folder.path().join("archive");
    let saved = Saved { name: "春耕".to_owned(), query: "春耕 <i>".to_owned(), literal: false };
    Shelf::of(&root).save(&server.archive, saved, false).unwrap();
    let told = server.get("/api/v1/saved").json();
    assert_eq!((told[0]["name"].as_str(), told[0]["new"].as_array().map(Vec::len)), (Some("春耕"), Some(0)));
    let page = server.get("/saved").body;
    assert!(page.contains("没有新文章") && page.contains("春耕 &#60;i&#62;"), "{page}");
    assert!(page.contains("/feed.atom?q=%E6%98%A5%E8%80%95"), "{page}");
    // Asking twice tells the same: a look is counted by the operator's command alone.
    let saved = Saved { name: "湖".to_owned(), query: "湖边".to_owned(), literal: false };
    Shelf::of(&root).save(&server.archive, saved, false).unwrap();
    assert_eq!(server.get("/api/v1/saved").json(), server.get("/api/v1/saved").json());
    assert_eq!(server.get("/api/v1/saved").json().as_array().unwrap().len(), 2);
    // Damage is told in the log and nowhere else.
    std::fs::write(root.join("saved.json"), "{").unwrap();
    let failed = server.get("/api/v1/saved");
    assert_eq!(failed.status, 500);
    assert!(!failed.body.contains("saved.json"), "{}", failed.body);
}

#[test]
fn the_matrix_counts_what_the_api_counts() {
    let page = get("/attendance?part=chaired").body;
    let told = get("/api/v1/attendance?part=chaired").json();
    let first = &told["rows"][0];
    let row = page.split("<tr>").nth(2).unwrap();
    assert!(row.contains(&format!(">{}</a>", first["name"].as_str().unwrap())), "{row}");
    assert!(row.contains(&format!("<td class=\"sum\">{}</td>", first["total"])), "{row}");
    assert_eq!(get("/attendance?from=x").status, 400);
    assert_eq!(get(&format!("/attendance?name={}", escaped("无此人"))).status, 200);
}
