//! # Parameter of a method that a base type declares
//!
//! Parameters of a class's methods are not typed by its interfaces or its base class: each parameter needs its own annotation.
//!
//! ```typescript before
//! //@ error TS7006: Parameter 'size' implicitly has an 'any' type.
//! //@ options: --strict
//! interface Sink { put(key: string, size: number): void }
//! export class Log implements Sink {
//!     put(key: string, $0size$0) { }
//! }
//! ```
//! ```typescript after
//! interface Sink { put(key: string, size: number): void }
//! export class Log implements Sink {
//!     put(key: string, size: number) { }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: the method must accept what the base type declares, and type annotations do not affect the running program. `Unsafe` when the base type
//! declares `any`, or an optional parameter that the method reads, which may then need a default value. No fix where several base types or overloads
//! declare different types.

use codegen::typescript::stubs::{Annotation, CLASSES, Stubs};
use fix::{Applicability, Fix, RuleContext};
use index::typescript::{NO_PLACE, TsMember};
use index::{DeclarationKind, Modifiers};
use syntax::typescript::{FUNCTIONS, occurrences};
use syntax::{Node, NodeExt, ancestors, child_of_kind};

pub(crate) const CODES: &[&str] = &["TS7006", "TS7019"];

/// The types in the class's `extends` and `implements` clauses, as written.
fn bases(class: Node<'_>, text: &str) -> Vec<String> {
    let Some(heritage) = child_of_kind(class, "class_heritage") else { return Vec::new() };
    let mut out = Vec::new();
    for clause in heritage.named() {
        match clause.kind() {
            "extends_clause" => {
                let Some(value) = clause.field("value") else { continue };
                let arguments = clause.field("type_arguments").map_or("", |a| a.text_in(text));
                out.push(format!("{}{arguments}", value.text_in(text)));
            }
            _ => out.extend(clause.named().into_iter().map(|t| t.text_in(text).to_owned())),
        }
    }
    out
}

/// The only declaration of `name` in the base types of the class.
fn inherited(ctx: &RuleContext<'_>, class: Node<'_>, name: &str) -> Option<TsMember> {
    let typescript = ctx.index.typescript();
    let mut found: Vec<TsMember> = Vec::new();
    for base in bases(class, ctx.text()) {
        let members = typescript.members_of_type(&base, ctx.path());
        let mut same = members.into_iter().filter(|m| m.declaration.name == name);
        let Some(first) = same.next() else { continue };
        // What the base's own base declares again comes behind it; two of one type are overloads.
        if first.declaration.kind != DeclarationKind::Method || same.any(|m| m.owner == first.owner) {
            return None;
        }
        found.push(first);
    }
    let types = |m: &TsMember| -> Vec<String> {
        typescript.substituted(m).parameters.iter().map(|p| p.type_text.to_string()).collect()
    };
    let first = found.first()?;
    found.iter().all(|m| types(m) == types(first)).then(|| first.clone())
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let method = ancestors(token).find(|n| n.is(FUNCTIONS)).filter(|f| f.kind() == "method_definition")?;
    let class = method.parent()?.parent().filter(|c| c.is(CLASSES))?;
    let member = inherited(ctx, class, method.field("name")?.text_in(text))?;
    if child_of_kind(method, "static").is_some() || member.declaration.modifiers.contains(Modifiers::PRIVATE) {
        return None;
    }
    let declaration = ctx.index.typescript().substituted(&member);
    let list = method.field("parameters")?.named();
    let own = list.into_iter().filter(|p| p.is(&["required_parameter", "optional_parameter"]));
    let (at, parameter) =
        own.enumerate().find(|(_, p)| p.start_byte() <= token.start_byte() && token.end_byte() <= p.end_byte())?;
    let pattern = parameter.field("pattern")?;
    let wanted = declaration.parameters.get(at).filter(|p| p.name != "this" && !p.type_text.is_empty())?;
    if parameter.field("type").is_some() || wanted.rest != (pattern.kind() == "rest_pattern") {
        return None;
    }
    let file = if member.id.index == NO_PLACE { ctx.path().into() } else { member.id.path.clone() };
    let stubs = Stubs::new(ctx, token);
    let ty = stubs.write(&Annotation { text: wanted.type_text.to_string(), file }, &[], true)?;
    let generic = declaration.type_parameters.iter().any(|g| wanted.type_text.contains(g.name.as_str()));
    let own = method.field("type_parameters").map(|l| l.named()).unwrap_or_default();
    let own: Vec<&str> = own.into_iter().filter_map(|p| Some(p.field("name")?.text_in(text))).collect();
    if generic && !declaration.type_parameters.iter().map(|g| g.name.as_str()).eq(own) {
        return None;
    }
    let open = wanted.type_text == "any" || wanted.type_text == "unknown";
    let may_lack = wanted.optional && !wanted.rest && parameter.field("value").is_none();
    let read = || {
        let body = method.field("body");
        body.is_some_and(|b| !occurrences(b, text, pattern.text_in(text)).is_empty())
    };
    let safety = if open || (may_lack && read()) { Applicability::Unsafe } else { Applicability::Safe };
    let mark = parameter.all_children().into_iter().find(|c| c.kind() == "?");
    let end = mark.map_or(pattern.end_byte(), |m| m.end_byte());
    let optional = wanted.optional && !wanted.rest && mark.is_none() && parameter.field("value").is_none();
    let mark = if optional { "?" } else { "" };
    let fix = ctx.fix(format!("Declare '{}' as the base type does", pattern.text_in(text)), safety);
    let fix = fix.insert(end, format!("{mark}: {ty}")).preferred();
    Some(stubs.imports().into_iter().fold(fix, |fix, i| fix.import(i)).build())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const MESSAGE: &str = "Parameter 'a' implicitly has an 'any' type.";

    #[test]
    fn type_parameters_of_the_same_names_are_the_same() {
        let rule = rule_of(module_path!());
        let message = "Parameter 'd' implicitly has an 'any' type.";
        let tree = |own: &str| {
            format!(
                "class A {{ of<T extends Date>(d: T): void {{}} }}\nclass B extends A {{ of<{own} extends Date>($0d): void {{}} }}\n"
            )
        };
        let after = tree("T").replace("$0d", "d: T");
        check_fix_all(rule, "TS7006", message, &[], &tree("T"), Some(&after));
        check_no_fix(rule, "TS7006", message, &tree("U"));
    }

    #[test]
    fn types_come_with_their_arguments_and_imports() {
        check_fix(
            rule_of(module_path!()),
            "TS7006",
            MESSAGE,
            "import { Base } from './base';\nclass C extends Base<string> {\n  put($0a, b) {}\n}\n//- /base.ts\nexport interface Options { n: number }\nexport class Base<T> { put(a: Options, b: T) {} }\n",
            "import { Base, Options } from './base';\nclass C extends Base<string> {\n  put(a: Options, b) {}\n}\n",
        );
        check_fix(
            rule_of(module_path!()),
            "TS7006",
            "Parameter 'b' implicitly has an 'any' type.",
            "class Base<T> { put(a: number, b: T[]) {} }\nclass C extends Base<string> { put(a: number, $0b) {} }\n",
            "class Base<T> { put(a: number, b: T[]) {} }\nclass C extends Base<string> { put(a: number, b: string[]) {} }\n",
        );
    }

    #[test]
    fn what_may_be_left_out_may_need_a_default() {
        let check = |body: &str, safe: bool| {
            let text = |a: &str| {
                format!("interface I {{ put(a?: number): void }}\nclass C implements I {{ put({a}) {{ {body} }} }}\n")
            };
            let after = safe.then(|| text("a?: number"));
            check_fix_all(rule_of(module_path!()), "TS7006", MESSAGE, &[], &text("$0a"), after.as_deref());
        };
        check("", true);
        check("return a + 1;", false);
    }

    #[test]
    fn what_is_said_in_two_ways_is_not_known() {
        let rule = rule_of(module_path!());
        for head in [
            "interface I { put(a: string): void; put(a: number): void }\n",
            "interface I { get(a: string): void }\n",
            "interface I { put: (a: string) => void; put(a: number): void }\n",
        ] {
            check_no_fix(rule, "TS7006", MESSAGE, &format!("{head}class C implements I {{ put($0a) {{}} }}\n"));
        }
    }
}
