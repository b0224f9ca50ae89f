//! What can be typed after `baoku`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::bench::BenchArgs;
use super::cite::CiteArgs;
use super::compare::CompareArgs;
use super::export::ExportArgs;
use super::saved::{AlertsArgs, SaveArgs, SavedArgs};
use super::stats::StatsArgs;
use super::trend::TrendArgs;
use super::{prepare::PrepareArgs, push::PushArgs};
use crate::cite::Style;
use crate::http::{BasePath, Origin};
use crate::search::{Facet, Group, Sort};

/// Stands before a word that begins with `-` and is no option, so that it is read as a value.
pub(super) const ESCAPE: char = '\u{E000}';

const EXAMPLES: &str = "\
Examples:
  baoku index pages/                        read a folder of newspaper pages
  baoku search 水利局 局长                   articles with both words
  baoku search '“镜湖综合治理”' --sort newest   exactly this run of characters
  baoku search 安全 -疫情 日期:2026           without a word, in one year
  baoku people --post 区长 --on 2026-06-01   who was head of the district that day
  baoku trend 高质量发展 --by year           how often, since when, until when
  baoku cite 澜湾日报/2031-03-18/1/3f9a27    for a reference list (GB/T 7714)
  baoku serve pages/                        index, then search in the browser";

/// Full-text search for the archive of a Chinese local newspaper.
#[derive(Debug, Parser)]
#[command(name = "baoku", version, about, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    /// Folder of the archive, or es+http://HOST:9200/NAME.
    #[arg(long, global = true, env = "BAOKU_ARCHIVE", default_value = "index/built", value_name = "DIR")]
    pub archive: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read pages or articles into the archive; unchanged sources are left alone.
    Index(IndexArgs),
    /// Find the articles that answer a question.
    Search(SearchArgs),
    /// Show an article, a page or an issue by its id.
    Show(ShowArgs),
    /// Print articles as entries of a reference list.
    Cite(CiteArgs),
    /// Write articles as JSON Lines, as a table, or as Markdown.
    Export(ExportArgs),
    /// Count how often terms stand in the paper over time.
    Trend(TrendArgs),
    /// Tell what is new in an article against an earlier one.
    Compare(CompareArgs),
    /// Keep a question under a name, for alerts.
    Save(SaveArgs),
    /// List or forget saved questions.
    Saved(SavedArgs),
    /// List what came in for saved questions since the last look.
    Alerts(AlertsArgs),
    /// Show a person: posts over time, company, quotations and articles.
    Person(PersonArgs),
    /// List people and the posts they held; who took part how often, and in which order.
    People(PeopleArgs),
    /// Print who appears with whom, for network programs and spreadsheets.
    Network(NetworkArgs),
    /// Show what the page reader makes of files; touches no archive.
    Parse(ParseArgs),
    /// Show the people and posts found in plain text; touches no archive.
    Names(NamesArgs),
    /// Read sources into a part, one machine of many; index and push take parts as sources.
    Prepare(PrepareArgs),
    /// Bring the archive into a cluster of Elasticsearch or OpenSearch.
    Push(PushArgs),
    /// Serve web pages and the JSON API; with sources, index them first.
    Serve(ServeArgs),
    /// Answer an assistant over standard input and output (Model Context Protocol).
    #[command(after_help = "\
Example, in the settings of an assistant:
  {\"mcpServers\": {\"baoku\": {\"command\": \"baoku\", \"args\": [\"mcp\", \"--archive\", \"…\"]}}}

Tools: search, article, person, ledger. Nothing is written.")]
    Mcp,
    /// Check the archive: its files, its counts, its texts, its sources.
    Verify(VerifyArgs),
    /// Copy the archive into one file, also while it is served or indexed.
    Backup(BackupArgs),
    /// Make an archive out of a backup.
    Restore(RestoreArgs),
    /// Give back the space of what was replaced or removed.
    Optimize,
    /// Tell what the archive holds.
    Stats(StatsArgs),
    /// Measure how fast the archive answers, and whether quoted runs find all.
    Bench(BenchArgs),
    /// Print shell completions.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

/// What the reader knows better than the files.
#[derive(Debug, Clone, Args)]
pub struct FactArgs {
    /// Name of the paper; goes before whatever the files say.
    #[arg(long, value_name = "NAME")]
    pub paper: Option<String>,
    /// Day of the issue, 2026-06-04; goes before whatever the files say.
    #[arg(long, value_name = "DATE")]
    pub date: Option<Date>,
    /// Printed page number; goes before whatever the files say.
    #[arg(long, value_name = "PAGE")]
    pub page: Option<String>,
}

/// How values are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Jsonl,
}

/// `baoku index`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baoku index pages/ --paper 澜湾日报
  baoku index 2026-06-04/01.md 2026-06-04/02.md
  baoku index articles.jsonl.gz --archive archive/
  baoku index --rebuild                     from the sources that the archive keeps")]
pub struct IndexArgs {
    /// Files or folders: pages, articles, or archives of them.
    #[arg(required_unless_present = "rebuild", value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,
    #[command(flatten)]
    pub facts: FactArgs,
    /// Make the archive anew from these sources alone, or without any from those it keeps.
    #[arg(long)]
    pub rebuild: bool,
    /// Folder of the archive's own names, posts, aliases and corrections; kept to from then on.
    /// Without it the folder `lexicon` in the archive.
    #[arg(long, value_name = "DIR")]
    pub lexicon: Option<PathBuf>,
    /// Keep no copy of what is read in the archive.
    #[arg(long)]
    pub no_sources: bool,
    /// Write every problem met as JSON Lines to this file.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// End with exit code 2 if any file could not be read.
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub watch: WatchArgs,
}

/// Whether to go on looking for new files.
#[derive(Debug, Clone, Args)]
pub struct WatchArgs {
    /// Go on: take in new and changed files as they appear, until the process is ended.
    #[arg(long)]
    pub watch: bool,
    /// Seconds between two looks at the sources.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=86_400), value_name = "SECONDS")]
    pub every: u64,
}

/// How hits are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum HitFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One hit as a JSON object a line; in a batch one answer a line.
    Jsonl,
    /// A table for spreadsheets, UTF-8 with byte order mark.
    Csv,
    /// One id a line.
    Ids,
    /// `qid Q0 docid rank score baoku`, for evaluation tools.
    Trec,
    /// Reference list: GB/T 7714-2025.
    Gbt7714,
    /// Reference list: GB/T 7714-2015.
    #[value(name = "gbt7714-2015")]
    Gbt7714Of2015,
    /// Reference list: BibTeX.
    Bibtex,
    /// Reference list: RIS.
    Ris,
    /// Reference list: CSL-JSON.
    CslJson,
}

impl HitFormat {
    /// The style of a reference list.
    pub(super) const fn citation(self) -> Option<Style> {
        match self {
            Self::Gbt7714 => Some(Style::Gbt7714),
            Self::Gbt7714Of2015 => Some(Style::Gbt7714Of2015),
            Self::Bibtex => Some(Style::Bibtex),
            Self::Ris => Some(Style::Ris),
            Self::CslJson => Some(Style::CslJson),
            Self::Text | Self::Json | Self::Jsonl | Self::Csv | Self::Ids | Self::Trec => None,
        }
    }
}

/// `baoku search`
#[derive(Debug, Args)]
#[command(after_help = "\
The question:
  水利 工程              articles with both words; then articles with most of them
  “水利工程” 「水利工程」    exactly this run of characters, also \"…\"
  水利 OR 引水  水利 或 引水   either
  水利 -会议  水利 非 会议     without
  (春耕 OR 秋收) 现场       groups
  “区长 水利”~20          both, at most 20 characters between them
  标题:水利 人物:魏振东 职务:区长 机构:水利局 记者:孙鸣 栏目:… 来源:… 版:头版 日期:2026-06
                         or headline: person: post: organ: byline: column: credit: page: date:")]
pub struct SearchArgs {
    /// The question.
    #[arg(value_name = "QUERY", required_unless_present = "batch")]
    pub query: Vec<String>,
    /// Only issues from this day on: 2026, 2026-06 or 2026-06-01.
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Only issues up to this day.
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Order of the hits.
    #[arg(long, value_parser = sort_of, default_value = "relevance", value_name = "ORDER")]
    pub sort: Sort,
    /// Number of hits; 0 means all.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub limit: usize,
    /// Hits to leave out at the beginning.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub offset: usize,
    /// Count the hits by this; may be given several times.
    #[arg(long, value_parser = facet_of, value_name = "NAME")]
    pub facet: Vec<Facet>,
    /// Print the number of articles only.
    #[arg(long)]
    pub count: bool,
    /// Quoted runs match only as printed, widths, case and traditional characters included.
    #[arg(long)]
    pub literal: bool,
    /// Only articles with all words.
    #[arg(long)]
    pub all: bool,
    /// Put hits together: prints of one story (as text unless --group none), or all by person or month.
    #[arg(long, value_parser = group_of, value_name = "BY")]
    pub group: Option<Grouping>,
    /// Read every stored article again and prove the answer; exit code 2 if index and text differ.
    #[arg(long, conflicts_with = "batch")]
    pub verify: bool,
    /// Tell how the question was read and how each hit was scored.
    #[arg(long)]
    pub explain: bool,
    /// Answer many questions: JSON Lines {"id","query"} or one question a line; - for standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "query")]
    pub batch: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: HitFormat,
}

pub(super) fn sort_of(text: &str) -> Result<Sort, String> {
    Sort::named(text).ok_or_else(|| format!("one of {}", Sort::ALL.map(Sort::name).join(", ")))
}

/// What was asked to be put together; nothing at all where that was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grouping(pub Option<Group>);

fn group_of(text: &str) -> Result<Grouping, String> {
    match Group::named(text) {
        Some(group) => Ok(Grouping(Some(group))),
        None if text == "none" => Ok(Grouping(None)),
        None => Err(format!("one of {}, none", Group::ALL.map(Group::name).join(", "))),
    }
}

fn facet_of(text: &str) -> Result<Facet, String> {
    Facet::named(text).ok_or_else(|| {
        let names: Vec<&str> = Facet::ALL.iter().map(|f| f.name()).collect();
        format!("one of {}", names.join(", "))
    })
}

/// `baoku show`
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Id of an article, or of a page or issue: 澜湾日报/2031-03-18/1.
    pub id: String,
    /// List the articles like this one, and how much text they share with it.
    #[arg(long)]
    pub similar: bool,
    /// Number of similar articles; 0 means all that are looked at.
    #[arg(long, default_value_t = crate::search::SIMILAR, value_name = "N", requires = "similar")]
    pub limit: usize,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: ShowFormat,
}

/// How what `show` finds is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// The file it was read from, byte for byte; of a file of ready articles the lines.
    Source,
}

/// `baoku person`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baoku person 魏振东
  baoku person 魏振东 --with                  who appears with him
  baoku person 魏振东 --with 贺思宇 --from 2026   where both do")]
pub struct PersonArgs {
    /// The name, or its sound in letters: weizhendong, wzd; 王刚~2 for the second of that name.
    pub name: String,
    /// Who appears with the person; with a name, where both do.
    #[arg(long, num_args = 0..=1, default_missing_value = "", value_name = "NAME")]
    pub with: Option<String>,
    /// With --with: only issues from this day on: 2026, 2026-06 or 2026-06-01.
    #[arg(long, requires = "with", value_name = "DATE")]
    pub from: Option<String>,
    /// With --with: only issues up to this day.
    #[arg(long, requires = "with", value_name = "DATE")]
    pub to: Option<String>,
    /// Number of articles, quotations and companions to list; 0 means all.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub limit: usize,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `baoku people`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baoku people --post 区长 --on 2026-06-01
  baoku people --organ 区水利局
  baoku people --post 区水利局局长 --format jsonl
  baoku people --matrix --from 2026-01 --to 2026-06 --format csv
  baoku people --matrix --part 主持
  baoku people --order --name 魏振东")]
pub struct PeopleArgs {
    /// The post, alone or with its organ; 副区长 is never 区长.
    #[arg(long, value_name = "POST")]
    pub post: Option<String>,
    /// The organ.
    #[arg(long, value_name = "ORGAN")]
    pub organ: Option<String>,
    /// Who held it that day.
    #[arg(long, value_name = "DATE")]
    pub on: Option<String>,
    /// Only this name.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Who took part in how many events, month by month, as far as the paper prints a part.
    #[arg(long, conflicts_with_all = ["post", "organ", "on", "order"])]
    pub matrix: bool,
    /// With --matrix: only this part: 主持, or chaired, spoke, reported, inspected, met, attended.
    #[arg(long, requires = "matrix", value_name = "PART")]
    pub part: Option<String>,
    /// Where two people are printed in the other order than in the list before.
    #[arg(long, conflicts_with_all = ["post", "organ", "on"])]
    pub order: bool,
    /// With --matrix or --order: only issues from this day on.
    #[arg(long, value_name = "DATE", conflicts_with_all = ["post", "organ", "on"])]
    pub from: Option<String>,
    /// With --matrix or --order: only issues up to this day.
    #[arg(long, value_name = "DATE", conflicts_with_all = ["post", "organ", "on"])]
    pub to: Option<String>,
    /// Number of lines; 0 means all.
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub limit: usize,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: TableFormat,
}

/// How tables are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// A table for spreadsheets, UTF-8 with byte order mark.
    Csv,
}

/// `baoku network`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baoku network --format graphml > network.graphml
  baoku network --from 2026-01 --to 2026-06 --min 3 --format csv")]
pub struct NetworkArgs {
    /// Only issues from this day on: 2026, 2026-06 or 2026-06-01.
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Only issues up to this day.
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Only pairs that at least so many articles name.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub min: u64,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: NetworkFormat,
}

/// How networks are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum NetworkFormat {
    /// A pair a line, most together first.
    #[default]
    Text,
    /// GraphML, for Gephi, yEd and networkx.
    Graphml,
    /// A table for spreadsheets, UTF-8 with byte order mark.
    Csv,
    /// One JSON document.
    Json,
}

/// `baoku parse`
#[derive(Debug, Args)]
pub struct ParseArgs {
    /// Page files or folders; files of one issue are read together.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub facts: FactArgs,
    /// Folder of a lexicon of one's own: names, posts, aliases.
    #[arg(long, value_name = "DIR")]
    pub lexicon: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `baoku names`
#[derive(Debug, Args)]
pub struct NamesArgs {
    /// Plain text files; - for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The files are JSON Lines {"id","text"}; each line stands alone.
    #[arg(long)]
    pub lines: bool,
    /// Folder of a lexicon of one's own: names, posts, aliases.
    #[arg(long, value_name = "DIR")]
    pub lexicon: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// How the server tells what it does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line a request, for people.
    #[default]
    Text,
    /// A JSON object a line, for programs.
    Json,
    /// Troubles alone.
    Off,
}

/// `baoku serve`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baoku serve pages/                              index, then search in the browser
  baoku serve pages/ --watch                      and take in new pages as they appear
  baoku serve --listen 0.0.0.0:7878 --host archive.office --token-file token
  baoku serve --base-path /archive --log json     behind a proxy

With BAOKU_TOKEN in the environment or --token-file readers have to show the token: programs in the
header “Authorization: Bearer …”, browsers in a form. It is never logged.")]
pub struct ServeArgs {
    /// Files or folders to index first.
    #[arg(value_name = "SOURCE", required_if_eq("watch", "true"))]
    pub sources: Vec<PathBuf>,
    #[command(flatten)]
    pub facts: FactArgs,
    #[command(flatten)]
    pub watch: WatchArgs,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:7878", value_name = "ADDRESS")]
    pub listen: std::net::SocketAddr,
    /// A name browsers may call this server by, beside localhost and its address; may be given several times.
    #[arg(long = "host", value_name = "NAME")]
    pub hosts: Vec<String>,
    /// Path below which a proxy shows this server: /archive.
    #[arg(long, default_value = "/", value_name = "PATH")]
    pub base_path: BasePath,
    /// File with the token readers have to show; at least 16 characters.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// A site whose scripts may read the answers: https://desk.example, or * for all; may be given several times.
    #[arg(long, value_name = "ORIGIN")]
    pub cors: Vec<Origin>,
    /// Tell crawlers what there is: /robots.txt and /sitemap.xml.
    #[arg(long)]
    pub publish: bool,
    /// Seconds an answer may take.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=3600), value_name = "SECONDS")]
    pub timeout: u64,
    /// Requests that may wait for their turn; more are told to come again (503).
    #[arg(long, default_value_t = 256, value_name = "N")]
    pub max_waiting: usize,
    /// How to tell on standard error what is asked; questions themselves are never told.
    #[arg(long, value_enum, default_value_t)]
    pub log: LogFormat,
}

/// `baoku verify`
#[derive(Debug, Args)]
#[command(after_help = "\
Compares every file with its checksum, the counts with what is stored, every kept source with the
articles made from it, and a sample of quoted runs with a reading of all texts.
Exit code 0: sound; 2: not, or it could not be checked.")]
pub struct VerifyArgs {
    /// Also compare every posting of every field with the texts, and find all people again.
    #[arg(long)]
    pub full: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// `baoku backup`
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to write; one that stands there is replaced when the new one is whole.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `baoku restore`
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  baoku restore backup.tar.zst --archive archive/")]
pub struct RestoreArgs {
    /// The backup.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Put it in the place of the archive that stands there.
    #[arg(long)]
    pub replace: bool,
}
