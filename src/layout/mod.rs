//! Reads the pages of an issue into whole articles.
//!
//! ```text
//! RawPage ─lines→ blocks ─role→ cues ─reading→ roles ─story→ stories ─jump→ joined ─repair→ Article
//! ```
//!
//! Pure functions all the way: nothing here reads a file, fails or panics. What is odd is told in
//! [`Page::problems`], what was mended in `Article::repairs`. Time and memory grow with the length
//! of a page and no faster.

mod article;
mod byline;
mod credit;
mod event;
mod facts;
mod furniture;
mod habits;
mod house;
mod id;
mod joint;
mod jump;
mod late;
mod lexicon;
mod likeness;
mod lines;
mod names;
mod noise;
mod notices;
mod reading;
mod repair;
mod repeat;
mod role;
mod script;
mod state;
mod story;
mod style;
#[cfg(test)]
mod tests;
mod weigh;
mod wording;

use crate::diag::{Problem, ProblemKind};
use crate::paper::{Article, Genre, IssueFacts, Page, RawPage};
use crate::text::fold::fold;
pub use style::{HouseStyle, HouseStyles, IssueStyle};

/// How many close calls and other repeated problems are told for one page.
const TOLD_MAX: usize = 20;

/// A page between reading and joining.
struct Draft {
    facts: IssueFacts,
    stories: Vec<story::Story>,
    ids: Vec<String>,
    furniture: Vec<crate::paper::Furniture>,
    problems: Vec<Problem>,
}

/// Reads the pages of one issue, given in any order; gives them read in the same order.
///
/// Stories that run over to another page are given once, on the page where they begin.
///
/// ```
/// use baoku::layout::read_issue;
/// use baoku::paper::{IssueFacts, RawPage};
///
/// let page = RawPage {
///     source: "front.md".into(),
///     encoding: "UTF-8".into(),
///     text: "# 引水渠全线贯通\n\n本报讯（记者温岭）6月1日，引水渠全线贯通。\n".into(),
///     facts: IssueFacts::default(),
///     problems: Vec::new(),
/// };
/// let pages = read_issue(&[page]);
/// assert_eq!(pages[0].articles[0].headline.as_deref(), Some("引水渠全线贯通"));
/// assert_eq!(pages[0].articles[0].event_date.as_deref(), Some("06-01"));
/// ```
#[must_use]
pub fn read_issue(pages: &[RawPage]) -> Vec<Page> {
    read(pages, None).0
}

/// Reads the pages of one issue by themselves, as [`read_issue`] does, and tells what they show of the
/// house style of their paper.
#[must_use]
pub fn read_issue_alone(pages: &[RawPage]) -> (Vec<Page>, IssueStyle) {
    read(pages, None)
}

/// Reads the pages of one issue by the house style that the issues of its paper teach.
///
/// ```
/// use baoku::layout::{HouseStyles, read_issue_alone, read_issue_in_style};
/// use baoku::paper::{IssueFacts, RawPage};
///
/// let page = |text: &str| RawPage {
///     source: "front.md".into(),
///     encoding: "UTF-8".into(),
///     text: text.into(),
///     facts: IssueFacts::default(),
///     problems: Vec::new(),
/// };
/// let pages = [page("# 引水渠全线贯通\n\n本报讯（记者温岭）6月1日，引水渠全线贯通。\n")];
/// let (alone, style) = read_issue_alone(&pages);
/// let styles = HouseStyles::of([&style]);
/// match styles.for_issue(&style) {
///     Some((style, _)) => drop(read_issue_in_style(&pages, style)),
///     // One issue has nothing to teach that it does not know itself.
///     None => assert_eq!(alone[0].articles.len(), 1),
/// }
/// ```
#[must_use]
pub fn read_issue_in_style(pages: &[RawPage], style: &HouseStyle) -> Vec<Page> {
    read(pages, Some(style)).0
}

fn read(pages: &[RawPage], style: Option<&HouseStyle>) -> (Vec<Page>, IssueStyle) {
    let mut sheets: Vec<(Vec<lines::Block<'_>>, Vec<role::Cues>)> = pages.iter().map(shown).collect();
    let house = house::House::learn(&sheets, style);
    for (blocks, cues) in &mut sheets {
        house.heed(blocks, cues);
    }
    let mut shows = IssueStyle::default();
    let mut drafts: Vec<Draft> = pages
        .iter()
        .zip(&sheets)
        .map(|(page, (blocks, cues))| draft(page, blocks, cues, &house, &mut shows))
        .collect();
    share_facts(&mut drafts);
    shows.end();
    shows.paper = drafts.iter().find_map(|draft| draft.facts.paper.clone());
    for (draft, page) in drafts.iter_mut().zip(pages) {
        draft.ids = id::ids(&id::prefix(&draft.facts, &page.source), &draft.stories);
    }
    join(&mut drafts, pages);
    (drafts.into_iter().zip(pages).map(|(draft, page)| finish(draft, page)).collect(), shows)
}

/// What the ids of the articles of a page begin with: `paper/date/page`, or the path of its file.
#[must_use]
pub fn page_id(page: &Page) -> String {
    id::prefix(&page.facts, &page.source)
}

/// The id that a story of this text has on a page: what the page's ids begin with, and the hash.
#[must_use]
pub fn article_id(page: &str, article: &Article) -> String {
    id::of_article(page, article)
}

/// What the id of an article begins with; an id of another form is its own beginning.
///
/// ```
/// use baoku::layout::id_stem;
/// assert_eq!(id_stem("澜湾日报/2031-03-18/1/3f9a27c0"), "澜湾日报/2031-03-18/1");
/// assert_eq!(id_stem("a/17"), "a/17");
/// ```
#[must_use]
pub fn id_stem(id: &str) -> &str {
    id::stem(id)
}

/// The day an article tells of (事件日期), complete where the day of the issue is known.
#[must_use]
pub fn event_date(article: &Article, issued: Option<jiff::civil::Date>) -> Option<String> {
    let body = article.paragraphs.iter().enumerate().find(|(i, _)| !article.crossheads.contains(i));
    event::date(body.map_or("", |(_, text)| text), issued)
}

/// The blocks of a page and what each shows of itself.
fn shown(page: &RawPage) -> (Vec<lines::Block<'_>>, Vec<role::Cues>) {
    let blocks = lines::blocks(&page.text);
    let count = blocks.len();
    let mut cues: Vec<role::Cues> = blocks.iter().enumerate().map(|(i, b)| role::cues(b, i, count)).collect();
    role::distrust_marks(&blocks, &mut cues);
    role::heed_indents(&blocks, &mut cues);
    role::find_verse(&mut cues);
    role::find_pointers(&mut cues);
    (blocks, cues)
}

fn draft(
    page: &RawPage,
    blocks: &[lines::Block<'_>],
    cues: &[role::Cues],
    house: &house::House<'_>,
    shows: &mut IssueStyle,
) -> Draft {
    let known_column: Vec<bool> = blocks.iter().map(|b| house.is_column(&b.text)).collect();
    let reading = reading::read(&reading::Sheet {
        blocks,
        cues,
        known_column: &known_column,
        strongest: role::strongest(cues),
    });
    shows.see(blocks, cues, &reading.roles);
    let mut problems = page.problems.clone();
    let (told, line) = facts::on_page(blocks, cues, &reading.roles);
    let facts = facts::complete(&page.facts, &told, line, &mut problems);
    let gathered = story::gather(blocks, cues, &reading.roles);
    for (i, other) in reading.close.into_iter().take(TOLD_MAX) {
        let message = format!("read as {}, {} would be nearly as good", reading.roles[i], other);
        problems.push(Problem::new(ProblemKind::Unsure, message).at_line(blocks[i].first));
    }
    problems.extend(noise::lines(&page.text, TOLD_MAX));
    if blocks.is_empty() && !problems.iter().any(|p| p.kind == ProblemKind::Empty) {
        problems.push(Problem::new(ProblemKind::Empty, "the page holds no text"));
    }
    let stories = gathered.stories.into_iter().flat_map(notices::apart).collect();
    Draft { facts, stories, ids: Vec::new(), furniture: gathered.furniture, problems }
}

/// Paper and date of one page hold for the issue, where no page tells otherwise.
fn share_facts(drafts: &mut [Draft]) {
    let mut papers: Vec<String> = drafts.iter().filter_map(|d| d.facts.paper.clone()).collect();
    papers.sort_unstable();
    papers.dedup();
    let mut dates: Vec<_> = drafts.iter().filter_map(|d| d.facts.date).collect();
    dates.sort_unstable();
    dates.dedup();
    for draft in drafts {
        if let ([paper], None) = (papers.as_slice(), &draft.facts.paper) {
            draft.facts.paper = Some(paper.clone());
        }
        if let ([date], None) = (dates.as_slice(), draft.facts.date) {
            draft.facts.date = Some(*date);
        }
    }
}

/// Joins what runs over to another page and tells what could not be joined.
fn join(drafts: &mut [Draft], pages: &[RawPage]) {
    let places: Vec<jump::Place<'_>> = drafts
        .iter()
        .zip(pages)
        .map(|(d, p)| jump::Place { page: d.facts.page.as_deref(), source: &p.source, stories: &d.stories })
        .collect();
    let joints = jump::pair(&places);
    let mut gone: Vec<Vec<bool>> = drafts.iter().map(|d| vec![false; d.stories.len()]).collect();
    for joint in &joints {
        let rest = std::mem::take(&mut drafts[joint.to.0].stories[joint.to.1]);
        gone[joint.to.0][joint.to.1] = true;
        let from = drafts[joint.to.0].facts.page.clone();
        jump::append(&mut drafts[joint.from.0].stories[joint.from.1], rest, from.as_deref());
    }
    for ((draft, gone), page) in drafts.iter_mut().zip(gone).zip(pages) {
        let mut keep = gone.iter().map(|g| !g);
        draft.stories.retain(|_| keep.next().unwrap_or(true));
        let mut keep = gone.iter().map(|g| !g);
        draft.ids.retain(|_| keep.next().unwrap_or(true));
        for story in &draft.stories {
            let what = || {
                let heading = story.headline.first().or(story.paragraphs.first().map(|p| &p.text));
                heading.map_or(String::new(), |h| h.chars().take(20).collect())
            };
            if let Some(to) = story.lacks_end() {
                let message = format!("“{}” goes on on page {to}, no continuation found there", what());
                draft.problems.push(Problem::new(ProblemKind::JumpUnmatched, message).at_line(story.line));
            }
            if let Some(from) = &story.jump_from {
                let message = format!("“{}” goes on from page {from}, no beginning found there", what());
                draft
                    .problems
                    .push(Problem::new(ProblemKind::ContinuationUnmatched, message).at_line(story.line));
            }
        }
        let _ = page;
    }
}

/// Whether an article's headline is lost: neither a continuation nor a caption, which have none.
#[must_use]
pub fn lacks_headline(article: &Article) -> bool {
    article.headline.is_none() && article.jump_from.is_none() && article.genre != Genre::Caption
}

fn finish(draft: Draft, page: &RawPage) -> Page {
    let Draft { facts, stories, ids, furniture, mut problems } = draft;
    let mut untitled = 0;
    let mut articles = Vec::with_capacity(stories.len());
    for (story, id) in stories.into_iter().zip(ids) {
        let line = story.line;
        let article = article::make(story, id, facts.date);
        if lacks_headline(&article) {
            untitled += 1;
            if untitled <= TOLD_MAX {
                let head: String =
                    article.paragraphs.first().map_or("", String::as_str).chars().take(16).collect();
                let message = format!("no headline found for “{head}…”");
                problems.push(Problem::new(ProblemKind::NoHeadline, message).at_line(line));
            }
        }
        articles.push(article);
    }
    let told = |kind| problems.iter().any(|p: &Problem| p.kind == kind);
    let missing = [
        (facts.paper.is_none(), ProblemKind::NoPaper, "nothing tells the name of the paper"),
        (facts.date.is_none(), ProblemKind::NoDate, "nothing tells the date of the issue"),
        (facts.page.is_none(), ProblemKind::NoPage, "nothing tells the page number"),
    ];
    let missing: Vec<Problem> = missing
        .into_iter()
        .filter(|(m, kind, _)| *m && !told(*kind))
        .map(|(_, kind, text)| Problem::new(kind, text))
        .collect();
    problems.extend(missing);
    Page {
        source: page.source.clone(),
        encoding: page.encoding.clone(),
        facts,
        articles,
        furniture,
        problems,
    }
}

/// A comparable form for headings: folded, without white space.
fn heading_key(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace()).collect()
}
