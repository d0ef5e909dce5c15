//! # Accessibility that is not allowed here
//!
//! A static constructor has no accessibility (CS0515), a sealed class (CS0628) or a static class (CS1057) has no heirs that `protected` could
//! be for, a declaration has one accessibility only (CS0107), the parts of a type have the same one (CS0262), and a struct's constructor
//! without parameters is public (CS8958).
//!
//! ```csharp before
//! //@ error CS0515: 'Settings.Settings()': access modifiers are not allowed on static constructors
//! static class Settings
//! {
//!     public static $0Settings$0() { }
//! }
//! ```
//! ```csharp after
//! static class Settings
//! {
//!     static Settings() { }
//! }
//! ```
//! ```csharp before
//! //@ warning CS0628: 'Point.x': new protected member declared in sealed type
//! public sealed class Point
//! {
//!     protected int $0x$0 = 1;
//!     public int M() => x;
//! }
//! ```
//! ```csharp after
//! public sealed class Point
//! {
//!     private int x = 1;
//!     public int M() => x;
//! }
//! ```
//!
//! ## Fix safety
//! `Safe`: `private` for `protected` (and `internal` for `protected internal`) in a sealed class, which gives the same access, unless the build
//! says that the member is used elsewhere (nothing where a base class has a member of its name: `override` is missing); no modifier on a constructor that can only be static; `public` on the constructor of a struct.
//! Otherwise `Unsafe`: another modifier may be the wrong one.

use super::support::unknown_base::has_unknown_base;
use codegen::csharp::deletion::with_space_after;
use codegen::csharp::modifiers::accessibility_edit;
use fix::{Applicability, Fix, FixBuilder, RuleContext};
use index::csharp::{CsMember, TypeOrigin};
use index::{DeclarationKind, Modifiers};
use syntax::csharp::{MEMBERS, has_modifier, modifier_rank, modifiers, name_of, type_of};
use syntax::{Node, NodeExt, children_of_kind, leaf_at};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0515", "CS0628", "CS1057", "CS0107", "CS0262", "CS8958"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let Some(member) = ctx.token().and_then(|t| t.enclosing(MEMBERS)) else { return Vec::new() };
    match ctx.code().as_str() {
        "CS0515" => without_access(ctx, member).into_iter().collect(),
        "CS0628" | "CS1057" => instead_of_protected(ctx, member),
        "CS0107" => one_of_several(ctx, member),
        "CS0262" => of_all_parts(ctx, member),
        _ => of_struct(ctx, member).into_iter().collect(),
    }
}

/// The access modifiers of a declaration or an accessor.
fn access<'t>(node: Node<'t>, text: &str) -> Vec<Node<'t>> {
    modifiers(node).into_iter().filter(|m| modifier_rank(m.text_in(text)) == 0).collect()
}

/// A static constructor without its access modifiers.
fn without_access(ctx: &RuleContext<'_>, constructor: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let found = access(constructor, text);
    let [first, .., last] = found.as_slice() else {
        let [only] = found.as_slice() else { return None };
        return remove(ctx, constructor, only.text_in(text), *only, *only);
    };
    let words = &text[first.start_byte()..last.end_byte()];
    remove(ctx, constructor, words, *first, *last)
}

fn remove(ctx: &RuleContext<'_>, constructor: Node<'_>, words: &str, first: Node<'_>, last: Node<'_>) -> Option<Fix> {
    let text = ctx.text();
    let ty = type_of(constructor)?;
    let empty = |n: &Node<'_>| n.field("parameters").is_some_and(|p| p.named().is_empty());
    // Where the class cannot have instances, or has another such constructor for them, this one is static for certain.
    let other = |n: &Node<'_>| n.kind() == "constructor_declaration" && *n != constructor && empty(n);
    let certain = has_modifier(ty, text, "static") || ty.field("body").is_some_and(|b| b.named().iter().any(other));
    let safe = if certain && empty(&constructor) { Applicability::Safe } else { Applicability::Unsafe };
    let range = first.start_byte()..with_space_after(text, last).end;
    Some(ctx.fix(format!("Remove '{words}' modifier"), safe).delete(range).preferred().build())
}

/// `edit` with the accessors' own modifiers taken away: they must be narrower than the member's.
fn with_plain_accessors<'a>(mut fix: FixBuilder<'a>, member: Node<'_>, text: &str) -> FixBuilder<'a> {
    let accessors = member.field("accessors").map_or_else(Vec::new, |l| children_of_kind(l, "accessor_declaration"));
    for accessor in accessors {
        if let (Some(first), Some(last)) = (access(accessor, text).first(), access(accessor, text).last()) {
            fix = fix.delete(first.start_byte()..with_space_after(text, *last).end);
        }
    }
    fix
}

fn instead_of_protected(ctx: &RuleContext<'_>, member: Node<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let written: Vec<&str> = access(member, text).iter().map(|m| m.text_in(text)).collect();
    if !written.contains(&"protected") {
        return Vec::new();
    }
    let Some(name) = name_of(member).map(|n| n.text_in(text)) else { return Vec::new() };
    if may_override(ctx, member, name) {
        return Vec::new();
    }
    let refused = |d: &diagnostics::SourceDiagnostic| {
        let named = |printed: &str| printed.split('(').next().and_then(|p| p.rsplit('.').next()) == Some(name);
        d.code == "CS0122" && d.argument(0).is_some_and(named)
    };
    let used = ctx.diagnostics.iter().any(refused);
    let same = if written.contains(&"internal") { "internal" } else { "private" };
    let order: [&str; 3] = match (same, used) {
        ("private", false) => ["private", "internal", "public"],
        _ => ["internal", "public", "private"],
    };
    // A static class is an error beside it: the class may be static by mistake.
    let safe = ctx.code() == "CS0628" && !used;
    let offer = |wanted: &&str| {
        let (range, new) = accessibility_edit(member, text, wanted);
        let safe = if safe && *wanted == same { Applicability::Safe } else { Applicability::Unsafe };
        let fix = ctx.fix(format!("Change accessibility to '{wanted}'"), safe).replace(range, new);
        let fix = if *wanted == "private" { with_plain_accessors(fix, member, text) } else { fix };
        if **wanted == *order[0] { fix.preferred() } else { fix }.build()
    };
    order.iter().map(offer).collect()
}

/// Whether a base class has a member of the name: then `override` is what is missing, and the accessibility is right.
fn may_override(ctx: &RuleContext<'_>, member: Node<'_>, name: &str) -> bool {
    let csharp = ctx.index.csharp();
    let Some(own) = csharp.enclosing_type(ctx.path(), member.start_byte()) else { return true };
    let mut inherited = |m: &CsMember| m.declaration.name == name && m.owner.origin != own.origin;
    ctx.diagnostics.in_file(ctx.path()).iter().any(|d| {
        matches!(d.code.as_str(), "CS0114" | "CS0108" | "CS0534") && member.byte_range().contains(&d.range.start)
    }) || has_unknown_base(ctx, &own)
        || !csharp.all_members_where(&own, "", &mut inherited).is_empty()
}

/// Several access modifiers that do not go together: each of them may be the wrong one.
fn one_of_several(ctx: &RuleContext<'_>, member: Node<'_>) -> Vec<Fix> {
    let text = ctx.text();
    let found = access(member, text);
    if found.len() < 2 {
        return Vec::new();
    }
    let mut words: Vec<&str> = found.iter().map(|m| m.text_in(text)).collect();
    words.dedup();
    let offer = |keep: &&str| {
        let (range, _) = accessibility_edit(member, text, "public");
        ctx.fix(format!("Change accessibility to '{keep}'"), Applicability::Unsafe).replace(range, *keep).build()
    };
    words.iter().map(offer).collect()
}

/// One accessibility for all parts of a type: each that one of them has.
fn of_all_parts(ctx: &RuleContext<'_>, part: Node<'_>) -> Vec<Fix> {
    let find = || {
        let name = part.field("name")?;
        let ty = ctx.index.csharp().enclosing_type(ctx.path(), name.start_byte())?;
        let TypeOrigin::Source(parts) = &ty.origin else { return None };
        let all = Modifiers::PUBLIC | Modifiers::PROTECTED | Modifiers::INTERNAL | Modifiers::PRIVATE;
        let mut found = Vec::new();
        for id in parts.iter() {
            let source = ctx.index.source(&id.path)?;
            let start = ctx.index.ranges(id)?.name.start;
            let declared = ctx.index.outline(&id.path)?.declarations.get(id.index as usize)?.modifiers & all;
            found.push((source, start, declared));
        }
        let mut offers = Vec::new();
        for (word, of) in [
            ("public", Modifiers::PUBLIC),
            ("internal", Modifiers::INTERNAL),
            ("protected", Modifiers::PROTECTED),
            ("private", Modifiers::PRIVATE),
        ] {
            if !found.iter().any(|(.., m)| *m == of) {
                continue;
            }
            let mut fix = ctx.fix(format!("Change accessibility to '{word}'"), Applicability::Unsafe);
            for (source, start, declared) in &found {
                let text = source.parsed.text();
                let node = leaf_at(source.parsed.root(), *start)?.enclosing(MEMBERS)?;
                // A part without modifiers takes those of the others.
                if !declared.is_empty() && *declared != of {
                    let (range, new) = accessibility_edit(node, text, word);
                    fix = fix.edit_in(source, TextEdit::replace(range, new));
                }
            }
            offers.push(fix.build());
        }
        Some(offers)
    };
    find().unwrap_or_default()
}

fn of_struct(ctx: &RuleContext<'_>, constructor: Node<'_>) -> Option<Fix> {
    let ty = ctx.index.csharp().enclosing_type(ctx.path(), constructor.start_byte())?;
    let is_struct = matches!(ty.declaration.kind, DeclarationKind::Struct | DeclarationKind::RecordStruct);
    let (range, new) = accessibility_edit(constructor, ctx.text(), "public");
    let fix = ctx.fix("Change accessibility to 'public'", Applicability::Safe).replace(range, new).preferred();
    (is_struct && constructor.kind() == "constructor_declaration").then(|| fix.build())
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_fix_titled, check_no_fix};

    #[test]
    fn static_constructors() {
        let message = "'C.C()': access modifiers are not allowed on static constructors";
        for (before, after) in [
            ("class C { public static $0C() { } }", "class C { static C() { } }"),
            ("struct C { protected internal static $0C() => M(); }", "struct C { static C() => M(); }"),
            ("record C { [A] /* a */ static private $0C() { } }", "record C { [A] /* a */ static C() { } }"),
        ] {
            check_fix(rule_of(module_path!()), "CS0515", message, before, after);
            check_fix_all(rule_of(module_path!()), "CS0515", message, &[], before, None);
        }
        let both = "class C { C() { } public static $0C() { } }";
        let after = "class C { C() { } static C() { } }";
        check_fix_all(rule_of(module_path!()), "CS0515", message, &[], both, Some(after));
        check_no_fix(rule_of(module_path!()), "CS0515", message, "class C { static $0C() { } }");
    }

    #[test]
    fn sealed_and_static_classes() {
        let message = "'C.P': new protected member declared in sealed type";
        let before = "sealed class C { protected int $0P { get; private set; } }";
        let after = "sealed class C { private int P { get; set; } }";
        check_fix_all(rule_of(module_path!()), "CS0628", message, &[], before, Some(after));
        let used = [("CS0122", "'C.P' is inaccessible due to its protection level")];
        check_fix_all(rule_of(module_path!()), "CS0628", message, &used, before, None);
        // What lost its `override` has the accessibility of the member that it overrides.
        let before = "class B { protected virtual int P => 1; }\nsealed class C : B { protected int $0P => 2; }";
        check_no_fix(rule_of(module_path!()), "CS0628", message, before);
        check_fix(
            rule_of(module_path!()),
            "CS0628",
            message,
            "sealed class C { protected internal static int $0P; }",
            "sealed class C { internal static int P; }",
        );
        let message = "'C.P.get': static classes cannot contain protected members";
        let before = "static class C { protected static int P { $0get; set; } }";
        check_fix(
            rule_of(module_path!()),
            "CS1057",
            message,
            before,
            "static class C { private static int P { get; set; } }",
        );
        check_fix_all(rule_of(module_path!()), "CS1057", message, &[], before, None);
    }

    #[test]
    fn one_accessibility() {
        let rule = rule_of(module_path!());
        let message = "More than one protection modifier";
        let before = "class C { private public void $0M() { } }";
        let title = "Change accessibility to 'public'";
        check_fix_titled(rule, "CS0107", message, title, before, "class C { public void M() { } }");
        check_no_fix(rule, "CS0107", message, "class C { public void $0M() { } }");
        let message = "Partial declarations of 'A' have conflicting accessibility modifiers";
        check_fix(
            rule,
            "CS0262",
            message,
            "public partial class $0A { }\npartial class A { }\n//- /b.cs\ninternal partial class A { }\n",
            "public partial class A { }\npartial class A { }\n//- /b.cs\npublic partial class A { }\n",
        );
        let message = "The parameterless struct constructor must be 'public'.";
        check_fix(rule, "CS8958", message, "struct S { $0S() { } }", "struct S { public S() { } }");
        check_fix(rule, "CS8958", message, "struct S { internal $0S() { } }", "struct S { public S() { } }");
        check_no_fix(rule, "CS8958", message, "class S { $0S() { } }");
    }
}
