//! The archive as tools of an assistant, in the Model Context Protocol over standard input and
//! output: a tool is one library call, its answer the JSON of the API.
//!
//! Deliberately absent: writing, files, the network. An assistant reads what `baoku search` reads.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{CallToolResult, ContentBlock, Implementation, ServerCapabilities, ServerConfig};
use rmcp::{ErrorData, ServerHandler, ServiceExt as _, schemars, tool, tool_handler, tool_router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::http::archive_stamp;
use crate::query::INPUT_CHARS_MAX;
use crate::search::{Archive, PeopleQuery, Request, Sort, days, nobody_named};

/// Answers given in one call at most: an assistant reads them all.
const ANSWERS_MAX: usize = 100;

/// What an assistant is told of the archive before it asks.
const INSTRUCTIONS: &str = "\
The archive of a Chinese newspaper. Search with Chinese words; “…” finds exactly a run of \
characters. Fields: 标题: 人物: 职务: 机构: 记者: 栏目: 版: 日期:2026-06. OR, -word, parentheses and \
“a b”~20 work. Quote only from the text of an article, and name paper, day and page; where \
`repairs` of an article tell of a gap, near-repeat or speaker-differs, say that the printed page \
has to be checked. Posts are what the paper prints, with first and last sighting; `status` tells \
how sure their time is.";

/// Answers an assistant until standard input ends.
///
/// # Errors
///
/// Where the client does not speak the protocol, or the system refuses threads.
pub fn serve(archive: Archive) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ended = runtime.block_on(async {
        let service = Tools::new(archive).serve(rmcp::transport::stdio()).await.map_err(io::Error::other)?;
        service.waiting().await.map_err(io::Error::other)?;
        Ok(())
    });
    // A read of standard input can't be called off.
    runtime.shutdown_background();
    ended
}

/// The archive as last opened.
#[derive(Debug)]
struct Opened {
    stamp: Option<(SystemTime, u64)>,
    archive: Archive,
}

/// The tools.
#[derive(Debug, Clone)]
struct Tools(Arc<Mutex<Opened>>);

/// A question to the archive.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
struct Asked {
    /// The question: 水利局 局长, “镜湖综合治理”, 人物:魏振东 日期:2026. Empty asks for all articles.
    question: String,
    /// Only issues from this day on: 2026, 2026-06 or 2026-06-01.
    from: Option<String>,
    /// Only issues up to this day.
    to: Option<String>,
    /// relevance, newest or oldest.
    sort: Option<String>,
    /// Number of hits, 10 unless asked otherwise, 100 at most.
    limit: Option<usize>,
    /// Hits to leave out at the beginning.
    offset: Option<usize>,
    /// Only articles with all words.
    all_words: Option<bool>,
}

/// An article by its id.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
struct ById {
    /// The id, as a search gives it: 澜湾日报/2031-03-18/1/3f9a27.
    id: String,
}

/// A person by name.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
struct ByName {
    /// The name: 魏振东.
    name: String,
    /// Number of latest articles to list, 10 unless asked otherwise, 100 at most.
    articles: Option<usize>,
}

/// Who held which post.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
struct Held {
    /// The post, alone or with its organ: 区长, 区水利局局长. 副区长 is never 区长.
    post: Option<String>,
    /// The organ: 区水利局.
    organ: Option<String>,
    /// Who held it that day: 2026-06-01.
    on: Option<String>,
    /// Only this name.
    name: Option<String>,
    /// Number of holdings, 20 unless asked otherwise, 100 at most.
    limit: Option<usize>,
}

/// What the assistant is told where its question can't be answered.
struct Refused(String);

impl<E: std::error::Error> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

#[tool_router]
impl Tools {
    fn new(archive: Archive) -> Self {
        let stamp = archive_stamp(&archive.index().root);
        Self(Arc::new(Mutex::new(Opened { stamp, archive })))
    }

    /// Finds articles.
    #[tool(
        description = "Find articles of the newspaper archive. Gives hits with id, headline, day, page, \
            snippets and people, the exact total, and how the question was read.",
        annotations(title = "Search the archive", read_only_hint = true, open_world_hint = false)
    )]
    async fn search(&self, Parameters(asked): Parameters<Asked>) -> Result<CallToolResult, ErrorData> {
        self.answer(move |archive| {
            length(&asked.question)?;
            let sort = match asked.sort.as_deref() {
                None | Some("") => Sort::default(),
                Some(name) => Sort::named(name)
                    .ok_or_else(|| Refused(format!("sort: “{name}” is none of relevance, newest, oldest")))?,
            };
            let request = Request {
                dates: days(asked.from.as_deref(), asked.to.as_deref())?,
                sort,
                limit: asked.limit.unwrap_or(10).clamp(1, ANSWERS_MAX),
                offset: asked.offset.unwrap_or(0),
                all_words: asked.all_words.unwrap_or(false),
                ..Request::new(&asked.question)
            };
            Ok(serde_json::to_value(archive.search(&request)?)?)
        })
        .await
    }

    /// Gives an article.
    #[tool(
        description = "Read one article by its id: headline parts, byline, paragraphs, people with posts, \
            and what was mended or is doubtful in the text.",
        annotations(title = "Read an article", read_only_hint = true, open_world_hint = false)
    )]
    async fn article(&self, Parameters(asked): Parameters<ById>) -> Result<CallToolResult, ErrorData> {
        self.answer(move |archive| {
            let stored = archive
                .article(&asked.id)?
                .ok_or_else(|| Refused(format!("no article has the id {}", asked.id)))?;
            Ok(serde_json::to_value(archive.article_record(&stored)?)?)
        })
        .await
    }

    /// Gives a person.
    #[tool(
        description = "What the archive knows of a person: posts held with first and last sighting and the \
            words that print them, and the latest articles. Several people may share a name.",
        annotations(title = "Look up a person", read_only_hint = true, open_world_hint = false)
    )]
    async fn person(&self, Parameters(asked): Parameters<ByName>) -> Result<CallToolResult, ErrorData> {
        self.answer(move |archive| {
            length(&asked.name)?;
            let articles_max = asked.articles.unwrap_or(10).clamp(1, ANSWERS_MAX);
            let mut persons = archive.persons_named(&asked.name)?;
            if persons.is_empty() {
                persons.extend(archive.person(&asked.name)?);
            }
            if persons.is_empty() {
                return Err(Refused(nobody_named(&asked.name, &archive.persons_meant(&asked.name)?)));
            }
            let pages: Result<Vec<_>, _> =
                persons.into_iter().map(|person| archive.person_page(person, articles_max)).collect();
            Ok(json!({ "people": pages? }))
        })
        .await
    }

    /// Lists who held a post.
    #[tool(
        description = "Who held a post, ever or on a day, and which posts an organ has, as far as the paper \
            prints it; each with the words that print it. Best answer first.",
        annotations(title = "Who held a post", read_only_hint = true, open_world_hint = false)
    )]
    async fn ledger(&self, Parameters(asked): Parameters<Held>) -> Result<CallToolResult, ErrorData> {
        self.answer(move |archive| {
            let some = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
            let on = match some(asked.on) {
                None => None,
                Some(day) => Some(
                    day.parse().map_err(|_| Refused(format!("on: “{day}” is no day such as 2026-06-01")))?,
                ),
            };
            let query =
                PeopleQuery { post: some(asked.post), organ: some(asked.organ), on, name: some(asked.name) };
            for text in [&query.post, &query.organ, &query.name].into_iter().flatten() {
                length(text)?;
            }
            let mut holdings = archive.holdings(&query)?;
            let total = holdings.len();
            holdings.truncate(asked.limit.unwrap_or(20).clamp(1, ANSWERS_MAX));
            Ok(json!({ "total": total, "holdings": holdings }))
        })
        .await
    }

    /// Runs a library call on a thread of its own. What is wrong with the question is an answer
    /// that the assistant can act on, and no error of the protocol.
    async fn answer(
        &self,
        call: impl FnOnce(&Archive) -> Result<Value, Refused> + Send + 'static,
    ) -> Result<CallToolResult, ErrorData> {
        let tools = self.clone();
        let done = tokio::task::spawn_blocking(move || call(&tools.archive())).await;
        match done {
            Ok(Ok(answer)) => Ok(CallToolResult::structured(answer)),
            Ok(Err(Refused(why))) => Ok(CallToolResult::error(vec![ContentBlock::text(why)])),
            Err(_) => Err(ErrorData::internal_error("the search failed", None)),
        }
    }

    /// The archive in its present state: another process may have written it.
    fn archive(&self) -> Archive {
        let mut opened = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let root = opened.archive.index().root.clone();
        let stamp = archive_stamp(&root);
        if stamp != opened.stamp
            && let Ok(archive) = Archive::open(&root)
        {
            *opened = Opened { stamp, archive };
        }
        opened.archive.clone()
    }
}

fn length(text: &str) -> Result<(), Refused> {
    match text.chars().nth(INPUT_CHARS_MAX) {
        None => Ok(()),
        Some(_) => Err(Refused(format!("more than {INPUT_CHARS_MAX} characters are not read"))),
    }
}

#[tool_handler]
impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("baoku", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }
}
