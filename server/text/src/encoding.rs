use std::borrow::Cow;

/// The encoding of a source file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8 without byte order mark.
    Utf8,
    /// UTF-8 with byte order mark.
    Utf8Bom,
    /// UTF-16, little endian, with byte order mark.
    Utf16Le,
    /// UTF-16, big endian, with byte order mark.
    Utf16Be,
    /// Not valid UTF-8: read as windows-1252, which maps every byte to a character and back (WHATWG Encoding).
    Windows1252,
}

/// A line ending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineEnding {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// `\r`
    Cr,
}

impl LineEnding {
    /// The characters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }
    /// The ending of the first line break in `text`; LF when there is none.
    pub fn of(text: &str) -> Self {
        match text.bytes().position(|b| b == b'\n' || b == b'\r') {
            Some(i) if text.as_bytes()[i] == b'\n' => Self::Lf,
            Some(i) if text.as_bytes().get(i + 1) == Some(&b'\n') => Self::CrLf,
            Some(_) => Self::Cr,
            None => Self::Lf,
        }
    }
}

/// A file's text with its encoding, so that its bytes can be written back unchanged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceText {
    /// The text, without byte order mark, with its own line endings.
    pub text: String,
    /// The encoding.
    pub encoding: Encoding,
}

impl SourceText {
    /// Decodes `bytes`. Returns `None` when the bytes could not be restored exactly (odd UTF-16, lone surrogates) or
    /// contain NUL characters: such a file is not text and must not be edited.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let (text, encoding): (Cow<'_, str>, Encoding) = match bytes {
            [0xEF, 0xBB, 0xBF, rest @ ..] if std::str::from_utf8(rest).is_ok() => {
                (String::from_utf8_lossy(rest), Encoding::Utf8Bom)
            }
            [0xFF, 0xFE, rest @ ..] => {
                (encoding_rs::UTF_16LE.decode_without_bom_handling_and_without_replacement(rest)?, Encoding::Utf16Le)
            }
            [0xFE, 0xFF, rest @ ..] => {
                (encoding_rs::UTF_16BE.decode_without_bom_handling_and_without_replacement(rest)?, Encoding::Utf16Be)
            }
            _ => match std::str::from_utf8(bytes) {
                Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
                Err(_) => (encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0, Encoding::Windows1252),
            },
        };
        (!text.contains('\0')).then(|| Self { text: text.into_owned(), encoding })
    }

    /// The bytes of `text` in this file's encoding; `None` when the encoding cannot represent it.
    pub fn encode(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
        Some(match encoding {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf8Bom => [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
            Encoding::Utf16Le => {
                [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
            }
            Encoding::Utf16Be => {
                [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
            }
            Encoding::Windows1252 => {
                let (bytes, _, lossy) = encoding_rs::WINDOWS_1252.encode(text);
                if lossy {
                    return None;
                }
                bytes.into_owned()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_round_trips_byte_for_byte() {
        let all_high: Vec<u8> = (1..=255u8).collect();
        let inputs: Vec<(&[u8], Encoding)> = vec![
            ("a\r\né".as_bytes(), Encoding::Utf8),
            (b"\xEF\xBB\xBFa\n", Encoding::Utf8Bom),
            (b"\xFF\xFEa\0\n\0", Encoding::Utf16Le),
            (b"\xFE\xFF\0a\0\n", Encoding::Utf16Be),
            (&all_high, Encoding::Windows1252),
        ];
        for (bytes, encoding) in inputs {
            let source = SourceText::decode(bytes).unwrap();
            assert_eq!(source.encoding, encoding);
            assert_eq!(SourceText::encode(&source.text, encoding).unwrap(), bytes);
        }
    }

    #[test]
    fn bytes_that_cannot_be_restored_are_no_text() {
        assert_eq!(SourceText::decode(b"\xFF\xFEa"), None);
        assert_eq!(SourceText::decode(b"\xFF\xFE\x00\xD8"), None);
        assert_eq!(SourceText::decode(b"MZ\0\0"), None);
        assert_eq!(SourceText::encode("日", Encoding::Windows1252), None);
    }
}
