use smol_str::SmolStr;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use text::{ContentHash, TextRange};

/// A diagnostic's code, such as `CS0103` or `TS2304`, as the compiler prints it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
pub struct Code(SmolStr);

impl Code {
    /// From the printed form.
    pub fn new(code: impl AsRef<str>) -> Self {
        Self(SmolStr::new(code))
    }
    /// The printed form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Whether the C# compiler uses this code. The obsolete parts of .NET's own libraries have codes that begin with `SYSLIB`.
    pub fn is_csharp(&self) -> bool {
        let number = self.0.strip_prefix("SYSLIB").or_else(|| self.0.strip_prefix("CS"));
        number.is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
    }
    /// Whether TypeScript uses this code.
    pub fn is_typescript(&self) -> bool {
        self.0.strip_prefix("TS").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
    }
    /// The compiler that uses this code.
    pub fn producer(&self) -> Producer {
        if self.is_csharp() {
            Producer::CSharp
        } else if self.is_typescript() {
            Producer::TypeScript
        } else {
            Producer::Other
        }
    }
}
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl PartialEq<str> for Code {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}
impl PartialEq<&str> for Code {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// The severity.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Hidden or suggestion: shown by editors, not printed by builds.
    Hint,
    /// Information.
    Info,
    /// Warning.
    Warning,
    /// Error.
    Error,
}

/// The tool that reported.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub enum Producer {
    /// The C# compiler, directly or through MSBuild.
    CSharp,
    /// TypeScript's compiler or a tool that wraps it.
    TypeScript,
    /// MSBuild, NuGet, an analyzer or another tool.
    Other,
}

/// One-based line and column; columns count UTF-16 code units, as both compilers do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct LineColumn {
    /// One-based line.
    pub line: u32,
    /// One-based column; `None` when the format gives only a line.
    pub column: Option<u32>,
}

/// Where a diagnostic points, in the units of the tool that reported it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Location {
    /// Line and column, with an end where the format has one.
    LineColumn {
        /// Start.
        start: LineColumn,
        /// End, exclusive.
        end: Option<LineColumn>,
    },
    /// Offsets in UTF-8 bytes (`.tsbuildinfo` of TypeScript 7).
    Utf8 {
        /// First byte.
        start: u32,
        /// One past the last.
        end: u32,
    },
    /// Offsets in UTF-16 code units (`.tsbuildinfo` of TypeScript 6 and before).
    Utf16 {
        /// First unit.
        start: u32,
        /// One past the last.
        end: u32,
    },
}

/// A project, and the framework it was built for, that reported a diagnostic.
#[derive(Clone, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct ProjectRef {
    /// Path as printed, or a bare name (terminal logger).
    pub path: Arc<str>,
    /// Such as `net8.0`, where printed.
    pub target_framework: Option<Arc<str>>,
}

/// Another location that belongs to a diagnostic.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Related {
    /// Path as printed.
    pub file: Option<Arc<str>>,
    /// The location.
    pub location: Option<Location>,
    /// The message about it.
    pub message: String,
}

/// One diagnostic as a build reported it. The key is (file, location, code, message).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BuildDiagnostic {
    /// Path as printed, possibly of another machine; `None` for global diagnostics.
    pub file: Option<Arc<str>>,
    /// Where; `None` for global diagnostics.
    pub location: Option<Location>,
    /// The code; empty when the tool printed none.
    pub code: Code,
    /// Severity as printed.
    pub severity: Severity,
    /// The message, continuation lines joined by `\n`. Equal messages of a log share their text.
    pub message: Arc<str>,
    /// Arguments by position, when the format has them apart from the message; otherwise empty: see [`arguments_of`].
    ///
    /// [`arguments_of`]: crate::arguments_of
    pub arguments: Vec<String>,
    /// Projects and frameworks that reported it.
    pub projects: Vec<ProjectRef>,
    /// Related locations.
    pub related: Vec<Related>,
    /// The tool that reported it.
    pub producer: Producer,
}

/// How sure the place of a diagnostic is. A log may be older than the files.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Trust {
    /// What the message names was found near, and nothing else says that it is meant: it is shown, and nothing is applied in bulk.
    Guessed,
    /// It was found where other diagnostics of the file moved to, or much of the file's log is out of date: no fix is safe.
    Doubtful,
    /// It stands where the log says, or many others moved as it did.
    #[default]
    Sure,
}

/// A diagnostic with its place in a source file of the workspace: the input of rules. Cheap to copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceDiagnostic {
    /// Absolute path of an existing file.
    pub path: Arc<Path>,
    /// Bytes of the text with hash `text_hash`. Empty at the start of the offending token when the format gives no
    /// end: rules start from the token there, so that a log and an editor lead to the same fix.
    pub range: TextRange,
    /// The text that `range` was measured on.
    pub text_hash: ContentHash,
    /// The code.
    pub code: Code,
    /// Severity.
    pub severity: Severity,
    /// The message.
    pub message: Arc<str>,
    /// Arguments by position.
    pub arguments: Arc<[String]>,
    /// How sure its place is.
    pub trust: Trust,
}

impl SourceDiagnostic {
    /// Argument `i` of the message, counted in the order in which the English message prints them.
    pub fn argument(&self, i: usize) -> Option<&str> {
        self.arguments.get(i).map(String::as_str)
    }
}
