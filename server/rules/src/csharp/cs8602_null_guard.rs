//! # Value that may be `null` where it is used
//!
//! A value that may be `null` is dereferenced (CS8602) or passed on (CS8604). It is asked for first: by `?.`, by a check as the ones beside it, or the
//! parameter that it goes to takes `null` as well.
//!
//! ```csharp before
//! //@ warning CS8602: Dereference of a possibly null reference.
//! //@ options: -nullable:enable
//! class C
//! {
//!     void M(string? text)
//!     {
//!         if ($0text$0.Length > 3)
//!         {
//!             System.Console.WriteLine("long");
//!         }
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     void M(string? text)
//!     {
//!         if (text?.Length > 3)
//!         {
//!             System.Console.WriteLine("long");
//!         }
//!     }
//! }
//! ```
//! ```csharp before
//! //@ warning CS8602: Dereference of a possibly null reference.
//! //@ options: -nullable:enable
//! class C
//! {
//!     int M(string? a, string? b)
//!     {
//!         if (a == null)
//!         {
//!             return 0;
//!         }
//!         return a.Length + $0b$0.Length;
//!     }
//! }
//! ```
//! ```csharp after
//! class C
//! {
//!     int M(string? a, string? b)
//!     {
//!         if (a == null)
//!         {
//!             return 0;
//!         }
//!         if (b == null)
//!         {
//!             return 0;
//!         }
//!         return a.Length + b.Length;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: `?` on a parameter of the sources that does nothing with the value but what `null` allows. Otherwise `Unsafe`: what is to happen without a
//! value is a guess, though a likely one where a check of the same function shows it.

use super::support::nullable_uses::parameters_to_annotate;
use super::support::unproven::was_bound_since;
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::Modifiers;
use semantics::Semantics;
use semantics::csharp::nulls::allows_null;
use semantics::csharp::printed::{declared, split};
use syntax::csharp::{FUNCTIONS, MEMBERS, descendants, parameters, type_of, written_type};
use syntax::{Node, NodeExt, ancestors, child_of_kind, leaf_at};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS8602", "CS8604"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let mut out = find(ctx).unwrap_or_default();
    // Whether something may be `null` follows from the flow, which another repair may have changed.
    if was_bound_since(ctx) {
        for fix in &mut out {
            fix.bulk = Bulk::Manual;
        }
    }
    out
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let token = ctx.token()?;
    let mut out = Vec::new();
    let value = match ctx.code().as_str() {
        "CS8602" => {
            let value = dereferenced(token)?;
            out.extend(conditional_access(ctx, value));
            value
        }
        _ => {
            let start = token.start_byte();
            let argument = ancestors(token).take_while(|n| n.start_byte() == start).find(|n| n.kind() == "argument")?;
            out.extend(nullable_parameter(ctx));
            argument.named().into_iter().next_back()?
        }
    };
    out.extend(guard(ctx, value));
    if ctx.code() == "CS8604" {
        out.extend(empty_text(ctx, value));
    }
    if let Some(first) = out.first_mut().filter(|f| f.bulk == Bulk::Repair) {
        first.preferred = true;
    }
    Some(out)
}

/// The receiver that may be `null`; the diagnostic is at its start.
fn dereferenced(token: Node<'_>) -> Option<Node<'_>> {
    let start = token.start_byte();
    ancestors(token).find_map(|n| {
        let receiver = match n.kind() {
            "member_access_expression" | "element_access_expression" => n.field("expression"),
            _ => None,
        }?;
        (receiver.start_byte() == start || token == receiver).then_some(receiver)
    })
}

/// `x?.M();` for a call whose value is not used, `x?.Length > 1` and `x?.IsOpen() == true` in conditions, and `return x?.Name;` where the result may be
/// `null`.
fn conditional_access(ctx: &RuleContext<'_>, receiver: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let access = receiver.parent().filter(|p| p.kind() == "member_access_expression")?;
    let dot = text.get(receiver.end_byte()..)?.find('.')? + receiver.end_byte();
    let fix = ctx.fix("Use '?.'", Applicability::Unsafe).insert(dot, "?");
    // The whole chain that begins with the receiver: nothing of it is evaluated without a value.
    let whole = ancestors(access)
        .take_while(|n| {
            n.is(&["member_access_expression", "invocation_expression", "element_access_expression"])
                && n.start_byte() == receiver.start_byte()
        })
        .last()?;
    let parent = whole.parent()?;
    let condition = |n: Node<'_>| {
        let around =
            ancestors(n).find(|a| !a.is(&["binary_expression", "parenthesized_expression"]) || !joins(*a, text));
        around.is_some_and(|a| {
            a.is(&["if_statement", "while_statement", "do_statement", "conditional_expression"])
                && a.field("condition").is_some_and(|c| c.byte_range().contains(&n.start_byte()))
                || a.is(&["return_statement", "arrow_expression_clause"])
        })
    };
    match parent.kind() {
        "expression_statement" if whole.kind() == "invocation_expression" => Some(fix.build()),
        "binary_expression" => {
            let operator = parent.field("operator")?.text_in(text);
            let compares = matches!(operator, "==" | "<" | ">" | "<=" | ">=");
            let (left, right) = (parent.field("left")?, parent.field("right")?);
            let other = if left == whole { right } else { left };
            let constant = other.kind().ends_with("_literal") && other.kind() != "null_literal";
            if compares && constant && (operator == "==" || is_number(other)) {
                return Some(fix.build());
            }
            let model = ctx.csharp();
            let boolean = matches!(operator, "&&" | "||") && model.type_of(whole).is_some_and(|t| t.is("bool"));
            (boolean && condition(parent)).then(|| fix.insert(whole.end_byte(), " == true").build())
        }
        "if_statement" | "while_statement" | "conditional_expression" if parent.field("condition") == Some(whole) => {
            Some(fix.insert(whole.end_byte(), " == true").build())
        }
        "return_statement" | "arrow_expression_clause" => {
            let function = ancestors(parent).find(|n| n.is(FUNCTIONS) || n.is(&["property_declaration"]))?;
            let nullable = written_type(function).is_some_and(|t| t.kind() == "nullable_type");
            let asynchronous = syntax::csharp::has_modifier(function, text, "async");
            (nullable && !asynchronous).then(|| fix.build())
        }
        "variable_declarator" => {
            // A variable that may be `null`.
            let declaration = parent.parent()?;
            (declaration.field("type")?.kind() == "nullable_type").then(|| fix.build())
        }
        "interpolation" => Some(fix.build()),
        _ => None,
    }
}

/// Whether a node only joins conditions.
fn joins(node: Node<'_>, text: &str) -> bool {
    node.kind() == "parenthesized_expression"
        || node.field("operator").is_some_and(|o| matches!(o.text_in(text), "&&" | "||"))
}

fn is_number(literal: Node<'_>) -> bool {
    literal.is(&["integer_literal", "real_literal"])
}

/// A check of the parameter at the beginning of the function, as there is one for another parameter.
fn guard(ctx: &RuleContext<'_>, value: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let name = value.text_in(text);
    if value.kind() != "identifier" {
        return None;
    }
    let function = ancestors(value).find(|n| n.is(FUNCTIONS))?;
    let own = parameters(function);
    own.iter().find(|p| p.field("name").is_some_and(|n| n.text_in(text) == name))?;
    let body = function.field("body").filter(|b| b.kind() == "block")?;
    let here = ancestors(value).find(|n| n.parent() == Some(body))?;
    // The last check before the use; else one of a neighbour with the same result.
    let before = body.named().into_iter().take_while(|s| *s != here).filter_map(|s| checked(s, text).map(|c| (s, c)));
    if let Some((last, check)) = before.last() {
        let copy = renamed(last, &check, name, text)?;
        let gap = format!("{}{}", ctx.eol(), ctx.indent_at(last.start_byte()));
        let fix = ctx.fix("Add null check", Applicability::Unsafe).insert(last.end_byte(), format!("{gap}{copy}"));
        return Some(fix.build());
    }
    let result = written_type(function).map(|t| t.text_in(text));
    let ty = type_of(function)?;
    let neighbours = ty
        .field("body")?
        .named()
        .into_iter()
        .filter(|m| m.is(MEMBERS) && *m != function && written_type(*m).map(|t| t.text_in(text)) == result);
    let found = neighbours.filter_map(|m| m.field("body").filter(|b| b.kind() == "block")).find_map(|b| {
        let first = b.named().into_iter().next()?;
        let check = checked(first, text)?;
        // A result that says something of its own function is not copied.
        let plain = descendants(first).all(|n| n.kind() != "identifier" || n.text_in(text) == check);
        plain.then_some((first, check))
    });
    let (statement, check) = found?;
    let copy = renamed(statement, &check, name, text)?;
    let first = body.named().into_iter().next()?;
    let gap = format!("{}{}", ctx.eol(), ctx.indent_at(first.start_byte()));
    let fix = ctx.fix("Add null check", Applicability::Unsafe).insert(first.start_byte(), format!("{copy}{gap}"));
    Some(fix.in_bulk(Bulk::Manual).build())
}

/// The name that `if (x == null) return …;` or the like checks, when nothing follows where it is `null`.
fn checked(statement: Node<'_>, text: &str) -> Option<String> {
    if statement.kind() != "if_statement" || statement.field("alternative").is_some() {
        return None;
    }
    let condition = statement.field("condition")?;
    let subject = match condition.kind() {
        "binary_expression" if condition.field("operator")?.text_in(text) == "==" => {
            condition.field("right").filter(|r| r.kind() == "null_literal")?;
            condition.field("left")?
        }
        "is_pattern_expression" if condition.field("pattern")?.text_in(text) == "null" => {
            condition.field("expression")?
        }
        "invocation_expression" => {
            let function = condition.field("function")?.text_in(text);
            let known =
                ["string.IsNullOrEmpty", "string.IsNullOrWhiteSpace", "String.IsNullOrEmpty"].contains(&function);
            let arguments = condition.field("arguments").filter(|_| known)?.named();
            let [only] = arguments.as_slice() else { return None };
            only.named().into_iter().next()?
        }
        _ => return None,
    };
    let body = statement.field("consequence")?;
    let last = if body.kind() == "block" { body.named().into_iter().next_back()? } else { body };
    let leaves = last.is(&["return_statement", "throw_statement", "continue_statement"]);
    (subject.kind() == "identifier" && leaves).then(|| subject.text_in(text).to_owned())
}

/// The statement with another name for the one that it checks. `string.IsNullOrEmpty` is for texts: there the type must be the same.
fn renamed(statement: Node<'_>, old: &str, new: &str, text: &str) -> Option<String> {
    let start = statement.start_byte();
    let mut out = String::new();
    let mut at = start;
    for node in descendants(statement).filter(|n| n.kind() == "identifier" && n.text_in(text) == old) {
        out.push_str(&text[at..node.start_byte()]);
        out.push_str(new);
        at = node.end_byte();
    }
    out.push_str(&text[at..statement.end_byte()]);
    let of_texts = statement.field("condition").is_some_and(|c| c.kind() == "invocation_expression");
    // What says the name in words would be wrong.
    let speaks = descendants(statement).any(|n| n.kind() == "string_literal" && n.text_in(text).contains(old));
    (!of_texts && !speaks && old != new).then_some(out)
}

/// Makes the parameter of the sources nullable that the value is passed to, where it takes `null`.
fn nullable_parameter(ctx: &RuleContext<'_>) -> Option<Fix> {
    let (parameter, method) = (ctx.argument(0)?, ctx.argument(1)?);
    let member = declared(ctx, &without_names(method)?)?;
    let id = member.id.as_ref()?;
    let source = ctx.index.source(&id.path)?;
    let text = source.parsed.text();
    let name = leaf_at(source.parsed.root(), ctx.index.ranges(id)?.name.start)?;
    let function = name.enclosing(&["method_declaration", "constructor_declaration", "indexer_declaration"])?;
    let found =
        parameters(function).into_iter().find(|p| p.field("name").is_some_and(|n| n.text_in(text) == parameter))?;
    let (ty, declared) = (found.field("type")?, found.field("name")?);
    let bound = Modifiers::OVERRIDE | Modifiers::VIRTUAL | Modifiers::ABSTRACT | Modifiers::PARTIAL;
    let interface = type_of(function).is_some_and(|t| t.kind() == "interface_declaration");
    let implements = child_of_kind(function, "explicit_interface_specifier").is_some();
    let model = Semantics::new(ctx.index, &source).csharp();
    let reference = model.written_type(ty).is_some_and(|t| !model.is_value_type(&t)) && ty.kind() != "nullable_type";
    if member.declaration.modifiers.intersects(bound)
        || interface
        || implements
        || !reference
        || function.field("body").is_none()
    {
        return None;
    }
    // An interface may say the same of its own.
    let csharp = ctx.index.csharp();
    let above = csharp
        .all_members(&member.owner, "")
        .iter()
        .any(|m| m.owner.origin != member.owner.origin && m.declaration.name == member.declaration.name);
    if above {
        return None;
    }
    let alone = allows_null(function, text, parameter, declared);
    let safe = if alone { Applicability::Safe } else { Applicability::Unsafe };
    let fix = ctx.fix(format!("Declare parameter '{parameter}' as nullable"), safe);
    if alone {
        return Some(fix.edit_in(&source, TextEdit::insert(ty.end_byte(), "?")).build());
    }
    // With those that it is passed on to.
    let places = parameters_to_annotate(ctx.index, &source, function, found)?;
    let edited = places
        .into_iter()
        .try_fold(fix, |fix, (path, at)| Some(fix.edit_in(&*ctx.index.source(&path)?, TextEdit::insert(at, "?"))));
    edited.map(|fix| fix.build())
}

/// `C.T(string, int)` for `void C.T(string s, int n)`, as this message prints methods.
fn without_names(method: &str) -> Option<String> {
    let open = method.find('(')?;
    let list = method.get(open + 1..method.rfind(')')?)?;
    let name = method[..open].rsplit(' ').next()?;
    let types = split(list).into_iter().map(|p| p.trim().rsplit_once(' ').map_or(p.trim(), |(ty, _)| ty));
    Some(format!("{name}({})", types.collect::<Vec<_>>().join(", ")))
}

/// An empty text instead of none, where the file does that elsewhere.
fn empty_text(ctx: &RuleContext<'_>, value: Node<'_>) -> Option<Fix> {
    let model = ctx.csharp();
    let is_text = model.type_of(value).is_some_and(|t| t.not_null().is("string"));
    let simple =
        value.is(&["identifier", "member_access_expression", "invocation_expression", "element_access_expression"]);
    // As other places of the file do.
    let empty = ["?? string.Empty", "?? \"\""].into_iter().find(|e| ctx.text().contains(e))?;
    let fix = ctx.fix(format!("Use '{empty}'"), Applicability::Unsafe).insert(value.end_byte(), format!(" {empty}"));
    (is_text && simple).then(|| fix.in_bulk(Bulk::Manual).build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled, check_no_fix};
    const DEREFERENCE: &str = "Dereference of a possibly null reference.";

    fn file(members: &str) -> String {
        format!(
            "#nullable enable\nclass U {{ public string? Name; public bool IsOpen() => true; }}\nclass C\n{{\n    {members}\n}}\n"
        )
    }

    #[test]
    fn conditional_access() {
        let rule = rule_of(module_path!());
        for (before, after) in [
            ("void M(U? u) { $0u.IsOpen(); }", "void M(U? u) { u?.IsOpen(); }"),
            ("string? M(U? u) => $0u.Name;", "string? M(U? u) => u?.Name;"),
            ("void M(U? u) { if ($0u.IsOpen()) { } }", "void M(U? u) { if (u?.IsOpen() == true) { } }"),
            (
                "bool M(string? s, bool b) => b && $0s.StartsWith(\"a\");",
                "bool M(string? s, bool b) => b && s?.StartsWith(\"a\") == true;",
            ),
            ("bool M(string? s) => $0s.Trim().Length == 3;", "bool M(string? s) => s?.Trim().Length == 3;"),
        ] {
            check_fix(rule, "CS8602", DEREFERENCE, &file(before), &file(after));
            check_fix_all(rule, "CS8602", DEREFERENCE, &[], &file(before), None);
        }
        for nothing in [
            "int M(string? s) => $0s.Length;",
            "string M(U? u) { return $0u.Name; }",
            "void M(U? u) { $0u.Name = \"a\"; }",
        ] {
            check_no_fix(rule, "CS8602", DEREFERENCE, &file(nothing));
        }
    }

    #[test]
    fn checks_as_the_neighbours_do() {
        let rule = rule_of(module_path!());
        let neighbour =
            "string N(U? x)\n    {\n        if (x is null) return \"\";\n        return x.ToString();\n    }\n    ";
        let before = format!("{neighbour}string M(U? u)\n    {{\n        return $0u.ToString();\n    }}");
        let after = format!(
            "{neighbour}string M(U? u)\n    {{\n        if (u is null) return \"\";\n        return u.ToString();\n    }}"
        );
        check_fix(rule, "CS8602", DEREFERENCE, &file(&before), &file(&after));
        let other = before.replace("string N", "object N");
        check_no_fix(rule, "CS8602", DEREFERENCE, &file(&other));
    }

    #[test]
    fn arguments() {
        let rule = rule_of(module_path!());
        let message = "Possible null reference argument for parameter 's' in 'void C.T(string s)'.";
        let before = "void T(string s) { if (s == null) return; s.Trim(); } void M(string? n) { T($0n); }";
        check_fix_all(
            rule,
            "CS8604",
            message,
            &[],
            &file(before),
            Some(&file(&before.replace("$0", "").replace("T(string s)", "T(string? s)"))),
        );
        let uses = "void T(string s) { s.Trim(); } void M(string? n) { T($0n); } string E(string? s) => s ?? \"\";";
        let title = "Use '?? \"\"'";
        check_fix_titled(rule, "CS8604", message, title, &file(uses), &file(&uses.replace("$0n", "n ?? \"\"")));
    }
}
