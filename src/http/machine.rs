//! What machines that look after the server ask: is it alive, is it ready, how is it doing.

use axum::Json;
use axum::extract::State as With;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::problem::Problem;
use super::state::State;

/// How the server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(super) struct Health {
    /// Always `ok`: a server that isn't does not answer.
    status: &'static str,
    /// The archive's generation.
    generation: u64,
    /// Articles served.
    articles: u64,
}

/// Whether the server runs.
#[utoipa::path(
    get, path = "/healthz", tag = "server",
    responses((status = 200, description = "It runs", body = Health))
)]
pub(super) async fn healthz(With(state): With<State>) -> Response {
    let archive = state.archive();
    let generation = archive.generation();
    Json(Health { status: "ok", generation: generation.number, articles: generation.articles })
        .into_response()
}

/// Whether the server can answer questions now.
#[utoipa::path(
    get, path = "/readyz", tag = "server",
    responses(
        (status = 200, description = "It can", body = Health),
    )
)]
pub(super) async fn readyz(With(state): With<State>) -> Result<Response, Problem> {
    let archive = state.archive();
    state
        .work(move || {
            archive.count(&crate::search::Request::new(""))?;
            Ok(())
        })
        .await?;
    Ok(healthz(With(state)).await)
}

/// Numbers for Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "server",
    responses((status = 200, description = "Counters, histograms and gauges", body = String, content_type = "text/plain"))
)]
pub(super) async fn metrics(With(state): With<State>) -> Response {
    let archive = state.archive();
    let generation = archive.generation();
    let (known, read) = (state.clone(), archive.clone());
    // Not counted among the searches: a server that is too busy is looked at first of all.
    let size = tokio::task::spawn_blocking(move || known.stats(&read)).await;
    let index_bytes = size.ok().and_then(Result::ok).map_or(f64::NAN, |stats| stats.index_bytes as f64);
    let (running, waiting) = state.load();
    let text = state.metrics().text(&[
        ("baoku_index_bytes", "Bytes of the index on disk.", index_bytes),
        ("baoku_running", "Library calls that run now.", running as f64),
        ("baoku_waiting", "Requests that wait for their turn.", waiting as f64),
        ("baoku_articles", "Articles served.", generation.articles as f64),
        ("baoku_people", "People of the archive.", generation.persons as f64),
        ("baoku_text_bytes", "Bytes of searchable text.", generation.text_bytes as f64),
        ("baoku_generation", "Generation of the archive.", generation.number as f64),
        ("baoku_reloads", "Times another state of the archive was served.", state.reloads() as f64),
        ("baoku_uptime_seconds", "Seconds since the start.", state.uptime_seconds() as f64),
    ]);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
