//! # Ambiguous reference
//!
//! Two namespaces in scope contain a type of that name. How the name is used may tell which one is meant: the members that are used, the
//! arguments of constructors, what may be inherited.
//!
//! ```csharp before
//! //@ error CS0104: 'Timer' is an ambiguous reference between 'System.Timers.Timer' and 'System.Threading.Timer'
//! using System.Threading;
//! using System.Timers;
//!
//! class C
//! {
//!     void M($0Timer t) => t.Elapsed += (a, b) => Thread.Sleep(1);
//! }
//! ```
//! ```csharp after
//! using System.Threading;
//! using System.Timers;
//! using Timer = System.Timers.Timer;
//!
//! class C
//! {
//!     void M(Timer t) => t.Elapsed += (a, b) => Thread.Sleep(1);
//! }
//! ```
//!
//! ```csharp before
//! //@ error CS0104: 'T' is an ambiguous reference between 'N1.T' and 'N2.T'
//! //@ fix: using T = N2.T;
//! using N1;
//! using N2;
//!
//! class C { $0T x; A a; B b; }
//! namespace N1 { class T { } class A { } }
//! namespace N2 { class T { } class B { } }
//! ```
//! ```csharp after
//! using N1;
//! using N2;
//! using T = N2.T;
//!
//! class C { T x; A a; B b; }
//! namespace N1 { class T { } class A { } }
//! namespace N2 { class T { } class B { } }
//! ```
//!
//! ## Fix safety
//! An alias is `Safe` when the file's uses of the name fit only one of the two types. So is the qualified name, instead, where a type is generic
//! or where some uses fit only the one and some only the other. Otherwise all are `Unsafe`, and one has to be chosen: either type may compile.
//! Removing a directive is always `Unsafe`: other code may need it.

use super::support::type_evidence::Uses;
use super::support::usings::namespace_of;
use codegen::csharp::deletion::line_deletion;
use diagnostics::SourceDiagnostic;
use fix::{Applicability, Bulk, Fix, ImportRequest, RuleContext};
use index::Modifiers;
use rustc_hash::FxHashSet;
use semantics::csharp::printed::{generic_name, qualifier, simple_name};
use syntax::csharp::lexical::{TokenKind, active_branches, tokens};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS0104"];

/// The most uses of one name that are looked at.
const MAX_USES: usize = 32;

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let (Some(name), Some(first), Some(second)) = (ctx.argument(0), ctx.argument(1), ctx.argument(2)) else {
        return Vec::new();
    };
    let Some(token) = ctx.token() else { return Vec::new() };
    let text = ctx.text();
    let mut sides = [first, second];
    let (meant, everywhere) = decide(ctx, name, sides);
    if meant == Some(1) {
        sides.swap(0, 1);
    }
    // Several answers are plausible where the uses do not decide.
    let offer = |title: String, i: usize| match meant {
        Some(_) if i == 0 => ctx.fix(title, Applicability::Safe).preferred(),
        _ => ctx.fix(title, Applicability::Unsafe).in_bulk(Bulk::Manual),
    };
    let mut out = Vec::new();
    // An alias cannot be generic. It holds for the whole file.
    let generic = token.parent().is_some_and(|p| p.kind() == "generic_name") || first.contains('<');
    let mut aliases = Vec::new();
    for (i, side) in sides.iter().enumerate().filter(|_| !generic) {
        let request = ImportRequest::UsingAlias { alias: name.to_owned(), target: (*side).to_owned() };
        let title = format!("using {name} = {side};");
        let fix = match everywhere {
            true => offer(title, i),
            false => ctx.fix(title, Applicability::Unsafe).in_bulk(Bulk::Manual),
        };
        aliases.push(fix.import(request).build());
    }
    let mut qualified = Vec::new();
    for (i, side) in sides.iter().enumerate().filter(|_| token.text_in(text) == generic_name(name)) {
        let plain = generic_name(side);
        let fix = match generic || !everywhere {
            true => offer(plain.to_owned(), i),
            false => ctx.fix(plain, Applicability::Unsafe).in_bulk(Bulk::Manual),
        };
        qualified.push(fix.replace(token.range(), plain).build());
    }
    match everywhere {
        true => out.extend(aliases.into_iter().chain(qualified)),
        false => out.extend(qualified.into_iter().chain(aliases)),
    }
    // A directive that the file needs for nothing else.
    let unused: Vec<Option<Node<'_>>> =
        sides.iter().map(|s| directive(ctx, namespace(s)).filter(|_| !is_used(ctx, namespace(s)))).collect();
    let superfluous = match (&unused[..], meant) {
        ([None, Some(directive)], _) | ([_, Some(directive)], Some(_)) => Some((sides[1], *directive)),
        ([Some(directive), None], None) => Some((sides[0], *directive)),
        _ => None,
    };
    if let Some((side, directive)) = superfluous {
        let fix = ctx.fix(format!("Remove 'using {};'", namespace(side)), Applicability::Unsafe);
        // With nothing else to go by, the directive that is of no other use is the one too many.
        let fix = if meant.is_none() { fix } else { fix.in_bulk(Bulk::Manual) };
        out.push(fix.delete(line_deletion(text, directive.range())).build());
    }
    out
}

/// The side that this use fits, if it fits only one, and whether no other use of the name in the file fits only the other one. A use that
/// fits both means what the others mean.
fn decide(ctx: &RuleContext<'_>, name: &str, sides: [&str; 2]) -> (Option<usize>, bool) {
    let model = ctx.csharp();
    // In an attribute the types have longer names.
    let candidates = sides.map(|side| {
        let visible = ctx.index.csharp().types_visible(simple_name(side), ctx.path());
        visible.into_iter().find(|t| t.full_name() == generic_name(side))
    });
    let [Some(first), Some(second)] = &candidates else { return (None, true) };
    let vote = |offset: usize| {
        let uses = Uses::at(ctx, offset)?;
        match [first, second].map(|ty| uses.fits(ctx, &model, ty)) {
            [true, false] => Some(0),
            [false, true] => Some(1),
            _ => None,
        }
    };
    let same = |d: &&SourceDiagnostic| {
        let printed = [d.argument(1), d.argument(2)];
        d.code == *ctx.code()
            && d.argument(0) == Some(name)
            && (printed == sides.map(Some) || printed == [Some(sides[1]), Some(sides[0])])
    };
    let own = vote(ctx.diagnostic.range.start);
    let all = ctx.diagnostics.in_file(ctx.path()).iter().filter(same).take(MAX_USES);
    let mut votes: Vec<usize> = all.filter_map(|d| vote(d.range.start)).chain(own).collect();
    votes.sort_unstable();
    votes.dedup();
    match votes[..] {
        [only] => (Some(only), true),
        [] => (None, true),
        _ => (own, false),
    }
}

fn namespace(full: &str) -> &str {
    qualifier(full)
}

/// The file's using directive for a namespace.
fn directive<'a>(ctx: &RuleContext<'a>, namespace: &str) -> Option<Node<'a>> {
    let mut stack = vec![ctx.root()];
    while let Some(node) = stack.pop() {
        for child in node.named() {
            match child.kind() {
                "using_directive" if namespace_of(child, ctx.text()).as_deref() == Some(namespace) => {
                    return Some(child);
                }
                "namespace_declaration" | "declaration_list" | "preproc_if" => stack.push(child),
                _ => {}
            }
        }
    }
    None
}

/// Whether the file uses another type or extension method of the namespace. Ambiguous names do not count.
fn is_used(ctx: &RuleContext<'_>, namespace: &str) -> bool {
    let text = ctx.text();
    let tokens = tokens(&active_branches(text, ctx.diagnostic.range.start));
    let ambiguous: Vec<&str> = ctx
        .diagnostics
        .in_file(ctx.path())
        .iter()
        .filter(|d| d.code.as_str() == "CS0104")
        .filter_map(|d| d.argument(0))
        .map(generic_name)
        .collect();
    let words: FxHashSet<&str> = tokens
        .iter()
        .filter(|t| t.kind == TokenKind::Word)
        .map(|t| t.text(text))
        .filter(|w| !ambiguous.contains(w))
        .collect();
    let csharp = ctx.index.csharp();
    csharp.types_in_namespace(namespace).iter().any(|ty| {
        let name = ty.declaration.name.as_str();
        if words.contains(name) || name.strip_suffix("Attribute").is_some_and(|n| words.contains(n)) {
            return true;
        }
        ty.declaration.modifiers.contains(Modifiers::STATIC)
            && csharp.members(ty).iter().any(|m| {
                m.declaration.modifiers.contains(Modifiers::EXTENSION) && words.contains(m.declaration.name.as_str())
            })
    })
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix_all, check_fix_titled};

    const TIMER: &str = "'Timer' is an ambiguous reference between 'System.Timers.Timer' and 'System.Threading.Timer'";
    const T: &str = "'T' is an ambiguous reference between 'N1.T' and 'N2.T'";

    fn safe(message: &str, before: &str, after: Option<&str>) {
        check_fix_all(rule_of(module_path!()), "CS0104", message, &[], before, after);
    }

    #[test]
    fn the_other_type_of_a_generic_name() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0104",
            "'T<>' is an ambiguous reference between 'N1.T<A>' and 'N2.T<A>'",
            "Remove 'using N2;'",
            "using N1;\nusing N2;\nclass C { $0T<int> x; U y; }\nnamespace N1 { class T<A> { } class U { } }\nnamespace N2 { class T<A> { } }\n",
            "using N1;\nclass C { T<int> x; U y; }\nnamespace N1 { class T<A> { } class U { } }\nnamespace N2 { class T<A> { } }\n",
        );
    }

    /// The file `use.cs` with the two namespaces beside it; whether an alias for the side, or nothing, is safe.
    fn decided(body: &str, types: [&str; 2], side: Option<&str>) {
        let file = |alias: &str, body: &str| format!("using N1;\nusing N2;\n{alias}\n{body}\n");
        let types = format!("namespace N1 {{ {} public class A {{ }} }}\nnamespace N2 {{ {} }}\n", types[0], types[1]);
        let before = format!("//- /use.cs\n{}//- /types.cs\n{types}", file("", body));
        let after = side.map(|s| file(&format!("using T = {s};\n"), &body.replace("$0", "")));
        safe(T, &before, after.as_deref());
    }

    #[test]
    fn uses_decide() {
        let types = [
            "public class T { public T(string a, int b) { } public void Go(int a) { } }",
            "public class T { public T(string a) { } public static T Of() => null; public void Go() { } public int P; }",
        ];
        decided("class C { object M(int? n) => new $0T(\"a\", n.Value); }", types, Some("N1.T"));
        decided("class C { object M() => new $0T(\"a\"); }", types, Some("N2.T"));
        decided("class C { object M() => $0T.Of(); }", types, Some("N2.T"));
        decided("class C { void M($0T t) { t.Go(1); } }", types, Some("N1.T"));
        decided("class C { $0T _t; void M() { this._t?.Go(); } }", types, Some("N2.T"));
        decided("class C { int M(object o) => o is $0T t ? t.P : 0; }", types, Some("N2.T"));
        // Both fit, or neither.
        decided("class C { $0T t; A a; }", types, None);
        decided("class C { void M($0T t) { t.Missing(); } }", types, None);
        // Returned, cast and created values.
        decided("class C { $0T M() => new T(\"a\"); }", types, Some("N2.T"));
        decided("class C { int M(object o) => (($0T)o).P; }", types, Some("N2.T"));
        decided("class C { void M(object o) { var t = o as $0T; t.Go(1); } }", types, Some("N1.T"));
        // Another variable of the name.
        decided("class C { $0T _t; void M(A _t) { _t.Go(); } }", types, None);
    }

    #[test]
    fn the_position_decides() {
        decided("class C : $0T { }", ["public sealed class T { }", "public class T { }"], Some("N2.T"));
        decided("class C { $0T t; }", ["public static class T { }", "public class T { }"], Some("N2.T"));
    }

    #[test]
    fn the_arguments_of_attributes() {
        let before = "//- /use.cs\nusing N1;\nusing N2;\n\n[$0T(1, P = 2)] class C { }\n//- /types.cs\nnamespace N1 { public class TAttribute : System.Attribute { public TAttribute(int a) { } public int P; } }\nnamespace N2 { public class TAttribute : System.Attribute { public TAttribute() { } public int P; } }\n";
        let after = "using N1;\nusing N2;\nusing T = N1.TAttribute;\n\n[T(1, P = 2)] class C { }\n";
        let message = "'T' is an ambiguous reference between 'N1.TAttribute' and 'N2.TAttribute'";
        safe(message, before, Some(after));
    }

    #[test]
    fn a_directive_that_nothing_else_uses_is_not_removed_safely() {
        let file = |alias: &str, mark: &str| {
            format!(
                "using System.Threading;\nusing System.Timers;\n{alias}\nclass C\n{{\n    {mark}Timer _t = new Timer(1000);\n    void M() => _t.Elapsed += (_, _) => Thread.Sleep(1);\n}}\n"
            )
        };
        safe(TIMER, &file("", "$0"), Some(&file("using Timer = System.Timers.Timer;\n", "")));
        let open = "using System.Threading;\nusing System.Timers;\nclass C\n{\n    $0Timer _t;\n    void M() => Thread.Sleep(1);\n}\n";
        safe(TIMER, open, None);
    }
}
