//! # Class does not implement inherited abstract members
//!
//! A class that is not abstract must implement all abstract members of its base class.
//!
//! ```typescript before
//! //@ error TS2515: Non-abstract class 'Square' does not implement inherited abstract member area from class 'Shape<number>'.
//! abstract class Shape<T> {
//!     abstract area(scale: T): number;
//! }
//!
//! export class $0Square$0 extends Shape<number> {
//! }
//! ```
//! ```typescript after
//! abstract class Shape<T> {
//!     abstract area(scale: T): number;
//! }
//!
//! export class Square extends Shape<number> {
//!     area(scale: number): number {
//!         throw new Error("Method not implemented.");
//!     }
//! }
//! ```
//!
//! ## Fix safety
//! `Unsafe`: the methods only throw; their bodies have to be written. `DisplayOnly` when the class has a member of its own that looks like the
//! missing one under its old name.

use super::ts2420_implement_interface::{built, extended, safety, tools};
use codegen::typescript::bodies::Layout;
use codegen::typescript::stubs::{Stubs, class_at, declared_names, spelled};
use fix::{Fix, RuleContext};
use index::Modifiers;
use index::typescript::TsMember;
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["TS2515", "TS2650", "TS2653", "TS2654", "TS2655", "TS2656"];

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let class = class_at(ctx.token()?)?;
    let body = class.field("body")?;
    let base = extended(class, text)?;
    let ts = ctx.index.typescript();
    let stubs = Stubs::new(ctx, class);
    let all = ts.members_of_type(base, ctx.path());
    let have = declared_names(body, text);
    let own: Vec<String> =
        have.iter().filter(|h| all.iter().all(|m| m.declaration.name != h.as_str())).cloned().collect();
    let tools = tools(ctx, &stubs);
    let model = stubs.model();
    let value = base_value(class);
    let instance =
        value.and_then(|v| model.type_of(v)).and_then(|ty| model.constructors_of(&ty).into_iter().next()?.returns);
    let properties = instance.and_then(|ty| model.properties_of(&ty)).unwrap_or_default();
    let mut seen: Vec<&str> = Vec::new();
    let mut missing: Vec<&str> = Vec::new();
    let mut out = Vec::new();
    for member in &all {
        let name = member.declaration.name.as_str();
        if seen.contains(&name) || member.declaration.modifiers.contains(Modifiers::STATIC) {
            continue;
        }
        seen.push(name);
        // The nearest declaration says whether it is still abstract.
        let modifiers = member.declaration.modifiers;
        let is_abstract = modifiers.contains(Modifiers::ABSTRACT) && !modifiers.contains(Modifiers::PRIVATE);
        if !is_abstract || have.iter().any(|h| h == name) {
            continue;
        }
        let same: Vec<&TsMember> =
            all.iter().filter(|m| m.declaration.name == name && m.owner == member.owner).collect();
        // The class that declares it as abstract implements it, too: the fault is there.
        if same.iter().any(|m| !m.declaration.modifiers.contains(Modifiers::ABSTRACT)) {
            return None;
        }
        missing.push(name);
        let written = tools.members(&same, ctx.path());
        let property = || Some(properties.iter().find(|p| p.name == spelled(name))?.clone());
        out.extend(written.or_else(|| tools.members_of_property(&property()?))?);
    }
    // A class that an expression makes.
    if all.is_empty() {
        for property in properties.iter().filter(|p| !have.iter().any(|h| *h == p.name)) {
            let ids = property.symbol.as_ref().map(|s| stubs.model().declarations(s)).unwrap_or_default();
            let declared = ids.iter().find_map(|id| ts.declaration(id));
            if declared.is_some_and(|d| d.modifiers.contains(Modifiers::ABSTRACT)) {
                missing.push(&property.name);
                out.extend(tools.members_of_property(property)?);
            }
        }
    }
    if out.is_empty() {
        return None;
    }
    let edits = Layout::of(ctx).at_start(body, &out)?;
    Some(built(ctx, "Implement inherited abstract class".to_owned(), safety(&own, &missing), edits, &stubs))
}

/// The expression that a class extends.
fn base_value<'t>(class: Node<'t>) -> Option<Node<'t>> {
    let heritage = class.named().into_iter().find(|c| c.kind() == "class_heritage")?;
    heritage.named().into_iter().find(|c| c.kind() == "extends_clause")?.field("value")
}

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn accessors_and_protected_members() {
        check_fix(
            rule_of(module_path!()),
            "TS2654",
            "Non-abstract class 'B' is missing implementations for the following members of 'A': 'v', 'w'.",
            "abstract class A { abstract get v(): string; abstract set v(x: string); protected abstract w: number; }\nclass $0B extends A { }\n",
            "abstract class A { abstract get v(): string; abstract set v(x: string); protected abstract w: number; }\nclass B extends A {\n    get v(): string {\n        throw new Error(\"Method not implemented.\");\n    }\n    set v(x: string) {\n        throw new Error(\"Method not implemented.\");\n    }\n    protected w: number;\n}\n",
        );
    }

    #[test]
    fn types_that_cannot_be_named_here_are_written_out() {
        check_fix(
            rule_of(module_path!()),
            "TS2515",
            "Non-abstract class 'A' does not implement inherited abstract member m from class 'B'.",
            "import { B } from './b';\nclass $0A extends B {\n}\n//- /b.ts\nexport abstract class B { abstract m(o: Opt): Res; }\nexport interface Opt { a: 1 }\ntype Res = string;\n",
            "import { B, Opt } from './b';\nclass A extends B {\n    m(o: Opt): string {\n        throw new Error('Method not implemented.');\n    }\n}\n",
        );
    }

    #[test]
    fn implemented_on_the_way() {
        check_no_fix(
            rule_of(module_path!()),
            "TS2515",
            "Non-abstract class 'C' does not implement inherited abstract member m from class 'A'.",
            "abstract class A { abstract m(): void; }\nclass B extends A { m() { } }\nclass $0C extends B { }\n",
        );
    }
}
