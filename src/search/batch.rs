//! Reads the lines of a batch of questions, and counts what answers one.

use serde::Serialize;

use super::answer::{QueryEcho, Request, Total};
use super::{Archive, Results};
use crate::index::Error;

/// A question of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchLine {
    /// Given with the question, or the number of its line, from 1.
    pub id: String,
    /// The question as typed.
    pub input: String,
}

/// The answer to a question of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct BatchAnswer {
    /// The question's id.
    pub id: String,
    /// The answer.
    #[serde(flatten)]
    pub results: Results,
}

/// A line of a batch that can't be read as a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BatchError {
    /// The number of the line, from 1.
    pub id: String,
    /// What is wrong with it.
    pub error: String,
}

impl BatchLine {
    /// Reads a line: `{"id","query"}` (or `"text"`), or the bare question. `None` for a blank one.
    ///
    /// # Errors
    ///
    /// What is wrong with a line that looks like JSON and is no question.
    ///
    /// ```
    /// use baoku::search::BatchLine;
    /// let line = BatchLine::read("{\"query\":\"水利\"}".as_bytes(), 7).unwrap().unwrap();
    /// assert_eq!((line.id.as_str(), line.input.as_str()), ("7", "水利"));
    /// ```
    pub fn read(bytes: &[u8], number: usize) -> Option<Result<Self, BatchError>> {
        let line = String::from_utf8_lossy(bytes);
        let line = line.trim_start_matches('\u{FEFF}').trim();
        if line.is_empty() {
            return None;
        }
        Some(question(line, number).map_err(|error| BatchError { id: number.to_string(), error }))
    }
}

fn question(line: &str, number: usize) -> Result<BatchLine, String> {
    if !line.starts_with('{') {
        return Ok(BatchLine { id: number.to_string(), input: line.to_owned() });
    }
    let value: serde_json::Value = serde_json::from_str(line).map_err(|e| format!("no JSON: {e}"))?;
    let id = match value.get("id") {
        None | Some(serde_json::Value::Null) => number.to_string(),
        Some(serde_json::Value::String(id)) => id.clone(),
        Some(other) => other.to_string(),
    };
    let input = value.get("query").or_else(|| value.get("text")).and_then(serde_json::Value::as_str);
    input.map(|input| BatchLine { id, input: input.to_owned() }).ok_or_else(|| "no member “query”".to_owned())
}

/// The number of articles that answer a question, without any of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Counted {
    /// What was asked and how it was read.
    pub query: QueryEcho,
    /// Articles with everything asked.
    pub total: Total,
}

impl Archive {
    /// Counts what answers a question.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn counted(&self, request: &Request) -> Result<Counted, Error> {
        let value = self.count(request)?;
        Ok(Counted {
            query: QueryEcho {
                input: request.input.clone(),
                parsed: request.question.query.to_string(),
                notes: request.question.notes.clone(),
            },
            total: Total { value, exact: true },
        })
    }
}
