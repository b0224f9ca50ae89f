//! House rules, held by reading the tree: import order, crate ownership, fixtures in use, paths
//! named in Markdown, the form of error texts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::top;

/// Crates that belong to some modules alone; `main` and `build` count as modules.
const OWNED: &[(&str, &[&str])] = &[
    ("tantivy", &["index", "search"]),
    ("tantivy_fst", &["search"]),
    ("jieba_rs", &["text"]),
    ("mimalloc", &["main"]),
    ("rustix", &["cli"]),
    ("pinyin", &["text"]),
    ("encoding_rs", &["ingest"]),
    ("chardetng", &["ingest"]),
    ("walkdir", &["ingest"]),
    ("flate2", &["ingest"]),
    ("aho_corasick", &["people", "layout", "bench"]),
    ("axum", &["http"]),
    ("tokio", &["http", "mcp"]),
    ("rmcp", &["mcp"]),
    ("tower", &["http"]),
    ("tower_http", &["http"]),
    ("askama", &["http"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("anstyle", &["cli"]),
    ("anstream", &["cli"]),
    ("rayon", &["pipeline", "search"]),
    ("plotters", &["export"]),
    ("crc32fast", &["index"]),
    ("toml", &["correct"]),
    ("ureq", &["cluster"]),
    ("rustls", &["cluster"]),
    ("base64", &["cluster"]),
];

/// Lines a file may have before it has to be more than one thing.
const LINES_MAX: usize = 600;

/// Files over the limit, to be cut: the list may only shrink.
const KNOWN_LONG: &[&str] = &["src/query/tests.rs"];

/// All files below a folder with one of these endings, by path relative to the top.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![top().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.map(Result::unwrap) {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            let hidden = name.starts_with('.') && name != ".ci";
            if hidden || ["target", "built"].contains(&name.as_str()) {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if endings.iter().any(|e| name.ends_with(e)) {
                found.push(path.strip_prefix(top()).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(top().join(path)).unwrap()
}

/// The code of a file: comments and the insides of strings left out, line ends kept.
fn code(path: &Path) -> String {
    let chars: Vec<char> = read(path).chars().collect();
    let mut out = String::with_capacity(chars.len());
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        match rest {
            ['/', '/', ..] => at += rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['\'', '"', '\'', ..] => at += 3,
            ['r', '#', ..] if raw_string(rest).is_some() => at += raw_string(rest).unwrap_or(1),
            ['"', ..] => {
                let mut end = 1;
                while end < rest.len() && rest[end] != '"' {
                    end += if rest[end] == '\\' { 2 } else { 1 };
                }
                out.push_str("\"\"");
                out.extend(rest.iter().take(end).filter(|c| **c == '\n'));
                at += end + 1;
            }
            [c, ..] => {
                out.push(*c);
                at += 1;
            }
            [] => {}
        }
    }
    out
}

/// The length of the raw string `r#"…"#` that the characters begin with.
fn raw_string(chars: &[char]) -> Option<usize> {
    let hashes = chars[1..].iter().take_while(|c| **c == '#').count();
    if chars.get(1 + hashes) != Some(&'"') {
        return None;
    }
    let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    (2 + hashes..chars.len()).find(|i| chars[*i..].starts_with(&close)).map(|i| i + close.len())
}

/// The module a source file belongs to.
fn module(path: &Path) -> String {
    let inner = path.strip_prefix("src").unwrap();
    let first = inner.iter().next().unwrap().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules in the order of `src/lib.rs`.
fn modules() -> Vec<String> {
    read(Path::new("src/lib.rs"))
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "))
        .map(|rest| rest.trim_end_matches(';').to_owned())
        .collect()
}

/// The identifier that `rest` begins with.
fn identifier(rest: &str) -> &str {
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    &rest[..end]
}

/// What stands behind `crate::`, a group `crate::{a::…, b}` taken apart.
fn crate_paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.push(identifier(rest).to_owned()),
            Some(group) => {
                let mut depth = 1;
                let mut fresh = true;
                for (i, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 1 => fresh = true,
                        c if fresh && c.is_ascii_alphabetic() => {
                            found.push(identifier(&group[i..]).to_owned());
                            fresh = false;
                        }
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
        }
    }
    found
}

#[test]
fn a_module_imports_only_from_modules_above_it() {
    let order = modules();
    assert!(order.len() >= 10, "src/lib.rs names the modules: {order:?}");
    let place = |name: &str| order.iter().position(|m| m == name);
    let mut wrong = Vec::new();
    for path in files("src", &[".rs"]) {
        let own = module(&path);
        let Some(at) = place(&own) else { continue };
        for used in crate_paths(&code(&path)) {
            match place(&used) {
                Some(other) if other <= at => {}
                Some(_) => {
                    wrong.push(format!("{}: `{own}` uses `{used}`, which stands below it", path.display()))
                }
                // An item of the crate's root would be a way round the order.
                None => wrong.push(format!("{}: crate::{used} is no module of src/lib.rs", path.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn groups_of_imports_are_read() {
    assert_eq!(crate_paths("use crate::{diag::{A, B}, text::fold, paper};"), ["diag", "text", "paper"]);
    assert_eq!(crate_paths("let x = crate::http::serve(crate::search::open);"), ["http", "search"]);
    assert_eq!(crate_paths("use mycrate::x;"), Vec::<String>::new());
}

#[test]
fn a_crate_is_used_only_by_the_module_that_owns_it() {
    let mut wrong = Vec::new();
    for path in files("src", &[".rs"]) {
        if path.ends_with("tests.rs") {
            // Tests of a module may read fixtures in their own way.
            continue;
        }
        let own = module(&path);
        let code = code(&path);
        for (name, owners) in OWNED {
            let used = code.match_indices(&format!("{name}::")).any(|(at, _)| {
                !code[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':')
            });
            if used && !owners.contains(&own.as_str()) {
                wrong.push(format!("{}: {name} belongs to {}", path.display(), owners.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_of_pages_has_an_input_and_an_expected_reading_and_is_read() {
    let read: BTreeSet<String> = crate::pages::folders().into_iter().collect();
    for entry in fs::read_dir(top().join("fixtures/pages")).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let inside: Vec<String> = fs::read_dir(entry.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        assert!(inside.iter().any(|f| f == "expected.jsonl"), "{name} has no expected.jsonl");
        assert!(inside.iter().any(|f| f != "expected.jsonl"), "{name} has no page");
        assert!(read.contains(&name), "no test reads fixtures/pages/{name}");
    }
}

/// Paths in back quotes or links of a Markdown text that look like paths of this tree.
fn named_paths(text: &str) -> Vec<String> {
    let top_folders = ["src/", "tests/", "fixtures/", "benches/", "index/", "examples/", "fuzz/", ".ci/"];
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let quoted = line.split('`').skip(1).step_by(2).map(str::to_owned);
        let linked = line.match_indices("](").filter_map(|(at, _)| {
            let rest = &line[at + 2..];
            rest.find(')').map(|end| rest[..end].split('#').next().unwrap_or("").to_owned())
        });
        for piece in quoted.chain(linked.filter(|l| !l.contains("://") && !l.is_empty())) {
            let plain = !piece.contains(|c: char| c.is_whitespace() || "<>*{}…$|".contains(c));
            let whole_name = piece.ends_with(".md") && !piece.contains('/');
            if plain && (top_folders.iter().any(|f| piece.starts_with(f)) || whole_name) {
                found.push(piece);
            }
        }
    }
    found
}

#[test]
fn every_path_named_in_markdown_exists() {
    let mut wrong = Vec::new();
    for path in files("", &[".md"]) {
        // Pages of newspapers are data.
        if path.starts_with("fixtures/archive") || path.starts_with("fixtures/pages") {
            continue;
        }
        for named in named_paths(&read(&path)) {
            let named = named.split(':').next().unwrap_or(&named);
            let beside = top().join(path.parent().unwrap()).join(named);
            // Made by indexing, not part of the tree.
            let made = named.starts_with("index/built");
            if !made && !top().join(named).exists() && !beside.exists() {
                wrong.push(format!("{}: {named} does not exist", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_left_undone_in_the_sources() {
    let mut wrong = Vec::new();
    for path in files("", &[".rs"]) {
        let code = code(&path);
        for mark in ["todo!", "dbg!", "unimplemented!"] {
            if code.contains(&format!("{mark}(")) {
                wrong.push(format!("{}: {mark}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn whoever_asks_the_engine_asks_whether_what_was_read_is_whole() {
    // `Archive::asked` does; a search past it may take what was read past damage for an answer.
    let mut wrong = Vec::new();
    for path in files("src/search", &[".rs"]) {
        // Tests search indexes in memory, which nothing can damage.
        if path.ends_with("tests.rs") {
            continue;
        }
        let text = code(&path);
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let asks = text.matches("searcher.search").count() + text.matches("spread::collect(").count();
        let checks = text.matches("self.sound()").count();
        if asks > checks {
            wrong.push(format!("{}: {asks} searches, {checks} checks", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_source_file_grows_beyond_what_one_sees() {
    let mut wrong = Vec::new();
    for path in files("src", &[".rs"]) {
        let lines = read(&path).lines().count();
        let name = path.to_string_lossy().into_owned();
        match (lines > LINES_MAX, KNOWN_LONG.contains(&name.as_str())) {
            (true, false) => wrong.push(format!("{name}: {lines} lines")),
            (false, true) => wrong.push(format!("{name}: no longer too long, take it off KNOWN_LONG")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn error_texts_are_lower_case_without_a_full_stop() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for path in files("src", &[".rs"]) {
        let text = read(&path);
        for (at, _) in text.match_indices("#[error(\"") {
            let rest = &text[at + "#[error(\"".len()..];
            let message = &rest[..rest.find('"').unwrap()];
            seen += 1;
            let words = message.trim_start_matches(['{', '}', ':', ' ']);
            if words.starts_with(|c: char| c.is_ascii_uppercase()) || message.ends_with(['.', '!']) {
                wrong.push(format!("{}: {message}", path.display()));
            }
        }
    }
    assert!(seen > 0, "the attributes are found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_path_of_one_machine_stands_in_the_tree() {
    // Put together so that this file does not name them.
    let homes: Vec<String> = ["home", "root", "Users", "work"].iter().map(|h| format!("/{h}/")).collect();
    let endings = [".rs", ".md", ".toml", ".py", ".json", ".jsonl", ".sh", ".yml", "run", "long"];
    let mut wrong = Vec::new();
    for path in files("", &endings) {
        if path == Path::new("tests/it/tidy.rs") {
            continue;
        }
        for (number, line) in read(&path).lines().enumerate() {
            for home in &homes {
                // `../work/` or `a/home/b` is no path of a machine.
                let machine = line.match_indices(home.as_str()).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-/".contains(c))
                        && line[at + home.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
                });
                if machine {
                    wrong.push(format!("{}:{}: {home}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
