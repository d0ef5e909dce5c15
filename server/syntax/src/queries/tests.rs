//! The snippets of `grammars/*/tests`, and questions about scopes and functions.

use super::*;
use crate::NodeExt;
use std::path::{Path, PathBuf};

const MARK: &str = "=== ";
const END_OF_SOURCE: &str = "---";

fn grammars() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../grammars")
}

fn compiled(language: Language, kind: QueryKind, text: &str) -> Query {
    Query::new(&language.grammar(), text).unwrap_or_else(|e| panic!("{kind:?} of {language:?}: {e}"))
}

#[test]
fn queries_fit_their_grammars() {
    for language in [Language::CSHARP, Language::TYPESCRIPT, Language::TSX] {
        let texts = language.definition().queries;
        let allowed: [(QueryKind, &str, fn(&str) -> bool); 3] = [
            (QueryKind::Outline, texts.outline, |c| c.starts_with("declaration.") || ["name", "local"].contains(&c)),
            (QueryKind::Scopes, texts.scopes, |c| c.starts_with("local.")),
            (QueryKind::Functions, texts.functions, |c| ["function", "name", "decision"].contains(&c)),
        ];
        for (kind, text, is_allowed) in allowed {
            let query = compiled(language, kind, text);
            assert!(query.pattern_count() > 5);
            for capture in query.capture_names() {
                assert!(is_allowed(capture), "{capture} in {kind:?} of {language:?}");
            }
        }
    }
}

/// `line capture text` for each capture but bare references.
fn show(language: Language, kind: QueryKind, source: &str) -> String {
    let parsed = Parsed::new(language, source);
    let mut lines = Vec::new();
    for_each_match(&parsed, kind, |_, captures| {
        for capture in captures.iter().filter(|c| c.name != "local.reference") {
            let node = capture.node;
            let text = node.text_in(source);
            let first = text.lines().next().unwrap_or_default().trim_end();
            let more = if first.len() < text.len() { "…" } else { "" };
            let line = node.start_position().row + 1;
            lines.push((
                node.start_byte(),
                std::cmp::Reverse(node.end_byte()),
                capture.name,
                format!("{line} {} {first}{more}\n", capture.name),
            ));
        }
    });
    lines.sort();
    lines.dedup();
    lines.into_iter().map(|(.., line)| line).collect()
}

fn check_file(path: &Path, language: Language, kind: QueryKind) {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut now = String::new();
    for case in text.split(&format!("\n{MARK}")) {
        let (title, rest) = case.strip_prefix(MARK).unwrap_or(case).split_once('\n').expect("a title line");
        let source = rest.split(&format!("\n{END_OF_SOURCE}\n")).next().expect("a source");
        let source = source.strip_suffix(&format!("\n{END_OF_SOURCE}")).unwrap_or(source);
        let language = if title.ends_with("[tsx]") { Language::TSX } else { language };
        assert!(Parsed::new(language, source).syntax_errors().is_empty(), "{}: {title} does not parse", path.display());
        now += &format!("{MARK}{title}\n{source}\n{END_OF_SOURCE}\n{}\n", show(language, kind, source));
    }
    let now = format!("{}\n", now.trim_end());
    if std::env::var_os("UPDATE_GRAMMAR_TESTS").is_some() {
        std::fs::write(path, now).unwrap();
    } else {
        assert!(now == text, "{}\n--- want\n{text}\n--- have\n{now}", path.display());
    }
}

#[test]
fn snippets_give_their_captures() {
    for (folder, language) in [("csharp", Language::CSHARP), ("typescript", Language::TYPESCRIPT)] {
        let tests = grammars().join(folder).join("tests");
        for (name, kind) in
            [("outline", QueryKind::Outline), ("scopes", QueryKind::Scopes), ("functions", QueryKind::Functions)]
        {
            check_file(&tests.join(format!("{name}.txt")), language, kind);
        }
    }
}

/// The lines of the definition that each `$0` in `source` refers to, and the definition's kind.
fn resolve(language: Language, source: &str) -> Vec<Option<(usize, DefinitionKind)>> {
    let mut places = Vec::new();
    let mut text = String::new();
    for (i, part) in source.split("$0").enumerate() {
        if i > 0 {
            places.push(text.len());
        }
        text.push_str(part);
    }
    let parsed = Parsed::new(language, text.as_str());
    let scopes = Scopes::of(&parsed);
    let found = |place: &usize| {
        let definition = scopes.definition_of(crate::leaf_at(parsed.root(), *place)?)?;
        Some((definition.name.start_position().row + 1, definition.kind))
    };
    places.iter().map(found).collect()
}

#[test]
fn names_of_csharp_are_found_outward() {
    use DefinitionKind::*;
    let source = "class C<T> {\n  int f;\n  void M(int a, $0T t) {\n    int x = $0a + $0f;\n    Action g = () => { int y = $0x; };\n    \
                  $0Local(out var z);\n    $0z = $0y;\n    foreach (var i in xs) { var x2 = $0i; }\n    \
                  void Local(out int a) { a = $0a; }\n  }\n}";
    let line = |n, kind| Some((n, kind));
    assert_eq!(
        resolve(Language::CSHARP, source),
        [
            line(1, Type),
            line(3, Parameter),
            None,
            line(4, Variable),
            line(9, Function),
            line(6, Variable),
            None,
            line(8, Variable),
            line(9, Parameter),
        ]
    );
}

#[test]
fn names_of_typescript_are_found_outward() {
    use DefinitionKind::*;
    let source = "import { a as b } from 'm';\nfunction f<T>(x: $0T, { y, z: [w] }) {\n  if ($0x) {\n    var v = () => { const inner = $0w; };\n    \
                  let l = $0y;\n  }\n  return $0v + $0l + $0b + $0g() + $0a;\n}\nfunction g() { [w2] = $0f; }\nclass C { m(): $0C { } }";
    let line = |n, kind| Some((n, kind));
    for language in [Language::TYPESCRIPT, Language::TSX] {
        assert_eq!(
            resolve(language, source),
            [
                line(2, Type),
                line(2, Parameter),
                line(2, Variable),
                line(2, Variable),
                line(4, Variable),
                None,
                line(1, Import),
                line(9, Function),
                None,
                line(2, Function),
                line(10, Type),
            ]
        );
    }
}

#[test]
fn references_are_those_of_one_definition() {
    let source = "void M(int a) { a++; { a = o.a; } F(a: a); Action<int> g = a => a; } void N() { a(); }";
    let parsed = Parsed::new(Language::CSHARP, format!("class C {{ {source} }}"));
    let scopes = Scopes::of(&parsed);
    let first = scopes.definitions().iter().find(|d| d.name.text_in(parsed.text()) == "a").unwrap();
    let columns: Vec<usize> = scopes.references(first).iter().map(|n| n.start_byte() - "class C { ".len()).collect();
    assert_eq!(columns, [16, 23, 39]);
}

#[test]
fn decisions_belong_to_the_innermost_function() {
    let source = "class C { int M(int? a) { if (a > 0 && a < 9) { return 1; } \
                  Func<int> f = () => a ?? 0; return a switch { 1 => 2, _ => 3 }; } int P => 1; }";
    let parsed = Parsed::new(Language::CSHARP, source);
    let found: Vec<_> = functions(&parsed)
        .iter()
        .map(|f| (f.name.map_or("", |n| n.text_in(parsed.text())).to_owned(), f.complexity()))
        .collect();
    assert_eq!(found, [("M".to_owned(), 4), (String::new(), 2), ("P".to_owned(), 1)]);
}

#[test]
fn deep_nesting_ends() {
    for (language, open) in [
        (Language::CSHARP, "class A { void M() { "),
        (Language::CSHARP, "{"),
        (Language::TSX, "f(a, "),
        (Language::TYPESCRIPT, "{ var a = () => "),
        (Language::TSX, "f(function () { "),
    ] {
        let parsed = Parsed::new(language, open.repeat(100_000 / open.len()));
        let scopes = Scopes::of(&parsed);
        let _ = (scopes.definitions().len(), scopes.visible_at(parsed.text().len() / 2).count());
        let _ = (functions(&parsed).len(), outline(&parsed).len());
    }
}

#[test]
fn a_language_without_queries_has_no_captures() {
    let bare = crate::register(crate::LanguageDefinition {
        name: "bare",
        extensions: &[],
        queries: crate::Queries::NONE,
        ..*Language::TYPESCRIPT.definition()
    });
    let parsed = Parsed::new(bare, "function f() { }");
    assert!(outline(&parsed).is_empty() && functions(&parsed).is_empty());
    assert!(Scopes::of(&parsed).definitions().is_empty());
}
