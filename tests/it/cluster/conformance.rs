//! The same questions to the archive on this machine and to the one in a cluster: the same answers.
//!
//! Order by relevance is the one thing that may differ; which articles answer, how many, facets,
//! trends, people and the order by day may not.

use std::collections::BTreeSet;

use baoku::cluster::Cluster;
use baoku::index::StoredArticle;
use baoku::query::{Field, Query, Question, Term, parse};
use baoku::search::trend::TrendRequest;
use baoku::search::{Archive, Facet, PeopleQuery, Period, Request, Results, Sort, days};

use super::fixture_cluster;
use crate::support::{Draw, Plain, fixture_archive};

/// Questions drawn.
const QUESTIONS: usize = 500;

/// A run of `len` characters drawn from a text.
fn run_of(draw: &mut Draw, text: &str, len: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = draw.below(chars.len().saturating_sub(len) + 1);
    chars.iter().skip(at).take(len).collect()
}

/// A run of some article.
pub(super) fn text(draw: &mut Draw, articles: &[Plain], most: usize) -> String {
    let article = draw.of(articles);
    let runs: Vec<String> = article.stored.runs().map(|(_, text)| text.into_owned()).collect();
    let len = 1 + draw.below(most);
    let run = draw.of(&runs).clone();
    run_of(draw, &run, len)
}

/// A value of a field of some article, whole or a part of it.
fn value(draw: &mut Draw, articles: &[Plain], field: Field) -> Option<String> {
    let stored: &StoredArticle = &draw.of(articles).stored;
    let people = &stored.people.summary;
    let some: Vec<String> = match field {
        Field::Headline => stored.article.headline.iter().cloned().collect(),
        Field::Kicker => stored.article.kicker.iter().cloned().collect(),
        Field::Deck => stored.article.deck.iter().cloned().collect(),
        Field::Person => people.iter().map(|p| p.name.clone()).collect(),
        Field::Post | Field::Organ => people.iter().flat_map(|p| p.posts.clone()).collect(),
        Field::Part => people.iter().flat_map(|p| p.parts.clone()).collect(),
        Field::Byline => stored.article.byline.iter().map(|a| a.name.clone()).collect(),
        Field::Page => stored.facts.page.iter().cloned().collect(),
        Field::Column => stored.article.column.iter().cloned().collect(),
        Field::Credit => stored.article.credit.iter().cloned().collect(),
        Field::Paper => stored.facts.paper.iter().cloned().collect(),
        Field::Section => stored.facts.section.iter().cloned().collect(),
        Field::Genre => vec![stored.article.genre.key().to_owned()],
    };
    if some.is_empty() {
        return None;
    }
    let whole = draw.of(&some).clone();
    let in_text = matches!(field, Field::Headline | Field::Kicker | Field::Deck);
    let part = matches!(field, Field::Organ | Field::Column | Field::Credit | Field::Paper | Field::Section);
    if in_text || (part && draw.below(2) == 0) {
        let len = 1 + draw.below(5);
        return Some(run_of(draw, &whole, len));
    }
    Some(whole)
}

/// One clause of a question.
fn clause(draw: &mut Draw, articles: &[Plain]) -> Query {
    let plain = |run: String| {
        if run.chars().any(char::is_alphanumeric) {
            run.replace(char::is_whitespace, "")
        } else {
            "镜湖".to_owned()
        }
    };
    match draw.below(12) {
        0..=2 => Query::Term(Term::Literal(text(draw, articles, 12))),
        3..=4 => Query::Term(Term::Word(plain(text(draw, articles, 4)))),
        5 => Query::Term(Term::Word(plain(text(draw, articles, 12)))),
        6 => {
            let run = text(draw, articles, 30);
            let chars: Vec<char> = run.chars().filter(|c| !c.is_whitespace()).collect();
            let (a, b) = chars.split_at(chars.len() / 2);
            let piece = |chars: &[char]| chars.iter().take(2).collect::<String>();
            match (piece(a), piece(b)) {
                (a, b) if a.is_empty() || b.is_empty() => Query::Term(Term::Literal("区".to_owned())),
                (a, b) => Query::Term(Term::Near {
                    runs: vec![b, a],
                    distance_chars: u32::try_from(draw.below(20)).unwrap(),
                }),
            }
        }
        7 => match draw.below(4) {
            0 => Query::Term(Term::Prefix("20".to_owned())),
            1 => Query::Term(Term::Prefix("1".to_owned())),
            _ => Query::Term(Term::Prefix(plain(text(draw, articles, 2)))),
        },
        8 => {
            let year = 2031 + draw.below(3);
            let month = 1 + draw.below(12);
            parse(&format!("日期:{year}-{month:02}..{}-12", year.min(2033))).query
        }
        _ => {
            let field = *draw.of(&Field::ALL);
            match value(draw, articles, field) {
                None => Query::Term(Term::Literal("的".to_owned())),
                Some(text) if draw.below(5) == 0 => {
                    let beginning = text.chars().take(1 + draw.below(2)).collect();
                    Query::Field { field, term: Term::Prefix(beginning) }
                }
                Some(text) if draw.below(2) == 0 => Query::Field { field, term: Term::Literal(text) },
                Some(text) => Query::Field { field, term: Term::Word(plain(text)) },
            }
        }
    }
}

/// A whole question, as its print reads back.
fn question(draw: &mut Draw, articles: &[Plain]) -> Query {
    let mut of = |n: usize| -> Vec<Query> { (0..n).map(|_| clause(draw, articles)).collect() };
    let (one, two, three) = (of(1), of(2), of(3));
    let query = match draw.below(8) {
        0..=2 => Query::And(one),
        3 => Query::And(two),
        4 => Query::And(three),
        5 => Query::Or(three),
        6 => Query::And(vec![one[0].clone(), Query::Not(Box::new(two[0].clone()))]),
        _ => Query::And(vec![Query::Or(two), Query::Not(Box::new(one[0].clone()))]),
    };
    match query {
        Query::And(mut all) if all.len() == 1 => all.pop().unwrap(),
        query => parse(&query.to_string()).query,
    }
}

fn ids(results: &Results) -> BTreeSet<&str> {
    results.hits.iter().map(|hit| hit.id.as_str()).collect()
}

/// Asks both, and compares all that may not differ.
#[track_caller]
pub(super) fn same(archive: &Archive, cluster: &Cluster, request: &Request) {
    let (mut here, mut there) = (archive.search(request).unwrap(), cluster.search(request).unwrap());
    (here.took_ms, there.took_ms) = (0.0, 0.0);
    let asked = request.question.query.to_string();
    assert_eq!(here.total, there.total, "{asked}: total");
    assert_eq!(here.partial_total, there.partial_total, "{asked}: partial total");
    assert_eq!(here.page_total, there.page_total, "{asked}: pages");
    assert_eq!(here.facets, there.facets, "{asked}: facets");
    assert_eq!(here.query, there.query, "{asked}: how it was read, and notes");
    assert_eq!(here.next, there.next, "{asked}: next");
    assert_eq!(here.groups, there.groups, "{asked}: groups");
    if request.sort == Sort::Relevance {
        // Which ones a window leaves out the order decides.
        if request.limit == 0 && request.offset == 0 {
            assert_eq!(ids(&here), ids(&there), "{asked}: which articles");
        }
        assert_eq!(here.hits.len(), there.hits.len(), "{asked}: hits");
        for hit in &there.hits {
            if let Some(same) = here.hits.iter().find(|h| h.id == hit.id) {
                assert_eq!(same, hit, "{asked}: what is shown of {}", hit.id);
            }
        }
    } else {
        assert_eq!(here.hits, there.hits, "{asked}: hits in order");
    }
    assert_eq!(archive.count(request).unwrap(), cluster.count(request).unwrap(), "{asked}: count");
}

#[test]
fn five_hundred_questions_get_the_same_answers() {
    let _whole = super::whole();
    let Some(cluster) = fixture_cluster() else { return };
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = Plain::all(&archive);
    let mut draw = Draw::seeded(20_261_123);
    let (mut found, mut full, mut partial) = (0, 0, 0);
    for _ in 0..QUESTIONS {
        let query = question(&mut draw, &articles);
        let dates = match draw.below(4) {
            0 => days(Some("2031-06"), Some("2032-07")).unwrap(),
            _ => None,
        };
        let request = Request {
            question: Question { query, notes: Vec::new() },
            dates,
            sort: *draw.of(&Sort::ALL),
            limit: *draw.of(&[0, 10, 10, 3]),
            offset: *draw.of(&[0, 0, 0, 5]),
            facets: if draw.below(3) == 0 { Facet::ALL.to_vec() } else { vec![*draw.of(&Facet::ALL)] },
            as_printed: draw.below(10) == 0,
            all_words: draw.below(6) == 0,
            suggest: false,
            ..Request::new("")
        };
        same(&archive, cluster, &request);
        let answer = cluster.search(&request).unwrap();
        found += usize::from(answer.total.value > 0);
        full += usize::from(answer.total.value > 10);
        partial += usize::from(answer.partial_total.unwrap_or(0) > 0);
    }
    // What is drawn has to mean something.
    assert!(
        found > QUESTIONS / 2 && full > QUESTIONS / 8 && partial > QUESTIONS / 20,
        "{found} {full} {partial}"
    );
}

#[test]
fn trends_are_the_same() {
    let _whole = super::whole();
    let Some(cluster) = fixture_cluster() else { return };
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = Plain::all(&archive);
    let mut draw = Draw::seeded(7);
    for _ in 0..40 {
        let request = TrendRequest {
            terms: vec![text(&mut draw, &articles, 4), question(&mut draw, &articles).to_string()],
            by: *draw.of(&Period::ALL),
            dates: if draw.below(2) == 0 { days(Some("2032"), None).unwrap() } else { None },
            as_printed: draw.below(5) == 0,
        };
        assert_eq!(archive.trend(&request).unwrap(), cluster.trend(&request).unwrap(), "{:?}", request.terms);
    }
}

#[test]
fn people_and_their_posts_are_the_same() {
    let _whole = super::whole();
    let Some(cluster) = fixture_cluster() else { return };
    let archive = Archive::open(fixture_archive()).unwrap();
    let all = archive.holdings(&PeopleQuery::default()).unwrap();
    assert_eq!(all, cluster.holdings(&PeopleQuery::default()).unwrap());
    let mut asked: Vec<PeopleQuery> = Vec::new();
    for row in all.iter().step_by(3) {
        let on = row.last_seen.as_deref().and_then(|day| day.parse().ok());
        let post = PeopleQuery { post: Some(row.post.clone()), ..PeopleQuery::default() };
        asked.extend([
            PeopleQuery { on, ..post.clone() },
            post,
            PeopleQuery { organ: row.organ.clone(), ..PeopleQuery::default() },
            PeopleQuery { name: Some(row.name.clone()), on, ..PeopleQuery::default() },
        ]);
    }
    for query in &asked {
        assert_eq!(archive.holdings(query).unwrap(), cluster.holdings(query).unwrap(), "{query:?}");
    }
    let names: BTreeSet<&str> = all.iter().map(|row| row.name.as_str()).collect();
    for name in names {
        let (here, there) = (archive.persons_named(name).unwrap(), cluster.persons_named(name).unwrap());
        assert_eq!(here, there, "{name}");
        for person in here {
            assert_eq!(
                archive.person_page(person.clone(), 5).unwrap(),
                cluster.person_page(person, 5).unwrap(),
                "{name}"
            );
        }
    }
    assert_eq!(archive.persons_sounding("wzd").unwrap(), cluster.persons_sounding("wzd").unwrap());
}

#[test]
fn articles_pages_exports_and_sums_are_the_same() {
    let _whole = super::whole();
    let Some(cluster) = fixture_cluster() else { return };
    let archive = Archive::open(fixture_archive()).unwrap();
    for id in archive.article_ids().unwrap() {
        assert_eq!(archive.article(&id).unwrap(), cluster.article(&id).unwrap(), "{id}");
    }
    assert_eq!(cluster.article("no/such/article").unwrap(), None);
    for issue in archive.issues().unwrap() {
        assert_eq!(archive.articles_under(&issue.id).unwrap(), cluster.articles_under(&issue.id).unwrap());
        let mut here = archive.furniture_under(&issue.id).unwrap();
        here.sort_by(|a, b| a.id.cmp(&b.id));
        assert_eq!(here, cluster.furniture_under(&issue.id).unwrap());
    }
    for (sort, limit, offset) in [(Sort::Oldest, 0, 0), (Sort::Newest, 0, 0), (Sort::Newest, 40, 17)] {
        let request = Request { sort, limit, offset, all_words: true, ..Request::new("") };
        let (mut here, mut there) = (Vec::new(), Vec::new());
        type Taken = Result<(), baoku::index::Error>;
        let take = |all: &mut Vec<StoredArticle>, article| -> Taken {
            all.push(article);
            Ok(())
        };
        archive.each(&request, |article| take(&mut here, article)).unwrap();
        cluster.each(&request, |article| take(&mut there, article)).unwrap();
        assert!(here == there, "{sort:?} {limit} {offset}");
    }
    let (mut here, mut there) = (archive.stats().unwrap(), cluster.stats().unwrap());
    // Bytes on disk are those of each engine, and sources stay where they were indexed.
    (here.index_bytes, there.index_bytes, here.kept_bytes) = (0, 0, 0);
    assert_eq!(here, there);
}
