//! `baoku search`

use std::path::Path;

use super::args::{ESCAPE, Grouping, HitFormat, SearchArgs};
use super::out::{ASIDE, HEAD, MARK, talk};
use super::{Failure, Out, Outcome, batch, cite, dates};
use crate::cluster::Store;
use crate::search::{Group, Hit, Proof, Request, Results};

pub(super) fn run(root: &Path, args: &SearchArgs, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = Store::open(root)?;
    if let Some(file) = &args.batch {
        if args.format.citation().is_some() {
            return Err(Failure::new("--batch", "a reference list answers one question")
                .hint("take --format jsonl, and cite the ids: baoku cite ID…"));
        }
        return batch::run(&archive, args, file, out);
    }
    let input = args.query.join(" ").replace(ESCAPE, "");
    let request = request(args, &input)?;
    if args.verify {
        return print_proof(
            &archive.folder("a reading of every article (--verify)")?.prove(&request)?,
            &request,
            args.format,
            out,
        );
    }
    let lists = !matches!(args.format, HitFormat::Text | HitFormat::Json | HitFormat::Jsonl);
    if lists && matches!(request.group, Some(Group::Person | Group::Month)) {
        return Err(Failure::new("--group", "a list of articles has no groups")
            .hint("take --format text, json or jsonl; or count with --facet"));
    }
    if args.count {
        let counted = archive.counted(&request)?;
        match args.format {
            HitFormat::Json | HitFormat::Jsonl => out.json_line(&counted)?,
            _ => out.line(&counted.total.value.to_string())?,
        }
        return Ok(Outcome::found(counted.total.value > 0));
    }
    if let Some(style) = args.format.citation() {
        return cite::list(&archive, &request, style, out);
    }
    let results = archive.search(&request)?;
    match args.format {
        HitFormat::Text => text(&results, &request, out)?,
        HitFormat::Json => out.json(&results)?,
        HitFormat::Jsonl => {
            for group in &results.groups {
                out.json_line(group)?;
            }
            for hit in &results.hits {
                out.json_line(hit)?;
            }
        }
        HitFormat::Csv => csv(&results.hits, out)?,
        HitFormat::Ids => {
            for hit in &results.hits {
                out.line(&hit.id)?;
            }
        }
        HitFormat::Trec => trec("1", &results.hits, request.offset, out)?,
        // Answered above.
        HitFormat::Gbt7714
        | HitFormat::Gbt7714Of2015
        | HitFormat::Bibtex
        | HitFormat::Ris
        | HitFormat::CslJson => {}
    }
    Ok(Outcome::found(!results.hits.is_empty() || !results.groups.is_empty()))
}

/// The request of a question with the options typed beside it.
pub(super) fn request(args: &SearchArgs, input: &str) -> Result<Request, Failure> {
    Ok(Request {
        dates: dates::range(args.from.as_deref(), args.to.as_deref())?,
        sort: args.sort,
        limit: args.limit,
        offset: args.offset,
        facets: args.facet.clone(),
        as_printed: args.literal,
        // A list of ids or references is read by programs: full matches only.
        all_words: args.all || args.format == HitFormat::Ids || args.format.citation().is_some(),
        snippets: matches!(args.format, HitFormat::Text | HitFormat::Json | HitFormat::Jsonl),
        suggest: matches!(args.format, HitFormat::Text | HitFormat::Json | HitFormat::Jsonl),
        explain: args.explain,
        group: match args.group {
            Some(Grouping(group)) => group,
            // Other forms are read by programs, which count hits.
            None => (args.format == HitFormat::Text).then_some(Group::Reprints),
        },
        ..Request::new(input)
    })
}

fn print_proof(
    proof: &Proof,
    request: &Request,
    format: HitFormat,
    out: &mut Out,
) -> Result<Outcome, Failure> {
    match format {
        HitFormat::Json | HitFormat::Jsonl => out.json_line(&serde_json::json!({
            "query": {
                "input": request.input,
                "parsed": request.question.query.to_string(),
                "notes": request.question.notes,
            },
            "verified": proof,
        }))?,
        _ => {
            let contain = if proof.read == 1 { "contains" } else { "contain" };
            let (read, all) = (grouped(proof.read), grouped(proof.articles));
            out.line(&format!("{read} of {all} articles {contain} it"))?;
        }
    }
    if proof.agree {
        return Ok(Outcome::found(proof.read > 0));
    }
    for (ids, what) in [(&proof.only_found, "in the index only"), (&proof.only_read, "in the text only")] {
        for id in ids {
            talk(&format!("{what}: {id}"));
        }
    }
    let what = format!("the index finds {} articles, reading finds {}", proof.found, proof.read);
    Failure::new("verify", what).tell();
    Ok(Outcome::Failed)
}

/// A number with its thousands set apart: 18,074.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

fn text(results: &Results, request: &Request, out: &mut Out) -> Result<(), Failure> {
    for note in &results.query.notes {
        talk(&format!("note: {note}"));
    }
    for group in &results.groups {
        let value = out.styled(HEAD, &group.value);
        out.line(&format!("{value}  ({})", group.count))?;
        for (number, hit) in group.hits.iter().enumerate() {
            print_hit(number + 1, hit, out)?;
        }
    }
    let mut number = request.offset;
    for hit in &results.hits {
        number += 1;
        print_hit(number, hit, out)?;
        // They have ranks too: the next window begins behind them.
        number += hit.reprints.len();
    }
    if let Some(explained) = &results.explain {
        out.line("read as:")?;
        for line in &explained.tree {
            out.line(&format!("  {line}"))?;
        }
        for word in &explained.words {
            out.line(&format!("  weight {:.2}  {}", word.weight, word.word))?;
        }
    }
    for facet in &request.facets {
        let name = facet.name();
        let Some(counts) = results.facets.get(name) else { continue };
        out.line(&format!("{name}:"))?;
        for count in counts {
            out.line(&format!("  {:>7}  {}", count.count, count.value))?;
        }
    }
    for meant in &results.did_you_mean {
        talk(&format!("did you mean: {}  ({})", meant.query, meant.count));
    }
    let total = results.total.value;
    let partial = match results.partial_total {
        Some(n) if n > 0 => format!(", {n} with most of the words"),
        _ => String::new(),
    };
    let pages = match results.page_total {
        Some(1) => ", 1 page beside its articles".to_owned(),
        Some(n) => format!(", {n} pages beside their articles"),
        None => String::new(),
    };
    let articles = if total == 1 { "article" } else { "articles" };
    talk(&format!("{total} {articles}{partial}{pages} ({:.1} ms)", results.took_ms));
    Ok(())
}

/// A hit with its place and its snippets.
fn print_hit(number: usize, hit: &Hit, out: &mut Out) -> Result<(), Failure> {
    let headline = marked(out, hit.headline.as_deref().unwrap_or(untitled(hit)), &hit.headline_marks);
    let headline = out.styled(HEAD, &headline);
    out.line(&format!("{}. {headline}", number))?;
    let place: Vec<&str> =
        [hit.paper.as_deref(), hit.date.as_deref(), hit.page.as_deref()].into_iter().flatten().collect();
    let mut aside = place.join(" ");
    if hit.page.is_some() {
        aside.push('版');
    }
    for part in [hit.kicker.as_deref(), hit.deck.as_deref()].into_iter().flatten() {
        aside.push_str(" · ");
        aside.push_str(part);
    }
    if !hit.byline.is_empty() {
        aside.push_str(" · ");
        aside.push_str(&hit.byline.join(" "));
    }
    if hit.partial {
        aside.push_str(" · without: ");
        aside.push_str(&hit.missing.join(" "));
    }
    let aside = out.styled(ASIDE, &format!("{aside}  {}", hit.id));
    out.line(&format!("   {aside}"))?;
    for snippet in &hit.snippets {
        let piece = marked(out, &snippet.text, &snippet.marks);
        out.line(&format!("   {piece}"))?;
    }
    if let Some(explained) = &hit.explain {
        out.line(&format!("   score {:.3}", explained.score))?;
        for part in &explained.parts {
            let kind = serde_json::to_value(part.kind).unwrap_or_default();
            let kind = kind.as_str().unwrap_or_default();
            out.line(&format!("     {:>7.3}  {kind:<9}  {}", part.adds, part.text))?;
        }
    }
    for print in &hit.reprints {
        let place: Vec<&str> =
            [print.paper.as_deref(), print.date.as_deref()].into_iter().flatten().collect();
        let aside = out.styled(ASIDE, &format!("+ reprint {}  {}", place.join(" "), print.id));
        out.line(&format!("   {aside}"))?;
    }
    Ok(())
}

/// What stands for a headline where there is none.
fn untitled(hit: &Hit) -> &'static str {
    if hit.genre == "page" { "（版面）" } else { "（无标题）" }
}

/// A text with its marks in colour, or in brackets where there are no colours.
pub(super) fn marked(out: &Out, text: &str, marks: &[(usize, usize)]) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut shown = String::new();
    let mut at = 0;
    for &(start, end) in marks {
        shown.extend(&chars[at..start]);
        shown.push_str(&out.styled(MARK, &chars[start..end].iter().collect::<String>()));
        at = end;
    }
    shown.extend(&chars[at..]);
    shown
}

fn csv(hits: &[Hit], out: &mut Out) -> Result<(), Failure> {
    let fail = |e: csv::Error| Failure::new("csv", e.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record([
            "id", "date", "paper", "page", "column", "kicker", "headline", "deck", "byline", "people",
            "partial",
        ])
        .map_err(fail)?;
    for hit in hits {
        let of = |value: &Option<String>| value.clone().unwrap_or_default();
        writer
            .write_record([
                hit.id.clone(),
                of(&hit.date),
                of(&hit.paper),
                of(&hit.page),
                of(&hit.column),
                of(&hit.kicker),
                of(&hit.headline),
                of(&hit.deck),
                hit.byline.join("、"),
                hit.people.join("、"),
                if hit.partial { "yes".to_owned() } else { String::new() },
            ])
            .map_err(fail)?;
    }
    let table = writer.into_inner().map_err(|e| Failure::new("csv", e.to_string()))?;
    // Spreadsheet programs take the file for UTF-8 only with a byte order mark.
    out.bytes("\u{FEFF}".as_bytes())?;
    out.bytes(&table)?;
    Ok(())
}

/// `qid Q0 docid rank score baoku`: the score falls with the rank by construction, since the order
/// of the answer (full matches first) is what is to be judged.
pub(super) fn trec(query_id: &str, hits: &[Hit], offset: usize, out: &mut Out) -> Result<(), Failure> {
    for (number, hit) in hits.iter().enumerate() {
        let rank = offset + number + 1;
        let id = hit.id.replace(char::is_whitespace, "_");
        out.line(&format!("{query_id} Q0 {id} {rank} {:.6} baoku", 1.0 / rank as f64))?;
    }
    Ok(())
}
