//! Reading pages into articles, and reading questions.

use std::hint::black_box;

use baoku::layout::read_issue;
use baoku::paper::{IssueFacts, RawPage};
use baoku::query;
use criterion::{Criterion, Throughput};

mod corpus;

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let corpus = corpus::Corpus::generate(corpus::SEED, corpus::bytes_wanted(500_000));
    let issues: Vec<Vec<RawPage>> = corpus
        .issues()
        .into_iter()
        .enumerate()
        .map(|(issue, pages)| {
            let raw = |(page, text): (usize, String)| RawPage {
                source: format!("{issue}/{page}.md"),
                encoding: "UTF-8".to_owned(),
                text,
                facts: IssueFacts::default(),
                problems: Vec::new(),
            };
            pages.into_iter().enumerate().map(raw).collect()
        })
        .collect();
    let bytes: usize = issues.iter().flatten().map(|page| page.text.len()).sum();

    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("pages", |b| {
        b.iter(|| issues.iter().map(|issue| read_issue(black_box(issue)).len()).sum::<usize>());
    });
    let one =
        issues.iter().flatten().max_by_key(|page| page.text.len()).into_iter().cloned().collect::<Vec<_>>();
    group.throughput(Throughput::Bytes(one.iter().map(|p| p.text.len() as u64).sum()));
    group.bench_function("one page", |b| b.iter(|| read_issue(black_box(&one))));

    let question = "（春耕 或 秋收） 标题：“水利工程” -会议 日期:2031-03..2031-06 “区长 水利”~20";
    group.throughput(Throughput::Bytes(question.len() as u64));
    group.bench_function("question", |b| b.iter(|| query::parse(black_box(question))));
    group.finish();
    criterion.final_summary();
}
