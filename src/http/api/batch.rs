//! Many questions at once: JSON Lines in, JSON Lines out, each answer sent when it is there.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::State as With;
use axum::extract::rejection::BytesRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use serde::Serialize;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::super::guard::Opened;
use super::super::openapi::BadParameter;
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use super::unwritable;
use crate::cluster::Store;
use crate::search::{BatchAnswer, BatchError, BatchLine};

/// Answers made before the client has taken the first of them.
const AHEAD_MAX: usize = 4;

/// Many questions: each line of the body is one, and gets a line of the answer.
///
/// A line is `{"id","query"}` (or `"text"`), or the bare question; without an id it has its number.
/// A line that can't be answered gets `{"id","error"}`, and the others go on.
#[utoipa::path(
    post, path = "/api/v1/search/batch", tag = "articles",
    params(
        ("from" = Option<String>, Query, description = "Only issues from this day on: 2026, 2026-06 or 2026-06-01."),
        ("to" = Option<String>, Query, description = "Only issues up to this day."),
        ("sort" = Option<crate::search::Sort>, Query, description = "Order of the hits; relevance unless asked otherwise."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of hits for each, 10 unless asked otherwise; 0 means all."),
        ("offset" = Option<usize>, Query, minimum = 0, description = "Hits to leave out at the beginning."),
        ("facet" = Option<Vec<crate::search::Facet>>, Query, style = Form, explode, description = "Count the hits by this; may stand several times."),
        ("literal" = Option<bool>, Query, description = "Quoted runs match only as printed."),
        ("all" = Option<bool>, Query, description = "Only articles with all words."),
    ),
    request_body(content = String, content_type = "application/jsonl", description = "JSON Lines, at most 1 MiB."),
    responses(
        (status = 200, description = "An answer a line, in the order of the questions; {\"id\",\"error\"} where one can't be answered", body = BatchAnswer, content_type = "application/jsonl"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        BadParameter,
    )
)]
pub(in crate::http) async fn batch(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let body = body.map_err(|e| Problem::body(e.status(), "the body can't be read or is too large"))?;
    // What can't be used is told before the first line.
    asked.search_for("")?;
    let (sender, answers) = channel(AHEAD_MAX);
    tokio::spawn(async move {
        for (index, line) in body.split(|byte| *byte == b'\n').enumerate() {
            let Some(line) = BatchLine::read(line, index + 1) else { continue };
            // Nobody takes the answers any more.
            if send(&sender, answer(&state, &archive, &asked, line).await).await.is_none() {
                break;
            }
        }
    });
    Ok(([(header::CONTENT_TYPE, "application/jsonl")], Body::new(Lines(answers))).into_response())
}

/// A line of the answer.
#[derive(Serialize)]
#[serde(untagged)]
enum Answered {
    Well(Box<BatchAnswer>),
    Badly(BatchError),
}

async fn answer(
    state: &State,
    archive: &Store,
    asked: &Parameters,
    line: Result<BatchLine, BatchError>,
) -> Answered {
    let BatchLine { id, input } = match line {
        Ok(line) => line,
        Err(error) => return Answered::Badly(error),
    };
    let request = Parameters::length(&input, "query").and_then(|()| asked.search_for(&input));
    let call = async {
        let (request, archive) = (request?, archive.clone());
        state.work_patiently(move || Ok(archive.search(&request)?)).await
    };
    let results = tokio::time::timeout(state.options().answer_time_max, call)
        .await
        .unwrap_or_else(|_| Err(Problem::timeout()));
    match results {
        Ok(results) => Answered::Well(Box::new(BatchAnswer { id, results })),
        Err(problem) => Answered::Badly(BatchError { id, error: problem.detail().to_owned() }),
    }
}

async fn send(sender: &Sender<Bytes>, answer: Answered) -> Option<()> {
    let mut line = serde_json::to_vec(&answer).map_err(|e| unwritable(&e)).ok()?;
    line.push(b'\n');
    sender.send(line.into()).await.ok()
}

/// The body of the answer.
struct Lines(Receiver<Bytes>);

impl hyper::body::Body for Lines {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(cx).map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}
