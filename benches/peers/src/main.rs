//! Bare Tantivy with the tokenizers that are published for Chinese:
//! `peers jieba|cang-jie build PLAIN INDEX`, `peers jieba|cang-jie ask INDEX QUESTIONS`.
//!
//! One text field with positions, the text stored, as many threads as processors; each quoted run is what
//! their users write: a phrase of the words the tokenizer makes of it.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde_json::{Value as Json, json};
use tantivy::collector::{Count, DocSetCollector, TopDocs};
use tantivy::query::{BooleanQuery, EmptyQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value as _};
use tantivy::{Index, Searcher, TantivyDocument, Term};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [_, tokenizer, "build", plain, index] => build(tokenizer, Path::new(plain), Path::new(index)),
        [_, tokenizer, "ask", index, questions] => ask(tokenizer, Path::new(index), Path::new(questions)),
        _ => Err("usage: peers jieba|cang-jie build PLAIN INDEX | ask INDEX QUESTIONS".into()),
    }
}

fn schema() -> (Schema, Field, Field) {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("chinese")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let id = schema.add_text_field("id", STRING | STORED);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing).set_stored());
    (schema.build(), id, text)
}

fn register(index: &Index, tokenizer: &str) -> Result<()> {
    match tokenizer {
        "jieba" => index.tokenizers().register("chinese", tantivy_jieba::JiebaTokenizer::new()),
        "cang-jie" => index.tokenizers().register(
            "chinese",
            cang_jie::CangJieTokenizer {
                worker: Arc::new(jieba_rs::Jieba::new()),
                option: cang_jie::TokenizerOption::ForSearch { hmm: true },
            },
        ),
        _ => return Err(format!("{tokenizer}: jieba or cang-jie").into()),
    }
    Ok(())
}

fn build(tokenizer: &str, plain: &Path, place: &Path) -> Result<()> {
    fs::create_dir_all(place)?;
    let (schema, id, text) = schema();
    let index = Index::create_in_dir(place, schema)?;
    register(&index, tokenizer)?;
    let threads = std::thread::available_parallelism()?.get();
    let mut writer = index.writer_with_num_threads::<TantivyDocument>(threads, 160 << 20)?;
    for line in BufReader::new(fs::File::open(plain)?).lines() {
        let article: Json = serde_json::from_str(&line?)?;
        let mut doc = TantivyDocument::default();
        doc.add_text(id, article["id"].as_str().unwrap_or(""));
        for part in article["parts"].as_array().into_iter().flatten().filter_map(Json::as_str) {
            doc.add_text(text, part);
        }
        writer.add_document(doc)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

fn ask(tokenizer: &str, place: &Path, questions: &Path) -> Result<()> {
    let index = Index::open_in_dir(place)?;
    register(&index, tokenizer)?;
    let (_, id, text) = schema();
    let searcher = index.reader()?.searcher();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let questions: Vec<Json> = fs::read_to_string(questions)?
        .lines()
        .map(serde_json::from_str)
        .collect::<std::result::Result<_, _>>()?;
    for question in questions {
        let literal = question["kind"] == "literal";
        let typed = question["text"].as_str().unwrap_or("");
        let started = Instant::now();
        let query = query(&index, text, typed, literal)?;
        let (_, best) = searcher.search(&*query, &(Count, TopDocs::with_limit(10).order_by_score()))?;
        for (_, address) in best {
            id_of(&searcher, id, address)?;
        }
        let us = started.elapsed().as_secs_f64() * 1e6;
        let mut ids = Vec::new();
        if literal {
            for address in searcher.search(&*query, &DocSetCollector)? {
                ids.push(id_of(&searcher, id, address)?);
            }
        }
        writeln!(out, "{}", json!({ "id": question["id"], "us": us, "ids": ids }))?;
    }
    Ok(out.flush()?)
}

fn id_of(searcher: &Searcher, id: Field, address: tantivy::DocAddress) -> Result<String> {
    let doc: TantivyDocument = searcher.doc(address)?;
    Ok(doc.get_first(id).and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default())
}

fn query(index: &Index, field: Field, typed: &str, literal: bool) -> Result<Box<dyn Query>> {
    let mut analyzer = index.tokenizers().get("chinese").ok_or("no tokenizer")?;
    let mut terms: Vec<(usize, Term)> = Vec::new();
    let mut stream = analyzer.token_stream(typed);
    while let Some(token) = stream.next() {
        if !token.text.trim().is_empty() {
            terms.push((token.position, Term::from_field_text(field, &token.text)));
        }
    }
    let term = |term: Term| -> Box<dyn Query> {
        Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
    };
    Ok(match (terms.len(), literal) {
        (0, _) => Box::new(EmptyQuery),
        (1, _) => term(terms.swap_remove(0).1),
        (_, true) => Box::new(PhraseQuery::new_with_offset(terms)),
        (_, false) => Box::new(BooleanQuery::intersection(terms.into_iter().map(|(_, t)| term(t)).collect())),
    })
}
