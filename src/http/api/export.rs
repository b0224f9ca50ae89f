//! Articles as files of any length, sent as they are made.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::State as With;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use tokio::sync::mpsc::{Receiver, channel};

use super::super::guard::Opened;
use super::super::openapi::BadParameter;
use super::super::parameters::Parameters;
use super::super::problem::Problem;
use super::super::state::State;
use crate::cite::{Bibliography, Style};
use crate::cluster::Store;
use crate::export::Form;
use crate::search::Request;

/// Articles made at once; a client that reads slowly holds no thread meanwhile.
const CHUNK_ARTICLES: usize = 500;
/// Chunks made before the client has taken the first.
const AHEAD_MAX: usize = 2;

/// All articles with everything a question asks, as a file.
#[utoipa::path(
    get, path = "/api/v1/export", tag = "articles",
    params(
        ("q" = Option<String>, Query, description = "The question; without it all articles."),
        ("from" = Option<String>, Query, description = "Only issues from this day on: 2026, 2026-06 or 2026-06-01."),
        ("to" = Option<String>, Query, description = "Only issues up to this day."),
        ("sort" = Option<crate::search::Sort>, Query, description = "Order of the articles; oldest unless asked otherwise, those of one day as they stand in the paper."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of articles; all unless asked otherwise."),
        ("offset" = Option<usize>, Query, minimum = 0, description = "Articles to leave out at the beginning."),
        ("literal" = Option<bool>, Query, description = "Quoted runs match only as printed."),
        ("format" = Option<String>, Query, description = "jsonl (can be indexed again), csv, markdown, gbt7714 (2025), gbt7714-2015, bibtex, ris, csl-json."),
    ),
    responses(
        (status = 200, description = "The file", content(
            (String = "application/jsonl"),
            (String = "text/csv"),
            (String = "text/markdown"),
            (String = "text/plain"),
            (String = "application/x-bibtex"),
            (String = "application/x-research-info-systems"),
            (serde_json::Value = "application/vnd.citationstyles.csl+json"),
        )),
        BadParameter,
    )
)]
pub(in crate::http) async fn export(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    let request = asked.export()?;
    let mut file = File::asked(&asked)?;
    let kind = file.media_type();
    let name = format!("attachment; filename=\"{}\"", file.name());
    let (sender, chunks) = channel(AHEAD_MAX);
    tokio::spawn(async move {
        let mut at = request.offset;
        let end = if request.limit == 0 { usize::MAX } else { at.saturating_add(request.limit) };
        loop {
            let limit = CHUNK_ARTICLES.min(end - at);
            let chunk = Request { offset: at, limit, ..request.clone() };
            let archive = archive.clone();
            let made = state.work(move || {
                let mut bytes = Vec::new();
                let given = if limit == 0 { 0 } else { file.append(&archive, &chunk, &mut bytes)? };
                let last = limit < CHUNK_ARTICLES || given < limit as u64;
                if last {
                    bytes.extend(file.end());
                }
                Ok((file, bytes, last))
            });
            let (back, bytes, last) = match made.await {
                Ok(made) => made,
                // A file that ends too early must not look whole.
                Err(_) => {
                    let _ = sender.send(Err(Broken)).await;
                    return;
                }
            };
            file = back;
            at += limit;
            let gone = !bytes.is_empty() && sender.send(Ok(Bytes::from(bytes))).await.is_err();
            if gone || last {
                return;
            }
        }
    });
    let head = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((head, Body::new(Chunks(chunks))).into_response())
}

/// A file being written.
enum File {
    Articles { form: Form, first: bool },
    References { style: Style, list: Bibliography },
}

impl File {
    fn asked(asked: &Parameters) -> Result<Self, Problem> {
        let name = asked.one("format")?.unwrap_or(Form::default().name());
        if let Some(form) = Form::named(name) {
            return Ok(Self::Articles { form, first: true });
        }
        if let Some(style) = Style::named(name) {
            return Ok(Self::References { style, list: Bibliography::new(style) });
        }
        let names: Vec<&str> =
            Form::ALL.map(Form::name).into_iter().chain(Style::ALL.map(Style::name)).collect();
        Err(Problem::parameter("format", format!("“{name}” is no format"))
            .hint(format!("one of {}", names.join(", "))))
    }

    fn media_type(&self) -> &'static str {
        match self {
            Self::Articles { form, .. } => match form {
                Form::Jsonl => "application/jsonl",
                Form::Csv => "text/csv; charset=utf-8",
                Form::Markdown => "text/markdown; charset=utf-8",
            },
            Self::References { style, .. } => style.media_type(),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Articles { form: Form::Jsonl, .. } => "baoku.jsonl",
            Self::Articles { form: Form::Csv, .. } => "baoku.csv",
            Self::Articles { form: Form::Markdown, .. } => "baoku.md",
            Self::References { style, .. } => match style {
                Style::Gbt7714 | Style::Gbt7714Of2015 => "references.txt",
                Style::Bibtex => "references.bib",
                Style::Ris => "references.ris",
                Style::CslJson => "references.json",
            },
        }
    }

    /// Appends a window of the articles; gives their number.
    fn append(&mut self, archive: &Store, window: &Request, out: &mut Vec<u8>) -> Result<u64, Problem> {
        if let Self::Articles { form, first: true } = self {
            out.extend(form.beginning());
        }
        archive.each(window, |stored| -> Result<(), Problem> {
            match self {
                Self::Articles { form, first } => {
                    out.extend(form.article(&stored, *first));
                    *first = false;
                }
                Self::References { list, .. } => out.extend(list.entry(&stored).as_bytes()),
            }
            Ok(())
        })
    }

    fn end(&self) -> &'static [u8] {
        match self {
            Self::Articles { .. } => b"",
            Self::References { list, .. } => list.clone().end().as_bytes(),
        }
    }
}

/// The archive could not be read on.
#[derive(Debug, thiserror::Error)]
#[error("the file could not be made to its end")]
struct Broken;

/// The body of the answer.
struct Chunks(Receiver<Result<Bytes, Broken>>);

impl hyper::body::Body for Chunks {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        self.0.poll_recv(cx).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }
}
