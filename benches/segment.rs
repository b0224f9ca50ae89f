//! Folding and cutting into words: what every byte of an archive goes through.

use std::hint::black_box;

use baoku::text::fold::fold;
use baoku::text::segment::Segmenter;
use criterion::{Criterion, Throughput};

mod corpus;

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let text = corpus::Corpus::generate(corpus::SEED, corpus::bytes_wanted(500_000)).text();
    let folded = fold(&text);
    let names = ["魏振东", "沈砚秋", "陆怀舟", "盖春生"];

    let mut group = criterion.benchmark_group("fold");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("text", |b| b.iter(|| fold(black_box(&text))));
    let latin = "RCEP 2031, C919; 17.35 ".repeat(text.len() / 23);
    group.throughput(Throughput::Bytes(latin.len() as u64));
    group.bench_function("letters and digits", |b| b.iter(|| fold(black_box(&latin))));
    group.finish();

    let mut group = criterion.benchmark_group("segment");
    group.bench_function("teach", |b| b.iter(|| Segmenter::taught(black_box(names))));
    let segmenter = Segmenter::taught(names);
    let kept = segmenter.to_bytes();
    group.bench_function("open", |b| b.iter(|| Segmenter::open(black_box(kept.clone()))));
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("words", |b| {
        b.iter(|| folded.lines().map(|line| segmenter.content_words(black_box(line)).len()).sum::<usize>());
    });
    group.finish();
    criterion.final_summary();
}
