//! Reads an article page of an e-paper into a ready article.
//!
//! Pages made with Founder software (方正) say in a comment what their parts are
//! (`<!--enpproperty <title>…`); that is better than any guess. Elsewhere the largest box of text
//! that is not links is the body, and headings and meta tags tell the rest.

use std::collections::HashMap;

use encoding_rs::Encoding;
use serde_json::Value;

use crate::diag::{Problem, ProblemKind};
use crate::paper::{Article, IssueFacts};

use super::dates::date_in;
use super::decode::{Decoded, decode, decode_as, encoding_of};
use super::facts::path_facts;
use super::html_lines::{Line, Page, lines_of};
use super::markup::{Token, Tokens, attribute, unescape};
use super::record::{ArticleRecord, IdGiver, Member, Members};

/// Reads one web page.
pub(super) fn article_of_html(bytes: Vec<u8>, source: &str) -> Result<ArticleRecord, Problem> {
    let decoded = decode_html(bytes);
    if decoded.text.is_empty() {
        let problem = decoded.problems.into_iter().next();
        return Err(problem.unwrap_or_else(|| Problem::new(ProblemKind::Empty, "the file holds no text")));
    }
    let told = Told::read(&decoded.text);
    let mut page = lines_of(told.content.unwrap_or(&decoded.text));
    let head = if told.content.is_some() { lines_of(&decoded.text) } else { Page::default() };
    let heading = heading(if told.content.is_some() { &head.lines } else { &page.lines });
    let body = if told.content.is_some() { std::mem::take(&mut page.lines) } else { body(&page, &heading) };
    if body.is_empty() && told.founder.is_empty() {
        return Err(Problem::new(ProblemKind::BadFormat, "a page of links or pictures, no article"));
    }
    let mut members = Members::default();
    let mut add = |member, value: Option<&str>| {
        if let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) {
            members.add(member, Value::String(value.to_owned()));
        }
    };
    add(Member::Headline, told.founder("title"));
    add(Member::Headline, heading.headline.as_deref());
    add(Member::Headline, told.meta("og:title").or(told.title.as_deref()).map(without_site));
    add(Member::Kicker, told.founder("introtitle"));
    add(Member::Deck, told.founder("subtitle"));
    if told.founder("title").is_none() {
        add(Member::Kicker, heading.kicker.as_deref());
        add(Member::Deck, heading.deck.as_deref());
    }
    add(Member::Byline, told.founder("author"));
    add(Member::Byline, told.meta("author"));
    add(Member::Byline, heading.source.author.as_deref());
    let dates = DATE_METAS.iter().map(|name| told.meta(name));
    let dates = std::iter::once(told.founder("date")).chain(dates).chain([heading.source.date.as_deref()]);
    add(Member::Date, dates.flatten().find(|date| date_in(date).is_some()));
    add(Member::Credit, told.meta("source").filter(|source| source.chars().count() <= 30));
    add(Member::Credit, heading.source.credit.as_deref());
    add(Member::Url, told.meta("og:url"));
    add(Member::Body, Some(&body.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")));
    let crossheads =
        (0..body.len()).filter(|i| matches!(body[*i].tag.as_str(), "h2" | "h3" | "h4")).collect();
    let mut record = members.into_record(Article::default(), source)?;
    record.article.crossheads = crossheads;
    record.problems.splice(0..0, decoded.problems);
    place(&mut record.facts, &told);
    IdGiver::new(source).give(&mut record);
    Ok(record)
}

const DATE_METAS: [&str; 7] = [
    "article:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "date",
    "og:release_date",
];

/// Paper, page and section from the node a Founder page belongs to: `第01版：要闻`, `A02要闻`, `潞州日报`.
fn place(facts: &mut IssueFacts, told: &Told<'_>) {
    let Some(node) = told.founder("nodename").or(told.founder("layoutname")) else {
        return;
    };
    let from_node = path_facts(node).facts;
    if from_node.paper.as_deref() == Some(node) {
        facts.paper = from_node.paper;
    } else if from_node.page.is_some() {
        facts.page = from_node.page;
        facts.section = from_node.section;
    } else {
        facts.section = Some(node.to_owned());
    }
}

/// Decodes by content; where that is not plainly UTF-8, the page's own word about its encoding goes first.
fn decode_html(bytes: Vec<u8>) -> Decoded {
    let head = &bytes[..bytes.len().min(4096)];
    let named = charset(head).and_then(|name| Encoding::for_label(name.as_bytes()));
    match (named, encoding_of(&bytes)) {
        (Some(named), Some(found)) if found != encoding_rs::UTF_8 && named != encoding_rs::UTF_8 => {
            // gb2312 on the web means all of GB18030
            let named = if named == encoding_rs::GBK { encoding_rs::GB18030 } else { named };
            decode_as(bytes, named)
        }
        _ => decode(bytes),
    }
}

fn charset(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let at = head.find("charset=")? + "charset=".len();
    let name = head[at..].trim_start_matches(['"', '\'', ' ']);
    Some(name.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect())
}

/// What a page says about itself.
#[derive(Debug, Default)]
struct Told<'a> {
    /// Members of the Founder comment.
    founder: HashMap<String, String>,
    metas: HashMap<String, String>,
    title: Option<String>,
    /// The body where the page marks it.
    content: Option<&'a str>,
}

impl<'a> Told<'a> {
    fn read(text: &'a str) -> Self {
        let mut told = Self { content: marked_content(text), ..Self::default() };
        let mut in_title = false;
        for token in Tokens::new(text) {
            match token {
                Token::Comment(comment) => {
                    if let Some(properties) = comment.trim_start().strip_prefix("enpproperty") {
                        told.founder_properties(properties);
                    }
                }
                Token::Open { name, attributes, .. } => {
                    in_title = name == "title" && told.title.is_none();
                    told.meta_tag(&name, attributes);
                }
                Token::Text(text) if in_title => told.title = Some(unescape(text).trim().to_owned()),
                Token::Close { .. } => in_title = false,
                Token::Text(_) => {}
            }
        }
        told
    }

    fn founder_properties(&mut self, properties: &str) {
        let mut open: Option<String> = None;
        for token in Tokens::new(properties) {
            match token {
                Token::Open { name, empty: false, .. } if name == "br" || name == "p" => {}
                Token::Open { name, empty: false, .. } => {
                    open = Some(name.strip_prefix("founder-").unwrap_or(&name).to_owned());
                }
                Token::Text(text) => {
                    if let Some(name) = &open {
                        let value = unescape(text);
                        let value = value.trim();
                        let held = self.founder.entry(name.clone()).or_default();
                        if !value.is_empty() && value != "null" {
                            if !held.is_empty() {
                                held.push(' ');
                            }
                            held.push_str(value);
                        }
                    }
                }
                Token::Close { name } if name == "p" => {}
                Token::Close { .. } => open = None,
                _ => {}
            }
        }
    }

    fn meta_tag(&mut self, name: &str, attributes: &str) {
        let mut keep = |key: Option<String>, value: Option<String>| {
            if let (Some(key), Some(value)) = (key, value) {
                self.metas.entry(key.to_ascii_lowercase()).or_insert(value);
            }
        };
        match name {
            "meta" => {
                let key = ["property", "name", "itemprop"].iter().find_map(|key| attribute(attributes, key));
                keep(key, attribute(attributes, "content"));
            }
            "time" => keep(Some("pubdate".to_owned()), attribute(attributes, "datetime")),
            "link" if attribute(attributes, "rel").as_deref() == Some("canonical") => {
                keep(Some("og:url".to_owned()), attribute(attributes, "href"));
            }
            _ => {}
        }
    }

    fn founder(&self, name: &str) -> Option<&str> {
        self.founder.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn meta(&self, name: &str) -> Option<&str> {
        self.metas.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

/// The stretch that a Founder page marks as its body.
fn marked_content(text: &str) -> Option<&str> {
    for (open, close) in
        [("<!--enpcontent-->", "<!--/enpcontent-->"), ("<founder-content>", "</founder-content>")]
    {
        if let Some(start) = text.find(open) {
            let content = &text[start + open.len()..];
            let content = content.find(close).map_or(content, |end| &content[..end]);
            if Tokens::new(content)
                .any(|token| matches!(token, Token::Text(t) if !unescape(t).trim().is_empty()))
            {
                return Some(content);
            }
        }
    }
    None
}

/// A page's headline and the headings right above and below it.
#[derive(Debug, Default)]
struct Heading {
    kicker: Option<String>,
    headline: Option<String>,
    deck: Option<String>,
    /// Position of the line below the heading.
    end: usize,
    /// What the line below it tells.
    source: SourceLine,
}

/// The line below a headline on the web: `2026-06-04 08:00 来源：潞州日报 作者：孙鸣`.
#[derive(Debug, Default, PartialEq, Eq)]
struct SourceLine {
    date: Option<String>,
    credit: Option<String>,
    author: Option<String>,
}

impl SourceLine {
    fn read(text: &str) -> Option<Self> {
        let after = |words: &[&str]| {
            let (_, rest) = words.iter().find_map(|word| text.split_once(word))?;
            // the next member begins where its own word does
            let end = ["来源", "作者", "记者", "编辑", "责编", "时间", "字号", "点击", "|"]
                .iter()
                .filter_map(|word| rest.find(word))
                .min()
                .unwrap_or(rest.len());
            let value = rest[..end].trim().trim_matches(['(', ')', '（', '）', '[', ']', '　']).trim();
            (!value.is_empty() && value.chars().count() <= 30).then(|| value.to_owned())
        };
        let date = date_in(text).map(|date| date.to_string());
        let credit = after(&["来源：", "来源:"]);
        let chars = text.chars().count();
        // a sentence may open with a date too, and no sentence may be lost
        let bare_date = date.is_some() && chars <= 40 && !text.contains(['，', '、', '“']);
        if chars > 100 || text.contains('。') || !(bare_date || credit.is_some()) {
            return None;
        }
        Some(Self { date, credit, author: after(&["作者：", "作者:", "记者：", "记者:"]) })
    }
}

/// How far below the headline that line may stand.
const SOURCE_LINES_MAX: usize = 6;

fn heading(lines: &[Line]) -> Heading {
    let Some(at) = lines.iter().position(|line| line.tag == "h1" && line.link_chars == 0) else {
        return Heading::default();
    };
    let beside = |i: Option<usize>| {
        let line = lines.get(i?)?;
        let sub = matches!(line.tag.as_str(), "h2" | "h3" | "h4") && line.container == lines[at].container;
        sub.then(|| line.text.clone())
    };
    let end = (at..lines.len()).find(|i| lines[*i].tag != "h1").unwrap_or(lines.len());
    let headline = lines[at..end].iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    let deck = beside(Some(end));
    let end = end + usize::from(deck.is_some());
    let below = lines.iter().skip(end).take(SOURCE_LINES_MAX);
    let source = below.filter_map(|line| SourceLine::read(&line.text)).next().unwrap_or_default();
    Heading { kicker: beside(at.checked_sub(1)), headline: Some(headline), deck, end, source }
}

/// The lines of the box with the most text that is no links.
fn body(page: &Page, heading: &Heading) -> Vec<Line> {
    let plain = |line: &Line| {
        let chars = line.text.chars().count();
        line.tag != "title" && line.tag != "h1" && line.link_chars * 2 < chars.max(1)
    };
    let mut scores = vec![0_usize; page.parents.len()];
    for line in page.lines.iter().filter(|line| plain(line)) {
        let chars = line.text.chars().count();
        // a sentence tells an article from a menu
        let sentences = line.text.matches(['。', '，', '；', '！', '？', ',', '.']).count();
        let score = (chars * usize::from(sentences > 0)).saturating_sub(3 * line.link_chars) * 2;
        scores[line.container] += score;
        let parent = page.parents[line.container];
        if parent != line.container {
            scores[parent] += score / 2;
        }
    }
    let best = (0..scores.len()).rev().max_by_key(|i| scores[*i]).filter(|i| scores[*i] > 0);
    let Some(best) = best else {
        return Vec::new();
    };
    let inside = |mut container: usize| loop {
        if container == best {
            break true;
        }
        let parent = page.parents[container];
        if parent == container {
            break false;
        }
        container = parent;
    };
    let lines = page.lines.iter().enumerate().filter(|(i, line)| {
        let in_heading = heading.headline.is_some() && *i < heading.end;
        let near = heading.headline.is_some() && *i < heading.end + SOURCE_LINES_MAX;
        let told_above = near && SourceLine::read(&line.text).is_some();
        !in_heading && !told_above && plain(line) && inside(line.container)
    });
    lines.map(|(_, line)| line.clone()).collect()
}

/// A page's title without the name of its site: `引水渠贯通_潞州新闻网`.
fn without_site(title: &str) -> &str {
    let cut = ["_", "|", " - ", "-", "——", "--"].iter().find_map(|separator| {
        let (head, tail) = title.split_once(separator)?;
        let site = ["网", "报", "新闻", "数字报", "电子报", "频道", "客户端"]
            .iter()
            .any(|end| tail.trim().ends_with(end));
        (site && !head.trim().is_empty()).then_some(head)
    });
    cut.unwrap_or(title).trim()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn told(html: &[u8]) -> String {
        match article_of_html(html.to_vec(), "web/content_1.html") {
            Err(problem) => format!("{} {}\n", problem.kind, problem.message),
            Ok(r) => format!(
                "{:?}\n{:?} | {:?} | {:?}\n{:?} {:?}\n{:?} {:?}\n{}\n",
                r.facts,
                r.article.kicker,
                r.article.headline,
                r.article.deck,
                r.article.byline.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(),
                r.article.credit,
                r.url,
                r.problems,
                r.article.paragraphs.join("\n")
            ),
        }
    }

    #[test]
    fn a_founder_page_says_itself_what_its_parts_are() {
        let html = "<html><head><meta charset=gb2312><title>潞州日报数字报-引水渠</title></head><body>\
            <div class=menu><a href=x>上一篇</a></div>\
            <!--enpproperty <articleid>118</articleid><date>2026-06-04 00:00:00:0</date><author>孙鸣 李禾</author>\
            <title>引水渠<br>全线贯通</title><keyword></keyword><subtitle>两岸稻田浇上水</subtitle>\
            <introtitle>春耕一线</introtitle><siteid>1</siteid><nodename>第01版：要闻</nodename>/enpproperty-->\
            <!--enpcontent--><founder-content><P>　　本报讯　昨日，引水渠&ldquo;全线&rdquo;贯通。</P><P>&nbsp;&nbsp;农户说好。</P>\
            </founder-content><!--/enpcontent--><div>版权所有，未经许可不得转载。</div></body></html>";
        let want = expect![[r#"
            IssueFacts { paper: None, date: Some(2026-06-04), page: Some("1"), section: Some("要闻") }
            Some("春耕一线") | Some("引水渠 全线贯通") | Some("两岸稻田浇上水")
            ["孙鸣", "李禾"] None
            None []
            本报讯　昨日，引水渠“全线”贯通。
            农户说好。
        "#]];
        want.assert_eq(&told(html.as_bytes()));
        want.assert_eq(&told(&encoding_rs::GBK.encode(html).0));
    }

    #[test]
    fn newer_founder_pages_prefix_their_properties() {
        let html = "<!--enpproperty <founder-title>引水渠贯通</founder-title><founder-date>2026-06-04</founder-date>\
            <founder-author>null</founder-author><nodename>潞州日报</nodename> -->\
            <founder-content><p>本报讯，昨日贯通。</p></founder-content>";
        expect![[r#"
            IssueFacts { paper: Some("潞州日报"), date: Some(2026-06-04), page: None, section: None }
            None | Some("引水渠贯通") | None
            [] None
            None []
            本报讯，昨日贯通。
        "#]]
        .assert_eq(&told(html.as_bytes()));
    }

    #[test]
    fn on_another_page_the_largest_text_is_the_body() {
        let html = "<!DOCTYPE html><html><head><title>引水渠全线贯通_潞州新闻网</title>\
            <meta name=author content=孙鸣><meta property='article:published_time' content='2026-06-04T08:00:00+08:00'>\
            <link rel=canonical href='https://news.example/1.html'><script>var a = '<p>不是正文，。</p>';</script></head><body>\
            <nav><p>首页，要闻。</p></nav><div id=menu><ul><li><a href=1>上一条新闻，很长很长的标题</a></li></ul></div>\
            <div class=article><h3>春耕一线</h3><h1>引水渠全线贯通</h1><h2>两岸稻田浇上水</h2>\
            <div class=text><p>本报讯，昨日引水渠贯通。</p><h3>水到田头</h3><p>农户说，今年的收成会好。<br>他笑了。</p></div></div>\
            <div class=foot><p>地址：潞州区</p></div></body></html>";
        expect![[r#"
            IssueFacts { paper: None, date: Some(2026-06-04), page: None, section: None }
            Some("春耕一线") | Some("引水渠全线贯通") | Some("两岸稻田浇上水")
            ["孙鸣"] None
            Some("https://news.example/1.html") []
            本报讯，昨日引水渠贯通。
            水到田头
            农户说，今年的收成会好。
            他笑了。
        "#]]
        .assert_eq(&told(html.as_bytes()));
    }

    #[test]
    fn the_line_below_a_headline_tells_date_source_and_author() {
        let html = "<html><body><div><h1>引水渠全线贯通</h1><p>2026年06月04日 08:00 来源：潞州日报 作者：孙鸣 编辑：李禾</p>\
            <p>本报讯，昨日引水渠贯通。</p><p>农户说，收成会好。</p></div></body></html>";
        expect![[r#"
            IssueFacts { paper: None, date: Some(2026-06-04), page: None, section: None }
            None | Some("引水渠全线贯通") | None
            ["孙鸣"] Some("潞州日报")
            None []
            本报讯，昨日引水渠贯通。
            农户说，收成会好。
        "#]]
        .assert_eq(&told(html.as_bytes()));
        assert_eq!(SourceLine::read("6月4日，引水渠贯通"), None);
        assert_eq!(SourceLine::read("2026年6月4日，引水渠贯通"), None);
    }

    #[test]
    fn a_page_of_links_is_no_article() {
        let html = "<html><title>第01版</title><body><ul><li><a href=1>引水渠，贯通</a></li><li><a href=2>乙，丙</a></li></ul>";
        assert_eq!(told(html.as_bytes()), "bad-format a page of links or pictures, no article\n");
        assert_eq!(told(b""), "empty the file holds no text\n");
    }

    proptest::proptest! {
        #[test]
        fn any_page_is_read_without_a_panic(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "<div>", "</div>", "<p>", "甲，乙。", "<h1>", "</h1>", "<!--enpproperty <title>", "</title>", "-->", "<nav>",
                "<!--enpcontent-->", "<td", "\"", "<script>", "&amp", "<a href=x>", "</body>", "\u{FEFF}", " ",
            ]), 0..40)
        ) {
            let _ = article_of_html(parts.concat().into_bytes(), "x");
        }
    }
}
