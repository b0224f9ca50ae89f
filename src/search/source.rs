//! The sources an archive keeps, byte for byte.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _};

use super::Archive;
use crate::index::{Error, StoredArticle};
use crate::ingest::{Format, KeptFile, KeptUnit, UnitKind, decode};

/// What a page or an article was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The path as it was given.
    pub path: String,
    /// What it holds.
    pub format: Format,
    /// Its bytes, unpacked.
    pub bytes: Vec<u8>,
}

impl SourceText {
    /// The text, decoded as the page reader decodes it; none for what is no text.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        (self.format != Format::Pdf).then(|| decode(self.bytes.clone()).text)
    }
}

impl Archive {
    /// The sources of an article, a page or an issue, in the order of the pages: whole files, of a
    /// file of ready articles the lines that hold them. Nothing for an id that the archive lacks.
    ///
    /// # Errors
    ///
    /// [`Error::NotKept`] where the archive keeps no copy, [`Error::Damaged`] where it is not what
    /// was kept.
    pub fn sources_of(&self, id: &str) -> Result<Vec<SourceText>, Error> {
        let found = match self.article(id)? {
            Some(article) => vec![article],
            None => self.articles_under(id)?,
        };
        let manifest = if found.is_empty() { Default::default() } else { self.open.manifest()? };
        // Each file once, with the articles asked of it.
        let mut order: Vec<(&str, &str)> = Vec::new();
        let mut ids: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        for StoredArticle { unit, source, article, .. } in &found {
            let file = (unit.as_str(), source.split('#').next().unwrap_or(source));
            ids.entry(file).or_insert_with(|| {
                order.push(file);
                BTreeSet::new()
            });
            ids.entry(file).or_default().insert(&article.id);
        }
        let mut out = Vec::new();
        for (unit, source) in order {
            let kept = manifest.units.get(unit).and_then(|entry| entry.kept.as_ref());
            let file = kept.and_then(|kept| {
                let exact = kept.files.iter().find(|file| !file.sidecar && file.path == source);
                // A path may hold the sign that stands before a page's number in its file.
                let begins = || kept.files.iter().find(|f| !f.sidecar && f.path.starts_with(source));
                exact.or_else(begins).map(|file| (kept, file))
            });
            let Some((kept, file)) = file else { return Err(Error::NotKept(source.into())) };
            let wanted = ids.get(&(unit, source)).cloned().unwrap_or_default();
            out.push(self.source_text(kept, file, &wanted)?);
        }
        Ok(out)
    }

    fn source_text(
        &self,
        kept: &KeptUnit,
        file: &KeptFile,
        ids: &BTreeSet<&str>,
    ) -> Result<SourceText, Error> {
        let pack = self.open.pack_path(&kept.pack);
        let error = |e: std::io::Error| match e.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
                Error::Damaged { path: pack.clone(), what: e.to_string() }
            }
            _ => Error::Io { path: pack.clone(), source: e },
        };
        let mut bytes = Vec::new();
        let reader = file.open(&pack).map_err(error)?;
        if kept.kind == UnitKind::Articles && file.format == Format::JsonLines {
            let unit = kept.unit(&pack);
            let lines: BTreeSet<usize> = unit
                .articles()
                .filter_map(Result::ok)
                .filter(|record| record.source == file.path && ids.contains(record.article.id.as_str()))
                .filter_map(|record| record.line)
                .collect();
            let mut reader = BufReader::new(reader);
            let mut line = Vec::new();
            let mut number = 0;
            while reader.read_until(b'\n', &mut line).map_err(error)? > 0 {
                number += 1;
                if lines.contains(&number) {
                    bytes.extend_from_slice(&line);
                }
                line.clear();
            }
        } else {
            let mut reader = reader;
            reader.read_to_end(&mut bytes).map_err(error)?;
        }
        Ok(SourceText { path: file.path.clone(), format: file.format, bytes })
    }
}
