//! Nested questions drawn with a seed, answered by the index and by a plain evaluator over the
//! stored articles: both must find the same.
//!
//! The archive they are asked on was grown step by step, so that it has several index segments and
//! documents that were deleted.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;

use baoku::paper::TextPart;
use baoku::people::{Kind, split_post};
use baoku::query::{DateRange, Day, Field, Query, Term, parse};
use baoku::search::Archive;
use baoku::text::fold::fold;
use baoku::text::segment::Segmenter;
use rayon::prelude::*;

use crate::exactness::found;
use crate::support::{Draw, Plain, copy, folder, index, issues, top, write};

/// Trees tried in an ordinary test run.
const TREES: usize = 1_500;

/// An archive with several segments and deleted documents.
fn grown() -> &'static (Archive, Vec<Plain>) {
    static GROWN: OnceLock<(Archive, Vec<Plain>)> = OnceLock::new();
    GROWN.get_or_init(|| {
        let place = folder().keep();
        let (pages, archive) = (place.join("pages"), place.join("archive"));
        for some in issues().chunks(7) {
            for issue in some {
                copy(&top().join(issue), &pages.join(issue.file_name().unwrap()));
            }
            index(&archive, std::slice::from_ref(&pages));
        }
        // One issue goes, one page changes and changes again, until the merging of segments, which
        // depends on the number of cores, leaves several of them.
        std::fs::remove_dir_all(pages.join(issues()[1].file_name().unwrap())).unwrap();
        let page: PathBuf = pages.join(issues()[4].file_name().unwrap()).join("03.md");
        let opened = (1..=12)
            .map(|lamps| {
                let story = format!(
                    "# 镜湖边的新桥\n\n本报讯（记者孙一鸣）9月24日，镜湖边的新桥通车，桥上有{lamps}盏灯。\n"
                );
                write(&page, story);
                index(&archive, std::slice::from_ref(&pages));
                Archive::open(&archive).unwrap()
            })
            .find(|opened| {
                let searcher = opened.index().reader.searcher();
                let readers = searcher.segment_readers();
                readers.len() > 1 && readers.iter().any(|r| r.num_deleted_docs() > 0)
            })
            .expect("an archive with several segments and deleted documents");
        let articles = Plain::all(&opened);
        (opened, articles)
    })
}

/// What a question means, worked out on one article at a time.
struct Meaning {
    segmenter: Segmenter,
}

impl Meaning {
    fn of(archive: &Archive) -> Self {
        Self { segmenter: Segmenter::taught(archive.index().names().unwrap().taught()) }
    }

    fn holds(&self, query: &Query, a: &Plain) -> bool {
        match query {
            Query::All => true,
            Query::Term(term) => self.term(term, a, |_| true),
            Query::Field { field, term } => self.field(*field, term, a),
            Query::Dates(range) => a.stored.facts.date.is_some_and(|date| {
                let day = Day::new(date.year(), date.month(), date.day()).unwrap();
                range.from().is_none_or(|from| from <= day) && range.to().is_none_or(|to| day <= to)
            }),
            Query::And(children) => children.iter().all(|c| self.holds(c, a)),
            Query::Or(children) => children.iter().any(|c| self.holds(c, a)),
            Query::Not(child) => !self.holds(child, a),
        }
    }

    /// The words of a typed run: each must stand somewhere, whatever stands between.
    fn words(&self, run: &str) -> Vec<String> {
        let folded = fold(run);
        if folded.chars().count() <= 2 || folded.is_ascii() {
            return vec![folded];
        }
        let words: Vec<String> = self
            .segmenter
            .content_words(&folded)
            .into_iter()
            .map(|span| span.of(&folded).to_owned())
            .collect();
        if words.len() < 2 { vec![folded] } else { words }
    }

    fn term(&self, term: &Term, a: &Plain, part: impl Fn(TextPart) -> bool + Copy) -> bool {
        match term {
            Term::Word(run) => self.words(run).iter().all(|word| a.has(word, part)),
            Term::Literal(run) => a.has(&fold(run), part),
            Term::Prefix(run) => {
                let run = fold(run);
                let latin = run.starts_with(|c: char| c.is_ascii_alphanumeric());
                a.runs.iter().filter(|(p, _)| part(*p)).any(|(_, text)| {
                    text.match_indices(&run)
                        .any(|(at, _)| !latin || !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric()))
                })
            }
            Term::Near { runs, distance_chars } => {
                let runs: Vec<Vec<char>> = runs.iter().map(|r| fold(r).chars().collect()).collect();
                a.runs.iter().any(|(_, text)| {
                    let text: Vec<char> = text.chars().collect();
                    narrowest(&text, &runs).is_some_and(|between| between <= *distance_chars as usize)
                })
            }
        }
    }

    fn field(&self, field: Field, term: &Term, a: &Plain) -> bool {
        let (article, facts) = (&a.stored.article, &a.stored.facts);
        let people = || a.stored.people.summary.iter().filter(|p| p.kind != Kind::Reporter);
        let posts = || people().flat_map(|p| p.posts.iter());
        let whole: Vec<String> = match field {
            Field::Headline => return self.term(term, a, |p| p == TextPart::Headline),
            Field::Kicker => return self.term(term, a, |p| p == TextPart::Kicker),
            Field::Deck => return self.term(term, a, |p| p == TextPart::Deck),
            Field::Person => people().map(|p| p.name.clone()).collect(),
            Field::Post => posts().flat_map(|p| [p.clone(), split_post(p).title]).collect(),
            Field::Byline => article.byline.iter().map(|b| b.name.clone()).collect(),
            Field::Page => facts.page.iter().cloned().collect(),
            Field::Genre => vec![article.genre.key().to_owned()],
            Field::Organ => return holds_part(posts().filter_map(|p| split_post(p).organ), term),
            Field::Column => return holds_part(article.column.iter().cloned(), term),
            Field::Credit => return holds_part(article.credit.iter().cloned(), term),
            Field::Paper => return holds_part(facts.paper.iter().cloned(), term),
            Field::Section => return holds_part(facts.section.iter().cloned(), term),
            Field::Part => unreachable!("not drawn"),
        };
        match term {
            Term::Word(text) | Term::Literal(text) => whole.iter().any(|v| fold(v) == fold(text)),
            Term::Prefix(text) => whole.iter().any(|v| fold(v).starts_with(&fold(text))),
            Term::Near { .. } => unreachable!("not drawn"),
        }
    }
}

fn holds_part(mut values: impl Iterator<Item = String>, term: &Term) -> bool {
    let (Term::Word(text) | Term::Literal(text) | Term::Prefix(text)) = term else {
        unreachable!("not drawn")
    };
    values.any(|v| fold(&v).contains(&fold(text)))
}

/// The fewest characters that lie between the runs, in any order, none sharing a character.
fn narrowest(text: &[char], runs: &[Vec<char>]) -> Option<usize> {
    let mut best: Option<usize> = None;
    let mut order: Vec<usize> = (0..runs.len()).collect();
    permutations(&mut order, 0, &mut |order| {
        for start in 0..text.len() {
            if !text[start..].starts_with(&runs[order[0]]) {
                continue;
            }
            // From a given start the earliest places behind it are the narrowest.
            let mut end = start + runs[order[0]].len();
            let mut between = 0;
            for next in &order[1..] {
                let Some(at) = (end..text.len()).find(|i| text[*i..].starts_with(&runs[*next])) else {
                    return;
                };
                between += at - end;
                end = at + runs[*next].len();
            }
            best = Some(best.map_or(between, |b| b.min(between)));
        }
    });
    best
}

fn permutations(order: &mut Vec<usize>, from: usize, each: &mut dyn FnMut(&[usize])) {
    if from == order.len() {
        return each(order);
    }
    for i in from..order.len() {
        order.swap(from, i);
        permutations(order, from + 1, each);
        order.swap(from, i);
    }
}

/// Draws trees over what the articles hold.
struct Trees<'a> {
    draw: Draw,
    articles: &'a [Plain],
}

impl Trees<'_> {
    fn tree(&mut self, depth: usize) -> Query {
        match if depth == 0 { 0 } else { self.draw.below(8) } {
            0..=3 => self.leaf(),
            4 | 5 => Query::And((0..2 + self.draw.below(3)).map(|_| self.tree(depth - 1)).collect()),
            6 => Query::Or((0..2 + self.draw.below(3)).map(|_| self.tree(depth - 1)).collect()),
            _ => Query::Not(Box::new(self.tree(depth - 1))),
        }
    }

    fn leaf(&mut self) -> Query {
        match self.draw.below(12) {
            0..=2 => Query::Term(Term::Word(self.solid(1, 7))),
            3..=5 => Query::Term(Term::Literal(self.run(1, 6))),
            6 => Query::Term(Term::Prefix(self.solid(1, 3))),
            7 | 8 => Query::Term(self.near()),
            9 => Query::Dates(self.dates()),
            _ => self.field(),
        }
    }

    /// A run of the texts, sometimes of two of them so that it stands nowhere.
    fn run(&mut self, min: usize, max: usize) -> String {
        loop {
            let article = self.draw.of(self.articles);
            let (_, text) = self.draw.of(&article.runs);
            let chars: Vec<char> = text.chars().collect();
            let len = min + self.draw.below(max - min + 1);
            if chars.len() < len {
                continue;
            }
            let at = self.draw.below(chars.len() - len + 1);
            let run: String = chars[at..at + len].iter().collect();
            if !run.trim().is_empty() {
                return run;
            }
        }
    }

    /// A run as it can be typed without quotation marks.
    fn solid(&mut self, min: usize, max: usize) -> String {
        loop {
            let run: String = self.run(min, max).chars().filter(|c| c.is_alphanumeric()).collect();
            if !run.is_empty() {
                return run;
            }
        }
    }

    fn near(&mut self) -> Term {
        // Of one paragraph, so that some are near.
        let article = self.draw.of(self.articles);
        let (_, text) = self.draw.of(&article.runs);
        let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        let runs = (0..2 + self.draw.below(2))
            .map(|_| {
                let len = (1 + self.draw.below(3)).min(chars.len().max(1));
                let at = self.draw.below(chars.len().saturating_sub(len) + 1);
                chars.get(at..at + len).map_or_else(|| "湖".to_owned(), |run| run.iter().collect())
            })
            .collect();
        Term::Near { runs, distance_chars: [0, 1, 3, 10, 40][self.draw.below(5)] }
    }

    fn dates(&mut self) -> DateRange {
        let mut day = || {
            let year = 2030 + i16::try_from(self.draw.below(5)).unwrap();
            let month = 1 + i8::try_from(self.draw.below(12)).unwrap();
            Day::new(year, month, 1 + i8::try_from(self.draw.below(28)).unwrap())
        };
        let (from, to) = (day(), day());
        match self.draw.below(3) {
            0 => DateRange::new(from, None),
            1 => DateRange::new(None, to),
            _ => DateRange::new(from, to),
        }
        .unwrap()
    }

    fn field(&mut self) -> Query {
        let fields: Vec<Field> = Field::ALL.into_iter().filter(|f| *f != Field::Part).collect();
        let field = *self.draw.of(&fields);
        let article = self.draw.of(self.articles);
        let people = article.stored.people.summary.clone();
        let facts = article.stored.facts.clone();
        let story = article.stored.article.clone();
        let posts: Vec<String> = people.iter().flat_map(|p| p.posts.clone()).collect();
        let value = match field {
            Field::Headline | Field::Kicker | Field::Deck => {
                let text = [story.headline, story.kicker, story.deck].into_iter().flatten().next();
                let chars: Vec<char> = text.unwrap_or_default().chars().collect();
                let len = (1 + self.draw.below(4)).min(chars.len());
                let at = self.draw.below(chars.len() - len + 1);
                Some(chars[at..at + len].iter().collect())
            }
            Field::Person => people.first().map(|p| p.name.clone()),
            Field::Post => {
                posts.first().map(|p| if self.draw.below(2) == 0 { p.clone() } else { split_post(p).title })
            }
            Field::Organ => posts.iter().find_map(|p| split_post(p).organ),
            Field::Byline => story.byline.first().map(|b| b.name.clone()),
            Field::Page => facts.page,
            Field::Column => story.column,
            Field::Credit => story.credit,
            Field::Paper => facts.paper,
            Field::Section => facts.section,
            Field::Genre => Some(story.genre.key().to_owned()),
            Field::Part => None,
        };
        let Some(value) = value.filter(|v: &String| !v.trim().is_empty()) else { return self.leaf() };
        let solid: String = value.chars().filter(|c| c.is_alphanumeric()).collect();
        let term = match self.draw.below(4) {
            0 if !solid.is_empty() => Term::Word(solid),
            1 => Term::Prefix(value.chars().take(1).collect()),
            _ => Term::Literal(value),
        };
        Query::Field { field, term }
    }
}

#[test]
fn nested_questions_find_what_a_plain_evaluator_finds() {
    let (archive, articles) = grown();
    nested(archive, articles, 1, TREES);
}

#[test]
#[ignore = "takes minutes: many more trees, other seeds"]
fn nested_questions_with_many_seeds() {
    let (archive, articles) = grown();
    (2..42).into_par_iter().for_each(|seed| {
        nested(archive, articles, seed, TREES);
        eprintln!("seed {seed}: {TREES} questions right");
    });
}

fn nested(archive: &Archive, articles: &[Plain], seed: u64, count: usize) {
    let meaning = Meaning::of(archive);
    let mut trees = Trees { draw: Draw::seeded(seed), articles };
    let (mut some, mut all) = (0, 0);
    for round in 0..count {
        let query = trees.tree(3).normal();
        let want: BTreeSet<String> =
            articles.iter().filter(|a| meaning.holds(&query, a)).map(|a| a.id.clone()).collect();
        some += usize::from(!want.is_empty());
        all += usize::from(want.len() == articles.len());
        let got = found(archive, query.clone());
        assert_eq!(got, want, "seed {seed}, round {round}: {query}");
    }
    assert!(some > count / 3, "most questions find something: {some}");
    assert!(all < count / 3, "few questions find everything: {all}");
}

#[test]
fn what_is_printed_of_a_tree_finds_the_same() {
    let (archive, articles) = grown();
    let mut trees = Trees { draw: Draw::seeded(99), articles };
    for _ in 0..300 {
        let query = trees.tree(3).normal();
        let typed = parse(&query.to_string());
        // A literal of punctuation alone, or with a mark of its own, prints as nearly the same.
        if typed.query == query {
            assert_eq!(found(archive, typed.query), found(archive, query.clone()), "{query}");
        }
    }
}

#[test]
fn near_runs_are_found_at_exactly_their_distance() {
    let (archive, articles) = grown();
    let meaning = Meaning::of(archive);
    let mut trees = Trees { draw: Draw::seeded(17), articles };
    for _ in 0..400 {
        let near = trees.near();
        let Term::Near { runs, .. } = &near else { continue };
        let folded: Vec<Vec<char>> = runs.iter().map(|r| fold(r).chars().collect()).collect();
        let widths = articles.iter().filter_map(|a| {
            a.runs.iter().filter_map(|(_, t)| narrowest(&t.chars().collect::<Vec<_>>(), &folded)).min()
        });
        let Some(least) = widths.min() else { continue };
        for distance in [least, least.saturating_sub(1)] {
            let term = Term::Near { runs: runs.clone(), distance_chars: u32::try_from(distance).unwrap() };
            let want: BTreeSet<String> =
                articles.iter().filter(|a| meaning.term(&term, a, |_| true)).map(|a| a.id.clone()).collect();
            assert_eq!(found(archive, Query::Term(term.clone())), want, "{term}");
        }
    }
}
