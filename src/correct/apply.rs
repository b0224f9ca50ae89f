//! Applies entries to the articles of one unit of sources, in the order of the file.

use std::collections::{BTreeMap, BTreeSet};

use super::article::{Notes, change, merge, solid, split};
use super::entry::{Entry, PersonFix, What};
use super::{Anchors, Corrections, OtherFacts, Tried, ids};
use crate::diag::ProblemKind;
use crate::layout;
use crate::paper::{Article, IssueFacts, Page};

/// Characters of a paragraph by which an article is known again.
const ANCHOR_CHARS: usize = 40;
/// Fewer tell too little.
const ANCHOR_CHARS_MIN: usize = 12;

/// Puts right the articles of one unit of sources, and remembers what came of each entry.
#[derive(Debug)]
pub struct Desk<'a> {
    corrections: &'a Corrections,
    before: &'a Anchors,
    made: Attempts,
}

/// What came of entries in a unit of sources.
#[derive(Debug, Default)]
pub struct Attempts {
    /// By the digest of the entry.
    pub tried: BTreeMap<String, Tried>,
    /// How the corrected articles are known again.
    pub anchors: Anchors,
}

impl Attempts {
    /// Takes in those at other articles of the unit.
    pub fn append(&mut self, mut other: Self) {
        self.tried.append(&mut other.tried);
        self.anchors.append(&mut other.anchors);
    }

    /// Takes note that an entry was meant for this unit, where it was not tried.
    pub fn meant(&mut self, entry: &Entry) {
        let ids = || ids(entry).map(str::to_owned).collect();
        let unused = || Tried { ids: ids(), unused: Some(not_found(&entry.id)) };
        self.tried.entry(entry.digest.clone()).or_insert_with(unused);
    }
}

/// Page, and article on it.
type Place = (usize, usize);

impl<'a> Desk<'a> {
    /// A desk with these entries; `before` tells what corrected articles looked like.
    #[must_use]
    pub const fn of(corrections: &'a Corrections, before: &'a Anchors) -> Self {
        let made = Attempts { tried: BTreeMap::new(), anchors: BTreeMap::new() };
        Self { corrections, before, made }
    }

    /// Puts right the articles of the pages of one issue; gives the facts of those that have others
    /// than their page.
    pub fn issue(&mut self, pages: &mut [Page]) -> OtherFacts {
        if self.corrections.is_empty() {
            return OtherFacts::default();
        }
        let mut waiting: BTreeSet<usize> = BTreeSet::new();
        for page in pages.iter() {
            let place = layout::page_id(page);
            waiting.extend(self.corrections.by_page.get(&place).into_iter().flatten());
            for article in &page.articles {
                waiting.extend(self.corrections.by_id.get(&article.id).into_iter().flatten());
            }
        }
        self.work(waiting, pages)
    }

    /// Puts right one ready article, which may become two.
    pub fn ready(&mut self, article: Article, facts: IssueFacts, source: &str) -> Vec<(Article, IssueFacts)> {
        let Some(waiting) = self.corrections.by_id.get(&article.id) else { return vec![(article, facts)] };
        let mut page = [Page {
            source: source.to_owned(),
            encoding: String::new(),
            facts,
            articles: vec![article],
            furniture: Vec::new(),
            problems: Vec::new(),
        }];
        let other = self.work(waiting.iter().copied().collect(), &mut page);
        let [Page { facts, articles, .. }] = page;
        articles
            .into_iter()
            .map(|article| (other.of(&article.id, &facts), article))
            .map(|(f, a)| (a, f))
            .collect()
    }

    /// What came of the entries that were tried.
    #[must_use]
    pub fn done(self) -> Attempts {
        self.made
    }

    fn work(&mut self, mut waiting: BTreeSet<usize>, pages: &mut [Page]) -> OtherFacts {
        let corrections = self.corrections;
        let mut other = BTreeMap::new();
        let (mut done, mut failed): (BTreeSet<usize>, BTreeSet<usize>) = Default::default();
        while let Some(at) = waiting.pop_first() {
            done.insert(at);
            let Some(entry) = corrections.entries.get(at) else { continue };
            let made = self.apply(entry, pages, &mut other);
            if let Ok(Some(id)) = &made {
                // Entries may be about what this one has made, those in front of it too.
                let more = corrections.by_id.get(id).into_iter().flatten();
                waiting.extend(more.filter(|at| !done.contains(at) || failed.remove(at)));
            }
            let (made, outcome) = match made {
                Ok(made) => (made, Ok(())),
                Err(why) => {
                    failed.insert(at);
                    (None, Err(why))
                }
            };
            self.remember(entry, outcome, made);
        }
        OtherFacts(other)
    }

    fn remember(&mut self, entry: &Entry, outcome: Result<(), String>, made: Option<String>) {
        for id in ids(entry) {
            if let (Some(anchor), false) = (self.before.get(id), self.made.anchors.contains_key(id)) {
                self.made.anchors.insert(id.to_owned(), anchor.clone());
            }
        }
        let ids = ids(entry).map(str::to_owned).chain(made).collect();
        self.made.tried.insert(entry.digest.clone(), Tried { ids, unused: outcome.err() });
    }

    /// Applies one entry; gives the id of an article it has made.
    fn apply(
        &mut self,
        entry: &Entry,
        pages: &mut [Page],
        other: &mut BTreeMap<String, IssueFacts>,
    ) -> Result<Option<String>, String> {
        let (p, a) = self.find(pages, &entry.id).ok_or_else(|| not_found(&entry.id))?;
        let page_facts = pages[p].facts.clone();
        let article = &mut pages[p].articles[a];
        let mut facts = other.get(&article.id).unwrap_or(&page_facts).clone();
        self.made.anchors.entry(entry.id.clone()).or_insert_with(|| anchor(article));
        let mut made = None;
        match &entry.what {
            What::Change(new) => {
                let untitled = layout::lacks_headline(article);
                if !change(article, &mut facts, new, Notes::of(entry)) {
                    return Err("the page says so by itself".to_owned());
                }
                let settled = untitled && article.headline.is_some();
                if settled {
                    let head = article.paragraphs.first().cloned().unwrap_or_default();
                    settle(&mut pages[p], &[ProblemKind::NoHeadline], &[&head]);
                }
            }
            What::Split { at, second } => {
                let second_article = {
                    let mut facts = facts.clone();
                    let mut new = split(article, &mut facts, at, second, entry)?;
                    if pages.iter().flat_map(|p| &p.articles).any(|a| a.id == new.id) {
                        new.id.push_str("-2");
                    }
                    if facts != page_facts {
                        other.insert(new.id.clone(), facts);
                    }
                    new
                };
                made = Some(second_article.id.clone());
                pages[p].articles.insert(a + 1, second_article);
            }
            What::Merge { with } => {
                // All of them or none.
                let places: Option<Vec<Place>> = with.iter().map(|id| self.find(pages, id)).collect();
                let lacking = || with.iter().find(|id| self.find(pages, id).is_none());
                if places.is_none() {
                    let id = lacking().cloned().unwrap_or_default();
                    return Err(format!("{id} is no article of the same issue"));
                }
                for id in with {
                    self.join(&entry.id, id, pages, entry);
                }
            }
            What::Person(fix) => person(article, fix, entry)?,
        }
        if facts != page_facts {
            other.insert(entry.id.clone(), facts);
        }
        Ok(made)
    }

    fn join(&mut self, first: &str, rest: &str, pages: &mut [Page], entry: &Entry) {
        let Some((p, a)) = self.find(pages, rest) else { return };
        if self.find(pages, first) == Some((p, a)) {
            return;
        }
        let rest_article = pages[p].articles.remove(a);
        self.made.anchors.entry(rest.to_owned()).or_insert_with(|| anchor(&rest_article));
        let heads = heads(&rest_article);
        let Some((to, at)) = self.find(pages, first) else { return };
        let article = &mut pages[to].articles[at];
        let own_heads = self::heads(article);
        merge(article, rest_article, to == p, entry);
        let told = [ProblemKind::JumpUnmatched, ProblemKind::ContinuationUnmatched, ProblemKind::NoHeadline];
        let of = |heads: &[String]| heads.to_vec();
        for (page, heads, kinds) in [(p, of(&heads), &told[..]), (to, of(&own_heads), &told[..1])] {
            let heads: Vec<&String> = heads.iter().collect();
            settle(&mut pages[page], kinds, &heads);
        }
    }

    /// Where an article stands: by its id, else by the words it had.
    fn find(&self, pages: &[Page], id: &str) -> Option<Place> {
        let all = || {
            pages
                .iter()
                .enumerate()
                .flat_map(|(p, page)| page.articles.iter().enumerate().map(move |(a, x)| ((p, a), x)))
        };
        if let Some((place, _)) = all().find(|(_, article)| article.id == id) {
            return Some(place);
        }
        let anchor = self.before.get(id).filter(|anchor| anchor.chars().nth(ANCHOR_CHARS_MIN).is_some())?;
        let mut found = all()
            .filter(|(_, article)| article.paragraphs.iter().any(|p| solid(p).contains(anchor.as_str())));
        match (found.next(), found.next()) {
            (Some((place, _)), None) => Some(place),
            _ => None,
        }
    }
}

fn not_found(id: &str) -> String {
    format!("no article has the id {id}")
}

/// The words by which an article is known again: the beginning of its longest paragraph behind the
/// first, for where that is as it was the id is too.
fn anchor(article: &Article) -> String {
    let behind = article.paragraphs.iter().skip(1).filter(|p| p.chars().nth(ANCHOR_CHARS_MIN).is_some());
    let longest = behind.max_by_key(|p| p.len()).or(article.paragraphs.first()).or(article.headline.as_ref());
    solid(longest.map_or("", String::as_str)).chars().take(ANCHOR_CHARS).collect()
}

/// What problems name an article by.
fn heads(article: &Article) -> Vec<String> {
    article.headline.iter().chain(article.paragraphs.first()).cloned().collect()
}

/// Takes away problems of these kinds that name one of these texts: they are settled.
fn settle(page: &mut Page, kinds: &[ProblemKind], heads: &[&String]) {
    page.problems.retain(|problem| {
        let named = problem
            .message
            .split_once('“')
            .and_then(|(_, rest)| rest.split_once('”'))
            .map(|(named, _)| named);
        let of_it = |named: &str| heads.iter().any(|head| head.starts_with(named.trim_end_matches('…')));
        !(kinds.contains(&problem.kind) && named.is_some_and(of_it))
    });
}

/// Tells in an article which person of it is put right; the people are found later.
fn person(article: &mut Article, fix: &PersonFix, entry: &Entry) -> Result<(), String> {
    let (text, _) = article.full_text();
    if !solid(&text).contains(&solid(&fix.name)) {
        return Err(format!("{} does not stand in the article", fix.name));
    }
    let name = fix.is.as_ref().unwrap_or(&fix.name);
    let now = match &fix.posts {
        _ if fix.never => None,
        Some(posts) if !posts.is_empty() => Some(format!("{name}（{}）", posts.join("、"))),
        _ => Some(name.clone()),
    };
    let told = Notes::of(entry).amendment("person", Some(fix.name.clone()), now);
    article.corrections.push(told);
    Ok(())
}
