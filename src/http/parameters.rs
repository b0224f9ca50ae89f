//! Reads the parameters of an address into what the library is asked.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::problem::Problem;
use crate::export::Measure;
use crate::query::{DateRange, INPUT_CHARS_MAX};
use crate::search::{Facet, Group, PeopleQuery, Period, Request, Sort, TrendRequest, days};

/// Hits of an answer unless asked otherwise, as on the command line.
pub(super) const LIMIT: usize = 10;

/// Terms of one trend, and their length.
const TREND_TERMS_MAX: usize = 20;
const TERM_CHARS_MAX: usize = 500;

/// The parameters of a request, as typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query string, or the body of a form.
    pub(super) fn read(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The members of a JSON object.
    pub(super) fn from_json(body: &[u8]) -> Result<Self, Problem> {
        let bad = |e: serde_json::Error| {
            Problem::body(axum::http::StatusCode::BAD_REQUEST, format!("the body is no JSON object: {e}"))
        };
        let members: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(body).map_err(bad)?;
        let mut pairs = Vec::new();
        for (name, value) in members {
            let values = match value {
                serde_json::Value::Array(values) => values,
                value => vec![value],
            };
            for value in values {
                match value {
                    serde_json::Value::Null => {}
                    serde_json::Value::String(text) => pairs.push((name.clone(), text)),
                    value @ (serde_json::Value::Bool(_) | serde_json::Value::Number(_)) => {
                        pairs.push((name.clone(), value.to_string()));
                    }
                    _ => {
                        return Err(Problem::parameter(
                            &name,
                            "is neither a text, a number nor a list of them",
                        ));
                    }
                }
            }
        }
        Ok(Self(pairs))
    }

    /// All values of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The value of a name that may stand once; a form sends what was left empty too.
    pub(super) fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, Problem> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(Problem::parameter(name, "is given more than once"));
        }
        Ok(first.filter(|v| !v.trim().is_empty()))
    }

    /// A parsed value.
    fn parsed<T: FromStr>(&self, name: &str, what: &str) -> Result<Option<T>, Problem> {
        self.one(name)?
            .map(|text| {
                text.trim().parse().map_err(|_| Problem::parameter(name, format!("“{text}” is no {what}")))
            })
            .transpose()
    }

    /// A number.
    pub(super) fn number(&self, name: &str, default: usize) -> Result<usize, Problem> {
        Ok(self.parsed(name, "whole number from 0")?.unwrap_or(default))
    }

    /// A switch: on by `1`, `true`, `yes`, `on`, or by standing there without a value.
    pub(super) fn switch(&self, name: &str) -> Result<bool, Problem> {
        let Some(typed) = self.all(name).last() else { return Ok(false) };
        match typed {
            "" | "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" => Ok(false),
            other => Err(Problem::parameter(name, format!("“{other}” is neither true nor false"))),
        }
    }

    /// A question, as long as is read.
    pub(super) fn question<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, Problem> {
        let question = match self.one(name)? {
            Some(question) => question,
            // Blank asks for everything, absent is a mistake.
            None => match self.all(name).next() {
                Some(_) => "",
                None => return Ok(None),
            },
        };
        Self::length(question, name)?;
        Ok(Some(question))
    }

    /// Refuses what is longer than a question may be.
    pub(super) fn length(text: &str, name: &str) -> Result<(), Problem> {
        match text.chars().nth(INPUT_CHARS_MAX) {
            None => Ok(()),
            Some(_) => Err(Problem::too_long(name, INPUT_CHARS_MAX)),
        }
    }

    /// Refuses names that mean nothing here: a misspelt `form=2031` would give another answer than
    /// was meant.
    pub(super) fn only(&self, known: &[String]) -> Result<(), Problem> {
        match self.0.iter().find(|(name, _)| !known.contains(name)) {
            None => Ok(()),
            Some((name, _)) => {
                let problem = Problem::parameter(name, "is no parameter here");
                Err(if known.is_empty() {
                    problem
                } else {
                    problem.hint(format!("one of {}", known.join(", ")))
                })
            }
        }
    }

    /// Everything a search can be asked.
    pub(super) fn search(&self) -> Result<Request, Problem> {
        let input = self.question("q")?.ok_or_else(|| {
            Problem::parameter("q", "is missing").hint("q=水利 工程; an empty q asks for all articles")
        })?;
        self.search_for(input)
    }

    /// A search for a question from elsewhere, with all options that stand beside one.
    pub(super) fn search_for(&self, input: &str) -> Result<Request, Problem> {
        let sort = match self.one("sort")? {
            None => Sort::default(),
            Some(name) => Sort::named(name).ok_or_else(|| {
                Problem::parameter("sort", format!("“{name}” is no order"))
                    .hint(format!("one of {}", Sort::ALL.map(Sort::name).join(", ")))
            })?,
        };
        let group = match self.one("group")? {
            None => None,
            Some(name) => Some(Group::named(name).ok_or_else(|| {
                Problem::parameter("group", format!("“{name}” is nothing to group by"))
                    .hint(format!("one of {}", Group::ALL.map(Group::name).join(", ")))
            })?),
        };
        Ok(Request {
            group,
            dates: self.days()?,
            sort,
            limit: self.number("limit", LIMIT)?,
            offset: self.number("offset", 0)?,
            facets: self.facets()?,
            as_printed: self.switch("literal")?,
            all_words: self.switch("all")?,
            explain: self.switch("explain")?,
            ..Request::new(input)
        })
    }

    /// Everything a trend can be asked.
    pub(super) fn trend(&self) -> Result<TrendRequest, Problem> {
        let terms: Vec<String> =
            self.all("q").map(str::trim).filter(|q| !q.is_empty()).map(str::to_owned).collect();
        if terms.is_empty() {
            return Err(Problem::parameter("q", "is missing").hint("q=高质量发展&q=乡村振兴"));
        }
        if terms.len() > TREND_TERMS_MAX {
            return Err(Problem::parameter("q", format!("stands more than {TREND_TERMS_MAX} times")));
        }
        if terms.iter().any(|q| q.chars().nth(TERM_CHARS_MAX).is_some()) {
            return Err(Problem::too_long("q", TERM_CHARS_MAX));
        }
        let by = match self.one("by")? {
            None => Period::default(),
            Some(name) => Period::named(name).ok_or_else(|| {
                Problem::parameter("by", format!("“{name}” is no period"))
                    .hint(format!("one of {}", Period::ALL.map(Period::name).join(", ")))
            })?,
        };
        Ok(TrendRequest {
            terms,
            by,
            dates: days(self.one("from")?, self.one("to")?)?,
            as_printed: self.switch("literal")?,
        })
    }

    /// What a picture shows.
    pub(super) fn measure(&self) -> Result<Measure, Problem> {
        let Some(name) = self.one("measure")? else { return Ok(Measure::default()) };
        Measure::named(name).ok_or_else(|| {
            Problem::parameter("measure", format!("“{name}” is no measure"))
                .hint(format!("one of {}", Measure::ALL.map(Measure::name).join(", ")))
        })
    }

    /// The ids of two articles.
    pub(super) fn pair(&self) -> Result<(String, String), Problem> {
        let id = |name| -> Result<String, Problem> {
            let id = self.one(name)?.filter(|id| !id.is_empty());
            id.map(str::to_owned)
                .ok_or_else(|| Problem::parameter(name, "is missing").hint("a and b are ids of articles"))
        };
        Ok((id("a")?, id("b")?))
    }

    /// Everything an export can be asked.
    pub(super) fn export(&self) -> Result<Request, Problem> {
        let input = self.question("q")?.unwrap_or_default();
        let sort = match self.one("sort")? {
            None => Sort::Oldest,
            Some(name) => Sort::named(name).ok_or_else(|| {
                Problem::parameter("sort", format!("“{name}” is no order"))
                    .hint(format!("one of {}", Sort::ALL.map(Sort::name).join(", ")))
            })?,
        };
        Ok(Request {
            dates: days(self.one("from")?, self.one("to")?)?,
            sort,
            limit: self.number("limit", 0)?,
            offset: self.number("offset", 0)?,
            as_printed: self.switch("literal")?,
            all_words: true,
            ..Request::new(input)
        })
    }

    fn facets(&self) -> Result<Vec<Facet>, Problem> {
        let mut facets = Vec::new();
        for name in self.all("facet").flat_map(|v| v.split(',')).map(str::trim).filter(|n| !n.is_empty()) {
            let facet = Facet::named(name).ok_or_else(|| {
                Problem::parameter("facet", format!("“{name}” is no facet"))
                    .hint(format!("one of {}", Facet::ALL.map(Facet::name).join(", ")))
            })?;
            if !facets.contains(&facet) {
                facets.push(facet);
            }
        }
        Ok(facets)
    }

    /// The days between `from` and `to`.
    pub(super) fn days(&self) -> Result<Option<DateRange>, Problem> {
        Ok(days(self.one("from")?, self.one("to")?)?)
    }

    /// A short text.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        let value = self.one(name)?.map(|v| v.trim().to_owned());
        match value {
            Some(v) if v.chars().nth(INPUT_CHARS_MAX).is_some() => {
                Err(Problem::too_long(name, INPUT_CHARS_MAX))
            }
            value => Ok(value),
        }
    }

    /// Everything the list of people can be asked.
    pub(super) fn people(&self) -> Result<PeopleQuery, Problem> {
        let text = |name| self.text(name);
        let on = match self.one("on")? {
            None => None,
            Some(typed) => {
                let day = DateRange::read(typed).and_then(|range| {
                    range.from().filter(|day| range.to() == Some(*day))?.to_string().parse().ok()
                });
                let bad =
                    || Problem::parameter("on", format!("“{typed}” is no day")).hint("a day is 2026-06-01");
                Some(day.ok_or_else(bad)?)
            }
        };
        Ok(PeopleQuery { post: text("post")?, organ: text("organ")?, on, name: text("name")? })
    }
}

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::read(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(query: &str) -> (u16, String) {
        let problem = Parameters::read(query).search().unwrap_err();
        (problem.status(), problem.name().unwrap_or_default().to_owned())
    }

    #[test]
    fn a_search_is_read_as_on_the_command_line() {
        let asked = Parameters::read(
            "q=%E6%B0%B4+%E5%88%A9&from=2026-06&to=&facet=year,person&facet=post&all&offset=5",
        );
        let request = asked.search().unwrap();
        assert_eq!(request.input, "水 利");
        assert_eq!(
            (request.limit, request.offset, request.all_words, request.as_printed),
            (10, 5, true, false)
        );
        assert_eq!(request.facets, [Facet::Year, Facet::Person, Facet::Post]);
        assert_eq!(request.dates.unwrap().to_string(), "2026-06-01..");
    }

    #[test]
    fn a_problem_names_the_parameter() {
        for name in ["from", "to", "sort", "limit", "offset", "facet", "literal", "all", "explain", "group"] {
            assert_eq!(refused(&format!("q=a&{name}=nonsense")), (400, name.to_owned()));
        }
        assert_eq!(refused("limit=1"), (400, "q".to_owned()));
        assert_eq!(refused("q=a&q=b"), (400, "q".to_owned()));
        assert_eq!(refused("q=a&limit=-1"), (400, "limit".to_owned()));
        assert_eq!(refused(&format!("q={}", "a".repeat(20_001))), (414, "q".to_owned()));
    }

    #[test]
    fn a_body_of_json_says_the_same() {
        let body = r#"{"q":"水利","limit":3,"facet":["year","month"],"all":true,"from":null}"#;
        let request = Parameters::from_json(body.as_bytes()).unwrap().search().unwrap();
        assert_eq!((request.input.as_str(), request.limit, request.all_words), ("水利", 3, true));
        assert_eq!(request.facets.len(), 2);
    }
}
