//! SeekStorm: `peer-seekstorm zh|characters build PLAIN INDEX`, `peer-seekstorm zh|characters ask INDEX QUESTIONS`.
//!
//! `zh` is its own tokenizer for Chinese, whose dictionary cuts into words; `characters` parts all characters
//! by spaces before its tokenizer for white space sees them, which is what finds most quoted runs. One
//! indexed field without n-grams, the text stored, BM25F, as many shards as cores, which is its default. A
//! quoted run is a phrase; words are an intersection, under `characters` of all their characters: queries of
//! several phrases found nothing.

use std::collections::HashSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::time::Instant;

use seekstorm::index::{
    AccessType, Close as _, Clustering, Document, DocumentCompression, FileType, FrequentwordType, IndexArc,
    IndexDocument as _, IndexMetaObject, LexicalSimilarity, NgramSet, StemmerType, StopwordType,
    TokenizerType, create_index, open_index,
};
use seekstorm::search::{QueryRewriting, QueryType, ResultObject, ResultType, Search as _, SearchMode};
use seekstorm::vector::Inference;
use serde_json::{Value as Json, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Between the parts of an article, so that no phrase reaches over.
const BETWEEN: &str = "__ ";

#[tokio::main]
async fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [_, setup, "build", plain, index] => build(setup, Path::new(plain), Path::new(index)).await,
        [_, setup, "ask", index, questions] => ask(setup, Path::new(index), Path::new(questions)).await,
        _ => Err("usage: peer-seekstorm zh|characters build PLAIN INDEX | ask INDEX QUESTIONS".into()),
    }
}

fn tokenizer(setup: &str) -> Result<TokenizerType> {
    match setup {
        "zh" => Ok(TokenizerType::UnicodeAlphanumericZH),
        "characters" => Ok(TokenizerType::WhitespaceLowercase),
        _ => Err(format!("{setup}: zh or characters").into()),
    }
}

/// What is given to the tokenizer, of texts and questions alike. It ends in a space: where a text ends in a
/// word, the tokenizer for Chinese adds the last run uncut before its words, and no phrase is found.
fn prepared(setup: &str, text: &str) -> String {
    if setup == "zh" {
        return format!("{text} ");
    }
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        // Operators of a query, wherever a token begins with them.
        out.push(match c {
            '+' => '＋',
            '-' => '－',
            '"' => '＂',
            c => c,
        });
        out.push(' ');
    }
    out
}

async fn build(setup: &str, plain: &Path, place: &Path) -> Result<()> {
    let meta = IndexMetaObject {
        id: 0,
        name: "articles".into(),
        lexical_similarity: LexicalSimilarity::Bm25f,
        tokenizer: tokenizer(setup)?,
        stemmer: StemmerType::None,
        stop_words: StopwordType::None,
        frequent_words: FrequentwordType::None,
        ngram_indexing: NgramSet::SingleTerm as u8,
        document_compression: DocumentCompression::Snappy,
        access_type: AccessType::Mmap,
        spelling_correction: None,
        query_completion: None,
        clustering: Clustering::None,
        inference: Inference::None,
        segment_number_bits: 11,
    };
    let schema = serde_json::from_value(json!([
        { "field": "id", "field_type": "Text", "store": true, "index_lexical": false },
        { "field": "text", "field_type": "Text", "store": true, "index_lexical": false },
        { "field": "prepared", "field_type": "Text", "store": false, "index_lexical": true },
    ]))?;
    let index = create_index(place, meta, &schema, &Vec::new(), true, None).await?;
    for line in BufReader::new(fs::File::open(plain)?).lines() {
        let article: Json = serde_json::from_str(&line?)?;
        let parts: Vec<&str> =
            article["parts"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        let indexed: Vec<String> = parts.iter().map(|part| prepared(setup, part)).collect();
        let document = Document::from([
            ("id".to_owned(), article["id"].clone()),
            ("text".to_owned(), parts.join("\n").into()),
            ("prepared".to_owned(), indexed.join(BETWEEN).into()),
        ]);
        index.index_document(document, FileType::None).await;
    }
    // Commits.
    index.close().await;
    Ok(())
}

async fn search(index: &IndexArc, typed: &str, kind: QueryType, length: usize) -> ResultObject {
    let (mode, result, rewriting) = (SearchMode::Lexical, ResultType::TopkCount, QueryRewriting::SearchOnly);
    let (field, facet, filter, sort) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let typed = typed.to_owned();
    // No vector, no answer to nothing, from the first on, only what is committed.
    index
        .search(
            typed, None, kind, mode, false, 0, length, result, false, field, facet, filter, sort, rewriting,
        )
        .await
}

async fn ids(index: &IndexArc, found: &ResultObject) -> Result<Vec<String>> {
    let (index, only) = (index.read().await, HashSet::from(["id".to_owned()]));
    let mut ids = Vec::new();
    for result in &found.results {
        let document = index.get_document(result.doc_id, false, &None, &only, &[]).await?;
        ids.push(document.get("id").and_then(Json::as_str).unwrap_or_default().to_owned());
    }
    Ok(ids)
}

async fn ask(setup: &str, place: &Path, questions: &Path) -> Result<()> {
    let index = open_index(place).await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let questions: Vec<Json> = fs::read_to_string(questions)?
        .lines()
        .map(serde_json::from_str)
        .collect::<std::result::Result<_, _>>()?;
    for question in questions {
        let literal = question["kind"] == "literal";
        let typed = question["text"].as_str().unwrap_or("");
        let started = Instant::now();
        let typed = prepared(setup, typed);
        let kind = if literal { QueryType::Phrase } else { QueryType::Intersection };
        let found = search(&index, &typed, kind.clone(), 10).await;
        ids(&index, &found).await?;
        let us = started.elapsed().as_secs_f64() * 1e6;
        let every = if literal && found.result_count_total > 0 {
            ids(&index, &search(&index, &typed, kind, found.result_count_total).await).await?
        } else {
            Vec::new()
        };
        writeln!(out, "{}", json!({ "id": question["id"], "us": us, "ids": every }))?;
    }
    Ok(out.flush()?)
}
