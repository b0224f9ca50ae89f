//! Finds the picture or PDF of a page that lies beside its text, when somebody wants to see it.
//!
//! Pictures are no part of an archive: they are shown from where they lie, and where they lie no
//! longer there is none.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::group::stem;

/// Largest facsimile that is shown.
const BYTES_MAX: u64 = 64 << 20;

/// What shows a page as it was printed (原版): a picture, or a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facsimile {
    path: PathBuf,
    /// What it is, for browsers: `image/jpeg`, `application/pdf`, ….
    pub media_type: &'static str,
}

/// Endings of facsimiles, what each holds, and how such a file begins.
const KINDS: [(&str, &str, &[u8]); 7] = [
    ("pdf", "application/pdf", b"%PDF-"),
    ("jpg", "image/jpeg", b"\xFF\xD8\xFF"),
    ("jpeg", "image/jpeg", b"\xFF\xD8\xFF"),
    ("png", "image/png", b"\x89PNG"),
    ("webp", "image/webp", b"RIFF"),
    ("gif", "image/gif", b"GIF8"),
    ("tif", "image/tiff", b"II*\0"),
];

impl Facsimile {
    /// What lies beside a source file under the same name; nothing beside one inside a container.
    #[must_use]
    pub fn beside(source: &str) -> Option<Self> {
        if source.contains("!/") {
            return None;
        }
        let stem = stem(source);
        KINDS.iter().find_map(|&(ending, media_type, _)| {
            [ending.to_owned(), ending.to_ascii_uppercase()].into_iter().find_map(|ending| {
                let path = Path::new(&format!("{stem}.{ending}")).to_owned();
                path.is_file().then_some(Self { path, media_type })
            })
        })
    }

    /// Whether browsers show it among text.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        self.media_type.starts_with("image/") && self.media_type != "image/tiff"
    }

    /// Its bytes.
    ///
    /// # Errors
    ///
    /// Where it can't be read, is larger than is shown, or is not what its name says: what a folder
    /// holds beside the pages is not for readers.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(&self.path)?.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than is shown"));
        }
        let is_one =
            KINDS.iter().any(|(_, kind, begin)| *kind == self.media_type && bytes.starts_with(begin));
        if is_one {
            Ok(bytes)
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "not what its name says"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_shown_by_what_lies_beside_it_and_is_what_its_name_says() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string().replace('\\', "/");
        for (name, bytes) in
            [("01.md", "甲"), ("01.JPG", "no picture"), ("02.txt", "乙"), ("02.pdf", "%PDF-1.7")]
        {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let first = Facsimile::beside(&at("01.md")).unwrap();
        assert!(first.is_picture() && first.read().is_err());
        let second = Facsimile::beside(&at("02.txt")).unwrap();
        assert_eq!(
            (second.media_type, second.read().unwrap().as_slice()),
            ("application/pdf", &b"%PDF-1.7"[..])
        );
        assert_eq!(Facsimile::beside(&at("03.md")), None);
        assert_eq!(Facsimile::beside(&at("a.zip!/02.txt")), None);
    }
}
