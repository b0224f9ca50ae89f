//! Speaks HTTP to the hosts of a cluster: tries again where that can help, and never waits for ever.
//!
//! Everything sent may be sent twice: documents carry their ids, and questions change nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::http::{Request, Response};
use ureq::{Agent, Body};

use super::address::{Address, Secret};
use super::fault::{NO_MASTER, fault, refused, whole};
use super::reach::{agent, unreached};
use crate::index::{ClusterError, Error};

/// How long a cluster is waited for, in seconds, unless `BAOKU_ES_PATIENCE` says otherwise.
const PATIENCE_SECONDS: u64 = 60;
/// First pause before a request is sent again; doubled each time.
const PAUSE_FIRST: Duration = Duration::from_millis(100);
/// Longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(10);
/// Largest answer read, in bytes.
const ANSWER_BYTES_MAX: u64 = 512 << 20;
/// What a body holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// One JSON document.
    Json,
    /// JSON Lines.
    Lines,
}

impl Content {
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Lines => "application/x-ndjson",
        }
    }
}

/// Which engine a cluster runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// `Elasticsearch` or `OpenSearch`.
    pub name: &'static str,
    /// Its version as it says.
    pub version: String,
}

/// A cluster that can be spoken to; a clone shares its connections.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    hosts: Arc<Vec<String>>,
    /// The host that answered last.
    host: Arc<AtomicUsize>,
    secret: Secret,
    patience: Duration,
    product: Product,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("hosts", &self.hosts).field("product", &self.product).finish()
    }
}

impl Client {
    /// Reaches a cluster and checks that it runs an engine of a version that is understood.
    ///
    /// # Errors
    ///
    /// Where no host answers, where the credentials are not taken, or where something else answers.
    pub fn connect(address: &Address, secret: Secret) -> Result<Self, Error> {
        let patience = std::env::var("BAOKU_ES_PATIENCE").ok().and_then(|s| s.parse().ok());
        let mut client = Self {
            agent: agent(&secret)?,
            hosts: Arc::new(address.hosts.clone()),
            host: Arc::new(AtomicUsize::new(0)),
            secret,
            patience: Duration::from_secs(patience.unwrap_or(PATIENCE_SECONDS)),
            product: Product { name: "", version: String::new() },
        };
        let (header, body) = client.sent("GET", "/", Content::Json, b"", |answer, body| {
            let value: Value = serde_json::from_slice(&body).unwrap_or_default();
            let header = answer.headers().get("x-elastic-product").and_then(|v| v.to_str().ok());
            Ok((header.map(str::to_owned), value))
        })?;
        client.product = product(&client.place(), header.as_deref(), &body)?;
        Ok(client)
    }

    /// Waits no longer than that for an answer.
    pub(super) fn hurry(&mut self, patience: Duration) {
        self.patience = self.patience.min(patience);
    }

    /// Which engine it is.
    #[must_use]
    pub const fn product(&self) -> &Product {
        &self.product
    }

    /// The host that is spoken to now.
    pub(crate) fn place(&self) -> String {
        let at = self.host.load(Ordering::Relaxed) % self.hosts.len().max(1);
        self.hosts.get(at).cloned().unwrap_or_default()
    }

    /// Sends a JSON document and reads one.
    ///
    /// # Errors
    ///
    /// Where the cluster refuses, or gives no answer for as long as it is waited for.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value, Error> {
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.call_with(method, path, Content::Json, &bytes, |_| Ok(()))
    }

    /// The same, where what is asked for may not be there.
    pub(crate) fn find(&self, path: &str) -> Result<Option<Value>, Error> {
        let found = self.sent_any("GET", path, Content::Json, b"", |answer, body| {
            if answer.status().as_u16() == 404 {
                return Ok(None);
            }
            self.accepted(answer, &body)?;
            read(&self.place(), &body).map(Some)
        })?;
        Ok(found)
    }

    /// How the cluster or an index is, also where that is not what was waited for.
    pub(super) fn health(&self, path: &str) -> Result<Value, Error> {
        self.sent_any("GET", path, Content::Json, b"", |answer, body| {
            // Waited for as long as was said.
            if answer.status().as_u16() != 408 {
                self.accepted(answer, &body)?;
            }
            read(&self.place(), &body)
        })
    }

    /// Searches an index; the answer is whole.
    ///
    /// # Errors
    ///
    /// As [`Client::call`], and where shards gave no answer.
    pub(crate) fn search(&self, index: &str, body: &Value) -> Result<Value, Error> {
        let path = format!(
            "/{index}/_search?allow_partial_search_results=false&search_type=dfs_query_then_fetch&preference={}",
            preference(body)
        );
        let place = index.to_owned();
        self.call_with("POST", &path, Content::Json, body.to_string().as_bytes(), move |answer| {
            whole(&place, answer)
        })
    }

    /// Several searches of an index in one request; each answer is whole.
    ///
    /// # Errors
    ///
    /// As [`Client::search`].
    pub(crate) fn searches(&self, index: &str, bodies: &[Value]) -> Result<Vec<Value>, Error> {
        let head = |body: &Value| {
            serde_json::json!({
                "allow_partial_search_results": false, "search_type": "dfs_query_then_fetch",
                "preference": preference(body),
            })
        };
        let lines: String = bodies.iter().map(|body| format!("{}\n{body}\n", head(body))).collect();
        let place = index.to_owned();
        let wanted = bodies.len();
        let mut answer = self.call_with(
            "POST",
            &format!("/{index}/_msearch"),
            Content::Lines,
            lines.as_bytes(),
            move |answer| {
                let answers = answer["responses"].as_array().map(Vec::as_slice).unwrap_or_default();
                if answers.len() != wanted {
                    return Err(fault(
                        &place,
                        "the cluster answers another number of questions than were asked",
                        None,
                    ));
                }
                answers.iter().try_for_each(|one| whole(&place, one))
            },
        )?;
        match answer["responses"].take() {
            Value::Array(answers) => Ok(answers),
            _ => Ok(Vec::new()),
        }
    }

    /// Sends bytes and reads a JSON document that passes a check.
    pub(crate) fn call_with(
        &self,
        method: &str,
        path: &str,
        content: Content,
        bytes: &[u8],
        check: impl Fn(&Value) -> Result<(), ClusterError>,
    ) -> Result<Value, Error> {
        self.sent(method, path, content, bytes, |_, body| {
            let value = read(&self.place(), &body)?;
            check(&value)?;
            Ok(value)
        })
    }

    fn sent<T>(
        &self,
        method: &str,
        path: &str,
        content: Content,
        bytes: &[u8],
        take: impl Fn(&Response<Body>, Vec<u8>) -> Result<T, ClusterError>,
    ) -> Result<T, Error> {
        self.sent_any(method, path, content, bytes, |answer, body| {
            self.accepted(answer, &body)?;
            take(answer, body)
        })
    }

    /// Sends a request until it is answered, host after host, with growing pauses.
    fn sent_any<T>(
        &self,
        method: &str,
        path: &str,
        content: Content,
        bytes: &[u8],
        take: impl Fn(&Response<Body>, Vec<u8>) -> Result<T, ClusterError>,
    ) -> Result<T, Error> {
        let until = Instant::now() + self.patience;
        let mut pause = PAUSE_FIRST;
        let mut tried = 0;
        // What each host said last.
        let mut failures = Failures::new();
        loop {
            let mut asked_to_wait = None;
            let place = self.place();
            let mut answers = false;
            let failed = match self.once(method, path, content, bytes) {
                Ok((answer, body)) => {
                    answers = true;
                    let wait = answer.headers().get("retry-after").and_then(|v| v.to_str().ok());
                    asked_to_wait = wait.and_then(|s| s.trim().parse().ok()).map(Duration::from_secs);
                    match take(&answer, body) {
                        Ok(taken) => return Ok(taken),
                        Err(e) => e,
                    }
                }
                Err(e) => e,
            };
            if !failed.passing {
                return Err(failed.into());
            }
            tried += 1;
            self.host.fetch_add(1, Ordering::Relaxed);
            // Every host is asked once before anything is waited for.
            if tried % self.hosts.len().max(1) != 0 && asked_to_wait.is_none() {
                failures.insert(place, (answers, failed));
                continue;
            }
            let wait = asked_to_wait.unwrap_or(pause).min(PAUSE_MAX);
            tracing::debug!(tried, reason = failed.what, "the cluster is asked again");
            failures.insert(place, (answers, failed));
            if Instant::now() + wait > until {
                return Err(telling(failures, tried).into());
            }
            std::thread::sleep(wait);
            pause = (pause * 2).min(PAUSE_MAX);
        }
    }

    /// Checks that an answer is one.
    fn accepted(&self, answer: &Response<Body>, body: &[u8]) -> Result<(), ClusterError> {
        if answer.status().is_success() {
            return Ok(());
        }
        let refused = refused(&self.place(), answer.status().as_u16(), body);
        Err(match (answer.status().as_u16(), self.secret.kind()) {
            (401, None) => {
                ClusterError { what: format!("{}, and no credentials are set", refused.what), ..refused }
            }
            (401, Some(kind)) => {
                ClusterError { what: format!("{}, and knows nobody by {kind}", refused.what), ..refused }
            }
            _ => refused,
        })
    }

    fn once(
        &self,
        method: &str,
        path: &str,
        content: Content,
        bytes: &[u8],
    ) -> Result<(Response<Body>, Vec<u8>), ClusterError> {
        let place = self.place();
        let mut request = Request::builder().method(method).uri(format!("{place}{path}"));
        request = request.header("accept", "application/json");
        if let Some(secret) = self.secret.header() {
            request = request.header("authorization", secret);
        }
        let unreached = |e: ureq::Error| unreached(&place, &e);
        let mut answer = if bytes.is_empty() {
            let request = request.body(()).map_err(|e| unreached(e.into()))?;
            self.agent.run(request).map_err(unreached)?
        } else {
            let request = request.header("content-type", content.name());
            let request = request.body(bytes).map_err(|e| unreached(e.into()))?;
            self.agent.run(request).map_err(unreached)?
        };
        let body = if method == "HEAD" {
            Vec::new()
        } else {
            answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().map_err(unreached)?
        };
        Ok((answer, body))
    }
}

/// What each host failed with last, and whether it answered at all.
type Failures = BTreeMap<String, (bool, ClusterError)>;

/// The failure that tells most of those of all hosts, and the others beside it: that the cluster
/// has no master says more than that nobody listens at some of its hosts.
fn telling(failures: Failures, tried: usize) -> ClusterError {
    let mut all: Vec<(String, (bool, ClusterError))> = failures.into_iter().collect();
    all.sort_by_key(|(_, (answers, failure))| (!failure.what.starts_with(NO_MASTER), !answers));
    let mut all = all.into_iter();
    let Some((_, (_, first))) = all.next() else { return fault("the cluster", "no host is named", None) };
    let mut others: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (host, (_, failure)) in all.filter(|(_, (_, failure))| failure.what != first.what) {
        others.entry(failure.what).or_default().push(host);
    }
    let others: String =
        others.into_iter().map(|(what, hosts)| format!("; {}: {what}", hosts.join(", "))).collect();
    ClusterError { what: format!("{} (tried {tried} times){others}", first.what), ..first }
}

/// Which copies of the shards to ask: for one query always the same, since the score of a document
/// differs a little between copies, and the pages of one answer have to fit.
fn preference(body: &Value) -> String {
    let digest = blake3::hash(body["query"].to_string().as_bytes()).to_hex();
    digest.as_str().chars().take(16).collect()
}

fn read(place: &str, body: &[u8]) -> Result<Value, ClusterError> {
    serde_json::from_slice(body).map_err(|e| ClusterError {
        // Cut off on its way: asked again it may come whole.
        passing: e.is_eof(),
        ..fault(place, format!("an answer that is no JSON: {e}"), None)
    })
}

/// Which engine answers, and whether this build understands it.
fn product(place: &str, header: Option<&str>, body: &Value) -> Result<Product, ClusterError> {
    let version = body.pointer("/version/number").and_then(Value::as_str);
    let Some(version) = version else {
        return Err(fault(place, "what answers there is neither Elasticsearch nor OpenSearch", None));
    };
    let mut numbers = version.split(['.', '-']).map(|n| n.parse::<u32>().unwrap_or(0));
    let (major, minor) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let distribution = body.pointer("/version/distribution").and_then(Value::as_str);
    let (name, known) = match distribution {
        Some("opensearch") => ("OpenSearch", (1..=3).contains(&major)),
        Some(_) => {
            return Err(fault(place, "what answers there is neither Elasticsearch nor OpenSearch", None));
        }
        None => {
            let says_so = header == Some("Elasticsearch");
            let old = major == 7 && minor < 14;
            let greets = body["tagline"].as_str() == Some("You Know, for Search");
            if !(says_so || old && greets) && (7..=9).contains(&major) {
                return Err(fault(place, "what answers there does not say that it is Elasticsearch", None));
            }
            ("Elasticsearch", (7..=9).contains(&major))
        }
    };
    if !known {
        let what = format!("{name} {version} is not understood");
        return Err(fault(place, what, Some("Elasticsearch 7, 8 and 9 and OpenSearch 1, 2 and 3 are")));
    }
    Ok(Product { name, version: version.to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn engines_are_told_apart_by_what_they_say() {
        let elastic = |v: &str| json!({"version": {"number": v}, "tagline": "You Know, for Search"});
        let open = |v: &str| json!({"version": {"number": v, "distribution": "opensearch"}});
        let of = |header: Option<&str>, body: Value| product("x", header, &body).map(|p| p.name);
        let header = Some("Elasticsearch");
        assert_eq!(of(None, elastic("7.0.0")), Ok("Elasticsearch"));
        assert_eq!(of(header, elastic("7.17.13")), Ok("Elasticsearch"));
        assert_eq!(of(header, elastic("9.1.0")), Ok("Elasticsearch"));
        assert_eq!(of(None, open("3.0.0")), Ok("OpenSearch"));
        assert_eq!(of(None, open("1.3.20")), Ok("OpenSearch"));
        for (header, body) in [
            (None, elastic("6.8.23")),
            (header, elastic("10.0.0")),
            (None, elastic("8.1.0")),
            (None, open("4.0.0")),
            (None, json!({"name": "something"})),
            (None, json!({"version": {"number": "7.1", "distribution": "another"}})),
        ] {
            assert!(of(header, body.clone()).is_err(), "{body}");
        }
    }
}
