use std::collections::BTreeSet;

use proptest::prelude::*;
use tantivy::collector::DocSetCollector;
use tantivy::schema::{FAST, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, Searcher, TantivyDocument};

use super::super::most::MostOf;
use super::super::verify::near;
use super::*;
use crate::index::head_char;

/// An article: its kicker and its headline, if it has any, and its paragraphs.
type Parts = (Option<String>, Option<String>, Vec<String>);

fn parts((kicker, headline, paragraphs): &Parts) -> Vec<(Option<Head>, &str)> {
    let mut out: Vec<(Option<Head>, &str)> = Vec::new();
    out.extend(kicker.as_deref().map(|text| (Some(Head::Kicker), text)));
    out.extend(headline.as_deref().map(|text| (Some(Head::Headline), text)));
    out.extend(paragraphs.iter().map(|text| (None, text.as_str())));
    out
}

struct Indexed {
    searcher: Searcher,
    pairs: Field,
    head_chars: Field,
    columns: Columns,
}

/// An index of articles by their pairs of characters, in the order given, as an archive has them.
fn indexed(articles: &[Parts]) -> Indexed {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("raw")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let pairs = schema.add_text_field("pairs", TextOptions::default().set_indexing_options(indexing));
    let head_chars = schema.add_text_field("head_chars", STRING);
    let borders = schema.add_u64_field("borders", FAST);
    let heads = schema.add_u64_field("heads", FAST);
    let index = Index::create_in_ram(schema.build());
    let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
    for article in articles {
        let mut document = TantivyDocument::default();
        let (mut begin, mut numbers) = (0, 0);
        for (nth, (head, text)) in parts(article).into_iter().enumerate() {
            if nth > 0 {
                document.add_u64(borders, begin as u64);
            }
            numbers |= head.map_or(0, Head::number) << (2 * nth).min(62);
            let chars: Vec<char> = text.chars().collect();
            for c in chars.iter().filter(|_| head.is_some()) {
                document.add_text(head_chars, head_char(head.unwrap(), *c));
            }
            let token = |(position, pair): (usize, &[char])| Token {
                position,
                position_length: 2,
                text: pair.iter().collect(),
                ..Token::default()
            };
            let tokens = chars.windows(2).enumerate().map(token).collect();
            document.add_pre_tokenized_text(pairs, PreTokenizedString { text: text.to_owned(), tokens });
            begin += if chars.len() < 2 { 1 } else { chars.len() + 1 };
        }
        document.add_u64(heads, numbers);
        writer.add_document(document).unwrap();
    }
    writer.commit().unwrap();
    let columns = Columns { borders, heads };
    Indexed { searcher: index.reader().unwrap().searcher(), pairs, head_chars, columns }
}

impl Indexed {
    fn run(&self, text: &str) -> Run {
        let chars: Vec<char> = text.chars().collect();
        let term = |pair: &[char]| Term::from_field_text(self.pairs, &pair.iter().collect::<String>());
        let pairs = (0..).zip(chars.windows(2)).map(|(at, pair)| (at, term(pair))).collect();
        Run::new(chars, pairs)
    }

    fn query(&self, text: &str) -> Box<dyn Query> {
        let run = self.run(text);
        match run.pairs.as_slice() {
            [(_, one)] => Box::new(TermQuery::new(one.clone(), IndexRecordOption::WithFreqs)),
            _ => Box::new(Runs::of(run)),
        }
    }

    fn in_head(&self, runs: Runs, head: Head, texts: &[String]) -> Runs {
        let also = texts.iter().flat_map(|text| text.chars());
        let also = also.map(|c| Term::from_field_text(self.head_chars, &head_char(head, c)));
        runs.in_head(head, also.collect(), self.columns)
    }

    fn found(&self, query: &dyn Query) -> BTreeSet<DocId> {
        let found = self.searcher.search(query, &DocSetCollector).unwrap();
        found.into_iter().map(|address| address.doc_id).collect()
    }
}

/// The articles that fit, by their numbers.
fn fitting(articles: &[Parts], fits: impl Fn(&[(Option<Head>, &str)]) -> bool) -> BTreeSet<DocId> {
    (0..).zip(articles).filter(|(_, article)| fits(&parts(article))).map(|(doc, _)| doc).collect()
}

fn articles() -> impl Strategy<Value = Vec<Parts>> {
    let line = || prop::option::of("[ab丙]{0,7}");
    prop::collection::vec((line(), line(), prop::collection::vec("[ab丙]{0,14}", 0..4)), 1..120)
}

fn has(parts: &[(Option<Head>, &str)], run: &str) -> bool {
    parts.iter().any(|(_, text)| text.contains(run))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn all_runs_stand_where_the_text_has_them(
        articles in articles(),
        asked in prop::collection::vec("[ab丙]{2,5}", 1..4),
        either in prop::collection::vec("[ab丙]{2,4}", 0..3),
        without in prop::option::of("[ab丙]{2,4}"),
    ) {
        let index = indexed(&articles);
        let mut all: Vec<(Occur, Box<dyn Query>)> =
            asked.iter().map(|text| (Occur::Must, index.query(text))).collect();
        if !either.is_empty() {
            let one = BooleanQuery::union(either.iter().map(|text| index.query(text)).collect());
            all.push((Occur::Must, Box::new(one)));
        }
        if let Some(without) = &without {
            all.push((Occur::MustNot, Box::new(crate::search::plain::Plain(index.query(without)))));
        }
        let expected = fitting(&articles, |parts| {
            asked.iter().all(|run| has(parts, run))
                && (either.is_empty() || either.iter().any(|run| has(parts, run)))
                && !without.iter().any(|run| has(parts, run))
        });
        prop_assert_eq!(index.found(&*all_of(all)), expected);
    }

    #[test]
    fn runs_stand_in_a_line_and_near_each_other_where_the_text_has_them_so(
        articles in articles(),
        asked in "[ab丙]{2,4}",
        together in prop::collection::vec("[ab丙]{2,3}", 1..4),
        between_max in 0..6usize,
        (head, near_in_head, both) in (0..2usize, any::<bool>(), any::<bool>()),
    ) {
        let index = indexed(&articles);
        let head = [Head::Headline, Head::Kicker][head];
        let line = index.in_head(Runs::of(index.run(&asked)), head, std::slice::from_ref(&asked));
        let runs = together.iter().map(|text| index.run(text)).collect();
        let mut beside = Runs::near(runs, between_max, index.columns);
        if near_in_head {
            beside = index.in_head(beside, head, &together);
        }
        let chars: Vec<Vec<char>> = together.iter().map(|run| run.chars().collect()).collect();
        let stands = |parts: &[(Option<Head>, &str)]| {
            parts.iter().any(|(at, text)| *at == Some(head) && text.contains(&asked))
        };
        let stand_near = |parts: &[(Option<Head>, &str)]| {
            let texts = parts.iter().filter(|(at, _)| !near_in_head || *at == Some(head));
            near(texts.map(|(_, text)| text), &chars, between_max)
        };
        if both {
            let all: Vec<(Occur, Box<dyn Query>)> =
                vec![(Occur::Must, Box::new(line)), (Occur::Must, Box::new(beside))];
            let expected = fitting(&articles, |parts| stands(parts) && stand_near(parts));
            prop_assert_eq!(index.found(&*all_of(all)), expected);
        } else {
            prop_assert_eq!(index.found(&line), fitting(&articles, stands));
            prop_assert_eq!(index.found(&beside), fitting(&articles, stand_near));
        }
    }

    #[test]
    fn most_of_some_runs_stand_where_the_text_has_them(
        articles in articles(),
        asked in prop::collection::vec(("[ab丙]{2,5}", 1..9u8), 2..5),
    ) {
        let index = indexed(&articles);
        let clauses: Vec<_> =
            asked.iter().map(|(text, weight)| (index.query(text), f32::from(*weight))).collect();
        let all: u32 = asked.iter().map(|(_, weight)| u32::from(*weight)).sum();
        let expected = fitting(&articles, |parts| {
            let there = asked.iter().filter(|(run, _)| has(parts, run));
            let sum: u32 = there.map(|(_, weight)| u32::from(*weight)).sum();
            2 * sum >= all && sum < all
        });
        prop_assert_eq!(index.found(&MostOf::new(clauses, 0.5)), expected);
    }
}
