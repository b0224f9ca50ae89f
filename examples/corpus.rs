//! Writes a generated paper for measuring: `corpus articles|pages|questions BYTES OUT`.

use std::path::Path;

#[path = "../benches/corpus/mod.rs"]
mod generated;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, what, bytes, out] = args.as_slice() else {
        return Err("usage: corpus articles|pages|questions BYTES OUT".into());
    };
    let corpus = generated::Corpus::generate(generated::SEED, bytes.parse()?);
    let out = Path::new(out);
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
        _ => return Err("usage: corpus articles|pages|questions BYTES OUT".into()),
    }
    Ok(())
}
