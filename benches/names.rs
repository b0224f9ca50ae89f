//! Finding the people of a text, with an empty book of names and with one the archive has taught.

use std::hint::black_box;

use baoku::people::{NameBook, mentions};
use criterion::{Criterion, Throughput};

mod corpus;

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let corpus = corpus::Corpus::generate(corpus::SEED, corpus::bytes_wanted(300_000));
    let texts: Vec<String> = corpus.stories.iter().map(|s| s.paragraphs.join("\n")).collect();
    let empty = NameBook::default();
    let mut taught = NameBook::default();
    for text in &texts {
        taught.add(&mentions(text, &empty));
    }

    let mut group = criterion.benchmark_group("names");
    group.throughput(Throughput::ElementsAndBytes {
        elements: texts.len() as u64,
        bytes: texts.iter().map(|t| t.len() as u64).sum(),
    });
    for (what, book) in [("first pass", &empty), ("with a taught book", &taught)] {
        group.bench_function(what, |b| {
            b.iter(|| texts.iter().map(|text| mentions(black_box(text), book).len()).sum::<usize>());
        });
    }
    group.finish();
    criterion.final_summary();
}
