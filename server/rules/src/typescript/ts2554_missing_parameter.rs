//! # Call gives more arguments than the function takes
//!
//! If the call is right, a parameter of the function is missing.
//!
//! ```typescript before
//! //@ error TS2554: Expected 1 arguments, but got 2.
//! export function area(width: number) {
//!     return width;
//! }
//! const height = 2;
//! area(1, $0height$0);
//! ```
//! ```typescript after
//! export function area(width: number, height: number) {
//!     return width;
//! }
//! const height = 2;
//! area(1, height);
//! ```
//!
//! The new parameter is offered as required and as optional. Overloads with as many parameters get it too.
//!
//! ## Fix safety
//! `DisplayOnly` for a required parameter, which breaks other calls, and for an optional one that the function would not read: the argument may
//! be the mistake. `Unsafe` for an optional one whose name the function already uses.

use codegen::typescript::stubs::Stubs;
use codegen::typescript::usage::{Speller, suggested_name};
use fix::{Applicability, Fix, RuleContext};
use index::typescript::types;
use index::{DeclarationId, DeclarationKind};
use semantics::typescript::{SemanticModel, Type};
use std::sync::Arc;
use syntax::typescript::{is_member_name, occurrences};
use syntax::{Node, NodeExt};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["TS2554"];

const FUNCTIONS: &[&str] = &[
    "function_declaration",
    "function_expression",
    "arrow_function",
    "method_definition",
    "function_signature",
    "method_signature",
    "abstract_method_signature",
    "generator_function_declaration",
    "generator_function",
];

/// Whether an argument of this type is certainly not assignable to the parameter.
fn clashes(model: &SemanticModel<'_>, given: Option<&Type>, parameter: Node<'_>, text: &str) -> bool {
    const PLAIN: [&str; 4] = ["string", "number", "boolean", "bigint"];
    let Some(given) = given.and_then(|t| model.display(&model.without_literals(t))) else { return false };
    let written = parameter.field("type").map(|t| t.text_in(text).trim_start_matches(':').trim());
    let Some(written) = written else { return false };
    let parts: Vec<String> = types::union(written)
        .into_iter()
        .map(|part| match part.chars().next() {
            Some('"' | '\'' | '`') => "string".to_owned(),
            Some('0'..='9') => "number".to_owned(),
            _ => part.to_owned(),
        })
        .collect();
    let plain = |t: &str| PLAIN.contains(&t);
    plain(&given) && parts.iter().all(|p| plain(p)) && !parts.contains(&given)
}

/// The functions that the callee refers to: the node of each function, with its source.
fn functions(ctx: &RuleContext<'_>, model: &SemanticModel<'_>, callee: Node<'_>) -> Vec<(Arc<index::Source>, usize)> {
    let ts = ctx.index.typescript();
    let text = ctx.text();
    let mut ids: Vec<DeclarationId> = Vec::new();
    let mut out = Vec::new();
    let own = || ctx.index.source(ctx.path());
    match callee.kind() {
        "identifier" => {
            if let Some(binding) = model.binding(callee) {
                let Some(owner) = binding.parent() else { return out };
                if owner.is(&["function_declaration", "function_signature", "generator_function_declaration"]) {
                    let name = callee.text_in(text);
                    let statements = owner
                        .parent()
                        .map(|p| if p.kind() == "export_statement" { p.parent().unwrap_or(p) } else { p });
                    for statement in statements.map(|s| s.named()).unwrap_or_default() {
                        let inner = match statement.kind() {
                            "export_statement" => statement.field("declaration").unwrap_or(statement),
                            _ => statement,
                        };
                        if inner.is(FUNCTIONS) && inner.field("name").is_some_and(|n| n.text_in(text) == name) {
                            out.extend(own().map(|s| (s, inner.start_byte())));
                        }
                    }
                } else if let Some(value) = owner.field("value").filter(|v| v.is(FUNCTIONS)) {
                    out.extend(own().map(|s| (s, value.start_byte())));
                }
                return out;
            }
            ids.extend(ts.resolve(callee.text_in(text), ctx.path(), callee.start_byte()));
        }
        "member_expression" => {
            let symbol = callee.field("property").and_then(|p| model.resolve(p));
            ids.extend(symbol.iter().flat_map(|s| model.declarations(s)));
            // Members of object literals are in no index.
            for (path, range) in symbol.iter().filter(|_| ids.is_empty()).flat_map(|s| model.places(s)) {
                let Some(source) = ctx.index.source(&path).filter(|_| path.as_ref() == ctx.path()) else { continue };
                let leaf = source.parsed.root().descendant_for_byte_range(range.start, range.end);
                let member =
                    leaf.and_then(|l| syntax::ancestors(l).take(2).find(|n| n.is(&["pair", "method_definition"])));
                let function = match member {
                    Some(m) if m.kind() == "pair" => m.field("value").filter(|v| v.is(FUNCTIONS)),
                    member => member,
                };
                if let Some(start) = function.map(|f| f.start_byte()) {
                    out.push((source, start));
                }
            }
        }
        _ => {}
    }
    for id in ids {
        use DeclarationKind::{Field, Function, Method, Variable};
        let fits = ts.declaration(&id).is_some_and(|d| matches!(d.kind, Function | Method | Field | Variable));
        if !fits || !ctx.index.contains(&id.path) || id.path.to_string_lossy().contains("node_modules") {
            continue;
        }
        let (Some(source), Some(ranges)) = (ctx.index.source(&id.path), ctx.index.ranges(&id)) else { continue };
        let root = source.parsed.root();
        let found = root.descendant_for_byte_range(ranges.name.start, ranges.name.end).and_then(|n| n.parent());
        let found =
            found.and_then(|p| if p.is(FUNCTIONS) { Some(p) } else { p.field("value").filter(|v| v.is(FUNCTIONS)) });
        if let Some(start) = found.map(|f| f.start_byte()) {
            out.push((source, start));
        }
    }
    out
}

fn function_at(source: &index::Source, start: usize) -> Option<Node<'_>> {
    let leaf = syntax::leaf_at(source.parsed.root(), start)?;
    syntax::ancestors(leaf).find(|n| n.is(FUNCTIONS) && n.start_byte() == start)
}

fn parameters(function: Node<'_>) -> Vec<Node<'_>> {
    // `x => …`
    if let Some(single) = function.field("parameter") {
        return vec![single];
    }
    let list = function.field("parameters").map(|l| l.named()).unwrap_or_default();
    list.into_iter().filter(|p| p.is(&["required_parameter", "optional_parameter"])).collect()
}

/// Inserts `new` before parameter `at`.
fn insertion(function: Node<'_>, at: usize, new: &str, text: &str) -> Option<TextEdit> {
    if let Some(single) = function.field("parameter") {
        let own = single.text_in(text);
        let list = if at == 0 { format!("({new}, {own})") } else { format!("({own}, {new})") };
        return Some(TextEdit::replace(single.range(), list));
    }
    let all = parameters(function);
    match (all.get(at), all.last()) {
        (Some(next), _) => Some(TextEdit::insert(next.start_byte(), format!("{new}, "))),
        (None, Some(last)) => Some(TextEdit::insert(last.end_byte(), format!(", {new}"))),
        (None, None) => {
            let list = function.field("parameters")?;
            let open = list.child(0).filter(|c| c.kind() == "(")?;
            Some(TextEdit::insert(open.end_byte(), new.to_owned()))
        }
    }
}

fn find(ctx: &RuleContext<'_>) -> Option<Vec<Fix>> {
    let text = ctx.text();
    let at = ctx.diagnostic.range.start;
    let token = ctx.token()?;
    let list =
        syntax::ancestors(token).find(|n| n.kind() == "arguments" && n.named().iter().any(|a| a.start_byte() == at))?;
    let call = list.parent().filter(|c| c.kind() == "call_expression")?;
    let callee = call.field("function")?;
    let model = ctx.typescript();
    let nodes = functions(ctx, &model, callee);
    let most = nodes.iter().filter_map(|(s, at)| Some(parameters(function_at(s, *at)?).len())).max()?;
    let (last_source, last_start) = nodes.last()?;
    let last = function_at(last_source, *last_start)?;
    if nodes.iter().any(|(s, _)| s.path != last_source.path) {
        return None;
    }
    let target = last_source.parsed.text();
    let existing = parameters(last);
    let rest = existing.iter().any(|p| p.field("pattern").is_some_and(|n| n.kind() == "rest_pattern"));
    if rest {
        return None;
    }
    let stubs = Stubs::new(ctx, ctx.root());
    let speller = Speller::new(ctx, &stubs, &last_source.path);
    let mut taken: Vec<String> =
        existing.iter().map(|p| p.field("pattern").unwrap_or(*p).text_in(target).to_owned()).collect();
    let mut new: Vec<(usize, String, String)> = Vec::new();
    let (mut position, mut unnamed) = (0usize, 0usize);
    for argument in list.named() {
        if argument.kind() == "spread_element" {
            return None;
        }
        let ty = model.widened_type_of(argument);
        if let Some(parameter) = existing.get(position)
            && !clashes(&model, ty.as_ref(), *parameter, target)
        {
            position += 1;
            continue;
        }
        let name = suggested_name(argument, text).map(str::to_owned).filter(|n| !taken.contains(n));
        let name = name.unwrap_or_else(|| {
            unnamed += 1;
            format!("p{}", unnamed - 1)
        });
        let spelled = match &ty {
            Some(ty) => speller.spell(ty)?,
            None => "any".to_owned(),
        };
        taken.push(name.clone());
        new.push((position, name, spelled));
    }
    if new.is_empty() || new.len() + most != list.named().len() {
        return None;
    }
    let here = last_source.path.as_ref() == ctx.path();
    // A function that uses the names lost the parameters; another one would only swallow the arguments.
    let reads = |name: &str| {
        let body = last.field("body");
        body.is_some_and(|b| occurrences(b, target, name).into_iter().any(|n| !is_member_name(n)))
    };
    let wanted = match new.iter().all(|(_, name, _)| reads(name)) {
        true => Applicability::Unsafe,
        false => Applicability::DisplayOnly,
    };
    let build = |optional: bool| -> Option<Fix> {
        let what = if new.len() > 1 { "parameters" } else { "parameter" };
        let callee = callee.field("property").unwrap_or(callee).text_in(text);
        let (kind, safety) = if optional { ("optional ", wanted) } else { ("missing ", Applicability::DisplayOnly) };
        let title = format!("Add {kind}{what} to '{callee}'");
        let mut fix = ctx.fix(title, safety);
        for (source, start) in &nodes {
            let function = function_at(source, *start)?;
            let own = parameters(function);
            if own.len() != most {
                continue;
            }
            let mut places: Vec<usize> = new.iter().map(|(p, _, _)| *p).collect();
            places.dedup();
            for place in places {
                if optional && place < own.len() {
                    return None;
                }
                // After an optional parameter only optional ones may follow.
                let optional = optional || own.iter().take(place).any(|p| p.kind() == "optional_parameter");
                let texts: Vec<String> = new
                    .iter()
                    .filter(|(p, _, _)| *p == place)
                    .map(|(_, n, t)| format!("{n}{}: {t}", if optional { "?" } else { "" }))
                    .collect();
                let edit = insertion(function, place, &texts.join(", "), target)?;
                fix = if here { fix.edit(edit) } else { fix.edit_in(source, edit) };
            }
        }
        Some(stubs.imports().into_iter().filter(|_| here).fold(fix, |f, i| f.import(i)).build())
    };
    Some([build(false), build(true)].into_iter().flatten().collect())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_titled, check_no_fix};

    #[test]
    fn methods_and_overloads() {
        let rule = rule_of(module_path!());
        check_fix_titled(
            rule,
            "TS2554",
            "Expected 0 arguments, but got 1.",
            "Add optional parameter to 'm'",
            "class C {\n    m() { }\n    n(a: boolean) { this.m($0a); }\n}\n",
            "class C {\n    m(a?: boolean) { }\n    n(a: boolean) { this.m(a); }\n}\n",
        );
        check_fix_titled(
            rule,
            "TS2554",
            "Expected 1-2 arguments, but got 3.",
            "Add missing parameter to 'f'",
            "function f(a: string): void;\nfunction f(a: string, b: number): void;\nfunction f(a: string, b?: number) { }\nf('', 1, $0'');\n",
            "function f(a: string): void;\nfunction f(a: string, b: number, p0: string): void;\nfunction f(a: string, b?: number, p0?: string) { }\nf('', 1, '');\n",
        );
    }

    #[test]
    fn members_of_objects_and_bare_parameters() {
        for (before, after) in [
            ("const f = x => x;\nf(1, $0'');\n", "const f = (x, p0: string) => x;\nf(1, '');\n"),
            (
                "const o = { f(a: number) { } };\no.f(1, $0'');\n",
                "const o = { f(a: number, p0: string) { } };\no.f(1, '');\n",
            ),
            (
                "const o = { f: (a: number) => 1 };\no.f(1, $0'');\n",
                "const o = { f: (a: number, p0: string) => 1 };\no.f(1, '');\n",
            ),
        ] {
            let title = "Add missing parameter to 'f'";
            check_fix_titled(
                rule_of(module_path!()),
                "TS2554",
                "Expected 1 arguments, but got 2.",
                title,
                before,
                after,
            );
        }
    }

    #[test]
    fn library_functions_take_what_they_take() {
        check_no_fix(rule_of(module_path!()), "TS2554", "Expected 1 arguments, but got 2.", "parseFloat('1', $02);\n");
    }
}
