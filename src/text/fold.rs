//! Makes texts comparable, one character for one character.
//!
//! Full width becomes half width, upper case lower case, traditional simplified; compatibility
//! ideographs and radicals become the character they stand for; every kind of space becomes a
//! plain one. Because each character stays one character, offsets counted in characters hold in
//! both texts. (NFKC does more and changes lengths: ㎡ would become m2.)

static BMP: &[u8; 131_072] = include_bytes!(concat!(env!("OUT_DIR"), "/fold_bmp.bin"));
static BEYOND: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/fold_beyond.bin"));

/// The comparable form of one character.
///
/// ```
/// use baoku::text::fold::fold_char;
/// assert_eq!(fold_char('Ａ'), 'a');
/// assert_eq!(fold_char('龍'), '龙');
/// assert_eq!(fold_char('\u{3000}'), ' ');
/// assert_eq!(fold_char('区'), '区');
/// ```
#[inline]
#[must_use]
pub fn fold_char(c: char) -> char {
    let code = c as u32;
    if code < 0x1_0000 {
        let at = code as usize * 2;
        char::from_u32(u32::from(u16::from_le_bytes([BMP[at], BMP[at + 1]]))).unwrap_or(c)
    } else {
        beyond(c)
    }
}

#[cold]
fn beyond(c: char) -> char {
    let code = c as u32;
    let entry = |i: usize| -> (u32, u32) {
        let b = &BEYOND[i * 8..i * 8 + 8];
        (u32::from_le_bytes([b[0], b[1], b[2], b[3]]), u32::from_le_bytes([b[4], b[5], b[6], b[7]]))
    };
    let (mut low, mut high) = (0, BEYOND.len() / 8);
    while low < high {
        let middle = usize::midpoint(low, high);
        let (key, value) = entry(middle);
        match key.cmp(&code) {
            std::cmp::Ordering::Equal => return char::from_u32(value).unwrap_or(c),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    c
}

/// The comparable form of a text; has as many characters as the text.
///
/// ```
/// use baoku::text::fold::fold;
/// assert_eq!(fold("ＲＣＥＰ：１７．３５億"), "rcep:17.35亿");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Appends the comparable form of a text.
pub fn fold_into(text: &str, out: &mut String) {
    out.extend(text.chars().map(fold_char));
}

/// What identifies the folding table; part of an archive's format.
#[must_use]
pub fn table_digest() -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(BMP);
    hasher.update(BEYOND);
    hasher.finalize().to_hex()[..16].to_owned()
}

/// Whether the character belongs to Chinese script.
#[inline]
#[must_use]
pub const fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{3007}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn widths_cases_scripts_and_radicals_fold() {
        for (from, to) in [
            ("（４＋２）", "(4+2)"),
            ("蕭乾", "萧干"),
            ("Ｃ919", "c919"),
            ("⻓⼈", "长人"),
            ("豈", "岂"),
            ("張　三", "张 三"),
            ("㎡", "㎡"),
            ("17.35亿立方米，“兑”", "17.35亿立方米,“兑”"),
        ] {
            assert_eq!(fold(from), to, "{from}");
        }
    }

    proptest! {
        #[test]
        fn folding_keeps_the_number_of_characters_and_folds_once(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(once.chars().count(), text.chars().count());
            prop_assert_eq!(fold(&once), once);
        }
    }
}
