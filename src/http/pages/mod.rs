//! The web pages: a library call a page, and a template that shows the answer.

pub(super) mod article;
pub(super) mod attendance;
pub(super) mod compare;
pub(super) mod docs;
pub(super) mod home;
pub(super) mod issue;
pub(super) mod issues;
pub(super) mod people;
mod picture;
pub(super) mod saved;
pub(super) mod search;
pub(super) mod source;
pub(super) mod trend;

use askama::Template;
use axum::extract::{FromRequestParts, Request, State as With};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::assets;
use super::guard::cookies;
use super::lang::{Lang, Texts};
use super::problem::Problem;
use super::state::State;

/// A label and the address it links to.
type Labelled = (String, String);

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
    let kept = cookies(headers, "lang").find_map(Lang::named);
    (asked, asked.or(kept).unwrap_or_default())
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct Trouble {
    shell: Shell,
    problem: Problem,
}

/// The form that asks for the token.
#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct Login {
    pub(super) shell: Shell,
    /// Where to go on.
    pub(super) next: String,
    /// Whether a wrong one was shown.
    pub(super) wrong: bool,
}

/// Around all pages: settles the language, and makes pages of problems.
pub(super) async fn frame(With(state): With<State>, mut request: Request, next: Next) -> Response {
    let (asked, lang) = language(request.uri(), request.headers());
    let uri = request.uri().clone();
    request.extensions_mut().insert(lang);
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let shell = Shell::new(lang, &uri);
        let text = if response.status() == StatusCode::UNAUTHORIZED {
            let next = uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
            rendered(&state, &Login { shell, next, wrong: false })
        } else {
            rendered(&state, &Trouble { shell, problem })
        };
        if let Ok(text) = text {
            let (parts, _) = response.into_parts();
            response = Html(text).into_response();
            *response.status_mut() = parts.status;
            for name in [header::CACHE_CONTROL, header::RETRY_AFTER, header::ALLOW, header::WWW_AUTHENTICATE]
            {
                if let Some(value) = parts.headers.get(&name) {
                    response.headers_mut().insert(name, value.clone());
                }
            }
        }
    }
    if let Some(lang) = asked {
        let path = state.options().base.address("/");
        let cookie =
            format!("lang={}; Path={path}; Max-Age={LANGUAGE_SECONDS}; SameSite=Lax; HttpOnly", lang.code());
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
    let addresses = state.clone();
    let text = state.work(move || rendered(&addresses, &make()?)).await?;
    Ok(Html(text).into_response())
}

/// A page with its links below the base path.
pub(super) fn rendered(state: &State, page: &impl Template) -> Result<String, Problem> {
    let text = page.render().map_err(|e| {
        tracing::error!(error = %e, "a template failed");
        Problem::internal()
    })?;
    Ok(below(state.options().base.as_str(), text))
}

/// Puts the base path before every address of this server.
///
/// Templates escape quotation marks in whatever they are given, so a quotation mark behind `href=`
/// always stands in a template, and never in a text.
fn below(base: &str, mut page: String) -> String {
    if !base.is_empty() {
        for name in ["href", "src", "action"] {
            page = page.replace(&format!(" {name}=\"/"), &format!(" {name}=\"{base}/"));
        }
    }
    page
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

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn addresses_of_this_server_get_the_base_path_and_texts_do_not() {
        let page =
            "<a href=\"/search\">/x</a><form action=\"/\"><a href=\"#p1\"><p title=\"/a\">&#34; href=&#34;/";
        assert_eq!(
            below("/b", page.to_owned()),
            "<a href=\"/b/search\">/x</a><form action=\"/b/\"><a href=\"#p1\"><p title=\"/a\">&#34; href=&#34;/"
        );
        assert_eq!(below("", page.to_owned()), page);
    }
}
