use crate::collect::{BuildLog, LogStats};
use crate::decode::{SNIFF, Transport, sniff};
use crate::options::ReadOptions;
use crate::scanner::Scanner;
use crate::{binary_log, error_list, format_report, sarif, tsbuildinfo};
use std::io;

/// Reads one log in pieces of any size. Memory does not grow with the log: a line, and each diagnostic once, are kept.
///
/// ```
/// let mut reader = diagnostics::LogReader::new(Default::default());
/// reader.push(b"src/a.ts(3,7): error TS2304: Can");
/// reader.push(b"not find name 'x'.\n");
/// let log = reader.finish();
/// assert_eq!(log.diagnostics[0].code, *"TS2304");
/// ```
pub struct LogReader {
    options: ReadOptions,
    input: Input,
    bytes: u64,
}

/// What the bytes are, as far as known.
enum Input {
    /// Collecting the first bytes.
    Head(Vec<u8>),
    /// Lines.
    Lines { transport: Transport, scanner: Box<Scanner> },
    /// A JSON document: read when complete.
    Document(Vec<u8>),
    /// A JSON document that is too long.
    Dropped,
}

impl LogReader {
    /// A reader for one log.
    pub fn new(options: ReadOptions) -> Self {
        Self { options, input: Input::Head(Vec::new()), bytes: 0 }
    }

    /// The next piece of the log.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        if let Input::Head(head) = &mut self.input {
            let take = (SNIFF - head.len()).min(bytes.len());
            head.extend_from_slice(&bytes[..take]);
            if head.len() < SNIFF {
                return;
            }
            let head = std::mem::take(head);
            self.start(&head, false);
            self.feed(&bytes[take..]);
        } else {
            self.feed(bytes);
        }
    }

    /// The diagnostics of the log.
    pub fn finish(mut self) -> BuildLog {
        if let Input::Head(head) = &mut self.input {
            let head = std::mem::take(head);
            self.start(&head, true);
        }
        let mut log = match self.input {
            Input::Head(_) => BuildLog::default(),
            Input::Dropped => {
                BuildLog { stats: LogStats { over_long_documents: 1, ..LogStats::default() }, ..BuildLog::default() }
            }
            Input::Document(document) => read_document(&document, &self.options),
            Input::Lines { mut transport, mut scanner } => {
                if let Transport::Utf16(decoder) = &mut transport {
                    decode_into(decoder, &[], true, &mut scanner);
                }
                scanner.finish()
            }
        };
        log.stats.bytes = self.bytes;
        log
    }

    fn start(&mut self, head: &[u8], whole: bool) {
        let (transport, bom) = sniff(head, self.options.encoding);
        let rest = &head[bom..];
        if binary_log::is_packed(head) {
            self.input = Input::Document(head.to_vec());
            return;
        }
        let is_document = match &transport {
            Transport::Bytes => looks_like_document(rest),
            // In UTF-16 these come from redirections in PowerShell only.
            Transport::Utf16(_) => looks_like_document(&rest.iter().copied().filter(|b| *b != 0).collect::<Vec<_>>()),
        };
        self.input = if is_document {
            Input::Document(head.to_vec())
        } else {
            let mut scanner = Box::new(Scanner::new(&self.options));
            if matches!(transport, Transport::Bytes) {
                scanner.learn(rest, whole);
            }
            Input::Lines { transport, scanner }
        };
        if !is_document {
            self.feed(rest);
        }
    }

    fn feed(&mut self, bytes: &[u8]) {
        match &mut self.input {
            Input::Head(_) | Input::Dropped => {}
            Input::Document(document) => {
                if document.len().saturating_add(bytes.len()) > self.options.max_document {
                    self.input = Input::Dropped;
                } else {
                    document.extend_from_slice(bytes);
                }
            }
            Input::Lines { transport: Transport::Bytes, scanner } => scanner.push(bytes),
            Input::Lines { transport: Transport::Utf16(decoder), scanner } => {
                decode_into(decoder, bytes, false, scanner)
            }
        }
    }
}

fn decode_into(decoder: &mut encoding_rs::Decoder, mut bytes: &[u8], last: bool, scanner: &mut Scanner) {
    let mut buffer = [0u8; 16 << 10];
    loop {
        let (result, read, written, _) = decoder.decode_to_utf8(bytes, &mut buffer, last);
        scanner.push(&buffer[..written]);
        bytes = &bytes[read..];
        if result == encoding_rs::CoderResult::InputEmpty {
            return;
        }
    }
}

/// A SARIF log or a `.tsbuildinfo` is one JSON object, copied problems are an array of them. A text log that starts with a brace is parsed as lines
/// when it is not such an object.
fn looks_like_document(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    match head.first() {
        Some(b'{') => matches!(head[1..].trim_ascii_start().first(), Some(b'"' | b'}') | None),
        Some(b'[') => head[1..].trim_ascii_start().first() == Some(&b'{'),
        _ => false,
    }
}

fn read_document(bytes: &[u8], options: &ReadOptions) -> BuildLog {
    if binary_log::is_packed(bytes) {
        return binary_log::read(bytes, options).unwrap_or_else(|| read_packed(bytes, options));
    }
    let (transport, bom) = sniff(&bytes[..bytes.len().min(SNIFF)], options.encoding);
    let text = match transport {
        Transport::Bytes => String::from_utf8_lossy(&bytes[bom..]),
        Transport::Utf16(decoder) => decoder.encoding().decode_without_bom_handling(&bytes[bom..]).0,
    };
    if let Some(log) = sarif::read(&text, options)
        .or_else(|| tsbuildinfo::read(&text, options))
        .or_else(|| error_list::problems(&text, options))
        .or_else(|| format_report::read(&text, options))
    {
        return log;
    }
    let mut scanner = Scanner::new(options);
    scanner.push(text.as_bytes());
    scanner.finish()
}

/// A log that somebody compressed. Within it nothing is unpacked again.
fn read_packed(bytes: &[u8], options: &ReadOptions) -> BuildLog {
    let mut scanner = Scanner::new(options);
    match binary_log::inflate(bytes, |part| scanner.push(part)) {
        Some(()) => scanner.finish(),
        None => BuildLog { stats: LogStats { unread: 1, ..LogStats::default() }, ..BuildLog::default() },
    }
}

/// Reads a log that is in memory.
pub fn read(bytes: &[u8]) -> BuildLog {
    let mut reader = LogReader::new(ReadOptions::default());
    reader.push(bytes);
    reader.finish()
}

/// Reads a log from `source`, in pieces of 256 KiB.
///
/// # Errors
/// Those of `source`.
pub fn read_from(mut source: impl io::Read, options: ReadOptions) -> io::Result<BuildLog> {
    let mut reader = LogReader::new(options);
    let mut buffer = vec![0u8; 256 << 10];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(reader.finish()),
            Ok(n) => reader.push(&buffer[..n]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}
