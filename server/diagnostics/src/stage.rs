//! At which stage of compilation a code is reported.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A stage of compilation, in order. A compiler that finds errors in one stage does not come to the next.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CompilerStage {
    /// Scanning and parsing.
    Syntax,
    /// Binding declarations, where a compiler does that before it looks at bodies.
    Declaration,
    /// Binding and checking bodies, and everything else.
    Body,
}

/// Lines `stage: codes`; made by the example `compiler_stages` from the compilers' own sources.
const TABLE: &str = include_str!("stages.txt");

static STAGES: LazyLock<FxHashMap<&'static str, CompilerStage>> = LazyLock::new(|| {
    let mut stages = FxHashMap::default();
    for (name, codes) in TABLE.lines().filter_map(|line| line.split_once(": ")) {
        let stage = match name {
            "syntax" => CompilerStage::Syntax,
            "body" => CompilerStage::Body,
            _ => continue,
        };
        stages.extend(codes.split(' ').map(|code| (code, stage)));
    }
    stages
});

/// The stage that reports `code`; `None` where the code alone does not tell it.
pub fn stage_of(code: &str) -> Option<CompilerStage> {
    STAGES.get(code).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_stage() {
        for (code, stage) in [
            ("CS1002", Some(CompilerStage::Syntax)),
            ("CS8300", Some(CompilerStage::Syntax)),
            ("CS0161", Some(CompilerStage::Body)),
            ("CS0246", None),
            ("TS1005", Some(CompilerStage::Syntax)),
            ("TS1185", Some(CompilerStage::Syntax)),
            ("TS17014", Some(CompilerStage::Syntax)),
            ("TS8010", Some(CompilerStage::Syntax)),
            ("TS1029", None),
            ("TS2304", None),
            ("", None),
        ] {
            assert_eq!(stage_of(code), stage, "{code}");
        }
    }
}
