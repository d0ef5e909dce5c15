//! # Ambiguous reference
//!
//! Two namespaces in scope contain a type of that name.
//!
//! ```csharp before
//! //@ error CS0104: 'Timer' is an ambiguous reference between 'System.Timers.Timer' and 'System.Threading.Timer'
//! using System.Threading;
//! using System.Timers;
//!
//! class C
//! {
//!     $0Timer t;
//!     Thread u;
//! }
//! ```
//! ```csharp after
//! using System.Threading;
//!
//! class C
//! {
//!     Timer t;
//!     Thread u;
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
//! Removing a directive is `Safe` when the file uses nothing else from its namespace and does use the other namespace, or when only the other
//! type has the member or a constructor for the arguments that are used. An alias or a qualified name is `Unsafe`: the error does not tell which type is intended.

use super::support::usings::namespace_of;
use codegen::csharp::deletion::line_deletion;
use fix::{Applicability, Fix, ImportRequest, RuleContext};
use index::csharp::CsType;
use index::{DeclarationKind, Modifiers};
use rustc_hash::FxHashSet;
use semantics::csharp::printed::{generic_name, qualifier};
use semantics::csharp::type_use::{Place, TypeUse, has_static};
use syntax::csharp::lexical::{TokenKind, active_branches, tokens};
use syntax::{Node, NodeExt};

pub(crate) const CODES: &[&str] = &["CS0104"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let (Some(name), Some(first), Some(second)) = (ctx.argument(0), ctx.argument(1), ctx.argument(2)) else {
        return Vec::new();
    };
    let Some(token) = ctx.token() else { return Vec::new() };
    let sides = [first, second];
    let mut out = Vec::new();
    let text = ctx.text();
    let directives: Vec<Option<Node<'_>>> = sides.iter().map(|s| directive(ctx, namespace(s))).collect();
    let unused: Vec<bool> =
        sides.iter().zip(&directives).map(|(s, d)| d.is_some() && !is_used(ctx, namespace(s))).collect();
    // The member that is used identifies the intended type.
    let used = TypeUse::at(ctx, ctx.diagnostic.range.start);
    let has = |side: &str| {
        let member = used.as_ref().and_then(|u| u.member);
        let types = ctx.index.csharp().types_visible(name, ctx.path());
        let mut own = types.iter().filter(|t| t.full_name() == generic_name(side));
        match (member, used.as_ref().and_then(arguments)) {
            (Some(m), _) => own.any(|t| has_static(t, m, ctx)),
            (None, Some(count)) => own.any(|t| is_constructed_with(ctx, t, count)),
            (None, None) => true,
        }
    };
    let fits = [has(first), has(second)];
    let unused_side = match (unused.as_slice(), fits) {
        ([_, true], [true, false]) | ([false, true], [true, true]) => Some(1),
        ([true, _], [false, true]) | ([true, false], [true, true]) => Some(0),
        _ => None,
    };
    if let Some(side) = unused_side
        && let Some(directive) = directives[side]
    {
        let removed = namespace(sides[side]);
        let fix = ctx.fix(format!("Remove 'using {removed};'"), Applicability::Safe);
        out.push(fix.delete(line_deletion(text, directive.range())).preferred().build());
    }
    // An alias cannot be generic.
    let generic = token.parent().is_some_and(|p| p.kind() == "generic_name") || first.contains('<');
    if !generic {
        for side in sides {
            let request = ImportRequest::UsingAlias { alias: name.to_owned(), target: side.to_owned() };
            out.push(ctx.fix(format!("using {name} = {side};"), Applicability::Unsafe).import(request).build());
        }
    }
    if token.text_in(text) == name {
        for side in sides {
            let plain = generic_name(side);
            out.push(ctx.fix(plain, Applicability::Unsafe).replace(token.range(), plain).build());
        }
    }
    out
}

/// The number of arguments, where the type is instantiated.
fn arguments(used: &TypeUse<'_>) -> Option<usize> {
    let creation =
        used.node.parent().filter(|p| used.place == Place::New && p.kind() == "object_creation_expression")?;
    Some(creation.field("arguments").map_or(0, |a| a.named().iter().filter(|n| n.kind() == "argument").count()))
}

/// Whether the type has a constructor for so many arguments.
fn is_constructed_with(ctx: &RuleContext<'_>, ty: &CsType, count: usize) -> bool {
    let accepts = |parameters: &[index::Parameter]| {
        let least = parameters.iter().filter(|p| !p.optional && !p.rest).count();
        least <= count && (count <= parameters.len() || parameters.iter().any(|p| p.rest))
    };
    let members = ctx.index.csharp().members(ty);
    let mut constructors = members.iter().filter(|m| {
        m.declaration.kind == DeclarationKind::Constructor && !m.declaration.modifiers.contains(Modifiers::STATIC)
    });
    let primary = &ty.declaration.parameters;
    let implied = primary.is_empty() && constructors.clone().next().is_none() && count == 0;
    implied || !primary.is_empty() && accepts(primary) || constructors.any(|m| accepts(&m.declaration.parameters))
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
    // A name after a dot is a member, or it is qualified: only an extension method can be meant.
    let mut words: FxHashSet<&str> = FxHashSet::default();
    let mut first: FxHashSet<&str> = FxHashSet::default();
    let mut before = "";
    for token in &tokens {
        let word = token.text(text);
        if token.kind == TokenKind::Word && !ambiguous.contains(&word) {
            words.insert(word);
            if !matches!(before, "." | "?." | "::") {
                first.insert(word);
            }
        }
        before = word;
    }
    let csharp = ctx.index.csharp();
    csharp.types_in_namespace(namespace).iter().any(|ty| {
        let name = ty.declaration.name.as_str();
        if first.contains(name) || name.strip_suffix("Attribute").is_some_and(|n| first.contains(n)) {
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

    #[test]
    fn the_constructor_tells_and_members_do_not_count() {
        let other = "//- /e.cs\nnamespace N.E { public class T { public T(string a, int b) { } } }\n//- /t.cs\nnamespace N.T2 { public class T { public T(string a) { } } public class Value { } }\n";
        let before = |arguments: &str| {
            format!(
                "//- /a.cs\nusing N.E;\nusing N.T2;\nclass C {{ object M(int? n) => new $0T({arguments}); }}\n{other}"
            )
        };
        let rule = rule_of(module_path!());
        let message = "'T' is an ambiguous reference between 'N.E.T' and 'N.T2.T'";
        let after = "using N.E;\nclass C { object M(int? n) => new T(\"a\", n.Value); }\n";
        check_fix_all(rule, "CS0104", message, &[], &before("\"a\", n.Value"), Some(after));
        check_fix_all(rule, "CS0104", message, &[], &before("1, 2, 3"), None);
    }

    #[test]
    fn qualified_within_a_generic_name() {
        check_fix_titled(
            rule_of(module_path!()),
            "CS0104",
            "'T<>' is an ambiguous reference between 'N1.T<A>' and 'N2.T<A>'",
            "Remove 'using N2;'",
            "using N1;\nusing N2;\nclass C { $0T<int> x; U y; }\nnamespace N1 { class T<A> { } class U { } }\nnamespace N2 { class T<A> { } }\n",
            "using N1;\nclass C { T<int> x; U y; }\nnamespace N1 { class T<A> { } class U { } }\nnamespace N2 { class T<A> { } }\n",
        );
    }
}
