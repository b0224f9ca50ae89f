//! Renders articles as citations, in the forms that reference lists and reference managers read.
//!
//! A part the paper does not tell (no byline, no date, no page) is left out; nothing is guessed,
//! also not where a name ends and a given name begins.

mod bibtex;
mod csl;
mod gbt7714;
mod ris;

use crate::index::StoredArticle;
use crate::paper::Author;

/// Form of a citation (引文格式); closed, the names are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// GB/T 7714-2025, numeric: the national standard in force since 2026-07-01.
    Gbt7714,
    /// GB/T 7714-2015, numeric: the edition before.
    #[serde(rename = "gbt7714-2015")]
    Gbt7714Of2015,
    /// BibTeX and biblatex.
    Bibtex,
    /// RIS, as EndNote, NoteExpress and Zotero read it.
    Ris,
    /// CSL-JSON, as pandoc and Zotero read it.
    CslJson,
}

impl Style {
    /// All of them, in the order of the interface.
    pub const ALL: [Self; 5] = [Self::Gbt7714, Self::Gbt7714Of2015, Self::Bibtex, Self::Ris, Self::CslJson];

    /// The name on the command line and in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gbt7714 => "gbt7714",
            Self::Gbt7714Of2015 => "gbt7714-2015",
            Self::Bibtex => "bibtex",
            Self::Ris => "ris",
            Self::CslJson => "csl-json",
        }
    }

    /// The style of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.name() == name)
    }

    /// The media type of a document of citations.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Gbt7714 | Self::Gbt7714Of2015 => "text/plain; charset=utf-8",
            Self::Bibtex => "application/x-bibtex; charset=utf-8",
            Self::Ris => "application/x-research-info-systems; charset=utf-8",
            Self::CslJson => "application/vnd.citationstyles.csl+json",
        }
    }
}

/// A document of citations, written one article after the other, so that a list may be of any
/// length.
#[derive(Debug, Clone)]
pub struct Bibliography {
    style: Style,
    entries: usize,
}

impl Bibliography {
    /// An empty document.
    #[must_use]
    pub const fn new(style: Style) -> Self {
        Self { style, entries: 0 }
    }

    /// What the next article adds to the document.
    pub fn entry(&mut self, stored: &StoredArticle) -> String {
        let before = match (self.style, self.entries) {
            (Style::CslJson, 0) => "[\n",
            (Style::CslJson, _) => ",\n",
            (Style::Bibtex, 1..) => "\n",
            _ => "",
        };
        self.entries += 1;
        let cited = Cited::of(stored);
        let entry = match self.style {
            Style::Gbt7714 => gbt7714::entry(&cited, gbt7714::Edition::Of2025) + "\n",
            Style::Gbt7714Of2015 => gbt7714::entry(&cited, gbt7714::Edition::Of2015) + "\n",
            Style::Bibtex => bibtex::entry(&cited),
            Style::Ris => ris::entry(&cited),
            Style::CslJson => csl::entry(&cited),
        };
        format!("{before}{entry}")
    }

    /// What ends the document.
    #[must_use]
    pub const fn end(self) -> &'static str {
        match (self.style, self.entries) {
            (Style::CslJson, 0) => "[]\n",
            (Style::CslJson, _) => "\n]\n",
            _ => "",
        }
    }
}

/// One article as a whole document of its style.
#[must_use]
pub fn cite(style: Style, stored: &StoredArticle) -> String {
    let mut document = Bibliography::new(style);
    let mut out = document.entry(stored);
    out.push_str(document.end());
    out
}

/// What of an article is cited.
struct Cited<'a> {
    id: &'a str,
    /// Those who wrote it, not those who only took the pictures.
    authors: Vec<&'a str>,
    headline: Option<&'a str>,
    deck: Option<&'a str>,
    paper: Option<&'a str>,
    date: Option<jiff::civil::Date>,
    page: Option<&'a str>,
    section: Option<&'a str>,
    /// Where a reprint came from.
    credit: Option<&'a str>,
}

impl<'a> Cited<'a> {
    fn of(stored: &'a StoredArticle) -> Self {
        let (article, facts) = (&stored.article, &stored.facts);
        let pictures = |a: &&Author| matches!(a.role.as_str(), "图" | "摄" | "摄影" | "图片" | "摄影报道");
        let byline = &article.byline;
        let any_writer = byline.iter().any(|a| !pictures(&a));
        Self {
            id: &article.id,
            authors: byline.iter().filter(|a| !any_writer || !pictures(a)).map(|a| a.name.as_str()).collect(),
            headline: article.headline.as_deref(),
            deck: article.deck.as_deref(),
            paper: facts.paper.as_deref(),
            date: facts.date,
            page: facts.page.as_deref(),
            section: facts.section.as_deref(),
            credit: article.credit.as_deref(),
        }
    }

    /// A key that stays the same while the article's id does, in letters every program takes.
    fn key(&self) -> String {
        let letters = self.authors.first().map(|name| crate::text::pinyin::name_letters(name));
        let author: String =
            letters.unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
        let author = if author.is_empty() { "anon".to_owned() } else { author };
        let year = self.date.map(|d| d.year().to_string()).unwrap_or_default();
        format!("{author}{year}-{}", &blake3::hash(self.id.as_bytes()).to_hex()[..8])
    }

    /// Where a reprint came from, in words.
    fn note(&self) -> Option<String> {
        self.credit.map(|credit| format!("原载《{credit}》"))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::paper::{Article, IssueFacts};

    fn stored(authors: &[(&str, &str)]) -> StoredArticle {
        StoredArticle {
            article: Article {
                id: "luzhou/2026-06-05/1/3f9a27".into(),
                headline: Some("守牢安全底线生态红线".into()),
                byline: authors
                    .iter()
                    .map(|(name, role)| Author { name: (*name).into(), role: (*role).into() })
                    .collect(),
                ..Article::default()
            },
            facts: IssueFacts {
                paper: Some("某报".into()),
                date: Some(jiff::civil::date(2026, 6, 5)),
                page: Some("1".into()),
                section: Some("要闻".into()),
            },
            source: "x".into(),
            unit: "x".into(),
            people: Default::default(),
        }
    }

    fn shown(stored: &StoredArticle) -> String {
        Style::ALL
            .map(|style| format!("-- {}\n{}", style.name(), cite(style, stored)))
            .concat()
            .replace('\r', "")
    }

    #[test]
    fn an_article_is_cited_in_every_form() {
        expect![[r#"
            -- gbt7714
            郭婷婷. 守牢安全底线生态红线[N]. 某报，2026-06-05（1）.
            -- gbt7714-2015
            郭婷婷. 守牢安全底线生态红线[N]. 某报, 2026-06-05(1).
            -- bibtex
            @article{guotingting2026-73aaffd8,
              author = {郭婷婷},
              title = {守牢安全底线生态红线},
              journal = {某报},
              date = {2026-06-05},
              year = {2026},
              month = {6},
              pages = {1},
              entrysubtype = {newspaper},
              mark = {N},
              langid = {chinese},
            }
            -- ris
            TY  - NEWS
            AU  - 郭婷婷
            TI  - 守牢安全底线生态红线
            T2  - 某报
            PY  - 2026
            DA  - 2026/06/05/
            SE  - 要闻
            SP  - 1
            LA  - zh-CN
            ID  - guotingting2026-73aaffd8
            ER  - 

            -- csl-json
            [
            {"id":"guotingting2026-73aaffd8","type":"article-newspaper","title":"守牢安全底线生态红线","author":[{"literal":"郭婷婷"}],"container-title":"某报","issued":{"date-parts":[[2026,6,5]]},"page":"1","section":"要闻","language":"zh-CN"}
            ]
        "#]]
        .assert_eq(&shown(&stored(&[("郭婷婷", "记者"), ("孙鸣", "摄")])));
    }

    #[test]
    fn what_the_paper_does_not_tell_is_left_out() {
        let mut bare = stored(&[]);
        bare.article.headline = None;
        bare.article.credit = Some("人民日报".into());
        bare.facts = IssueFacts::default();
        expect![[r#"
            -- gbt7714
            [无标题][N].
            -- gbt7714-2015
            [无标题][N].
            -- bibtex
            @article{anon-73aaffd8,
              note = {原载《人民日报》},
              entrysubtype = {newspaper},
              mark = {N},
              langid = {chinese},
            }
            -- ris
            TY  - NEWS
            N1  - 原载《人民日报》
            LA  - zh-CN
            ID  - anon-73aaffd8
            ER  - 

            -- csl-json
            [
            {"id":"anon-73aaffd8","type":"article-newspaper","note":"原载《人民日报》","language":"zh-CN"}
            ]
        "#]]
        .assert_eq(&shown(&bare));
    }

    #[test]
    fn of_more_than_three_authors_three_are_named() {
        let four = stored(&[("甲一", ""), ("乙二", ""), ("丙三", ""), ("丁四", "")]);
        assert!(cite(Style::Gbt7714, &four).starts_with("甲一，乙二，丙三，等. 守牢"));
        assert!(cite(Style::Gbt7714Of2015, &four).starts_with("甲一, 乙二, 丙三, 等. 守牢"));
        assert!(cite(Style::Bibtex, &four).contains("author = {甲一 and 乙二 and 丙三 and 丁四}"));
    }

    #[test]
    fn text_stays_text_in_every_form() {
        let mut odd = stored(&[("A & B", "")]);
        odd.article.headline = Some("百分之5% {甲} \\乙 \"丙\"\n丁_#$~^".into());
        let bibtex = cite(Style::Bibtex, &odd);
        assert!(
            bibtex.contains("title = {百分之5\\% \\{甲\\} \\textbackslash{}乙 \"丙\" 丁\\_\\#\\$\\textasciitilde{}\\textasciicircum{}}"),
            "{bibtex}"
        );
        let ris = cite(Style::Ris, &odd);
        assert!(ris.contains("TI  - 百分之5% {甲} \\乙 \"丙\" 丁_#$~^\r\n"), "{ris}");
        let csl: serde_json::Value = serde_json::from_str(&cite(Style::CslJson, &odd)).unwrap();
        assert_eq!(csl[0]["title"], odd.article.headline.unwrap());
    }

    #[test]
    fn an_empty_document_is_one_all_the_same() {
        assert_eq!(Bibliography::new(Style::CslJson).end(), "[]\n");
        assert_eq!(Bibliography::new(Style::Ris).end(), "");
    }
}
