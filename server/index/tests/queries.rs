//! The outlines that code reads off trees and the queries of `grammars/` agree on what parses.

use index::{DeclarationId, DeclarationKind, Index};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use syntax::{Language, LanguageFamily};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Source files below a folder.
fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the repository").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if Language::of_path(&path).is_some() {
            out.push(path);
        }
    }
}

/// `EnumMember` as `enum-member`.
fn kebab(kind: DeclarationKind) -> String {
    let mut out = String::new();
    for c in format!("{kind:?}").chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}

type Named = BTreeSet<(usize, String, String)>;

fn compare(path: &str, text: &str) -> usize {
    let index = Index::in_memory([(path, text)]);
    let path: std::sync::Arc<Path> = Path::new(path).into();
    let source = index.source(&path).expect("a source");
    if !source.parsed.syntax_errors().is_empty() {
        return 0;
    }
    let outline = index.outline(&path).expect("an outline");
    let from_code: Named = (0u32..)
        .zip(&outline.declarations)
        .filter_map(|(i, d)| {
            let name = index.ranges(&DeclarationId { path: path.clone(), index: i })?.name;
            // What has no name of its own, or declares the same as something else in passing, is beyond a query.
            let beyond = name.is_empty()
                || matches!(d.kind, DeclarationKind::CallSignature | DeclarationKind::ConstructSignature)
                || d.kind == DeclarationKind::IndexSignature;
            (!beyond).then(|| (name.start, kebab(d.kind), name.of(text).to_owned()))
        })
        .collect();
    let from_query: Named = syntax::queries::outline(&source.parsed)
        .iter()
        .map(|i| (i.name.start_byte(), i.kind.to_owned(), text[i.name.byte_range()].to_owned()))
        .collect();
    let differences: Vec<_> = from_code.symmetric_difference(&from_query).collect();
    assert!(differences.is_empty(), "{}: {differences:?}", path.display());
    from_code.len()
}

#[test]
fn outlines_of_the_fixtures_agree() {
    let mut files = Vec::new();
    sources(&repository().join("fixtures"), &mut files);
    files.push(repository().join("server/dotnet-metadata/fixture/Fixture.cs"));
    let mut compared = [0, 0];
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a text");
        let name = format!("/{}", file.file_name().expect("a name").to_string_lossy());
        let family = Language::of_path(&file).expect("a source").family();
        compared[usize::from(family == LanguageFamily::TYPESCRIPT)] += compare(&name, &text);
    }
    assert!(compared.iter().all(|n| *n > 30), "{compared:?}");
}

#[test]
fn outlines_of_the_snippets_agree() {
    for (folder, name) in [("csharp", "/a.cs"), ("typescript", "/a.ts")] {
        let text =
            std::fs::read_to_string(repository().join("grammars").join(folder).join("tests/outline.txt")).unwrap();
        let snippets = text.split("=== ").skip(1);
        let sources = snippets.map(|s| s.split_once('\n').unwrap().1.split("\n---\n").next().unwrap());
        assert!(sources.map(|source| compare(name, source)).sum::<usize>() > 20);
    }
}
