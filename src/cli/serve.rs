//! `baoku serve`

use std::path::Path;
use std::time::Duration;

use super::args::{LogFormat, ServeArgs};
use super::out::talk;
use super::{Failure, Outcome, index};
use crate::cluster::{Address, Store};
use crate::http::{self, Token};

/// The environment's word for the token.
const TOKEN: &str = "BAOKU_TOKEN";

pub(super) fn run(root: &Path, args: &ServeArgs) -> Result<Outcome, Failure> {
    log(args.log);
    small_pages();
    let options = http::Options {
        hosts: args.hosts.clone(),
        base: args.base_path.clone(),
        token: token(args.token_file.as_deref())?,
        origins: args.cors.clone(),
        publish: args.publish,
        answer_time_max: Duration::from_secs(args.timeout),
        waiting_max: args.max_waiting,
        ..http::Options::default()
    };
    // A port in use is told before minutes of indexing.
    let listener = http::listen(args.listen).map_err(|e| {
        let failure = Failure::new(args.listen.to_string(), e.to_string());
        if e.kind() == std::io::ErrorKind::AddrInUse {
            failure.hint("another server listens there; choose a port with --listen 127.0.0.1:7879")
        } else {
            failure
        }
    })?;
    if !args.sources.is_empty() {
        if root.to_str().and_then(Address::archive).is_some() {
            return Err(Failure::new("serve", "sources can't be indexed into a cluster")
                .hint("bring them there first: baoku push SOURCE --to http://HOST:9200"));
        }
        let options = index::options(&args.facts);
        index::sources(root, &args.sources, &options, None, false, args.watch.watch)?;
    }
    let archive = match Store::open(root)? {
        // Nobody waits longer for an answer than the server does.
        Store::Cluster(cluster) => cluster.within(Duration::from_secs(args.timeout)).into(),
        folder @ Store::Folder(_) => folder,
    };
    let address = listener.local_addr().map_err(|e| Failure::new(args.listen.to_string(), e.to_string()))?;
    let place = format!("http://{address}{}", args.base_path.address("/"));
    let articles = archive.generation().articles;
    if args.log == LogFormat::Json {
        tracing::info!(articles, address = place, "listening");
    } else {
        talk(&format!("{articles} articles; listening on {place}  (Ctrl-C ends)"));
    }
    if !address.ip().is_loopback() && options.token.is_none() {
        talk(&format!(
            "note: everybody who reaches {address} can read the archive; {TOKEN} or --token-file asks for a token"
        ));
    }
    if args.watch.watch {
        let (root, sources) = (root.to_owned(), args.sources.clone());
        let (facts, watch) = (args.facts.clone(), args.watch.clone());
        std::thread::Builder::new()
            .name("sources".to_owned())
            .spawn(move || index::watch(&root, &sources, &facts, &watch))
            .map_err(|e| Failure::new("watch", e.to_string()))?;
    }
    http::serve(listener, archive, options).map_err(|e| Failure::new(address.to_string(), e.to_string()))?;
    Ok(Outcome::Done)
}

/// Has the system give this process no huge pages: each of a server's threads would hold on to some, for the
/// little that an answer needs. An index run is faster with them.
pub(super) fn small_pages() {
    // Where that can't be had the server needs more memory, and nothing else.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// The token from the file or the environment. What is wrong with one is told, it itself never.
fn token(file: Option<&Path>) -> Result<Option<Token>, Failure> {
    let (place, text) = match (file, std::env::var(TOKEN)) {
        (Some(file), _) => {
            let place = file.display().to_string();
            let text =
                std::fs::read_to_string(file).map_err(|e| Failure::new(place.clone(), e.to_string()))?;
            (place, text)
        }
        (None, Ok(text)) if !text.is_empty() => (TOKEN.to_owned(), text),
        _ => return Ok(None),
    };
    let hint = "make one with: openssl rand -hex 24";
    text.parse().map(Some).map_err(|what: String| Failure::new(place, what).hint(hint))
}

/// What the server tells its operator goes to standard error; `BAOKU_LOG` chooses more finely.
fn log(format: LogFormat) {
    let usual = match format {
        LogFormat::Off => "warn",
        LogFormat::Text | LogFormat::Json => "info,tantivy=warn",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("BAOKU_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(usual));
    let colours = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let told = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Another subscriber is already there where the library is embedded.
    let _ = match format {
        LogFormat::Json => told.json().flatten_event(true).with_ansi(false).try_init(),
        LogFormat::Text | LogFormat::Off => told.with_ansi(colours).try_init(),
    };
}
