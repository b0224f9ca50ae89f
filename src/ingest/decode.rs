//! Turns bytes into text, whatever the encoding, and says what was lost.
//!
//! In this order: byte order mark, UTF-8, UTF-8 with few faults, GB18030 against Big5 by how usual
//! their characters are, UTF-16 without a mark, and last a guess. Valid GB18030 is no proof: nearly
//! all Big5 and much broken UTF-8 is valid GB18030 too.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::diag::{Problem, ProblemKind};
use crate::text::fold::{fold_char, is_han};

/// A text and how it was got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text without its byte order mark; empty where there is none.
    pub text: String,
    /// Name of the encoding as the WHATWG spells it.
    pub encoding: &'static str,
    /// Problems of kind `empty`, `not-text`, `encoding`.
    pub problems: Vec<Problem>,
}

/// How much of a file decides about its encoding.
pub(super) const SAMPLE_BYTES: usize = 64 << 10;

/// Decodes a whole file.
///
/// ```
/// let told = baoku::ingest::decode(b"\xCB\xAE\xC0\xFB\xB9\xA4\xB3\xCC\xBF\xAA\xB9\xA4".to_vec());
/// assert_eq!((told.text.as_str(), told.encoding), ("水利工程开工", "gb18030"));
/// ```
#[must_use]
pub fn decode(bytes: Vec<u8>) -> Decoded {
    let fail = |kind, message: &str| Decoded {
        text: String::new(),
        encoding: UTF_8.name(),
        problems: vec![Problem::new(kind, message)],
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return fail(ProblemKind::Empty, "the file holds no text");
    }
    let Some(encoding) = encoding_of(&bytes) else {
        return fail(ProblemKind::NotText, "the file is not text");
    };
    let decoded = decode_as(bytes, encoding);
    if noise(&decoded.text) {
        return fail(ProblemKind::NotText, "the file is not text");
    }
    if decoded.text.trim().is_empty() {
        return fail(ProblemKind::Empty, "the file holds no text");
    }
    decoded
}

/// Decodes in a known encoding; a byte order mark goes before it.
pub(super) fn decode_as(bytes: Vec<u8>, encoding: &'static Encoding) -> Decoded {
    let (encoding, mark) = Encoding::for_bom(&bytes).unwrap_or((encoding, 0));
    if encoding == UTF_8 {
        let bytes = match String::from_utf8(bytes) {
            Ok(mut text) => {
                text.drain(..mark);
                return Decoded { text, encoding: UTF_8.name(), problems: Vec::new() };
            }
            Err(error) => error.into_bytes(),
        };
        return lossy(&bytes[mark..], mark, encoding);
    }
    lossy(&bytes[mark..], mark, encoding)
}

fn lossy(bytes: &[u8], mark: usize, encoding: &'static Encoding) -> Decoded {
    let (text, faulty) = encoding.decode_without_bom_handling(bytes);
    let mut problems = Vec::new();
    if faulty {
        problems.push(fault(bytes, mark, encoding, &text));
    }
    Decoded { text: text.into_owned(), encoding: encoding.name(), problems }
}

/// Where the first bytes stand that mean nothing, and how many such places there are.
fn fault(bytes: &[u8], mark: usize, encoding: &'static Encoding, text: &str) -> Problem {
    let places = text.matches('\u{FFFD}').count();
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = vec![0_u8; 4096];
    let (mut at, mut line) = (0, 1);
    loop {
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(&bytes[at..], &mut out, true);
        line += out[..written].iter().filter(|b| **b == b'\n').count();
        at += read;
        match result {
            encoding_rs::DecoderResult::OutputFull => {}
            encoding_rs::DecoderResult::InputEmpty => break,
            encoding_rs::DecoderResult::Malformed(bad, after) => {
                at = at.saturating_sub(usize::from(bad) + usize::from(after));
                break;
            }
        }
    }
    let message = format!(
        "{places} place{} not valid {}, the first at byte {}; U+FFFD stands there",
        if places == 1 { "" } else { "s" },
        encoding.name(),
        at + mark
    );
    Problem::new(ProblemKind::Encoding, message).at_line(line)
}

/// The encoding of a text, `None` for what is not text.
pub(super) fn encoding_of(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    let whole = bytes.len() <= SAMPLE_BYTES;
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    if sample.contains(&0) {
        return utf16_without_mark(sample);
    }
    let (valid, faults) = utf8_census(bytes, !whole);
    if faults == 0
        && valid > 0
        && valid < 16
        && no_cjk(sample)
        && usual(sample, GB18030).is_some_and(|gb| gb > 0.5)
    {
        // a few Chinese characters in GB18030 may chance to be valid UTF-8: 目前 reads as Ŀǰ
        return Some(GB18030);
    }
    // a page cut off in the middle of a character, or with a few bad bytes, is still UTF-8
    if faults == 0 || valid >= 20 * faults || (faults == 1 && valid > 0 && cut_at_end(bytes)) {
        return Some(UTF_8);
    }
    let scores = [GB18030, BIG5].map(|encoding| usual(sample, encoding));
    match scores {
        [Some(gb), Some(big5)] => Some(if big5 > gb + 0.1 { BIG5 } else { GB18030 }),
        [Some(gb), None] if gb > 0.02 => Some(GB18030),
        [None, Some(big5)] if big5 > 0.02 => Some(BIG5),
        _ => utf16_without_mark(sample).or_else(|| guess(sample)),
    }
}

/// How many multi-byte characters are valid UTF-8 and how many places are not.
fn utf8_census(bytes: &[u8], sampled: bool) -> (usize, usize) {
    let bytes = if sampled { &bytes[..bytes.len().min(SAMPLE_BYTES)] } else { bytes };
    let (mut valid, mut faults) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        faults += usize::from(!chunk.invalid().is_empty());
    }
    if sampled && faults > 0 && cut_at_end(bytes) {
        faults -= 1;
    }
    (valid, faults)
}

/// Whether valid UTF-8 holds nothing of East Asia.
fn no_cjk(sample: &[u8]) -> bool {
    std::str::from_utf8(sample).is_ok_and(|text| text.chars().all(|c| c < '\u{800}'))
}

fn cut_at_end(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|e| e.error_len().is_none())
}

/// How usual the Chinese of a text is in an encoding, from 0 to 1; `None` where it is not valid.
fn usual(sample: &[u8], encoding: &'static Encoding) -> Option<f64> {
    // the sample may end inside a character of up to four bytes
    let text = (0..4).find_map(|cut| {
        let end = sample.len().checked_sub(cut)?;
        encoding.decode_without_bom_handling_and_without_replacement(&sample[..end])
    })?;
    let (mut han, mut common, mut odd) = (0_usize, 0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        if is_han(c) {
            han += 1;
            common += usize::from(COMMON.contains(fold_char(c)));
        } else if !matches!(c, '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}' | '\u{2010}'..='\u{2040}' | '·' | '×')
        {
            odd += 1;
        }
    }
    #[allow(clippy::cast_precision_loss)]
    Some(common as f64 / (han + odd).max(1) as f64)
}

/// UTF-16 without its mark: many zero bytes, or valid and plainly Chinese.
fn utf16_without_mark(sample: &[u8]) -> Option<&'static Encoding> {
    let even = &sample[..sample.len() & !1];
    let good = |encoding: &'static Encoding| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(even)?;
        let letters = text.chars().filter(|c| c.is_ascii_graphic() || c.is_ascii_whitespace()).count();
        let all = text.chars().count().max(1);
        let plain = letters * 10 > all * 8;
        (plain || usual(even, encoding)? > 0.4).then_some(encoding)
    };
    good(UTF_16LE).or_else(|| good(UTF_16BE))
}

fn guess(sample: &[u8]) -> Option<&'static Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(sample, true);
    let guessed = detector.guess(None, Utf8Detection::Allow);
    Some(if guessed == encoding_rs::GBK { GB18030 } else { guessed })
}

/// Whether a decoded text is no text: control characters, private use, signs of loss.
fn noise(text: &str) -> bool {
    let (mut all, mut bad) = (0_usize, 0_usize);
    for c in text.chars().take(32 << 10) {
        all += 1;
        bad += usize::from(matches!(c,
            '\0'..='\u{8}' | '\u{E}'..='\u{1A}' | '\u{1C}'..='\u{1F}' | '\u{7F}'..='\u{9F}'
            | '\u{E000}'..='\u{F8FF}' | '\u{FFFD}'));
    }
    bad * 10 > all
}

/// The characters that make up some three quarters of any Chinese text.
const COMMON: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往历市克何除消构府称太准精值号率族维划选标写存候毛亲快效院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严";

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "# 引水渠全线贯通\n\n本报讯（记者 甲某）6月1日，县里最长的引水渠全线贯通，两岸的稻田都能浇上水了。\n";

    fn told(bytes: &[u8]) -> (String, &'static str, Vec<ProblemKind>) {
        let told = decode(bytes.to_vec());
        (told.text, told.encoding, told.problems.iter().map(|p| p.kind).collect())
    }

    fn traditional() -> String {
        "本報訊：縣裡最長的引水渠全線貫通，兩岸的稻田都能澆上水了，農戶說今年的收成會好。".to_owned()
    }

    #[test]
    fn every_encoding_of_a_page_gives_the_same_text() {
        let utf16 =
            |bytes: fn(u16) -> [u8; 2], text: &str| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let gb = GB18030.encode(PAGE).0;
        for (bytes, encoding) in [
            (PAGE.as_bytes().to_vec(), "UTF-8"),
            (format!("\u{FEFF}{PAGE}").into_bytes(), "UTF-8"),
            (gb.to_vec(), "gb18030"),
            (utf16(u16::to_le_bytes, &format!("\u{FEFF}{PAGE}")), "UTF-16LE"),
            (utf16(u16::to_be_bytes, &format!("\u{FEFF}{PAGE}")), "UTF-16BE"),
            (utf16(u16::to_le_bytes, PAGE), "UTF-16LE"),
        ] {
            assert_eq!(told(&bytes), (PAGE.to_owned(), encoding, vec![]));
        }
        let text = traditional();
        assert_eq!(told(&BIG5.encode(&text).0), (text.clone(), "Big5", vec![]));
        assert_eq!(told(&GB18030.encode(&text).0), (text, "gb18030", vec![]));
        assert_eq!(told(&GB18030.encode("目前itunes").0).0, "目前itunes");
        assert_eq!(told("Café Müller".as_bytes()).0, "Café Müller");
    }

    #[test]
    fn bytes_that_mean_nothing_are_told_with_their_place_and_the_text_stays() {
        let mut bytes = PAGE.repeat(3).into_bytes();
        let at = PAGE.len() + 40;
        bytes.insert(at, 0xFF);
        let told = decode(bytes);
        assert_eq!(told.encoding, "UTF-8");
        assert_eq!(told.text.matches('\u{FFFD}').count(), 1);
        assert_eq!(told.problems[0].kind, ProblemKind::Encoding);
        assert_eq!(told.problems[0].line, Some(6));
        assert!(told.problems[0].message.contains(&format!("byte {at}")), "{}", told.problems[0].message);
    }

    #[test]
    fn a_page_cut_in_the_middle_of_a_character_keeps_its_encoding() {
        let cut = &PAGE.as_bytes()[..PAGE.len() - 2];
        let (text, encoding, problems) = told(cut);
        assert_eq!((encoding, problems.as_slice()), ("UTF-8", [ProblemKind::Encoding].as_slice()));
        assert!(text.starts_with("# 引水渠"));
    }

    #[test]
    fn what_is_no_text_is_told_and_not_shown() {
        let kinds = |bytes: &[u8]| told(bytes).2;
        assert_eq!(kinds(b""), [ProblemKind::Empty]);
        assert_eq!(kinds(b" \r\n\t"), [ProblemKind::Empty]);
        assert_eq!(kinds("\u{FEFF}".as_bytes()), [ProblemKind::Empty]);
        assert_eq!(kinds("\u{3000}\n".as_bytes()), [ProblemKind::Empty]);
        assert_eq!(
            kinds(b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3E\0\x01\0\0\0"),
            [ProblemKind::NotText]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_decoded_without_a_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
            let _ = decode(bytes);
        }

        #[test]
        fn utf8_text_comes_back_as_it_is(text in "[一-龥a-z0-9，。\n]{1,80}") {
            proptest::prop_assume!(!text.trim().is_empty());
            proptest::prop_assert_eq!(decode(text.clone().into_bytes()).text, text);
        }
    }
}
