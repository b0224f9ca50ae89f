//! The stages whose instructions are counted, each over inputs that are always the same.

use std::hint::black_box;
use std::path::Path;

use baoku::ingest::Options;
use baoku::layout::read_issue;
use baoku::paper::{Article, Author, IssueFacts, RawPage};
use baoku::people::{NameBook, of_article};
use baoku::pipeline;
use baoku::query;
use baoku::search::{Archive, Facet, Request, snippet};
use baoku::text::fold::fold;
use baoku::text::segment::Segmenter;

use crate::corpus::{Corpus, SEED};

/// Bytes of body text in the archive that is asked.
const ARCHIVE_BYTES: usize = 3_000_000;
/// Bytes of body text that a stage of the build works on.
const TEXT_BYTES: usize = 150_000;
/// Questions of a kind.
const QUESTIONS: usize = 24;

/// All stages, in the order in which text goes through them.
pub(crate) const NAMES: &[&str] = &[
    "fold",
    "segment",
    "parse",
    "names",
    "names taught",
    "index",
    "question",
    "open",
    "literal",
    "words",
    "near",
    "facets",
    "snippet",
];

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// What is counted: everything below this function, found by its name.
#[inline(never)]
fn count_this(work: &mut dyn FnMut()) {
    work();
}

/// Makes the archive that is asked.
pub(crate) fn prepare(place: &Path) -> Result<()> {
    let corpus = Corpus::generate(SEED, ARCHIVE_BYTES);
    let articles = place.join("articles.jsonl");
    corpus.write_articles(&articles)?;
    pipeline::index(&place.join("archive"), &[articles], &Options::default(), false, &|_| {})?;
    Corpus::generate(SEED + 1, TEXT_BYTES).write_articles(&place.join("few.jsonl"))?;
    Ok(())
}

/// Does the work of a stage once.
pub(crate) fn run(stage: &str, place: &Path) -> Result<()> {
    let corpus = || Corpus::generate(SEED, TEXT_BYTES);
    match stage {
        "fold" => {
            let text = corpus().text();
            count_this(&mut || drop(black_box(fold(black_box(&text)))));
        }
        "segment" => {
            let folded = fold(&corpus().text());
            let segmenter = Segmenter::taught([]);
            count_this(&mut || {
                let words = |line| segmenter.content_words(black_box(line)).len();
                black_box(folded.lines().map(words).sum::<usize>());
            });
        }
        "parse" => {
            let issues: Vec<Vec<RawPage>> = corpus().issues().into_iter().map(pages).collect();
            count_this(&mut || {
                black_box(issues.iter().map(|issue| read_issue(black_box(issue)).len()).sum::<usize>());
            });
        }
        "names" | "names taught" => {
            let articles = articles(&corpus());
            let empty = NameBook::default();
            let mut book = NameBook::default();
            if stage == "names taught" {
                articles.iter().for_each(|article| book.add(&of_article(article, &empty).mentions));
                // The table of known names is made when first asked.
                black_box(of_article(&articles[0], &book));
            }
            count_this(&mut || {
                let named = |article| of_article(black_box(article), &book).mentions.len();
                black_box(articles.iter().map(named).sum::<usize>());
            });
        }
        "index" => {
            let made = place.join("made");
            let source = [place.join("few.jsonl")];
            count_this(&mut || {
                let done = pipeline::index(&made, &source, &Options::default(), false, &|_| {});
                black_box(done.is_ok());
            });
            std::fs::remove_dir_all(&made)?;
        }
        "question" => {
            let text = "（春耕 或 秋收） 标题：“水利工程” -会议 日期:2031-03..2031-06 “区长 水利”~20";
            count_this(&mut || drop(black_box(query::parse(black_box(text)))));
        }
        "open" => {
            let root = place.join("archive");
            Archive::open(&root)?;
            count_this(&mut || {
                black_box(Archive::open(black_box(&root)).is_ok());
            });
        }
        "snippet" => {
            let corpus = corpus();
            let runs: Vec<String> = corpus.runs(1, 4).iter().map(|run| fold(run)).collect();
            count_this(&mut || {
                for story in &corpus.stories {
                    black_box(snippet::snippets(black_box(&story.paragraphs), black_box(&runs)));
                }
            });
        }
        _ => ask(stage, place)?,
    }
    Ok(())
}

/// Asks the archive questions of one kind, after asking them once without counting.
fn ask(kind: &str, place: &Path) -> Result<()> {
    let corpus = Corpus::generate(SEED, ARCHIVE_BYTES);
    let (runs, others) = (corpus.runs(1, QUESTIONS), corpus.runs(2, QUESTIONS));
    let pairs = runs.iter().zip(&others).map(|(a, b)| format!("{a} {b}"));
    let requests: Vec<Request> = match kind {
        "literal" => {
            runs.iter().map(|run| Request { snippets: false, ..Request::new(&format!("“{run}”")) }).collect()
        }
        "words" => pairs.map(|two| Request::new(&two)).collect(),
        "near" => pairs.map(|two| Request::new(&format!("“{two}”~40"))).collect(),
        "facets" => {
            let facets = vec![Facet::Year, Facet::Person, Facet::Post, Facet::Byline];
            let one = |run: &String| Request { facets: facets.clone(), limit: 1, ..Request::new(run) };
            runs.iter().map(one).collect()
        }
        _ => return Err(format!("no stage is called {kind}").into()),
    };
    let archive = Archive::open(&place.join("archive"))?;
    let mut answer = || {
        for request in &requests {
            black_box(archive.search(black_box(request)).is_ok());
        }
    };
    answer();
    count_this(&mut answer);
    Ok(())
}

fn pages(texts: Vec<String>) -> Vec<RawPage> {
    let page = |(number, text)| RawPage {
        source: format!("{number}.md"),
        encoding: "UTF-8".to_owned(),
        text,
        facts: IssueFacts::default(),
        problems: Vec::new(),
    };
    texts.into_iter().enumerate().map(page).collect()
}

fn articles(corpus: &Corpus) -> Vec<Article> {
    let article = |story: &crate::corpus::Story| Article {
        headline: Some(story.headline.clone()),
        byline: vec![Author { name: story.reporter.clone(), role: "记者".to_owned() }],
        paragraphs: story.paragraphs.clone(),
        ..Article::default()
    };
    corpus.stories.iter().map(article).collect()
}
