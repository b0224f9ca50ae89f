//! Reads the pieces of a question into a tree.

use super::{
    NEAR_CHARS_MAX, NEAR_RUNS_MAX, Query, Question, Term,
    field::{self, Named},
    lex::{self, Gap, Operator, Piece, Token, is_dash, is_star},
    normal,
    notes::{Notes, quote},
};

/// Reads a question, its first `chars_max` characters, groups up to `depth_max`.
pub(super) fn question(input: &str, chars_max: usize, depth_max: usize) -> Question {
    let mut notes = Notes::default();
    let chars: Vec<char> = input.chars().take(chars_max).collect();
    if input.chars().nth(chars_max).is_some() {
        notes.add(format!("only the first {chars_max} characters of the question are read"));
    }
    let pieces = lex::pieces(&chars, &mut notes);
    let mut reader = Reader { pieces: pieces.into_iter().peekable(), depth_max, too_deep: 0, notes };
    let query = reader.group(0).unwrap_or_else(|| {
        let typed: String = chars.iter().collect();
        let typed = typed.trim_matches(lex::is_space);
        if typed.is_empty() { Query::All } else { Query::Term(Term::Literal(holdable(typed))) }
    });
    Question { query, notes: reader.notes.into_sentences() }
}

/// The text as far as quotation marks can hold it.
fn holdable(text: &str) -> String {
    if lex::is_printable(text) { text.to_owned() } else { text.chars().take(1).collect() }
}

fn left_out(run: &str) -> String {
    format!("{} holds no word: left out; quoted, it is searched exactly", quote(run))
}

struct Reader {
    pieces: std::iter::Peekable<std::vec::IntoIter<Piece>>,
    depth_max: usize,
    /// Parentheses beyond the limit that wait for being closed.
    too_deep: usize,
    notes: Notes,
}

/// What was typed where an operator stood that still waits for what it applies to.
#[derive(Default)]
struct Waiting {
    or: Option<String>,
    and: Option<String>,
    nots: Vec<String>,
}

impl Reader {
    fn note(&mut self, text: String) {
        self.notes.add(text);
    }

    /// Reads up to the parenthesis that closes this group, or to the end; `None` where nothing to
    /// search stood in it.
    fn group(&mut self, depth: usize) -> Option<Query> {
        let mut alternatives: Vec<Query> = Vec::new();
        let mut terms: Vec<Query> = Vec::new();
        let mut waiting = Waiting::default();
        let mut closed = depth == 0;
        while let Some(Piece { gap, token }) = self.pieces.next() {
            let operand = match token {
                Token::Close if self.too_deep > 0 => {
                    self.too_deep -= 1;
                    continue;
                }
                Token::Close if depth > 0 => {
                    closed = true;
                    break;
                }
                Token::Close => {
                    self.note("a closing parenthesis was never opened: left out".to_owned());
                    continue;
                }
                Token::Open => match self.inner_group(depth) {
                    Some(query) => query,
                    None => continue,
                },
                Token::Quoted(text, distance) => Query::Term(self.quoted(text, distance)),
                Token::Run(run) => {
                    match lex::operator(&run) {
                        Some(Operator::Not)
                            if gap != Gap::None || (terms.is_empty() && waiting.nots.is_empty()) =>
                        {
                            waiting.nots.push(run);
                            continue;
                        }
                        Some(Operator::Or) if !terms.is_empty() && waiting.is_free() => {
                            alternatives.push(normal::and(std::mem::take(&mut terms)));
                            waiting.or = Some(run);
                            continue;
                        }
                        Some(Operator::And) if !terms.is_empty() && waiting.is_free() => {
                            waiting.and = Some(run);
                            continue;
                        }
                        Some(_) => {
                            // A second operator in a row ends the waiting of a NOT before it.
                            self.as_words(waiting.nots.drain(..), &mut terms);
                            self.as_words([run], &mut terms);
                            waiting = Waiting { or: waiting.or, ..Waiting::default() };
                            continue;
                        }
                        None => {}
                    }
                    match self.run(&run, gap != Gap::None || terms.is_empty(), depth) {
                        Some(query) => query,
                        None => continue,
                    }
                }
            };
            let nots = std::mem::take(&mut waiting).nots.len();
            terms.push(if nots % 2 == 1 { normal::not(operand) } else { operand });
        }
        if !closed {
            self.note("a parenthesis is never closed: read as if closed at the end".to_owned());
        }
        if let (Some(or), true) = (waiting.or.take(), terms.is_empty()) {
            terms.extend(alternatives.pop());
            self.as_words([or], &mut terms);
        }
        self.as_words(waiting.and.into_iter().chain(waiting.nots), &mut terms);
        if !terms.is_empty() {
            alternatives.push(normal::and(terms));
        }
        if alternatives.is_empty() { None } else { Some(normal::or(alternatives)) }
    }

    /// The group behind an opening parenthesis that stands in a group of this depth.
    fn inner_group(&mut self, depth: usize) -> Option<Query> {
        if depth >= self.depth_max {
            self.note(format!("parentheses deeper than {} are left out", self.depth_max));
            self.too_deep += 1;
            return None;
        }
        let group = self.group(depth + 1);
        if group.is_none() {
            self.note("nothing to search stands in the parentheses: left out".to_owned());
        }
        group
    }

    /// Operators without anything to apply to.
    fn as_words(&mut self, runs: impl IntoIterator<Item = String>, terms: &mut Vec<Query>) {
        for run in runs {
            if let Some(term) = self.bare(&run) {
                self.note(format!("{} has nothing to join here: searched as text", quote(&run)));
                terms.push(Query::Term(term));
            }
        }
    }

    /// A bare run where an operand can stand; may take the pieces behind it as a field's value.
    fn run(&mut self, run: &str, starts: bool, depth: usize) -> Option<Query> {
        let (mut negated, mut rest) = self.sign(run, starts);
        // Each turn strips a field whose value it can't hold, so that the value is read anew.
        let query = loop {
            if rest.is_empty() && self.next_is_glued() {
                // A dash glued to a quotation mark or a parenthesis.
                if !negated {
                    return None;
                }
                break self.value_behind(None, depth)?;
            }
            let Some((named, value)) = field::split(rest) else {
                break Query::Term(self.bare(rest)?);
            };
            let (value_negated, bare_value) = self.sign(value, true);
            if bare_value.is_empty() && (self.next_is_glued() || (value.is_empty() && self.next_is_value())) {
                negated ^= value_negated;
                break self.value_behind(Some(named), depth)?;
            }
            if named == Named::Date && field::split(bare_value).is_some() {
                self.note(format!("{} is no date: searched as text", quote(bare_value)));
                negated ^= value_negated;
                rest = bare_value;
                continue;
            }
            let Some(term) = self.bare(bare_value) else {
                let name = rest.split([':', '：']).next().unwrap_or(rest);
                self.note(format!(
                    "nothing to search stands behind {}: searched as text",
                    quote(&format!("{name}:"))
                ));
                break Query::Term(Term::Word(name.to_owned()));
            };
            match self.in_field(named, term) {
                Ok(query) => {
                    negated ^= value_negated;
                    break query;
                }
                Err(_) => {
                    negated ^= value_negated;
                    rest = bare_value;
                }
            }
        };
        Some(if negated { normal::not(query) } else { query })
    }

    /// Whether a quotation or a group follows without a gap.
    fn next_is_glued(&mut self) -> bool {
        matches!(self.pieces.peek(), Some(Piece { gap: Gap::None, token: Token::Quoted(..) | Token::Open }))
    }

    /// Whether what follows after white space can be the value of a field.
    fn next_is_value(&mut self) -> bool {
        match self.pieces.peek() {
            Some(Piece { gap: Gap::Space, token: Token::Quoted(..) | Token::Open }) => true,
            Some(Piece { gap: Gap::Space, token: Token::Run(run) }) => {
                lex::operator(run).is_none()
                    && field::split(run).is_none()
                    && !run.starts_with(is_dash)
                    && run.contains(char::is_alphanumeric)
            }
            _ => false,
        }
    }

    /// Takes the next piece as an operand, in a field where one is named.
    fn value_behind(&mut self, named: Option<Named>, depth: usize) -> Option<Query> {
        let query = match self.pieces.next()?.token {
            Token::Quoted(text, distance) => Query::Term(self.quoted(text, distance)),
            Token::Run(run) => Query::Term(self.bare(&run)?),
            Token::Open => self.inner_group(depth)?,
            Token::Close => return None,
        };
        Some(match named {
            Some(named) => self.distributed(named, query),
            None => query,
        })
    }

    /// The tree with its free terms asked in a field; a field named within it stays.
    fn distributed(&mut self, named: Named, query: Query) -> Query {
        match query {
            Query::Term(term) => self.in_field(named, term).unwrap_or_else(Query::Term),
            Query::And(children) => {
                normal::and(children.into_iter().map(|c| self.distributed(named, c)).collect())
            }
            Query::Or(children) => {
                normal::or(children.into_iter().map(|c| self.distributed(named, c)).collect())
            }
            Query::Not(child) => normal::not(self.distributed(named, *child)),
            other @ (Query::All | Query::Field { .. } | Query::Dates(_)) => other,
        }
    }

    /// The term in a field, or itself where the field can't hold it.
    fn in_field(&mut self, named: Named, term: Term) -> Result<Query, Term> {
        let (result, note) = match field::value(named, term) {
            Ok((query, note)) => (Ok(query), note),
            Err((term, note)) => (Err(term), Some(note)),
        };
        if let Some(note) = note {
            self.note(note);
        }
        result
    }

    /// Whether a run begins with a dash that excludes, and the run without its dashes.
    fn sign<'r>(&mut self, run: &'r str, starts: bool) -> (bool, &'r str) {
        let rest = run.trim_start_matches(is_dash);
        let dashes = run.chars().take_while(|&c| is_dash(c)).count();
        if rest.contains(char::is_alphanumeric) || (rest.is_empty() && self.next_is_glued()) {
            if dashes > 1 {
                self.note(format!("{} begins with more than one dash: they are text", quote(run)));
            } else if dashes == 1 && !starts {
                self.note(format!(
                    "the dash of {} is text: to exclude put white space before it",
                    quote(run)
                ));
            }
        } else if dashes > 0 && rest.is_empty() {
            self.note(left_out(run));
        }
        (dashes == 1 && starts, rest)
    }

    /// A bare run as a term; `None`, with a note, where it holds no letter and no digit.
    fn bare(&mut self, run: &str) -> Option<Term> {
        let stem = run.trim_end_matches(is_star);
        if !stem.contains(char::is_alphanumeric) {
            if !run.is_empty() {
                self.note(left_out(run));
            }
            return None;
        }
        if stem.contains(is_star) {
            self.note(format!("in {} a star is read only at the end", quote(run)));
        }
        if stem.contains(['|', '｜']) {
            self.note(format!("in {} the bar is text: for OR put white space around it", quote(run)));
        }
        if field::split(stem).is_some() {
            self.note(format!("{} stands behind a field: searched as text", quote(run)));
        } else if let Some(name) = name_like(stem) {
            self.note(format!("no field is called {}: {} is searched as text", quote(name), quote(run)));
        }
        Some(if stem.len() < run.len() { Term::Prefix(stem.to_owned()) } else { Term::Word(run.to_owned()) })
    }

    fn quoted(&mut self, text: String, distance: Option<String>) -> Term {
        let Some(digits) = distance else { return Term::Literal(text) };
        let mut runs: Vec<String> =
            text.split(lex::is_space).filter(|run| !run.is_empty()).map(str::to_owned).collect();
        if runs.len() < 2 {
            self.note(format!("{} is one run: ~{digits} has nothing to apply to", quote(&text)));
            return Term::Literal(text);
        }
        if runs.len() > NEAR_RUNS_MAX {
            self.note(format!("of {} only the first {NEAR_RUNS_MAX} words are compared", quote(&text)));
            runs.truncate(NEAR_RUNS_MAX);
        }
        let distance_chars = digits.parse().unwrap_or(u32::MAX);
        if distance_chars > NEAR_CHARS_MAX {
            self.note(format!("~{} is read as ~{NEAR_CHARS_MAX}", quote(&digits)));
        }
        Term::Near { runs, distance_chars: distance_chars.min(NEAR_CHARS_MAX) }
    }
}

impl Waiting {
    /// Whether a joining operator can stand here: nothing else waits for an operand.
    fn is_free(&self) -> bool {
        self.or.is_none() && self.and.is_none() && self.nots.is_empty()
    }
}

/// The name somebody may have meant as a field's: that of `作者:甲`, but no time and no address.
fn name_like(run: &str) -> Option<&str> {
    let (name, value) = run.split_once([':', '：'])?;
    let short = name.chars().nth(8).is_none();
    let letters = !name.is_empty() && name.chars().all(char::is_alphabetic);
    (letters && short && !value.is_empty() && !value.starts_with("//")).then_some(name)
}
