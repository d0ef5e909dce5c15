use std::path::Path;
use text::LineBreaks;

/// The languages that are parsed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Language {
    /// C#.
    CSharp,
    /// TypeScript without JSX (`.ts`, `.mts`, `.cts`, `.d.ts`), where `<T>x` is a type assertion.
    TypeScript,
    /// TypeScript with JSX, and JavaScript (`.tsx`, `.js`, `.jsx`, `.mjs`, `.cjs`).
    Tsx,
}

impl Language {
    /// The language of a file by its extension.
    pub fn of_path(path: &Path) -> Option<Self> {
        Some(match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "cs" => Self::CSharp,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" | "js" | "jsx" | "mjs" | "cjs" => Self::Tsx,
            _ => return None,
        })
    }
    /// Whether it is TypeScript or TSX.
    pub fn is_typescript(self) -> bool {
        self != Self::CSharp
    }
    /// The line breaks by which this language's compiler counts lines.
    pub fn line_breaks(self) -> LineBreaks {
        if self == Self::CSharp { LineBreaks::Roslyn } else { LineBreaks::TypeScript }
    }
    /// The tree-sitter grammar.
    pub fn grammar(self) -> tree_sitter::Language {
        match self {
            Self::CSharp => tree_sitter_c_sharp::LANGUAGE.into(),
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        }
    }
}
