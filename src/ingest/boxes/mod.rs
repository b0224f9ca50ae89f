//! Turns lines of text with their boxes, as text recognition or a PDF gives them, into the text of
//! a page in reading order.
//!
//! Columns of text are put under the heads they stand under; large print is marked as a heading, a
//! line set in begins a paragraph. What is story, headline or folio is left to the page reader: here
//! only geometry speaks. Very long pages are cut along their white space instead.

mod columns;
mod json;
mod order;
mod stories;
mod write;
mod xml;

pub(super) use json::read_json;
pub(super) use write::text;
pub(super) use xml::{read_bbox_layout, read_hocr};

/// Pitch of characters in heights of their line's box.
const PITCH: f64 = 0.8;

/// One line of text and where it stands; lengths in the units of the source, y downward.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LineBox {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl LineBox {
    /// Whether the box covers anything, and only finite places.
    pub(super) fn has_extent(&self) -> bool {
        let all = [self.left, self.top, self.right, self.bottom];
        self.right > self.left && self.bottom > self.top && all.iter().all(|n| n.is_finite())
    }

    fn width(&self) -> f64 {
        self.right - self.left
    }

    fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Characters, narrow ones as half.
    fn chars(&self) -> f64 {
        self.text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
    }

    /// Whether the characters stand below each other.
    fn is_vertical(&self) -> bool {
        self.text.chars().nth(1).is_some() && self.height() > 1.8 * self.width()
    }

    /// Size of the print: the mean of how high a character is and how far the next one stands off.
    ///
    /// Boxes of one line differ by a few units in height; the pitch of many characters is steadier.
    fn size(&self) -> f64 {
        let (along, across) =
            if self.is_vertical() { (self.height(), self.width()) } else { (self.width(), self.height()) };
        let chars = self.chars();
        // Spaced-out heads and single characters tell their size by height alone.
        let pitch = if chars < 4.0 { PITCH * across } else { (along / chars).min(1.2 * across) };
        (pitch * across).sqrt()
    }

    fn middle(&self) -> f64 {
        f64::midpoint(self.top, self.bottom)
    }
}

/// The usual size of print on a page: the middle one of all characters.
fn body_size(lines: &[LineBox]) -> f64 {
    let mut sizes: Vec<(f64, f64)> = lines.iter().map(|l| (l.size(), l.chars())).collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: f64 = sizes.iter().map(|(_, chars)| chars).sum();
    let mut seen = 0.0;
    for (size, chars) in sizes {
        seen += chars;
        if seen * 2.0 >= all {
            return size.max(1e-6);
        }
    }
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn line(text: &str, left: f64, top: f64, right: f64, bottom: f64) -> LineBox {
        LineBox { text: text.to_owned(), left, top, right, bottom }
    }

    #[test]
    fn the_usual_size_is_that_of_most_characters() {
        let lines = [
            line("引水渠贯通", 0.0, 0.0, 500.0, 100.0),
            line("本报讯昨日引水渠全线贯通", 0.0, 120.0, 240.0, 140.0),
            line("两岸村民早早来到渠边等候", 0.0, 145.0, 240.0, 165.0),
        ];
        assert!((body_size(&lines) - 20.0).abs() < 0.5);
    }
}
