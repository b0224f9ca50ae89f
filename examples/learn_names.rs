//! Learns the weights of the name model from labelled free text: `learn_names SILVER.jsonl OUT`.

use std::{fs, io::BufRead};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, silver, out] = args.as_slice() else {
        return Err("usage: learn_names SILVER.jsonl OUT".into());
    };
    let mut pieces = Vec::new();
    for line in std::io::BufReader::new(fs::File::open(silver)?).lines() {
        pieces.push(serde_json::from_str(&line?)?);
    }
    let (weights, figures) = baoku::people::training::learn(
        &pieces,
        std::env::var("ROUNDS").ok().and_then(|v| v.parse().ok()).unwrap_or(4),
    );
    fs::write(out, weights)?;
    std::io::Write::write_all(&mut std::io::stderr(), format!("{figures}\n").as_bytes())?;
    Ok(())
}
