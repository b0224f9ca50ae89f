//! Counts what was read by the page it stood on.

use crate::index::{Sheet, UnitEntry};
use crate::paper::IssueFacts;

/// The entry of a page in that of its unit.
pub(super) fn sheet<'a>(
    entry: &'a mut UnitEntry,
    place: &str,
    facts: &IssueFacts,
    source: &str,
) -> &'a mut Sheet {
    let new = || Sheet { facts: facts.clone(), source: source.to_owned(), ..Sheet::default() };
    entry.sheets.being_read().entry(place.to_owned()).or_insert_with(new)
}

/// What the id of a ready article begins with where it names its page, else its place in words.
pub(super) fn page_of(id: &str, facts: &IssueFacts) -> String {
    match (id.rsplit_once('/'), facts.date) {
        (Some((page, _)), Some(date)) if page.contains(&format!("/{date}/")) => page.to_owned(),
        (_, date) => {
            let of = |part: &Option<String>| part.clone().unwrap_or_default();
            format!(
                "{} {} {}",
                of(&facts.paper),
                date.map_or_else(String::new, |d| d.to_string()),
                of(&facts.page)
            )
        }
    }
}
