//! The real server on a real socket, over the bundled archive and a page with markup in it.

mod agreement;
mod api;
mod beside;
mod conforms;
mod description;
mod drawn;
mod guard;
mod pages;
mod running;
mod trend;
mod serving;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::OnceLock;

use baoku::http;
use baoku::search::Archive;
use serde_json::Value;

/// An article that would like to be markup, and one of the bundled paper's names in a quotation.
const HOSTILE: &str = r#"{"id":"险/2031-03-18/1/a&b?c#d%","headline":"<script>alert(1)</script>头条","kicker":"<b>引</b>","body":"正文里有 <script>alert(2)</script> 和 <img src=x onerror=alert(3)>。\n第二段 \"引号\" & 符号。","date":"2031-03-18","paper":"<i>险报</i>","page":"1","column":"\"><svg onload=alert(4)>","byline":"<u>孙鸣</u>"}"#;

struct Server {
    address: SocketAddr,
    archive: Archive,
    agent: ureq::Agent,
}

/// A client that takes every answer as it is.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into()
}

/// One server for all tests; it ends with the process.
fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap().keep();
        let hostile = folder.join("hostile.jsonl");
        std::fs::write(&hostile, HOSTILE).unwrap();
        let root = folder.join("archive");
        let sources = [Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archive"), hostile];
        baoku::pipeline::index(&root, &sources, &baoku::ingest::Options::default(), false, &|_| {}).unwrap();
        let archive = Archive::open(&root).unwrap();
        let listener = http::listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = listener.local_addr().unwrap();
        let served = archive.clone();
        std::thread::spawn(move || http::serve(listener, served, http::Options::default()).unwrap());
        Server { address, archive, agent: agent() }
    })
}

struct Answer {
    status: u16,
    headers: ureq::http::HeaderMap,
    body: String,
}

impl Answer {
    fn of(mut answer: ureq::http::Response<ureq::Body>) -> Self {
        Self {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: answer.body_mut().read_to_string().unwrap(),
        }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Server {
    fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.call().unwrap())
    }

    fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    fn post(&self, path: &str, kind: &str, body: &str) -> Answer {
        let request = self.agent.post(format!("http://{}{path}", self.address));
        Answer::of(request.header("content-type", kind).send(body).unwrap())
    }

    /// One raw request on a connection of its own.
    fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

fn get_with(path: &str, headers: &[(&str, &str)]) -> Answer {
    server().get_with(path, headers)
}

fn get(path: &str) -> Answer {
    server().get(path)
}

fn raw(request: &str) -> String {
    server().raw(request)
}

fn escaped(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

/// Without what differs from one answer to the next.
fn timeless(mut answer: Value) -> Value {
    answer["took_ms"] = Value::Null;
    answer
}
