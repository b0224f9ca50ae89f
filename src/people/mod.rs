//! Finds the people named in a text, with post and evidence.
