//! Reads paper, date, page and section from the path of a file.
//!
//! Extractors name files in many ways: `2026-06-04/01.md`, `20260604_A02.txt`,
//! `2026年6月4日/第1版.md`, `潞州日报/2026-06/04/node_02.htm`, `04版：综合.txt`. What stands nearer
//! to the file's own name goes first. A year is never guessed.

use crate::diag::{Problem, ProblemKind};
use crate::paper::IssueFacts;
use crate::text::fold::{fold_char, is_han};

use super::dates::{FoundDate, dates, number};
use super::format::stem_len;

/// What a path says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathFacts {
    /// Paper, date, page, section as far as the path tells them.
    pub facts: IssueFacts,
    /// Where the path contradicts itself.
    pub problems: Vec<Problem>,
    /// The part of the path in front of the date: all issues of one paper share it.
    pub home: String,
    /// Whether the date stands in the file's own name beside other words, as in
    /// `dump-20260604.jsonl`: good for a page, too weak for a file of many articles.
    pub date_in_mixed_name: bool,
}

/// Reads a path with `/` separators.
///
/// ```
/// use baoku::ingest::path_facts;
/// let told = path_facts("潞州日报/2026年6月4日/04版：综合.md").facts;
/// assert_eq!(told.paper.as_deref(), Some("潞州日报"));
/// assert_eq!(told.date.map(|d| d.to_string()).as_deref(), Some("2026-06-04"));
/// assert_eq!(told.page.as_deref(), Some("4"));
/// assert_eq!(told.section.as_deref(), Some("综合"));
/// ```
#[must_use]
pub fn path_facts(path: &str) -> PathFacts {
    let path = &path[..stem_len(path)];
    let path = Folded::new(path);
    let found = dates(&path.folded);
    let last = found.last().copied();
    let mut told = PathFacts::default();
    if let Some(last) = last {
        told.facts.date = Some(last.date);
        if let Some(other) = found.iter().find(|other| other.date != last.date) {
            told.problems.push(Problem::new(
                ProblemKind::Conflict,
                format!("the path names two dates, {} and {}; the latter was taken", other.date, last.date),
            ));
        }
    }
    told.home = path.home(last);
    told.facts.paper = path.paper();
    if let Some(hit) = path.page(last) {
        told.facts.section = path.section(&hit);
        told.facts.page = Some(hit.page);
    }
    let name = path.parts().last().copied().unwrap_or((0, 0));
    told.date_in_mixed_name = last.is_some_and(|d| {
        d.end > name.0
            && (name.0..name.1).any(|i| (i < d.start || i >= d.end) && path.folded[i].is_ascii_alphabetic())
    });
    told
}

/// The printed number of a page in its usual form: `01` is `1`, `A02` is `A2`, `第十二版` is `12`.
///
/// Gives `None` for what is no page number.
///
/// ```
/// use baoku::ingest::page_number;
/// assert_eq!(page_number("01").as_deref(), Some("1"));
/// assert_eq!(page_number("ａ02版").as_deref(), Some("A2"));
/// assert_eq!(page_number("第十二版").as_deref(), Some("12"));
/// assert_eq!(page_number("头版").as_deref(), Some("1"));
/// assert_eq!(page_number("0"), None);
/// ```
#[must_use]
pub fn page_number(text: &str) -> Option<String> {
    let chars: Vec<char> = text.trim().chars().take(12).map(fold_char).collect();
    if chars.as_slice() == ['头', '版'] {
        return Some("1".to_owned());
    }
    let start = usize::from(chars.first() == Some(&'第'));
    let (page, end) = lettered_number(&chars, start)?;
    let end = end + usize::from(chars.get(end) == Some(&'版'));
    (end == chars.len()).then_some(page)
}

/// `a02` or `12` or `十二` at a place: the page and where it ends.
fn lettered_number(chars: &[char], start: usize) -> Option<(String, usize)> {
    let letter = chars.get(start).filter(|c| c.is_ascii_alphabetic());
    let (value, end) = number(chars, start + usize::from(letter.is_some()))?;
    if value == 0 || chars.get(end).is_some_and(char::is_ascii_digit) {
        return None;
    }
    let letter = letter.map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default();
    Some((format!("{letter}{value}"), end))
}

/// A page number found in a path, and where it ends.
struct PageHit {
    page: String,
    end: usize,
}

/// A path as printed and folded, character for character.
struct Folded {
    printed: Vec<char>,
    folded: Vec<char>,
}

/// Words in a file's name after which a bare number counts articles, pictures or parts.
const NOT_A_PAGE: [&str; 18] = [
    "content", "article", "articles", "art", "story", "item", "img", "image", "photo", "pic", "part",
    "chunk", "news", "doc", "file", "vol", "no", "v",
];
const PAGE_WORDS: [&str; 7] = ["node", "page", "pages", "pg", "p", "ban", "版面"];
/// Endings that make a word no name of a newspaper.
const NO_PAPERS: [&str; 10] =
    ["电子报", "数字报", "海报", "简报", "剪报", "情报", "年报", "月报", "汇报", "通报"];
const LATIN_PAPERS: [&str; 11] = [
    "ribao", "wanbao", "chenbao", "zaobao", "shibao", "shangbao", "-daily", "_daily", "-news", "-times",
    "-weekly",
];

impl Folded {
    fn new(path: &str) -> Self {
        let printed: Vec<char> = path.chars().collect();
        let folded = printed.iter().map(|c| fold_char(*c)).collect();
        Self { printed, folded }
    }

    /// Start and end of every part between slashes.
    fn parts(&self) -> Vec<(usize, usize)> {
        let mut parts = Vec::new();
        let mut start = 0;
        for end in (0..=self.folded.len()).filter(|i| self.folded.get(*i).is_none_or(|c| *c == '/')) {
            parts.push((start, end));
            start = end + 1;
        }
        parts
    }

    fn home(&self, date: Option<FoundDate>) -> String {
        let end = date.map_or(self.folded.len(), |d| d.start);
        let end = self.folded[..end].iter().rposition(|c| *c == '/').unwrap_or(0);
        self.printed[..end].iter().collect()
    }

    fn paper(&self) -> Option<String> {
        self.parts().into_iter().rev().find_map(|(start, end)| {
            let mut at = start;
            while at < end {
                let len = self.folded[at..end].iter().take_while(|c| is_han(**c)).count();
                if len == 0 {
                    at += 1;
                    continue;
                }
                if let Some(cut) = paper_in(&self.folded[at..at + len]) {
                    return Some(self.printed[at..at + cut].iter().collect());
                }
                at += len;
            }
            let name: String = self.folded[start..end].iter().collect();
            let latin = LATIN_PAPERS.iter().any(|ending| name.len() > ending.len() && name.ends_with(ending));
            latin.then(|| self.printed[start..end].iter().collect())
        })
    }

    /// The page: what says `版` or `page` goes before `A2`, that before a bare number; the file's own
    /// name before its folders.
    fn page(&self, date: Option<FoundDate>) -> Option<PageHit> {
        let clear: Vec<char> = (0..self.folded.len())
            .map(|i| match date {
                Some(d) if (d.start..d.end).contains(&i) => '|',
                _ => self.folded[i],
            })
            .collect();
        let mut parts = self.parts();
        parts.reverse();
        let date_start = date.map_or(usize::MAX, |d| d.start);
        parts.iter().find_map(|(s, e)| worded_page(&clear, *s, *e)).or_else(|| {
            // folders above the date say nothing about the page
            let below = |(i, (_, e)): &(usize, &(usize, usize))| *i == 0 || *e > date_start;
            let near = || parts.iter().enumerate().filter(below).map(|(_, part)| *part);
            near()
                .find_map(|(s, e)| token_page(&clear, s, e, true))
                .or_else(|| near().find_map(|(s, e)| token_page(&clear, s, e, false)))
        })
    }

    /// The page's name behind its number: `04版：综合`, `A02-要闻`.
    fn section(&self, hit: &PageHit) -> Option<String> {
        let rest = self.folded.get(hit.end..)?;
        let skip =
            rest.iter().take_while(|c| matches!(c, ':' | '_' | '-' | ' ' | '.' | '·' | '(' | '—')).count();
        let len = rest[skip..].iter().take_while(|c| is_han(**c)).count();
        let name = rest.get(skip..skip + len)?;
        let names_it =
            (2..=10).contains(&len) && skip > 0 && name.last() != Some(&'版') && name.last() != Some(&'报');
        names_it.then(|| self.printed[hit.end + skip..hit.end + skip + len].iter().collect())
    }
}

/// Length of a paper's name at the start of a run of Han characters.
fn paper_in(run: &[char]) -> Option<usize> {
    let cut = (0..run.len()).rev().find(|i| {
        run[*i] == '报'
            && matches!(run.get(i + 1), None | Some('第' | '电' | '数' | '合' | '归' | '存' | '全' | '头'))
    })? + 1;
    let name: String = run[..cut].iter().collect();
    if (3..=14).contains(&cut) && !NO_PAPERS.iter().any(|no| name.ends_with(no)) {
        return Some(cut);
    }
    // 潞州日报数字报: the paper's name stands in front of the shorter ending
    let shorter = paper_in(&run[..cut.checked_sub(1)?]);
    shorter.or_else(|| {
        let inner = run[..cut - 1].iter().rposition(|c| *c == '报')? + 1;
        (inner >= 3).then_some(inner)
    })
}

/// `nw.…_2-01`: the article's place and the page, as one large e-paper names its files.
fn article_and_page(chars: &[char], start: usize, end: usize) -> Option<PageHit> {
    let part = &chars[..end];
    if !part[start..].starts_with(&['n', 'w', '.']) {
        return None;
    }
    let dash = part.iter().rposition(|c| *c == '-').filter(|dash| *dash > start)?;
    let (page, stop) = lettered_number(part, dash + 1)?;
    (stop == end).then_some(PageHit { page, end: stop })
}

/// `第3版`, `A03版`, `头版`, `node_02`, `page-3`.
fn worded_page(chars: &[char], start: usize, end: usize) -> Option<PageHit> {
    let part = &chars[..end];
    if let Some(hit) = article_and_page(chars, start, end) {
        return Some(hit);
    }
    for at in start..end {
        if part[at..].starts_with(&['头', '版']) {
            return Some(PageHit { page: "1".to_owned(), end: at + 2 });
        }
        let fresh = at == start || !part[at - 1].is_ascii_alphanumeric();
        if let Some((page, stop)) = lettered_number(part, at)
            && fresh
            && part.get(stop) == Some(&'版')
        {
            return Some(PageHit { page, end: stop + 1 });
        }
        if fresh {
            for word in PAGE_WORDS {
                let len = word.chars().count();
                if !part[at..].iter().copied().take(len).eq(word.chars()) {
                    continue;
                }
                let gap = usize::from(matches!(part.get(at + len), Some('-' | '_' | ' ' | '.')));
                if let Some((page, stop)) = lettered_number(part, at + len + gap)
                    && !part.get(stop).is_some_and(char::is_ascii_alphanumeric)
                {
                    return Some(PageHit { page, end: stop });
                }
            }
        }
    }
    None
}

/// A token that is nothing but `A02` (`lettered`) or `02`.
fn token_page(chars: &[char], start: usize, end: usize, lettered: bool) -> Option<PageHit> {
    let mut hits = Vec::new();
    let mut at = start;
    while at < end {
        let len = chars[at..end].iter().take_while(|c| c.is_ascii_alphanumeric()).count();
        if len == 0 {
            at += 1;
            continue;
        }
        let token = &chars[at..at + len];
        let word: String = token.iter().collect();
        if NOT_A_PAGE.contains(&word.as_str()) {
            return None;
        }
        // v2 and q3 are versions and quarters
        if token[0].is_ascii_alphabetic() == lettered
            && !matches!(token[0], 'v' | 'q')
            && let Some((page, stop)) = lettered_number(&chars[..end], at)
            && stop == at + len
        {
            hits.push(PageHit { page, end: stop });
        }
        at += len;
    }
    // two numbers could be page and article, or the other way round
    if hits.len() == 1 { hits.pop() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str) -> String {
        let f = path_facts(path).facts;
        let show = |v: Option<String>| v.unwrap_or_else(|| "-".to_owned());
        format!(
            "{} {} {} {}",
            show(f.paper),
            show(f.date.map(|d| d.to_string())),
            show(f.page),
            show(f.section)
        )
    }

    #[test]
    fn the_usual_names_of_page_files_tell_date_and_page() {
        for (path, want) in [
            ("2026-06-04/01.md", "- 2026-06-04 1 -"),
            ("archive/20260604_A02.txt", "- 2026-06-04 A2 -"),
            ("2026年6月4日/第1版.md", "- 2026-06-04 1 -"),
            ("2026年6月4日/第十二版.md", "- 2026-06-04 12 -"),
            ("2026/06/04/3.md", "- 2026-06-04 3 -"),
            ("2026-06-04/node_02.txt", "- 2026-06-04 2 -"),
            ("html/2026-06/04/node_2.htm", "- 2026-06-04 2 -"),
            ("html/2026-06/04/content_118.htm", "- 2026-06-04 - -"),
            ("2026-06-04/A03版.md", "- 2026-06-04 A3 -"),
            ("2026-06-04/04版：综合.txt", "- 2026-06-04 4 综合"),
            ("2026-06-04/A02-要闻.txt", "- 2026-06-04 A2 要闻"),
            ("潞州日报/2026-06-04/01.md", "潞州日报 2026-06-04 1 -"),
            ("潞州日报2026年6月4日第1版.txt", "潞州日报 2026-06-04 1 -"),
            ("潞州日报_20260604_01.txt.gz", "潞州日报 2026-06-04 1 -"),
            ("luzhou-daily/2026-06-04/page-3.md", "luzhou-daily 2026-06-04 3 -"),
            ("papers.zip!/潞州晚报/20260604/A03版/02.txt", "潞州晚报 2026-06-04 A3 -"),
            ("2026-06-04/头版.md", "- 2026-06-04 1 -"),
            ("2026-06-04/03/a1b2c3.md", "- 2026-06-04 3 -"),
            ("2026-06/04/nw.D1rb_20260604_2-01.htm", "- 2026-06-04 1 -"),
            ("2026-06-04.md", "- 2026-06-04 - -"),
            ("2026-06-04/01_03.md", "- 2026-06-04 - -"),
            ("06-04/01.md", "- - 1 -"),
            ("notes/1234.md", "- - - -"),
            ("2026-06-04/v2.md", "- 2026-06-04 - -"),
            ("宣传海报/01.md", "- - 1 -"),
            ("潞州日报数字报/01.md", "潞州日报 - 1 -"),
            ("", "- - - -"),
        ] {
            assert_eq!(told(path), want, "{path}");
        }
    }

    #[test]
    fn a_path_with_two_dates_takes_the_nearer_and_says_so() {
        let told = path_facts("2026-06-03/2026-06-04/01.md");
        assert_eq!(told.facts.date, Some(jiff::civil::date(2026, 6, 4)));
        assert_eq!(told.problems.len(), 1);
        assert_eq!(told.problems[0].kind, ProblemKind::Conflict);
    }

    #[test]
    fn issues_of_one_paper_share_what_stands_before_the_date() {
        for (path, home) in [
            ("in/luzhou/2026-06-04/01.md", "in/luzhou"),
            ("in/luzhou/2026/06/04/01.md", "in/luzhou"),
            ("in/luzhou/20260604_01.md", "in/luzhou"),
            ("2026-06-04/01.md", ""),
            ("in/luzhou/01.md", "in/luzhou"),
        ] {
            assert_eq!(path_facts(path).home, home, "{path}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_path_is_read_without_a_panic(path in "[0-9a-c年月日第版头报一十/_.:~-]{0,40}") {
            let _ = path_facts(&path);
            let _ = page_number(&path);
        }
    }
}
