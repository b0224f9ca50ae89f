//! Runs a question on an open archive and gives hits, facets, snippets, people.
//!
//! [`Archive`] is the one object that command line and server share: read-only, cheap to clone,
//! and knowing nothing of how an answer is shown. No type of the engine underneath leaves here.

mod answer;
mod appear;
mod attendance;
mod batch;
mod calendar;
mod collect;
mod column;
mod company;
pub mod compare;
mod complete;
mod counting;
mod each;
mod errata;
mod every;
mod explain;
mod facet;
mod forgive;
mod furniture;
mod group;
mod issues;
mod lexicon;
mod literal;
mod lookup;
mod most;
mod near;
mod options;
mod people;
mod person_page;
mod period;
mod plain;
mod plan;
mod prove;
mod runs;
mod said;
mod score;
mod similar;
mod slip;
pub mod snippet;
mod source;
mod spread;
mod statistics;
mod suggest;
mod tables;
mod terms;
pub mod trend;
mod verify;
mod view;
mod walk;
mod weights;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use tantivy::collector::{Collector, DocSetCollector};
use tantivy::query::{Query as Engine, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, Searcher, TantivyError, Term};

pub use answer::{Hit, QueryEcho, Request, Results, Total, article_url};
pub use attendance::{Attendance, AttendanceQuery, AttendanceRow, OrderChange};
pub use batch::{BatchAnswer, BatchError, BatchLine, Counted};
pub use calendar::{IssueDay, PaperCalendar};
pub use collect::Sort;
pub use company::{
    Companion, Company, Meeting, MonthCount, NETWORK_PEOPLE_MAX, Network, NetworkEdge, NetworkNode, Pair,
};
pub use complete::IssueState;
pub use each::id_key;
pub(crate) use errata::Lookup;
pub use errata::{Corrected, Errata, Erratum, Linked};
pub use every::ArticlePlace;
pub use explain::{Explanation, ScoreExplained, ScorePart, WordExplained};
pub use facet::{Facet, FacetCount, UNDATED};
pub use forgive::DidYouMean;
pub(crate) use forgive::{ALTERNATIVES_MAX, Forgives, may_be_a_slip, nobody_named};
pub use group::{Group, HitGroup};
pub use issues::{IssueHead, PageHead, page_of, page_url};
pub(crate) use lexicon::{SYNONYMS_FILE, Synonyms};
pub use options::{BadOption, days};
pub use people::{HoldingRow, Overlap, PeopleQuery, person_url};
pub use period::Period;
pub use person_page::{OrganRow, PersonHead, PersonPage, QuotationRow, SameName};
pub use prove::Proof;
pub use said::Sayings;
pub use score::PartKind;
pub use similar::{SIMILAR, Similar};
pub use slip::Reason;
pub use snippet::Snippet;
pub use source::SourceText;
pub use suggest::{Suggestion, SuggestionKind};
pub use trend::{PeriodCount, Trend, TrendRequest};
pub use view::{ArticleRecord, Stats};
pub use walk::Lying;
pub use weights::Weights;

// For the second planner, into the query language of clusters.
pub(crate) use answer::hit_of;
pub(crate) use appear::{AppearanceRow, Appearances, Namesakes, name_of, namesakes_of};
pub(crate) use calendar::calendars_of;
pub(crate) use furniture::{asks_for_text, page_hit};
pub(crate) use group::{Print, fold_reprints, grouped};
pub(crate) use issues::{issue_heads, parts};
pub(crate) use people::answering;
pub(crate) use person_page::{page_of_person, quoted_in};
pub(crate) use plan::{
    MOST_SHARE, WORDS_MAX, Wanted, asks, begins_word, genre, marked_runs, scoring_terms, words_of,
};
pub(crate) use suggest::{Entry, Typed};
pub(crate) use trend::{Matched, trend_of};
pub(crate) use verify::near;

use crate::index::{AllRecords, Error, Generation, OpenIndex, Stored, StoredArticle, decode};
use crate::text::segment::Segmenter;
pub(crate) use issues::place;

/// An opened archive at one generation.
#[derive(Clone)]
pub struct Archive {
    open: OpenIndex,
    searcher: Searcher,
    records: Arc<AllRecords>,
    segmenter: Arc<OnceLock<Segmenter>>,
    suggestions: Arc<OnceLock<suggest::Table>>,
    issues: Arc<OnceLock<Vec<IssueHead>>>,
    synonyms: Arc<OnceLock<lexicon::Synonyms>>,
    means: Arc<statistics::MeanLengths>,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Archive").field(&self.open).finish()
    }
}

impl Archive {
    /// Opens the archive in a folder; writes nothing there.
    ///
    /// # Errors
    ///
    /// Where there is none, where it was made otherwise, or where it is damaged.
    pub fn open(root: &Path) -> Result<Self, Error> {
        Ok(Self::from_open(crate::index::open(root)?))
    }

    /// The state that is open.
    #[must_use]
    pub const fn generation(&self) -> &Generation {
        &self.open.generation
    }

    /// The opened index, for what needs its side files.
    #[must_use]
    pub const fn index(&self) -> &OpenIndex {
        &self.open
    }

    /// The segmenter the articles were cut with; loaded when first needed.
    fn segmenter(&self) -> Segmenter {
        // Words only rank: without the learned names an answer is in another order, but the same
        // articles match.
        self.segmenter.get_or_init(|| self.open.segmenter().unwrap_or_else(|_| Segmenter::taught([]))).clone()
    }

    /// Other names of things; read when first needed.
    fn other_names_known(&self) -> &lexicon::Synonyms {
        self.synonyms.get_or_init(|| lexicon::Synonyms::of_archive(&self.open.root))
    }

    /// Loads what the first question would otherwise wait for.
    pub fn warm(&self) {
        let _ = self.segmenter();
    }

    /// Tells an error of the engine; where the archive is damaged, that.
    fn error(&self, source: TantivyError) -> Error {
        self.open.sound().err().unwrap_or_else(|| Error::Engine { path: self.open.root.clone(), source })
    }

    /// Stops an answer that was put together from damaged files.
    fn sound(&self) -> tantivy::Result<()> {
        self.open.sound().map_err(|e| TantivyError::InternalError(e.to_string()))
    }

    /// What a query matches, as the collector has it; an error where damage was met so far.
    fn asked<C: Collector>(&self, query: &dyn Engine, collector: &C) -> tantivy::Result<C::Fruit> {
        let found = self.searcher.search(query, collector)?;
        self.sound()?;
        Ok(found)
    }

    fn record<T: Stored>(&self, address: DocAddress) -> tantivy::Result<T> {
        let packed = self.records.packed(&self.searcher, address)?;
        // How it was found was read before: damage met on the way makes no answer.
        self.sound()?;
        decode(&packed, &self.open.codebook)
    }

    /// One article by its id.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn article(&self, id: &str) -> Result<Option<StoredArticle>, Error> {
        let term = Term::from_field_text(self.open.fields.id, id);
        self.first(&TermQuery::new(term, IndexRecordOption::Basic))
    }

    fn first<T: Stored>(&self, query: &dyn Engine) -> Result<Option<T>, Error> {
        Ok(self.all(query, 1)?.into_iter().next())
    }

    /// The records a query matches, in the order of the index, at most `limit`.
    fn all<T: Stored>(&self, query: &dyn Engine, limit: usize) -> Result<Vec<T>, Error> {
        let found = self.asked(query, &DocSetCollector).map_err(|e| self.error(e))?;
        let mut addresses: Vec<DocAddress> = found.into_iter().collect();
        addresses.sort_unstable();
        addresses
            .into_iter()
            .take(limit)
            .map(|address| self.record(address).map_err(|e| self.error(e)))
            .collect()
    }

    /// All articles of an issue or a page, by the beginning of their ids, in the order of the page.
    ///
    /// # Errors
    ///
    /// Where the archive can't be read.
    pub fn articles_under(&self, prefix: &str) -> Result<Vec<StoredArticle>, Error> {
        let prefix = prefix.trim_end_matches('/');
        // '0' follows '/'.
        let mut found: Vec<StoredArticle> =
            self.records_between(&format!("{prefix}/"), &format!("{prefix}0"))?;
        found.sort_by(|a, b| place(a).cmp(&place(b)));
        Ok(found)
    }

    /// The records whose ids lie between two texts, the second excluded, in the order of the index.
    fn records_between<T: Stored>(&self, lower: &str, upper: &str) -> Result<Vec<T>, Error> {
        let field = self.open.fields.id;
        let mut found: Vec<T> = Vec::new();
        for (ord, reader) in self.searcher.segment_readers().iter().enumerate() {
            let read = || -> tantivy::Result<Vec<T>> {
                let index = reader.inverted_index(field)?;
                let mut stream =
                    index.terms().range().ge(lower.as_bytes()).lt(upper.as_bytes()).into_stream()?;
                let mut out = Vec::new();
                while stream.advance() {
                    let mut postings =
                        index.read_postings_from_terminfo(stream.value(), IndexRecordOption::Basic)?;
                    let mut doc = tantivy::DocSet::doc(&postings);
                    while doc != tantivy::TERMINATED {
                        if !reader.is_deleted(doc) {
                            out.push(
                                self.record(DocAddress::new(u32::try_from(ord).unwrap_or(u32::MAX), doc))?,
                            );
                        }
                        doc = tantivy::DocSet::advance(&mut postings);
                    }
                }
                self.sound()?;
                Ok(out)
            };
            found.extend(read().map_err(|e| self.error(e))?);
        }
        Ok(found)
    }
}
