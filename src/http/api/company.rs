//! Who appears with whom, who took part how often, and in which order lists are printed.

use axum::extract::State as With;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::super::guard::Opened;
use super::super::openapi::{BadParameter, NotFound};
use super::super::parameters::{LIMIT, Parameters};
use super::super::problem::Problem;
use super::super::state::State;
use super::json;
use super::people::{HOLDINGS, person_of};
use crate::search::{Attendance, AttendanceQuery, Company, Network, OrderChange, Pair};

/// How many of the first lines are given.
fn most(limit: usize) -> usize {
    if limit == 0 { usize::MAX } else { limit }
}

/// Who appears with whom.
#[utoipa::path(
    get, path = "/api/v1/network", tag = "people",
    params(
        ("from" = Option<String>, Query, description = "Only issues from this day on: 2026, 2026-06 or 2026-06-01."),
        ("to" = Option<String>, Query, description = "Only issues up to this day."),
        ("min" = Option<usize>, Query, minimum = 0, description = "Only pairs that at least so many articles name; 1 unless asked otherwise."),
        ("format" = Option<String>, Query, description = "json, graphml or csv."),
    ),
    responses(
        (status = 200, description = "The network", content(
            (Network = "application/json"),
            (String = "application/graphml+xml"),
            (String = "text/csv"),
        )),
        BadParameter,
    )
)]
pub(in crate::http) async fn network(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    let dates = asked.days()?;
    let min = asked.number("min", 1)? as u64;
    let (kind, written): (&str, fn(&Network) -> String) = match asked.one("format")? {
        None | Some("json") => {
            return json(&state, move || Ok(archive.folder("who appears with whom")?.network(dates, min)?))
                .await;
        }
        Some("graphml") => ("application/graphml+xml; charset=utf-8", Network::graphml),
        Some("csv") => ("text/csv; charset=utf-8", Network::csv),
        Some(other) => {
            return Err(Problem::parameter("format", format!("“{other}” is no format"))
                .hint("one of json, graphml, csv"));
        }
    };
    let body = state
        .work(move || Ok(written(&archive.folder("who appears with whom")?.network(dates, min)?)))
        .await?;
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}

/// Who took part how often, month by month, as far as the paper prints a part.
#[utoipa::path(
    get, path = "/api/v1/attendance", tag = "people",
    params(
        ("from" = Option<String>, Query, description = "Only issues from this day on: 2026, 2026-06 or 2026-06-01."),
        ("to" = Option<String>, Query, description = "Only issues up to this day."),
        ("part" = Option<String>, Query, description = "Only this part: 主持, or chaired, spoke, reported, inspected, met, attended."),
        ("name" = Option<String>, Query, description = "Only this person."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of persons, 50 unless asked otherwise; 0 means all."),
    ),
    responses(
        (status = 200, description = "The matrix", body = Attendance),
        BadParameter,
    )
)]
pub(in crate::http) async fn attendance(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    let limit = most(asked.number("limit", HOLDINGS)?);
    let query =
        AttendanceQuery { dates: asked.days()?, part: asked.text("part")?, name: asked.text("name")? };
    json(&state, move || {
        let mut found = archive.folder("who took part how often")?.attendance(&query)?;
        found.rows.truncate(limit);
        Ok(found)
    })
    .await
}

/// Where two people are printed in the other order than in the list before, in order of time.
#[utoipa::path(
    get, path = "/api/v1/order", tag = "people",
    params(
        ("from" = Option<String>, Query, description = "Only issues from this day on: 2026, 2026-06 or 2026-06-01."),
        ("to" = Option<String>, Query, description = "Only issues up to this day."),
        ("name" = Option<String>, Query, description = "Only changes of this person's place."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of changes, 50 unless asked otherwise; 0 means all."),
    ),
    responses(
        (status = 200, description = "The changes", body = Vec<OrderChange>),
        BadParameter,
    )
)]
pub(in crate::http) async fn order(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    let limit = most(asked.number("limit", HOLDINGS)?);
    let (dates, name) = (asked.days()?, asked.text("name")?);
    json(&state, move || {
        let mut changes = archive.folder("changes of order")?.order_changes(dates, name.as_deref())?;
        changes.truncate(limit);
        Ok(changes)
    })
    .await
}

/// The company a person keeps; or, with a second one, where both appear.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub(in crate::http) enum Kept {
    /// Everybody who appears with the person.
    Company(Company),
    /// Both together.
    Pair(Pair),
}

/// Who appears with a person; or, with a second one, where both do.
#[utoipa::path(
    get, path = "/api/v1/company", tag = "people",
    params(
        ("person" = String, Query, description = "The person's id or name."),
        ("with" = Option<String>, Query, description = "Another person's id or name."),
        ("from" = Option<String>, Query, description = "Only issues from this day on: 2026, 2026-06 or 2026-06-01."),
        ("to" = Option<String>, Query, description = "Only issues up to this day."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of companions or articles, 10 unless asked otherwise; 0 means all."),
    ),
    responses(
        (status = 200, description = "The company kept, or both together", body = Kept),
        BadParameter,
        NotFound,
    )
)]
pub(in crate::http) async fn company(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    let (dates, limit) = (asked.days()?, asked.number("limit", LIMIT)?);
    let person = asked
        .text("person")?
        .ok_or_else(|| Problem::parameter("person", "is missing").hint("person=魏振东"))?;
    let with = asked.text("with")?;
    json(&state, move || {
        let person = person_of(&archive, &person)?;
        let Some(with) = with else {
            let mut found = archive.folder("who appears with whom")?.company(&person.id, dates)?;
            found.company.truncate(most(limit));
            return Ok(Kept::Company(found));
        };
        let other = person_of(&archive, &with)?;
        let pair =
            archive.folder("who appears with whom")?.pair(&person.id, &other.id, dates, limit)?.ok_or_else(
                || Problem::not_found(format!("no article names both {} and {}", person.id, other.id)),
            )?;
        Ok(Kept::Pair(pair))
    })
    .await
}
