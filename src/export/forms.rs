//! Other forms of an article: Markdown for notes and editors, schema.org for programs.

use serde_json::{Value, json};

use crate::index::StoredArticle;
use crate::search::article_url;

/// The article as Markdown, its parts told apart as the page reader expects them.
#[must_use]
pub fn markdown(stored: &StoredArticle) -> String {
    let article = &stored.article;
    let mut blocks: Vec<String> = Vec::new();
    blocks.extend(article.kicker.clone());
    blocks.push(format!("# {}", article.headline.as_deref().unwrap_or("（无标题）")));
    blocks.extend(article.deck.as_ref().map(|deck| format!("——{deck}")));
    let byline: Vec<String> =
        article.byline.iter().map(|a| format!("{} {}", a.role, a.name).trim().to_owned()).collect();
    let place: Vec<String> = [
        stored.facts.paper.clone(),
        stored.facts.date.map(|d| d.to_string()),
        stored.facts.page.as_ref().map(|p| format!("第{p}版")),
    ]
    .into_iter()
    .flatten()
    .chain(byline)
    .collect();
    blocks.push(format!("*{}*", place.join(" · ")));
    for (i, paragraph) in article.paragraphs.iter().enumerate() {
        blocks.push(if article.crossheads.contains(&i) {
            format!("## {paragraph}")
        } else {
            paragraph.clone()
        });
    }
    blocks.extend(article.credit.as_ref().map(|credit| format!("（据《{credit}》）")));
    let mut out = blocks.join("\n\n");
    out.push('\n');
    out
}

/// The article as a schema.org `NewsArticle` (JSON-LD).
#[must_use]
pub fn json_ld(stored: &StoredArticle) -> Value {
    let article = &stored.article;
    let facts = &stored.facts;
    let people = stored.people.summary.iter().filter(|p| p.kind != crate::people::Kind::Reporter);
    json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "identifier": article.id,
        "url": article_url(&article.id),
        "inLanguage": "zh-CN",
        "headline": article.headline,
        "alternativeHeadline": article.deck.as_ref().or(article.kicker.as_ref()),
        "articleSection": article.column.as_ref().or(facts.section.as_ref()),
        "articleBody": article.paragraphs.join("\n"),
        "author": article.byline.iter().map(|a| json!({"@type": "Person", "name": a.name})).collect::<Vec<_>>(),
        "mentions": people.map(|p| json!({"@type": "Person", "name": p.name, "jobTitle": p.posts})).collect::<Vec<_>>(),
        "datePublished": facts.date.map(|d| d.to_string()),
        "dateline": article.dateline,
        "printPage": facts.page,
        "isPartOf": facts.paper.as_ref().map(|name| json!({"@type": "Newspaper", "name": name})),
    })
}
