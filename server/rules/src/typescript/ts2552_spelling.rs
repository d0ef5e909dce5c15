//! # Misspelt name
//!
//! The compiler knows a name that is similar to the written one.
//!
//! ```typescript before
//! //@ error TS2551: Property 'lenght' does not exist on type 'string'. Did you mean 'length'?
//! export function size(s: string) {
//!     return s.$0lenght$0;
//! }
//! ```
//! ```typescript after
//! export function size(s: string) {
//!     return s.length;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the written name is a typo of the suggested one (one edit, two in a long word, or another case; not the singular of what has elements), it occurs nowhere else in
//! the file (or the file imports the suggested name and does not use it), no other name in scope is as similar, and neither does a module export the
//! written name nor another file import it. A member that the compiler does not suggest must be the only one that is near, and the written name must
//! occur nowhere else in the workspace. Also `Safe` for a renamed member whose name has a word more: several places use the old name, and none uses
//! the new one yet. `Unsafe` otherwise: the compiler's suggestion is a guess, and a removed member looks the same. A name that an import could declare
//! is respelt by choice only, and so is a member that cannot take the value that it is given. Globals of test runners and environments are never respelt: their types are missing.

use codegen::typescript::candidates::{Meaning, candidates, meaning};
use fix::{Applicability, Bulk, Fix, RuleContext};
use semantics::typescript::{Shape, Ternary};
use semantics::typo::{differ_in_number, distance, is_slip, is_typo};
use syntax::queries::Scopes;
use syntax::typescript::is_identifier;
use syntax::typescript::{is_declaration_name, is_member_name, occurrences};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &[
    "TS2551", "TS2552", "TS2568", "TS2570", "TS2833", "TS4117", "TS4123", "TS2561", "TS2820", "TS2304", "TS18004",
    "TS2503", "TS2339", "TS2353", "TS2724",
];

/// The index of the message argument that contains the suggestion.
fn suggestion<'a>(ctx: &RuleContext<'a>) -> Option<&'a str> {
    let index = match ctx.code().as_str() {
        "TS2551" | "TS2568" | "TS2561" | "TS2820" | "TS2724" => 2,
        "TS2552" | "TS2570" | "TS2833" => 1,
        // The modifier is quoted too.
        "TS4117" | "TS4123" => 2,
        _ => return None,
    };
    // A type among the arguments may hold quotes of its own; the suggestion is always the last of the first line.
    let arguments = &ctx.diagnostic.arguments;
    let exact = ctx.argument(index);
    if arguments.len() == index + 1 { exact } else { exact.or(arguments.last().map(String::as_str)) }
}

/// Names in scope at `node`, in order of their declarations, that `wrong` may be a typo of.
fn declared_in_scope<'a>(ctx: &RuleContext<'a>, node: Node<'_>, wrong: &str) -> Vec<&'a str> {
    let text = ctx.text();
    let scopes = Scopes::of(&ctx.source.parsed);
    let mut known: Vec<_> = scopes.visible_at(node.start_byte()).map(|d| d.name).collect();
    known.sort_by_key(|name| name.start_byte());
    // A type is no value, and a value no type; classes, enumerations and imports are both.
    let of_type = node.kind() == "type_identifier";
    known.retain(|name| {
        let both = name.enclosing(&["import_statement"]).is_some()
            || name
                .parent()
                .is_some_and(|p| p.is(&["class_declaration", "abstract_class_declaration", "enum_declaration"]));
        both || of_type == (name.kind() == "type_identifier")
    });
    let mut out: Vec<&str> = Vec::new();
    for name in known.into_iter().map(|name| name.text_in(text)) {
        if is_slip(wrong, name) && !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

/// Whether the compiler reports the shorthand's name both as an unknown property and as an unknown variable, and suggests nothing but `right`.
fn is_said_twice(ctx: &RuleContext<'_>, token: Node<'_>, right: &str) -> bool {
    let all = ctx.diagnostics.at(ctx.path(), token.start_byte());
    let here = |code: &str| all.iter().find(|d| d.code == code);
    let (key, name) = (here("TS2561"), here("TS2552"));
    let agree = key.and_then(|d| d.argument(2)).into_iter().chain(name.and_then(|d| d.argument(1))).all(|s| s == right);
    agree
        && key.or_else(|| here("TS2353")).is_some()
        && name.or_else(|| here("TS18004")).or_else(|| here("TS2304")).is_some()
}

/// Whether the token is called, and `right` is a variable of this file that is not callable.
fn is_called_in_vain(ctx: &RuleContext<'_>, token: Node<'_>, right: &str) -> bool {
    let called = token.parent().is_some_and(|p| p.kind() == "call_expression" && p.field("function") == Some(token));
    if !called {
        return false;
    }
    let model = ctx.typescript();
    let ty = model.binding_of(token, right).and_then(|b| model.type_of_name(b));
    ty.is_some_and(|ty| {
        let open = matches!(model.shape(&ty), Shape::Any | Shape::Unknown | Shape::NonPrimitive | Shape::Other);
        !open && model.properties_of(&ty).is_some() && model.signatures_of(&ty).is_empty()
    })
}

/// Whether the token is a member that is given a value which the member `right` cannot take.
fn is_given_in_vain(ctx: &RuleContext<'_>, token: Node<'_>, right: &str) -> bool {
    let assigned = || {
        let access =
            token.parent().filter(|p| p.kind() == "member_expression" && p.field("property") == Some(token))?;
        let assignment = access.parent().filter(|p| p.kind() == "assignment_expression")?;
        (assignment.field("left") == Some(access)).then_some(())?;
        let model = ctx.typescript();
        let member = model.property(&model.type_of(access.field("object")?)?, right)?;
        Some(model.assignable(&model.type_of(assignment.field("right")?)?, &member))
    };
    assigned() == Some(Ternary::No)
}

/// The replacement of the token, in the form that its position requires.
fn replacement(ctx: &RuleContext<'_>, token: Node<'_>, wrong: &str, right: &str) -> Option<(text::TextRange, String)> {
    let text = ctx.text();
    let range = text::TextRange::from(token.byte_range());
    match token.kind() {
        // The name is wrong as a key and as a value.
        "shorthand_property_identifier" if is_said_twice(ctx, token, right) => Some((range, right.to_owned())),
        "shorthand_property_identifier" if matches!(ctx.code().as_str(), "TS2561" | "TS2353") => {
            Some((range, format!("{right}: {wrong}")))
        }
        "shorthand_property_identifier" => Some((range, format!("{wrong}: {right}"))),
        "shorthand_property_identifier_pattern" => {
            // `const { nmae } = o`: the local name may be used, by its right or its wrong spelling.
            let uses = |name: &str| occurrences(ctx.root(), text, name).iter().filter(|n| n.id() != token.id()).count();
            let local = if uses(wrong) > 0 { format!("{right}: {wrong}") } else { right.to_owned() };
            Some((range, local))
        }
        "property_identifier" if !is_identifier(right.trim_start_matches('#')) => {
            let access = token.parent().filter(|p| p.kind() == "member_expression")?;
            let object = access.field("object")?;
            let quote = codegen::typescript::edit::quote_of(ctx);
            let optional = text.get(object.end_byte()..token.start_byte())?.contains("?.");
            let dot = if optional { "?." } else { "" };
            Some((text::TextRange::new(object.end_byte(), access.end_byte()), format!("{dot}[{quote}{right}{quote}]")))
        }
        "string" | "string_fragment" => {
            let string = token.enclosing(&["string"])?;
            let inner = syntax::typescript::unquoted(right);
            Some((text::TextRange::new(string.start_byte() + 1, string.end_byte() - 1), inner.to_owned()))
        }
        _ => Some((range, right.to_owned())),
    }
}

/// A member of the type that the written name is a typo or a former name of. Certain when the compiler itself suggests the same pair elsewhere.
fn renamed_member(ctx: &RuleContext<'_>, token: Node<'_>, wrong: &str) -> Option<Fix> {
    let text = ctx.text();
    let owner = ctx.argument(1)?;
    let names = ["property_identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern"];
    if owner.contains("Promise<") || !(token.is(&names) || token.kind() == "private_property_identifier") {
        return None;
    }
    let title = |right: &str| format!("Change spelling to '{right}'");
    if let Some(right) = super::support::spelling::renamed_member_of(ctx, wrong) {
        let (range, new) = replacement(ctx, token, wrong, &right)?;
        return Some(ctx.fix(title(&right), safety_of_renaming(wrong, &right)).replace(range, new).preferred().build());
    }
    let members = ctx.index.typescript().members_of_type(owner, ctx.path());
    let mut near: Vec<String> = members
        .iter()
        .filter(|m| super::support::spelling::fits_place(ctx, ctx.diagnostic, m))
        .map(|m| m.declaration.name.to_string())
        .filter(|n| {
            // A name that others use was there before.
            let renamed = super::support::spelling::is_renaming(wrong, n) && super::support::spelling::is_fresh(ctx, n);
            match ctx.code().as_str() {
                // The key may be what is too much.
                "TS2353" => {
                    renamed && super::support::spelling::has_more_words(wrong, n) && !is_key_beside(token, text, n)
                }
                _ => is_slip(wrong, n) || renamed,
            }
        })
        .collect();
    near.sort();
    near.dedup();
    let said = ctx.diagnostics.naming(wrong).find(|d| {
        matches!(d.code.as_str(), "TS2551" | "TS2561")
            && d.argument(0) == Some(wrong)
            && near.iter().any(|n| d.argument(2) == Some(n))
    });
    let right = match (said.and_then(|d| d.argument(2)), near.as_slice()) {
        (Some(right), _) => right,
        (None, [only]) => only,
        _ => return None,
    };
    let (range, new) = replacement(ctx, token, wrong, right)?;
    let sure = said.is_some()
        || *ctx.code() != "TS2353"
            && is_written_once(ctx, wrong)
            && is_typo(wrong, right)
            && !is_number_of_each(ctx, token, wrong, right);
    let applicability = if sure { Applicability::Safe } else { Applicability::Unsafe };
    Some(ctx.fix(title(right), applicability).replace(range, new).build())
}

/// Whether the object literal of the key `token` has the key `name`, too.
fn is_key_beside(token: Node<'_>, text: &str, name: &str) -> bool {
    token.enclosing(&["object"]).is_some_and(|object| {
        object.named().into_iter().any(|entry| entry.field("key").unwrap_or(entry).text_in(text) == name)
    })
}

/// Whether the name occurs here and nowhere else in the workspace. The compiler stops suggesting names after the first few; that it suggests none
/// says nothing then.
fn is_written_once(ctx: &RuleContext<'_>, name: &str) -> bool {
    let others = ctx.index.files_with_word(name, ctx.source.parsed.language());
    occurrences(ctx.root(), ctx.text(), name).len() == 1 && others.iter().all(|f| **f == *ctx.path())
}

/// Whether the two names tell a collection from its element.
fn is_number_of_each(ctx: &RuleContext<'_>, token: Node<'_>, wrong: &str, right: &str) -> bool {
    differ_in_number(wrong, right) && super::support::spelling::is_collection(token, ctx.text())
}

/// A new name with another word in place of one may be the name of another thing.
fn safety_of_renaming(old: &str, new: &str) -> Applicability {
    if super::support::spelling::has_more_words(old, new) { Applicability::Safe } else { Applicability::Unsafe }
}

/// A top-level declaration of this file that was renamed: its old name is still used here, and imports in other files report it as missing.
fn renamed_here(ctx: &RuleContext<'_>, token: Node<'_>, wrong: &str) -> Option<Fix> {
    let text = ctx.text();
    let outline = ctx.index.outline(ctx.path())?;
    let mut new: Vec<&str> = outline
        .declarations
        .iter()
        .filter(|d| d.parent.is_none() && super::support::spelling::is_renaming(wrong, &d.name))
        .map(|d| d.name.as_str())
        .collect();
    new.dedup();
    if new.len() > 1 {
        // What was just renamed is not used under its new name yet.
        new.retain(|n| super::support::spelling::is_fresh(ctx, n));
    }
    let [right] = new.as_slice() else { return None };
    let asked_for = ctx.diagnostics.naming(wrong).any(|d| {
        matches!(d.code.as_str(), "TS2305" | "TS2724" | "TS2614")
            && d.argument(1) == Some(wrong)
            && *d.path != *ctx.path()
    });
    let uses = occurrences(ctx.root(), text, wrong).into_iter().filter(|n| !is_member_name(*n)).count();
    if !asked_for && uses < 2 {
        return None;
    }
    let (range, new) = replacement(ctx, token, wrong, right)?;
    let applicability = if asked_for { safety_of_renaming(wrong, right) } else { Applicability::Unsafe };
    Some(ctx.fix(format!("Change spelling to '{right}'"), applicability).replace(range, new).preferred().build())
}

/// Whether a module exports the name, or another file imports it: then an import is what is missing.
fn is_known(ctx: &RuleContext<'_>, token: Node<'_>, name: &str) -> bool {
    // A type is imported for no value.
    let fits = |e: &index::typescript::TsExport| !e.type_only || meaning(token) != Meaning::Value;
    ctx.index.typescript().exports_named(name).iter().any(fits)
        || candidates(ctx, name, meaning(token)).iter().any(|c| c.votes > 0)
}

/// Whether the file imports `name` and does not use it: then it is the intended name.
fn is_imported_for_nothing(ctx: &RuleContext<'_>, name: &str) -> bool {
    let all = occurrences(ctx.root(), ctx.text(), name);
    all.len() == 1 && all.iter().all(|n| n.enclosing(&["import_statement"]).is_some())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    // Names in imports and exports have a rule of their own; here it is `Namespace.name`.
    if *ctx.code() == "TS2724" && token.enclosing(&["import_statement", "export_specifier"]).is_some() {
        return Vec::new();
    }
    let literal = *ctx.code() == "TS2820";
    let token = if literal {
        // The diagnostic stands at the target; the misspelt literal is what is assigned.
        let Some(wrong) = ctx.argument(0).filter(|w| w.starts_with('"')) else { return Vec::new() };
        let from = syntax::ancestors(token).find(|n| {
            n.is(&[
                "string",
                "variable_declarator",
                "assignment_expression",
                "pair",
                "return_statement",
                "jsx_attribute",
                "public_field_definition",
                "expression_statement",
                "required_parameter",
            ])
        });
        let Some(from) = from else { return Vec::new() };
        let strings = syntax::typescript::descendants(from, &["string"]);
        let inner = syntax::typescript::unquoted(wrong);
        let mut found = strings.into_iter().filter(|s| syntax::typescript::unquoted(s.text_in(text)) == inner);
        let (Some(only), None) = (found.next(), found.next()) else { return Vec::new() };
        only
    } else {
        match token.kind() {
            "#" => token.next_sibling().unwrap_or(token),
            "\"" | "'" => token.enclosing(&["string"]).unwrap_or(token),
            // The name of a member with modifiers in front.
            _ if matches!(ctx.code().as_str(), "TS4117" | "TS4123") => {
                let member = token.enclosing(&[
                    "method_definition",
                    "public_field_definition",
                    "required_parameter",
                    "method_signature",
                    "abstract_method_signature",
                ]);
                member.and_then(|m| m.field("name").or(m.field("pattern"))).unwrap_or(token)
            }
            _ => token,
        }
    };
    let wrong = syntax::typescript::unquoted(token.text_in(text));
    let scoped = ["TS2304", "TS2552", "TS18004", "TS2503", "TS2833"].contains(&ctx.code().as_str());
    use super::support::globals::is_ambient;
    use super::support::spelling::{declared_here, is_collection, is_misspelt_import};
    let is_other_number = |right: &str| differ_in_number(wrong, right) && is_collection(token, text);
    if scoped && is_ambient(wrong) {
        return Vec::new();
    }
    if scoped && (is_misspelt_import(ctx, wrong) || (declared_here(ctx, wrong) && *ctx.code() != "TS18004")) {
        return Vec::new();
    }
    if matches!(ctx.code().as_str(), "TS2339" | "TS2353") {
        return renamed_member(ctx, token, wrong).into_iter().collect();
    }
    let by_scope = matches!(ctx.code().as_str(), "TS2304" | "TS18004" | "TS2503");
    if by_scope {
        // The compiler suggests nothing when the candidates are too far or too many; a slip in scope may still be near.
        if is_declaration_name(token) || !token.is(&["identifier", "shorthand_property_identifier", "type_identifier"])
        {
            return Vec::new();
        }
        if let Some(fix) = renamed_here(ctx, token, wrong) {
            return vec![fix];
        }
        let near = declared_in_scope(ctx, token, wrong);
        let [right] = near.as_slice() else { return Vec::new() };
        let Some((range, new)) = replacement(ctx, token, wrong, right) else { return Vec::new() };
        let lone = occurrences(ctx.root(), text, wrong).len() == 1;
        let slip = is_typo(wrong, right) && !is_other_number(right) && !is_ambient(right);
        let applicability = match is_known(ctx, token, wrong) {
            true => Applicability::DisplayOnly,
            false if lone && slip => Applicability::Safe,
            false => Applicability::Unsafe,
        };
        return vec![ctx.fix(format!("Change spelling to '{right}'"), applicability).replace(range, new).build()];
    }
    let Some(right) = suggestion(ctx) else { return Vec::new() };
    if right == wrong || right.is_empty() || right.contains(['\n', '`']) {
        return Vec::new();
    }
    let importable = matches!(ctx.code().as_str(), "TS2552" | "TS2833");
    if importable && let Some(fix) = renamed_here(ctx, token, wrong) {
        return vec![fix];
    }
    if matches!(ctx.code().as_str(), "TS2551" | "TS2561")
        && !is_slip(wrong, right)
        && let Some(renamed) = super::support::spelling::renamed_member_of(ctx, wrong)
        && let Some((range, new)) = replacement(ctx, token, wrong, &renamed)
    {
        let fix = ctx.fix(format!("Change spelling to '{renamed}'"), safety_of_renaming(wrong, &renamed));
        return vec![fix.replace(range, new).preferred().build()];
    }
    // A name in scope that is nearer than the suggestion.
    let near = if importable { declared_in_scope(ctx, token, wrong) } else { Vec::new() };
    let nearer = if importable && !wrong.eq_ignore_ascii_case(right) {
        let near = near.clone();
        let best = near.iter().map(|n| distance(wrong, n)).min();
        let mut all = near
            .into_iter()
            .filter(|n| Some(distance(wrong, n)) == best && distance(wrong, n) < distance(wrong, right));
        all.next().filter(|_| all.next().is_none())
    } else {
        None
    };
    let right = nearer.unwrap_or(right);
    if importable && is_called_in_vain(ctx, token, right) {
        return Vec::new();
    }
    if *ctx.code() == "TS2551"
        && let Some(owner) = ctx.argument(1)
    {
        // A member that takes other arguments, or cannot be seen from here, was not meant.
        let members = ctx.index.typescript().members_of_type(owner, ctx.path());
        let mut same = members.iter().filter(|m| m.declaration.name == right).peekable();
        if same.peek().is_some() && !same.any(|m| super::support::spelling::fits_place(ctx, ctx.diagnostic, m)) {
            return Vec::new();
        }
    }
    // What the compiler passes over may be as near: it does not count a swap of letters as one slip.
    let rival = near.iter().any(|n| *n != right && distance(wrong, n) <= distance(wrong, right));
    let Some((range, new)) = replacement(ctx, token, wrong, right) else { return Vec::new() };
    if scoped && is_ambient(right) && !declared_here(ctx, right) {
        return Vec::new();
    }
    let known = importable && is_known(ctx, token, wrong);
    let uses = occurrences(ctx.root(), text, wrong).len();
    let inner = syntax::typescript::unquoted(right);
    let sure = is_slip(wrong, inner)
        && (is_typo(wrong, inner) || (importable && is_imported_for_nothing(ctx, inner)))
        && (uses <= 1 || literal)
        && !known
        && !rival
        && !is_other_number(inner)
        && !(scoped && is_ambient(right))
        && !matches!(ctx.code().as_str(), "TS4117" | "TS4123");
    let applicability = match sure {
        true => Applicability::Safe,
        // Its declaration exists: an import is missing.
        false if known => Applicability::DisplayOnly,
        false => Applicability::Unsafe,
    };
    let bulk = if is_given_in_vain(ctx, token, inner) { Bulk::Manual } else { Bulk::Repair };
    let fix = ctx.fix(format!("Change spelling to '{right}'"), applicability).replace(range, new).in_bulk(bulk);
    vec![if known { fix } else { fix.preferred() }.build()]
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_beside, check_no_fix};

    #[test]
    fn what_the_compiler_suggests_for_an_override() {
        check_fix(
            rule_of(module_path!()),
            "TS4117",
            "This member cannot have an 'override' modifier because it is not declared in the base class 'A'. Did you mean 'reset'?",
            "class A { reset() {} }\nclass B extends A { $0override reste() {} }\n",
            "class A { reset() {} }\nclass B extends A { override reset() {} }\n",
        );
    }

    #[test]
    fn a_typo_of_a_member_that_the_compiler_does_not_suggest() {
        let rule = rule_of(module_path!());
        let message = "Property 'szie' does not exist on type 'Box'.";
        let tree = |more: &str| {
            format!(
                "import {{ Box }} from './box';\nexport const n = (b: Box) => b.$0szie;\n//- /box.ts\nexport interface Box {{ size: number; {more} }}\n"
            )
        };
        let after = "import { Box } from './box';\nexport const n = (b: Box) => b.size;\n";
        check_fix_all(rule, "TS2339", message, &[], &tree(""), Some(after));
        check_fix_all(
            rule,
            "TS2339",
            message,
            &[],
            &format!("{}//- /other.ts\nlet o: {{ szie: number }};\n", tree("")),
            None,
        );
        check_fix_all(rule, "TS2339", message, &[], &tree("sie: number"), None);
    }

    #[test]
    fn a_key_with_a_word_less_is_a_guess() {
        let rule = rule_of(module_path!());
        let message = "Object literal may only specify known properties, and 'name' does not exist in type 'Node'.";
        let tree = "interface Node { nameValue: string }\nexport const node: Node = { $0name: 'a' };\n";
        check_fix(
            rule,
            "TS2353",
            message,
            tree,
            "interface Node { nameValue: string }\nexport const node: Node = { nameValue: 'a' };\n",
        );
        check_fix_all(rule, "TS2353", message, &[], tree, None);
        check_no_fix(rule, "TS2353", message, &tree.replace("'a' }", "'a', nameValue: 'b' }"));
    }

    #[test]
    fn a_type_elsewhere_is_no_value() {
        let rule = rule_of(module_path!());
        let message = "Cannot find name 'Handler'.";
        let tree = |other: &str| {
            format!("export function f(handler: number) {{ return $0Handler; }}\n//- /t.ts\nexport {other};\n")
        };
        let after = "export function f(handler: number) { return handler; }\n";
        check_fix_all(rule, "TS2304", message, &[], &tree("type Handler = number"), Some(after));
        check_fix_all(rule, "TS2304", message, &[], &tree("const Handler = 1"), None);
    }

    #[test]
    fn a_type_is_no_typo_of_a_value() {
        let rule = rule_of(module_path!());
        let message = "Cannot find name 'FormatLoong'.";
        let tree = "import type { FormatLong } from './t';\nexport const formatLong: $0FormatLoong = 1;\n//- /t.ts\nexport type FormatLong = number;\n";
        let after = "import type { FormatLong } from './t';\nexport const formatLong: FormatLong = 1;\n";
        check_fix_all(rule, "TS2304", message, &[], tree, Some(after));
    }

    #[test]
    fn another_case_is_nearer_than_another_letter() {
        check_fix(
            rule_of(module_path!()),
            "TS2552",
            "Cannot find name 'limits'. Did you mean 'LIMITS'?",
            "let LIMITS = 1;\nlet limit = 1;\n$0limits;\n",
            "let LIMITS = 1;\nlet limit = 1;\nLIMITS;\n",
        );
    }

    #[test]
    fn what_cannot_be_called_was_not_meant() {
        let message = "Cannot find name 'schedule'. Did you mean 'scheduler'?";
        let before = |ty: &str| {
            format!("interface Scheduler {{ now(): number }}\nfunction f(scheduler: {ty}) {{ $0schedule(); }}\n")
        };
        let rule = rule_of(module_path!());
        check_fix_all(rule, "TS2552", message, &[], &before("Scheduler"), None);
        let after = before("() => void").replace("$0schedule(", "scheduler(");
        check_fix_all(rule, "TS2552", message, &[], &before("() => void"), Some(&after));
    }

    #[test]
    fn a_member_that_takes_other_arguments_was_not_meant() {
        let message = "Property 'setFocus' does not exist on type 'Manager'. Did you mean 'isFocus'?";
        let before =
            |a: &str| format!("class Manager {{ isFocus() {{ return true; }} }}\nnew Manager().$0setFocus({a});\n");
        check_no_fix(rule_of(module_path!()), "TS2551", message, &before("true"));
        let after = before("").replace("$0setFocus", "isFocus");
        check_fix(rule_of(module_path!()), "TS2551", message, &before(""), &after);
    }

    #[test]
    fn a_member_that_cannot_take_the_value_is_no_repair_in_bulk() {
        let message = "Property 'omitMode' does not exist on type 'Options'. Did you mean 'mode'?";
        let text = |value: &str| {
            format!("interface Options {{ mode?: string }}\ndeclare const o: Options;\no.$0omitMode = {value};\n")
        };
        let rule = rule_of(module_path!());
        for (value, in_bulk) in [("true", false), ("'a'", true), ("unknown()", true)] {
            let respelt = text(value).replace("$0omitMode", "mode");
            check_fix_beside(rule, "TS2551", message, &[], &text(value), &respelt, in_bulk);
        }
    }

    #[test]
    fn two_names_that_are_as_near_are_a_guess() {
        check_fix_all(
            rule_of(module_path!()),
            "TS2552",
            "Cannot find name 'nextSourcse'. Did you mean 'nextSource'?",
            &[],
            "function f(nextSources: string[]) {\n  let nextSource: string;\n  nextSource = $0nextSourcse[0];\n}\n",
            None,
        );
    }

    #[test]
    fn of_several_declarations_the_unused_one_is_the_renamed_one() {
        check_fix(
            rule_of(module_path!()),
            "TS2304",
            "Cannot find name 'Builder'.",
            "interface BuilderProps { n: number }\nexport class BuilderCore { make(p: BuilderProps): $0Builder { return new Builder(); } }\n",
            "interface BuilderProps { n: number }\nexport class BuilderCore { make(p: BuilderProps): BuilderCore { return new Builder(); } }\n",
        );
    }

    #[test]
    fn renamed_members_are_told_from_lost_ones() {
        let rule = rule_of(module_path!());
        let message = "Property 'seed' does not exist on type 'Config'.";
        let again = [(
            "TS2353",
            "Object literal may only specify known properties, and 'seed' does not exist in type 'Config'.",
        )];
        let before =
            |members: &str| format!("interface Config {{ {members} }}\nconst read = (c: Config) => c.$0seed;\n");
        let renamed = before("newSeed: number; size: number");
        let right = renamed.replace("$0seed", "newSeed");
        check_fix_all(rule, "TS2339", message, &again, &renamed, Some(&right));
        // One place alone may be the one that is wrong, and a member that others use was there before.
        check_fix_all(rule, "TS2339", message, &[], &renamed, None);
        let used = format!("{renamed}const other = (c: Config) => c.newSeed;\n");
        check_fix_all(rule, "TS2339", message, &again, &used, None);
        check_fix_all(rule, "TS2339", message, &again, &before("newSeed: number; seedCore: number"), None);
        // A helper of what was removed is left without uses too: it takes other arguments, or cannot be seen from here.
        let called = |member: &str| {
            format!("class Config {{ {member} {{ return 1; }} }}\nconst read = (c: Config) => c.$0seed(2);\n")
        };
        let taken = called("newSeed(n: number)").replace("$0seed", "newSeed");
        check_fix_all(rule, "TS2339", message, &again, &called("newSeed(n: number)"), Some(&taken));
        check_fix_all(rule, "TS2339", message, &again, &called("newSeed()"), None);
        check_fix_all(rule, "TS2339", message, &again, &called("protected newSeed(n: number)"), None);
        check_fix_all(
            rule,
            "TS2353",
            "Object literal may only specify known properties, and 'seed' does not exist in type 'Config'.",
            &[("TS2339", message)],
            "interface Config { newSeed: number }\nconst seed = 1;\nconst c: Config = { $0seed };\n",
            Some("interface Config { newSeed: number }\nconst seed = 1;\nconst c: Config = { newSeed: seed };\n"),
        );
    }

    #[test]
    fn globals_of_test_runners_are_not_misspelt() {
        let rule = rule_of(module_path!());
        check_no_fix(rule, "TS2304", "Cannot find name 'jest'.", "import { Test } from 'testing';\n$0jest.fn(Test);\n");
        check_no_fix(rule, "TS2552", "Cannot find name 'tset'. Did you mean 'test'?", "$0tset('a');\n");
        let declared = "import { test } from 'vitest';\ntest('b');\n$0tset('a');\n";
        check_fix_all(rule, "TS2552", "Cannot find name 'tset'. Did you mean 'test'?", &[], declared, None);
    }

    #[test]
    fn a_list_is_not_its_element() {
        let before = "function f(path: string, i: number) { return $0paths[i]; }\n";
        let rule = rule_of(module_path!());
        check_fix_all(rule, "TS2552", "Cannot find name 'paths'. Did you mean 'path'?", &[], before, None);
        check_fix_all(rule, "TS2304", "Cannot find name 'paths'.", &[], before, None);
        let plain = "function f(path: string) { return $0paths; }\n";
        let after = "function f(path: string) { return path; }\n";
        check_fix_all(rule, "TS2552", "Cannot find name 'paths'. Did you mean 'path'?", &[], plain, Some(after));
    }

    #[test]
    fn what_another_file_imports_is_no_typo() {
        let before = "//- /a.ts\nimport { getDocs } from 'store';\ngetDocs();\n$0getDoc();\n//- /b.ts\nimport { getDoc } from 'store';\ngetDoc();\n";
        let message = "Cannot find name 'getDoc'. Did you mean 'getDocs'?";
        check_fix_all(rule_of(module_path!()), "TS2552", message, &[], before, None);
    }

    #[test]
    fn places_demand_their_own_form() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS2551",
            "Property 'foobar' does not exist on type 'T'. Did you mean 'foo-bar'?",
            "x.$0foobar;\n",
            "x[\"foo-bar\"];\n",
        );
        check_fix(
            rule,
            "TS2552",
            "Cannot find name 'nmae'. Did you mean 'name'?",
            "f({ $0nmae });\n",
            "f({ nmae: name });\n",
        );
        check_fix(
            rule,
            "TS2820",
            "Type '\"lefft\"' is not assignable to type 'Side'. Did you mean '\"left\"'?",
            "const $0side: Side = 'lefft';\n",
            "const side: Side = 'left';\n",
        );
        check_fix(
            rule,
            "TS2304",
            "Cannot find name 'optoins'.",
            "function f(options: string) { return $0optoins; }\n",
            "function f(options: string) { return options; }\n",
        );
    }

    #[test]
    fn a_shorthand_that_is_wrong_as_a_key_and_as_a_value_is_replaced() {
        let rule = rule_of(module_path!());
        let key = |right: &str| {
            format!(
                "Object literal may only specify known properties, but 'mesages' does not exist in type 'O'. Did you mean to write '{right}'?"
            )
        };
        let value = "Cannot find name 'mesages'. Did you mean 'messages'?";
        let before = "declare function f(o: O): void;\nexport function g(messages: string) { f({ $0mesages }); }\ninterface O { messages?: string; message?: string }\n";
        let at = before.find("$0").unwrap();
        let both = before.replace("$0mesages", "messages");
        check_fix_beside(rule, "TS2552", value, &[(at, "TS2561", &key("messages"))], before, &both, true);
        check_fix_beside(rule, "TS2561", &key("messages"), &[(at, "TS2552", value)], before, &both, true);
        // The key is meant to be another than the value.
        let apart = before.replace("$0mesages", "mesages: messages");
        check_fix_beside(rule, "TS2552", value, &[(at, "TS2561", &key("message"))], before, &apart, true);
    }
}
