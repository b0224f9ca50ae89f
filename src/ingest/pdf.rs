//! Takes the text out of a PDF with `pdftotext` (poppler), where it is installed.
//!
//! No reader of PDF in Rust gets the encodings and columns of Chinese typesetting right (measured),
//! so the program that does is used, as a separate process with a time limit. It is asked for lines
//! with their boxes, so that columns and sizes of print come from where things stand on the page.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::diag::{Problem, ProblemKind};

use super::source::{SourceFile, problem_of};
use super::{Options, boxes};

/// Longest time for one file.
const TIME_MAX: Duration = Duration::from_secs(120);

/// The text of every page.
pub(super) fn pages_of_pdf(file: &SourceFile, options: &Options) -> Result<Vec<String>, Problem> {
    let (path, _copy) = on_disk(file, options)?;
    let program = options.pdftotext.clone().unwrap_or_else(|| PathBuf::from("pdftotext"));
    let text = run(&program, &path, options.limits.page_bytes_max)?;
    let pages: Vec<String> = match boxes::read_bbox_layout(&text) {
        Some(pages) => {
            let text = |lines: Vec<_>| if lines.is_empty() { String::new() } else { boxes::text(lines) };
            pages.into_iter().map(text).collect()
        }
        // Another program of that name may give plain text; every page ends with a form feed.
        None => text.strip_suffix('\u{C}').unwrap_or(&text).split('\u{C}').map(str::to_owned).collect(),
    };
    if pages.iter().all(|page| page.trim().is_empty()) {
        return Err(Problem::new(
            ProblemKind::Empty,
            "the PDF has no text layer; it needs text recognition (OCR) first",
        ));
    }
    Ok(pages)
}

/// A path for the program: a copy where the file lies in a container.
fn on_disk(
    file: &SourceFile,
    options: &Options,
) -> Result<(PathBuf, Option<tempfile::NamedTempFile>), Problem> {
    if let Some(path) = file.plain_path() {
        // a name that begins with - must not look like an option
        return Ok((if path.is_absolute() { path } else { Path::new(".").join(path) }, None));
    }
    let bytes = file.bytes(&options.limits)?;
    let copy = || -> io::Result<tempfile::NamedTempFile> {
        let mut copy = tempfile::NamedTempFile::with_suffix(".pdf")?;
        copy.write_all(&bytes)?;
        Ok(copy)
    };
    let copy = copy().map_err(|e| problem_of(&e))?;
    Ok((copy.path().to_owned(), Some(copy)))
}

fn run(program: &Path, pdf: &Path, bytes_max: u64) -> Result<String, Problem> {
    let name = program.display();
    let unreadable = |message: String| Problem::new(ProblemKind::Unreadable, message);
    let mut child = Command::new(program)
        .args(["-q", "-bbox-layout", "-enc", "UTF-8", "-eol", "unix"])
        .arg(pdf)
        .arg("-")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                unreadable(format!("reading PDF needs {name} (poppler-utils), which is not installed"))
            }
            _ => unreadable(format!("{name} does not start: {error}")),
        })?;
    let text = drain(child.stdout.take(), bytes_max);
    let complaint = drain(child.stderr.take(), 4096);
    let ended = wait(&mut child);
    let text = text.join().unwrap_or_default();
    let complaint = complaint.join().unwrap_or_default();
    match ended {
        Err(error) => Err(unreadable(format!("{name}: {error}"))),
        Ok(None) => {
            Err(Problem::new(ProblemKind::Limit, format!("{name} took longer than {} s", TIME_MAX.as_secs())))
        }
        Ok(Some(true)) if text.len() as u64 >= bytes_max => Err(Problem::new(
            ProblemKind::Limit,
            format!("the PDF has more than {} MB of text", bytes_max >> 20),
        )),
        Ok(Some(true)) => Ok(String::from_utf8_lossy(&text).into_owned()),
        Ok(Some(false)) => {
            let complaint = String::from_utf8_lossy(&complaint);
            let first = complaint.lines().next().unwrap_or("no reason told").to_owned();
            Err(Problem::new(ProblemKind::BadFormat, format!("{name} cannot read the PDF: {first}")))
        }
    }
}

/// Reads a pipe to its end beside the waiting, keeping no more than asked for.
fn drain(pipe: Option<impl Read + Send + 'static>, bytes_max: u64) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // what the program wrote before a broken pipe is still worth having
            let _ = (&mut pipe).take(bytes_max).read_to_end(&mut bytes);
            let _ = io::copy(&mut pipe, &mut io::sink());
        }
        bytes
    })
}

/// Whether the program ended well; `None` when it had to be ended.
fn wait(child: &mut Child) -> io::Result<Option<bool>> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.success()));
        }
        if start.elapsed() > TIME_MAX {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}
