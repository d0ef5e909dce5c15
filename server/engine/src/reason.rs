//! Why a diagnostic has its outcome. The words fit every user interface; options and commands are added by the interface that has them.

use crate::guard;
use diagnostics::Code;
use fix::causes::Cause;
use fix::{ChangeConflict, Doubt};
use std::fmt;
use std::path::Path;
use text::EditError;

/// Why an outcome is what it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// Its code is not among those that were asked for.
    OtherCode,
    /// Its code is among those that were excluded.
    ExcludedCode,
    /// Its file is not among those that were asked for.
    OtherFile,
    /// The build names no file for it.
    NoFile,
    /// Its file is outside the workspace.
    OutsideWorkspace,
    /// Its file exists, but is not indexed as a source.
    NotASource,
    /// Its file exists, and is of a kind (`.vue`) that no language reads.
    OtherKind(String),
    /// The workspace has no such file.
    MissingFile,
    /// The printed path is not followed.
    BadPath(diagnostics::Refusal),
    /// This many files of the workspace may be meant.
    AmbiguousFile(usize),
    /// The file cannot be read as text.
    NotText,
    /// The build gives no position.
    NoPosition,
    /// The text has no such position.
    PositionMissing,
    /// What the message is about is not at the position: a name in quotes, or what it is. Empty when only the others of the file show it.
    NotThere(String),
    /// What the message is about stands elsewhere in the file, perhaps.
    Elsewhere,
    /// The text is not the one that was built.
    ChangedSinceBuild,
    /// An earlier run repaired it, and the log is still the one that it read.
    RepairedBefore,
    /// The build gives no code.
    NoCode,
    /// No provider has fixes for this code.
    UnknownCode(Code),
    /// Providers handle the code, but have no fix here.
    NoFix(Code),
    /// The file must not be written.
    Refused(guard::Refusal),
    /// A file that the fix changes cannot be changed.
    Blocked(Obstacle),
    /// The file is of no supported language, or cannot be read as text.
    UnsupportedFile,
    /// The file's tree is too deep.
    TooDeep,
    /// The compiler could not parse the file, and the fix depends on what names mean.
    Unparsed,
    /// It is only an echo: this is what is wrong, outside of its text.
    Cause(Cause),
    /// It is only an echo, and a fix mends its cause.
    CauseMended,
    /// The fix is one of several, and a person has to choose.
    Ambiguous,
    /// The fix may change meaning, and unsafe fixes were not asked for.
    MayChangeMeaning,
    /// Other places keep the name that the fix spells in another way.
    HalfRename,
    /// Another error may hide what the fix depends on, or is in the code that it removes.
    AfterCause,
    /// The fix is for display only.
    DisplayOnly,
    /// The only fix silences the diagnostic.
    OnlySuppression,
    /// Another fix makes the same change.
    SameAsOther,
    /// The text that the fix would write exists already.
    AlreadyThere,
    /// Safer fixes are applied first.
    AfterSaferFixes,
    /// Another fix of its isolation group is applied first.
    AfterSameKind,
    /// Another fix changes the same place.
    SamePlace,
    /// Another fix changes the imports at the same place.
    SameImports,
    /// Another fix changed the place of the diagnostic.
    PlaceChanged,
    /// Another fix removed the place of the diagnostic.
    PlaceRemoved,
    /// The fix adds a syntax error.
    AddsSyntaxError,
    /// The fix adds a syntax error together with another one.
    AddsSyntaxErrorTogether,
    /// The file cannot be read.
    Unreadable,
    /// Its edits do not fit the file.
    EditOutOfBounds,
    /// Its edits overlap each other.
    EditsOverlap,
    /// The limit of passes was reached.
    PassLimit,
    /// Planning was cancelled.
    Cancelled,
    /// The rebuild still reports it.
    StillReported,
    /// The rebuild reports an error with this code because of the fix.
    Causes(Code),
    /// The rebuild reports new errors, and no single fix can be blamed.
    CausesSomething,
    /// The fix builds and is no repair: nothing else is known to be right.
    Doubtful(Doubt),
    /// The last build does not report it any more, though no fix was made for it.
    GoneInLastBuild,
    /// It is no error, and only errors are repaired.
    NoError,
    /// The last build reported it, and nothing was tried yet.
    NewInLastBuild,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherCode => "its code was not asked for",
            Self::ExcludedCode => "its code was excluded",
            Self::OtherFile => "its file was not asked for",
            Self::NoFile => "the build names no file for it",
            Self::OutsideWorkspace => "its file is outside the workspace",
            Self::NotASource => "its file is not among the sources: ignored, build output, or too large",
            Self::OtherKind(extension) => return write!(f, ".{extension} files are not read yet"),
            Self::MissingFile => "the workspace has no such file",
            Self::BadPath(refusal) => return refusal.fmt(f),
            Self::AmbiguousFile(n) => {
                return write!(f, "its path is ambiguous: {n} files of the workspace match");
            }
            Self::NotText => "the file is not text, or is too large",
            Self::NoPosition => "the build gives no position for it",
            Self::PositionMissing => "the file has no such position: it changed since the build",
            Self::NotThere(expected) if expected.is_empty() => {
                "the file changed since the build: what is around this position moved; build again"
            }
            Self::NotThere(expected) => {
                return write!(
                    f,
                    "the file changed since the build: there is no {expected} at this position; build again"
                );
            }
            Self::Elsewhere => "the file changed since the build: it may be about another place; build again",
            Self::ChangedSinceBuild => "the file changed since the build",
            Self::RepairedBefore => "it was repaired before, and the log is from before that; build again",
            Self::NoCode => "it has no code",
            Self::UnknownCode(code) => return write!(f, "no fix is known for {code}"),
            Self::NoFix(code) => return write!(f, "no reliable fix for {code} here"),
            Self::Refused(refusal) => return refusal.fmt(f),
            Self::Blocked(obstacle) => return obstacle.fmt(f),
            Self::UnsupportedFile => "the file is not of a supported language, or is not text",
            Self::TooDeep => "the file is nested too deeply to edit",
            Self::Unparsed => "the file did not parse when it was built; fix the syntax errors and build again",
            Self::Cause(cause) => return cause.fmt(f),
            Self::CauseMended => "a fix mends its cause",
            Self::Ambiguous => "ambiguous; apply manually",
            Self::MayChangeMeaning => "its fix may change meaning",
            Self::HalfRename => "other places keep this name: they have another fix, or are never written",
            Self::AfterCause => "an error beside it may be its cause; repair that one and build again",
            Self::DisplayOnly => "its fix is for display only",
            Self::OnlySuppression => "only a suppression is available",
            Self::SameAsOther => "another fix makes the same change",
            Self::AlreadyThere => "what the fix would add is there already",
            Self::AfterSaferFixes => "safer fixes come first; build again",
            Self::AfterSameKind => "a fix of the same kind comes first; build again",
            Self::SamePlace => "another fix changes the same place; build again to see whether it remains",
            Self::SameImports => {
                "another fix changes the imports at the same place; build again to see whether it remains"
            }
            Self::PlaceChanged => "another fix changes this place; build again to see whether it remains",
            Self::PlaceRemoved => "another fix removes the code that it is about",
            Self::AddsSyntaxError => "its fix would add a syntax error",
            Self::AddsSyntaxErrorTogether => "its fix and another one add a syntax error together; build again",
            Self::Unreadable => "the file cannot be read",
            Self::EditOutOfBounds => "its edit does not fit the file",
            Self::EditsOverlap => "its edits overlap each other",
            Self::PassLimit => "the limit of passes was reached; run again",
            Self::Cancelled => "planning was cancelled",
            Self::StillReported => "the rebuild still reports it",
            Self::Causes(code) => return write!(f, "the rebuild reports {code} because of it"),
            Self::CausesSomething => "the rebuild reports new errors, and it cannot be told which fix causes them",
            Self::Doubtful(doubt) => return write!(f, "its fix is no repair: {doubt}"),
            Self::GoneInLastBuild => "the last build does not report it any more",
            Self::NoError => "it is no error",
            Self::NewInLastBuild => "the last build reported it for the first time; run again",
        })
    }
}

/// What prevents a change, and in which file (by name).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Obstacle {
    /// Name of the file.
    pub file: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// Why a change of a file is not possible.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    /// The file must not be written.
    Refused(guard::Refusal),
    /// The edits do not go together, or not with the text.
    Conflict(ChangeConflict),
    /// The edits do not fit the text.
    Edit(EditError),
    /// There is no such file.
    Missing,
    /// A file to be created or renamed to exists.
    Exists,
    /// The file's encoding has no bytes for the new text.
    Encoding,
    /// Fixes reach the file through different symbolic links.
    SeveralLinks,
}

impl Obstacle {
    pub(crate) fn in_file(path: &Path, problem: Problem) -> Self {
        let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Self { file, problem }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            // A conflict names its file itself.
            Problem::Conflict(conflict) => conflict.fmt(f),
            problem => write!(f, "{}: {problem}", self.file),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Conflict(conflict) => conflict.fmt(f),
            Self::Edit(error) => error.fmt(f),
            Self::Missing => f.write_str("there is no such file"),
            Self::Exists => f.write_str("a file with this name exists"),
            Self::Encoding => f.write_str("its encoding cannot represent the new text"),
            Self::SeveralLinks => f.write_str("two fixes reach it through different links"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_sentences_without_capital_and_full_stop() {
        let code = || Code::new("CS0103");
        for (reason, text) in [
            (Reason::UnknownCode(code()), "no fix is known for CS0103"),
            (Reason::Causes(code()), "the rebuild reports CS0103 because of it"),
            (Reason::Refused(guard::Refusal::ReadOnly), "the file is read-only"),
            (
                Reason::Blocked(Obstacle { file: "A.cs".into(), problem: Problem::Exists }),
                "A.cs: a file with this name exists",
            ),
        ] {
            assert_eq!(reason.to_string(), text);
        }
    }
}
