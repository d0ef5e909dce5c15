use encoding_rs::Encoding;
use std::path::PathBuf;

/// How to read a log. The default suits any log.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Encoding of lines that are not UTF-8 (OEM code pages of old SDKs), and of a log without byte order mark when it
    /// is UTF-16. `None`: detect.
    pub encoding: Option<&'static Encoding>,
    /// Path of the log itself: paths in a `.tsbuildinfo` are relative to its folder.
    pub origin: Option<PathBuf>,
    /// Lines above this many bytes are counted and dropped. 1 MiB.
    pub max_line: usize,
    /// JSON documents (SARIF, `.tsbuildinfo`) above this many bytes are counted and dropped; only these are kept in
    /// memory as a whole. 128 MiB.
    pub max_document: usize,
    /// Unique diagnostics kept; further ones are counted. 1,000,000.
    pub max_diagnostics: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { encoding: None, origin: None, max_line: 1 << 20, max_document: 128 << 20, max_diagnostics: 1_000_000 }
    }
}
