//! What the operator decides: names, limits, who may read.

use std::str::FromStr;
use std::time::Duration;

/// Characters of the shortest token: shorter ones can be guessed.
const TOKEN_CHARS_MIN: usize = 16;

/// What the operator decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Names this server goes by, beside loopback names and the address it listens on.
    pub hosts: Vec<String>,
    /// Where a proxy shows this server.
    pub base: BasePath,
    /// What readers have to show; everybody may read where there is none.
    pub token: Option<Token>,
    /// Other sites whose scripts may read the answers.
    pub origins: Vec<Origin>,
    /// Whether crawlers are told what there is.
    pub publish: bool,
    /// How long an answer may take.
    pub answer_time_max: Duration,
    /// Library calls that run at once.
    pub running_max: usize,
    /// Requests that may wait for their turn; more are turned away at once.
    pub waiting_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            hosts: Vec::new(),
            base: BasePath::default(),
            token: None,
            origins: Vec::new(),
            publish: false,
            answer_time_max: Duration::from_secs(20),
            // While one waits for the disk another computes.
            running_max: cores * 2,
            // Those behind would be answered too late.
            waiting_max: 256,
        }
    }
}

/// The path below which a proxy shows this server: `/archive`; empty at the top.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BasePath(String);

impl BasePath {
    /// The path without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An address of this server, as browsers have to ask for it.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The path behind the base path; `None` where it does not begin so.
    pub(super) fn inner<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(&self.0)?;
        match rest {
            "" => Some("/"),
            rest if rest.starts_with('/') => Some(rest),
            _ => None,
        }
    }
}

impl FromStr for BasePath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = text.trim().trim_end_matches('/');
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~/".contains(c);
        if !path.is_empty() && !path.starts_with('/') {
            return Err(format!("“{text}” does not begin with a slash"));
        }
        if !path.chars().all(plain) || path.split('/').skip(1).any(|part| matches!(part, "" | "." | "..")) {
            return Err(format!("“{text}” is no plain path: letters, digits, - _ . ~ between slashes"));
        }
        Ok(Self(path.to_owned()))
    }
}

/// A site whose scripts may read answers: `https://desk.example`, or `*` for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// As browsers send it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let plain = |host: &str| {
            !host.is_empty() && host.bytes().all(|b| b.is_ascii_graphic() && !b"/?#@\\".contains(&b))
        };
        if text == "*" || host.is_some_and(plain) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(format!("“{text}” is no origin such as https://desk.example"))
        }
    }
}

/// The word that opens the archive. Only its checksums are kept, and they are compared in constant
/// time; printing one shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    shown: blake3::Hash,
    kept: blake3::Hash,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl FromStr for Token {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err("the token holds white space or characters beyond ASCII".to_owned());
        }
        if text.len() < TOKEN_CHARS_MIN {
            return Err(format!("the token has less than {TOKEN_CHARS_MIN} characters"));
        }
        let kept = blake3::derive_key("baoku 2026 cookie of a reader", text.as_bytes());
        Ok(Self { shown: blake3::hash(text.as_bytes()), kept: kept.into() })
    }
}

impl Token {
    /// Whether this is the word.
    pub(super) fn opens(&self, shown: &str) -> bool {
        // Checksums are compared in constant time.
        blake3::hash(shown.trim().as_bytes()) == self.shown
    }

    /// What a browser keeps instead of the word, which can't be found out from it.
    pub(super) fn kept(&self) -> String {
        self.kept.to_hex().to_string()
    }

    /// Whether a browser kept it.
    pub(super) fn was_kept(&self, cookie: &str) -> bool {
        blake3::Hash::from_hex(cookie).is_ok_and(|kept| kept == self.kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_is_a_plain_path() {
        let base = |text: &str| text.parse::<BasePath>().map(|b| b.as_str().to_owned());
        assert_eq!(base("/archive/"), Ok("/archive".to_owned()));
        assert_eq!(base("/"), Ok(String::new()));
        for bad in ["archive", "/a//b", "/a/../b", "/a b", "/a\"b", "/a?b", "//evil.example"] {
            assert!(base(bad).is_err(), "{bad}");
        }
        let base: BasePath = "/a/b".parse().unwrap();
        assert_eq!(base.inner("/a/b"), Some("/"));
        assert_eq!(base.inner("/a/b/search"), Some("/search"));
        assert_eq!(base.inner("/a/bc"), None);
        assert_eq!(BasePath::default().inner("/search"), Some("/search"));
    }

    #[test]
    fn a_token_opens_and_tells_nothing() {
        let word = "correct-horse-battery";
        let token: Token = format!(" {word}\n").parse().unwrap();
        assert!(token.opens(word) && !token.opens("correct-horse-batterz") && !token.opens(""));
        assert!(token.was_kept(&token.kept()) && !token.was_kept(word) && !token.was_kept(""));
        assert!(!format!("{token:?}").contains("correct"));
        for bad in ["short", "with a space in it", "报库报库报库报库报库报库"] {
            let told = bad.parse::<Token>().unwrap_err();
            assert!(!told.contains(bad));
        }
    }

    #[test]
    fn an_origin_has_a_scheme_and_no_path() {
        assert!("*".parse::<Origin>().is_ok() && "https://Desk.example:8443".parse::<Origin>().is_ok());
        for bad in ["desk.example", "https://", "https://a/b", "ftp://a", "null"] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
    }
}
