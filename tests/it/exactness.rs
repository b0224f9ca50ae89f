//! The promise of quotation: a quoted run finds exactly the articles in whose text it stands.
//!
//! The truth is a scan over the stored texts, both sides folded. Runs are drawn with a seed from
//! the texts themselves, at all lengths, white space and punctuation included.

use std::collections::{BTreeMap, BTreeSet};

use baoku::paper::{RepairKind, TextPart};
use baoku::query::{Field, Query, Question, Term, parse};
use baoku::search::{Archive, Request};
use baoku::text::fold::fold;

use crate::support::{Draw, Plain, fixture_archive};

/// Runs tried in an ordinary test run.
const SAMPLE: usize = 3_000;

/// The ids a tree finds.
pub(crate) fn found(archive: &Archive, query: Query) -> BTreeSet<String> {
    let question = Question { query, notes: Vec::new() };
    let request = Request { question, limit: 0, snippets: false, ..Request::new("") };
    let results = archive.search(&request).unwrap();
    let ids: BTreeSet<String> = results.hits.iter().map(|hit| hit.id.clone()).collect();
    assert_eq!(ids.len() as u64, results.total.value, "{request:?}: the total is the number of hits");
    assert_eq!(archive.count(&request).unwrap(), results.total.value, "{request:?}: the count is the total");
    ids
}

/// The ids whose text has the run, by scanning all of them.
fn scanned(articles: &[Plain], run: &str, part: impl Fn(TextPart) -> bool + Copy) -> BTreeSet<String> {
    let folded = fold(run);
    articles.iter().filter(|a| a.has(&folded, part)).map(|a| a.id.clone()).collect()
}

/// A question in quotation marks, as typed; none where the run itself holds a mark.
fn quoted(run: &str) -> Option<Query> {
    let marks = ['"', '“', '”', '「', '」', '『', '』', '＂', '\n', '\r'];
    if run.contains(marks) {
        return None;
    }
    let question = parse(&format!("“{run}”"));
    (question.query == Query::Term(Term::Literal(run.to_owned()))).then_some(question.query)
}

#[track_caller]
fn check(archive: &Archive, articles: &[Plain], run: &str) {
    let tree = quoted(run).unwrap_or_else(|| Query::Term(Term::Literal(run.to_owned())));
    assert_eq!(found(archive, tree), scanned(articles, run, |_| true), "“{run}”");
}

/// A run of `len` characters drawn from a text.
fn run_of(draw: &mut Draw, text: &str, len: usize) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let last = chars.len().checked_sub(len)?;
    let at = draw.below(last + 1);
    Some(chars[at..at + len].iter().collect())
}

#[test]
fn a_very_long_run_is_found_whole_and_not_with_one_character_changed() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = Plain::all(&archive);
    let mut draw = Draw::seeded(17);
    let mut tried = 0;
    while tried < 60 {
        let article = draw.of(&articles);
        let text = article.runs.iter().map(|(_, text)| text.as_str()).max_by_key(|text| text.len()).unwrap();
        let len = 90 + draw.below(200);
        let Some(run) = run_of(&mut draw, text, len) else { continue };
        check(&archive, &articles, &run);
        let mut chars: Vec<char> = run.chars().collect();
        let at = draw.below(chars.len());
        chars[at] = if chars[at] == '山' { '水' } else { '山' };
        check(&archive, &articles, &chars.into_iter().collect::<String>());
        tried += 1;
    }
}

#[test]
fn a_quoted_run_finds_exactly_the_articles_that_contain_it() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = Plain::all(&archive);
    let mut draw = Draw::seeded(20_310_318);
    let mut lengths = BTreeMap::new();
    while lengths.values().sum::<usize>() < SAMPLE {
        let article = draw.of(&articles);
        let (_, text) = draw.of(&article.runs);
        // Mostly the lengths people quote; sometimes one character, sometimes half a sentence.
        let len = match draw.below(10) {
            0 => 1,
            1 => 7 + draw.below(14),
            _ => 2 + draw.below(5),
        };
        if let Some(run) = run_of(&mut draw, text, len) {
            check(&archive, &articles, &run);
            *lengths.entry(len).or_default() += 1;
        }
    }
    assert_eq!(lengths.len(), 20, "every length from 1 to 20 was drawn: {lengths:?}");
    // Each was compared above: one that differs ends the test and leaves no figure.
    crate::score::tell("quoted runs", &[("exact of 3000", 1.0)]);
}

#[test]
#[ignore = "takes minutes: every run of 1 to 6 characters of the archive"]
fn every_run_of_the_archive_finds_exactly_its_articles() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = Plain::all(&archive);
    for len in 1..=6 {
        let mut runs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for article in &articles {
            for (_, text) in &article.runs {
                let chars: Vec<char> = text.chars().collect();
                for window in chars.windows(len) {
                    runs.entry(window.iter().collect()).or_default().insert(article.id.clone());
                }
            }
        }
        for (run, want) in &runs {
            assert_eq!(&found(&archive, Query::Term(Term::Literal(run.clone()))), want, "“{run}”");
        }
        eprintln!("{} runs of {len} characters", runs.len());
    }
}

#[test]
fn a_run_that_stands_nowhere_finds_nothing() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = Plain::all(&archive);
    let mut draw = Draw::seeded(7);
    let mut nowhere = 0;
    while nowhere < 300 {
        // Two pieces that do occur, put together: every bigram but one is in the index.
        let pieces: Vec<String> = (0..2)
            .filter_map(|_| {
                let article = draw.of(&articles);
                let (_, text) = draw.of(&article.runs);
                let len = 1 + draw.below(4);
                run_of(&mut draw, text, len)
            })
            .collect();
        let run = pieces.concat();
        nowhere += usize::from(scanned(&articles, &run, |_| true).is_empty());
        check(&archive, &articles, &run);
    }
}

#[test]
fn a_run_is_found_across_a_repaired_seam() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = Plain::all(&archive);
    let mut seams = 0;
    for article in &articles {
        for repair in article.stored.article.repairs.iter().filter(|r| r.kind == RepairKind::Seam) {
            seams += 1;
            let paragraph = &article.stored.article.paragraphs[repair.paragraph];
            // Where in the paragraph the seam lay is not kept: all of its runs must be found.
            let chars: Vec<char> = paragraph.chars().collect();
            for window in chars.windows(5).step_by(2) {
                let run: String = window.iter().collect();
                let ids = found(&archive, Query::Term(Term::Literal(run.clone())));
                assert!(ids.contains(&article.id), "“{run}” of a mended paragraph of {}", article.id);
            }
        }
    }
    assert!(seams >= 20, "the fixtures have mended paragraphs: {seams}");
}

#[test]
fn a_run_never_crosses_the_border_of_two_parts() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = Plain::all(&archive);
    for article in articles.iter().step_by(3) {
        for pair in article.stored.article.parts().collect::<Vec<_>>().windows(2) {
            let left: String =
                pair[0].1.chars().rev().take(3).collect::<Vec<_>>().into_iter().rev().collect();
            let right: String = pair[1].1.chars().take(3).collect();
            check(&archive, &articles, &format!("{left}{right}"));
        }
    }
}

#[test]
fn widths_cases_and_scripts_are_folded_on_both_sides() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = Plain::all(&archive);
    let mut draw = Draw::seeded(11);
    // Half width to full width, and some characters to their traditional form.
    let other = |c: char| match c {
        '!'..='~' => char::from_u32(u32::from(c) - 0x21 + 0xFF01).unwrap(),
        '区' => '區',
        '镇' => '鎮',
        '长' => '長',
        '会' => '會',
        '湾' => '灣',
        ' ' => '\u{3000}',
        c => c,
    };
    for _ in 0..400 {
        let article = draw.of(&articles);
        let (_, text) = draw.of(&article.runs);
        let Some(run) = run_of(&mut draw, text, 4) else { continue };
        let spelled: String = run.chars().map(other).collect();
        assert_eq!(
            found(&archive, Query::Term(Term::Literal(spelled.clone()))),
            scanned(&articles, &run, |_| true),
            "“{spelled}”"
        );
    }
}

#[test]
fn a_name_padded_on_paper_is_found_in_both_spellings() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = Plain::all(&archive);
    let mut padded = 0;
    for article in &articles {
        let (text, _) = article.stored.article.full_text();
        for mention in article.stored.people.mentions.iter().filter(|m| m.span.len() > m.name.len()) {
            padded += 1;
            for spelling in [mention.span.of(&text), &mention.name] {
                let ids = found(&archive, Query::Term(Term::Literal(spelling.to_owned())));
                assert!(ids.contains(&article.id), "“{spelling}” in {}", article.id);
                check(&archive, &articles, spelling);
            }
        }
    }
    assert!(padded > 0, "the fixtures print padded names");
}

#[test]
fn a_quotation_in_one_field_looks_there_and_nowhere_else() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = Plain::all(&archive);
    let mut draw = Draw::seeded(5);
    let places = [
        (Field::Headline, TextPart::Headline),
        (Field::Kicker, TextPart::Kicker),
        (Field::Deck, TextPart::Deck),
    ];
    for round in 0..900 {
        let (field, part) = places[round % 3];
        let article = draw.of(&articles);
        let (_, text) = draw.of(&article.runs);
        let own = article.runs.iter().find(|(p, _)| *p == part);
        // Half of the runs from the part itself, half from anywhere.
        let text = own.filter(|_| draw.below(2) == 0).map_or(text, |(_, text)| text);
        let len = 1 + draw.below(8);
        let Some(run) = run_of(&mut draw, text, len) else { continue };
        assert_eq!(
            found(&archive, Query::Field { field, term: Term::Literal(run.clone()) }),
            scanned(&articles, &run, |p| p == part),
            "{field}:“{run}”"
        );
        let (Some(one), Some(other)) = (run_of(&mut draw, text, 2), run_of(&mut draw, text, 2)) else {
            continue;
        };
        let distance_chars = draw.below(6) as u32;
        let runs = [one, other];
        let near = |text: &str| stand_near(text, [&fold(&runs[0]), &fold(&runs[1])], distance_chars as usize);
        let want: BTreeSet<String> = articles
            .iter()
            .filter(|a| a.runs.iter().any(|(p, text)| *p == part && near(text)))
            .map(|a| a.id.clone())
            .collect();
        let term = Term::Near { runs: runs.to_vec(), distance_chars };
        assert_eq!(
            found(&archive, Query::Field { field, term }),
            want,
            "{field}: {runs:?} ~{distance_chars}"
        );
    }
}

/// Whether two runs stand in a folded text with at most so many characters between them and none in both.
fn stand_near(text: &str, runs: [&str; 2], between_max: usize) -> bool {
    let text: Vec<char> = text.chars().collect();
    let [one, other] = runs.map(|run| run.chars().collect::<Vec<char>>());
    let places =
        |run: &[char]| -> Vec<usize> { (0..text.len()).filter(|at| text[*at..].starts_with(run)).collect() };
    let fits = |first: usize, second: usize, chars: usize| {
        second.checked_sub(first + chars).is_some_and(|between| between <= between_max)
    };
    let others = places(&other);
    places(&one)
        .into_iter()
        .any(|i| others.iter().any(|j| fits(i, *j, one.len()) || fits(*j, i, other.len())))
}

#[test]
fn as_printed_means_as_printed() {
    let archive = Archive::open(fixture_archive()).unwrap();
    let articles = Plain::all(&archive);
    let mut draw = Draw::seeded(3);
    for _ in 0..300 {
        let article = draw.of(&articles);
        let printed: Vec<_> = article.stored.runs().collect();
        let (_, text) = draw.of(&printed);
        let Some(run) = run_of(&mut draw, text, 3) else { continue };
        let question = Question { query: Query::Term(Term::Literal(run.clone())), notes: Vec::new() };
        let request = Request { question, limit: 0, as_printed: true, ..Request::new("") };
        let ids: BTreeSet<String> =
            archive.search(&request).unwrap().hits.into_iter().map(|h| h.id).collect();
        let want: BTreeSet<String> = articles
            .iter()
            .filter(|a| a.stored.runs().any(|(_, text)| text.contains(&run)))
            .map(|a| a.id.clone())
            .collect();
        assert_eq!(ids, want, "“{run}” as printed");
    }
}
