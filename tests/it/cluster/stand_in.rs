//! A server that answers as a cluster would, or as it must not, over a real socket.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use baoku::cluster::{CLUSTER_FORMAT, Meta, State};
use baoku::search::Archive;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};

use crate::support::top;

/// What is asked of the server.
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: String,
    pub(super) authorization: Option<String>,
}

/// What it answers.
pub(super) enum Answer {
    Json(u16, Value),
    /// Says that more comes than comes.
    Cut(Value),
    /// Ends the connection without a word.
    Nothing,
}

type Answering = dyn FnMut(&Asked) -> Answer + Send;

/// Answers until the test process ends; gives the address.
pub(super) fn serve(answer: impl FnMut(&Asked) -> Answer + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let answer: Arc<Mutex<Box<Answering>>> = Arc::new(Mutex::new(Box::new(answer)));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            std::thread::spawn(move || one(stream, &answer));
        }
    });
    address
}

/// The same over TLS, as a server whose certificate `tls/authority.pem` vouches for.
pub(super) fn serve_safely(answer: impl FnMut(&Asked) -> Answer + Send + 'static) -> String {
    let beside = top().join("tests/it/cluster/tls");
    let certificate = CertificateDer::from_pem_file(beside.join("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(beside.join("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let answer: Arc<Mutex<Box<Answering>>> = Arc::new(Mutex::new(Box::new(answer)));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (answer, config) = (answer.clone(), config.clone());
            std::thread::spawn(move || {
                let connection = rustls::ServerConnection::new(config).unwrap();
                one(rustls::StreamOwned::new(connection, stream), &answer)
            });
        }
    });
    address
}

fn one(stream: impl Read + Write, answer: &Mutex<Box<Answering>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut authorization) = (0usize, None);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => authorization = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let asked = Asked { method, path, body: String::from_utf8(body).ok()?, authorization };
    let told = answer.lock().unwrap()(&asked);
    let (status, text, more) = match told {
        Answer::Nothing => return None,
        Answer::Json(status, value) => (status, value.to_string(), 0),
        Answer::Cut(value) => (200, value.to_string(), 100),
    };
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        text.len() + more
    );
    let stream = reader.get_mut();
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(text.as_bytes()).ok()?;
    stream.flush().ok()
}

/// What an engine says at its door.
pub(super) fn greeting(version: &str) -> Value {
    json!({"version": {"number": version}, "tagline": "You Know, for Search"})
}

/// The mapping of a complete archive.
pub(super) fn mapping(archive: &Archive) -> Value {
    let meta = Meta {
        format: CLUSTER_FORMAT,
        state: State::Complete,
        turn: 1,
        whole_from: 1,
        ended: 0,
        generation: archive.generation().clone(),
        sources: 1,
        pages_with_furniture: 0,
        words: 1,
        posts: 0,
        sum: String::new(),
    };
    json!({"x-000001": {"mappings": {"_meta": meta.told()}}})
}

/// An answer of so many hits without any of them, from all shards but so many.
pub(super) fn counted(hits: u64, failed: u64) -> Value {
    json!({
        "timed_out": false,
        "_shards": {"total": 3, "successful": 3 - failed, "failed": failed},
        "hits": {"total": {"value": hits, "relation": "eq"}, "hits": []},
    })
}
