//! Learns the weights of the name model from labelled free text: `learn_names SILVER.jsonl OUT [WHAT=NUMBER…]`.

use std::{fs, io::BufRead};

use baoku::people::training::{Recipe, learn};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [silver, out, settings @ ..] = args.as_slice() else {
        return Err(
            "usage: learn_names SILVER.jsonl OUT [rounds=3 left_out=0.3 rate=0.12 decay=0.000002 variants=1]"
                .into(),
        );
    };
    let mut recipe = Recipe::default();
    for setting in settings {
        match setting.split_once('=') {
            Some(("rounds", n)) => recipe.rounds = n.parse()?,
            Some(("left_out", n)) => recipe.left_out = n.parse()?,
            Some(("rate", n)) => recipe.rate = n.parse()?,
            Some(("decay", n)) => recipe.decay = n.parse()?,
            Some(("variants", n)) => recipe.variants = n.parse()?,
            _ => return Err(format!("no such setting: {setting}").into()),
        }
    }
    let mut pieces = Vec::new();
    for line in std::io::BufReader::new(fs::File::open(silver)?).lines() {
        pieces.push(serde_json::from_str(&line?)?);
    }
    let (weights, figures) = learn(&pieces, &recipe);
    fs::write(out, weights)?;
    std::io::Write::write_all(&mut std::io::stderr(), format!("{figures}\n").as_bytes())?;
    Ok(())
}
