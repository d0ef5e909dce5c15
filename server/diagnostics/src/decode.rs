//! From a log's bytes to UTF-8, in pieces.

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How many bytes the encoding is detected from.
pub(crate) const SNIFF: usize = 4096;

/// How the stream is decoded before it is split into lines. Other encodings are supersets of ASCII: their lines are found without
/// decoding, and only those that report something are decoded.
pub(crate) enum Transport {
    /// A superset of ASCII.
    Bytes,
    /// UTF-16, decoded as it is read.
    Utf16(Box<Decoder>),
}

/// Detects the encoding from the first bytes (up to [`SNIFF`]); also how many of them are a byte order mark.
pub(crate) fn sniff(head: &[u8], forced: Option<&'static Encoding>) -> (Transport, usize) {
    let utf16 = |encoding: &'static Encoding| Transport::Utf16(Box::new(encoding.new_decoder_without_bom_handling()));
    if let Some((encoding, bom)) = Encoding::for_bom(head) {
        return if encoding == UTF_8 { (Transport::Bytes, bom) } else { (utf16(encoding), bom) };
    }
    match forced {
        Some(e) if e == UTF_16LE || e == UTF_16BE => return (utf16(e), 0),
        Some(_) => return (Transport::Bytes, 0),
        None => {}
    }
    // PowerShell 5's `>` writes a mark, but a log cut or joined by tools may have lost it. Build output is mostly
    // ASCII, so in UTF-16 nearly every second byte is NUL; in anything else NUL is rare.
    let pairs = head.len() / 2;
    if pairs >= 4 {
        let zero = |offset: usize| head.iter().skip(offset).step_by(2).take(pairs).filter(|b| **b == 0).count();
        let (even, odd) = (zero(0), zero(1));
        if odd * 2 > pairs && even * 8 < pairs {
            return (utf16(UTF_16LE), 0);
        }
        if even * 2 > pairs && odd * 8 < pairs {
            return (utf16(UTF_16BE), 0);
        }
    }
    (Transport::Bytes, 0)
}

/// Text of one line: UTF-8 when it is, else the given encoding, else UTF-8 with U+FFFD. Also how many bytes (for a
/// given encoding: replacement characters) were not text.
pub(crate) fn line_text<'a>(line: &'a [u8], fallback: Option<&'static Encoding>) -> (std::borrow::Cow<'a, str>, u64) {
    match std::str::from_utf8(line) {
        Ok(text) => (text.into(), 0),
        Err(_) => {
            let encoding = fallback.filter(|e| *e != UTF_16LE && *e != UTF_16BE).unwrap_or(UTF_8);
            let (text, bad) = encoding.decode_without_bom_handling(line);
            let count = if bad { text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count() as u64 } else { 0 };
            (text, count)
        }
    }
}
