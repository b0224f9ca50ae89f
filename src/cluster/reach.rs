//! Makes connections to hosts, safe ones where that is asked, and says why one is not made.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

use super::address::Secret;
use super::fault::fault;
use crate::index::{ClusterError, Error};

/// Time to reach a host.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);
/// Time for one answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(120);
/// Where systems keep the certificates they trust.
const AUTHORITIES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
];

/// Why a host was not reached, or its answer did not arrive; nothing of what was sent is repeated.
pub(super) fn unreached(place: &str, error: &ureq::Error) -> ClusterError {
    let passing =
        |what: String, hint: Option<&str>| ClusterError { passing: true, ..fault(place, what, hint) };
    match error {
        ureq::Error::Io(e) => match tls(e) {
            Some(e) => unsafely(place, e),
            None if e.kind() == io::ErrorKind::ConnectionRefused => passing(
                "nobody listens there".to_owned(),
                Some("is the cluster running, and is the port right"),
            ),
            None => passing(format!("the connection broke: {e}"), plainly(place)),
        },
        ureq::Error::Rustls(e) => unsafely(place, e),
        ureq::Error::Tls(e) => fault(place, format!("no safe connection: {e}"), None),
        ureq::Error::HostNotFound => passing("there is no such host".to_owned(), None),
        ureq::Error::Timeout(which) => passing(format!("no answer in time ({which})"), None),
        ureq::Error::ConnectionFailed => passing("the host can't be reached".to_owned(), None),
        ureq::Error::Protocol(e) => passing(format!("an answer that is no HTTP: {e}"), plainly(place)),
        ureq::Error::Decompress(_, e) => passing(format!("the answer arrived damaged: {e}"), None),
        ureq::Error::BodyExceedsLimit(bytes) => {
            fault(place, format!("an answer of more than {bytes} bytes"), None)
        }
        other => fault(place, other.to_string(), None),
    }
}

/// What may be wrong where a host gives no proper answer.
fn plainly(place: &str) -> Option<&'static str> {
    Some(if place.starts_with("https://") {
        "where it speaks plain HTTP it is named with http://"
    } else {
        "where it speaks TLS it is named with https://"
    })
}

/// Why no safe connection is made.
fn unsafely(place: &str, error: &rustls::Error) -> ClusterError {
    let hint = match error {
        rustls::Error::InvalidMessage(_) => "where it speaks plain HTTP it is named with http://",
        rustls::Error::InvalidCertificate(rustls::CertificateError::NotValidForName)
        | rustls::Error::InvalidCertificate(rustls::CertificateError::NotValidForNameContext { .. }) => {
            "name the host as its certificate does"
        }
        _ => "BAOKU_ES_CA names a file of certificates to trust",
    };
    fault(place, format!("no safe connection: {error}"), Some(hint))
}

/// What rustls says, where it is the cause of an error of the connection.
fn tls(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref::<rustls::Error>()
}

/// What makes connections, with whom is trusted.
pub(super) fn agent(secret: &Secret) -> Result<Agent, Error> {
    let mut tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()));
    if let Some(roots) = authorities(secret)? {
        tls = tls.root_certs(RootCerts::new_with_certs(&roots));
    }
    let config = Agent::config_builder()
        .http_status_as_error(false)
        // Credentials are sent to the host that was named, and to no other.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .user_agent(concat!("baoku/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(CONNECT_TIME_MAX))
        .timeout_global(Some(ANSWER_TIME_MAX))
        .tls_config(tls.build())
        .build();
    Ok(config.new_agent())
}

/// The certificates to trust: those of the named file, else those of the system.
fn authorities(secret: &Secret) -> Result<Option<Vec<Certificate<'static>>>, Error> {
    let named = secret.authorities.as_deref();
    let Some(path) = named.or_else(|| AUTHORITIES.iter().map(Path::new).find(|path| path.is_file())) else {
        return Ok(Some(Vec::new()));
    };
    let bytes = std::fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    let found: Vec<Certificate<'static>> = parse_pem(&bytes)
        .filter_map(Result::ok)
        .filter_map(|item| if let PemItem::Certificate(one) = item { Some(one) } else { None })
        .collect();
    if found.is_empty() && named.is_some() {
        let place = path.display().to_string();
        return Err(fault(&place, "holds no certificate", Some("certificates in PEM form")).into());
    }
    Ok(Some(found))
}
