//! Takes in pages as they appear: looks over the sources again and again, and indexes when what
//! is there has changed and nobody is writing any more.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Report, index};
use crate::index::Error;
use crate::ingest::{Glance, Options, glance};

/// A look may take this part of the time; folders so large that it takes longer are looked at
/// less often.
const LOOKING_PART: u32 = 20;

/// What came of a look.
#[derive(Debug)]
pub enum Look<'a> {
    /// The sources changed and were read.
    Read(&'a Report, Duration),
    /// They changed and could not be read into the archive; tried again at the next look.
    Failed(&'a Error),
    /// A source is not there, or all files are gone: as likely a share that is not mounted as an
    /// archive that was emptied. Nothing is taken out of the index; told once.
    Away,
}

/// Where watching stands.
#[derive(Debug, Default)]
struct Seen {
    /// What the archive was last made from.
    taken: Option<Glance>,
    /// What was there at the last look.
    last: Option<Glance>,
    away: bool,
}

/// What to do after a look.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Wait,
    Index,
    TellAway,
}

impl Seen {
    fn look(&mut self, now: Option<Glance>) -> Next {
        let gone = match now {
            None => true,
            Some(now) => now.files == 0 && self.taken.is_some_and(|taken| taken.files > 0),
        };
        if gone {
            self.last = None;
            return if std::mem::replace(&mut self.away, true) { Next::Wait } else { Next::TellAway };
        }
        self.away = false;
        // A file that is still being copied looks different each time.
        let calm = self.last == now;
        self.last = now;
        if calm && self.taken != now { Next::Index } else { Next::Wait }
    }
}

/// Looks over the sources every `pause` for as long as the process lives, and indexes what is new
/// once two looks in a row find the same. The first look takes in whatever is there.
///
/// `tell` hears what came of it.
pub fn watch(
    root: &Path,
    sources: &[PathBuf],
    options: &Options,
    pause: Duration,
    mut tell: impl FnMut(Look<'_>),
) -> ! {
    let mut seen = Seen::default();
    loop {
        let started = Instant::now();
        let now = glance(sources);
        let looked = started.elapsed();
        match seen.look(now) {
            Next::Wait => {}
            Next::TellAway => tell(Look::Away),
            Next::Index => match index(root, sources, options, false, &|_| {}) {
                Ok(report) => {
                    seen.taken = now;
                    if report.units_read + report.units_removed > 0 {
                        tell(Look::Read(&report, started.elapsed()));
                    }
                }
                Err(error) => tell(Look::Failed(&error)),
            },
        }
        std::thread::sleep(pause.max(looked * LOOKING_PART));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(files: u64, mark: u8) -> Option<Glance> {
        Some(Glance { files, digest: [mark; 32] })
    }

    #[test]
    fn files_are_taken_in_when_nobody_writes_them_any_more() {
        let mut seen = Seen::default();
        assert_eq!(seen.look(state(1, 1)), Next::Wait);
        assert_eq!(seen.look(state(1, 2)), Next::Wait, "still growing");
        assert_eq!(seen.look(state(1, 2)), Next::Index);
        seen.taken = state(1, 2);
        assert_eq!(seen.look(state(1, 2)), Next::Wait);
        assert_eq!(seen.look(state(2, 3)), Next::Wait);
        assert_eq!(seen.look(state(2, 3)), Next::Index);
        assert_eq!(seen.look(state(2, 3)), Next::Index, "it failed, so it is tried again");
    }

    #[test]
    fn an_empty_mount_takes_nothing_away() {
        let mut seen = Seen { taken: state(9, 1), ..Seen::default() };
        assert_eq!(seen.look(state(0, 0)), Next::TellAway);
        assert_eq!(seen.look(None), Next::Wait);
        assert_eq!(seen.look(state(9, 1)), Next::Wait);
        assert_eq!(seen.look(state(9, 1)), Next::Wait, "back as it was");
        assert_eq!(Seen::default().look(None), Next::TellAway);
    }
}
