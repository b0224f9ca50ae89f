//! The index's schema against its golden copy, `index/schema.json`.
//!
//! A change there is a change of the archive's format: every archive has to be made anew. Whoever
//! means it renews the copy with `UPDATE_EXPECT=1 cargo test` and says so in the changelog.

use baoku::index::{FORMAT, OLDEST_READABLE};
use expect_test::expect_file;

#[test]
fn the_schema_is_as_it_was() {
    let (schema, _) = baoku::index::schema::schema();
    let json = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    expect_file!["../../index/schema.json"].assert_eq(&json);
}

#[test]
fn every_field_of_the_schema_is_described_in_the_table() {
    let table = crate::support::top().join("index/README.md");
    let Ok(table) = std::fs::read_to_string(table) else {
        println!("SKIPPED: index/README.md is not written");
        return;
    };
    let (schema, _) = baoku::index::schema::schema();
    for (_, entry) in schema.fields() {
        assert!(table.contains(&format!("`{}`", entry.name())), "index/README.md lacks `{}`", entry.name());
    }
}

#[test]
fn this_build_reads_what_it_writes() {
    assert!((OLDEST_READABLE..=FORMAT).contains(&FORMAT));
}
