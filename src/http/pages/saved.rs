//! The searches that are kept: with the archive, for everybody, and in the reader's browser.

use askama::Template;
use axum::extract::State as With;
use axum::response::Response;

use super::super::api::saved::alerts;
use super::super::problem::Problem;
use super::super::state::State;
use super::search::HitView;
use super::{Shell, address};
use crate::saved::Alert;

/// New articles listed of a question; the search has all of them.
const NEW_MAX: usize = 10;

#[derive(Template)]
#[template(path = "saved.html")]
struct SavedPage {
    shell: Shell,
    questions: Vec<Question>,
}

/// A question saved with the archive.
struct Question {
    name: String,
    query: String,
    href: String,
    feed: String,
    total: u64,
    count: usize,
    new: Vec<HitView>,
}

pub(in crate::http) async fn saved(With(state): With<State>, shell: Shell) -> Result<Response, Problem> {
    let archive = state.archive();
    super::page(&state, move || {
        let questions = alerts(&archive)?.iter().map(question).collect();
        Ok(SavedPage { shell, questions })
    })
    .await
}

fn question(alert: &Alert) -> Question {
    Question {
        href: address("/search", &[("q", &alert.query), ("sort", "newest"), ("all", "1")]),
        feed: address("/feed.atom", &[("q", &alert.query)]),
        total: alert.total,
        count: alert.new.len(),
        new: alert.new.iter().take(NEW_MAX).map(|hit| HitView::of(hit, &alert.query)).collect(),
        name: alert.name.clone(),
        query: alert.query.clone(),
    }
}
