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
//! `Safe` when a single member matches by name, kind and parameters, does not implement another interface, and nothing uses its current
//! name (or every use of it is an error already), while the interface's member is used or implemented elsewhere. `Unsafe` where nothing does
//! that yet, where only the verbs are synonyms, and where the member has uses: they are renamed with it, where all of them are certain.
//! Renaming the interface's member instead is offered where nothing uses that.

use fix::{Applicability, Bulk, Fix, RuleContext};
use index::csharp::{CsMember, CsType};
use index::{Declaration, DeclarationKind, Modifiers, Source};
use semantics::csharp::completion_names::{Name, NameKind, is_unused};
use semantics::csharp::established_members::is_implemented_or_used;
use semantics::csharp::printed::{same_type, simple_name};
use semantics::csharp::similar_names::{has_additional_word, is_renaming, typo_distance};
use semantics::{Use, UseKind, Uses};
use std::sync::Arc;
use syntax::{NodeExt, leaf_at};
use text::{TextEdit, TextRange};

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
                && has_same_signature(d, target)
                && is_similar(&d.name, name)
                && !implements_inherited_member(ctx, &here, &d.name)
        })
        .cloned()
        .collect();
    if found.len() != 1 {
        return Vec::new();
    }
    let Some(own) = found.pop() else { return Vec::new() };
    let back = (!abstract_base).then(|| rename_back(ctx, target, &own)).flatten();
    // Where nothing uses or implements the interface's member yet, it may be the one that was renamed; and two verbs may be two things.
    let certain = abstract_base
        || is_implemented_or_used(ctx, &target.owner, &target.declaration)
            && (typo_distance(&own.declaration.name, name).is_some()
                || has_additional_word(name, &own.declaration.name));
    rename(ctx, &own, name, certain).into_iter().chain(back).collect()
}

fn is_similar(a: &str, b: &str) -> bool {
    a != b && (typo_distance(a, b).is_some_and(|d| d <= 4) || is_renaming(a, b))
}

/// Whether both have the same kind, return type and parameter types, as written; type parameters stand for any type.
fn has_same_signature(a: &Declaration, inherited: &CsMember) -> bool {
    let b = &*inherited.declaration;
    let parameters = a.type_parameters.iter().chain(&b.type_parameters);
    let parameters = parameters.chain(&inherited.owner.declaration.type_parameters);
    let names: Vec<&str> = parameters.map(|p| p.name.as_str()).collect();
    let open = |text: &str| names.contains(&text.trim_end_matches('?'));
    let same = |x: &str, y: &str| same_type(x, y) || open(x) || open(y);
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
            has_same_signature(&own.declaration, m)
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
                && has_same_signature(&own.declaration, m)
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
    rename(ctx, own, name, true).into_iter().collect()
}

fn rename(ctx: &RuleContext<'_>, member: &CsMember, name: &str, certain: bool) -> Option<Fix> {
    let id = member.id.as_ref()?;
    let old = member.declaration.name.as_str();
    let title = format!("Rename '{old}' to '{name}'");
    if uses_are_errors(ctx, old) {
        let range = ctx.index.ranges(id)?.name;
        let applicability = if certain { Applicability::Safe } else { Applicability::Unsafe };
        let fix = ctx.fix(title, applicability).preferred();
        let source = ctx.index.source(&id.path)?;
        let fix = fix.edit_in(&source, TextEdit::replace(range, name));
        // The places that ask for the new name are right as they are: they belong to the fix, so that no other spells them otherwise.
        let asks = ctx.diagnostics.iter().filter(|d| {
            matches!(d.code.as_str(), "CS0103" | "CS1061" | "CS0117") && d.arguments.iter().any(|a| a == name)
        });
        let fix = asks.fold(fix, |fix, d| match ctx.index.source(&d.path) {
            Some(source) if source.hash == d.text_hash => match leaf_at(source.parsed.root(), d.range.start) {
                Some(leaf) if leaf.text_in(source.parsed.text()) == name => {
                    fix.edit_in(&source, TextEdit::replace(leaf.range(), name))
                }
                _ => fix,
            },
            _ => fix,
        });
        return Some(fix.build());
    }
    // Its uses go with it, or it stays.
    let edits = references(ctx, member)?;
    let fix = ctx.fix(title, Applicability::Unsafe);
    let edit = |(source, range): (Arc<Source>, TextRange)| (source, TextEdit::replace(range, name));
    Some(edits.into_iter().map(edit).fold(fix, |fix, (source, edit)| fix.edit_in(&source, edit)).build())
}

/// Renames the interface's member to what the type calls it, if nothing uses the interface's name.
fn rename_back(ctx: &RuleContext<'_>, target: &CsMember, own: &CsMember) -> Option<Fix> {
    let id = target.id.as_ref()?;
    let (name, back) = (target.declaration.name.as_str(), own.declaration.name.as_str());
    let fresh = Name { name: name.into(), kind: NameKind::Value, declared: Vec::new() };
    if !is_unused(ctx, &fresh) || uses_are_errors(ctx, back) {
        return None;
    }
    let range = ctx.index.ranges(id)?.name;
    let fix = ctx.fix(format!("Rename '{name}' to '{back}'"), Applicability::Unsafe).in_bulk(Bulk::Manual);
    let source = ctx.index.source(&id.path)?;
    Some(fix.edit_in(&source, TextEdit::replace(range, back)).build())
}

/// The declaration of a member, its overrides and all its uses; `None` when one of the places where its name stands may be something else, or
/// something that it overrides or implements has the name, too.
fn references(ctx: &RuleContext<'_>, member: &CsMember) -> Option<Vec<(Arc<Source>, TextRange)>> {
    let csharp = ctx.index.csharp();
    let uses = semantics::uses(ctx.index, member.id.as_ref()?).filter(Uses::is_complete)?;
    let below = |u: &Use| {
        let ty = csharp.enclosing_type(&u.source.path, u.range.start);
        ty.is_some_and(|ty| csharp.is_derived_from(&ty, &member.owner))
    };
    let movable = |u: &Use| u.kind != UseKind::Related || below(u);
    uses.certain.iter().all(movable).then(|| uses.certain.into_iter().map(|u| (u.source, u.range)).collect())
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
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

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

    #[test]
    fn uses_are_renamed_with_it_or_it_stays() {
        let rule = rule_of(module_path!());
        let message = "'Block' does not implement interface member 'IBlock.NewIsOpen'";
        let before = "interface IBlock { bool NewIsOpen { get; set; } }\nclass Block : $0IBlock\n{\n    public bool IsOpen { get; set; }\n    Block() { IsOpen = true; this.IsOpen = false; }\n}\nclass Fenced : Block { bool M(Fenced f) => IsOpen && f.IsOpen; }\n";
        let after = before.replace("$0", "").replace("IsOpen", "NewIsOpen").replace("NewNew", "New");
        check_fix(rule, "CS0535", message, before, &after);
        check_fix_all(rule, "CS0535", message, &[], before, None);
        // A use through something of unknown type.
        let unknown = format!("{before}class U {{ bool M() => Unknown().IsOpen; }}\n");
        let interface = unknown.replace("$0", "").replace("bool NewIsOpen", "bool IsOpen");
        check_fix(rule, "CS0535", message, &unknown, &interface);
    }

    #[test]
    fn types_whose_names_begin_with_t_are_no_type_parameters() {
        let before =
            "interface I { void Load(System.TimeSpan t); }\nclass C : $0I { public void LoadCore(int n) { } }\n";
        let message = "'C' does not implement interface member 'I.Load(TimeSpan)'";
        check_no_fix(rule_of(module_path!()), "CS0535", message, before);
        check_no_fix(rule_of(module_path!()), "CS0535", message, &before.replace("System.", ""));
    }

    #[test]
    fn safe_where_the_member_of_the_interface_is_established() {
        let rule = rule_of(module_path!());
        let message = "'C' does not implement interface member 'I.Load(int)'";
        let before = "interface I { void Load(int a); }\nclass C : $0I { public void LoadCore(int a) { } }\n";
        check_fix_all(rule, "CS0535", message, &[], before, None);
        let used = format!("{before}class U {{ void M(I i) => i.Load(1); }}\n");
        check_fix_all(rule, "CS0535", message, &[], &used, Some(&used.replace("$0", "").replace("LoadCore", "Load")));
        let verbs = used.replace("LoadCore", "FetchAll").replace("Load(", "LoadAll(");
        check_fix_all(rule, "CS0535", &message.replace("Load", "LoadAll"), &[], &verbs, None);
    }
}
