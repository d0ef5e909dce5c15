//! Renaming of imported names, and detection of renamed declarations.

use diagnostics::SourceDiagnostic;
use fix::{FixBuilder, RuleContext};
use index::typescript::TsMember;
use index::{DeclarationKind, Modifiers, Parameter};
use semantics::typo::is_slip;
use std::collections::HashSet;
use std::path::Path;
use syntax::typescript::{is_declaration_name, is_member_name, occurrences};
use syntax::{Node, NodeExt, leaf_at};

/// The words of a name, as written: `getHTTPServer2` → get, HTTP, Server, 2. Compare them with [`is_same_word`].
fn words(name: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = name.char_indices().peekable();
    let mut previous: Option<char> = None;
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|(_, n)| *n);
        let begins = match previous {
            _ if !c.is_alphanumeric() => true,
            None => true,
            Some(p) if !p.is_alphanumeric() => true,
            Some(p) if p.is_lowercase() && c.is_uppercase() => true,
            Some(p) if p.is_numeric() != c.is_numeric() => true,
            Some(p) => p.is_uppercase() && c.is_uppercase() && next.is_some_and(char::is_lowercase),
        };
        if begins {
            out.push(&name[start..i]);
            start = if c.is_alphanumeric() { i } else { i + c.len_utf8() };
        }
        previous = Some(c);
    }
    out.push(&name[start..]);
    out.retain(|w| !w.is_empty());
    out
}

/// Whether two words are the same but for their case.
fn is_same_word(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
        || !(a.is_ascii() && b.is_ascii())
            && a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

/// Whether `new` may be a new name of `old`: up to two words were added at the start or end, or one of several words was replaced.
pub(crate) fn is_renaming(old: &str, new: &str) -> bool {
    let (a, b) = (words(old), words(new));
    // A type is not renamed to a value: `Shape` does not become `shapeOf`.
    let is_upper = |name: &str| name.trim_start_matches(['_', '$', '#']).starts_with(char::is_uppercase);
    if a.is_empty() || b.is_empty() || is_upper(old) != is_upper(new) {
        return false;
    }
    let same = |a: &[&str], b: &[&str]| a.iter().zip(b).filter(|(x, y)| is_same_word(x, y)).count();
    if b.len() > a.len() && b.len() - a.len() <= 2 {
        return same(&a, &b) == a.len() || same(&a, &b[b.len() - a.len()..]) == a.len();
    }
    a.len() == b.len() && a.len() >= 2 && same(&a, &b) + 1 == a.len()
}

/// Whether `new` has all words of `old` and more: not another word in place of one.
pub(crate) fn has_more_words(old: &str, new: &str) -> bool {
    words(new).len() > words(old).len()
}

/// Whether the name is used as something that has elements: its singular or plural is another thing then.
pub(crate) fn is_collection(token: Node<'_>, text: &str) -> bool {
    const MEMBERS: &[&str] = &[
        "length", "size", "map", "filter", "forEach", "push", "reduce", "find", "some", "every", "includes", "join",
        "slice", "splice", "sort", "concat", "flatMap", "at", "entries", "keys", "values", "has", "get", "set", "add",
    ];
    let whole = token.parent().filter(|p| p.field("property") == Some(token)).unwrap_or(token);
    whole.parent().is_some_and(|p| match p.kind() {
        "subscript_expression" | "member_expression" if p.field("object") != Some(whole) => false,
        "subscript_expression" | "spread_element" => true,
        "member_expression" => p.field("property").is_some_and(|n| MEMBERS.contains(&n.text_in(text))),
        "for_in_statement" => p.field("right") == Some(whole),
        _ => false,
    })
}

/// The uses of the imported name `local` in the file, without the import itself. `None` when another declaration shadows the name, so
/// that the uses are ambiguous.
pub(crate) fn uses_of_import<'t>(root: Node<'t>, text: &str, local: &str) -> Option<Vec<Node<'t>>> {
    let mut out = Vec::new();
    for node in occurrences(root, text, local) {
        if is_member_name(node) || node.enclosing(&["import_statement"]).is_some() {
            continue;
        }
        if is_declaration_name(node) {
            return None;
        }
        out.push(node);
    }
    Some(out)
}

/// Renames the uses of a name. Shorthand properties and re-exports keep the old name for other code.
pub(crate) fn rename_uses<'a>(fix: FixBuilder<'a>, uses: &[Node<'_>], old: &str, new: &str) -> FixBuilder<'a> {
    uses.iter().fold(fix, |fix, node| match node.kind() {
        "shorthand_property_identifier" => fix.replace(node.byte_range(), format!("{old}: {new}")),
        _ if node.parent().is_some_and(|p| p.kind() == "export_specifier" && p.field("alias").is_none()) => {
            fix.replace(node.byte_range(), format!("{new} as {old}"))
        }
        _ => fix.replace(node.byte_range(), new),
    })
}

/// Whether the file already imports the name in a spelling that the module does not export. Then the import must be fixed.
pub(crate) fn is_misspelt_import(ctx: &RuleContext<'_>, name: &str) -> bool {
    let mut wrong = ctx.diagnostics.with_codes(ctx.path(), &["TS2305", "TS2724", "TS2614", "TS2613"]);
    wrong.any(|d| {
        d.argument(1).is_some_and(|wrong| is_slip(wrong, name) || is_renaming(name, wrong) || is_renaming(wrong, name))
    })
}

/// Whether the file declares or imports `name` at its top level.
pub(crate) fn declared_here(ctx: &RuleContext<'_>, name: &str) -> bool {
    occurrences(ctx.root(), ctx.text(), name).into_iter().any(|n| {
        is_declaration_name(n)
            && syntax::ancestors(n).skip(1).take_while(|a| a.kind() != "program").count() <= 5
            && n.enclosing(&["statement_block", "class_body", "formal_parameters"]).is_none()
    })
}

/// Whether the workspace declares `name` but does not use it, as is the case for a declaration that was just renamed.
pub(crate) fn is_fresh(ctx: &RuleContext<'_>, name: &str) -> bool {
    let language = ctx.source.parsed.language();
    ctx.index.files_with_word(name, language).iter().all(|file| {
        let Some(source) = ctx.index.source(file) else { return false };
        occurrences(source.parsed.root(), source.parsed.text(), name).into_iter().all(declares)
    })
}

/// Whether `node` is the name of a declaration, including members of types. Keys of object literals are uses.
fn declares(node: Node<'_>) -> bool {
    let member = node.parent().is_some_and(|p| {
        p.field("name") == Some(node)
            && p.is(&[
                "property_signature",
                "method_signature",
                "abstract_method_signature",
                "public_field_definition",
                "method_definition",
                "function_signature",
            ])
            && p.parent().is_none_or(|o| o.kind() != "object")
    });
    member || (is_declaration_name(node) && node.enclosing(&["import_statement"]).is_none())
}

/// Whether a function with these parameters accepts the number of arguments of `call`.
pub(crate) fn takes(parameters: &[Parameter], call: Node<'_>) -> bool {
    let Some(list) = call.field("arguments").filter(|a| a.kind() == "arguments") else { return true };
    let given: Vec<Node<'_>> = list.named().into_iter().filter(|a| a.kind() != "comment").collect();
    if given.iter().any(|a| a.kind() == "spread_element") {
        return true;
    }
    let parameters = || parameters.iter().filter(|p| p.name != "this");
    let least = parameters().filter(|p| !p.optional && !p.rest).count();
    let most = if parameters().any(|p| p.rest) { usize::MAX } else { parameters().count() };
    (least..=most).contains(&given.len())
}

/// Whether `member` fits the place where `d` reports a missing member: it is accessible there and accepts the arguments of the call.
pub(crate) fn fits_place(ctx: &RuleContext<'_>, d: &SourceDiagnostic, member: &TsMember) -> bool {
    let Some(source) = ctx.index.source(&d.path) else { return true };
    let access = leaf_at(source.parsed.root(), d.range.start).and_then(|l| l.parent());
    let Some(access) = access.filter(|a| a.kind() == "member_expression") else { return true };
    let own = access.field("object").is_some_and(|o| o.is(&["this", "super"]));
    let hidden = member.declaration.modifiers.intersects(Modifiers::PROTECTED.union(Modifiers::PRIVATE));
    let call = access.parent().filter(|c| c.kind() == "call_expression" && c.field("function") == Some(access));
    let called = call.is_none_or(|call| {
        member.declaration.kind != DeclarationKind::Method || takes(&member.declaration.parameters, call)
    });
    (own || !hidden) && called
}

/// The new name of a renamed member: several places access the missing member `wrong`, their types have exactly one member with a similar
/// name, and that member is not used yet. With a single place, that place itself may be wrong.
pub(crate) fn renamed_member_of(ctx: &RuleContext<'_>, wrong: &str) -> Option<String> {
    let typescript = ctx.index.typescript();
    let mut places: HashSet<(&Path, usize)> = HashSet::new();
    let mut found: Vec<String> = Vec::new();
    let name = |m: &TsMember| m.declaration.name.to_string();
    for d in ctx.diagnostics.naming(wrong) {
        let asks = matches!(d.code.as_str(), "TS2339" | "TS2551" | "TS2353" | "TS2561") && d.argument(0) == Some(wrong);
        let (true, Some(owner)) = (asks, d.argument(1)) else { continue };
        let members = typescript.members_of_type(owner, &d.path);
        if members.iter().any(|m| m.declaration.name == wrong) {
            return None;
        }
        let mut names: Vec<String> = members
            .iter()
            .filter(|m| is_renaming(wrong, &m.declaration.name) && fits_place(ctx, d, m))
            .map(name)
            .collect();
        names.sort();
        names.dedup();
        names.retain(|n| found.contains(n) || is_fresh(ctx, n));
        match names.as_slice() {
            [] if members.is_empty() => {}
            [one] if found.first().is_none_or(|f| f == one) => found = names,
            _ => return None,
        }
        places.insert((&*d.path, d.range.start));
    }
    let right = found.pop()?;
    // A report that the new name is unused or not initialized counts as another place.
    let unset = ctx
        .diagnostics
        .naming(&right)
        .any(|d| matches!(d.code.as_str(), "TS2564" | "TS6133") && d.argument(0).is_some_and(|a| a == right));
    (places.len() + usize::from(unset) >= 2).then_some(right)
}

/// Whether `name` occurs in the file only as a property name.
pub(crate) fn is_free(ctx: &RuleContext<'_>, name: &str) -> bool {
    occurrences(ctx.root(), ctx.text(), name).into_iter().all(is_member_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_renamings() {
        assert_eq!(words("getHTTPServer2"), ["get", "HTTP", "Server", "2"]);
        assert!(is_renaming("parse", "parseCore") && is_renaming("Shape", "NewShape"));
        assert!(is_renaming("createNode", "makeNode"));
        assert!(!is_renaming("parse", "print") && !is_renaming("a", "a"));
        assert!(!is_renaming("TupleIssue", "tupleAsync") && !is_renaming("Shape", "newShape"));
    }
}
