//! The `baoku` command.
fn main() {}
