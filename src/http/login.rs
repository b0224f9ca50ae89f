//! The form where a browser shows the token, and the cookie that stands for it from then on.

use axum::body::Bytes;
use axum::extract::State as With;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::feed::over_tls;
use super::pages::{Login, Shell, rendered};
use super::parameters::Parameters;
use super::problem::Problem;
use super::state::State;

/// How long a browser keeps the cookie.
const KEPT_SECONDS: u32 = 30 * 24 * 3600;

/// The form.
pub(super) async fn form(
    With(state): With<State>,
    shell: Shell,
    asked: Parameters,
) -> Result<Response, Problem> {
    if state.options().token.is_none() {
        return Ok(Redirect::to("/").into_response());
    }
    let next = within(asked.one("next")?);
    Ok(Html(rendered(&state, &Login { shell, next, wrong: false })?).into_response())
}

/// Takes the token, and goes on to the page that was asked for.
pub(super) async fn show(
    With(state): With<State>,
    shell: Shell,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let asked = Parameters::read(&String::from_utf8_lossy(&body));
    let next = within(asked.one("next")?);
    let Some(token) = &state.options().token else { return Ok(Redirect::to("/").into_response()) };
    if !asked.one("token")?.is_some_and(|word| token.opens(word)) {
        let page = rendered(&state, &Login { shell, next, wrong: true })?;
        return Ok((StatusCode::UNAUTHORIZED, Html(page)).into_response());
    }
    let (path, secure) =
        (state.options().base.address("/"), if over_tls(&headers) { "; Secure" } else { "" });
    let cookie = format!(
        "baoku={}; Path={path}; Max-Age={KEPT_SECONDS}; SameSite=Lax; HttpOnly{secure}",
        token.kept()
    );
    let mut response = Redirect::to(&next).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// An address of this server, and no other: a form's field is anybody's word.
fn within(next: Option<&str>) -> String {
    let local = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
    };
    next.filter(local).unwrap_or("/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn a_login_never_leads_elsewhere() {
        assert_eq!(within(Some("/search?q=%E6%B0%B4")), "/search?q=%E6%B0%B4");
        for bad in ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nb", "javascript:x"] {
            assert_eq!(within(Some(bad)), "/", "{bad}");
        }
    }
}
