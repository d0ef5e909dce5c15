//! # Implementation or override with a different name
//!
//! The type does not implement a member of an interface or base class, but has one with a similar name and the same parameters: one of the
//! two was renamed or misspelt.
//!
//! ```csharp before
//! //@ error CS0535: 'C' does not implement interface member 'I.Load(int)'
//! interface I { void Load(int a); }
//!
//! class C : $0I
//! {
//!     public void LoadCore(int a) { }
//! }
//! ```
//! ```csharp after
//! interface I { void Load(int a); }
//!
//! class C : I
//! {
//!     public void Load(int a) { }
//! }
//! ```
//!
//! ```csharp before
//! //@ error CS0115: 'D.Lod()': no suitable method found to override
//! class B { protected virtual void Load() { } }
//! class D : B
//! {
//!     protected override void $0Lod() { }
//! }
//! ```
//! ```csharp after
//! class B { protected virtual void Load() { } }
//! class D : B
//! {
//!     protected override void Load() { }
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` when a single member matches by name, kind and parameters, does not implement another interface, and either every use of its
//! current name is an error already or the new name has no use yet. `Unsafe` otherwise.

use fix::{Applicability, Fix, RuleContext};
use index::csharp::{CsMember, CsType};
use index::{Declaration, DeclarationKind, Modifiers};
use semantics::csharp::completion_names::{Name, NameKind, is_unused};
use semantics::csharp::printed::{same_type, simple_name};
use semantics::csharp::similar_names::{renamed, slip};
use text::TextEdit;

pub(crate) const CODES: &[&str] = &["CS0535", "CS0115", "CS0534", "CS0539"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    let csharp = ctx.index.csharp();
    let Some(here) = csharp.enclosing_type(ctx.path(), ctx.diagnostic.range.start) else { return Vec::new() };
    if ctx.code().as_str() == "CS0539" {
        return misnamed_explicit(ctx, &here);
    }
    if ctx.code().as_str() == "CS0115" {
        return misnamed_override(ctx, &here);
    }
    // `I.M(int)` or `I<T>.P`.
    let Some(wanted) = ctx.argument(1) else { return Vec::new() };
    let head = wanted.split('(').next().unwrap_or(wanted);
    let name = simple_name(head);
    let of_base: Vec<CsMember> = csharp
        .all_members(&here, "")
        .into_iter()
        .filter(|m| m.owner.origin != here.origin && m.declaration.name == name)
        .collect();
    // The overload in the message.
    let inner = wanted.split_once('(').map_or("", |(_, r)| r.trim_end_matches(')'));
    let last = |s: &str| s.trim().trim_end_matches('?').rsplit(['.', ' ']).next().unwrap_or_default().to_owned();
    let printed: Vec<String> = inner.split(',').filter(|s| !s.trim().is_empty()).map(last).collect();
    let same = |m: &&CsMember| {
        let own: Vec<String> = m.declaration.parameters.iter().map(|p| last(&p.type_text)).collect();
        own == printed
    };
    let Some(target) = of_base.iter().find(same).or(of_base.first()) else { return Vec::new() };
    let abstract_base = ctx.code().as_str() == "CS0534";
    let mut found: Vec<CsMember> = csharp
        .members(&here)
        .iter()
        .filter(|m| {
            let d = &m.declaration;
            let open = if abstract_base {
                d.modifiers.contains(Modifiers::OVERRIDE)
            } else {
                d.modifiers.contains(Modifiers::PUBLIC)
            };
            open && d.explicit_interface.is_empty()
                && has_same_signature(d, &target.declaration)
                && is_similar(&d.name, name)
                && !implements_inherited_member(ctx, &here, &d.name)
        })
        .cloned()
        .collect();
    if found.len() != 1 {
        return Vec::new();
    }
    found.pop().and_then(|m| rename(ctx, &m, name)).into_iter().collect()
}

fn is_similar(a: &str, b: &str) -> bool {
    a != b && (slip(a, b).is_some_and(|d| d <= 4) || renamed(a, b))
}

/// Whether both have the same kind, return type and parameter types, as written.
fn has_same_signature(a: &Declaration, b: &Declaration) -> bool {
    let same = |x: &str, y: &str| same_type(x, y) || x.len() == 1 || y.len() == 1 || y.starts_with('T');
    a.kind == b.kind
        && matches!(a.kind, DeclarationKind::Method | DeclarationKind::Property | DeclarationKind::Event)
        && a.type_parameters.len() == b.type_parameters.len()
        && a.parameters.len() == b.parameters.len()
        && same(&a.type_text, &b.type_text)
        && a.parameters.iter().zip(&b.parameters).all(|(p, q)| same(&p.type_text, &q.type_text))
}

/// Whether a base class or interface of the type has a member of that name.
fn implements_inherited_member(ctx: &RuleContext<'_>, ty: &CsType, name: &str) -> bool {
    ctx.index.csharp().all_members(ty, "").iter().any(|m| m.owner.origin != ty.origin && m.declaration.name == name)
}

/// The member whose name the diagnostic is at.
fn reported_member<'m>(ctx: &RuleContext<'_>, members: &'m [CsMember]) -> Option<&'m CsMember> {
    let at = ctx.diagnostic.range.start;
    members.iter().find(|m| {
        m.id.as_ref().is_some_and(|id| {
            *id.path == *ctx.path() && ctx.index.ranges(id).is_some_and(|r| r.name.start <= at && at <= r.name.end)
        })
    })
}

/// `void I.M()` where the interface has no member of that name.
fn misnamed_explicit(ctx: &RuleContext<'_>, here: &CsType) -> Vec<Fix> {
    let csharp = ctx.index.csharp();
    let at = ctx.diagnostic.range.start;
    let members = csharp.members(here);
    let own = reported_member(ctx, &members);
    let Some(own) = own.filter(|m| !m.declaration.explicit_interface.is_empty()) else { return Vec::new() };
    let interface = own.declaration.explicit_interface.as_str();
    let Some(target) = csharp.resolve(interface, ctx.path(), at) else { return Vec::new() };
    let there = |n: &str, count: usize| {
        members.iter().any(|m| {
            m.declaration.explicit_interface == interface
                && m.declaration.name == n
                && m.declaration.parameters.len() == count
        })
    };
    let mut names: Vec<_> = csharp
        .members(&target)
        .iter()
        .filter(|m| {
            let d = &m.declaration;
            has_same_signature(&own.declaration, d)
                && is_similar(&own.declaration.name, &d.name)
                && !there(&d.name, d.parameters.len())
        })
        .map(|m| m.declaration.name.clone())
        .collect();
    names.sort();
    names.dedup();
    let [name] = names.as_slice() else { return Vec::new() };
    // It can only be called through the interface.
    let Some(range) = own.id.as_ref().and_then(|id| ctx.index.ranges(id)).map(|r| r.name) else { return Vec::new() };
    let title = format!("Rename '{}' to '{name}'", own.declaration.name);
    vec![ctx.fix(title, Applicability::Safe).replace(range, name.as_str()).preferred().build()]
}

/// An `override` of a name that the base class does not have.
fn misnamed_override(ctx: &RuleContext<'_>, here: &CsType) -> Vec<Fix> {
    let csharp = ctx.index.csharp();
    let members = csharp.members(here);
    let Some(own) = reported_member(ctx, &members) else { return Vec::new() };
    let mut names: Vec<_> = csharp
        .all_members(here, "")
        .into_iter()
        .filter(|m| {
            let d = &m.declaration;
            m.owner.origin != here.origin
                && d.modifiers.intersects(Modifiers::VIRTUAL | Modifiers::ABSTRACT | Modifiers::OVERRIDE)
                && has_same_signature(&own.declaration, d)
                && is_similar(&own.declaration.name, &d.name)
        })
        .map(|m| m.declaration.name.clone())
        .filter(|n| {
            !members
                .iter()
                .any(|m| m.declaration.name == *n && m.declaration.parameters.len() == own.declaration.parameters.len())
        })
        .collect();
    names.sort();
    names.dedup();
    let [name] = names.as_slice() else { return Vec::new() };
    rename(ctx, own, name).into_iter().collect()
}

fn rename(ctx: &RuleContext<'_>, member: &CsMember, name: &str) -> Option<Fix> {
    let id = member.id.as_ref()?;
    let old = member.declaration.name.as_str();
    let range = ctx.index.ranges(id)?.name;
    let source = ctx.index.source(&id.path)?;
    let fresh = Name { name: name.into(), kind: NameKind::Value, declared: Vec::new() };
    let safe = uses_are_errors(ctx, old) || is_unused(ctx, &fresh);
    let fix =
        ctx.fix(format!("Rename '{old}' to '{name}'"), if safe { Applicability::Safe } else { Applicability::Unsafe });
    let edit = TextEdit::replace(range, name);
    let fix = if *source.path == *ctx.path() { fix.edit(edit) } else { fix.edit_in(&source, edit) };
    Some(if safe { fix.preferred().build() } else { fix.build() })
}

/// Whether each occurrence of the word is a declaration or has an error in the build.
fn uses_are_errors(ctx: &RuleContext<'_>, word: &str) -> bool {
    for path in ctx.index.files_with_word(word, ctx.source.parsed.language()).iter() {
        let Some(text) = ctx.index.text(path) else { continue };
        let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let found = text
            .match_indices(word)
            .filter(|(i, _)| !part(text[..*i].chars().next_back()) && !part(text[i + word.len()..].chars().next()));
        let reported = ctx.diagnostics.in_file(path);
        let open = found.filter(|(i, _)| !reported.iter().any(|d| d.range.start == *i)).count();
        if open == 0 {
            continue;
        }
        let declarations =
            ctx.index.outline(path).map_or(0, |o| o.declarations.iter().filter(|d| d.name == word).count());
        if open > declarations {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_no_fix};

    #[test]
    fn nothing_when_the_member_implements_another_interface() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.Load(int)'",
            "interface I { void Load(int a); }\ninterface J { void LoadCore(int a); }\nclass C : $0I, J { public void LoadCore(int a) { } }\n",
        );
    }

    #[test]
    fn an_explicit_implementation() {
        check_fix(
            rule_of(module_path!()),
            "CS0539",
            "'C.Load()' in explicit interface declaration is not found among members of the interface that can be implemented",
            "interface I { void LoadCore(); }\nclass C : I { void I.$0Load() { } }\n",
            "interface I { void LoadCore(); }\nclass C : I { void I.LoadCore() { } }\n",
        );
    }

    #[test]
    fn nothing_when_the_parameters_differ() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0535",
            "'C' does not implement interface member 'I.Load(int)'",
            "interface I { void Load(int a); }\nclass C : $0I { public void LoadCore(string a) { } }\n",
        );
    }

    #[test]
    fn nothing_when_the_type_differs() {
        check_no_fix(
            rule_of(module_path!()),
            "CS0115",
            "'D.Type': no suitable method found to override",
            "class B { public virtual object TypeId => null; }\nclass D : B { public override string $0Type { get; } }\n",
        );
    }
}
