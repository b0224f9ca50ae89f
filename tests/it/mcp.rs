//! `baoku mcp` as an assistant meets it: a process, JSON-RPC a line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Stdio};

use serde_json::{Value, json};

use crate::support::{baoku_on, command, fixture_archive};

struct Session {
    child: Child,
    input: Option<ChildStdin>,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    number: u64,
}

impl Session {
    /// A session after its greeting.
    fn start() -> (Self, Value) {
        let mut child = command(["mcp", "--archive"])
            .arg(fixture_archive())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut session = Self { child, input, lines, number: 0 };
        let greeting = session.ask(
            "initialize",
            json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}),
        );
        session.write(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        (session, greeting)
    }

    fn write(&mut self, message: &Value) {
        writeln!(self.input.as_mut().unwrap(), "{message}").unwrap();
    }

    /// Asks, and gives the answer.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        let id = self.number;
        self.write(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let line = self.lines.next().expect("it answers").unwrap();
            let answer: Value =
                serde_json::from_str(&line).expect("standard output is JSON-RPC and nothing else");
            if answer["id"] == id {
                return answer;
            }
        }
    }

    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({"name": tool, "arguments": arguments}))["result"].take()
    }
}

#[test]
fn an_assistant_finds_reads_and_looks_up_what_the_command_line_does() {
    let (mut session, greeting) = Session::start();
    assert_eq!(greeting["result"]["serverInfo"]["name"], "baoku");
    assert!(greeting["result"]["instructions"].as_str().unwrap().contains("Quote only"));
    let tools = session.ask("tools/list", json!({}));
    let mut names: Vec<&str> =
        tools["result"]["tools"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["article", "ledger", "person", "search"]);
    for tool in tools["result"]["tools"].as_array().unwrap() {
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        assert!(tool["description"].is_string() && tool["inputSchema"]["properties"].is_object());
    }

    let archive = fixture_archive();
    let mut found =
        session.call("search", json!({"question": "镜湖", "from": "2031", "sort": "newest", "limit": 3}));
    assert_eq!(found["isError"], false);
    let mut told = baoku_on(
        archive,
        &["search", "镜湖", "--from", "2031", "--sort", "newest", "--limit", "3", "--format", "json"],
    )
    .json();
    told["took_ms"] = Value::Null;
    found["structuredContent"]["took_ms"] = Value::Null;
    assert_eq!(found["structuredContent"], told);

    let id = told["hits"][0]["id"].as_str().unwrap();
    let article = session.call("article", json!({ "id": id }));
    assert_eq!(article["structuredContent"], baoku_on(archive, &["show", id, "--format", "json"]).json());

    let held = session.call("ledger", json!({"post": "区长", "on": "2031-05-01"}));
    let lines = baoku_on(archive, &["people", "--post", "区长", "--on", "2031-05-01", "--format", "jsonl"])
        .json_lines();
    assert_eq!(held["structuredContent"]["holdings"], Value::Array(lines));

    let person = session.call("person", json!({"name": "陆怀舟"}));
    assert_eq!(person["structuredContent"]["people"][0]["name"], "陆怀舟");
}

#[test]
fn what_cannot_be_answered_is_told_to_the_assistant_and_the_session_goes_on() {
    let (mut session, _) = Session::start();
    for (tool, arguments, told) in [
        ("search", json!({"question": "a", "from": "gestern"}), "gestern"),
        ("search", json!({"question": "a", "sort": "best"}), "best"),
        ("article", json!({"id": "none"}), "none"),
        ("person", json!({"name": "无此人"}), "无此人"),
        ("ledger", json!({"on": "2031"}), "2031"),
    ] {
        let answer = session.call(tool, arguments);
        assert_eq!(answer["isError"], true, "{tool}");
        assert!(answer["content"][0]["text"].as_str().unwrap().contains(told), "{tool}: {answer}");
    }
    assert!(session.ask("tools/call", json!({"name": "none", "arguments": {}}))["error"].is_object());
    assert!(
        session
            .ask("tools/call", json!({"name": "search", "arguments": {}}))
            .get("result")
            .is_none_or(|r| r["isError"] == true)
    );
    assert_eq!(session.call("search", json!({"question": ""}))["isError"], false);
    // The end of its input is the end of the process.
    session.input = None;
    assert_eq!(session.child.wait().unwrap().code(), Some(0));
}
