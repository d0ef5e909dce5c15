//! What overrides or implements a member goes with it.

use super::{Draft, is_same_type, member};
use crate::ChangeKind;
use crate::carry::{Carried, Site};
use codegen::csharp::asynchrony::{CompletedTask, complete_tasks, yields};
use index::{Declaration, DeclarationId, DeclarationKind, Modifiers};
use semantics::csharp::{SemanticModel, Type};
use smol_str::SmolStr;
use syntax::csharp::naming::escape_keyword;
use syntax::csharp::{has_modifier, parameters, written_type};
use syntax::{Node, NodeExt, ancestors, child_of_kind, leaf_at};

/// A declaration that must have the same name and signature.
pub(super) fn carry(site: &Site<'_>) -> Option<Carried> {
    let change = site.change;
    let mut draft = Draft::default();
    if declared_then(site).is_some_and(|id| site.changes.list.iter().any(|c| c.old == id)) {
        // Its author did it.
        return Some(Carried::default());
    }
    let now = change.now.as_ref()?;
    if let Some((_, to)) = change.renamed() {
        draft.replace(site.name, escape_keyword(to));
    }
    let id = declared_now(site)?;
    if now.kind != change.then.kind || change.has(is_beyond) {
        return None;
    }
    carry_signature(site, &id, &mut draft)?;
    draft.finish()
}

/// What cannot be done to an implementation without knowing what it is for.
fn is_beyond(kind: &ChangeKind) -> bool {
    match kind {
        ChangeKind::Kind { .. } | ChangeKind::Moved { .. } | ChangeKind::TypeParameters { .. } => true,
        ChangeKind::Modifiers { lost, gained } => {
            let words = Modifiers::STATIC | Modifiers::SEALED | Modifiers::EXTENSION;
            (*lost | *gained).intersects(words) || lost.intersects(Modifiers::VIRTUAL | Modifiers::ABSTRACT)
        }
        _ => false,
    }
}

fn declared_then(site: &Site<'_>) -> Option<DeclarationId> {
    declared_at(site.then.index, site.then.path(), site.name_then.start)
}
fn declared_now(site: &Site<'_>) -> Option<DeclarationId> {
    declared_at(site.now.index, site.now.path(), site.name.start)
}
fn declared_at(index: &index::Index, path: &std::path::Path, at: usize) -> Option<DeclarationId> {
    let outline = index.outline(path)?;
    let path: std::sync::Arc<std::path::Path> = path.into();
    let mut ids = (0..outline.declarations.len()).map(|i| DeclarationId { path: path.clone(), index: i as u32 });
    ids.find(|id| index.ranges(id).is_some_and(|r| r.name.start == at))
}

/// Gives a declaration of the file the parameters and the type that the changed one has.
pub(super) fn carry_signature(site: &Site<'_>, id: &DeclarationId, draft: &mut Draft) -> Option<()> {
    let change = site.change;
    let now = change.now.as_ref()?;
    let index = site.now.index;
    let text = site.now.text();
    let name = leaf_at(site.now.root(), index.ranges(id)?.name.start)?;
    let node = ancestors(name).find(|n| n.is(syntax::csharp::MEMBERS))?;
    let own = index.outline(&id.path)?.declarations.get(id.index as usize)?.clone();
    let delegate = change.then.kind == DeclarationKind::Delegate;
    if own.parameters.len() != change.then.parameters.len() {
        return None;
    }
    if own.modifiers.contains(Modifiers::OVERRIDE) {
        carry_access(node, text, now.modifiers, &own, draft);
    }
    let model = site.now.csharp();
    let of = member(change.new.as_ref()?, now);
    let target = Target { node, own: &own, model: &model, of: &of };
    carry_parameters(site, &target, draft)?;
    let retyped = change.has(|k| matches!(k, ChangeKind::Retyped { .. }));
    if delegate || !retyped {
        return (!retyped).then_some(());
    }
    let from = site.then.csharp().member_text(&member(&change.old, &change.then), &change.then.type_text)?;
    let to = model.member_text(&of, &now.type_text)?;
    if is_same_type(site, &from, &to) {
        return Some(());
    }
    let written = written_type(node)?;
    let spelled = spell(site, &target, &now.type_text, draft)?;
    draft.replace(written.range(), spelled.clone());
    let has_body = own.modifiers.contains(Modifiers::HAS_BODY) && node.kind() == "method_declaration";
    let waited = model.awaited(&to).filter(|t| is_same_type(site, &from, t) || t.is("void") && from.is("void"));
    match waited {
        Some(result) if has_body => {
            if yields(node) || has_modifier(node, text, "async") {
                return None;
            }
            let result =
                if result.is("void") { String::new() } else { draft.spell(&model, &result, node.start_byte()) };
            let inferred = |value: Node<'_>| {
                let ty = site.now.csharp().type_of(value);
                let target = model.awaited(&to);
                ty.zip(target).is_some_and(|(a, b)| a == b)
            };
            let task = CompletedTask { written: &spelled, result: &result, inferred: &inferred };
            draft.edits.extend(complete_tasks(&site.now, node, &task)?);
        }
        Some(_) => {}
        None if !has_body && node.kind() == "method_declaration" => {}
        None if model.converts(&from, &to) => {}
        None => draft.doubt("what it returns may not fit"),
    }
    Some(())
}

/// Gives an override the accessibility of what it overrides.
fn carry_access(node: Node<'_>, text: &str, now: Modifiers, own: &Declaration, draft: &mut Draft) {
    let all = Modifiers::PUBLIC | Modifiers::PROTECTED | Modifiers::INTERNAL | Modifiers::PRIVATE;
    let wanted = now & all;
    if wanted.is_empty() || wanted == own.modifiers & all {
        return;
    }
    let words: Vec<String> = wanted.iter_names().map(|(name, _)| name.to_lowercase()).collect();
    let old: Vec<Node<'_>> = syntax::csharp::modifiers(node)
        .into_iter()
        .filter(|m| matches!(m.text_in(text), "public" | "protected" | "internal" | "private"))
        .collect();
    if let (Some(first), Some(last)) = (old.first(), old.last()) {
        draft.replace(first.start_byte()..last.end_byte(), words.join(" "));
    }
}

/// A declaration whose parameters are rewritten.
struct Target<'x, 't> {
    node: Node<'t>,
    own: &'x Declaration,
    model: &'x SemanticModel<'t>,
    /// The changed declaration.
    of: &'x semantics::csharp::Member,
}

fn carry_parameters(site: &Site<'_>, target: &Target<'_, '_>, draft: &mut Draft) -> Option<()> {
    let change = site.change;
    let now = change.now.as_ref()?;
    let text = site.now.text();
    let about = |k: &ChangeKind| {
        matches!(
            k,
            ChangeKind::ParameterAdded { .. }
                | ChangeKind::ParameterRemoved { .. }
                | ChangeKind::ParametersReordered { .. }
                | ChangeKind::ParameterRetyped { .. }
        )
    };
    if !change.has(about) {
        return Some(());
    }
    let node = target.node;
    let list = node.field("parameters").or_else(|| child_of_kind(node, "parameter_list"))?;
    let old = parameters(node);
    if old.len() != change.then.parameters.len() {
        return None;
    }
    // What is taken away must not be missed.
    for i in change.removed_parameters() {
        let name = old[i].field("name")?;
        let used = syntax::leaves_named(node, text, name.text_in(text));
        if used.iter().any(|l| l.start_byte() > list.end_byte()) {
            return None;
        }
    }
    let mut texts: Vec<String> = Vec::new();
    for (j, from) in change.parameters.iter().enumerate() {
        let parameter = &now.parameters[j];
        match from {
            Some(i) => {
                let then = &change.then.parameters[*i];
                if then.type_text == parameter.type_text && then.modifiers == parameter.modifiers {
                    texts.push(old[*i].text_in(text).to_owned());
                    continue;
                }
                let ty = site.then.csharp().member_text(&member(&change.old, &change.then), &then.type_text);
                let to = target.model.member_text(target.of, &parameter.type_text);
                if then.modifiers == parameter.modifiers
                    && ty.zip(to).is_some_and(|(a, b)| {
                        // Only an annotation is another one.
                        let annotated = a != b && a.without_annotations() == b.without_annotations();
                        is_same_type(site, &a, &b) && !annotated
                    })
                {
                    texts.push(old[*i].text_in(text).to_owned());
                    continue;
                }
                let own_name = old[*i].field("name")?.text_in(text);
                let spelled = spell(site, target, &parameter.type_text, draft)?;
                let default = &target.own.parameters.get(*i)?.default;
                texts.push(parameter_text(&parameter.modifiers, &spelled, own_name, default));
                draft.doubt("the body may not fit the new type of the parameter");
            }
            None => {
                let body = node.field("body").or_else(|| child_of_kind(node, "arrow_expression_clause"));
                let taken = body.is_some_and(|b| !syntax::leaves_named(b, text, &parameter.name).is_empty());
                if taken || target.own.parameters.iter().any(|p| p.name == parameter.name) {
                    return None;
                }
                let spelled = spell(site, target, &parameter.type_text, draft)?;
                let explicit = !target.own.explicit_interface.is_empty();
                let default = if explicit { "" } else { parameter.default.as_str() };
                texts.push(parameter_text(&parameter.modifiers, &spelled, &parameter.name, default));
            }
        }
    }
    let kept: Vec<usize> = change.parameters.iter().flatten().copied().collect();
    let first_kept = change.parameters.iter().take(old.len()).enumerate().all(|(j, i)| *i == Some(j));
    if first_kept && kept.len() == old.len() && texts.len() > old.len() {
        let more = texts[old.len()..].join(", ");
        match old.last() {
            Some(last) => draft.insert(last.end_byte(), format!(", {more}")),
            None => draft.insert(list.start_byte() + 1, more),
        }
        return Some(());
    }
    if texts.len() == old.len() {
        draft.rewrite(text, &old, &texts);
        return Some(());
    }
    match (old.first(), old.last()) {
        (Some(first), Some(last)) => draft.replace(first.start_byte()..last.end_byte(), texts.join(", ")),
        _ => draft.insert(list.start_byte() + 1, texts.join(", ")),
    }
    Some(())
}

fn parameter_text(modifiers: &str, ty: &str, name: &str, default: &str) -> String {
    let mut out = String::new();
    for word in modifiers.split(' ').filter(|m| matches!(*m, "ref" | "out" | "in" | "params" | "scoped" | "readonly")) {
        out += word;
        out.push(' ');
    }
    out += &format!("{ty} {}", escape_keyword(name));
    if !default.is_empty() {
        out += &format!(" = {default}");
    }
    out
}

/// A type of the changed declaration as it is written in the file of what follows it; `None` where it mentions a type parameter that means nothing there.
fn spell(site: &Site<'_>, target: &Target<'_, '_>, written: &str, draft: &mut Draft) -> Option<String> {
    let ty: Type = target.model.member_text(target.of, written)?;
    let change = site.change;
    let outer = change.new.as_ref().and_then(|new| {
        let owner = crate::carry::owner(site.now.index, new)?;
        Some(site.now.index.outline(&owner.path)?.declarations.get(owner.index as usize)?.type_parameters.clone())
    });
    let own = change.now.iter().flat_map(|d| d.type_parameters.clone());
    let parameters: Vec<SmolStr> = outer.into_iter().flatten().chain(own).map(|p| p.name).collect();
    let mut here: Vec<SmolStr> = target.own.type_parameters.iter().map(|p| p.name.clone()).collect();
    let around = ancestors(target.node).filter(|n| n.is(syntax::csharp::TYPES));
    let text = site.now.text();
    here.extend(around.flat_map(|n| syntax::csharp::type_parameters(n, text)).map(SmolStr::from));
    let stranger = parameters.iter().any(|p| !here.contains(p) && ty.mentions(&[p.as_str()]));
    (!stranger).then(|| draft.spell(target.model, &ty, target.node.start_byte()))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_nothing, check_safe, check_unsafe};

    fn rule(member: &str) -> String {
        format!("//- /IRule.cs\nusing System.Threading.Tasks;\npublic interface IRule {{ {member} }}\n")
    }
    fn class(body: &str) -> String {
        format!("using System.Threading.Tasks;\nclass A : IRule\n{{\n    {body}\n}}\n")
    }
    #[track_caller]
    fn safe(then: &str, now: &str, before: &str, after: &str) {
        let now = format!("{}//- /A.cs\n{}", rule(now), class(before).replacen("class A", "class $0A", 1));
        check_safe(
            &rule(then),
            &now,
            "CS0535",
            "'A' does not implement interface member 'IRule.Apply(int)'",
            &class(after),
        );
    }
    #[track_caller]
    fn nothing(then: &str, now: &str, before: &str) {
        let now = format!("{}//- /A.cs\n{}", rule(now), class(before).replacen("class A", "class $0A", 1));
        check_nothing(&rule(then), &now, "CS0535", "'A' does not implement interface member 'IRule.Apply(int)'");
    }

    #[test]
    fn implementations_get_the_new_signature() {
        safe(
            "int Apply(int n);",
            "int Apply(int n, bool b);",
            "public int Apply(int n) => n;",
            "public int Apply(int n, bool b) => n;",
        );
        safe(
            "int Apply(int n);",
            "int Apply(int n, bool b);",
            "int IRule.Apply(int n) => n;",
            "int IRule.Apply(int n, bool b) => n;",
        );
        safe("int Apply(int n);", "int Apply();", "public int Apply(int n) => 1;", "public int Apply() => 1;");
        safe("int Apply(int n);", "int Use(int n);", "public int Apply(int n) => n;", "public int Use(int n) => n;");
        nothing("int Apply(int n);", "int Apply();", "public int Apply(int n) => n;");
        nothing("int Apply(int n);", "int Apply(int n, bool b);", "public int Apply(int n) { int b = n; return b; }");
    }

    #[test]
    fn an_implementation_becomes_asynchronous() {
        safe(
            "int Apply(int n);",
            "Task<int> ApplyAsync(int n, bool b = false);",
            "public int Apply(int n) { return n; }",
            "public Task<int> ApplyAsync(int n, bool b = false) { return Task.FromResult(n); }",
        );
        nothing("int Apply(int n);", "Task<int> Apply(int n);", "public int Apply(int n) { yield return 1; }");
    }

    #[test]
    fn overrides_go_with_their_base() {
        let base = |m: &str| format!("//- /Base.cs\npublic abstract class Base {{ {m} }}\n");
        check_safe(
            &base("protected abstract int Run(int n);"),
            &format!(
                "{}//- /A.cs\nclass A : Base {{ protected override int $0Run(int n) => n; }}\n",
                base("protected abstract int Run(int n, string s);")
            ),
            "CS0115",
            "'A.Run(int)': no suitable method found to override",
            "class A : Base { protected override int Run(int n, string s) => n; }\n",
        );
        check_safe(
            &base("protected abstract int Run(int n);"),
            &format!(
                "{}//- /A.cs\nclass A : Base {{ protected override int $0Run(int n) => n; }}\n",
                base("protected internal abstract int Run(int n);")
            ),
            "CS0507",
            "'A.Run(int)': cannot change access modifiers when overriding 'protected internal' inherited member 'Base.Run(int)'",
            "class A : Base { protected internal override int Run(int n) => n; }\n",
        );
        check_unsafe(
            &base("public abstract void Run(int n);"),
            &format!(
                "{}//- /A.cs\nclass A : Base {{ public override void $0Run(int n) {{ }} }}\n",
                base("public abstract void Run(long n);")
            ),
            "CS0115",
            "'A.Run(int)': no suitable method found to override",
            "class A : Base { public override void Run(long n) { } }\n",
        );
    }

    #[test]
    fn type_parameters_have_their_own_names_in_an_override() {
        check_safe(
            "//- /Base.cs\npublic class R<T> { }\npublic abstract class Base<T>\n{\n    protected abstract R<T> Run<S>(R<T> f, S s);\n}\n",
            "//- /Base.cs\npublic class R<T> { }\npublic abstract class Base<U>\n{\n    protected internal abstract R<U> Run<S>(R<U> f, S s);\n}\n//- /A.cs\nclass A<T> : Base<T>\n{\n    protected override R<T> $0Run<S>(R<T> f, S s) => f;\n}\n",
            "CS0507",
            "'A<T>.Run<S>(R<T>, S)': cannot change access modifiers",
            "class A<T> : Base<T>\n{\n    protected internal override R<T> Run<S>(R<T> f, S s) => f;\n}\n",
        );
    }

    #[test]
    fn what_its_author_did_is_left() {
        check_nothing(
            "//- /IRule.cs\npublic interface IRule { int Apply(int n); }\n//- /A.cs\nclass A : IRule { public int Apply(int n) => n; }\n",
            "//- /IRule.cs\npublic interface IRule { int Apply(int n, bool b); }\n//- /A.cs\nclass $0A : IRule { public int Apply(int n, string s) => n; }\n",
            "CS0535",
            "'A' does not implement interface member 'IRule.Apply(int, bool)'",
        );
    }
}
