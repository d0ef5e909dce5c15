//! # Uninitialized property
//!
//! With `strictPropertyInitialization` a property must have a value at the end of the constructor.
//!
//! ```typescript before
//! //@ error TS2564: Property 'name' has no initializer and is not definitely assigned in the constructor.
//! //@ options: --strict
//! export class User {
//!     $0name$0: string;
//!     constructor(name: string) {
//!     }
//! }
//! ```
//! ```typescript after
//! export class User {
//!     name: string;
//!     constructor(name: string) {
//!         this.name = name;
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when the constructor has a parameter of the same name and type that it does not use, or only passes to the base class, and the
//! file has no other unused declaration: then the parameter is intended for the property.
//! `Unsafe` for an initializer with an empty value. Adding `undefined` to the type is display only, because every use must then handle it.
//! The definite assignment assertion `!` only silences the compiler and is marked as a suppression.

use codegen::typescript::stubs::CLASSES;
use fix::{Applicability, Fix, RuleContext};
use index::{DeclarationKind, Modifiers};
use syntax::typescript::is_identifier;
use syntax::{Node, NodeExt, child_of_kind, has_child_token};

pub(crate) const CODES: &[&str] = &["TS2564"];

/// The obvious empty value of a type, if there is one.
pub(super) fn empty_value(ctx: &RuleContext<'_>, declared: Node<'_>, depth: u8) -> Option<String> {
    let text = ctx.text();
    let mark = codegen::typescript::edit::quote_of(ctx);
    Some(match declared.kind() {
        "predefined_type" => match declared.text_in(text) {
            "string" => format!("{mark}{mark}"),
            "number" => "0".to_owned(),
            "boolean" => "false".to_owned(),
            _ => return None,
        },
        "literal_type" => match declared.text_in(text) {
            "null" | "undefined" => return None,
            literal => literal.to_owned(),
        },
        "array_type" => "[]".to_owned(),
        "union_type" if depth < 8 => {
            let parts = declared.named();
            // The compiler represents `boolean` as the union of its two values, which come first in a union after `null` and `undefined`.
            let boolean = parts.iter().find(|p| matches!(p.text_in(text), "boolean" | "false"));
            if boolean.is_some() {
                return Some("false".to_owned());
            }
            parts.into_iter().find_map(|member| empty_value(ctx, member, depth + 1))?
        }
        "generic_type" => {
            let name = declared.field("name")?.text_in(text);
            match name {
                "Array" | "ReadonlyArray" => "[]".to_owned(),
                "Map" | "Set" | "WeakMap" | "WeakSet" => format!("new {name}()"),
                _ => return None,
            }
        }
        _ => return None,
    })
}

/// Whether a statement only stores a variable in a property: `this.a = a`.
fn is_field_assignment(statement: Node<'_>) -> bool {
    let assignment = statement.named().into_iter().next().filter(|a| a.kind() == "assignment_expression");
    let sides = assignment.and_then(|a| Some((a.field("left")?, a.field("right")?)));
    sides.is_some_and(|(left, right)| {
        left.field("object").is_some_and(|o| o.kind() == "this") && right.kind() == "identifier"
    })
}

/// Adds `this.name = name` to the constructor with a parameter of that name and type.
fn assignment(ctx: &RuleContext<'_>, field: Node<'_>, name: Node<'_>, declared: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let class = field.parent()?;
    let bare = name.text_in(text).trim_start_matches(['#', '_']);
    let mut constructors = class.named().into_iter().filter(|m| {
        m.kind() == "method_definition" && m.field("name").is_some_and(|n| n.text_in(text) == "constructor")
    });
    let constructor = constructors.next_back()?;
    let body = constructor.field("body")?;
    let parameter = constructor.field("parameters")?.named().into_iter().find(|p| {
        p.kind() == "required_parameter"
            && p.field("pattern").is_some_and(|n| n.text_in(text).trim_start_matches('_') == bare)
            && p.field("type")
                .and_then(|t| t.named().into_iter().next())
                .is_some_and(|t| t.text_in(text) == declared.text_in(text))
            && !["accessibility_modifier", "readonly"].iter().any(|k| child_of_kind(*p, k).is_some())
    })?;
    let local = parameter.field("pattern")?.text_in(text);
    // A parameter that is passed to the base class may be stored here too. Any other use may be its only purpose.
    let uses = syntax::typescript::occurrences(body, text, local);
    let unused = uses.iter().filter(|n| n.is(&["identifier", "shorthand_property_identifier"])).all(|n| {
        syntax::ancestors(*n)
            .any(|c| c.kind() == "call_expression" && c.field("function").is_some_and(|f| f.kind() == "super"))
    });
    // Another unused declaration may have been part of the missing assignment.
    let others_unused = ctx.diagnostics.in_file(ctx.path()).iter().any(|d| {
        matches!(d.code.as_str(), "TS6133" | "TS6192" | "TS6196")
            && d.argument(0) != Some(local)
            && d.argument(0) != Some(name.text_in(text))
    });
    let unused = unused && !others_unused;
    let statement = format!("this.{} = {local}", name.text_in(text));
    let others = body.named();
    let semicolons = others.last().map_or(text.contains(";\n"), |s| s.text_in(text).ends_with(';'));
    let statement = if semicolons { statement + ";" } else { statement };
    let (eol, unit) = (ctx.eol(), ctx.indent_unit());
    let indent = ctx.indent_at(constructor.start_byte());
    let fix = ctx.fix(
        format!("Initialize property '{}' in the constructor", name.text_in(text)),
        if unused { Applicability::Safe } else { Applicability::Unsafe },
    );
    // The rest of the constructor may need the property: insert after the `super()` call and after statements that only store values.
    let calls_base = |s: &Node<'_>| s.text_in(text).starts_with("super(");
    let base = others.iter().position(calls_base).map_or(0, |i| i + 1);
    let assignments = others[base..].iter().take_while(|s| is_field_assignment(**s)).count();
    let fix = match (others.get(..base + assignments).and_then(|before| before.last()), others.first()) {
        (Some(last), _) => {
            let own = ctx.indent_at(last.start_byte()).to_owned();
            fix.insert(last.end_byte(), format!("{eol}{own}{statement}"))
        }
        (None, Some(first)) => {
            let own = ctx.indent_at(first.start_byte()).to_owned();
            fix.insert(first.start_byte(), format!("{statement}{eol}{own}"))
        }
        (None, None) => fix.replace(body.byte_range(), format!("{{{eol}{indent}{unit}{statement}{eol}{indent}}}")),
    };
    Some(fix.preferred().isolated(format!("constructor:{}:{}", ctx.path().display(), body.start_byte())).build())
}

/// `new C` for a class that can be constructed without arguments.
fn instance(ctx: &RuleContext<'_>, declared: Node<'_>) -> Option<String> {
    let name = declared.text_in(ctx.text());
    // An object that makes another one of its kind never ends.
    if declared.enclosing(CLASSES).and_then(|c| c.field("name")).is_some_and(|n| n.text_in(ctx.text()) == name) {
        return None;
    }
    let ts = ctx.index.typescript();
    let ids = ts.resolve(name, ctx.path(), declared.start_byte());
    let [id] = ids.as_slice() else { return None };
    let class = ts.declaration(id).filter(|d| d.kind == DeclarationKind::Class)?;
    let members = ts.all_members(id);
    let constructor = members.iter().find(|m| m.declaration.kind == DeclarationKind::Constructor);
    let takes = constructor.is_some_and(|c| !c.declaration.parameters.is_empty());
    let abstract_ = class.modifiers.contains(Modifiers::ABSTRACT);
    (declared.kind() == "type_identifier" && !takes && !abstract_).then(|| format!("new {name}"))
}

/// Adds `| undefined` to the JSDoc type of a JavaScript field.
fn widened_in_comment(ctx: &RuleContext<'_>, field: Node<'_>, label: &str) -> Option<Fix> {
    let text = ctx.text();
    let comment = field.prev_sibling().filter(|c| c.kind() == "comment")?;
    let written = comment.text_in(text).starts_with("/**").then(|| comment.text_in(text))?;
    let open = written.find("@type")? + "@type".len();
    let open = open + written[open..].find('{')? + 1;
    let mut depth = 1usize;
    let close = written[open..].find(|c| {
        depth = match c {
            '{' => depth + 1,
            '}' => depth - 1,
            _ => depth,
        };
        depth == 0
    })?;
    let ty = written[open..open + close].trim_end();
    let end = comment.start_byte() + open + ty.len();
    let fix = ctx.fix(format!("Add 'undefined' type to property '{label}'"), Applicability::DisplayOnly);
    (!ty.contains("=>")).then(|| fix.insert(end, " | undefined").build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let Some(token) = ctx.token() else { return Vec::new() };
    let Some(field) = token.enclosing(&["public_field_definition"]) else { return Vec::new() };
    let named = field.field("name").is_some_and(|n| n.byte_range().contains(&token.start_byte()));
    if !named || ctx.argument(0).is_some_and(|a| is_identifier(a) && a != token.text_in(text)) {
        return Vec::new();
    }
    if let Some(name) = field.field("name").filter(|_| field.field("type").is_none()) {
        return widened_in_comment(ctx, field, name.text_in(text)).into_iter().collect();
    }
    let (Some(name), Some(annotation)) = (field.field("name"), field.field("type")) else { return Vec::new() };
    let Some(declared) = annotation.named().into_iter().next() else { return Vec::new() };
    let label = name.text_in(text);
    let mut out: Vec<Fix> = assignment(ctx, field, name, declared).into_iter().collect();
    let wide = declared.text_in(text);
    let widened = if declared.is(&["function_type", "constructor_type", "conditional_type"]) {
        format!("({wide}) | undefined")
    } else {
        format!("{wide} | undefined")
    };
    out.push(
        ctx.fix(format!("Add 'undefined' type to property '{label}'"), Applicability::DisplayOnly)
            .replace(declared.range(), widened)
            .build(),
    );
    let assertion = ctx
        .fix(format!("Add definite assignment assertion to property '{}'", field.text_in(text)), Applicability::Unsafe)
        .insert(name.end_byte(), "!")
        .suppression();
    out.push(assertion.build());
    let value = empty_value(ctx, declared, 0).or_else(|| instance(ctx, declared));
    if let Some(value) = value.filter(|_| !has_child_token(field, text, "declare")) {
        out.push(
            ctx.fix(format!("Add initializer to property '{label}'"), Applicability::Unsafe)
                .insert(annotation.end_byte(), format!(" = {value}"))
                .build(),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_fix_titled, check_not_offered};

    const MESSAGE: &str = "Property 'a' has no initializer and is not definitely assigned in the constructor.";

    #[test]
    fn assignment_is_inserted_before_the_rest_of_the_constructor() {
        for (before, after) in [
            ("super(a);\n        this.go();", "super(a);\n        this.a = a;\n        this.go();"),
            ("this.go();", "this.a = a;\n        this.go();"),
            ("this.b = b;\n        this.c = f();", "this.b = b;\n        this.a = a;\n        this.c = f();"),
        ] {
            let class = |marker: &str, body: &str| {
                format!(
                    "class C extends B {{\n    {marker}a: A;\n    constructor(a: A, b: B) {{\n        {body}\n    }}\n}}\n"
                )
            };
            let (before, after) = (class("$0", before), class("", after));
            check_fix_all(rule_of(module_path!()), "TS2564", MESSAGE, &[], &before, Some(&after));
        }
    }

    #[test]
    fn instance_of_a_class_without_constructor_parameters() {
        let check = |title: &str, before: &str, after: &str| {
            check_fix_titled(rule_of(module_path!()), "TS2564", MESSAGE, title, before, after);
        };
        let initializer = "Add initializer to property 'a'";
        check(
            initializer,
            "class B { }\nclass C {\n    $0a: B;\n}\n",
            "class B { }\nclass C {\n    a: B = new B;\n}\n",
        );
        check_not_offered(rule_of(module_path!()), "TS2564", MESSAGE, initializer, "class C {\n    $0a: C;\n}\n");
        check(
            initializer,
            "class C {\n    $0a: string | boolean;\n}\n",
            "class C {\n    a: string | boolean = false;\n}\n",
        );
        check(
            "Add 'undefined' type to property 'a'",
            "//- /a.js\nclass C {\n    /** @type {{ b: string }} */\n    $0a;\n}\n",
            "//- /a.js\nclass C {\n    /** @type {{ b: string } | undefined} */\n    a;\n}\n",
        );
    }
}
