//! Checks an archive in a cluster: its counts, each document against its digest, and quoted runs
//! against a reading of all texts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::clause::{Place, all_of, kind, literal};
use super::documents::{Document, read_key};
use super::open::Cluster;
use crate::index::schema::DocumentKind;
use crate::index::{Error, Flat, StoredArticle, StoredPage};
use crate::people::Person;
use crate::text::fold::fold;

/// Runs that are compared.
const RUNS_MAX: usize = 64;
/// Characters of such a run.
const RUN_CHARS: usize = 4;
/// Findings of one kind that are told.
const TOLD_MAX: usize = 100;

/// One thing compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterCheck {
    /// Its name: `counts`, `documents`, `literals`.
    pub name: &'static str,
    /// How much was compared.
    pub compared: u64,
    /// What was compared.
    pub of: &'static str,
    /// What is wrong: where, and what.
    pub wrong: Vec<(String, String)>,
}

impl Cluster {
    /// Reads every document and compares it; `tell` hears how many were read, of how many.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer. What is wrong is no error.
    pub fn verify(&self, tell: &dyn Fn(u64, u64)) -> Result<Vec<ClusterCheck>, Error> {
        let generation = self.generation();
        let wanted = [
            (DocumentKind::Article.key(), generation.articles),
            (DocumentKind::Person.key(), generation.persons),
            (DocumentKind::Page.key(), self.meta.pages_with_furniture),
            (super::documents::WORDS_KIND, self.meta.words),
            (super::documents::POST_KIND, self.meta.posts),
        ];
        let counted: BTreeMap<String, u64> = self.client.kinds(&self.index)?.into_iter().collect();
        let mut counts = ClusterCheck { name: "counts", compared: 5, of: "counts", wrong: Vec::new() };
        for (kind, stated) in wanted {
            let there = counted.get(kind).copied().unwrap_or(0);
            if there != stated {
                counts.wrong.push((kind.to_owned(), format!("{stated} are stated, {there} were counted")));
            }
        }
        let segmenter = self.segmenter()?;
        let of: u64 = wanted.iter().take(3).map(|(_, n)| n).sum();
        let mut documents =
            ClusterCheck { name: "documents", compared: 0, of: "documents by digest", wrong: Vec::new() };
        // Runs drawn evenly, and the articles in which each stands.
        let mut runs: Vec<(String, u64)> = self.drawn()?;
        for one in [DocumentKind::Page, DocumentKind::Person, DocumentKind::Article] {
            let source = json!(["record", "digest", "id"]);
            let order = json!([{"tie": "asc"}, {"id": "asc"}]);
            self.each_hit::<Error>(&kind(one.key()), &order, &source, (0, usize::MAX), |hit| {
                documents.compared += 1;
                if documents.compared.is_multiple_of(500) {
                    tell(documents.compared, of);
                }
                let flat = match one {
                    DocumentKind::Article => {
                        let stored: StoredArticle = self.record(hit)?;
                        let texts: Vec<String> = stored.runs().map(|(_, text)| fold(&text)).collect();
                        for (run, articles) in &mut runs {
                            *articles += u64::from(texts.iter().any(|text| text.contains(run.as_str())));
                        }
                        Flat::article(&stored)
                    }
                    DocumentKind::Person => Flat::person(&self.record::<Person>(hit)?),
                    DocumentKind::Page => Flat::page(&self.record::<StoredPage>(hit)?),
                };
                let flat = flat.map_err(|e| self.fault(e.to_string(), None))?;
                let made = Document::of(&flat, &segmenter);
                let same = |name: &str, key: &[u8; 16]| {
                    hit.pointer(name).and_then(Value::as_str).and_then(read_key).as_ref() == Some(key)
                };
                if !same("/_id", &made.key) || !same("/_source/digest", &made.digest) {
                    let id = hit.pointer("/_source/id").and_then(Value::as_str).unwrap_or_default();
                    let what = "what is kept of it is not what was sent".to_owned();
                    if documents.wrong.len() < TOLD_MAX {
                        documents.wrong.push((id.to_owned(), what));
                    }
                }
                Ok(())
            })?;
        }
        let compared = runs.len() as u64;
        let mut literals = ClusterCheck {
            name: "literals",
            compared,
            of: "quoted runs against all texts",
            wrong: Vec::new(),
        };
        for (run, read) in &runs {
            let found = self.count_of(&all_of(
                vec![literal(Place::Anywhere, run), kind(DocumentKind::Article.key())],
                Vec::new(),
            ))?;
            if found != *read {
                literals
                    .wrong
                    .push((format!("“{run}”"), format!("found in {found} articles, read in {read}")));
            }
        }
        Ok(vec![counts, documents, literals])
    }

    /// Runs that stand in articles, from all over the archive.
    fn drawn(&self) -> Result<Vec<(String, u64)>, Error> {
        let mut runs: Vec<(String, u64)> = Vec::new();
        let articles = kind(DocumentKind::Article.key());
        let (order, source) = (json!([{"tie": "asc"}, {"id": "asc"}]), json!(["record"]));
        // Ties are hashes: the first are from everywhere.
        self.each_hit::<Error>(&articles, &order, &source, (0, RUNS_MAX), |hit| {
            let stored: StoredArticle = self.record(hit)?;
            let longest =
                stored.runs().map(|(_, text)| fold(&text)).max_by_key(String::len).unwrap_or_default();
            let chars: Vec<char> = longest.chars().collect();
            let at = chars.len() / 3;
            let run: String = chars.iter().skip(at).take(1 + runs.len() % RUN_CHARS).collect();
            if !run.is_empty() && !runs.iter().any(|(known, _)| *known == run) {
                runs.push((run, 0));
            }
            Ok(())
        })?;
        Ok(runs)
    }
}
