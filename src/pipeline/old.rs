//! What the archive already holds, as far as a run needs it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rayon::prelude::*;

use super::spill::Draft;
use crate::correct::Corrections;
use crate::index::{Error, OpenIndex, StoredArticle, StoredPage, Writer};
use crate::people::{self, NameBook, Overlay, Sighting};
use crate::search::Archive;

/// Articles read one after the other: they lie side by side, and what one needs unpacked the next needs too.
const STRETCH: usize = 128;

/// The state before a run, and what the run has gathered about people.
pub(super) struct Old {
    archive: Option<Archive>,
    /// Everything is written anew; what stays is gone over again too.
    anew: bool,
    /// Units whose articles go.
    removed: BTreeSet<String>,
    /// The names known before the run.
    names: NameBook,
    /// The lexicon known before the run, and nothing else.
    teacher: NameBook,
    /// The corrections known before the run.
    corrections: Corrections,
    /// Names that removed articles taught.
    unlearned: NameBook,
    /// Articles gone over again in this run.
    renewed: HashSet<String>,
    /// Sightings of this run by name; the names of removed articles are there without any.
    sightings: BTreeMap<String, Vec<Sighting>>,
}

impl Old {
    /// Gets ready to answer for the state before a run.
    pub(super) fn open(
        previous: Option<OpenIndex>,
        names: NameBook,
        corrections: Corrections,
        removed: &BTreeSet<String>,
        anew: bool,
    ) -> Result<Self, Error> {
        let mut old = Self {
            archive: previous.map(Archive::from_open),
            anew,
            removed: removed.clone(),
            teacher: NameBook::with_overlay(names.overlay().clone()),
            names,
            corrections,
            unlearned: NameBook::default(),
            renewed: HashSet::new(),
            sightings: BTreeMap::new(),
        };
        if let Some(archive) = old.archive.as_ref().filter(|_| !anew) {
            for unit in removed {
                for stored in archive.articles_of_unit(unit)? {
                    old.unlearned.merge(&super::learn(&old.teacher, &old.corrections, [&stored.article]));
                    gather_anew(&mut old.sightings, &stored);
                }
            }
        }
        Ok(old)
    }

    /// The unit of the article that has this id and stays.
    pub(super) fn unit_of(&self, id: &str) -> Result<Option<String>, Error> {
        let Some(archive) = &self.archive else { return Ok(None) };
        let unit = archive.article(id)?.map(|stored| stored.unit);
        Ok(unit.filter(|unit| !self.removed.contains(unit)))
    }

    /// All names of the archive once the run is done.
    pub(super) fn names_with(&self, learned: &NameBook) -> NameBook {
        let mut names = if self.anew { NameBook::default() } else { self.names.clone() };
        names.subtract(&self.unlearned);
        names.merge(learned);
        names
    }

    /// Persons of these names are gathered anew: they are corrected otherwise than before.
    pub(super) fn corrected(&mut self, names: BTreeSet<String>) {
        if self.archive.is_some() {
            self.sightings.extend(names.into_iter().map(|name| (name, Vec::new())));
        }
    }

    /// All articles of the units that stay, where everything is written anew. What an older finder
    /// learned from them is not known any more, so they are learned from again.
    pub(super) fn staying<'a>(
        &mut self,
        units: impl Iterator<Item = &'a String>,
    ) -> Result<Vec<Draft>, Error> {
        let Some(archive) = self.archive.as_ref().filter(|_| self.anew) else { return Ok(Vec::new()) };
        let mut drafts = Vec::new();
        for unit in units {
            for StoredArticle { article, facts, source, unit, .. } in archive.articles_of_unit(unit)? {
                drafts.push(Draft { article, facts, source, unit });
            }
        }
        Ok(drafts)
    }

    /// Their pages with furniture.
    pub(super) fn staying_pages<'a>(
        &self,
        units: impl Iterator<Item = &'a String>,
    ) -> Result<Vec<StoredPage>, Error> {
        let Some(archive) = self.archive.as_ref().filter(|_| self.anew) else { return Ok(Vec::new()) };
        let mut pages = Vec::new();
        for unit in units {
            pages.extend(archive.pages_of_unit(unit)?);
        }
        Ok(pages)
    }

    /// The articles that stay and contain a word of which the lexicon says something else now. What they
    /// taught is taken back, and what they teach now is learned.
    pub(super) fn touched(
        &mut self,
        words: &BTreeSet<String>,
        teacher: &NameBook,
        corrections: &Corrections,
        learned: &mut NameBook,
    ) -> Result<Vec<Draft>, Error> {
        let mut drafts = Vec::new();
        for word in words {
            for draft in self.containing(word)? {
                self.unlearned.merge(&super::learn(&self.teacher, &self.corrections, [&draft.article]));
                learned.merge(&super::learn(teacher, corrections, [&draft.article]));
                drafts.push(draft);
            }
        }
        Ok(drafts)
    }

    /// The articles that stay and contain a name that is known now and was not, or the other way, behind
    /// those already found.
    pub(super) fn renewed(&mut self, names: &NameBook, mut drafts: Vec<Draft>) -> Result<Vec<Draft>, Error> {
        let changed: Vec<String> = {
            let was: BTreeSet<&str> = self.names.taught().collect();
            let is: BTreeSet<&str> = names.taught().collect();
            was.symmetric_difference(&is).map(|name| (*name).to_owned()).collect()
        };
        for name in changed {
            drafts.extend(self.containing(&name)?);
        }
        Ok(drafts)
    }

    /// The articles that stay, contain a run of characters, and were not found before; they go and come
    /// again, and the persons named in them are gathered anew.
    fn containing(&mut self, run: &str) -> Result<Vec<Draft>, Error> {
        let Some(archive) = self.archive.as_ref().filter(|_| !self.anew) else { return Ok(Vec::new()) };
        let mut drafts = Vec::new();
        for stored in archive.articles_containing(run)? {
            if self.removed.contains(&stored.unit) || !self.renewed.insert(stored.article.id.clone()) {
                continue;
            }
            gather_anew(&mut self.sightings, &stored);
            let StoredArticle { article, facts, source, unit, .. } = stored;
            drafts.push(Draft { article, facts, source, unit });
        }
        Ok(drafts)
    }

    /// Takes note of what written articles say of people.
    pub(super) fn sighted(&mut self, sightings: impl Iterator<Item = (String, Sighting)>) {
        for (name, sighting) in sightings {
            self.sightings.entry(name).or_default().push(sighting);
        }
    }

    /// What the articles that stay say of these names.
    ///
    /// Every article is read once, however many of the names it holds, in the order in which they lie, and
    /// on all cores: one issue names people who stand in a good part of all articles.
    fn staying_sightings(
        &self,
        archive: &Archive,
        names: &BTreeMap<String, Vec<Sighting>>,
    ) -> Result<Vec<(String, Sighting)>, Error> {
        let places = archive.places_naming(names.keys().map(String::as_str))?;
        let found: Vec<Vec<(String, Sighting)>> = places
            .par_chunks(STRETCH)
            .map(|stretch| {
                let mut found = Vec::new();
                for place in stretch {
                    let stored = archive.article_at(*place)?;
                    if self.removed.contains(&stored.unit) || self.renewed.contains(&stored.article.id) {
                        continue;
                    }
                    found.extend(
                        people::sightings(&stored.article, &stored.facts, &stored.people)
                            .filter(|(name, _)| names.contains_key(*name))
                            .map(|(name, sighting)| (name.to_owned(), sighting)),
                    );
                }
                Ok(found)
            })
            .collect::<Result<_, Error>>()?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Writes the persons whose articles changed; gives the number of all persons afterwards.
    pub(super) fn write_persons(&mut self, writer: &Writer, overlay: &Overlay) -> Result<u64, Error> {
        let archive = self.archive.as_ref().filter(|_| !self.anew);
        let mut persons = archive.map_or(0, |a| a.generation().persons);
        let mut gathered = std::mem::take(&mut self.sightings);
        if let Some(archive) = archive {
            for (name, sighting) in self.staying_sightings(archive, &gathered)? {
                gathered.entry(name).or_default().push(sighting);
            }
        }
        for (name, sightings) in gathered {
            if let Some(archive) = archive {
                // Names that only compare equal, 王刚 and 王剛, are gathered each for itself.
                for known in archive.persons_named(&name)?.iter().filter(|p| p.name == name) {
                    writer.remove_person(&known.id)?;
                    persons -= 1;
                }
            }
            if !sightings.is_empty() {
                for person in people::gather(&name, sightings, overlay) {
                    writer.put_person(&person)?;
                    persons += 1;
                }
            }
        }
        Ok(persons)
    }
}

/// Persons named in an article that goes are gathered anew.
fn gather_anew(sightings: &mut BTreeMap<String, Vec<Sighting>>, stored: &StoredArticle) {
    for person in &stored.people.summary {
        sightings.entry(person.person().to_owned()).or_default();
    }
}
