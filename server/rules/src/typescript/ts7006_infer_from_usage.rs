//! # Type is implicitly `any`
//!
//! Under `noImplicitAny`, parameters, variables and members need a type annotation where no type can be inferred. Often their uses imply it.
//!
//! ```typescript before
//! //@ error TS7006: Parameter 'name' implicitly has an 'any' type.
//! //@ options: --strict
//! export function greet($0name$0, times) {
//!     return times * 2 + name.toUpperCase();
//! }
//! greet("x", 2);
//! ```
//! ```typescript after
//! export function greet(name: string, times: number) {
//!     return times * 2 + name.toUpperCase();
//! }
//! greet("x", 2);
//! ```
//!
//! All parameters of the function are annotated at once, from the calls in the same file and from the function's body.
//!
//! ## Fix safety
//! `Unsafe`: uses show what the code needs now, not what was intended. Where they imply nothing, `any` is offered as a suppression.

use codegen::typescript::infer::{Infer, Usage};
use codegen::typescript::stubs::{CLASSES, Stubs};
use fix::{Applicability, Bulk, Fix, RuleContext};
use syntax::typescript::{FUNCTIONS, occurrences};
use syntax::{Node, NodeExt, ancestors};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &[
    "TS2683", "TS7005", "TS7006", "TS7008", "TS7010", "TS7019", "TS7032", "TS7033", "TS7034", "TS7043", "TS7044",
    "TS7045", "TS7046", "TS7047", "TS7048", "TS7049",
];

fn parameters(function: Node<'_>) -> Vec<Node<'_>> {
    let list = function.field("parameters").map(|l| l.named()).unwrap_or_default();
    list.into_iter().filter(|p| p.is(&["required_parameter", "optional_parameter"])).collect()
}

/// Calls of a function or constructor in its own file, and whether it has a name by which it can be called.
fn calls(infer: &Infer<'_, '_>, function: Node<'_>, root: Node<'_>, text: &str) -> Option<Usage> {
    let by_member = |name: &str, class: Option<Node<'_>>| {
        let class = class?.field("name").map(|n| n.text_in(text).to_owned());
        let uses: Vec<Node<'_>> = occurrences(root, text, name)
            .into_iter()
            .filter_map(|n| n.parent().filter(|p| p.kind() == "member_expression" && p.field("property") == Some(n)))
            .filter(|m| {
                let object = m.field("object");
                let model = infer.stubs.model();
                let named = object.and_then(|o| model.named_type(&model.type_of(o)?));
                named.is_some_and(|(symbol, _)| class.as_deref() == Some(symbol.name()))
            })
            .collect();
        Some(infer.usage(&uses))
    };
    match function.kind() {
        "function_declaration" | "generator_function_declaration" => {
            let name = function.field("name")?;
            Some(infer.usage(&infer.uses(name, root)))
        }
        "arrow_function" | "function_expression" => {
            let holder = function.parent().filter(|p| p.field("value") == Some(function))?;
            let name = holder.field("name")?;
            match holder.kind() {
                "variable_declarator" => Some(infer.usage(&infer.uses(name, root))),
                "public_field_definition" => by_member(name.text_in(text), function.enclosing(CLASSES)),
                _ => None,
            }
        }
        "method_signature" => {
            by_member(function.field("name")?.text_in(text), function.enclosing(&["interface_declaration"]))
        }
        "method_definition" => {
            let class = ancestors(function).find(|n| n.is_named() && n.is(CLASSES))?;
            let name = function.field("name")?.text_in(text);
            if name == "constructor" {
                let class_name = class.field("name")?.text_in(text);
                let uses: Vec<Node<'_>> = occurrences(root, text, class_name)
                    .into_iter()
                    .filter(|n| {
                        n.parent().is_some_and(|p| p.kind() == "new_expression" && p.field("constructor") == Some(*n))
                    })
                    .collect();
                return Some(infer.usage(&uses));
            }
            by_member(name, Some(class))
        }
        _ => None,
    }
}

struct Annotations<'t> {
    edits: Vec<TextEdit>,
    /// The annotations as tags of a documentation comment, for JavaScript, and the node of that comment.
    tags: Vec<String>,
    anchor: Option<Node<'t>>,
    /// The annotations as comments in the parameter list, for functions without documentation.
    inline: Vec<TextEdit>,
    /// Whether the type of the diagnostic's declaration was found.
    known: bool,
    /// Whether an object type was inferred from the properties that are read: the type of the actual values may have other members.
    shape: bool,
}

/// The statement or member that has the function's documentation comment.
fn documented<'t>(node: Node<'t>) -> Option<Node<'t>> {
    let mut node = node;
    for _ in 0..4 {
        let parent = node.parent()?;
        if parent.is(&["program", "statement_block", "class_body", "object"]) {
            return Some(node);
        }
        node = parent;
    }
    None
}

/// Adds `tags` to the documentation comment of `anchor`, or to a new one.
fn documentation(ctx: &RuleContext<'_>, anchor: Node<'_>, tags: &[String]) -> Option<TextEdit> {
    let text = ctx.text();
    let (eol, indent) = (ctx.eol(), ctx.indent_at(anchor.start_byte()));
    let mut tags = tags.to_vec();
    let mut lines: Vec<String> = Vec::new();
    let mut changed = false;
    let existing = anchor.prev_sibling().filter(|c| c.kind() == "comment" && c.text_in(text).starts_with("/**"));
    if let Some(comment) = existing {
        let inner = comment.text_in(text).strip_prefix("/**")?.strip_suffix("*/")?;
        let trimmed = inner.lines().map(|l| l.trim().trim_start_matches('*').trim());
        lines.extend(trimmed.filter(|l| !l.is_empty()).map(str::to_owned));
        // A tag for the same name without a type takes the type; what has one is not said again.
        let target = |t: &str| {
            let rest = t.strip_prefix("@param ").or(t.strip_prefix("@this ")).or(t.strip_prefix("@type "));
            let after = rest.or(t.strip_prefix("@returns ")).unwrap_or(t);
            let after = after.trim_start().strip_prefix('{').and_then(|a| a.rsplit_once('}')).map_or(after, |(_, n)| n);
            let name = after.split_whitespace().next().unwrap_or_default().trim_matches(['[', ']']);
            (t.split_whitespace().next().unwrap_or_default().to_owned(), name.to_owned())
        };
        tags.retain(|tag| {
            let wanted = target(tag);
            let same = lines.iter_mut().find(|l| l.starts_with('@') && target(l) == wanted);
            match same {
                Some(line) if line.contains('{') || wanted.0 != "@param" => false,
                Some(line) => {
                    let (typed, rest) = (tag.clone(), line["@param".len()..].trim_start().to_owned());
                    let comment = rest.strip_prefix(wanted.1.as_str()).unwrap_or_default();
                    *line = format!("{typed}{comment}");
                    changed = true;
                    false
                }
                None => true,
            }
        });
        if tags.is_empty() && !changed {
            return None;
        }
    }
    lines.extend(tags);
    let mut new = format!("/**{eol}");
    for line in lines {
        new.push_str(&format!("{indent} * {line}{eol}"));
    }
    new.push_str(&format!("{indent} */"));
    Some(match existing {
        Some(comment) => TextEdit::replace(comment.range(), new),
        None => TextEdit::insert(anchor.start_byte(), format!("{new}{eol}{indent}")),
    })
}

/// Types for all unannotated parameters of `function`.
fn annotate_parameters<'t>(
    infer: &Infer<'_, '_>,
    function: Node<'t>,
    root: Node<'_>,
    text: &str,
    asked: &str,
) -> Option<Annotations<'t>> {
    let usage = calls(infer, function, root, text);
    let own = function.parent().is_some_and(|p| {
        p.is(&["variable_declarator", "pair", "public_field_definition"])
            || p.kind() == "export_statement" && function.kind() == "function_expression"
    });
    let nameless = function.is(&["arrow_function", "function_expression"]) && !own;
    let anchor = documented(function).filter(|_| !nameless);
    let mut out =
        Annotations { edits: Vec::new(), tags: Vec::new(), anchor, inline: Vec::new(), known: false, shape: false };
    if let Some(single) = function.field("parameter") {
        let mut all = infer.variable(single, function);
        all.extend(usage.iter().flat_map(|u| &u.calls).filter_map(|c| c.arguments.first().cloned()));
        let ty = infer.combine(all);
        out.known = ty != "any";
        out.shape = is_shape(&ty);
        out.tags.push(format!("@param {{{ty}}} {}", single.text_in(text)));
        out.inline.push(TextEdit::replace(single.range(), format!("(/** @type {{{ty}}} */ {})", single.text_in(text))));
        out.edits.push(TextEdit::replace(single.range(), format!("({}: {ty})", single.text_in(text))));
        return Some(out);
    }
    for (i, parameter) in parameters(function).into_iter().enumerate() {
        let pattern = parameter.field("pattern")?;
        if parameter.field("type").is_some() || parameter.field("value").is_some() || pattern.kind() == "this" {
            continue;
        }
        let rest = pattern.kind() == "rest_pattern";
        let name = if rest { pattern.named().first().copied()? } else { pattern };
        if name.kind() != "identifier" {
            continue;
        }
        let mut all: Vec<String> = Vec::new();
        for call in usage.iter().flat_map(|u| &u.calls) {
            match call.arguments.get(i..) {
                Some(given) if rest => all.extend(given.iter().cloned()),
                Some([first, ..]) => all.push(first.clone()),
                _ if !rest && parameter.kind() != "optional_parameter" => all.push("undefined".to_owned()),
                _ => {}
            }
        }
        let inner = infer.variable(name, function);
        if rest {
            all.extend(inner.iter().filter_map(|t| index::typescript::types::element(t)).map(str::to_owned));
        } else {
            all.extend(inner);
        }
        let mut ty = infer.combine(all);
        out.shape |= is_shape(&ty);
        if name.text_in(text) == asked {
            out.known = ty != "any";
        }
        if rest {
            ty = index::typescript::types::array_of(&ty);
        }
        let name = name.text_in(text);
        let few = usage.iter().flat_map(|u| &u.calls).any(|c| c.arguments.len() <= i) && !rest;
        let shown = if few { format!("[{name}]") } else { name.to_owned() };
        out.tags.push(format!("@param {{{ty}}} {shown}"));
        out.inline.push(TextEdit::insert(pattern.start_byte(), format!("/** @type {{{ty}}} */ ")));
        let mark = parameter.all_children().into_iter().find(|c| c.kind() == "?");
        let end = mark.map_or(pattern.end_byte(), |m| m.end_byte());
        out.edits.push(TextEdit::insert(end, format!(": {ty}")));
    }
    (!out.edits.is_empty()).then_some(out)
}

fn is_empty_array(value: Node<'_>) -> bool {
    value.kind() == "array" && value.named().is_empty()
}

/// Whether a type is an inferred object type.
fn is_shape(ty: &str) -> bool {
    ty.starts_with('{') && ty != "{}"
}

/// Types implied by the uses of a class member in its own file.
fn member_types(infer: &Infer<'_, '_>, name: Node<'_>, root: Node<'_>, text: &str) -> Vec<String> {
    let uses: Vec<Node<'_>> = occurrences(root, text, name.text_in(text))
        .into_iter()
        .filter(|n| *n != name)
        .filter_map(|n| n.parent().filter(|p| p.kind() == "member_expression" && p.field("property") == Some(n)))
        .collect();
    infer.types(&infer.usage(&uses))
}

/// The type of `this` in a function: that of the object that the function is a member of.
fn this_type(infer: &Infer<'_, '_>, function: Node<'_>, root: Node<'_>, text: &str) -> String {
    let Some(name) = function.field("name") else { return "any".to_owned() };
    for use_ in infer.uses(name, root) {
        let object = match use_.parent() {
            Some(field) if field.kind() == "public_field_definition" && field.field("value") == Some(use_) => {
                let class = field.enclosing(CLASSES).and_then(|c| c.field("name"));
                match class {
                    Some(name) => return name.text_in(text).to_owned(),
                    None => None,
                }
            }
            Some(pair) if pair.kind() == "pair" && pair.field("value") == Some(use_) => pair.parent(),
            Some(object) if use_.kind() == "shorthand_property_identifier" => Some(object),
            _ => None,
        };
        let Some(holder) = object.and_then(|o| o.parent()) else { continue };
        if holder.kind() == "variable_declarator"
            && let Some(written) = holder.field("type")
        {
            return written.text_in(text).trim_start_matches(':').trim().to_owned();
        }
        if holder.is(&["variable_declarator", "assignment_expression"])
            && !is_typed_in_comment(holder, text)
            && let Some(ty) = object.and_then(|o| infer.stubs.model().widened_type_of(o))
            && let Some(written) = infer.stubs.write_type(&ty)
        {
            return written;
        }
        if holder.is(&["variable_declarator", "assignment_expression"])
            && !is_typed_in_comment(holder, text)
            && let Some(written) = object.and_then(|o| with_itself(infer, o, name, text))
        {
            return written;
        }
    }
    "any".to_owned()
}

/// Whether a documentation comment contains the type of a declaration or assignment.
fn is_typed_in_comment(holder: Node<'_>, text: &str) -> bool {
    let comment = documented(holder).and_then(|n| n.prev_sibling()).filter(|c| c.kind() == "comment");
    comment.is_some_and(|c| c.text_in(text).contains("@type"))
}

/// The type of an object that contains the function `name`, whose parameters are not typed yet.
fn with_itself(infer: &Infer<'_, '_>, object: Node<'_>, name: Node<'_>, text: &str) -> Option<String> {
    let function = name.parent()?;
    let parameters = parameters(function).into_iter().map(|p| p.field("pattern").unwrap_or(p).text_in(text));
    let own = format!("({}) => any", parameters.map(|p| format!("{p}: any")).collect::<Vec<_>>().join(", "));
    let mut members = Vec::new();
    for entry in object.named() {
        let (key, value) = match entry.kind() {
            "pair" => (entry.field("key")?, entry.field("value")?),
            "shorthand_property_identifier" => (entry, entry),
            _ => return None,
        };
        let itself = value.text_in(text) == name.text_in(text);
        let ty = if itself { own.clone() } else { infer.written(value) };
        members.push(format!("{}: {ty};", key.text_in(text)));
    }
    Some(format!("{{ {} }}", members.join(" ")))
}

/// Whether the parameter's function is in a position with a contextual type: an argument, an object member, a return value. If the parameter still
/// has no type, another error is the cause, and its fix provides the type.
fn is_typed_by_context(parameter: Node<'_>) -> bool {
    let function = ancestors(parameter)
        .find(|n| n.is(&["arrow_function", "function_expression", "method_definition", "function_declaration"]));
    let Some(function) = function.filter(|f| f.kind() != "function_declaration") else { return false };
    let mut function = function;
    for _ in 0..8 {
        let Some(parent) = function.parent() else { return false };
        match parent.kind() {
            "arguments" | "object" | "pair" | "array" => return true,
            "variable_declarator" | "public_field_definition" => return parent.field("type").is_some(),
            // What an outer function gives is typed by what that one is to give.
            "return_statement" | "arrow_function" => {
                let Some(outer) = ancestors(parent).find(|n| n.is(FUNCTIONS)) else { return false };
                if outer.field("return_type").is_some() {
                    return true;
                }
                function = outer;
            }
            _ => return false,
        }
    }
    false
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let script = ["js", "jsx", "mjs", "cjs"];
    let script = ctx.path().extension().is_some_and(|e| script.iter().any(|s| e == *s));
    let root = ctx.root();
    let stubs = Stubs::new(ctx, token);
    let strict = ctx.index.typescript().project(ctx.path()).flag("strictNullChecks");
    let infer = Infer { stubs: &stubs, strict };
    let name = token.text_in(text);
    // The parameter of a setter has the type of its property.
    let setter = token.enclosing(&["method_definition"]).filter(|m| {
        let parameter = token.enclosing(&["required_parameter"]).and_then(|p| p.parent());
        syntax::child_of_kind(*m, "set").is_some() && parameter.is_some() && m.field("parameters") == parameter
    });
    let code = if setter.is_some() && *ctx.code() == "TS7006" { "TS7032" } else { ctx.code().as_str() };
    let (title, found) = match code {
        "TS7006" | "TS7019" | "TS7044" | "TS7047" => {
            const SIGNATURES: &[&str] = &["method_signature", "abstract_method_signature", "function_signature"];
            let function = ancestors(token).find(|n| n.is(FUNCTIONS) || n.is(SIGNATURES))?;
            let asked = ctx.argument(0).unwrap_or(name);
            (
                format!("Infer parameter types from usage: '{asked}'"),
                annotate_parameters(&infer, function, root, text, asked)?,
            )
        }
        "TS7005" | "TS7034" | "TS7043" | "TS7046" => {
            let declared = match token.parent().filter(|p| p.kind() == "variable_declarator") {
                Some(_) => token,
                None => stubs.model().binding(token)?,
            };
            let owner = declared.parent()?;
            if owner.kind() != "variable_declarator" || owner.field("type").is_some() {
                return None;
            }
            // What it begins with is one of its types.
            let mut all = infer.variable(declared, root);
            all.extend(owner.field("value").filter(|v| !is_empty_array(*v)).map(|v| infer.written(v)));
            if all.is_empty() && owner.field("value").is_some_and(is_empty_array) {
                all.push("any[]".to_owned());
            }
            let ty = infer.combine(all);
            let known = ty != "any";
            let edits = vec![TextEdit::insert(declared.end_byte(), format!(": {ty}"))];
            let (tags, anchor) = (vec![format!("@type {{{ty}}}")], documented(owner));
            (
                format!("Infer type of '{name}' from usage"),
                Annotations { edits, tags, anchor, inline: Vec::new(), known, shape: false },
            )
        }
        "TS7008" | "TS7045" if script => {
            let access = ancestors(token).find(|n| n.kind() == "member_expression")?;
            let property = access.field("property")?;
            let mut all = member_types(&infer, property, root, text);
            let value = access.parent().and_then(|a| a.field("right"));
            all.extend(value.map(|v| infer.written(v)));
            let ty = infer.combine(all);
            let (tags, anchor, known) = (vec![format!("@type {{{ty}}}")], documented(access), ty != "any");
            let title = format!("Infer type of '{}' from usage", property.text_in(text));
            (title, Annotations { edits: Vec::new(), tags, anchor, inline: Vec::new(), known, shape: false })
        }
        "TS7008" | "TS7045" => {
            let member = token.parent().filter(|p| p.is(&["public_field_definition", "property_signature"]))?;
            // `null` and `[]` say nothing about what comes later.
            let telling = |v: &Node<'_>| !v.is(&["null", "undefined"]) && !is_empty_array(*v);
            if member.field("type").is_some() || member.field("value").as_ref().is_some_and(telling) {
                return None;
            }
            let ty = infer.combine(member_types(&infer, token, root, text));
            let mark = member.all_children().into_iter().find(|c| c.is(&["?", "!"]));
            let end = mark.map_or(token.end_byte(), |m| m.end_byte());
            let known = ty != "any";
            let edits = vec![TextEdit::insert(end, format!(": {ty}"))];
            let (tags, anchor) = (Vec::new(), None);
            (
                format!("Infer type of '{name}' from usage"),
                Annotations { edits, tags, anchor, inline: Vec::new(), known, shape: false },
            )
        }
        "TS7010" | "TS7032" | "TS7033" | "TS7048" | "TS7049" => {
            let method = token.enclosing(&["method_definition", "method_signature", "abstract_method_signature"])?;
            let accessor = method.all_children().into_iter().find(|c| c.is(&["get", "set"]))?.kind();
            let name = method.field("name")?;
            let mut all = member_types(&infer, name, root, text);
            let parameter = parameters(method).first().copied();
            let end = if accessor == "get" {
                if method.field("return_type").is_some() {
                    return None;
                }
                method.field("parameters")?.end_byte()
            } else {
                let parameter = parameter.filter(|p| p.field("type").is_none())?;
                let pattern = parameter.field("pattern")?;
                all.extend(infer.variable(pattern, method));
                pattern.end_byte()
            };
            let ty = infer.combine(all);
            let known = ty != "any";
            let edits = vec![TextEdit::insert(end, format!(": {ty}"))];
            let tag = match parameter.and_then(|p| p.field("pattern")).filter(|_| accessor == "set") {
                Some(pattern) => format!("@param {{{ty}}} {}", pattern.text_in(text)),
                None => format!("@returns {{{ty}}}"),
            };
            let (tags, anchor) = (vec![tag], documented(method));
            let title = format!("Infer type of '{}' from usage", name.text_in(text));
            (title, Annotations { edits, tags, anchor, inline: Vec::new(), known, shape: false })
        }
        _ => {
            let function = ancestors(token).find(|n| n.is(FUNCTIONS) && n.kind() != "arrow_function")?;
            let list = function.field("parameters")?;
            if function.kind() == "method_definition" || !list.text_in(text).starts_with('(') {
                return None;
            }
            let ty = this_type(&infer, function, root, text);
            let comma = if list.named().is_empty() { "" } else { ", " };
            let known = ty != "any";
            let edits = vec![TextEdit::insert(list.start_byte() + 1, format!("this: {ty}{comma}"))];
            let (tags, anchor) = (vec![format!("@this {{{ty}}}")], documented(function));
            (
                "Infer 'this' from usage".to_owned(),
                Annotations { edits, tags, anchor, inline: Vec::new(), known, shape: false },
            )
        }
    };
    let edits = match (script, found.anchor) {
        (false, _) => found.edits,
        (true, Some(anchor)) if !found.tags.is_empty() => vec![documentation(ctx, anchor, &found.tags)?],
        (true, None) if !found.inline.is_empty() => found.inline,
        (true, _) => return None,
    };
    let fix = edits.into_iter().fold(ctx.fix(title, Applicability::Unsafe), |fix, e| fix.edit(e));
    let fix = if found.known { fix.preferred() } else { fix.suppression() };
    let by_hand = found.shape || is_typed_by_context(token) || is_told_apart(token, text);
    let fix = fix.in_bulk(if by_hand { Bulk::Manual } else { Bulk::Repair });
    Some(stubs.imports().into_iter().fold(fix, |fix, i| fix.import(i)).build())
}

/// Whether the function tells apart what the parameter at `token` is (`value is T`): it is there to be given other things than it looks for.
fn is_told_apart(token: Node<'_>, text: &str) -> bool {
    let returns = token.enclosing(FUNCTIONS).and_then(|f| f.field("return_type"));
    let predicate = returns.filter(|r| r.is(&["type_predicate_annotation", "asserts_annotation"]));
    predicate.is_some_and(|p| !occurrences(p, text, token.text_in(text)).is_empty())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    fn parameter(before: &str, after: &str) {
        let message = "Parameter 'p' implicitly has an 'any' type.";
        check_fix(rule_of(module_path!()), "TS7006", message, before, after);
    }

    #[test]
    fn patterns_constructions_and_untyped_callbacks() {
        parameter(
            "function f($0p) { const { a, b: c } = p; }\n",
            "function f(p: { a: any; b: any; }) { const { a, b: c } = p; }\n",
        );
        parameter("function f($0p) { new p(1); }\n", "function f(p: new (arg0: number) => any) { new p(1); }\n");
        parameter(
            "function f($0p) { p((a, ...b) => { }); }\n",
            "function f(p: (arg0: (a: any, ...b: any[]) => void) => void) { p((a, ...b) => { }); }\n",
        );
        let array = "let $0p = [];\np.push(1);\nfunction f() { return p; }\n";
        let message = "Variable 'p' implicitly has type 'any[]' in some locations where its type cannot be determined.";
        check_fix(rule_of(module_path!()), "TS7034", message, array, &array.replace("$0p =", "p: number[] ="));
    }

    #[test]
    fn a_type_guard_is_given_other_things() {
        let offer = |code: &str| {
            let index = index::Index::in_memory([("/main.ts", code)]);
            let path = std::path::Path::new("/main.ts");
            let source = index.source(path).expect("a source");
            let leaf = syntax::leaf_at(source.parsed.root(), code.find("value").expect("marked")).expect("a leaf");
            super::is_told_apart(leaf, code)
        };
        assert!(offer("function f(value): value is E { return value === E.A; }"));
        assert!(!offer("function f(value, o): o is E { return value === E.A; }"));
        assert!(!offer("function f(value): boolean { return value === E.A; }"));
    }

    #[test]
    fn modules_are_written_as_they_are_imported() {
        check_fix(
            rule_of(module_path!()),
            "TS7006",
            "Parameter 'val' implicitly has an 'any' type.",
            "//- /src/a.ts\nexport class D {}\n//- /src/b.ts\nexport class C {\n    set x($0val) { val; }\n    m() { this.x = import('./a'); }\n}\n",
            "//- /src/b.ts\nexport class C {\n    set x(val: Promise<typeof import(\"./a\")>) { val; }\n    m() { this.x = import('./a'); }\n}\n",
        );
    }

    #[test]
    fn parameters_by_calls_properties_and_operators() {
        parameter(
            "function f($0p, q) { q.b.c(1); }\nf('', 0);",
            "function f(p: string, q: number) { q.b.c(1); }\nf('', 0);",
        );
        parameter(
            "function f($0p) { const r: number = p.a.b('x'); p.c++; return r; }",
            "function f(p: { a: { b: (arg0: string) => number; }; c: number; }) { const r: number = p.a.b('x'); p.c++; return r; }",
        );
        parameter("function f($0p) { return p.push(1) }", "function f(p: number[]) { return p.push(1) }");
        parameter("const f = $0p => p - 1;", "const f = (p: number) => p - 1;");
        parameter(
            "class C { m($0p) { } n() { this.m(true); } }",
            "class C { m(p: boolean) { } n() { this.m(true); } }",
        );
    }

    #[test]
    fn variables_and_members() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS7034",
            "Variable 'v' implicitly has type 'any' in some locations where its type cannot be determined.",
            "let $0v;\nfunction f() { v += 2; }\n",
            "let v: number;\nfunction f() { v += 2; }\n",
        );
        check_fix(
            rule,
            "TS7008",
            "Member 'm' implicitly has an 'any' type.",
            "class C { $0m; f() { this.m = ''; } }",
            "class C { m: string; f() { this.m = ''; } }",
        );
    }

    #[test]
    fn javascript_says_types_in_comments() {
        check_fix(
            rule_of(module_path!()),
            "TS7006",
            "Parameter 'b' implicitly has an 'any' type.",
            "//- /main.js\nclass C {\n    /** Does it. */\n    m(a, $0b) { return a * 2 + b.c; }\n}\n",
            "//- /main.js\nclass C {\n    /**\n     * Does it.\n     * @param {number} a\n     * @param {{ c: number; }} b\n     */\n    m(a, b) { return a * 2 + b.c; }\n}\n",
        );
    }

    #[test]
    fn documentation_that_is_there_gets_what_it_lacks() {
        check_fix(
            rule_of(module_path!()),
            "TS7006",
            "Parameter 'b' implicitly has an 'any' type.",
            "//- /a.js\n/**\n * @param {number} a - first\n * @param b second\n */\nfunction f(a, $0b) { }\nf(1, 's');\n",
            "//- /a.js\n/**\n * @param {number} a - first\n * @param {string} b second\n */\nfunction f(a, b) { }\nf(1, 's');\n",
        );
    }

    #[test]
    fn setters_initial_values_and_the_object_around() {
        let rule = rule_of(module_path!());
        check_fix(
            rule,
            "TS7006",
            "Parameter 'v' implicitly has an 'any' type.",
            "class C { set p($0v) { } }\nnew C().p = 1;\n",
            "class C { set p(v: number) { } }\nnew C().p = 1;\n",
        );
        check_fix(
            rule,
            "TS7034",
            "Variable 'x' implicitly has type 'any' in some locations where its type cannot be determined.",
            "let $0x = null;\nfunction f() { x = 2; }\n//- /tsconfig.json\n{ \"compilerOptions\": { \"strict\": true } }\n",
            "let x: number | null = null;\nfunction f() { x = 2; }\n",
        );
        check_fix(
            rule,
            "TS2683",
            "'this' implicitly has type 'any' because it does not have a type annotation.",
            "function get() { return $0this.size; }\nlet box;\nbox = { size: 1, get: get };\n",
            "function get(this: { size: number; get: () => any; }) { return this.size; }\nlet box;\nbox = { size: 1, get: get };\n",
        );
    }

    #[test]
    fn patterns_stay() {
        check_no_fix(
            rule_of(module_path!()),
            "TS7008",
            "Member 'm' implicitly has an 'any' type.",
            "class C { $0m = 1; }",
        );
    }
}
