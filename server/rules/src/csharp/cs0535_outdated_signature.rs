//! # Implementation or override with an outdated signature
//!
//! The type does not implement a member, but has a method of that name that implements nothing: the interface's or base class's method got
//! parameters, lost some, or became asynchronous. The method follows, and keeps its body.
//!
//! ```csharp before
//! //@ error CS0535: 'Rule' does not implement interface member 'IRule.Validate(string, bool)'
//! interface IRule { void Validate(string text, bool strict); }
//!
//! class Rule : $0IRule$0
//! {
//!     void IRule.Validate(string text)
//!     {
//!         System.Console.WriteLine(text);
//!     }
//! }
//! ```
//! ```csharp after
//! interface IRule { void Validate(string text, bool strict); }
//!
//! class Rule : IRule
//! {
//!     void IRule.Validate(string text, bool strict)
//!     {
//!         System.Console.WriteLine(text);
//!     }
//! }
//! ```
//! ```csharp before
//! //@ error CS0535: 'Half' does not implement interface member 'IRate.ApplyAsync(int, CancellationToken)'
//! using System.Threading;
//! using System.Threading.Tasks;
//! interface IRate { Task<int> ApplyAsync(int price, CancellationToken token = default); }
//!
//! class Half : $0IRate$0
//! {
//!     public int Apply(int price) => price / 2;
//! }
//! ```
//! ```csharp after
//! using System.Threading;
//! using System.Threading.Tasks;
//! interface IRate { Task<int> ApplyAsync(int price, CancellationToken token = default); }
//!
//! class Half : IRate
//! {
//!     public Task<int> ApplyAsync(int price, CancellationToken token = default) => Task.FromResult(price / 2);
//! }
//! ```
//!
//! ## Fix safety
//! `Safe` where parameters are added to an explicit implementation, which can only be called through the interface. Otherwise `Unsafe`: the
//! method may be called directly, which is not repaired in bulk. Parameters are not removed in bulk either: they may be missing above.
//! Nothing is offered where several methods could be meant, where the body uses a parameter that would go, or where a new parameter would
//! hide a name that the body uses.

use super::support::unimplemented::{
    Implementer, Missing, named, same_result, same_shape, signature_type, with_type_parameters_of,
};
use codegen::csharp::asynchrony::{CompletedTask, complete_tasks, task_result};
use codegen::csharp::deletion::{list_item_removal, merge_ranges};
use codegen::csharp::stubs::Writer;
use fix::{Applicability, Bulk, Fix, RuleContext};
use index::csharp::TypeOrigin;
use index::{DeclarationKind, Modifiers, Parameter};
use semantics::csharp::established_members::is_called_through;
use semantics::csharp::printed::Display;
use semantics::csharp::{Member, Place, SemanticModel, Type};
use syntax::csharp::{TYPES, identifiers_named, parameters, written_type};
use syntax::{Node, NodeExt, leaf_at};
use text::{TextEdit, merge_edits};

pub(crate) const CODES: &[&str] = &["CS0535", "CS0738", "CS0539", "CS0534", "CS0115"];

pub(crate) fn fixes(ctx: &RuleContext<'_>) -> Vec<Fix> {
    find(ctx).into_iter().collect()
}

fn find(ctx: &RuleContext<'_>) -> Option<Fix> {
    let text = ctx.text();
    let token = ctx.token()?;
    let ty = token.enclosing(TYPES)?;
    let model = ctx.csharp();
    let implementer = Implementer::at(ctx, &model, ty.field("body")?.start_byte());
    let at_own = |own: &&Member| {
        let Place::Declaration(id) = &own.place else { return false };
        let range = || ctx.index.ranges(id).map(|r| r.name);
        *id.path == *ctx.path() && range().is_some_and(|r| r.start <= token.start_byte() && token.start_byte() < r.end)
    };
    let printed = || Display::parse(ctx.argument(1)?);
    let explicit = |m: &Member| !m.declaration.explicit_interface.is_empty();
    let of_class = |m: &Member| m.declaration.modifiers.contains(Modifiers::OVERRIDE);
    let members = || implementer.own_members.iter();
    let (wanted, own): (Vec<Missing>, Vec<&Member>) = match ctx.code().as_str() {
        "CS0539" => {
            let own = members().find(at_own).filter(|o| explicit(o))?;
            let interface = model.member_text(own, &own.declaration.explicit_interface)?;
            (implementer.lacking(&interface), vec![own])
        }
        "CS0115" => (implementer.overridable(), vec![members().find(at_own).filter(|o| of_class(o))?]),
        "CS0534" => {
            let printed = printed()?;
            let missing = implementer.of_classes(&named(ctx)).into_iter().map(|(m, _)| m);
            let own = members().filter(|o| of_class(o) && !implementer.is_bound(o)).collect();
            (missing.filter(|m| printed.means(&m.member, &model)).collect(), own)
        }
        code => {
            let base = token.enclosing(&["base_list"]).filter(|l| l.parent() == Some(ty))?;
            let base = base.named().into_iter().find(|n| n.byte_range().contains(&token.start_byte()))?;
            let printed = printed()?;
            let mut missing = implementer.of_interface(&model.written_type(base)?, &named(ctx));
            missing.retain(|m| printed.means(&m.member, &model) && !implementer.implements(m));
            let serves = |o: &Member, m: &Missing| match explicit(o) {
                true => model.member_text(o, &o.declaration.explicit_interface).is_some_and(|t| t == m.owner),
                // Interfaces of libraries keep their members: `Dispose(bool)` is no outdated `Dispose()`.
                false => {
                    let in_source = model.resolve(&m.owner).is_some_and(|t| matches!(t.origin, TypeOrigin::Source(_)));
                    in_source && o.declaration.modifiers.contains(Modifiers::PUBLIC) && !of_class(o)
                }
            };
            let candidates = members().filter(|o| missing.iter().any(|m| serves(o, m)));
            let outdated = |o: &&Member| match code {
                "CS0738" => missing.iter().any(|m| same_shape(&model, o, &m.member, false)),
                _ => !implementer.is_bound(o),
            };
            let own: Vec<&Member> = candidates.filter(outdated).collect();
            (missing, own)
        }
    };
    let mut plans = wanted.iter().flat_map(|w| own.iter().filter_map(|o| Plan::of(ctx, &model, o, w)));
    let plan = plans.next().filter(|_| plans.next().is_none())?;
    // At the method, adding its parameters to the interface is as likely.
    if ctx.code() == "CS0539" && !plan.removed.is_empty() {
        return None;
    }
    plan.fix(ctx, &model, &implementer, ty.field("body").map_or(0, |b| b.start_byte() + 1).min(text.len()))
}

/// How a method is changed.
struct Plan<'a, 'm> {
    node: Node<'a>,
    own: &'m Member,
    /// The wanted member, with the method's own names of type parameters.
    wanted: Member,
    /// For each wanted parameter, the one of the method that it is.
    kept: Vec<Option<usize>>,
    removed: Vec<usize>,
    /// The result is wrapped in a task: its type without the task, `void` for none.
    wrapped: Option<Type>,
}

impl<'a, 'm> Plan<'a, 'm> {
    fn of(ctx: &RuleContext<'a>, model: &SemanticModel<'a>, own: &'m Member, wanted: &Missing) -> Option<Self> {
        let text = ctx.text();
        let (o, w) = (&own.declaration, &wanted.member.declaration);
        let method = |kind| kind == DeclarationKind::Method;
        if !method(o.kind) || !method(w.kind) || o.type_parameters.len() != w.type_parameters.len() {
            return None;
        }
        if o.modifiers.contains(Modifiers::STATIC) != w.modifiers.contains(Modifiers::STATIC) {
            return None;
        }
        let Place::Declaration(id) = &own.place else { return None };
        let name = ctx.index.ranges(id).filter(|_| *id.path == *ctx.path())?.name;
        let node = leaf_at(ctx.root(), name.start)?.enclosing(&["method_declaration"])?;
        let wrapped = (!same_result(model, own, &wanted.member)).then(|| {
            let to = model.member_type(&with_type_parameters_of(own, &wanted.member))?;
            let from = model.member_type(own)?;
            let asynchronous = o.modifiers.contains(Modifiers::ASYNC) || !is_task(&to);
            let result = if asynchronous { None } else { model.awaited(&to) }?;
            (signature_type(model, &result) == signature_type(model, &from)).then_some(result)
        });
        let wrapped = match wrapped {
            None => None,
            Some(result) => Some(result?),
        };
        let renamed = o.name != w.name;
        if renamed && (wrapped.is_none() || *w.name != *format!("{}Async", o.name)) {
            return None;
        }
        let wanted = with_type_parameters_of(own, &wanted.member);
        let (kept, removed) = align(model, own, &wanted)?;
        if !renamed && wrapped.is_none() && removed.is_empty() && kept.iter().all(Option::is_some) {
            return None;
        }
        let list = parameters(node);
        if list.len() != o.parameters.len() {
            return None;
        }
        // What the body calls by the name of a parameter: not the members of other things.
        let used = |name: &str| {
            let names = identifiers_named(node, text, name);
            names
                .filter(|n| {
                    let of_other = n.parent().is_some_and(|p| {
                        p.is(&["member_access_expression", "member_binding_expression", "argument"])
                            && p.field("name") == Some(*n)
                    });
                    let unresolved = ctx
                        .diagnostics
                        .in_file(ctx.path())
                        .iter()
                        .any(|d| d.code == "CS0103" && d.range.start == n.start_byte());
                    !of_other && !unresolved
                })
                .count()
        };
        let hides = kept.iter().zip(&wanted.declaration.parameters).any(|(k, p)| k.is_none() && used(&p.name) > 0);
        if hides || removed.iter().any(|i| used(&o.parameters[*i].name) > 1) {
            return None;
        }
        Some(Self { node, own, wanted, kept, removed, wrapped })
    }

    fn fix(
        &self,
        ctx: &RuleContext<'a>,
        model: &SemanticModel<'a>,
        implementer: &Implementer<'a, '_>,
        inside: usize,
    ) -> Option<Fix> {
        let text = ctx.text();
        let (o, w) = (&self.own.declaration, &self.wanted.declaration);
        let explicit = !o.explicit_interface.is_empty();
        let writer = Writer::new(ctx.sema, model, inside);
        let list = parameters(self.node);
        let mut edits = Vec::new();
        let mut written = Vec::new();
        let ranges = self.removed.iter().map(|i| list_item_removal(&list, *i)).collect();
        edits.extend(merge_ranges(ranges).into_iter().map(TextEdit::delete));
        // New parameters stand after the one before them, separated as the others are.
        let separator = match list.as_slice() {
            [first, second, ..] => &text[first.end_byte()..second.start_byte()],
            _ => ", ",
        };
        let separator = if separator.trim() == "," { separator } else { ", " };
        let open = self.node.field("parameters")?.start_byte() + 1;
        let (mut at, mut new) = (open, String::new());
        let mut flush = |at: usize, new: &mut String, last: bool| {
            if !new.is_empty() {
                let lead = if at == open { "" } else { separator };
                let tail = if at == open && !last { separator } else { "" };
                edits.push(TextEdit::insert(at, format!("{lead}{new}{tail}")));
                new.clear();
            }
        };
        for (j, kept) in self.kept.iter().enumerate() {
            match kept {
                Some(i) => {
                    flush(at, &mut new, false);
                    at = list.get(*i)?.end_byte();
                    written.push(list[*i].text_in(text).to_owned());
                }
                None => {
                    let parameter = writer.parameter(&self.wanted, j, explicit)?;
                    if !new.is_empty() {
                        new.push_str(separator);
                    }
                    new.push_str(&parameter);
                    written.push(parameter);
                }
            }
        }
        flush(at, &mut new, true);
        if o.name != w.name {
            edits.push(TextEdit::replace(self.node.field("name")?.range(), w.name.as_str()));
        }
        if let Some(result) = &self.wrapped {
            let task = writer.type_text(&self.wanted, &w.type_text);
            edits.push(TextEdit::replace(written_type(self.node)?.range(), task.as_str()));
            let inferred = |value: Node<'a>| model.type_of(value).as_ref() == Some(result);
            let task = CompletedTask { written: &task, result: task_result(&task)?, inferred: &inferred };
            if self.node.field("body").is_some() {
                edits.extend(complete_tasks(ctx, self.node, &task)?);
            }
        }
        let alone = explicit && self.wrapped.is_none() && self.removed.is_empty();
        let applicability = if alone { Applicability::Safe } else { Applicability::Unsafe };
        let optional = |j: usize, p: &Parameter| self.kept[j].is_some() || p.optional;
        let callable = o.name == w.name
            && self.wrapped.is_none()
            && self.removed.is_empty()
            && w.parameters.iter().enumerate().all(|(j, p)| optional(j, p));
        let called = || {
            let own = ctx.index.csharp().enclosing_type(ctx.path(), self.node.start_byte());
            own.is_none_or(|own| is_called_through(ctx, &own, &o.name))
        };
        // The interface may be the one to get what goes here.
        let doubtful = !self.removed.is_empty() || !explicit && !callable && called();
        let bulk = if doubtful { Bulk::Manual } else { Bulk::Repair };
        let group = implementer.own.as_ref().map_or_else(String::new, |own| format!("implement:{}", own.full_name()));
        let title = format!("Change signature to '{}({})'", w.name, written.join(", "));
        let fix = ctx.fix(title, applicability).in_bulk(bulk).isolated(group).preferred();
        let fix = merge_edits(edits).into_iter().fold(fix, |fix, edit| fix.edit(edit));
        Some(writer.imports().into_iter().fold(fix, |fix, import| fix.import(import)).build())
    }
}

fn is_task(ty: &Type) -> bool {
    ["System.Threading.Tasks.Task", "System.Threading.Tasks.ValueTask"].contains(&ty.full_name().as_str())
}

/// For each parameter of `wanted` the one of `own` that it is, and those of `own` that are none of them. `None` unless one list is the other
/// with some left out.
fn align(model: &SemanticModel<'_>, own: &Member, wanted: &Member) -> Option<(Vec<Option<usize>>, Vec<usize>)> {
    let (o, w) = (&own.declaration.parameters, &wanted.declaration.parameters);
    let by = |p: &Parameter| {
        p.modifiers.split(' ').find(|m| matches!(*m, "ref" | "out" | "in" | "params")).map(str::to_owned)
    };
    let ty = |m: &Member, p: &Parameter| model.member_text(m, &p.type_text).map(|t| signature_type(model, &t));
    let same = |i: usize, j: usize| {
        let (a, b) = (ty(own, &o[i]), ty(wanted, &w[j]));
        by(&o[i]) == by(&w[j]) && a.is_some() && a == b
    };
    // First by names too: of two parameters of one type, the new one has the new name.
    for by_name in [true, false] {
        let fits = |i: usize, j: usize| same(i, j) && (!by_name || o[i].name == w[j].name);
        let (mut kept, mut next) = (vec![None; w.len()], 0);
        let mut removed = Vec::new();
        if o.len() <= w.len() {
            for (j, kept) in kept.iter_mut().enumerate() {
                if next < o.len() && fits(next, j) {
                    *kept = Some(next);
                    next += 1;
                }
            }
            if next == o.len() {
                return Some((kept, removed));
            }
        } else {
            for i in 0..o.len() {
                if next < w.len() && fits(i, next) {
                    kept[next] = Some(i);
                    next += 1;
                } else {
                    removed.push(i);
                }
            }
            if next == w.len() {
                return Some((kept, removed));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::rule_of;
    use fix::testing::{check_fix, check_fix_all, check_no_fix};

    const OUTDATED: &str = "'C' does not implement interface member 'I.M(int, bool)'";

    #[test]
    fn an_explicit_implementation_follows() {
        let rule = rule_of(module_path!());
        let before = "interface I<T> {\n\tvoid M(T t, bool b);\n}\nclass C<T> : $0I<T> {\n\tvoid I<T>.M(T t) {\n\t\tt.ToString();\n\t}\n}\n";
        let after = before.replace("$0", "").replace("I<T>.M(T t)", "I<T>.M(T t, bool b)");
        let message = "'C<T>' does not implement interface member 'I<T>.M(T, bool)'";
        check_fix_all(rule, "CS0535", message, &[], before, Some(&after));
        // The compiler reports the method, too.
        let at_method = before.replace("$0", "").replace("I<T>.M(T t)", "I<T>.$0M(T t)");
        let message = "'C<T>.M(T)' in explicit interface declaration is not found among members of the interface that can be implemented";
        check_fix_all(rule, "CS0539", message, &[], &at_method, Some(&after));
    }

    #[test]
    fn a_public_one_may_have_callers() {
        let rule = rule_of(module_path!());
        let before = "interface I { void M(int a, bool b); } class C : $0I { public void M(int a) { } }";
        check_fix(
            rule,
            "CS0535",
            OUTDATED,
            before,
            "interface I { void M(int a, bool b); } class C : I { public void M(int a, bool b) { } }",
        );
        check_fix_all(rule, "CS0535", OUTDATED, &[], before, None);
    }

    #[test]
    fn overrides_follow() {
        check_fix(
            rule_of(module_path!()),
            "CS0115",
            "'D.M(int)': no suitable method found to override",
            "class B { public virtual void M(int a, bool b = true) { } } class D : B { public override void $0M(int a) { } }",
            "class B { public virtual void M(int a, bool b = true) { } } class D : B { public override void M(int a, bool b = true) { } }",
        );
        check_fix(
            rule_of(module_path!()),
            "CS0534",
            "'D' does not implement inherited abstract member 'B.M(string)'",
            "abstract class B { public abstract void M(string s); } class $0D : B { public override void M(int n, string s) { } }",
            "abstract class B { public abstract void M(string s); } class D : B { public override void M(string s) { } }",
        );
    }

    #[test]
    fn asynchronous_members() {
        let rule = rule_of(module_path!());
        let head = "using System.Threading.Tasks;\ninterface I { Task MAsync(int a); }\n";
        let message = "'C' does not implement interface member 'I.MAsync(int)'";
        check_fix(
            rule,
            "CS0535",
            message,
            &format!(
                "{head}class C : $0I\n{{\n    public void M(int a)\n    {{\n        if (a > 1) return;\n        a++;\n    }}\n}}\n"
            ),
            &format!(
                "{head}class C : I\n{{\n    public Task MAsync(int a)\n    {{\n        if (a > 1) return Task.CompletedTask;\n        a++;\n        return Task.CompletedTask;\n    }}\n}}\n"
            ),
        );
        check_fix(
            rule,
            "CS0535",
            message,
            &format!("{head}class C : $0I\n{{\n    int n;\n    public void M(int a) => n = a;\n}}\n"),
            &format!(
                "{head}class C : I\n{{\n    int n;\n    public Task MAsync(int a)\n    {{\n        n = a;\n        return Task.CompletedTask;\n    }}\n}}\n"
            ),
        );
        // The name may stay.
        check_fix(
            rule,
            "CS0738",
            "'C' does not implement interface member 'J.Find()'. 'C.Find()' cannot implement 'J.Find()' because it does not have the matching return type of 'Task<object>'.",
            "using System.Threading.Tasks; interface J { Task<object> Find(); } class C : $0J { public object Find() { return \"\"; } }",
            "using System.Threading.Tasks; interface J { Task<object> Find(); } class C : J { public Task<object> Find() { return Task.FromResult<object>(\"\"); } }",
        );
    }

    #[test]
    fn nothing_where_it_is_not_clear() {
        let rule = rule_of(module_path!());
        for rest in [
            // It implements another member.
            "interface J { void M(int a); } class C : $0I, J { public void M(int a) { } }",
            // Two of them.
            "class C : $0I { public void M(int a) { } public void M(bool b) { } }",
            // The new parameter would hide a field.
            "class C : $0I { bool b; public void M(int a) { b = true; } }",
            // Another type.
            "class C : $0I { public void M(string s) { } }",
            // Another name.
            "class C : $0I { public void Run(int a) { } }",
        ] {
            let before = format!("interface I {{ void M(int a, bool b); }} {rest}");
            check_no_fix(rule, "CS0535", OUTDATED, &before);
        }
        let used =
            "interface I { void M(int a, bool b); } class C : $0I { public void M(int a, bool b, int c) { c++; } }";
        check_no_fix(rule, "CS0535", OUTDATED, used);
    }
}
