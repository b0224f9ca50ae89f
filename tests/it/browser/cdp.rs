//! Drives chromium over its debugging pipe: enough of the protocol to open pages, press keys and
//! ask what is there.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A running browser with one page; it ends with the test.
pub(super) struct Browser {
    child: Child,
    input: File,
    output: BufReader<File>,
    session: String,
    number: u64,
    _folder: TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Browser {
    pub(super) fn start(chromium: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (to, from) = (folder.path().join("to"), folder.path().join("from"));
        assert!(Command::new("mkfifo").args([&to, &from]).status().unwrap().success());
        // The browser reads commands from its third descriptor and answers on the fourth.
        let child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<\"$TO\" 4>\"$FROM\""])
            .arg(chromium)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--remote-debugging-pipe",
            ])
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .env("TO", &to)
            .env("FROM", &from)
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let input = OpenOptions::new().write(true).open(&to).unwrap();
        let output = BufReader::new(File::open(&from).unwrap());
        let mut browser = Self { child, input, output, session: String::new(), number: 0, _folder: folder };
        let page = browser.command("Target.createTarget", json!({"url": "about:blank"}));
        let attached =
            browser.command("Target.attachToTarget", json!({"targetId": page["targetId"], "flatten": true}));
        browser.session = attached["sessionId"].as_str().unwrap().to_owned();
        browser.command("Page.enable", json!({}));
        browser
    }

    fn read(&mut self) -> Value {
        let mut message = Vec::new();
        self.output.read_until(0, &mut message).unwrap();
        assert_eq!(message.pop(), Some(0), "the browser ended");
        serde_json::from_slice(&message).unwrap()
    }

    /// Gives the browser a command and waits for its answer.
    pub(super) fn command(&mut self, method: &str, params: Value) -> Value {
        self.attempt(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The same; where the browser refuses, what it says.
    fn attempt(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        self.number += 1;
        let mut message = json!({"id": self.number, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.input.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let mut answer = self.read();
            if answer["id"] == self.number {
                let error = answer["error"].take();
                return if error.is_null() { Ok(answer["result"].take()) } else { Err(error) };
            }
        }
    }

    /// What an expression gives on the page; a promise is waited for.
    pub(super) fn ask(&mut self, expression: &str) -> Value {
        self.evaluate(expression).unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    fn evaluate(&mut self, expression: &str) -> Result<Value, Value> {
        let mut answer = self.attempt(
            "Runtime.evaluate",
            json!({"expression": expression, "awaitPromise": true, "returnByValue": true}),
        )?;
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        Ok(answer["result"]["value"].take())
    }

    /// Waits until a page is there whole, its scripts included, and an expression is true.
    pub(super) fn until(&mut self, expression: &str) {
        let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
        // A page that is just being left answers nothing; the next one will.
        let whole = format!("document.readyState === 'complete' && Boolean({expression})");
        while self.evaluate(&whole) != Ok(true.into()) {
            let place = self.evaluate("location.href");
            assert!(std::time::Instant::now() < end, "never: {expression}, at {place:?}");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    pub(super) fn open(&mut self, url: &str) {
        self.command("Page.navigate", json!({ "url": url }));
        self.until(&format!(
            "document.readyState === 'complete' && location.href.startsWith({})",
            json!(url.split('#').next().unwrap())
        ));
    }

    /// Presses a key, by what it writes or by its name.
    pub(super) fn press(&mut self, key: &str) {
        let text = match key {
            "Enter" => "\r",
            key if key.chars().count() == 1 => key,
            _ => "",
        };
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            "Tab" => 9,
            _ => 0,
        };
        self.command(
            "Input.dispatchKeyEvent",
            json!({"type": "keyDown", "key": key, "text": text, "windowsVirtualKeyCode": code}),
        );
        self.command(
            "Input.dispatchKeyEvent",
            json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code}),
        );
    }

    /// The window's width, and whether it is dark.
    pub(super) fn window(&mut self, width: u32, dark: bool) {
        self.command(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}),
        );
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.command("Emulation.setEmulatedMedia", json!({ "features": features }));
    }
}
