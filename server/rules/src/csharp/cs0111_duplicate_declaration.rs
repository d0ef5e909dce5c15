//! # Duplicate type or member
//!
//! The same type or member is declared twice with the same text: pasted twice, or in a copy of a file that is part of the project.
//!
//! ```csharp before
//! //@ error CS0111: Type 'C' already defines a member called 'M' with the same parameter types
//! class C
//! {
//!     void M()
//!     {
//!     }
//!
//!     void $0M()
//!     {
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M()
//!     {
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when both declarations are equal apart from white space and comments. When whole files are equal, the one whose name is not the
//! type's is deleted. Nothing is offered when they differ, or belong to different projects.

use codegen::csharp::deletion::declaration_deletion;
use fix::{Applicability, Fix, RuleContext};
use std::path::Path;
use std::sync::Arc;
use syntax::{Node, NodeExt};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0101", "CS0102", "CS0111", "CS0579"];

const TYPES: &[&str] = &[
    "class_declaration",
    "struct_declaration",
    "interface_declaration",
    "enum_declaration",
    "record_declaration",
    "delegate_declaration",
];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(token) = ctx.token() else { return Vec::new() };
    if ctx.code().as_str() == "CS0579" {
        return attribute(ctx, token);
    }
    if ctx.code().as_str() != "CS0101" {
        let fixes = member(ctx, token);
        if !fixes.is_empty() {
            return fixes;
        }
    }
    // Outermost type first: the members of a duplicate type are duplicates too.
    let types: Vec<Node<'_>> = syntax::ancestors(token).filter(|n| n.is(TYPES)).collect();
    types.into_iter().rev().find_map(|ty| duplicate_type(ctx, ty)).into_iter().collect()
}

/// The tokens of a declaration, without white space and comments.
fn tokens(node: Node<'_>, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut stack = vec![node];
    while let Some(n) = stack.pop() {
        if n.kind() == "comment" {
            continue;
        }
        let children = n.all_children();
        if children.is_empty() {
            out.push(n.text_in(text).to_owned());
        } else {
            stack.extend(children.into_iter().rev());
        }
    }
    out
}

/// The start of a declaration, including the comments directly above it.
fn start_with_comments(node: Node<'_>, text: &str) -> usize {
    let mut start = node.start_byte();
    let mut previous = node.prev_sibling();
    while let Some(p) = previous.filter(|p| p.kind() == "comment") {
        let gap = &text[p.end_byte()..start];
        let own_line = text[..p.start_byte()].rsplit('\n').next().is_some_and(|l| l.trim().is_empty());
        if gap.matches('\n').count() > 1 || !own_line {
            break;
        }
        start = p.start_byte();
        previous = p.prev_sibling();
    }
    start
}

fn remove<'a>(ctx: &RuleContext<'a>, node: Node<'_>, title: String) -> Fix {
    let text = ctx.text();
    let range = declaration_deletion(text, start_with_comments(node, text), node.end_byte());
    ctx.fix(title, Applicability::Safe).delete(range).preferred().build()
}

fn attributes(node: Node<'_>) -> Vec<Node<'_>> {
    node.named().into_iter().filter(|c| c.kind() == "attribute_list").collect()
}

/// A member that is declared twice in one body.
fn member(ctx: &RuleContext<'_>, token: Node<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let in_body = |n: &Node<'_>| {
        n.parent().is_some_and(|p| matches!(p.kind(), "declaration_list" | "enum_member_declaration_list"))
    };
    let Some(node) = syntax::ancestors(token).find(in_body) else { return Vec::new() };
    let Some(body) = node.parent().filter(|_| node.kind() != "ERROR") else { return Vec::new() };
    // Without attributes, if only one of them has any: that one is kept.
    let bare = |n: Node<'_>| -> Vec<String> {
        let skip = attributes(n).last().map_or(0, |a| a.end_byte());
        n.all_children().into_iter().filter(|c| c.start_byte() >= skip).flat_map(|c| tokens(c, text)).collect()
    };
    let own_tokens = bare(node);
    let is_duplicate = |n: &Node<'_>| {
        let decorated = [attributes(node), attributes(*n)];
        let alike = decorated.iter().any(Vec::is_empty)
            || decorated[0]
                .iter()
                .flat_map(|a| tokens(*a, text))
                .eq(decorated[1].iter().flat_map(|a| tokens(*a, text)));
        n.id() != node.id() && n.kind() == node.kind() && alike && bare(*n) == own_tokens
    };
    let Some(duplicate) = body.named().into_iter().find(is_duplicate) else { return Vec::new() };
    let name = token.text_in(text);
    if node.kind() == "enum_member_declaration" {
        // Together with its comma.
        let Some(comma) = node.prev_sibling().filter(|s| s.kind() == ",") else { return Vec::new() };
        let fix = ctx.fix(format!("Remove duplicate '{name}'"), Applicability::Safe);
        return vec![fix.delete(comma.start_byte()..node.end_byte()).preferred().build()];
    }
    // Remove the later one, whichever is reported.
    let mut later = if duplicate.start_byte() > node.start_byte() { duplicate } else { node };
    if !attributes(later).is_empty() && [node, duplicate].iter().any(|n| attributes(*n).is_empty()) {
        later = if later.id() == node.id() { duplicate } else { node };
    }
    vec![remove(ctx, later, format!("Remove duplicate '{name}'"))]
}

/// An attribute that occurs twice on one declaration.
fn attribute(ctx: &RuleContext<'_>, token: Node<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(attribute) = token.enclosing(&["attribute"]) else { return Vec::new() };
    let Some(list) = attribute.parent().filter(|l| l.kind() == "attribute_list") else { return Vec::new() };
    let Some(owner) = list.parent() else { return Vec::new() };
    let own_tokens = tokens(attribute, text);
    let earlier =
        owner.named().into_iter().filter(|n| n.kind() == "attribute_list").flat_map(|l| l.named()).any(|a| {
            a.end_byte() <= attribute.start_byte() && a.kind() == "attribute" && tokens(a, text) == own_tokens
        });
    if !earlier {
        return Vec::new();
    }
    let fix = ctx.fix("Remove duplicate attribute", Applicability::Safe).preferred();
    if list.named().len() == 1 {
        let range = codegen::csharp::deletion::line_deletion(text, list.range());
        return vec![fix.delete(range).build()];
    }
    match attribute.prev_sibling().filter(|s| s.kind() == ",") {
        Some(comma) => vec![fix.delete(comma.start_byte()..attribute.end_byte()).build()],
        None => Vec::new(),
    }
}

/// A type that is declared twice: in one file, in two files, or in a copy of a file.
fn duplicate_type(ctx: &RuleContext<'_>, ty: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let name = ty.field("name")?.text_in(text);
    let own_tokens = tokens(ty, text);
    let title = format!("Remove duplicate '{name}'");
    let same = |n: &Node<'_>, text: &str| {
        n.is(TYPES) && n.field("name").is_some_and(|f| f.text_in(text) == name) && tokens(*n, text) == own_tokens
    };
    // In the same file.
    if let Some(duplicate) = ty.parent()?.named().into_iter().find(|n| n.id() != ty.id() && same(n, text)) {
        let later = if duplicate.start_byte() > ty.start_byte() { duplicate } else { ty };
        return Some(remove(ctx, later, title));
    }
    // In another file: the same type, which is one namespace and one project.
    let mut paths: Vec<Arc<Path>> = Vec::new();
    let csharp = ctx.index.csharp();
    let own = csharp.enclosing_type(ctx.path(), ty.field("name")?.start_byte())?.full_name();
    let project = csharp.project(ctx.path()).path.clone();
    for found in csharp.types_named(name).into_iter().filter(|found| found.full_name() == own) {
        if let index::csharp::TypeOrigin::Source(parts) = &found.origin {
            paths.extend(parts.iter().map(|p| p.path.clone()).filter(|p| **p != *ctx.path()));
        }
    }
    paths.retain(|path| csharp.project(path).path == project);
    paths.sort();
    paths.dedup();
    for path in paths {
        let Some(other) = ctx.index.source(&path) else { continue };
        let other_text = other.parsed.text();
        let stem = |p: &Path| p.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        // Keep the file with the type's name, else the one with the shorter name.
        let rank = |p: &Path| {
            let stem = stem(p);
            (stem != name, !stem.starts_with(name), stem.len(), stem)
        };
        let delete_other = rank(&path) > rank(ctx.path());
        if tokens(ctx.root(), text) == tokens(other.parsed.root(), other_text) {
            let deleted = if delete_other { &*path } else { ctx.path() };
            let mut change = fix::Change::new();
            change.delete(deleted);
            let file = deleted.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            return Some(Fix::new(format!("Delete duplicate file '{file}'"), Applicability::Safe, change).preferred());
        }
        let mut stack = vec![other.parsed.root()];
        let mut duplicate = None;
        while let Some(n) = stack.pop() {
            if same(&n, other_text) {
                duplicate = Some(n);
                break;
            }
            if matches!(n.kind(), "compilation_unit" | "namespace_declaration" | "declaration_list") || n.is(TYPES) {
                stack.extend(n.named());
            }
        }
        let Some(duplicate) = duplicate else { continue };
        return Some(if delete_other {
            let range =
                declaration_deletion(other_text, start_with_comments(duplicate, other_text), duplicate.end_byte());
            ctx.fix(title, Applicability::Safe).edit_in(&other, TextEdit::delete(range)).preferred().build()
        } else {
            remove(ctx, ty, title)
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn a_documented_member() {
        check_fix(
            rule_of(module_path!()),
            "CS0102",
            "The type 'C' already contains a definition for 'P'",
            "class C\n{\n    /// <summary>a</summary>\n    int P => 1;\n\n    /// <summary>a</summary>\n    int $0P  => 1;\n    int Q;\n}\n",
            "class C\n{\n    /// <summary>a</summary>\n    int P => 1;\n\n    int Q;\n}\n",
        );
    }

    #[test]
    fn nothing_when_they_differ() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0111",
            "Type 'C' already defines a member called 'M' with the same parameter types",
            "class C { int M() => 1; int $0M() => 2; }",
        );
    }

    #[test]
    fn attributes() {
        check_fix(
            rule_of(module_path!()),
            "CS0579",
            "Duplicate 'System.Obsolete' attribute",
            "[System.Obsolete, System.Serializable]\n[$0System.Obsolete]\nclass C { }\n",
            "[System.Obsolete, System.Serializable]\nclass C { }\n",
        );
    }

    #[test]
    fn an_equal_type_of_another_namespace_or_project_is_none() {
        let rule = rule_of(module_path!());
        let message = "The namespace 'N' already contains a definition for 'C'";
        let code = "CS0101";
        check_no_fix(
            rule,
            code,
            message,
            "//- /a.cs\nnamespace N { class $0C { } }\n//- /b.cs\nnamespace M { class C { } }\n",
        );
        check_no_fix(
            rule,
            code,
            message,
            "//- /a/a.csproj\n<Project Sdk=\"Microsoft.NET.Sdk\" />\n//- /a/a.cs\nnamespace N { class $0C { } }\n//- /b/b.csproj\n<Project Sdk=\"Microsoft.NET.Sdk\" />\n//- /b/b.cs\nnamespace N { class C { } }\n",
        );
    }
}
