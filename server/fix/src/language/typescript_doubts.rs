//! What a TypeScript fix may leave behind that builds and is no repair.

use crate::{Doubt, DoubtKind, Written};
use syntax::typescript::{occurrences, unquoted};
use syntax::{Node, NodeExt, ancestors, has_child_token};

/// Files that are searched for uses of a name; in more, it is taken for assigned.
const MAX_FILES: usize = 200;

/// Comments that silence the compiler or a linter.
const SILENCERS: &[&str] = &["@ts-ignore", "@ts-expect-error", "@ts-nocheck", "eslint-disable"];

const PARAMETERS: [&str; 2] = ["required_parameter", "optional_parameter"];

pub(super) fn doubts(w: &Written<'_>) -> Vec<Doubt> {
    w.tokens().into_iter().filter_map(|token| of_token(w, token)).chain(dropped(w)).collect()
}

/// The name that the compiler misses, when a module of the workspace exports it: an import is missing then, and the name is right.
fn dropped(w: &Written<'_>) -> Option<Doubt> {
    let name = w.arguments.first().filter(|_| matches!(w.code, "TS2304" | "TS2552"))?;
    let exported = || w.index.typescript().exports_named(name).iter().any(|e| w.index.contains(&e.module));
    (w.is_dropped(name) && exported())
        .then(|| w.doubt(DoubtKind::Dropped, name, w.ranges.first().copied().unwrap_or_default()))
}

fn of_token(w: &Written<'_>, token: Node<'_>) -> Option<Doubt> {
    let (text, parent) = (w.text(), token.parent()?);
    let new = |kind, node: Node<'_>| {
        let what = node.text_in(text);
        w.is_new(what).then(|| w.doubt(kind, what, node.range()))
    };
    match token.kind() {
        "throw" => throws(w, token, parent),
        "comment" if SILENCERS.iter().any(|s| token.text_in(text).contains(s)) => new(DoubtKind::Suppression, token),
        "!" if parent.is(&["non_null_expression", "public_field_definition", "variable_declarator"]) => {
            new(DoubtKind::Suppression, parent)
        }
        "void" if parent.kind() == "unary_expression" => new(DoubtKind::Discard, parent),
        "any" | "object" | "unknown" => {
            let ty = ancestors(token).take_while(|n| n.byte_range() == token.byte_range()).last()?;
            let owner = ty.parent()?;
            let cast = owner.is(&["as_expression", "type_assertion"]);
            match token.kind() {
                "any" if cast => new(DoubtKind::Suppression, owner),
                "unknown" if cast && owner.parent().is_some_and(|p| p.kind() == "as_expression") => {
                    new(DoubtKind::Suppression, owner)
                }
                "any" | "object" if parent.kind() == "predefined_type" => {
                    let what = if owner.kind() == "type_annotation" { owner.parent()? } else { owner };
                    w.is_new(token.kind()).then(|| w.doubt(DoubtKind::WidenedType, what.text_in(text), ty.range()))
                }
                _ => None,
            }
        }
        "property_identifier" | "identifier" | "type_identifier" | "private_property_identifier"
            if parent.field("name") == Some(token) =>
        {
            declared(w, token, parent)
        }
        "identifier" if parent.is(&PARAMETERS) && parent.field("pattern") == Some(token) => unread(w, token, parent),
        _ => invented(w, token),
    }
}

fn throws(w: &Written<'_>, token: Node<'_>, throw: Node<'_>) -> Option<Doubt> {
    let text = w.text();
    let what = throw.text_in(text);
    if throw.kind() != "throw_statement" || !what.to_lowercase().contains("not implemented") || !w.is_new(what) {
        return None;
    }
    let owner = throw.enclosing(&[
        "method_definition",
        "function_declaration",
        "generator_function_declaration",
        "variable_declarator",
        "pair",
        "public_field_definition",
    ]);
    let name = owner.and_then(|o| o.field("name").or_else(|| o.field("key"))).map_or("function", |n| n.text_in(text));
    let range = owner.unwrap_or(throw).range();
    let mut doubt = w.doubt(DoubtKind::Throws, name, range);
    doubt.todo = w.todo(token.start_byte(), &format!("implement '{name}'"));
    Some(doubt)
}

/// A value that was made up, because the compiler asked for one: that of a new property or argument.
fn invented(w: &Written<'_>, token: Node<'_>) -> Option<Doubt> {
    let text = w.text();
    let value = ancestors(token).take_while(|n| n.start_byte() == token.start_byte()).find(|n| {
        n.parent().is_some_and(|p| match p.kind() {
            "pair" => p.field("value") == Some(*n),
            "arguments" => true,
            _ => false,
        })
    })?;
    let owner = value.parent()?;
    let written = value.text_in(text);
    let empty = match owner.kind() {
        "pair" => matches!(written, "null" | "undefined" | "\"\"" | "''" | "0" | "false" | "[]" | "{}"),
        _ => matches!(written, "null" | "undefined"),
    };
    let what = if owner.kind() == "pair" { owner } else { value };
    // A pair whose key is older was given another value on purpose.
    let whole = owner.kind() != "pair" || w.covers(owner.range());
    (empty && whole && w.is_new(what.text_in(text)))
        .then(|| w.doubt(DoubtKind::InventedValue, what.text_in(text), what.range()))
}

/// A name that the fix declares.
fn declared(w: &Written<'_>, name: Node<'_>, declaration: Node<'_>) -> Option<Doubt> {
    let text = w.text();
    let what = name.text_in(text);
    if declaration.enclosing(&["ambient_declaration"]).is_some() || w.source.path.to_string_lossy().ends_with(".d.ts") {
        return None;
    }
    match declaration.kind() {
        "public_field_definition" | "property_signature" => {
            let given = declaration.field("value").is_some_and(|v| !is_nothing(v.text_in(text)));
            let bound = ["declare", "abstract"].iter().any(|m| has_child_token(declaration, text, m));
            if given || bound || declaration.named().iter().any(|n| n.kind() == "decorator") {
                return None;
            }
            never_assigned(w, name, declaration)
        }
        "variable_declarator" => {
            if declaration.field("value").is_some_and(|v| !is_nothing(v.text_in(text))) {
                return None;
            }
            // The variable of `for (const a of b)` has no value of its own.
            let list = declaration.parent().filter(|p| p.is(&["lexical_declaration", "variable_declaration"]))?;
            let scope = list.parent()?;
            let assigned = occurrences(scope, text, what).into_iter().any(|n| n != name && is_written(n));
            (!assigned).then(|| w.doubt(DoubtKind::NeverAssigned, what, declaration.range()))
        }
        "class_declaration" | "interface_declaration" | "abstract_class_declaration" => {
            let body = declaration.field("body")?;
            let empty = body.named().is_empty();
            (empty && w.covers(body.range())).then(|| {
                let mut doubt = w.doubt(DoubtKind::EmptyType, what, declaration.range());
                doubt.todo = w.todo(declaration.start_byte(), &format!("write '{what}'"));
                doubt
            })
        }
        _ => None,
    }
}

fn is_nothing(value: &str) -> bool {
    matches!(value, "null" | "undefined" | "null!" | "undefined!")
}

fn never_assigned(w: &Written<'_>, name: Node<'_>, declaration: Node<'_>) -> Option<Doubt> {
    let what = name.text_in(w.text());
    let classes = ["class_declaration", "class", "abstract_class_declaration"];
    let class_of = |node: Node<'_>, text: &str| {
        let class = node.enclosing(&classes)?;
        Some(class.field("name")?.text_in(text).to_owned())
    };
    let owner = class_of(name, w.text());
    let files = w.index.files_with_word(what, w.source.parsed.language());
    if files.len() > MAX_FILES {
        return None;
    }
    for path in files.iter() {
        let Some(source) = w.index.source(path) else { continue };
        let text = source.parsed.text();
        let own = path.as_ref() == &*w.source.path;
        let derives = |node: Node<'_>| {
            let class = node.enclosing(&classes);
            class.is_some_and(|c| c.named().iter().any(|n| n.kind() == "class_heritage"))
        };
        let mut found = occurrences(source.parsed.root(), text, what).into_iter();
        let mut strings = strings(source.parsed.root(), text, what).into_iter();
        let assigned = found.any(|node| {
            if own && node.range() == name.range() {
                return false;
            }
            // `this.a = …` in another class gives another member its value.
            let receiver = node.parent().filter(|p| p.kind() == "member_expression").and_then(|p| p.field("object"));
            let foreign = receiver.is_some_and(|r| r.kind() == "this")
                && owner.is_some()
                && class_of(node, text) != owner
                && !derives(node);
            !foreign && (is_written(node) || gives(node, text))
        });
        if assigned || strings.any(|s| s.parent().is_some_and(|p| p.kind() == "pair" && p.field("key") == Some(s))) {
            return None;
        }
    }
    let mut doubt = w.doubt(DoubtKind::NeverAssigned, what, declaration.range());
    doubt.todo = w.todo(declaration.start_byte(), &format!("assign '{what}'"));
    Some(doubt)
}

/// The string literals that say `what`.
fn strings<'t>(root: Node<'t>, text: &str, what: &str) -> Vec<Node<'t>> {
    let is = |n: &Node<'t>| unquoted(n.text_in(text)) == what;
    syntax::typescript::descendants(root, &["string"]).into_iter().filter(is).collect()
}

/// Whether a variable or member is written here.
fn is_written(name: Node<'_>) -> bool {
    let Some(parent) = name.parent() else { return false };
    let target = match parent.kind() {
        "member_expression" if parent.field("property") == Some(name) => parent,
        "member_expression" => return false,
        _ => name,
    };
    // `[a] = …`, `({ a: b.c } = …)`
    let mut at = target;
    while let Some(up) = at.parent() {
        match up.kind() {
            "assignment_expression" | "augmented_assignment_expression" => return up.field("left") == Some(at),
            "for_in_statement" => return up.field("left") == Some(at),
            "update_expression" => return true,
            "array_pattern" | "object_pattern" | "pair_pattern" | "rest_pattern" | "assignment_pattern" => at = up,
            "non_null_expression" | "parenthesized_expression" => at = up,
            _ => return false,
        }
    }
    false
}

/// Whether an object, an element or a class gives a member of this name a value here.
fn gives(name: Node<'_>, text: &str) -> bool {
    let Some(parent) = name.parent() else { return false };
    match parent.kind() {
        "pair" => parent.field("key") == Some(name),
        "object" => name.kind() == "shorthand_property_identifier",
        "jsx_attribute" => parent.named().first() == Some(&name),
        "method_definition" => parent.field("name") == Some(name),
        "public_field_definition" => parent.field("name") == Some(name) && parent.field("value").is_some(),
        _ if parent.is(&PARAMETERS) => is_property(parent, text),
        _ => false,
    }
}

/// Whether a parameter of a constructor declares a property, too.
fn is_property(parameter: Node<'_>, text: &str) -> bool {
    parameter.named().iter().any(|n| n.is(&["accessibility_modifier", "override_modifier"]))
        || has_child_token(parameter, text, "readonly")
}

/// A parameter that only takes an argument too many: what the caller gives is lost.
fn unread(w: &Written<'_>, name: Node<'_>, parameter: Node<'_>) -> Option<Doubt> {
    let text = w.text();
    let list = parameter.parent().filter(|p| p.kind() == "formal_parameters")?;
    let function = list.parent()?;
    let body = function.field("body")?;
    if !matches!(w.code, "TS2554" | "TS2555") || w.covers(function.range()) || is_property(parameter, text) {
        return None;
    }
    let what = name.text_in(text);
    let others = list.named().into_iter().filter(|p| *p != parameter);
    let read = others.chain([body]).any(|part| !occurrences(part, text, what).is_empty());
    (!read).then(|| w.doubt(DoubtKind::Unread, what, parameter.range()))
}

#[cfg(test)]
mod tests {
    use super::super::doubt_tests::{doubts, marked};

    fn of(text: &str) -> Vec<String> {
        doubts("/a.ts", text, &[])
    }

    #[test]
    fn members_that_nothing_assigns() {
        let never = &["nothing ever assigns 'title'"][..];
        for (text, expected) in [
            ("class P { «title: string | undefined;» m() { return this.title; } }", never),
            ("class P { «title: string | undefined;» m() { this.title = ''; } }", &[]),
            ("class P { «title?: string;» } class Q { title = ''; m() { this.title = 'a'; } }", &[]),
            ("class P { «title?: string;» } class Q { title?: string; m() { this.title = 'a'; } }", never),
            ("interface P { «title: string;» } const p: P = { title: 'a' };", &[]),
            ("interface P { «title: string;» } const p = { 'title': 'a' };", &[]),
            ("interface P { «title: string;» } function f(p: P) { return p.title; }", never),
            ("class P { «title = 'a';» }", &[]),
            ("declare class P { «title: string;» }", &[]),
            ("function f() { «let title: string | undefined;» return title; }", never),
            ("function f() { «let title: string | undefined;» title = 'a'; return title; }", &[]),
            ("function f(a: string[]) { for («const title» of a) { } }", &[]),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
        let other = [("/b.tsx", "const a = <P title=\"b\" />;")];
        assert_eq!(doubts("/a.ts", "interface P { «title: string;» }", &other), [""; 0]);
    }

    #[test]
    fn what_is_made_up_or_hidden() {
        for (text, expected) in [
            (
                "class C { «m(): number { throw new Error(\"Method not implemented.\"); }» }",
                "'m' does nothing but throw",
            ),
            ("const a = b«!».c;", "'b!' hides the problem"),
            ("class C { a«!»: string = ''; }", "'a!: string = ''' hides the problem"),
            ("«// @ts-ignore\n»f();", "'// @ts-ignore' hides the problem"),
            ("f(a« as any»);", "'a as any' hides the problem"),
            ("f(a« as unknown» as string);", "'a as unknown' hides the problem"),
            ("function f(a«: any») { }", "the type 'a: any' says nothing"),
            ("const p = { a: 1«, b: \"\"» };", "the value 'b: \"\"' is made up"),
            ("f(1«, undefined»);", "the value 'undefined' is made up"),
            ("«interface Foo { }» let a: Foo;", "the type 'Foo' has no members"),
            ("async function f() { «void» g(); }", "'void g()' throws a result away"),
        ] {
            assert_eq!(of(text), [expected], "{text}");
        }
        for text in [
            "class C { «m(): number { throw new Error(\"too large\"); }» }",
            "if («!»a) { }",
            "f(«!»a);",
            "const p = { a: «0» };",
            "try { } catch (e«: unknown») { }",
            "«export interface Foo { a: string }» const f: Foo = { a: 'b' };",
            "function f()«: void» { }",
        ] {
            assert_eq!(of(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_exists_is_not_dropped() {
        let doubts = |other| {
            let about = ("TS2552", &["total", "totals"][..]);
            super::super::doubt_tests::replaced(
                "/a.ts",
                about,
                "const totals = «total»();",
                "totals",
                &[("/b.ts", other)],
            )
        };
        let dropped = ["'total' exists in the workspace, and the fix drops it"];
        assert_eq!(doubts("export function total() { return 1; }"), dropped);
        assert_eq!(doubts("function total() { return 1; }"), [""; 0]);
    }

    #[test]
    fn an_argument_too_many_that_nothing_reads() {
        let doubts = |code, text| super::super::doubt_tests::replaced("/a.ts", (code, &[]), text, "p0?: boolean", &[]);
        let unread = ["nothing reads the parameter 'p0'"];
        assert_eq!(doubts("TS2554", "class A { close(«») { } }"), unread);
        assert_eq!(doubts("TS2554", "const close = («») => { };"), unread);
        assert_eq!(doubts("TS2554", "class A { close(«») { return p0; } }"), [""; 0]);
        assert_eq!(doubts("TS2554", "class A { constructor(private «») { } }"), [""; 0]);
        assert_eq!(doubts("TS2554", "declare function close(«»): void;"), [""; 0]);
        assert_eq!(doubts("TS2416", "class A { close(«») { } }"), [""; 0]);
    }

    #[test]
    fn a_stub_says_that_there_is_something_to_do_where_the_file_does() {
        let text = "// TODO\nclass C {\n«  m() {\n    throw new Error('Method not implemented.');\n  }\n»}\n";
        assert!(marked("/a.ts", text).contains("    // TODO: implement 'm'\n    throw"), "{}", marked("/a.ts", text));
    }
}
