//! Checks an archive in a cluster: its counts, each document against its digest, all of them
//! against the sum that was pushed, posts against the persons who hold them, and quoted runs
//! against a reading of all texts. In full, each document is also asked for by all it says.

use std::collections::BTreeMap;

use serde_json::json;

use super::clause::{Place, all_of, kind, literal};
use super::documents::{Document, POST_KIND, PostRecord, WORDS_KIND, read_key, spelled, sum_of};
use super::open::Cluster;
use super::terms::Terms;
use crate::index::schema::DocumentKind;
use crate::index::{Error, StoredArticle};
use crate::people::Person;
use crate::text::fold::fold;

/// Runs that are compared.
const RUNS_MAX: usize = 64;
/// The same in full.
const RUNS_FULL: usize = 256;
/// Characters of such a run.
const RUN_CHARS: usize = 4;
/// Findings of one kind that are told.
const TOLD_MAX: usize = 100;

/// One thing compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterCheck {
    /// Its name: `counts`, `documents`, `posts`, `literals`, `terms`.
    pub name: &'static str,
    /// How much was compared.
    pub compared: u64,
    /// What was compared.
    pub of: &'static str,
    /// What is wrong: where, and what.
    pub wrong: Vec<(String, String)>,
}

impl ClusterCheck {
    const fn new(name: &'static str, of: &'static str) -> Self {
        Self { name, compared: 0, of, wrong: Vec::new() }
    }

    fn wrong(&mut self, place: impl Into<String>, what: impl Into<String>) {
        if self.wrong.len() < TOLD_MAX {
            self.wrong.push((place.into(), what.into()));
        }
    }
}

impl Cluster {
    /// Reads every document and compares it; `tell` hears how many were read, of how many. With
    /// `full` each is also asked for by all it says.
    ///
    /// # Errors
    ///
    /// Where the cluster gives no whole answer. What is wrong is no error.
    pub fn verify(&self, full: bool, tell: &dyn Fn(u64, u64)) -> Result<Vec<ClusterCheck>, Error> {
        let generation = self.generation();
        let wanted = [
            (DocumentKind::Article.key(), generation.articles),
            (DocumentKind::Person.key(), generation.persons),
            (DocumentKind::Page.key(), self.meta.pages_with_furniture),
            (WORDS_KIND, self.meta.words),
            (POST_KIND, self.meta.posts),
        ];
        let counted: BTreeMap<String, u64> =
            self.client.kinds(&self.index, self.meta.turn)?.into_iter().collect();
        let mut counts = ClusterCheck::new("counts", "counts");
        for (kind, stated) in wanted {
            counts.compared += 1;
            let there = counted.get(kind).copied().unwrap_or(0);
            if there != stated {
                counts.wrong(kind, format!("{stated} are stated, {there} were counted"));
            }
        }
        let segmenter = self.segmenter()?;
        let of: u64 = wanted.iter().map(|(_, n)| n).sum();
        let mut documents = ClusterCheck::new("documents", "documents by digest");
        let mut terms = Terms::new(self);
        let mut sum = 0;
        // Runs drawn evenly, and the articles in which each stands.
        let mut runs = self.drawn(if full { RUNS_FULL } else { RUNS_MAX })?;
        // Posts as documents, and as persons hold them.
        let (mut listed, mut held) = (BTreeMap::new(), BTreeMap::<String, u64>::new());
        for (one, _) in wanted {
            let source = json!(["record", "digest", "id"]);
            let order = json!([{"tie": "asc"}, {"id": "asc"}]);
            self.each_hit::<Error>(&kind(one), &order, &source, (0, usize::MAX), |hit| {
                documents.compared += 1;
                if documents.compared.is_multiple_of(500) {
                    tell(documents.compared, of);
                }
                if one == DocumentKind::Article.key() {
                    let stored: StoredArticle = self.record(hit)?;
                    let texts: Vec<String> = stored.runs().map(|(_, text)| fold(&text)).collect();
                    for (run, articles) in &mut runs {
                        *articles += u64::from(texts.iter().any(|text| text.contains(run.as_str())));
                    }
                } else if one == DocumentKind::Person.key() {
                    for holding in self.record::<Person>(hit)?.holdings {
                        *held.entry(holding.post).or_default() += holding.sightings;
                    }
                } else if one == POST_KIND {
                    let PostRecord { post, articles } = self.record(hit)?;
                    listed.insert(post, articles);
                }
                let source = &hit["_source"];
                let text = |name: &str| source[name].as_str().unwrap_or_default();
                let key = hit["_id"].as_str().and_then(read_key);
                sum = sum_of(sum, &key.unwrap_or_default());
                match Document::again(one, text("record"), &segmenter) {
                    Some(made) if Some(made.key) == key && read_key(text("digest")) == key => {
                        if full {
                            terms.of(text("id"), &made)?;
                        }
                    }
                    _ => documents.wrong(text("id"), "what is kept of it is not what was sent"),
                }
                Ok(())
            })?;
        }
        let pushed = spelled(&sum.to_be_bytes());
        if pushed != self.meta.sum && documents.wrong.is_empty() {
            documents
                .wrong("the index", "its documents are not all of those that were pushed, or others too");
        }
        let mut posts = ClusterCheck::new("posts", "posts against the persons who hold them");
        posts.compared = held.len().max(listed.len()) as u64;
        for post in held.keys().chain(listed.keys()).filter(|post| held.get(*post) != listed.get(*post)) {
            posts.wrong(post, "is listed with another number of articles than persons have it");
        }
        let mut literals = ClusterCheck::new("literals", "quoted runs against all texts");
        for (run, read) in &runs {
            literals.compared += 1;
            let articles = kind(DocumentKind::Article.key());
            let found = self.count_of(&all_of(vec![literal(Place::Anywhere, run), articles], Vec::new()))?;
            if found != *read {
                literals.wrong(format!("“{run}”"), format!("found in {found} articles, read in {read}"));
            }
        }
        let mut checks = vec![counts, documents, posts, literals];
        if full {
            let (compared, lacking) = terms.end()?;
            let mut check = ClusterCheck::new("terms", "documents asked for by all they say");
            check.compared = compared;
            for id in lacking {
                check.wrong(id, "is not found by all it says");
            }
            checks.push(check);
        }
        self.still(checks)
    }

    /// Runs that stand in articles, from all over the archive.
    fn drawn(&self, most: usize) -> Result<Vec<(String, u64)>, Error> {
        let mut runs: Vec<(String, u64)> = Vec::new();
        let articles = kind(DocumentKind::Article.key());
        let (order, source) = (json!([{"tie": "asc"}, {"id": "asc"}]), json!(["record"]));
        // Ties are hashes: the first are from everywhere.
        self.each_hit::<Error>(&articles, &order, &source, (0, most), |hit| {
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
