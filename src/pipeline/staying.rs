//! What the articles that stay say of people, put together with what others say.

use crate::index::Error;
use crate::people::{Company, Sighting};
use crate::search::Sayings;

/// What the articles that stay say of people.
pub(super) struct Staying {
    says: Sayings,
    /// The numbers that those named in other articles have there, by the numbers that these have.
    numbers: Vec<u32>,
}

impl Staying {
    /// Beside articles in which these are named.
    pub(super) fn beside(mut says: Sayings, company: &Company) -> Result<Self, Error> {
        let numbers = says.numbers(company.names().into_iter())?;
        Ok(Self { says, numbers })
    }

    /// How many articles that stay say something of a name.
    pub(super) fn count_of(&self, name: &str) -> usize {
        self.says.count_of(name)
    }

    /// What they and others say of a name, and who is named beside.
    pub(super) fn with(
        &self,
        name: &str,
        others: Vec<Sighting>,
        beside: &Company,
    ) -> Result<(Vec<Sighting>, Company), Error> {
        let mut company = Company::default();
        let mut all = self.says.of(name, &mut company)?;
        all.extend(others.into_iter().map(|sighting| {
            let named = beside.of(sighting.article).iter().map(|person| self.numbers[*person as usize]);
            let article = company.add_numbered(named);
            Sighting { article, ..sighting }
        }));
        Ok((all, company))
    }
}
