//! What the archive already holds, as far as a run needs it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use super::BATCH_ARTICLES;
use super::sample::Sample;
use super::sightings::Sightings;
use super::spill::{Draft, Spill};
use super::staying::Staying;
use crate::correct::Corrections;
use crate::index::{Error, OfPeople, OpenIndex, StoredArticle, StoredPage, Writer};
use crate::ingest::SourceProblem;
use crate::people::{self, ArticlePeople, NameBook, Overlay, Person, Said, Sighting, Stands};
use crate::search::{Archive, ArticlePlace};
use crate::text::fold::fold;
use crate::text::segment::Segmenter;

/// Articles read one after the other on one core: they lie side by side, and what one needs unpacked the
/// next needs too.
const STRETCH: usize = 32;
/// So many things that new articles say are kept in memory to take persons on; of more, persons are
/// gathered anew.
const FRESH_MAX: usize = 1 << 17;
/// Sightings gathered to persons on one core before others are taken.
const BATCH_SIGHTINGS: usize = 1 << 12;

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
    /// In how many removed articles names stand.
    gone: HashMap<String, u32>,
    /// Names that stand in other articles than before.
    moved: BTreeSet<String>,
    /// Articles gone over again in this run.
    renewed: HashSet<String>,
    /// What is said of people, and whose persons are gathered anew: those of removed articles among them.
    sightings: Sightings,
    /// What new articles say, while it is so little that persons may be taken on from where they are.
    fresh: Option<Fresh>,
}

/// What new articles say of people, by name.
#[derive(Default)]
struct Fresh {
    said: BTreeMap<String, Vec<Sighting>>,
    count: usize,
}

impl Fresh {
    fn take(&mut self, id: &str, date: Option<Date>, texts: &[String]) -> Result<(), Error> {
        for text in texts {
            let read = Said::read(text).map_err(|e| super::spilling(e.into()))?;
            let sighting = Sighting { id: id.to_owned(), date, said: Arc::new(read), article: 0 };
            self.said.entry(sighting.said.name().to_owned()).or_default().push(sighting);
        }
        self.count += texts.len();
        Ok(())
    }
}

impl Old {
    /// Gets ready to answer for the state before a run.
    pub(super) fn open(
        root: &Path,
        previous: Option<OpenIndex>,
        names: NameBook,
        corrections: Corrections,
        removed: &BTreeSet<String>,
        anew: bool,
    ) -> Result<Self, Error> {
        let all = anew || previous.is_none();
        let mut old = Self {
            archive: previous.map(Archive::from_open),
            anew,
            removed: removed.clone(),
            teacher: NameBook::with_overlay(names.overlay().clone()),
            names,
            corrections,
            unlearned: NameBook::default(),
            gone: HashMap::new(),
            moved: BTreeSet::new(),
            renewed: HashSet::new(),
            fresh: (!all).then(Fresh::default),
            sightings: Sightings::new(root.to_owned(), all),
        };
        if old.archive.is_some() && !anew && !removed.is_empty() {
            let finder = Stands::of(old.names.to_count());
            let mut gone = finder.empty();
            for unit in removed {
                let places = old.archive.as_ref().map(|a| a.places_of_unit(unit)).transpose()?;
                let learned = |old: &Self, stored: &StoredArticle| {
                    let names = super::learn(&old.teacher, &old.corrections, [&stored.article]);
                    (names, finder.standing_in(&stored.article))
                };
                old.each(&places.unwrap_or_default(), learned, |old, stored, (names, standing)| {
                    old.unlearned.merge(&names);
                    gone.take(standing);
                    gather_anew(&mut old.sightings, &stored.people);
                    Ok(())
                })?;
            }
            old.gone = finder.counted(gone);
        }
        Ok(old)
    }

    /// Reads articles of the state before, so many at a time: `work` is done on all cores, `then` on one
    /// and in the order in which they lie.
    fn each<T: Send>(
        &mut self,
        places: &[ArticlePlace],
        work: impl Fn(&Self, &StoredArticle) -> T + Sync,
        mut then: impl FnMut(&mut Self, StoredArticle, T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(archive) = self.archive.clone() else { return Ok(()) };
        for batch in places.chunks(BATCH_ARTICLES) {
            let old: &Self = self;
            let one = |place: &ArticlePlace| {
                let stored = archive.article_at(*place)?;
                let done = work(old, &stored);
                Ok((stored, done))
            };
            let done: Vec<_> =
                batch.par_iter().with_min_len(STRETCH).map(one).collect::<Result<_, Error>>()?;
            done.into_iter().try_for_each(|(stored, done)| then(self, stored, done))?;
        }
        Ok(())
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

    /// Whether there are articles that stay as they are.
    pub(super) const fn has_staying(&self) -> bool {
        self.archive.is_some() && !self.anew
    }

    /// Says of each name in how many articles it stands: in so many `new` ones, and in those that stay. Old
    /// ones may have to be gone over again for the names that stand in new ones or in such as go.
    pub(super) fn set_stands(
        &mut self,
        names: &mut NameBook,
        new: HashMap<String, u32>,
    ) -> Result<(), Error> {
        let of = |counts: &HashMap<String, u32>, name: &str| counts.get(name).copied().unwrap_or_default();
        if !self.has_staying() {
            names.set_stands(|name, _| of(&new, name));
            return Ok(());
        }
        let before = |name: &str| self.names.get(name).and_then(|taught| taught.stands);
        let uncounted: BTreeSet<String> =
            names.uncounted().filter(|name| before(name).is_none()).map(str::to_owned).collect();
        let places = self.containing(&uncounted)?;
        let finder = Stands::of(uncounted.iter().map(String::as_str));
        let mut found = finder.empty();
        let find = |old: &Self, stored: &StoredArticle| {
            let stays = !old.removed.contains(&stored.unit);
            if stays { finder.standing_in(&stored.article) } else { Vec::new() }
        };
        self.each(&places, find, |_, _, names| {
            found.take(names);
            Ok(())
        })?;
        let found = finder.counted(found);
        // Of a name of which something was learned or taken back the number stands in the book of before.
        let before = |name: &str| self.names.get(name).and_then(|taught| taught.stands);
        names.set_stands(|name, kept| {
            let staying = match kept.or_else(|| before(name)) {
                Some(articles) => articles.saturating_sub(of(&self.gone, name)),
                None => of(&found, name),
            };
            staying.saturating_add(of(&new, name))
        });
        self.moved = new.into_keys().chain(std::mem::take(&mut self.gone).into_keys()).collect();
        Ok(())
    }

    /// Persons of these names are gathered, whether an article names them or not: they are corrected
    /// otherwise than before.
    pub(super) fn corrected(&mut self, names: &BTreeSet<String>) {
        names.iter().for_each(|name| self.sightings.gather(name));
    }

    /// Takes the articles of the units that stay, where everything is written anew. What an older finder
    /// learned from them is not known any more, so they are learned from again.
    pub(super) fn staying<'a>(
        &mut self,
        units: impl Iterator<Item = &'a String>,
        teacher: &NameBook,
        corrections: &Corrections,
        learned: &mut NameBook,
        sample: &mut Sample,
        drafts: &mut Spill<Draft>,
    ) -> Result<u64, Error> {
        let mut articles = 0;
        for unit in units {
            let Some(archive) = self.archive.as_ref().filter(|_| self.anew) else { break };
            let places = archive.places_of_unit(unit)?;
            let names =
                |_: &Self, stored: &StoredArticle| super::learn(teacher, corrections, [&stored.article]);
            self.each(&places, names, |_, stored, names| {
                learned.merge(&names);
                articles += 1;
                let StoredArticle { article, facts, source, unit, .. } = stored;
                let draft = Draft { article, facts, source, unit };
                sample.look(&draft);
                let bytes = draft.text_bytes();
                drafts.push(draft, bytes).map_err(super::spilling)
            })?;
        }
        Ok(articles)
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

    /// What the articles that stay and contain a word of which the lexicon says something else now taught
    /// is taken back, and what they teach now is learned.
    pub(super) fn touched(
        &mut self,
        words: &BTreeSet<String>,
        teacher: &NameBook,
        corrections: &Corrections,
        learned: &mut NameBook,
    ) -> Result<(), Error> {
        let places = self.containing(words)?;
        let both = |old: &Self, stored: &StoredArticle| {
            (!old.removed.contains(&stored.unit)).then(|| {
                let before = super::learn(&old.teacher, &old.corrections, [&stored.article]);
                (before, super::learn(teacher, corrections, [&stored.article]))
            })
        };
        self.each(&places, both, |old, _, names| {
            if let Some((before, now)) = names {
                old.unlearned.merge(&before);
                learned.merge(&now);
            }
            Ok(())
        })
    }

    /// The names of which the books before and after the run say something else.
    fn changed(&self, learned: &NameBook, names: &NameBook) -> BTreeSet<String> {
        let touched = learned.iter().chain(self.unlearned.iter()).map(|(name, _)| name);
        let touched = touched.chain(self.moved.iter().map(String::as_str));
        // How often a name was seen also decides about those that begin with it.
        let all = touched.flat_map(|name| {
            let longer = self.names.longer_by_one(name).chain(names.longer_by_one(name));
            std::iter::once(name).chain(longer)
        });
        all.filter(|name| self.names.knows(name) != names.knows(name)).map(str::to_owned).collect()
    }

    /// Goes over the articles again that stay and contain a word of the lexicon or a name of which something
    /// else is known now; gives the number of those that are written anew.
    ///
    /// Most of them hold a name by chance, and nothing changes. Those are left alone.
    pub(super) fn renew(
        &mut self,
        writer: &Writer,
        words: BTreeSet<String>,
        learned: &NameBook,
        names: &NameBook,
        segmenter: &Segmenter,
        corrections: &Corrections,
    ) -> Result<u64, Error> {
        let Some(archive) = self.archive.as_ref().filter(|_| !self.anew) else { return Ok(0) };
        let mut runs = self.changed(learned, names);
        runs.extend(words);
        if runs.is_empty() {
            return Ok(0);
        }
        let before = archive.index().segmenter()?;
        let places = self.containing(&runs)?;
        let again = |old: &Self, stored: &StoredArticle| -> Result<Option<(Vec<String>, OfPeople)>, Error> {
            if old.removed.contains(&stored.unit) {
                return Ok(None);
            }
            let people = corrections.people_of(&stored.article, names);
            let same = |(_, run): (_, Cow<'_, str>)| {
                let folded = fold(&run);
                before.words(&folded) == segmenter.words(&folded)
            };
            if people == stored.people && stored.runs().all(same) {
                return Ok(None);
            }
            let was = says(stored)?;
            let now = StoredArticle { people, ..stored.clone() };
            writer.remove_article(&now.article.id)?;
            Ok(Some((was, writer.put_article(&now)?)))
        };
        let mut renewed = 0;
        self.each(&places, again, |old, stored, done| {
            if let Some((was, now)) = done? {
                renewed += 1;
                old.gather_changed(&was, &now.said)?;
                old.put(&stored.article.id, stored.facts.date, now)?;
                old.renewed.insert(stored.article.id);
            }
            Ok(())
        })?;
        Ok(renewed)
    }

    /// The places of all articles that contain one of these runs of characters.
    fn containing(&self, runs: &BTreeSet<String>) -> Result<Vec<ArticlePlace>, Error> {
        let archive = self.archive.as_ref().filter(|_| !self.anew && !runs.is_empty());
        archive.map_or_else(
            || Ok(Vec::new()),
            |archive| archive.places_containing(runs.iter().map(String::as_str)),
        )
    }

    /// Has the persons gathered of whom an article that was gone over again says something else, and of
    /// namesakes all: which of them a bare name means is told by who else is named.
    fn gather_changed(&mut self, was: &[String], said: &[String]) -> Result<(), Error> {
        let (before, now) = [was, said].map(|texts| texts.iter().collect::<HashSet<_>>()).into();
        for text in before.union(&now) {
            let Some(name) = Said::name_in(text) else { continue };
            let same = before.contains(text) && now.contains(text);
            let several = || self.archive.as_ref().map(|archive| archive.has_person(&format!("{name}~2")));
            if !same || several().transpose()?.unwrap_or(false) {
                self.sightings.gather(&name);
            }
        }
        Ok(())
    }

    /// Takes note of what a new article says of people, whose persons are taken on or gathered anew.
    pub(super) fn sighted(&mut self, id: &str, date: Option<Date>, of_people: OfPeople) -> Result<(), Error> {
        let said = &of_people.said;
        if let Some(fresh) = &mut self.fresh {
            fresh.take(id, date, said)?;
            if fresh.count > FRESH_MAX {
                fresh.said.keys().for_each(|name| self.sightings.gather(name));
                self.fresh = None;
            }
        } else if !self.sightings.gathers_all() {
            said.iter().filter_map(|text| Said::name_in(text)).for_each(|name| self.sightings.gather(&name));
        }
        self.put(id, date, of_people)
    }

    fn put(&mut self, id: &str, date: Option<Date>, of_people: OfPeople) -> Result<(), Error> {
        let OfPeople { named, said } = of_people;
        self.sightings.article(id, date, named.iter().map(String::as_str), said).map_err(super::spilling)
    }

    /// Takes persons on from where they are, with what new articles say; those with whom that can't be done
    /// are gathered anew.
    fn take_on(&mut self, writer: &Writer, overlay: &Overlay) -> Result<(), Error> {
        let Some(Fresh { mut said, .. }) = self.fresh.take() else { return Ok(()) };
        said.retain(|name, _| !self.sightings.asks_for(name));
        // What the lexicon says of a body's name also decides about what was printed before.
        let archive = self.archive.as_ref().filter(|_| !self.anew && overlay == self.teacher.overlay());
        let one = |(name, sightings): (String, Vec<Sighting>)| {
            let mut known = archive.map_or_else(|| Ok(Vec::new()), |archive| archive.persons_named(&name))?;
            known.retain(|person| person.name == name);
            let [person] = known.as_slice() else { return Ok(Some(name)) };
            let Some(gone_on) = person.go_on(sightings, overlay) else { return Ok(Some(name)) };
            writer.remove_person(&person.id)?;
            writer.put_person(&gone_on)?;
            Ok(None)
        };
        let anew: Vec<Option<String>> = said.into_par_iter().map(one).collect::<Result<_, Error>>()?;
        anew.into_iter().flatten().for_each(|name| self.sightings.gather(&name));
        Ok(())
    }

    /// Writes the persons whose articles changed; gives the number of all persons afterwards, and what the
    /// lexicon says of persons that fits nothing.
    pub(super) fn write_persons(
        mut self,
        writer: &Writer,
        overlay: &Overlay,
    ) -> Result<(u64, Vec<SourceProblem>), Error> {
        self.take_on(writer, overlay)?;
        let staying = self.staying_says()?;
        let archive = self.archive.as_ref().filter(|_| !self.anew);
        let mut persons = archive.map_or(0, |a| a.generation().persons);
        let mut unused = Vec::new();
        // What the articles that stay say is read name by name, and may be much of any.
        let batch = if staying.is_some() { 1 } else { BATCH_SIGHTINGS };
        let work = |name: &str| staying.as_ref().map_or(0, |staying| staying.count_of(name));
        let written = self.sightings.drain(batch, work, |names, company| {
            let (mut come, mut gone, mut unused) = (0, 0, Vec::new());
            for (name, sightings) in names {
                let (sightings, own) = match &staying {
                    Some(staying) => {
                        let (sightings, company) = staying.with(&name, sightings, company)?;
                        (sightings, Some(company))
                    }
                    None => (sightings, None),
                };
                let company = own.as_ref().unwrap_or(company);
                if let Some(correction) = overlay.correction(&name) {
                    let source = correction.file();
                    let problems = correction.unused(&name, &sightings).into_iter();
                    unused
                        .extend(problems.map(|problem| SourceProblem { source: source.to_owned(), problem }));
                }
                let mut before = archive.map_or_else(|| Ok(Vec::new()), |a| a.persons_named(&name))?;
                // Names that only compare equal, 王刚 and 王剛, are gathered each for itself.
                before.retain(|person| person.name == name);
                let gathered = match sightings.is_empty() {
                    true => Vec::new(),
                    false => people::gather(&name, sightings, company, overlay),
                };
                gone += before.len() as u64;
                come += gathered.len() as u64;
                // Most of those who share a name are who they were.
                let is_among = |person: &Person, all: &[Person]| all.iter().any(|other| other == person);
                for person in before.iter().filter(|person| !is_among(person, &gathered)) {
                    writer.remove_person(&person.id)?;
                }
                for person in gathered.iter().filter(|person| !is_among(person, &before)) {
                    writer.put_person(person)?;
                }
            }
            Ok((come, gone, unused))
        })?;
        for (come, gone, problems) in written {
            persons = persons + come - gone;
            unused.extend(problems);
        }
        Ok((persons, unused))
    }

    /// What the articles that stay as they are say of those who are gathered anew; nothing where none stay, or
    /// nobody is.
    fn staying_says(&self) -> Result<Option<Staying>, Error> {
        let Some(archive) = self.archive.as_ref().filter(|_| !self.anew) else { return Ok(None) };
        if self.sightings.names().next().is_none() {
            return Ok(None);
        }
        let says = archive.sayings(self.sightings.names(), &self.removed, &self.renewed)?;
        Staying::beside(says, self.sightings.company()).map(Some)
    }
}

/// What a stored article says of people, as its document has it.
fn says(stored: &StoredArticle) -> Result<Vec<String>, Error> {
    let said = people::said(&stored.article, &stored.facts, &stored.people);
    said.map(|said| said.text()).collect::<Result<_, _>>().map_err(|e| super::spilling(e.into()))
}

/// Persons named in an article that goes are gathered anew.
fn gather_anew(sightings: &mut Sightings, people: &ArticlePeople) {
    people.summary.iter().for_each(|person| sightings.gather(person.person()));
}
