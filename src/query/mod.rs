//! Parses what a reader typed into a tree and prints it back; knows no index.
