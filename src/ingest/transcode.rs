//! Reads a stream in any encoding as UTF-8, without holding it whole.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};

use crate::diag::{Problem, ProblemKind};

use super::decode::{SAMPLE_BYTES, encoding_of};
use super::source::problem_of;

/// The first bytes of a stream and the whole stream, as UTF-8 where it was something else.
///
/// Bytes of a UTF-8 stream are left as they are: whoever reads lines says which line is faulty.
///
/// Fails with a problem of kind `empty`, `not-text` or one of reading.
pub(super) fn utf8_stream(
    mut reader: Box<dyn Read + Send>,
) -> Result<(Vec<u8>, Box<dyn Read + Send>), Problem> {
    let mut head = Vec::new();
    (&mut reader).take(SAMPLE_BYTES as u64).read_to_end(&mut head).map_err(|e| problem_of(&e))?;
    if head.is_empty() {
        return Err(Problem::new(ProblemKind::Empty, "the file holds no text"));
    }
    let encoding =
        encoding_of(&head).ok_or_else(|| Problem::new(ProblemKind::NotText, "the file is not text"))?;
    let whole = io::Cursor::new(head.clone()).chain(reader);
    if encoding == UTF_8 {
        return Ok((head, Box::new(whole)));
    }
    let (text, _, _) = encoding.decode(&head);
    Ok((text.into_owned().into_bytes(), Box::new(Utf8Reader::new(whole, encoding))))
}

struct Utf8Reader<R> {
    inner: R,
    decoder: Decoder,
    packed: Vec<u8>,
    /// What of `packed` is not yet decoded.
    from: usize,
    to: usize,
    ended: bool,
    out: Vec<u8>,
    out_from: usize,
}

impl<R: Read> Utf8Reader<R> {
    fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder(),
            packed: vec![0; 1 << 15],
            from: 0,
            to: 0,
            ended: false,
            out: Vec::new(),
            out_from: 0,
        }
    }

    /// Decodes more, until there is something or the stream ends.
    fn fill(&mut self) -> io::Result<()> {
        self.out_from = 0;
        self.out.clear();
        while self.out.is_empty() && !(self.ended && self.from == self.to) {
            if self.from == self.to && !self.ended {
                self.from = 0;
                self.to = self.inner.read(&mut self.packed)?;
                self.ended = self.to == 0;
            }
            self.out.resize(1 << 17, 0);
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(&self.packed[self.from..self.to], &mut self.out, self.ended);
            self.out.truncate(written);
            self.from += read;
            if self.ended && matches!(result, CoderResult::InputEmpty) {
                self.from = self.to;
                break;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.out_from == self.out.len() && !self.ended {
            self.fill()?;
        }
        let ready = &self.out[self.out_from..];
        let len = ready.len().min(buffer.len());
        buffer[..len].copy_from_slice(&ready[..len]);
        self.out_from += len;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_stream_in_gb18030_comes_out_as_utf8() {
        let text =
            "{\"headline\":\"引水渠全线贯通\",\"body\":\"本报讯，县里最长的引水渠贯通\"}\n".repeat(9000);
        let packed = encoding_rs::GB18030.encode(&text).0.into_owned();
        let (head, mut reader) = utf8_stream(Box::new(io::Cursor::new(packed))).unwrap();
        let mut out = String::new();
        reader.read_to_string(&mut out).unwrap();
        assert!(out == text);
        assert!(head.starts_with("{\"headline\":\"引".as_bytes()));
    }
}
