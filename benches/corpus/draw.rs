//! Numbers drawn with a seed, with integers alone, so that every machine draws the same.

/// splitmix64.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// A number that depends on these two alone.
    pub const fn of_place(seed: u64, place: u64) -> Self {
        Self(seed ^ place.wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub const fn below(&mut self, n: usize) -> usize {
        // The high half of a product: no division for each number.
        let n = if n == 0 { 1 } else { n as u128 };
        ((self.next() as u128 * n) >> 64) as usize
    }

    pub fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A rank below `n`, each power of two as likely as the next: the nth is drawn about 1/n as
    /// often as the first, as words and names are (Zipf).
    pub const fn rank(&mut self, n: usize) -> usize {
        let octaves = usize::BITS - n.leading_zeros();
        loop {
            let first = 1usize << self.below(octaves as usize);
            let rank = first + self.below(first);
            if rank <= n {
                return rank - 1;
            }
        }
    }
}
