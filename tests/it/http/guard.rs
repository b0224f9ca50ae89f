//! What surrounds every route: headers, hosts, methods.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::{get, raw, server};

#[test]
fn every_answer_tells_browsers_what_it_may_do() {
    for path in
        ["/", "/search?q=a", "/none", "/api/v1/stats", "/api/v1/none", "/healthz", "/people", "/assets/none"]
    {
        let answer = get(path);
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
    let asked =
        "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Encoding: gzip\r\n\r\n";
    let mut stream = TcpStream::connect(server().address).unwrap();
    stream.write_all(asked.as_bytes()).unwrap();
    let mut compressed = Vec::new();
    stream.read_to_end(&mut compressed).unwrap();
    assert!(String::from_utf8_lossy(&compressed).contains("content-encoding: gzip"));
}

#[test]
fn an_unknown_host_is_refused() {
    let ask =
        |host: &str| raw(&format!("GET /api/v1/stats HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
    for host in ["localhost", "localhost.", "127.0.0.1:80", "[::1]:7878", "LOCALHOST:1"] {
        assert!(ask(host).starts_with("HTTP/1.1 200"), "{host}");
    }
    for host in ["evil.example", "evil.example:7878", "127.0.0.1.evil.example", "10.1.2.3"] {
        let answer = ask(host);
        assert!(answer.starts_with("HTTP/1.1 421") && answer.contains("application/problem+json"), "{host}");
    }
    let none = raw("GET /api/v1/stats HTTP/1.0\r\n\r\n");
    assert!(none.starts_with("HTTP/1.0 421"), "{none}");
}

#[test]
fn head_gives_the_headers_alone() {
    for path in ["/", "/api/v1/stats", "/healthz"] {
        let answer = raw(&format!("HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("content-length"), "{head}");
        assert_eq!(body, "");
    }
}
