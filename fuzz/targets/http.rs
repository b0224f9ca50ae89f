//! Requests as they come over a socket: the first byte picks an address, the rest are its parameters
//! or the rest of a path; one answer for each, and none says that the server failed.
#![no_main]

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};

use baoku::http;
use baoku::search::Archive;

const PATHS: [&str; 24] = [
    "/api/v1/search?",
    "/api/v1/articles/",
    "/api/v1/pages/",
    "/api/v1/people?",
    "/api/v1/people/",
    "/api/v1/network?",
    "/api/v1/attendance?",
    "/api/v1/order?",
    "/api/v1/company?",
    "/api/v1/suggest?",
    "/api/v1/trend?",
    "/api/v1/compare?",
    "/api/v1/export?",
    "/api/v1/issues?",
    "/api/v1/stats/issues?",
    "/feed.atom?",
    "/search?",
    "/articles/",
    "/people?",
    "/people/",
    "/trend?",
    "/compare?",
    "/",
    "POST",
];

thread_local! {
    static SERVER: (SocketAddr, RefCell<Option<BufReader<TcpStream>>>) = (start(), RefCell::default());
}

fn start() -> SocketAddr {
    let (place, archive) = baoku_fuzz::archive();
    let archive = Archive::open(&archive).expect("the archive opens");
    drop(place.keep());
    let listener = http::listen((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
    let address = listener.local_addr().expect("it has one");
    std::thread::spawn(move || http::serve(listener, archive, http::Options::default()));
    address
}

/// Bytes that may stand in an address as they are; all others are escaped.
fn escaped(data: &[u8]) -> String {
    let mut out = String::with_capacity(data.len());
    for byte in data {
        match byte {
            b'!' | b'$'..=b';' | b'=' | b'?'..=b'Z' | b'_' | b'a'..=b'z' | b'~' => {
                out.push(char::from(*byte))
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Sends a request and gives the status of the answer, which is read to its end.
fn ask(stream: &mut BufReader<TcpStream>, request: &[u8]) -> Option<u16> {
    stream.get_mut().write_all(request).ok()?;
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let (mut length, mut chunked) = (0, false);
    loop {
        line.clear();
        stream.read_line(&mut line).ok()?;
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        chunked |= lower.starts_with("transfer-encoding: chunked");
        if line == "\r\n" {
            break;
        }
    }
    while chunked {
        line.clear();
        stream.read_line(&mut line).ok()?;
        let size = u64::from_str_radix(line.trim(), 16).ok()?;
        let mut rest = vec![0; usize::try_from(size).ok()? + 2];
        stream.read_exact(&mut rest).ok()?;
        chunked = size > 0;
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(status)
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    SERVER.with(|(address, open)| {
    let Some((which, data)) = data.split_first() else { return };
    let path = PATHS[usize::from(*which) % PATHS.len()];
    let request = if path == "POST" {
        let (to, body) = if data.first().is_some_and(|b| b % 2 == 0) {
            ("/api/v1/search/batch", &data[1..])
        } else {
            ("/api/v1/search", data)
        };
        let head = format!(
            "POST {to} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    } else {
        format!("GET {path}{} HTTP/1.1\r\nHost: localhost\r\n\r\n", escaped(data)).into_bytes()
    };
    let mut open = open.borrow_mut();
    let mut status = open.as_mut().and_then(|stream| ask(stream, &request));
    if status.is_none() {
        // The connection was closed, as after a bad request: once more on a new one.
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        *open = Some(BufReader::new(stream));
        status = open.as_mut().and_then(|stream| ask(stream, &request));
    }
    let status = status.expect("every request is answered");
    assert!(status < 500, "{status}: {path}{}", String::from_utf8_lossy(data));
})
});
