//! How well the page reader does on the whole fixture archive, as figures with floors.
//!
//! An article is found when one given article of the same issue shares at least nine tenths of its
//! character 4-grams both ways; each serves once. The parts are counted over the found ones. The
//! floors lie a little under what was measured; whoever improves the reader raises them.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::pages::{json_lines, names_of, read_folder, text_of};
use crate::support::issues;

#[derive(Debug, Default)]
struct Score {
    gold: usize,
    given: usize,
    found: usize,
    parts: BTreeMap<&'static str, usize>,
    paragraphs: [usize; 3],
}

fn f1(both: usize, given: usize, gold: usize) -> f64 {
    2.0 * both as f64 / (given + gold).max(1) as f64
}

impl Score {
    fn articles(&self) -> f64 {
        f1(self.found, self.given, self.gold)
    }

    fn part(&self, name: &str) -> f64 {
        self.parts.get(name).copied().unwrap_or(0) as f64 / self.found.max(1) as f64
    }

    fn paragraphs(&self) -> f64 {
        let [both, given, gold] = self.paragraphs;
        f1(both, given, gold)
    }

    fn add_issue(&mut self, gold: &[&Value], given: &[Value]) {
        self.gold += gold.len();
        self.given += given.len();
        let mut free: Vec<Option<HashMap<[char; 4], usize>>> = given.iter().map(|a| Some(grams(a))).collect();
        for article in gold {
            let wanted = grams(article);
            let mut best: Option<(f64, usize)> = None;
            for (i, grams) in free.iter().enumerate() {
                let Some(grams) = grams else { continue };
                let both: usize = wanted.iter().map(|(g, n)| grams.get(g).map_or(0, |m| *n.min(m))).sum();
                let of =
                    |grams: &HashMap<_, usize>| both as f64 / grams.values().sum::<usize>().max(1) as f64;
                let alike = of(&wanted).min(of(grams));
                if best.is_none_or(|(b, _)| alike > b) {
                    best = Some((alike, i));
                }
            }
            let Some((alike, at)) = best else { continue };
            if alike < 0.9 {
                continue;
            }
            free[at] = None;
            self.found += 1;
            self.compare(article, &given[at]);
        }
    }

    fn compare(&mut self, gold: &Value, given: &Value) {
        let same = |part: &str| text_of(gold, part) == text_of(given, part);
        let sorted = |a: &Value| {
            let mut names = names_of(a, "byline");
            names.sort();
            names
        };
        let kicker = text_of(gold, "kicker");
        let right = [
            ("headline", same("headline")),
            ("kicker", same("kicker") || (!kicker.is_empty() && kicker == text_of(given, "column"))),
            ("deck", same("deck")),
            ("credit", same("credit")),
            ("byline", sorted(gold) == sorted(given)),
            ("jump", gold["jump_to"].as_str() == given["jump_to"].as_str()),
        ];
        for (part, right) in right {
            *self.parts.entry(part).or_default() += usize::from(right);
        }
        let count = |a: &Value| {
            let mut count: HashMap<String, usize> = HashMap::new();
            for paragraph in names_of(a, "paragraphs") {
                *count.entry(crate::pages::plain(&paragraph)).or_default() += 1;
            }
            count
        };
        let (wanted, got) = (count(gold), count(given));
        self.paragraphs[0] += wanted.iter().map(|(p, n)| got.get(p).map_or(0, |m| *n.min(m))).sum::<usize>();
        self.paragraphs[1] += got.values().sum::<usize>();
        self.paragraphs[2] += wanted.values().sum::<usize>();
    }
}

/// The character 4-grams of a body without white space.
fn grams(article: &Value) -> HashMap<[char; 4], usize> {
    let body: Vec<char> = crate::pages::plain(&names_of(article, "paragraphs").concat()).chars().collect();
    let mut count = HashMap::new();
    for window in body.windows(4) {
        *count.entry([window[0], window[1], window[2], window[3]]).or_default() += 1;
    }
    count
}

fn score(gold: &str) -> Score {
    let gold = json_lines(gold);
    let mut score = Score::default();
    for issue in issues() {
        let name = issue.file_name().unwrap().to_string_lossy();
        let wanted: Vec<&Value> = gold.iter().filter(|a| a["issue"].as_str() == Some(&name)).collect();
        assert!(!wanted.is_empty(), "the gold knows {name}");
        let given: Vec<Value> = read_folder(issue.to_str().unwrap())
            .iter()
            .flat_map(|page| page.articles.iter().map(|a| serde_json::to_value(a).unwrap()))
            .collect();
        score.add_issue(&wanted, &given);
    }
    score
}

/// Checks figures against floors and prints them all; a figure far above its floor is told.
pub(crate) fn check(what: &str, figures: &[(&str, f64, f64)]) {
    let mut low = Vec::new();
    for (name, figure, floor) in figures {
        println!("{what}: {name:<10} {figure:.4}  (floor {floor:.3})");
        if figure < floor {
            low.push(format!("{name} {figure:.4} is under {floor:.3}"));
        }
        if *figure > floor + 0.02 {
            println!("{what}: the floor of {name} can be raised");
        }
    }
    tell(what, &figures.iter().map(|(name, figure, _)| (*name, *figure)).collect::<Vec<_>>());
    assert!(low.is_empty(), "{what}: {}", low.join(", "));
}

/// Leaves figures where `cargo bench --bench figures` compares them with `benches/baseline.json`:
/// floors hold what must never be, the baseline notices each step down.
pub(crate) fn tell(what: &str, figures: &[(&str, f64)]) {
    let named: serde_json::Map<String, Value> = figures
        .iter()
        .map(|(name, figure)| (format!("{what}: {name}"), ((figure * 1e4).round() / 1e4).into()))
        .collect();
    let file = format!("figures/accuracy/{}.json", what.replace(' ', "-"));
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    crate::support::write(path, serde_json::to_vec_pretty(&named).unwrap());
}

#[test]
fn the_archive_is_read_at_least_as_well_as_before() {
    let all = score("fixtures/expected/archive.jsonl");
    check(
        "all articles",
        &[
            ("articles", all.articles(), 0.82),
            ("paragraphs", all.paragraphs(), 0.965),
            ("headline", all.part("headline"), 0.93),
            ("kicker", all.part("kicker"), 0.965),
            ("deck", all.part("deck"), 0.94),
            ("byline", all.part("byline"), 0.975),
            ("credit", all.part("credit"), 0.98),
            ("jump", all.part("jump"), 0.99),
        ],
    );
    let required = score("fixtures/expected/archive-required.jsonl");
    check(
        "without captions, weather, advertisements",
        &[
            ("found", required.found as f64 / required.gold as f64, 0.87),
            ("paragraphs", required.paragraphs(), 0.965),
            ("headline", required.part("headline"), 0.925),
        ],
    );
}
