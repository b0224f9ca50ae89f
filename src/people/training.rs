//! Learns the weights of the name model; used by `examples/learn_names.rs` and by nothing else.
//!
//! The labels come from a tagger run over free text, so some are wrong. Three things make up for it:
//! each candidate is judged by itself (logistic regression, which bears wrong labels better than
//! learning from mistakes alone); each piece is learned a second time with other names in the places
//! of its names, so that forms and surroundings count and not the few people who fill the news; and
//! labels that a model learned from the other half of the pieces finds absurd are left out.

use std::collections::HashMap;

use serde::Deserialize;

use super::candidate::Candidates;
use super::glyphs::Glyphs;
use super::lexicon::{lexicon, word};
use super::model::{self, SCALE, WEIGHTS};

/// A labelled piece of text: spans in characters with `PER`, `SKIP` or another label.
#[derive(Debug, Clone, Deserialize)]
pub struct Labelled {
    /// The text.
    pub text: String,
    /// First character, one past the last, label.
    pub spans: Vec<(usize, usize, String)>,
    /// How many variants to make of it; none for what the recipe says.
    #[serde(default)]
    pub variants: Option<usize>,
}

/// How to learn.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// How often all examples are gone through.
    pub rounds: usize,
    /// The share of features left out at random, so that none carries a judgement alone.
    pub left_out: f64,
    /// How fast weights move.
    pub rate: f32,
    /// How strongly weights are drawn to nothing.
    pub decay: f32,
    /// How many variants with other names are made of each piece.
    pub variants: usize,
}

impl Default for Recipe {
    fn default() -> Self {
        Self { rounds: 3, left_out: 0.3, rate: 0.12, decay: 2e-6, variants: 1 }
    }
}

struct Example {
    features: Vec<u32>,
    label: bool,
    weight: f32,
    half: bool,
}

/// A small generator with a fixed seed: the same weights each time.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 11) as usize % n.max(1)
    }
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Names by form, to put in the places of others.
#[derive(Default)]
struct Pool {
    native: [Vec<Vec<char>>; 5],
    foreign: Vec<Vec<char>>,
    dotted: Vec<Vec<char>>,
}

impl Pool {
    fn of(pieces: &[Labelled]) -> Self {
        let mut seen: HashMap<Vec<char>, u32> = HashMap::new();
        for p in pieces {
            let chars: Vec<char> = p.text.chars().collect();
            for s in p.spans.iter().filter(|s| s.2 == "PER") {
                *seen.entry(chars[s.0..s.1].to_vec()).or_default() += 1;
            }
        }
        let mut names: Vec<_> =
            seen.into_iter().filter(|(n, c)| *c >= 2 || n.len() == 3).map(|(n, _)| n).collect();
        names.sort();
        let mut pool = Self::default();
        for n in names {
            match form(&n) {
                Place::Native(len) => pool.native[len].push(n),
                Place::Foreign => pool.foreign.push(n),
                Place::Dotted => pool.dotted.push(n),
                Place::Leave => {}
            }
        }
        pool
    }

    fn other(&self, name: &[char], draw: &mut Draw) -> Vec<char> {
        let one = |list: &[Vec<char>], draw: &mut Draw| {
            list.get(draw.below(list.len())).cloned().unwrap_or_else(|| name.to_vec())
        };
        match form(name) {
            Place::Native(len) => {
                // The surname of one and the given name of another.
                let (mut a, b) = (one(&self.native[len], draw), one(&self.native[len], draw));
                a.truncate(1);
                a.extend(&b[1..]);
                a
            }
            Place::Foreign => one(&self.foreign, draw),
            Place::Dotted => one(&self.dotted, draw),
            Place::Leave => name.to_vec(),
        }
    }
}

enum Place {
    Native(usize),
    Foreign,
    Dotted,
    Leave,
}

fn form(name: &[char]) -> Place {
    let lex = lexicon();
    let t = |i: usize| lex.traits(name.get(i).copied().unwrap_or('\n'));
    if name.contains(&'·') {
        Place::Dotted
    } else if (2..=3).contains(&name.len())
        && t(0).surname() >= 4
        && lex.word(&name[..2.min(name.len())]) & word::COMPOUND == 0
        && (1..name.len()).any(|i| t(i).foreign() < 6)
    {
        Place::Native(name.len())
    } else if (0..name.len()).all(|i| t(i).foreign() >= 3) {
        Place::Foreign
    } else {
        Place::Leave
    }
}

/// The piece with other names in the places of its own.
fn variant(piece: &Labelled, pool: &Pool, draw: &mut Draw) -> Labelled {
    let chars: Vec<char> = piece.text.chars().collect();
    let mut put: HashMap<Vec<char>, Vec<char>> = HashMap::new();
    let (mut text, mut spans) = (Vec::<char>::with_capacity(chars.len()), Vec::new());
    let mut at = 0;
    for s in piece.spans.iter().filter(|s| s.2 == "PER" || s.2 == "SKIP") {
        if s.0 < at {
            continue;
        }
        text.extend(&chars[at..s.0]);
        let begin = text.len();
        let name = chars[s.0..s.1].to_vec();
        if s.2 == "PER" {
            let other = put.entry(name.clone()).or_insert_with(|| pool.other(&name, draw));
            text.extend(other.iter());
        } else {
            text.extend(&name);
        }
        spans.push((begin, text.len(), s.2.clone()));
        at = s.1;
    }
    text.extend(&chars[at..]);
    Labelled { text: text.into_iter().collect(), spans, variants: None }
}

/// Learns from labelled pieces; gives the weights as stored, and figures in words.
#[must_use]
pub fn learn(pieces: &[Labelled], recipe: &Recipe) -> (Vec<u8>, String) {
    let mut often: HashMap<String, u32> = HashMap::new();
    for p in pieces {
        let chars: Vec<char> = p.text.chars().collect();
        for s in p.spans.iter().filter(|s| s.2 == "PER") {
            *often.entry(chars[s.0..s.1].iter().collect()).or_default() += 1;
        }
    }
    let mut draw = Draw(0x2545_f491_4f6c_dd1d);
    let pool = Pool::of(pieces);
    let mut examples = Vec::new();
    let (mut names, mut covered) = (0, 0);
    for (i, p) in pieces.iter().enumerate() {
        let (n, c) = gather(p, &often, i % 2 == 0, false, &mut examples);
        names += n;
        covered += c;
        for _ in 0..p.variants.unwrap_or(recipe.variants) {
            if p.spans.iter().any(|s| s.2 == "PER") {
                gather(&variant(p, &pool, &mut draw), &often, i % 2 == 0, true, &mut examples);
            }
        }
    }
    let mut figures = format!("{} examples, {names} names, {covered} of them candidates", examples.len());
    // Each half is judged by what the other half taught.
    for half in [true, false] {
        let w = train(&mut examples, recipe, &mut draw, |e| e.half == half);
        let mut absurd = (0, 0);
        for e in examples.iter_mut().filter(|e| e.half != half) {
            let sum: f32 = e.features.iter().map(|&i| w[i as usize]).sum();
            if !e.label && sum > -0.5 {
                e.weight = 0.0;
                absurd.0 += 1;
            } else if e.label && sum < -5.0 {
                e.weight = 0.0;
                absurd.1 += 1;
            }
        }
        figures.push_str(&format!("\nleft out as absurd: {} no names, {} names", absurd.0, absurd.1));
    }
    let w = train(&mut examples, recipe, &mut draw, |_| true);
    let stored = w.iter().map(|&x| (x / SCALE).round().clamp(-127.0, 127.0) as i8 as u8).collect();
    (stored, figures)
}

/// Makes examples of a piece; gives how many names it has and how many of them were candidates.
fn gather(
    piece: &Labelled,
    often: &HashMap<String, u32>,
    half: bool,
    varied: bool,
    examples: &mut Vec<Example>,
) -> (usize, usize) {
    let lex = lexicon();
    let g = Glyphs::new(&piece.text);
    let of =
        |label: &str| piece.spans.iter().filter(|s| s.2 == label).map(|s| (s.0, s.1)).collect::<Vec<_>>();
    let (people, unsure) = (of("PER"), of("SKIP"));
    let mut found = vec![false; people.len()];
    Candidates::new(&g, lex).all(&mut |run, _| {
        if unsure.iter().any(|u| u.0 < run.end && run.start < u.1) {
            return;
        }
        let hit = people.iter().position(|&n| n == (run.start, run.end));
        // A variant teaches only where its names stand; the rest was learned already.
        if varied && !people.iter().any(|n| n.0 < run.end + 3 && run.start < n.1 + 3) {
            return;
        }
        let mut features = Vec::new();
        model::features(&g, lex, &run, &mut |i| features.push(i as u32));
        let weight = match hit {
            Some(i) => {
                found[i] = true;
                let n = often.get(&g.string(run.start, run.end)).copied().unwrap_or(1);
                if varied { 1.0 } else { (30.0 / n as f32).sqrt().clamp(0.1, 1.0) }
            }
            None => 1.0,
        };
        examples.push(Example { features, label: hit.is_some(), weight, half });
    });
    (people.len(), found.iter().filter(|&&f| f).count())
}

/// Logistic regression by AdaGrad over the examples that are asked for.
fn train(
    examples: &mut [Example],
    recipe: &Recipe,
    draw: &mut Draw,
    asked: impl Fn(&Example) -> bool,
) -> Vec<f32> {
    let mut w = vec![0f32; WEIGHTS];
    let mut squares = vec![1e-6f32; WEIGHTS];
    let mut kept: Vec<u32> = Vec::new();
    let scale = 1.0 / (1.0 - recipe.left_out) as f32;
    let mut average = vec![0f32; WEIGHTS];
    let mut snapshots = 0;
    for round in 0..recipe.rounds {
        for i in (1..examples.len()).rev() {
            let j = draw.below(i + 1);
            examples.swap(i, j);
        }
        let part = examples.len() / 10 + 1;
        for (n, e) in examples.iter().enumerate() {
            // The mean of many states is steadier than the last one.
            if round > 0 && n % part == part - 1 {
                average.iter_mut().zip(&w).for_each(|(a, &x)| *a += x);
                snapshots += 1;
            }
            if e.weight == 0.0 || !asked(e) {
                continue;
            }
            kept.clear();
            kept.extend(e.features.iter().copied().filter(|_| draw.unit() >= recipe.left_out));
            let sum: f32 = kept.iter().map(|&i| w[i as usize]).sum::<f32>() * scale;
            let p = 1.0 / (1.0 + (-sum).exp());
            let d = (p - f32::from(u8::from(e.label))) * e.weight;
            if d.abs() < 0.002 {
                continue;
            }
            for &i in &kept {
                let i = i as usize;
                let d = d + recipe.decay * w[i];
                squares[i] += d * d;
                w[i] -= recipe.rate * d / squares[i].sqrt();
            }
        }
    }
    if snapshots > 0 {
        w.iter_mut().zip(&average).for_each(|(w, &a)| *w = a / snapshots as f32);
    }
    w
}
