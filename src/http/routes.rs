//! Which address is answered by what, and what surrounds them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::problem::Problem;
use super::state::State;
use super::{api, assets, feed, guard, login, machine, openapi, pages, sitemap};

/// All routes.
pub(super) fn router(state: State) -> Router {
    let answers = Router::new()
        .route("/api/v1/search", get(api::search::search).post(api::search::search_body))
        .route("/api/v1/search/batch", post(api::batch::batch))
        .route("/api/v1/articles/{*id}", get(api::articles::article))
        .route("/api/v1/pages/{*id}", get(api::articles::page))
        .route("/api/v1/people", get(api::people::people))
        .route("/api/v1/people/{*id}", get(api::people::person))
        .route("/api/v1/network", get(api::company::network))
        .route("/api/v1/attendance", get(api::company::attendance))
        .route("/api/v1/order", get(api::company::order))
        .route("/api/v1/company", get(api::company::company))
        .route("/api/v1/suggest", get(api::search::suggest))
        .route("/api/v1/trend", get(api::trend::trend))
        .route("/api/v1/compare", get(api::trend::compare))
        .route("/api/v1/export", get(api::export::export))
        .route("/api/v1/issues", get(api::archive::issues))
        .route("/api/v1/stats", get(api::archive::stats))
        .route("/api/v1/stats/issues", get(api::archive::issue_states))
        .route("/feed.atom", get(feed::atom))
        .layer(from_fn_with_state(state.clone(), guard::fresh))
        // Saved questions change without the archive.
        .route("/api/v1/saved", get(api::saved::saved))
        .layer(from_fn_with_state(state.clone(), guard::hurry))
        .layer(from_fn(openapi::described))
        .layer(from_fn_with_state(state.clone(), guard::token));
    let machine = Router::new()
        .route("/healthz", get(machine::healthz))
        .route("/readyz", get(machine::readyz))
        .route("/metrics", get(machine::metrics))
        .route("/openapi.json", get(openapi::openapi))
        .route("/opensearch.xml", get(feed::opensearch))
        .route("/robots.txt", get(sitemap::robots))
        .route("/sitemap.xml", get(sitemap::sitemaps))
        .route("/sitemap/{name}", get(sitemap::sitemap))
        .route("/assets/{name}", get(assets::asset_named))
        .route("/api/{*rest}", axum::routing::any(nothing))
        .route("/api", axum::routing::any(nothing))
        .layer(from_fn_with_state(state.clone(), guard::hurry))
        .layer(from_fn_with_state(state.clone(), guard::token));
    let pages = Router::new()
        .route("/", get(pages::home::home))
        .route("/search", get(pages::search::search))
        .route("/articles/{*id}", get(pages::article::article))
        .route("/pages/{*id}", get(pages::issue::issue))
        .route("/trend", get(pages::trend::trend))
        .route("/compare", get(pages::compare::compare))
        .route("/issues", get(pages::issues::issues))
        .route("/source/{*id}", get(pages::source::source))
        .route("/attendance", get(pages::attendance::attendance))
        .route("/people", get(pages::people::ledger))
        .route("/people/{*id}", get(pages::people::person))
        .layer(from_fn_with_state(state.clone(), guard::fresh))
        // Saved questions change without the archive.
        .route("/saved", get(pages::saved::saved))
        .route("/docs", get(pages::docs::docs))
        .route("/login", get(login::form).post(login::show))
        .fallback(nothing)
        // Within the frame, which makes pages of what goes wrong.
        .layer(CatchPanicLayer::custom(|_| Problem::internal().into_response()))
        .layer(from_fn_with_state(state.clone(), guard::hurry))
        .layer(from_fn_with_state(state.clone(), guard::token))
        .layer(from_fn_with_state(state.clone(), pages::frame));
    answers
        .merge(machine)
        .merge(pages)
        .method_not_allowed_fallback(wrong_method)
        .layer(tower::util::option_layer(guard::cors(state.options())))
        .layer(CatchPanicLayer::custom(|_| Problem::internal().into_response()))
        .layer(CompressionLayer::new().gzip(true))
        .layer(DefaultBodyLimit::max(guard::BODY_BYTES_MAX))
        .layer(from_fn(guard::size))
        .layer(from_fn_with_state(state.clone(), guard::host))
        .layer(from_fn_with_state(state.clone(), guard::headers))
        .layer(from_fn_with_state(state.clone(), guard::observe))
        .with_state(state)
}

async fn nothing() -> Response {
    Problem::not_found("nothing has this address").into_response()
}

async fn wrong_method() -> (StatusCode, Response) {
    (StatusCode::METHOD_NOT_ALLOWED, Problem::method().into_response())
}
