//! Learns the weights of the name model; used by `examples/learn_names.rs` and by nothing else.
//!
//! The labels come from a tagger run over free text, so some are wrong: each candidate is judged by
//! itself (logistic regression), which bears wrong labels better than learning from mistakes alone.

use serde::Deserialize;
use std::collections::HashMap;

use super::candidate::Candidates;
use super::glyphs::Glyphs;
use super::lexicon::lexicon;
use super::model::{self, SCALE, WEIGHTS};

/// A labelled piece of text: spans in characters with `PER`, `SKIP` or another label.
#[derive(Debug, Deserialize)]
pub struct Labelled {
    /// The text.
    pub text: String,
    /// First character, one past the last, label.
    pub spans: Vec<(usize, usize, String)>,
}

struct Example {
    features: Vec<u32>,
    label: f32,
    weight: f32,
}

/// Learns from labelled pieces; gives the weights as stored, and figures of the last round in words.
#[must_use]
pub fn learn(pieces: &[Labelled], rounds: usize) -> (Vec<u8>, String) {
    let lex = lexicon();
    let mut often: HashMap<String, u32> = HashMap::new();
    for p in pieces {
        let chars: Vec<char> = p.text.chars().collect();
        for (a, b, label) in &p.spans {
            if label == "PER" {
                *often.entry(chars[*a..*b].iter().collect()).or_default() += 1;
            }
        }
    }
    let env = |k: &str, d: f64| std::env::var(k).ok().and_then(|v| v.parse().ok()).unwrap_or(d);
    let mut examples = Vec::new();
    let (mut names, mut covered) = (0, 0);
    for p in pieces {
        let g = Glyphs::new(&p.text);
        let people: Vec<_> = p.spans.iter().filter(|s| s.2 == "PER").map(|s| (s.0, s.1)).collect();
        let unsure: Vec<_> = p.spans.iter().filter(|s| s.2 == "SKIP").map(|s| (s.0, s.1)).collect();
        names += people.len();
        let mut found = vec![false; people.len()];
        Candidates::new(&g, lex).all(&mut |run| {
            if unsure.iter().any(|u| u.0 < run.end && run.start < u.1) {
                return;
            }
            let hit = people.iter().position(|&n| n == (run.start, run.end));
            let mut features = Vec::new();
            model::features(&g, lex, &run, &mut |i| features.push(i as u32));
            let weight = match hit {
                Some(i) => {
                    found[i] = true;
                    let n = often.get(&g.string(run.start, run.end)).copied().unwrap_or(1);
                    (env("CAP", 30.0) as f32 / n as f32).sqrt().min(1.0)
                }
                None => 1.0,
            };
            examples.push(Example { features, label: f32::from(u8::from(hit.is_some())), weight });
        });
        covered += found.iter().filter(|&&f| f).count();
    }
    let mut kept: Vec<u32> = Vec::new();
    let env = |k: &str, d: f64| std::env::var(k).ok().and_then(|v| v.parse().ok()).unwrap_or(d);
    let (drop, l2, rate) = (env("DROP", 0.2), env("L2", 2e-6) as f32, env("RATE", 0.12) as f32);
    let mut w = vec![0f32; WEIGHTS];
    let mut grad = vec![1e-6f32; WEIGHTS];
    let mut figures = format!("{} examples, {names} names, {covered} of them candidates", examples.len());
    let mut state = 0x2545_f491_4f6c_dd1du64;
    for round in 0..rounds {
        // A fixed shuffle, so that the weights are the same each time.
        for i in (1..examples.len()).rev() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            examples.swap(i, (state % (i as u64 + 1)) as usize);
        }
        let (mut loss, mut wrong) = (0f64, 0);
        for e in &examples {
            kept.clear();
            // Left out at random, so that no single feature carries a judgement alone.
            kept.extend(e.features.iter().copied().filter(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 11) as f64 / (1u64 << 53) as f64 >= drop
            }));
            let scale = 1.0 / (1.0 - drop) as f32;
            let sum: f32 = kept.iter().map(|&i| w[i as usize]).sum::<f32>() * scale;
            let p = 1.0 / (1.0 + (-sum).exp());
            let d = (p - e.label) * e.weight;
            loss += f64::from(-(if e.label > 0.5 { p } else { 1.0 - p }).max(1e-7).ln());
            wrong += u32::from((p > 0.5) != (e.label > 0.5));
            if d.abs() < 0.002 {
                continue;
            }
            for &i in &kept {
                let i = i as usize;
                let d = d + l2 * w[i];
                grad[i] += d * d;
                w[i] -= rate * d / grad[i].sqrt();
            }
        }
        figures.push_str(&format!("\nround {round}: loss {loss:.0}, wrong {wrong}"));
    }
    let stored = w.iter().map(|&x| (x / SCALE).round().clamp(-127.0, 127.0) as i8 as u8).collect();
    (stored, figures)
}
