//! What is linked in, held against `deny.toml` without any tool but cargo: licences, sources, banned
//! crates, loose version requirements. Crates that stand in the tree in several versions are told.
//!
//! The same file is read by `cargo deny`, which looks at all platforms and knows advisories; here
//! it is this platform's tree, tools for building and testing included.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::support::top;

/// What cargo says of every package of the tree.
fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let version = Command::new(&cargo).arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let mut metadata = Command::new(&cargo);
    metadata.args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host]);
    let out = metadata.current_dir(top()).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let metadata: Value = serde_json::from_slice(&out.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn deny() -> toml::Table {
    std::fs::read_to_string(top().join("deny.toml")).unwrap().parse().unwrap()
}

fn text<'a>(package: &'a Value, member: &str) -> &'a str {
    package[member].as_str().unwrap_or_default()
}

/// Whether a licence expression (SPDX) can be met with licences that pass.
fn licence_passes(expression: &str, passes: &dyn Fn(&str) -> bool) -> bool {
    // Older packages write a slash for OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = any_of(&words, &mut at, passes);
    met && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize, passes: &dyn Fn(&str) -> bool) -> bool {
    let mut met = all_of(words, at, passes);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all_of(words, at, passes);
    }
    met
}

fn all_of(words: &[&str], at: &mut usize, passes: &dyn Fn(&str) -> bool) -> bool {
    let mut met = one_of(words, at, passes);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one_of(words, at, passes);
    }
    met
}

fn one_of(words: &[&str], at: &mut usize, passes: &dyn Fn(&str) -> bool) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let met = any_of(words, at, passes);
        *at += usize::from(words.get(*at) == Some(&")"));
        return met;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).copied().unwrap_or_default();
        *at += 2;
        return passes(&format!("{word} WITH {exception}"));
    }
    passes(word)
}

#[test]
fn licence_expressions_are_read() {
    let passes = |licence: &str| ["MIT", "Apache-2.0"].contains(&licence);
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("MIT OR GPL-3.0", true),
        ("MIT/Apache-2.0", true),
        ("MIT AND GPL-3.0", false),
        ("(GPL-3.0 OR MIT) AND Apache-2.0", true),
        ("GPL-3.0 AND MIT OR Apache-2.0", true),
        ("Apache-2.0 WITH LLVM-exception", false),
        ("MIT )", false),
        ("", false),
    ] {
        assert_eq!(licence_passes(expression, &passes), met, "{expression}");
    }
}

#[test]
fn what_is_linked_in_is_what_deny_toml_allows() {
    let (packages, deny) = (packages(), deny());
    assert!(packages.len() > 100, "the whole tree is looked at");
    let allow: BTreeSet<&str> =
        deny["licenses"]["allow"].as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
    let banned: BTreeSet<&str> =
        deny["bans"]["deny"].as_array().unwrap().iter().map(|b| b["crate"].as_str().unwrap()).collect();
    let mut wrong = Vec::new();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in &packages {
        let (name, version) = (text(package, "name"), text(package, "version"));
        versions.entry(name).or_default().insert(version);
        let licence = text(package, "license");
        if !licence_passes(licence, &|one| allow.contains(one)) {
            wrong.push(format!("{name} {version}: its licence “{licence}” is not allowed"));
        }
        if banned.contains(name) {
            wrong.push(format!("{name} {version}: is banned"));
        }
        let source = text(package, "source");
        let own = name == "baoku" && source.is_empty();
        if !own && source != "registry+https://github.com/rust-lang/crates.io-index" {
            wrong.push(format!("{name} {version}: comes from “{source}”, which is no known registry"));
        }
        for needed in package["dependencies"].as_array().into_iter().flatten().filter(|_| own) {
            if text(needed, "req") == "*" {
                wrong.push(format!("{}: any version would do", text(needed, "name")));
            }
        }
    }
    let several = versions.iter().filter(|(_, versions)| versions.len() > 1);
    let several: Vec<String> = several.map(|(name, versions)| format!("{name} {versions:?}")).collect();
    println!("{} packages; in several versions: {}", packages.len(), several.join(", "));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
