use crate::csharp::lexical::{active_branches_where, inactive_branches};
use std::path::Path;
use std::sync::{PoisonError, RwLock};
use text::{LineBreaks, TextRange};

/// Languages that are compiled together: TypeScript, TSX and JavaScript import each other. Tables by language have one entry for each
/// family.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct LanguageFamily(&'static str);

impl LanguageFamily {
    /// C#.
    pub const CSHARP: Self = Self::new("csharp");
    /// TypeScript, with and without JSX, and JavaScript.
    pub const TYPESCRIPT: Self = Self::new("typescript");
    /// JSON documents that configure a build.
    pub const JSON: Self = Self::new("json");

    /// The family with this name; two with the same name are the same.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }
    /// The name.
    pub fn name(self) -> &'static str {
        self.0
    }
}

/// What the parser and the line tables need to know about a language.
#[derive(Clone, Copy, Debug)]
pub struct LanguageDefinition {
    /// Unique name; caches on disk store it.
    pub name: &'static str,
    /// The family.
    pub family: LanguageFamily,
    /// Extensions of its files, in lower case, without the dot.
    pub extensions: &'static [&'static str],
    /// The tree-sitter grammar.
    pub grammar: fn() -> tree_sitter::Language,
    /// Version of the grammar. Caches of another version are not used.
    pub grammar_version: &'static str,
    /// The line breaks by which the language's compiler counts lines.
    pub line_breaks: LineBreaks,
    /// Texts of the queries over its trees.
    pub queries: Queries,
    /// For a language with a preprocessor: what it makes of a text.
    pub preprocessor: Option<Preprocessor>,
}

/// Conditional compilation of a language.
#[derive(Clone, Copy, Debug)]
pub struct Preprocessor {
    /// The directive that begins a conditional section.
    pub conditional: &'static str,
    /// The text of which only what is compiled is left, at the same offsets. What stands at the places is compiled.
    pub active: fn(&str, &[usize]) -> String,
    /// Of the sections that touch one of the places: the directives, and the branches that are not compiled.
    pub inactive: fn(&str, &[TextRange]) -> Vec<TextRange>,
}

/// Conditional sections of C#, without the symbols of a project.
const CSHARP_PREPROCESSOR: Preprocessor = Preprocessor {
    conditional: "#if",
    active: |text, places| active_branches_where(text, places, |_| None).into_owned(),
    inactive: |text, places| {
        inactive_branches(text, &[], |_| None, |section| places.iter().any(|place| place.touches(section)))
    },
};

/// Texts of tree-sitter queries of a language; `grammars/README.md` says what they capture. Empty: the query finds nothing.
#[derive(Clone, Copy, Debug)]
pub struct Queries {
    /// Declarations.
    pub outline: &'static str,
    /// Local scopes, definitions and references.
    pub scopes: &'static str,
    /// Functions and decision points.
    pub functions: &'static str,
}

impl Queries {
    /// For a language without queries.
    pub const NONE: Self = Self { outline: "", scopes: "", functions: "" };
}

const CSHARP_QUERIES: Queries = Queries {
    outline: include_str!("../../../grammars/csharp/outline.scm"),
    scopes: include_str!("../../../grammars/csharp/scopes.scm"),
    functions: include_str!("../../../grammars/csharp/functions.scm"),
};
const TYPESCRIPT_QUERIES: Queries = Queries {
    outline: include_str!("../../../grammars/typescript/outline.scm"),
    scopes: include_str!("../../../grammars/typescript/scopes.scm"),
    functions: include_str!("../../../grammars/typescript/functions.scm"),
};

/// The built-in languages, in the order of their constants.
static BUILT_IN: [LanguageDefinition; 4] = [
    LanguageDefinition {
        name: "csharp",
        family: LanguageFamily::CSHARP,
        extensions: &["cs"],
        grammar: || tree_sitter_c_sharp::LANGUAGE.into(),
        grammar_version: "0.23.5",
        line_breaks: LineBreaks::Roslyn,
        queries: CSHARP_QUERIES,
        preprocessor: Some(CSHARP_PREPROCESSOR),
    },
    LanguageDefinition {
        name: "typescript",
        family: LanguageFamily::TYPESCRIPT,
        extensions: &["ts", "mts", "cts"],
        grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        grammar_version: "0.23.2",
        line_breaks: LineBreaks::TypeScript,
        queries: TYPESCRIPT_QUERIES,
        preprocessor: None,
    },
    LanguageDefinition {
        name: "tsx",
        family: LanguageFamily::TYPESCRIPT,
        extensions: &["tsx", "js", "jsx", "mjs", "cjs"],
        grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(),
        grammar_version: "0.23.2",
        line_breaks: LineBreaks::TypeScript,
        queries: TYPESCRIPT_QUERIES,
        preprocessor: None,
    },
    LanguageDefinition {
        name: "json",
        family: LanguageFamily::JSON,
        // Documents are no sources: they are parsed when one is asked for.
        extensions: &[],
        grammar: || tree_sitter_json::LANGUAGE.into(),
        grammar_version: "0.24.8",
        line_breaks: LineBreaks::TypeScript,
        queries: Queries::NONE,
        preprocessor: None,
    },
];

/// The languages that were registered. Entries are never removed.
static REGISTERED: RwLock<Vec<&'static LanguageDefinition>> = RwLock::new(Vec::new());

/// Adds a language and returns its handle. When there is one of this name already, that one is returned and nothing is added. Built-in
/// languages keep their extensions, and so do languages that were added earlier.
pub fn register(definition: LanguageDefinition) -> Language {
    // Searched and added under one lock: two threads may register the same language.
    let mut registered = REGISTERED.write().unwrap_or_else(PoisonError::into_inner);
    let known = BUILT_IN.iter().chain(registered.iter().copied()).position(|d| d.name == definition.name);
    let place = known.unwrap_or_else(|| {
        // There are few languages, and they stay until the process ends.
        registered.push(Box::leak(Box::new(definition)));
        BUILT_IN.len() + registered.len() - 1
    });
    Language(place as u32)
}

/// A language that is parsed: a handle of its [`LanguageDefinition`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(u32);

impl Language {
    /// C#.
    pub const CSHARP: Self = Self(0);
    /// TypeScript without JSX (`.ts`, `.mts`, `.cts`, `.d.ts`), where `<T>x` is a type assertion.
    pub const TYPESCRIPT: Self = Self(1);
    /// TypeScript with JSX, and JavaScript (`.tsx`, `.js`, `.jsx`, `.mjs`, `.cjs`).
    pub const TSX: Self = Self(2);
    /// JSON with comments. No file is a source of this language by its name.
    pub const JSON: Self = Self(3);

    /// The first language that `wanted` accepts.
    fn find(wanted: impl Fn(&LanguageDefinition) -> bool) -> Option<Self> {
        let place = BUILT_IN.iter().position(&wanted).or_else(|| {
            let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
            registered.iter().position(|d| wanted(d)).map(|i| BUILT_IN.len() + i)
        });
        place.map(|i| Self(i as u32))
    }
    /// The language of a file by its extension.
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::find(|d| d.extensions.contains(&extension.as_str()))
    }
    /// The language with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::find(|d| d.name == name)
    }
    /// All languages.
    pub fn all() -> Vec<Self> {
        let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner).len();
        (0..BUILT_IN.len() + registered).map(|i| Self(i as u32)).collect()
    }
    /// Its definition.
    pub fn definition(self) -> &'static LanguageDefinition {
        let place = self.0 as usize;
        BUILT_IN.get(place).unwrap_or_else(|| {
            let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
            // Handles come from `register` and entries stay.
            registered[place - BUILT_IN.len()]
        })
    }
    /// The unique name.
    pub fn name(self) -> &'static str {
        self.definition().name
    }
    /// The family that it belongs to.
    pub fn family(self) -> LanguageFamily {
        self.definition().family
    }
    /// The line breaks by which this language's compiler counts lines.
    pub fn line_breaks(self) -> LineBreaks {
        self.definition().line_breaks
    }
    /// The tree-sitter grammar.
    pub fn grammar(self) -> tree_sitter::Language {
        (self.definition().grammar)()
    }
}

impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl serde::Serialize for Language {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Language {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl serde::de::Visitor<'_> for Name {
            type Value = Language;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the name of a registered language")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Language, E> {
                Language::named(name).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(name), &self))
            }
        }
        deserializer.deserialize_str(Name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toy() -> LanguageDefinition {
        LanguageDefinition {
            name: "toy",
            family: LanguageFamily::new("toy"),
            extensions: &["toy", "ts"],
            grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            grammar_version: "1",
            line_breaks: LineBreaks::Lsp,
            queries: Queries::NONE,
            preprocessor: None,
        }
    }

    #[test]
    fn a_language_is_added_once_and_takes_no_extension_of_another() {
        let toy = register(self::toy());
        assert_eq!(register(self::toy()), toy);
        assert_eq!(Language::of_path(Path::new("a/B.TOY")), Some(toy));
        assert_eq!(Language::of_path(Path::new("a.ts")), Some(Language::TYPESCRIPT));
        assert_eq!((toy.name(), toy.family().name(), toy.line_breaks()), ("toy", "toy", LineBreaks::Lsp));
        assert!(Language::all().contains(&toy));
        assert_eq!(crate::Parsed::new(toy, "let a = 1;").syntax_errors(), []);
    }

    #[test]
    fn constants_are_the_handles_of_their_definitions() {
        for (language, name) in [
            (Language::CSHARP, "csharp"),
            (Language::TYPESCRIPT, "typescript"),
            (Language::TSX, "tsx"),
            (Language::JSON, "json"),
        ] {
            assert_eq!((language.name(), Language::named(name)), (name, Some(language)));
            assert_eq!(register(*language.definition()), language);
            for extension in language.definition().extensions {
                assert_eq!(Language::of_path(Path::new(&format!("a.{extension}"))), Some(language));
            }
        }
        assert_eq!(Language::of_path(Path::new("a.json")), None);
    }

    #[test]
    fn grammar_versions_are_those_that_are_linked() {
        let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).unwrap();
        for (package, language) in [
            ("tree-sitter-c-sharp", Language::CSHARP),
            ("tree-sitter-typescript", Language::TYPESCRIPT),
            ("tree-sitter-typescript", Language::TSX),
            ("tree-sitter-json", Language::JSON),
        ] {
            let entry = format!("name = \"{package}\"\nversion = \"{}\"", language.definition().grammar_version);
            assert!(lock.contains(&entry), "{package}");
        }
    }
}
