//! Prints data to standard output and failures to standard error.

use std::io::{self, BufWriter, IsTerminal as _, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

/// Why a command could not do its work: where, what, and what can be done.
#[derive(Debug)]
pub(crate) struct Failure {
    place: String,
    what: String,
    hint: Option<String>,
    broken_pipe: bool,
}

impl Failure {
    pub(crate) fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), hint: None, broken_pipe: false }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) const fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }

    /// Tells it as `error: where: what`, with the hint on a line of its own.
    pub(crate) fn tell(&self) {
        let red = AnsiColor::Red.on_default().bold();
        let colon = if self.place.is_empty() { "" } else { ": " };
        // Where standard error is closed nobody can be told.
        let mut err = anstream::stderr().lock();
        let _ = writeln!(err, "{red}error{red:#}: {}{colon}{}", self.place, self.what);
        if let Some(hint) = &self.hint {
            let _ = writeln!(err, "hint: {hint}");
        }
    }
}

impl From<crate::index::Error> for Failure {
    fn from(e: crate::index::Error) -> Self {
        // The place stands in the error's own text.
        Self { place: String::new(), what: e.to_string(), hint: e.hint(), broken_pipe: false }
    }
}

impl From<io::Error> for Failure {
    fn from(e: io::Error) -> Self {
        let broken_pipe = e.kind() == io::ErrorKind::BrokenPipe;
        Self { place: "standard output".to_owned(), what: e.to_string(), hint: None, broken_pipe }
    }
}

/// Talks to whoever runs the command; never part of the data.
pub(crate) fn talk(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// Standard output, buffered, with colours where a terminal shows them.
pub(crate) struct Out {
    writer: BufWriter<Box<dyn Write>>,
    colours: bool,
}

impl Out {
    pub(crate) fn stdout() -> Self {
        let terminal = io::stdout().is_terminal();
        let choice = anstream::AutoStream::choice(&io::stdout());
        let colours = terminal && choice != anstream::ColorChoice::Never;
        Self { writer: BufWriter::with_capacity(1 << 16, Box::new(io::stdout())), colours }
    }

    /// A text in a style, where colours are shown.
    pub(crate) fn styled(&self, style: Style, text: &str) -> String {
        if self.colours { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// One line.
    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_all(text.as_bytes())?;
        self.writer.write_all(b"\n")
    }

    /// One JSON value on a line of its own.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.writer, value).map_err(io::Error::from)?;
        self.writer.write_all(b"\n")
    }

    /// One JSON document, indented.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.writer, value).map_err(io::Error::from)?;
        self.writer.write_all(b"\n")
    }

    /// Bytes as they are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)
    }

    /// Everything printed so far goes out.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.writer.flush()?)
    }
}

/// Style of marks.
pub(crate) const MARK: Style = AnsiColor::Red.on_default().bold();
/// Style of headlines.
pub(crate) const HEAD: Style = Style::new().bold();
/// Style of what stands beside.
pub(crate) const ASIDE: Style = Style::new().dimmed();
