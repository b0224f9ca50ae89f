//! What the archive already holds, as far as a run needs it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::spill::Draft;
use crate::index::{Error, OpenIndex, StoredArticle, Writer};
use crate::people::{self, NameBook, Sighting};
use crate::search::Archive;

/// The state before a run, and what the run has gathered about people.
pub(super) struct Old {
    archive: Option<Archive>,
    /// Units whose articles go.
    removed: BTreeSet<String>,
    /// Names the removed articles taught.
    unlearned: NameBook,
    /// Articles gone over again in this run.
    renewed: HashSet<String>,
    /// Sightings of this run by name; the names of removed articles are there without any.
    sightings: BTreeMap<String, Vec<Sighting>>,
}

impl Old {
    /// Gets ready to answer for the state before a run.
    pub(super) fn open(previous: Option<OpenIndex>, removed: &BTreeSet<String>) -> Result<Self, Error> {
        let mut old = Self {
            archive: previous.map(Archive::from_open),
            removed: removed.clone(),
            unlearned: NameBook::default(),
            renewed: HashSet::new(),
            sightings: BTreeMap::new(),
        };
        if let Some(archive) = &old.archive {
            for unit in removed {
                for stored in archive.articles_of_unit(unit)? {
                    old.unlearned.merge(&super::learn([&stored.article]));
                    for person in &stored.people.summary {
                        old.sightings.entry(person.name.clone()).or_default();
                    }
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
    pub(super) fn names_with(&self, learned: &NameBook) -> Result<NameBook, Error> {
        let mut names = match &self.archive {
            Some(archive) => archive.index().names()?,
            None => NameBook::default(),
        };
        names.subtract(&self.unlearned);
        names.merge(learned);
        Ok(names)
    }

    /// The articles that stay and contain a name that is known now and was not, or the other way.
    pub(super) fn renewed(&mut self, names: &NameBook) -> Result<Vec<Draft>, Error> {
        let Some(archive) = &self.archive else { return Ok(Vec::new()) };
        let before = archive.index().names()?;
        let (was, is): (BTreeSet<&str>, BTreeSet<&str>) =
            (before.taught().collect(), names.taught().collect());
        let mut drafts = Vec::new();
        for name in was.symmetric_difference(&is) {
            for stored in archive.articles_containing(name)? {
                if self.removed.contains(&stored.unit) || !self.renewed.insert(stored.article.id.clone()) {
                    continue;
                }
                for person in &stored.people.summary {
                    self.sightings.entry(person.name.clone()).or_default();
                }
                let StoredArticle { article, facts, source, unit, .. } = stored;
                drafts.push(Draft { article, facts, source, unit });
            }
        }
        Ok(drafts)
    }

    /// Takes note of what written articles say of people.
    pub(super) fn sighted(&mut self, sightings: impl Iterator<Item = (String, Sighting)>) {
        for (name, sighting) in sightings {
            self.sightings.entry(name).or_default().push(sighting);
        }
    }

    /// Writes the persons whose articles changed; gives the number of all persons afterwards.
    pub(super) fn write_persons(&mut self, writer: &Writer) -> Result<u64, Error> {
        let mut persons = self.archive.as_ref().map_or(0, |a| a.generation().persons);
        for (name, mut sightings) in std::mem::take(&mut self.sightings) {
            if let Some(archive) = &self.archive {
                // Names that only compare equal, 王刚 and 王剛, are gathered each for itself.
                for known in archive.persons_named(&name)?.iter().filter(|p| p.name == name) {
                    writer.remove_person(&known.id)?;
                    persons -= 1;
                }
                for stored in archive.articles_naming(&name)? {
                    if self.removed.contains(&stored.unit) || self.renewed.contains(&stored.article.id) {
                        continue;
                    }
                    let of_name = people::sightings(&stored.article, &stored.facts, &stored.people)
                        .filter(|(n, _)| *n == name)
                        .map(|(_, sighting)| sighting);
                    sightings.extend(of_name);
                }
            }
            if !sightings.is_empty() {
                for person in people::gather(&name, sightings) {
                    writer.put_person(&person)?;
                    persons += 1;
                }
            }
        }
        Ok(persons)
    }
}
