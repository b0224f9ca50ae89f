//! Answering questions on an open archive: each kind of question over many drawn ones, so that the
//! figure is a mean and no single word decides it.

use std::hint::black_box;

use baoku::ingest::Options;
use baoku::pipeline;
use baoku::search::{Archive, Facet, Request, snippet};
use baoku::text::fold::fold;
use criterion::{Criterion, Throughput};

mod corpus;

/// Questions of each kind.
const QUESTIONS: usize = 64;

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let corpus = corpus::Corpus::generate(corpus::SEED, corpus::bytes_wanted(4_000_000));
    let place = tempfile::tempdir().expect("a temporary folder");
    let articles = place.path().join("articles.jsonl");
    corpus.write_articles(&articles).expect("a writable folder");
    let root = place.path().join("archive");
    pipeline::index(&root, &[articles], &Options::default(), false, &|_| {}).expect("indexed");
    let archive = Archive::open(&root).expect("an archive");
    archive.warm();
    let runs = corpus.runs(1, QUESTIONS);
    let two: Vec<String> =
        corpus.runs(2, QUESTIONS).iter().zip(&runs).map(|(a, b)| format!("{a} {b}")).collect();
    let facets = [Facet::Year, Facet::Person, Facet::Post, Facet::Byline].to_vec();

    let literal: Vec<Request> = runs.iter().map(|run| Request::new(&format!("“{run}”"))).collect();
    let bare = |request: &Request| Request { limit: 0, snippets: false, ..request.clone() };
    let kinds: Vec<(&str, Vec<Request>, bool)> = vec![
        ("literal, counted", literal.iter().map(bare).collect(), true),
        ("literal", literal.clone(), false),
        ("words", two.iter().map(|q| Request::new(q)).collect(), false),
        ("words without", runs.iter().map(|r| Request::new(&format!("镜湖 -{r}"))).collect(), false),
        ("near", two.iter().map(|q| Request::new(&format!("“{q}”~20"))).collect(), false),
        (
            "one character",
            runs.iter().map(|r| Request::new(&r.chars().take(1).collect::<String>())).collect(),
            false,
        ),
        (
            "facets",
            literal.iter().map(|r| Request { facets: facets.clone(), limit: 1, ..r.clone() }).collect(),
            false,
        ),
    ];
    let mut group = criterion.benchmark_group("search");
    group.throughput(Throughput::Elements(QUESTIONS as u64));
    for (what, requests, count_only) in &kinds {
        group.bench_function(*what, |b| {
            b.iter(|| {
                for request in requests {
                    if *count_only {
                        black_box(archive.count(black_box(request)).expect("counted"));
                    } else {
                        black_box(archive.search(black_box(request)).expect("answered"));
                    }
                }
            });
        });
    }
    group.bench_function("open and ask once", |b| {
        b.iter(|| Archive::open(&root).expect("an archive").count(black_box(&literal[0])).expect("counted"));
    });
    let story = corpus.stories.iter().max_by_key(|s| s.paragraphs.len()).expect("a story");
    let folded: Vec<String> = runs.iter().take(4).map(|run| fold(run)).collect();
    group.throughput(Throughput::Bytes(story.paragraphs.iter().map(|p| p.len() as u64).sum()));
    group.bench_function("snippet", |b| {
        b.iter(|| snippet::snippets(black_box(&story.paragraphs), black_box(&folded)));
    });
    group.finish();
    criterion.final_summary();
}
