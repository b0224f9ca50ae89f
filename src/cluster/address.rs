//! Where a cluster is, and as whom to speak to it.
//!
//! Secrets come from the environment or a file. They stand in no argument, no address, no log and
//! no error.

use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine as _;

use crate::index::{ClusterError, Error};

/// What an archive's name begins with where it lies in a cluster.
const SCHEMES: [(&str, &str); 2] = [("es+http://", "http://"), ("es+https://", "https://")];
/// Longest name of an archive in a cluster, in bytes: engines allow 255, and a number goes behind it.
const NAME_BYTES_MAX: usize = 200;

/// The hosts of a cluster and the name of an archive there.
///
/// ```
/// use baoku::cluster::Address;
/// let address = Address::archive("es+http://es1:9200,es2:9200/paper").unwrap().unwrap();
/// assert_eq!(address.hosts, ["http://es1:9200", "http://es2:9200"]);
/// assert_eq!(address.name, "paper");
/// assert!(Address::archive("index/built").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Addresses without a path, tried in turn.
    pub hosts: Vec<String>,
    /// The archive's name: an alias there.
    pub name: String,
}

impl Address {
    /// The address in `es+http://HOST:9200[,HOST…]/NAME`; nothing for the path of a folder.
    #[must_use]
    pub fn archive(text: &str) -> Option<Result<Self, Error>> {
        let (scheme, rest) =
            SCHEMES.iter().find_map(|(typed, scheme)| Some((*scheme, text.strip_prefix(typed)?)))?;
        let Some((hosts, name)) = rest.split_once('/').filter(|(_, name)| !name.trim_matches('/').is_empty())
        else {
            return Some(Err(bad(text, "names no archive", "es+http://HOST:9200/NAME")));
        };
        Some(Self::new(scheme, hosts, name.trim_matches('/')))
    }

    /// The address of an archive of that name in the cluster at `http://HOST:9200[,HOST…]`.
    ///
    /// # Errors
    ///
    /// Where it is no such address, where it holds a secret, or where the name can't be one.
    pub fn cluster(text: &str, name: &str) -> Result<Self, Error> {
        let plain = text.strip_prefix("es+").unwrap_or(text);
        let scheme = ["http://", "https://"].into_iter().find(|scheme| plain.starts_with(scheme));
        let Some(scheme) = scheme else {
            return Err(bad(text, "is no address of a cluster", "http://HOST:9200"));
        };
        let hosts = plain[scheme.len()..].trim_end_matches('/');
        if hosts.contains('/') {
            return Err(bad(text, "has a path", "the archive's name goes behind --index"));
        }
        Self::new(scheme, hosts, name)
    }

    fn new(scheme: &str, hosts: &str, name: &str) -> Result<Self, Error> {
        let mut found = Vec::new();
        for host in hosts.split(',') {
            let host = host.strip_prefix(scheme).unwrap_or(host);
            if host.contains('@') {
                // The address itself is not repeated: it holds a secret.
                return Err(bad(
                    "the address",
                    "holds a name or password, which others on this machine could read",
                    "set BAOKU_ES_USER and BAOKU_ES_PASSWORD, or BAOKU_ES_AUTH_FILE",
                ));
            }
            let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
            let (bare, port) = match host.strip_prefix('[') {
                // An address of IPv6 stands in brackets.
                Some(six) => match six.split_once(']') {
                    Some((six, rest)) => {
                        (six, rest.strip_prefix(':').or((rest.is_empty()).then_some("9200")))
                    }
                    None => ("", None),
                },
                None => match host.split_once(':') {
                    Some((bare, port)) => (bare, Some(port)),
                    None => (host, Some("9200")),
                },
            };
            let plain = !bare.is_empty()
                && bare.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':'));
            let Some(port) = port.filter(|port| plain && is_port(port)) else {
                return Err(bad(host, "is no host with a port", "http://HOST:9200"));
            };
            let bare = if host.starts_with('[') { format!("[{bare}]") } else { bare.to_owned() };
            found.push(format!("{scheme}{bare}:{port}"));
        }
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        let begins = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        if !begins || !name.chars().all(letter) || name.len() > NAME_BYTES_MAX {
            return Err(bad(
                name,
                "can't name an archive in a cluster",
                "small letters, digits, - _ . and a letter or digit first",
            ));
        }
        Ok(Self { hosts: found, name: name.to_owned() })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, host) in self.hosts.iter().enumerate() {
            let host = if n == 0 { host } else { host.split("//").nth(1).unwrap_or(host) };
            write!(f, "{}{host}", if n == 0 { "es+" } else { "," })?;
        }
        write!(f, "/{}", self.name)
    }
}

fn bad(place: &str, what: &str, hint: &str) -> Error {
    ClusterError {
        place: place.to_owned(),
        what: what.to_owned(),
        hint: Some(hint.to_owned()),
        passing: false,
        absent: false,
    }
    .into()
}

/// As whom to speak to a cluster; prints as nothing of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret {
    header: Option<String>,
    /// Certificates to trust instead of the machine's.
    pub authorities: Option<PathBuf>,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.header.is_some() { "Secret(…)" } else { "Secret(none)" })
    }
}

/// What a file of credentials may name.
const FILE_KEYS: [&str; 4] = ["user", "password", "api-key", "token"];

impl Secret {
    /// From `BAOKU_ES_API_KEY`, `BAOKU_ES_TOKEN`, `BAOKU_ES_USER` with `BAOKU_ES_PASSWORD`, or the file
    /// `BAOKU_ES_AUTH_FILE` with lines `user: …`, `password: …`, `api-key: …`, `token: …`;
    /// `BAOKU_ES_CA` names a file of certificates to trust.
    ///
    /// # Errors
    ///
    /// Where the file can't be read or says something else, or a password is lacking.
    pub fn from_environment() -> Result<Self, Error> {
        let of = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let mut secret = match of("BAOKU_ES_AUTH_FILE") {
            Some(file) => Self::from_file(Path::new(&file))?,
            None => Self::new(
                of("BAOKU_ES_USER"),
                of("BAOKU_ES_PASSWORD"),
                of("BAOKU_ES_API_KEY"),
                of("BAOKU_ES_TOKEN"),
            )
            .map_err(|what| bad("BAOKU_ES_USER", &what, "set BAOKU_ES_PASSWORD too"))?,
        };
        secret.authorities = of("BAOKU_ES_CA").map(PathBuf::from);
        Ok(secret)
    }

    /// From a file of credentials.
    ///
    /// # Errors
    ///
    /// Where it can't be read or says something else.
    pub fn from_file(file: &Path) -> Result<Self, Error> {
        let place = file.display().to_string();
        let text =
            std::fs::read_to_string(file).map_err(|source| Error::Io { path: file.to_owned(), source })?;
        let hint = "lines of `user: NAME` and `password: …`, or one of `api-key: …`, or of `token: …`";
        let mut values: [Option<String>; 4] = Default::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            // What stands there is not repeated.
            let wrong = || bad(&format!("{place}:{}", number + 1), "names no credential", hint);
            let (key, value) = line.split_once(':').ok_or_else(wrong)?;
            let at = FILE_KEYS.iter().position(|known| *known == key.trim()).ok_or_else(wrong)?;
            values[at] = Some(value.trim().to_owned());
        }
        let [user, password, key, token] = values;
        Self::new(user, password, key, token).map_err(|what| bad(&place, &what, hint))
    }

    fn new(
        user: Option<String>,
        password: Option<String>,
        key: Option<String>,
        token: Option<String>,
    ) -> Result<Self, String> {
        let header = match (key, token, user, password) {
            (Some(key), ..) => Some(format!("ApiKey {key}")),
            (None, Some(token), ..) => Some(format!("Bearer {token}")),
            (None, None, Some(user), Some(password)) => {
                let both = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
                Some(format!("Basic {both}"))
            }
            (None, None, Some(_), None) => return Err("has no password beside it".to_owned()),
            (None, None, None, Some(_)) => return Err("a password without a user".to_owned()),
            (None, None, None, None) => None,
        };
        if header.as_deref().is_some_and(|h| !h.bytes().all(|b| (0x20..0x7f).contains(&b))) {
            return Err("a key or token holds a character that no header can".to_owned());
        }
        Ok(Self { header, authorities: None })
    }

    /// As what it speaks, for who has to look what is wrong with it.
    pub(super) fn kind(&self) -> Option<&'static str> {
        let kind = self.header.as_deref()?.split(' ').next()?;
        Some(match kind {
            "ApiKey" => "this API key",
            "Bearer" => "this token",
            _ => "this user and password",
        })
    }

    /// The value of the header `Authorization`.
    pub(super) fn header(&self) -> Option<&str> {
        self.header.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_printed_again() {
        for text in ["es+http://h:9200/paper", "es+https://a.b:9243,c:1/x-1", "es+http://[::1]:9200/x"] {
            assert_eq!(Address::archive(text).unwrap().unwrap().to_string(), text);
        }
        let address = Address::cluster("http://h", "x").unwrap();
        assert_eq!(address.hosts, ["http://h:9200"]);
    }

    #[test]
    fn what_is_no_address_is_told_and_a_secret_is_not_repeated() {
        for text in
            ["es+http://h:9200", "es+http://h:9200/", "es+http://h:0/x", "es+http://h:9200/X", "es+http:///x"]
        {
            assert!(Address::archive(text).unwrap().is_err(), "{text}");
        }
        let told = Address::archive("es+http://kim:sesam@h:9200/x").unwrap().unwrap_err();
        assert!(!told.to_string().contains("sesam") && !format!("{told:?}").contains("sesam"));
        assert!(Address::cluster("ftp://h", "x").is_err());
    }

    #[test]
    fn a_secret_never_prints() {
        let secret = Secret::new(Some("kim".into()), Some("sesam".into()), None, None).unwrap();
        assert_eq!(secret.header(), Some("Basic a2ltOnNlc2Ft"));
        assert!(!format!("{secret:?}").contains("a2lt"));
        assert!(Secret::new(Some("kim".into()), None, None, None).is_err());
        assert!(Secret::new(None, None, Some("a\nb".into()), None).is_err());
    }
}
