//! Printed corrections (更正): which article a notice corrects, and which notices correct an article.
//!
//! Asked of the archive as it is, nothing is written down beside it: a link is there as soon as both
//! stand in the archive, whichever came first, and goes with either. A notice names its article by
//! day, page and quoted headline; a headline that is quoted must be the article's, or no link is made.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

use super::{Archive, Request, Results, Sort, article_url, days};
use crate::index::{Error, StoredArticle};
use crate::ingest::page_number;
use crate::paper::{Article, Genre};
use crate::text::fold::fold;

/// Days after which no correction is expected any more, nor the article meant.
const DAYS_MAX: i64 = 400;
/// Characters of a headline that are enough to know it by.
const HEADLINE_CHARS_MIN: usize = 4;
/// Share of a headline's pairs of characters that stand in a notice that quotes none.
const SHARED_MIN: f64 = 0.7;
/// Notices looked at for one article, articles for one notice.
const LOOKED_AT_MAX: usize = 400;

/// An article as a link to it shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Linked {
    /// Its id.
    pub id: String,
    /// Its page on this server.
    pub url: String,
    /// Its headline.
    pub headline: Option<String>,
    /// The day.
    pub date: Option<String>,
    /// Printed page number.
    pub page: Option<String>,
}

/// An article that a printed correction names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Corrected {
    /// The words that name it.
    pub words: String,
    /// The article; none where the archive has none that fits.
    pub article: Option<Linked>,
    /// What does not fit, or why none was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A correction that was printed later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Erratum {
    /// The notice.
    #[serde(flatten)]
    pub article: Linked,
    /// What it says of this article.
    pub text: String,
}

/// What printed corrections an article has, or what it corrects itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Errata {
    /// Of a printed correction: what it corrects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrects: Vec<Corrected>,
    /// The corrections that were printed of it, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrected_by: Vec<Erratum>,
}

/// What a notice says of one article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// The sentence.
    words: String,
    date: Option<Date>,
    page: Option<String>,
    /// The quoted headline.
    headline: Option<String>,
}

/// What links between articles are looked up in, wherever it lies.
pub(crate) trait Lookup {
    /// Answers a question.
    fn answer(&self, request: &Request) -> Result<Results, Error>;
    /// One article by its id.
    fn by_id(&self, id: &str) -> Result<Option<StoredArticle>, Error>;

    /// The printed corrections of an article, and what it corrects where it is one itself.
    fn errata_of(&self, stored: &StoredArticle) -> Result<Errata, Error> {
        let mut errata = Errata::default();
        if stored.article.genre == Genre::Correction {
            for named in named(&stored.article, stored.facts.date) {
                errata.corrects.push(self.corrected(stored, named)?);
            }
        }
        for notice in self.notices_after(stored)? {
            let told = named(&notice.article, notice.facts.date);
            if let Some(named) = told.iter().find(|named| fits(named, &notice, stored)) {
                errata.corrected_by.push(Erratum { article: linked(&notice), text: named.words.clone() });
            }
        }
        Ok(errata)
    }

    /// The article that a notice names.
    fn corrected(&self, notice: &StoredArticle, named: Named) -> Result<Corrected, Error> {
        let mut found = Vec::new();
        for id in self.candidates(notice, &named)? {
            found.extend(self.by_id(&id)?.filter(|article| fits(&named, notice, article)));
        }
        // The printed page decides between two of one headline.
        if found.len() > 1 && found.iter().any(|a| a.facts.page == named.page) {
            found.retain(|a| a.facts.page == named.page);
        }
        let note = match found.as_slice() {
            [] => Some(missing(&named)),
            [one] => match (&named.page, &one.facts.page) {
                (Some(said), Some(stands)) if said != stands => {
                    Some(format!("the notice says page {said}, it stands on page {stands}"))
                }
                _ => None,
            },
            more => Some(format!("{} articles fit; the first is given", more.len())),
        };
        Ok(Corrected { words: named.words, article: found.first().map(linked), note })
    }

    /// Articles that a notice may mean, oldest first: all of the day it names, else those whose
    /// headline it quotes.
    fn candidates(&self, notice: &StoredArticle, named: &Named) -> Result<Vec<String>, Error> {
        let question = match (&named.date, &named.headline) {
            (Some(_), _) => String::new(),
            (None, Some(headline)) => format!("标题:{}", literal(headline)),
            (None, None) => return Ok(Vec::new()),
        };
        let (from, to) = match (named.date, notice.facts.date) {
            (Some(date), _) => (date, date),
            (None, Some(date)) => (date.saturating_sub(DAYS_MAX.days()), date),
            (None, None) => return Ok(Vec::new()),
        };
        self.ids(&question, from, to)
    }

    /// The printed corrections that may be about an article.
    fn notices_after(&self, stored: &StoredArticle) -> Result<Vec<StoredArticle>, Error> {
        let Some(date) = stored.facts.date else { return Ok(Vec::new()) };
        let (month, day) = (date.month(), date.day());
        let mut words = vec![format!("{month}月{day}日"), format!("{}月{}日", han(month), han(day))];
        words.extend([format!("本月{day}日"), "昨日".to_owned(), "昨天".to_owned()]);
        words.extend(stored.article.headline.clone());
        let words: Vec<String> = words.iter().map(|word| literal(word)).collect();
        let question = format!("体裁:correction ({})", words.join(" OR "));
        let mut notices = Vec::new();
        for id in self.ids(&question, date, date.saturating_add(DAYS_MAX.days()))? {
            notices.extend(self.by_id(&id)?.filter(|notice| notice.article.genre == Genre::Correction));
        }
        Ok(notices)
    }

    fn ids(&self, question: &str, from: Date, to: Date) -> Result<Vec<String>, Error> {
        let dates = days(Some(&from.to_string()), Some(&to.to_string())).unwrap_or_default();
        let request = Request {
            dates,
            sort: Sort::Oldest,
            limit: LOOKED_AT_MAX,
            all_words: true,
            snippets: false,
            suggest: false,
            ..Request::new(question)
        };
        Ok(self.answer(&request)?.hits.into_iter().map(|hit| hit.id).collect())
    }
}

impl Lookup for Archive {
    fn answer(&self, request: &Request) -> Result<Results, Error> {
        self.search(request)
    }

    fn by_id(&self, id: &str) -> Result<Option<StoredArticle>, Error> {
        self.article(id)
    }
}

impl Archive {
    /// The printed corrections of an article, and what it corrects where it is one itself.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn errata(&self, stored: &StoredArticle) -> Result<Errata, Error> {
        self.errata_of(stored)
    }
}

/// A run of characters as a quoted question; the longest piece of one that holds quotation marks.
fn literal(run: &str) -> String {
    let pieces = run.split(['"', '“', '”', '「', '」', '『', '』']);
    format!("“{}”", pieces.max_by_key(|piece| piece.len()).unwrap_or("").trim())
}

fn linked(stored: &StoredArticle) -> Linked {
    Linked {
        id: stored.article.id.clone(),
        url: article_url(&stored.article.id),
        headline: stored.article.headline.clone(),
        date: stored.facts.date.map(|date| date.to_string()),
        page: stored.facts.page.clone(),
    }
}

fn missing(named: &Named) -> String {
    match (&named.date, &named.headline) {
        (None, _) => "the notice names no day".to_owned(),
        (Some(date), Some(headline)) => format!("the archive has no article “{headline}” of {date}"),
        (Some(date), None) => format!("no headline is quoted, and no article of {date} fits by its words"),
    }
}

/// Whether a notice means an article.
fn fits(named: &Named, notice: &StoredArticle, article: &StoredArticle) -> bool {
    let (Some(printed), Some(date)) = (notice.facts.date, article.facts.date) else { return false };
    let same_paper = match (&notice.facts.paper, &article.facts.paper) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    if !same_paper || date > printed || notice.article.id == article.article.id {
        return false;
    }
    if named.date.map_or(date == printed, |said| said != date) {
        return false;
    }
    match &named.headline {
        Some(quoted) => is_headline(quoted, &article.article),
        None => {
            named.page.is_some() && named.page == article.facts.page && shares(&named.words, &article.article)
        }
    }
}

/// Letters and figures, folded.
fn bare(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether words are an article's headline: whole, a part of it, or with the line above or below.
fn is_headline(quoted: &str, article: &Article) -> bool {
    let of = |parts: &[&Option<String>]| bare(&parts.iter().filter_map(|p| p.as_deref()).collect::<String>());
    let quoted = bare(quoted);
    let whole = of(&[&article.kicker, &article.headline, &article.deck]);
    let headline = of(&[&article.headline]);
    if quoted.chars().count() < HEADLINE_CHARS_MIN {
        return quoted == headline;
    }
    whole.contains(&quoted) || (headline.chars().count() >= HEADLINE_CHARS_MIN && quoted.contains(&headline))
}

/// Whether most of a headline stands in a notice.
fn shares(words: &str, article: &Article) -> bool {
    let headline: Vec<char> = bare(article.headline.as_deref().unwrap_or("")).chars().collect();
    let words = bare(words);
    let pairs = headline.windows(2);
    let all = pairs.len();
    let shared = pairs.filter(|pair| words.contains(&pair.iter().collect::<String>())).count();
    all + 1 >= HEADLINE_CHARS_MIN && shared as f64 >= SHARED_MIN * all as f64
}

/// What a notice says of the articles it corrects, each once.
fn named(notice: &Article, printed: Option<Date>) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    // Day and page hold until others are told.
    let (mut date, mut page) = (None, None);
    for sentence in notice.paragraphs.iter().flat_map(|p| p.split_inclusive(['。', '；', '！'])) {
        let told = sentence.trim();
        let places = quoted(told);
        let mut at = 0;
        for (from, to) in places.iter().copied().chain([(told.len(), told.len())]) {
            let (day, number) = place_in(told.get(at..from).unwrap_or(""), printed);
            let fresh = number.is_some();
            if day.is_some() {
                (date, page) = (day, None);
            }
            page = number.or(page);
            let headline = told.get(from..to).filter(|h| !h.is_empty()).map(str::to_owned);
            at = to;
            // Without a headline a place must be told, and nothing of it before.
            let alone = headline.is_none() && places.is_empty() && fresh && date.is_some();
            let meant =
                date.is_some() || page.is_some() || ["本报", "一文", "一稿"].iter().any(|w| told.contains(w));
            if headline.is_some() && meant || alone {
                found.push(Named { words: told.to_owned(), date, page: page.clone(), headline });
            }
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|n| seen.insert((n.date, n.page.clone(), n.headline.clone())));
    // What stands in title marks and is quoted by name alone (a law, a book) is named beside a page.
    if found.iter().any(|n| n.page.is_some()) {
        found.retain(|n| n.page.is_some());
    }
    if found.is_empty() {
        let words = notice.paragraphs.first().cloned().unwrap_or_default();
        found.push(Named { words, ..Named::default() });
    }
    found
}

/// The day and page under which a headline is quoted; of a sentence that quotes none the day in
/// front of the page, for others may be told of what was wrong.
fn place_in(text: &str, printed: Option<Date>) -> (Option<Date>, Option<String>) {
    let text: String = fold(text).chars().filter(|c| !c.is_whitespace()).collect();
    let mut until = text.len();
    let mut page = None;
    for (at, _) in text.match_indices('版') {
        let end = at + '版'.len_utf8();
        if let Some(found) = page_at(text.get(..end).unwrap_or("")) {
            (page, until) = (Some(found), end);
            break;
        }
    }
    (day_in(text.get(..until).unwrap_or(""), printed), page)
}

/// Where the insides of 《…》 stand.
fn quoted(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(open) = text.get(rest..).and_then(|t| t.find('《')) {
        let from = rest + open + '《'.len_utf8();
        let Some(len) = text.get(from..).and_then(|t| t.find('》')) else { break };
        found.push((from, from + len));
        rest = from + len;
    }
    found
}

fn is_number(c: char) -> bool {
    c.is_ascii_digit() || "〇一二三四五六七八九十廿".contains(c)
}

/// The number that ends where a text ends.
fn number_before(text: &[char]) -> Option<i16> {
    let len = text.iter().rev().take(4).take_while(|c| is_number(**c)).count();
    let digits: String = text.get(text.len() - len..)?.iter().collect();
    digits.parse().ok().or_else(|| page_number(&digits)?.parse().ok())
}

/// The last day told in a folded text; a month and day without a year are the last ones before the issue.
fn day_in(text: &str, printed: Option<Date>) -> Option<Date> {
    let printed = printed?;
    let folded: Vec<char> = text.chars().collect();
    let mut found = None;
    for (i, c) in folded.iter().enumerate() {
        if !matches!(c, '日' | '号') {
            continue;
        }
        let Some(day) = number_before(&folded[..i]).and_then(|d| i8::try_from(d).ok()) else { continue };
        let digits = folded[..i].iter().rev().take_while(|c| is_number(**c)).count();
        let before = &folded[..i - digits];
        let date = match before {
            [.., '本', '月'] => Date::new(printed.year(), printed.month(), day).ok(),
            [head @ .., '月'] => number_before(head).and_then(|month| {
                let month = i8::try_from(month).ok()?;
                let year_at = head.len() - head.iter().rev().take_while(|c| is_number(**c)).count();
                let year = match head.get(..year_at) {
                    Some([y @ .., '年']) => number_before(y),
                    _ => None,
                };
                match year {
                    Some(year) => Date::new(year, month, day).ok(),
                    None => [printed.year(), printed.year() - 1]
                        .into_iter()
                        .filter_map(|year| Date::new(year, month, day).ok())
                        .find(|date| *date <= printed),
                }
            }),
            _ => None,
        };
        found = date.or(found);
    }
    let yesterday =
        || (text.contains("昨日") || text.contains("昨天")).then(|| printed.saturating_sub(1.days()));
    found.or_else(yesterday)
}

/// The page that a folded text ends with: 第二版, a3版, 头版.
fn page_at(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let (_, before) = chars.split_last()?;
    let len = before
        .iter()
        .rev()
        .take(5)
        .take_while(|c| is_number(**c) || c.is_ascii_alphabetic() || **c == '头')
        .count();
    let word: String = chars.get(before.len() - len..)?.iter().collect();
    page_number(&word)
}

/// A number up to 31 as it is printed in characters.
fn han(number: i8) -> String {
    const FIGURES: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let figure = |n: i8| FIGURES.get(usize::try_from(n).unwrap_or(0)).copied().unwrap_or("");
    match (number / 10, number % 10) {
        (0, ones) => figure(ones).to_owned(),
        (1, ones) => format!("十{}", figure(ones)),
        (tens, ones) => format!("{}十{}", figure(tens), figure(ones)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn told(paragraphs: &[&str]) -> Vec<(Option<Date>, Option<String>, Option<String>)> {
        let article = Article {
            paragraphs: paragraphs.iter().map(|p| (*p).to_owned()).collect(),
            ..Article::default()
        };
        let named = named(&article, Some(date(2031, 1, 9)));
        named.into_iter().map(|n| (n.date, n.page, n.headline)).collect()
    }

    #[test]
    fn a_notice_tells_day_page_and_headline_in_its_own_ways() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            told(&["本报1月7日第二版《二十七所学校换上新课桌》一文中，“副局长”应为“局长”。特此更正。"]),
            [(Some(date(2031, 1, 7)), some("2"), some("二十七所学校换上新课桌"))]
        );
        assert_eq!(
            told(&["本报昨日头版《甲乙丙丁》和三版《戊己庚辛》中的人名有误。"]),
            [
                (Some(date(2031, 1, 8)), some("1"), some("甲乙丙丁")),
                (Some(date(2031, 1, 8)), some("3"), some("戊己庚辛"))
            ]
        );
        assert_eq!(
            told(&["２０３０年十二月三十日Ａ２版《望江桥通车》一稿，“六分钟”应为“十六分钟”。"]),
            [(Some(date(2030, 12, 30)), some("A2"), some("望江桥通车"))]
        );
        assert_eq!(
            told(&["本报12月30日4版关于望江桥通车的报道有误，通车时间应为1月2日。"]),
            [(Some(date(2030, 12, 30)), some("4"), None)]
        );
        assert_eq!(told(&["一切如常。"]), [(None, None, None)]);
    }

    #[test]
    fn days_are_written_in_characters() {
        assert_eq!([1, 10, 19, 20, 31].map(han), ["一", "十", "十九", "二十", "三十一"]);
    }
}
