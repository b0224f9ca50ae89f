//! What raises the score of an article that matches: words, characters, pairs of characters, place.

use tantivy::Term as EngineTerm;

use super::Planner;
use crate::index::{Head, head_char};
use crate::query::{Query, Term};
use crate::search::near::NearWord;
use crate::search::score::{Part, PartKind};
use crate::search::weights::{Weights, factor};
use crate::text::fold::{fold, fold_char};

/// Most characters of a run that rank.
const RUN_CHARS_MAX: usize = 256;
/// Most characters of a run by which a headline that has it is known.
const HEAD_CHARS_MAX: usize = 2;
/// Most words whose neighbourhood is looked at.
const NEAR_WORDS_MAX: usize = 16;

/// Words that ask or connect: they say next to nothing of what is looked for.
const ASKING: &[&str] = &[
    "为什么",
    "什么时候",
    "什么样",
    "什么",
    "怎么样",
    "怎么办",
    "怎么",
    "怎样",
    "如何",
    "多少",
    "哪些",
    "哪个",
    "哪里",
    "哪儿",
    "哪",
    "几个",
    "几",
    "谁",
    "是否",
    "为何",
    "何时",
    "请问",
    "有没有",
    "是不是",
    "能不能",
    "一下",
    "可以",
    "吗",
    "呢",
    "吧",
    "啊",
    "么",
    "的",
    "了",
    "是",
    "在",
    "和",
    "与",
    "及",
    "或",
    "有",
    "为",
    "被",
    "把",
    "对",
    "于",
    "从",
    "到",
    "由",
    "之",
    "其",
    "这",
    "那",
    "能",
    "会",
    "要",
];
/// Of these, what also marks characters of a run: the others are too often part of a word.
const ASKING_INSIDE: usize = 31;

/// Whether a word asks or connects.
pub(crate) fn asks(folded: &str) -> bool {
    ASKING.contains(&folded)
}

impl Planner<'_> {
    /// What raises the score of an article that matches, and the words that should stand near each
    /// other.
    pub(super) fn scoring(
        &self,
        query: &Query,
        out: &mut Vec<Part>,
        near: &mut Vec<NearWord>,
    ) -> tantivy::Result<()> {
        match query {
            Query::Term(Term::Word(run)) => {
                for word in self.words(run)? {
                    self.word(&word.folded, out, near)?;
                }
                self.characters(run, out)?;
            }
            Query::Term(Term::Literal(run) | Term::Prefix(run)) => self.run(&fold(run), out, near)?,
            Query::Term(Term::Near { runs, .. }) => {
                for run in runs {
                    self.run(&fold(run), out, near)?;
                }
            }
            Query::And(children) | Query::Or(children) => {
                for child in children {
                    self.scoring(child, out, near)?;
                }
            }
            Query::All | Query::Field { .. } | Query::Dates(_) | Query::Not(_) => {}
        }
        Ok(())
    }

    fn word(&self, folded: &str, out: &mut Vec<Part>, near: &mut Vec<NearWord>) -> tantivy::Result<()> {
        let f = self.fields;
        let share = if asks(folded) { factor(self.weights.asking) } else { 1.0 };
        let body = EngineTerm::from_field_text(f.of_word(folded), folded);
        let head = EngineTerm::from_field_text(f.head_words, folded);
        // A word's rarity is one, wherever it stands: the rarer of two places would count as much
        // more as it is shorter.
        let articles = self.terms.documents(&body)?.max(self.terms.documents(&head)?);
        let weight = share * self.inverse(articles);
        if articles > 0 {
            add(out, PartKind::Word, folded, body, weight * factor(self.weights.word));
            add(out, PartKind::Headline, folded, head, weight * factor(self.weights.headline));
        }
        if share == 1.0 {
            self.neighbour(folded, weight, near);
        }
        Ok(())
    }

    /// The characters and the pairs of a run as typed.
    fn characters(&self, run: &str, out: &mut Vec<Part>) -> tantivy::Result<()> {
        let f = self.fields;
        let folded: Vec<char> = run.chars().map(fold_char).take(RUN_CHARS_MAX).collect();
        let shares = shares(&folded, factor(self.weights.asking));
        let (character, pair_weight) = (factor(self.weights.character), factor(self.weights.pair));
        for (c, share) in folded.iter().zip(&shares) {
            let text = c.to_string();
            let term = EngineTerm::from_field_text(f.chars, &text);
            let articles = self.terms.documents(&term)?;
            add(out, PartKind::Character, &text, term, character * share * self.inverse(articles));
        }
        for (pair, share) in folded.windows(2).zip(shares.windows(2)) {
            let text: String = pair.iter().collect();
            let term = EngineTerm::from_field_text(f.exact, &text);
            let articles = self.terms.documents(&term)?;
            let share = share[0].min(share[1]);
            add(out, PartKind::Pair, &text, term, pair_weight * share * self.inverse(articles));
        }
        Ok(())
    }

    /// A run that is asked for whole. The articles have it: how often its pairs stand there says how
    /// often it does, and costs no look at positions.
    fn run(&self, folded: &str, out: &mut Vec<Part>, near: &mut Vec<NearWord>) -> tantivy::Result<()> {
        let f = self.fields;
        let chars: Vec<char> = folded.chars().take(RUN_CHARS_MAX).collect();
        if let [c] = chars.as_slice() {
            let term = EngineTerm::from_field_text(f.chars, &c.to_string());
            let weight = self.inverse(self.terms.documents(&term)?);
            add(out, PartKind::Character, folded, term, weight);
            return Ok(());
        }
        let weight = self.rarity(folded)?;
        let each = weight / (chars.len().saturating_sub(1).max(1)) as f32;
        for pair in chars.windows(2) {
            let text: String = pair.iter().collect();
            add(out, PartKind::Pair, &text, EngineTerm::from_field_text(f.exact, &text), each);
        }
        // A headline with the rarest characters of a run that the article has nearly always has the run; what
        // the others would tell more is less than what it costs to go through their lists.
        let mut heads = Vec::with_capacity(chars.len());
        for (nth, c) in chars.iter().enumerate().filter(|(nth, c)| !chars[..*nth].contains(c)) {
            let term = EngineTerm::from_field_text(f.head_chars, &head_char(Head::Headline, *c));
            heads.push((nth, c.to_string(), self.inverse(self.terms.documents(&term)?), term));
        }
        heads.sort_by(|a, b| b.2.total_cmp(&a.2));
        heads.truncate(HEAD_CHARS_MAX);
        heads.sort_by_key(|(nth, ..)| *nth);
        let all: f32 = heads.iter().map(|(_, _, rarity, _)| rarity).sum();
        let share = weight * factor(self.weights.headline) / all.max(f32::MIN_POSITIVE);
        for (_, text, rarity, term) in heads {
            add(out, PartKind::Headline, &text, term, share * rarity);
        }
        self.neighbour(folded, weight, near);
        Ok(())
    }

    /// Remembers a word whose place in the text matters.
    fn neighbour(&self, folded: &str, weight: f32, near: &mut Vec<NearWord>) {
        let mut chars = folded.chars();
        if let (Some(a), Some(b)) = (chars.next(), chars.next())
            && near.len() < NEAR_WORDS_MAX
            && self.weights.near > 0
        {
            let first = EngineTerm::from_field_text(self.fields.exact, &format!("{a}{b}"));
            let chars = u32::try_from(folded.chars().count()).unwrap_or(u32::MAX);
            let weight = weight * factor(self.weights.near);
            near.push(NearWord { text: folded.to_owned(), first, chars, weight });
        }
    }

    /// The rarity of what stands in so many articles.
    fn inverse(&self, articles: u64) -> f32 {
        let all = self.articles.max(articles) as f32;
        let articles = articles as f32;
        (1.0 + (all - articles + 0.5) / (articles + 0.5)).ln()
    }
}

/// One term that ranks, for an engine that weighs rarity by itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ScoringTerm {
    /// What it stands for.
    pub(crate) kind: PartKind,
    /// The term, folded.
    pub(crate) text: String,
    /// What its kind is worth.
    pub(crate) weight: f32,
}

/// The terms of a question that rank, each once, the weightiest first; `words` cuts a run.
pub(crate) fn scoring_terms(query: &Query, words: &dyn Fn(&str) -> Vec<String>) -> Vec<ScoringTerm> {
    let mut out: Vec<ScoringTerm> = Vec::new();
    gather_terms(query, words, &mut out);
    out.retain(|term| term.weight > 0.0);
    out.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    out
}

fn gather_terms(query: &Query, words: &dyn Fn(&str) -> Vec<String>, out: &mut Vec<ScoringTerm>) {
    let mut put = |kind: PartKind, text: String, weight: f32| match out
        .iter_mut()
        .find(|term| term.kind == kind && term.text == text)
    {
        Some(term) => term.weight = term.weight.max(weight),
        None => out.push(ScoringTerm { kind, text, weight }),
    };
    let mut whole = |run: &str| {
        let chars: Vec<char> = fold(run).chars().take(RUN_CHARS_MAX).collect();
        if let [c] = chars.as_slice() {
            return put(PartKind::Character, c.to_string(), 1.0);
        }
        let each = 1.0 / (chars.len().saturating_sub(1).max(1)) as f32;
        for pair in chars.windows(2) {
            put(PartKind::Pair, pair.iter().collect(), each);
        }
    };
    match query {
        Query::Term(Term::Word(run)) => {
            let weights = Weights::default();
            let asking = factor(weights.asking);
            for word in words(run) {
                let share = if asks(&word) { asking } else { 1.0 };
                put(PartKind::Headline, word.clone(), share * factor(weights.headline));
                put(PartKind::Word, word, share * factor(weights.word));
            }
            let folded: Vec<char> = run.chars().map(fold_char).take(RUN_CHARS_MAX).collect();
            let shares = shares(&folded, asking);
            for (c, share) in folded.iter().zip(&shares) {
                put(PartKind::Character, c.to_string(), factor(weights.character) * share);
            }
            for (pair, share) in folded.windows(2).zip(shares.windows(2)) {
                put(PartKind::Pair, pair.iter().collect(), factor(weights.pair) * share[0].min(share[1]));
            }
        }
        Query::Term(Term::Literal(run) | Term::Prefix(run)) => whole(run),
        Query::Term(Term::Near { runs, .. }) => runs.iter().for_each(|run| whole(run)),
        Query::And(children) | Query::Or(children) => {
            children.iter().for_each(|child| gather_terms(child, words, out));
        }
        Query::All | Query::Field { .. } | Query::Dates(_) | Query::Not(_) => {}
    }
}

/// What of the weight of each character of a run is left: little where it asks or connects, nothing
/// where it is no character of a word.
fn shares(folded: &[char], asking: f32) -> Vec<f32> {
    let mut shares: Vec<f32> = folded.iter().map(|c| if c.is_alphanumeric() { 1.0 } else { 0.0 }).collect();
    let text: String = folded.iter().collect();
    let mut at = 0;
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let longest = ASKING
            .iter()
            .take(ASKING_INSIDE)
            .filter(|word| rest.starts_with(**word))
            .max_by_key(|word| word.len());
        let (chars, bytes) = longest.map_or((1, c.len_utf8()), |word| (word.chars().count(), word.len()));
        if longest.is_some() || matches!(c, '的' | '了' | '是' | '吧' | '啊') {
            for share in shares.iter_mut().skip(at).take(chars) {
                *share = share.min(asking);
            }
        }
        at += chars;
        rest = &rest[bytes..];
    }
    shares
}

/// Adds a term; one that is there already keeps the greater weight.
fn add(out: &mut Vec<Part>, kind: PartKind, text: &str, term: EngineTerm, weight: f32) {
    match out.iter_mut().find(|part| part.kind == kind && part.term == term) {
        Some(part) => part.weight = part.weight.max(weight),
        None => out.push(Part { kind, text: text.to_owned(), term, weight }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_asks_weighs_little_and_what_is_no_word_nothing() {
        let of = |text: &str| shares(&text.chars().collect::<Vec<_>>(), 0.2);
        assert_eq!(of("水价多少？"), [1.0, 1.0, 0.2, 0.2, 0.0]);
        assert_eq!(of("为什么"), [0.2; 3]);
        assert_eq!(of("有为区"), [1.0, 1.0, 1.0]);
    }

    #[test]
    fn no_word_of_the_list_stands_twice() {
        assert_eq!(ASKING.iter().collect::<BTreeSet<_>>().len(), ASKING.len());
    }
}
