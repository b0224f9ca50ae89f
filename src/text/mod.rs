//! Turns Chinese text into comparable words: folding, word segmentation, readings.

pub mod fold;
pub mod pinyin;
pub mod segment;
mod words;
