//! Where a using directive is inserted, as in Roslyn's add-import: into the innermost container that has using directives, at its sorted
//! position when they are sorted (with or without `System` first), else after the last one.

use super::{ImportRequest, Imports};
use index::Index;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syntax::csharp::lexical::conditional_section;
use syntax::{Node, NodeExt, Parsed, line_indent};
use text::{LineEnding, TextEdit};

/// The kind of a directive, which decides its place among others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Group {
    Global,
    Namespace,
    Static,
    Alias,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Key {
    group: Group,
    /// The name it is sorted by: the namespace, the type or the alias.
    name: String,
}

impl Key {
    fn compare(&self, other: &Key, system_first: bool) -> Ordering {
        let is_system = |k: &Key| k.name == "System" || k.name.starts_with("System.");
        let system = match self.group {
            Group::Alias => Ordering::Equal,
            _ if !system_first => Ordering::Equal,
            _ => is_system(other).cmp(&is_system(self)),
        };
        self.group.cmp(&other.group).then(system).then_with(|| compare_names(&self.name, &other.name))
    }
    fn root(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }
}

/// Compares dotted names part by part, case-insensitively first.
fn compare_names(a: &str, b: &str) -> Ordering {
    let folded = a.split('.').map(str::to_lowercase).cmp(b.split('.').map(str::to_lowercase));
    folded.then_with(|| b.cmp(a))
}

fn request(request: &ImportRequest) -> Option<(Key, String)> {
    Some(match request {
        ImportRequest::Using { namespace } => {
            (Key { group: Group::Namespace, name: namespace.clone() }, format!("using {namespace};"))
        }
        ImportRequest::UsingStatic { type_name } => {
            (Key { group: Group::Static, name: type_name.clone() }, format!("using static {type_name};"))
        }
        ImportRequest::UsingAlias { alias, target } => {
            (Key { group: Group::Alias, name: alias.clone() }, format!("using {alias} = {target};"))
        }
        _ => return None,
    })
}

fn key(directive: Node<'_>, text: &str) -> Key {
    let has = |token: &str| directive.all_children().iter().any(|c| c.kind() == token);
    let spelled = |n: Node<'_>| {
        let name: String = n.text_in(text).chars().filter(|c| !c.is_whitespace()).collect();
        name.strip_prefix("global::").map(str::to_owned).unwrap_or(name)
    };
    let alias = directive.field("name").filter(|_| has("="));
    let name = alias.or_else(|| directive.named().pop()).map(spelled).unwrap_or_default();
    let group = match () {
        () if has("global") => Group::Global,
        () if alias.is_some() => Group::Alias,
        () if has("static") => Group::Static,
        () => Group::Namespace,
    };
    Key { group, name }
}

/// A container of using directives: the compilation unit or a namespace.
struct Container<'t> {
    node: Node<'t>,
    usings: Vec<Directive<'t>>,
}

/// A using directive; inside `#if`, `node` is the whole conditional section.
struct Directive<'t> {
    key: Key,
    node: Node<'t>,
}

impl<'t> Container<'t> {
    fn of(node: Node<'t>, text: &str) -> Self {
        let mut usings = Vec::new();
        for child in node.named() {
            match child.kind() {
                // The tree may show one branch of a section as if it stood outside.
                "using_directive" if conditional_section(text, child.start_byte()).is_some() => {}
                "using_directive" => usings.push(Directive { key: key(child, text), node: child }),
                "preproc_if" if is_active(child, text) => {
                    let inside = child.named().into_iter().filter(|n| n.kind() == "using_directive");
                    usings.extend(inside.map(|n| Directive { key: key(n, text), node: child }));
                }
                _ => {}
            }
        }
        Self { node, usings }
    }

    fn contains(&self, key: &Key, line: &str, text: &str) -> bool {
        self.usings.iter().any(|u| {
            let same_name = u.key.name == key.name && (u.key.group == key.group || u.key.group == Group::Global);
            same_name
                && u.node.kind() == "using_directive"
                && (key.group != Group::Alias || u.node.text_in(text) == line)
        })
    }
}

/// Whether the first branch of an `#if` is certainly compiled.
fn is_active(node: Node<'_>, text: &str) -> bool {
    let condition = node.field("condition").map_or("", |c| c.text_in(text));
    let defined = |line: &str| {
        let name = line.trim().strip_prefix('#').map(str::trim).and_then(|l| l.strip_prefix("define"));
        name.is_some_and(|name| name.trim() == condition)
    };
    condition == "true" || text.lines().take_while(|l| !l.starts_with("using")).any(defined)
}

/// The compilation unit and the namespaces around all `places`, outermost first. Without places, descends while there is a single
/// namespace.
fn containers<'t>(root: Node<'t>, text: &str, places: &BTreeSet<usize>) -> Vec<Container<'t>> {
    let mut out = vec![Container::of(root, text)];
    let mut node = root;
    // Bounded because input may be hostile; real files nest few namespaces.
    for _ in 0..64 {
        let mut inner: Vec<Node<'t>> = node.named();
        inner.retain(|n| n.kind() == "namespace_declaration");
        if !places.is_empty() {
            inner.retain(|n| n.field("body").is_some_and(|b| places.iter().all(|p| b.byte_range().contains(p))));
        }
        let &[only] = inner.as_slice() else { break };
        let Some(body) = only.field("body") else { break };
        out.push(Container::of(body, text));
        node = body;
    }
    out
}

/// The edits that add using directives. Those already in scope (around the place, or in the whole project) are left out.
pub fn edits(parsed: &Parsed, requests: &Imports, path: &Path, index: &Index) -> Vec<TextEdit> {
    let text: &str = parsed.text();
    let eol = LineEnding::of(text).as_str();
    let project = index.csharp().project(path);
    let mut missing: BTreeMap<usize, (Container<'_>, Vec<(Key, String)>)> = BTreeMap::new();
    for (requested, places) in requests {
        let Some((key, line)) = request(requested) else { continue };
        let everywhere = key.group == Group::Namespace && project.usings.iter().any(|u| *u == key.name);
        let mut around = containers(parsed.root(), text, places);
        if everywhere || around.iter().any(|c| c.contains(&key, &line, text)) {
            continue;
        }
        let innermost = around.iter().rposition(|c| !c.usings.is_empty()).unwrap_or(0);
        let container = around.swap_remove(innermost);
        let (_, lines) = missing.entry(container.node.start_byte()).or_insert((container, Vec::new()));
        lines.push((key, line));
    }
    let mut out = Vec::new();
    for (container, mut lines) in missing.into_values() {
        lines.sort_by(|(a, _), (b, _)| a.compare(b, true));
        match container.usings.is_empty() {
            true => out.extend(insert_first(container.node, &lines, text, eol)),
            false => out.extend(insert_among(&container, lines, text, eol)),
        }
    }
    out
}

/// Inserts directives into a container that already has some.
fn insert_among(container: &Container<'_>, missing: Vec<(Key, String)>, text: &str, eol: &str) -> Vec<TextEdit> {
    let usings = &container.usings;
    let sorted = |list: &[&Key], system_first: bool| {
        list.windows(2).all(|w| w[0].compare(w[1], system_first) != Ordering::Greater)
    };
    let all: Vec<&Key> = usings.iter().map(|u| &u.key).collect();
    let mut inserts: BTreeMap<usize, String> = BTreeMap::new();
    for (key, line) in missing {
        // All sorted, or at least those of its own group, in either order.
        let group: Vec<&Key> = all.iter().copied().filter(|k| k.group == key.group).collect();
        let position = [true, false].into_iter().find_map(|system_first| {
            let after = |k: &Key| k.compare(&key, system_first) != Ordering::Greater;
            if sorted(&all, system_first) {
                Some(all.iter().take_while(|k| after(k)).count())
            } else if group.len() > 1 && sorted(&group, system_first) {
                let last = all.iter().rposition(|k| k.group == key.group && after(k));
                Some(last.map_or_else(|| all.iter().position(|k| k.group == key.group).unwrap_or(0), |i| i + 1))
            } else {
                None
            }
        });
        let position = position.unwrap_or(usings.len());
        // Nothing is inserted inside `#if`.
        let position = match usings.get(position) {
            Some(next) if position > 0 && usings[position - 1].node == next.node => usings.len(),
            _ => position,
        };
        let next = usings.get(position).filter(|next| {
            // Groups are separated by a blank line: insert into the one with the same root namespace.
            position == 0
                || (next.key.root() == key.root()
                    && usings[position - 1].key.root() != key.root()
                    && text[usings[position - 1].node.end_byte()..next.node.start_byte()].matches('\n').count() > 1)
        });
        match next {
            Some(Directive { node, .. }) => {
                let at = node.start_byte();
                let conditional = node.kind() != "using_directive";
                let indent = if conditional { using_indent(*node, text) } else { line_indent(text, at) };
                let entry = inserts.entry(at).or_default();
                match conditional {
                    true => entry.push_str(&format!("{indent}{line}{eol}")),
                    false => entry.push_str(&format!("{line}{eol}{indent}")),
                }
            }
            None => {
                let node = usings[position - 1].node;
                let indent = line_indent(text, node.start_byte());
                // A comment on the directive's line stays there.
                let rest = &text[node.end_byte()..];
                let end_of_line = rest.find(['\r', '\n']).unwrap_or(rest.len());
                let tail = rest[..end_of_line].trim();
                let comment =
                    tail.starts_with("//") || (tail.starts_with("/*") && tail.find("*/") == Some(tail.len() - 2));
                let at = node.end_byte() + if comment { end_of_line } else { 0 };
                // A blank line separates the directives from what follows.
                let next = text[at..].split('\n').nth(1).map(str::trim).unwrap_or_default();
                let at_end = position == usings.len() && rest[..end_of_line].trim().is_empty();
                let bare = at_end && next.starts_with(char::is_alphabetic);
                let gap = if bare { eol } else { "" };
                let entry = inserts.entry(at).or_default();
                if bare && entry.ends_with(eol) {
                    entry.truncate(entry.len() - eol.len());
                }
                entry.push_str(&format!("{eol}{indent}{line}{gap}"));
            }
        }
    }
    inserts.into_iter().map(|(at, new)| TextEdit::insert(at, new)).collect()
}

/// The indentation of the first directive inside `#if`.
fn using_indent<'s>(conditional: Node<'_>, text: &'s str) -> &'s str {
    let inside = conditional.named().into_iter().find(|n| n.kind() == "using_directive");
    inside.map_or("", |n| line_indent(text, n.start_byte()))
}

/// The end of the lines with which a file-based program begins: `#!` for the shell, `#:` for the SDK, and blank lines between and after them.
fn after_file_directives(text: &str) -> usize {
    let (mut at, mut end) = (0, 0);
    for line in text.split_inclusive('\n') {
        at += line.len();
        let content = line.trim_start_matches('\u{feff}').trim();
        match content {
            _ if content.starts_with("#!") || content.starts_with("#:") => end = at,
            "" => end = if end > 0 { at } else { end },
            _ => break,
        }
    }
    end
}

/// Inserts the first directives of a file after its header comment, preprocessor directives and `extern alias`, and before everything
/// else. A documentation comment stays with the declaration it documents.
fn insert_first(root: Node<'_>, missing: &[(Key, String)], text: &str, eol: &str) -> Vec<TextEdit> {
    let lines: Vec<&str> = missing.iter().map(|(_, l)| l.as_str()).collect();
    let block = lines.join(eol);
    let mut extern_alias = None;
    let mut documentation = None;
    let mut at = None;
    for child in root.all_children() {
        match child.kind() {
            "comment" => {
                let comment = child.text_in(text);
                let documents = (comment.starts_with("///") && !comment.starts_with("////"))
                    || (comment.starts_with("/**") && !comment.starts_with("/***") && comment.len() > 4);
                if documents {
                    documentation = documentation.or(Some(child.start_byte()));
                } else {
                    documentation = None;
                }
            }
            "extern_alias_directive" => (extern_alias, documentation) = (Some(child.end_byte()), None),
            kind if kind.starts_with("preproc_") && kind != "preproc_if" => documentation = None,
            _ => {
                at = Some(documentation.unwrap_or(child.start_byte()));
                break;
            }
        }
    }
    if let Some(end) = extern_alias {
        let blank = text[end..].trim_start_matches([' ', '\t']);
        let blank = blank.trim_start_matches('\r').strip_prefix('\n').unwrap_or(blank);
        let gap = if blank.starts_with(['\r', '\n']) || blank.is_empty() { "" } else { eol };
        return vec![TextEdit::insert(end, format!("{eol}{eol}{block}{gap}"))];
    }
    let at = at.map(|at| conditional_section(text, at).map_or(at, |section| section.start));
    let at = at.map(|at| at.max(after_file_directives(text)));
    match at {
        Some(at) => vec![TextEdit::insert(at, format!("{block}{eol}{eol}"))],
        None => {
            let gap = if text.is_empty() || text.ends_with(['\r', '\n']) { "" } else { eol };
            vec![TextEdit::insert(text.len(), format!("{gap}{block}{eol}"))]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syntax::Language;
    use text::TextEdits;

    fn add(before: &str, namespaces: &[&str]) -> String {
        let requests = namespaces.iter().map(|n| ImportRequest::Using { namespace: (*n).to_owned() }).collect();
        with(before, requests)
    }
    fn with(before: &str, requests: BTreeSet<ImportRequest>) -> String {
        let requests = requests.into_iter().map(|r| (r, BTreeSet::new())).collect();
        let index = Index::in_memory([("/a.cs", before)]);
        let parsed = Parsed::new(Language::CSHARP, before);
        TextEdits::new(edits(&parsed, &requests, Path::new("/a.cs"), &index)).unwrap().apply(before).unwrap()
    }

    #[test]
    fn a_blank_line_follows_the_first_directive() {
        assert_eq!(add("class C { }\n", &["A"]), "using A;\n\nclass C { }\n");
        assert_eq!(add("\r\nclass C { }\r\n", &["A", "B"]), "\r\nusing A;\r\nusing B;\r\n\r\nclass C { }\r\n");
    }

    #[test]
    fn header_comments_and_directives_stay_first_and_documentation_stays_with_its_type() {
        assert_eq!(
            add("// (c) me\n\n#define X\n\n/// <summary/>\nclass C { }\n", &["A"]),
            "// (c) me\n\n#define X\n\nusing A;\n\n/// <summary/>\nclass C { }\n"
        );
        assert_eq!(add("extern alias E;\n\nclass C { }\n", &["A"]), "extern alias E;\n\nusing A;\n\nclass C { }\n");
        assert_eq!(
            add("#if X\nusing B;\n#endif\nclass C { }\n", &["A"]),
            "using A;\n\n#if X\nusing B;\n#endif\nclass C { }\n"
        );
    }

    #[test]
    fn below_the_lines_of_a_file_based_program() {
        let head = "#!/usr/bin/env dotnet\n#:package Humanizer@2.14.1\n#:property LangVersion=preview\n";
        assert_eq!(add(&format!("{head}\nX.Y();\n"), &["A"]), format!("{head}\nusing A;\n\nX.Y();\n"));
        assert_eq!(add(&format!("{head}X.Y();\n"), &["A"]), format!("{head}using A;\n\nX.Y();\n"));
    }

    #[test]
    fn never_inside_a_section_of_which_the_tree_shows_one_branch() {
        // As a whole it does not parse: two bodies, or none.
        let rest = "namespace N;\nclass C\n{\n    int M()\n#if X\n        => 1\n#endif\n    ;\n}\n";
        assert_eq!(
            add(&format!("// Head.\n\n#if X\nusing B;\n#endif\n\n{rest}"), &["A"]),
            format!("// Head.\n\nusing A;\n\n#if X\nusing B;\n#endif\n\n{rest}")
        );
        assert_eq!(
            add(&format!("using Z;\n#if X\nusing B;\n#endif\n\n{rest}"), &["A"]),
            format!("using A;\nusing Z;\n#if X\nusing B;\n#endif\n\n{rest}")
        );
    }

    #[test]
    fn sorted_position_with_system_first_or_not() {
        assert_eq!(
            add("using System;\nusing System.Text;\nusing B;\n", &["System.Linq", "C", "A"]),
            "using System;\nusing System.Linq;\nusing System.Text;\nusing A;\nusing B;\nusing C;\n"
        );
        assert_eq!(add("using B;\nusing System;\n", &["System.Linq"]), "using B;\nusing System;\nusing System.Linq;\n");
        assert_eq!(add("using D;\nusing B;\n", &["C"]), "using D;\nusing B;\nusing C;\n");
        assert_eq!(
            add("using System;\nusing static System.Math;\nusing X = System.Int32;\n", &["A"]),
            "using System;\nusing A;\nusing static System.Math;\nusing X = System.Int32;\n"
        );
    }

    #[test]
    fn groups_separated_by_blank_lines() {
        assert_eq!(
            add("using System;\n\nusing B.D;\n", &["B.C", "System.IO"]),
            "using System;\nusing System.IO;\n\nusing B.C;\nusing B.D;\n"
        );
    }

    #[test]
    fn inside_the_namespace_that_has_using_directives() {
        assert_eq!(
            add("namespace N\n{\n    using System;\n\n    class C { }\n}\n", &["System.IO"]),
            "namespace N\n{\n    using System;\n    using System.IO;\n\n    class C { }\n}\n"
        );
        assert_eq!(add("namespace N;\nclass C { }\n", &["A"]), "using A;\n\nnamespace N;\nclass C { }\n");
    }

    #[test]
    fn into_the_namespace_around_the_place() {
        let before = "namespace N { class A { } }\nnamespace M\n{\n    using System;\n\n    class C { }\n}\n";
        let at = |place: usize| {
            let request = ImportRequest::Using { namespace: "N".into() };
            let index = Index::in_memory([("/a.cs", before)]);
            let parsed = Parsed::new(Language::CSHARP, before);
            let edits =
                edits(&parsed, &Imports::from([(request, BTreeSet::from([place]))]), Path::new("/a.cs"), &index);
            TextEdits::new(edits).unwrap().apply(before).unwrap()
        };
        assert!(at(before.find("C {").unwrap()).contains("    using System;\n    using N;\n"));
        assert!(at(before.find("A {").unwrap()).starts_with("using N;\n\nnamespace N"));
    }

    #[test]
    fn not_inside_conditional_sections() {
        assert_eq!(
            add("#define X\nusing A;\n#if X\nusing C;\n#endif\nusing B;\n", &["D"]),
            "#define X\nusing A;\n#if X\nusing C;\n#endif\nusing B;\nusing D;\n"
        );
        assert_eq!(
            add("#if true\nusing C;\n#endif\nclass D { }\n", &["A"]),
            "using A;\n#if true\nusing C;\n#endif\nclass D { }\n"
        );
    }

    #[test]
    fn existing_directives_are_not_added_again() {
        assert_eq!(add("using A . B;\n", &["A.B"]), "using A . B;\n");
        assert_eq!(add("global using A;\n", &["A"]), "global using A;\n");
    }

    #[test]
    fn a_blank_line_separates_what_follows() {
        assert_eq!(add("using A;\nclass C { }\n", &["B", "C"]), "using A;\nusing B;\nusing C;\n\nclass C { }\n");
        assert_eq!(add("using B;\nclass C { }\n", &["A"]), "using A;\nusing B;\nclass C { }\n");
    }

    #[test]
    fn trailing_comments_stay_with_their_directive() {
        assert_eq!(add("using A; // why\nusing C;\n", &["B"]), "using A; // why\nusing B;\nusing C;\n");
    }

    #[test]
    fn aliases_come_last() {
        let alias = ImportRequest::UsingAlias { alias: "T".into(), target: "N.T".into() };
        assert_eq!(with("using Z;\n\nclass C { }", BTreeSet::from([alias])), "using Z;\nusing T = N.T;\n\nclass C { }");
    }
}
