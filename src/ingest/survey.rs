//! Walks files and folders in a stable order and groups what is found into units.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::diag::{Problem, ProblemKind};

use super::decode::SAMPLE_BYTES;
use super::format::{Coder, Format, Promise, promise, sniff, unpacked_name};
use super::group::Found;
use super::source::{Origin, SourceFile, problem_of};
use super::unit::Unit;
use super::{Options, SourceProblem, containers};

/// What files and folders hold, before any of it is read.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Issues and files of ready articles, ordered by key.
    pub units: Vec<Unit>,
    /// What was passed over and why, ordered by path.
    pub skipped: Vec<Skipped>,
    /// What could not be read, ordered by path.
    pub problems: Vec<SourceProblem>,
    /// Files of corrections, ordered by path.
    pub corrections: Vec<SourceFile>,
}

/// A file or folder that was passed over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// The path as shown.
    pub path: String,
    /// Why, in words.
    pub reason: &'static str,
}

/// Walks files and folders and groups what they hold.
///
/// A file given by name is read whatever it is called; in a folder, hidden files are passed over
/// and links are not followed. The answer does not depend on the order of the arguments or of the
/// folder's listing.
#[must_use]
pub fn survey(paths: &[PathBuf], options: &Options) -> Survey {
    let mut walker = Walker { options, named: BTreeSet::new(), found: Found::default(), unpack_left: 0 };
    walker.walk(paths);
    walker.found.into_survey(options)
}

/// Containers inside containers inside containers, and no further.
const NESTING_MAX: usize = 3;

struct Walker<'a> {
    options: &'a Options,
    /// Files given by name, resolved.
    named: BTreeSet<PathBuf>,
    found: Found,
    /// What the outermost open container may still unpack to.
    unpack_left: u64,
}

impl Walker<'_> {
    fn walk(&mut self, paths: &[PathBuf]) {
        let mut roots: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
        for path in paths {
            match path.canonicalize() {
                Ok(real) => {
                    let shown = roots.entry(real).or_insert_with(|| path.clone());
                    if path < shown {
                        shown.clone_from(path);
                    }
                }
                Err(error) => self.found.problem(&shown(path), problem_of(&error)),
            }
        }
        let (folders, files): (Vec<_>, Vec<_>) = roots.into_iter().partition(|(real, _)| real.is_dir());
        for (real, path) in files {
            self.named_file(&path);
            self.named.insert(real);
        }
        let outer: Vec<PathBuf> = folders.iter().map(|(real, _)| real.clone()).collect();
        for (real, path) in folders {
            // a folder inside another given folder is walked with that one
            if !outer.iter().any(|other| *other != real && real.starts_with(other)) {
                self.folder(&real, &path);
            }
        }
    }

    fn named_file(&mut self, path: &Path) {
        match std::fs::metadata(path) {
            Ok(meta) if meta.is_file() => self.file(path, &meta, true),
            Ok(_) => self.found.skip(shown(path), "neither a file nor a folder"),
            Err(error) => self.found.problem(&shown(path), problem_of(&error)),
        }
    }

    fn folder(&mut self, real: &Path, root: &Path) {
        let mut entries = WalkDir::new(root).follow_links(false).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().map_or_else(|| shown(root), shown);
                    let problem = match error.io_error() {
                        Some(error) => problem_of(error),
                        None => Problem::new(ProblemKind::Unreadable, error.to_string()),
                    };
                    self.found.problem(&path, problem);
                    continue;
                }
            };
            if entry.depth() == 0 {
                continue;
            }
            let kind = entry.file_type();
            if hidden(&entry) {
                if kind.is_dir() {
                    entries.skip_current_dir();
                }
                self.found.skip(shown(entry.path()), "hidden");
            } else if kind.is_symlink() {
                self.found.skip(shown(entry.path()), "a link; not followed");
            } else if kind.is_file() {
                let resolved =
                    entry.path().strip_prefix(root).map(|inner| real.join(inner)).unwrap_or_default();
                if self.named.contains(&resolved) {
                    continue;
                }
                match entry.metadata() {
                    Ok(meta) => self.file(entry.path(), &meta, false),
                    Err(error) => {
                        self.found.problem(
                            &shown(entry.path()),
                            Problem::new(ProblemKind::Unreadable, error.to_string()),
                        );
                    }
                }
            } else if !kind.is_dir() {
                self.found.skip(shown(entry.path()), "neither a file nor a folder");
            }
        }
    }

    fn file(&mut self, path: &Path, meta: &Metadata, named: bool) {
        let shown = shown(path);
        let origin = if Path::new(&shown) == path { Origin::Shown } else { Origin::File(path.to_owned()) };
        let file = SourceFile {
            path: shown,
            size_bytes: meta.len(),
            mtime: meta.modified().ok(),
            format: Format::Text,
            facsimile: None,
            origin,
            coders: Vec::new(),
        };
        self.add(file, named, 0);
    }

    /// Puts a file where it belongs; opens a container and adds what is in it.
    fn add(&mut self, mut file: SourceFile, named: bool, depth: usize) {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let (name, coders): (String, Vec<Coder>) = unpacked_name(name);
        file.coders.extend(coders);
        let mut promise = promise(&name);
        if promise == Promise::Sniff || (named && matches!(promise, Promise::Skip(_))) {
            promise = match file.head(&self.options.limits, SAMPLE_BYTES as u64) {
                Ok(head) => sniff(&head),
                Err(error) => return self.found.problem(&file.path, problem_of(&error)),
            };
        }
        match promise {
            Promise::Holds(Format::Mets) => {
                file.format = Format::Mets;
                self.found.mets.push(file);
            }
            Promise::Holds(format) => {
                file.format = format;
                self.found.files.push(file);
            }
            Promise::Sidecar => self.found.sidecars.push(file),
            Promise::Corrections => self.found.corrections.push(file),
            Promise::Image => {
                self.found.skip(file.path.clone(), "a picture");
                self.found.images.push(file.path);
            }
            Promise::Skip(reason) => self.found.skip(file.path, reason),
            Promise::Sniff => self.found.skip(file.path, "of no known form"),
            Promise::Zip | Promise::Tar if depth >= NESTING_MAX => {
                let message = format!("containers nested more than {NESTING_MAX} deep are not opened");
                self.found.problem(&file.path, Problem::new(ProblemKind::Limit, message));
            }
            Promise::Zip => self.container(&file, containers::zip_members, depth),
            Promise::Tar => self.container(&file, containers::tar_members, depth),
        }
    }

    fn container(&mut self, file: &SourceFile, list: containers::List, depth: usize) {
        if depth == 0 {
            self.unpack_left = containers::allowance(file.size_bytes, &self.options.limits);
        }
        let listing = match list(file, &self.options.limits, &mut self.unpack_left) {
            Ok(listing) => listing,
            Err(problem) => return self.found.problem(&file.path, problem),
        };
        for (path, problem) in listing.problems {
            self.found.problem(&path, problem);
        }
        for (path, reason) in listing.skipped {
            self.found.skip(path, reason);
        }
        for member in listing.members {
            self.add(member, false, depth + 1);
        }
    }
}

fn hidden(entry: &DirEntry) -> bool {
    let name = entry.file_name().as_encoded_bytes();
    name.starts_with(b".") || name == b"__MACOSX"
}

/// A path as it is shown: with `/`, whatever the system.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use expect_test::expect;
    use tempfile::TempDir;

    use super::*;

    fn folder_of(files: &[(&str, &str)]) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    fn told(survey: &Survey, dir: &TempDir) -> String {
        let root = format!("{}/", dir.path().display());
        let mut out = String::new();
        for unit in &survey.units {
            out.push_str(&format!("{:?} {}\n", unit.kind, unit.key));
            for file in &unit.files {
                let facsimile = file.facsimile.as_ref().map(|f| format!(" = {f}")).unwrap_or_default();
                out.push_str(&format!("  {} {:?}{facsimile}\n", file.path, file.format));
            }
        }
        for skipped in &survey.skipped {
            out.push_str(&format!("skipped {}: {}\n", skipped.path, skipped.reason));
        }
        for problem in &survey.problems {
            out.push_str(&format!(
                "{} {}: {}\n",
                problem.problem.kind, problem.source, problem.problem.message
            ));
        }
        out.replace(&root, "").replace(root.trim_end_matches('/'), "")
    }

    #[test]
    fn a_folder_is_grouped_into_issues_and_files_of_articles() {
        let dir = folder_of(&[
            ("潞州日报/2026-06-04/10.md", "甲"),
            ("潞州日报/2026-06-04/02.md", "甲"),
            ("潞州日报/2026-06-04/02.jpg", "x"),
            ("潞州日报/2026-06-05/01.txt", "甲"),
            ("潞州日报/extra/20260604_A01.txt", "甲"),
            ("loose/b.md", "甲"),
            ("loose/a.md", "甲"),
            ("loose/a.pdf", "%PDF-1.4"),
            ("news.jsonl", "{}"),
            ("web/2026-06/04/content_1.html", "<html>"),
            ("web/2026-06/04/content_2.html", "<html>"),
            ("web/other.html", "<html>"),
            ("README.md", "x"),
            (".git/config", "x"),
            ("noext", "{\"title\":\"甲\"}\n{\"title\":\"乙\"}\n"),
        ]);
        let survey = survey(&[dir.path().to_owned()], &Options::default());
        expect![[r#"
            Articles file:news.jsonl
              news.jsonl JsonLines
            Articles file:noext
              noext JsonLines
            Articles file:web/other.html
              web/other.html Html
            Issue folder:loose
              loose/a.md Text = loose/a.pdf
              loose/b.md Text
            Issue issue:潞州日报/2026-06-04
              潞州日报/2026-06-04/02.md Text = 潞州日报/2026-06-04/02.jpg
              潞州日报/2026-06-04/10.md Text
              潞州日报/extra/20260604_A01.txt Text
            Issue issue:潞州日报/2026-06-05
              潞州日报/2026-06-05/01.txt Text
            Articles web:web/2026-06-04
              web/2026-06/04/content_1.html Html
              web/2026-06/04/content_2.html Html
            skipped .git: hidden
            skipped README.md: a file about the folder, no page
            skipped loose/a.pdf: shows a page whose text lies beside it
            skipped 潞州日报/2026-06-04/02.jpg: a picture
        "#]]
        .assert_eq(&told(&survey, &dir));
    }

    #[test]
    fn the_answer_does_not_depend_on_the_order_of_arguments_and_nothing_is_found_twice() {
        let dir = folder_of(&[("a/2026-06-04/01.md", "甲"), ("a/2026-06-04/02.md", "甲"), ("b/x.jsonl", "")]);
        let paths: Vec<PathBuf> =
            ["a", "b", "", "a/2026-06-04/02.md", "b/x.jsonl"].iter().map(|p| dir.path().join(p)).collect();
        let mut reversed = paths.clone();
        reversed.reverse();
        let forward = survey(&paths, &Options::default());
        let backward = survey(&reversed, &Options::default());
        assert_eq!(told(&forward, &dir), told(&backward, &dir));
        assert_eq!(forward.units.iter().map(|u| u.files.len()).sum::<usize>(), 3);
    }

    #[test]
    fn what_is_missing_is_told_and_the_rest_goes_on() {
        let dir = folder_of(&[("01.md", "甲")]);
        let survey = survey(&[dir.path().join("no"), dir.path().join("01.md")], &Options::default());
        assert_eq!(survey.units.len(), 1);
        assert_eq!(survey.problems[0].problem.kind, ProblemKind::Unreadable);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let dir = folder_of(&[("in/01.md", "甲")]);
        let outside = folder_of(&[("02.md", "乙")]);
        std::os::unix::fs::symlink(outside.path(), dir.path().join("in/out")).unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("in/loop")).unwrap();
        let survey = survey(&[dir.path().to_owned()], &Options::default());
        assert_eq!(survey.units.len(), 1);
        assert_eq!(survey.skipped.len(), 2);
    }

    #[test]
    fn a_group_too_large_for_an_issue_is_taken_page_by_page() {
        let files: Vec<(String, &str)> = (0..5).map(|i| (format!("n{i}.md"), "甲")).collect();
        let dir = folder_of(&files.iter().map(|(p, t)| (p.as_str(), *t)).collect::<Vec<_>>());
        let mut options = Options::default();
        options.limits.issue_pages_max = 4;
        let survey = survey(&[dir.path().to_owned()], &options);
        assert_eq!(survey.units.len(), 5);
        assert_eq!(survey.problems[0].problem.kind, ProblemKind::NotJoined);
    }
}
