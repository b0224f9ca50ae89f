//! Tells what went wrong as `application/problem+json` (RFC 9457), naming the parameter.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::index::Error;
use crate::search::BadOption;

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(super) struct Problem {
    /// Kind of problem: a name that programs can compare.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What was wrong with this request.
    detail: String,
    /// The parameter concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// What could be sent instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail: detail.into(),
            parameter: None,
            hint: None,
        }
    }

    /// A parameter that can't be used.
    pub(super) fn parameter(name: &str, detail: impl Into<String>) -> Self {
        Self {
            parameter: Some(name.to_owned()),
            ..Self::new(StatusCode::BAD_REQUEST, "tag:baoku,2026:bad-parameter", detail)
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A question longer than is read.
    pub(super) fn too_long(name: &str, chars_max: usize) -> Self {
        Self {
            parameter: Some(name.to_owned()),
            ..Self::new(
                StatusCode::URI_TOO_LONG,
                "tag:baoku,2026:too-long",
                format!("more than {chars_max} characters are not read"),
            )
        }
    }

    /// An answer larger than is given.
    pub(super) fn too_much(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "tag:baoku,2026:too-much", detail)
    }

    /// Nothing has that address.
    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "tag:baoku,2026:not-found", detail)
    }

    pub(super) fn method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "tag:baoku,2026:method",
            "this address is not asked that way",
        )
    }

    pub(super) fn body(status: StatusCode, detail: impl Into<String>) -> Self {
        Self::new(status, "tag:baoku,2026:bad-body", detail)
    }

    /// The Host header names somebody else.
    pub(super) fn host() -> Self {
        Self::new(
            StatusCode::MISDIRECTED_REQUEST,
            "tag:baoku,2026:host",
            "the Host header names no host of this server",
        )
    }

    /// The token is not shown, or it is another.
    pub(super) fn token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "tag:baoku,2026:token",
            "this archive is read with a token: Authorization: Bearer …",
        )
    }

    pub(super) fn overloaded() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "tag:baoku,2026:overloaded", "too many requests at once")
    }

    pub(super) fn timeout() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "tag:baoku,2026:timeout", "the answer took too long")
    }

    /// What only an archive on this machine can do.
    fn absent(e: &Error) -> Self {
        let what = match e {
            Error::Cluster(error) => error.what.clone(),
            other => other.to_string(),
        };
        Self::new(StatusCode::NOT_IMPLEMENTED, "tag:baoku,2026:not-in-a-cluster", what)
    }

    /// The cluster gives no whole answer now; where it lies is nobody's matter but the log's.
    fn cluster(passing: bool) -> Self {
        let status = if passing { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::BAD_GATEWAY };
        let what = "the cluster that holds the archive gives no whole answer; a partial one is not shown";
        Self::new(status, "tag:baoku,2026:cluster", what)
    }

    /// What went wrong stands in the log and nowhere else.
    pub(super) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "tag:baoku,2026:internal",
            "the server failed; its log tells more",
        )
    }

    pub(super) const fn status(&self) -> u16 {
        self.status
    }

    pub(super) fn detail(&self) -> &str {
        &self.detail
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.parameter.as_deref()
    }
}

impl From<Error> for Problem {
    fn from(e: Error) -> Self {
        if e.is_absent() {
            return Self::absent(&e);
        }
        tracing::error!(error = %e, "the archive can't be read");
        match e {
            Error::Cluster(error) => Self::cluster(error.passing),
            _ => Self::internal(),
        }
    }
}

impl From<BadOption> for Problem {
    fn from(bad: BadOption) -> Self {
        let problem = Self::parameter(bad.name, bad.what);
        match bad.hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        // Whoever answers with pages makes one of it.
        response.extensions_mut().insert(self);
        response
    }
}
