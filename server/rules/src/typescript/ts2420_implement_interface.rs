//! # Class does not implement an interface
//!
//! A class must declare all members of the interfaces that it `implements`.
//!
//! ```typescript before
//! //@ error TS2420: Class 'Circle' incorrectly implements interface 'Shape<string>'.
//! interface Shape<T> {
//!     name: T;
//!     area(scale: number): number;
//! }
//!
//! export class $0Circle$0 implements Shape<string> {
//!     name: string;
//! }
//! ```
//! ```typescript after
//! interface Shape<T> {
//!     name: T;
//!     area(scale: number): number;
//! }
//!
//! export class Circle implements Shape<string> {
//!     area(scale: number): number {
//!         throw new Error("Method not implemented.");
//!     }
//!     name: string;
//! }
//! ```
//!
//! All missing members are added at once, with the interface's type arguments substituted and the imports that their types need. No fix is offered
//! when a type is not accessible in the file, or when the compiler reports other missing members than those that were found. What a class cannot
//! have, such as a call signature, stays missing.
//!
//! With `strictPropertyInitialization` properties get a first value, or the mark `!` when there is none.
//!
//! ## Fix safety
//! `Unsafe`: the methods only throw; their bodies have to be written. `DisplayOnly` when the class has a member of its own that looks like the
//! missing one under its old name, and when the interface has more than a class can have.

use super::support::spelling::is_renaming;
use codegen::typescript::bodies::Layout;
use codegen::typescript::defaults::Defaults;
use codegen::typescript::edit::quote_of;
use codegen::typescript::stubs::{Stubs, class_at, declared_names, spelled};
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::typescript::TsMember;
use index::{DeclarationKind, Modifiers};
use semantics::typo::is_slip;
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS2420", "TS2720"];

/// The name of a type without namespace and type arguments.
fn simple(ty: &str) -> &str {
    let head = ty.split('<').next().unwrap_or(ty);
    head.rsplit('.').next().unwrap_or(head).trim()
}

/// The missing members that the message names; `None` when its later lines report another cause.
fn said_missing(message: &str) -> Option<Vec<String>> {
    let Some((_, details)) = message.split_once('\n') else { return Some(Vec::new()) };
    if details.contains("Index signature for type") {
        return Some(Vec::new());
    }
    // What is wrong with one part of an intersection stands below it.
    let lines = details.lines().map(str::trim_start);
    let first = lines.clone().find(|l| !(l.starts_with("Type '") && l.contains("' is not assignable to type '")));
    let first = first.or_else(|| lines.clone().next()).unwrap_or_default();
    if let Some((_, list)) = first.split_once("is missing the following properties from type ") {
        let (_, list) = list.rsplit_once("': ")?;
        let list = list.split(", and ").next().unwrap_or(list);
        return Some(list.split(", ").map(|n| spelled(n.trim_end_matches('.')).to_owned()).collect());
    }
    if let Some(rest) = first.strip_prefix("Property '")
        && let Some((name, _)) = rest.split_once("' is missing in type ")
    {
        return Some(vec![spelled(name).to_owned()]);
    }
    // `constructor` clashes with the class's own function until it is declared.
    details.contains("Types of property 'constructor'").then(|| vec!["constructor".to_owned()])
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let class = class_at(ctx.token()?)?;
    let body = class.field("body")?;
    let heritage = class.named().into_iter().find(|c| c.kind() == "class_heritage")?;
    let wanted = simple(ctx.argument(1)?);
    let clauses = heritage.named();
    let implemented = clauses.iter().filter(|c| c.kind() == "implements_clause").flat_map(|c| c.named());
    let interface = implemented.into_iter().find(|t| simple(t.text_in(text)) == wanted)?;
    let ts = ctx.index.typescript();
    let stubs = Stubs::new(ctx, class);
    let tools = tools(ctx, &stubs);
    let all = ts.members_of_type(interface.text_in(text), ctx.path());
    use DeclarationKind::{CallSignature, ConstructSignature, Constructor, IndexSignature};
    let instance: Vec<&TsMember> = all
        .iter()
        .filter(|m| !m.declaration.modifiers.contains(Modifiers::STATIC) && m.declaration.kind != Constructor)
        .collect();
    let hidden = |m: &&TsMember| {
        m.declaration.modifiers.intersects(Modifiers::PRIVATE | Modifiers::PROTECTED)
            || m.declaration.name.starts_with('#')
    };
    let uncommon = |m: &&TsMember| matches!(m.declaration.kind, CallSignature | ConstructSignature);
    // What a class cannot have stays missing.
    let partial = instance.iter().any(|m| hidden(m) || uncommon(m));
    let is_private =
        |m: &TsMember| m.declaration.modifiers.contains(Modifiers::PRIVATE) || m.declaration.name.starts_with('#');
    let instance: Vec<&TsMember> = instance.into_iter().filter(|m| !uncommon(m) && !is_private(m)).collect();
    let ty = stubs.model().type_of_annotation(interface);
    let properties = ty.and_then(|ty| stubs.model().properties_of(&ty)).unwrap_or_default();
    let mut have = declared_names(body, text);
    let own: Vec<String> =
        have.iter().filter(|h| instance.iter().all(|m| m.declaration.name != h.as_str())).cloned().collect();
    if let Some(base) = clauses.iter().find(|c| c.kind() == "extends_clause") {
        let base = base.text_in(text).strip_prefix("extends")?.trim();
        let inherited = ts.members_of_type(base, ctx.path());
        have.extend(inherited.iter().map(|m| m.declaration.name.to_string()));
    }
    let has_index = body.named().iter().any(|m| m.kind() == "index_signature");
    let mut out: Vec<String> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for member in instance.iter().filter(|m| m.declaration.kind == IndexSignature && !has_index) {
        out.extend(tools.members(&[member], ctx.path())?);
    }
    for member in instance.iter().filter(|m| m.declaration.kind != IndexSignature) {
        let name = member.declaration.name.as_str();
        if names.contains(&name) || have.iter().any(|h| h == name) {
            continue;
        }
        names.push(name);
        let same: Vec<&TsMember> = instance.iter().copied().filter(|m| m.declaration.name == name).collect();
        let property = || properties.iter().find(|p| p.name == spelled(name));
        let written = tools.members(&same, ctx.path());
        out.extend(written.or_else(|| tools.members_of_property(property()?))?);
    }
    // What no declaration writes out: the keys of a mapped type, the parts of an intersection.
    if all.is_empty() {
        let missing = properties.iter().filter(|p| !p.hidden && !have.iter().any(|h| *h == p.name));
        for property in missing {
            names.push(&property.name);
            out.extend(tools.members_of_property(property)?);
        }
    }
    let said = said_missing(&ctx.diagnostic.message)?;
    let private = |s: &str| all.iter().any(|m| is_private(m) && m.declaration.name == s);
    if out.is_empty() || said.iter().any(|s| !names.contains(&s.as_str()) && !private(s)) {
        return None;
    }
    let layout = Layout::of(ctx);
    let constructor = body
        .named()
        .into_iter()
        .find(|m| m.kind() == "method_definition" && m.field("name").is_some_and(|n| n.text_in(text) == "constructor"));
    let edits = match constructor {
        Some(constructor) => layout.after(body, constructor, &out)?,
        None => layout.at_start(body, &out)?,
    };
    let safety = if partial { Applicability::DisplayOnly } else { safety(&own, &names) };
    Some(built(ctx, format!("Implement interface '{}'", interface.text_in(text)), safety, edits, &stubs))
}

/// What writes values of properties.
pub(super) fn tools<'a, 's>(ctx: &RuleContext<'a>, stubs: &'s Stubs<'a>) -> Defaults<'a, 's> {
    let strict = ctx.index.typescript().project(ctx.path()).flag("strictNullChecks");
    Defaults { stubs, quote: quote_of(ctx), unit: ctx.indent_unit(), strict }
}

/// Whether stubs of the `missing` members may be added in bulk: not when one of the class's `own` members may be one under its old name.
pub(super) fn safety(own: &[String], missing: &[&str]) -> Applicability {
    let same = |o: &String, m: &&str| is_slip(o, m) || is_renaming(o, m) || is_renaming(m, o);
    match own.iter().any(|o| missing.iter().any(|m| same(o, m))) {
        true => Applicability::DisplayOnly,
        false => Applicability::Unsafe,
    }
}

/// The fix with `edits` and the imports that they need.
pub(super) fn built(
    ctx: &RuleContext<'_>,
    title: String,
    safety: Applicability,
    edits: Vec<text::TextEdit>,
    stubs: &Stubs<'_>,
) -> Fix {
    let fix =
        edits.into_iter().fold(ctx.fix(title, safety).preferred().in_bulk(Bulk::Declaration), |fix, e| fix.edit(e));
    stubs.imports().into_iter().fold(fix, |fix, i| fix.import(i)).build()
}

/// The `extends` clause of a class, as written.
pub(super) fn extended<'t>(class: Node<'_>, text: &'t str) -> Option<&'t str> {
    let heritage = class.named().into_iter().find(|c| c.kind() == "class_heritage")?;
    let clause = heritage.named().into_iter().find(|c| c.kind() == "extends_clause")?;
    Some(text.get(clause.byte_range())?.strip_prefix("extends")?.trim())
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    #[test]
    fn a_call_signature_stays_missing() {
        check_fix(
            rule_of(module_path!()),
            "TS2420",
            "Class 'C' incorrectly implements interface 'I'.",
            "interface I {\n    (x: number): string;\n    a: number;\n}\nclass $0C implements I {\n}\n",
            "interface I {\n    (x: number): string;\n    a: number;\n}\nclass C implements I {\n    a: number;\n}\n",
        );
    }

    #[test]
    fn overloads_get_one_implementation() {
        check_fix(
            rule_of(module_path!()),
            "TS2420",
            "Class 'C' incorrectly implements interface 'I'.\n  Property 'm' is missing in type 'C' but required in type 'I'.",
            "interface I {\n  m(a: number): boolean;\n  m(a: string, b: number): I[];\n}\nclass $0C implements I {}\n",
            "interface I {\n  m(a: number): boolean;\n  m(a: string, b: number): I[];\n}\nclass C implements I {\n  m(a: number): boolean;\n  m(a: string, b: number): I[];\n  m(a: unknown, b?: unknown): boolean | I[] {\n    throw new Error(\"Method not implemented.\");\n  }\n}\n",
        );
    }

    #[test]
    fn types_of_other_files_are_imported() {
        check_fix(
            rule_of(module_path!()),
            "TS2420",
            "Class 'C' incorrectly implements interface 'I'.",
            "//- /t.ts\nexport interface T { }\n//- /i.ts\nimport { T } from './t';\nexport interface I { get(): T[]; }\n//- /main.ts\nimport { I } from './i';\nexport class $0C implements I {\n}\n",
            "//- /main.ts\nimport { I } from './i';\nimport { T } from './t';\nexport class C implements I {\n    get(): T[] {\n        throw new Error('Method not implemented.');\n    }\n}\n",
        );
    }

    #[test]
    fn private_members_cannot_be_implemented() {
        let message = "Class 'C' incorrectly implements class 'A'. Did you mean to extend 'A' and inherit its members as a subclass?\n  Type 'C' is missing the following properties from type 'A': x, y, z";
        let class = "class A { private x: number; y = 1; protected z(a = 1) { return \"\"; } }\n";
        let before = format!("{class}class $0C implements A {{\n}}\n");
        check_fix(
            rule_of(module_path!()),
            "TS2720",
            message,
            &before,
            &format!(
                "{class}class C implements A {{\n    y: number;\n    protected z(a?: number): string {{\n        throw new Error(\"Method not implemented.\");\n    }}\n}}\n"
            ),
        );
        check_fix_all(rule_of(module_path!()), "TS2720", message, &[], &before, None);
    }

    #[test]
    fn members_that_are_not_written_out() {
        let check = |ty: &str, missing: &str, members: &str| {
            check_fix(
                rule_of(module_path!()),
                "TS2420",
                &format!("Class 'C' incorrectly implements interface 'T'.\n{missing}"),
                &format!("type T = {ty};\nclass $0C implements T {{\n}}\n"),
                &format!("type T = {ty};\nclass C implements T {{\n{members}}}\n"),
            );
        };
        check(
            "{ a: string; b(): void } & { c: number }",
            "  Type 'C' is not assignable to type '{ a: string; b(): void; }'.\n    Type 'C' is missing the following properties from type '{ a: string; b(): void; }': a, b",
            "    a: string;\n    b(): void {\n        throw new Error(\"Method not implemented.\");\n    }\n    c: number;\n",
        );
        check(
            "{ [K in 'x' | 'y']: { [P in K]: number } }",
            "  Type 'C' is missing the following properties from type 'T': x, y",
            "    x: { x: number; };\n    y: { y: number; };\n",
        );
    }

    #[test]
    fn a_member_of_the_wrong_type_is_not_missing() {
        check_no_fix(
            rule_of(module_path!()),
            "TS2420",
            "Class 'C' incorrectly implements interface 'I'.\n  Property 'x' in type 'C' is not assignable to the same property in base type 'I'.",
            "interface I { x: number; y?: string }\nclass $0C implements I { x: string }\n",
        );
    }

    #[test]
    fn stubs_compile_in_strict_projects() {
        let options = "//- /tsconfig.json\n{ \"compilerOptions\": { \"strict\": true, \"noUnusedParameters\": true } }\n//- /main.ts\n";
        let interface = "interface I { name: string; kind: 'a' | 'b'; at: Other; nick?: string; free: string | undefined; m(a: number): void; m(a: string): void }\ninterface Other { n: number }\n";
        check_fix(
            rule_of(module_path!()),
            "TS2420",
            "Class 'C' incorrectly implements interface 'I'.\n  Type 'C' is missing the following properties from type 'I': name, kind, at, free, m",
            &format!("{options}{interface}class $0C implements I {{\n}}\n"),
            &format!(
                "//- /main.ts\n{interface}class C implements I {{\n    name: string = \"\";\n    kind: \"a\" | \"b\" = \"a\";\n    at!: Other;\n    nick?: string;\n    free: string | undefined;\n    m(_a: number): void;\n    m(_a: string): void;\n    m(_a: unknown): void {{\n        throw new Error(\"Method not implemented.\");\n    }}\n}}\n"
            ),
        );
    }

    #[test]
    fn a_member_under_its_old_name_is_not_doubled() {
        use fix::Applicability;
        let own = vec!["drawAll".to_owned(), "size".to_owned()];
        assert_eq!(super::safety(&own, &["drawEverything"]), Applicability::DisplayOnly);
        assert_eq!(super::safety(&own, &["load"]), Applicability::Unsafe);
    }
}
