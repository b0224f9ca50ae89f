//! Collects what a question's notes say, and keeps them short.

/// How many notes are told; who typed something that odd learns nothing from more.
const NOTES_MAX: usize = 12;

/// How many characters of the question a note repeats.
const QUOTE_CHARS_MAX: usize = 20;

/// What was read otherwise than it may have been meant.
#[derive(Default)]
pub(super) struct Notes {
    told: Vec<String>,
    untold: usize,
}

impl Notes {
    /// Adds a sentence, each but once.
    pub(super) fn add(&mut self, sentence: String) {
        if self.told.contains(&sentence) {
        } else if self.told.len() < NOTES_MAX {
            self.told.push(sentence);
        } else {
            self.untold += 1;
        }
    }

    pub(super) fn into_sentences(mut self) -> Vec<String> {
        if self.untold > 0 {
            self.told.push(format!("and {} more of this kind", self.untold));
        }
        self.told
    }
}

/// A piece of the question as a note repeats it.
pub(super) fn quote(text: &str) -> String {
    match text.char_indices().nth(QUOTE_CHARS_MAX) {
        Some((end, _)) => format!("“{}…”", &text[..end]),
        None => format!("“{text}”"),
    }
}
