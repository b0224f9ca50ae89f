//! Tells how a question was read and how each hit was scored, part by part.

use serde::{Deserialize, Serialize};
use tantivy::{DocAddress, Searcher};

use super::near::together;
use super::plan::Plan;
use super::score::PartKind;
use crate::query::{Query, Term};

/// How a question was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Explanation {
    /// The tree, a line a node, two spaces a level.
    pub tree: Vec<String>,
    /// What was asked of an article, in words as they were cut; each may be lacking in a partial hit.
    pub words: Vec<WordExplained>,
}

/// One word of a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WordExplained {
    /// As typed.
    pub word: String,
    /// How much it counts when an article has *most* of what was asked: its rarity.
    pub weight: f32,
}

/// How one hit was scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ScoreExplained {
    /// The sum.
    pub score: f32,
    /// What adds up to it, the greatest first.
    pub parts: Vec<ScorePart>,
}

/// One part of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ScorePart {
    /// What it stands for.
    pub kind: PartKind,
    /// What stands there, as compared.
    pub text: String,
    /// What it adds.
    pub adds: f32,
}

/// How a question was read.
pub(super) fn question(query: &Query, plan: &Plan) -> Explanation {
    let mut tree = Vec::new();
    lines(query, 0, &mut tree);
    let words =
        plan.wanted.iter().map(|w| WordExplained { word: w.typed.clone(), weight: w.weight }).collect();
    Explanation { tree, words }
}

fn lines(query: &Query, level: usize, out: &mut Vec<String>) {
    let mut line = |text: &str| out.push(format!("{}{text}", "  ".repeat(level)));
    match query {
        Query::All => line("every article"),
        Query::Term(term) => line(&told(term)),
        Query::Field { field, term } => line(&format!("in {}: {}", field.english(), told(term))),
        Query::Dates(range) => line(&format!("issues of {range}")),
        Query::And(children) => {
            line("all of");
            children.iter().for_each(|child| lines(child, level + 1, out));
        }
        Query::Or(children) => {
            line("any of");
            children.iter().for_each(|child| lines(child, level + 1, out));
        }
        Query::Not(child) => {
            line("without");
            lines(child, level + 1, out);
        }
    }
}

fn told(term: &Term) -> String {
    match term {
        Term::Word(run) => format!("words {run}"),
        Term::Literal(run) => format!("exactly “{run}”"),
        Term::Near { runs, distance_chars } => {
            format!("“{}” with at most {distance_chars} characters between", runs.join("” “"))
        }
        Term::Prefix(run) => format!("beginning with {run}"),
    }
}

/// How a hit was scored.
///
/// # Errors
///
/// Where the index can't be read.
pub(super) fn hit(searcher: &Searcher, plan: &Plan, address: DocAddress) -> tantivy::Result<ScoreExplained> {
    let reader = searcher.segment_reader(address.segment_ord);
    let mut parts: Vec<ScorePart> = plan
        .ranking
        .explain(reader, address.doc_id)?
        .into_iter()
        .map(|(part, adds)| ScorePart { kind: part.kind, text: part.text.clone(), adds })
        .collect();
    for near in together(searcher, &plan.near, &[address])?.into_iter().flatten() {
        let (first, second) = near.words;
        let text = format!("{} {}", plan.near[first].text, plan.near[second].text);
        parts.push(ScorePart { kind: PartKind::Near, text, adds: near.adds });
    }
    parts.sort_by(|a, b| b.adds.total_cmp(&a.adds).then_with(|| a.text.cmp(&b.text)));
    Ok(ScoreExplained { score: parts.iter().map(|p| p.adds).sum(), parts })
}
