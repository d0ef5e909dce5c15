//! The stage of compilation at which a diagnostic of a build was reported: fixing one stage uncovers the next.

use crate::Entry;
use diagnostics::CompilerStage;
use fix::language;
use index::Source;

/// The stage that reports this diagnostic; `source` is its file as it was built.
pub(crate) fn of(entry: &Entry, source: Option<&Source>) -> CompilerStage {
    let code = entry.diagnostic.code.as_str();
    let place = entry.place.as_ref().zip(source).filter(|(place, source)| place.text_hash == source.hash);
    language::of_code(code)
        .map_or(CompilerStage::Body, |l| l.stage(code, place.map(|(place, source)| (source, place.range))))
}

/// Whether the scanner or parser reports it: what else is said of the file may be a mere consequence.
pub(crate) fn is_syntax(entry: &Entry) -> bool {
    language::is_syntax_code(entry.diagnostic.code.as_str())
}
