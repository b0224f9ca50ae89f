//! Tables as spreadsheet programs open them: they take a file for UTF-8 only with a byte order mark.

use crate::index::StoredArticle;
use crate::people::PersonSummary;
use crate::search::Trend;

const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// The columns of exported articles; `ingest` reads them under the same names.
const COLUMNS: [&str; 15] = [
    "id",
    "date",
    "paper",
    "page",
    "section",
    "column",
    "kicker",
    "headline",
    "deck",
    "byline",
    "credit",
    "genre",
    "event_date",
    "people",
    "body",
];

fn row<I: IntoIterator<Item = T>, T: AsRef<[u8]>>(cells: I) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Memory does not fail, and rows written one by one can't differ in length.
    let _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}

pub(super) fn article_header() -> Vec<u8> {
    let mut out = BYTE_ORDER_MARK.as_bytes().to_vec();
    out.extend(row(COLUMNS));
    out
}

pub(super) fn article_row(stored: &StoredArticle) -> Vec<u8> {
    let (article, facts) = (&stored.article, &stored.facts);
    let of = |value: &Option<String>| value.clone().unwrap_or_default();
    let byline: Vec<String> =
        article.byline.iter().map(|a| format!("{} {}", a.role, a.name).trim().to_owned()).collect();
    let people: Vec<String> = stored.people.summary.iter().map(PersonSummary::with_posts).collect();
    row([
        article.id.clone(),
        facts.date.map(|d| d.to_string()).unwrap_or_default(),
        of(&facts.paper),
        of(&facts.page),
        of(&facts.section),
        of(&article.column),
        of(&article.kicker),
        of(&article.headline),
        of(&article.deck),
        byline.join("、"),
        of(&article.credit),
        article.genre.key().to_owned(),
        of(&article.event_date),
        people.join("；"),
        article.paragraphs.join("\n"),
    ])
}

/// A trend as a table: a row for every term and period.
#[must_use]
pub fn trend_csv(trend: &Trend) -> Vec<u8> {
    let mut out = BYTE_ORDER_MARK.as_bytes().to_vec();
    out.extend(row([
        "term",
        "period",
        "articles",
        "occurrences",
        "of_articles",
        "articles_per_1000",
        "occurrences_per_1000",
    ]));
    for term in &trend.terms {
        for count in &term.periods {
            out.extend(row([
                term.term.clone(),
                count.period.clone(),
                count.articles.to_string(),
                count.occurrences.to_string(),
                count.of_articles.to_string(),
                count.articles_per_1000.to_string(),
                count.occurrences_per_1000.to_string(),
            ]));
        }
    }
    out
}
