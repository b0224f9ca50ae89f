//! A progress bar on standard error, on a terminal only.

use std::io::IsTerminal as _;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that goes through several phases.
pub(super) struct Progress {
    bar: ProgressBar,
    phase: Mutex<&'static str>,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{msg:>10} {wide_bar} {percent:>3} %") {
            bar.set_style(style);
        }
        Self { bar, phase: Mutex::new("") }
    }

    /// How far a phase has come; where its end is not known (0) the bar stays empty.
    pub(super) fn tell(&self, what: &'static str, done: u64, of: u64) {
        if let Ok(mut phase) = self.phase.lock()
            && *phase != what
        {
            *phase = what;
            self.bar.set_message(what);
            self.bar.set_length(of);
        }
        self.bar.set_position(done);
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
