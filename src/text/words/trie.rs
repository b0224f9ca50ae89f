//! Reads packed words where they lie.

use super::pack::HEAD;

/// Packed words; opening looks at the head only.
#[derive(Clone)]
pub(super) struct Trie<B> {
    bytes: B,
    layout: Layout,
}

/// Where the parts begin, in bytes.
#[derive(Clone, Copy, Default)]
struct Layout {
    frequencies: usize,
    block_of: usize,
    blocks: usize,
    rare: usize,
    first_child: usize,
    codes: usize,
    words: usize,
    end: usize,
}

impl<B: AsRef<[u8]>> Trie<B> {
    /// The words packed in `bytes` from `start` on to the end, `None` where they can't be such.
    pub(super) fn open(bytes: B, start: usize) -> Option<Self> {
        let all = bytes.as_ref();
        let mut counts = [0usize; HEAD];
        for (nth, count) in counts.iter_mut().enumerate() {
            *count = u32::from_le_bytes(*all.get(start + nth * 4..)?.first_chunk()?) as usize;
        }
        let [nodes, frequencies, blocks, rare] = counts;
        let mut end = start + HEAD * 4;
        let mut part = |count: usize, size: usize| {
            let begin = end;
            end = begin.checked_add(count.checked_mul(size)?)?;
            Some(begin)
        };
        let layout = Layout {
            frequencies: part(frequencies, 4)?,
            block_of: part(256, 2)?,
            blocks: part(blocks, 512)?,
            rare: part(rare, 8)?,
            first_child: part(nodes.checked_add(1)?, 4)?,
            codes: part(nodes, 2)?,
            words: part(nodes, 2)?,
            end: part(0, 0)?,
        };
        (layout.end == all.len()).then_some(Self { bytes, layout })
    }

    /// No words.
    pub(super) fn empty(bytes: B) -> Self {
        Self { bytes, layout: Layout::default() }
    }

    /// All bytes, also those before the words.
    pub(super) fn all(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// The frequencies that words refer to; the first is none's.
    pub(super) fn frequencies(&self) -> impl Iterator<Item = u32> {
        let (numbers, _) = self.part(self.layout.frequencies, self.layout.block_of).as_chunks();
        numbers.iter().map(|n| u32::from_le_bytes(*n))
    }

    /// One of them.
    pub(super) fn frequency(&self, at: usize) -> Option<u32> {
        let (numbers, _) = self.part(self.layout.frequencies, self.layout.block_of).as_chunks();
        numbers.get(at).map(|n| u32::from_le_bytes(*n))
    }

    /// The words for reading.
    pub(super) fn view(&self) -> View<'_> {
        let layout = self.layout;
        View {
            block_of: self.part(layout.block_of, layout.blocks).as_chunks().0,
            blocks: self.part(layout.blocks, layout.rare).as_chunks().0,
            rare: self.part(layout.rare, layout.first_child).as_chunks().0,
            first_child: self.part(layout.first_child, layout.codes).as_chunks().0,
            codes: self.part(layout.codes, layout.words).as_chunks().0,
            words: self.part(layout.words, layout.end).as_chunks().0,
        }
    }

    fn part(&self, from: usize, to: usize) -> &[u8] {
        self.bytes.as_ref().get(from..to).unwrap_or_default()
    }
}

/// Packed words as the arrays they are.
#[derive(Clone, Copy)]
pub(super) struct View<'b> {
    block_of: &'b [[u8; 2]],
    blocks: &'b [[u8; 2]],
    rare: &'b [[u8; 8]],
    first_child: &'b [[u8; 4]],
    codes: &'b [[u8; 2]],
    words: &'b [[u8; 2]],
}

impl View<'_> {
    /// The code of a character, 0 where no word has it.
    #[inline]
    pub(super) fn code(&self, c: char) -> u16 {
        match usize::try_from(u32::from(c)) {
            Ok(point) if point < 0x1_0000 => {
                let block = usize::from(short(self.block_of, point >> 8));
                short(self.blocks, block << 8 | (point & 0xFF))
            }
            _ => self.rare_code(c),
        }
    }

    #[cold]
    fn rare_code(&self, c: char) -> u16 {
        let halves = |pair: &[u8; 8]| {
            let [a, b, c, d, e, f, g, h] = *pair;
            (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]))
        };
        match self.rare.binary_search_by_key(&u32::from(c), |pair| halves(pair).0) {
            Ok(at) => u16::try_from(halves(&self.rare[at]).1).unwrap_or(0),
            Err(_) => 0,
        }
    }

    #[inline]
    fn child_at(&self, node: usize) -> usize {
        self.first_child.get(node).map_or(0, |n| u32::from_le_bytes(*n) as usize)
    }

    /// The child of a node that a code leads to.
    #[inline]
    fn child(&self, node: usize, code: u16) -> Option<usize> {
        let first = self.child_at(node);
        let children = self.codes.get(first..self.child_at(node + 1))?;
        children.binary_search_by(|c| u16::from_le_bytes(*c).cmp(&code)).ok().map(|nth| first + nth)
    }

    /// Tells each word that `codes` begin with: its length and which frequency it has, the shortest
    /// first.
    #[inline]
    pub(super) fn prefixes(&self, mut codes: impl Iterator<Item = u16>, mut tell: impl FnMut(usize, usize)) {
        // The children of the root stand in the order of their codes.
        let mut node = usize::from(codes.next().unwrap_or(0));
        if node == 0 || node >= self.child_at(1) {
            return;
        }
        let mut length = 1;
        loop {
            match short(self.words, node) {
                0 => {}
                frequency => tell(length, usize::from(frequency)),
            }
            let Some(child) = codes.next().and_then(|code| self.child(node, code)) else { return };
            node = child;
            length += 1;
        }
    }

    /// Whether the codes together are a word.
    pub(super) fn has(&self, codes: impl ExactSizeIterator<Item = u16>) -> bool {
        let length = codes.len();
        let mut found = false;
        self.prefixes(codes, |end, _| found |= end == length);
        found
    }
}

#[inline]
fn short(part: &[[u8; 2]], at: usize) -> u16 {
    part.get(at).map_or(0, |n| u16::from_le_bytes(*n))
}
