//! Cuts the sentences that answer a question out of an article and marks what matched.
//!
//! Works on characters of the text as printed and knows no markup: marks are character offsets,
//! sorted, never overlapping, and whoever renders them escapes the text between.

use crate::text::fold::fold_char;

/// A piece of an article and where in it the question matched.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Snippet {
    /// The piece as printed; `…` where it was cut inside a sentence.
    pub text: String,
    /// First and one past the last character of every match.
    pub marks: Vec<(usize, usize)>,
}

/// Longest piece, in characters, `…` not counted.
pub const SNIPPET_CHARS_MAX: usize = 110;
/// Pieces shown of one article.
pub const SNIPPETS_MAX: usize = 2;

/// Where the folded runs stand in a text, as character offsets, sorted, never overlapping; of two
/// that overlap the one that begins first, and then the longer, is kept.
#[must_use]
pub fn marks(text: &str, folded_runs: &[String]) -> Vec<(usize, usize)> {
    let chars: Vec<char> = text.chars().map(fold_char).collect();
    marks_in(&chars, &run_chars(folded_runs)).into_iter().map(|(start, end, _)| (start, end)).collect()
}

fn run_chars(folded_runs: &[String]) -> Vec<Vec<char>> {
    folded_runs.iter().map(|run| run.chars().collect()).filter(|run: &Vec<char>| !run.is_empty()).collect()
}

/// Marks with the number of the run each stands for.
fn marks_in(text: &[char], runs: &[Vec<char>]) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let longest = runs
            .iter()
            .enumerate()
            .filter(|(_, run)| text[at..].starts_with(run))
            .max_by_key(|(i, run)| (run.len(), std::cmp::Reverse(*i)));
        match longest {
            Some((run, chars)) => {
                found.push((at, at + chars.len(), run));
                at += chars.len();
            }
            None => at += 1,
        }
    }
    found
}

/// The best pieces of the paragraphs: those with most of the asked runs, early ones first.
///
/// Without any match in the paragraphs the first sentences are given, unmarked.
#[must_use]
pub fn snippets<'a>(
    paragraphs: impl IntoIterator<Item = &'a String> + Clone,
    folded_runs: &[String],
) -> Vec<Snippet> {
    let runs = run_chars(folded_runs);
    let mut candidates: Vec<(usize, f64, Vec<char>, Window)> = Vec::new();
    for (number, paragraph) in paragraphs.clone().into_iter().enumerate() {
        let printed: Vec<char> = paragraph.chars().collect();
        let folded: Vec<char> = printed.iter().copied().map(fold_char).collect();
        let found = marks_in(&folded, &runs);
        if found.is_empty() {
            continue;
        }
        if let Some((score, window)) = best_window(&printed, &found) {
            candidates.push((number, score, printed, window));
        }
    }
    // Best first, then in reading order among the chosen.
    candidates.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    candidates.truncate(SNIPPETS_MAX);
    // A second piece is worth showing only where it brings as much as half of the first.
    if let Some(first) = candidates.first().map(|c| c.1) {
        candidates.retain(|c| c.1 >= first * 0.5);
    }
    candidates.sort_by_key(|c| c.0);
    if candidates.is_empty() {
        return paragraphs.into_iter().next().map(|p| opening(p)).into_iter().collect();
    }
    candidates.into_iter().map(|(_, _, printed, window)| cut(&printed, &window)).collect()
}

struct Window {
    start: usize,
    end: usize,
    marks: Vec<(usize, usize)>,
}

/// The first sentences of a paragraph.
fn opening(paragraph: &str) -> Snippet {
    let printed: Vec<char> = paragraph.chars().collect();
    let end = fit(&printed, 0, printed.len());
    cut(&printed, &Window { start: 0, end, marks: Vec::new() })
}

/// The stretch of a paragraph with the most different runs, as whole sentences where they fit.
fn best_window(text: &[char], found: &[(usize, usize, usize)]) -> Option<(f64, Window)> {
    let mut best: Option<(f64, Window)> = None;
    for (i, first) in found.iter().enumerate() {
        let start = sentence_start(text, first.0, first.1);
        let end = fit(text, start, text.len()).max(first.1).min(text.len());
        let inside: Vec<_> = found[i..].iter().take_while(|m| m.1 <= end).collect();
        let mut different: Vec<usize> = inside.iter().map(|m| m.2).collect();
        different.sort_unstable();
        different.dedup();
        let score = different.len() as f64 + 0.05 * inside.len().min(8) as f64;
        if best.as_ref().is_none_or(|(s, _)| score > *s) {
            let marks = found.iter().filter(|m| m.0 >= start && m.1 <= end).map(|m| (m.0, m.1)).collect();
            best = Some((score, Window { start, end, marks }));
        }
    }
    best
}

/// Where a piece that shows a match best begins: at its sentence, else at a clause near it.
fn sentence_start(text: &[char], match_start: usize, match_end: usize) -> usize {
    let room = SNIPPET_CHARS_MAX.saturating_sub(match_end - match_start);
    // Before the match at most two thirds of the room, so that something stands behind it.
    let earliest = match_start.saturating_sub(room * 2 / 3);
    let sentence = (earliest..=match_start).find(|&i| i == 0 || ends_sentence(text, i));
    if let Some(start) = sentence {
        return start;
    }
    let near = match_start.saturating_sub(room / 2);
    (near..match_start).find(|&i| i == 0 || is_clause_end(text[i - 1])).unwrap_or(if match_start < room / 2 {
        0
    } else {
        near
    })
}

/// Whether a sentence ends just before position `i`, closing quotation marks included.
fn ends_sentence(text: &[char], i: usize) -> bool {
    let Some(last) = i.checked_sub(1) else { return true };
    let closes = |c: char| matches!(c, '”' | '’' | '」' | '』' | '）' | ')' | '》');
    if text.get(i).copied().is_some_and(closes) {
        return false;
    }
    let mut at = last;
    while closes(text[at]) && at > 0 {
        at -= 1;
    }
    matches!(text[at], '。' | '！' | '？' | '!' | '?' | '…' | '；')
}

const fn is_clause_end(c: char) -> bool {
    matches!(c, '，' | '；' | '：' | '、' | ',' | ';' | ':' | '。' | '！' | '？' | '”' | '』' | '」' | ' ')
}

/// Where a piece that begins at `start` ends: after the last sentence that fits, else after a
/// clause, else at the limit.
fn fit(text: &[char], start: usize, end: usize) -> usize {
    if end - start <= SNIPPET_CHARS_MAX {
        return end;
    }
    let limit = start + SNIPPET_CHARS_MAX;
    let least = start + SNIPPET_CHARS_MAX / 3;
    (least..=limit)
        .rev()
        .find(|&i| ends_sentence(text, i))
        .or_else(|| (least..=limit).rev().find(|&i| is_clause_end(text[i - 1])))
        .unwrap_or(limit)
}

fn cut(printed: &[char], window: &Window) -> Snippet {
    let mut text = String::new();
    let mut shift = 0;
    if window.start > 0 && !ends_sentence(printed, window.start) {
        text.push('…');
        shift = 1;
    }
    text.extend(&printed[window.start..window.end]);
    if window.end < printed.len() && !ends_sentence(printed, window.end) {
        text.push('…');
    }
    let marks =
        window.marks.iter().map(|(s, e)| (s - window.start + shift, e - window.start + shift)).collect();
    Snippet { text, marks }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::fold::fold;

    fn shown(paragraphs: &[&str], runs: &[&str]) -> Vec<String> {
        let paragraphs: Vec<String> = paragraphs.iter().map(|p| (*p).to_owned()).collect();
        let runs: Vec<String> = runs.iter().map(|r| fold(r)).collect();
        snippets(&paragraphs, &runs)
            .into_iter()
            .map(|s| {
                let mut out = String::new();
                for (i, c) in s.text.chars().enumerate() {
                    if s.marks.iter().any(|m| m.0 == i) {
                        out.push('[');
                    }
                    out.push(c);
                    if s.marks.iter().any(|m| m.1 == i + 1) {
                        out.push(']');
                    }
                }
                out
            })
            .collect()
    }

    #[test]
    fn a_phrase_is_marked_whole_and_not_by_its_letters() {
        assert_eq!(
            shown(&["镜湖的水清了。镜湖治理工程开工，湖边的人都来看。"], &["镜湖治理"]),
            ["镜湖的水清了。[镜湖治理]工程开工，湖边的人都来看。"]
        );
    }

    #[test]
    fn widths_and_scripts_do_not_matter_and_the_text_stays_as_printed() {
        assert_eq!(shown(&["簽約１７.３５億元。"], &["17.35亿"]), ["簽約[１７.３５億]元。"]);
    }

    #[test]
    fn without_a_match_the_opening_is_shown() {
        assert_eq!(shown(&["第一句。第二句。", "第三句。"], &["没有"]), ["第一句。第二句。"]);
        assert_eq!(shown(&[], &["没有"]), [] as [&str; 0]);
    }

    #[test]
    fn a_long_paragraph_is_cut_at_a_sentence() {
        let long = format!("{}。目标在这里出现。{}。", "前".repeat(200), "后".repeat(200));
        let got = shown(&[&long], &["目标"]);
        assert_eq!(got.len(), 1);
        assert!(got[0].starts_with("[目标]在这里出现。"), "{got:?}");
        assert!(got[0].chars().count() <= SNIPPET_CHARS_MAX + 4);
    }

    proptest! {
        #[test]
        fn marks_are_sorted_disjoint_and_inside(text in "[甲乙丙。，a ]{0,400}", run in "[甲乙丙a]{1,3}") {
            let runs = vec![fold(&run), "甲".to_owned()];
            for snippet in snippets(std::slice::from_ref(&text), &runs) {
                let chars: Vec<char> = snippet.text.chars().collect();
                let mut last = 0;
                for (start, end) in &snippet.marks {
                    prop_assert!(last <= *start && start < end && *end <= chars.len());
                    let marked: String = chars[*start..*end].iter().collect();
                    prop_assert!(runs.contains(&fold(&marked)));
                    last = *end;
                }
            }
        }
    }
}
