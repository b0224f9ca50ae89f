//! Asks the server from several clients at once, each over a connection of its own that stays open.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Result, process};

/// Clients at once.
pub(crate) const CLIENTS: usize = 8;
/// How long they ask.
const SECONDS: u64 = 5;

/// What the clients saw.
pub(crate) struct Served {
    pub(crate) answers_per_second: f64,
    pub(crate) times_ms: Vec<f64>,
    /// The most that was resident of the server.
    pub(crate) peak_bytes: u64,
}

/// Ends the server, however the measurement ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Serves an archive and asks it these questions again and again; ten hits with snippets each.
pub(crate) fn served(baoku: &Path, archive: &Path, questions: &[String]) -> Result<Served> {
    let mut command = Command::new(baoku);
    command.args(["serve", "--listen", "127.0.0.1:0", "--archive"]).arg(archive);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut server = Server(command.spawn()?);
    let told = server.0.stderr.take().ok_or("no standard error")?;
    let mut told = BufReader::new(told);
    let address = loop {
        let mut line = String::new();
        if told.read_line(&mut line)? == 0 {
            return Err("the server ended before it listened".into());
        }
        if let Some((_, rest)) = line.split_once("http://") {
            break rest.split(['/', ' ']).next().unwrap_or_default().trim().to_owned();
        }
    };
    // What it goes on to say is read, lest it waits to be heard.
    std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
    let asked: Vec<String> = questions
        .iter()
        .map(|question| {
            let query: String = question.bytes().map(|byte| format!("%{byte:02X}")).collect();
            format!("GET /api/v1/search?q={query} HTTP/1.1\r\nHost: {address}\r\n\r\n")
        })
        .collect();
    let started = Instant::now();
    let until = started + Duration::from_secs(SECONDS);
    let answered = std::thread::scope(|scope| {
        let (asked, address) = (asked.as_slice(), address.as_str());
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| scope.spawn(move || ask(address, asked, client, until).map_err(|e| e.to_string())))
            .collect();
        let joined =
            clients.into_iter().map(|client| client.join().map_err(|_| "a client broke".to_owned())?);
        joined.collect::<std::result::Result<Vec<Vec<f64>>, String>>()
    })?;
    let seconds = started.elapsed().as_secs_f64();
    let times_ms: Vec<f64> = answered.into_iter().flatten().collect();
    let peak_bytes = process::peak_bytes(&server.0);
    Ok(Served { answers_per_second: times_ms.len() as f64 / seconds, times_ms, peak_bytes })
}

/// Asks one question after the other over one connection; gives the milliseconds of each answer.
fn ask(address: &str, asked: &[String], client: usize, until: Instant) -> Result<Vec<f64>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let mut out = stream;
    let mut times = Vec::new();
    // Each client begins elsewhere.
    let mut questions = asked.iter().cycle().skip(client * asked.len() / CLIENTS);
    while Instant::now() < until {
        let Some(question) = questions.next() else { break };
        let started = Instant::now();
        out.write_all(question.as_bytes())?;
        read_answer(&mut answers)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(times)
}

/// Reads one answer to its end: of a told length, or in chunks.
fn read_answer(from: &mut impl BufRead) -> Result<()> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    if !line.starts_with("HTTP/1.1 200") {
        return Err(format!("the server answered: {}", line.trim()).into());
    }
    let (mut length, mut chunked) = (0u64, false);
    loop {
        line.clear();
        from.read_line(&mut line)?;
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
        chunked |= header.starts_with("transfer-encoding:") && header.ends_with("chunked");
    }
    if !chunked {
        return pass_over(from, length);
    }
    loop {
        line.clear();
        from.read_line(&mut line)?;
        let length = u64::from_str_radix(line.trim(), 16)?;
        // Behind each chunk stands a line end.
        pass_over(from, length + 2)?;
        if length == 0 {
            return Ok(());
        }
    }
}

fn pass_over(from: &mut impl BufRead, bytes: u64) -> Result<()> {
    let read = std::io::copy(&mut from.take(bytes), &mut std::io::sink())?;
    if read == bytes { Ok(()) } else { Err("the answer was cut off".into()) }
}
