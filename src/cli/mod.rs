//! Maps each subcommand to one library call and prints the result.
//!
//! Standard output carries data only; progress and talk go to standard error. Exit codes: 0 done or
//! found, 1 nothing found, 2 an error.

mod args;
mod backup;
mod batch;
mod bench;
mod company;
mod cite;
mod compare;
mod dates;
mod export;
mod index;
mod mcp;
mod names;
mod out;
mod parse;
mod people;
mod prepare;
mod push;
mod saved;
mod progress;
mod search;
mod serve;
mod show;
mod stats;
mod trend;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

pub use args::Cli;
use args::{Command, ESCAPE};
pub(crate) use out::{Failure, Out};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done, or found.
    Done,
    /// Nothing found.
    Nothing,
    /// Something failed and was told; the rest was done.
    Failed,
}

impl Outcome {
    /// `Done` where there is something to show.
    pub(crate) const fn found(any: bool) -> Self {
        if any { Self::Done } else { Self::Nothing }
    }
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let args = escape_dashes(std::env::args_os().collect());
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version go to standard output and are no error.
            let code = if e.use_stderr() { 2 } else { 0 };
            let _ = e.print();
            return ExitCode::from(code);
        }
    };
    let mut out = Out::stdout();
    // What was printed before stays; whoever scripts against the exit code gets one.
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        run(cli, &mut out).and_then(|outcome| out.finish().map(|()| outcome))
    }));
    let unforeseen = "stopped at something unforeseen, told above";
    match result
        .unwrap_or_else(|_| Err(Failure::new("baoku", unforeseen).hint("baoku verify checks the archive")))
    {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Nothing) => ExitCode::from(1),
        Ok(Outcome::Failed) => ExitCode::from(2),
        // Whoever closes the pipe has seen enough.
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell();
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli, out: &mut Out) -> Result<Outcome, Failure> {
    let archive = cli.archive;
    folder_only(&archive, &cli.command)?;
    match cli.command {
        Command::Index(args) => index::run(&archive, &args),
        Command::Search(args) => search::run(&archive, &args, out),
        Command::Show(args) => show::run(&archive, &args, out),
        Command::Cite(args) => cite::run(&archive, &args, out),
        Command::Export(args) => export::run(&archive, &args, out),
        Command::Trend(args) => trend::run(&archive, &args, out),
        Command::Compare(args) => compare::run(&archive, &args, out),
        Command::Save(args) => saved::save(&archive, &args),
        Command::Saved(args) => saved::saved(&archive, &args, out),
        Command::Alerts(args) => saved::alerts(&archive, &args, out),
        Command::Person(args) => people::person(&archive, &args, out),
        Command::People(args) => people::people(&archive, &args, out),
        Command::Network(args) => company::network(&archive, &args, out),
        Command::Parse(args) => parse::run(&args, out),
        Command::Names(args) => names::run(&args, out),
        Command::Prepare(args) => prepare::run(&args),
        Command::Push(args) => push::run(&archive, &args),
        Command::Serve(args) => serve::run(&archive, &args),
        Command::Mcp => mcp::run(&archive),
        Command::Backup(args) => backup::backup(&archive, &args),
        Command::Restore(args) => backup::restore(&archive, &args),
        Command::Optimize => backup::optimize(&archive),
        Command::Verify(args) => verify::run(&archive, &args, out),
        Command::Stats(args) => stats::run(&archive, &args, out),
        Command::Bench(args) => bench::run(&archive, &args, out),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "baoku", &mut script);
            out.bytes(&script)?;
            Ok(Outcome::Done)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command())
                .render(&mut page)
                .map_err(|e| Failure::new("man", e.to_string()))?;
            out.bytes(&page)?;
            Ok(Outcome::Done)
        }
    }
}

/// Refuses, where the archive lies in a cluster, what only one on this machine can do.
fn folder_only(archive: &std::path::Path, command: &Command) -> Result<(), Failure> {
    let named = archive.to_str().unwrap_or_default();
    let Some(address) = crate::cluster::Address::archive(named) else {
        // No folder is named so: it is the address of a cluster, half typed.
        return match named.starts_with("http://") || named.starts_with("https://") {
            true if named.contains('@') => Err(Failure::new("the address", "is no folder")
                .hint("a cluster is named so: --archive es+http://HOST:9200/NAME; who speaks stands in BAOKU_ES_USER and BAOKU_ES_PASSWORD")),
            true => Err(Failure::new(named, "is no folder")
                .hint(format!("where it is a cluster, name it so: --archive es+{}", whole(named)))),
            false => Ok(()),
        };
    };
    let address = address?;
    let what = match command {
        Command::Index(_) => "index",
        Command::Push(_) => "push",
        Command::Save(_) | Command::Saved(_) | Command::Alerts(_) => "saved questions",
        Command::Network(_) => "network",
        Command::Mcp => "mcp",
        Command::Backup(_) | Command::Restore(_) => "backup and restore",
        Command::Optimize => "optimize",
        Command::Bench(_) => "bench",
        _ => return Ok(()),
    };
    Err(Failure::new(address.to_string(), format!("{what} can't be had from a cluster"))
        .hint("name an archive on this machine: --archive DIR; baoku push brings it into a cluster"))
}

/// The address of an archive in a cluster with the archive's name, be it one to be filled in.
fn whole(address: &str) -> String {
    let bare = address.trim_end_matches('/');
    let has_name = bare.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    if has_name { bare.to_owned() } else { format!("{bare}/NAME") }
}

/// Commands that take a question.
const ASKING: [&str; 4] = ["search", "export", "trend", "save"];

/// Marks the words of a question that begin with `-` and are no option, so that
/// `baoku search 安全 -疫情` is understood as typed.
fn escape_dashes(args: Vec<OsString>) -> Vec<OsString> {
    // `--archive DIR search …`: the folder is not the subcommand.
    let mut values = 0;
    let at = args.iter().skip(1).position(|arg| {
        let text = arg.to_string_lossy();
        if values > 0 {
            values -= 1;
            return false;
        }
        values = usize::from(text == "--archive");
        !text.starts_with('-')
    });
    let Some(at) = at.map(|at| at + 1) else { return args };
    let command = Cli::command();
    let asked = args[at].to_string_lossy().into_owned();
    let Some(search) = command.find_subcommand(&asked).filter(|_| ASKING.contains(&asked.as_str())) else {
        return args;
    };
    let known_long: Vec<String> = search
        .get_arguments()
        .chain(command.get_arguments())
        .filter_map(|a| a.get_long().map(str::to_owned))
        .chain(["help".to_owned(), "version".to_owned()])
        .collect();
    let mut only_words = false;
    args.into_iter()
        .enumerate()
        .map(|(i, arg)| {
            let Some(text) = arg.to_str() else { return arg };
            if i <= at || only_words || !text.starts_with('-') || text == "-" {
                return arg;
            }
            if text == "--" {
                only_words = true;
                return arg;
            }
            let is_option = match text.strip_prefix("--") {
                Some(long) => {
                    let name = long.split('=').next().unwrap_or(long);
                    // A misspelt option is told as one; only Chinese can't be meant as an option.
                    known_long.iter().any(|known| known == name) || name.is_ascii()
                }
                None => matches!(text, "-h" | "-V"),
            };
            if is_option { arg } else { OsString::from(format!("{ESCAPE}{text}")) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(args: &[&str]) -> Vec<String> {
        let args = args.iter().map(OsString::from).collect();
        escape_dashes(args).into_iter().map(|a| a.to_string_lossy().replace(ESCAPE, "~")).collect()
    }

    #[test]
    fn a_word_of_a_question_may_begin_with_a_dash() {
        assert_eq!(
            escaped(&["baoku", "search", "安全", "-疫情", "--limit", "5"]),
            ["baoku", "search", "安全", "~-疫情", "--limit", "5"]
        );
        assert_eq!(
            escaped(&["baoku", "--archive", "a", "search", "-covid"]),
            ["baoku", "--archive", "a", "search", "~-covid"]
        );
        assert_eq!(escaped(&["baoku", "search", "--batch", "-"]), ["baoku", "search", "--batch", "-"]);
        assert_eq!(escaped(&["baoku", "index", "-x"]), ["baoku", "index", "-x"]);
        assert_eq!(escaped(&["baoku", "search", "--limt", "5"]), ["baoku", "search", "--limt", "5"]);
    }

    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
