//! People and the posts they held.

use axum::Json;
use axum::extract::State as With;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::super::guard::Opened;
use super::super::openapi::{BadParameter, NotFound};
use super::super::parameters::{LIMIT, Parameters};
use super::super::problem::Problem;
use super::super::state::State;
use super::{Id, json};
use crate::cluster::Store;
use crate::people::Person;
use crate::search::{HoldingRow, PersonPage};

/// Lines of the list of people unless asked otherwise, as on the command line.
pub(in crate::http) const HOLDINGS: usize = 50;

/// People and the posts they held, best answer first.
#[utoipa::path(
    get, path = "/api/v1/people", tag = "people",
    params(
        ("post" = Option<String>, Query, description = "The post, alone or with its organ; 副区长 is never 区长."),
        ("organ" = Option<String>, Query, description = "The organ."),
        ("on" = Option<String>, Query, description = "Who held it that day: 2026-06-01."),
        ("name" = Option<String>, Query, description = "Only this name."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of lines, 50 unless asked otherwise; 0 means all."),
    ),
    responses(
        (status = 200, description = "The holdings; X-Total-Count tells how many there are", body = Vec<HoldingRow>),
        BadParameter,
    )
)]
pub(in crate::http) async fn people(
    With(state): With<State>,
    Opened(archive): Opened,
    asked: Parameters,
) -> Result<Response, Problem> {
    let limit = asked.number("limit", HOLDINGS)?;
    let query = asked.people()?;
    let (rows, total) = state
        .work(move || {
            let mut rows: Vec<HoldingRow> = archive.holdings(&query)?;
            let total = rows.len();
            rows.truncate(if limit == 0 { usize::MAX } else { limit });
            Ok((rows, total))
        })
        .await?;
    let count = (HeaderName::from_static("x-total-count"), HeaderValue::from(total));
    Ok(([count], Json(rows)).into_response())
}

/// A person: posts over time, company, quotations and the latest articles.
#[utoipa::path(
    get, path = "/api/v1/people/{id}", tag = "people",
    params(
        ("id" = String, Path, description = "The person's id: the name, with ~2 and so on where several share it."),
        ("limit" = Option<usize>, Query, minimum = 0, description = "Number of articles, quotations and companions, 10 unless asked otherwise; 0 means all."),
    ),
    responses(
        (status = 200, description = "The person", body = PersonPage),
        BadParameter,
        NotFound,
    )
)]
pub(in crate::http) async fn person(
    With(state): With<State>,
    Opened(archive): Opened,
    Id(id): Id,
    asked: Parameters,
) -> Result<Response, Problem> {
    let limit = asked.number("limit", LIMIT)?;
    json(&state, move || person_page(&archive, &id, limit)).await
}

/// The page of a person, by id or name.
pub(in crate::http) fn person_page(
    archive: &Store,
    id: &str,
    articles_max: usize,
) -> Result<PersonPage, Problem> {
    Ok(archive.person_page(person_of(archive, id)?, articles_max)?)
}

/// A person by id, or by the name where that is no id.
pub(super) fn person_of(archive: &Store, id: &str) -> Result<Person, Problem> {
    let person = match archive.person(id)? {
        Some(person) => Some(person),
        None => archive.persons_named(id)?.into_iter().next(),
    };
    match person {
        Some(person) => Ok(person),
        None => Err(Problem::not_found(archive.nobody_named(id)?)),
    }
}
