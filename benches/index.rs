//! From sources to a committed archive, and the run in which nothing changed.

use baoku::ingest::Options;
use baoku::pipeline;
use criterion::{BatchSize, Criterion, Throughput};

mod corpus;

fn main() {
    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let corpus = corpus::Corpus::generate(corpus::SEED, corpus::bytes_wanted(1_000_000));
    let place = tempfile::tempdir().expect("a temporary folder");
    let articles = place.path().join("articles.jsonl");
    corpus.write_articles(&articles).expect("a writable folder");
    let pages = place.path().join("pages");
    corpus.write_pages(&pages).expect("a writable folder");

    let mut group = criterion.benchmark_group("index");
    group.throughput(Throughput::ElementsAndBytes {
        elements: corpus.stories.len() as u64,
        bytes: corpus.body_bytes as u64,
    });
    let run = |source: &std::path::Path, archive: &std::path::Path| {
        pipeline::index(archive, &[source.to_owned()], &Options::default(), false, &|_| {}).expect("indexed")
    };
    for (what, source) in [("ready articles", &articles), ("pages", &pages)] {
        group.bench_function(what, |b| {
            b.iter_batched(
                || tempfile::tempdir_in(place.path()).expect("a temporary folder"),
                |archive| {
                    run(source, archive.path());
                    archive
                },
                BatchSize::PerIteration,
            );
        });
    }
    let archive = place.path().join("archive");
    run(&pages, &archive);
    group.bench_function("nothing changed", |b| b.iter(|| run(&pages, &archive)));
    group.finish();
    criterion.final_summary();
}
