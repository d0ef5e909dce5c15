//! The stream of messages, byte by byte: headers and bodies.
//!
//! A header that cannot be read costs the messages up to the next one that can. Nothing ends the stream but its end, and nothing is kept of what
//! is skipped.

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

/// Larger messages are skipped: no editor sends one.
const MAX_MESSAGE: u64 = 256 << 20;
/// Longer lines are no headers.
const MAX_LINE: usize = 4 << 10;
const CONTENT_LENGTH: &[u8] = b"content-length";

/// What was read.
#[derive(Debug, PartialEq)]
pub(crate) enum Frame {
    /// The body of a message.
    Body(Vec<u8>),
    /// Something that is no message, and why.
    Broken(&'static str),
    /// What was skipped may have told of a document.
    Lost,
}

/// Reads messages.
pub(crate) struct Frames<I> {
    input: BufReader<I>,
    /// Of the header that is being read.
    length: Option<u64>,
    /// Whether the header that is being read has other fields.
    fields: bool,
    /// What is skipped now was reported.
    lost: bool,
    /// What is skipped now mentions documents.
    documents: bool,
}

impl<I: AsyncRead + Unpin> Frames<I> {
    pub fn new(input: I) -> Self {
        Self {
            input: BufReader::with_capacity(64 << 10, input),
            length: None,
            fields: false,
            lost: false,
            documents: false,
        }
    }

    /// Notes that the last body was no message: its length may have been wrong, and what follows the rest of it.
    pub fn distrust(&mut self) {
        self.lost = true;
    }

    /// The next message, or the first sign that there is none where one should be. `None` at the end of the stream.
    pub async fn next(&mut self) -> Option<Frame> {
        loop {
            if self.lost && std::mem::take(&mut self.documents) {
                return Some(Frame::Lost);
            }
            let line = self.line().await?;
            let broken = match line.trim_ascii() {
                [] => match self.length.take() {
                    Some(length) if length <= MAX_MESSAGE => {
                        (self.fields, self.lost, self.documents) = (false, false, false);
                        return self.body(length).await;
                    }
                    Some(length) => {
                        let mut rest = (&mut self.input).take(length);
                        tokio::io::copy_buf(&mut rest, &mut tokio::io::sink()).await.ok()?;
                        self.documents = true;
                        Some("the message is too large")
                    }
                    None if std::mem::take(&mut self.fields) => Some("the header has no Content-Length"),
                    None => None,
                },
                line => self.field(line),
            };
            if let Some(why) = broken
                && !std::mem::replace(&mut self.lost, true)
            {
                return Some(Frame::Broken(why));
            }
        }
    }

    /// Takes in one line of a header. Returns what is wrong with it.
    fn field(&mut self, line: &[u8]) -> Option<&'static str> {
        let Some(at) = length_field(line) else {
            let name = line.iter().position(|&b| b == b':').map(|colon| &line[..colon]);
            if name.is_some_and(|n| !n.is_empty() && n.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')) {
                self.fields = true;
                return None;
            }
            (self.length, self.fields) = (None, false);
            self.documents |= tells_of_document(line);
            return Some("what stands where a header should be is none");
        };
        self.documents |= tells_of_document(&line[..at]);
        let before = if at > 0 { Some("something stands before the header") } else { None };
        let known = self.length.take().filter(|_| before.is_none());
        let value = line[at..].splitn(2, |&b| b == b':').nth(1).unwrap_or_default().trim_ascii();
        let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
        let length = std::str::from_utf8(value).ok().filter(|_| digits).and_then(|v| v.parse::<u64>().ok());
        match length {
            Some(length) if known.is_none_or(|known| known == length) => self.length = Some(length),
            _ => return Some("Content-Length is not one number"),
        }
        before
    }

    async fn body(&mut self, length: u64) -> Option<Frame> {
        // The length is only a claim: memory is taken as bytes come.
        let mut body = Vec::with_capacity(length.min(1 << 20) as usize);
        let read = (&mut self.input).take(length).read_to_end(&mut body).await.ok()?;
        (read as u64 == length).then_some(Frame::Body(body))
    }

    /// The next line. Of one that is too long for a header, the end.
    async fn line(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            let room = MAX_LINE.saturating_sub(line.len()).max(1) as u64;
            if (&mut self.input).take(room).read_until(b'\n', &mut line).await.ok()? == 0 {
                return None;
            }
            if line.ends_with(b"\n") {
                return Some(line);
            }
            if line.len() >= MAX_LINE {
                self.documents |= tells_of_document(&line);
                // A header may begin here.
                line.drain(..line.len() - 64);
            }
        }
    }
}

/// Whether `bytes` are, or may be part of, a message that opens, changes or closes a document.
pub(crate) fn tells_of_document(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"textDocument/did").is_some()
}

/// Where in a line the field `Content-Length` begins: in the first column, or behind what is left of a message that was longer than it said.
fn length_field(line: &[u8]) -> Option<usize> {
    let is_field = |at: usize| {
        let rest = &line[at..];
        rest.len() > CONTENT_LENGTH.len()
            && rest[..CONTENT_LENGTH.len()].eq_ignore_ascii_case(CONTENT_LENGTH)
            && rest[CONTENT_LENGTH.len()..].trim_ascii_start().first() == Some(&b':')
    };
    (0..line.len()).rev().find(|&at| is_field(at) && (at == 0 || line[at - 1] != b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn frames(input: &[u8]) -> Vec<String> {
        let mut frames = Frames::new(input);
        let mut out = Vec::new();
        while let Some(frame) = frames.next().await {
            out.push(match frame {
                Frame::Body(body) => String::from_utf8_lossy(&body).into_owned(),
                Frame::Broken(_) => "broken".to_owned(),
                Frame::Lost => "lost".to_owned(),
            });
        }
        out
    }

    #[tokio::test]
    async fn headers_are_read_in_every_spelling() {
        for header in [
            "Content-Length: 2\r\n\r\n",
            "content-length:2\r\n\r\n",
            "CONTENT-LENGTH :  2 \r\n\r\n",
            "Content-Length: 2\n\n",
            "\r\n\r\nContent-Length: 002\r\n\r\n",
            "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n",
            "Content-Length: 2\r\nContent-Type: odd\r\nX-Content-Length: 9\r\nA: b\r\n\r\n",
            "Content-Length: 2\r\nContent-Length: 2\r\n\r\n",
        ] {
            assert_eq!(frames(format!("{header}{{}}{header}[]").as_bytes()).await, ["{}", "[]"], "{header:?}");
        }
    }

    #[tokio::test]
    async fn what_is_no_header_is_reported_once_and_skipped() {
        let good = "Content-Length: 2\r\n\r\n{}";
        let long = "x".repeat(3 * MAX_LINE);
        for bad in [
            "Content-Length: two\r\n\r\n{}",
            "Content-Length: -2\r\n\r\n{}",
            "Content-Length:\r\n\r\n{}",
            "Content-Length: 99999999999999999999999\r\n\r\n{}",
            "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "Content-Type: x\r\n\r\n{}",
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "no header\n\nat all\n",
            "rest of a message}",
            "\u{0}\u{1}\u{2}\r\n",
            &long,
        ] {
            assert_eq!(frames(format!("{bad}{good}{good}").as_bytes()).await, ["broken", "{}", "{}"], "{bad:?}");
        }
        let change = "Content-Length: x\r\n\r\n{\"method\":\"textDocument/didChange\"}";
        assert_eq!(frames(format!("{change}{good}").as_bytes()).await, ["broken", "lost", "{}"]);
        // Bytes that are no text, and a header without an end.
        assert_eq!(frames(&[&[0xff, 0xfe, b'\n'], good.as_bytes()].concat()).await, ["broken", "{}"]);
        assert_eq!(frames(b"Content-Length: 5\r\n\r\n{}").await, [""; 0]);
    }

    #[tokio::test]
    async fn a_message_that_claims_to_be_huge_is_skipped_and_not_kept() {
        let length = MAX_MESSAGE + 1;
        let header = format!("Content-Length: {length}\r\n\r\n");
        let input =
            header.as_bytes().chain(tokio::io::repeat(b' ').take(length)).chain(&b"Content-Length: 2\r\n\r\n{}"[..]);
        let mut frames = Frames::new(input);
        assert_eq!(frames.next().await, Some(Frame::Broken("the message is too large")));
        assert_eq!(frames.next().await, Some(Frame::Lost), "it may have been a whole document");
        assert_eq!(frames.next().await, Some(Frame::Body(b"{}".to_vec())));
        assert_eq!(frames.next().await, None);
    }
}
