//! Styles and script of the pages, compiled in; their names change with their content, so that
//! browsers may keep them for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

/// One file.
struct Asset {
    name: String,
    kind: &'static str,
    content: &'static str,
}

/// Addresses of the files, for templates.
pub(super) struct Addresses {
    pub(super) style: String,
    pub(super) script: String,
    pub(super) icon: String,
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        asset("baoku", "css", "text/css; charset=utf-8", include_str!("../../assets/baoku.css")),
        asset("baoku", "js", "text/javascript; charset=utf-8", include_str!("../../assets/baoku.js")),
        asset("icon", "svg", "image/svg+xml", include_str!("../../assets/icon.svg")),
    ]
});

static ADDRESSES: LazyLock<Addresses> = LazyLock::new(|| {
    let [style, script, icon] = &*ASSETS;
    let address = |asset: &Asset| format!("/assets/{}", asset.name);
    Addresses { style: address(style), script: address(script), icon: address(icon) }
});

fn asset(stem: &str, extension: &str, kind: &'static str, content: &'static str) -> Asset {
    let digest = blake3::hash(content.as_bytes()).to_hex();
    Asset { name: format!("{stem}-{}.{extension}", &digest[..10]), kind, content }
}

/// Addresses of the files.
pub(super) fn addresses() -> &'static Addresses {
    &ADDRESSES
}

/// Of styles and script: a page made for others is no longer the answer.
pub(super) fn digest() -> &'static str {
    static DIGEST: LazyLock<String> = LazyLock::new(|| {
        let names: Vec<&str> = ASSETS.iter().map(|asset| asset.name.as_str()).collect();
        blake3::hash(names.join(" ").as_bytes()).to_hex()[..8].to_owned()
    });
    &DIGEST
}

/// A file by its name.
pub(super) async fn asset_named(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset =
        ASSETS.iter().find(|a| a.name == name).ok_or_else(|| Problem::not_found("no file has this name"))?;
    let headers =
        [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.content).into_response())
}
