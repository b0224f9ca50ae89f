//! Writes a generated paper for measuring: `corpus articles|pages|questions SIZE OUT`.
//!
//! `SIZE` is bytes of body text, or a number of articles: `100000articles`. Articles are written as
//! they are made, so that any number fits; pages and questions are of a paper held in memory.

use std::io::Write as _;
use std::path::Path;

#[path = "../benches/corpus/mod.rs"]
mod generated;

use generated::{Corpus, SEED, stories};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let usage = "usage: corpus articles|pages|questions BYTES|NUMBERarticles OUT";
    let args: Vec<String> = std::env::args().collect();
    let [_, what, size, out] = args.as_slice() else { return Err(usage.into()) };
    let out = Path::new(out);
    let number: Option<usize> = size.strip_suffix("articles").map(str::parse).transpose()?;
    if let ("articles", Some(number)) = (what.as_str(), number) {
        let mut file = std::io::BufWriter::new(std::fs::File::create(out)?);
        for story in stories(SEED).take(number) {
            writeln!(file, "{}", story.json_line())?;
        }
        return Ok(file.flush()?);
    }
    let corpus = match number {
        None => Corpus::generate(SEED, size.parse()?),
        Some(number) => {
            let stories: Vec<_> = stories(SEED).take(number).collect();
            Corpus { body_bytes: stories.iter().map(generated::Story::body_bytes).sum(), stories }
        }
    };
    match what.as_str() {
        "articles" => corpus.write_articles(out)?,
        "pages" => corpus.write_pages(out)?,
        // Quoted and unquoted in turn.
        "questions" => {
            let lines = corpus.runs(1, 1_000);
            let line = |(i, run): (usize, &String)| {
                if i % 2 == 0 { format!("“{run}”\n") } else { format!("{run}\n") }
            };
            std::fs::write(out, lines.iter().enumerate().map(line).collect::<String>())?;
        }
        _ => return Err(usage.into()),
    }
    Ok(())
}
