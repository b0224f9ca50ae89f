//! Packs words and their frequencies into bytes that can be searched where they lie.
//!
//! Stands alone (only `std`), since `build.rs` packs the dictionary with it.
//!
//! A trie over characters, its nodes level by level, so that a node's children lie side by side and
//! begin where those of the node before it end. Characters have codes from 1: first those a word
//! begins with, so that node *n* of the first level is reached by code *n*; among them and among
//! the rest the commonest first. All numbers are little-endian.
//!
//! ```text
//! u32      nodes, frequencies, blocks, rare characters
//! u32 …    frequencies, the first for "no word"
//! u16 256  block of the code table for each upper byte of a character; block 0 is empty
//! u16 …    code table, 256 codes a block
//! u32 2 …  rare characters beyond the basic plane in order, each with its code
//! u32 …    first child of each node, and one more: where the last one's children end
//! u16 …    code of the character that leads to each node
//! u16 …    frequency of the word that ends in each node, as its place in the list
//! ```
//!
//! A double array would save the search among the children; packing this dictionary into one takes
//! a build script twenty seconds.

use std::collections::BTreeMap;

/// How many numbers the head has.
pub(crate) const HEAD: usize = 4;

/// Packs words, each once, with their frequencies.
///
/// `None` where the format can't hold them: more than 65,535 different characters or
/// frequencies.
pub(crate) fn pack(words: &BTreeMap<&str, u32>) -> Option<Vec<u8>> {
    let codes = codes(words)?;
    let mut frequencies: Vec<u32> = words.values().copied().collect();
    frequencies.sort_unstable();
    frequencies.dedup();
    u16::try_from(frequencies.len()).ok()?;

    // The codes of all words one behind the other: a vector for each would cost more than everything else.
    let mut all: Vec<u16> = Vec::new();
    let mut coded: Vec<(u64, &[u16], u16)> = Vec::with_capacity(words.len());
    let mut ends = Vec::with_capacity(words.len());
    for word in words.keys() {
        all.extend(word.chars().map(|c| codes.code_of[c as usize]));
        ends.push(all.len());
    }
    let mut begin = 0;
    for (frequency, end) in words.values().zip(ends) {
        let rank = frequencies.binary_search(frequency).ok()?;
        let codes = &all[begin..end];
        // Nearly all are told apart by their first four.
        let first =
            (0..4).fold(0, |first, nth| first << 16 | u64::from(codes.get(nth).copied().unwrap_or(0)));
        coded.push((first, codes, u16::try_from(rank + 1).ok()?));
        begin = end;
    }
    coded.sort_unstable();
    let nodes = nodes(&coded);

    let mut blocks = vec![[0u16; 256]];
    let mut block_of = [0u16; 256];
    let mut rare = Vec::new();
    for &c in &codes.chars {
        let code = codes.code_of[c as usize];
        let Ok(unit) = u16::try_from(u32::from(c)) else {
            rare.push((u32::from(c), u32::from(code)));
            continue;
        };
        let [upper, lower] = unit.to_be_bytes().map(usize::from);
        if block_of[upper] == 0 {
            block_of[upper] = u16::try_from(blocks.len()).ok()?;
            blocks.push([0; 256]);
        }
        blocks[usize::from(block_of[upper])][lower] = code;
    }

    let mut out = Vec::new();
    for count in [nodes.len(), frequencies.len() + 1, blocks.len(), rare.len()] {
        out.extend(u32::try_from(count).ok()?.to_le_bytes());
    }
    out.extend([0; 4]);
    out.extend(frequencies.iter().flat_map(|f| f.to_le_bytes()));
    out.extend(block_of.iter().flat_map(|b| b.to_le_bytes()));
    out.extend(blocks.iter().flatten().flat_map(|code| code.to_le_bytes()));
    out.extend(rare.iter().flat_map(|(c, code)| [c.to_le_bytes(), code.to_le_bytes()]).flatten());
    // Every node but the root is a child, and they follow one another.
    let mut first_child = 1u32;
    for node in &nodes {
        out.extend(first_child.to_le_bytes());
        first_child += node.children;
    }
    out.extend(first_child.to_le_bytes());
    out.extend(nodes.iter().flat_map(|node| node.code.to_le_bytes()));
    out.extend(nodes.iter().flat_map(|node| node.frequency.to_le_bytes()));
    Some(out)
}

/// The code of each character that words have.
fn codes(words: &BTreeMap<&str, u32>) -> Option<Codes> {
    let mut counts = vec![0u32; char::MAX as usize + 1];
    let mut begins = vec![false; counts.len()];
    for word in words.keys() {
        for (nth, c) in word.chars().enumerate() {
            counts[c as usize] += 1;
            begins[c as usize] |= nth == 0;
        }
    }
    let mut chars: Vec<char> = ('\0'..=char::MAX).filter(|&c| counts[c as usize] > 0).collect();
    chars.sort_by_key(|&c| (std::cmp::Reverse((begins[c as usize], counts[c as usize])), c));
    let mut code_of = vec![0u16; counts.len()];
    for (c, code) in chars.iter().zip(1u32..) {
        code_of[*c as usize] = u16::try_from(code).ok()?;
    }
    chars.sort_unstable();
    Some(Codes { code_of, chars })
}

struct Codes {
    /// By character; 0 for those no word has.
    code_of: Vec<u16>,
    /// The characters that have a code, in order.
    chars: Vec<char>,
}

struct Node {
    code: u16,
    frequency: u16,
    children: u32,
    /// The words that begin with what leads here, which has `depth` characters.
    first: usize,
    last: usize,
    depth: usize,
}

/// The nodes level by level, the root first.
fn nodes(words: &[(u64, &[u16], u16)]) -> Vec<Node> {
    let mut nodes = vec![Node { code: 0, frequency: 0, children: 0, first: 0, last: words.len(), depth: 0 }];
    let mut at = 0;
    while let Some(&Node { first, last, depth, .. }) = nodes.get(at) {
        let count = nodes.len();
        let mut begun = first;
        while begun < last {
            let (_, codes, frequency) = &words[begun];
            // The words are in order: the one that ends at the node itself comes first.
            let Some(&code) = codes.get(depth) else {
                begun += 1;
                continue;
            };
            let end = begun + words[begun..last].partition_point(|(_, codes, _)| codes[depth] == code);
            let frequency = if codes.len() == depth + 1 { *frequency } else { 0 };
            nodes.push(Node { code, frequency, children: 0, first: begun, last: end, depth: depth + 1 });
            begun = end;
        }
        nodes[at].children = (nodes.len() - count) as u32;
        at += 1;
    }
    nodes
}
