//! Who took part how often, month by month, and where the order of printed lists changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::Archive;
use super::appear::{Appearances, month, name_of, spelled};
use super::people::person_url;
use crate::index::{Error, StoredArticle};
use crate::people::Part;
use crate::query::DateRange;

/// Which attendance is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttendanceQuery {
    /// Only issues of these days.
    pub dates: Option<DateRange>,
    /// Only this part: a kind of them, or one as printed.
    pub part: Option<String>,
    /// Only persons of this name.
    pub name: Option<String>,
}

/// How often one person took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AttendanceRow {
    /// The name.
    pub name: String,
    /// The person's page on this server.
    pub person: String,
    /// Events in the whole time.
    pub total: u64,
    /// Events in each month of the matrix.
    pub months: Vec<u64>,
    /// Articles by kind of part: `chaired`, `spoke`, ….
    pub parts: BTreeMap<String, u64>,
}

/// Events by person and month, as far as the paper prints a part (出席情况).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Attendance {
    /// The months, in order, those between included.
    pub months: Vec<String>,
    /// The persons, most events first.
    pub rows: Vec<AttendanceRow>,
    /// Articles that print a part but no day; they stand in no month and are not counted.
    pub undated: u64,
}

/// Two persons printed in the other order than before (次序变化); data, not a conclusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OrderChange {
    /// The day.
    pub date: String,
    /// The article.
    pub id: String,
    /// Who is printed in front now.
    pub first: String,
    /// Who is printed behind now, and was printed in front before.
    pub second: String,
    /// The whole list as printed now.
    pub list: Vec<String>,
    /// Last issue with the other order.
    pub before_date: String,
    /// Its article.
    pub before_id: String,
    /// Its list.
    pub before_list: Vec<String>,
    /// How many lists had printed the order before, without a break.
    pub before_lists: u64,
}

impl Archive {
    /// Who took part how often, month by month.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn attendance(&self, asked: &AttendanceQuery) -> Result<Attendance, Error> {
        let all = self.appearances(asked.name.as_deref(), asked.dates)?;
        Ok(attendance(&all, asked))
    }

    /// Where the printed order of two persons differs from that of the list before, in order of time.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn order_changes(
        &self,
        dates: Option<DateRange>,
        name: Option<&str>,
    ) -> Result<Vec<OrderChange>, Error> {
        let all = self.appearances(name, dates)?;
        let mut changes = Vec::new();
        for turned in turned(&all) {
            let concerns = |person: u32| name.is_some_and(|name| all.persons.of(person) == name);
            if name.is_some() && !concerns(turned.pair.0) && !concerns(turned.pair.1) {
                continue;
            }
            let names = |list: &[u32]| -> Vec<String> {
                list.iter().map(|p| name_of(all.persons.of(*p)).to_owned()).collect()
            };
            let place = |at: usize| -> Result<(String, String), Error> {
                let article = &all.articles[at];
                let stored: StoredArticle = self.record(article.address).map_err(|e| self.error(e))?;
                Ok((article.day.map(spelled).unwrap_or_default(), stored.article.id))
            };
            let ((date, id), (before_date, before_id)) = (place(turned.now.0)?, place(turned.before.0)?);
            changes.push(OrderChange {
                date,
                id,
                first: name_of(all.persons.of(turned.pair.0)).to_owned(),
                second: name_of(all.persons.of(turned.pair.1)).to_owned(),
                list: names(&all.articles[turned.now.0].lists[turned.now.1]),
                before_date,
                before_id,
                before_list: names(&all.articles[turned.before.0].lists[turned.before.1]),
                before_lists: turned.before_lists,
            });
        }
        Ok(changes)
    }
}

fn attendance(all: &Appearances, asked: &AttendanceQuery) -> Attendance {
    let events = all.events();
    let kinds: Vec<Part> =
        (0..all.parts.len()).map(|n| Part::of(all.parts.of(u32::try_from(n).unwrap_or(u32::MAX)))).collect();
    let kind = |part: u16| kinds.get(usize::from(part)).copied().unwrap_or(Part::Attended);
    let wanted = |part: u16| {
        asked
            .part
            .as_deref()
            .is_none_or(|asked| all.parts.of(u32::from(part)) == asked || kind(part).name() == asked)
    };
    let me = asked.name.as_deref().map(|name| all.persons.get(name));
    // Events by person and month, and articles by kind of part.
    type Seen = (BTreeMap<u64, BTreeSet<u32>>, BTreeMap<Part, u64>);
    let mut seen: HashMap<u32, Seen> = HashMap::new();
    let (mut undated, mut first, mut last) = (0, u64::MAX, 0);
    for (article, event) in all.articles.iter().zip(&events) {
        let mut counted = false;
        for (person, parts) in &article.who {
            if me.is_some_and(|me| me != Some(*person)) || !parts.iter().any(|p| wanted(*p)) {
                continue;
            }
            let Some(day) = article.day else {
                undated += u64::from(!counted);
                counted = true;
                continue;
            };
            first = first.min(day / 100);
            last = last.max(day / 100);
            let (months, by_kind) = seen.entry(*person).or_default();
            months.entry(day / 100).or_default().insert(*event);
            let played: BTreeSet<Part> = parts.iter().filter(|p| wanted(**p)).map(|p| kind(*p)).collect();
            for part in played {
                *by_kind.entry(part).or_default() += 1;
            }
        }
    }
    let mut months: Vec<u64> = Vec::new();
    let mut at = first;
    while !seen.is_empty() && at <= last {
        months.push(at);
        at = if at % 100 >= 12 { (at / 100 + 1) * 100 + 1 } else { at + 1 };
    }
    let mut rows: Vec<AttendanceRow> = seen
        .into_iter()
        .map(|(person, (by_month, by_kind))| {
            let id = all.persons.of(person);
            let counts: Vec<u64> =
                months.iter().map(|m| by_month.get(m).map_or(0, |events| events.len() as u64)).collect();
            AttendanceRow {
                name: name_of(id).to_owned(),
                person: person_url(id),
                // An event told over two months is one.
                total: by_month.values().flatten().collect::<BTreeSet<_>>().len() as u64,
                months: counts,
                parts: by_kind.into_iter().map(|(part, n)| (part.name().to_owned(), n)).collect(),
            }
        })
        .collect();
    rows.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.person.cmp(&b.person)));
    Attendance { months: months.into_iter().map(|m| month(m * 100)).collect(), rows, undated }
}

/// A pair whose order turned: article and list, now and before.
struct Turned {
    /// In front now, behind now.
    pair: (u32, u32),
    now: (usize, usize),
    before: (usize, usize),
    before_lists: u64,
}

/// Whether the smaller of a pair stood in front, in which list last, and in how many in a row.
type Order = (bool, (usize, usize), u64);

/// Where neighbours of dated lists stand the other way round than in the last list with both.
fn turned(all: &Appearances) -> Vec<Turned> {
    // By pair, the smaller number first.
    let mut orders: HashMap<(u32, u32), Order> = HashMap::new();
    let mut found = Vec::new();
    for (at, article) in all.articles.iter().enumerate() {
        if article.day.is_none() {
            continue;
        }
        for (l, list) in article.lists.iter().enumerate() {
            for (i, &a) in list.iter().enumerate() {
                for &b in list.iter().skip(i + 1).take(LIST_REACH) {
                    let key = (a.min(b), a.max(b));
                    let in_front = a < b;
                    match orders.get_mut(&key) {
                        Some((order, place, lists)) if *order == in_front => {
                            *place = (at, l);
                            *lists += 1;
                        }
                        Some(known) => {
                            found.push(Turned {
                                pair: (a, b),
                                now: (at, l),
                                before: known.1,
                                before_lists: known.2,
                            });
                            *known = (in_front, (at, l), 1);
                        }
                        None => {
                            orders.insert(key, (in_front, (at, l), 1));
                        }
                    }
                }
            }
        }
    }
    found
}

/// How far apart two names of a list may stand for their order to be followed.
const LIST_REACH: usize = 40;
