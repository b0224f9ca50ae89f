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

/// A kind of question by its name.
type Kind<'a> = (&'a str, Vec<Request>);

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
    let groups: [(&str, Vec<Kind<'_>>); 4] = [
        (
            "literal",
            vec![
                ("ten ids", literal.iter().map(|r| Request { snippets: false, ..r.clone() }).collect()),
                ("ten snippets", literal.clone()),
                (
                    "one character",
                    runs.iter().map(|r| Request::new(&r.chars().take(1).collect::<String>())).collect(),
                ),
            ],
        ),
        (
            "words",
            vec![
                ("two", two.iter().map(|q| Request::new(q)).collect()),
                ("without", runs.iter().map(|r| Request::new(&format!("镜湖 -{r}"))).collect()),
            ],
        ),
        ("near", vec![("two", two.iter().map(|q| Request::new(&format!("“{q}”~20"))).collect())]),
        (
            "facets",
            vec![
                (
                    "four of a literal",
                    literal
                        .iter()
                        .map(|r| Request { facets: facets.clone(), limit: 1, ..r.clone() })
                        .collect(),
                ),
                (
                    "four of everything",
                    vec![Request { facets: facets.clone(), limit: 1, ..Request::new("") }; QUESTIONS],
                ),
            ],
        ),
    ];
    for (layer, kinds) in &groups {
        let mut group = criterion.benchmark_group(*layer);
        group.throughput(Throughput::Elements(QUESTIONS as u64));
        for (what, requests) in kinds {
            group.bench_function(*what, |b| {
                b.iter(|| {
                    for request in requests {
                        black_box(archive.search(black_box(request)).expect("answered"));
                    }
                });
            });
        }
        group.finish();
    }
    let mut group = criterion.benchmark_group("literal");
    group.throughput(Throughput::Elements(QUESTIONS as u64));
    group.bench_function("counted", |b| {
        b.iter(|| literal.iter().map(|r| archive.count(black_box(r)).expect("counted")).sum::<u64>());
    });
    group.finish();

    let mut group = criterion.benchmark_group("open");
    group.bench_function("archive", |b| b.iter(|| Archive::open(&root).expect("an archive")));
    group.bench_function("and ask a literal", |b| {
        b.iter(|| Archive::open(&root).expect("an archive").count(black_box(&literal[0])).expect("counted"));
    });
    let words = Request::new(&two[0]);
    group.bench_function("and ask words", |b| {
        b.iter(|| Archive::open(&root).expect("an archive").search(black_box(&words)).expect("answered"));
    });
    group.finish();

    let stories = &corpus.stories[..corpus.stories.len().min(200)];
    let folded: Vec<String> = runs.iter().take(4).map(|run| fold(run)).collect();
    let mut group = criterion.benchmark_group("snippet");
    group.throughput(Throughput::ElementsAndBytes {
        elements: stories.len() as u64,
        bytes: stories.iter().map(|s| s.body_bytes() as u64).sum(),
    });
    group.bench_function("articles", |b| {
        b.iter(|| {
            let cut =
                |s: &corpus::Story| snippet::snippets(black_box(&s.paragraphs), black_box(&folded)).len();
            stories.iter().map(cut).sum::<usize>()
        });
    });
    group.finish();
    criterion.final_summary();
}
