//! Which of the articles read has an id: the memory it takes grows with the archive, so it is small.

use std::collections::HashMap;

/// Unit and number of the article that has an id.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// By the first half of the digest of an id: long enough that no two ids of this world share one.
    known: HashMap<[u8; 16], (u32, u32)>,
    units: Vec<String>,
}

fn key(id: &str) -> [u8; 16] {
    let mut key = [0; 16];
    key.copy_from_slice(&blake3::hash(id.as_bytes()).as_bytes()[..16]);
    key
}

impl Ids {
    /// The unit of the article that has an id.
    pub(super) fn unit_of(&self, id: &str) -> Option<&str> {
        let (unit, _) = self.known.get(&key(id))?;
        self.units.get(*unit as usize).map(String::as_str)
    }

    /// Gives an id to an article by its number; whether none had it before.
    pub(super) fn insert(&mut self, id: &str, unit: &str, number: u64) -> bool {
        // Units are read one after the other.
        if self.units.last().is_none_or(|last| last != unit) {
            self.units.push(unit.to_owned());
        }
        let unit = u32::try_from(self.units.len() - 1).unwrap_or(u32::MAX);
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.known.insert(key(id), (unit, number)).is_none()
    }

    /// Whether the article of that number is the last that was given the id.
    pub(super) fn is_latest(&self, id: &str, number: u64) -> bool {
        self.known.get(&key(id)).is_some_and(|(_, latest)| u64::from(*latest) == number)
    }
}
