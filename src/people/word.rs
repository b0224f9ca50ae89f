//! What a word is known as; bits of a number, since a word can be several things.
//!
//! Stands alone, since `build.rs` packs the lexicon with it.

/// A common word: how common, 1 to 3, in the lowest two bits.
pub(crate) const COMMON: u32 = 0b11;
/// A common word that is a noun or the name of a place or body.
pub(crate) const NOUN: u32 = 1 << 2;
/// Cannot belong to a post.
pub(crate) const STOP: u32 = 1 << 3;
/// Said by the person named in front.
pub(crate) const SPEECH: u32 = 1 << 4;
/// Done by the person named in front.
pub(crate) const ACT: u32 = 1 << 5;
/// Addresses or sums up the person named in front.
pub(crate) const ADDRESS: u32 = 1 << 6;
/// Stands before the names of those who wrote a piece.
pub(crate) const BYLINE: u32 = 1 << 7;
/// Does so only beside a bracket, a space or a line border.
pub(crate) const CREDIT: u32 = 1 << 8;
/// A person known to everybody.
pub(crate) const FAMOUS: u32 = 1 << 9;
/// Looks like a name and is none.
pub(crate) const NEVER: u32 = 1 << 10;
/// A foreign place, club or firm: seldom a name behind a post either (总统、叙利亚外长).
pub(crate) const PLACE: u32 = 1 << 20;
/// A surname of two characters.
pub(crate) const COMPOUND: u32 = 1 << 11;
/// A Japanese surname.
pub(crate) const JAPANESE: u32 = 1 << 16;
/// Begins a longer word (or ends one, in the backward table); kept inside.
pub(crate) const PART: u32 = 1 << 31;
/// A foreign name that is common.
pub(crate) const FOREIGN: u32 = 1 << 19;
/// What a body works in: 发展, 文化.
pub(crate) const FIELD: u32 = 1 << 18;
/// Part of a name without a dot of one of China's other peoples: two make a name (扎西多吉).
pub(crate) const UNIT: u32 = 1 << 21;
/// Part of the names of China's other peoples that stands whole beside a dot (阿不都拉·玉素甫).
pub(crate) const WHOLE: u32 = 1 << 22;
/// The person known to everybody held public posts.
pub(crate) const OFFICIAL: u32 = 1 << 17;
/// Ends a post.
pub(crate) const HEAD: u32 = 1 << 12;
/// The post is a public one.
pub(crate) const PUBLIC: u32 = 1 << 13;
/// The post is one of a company, of sport or art.
pub(crate) const PRIVATE: u32 = 1 << 14;
/// A label for several people at once.
pub(crate) const GROUP: u32 = 1 << 15;
