//! What surrounds every route: whom it answers, how long it may take, what it tells browsers.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use axum::extract::{FromRequestParts, MatchedPath, Request, State as With};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use tower_http::cors::{AllowOrigin, CorsLayer};

use super::lang::Lang;
use super::options::{Options, Token};
use super::problem::Problem;
use super::server::Peer;
use super::state::State;
use crate::cluster::Store;

/// Everything a page uses is this server's own; no script or style stands in the markup.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; frame-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A printed page as PDF is shown within the page of its text, by the browser's own viewer.
const POLICY_OF_PDF: &str = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; \
    frame-ancestors 'self'";

/// The hosts this server goes by. A page of another name that resolves to this machine must not
/// read the archive through its visitor's browser (DNS rebinding).
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    address: SocketAddr,
    names: Vec<String>,
}

impl Hosts {
    pub(super) const fn new(address: SocketAddr, names: Vec<String>) -> Self {
        Self { address, names }
    }

    /// Whether a Host header names this server.
    fn know(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.rsplit_once(':').map_or(host, |(name, _)| name),
        };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        if name == "localhost" || name.ends_with(".localhost") {
            return true;
        }
        if self.names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            return true;
        }
        // A server that listens on all addresses of its machine has no list of them; an address
        // can't be rebound, only a name can.
        name.parse::<IpAddr>()
            .is_ok_and(|ip| ip.is_loopback() || ip == self.address.ip() || self.address.ip().is_unspecified())
    }
}

/// Refuses requests meant for somebody else.
pub(super) async fn host(With(state): With<State>, request: Request, next: Next) -> Response {
    let host = request
        .uri()
        .authority()
        .map(|a| a.as_str().to_owned())
        .or_else(|| request.headers().get(header::HOST)?.to_str().ok().map(str::to_owned));
    if host.is_some_and(|host| state.hosts().know(&host)) {
        next.run(request).await
    } else {
        Problem::host().into_response()
    }
}

/// Ends what takes too long.
pub(super) async fn hurry(With(state): With<State>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(state.options().answer_time_max, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::timeout().into_response(),
    }
}

/// Largest body of a request.
pub(super) const BODY_BYTES_MAX: usize = 1 << 20;

/// Turns bodies away that say themselves that they are too large, before anything of them is read;
/// those that don't say are cut off where they are read.
pub(super) async fn size(request: Request, next: Next) -> Response {
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|bytes| bytes > BODY_BYTES_MAX as u64) {
        let detail = format!("a body of more than {BODY_BYTES_MAX} bytes is not read");
        return Problem::body(StatusCode::PAYLOAD_TOO_LARGE, detail).into_response();
    }
    next.run(request).await
}

/// Counts and logs every answer. Questions are not logged, nor are headers: what a newsroom looks
/// for is its own, and a token is nobody's else.
pub(super) async fn observe(With(state): With<State>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let uri = request.uri().clone();
    let peer = request.extensions().get::<Peer>().copied();
    let response = next.run(request).await;
    let took = started.elapsed();
    let status = response.status().as_u16();
    // An invented method is no label.
    let label = match method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    };
    state.metrics().count(route.as_ref().map_or("none", MatchedPath::as_str), label, status, took);
    let ms = (took.as_secs_f64() * 1e5).round() / 100.0;
    let peer = peer.map(|peer| tracing::field::display(peer.0.ip()));
    tracing::info!(target: "baoku::access", peer, %method, path = uri.path(), status, ms);
    response
}

/// Lets only those in who show the token, where there is one. Whether the server lives is told to
/// everybody, and what the form to show the token with is made of.
pub(super) async fn token(With(state): With<State>, request: Request, next: Next) -> Response {
    let Some(token) = &state.options().token else { return next.run(request).await };
    let path = request.uri().path();
    let open =
        matches!(path, "/healthz" | "/readyz" | "/robots.txt" | "/login") || path.starts_with("/assets/");
    if open || shows(token, request.headers()) {
        next.run(request).await
    } else {
        let mut response = Problem::token().into_response();
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        response
    }
}

/// Whether a request shows the token, in its own header or in the cookie that stands for it.
fn shows(token: &Token, headers: &HeaderMap) -> bool {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    bearer.is_some_and(|(_, word)| token.opens(word))
        || cookies(headers, "baoku").any(|kept| token.was_kept(kept))
}

/// The values of a cookie.
pub(super) fn cookies<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(move |pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Which other sites' scripts may read answers: none unless the operator names some. Cookies are
/// never read for them.
pub(super) fn cors(options: &Options) -> Option<CorsLayer> {
    if options.origins.is_empty() {
        return None;
    }
    let any = options.origins.iter().any(|origin| origin.as_str() == "*");
    let named: Vec<HeaderValue> =
        options.origins.iter().filter_map(|o| HeaderValue::from_str(o.as_str()).ok()).collect();
    // Answers for programs; pages stay their readers' own.
    let readable = |path: &str| path.starts_with("/api/") || matches!(path, "/feed.atom" | "/openapi.json");
    let allowed = AllowOrigin::predicate(move |origin, request: &Parts| {
        (any || named.contains(origin)) && readable(request.uri.path())
    });
    let layer = CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_NONE_MATCH])
        .expose_headers([header::ETAG, header::RETRY_AFTER, HeaderName::from_static("x-total-count")])
        .max_age(std::time::Duration::from_secs(3600));
    Some(layer)
}

/// What browsers are told of every answer; where to go is told below the base path.
pub(super) async fn headers(With(state): With<State>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Some(Ok(inner)) = headers.get(header::LOCATION).map(HeaderValue::to_str)
        && inner.starts_with('/')
        && let Ok(outer) = HeaderValue::from_str(&state.options().base.address(inner))
    {
        headers.insert(header::LOCATION, outer);
    }
    let pdf = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/pdf");
    let (policy, frames) =
        if pdf { (POLICY_OF_PDF, "SAMEORIGIN") } else { (CONTENT_SECURITY_POLICY, "DENY") };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, frames),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The archive a request is answered from, one and the same to its end.
#[derive(Clone)]
pub(super) struct Opened(pub(super) Store);

impl FromRequestParts<State> for Opened {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self(state.archive())))
    }
}

/// Lets clients ask whether what they have is still the answer: it is while the archive, the
/// program and the language are the same.
pub(super) async fn fresh(With(state): With<State>, mut request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let archive = state.archive();
    let lang = request.extensions().get::<Lang>().copied().unwrap_or_default();
    let generation = archive.generation();
    let digest = generation.manifest.digest.get(..12).unwrap_or_default();
    let (program, look) = (env!("CARGO_PKG_VERSION"), super::assets::digest());
    let tag = format!("W/\"{}-{digest}-{program}-{look}-{}\"", generation.number, lang.code());
    let known = names_tag(request.headers(), &tag);
    request.extensions_mut().insert(Opened(archive));
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { next.run(request).await };
    if matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        headers.append(header::VARY, HeaderValue::from_static("cookie"));
    }
    response
}

/// Whether the client has the answer with that tag. Tags are weak: the time taken differs.
fn names_tag(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = tag.trim_start_matches("W/");
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| one.trim().trim_start_matches("W/") == opaque)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_and_the_own_address_are_answered() {
        let hosts = Hosts::new("192.168.1.5:7878".parse().unwrap(), vec!["archive.office".to_owned()]);
        for host in [
            "localhost",
            "LOCALHOST:7878",
            "127.0.0.1:1",
            "[::1]:7878",
            "192.168.1.5",
            "a.localhost",
            "Archive.office:80",
        ] {
            assert!(hosts.know(host), "{host}");
        }
        for host in
            ["", "evil.example", "evil.example:7878", "192.168.1.6", "localhost.evil.example", "[::2]"]
        {
            assert!(!hosts.know(host), "{host}");
        }
        assert!(Hosts::new("0.0.0.0:7878".parse().unwrap(), Vec::new()).know("192.168.1.6:7878"));
    }
}
