//! Reads the pages of an issue into whole articles.
