//! The web pages: a library call a page, and a template that shows the answer.

pub(super) mod article;
pub(super) mod compare;
pub(super) mod home;
pub(super) mod issue;
pub(super) mod people;
mod picture;
pub(super) mod search;
pub(super) mod trend;

use askama::Template;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::assets;
use super::lang::{Lang, Texts};
use super::problem::Problem;
use super::state::State;

/// How long a browser keeps the language.
const LANGUAGE_SECONDS: u32 = 365 * 24 * 3600;

/// What every page is made with: its words, its address, the question in its box.
#[derive(Debug, Clone)]
pub(super) struct Shell {
    /// The words.
    t: &'static Texts,
    lang: Lang,
    /// The same page in the other language.
    switch: String,
    /// The question in the box.
    q: String,
}

impl Shell {
    fn new(lang: Lang, uri: &Uri) -> Self {
        let mut other = form_urlencoded::Serializer::new(String::new());
        let mut q = String::new();
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            if name == "q" {
                q = value.clone().into_owned();
            }
            if name != "lang" {
                other.append_pair(&name, &value);
            }
        }
        other.append_pair("lang", lang.other().code());
        Self { t: lang.texts(), lang, switch: format!("{}?{}", uri.path(), other.finish()), q }
    }

    fn style(&self) -> &'static str {
        &assets::addresses().style
    }

    fn script(&self) -> &'static str {
        &assets::addresses().script
    }

    fn icon(&self) -> &'static str {
        &assets::addresses().icon
    }

    fn lang_tag(&self) -> &'static str {
        self.lang.tag()
    }

    fn other_tag(&self) -> &'static str {
        self.lang.other().tag()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Shell {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::new(parts.extensions.get::<Lang>().copied().unwrap_or_default(), &parts.uri))
    }
}

/// The language asked for in the address, and the one in force.
fn language(uri: &Uri, headers: &HeaderMap) -> (Option<Lang>, Lang) {
    let asked = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .filter(|(name, _)| name == "lang")
        .find_map(|(_, code)| Lang::named(&code));
    let kept = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().strip_prefix("lang="))
        .find_map(Lang::named);
    (asked, asked.or(kept).unwrap_or_default())
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct Trouble {
    shell: Shell,
    problem: Problem,
}

/// Around all pages: settles the language, and makes pages of problems.
pub(super) async fn frame(mut request: Request, next: Next) -> Response {
    let (asked, lang) = language(request.uri(), request.headers());
    let uri = request.uri().clone();
    request.extensions_mut().insert(lang);
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let trouble = Trouble { shell: Shell::new(lang, &uri), problem };
        if let Ok(text) = trouble.render() {
            let (parts, _) = response.into_parts();
            response = Html(text).into_response();
            *response.status_mut() = parts.status;
            for name in [header::CACHE_CONTROL, header::RETRY_AFTER, header::ALLOW] {
                if let Some(value) = parts.headers.get(&name) {
                    response.headers_mut().insert(name, value.clone());
                }
            }
        }
    }
    if let Some(lang) = asked {
        let cookie =
            format!("lang={}; Path=/; Max-Age={LANGUAGE_SECONDS}; SameSite=Lax; HttpOnly", lang.code());
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// Makes a page where library calls run.
async fn page<T: Template>(
    state: &State,
    make: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let text = state
        .work(move || {
            make()?.render().map_err(|e| {
                tracing::error!(error = %e, "a template failed");
                Problem::internal()
            })
        })
        .await?;
    Ok(Html(text).into_response())
}

/// An address with parameters; empty ones are left out.
fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut any = false;
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
        any = true;
    }
    if any { format!("{path}?{}", query.finish()) } else { path.to_owned() }
}
