//! Articles by id, persons and the posts they held, trends and sums, from a cluster.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::clause::{all_of, any_of, begins, kind, term, the_one, those};
use super::open::Cluster;
use crate::index::schema::DocumentKind;
use crate::index::{Error, StoredArticle, StoredPage, page_key, person_key};
use crate::people::{Person, organ_forms, split_post};
use crate::query::{Field, Query, Question, Term as Asked};
use crate::search::trend::{Trend, TrendRequest};
use crate::search::{
    ALTERNATIVES_MAX, AppearanceRow, Appearances, Facet, Hit, HoldingRow, Namesakes, PeopleQuery, Period,
    PersonPage, Reason, Request, Sort, Stats, answering, hit_of, marked_runs, may_be_a_slip, name_of,
    namesakes_of, page_of_person, place, quoted_in, trend_of,
};
use crate::text::fold::fold;
use crate::text::pinyin::name_letters;

impl Cluster {
    /// One article by its id.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn article(&self, id: &str) -> Result<Option<StoredArticle>, Error> {
        self.by_key(DocumentKind::Article, id)
    }

    fn by_key<T: serde::de::DeserializeOwned>(
        &self,
        kind: DocumentKind,
        id: &str,
    ) -> Result<Option<T>, Error> {
        Ok(self.records(&the_one(kind.key(), id))?.into_iter().next())
    }

    /// All articles of an issue or a page, by the beginning of their ids, in the order of the page.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn articles_under(&self, prefix: &str) -> Result<Vec<StoredArticle>, Error> {
        let prefix = prefix.trim_end_matches('/');
        let under = begins("id", &format!("{prefix}/"));
        let mut found: Vec<StoredArticle> =
            self.records(&all_of(vec![under, kind(DocumentKind::Article.key())], Vec::new()))?;
        found.sort_by(|a, b| place(a).cmp(&place(b)));
        Ok(found)
    }

    /// What stands on a page, or on the pages of an issue, and is no story.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn furniture_under(&self, id: &str) -> Result<Vec<StoredPage>, Error> {
        let id = id.trim_end_matches('/');
        let one = term("id", &page_key(id));
        let under = begins("id", &format!("{}/", page_key(id)));
        let mut pages: Vec<StoredPage> = self.records(&any_of(vec![one, under]))?;
        pages.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(pages)
    }

    fn persons(&self, mut asked: Vec<Value>) -> Result<Vec<Person>, Error> {
        asked.push(kind(DocumentKind::Person.key()));
        self.records(&all_of(asked, Vec::new()))
    }

    /// The persons of that name.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn persons_named(&self, name: &str) -> Result<Vec<Person>, Error> {
        let mut found = self.persons(vec![term("name", &fold(name))])?;
        found.sort_by(|a, b| (a.id.chars().count(), &a.id).cmp(&(b.id.chars().count(), &b.id)));
        Ok(found)
    }

    /// The persons whose name sounds so.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn persons_sounding(&self, letters: &str) -> Result<Vec<Person>, Error> {
        let letters = letters.to_lowercase().replace([' ', '\''], "");
        let mut found = self.persons(vec![term("sound", &letters)])?;
        found.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.id.cmp(&b.id)));
        Ok(found)
    }

    /// The persons whose name sounds like a name; other slips can't be looked for in the engine.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn persons_meant(&self, name: &str) -> Result<Vec<(Person, Reason)>, Error> {
        let folded = fold(name);
        if !may_be_a_slip(&folded) {
            return Ok(Vec::new());
        }
        let mut found = self.persons_sounding(&name_letters(&folded))?;
        found.retain(|person| fold(&person.name) != folded);
        Ok(found.into_iter().take(ALTERNATIVES_MAX).map(|person| (person, Reason::Sound)).collect())
    }

    /// One person by id.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn person(&self, id: &str) -> Result<Option<Person>, Error> {
        self.by_key(DocumentKind::Person, &person_key(id))
    }

    /// The holdings that answer, best first.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn holdings(&self, asked: &PeopleQuery) -> Result<Vec<HoldingRow>, Error> {
        let mut parts = Vec::new();
        parts.extend(asked.name.as_ref().map(|name| term("name", &fold(name))));
        parts.extend(asked.organ.as_ref().map(|organ| {
            any_of(organ_forms(&fold(organ)).iter().map(|form| term("organ_key", form)).collect())
        }));
        parts.extend(asked.post.as_ref().map(|post| {
            let title = split_post(post).title;
            any_of(vec![term("post_key", &fold(post)), term("post_key", &fold(&title))])
        }));
        Ok(answering(self.persons(parts)?, asked))
    }

    /// A person with the latest `limit` articles, quotations and companions (0 means all).
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn person_page(&self, person: Person, limit: usize) -> Result<PersonPage, Error> {
        let holdings =
            self.holdings(&PeopleQuery { name: Some(person.name.clone()), ..PeopleQuery::default() })?;
        let articles_max = if limit == 0 { usize::MAX } else { limit };
        let appearances = self.appearances(&person.id)?;
        let articles = self.articles_of(&person, limit)?;
        let mut quotations = Vec::new();
        for id in appearances.latest() {
            if quotations.len() >= articles_max {
                break;
            }
            if let Some(stored) = self.article(id)? {
                quotations.extend(quoted_in(&stored, &person.name));
            }
        }
        quotations.truncate(articles_max);
        let mut others = Vec::new();
        for id in &person.possibly_same {
            others.extend(self.person(id)?);
        }
        Ok(page_of_person(person, others, holdings, &appearances, quotations, articles, articles_max))
    }

    /// The latest articles of a person; of one that shares the name, the person's own.
    fn articles_of(&self, person: &Person, limit: usize) -> Result<Vec<Hit>, Error> {
        let query = Query::Field { field: Field::Person, term: Asked::Literal(person.name.clone()) };
        let request = Request {
            question: Question { query, notes: Vec::new() },
            sort: Sort::Newest,
            limit,
            ..Request::new("")
        };
        if person.possibly_same.is_empty() {
            return Ok(self.search(&request)?.hits);
        }
        let runs = marked_runs(&request.question.query, |run| vec![(run.to_owned(), fold(run))]);
        let wanted = if limit == 0 { usize::MAX } else { limit };
        let own = those(DocumentKind::Article.key(), &person.own);
        let sort = json!([{"day": {"order": "desc", "missing": "_last"}}, {"tie": "asc"}]);
        let mut hits = Vec::new();
        self.each_hit::<Error>(&own, &sort, &json!(["record"]), (0, wanted), |hit| {
            hits.push(hit_of(&self.record(hit)?, false, &runs, &[], request.snippets));
            Ok(())
        })?;
        Ok(hits)
    }

    /// Who appears in the articles that name a person.
    fn appearances(&self, person: &str) -> Result<Appearances<String>, Error> {
        let named = term("person_key", &fold(name_of(person)));
        let query = all_of(vec![named, kind(DocumentKind::Article.key())], Vec::new());
        let source = json!(["id", "day", "event", "who", "list"]);
        let mut rows = Vec::new();
        self.each_hit::<Error>(&query, &json!([{"tie": "asc"}]), &source, (0, usize::MAX), |hit| {
            let told = &hit["_source"];
            let texts = |name: &str| -> Vec<String> {
                let all = told[name].as_array().into_iter().flatten();
                all.filter_map(|text| text.as_str().map(str::to_owned)).collect()
            };
            rows.push(AppearanceRow {
                id: told["id"].as_str().unwrap_or_default().to_owned(),
                day: told["day"].as_u64(),
                event: told["event"].as_u64(),
                who: texts("who"),
                lists: texts("list"),
            });
            Ok(())
        })?;
        Ok(Appearances::of_rows(rows, self.namesakes()?, Some(person)))
    }

    /// Whose articles are whose where several persons share a name; read when first needed.
    fn namesakes(&self) -> Result<&Namesakes, Error> {
        if let Some(known) = self.namesakes.get() {
            return Ok(known);
        }
        let numbered: Vec<Person> =
            self.persons(vec![json!({"wildcard": {"id": {"value": "person:*~*"}}})])?;
        let mut first: Vec<String> = numbered.iter().map(|p| person_key(name_of(&p.id))).collect();
        first.sort_unstable();
        first.dedup();
        let mut all = numbered;
        for some in first.chunks(1_000) {
            all.extend(self.records::<Person>(&those(DocumentKind::Person.key(), some))?);
        }
        let namesakes = namesakes_of(all);
        Ok(self.namesakes.get_or_init(|| namesakes))
    }

    /// How often terms stand in the paper over time.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn trend(&self, request: &TrendRequest) -> Result<Trend, Error> {
        let articles_by = |by: Period| -> Result<BTreeMap<u64, u64>, Error> {
            let facet = match by {
                Period::Year => Facet::Year,
                Period::Month => Facet::Month,
                Period::Day => Facet::Day,
            };
            let asked = Request { dates: request.dates, ..Request::new("") };
            let found = self.by_value(&asked, facet)?;
            Ok(found.into_iter().filter_map(|(key, count)| Some((key.parse().ok()?, count))).collect())
        };
        trend_of(request, articles_by, |asked, take| self.matched(asked, take))
    }

    /// What the archive holds.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer.
    pub fn stats(&self) -> Result<Stats, Error> {
        let generation = self.generation();
        let day_of = |sort: Sort| -> Result<Option<String>, Error> {
            let request = Request { sort, limit: 1, snippets: false, ..Request::new("") };
            Ok(self.search(&request)?.hits.into_iter().next().and_then(|hit| hit.date))
        };
        let by_year = Request { limit: 1, facets: vec![Facet::Year], snippets: false, ..Request::new("") };
        let mut years = self.search(&by_year)?.facets.remove(Facet::Year.name()).unwrap_or_default();
        let undated = years.iter().find(|y| y.value == crate::search::UNDATED).map_or(0, |y| y.count);
        years.retain(|year| year.value != crate::search::UNDATED);
        let path = format!("/{}/_stats/store?filter_path=_all.total.store.size_in_bytes", self.index);
        let told = self.client.call("GET", &path, &Value::Null)?;
        Ok(Stats {
            articles: generation.articles,
            pages: generation.pages,
            people: generation.persons,
            undated,
            first_date: day_of(Sort::Oldest)?,
            last_date: day_of(Sort::Newest)?,
            text_bytes: generation.text_bytes,
            index_bytes: told.pointer("/_all/total/store/size_in_bytes").and_then(Value::as_u64).unwrap_or(0),
            // Sources stay where they were indexed.
            kept_bytes: 0,
            sources: self.meta.sources,
            generation: generation.number,
            format: generation.format,
            years,
        })
    }
}
